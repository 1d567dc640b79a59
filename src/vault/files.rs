//! The files of a vault: every name that a link can lead to.
//!
//! One shallow `walkdir` a folder, in the thread pool: a serial walk costs a fifth of a whole check.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use walkdir::WalkDir;

use crate::error::{Error, Result};
use crate::syntax::canvas::is_canvas;
use crate::text::path::is_note;

/// A file that Obsidian can see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Relative to the vault, with `/`.
    pub path: String,
    /// Whether it may be read: false behind a link that leads out of the vault, and in
    /// `node_modules`. Its name is a link target all the same.
    pub readable: bool,
}

/// What a walk found.
#[derive(Debug, Default)]
pub struct Listing {
    /// The files in the order of their paths.
    pub files: Vec<File>,
    /// Names that are not UTF-8, escaped: nothing can link to them.
    pub unnameable: Vec<String>,
    /// Folders that could not be read, and why.
    pub unreadable: Vec<(String, String)>,
}

struct Walk {
    root: PathBuf,
    /// The same with all links followed, to tell what leads out.
    canonical: PathBuf,
    found: Mutex<Listing>,
    /// Folders outside of the vault that were entered: a loop among them ends here.
    outside: Mutex<Vec<PathBuf>>,
}

/// A folder to be listed.
struct Folder {
    path: PathBuf,
    /// Its path in the vault, with a `/` behind, or empty.
    prefix: String,
    readable: bool,
}

/// Lists the files under `root`. Dot files and dot folders are not part of a vault; links to folders
/// are followed, save those that lead into the vault itself (Help, "Symbolic links and junctions").
///
/// # Errors
/// The root itself cannot be read.
pub fn list(root: &Path) -> Result<Listing> {
    let canonical = root.canonicalize().map_err(|e| Error::io("open the vault", root, e))?;
    std::fs::read_dir(root).map_err(|e| Error::io("read the vault", root, e))?;
    let walk =
        Walk { root: root.to_path_buf(), canonical, found: Mutex::default(), outside: Mutex::default() };
    let first = Folder { path: walk.root.clone(), prefix: String::new(), readable: true };
    rayon::scope(|scope| walk.visit(scope, &first));
    let mut listing = walk.found.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    listing.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    listing.unnameable.sort_unstable();
    listing.unreadable.sort_unstable();
    Ok(listing)
}

impl Walk {
    fn visit<'s>(&'s self, scope: &rayon::Scope<'s>, folder: &Folder) {
        let mut mine = Listing::default();
        for entry in WalkDir::new(&folder.path).min_depth(1).max_depth(1) {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let reason = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
                    mine.unreadable.push((folder.prefix.trim_end_matches('/').to_owned(), reason));
                    continue;
                }
            };
            if entry.file_name().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            let Some(name) = entry.file_name().to_str() else {
                let name = entry.file_name().to_string_lossy();
                mine.unnameable.push(format!("{}{}", folder.prefix, name.escape_debug()));
                continue;
            };
            let path = format!("{}{name}", folder.prefix);
            let kind = entry.file_type();
            if kind.is_dir() {
                let readable = folder.readable && name != "node_modules";
                let inner = Folder { path: entry.into_path(), prefix: path + "/", readable };
                scope.spawn(move |scope| self.visit(scope, &inner));
            } else if kind.is_file() {
                mine.files.push(File { path, readable: folder.readable });
            } else if kind.is_symlink() {
                self.follow(scope, entry.into_path(), path, folder.readable, &mut mine);
            }
        }
        let mut found = self.found.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        found.files.append(&mut mine.files);
        found.unnameable.append(&mut mine.unnameable);
        found.unreadable.append(&mut mine.unreadable);
    }

    /// A symbolic link: where it leads decides what it is.
    fn follow<'s>(
        &'s self,
        scope: &rayon::Scope<'s>,
        link: PathBuf,
        path: String,
        readable: bool,
        mine: &mut Listing,
    ) {
        let (Ok(target), Ok(meta)) = (link.canonicalize(), std::fs::metadata(&link)) else { return };
        let inside = target.starts_with(&self.canonical);
        if meta.is_file() {
            mine.files.push(File { path, readable: readable && inside });
        } else if meta.is_dir() && !inside && !self.canonical.starts_with(&target) {
            let mut outside = self.outside.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if outside.iter().any(|seen| target.starts_with(seen)) {
                return;
            }
            outside.push(target);
            let inner = Folder { path: link, prefix: path + "/", readable: false };
            scope.spawn(move |scope| self.visit(scope, &inner));
        }
    }
}

impl File {
    /// Whether the file is a note or a canvas that may be read.
    #[must_use]
    pub fn is_read(&self) -> bool {
        self.readable && (is_note(&self.path) || is_canvas(&self.path))
    }
}
