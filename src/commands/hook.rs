//! `portolan hook`: installs, removes and inspects the git hooks that judge what is about to be committed.

use std::path::{Path, PathBuf};

use self::manager::{Manager, check_of, checks};
use self::script::{Found, KEPT, Script};
use crate::args::{Common, Hook};
use crate::console::{ExitStatus, Terminal, find_root};
use crate::error::{Error, Result};
use crate::setup;
use crate::text::path::of_disk;
use crate::text::shell::word;
use crate::text::visible::escape;
use crate::vault::git::Repository;
use crate::vault::root;
use crate::write::disk::Local;
use crate::write::hook;
use crate::write::merge_driver::{self, Registered};

mod manager;
mod script;

/// The hooks that git runs before a commit, and before the commit of a merge without conflicts. Such a merge
/// of two good branches can give a bad vault, such as a link on one to a note that the other has deleted.
const HOOKS: [&str; 2] = ["pre-commit", "pre-merge-commit"];

pub(super) fn run(common: &Common, args: Hook, terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    let root = match &common.vault {
        // A vault that no longer exists must still be removed from the hooks.
        Some(folder) if matches!(args, Hook::Uninstall) && !folder.exists() => folder.clone(),
        _ => find_root(common, terminal)?,
    };
    let repository = Repository::around(&root)?;
    let vault = format!("./{}", repository.prefix().trim_end_matches('/'));
    let places = || repository.hooks().map(|folder| HOOKS.map(|name| Place::of(&folder, name)));
    match args {
        Hook::Install { merge_driver } => {
            // A hook with settings that cannot be read would stop every commit.
            setup::read(&root, common.config.as_deref(), None)?;
            // The driver needs no hook, so it is registered even where no hook can be installed.
            if merge_driver {
                register(&repository, &root, terminal)?;
            }
            let config =
                common.config.as_deref().map(|config| config_path(&repository, config)).transpose()?;
            for name in std::iter::once(vault.as_str()).chain(config.as_deref()) {
                if name.contains('\n') {
                    return Err(Error::new(format!(
                        "no hook can name `{name}`: there is a line break in it"
                    )));
                }
            }
            let program = if is_shared(&repository)? { NO_PROGRAM.to_owned() } else { program() };
            let check = Check { vault: &vault, config: config.as_deref(), program: &program };
            install(&places()?, check, terminal)
        }
        Hook::Uninstall => {
            for changed in merge_driver::unregister(repository.top(), &root, &Local)? {
                terminal.say(&format!("removed the merge driver from {changed}"));
            }
            uninstall(&places()?, &vault, terminal)
        }
        Hook::Status => {
            let found = places().and_then(|places| status(&places, repository.top(), &vault, terminal));
            let Registered { clone, notes } = merge_driver::status(repository.top(), &root)?;
            let state = match (clone, notes) {
                (true, true) => "portolan merges the notes of this vault",
                (true, false) => "portolan, but no line in `.gitattributes` asks for it",
                (false, true) => "wanted by `.gitattributes`, but not set up in this clone",
                (false, false) => return found,
            };
            terminal.print(&format!("merge driver: {state}\n"))?;
            found
        }
    }
}

/// The program in a hook that is part of the working tree: the path of portolan on one machine is of no use
/// to others.
const NO_PROGRAM: &str = "portolan";

/// Whether the hooks of a repository are in its working tree, so that everybody who works on it has them.
fn is_shared(repository: &Repository) -> Result<bool> {
    let folder = repository.hooks()?;
    let inside = folder.strip_prefix(repository.top());
    Ok(inside.is_ok_and(|inside| !inside.starts_with(".git")))
}

/// Registers portolan as the merge driver for the notes of the vault.
fn register(repository: &Repository, root: &Path, terminal: &mut Terminal<'_>) -> Result<()> {
    let changed = merge_driver::register(repository.top(), root, &program(), &Local)?;
    if changed.is_empty() {
        terminal.say("the merge driver is already registered");
    }
    for changed in changed {
        terminal.say(&format!("registered the merge driver in {changed}"));
    }
    Ok(())
}

