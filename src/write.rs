//! The only module that writes into a vault.
//!
//! A crash, a full disk or an editor that saves at the same moment must never cost a line of a note. So the
//! writer reads the note again, compares it with the text that the edits were made for, writes the new text
//! to a file beside it, flushes that to the disk, and only then renames it over the note. Deciding *what* to
//! write is the business of the planners; this module only moves bytes.
//!
//! An editor may save between the last comparison and the rename. So the two files swap their names where the
//! system can do that, and the displaced file is compared once more (`replace`). An editor that empties the
//! note when it opens it, as most editors do that write in place, is noticed however slowly it writes. An
//! editor that overwrites an open file is noticed until that last comparison.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::error::{Error, Result};
use crate::text::edit::Edits;

pub mod backup;
pub mod cache;
mod create;
pub mod disk;
pub mod hook;
pub mod journal;
mod lock;
pub mod merge_driver;
mod replace;
mod temporary;

pub use create::{create, replace_file};
pub use lock::Setting;

use disk::Disk;
use lock::{Lock, Memo};
use replace::Target;

/// Writes notes of one vault and holds the vault's lock, so that only one process writes at a time.
#[derive(Debug)]
pub struct Writer {
    root: PathBuf,
    setting: Setting,
    /// Held until the writer is dropped; the system frees it when a process is killed.
    lock: Lock,
}

/// How long a command waits for another process that is writing.
const PATIENCE: Duration = Duration::from_secs(2);

impl Writer {
    /// Takes the lock of the vault at `root`, and removes temporary files that a killed run has left. Waits
    /// up to two seconds for another portolan that is writing: most are done in a moment.
    ///
    /// # Errors
    /// Another portolan goes on writing into the vault, or the lock cannot be made.
    pub fn open(root: &Path) -> Result<Self> {
        Self::open_within(root, Setting::default(), PATIENCE)
    }

    /// Like [`Writer::open`], but without waiting, for a caller that tries again later.
    ///
    /// # Errors
    /// As [`Writer::open`].
    pub fn open_now(root: &Path) -> Result<Self> {
        Self::open_with(root, Setting::default())
    }

    /// Like [`Writer::open_now`], but with the folder for locks and the disk that `setting` names.
    ///
    /// # Errors
    /// As [`Writer::open`].
    pub fn open_with(root: &Path, setting: Setting) -> Result<Self> {
        Self::open_within(root, setting, Duration::ZERO)
    }

    fn open_within(root: &Path, setting: Setting, patience: Duration) -> Result<Self> {
        let root = root.canonicalize().map_err(|e| refused("open the vault", root, e))?;
        let lock = Lock::take(&root, &setting, patience)?;
        Ok(Self { root, setting, lock })
    }

    fn disk(&self) -> Arc<dyn Disk> {
        Arc::clone(&self.setting.disk)
    }

    /// Checks that a note may be written and is still the text that its edits were made for.
    ///
    /// # Errors
    /// It lies outside of the vault, is read-only, has several hard links, or has changed.
    pub fn check(&self, note: &str, old: &str) -> Result<()> {
        Target::of(&self.root, note, old, &*self.setting.disk).map(|_| ())
    }

    /// Applies `edits` to a note. Writes nothing where the note no longer has the text `old` that they were
    /// made for.
    ///
    /// # Errors
    /// [`Writer::check`] fails, or the disk refuses. The note is then as it was, or as another program has
    /// saved it meanwhile.
    pub fn write(&mut self, note: &str, old: &str, edits: &Edits) -> Result<()> {
        let disk = self.disk();
        let target = Target::of(&self.root, note, old, &*disk)?;
        let new = edits
            .apply(old)
            .ok_or_else(|| Error::new(format!("cannot write `{note}`: an edit does not fit its text")))?;
        if new == old {
            return Ok(());
        }
        let memo = Memo::new(note, Some(old), &new);
        let temporary = memo.temporary.clone();
        self.lock.begin(memo)?;
        let written = target.replace(&temporary, old, &new, &*disk);
        self.lock.done();
        written
    }
}

/// Returns the error for a step that the system has refused, with a hint at the way out.
fn refused(doing: &str, path: &Path, error: std::io::Error) -> Error {
    let hint = match error.kind() {
        ErrorKind::PermissionDenied => {
            Some("make its folder writable: portolan puts a file beside the note and renames it")
        }
        ErrorKind::ReadOnlyFilesystem => Some("mount the file system for writing"),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            Some("make room, then run the command again; nothing is lost, the file is as it was")
        }
        ErrorKind::NotFound => Some("run the command again; it was there a moment ago"),
        _ => None,
    };
    let told = Error::io(doing, path, error);
    match hint {
        Some(hint) => told.with_hint(hint),
        None => told,
    }
}
