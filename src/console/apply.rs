//! Writes what was planned for several notes, and reports it.

use std::collections::BTreeSet;
use std::path::Path;

use super::Terminal;
use super::undo::WayBack;
use crate::error::{Error, Result};
use crate::plan::fix::FixPlan;
use crate::plan::header::date_that_stays;
use crate::plan::obstacle::Spot;
use crate::plan::record::RecordPlan;
use crate::plan::sync::SyncPlan;
use crate::text::edit::Edits;
use crate::text::stamp::Stamp;
use crate::text::visible::escape;
use crate::vault::{NoteId, Vault};
use crate::write::Writer;

/// Returns the notes that cannot be written, with the reasons, before the first one is written.
fn unwritable(vault: &Vault, plan: &impl Planned, writer: &Writer) -> Vec<Spot> {
    let refusal = |id: NoteId| {
        let (note, old) = (vault.note(id)?, vault.text(id)?);
        writer.check(&note.path, &old).err().map(|error| refused(&note.path, &error))
    };
    plan.writes().filter_map(|(id, _)| refusal(id)).collect()
}

/// Like [`date_that_stays`], but for several notes, and prints each message with the note's path.
pub(crate) fn say_dates_that_stay(
    vault: &Vault,
    notes: impl Iterator<Item = NoteId>,
    stamp: Stamp,
    terminal: &mut Terminal<'_>,
) {
    for note in notes.filter_map(|id| vault.note(id)) {
        if let Some(left) = date_that_stays(vault, note, stamp) {
            terminal.say(&format!("{}: {left}", escape(&note.path)));
        }
    }
}

/// Writes what was planned. Every note is checked before the first is written, and copied if a folder for
/// copies is given. `what` describes the write with a number. Returns the notes that were refused; the others
/// are written all the same.
pub(crate) fn write_all(
    vault: &Vault,
    plan: &impl Planned,
    writer: &mut Writer,
    backup: Option<&Path>,
    terminal: &mut Terminal<'_>,
    what: impl Fn(usize) -> String,
) -> Result<Vec<Spot>> {
    let (mut ready, mut refusals) = (Vec::new(), Vec::new());
    for (number, (id, edits)) in plan.writes().enumerate() {
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

/// What was planned for notes.
pub(crate) trait Planned {
    /// Returns the notes that change, with their edits.
    fn writes(&self) -> impl Iterator<Item = (NoteId, &Edits)>;
}

impl Planned for SyncPlan {
    fn writes(&self) -> impl Iterator<Item = (NoteId, &Edits)> {
        self.writes.iter().map(|write| (write.note, &write.edits))
    }
}

impl Planned for FixPlan {
    fn writes(&self) -> impl Iterator<Item = (NoteId, &Edits)> {
        self.writes.iter().map(|(note, edits)| (*note, edits))
    }
}

impl Planned for RecordPlan {
    fn writes(&self) -> impl Iterator<Item = (NoteId, &Edits)> {
        self.writes.iter().map(|write| (write.note, &write.edits))
    }
}

/// Plans again without the notes that `leave` names and those that cannot be written, until none is left: the
/// plan for other notes may depend on them. Returns the latter with the reasons.
pub(crate) fn leave_out<P: Planned>(
    vault: &Vault,
    plan: &mut P,
    plan_without: impl Fn(&BTreeSet<String>) -> P,
    mut leave: impl FnMut(&P) -> Vec<String>,
    writer: &Writer,
) -> Vec<Spot> {
    let (mut left, mut refusals) = (BTreeSet::new(), Vec::new());
    loop {
        let mut out = leave(plan);
        if out.is_empty() {
            let new = unwritable(vault, plan, writer);
            out.extend(new.iter().map(|refusal| refusal.note.clone()));
            refusals.extend(new);
        }
        if out.is_empty() {
            return refusals;
        }
        left.extend(out);
        *plan = plan_without(&left);
    }
}

/// Like [`write_all`], but prints nothing, makes no copies, and leaves out the notes that `leave` names.
/// Returns the notes that were written, and those that were refused.
pub(crate) fn write_quietly<P: Planned>(
    vault: &Vault,
    plan: &mut P,
    plan_without: impl Fn(&BTreeSet<String>) -> P,
    leave: impl FnMut(&P) -> Vec<String>,
) -> Result<(Vec<String>, Vec<Spot>)> {
    if plan.writes().next().is_none() {
        return Ok(Default::default());
    }
    // `watch` tries again by itself.
    let mut writer = Writer::open_now(vault.root())?;
    let mut refusals = leave_out(vault, plan, plan_without, leave, &writer);
    let mut written = Vec::new();
    for (id, edits) in plan.writes() {
        let Some(old) = vault.text(id) else { continue };
        let note = vault.path_of(id);
        match writer.write(note, &old, edits) {
            Ok(()) => written.push(note.to_owned()),
            Err(error) => refusals.push(refused(note, &error)),
        }
    }
    Ok((written, refusals))
}

/// Returns why a note was not written.
pub(crate) fn refused(note: &str, error: &Error) -> Spot {
    Spot::new(note, 1, error.on_one_line())
}
