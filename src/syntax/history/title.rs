//! Reads the title of an entry: the text after its head, over all lines of its paragraph.

use std::borrow::Cow;

use super::head::Head;
use crate::syntax::block_start::unquoted;
use crate::syntax::conflict;
use crate::syntax::markdown::without_block_id;
use crate::text::stamp::StampFormat;

/// Joins the lines of a paragraph. Drops what begins a further line because of the block around it, such as
/// indents and quote marks, and the backslash of a hard line break.
pub(super) fn on_one_line(paragraph: &str) -> Cow<'_, str> {
    if !paragraph.contains(['\n', '\r']) {
        return Cow::Borrowed(paragraph);
    }
    let mut whole = String::with_capacity(paragraph.len());
    for (i, line) in paragraph.split(['\n', '\r']).enumerate() {
        // In Markdown, conflict markers of git continue the paragraph above them.
        if conflict::is_marker(line) || line == "=======" {
            break;
        }
        let own = if i == 0 { line } else { unquoted(line) };
        for word in own.strip_suffix('\\').unwrap_or(own).split([' ', '\t']).filter(|word| !word.is_empty()) {
            whole.push_str(if whole.is_empty() { "" } else { " " });
            whole.push_str(word);
        }
    }
    Cow::Owned(whole)
}

/// Returns the title of an entry as far as it stands on `line`, the entry's first line, which may end with a block
/// id.
#[must_use]
pub fn title_on(line: &str, format: &StampFormat) -> Option<String> {
    let head = Head::read(without_block_id(line), format)?;
    Some(without_changelog(&head.title).0.into_owned())
}

/// Removes `[changelog#…]` from a title and returns both; the tag is empty where there is none. `[[changelog#…]]`
/// and `[changelog#…](…)` are links, and stay.
pub(super) fn without_changelog(title: &str) -> (Cow<'_, str>, &str) {
    const OPEN: &str = "[changelog#";
    for (at, _) in title.match_indices(OPEN) {
        let inner = &title[at + OPEN.len()..];
        let end = inner.find(['[', ']']).filter(|end| *end > 0 && inner[*end..].starts_with(']'));
        let Some(end) = end.filter(|_| !title[..at].ends_with('[')) else { continue };
        if inner[end + 1..].starts_with(['(', '[', ']']) {
            continue;
        }
        let (before, after) = (title[..at].trim(), inner[end + 1..].trim());
        let gap = if before.is_empty() || after.is_empty() { "" } else { " " };
        return (Cow::Owned([before, after].join(gap)), &inner[..end]);
    }
    (Cow::Borrowed(title.trim()), "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changelog_tag_is_no_part_of_the_title() {
        let check =
            |title, rest: &str, tag| assert_eq!(without_changelog(title), (rest.into(), tag), "{title}");
        check("Setup [changelog#12] done", "Setup done", "12");
        check("Setup [changelog#12]", "Setup", "12");
        check("[changelog#12] Setup", "Setup", "12");
        check("[changelog#12]", "", "12");
        check(" Setup ", "Setup", "");
        check("c [[changelog#12]]", "c [[changelog#12]]", "");
        check("c [changelog#12](a.md)", "c [changelog#12](a.md)", "");
        check("c [changelog#] d", "c [changelog#] d", "");
        check("[[changelog#1]] [changelog#2]", "[[changelog#1]]", "2");
    }
    #[test]
    fn a_paragraph_is_shown_on_one_line() {
        for (paragraph, expected) in [
            ("a  b", "a  b"),
            ("a  b\nc", "a b c"),
            ("a\r\n  b\r\n\tc", "a b c"),
            ("a  \n  b", "a b"),
            ("a\\\n  b \\ c", "a b \\ c"),
            ("a\n  > b\n  > c > d", "a b c > d"),
            ("10\u{a0}000\n  b", "10\u{a0}000 b"),
            ("a\n<<<<<<< HEAD", "a"),
            ("a\n=======\nb", "a"),
        ] {
            assert_eq!(on_one_line(paragraph), expected, "{paragraph:?}");
        }
    }

    #[test]
    fn titles_on_a_line() {
        let title = |line: &str| title_on(line, &StampFormat::default());
        assert_eq!(title("2025-03-01_09-00 - a [changelog#1] ^id").as_deref(), Some("a"));
        assert_eq!(title("**2025-03-01_09-00 - a** ^id").as_deref(), Some("a"));
        assert_eq!(title("2025-03-01_09-00 - a ^ b").as_deref(), Some("a ^ b"));
        assert_eq!(title("nothing"), None);
    }
}
