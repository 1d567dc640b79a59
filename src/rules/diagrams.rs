//! The diagram family: diagrams that mermaid refuses to draw.

use super::{Context, NoteContext, Sink, declare_rule};
use crate::model::finding::{Applicability, Fix, Severity};
use crate::model::help::Help;
use crate::model::integration::View;
use crate::systems::{Systems, members};

declare_rule! {
    /// Mermaid cannot draw a diagram.
    ///
    /// ## Why
    ///
    /// Mermaid shows an error with a bomb in place of the picture.
    ///
    /// Flowcharts are read as mermaid itself reads them. Of other diagrams only the type is checked. A
    /// diagram that mermaid can read but refuses to draw because of its size is a warning. In template
    /// notes, expressions (`{{title}}`, `<% … %>`) are not judged, because nobody knows yet what will stand
    /// there.
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
    /// Correct the line that is marked: here, `A["Gateway (public)"]`.
    pub(super) static DIAGRAM_SYNTAX = "diagram-syntax", Error, Every(diagram_syntax), fixable;
}

fn diagram_syntax(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    for diagram in &ctx.note.facts.system().diagrams {
        for problem in diagram.problems.iter().filter(|problem| !ctx.is_yet_to_come(problem.place)) {
            let message = problem.message.clone();
            let finding = sink.report(&ctx.note.path, problem.place, &problem.subject, message);
            if problem.draw_only {
                // Mermaid can read the diagram, and only refuses to draw one of that size.
                finding.severity = finding.severity.min(Severity::Warning);
            }
            finding.help = problem.hint.clone().map(Help::from);
            if let Some((place, why)) = &problem.related {
                finding.points_to(&ctx.note.path, *place, why);
            }
            let fix = problem.fix.as_ref().map(|fix| {
                let applicability = if fix.safe { Applicability::Safe } else { Applicability::Unsafe };
                Fix::of_note(&ctx.note.path, fix.title.clone(), applicability, fix.edits.iter().cloned())
            });
            finding.mended_by(fix);
        }
    }
}

declare_rule! {
    /// A node of a flowchart is connected to nothing.
    ///
    /// ## Why
    ///
    /// A flowchart shows what is connected with what. A box without an arrow suggests that somebody forgot
    /// to draw the arrow, or to delete the box.
    ///
    /// A node in a subgraph counts as connected if an edge touches the subgraph. A flowchart without any
    /// edge is a list, and is not judged.
    ///
    /// ## Example
    ///
    /// ````md
    /// ```mermaid
    /// graph TD
    ///     A[Gateway] --> B[Queue]
    ///     C[Cache]
    /// ```
    /// ````
    ///
    /// ## Fix
    ///
    /// Draw the missing arrow, or delete the node.
    pub(super) static DIAGRAM_ISOLATED_NODE = "diagram-isolated-node", Info, Ordinary(diagram_isolated_node);
}

fn diagram_isolated_node(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    for diagram in &ctx.note.facts.system().diagrams {
        for (label, place) in &diagram.isolated {
            sink.report(&ctx.note.path, *place, label, format!("`{label}` is connected to nothing"));
        }
    }
}

declare_rule! {
    /// A node of a flowchart is given two different labels.
    ///
    /// ## Why
    ///
    /// Mermaid draws the last label, and nobody sees the first. Usually, one id was used for two things.
    ///
    /// ## Example
    ///
    /// ````md
    /// ```mermaid
    /// graph TD
    ///     A[Gateway] --> B[Queue]
    ///     C[Workers] --> B[Database]
    /// ```
    /// ````
    ///
    /// ## Fix
    ///
    /// Give the second thing another id, or give the node one label.
    pub(super) static DIAGRAM_LABEL_CONFLICT = "diagram-label-conflict", Warning, Ordinary(diagram_label_conflict);
}

fn diagram_label_conflict(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    for diagram in &ctx.note.facts.system().diagrams {
        for conflict in &diagram.conflicts {
            let ((first, first_place), (second, place)) = (&conflict.first, &conflict.second);
            let message = format!("`{}` is both `{first}` and `{second}`", conflict.id);
            let finding = sink.report(&ctx.note.path, *place, &conflict.id, message);
            finding.points_to(&ctx.note.path, *first_place, format!("`{first}` here"));
        }
    }
}

declare_rule! {
    /// An integration is in no diagram of the vault.
    ///
    /// ## Why
    ///
    /// Readers of the architecture do not learn that the integration exists. Off unless `portolan.toml`
    /// switches it on: not every vault draws everything.
    ///
    /// A box or a subgraph shows an integration if its label or its id is the name of the integration. Case
    /// and separators do not matter, and an id of one or two letters does not count. Where a note holds a
    /// single integration, the name and the aliases of the note count as well, and so does a link in the
    /// label or a click that leads to the note.
    ///
    /// ## Example
    ///
    /// An integration `Order Queue`, and no flowchart with a box `Order Queue`.
    ///
    /// ## Fix
    ///
    /// Draw it in a flowchart.
    pub(super) static INTEGRATION_UNDIAGRAMMED = "integration-undiagrammed", Off, Vault(integration_undiagrammed);
}

fn integration_undiagrammed(ctx: &Context<'_>, sink: &mut Sink<'_>) {
    let systems = Systems::of(ctx.vault);
    for (note, integration) in members::integrations(ctx.vault) {
        let view = View(integration);
        if let Some(name) = view.name().filter(|name| !systems.is_drawn(name)) {
            let message = format!("`{name}` is in no diagram");
            sink.report(&note.path, integration.anchor, &view.subject(&[]), message);
        }
    }
}
