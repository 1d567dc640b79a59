//! Creates new files, and replaces portolan's own files.

use std::path::Path;

use super::disk::Disk;
use super::lock::Memo;
use super::temporary::{Like, put, temporary_name};
use super::{Writer, refused};
use crate::error::{Error, Result};
use crate::vault::on_disk;

impl Writer {
    /// Creates a note, and the folders that it lies in. It never overwrites anything, and the note appears
    /// whole or not at all.
    ///
    /// # Errors
    /// Something has the path already, it lies outside of the vault, or the disk refuses.
    pub fn create_note(&mut self, note: &str, text: &str) -> Result<()> {
        let path = on_disk(&self.root, note);
        let refuse = |why: &str| Err(Error::new(format!("cannot make `{note}`: {why}")));
        let Some(folder) = path.parent() else { return refuse("it is not a path in the vault") };
        let there = folder.ancestors().find(|folder| folder.exists()).map(Path::canonicalize);
        if !there.is_some_and(|there| there.is_ok_and(|there| there.starts_with(&self.root))) {
            return refuse("it lies outside of the vault");
        }
        let disk = self.disk();
        let mut missing: Vec<&Path> = folder.ancestors().take_while(|folder| !folder.exists()).collect();
        missing.reverse();
        let made = missing.iter().try_for_each(|folder| {
            disk.make_folder(folder).map_err(|e| refused("make the folder", folder, e))
        });
        let written = made.and_then(|()| {
            let memo = Memo::new(note, None, text);
            let temporary = path.with_file_name(&memo.temporary);
            self.lock.begin(memo)?;
            let written = appear(&temporary, &path, text, Like::Usual, &*disk);
            self.lock.done();
            written
        });
        written.inspect_err(|_| {
            for folder in missing.iter().rev() {
                // Somebody may have put a file into it.
                let _ = disk.remove_folder(folder);
            }
        })
    }
}

/// Writes `text` under the temporary name, flushes it, and renames it to `path` if nothing has that name.
fn appear(temporary: &Path, path: &Path, text: &str, like: Like<'_>, disk: &dyn Disk) -> Result<()> {
    put(temporary, |to| to.write_all(text.as_bytes()), like, disk, || disk.rename_new(temporary, path))
        .map_err(|e| refused("make", path, e))?;
    // A bare file name has an empty parent, which means the working directory.
    let folder =
        path.parent().map(|folder| if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
    folder.map_or(Ok(()), |folder| disk.sync_folder(folder)).map_err(|e| Error::io("flush", path, e))
}

/// Replaces a file that is not a note of the vault, such as a baseline or the result of a merge; it appears
/// whole, old or new. Where `path` is a link, the file that it leads to is replaced.
///
/// # Errors
/// The disk refuses. The file is as it was.
pub fn replace_file(path: &Path, text: impl AsRef<[u8]>, disk: &dyn Disk) -> Result<()> {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let temporary = path.with_file_name(temporary_name());
    let there = std::fs::metadata(&path);
    let like = there.as_ref().map_or(Like::Usual, Like::Other);
    put(&temporary, |to| to.write_all(text.as_ref()), like, disk, || disk.rename(&temporary, &path))
        .map_err(|e| refused("write", &path, e))
}

/// Creates a new file that is not a note, such as `portolan.toml`: whole or not at all.
///
/// # Errors
/// The file is there already, or cannot be made.
pub fn create(path: &Path, text: &str, disk: &dyn Disk) -> Result<()> {
    appear(&path.with_file_name(temporary_name()), path, text, Like::Usual, disk)
}

/// Creates a copy of the file `of` with the text that it had when it was read. Only those who may read the
/// original may read the copy.
///
/// # Errors
/// The file has gone, or the copy is there already or cannot be made.
pub(super) fn create_copy(of: &Path, path: &Path, text: &str, disk: &dyn Disk) -> Result<()> {
    let like = std::fs::metadata(of).map_err(|e| refused("read", of, e))?;
    appear(&path.with_file_name(temporary_name()), path, text, Like::Other(&like), disk)
}
