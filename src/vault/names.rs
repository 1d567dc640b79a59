//! The names of a vault's files, and where links lead, by Obsidian's own rules.
//!
//! The rules and their evidence: an exact path wins over everything, then the folder of the source, then the
//! shortest path (developer-console recordings of Obsidian 1.13). Aliases, titles and folders never resolve.
//! Names compare without case, composed (NFC).
//!
//! One table look-up finds all files of a name; `search` decides which of them is meant. The cost of a look-up
//! does not grow with the number of files that share a name.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::OnceLock;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use xxhash_rust::xxh3::xxh3_128_with_seed;

use crate::text::fold::{fold, fold_into};
use crate::text::path;

mod paths;
mod search;
mod spell;

pub use self::paths::Paths;
pub(super) use self::search::last_name;
pub use self::search::{Ending, Step, Teller};

/// The index of a file in the vault's list of files, which is sorted by path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

impl FileId {
    /// No file: a link from here resolves as from the root of the vault, and not from within a note.
    pub const ROOT: Self = Self(u32::MAX);
}

/// Where a link leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution<'n> {
    /// It leads to this file.
    File(FileId),
    /// It leads to the first of these files. Their paths are equally long, and Obsidian's choice among them is
    /// not fixed.
    Ambiguous(&'n [FileId]),
    /// It leads out of the vault.
    External,
    /// It leads nowhere.
    Missing,
}

impl Resolution<'_> {
    /// Returns the file that is opened.
    #[must_use]
    pub fn file(&self) -> Option<FileId> {
        match self {
            Self::File(id) => Some(*id),
            Self::Ambiguous(files) => files.first().copied(),
            Self::External | Self::Missing => None,
        }
    }
}

/// The names of all files of a vault.
#[derive(Debug, Default)]
pub struct Names {
    paths: Paths,
    /// Made on the first look-up.
    table: OnceLock<Table>,
}

/// The look-up table of names.
#[derive(Debug)]
struct Table {
    /// Files by folded name. A map of the standard library would own its keys, each in an allocation of its own;
    /// here a hash stands for a name. A million links look up names here, and comparing the names themselves
    /// would be a cache miss each.
    by_name: HashTable<Named>,
    /// The groups of files that share a name.
    many: Vec<Many>,
    /// Random in each run, so that nobody can craft names that collide.
    seed: u64,
}

/// A name of sixteen bytes, so that as much of the table as possible fits into a cache.
#[derive(Debug)]
struct Named {
    key: Key,
    /// The only file of this name; or, with [`MANY`] set, the index of its group in [`Table::many`].
    file: FileId,
}

/// Most of a 128-bit hash of a folded name: with so many bits, no two names collide by chance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Key([u32; 3]);

impl Key {
    fn of(name: &str, seed: u64) -> Self {
        let hash = xxh3_128_with_seed(name.as_bytes(), seed);
        Self([hash as u32, (hash >> 32) as u32, (hash >> 64) as u32])
    }

    /// Returns the hash that the table sorts by.
    const fn hash(self) -> u64 {
        self.0[0] as u64 | (self.0[1] as u64) << 32
    }
}

/// Marks an index into [`Table::many`]. Paths take at most 4 GiB together, at two bytes or more each, so no file
/// has this number.
const MANY: u32 = 1 << 31;

/// The files that share a name.
#[derive(Clone, Copy, Debug)]
enum Group<'t> {
    One(&'t FileId),
    Many(&'t Many),
}

/// Several files that share a name.
#[derive(Debug)]
struct Many {
    /// Shortest path first, then in the order of paths.
    files: Vec<FileId>,
    /// Made when a link first asks for one of these files.
    index: OnceLock<HashMap<Box<str>, Places>>,
}

/// The files of a group in one folded folder, in the order of the group.
#[derive(Debug, Default)]
struct Places {
    /// Files that lie in exactly this folder: several only where they differ by case alone.
    here: Vec<FileId>,
    /// Files whose folder is this one or ends with it.
    under: Vec<FileId>,
}

impl<'t> Group<'t> {
    fn files(self) -> &'t [FileId] {
        match self {
            Self::One(id) => std::slice::from_ref(id),
            Self::Many(many) => &many.files,
        }
    }
}

