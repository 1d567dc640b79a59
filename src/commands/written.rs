//! Writes what a planner has planned for several notes, and says so.

use std::path::Path;

use super::Terminal;
use super::way_back::WayBack;
use crate::error::{Error, Result, escape};
use crate::plan::sync::Refusal;
use crate::text::edit::Edits;
use crate::vault::{NoteId, Vault};
use crate::write::Writer;

/// The notes that cannot be written, and why: found out before the first one is.
pub(super) fn unwritable<'p>(
    vault: &Vault,
    planned: impl Iterator<Item = (NoteId, &'p Edits)>,
    writer: &Writer,
) -> Vec<Refusal> {
    let refusal = |id: NoteId| {
        let (note, old) = (vault.note(id)?, vault.text(id)?);
        writer.check(&note.path, &old).err().map(|error| refused(&note.path, &error))
    };
    planned.filter_map(|(id, _)| refusal(id)).collect()
}

/// Writes notes; every one is looked at before the first is written, and copied where a folder for copies is
/// given. `what` says what was done to the one with this number. Gives the notes that were refused; the
/// others are written all the same.
pub(super) fn write_all<'p>(
    vault: &Vault,
    planned: impl Iterator<Item = (NoteId, &'p Edits)>,
    writer: &mut Writer,
    backup: Option<&Path>,
    terminal: &mut Terminal<'_>,
    what: impl Fn(usize) -> String,
) -> Result<Vec<Refusal>> {
    let (mut ready, mut refusals) = (Vec::new(), Vec::new());
    for (number, (id, edits)) in planned.enumerate() {
        let (Some(note), Some(old)) = (vault.note(id), vault.text(id)) else { continue };
        match writer.check(&note.path, &old) {
            Ok(()) => ready.push((number, note.path.as_str(), old, edits)),
            Err(error) => refusals.push(refused(&note.path, &error)),
        }
    }
    let texts: Vec<(&str, &str)> = ready.iter().map(|(_, note, old, _)| (*note, &**old)).collect();
    let way_back = WayBack::before(vault.root(), &texts, backup)?;
    let mut written = Vec::new();
    for (number, note, old, edits) in &ready {
        match writer.write(note, old, edits) {
            Ok(()) => {
                written.push(*note);
                terminal.say(&format!("{}: {}", escape(note), what(*number)));
            }
            Err(error) => refusals.push(refused(note, &error)),
        }
    }
    way_back.show(&written, terminal);
    Ok(refusals)
}

/// Why a note was not written.
pub(super) fn refused(note: &str, error: &Error) -> Refusal {
    Refusal { note: note.to_owned(), line: 1, message: error.on_one_line() }
}
