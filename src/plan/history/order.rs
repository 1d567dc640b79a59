//! Before which entry of a list a new one goes.

use crate::model::chronology::{Direction, majority, shared};
use crate::syntax::facts::SystemFacts;
use crate::syntax::history::HistoryEntry;
use crate::text::stamp::Stamp;
use crate::vault::{Note, Vault};

/// The order that most histories of a vault have. In one that is in conflict the sides stand as they were merged, and
/// not in an order that anybody keeps to.
#[must_use]
pub fn habit(vault: &Vault) -> Direction {
    let notes = vault.system_notes().map(|(_, note)| note.facts.system());
    majority(notes.filter(|system| system.conflict.is_none()).flat_map(SystemFacts::entry_lists))
}

/// The order that most histories of a note have, or else those of its vault.
#[must_use]
pub(super) fn habit_of(note: &Note, habit: Direction) -> Direction {
    shared(note.facts.system().entry_lists()).unwrap_or(habit)
}

/// The order of a list that gets new entries.
pub(super) struct Order {
    direction: Direction,
    /// The time of each entry. One that has none that can be read stays with the one that it follows in time, and has
    /// that of it: nobody knows more of it than who wrote it there. Those before all others in time keep to none.
    times: Vec<Option<Stamp>>,
}

impl Order {
    pub(super) fn of(list: &[HistoryEntry], direction: Direction) -> Self {
        let mut before = None;
        let mut time = |entry: &HistoryEntry| {
            before = entry.stamp.or(before);
            before
        };
        let times = match direction {
            Direction::OldestFirst => list.iter().map(time).collect(),
            Direction::NewestFirst => {
                let mut times: Vec<Option<Stamp>> = list.iter().rev().map(&mut time).collect();
                times.reverse();
                times
            }
        };
        Self { direction, times }
    }

    /// Where the search for the place of a new entry begins: where the newest one goes.
    pub(super) fn newest(&self) -> usize {
        match self.direction {
            Direction::OldestFirst => self.times.len(),
            Direction::NewestFirst => 0,
        }
    }

    /// Where an entry of this time goes: before the entry with that index. The search begins at `from`, and in a list
    /// that is oldest first it goes backwards.
    pub(super) fn slot(&self, stamp: Stamp, from: usize) -> usize {
        let older = |other: &Option<Stamp>| other.is_none_or(|other| !stamp.is_before(other));
        match self.direction {
            Direction::OldestFirst => self.times[..from].iter().rposition(older).map_or(0, |i| i + 1),
            Direction::NewestFirst => {
                self.times[from..].iter().position(older).map_or(self.times.len(), |i| from + i)
            }
        }
    }
}
