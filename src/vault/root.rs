//! Finds the root folder of a vault.

use std::path::{Path, PathBuf};

use crate::config::FILE_NAME;
use crate::error::{Error, Result};
use crate::text::path::below;

/// Finds the root of the vault: the folder that was named, or else the nearest one from `start` upwards that has
/// `.obsidian/` or `portolan.toml`.
///
/// # Errors
/// There is no such folder, or it is the home folder or the root of the file system: portolan never reads all of
/// those unless told to.
pub(crate) fn find(named: Option<&Path>, start: &Path, home: Option<&Path>) -> Result<PathBuf> {
    if let Some(folder) = named {
        let meta = std::fs::metadata(folder).map_err(|e| Error::io("open the vault", folder, e))?;
        if !meta.is_dir() {
            let message = format!("the vault `{}` is not a folder", folder.display());
            return Err(Error::new(message).with_hint("name the folder that holds the notes"));
        }
        return Ok(folder.to_path_buf());
    }
    let way_out = "name the vault with `--vault DIR`, or run `portolan init` in its folder";
    let marked = |folder: &&Path| folder.join(".obsidian").is_dir() || folder.join(FILE_NAME).is_file();
    let Some(root) = start.ancestors().find(marked) else {
        let message =
            "no vault here: neither this folder nor one above it has `.obsidian/` or `portolan.toml`";
        return Err(Error::new(message).with_hint(way_out));
    };
    if is_too_much(root, home) {
        let message =
            format!("the nearest vault is `{}`, which is not read without being named", root.display());
        return Err(Error::new(message).with_hint(way_out));
    }
    Ok(root.to_path_buf())
}

/// Whether a folder is the home folder or the root of the file system, under whatever path. portolan never reads
/// or marks one of those unless told to.
#[must_use]
pub(crate) fn is_too_much(folder: &Path, home: Option<&Path>) -> bool {
    let is_home = |home: &Path| {
        home == folder || home.canonicalize().is_ok_and(|home| folder.canonicalize().is_ok_and(|f| f == home))
    };
    folder.parent().is_none() || home.is_some_and(is_home)
}

/// Resolves the symbolic links of a path, as far as it exists: a vault may not be checked out.
///
/// # Errors
/// The existing part cannot be resolved.
pub(crate) fn whole(path: &Path) -> Result<PathBuf> {
    let there = existing(path);
    let rest =
        path.strip_prefix(&there).unwrap_or(if there.as_os_str() == "." { path } else { Path::new("") });
    let whole = there.canonicalize().map_err(|e| Error::io("open the vault", path, e))?;
    Ok(below(&whole, rest))
}

/// Returns the deepest folder of a path that exists.
pub(super) fn existing(path: &Path) -> PathBuf {
    let there = path.ancestors().find(|folder| folder.is_dir()).unwrap_or_else(|| Path::new(""));
    if there.as_os_str().is_empty() { PathBuf::from(".") } else { there.to_path_buf() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_found_upwards_but_never_the_home_folder() {
        let dir = tempfile::tempdir().unwrap();
        let deep = dir.path().join("vault/a/b");
        std::fs::create_dir_all(&deep).unwrap();
        let home = dir.path().join("vault");
        assert!(find(None, &deep, None).unwrap_err().to_string().starts_with("no vault here"));
        std::fs::create_dir(home.join(".obsidian")).unwrap();
        assert_eq!(find(None, &deep, None).unwrap(), home);
        assert!(find(None, &deep, Some(&home)).unwrap_err().hint().unwrap().contains("--vault"));
        assert_eq!(find(Some(&home), &deep, Some(&home)).unwrap(), home);
        assert!(find(Some(&home.join("none")), &deep, None).is_err());
        #[cfg(unix)]
        {
            let link = dir.path().join("home");
            std::os::unix::fs::symlink(&home, &link).unwrap();
            assert!(find(None, &deep, Some(&link)).is_err(), "a home by another name");
        }
    }
}
