//! The diagrams of the health and architecture boards.

use std::borrow::Cow;

use serde::Serialize;

use crate::plan::board::Source;
use crate::plan::board::cell::Cell;
use crate::plan::board::condition::Condition;
use crate::plan::board::table::{Column, Columns, Table};
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
    let columns = Columns::new()
        .with(Column::new("name", "Name"), |system: &&System| Cell::text(&system.label))
        .with(Column::new("kind", "Kind"), |system| Cell::text(system.kind.name()))
        .with(Column::health(), |system| Cell::text(system.level.name()))
        .with(Column::new("category", "Category"), |system| Cell::text(&system.category.join(" › ")))
        .with(Column::new("note", "Note"), |system| Cell::text(system.note.as_deref()?));
    columns.table(&systems.systems)
}