thread_local! {
    /// Holds folded text during a look-up: a vault has a million links, and none should cost an allocation.
    static SCRATCH: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Calls `look` with what `write` puts into the scratch buffer.
fn with_scratch<T>(write: impl FnOnce(&mut String), look: impl FnOnce(&str) -> T) -> T {
    SCRATCH.with_borrow_mut(|buffer| {
        buffer.clear();
        write(buffer);
        look(buffer)
    })
}

impl Table {
    /// Indexes the paths of a vault.
    fn new(paths: &Paths) -> Self {
        let seed = RandomState::new().hash_one(());
        let mut by_name: HashTable<Named> = HashTable::with_capacity(paths.len());
        let mut many: Vec<Many> = Vec::new();
        let mut name = String::new();
        for (i, path) in (0u32..).zip(paths.iter()) {
            let id = FileId(i);
            name.clear();
            fold_into(&mut name, path::file_name(path));
            let key = Key::of(&name, seed);
            match by_name.entry(key.hash(), |named| named.key == key, |named| named.key.hash()) {
                Entry::Occupied(mut named) => {
                    let FileId(file) = &mut named.get_mut().file;
                    if *file & MANY == 0 {
                        let first = std::mem::replace(file, MANY | many.len() as u32);
                        many.push(Many { files: vec![FileId(first)], index: OnceLock::new() });
                    }
                    many[(*file & !MANY) as usize].files.push(id);
                }
                Entry::Vacant(place) => {
                    place.insert(Named { key, file: id });
                }
            }
        }
        for Many { files, .. } in &mut many {
            files.sort_by_cached_key(|id| (utf16_len(paths.get(id.0 as usize).unwrap_or_default()), *id));
        }
        Self { by_name, many, seed }
    }

    /// Returns the key of a name with this ending.
    fn key(&self, name: &str, ending: Ending) -> Key {
        let write = |folded: &mut String| {
            fold_into(folded, name);
            folded.push_str(ending.text());
        };
        with_scratch(write, |folded| Key::of(folded, self.seed))
    }

    fn group_by(&self, key: Key) -> Option<Group<'_>> {
        let named = self.by_name.find(key.hash(), |named| named.key == key)?;
        Some(self.group_of(named))
    }

    fn group_of<'t>(&'t self, named: &'t Named) -> Group<'t> {
        let FileId(file) = named.file;
        if file & MANY == 0 {
            Group::One(&named.file)
        } else {
            Group::Many(&self.many[(file & !MANY) as usize])
        }
    }
}

impl Names {
    /// Makes the names of a vault from its sorted paths.
    #[must_use]
    pub fn new(paths: Vec<String>) -> Self {
        Self { paths: Paths::new(paths), table: OnceLock::new() }
    }

    /// Builds the look-up table ahead of the first look-up.
    pub(super) fn prepare(&self) {
        self.table();
    }

    fn table(&self) -> &Table {
        self.table.get_or_init(|| Table::new(&self.paths))
    }

    /// Returns the path of a file.
    #[must_use]
    pub fn path(&self, id: FileId) -> &str {
        self.paths.get(id.0 as usize).unwrap_or_default()
    }

    /// Returns the file with exactly this path.
    #[must_use]
    pub fn exact(&self, path: &str) -> Option<FileId> {
        self.paths.position(path).map(|i| FileId(i as u32))
    }

    /// Returns all paths in order.
    #[must_use]
    pub const fn paths(&self) -> &Paths {
        &self.paths
    }

    /// Iterates over the groups of files that share a name, each shortest path first; the groups in no order.
    pub(super) fn groups(&self) -> impl Iterator<Item = &[FileId]> {
        let table = self.table();
        table.by_name.iter().map(|named| table.group_of(named).files())
    }

    /// Returns all files with this name and ending.
    fn group(&self, name: &str, ending: Ending) -> Option<Group<'_>> {
        let table = self.table();
        table.group_by(table.key(name, ending))
    }

    /// Returns the files of a group by folder.
    fn index<'m>(&self, many: &'m Many) -> &'m HashMap<Box<str>, Places> {
        many.index.get_or_init(|| {
            let mut index: HashMap<Box<str>, Places> = HashMap::new();
            for &id in &many.files {
                let folder = fold(path::folder(self.path(id)));
                index.entry(folder.as_ref().into()).or_default().here.push(id);
                let mut rest = folder.as_ref();
                while !rest.is_empty() {
                    index.entry(rest.into()).or_default().under.push(id);
                    rest = rest.split_once('/').map_or("", |(_, deeper)| deeper);
                }
            }
            index
        })
    }
}

