//! Floor 3: the vault, read whole and never changed. The only reader of notes.
//!
//! A [`Vault`] is a snapshot. [`Vault::load`] reads one from disk, notes in parallel;
//! [`Vault::with_texts`] gives the snapshot that would be if some notes had other texts, which is how
//! `sync` sees the vault after its own entries.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use self::files::Listing;
use self::fragment::Fragment;
use self::names::{FileId, Names, Resolution};
use self::obsidian::AppSettings;
use crate::config::Config;
use crate::error::{Result, escape};
use crate::model::vocabulary::Vocabulary;
use crate::syntax::facts::{self, Facts};
use crate::syntax::link::RawLink;
use crate::text::fold::fold;
use crate::text::path;

pub mod files;
pub mod fragment;
pub mod names;
pub mod obsidian;
pub mod root;

/// A vault as it was when it was read.
#[derive(Clone, Debug)]
pub struct Vault {
    root: Arc<Path>,
    config: Arc<Config>,
    names: Arc<Names>,
    /// Notes that were read, in the order of paths.
    notes: Vec<Arc<Note>>,
    /// For each file its note, if it was read.
    note_of_file: Arc<[Option<NoteId>]>,
    vocabulary: Arc<Vocabulary>,
    unread: Arc<[Unread]>,
    /// Folded aliases and the notes that have them. Made when the first broken link asks.
    aliases: Arc<OnceLock<HashMap<String, Vec<NoteId>>>>,
}

/// The index of a note in [`Vault::notes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NoteId(pub u32);

/// A note that was read.
#[derive(Clone, Debug)]
pub struct Note {
    /// The path in the vault.
    pub path: String,
    /// Which file of the vault it is.
    pub file: FileId,
    /// What the note is to portolan.
    pub role: Role,
    /// What was read out of it.
    pub facts: Facts,
    /// Its text, where the vault was told to keep texts and it is text.
    text: Option<Arc<str>>,
}

/// What a note is to portolan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It is judged and listed.
    Ordinary,
    /// A pattern for other notes: listed, but its header, history, placeholders and links are not
    /// judged.
    Template,
    /// Left alone. It is read because links to its headings are judged.
    Excluded,
}

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
    /// Reads the vault at `root`.
    ///
    /// # Errors
    /// The root cannot be listed. A single note that cannot be read is no error: see
    /// [`Vault::unread`].
    pub fn load(root: &Path, config: Config, keep: Keep, progress: Progress<'_>) -> Result<Self> {
        let app = AppSettings::read(root);
        let Listing { files, unnameable, unreadable } = files::list(root)?;
        let done = std::sync::atomic::AtomicUsize::new(0);
        let wanted: Vec<(u32, &str)> = (0u32..)
            .zip(&files)
            .filter(|(_, f)| f.is_readable_note())
            .map(|(i, f)| (i, f.path.as_str()))
            .collect();
        let total = wanted.len();
        let read: Vec<Result<Arc<Note>, Unread>> = wanted
            .par_iter()
            .map_init(Vec::new, |buffer, (file, path)| {
                progress(done.fetch_add(1, std::sync::atomic::Ordering::Relaxed), total);
                let role = role(path, &config, &app);
                match read_file(&root.join(path), buffer) {
                    Ok(()) => Ok(Arc::new(Note::read(
                        (*path).to_owned(),
                        FileId(*file),
                        role,
                        buffer,
                        &config,
                        keep,
                    ))),
                    Err(error) => Err(Unread { path: (*path).to_owned(), reason: error.to_string() }),
                }
            })
            .collect();
        let mut unread: Vec<Unread> = unnameable
            .into_iter()
            .map(|path| Unread { path, reason: "the name is not UTF-8".to_owned() })
            .chain(unreadable.into_iter().map(|(path, reason)| Unread { path, reason }))
            .collect();
        let mut notes = Vec::with_capacity(read.len());
        for note in read {
            match note {
                Ok(note) => notes.push(note),
                // A note that has gone since the folder was listed is no note of the vault.
                Err(gone) if !root.join(&gone.path).exists() => {}
                Err(error) => unread.push(error),
            }
        }
        let names = Names::new(files.into_iter().map(|f| f.path).collect());
        Ok(Self::assemble(root, config, names, notes, unread))
    }

    /// A vault of texts alone, without a disk: paths and their texts.
    #[must_use]
    pub fn of_texts(config: Config, texts: &[(&str, &str)]) -> Self {
        let mut paths: Vec<String> = texts.iter().map(|(path, _)| (*path).to_owned()).collect();
        paths.sort();
        let names = Names::new(paths);
        let app = AppSettings::default();
        let mut notes: Vec<Arc<Note>> = texts
            .iter()
            .filter(|(path, _)| path::is_note(path))
            .filter_map(|(path, text)| {
                let file = names.exact(path)?;
                let role = role(path, &config, &app);
                Some(Arc::new(Note::read(
                    (*path).to_owned(),
                    file,
                    role,
                    text.as_bytes(),
                    &config,
                    Keep::Texts,
                )))
            })
            .collect();
        notes.sort_by_key(|note| note.file);
        Self::assemble(Path::new(""), config, names, notes, Vec::new())
    }

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
            aliases: Arc::default(),
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
        next.aliases = Arc::default();
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

    /// Every note that was read, in the order of paths, excluded ones too.
    #[must_use]
    pub fn all_notes(&self) -> &[Arc<Note>] {
        &self.notes
    }

    /// The notes of the vault, in the order of paths: all but the excluded ones.
    pub fn notes(&self) -> impl Iterator<Item = (NoteId, &Note)> {
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

    /// The notes that have an alias, in the order of paths.
    #[must_use]
    pub fn with_alias(&self, alias: &str) -> &[NoteId] {
        let index = self.aliases.get_or_init(|| {
            let mut index: HashMap<String, Vec<NoteId>> = HashMap::new();
            for (id, note) in self.notes() {
                for alias in &note.facts.aliases {
                    index.entry(fold(note.facts.text(*alias)).into_owned()).or_default().push(id);
                }
            }
            index
        });
        index.get(fold(alias).as_ref()).map_or(&[], Vec::as_slice)
    }

    /// What could not be read.
    #[must_use]
    pub fn unread(&self) -> &[Unread] {
        &self.unread
    }

    /// Where a link of a note leads.
    #[must_use]
    pub fn resolve(&self, note: &Note, link: &RawLink) -> Resolution {
        self.names.resolve(note.facts.text(link.path), note.file)
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
        fragment.is_in(&note.facts)
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
        let now = facts::read(text.as_bytes(), &self.config.reading);
        Some(facts::masked(&text, &now).into_owned())
    }
}

