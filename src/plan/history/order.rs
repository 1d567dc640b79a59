//! Finds the place of a new entry in a list, by the list's order.

use crate::model::chronology::{Direction, majority, shared};
use crate::syntax::facts::SystemFacts;
use crate::syntax::history::HistoryEntry;
use crate::text::stamp::Stamp;
use crate::vault::{Note, Vault};

/// Returns the order that most histories of a vault have. Histories in conflict do not count, since their entries
/// stand in the order of the merge.
#[must_use]
pub fn habit(vault: &Vault) -> Direction {
    let notes = vault.system_notes().map(|(_, note)| note.facts.system());
    majority(notes.filter(|system| system.conflict.is_none()).flat_map(SystemFacts::entry_lists))
}

/// Returns the order that most histories of a note have, or else that of its vault.
#[must_use]
pub(super) fn habit_of(note: &Note, habit: Direction) -> Direction {
    shared(note.facts.system().entry_lists()).unwrap_or(habit)
}

/// The order of a list that gets new entries.
pub(super) struct Order {
    direction: Direction,
    /// The time of each entry. An entry without a readable time gets that of the entry it follows in time, so
    /// that it stays there: only its author knows more. Those before all others in time have none.
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

    /// Returns the place where the newest entry goes, from which the search for a place begins.
    pub(super) fn newest(&self) -> usize {
        match self.direction {
            Direction::OldestFirst => self.times.len(),
            Direction::NewestFirst => 0,
        }
    }

    /// Returns the index of the entry before which an entry with this time goes. The search begins at `from`, and
    /// runs backwards in a list that is oldest first.
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
