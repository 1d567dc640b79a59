//! Where a value of YAML stands in the file, to the byte.
//!
//! The parser's own spans are for messages: they begin at a tag or an anchor, end behind the comment after a
//! closing quote, or at the first key behind a block of text. Whoever writes another value needs the bytes
//! of the old one and no others.

use crate::text::span::{Span, trim};

/// How a value is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Quoted,
    /// Behind `|` or `>`.
    Block,
}

/// A value in the file.
pub(super) struct Written {
    /// All of it, quotes included.
    pub(super) span: Span,
    /// The text, where it stands there as it reads; see [`super::Scalar::inner`].
    pub(super) inner: Option<Span>,
}

/// Finds a value that reads as `value` in the file, from where the parser says that it is.
pub(super) fn find(text: &str, value: &str, style: Style, parsed: Span) -> Written {
    let (start, marked) = behind_marks(text, parsed);
    let rest = Span { start, end: parsed.end };
    let span = match style {
        Style::Quoted => quoted(text, rest),
        Style::Block => {
            // Behind a tag the parser begins at the `|`, else at the text.
            let header =
                if marked { rest.of(text).find('\n').map_or(rest.end - start, |at| at as u32) } else { 0 };
            trim(text, Span { start: start + header, end: rest.end })
        }
        Style::Plain if value.is_empty() && !marked => {
            // Nothing stands there, and the parser is still at the colon.
            let at = start as usize;
            return match text.get(at..).filter(|rest| rest.starts_with(':')) {
                Some(_) => Written { span: Span::at(at + 1), inner: Some(Span::at(at + 1)) },
                None => Written { span: Span::at(at), inner: None },
            };
        }
        Style::Plain => rest,
    };
    let within = match style {
        Style::Quoted if span.end - span.start >= 2 => Span { start: span.start + 1, end: span.end - 1 },
        _ => span,
    };
    let within = trim(text, within);
    let is_block = style == Style::Block;
    // Over an empty block nobody can tell where its text would begin.
    let same = within.of(text) == value.trim() && !(is_block && within.is_empty());
    Written { span, inner: same.then_some(within) }
}

/// The start of a value behind its tag and anchor, and whether it has one. No value that is not in quotes
/// begins with their marks.
fn behind_marks(text: &str, parsed: Span) -> (u32, bool) {
    let source = parsed.of(text);
    let mut at = 0;
    while source[at..].starts_with(['!', '&']) {
        at += source[at..].find(char::is_whitespace).unwrap_or(source.len() - at);
        let behind = behind_blanks(&source[at..]);
        if at + behind == source.len() {
            // Nothing but the mark: a value would stand right behind it.
            break;
        }
        at += behind;
    }
    (parsed.start + at as u32, at > 0)
}

/// How many bytes of blanks, line ends and comments a text begins with.
fn behind_blanks(text: &str) -> usize {
    let mut rest = text.trim_start();
    while rest.starts_with('#') {
        rest = rest.find('\n').map_or("", |end| rest[end..].trim_start());
    }
    text.len() - rest.len()
}

/// A text in quotes, up to the one that closes it.
fn quoted(text: &str, from: Span) -> Span {
    let source = from.of(text).as_bytes();
    let quote = source.first().copied().unwrap_or(b'"');
    let mut at = 1;
    while let Some(byte) = source.get(at) {
        match byte {
            b'\\' if quote == b'"' => at += 2,
            _ if *byte != quote => at += 1,
            // Two of them are one that belongs to the text.
            b'\'' if source.get(at + 1) == Some(&b'\'') => at += 2,
            _ => return Span { start: from.start, end: from.start + at as u32 + 1 },
        }
    }
    from
}
