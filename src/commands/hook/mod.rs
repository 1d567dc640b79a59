//! `portolan hook`: the pre-commit hook of the repository around the vault.

use std::path::{Path, PathBuf};

use self::script::{Found, KEPT, Script};
use super::{ExitStatus, Terminal, find_root};
use crate::args::{Common, Hook};
use crate::error::{Error, Result};
use crate::vault::git::Repository;
use crate::vault::root;
use crate::write::driver::{self, Registered};
use crate::write::hook;

mod script;

pub(super) fn run(common: &Common, args: Hook, terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    let root = find_root(common, terminal)?;
    let repository = Repository::around(&root)?;
    let place = Place::of(&repository)?;
    let vault = format!("./{}", repository.prefix().trim_end_matches('/'));
    match args {
        Hook::Install { merge_driver } => {
            if merge_driver {
                register(&repository, &root, terminal)?;
            }
            let config =
                common.config.as_deref().map(|config| config_path(&repository, config)).transpose()?;
            install(&place, &vault, config.as_deref(), terminal)
        }
        Hook::Uninstall => {
            let status = uninstall(&place, &vault, terminal)?;
            for changed in driver::unregister(repository.top(), &root)? {
                terminal.say(&format!("took the merge driver out of {changed}"));
            }
            Ok(status)
        }
        Hook::Status => {
            let status = status(&place, &vault, terminal)?;
            let Registered { clone, notes } = driver::status(repository.top(), &root)?;
            let state = match (clone, notes) {
                (true, true) => "portolan merges the notes of this vault",
                (true, false) => "portolan, but no line in `.gitattributes` asks for it",
                (false, true) => "wanted by `.gitattributes`, but not set up in this clone",
                (false, false) => return Ok(status),
            };
            terminal.print(&format!("merge driver: {state}\n"))?;
            Ok(status)
        }
    }
}

/// Lets git merge the notes of the vault with portolan.
fn register(repository: &Repository, root: &Path, terminal: &mut Terminal<'_>) -> Result<()> {
    let changed = driver::register(repository.top(), root, &program())?;
    if changed.is_empty() {
        terminal.say("the merge driver is there already");
    }
    for changed in changed {
        terminal.say(&format!("registered the merge driver in {changed}"));
    }
    Ok(())
}

/// Where the hook goes.
struct Place {
    hook: PathBuf,
    kept: PathBuf,
    found: Option<Found>,
    /// The first bytes of a hook that somebody else has written.
    text: String,
}

impl Place {
    fn of(repository: &Repository) -> Result<Self> {
        let folder = repository.hooks()?;
        let hook = folder.join("pre-commit");
        // What is there may be a link that leads nowhere, or a program.
        let there = hook.symlink_metadata().is_ok();
        let bytes = std::fs::read(&hook).unwrap_or_default();
        let found = there.then(|| Script::read(&bytes));
        let text = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]).into_owned();
        Ok(Self { kept: folder.join(KEPT), hook, found, text })
    }

    fn keeps_one(&self) -> bool {
        self.kept.symlink_metadata().is_ok()
    }
}

fn install(
    place: &Place,
    vault: &str,
    config: Option<&str>,
    terminal: &mut Terminal<'_>,
) -> Result<ExitStatus> {
    let shown = place.hook.display();
    let mut script = match &place.found {
        Some(Found::Own(script)) => script.clone(),
        Some(Found::Edited) => return Err(edited(place)),
        Some(Found::Foreign) | None => Script::default(),
    };
    let foreign = place.found == Some(Found::Foreign);
    if let Some(manager) = Manager::of(place).filter(|_| foreign) {
        if manager.by_name {
            let message = format!("`{shown}` is run by {}, which goes by the names of hooks", manager.name);
            return Err(Error::new(message).hint(manager.way));
        }
        terminal.say(&format!("note: {} wrote the hook that is there; {}", manager.name, manager.way));
    }
    if foreign && place.keeps_one() {
        let message =
            format!("`{shown}` is a hook of somebody else, and `{}` is there too", place.kept.display());
        return Err(Error::new(message).hint("make one of the two, or delete the one that is not needed"));
    }
    script.program = program();
    script.add(vault, config);
    hook::put(&place.hook, &script.write(), foreign.then_some(place.kept.as_path()))?;
    terminal.say(&format!("installed `{shown}`"));
    if foreign {
        terminal.say(&format!("the hook that was there is kept as `{KEPT}` and runs first"));
    }
    Ok(ExitStatus::Success)
}

