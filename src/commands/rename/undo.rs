//! The way back from a rename: another rename, or git.

use std::collections::BTreeMap;
use std::path::Path;
use std::slice;

use super::subject::What;
use crate::args::{Common, Rename};
use crate::console::Terminal;
use crate::console::undo::WayBack;
use crate::model::integration::View;
use crate::plan::rename::{Move, Permit, RenamePlan};
use crate::systems::members;
use crate::text::edit::Edits;
use crate::text::fold::fold;
use crate::text::message::counted;
use crate::text::path;
use crate::text::shell::word;
use crate::vault::{Keep, NoteId, Vault, on_disk};

/// How a rename can be undone.
pub(super) struct Back {
    /// The command that renames back, where its arguments are unambiguous, and the number of references that
    /// it would not restore exactly. That number is only known before the write if no file moves.
    command: Option<(String, Option<usize>)>,
    git: Option<WayBack>,
}

impl Back {
    pub(super) fn before(
        common: &Common,
        args: &Rename,
        vault: &Vault,
        what: &What,
        plan: &RenamePlan,
    ) -> Self {
        let mut command = words(vault, what, plan).map(|words| (line(common, args, what, &words), None));
        if plan.moved.is_none() {
            let texts =
                plan.writes.iter().filter_map(|(id, edits)| Some((*id, edits.apply(&vault.text(*id)?)?)));
            let after = vault.with_texts(&texts.collect::<Vec<_>>());
            // If renaming back would be refused, it is no way back.
            command = command.and_then(|(line, _)| {
                let back = planned(args, vault, &after, what, plan)?;
                Some((line, Some(unlike(vault, plan, &after, &back)?)))
            });
        }
        // git restores contents but does not move files. Links to a heading can have many forms, which
        // renaming back may not restore.
        let is_exact = matches!(command, Some((_, Some(0)))) && !matches!(what, What::Heading { .. });
        let asks_git = plan.moved.is_none() && !is_exact;
        let git = asks_git.then(|| {
            let texts: Vec<_> = plan
                .writes
                .iter()
                .filter_map(|(id, _)| Some((vault.path_of(*id), vault.text(*id)?)))
                .collect();
            let notes: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (*path, &**text)).collect();
            WayBack::before(vault.root(), &notes, None).ok()
        });
        Self { command, git: git.flatten() }
    }

    /// Prints how to undo the rename, which is done.
    pub(super) fn show(
        &self,
        args: &Rename,
        vault: &Vault,
        what: &What,
        plan: &RenamePlan,
        terminal: &mut Terminal<'_>,
    ) {
        let written: Vec<&str> = plan.writes.iter().map(|(id, _)| vault.path_of(*id)).collect();
        if let Some(git) = self.git.as_ref().and_then(|git| git.of_git(&written)) {
            terminal.say(&format!("to undo: {git}"));
            return;
        }
        let Some((command, other)) = &self.command else { return };
        let other = other.or_else(|| {
            let after = Vault::load(vault.root(), vault.config().clone(), Keep::Texts, &|_, _| {}).ok()?;
            unlike(vault, plan, &after, &planned(args, vault, &after, what, plan)?)
        });
        match other {
            Some(0) => terminal.say(&format!("to undo: {command}")),
            Some(other) => {
                let kept = counted(other, "reference");
                terminal.say(&format!("to undo, but for the form of {kept}: {command}"));
            }
            None => {}
        }
    }
}

/// Plans the rename that leads back from the state after it; `None` where it would be refused or would rename
/// something else.
fn planned(
    args: &Rename,
    vault: &Vault,
    after: &Vault,
    what: &What,
    plan: &RenamePlan,
) -> Option<RenamePlan> {
    let [_, was] = words(vault, what, plan)?;
    let back = match what {
        What::Path(_) => {
            let Move { from, to } = plan.moved.clone()?;
            What::Path(Move { from: to, to: from })
        }
        What::Heading { note, parts, new } => {
            let (_, above) = parts.split_last()?;
            let back = [above, slice::from_ref(new)].concat();
            // If several headings have the new text, its path may name another one.
            let renamed = vault.note(*note)?.heading_index(parts);
            if after.note(*note)?.heading_index(&back) != renamed {
                return None;
            }
            What::Heading { note: *note, parts: back, new: was }
        }
        What::Block { note, old, new } => What::Block { note: *note, old: new.clone(), new: old.clone() },
        What::Integration { new, .. } => What::Integration { old: new.clone(), new: was },
    };
    back.plan(after, Permit { lengthen: false, excluded: args.excluded }).ok()
}

