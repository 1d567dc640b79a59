//! `portolan rename`

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use self::back::Back;
use super::words::healed;
use super::{Access, ExitStatus, Terminal, Wanted, counted, load, named, refusal};
use crate::args::{Common, Rename};
use crate::error::{Error, Result};
use crate::model::integration::View;
use crate::plan::filename::with_extension_of;
use crate::plan::rename::{
    Move, Permit, RenamePlan, rename_block, rename_heading, rename_integration, rename_path,
};
use crate::report::diff;
use crate::syntax::facts::ProblemKind;
use crate::syntax::integration::Integration;
use crate::systems::members;
use crate::text::edit::Edits;
use crate::text::fold::{fold, nfc};
use crate::text::path;
use crate::text::visible::escape;
use crate::vault::files::held_by;
use crate::vault::fragment::Fragment;
use crate::vault::git::Repository;
use crate::vault::names::FileId;
use crate::vault::symlinks::broken_by_a_move;
use crate::vault::{Keep, Note, NoteId, Vault};
use crate::write::Writer;
use crate::write::journal::{Batch, carry_out};

mod back;

pub(super) fn run(common: &Common, args: &Rename, terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    let vault = load(common, Keep::Texts, Access::unless(args.diff), terminal)?;
    let permit = Permit { lengthen: args.lengthen, excluded: args.excluded };
    let what = what(&vault, args)?;
    let planned = match &what {
        What::Path { from, folder } => {
            let (from, to) = (from.clone(), new_path(&vault, from, *folder, &args.new)?);
            rename_path(&vault, Move { from, to }, permit)
        }
        What::Heading(note, parts) => {
            rename_heading(&vault, (*note, parts), new_heading(&vault, *note, &args.new), permit)
        }
        What::Block(note, id) => {
            let new = new_heading(&vault, *note, &args.new);
            rename_block(&vault, (*note, id), new.strip_prefix('^').unwrap_or(new), permit)
        }
        What::Integration => rename_integration(&vault, &args.old, &args.new),
    };
    let plan = match planned {
        Ok(plan) => plan,
        Err(refused) => return Err(refusal::told("renamed", &refused, terminal)),
    };
    if let Some(moved) = &plan.moved {
        check_symlinks(&vault, moved)?;
    }
    if args.git && plan.moved.is_none() {
        return Err(Error::new("there is no file to move with `--git`").hint("leave `--git` out"));
    }
    if args.diff {
        preview(&vault, &plan, terminal)?;
    } else {
        let back = Back::before(common, args, &vault, &what, &plan);
        write(&vault, &plan, args.git)?;
        say(&vault, args, &plan, terminal);
        if matches!(what, What::Integration)
            && let Some(home) = to_record(&vault, args)
        {
            terminal
                .say(&format!("`portolan record` writes it into the history of `{}`", escape(&home.path)));
        }
        // To say how a rename is taken back takes another look at the vault.
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

/// What is to be renamed.
enum What {
    Path { from: String, folder: bool },
    Heading(NoteId, Vec<String>),
    Block(NoteId, String),
    Integration,
}

fn what(vault: &Vault, args: &Rename) -> Result<What> {
    if args.integration {
        return Ok(What::Integration);
    }
    let old = args.old.as_str();
    let file = |file: FileId| What::Path { from: vault.names().path(file).to_owned(), folder: false };
    // A path that is there is meant, whatever marks are in it.
    let typed = [PathBuf::from(old.trim_end_matches('/'))];
    if let Some(path) = Wanted::of(vault.root(), &typed).ok().and_then(|wanted| wanted.0.into_iter().next()) {
        if let Some(id) = vault.names().exact(&path) {
            return Ok(file(id));
        }
        if path.is_empty() {
            return Err(Error::new("the vault itself is not renamed").hint("name something in it"));
        }
        if crate::vault::on_disk(vault.root(), &path).is_dir() {
            return Ok(What::Path { from: path, folder: true });
        }
    }
    if let Some((name, fragment)) = old.split_once('#') {
        let (id, _) = named::note(vault, name)?;
        return match Fragment::read(fragment.trim()) {
            Some(Fragment::Heading(parts)) => Ok(What::Heading(id, parts)),
            Some(Fragment::Block(block)) => Ok(What::Block(id, block)),
            _ => Err(Error::new(format!("`{old}` names no heading and no block"))
                .hint("write `NOTE#HEADING` or `NOTE#^ID`")),
        };
    }
    let integration = members::integrations(vault).any(|(_, integration)| is_named(integration, old));
    match (named::file(vault, old), integration) {
        (Ok(id), false) => Ok(file(id)),
        (Err(_), true) => Ok(What::Integration),
        (Err(error), false) => Err(error),
        (Ok(id), true) => {
            let path = vault.names().path(id);
            Err(Error::new(format!("`{old}` is a file and an integration"))
                .hint(format!("name the file by its path, `{path}`, or add `--integration`")))
        }
    }
}

fn is_named(integration: &Integration, name: &str) -> bool {
    View(integration).name().is_some_and(|own| fold(own) == fold(name.trim()))
}

/// The note of an integration, where its history can tell the new name: its entries stay, and know only the old one.
fn to_record<'v>(vault: &'v Vault, args: &Rename) -> Option<&'v Note> {
    let mut all = members::integrations(vault);
    let (home, _) = all.find(|(_, integration)| is_named(integration, &args.old))?;
    let is_another = fold(args.old.trim()) != fold(args.new.trim());
    let has_history = !home.facts.system().history.is_empty();
    // A record compares with the last commit.
    let has_commit = || Repository::around(vault.root()).is_ok_and(|own| !own.parents().is_empty());
    (is_another && has_history && has_commit()).then_some(home)
}

