//! The steps of a batch: what each file says about them, and how they are done and undone.

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
    /// Whether it is being taken back: somebody has stopped it, or something was in its way.
    #[serde(default)]
    pub(super) back: bool,
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
    /// The lines that they change; none in a journal of the first version.
    #[serde(default)]
    passages: Vec<Passage>,
}

/// What a file says about a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Before,
    After,
    /// Neither: somebody has been at it.
    Foreign,
    /// It is not there, or is no longer text.
    Gone,
}

/// A note as it is found.
pub(super) struct Seen {
    pub(super) state: State,
    text: String,
    /// Its path now: the notes are written before the move.
    path: String,
}

/// What is done with a note that somebody has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Foreign {
    /// Nothing is carried out: it is not what was planned on.
    Refused,
    /// Its passages follow wherever they stand now.
    Followed,
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

    /// Whether a folder is there that was to be made for the move.
    pub(super) fn has_folders(&self, writer: &Writer) -> bool {
        self.folders.iter().any(|folder| is_there(&on_disk(&writer.root, folder)))
    }

    /// What each note says now.
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

    /// What the file or folder says that is to be moved. [`State::Foreign`] where it is there twice, and
    /// [`State::Gone`] where it is not.
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

    /// What was to be moved, where it is in both places or in none: that is left to a person.
    pub(super) fn lost(&self, writer: &Writer) -> Option<Left> {
        let (from, to) = self.moved.as_ref()?;
        match self.move_state(writer)? {
            State::Foreign => Some(Left::whole(to.clone())),
            State::Gone => Some(Left::whole(from.clone())),
            _ => None,
        }
    }

    /// Does what has not been done yet, and names what could not follow; an error comes with the number of
    /// notes that were written. It stops between two steps where it is told to.
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
                writer.write(&seen.path, &seen.text, &step.edits.iter().cloned().collect())?;
                Ok(Vec::new())
            }
            State::Foreign | State::Gone if foreign == Foreign::Refused => {
                Err(Error::new(format!("cannot write `{}`: it has changed since it was read", seen.path)))
            }
            State::Foreign => {
                let (edits, lines) = step.changed(&seen).forward(&step.edits);
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

    /// Undoes what has been done: the move, and the first `written` notes. The one behind them may have been
    /// written though it was told as failed, so it is looked at, too. In notes that somebody has changed since
    /// they were written, what cannot be undone is named.
    pub(super) fn back(&self, writer: &mut Writer, written: usize) -> Result<Vec<Left>> {
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
            let seen = self.look(writer, step, None)?;
            let mut stays = match seen.state {
                State::Before => continue,
                State::After => {
                    writer.write(&seen.path, &seen.text, &step.undo.iter().cloned().collect())?;
                    continue;
                }
                State::Foreign => {
                    let (edits, lines) = step.changed(&seen).back(&step.undo);
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
    /// A note that somebody has changed, as far as the step knows its lines.
    pub(super) fn changed(&self, seen: &Seen) -> Changed<'_> {
        Changed::look(&self.passages, &self.edits, &self.undo, &seen.text)
    }
}

/// Writes what follows into a note that somebody has changed; the lines of it that do not.
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
