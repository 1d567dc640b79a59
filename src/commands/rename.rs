//! `portolan rename`

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use self::subject::What;
use self::undo::Back;
use crate::args::{Common, Rename};
use crate::console::words::healed;
use crate::console::{Access, ExitStatus, Terminal, load, refusal};
use crate::error::{Error, Result};
use crate::plan::rename::{Move, Permit, RenamePlan};
use crate::report::diff;
use crate::syntax::facts::ProblemKind;
use crate::text::edit::Edits;
use crate::text::fold::nfc;
use crate::text::message::counted;
use crate::text::visible::escape;
use crate::vault::files::held_by;
use crate::vault::symlinks::broken_by_a_move;
use crate::vault::{Keep, NoteId, Vault};
use crate::write::Writer;
use crate::write::journal::{Batch, carry_out};

mod subject;
mod undo;

pub(super) fn run(common: &Common, args: &Rename, terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    let vault = load(common, Keep::Texts, Access::unless(args.diff), terminal)?;
    let permit = Permit { lengthen: args.lengthen, excluded: args.excluded };
    let what = What::of(&vault, args)?;
    let plan = match what.plan(&vault, permit) {
        Ok(plan) => plan,
        Err(refused) => return Err(refusal::told("renamed", &refused, terminal)),
    };
    if let Some(moved) = &plan.moved {
        check_symlinks(&vault, moved)?;
    }
    if args.git && plan.moved.is_none() {
        return Err(Error::new("there is no file to move with `--git`").with_hint("leave `--git` out"));
    }
    if args.diff {
        preview(&vault, &plan, terminal)?;
    } else {
        let back = Back::before(common, args, &vault, &what, &plan);
        write(&vault, &plan, args.git)?;
        say(&vault, args, &plan, terminal);
        if let Some(home) = what.to_record(&vault) {
            terminal
                .say(&format!("`portolan record` writes it into the history of `{}`", escape(&home.path)));
        }
        // Finding the way back reads the vault once more.
        if !terminal.quiet {
            back.show(args, &vault, &what, &plan, terminal);
        }
    }
    for spot in &plan.left {
        terminal.say(&format!("{}:{}: left as it is: {}", escape(&spot.note), spot.line, spot.message));
    }
    if let Some(spot) = &plan.unknown {
        terminal.say(&format!("{}:{}: {}", escape(&spot.note), spot.line, escape(&spot.message)));
    }
    unread(&vault, terminal);
    Ok(ExitStatus::Success)
}

/// Prints a patch in git's format: each file that moves, and the changes in it and in others.
fn preview(vault: &Vault, plan: &RenamePlan, terminal: &mut Terminal<'_>) -> Result<()> {
    let moved = |path: &str| plan.moved.as_ref().and_then(|moved| moved.apply(path));
    let mut files: BTreeMap<&str, Option<(NoteId, &Edits)>> = BTreeMap::new();
    let held = plan.moved.as_ref().map(|moved| held_by(vault.root(), &moved.from));
    let (named, unnameable) = held.unwrap_or_default();
    files.extend(named.iter().map(|path| (path.as_str(), None)));
    files.extend(plan.writes.iter().map(|(id, edits)| (vault.path_of(*id), Some((*id, edits)))));
    for (path, change) in files {
        let to = moved(path);
        terminal.print_plain(&diff::patch(vault, (path, to.as_deref().unwrap_or(path)), change))?;
    }
    for path in unnameable {
        terminal.say(&format!("{path}: not in the patch: the name is not UTF-8"));
    }
    Ok(())
}

