//! The diagrams of the health and architecture boards.

use std::borrow::Cow;

use serde::Serialize;

use crate::plan::board::Source;
use crate::plan::board::cell::cell;
use crate::plan::board::condition::Condition;
use crate::plan::board::table::{Column, Table};
use crate::syntax::mermaid::write::Drawn;
use crate::systems::draw::{self, Extent};
use crate::systems::{System, Systems};

/// The values for the template of a diagram.
#[derive(Debug, Serialize)]
pub(in crate::plan::board) struct Graph {
    /// The text of the diagram.
    diagram: String,
    /// What mermaid would not draw, in words; empty if everything is drawn.
    left_out: String,
}

/// Draws components and integrations by level.
pub(in crate::plan::board) fn health(source: &Source<'_>, wanted: Option<&str>) -> Result<Graph, String> {
    Ok(Graph::of(draw::health(chosen(source, wanted)?.as_ref())))
}

/// Draws integrations by category, with what diagrams draw between them and other systems.
pub(in crate::plan::board) fn architecture(
    source: &Source<'_>,
    wanted: Option<&str>,
) -> Result<Graph, String> {
    Ok(Graph::of(draw::mermaid(chosen(source, wanted)?.as_ref(), Extent::Architecture)))
}

impl Graph {
    fn of(drawn: Drawn) -> Self {
        Self { left_out: drawn.left_out(), diagram: drawn.text }
    }
}

/// Returns the systems for which a condition holds, and the relations among them.
fn chosen<'s>(source: &'s Source<'_>, wanted: Option<&str>) -> Result<Cow<'s, Systems>, String> {
    let systems = source.systems();
    let Some(wanted) = wanted else { return Ok(Cow::Borrowed(systems)) };
    let table = source.described();
    let condition = Condition::read(wanted, &table.columns, &source.vault.config().reading.stamp)?;
    Ok(Cow::Owned(systems.part(&condition.of(table))))
}

/// Returns a table of the systems, one a row in their order, for conditions to select from.
pub(in crate::plan::board) fn described(systems: &Systems) -> Table {
    let row = |system: &System| {
        vec![
            cell(&system.label),
            cell(system.kind.name()),
            cell(system.level.name()),
            cell(&system.category.join(" › ")),
            cell(system.note.as_deref().unwrap_or_default()),
        ]
    };
    Table {
        columns: vec![
            Column::new("name", "Name"),
            Column::new("kind", "Kind"),
            Column::health(),
            Column::new("category", "Category"),
            Column::new("note", "Note"),
        ],
        rows: systems.systems.iter().map(row).collect(),
        ..Table::default()
    }
}
