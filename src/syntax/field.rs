//! Reads `Key: value` in a list item, with the decoration that people put around it.

use crate::text::fold::undecorated;
use crate::text::span::{Span, trim};

/// A key and its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    /// The key without emphasis marks.
    pub(crate) key: Span,
    /// Everything after the colon, trimmed.
    pub(crate) value: Span,
}

/// Signs that separate a key from its value. Japanese and Chinese keyboards type the wide one.
pub(crate) const COLONS: [char; 2] = [':', '：'];

/// Reads `Key: value` with emphasis around it, as in `**Key:** value` and `__Key__: value`, and `Key:: value` of
/// the Dataview plug-in. `None` where code, a link or a quote begins before the first colon.
pub(crate) fn split(text: &str, line: Span) -> Option<Field> {
    let source = line.of(text);
    let colon = source.find(COLONS)?;
    let (before, after) = (&source[..colon], source[colon..].trim_start_matches(COLONS));
    let key = undecorated(before);
    let mut marks = before.match_indices(['`', '[', '\'', '"', '<']);
    if key.is_empty() || marks.any(|(at, _)| !is_apostrophe(before, at)) {
        return None;
    }
    let key_at = before.find(key)?;
    let key_start = line.start as usize + key_at;
    let mark = |c: char| matches!(c, '*' | '_');
    let opening = &before[before[..key_at].trim_end_matches(mark).len()..key_at];
    let closed = before[key_at + key.len()..].contains(mark);
    // Emphasis that is open at the colon may close right after it.
    let closing: String = opening.chars().rev().collect();
    let value = if closed { after } else { after.strip_prefix(&closing).unwrap_or(after) };
    let value_start = line.end as usize - value.len();
    Some(Field {
        key: Span::new(key_start, key_start + key.len()),
        value: trim(text, Span::new(value_start, line.end as usize)),
    })
}

/// Whether the sign at an offset is an apostrophe inside a word: `Ruth's`.
fn is_apostrophe(text: &str, at: usize) -> bool {
    let behind = text[at..].strip_prefix('\'');
    text[..at].ends_with(char::is_alphabetic)
        && behind.is_some_and(|behind| behind.starts_with(char::is_alphabetic))
}

/// Returns the content of the brackets around an inline field of the Dataview plug-in: `[Status:: Active]`,
/// `(status:: x)`.
pub(crate) fn bracketed(text: &str, line: Span) -> Option<Span> {
    let line = trim(text, line);
    let source = line.of(text);
    let (open, close) = if source.starts_with('[') { ('[', ']') } else { ('(', ')') };
    let inner = source.strip_prefix(open)?;
    let mut depth = 1usize;
    let end = inner.char_indices().find_map(|(at, c)| {
        if c == open {
            depth += 1;
        } else if c == close {
            depth -= 1;
        }
        (depth == 0).then_some(at)
    })?;
    let (key, _) = inner[..end].split_once("::")?;
    let start = line.start as usize + 1;
    (!key.contains([open, ':'])).then(|| trim(text, Span::new(start, start + end)))
}

/// Whether a value is a query that the Dataview plug-in computes when the note is shown: `` `= this.file.mtime`
/// ``.
#[must_use]
pub(crate) fn is_query(value: &str) -> bool {
    let closed = |at: usize| value[at + 1..].contains('`');
    ["`=", "`$="].iter().any(|open| value.find(open).is_some_and(closed))
}

/// Strips the emphasis and quotes around a value. A query keeps its quotes.
pub(crate) fn bare_value(text: &str, value: Span) -> Span {
    let value = without_emphasis(text, value);
    let inner = value.of(text);
    if is_query(inner) {
        return value;
    }
    for quote in ['"', '\'', '`'] {
        let within = inner.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
        // The quotes of `Active` or `Idle` do not enclose the whole value.
        if within.is_some_and(|within| !within.contains(quote)) {
            return Span::new(value.start as usize + 1, value.end as usize - 1);
        }
    }
    value
}