/// Returns the length of a text in UTF-16 units, which is what JavaScript sees.
fn utf16_len(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().map(char::len_utf16).sum() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(paths: &[&str]) -> Names {
        let mut paths: Vec<String> = paths.iter().map(|p| (*p).to_owned()).collect();
        paths.sort();
        Names::new(paths)
    }

    fn check(paths: &[&str], from: &str, link: &str, expected: Option<&str>) {
        let names = names(paths);
        let from = names.exact(from).unwrap();
        let found = names.resolve(link, from);
        assert_eq!(found.file().map(|id| names.path(id)), expected, "[[{link}]]");
    }

    #[test]
    fn an_exact_path_then_the_own_folder_then_the_shortest() {
        let vault = [
            "Note.md",
            "a/Note.md",
            "a/b/x.md",
            "zzzz/Dup.md",
            "a/b/Dup.md",
            "q/Dup/Dup.md",
            "a/Deep/Same.md",
            "Deep/Same.md",
        ];
        check(&vault, "a/b/x.md", "Note", Some("Note.md"));
        check(&vault, "a/b/x.md", "Dup", Some("a/b/Dup.md"));
        check(&vault, "Note.md", "Dup", Some("a/b/Dup.md"));
        check(&vault, "a/Note.md", "Deep/Same", Some("Deep/Same.md"));
        check(&vault, "Note.md", "b/Dup", Some("a/b/Dup.md"));
        check(&vault, "Note.md", "wrong/Dup", None);
        check(&vault, "Note.md", "Dup/", None);
    }

    #[test]
    fn relative_and_rooted_paths_do_not_search() {
        let vault = ["r.md", "a/s.md", "a/x.md"];
        check(&vault, "a/s.md", "../r", Some("r.md"));
        check(&vault, "a/s.md", "./x.md", Some("a/x.md"));
        check(&vault, "a/s.md", "./r", None);
        check(&vault, "a/s.md", "../../r", None);
        check(&vault, "a/s.md", "/r", Some("r.md"));
        check(&vault, "r.md", "/x", None);
    }

    #[test]
    fn case_composition_dots_and_extensions() {
        let vault = ["Menu v1.2.md", "E\u{301}t\u{e9}.md", "pic.PNG", "data.csv", "s.md"];
        check(&vault, "s.md", "menu V1.2", Some("Menu v1.2.md"));
        check(&vault, "s.md", "\u{c9}te\u{301}", Some("E\u{301}t\u{e9}.md"));
        check(&vault, "s.md", "Pic.png", Some("pic.PNG"));
        check(&vault, "s.md", "pic", None);
        check(&vault, "s.md", "S.MD", Some("s.md"));
        check(&vault, "s.md", "", Some("s.md"));
        check(&vault, "s.md", "menu\u{a0}v1.2", Some("Menu v1.2.md"));
    }

    #[test]
    fn many_links_lead_where_each_of_them_does() {
        let names = names(&["a/One.md", "a/s.md", "aa/N.md", "bb/N.md", "pic.png"]);
        let from = names.exact("a/s.md").unwrap();
        let some = ["One", "", "n", "a/one", "gone", "pic.png", "../pic.png", "https://x.y", "s", "S.md"];
        for count in 0..40 {
            let links: Vec<&str> = some.into_iter().cycle().take(count).collect();
            let mut found = Vec::new();
            names.resolve_each(links.iter().copied(), from, |resolution| found.push(resolution));
            let expected: Vec<_> = links.iter().map(|link| names.resolve(link, from)).collect();
            assert_eq!(found, expected, "{count} links");
        }
    }

    #[test]
    fn equal_lengths_are_ambiguous() {
        let names = names(&["aa/N.md", "bb/N.md", "cccc/N.md", "s.md"]);
        let from = names.exact("s.md").unwrap();
        let Resolution::Ambiguous(files) = names.resolve("n", from) else { panic!() };
        assert_eq!((names.path(files[0]), files.len()), ("aa/N.md", 2));
        assert_eq!(names.resolve("https://x.y", from), Resolution::External);
    }
}
