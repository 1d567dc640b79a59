//! Writes git hooks. A hook that somebody else has written is moved aside as it is, never opened.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use crate::error::{Error, Result};

/// What the names of temporary files end with.
const TEMPORARY: &str = ".portolan-tmp";

/// Puts a hook in its place, whole and executable. What is there now goes to `kept` where that is named:
/// the very file, or the very link. There is a hook at every moment.
///
/// # Errors
/// The disk refuses, or `kept` is there already. Everything is as it was.
pub fn put(hook: &Path, script: &str, kept: Option<&Path>) -> Result<()> {
    let fail = |e| Error::io("write the hook", hook, e);
    let folder = hook.parent().unwrap_or_else(|| Path::new("."));
    std::fs::create_dir_all(folder).map_err(|e| Error::io("make the folder", folder, e))?;
    let temporary = hook.with_extension(&TEMPORARY[1..]);
    let written = executable(&temporary, script).and_then(|()| match kept {
        Some(kept) => exchange(hook, &temporary, kept),
        None => std::fs::rename(&temporary, hook),
    });
    written.map_err(|e| {
        // Nothing is to be done if even that fails.
        let _ = std::fs::remove_file(&temporary);
        fail(e)
    })
}

/// Takes a hook away. What was kept comes back.
///
/// # Errors
/// The disk refuses.
pub fn take(hook: &Path, kept: Option<&Path>) -> Result<()> {
    let taken = match kept {
        Some(kept) => std::fs::rename(kept, hook),
        None => std::fs::remove_file(hook),
    };
    taken.map_err(|e| Error::io("remove the hook", hook, e))
}

fn exchange(hook: &Path, temporary: &Path, kept: &Path) -> std::io::Result<()> {
    if kept.symlink_metadata().is_ok() {
        return Err(std::io::ErrorKind::AlreadyExists.into());
    }
    // A second name for it first: then the new hook takes the old name in one step. Where a file cannot
    // have two names there is a moment without a hook.
    if std::fs::hard_link(hook, kept).is_err() {
        std::fs::rename(hook, kept)?;
    }
    std::fs::rename(temporary, hook).inspect_err(|_| {
        // Either name may be gone; the file is not.
        if hook.symlink_metadata().is_ok() {
            let _ = std::fs::remove_file(kept);
        } else {
            let _ = std::fs::rename(kept, hook);
        }
    })
}

fn executable(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(text.as_bytes())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        file.set_permissions(std::fs::Permissions::from_mode(0o755))?;
    }
    file.sync_all()
}