fn write(vault: &Vault, plan: &RenamePlan, git: bool) -> Result<()> {
    let mut batch = Batch { git, ..Batch::default() };
    // Interrupting the command takes back what was written. Where no signal handler can be installed, the
    // next command completes the rename or takes it back.
    let stop = Arc::clone(&batch.stop);
    let _ = ctrlc::set_handler(move || stop.store(true, Ordering::Relaxed));
    batch.moved = plan.moved.clone().map(|Move { from, to }| (from, to));
    for (id, edits) in &plan.writes {
        let path = vault.path_of(*id).to_owned();
        let text = vault.text(*id).ok_or_else(|| Error::new(format!("`{path}` is not text")))?;
        batch.writes.push((path, text, edits.clone()));
    }
    carry_out(&mut Writer::open(vault.root())?, &batch)
}

fn say(vault: &Vault, args: &Rename, plan: &RenamePlan, terminal: &mut Terminal<'_>) {
    let (old, new) = match &plan.moved {
        Some(Move { from, to }) => (from.as_str(), to.as_str()),
        None => (args.old.as_str(), args.new.as_str()),
    };
    let mut said = format!("renamed `{}` to `{}`", escape(old), escape(new));
    if plan.followed > 0 {
        let files = counted(plan.followed_in, "file");
        said += &format!("; {} in {files} followed", counted(plan.followed, "reference"));
    }
    terminal.say(&said);
    if plan.reshaped > 0 {
        terminal
            .say(&format!("{} had to take another form to lead there", counted(plan.reshaped, "reference")));
    }
    if plan.healed > 0 {
        terminal.say(&healed(plan.healed));
    }
    if plan.boards > 0 {
        let boards = counted(plan.boards, "board");
        terminal.say(&format!("{boards} followed; `portolan sync` puts the rows in order"));
    }
    if let Some(moved) = &plan.moved {
        settings(vault, moved, terminal);
    }
}

/// Names the settings that refer to what has moved: they are left to a person.
fn settings(vault: &Vault, moved: &Move, terminal: &mut Terminal<'_>) {
    let config = vault.config();
    let own = config.exclude.iter().chain(&config.templates);
    let own = own.chain(config.path_severities.iter().map(|(path, _)| path));
    let own = own.chain(&config.integration_schema).chain(config.boards.values());
    let own = own.map(|path| (crate::config::FILE_NAME.to_owned(), path.trim_end_matches('/').to_owned()));
    let mut named: Vec<(String, String)> = own.chain(vault.named_by_settings()).collect();
    // Settings are compared in composed form (NFC), as they are read.
    let moved = Move { from: nfc(&moved.from).into_owned(), to: nfc(&moved.to).into_owned() };
    named.retain(|(_, path)| {
        let path = nfc(path);
        moved.apply(&path).or_else(|| moved.apply(&format!("{path}.md"))).is_some()
    });
    named.sort_unstable();
    named.dedup();
    for (file, path) in named {
        terminal.say(&format!("`{file}` names `{}`: change it there", escape(&path)));
    }
}

/// Names the files that could not be read, so that links in them stay as they are.
fn unread(vault: &Vault, terminal: &mut Terminal<'_>) {
    for unread in vault.unread() {
        terminal.say(&format!("{}: links in it cannot follow: {}", escape(&unread.path), unread.reason));
    }
    for note in vault.ids().filter_map(|id| vault.note(id)) {
        use ProblemKind::{Canvas, Encoding, Nesting};
        let mut problems = note.facts.system().problems.iter();
        if let Some(problem) = problems.find(|p| matches!(p.kind, Encoding | Canvas | Nesting)) {
            terminal.say(&format!("{}: links in it cannot follow: {}", escape(&note.path), problem.message));
        }
    }
}

/// Refuses a move that breaks symbolic links: a rename does not adapt those.
fn check_symlinks(vault: &Vault, moved: &Move) -> Result<()> {
    let broken = broken_by_a_move(vault.root(), &moved.from, &moved.to);
    let Some(first) = broken.first() else { return Ok(()) };
    let more = match broken.len() {
        1 => String::new(),
        n => format!(" (and {} more)", n - 1),
    };
    Err(Error::new(format!(
        "nothing was renamed: the symbolic link `{}`{more} would lead nowhere",
        escape(first)
    ))
    .with_hint("remove it first, and make it anew afterwards"))
}
