//! `portolan sync`

use std::collections::BTreeSet;
use std::path::Path;

use super::written::{refused, unwritable, write_all};
use super::{ExitStatus, Terminal, Wanted, counted, load, now};
use crate::args::{Common, Sync};
use crate::error::{Result, escape};
use crate::plan::sync::{NoteWrite, Refusal, SyncOptions, SyncPlan, plan, to_the_minute};
use crate::report::diff;
use crate::rules;
use crate::text::edit::Edits;
use crate::vault::{Keep, NoteId, Vault};
use crate::write::Writer;

pub(super) fn run(common: &Common, args: &Sync, terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    let vault = load(common, Keep::Texts, terminal)?;
    let wanted = Wanted::of(vault.root(), &args.paths)?;
    let now = to_the_minute(now());
    let plan_without = |left: &BTreeSet<String>| {
        let wanted = |note: &str| wanted.has(note) && !left.contains(note);
        plan(&vault, SyncOptions { now, force: args.force, wanted: &wanted }, rules::feed)
    };
    let mut plan = plan_without(&BTreeSet::new());
    if args.check || args.diff {
        preview(&vault, &plan, args.diff, terminal)?;
    } else if !plan.writes.is_empty() {
        write(&vault, &mut plan, plan_without, args.backup.backup.as_deref(), terminal)?;
    } else if plan.refused.is_empty() && plan.kept.is_empty() {
        terminal.say("every board is up to date");
    }
    for refusal in plan.kept.iter().chain(&plan.refused) {
        terminal.say(&format!("{}:{}: {}", escape(&refusal.note), refusal.line, refusal.message));
    }
    Ok(if !plan.refused.is_empty() {
        ExitStatus::Failure
    } else if !plan.kept.is_empty() || ((args.check || args.exit_code) && !plan.writes.is_empty()) {
        ExitStatus::Findings
    } else {
        ExitStatus::Success
    })
}

fn preview(vault: &Vault, plan: &SyncPlan, diff: bool, terminal: &mut Terminal<'_>) -> Result<()> {
    for write in &plan.writes {
        let path = vault.path_of(write.note);
        if diff {
            terminal.print_plain(&diff::edited(vault, write.note, &write.edits, path))?;
        } else {
            terminal.print(&format!("{}: {}\n", escape(path), what(write, "stale")))?;
        }
    }
    Ok(())
}

/// `2 boards stale, 1 entry to log`
fn what(write: &NoteWrite, done: &str) -> String {
    let mut parts = Vec::new();
    if write.settled > 0 {
        parts.push(format!("{} settled", counted(write.settled, "merge conflict")));
    }
    if write.boards > 0 {
        parts.push(format!("{} {done}", counted(write.boards, "board")));
    }
    if !write.logged.is_empty() {
        parts.push(format!("{}: {}", counted(write.logged.len(), "entry"), write.logged.join("; ")));
    }
    parts.join(", ")
}

/// Writes what was planned, as far as notes can be written.
fn write(
    vault: &Vault,
    plan: &mut SyncPlan,
    plan_without: impl Fn(&BTreeSet<String>) -> SyncPlan,
    backup: Option<&Path>,
    terminal: &mut Terminal<'_>,
) -> Result<()> {
    let mut writer = Writer::open(vault.root())?;
    let mut refusals = leave_out(vault, plan, plan_without, |_| Vec::new(), &writer);
    refusals.extend(write_all(vault, planned(plan), &mut writer, backup, terminal, |at| {
        what(&plan.writes[at], "written")
    })?);
    plan.refused.append(&mut refusals);
    Ok(())
}

/// Plans anew without the notes that are not to be written now (`leave` names them) and those that cannot be: what
/// such a note was to log is in the boards of others. Says of the latter why.
fn leave_out(
    vault: &Vault,
    plan: &mut SyncPlan,
    plan_without: impl Fn(&BTreeSet<String>) -> SyncPlan,
    mut leave: impl FnMut(&SyncPlan) -> Vec<String>,
    writer: &Writer,
) -> Vec<Refusal> {
    let (mut left, mut refusals) = (BTreeSet::new(), Vec::new());
    loop {
        let mut out = leave(plan);
        if out.is_empty() {
            let new = unwritable(vault, planned(plan), writer);
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

fn planned(plan: &SyncPlan) -> impl Iterator<Item = (NoteId, &Edits)> {
    plan.writes.iter().map(|write| (write.note, &write.edits))
}

/// Writes what was planned, as far as notes can be written. Says which notes were written, and adds those that
/// were not to what was refused. `leave` names those of a plan that are not to be written now.
pub(super) fn write_quietly(
    vault: &Vault,
    plan: &mut SyncPlan,
    plan_without: impl Fn(&BTreeSet<String>) -> SyncPlan,
    leave: impl FnMut(&SyncPlan) -> Vec<String>,
) -> Result<Vec<String>> {
    if plan.writes.is_empty() {
        return Ok(Vec::new());
    }
    let mut writer = Writer::open(vault.root())?;
    let mut refusals = leave_out(vault, plan, plan_without, leave, &writer);
    let mut written = Vec::new();
    for (id, edits) in planned(plan) {
        let Some(old) = vault.text(id) else { continue };
        let note = vault.path_of(id);
        match writer.write(note, &old, edits) {
            Ok(()) => written.push(note.to_owned()),
            Err(error) => refusals.push(refused(note, &error)),
        }
    }
    plan.refused.append(&mut refusals);
    Ok(written)
}
