//! Lists the files of a vault: every name that a link can lead to.
//!
//! Each folder is one shallow `walkdir` in the thread pool, because a serial walk costs a fifth of a whole check.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use rayon::iter::{IndexedParallelIterator as _, IntoParallelRefIterator as _, ParallelIterator as _};
use rayon::slice::ParallelSliceMut as _;
use walkdir::WalkDir;

use super::Unread;
use super::source::Key;
use crate::error::{Error, Result, plain};
use crate::syntax::canvas::is_canvas;
use crate::text::path::{is_hidden_on_disk, is_note, is_vendored, of_disk};

/// A file that Obsidian can see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The path relative to the vault, with `/`.
    pub path: String,
    /// Whether it may be read: false behind a link that leads out of the vault, and in `node_modules`. Its name
    /// is still a link target.
    pub readable: bool,
    /// The key that tells whether the file is unchanged, if keys were asked for.
    pub key: Key,
}

/// The result of a walk over a vault.
#[derive(Debug, Default)]
pub struct Listing {
    /// The files in the order of their paths.
    pub files: Vec<File>,
    /// The folders that were looked into, in the order of their paths; the root is the empty path.
    pub folders: Vec<String>,
    /// Names that are not UTF-8, escaped: nothing can link to them.
    pub unnameable: Vec<String>,
    /// Folders that could not be read, and files with the name of a note that are not readable notes, with the
    /// reason.
    pub unreadable: Vec<Unread>,
}

struct Walk {
    /// The root with all symbolic links resolved, to tell which links lead out.
    canonical: PathBuf,
    /// Whether notes are to have keys.
    keys: bool,
}

/// A folder that is to be listed.
#[derive(Debug)]
struct Folder {
    path: PathBuf,
    /// Its path in the vault with a `/` behind, or empty.
    prefix: String,
    readable: bool,
}

/// The content of one folder.
#[derive(Default)]
struct Found {
    listing: Listing,
    /// The folders to be listed next.
    inner: Vec<Folder>,
    /// Links to folders outside of the vault, and where those are.
    outside: Vec<(Folder, PathBuf)>,
}

/// Lists the files under `root`. Dot files and dot folders are not part of a vault; links to folders are
/// followed, except links into the vault itself (Help, "Symbolic links and junctions"). With `keys`, notes and
/// canvases get their keys; other files are never compared.
///
/// # Errors
/// The root itself cannot be read.
pub fn list(root: &Path, keys: bool) -> Result<Listing> {
    let canonical = root.canonicalize().map_err(|e| Error::io("open the vault", root, e))?;
    std::fs::read_dir(root).map_err(|e| Error::io("read the vault", root, e))?;
    let walk = Walk { canonical, keys };
    let first = Folder { path: root.to_path_buf(), prefix: String::new(), readable: true };
    let mut listing = walk.below(Found { inner: vec![first], ..Found::default() });
    listing.files.par_sort_unstable_by(|a, b| a.path.cmp(&b.path));
    listing.folders.sort_unstable();
    listing.unnameable.sort_unstable();
    listing.unreadable.sort_unstable();
    Ok(listing)
}

/// Returns the files in a folder of the vault that git would move with it, hidden files and symbolic links
/// included; for a file, the file itself. The second list has names that are not UTF-8, escaped.
#[must_use]
pub fn held_by(root: &Path, path: &str) -> (Vec<String>, Vec<String>) {
    let (mut named, mut unnameable) = (Vec::new(), Vec::new());
    let walk = WalkDir::new(super::on_disk(root, path)).follow_root_links(false);
    // git does not look into another repository inside the folder.
    let walk = walk.into_iter().filter_entry(|entry| entry.file_name() != ".git");
    for entry in walk.flatten().filter(|entry| !entry.file_type().is_dir()) {
        let inside = entry.path().strip_prefix(root).unwrap_or(entry.path());
        match of_disk(inside) {
            Some(path) => named.push(path),
            None => unnameable.push(inside.to_string_lossy().escape_debug().to_string()),
        }
    }
    (named, unnameable)
}

/// Returns the names behind a symbolic link that leads out of the vault at `root`: that of a file, or those below
/// a folder. `link` is where it leads, `path` its own path in the vault. None of these files may be read.
pub(super) fn outside(root: &Path, link: PathBuf, path: String) -> Vec<String> {
    let canonical = root.canonicalize().unwrap_or_else(|_| root.to_path_buf());
    let walk = Walk { canonical, keys: false };
    let mut found = Found::default();
    walk.follow(link, path, false, &mut found);
    walk.below(found).files.into_iter().map(|file| file.path).collect()
}

/// Says why a symbolic link that leads out of the vault to `place` cannot be followed. Returns `None` if it can,
/// or if `folder`, in which the link lies, is not on disk, so that nobody can tell.
pub(super) fn cannot_follow(folder: &Path, place: &Path) -> Option<String> {
    let error = place.canonicalize().err().filter(|_| folder.exists())?;
    Some(not_followed(&error))
}

