//! A state of the vault in its repository, as a source of notes.

use std::collections::{BTreeMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};

use super::Repository;
use super::blobs::Blobs;
use super::entries::{self, Entry, Kind};
use super::object::Id;
use super::program::Program;
use crate::error::Result;
use crate::text::path;
use crate::vault::files::{self, File, Listing};
use crate::vault::source::{Key, Source};
use crate::vault::{Unread, on_disk};

/// The vault in an index or in a tree. It stays as it was when it was made, whatever happens to the index since.
#[derive(Debug)]
pub struct Snapshot {
    /// The folder of the vault, for settings that are not committed.
    root: PathBuf,
    /// The files of the vault in the order of paths, settings included.
    files: Vec<Held>,
    unnameable: Vec<String>,
    /// Broken symbolic links with names of notes, and why they are not read.
    unreadable: Vec<Unread>,
    /// Submodules whose commits are missing in the clone.
    absent: Vec<String>,
    /// The repository and its submodules.
    stores: Vec<Store>,
}

/// A file of the vault in a repository.
#[derive(Debug)]
struct Held {
    /// Its path in the vault.
    path: String,
    /// Its blob; `None` behind a symbolic link that leads out of the vault.
    blob: Option<Id>,
    /// The index of the store that holds the blob.
    store: usize,
}

/// A symbolic link of the vault.
#[derive(Debug)]
struct Link {
    /// Its path in the vault.
    path: String,
    /// The blob that says where it leads.
    id: Id,
    /// The index of the store that holds the blob.
    store: usize,
}

/// The most symbolic links that are followed in a row, as on Linux.
const MAX_LINKS: usize = 40;

/// The blobs of a repository, and how its paths map to those of the vault.
#[derive(Debug)]
struct Store {
    /// Maps paths of the repository to paths of the vault.
    prefix: Prefix,
    blobs: Blobs,
}

#[derive(Debug)]
enum Prefix {
    /// The path of the vault in the repository.
    Vault(String),
    /// The path of the repository, a submodule, in the vault.
    Submodule(String),
}

impl Prefix {
    /// Maps a path in the vault to its path in the repository.
    fn file(&self, path: &str) -> String {
        match self {
            Self::Vault(prefix) => format!("{prefix}{path}"),
            Self::Submodule(prefix) => path.strip_prefix(prefix.as_str()).unwrap_or(path).to_owned(),
        }
    }

    /// Maps a path in the repository to its path in the vault.
    fn path<'e>(&self, file: &'e [u8]) -> Option<std::borrow::Cow<'e, [u8]>> {
        match self {
            Self::Vault(prefix) => file.strip_prefix(prefix.as_bytes()).map(Into::into),
            Self::Submodule(prefix) => Some([prefix.as_bytes(), file].concat().into()),
        }
    }
}

impl Snapshot {
    /// Makes a snapshot of the entries of a vault that lies at `prefix`. Files in `filtered`, by their paths in
    /// the repository, are read as a checkout would have them.
    pub(super) fn new(
        repository: &Repository,
        prefix: &str,
        entries: Vec<Entry>,
        filtered: HashSet<String>,
    ) -> Result<Self> {
        let mut snapshot = Self {
            root: repository.root.clone(),
            files: Vec::with_capacity(entries.len()),
            unnameable: Vec::new(),
            unreadable: Vec::new(),
            absent: Vec::new(),
            stores: Vec::new(),
        };
        let prefix = Prefix::Vault(prefix.to_owned());
        let mut links = Vec::new();
        snapshot.add(prefix, repository.program.clone(), &repository.top, entries, &mut links)?;
        if let Some(store) = snapshot.stores.first_mut() {
            store.blobs.filter(filtered);
        }
        if !links.is_empty() {
            snapshot.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
            snapshot.follow(links);
        }
        snapshot.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        snapshot.files.dedup_by(|a, b| a.path == b.path);
        Ok(snapshot)
    }

