//! What stops every write to a note, whatever was to be written.

use crate::vault::Note;

/// Why nothing is written into a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// The 1-based line of what is in the way.
    pub line: u32,
    /// What it is.
    pub message: String,
}

/// What is in the way of a write: half a merge, whose lines may be neither side's, or markers that make no
/// board, so that nobody can tell what is generated.
#[must_use]
pub fn obstacle(note: &Note) -> Option<Obstacle> {
    let system = note.facts.system();
    if let Some(line) = system.conflict {
        return Some(Obstacle { line, message: "a merge conflict is not settled".to_owned() });
    }
    let problem = system.marker_problems.first()?;
    Some(Obstacle { line: problem.place.line, message: problem.message.clone() })
}
