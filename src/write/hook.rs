//! Writes git hooks. An existing hook of somebody else is moved aside unchanged and never opened.

use std::path::Path;

use super::disk::Disk;
use super::temporary::{self, Like, SUFFIX};
use crate::error::{Error, Result};

/// Installs a hook, whole and executable. An existing hook goes to `kept` where that is given: the file
/// itself, or the link itself. Where the file system has hard links there is a hook at every moment.
///
/// # Errors
/// The disk refuses, or `kept` is there already. Everything is as it was.
pub fn put(hook: &Path, script: &str, kept: Option<&Path>, disk: &dyn Disk) -> Result<()> {
    let folder = hook.parent().unwrap_or_else(|| Path::new("."));
    disk.make_folders(folder).map_err(|e| Error::io("make the folder", folder, e))?;
    // The name is always the same because a killed run may have left the file, and nothing else clears up
    // among hooks.
    let temporary = hook.with_extension(&SUFFIX[1..]);
    if temporary.symlink_metadata().is_ok() {
        disk.remove(&temporary).map_err(|e| Error::io("remove", &temporary, e))?;
    }
    let name = || match kept {
        Some(kept) => exchange(hook, &temporary, kept, disk),
        None => disk.rename(&temporary, hook),
    };
    temporary::put(&temporary, |to| to.write_all(script.as_bytes()), Like::Program, disk, name)
        .map_err(|e| Error::io("write the hook", hook, e))
}

/// Removes a hook, and restores the one at `kept`.
///
/// # Errors
/// The disk refuses. Everything is as it was.
pub fn take(hook: &Path, kept: Option<&Path>, disk: &dyn Disk) -> Result<()> {
    let taken = match kept {
        Some(kept) => disk.rename(kept, hook),
        None => disk.remove(hook),
    };
    taken.map_err(|e| Error::io("remove the hook", hook, e))
}

/// Whether git would run this hook.
#[must_use]
pub fn is_executable(hook: &Path) -> bool {
    hook.metadata().is_ok_and(|meta| meta.is_file() && may_run(&meta))
}

#[cfg(unix)]
fn may_run(meta: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    meta.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn may_run(_: &std::fs::Metadata) -> bool {
    true
}

fn exchange(hook: &Path, temporary: &Path, kept: &Path, disk: &dyn Disk) -> std::io::Result<()> {
    if kept.symlink_metadata().is_ok() {
        return Err(std::io::ErrorKind::AlreadyExists.into());
    }
    // The old hook gets a second name first, so that the new one replaces it in one step. Where a file cannot
    // have two names there is a moment without a hook.
    if disk.name_twice(hook, kept).is_err() {
        disk.rename(hook, kept)?;
    }
    disk.rename(temporary, hook).inspect_err(|_| {
        // Either name may be missing, but the file itself is not.
        if hook.symlink_metadata().is_ok() {
            let _ = disk.remove(kept);
        } else {
            let _ = disk.rename(kept, hook);
        }
    })
}
