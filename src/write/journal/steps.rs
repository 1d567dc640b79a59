//! The steps of a batch: whether each is done, how it is done, and how it is undone.

use std::io::ErrorKind;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};

use super::moves::{is_there, make_folder, may_move, move_file};
use super::passages::{Changed, Passage, passages};
use super::{Batch, Left, VERSION};
use crate::error::{Error, Result};
use crate::text::digest::short_hash;
use crate::text::edit::{Edit, Edits};
use crate::text::path::behind;
use crate::vault::on_disk;
use crate::write::{Writer, refused};

/// The plan of a batch as it is stored on the disk.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Journal {
    pub(super) version: u32,
    pub(super) writes: Vec<Step>,
    moved: Option<(String, String)>,
    git: bool,
    /// Folders that have to be made for the move, outer before inner.
    folders: Vec<String>,
    /// Whether the batch is being taken back, because somebody stopped it or a step failed.
    #[serde(default)]
    pub(super) back: bool,
}

/// The change of one note.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Step {
    note: String,
    old: String,
    new: String,
    edits: Edits,
    /// The edits that turn the new text into the old one.
    undo: Edits,
    /// The lines that they change; empty in a journal of version 1.
    #[serde(default)]
    passages: Vec<Passage>,
}

/// How far a file is with its step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Before,
    After,
    /// Neither: somebody has edited it.
    Foreign,
    /// The file is missing, or is no longer UTF-8.
    Gone,
}

/// A note as it was found.
pub(super) struct Seen {
    pub(super) state: State,
    text: String,
    /// Its current path: notes are written before the move.
    path: String,
}

/// How to treat a note that somebody has edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Foreign {
    /// Fail: it is not the text that was planned on.
    Refused,
    /// Change its passages wherever they are now.
    Followed,
}

