//! Reads a vault from its source, notes and canvases in parallel.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::listing::{Attributes, Listed};
use super::names::FileId;
use super::note::{Note, Role, role};
use super::obsidian::AppSettings;
use super::slot::{Slot, Traits};
use super::source::{Folder, Key, Source, Texts};
use super::{Keep, NoteId, Progress, Unread, Vault};
use crate::config::Config;
use crate::error::{Result, plain};

/// A note that was read, and whether it stays in memory.
#[derive(Debug)]
pub enum Read {
    /// The note stays in memory.
    Open(Note),
    /// Nothing in the note needs to be judged. It is read again on demand.
    Settled(Note),
}

impl Read {
    fn slot(self, key: Key) -> Slot {
        match self {
            Self::Open(note) => Slot::filled(Arc::new(note), key),
            Self::Settled(note) => Slot::settled(&note, key),
        }
    }
}

/// The number of notes that are read before their findings are moved to where they are gathered.
const ROUND: usize = 1 << 12;

/// Where a vault comes from, and the configuration that it is read with.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The folder that the vault lies in, or would lie in.
    pub root: Arc<Path>,
    /// What its files are listed and read from.
    pub source: Arc<dyn Source>,
    /// Its configuration.
    pub config: Config,
}

impl Origin {
    /// Creates the origin of a vault.
    #[must_use]
    pub fn new(root: &Path, source: Arc<dyn Source>, config: Config) -> Self {
        Self { root: root.into(), source, config }
    }

    /// Lists and reads the vault.
    ///
    /// # Errors
    /// The source cannot be listed.
    pub fn read(self, keep: Keep, progress: Progress<'_>) -> Result<Vault> {
        let listing = self.source.list()?;
        Ok(self.read_listed(keep, listing, progress))
    }

    /// Reads the vault, whose files are already listed.
    #[must_use]
    pub fn read_listed(self, keep: Keep, listing: impl Into<Listed>, progress: Progress<'_>) -> Vault {
        let (vault, ()) = self.read_each(keep, listing, progress, |_, note| (Read::Open(note), ()));
        vault
    }

    /// Like [`Origin::read_listed`], but calls `each` with every note after it was read. `each` returns what to
    /// keep of the note ([`Read`]) and what it found out, which is gathered in the order of notes.
    #[must_use]
    pub fn read_each<T: Send, Found: Default + Extend<T>>(
        self,
        keep: Keep,
        listing: impl Into<Listed>,
        progress: Progress<'_>,
        each: impl Fn(&Vault, Note) -> (Read, T) + Sync,
    ) -> (Vault, Found) {
        let listed = listing.into();
        listed.prepare();
        let mut vault = self.open(keep, listed, || None);
        let read = |vault: &Vault, slot: &Slot, buffer: &mut Vec<u8>| {
            let (note, key) = vault.read_note(slot, buffer)?;
            let (read, found) = each(vault, note);
            Ok((read.slot(key), found))
        };
        let found = vault.read_all(progress, read);
        (vault, found)
    }

    /// Makes a vault whose notes are read on demand. `known` gives the traits of one note after the other; notes
    /// without known traits are read by [`Vault::read_unknown`], and until then no search for notes by traits
    /// finds them.
    #[must_use]
    pub fn open(
        self,
        keep: Keep,
        listing: impl Into<Listed>,
        mut known: impl FnMut() -> Option<Traits>,
    ) -> Vault {
        let Self { root, source, config } = self;
        let listed = listing.into();
        let app = AppSettings::read(&*source);
        let paths = listed.names.paths();
        let role = |(i, file): (usize, &Attributes)| {
            file.is_read.then(|| role(paths.get(i).unwrap_or_default(), &config, &app))
        };
        let files = listed.files.par_iter().enumerate().with_min_len(1024);
        let roles: Vec<Option<Role>> = files.map(role).collect();
        let notes = (0u32..).map(FileId).zip(&listed.files).zip(roles);
        // Pages of the vector that stay unused are never touched.
        let mut slots = Vec::with_capacity(paths.len());
        slots.extend(notes.filter_map(|((file, attributes), role)| {
            Some(Slot::empty(file, role?, known(), attributes.key))
        }));
        Vault {
            root,
            source,
            config: Arc::new(config),
            app: Arc::new(app),
            note_of_file: note_of_file(paths.len(), &slots),
            outside: listed.outside(),
            names: listed.names,
            folders: listed.folders.into(),
            slots,
            vocabulary: Arc::default(),
            unread: listed.unread.into(),
            suggestions: Arc::default(),
            aliases: Arc::default(),
            anchors: None,
            keep,
        }
    }
}

impl Vault {
    /// Reads the vault in the folder `root`.
    ///
    /// # Errors
    /// The root cannot be listed. A single note that cannot be read is no error: see
    /// [`Vault::unread`].
    pub fn load(root: &Path, config: Config, keep: Keep, progress: Progress<'_>) -> Result<Self> {
        Origin::new(root, Arc::new(Folder::new(root)), config).read(keep, progress)
    }

