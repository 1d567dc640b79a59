//! Reads a vault from its source, notes and canvases in parallel.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::files::{File, Listing};
use super::names::{FileId, Names};
use super::note::{Note, role};
use super::obsidian::AppSettings;
use super::slot::{Slot, Traits};
use super::source::{Folder, Source, Texts};
use super::{Keep, NoteId, Progress, Unread, Vault};
use crate::config::Config;
use crate::error::Result;

impl Vault {
    /// Reads the vault that lies in the folder `root`.
    ///
    /// # Errors
    /// The root cannot be listed. A single note that cannot be read is no error: see
    /// [`Vault::unread`].
    pub fn load(root: &Path, config: Config, keep: Keep, progress: Progress<'_>) -> Result<Self> {
        Self::read(root, Arc::new(Folder::new(root)), config, keep, progress)
    }

    /// Reads a vault from its source. `root` is the folder that it lies in, or would lie in.
    ///
    /// # Errors
    /// The source cannot be listed.
    pub fn read(
        root: &Path,
        source: Arc<dyn Source>,
        config: Config,
        keep: Keep,
        progress: Progress<'_>,
    ) -> Result<Self> {
        let listing = source.list()?;
        let mut vault = Self::open(root, source, config, keep, listing, |_| Traits::default());
        vault.read_all(progress);
        Ok(vault)
    }

    /// A vault whose notes are read as they are asked for. `known` says what a note has; whoever asks
    /// for all notes that have something sees no other.
    #[must_use]
    pub fn open(
        root: &Path,
        source: Arc<dyn Source>,
        config: Config,
        keep: Keep,
        listing: Listing,
        known: impl Fn(&File) -> Traits,
    ) -> Self {
        let app = AppSettings::read(&*source);
        let Listing { files, unnameable, unreadable } = listing;
        let readable = (0u32..).zip(&files).filter(|(_, file)| file.is_read());
        let slots: Vec<Slot> = readable
            .map(|(i, file)| Slot::empty(FileId(i), role(&file.path, &config, &app), known(file)))
            .collect();
        let unread = unnameable
            .into_iter()
            .map(|path| Unread { path, reason: "the name is not UTF-8".to_owned() })
            .chain(unreadable.into_iter().map(|(path, reason)| Unread { path, reason }))
            .collect();
        let names = Names::new(files.into_iter().map(|f| f.path).collect());
        let mut vault = Self {
            root: root.into(),
            source,
            config: Arc::new(config),
            note_of_file: note_of_file(names.paths().len(), &slots),
            names: Arc::new(names),
            slots,
            vocabulary: Arc::default(),
            unread,
            suggestions: Arc::default(),
            keep,
        };
        vault.gather();
        vault
    }

    /// Reads every note.
    fn read_all(&mut self, progress: Progress<'_>) {
        let done = AtomicUsize::new(0);
        let total = self.slots.len();
        let one = |buffer: &mut Vec<u8>, slot: &Slot| {
            progress(done.fetch_add(1, Ordering::Relaxed), total);
            self.fetch_with(slot, buffer)
        };
        let read: Vec<std::io::Result<Arc<Note>>> = self.slots.par_iter().map_init(Vec::new, one).collect();
        let mut unread: Vec<Unread> = self.unread.to_vec();
        let mut slots = Vec::with_capacity(read.len());
        for (slot, note) in self.slots.iter().zip(read) {
            match note {
                Ok(note) => slots.push(Slot::filled(note)),
                Err(error) => {
                    let path = self.names.path(slot.file);
                    // A note that has gone since the folder was listed is no note of the vault.
                    if self.source.has(path) {
                        unread.push(Unread { path: path.to_owned(), reason: error.to_string() });
                    }
                }
            }
        }
        self.note_of_file = note_of_file(self.names.paths().len(), &slots);
        self.slots = slots;
        self.unread = unread.into();
        self.gather();
    }

    /// Reads one note.
    pub(super) fn fetch(&self, slot: &Slot) -> Option<Arc<Note>> {
        self.fetch_with(slot, &mut Vec::new()).ok()
    }

    fn fetch_with(&self, slot: &Slot, buffer: &mut Vec<u8>) -> std::io::Result<Arc<Note>> {
        let path = self.names.path(slot.file);
        self.source.read(path, buffer)?;
        let note = Note::read(path.to_owned(), slot.file, slot.role, buffer, &self.config, self.keep);
        Ok(Arc::new(note))
    }

    /// A vault of texts alone, without a disk: paths and their texts.
    #[must_use]
    pub fn of_texts(config: Config, texts: &[(&str, &str)]) -> Self {
        let source = Texts::new(texts);
        let listing = source.listing();
        let nothing = |_: &File| Traits::default();
        let mut vault = Self::open(Path::new(""), Arc::new(source), config, Keep::Texts, listing, nothing);
        vault.read_all(&|_, _| {});
        vault
    }
}

fn note_of_file(files: usize, slots: &[Slot]) -> Arc<[Option<NoteId>]> {
    let mut notes = vec![None; files];
    for (i, slot) in (0u32..).zip(slots) {
        if let Some(note) = notes.get_mut(slot.file.0 as usize) {
            *note = Some(NoteId(i));
        }
    }
    notes.into()
}
