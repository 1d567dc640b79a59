//! The lock that gives the right to write into a vault, and the clearing up after a run that was killed.
//!
//! The lock is a file in the user's cache folder, so that portolan leaves no file in the vault. The system
//! holds it only while the process lives: a killed process holds nothing. The file contains a memo of what is
//! being written.

use std::ffi::OsStr;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::disk::{Disk, Local};
use super::temporary::SUFFIX;
use crate::error::{Error, Result};
use crate::text::digest::short_hash;
use crate::vault::on_disk;

/// How the name of a lock ends.
pub(super) const LOCK: &str = ".lock";

/// How long to wait before trying a busy lock again.
const PAUSE: Duration = Duration::from_millis(10);

/// How the name of a journal ends while it is being written.
pub(super) const HALF_JOURNAL: &str = ".journal-tmp";

/// Where locks and journals lie, and the disk that the writer uses.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The folder for locks and journals; `None` where the system names none, and then nothing can be
    /// written.
    pub folder: Option<PathBuf>,
    /// The disk.
    pub disk: Arc<dyn Disk>,
}

impl Default for Setting {
    /// The user's cache folder, and this machine's file system.
    fn default() -> Self {
        Self { folder: own_folder(), disk: Arc::new(Local) }
    }
}

impl Setting {
    /// Returns the path of a file that concerns the vault at `root`, whose name ends with `end`.
    fn file_of(&self, root: &Path, end: &str) -> Option<PathBuf> {
        let name = short_hash([root.as_os_str().as_encoded_bytes()]);
        Some(self.folder.as_ref()?.join(format!("{name}{end}")))
    }

    /// Returns the path of the vault's journal; `root` is canonical.
    pub(super) fn journal(&self, root: &Path) -> Option<PathBuf> {
        self.file_of(root, ".journal")
    }

    /// Returns the path of the journal while it is being written.
    pub(super) fn half_journal(&self, root: &Path) -> Option<PathBuf> {
        self.file_of(root, HALF_JOURNAL)
    }

    /// Whether a process is writing into the vault, or was killed while it did.
    pub(super) fn is_busy(&self, root: &Path) -> bool {
        let mut first = [b'\n'];
        if self.half_journal(root).is_some_and(|half| half.exists()) {
            return true;
        }
        let lock = self.file_of(root, LOCK).and_then(|path| File::open(path).ok());
        lock.is_some_and(|mut lock| lock.read_exact(&mut first).is_ok()) && first != *b"\n"
    }
}

/// The lock of a vault, held until it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
    path: PathBuf,
    root: PathBuf,
    disk: Arc<dyn Disk>,
    /// The memos in the file.
    memos: Vec<Memo>,
}

/// A write in progress: enough to tell afterwards what the note and its temporary file hold.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Memo {
    /// The note, by its path in the vault.
    pub(super) note: String,
    /// The name of the temporary file beside it.
    pub(super) temporary: String,
    /// The digest of the note before the write; `None` where the note is new.
    pub(super) old: Option<String>,
    pub(super) new: String,
}

impl Lock {
    /// Takes the lock of the vault whose canonical path is `root`, and clears up after a killed run. Waits up
    /// to `patience` for another process that holds it.
    pub(super) fn take(root: &Path, setting: &Setting, patience: Duration) -> Result<Self> {
        let start = Instant::now();
        loop {
            if let Some(lock) = Self::try_take(root, setting)? {
                return Ok(lock);
            }
            if start.elapsed() >= patience {
                let message = format!("another portolan is writing into `{}`", root.display());
                return Err(
                    Error::new(message).with_hint("wait until it is done, then run the command again")
                );
            }
            std::thread::sleep(PAUSE);
        }
    }

    /// Like [`Lock::take`], but without waiting: `None` where another process holds the lock. If this fails, nothing
    /// has been written yet, and nothing will be.
    pub(super) fn try_take(root: &Path, setting: &Setting) -> Result<Option<Self>> {
        let elsewhere = "name another folder for portolan's lock with `XDG_CACHE_HOME=DIR`";
        let (Some(folder), Some(path)) = (&setting.folder, setting.file_of(root, LOCK)) else {
            return Err(no_folder());
        };
        let io = |doing: &str, path: &Path, e| Error::io(doing, path, e).with_hint(elsewhere);
        std::fs::create_dir_all(folder).map_err(|e| io("make the folder", folder, e))?;
        let Some(file) = held(&path, is_at).map_err(|(doing, e)| io(doing, &path, e))? else {
            return Ok(None);
        };
        let (root, disk) = (root.to_path_buf(), Arc::clone(&setting.disk));
        let mut lock = Self { file, path, root, disk, memos: Vec::new() };
        lock.clear().map_err(|e| io("read the lock", &lock.path, e))?;
        if let Some(half) = setting.half_journal(&lock.root).filter(|half| half.exists()) {
            // Nothing had happened yet. If the file cannot be removed, the next batch fails to create it.
            let _ = lock.disk.remove(&half);
        }
        Ok(Some(lock))
    }

