//! Finds and reads the vault that a command line means.

use std::path::{Path, PathBuf};

use super::Terminal;
use super::interrupted::{Access, settle};
use super::progress::Progress;
use crate::args::Common;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::setup;
use crate::text::message::counted;
use crate::vault::source::Folder;
use crate::vault::{Keep, Vault, obsidian, root};

/// Finds the vault that the command line means, deals with an interrupted rename, and reads the
/// configuration.
pub(crate) fn place(
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

/// Finds the root folder of the vault that the command line means.
pub(crate) fn find_root(common: &Common, terminal: &mut Terminal<'_>) -> Result<PathBuf> {
    let here = std::env::current_dir().map_err(|e| Error::io("find the folder", Path::new("."), e))?;
    let root = root::find(common.vault.as_deref(), &here, std::env::home_dir().as_deref())?;
    terminal.detail(&format!("vault `{}`", root.display()));
    Ok(root)
}

/// Checks that the folder of a file that is to be written exists. `what` names the file in the error.
pub(crate) fn check_folder_of(path: &Path, what: &str) -> Result<()> {
    let folder = path.parent().filter(|folder| !(folder.as_os_str().is_empty() || folder.is_dir()));
    folder.map_or(Ok(()), |folder| {
        let message = format!("cannot write {what}: there is no folder `{}`", folder.display());
        Err(Error::new(message).with_hint("make the folder first"))
    })
}

/// Finds and reads the vault that the command line means.
pub(crate) fn load(
    common: &Common,
    keep: Keep,
    access: Access,
    terminal: &mut Terminal<'_>,
) -> Result<Vault> {
    let (root, config) = place(common, access, terminal)?;
    read(&root, config, keep, terminal)
}

/// Reads a vault, with a progress bar.
pub(crate) fn read(root: &Path, config: Config, keep: Keep, terminal: &mut Terminal<'_>) -> Result<Vault> {
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
