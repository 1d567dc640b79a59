//! Moves of files and folders within a vault.

use std::io::ErrorKind;
use std::path::Path;

use crate::error::{Error, Result};
use crate::vault::git::{Repository, failure, not_started};
use crate::vault::on_disk;
use crate::write::{Writer, refused};

/// Checks that a file or folder may be moved, and returns the folders that have to be made for it, outermost
/// first.
pub(super) fn may_move(writer: &Writer, from: &str, to: &str, git: bool) -> Result<Vec<String>> {
    let refuse = |why: &str| Error::new(format!("cannot move `{from}` to `{to}`: {why}"));
    let (source, target) = (on_disk(&writer.root, from), on_disk(&writer.root, to));
    let meta = std::fs::symlink_metadata(&source).map_err(|e| refused("move", &source, e))?;
    if meta.file_type().is_symlink() {
        return Err(refuse("it is a symbolic link").with_hint("move what it leads to, or the link by hand"));
    }
    let inside = |path: &Path| path.canonicalize().is_ok_and(|path| path.starts_with(&writer.root));
    if !source.parent().is_some_and(inside) {
        return Err(refuse("it lies outside of the vault"));
    }
    if is_there(&target) {
        return Err(refuse("something is there already").with_hint("choose another name"));
    }
    let mut folders = Vec::new();
    let mut above = to;
    while let Some((folder, _)) = above.rsplit_once('/') {
        let path = on_disk(&writer.root, folder);
        if path.is_dir() {
            if !inside(&path) {
                return Err(refuse("the folder lies outside of the vault"));
            }
            break;
        }
        if std::fs::symlink_metadata(&path).is_ok() {
            return Err(refuse(&format!("`{folder}` is not a folder")));
        }
        folders.push(folder.to_owned());
        above = folder;
    }
    if git {
        run_git(writer, &["--literal-pathspecs", "ls-files", "--error-unmatch"], &[from])
            .map_err(|error| error.or_hint("git does not know it: leave `--git` out"))?;
    }
    folders.reverse();
    Ok(folders)
}

/// Whether a path exists under exactly this name: some systems find `Note.md` by `note.md`.
pub(super) fn is_there(path: &Path) -> bool {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return false };
    std::fs::symlink_metadata(path).is_ok()
        && std::fs::read_dir(folder)
            .is_ok_and(|entries| entries.flatten().any(|entry| entry.file_name() == name))
}

/// Makes a folder of the vault, unless it exists.
pub(super) fn make_folder(writer: &Writer, folder: &str) -> Result<()> {
    let path = on_disk(&writer.root, folder);
    writer.disk().make_folder(&path).map_err(|e| refused("make the folder", &path, e))
}

/// Moves a file or folder to a path that nothing has yet.
pub(super) fn move_file(writer: &Writer, from: &str, to: &str, git: bool) -> Result<()> {
    let (source, target) = (on_disk(&writer.root, from), on_disk(&writer.root, to));
    let disk = writer.disk();
    let fail = |e| refused("move", &source, e);
    if git {
        run_git(writer, &["mv"], &[from, to])?;
        if !is_there(&target) || is_there(&source) {
            let message = format!("git says that it has moved `{from}` to `{to}`, and it has not");
            return Err(Error::new(message).with_hint("leave `--git` out, and `git add` both paths"));
        }
    } else {
        match disk.rename_new(&source, &target) {
            // The names differ only in case, and the system does not tell them apart.
            Err(e) if e.kind() == ErrorKind::AlreadyExists && !is_there(&target) => {
                disk.rename(&source, &target).map_err(fail)?;
            }
            moved => moved.map_err(fail)?,
        }
    }
    for folder in [source.parent(), target.parent()].into_iter().flatten() {
        disk.sync_folder(folder).map_err(fail)?;
    }
    Ok(())
}

fn run_git(writer: &Writer, args: &[&str], paths: &[&str]) -> Result<()> {
    let mut command = Repository::command(&writer.root, args, paths)?;
    let output = writer.disk().run(&mut command).map_err(|e| not_started(&e))?;
    if output.status.success() { Ok(()) } else { Err(failure(&output.stderr)) }
}
