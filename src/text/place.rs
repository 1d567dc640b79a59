//! Converts byte offsets to lines and columns.
//!
//! Facts outlive the text that they were read from, because the texts of 100,000 notes do not fit into the
//! promised memory. So each fact that a finding can point at carries its whole [`Place`].

use std::cell::OnceCell;

use memchr::{memchr_iter, memrchr};
use serde::{Deserialize, Serialize};

use super::span::Span;

/// The byte order mark that some editors put before UTF-8 text. It is part of the file's bytes but of no line:
/// columns do not count it.
pub const BOM: &str = "\u{feff}";

/// Returns the offset of the first byte after a byte order mark: 0 in a text without one.
#[must_use]
pub fn after_bom(text: &str) -> usize {
    if text.starts_with(BOM) { BOM.len() } else { 0 }
}

/// A span of a file together with its lines and columns.
///
/// Lines and columns are 1-based; a column counts Unicode scalar values and skips the byte order
/// mark. The end is exclusive, like the span's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The bytes of the file as it lies on disk.
    pub span: Span,
    /// The line of the first byte.
    pub line: u32,
    /// The column of the first byte.
    pub column: u32,
    /// The line of the end.
    pub end_line: u32,
    /// The column of the end.
    pub end_column: u32,
}

impl Place {
    /// The start of a file, for findings without a more precise place.
    pub const START: Self =
        Self { span: Span { start: 0, end: 0 }, line: 1, column: 1, end_line: 1, end_column: 1 };
}

/// Returns the line ending of the line at a byte offset. If that is the last line and has no ending, returns that
/// of the line before.
#[must_use]
pub fn line_ending_at(text: &str, offset: usize) -> &'static str {
    let bytes = text.as_bytes();
    let (before, behind) = bytes.split_at_checked(offset).unwrap_or((bytes, &[]));
    let end = memchr::memchr(b'\n', behind).map(|at| offset + at).or_else(|| memchr::memrchr(b'\n', before));
    if end.is_some_and(|end| bytes[..end].ends_with(b"\r")) { "\r\n" } else { "\n" }
}

/// Finds the line and column of byte offsets in a text.
///
/// The first query costs one pass over the text; each query costs a binary search and a count of characters within
/// one line. Very long lines get checkpoints, so that a file of one line costs no more than any other. For queries
/// in the order of the text, a [`Cursor`] is faster.
pub struct LineIndex<'t> {
    text: &'t str,
    starts: OnceCell<Vec<u32>>,
    checkpoints: OnceCell<Vec<u32>>,
}

/// The number of bytes between two checkpoints of a long line.
const STRIDE: usize = 1024;

impl<'t> LineIndex<'t> {
    /// Indexes the lines of a text. A line ends at `\n`, whether or not a `\r` stands before it.
    #[must_use]
    pub const fn new(text: &'t str) -> Self {
        Self { text, starts: OnceCell::new(), checkpoints: OnceCell::new() }
    }

    /// Returns the offset at which each line begins.
    fn starts(&self) -> &[u32] {
        self.starts.get_or_init(|| {
            let mut starts = Vec::with_capacity(self.text.len() / 40 + 1);
            starts.push(after_bom(self.text) as u32);
            starts.extend(memchr_iter(b'\n', self.text.as_bytes()).map(|at| at as u32 + 1));
            starts
        })
    }

    /// Returns a cursor, for queries in the order of the text.
    #[must_use]
    pub fn cursor(&self) -> Cursor<'_, 't> {
        Cursor { lines: self, at: after_bom(self.text), line: 1, column: 1 }
    }

    /// Returns the indexed text.
    #[must_use]
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// Returns the 1-based line and column of a byte offset. An offset after the end counts as the end.
    #[must_use]
    pub fn position(&self, offset: u32) -> (u32, u32) {
        let offset = (offset as usize).min(self.text.len()) as u32;
        let line = self.line(offset);
        (line, self.column(line, offset))
    }

    /// Returns the 1-based line of a byte offset.
    #[must_use]
    pub fn line(&self, offset: u32) -> u32 {
        self.starts().partition_point(|&start| start <= offset).max(1) as u32
    }

    /// Returns the 1-based column of an offset in its line.
    fn column(&self, line: u32, offset: u32) -> u32 {
        let start = self.starts()[line as usize - 1].min(offset);
        self.chars(start as usize, offset as usize) + 1
    }

    /// Returns the place of a span.
    #[must_use]
    pub fn place(&self, span: Span) -> Place {
        let (line, column) = self.position(span.start);
        let end = (span.end as usize).min(self.text.len()) as u32;
        // Most spans end on the line that they begin on.
        let on_it = self.starts().get(line as usize).is_none_or(|&next| end < next);
        let end_line = if on_it { line } else { self.line(end) };
        Place { span, line, column, end_line, end_column: self.column(end_line, end) }
    }

