//! Escapes values for the quotes, properties and table cells in which the places of a template stand.

use crate::syntax::integration;
use crate::syntax::outline::Outline;
use crate::text::line::line_before;
use crate::text::sorted::last_where;
use crate::text::span::Span;

/// The quotes around a place, which decide how a value is escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quotes {
    /// None that a value could end.
    None,
    /// Quotes with the escapes `\"` and `\'`, as in JSON.
    Json(u8),
    /// Quotes of YAML: `\"` in double ones, `''` in single ones.
    Yaml(u8),
    /// None so far: the place is a whole property, and some values need quotes there.
    Property,
    /// None, but in a table, where a bar would begin the next cell.
    Cell,
}

impl Quotes {
    /// Returns a value as it is written at such a place.
    pub(super) fn write(self, value: &str) -> String {
        match self {
            Self::None => value.to_owned(),
            Self::Yaml(b'\'') => value.replace('\'', "''"),
            Self::Json(b'\'') => value.replace('\\', "\\\\").replace('\'', "\\'"),
            Self::Json(_) | Self::Yaml(_) => value.replace('\\', "\\\\").replace('"', "\\\""),
            Self::Property if is_meant_so(value) => value.to_owned(),
            Self::Property => in_quotes(value),
            Self::Cell => value.replace("\\|", "|").replace('|', "\\|"),
        }
    }
}

/// Returns a property in double quotes.
pub(super) fn in_quotes(value: &str) -> String {
    format!("\"{}\"", Quotes::Yaml(b'"').write(value))
}

/// Whether a value as a whole stands in one of these pairs.
pub(super) fn is_enclosed(value: &str, pairs: &[(char, char)]) -> bool {
    value.len() > 1 && pairs.iter().any(|(open, close)| value.starts_with(*open) && value.ends_with(*close))
}

/// Whether a property may be left to YAML as it is written: it is a plain scalar, or in quotes or brackets that
/// somebody has put there on purpose. A bare link (`[[x]]`) does not count.
fn is_meant_so(value: &str) -> bool {
    if is_enclosed(value, &[('"', '"'), ('\'', '\''), ('[', ']'), ('{', '}')]) {
        return !value.starts_with("[[");
    }
    is_plain(value)
}

/// Whether a text is a plain YAML scalar.
pub(super) fn is_plain(value: &str) -> bool {
    let sign = value.starts_with(|c: char| "@`&*!|>%\"'#{}[],".contains(c));
    let blank = |rest: &str| rest.is_empty() || rest.starts_with(char::is_whitespace);
    let dash = ["-", "?", ":"].iter().any(|sign| value.strip_prefix(sign).is_some_and(blank));
    let key = value.match_indices(':').any(|(at, _)| blank(&value[at + 1..]));
    let comment = value.match_indices('#').any(|(at, _)| value[..at].ends_with(char::is_whitespace));
    !(sign || dash || key || comment || value.trim() != value)
}

/// Whether a place in the properties is a whole value.
fn is_whole(text: &str, place: Span) -> bool {
    let before = line_before(text, place.start as usize).trim_end();
    let behind = text[place.end as usize..].lines().next().unwrap_or_default();
    behind.trim().is_empty() && (before.ends_with(':') || before.trim_start() == "-")
}

/// Returns what a value needs at a place without quotes around it. Properties end at `body`.
pub(super) fn needed(text: &str, body: usize, outline: &Outline, place: Span) -> Quotes {
    if place.end as usize <= body {
        return if is_whole(text, place) { Quotes::Property } else { Quotes::None };
    }
    let behind = outline.tables.partition_point(|table| table.span.end <= place.start);
    let table = outline.tables.get(behind).filter(|table| table.span.contains(place));
    if table.is_some() { Quotes::Cell } else { Quotes::None }
}

/// Returns the quoted texts in the properties of a note, which end at `body`, and in its blocks of JSON, in
/// order. Quotes within `expressions`, which are sorted, do not count.
pub(super) fn quoted(
    text: &str,
    body: usize,
    outline: &Outline,
    expressions: &[Span],
) -> Vec<(Span, Quotes)> {
    let mut walk = Walk { bytes: text.as_bytes(), expressions, found: Vec::new() };
    walk.yaml(body);
    for fence in outline.fences.iter().filter(|fence| integration::may_hold(&fence.language)) {
        walk.json(fence.span);
    }
    walk.found
}

