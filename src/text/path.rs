//! Paths of a vault: relative to its root, with `/` on every system.

use std::path::{Component, Path};

use memchr::memrchr;

/// The last component of a path.
#[must_use]
pub fn file_name(path: &str) -> &str {
    memrchr(b'/', path.as_bytes()).map_or(path, |at| &path[at + 1..])
}

/// The folder that a path lies in, without a slash at the end; `""` for the root.
#[must_use]
pub fn folder(path: &str) -> &str {
    memrchr(b'/', path.as_bytes()).map_or("", |at| &path[..at])
}

/// The extension of the last component without its dot, as written; `None` where there is none. A
/// name that begins with its only dot has no extension.
#[must_use]
pub fn extension(path: &str) -> Option<&str> {
    let name = file_name(path);
    memrchr(b'.', name.as_bytes()).filter(|&at| at > 0).map(|at| &name[at + 1..])
}

/// The last component without its extension: what Obsidian shows as the name of a note.
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

/// The path of a note without its extension; any other one as it is.
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

/// Whether the last component of a path has this extension, which comes with its dot, in any case. The same as a look at
/// [`extension`], and much faster: every path of a vault is asked.
#[must_use]
pub fn ends_with_extension(path: &str, extension: &[u8]) -> bool {
    let (name, end) = path.as_bytes().split_at(path.len().saturating_sub(extension.len()));
    end.eq_ignore_ascii_case(extension) && name.last().is_some_and(|before| *before != b'/')
}

/// Media that Obsidian shows in a note (Help, "Accepted file formats").
const MEDIA: [&str; 20] = [
    "avif", "bmp", "gif", "jpeg", "jpg", "png", "svg", "webp", "flac", "m4a", "mp3", "ogg", "wav", "webm",
    "3gp", "mkv", "mov", "mp4", "ogv", "pdf",
];

/// Whether Obsidian shows a file of this kind in a note.
#[must_use]
pub fn is_media(path: &str) -> bool {
    extension(path).is_some_and(|own| MEDIA.iter().any(|kind| own.eq_ignore_ascii_case(kind)))
}

/// Whether Obsidian lists files of this kind without being told to.
#[must_use]
pub fn is_shown(path: &str) -> bool {
    let own = ["md", "base", "canvas"];
    is_media(path) || extension(path).is_some_and(|ext| own.iter().any(|kind| ext.eq_ignore_ascii_case(kind)))
}

/// Joins a relative path to a folder and takes out `.`, `..` and empty components. `None` where it
/// leads out of the vault.
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

/// What is left of a path behind a folder: nothing where it is that folder, else what lies in it with a `/` in front.
/// `None` where it lies elsewhere.
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

/// Whether a path lies in a folder, which has a name. No folder lies in itself.
#[must_use]
pub fn is_in(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// The path in the vault of what lies there on disk, given as it is seen from the root. `None` where a name is not
/// UTF-8: the vault has no such file.
#[must_use]
pub fn of_disk(inside: &Path) -> Option<String> {
    let names = inside.components().filter(|part| *part != Component::CurDir);
    let names: Option<Vec<&str>> = names.map(|name| name.as_os_str().to_str()).collect();
    Some(names?.join("/"))
}

/// Whether a component of the path begins with a dot. Obsidian does not see such files (developer
/// documentation, "Vault": hidden folders are reached by the adapter alone).
#[must_use]
pub fn is_hidden(path: &str) -> bool {
    path.split('/').any(|part| part.starts_with('.'))
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
    fn folders_and_what_lies_in_them() {
        assert!(is_in("a/b", "a") && !is_in("a", "a") && !is_in("ab/c", "a") && !is_in("a/b", ""));
        assert_eq!((behind("a/b", "a/b"), behind("a/bc", "a/b")), (Some(""), None));
        assert_eq!(of_disk(Path::new("./a/b c.md")).as_deref(), Some("a/b c.md"));
        #[cfg(unix)]
        assert_eq!(of_disk(Path::new("a\\b/c.md")).as_deref(), Some("a\\b/c.md"), "a name like any other");
    }
}
