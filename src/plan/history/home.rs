//! Finds the home of a new entry in a history: beside its neighbours in time, and under its own year or month
//! where headings name these.

use std::collections::HashSet;

use chrono::NaiveDateTime;

use super::new_heading::{behind, below_heading, blank_below, end_of};
use super::period::{Meaning, Named, Period};
use super::{NewEntry, Timeline};
use crate::model::version::Version;
use crate::syntax::block_start::list_marker;
use crate::syntax::facts::HeadingFact;
use crate::syntax::history::{HistoryEntry, HistorySection};
use crate::text::edit::Edit;
use crate::text::line::line_before;
use crate::text::place::line_ending_at;
use crate::text::span::Span;
use crate::text::stamp::Stamp;
use crate::vault::Note;

mod groups;
mod read;
mod releases;
mod search;
mod sections;

use self::search::Search;

/// Where an entry goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Home {
    /// Into this list.
    List(usize),
    /// Under a heading of its time that has no entries yet, and below that under headings like those in `within`.
    Heading { heading: usize, within: Vec<usize> },
    /// Under a new heading of its time, made like the heading `like`, and below that under headings like those in
    /// `within`, with entries like those of the list `sample`.
    New { period: Period, like: usize, within: Vec<usize>, sample: usize },
    /// Before all headings of a list's section, because those are releases that are out.
    Top { sample: usize },
    /// Nowhere: this heading is of another time, and nobody knows how a heading of the entry's time would be
    /// named.
    Nowhere { heading: usize },
    /// Nowhere: this heading is a release that is out, and the newest release stands last, so that anything
    /// behind it would be part of it.
    Closed { heading: usize },
    /// Nowhere: several groups of unreleased changes stand below this heading, and none fits the entry.
    Ungrouped { heading: usize },
}

/// A list, with what is needed to choose among lists.
struct Listed<'n> {
    entries: &'n [HistoryEntry],
    section: usize,
    oldest: Option<NaiveDateTime>,
    newest: Option<NaiveDateTime>,
    /// The newest entry that is not planned.
    told: Option<NaiveDateTime>,
    /// The nearest heading above it that says something about its entries.
    heading: Option<usize>,
    /// The nearest heading above it, if it says nothing about the time of its entries.
    group: Option<&'n str>,
}

/// A heading, or a line that serves as one.
pub(super) struct Title<'n> {
    pub(super) span: Span,
    /// The level, 1 to 6; 7 for a line that is not a heading.
    pub(super) level: u8,
    pub(super) text: &'n str,
    /// Whether its form can be copied for another period.
    pub(super) is_copied: bool,
}

/// The level of a line that serves as a heading.
pub(super) const LINE: u8 = 7;

/// A heading that says something about the entries below it.
pub(super) struct Headed<'n> {
    pub(super) title: Title<'n>,
    meaning: Meaning<'n>,
    /// The version of the release that it names.
    version: Option<Version>,
    /// The nearest heading of this kind that it stands below.
    pub(super) around: Option<usize>,
    pub(super) section: usize,
    /// The text up to the next heading that is not below it.
    pub(super) body: Span,
    /// The text up to the next heading of any level.
    own: Span,
    /// Whether a list stands below it.
    filled: bool,
    /// Whether another heading of this kind stands below it: entries of a year that is divided into months go
    /// under their month.
    divided: bool,
    /// Whether it is the name of a group below a heading for everything unreleased.
    is_group: bool,
}

impl<'n> Headed<'n> {
    pub(super) const fn named(&self) -> Option<&Named<'n>> {
        match &self.meaning {
            Meaning::Period(named) => Some(named),
            Meaning::Release | Meaning::Unreleased | Meaning::Nothing => None,
        }
    }

    pub(super) fn is_bare(&self) -> bool {
        self.named().is_some_and(Named::is_bare)
    }

    pub(super) fn period(&self) -> Option<Period> {
        self.named().map(|named| named.period)
    }
}

/// The lists of a history and the headings over them.
pub(super) struct Homes<'n> {
    lists: Vec<Listed<'n>>,
    pub(super) headings: Vec<Headed<'n>>,
    sections: &'n [HistorySection],
    /// The list that was added to last. Planned entries do not count, since nobody knows when they were written.
    latest: usize,
    /// Of the lists with versions, the one that was added to last.
    versioned: Option<usize>,
    /// Of the histories without versions, the list that was added to last, if another history has versions.
    unversioned: Option<usize>,
    /// The sections whose entries have versions.
    telling: HashSet<usize>,
}

impl<'n> Homes<'n> {
    /// Reads some sections of a note; `None` if these have no list yet.
    pub(super) fn of_sections(
        note: &'n Note,
        text: &'n str,
        sections: &'n [HistorySection],
        timeline: Timeline<'_>,
    ) -> Option<Self> {
        let mut homes = Self::read_all(note, text, sections, timeline.format);
        for list in &mut homes.lists {
            let stamps = list.entries.iter().filter_map(|entry| entry.stamp);
            list.told = stamps.filter(|stamp| !timeline.plans(*stamp)).map(Stamp::time).max();
        }
        // If there is nothing but plans, those are what was added to last.
        if homes.lists.iter().all(|list| list.told.is_none()) {
            homes.lists.iter_mut().for_each(|list| list.told = list.newest);
        }
        let homes = homes;
        let newest = |list: &Listed<'_>| list.told;
        let later = |a, b| if newest(&homes.lists[b]) > newest(&homes.lists[a]) { b } else { a };
        let tells = |list: &usize| homes.lists[*list].entries.iter().any(|entry| entry.version().is_some());
        let latest = (0..homes.lists.len()).reduce(later)?;
        let versioned = (0..homes.lists.len()).filter(tells).reduce(later);
        let telling: HashSet<usize> =
            (0..homes.lists.len()).filter(tells).map(|list| homes.lists[list].section).collect();
        let unversioned = (0..homes.lists.len())
            .filter(|list| !telling.contains(&homes.lists[*list].section))
            .reduce(later);
        Some(Self { latest, versioned, unversioned, telling, ..homes })
    }

