//! Functions on paths of a vault, which are relative to its root and use `/` on every system, and on paths on disk.
//! None of them looks at the disk.

use std::path::{Component, Path, PathBuf};

use memchr::memrchr;

/// Returns the last component of a path.
#[must_use]
pub fn file_name(path: &str) -> &str {
    memrchr(b'/', path.as_bytes()).map_or(path, |at| &path[at + 1..])
}

/// Returns the folder of a path, without a slash at the end; `""` for the root.
#[must_use]
pub fn folder(path: &str) -> &str {
    memrchr(b'/', path.as_bytes()).map_or("", |at| &path[..at])
}

/// Returns the extension of the last component without its dot, as written; `None` where there is none. A name
/// that begins with its only dot has no extension.
#[must_use]
pub fn extension(path: &str) -> Option<&str> {
    let name = file_name(path);
    memrchr(b'.', name.as_bytes()).filter(|&at| at > 0).map(|at| &name[at + 1..])
}

/// Returns the last component without its extension, which is what Obsidian shows as the name of a note.
#[must_use]
pub fn stem(path: &str) -> &str {
    let name = file_name(path);
    memrchr(b'.', name.as_bytes()).filter(|&at| at > 0).map_or(name, |at| &name[..at])
}

/// Whether the path names a note.
#[must_use]
pub fn is_note(path: &str) -> bool {
    ends_with_extension(path, b".md")
}

/// Returns the path of a note without its extension, and any other path unchanged.
///
/// ```
/// use portolan::text::path::without_md;
///
/// assert_eq!(without_md("a/Depot.md"), "a/Depot");
/// assert_eq!(without_md("a/Depot.MD"), "a/Depot");
/// assert_eq!(without_md("a/plan.pdf"), "a/plan.pdf");
/// ```
#[must_use]
pub fn without_md(path: &str) -> &str {
    if is_note(path) { &path[..path.len() - 3] } else { path }
}

/// Whether the last component of a path has this extension (given with its dot), in any case. Equivalent to a
/// comparison with [`extension`], but much faster, because it is called for every path of a vault.
#[must_use]
pub fn ends_with_extension(path: &str, extension: &[u8]) -> bool {
    let (name, end) = path.as_bytes().split_at(path.len().saturating_sub(extension.len()));
    end.eq_ignore_ascii_case(extension) && name.last().is_some_and(|before| *before != b'/')
}

/// File formats that Obsidian shows in a note (Help, "Accepted file formats").
const MEDIA: [&str; 20] = [
    "avif", "bmp", "gif", "jpeg", "jpg", "png", "svg", "webp", "flac", "m4a", "mp3", "ogg", "wav", "webm",
    "3gp", "mkv", "mov", "mp4", "ogv", "pdf",
];

/// Whether Obsidian shows files of this format in a note.
#[must_use]
pub fn is_media(path: &str) -> bool {
    extension(path).is_some_and(|own| MEDIA.iter().any(|kind| own.eq_ignore_ascii_case(kind)))
}

/// Whether Obsidian lists files of this format by default.
#[must_use]
pub fn is_shown(path: &str) -> bool {
    let own = ["md", "base", "canvas"];
    is_media(path) || extension(path).is_some_and(|ext| own.iter().any(|kind| ext.eq_ignore_ascii_case(kind)))
}