    /// Adds the files of a repository and of its submodules. Symbolic links are collected in `links`, because
    /// they may lead from one repository to the other.
    fn add(
        &mut self,
        prefix: Prefix,
        program: Program,
        folder: &Path,
        entries: Vec<Entry>,
        links: &mut Vec<Link>,
    ) -> Result<()> {
        let store = self.stores.len();
        let mut submodules = Vec::new();
        for Entry { path, kind, id } in entries {
            let Some(path) = prefix.path(&path) else { continue };
            let Ok(path) = String::from_utf8(path.into_owned()).map_err(|e| {
                self.unnameable.push(String::from_utf8_lossy(e.as_bytes()).escape_debug().to_string());
            }) else {
                continue;
            };
            match kind {
                Kind::File => self.files.push(Held { path, blob: Some(id), store }),
                Kind::Link => links.push(Link { path, id, store }),
                Kind::Submodule => submodules.push((path, id)),
            }
        }
        self.stores.push(Store { prefix, blobs: Blobs::new(program, folder.to_path_buf()) });
        for (path, commit) in submodules {
            let inner = on_disk(folder, &self.stores[store].prefix.file(&path));
            // A submodule that was never fetched is an empty folder, on disk as here; a folder behind a symbolic
            // link is not a submodule.
            if !inner.join(".git").exists() || !inner.canonicalize().is_ok_and(|whole| whole == inner) {
                continue;
            }
            let program = Program::at(&inner);
            let args = ["ls-tree", "-r", "-z", "--full-tree", &commit.to_string()];
            // The commit of the submodule may not have been fetched either.
            let Ok(printed) = program.run(&args) else {
                self.absent.push(path);
                continue;
            };
            let entries = entries::of_tree(&printed);
            self.add(Prefix::Submodule(path + "/"), program, &inner, entries, links)?;
        }
        Ok(())
    }

    /// Adds what lies behind symbolic links, like the walk over a folder. What lies outside of the vault adds
    /// names alone, and so does a file of the vault that is listed under its own name; a folder of the vault adds
    /// nothing. A broken link with the name of a note is reported as unreadable.
    fn follow(&mut self, links: Vec<Link>) {
        let mut buffer = Vec::new();
        let mut targets = BTreeMap::new();
        for Link { path: link, id, store } in links {
            let of_link = &self.stores[store];
            if of_link.blobs.read(id, &of_link.prefix.file(&link), &mut buffer).is_ok()
                && let Ok(target) = std::str::from_utf8(&buffer)
            {
                targets.insert(link, (target.to_owned(), store));
            }
        }
        let end_of = |link: &str, target: &String| {
            if Path::new(target).is_absolute() { None } else { path::join(path::folder(link), target) }
        };
        let (mut found, mut nowhere) = (Vec::new(), Vec::new());
        for (link, (target, store)) in &targets {
            let mut end = end_of(link, target);
            // A link may lead to a link; a cycle of links leads nowhere.
            for _ in 0..MAX_LINKS {
                let Some((at, (link, (target, _)))) = end.as_deref().and_then(|end| through(end, &targets))
                else {
                    break;
                };
                let rest = end.as_deref().and_then(|end| end.get(at..)).unwrap_or_default();
                let rest = rest.trim_start_matches('/');
                end = end_of(link, target).and_then(|folder| path::join(&folder, rest));
            }
            if let Some(end) = end {
                if let Some(held) = self.find(&end) {
                    let blob = held.blob.filter(|_| path::is_hidden(&end));
                    found.push(Held { path: link.clone(), blob, store: held.store });
                } else if !self.has_folder(&end) && !is_beyond(&end, &targets) {
                    nowhere.push(Unread { path: link.clone(), reason: files::leads_nowhere() });
                }
            } else {
                let folder = on_disk(&self.root, path::folder(link));
                let place = folder.join(target);
                let why = files::cannot_follow(&folder, &place);
                nowhere.extend(why.map(|reason| Unread { path: link.clone(), reason }));
                let names = files::outside(&self.root, place, link.clone());
                found.extend(names.into_iter().map(|path| Held { path, blob: None, store: *store }));
            }
        }
        self.files.extend(found);
        nowhere.retain(|Unread { path, .. }| files::is_read(path) && !is_unread(path));
        self.unreadable = nowhere;
    }

    /// Whether any file lies in a folder.
    fn has_folder(&self, folder: &str) -> bool {
        let inside = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let at = self.files.partition_point(|held| held.path.as_str() < inside.as_str());
        self.files.get(at).is_some_and(|held| held.path.starts_with(&inside))
    }

