//! Makes notes that are not there yet.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use super::{Writer, beside};
use crate::error::{Error, Result};
use crate::vault::on_disk;

impl Writer {
    /// Makes a note, and the folders that it lies in. What is there is never overwritten, and the note is
    /// whole or not there.
    ///
    /// # Errors
    /// Something has the path already, it lies outside of the vault, or the disk refuses.
    pub fn create_note(&mut self, note: &str, text: &str) -> Result<()> {
        let path = on_disk(&self.root, note);
        let refuse = |why: &str| Err(Error::new(format!("cannot make `{note}`: {why}")));
        let Some(folder) = path.parent() else { return refuse("it is no path in the vault") };
        let there = folder.ancestors().find(|folder| folder.exists()).map(Path::canonicalize);
        if !there.is_some_and(|there| there.is_ok_and(|there| there.starts_with(&self.root))) {
            return refuse("it lies outside of the vault");
        }
        std::fs::create_dir_all(folder).map_err(|e| Error::io("make the folder", folder, e))?;
        let temporary = beside(&path);
        self.note_temporary(&temporary.to_string_lossy());
        let written = appear(&temporary, &path, text.as_bytes());
        // Gone already where it was renamed.
        let _ = std::fs::remove_file(&temporary);
        self.note_temporary("");
        written.map_err(|e| Error::io("make", &path, e))
    }
}

/// The text under the temporary name, on the disk, then under its own, if that is free.
fn appear(temporary: &Path, path: &Path, text: &[u8]) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).open(temporary)?;
    file.write_all(text)?;
    file.sync_all()?;
    drop(file);
    // A second name, unlike a new one, is refused where something has it. Not every file system has them.
    match std::fs::hard_link(temporary, path) {
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => Err(e),
        Err(_) if std::fs::symlink_metadata(path).is_err() => std::fs::rename(temporary, path),
        other => other,
    }
}
