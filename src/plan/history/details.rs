//! Writes the details of an entry in the style of existing ones, indented so that they belong to it.

use crate::syntax::block_start::list_marker;
use crate::syntax::history::HistoryEntry;
use crate::text::line::line_before;
use crate::text::number::split_digits;
use crate::text::span::Span;

/// The prefix of a detail below a plain `- `.
pub(super) const PLAIN: &str = "  - ";

/// The style of the details of one entry.
pub(super) struct Details {
    /// Blank lines before the first of them.
    pub(super) before: usize,
    /// Blank lines between two of them.
    pub(super) between: usize,
    /// The prefix of the first detail: indent, bullet or number, and blanks.
    pub(super) prefix: String,
}

impl Details {
    pub(super) fn of(text: &str, entry: &HistoryEntry) -> Option<Self> {
        entry.details().next()?;
        let after = Span::new(entry.place.span.end as usize, entry.span.end as usize);
        let lines: Vec<&str> = after.of(text).split('\n').skip(1).map(|l| l.trim_end_matches('\r')).collect();
        let first = lines.iter().position(|l| !l.trim().is_empty())?;
        let prefix = item_prefix(lines.get(first)?)?;
        let is_like = |line: &str| item_prefix(line).is_some_and(|other| from_one(other) == from_one(prefix));
        let next = lines.iter().skip(first + 1).position(|line| is_like(line));
        let blank = next.filter(|n| lines[first + 1..=first + n].iter().all(|l| l.trim().is_empty()));
        Some(Self { before: first, between: blank.unwrap_or(0), prefix: from_one(prefix) })
    }
}

/// Returns the prefix of a list item: indent, bullet or number, and blanks.
fn item_prefix(line: &str) -> Option<&str> {
    let (_, behind) = list_marker(line.trim_start())?;
    let text = behind.trim_start();
    (text.len() < behind.len()).then(|| &line[..line.len() - text.len()])
}

/// Returns the prefix of the first item in the list of an item with this prefix.
fn from_one(prefix: &str) -> String {
    let start = mark_at(prefix);
    let (number, behind) = split_digits(&prefix[start..]);
    let one = if number.is_empty() { "" } else { "1" };
    format!("{}{one}{behind}", &prefix[..start])
}

/// Returns where the bullet or number of a prefix begins.
fn mark_at(prefix: &str) -> usize {
    let mark = prefix.trim_end();
    let open = mark.trim_end_matches(['.', ')']);
    let bare = open.trim_end_matches(|c: char| c.is_ascii_digit());
    if bare.len() < open.len() { bare.len() } else { mark.len().saturating_sub(1) }
}

/// Returns the prefix of details in a list that has none yet: as deep as the text of its entries.
pub(super) fn prefix_in(text: &str, list: &[HistoryEntry]) -> String {
    let Some(entry) = list.first() else { return PLAIN.to_owned() };
    let start = entry.span.start as usize;
    let indent = line_before(text, start);
    let bullet = text[start..].chars().next().filter(|c| matches!(c, '-' | '*' | '+')).unwrap_or('-');
    // A task box (`- [x] `) is part of the text.
    let marker = text[start..entry.place.span.start as usize].split('[').next().unwrap_or_default();
    format!("{indent}{}{bullet} ", " ".repeat(marker.len().clamp(2, 4)))
}

/// Returns the prefix of details below an entry that begins with `lead` (its indent, or the mark of a quote) and
/// `marker` (its bullet or number, and the blanks behind).
///
/// Indented less than the text of the entry, details would be a list of their own; indented four blanks more,
/// they would be part of its title. A `10. ` needs one blank more than the `9. ` before it.
pub(super) fn below(lead: &str, marker: &str, prefix: &str) -> String {
    let bullet = mark_at(prefix);
    let (Some(indent), Some(bullet)) = (prefix.get(..bullet), prefix.get(bullet..)) else {
        return prefix.to_owned();
    };
    let text = column(lead, marker);
    let own = width(0, indent);
    if (text..text + 4).contains(&own) {
        return prefix.to_owned();
    }
    let base = if own < text { indent } else { lead };
    format!("{base}{}{bullet}", " ".repeat(text.saturating_sub(width(0, base))))
}

/// Returns the column at which the text of an item begins.
fn column(lead: &str, marker: &str) -> usize {
    let mark = marker.find([' ', '\t']).unwrap_or(marker.len());
    let (mark, behind) = marker.split_at(mark);
    let blanks = &behind[..behind.len() - behind.trim_start_matches([' ', '\t']).len()];
    let at = width(0, lead) + mark.chars().count();
    width(at, blanks)
}

/// Returns the column behind a text that begins at column `from`. Tabs go to the next multiple of four.
fn width(from: usize, text: &str) -> usize {
    text.chars().fold(from, |at, c| if c == '\t' { at + 4 - at % 4 } else { at + 1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_detail_begins_where_the_text_of_its_entry_does_or_further_in() {
        for (lead, marker, prefix, expected) in [
            ("", "- ", "  - ", "  - "),
            ("", "- ", "\t* ", "\t* "),
            ("", "- ", "     - ", "     - "),
            ("", "- ", "      - ", "  - "),
            ("", "- ", " - ", "  - "),
            ("", "9. ", "   - ", "   - "),
            ("", "10. ", "   -   ", "    -   "),
            ("", "10) ", "\t+ ", "\t+ "),
            ("", "100. ", "\t- ", "\t - "),
            ("", "1. ", "       - ", "   - "),
            ("", "-\t", "  - ", "    - "),
            ("", "-\t", "\t-\t", "\t-\t"),
            ("", "-    ", "    - ", "     - "),
            ("", "- [x] ", "  - ", "  - "),
            ("  ", "1. ", "   - ", "     - "),
            ("> ", "10. ", ">    - ", ">     - "),
            ("", "* ", "    1. ", "    1. "),
            ("", "1. ", "  1) ", "   1) "),
        ] {
            assert_eq!(below(lead, marker, prefix), expected, "{lead:?} {marker:?} {prefix:?}");
        }
    }
}
