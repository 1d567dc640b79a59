//! Reads notes ahead of the rules and boards that need them, in parallel and from a cache of an earlier run.
//!
//! Rules about the whole vault and boards need every note that documents a system, whichever of them has changed.
//! The facts of the unchanged ones are still valid, and decoding them takes a tenth of the time of reading the
//! notes again.

use std::fmt;
use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::note::{Identity, Note};
use super::source::Key;
use super::{NoteId, Traits, Vault};
use crate::syntax::facts::Facts;
use crate::text::seal::{open, sealed};

/// The kind of the sealed cache file.
const KIND: &[u8; 8] = b"prtfacts";

/// The facts of notes as an earlier run read them. Like all facts, they hold no secret.
#[derive(Deserialize, Serialize)]
pub struct Ahead<'b> {
    /// A hash of what facts depend on beside the bytes of a note: the program and the configuration.
    setup: u128,
    /// The notes in the order of paths.
    #[serde(borrow)]
    notes: Vec<Read<'b>>,
}

/// A note as it was read.
#[derive(Deserialize, Serialize)]
struct Read<'b> {
    path: &'b str,
    /// The key of its file when it was read.
    key: Key,
    /// The hash of its bytes.
    identity: Identity,
    facts: &'b [u8],
}

impl fmt::Debug for Ahead<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ahead").field("notes", &self.notes.len()).finish_non_exhaustive()
    }
}

impl<'b> Ahead<'b> {
    /// Reads the cache. Returns `None` if the bytes are torn, foreign or of another setup.
    #[must_use]
    pub fn read(bytes: &'b [u8], setup: u128) -> Option<Self> {
        let (_, bytes) = open(KIND, bytes)?;
        postcard::from_bytes(bytes).ok().filter(|ahead: &Self| ahead.setup == setup)
    }

    /// Returns the facts of a note, if its file is unchanged since.
    fn find(&self, path: &str, key: Key) -> Option<(Identity, Facts)> {
        let at = self.notes.binary_search_by(|note| note.path.cmp(path)).ok()?;
        let note = self.notes.get(at).filter(|note| note.key == key)?;
        Some((note.identity, postcard::from_bytes(note.facts).ok()?))
    }
}

impl Vault {
    /// Reads the notes that have `traits` in parallel, and returns how many of them `ahead` did not know.
    #[must_use]
    pub fn read_ahead(&self, traits: Traits, ahead: Option<&Ahead<'_>>) -> usize {
        let ids: Vec<NoteId> = self.ids().filter(|id| self.has(*id, traits)).collect();
        let one = |id: &NoteId| {
            let Some(slot) = self.slot(*id).filter(|slot| slot.note.get().is_none()) else {
                return 0;
            };
            let path = self.names.path(slot.file);
            let Some((identity, facts)) = ahead.and_then(|ahead| ahead.find(path, slot.key)) else {
                slot.note.get_or_init(|| self.fetch(slot));
                return 1;
            };
            let note = Note::of(path.to_owned(), slot.file, slot.role, facts, identity);
            slot.note.get_or_init(|| Some(Arc::new(note)));
            0
        };
        ids.par_iter().map(one).sum()
    }

    /// Returns the facts of the notes that have `traits`, to be cached for a later run with this setup: of those
    /// that have been read, and whose keys prove that their files are unchanged, given that reading began at
    /// `read_at`. Returns `None` if they cannot be serialised.
    #[must_use]
    pub fn ahead(&self, traits: Traits, setup: u128, read_at: i64) -> Option<Vec<u8>> {
        let known = self.ids().filter(|id| self.has(*id, traits) && self.key_of(*id).is_settled(read_at));
        let known: Vec<NoteId> = known.collect();
        let one = |id: &NoteId| {
            let note = self.slot(*id)?.note.get()?.as_ref()?;
            Some((*id, note.identity, postcard::to_stdvec(&note.facts).ok()?))
        };
        let facts: Vec<(NoteId, Identity, Vec<u8>)> = known.par_iter().filter_map(one).collect();
        let read =
            |(id, identity, facts)| Read { path: self.path_of(id), key: self.key_of(id), identity, facts };
        let notes = facts.iter().map(|(id, identity, facts)| read((*id, *identity, facts))).collect();
        let body = postcard::to_stdvec(&Ahead { setup, notes }).ok()?;
        Some(sealed(KIND, &body))
    }
}
