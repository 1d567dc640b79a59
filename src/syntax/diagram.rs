//! Mermaid blocks of a note: what they show, and what mermaid would refuse, with places of the note.

use serde::{Deserialize, Serialize};

use super::mermaid::{self, Fix, MermaidError, Stage};
use super::outline::Fence;
use super::source::Source;
use crate::text::edit::Edit;
use crate::text::place::Place;
use crate::text::span::Span;

/// A mermaid block.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Diagram {
    /// The block, fences included.
    pub place: Place,
    /// What it shows, as far as it could be read. Its spans count bytes of the block's own text.
    pub chart: mermaid::Diagram,
    /// Why mermaid would show an error in its place.
    pub problems: Vec<DiagramProblem>,
}

/// A reason why mermaid would show an error.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DiagramProblem {
    /// What is wrong.
    pub message: String,
    /// The way out.
    pub hint: Option<String>,
    /// Where in the note.
    pub place: Place,
    /// The 1-based line within the block's text.
    pub line: u32,
    /// Whether the diagram can be read, and only drawing it is refused.
    pub draw_only: bool,
    /// Another place that matters, and why.
    pub related: Option<(Place, String)>,
    /// A change that mends it.
    pub fix: Option<DiagramFix>,
}

/// A change that mends a diagram.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DiagramFix {
    /// What it does, as an order.
    pub title: String,
    /// Whether it can only have been meant so.
    pub safe: bool,
    /// Edits of the note.
    pub edits: Vec<Edit>,
}

impl Diagram {
    /// Whether mermaid can read it.
    #[must_use]
    pub fn is_readable(&self) -> bool {
        self.problems.iter().all(|problem| problem.draw_only)
    }
}

/// Reads the diagrams of a note.
pub(crate) fn read(source: &Source<'_>) -> Vec<Diagram> {
    let fences = source.outline.fences.iter();
    fences
        .filter(|fence| fence.language.eq_ignore_ascii_case("mermaid") && !source.is_generated(fence.span))
        .map(|fence| {
            let (chart, errors) = mermaid::parse(fence.content.text());
            let problems = errors.into_iter().map(|error| problem(source, fence, error)).collect();
            Diagram { place: source.place(fence.span), chart, problems }
        })
        .collect()
}

fn problem(source: &Source<'_>, fence: &Fence, error: MermaidError) -> DiagramProblem {
    let text = fence.content.text();
    // What is missing at the end is missing in the last line, not in that of the closing fence.
    let end = text.trim_end().len();
    let span = if error.span.start as usize > end { Span::at(end) } else { error.span };
    let before = text.get(..span.start as usize).unwrap_or(text);
    // A block with nothing in it has no line of its own: it is marked whole.
    let place = |span| source.place(if text.is_empty() { fence.span } else { fence.content.to_file(span) });
    DiagramProblem {
        message: error.message,
        hint: error.hint,
        place: place(span),
        line: before.matches('\n').count() as u32 + 1,
        draw_only: error.stage == Stage::Draw,
        related: error.related.map(|(span, why)| (place(span), why)),
        fix: error.fix.and_then(|fix| whole(fence, fix)),
    }
}

/// A fix as edits of the note; `None` where it would touch what lies between the pieces of a block
/// (the `> ` of a quote).
fn whole(fence: &Fence, fix: Fix) -> Option<DiagramFix> {
    let edits = fix.edits.into_iter().map(|(span, text)| {
        let one_line = !text.contains('\n');
        (fence.content.is_whole(span) && one_line).then(|| Edit::replace(fence.content.to_file(span), text))
    });
    Some(DiagramFix { title: fix.title, safe: fix.safe, edits: edits.collect::<Option<_>>()? })
}
