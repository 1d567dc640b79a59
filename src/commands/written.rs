//! Writes what a planner has planned for several notes, and says so.

use super::Terminal;
use crate::error::{Error, Result, escape};
use crate::plan::sync::Refusal;
use crate::text::edit::Edits;
use crate::vault::{NoteId, Vault};
use crate::write::Writer;

/// Writes notes; every one is looked at before the first is written. `what` says what was done to the one
/// with this number. Gives the notes that were refused; the others are written all the same.
pub(super) fn write_all<'p>(
    vault: &Vault,
    planned: impl Iterator<Item = (NoteId, &'p Edits)>,
    terminal: &mut Terminal<'_>,
    what: impl Fn(usize) -> String,
) -> Result<Vec<Refusal>> {
    let mut writer = Writer::open(vault.root())?;
    let mut refused = Vec::new();
    let mut refuse = |path: &str, error: &Error| {
        refused.push(Refusal { note: path.to_owned(), line: 1, message: error.to_string() });
    };
    let mut ready = Vec::new();
    for (number, (id, edits)) in planned.enumerate() {
        let (Some(note), Some(old)) = (vault.note(id), vault.text(id)) else { continue };
        match writer.check(&note.path, &old) {
            Ok(()) => ready.push((number, note, old, edits)),
            Err(error) => refuse(&note.path, &error),
        }
    }
    for (number, note, old, edits) in ready {
        match writer.write(&note.path, &old, edits) {
            Ok(()) => terminal.say(&format!("{}: {}", escape(&note.path), what(number))),
            Err(error) => refuse(&note.path, &error),
        }
    }
    Ok(refused)
}
