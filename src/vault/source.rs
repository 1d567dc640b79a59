//! The source of a vault's files: a folder on disk, the index of a repository, or texts in memory.

use std::collections::HashSet;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::files::{self, Listing};
use crate::error::Result;

/// A source of a vault's files. Code above it does not know where a vault lies.
pub trait Source: fmt::Debug + Send + Sync {
    /// Lists every file that a link can lead to, in the order of paths.
    ///
    /// # Errors
    /// The source itself cannot be read. A single folder or name that cannot be read is part of the listing.
    fn list(&self) -> Result<Listing>;

    /// Like [`Source::list`], but for callers that will read all files: without keys, where each would cost a
    /// look at its file. [`Source::read`] gives those.
    ///
    /// # Errors
    /// As [`Source::list`].
    fn list_to_read(&self) -> Result<Listing> {
        self.list()
    }

    /// Reads a whole file of the listing into the buffer, replacing its content. Returns the key that the file
    /// had before it was read, if reading gives one.
    ///
    /// # Errors
    /// The file cannot be read, or may not be read.
    fn read(&self, path: &str, buffer: &mut Vec<u8>) -> io::Result<Key>;

    /// Whether a file exists.
    fn has(&self, path: &str) -> bool;

    /// Reads a settings file, given its path from the root such as `.obsidian/app.json`; `None` if there is none.
    fn setting(&self, path: &str) -> Option<String>;
}

/// Returns the files that may differ between two sources: those that only one has, and those whose contents
/// differ.
///
/// # Errors
/// One of the sources cannot be read.
pub fn differing(before: &dyn Source, after: &dyn Source) -> Result<HashSet<String>> {
    let (before_files, after_files) = (before.list()?.files, after.list()?.files);
    let mut differing = HashSet::new();
    let mut doubtful = Vec::new();
    let mut old = before_files.into_iter().peekable();
    for file in after_files {
        while let Some(gone) = old.next_if(|old| old.path < file.path) {
            differing.insert(gone.path);
        }
        match old.next_if(|old| old.path == file.path).map(|old| old.key) {
            None => differing.extend([file.path]),
            Some(key) if key == file.key && key != Key::Unknown => {}
            Some(Key::Blob(_)) if matches!(file.key, Key::Blob(_)) => differing.extend([file.path]),
            Some(_) if !file.is_read() => {}
            Some(_) => doubtful.push(file.path),
        }
    }
    differing.extend(old.map(|gone| gone.path));
    let same = |(one, other): &mut (Vec<u8>, Vec<u8>), path: &String| {
        before.read(path, one).is_ok() && after.read(path, other).is_ok() && say_the_same(one, other)
    };
    let unlike = |buffers: &mut (Vec<u8>, Vec<u8>), path: String| (!same(buffers, &path)).then_some(path);
    let unlike: Vec<Option<String>> = doubtful.into_par_iter().map_init(Default::default, unlike).collect();
    differing.extend(unlike.into_iter().flatten());
    Ok(differing)
}

/// Whether two texts are the same apart from line endings, which git may convert between its objects and the
/// disk.
fn say_the_same(one: &[u8], other: &[u8]) -> bool {
    one == other || {
        let strip = |line| <[u8]>::strip_suffix(line, b"\r").unwrap_or(line);
        let lines = |text| <[u8]>::split(text, |byte| *byte == b'\n').map(strip);
        lines(one).eq(lines(other))
    }
}

/// Tells, without reading a file, whether it is the same as before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Key {
    /// Nothing is known.
    Unknown,
    /// A file on disk, with times in nanoseconds since 1970. Programs that set the time of modification back
    /// (`tar`, `rsync -t`, `git-restore-mtime`) still change `changed`.
    Stat {
        /// The size in bytes.
        size: u64,
        /// When the content was last changed.
        modified: i64,
        /// When the content or the attributes were last changed.
        changed: i64,
        /// The inode number.
        inode: u64,
    },
    /// A git blob: the first 20 bytes of its id, which is the whole id except in SHA-256 repositories.
    Blob([u8; 20]),
}

impl Key {
    /// Makes the key of a file on disk from the metadata of the standard library.
    #[cfg(unix)]
    #[must_use]
    pub fn of(meta: &std::fs::Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        let nanoseconds = |s: i64, n: i64| s.saturating_mul(1_000_000_000).saturating_add(n);
        Self::Stat {
            size: meta.size(),
            modified: nanoseconds(meta.mtime(), meta.mtime_nsec()),
            changed: nanoseconds(meta.ctime(), meta.ctime_nsec()),
            inode: meta.ino(),
        }
    }

