//! What of a note could not be understood.

use serde::{Deserialize, Serialize};

use crate::text::place::{LineIndex, Place};

/// Something in a note that could not be understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// What kind of thing it is.
    pub kind: ProblemKind,
    /// What is wrong with it.
    pub message: String,
    /// What it is about, apart from where it stands and from how that is said: the name of an integration, else the
    /// beginning of its line.
    pub subject: String,
    /// Where.
    pub place: Place,
}

/// What a problem is about that nothing but its line tells: the beginning of that. Another one of its kind in another
/// line is another problem, also where both are said with the same words.
pub(crate) fn subject(lines: &LineIndex<'_>, at: u32) -> String {
    const MOST: usize = 120;
    let line = lines.line_span(lines.line(at)).of(lines.text());
    line.trim().chars().take(MOST).collect()
}

/// The kinds of problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProblemKind {
    /// The file is not UTF-8; nothing else was read.
    Encoding,
    /// Blocks nest deeper than is read; nothing but secrets was read.
    Nesting,
    /// The properties are not YAML, or no mapping, or have a key twice.
    Properties,
    /// A log template is broken.
    LogTemplate,
    /// An integration block is not JSON, or has a key twice.
    Integration,
    /// A canvas is not JSON, or not a canvas.
    Canvas,
}