/// Strips the emphasis around a whole value, which may have begun before the key: `**Key: value**`.
fn without_emphasis(text: &str, value: Span) -> Span {
    let inner = value.of(text);
    for mark in ["***", "**", "__", "*", "_"] {
        let Some(rest) = inner.strip_suffix(mark) else { continue };
        let opened = rest.strip_prefix(mark);
        let bare = opened.unwrap_or(rest);
        // `**a** or **b**` is emphasised in parts, and a lone `_` at the end belongs to a name.
        if bare.is_empty() || bare.contains(mark) || (opened.is_none() && mark != "**") {
            return value;
        }
        let start = value.start as usize + opened.map_or(0, |_| mark.len());
        return trim(text, Span::new(start, start + bare.len()));
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: Option<(&str, &str)>) {
        let field = split(line, Span::new(0, line.len()));
        let shown = field.map(|f| (f.key.of(line), bare_value(line, f.value).of(line)));
        assert_eq!(shown, expected, "{line}");
    }

    #[test]
    fn dataview_takes_fields_out_of_brackets() {
        for (line, expected) in [
            ("[Last Modified:: 2026-11-01] #x", Some("Last Modified:: 2026-11-01")),
            ("(status:: Active (since May))", Some("status:: Active (since May)")),
            ("[Created:: [[2026-11-01]]]", Some("Created:: [[2026-11-01]]")),
            ("[[a:: b]]", None),
            ("[Status: Active]", None),
            ("(x) a:: b", None),
            ("[Status:: Active", None),
            ("Status:: Active", None),
        ] {
            let inner = bracketed(line, Span::new(0, line.len()));
            assert_eq!(inner.map(|span| span.of(line)), expected, "{line}");
        }
    }

    #[test]
    fn reads_the_ways_of_writing_a_field() {
        check("Status: Active", Some(("Status", "Active")));
        check("**Status:** 🟢 Active", Some(("Status", "🟢 Active")));
        check("**Last Modified**: 2024-12-07_08-00", Some(("Last Modified", "2024-12-07_08-00")));
        check("Status:: Active", Some(("Status", "Active")));
        check("📅 Created: \"2024-12-07_08-00\"", Some(("Created", "2024-12-07_08-00")));
        check("Created: **2024-12-07**", Some(("Created", "2024-12-07")));
        check("**Created: 2024-12-07**", Some(("Created", "2024-12-07")));
        check("**Created:** *\"2024-12-07\"*", Some(("Created", "2024-12-07")));
        check("Created: ***2024-12-07***", Some(("Created", "2024-12-07")));
        check("Status: 🟢 **Active**", Some(("Status", "🟢 **Active**")));
        check("Status: **A** or **B**", Some(("Status", "**A** or **B**")));
        check("Name: __init__", Some(("Name", "init")));
        check("Name: a_", Some(("Name", "a_")));
        check("Name: **", Some(("Name", "**")));
        check("__Last Modified:__ 2024-12-07", Some(("Last Modified", "2024-12-07")));
        check("__Last Modified__: 2024-12-07", Some(("Last Modified", "2024-12-07")));
        check("*Status:* Active", Some(("Status", "Active")));
        check("***Status:*** *Active*", Some(("Status", "Active")));
        check("📅 **_Created:_** __2024-12-07__", Some(("Created", "2024-12-07")));
        check("Status: *Active*", Some(("Status", "Active")));
        check("**Name:** __init__ and *all*", Some(("Name", "__init__ and *all*")));
        check("Status：🟢 Active", Some(("Status", "🟢 Active")));
        check("**連携更新：** “x: y”", Some(("連携更新", "“x: y”")));
        check("Host: a：b", Some(("Host", "a：b")));
        check("Last Modified: `= this.file.mtime`", Some(("Last Modified", "`= this.file.mtime`")));
        check("Status: **`$= x`**", Some(("Status", "`$= x`")));
        check("Status: `Active`", Some(("Status", "Active")));
        check("Status: `Active` or `Idle`", Some(("Status", "`Active` or `Idle`")));
        check("Status: \"\"", Some(("Status", "")));
        check("Version:", Some(("Version", "")));
        check("Ruth's fixes: 'a'", Some(("Ruth's fixes", "a")));
        check("Today's latency: 5 ms", Some(("Today's latency", "5 ms")));
        check("'a: b'", None);
        check("don't 'a: b'", None);
        check("Ruth' s: b", None);
        check("no field", None);
        check("`a: b`", None);
        check("[[a: b]] c", None);
        check(": x", None);
    }
}
