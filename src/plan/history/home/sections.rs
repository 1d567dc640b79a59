//! In which section of a note with several histories an entry is at home.

use chrono::NaiveDateTime;

use super::{Home, Homes, Listed};
use crate::text::stamp::Stamp;

impl Homes<'_> {
    /// The section that a home lies in.
    pub(in super::super) fn section_of(&self, home: &Home) -> usize {
        match *home {
            Home::List(list) | Home::New { sample: list, .. } | Home::Top { sample: list } => {
                self.lists[list].section
            }
            Home::Heading { heading, .. } | Home::Nowhere { heading } | Home::Closed { heading } => {
                self.headings[heading].section
            }
        }
    }

    /// The list that an entry of this time, which may tell a version, belongs beside: the one that was added to last, or
    /// that of its nearest neighbour in time where it comes before this one's newest and another section may be meant.
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
