//! The only writer of the vault.
//!
//! Notes are people's own text: a crash, a full disk or an editor that saves at the same moment must
//! never cost a line. So a note is read again and compared with the text that its edits were made
//! for, the new text goes to a file beside it and to the disk, and only then takes the name of the
//! note. Deciding *what* to write is the business of the planners; this module only moves bytes.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::text::digest::short_hash;
use crate::text::edit::Edits;

pub mod cache;
mod create;
pub mod driver;
pub mod hook;
pub mod journal;

/// Writes notes of one vault, one process at a time.
#[derive(Debug)]
pub struct Writer {
    root: PathBuf,
    /// Held until the writer is dropped; the system frees it when a process is killed.
    lock: File,
}

impl Writer {
    /// Takes the right to write into a vault. Temporary files that a killed run has left are removed.
    ///
    /// # Errors
    /// Another portolan is writing into the vault, or the lock cannot be made.
    pub fn open(root: &Path) -> Result<Self> {
        let root = root.canonicalize().map_err(|e| Error::io("open the vault", root, e))?;
        let path = lock_path(&root)?;
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .map_err(|e| Error::io("make the lock", &path, e))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => {
                let message = format!("another portolan is writing into `{}`", root.display());
                return Err(Error::new(message).hint("wait until it is done, then run the command again"));
            }
            Err(std::fs::TryLockError::Error(e)) => return Err(Error::io("take the lock", &path, e)),
        }
        let mut writer = Self { root, lock };
        writer.sweep();
        Ok(writer)
    }

    /// Removes the temporary file that the lock file says was being written.
    fn sweep(&mut self) {
        let mut left = String::new();
        if self.lock.read_to_string(&mut left).is_ok() && !left.is_empty() {
            let path = Path::new(left.trim_end());
            let ours = path.file_name().is_some_and(|n| n.to_string_lossy().ends_with(SUFFIX));
            if ours && path.starts_with(&self.root) {
                // It may be gone already.
                let _ = std::fs::remove_file(path);
            }
        }
        self.note_temporary("");
    }

    /// Writes down which temporary file is about to be made, so that a later run can remove it.
    fn note_temporary(&mut self, path: &str) {
        // Without the memo a killed run may leave a dot file behind; nothing worse.
        let _ = self.lock.set_len(0);
        let _ = self.lock.seek(SeekFrom::Start(0));
        let _ = self.lock.write_all(path.as_bytes());
    }

    /// Checks that a note may be written and is still the text that its edits were made for.
    ///
    /// # Errors
    /// It lies outside of the vault, is read-only, has several hard links, or has changed.
    pub fn check(&self, note: &str, old: &str) -> Result<()> {
        self.target(note, old).map(|_| ())
    }

    /// Applies edits to a note. Where the note has not the text that they were made for, nothing is
    /// written.
    ///
    /// # Errors
    /// What [`Writer::check`] says, or the disk refuses. The note is as it was.
    pub fn write(&mut self, note: &str, old: &str, edits: &Edits) -> Result<()> {
        let target = self.target(note, old)?;
        let new = edits
            .apply(old)
            .ok_or_else(|| Error::new(format!("cannot write `{note}`: an edit does not fit its text")))?;
        let temporary = beside(&target.path);
        self.note_temporary(&temporary.to_string_lossy());
        let written = replace(&target, &temporary, new.as_bytes(), old);
        if written.is_err() {
            // Nothing is to be done if even that fails: the next run tries again.
            let _ = std::fs::remove_file(&temporary);
        }
        self.note_temporary("");
        written.map_err(|e| Error::io("write", &target.path, e))
    }

    /// Where a note lies on disk, once it is known that it may be written.
    fn target(&self, note: &str, old: &str) -> Result<Target> {
        let named = crate::vault::on_disk(&self.root, note);
        let path = named.canonicalize().map_err(|e| Error::io("write", &named, e))?;
        let refuse = |why: &str| Err(Error::new(format!("cannot write `{note}`: {why}")));
        if !path.starts_with(&self.root) {
            return refuse("it lies outside of the vault");
        }
        let meta = std::fs::metadata(&path).map_err(|e| Error::io("read", &path, e))?;
        if meta.permissions().readonly() {
            return refuse("it is read-only");
        }
        if hard_links(&meta) > 1 {
            return refuse("it has several hard links, and only one of them would get the new text");
        }
        let now = std::fs::read(&path).map_err(|e| Error::io("read", &path, e))?;
        if now != old.as_bytes() {
            return refuse("it has changed since it was read; run the command again");
        }
        Ok(Target { path, permissions: meta.permissions() })
    }
}

/// A note on disk that may be written.
struct Target {
    path: PathBuf,
    permissions: std::fs::Permissions,
}

