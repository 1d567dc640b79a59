//! Shows how to undo a write: with git, or with copies that were made before.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::clock::local_time;
use super::{ExitStatus, Terminal, git_line};
use crate::args::Backup;
use crate::error::{Error, Result};
use crate::report::diff;
use crate::text::edit::Edits;
use crate::text::message::few;
use crate::text::shell::word;
use crate::text::visible::escape;
use crate::vault::git::Repository;
use crate::vault::{NoteId, Vault};
use crate::write::Writer;
use crate::write::backup::copies;
use crate::write::cache::list_for_git;
use crate::write::disk::Local;

/// The options of a command that writes one note.
#[derive(Clone, Copy)]
pub(crate) struct Writing<'b> {
    /// Whether the diff is printed, and nothing is written.
    pub(crate) diff: bool,
    /// Where a copy of the note goes.
    pub(crate) backup: &'b Backup,
}

/// Writes one note, or prints the diff if that is asked for. `done` is the message after the write.
///
/// # Errors
/// The note cannot be written, or its copy cannot be made.
pub(crate) fn write_one(
    vault: &Vault,
    id: NoteId,
    edits: &Edits,
    options: Writing<'_>,
    done: &str,
    terminal: &mut Terminal<'_>,
) -> Result<ExitStatus> {
    let path = vault.path_of(id);
    let text = vault.text(id).ok_or_else(|| Error::new(format!("`{path}` is not text")))?;
    if options.diff {
        terminal.print_plain(&diff::edited(vault, id, edits, path))?;
        return Ok(ExitStatus::Success);
    }
    let mut writer = Writer::open(vault.root())?;
    let way_back = WayBack::before(vault.root(), &[(path, &text)], options.backup.backup.as_deref())?;
    writer.write(path, &text, edits)?;
    terminal.say(&format!("{}: {done}", escape(path)));
    way_back.show(&[path], terminal);
    Ok(ExitStatus::Success)
}

/// The most notes that a command names: more do not fit on one line, or exceed the limit of the system.
const MAX_NAMED: usize = 20;

/// The most notes that a message names.
const MAX_SHOWN: usize = 5;

/// How notes can be restored to their earlier texts.
pub(crate) struct WayBack {
    root: PathBuf,
    from: From,
}

enum From {
    /// From copies in this folder.
    Copies(PathBuf),
    /// From git, which has these notes as they were.
    Git(BTreeSet<String>),
    Nothing,
}

impl WayBack {
    /// Prepares the undo before the first note is written; `notes` have their present texts. Makes the copies
    /// if a folder for them is given.
    ///
    /// # Errors
    /// The copies cannot be made.
    pub(crate) fn before(root: &Path, notes: &[(&str, &str)], backup: Option<&Path>) -> Result<Self> {
        let from = match backup {
            Some(into) => {
                let name = local_time().format("%Y-%m-%d_%H-%M-%S").to_string();
                From::Copies(copies(root, into, &name, notes.iter().copied(), &Local)?)
            }
            None => unchanged(root, notes).map_or(From::Nothing, From::Git),
        };
        Ok(Self { root: root.to_path_buf(), from })
    }

    /// Returns the git command that restores these notes, if git has all of them.
    pub(crate) fn of_git(&self, written: &[&str]) -> Option<String> {
        let From::Git(known) = &self.from else { return None };
        let has_all = !written.is_empty() && written.iter().all(|note| known.contains(*note));
        has_all.then(|| self.restore(written))
    }

    fn restore(&self, notes: &[&str]) -> String {
        let root = self.root.to_string_lossy();
        let list = (notes.len() > MAX_NAMED).then(|| list_for_git(&self.root, notes)).flatten();
        match list.as_ref().and_then(|list| list.to_str()) {
            Some(list) => git_line::on_list(&root, "restore", list),
            None => git_line::on_files(&root, "restore", notes),
        }
    }

    /// Prints how these notes, which have been written, can be restored.
    pub(crate) fn show(&self, written: &[&str], terminal: &mut Terminal<'_>) {
        if written.is_empty() || terminal.quiet {
            return;
        }
        let root = self.root.to_string_lossy();
        match &self.from {
            From::Copies(folder) => {
                let copies = folder.display();
                terminal.say(&if cfg!(windows) {
                    format!("to undo: copy what is in `{copies}` to `{root}`")
                } else {
                    format!("to undo: cp -R {} {}", word(&format!("{copies}/.")), word(&root))
                });
            }
            From::Git(known) => {
                let (here, other): (Vec<&str>, Vec<&str>) =
                    written.iter().partition(|note| known.contains(**note));
                if !here.is_empty() {
                    terminal.say(&format!("to undo: {}", self.restore(&here)));
                }
                if !other.is_empty() {
                    let it = if other.len() == 1 { "it as it was" } else { "them as they were" };
                    let notes = few(other.iter().map(|note| escape(note)), MAX_SHOWN);
                    terminal.say(&format!(
                        "{notes}: cannot be undone with git, which does not have {it}; `--backup DIR` copies notes before they are written"
                    ));
                }
            }
            From::Nothing => {
                terminal
                    .say("cannot be undone without git; `--backup DIR` copies notes before they are written");
            }
        }
    }
}

/// Returns the notes whose present texts git could restore. `None` where the vault is in no repository, or
/// git cannot be run.
fn unchanged(root: &Path, notes: &[(&str, &str)]) -> Option<BTreeSet<String>> {
    let paths: Vec<&str> = notes.iter().map(|(path, _)| *path).collect();
    Repository::around(root).ok()?.restorable(&paths).ok()
}
