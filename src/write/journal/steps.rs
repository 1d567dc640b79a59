//! The steps of a batch: what each file says about them, and how they are done and undone.

use std::io::ErrorKind;

use serde::{Deserialize, Serialize};

use super::moves::{is_there, make_folder, may_move, move_file};
use super::{Batch, VERSION};
use crate::error::{Error, Result};
use crate::text::digest::short_hash;
use crate::text::edit::{Edit, Edits};
use crate::text::path::behind;
use crate::text::span::Span;
use crate::vault::on_disk;
use crate::write::{Writer, refused};

/// The plan as it lies on the disk.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Journal {
    pub(super) version: u32,
    pub(super) writes: Vec<Step>,
    moved: Option<(String, String)>,
    git: bool,
    /// Folders that have to be made for the move, outer before inner.
    folders: Vec<String>,
}

/// The change of one note.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Step {
    note: String,
    old: String,
    new: String,
    edits: Vec<Edit>,
    /// The edits that turn the new text into the old one.
    undo: Vec<Edit>,
}

/// What a file says about a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Before,
    After,
    /// Neither: somebody has been at it.
    Foreign,
}

impl Journal {
    /// The plan of a batch, once it is known that each step of it can be done.
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

    pub(super) fn what(&self) -> String {
        match &self.moved {
            Some((from, to)) => format!("rename of `{from}` to `{to}`"),
            None => format!("change of {} notes", self.writes.len()),
        }
    }

    /// Whether every file is as the plan has left or found it.
    pub(super) fn is_clean(&self, writer: &Writer) -> Result<bool> {
        let moved = self.move_state(writer);
        for step in &self.writes {
            if self.state(writer, step, moved)?.0 == State::Foreign {
                return Ok(false);
            }
        }
        Ok(moved != Some(State::Foreign))
    }

    /// The state of a note, its text, and the path that it has now: the notes are written before the move.
    fn state(&self, writer: &Writer, step: &Step, moved: Option<State>) -> Result<(State, String, String)> {
        let mut path = step.note.clone();
        if let (Some((from, to)), Some(State::After)) = (&self.moved, moved)
            && let Some(rest) = behind(&path, from)
        {
            path = format!("{to}{rest}");
        }
        let on_disk = on_disk(&writer.root, &path);
        let bytes = match writer.disk().read(&on_disk) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok((State::Foreign, String::new(), path)),
            Err(e) => return Err(refused("read", &on_disk, e)),
        };
        let found = digest(&bytes);
        let state = match String::from_utf8(bytes) {
            Ok(text) if found == step.new => (State::After, text),
            Ok(text) if found == step.old => (State::Before, text),
            other => (State::Foreign, other.unwrap_or_default()),
        };
        Ok((state.0, state.1, path))
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
    pub(super) fn forward(&self, writer: &mut Writer) -> Result<(), (usize, Error)> {
        let moved = self.move_state(writer);
        for (done, step) in self.writes.iter().enumerate() {
            self.write(writer, step, moved).map_err(|error| (done, error))?;
        }
        self.make_move(writer).map_err(|error| (self.writes.len(), error))
    }

    fn write(&self, writer: &mut Writer, step: &Step, moved: Option<State>) -> Result<()> {
        match self.state(writer, step, moved)? {
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
                    make_folder(writer, folder)?;
                }
                move_file(writer, from, to, self.git)
            }
            Some(State::Foreign) => Err(Error::new(format!("cannot move `{from}`: `{to}` is there already"))),
            _ => Ok(()),
        }
    }

    /// Undoes what has been done: the move, and the first `written` notes. The one behind them may have been
    /// written though it was told as failed, so it is looked at, too. Notes that somebody has changed since
    /// they were written are left and named.
    pub(super) fn back(&self, writer: &mut Writer, written: usize) -> Result<Vec<String>> {
        if let (Some((from, to)), Some(State::After)) = (&self.moved, self.move_state(writer)) {
            move_file(writer, to, from, self.git)?;
        }
        let disk = writer.disk();
        for folder in self.folders.iter().rev() {
            // Somebody may have put something into it.
            let _ = disk.remove_folder(&on_disk(&writer.root, folder));
        }
        let mut left = Vec::new();
        for (index, step) in self.writes.iter().enumerate().take(written + 1).rev() {
            match self.state(writer, step, None)? {
                (State::After, text, path) => {
                    writer.write(&path, &text, &step.undo.iter().cloned().collect())?;
                }
                (State::Foreign, _, path) if index < written => left.push(path),
                _ => {}
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
