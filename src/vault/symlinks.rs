//! Finds symbolic links of a vault that a move would break.

use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::on_disk;
use crate::text::path::{VENDORED, below, normalize, of_disk};

/// Returns the symbolic links that would lead elsewhere once the file or folder at `from` lies at `to`: links to
/// it or into it, and relative links inside it that lead out of it.
#[must_use]
pub fn broken_by_a_move(root: &Path, from: &str, to: &str) -> Vec<String> {
    let Ok(root) = root.canonicalize() else { return Vec::new() };
    let (from, to) = (on_disk(&root, from), on_disk(&root, to));
    // A symbolic link that is moved itself is not a file that others lead to, so only its folder is resolved.
    let folder = from.parent().and_then(|folder| folder.canonicalize().ok());
    let (Some(folder), Some(name)) = (folder, from.file_name()) else { return Vec::new() };
    let a_move = Move { whole: folder.join(name), from, to };
    let hidden = |name: &std::ffi::OsStr| name.as_encoded_bytes().starts_with(b".") || name == VENDORED;
    let walk = WalkDir::new(&root).min_depth(1).into_iter().filter_entry(|entry| !hidden(entry.file_name()));
    let links = walk.flatten().filter(walkdir::DirEntry::path_is_symlink);
    let mut broken: Vec<String> = links
        .filter(|link| a_move.breaks(link.path()))
        .filter_map(|link| of_disk(link.path().strip_prefix(&root).ok()?))
        .collect();
    broken.sort_unstable();
    broken
}

struct Move {
    from: PathBuf,
    to: PathBuf,
    /// The real path of `from`, with the symbolic links above it resolved.
    whole: PathBuf,
}

impl Move {
    fn breaks(&self, link: &Path) -> bool {
        let Ok(said) = std::fs::read_link(link) else { return false };
        // A link that is broken already cannot be broken by the move.
        let Ok(target) = link.canonicalize() else { return false };
        let moved = link.strip_prefix(&self.from).ok();
        let link = moved.map_or_else(|| link.to_path_buf(), |rest| below(&self.to, rest));
        let then = normalize(&link.parent().unwrap_or(&link).join(said));
        // Nothing has moved yet: what will lie below the new path still lies below the old one.
        let now = match then.strip_prefix(&self.to) {
            Ok(rest) => below(&self.from, rest).canonicalize(),
            Err(_) => then.canonicalize().and_then(|now| {
                let stays = !now.starts_with(&self.whole);
                if stays { Ok(now) } else { Err(std::io::ErrorKind::NotFound.into()) }
            }),
        };
        !now.is_ok_and(|now| now == target)
    }
}
