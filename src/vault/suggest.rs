//! What to offer for a link that leads nowhere: a note of that alias, a file of that name in another
//! folder, or the nearest name.

use std::collections::HashSet;

use xxhash_rust::xxh3::xxh3_128;

use super::names::{FileId, Names};
use super::nearest::{Nearest, buckets};
use super::{NoteId, Vault};
use crate::text::fold::fold;
use crate::text::path;
use crate::text::pool::{Pool, Pooled};

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
    /// The texts of aliases. They are kept here: a note may be read again while its aliases stay the same.
    pool: Pool,
    /// Aliases as they are written, and the notes that have them.
    aliases: Vec<(NoteId, Pooled)>,
    /// Hashes over the folded aliases, and which alias it is: in order. Of so many bits no two texts have the same
    /// by chance.
    by_alias: Vec<(u128, u32)>,
    /// What the nearest name belongs to.
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
        // A note may have an alias twice, in other case.
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

    /// The aliases that fold to the same text as this one, each of another note.
    fn of_alias(&self, alias: &str) -> &[(u128, u32)] {
        let hash = folded_hash(alias);
        let rest = self.by_alias.get(self.by_alias.partition_point(|(other, _)| *other < hash)..);
        let rest = rest.unwrap_or_default();
        rest.get(..rest.partition_point(|(other, _)| *other == hash)).unwrap_or_default()
    }
}

fn folded_hash(text: &str) -> u128 {
    xxh3_128(fold(text).as_bytes())
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
        let by_alias = |alias: u32, distance: u32| {
            let (id, text) = *suggestions.aliases.get(alias as usize)?;
            let file = self.slot(id)?.file;
            Some(Suggestion { file, alias: Some(suggestions.pool.get(text)), distance })
        };
        match suggestions.of_alias(link) {
            [(_, alias)] => return by_alias(*alias, 0),
            [] => {}
            // Two notes of one alias: which is meant is for somebody to say.
            _ => return None,
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
