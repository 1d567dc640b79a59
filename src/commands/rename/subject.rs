//! What a `rename` command line names.

use std::path::PathBuf;

use crate::args::Rename;
use crate::console::{Wanted, named};
use crate::error::{Error, Result};
use crate::model::integration::View;
use crate::plan::filename::with_extension_of;
use crate::plan::obstacle::Refused;
use crate::plan::rename::{
    BlockOf, HeadingOf, Move, Permit, RenamePlan, rename_block, rename_heading, rename_integration,
    rename_path,
};
use crate::syntax::integration::Integration;
use crate::systems::members;
use crate::text::fold::fold;
use crate::text::path;
use crate::vault::fragment::Fragment;
use crate::vault::git::Repository;
use crate::vault::names::FileId;
use crate::vault::{Note, NoteId, Vault, on_disk};

/// What is to be renamed, and its new name.
pub(super) enum What {
    Path(Move),
    /// The heading that a path of headings names.
    Heading {
        note: NoteId,
        parts: Vec<String>,
        new: String,
    },
    /// A block id; both ids are without their `^`.
    Block {
        note: NoteId,
        old: String,
        new: String,
    },
    Integration {
        old: String,
        new: String,
    },
}

impl What {
    /// Finds out what the command line names.
    pub(super) fn of(vault: &Vault, args: &Rename) -> Result<Self> {
        let old = args.old.as_str();
        let integration = || Self::Integration { old: args.old.clone(), new: args.new.clone() };
        if args.integration {
            return Ok(integration());
        }
        let file = |file: FileId| {
            let from = vault.names().path(file).to_owned();
            let to = new_path(vault, &from, false, &args.new)?;
            Ok(Self::Path(Move { from, to }))
        };
        // An existing path takes precedence, even if it contains a `#`.
        let typed = [PathBuf::from(old.trim_end_matches('/'))];
        if let Some(from) =
            Wanted::of(vault.root(), &typed).ok().and_then(|wanted| wanted.0.into_iter().next())
        {
            if let Some(id) = vault.names().exact(&from) {
                return file(id);
            }
            if from.is_empty() {
                return Err(Error::new("the vault itself is not renamed").with_hint("name something in it"));
            }
            if on_disk(vault.root(), &from).is_dir() {
                check_folder(&from)?;
                let to = new_path(vault, &from, true, &args.new)?;
                return Ok(Self::Path(Move { from, to }));
            }
        }
        if let Some((name, fragment)) = old.split_once('#') {
            let (note, _) = named::note(vault, name)?;
            let new = new_fragment(vault, note, &args.new);
            return match Fragment::read(fragment.trim()) {
                Some(Fragment::Heading(parts)) => {
                    Ok(Self::Heading { note, parts, new: new.trim().to_owned() })
                }
                Some(Fragment::Block(old)) => {
                    Ok(Self::Block { note, old, new: new.strip_prefix('^').unwrap_or(new).to_owned() })
                }
                _ => Err(Error::new(format!("`{old}` names no heading and no block"))
                    .with_hint("write `NOTE#HEADING` or `NOTE#^ID`")),
            };
        }
        let is_integration = members::integrations(vault).any(|(_, integration)| is_named(integration, old));
        match (named::file(vault, old), is_integration) {
            (Ok(id), false) => file(id),
            (Err(_), true) => Ok(integration()),
            (Err(error), false) => Err(error),
            (Ok(id), true) => {
                let path = vault.names().path(id);
                Err(Error::new(format!("`{old}` is a file and an integration"))
                    .with_hint(format!("name the file by its path, `{path}`, or add `--integration`")))
            }
        }
    }

    /// Returns the note of a renamed integration if its history could record the new name: its entries are
    /// not changed, and know only the old one.
    pub(super) fn to_record<'v>(&self, vault: &'v Vault) -> Option<&'v Note> {
        let Self::Integration { old, new } = self else { return None };
        let mut all = members::integrations(vault);
        let (home, _) = all.find(|(_, integration)| is_named(integration, old))?;
        let is_another = fold(old.trim()) != fold(new.trim());
        let has_history = !home.facts.system().history.is_empty();
        // `record` compares with the last commit.
        let has_commit = || Repository::around(vault.root()).is_ok_and(|own| !own.parents().is_empty());
        (is_another && has_history && has_commit()).then_some(home)
    }

    /// Plans the rename.
    pub(super) fn plan(&self, vault: &Vault, permit: Permit) -> Result<RenamePlan, Refused> {
        match self {
            Self::Path(moved) => rename_path(vault, moved.clone(), permit),
            Self::Heading { note, parts, new } => {
                rename_heading(vault, HeadingOf { note: *note, path: parts }, new, permit)
            }
            Self::Block { note, old, new } => {
                rename_block(vault, BlockOf { note: *note, id: old }, new, permit)
            }
            Self::Integration { old, new } => rename_integration(vault, old, new),
        }
    }
}

/// Refuses a folder that is not part of the vault. Dot folders and `node_modules` belong to programs (git,
/// Obsidian, a package manager), which would not find them again.
fn check_folder(from: &str) -> Result<()> {
    let is_outside = |part: &&str| path::is_hidden(part) || path::is_vendored(part);
    let Some(outside) = from.split('/').find(is_outside) else { return Ok(()) };
    Err(named::outside_of_vault(outside)
        .with_hint("nothing in it is renamed; name a folder that holds notes"))
}

fn is_named(integration: &Integration, name: &str) -> bool {
    View(integration).name().is_some_and(|own| fold(own) == fold(name.trim()))
}

/// Returns the new path of a file or folder.
fn new_path(vault: &Vault, from: &str, folder: bool, new: &str) -> Result<String> {
    if new.trim().is_empty() {
        return Err(Error::new("the new name is empty").with_hint("say what it is to be called"));
    }
    let name = path::file_name(from);
    let into = new.ends_with('/').then(|| format!("{new}{name}"));
    let typed = named::path_to_be(vault, into.as_deref().unwrap_or(new), path::folder(from))?;
    if folder {
        return Ok(typed);
    }
    with_extension_of(from, &typed).map_err(|why| {
        Error::new(why).with_hint("a rename keeps the extension; leave it out of the new name")
    })
}

/// Returns the new name of a heading or block, which may be written with its note, like the old one.
fn new_fragment<'n>(vault: &Vault, note: NoteId, new: &'n str) -> &'n str {
    match new.split_once('#') {
        Some(("", fragment)) => fragment,
        Some((name, fragment)) if named::note(vault, name).is_ok_and(|(id, _)| id == note) => fragment,
        _ => new,
    }
}
