//! What both sides of a merge had before, where a command comes upon a note in conflict.

use std::cell::OnceCell;
use std::path::Path;

use crate::vault::git::Repository;
use crate::vault::git::unmerged::Bases;

/// Asks git, once, and only where there is a reason to. Without a repository nobody knows.
pub(super) struct Before<'r> {
    root: &'r Path,
    found: OnceCell<Option<Bases>>,
}

impl<'r> Before<'r> {
    /// Of the notes of a vault.
    pub(super) const fn of(root: &'r Path) -> Self {
        Self { root, found: OnceCell::new() }
    }

    /// A note as both sides had it.
    pub(super) fn note(&self, note: &str) -> Option<String> {
        let ask = || Repository::around(self.root).and_then(|repository| repository.bases()).ok();
        self.found.get_or_init(ask).as_ref()?.read(note)
    }
}
