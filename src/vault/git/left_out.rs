//! Finds files on disk that the next commit leaves out.

use std::collections::BTreeSet;

use super::Repository;
use crate::error::Result;

/// Files of the vault that differ between disk and index, by their paths in the vault.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// The files that `git add` would take: new and changed ones.
    pub changed: BTreeSet<String>,
    /// The files that git is told to ignore.
    pub ignored: BTreeSet<String>,
}

impl Repository {
    /// Returns the files on disk that the next commit leaves out.
    ///
    /// # Errors
    /// git cannot be run.
    pub fn left_out(&self) -> Result<LeftOut> {
        let ask = |args: &[&str]| -> Result<BTreeSet<String>> {
            let all = [&["ls-files", "-z", "--full-name", "--exclude-standard", "--others"], args].concat();
            let printed = self.program.run(&self.within(&all))?;
            let paths = printed.split(|byte| *byte == 0).filter_map(|path| std::str::from_utf8(path).ok());
            let inside = paths.filter_map(|path| path.strip_prefix(self.prefix.as_str()));
            Ok(inside.filter(|path| !path.is_empty()).map(str::to_owned).collect())
        };
        Ok(LeftOut { changed: ask(&["--modified"])?, ignored: ask(&["--ignored"])? })
    }
}
