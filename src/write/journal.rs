//! Changes of several files that happen all or not at all.
//!
//! Before the first file is touched, the whole plan lies on the disk, in the user's cache folder. Each step
//! is whole by itself (a note is old or new, a file here or there), and its state can be told from the disk
//! alone, so a run that was killed leaves a vault that the next one brings to an end (`way` says in which
//! direction). A note that somebody has changed since follows as far as its lines are known again.
//!
//! A journal holds digests of notes and lines and the few words that change, never their text: no secret gets
//! into it.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::disk::{Disk, Readers};
use super::lock::{Lock, Setting, no_folder};
use super::{Writer, refused};
use crate::error::{Error, Result};
use crate::text::edit::Edits;

mod moves;
mod passages;
mod steps;
mod way;

use steps::{Foreign, Journal};
use way::Way;

/// Changes that belong together.
#[derive(Debug, Default)]
pub struct Batch {
    /// Notes by their paths before the move, with the texts that their edits were made for.
    pub writes: Vec<(String, Arc<str>, Edits)>,
    /// A file or folder and its new path, both in the vault.
    pub moved: Option<(String, String)>,
    /// Whether git moves it.
    pub git: bool,
    /// Set by whoever wants it to end: what was done is undone then.
    pub stop: Arc<AtomicBool>,
}

/// A batch that was interrupted, and how it came to an end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovered {
    /// What has become of it.
    pub end: End,
    /// What the batch was, in a few words.
    pub what: String,
    /// What somebody has changed in between, and does not follow.
    pub left: Vec<Left>,
}

/// What has become of a batch that was interrupted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// All of it has happened now.
    Finished,
    /// What had happened is taken back now.
    TakenBack,
    /// Nothing of it was there to be taken back.
    Nothing,
    /// Some of it may have happened: it has still to be brought to an end.
    Waits,
}

/// Something that is not as the others are after a batch that was interrupted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Left {
    /// The note, by its path in the vault.
    pub note: String,
    /// A line of it (from 1) in which words are left that should have changed; `None` where nothing is known of it.
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
/// A note may not be written or has changed, the new path is taken or lies outside, or the disk refuses.
/// Nothing has changed then, save where the error says that the next run has to end it.
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
    // Should that not come to its end either, the next run goes on with it. Where it cannot be noted, that run decides.
    journal.back = true;
    let _ = save_again(&path, &half, &journal, &*disk);
    if journal.back(writer, done).is_ok_and(|left| left.is_empty()) {
        return Err(match remove(&path, &*disk) {
            Ok(()) if batch.stop.load(Ordering::Relaxed) => {
                Error::new("it was interrupted, and is taken back: nothing has changed")
            }
            Ok(()) => error,
            // What was taken back would be carried out by the next run.
            Err(_) => Error::new(format!("{error}; nothing has changed"))
                .with_hint(format!("remove `{}`, or `portolan check` does it", path.display())),
        });
    }
    Err(Error::new(format!("{error}; and not all of it could be undone"))
        .with_hint("`portolan check` on the vault brings it to an end"))
}

/// Brings what was interrupted to an end: a batch, and temporary files of a run that was killed. `None` where
/// there is no batch, or another portolan is at it.
///
/// # Errors
/// The disk refuses. The journal stays, and the next run tries again.
pub fn recover(root: &Path) -> Result<Option<Recovered>> {
    recover_with(root, Setting::default())
}

/// The same with a folder for locks and journals and a disk of one's own.
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
            // Folders may have been made.
            journal.back(&mut writer, journal.writes.len())?;
            (End::Nothing, Vec::new())
        }
    };
    left.extend(journal.lost(&writer));
    remove(&path, &*writer.disk())?;
    Ok(Some(Recovered { end, what: journal.what(), left }))
}

/// Whether a batch waits to be brought to an end, for whoever writes nothing: nothing of it is touched, its journal
/// neither. Only temporary files of a run that was killed are cleared away.
///
/// # Errors
/// As [`recover`].
pub fn look(root: &Path) -> Result<Option<Recovered>> {
    look_with(root, Setting::default())
}

/// The same with a folder for locks and journals and a disk of one's own.
///
/// # Errors
/// As [`recover`].
pub fn look_with(root: &Path, setting: Setting) -> Result<Option<Recovered>> {
    let Some(Interrupted { writer, journal, .. }) = interrupted(root, setting)? else { return Ok(None) };
    let is_gone = Way::of(&journal, &writer)? == Way::Nothing && !journal.has_folders(&writer);
    let end = if is_gone { End::Nothing } else { End::Waits };
    Ok(Some(Recovered { end, what: journal.what(), left: journal.lost(&writer).into_iter().collect() }))
}

/// A batch that was interrupted, and the right to bring it to an end.
struct Interrupted {
    writer: Writer,
    /// Where its journal lies.
    path: PathBuf,
    journal: Journal,
}

/// The batch that was interrupted, if there is one. Temporary files of a run that was killed are cleared away.
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
        // Whoever holds the lock is carrying the batch out; and a stray file hurts nobody who only reads.
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

/// The journal is whole or not there: it appears on the disk before the first note changes.
fn save(path: &Path, half: &Path, journal: &Journal, disk: &dyn Disk) -> Result<()> {
    let saved = save_again(path, half, journal, disk)
        .and_then(|()| path.parent().map_or(Ok(()), |folder| disk.sync_folder(folder)));
    saved.map_err(|e| {
        // It may not be there.
        let _ = disk.remove(path);
        refused("write the journal", path, e)
    })
}

/// Writes a journal that is there anew. Where that fails the old one stays.
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
