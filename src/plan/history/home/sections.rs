//! Chooses the section for an entry, in a note with several histories.

use chrono::NaiveDateTime;

use super::{Home, Homes, Listed};
use crate::text::stamp::Stamp;

impl Homes<'_> {
    /// Returns the section of a home.
    pub(in super::super) fn section_of(&self, home: &Home) -> usize {
        match *home {
            Home::List(list) | Home::New { sample: list, .. } | Home::Top { sample: list } => {
                self.lists[list].section
            }
            Home::Heading { heading, .. }
            | Home::Nowhere { heading }
            | Home::Closed { heading }
            | Home::Ungrouped { heading } => self.headings[heading].section,
        }
    }

    /// Returns the list that an entry with this time belongs beside; the entry may have a version. That is the
    /// list that was added to last, or, if the entry is older than the newest one there and several sections come
    /// into question, the list with the nearest entry in time.
    pub(super) fn beside_time(&self, time: NaiveDateTime, tells_version: bool) -> usize {
        let own = if tells_version { self.versioned } else { self.unversioned };
        let newest = own.unwrap_or(self.latest);
        let latest = &self.lists[newest];
        if self.sections.len() == 1 || latest.told.is_none_or(|told| time >= told) {
            return newest;
        }
        let is_alike =
            |list: &Listed<'_>| own.is_none() || self.telling.contains(&list.section) == tells_version;
        let alike = self.lists.iter().enumerate().filter(|(_, list)| is_alike(list));
        let nearest = |list: &Listed<'_>| {
            let times = list.entries.iter().filter_map(|entry| entry.stamp).map(Stamp::time);
            times.map(|other| (other - time).abs()).min()
        };
        let near =
            alike.filter_map(|(at, list)| Some(((nearest(list)?, list.section != latest.section), at)));
        let near = near.min_by_key(|(apart, _)| *apart).map_or(newest, |(_, near)| near);
        if self.lists[near].section == latest.section { newest } else { near }
    }
}
