//! Labels of diagrams without the mark-up that mermaid gives to the browser.

use std::borrow::Cow;

/// Tags that change how words look, or part them.
const TAGS: [&str; 24] = [
    "b", "big", "br", "center", "code", "del", "div", "em", "font", "h1", "h2", "h3", "hr", "i", "mark", "p",
    "s", "small", "span", "strong", "sub", "sup", "tt", "u",
];

/// Those that leave the words around them together.
const WITHIN_WORDS: [&str; 16] = [
    "b", "big", "code", "del", "em", "font", "i", "mark", "s", "small", "span", "strong", "sub", "sup", "tt",
    "u",
];

/// A label as it is read, on one line: `Web<br/>Server` is `Web Server`, and `<b>Queue</b>` is `Queue`. What looks like a
/// tag and is none that browsers draw stays: `Map<K>`.
pub(super) fn plain(label: &str) -> Cow<'_, str> {
    let mut shown = String::new();
    let (mut from, mut at) = (0, 0);
    while let Some(open) = memchr::memchr(b'<', &label.as_bytes()[at..]).map(|len| at + len) {
        at = open + 1;
        let Some((name, len)) = tag(&label[open..]) else { continue };
        shown.push_str(&label[from..open]);
        if !WITHIN_WORDS.iter().any(|within| within.eq_ignore_ascii_case(name)) {
            shown.push(' ');
        }
        from = open + len;
        at = from;
    }
    if from == 0 {
        return Cow::Borrowed(label);
    }
    shown.push_str(&label[from..]);
    Cow::Owned(shown.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The name of the tag that a text begins with, and how long the tag is.
fn tag(text: &str) -> Option<(&str, usize)> {
    /// No tag in a label is longer; without a bound many that never end would each be read to the end.
    const LONGEST: usize = 256;
    let window = &text.as_bytes()[..text.len().min(LONGEST)];
    let end = memchr::memchr(b'>', window)?;
    let inner = text[1..end].strip_prefix('/').unwrap_or(&text[1..end]);
    let name = inner.split(|c: char| c == '/' || c.is_whitespace()).next()?;
    TAGS.iter().any(|known| known.eq_ignore_ascii_case(name)).then_some((name, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_without_tags() {
        for (label, expected) in [
            ("Web<br/>Server", "Web Server"),
            ("Web<BR />Server<br>1", "Web Server 1"),
            ("<b>Queue</b>", "Queue"),
            ("<span style='color: red'>Q</span>ueue", "Queue"),
            ("<small> a </small>  b", "a b"),
            ("Map<K, V> a < b > c <none> <", "Map<K, V> a < b > c <none> <"),
            ("<<b>>", "<>"),
            ("a  b", "a  b"),
            ("", ""),
        ] {
            assert_eq!(plain(label), expected, "{label}");
        }
        let long = "<b ".repeat(100_000);
        assert_eq!(plain(&long), long);
    }
}