/// The message about a kept hook that git did not run either.
const NOT_RUN: &str = "does not run: it is not executable";

/// The place of a hook, with what is there now.
struct Place {
    hook: PathBuf,
    kept: PathBuf,
    found: Option<Found>,
    /// The first 4096 bytes of what is there.
    text: String,
    /// Whether git runs what is there: it skips files that are not executable.
    runs: bool,
}

impl Place {
    fn of(folder: &Path, name: &str) -> Self {
        let hook = folder.join(name);
        // What is there may be a dangling link, or a binary.
        let there = hook.symlink_metadata().is_ok();
        let bytes = std::fs::read(&hook).unwrap_or_default();
        let found = there.then(|| Script::read(&bytes));
        let text = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]).into_owned();
        let runs = hook::is_executable(&hook);
        Self { kept: folder.join(format!("{name}{KEPT}")), hook, found, text, runs }
    }

    /// Returns portolan's own hook, or one without vaults where there is none.
    fn script(&self) -> Result<Script> {
        match &self.found {
            Some(Found::Own(script)) => Ok(script.clone()),
            Some(Found::Edited) => Err(edited(self)),
            Some(Found::Foreign) | None => Ok(Script::default()),
        }
    }

    fn is_foreign(&self) -> bool {
        self.found == Some(Found::Foreign)
    }

    fn keeps_one(&self) -> bool {
        self.kept.symlink_metadata().is_ok()
    }
}

/// The check that a hook runs.
#[derive(Clone, Copy)]
struct Check<'c> {
    /// The folder of the vault, relative to the top of the working tree.
    vault: &'c str,
    /// The configuration that the command line names.
    config: Option<&'c str>,
    /// The program, where the hook finds no other.
    program: &'c str,
}

fn install(places: &[Place], check: Check<'_>, terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    // Everything is checked first, so that no hook is installed without the others.
    let mut scripts = Vec::with_capacity(places.len());
    for place in places {
        let mut script = place.script()?;
        can_be_put(place, check, terminal)?;
        check.program.clone_into(&mut script.program);
        script.add(check.vault, check.config);
        scripts.push(script);
    }
    for (place, script) in places.iter().zip(scripts) {
        let kept = place.is_foreign().then_some(place.kept.as_path());
        hook::put(&place.hook, &script.write(), kept, &Local)?;
        terminal.say(&format!("installed `{}`", place.hook.display()));
        if let Some(name) = kept.and_then(Path::file_name) {
            let name = name.display();
            let runs = if place.runs { "runs first" } else { NOT_RUN };
            terminal.say(&format!("the hook that was there is kept as `{name}`, which {runs}"));
        }
    }
    Ok(ExitStatus::Success)
}

/// Checks that an existing hook of somebody else can be kept.
fn can_be_put(place: &Place, check: Check<'_>, terminal: &mut Terminal<'_>) -> Result<()> {
    if !place.is_foreign() {
        return Ok(());
    }
    let shown = place.hook.display();
    if let Some(manager) = Manager::of(place) {
        let way = (manager.way)(&check_of(check.vault, check.config));
        if manager.by_name {
            let message = format!(
                "`{shown}` is run by {}, which goes by the names of hooks, so it cannot be kept under another",
                manager.name
            );
            return Err(Error::new(message).with_hint(way));
        }
        terminal.say(&format!("note: {} wrote the hook that is there; {way}", manager.name));
    }
    if place.keeps_one() {
        let message = format!("`{shown}` is not a portolan hook, and `{}` exists too", place.kept.display());
        return Err(
            Error::new(message).with_hint("merge the two into one, or delete the one that is not needed")
        );
    }
    Ok(())
}

