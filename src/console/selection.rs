//! The notes that a command line names.

use std::path::{Component, Path, PathBuf};
use std::slice;

use crate::error::{Error, Result};
use crate::text::closest::nearest;
use crate::text::fold::nfc;
use crate::text::message::did_you_mean;
use crate::text::path::{behind, is_hidden, is_in, of_disk, stem};
use crate::vault::names::Names;
use crate::vault::root;

/// The notes that a command line names, as paths in the vault: all notes where it names none.
pub(crate) struct Wanted(pub(crate) Vec<String>);

impl Wanted {
    /// Selects all notes.
    pub(crate) const fn all() -> Self {
        Self(Vec::new())
    }

    /// Selects paths that are in the index, or were in the commit before, whether or not they exist on disk.
    pub(crate) fn staged(vault: &Path, paths: &[PathBuf], names: &[&Names]) -> Result<Self> {
        let root = root::whole(vault)?;
        let is_there = |inside: &String| {
            let holds = |names: &&Names| {
                names.exact(inside).is_some() || names.paths().iter().any(|path| is_in(path, inside))
            };
            inside.is_empty() || names.iter().any(holds)
        };
        let find = |path: &PathBuf| {
            let seen = [path.clone(), vault.join(path)].into_iter().filter_map(|place| {
                let whole = root::whole(&place).ok()?;
                Self::inside(&root, &whole, (path, vault)).ok()
            });
            if let Some(inside) = seen.into_iter().find(is_there) {
                return Ok(inside);
            }
            // The vault itself may not exist on disk either.
            let Self(on_disk) =
                if root.exists() { Self::of(vault, slice::from_ref(path))? } else { Self(Vec::new()) };
            // Hidden files are in no listing, and are never judged.
            let hidden = on_disk.into_iter().find(|path| is_hidden(path));
            hidden.ok_or_else(|| {
                Error::new(format!("`{}` is not in the index", path.display()))
                    .with_hint("`git add` it: a staged check reads what the next commit will have")
            })
        };
        paths.iter().map(find).collect::<Result<_>>().map(Self)
    }

    /// Selects paths as they were typed, which may be relative to the working directory or to the vault.
    pub(crate) fn of(vault: &Path, paths: &[PathBuf]) -> Result<Self> {
        let io = |path: &Path| {
            let path = path.to_path_buf();
            move |e| Error::io("find", &path, e)
        };
        if paths.is_empty() {
            return Ok(Self(Vec::new()));
        }
        let root = vault.canonicalize().map_err(io(vault))?;
        let relative = |path: &PathBuf| {
            let inside = vault.join(path);
            let alike = || spelled_alike(path).or_else(|| spelled_alike(&inside));
            let found = if path.exists() {
                path.clone()
            } else if inside.exists() {
                inside.clone()
            } else {
                alike().unwrap_or_else(|| inside.clone())
            };
            let whole = found.canonicalize().map_err(|e| {
                let error = io(path)(e);
                match near_path(path).or_else(|| near_path(&inside)) {
                    Some(near) => error.with_hint(did_you_mean(&near.display())),
                    None => error.with_hint(
                        "name a note or folder by its path, from here or from the root of the vault",
                    ),
                }
            })?;
            Self::inside(&root, &whole, (path, vault))
        };
        paths.iter().map(relative).collect::<Result<_>>().map(Self)
    }

    /// Returns a path relative to the vault. `typed` has the names of the path and the vault for messages.
    fn inside(root: &Path, whole: &Path, (typed, vault): (&Path, &Path)) -> Result<String> {
        let inside = whole.strip_prefix(root).map_err(|_| {
            Error::new(format!("`{}` lies outside of the vault `{}`", typed.display(), vault.display()))
        })?;
        of_disk(inside).ok_or_else(|| Error::new(format!("the name of `{}` is not UTF-8", typed.display())))
    }

    pub(crate) fn has(&self, note: &str) -> bool {
        if self.0.is_empty() {
            return true;
        }
        // The path may not come from the disk, and be in another Unicode form.
        let note = nfc(note);
        self.0.iter().any(|path| path.is_empty() || behind(&note, &nfc(path)).is_some())
    }

    /// Whether the note itself is named, and not only a folder that contains it.
    pub(crate) fn names(&self, note: &str) -> bool {
        self.0.iter().any(|path| path == note)
    }
}

/// Finds an existing path whose names have another Unicode form of the same letters (NFC, NFD).
fn spelled_alike(path: &Path) -> Option<PathBuf> {
    if path.to_str()?.is_ascii() {
        return None;
    }
    let mut found = PathBuf::new();
    for part in path.components() {
        let next = found.join(part);
        if next.exists() || !matches!(part, Component::Normal(_)) {
            found = next;
            continue;
        }
        let wanted = nfc(part.as_os_str().to_str()?);
        let folder = if found.as_os_str().is_empty() { Path::new(".") } else { &found };
        let mut names = std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.file_name());
        found.push(names.find(|name| name.to_str().is_some_and(|name| nfc(name) == wanted))?);
    }
    Some(found)
}

/// Finds a file with nearly the same name beside a path that does not exist.
fn near_path(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    let folder = path.parent()?;
    let listed = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let there =
        std::fs::read_dir(listed).ok()?.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let there: Vec<String> = there.filter(|name| !name.starts_with('.')).collect();
    let exact = there.iter().find(|file| stem(file) == name);
    let by_stem = || {
        let near = nearest(name, there.iter().map(|file| stem(file)))?;
        there.iter().find(|file| stem(file) == near)
    };
    let near = exact.map(String::as_str);
    let near = near.or_else(|| nearest(name, there.iter().map(String::as_str)));
    Some(folder.join(near.or_else(|| by_stem().map(String::as_str))?))
}
