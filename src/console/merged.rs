//! The versions that a merge has combined, for a note with conflicts.

use std::cell::OnceCell;
use std::path::Path;

use crate::plan::conflict::{Had, Versions};
use crate::vault::git::Repository;
use crate::vault::git::unmerged::Unmerged;

/// Asks git for the versions of unmerged notes, once and on first use. Outside of a repository none are
/// known.
pub(crate) struct Before<'r> {
    root: &'r Path,
    found: OnceCell<Option<Unmerged>>,
}

impl<'r> Before<'r> {
    /// Prepares the question for a vault.
    pub(crate) const fn of(root: &'r Path) -> Self {
        Self { root, found: OnceCell::new() }
    }

    /// Returns the versions of a note, as far as git knows them.
    pub(crate) fn note(&self, note: &str) -> Versions {
        let ask = || Repository::around(self.root).and_then(|repository| repository.unmerged()).ok();
        let Some(unmerged) = self.found.get_or_init(ask) else { return Versions::default() };
        Versions { base: unmerged.base(note), sides: unmerged.sides(note).map_or(Had::Unknown, Had::Known) }
    }
}