/// Like [`cannot_follow`], for a link to a file that the vault does not have.
pub(super) fn leads_nowhere() -> String {
    // Made from the error number, which is the same everywhere, so that it has the system's own words.
    not_followed(&std::io::Error::from_raw_os_error(2))
}

fn not_followed(error: &std::io::Error) -> String {
    format!("the symbolic link cannot be followed: {}", plain(error))
}

impl Walk {
    /// Lists all folders below those found, level by level. The folders of a level are listed in parallel.
    fn below(&self, start: Found) -> Listing {
        let mut all = Listing::default();
        // Folders outside of the vault that were entered, to end loops among them.
        let mut entered: Vec<PathBuf> = Vec::new();
        // Folders are freed together at the end. Memory that one thread frees and another has allocated makes
        // both wait for each other whenever it is reused, and each file needs a piece.
        let mut levels: Vec<Vec<Folder>> = Vec::new();
        let mut found = vec![start];
        loop {
            let (mut level, mut links) = (Vec::new(), Vec::new());
            for Found { mut listing, mut inner, mut outside } in found {
                all.files.append(&mut listing.files);
                all.unnameable.append(&mut listing.unnameable);
                all.unreadable.append(&mut listing.unreadable);
                level.append(&mut inner);
                links.append(&mut outside);
            }
            // Sorted, so that the choice between two links to one folder does not depend on the speed of threads.
            links.sort_unstable_by(|(a, _), (b, _)| a.prefix.cmp(&b.prefix));
            for (folder, target) in links {
                if !entered.iter().any(|seen| target.starts_with(seen)) {
                    entered.push(target);
                    level.push(folder);
                }
            }
            if level.is_empty() {
                break;
            }
            found = level.par_iter().with_max_len(1).map(|folder| self.visit(folder)).collect();
            levels.push(level);
        }
        let folders = levels.into_iter().flatten();
        all.folders = folders.map(|folder| folder.prefix.trim_end_matches('/').to_owned()).collect();
        all
    }

    fn visit(&self, folder: &Folder) -> Found {
        let mut found = Found::default();
        let stat = if self.keys && folder.readable { Stat::of(&folder.path) } else { None };
        for entry in WalkDir::new(&folder.path).min_depth(1).max_depth(1) {
            let entry = match entry {
                Ok(entry) => entry,
                // Errors in folders that are never read are not reported.
                Err(_) if !folder.readable => continue,
                Err(error) => {
                    let reason = error.io_error().map_or_else(|| error.to_string(), plain);
                    let path = folder.prefix.trim_end_matches('/').to_owned();
                    found.listing.unreadable.push(Unread { path, reason });
                    continue;
                }
            };
            let Some(name) = name_of(&entry) else {
                let name = entry.file_name().to_string_lossy();
                if !name.starts_with('.') {
                    found.listing.unnameable.push(format!("{}{}", folder.prefix, name.escape_debug()));
                }
                continue;
            };
            if name.starts_with('.') {
                continue;
            }
            let path = [folder.prefix.as_str(), name].concat();
            let kind = entry.file_type();
            if kind.is_dir() {
                let readable = folder.readable && !is_vendored(name);
                found.inner.push(Folder { path: entry.into_path(), prefix: path + "/", readable });
            } else if kind.is_file() {
                let readable = folder.readable;
                let key = stat.as_ref().map_or(Key::Unknown, |stat| stat.key(&path, name, &entry));
                found.listing.files.push(File { path, readable, key });
            } else if kind.is_symlink() {
                self.follow(entry.into_path(), path, folder.readable, &mut found);
            } else if folder.readable && is_read(&path) {
                found.listing.unreadable.push(Unread { path, reason: NO_FILE.to_owned() });
            }
        }
        found
    }

    /// Whether a file of the vault lies in a folder that is not listed.
    fn is_hidden(&self, file: &Path) -> bool {
        let below = file.strip_prefix(&self.canonical).unwrap_or(file);
        is_hidden_on_disk(below)
    }

    /// Adds a symbolic link as what it leads to.
    fn follow(&self, link: PathBuf, path: String, readable: bool, found: &mut Found) {
        let mine = &mut found.listing;
        let (target, meta) = match link.canonicalize().and_then(|t| Ok((t, std::fs::metadata(&link)?))) {
            Ok(found) => found,
            // A broken link with the name of a note is reported. Other broken links do not matter.
            Err(error) => {
                if readable && is_read(&path) {
                    mine.unreadable.push(Unread { path, reason: not_followed(&error) });
                }
                return;
            }
        };
        let inside = target.starts_with(&self.canonical);
        if meta.is_file() {
            // A file of the vault that is listed under its own name must not be read twice.
            let readable = readable && inside && self.is_hidden(&target);
            let key = if self.keys && readable && is_read(&path) { Key::of(&meta) } else { Key::Unknown };
            mine.files.push(File { path, readable, key });
        } else if meta.is_dir() && !inside && !self.canonical.starts_with(&target) {
            found.outside.push((Folder { path: link, prefix: path + "/", readable: false }, target));
        } else if !meta.is_dir() && readable && inside && is_read(&path) {
            mine.unreadable.push(Unread { path, reason: NO_FILE.to_owned() });
        }
    }
}

