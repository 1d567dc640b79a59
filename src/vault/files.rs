//! The files of a vault: every name that a link can lead to.
//!
//! One shallow `walkdir` a folder, in the thread pool: a serial walk costs a fifth of a whole check.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rayon::slice::ParallelSliceMut as _;
use walkdir::WalkDir;

use super::source::Key;
use crate::error::{Error, Result};
use crate::syntax::canvas::is_canvas;
use crate::text::path::is_note;

/// A file that Obsidian can see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Relative to the vault, with `/`.
    pub path: String,
    /// Whether it may be read: false behind a link that leads out of the vault, and in
    /// `node_modules`. Its name is a link target all the same.
    pub readable: bool,
    /// What tells that it is the same as it was, where that was asked for.
    pub key: Key,
}

/// What a walk found.
#[derive(Debug, Default)]
pub struct Listing {
    /// The files in the order of their paths.
    pub files: Vec<File>,
    /// The folders that were looked into, in the order of their paths; the root is the empty path.
    pub folders: Vec<String>,
    /// Names that are not UTF-8, escaped: nothing can link to them.
    pub unnameable: Vec<String>,
    /// Folders that could not be read, and what has the name of a note and is none; and why.
    pub unreadable: Vec<(String, String)>,
}

struct Walk {
    root: PathBuf,
    /// The same with all links followed, to tell what leads out.
    canonical: PathBuf,
    /// Whether notes are to have keys.
    keys: bool,
    found: Mutex<Listing>,
    /// Folders outside of the vault that were entered: a loop among them ends here.
    outside: Mutex<Vec<PathBuf>>,
}

/// A folder to be listed.
struct Folder {
    path: PathBuf,
    /// Its path in the vault, with a `/` behind, or empty.
    prefix: String,
    readable: bool,
}

/// Lists the files under `root`. Dot files and dot folders are not part of a vault; links to folders
/// are followed, save those that lead into the vault itself (Help, "Symbolic links and junctions").
/// With `keys`, what is read of a vault comes with its key: nobody asks whether a picture has changed.
///
/// # Errors
/// The root itself cannot be read.
pub fn list(root: &Path, keys: bool) -> Result<Listing> {
    let canonical = root.canonicalize().map_err(|e| Error::io("open the vault", root, e))?;
    std::fs::read_dir(root).map_err(|e| Error::io("read the vault", root, e))?;
    let (found, outside) = (Mutex::default(), Mutex::default());
    let walk = Walk { root: root.to_path_buf(), canonical, keys, found, outside };
    let first = Folder { path: walk.root.clone(), prefix: String::new(), readable: true };
    rayon::scope(|scope| walk.visit(scope, &first));
    let mut listing = walk.found.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    listing.files.par_sort_unstable_by(|a, b| a.path.cmp(&b.path));
    listing.folders.sort_unstable();
    listing.unnameable.sort_unstable();
    listing.unreadable.sort_unstable();
    Ok(listing)
}

/// The names behind a symbolic link that leads out of the vault at `root`: that of a file, or those below
/// a folder. `link` is where it leads, `path` its own path in the vault. None of them may be read.
pub(super) fn outside(root: &Path, link: PathBuf, path: String) -> Vec<String> {
    let canonical = root.canonicalize().unwrap_or_else(|_| root.to_path_buf());
    let (found, outside) = (Mutex::default(), Mutex::default());
    let walk = Walk { root: root.to_path_buf(), canonical, keys: false, found, outside };
    let mut own = Listing::default();
    rayon::scope(|scope| walk.follow(scope, link, path, false, &mut own));
    let below = walk.found.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    own.files.into_iter().chain(below.files).map(|file| file.path).collect()
}

