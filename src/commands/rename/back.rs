//! The way back from a rename: a rename, or what git has.

use std::path::Path;

use super::super::way_back::WayBack;
use super::super::{Terminal, counted};
use super::What;
use crate::args::{Common, Rename};
use crate::model::integration::View;
use crate::plan::rename::{Move, RenamePlan};
use crate::systems::members;
use crate::text::fold::fold;
use crate::text::path;
use crate::text::shell::word;
use crate::vault::{Vault, on_disk};

/// How a rename is taken back. It is found out before anything is written.
pub(super) struct Back {
    /// The rename that leads back, where it is known what its words would mean.
    command: Option<String>,
    /// How many references it would not leave as they were.
    other: usize,
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
        let command = words(args, vault, what, plan).map(|words| line(common, args, what, &words));
        let other = plan.reshaped + plan.healed;
        // git brings back what stands in files, and moves none. To one heading lead links in many forms.
        let is_exact = other == 0 && command.is_some() && !matches!(what, What::Heading(..));
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
        Self { command, other, git: git.flatten() }
    }

    pub(super) fn show(&self, vault: &Vault, plan: &RenamePlan, terminal: &mut Terminal<'_>) {
        let written: Vec<&str> = plan.writes.iter().map(|(id, _)| vault.path_of(*id)).collect();
        let git = self.git.as_ref().and_then(|git| git.of_git(&written));
        match (git, &self.command) {
            (Some(git), _) => terminal.say(&format!("to undo: {git}")),
            (None, Some(command)) if self.other == 0 => terminal.say(&format!("to undo: {command}")),
            (None, Some(command)) => {
                let kept = counted(self.other, "reference");
                terminal.say(&format!("to undo, but for the form of {kept}: {command}"));
            }
            (None, None) => {}
        }
    }
}

/// The old and the new name of the rename that leads back.
fn words(args: &Rename, vault: &Vault, what: &What, plan: &RenamePlan) -> Option<[String; 2]> {
    match what {
        What::Path { .. } => {
            let Move { from, to } = plan.moved.as_ref()?;
            let name = path::file_name(from);
            let back = match (path::folder(from), path::folder(to)) {
                (old, new) if old == new => name.to_owned(),
                // A name alone would stay in the folder; a path begins at the root of the vault.
                ("", _) => format!("/{name}"),
                _ => from.clone(),
            };
            Some([seen(vault, to), back])
        }
        What::Heading(id, parts) => {
            let note = vault.note(*id)?;
            // As facts have it, no secret is in it; then it is not what has to be written again.
            let old = note.facts.text(note.heading(parts)?.text);
            let new = super::new_heading(vault, *id, &args.new).trim();
            // Links to a heading with marks in it are written without them, or are not.
            let taken_apart = |text: &str| text.contains(['#', '^', '[', '|', '*', '_', '`', '~', '=', '<']);
            if plan.unknown.is_some()
                || taken_apart(old)
                || taken_apart(new)
                || !vault.text(*id)?.contains(old)
            {
                return None;
            }
            let (_, above) = parts.split_last()?;
            let place = [&[seen(vault, &note.path)], above, &[new.to_owned()]].concat();
            Some([place.join("#"), old.to_owned()])
        }
        What::Block(id, old) => {
            let new = super::new_heading(vault, *id, &args.new);
            let new = new.strip_prefix('^').unwrap_or(new);
            Some([format!("{}#^{new}", seen(vault, vault.path_of(*id))), format!("^{old}")])
        }
        What::Integration => {
            let key = fold(args.old.trim());
            let mut names = members::integrations(vault).filter_map(|(_, found)| View(found).name());
            let old = names.find(|name| fold(name) == key)?;
            Some([args.new.trim().to_owned(), old.to_owned()])
        }
    }
}

/// A path of the vault as it can be typed here, where another file may have it.
fn seen(vault: &Vault, path: &str) -> String {
    let inside = on_disk(vault.root(), path);
    let here = Path::new(path);
    let is_other = here.exists() && here.canonicalize().ok() != inside.canonicalize().ok();
    if is_other { inside.to_string_lossy().into_owned() } else { path.to_owned() }
}

/// The command line.
fn line(common: &Common, args: &Rename, what: &What, [old, new]: &[String; 2]) -> String {
    let mut line = "portolan".to_owned();
    for (name, value) in [("--vault", &common.vault), ("--config", &common.config)] {
        if let Some(value) = value {
            line += &format!(" {name} {}", word(&value.to_string_lossy()));
        }
    }
    line += " rename";
    for (name, is_given) in [
        ("--integration", matches!(what, What::Integration)),
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
