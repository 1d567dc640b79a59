//! Changes of several files that happen all or not at all.
//!
//! Before the first file is touched, the whole plan lies on the disk, in the user's cache folder. Each step
//! is whole by itself (a note is old or new, a file here or there), and its state can be told from the disk
//! alone, so a run that was killed leaves a vault that the next one brings to an end: forward where every
//! file is as the plan left or found it, back where somebody has changed one since.
//!
//! A journal holds digests of notes and the few words that change, never their text: no secret gets into it.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::{Deserialize, Serialize};

use super::Writer;
use crate::error::{Error, Result};
use crate::text::digest::short_hash;
use crate::text::edit::{Edit, Edits};
use crate::text::span::Span;
use crate::vault::on_disk;

/// Changes that belong together.
#[derive(Debug, Default)]
pub struct Batch {
    /// Notes by their paths before the move, with the texts that their edits were made for.
    pub writes: Vec<(String, std::sync::Arc<str>, Edits)>,
    /// A file or folder and its new path, both in the vault.
    pub moved: Option<(String, String)>,
    /// Whether git moves it.
    pub git: bool,
}

/// How a batch that was interrupted came to an end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovered {
    /// Whether all of it has happened now, rather than nothing.
    pub finished: bool,
    /// What the batch was, in a few words.
    pub what: String,
    /// Notes that somebody has changed in between: they are left as they are.
    pub left: Vec<String>,
}

/// The plan as it lies on the disk.
#[derive(Debug, Serialize, Deserialize)]
struct Journal {
    version: u32,
    writes: Vec<Step>,
    moved: Option<(String, String)>,
    git: bool,
    /// Folders that have to be made for the move, outer before inner.
    folders: Vec<String>,
}

/// The change of one note.
#[derive(Debug, Serialize, Deserialize)]
struct Step {
    note: String,
    old: String,
    new: String,
    edits: Vec<Edit>,
    /// The edits that turn the new text into the old one.
    undo: Vec<Edit>,
}

/// What a file says about a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Before,
    After,
    /// Neither: somebody has been at it.
    Foreign,
}

const VERSION: u32 = 1;

/// Carries out a batch. Where anything fails, what was done is undone.
///
/// # Errors
/// A note may not be written or has changed, the new path is taken or lies outside, or the disk refuses.
/// Nothing has changed then, save where the error says that the next run has to end it.
pub fn carry_out(writer: &mut Writer, batch: &Batch) -> Result<()> {
    let journal = Journal::of(writer, batch)?;
    let path = journal_path(&writer.root)?;
    if path.exists() {
        let message = "an earlier change of several notes was interrupted and could not be ended";
        return Err(
            Error::new(message).hint(format!("look into the vault, then remove `{}`", path.display()))
        );
    }
    save(&path, &journal)?;
    match journal.forward(writer) {
        Ok(()) => remove(&path),
        Err((done, error)) => {
            if journal.back(writer, done).is_ok_and(|left| left.is_empty()) {
                remove(&path)?;
                return Err(error);
            }
            Err(Error::new(format!("{error}; and not all of it could be taken back"))
                .hint("run any portolan command on the vault to end it"))
        }
    }
}

/// Brings a batch that was interrupted to an end. `None` where there is none, or another portolan is at it.
///
/// # Errors
/// The disk refuses. The journal stays, and the next run tries again.
pub fn recover(root: &Path) -> Result<Option<Recovered>> {
    let Ok(root) = root.canonicalize() else { return Ok(None) };
    let Ok(path) = journal_path(&root) else { return Ok(None) };
    if !path.exists() {
        return Ok(None);
    }
    // Whoever holds the lock is carrying the batch out.
    let Ok(mut writer) = Writer::open(&root) else { return Ok(None) };
    let Ok(text) = std::fs::read(&path) else { return Ok(None) };
    let journal: Journal = serde_json::from_slice(&text)
        .ok()
        .filter(|journal: &Journal| journal.version == VERSION)
        .ok_or_else(|| {
            Error::new(format!("the journal `{}` is of another portolan", path.display()))
                .hint("run the portolan that wrote it, or look into the vault and remove the journal")
        })?;
    let clean = journal.states(&writer).iter().all(|state| *state != State::Foreign);
    let left = if clean {
        journal.forward(&mut writer).map_err(|(_, error)| error)?;
        Vec::new()
    } else {
        journal.back(&mut writer, journal.writes.len())?
    };
    remove(&path)?;
    Ok(Some(Recovered { finished: clean, what: journal.what(), left }))
}

