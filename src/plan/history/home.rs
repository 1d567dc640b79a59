//! Finds the home of a new entry in a history: beside its neighbours in time, and under its own year or month
//! where headings name these.

use std::collections::HashSet;

use chrono::{Datelike as _, NaiveDateTime};

use super::Timeline;
use super::made::{below_heading, blank_below};
use super::period::{Meaning, Named, Period};
use crate::model::version::Version;
use crate::syntax::facts::HeadingFact;
use crate::syntax::history::{HistoryEntry, HistorySection};
use crate::text::edit::Edit;
use crate::text::span::Span;
use crate::text::stamp::Stamp;
use crate::vault::Note;

mod read;
mod releases;
mod sections;

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
}

/// A heading, or a line that serves as one.
pub(super) struct Title<'n> {
    pub(super) span: Span,
    /// The level, 1 to 6; 7 for a line that is not a heading.
    pub(super) level: u8,
    pub(super) text: &'n str,
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

    /// Returns the home of an entry with this time, which may have a version.
    pub(super) fn of(&self, time: NaiveDateTime, tells_version: bool) -> Home {
        let newest = self.beside_time(time, tells_version);
        let latest = &self.lists[newest];
        let over = |list: &Listed<'_>| list.heading.map(|heading| &self.headings[heading]);
        let foreign = |list: &Listed<'_>| match over(list).map(|heading| &heading.meaning) {
            Some(Meaning::Period(named)) => !named.period.contains(time),
            Some(Meaning::Release) => list.apart(time) > 0,
            Some(Meaning::Unreleased | Meaning::Nothing) | None => false,
        };
        // Unreleased changes are newer than all releases.
        let is_newest = latest.told.is_none_or(|last| time >= last);
        let waits = |h: &Headed<'_>| h.meaning == Meaning::Unreleased && h.section == latest.section;
        if let Some(waiting) = self.headings.iter().position(waits).filter(|_| is_newest) {
            let own = self.lists.iter().position(|list| list.heading == Some(waiting));
            return own.map_or(Home::heading(waiting), Home::List);
        }
        // An entry that is not older than the list that was added to last goes on with that list.
        if Some(time) >= latest.oldest && !foreign(latest) {
            return Home::List(newest);
        }
        let nearest = |wanted: &dyn Fn(&Listed<'_>) -> bool| {
            let fitting = self.lists.iter().enumerate().filter(|(_, list)| wanted(list));
            fitting.min_by_key(|(_, list)| (list.section != latest.section, list.apart(time))).map(|(i, _)| i)
        };
        let own = |list: &Listed<'_>| list.section == latest.section && !foreign(list);
        let of_its_time = |list: &Listed<'_>| own(list) && over(list).and_then(Headed::period).is_some();
        let around = |list: &Listed<'_>| own(list) && list.apart(time) == 0;
        let says_nothing = |list: &Listed<'_>| over(list).is_none_or(|over| over.meaning == Meaning::Nothing);
        let of_no_time = |list: &Listed<'_>| list.section == latest.section && says_nothing(list);
        // A week around New Year belongs to another year than some of its days.
        let is_astray = |at: &&usize| {
            let named = self.headings[**at].named();
            time.iso_week().year() != time.year() && named.is_some_and(Named::is_week_of_a_year)
        };
        if let Some(list) = nearest(&of_its_time) {
            return Home::List(list);
        }
        let its_heading = |at: &usize| {
            let heading = &self.headings[*at];
            let own = heading.period().is_some_and(|period| period.contains(time));
            own && heading.section == latest.section && !heading.filled && !heading.divided
        };
        // If both a year and its month fit, the month counts.
        let finest = |at: &usize| std::cmp::Reverse(self.headings[*at].period().map(|period| period.unit));
        if let Some(heading) = (0..self.headings.len()).filter(its_heading).min_by_key(finest) {
            let within = self.within_those_like(heading);
            return match within.iter().find(is_astray) {
                Some(&heading) => Home::Nowhere { heading },
                None => Home::Heading { heading, within },
            };
        }
        if let Some(list) = nearest(&around).or_else(|| nearest(&of_no_time)) {
            return Home::List(list);
        }
        let out = |list: &Listed<'_>| over(list).is_some_and(|heading| heading.meaning == Meaning::Release);
        let sample = nearest(&|list| list.section == latest.section).unwrap_or(newest);
        let beside = nearest(&|list| list.section == latest.section && !out(list));
        let Some(beside) = beside else {
            return self
                .closed_before(latest.section, time)
                .map_or(Home::Top { sample }, |heading| Home::Closed { heading });
        };
        // A heading is made like the one above the neighbour or, in another year, like that of the neighbour's
        // year, and below it again one like the neighbour's.
        let (mut like, mut within) = (self.lists[beside].heading, Vec::new());
        while let Some((at, heading)) = like.and_then(|like| Some((like, self.headings.get(like)?))) {
            let over = heading.around.and_then(|around| self.headings[around].period());
            match heading.named() {
                Some(named) if named.is_bare() && over.is_none_or(|over| over.contains(time)) => {
                    if let Some(&heading) = within.iter().chain([&at]).find(is_astray) {
                        return Home::Nowhere { heading };
                    }
                    let period = named.period.like(time);
                    // Such a heading may exist and hold nothing but releases.
                    let is_it = |h: &Headed<'_>| {
                        h.period() == Some(period)
                            && (h.around, h.section) == (heading.around, heading.section)
                    };
                    let there = self.headings.iter().position(is_it);
                    let new = Home::New { period, like: at, within, sample: beside };
                    return there.map_or(new, Home::heading);
                }
                Some(named) if named.is_bare() => within.insert(0, at),
                _ => within.clear(),
            }
            like = heading.around;
        }
        match self.lists[beside].heading {
            Some(heading) if foreign(&self.lists[beside]) => Home::Nowhere { heading },
            _ => Home::List(beside),
        }
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
        let headed = &self.headings[heading];
        below_heading(text, (headed.title.span, headed.own), self.usual_below(text), written)
    }

    /// Returns the list that was added to last.
    pub(super) const fn latest(&self) -> usize {
        self.latest
    }

    /// Returns a heading in a history without entries that names the time of its first entry or stands for what
    /// is unreleased, and the text up to the next heading.
    pub(super) fn heading_of(&self, time: NaiveDateTime) -> Option<(Span, Span)> {
        let is_its = |headed: &&Headed<'_>| {
            let named = headed.named().is_some_and(|named| named.is_bare() && named.period.contains(time));
            headed.section == 0 && (named || headed.meaning == Meaning::Unreleased)
        };
        // If both a year and its month fit, the month counts.
        let own = self.headings.iter().rfind(is_its)?;
        Some((own.title.span, own.own))
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
        below_heading(text, (section.heading.span, body), 1, written)
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
