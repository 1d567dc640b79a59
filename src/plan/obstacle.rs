//! What stops every write to a note, whatever was to be written.

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
pub(super) const CONTRADICTION: &str = "its edits stand in each other's way";

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
