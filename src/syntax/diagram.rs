//! Mermaid blocks of a note.

use serde::{Deserialize, Serialize};

use super::source::Source;
use crate::text::place::Place;

/// A mermaid block.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Diagram {
    /// The fence.
    pub place: Place,
}

/// Reads the diagrams of a note.
pub(crate) fn read(source: &Source<'_>) -> Vec<Diagram> {
    let fences = source.outline.fences.iter();
    fences
        .filter(|fence| fence.language.eq_ignore_ascii_case("mermaid") && !source.is_generated(fence.span))
        .map(|fence| Diagram { place: source.place(fence.span) })
        .collect()
}