impl Journal {
    /// The plan of a batch, once it is known that each step of it can be done.
    fn of(writer: &Writer, batch: &Batch) -> Result<Self> {
        let mut steps = Vec::with_capacity(batch.writes.len());
        for (note, old, edits) in &batch.writes {
            writer.check(note, old)?;
            let new = edits
                .apply(old)
                .ok_or_else(|| Error::new(format!("cannot write `{note}`: an edit does not fit its text")))?;
            steps.push(Step {
                note: note.clone(),
                old: digest(old.as_bytes()),
                new: digest(new.as_bytes()),
                edits: edits.iter().cloned().collect(),
                undo: undo(old, edits),
            });
        }
        let folders = match &batch.moved {
            Some((from, to)) => may_move(writer, from, to, batch.git)?,
            None => Vec::new(),
        };
        Ok(Self { version: VERSION, writes: steps, moved: batch.moved.clone(), git: batch.git, folders })
    }

    fn what(&self) -> String {
        match &self.moved {
            Some((from, to)) => format!("rename of `{from}` to `{to}`"),
            None => format!("change of {} notes", self.writes.len()),
        }
    }

    fn states(&self, writer: &Writer) -> Vec<State> {
        let moved = self.move_state(writer);
        let notes = self.writes.iter().map(|step| self.state(writer, step, moved).0);
        notes.chain(moved).collect()
    }

    /// The state of a note, its text, and the path that it has now: the notes are written before the move.
    fn state(&self, writer: &Writer, step: &Step, moved: Option<State>) -> (State, String, String) {
        let mut path = step.note.clone();
        if let (Some((from, to)), Some(State::After)) = (&self.moved, moved)
            && let Some(rest) =
                path.strip_prefix(from.as_str()).filter(|r| r.is_empty() || r.starts_with('/'))
        {
            path = format!("{to}{rest}");
        }
        let bytes = std::fs::read(on_disk(&writer.root, &path)).unwrap_or_default();
        let found = digest(&bytes);
        let state = match String::from_utf8(bytes) {
            Ok(text) if found == step.new => (State::After, text),
            Ok(text) if found == step.old => (State::Before, text),
            other => (State::Foreign, other.unwrap_or_default()),
        };
        (state.0, state.1, path)
    }

    fn move_state(&self, writer: &Writer) -> Option<State> {
        let (from, to) = self.moved.as_ref()?;
        let there = |path: &str| is_there(&on_disk(&writer.root, path));
        Some(match (there(from), there(to)) {
            (true, false) => State::Before,
            (false, true) => State::After,
            _ => State::Foreign,
        })
    }

    /// Does what has not been done yet; an error comes with the number of notes that were.
    fn forward(&self, writer: &mut Writer) -> Result<(), (usize, Error)> {
        let moved = self.move_state(writer);
        for (done, step) in self.writes.iter().enumerate() {
            self.write(writer, step, moved).map_err(|error| (done, error))?;
        }
        self.make_move(writer).map_err(|error| (self.writes.len(), error))
    }

    fn write(&self, writer: &mut Writer, step: &Step, moved: Option<State>) -> Result<()> {
        match self.state(writer, step, moved) {
            (State::After, ..) => Ok(()),
            (State::Before, text, path) => writer.write(&path, &text, &step.edits.iter().cloned().collect()),
            (State::Foreign, _, path) => {
                Err(Error::new(format!("cannot write `{path}`: it has changed since it was read")))
            }
        }
    }

    fn make_move(&self, writer: &Writer) -> Result<()> {
        let Some((from, to)) = &self.moved else { return Ok(()) };
        match self.move_state(writer) {
            Some(State::Before) => {
                for folder in &self.folders {
                    make_folder(&on_disk(&writer.root, folder))?;
                }
                move_file(&writer.root, from, to, self.git)
            }
            Some(State::Foreign) => Err(Error::new(format!("cannot move `{from}`: `{to}` is there already"))),
            _ => Ok(()),
        }
    }

    /// Undoes what has been done, of the first `written` notes and the move. Notes that somebody has changed
    /// since are left and named.
    fn back(&self, writer: &mut Writer, written: usize) -> Result<Vec<String>> {
        if let (Some((from, to)), Some(State::After)) = (&self.moved, self.move_state(writer)) {
            move_file(&writer.root, to, from, self.git)?;
        }
        for folder in self.folders.iter().rev() {
            // Somebody may have put something into it.
            let _ = std::fs::remove_dir(on_disk(&writer.root, folder));
        }
        let mut left = Vec::new();
        for step in self.writes.iter().take(written).rev() {
            match self.state(writer, step, None) {
                (State::Before, ..) => {}
                (State::After, text, path) => {
                    writer.write(&path, &text, &step.undo.iter().cloned().collect())?;
                }
                (State::Foreign, _, path) => left.push(path),
            }
        }
        left.reverse();
        Ok(left)
    }
}

