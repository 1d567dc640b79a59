//! Floor 4: the vault, read whole. This module is the only reader of notes.
//!
//! A [`Vault`] is a snapshot. [`Vault::load`] reads one from disk, notes in parallel; [`Origin::open`] makes one
//! whose notes are read on demand. [`Vault::with_texts`] gives the snapshot that would exist if some notes had
//! other texts, which is how `sync` sees the vault after its own entries. Code that keeps a verdict up to date
//! brings the snapshot up to date with it (`change`).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, OnceLock};

use self::anchors::Anchors;
pub use self::change::Change;
use self::fragment::Fragment;
pub use self::load::{Origin, Read};
use self::names::{FileId, Names, Resolution};
pub use self::note::{Note, Role};
use self::obsidian::{AppSettings, NewNotes};
use self::slot::Slot;
pub use self::slot::Traits;
use self::source::{Key, Source};
use self::suggest::Suggestions;
use crate::config::Config;
use crate::model::vocabulary::Vocabulary;
use crate::syntax::facts;
use crate::syntax::link::RawLink;
use crate::text::edit::Edits;

pub mod anchors;
mod change;
mod fact_hash;
pub mod files;
pub mod fragment;
pub mod git;
mod graph;
pub mod interface;
pub(crate) mod listing;
mod load;
pub mod names;
pub mod nearest;
mod note;
pub mod obsidian;
pub mod prefetch;
pub(crate) mod root;
mod slot;
mod slug;
pub mod source;
pub(crate) mod suggest;
pub mod symlinks;
pub(crate) mod targets;

/// A snapshot of a vault, as it was when it was read.
#[derive(Clone, Debug)]
pub struct Vault {
    root: Arc<Path>,
    source: Arc<dyn Source>,
    config: Arc<Config>,
    /// The settings of Obsidian at the time the vault was read.
    app: Arc<AppSettings>,
    names: Arc<Names>,
    /// All folders, in the order of paths; the root is the empty path.
    folders: Arc<[String]>,
    /// Notes and canvases that may be read, in the order of paths.
    slots: Vec<Slot>,
    /// For each file the note that was read from it, if it may be read.
    note_of_file: Arc<[Option<NoteId>]>,
    /// The files that may not be read, in order: see [`files::File::readable`].
    outside: Arc<[FileId]>,
    /// Gathered on first use.
    vocabulary: Arc<OnceLock<Vocabulary>>,
    unread: Arc<[Unread]>,
    /// What to offer for links that lead nowhere. Made on first use.
    suggestions: Arc<OnceLock<Suggestions>>,
    /// What links can name in notes, where the notes themselves no longer keep it.
    anchors: Option<Arc<Anchors>>,
    /// The aliases, by path, of notes that have not been read, as far as they are known from before.
    aliases: Arc<KnownAliases>,
    keep: Keep,
}

/// A vault that is opened on first use.
pub type LazyVault = LazyLock<Vault, Box<dyn FnOnce() -> Vault + Send>>;

/// Aliases of notes, by the path of the note.
pub type KnownAliases = BTreeMap<String, Vec<String>>;

/// The index of a note in its vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NoteId(pub u32);

/// A file or folder that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unread {
    /// The path; a name that is not UTF-8 is escaped.
    pub path: String,
    /// Why it could not be read.
    pub reason: String,
}

/// What a vault keeps in memory of its notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Facts alone: a vault may be larger than the memory that a check should take.
    Facts,
    /// Texts as well, for commands that show or change them.
    Texts,
}

/// Called before each note is read, with how many notes were begun before it and how many there are.
pub type Progress<'p> = &'p (dyn Fn(usize, usize) + Sync);

impl Vault {
    /// Returns this vault as it would be if some notes had other texts.
    #[must_use]
    pub fn with_texts(&self, texts: &[(NoteId, String)]) -> Self {
        let mut next = self.clone();
        for (id, text) in texts {
            if let Some(slot) = next.slots.get_mut(id.0 as usize) {
                let path = self.names.path(slot.file).to_owned();
                let note = Note::read(path, slot.file, slot.role, text.as_bytes(), &self.config, Keep::Texts);
                *slot = Slot::filled(Arc::new(note), slot.key);
            }
        }
        next.vocabulary = Arc::default();
        next.suggestions = Arc::default();
        if let Some(anchors) = next.anchors.as_mut().filter(|_| !texts.is_empty()) {
            *anchors = Arc::new(anchors.without(&texts.iter().map(|(id, _)| *id).collect()));
        }
        next
    }

