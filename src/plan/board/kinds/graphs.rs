//! The systems of the vault, drawn.

use serde::Serialize;

use crate::plan::board::Source;
use crate::plan::board::condition::Condition;
use crate::plan::board::escape::cell;
use crate::plan::board::table::Column;
use crate::syntax::mermaid::write::Drawn;
use crate::systems::draw::{self, Extent};
use crate::systems::{System, Systems};

/// A graph as its template sees it.
#[derive(Debug, Serialize)]
pub(in crate::plan::board) struct Graph {
    /// The text of the diagram.
    diagram: String,
    /// What mermaid would not draw, in words; empty where everything is drawn.
    left_out: String,
}

/// Components and integrations by level.
pub(in crate::plan::board) fn health(source: Source<'_>, wanted: Option<&str>) -> Result<Graph, String> {
    let systems = chosen(source, wanted)?;
    Ok(Graph::of(draw::health(&systems)))
}

/// Integrations by category, joined with what diagrams draw between them and others.
pub(in crate::plan::board) fn architecture(
    source: Source<'_>,
    wanted: Option<&str>,
) -> Result<Graph, String> {
    let systems = chosen(source, wanted)?;
    Ok(Graph::of(draw::mermaid(&systems, Extent::Architecture)))
}

impl Graph {
    fn of(drawn: Drawn) -> Self {
        Self { left_out: drawn.left_out(), diagram: drawn.text }
    }
}

/// The systems that a condition holds for, and what goes between them.
fn chosen(source: Source<'_>, wanted: Option<&str>) -> Result<Systems, String> {
    let systems = Systems::of(source.vault);
    let Some(wanted) = wanted else { return Ok(systems) };
    let columns = [
        Column::new("name", "Name"),
        Column::new("kind", "Kind"),
        Column::new("health", "Health"),
        Column::new("category", "Category"),
        Column::new("note", "Note"),
    ];
    let condition = Condition::read(wanted, &columns, &source.vault.config().reading.stamp)?;
    let cells = |system: &System| {
        [
            cell(&system.label),
            cell(system.kind.name()),
            cell(system.level.name()),
            cell(&system.category.join(" › ")),
            cell(system.note.as_deref().unwrap_or_default()),
        ]
    };
    Ok(systems.part(|system| condition.holds(&cells(system))))
}