/// The edits that take edits of a text back.
fn undo(old: &str, edits: &Edits) -> Vec<Edit> {
    // How much text has gone and come before an edit.
    let (mut gone, mut come) = (0, 0);
    let back = edits.iter().map(|edit| {
        let start = edit.span.start as usize - gone + come;
        gone += edit.span.len();
        come += edit.text.len();
        Edit::replace(Span::new(start, start + edit.text.len()), edit.span.of(old))
    });
    back.collect()
}

fn digest(bytes: &[u8]) -> String {
    short_hash([bytes])
}

/// Checks that a file or folder may get another path; the folders that have to be made for it.
fn may_move(writer: &Writer, from: &str, to: &str, git: bool) -> Result<Vec<String>> {
    let refuse = |why: &str| Error::new(format!("cannot move `{from}` to `{to}`: {why}"));
    let (source, target) = (on_disk(&writer.root, from), on_disk(&writer.root, to));
    let meta = std::fs::symlink_metadata(&source).map_err(|e| Error::io("move", &source, e))?;
    if meta.file_type().is_symlink() {
        return Err(refuse("it is a symbolic link").hint("move what it leads to, or the link by hand"));
    }
    let inside = |path: &Path| path.canonicalize().is_ok_and(|path| path.starts_with(&writer.root));
    if !source.parent().is_some_and(inside) {
        return Err(refuse("it lies outside of the vault"));
    }
    if is_there(&target) {
        return Err(refuse("something is there already").hint("choose another name"));
    }
    let mut folders = Vec::new();
    let mut above = to;
    while let Some((folder, _)) = above.rsplit_once('/') {
        let path = on_disk(&writer.root, folder);
        if path.is_dir() {
            if !inside(&path) {
                return Err(refuse("the folder lies outside of the vault"));
            }
            break;
        }
        if std::fs::symlink_metadata(&path).is_ok() {
            return Err(refuse(&format!("`{folder}` is no folder")));
        }
        folders.push(folder.to_owned());
        above = folder;
    }
    if git {
        run_git(&writer.root, &["ls-files", "--error-unmatch", "--", from])
            .map_err(|error| error.hint("git does not know it: leave `--git` out"))?;
    }
    folders.reverse();
    Ok(folders)
}

/// Whether a path is there under exactly this name: some systems find `Note.md` by `note.md`.
fn is_there(path: &Path) -> bool {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return false };
    std::fs::symlink_metadata(path).is_ok()
        && std::fs::read_dir(folder)
            .is_ok_and(|entries| entries.flatten().any(|entry| entry.file_name() == name))
}

fn make_folder(path: &Path) -> Result<()> {
    match std::fs::create_dir(path) {
        Err(e) if e.kind() != std::io::ErrorKind::AlreadyExists => Err(Error::io("make the folder", path, e)),
        _ => Ok(()),
    }
}

fn move_file(root: &Path, from: &str, to: &str, git: bool) -> Result<()> {
    let (source, target) = (on_disk(root, from), on_disk(root, to));
    if git {
        run_git(root, &["mv", "--", from, to])?;
    } else {
        std::fs::rename(&source, &target).map_err(|e| Error::io("move", &source, e))?;
    }
    for folder in [source.parent(), target.parent()].into_iter().flatten() {
        reach_the_disk(folder);
    }
    Ok(())
}

fn run_git(root: &Path, args: &[&str]) -> Result<()> {
    let done = Command::new("git").arg("-C").arg(root).args(args).output();
    let output = done.map_err(|e| Error::io("run git in", root, e))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Error::new(format!("git refused: {}", said.lines().next().unwrap_or("it does not say why"))))
}

/// The journal of a vault, beside its lock.
fn journal_path(root: &Path) -> Result<PathBuf> {
    super::lock_path(root).map(|lock| lock.with_extension("journal"))
}

/// The journal is whole or not there: it appears on the disk before the first note changes.
fn save(path: &Path, journal: &Journal) -> Result<()> {
    let text = serde_json::to_vec(journal).map_err(|e| Error::new(e.to_string()))?;
    let temporary = path.with_extension("journal-tmp");
    let written = File::create(&temporary)
        .and_then(|mut file| file.write_all(&text).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::rename(&temporary, path));
    written.map_err(|e| Error::io("write the journal", path, e))?;
    path.parent().map(reach_the_disk);
    Ok(())
}

fn remove(path: &Path) -> Result<()> {
    std::fs::remove_file(path).map_err(|e| Error::io("remove the journal", path, e))?;
    path.parent().map(reach_the_disk);
    Ok(())
}