    /// Reads the same vault from another source, such as an older revision, with the same settings. Notes that
    /// have the same bytes there are not parsed again.
    ///
    /// # Errors
    /// The source cannot be listed.
    pub fn beside(&self, source: Arc<dyn Source>) -> Result<Self> {
        let listing = source.list()?;
        let origin = Origin { root: Arc::clone(&self.root), source, config: Config::clone(&self.config) };
        let mut vault = origin.open(Keep::Facts, listing, || None);
        let read = |vault: &Self, slot: &Slot, buffer: &mut Vec<u8>| {
            vault.source.read(vault.names.path(slot.file), buffer)?;
            let same = self.same_note(vault, slot, buffer);
            let note = same.unwrap_or_else(|| Arc::new(vault.note_from(slot, buffer)));
            Ok((Slot::filled(note, slot.key), ()))
        };
        let () = vault.read_all(&|_, _| {}, read);
        Ok(vault)
    }

    /// Reads every note with `each`, and gathers what that finds out, in the order of notes.
    fn read_all<T: Send, Found: Default + Extend<T>>(
        &mut self,
        progress: Progress<'_>,
        each: impl Fn(&Self, &Slot, &mut Vec<u8>) -> std::io::Result<(Slot, T)> + Sync,
    ) -> Found {
        let mut found = Found::default();
        let done = AtomicUsize::new(0);
        let total = self.slots.len();
        let mut failed = Vec::new();
        // Reads in rounds, so that the findings of all notes are not in memory twice: as they were found, and
        // gathered.
        for start in (0..total).step_by(ROUND) {
            let round = start..total.min(start + ROUND);
            let one = |buffer: &mut Vec<u8>, slot: &Slot| {
                progress(done.fetch_add(1, Ordering::Relaxed), total);
                each(self, slot, buffer)
            };
            let read: Vec<_> = self.slots[round.clone()].par_iter().map_init(Vec::new, one).collect();
            for (slot, read) in self.slots[round].iter_mut().zip(read) {
                match read {
                    Ok((read, own)) => {
                        *slot = read;
                        found.extend([own]);
                    }
                    Err(error) => failed.push((slot.file, error)),
                }
            }
        }
        self.leave_out(&failed);
        self.vocabulary = Arc::default();
        found
    }

    /// Removes notes that could not be read; `failed` is in order.
    fn leave_out(&mut self, failed: &[(FileId, std::io::Error)]) {
        if failed.is_empty() {
            return;
        }
        self.slots.retain(|slot| failed.binary_search_by_key(&slot.file, |(file, _)| *file).is_err());
        self.note_of_file = note_of_file(self.names.paths().len(), &self.slots);
        // A note that was deleted after the listing is not a note of the vault, and not reported.
        let there = failed.iter().map(|(file, error)| (self.names.path(*file), error));
        let unread = there.filter(|(path, _)| self.source.has(path));
        let unread = unread.map(|(path, error)| Unread { path: path.to_owned(), reason: plain(error) });
        self.unread = self.unread.iter().cloned().chain(unread).collect();
    }

    /// Reads one note.
    pub(super) fn fetch(&self, slot: &Slot) -> Option<Arc<Note>> {
        self.fetch_with(slot, &mut Vec::new()).ok()
    }

    pub(super) fn fetch_with(&self, slot: &Slot, buffer: &mut Vec<u8>) -> std::io::Result<Arc<Note>> {
        Ok(Arc::new(self.read_note(slot, buffer)?.0))
    }

    /// Reads a note and returns it with its key: that of the listing, if it had one.
    fn read_note(&self, slot: &Slot, buffer: &mut Vec<u8>) -> std::io::Result<(Note, Key)> {
        let key = self.source.read(self.names.path(slot.file), buffer)?;
        let key = if slot.key == Key::Unknown { key } else { slot.key };
        Ok((self.note_from(slot, buffer), key))
    }

    fn note_from(&self, slot: &Slot, bytes: &[u8]) -> Note {
        let path = self.names.path(slot.file).to_owned();
        Note::read(path, slot.file, slot.role, bytes, &self.config, self.keep)
    }

    /// Returns this vault's note for another vault's `slot`, if it was read from the same bytes.
    fn same_note(&self, other: &Self, slot: &Slot, bytes: &[u8]) -> Option<Arc<Note>> {
        let id = self.find(other.names.path(slot.file))?;
        let own = self.slot(id)?;
        let note = own.note.get()?.as_ref().filter(|note| note.is_of(bytes) && note.role == slot.role)?;
        Some(if note.file == slot.file { Arc::clone(note) } else { Arc::new(note.moved(slot.file)) })
    }

    /// Makes a vault of paths and their texts, without a disk.
    #[must_use]
    pub fn of_texts(config: Config, texts: &[(&str, &str)]) -> Self {
        let source = Texts::new(texts);
        let listing = source.listing();
        let origin = Origin::new(Path::new(""), Arc::new(source), config);
        origin.read_listed(Keep::Texts, listing, &|_, _| {})
    }
}

pub(super) fn note_of_file(files: usize, slots: &[Slot]) -> Arc<[Option<NoteId>]> {
    let mut notes = vec![None; files];
    for (i, slot) in (0u32..).zip(slots) {
        if let Some(note) = notes.get_mut(slot.file.0 as usize) {
            *note = Some(NoteId(i));
        }
    }
    notes.into()
}