/// The path that something gets.
fn new_path(vault: &Vault, from: &str, folder: bool, new: &str) -> Result<String> {
    if new.trim().is_empty() {
        return Err(Error::new("the new name is empty").hint("say what it is to be called"));
    }
    let name = path::file_name(from);
    let into = new.ends_with('/').then(|| format!("{new}{name}"));
    let typed = named::path_to_be(vault, into.as_deref().unwrap_or(new), path::folder(from))?;
    if folder {
        return Ok(typed);
    }
    with_extension_of(from, &typed)
        .map_err(|why| Error::new(why).hint("a rename keeps the extension; leave it out of the new name"))
}

/// The new name of a heading or block, which may be written with its note, as the old one is.
fn new_heading<'n>(vault: &Vault, note: NoteId, new: &'n str) -> &'n str {
    match new.split_once('#') {
        Some(("", fragment)) => fragment,
        Some((name, fragment)) if named::note(vault, name).is_ok_and(|(id, _)| id == note) => fragment,
        _ => new,
    }
}

/// A patch that git takes: each file that moves, and what changes in it and in others.
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
    // Who interrupts it wants nothing of it: what is written is taken back. Where nobody can listen for signals, the
    // next command brings it to an end.
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

/// Settings that name what has moved are left to a person.
fn settings(vault: &Vault, moved: &Move, terminal: &mut Terminal<'_>) {
    let config = vault.config();
    let own = config.exclude.iter().chain(&config.templates);
    let own = own.chain(config.path_severities.iter().map(|(path, _)| path));
    let own = own.chain(&config.integration_schema).chain(config.boards.values());
    let own = own.map(|path| (crate::config::FILE_NAME.to_owned(), path.trim_end_matches('/').to_owned()));
    let mut named: Vec<(String, String)> = own.chain(vault.named_by_settings()).collect();
    // As the settings are read: in the composed form.
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

/// What no rename reads: links in it stay as they are.
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

/// Symbolic links are files of their own: nothing follows for them.
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
    .hint("remove it first, and make it anew afterwards"))
}