    /// Returns the span of a 1-based line without its line ending; an empty span where there is no such line.
    #[must_use]
    pub fn line_span(&self, line: u32) -> Span {
        let Some(&start) = line.checked_sub(1).and_then(|i| self.starts().get(i as usize)) else {
            return Span::at(self.text.len());
        };
        let end = self.starts().get(line as usize).map_or(self.text.len(), |&next| next as usize - 1);
        let end = end - usize::from(self.text.as_bytes()[..end].ends_with(b"\r") && end > start as usize);
        Span::new(start as usize, end)
    }

    fn chars(&self, from: usize, to: usize) -> u32 {
        if to - from <= 2 * STRIDE {
            count_chars(&self.text.as_bytes()[from..to])
        } else {
            self.chars_before(to) - self.chars_before(from)
        }
    }

    fn chars_before(&self, offset: usize) -> u32 {
        let points = self.checkpoints.get_or_init(|| {
            let mut sum = 0;
            let mut points = vec![0];
            for chunk in self.text.as_bytes().chunks(STRIDE) {
                sum += count_chars(chunk);
                points.push(sum);
            }
            points
        });
        let chunk = offset / STRIDE;
        points[chunk] + count_chars(&self.text.as_bytes()[chunk * STRIDE..offset])
    }
}

/// Finds lines and columns for queries in the order of the text. Each query continues where the last one ended, so
/// that all of them together read the text once.
#[derive(Clone, Copy)]
pub struct Cursor<'l, 't> {
    lines: &'l LineIndex<'t>,
    /// How far the cursor has come, and the line and column there.
    at: usize,
    line: u32,
    column: u32,
}

impl Cursor<'_, '_> {
    /// Returns the 1-based line of a byte offset.
    pub fn line(&mut self, offset: u32) -> u32 {
        if self.forward(offset) { self.line } else { self.lines.line(offset) }
    }

    /// Returns the place of a span.
    pub fn place(&mut self, span: Span) -> Place {
        if !self.forward(span.start) {
            return self.lines.place(span);
        }
        let (line, column) = (self.line, self.column);
        // Measures the end with a copy, because the next span may begin inside this one.
        let mut end = *self;
        end.forward(span.end);
        Place { span, line, column, end_line: end.line, end_column: end.column }
    }

    /// Moves forward to an offset; returns `false` where it lies before the cursor.
    fn forward(&mut self, offset: u32) -> bool {
        let to = (offset as usize).min(self.lines.text.len());
        let Some(between) = self.lines.text.as_bytes().get(self.at..to) else { return false };
        match memrchr(b'\n', between) {
            None => self.column += count_chars(between),
            Some(last) => {
                self.line += memchr_iter(b'\n', &between[..=last]).count() as u32;
                self.column = 1 + count_chars(&between[last + 1..]);
            }
        }
        self.at = to;
        true
    }
}

/// Counts the characters of UTF-8 text: all bytes except continuation bytes.
fn count_chars(bytes: &[u8]) -> u32 {
    if bytes.is_ascii() {
        return bytes.len() as u32;
    }
    bytes.iter().filter(|&&b| b & 0xC0 != 0x80).count() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_skip_the_bom() {
        let index = LineIndex::new("\u{feff}aé[[x]]\r\nnext");
        assert_eq!(index.position(3), (1, 1));
        assert_eq!(index.position(6), (1, 3), "after a (1 byte) and é (2 bytes)");
        assert_eq!(index.position(13), (2, 1));
        assert_eq!(index.position(99), (2, 5), "behind the end is the end");
        assert_eq!(index.position(0), (1, 1), "inside the mark");
    }

    #[test]
    fn a_line_span_leaves_out_its_ending() {
        let text = "one\r\ntwo\n\nfour";
        let index = LineIndex::new(text);
        let lines: Vec<_> = (1..=5).map(|n| index.line_span(n).of(text)).collect();
        assert_eq!(lines, ["one", "two", "", "four", ""]);
    }

    #[test]
    fn a_cursor_says_what_the_index_says() {
        let text = "\u{feff}aé[[x]]\r\nnext €\n\n  last [[y]]";
        let lines = LineIndex::new(text);
        let offsets: Vec<usize> = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).collect();
        let mut cursor = lines.cursor();
        for start in &offsets {
            for end in offsets.iter().filter(|end| *end >= start) {
                let span = Span::new(*start, *end);
                assert_eq!(cursor.place(span), lines.place(span), "{span:?}");
            }
            assert_eq!(cursor.line(*start as u32), lines.line(*start as u32));
        }
        assert_eq!(cursor.place(Span::new(3, 4)), lines.place(Span::new(3, 4)), "and back again");
    }

    #[test]
    fn long_lines_count_alike_with_check_points() {
        let text = format!("{}\n{}", "é".repeat(3000), "ab€".repeat(4000));
        let index = LineIndex::new(&text);
        for (at, _) in text.char_indices().step_by(97) {
            let line_start = text[..at].rfind('\n').map_or(0, |n| n + 1);
            let expected = text[line_start..at].chars().count() as u32 + 1;
            assert_eq!(index.position(at as u32).1, expected, "at byte {at}");
        }
    }
}