/// Joins a relative path to a folder and resolves `.`, `..` and empty components. `None` where the result is
/// outside the vault.
///
/// ```
/// use portolan::text::path::join;
/// assert_eq!(join("a/b", "../c.md").as_deref(), Some("a/c.md"));
/// assert_eq!(join("a", "../../c.md"), None);
/// ```
#[must_use]
pub fn join(folder: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|p| !p.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// Whether a path begins with `./` or `../`, so that it starts at the folder of the note that has it.
#[must_use]
pub fn is_relative(path: &str) -> bool {
    path.starts_with("./") || path.starts_with("../")
}

/// Returns the relative path from a folder to a file, with `./` or `../` at its start.
///
/// ```
/// use portolan::text::path::relative;
/// assert_eq!(relative("a/b", "a/c.md"), "../c.md");
/// assert_eq!(relative("a", "a/b/c.md"), "./b/c.md");
/// ```
#[must_use]
pub fn relative(folder: &str, target: &str) -> String {
    let mut from: Vec<&str> = folder.split('/').filter(|p| !p.is_empty()).collect();
    let mut rest = target;
    while let (Some(first), Some((component, deeper))) = (from.first(), rest.split_once('/')) {
        if *first != component {
            break;
        }
        from.remove(0);
        rest = deeper;
    }
    if from.is_empty() { format!("./{rest}") } else { format!("{}{rest}", "../".repeat(from.len())) }
}

/// Returns the part of a path after a folder: empty for the folder itself, else beginning with `/`. `None` where
/// the path lies elsewhere.
///
/// ```
/// use portolan::text::path::behind;
/// assert_eq!(behind("a/b.md", "a"), Some("/b.md"));
/// assert_eq!(behind("a", "a"), Some(""));
/// assert_eq!(behind("ab.md", "a"), None);
/// ```
#[must_use]
pub fn behind<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    path.strip_prefix(folder).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a path lies in a folder other than the root. A folder does not lie in itself.
#[must_use]
pub fn is_in(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// Converts a path on disk, relative to the root, to a path in the vault. `None` where a name is not UTF-8: such
/// files are not part of the vault.
#[must_use]
pub fn of_disk(inside: &Path) -> Option<String> {
    let names = inside.components().filter(|part| *part != Component::CurDir);
    let names: Option<Vec<&str>> = names.map(|name| name.as_os_str().to_str()).collect();
    Some(names?.join("/"))
}

/// Resolves `.` and `..` in a path on disk by the names alone, as if no folder in it were a symbolic link. A `..` that
/// has no name before it is dropped.
#[must_use]
pub fn normalize(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => _ = normal.pop(),
            part => normal.push(part),
        }
    }
    normal
}

/// Joins a folder on disk and a path. Unlike [`Path::join`], this adds no slash for an empty path.
#[must_use]
pub fn below(folder: &Path, rest: &Path) -> PathBuf {
    if rest.as_os_str().is_empty() { folder.to_path_buf() } else { folder.join(rest) }
}

/// Like [`is_hidden`], for a path on disk.
#[must_use]
pub fn is_hidden_on_disk(inside: &Path) -> bool {
    inside.iter().any(|part| part.as_encoded_bytes().starts_with(b"."))
}

/// Whether a component of the path begins with a dot. Obsidian ignores such files (developer documentation,
/// "Vault": hidden folders are reached by the adapter alone).
#[must_use]
pub fn is_hidden(path: &str) -> bool {
    path.split('/').any(|part| part.starts_with('.'))
}

/// The folder in which package managers keep the files of other projects.
pub const VENDORED: &str = "node_modules";

/// Whether a component of a path is the folder of a package manager, whose notes are not those of the vault.
#[must_use]
pub fn is_vendored(part: &str) -> bool {
    part == VENDORED
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_path() {
        assert_eq!((file_name("a/b.c.md"), folder("a/b.c.md")), ("b.c.md", "a"));
        assert_eq!((stem("a/b.c.md"), extension("a/b.c.md")), ("b.c", Some("md")));
        assert_eq!((stem(".md"), extension(".md"), folder(".md")), (".md", None, ""));
        assert!(!is_note(".md") && !is_note("a/.md") && is_note("a/b.md"));
        assert!(is_note("X.MD") && !is_note("x.canvas") && !is_note("md"));
        assert!(is_hidden("a/.b/c") && !is_hidden("a/b.c"));
    }

    #[test]
    fn paths_without_dots() {
        for (path, expected) in
            [("/a/./b/../c", "/a/c"), ("/../a", "/a"), ("a/..", ""), ("../a", "a"), ("./a//b/", "a/b")]
        {
            assert_eq!(normalize(Path::new(path)), Path::new(expected), "{path}");
        }
        assert_eq!(below(Path::new("/a"), Path::new("")).as_os_str(), "/a");
        assert!(is_hidden_on_disk(Path::new("a/.b/c")) && !is_hidden_on_disk(Path::new("a/b.c")));
        assert!(is_relative("../a") && is_relative("./a") && !is_relative("..a") && !is_relative("a/../b"));
    }

    #[test]
    fn folders_and_what_lies_in_them() {
        assert!(is_in("a/b", "a") && !is_in("a", "a") && !is_in("ab/c", "a") && !is_in("a/b", ""));
        assert_eq!((behind("a/b", "a/b"), behind("a/bc", "a/b")), (Some(""), None));
        assert_eq!(of_disk(Path::new("./a/b c.md")).as_deref(), Some("a/b c.md"));
        #[cfg(unix)]
        assert_eq!(of_disk(Path::new("a\\b/c.md")).as_deref(), Some("a\\b/c.md"), "a name like any other");
    }
}
