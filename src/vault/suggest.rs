//! What to offer for a link that leads nowhere: a note of that alias, a file of that name in another
//! folder, or the nearest name.

use std::collections::{HashMap, HashSet};

use super::names::{FileId, Names};
use super::nearest::{Nearest, buckets};
use super::{NoteId, Vault};
use crate::text::fold::fold;
use crate::text::path;

/// A file that somebody may have meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suggestion<'v> {
    /// The file.
    pub file: FileId,
    /// The alias by which it was found.
    pub alias: Option<&'v str>,
    /// How many edits its name or alias is away from what the link names.
    pub distance: u32,
}

/// The names and aliases of a vault, ready for comparison.
#[derive(Debug)]
pub(super) struct Suggestions {
    /// Aliases as they are written, and the notes that have them. The texts are kept here: a note may be
    /// read again while its aliases stay the same.
    aliases: Vec<(NoteId, Box<str>)>,
    /// Which of them fold to a text.
    by_alias: HashMap<String, Vec<usize>>,
    /// What the nearest name belongs to.
    entries: Vec<Entry>,
    nearest: Nearest,
}

#[derive(Clone, Copy, Debug)]
enum Entry {
    File(FileId),
    /// The index of an alias.
    Alias(usize),
}

impl Suggestions {
    fn new(vault: &Vault) -> Self {
        let mut entries: Vec<Entry> = vault.names.one_of_each().into_iter().map(Entry::File).collect();
        let mut aliases: Vec<(NoteId, Box<str>)> = Vec::new();
        let mut by_alias: HashMap<String, Vec<usize>> = HashMap::new();
        for (id, texts) in vault.aliases() {
            for text in texts {
                let same: &mut Vec<usize> = by_alias.entry(fold(text).into_owned()).or_default();
                // A note may have an alias twice, in other case.
                if same.last().and_then(|last| aliases.get(*last)).is_some_and(|(note, _)| *note == id) {
                    continue;
                }
                same.push(aliases.len());
                entries.push(Entry::Alias(aliases.len()));
                aliases.push((id, text.into()));
            }
        }
        let name = |entry: &Entry| match *entry {
            Entry::File(file) => wanted_name(vault.names.path(file)),
            Entry::Alias(alias) => aliases.get(alias).map_or("", |(_, text)| text),
        };
        let nearest = Nearest::new(entries.iter().map(name));
        Self { aliases, by_alias, entries, nearest }
    }
}

impl Names {
    /// One file for each name, in the order of paths.
    fn one_of_each(&self) -> Vec<FileId> {
        let mut files: Vec<FileId> = self.groups().filter_map(|files| files.first().copied()).collect();
        files.sort_unstable();
        files
    }
}

/// The name that a link uses: without folders, and without `.md`.
fn wanted_name(link: &str) -> &str {
    let name = path::file_name(link);
    if path::is_note(name) { path::stem(name) } else { name }
}

/// Names that have come or gone, and all that they may have been offered for, or are now.
#[derive(Debug)]
pub struct Disturbed {
    buckets: HashSet<u32>,
    /// The names of the files, folded.
    names: HashSet<String>,
    /// The aliases of notes of these names, folded: a link to one is written in another way now.
    aliases: HashSet<String>,
}

impl Disturbed {
    /// These files have come or gone.
    #[must_use]
    pub fn by(files: &[String], vault: &Vault) -> Self {
        let mut disturbed = Self {
            buckets: files.iter().flat_map(|path| buckets(wanted_name(path))).collect(),
            names: files.iter().map(|path| fold(path::file_name(path)).into_owned()).collect(),
            aliases: HashSet::new(),
        };
        for (id, aliases) in vault.aliases() {
            if disturbed.has(vault.path_of(id)) {
                disturbed.buckets.extend(aliases.iter().flat_map(|alias| buckets(alias)));
                disturbed.aliases.extend(aliases.iter().map(|alias| fold(alias).into_owned()));
            }
        }
        disturbed
    }

    /// Whether something else may be offered for a link.
    #[must_use]
    pub fn concerns(&self, link: &str) -> bool {
        let name = fold(path::file_name(link)).into_owned();
        self.names.contains(&name)
            || self.names.contains(&(name + ".md"))
            || self.aliases.contains(fold(link).as_ref())
            || buckets(wanted_name(link)).iter().any(|bucket| self.buckets.contains(bucket))
    }

    /// Whether a file has come or gone that a link to this one may lead to: of its name, or of what a link
    /// calls it (`C.md` for `C.md.md`).
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        [path::file_name(path), wanted_name(path)].iter().any(|name| self.names.contains(fold(name).as_ref()))
    }
}

impl Vault {
    /// The file that was most probably meant by a path that names none.
    #[must_use]
    pub fn suggest(&self, link: &str) -> Option<Suggestion<'_>> {
        let suggestions = self.suggestions.get_or_init(|| Suggestions::new(self));
        let by_alias = |alias: usize, distance: u32| {
            let (id, text) = suggestions.aliases.get(alias)?;
            let file = self.slots.get(id.0 as usize)?.file;
            Some(Suggestion { file, alias: Some(text), distance })
        };
        match suggestions.by_alias.get(fold(link).as_ref()).map(Vec::as_slice) {
            Some([alias]) => return by_alias(*alias, 0),
            // Two notes of one alias: which is meant is for somebody to say.
            Some(_) => return None,
            None => {}
        }
        let name = wanted_name(link);
        if let Some(file) = self.names.resolve(path::file_name(link), FileId(u32::MAX)).file()
            && !name.is_empty()
        {
            return Some(Suggestion { file, alias: None, distance: 0 });
        }
        let (entry, distance) = suggestions.nearest.find(name)?;
        match *suggestions.entries.get(entry)? {
            Entry::File(file) => Some(Suggestion { file, alias: None, distance }),
            Entry::Alias(alias) => by_alias(alias, distance),
        }
    }
}
