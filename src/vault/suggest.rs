//! Suggestions for a link that leads nowhere: a note with that alias, the files with that name in other folders,
//! or the nearest name.

use std::collections::HashSet;

use xxhash_rust::xxh3::xxh3_128;

use super::names::{FileId, Names};
use super::nearest::{Nearest, buckets};
use super::{NoteId, Vault};
use crate::model::help::{Meant, SAID};
use crate::text::fold::fold;
use crate::text::path;
use crate::text::pool::{Pool, Pooled};

/// A file that a link may have meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suggestion<'v> {
    /// The suggested file.
    pub file: FileId,
    /// The alias by which it was found.
    pub alias: Option<&'v str>,
    /// The distance in edits between its name or alias and what the link names.
    pub distance: u32,
}

/// The names and aliases of a vault, indexed for comparison.
#[derive(Debug)]
pub(super) struct Suggestions {
    /// The texts of aliases. They are kept here because a note may be read again while its aliases stay the same.
    pool: Pool,
    /// Aliases as written, with the notes that have them.
    aliases: Vec<(NoteId, Pooled)>,
    /// Sorted hashes of the folded aliases, with the index of each alias. With so many bits no two texts collide
    /// by chance.
    by_alias: Vec<(u128, u32)>,
    /// The file or alias behind each name in `nearest`.
    entries: Vec<Entry>,
    nearest: Nearest,
}

#[derive(Clone, Copy, Debug)]
enum Entry {
    File(FileId),
    /// The index of an alias.
    Alias(u32),
}

impl Suggestions {
    fn new(vault: &Vault) -> Self {
        let mut pool = Pool::default();
        let mut aliases = Vec::new();
        let mut by_alias: Vec<(u128, u32)> = Vec::new();
        for (id, written) in vault.aliases() {
            for alias in written {
                by_alias.push((folded_hash(alias), aliases.len() as u32));
                aliases.push((id, pool.add(alias)));
            }
        }
        by_alias.sort_unstable();
        // A note may have an alias twice, in another case.
        let note = |alias: u32| aliases.get(alias as usize).map(|(id, _)| *id);
        by_alias.dedup_by(|(hash, later), (other, alias)| hash == other && note(*later) == note(*alias));
        let files = vault.names.one_of_each().into_iter().map(Entry::File);
        let entries: Vec<Entry> = files.chain((0..aliases.len() as u32).map(Entry::Alias)).collect();
        let name = |entry: &Entry| match *entry {
            Entry::File(file) => wanted_name(vault.names.path(file)),
            Entry::Alias(alias) => aliases.get(alias as usize).map_or("", |(_, text)| pool.get(*text)),
        };
        let nearest = Nearest::new(entries.iter().map(name));
        Self { pool, aliases, by_alias, entries, nearest }
    }

    /// Returns the aliases that fold to the same text as this one, each of another note.
    fn of_alias(&self, alias: &str) -> &[(u128, u32)] {
        let hash = folded_hash(alias);
        let rest = self.by_alias.get(self.by_alias.partition_point(|(other, _)| *other < hash)..);
        let rest = rest.unwrap_or_default();
        rest.get(..rest.partition_point(|(other, _)| *other == hash)).unwrap_or_default()
    }

    /// Whether exactly one note has this alias.
    fn is_of_one(&self, alias: u32) -> bool {
        let text = self.aliases.get(alias as usize).map_or("", |(_, text)| self.pool.get(*text));
        self.of_alias(text).len() == 1
    }
}

fn folded_hash(text: &str) -> u128 {
    xxh3_128(fold(text).as_bytes())
}

impl Names {
    /// Returns one file for each name, in the order of paths.
    fn one_of_each(&self) -> Vec<FileId> {
        let mut files: Vec<FileId> = self.groups().filter_map(|files| files.first().copied()).collect();
        files.sort_unstable();
        files
    }
}

/// Returns the name that a link uses: without folders, and without `.md`.
fn wanted_name(link: &str) -> &str {
    let name = path::file_name(link);
    if path::is_note(name) { path::stem(name) } else { name }
}

/// Names of files that were added or removed, and all names whose suggestions may change with them.
#[derive(Debug)]
pub(crate) struct Disturbed {
    buckets: HashSet<u32>,
    /// The names of the files, folded.
    names: HashSet<String>,
    /// The folded aliases of notes with these names: a link to one of these notes is written differently now.
    aliases: HashSet<String>,
}

