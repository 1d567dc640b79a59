//! Replaces the text of a note as a whole, and only a text that the edits were planned for.

use std::fs::Metadata;
use std::path::{Path, PathBuf};

use super::disk::Disk;
use super::lock::Memo;
use super::refused;
use super::temporary::{Like, prepare, temporary_name};
use crate::error::{Error, Result, plain};
use crate::text::digest::short_hash;

/// A note that has been found to be writable.
pub(super) struct Target<'n> {
    note: &'n str,
    path: PathBuf,
    meta: Metadata,
}

impl<'n> Target<'n> {
    /// Finds the note on the disk, and checks that it may be written and has the text `old`.
    pub(super) fn of(root: &Path, note: &'n str, old: &str, disk: &dyn Disk) -> Result<Self> {
        let named = crate::vault::on_disk(root, note);
        let path = named.canonicalize().map_err(|e| refused("write", &named, e))?;
        let refuse = |why: &str| Err(Error::new(format!("cannot write `{note}`: {why}")));
        if !path.starts_with(root) {
            return refuse("it lies outside of the vault");
        }
        let meta = std::fs::metadata(&path).map_err(|e| refused("read", &path, e))?;
        if !meta.is_file() {
            return refuse("it is not a regular file");
        }
        if meta.permissions().readonly() {
            return refuse("it is read-only; make it writable first");
        }
        if hard_links(&meta) > 1 {
            return refuse("it has several hard links, and only one of them would get the new text");
        }
        let target = Self { note, path, meta };
        target.unchanged(old, disk)?;
        Ok(target)
    }

    fn unchanged(&self, old: &str, disk: &dyn Disk) -> Result<()> {
        let now = disk.read(&self.path).map_err(|e| refused("read", &self.path, e))?;
        if now == old.as_bytes() { Ok(()) } else { Err(self.changed()) }
    }

    fn changed(&self) -> Error {
        Error::new(format!("cannot write `{}`: it has changed since it was read", self.note))
            .with_hint("run the command again")
    }

    /// Writes the new text to the temporary file, flushes it, and gives it the name of the note.
    pub(super) fn replace(&self, temporary: &str, old: &str, new: &str, disk: &dyn Disk) -> Result<()> {
        let temporary = self.path.with_file_name(temporary);
        prepare(&temporary, |to| to.write_all(new.as_bytes()), Like::Other(&self.meta), disk)
            .map_err(|e| refused("write", &self.path, e))?;
        // Somebody may have saved while the new text was being written.
        self.unchanged(old, disk).inspect_err(|_| {
            let _ = disk.remove(&temporary);
        })?;
        self.exchange(&temporary, old, new, disk)?;
        self.path.parent().map_or(Ok(()), |folder| disk.sync_folder(folder)).map_err(|e| {
            let error = Error::io("flush", &self.path, e);
            error.with_hint("check the disk: the note has its new text, but the disk has not confirmed it")
        })
    }

    /// Gives the new text the name of the note. Where the system can, the two files swap their names, and the
    /// displaced file is compared with `old` afterwards: if somebody has saved in the very last moment, the
    /// names are swapped back, and nothing is lost. Elsewhere a save between the last comparison and the
    /// rename, which follow each other at once, would be lost.
    fn exchange(&self, temporary: &Path, old: &str, new: &str, disk: &dyn Disk) -> Result<()> {
        let io = |e| refused("write", &self.path, e);
        let give_up = |e| {
            // A failed step should have changed nothing. If it did all the same, the file there is not ours
            // to remove.
            if disk.read(temporary).is_ok_and(|bytes| bytes == new.as_bytes()) {
                let _ = disk.remove(temporary);
            }
            Err(io(e))
        };
        match disk.swap(&self.path, temporary) {
            Ok(()) => {}
            Err(e) if e.kind() == std::io::ErrorKind::Unsupported => {
                return disk.rename(temporary, &self.path).or_else(give_up);
            }
            Err(e) => return give_up(e),
        }
        // The text that the note has now, and the text that should have been displaced.
        let (mut given, mut expected) = (new.as_bytes().to_vec(), old.as_bytes().to_vec());
        for round in 0..MAX_ROUNDS {
            let displaced = disk.read(temporary).map_err(|e| self.kept(temporary, &e))?;
            if displaced == expected {
                // Nobody misses this file. The next run tries again if the removal fails.
                let _ = disk.remove(temporary);
                return if round == 0 { Ok(()) } else { Err(self.changed()) };
            }
            disk.swap(&self.path, temporary).map_err(|e| self.kept(temporary, &e))?;
            expected = std::mem::replace(&mut given, displaced);
        }
        Err(self.kept(temporary, &std::io::Error::other("it is saved faster than it can be read")))
    }

    /// Returns the error for a displaced file that could not be read or put back: it stays, and the error
    /// names it.
    fn kept(&self, temporary: &Path, error: &std::io::Error) -> Error {
        let name = temporary.file_name().unwrap_or_default().to_string_lossy();
        let why = plain(error);
        Error::new(format!("`{}` was written while somebody else may have saved it: {why}", self.note))
            .with_hint(format!(
                "run any portolan command to try again; `{name}` beside it holds the text that it had"
            ))
    }
}

/// How often to swap again. Only a program saves that often between two steps.
const MAX_ROUNDS: usize = 16;

impl Memo {
    /// Records what must be known about a write if it is interrupted.
    pub(super) fn new(note: &str, old: Option<&str>, new: &str) -> Self {
        let digest = |text: &str| short_hash([text.as_bytes()]);
        Self { note: note.to_owned(), temporary: temporary_name(), old: old.map(digest), new: digest(new) }
    }
}

#[cfg(unix)]
fn hard_links(meta: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(meta)
}

#[cfg(not(unix))]
fn hard_links(_meta: &Metadata) -> u64 {
    1
}
