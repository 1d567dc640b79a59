//! What can be wrong with a diagram, and how to say it.
//!
//! An error carries everything a renderer may want to show, and no positions but byte spans: lines and columns
//! are counted by whoever knows the note around the diagram.

use serde::{Deserialize, Serialize};

use crate::text::span::Span;

/// Which step of mermaid's work fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Mermaid cannot read the diagram.
    Parse,
    /// Mermaid could read it, but refuses to draw it: too large, or a subgraph inside itself. The returned
    /// graph is whole.
    Draw,
}

/// A reason why mermaid shows an error instead of the diagram.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MermaidError {
    /// The step that fails.
    pub stage: Stage,
    /// The place, in the text given to [`parse`](super::parse()): what could not be read, or the end of the text
    /// where something is never closed.
    pub span: Span,
    /// What was found and what was expected; no capital, no period.
    pub message: String,
    /// A sentence with the way out.
    pub hint: Option<String>,
    /// Another place that matters, and why: "opened here".
    pub related: Option<(Span, String)>,
    /// A change that is likely what was meant.
    pub fix: Option<Fix>,
}

/// Replacements of spans of the diagram's text; sorted, disjoint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fix {
    /// What the change does, as an order: "quote the label".
    pub title: String,
    /// Whether it can only have been meant so. An unsafe fix is a good guess.
    pub safe: bool,
    /// The spans and their new texts.
    pub edits: Vec<(Span, String)>,
}

/// The result of reading one construct. The error is boxed: it is large, and the rare case.
pub(super) type Parse<T> = Result<T, Box<Failure>>;

/// An error, and where reading may go on after it.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) error: MermaidError,
    pub(super) resume: Resume,
}

/// A place in the prepared text.
#[derive(Clone, Copy, Debug)]
pub(super) enum Resume {
    /// Go on in the line after this one.
    After(usize),
    /// Go on right here.
    At(usize),
}
