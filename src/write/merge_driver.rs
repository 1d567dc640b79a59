//! Registers portolan as git's merge driver for notes, and takes it back.
//!
//! `.gitattributes`, which everybody gets with the notes, says which files the driver merges. The command
//! that it runs is in the configuration of each clone, since git never runs a command that came with a
//! repository.

use std::path::{Path, PathBuf};

use super::disk::Disk;
use super::{create, replace_file};
use crate::error::{Error, Result};
use crate::text::path;
use crate::text::shell::quoted;
use crate::vault::git::{Repository, not_started};
use crate::vault::root::whole;

/// Returns the shell command that git runs: the `portolan` on the search path, else `program`. Where neither
/// can merge, it calls `git merge-file`: a driver that fails without writing would leave only our side, as if
/// theirs had no changes.
#[must_use]
pub fn command(program: &str) -> String {
    let program = quoted(program).replace('%', "%%");
    format!(
        "p=portolan; command -v $p >/dev/null 2>&1 || p={program}; \
         \"$p\" {MERGE} --path %P --marker-size %L --labels %S %X %Y; s=$?; \
         test $s -lt 2 || {{ git merge-file --marker-size=%L %A %O %B; s=$?; }}; exit $s"
    )
}

const MERGE: &str = "merge-board %O %A %B";

/// The line of `.gitattributes` that asks for the driver.
pub const ATTRIBUTE: &str = "*.md merge=portolan";

/// Which of the two parts of the merge driver are set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Registered {
    /// Whether the configuration of this clone has the command.
    pub clone: bool,
    /// Whether `.gitattributes` asks for the driver.
    pub notes: bool,
}

/// Registers the driver for the notes of the vault at `root` in the repository whose working tree begins at
/// `top`. `program` is the path of the running portolan. Returns what was changed.
///
/// # Errors
/// git or the disk refuses, or the notes have another merge driver. The next run goes on: a command
/// that nobody asks for does nothing.
pub fn register(top: &Path, root: &Path, program: &str, disk: &dyn Disk) -> Result<Vec<String>> {
    let attributes = attributes(root);
    let text = read(&attributes)?;
    if let Some(line) = text.lines().find(|line| has_other_driver(line)) {
        let message = format!("`{}` has another merge driver for notes: `{line}`", attributes.display());
        return Err(
            Error::new(message).with_hint("take that line out, or name the notes with boards in it by hand")
        );
    }
    let before = status(top, root)?;
    let mut changed = Vec::new();
    let command = command(program);
    if driver(top)?.as_deref() != Some(&command) {
        set(top, &["merge.portolan.name", "notes with boards of portolan"])?;
        set(top, &["merge.portolan.driver", &command])?;
        changed.push("the configuration of this clone".to_owned());
    }
    if !before.notes {
        let with = with_attribute(&text);
        if attributes.exists() {
            replace_file(&attributes, with, disk)?;
        } else {
            create(&attributes, &with, disk)?;
        }
        changed.push(format!("`{}`", attributes.display()));
    }
    Ok(changed)
}

/// Removes the driver. The clone keeps the command while another vault of the repository asks for it. Returns
/// what was changed.
///
/// # Errors
/// git or the disk refuses. The next run goes on.
pub fn unregister(top: &Path, root: &Path, disk: &dyn Disk) -> Result<Vec<String>> {
    let before = status(top, root)?;
    let mut changed = Vec::new();
    if before.clone && !others_ask_for_it(top, &attributes(root)) {
        set(top, &["--remove-section", "merge.portolan"])?;
        changed.push("the configuration of this clone".to_owned());
    }
    let attributes = attributes(root);
    let text = read(&attributes)?;
    if asks_for_it(&text) {
        let without = without_attribute(&text);
        if without.is_empty() {
            disk.remove(&attributes).map_err(|e| Error::io("remove", &attributes, e))?;
        } else {
            replace_file(&attributes, without, disk)?;
        }
        changed.push(format!("`{}`", attributes.display()));
    }
    Ok(changed)
}

/// Returns which parts of the driver are registered.
///
/// # Errors
/// git cannot be run.
pub fn status(top: &Path, root: &Path) -> Result<Registered> {
    let notes = is_asked_for(top, root)?;
    Ok(Registered { clone: driver(top)?.is_some_and(|driver| driver.contains(MERGE)), notes })
}

