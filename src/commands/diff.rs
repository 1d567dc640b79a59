//! `portolan diff`

use crate::args::{Common, Diff, DiffFormat};
use crate::console::revision::{ignored, tree, tree_of, unread};
use crate::console::{Access, ExitStatus, Terminal, place, read};
use crate::difference::{self, affected};
use crate::error::{Error, Result};
use crate::report::changes::{self, Told};
use crate::vault::git::{Id, Repository};
use crate::vault::{Keep, Origin, Vault};

pub(super) fn run(common: &Common, args: &Diff, terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    let (root, config) = place(common, Access::Look, terminal)?;
    let repository = Repository::around(&root)?;
    let (from, to, start) = revisions(args, &repository)?;
    let new = match to {
        Some(to) => {
            let tree = tree(&repository, &root, to, terminal)?;
            Origin::new(&root, tree, config).read(Keep::Facts, &|_, _| {})?
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