/// Returns the quotes around a place, given those of its note.
pub(super) fn around(quoted: &[(Span, Quotes)], place: Span) -> Quotes {
    let around = last_where(quoted, |(span, _)| span.start <= place.start);
    around.filter(|(span, _)| place.start <= span.end).map_or(Quotes::None, |(_, quotes)| *quotes)
}

struct Walk<'t> {
    bytes: &'t [u8],
    expressions: &'t [Span],
    found: Vec<(Span, Quotes)>,
}

impl Walk<'_> {
    /// Returns the end of the expression that begins here, if one does.
    fn skip(&mut self, at: usize) -> Option<usize> {
        while let Some((first, rest)) = self.expressions.split_first() {
            let (start, end) = (first.start as usize, first.end as usize);
            if start > at {
                return None;
            }
            self.expressions = rest;
            if start == at && end > at {
                return Some(end);
            }
        }
        None
    }

    /// Walks to the end of a quoted text, and records it. `ends` tells where it ends at the latest.
    fn text(
        &mut self,
        open: usize,
        end: usize,
        quotes: fn(u8) -> Quotes,
        ends: impl Fn(&[u8], usize) -> bool,
    ) -> usize {
        let quotes = quotes(self.bytes[open]);
        let mut at = open + 1;
        while at < end && !ends(self.bytes, at) {
            if let Some(behind) = self.skip(at) {
                at = behind;
                continue;
            }
            let doubled = self.bytes.get(at + 1) == Some(&b'\'');
            match (self.bytes[at], quotes) {
                (b'\'', Quotes::Yaml(b'\'')) if doubled => at += 2,
                (b'\\', Quotes::Json(_) | Quotes::Yaml(b'"')) => at += 2,
                (byte, Quotes::Json(quote) | Quotes::Yaml(quote)) if byte == quote => break,
                _ => at += 1,
            }
        }
        self.found.push((Span::new(open + 1, at.min(end)), quotes));
        at + 1
    }

    fn yaml(&mut self, end: usize) {
        let is_new_line = |bytes: &[u8], at: usize| at == 0 || bytes[at - 1] == b'\n';
        // A line without an indent does not continue a text above it.
        let is_key = |bytes: &[u8], at: usize| is_new_line(bytes, at) && !b" \t\r\n".contains(&bytes[at]);
        // The last character before, blanks aside, and whether there were any blanks.
        let (mut before, mut apart, mut at) = (b'\n', true, 0);
        while at < end {
            if let Some(behind) = self.skip(at) {
                (before, apart, at) = (b'}', false, behind);
                continue;
            }
            let byte = self.bytes[at];
            let begins = match before {
                b':' | b'-' | b'?' => apart,
                b'\n' | b',' | b'[' | b'{' => true,
                _ => false,
            };
            match byte {
                b'"' | b'\'' if begins => {
                    at = self.text(at, end, Quotes::Yaml, is_key);
                    (before, apart) = (byte, false);
                    continue;
                }
                b'#' if apart => {
                    let line = memchr::memchr(b'\n', &self.bytes[at..end]);
                    at = line.map_or(end, |line| at + line);
                    continue;
                }
                b'\n' => (before, apart) = (b'\n', true),
                b' ' | b'\t' | b'\r' => apart = true,
                _ => (before, apart) = (byte, false),
            }
            at += 1;
        }
    }

    fn json(&mut self, block: Span) {
        let (mut at, end) = (block.start as usize, block.end as usize);
        while at < end {
            if let Some(behind) = self.skip(at) {
                at = behind;
                continue;
            }
            let rest = &self.bytes[at..end];
            at = match rest {
                [b'"' | b'\'', ..] => self.text(at, end, Quotes::Json, |bytes, at| bytes[at] == b'\n'),
                [b'/', b'/', ..] => memchr::memchr(b'\n', rest).map_or(end, |line| at + line),
                [b'/', b'*', ..] => memchr::memmem::find(rest, b"*/").map_or(end, |close| at + close + 2),
                _ => at + 1,
            };
        }
    }
}
