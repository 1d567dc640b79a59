//! What git could bring back.

use std::collections::BTreeSet;

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
        let mut args: Vec<String> =
            ["status", "--porcelain=v1", "-z", "--ignored", "--untracked-files=all", "--no-renames", "--"]
                .map(str::to_owned)
                .into();
        let few = notes.len() <= MAX_PATHS;
        let wanted = if few { notes } else { &[""][..] };
        args.extend(wanted.iter().map(|note| format!(":(top,literal){}{note}", self.prefix)));
        let mut known: BTreeSet<String> = notes.iter().map(|note| (*note).to_owned()).collect();
        let said = self.program.run(&args)?;
        for entry in said.split(|byte| *byte == 0).filter_map(|entry| std::str::from_utf8(entry).ok()) {
            // Two letters (index, working tree), a blank, the path. What differs from the index git cannot
            // bring back.
            let (Some(state), Some(path)) = (entry.get(..2), entry.get(3..)) else { continue };
            if !state.ends_with(' ') {
                known.remove(path.strip_prefix(self.prefix.as_str()).unwrap_or(path));
            }
        }
        Ok(known)
    }
}