/// Whether a `.gitattributes` other than `own` asks for the driver.
fn others_ask_for_it(top: &Path, own: &Path) -> bool {
    let own = own.canonicalize().ok();
    let walk = walkdir::WalkDir::new(top).into_iter();
    let walk = walk.filter_entry(|entry| entry.file_name() != ".git" && entry.file_name() != path::VENDORED);
    walk.flatten()
        .filter(|entry| entry.file_name() == ".gitattributes" && entry.path().canonicalize().ok() != own)
        .any(|entry| read(entry.path()).is_ok_and(|text| asks_for_it(&text)))
}

/// Whether git uses the driver for notes of the vault. git itself is asked, since other lines can ask for it
/// or override it.
fn is_asked_for(top: &Path, root: &Path) -> Result<bool> {
    let note = whole(root)?.join("note.md");
    let args = ["check-attr", "-z", "merge", "--", &note.to_string_lossy()];
    let output = Repository::command(top, &args, &[])?.output().map_err(|e| not_started(&e))?;
    // git prints the path, the attribute and its value, each followed by a zero byte.
    Ok(output.status.success() && output.stdout.split(|byte| *byte == 0).nth(2) == Some(b"portolan"))
}

/// Whether one of these lines is [`ATTRIBUTE`].
fn asks_for_it(attributes: &str) -> bool {
    attributes.lines().any(|line| line.trim_end() == ATTRIBUTE)
}

fn driver(top: &Path) -> Result<Option<String>> {
    Ok(git(top, &["--get", "merge.portolan.driver"])?.map(|driver| driver.trim_end().to_owned()))
}

fn attributes(root: &Path) -> PathBuf {
    root.join(".gitattributes")
}

fn read(path: &Path) -> Result<String> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(text),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(e) => Err(Error::io("read", path, e)),
    }
}

/// Whether a line of `.gitattributes` gives notes another merge driver.
fn has_other_driver(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let notes = words.next().is_some_and(|pattern| matches!(pattern, "*.md" | "**/*.md" | "*"));
    notes && words.any(|word| word.starts_with("merge=") && word != "merge=portolan")
}

/// Appends the line: in `.gitattributes` the last match counts. A file without a final line break stays
/// without one.
fn with_attribute(text: &str) -> String {
    let eol = if text.contains("\r\n") { "\r\n" } else { "\n" };
    if text.is_empty() || text.ends_with('\n') {
        format!("{text}{ATTRIBUTE}{eol}")
    } else {
        format!("{text}{eol}{ATTRIBUTE}")
    }
}

fn without_attribute(text: &str) -> String {
    let lines = text.split_inclusive('\n').filter(|line| line.trim_end() != ATTRIBUTE);
    let mut kept: String = lines.collect();
    if !text.ends_with('\n') && text.trim_end().ends_with(ATTRIBUTE) {
        kept.truncate(kept.trim_end_matches(['\n', '\r']).len());
    }
    kept
}

/// Changes the configuration of the clone. git itself replaces that file as a whole.
fn set(top: &Path, args: &[&str]) -> Result<()> {
    git(top, args)?.map(|_| ()).ok_or_else(|| Error::new("git did not take the setting of its merge driver"))
}

/// Returns what `git config` prints; `None` where it exits with an error.
fn git(top: &Path, args: &[&str]) -> Result<Option<String>> {
    let mut command = Repository::command(top, &[&["config", "--local"], args].concat(), &[])?;
    let output = command.output().map_err(|e| not_started(&e))?;
    Ok(output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_come_and_go_and_leave_the_rest_as_it_was() {
        for text in ["", "*.png binary\n", "*.png binary\r\n", "*.png binary", "# none\n\n"] {
            let with = with_attribute(text);
            assert!(with.lines().any(|line| line == ATTRIBUTE), "{with:?}");
            assert_eq!(without_attribute(&with), text);
        }
        assert!(has_other_driver("*.md text merge=union") && !has_other_driver(ATTRIBUTE));
        assert!(!has_other_driver("notes/*.md merge=union") && !has_other_driver("*.md text"));
    }
}
