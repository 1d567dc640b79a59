//! Updates a vault after its files have changed, keeping what did not change.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::anchors::Anchors;
use super::files::Listing;
use super::listing::{unread_of, unreadable_files};
use super::load::note_of_file;
use super::names::{FileId, Names};
use super::note::{Identity, Note, identity, role};
use super::slot::Slot;
use super::source::Key;
use super::{NoteId, Traits, Unread, Vault};
use crate::error::plain;
use crate::model::vocabulary::Vocabulary;

/// The changes that an update made to a vault.
#[derive(Debug, Default)]
pub struct Change {
    /// The notes that were read, new or changed, in the order of paths.
    pub read: Vec<NoteId>,
    /// The files that were added or removed.
    pub files: Vec<String>,
    /// Whether the set of unreadable files has changed.
    pub unread: bool,
}

impl Vault {
    /// Reads these notes again and returns those that have changed. Returns `None` if one of them can no longer
    /// be read: then the vault must be listed again ([`Vault::relist`]).
    pub fn reread(&mut self, notes: &[NoteId]) -> Option<Change> {
        let fresh: std::io::Result<Vec<Option<Arc<Note>>>> =
            notes.par_iter().map(|id| self.fetch_if_changed(*id)).collect();
        let mut change = Change::default();
        for (id, note) in notes.iter().zip(fresh.ok()?) {
            let Some(note) = note else { continue };
            self.forget_aliases(&note.path);
            if let Some(slot) = self.slots.get_mut(id.0 as usize) {
                *slot = Slot::filled(note, Key::Unknown);
                change.read.push(*id);
            }
        }
        Some(change)
    }

    /// Reads a note if its bytes differ from those that it was read from.
    fn fetch_if_changed(&self, id: NoteId) -> std::io::Result<Option<Arc<Note>>> {
        let slot = self.slot(id).ok_or(std::io::ErrorKind::NotFound)?;
        let mut bytes = Vec::new();
        let path = self.names.path(slot.file);
        self.source.read(path, &mut bytes)?;
        if slot.identity == Some(identity(&bytes)) {
            return Ok(None);
        }
        let note = Note::read(path.to_owned(), slot.file, slot.role, &bytes, &self.config, self.keep);
        Ok(Some(Arc::new(note)))
    }

    /// Takes a new listing and reads new files and those whose key has changed. The notes that `changed` names
    /// are compared byte by byte, and so are those whose keys prove nothing, given that the vault was listed at
    /// `since` (nanoseconds since 1970).
    pub fn relist(&mut self, listing: Listing, changed: &HashSet<&str>, since: i64) -> Change {
        let mut change = Change::default();
        let old_unread = Arc::clone(&self.unread);
        let mut old_files = self.names.paths().iter().peekable();
        let before = self.slots.len();
        let mut old_slots = std::mem::take(&mut self.slots).into_iter().peekable();
        let mut slots = Vec::with_capacity(before);
        let mut doubtful = Vec::new();
        let mut paths = Vec::with_capacity(listing.files.len());
        let Listing { files, folders, unnameable, unreadable } = listing;
        let outside = unreadable_files(files.iter().map(|file| file.readable));
        let unlisted = Listing { files: Vec::new(), folders: Vec::new(), unnameable, unreadable };
        self.folders = folders.into();
        for (i, file) in (0u32..).zip(files) {
            while let Some(gone) = old_files.next_if(|path| *path < file.path.as_str()) {
                change.files.push(gone.to_owned());
            }
            if old_files.next_if(|path| *path == file.path).is_none() {
                change.files.push(file.path.clone());
            }
            let own = |slot: &Slot| self.names.path(slot.file);
            while old_slots.next_if(|slot| own(slot) < file.path.as_str()).is_some() {}
            let kept = old_slots.next_if(|slot| own(slot) == file.path);
            if file.is_read() {
                let id = FileId(i);
                let slot = kept.map(|mut slot| {
                    let told = slot.key == file.key && file.key.is_settled(since);
                    if !told || changed.contains(file.path.as_str()) {
                        doubtful.push(NoteId(slots.len() as u32));
                    }
                    slot.key = file.key;
                    slot.moved(id)
                });
                slots.push(slot.unwrap_or_else(|| {
                    Slot::empty(id, role(&file.path, &self.config, &self.app), None, file.key)
                }));
            }
            paths.push(file.path);
        }
        change.files.extend(old_files.map(str::to_owned));
        if !change.files.is_empty() {
            self.names = Arc::new(Names::new(paths));
        }
        self.slots = slots;
        self.outside = outside;
        self.doubt(&doubtful);
        self.unread = unread_of(&unlisted).into();
        change.read = self.read_unknown();
        change.unread = old_unread != self.unread;
        // Suggestions refer to files and notes by their numbers.
        if !change.files.is_empty() || !change.read.is_empty() || before != self.slots.len() {
            self.forget_suggestions();
        }
        change
    }

