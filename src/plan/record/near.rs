//! Into which history of its note an entry goes: one beside what has happened.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use super::event::{Event, Line};
use crate::plan::history::{Histories, NewEntry, Timeline, home_among};
use crate::vault::Note;

/// The histories below the deepest heading that what has happened shares with one.
pub(super) struct Near<'n> {
    now: Histories<'n>,
    /// Those of the note as it was, where there were as many.
    before: Option<Histories<'n>>,
}

impl<'n> Near<'n> {
    pub(super) fn of(before: Option<&'n Note>, note: &'n Note) -> Self {
        let now = Histories::of(note);
        let before = before.map(Histories::of).filter(|before| before.all() == now.all());
        Self { now, before }
    }

    pub(super) fn among(&self, event: &Event) -> Range<usize> {
        let near = match event.line {
            Some(Line::Now(line)) => Some(self.now.near(line)),
            Some(Line::Before(line)) => self.before.as_ref().map(|before| before.near(line)),
            None => None,
        };
        near.unwrap_or_else(|| self.now.all())
    }
}

/// Entries by the one history that each goes into, of those that it may go into. Where these tell no versions, it tells
/// none.
pub(super) fn by_history<'d>(
    note: &Note,
    text: &str,
    entries: impl Iterator<Item = (&'d Range<usize>, NewEntry)>,
    timeline: Timeline<'_>,
) -> BTreeMap<usize, Vec<NewEntry>> {
    let histories = Histories::of(note);
    // All of them are of one time.
    let mut homes: HashMap<(&Range<usize>, bool), (usize, bool)> = HashMap::new();
    let mut by_history: BTreeMap<usize, Vec<NewEntry>> = BTreeMap::new();
    for (among, mut entry) in entries {
        let (home, tells) = *homes.entry((among, entry.version.is_some())).or_insert_with(|| {
            let tells = *among == histories.all() || histories.tell_versions(among.clone());
            (home_among(note, text, &entry, timeline, among.clone()), tells)
        });
        entry.version = entry.version.filter(|_| tells);
        by_history.entry(home).or_default().push(entry);
    }
    by_history
}
