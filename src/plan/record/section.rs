//! Chooses the history of a note for an entry: one near the place where the change happened.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use super::ChangedNote;
use super::event::{Event, Line};
use crate::model::chronology::Direction;
use crate::plan::history::{Histories, Inserter, NewEntry, home_among};
use crate::plan::obstacle::Obstacle;
use crate::text::edit::Edit;

/// The histories of a note, to find those that share the deepest heading with a change.
pub(super) struct Near<'n> {
    now: Histories<'n>,
    /// The histories of the older note, if they have the same names.
    before: Option<Histories<'n>>,
}

impl<'n> Near<'n> {
    pub(super) fn of(changed: &ChangedNote<'n>) -> Self {
        let now = Histories::of(changed.note);
        let before = changed.before.map(Histories::of).filter(|before| before.are_named_as(&now));
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

/// An entry, and the histories of its note that it may go into.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub(super) entry: NewEntry,
    pub(super) among: Range<usize>,
}

/// Entries that are written into a note.
#[derive(Debug)]
pub(super) struct Inserted {
    pub(super) edits: Vec<Edit>,
    /// The titles of the entries.
    pub(super) titles: Vec<String>,
}

/// Inserts entries into a note; `habit` is the usual order in its vault. A history that takes no entries is
/// skipped if another one may take them.
///
/// # Errors
/// Something is in the way in every history that an entry may go into.
pub(super) fn insert(
    changed: &ChangedNote<'_>,
    entries: &[Placed],
    habit: Direction,
) -> Result<Inserted, Obstacle> {
    let inserter = Inserter::new(changed.note, changed.text, habit, changed.timeline);
    let mut closed = HashSet::new();
    loop {
        let known = closed.len();
        let (mut edits, mut titles) = (Vec::new(), Vec::new());
        for (history, entries) in by_history(changed, entries, &closed) {
            match inserter.among(&entries, history..history + 1) {
                Ok(own) => edits.extend(own.into_iter().flatten()),
                Err(obstacle) if !closed.insert(history) => return Err(obstacle),
                Err(_) => {}
            }
            titles.extend(entries.into_iter().map(|entry| entry.title));
        }
        if closed.len() == known {
            return Ok(Inserted { edits, titles });
        }
    }
}

/// Assigns each entry to one of the histories that it may go into, or to any history if those are closed. Equal
/// entries in one history become one.
fn by_history(
    changed: &ChangedNote<'_>,
    entries: &[Placed],
    closed: &HashSet<usize>,
) -> BTreeMap<usize, Vec<NewEntry>> {
    let &ChangedNote { note, text, timeline, .. } = changed;
    let histories = Histories::of(note);
    // All entries have the same time.
    let mut homes: HashMap<(Range<usize>, bool), usize> = HashMap::new();
    let mut home_in = |among: Range<usize>, entry: &NewEntry| {
        let home = || home_among(note, text, entry, timeline, among.clone());
        *homes.entry((among.clone(), entry.version.is_some())).or_insert_with(home)
    };
    let mut told: HashMap<(usize, &str, Option<&str>), usize> = HashMap::new();
    let mut by_history: BTreeMap<usize, Vec<NewEntry>> = BTreeMap::new();
    for Placed { entry, among } in entries {
        let tells = entry.version.is_some();
        let near = if tells { histories.telling(among.clone()) } else { among.clone() };
        let home = Some(home_in(near, entry)).filter(|home| !closed.contains(home));
        let home = home.unwrap_or_else(|| home_in(histories.all(), entry));
        let entries = by_history.entry(home).or_default();
        let at = *told.entry((home, &entry.title, entry.version.as_deref())).or_insert(entries.len());
        match entries.get_mut(at) {
            // Several edges between the same two nodes.
            Some(same) => same.details.extend_from_slice(&entry.details),
            None => entries.push(entry.clone()),
        }
    }
    by_history
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::plan::history::Timeline;
    use crate::text::growth::excess;
    use crate::text::stamp::{Precision, Stamp};
    use crate::vault::{NoteId, Vault};

    #[test]
    fn many_histories_take_no_longer_each() {
        let write = |vault: &Vault| {
            let (note, text) = (vault.note(NoteId(0)).unwrap(), vault.text(NoteId(0)).unwrap());
            let histories = note.facts.system().history.len();
            let stamp = Stamp::new(chrono::DateTime::UNIX_EPOCH.naive_utc(), Precision::Minute);
            let entry = |at: usize| {
                let version = at.is_multiple_of(2).then(|| "1.1.0".to_owned());
                NewEntry { stamp, version, title: format!("t{at}"), details: Vec::new() }
            };
            let placed = |at| Placed { entry: entry(at), among: at..at + 1 };
            let entries: Vec<_> = (0..histories - 1).map(placed).collect();
            let timeline = Timeline::up_to(vault.config(), stamp);
            let changed = ChangedNote { before: None, note, text: &text, timeline };
            let written = insert(&changed, &entries, Direction::OldestFirst);
            assert_eq!(written.map(|written| written.titles.len()).ok(), Some(entries.len()));
        };
        let excess = ["", "- 2025-01-01_10-00 - a\n", "| Date |\n|---|\n| 2025-01-01 |\n"].map(|history| {
            let of = |count: usize| {
                let own = |at| format!("## C{at}\n\n### Modification History\n\n{history}\n");
                let own: String = (0..count).map(own).collect();
                let text = format!("# S\n\n{own}## Version History\n\n- v1.0.0 (2025-01-01_10-00) - a\n");
                Vault::of_texts(Config::default(), &[("s.md", &text)])
            };
            excess(history, 100, of, write)
        });
        assert_eq!(excess, [None, None, None]);
    }
}
