//! Text joined from pieces of a file, with a mapping back to the file.
//!
//! A fence inside a quote or a list, or with CRLF line endings, is not contiguous in the file: the `> `, the
//! indent and the `\r` are left out of its content. A block parser gets one clean text, and [`Joined::to_file`]
//! maps the positions in it back to the file.

use super::sorted::last_where;
use super::span::Span;

/// A clean text, with the place in the file of each of its pieces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Joined {
    text: String,
    pieces: Vec<Piece>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    /// Offset in the joined text.
    at: u32,
    /// Offset in the file.
    file: u32,
    len: u32,
    /// The length in the file, which differs from `len` for an escape.
    file_len: u32,
}

impl Joined {
    /// Appends the next piece, which lies at `span` in `file`. Pieces must come in file order.
    pub fn push(&mut self, file: &str, span: Span) {
        let piece = span.of(file);
        if piece.is_empty() {
            return;
        }
        let (at, len) = (self.text.len() as u32, piece.len() as u32);
        self.text.push_str(piece);
        match self.pieces.last_mut() {
            Some(last) if last.is_verbatim() && last.file + last.len == span.start => {
                last.len += len;
                last.file_len += len;
            }
            _ => self.pieces.push(Piece { at, file: span.start, len, file_len: len }),
        }
    }

    /// Appends a piece whose text differs from what is written in the file, such as an escape. Positions inside it
    /// have no counterpart in the file.
    pub fn push_as(&mut self, text: &str, span: Span) {
        let (at, len) = (self.text.len() as u32, text.len() as u32);
        self.text.push_str(text);
        self.pieces.push(Piece { at, file: span.start, len, file_len: span.len() as u32 });
    }

    /// Returns the joined text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Maps an offset in the joined text to the file. The end of a piece stays with that piece, so that the end of
    /// a span does not jump over a gap.
    fn offset_to_file(&self, offset: u32, is_end: bool) -> u32 {
        match last_where(&self.pieces, |p| if is_end { p.at < offset } else { p.at <= offset }) {
            Some(piece) if piece.is_verbatim() => piece.file + (offset - piece.at).min(piece.len),
            Some(piece) => piece.file + if is_end { piece.file_len } else { 0 },
            None => self.pieces.first().map_or(0, |p| p.file),
        }
    }

    /// Maps a span of the joined text to the file. Where it crosses a gap, the result includes the gap. An empty
    /// span at the end of a line stays with that line, before its `\r`.
    #[must_use]
    pub fn to_file(&self, span: Span) -> Span {
        let start = self.offset_to_file(span.start, span.is_empty() && self.ends_line(span.start));
        let end = if span.is_empty() { start } else { self.offset_to_file(span.end, true) };
        Span { start, end: end.max(start) }
    }

    /// Whether an offset is at the end of a line that is not empty.
    fn ends_line(&self, offset: u32) -> bool {
        let (before, behind) = self.text.as_bytes().split_at((offset as usize).min(self.text.len()));
        behind.first() == Some(&b'\n') && before.last().is_some_and(|last| *last != b'\n')
    }

    /// Whether a span of the joined text lies in one piece of the file that reads as it is written. Then replacing
    /// it replaces nothing else.
    #[must_use]
    pub fn is_whole(&self, span: Span) -> bool {
        let last = last_where(&self.pieces, |p| p.at < span.end);
        last.is_none_or(|p| span.is_empty() || (p.is_verbatim() && p.at <= span.start))
    }
}

impl Piece {
    const fn is_verbatim(&self) -> bool {
        self.len == self.file_len
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_across_the_gaps_of_a_quoted_fence() {
        let file = "> ```\r\n> ab\r\n> cd\r\n> ```";
        let mut joined = Joined::default();
        for (start, end) in [(9, 11), (12, 13), (15, 17), (18, 19)] {
            joined.push(file, Span::new(start, end));
        }
        assert_eq!(joined.text(), "ab\ncd\n");
        assert_eq!(joined.to_file(Span::new(3, 5)).of(file), "cd");
        assert_eq!(joined.to_file(Span::new(1, 4)).of(file), "b\r\n> c");
        assert!(joined.is_whole(Span::new(3, 5)) && !joined.is_whole(Span::new(1, 4)));
        assert_eq!(joined.to_file(Span::new(0, 2)).of(file), "ab", "an end stays before the gap");
        assert_eq!(joined.to_file(Span::at(6)), Span::at(19), "the very end");
        assert_eq!(joined.to_file(Span::at(2)), Span::at(11), "the end of a line stands before its `\r`");
        assert_eq!(joined.to_file(Span::at(3)), Span::at(15), "the start of a line stands behind its mark");
    }

    #[test]
    fn an_escape_has_one_place() {
        let file = r"a\u0062c";
        let mut joined = Joined::default();
        joined.push(file, Span::new(0, 1));
        joined.push_as("b", Span::new(1, 7));
        joined.push(file, Span::new(7, 8));
        assert_eq!(joined.text(), "abc");
        assert_eq!(joined.to_file(Span::new(0, 2)).of(file), r"a\u0062");
        assert_eq!(joined.to_file(Span::new(1, 3)).of(file), &file[1..]);
        assert!(joined.is_whole(Span::new(2, 3)) && !joined.is_whole(Span::new(1, 2)));
        assert!(!joined.is_whole(Span::new(0, 3)));
    }
}
