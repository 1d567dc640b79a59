//! A vault after its files have changed: what did not change is carried over.

use std::collections::HashSet;
use std::sync::Arc;

use rayon::prelude::*;

use super::files::Listing;
use super::load::{note_of_file, unread_of};
use super::names::{FileId, Names};
use super::note::{Note, role};
use super::obsidian::AppSettings;
use super::slot::Slot;
use super::{NoteId, Traits, Unread, Vault};

/// What a change of files did to a vault.
#[derive(Debug, Default)]
pub struct Change {
    /// The notes that were read, in the order of paths: new ones and changed ones.
    pub read: Vec<NoteId>,
    /// Files that came, and files that went.
    pub files: Vec<String>,
}

impl Vault {
    /// Reads these notes again. Gives nothing where one of them cannot be read any more: then the
    /// vault has to be listed anew ([`Vault::relist`]).
    pub fn reread(&mut self, notes: &[NoteId]) -> Option<Change> {
        let fresh: Option<Vec<Arc<Note>>> = notes
            .par_iter()
            .map(|id| self.slots.get(id.0 as usize).and_then(|slot| self.fetch(slot)))
            .collect();
        for (id, note) in notes.iter().zip(fresh?) {
            self.forget_aliases(&note.path);
            if let Some(slot) = self.slots.get_mut(id.0 as usize) {
                *slot = Slot::filled(note);
            }
        }
        Some(Change { read: notes.to_vec(), ..Change::default() })
    }

    /// Takes a new listing, and reads what it has new and what `changed` names.
    pub fn relist(&mut self, listing: Listing, changed: &HashSet<&str>) -> Change {
        let app = AppSettings::read(&*self.source);
        let mut change = Change::default();
        let mut old_files = self.names.paths().iter().peekable();
        let mut old_slots = std::mem::take(&mut self.slots).into_iter().peekable();
        let mut slots = Vec::with_capacity(old_slots.len());
        let mut paths = Vec::with_capacity(listing.files.len());
        let Listing { files, unnameable, unreadable } = listing;
        let unlisted = Listing { files: Vec::new(), unnameable, unreadable };
        for (i, file) in (0u32..).zip(files) {
            while let Some(gone) = old_files.next_if(|path| path.as_str() < file.path.as_str()) {
                change.files.push(gone.clone());
            }
            if old_files.next_if(|path| path.as_str() == file.path).is_none() {
                change.files.push(file.path.clone());
            }
            let own = |slot: &Slot| self.names.path(slot.file);
            while old_slots.next_if(|slot| own(slot) < file.path.as_str()).is_some() {}
            let kept = old_slots.next_if(|slot| own(slot) == file.path);
            if file.is_read() {
                let kept = kept.filter(|_| !changed.contains(file.path.as_str()));
                let file_id = FileId(i);
                slots.push(kept.map_or_else(
                    || Slot::empty(file_id, role(&file.path, &self.config, &app), None),
                    |slot| slot.moved(file_id),
                ));
            }
            paths.push(file.path);
        }
        change.files.extend(old_files.cloned());
        if !change.files.is_empty() {
            self.names = Arc::new(Names::new(paths));
        }
        self.suggestions = Arc::default();
        self.slots = slots;
        self.unread = unread_of(&unlisted).into();
        change.read = self.read_unknown();
        change
    }

    /// Reads the notes that nothing is known of, and says which; those that cannot be read are no notes
    /// of the vault.
    pub fn read_unknown(&mut self) -> Vec<NoteId> {
        let unknown = self.ids().zip(&self.slots).filter(|(_, slot)| !slot.is_known());
        let mut ids: Vec<NoteId> = unknown.map(|(id, _)| id).collect();
        self.fill(&mut ids);
        self.note_of_file = note_of_file(self.names.paths().len(), &self.slots);
        ids
    }

    fn fill(&mut self, ids: &mut Vec<NoteId>) {
        let mut unread: Vec<Unread> = self.unread.to_vec();
        let read: Vec<std::io::Result<Arc<Note>>> = ids
            .par_iter()
            .map_init(Vec::new, |buffer, id| self.fetch_with(&self.slots[id.0 as usize], buffer))
            .collect();
        let mut lost = HashSet::new();
        for (id, note) in ids.iter().zip(read) {
            match note {
                Ok(note) => {
                    self.forget_aliases(&note.path);
                    self.slots[id.0 as usize] = Slot::filled(note);
                }
                Err(error) => {
                    let path = self.path_of(*id);
                    if self.source.has(path) {
                        unread.push(Unread { path: path.to_owned(), reason: error.to_string() });
                    }
                    lost.insert(*id);
                }
            }
        }
        self.unread = unread.into();
        if lost.is_empty() {
            return;
        }
        let mut number = 0u32;
        let mut numbers = Vec::with_capacity(self.slots.len());
        let mut kept = Vec::with_capacity(self.slots.len());
        for (i, slot) in (0u32..).zip(std::mem::take(&mut self.slots)) {
            numbers.push(number);
            if !lost.contains(&NoteId(i)) {
                kept.push(slot);
                number += 1;
            }
        }
        self.slots = kept;
        ids.retain(|id| !lost.contains(id));
        for id in ids {
            id.0 = numbers[id.0 as usize];
        }
    }

    /// A note that was read anew may have other aliases than were known.
    fn forget_aliases(&mut self, path: &str) {
        if self.aliases.contains_key(path) {
            Arc::make_mut(&mut self.aliases).remove(path);
        }
    }

    /// Forgets the vocabulary, when notes that may have words of it were read.
    pub fn forget_vocabulary(&mut self) {
        self.vocabulary = Arc::default();
    }

    /// Forgets what it would offer for links that lead nowhere, when aliases have changed.
    pub fn forget_suggestions(&mut self) {
        self.suggestions = Arc::default();
    }

    /// Lets go of the notes that no rule about the whole vault asks for. They are read again when
    /// somebody does.
    pub fn unload(&mut self) {
        for slot in &mut self.slots {
            if !slot.traits.has(Traits::SYSTEM) {
                slot.note.take();
            }
        }
    }
}