impl Note {
    fn read(path: String, file: FileId, role: Role, bytes: &[u8], config: &Config, keep: Keep) -> Self {
        let facts = facts::read(bytes, &config.reading);
        let text = match keep {
            Keep::Texts => std::str::from_utf8(bytes).ok().map(Arc::from),
            Keep::Facts => None,
        };
        Self { path, file, role, facts, text }
    }

    /// The title: the first heading of level 1, or else the name of the file.
    #[must_use]
    pub fn title(&self) -> &str {
        self.facts.title.map_or_else(|| path::stem(&self.path), |title| self.facts.text(title))
    }

    /// Whether it is a pattern for other notes.
    #[must_use]
    pub fn is_template(&self) -> bool {
        self.role == Role::Template
    }

    /// The path with control characters made visible.
    #[must_use]
    pub fn shown_path(&self) -> Cow<'_, str> {
        escape(&self.path)
    }
}

fn gather(config: &Config, notes: &[Arc<Note>]) -> Vocabulary {
    let counted = notes.iter().filter(|note| note.role != Role::Excluded);
    Vocabulary::gather(&config.words, counted.map(|note| &note.facts.system().terms))
}

/// What a note is to portolan.
fn role(path: &str, config: &Config, app: &AppSettings) -> Role {
    let in_folder = |folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
    let is_template_word = |word: &str| word.eq_ignore_ascii_case("template");
    if app.ignores(path)
        || config.exclude.iter().any(|prefix| path.starts_with(prefix.as_str()))
        || path.split('/').any(|part| part == "node_modules")
    {
        Role::Excluded
    } else if app.template_folders.iter().any(|folder| in_folder(folder))
        || config.templates.iter().any(|prefix| path.starts_with(prefix.as_str()))
        || path::stem(path).split(|c: char| !c.is_alphanumeric()).any(is_template_word)
    {
        Role::Template
    } else {
        Role::Ordinary
    }
}

/// Reads a file into a buffer. Anything but a regular file is refused: a pipe would never end.
fn read_file(path: &Path, buffer: &mut Vec<u8>) -> std::io::Result<()> {
    let mut file = std::fs::File::open(path)?;
    let meta = file.metadata()?;
    let too_large = || std::io::Error::other("the file is larger than 4 GiB");
    if !meta.is_file() {
        return Err(std::io::Error::other("it is not a regular file"));
    }
    let len = u32::try_from(meta.len()).map_err(|_| too_large())?;
    buffer.clear();
    buffer.reserve(len as usize + 1);
    file.read_to_end(buffer)?;
    u32::try_from(buffer.len()).map(|_| ()).map_err(|_| too_large())
}

/// The path of a file of the vault on disk.
#[must_use]
pub fn on_disk(root: &Path, path: &str) -> PathBuf {
    path.split('/').fold(root.to_path_buf(), |p, part| p.join(part))
}
