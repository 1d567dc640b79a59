//! Copies of notes as they were before a write.

use std::path::{Path, PathBuf};

use super::create::create_copy;
use super::disk::Disk;
use crate::error::{Error, Result};
use crate::text::path::{is_hidden_on_disk, normalize};
use crate::vault::on_disk;
use crate::vault::root::whole;

/// Copies texts of notes, under their own paths, into a new folder `name` in `into`, and returns that folder.
/// On an error no copy is left.
///
/// # Errors
/// The folder lies in the vault, where copies would be notes of it, or the disk refuses.
pub fn copies<'n>(
    vault: &Path,
    into: &Path,
    name: &str,
    notes: impl IntoIterator<Item = (&'n str, &'n str)>,
    disk: &dyn Disk,
) -> Result<PathBuf> {
    // This is checked before the folder is made, so that a refusal leaves nothing behind.
    // Folders that do not exist yet cannot be links, so each `..` takes back the name before it.
    let whole = normalize(&whole(into)?);
    let root = vault.canonicalize().map_err(|e| Error::io("find", vault, e))?;
    if whole.strip_prefix(&root).is_ok_and(|inside| !is_hidden_on_disk(inside)) {
        let message = format!("`{}` lies in the vault: copies would be notes of it", into.display());
        return Err(Error::new(message).with_hint("name a folder elsewhere, or one that begins with a dot"));
    }
    disk.make_folders(&whole).map_err(|e| Error::io("make the folder", into, e))?;
    let mut folder = whole.join(name);
    let mut number = 2;
    while folder.exists() {
        folder = whole.join(format!("{name}-{number}"));
        number += 1;
    }
    let mut notes = notes.into_iter();
    let made = notes.try_for_each(|(note, text)| {
        let copy = on_disk(&folder, note);
        let parent = copy.parent().unwrap_or(&folder);
        disk.make_folders(parent).map_err(|e| Error::io("make the folder", parent, e))?;
        create_copy(&on_disk(&root, note), &copy, text, disk)
    });
    if let Err(error) = made {
        // An incomplete set of copies would not undo the write, which does not happen now.
        let _ = std::fs::remove_dir_all(&folder);
        return Err(error);
    }
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::disk::Local;

    #[test]
    fn each_run_has_a_folder_of_its_own_outside_of_the_vault() {
        let dir = tempfile::tempdir().unwrap();
        let vault = dir.path().join("vault");
        std::fs::create_dir_all(vault.join("a")).unwrap();
        std::fs::write(vault.join("a/b.md"), "text\r\n").unwrap();
        let into = dir.path().join("copies");
        for expected in ["now", "now-2"] {
            let folder = copies(&vault, &into, "now", [("a/b.md", "text\r\n")], &Local).unwrap();
            assert!(folder.ends_with(expected));
            assert_eq!(std::fs::read_to_string(folder.join("a/b.md")).unwrap(), "text\r\n");
        }
        assert!(
            copies(&vault, &vault.join("copies"), "now", [], &Local)
                .unwrap_err()
                .to_string()
                .contains("lies in the vault")
        );
        for refused in [vault.join("copies"), vault.join("new/deep"), dir.path().join("no/../vault/copies")] {
            assert!(copies(&vault, &refused, "now", [], &Local).is_err(), "{}", refused.display());
        }
        let left: Vec<_> =
            std::fs::read_dir(&vault).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["a"], "a refusal leaves nothing behind");
        assert!(!dir.path().join("no").exists());
        assert!(copies(&vault, &vault.join(".copies"), "now", [], &Local).is_ok());
    }

    #[test]
    fn all_copies_are_made_or_none_is() {
        let dir = tempfile::tempdir().unwrap();
        let (vault, into) = (dir.path().join("vault"), dir.path().join("copies"));
        std::fs::create_dir(&vault).unwrap();
        std::fs::write(vault.join("a.md"), "a").unwrap();
        assert!(copies(&vault, &into, "now", [("a.md", "a"), ("gone.md", "b")], &Local).is_err());
        assert!(std::fs::read_dir(&into).unwrap().next().is_none());
    }

    #[cfg(unix)]
    #[test]
    fn a_copy_is_no_more_readable_than_its_note() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let vault = dir.path().join("vault");
        std::fs::create_dir(&vault).unwrap();
        std::fs::write(vault.join("a.md"), "a").unwrap();
        std::fs::set_permissions(vault.join("a.md"), std::fs::Permissions::from_mode(0o600)).unwrap();
        let folder = copies(&vault, &dir.path().join("copies"), "now", [("a.md", "a")], &Local).unwrap();
        let mode = std::fs::metadata(folder.join("a.md")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
