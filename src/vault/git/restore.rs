//! What git could bring back.

use std::collections::{BTreeSet, HashSet};

use super::Repository;
use crate::error::Result;

/// So many paths are handed to git; where there are more, it looks at all.
const MAX_PATHS: usize = 200;

impl Repository {
    /// Which of these notes git would bring back as they are now (`git restore`): those whose text is the one
    /// in its index.
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
        // Of files that it is told not to look at (a small letter, or `S`) git does not say that they differ,
        // and what lies in another repository, as in a submodule, it does not list.
        let listed = ask(&["ls-files", "-v", "-z", "--full-name", "--"])?;
        let listed: HashSet<&str> = entries(&listed).filter_map(|entry| entry.strip_prefix("H ")).collect();
        let said = ask(&["status", "--porcelain=v1", "-z", "--untracked-files=no", "--no-renames", "--"])?;
        // Two letters (index, working tree), a blank, the path. What differs from the index git cannot
        // bring back.
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

/// What git prints with `-z`, as text.
fn entries(printed: &[u8]) -> impl Iterator<Item = &str> {
    printed.split(|byte| *byte == 0).filter_map(|entry| std::str::from_utf8(entry).ok())
}