impl Journal {
    /// Plans a batch, after checking that each of its steps can be done.
    pub(super) fn of(writer: &Writer, batch: &Batch) -> Result<Self> {
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
                edits: edits.clone(),
                undo: edits.undone(old),
                passages: passages(old, &new, edits),
            });
        }
        let folders = match &batch.moved {
            Some((from, to)) => may_move(writer, from, to, batch.git)?,
            None => Vec::new(),
        };
        let (moved, git) = (batch.moved.clone(), batch.git);
        Ok(Self { version: VERSION, writes: steps, moved, git, folders, back: false })
    }

    pub(super) fn what(&self) -> String {
        match &self.moved {
            Some((from, to)) => format!("rename of `{from}` to `{to}`"),
            None => format!("change of {} notes", self.writes.len()),
        }
    }

    /// Whether any folder that was to be made for the move exists.
    pub(super) fn has_folders(&self, writer: &Writer) -> bool {
        self.folders.iter().any(|folder| is_there(&on_disk(&writer.root, folder)))
    }

    /// Returns the state of each note.
    pub(super) fn seen(&self, writer: &Writer) -> Result<Vec<Seen>> {
        let moved = self.move_state(writer);
        self.writes.iter().map(|step| self.look(writer, step, moved)).collect()
    }

    fn look(&self, writer: &Writer, step: &Step, moved: Option<State>) -> Result<Seen> {
        let mut path = step.note.clone();
        if let (Some((from, to)), Some(State::After)) = (&self.moved, moved)
            && let Some(rest) = behind(&path, from)
        {
            path = format!("{to}{rest}");
        }
        let on_disk = on_disk(&writer.root, &path);
        let bytes = match writer.disk().read(&on_disk) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == ErrorKind::NotFound => {
                return Ok(Seen { state: State::Gone, text: String::new(), path });
            }
            Err(e) => return Err(refused("read", &on_disk, e)),
        };
        let found = digest(&bytes);
        let (state, text) = match String::from_utf8(bytes) {
            Ok(text) if found == step.new => (State::After, text),
            Ok(text) if found == step.old => (State::Before, text),
            Ok(text) => (State::Foreign, text),
            Err(_) => (State::Gone, String::new()),
        };
        Ok(Seen { state, text, path })
    }

    /// Returns the state of the file or folder that is to be moved: [`State::Foreign`] where it exists at
    /// both paths, and [`State::Gone`] where it exists at neither.
    pub(super) fn move_state(&self, writer: &Writer) -> Option<State> {
        let (from, to) = self.moved.as_ref()?;
        let there = |path: &str| is_there(&on_disk(&writer.root, path));
        Some(match (there(from), there(to)) {
            (true, false) => State::Before,
            (false, true) => State::After,
            (true, true) => State::Foreign,
            (false, false) => State::Gone,
        })
    }

    /// Returns what was to be moved, where it exists at both paths or at neither: a person has to decide
    /// that.
    pub(super) fn lost(&self, writer: &Writer) -> Option<Left> {
        let (from, to) = self.moved.as_ref()?;
        match self.move_state(writer)? {
            State::Foreign => Some(Left::whole(to.clone())),
            State::Gone => Some(Left::whole(from.clone())),
            _ => None,
        }
    }

    /// Does the steps that are not done yet, and returns what could not follow. An error comes with the
    /// number of notes that were written. Between two steps it looks whether `stop` is set, and then fails.
    pub(super) fn forward(
        &self,
        writer: &mut Writer,
        foreign: Foreign,
        stop: &AtomicBool,
    ) -> Result<Vec<Left>, (usize, Error)> {
        let moved = self.move_state(writer);
        let mut left = Vec::new();
        let stopped = || {
            let stop = stop.load(Ordering::Relaxed);
            if stop { Err(Error::new("it was interrupted")) } else { Ok(()) }
        };
        for (done, step) in self.writes.iter().enumerate() {
            let written = stopped().and_then(|()| self.write(writer, step, moved, foreign));
            left.extend(written.map_err(|error| (done, error))?);
        }
        let moved = stopped().and_then(|()| self.make_move(writer));
        moved.map(|()| left).map_err(|error| (self.writes.len(), error))
    }

    fn write(
        &self,
        writer: &mut Writer,
        step: &Step,
        moved: Option<State>,
        foreign: Foreign,
    ) -> Result<Vec<Left>> {
        let seen = self.look(writer, step, moved)?;
        match seen.state {
            State::After => Ok(Vec::new()),
            State::Before => {
                writer.write(&seen.path, &seen.text, &step.edits)?;
                Ok(Vec::new())
            }
            State::Foreign | State::Gone if foreign == Foreign::Refused => {
                Err(Error::new(format!("cannot write `{}`: it has changed since it was read", seen.path)))
            }
            State::Foreign => {
                let (edits, lines) = step.changed(&seen).forward(step.edits.as_slice());
                follow(writer, &seen, edits, &lines)
            }
            State::Gone => Ok(vec![Left::whole(seen.path)]),
        }
    }

    fn make_move(&self, writer: &Writer) -> Result<()> {
        let Some((from, to)) = &self.moved else { return Ok(()) };
        match self.move_state(writer) {
            Some(State::Before) => {
                for folder in &self.folders {
                    make_folder(writer, folder)?;
                }
                move_file(writer, from, to, self.git)
            }
            Some(State::Foreign) => Err(Error::new(format!("cannot move `{from}`: `{to}` is there already"))),
            Some(State::Gone) => Err(Error::new(format!("cannot move `{from}`: it is not there"))),
            _ => Ok(()),
        }
    }

    /// Undoes what has been done: the move, and the first `written` notes. The note after them is looked at
    /// too, because it may have been written though its write returned an error. Returns what cannot be
    /// undone in notes that somebody has edited since.
    pub(super) fn back(&self, writer: &mut Writer, written: usize) -> Result<Vec<Left>> {
        if let (Some((from, to)), Some(State::After)) = (&self.moved, self.move_state(writer)) {
            move_file(writer, to, from, self.git)?;
        }
        let disk = writer.disk();
        for folder in self.folders.iter().rev() {
            // Somebody may have put a file into it.
            let _ = disk.remove_folder(&on_disk(&writer.root, folder));
        }
        let mut left = Vec::new();
        for (index, step) in self.writes.iter().enumerate().take(written + 1).rev() {
            let seen = self.look(writer, step, None)?;
            let mut stays = match seen.state {
                State::Before => continue,
                State::After => {
                    writer.write(&seen.path, &seen.text, &step.undo)?;
                    continue;
                }
                State::Foreign => {
                    let (edits, lines) = step.changed(&seen).back(step.undo.as_slice());
                    follow(writer, &seen, edits, &lines)?
                }
                State::Gone => vec![Left::whole(seen.path)],
            };
            stays.reverse();
            left.extend(stays.into_iter().filter(|_| index < written));
        }
        left.reverse();
        Ok(left)
    }
}

impl Step {
    /// Finds the passages of the step in a note that somebody has edited.
    pub(super) fn changed(&self, seen: &Seen) -> Changed<'_> {
        Changed::look(&self.passages, self.edits.as_slice(), self.undo.as_slice(), &seen.text)
    }
}

/// Writes `edits` into a note that somebody has edited, and returns `lines` as what could not follow.
fn follow(writer: &mut Writer, seen: &Seen, edits: Vec<Edit>, lines: &[usize]) -> Result<Vec<Left>> {
    match Edits::of(edits) {
        Some(edits) => {
            if !edits.is_empty() {
                writer.write(&seen.path, &seen.text, &edits)?;
            }
            Ok(lines.iter().map(|line| Left { note: seen.path.clone(), line: Some(*line) }).collect())
        }
        None => Ok(vec![Left::whole(seen.path.clone())]),
    }
}

fn digest(bytes: &[u8]) -> String {
    short_hash([bytes])
}
