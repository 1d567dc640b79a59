//! Finds the exact bytes of a YAML value in the file.
//!
//! The parser's spans are for messages: they begin at a tag or an anchor, and end after a comment that follows a
//! closing quote, or at the first key after a block of text. To replace a value, exactly its bytes are needed.

use crate::text::span::{Span, trim};

/// The way a value is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Quoted,
    /// After `|` or `>`.
    Block,
}

/// The position of a value in the file.
pub(super) struct Written {
    /// All of it, including quotes.
    pub(super) span: Span,
    /// The text, if it is written as it reads; see [`super::Scalar::inner`].
    pub(super) inner: Option<Span>,
}

/// Finds the value that reads as `value`, starting from the span that the parser gives.
pub(super) fn find(text: &str, value: &str, style: Style, parsed: Span) -> Written {
    let (start, marked) = behind_marks(text, parsed);
    let rest = Span { start, end: parsed.end };
    let span = match style {
        Style::Quoted => quoted(text, rest),
        Style::Block => {
            // After a tag, the parser's span begins at the `|`, otherwise at the text.
            let header =
                if marked { rest.of(text).find('\n').map_or(rest.end - start, |at| at as u32) } else { 0 };
            trim(text, Span { start: start + header, end: rest.end })
        }
        Style::Plain if value.is_empty() && !marked => {
            // The value is empty, and the parser's span is at the colon.
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
    // For an empty block, the place of its text is unknown.
    let same = within.of(text) == value.trim() && !(is_block && within.is_empty());
    Written { span, inner: same.then_some(within) }
}

/// Returns the start of a value after its tag and anchor, and whether it has one. An unquoted value cannot begin
/// with the signs of these.
fn behind_marks(text: &str, parsed: Span) -> (u32, bool) {
    let source = parsed.of(text);
    let mut at = 0;
    while source[at..].starts_with(['!', '&']) {
        at += source[at..].find(char::is_whitespace).unwrap_or(source.len() - at);
        let behind = behind_blanks(&source[at..]);
        if at + behind == source.len() {
            // There is only the mark, and a value would follow it directly.
            break;
        }
        at += behind;
    }
    (parsed.start + at as u32, at > 0)
}

/// Returns the number of bytes of spaces, line ends and comments at the beginning of a text.
fn behind_blanks(text: &str) -> usize {
    let mut rest = text.trim_start();
    while rest.starts_with('#') {
        rest = rest.find('\n').map_or("", |end| rest[end..].trim_start());
    }
    text.len() - rest.len()
}

/// Returns the span of a quoted text, up to the closing quote.
fn quoted(text: &str, from: Span) -> Span {
    let source = from.of(text).as_bytes();
    let quote = source.first().copied().unwrap_or(b'"');
    let mut at = 1;
    while let Some(byte) = source.get(at) {
        match byte {
            b'\\' if quote == b'"' => at += 2,
            _ if *byte != quote => at += 1,
            // A doubled quote is one quote in the text.
            b'\'' if source.get(at + 1) == Some(&b'\'') => at += 2,
            _ => return Span { start: from.start, end: from.start + at as u32 + 1 },
        }
    }
    from
}
