//! A text with a mapping to the source that it was cut from.
//!
//! Mermaid cuts comments, directives and frontmatter before parsing, and so does this parser, but findings must
//! point into the original text. Only [`Mapped`] knows about the difference.

use std::borrow::Cow;
use std::ops::Range;

use crate::text::sorted::last_where;
use crate::text::span::Span;

/// The start of a piece of text that is unchanged from the source.
#[derive(Clone, Copy, Debug)]
struct Piece {
    at: usize,
    source: usize,
}

/// A text with the source position of each of its bytes.
#[derive(Debug)]
pub(super) struct Mapped<'s> {
    text: Cow<'s, str>,
    /// Sorted by `at`; the first starts at 0.
    pieces: Vec<Piece>,
    source_len: usize,
}

impl<'s> Mapped<'s> {
    /// Maps the whole source, with nothing cut.
    pub(super) fn new(source: &'s str) -> Self {
        Self {
            text: Cow::Borrowed(source),
            pieces: vec![Piece { at: 0, source: 0 }],
            source_len: source.len(),
        }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Cuts ranges out. They must be sorted, disjoint, and on character boundaries.
    pub(super) fn cut(&mut self, ranges: &[Range<usize>]) {
        if ranges.iter().all(Range::is_empty) {
            return;
        }
        let mut text = String::with_capacity(self.text.len());
        let mut pieces = Vec::with_capacity(self.pieces.len() + ranges.len());
        let end = self.text.len();
        let mut kept_from = 0;
        for cut in ranges.iter().cloned().chain(std::iter::once(end..end)) {
            let kept = kept_from..cut.start;
            pieces.push(Piece { at: text.len(), source: self.source_of(kept.start) });
            let inside = self.pieces.partition_point(|piece| piece.at <= kept.start);
            let inside = self.pieces.get(inside..).unwrap_or_default().iter();
            pieces.extend(
                inside
                    // Text cut from the end stays cut, so appended text maps to after it.
                    .take_while(|piece| piece.at < kept.end || kept.end == end)
                    .map(|piece| Piece { at: text.len() + (piece.at - kept.start), source: piece.source }),
            );
            text.push_str(self.text.get(kept).unwrap_or(""));
            kept_from = cut.end;
        }
        self.text = Cow::Owned(text);
        self.pieces = pieces;
    }

    /// Cuts the start off, up to `end`.
    pub(super) fn cut_start(&mut self, end: usize) {
        self.cut(std::slice::from_ref(&(0..end)));
    }

    /// Replaces the text by another one of the same length.
    pub(super) fn replace(&mut self, text: String) {
        debug_assert_eq!(self.text.len(), text.len(), "a replacement must not move anything");
        self.text = Cow::Owned(text);
    }

    /// Appends text that the source does not have.
    pub(super) fn append(&mut self, tail: &str) {
        self.text.to_mut().push_str(tail);
    }

    /// Returns the source position of a byte of the text; for one past the end, the end of the source.
    fn source_of(&self, at: usize) -> usize {
        let found = last_where(&self.pieces, |piece| piece.at <= at);
        found.map_or(0, |piece| piece.source + (at - piece.at)).min(self.source_len)
    }

    /// Maps a range of the text to a span of the source, which includes anything cut from its middle.
    pub(super) fn span(&self, range: Range<usize>) -> Span {
        let start = self.source_of(range.start);
        // Maps the last byte rather than the end, which may be after a cut.
        let end = if range.end > range.start { self.source_of(range.end - 1) + 1 } else { start };
        Span::new(start, end.min(self.source_len))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(text: &Mapped<'_>, source: &str) -> String {
        (0..text.text().len())
            .filter(|&at| text.text().is_char_boundary(at))
            .map(|at| text.span(at..at + 1).of(source).to_owned())
            .collect()
    }

    #[test]
    fn every_byte_keeps_its_place_through_several_cuts() {
        let source = "0123456789abcdef";
        let mut text = Mapped::new(source);
        text.cut(&[2..4, 8..10]);
        assert_eq!(text.text(), "014567abcdef");
        assert_eq!(spans(&text, source), text.text());
        text.cut(&[0..1, 3..5, 11..12]);
        assert_eq!(text.text(), "147abcde");
        assert_eq!(spans(&text, source), text.text());
        text.cut_start(2);
        assert_eq!(text.text(), "7abcde");
        assert_eq!(spans(&text, source), text.text());
    }

    #[test]
    fn what_is_appended_lies_behind_what_was_cut_from_the_end() {
        let mut text = Mapped::new("ab;cd");
        text.cut(std::slice::from_ref(&(3..5)));
        text.cut(std::slice::from_ref(&(2..3)));
        text.append("\n");
        assert_eq!(text.span(2..3), Span::new(5, 5));
        text.cut(std::slice::from_ref(&(0..1)));
        assert_eq!((text.text(), text.span(1..2)), ("b\n", Span::new(5, 5)));
    }

    #[test]
    fn a_span_over_a_cut_covers_it_and_one_before_it_does_not() {
        let mut text = Mapped::new("ab--cd");
        text.cut(&[2..3, 3..4]);
        assert_eq!(text.span(0..3), Span::new(0, 5));
        assert_eq!(text.span(0..2), Span::new(0, 2));
        text.append("\n");
        assert_eq!(text.span(4..5), Span::new(6, 6));
    }
}
