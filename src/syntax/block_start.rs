//! Recognises the beginnings of blocks (`CommonMark` 0.31, sections 4 and 5) in single lines.
//!
//! A line comes without its indent. This is for text that is not parsed as a whole, such as a line that is about
//! to be written; the blocks of a note are in its [`Outline`](super::outline::Outline).

use crate::text::number::split_digits;

/// Splits a line after the marker of a list item: a bullet, or up to nine digits with a `.` or `)`. A blank or the
/// end of the line follows.
pub(crate) fn list_marker(line: &str) -> Option<(&str, &str)> {
    let (number, behind) = split_digits(line);
    let rest = match number.len() {
        0 => behind.strip_prefix(['-', '*', '+'])?,
        1..=9 => behind.strip_prefix(['.', ')'])?,
        _ => return None,
    };
    is_apart(rest).then(|| (&line[..line.len() - rest.len()], rest))
}

/// Returns the text of a heading behind its `#` signs. A blank or the end of the line follows them.
pub(crate) fn atx_heading(line: &str) -> Option<&str> {
    let rest = line.trim_start_matches('#');
    ((1..=6).contains(&(line.len() - rest.len())) && is_apart(rest)).then_some(rest)
}

/// Whether a line is a thematic break: three or more equal `-`, `*` or `_`, perhaps with blanks.
pub(crate) fn is_thematic_break(line: &str) -> bool {
    let mut signs = line.bytes().filter(|byte| !matches!(byte, b' ' | b'\t'));
    let Some(first @ (b'-' | b'*' | b'_')) = signs.next() else { return false };
    signs.clone().all(|sign| sign == first) && signs.count() >= 2
}

/// Whether a line begins with the marks of a code fence.
pub(crate) fn is_fence(line: &str) -> bool {
    line.starts_with("```") || line.starts_with("~~~")
}

/// Returns a line without its indent and the marks of quotes.
pub(crate) fn unquoted(line: &str) -> &str {
    line.trim_start_matches([' ', '\t', '>'])
}

fn is_apart(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with([' ', '\t'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_of_list_items() {
        for (line, expected) in [
            ("- a", Some(("-", " a"))),
            ("*\ta", Some(("*", "\ta"))),
            ("+", Some(("+", ""))),
            ("- - a", Some(("-", " - a"))),
            ("1. a", Some(("1.", " a"))),
            ("12) [ ] a", Some(("12)", " [ ] a"))),
            ("123456789. a", Some(("123456789.", " a"))),
            ("1234567890. a", None),
            ("-a", None),
            ("-\u{a0}a", None),
            ("-- a", None),
            ("1.5 a", None),
            ("1- a", None),
            (". a", None),
            ("1", None),
            ("", None),
        ] {
            assert_eq!(list_marker(line), expected, "{line}");
        }
    }

    #[test]
    fn headings_and_thematic_breaks() {
        for (line, expected) in [
            ("# a", Some(" a")),
            ("######\ta", Some("\ta")),
            ("##", Some("")),
            ("####### a", None),
            ("#a", None),
            ("a", None),
            ("", None),
        ] {
            assert_eq!(atx_heading(line), expected, "{line}");
        }
        for line in ["---", "* * *", "_\t__ ", "----"] {
            assert!(is_thematic_break(line), "{line}");
        }
        for line in ["--", "- - *", "===", "---a", "-\u{a0}--", ""] {
            assert!(!is_thematic_break(line), "{line}");
        }
    }
}
