//! What stops a write to a note, and how a plan says so.

use std::fmt;

use crate::error::escape;
use crate::vault::{Note, Role};

/// Why nothing is written into a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// The 1-based line of what is in the way.
    pub line: u32,
    /// What it is.
    pub message: String,
}

impl Obstacle {
    /// What was to be written contradicts itself. Nothing of it is written: it would be half a change.
    pub(crate) fn contradiction() -> Self {
        Self { line: 1, message: CONTRADICTION.to_owned() }
    }
}

/// Why nothing is written where two edits of one change overlap.
pub(super) const CONTRADICTION: &str = "its edits overlap";

/// Why a note, or a board of it, is left alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The path of the note.
    pub note: String,
    /// The 1-based line of what is in the way.
    pub line: u32,
    /// What is in the way.
    pub message: String,
}

impl Refusal {
    /// The refusal of the note with this path.
    pub(crate) fn new(note: &str, line: u32, message: impl Into<String>) -> Self {
        Self { note: note.to_owned(), line, message: message.into() }
    }

    /// That for an obstacle.
    pub(crate) fn of(note: &str, Obstacle { line, message }: Obstacle) -> Self {
        Self::new(note, line, message)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { note, line, message } = self;
        write!(f, "{}:{line}: {message}", escape(note))
    }
}

/// What is in the way of a write: a note that is to be left alone, half a merge, whose lines may be neither side's,
/// or markers that make no board, so that nobody can tell what is generated.
#[must_use]
pub fn obstacle(note: &Note) -> Option<Obstacle> {
    if note.role == Role::Excluded {
        return Some(Obstacle { line: 1, message: "the note is excluded from the vault".to_owned() });
    }
    let system = note.facts.system();
    if let Some(line) = system.conflict {
        return Some(Obstacle { line, message: "a merge conflict is not settled".to_owned() });
    }
    let problem = system.marker_problems.first()?;
    Some(Obstacle { line: problem.place.line, message: problem.message.clone() })
}

/// What is in the way of new lines: what stops every write, and line endings that only Markdown takes for some.
#[must_use]
pub fn obstacle_to_lines(note: &Note, text: &str) -> Option<Obstacle> {
    let of_old = || {
        let message =
            "its lines end in a carriage return alone (CR): save it with LF or CRLF line endings".to_owned();
        Some(Obstacle { line: 1, message }).filter(|_| text.contains('\r') && !text.contains('\n'))
    };
    obstacle(note).or_else(of_old)
}
