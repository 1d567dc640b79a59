//! The versions that a merge has come upon, where a command finds a note in conflict.

use std::cell::OnceCell;
use std::path::Path;

use crate::plan::conflict::{Had, Versions};
use crate::vault::git::Repository;
use crate::vault::git::unmerged::Unmerged;

/// Asks git, once, and only where there is a reason to. Without a repository nobody knows.
pub(super) struct Before<'r> {
    root: &'r Path,
    found: OnceCell<Option<Unmerged>>,
}

impl<'r> Before<'r> {
    /// Of the notes of a vault.
    pub(super) const fn of(root: &'r Path) -> Self {
        Self { root, found: OnceCell::new() }
    }

    /// What is known of a note.
    pub(super) fn note(&self, note: &str) -> Versions {
        let ask = || Repository::around(self.root).and_then(|repository| repository.unmerged()).ok();
        let Some(unmerged) = self.found.get_or_init(ask) else { return Versions::default() };
        Versions { base: unmerged.base(note), sides: unmerged.sides(note).map_or(Had::Unknown, Had::Known) }
    }
}
