//! `portolan diff`, and what it shares with `portolan record`: comparing a vault with an older state.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::step::ignored;
use super::{Access, ExitStatus, Terminal, counted, place, read};
use crate::args::{Common, Diff, DiffFormat};
use crate::difference::{self, affected};
use crate::error::{Error, Result};
use crate::report::changes::{self, Told};
use crate::text::visible::escape;
use crate::vault::git::{Id, Measured, Repository, Snapshot};
use crate::vault::source::{Folder, Source};
use crate::vault::{Keep, Vault};

pub(super) fn run(common: &Common, args: &Diff, terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    let (root, config) = place(common, Access::Look, terminal)?;
    let repository = Repository::around(&root)?;
    let (from, to, start) = revisions(args, &repository)?;
    let new = match to {
        Some(to) => {
            Vault::read(&root, tree(&repository, &root, to, terminal)?, config, Keep::Facts, &|_, _| {})?
        }
        None => read(&root, config, Keep::Facts, terminal)?,
    };
    let old = new.beside(tree_of(&repository, &root, (start, from), terminal)?)?;
    let new = match to {
        Some(_) => new,
        None => without_ignored(new, &old, &repository)?,
    };
    terminal.detail(&format!("compared with `{from}`"));
    let found = difference::between(&old, &new);
    let affected = args.around.then(|| affected::by(&found, &old, &new));
    let told = Told { from, to, changes: &found, affected: affected.as_deref() };
    match args.format {
        DiffFormat::Text => terminal.print(&changes::text(told)),
        DiffFormat::Json => {
            let document = changes::json::render(told).map_err(|e| Error::new(e.to_string()))?;
            terminal.print_document(&document)
        }
        DiffFormat::Markdown => terminal.print(&changes::markdown::render(told)),
    }?;
    if found.is_empty() && args.format == DiffFormat::Text {
        terminal.say("nothing in the model has changed");
    }
    unread([&old, &new], terminal);
    Ok(ExitStatus::Success)
}

/// Removes the notes that git ignores, which no commit can contain.
fn without_ignored(new: Vault, old: &Vault, repository: &Repository) -> Result<Vault> {
    let ignored = ignored(repository, new.ids().map(|id| new.path_of(id)), old)?;
    Ok(if ignored.is_empty() { new } else { new.only(|path| !ignored.contains(path)) })
}

/// Returns the two revisions, which may be written as in git (`main..feature`, `main...feature`), and the
/// commit to start from.
fn revisions<'a>(args: &'a Diff, repository: &Repository) -> Result<(&'a str, Option<&'a str>, Id)> {
    let head = |name: &'a str| if name.is_empty() { "HEAD" } else { name };
    let (from, to) = match (args.from.split_once(".."), &args.to) {
        (Some((from, to)), None) => match to.strip_prefix('.') {
            // `REV...` compares with the files on disk.
            Some("") => (args.from.as_str(), None),
            Some(to) => return Ok((&args.from, Some(to), repository.fork(head(from), to)?)),
            None => (head(from), Some(head(to))),
        },
        _ => (args.from.as_str(), args.to.as_deref()),
    };
    Ok((from, to, repository.revision(from)?))
}

/// Names the files that could not be read and are left out. Most of them are in both vaults, and are named
/// once.
pub(super) fn unread(vaults: [&Vault; 2], terminal: &mut Terminal<'_>) {
    let unread = vaults.into_iter().flat_map(Vault::unread);
    let unread: BTreeSet<(&str, &str)> = unread.map(|unread| (&*unread.path, &*unread.reason)).collect();
    for (path, reason) in unread {
        terminal.say(&format!("{}: left out: {reason}", escape(path)));
    }
}

/// Returns the vault as it was at a revision, with the present settings: a difference in settings is not one
/// of the notes.
pub(super) fn tree(
    repository: &Repository,
    root: &Path,
    revision: &str,
    terminal: &mut Terminal<'_>,
) -> Result<Arc<dyn Source>> {
    tree_of(repository, root, (repository.revision(revision)?, revision), terminal)
}

fn tree_of(
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
pub(super) fn say_what_is_not_there(
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
pub(super) fn say_what_counts_as_new(
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
