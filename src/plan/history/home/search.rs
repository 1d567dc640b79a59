//! Finds the home of one entry: tries each kind of home, one after the other.

use std::cmp::Reverse;

use chrono::{Datelike as _, NaiveDateTime};

use super::{Headed, Home, Homes, Listed};
use crate::plan::history::NewEntry;
use crate::plan::history::period::{Meaning, Named, Period};

/// The search for the home of one entry.
pub(super) struct Search<'h, 'n> {
    homes: &'h Homes<'n>,
    /// The time of the entry, and its title.
    time: NaiveDateTime,
    title: &'h str,
    /// The list that it belongs beside: mostly the one that was added to last.
    newest: usize,
    /// The section of that list, in which the entry goes.
    section: usize,
}

impl<'h, 'n> Search<'h, 'n> {
    pub(super) fn new(homes: &'h Homes<'n>, entry: &'h NewEntry) -> Self {
        let time = entry.stamp.time();
        let newest = homes.beside_time(time, entry.version.is_some());
        Self { homes, time, title: &entry.title, newest, section: homes.lists[newest].section }
    }

    /// Returns the home.
    pub(super) fn home(&self) -> Home {
        let home = self.first_fitting();
        let heading = match home {
            Home::List(list) => self.homes.lists[list].heading,
            Home::Heading { heading, .. } => Some(heading),
            _ => None,
        };
        match heading.filter(|heading| self.homes.headings[*heading].meaning == Meaning::Unreleased) {
            Some(heading) => self.homes.among_groups(heading, self.title),
            None => home,
        }
    }

    /// Returns the first home that fits the time.
    fn first_fitting(&self) -> Home {
        self.unreleased()
            .or_else(|| self.going_on())
            .or_else(|| self.of_its_time())
            .or_else(|| self.own_heading())
            .or_else(|| self.around_it())
            .or_else(|| self.of_no_time())
            .unwrap_or_else(|| self.beside())
    }

    /// Returns the place for unreleased changes, which are newer than all releases.
    fn unreleased(&self) -> Option<Home> {
        let waits = |h: &Headed<'_>| h.meaning == Meaning::Unreleased && h.section == self.section;
        let waiting = self.homes.headings.iter().position(waits)?;
        if self.homes.lists[self.newest].told.is_some_and(|last| self.time < last) {
            return None;
        }
        let own = self.homes.lists.iter().position(|list| list.heading == Some(waiting));
        Some(own.map_or(Home::heading(waiting), Home::List))
    }

    /// Returns the list that was added to last, if the entry is not older: it goes on with that list.
    fn going_on(&self) -> Option<Home> {
        let latest = &self.homes.lists[self.newest];
        let goes_on = Some(self.time) >= latest.oldest && !self.is_foreign(latest);
        goes_on.then_some(Home::List(self.newest))
    }

    /// Returns the nearest list under a heading of the entry's time.
    fn of_its_time(&self) -> Option<Home> {
        let fits = |list: &Listed<'n>| self.over(list).and_then(Headed::period).is_some();
        self.nearest(|list| self.is_own(list) && fits(list)).map(Home::List)
    }

    /// Returns a heading of the entry's time that has no entries yet. If both a year and its month fit, the month
    /// counts.
    fn own_heading(&self) -> Option<Home> {
        let is_its = |at: &usize| {
            let heading = &self.homes.headings[*at];
            let own = heading.period().is_some_and(|period| period.contains(self.time));
            own && heading.section == self.section && !heading.filled && !heading.divided
        };
        let finest = |at: &usize| Reverse(self.homes.headings[*at].period().map(|period| period.unit));
        let heading = (0..self.homes.headings.len()).filter(is_its).min_by_key(finest)?;
        let within = self.homes.within_those_like(heading);
        Some(self.astray(&within).unwrap_or(Home::Heading { heading, within }))
    }

    /// Returns a list whose entries are older and newer than the entry.
    fn around_it(&self) -> Option<Home> {
        self.nearest(|list| self.is_own(list) && list.apart(self.time) == 0).map(Home::List)
    }

    /// Returns the nearest list under no heading, or under one that says nothing about its entries.
    fn of_no_time(&self) -> Option<Home> {
        let says_nothing =
            |list: &Listed<'n>| self.over(list).is_none_or(|over| over.meaning == Meaning::Nothing);
        self.nearest(|list| list.section == self.section && says_nothing(list)).map(Home::List)
    }