impl Disturbed {
    /// Collects the names that these added or removed files affect.
    #[must_use]
    pub(crate) fn by(files: &[String], vault: &Vault) -> Self {
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

    /// Whether the suggestions for a link may change.
    #[must_use]
    pub(crate) fn concerns(&self, link: &str) -> bool {
        let name = fold(path::file_name(link)).into_owned();
        self.names.contains(&name)
            || self.names.contains(&(name + ".md"))
            || self.aliases.contains(fold(link).as_ref())
            || buckets(wanted_name(link)).iter().any(|bucket| self.buckets.contains(bucket))
    }

    /// Whether an added or removed file has the name that a link to `path` may use (`C.md` for `C.md.md`).
    #[must_use]
    pub(crate) fn has(&self, path: &str) -> bool {
        [path::file_name(path), wanted_name(path)].iter().any(|name| self.names.contains(fold(name).as_ref()))
    }
}

/// File names that every folder may have, so that only the folder tells what the file is about.
const OF_EVERY_FOLDER: [&str; 10] = [
    "readme",
    "index",
    "_index",
    "_sidebar",
    "changelog",
    "license",
    "licence",
    "overview",
    "summary",
    "toc",
];

/// The number of suggestions that are looked for: one more than is shown, to tell whether there are others.
const FOUND: usize = SAID + 1;

/// Names the first few of several files.
#[must_use]
pub(crate) fn several(names: &Names, all: &[Suggestion<'_>]) -> Meant {
    let paths = all.iter().take(SAID).map(|one| names.path(one.file).to_owned());
    Meant::Several { paths: paths.collect(), has_more: all.len() > SAID }
}

/// Returns the folder that a suggested file must lie in, where its name alone does not say what it is. `""`
/// stands for any folder.
fn wanted_folder<'l>(link: &'l str, name: &str) -> &'l str {
    let stem = fold(name.split('.').next().unwrap_or(name));
    match link.rsplit_once('/') {
        Some((folder, _)) if OF_EVERY_FOLDER.contains(&stem.as_ref()) => path::file_name(folder),
        _ => "",
    }
}

impl Vault {
    /// Returns the file that a broken link most probably meant. If several files have that name and nobody can
    /// tell which was meant, returns the first few.
    #[must_use]
    pub fn suggest(&self, link: &str) -> Vec<Suggestion<'_>> {
        let suggestions = self.suggestions.get_or_init(|| Suggestions::new(self));
        let by_alias = |alias: u32, distance: u32| {
            let found = suggestions.aliases.get(alias as usize);
            let found =
                found.and_then(|(id, text)| Some((self.slot(*id)?.file, suggestions.pool.get(*text))));
            found.map(|(file, alias)| Suggestion { file, alias: Some(alias), distance }).into_iter().collect()
        };
        match suggestions.of_alias(link) {
            [(_, alias)] => return by_alias(*alias, 0),
            [] => {}
            // Two notes have this alias, and only a person can say which is meant.
            _ => return Vec::new(),
        }
        let by_name = |file: FileId, distance: u32| {
            let folder = wanted_folder(link, path::file_name(self.names.path(file)));
            let files = self.names.named_like(file, folder).iter().take(FOUND);
            files.map(|file| Suggestion { file: *file, alias: None, distance }).collect()
        };
        let name = wanted_name(link);
        if let Some(file) = self.names.resolve(path::file_name(link), FileId::ROOT).file()
            && !name.is_empty()
        {
            return by_name(file, 0);
        }
        // A note may be near both by its name and by an alias.
        let note = |entry: usize| match *suggestions.entries.get(entry)? {
            Entry::File(file) => self.note_of(file),
            Entry::Alias(alias) => suggestions.aliases.get(alias as usize).map(|(note, _)| *note),
        };
        let of_one = |a, b| note(a).is_some_and(|own| note(b) == Some(own));
        let Some((entry, distance)) = suggestions.nearest.find_by(name, of_one) else { return Vec::new() };
        match suggestions.entries.get(entry) {
            Some(Entry::File(file)) => by_name(*file, distance),
            Some(Entry::Alias(alias)) if suggestions.is_of_one(*alias) => by_alias(*alias, distance),
            _ => Vec::new(),
        }
    }
}
