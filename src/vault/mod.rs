//! Floor 3: the vault, read whole and never changed. The only reader of notes.
//!
//! A [`Vault`] is a snapshot. [`Vault::load`] reads one from disk, notes in parallel;
//! [`Vault::with_texts`] gives the snapshot that would be if some notes had other texts, which is how
//! `sync` sees the vault after its own entries.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use self::fragment::Fragment;
use self::load::read_file;
use self::names::{FileId, Names, Resolution};
pub use self::note::{Note, Role};
use self::suggest::Suggestions;
use crate::config::Config;
use crate::model::vocabulary::Vocabulary;
use crate::syntax::facts;
use crate::syntax::link::{RawLink, Spelling};

pub mod files;
pub mod fragment;
mod graph;
mod load;
pub mod names;
pub mod nearest;
mod note;
pub mod obsidian;
pub mod root;
pub mod suggest;
mod targets;

/// A vault as it was when it was read.
#[derive(Clone, Debug)]
pub struct Vault {
    root: Arc<Path>,
    config: Arc<Config>,
    names: Arc<Names>,
    /// Notes and canvases that were read, in the order of paths.
    notes: Vec<Arc<Note>>,
    /// For each file its note, if it was read.
    note_of_file: Arc<[Option<NoteId>]>,
    vocabulary: Arc<Vocabulary>,
    unread: Arc<[Unread]>,
    /// What to offer for links that lead nowhere. Made when the first of them asks.
    suggestions: Arc<OnceLock<Suggestions>>,
}

/// The index of a note in [`Vault::notes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NoteId(pub u32);

/// Something that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Its path; a name that is not UTF-8 is escaped.
    pub path: String,
    /// Why.
    pub reason: String,
}

/// What a vault keeps while it is in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Facts alone: a vault may be larger than the memory that a check is to take.
    Facts,
    /// Texts too, for commands that show or change them.
    Texts,
}

/// Told how many notes have been read, and how many there are.
pub type Progress<'p> = &'p (dyn Fn(usize, usize) + Sync);

impl Vault {
    fn assemble(
        root: &Path,
        config: Config,
        names: Names,
        notes: Vec<Arc<Note>>,
        unread: Vec<Unread>,
    ) -> Self {
        let mut note_of_file = vec![None; names.paths().len()];
        for (i, note) in (0u32..).zip(&notes) {
            if let Some(slot) = note_of_file.get_mut(note.file.0 as usize) {
                *slot = Some(NoteId(i));
            }
        }
        let vocabulary = Arc::new(gather(&config, &notes));
        Self {
            root: root.into(),
            config: Arc::new(config),
            names: Arc::new(names),
            notes,
            note_of_file: note_of_file.into(),
            vocabulary,
            unread: unread.into(),
            suggestions: Arc::default(),
        }
    }

    /// The same vault, had some notes other texts.
    #[must_use]
    pub fn with_texts(&self, texts: &[(NoteId, String)]) -> Self {
        let mut next = self.clone();
        for (id, text) in texts {
            if let Some(note) = next.notes.get_mut(id.0 as usize) {
                let (path, file, role) = (note.path.clone(), note.file, note.role);
                *note = Arc::new(Note::read(path, file, role, text.as_bytes(), &self.config, Keep::Texts));
            }
        }
        next.vocabulary = Arc::new(gather(&next.config, &next.notes));
        next.suggestions = Arc::default();
        next
    }

    /// The folder that the vault lies in.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What the vault says about itself.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The names of all its files.
    #[must_use]
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// Its vocabulary.
    #[must_use]
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// Every note that was read, in the order of paths: excluded ones and canvases too.
    #[must_use]
    pub fn all_notes(&self) -> &[Arc<Note>] {
        &self.notes
    }

    /// The notes of the vault, in the order of paths: all but the excluded ones.
    pub fn notes(&self) -> impl Iterator<Item = (NoteId, &Note)> {
        self.with_links().filter(|(_, note)| note.role != Role::Canvas)
    }

    /// The notes and canvases of the vault, in the order of paths: what links are judged in.
    pub fn with_links(&self) -> impl Iterator<Item = (NoteId, &Note)> {
        let all = (0u32..).zip(&self.notes);
        all.filter(|(_, note)| note.role != Role::Excluded).map(|(i, note)| (NoteId(i), note.as_ref()))
    }

    /// A note.
    #[must_use]
    pub fn note(&self, id: NoteId) -> Option<&Note> {
        self.notes.get(id.0 as usize).map(Arc::as_ref)
    }

    /// The note that a file is, if it was read.
    #[must_use]
    pub fn note_of(&self, file: FileId) -> Option<NoteId> {
        self.note_of_file.get(file.0 as usize).copied().flatten()
    }

    /// The note with this path.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<NoteId> {
        self.names.exact(path).and_then(|file| self.note_of(file))
    }

    /// What could not be read.
    #[must_use]
    pub fn unread(&self) -> &[Unread] {
        &self.unread
    }

    /// Where a link of a note leads.
    #[must_use]
    pub fn resolve(&self, note: &Note, link: &RawLink) -> Resolution<'_> {
        let path = note.facts.text(link.path);
        match link.spelling {
            Spelling::Rooted => self.names.card(path),
            _ => self.names.resolve(path, note.file),
        }
    }

    /// Whether the target of a link has what its fragment names; `None` where there is no fragment,
    /// or none that can be missing.
    #[must_use]
    pub fn fragment_ok(&self, target: FileId, fragment: Option<&Fragment>) -> Option<bool> {
        let fragment = fragment?;
        if fragment::is_viewer_parameter(self.names.path(target)) {
            return None;
        }
        let note = self.note(self.note_of(target)?)?;
        if !note.facts.is_text() {
            return None;
        }
        note.targets().has(fragment)
    }

    /// The fragment of a link.
    #[must_use]
    pub fn fragment(note: &Note, link: &RawLink) -> Option<Fragment> {
        Fragment::read(note.facts.text(link.fragment?))
    }

    /// The text of a note as its file has it: the text that was kept, or else what the file holds
    /// now. `None` where it is not text or has gone.
    #[must_use]
    pub fn text(&self, id: NoteId) -> Option<Arc<str>> {
        let note = self.note(id)?;
        if let Some(text) = &note.text {
            return Some(Arc::clone(text));
        }
        let mut buffer = Vec::new();
        read_file(&self.root.join(&note.path), &mut buffer).ok()?;
        String::from_utf8(buffer).ok().map(Arc::from)
    }

    /// The text of a note as it may be shown: secrets masked, every byte in its place.
    #[must_use]
    pub fn shown_text(&self, id: NoteId) -> Option<String> {
        let text = self.text(id)?;
        let note = self.note(id)?;
        if note.text.is_some() {
            return Some(facts::masked(&text, &note.facts).into_owned());
        }
        // Read again from disk: it may be another text by now, with other secrets.
        let now = note::read_facts(&note.path, text.as_bytes(), &self.config);
        Some(facts::masked(&text, &now).into_owned())
    }
}

fn gather(config: &Config, notes: &[Arc<Note>]) -> Vocabulary {
    let counted = notes.iter().filter(|note| note.role != Role::Excluded);
    Vocabulary::gather(&config.words, counted.map(|note| &note.facts.system().terms))
}

/// The path of a file of the vault on disk.
#[must_use]
pub fn on_disk(root: &Path, path: &str) -> PathBuf {
    path.split('/').fold(root.to_path_buf(), |p, part| p.join(part))
}
