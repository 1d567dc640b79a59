//! The diagram family: what mermaid would refuse to draw.

use super::{NoteContext, Sink, declare_rule};

declare_rule! {
    /// Mermaid cannot draw a diagram.
    ///
    /// ## Why
    ///
    /// The reader sees a bomb in place of the picture.
    ///
    /// Flowcharts are read as mermaid itself reads them. Of other diagrams only the type is looked at.
    ///
    /// ## Example
    ///
    /// ````md
    /// ```mermaid
    /// graph TD
    ///     A[Gateway (public)] --> B
    /// ```
    /// ````
    ///
    /// ## Fix
    ///
    /// Mend the line that is marked: here, `A["Gateway (public)"]`.
    pub(super) static DIAGRAM_SYNTAX = "diagram-syntax", Error, Every(diagram_syntax);
}

fn diagram_syntax(_ctx: &NoteContext<'_>, _sink: &mut Sink) {}