    /// Records a write before it begins, so that a later run can clear up after it.
    pub(super) fn begin(&mut self, memo: Memo) -> Result<()> {
        self.memos.push(memo);
        self.write_down().map_err(|e| {
            self.memos.pop();
            let hint = "free some space there: portolan writes nothing without its lock";
            Error::io("write into the lock", &self.path, e).with_hint(hint)
        })
    }

    /// Removes the memos whose temporary file is gone.
    pub(super) fn done(&mut self) {
        let root = &self.root;
        self.memos.retain(|memo| memo.temporary(root).is_some());
        // A memo of a file that is not there does no harm.
        let _ = self.write_down();
    }

    fn write_down(&mut self) -> std::io::Result<()> {
        let mut lines = Vec::new();
        for memo in &self.memos {
            serde_json::to_writer(&mut lines, memo)?;
            lines.push(b'\n');
        }
        // Lines behind an empty one do not count: they may be the rest of a longer text.
        lines.push(b'\n');
        self.disk.rewrite(&mut self.file, &lines)
    }

    /// Clears up after a killed run. Where the lock cannot be read, its memos must not be written over.
    fn clear(&mut self) -> std::io::Result<()> {
        let mut left = Vec::new();
        self.file.read_to_end(&mut left)?;
        let lines = left.split(|byte| *byte == b'\n');
        self.memos = lines.map_while(|line| serde_json::from_slice(line).ok()).collect();
        if !self.memos.is_empty() {
            for memo in &self.memos {
                // What cannot be cleared away now is left to the next run.
                let _ = memo.settle(&self.root, &*self.disk);
            }
            self.done();
        }
        Ok(())
    }
}

/// How often to open a lock again that seems to have been removed in the meantime.
const TRIES: usize = 8;

/// Creates and locks the file at `path`; `None` where another process holds it.
fn held(
    path: &Path,
    is_at: impl Fn(&File, &Path) -> bool,
) -> Result<Option<File>, (&'static str, std::io::Error)> {
    let mut tries = 0;
    loop {
        let options = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(path);
        let file = options.map_err(|e| ("make the lock", e))?;
        let taken = match file.try_lock() {
            Ok(()) => true,
            Err(TryLockError::WouldBlock) => false,
            Err(TryLockError::Error(e)) => return Err(("take the lock", e)),
        };
        // A lock that was removed after it was opened keeps nobody else out. On a file system that reports
        // another number for an open file than for its name, every lock seems to be removed. No lock is
        // removed there either (`remove_unused` compares the same numbers), so this one holds.
        tries += 1;
        if is_at(&file, path) || tries == TRIES {
            return Ok(taken.then_some(file));
        }
    }
}

/// Whether an open file is still the one at `path`. Locks are removed on Unix only.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let number = |meta: std::fs::Metadata| (meta.dev(), meta.ino());
    let (own, there) = (file.metadata().map(number), std::fs::metadata(path).map(number));
    matches!((own, there), (Ok(own), Ok(there)) if own == there)
}

#[cfg(not(unix))]
fn is_at(_file: &File, _path: &Path) -> bool {
    true
}

/// Removes a lock that nobody holds and that has no memo. It is held during the removal, so that a process
/// that takes it in this moment notices that it is no longer the file of this name.
#[cfg(unix)]
pub(super) fn remove_unused(path: &Path) {
    let Ok(mut file) = OpenOptions::new().read(true).write(true).open(path) else { return };
    let mut first = [b'\n'];
    if file.try_lock().is_err()
        || !is_at(&file, path)
        || (file.read_exact(&mut first).is_ok() && first != *b"\n")
    {
        return;
    }
    // Whoever needs the lock later makes it again.
    let _ = std::fs::remove_file(path);
}

#[cfg(not(unix))]
pub(super) fn remove_unused(_path: &Path) {}

