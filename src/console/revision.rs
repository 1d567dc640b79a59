//! An older state of a vault, as git has it: reading it, and saying what it lacks.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::Terminal;
use crate::error::Result;
use crate::text::message::counted;
use crate::text::visible::escape;
use crate::vault::Vault;
use crate::vault::git::{Id, Measured, Repository, Snapshot};
use crate::vault::source::{Folder, Source};

/// Names the files that could not be read and are left out. Most of them are in both vaults, and are named
/// once.
pub(crate) fn unread(vaults: [&Vault; 2], terminal: &mut Terminal<'_>) {
    let unread = vaults.into_iter().flat_map(Vault::unread);
    let unread: BTreeSet<(&str, &str)> = unread.map(|unread| (&*unread.path, &*unread.reason)).collect();
    for (path, reason) in unread {
        terminal.say(&format!("{}: left out: {reason}", escape(path)));
    }
}

/// Returns the vault as it was at a revision, with the present settings: a difference in settings is not one
/// of the notes.
pub(crate) fn tree(
    repository: &Repository,
    root: &Path,
    revision: &str,
    terminal: &mut Terminal<'_>,
) -> Result<Arc<dyn Source>> {
    tree_of(repository, root, (repository.revision(revision)?, revision), terminal)
}

/// Returns the vault as it was at a commit, which messages call by the name of the revision.
pub(crate) fn tree_of(
    repository: &Repository,
    root: &Path,
    (commit, revision): (Id, &str),
    terminal: &mut Terminal<'_>,
) -> Result<Arc<dyn Source>> {
    let files = Arc::new(repository.checkout(commit)?);
    say_what_is_not_there(repository, &files, revision, terminal);
    Ok(Arc::new(Measured { files, settings: Arc::new(Folder::new(root)) }))
}

/// Warns about parts of the vault that a revision lacks, and that therefore count as new.
pub(crate) fn say_what_is_not_there(
    repository: &Repository,
    files: &Snapshot,
    revision: &str,
    terminal: &mut Terminal<'_>,
) {
    let prefix = repository.prefix();
    // Before the first commit everything is new, and no warning is needed.
    if files.is_empty() && !prefix.is_empty() && !repository.parents().is_empty() {
        terminal.say(&format!("the vault was not at `{prefix}` in `{revision}`: all of it is new"));
    }
    for module in files.absent() {
        terminal.say(&format!(
            "the submodule `{}` lacks the commit that `{revision}` has of it: its notes are all new; `git fetch \
             --unshallow` in it gets what a shallow clone leaves out",
            escape(module)
        ));
    }
}

/// Warns about notes of a revision that cannot be read, for example because a filter fails, and that are
/// judged now. It is unknown whether their findings are new, so all count as new.
pub(crate) fn say_what_counts_as_new(
    was: &Vault,
    is_judged: impl Fn(&str) -> bool,
    revision: &str,
    terminal: &mut Terminal<'_>,
) {
    let mut unread = was.unread().iter().filter(|unread| is_judged(&unread.path));
    let Some(first) = unread.next() else { return };
    let others = match unread.count() {
        0 => String::new(),
        count => format!(" and {}", counted(count, "more note")),
    };
    terminal.say(&format!(
        "{}{others}: not read as in `{revision}`, so that all that is found there counts as new: {}",
        escape(&first.path),
        escape(&first.reason)
    ));
}

/// Returns the paths that did not exist then and that git ignores, which no commit brings in. git is only
/// asked where a path is new.
pub(crate) fn ignored<'p>(
    repository: &Repository,
    mut paths: impl Iterator<Item = &'p str>,
    was: &Vault,
) -> Result<BTreeSet<String>> {
    let is_new = |path: &str| was.names().exact(path).is_none();
    if !paths.any(is_new) {
        return Ok(BTreeSet::new());
    }
    Ok(repository.left_out()?.ignored.into_iter().filter(|path| is_new(path)).collect())
}
