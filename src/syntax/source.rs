//! The input of every extractor: a note's text, its outline and its sections.

use super::outline::{Heading, Item, Outline};
use super::reading::{Reading, Section};
use crate::text::place::{LineIndex, Place};
use crate::text::span::{Span, containing};

/// A note whose facts are being read.
pub(crate) struct Source<'a> {
    /// The text of the file, with secrets masked.
    pub(crate) text: &'a str,
    pub(crate) lines: &'a LineIndex<'a>,
    pub(crate) outline: &'a Outline,
    pub(crate) reading: &'a Reading,
    sections: Vec<(Section, Heading, Span)>,
    /// The bodies of boards. They contain no facts, because otherwise boards would show the content of other
    /// boards.
    generated: Vec<Span>,
}

impl<'a> Source<'a> {
    pub(crate) fn new(
        lines: &'a LineIndex<'a>,
        outline: &'a Outline,
        reading: &'a Reading,
        generated: Vec<Span>,
    ) -> Self {
        let text = lines.text();
        let mut source = Self { text, lines, outline, reading, sections: Vec::new(), generated };
        for (heading, span) in outline.sections(text.len()) {
            if let Some(section) = reading.section(heading.text.of(text))
                && !source.is_generated(heading.span)
            {
                source.sections.push((section, *heading, span));
            }
        }
        source
    }

    /// Returns the place of a span.
    pub(crate) fn place(&self, span: Span) -> Place {
        self.lines.place(span)
    }

    /// Whether the note has any section with a meaning.
    pub(crate) fn has_sections(&self) -> bool {
        !self.sections.is_empty()
    }

    /// Returns the sections of one kind, with their spans.
    pub(crate) fn sections(&self, kind: Section) -> impl Iterator<Item = (&Heading, Span)> {
        self.sections
            .iter()
            .filter(move |(section, ..)| *section == kind)
            .map(|(_, heading, span)| (heading, *span))
    }

    /// Returns the span from the end of a heading to the next heading of any level.
    pub(crate) fn own_text_of(&self, heading: &Heading) -> Span {
        let headings = &self.outline.headings;
        let next = headings.partition_point(|h| h.span.start <= heading.span.start);
        let until = headings.get(next).map_or(self.text.len(), |h| h.span.start as usize);
        Span::new(heading.span.end as usize, until)
    }

    /// Whether a span begins inside a board.
    pub(crate) fn is_generated(&self, span: Span) -> bool {
        containing(&self.generated, span.start).is_some()
    }

    /// Whether a span contains a board, even an empty one.
    pub(crate) fn has_board_in(&self, span: Span) -> bool {
        let from = self.generated.partition_point(|board| board.start < span.start);
        self.generated.get(from).is_some_and(|board| board.start < span.end)
    }

    /// Returns the list items of a section outside quotes and boards, outer before inner.
    pub(crate) fn items(&self, section: Span) -> impl Iterator<Item = (u32, &Item)> {
        self.outline.items_in(section).filter(|(_, item)| !item.quoted && !self.is_generated(item.span))
    }

    /// Returns the start, including the `^`, of the block id that a span ends with.
    pub(crate) fn block_id_at(&self, span: Span) -> Option<u32> {
        sign_of(&self.outline.block_ids, span.end)
    }

    /// Returns the start, including the `#`, of the tag that a span ends with.
    pub(crate) fn tag_at(&self, span: Span) -> Option<u32> {
        sign_of(&self.outline.tags, span.end)
    }

    /// Returns the first line of the text of an item's first block.
    pub(crate) fn first_line(&self, item: &Item) -> Span {
        let content = item.content.of(self.text);
        let end = memchr::memchr2(b'\n', b'\r', content.as_bytes()).unwrap_or(content.len());
        Span::new(item.content.start as usize, item.content.start as usize + content[..end].trim_end().len())
    }
}

/// Returns the offset of the sign before the name that ends at `end`. `names` are in the order of the text.
fn sign_of(names: &[Span], end: u32) -> Option<u32> {
    let at = names.partition_point(|name| name.end < end);
    names.get(at).filter(|name| name.end == end).map(|name| name.start.saturating_sub(1))
}