    /// Returns the entries of a list.
    pub(super) fn list(&self, index: usize) -> &'n [HistoryEntry] {
        self.lists[index].entries
    }

    /// Returns all lists in the section of a list.
    pub(super) fn beside(&self, index: usize) -> &'n [Vec<HistoryEntry>] {
        &self.sections[self.lists[index].section].lists
    }

    /// Returns the nearest heading above a list that says something about its entries.
    pub(super) fn above(&self, index: usize) -> Option<usize> {
        self.lists[index].heading
    }

    /// Returns the home of an entry.
    pub(super) fn of(&self, entry: &NewEntry) -> Home {
        Search::new(self, entry).home()
    }

    /// Returns the headings that divide headings like this one: if another year has months, this one gets them
    /// too.
    fn within_those_like(&self, heading: usize) -> Vec<usize> {
        let own = &self.headings[heading];
        let divided = self.lists.iter().rev().find_map(|list| {
            let (mut at, mut within) = (list.heading?, Vec::new());
            loop {
                let other = &self.headings[at];
                if !other.is_bare() || other.section != own.section {
                    return None;
                }
                let unit = |headed: &Headed<'_>| headed.period().map(|period| period.unit);
                if (other.title.level, other.around, unit(other)) == (own.title.level, own.around, unit(own))
                {
                    return Some(within);
                }
                within.insert(0, at);
                at = other.around?;
            }
        });
        divided.unwrap_or_default()
    }

    /// Returns the line of a heading in its note, and its text.
    pub(super) fn heading(&self, heading: usize) -> (Span, &'n str) {
        let Title { span, text, .. } = self.headings[heading].title;
        (span, text)
    }

    /// Returns the period around a time that is as long as that of a heading.
    pub(super) fn period_like(&self, heading: usize, time: NaiveDateTime) -> Option<Period> {
        self.headings[heading].period().map(|period| period.like(time))
    }

    /// Returns the edit for the first entries under an existing heading, written in the style of the nearest
    /// list.
    pub(super) fn under(&self, heading: usize, text: &str, written: &str) -> Edit {
        let own = self.headings[heading].own;
        let end = end_of(text, own);
        // An empty item was kept for the first entry.
        let item = line_before(text, end);
        let is_empty = list_marker(item).is_some_and(|(_, content)| content.trim().is_empty());
        match written.strip_prefix(item) {
            Some(rest) if is_empty => behind(text, own, "", rest, line_ending_at(text, end)),
            _ => below_heading(text, own, self.usual_below(text), written),
        }
    }

    /// Returns the list that was added to last.
    pub(super) const fn latest(&self) -> usize {
        self.latest
    }

    /// Returns the text from a heading up to the next one, in a history without entries, if the heading names the
    /// time of its first entries or stands for what is unreleased. That may be the heading of a group, if all of
    /// these entries belong there.
    pub(super) fn heading_of(&self, entries: &[NewEntry]) -> Option<Span> {
        let time = entries.first()?.stamp.time();
        let is_its = |headed: &Headed<'_>| {
            let named = headed.named().is_some_and(|named| named.is_bare() && named.period.contains(time));
            headed.section == 0 && (named || headed.meaning == Meaning::Unreleased)
        };
        // If both a year and its month fit, the month counts.
        let own = self.headings.iter().rposition(is_its)?;
        let group = match self.headings[own].meaning {
            Meaning::Unreleased => {
                let mut homes = entries.iter().map(|entry| self.among_groups(own, &entry.title));
                homes.next().filter(|first| homes.all(|home| home == *first))
            }
            _ => None,
        };
        let heading = if let Some(Home::Heading { heading, .. }) = group { heading } else { own };
        Some(self.headings[heading].own)
    }

    /// Returns the number of blank lines below the heading of the list that was added to last.
    fn usual_below(&self, text: &str) -> usize {
        let sample = self.lists[self.latest].heading;
        sample.map_or(1, |sample| blank_below(text, self.headings[sample].body))
    }

    /// Returns the edit for the first entries of a section before all of its headings.
    pub(super) fn at_top(&self, sample: usize, text: &str, written: &str) -> Edit {
        let list = &self.lists[sample];
        let section = &self.sections[list.section];
        let first = self.headings.iter().find(|h| h.section == list.section);
        let until = first.map_or(section.body.end, |first| first.title.span.start);
        let body = Span { end: until, ..section.body };
        below_heading(text, body, 1, written)
    }
}

impl Home {
    const fn heading(heading: usize) -> Self {
        Self::Heading { heading, within: Vec::new() }
    }
}

impl Listed<'_> {
    /// Returns how far a time lies outside of the entries, in seconds; 0 if it lies among them. Entries without
    /// times are infinitely far away.
    fn apart(&self, time: NaiveDateTime) -> i64 {
        let (Some(oldest), Some(newest)) = (self.oldest, self.newest) else { return i64::MAX };
        (oldest - time).max(time - newest).num_seconds().max(0)
    }
}

/// Iterates over the headings in a part of a note. Headings are sorted, and a note may have as many histories as
/// headings, so the part is found by binary search.
pub(super) fn inside(note: &Note, body: Span) -> impl Iterator<Item = &HeadingFact> {
    let headings = &note.facts.headings;
    let first = headings.partition_point(|heading| heading.span.start < body.start);
    headings.iter().skip(first).take_while(move |heading| heading.span.start < body.end)
}
