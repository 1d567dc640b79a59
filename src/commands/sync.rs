//! `portolan sync`

use std::collections::BTreeSet;
use std::path::Path;

use super::way_back::WayBack;
use super::{ExitStatus, Terminal, Wanted, counted, load, now};
use crate::args::{Common, Sync};
use crate::error::{Error, Result, escape};
use crate::plan::sync::{NoteWrite, Refusal, SyncOptions, SyncPlan, plan, to_the_minute};
use crate::report::diff;
use crate::rules;
use crate::vault::{Keep, Vault};
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
    } else if !plan.kept.is_empty() || (args.check && !plan.writes.is_empty()) {
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

/// Writes what was planned. Every note is looked at before the first one is written: where one cannot be,
/// everything is planned anew without it, since what it was to log is in the boards of others.
fn write(
    vault: &Vault,
    plan: &mut SyncPlan,
    plan_without: impl Fn(&BTreeSet<String>) -> SyncPlan,
    backup: Option<&Path>,
    terminal: &mut Terminal<'_>,
) -> Result<()> {
    let mut writer = Writer::open(vault.root())?;
    let mut unwritable = BTreeSet::new();
    let mut refused = Vec::new();
    let ready = loop {
        let (mut ready, before) = (Vec::new(), unwritable.len());
        for write in &plan.writes {
            let (Some(note), Some(old)) = (vault.note(write.note), vault.text(write.note)) else { continue };
            match writer.check(&note.path, &old) {
                Ok(()) => ready.push((note.path.as_str(), old, write.note)),
                Err(error) => {
                    refused.push(refusal(&note.path, &error));
                    unwritable.insert(note.path.clone());
                }
            }
        }
        if unwritable.len() == before {
            break ready;
        }
        *plan = plan_without(&unwritable);
    };
    plan.refused.append(&mut refused);
    let texts: Vec<(&str, &str)> = ready.iter().map(|(note, old, _)| (*note, &**old)).collect();
    let way_back = WayBack::before(vault.root(), &texts, backup)?;
    let mut written = Vec::new();
    for (note, old, id) in &ready {
        let Some(write) = plan.writes.iter().find(|write| write.note == *id) else { continue };
        match writer.write(note, old, &write.edits) {
            Ok(()) => {
                written.push(*note);
                terminal.say(&format!("{}: {}", escape(note), what(write, "written")));
            }
            Err(error) => plan.refused.push(refusal(note, &error)),
        }
    }
    way_back.show(&written, terminal);
    Ok(())
}

fn refusal(note: &str, error: &Error) -> Refusal {
    Refusal { note: note.to_owned(), line: 1, message: error.to_string() }
}
