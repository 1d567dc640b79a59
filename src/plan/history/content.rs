//! Finds what a history without entries already holds: lists and tables that a new entry would turn into a second
//! history, and items that only keep a place for entries.

use super::home::Homes;
use super::other_form::date;
use super::{details, line_start};
use crate::syntax::history::{HistorySection, keeps_a_place};
use crate::syntax::markdown;
use crate::syntax::outline::{Fence, Item, Outline, Table};
use crate::text::fold::fold;
use crate::text::sorted::last_where;
use crate::text::span::{Span, containing};
use crate::text::stamp::StampFormat;
use crate::vault::Note;

/// The content of a history section without entries.
pub(super) struct Own<'t> {
    note: &'t Note,
    text: &'t str,
    outline: Outline,
    /// The bodies of boards.
    generated: Vec<Span>,
}

/// Content in the place of entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A list item or a heading that begins here.
    Line(u32),
    /// A table that begins here.
    Table(u32),
    /// A block of plain text that begins here.
    Log(u32),
}

impl<'t> Own<'t> {
    pub(super) fn of(note: &'t Note, text: &'t str) -> Self {
        let outline = markdown::outline_of(text);
        let boards = note.facts.system().boards.iter();
        Self { note, text, outline, generated: boards.map(|board| board.body).collect() }
    }

    /// Returns the first thing in a section that tells what has happened.
    pub(super) fn told(
        &self,
        homes: &Homes<'_>,
        section: &HistorySection,
        format: &StampFormat,
    ) -> Option<Found> {
        let mut found: Vec<(u32, Found)> = Vec::new();
        for part in homes.told_parts(self.note, section.body) {
            let line = |at: u32| (at, Found::Line(at));
            found.extend(
                self.items(part)
                    .find(|item| !keeps_a_place(item.content.of(self.text), format))
                    .map(|item| line(item.span.start)),
            );
            found.extend(
                self.tables(part)
                    .find(|table| self.is_filled(table, format))
                    .map(|table| (table.span.start, Found::Table(table.span.start))),
            );
            found.extend(self.logs(part, format).map(|log| (log.span.start, Found::Log(log.span.start))));
        }
        // A release with only text below it tells there what has happened.
        let releases = homes.filled_releases(self.text).filter(|(section, _)| *section == 0);
        found.extend(releases.map(|(_, at)| (at, Found::Line(at))));
        found.into_iter().min_by_key(|(at, _)| *at).map(|(_, found)| found)
    }

    /// Iterates over the items in a part of the text that are not nested in other items.
    fn items(&self, part: Span) -> impl Iterator<Item = &Item> {
        let items = self.outline.items_in(part).map(|(_, item)| item);
        items.filter(|item| item.parent.is_none() && self.is_seen(item.span.start))
    }

    /// Iterates over the tables in a part of the text.
    pub(super) fn tables(&self, part: Span) -> impl Iterator<Item = &Table> {
        let first = self.outline.tables.partition_point(|table| table.span.start < part.start);
        let tables = self.outline.tables[first..].iter().take_while(move |table| table.span.start < part.end);
        tables.filter(|table| self.is_seen(table.span.start))
    }

    fn is_filled(&self, table: &Table, format: &StampFormat) -> bool {
        let mut cells = table.rows.iter().flat_map(|row| &row.cells);
        !cells.all(|cell| keeps_a_place(cell.of(self.text), format))
    }

    /// Iterates over the lines in a part of `text`, outside of code, comments and generated text, with their
    /// positions. `text` is that of the note, perhaps with its secrets masked.
    pub(super) fn lines<'s>(
        &self,
        text: &'s str,
        part: Span,
    ) -> impl Iterator<Item = (u32, &'s str)> + use<'_, 's, 't> {
        let mut at = part.start;
        let lines = part.of(text).split_inclusive('\n').map(move |line| {
            let start = at;
            at = at.saturating_add(u32::try_from(line.len()).unwrap_or(u32::MAX));
            (start, line)
        });
        lines.filter(|(at, line)| {
            let begin = at + u32::try_from(line.len() - line.trim_start().len()).unwrap_or(0);
            self.is_seen(begin) && !self.is_code(begin) && !self.outline.is_commented_out(self.text, begin)
        })
    }

    fn is_code(&self, at: u32) -> bool {
        let fence = last_where(&self.outline.fences, |fence| fence.span.start <= at);
        fence.is_some_and(|fence| at < fence.span.end)
    }

    /// Returns a block of plain text with lines that begin with dates. A single such line is an example.
    fn logs(&self, part: Span, format: &StampFormat) -> Option<&Fence> {
        let first = self.outline.fences.partition_point(|fence| fence.span.start < part.start);
        let mut fences = self.outline.fences[first..].iter().take_while(|fence| fence.span.start < part.end);
        let is_dated =
            |line: &&str| date(line.trim_start_matches([' ', '\t', '-', '*', '+', '[']), format).is_some();
        fences.find(|fence| {
            let is_text = matches!(
                &*fold(&fence.language),
                "" | "text" | "txt" | "log" | "plain" | "plaintext" | "md" | "markdown"
            );
            let lines = || fence.span.of(self.text).lines();
            is_text && self.is_seen(fence.span.start) && lines().filter(is_dated).count() > 1
        })
    }

    fn is_seen(&self, at: u32) -> bool {
        containing(&self.generated, at).is_none() && self.outline.hidden_at(at).is_none()
    }

    /// Returns the bulleted item that a part of the text ends with; `end` is where its text ends.
    pub(super) fn last_item(&self, part: Span, end: usize) -> Option<Last<'t>> {
        let item = self.items(part).last().filter(|item| !item.quoted)?;
        let (start, own) = (item.span.start as usize, item.span.end as usize);
        self.text.get(own..end.max(own))?.trim().is_empty().then_some(())?;
        let lead = self.text.get(line_start(self.text, start)..start)?;
        let bullet = self.text.get(start..start + 1).filter(|sign| matches!(*sign, "-" | "*" | "+"))?;
        let line = self.text.get(start + 1..end.max(start + 1))?;
        lead.trim().is_empty().then_some(Last {
            lead,
            bullet,
            empty: matches!(line, "" | " ").then_some(line),
        })
    }
}

/// The item that a history ends with.
pub(super) struct Last<'t> {
    lead: &'t str,
    bullet: &'t str,
    /// The blank, if any, behind the bullet of an empty item.
    pub(super) empty: Option<&'t str>,
}

impl Last<'_> {
    /// Returns the prefix of another item in the same list.
    pub(super) fn prefix(&self) -> String {
        format!("{}{} ", self.lead, self.bullet)
    }

    /// Returns the prefix of a detail of such an item.
    pub(super) fn detail(&self) -> String {
        details::below(self.lead, &format!("{} ", self.bullet), details::PLAIN)
    }
}