    /// Compares the bytes of notes that may have changed, and marks those that have for reading.
    fn doubt(&mut self, notes: &[NoteId]) {
        let changed = |buffer: &mut Vec<u8>, id: &NoteId| {
            let slot = &self.slots[id.0 as usize];
            let read = self.source.read(self.names.path(slot.file), buffer);
            (read.is_err() || slot.identity != Some(identity(buffer))).then_some(*id)
        };
        let changed: Vec<NoteId> = notes.par_iter().map_init(Vec::new, changed).flatten_iter().collect();
        for id in changed {
            self.slots[id.0 as usize].forget();
        }
    }

    /// Returns the paths that only this vault or only `older` has, and those of notes whose bytes differ, sorted.
    #[must_use]
    pub fn differences(&self, older: &Self) -> Vec<String> {
        let notes = |vault: &Self| -> HashMap<String, Option<Identity>> {
            let identities =
                vault.slots.iter().map(|slot| (slot.file, slot.identity)).collect::<HashMap<_, _>>();
            let files = (0u32..).map(FileId).zip(vault.names.paths().iter());
            files.map(|(id, path)| (path.to_owned(), identities.get(&id).copied().flatten())).collect()
        };
        let (old, new) = (notes(older), notes(self));
        let came = new.iter().filter(|(path, own)| old.get(*path) != Some(*own)).map(|(path, _)| path);
        let went = old.keys().filter(|path| !new.contains_key(*path));
        let mut different: Vec<String> = came.chain(went).cloned().collect();
        different.sort_unstable();
        different
    }

    /// Reads all notes that have not been read yet, and returns them. Notes that cannot be read are dropped from
    /// the vault.
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
                    let slot = &mut self.slots[id.0 as usize];
                    *slot = Slot::filled(note, slot.key);
                }
                Err(error) => {
                    let path = self.path_of(*id);
                    if self.source.has(path) {
                        unread.push(Unread { path: path.to_owned(), reason: plain(&error) });
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

    /// Forgets the known aliases of a note that was read again, since they may have changed.
    fn forget_aliases(&mut self, path: &str) {
        if self.aliases.contains_key(path) {
            Arc::make_mut(&mut self.aliases).remove(path);
        }
    }

    /// Forgets the vocabulary, after notes that may add words to it were read. Returns the old one.
    pub fn forget_vocabulary(&mut self) -> Arc<OnceLock<Vocabulary>> {
        std::mem::take(&mut self.vocabulary)
    }

    /// Forgets the suggestions for links that lead nowhere, after aliases have changed.
    pub fn forget_suggestions(&mut self) {
        self.suggestions = Arc::default();
    }

    /// Sets the anchors that stand in for the headings and block ids of notes. What seems to be missing may stand
    /// in a board, or not be something that Obsidian looks for, and the finding must name it; so both notes are
    /// read again, whole.
    #[must_use]
    pub fn with_anchors(mut self, mut anchors: Anchors) -> Self {
        for (source, target) in anchors.doubtful(|file| self.note_of(file)) {
            if let Some(slot) = self.slots.get_mut(source.0 as usize) {
                slot.settled = false;
                slot.note.take();
            }
            if let Some(slot) = self.slots.get_mut(target.0 as usize) {
                slot.note.take();
            }
        }
        anchors.forget_named();
        Self { anchors: Some(Arc::new(anchors)), ..self }
    }

    /// Drops the notes that no rule about the whole vault needs. They are read again on demand.
    pub fn unload(&mut self) {
        for slot in &mut self.slots {
            if !slot.traits.has(Traits::SYSTEM) {
                slot.note.take();
            }
        }
    }
}