    /// Returns the home beside the nearest list that is no release: under a new heading, if that list is of
    /// another time. If there are only releases, it is before or behind them.
    fn beside(&self) -> Home {
        let out = |list: &Listed<'n>| self.over(list).is_some_and(|over| over.meaning == Meaning::Release);
        let Some(beside) = self.nearest(|list| list.section == self.section && !out(list)) else {
            return self.beside_releases();
        };
        let list = &self.homes.lists[beside];
        self.new_heading(beside).unwrap_or(match list.heading {
            Some(heading) if self.is_foreign(list) => Home::Nowhere { heading },
            _ => Home::List(beside),
        })
    }

    /// Returns the home in a section where each list is a release.
    fn beside_releases(&self) -> Home {
        let sample = self.nearest(|list| list.section == self.section).unwrap_or(self.newest);
        let closed = self.homes.closed_before(self.section, self.time);
        closed.map_or(Home::Top { sample }, |heading| Home::Closed { heading })
    }

    /// Returns a new heading like the one above the neighbour or, in another year, like that of the neighbour's
    /// year, and below it again one like the neighbour's.
    fn new_heading(&self, beside: usize) -> Option<Home> {
        let (mut like, mut within) = (self.homes.lists[beside].heading, Vec::new());
        while let Some((at, heading)) = like.and_then(|like| Some((like, self.homes.headings.get(like)?))) {
            let over = heading.around.and_then(|around| self.homes.headings[around].period());
            match heading.named() {
                Some(named) if named.is_bare() && over.is_none_or(|over| over.contains(self.time)) => {
                    let astray = self.astray(&within).or_else(|| self.astray(&[at]));
                    let period = named.period.like(self.time);
                    return astray.or_else(|| self.existing(heading, period)).or(Some(Home::New {
                        period,
                        like: at,
                        within,
                        sample: beside,
                    }));
                }
                Some(named) if named.is_doubtful => return Some(Home::Nowhere { heading: at }),
                Some(named) if named.is_bare() => within.insert(0, at),
                _ => within.clear(),
            }
            like = heading.around;
        }
        None
    }

    /// Returns the heading of a period that stands beside a heading, and may hold nothing but releases.
    fn existing(&self, heading: &Headed<'n>, period: Period) -> Option<Home> {
        let is_it = |h: &Headed<'_>| {
            h.period() == Some(period) && (h.around, h.section) == (heading.around, heading.section)
        };
        self.homes.headings.iter().position(is_it).map(Home::heading)
    }

    /// Returns the first of these headings that names a week of a year, if the entry's week around New Year
    /// belongs to another year than some of its days: nobody knows under which year it goes.
    fn astray(&self, headings: &[usize]) -> Option<Home> {
        if self.time.iso_week().year() == self.time.year() {
            return None;
        }
        let is_astray = |at: &&usize| self.homes.headings[**at].named().is_some_and(Named::is_week_of_a_year);
        headings.iter().find(is_astray).map(|&heading| Home::Nowhere { heading })
    }

    /// Returns the list of this kind whose entries are nearest in time; those of the own section come first.
    fn nearest(&self, wanted: impl Fn(&Listed<'n>) -> bool) -> Option<usize> {
        let fitting = self.homes.lists.iter().enumerate().filter(|(_, list)| wanted(list));
        fitting
            .min_by_key(|(_, list)| (list.section != self.section, list.apart(self.time)))
            .map(|(at, _)| at)
    }

    /// Whether a list of the own section may have entries of this time.
    fn is_own(&self, list: &Listed<'n>) -> bool {
        list.section == self.section && !self.is_foreign(list)
    }

    /// Whether the heading over a list says that its entries are of another time.
    fn is_foreign(&self, list: &Listed<'n>) -> bool {
        match self.over(list).map(|over| &over.meaning) {
            Some(Meaning::Period(named)) => !named.period.contains(self.time),
            Some(Meaning::Release) => list.apart(self.time) > 0,
            Some(Meaning::Unreleased | Meaning::Nothing) | None => false,
        }
    }

    /// Returns the heading over a list that says something about its entries.
    fn over(&self, list: &Listed<'n>) -> Option<&'h Headed<'n>> {
        list.heading.map(|heading| &self.homes.headings[heading])
    }
}