    /// Like [`Key::of`], but from the system's `stat` of an entry of an open folder, which has the same numbers.
    #[cfg(unix)]
    #[allow(
        clippy::unnecessary_cast,
        clippy::cast_sign_loss,
        clippy::cast_possible_wrap,
        reason = "the types differ from system to system"
    )]
    pub(super) fn of_stat(stat: &rustix::fs::Stat) -> Self {
        let nanoseconds = |s: i64, n: i64| s.saturating_mul(1_000_000_000).saturating_add(n);
        Self::Stat {
            size: stat.st_size as u64,
            modified: nanoseconds(stat.st_mtime as i64, stat.st_mtime_nsec as i64),
            changed: nanoseconds(stat.st_ctime as i64, stat.st_ctime_nsec as i64),
            inode: stat.st_ino as u64,
        }
    }

    /// Makes the key of a file on disk on systems without inode numbers: two files of equal size and time that
    /// are swapped go unnoticed.
    #[cfg(not(unix))]
    #[must_use]
    pub fn of(meta: &std::fs::Metadata) -> Self {
        let since = |time: std::time::SystemTime| time.duration_since(std::time::UNIX_EPOCH).ok();
        let Some(modified) = meta.modified().ok().and_then(since) else { return Self::Unknown };
        let modified = i64::try_from(modified.as_nanos()).unwrap_or(i64::MAX);
        Self::Stat { size: meta.len(), modified, changed: modified, inode: 0 }
    }

    /// The size of a key in bytes.
    pub const BYTES: usize = 33;

    /// Returns the key as bytes: two keys are equal if their bytes are.
    #[must_use]
    pub fn bytes(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        match self {
            Self::Unknown => {}
            Self::Stat { size, modified, changed, inode } => {
                bytes[0] = 1;
                bytes[1..9].copy_from_slice(&size.to_le_bytes());
                bytes[9..17].copy_from_slice(&modified.to_le_bytes());
                bytes[17..25].copy_from_slice(&changed.to_le_bytes());
                bytes[25..].copy_from_slice(&inode.to_le_bytes());
            }
            Self::Blob(id) => {
                bytes[0] = 2;
                bytes[1..21].copy_from_slice(id);
            }
        }
        bytes
    }

    /// Whether a file with this key certainly still has the content that was read, given when reading began
    /// (nanoseconds since 1970).
    ///
    /// A file that was saved at that very moment may be saved again with the same times: the clock of a file
    /// system ticks every few milliseconds, that of old ones every two seconds (git calls such entries racy).
    #[must_use]
    pub fn is_settled(&self, read_at: i64) -> bool {
        const TICK: i64 = 2_000_000_000;
        match *self {
            Self::Unknown => false,
            Self::Stat { modified, changed, .. } => modified.max(changed).saturating_add(TICK) < read_at,
            Self::Blob(_) => true,
        }
    }
}

/// A vault in a folder on disk.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    /// Whether listings include keys, which costs a look at each file.
    keys: bool,
}

impl Folder {
    /// Makes a source of the folder at `root`.
    #[must_use]
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_path_buf(), keys: false }
    }

    /// Like [`Folder::new`], but listings have a key for each file.
    #[must_use]
    pub fn with_keys(root: &Path) -> Self {
        Self { root: root.to_path_buf(), keys: true }
    }
}

impl Source for Folder {
    fn list(&self) -> Result<Listing> {
        files::list(&self.root, self.keys)
    }

    fn list_to_read(&self) -> Result<Listing> {
        files::list(&self.root, false)
    }

    fn read(&self, path: &str, buffer: &mut Vec<u8>) -> io::Result<Key> {
        // Joined by hand: `join` would allocate three times for each file of the vault.
        let mut file = PathBuf::with_capacity(self.root.as_os_str().len() + 1 + path.len());
        file.push(&self.root);
        file.push(path);
        files::read(&file, buffer)
    }

    fn has(&self, path: &str) -> bool {
        self.root.join(path).exists()
    }

    fn setting(&self, path: &str) -> Option<String> {
        files::read_text(&super::on_disk(&self.root, path)).ok()
    }
}

/// A vault of texts in memory.
#[derive(Debug, Default)]
pub struct Texts {
    /// Paths and texts, in the order of paths.
    texts: Vec<(String, String)>,
}

impl Texts {
    /// Makes a vault of these paths and texts.
    #[must_use]
    pub fn new(texts: &[(&str, &str)]) -> Self {
        let mut texts: Vec<(String, String)> =
            texts.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        texts.sort();
        Self { texts }
    }

    /// Lists every file, as [`Source::list`] does.
    #[must_use]
    pub fn listing(&self) -> Listing {
        let files = self.texts.iter().filter(|(path, _)| !path.starts_with('.'));
        let file = |(path, _): &(String, String)| {
            let path = path.clone();
            files::File { path, readable: true, key: Key::Unknown }
        };
        Listing { files: files.map(file).collect(), ..Listing::default() }
    }

    fn find(&self, path: &str) -> Option<&str> {
        let at = self.texts.binary_search_by(|(own, _)| own.as_str().cmp(path)).ok()?;
        self.texts.get(at).map(|(_, text)| text.as_str())
    }
}

impl Source for Texts {
    fn list(&self) -> Result<Listing> {
        Ok(self.listing())
    }

    fn read(&self, path: &str, buffer: &mut Vec<u8>) -> io::Result<Key> {
        let text = self.find(path).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        buffer.clear();
        buffer.extend_from_slice(text.as_bytes());
        Ok(Key::Unknown)
    }

    fn has(&self, path: &str) -> bool {
        self.find(path).is_some()
    }

    fn setting(&self, path: &str) -> Option<String> {
        self.find(path).map(str::to_owned)
    }
}