/// A name that was made or taken away must reach the disk too. Systems that cannot open a folder do without.
fn reach_the_disk(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: [(&str, &str); 3] =
        [("a/Old.md", "[[#h]]\n# h\n"), ("s.md", "[[Old]] x [[Old]]\n"), ("t.md", "[[Old]]\n")];
    const AFTER: [(&str, &str); 3] =
        [("b/c/New.md", "[[#h]]\n# i\n"), ("s.md", "[[Newer]] x []\n"), ("t.md", "[[New]]\n")];

    fn batch() -> Batch {
        let edits = |changes: &[(usize, usize, &str)]| -> Edits {
            changes.iter().map(|(from, to, text)| Edit::replace(Span::new(*from, *to), *text)).collect()
        };
        Batch {
            writes: vec![
                ("a/Old.md".to_owned(), BEFORE[0].1.into(), edits(&[(9, 10, "i")])),
                ("s.md".to_owned(), BEFORE[1].1.into(), edits(&[(2, 5, "Newer"), (11, 16, "")])),
                ("t.md".to_owned(), BEFORE[2].1.into(), edits(&[(2, 5, "New")])),
            ],
            moved: Some(("a/Old.md".to_owned(), "b/c/New.md".to_owned())),
            git: false,
        }
    }

    fn vault() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("a")).unwrap();
        for (path, text) in BEFORE {
            std::fs::write(dir.path().join(path), text).unwrap();
        }
        dir
    }

    fn is(dir: &Path, files: [(&str, &str); 3]) -> bool {
        let there = files
            .iter()
            .all(|(path, text)| std::fs::read_to_string(dir.join(path)).is_ok_and(|t| t == *text));
        let count =
            walkdir::WalkDir::new(dir).into_iter().flatten().filter(|e| e.file_type().is_file()).count();
        there && count == files.len()
    }

    /// Kills a run after so many steps: the journal lies there, the lock is free.
    fn killed_after(dir: &Path, steps: usize) {
        let mut writer = Writer::open(dir).unwrap();
        let journal = Journal::of(&writer, &batch()).unwrap();
        save(&journal_path(&writer.root).unwrap(), &journal).unwrap();
        for step in journal.writes.iter().take(steps) {
            journal.write(&mut writer, step, Some(State::Before)).unwrap();
        }
        if steps > journal.writes.len() {
            journal.make_move(&writer).unwrap();
        }
    }

    #[test]
    fn all_of_it_happens_and_nothing_is_left_behind() {
        let dir = vault();
        let mut writer = Writer::open(dir.path()).unwrap();
        carry_out(&mut writer, &batch()).unwrap();
        assert!(is(dir.path(), AFTER));
        drop(writer);
        assert_eq!(recover(dir.path()).unwrap(), None);
    }

    #[test]
    fn a_run_that_was_killed_anywhere_is_finished() {
        for steps in 0..=4 {
            let dir = vault();
            killed_after(dir.path(), steps);
            let recovered = recover(dir.path()).unwrap().expect("a journal");
            assert!(recovered.finished && recovered.left.is_empty(), "{recovered:?}");
            assert!(is(dir.path(), AFTER), "killed after {steps} steps");
            assert_eq!(recover(dir.path()).unwrap(), None);
        }
    }

    #[test]
    fn a_run_that_cannot_be_finished_is_taken_back() {
        for steps in 0..=4 {
            let dir = vault();
            killed_after(dir.path(), steps);
            std::fs::write(dir.path().join("t.md"), "somebody wrote this\n").unwrap();
            let recovered = recover(dir.path()).unwrap().expect("a journal");
            assert_eq!((recovered.finished, &recovered.left[..]), (false, &["t.md".to_owned()][..]));
            let mut expected = BEFORE;
            expected[2].1 = "somebody wrote this\n";
            assert!(is(dir.path(), expected), "killed after {steps} steps");
            assert!(!dir.path().join("b").exists());
        }
    }

    #[test]
    fn what_is_in_the_way_is_seen_before_anything_changes() {
        let refused = |spoil: &dyn Fn(&Path), batch: Batch| {
            let dir = vault();
            spoil(dir.path());
            let mut writer = Writer::open(dir.path()).unwrap();
            let error = carry_out(&mut writer, &batch).unwrap_err();
            assert_eq!(std::fs::read_to_string(dir.path().join("s.md")).unwrap(), BEFORE[1].1);
            assert!(dir.path().join("a/Old.md").exists());
            assert!(!journal_path(&writer.root).unwrap().exists());
            error.to_string()
        };
        let changed = refused(&|dir| std::fs::write(dir.join("t.md"), "other").unwrap(), batch());
        assert!(changed.contains("has changed"), "{changed}");
        let taken = |dir: &Path| {
            std::fs::create_dir_all(dir.join("b/c")).unwrap();
            std::fs::write(dir.join("b/c/New.md"), "").unwrap();
        };
        assert!(refused(&taken, batch()).contains("there already"));
        assert!(refused(&|dir| std::fs::write(dir.join("b"), "").unwrap(), batch()).contains("no folder"));
        let unknown = refused(&|_| {}, Batch { git: true, ..batch() });
        assert!(unknown.contains("git refused"), "{unknown}");
    }
}
