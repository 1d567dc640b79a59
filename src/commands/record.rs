//! `portolan record`

use crate::args::{Common, Record};
use crate::console::apply::{say_dates_that_stay, write_all};
use crate::console::revision::{tree, unread};
use crate::console::{Access, ExitStatus, Terminal, Wanted, place, read, this_minute};
use crate::error::Result;
use crate::plan::record::{RecordOptions, RecordPlan, RecordWrite, plan};
use crate::report::diff;
use crate::text::message::counted;
use crate::text::visible::escape;
use crate::vault::git::Repository;
use crate::vault::{Keep, Traits, Vault};
use crate::write::Writer;

pub(super) fn run(common: &Common, args: &Record, terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    let (root, config) = place(common, Access::unless(args.diff), terminal)?;
    let repository = Repository::around(&root)?;
    let vault = read(&root, config, Keep::Texts, terminal)?;
    let old = vault.beside(tree(&repository, &root, &args.since, terminal)?)?;
    unread([&old, &vault], terminal);
    let wanted = Wanted::of(&root, &args.paths)?;
    let options = RecordOptions { now: this_minute(vault.config()), wanted: &|note: &str| wanted.has(note) };
    let mut plan = plan(&old, &vault, options);
    if args.diff {
        preview(&vault, &plan, terminal)?;
    } else if !plan.writes.is_empty() {
        let mut writer = Writer::open(vault.root())?;
        let backup = args.backup.backup.as_deref();
        let refused = write_all(&vault, &plan, &mut writer, backup, terminal, |at| what(&plan.writes[at]))?;
        plan.refused.extend(refused);
        if vault.notes_with(Traits::BOARDS).next().is_some() {
            terminal.say("`portolan sync` brings the boards up to date");
        }
    } else if plan.refused.is_empty() && plan.without_history.is_empty() {
        terminal.say("nothing to record");
    }
    let written = plan.writes.iter().map(|write| write.note);
    say_dates_that_stay(&vault, written, options.now, terminal);
    for (note, titles) in &plan.without_history {
        let what = escape(&titles.join("; ")).into_owned();
        terminal
            .say(&format!("{}: not recorded, since the note has no history section: {what}", escape(note)));
    }
    for refusal in &plan.refused {
        terminal.refuse(refusal);
    }
    Ok(if plan.refused.is_empty() { ExitStatus::Success } else { ExitStatus::Failure })
}

/// Describes a write: `2 entries: title; title`.
fn what(write: &RecordWrite) -> String {
    format!("{}: {}", counted(write.titles.len(), "entry"), escape(&write.titles.join("; ")))
}

fn preview(vault: &Vault, plan: &RecordPlan, terminal: &mut Terminal<'_>) -> Result<()> {
    for write in &plan.writes {
        terminal.print_plain(&diff::edited(vault, write.note, &write.edits, vault.path_of(write.note)))?;
    }
    Ok(())
}
