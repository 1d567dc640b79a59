//! `portolan sync`

use std::collections::BTreeSet;
use std::path::Path;

use super::written::{refused, unwritable, write_all};
use super::{ExitStatus, Terminal, Wanted, counted, load, now};
use crate::args::{Common, Sync};
use crate::error::{Result, escape};
use crate::plan::sync::{NoteWrite, SyncOptions, SyncPlan, plan, to_the_minute};
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
        let (Some(note), Some(old)) = (vault.note(write.note), vault.shown_text(write.note)) else {
            continue;
        };
        if diff {
            let new = vault.shown_after(write.note, &write.edits).unwrap_or_default();
            terminal.print(&diff::unified(&note.path, &old, &new))?;
        } else {
            terminal.print(&format!("{}: {}\n", escape(&note.path), what(write, "stale")))?;
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

/// Writes what was planned. Where a note cannot be written, everything is planned anew without it, since what
/// it was to log is in the boards of others.
fn write(
    vault: &Vault,
    plan: &mut SyncPlan,
    plan_without: impl Fn(&BTreeSet<String>) -> SyncPlan,
    backup: Option<&Path>,
    terminal: &mut Terminal<'_>,
) -> Result<()> {
    let mut writer = Writer::open(vault.root())?;
    let (mut left, mut refusals) = (BTreeSet::new(), Vec::new());
    loop {
        let new = unwritable(vault, planned(plan), &writer);
        if new.is_empty() {
            break;
        }
        left.extend(new.iter().map(|refusal| refusal.note.clone()));
        refusals.extend(new);
        *plan = plan_without(&left);
    }
    refusals.extend(write_all(vault, planned(plan), &mut writer, backup, terminal, |at| {
        what(&plan.writes[at], "written")
    })?);
    plan.refused.append(&mut refusals);
    Ok(())
}

fn planned(plan: &SyncPlan) -> impl Iterator<Item = (NoteId, &Edits)> {
    plan.writes.iter().map(|write| (write.note, &write.edits))
}

/// Writes what was planned. Says which notes were written, and moves those that were not to what was refused.
pub(super) fn write_quietly(vault: &Vault, plan: &mut SyncPlan) -> Result<Vec<String>> {
    if plan.writes.is_empty() {
        return Ok(Vec::new());
    }
    let mut writer = Writer::open(vault.root())?;
    let (mut ready, mut written) = (Vec::new(), Vec::new());
    for write in &plan.writes {
        let (Some(note), Some(old)) = (vault.note(write.note), vault.text(write.note)) else { continue };
        match writer.check(&note.path, &old) {
            Ok(()) => ready.push((note.path.as_str(), old, &write.edits)),
            Err(error) => plan.refused.push(refused(&note.path, &error)),
        }
    }
    for (note, old, edits) in ready {
        match writer.write(note, &old, edits) {
            Ok(()) => written.push(note.to_owned()),
            Err(error) => plan.refused.push(refused(note, &error)),
        }
    }
    Ok(written)
}
