//! Changes of several files that happen together or not at all.
//!
//! Before the first file changes, the whole plan is written to the disk, in the user's cache folder. Each
//! step is atomic (a note is old or new, a file here or there), and the disk alone shows which steps are
//! done. So the next run completes a batch that was killed, or takes it back (`way` says which). A note that
//! somebody has edited since keeps the edit and gets those changes whose lines can be recognised again.
//!
//! A journal holds digests of notes and lines and the few words that change, never their text, so that no
//! secret gets into it.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::disk::{Disk, Readers};
use super::lock::{Lock, Setting, no_folder};
use super::{Writer, refused};
use crate::error::{Error, Result};
use crate::text::edit::Edits;

mod direction;
mod moves;
mod passages;
mod steps;

use direction::Way;
use steps::{Foreign, Journal};

/// A group of changes that belong together.
#[derive(Debug, Default)]
pub struct Batch {
    /// Notes by their paths before the move, each with the text that its edits were made for.
    pub writes: Vec<(String, Arc<str>, Edits)>,
    /// The old and the new path of a file or folder, both in the vault.
    pub moved: Option<(String, String)>,
    /// Whether `git mv` moves it.
    pub git: bool,
    /// Set by another thread to stop the batch, which then undoes what was done.
    pub stop: Arc<AtomicBool>,
}

/// A batch that was interrupted, and how it came to an end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovered {
    /// How it ended.
    pub end: End,
    /// What the batch was, in a few words.
    pub what: String,
    /// Notes that somebody has changed in between, and that could not get the change.
    pub left: Vec<Left>,
}

/// How an interrupted batch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// All of it has been carried out now.
    Finished,
    /// What had been done is undone now.
    TakenBack,
    /// Nothing had been done, or nothing was left to undo.
    Nothing,
    /// It is not completed yet: some of it may have been done.
    Waits,
}

/// A note, or a line of it, that an interrupted batch could not bring in step with the others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Left {
    /// The note, by its path in the vault.
    pub note: String,
    /// A line of it (from 1) that has words which should have changed; `None` where no line is known.
    pub line: Option<usize>,
}

impl Left {
    fn whole(note: String) -> Self {
        Self { note, line: None }
    }
}

const VERSION: u32 = 2;

/// Carries out a batch. Where anything fails, what was done is undone.
///
/// # Errors
/// A note may not be written or has changed, the new path is taken or lies outside of the vault, or the disk
/// refuses. Nothing has changed then, unless the error says that the next run has to complete it.
pub fn carry_out(writer: &mut Writer, batch: &Batch) -> Result<()> {
    let mut journal = Journal::of(writer, batch)?;
    let setting = &writer.setting;
    let (Some(path), Some(half)) = (setting.journal(&writer.root), setting.half_journal(&writer.root)) else {
        return Err(no_folder());
    };
    if path.exists() {
        let message = "an earlier change of several notes was interrupted and cannot be completed";
        return Err(
            Error::new(message).with_hint(format!("look into the vault, then remove `{}`", path.display()))
        );
    }
    let disk = writer.disk();
    save(&path, &half, &journal, &*disk)?;
    let Err((done, error)) = journal.forward(writer, Foreign::Refused, &batch.stop) else {
        return remove(&path, &*disk);
    };
    // If the undo fails too, the next run goes on with it. Where that cannot be written down, the next run
    // decides the way.
    journal.back = true;
    let _ = save_again(&path, &half, &journal, &*disk);
    if journal.back(writer, done).is_ok_and(|left| left.is_empty()) {
        return Err(match remove(&path, &*disk) {
            Ok(()) if batch.stop.load(Ordering::Relaxed) => {
                Error::new("it was interrupted, and is taken back: nothing has changed")
            }
            Ok(()) => error,
            // With the journal still there, the next run would carry out what was undone here.
            Err(_) => Error::new(format!("{error}; nothing has changed"))
                .with_hint(format!("remove `{}`, or `portolan check` does it", path.display())),
        });
    }
    Err(Error::new(format!("{error}; and not all of it could be undone"))
        .with_hint("`portolan check` on the vault brings it to an end"))
}

/// Completes or takes back an interrupted batch, and removes temporary files of a killed run. `None` where
/// there is no such batch, or another portolan is working on it.
///
/// # Errors
/// The disk refuses. The journal stays, and the next run tries again.
pub fn recover(root: &Path) -> Result<Option<Recovered>> {
    recover_with(root, Setting::default())
}