/// The reason for not reading a pipe, a socket or a device with the name of a note.
const NO_FILE: &str = "not a regular file";

/// Returns the name of an entry if it is UTF-8. The path is split as a string, because the standard library
/// splits paths byte by byte.
fn name_of(entry: &walkdir::DirEntry) -> Option<&str> {
    match entry.path().to_str() {
        Some(path) => path.rsplit(std::path::is_separator).next(),
        // The path above the vault may not be UTF-8.
        None => entry.file_name().to_str(),
    }
}

impl File {
    /// Whether the file is a note or a canvas that may be read.
    #[must_use]
    pub fn is_read(&self) -> bool {
        self.readable && is_read(&self.path)
    }
}

/// Whether portolan reads files of this name.
pub(super) fn is_read(path: &str) -> bool {
    is_note(path) || is_canvas(path)
}

/// Looks up the keys of the files of one folder. The system finds a file faster by its name in an open folder
/// than by its whole path, and there are many.
struct Stat {
    #[cfg(unix)]
    folder: rustix::fd::OwnedFd,
}

impl Stat {
    #[cfg(unix)]
    fn of(folder: &Path) -> Option<Self> {
        use rustix::fs::{Mode, OFlags};
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Some(Self { folder: rustix::fs::open(folder, flags, Mode::empty()).ok()? })
    }

    #[cfg(not(unix))]
    fn of(_folder: &Path) -> Option<Self> {
        Some(Self {})
    }

    /// Returns the key of a file of the folder, if portolan reads such files.
    fn key(&self, path: &str, name: &str, entry: &walkdir::DirEntry) -> Key {
        if is_read(path) { self.look(name, entry).unwrap_or(Key::Unknown) } else { Key::Unknown }
    }

    #[cfg(unix)]
    fn look(&self, name: &str, _entry: &walkdir::DirEntry) -> Option<Key> {
        let flags = rustix::fs::AtFlags::SYMLINK_NOFOLLOW;
        let stat = rustix::fs::statat(&self.folder, name, flags).ok()?;
        Some(Key::of_stat(&stat))
    }

    #[cfg(not(unix))]
    fn look(&self, _name: &str, entry: &walkdir::DirEntry) -> Option<Key> {
        Some(Key::of(&entry.metadata().ok()?))
    }
}

/// Reads a file into a buffer, replacing its content. Anything but a regular file is refused: a pipe would never
/// end. Returns the key from before reading, so that a file that is written meanwhile has another key.
///
/// # Errors
/// The file cannot be read, is not a regular file, or is too large for a span (4 GiB).
pub fn read(path: &Path, buffer: &mut Vec<u8>) -> std::io::Result<Key> {
    let mut file = open(path)?;
    let meta = file.metadata()?;
    let too_large = || std::io::Error::other("the file is larger than 4 GiB");
    if !meta.is_file() {
        return Err(std::io::Error::other(NO_FILE));
    }
    let len = u32::try_from(meta.len()).map_err(|_| too_large())? as usize;
    buffer.clear();
    // One byte of extra room: if it stays free, the file was read to its end, without another system call.
    buffer.reserve(len + 1);
    fill(&mut file, len, buffer)?;
    if buffer.len() > len {
        // The file has grown since.
        file.read_to_end(buffer)?;
    }
    u32::try_from(buffer.len()).map(|_| Key::of(&meta)).map_err(|_| too_large())
}

/// Reads into the spare capacity of a buffer until it has `len` bytes or the file ends. The room need not be
/// zeroed first, as the standard library would require for a slice.
#[cfg(unix)]
fn fill(file: &mut std::fs::File, len: usize, buffer: &mut Vec<u8>) -> std::io::Result<()> {
    while buffer.len() < len {
        match rustix::io::read(&*file, rustix::buffer::spare_capacity(buffer)) {
            Ok(0) => break,
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

#[cfg(not(unix))]
fn fill(file: &mut std::fs::File, len: usize, buffer: &mut Vec<u8>) -> std::io::Result<()> {
    file.take(len as u64 + 1).read_to_end(buffer).map(drop)
}

/// Reads a small text such as a settings file.
///
/// # Errors
/// As [`read`], or it is not UTF-8.
pub fn read_text(path: &Path) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    read(path, &mut bytes)?;
    String::from_utf8(bytes).map_err(|e| std::io::Error::new(std::io::ErrorKind::InvalidData, e))
}

/// Opens a file without blocking, so that a pipe without a writer does not stop us.
#[cfg(unix)]
fn open(path: &Path) -> std::io::Result<std::fs::File> {
    use rustix::fs::{Mode, OFlags};
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
    Ok(rustix::fs::open(path, flags, Mode::empty())?.into())
}

#[cfg(not(unix))]
fn open(path: &Path) -> std::io::Result<std::fs::File> {
    std::fs::File::open(path)
}
