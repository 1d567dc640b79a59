//! The grammar of board markers: reads and writes them.

use std::collections::HashSet;
use std::ops::Range;

use super::Attributes;
use crate::text::edit::Edit;
use crate::text::span::Span;

/// A marker.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Marker {
    Start { kind: String, attributes: Attributes },
    End { digest: Option<String> },
}

/// The kind of a marker line, judged by that line alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkerLine {
    /// It starts a board.
    Start,
    /// It ends one.
    End,
}

/// Returns the kind of marker that a line reads as. Whether it really is a marker depends on the lines around it.
#[must_use]
pub fn marker_line(line: &str) -> Option<MarkerLine> {
    match parse(inside(line.trim())?.1)? {
        (MarkerLine::End, Ok(_)) => Some(MarkerLine::End),
        _ => Some(MarkerLine::Start),
    }
}

/// Returns the start marker of a board.
///
/// # Errors
/// A marker cannot hold the kind or an attribute.
pub fn start_marker(kind: &str, attributes: &Attributes) -> Result<String, String> {
    let cannot_hold =
        |what: &str| format!("no marker can hold `{what}`: quotes, line breaks and `--` end it");
    if !can_hold(kind) {
        return Err(cannot_hold(kind));
    }
    let needs_quotes = |word: &str| word.is_empty() || word.contains(char::is_whitespace);
    let written = |word: &str| if needs_quotes(word) { quoted(word) } else { word.to_owned() };
    let mut marker = format!("<!-- portolan:board {}", written(kind));
    for (key, value) in attributes.iter() {
        let is_key =
            !key.is_empty() && can_hold(key) && !key.contains(|c: char| c.is_whitespace() || c == '=');
        if !is_key || !can_hold(value) {
            return Err(cannot_hold(&format!("{key}={value}")));
        }
        marker.extend([" ", key, "=", &written(value)]);
    }
    Ok(marker + " -->")
}

/// Returns the end marker of a board, with the digest of its body if it has been filled in.
#[must_use]
pub fn end_marker(digest: Option<&str>) -> String {
    digest.map_or_else(
        || "<!-- portolan:end -->".to_owned(),
        |digest| format!("<!-- portolan:end {digest} -->"),
    )
}

