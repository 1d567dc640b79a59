//! Files that portolan keeps between two runs, in the user's cache folder and never inside the vault.
//!
//! No failure here needs to be reported: a file that cannot be read or written counts as missing, and the
//! caller does the work again.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::disk::{Disk as _, Local};
use super::lock::{HALF_JOURNAL, LOCK, own_folder, remove_unused};
use super::temporary::{Like, SUFFIX, put, temporary_name};
use crate::text::digest::short_hash;
use crate::text::store::{StoreFile, Writing};

/// A file of the cache for one vault and one purpose, with a smaller file beside it for later additions.
#[derive(Clone, Debug)]
pub struct Cache {
    path: PathBuf,
}

impl Cache {
    /// After this time without a write a file is removed, because its vault may be gone.
    const AGE: Duration = Duration::from_secs(90 * 24 * 60 * 60);

    /// Returns the cache of the vault at `root` for `purpose`; `None` where the vault or the cache folder
    /// cannot be found.
    #[must_use]
    pub fn of(root: &Path, purpose: &str) -> Option<Self> {
        let root = root.canonicalize().ok()?;
        let name = short_hash([root.as_os_str().as_encoded_bytes()]);
        Some(Self { path: own_folder()?.join(format!("{name}.{purpose}")) })
    }

    /// Whether the main file exists.
    #[must_use]
    pub fn is_there(&self) -> bool {
        self.path.exists()
    }

    /// Reads the main file.
    #[must_use]
    pub fn read(&self) -> Option<Vec<u8>> {
        std::fs::read(&self.path).ok()
    }

    /// Reads the file beside it.
    #[must_use]
    pub fn read_beside(&self) -> Option<Vec<u8>> {
        std::fs::read(self.beside()).ok()
    }

    /// Writes the main file, or the one beside it, as `place` says.
    pub fn keep(&self, place: StoreFile, new: Writing<'_>) {
        match place {
            StoreFile::Beside => {
                write(&self.beside(), new);
            }
            StoreFile::Whole => {
                if write(&self.path, new) {
                    // The file beside belongs to the previous main file. Most often there is none.
                    let _ = std::fs::remove_file(self.beside());
                }
                if let Some(folder) = self.path.parent() {
                    sweep(folder);
                }
            }
        }
    }

    fn beside(&self) -> PathBuf {
        beside(&self.path)
    }
}

/// Writes a list of notes for git where a command line has no room for them: each path followed by a zero
/// byte (`--pathspec-file-nul`). Returns its path, or `None` where it cannot be written. Only the last list
/// of a vault is kept, and the name of a list depends on its notes, so a command that was shown earlier can
/// never restore other notes.
#[must_use]
pub fn list_for_git(root: &Path, notes: &[&str]) -> Option<PathBuf> {
    let own = short_hash(notes.iter().flat_map(|note| [note.as_bytes(), b"\0"]));
    let path = Cache::of(root, &format!("{own}.{LIST}"))?.path;
    let folder = path.parent()?;
    let vault = path.file_name()?.to_str()?.split_once('.')?.0;
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let is_older =
            |name: &str| name.ends_with(LIST) && name.split_once('.').is_some_and(|(of, _)| of == vault);
        if name.to_str().is_some_and(is_older) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
    let written = write(&path, |to| {
        let mut each = notes.iter();
        each.try_for_each(|note| to.write_all(note.as_bytes()).and_then(|()| to.write_all(b"\0")))
    });
    written.then_some(path)
}

/// Returns the path of the file beside another one.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(BESIDE);
    name.into()
}

/// Writes a file, and returns whether that worked. Where several processes write at once the last one wins,
/// and no reader sees half a file. Only its owner may read it, because findings quote notes.
fn write(path: &Path, new: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> bool {
    let Some(folder) = path.parent() else { return false };
    let temporary = folder.join(temporary_name());
    let made = std::fs::create_dir_all(folder);
    made.and_then(|()| put(&temporary, new, Like::Private, &Local, || Local.rename(&temporary, path))).is_ok()
}

/// The purpose of the verdict that `check` keeps for a folder on disk.
pub const CHECK: &str = "check";

/// The purpose of the verdict that `check --staged` keeps for a commit.
pub const STAGED: &str = "staged";

/// The purpose of the facts that `check` keeps for a folder on disk.
pub const FACTS: &str = "facts";

/// The purpose of the facts that `check --staged` keeps for a commit.
pub const STAGED_FACTS: &str = "staged-facts";

/// The purpose of the rendered report that `check` keeps.
pub const DRAWN: &str = "drawn";

/// The purpose of a list of notes for git.
const LIST: &str = "notes";

/// What the name of the file beside another one adds to the name of that one.
const BESIDE: &str = "+";

/// Removes from portolan's folder the files that nobody has written for a long time, and temporary files of
/// killed runs.
fn sweep(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let old = |path: &Path, age: Duration| {
        let modified = path.metadata().and_then(|meta| meta.modified()).ok();
        modified.and_then(|at| SystemTime::now().duration_since(at).ok()).is_some_and(|since| since > age)
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let temporary = [SUFFIX, HALF_JOURNAL].iter().any(|end| name.ends_with(end));
        let left = temporary && old(&path, Duration::from_secs(60 * 60));
        let is_ours = |name: &str| {
            [CHECK, STAGED, FACTS, STAGED_FACTS, DRAWN, LIST].iter().any(|p| name.ends_with(&format!(".{p}")))
        };
        // Where a main file is in use, perhaps only the file beside it is written.
        let unused = is_ours(name.trim_end_matches(BESIDE))
            && old(&path, Cache::AGE)
            && (!beside(&path).exists() || old(&beside(&path), Cache::AGE));
        if left || unused {
            // Another run may have removed it first.
            let _ = std::fs::remove_file(&path);
        } else if name.ends_with(LOCK) && old(&path, Cache::AGE) {
            remove_unused(&path);
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fs::File;

    use super::*;

    #[test]
    fn old_locks_go_unless_somebody_needs_them() {
        let dir = tempfile::tempdir().unwrap();
        let long_ago = SystemTime::now() - 2 * Cache::AGE;
        for (name, text, time) in [
            ("unused.lock", "\n", long_ago),
            ("empty.lock", "", long_ago),
            // The memo is the only trace of what a killed run has left.
            ("memo.lock", "{}\n\n", long_ago),
            ("held.lock", "\n", long_ago),
            ("young.lock", "\n", SystemTime::now()),
            ("a.journal", "x", long_ago),
            ("a.journal-tmp", "x", long_ago),
            (".b.portolan-tmp", "x", long_ago),
            ("c.check", "x", long_ago),
            ("c.check+", "x", SystemTime::now()),
            ("d.0123456789abcdef.notes", "x", long_ago),
        ] {
            let path = dir.path().join(name);
            std::fs::write(&path, text).unwrap();
            File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
        }
        let held = File::open(dir.path().join("held.lock")).unwrap();
        held.try_lock().unwrap();
        sweep(dir.path());
        let mut left: Vec<_> = std::fs::read_dir(dir.path())
            .unwrap()
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort();
        assert_eq!(left, ["a.journal", "c.check", "c.check+", "held.lock", "memo.lock", "young.lock"]);
    }
}
