//! What the next commit leaves out of what lies on disk.

use std::collections::BTreeSet;

use super::Repository;
use crate::error::Result;

/// Files of the vault that lie on disk otherwise than in the index. Their paths are those in the vault.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Those that `git add` would take: new ones, and such as were changed.
    pub changed: BTreeSet<String>,
    /// Those that git is told to ignore.
    pub ignored: BTreeSet<String>,
}

impl Repository {
    /// What the next commit leaves out of what lies on disk.
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