/// Whether a marker can hold a text: in quotes anything but a quote, a line break, and what would end the comment.
fn can_hold(text: &str) -> bool {
    !text.contains(['"', '\n', '\r']) && !text.contains("--")
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

/// Returns the edit that gives an attribute another value, in quotes. `span` is the start marker in `text`.
pub(super) fn with_attribute(text: &str, span: Span, key: &str, value: &str) -> Option<Edit> {
    let (start, words) = inside(span.of(text))?;
    let (_, rest) = verb(words);
    let has_key = |word: &Word| word.text.split_once('=').is_some_and(|(own, _)| own == key);
    let word = split(rest).ok()?.into_iter().skip(1).find(has_key)?;
    let start = span.start as usize + start + words.len() - rest.len();
    let place = Span::new(start + word.range.start, start + word.range.end);
    can_hold(value).then(|| Edit::replace(place, format!("{key}={}", quoted(value))))
}

/// Returns the edit that gives an end marker another digest. `span` is the marker in `text`.
pub(super) fn with_digest(text: &str, span: Span, digest: &str) -> Option<Edit> {
    let (start, words) = inside(span.of(text))?;
    let old = verb(words).1.trim();
    let start = span.start as usize + start + words.len() - old.len();
    (!old.is_empty()).then(|| Edit::replace(Span::new(start, start + old.len()), digest))
}

/// Returns the words of a marker behind `portolan:`, and where they begin in the comment.
fn inside(comment: &str) -> Option<(usize, &str)> {
    let inner = comment.strip_prefix("<!--")?.strip_suffix("-->")?.trim_end();
    let words = inner.trim_start().strip_prefix("portolan:")?;
    Some(("<!--".len() + inner.len() - words.len(), words))
}

/// Splits the words of a marker into the first one and the rest.
fn verb(words: &str) -> (&str, &str) {
    words.split_once(char::is_whitespace).unwrap_or((words, ""))
}

/// Parses the words of a comment; `None` where it is not a board marker.
pub(super) fn parse(words: &str) -> Option<(MarkerLine, Result<Marker, String>)> {
    match verb(words) {
        ("board", rest) => Some((MarkerLine::Start, parse_start(rest))),
        ("end", rest) => Some((MarkerLine::End, parse_end(rest))),
        _ => None,
    }
}

fn parse_end(rest: &str) -> Result<Marker, String> {
    let digest = rest.trim();
    if digest.contains(char::is_whitespace) {
        return Err("an end marker may hold one digest and nothing else".to_owned());
    }
    Ok(Marker::End { digest: (!digest.is_empty()).then(|| digest.to_owned()) })
}

fn parse_start(rest: &str) -> Result<Marker, String> {
    let mut words = split(rest)?.into_iter().map(|word| word.text);
    let kind = words
        .next()
        .ok_or("the marker names no kind of board: write one, as in `portolan:board integrations`")?;
    let mut attributes: Vec<(String, String)> = Vec::new();
    let mut seen = HashSet::new();
    for word in words {
        let Some((key, value)) = word.split_once('=') else {
            return Err(format!("`{word}` is not an attribute: write `key=value`"));
        };
        if !seen.insert(key.to_owned()) {
            return Err(format!("the attribute `{key}` appears twice"));
        }
        attributes.push((key.to_owned(), value.to_owned()));
    }
    Ok(Marker::Start { kind, attributes: attributes.into_iter().collect() })
}

/// A word of a marker.
struct Word {
    /// Its text without quotes.
    text: String,
    /// Its place, with the quotes.
    range: Range<usize>,
}

/// Splits a text at spaces outside double quotes, and removes the quotes.
fn split(text: &str) -> Result<Vec<Word>, String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), None::<Word>, false);
    for (at, c) in text.char_indices() {
        if c.is_whitespace() && !quoted {
            words.extend(word.take());
            continue;
        }
        let word = word.get_or_insert_with(|| Word { text: String::new(), range: at..at });
        word.range.end = at + c.len_utf8();
        if c == '"' {
            quoted = !quoted;
        } else {
            word.text.push(c);
        }
    }
    if quoted {
        return Err("a quote is never closed".to_owned());
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(marker: &str) -> Marker {
        parse(inside(marker).unwrap().1).unwrap().1.unwrap()
    }

    /// Texts of what is special in markers.
    const TEXT: &str = "[a =\\t<>-]{0,6}";

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            kind in TEXT,
            attributes in proptest::collection::btree_map("[a-c<>-]{1,3}", TEXT, 0..4),
            digest in proptest::option::of("[0-9a-f]{16}"),
        ) {
            let attributes: Attributes = attributes.into_iter().collect();
            if let Ok(marker) = start_marker(&kind, &attributes) {
                // The comment ends where the marker does.
                prop_assert_eq!(marker.matches("--").count(), 2);
                prop_assert_eq!(marker_line(&marker), Some(MarkerLine::Start));
                prop_assert_eq!(read(&marker), Marker::Start { kind, attributes });
            }
            let end = end_marker(digest.as_deref());
            prop_assert_eq!(marker_line(&end), Some(MarkerLine::End));
            prop_assert_eq!(read(&end), Marker::End { digest });
        }
    }

    #[test]
    fn what_no_marker_can_hold_is_refused() {
        let one = |key: &str, value: &str| start_marker("x", &[(key, value)].into_iter().collect());
        assert_eq!(one("a", "b").as_deref(), Ok("<!-- portolan:board x a=b -->"));
        assert_eq!(one("a", "b c").as_deref(), Ok("<!-- portolan:board x a=\"b c\" -->"));
        assert_eq!(one("a", "").as_deref(), Ok("<!-- portolan:board x a=\"\" -->"));
        for (key, value) in
            [("", "b"), ("a b", "c"), ("a\"", "b"), ("a", "\""), ("a", "b\nc"), ("a", "b --> c")]
        {
            assert!(one(key, value).is_err(), "{key}={value}");
        }
        assert!(start_marker("a--b", &Attributes::new()).is_err());
    }

    #[test]
    fn an_edit_changes_one_value() {
        for (old, expected) in [
            (
                "<!-- portolan:board x  where=\"a = b\" limit=5 -->",
                Some("<!-- portolan:board x  where=\"c\" limit=5 -->"),
            ),
            ("<!--portolan:board x limit=5 where=a-->", Some("<!--portolan:board x limit=5 where=\"c\"-->")),
            ("<!--\n portolan:board x \"where=a b\"\n-->", Some("<!--\n portolan:board x where=\"c\"\n-->")),
            ("<!-- portolan:board x -->", None),
        ] {
            let text = format!("é {old}");
            let edit = with_attribute(&text, Span::new(3, text.len()), "where", "c");
            let new = edit.map(|edit| crate::text::edit::Edits::from(edit).apply(&text).unwrap());
            assert_eq!(new, expected.map(|expected| format!("é {expected}")), "{old}");
            assert_eq!(with_attribute(&text, Span::new(3, text.len()), "where", "a -- b"), None);
        }
        for (old, expected) in [
            ("<!-- portolan:end abc -->", Some("<!-- portolan:end d -->")),
            ("<!--portolan:end\n abc-->", Some("<!--portolan:end\n d-->")),
            ("<!-- portolan:end -->", None),
        ] {
            let edit = with_digest(old, Span::new(0, old.len()), "d");
            let new = edit.map(|edit| crate::text::edit::Edits::from(edit).apply(old).unwrap());
            assert_eq!(new.as_deref(), expected, "{old}");
        }
    }
}
