//! Obstacles to writing a note, and how plans report them.

use std::fmt;

use crate::syntax::conflict::Marked;
use crate::text::visible::escape;
use crate::vault::{Note, NoteId, Role, Vault};

/// The reason why nothing is written into a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// The 1-based line of the obstacle.
    pub line: u32,
    /// What the obstacle is.
    pub message: String,
}

impl Obstacle {
    /// Returns the obstacle of a change whose edits contradict each other. Nothing of it is written, since that
    /// would be half a change.
    pub(crate) fn contradiction() -> Self {
        Self { line: 1, message: CONTRADICTION.to_owned() }
    }
}

/// The message for conflict markers that do not pair up.
pub(super) const NO_COUNTERPART: &str = "this merge conflict marker has no counterpart";

/// The message for a change with overlapping edits.
pub(super) const CONTRADICTION: &str = "its edits overlap";

/// A place in a note and a message about it, mostly why it is left alone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// The path of the note.
    pub note: String,
    /// The 1-based line.
    pub line: u32,
    /// The message.
    pub message: String,
}

impl Spot {
    /// Makes a spot in the note with this path.
    pub(crate) fn new(note: &str, line: u32, message: impl Into<String>) -> Self {
        Self { note: note.to_owned(), line, message: message.into() }
    }

    /// Makes a spot of an obstacle in the note with this path.
    pub(crate) fn of(note: &str, Obstacle { line, message }: Obstacle) -> Self {
        Self::new(note, line, message)
    }
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { note, line, message } = self;
        write!(f, "{}:{line}: {message}", escape(note))
    }
}

/// The reason why a whole command writes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// What is in the way.
    pub message: String,
    /// What to do about it, if that is known.
    pub way_out: Option<String>,
    /// The places of what is in the way.
    pub spots: Vec<Spot>,
}

impl Refused {
    /// Returns the refusal of something new that would stand in a comment: see [`with_comment_closed`].
    #[must_use]
    pub fn in_a_comment(what: &str) -> Self {
        Self::new(
            format!("{what} would stand in a comment"),
            "close the comment: a `%%` at the start of a line is never closed",
        )
    }

    /// Returns the refusal to write a note because of an obstacle.
    #[must_use]
    pub(crate) fn by(note: &Note, Obstacle { line, message }: Obstacle) -> Self {
        Self::new(
            format!("{}:{line}: {message}", note.path),
            "fix that first; until then, nothing is written to the note",
        )
    }

    pub(super) fn new(message: impl Into<String>, way_out: impl Into<String>) -> Self {
        Self { message: message.into(), way_out: Some(way_out.into()), spots: Vec::new() }
    }

    pub(super) fn at(self, spots: Vec<Spot>) -> Self {
        Self { spots, ..self }
    }
}

impl From<String> for Refused {
    fn from(message: String) -> Self {
        Self { message, way_out: None, spots: Vec::new() }
    }
}

impl From<&str> for Refused {
    fn from(message: &str) -> Self {
        message.to_owned().into()
    }
}

/// Returns what is in the way of any write to a note: that it is excluded, a merge conflict, whose lines may be
/// neither side's, or markers that form no board, so that nobody can tell what is generated.
#[must_use]
pub fn obstacle(note: &Note) -> Option<Obstacle> {
    if note.role == Role::Excluded {
        return Some(Obstacle { line: 1, message: "the note is excluded from the vault".to_owned() });
    }
    let system = note.facts.system();
    if let Some(Marked { line, is_whole }) = system.conflict {
        let message = if is_whole { "a merge conflict is not settled" } else { NO_COUNTERPART };
        return Some(Obstacle { line, message: message.to_owned() });
    }
    let problem = system.marker_that_stops_writes()?;
    Some(Obstacle { line: problem.place.line, message: problem.message.clone() })
}

/// Returns what is in the way of adding lines: anything that stops every write, or line endings that only
/// Markdown recognises.
#[must_use]
pub fn obstacle_to_lines(note: &Note, text: &str) -> Option<Obstacle> {
    let of_old = || {
        let message =
            "its lines end in a carriage return alone (CR): save it with LF or CRLF line endings".to_owned();
        Some(Obstacle { line: 1, message }).filter(|_| text.contains('\r') && !text.contains('\n'))
    };
    obstacle(note).or_else(of_old)
}

/// Returns the vault with this text for a note, with a comment closed at its end. An unclosed `%%` hides
/// everything behind it, so anything new there would disappear as soon as somebody closes it.
#[must_use]
pub fn with_comment_closed(vault: &Vault, id: NoteId, text: &str) -> Vault {
    vault.with_texts(&[(id, format!("{text}\n\n%%\n"))])
}
