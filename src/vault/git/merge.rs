//! The three-way merge of a file, as git does it.

use std::ffi::OsString;
use std::path::Path;

use super::program::{Program, failure, not_started};
use crate::error::{Error, Result};

/// The three versions of a file, each with the label that conflict markers give it.
#[derive(Clone, Copy, Debug)]
pub struct ThreeWay<'v> {
    /// Our version.
    pub ours: (&'v Path, &'v str),
    /// The common ancestor.
    pub base: (&'v Path, &'v str),
    /// Their version.
    pub theirs: (&'v Path, &'v str),
}

/// What a conflict shows beside both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// As the repository is configured.
    Configured,
    /// The common ancestor as well.
    WithBase,
    /// Like `WithBase`, but lines that both sides share at the ends of a conflict stay in it.
    WithBaseWhole,
}

/// The result of a merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// The merged bytes, with conflict markers if there are any.
    pub bytes: Vec<u8>,
    /// Whether there are conflicts.
    pub conflict: bool,
}

impl ThreeWay<'_> {
    /// Merges the versions. No file is changed. `size` is the length of conflict markers.
    ///
    /// # Errors
    /// git cannot be run, or cannot merge such files.
    pub fn merge(&self, size: usize, style: Style) -> Result<Merged> {
        // `--zdiff3` gives smaller conflicts than `--diff3`, but needs git 2.35.
        let styles: &[&str] = match style {
            Style::Configured => &[""],
            Style::WithBase => &["--zdiff3", "--diff3"],
            Style::WithBaseWhole => &["--diff3"],
        };
        let mut said = Vec::new();
        for style in styles {
            let output = Program::here().command(&self.arguments(size, style)).output();
            let output = output.map_err(|e| not_started(&e))?;
            match output.status.code() {
                Some(0) => return Ok(Merged { bytes: output.stdout, conflict: false }),
                // The number of conflicts, capped at 127.
                Some(1..=127) => return Ok(Merged { bytes: output.stdout, conflict: true }),
                _ => said = output.stderr,
            }
        }
        // git runs quietly and says nothing of a file that does not exist.
        let unread = [self.base, self.ours, self.theirs].into_iter().find_map(|(path, _)| {
            let error = std::fs::File::open(path).err()?;
            Some(Error::io("open", path, error))
        });
        Err(unread.unwrap_or_else(|| failure(&said)))
    }

    fn arguments(&self, size: usize, style: &str) -> Vec<OsString> {
        let mut args: Vec<OsString> = ["merge-file", "--stdout", "--quiet"].map(Into::into).into();
        args.push(format!("--marker-size={size}").into());
        args.extend((!style.is_empty()).then(|| style.into()));
        let versions = [self.ours, self.base, self.theirs];
        args.extend(versions.iter().flat_map(|(_, name)| ["-L".into(), (*name).into()]));
        args.push("--".into());
        args.extend(versions.iter().map(|(path, _)| path.into()));
        args
    }
}

/// Whether the repository is configured to show the common ancestor in conflicts.
///
/// # Errors
/// git cannot be run.
pub fn shows_base() -> Result<bool> {
    let style = Program::here().ask(&["config", "merge.conflictStyle"])?.unwrap_or_default();
    Ok(matches!(style.trim_ascii(), b"diff3" | b"zdiff3"))
}
