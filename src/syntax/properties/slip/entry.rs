//! Lines of properties by their form.

use std::ops::Range;

/// Characters that begin something else than text in YAML (1.2, section 5.3).
pub(super) const RESERVED: &str = "@`%|>*&!,?-[]{}";

/// A line `key: value` or `- value`.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) line: Range<usize>,
    pub(super) value: Range<usize>,
    pub(super) below: Below,
}

/// What stands below a line and belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Below {
    Nothing,
    /// Text, which may be more of the value.
    Text,
    /// Items or keys: what stands on the line above them may be no value at all.
    Entries,
}

impl Entry {
    /// A line by itself.
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

/// Where the colon behind a key ends, which may stand in quotes.
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

/// What begins addresses: no keys.
const SCHEMES: [&str; 6] = ["data", "mailto", "obsidian", "sms", "tel", "urn"];

/// The colon of a line that is an entry but for the blank behind it, or has the wide one: `title:Gateway`,
/// `title：Gateway`. Times, drives and addresses are none.
pub(super) fn missing_blank(line: &str) -> Option<Range<usize>> {
    let at = line.find([':', '：'])?;
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

/// How many blanks a text begins with.
pub(super) fn blanks(text: &str) -> usize {
    text.len() - text.trim_start_matches(' ').len()
}
