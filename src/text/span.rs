//! Byte ranges of texts.
//!
//! A [`Span`] always counts bytes of one text: the file as it lies on disk, unless the code that creates the span
//! names another text, such as a block joined from several pieces.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::sorted::last_where;

/// A half-open range of bytes, `[start, end)`, of a text of less than 4 GiB.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// Creates a span from two byte offsets. An end before the start gives an empty span at the start.
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Self {
        let end = if end < start { start } else { end };
        Self { start: start as u32, end: end as u32 }
    }

    /// Creates an empty span, a place between two bytes.
    #[must_use]
    pub const fn at(offset: usize) -> Self {
        Self::new(offset, offset)
    }

    /// Returns the number of bytes.
    #[must_use]
    pub const fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether the span holds no byte.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Returns the span as a range for indexing.
    #[must_use]
    pub const fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Returns the text under the span, or `""` where the span does not fit the text.
    #[must_use]
    pub fn of(self, text: &str) -> &str {
        text.get(self.range()).unwrap_or("")
    }

    /// Whether `other` lies entirely inside this span.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two share at least one byte, or one of them is empty and lies between bytes of the other.
    #[must_use]
    pub const fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Returns the span moved `by` bytes to the right.
    #[must_use]
    pub const fn shifted(self, by: usize) -> Self {
        Self { start: self.start + by as u32, end: self.end + by as u32 }
    }

    /// Returns the smallest span that covers both.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// Returns the span that contains the byte at `offset`. The spans are in order and do not overlap.
///
/// ```
/// use portolan::text::span::{Span, containing};
///
/// let spans = [Span::new(0, 2), Span::new(5, 7)];
/// assert_eq!(containing(&spans, 6), Some(spans[1]));
/// assert_eq!(containing(&spans, 2), None);
/// ```
#[must_use]
#[inline]
pub fn containing(spans: &[Span], offset: u32) -> Option<Span> {
    last_where(spans, |span| span.start <= offset).copied().filter(|span| offset < span.end)
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

/// Returns the part of `span` without white space at both ends of its part of `text`.
#[must_use]
#[inline]
pub fn trim(text: &str, span: Span) -> Span {
    let inner = span.of(text).as_bytes();
    // Most spans need no trimming.
    if let [first, .., last] = inner
        && first.is_ascii_graphic()
        && last.is_ascii_graphic()
    {
        return span;
    }
    let blank = |byte: &&u8| matches!(**byte, b' ' | b'\t'..=b'\r');
    let before = inner.iter().take_while(blank).count();
    let rest = &inner[before..];
    let rest = &rest[..rest.len() - rest.iter().rev().take_while(blank).count()];
    let start = span.start as usize + before;
    // Whitespace outside ASCII is rare, so the slower function is called only where it is possible.
    match rest {
        [0x80..=0xff, ..] | [.., 0x80..=0xff] => trim_all(text, Span::new(start, start + rest.len())),
        _ => Span::new(start, start + rest.len()),
    }
}

fn trim_all(text: &str, span: Span) -> Span {
    let inner = span.of(text);
    let rest = inner.trim_start();
    let start = span.start as usize + (inner.len() - rest.len());
    Span::new(start, start + rest.trim_end().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trims_to_a_span_of_the_same_text() {
        let text = "a:  b c \n";
        assert_eq!(trim(text, Span::new(2, 9)).of(text), "b c");
        assert_eq!(trim(text, Span::new(2, 4)), Span::at(4));
        let text = " \u{a0}é\u{2003} \u{b}";
        assert_eq!(trim(text, Span::new(0, text.len())).of(text), "é");
        assert_eq!(trim(text, Span::new(2, 9)), Span::at(2), "not a character boundary");
    }

    #[test]
    fn a_span_that_does_not_fit_is_empty_text() {
        assert_eq!(Span::new(1, 9).of("ab"), "");
        assert_eq!(Span::new(1, 2).of("é"), "", "not a character boundary");
    }
}
