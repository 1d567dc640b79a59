//! Symbolic links of a vault that a move would break.

use std::path::Path;

use walkdir::WalkDir;

use super::on_disk;

/// The symbolic links that would lead nowhere once a file or folder has another path: those that lead to it
/// or into it, and those that it holds and that lead out of it from where they stand.
#[must_use]
pub fn broken_by_a_move(root: &Path, from: &str) -> Vec<String> {
    let Ok(moved) = on_disk(root, from).canonicalize() else { return Vec::new() };
    let hidden = |name: &std::ffi::OsStr| name.as_encoded_bytes().starts_with(b".") || name == "node_modules";
    let walk = WalkDir::new(root).min_depth(1).into_iter().filter_entry(|entry| !hidden(entry.file_name()));
    let links = walk.flatten().filter(walkdir::DirEntry::path_is_symlink);
    let mut broken: Vec<String> = links
        .filter(|link| breaks(link.path(), &on_disk(root, from), &moved))
        .filter_map(|link| Some(link.path().strip_prefix(root).ok()?.to_string_lossy().replace('\\', "/")))
        .collect();
    broken.sort_unstable();
    broken
}

fn breaks(link: &Path, from: &Path, moved: &Path) -> bool {
    let Ok(said) = std::fs::read_link(link) else { return false };
    // One that leads nowhere now has nothing to lose.
    let Ok(target) = link.canonicalize() else { return false };
    let leads_in = target.starts_with(moved);
    if link.starts_with(from) { said.is_absolute() == leads_in } else { leads_in }
}