/// Like [`recover`], but with the folder for locks and journals and the disk that `setting` names.
///
/// # Errors
/// As [`recover`].
pub fn recover_with(root: &Path, setting: Setting) -> Result<Option<Recovered>> {
    let Some(Interrupted { mut writer, path, journal }) = interrupted(root, setting)? else {
        return Ok(None);
    };
    let (end, mut left) = match Way::of(&journal, &writer)? {
        Way::Forward => {
            let done = journal.forward(&mut writer, Foreign::Followed, &AtomicBool::default());
            (End::Finished, done.map_err(|(_, error)| error)?)
        }
        Way::Back { is_there } => {
            let end = if is_there { End::TakenBack } else { End::Nothing };
            (end, journal.back(&mut writer, journal.writes.len())?)
        }
        Way::Nothing => {
            // Folders may have been made for the move.
            journal.back(&mut writer, journal.writes.len())?;
            (End::Nothing, Vec::new())
        }
    };
    left.extend(journal.lost(&writer));
    remove(&path, &*writer.disk())?;
    Ok(Some(Recovered { end, what: journal.what(), left }))
}

/// Reports whether a batch waits to be completed, for commands that write nothing: the batch and its journal
/// stay untouched. Only temporary files of a killed run are removed.
///
/// # Errors
/// As [`recover`].
pub fn look(root: &Path) -> Result<Option<Recovered>> {
    look_with(root, Setting::default())
}

/// Like [`look`], but with the folder for locks and journals and the disk that `setting` names.
///
/// # Errors
/// As [`recover`].
pub fn look_with(root: &Path, setting: Setting) -> Result<Option<Recovered>> {
    let Some(Interrupted { writer, journal, .. }) = interrupted(root, setting)? else { return Ok(None) };
    let is_gone = Way::of(&journal, &writer)? == Way::Nothing && !journal.has_folders(&writer);
    let end = if is_gone { End::Nothing } else { End::Waits };
    Ok(Some(Recovered { end, what: journal.what(), left: journal.lost(&writer).into_iter().collect() }))
}

/// An interrupted batch, with the lock that is needed to complete it.
struct Interrupted {
    writer: Writer,
    /// The path of its journal.
    path: PathBuf,
    journal: Journal,
}

/// Finds the interrupted batch, if there is one, and removes temporary files of a killed run.
fn interrupted(root: &Path, setting: Setting) -> Result<Option<Interrupted>> {
    let Ok(root) = root.canonicalize() else { return Ok(None) };
    let Some(path) = setting.journal(&root) else { return Ok(None) };
    let interrupted = path.exists();
    if !interrupted && !setting.is_busy(&root) {
        return Ok(None);
    }
    let lock = match Lock::try_take(&root, &setting) {
        Ok(Some(lock)) => lock,
        Err(error) if interrupted => return Err(error),
        // The process that holds the lock is carrying the batch out. A stray temporary file does not harm a
        // reader.
        _ => return Ok(None),
    };
    if !interrupted {
        return Ok(None);
    }
    let writer = Writer { root, setting, lock };
    let text = match writer.disk().read(&path) {
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
        text => text.map_err(|e| refused("read the journal", &path, e))?,
    };
    let journal: Journal = serde_json::from_slice(&text)
        .ok()
        .filter(|journal: &Journal| (1..=VERSION).contains(&journal.version))
        .ok_or_else(|| {
            Error::new(format!("the journal `{}` was written by another version of portolan", path.display()))
                .with_hint("run that version once, or check the vault by hand and delete the journal")
        })?;
    Ok(Some(Interrupted { writer, path, journal }))
}

/// Writes the journal atomically: it is on the disk, whole, before the first note changes.
fn save(path: &Path, half: &Path, journal: &Journal, disk: &dyn Disk) -> Result<()> {
    let saved = save_again(path, half, journal, disk)
        .and_then(|()| path.parent().map_or(Ok(()), |folder| disk.sync_folder(folder)));
    saved.map_err(|e| {
        // The file may not exist.
        let _ = disk.remove(path);
        refused("write the journal", path, e)
    })
}

/// Replaces an existing journal. On failure the old one stays.
fn save_again(path: &Path, half: &Path, journal: &Journal, disk: &dyn Disk) -> std::io::Result<()> {
    let text = serde_json::to_vec(journal)?;
    let write = || {
        let mut file = disk.open_new(half, Readers::Owner)?;
        disk.write(&mut file, &text)?;
        disk.sync(&file)?;
        disk.rename(half, path)
    };
    write().inspect_err(|_| {
        let _ = disk.remove(half);
    })
}

fn remove(path: &Path, disk: &dyn Disk) -> Result<()> {
    let removed = disk.remove(path).and_then(|()| path.parent().map_or(Ok(()), |f| disk.sync_folder(f)));
    removed.map_err(|e| {
        Error::io("remove the journal", path, e)
            .with_hint("`portolan check` on the vault tries again; all else is done")
    })
}
