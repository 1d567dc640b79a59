//! `portolan sync`

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
    let options =
        SyncOptions { now: to_the_minute(now()), force: args.force, wanted: &|note: &str| wanted.has(note) };
    let mut plan = plan(&vault, options, rules::feed);
    if args.check || args.diff {
        preview(&vault, &plan, args.diff, terminal)?;
    } else if !plan.writes.is_empty() {
        write(&vault, &mut plan, terminal)?;
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
            let new = write.edits.apply(&old).unwrap_or_default();
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

/// Writes what was planned. Every note is looked at before the first one is written.
fn write(vault: &Vault, plan: &mut SyncPlan, terminal: &mut Terminal<'_>) -> Result<()> {
    let mut writer = Writer::open(vault.root())?;
    let mut refuse = |path: &str, error: &Error| {
        plan.refused.push(Refusal { note: path.to_owned(), line: 1, message: error.to_string() });
    };
    let mut ready = Vec::new();
    for write in &plan.writes {
        let (Some(note), Some(old)) = (vault.note(write.note), vault.text(write.note)) else { continue };
        match writer.check(&note.path, &old) {
            Ok(()) => ready.push((note, old, write)),
            Err(error) => refuse(&note.path, &error),
        }
    }
    for (note, old, write) in ready {
        match writer.write(&note.path, &old, &write.edits) {
            Ok(()) => terminal.say(&format!("{}: {}", escape(&note.path), what(write, "written"))),
            Err(error) => refuse(&note.path, &error),
        }
    }
    Ok(())
}
