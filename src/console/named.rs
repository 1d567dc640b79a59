//! Finds files and notes by the names on a command line: by a path from the working directory, else from the
//! root of the vault, else as a link would name them.

use std::ops::Range;
use std::path::{Path, PathBuf};

use super::Wanted;
use crate::error::{Error, Result};
use crate::model::help::SAID;
use crate::plan::history::Histories;
use crate::text::fold::{fold, nfc};
use crate::text::message::quoted;
use crate::text::path::{self, is_in, of_disk};
use crate::text::visible::escape;
use crate::vault::names::{FileId, Paths, Resolution};
use crate::vault::{Note, NoteId, Role, Vault};

/// Finds the file that was named.
pub(crate) fn file(vault: &Vault, name: &str) -> Result<FileId> {
    find(vault, name, |_| true, "file")
}

/// Finds the note that was named.
pub(crate) fn note<'v>(vault: &'v Vault, name: &str) -> Result<(NoteId, &'v Note)> {
    let is_note = |file: FileId| {
        let note = vault.note_of(file).and_then(|id| vault.note(id));
        note.is_some_and(|note| note.role != Role::Canvas)
    };
    let file = find(vault, name, is_note, "note")?;
    let id = vault.note_of(file);
    let found = id.and_then(|id| Some((id, vault.note(id)?)));
    found.ok_or_else(|| Error::new(format!("no note `{name}` in the vault")))
}

/// Finds the note that was named, and the range of its histories that an entry may go into: all of them, or
/// those below a heading that the name includes (`NOTE#HEADING`).
pub(crate) fn histories<'v>(vault: &'v Vault, name: &str) -> Result<(NoteId, &'v Note, Range<usize>)> {
    let error = match note(vault, name) {
        Ok((id, note)) => return Ok((id, note, Histories::of(note).all())),
        Err(error) => error,
    };
    let Some((file, path)) = name.split_once('#') else { return Err(error) };
    let (id, note) = note(vault, file)?;
    let parts: Vec<String> = path.split('#').map(|part| part.trim().to_owned()).collect();
    let histories = Histories::of(note);
    let under = note.heading_index(&parts).map(|heading| histories.under(heading));
    if let Some(among) = under.clone().filter(|among| !among.is_empty()) {
        return Ok((id, note, among));
    }
    let what = if under.is_some() { "history under" } else { "heading" };
    let error = Error::new(format!("`{}` has no {what} `{path}`", note.path));
    let names = histories.all().filter_map(|own| Some(format!("{file}#{}", histories.name(own)?)));
    let names = quoted(names, ", ");
    Err(if names.is_empty() { error } else { error.with_hint(format!("its histories are {names}")) })
}

/// Returns the path of something that may not exist yet. A path that begins with `./` or `../` starts at the
/// working directory, another one with a `/` at the root of the vault, and a bare name in the folder
/// `beside`. Names that begin with a dot are refused elsewhere, like other names of files.
pub(crate) fn path_to_be(vault: &Vault, typed: &str, beside: &str) -> Result<String> {
    let path = if is_from_here(typed) {
        seen_from_here(vault.root(), typed)
    } else {
        path::join(if typed.contains('/') { "" } else { beside }, typed)
    };
    let path = path.ok_or_else(|| {
        Error::new(format!("`{typed}` lies outside of the vault")).with_hint("name a path in the vault")
    })?;
    let path = in_folders_that_are_there(vault.names().paths(), &nfc(&path));
    match path.split('/').find(|part| path::is_vendored(part)) {
        Some(part) => Err(outside_of_vault(part).with_hint("nothing in it is seen; choose another folder")),
        None => Ok(path),
    }
}

/// Returns the error for a folder whose notes are not part of the vault.
pub(crate) fn outside_of_vault(part: &str) -> Error {
    Error::new(format!("`{}` is not part of the vault", escape(part)))
}

/// Whether a path explicitly begins in the working directory.
fn is_from_here(typed: &str) -> bool {
    matches!(typed, "." | "..") || path::is_relative(typed)
}

fn seen_from_here(root: &Path, typed: &str) -> Option<String> {
    let here = std::env::current_dir().ok()?.canonicalize().ok()?;
    of_disk(path::normalize(&here.join(typed)).strip_prefix(root.canonicalize().ok()?).ok()?)
}

/// Spells the folders of a path as the vault does: `notes/x` goes into the existing `Notes`, not beside it.
fn in_folders_that_are_there(paths: &Paths, path: &str) -> String {
    for (cut, _) in path.rmatch_indices('/') {
        let folder = &path[..cut];
        if paths.iter().any(|file| is_in(file, folder)) {
            break;
        }
        let alike = fold(folder);
        if let Some(file) = paths.iter().find(|file| is_in(&fold(file), &alike)) {
            let depth = folder.matches('/').count() + 1;
            let spelled: Vec<&str> = file.split('/').take(depth).collect();
            return format!("{}{}", spelled.join("/"), &path[cut..]);
        }
    }
    path.to_owned()
}

fn find(vault: &Vault, name: &str, fits: impl Fn(FileId) -> bool, what: &str) -> Result<FileId> {
    let names = vault.names();
    let by_path = |path: &str| {
        let there = Path::new(path).exists() || (!is_from_here(path) && vault.root().join(path).exists());
        let wanted = there.then(|| Wanted::of(vault.root(), &[PathBuf::from(path)]).ok()).flatten()?;
        names.exact(wanted.0.first()?).filter(|file| fits(*file))
    };
    // As in a link, a note can be named without its extension.
    let found = by_path(name).or_else(|| by_path(&format!("{name}.md")).filter(|_| is_from_here(name)));
    if let Some(file) = found {
        return Ok(file);
    }
    if is_from_here(name) {
        let error = Error::new(format!("no {what} `{name}` relative to the working directory"));
        return Err(
            error.with_hint("without `./` in front it is a path from the root of the vault, or a name")
        );
    }
    match names.resolve(name, FileId::ROOT) {
        Resolution::File(file) if fits(file) => return Ok(file),
        Resolution::Ambiguous(files) => {
            let paths = quoted(files.iter().map(|id| names.path(*id)), " or ");
            let error = Error::new(format!("`{name}` is ambiguous: it may be {paths}"));
            return Err(error.with_hint(format!("name the {what} by its path")));
        }
        _ => {}
    }
    let error = Error::new(format!("no {what} `{name}` in the vault"));
    let near = vault.suggest(name).into_iter().filter(|near| fits(near.file)).take(SAID);
    let near = quoted(near.map(|near| names.path(near.file)), " or ");
    Err(if near.is_empty() {
        error.with_hint("`portolan list notes` shows what there is")
    } else {
        error.with_hint(format!("did you mean {near}?"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::names::Names;

    #[test]
    fn folders_are_spelled_as_they_are() {
        let names = Names::new(["Notes/Deep/a.md", "other/b.md"].map(str::to_owned).into());
        for (typed, expected) in [
            ("notes/x", "Notes/x"),
            ("NOTES/deep/x", "Notes/Deep/x"),
            ("notes/new/x", "Notes/new/x"),
            ("other/x", "other/x"),
            ("x", "x"),
            ("new/x", "new/x"),
        ] {
            assert_eq!(in_folders_that_are_there(names.paths(), typed), expected);
        }
    }
}
