//! Histories with a heading for each release: which releases are closed, and which parts tell what has happened.

use chrono::NaiveDateTime;

use super::{Headed, Homes, Meaning, inside};
use crate::text::span::Span;
use crate::vault::Note;

impl Homes<'_> {
    /// Returns the last release of a section, if the newest release stands last and an entry of this time is not
    /// older than all others: everything behind that release would be part of it.
    pub(super) fn closed_before(&self, section: usize, time: NaiveDateTime) -> Option<usize> {
        let own = || self.lists.iter().filter(|list| list.section == section);
        let times = own().next().zip(own().next_back()).map(|(a, b)| (a.newest, b.newest));
        let rises = match times {
            Some((Some(first), Some(last))) if first != last => first < last,
            _ => {
                let mut versions =
                    self.headings.iter().filter(|h| h.section == section).filter_map(|h| h.version.as_ref());
                let (first, last) = (versions.clone().next(), versions.next_back());
                first < last
            }
        };
        let is_oldest = own().filter_map(|list| list.oldest).all(|oldest| time < oldest);
        let last = self.headings.iter().rposition(|h| h.section == section && h.meaning == Meaning::Release);
        last.filter(|_| rises && !is_oldest)
    }

    /// Whether the first section has a heading for everything unreleased, without further headings below it.
    pub(in super::super) fn waits_for_any(&self) -> bool {
        let is_whole = |h: &Headed<'_>| h.own.end == h.body.end;
        self.headings.iter().any(|h| h.section == 0 && h.meaning == Meaning::Unreleased && is_whole(h))
    }

    /// Returns the parts of the first section that tell of a time or a release: the text before all of its
    /// headings, and the text below headings of a time or a release. `body` is the text of the section.
    pub(in super::super) fn told_parts(&self, note: &Note, body: Span) -> Vec<Span> {
        let first = inside(note, body).next().map_or(body.end, |heading| heading.span.start);
        let top = Span { start: body.start, end: first };
        let own = self.headings.iter().filter(|h| h.section == 0 && h.meaning != Meaning::Nothing);
        let mut parts = vec![top];
        for headed in own {
            // A heading within another one is part of that one's body.
            if parts.last().is_none_or(|last| last.end <= headed.body.start) {
                parts.push(headed.body);
            }
        }
        parts
    }

    /// Iterates over the releases that have text below them, with their sections and positions.
    pub(in super::super) fn filled_releases(&self, text: &str) -> impl Iterator<Item = (usize, u32)> {
        let is_filled = move |h: &&Headed<'_>| {
            let below = h.body.of(text);
            h.meaning == Meaning::Release && below.lines().any(|line| line.contains(char::is_alphanumeric))
        };
        self.headings.iter().filter(is_filled).map(|h| (h.section, h.title.span.start))
    }
}
