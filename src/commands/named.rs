//! Files and notes as they are named on a command line: by a path from the working directory, else
//! from the vault, else as a link would name them.

use std::path::{Path, PathBuf};

use super::Wanted;
use crate::error::{Error, Result};
use crate::vault::names::{FileId, Resolution};
use crate::vault::{Note, NoteId, Role, Vault};

/// The file that was named.
pub(super) fn file(vault: &Vault, name: &str) -> Result<FileId> {
    find(vault, name, |_| true, "file")
}

/// The note that was named.
pub(super) fn note<'v>(vault: &'v Vault, name: &str) -> Result<(NoteId, &'v Note)> {
    let is_note = |file: FileId| {
        let note = vault.note_of(file).and_then(|id| vault.note(id));
        note.is_some_and(|note| note.role != Role::Canvas)
    };
    let file = find(vault, name, is_note, "note")?;
    let id = vault.note_of(file);
    let found = id.and_then(|id| Some((id, vault.note(id)?)));
    found.ok_or_else(|| Error::new(format!("no note `{name}` in the vault")))
}

fn find(vault: &Vault, name: &str, fits: impl Fn(FileId) -> bool, what: &str) -> Result<FileId> {
    let names = vault.names();
    let by_path = Wanted::of(vault.root(), &[PathBuf::from(name)]).ok().and_then(|w| w.0.into_iter().next());
    let by_path = by_path.filter(|_| Path::new(name).exists() || vault.root().join(name).exists());
    if let Some(file) = by_path.and_then(|path| names.exact(&path)).filter(|file| fits(*file)) {
        return Ok(file);
    }
    // As a link from the root of the vault, which is no note of its own.
    match names.resolve(name, FileId(u32::MAX)) {
        Resolution::File(file) if fits(file) => return Ok(file),
        Resolution::Ambiguous(files) => {
            let paths: Vec<String> = files.iter().map(|id| format!("`{}`", names.path(*id))).collect();
            let error = Error::new(format!("`{name}` may be {}", paths.join(" or ")));
            return Err(error.hint(format!("name the {what} by its path")));
        }
        _ => {}
    }
    let error = Error::new(format!("no {what} `{name}` in the vault"));
    Err(match vault.suggest(name).filter(|near| fits(near.file)) {
        Some(near) => error.hint(format!("did you mean `{}`?", names.path(near.file))),
        None => error.hint("`portolan list notes` shows what there is"),
    })
}