/// Counts the references that differ from the original after a rename and the one that leads back.
fn unlike(vault: &Vault, plan: &RenamePlan, after: &Vault, back: &RenamePlan) -> Option<usize> {
    let mut back: BTreeMap<NoteId, &Edits> = back.writes.iter().map(|(id, edits)| (*id, edits)).collect();
    let mut count = 0;
    for (id, edits) in &plan.writes {
        let path = vault.path_of(*id);
        let moved = plan.moved.as_ref().and_then(|moved| moved.apply(path));
        let then = after.find(moved.as_deref().unwrap_or(path))?;
        let both = back.remove(&then).map_or_else(|| edits.clone(), |back| edits.then(back));
        let text = vault.text(*id)?;
        count += both.iter().filter(|edit| edit.text != edit.span.of(&text)).count();
    }
    Some(count + back.values().map(|edits| edits.iter().count()).sum::<usize>())
}

/// Returns the old and the new name for the rename that leads back.
fn words(vault: &Vault, what: &What, plan: &RenamePlan) -> Option<[String; 2]> {
    match what {
        What::Path(_) => {
            let Move { from, to } = plan.moved.as_ref()?;
            let name = path::file_name(from);
            let back = match (path::folder(from), path::folder(to)) {
                (old, new) if old == new => name.to_owned(),
                // A bare name would stay in the folder; a path starts at the root of the vault.
                ("", _) => format!("/{name}"),
                _ => from.clone(),
            };
            Some([seen(vault, to), back])
        }
        What::Heading { note: id, parts, new } => {
            let note = vault.note(*id)?;
            // Facts have secrets masked, so this text may not be the one to be written again.
            let old = note.facts.text(note.heading(parts)?.text);
            // In links to a heading with markup, the markup may be left out.
            let taken_apart = |text: &str| text.contains(['#', '^', '[', '|', '*', '_', '`', '~', '=', '<']);
            if plan.unknown.is_some()
                || taken_apart(old)
                || taken_apart(new)
                || !vault.text(*id)?.contains(old)
            {
                return None;
            }
            let (_, above) = parts.split_last()?;
            let place = [&[seen(vault, &note.path)], above, slice::from_ref(new)].concat();
            Some([place.join("#"), old.to_owned()])
        }
        What::Block { note, old, new } => {
            Some([format!("{}#^{new}", seen(vault, vault.path_of(*note))), format!("^{old}")])
        }
        What::Integration { old, new } => {
            let key = fold(old.trim());
            let mut names = members::integrations(vault).filter_map(|(_, found)| View(found).name());
            let old = names.find(|name| fold(name) == key)?;
            Some([new.trim().to_owned(), old.to_owned()])
        }
    }
}

/// Returns a path of the vault as it can be typed here, made whole where another file would match it.
fn seen(vault: &Vault, path: &str) -> String {
    let inside = on_disk(vault.root(), path);
    let here = Path::new(path);
    let is_other = here.exists() && here.canonicalize().ok() != inside.canonicalize().ok();
    if is_other { inside.to_string_lossy().into_owned() } else { path.to_owned() }
}

/// Returns the command line of the rename.
fn line(common: &Common, args: &Rename, what: &What, [old, new]: &[String; 2]) -> String {
    let mut line = "portolan".to_owned();
    for (name, value) in [("--vault", &common.vault), ("--config", &common.config)] {
        if let Some(value) = value {
            line += &format!(" {name} {}", word(&value.to_string_lossy()));
        }
    }
    line += " rename";
    for (name, is_given) in [
        ("--integration", matches!(what, What::Integration { .. })),
        ("--excluded", args.excluded),
        ("--git", args.git),
    ] {
        if is_given {
            line += &format!(" {name}");
        }
    }
    let dashes = if old.starts_with('-') || new.starts_with('-') { " --" } else { "" };
    line + &format!("{dashes} {} {}", word(old), word(new))
}