fn uninstall(places: &[Place], vault: &str, terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    let scripts = places.iter().map(Place::script).collect::<Result<Vec<Script>>>()?;
    let mut judged = false;
    for (place, mut script) in places.iter().zip(scripts) {
        if !script.remove(vault) {
            continue;
        }
        judged = true;
        let shown = place.hook.display();
        if script.vaults.is_empty() {
            let kept = place.keeps_one();
            hook::take(&place.hook, kept.then_some(place.kept.as_path()), &Local)?;
            let back = if kept { "; the hook that was there before is back" } else { "" };
            terminal.say(&format!("removed `{shown}`{back}"));
        } else {
            hook::put(&place.hook, &script.write(), None, &Local)?;
            terminal.say(&format!("`{shown}` stays, for the other vaults of the repository"));
        }
    }
    if !judged {
        terminal.say("no portolan hook checks this vault");
    }
    Ok(ExitStatus::Success)
}

/// Prints the state of the hooks. Exits with 1 where the vault is not judged.
fn status(places: &[Place], top: &Path, vault: &str, terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    let mut judged = true;
    for place in places {
        let manager = place.is_foreign().then(|| Manager::of(place)).flatten();
        let installed = match &place.found {
            Some(Found::Own(script)) => script.clone().remove(vault),
            Some(Found::Foreign) => {
                place.text.lines().any(|line| checks(line, vault))
                    || manager.is_some_and(|manager| manager.checks(place, top, vault))
            }
            _ => false,
        };
        let state = match &place.found {
            None => "no hook",
            Some(_) if installed && !place.runs => {
                "portolan's hook, which git does not run: it is not executable"
            }
            Some(Found::Foreign) if installed => "a hook that is not portolan's, which runs portolan",
            Some(Found::Own(_)) if installed => "portolan's hook, which checks this vault",
            Some(Found::Own(_)) => "portolan's hook, which does not check this vault",
            Some(Found::Edited) => "portolan's hook, edited by hand",
            Some(Found::Foreign) if manager.is_some_and(Manager::is_told) => {
                "the hook of another program; whether that runs portolan cannot be told"
            }
            Some(Found::Foreign) => "a hook that is not portolan's",
        };
        terminal.print(&format!("{}: {state}\n", escape(&place.hook.to_string_lossy())))?;
        if installed && !place.runs {
            let path = place.hook.to_string_lossy();
            terminal.say(&format!("`chmod +x {}` lets git run it", word(&path)));
        }
        if place.keeps_one() {
            let runs = if hook::is_executable(&place.kept) { "runs first" } else { NOT_RUN };
            let kept = place.kept.to_string_lossy();
            terminal.print(&format!("{}: the hook that was there before, which {runs}\n", escape(&kept)))?;
        }
        judged &= installed && place.runs;
    }
    Ok(if judged { ExitStatus::Success } else { ExitStatus::Findings })
}

fn edited(place: &Place) -> Error {
    Error::new(format!("`{}` has been edited by hand since portolan wrote it", place.hook.display()))
        .with_hint("copy your own lines elsewhere, delete the file, then run the command again")
}

/// Returns the path of the running program, for a hook that finds no other.
fn program() -> String {
    let path = std::env::current_exe().ok();
    path.as_deref().and_then(Path::to_str).map_or_else(|| "portolan".to_owned(), for_a_script)
}

/// Returns the path of a configuration as a hook must name it, relative to the top of the working tree.
fn config_path(repository: &Repository, config: &Path) -> Result<String> {
    let whole = root::whole(config)?;
    let named = match whole.strip_prefix(repository.top()) {
        Ok(inside) => of_disk(inside).map(|inside| format!("./{inside}")),
        Err(_) => whole.to_str().map(for_a_script),
    };
    named.ok_or_else(|| Error::new(format!("the name of `{}` is not UTF-8", config.display())))
}

/// Returns an absolute path as `sh` can read it: with slashes for the backslashes of Windows, and without its
/// `\\?\` prefix.
fn for_a_script(path: &str) -> String {
    if !cfg!(windows) {
        return path.to_owned();
    }
    let path = match path.strip_prefix(r"\\?\UNC\") {
        Some(share) => format!(r"\\{share}"),
        None => path.strip_prefix(r"\\?\").unwrap_or(path).to_owned(),
    };
    path.replace('\\', "/")
}