    fn find(&self, path: &str) -> Option<&Held> {
        let at = self.files.binary_search_by(|held| held.path.as_str().cmp(path)).ok()?;
        self.files.get(at)
    }

    fn read_held(&self, held: &Held, buffer: &mut Vec<u8>) -> io::Result<()> {
        let unread = || io::Error::other("it is a link to what is not read by its name");
        let (Some(id), Some(store)) = (held.blob, self.stores.get(held.store)) else { return Err(unread()) };
        store.blobs.read(id, &store.prefix.file(&held.path), buffer)
    }

    /// Whether filters change the file on reading; they may be set up differently tomorrow.
    fn is_filtered(&self, held: &Held) -> bool {
        let store = self.stores.get(held.store);
        store.is_some_and(|store| {
            store.blobs.has_filters() && store.blobs.filters(&store.prefix.file(&held.path))
        })
    }

    fn key_of(&self, held: &Held) -> Key {
        held.blob.filter(|_| !self.is_filtered(held)).map_or(Key::Unknown, |id| id.key())
    }

    /// Lists the files whose paths are `wanted`, as [`Source::list`] does.
    #[must_use]
    pub fn listing_of(&self, wanted: impl Fn(&str) -> bool) -> Listing {
        let shown = |held: &&Held| !path::is_hidden(&held.path) && wanted(&held.path);
        let file = |held: &Held| File {
            path: held.path.clone(),
            readable: held.blob.is_some() && !is_unread(&held.path),
            key: self.key_of(held),
        };
        Listing {
            files: self.files.iter().filter(shown).map(file).collect(),
            folders: Vec::new(),
            unnameable: self.unnameable.clone(),
            unreadable: self.unreadable.iter().filter(|unread| wanted(&unread.path)).cloned().collect(),
        }
    }

    /// Returns the paths of files that differ from those of another state of the vault.
    #[must_use]
    pub fn differing(&self, other: &Self) -> HashSet<String> {
        let mut differing = HashSet::new();
        let mut old = self.files.iter().peekable();
        for new in &other.files {
            while let Some(gone) = old.next_if(|old| old.path < new.path) {
                differing.insert(gone.path.clone());
            }
            let was = old.next_if(|old| old.path == new.path);
            if was.is_none_or(|was| was.blob != new.blob) {
                differing.insert(new.path.clone());
            }
        }
        differing.extend(old.map(|gone| gone.path.clone()));
        differing
    }

    /// Returns the submodules that are checked out but lack the commit that belongs here, as in a shallow clone.
    #[must_use]
    pub fn absent(&self) -> &[String] {
        &self.absent
    }

    /// Whether it has no files.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

/// Whether a file lies in a folder in which nothing is read.
fn is_unread(path: &str) -> bool {
    path::is_hidden(path) || path.split('/').any(path::is_vendored)
}

/// Whether a path leads to something that no listing has: through one of these links, or into git's own folder,
/// where git-annex keeps files.
fn is_beyond<T>(path: &str, links: &BTreeMap<String, T>) -> bool {
    path.starts_with(".git/") || through(path, links).is_some_and(|(at, _)| at < path.len())
}

/// Finds the first part of a path that is a symbolic link, which may be all of it. Returns where in the path it
/// ends, and the link.
fn through<'l, T>(path: &str, links: &'l BTreeMap<String, T>) -> Option<(usize, (&'l String, &'l T))> {
    let mut ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
    ends.find_map(|at| Some((at, links.get_key_value(&path[..at])?)))
}

impl Source for Snapshot {
    fn list(&self) -> Result<Listing> {
        Ok(self.listing_of(|_| true))
    }

    fn read(&self, path: &str, buffer: &mut Vec<u8>) -> io::Result<Key> {
        let held = self.find(path).ok_or(io::ErrorKind::NotFound)?;
        self.read_held(held, buffer)?;
        Ok(self.key_of(held))
    }

    fn has(&self, path: &str) -> bool {
        self.find(path).is_some()
    }

    /// Reads a setting from the repository if it is there, else from disk, since settings are often not
    /// committed.
    fn setting(&self, path: &str) -> Option<String> {
        let Some(held) = self.find(path) else {
            return files::read_text(&on_disk(&self.root, path)).ok();
        };
        let mut buffer = Vec::new();
        self.read_held(held, &mut buffer).ok()?;
        String::from_utf8(buffer).ok()
    }
}
