//! `portolan sync`

use std::collections::BTreeSet;
use std::path::Path;

use crate::args::{Common, Sync};
use crate::console::apply::{leave_out, say_dates_that_stay, write_all};
use crate::console::merged::Before;
use crate::console::{Access, ExitStatus, Terminal, Wanted, load, this_minute};
use crate::error::Result;
use crate::plan::obstacle::Spot;
use crate::plan::sync::{NoteWrite, SyncOptions, SyncPlan, plan};
use crate::report::diff;
use crate::rules;
use crate::text::message::counted;
use crate::text::path::is_note;
use crate::text::visible::escape;
use crate::vault::{Keep, Vault};
use crate::write::Writer;

pub(super) fn run(common: &Common, args: &Sync, terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    let vault = load(common, Keep::Texts, Access::unless(args.check || args.diff), terminal)?;
    let wanted = Wanted::of(vault.root(), &args.paths)?;
    let now = this_minute(vault.config());
    let before = Before::of(vault.root());
    let plan_without = |left: &BTreeSet<String>| {
        let wanted = |note: &str| wanted.has(note) && !left.contains(note);
        let versions = |note: &str| before.note(note);
        let options = SyncOptions { now, force: args.force, wanted: &wanted, versions: &versions };
        plan(&vault, options, rules::feed)
    };
    let mut plan = plan_without(&BTreeSet::new());
    let (named, unread): (Vec<&str>, Vec<&str>) =
        unread(&vault, &wanted).partition(|note| wanted.names(note));
    // A user who names a note must not think that it is up to date.
    let refuse = |note: &str| Spot::new(note, 1, "it cannot be read, and `portolan check` says why");
    plan.refused.extend(named.into_iter().map(refuse));
    if args.check || args.diff {
        terminal.verdict = verdict(&plan, args);
        preview(&vault, &plan, args.diff, terminal)?;
    } else if !plan.writes.is_empty() {
        write(&vault, &mut plan, plan_without, args.backup.backup.as_deref(), terminal)?;
    } else if plan.refused.is_empty() && plan.kept.is_empty() {
        terminal.say(if unread.is_empty() {
            "every board is up to date"
        } else {
            "every board that can be read is up to date"
        });
    }
    if !unread.is_empty() {
        let notes = counted(unread.len(), "note");
        terminal.say(&format!("{notes} cannot be read, nor a board there: `portolan check` says why"));
    }
    let logging = plan.writes.iter().filter(|write| !write.logged.is_empty());
    say_dates_that_stay(&vault, logging.map(|write| write.note), now, terminal);
    for said in plan.writes.iter().flat_map(|write| &write.said) {
        terminal.say(&said.to_string());
    }
    for refusal in plan.kept.iter().chain(&plan.refused) {
        terminal.refuse(refusal);
    }
    Ok(verdict(&plan, args))
}

/// Returns the wanted notes that cannot be read, whose boards are unknown.
fn unread<'v>(vault: &'v Vault, wanted: &Wanted) -> impl Iterator<Item = &'v str> {
    let paths = vault.unread().iter().map(|unread| unread.path.as_str()).filter(|path| is_note(path));
    let not_understood = vault.system_notes().filter(|(_, note)| note.facts.is_unread());
    paths.chain(not_understood.map(|(_, note)| note.path.as_str())).filter(|path| wanted.has(path))
}

fn verdict(plan: &SyncPlan, args: &Sync) -> ExitStatus {
    if !plan.refused.is_empty() {
        ExitStatus::Failure
    } else if !plan.kept.is_empty() || ((args.check || args.exit_code) && !plan.writes.is_empty()) {
        ExitStatus::Findings
    } else {
        ExitStatus::Success
    }
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

/// Describes a write: `2 boards stale, 1 entry to log`.
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

/// Writes what was planned to all notes that can be written.
fn write(
    vault: &Vault,
    plan: &mut SyncPlan,
    plan_without: impl Fn(&BTreeSet<String>) -> SyncPlan,
    backup: Option<&Path>,
    terminal: &mut Terminal<'_>,
) -> Result<()> {
    let mut writer = Writer::open(vault.root())?;
    let mut refusals = leave_out(vault, plan, plan_without, |_| Vec::new(), &writer);
    let what = |at: usize| what(&plan.writes[at], "written");
    refusals.extend(write_all(vault, plan, &mut writer, backup, terminal, what)?);
    plan.refused.append(&mut refusals);
    Ok(())
}