impl Memo {
    /// Removes the temporary file, which holds the new text, whole or in part, or the old one. It may also
    /// hold what another program had saved just before the two files were swapped, where the run was killed
    /// just after; that text gets its name back.
    fn settle(&self, root: &Path, disk: &dyn Disk) -> std::io::Result<()> {
        let Some((note, temporary)) = self.temporary(root) else { return Ok(()) };
        let digest = |path: &Path| disk.read(path).ok().map(|bytes| short_hash([&bytes[..]]));
        let swapped = self.old.is_some() && digest(&note).as_ref() == Some(&self.new);
        let foreign = || ![self.old.as_ref(), Some(&self.new)].contains(&digest(&temporary).as_ref());
        if swapped && foreign() { disk.rename(&temporary, &note) } else { disk.remove(&temporary) }
    }

    /// Returns the paths of the note and of its temporary file, if the latter exists.
    fn temporary(&self, root: &Path) -> Option<(PathBuf, PathBuf)> {
        let note = place(root, &self.note)?;
        let ours = self.temporary.starts_with('.') && self.temporary.ends_with(SUFFIX);
        let single = Path::new(&self.temporary).file_name() == Some(OsStr::new(&self.temporary));
        let temporary = note.with_file_name(&self.temporary);
        let there = std::fs::symlink_metadata(&temporary).is_ok();
        (ours && single && there && note.starts_with(root)).then_some((note, temporary))
    }
}

/// Returns the path where a note lies, or would lie, with all links resolved.
pub(super) fn place(root: &Path, note: &str) -> Option<PathBuf> {
    let named = on_disk(root, note);
    let folder = || Some(named.parent()?.canonicalize().ok()?.join(named.file_name()?));
    named.canonicalize().ok().or_else(folder)
}

/// Returns the error for a user who has no folder for caches.
pub(super) fn no_folder() -> Error {
    Error::new("there is no folder for portolan's lock")
        .with_hint("name one with `XDG_CACHE_HOME=DIR`: nothing is written without it")
}

/// Returns portolan's folder among the caches of the user.
pub(super) fn own_folder() -> Option<PathBuf> {
    Some(cache_folder()?.join("portolan"))
}

/// Returns the folder for caches: that of the XDG base directories, or of the system. It is never one that
/// others may write into, because what is kept there is trusted.
fn cache_folder() -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    variable("XDG_CACHE_HOME")
        .or_else(|| variable("LOCALAPPDATA"))
        .or_else(|| std::env::home_dir().filter(|home| home.is_absolute()).map(|home| home.join(".cache")))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_that_was_removed_keeps_nobody_out() {
        let dir = tempfile::tempdir().unwrap();
        let setting = Setting { folder: Some(dir.path().to_path_buf()), disk: Arc::new(Local) };
        let root = Path::new("/v");
        let path = setting.file_of(root, LOCK).unwrap();
        std::fs::write(&path, "\n").unwrap();
        let opened_before = File::open(&path).unwrap();
        opened_before.try_lock().unwrap();
        assert!(Lock::try_take(root, &setting).unwrap().is_none(), "somebody holds it");
        std::fs::remove_file(&path).unwrap();
        assert!(!is_at(&opened_before, &path));
        let lock = Lock::try_take(root, &setting).unwrap().expect("that one is another one");
        assert!(is_at(&lock.file, &path));
        remove_unused(&path);
        assert!(path.exists(), "it is held");
        drop(lock);
        remove_unused(&path);
        assert!(!path.exists());
    }

    #[test]
    fn a_lock_that_cannot_be_read_gives_no_right_to_write() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.lock");
        std::fs::write(&path, "a memo").unwrap();
        let file = OpenOptions::new().write(true).open(&path).unwrap();
        let (root, disk) = (dir.path().to_path_buf(), Arc::new(Local));
        let mut lock = Lock { file, path: path.clone(), root, disk, memos: Vec::new() };
        assert!(lock.clear().is_err());
        assert_eq!(std::fs::read_to_string(path).unwrap(), "a memo");
    }

    #[test]
    fn a_file_system_whose_numbers_differ_is_trusted() {
        let cache = tempfile::tempdir().unwrap();
        let path = cache.path().join("a.lock");
        let first = held(&path, |_, _| false).unwrap().expect("nobody has it");
        assert!(held(&path, |_, _| false).unwrap().is_none(), "it is held");
        drop(first);
        assert!(held(&path, |_, _| false).unwrap().is_some());
    }
}