fn uninstall(place: &Place, vault: &str, terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    let mut script = match &place.found {
        Some(Found::Own(script)) => script.clone(),
        Some(Found::Edited) => return Err(edited(place)),
        Some(Found::Foreign) | None => Script::default(),
    };
    if !script.remove(vault) {
        terminal.say(&format!("`{}` does not judge this vault", place.hook.display()));
        return Ok(ExitStatus::Success);
    }
    if script.vaults.is_empty() {
        let kept = place.keeps_one();
        hook::take(&place.hook, kept.then_some(place.kept.as_path()))?;
        let back = if kept { "; the hook that was there before is back" } else { "" };
        terminal.say(&format!("removed the hook{back}"));
    } else {
        hook::put(&place.hook, &script.write(), None)?;
        terminal.say("the hook goes on for the other vaults of the repository");
    }
    Ok(ExitStatus::Success)
}

/// Exits with 1 where the vault is not judged.
fn status(place: &Place, vault: &str, terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    let installed = match &place.found {
        Some(Found::Own(script)) => script.clone().remove(vault),
        _ => false,
    };
    let state = match &place.found {
        None => "no hook",
        Some(Found::Own(_)) if installed => "portolan's hook, which judges this vault",
        Some(Found::Own(_)) => "portolan's hook, which does not judge this vault",
        Some(Found::Edited) => "portolan's hook, edited by hand",
        Some(Found::Foreign) => "a hook of somebody else",
    };
    terminal.print(&format!("{}: {state}\n", place.hook.display()))?;
    if place.keeps_one() {
        terminal.print(&format!(
            "{}: the hook that was there before, which runs first\n",
            place.kept.display()
        ))?;
    }
    Ok(if installed { ExitStatus::Success } else { ExitStatus::Findings })
}

fn edited(place: &Place) -> Error {
    Error::new(format!("`{}` was edited by hand since portolan wrote it", place.hook.display()))
        .hint("move your own lines into a hook that it can keep, or delete the file")
}

/// The program that is running, for a hook that finds no other.
fn program() -> String {
    let path = std::env::current_exe().map(|path| path.to_string_lossy().into_owned());
    let path = path.unwrap_or_else(|_| "portolan".to_owned());
    if cfg!(windows) { path.replace('\\', "/") } else { path }
}

/// A configuration as a hook can name it, which starts at the top of the working tree.
fn config_path(repository: &Repository, config: &Path) -> Result<String> {
    let whole = root::whole(config)?;
    Ok(match whole.strip_prefix(repository.top()) {
        Ok(inside) => format!("./{}", inside.to_string_lossy().replace('\\', "/")),
        Err(_) => whole.to_string_lossy().into_owned(),
    })
}

/// A program that writes hooks itself.
struct Manager {
    name: &'static str,
    /// Whether it knows what to do by the name that its hook is called by, so that it can have no other.
    by_name: bool,
    /// The better way.
    way: &'static str,
}

/// What tells that a hook is the work of one.
const MANAGERS: [(&str, Manager); 4] = [
    (
        "husky.sh",
        Manager {
            name: "husky",
            by_name: true,
            way: "add the line `portolan check --staged` to `.husky/pre-commit`",
        },
    ),
    (
        "require 'overcommit'",
        Manager {
            name: "overcommit",
            by_name: true,
            way: "add `portolan check --staged` to `.overcommit.yml`",
        },
    ),
    (
        "lefthook",
        Manager {
            name: "lefthook",
            by_name: false,
            way: "a command `portolan check --staged` in `lefthook.yml` outlives `lefthook install`",
        },
    ),
    (
        "pre-commit.com",
        Manager {
            name: "pre-commit",
            by_name: false,
            way: "the hook `portolan-check` in `.pre-commit-config.yaml` does the same for everybody",
        },
    ),
];

impl Manager {
    fn of(place: &Place) -> Option<&'static Self> {
        let in_husky = place.hook.components().any(|part| part.as_os_str() == ".husky");
        let by = |(mark, manager): &&(&str, Self)| {
            place.text.contains(mark) || (manager.name == "husky" && in_husky)
        };
        MANAGERS.iter().find(by).map(|(_, manager)| manager)
    }
}
