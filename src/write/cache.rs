//! What portolan keeps between two runs, in the user's cache folder: never inside the vault.
//!
//! Nothing here can fail in a way that anybody has to hear of: a file that cannot be read or written is
//! one that is not there, and whoever asked does the work again.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::lock::own_folder;
use super::replace::temporary_name;
use crate::rules::saved::New;
use crate::text::digest::short_hash;

/// A file of the cache: that of one vault for one purpose, and a small one beside it.
#[derive(Clone, Debug)]
pub struct Cache {
    path: PathBuf,
}

impl Cache {
    /// After this time without a write a file is removed: its vault may be gone.
    const AGE: Duration = Duration::from_secs(90 * 24 * 60 * 60);

    /// The cache of the vault that lies at `root`.
    #[must_use]
    pub fn of(root: &Path, purpose: &str) -> Option<Self> {
        let root = root.canonicalize().ok()?;
        let name = short_hash([root.as_os_str().as_encoded_bytes()]);
        Some(Self { path: own_folder()?.join(format!("{name}.{purpose}")) })
    }

    /// What was kept.
    #[must_use]
    pub fn read(&self) -> Option<Vec<u8>> {
        std::fs::read(&self.path).ok()
    }

    /// What was kept beside it.
    #[must_use]
    pub fn read_beside(&self) -> Option<Vec<u8>> {
        std::fs::read(self.beside()).ok()
    }

    /// Keeps what is new, and these parts behind it.
    pub fn keep<'p>(&self, new: &'p New, parts: impl Iterator<Item = &'p [u8]>) {
        match new {
            New::Whole(pieces) => self.keep_whole(pieces.iter().map(Vec::as_slice).chain(parts)),
            New::Beside(start) => {
                write(&self.beside(), [&start[..]].into_iter().chain(parts));
            }
        }
    }

    /// Keeps these parts, one behind the other, in place of all that was kept.
    pub fn keep_whole<'p>(&self, parts: impl IntoIterator<Item = &'p [u8]>) {
        if write(&self.path, parts) {
            // It belongs to what was kept before; most often there is none.
            let _ = std::fs::remove_file(self.beside());
        }
        sweep();
    }

    fn beside(&self) -> PathBuf {
        beside(&self.path)
    }
}

/// The file beside another one.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(BESIDE);
    name.into()
}

/// Writes a file, and says whether it did. Of several who do so at once the last one wins; nobody reads half
/// of it.
fn write<'p>(path: &Path, parts: impl IntoIterator<Item = &'p [u8]>) -> bool {
    let Some(folder) = path.parent() else { return false };
    let temporary = folder.join(temporary_name());
    let written = std::fs::create_dir_all(folder).and_then(|()| {
        // A report has a part for each note.
        let mut file = BufWriter::new(private(&temporary)?);
        for part in parts {
            file.write_all(part)?;
        }
        file.flush()?;
        drop(file);
        std::fs::rename(&temporary, path)
    });
    if written.is_err() {
        // It may never have been made.
        let _ = std::fs::remove_file(&temporary);
    }
    written.is_ok()
}

/// The purpose of what `check` keeps of a folder on disk.
pub const CHECK: &str = "check";

/// The purpose of what `check --staged` keeps of a commit.
pub const STAGED: &str = "staged";

/// The purpose of what `check` keeps of what it has read in a folder on disk.
pub const FACTS: &str = "facts";

/// The purpose of what `check --staged` keeps of what it has read.
pub const STAGED_FACTS: &str = "staged-facts";

/// The purpose of what `check` keeps of its report.
pub const DRAWN: &str = "drawn";

/// What stands behind the name of a file in that of the one beside it.
const BESIDE: &str = "+";

/// What the names of temporary files end with.
const TEMPORARY: &str = "-tmp";

/// A new file that nobody else may read: findings name what stands in notes.
fn private(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Removes what nobody has written for a long time, and what a killed run has left.
fn sweep() {
    let Some(entries) = own_folder().and_then(|folder| std::fs::read_dir(folder).ok()) else { return };
    let old = |path: &Path, age: Duration| {
        let modified = path.metadata().and_then(|meta| meta.modified()).ok();
        modified.and_then(|at| SystemTime::now().duration_since(at).ok()).is_some_and(|since| since > age)
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let left = name.ends_with(TEMPORARY) && old(&path, Duration::from_secs(60 * 60));
        let is_ours = |name: &str| {
            [CHECK, STAGED, FACTS, STAGED_FACTS, DRAWN].iter().any(|p| name.ends_with(&format!(".{p}")))
        };
        // What is in use may be written beside alone.
        let unused = is_ours(name.trim_end_matches(BESIDE))
            && old(&path, Cache::AGE)
            && (!beside(&path).exists() || old(&beside(&path), Cache::AGE));
        if left || unused {
            // Another run may have been faster.
            let _ = std::fs::remove_file(&path);
        }
    }
}