impl Walk {
    fn visit<'s>(&'s self, scope: &rayon::Scope<'s>, folder: &Folder) {
        let mut mine = Listing::default();
        mine.folders.push(folder.prefix.trim_end_matches('/').to_owned());
        let stat = if self.keys && folder.readable { Stat::of(&folder.path) } else { None };
        for entry in WalkDir::new(&folder.path).min_depth(1).max_depth(1) {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let reason = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
                    mine.unreadable.push((folder.prefix.trim_end_matches('/').to_owned(), reason));
                    continue;
                }
            };
            if entry.file_name().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            let Some(name) = entry.file_name().to_str() else {
                let name = entry.file_name().to_string_lossy();
                mine.unnameable.push(format!("{}{}", folder.prefix, name.escape_debug()));
                continue;
            };
            let path = format!("{}{name}", folder.prefix);
            let kind = entry.file_type();
            if kind.is_dir() {
                let readable = folder.readable && name != "node_modules";
                let inner = Folder { path: entry.into_path(), prefix: path + "/", readable };
                scope.spawn(move |scope| self.visit(scope, &inner));
            } else if kind.is_file() {
                let readable = folder.readable;
                let key = stat.as_ref().map_or(Key::Unknown, |stat| stat.key(&path, &entry));
                mine.files.push(File { path, readable, key });
            } else if kind.is_symlink() {
                self.follow(scope, entry.into_path(), path, folder.readable, &mut mine);
            } else if folder.readable && is_read(&path) {
                mine.unreadable.push((path, NO_FILE.to_owned()));
            }
        }
        let mut found = self.found.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        found.files.append(&mut mine.files);
        found.folders.append(&mut mine.folders);
        found.unnameable.append(&mut mine.unnameable);
        found.unreadable.append(&mut mine.unreadable);
    }

    /// A symbolic link: where it leads decides what it is.
    fn follow<'s>(
        &'s self,
        scope: &rayon::Scope<'s>,
        link: PathBuf,
        path: String,
        readable: bool,
        mine: &mut Listing,
    ) {
        let (target, meta) = match link.canonicalize().and_then(|t| Ok((t, std::fs::metadata(&link)?))) {
            Ok(found) => found,
            // A note that only seems to be there. Other links that lead nowhere are nobody's business.
            Err(error) => {
                if readable && is_read(&path) {
                    mine.unreadable.push((path, format!("the link cannot be followed: {error}")));
                }
                return;
            }
        };
        let inside = target.starts_with(&self.canonical);
        if meta.is_file() {
            let readable = readable && inside;
            let key = if self.keys && readable && is_read(&path) { Key::of(&meta) } else { Key::Unknown };
            mine.files.push(File { path, readable, key });
        } else if meta.is_dir() && !inside && !self.canonical.starts_with(&target) {
            let mut outside = self.outside.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if outside.iter().any(|seen| target.starts_with(seen)) {
                return;
            }
            outside.push(target);
            let inner = Folder { path: link, prefix: path + "/", readable: false };
            scope.spawn(move |scope| self.visit(scope, &inner));
        } else if !meta.is_dir() && readable && inside && is_read(&path) {
            mine.unreadable.push((path, NO_FILE.to_owned()));
        }
    }
}

/// Why a pipe, a socket or a device is no note, whatever its name.
const NO_FILE: &str = "it is not a regular file";

impl File {
    /// Whether the file is a note or a canvas that may be read.
    #[must_use]
    pub fn is_read(&self) -> bool {
        self.readable && is_read(&self.path)
    }
}

/// Whether portolan reads files of this name.
fn is_read(path: &str) -> bool {
    is_note(path) || is_canvas(path)
}

/// Asks for the keys of the files of one folder. The system finds a file faster from its folder than by
/// its whole path, and there are many.
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

    /// The key of a file of the folder, if it is one that is read.
    fn key(&self, path: &str, entry: &walkdir::DirEntry) -> Key {
        if is_read(path) { self.look(entry).unwrap_or(Key::Unknown) } else { Key::Unknown }
    }

    #[cfg(unix)]
    fn look(&self, entry: &walkdir::DirEntry) -> Option<Key> {
        let flags = rustix::fs::AtFlags::SYMLINK_NOFOLLOW;
        let stat = rustix::fs::statat(&self.folder, entry.file_name(), flags).ok()?;
        Some(Key::of_stat(&stat))
    }

    #[cfg(not(unix))]
    fn look(&self, entry: &walkdir::DirEntry) -> Option<Key> {
        Some(Key::of(&entry.metadata().ok()?))
    }
}

/// Reads a file into a buffer, in place of what that holds. Anything but a regular file is refused: a pipe
/// would never end.
///
/// # Errors
/// It cannot be read, is no regular file, or is larger than a span can say.
pub fn read(path: &Path, buffer: &mut Vec<u8>) -> std::io::Result<()> {
    let mut file = open(path)?;
    let meta = file.metadata()?;
    let too_large = || std::io::Error::other("the file is larger than 4 GiB");
    if !meta.is_file() {
        return Err(std::io::Error::other(NO_FILE));
    }
    let len = u32::try_from(meta.len()).map_err(|_| too_large())? as usize;
    // Room for a byte more: a file that leaves it free has been read to its end, and need not be asked. What the
    // buffer holds will be written over, and is not cleared before.
    buffer.resize(len + 1, 0);
    let mut filled = 0;
    while filled < len {
        match file.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(more) => filled += more,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    buffer.truncate(filled);
    if filled > len {
        // It has grown meanwhile.
        file.read_to_end(buffer)?;
    }
    u32::try_from(buffer.len()).map(|_| ()).map_err(|_| too_large())
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

/// Opens a file to look at what it is. A pipe that nobody writes into must not hold us up.
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
