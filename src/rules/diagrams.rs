//! The diagram family: what mermaid would refuse to draw.

use super::{NoteContext, Sink, declare_rule};
use crate::model::finding::{Applicability, Fix, Related, Severity};

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
    pub(super) static DIAGRAM_SYNTAX = "diagram-syntax", Error, Every(diagram_syntax), fixable;
}

fn diagram_syntax(ctx: &NoteContext<'_>, sink: &mut Sink) {
    for (number, diagram) in ctx.note.facts.system().diagrams.iter().enumerate() {
        for problem in &diagram.problems {
            let subject = format!("{number} {}", problem.message);
            let finding = sink.report(&ctx.note.path, problem.place, &subject, problem.message.clone());
            if problem.draw_only {
                // Mermaid reads it, and refuses to draw so much.
                finding.severity = finding.severity.min(Severity::Warning);
            }
            finding.help.clone_from(&problem.hint);
            if let Some((place, message)) = &problem.related {
                let note = ctx.note.path.clone();
                finding.related = vec![Related { note, place: *place, message: message.clone() }];
            }
            finding.fix = problem.fix.as_ref().map(|fix| Fix {
                title: fix.title.clone(),
                applicability: if fix.safe { Applicability::Safe } else { Applicability::Unsafe },
                edits: fix.edits.iter().map(|edit| (ctx.note.path.clone(), edit.clone())).collect(),
            });
        }
    }
}