/// What the names of temporary files end with.
const SUFFIX: &str = ".portolan-tmp";

fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}{SUFFIX}"))
}

/// The new text under the temporary name, on the disk, then under the name of the note.
fn replace(target: &Target, temporary: &Path, new: &[u8], old: &str) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).open(temporary)?;
    file.write_all(new)?;
    file.set_permissions(target.permissions.clone())?;
    file.sync_all()?;
    drop(file);
    // Somebody may have saved while the new text was being written.
    if std::fs::read(&target.path)? != old.as_bytes() {
        return Err(std::io::Error::other("it has changed since it was read; run the command again"));
    }
    std::fs::rename(temporary, &target.path)?;
    if let Some(folder) = target.path.parent() {
        // The name itself must reach the disk too. Systems that cannot open a folder do without.
        if let Ok(folder) = File::open(folder) {
            let _ = folder.sync_all();
        }
    }
    Ok(())
}

#[cfg(unix)]
fn hard_links(meta: &std::fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(meta)
}

#[cfg(not(unix))]
fn hard_links(_meta: &std::fs::Metadata) -> u64 {
    1
}

/// The lock of a vault: in the user's cache folder, so that nothing of portolan's lies in the vault.
fn lock_path(root: &Path) -> Result<PathBuf> {
    let folder = cache_folder().join("portolan");
    std::fs::create_dir_all(&folder).map_err(|e| Error::io("make the folder", &folder, e))?;
    let name = short_hash([root.as_os_str().as_encoded_bytes()]);
    Ok(folder.join(format!("{name}.lock")))
}

/// The folder for caches: that of the XDG base directories, or of the system.
fn cache_folder() -> PathBuf {
    let variable = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    variable("XDG_CACHE_HOME")
        .or_else(|| variable("LOCALAPPDATA"))
        .or_else(|| variable("HOME").map(|home| home.join(".cache")))
        .unwrap_or_else(std::env::temp_dir)
}

/// Writes a file that is no note of the vault, such as a baseline or what git wants merged: whole, old or
/// new.
///
/// # Errors
/// The disk refuses. The file is as it was.
pub fn replace_file(path: &Path, text: impl AsRef<[u8]>) -> Result<()> {
    let temporary = beside(path);
    let written = std::fs::write(&temporary, text).and_then(|()| std::fs::rename(&temporary, path));
    written.map_err(|e| {
        // Nothing is to be done if even that fails.
        let _ = std::fs::remove_file(&temporary);
        Error::io("write", path, e)
    })
}

/// Creates a file that is not there yet, such as `portolan.toml`.
///
/// # Errors
/// The file is there already, or cannot be made.
pub fn create(path: &Path, text: &str) -> Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .map_err(|e| Error::io("create", path, e))?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(|e| Error::io("write", path, e))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::edit::Edit;
    use crate::text::span::Span;

    fn one_edit() -> Edits {
        [Edit::replace(Span::new(0, 3), "new")].into_iter().collect()
    }

    #[test]
    fn writes_whole_and_leaves_nothing_behind() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a.md"), "old text").unwrap();
        let mut writer = Writer::open(dir.path()).unwrap();
        writer.write("a.md", "old text", &one_edit()).unwrap();
        assert_eq!(std::fs::read_to_string(dir.path().join("a.md")).unwrap(), "new text");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
        assert!(Writer::open(dir.path()).unwrap_err().to_string().contains("another portolan"));
    }

    #[test]
    fn refuses_what_has_changed_is_read_only_or_lies_outside() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.md");
        std::fs::write(&path, "other text").unwrap();
        let mut writer = Writer::open(dir.path()).unwrap();
        let refused = |result: Result<()>, why: &str| {
            let message = result.unwrap_err().to_string();
            assert!(message.contains(why), "{message}");
        };
        refused(writer.write("a.md", "old text", &one_edit()), "has changed");
        refused(writer.write("../a.md", "x", &one_edit()), "cannot write");
        let mut permissions = std::fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        std::fs::set_permissions(&path, permissions).unwrap();
        refused(writer.write("a.md", "other text", &one_edit()), "read-only");
    }

    #[test]
    fn a_killed_runs_temporary_file_is_swept() {
        let dir = tempfile::tempdir().unwrap();
        let left = dir.path().join(".a.md.portolan-tmp");
        std::fs::write(&left, "half").unwrap();
        let mut writer = Writer::open(dir.path()).unwrap();
        let root = writer.root.clone();
        writer.note_temporary(&root.join(".a.md.portolan-tmp").to_string_lossy());
        drop(writer);
        drop(Writer::open(dir.path()).unwrap());
        assert!(!left.exists());
    }
}
