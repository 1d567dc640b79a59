//! Stores what the rest of the vault depends on, for all notes.
//!
//! Nearly all notes have only three such values. These are in separate lists, so that no note takes more
//! memory than it needs; the rare values are in a map beside them.

use std::collections::BTreeMap;

use crate::vault::interface::{Interface, Rare};
use crate::vault::{NoteId, Traits};

/// The interfaces of notes, by their numbers.
#[derive(Debug, Default)]
pub(super) struct Interfaces {
    traits: Vec<Traits>,
    targets: Vec<u64>,
    links: Vec<u64>,
    /// The rare values of notes that have any.
    rare: BTreeMap<u32, Rare>,
}

/// The lists that [`Interfaces`] consists of, to be stored.
#[derive(Clone, Copy)]
pub(super) struct Lists<'r> {
    pub(super) traits: &'r [Traits],
    pub(super) targets: &'r [u64],
    pub(super) links: &'r [u64],
    pub(super) rare: &'r BTreeMap<u32, Rare>,
}

impl Interfaces {
    /// Restores the interfaces from [`Interfaces::lists`]. If the lists differ in length, some values are missing.
    pub(super) fn of_lists(
        traits: impl Iterator<Item = Traits>,
        targets: impl Iterator<Item = u64>,
        links: impl Iterator<Item = u64>,
        rare: impl Iterator<Item = (u32, Rare)>,
    ) -> Self {
        Self {
            traits: traits.collect(),
            targets: targets.collect(),
            links: links.collect(),
            rare: rare.collect(),
        }
    }

    pub(super) fn lists(&self) -> Lists<'_> {
        let Self { traits, targets, links, rare } = self;
        Lists { traits, targets, links, rare }
    }

    /// Returns the interface of a note; an empty one where the note is unknown.
    pub(super) fn get(&self, note: NoteId) -> Interface {
        let at = note.0 as usize;
        Interface {
            traits: self.traits.get(at).copied().unwrap_or_default(),
            targets: self.targets.get(at).copied().unwrap_or_default(),
            links: self.links.get(at).copied().unwrap_or_default(),
            rare: self.rare.get(&note.0).copied().unwrap_or_default(),
        }
    }

    /// Sets the interface of a note. Returns the old one; `None` where there is no such note.
    pub(super) fn set(&mut self, note: NoteId, interface: Interface) -> Option<Interface> {
        let at = note.0 as usize;
        let old = self.get(note);
        *self.traits.get_mut(at)? = interface.traits;
        *self.targets.get_mut(at)? = interface.targets;
        *self.links.get_mut(at)? = interface.links;
        if interface.rare == Rare::default() {
            self.rare.remove(&note.0);
        } else {
            self.rare.insert(note.0, interface.rare);
        }
        Some(old)
    }

    /// Returns the notes with rare values, in order.
    pub(super) fn rare(&self) -> impl Iterator<Item = (NoteId, &Rare)> {
        self.rare.iter().map(|(id, rare)| (NoteId(*id), rare))
    }
}

impl Extend<Interface> for Interfaces {
    fn extend<I: IntoIterator<Item = Interface>>(&mut self, interfaces: I) {
        for Interface { traits, targets, links, rare } in interfaces {
            if rare != Rare::default() {
                self.rare.insert(self.traits.len() as u32, rare);
            }
            self.traits.push(traits);
            self.targets.push(targets);
            self.links.push(links);
        }
    }
}

impl FromIterator<Interface> for Interfaces {
    fn from_iter<I: IntoIterator<Item = Interface>>(interfaces: I) -> Self {
        let mut all = Self::default();
        all.extend(interfaces);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_is_there_and_no_more() {
        let plain = Interface { traits: Traits::ALIASES, targets: 2, links: 3, rare: Rare::default() };
        let rare = Interface { rare: Rare { newest: 4, ..Rare::default() }, ..plain };
        let mut all: Interfaces = [plain, rare, plain].into_iter().collect();
        assert_eq!([0, 1, 2, 3].map(|id| all.get(NoteId(id))), [plain, rare, plain, Interface::default()]);
        assert_eq!(all.set(NoteId(2), rare), Some(plain));
        assert_eq!(all.set(NoteId(1), plain), Some(rare));
        assert_eq!(all.set(NoteId(3), rare), None);
        assert_eq!([0, 1, 2, 3].map(|id| all.get(NoteId(id))), [plain, plain, rare, Interface::default()]);
        assert_eq!(all.rare().map(|(id, _)| id).collect::<Vec<_>>(), [NoteId(2)]);
    }
}
