//! Classifies lines of properties by their form.

use std::ops::Range;

use crate::syntax::field::COLONS;

/// Characters that have a special meaning at the start of a YAML value (1.2, section 5.3).
pub(super) const RESERVED: &str = "@`%|>*&!,?-[]{}";

/// A line of the form `key: value` or `- value`.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) line: Range<usize>,
    pub(super) value: Range<usize>,
    pub(super) below: Below,
}

/// The lines below an entry that belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Below {
    Nothing,
    /// Text that may continue the value.
    Text,
    /// Items or keys, in which case the text on the line above may not be a value.
    Entries,
}

impl Entry {
    /// Reads a line without regard to the lines around it.
    pub(super) fn read(text: &str, line: &Range<usize>) -> Option<Self> {
        let whole = &text[line.clone()];
        let indent = blanks(whole);
        let mut at = indent;
        while let Some(rest) = whole[at..].strip_prefix("- ") {
            at = whole.len() - rest.len() + blanks(rest);
        }
        let behind = match key_end(&whole[at..]) {
            Some(end) => at + end,
            None if at > indent => at,
            None => return None,
        };
        let start = line.start + behind + blanks(&whole[behind..]);
        let value = start..start + text[start..line.end].trim_end().len();
        Some(Self { line: line.clone(), value, below: Below::Nothing })
    }
}

/// Returns the end of the colon after a key, which may be quoted.
fn key_end(rest: &str) -> Option<usize> {
    if let Some(quote) = rest.chars().next().filter(|c| "\"'".contains(*c)) {
        let behind = 1 + rest[1..].find(quote)? + 1;
        let colon = behind + blanks(&rest[behind..]);
        let is_key = rest[colon..].starts_with(": ") || rest[colon..].trim_end() == ":";
        return is_key.then_some(colon + 1);
    }
    if rest.starts_with(|c| RESERVED.contains(c) || c == '#') {
        return None;
    }
    let colon = rest.find(": ").or_else(|| rest.trim_end().strip_suffix(':').map(str::len))?;
    Some(colon + 1)
}

/// Schemes of addresses, which are not keys.
const SCHEMES: [&str; 6] = ["data", "mailto", "obsidian", "sms", "tel", "urn"];

/// Returns the colon of a line that would be an entry but for a missing space or a wide colon: `title:Gateway`,
/// `title：Gateway`. `None` for times, drives and addresses.
pub(super) fn missing_blank(line: &str) -> Option<Range<usize>> {
    let at = line.find(COLONS)?;
    let (key, rest) = line.split_at(at);
    let is_wide = rest.starts_with('：');
    let behind = at + if is_wide { '：'.len_utf8() } else { 1 };
    let key = key.trim_start_matches(' ');
    let is_word = key.chars().all(|c| c.is_alphanumeric() || "_-".contains(c));
    let is_named =
        key.chars().nth(1).is_some() && key.starts_with(char::is_alphabetic) || is_wide && !key.is_empty();
    let is_address = SCHEMES.iter().any(|scheme| key.eq_ignore_ascii_case(scheme));
    let is_parted = !is_wide && rest[1..].starts_with([' ', '\t', '/', '\\', ':']);
    let has_value = !line[behind..].trim().is_empty();
    (is_word && is_named && !is_address && !is_parted && has_value).then_some(at..behind)
}

/// Returns the number of spaces at the beginning of a text.
pub(super) fn blanks(text: &str) -> usize {
    text.len() - text.trim_start_matches(' ').len()
}
