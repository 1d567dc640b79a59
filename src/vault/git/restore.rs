//! Finds the notes that git could restore.

use std::collections::{BTreeSet, HashSet};

use super::Repository;
use crate::error::Result;

/// The most paths that are handed to git; with more, it looks at the whole vault.
const MAX_PATHS: usize = 200;

impl Repository {
    /// Returns the notes that `git restore` would bring back as they are now: those whose text equals the one in
    /// the index.
    ///
    /// # Errors
    /// git cannot be run.
    pub fn restorable(&self, notes: &[&str]) -> Result<BTreeSet<String>> {
        let wanted = if notes.len() <= MAX_PATHS { notes } else { &[""][..] };
        let wanted: Vec<String> =
            wanted.iter().map(|note| format!(":(top,literal){}{note}", self.prefix)).collect();
        let ask = |args: &[&str]| {
            let args: Vec<&str> = args.iter().copied().chain(wanted.iter().map(String::as_str)).collect();
            self.program.run(&args)
        };
        // Of files marked as assume-unchanged (a small letter) or skip-worktree (`S`) git does not report
        // changes, and it does not list files of another repository, such as a submodule.
        let listed = ask(&["ls-files", "-v", "-z", "--full-name", "--"])?;
        let listed: HashSet<&str> = entries(&listed).filter_map(|entry| entry.strip_prefix("H ")).collect();
        let said = ask(&["status", "--porcelain=v1", "-z", "--untracked-files=no", "--no-renames", "--"])?;
        // Each entry has two letters (index, working tree), a blank and the path. git cannot restore a file that
        // differs from the index.
        let differs = |entry| Some((str::get(entry, ..2)?, entry.get(3..)?));
        let differing: HashSet<&str> = entries(&said)
            .filter_map(differs)
            .filter(|(state, _)| !state.ends_with(' '))
            .map(|(_, path)| path)
            .collect();
        let same = |note: &&&str| {
            let path = format!("{}{note}", self.prefix);
            listed.contains(path.as_str()) && !differing.contains(path.as_str())
        };
        Ok(notes.iter().filter(same).map(|note| (*note).to_owned()).collect())
    }
}

/// Splits what git prints with `-z` into texts.
fn entries(printed: &[u8]) -> impl Iterator<Item = &str> {
    printed.split(|byte| *byte == 0).filter_map(|entry| std::str::from_utf8(entry).ok())
}
