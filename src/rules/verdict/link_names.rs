//! The names that the links of each note ask for. They tell which notes to judge again when a file with a
//! name is added or removed, or gets other headings.
//!
//! A million links ask for a million names. They are stored in one flat list, which is scanned as a whole:
//! that takes less than a millisecond, and no index has to be maintained.

use std::collections::{BTreeMap, HashSet};

use crate::vault::NoteId;

/// The names that the links of notes ask for, as hashes.
#[derive(Debug, Default)]
pub(super) struct Asked {
    names: Vec<u32>,
    /// For each note, the end of its names in `names`.
    ends: Vec<u32>,
    /// The names of notes that have changed since the lists were made.
    changed: BTreeMap<NoteId, Vec<u32>>,
}

impl Asked {
    /// How many changed notes are kept apart before the lists are made anew.
    const PATIENCE: usize = 256;

    /// Takes the names of all notes, in the order of notes.
    pub(super) fn new(notes: Vec<Vec<u32>>) -> Self {
        let mut asked = Self::default();
        asked.names.reserve(notes.iter().map(Vec::len).sum());
        asked.ends.reserve(notes.len());
        asked.extend(notes);
        asked
    }

    /// Returns the names of all notes in one list, and the end of each note's names in it.
    pub(super) fn lists(&mut self) -> (&[u32], &[u32]) {
        self.join();
        (&self.names, &self.ends)
    }

    /// Restores the lists that [`Asked::lists`] returned. Where the two do not match, some notes have fewer
    /// names.
    pub(super) const fn of_lists(names: Vec<u32>, ends: Vec<u32>) -> Self {
        Self { names, ends, changed: BTreeMap::new() }
    }

    /// Returns the names that a note asks for.
    fn of(&self, note: NoteId) -> &[u32] {
        if let Some(own) = self.changed.get(&note) {
            return own;
        }
        let at = note.0 as usize;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(at).copied().unwrap_or(start);
        self.names.get(start as usize..end as usize).unwrap_or(&[])
    }

    /// Sets the names that a note asks for.
    pub(super) fn set(&mut self, note: NoteId, names: Vec<u32>) {
        if self.of(note) != names {
            self.changed.insert(note, names);
        }
        if self.changed.len() > Self::PATIENCE {
            self.join();
        }
    }

    fn join(&mut self) {
        if !self.changed.is_empty() {
            let numbers: Vec<Option<usize>> = (0..self.ends.len()).map(Some).collect();
            self.renumber(&numbers);
        }
    }

    /// Renumbers the notes; `old` has the old number of each new one, if it had any.
    pub(super) fn renumber(&mut self, old: &[Option<usize>]) {
        let same = old.len() == self.ends.len() && old.iter().enumerate().all(|(new, old)| *old == Some(new));
        if same && self.changed.is_empty() {
            return;
        }
        let (mut names, mut ends) = (Vec::with_capacity(self.names.len()), Vec::with_capacity(old.len()));
        for old in old {
            names.extend_from_slice(old.map_or(&[], |old| self.of(NoteId(old as u32))));
            ends.push(names.len() as u32);
        }
        *self = Self::of_lists(names, ends);
    }

    /// Returns the notes that ask for one of these names.
    pub(super) fn notes(&self, wanted: &HashSet<u32>) -> Vec<NoteId> {
        // Most names in the lists are none of the wanted ones, and a look at one bit usually tells.
        let mut bits = vec![0u64; 1 << 10];
        let place = |name: u32| ((name >> 22) as usize, 1u64 << (name >> 16 & 63));
        wanted.iter().map(|name| place(*name)).for_each(|(word, bit)| bits[word] |= bit);
        let asks = |own: &[u32]| {
            own.iter().any(|&name| {
                let (word, bit) = place(name);
                bits[word] & bit != 0 && wanted.contains(&name)
            })
        };
        let mut found: Vec<NoteId> =
            self.changed.iter().filter(|(_, own)| asks(own)).map(|(id, _)| *id).collect();
        let mut start = 0;
        for (id, &end) in (0u32..).map(NoteId).zip(&self.ends) {
            let own = self.names.get(start as usize..end as usize).unwrap_or(&[]);
            start = end;
            if asks(own) && !self.changed.contains_key(&id) {
                found.push(id);
            }
        }
        found
    }
}

/// Appends the names of further notes.
impl Extend<Vec<u32>> for Asked {
    fn extend<I: IntoIterator<Item = Vec<u32>>>(&mut self, notes: I) {
        for own in notes {
            self.names.extend(own);
            self.ends.push(self.names.len() as u32);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_who_asks_whatever_has_changed() {
        let mut asked = Asked::new(vec![vec![1, 2], vec![], vec![2]]);
        let check = |asked: &Asked, name: u32, expected: &[u32]| {
            let mut found: Vec<u32> = asked.notes(&[name].into()).into_iter().map(|id| id.0).collect();
            found.sort_unstable();
            assert_eq!(found, expected, "{name}");
        };
        check(&asked, 2, &[0, 2]);
        asked.set(NoteId(0), vec![7]);
        check(&asked, 2, &[2]);
        check(&asked, 7, &[0]);
        asked.renumber(&[Some(2), None, Some(0)]);
        check(&asked, 2, &[0]);
        check(&asked, 7, &[2]);
    }
}
