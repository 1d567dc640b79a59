//! Errors of a diagram, and fixes for them.
//!
//! An error carries everything that a renderer may want to show. Its positions are byte spans only, because lines
//! and columns depend on the note around the diagram.

use serde::{Deserialize, Serialize};

use crate::text::span::Span;

/// The step in which mermaid fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Mermaid cannot read the diagram.
    Parse,
    /// Mermaid can read the diagram but refuses to draw it, because it is too large or has a subgraph inside
    /// itself. The returned graph is complete.
    Draw,
}

/// A reason why mermaid shows an error instead of the diagram.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MermaidError {
    /// The step that fails.
    pub stage: Stage,
    /// The place, in the text given to [`parse`](super::parse()): the text that could not be read, or the end of
    /// the text where something is never closed.
    pub span: Span,
    /// What was found and what was expected, without a capital or a period.
    pub message: String,
    /// A sentence on how to solve the problem.
    pub hint: Option<String>,
    /// Another place that matters, and why: "opened here".
    pub related: Option<(Span, String)>,
    /// A change that is probably what was meant.
    pub fix: Option<Fix>,
}

/// A change of the diagram: replacements of spans of its text, sorted and disjoint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fix {
    /// What the change does, as an instruction: "quote the label".
    pub title: String,
    /// Whether nothing else can have been meant. An unsafe fix is a good guess.
    pub safe: bool,
    /// The spans and their new texts.
    pub edits: Vec<(Span, String)>,
}

/// The result of parsing one construct. The error is boxed, because it is large and rare.
pub(super) type Parse<T> = Result<T, Box<Failure>>;

/// An error, and where parsing may resume.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) error: MermaidError,
    pub(super) resume: Resume,
}

/// A place in the prepared text where parsing may resume.
#[derive(Clone, Copy, Debug)]
pub(super) enum Resume {
    /// In the line after this offset.
    After(usize),
    /// At this offset.
    At(usize),
}
