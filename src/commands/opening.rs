//! Finding and reading the vault that a command line means.

use std::path::{Path, PathBuf};

use super::Terminal;
use super::interrupted::{Access, settle};
use super::progress::Progress;
use super::words::counted;
use crate::args::Common;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::setup;
use crate::vault::source::Folder;
use crate::vault::{Keep, Vault, obsidian, root};

/// Finds the vault that the command line means, and what it says about itself.
pub(super) fn place(
    common: &Common,
    access: Access,
    terminal: &mut Terminal<'_>,
) -> Result<(PathBuf, Config)> {
    let root = find_root(common, terminal)?;
    settle(&root, access, terminal);
    let config = setup::read(&root, common.config.as_deref(), None)?;
    let folder = Folder::new(&root);
    for file in obsidian::broken(&folder) {
        terminal.say(&format!("`{file}` is not valid JSON: its settings are ignored"));
    }
    for pattern in obsidian::unread_patterns(&folder) {
        terminal.say(&format!(
            "`.obsidian/app.json` excludes files by `{pattern}`, a pattern that portolan cannot read: it excludes \
             nothing here; `exclude` in `portolan.toml` can"
        ));
    }
    Ok((root, config))
}

/// Finds the folder of the vault that the command line means.
pub(super) fn find_root(common: &Common, terminal: &mut Terminal<'_>) -> Result<PathBuf> {
    let here = std::env::current_dir().map_err(|e| Error::io("find the folder", Path::new("."), e))?;
    let root = root::find(common.vault.as_deref(), &here, home().as_deref())?;
    terminal.detail(&format!("vault `{}`", root.display()));
    Ok(root)
}

/// The folder of the user.
pub(super) fn home() -> Option<PathBuf> {
    std::env::var_os("HOME").or_else(|| std::env::var_os("USERPROFILE")).map(PathBuf::from)
}

/// Finds and reads the vault that the command line means.
pub(super) fn load(
    common: &Common,
    keep: Keep,
    access: Access,
    terminal: &mut Terminal<'_>,
) -> Result<Vault> {
    let (root, config) = place(common, access, terminal)?;
    read(&root, config, keep, terminal)
}

/// Reads a vault.
pub(super) fn read(root: &Path, config: Config, keep: Keep, terminal: &mut Terminal<'_>) -> Result<Vault> {
    let progress = Progress::new(terminal.watched);
    let vault = Vault::load(root, config, keep, &|done, total| progress.tick(done, total));
    progress.finish();
    let vault = vault?;
    terminal.detail(&format!(
        "{} and {} read",
        counted(vault.ids().len(), "note"),
        counted(vault.names().paths().len(), "file")
    ));
    Ok(vault)
}