    /// Whether `other` is the same vault, read from the same bytes.
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        let same = |(own, other): (&Slot, &Slot)| own.identity.is_some() && own.identity == other.identity;
        Arc::ptr_eq(&self.names, &other.names)
            && self.slots.len() == other.slots.len()
            && self.slots.iter().zip(&other.slots).all(same)
    }

    /// Returns this vault with only the notes whose paths are `wanted`. The names of the others stay.
    #[must_use]
    pub fn only(&self, wanted: impl Fn(&str) -> bool) -> Self {
        let kept: Vec<NoteId> = self.ids().filter(|id| wanted(self.path_of(*id))).collect();
        let slots: Vec<Slot> = kept.iter().filter_map(|id| self.slot(*id).cloned()).collect();
        Self {
            note_of_file: load::note_of_file(self.names.paths().len(), &slots),
            slots,
            vocabulary: Arc::default(),
            // Whatever refers to notes by their numbers needs the new ones.
            suggestions: Arc::default(),
            anchors: self.anchors.as_ref().map(|anchors| Arc::new(anchors.of_notes(&kept))),
            ..self.clone()
        }
    }

    /// Returns the folder that the vault lies in.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the configuration of the vault.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Reads Obsidian's settings for new notes of this vault.
    #[must_use]
    pub fn new_notes(&self) -> NewNotes {
        NewNotes::read(&*self.source)
    }

    /// Returns the paths that Obsidian's settings name, each with the settings file that names it.
    #[must_use]
    pub fn named_by_settings(&self) -> Vec<(String, String)> {
        obsidian::named_paths(&*self.source)
    }

    /// Returns the names of all files of the vault.
    #[must_use]
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// Returns [`Vault::names`] as a shared pointer, which stays valid while the vault changes.
    #[must_use]
    pub fn shared_names(&self) -> Arc<Names> {
        Arc::clone(&self.names)
    }

    /// Returns all folders, in the order of paths; the root is the empty path. Hidden folders are not part of the
    /// vault.
    #[must_use]
    pub fn folders(&self) -> &[String] {
        &self.folders
    }

    /// Returns the vocabulary of the vault, gathered on first use.
    #[must_use]
    pub fn vocabulary(&self) -> &Vocabulary {
        self.vocabulary.get_or_init(|| {
            let notes = self.notes_with(Traits::TERMS).map(|(_, note)| note);
            let terms = notes.map(|note| (note.path.as_str(), &note.facts.system().terms));
            Vocabulary::gather(&self.config.words, terms)
        })
    }

    /// Iterates over all notes in the order of paths, including excluded ones and canvases.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = NoteId> + use<> {
        (0..self.slots.len() as u32).map(NoteId)
    }

    /// Iterates over the notes in the order of paths, without excluded ones and canvases.
    pub fn notes(&self) -> impl Iterator<Item = (NoteId, &Note)> {
        self.linking_notes().filter(|(_, note)| note.role != Role::Canvas)
    }

    /// Iterates over the notes that are part of the documentation of a system, in the order of paths. Most notes
    /// of a vault are not, so code that needs integrations or histories does not look at them.
    pub fn system_notes(&self) -> impl Iterator<Item = (NoteId, &Note)> {
        self.notes_with(Traits::SYSTEM)
    }

    /// Iterates over the notes that have `traits`, in the order of paths. No other note is read for it.
    pub fn notes_with(&self, traits: Traits) -> impl Iterator<Item = (NoteId, &Note)> {
        let all = self.ids().filter(move |id| self.has(*id, traits));
        all.filter_map(|id| Some((id, self.note(id)?)))
    }

    /// Returns what is known of a note without reading it.
    fn slot(&self, id: NoteId) -> Option<&Slot> {
        self.slots.get(id.0 as usize)
    }

    /// Whether a note has `traits` and is one that is judged.
    #[must_use]
    pub fn has(&self, id: NoteId, traits: Traits) -> bool {
        let slot = self.slot(id);
        slot.is_some_and(|s| s.traits.has(traits) && s.role.is_note())
    }

    /// Iterates over the notes and canvases whose links are judged, in the order of paths: all but the excluded
    /// ones.
    pub fn linking_notes(&self) -> impl Iterator<Item = (NoteId, &Note)> {
        let all = (0u32..).zip(&self.slots).filter(|(_, slot)| slot.role != Role::Excluded);
        all.filter_map(|(i, _)| Some((NoteId(i), self.note(NoteId(i))?)))
    }

    /// Iterates over the notes whose paths are `wanted`, in the order of paths. No note is read for it.
    pub fn notes_of(&self, wanted: impl Fn(&str) -> bool) -> impl Iterator<Item = NoteId> {
        let all = self.ids().zip(&self.slots);
        all.filter(move |(_, slot)| slot.role.is_note() && wanted(self.names.path(slot.file)))
            .map(|(id, _)| id)
    }

    /// Iterates over the notes that have aliases, with those, in the order of paths. A note whose aliases are
    /// known is not read.
    pub fn aliases(&self) -> impl Iterator<Item = (NoteId, Vec<&str>)> {
        let all = self.ids().zip(&self.slots).filter(|(_, slot)| slot.traits.has(Traits::ALIASES));
        let noted = all.filter(|(_, slot)| slot.role.is_note());
        noted.filter_map(|(id, slot)| {
            let known = self.aliases.get(self.names.path(slot.file));
            if let (None, Some(known)) = (slot.note.get(), known) {
                return Some((id, known.iter().map(String::as_str).collect()));
            }
            let note = self.note(id)?;
            Some((id, note.facts.aliases.iter().map(|alias| note.facts.text(*alias)).collect()))
        })
    }

    /// Sets aliases that are known already, so that the notes need not be read for them.
    #[must_use]
    pub fn with_aliases(mut self, known: KnownAliases) -> Self {
        self.aliases = Arc::new(known);
        self
    }

    /// Returns a note. This reads it where the vault reads notes on demand and has not read it yet.
    #[must_use]
    pub fn note(&self, id: NoteId) -> Option<&Note> {
        let slot = self.slot(id)?;
        slot.note.get_or_init(|| self.fetch(slot)).as_deref()
    }

    /// Whether nothing in the note needs to be judged, as was found when it was read.
    #[must_use]
    pub fn is_settled(&self, id: NoteId) -> bool {
        self.slot(id).is_some_and(|slot| slot.settled)
    }

    /// Returns the role of a note.
    #[must_use]
    pub fn role(&self, id: NoteId) -> Option<Role> {
        self.slot(id).map(|slot| slot.role)
    }

    /// Returns the path of a note.
    #[must_use]
    pub fn path_of(&self, id: NoteId) -> &str {
        self.slot(id).map_or("", |slot| self.names.path(slot.file))
    }

    /// Returns the file that a note was read from.
    #[must_use]
    pub fn file_of(&self, id: NoteId) -> Option<FileId> {
        self.slot(id).map(|slot| slot.file)
    }

    /// Returns the key by which the file of a note was last found to be the one that was read.
    #[must_use]
    pub fn key_of(&self, id: NoteId) -> Key {
        self.slot(id).map_or(Key::Unknown, |slot| slot.key)
    }

    /// Returns [`Vault::key_of`] for every file, in the order of files; [`Key::Unknown`] for files that are not
    /// notes.
    pub fn keys(&self) -> impl Iterator<Item = Key> {
        let files = (0..self.names.paths().len() as u32).map(FileId);
        files.map(|file| self.note_of(file).map_or(Key::Unknown, |id| self.key_of(id)))
    }

    /// Returns the traits of a note, without reading it.
    #[must_use]
    pub fn traits(&self, id: NoteId) -> Traits {
        self.slot(id).map_or(Traits::default(), |slot| slot.traits)
    }

    /// Returns the note that was read from a file, if it was read.
    #[must_use]
    pub fn note_of(&self, file: FileId) -> Option<NoteId> {
        self.note_of_file.get(file.0 as usize).copied().flatten()
    }

    /// Returns the note with this path.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<NoteId> {
        self.names.exact(path).and_then(|file| self.note_of(file))
    }

    /// Lists the files of the vault as they are now.
    ///
    /// # Errors
    /// Its source cannot be read.
    pub fn list(&self) -> crate::error::Result<files::Listing> {
        self.source.list()
    }

    /// Returns what could not be read.
    #[must_use]
    pub fn unread(&self) -> &[Unread] {
        &self.unread
    }

    /// Resolves a link of a note.
    #[must_use]
    pub fn resolve(&self, note: &Note, link: &RawLink) -> Resolution<'_> {
        self.names.resolve_spelt(link.spelling, note.facts.text(link.path), note.file)
    }

    /// Calls `found` with each link of a note and where it leads, in the order of the note.
    pub(crate) fn resolve_each<'n>(
        &self,
        note: &'n Note,
        mut found: impl FnMut(&'n RawLink, Resolution<'_>),
    ) {
        let mut links = note.facts.links.iter();
        // Paths on the cards of a canvas resolve by their own rules.
        if note.role == Role::Canvas {
            links.for_each(|link| found(link, self.resolve(note, link)));
            return;
        }
        let paths = links.clone().map(|link| note.facts.text(link.path));
        self.names.resolve_each(paths, note.file, |resolution| {
            if let Some(link) = links.next() {
                found(link, resolution);
            }
        });
    }

    /// Whether the target of a link has what the fragment names; `None` if there is no fragment, or if it names
    /// nothing that can be missing.
    #[must_use]
    pub fn fragment_ok(&self, target: FileId, fragment: Option<&Fragment>) -> Option<bool> {
        let fragment = fragment?;
        if fragment::is_viewer_parameter(self.names.path(target)) {
            return None;
        }
        let id = self.note_of(target)?;
        if self.anchors.as_ref().is_some_and(|anchors| anchors.has(id, fragment)) {
            return Some(true);
        }
        let note = self.note(id)?;
        if !note.facts.is_text() {
            return None;
        }
        // A drawing may have in its data what its text does not show.
        note.has(fragment).filter(|has| *has || !self.is_drawing(target))
    }

    /// Whether a file is a drawing of the Excalidraw plug-in, by its name or its properties.
    #[must_use]
    pub fn is_drawing(&self, file: FileId) -> bool {
        let by_properties =
            || self.note_of(file).and_then(|id| self.note(id)).is_some_and(|note| note.facts.is_drawing);
        fragment::has_name_of_drawing(self.names.path(file)) || by_properties()
    }

    /// Reads the fragment of a link.
    #[must_use]
    pub fn fragment(note: &Note, link: &RawLink) -> Option<Fragment> {
        Fragment::read(note.facts.text(link.fragment?))
    }

    /// Returns the text that a note was read from: the one that was kept, or else what the file holds now.
    /// Returns `None` if the file has changed since, is not text, or is gone, because places in one text are not
    /// places in another.
    #[must_use]
    pub fn text(&self, id: NoteId) -> Option<Arc<str>> {
        let note = self.note(id)?;
        if let Some(text) = &note.text {
            return Some(Arc::clone(text));
        }
        let mut buffer = Vec::new();
        self.source.read(&note.path, &mut buffer).ok()?;
        note.is_of(&buffer).then(|| String::from_utf8(buffer).ok().map(Arc::from)).flatten()
    }

    /// Returns the text of a note as it may be shown: secrets masked, every byte in its place.
    #[must_use]
    pub fn shown_text(&self, id: NoteId) -> Option<String> {
        let slot = self.slot(id)?;
        let path = self.names.path(slot.file);
        let known = slot.note.get().and_then(Option::as_ref);
        if let Some(note) = known
            && let Some(text) = &note.text
        {
            return Some(facts::masked(text, &note.facts).into_owned());
        }
        let mut bytes = Vec::new();
        self.source.read(path, &mut bytes).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        // The file may have changed since and hold other secrets.
        if let Some(note) = known.filter(|note| note.is_of(text.as_bytes())) {
            return Some(facts::masked(&text, &note.facts).into_owned());
        }
        Some(self.as_shown(path, &text))
    }
}

impl Vault {
    /// Returns the text that a note would have after `edits`, as it may be shown. Edits may hold text of the note
    /// that was never masked, so secrets are looked for in the whole new text.
    #[must_use]
    pub fn shown_after(&self, id: NoteId, edits: &Edits) -> Option<String> {
        Some(self.as_shown(self.path_of(id), &edits.apply(&self.text(id)?)?))
    }

    /// Masks the secrets in a text that a note at `path` has, or would have.
    #[must_use]
    pub fn as_shown(&self, path: &str, text: &str) -> String {
        let read = note::read_facts(path, text.as_bytes(), &self.config);
        facts::masked(text, &read).into_owned()
    }
}

/// Returns the path on disk of a file of the vault.
#[must_use]
pub fn on_disk(root: &Path, path: &str) -> PathBuf {
    path.split('/').fold(root.to_path_buf(), |p, part| p.join(part))
}
