//! Problems of a note: what could not be understood.

use serde::{Deserialize, Serialize};

use crate::text::place::{LineIndex, Place};

/// Something in a note that could not be understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The kind of problem.
    pub kind: ProblemKind,
    /// What is wrong.
    pub message: String,
    /// The subject of the problem, independent of its place and of the wording of the message: the name of an
    /// integration, or else the beginning of its line.
    pub subject: String,
    /// Where.
    pub place: Place,
}

/// Returns the beginning of the line at an offset, as the subject of a problem that has no better one. Two
/// problems of a kind on different lines thus stay apart, even if their messages are the same.
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
    /// Blocks nest deeper than portolan reads; nothing except secrets was read.
    Nesting,
    /// The properties are not YAML, are not a mapping, or have a key twice.
    Properties,
    /// A log template is broken.
    LogTemplate,
    /// An integration block is not JSON, or has a key twice.
    Integration,
    /// A canvas is not JSON, or not a canvas.
    Canvas,
}
