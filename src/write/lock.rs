//! The right to write into a vault, and what a run that was killed has left to be cleared away.
//!
//! The lock lies in the user's cache folder, so that nothing of portolan's lies in the vault. It is held by
//! the system for as long as the process lives: one that was killed holds nothing. What the file says is a
//! memo of what is being written.

use std::ffi::OsStr;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::beside::SUFFIX;
use super::disk::{Disk, Local};
use crate::error::{Error, Result};
use crate::text::digest::short_hash;
use crate::vault::on_disk;

/// What the name of a lock ends with.
pub(super) const LOCK: &str = ".lock";

/// After so long it is looked again whether a lock is free.
const PAUSE: Duration = Duration::from_millis(10);

/// What the name of a journal ends with while it is being written.
pub(super) const HALF_JOURNAL: &str = ".journal-tmp";

/// Where portolan keeps its own, and by what steps it writes.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The folder for locks and journals; `None` where the system names none, and nothing can be written.
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
    /// A file for what concerns a vault, by what its name ends with.
    fn file_of(&self, root: &Path, end: &str) -> Option<PathBuf> {
        let name = short_hash([root.as_os_str().as_encoded_bytes()]);
        Some(self.folder.as_ref()?.join(format!("{name}{end}")))
    }

    /// The journal of the vault whose canonical path this is.
    pub(super) fn journal(&self, root: &Path) -> Option<PathBuf> {
        self.file_of(root, ".journal")
    }

    /// The journal while it is being written.
    pub(super) fn half_journal(&self, root: &Path) -> Option<PathBuf> {
        self.file_of(root, HALF_JOURNAL)
    }

    /// Whether somebody is writing into the vault, or was when they were killed.
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
    /// What the file says.
    memos: Vec<Memo>,
}

/// What is being written: enough to tell afterwards what each of the two files holds.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Memo {
    /// The note, by its path in the vault.
    pub(super) note: String,
    /// The name of the temporary file beside it.
    pub(super) temporary: String,
    /// Digests of the note before and after; none before where it is made.
    pub(super) old: Option<String>,
    pub(super) new: String,
}

impl Lock {
    /// Takes the lock of the vault whose canonical path this is, and clears away what a killed run has left. Where
    /// another process has it, it is waited for as long as `patience` says.
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

    /// The same; `None` where another process has it.
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
        lock.clear();
        if let Some(half) = setting.half_journal(&lock.root).filter(|half| half.exists()) {
            // Nothing had happened yet. What cannot be removed stops the next one that needs its name.
            let _ = lock.disk.remove(&half);
        }
        Ok(Some(lock))
    }

    /// Writes down what is about to be written, so that a later run can clear it away.
    pub(super) fn begin(&mut self, memo: Memo) -> Result<()> {
        self.memos.push(memo);
        self.write_down().map_err(|e| {
            self.memos.pop();
            let hint = "free some space there: portolan writes nothing without its lock";
            Error::io("write into the lock", &self.path, e).with_hint(hint)
        })
    }

    /// Strikes out what is no longer there.
    pub(super) fn done(&mut self) {
        let root = &self.root;
        self.memos.retain(|memo| memo.temporary(root).is_some());
        // A memo of what is not there does no harm.
        let _ = self.write_down();
    }

    fn write_down(&mut self) -> std::io::Result<()> {
        let mut lines = Vec::new();
        for memo in &self.memos {
            serde_json::to_writer(&mut lines, memo)?;
            lines.push(b'\n');
        }
        // Behind an empty line nothing counts: a longer text may have stood there.
        lines.push(b'\n');
        self.disk.rewrite(&mut self.file, &lines)
    }

    fn clear(&mut self) {
        let mut left = Vec::new();
        // Where it cannot be read, nothing is known of, and nothing is taken away.
        let _ = self.file.read_to_end(&mut left);
        let lines = left.split(|byte| *byte == b'\n');
        self.memos = lines.map_while(|line| serde_json::from_slice(line).ok()).collect();
        if !self.memos.is_empty() {
            for memo in &self.memos {
                // What cannot be cleared away now is left to the next run.
                let _ = memo.settle(&self.root, &*self.disk);
            }
            self.done();
        }
    }
}

/// How often a lock is opened anew that seems to have been removed.
const TRIES: usize = 8;

/// Makes and takes the lock of this name; `None` where another process has it.
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
        // One that was removed after it was opened keeps nobody else out. On a file system that numbers an open file
        // otherwise than its name none ever seems to be there; none is removed there either, and the lock holds.
        tries += 1;
        if is_at(&file, path) || tries == TRIES {
            return Ok(taken.then_some(file));
        }
    }
}

/// Whether an open file is still the one of this name. Elsewhere than on Unix no lock is removed.
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

/// Removes a lock that nobody holds and that says nothing. It is held meanwhile, so that whoever wants to take
/// it sees that it is another one.
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
    let _ = std::fs::remove_file(path);
}

#[cfg(not(unix))]
pub(super) fn remove_unused(_path: &Path) {}

impl Memo {
    /// Takes the temporary file away. What lies under its name is the new text, whole or in part, or the old
    /// one; or, where the run was killed in the moment after it had swapped the two, what somebody else had
    /// saved in the moment before: that text gets its name back.
    fn settle(&self, root: &Path, disk: &dyn Disk) -> std::io::Result<()> {
        let Some((note, temporary)) = self.temporary(root) else { return Ok(()) };
        let digest = |path: &Path| disk.read(path).ok().map(|bytes| short_hash([&bytes[..]]));
        let swapped = self.old.is_some() && digest(&note).as_ref() == Some(&self.new);
        let foreign = || ![self.old.as_ref(), Some(&self.new)].contains(&digest(&temporary).as_ref());
        if swapped && foreign() { disk.rename(&temporary, &note) } else { disk.remove(&temporary) }
    }

    /// Where the note and its temporary file lie, if that is there.
    fn temporary(&self, root: &Path) -> Option<(PathBuf, PathBuf)> {
        let note = place(root, &self.note)?;
        let ours = self.temporary.starts_with('.') && self.temporary.ends_with(SUFFIX);
        let single = Path::new(&self.temporary).file_name() == Some(OsStr::new(&self.temporary));
        let temporary = note.with_file_name(&self.temporary);
        let there = std::fs::symlink_metadata(&temporary).is_ok();
        (ours && single && there && note.starts_with(root)).then_some((note, temporary))
    }
}

/// Where a note lies, or would lie, with all links followed.
pub(super) fn place(root: &Path, note: &str) -> Option<PathBuf> {
    let named = on_disk(root, note);
    let folder = || Some(named.parent()?.canonicalize().ok()?.join(named.file_name()?));
    named.canonicalize().ok().or_else(folder)
}

/// The user has no folder for what portolan keeps.
pub(super) fn no_folder() -> Error {
    Error::new("there is no folder for portolan's lock")
        .with_hint("name one with `XDG_CACHE_HOME=DIR`: nothing is written without it")
}

/// Portolan's folder among the caches of the user.
pub(super) fn own_folder() -> Option<PathBuf> {
    Some(cache_folder()?.join("portolan"))
}

/// The folder for caches: that of the XDG base directories, or of the system. Never one that others may write
/// into: what is kept there is believed.
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
    fn a_file_system_whose_numbers_differ_is_trusted() {
        let cache = tempfile::tempdir().unwrap();
        let path = cache.path().join("a.lock");
        let first = held(&path, |_, _| false).unwrap().expect("nobody has it");
        assert!(held(&path, |_, _| false).unwrap().is_none(), "it is held");
        drop(first);
        assert!(held(&path, |_, _| false).unwrap().is_some());
    }
}
