//! The records of `graph`: the systems of a vault, and the relations between them.

use schemars::JsonSchema;
use serde::Serialize;

use crate::systems::Systems;

/// A system: an integration, a component, or a box that only diagrams have.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SystemRecord {
    /// An id that is made from the name and that no other system has.
    pub id: String,
    /// The name.
    pub label: String,
    /// What it is: `integration`, `component` or `other`.
    #[schemars(extend("enum" = ["integration", "component", "other"]))]
    pub kind: String,
    /// The path of the note that describes it.
    pub note: Option<String>,
    /// For an integration: the headings above its type, outermost first.
    pub category: Vec<String>,
    /// The level of its status: `ok`, `warning`, `critical` or `unknown`.
    #[schemars(extend("enum" = ["ok", "warning", "critical", "unknown"]))]
    pub level: String,
}

/// A relation between two systems.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RelationRecord {
    /// The id of the system that it begins at.
    pub from: String,
    /// The id of the system that it ends at.
    pub to: String,
    /// The label; empty if there is none.
    pub label: String,
    /// Where the relation comes from: `diagram`, `integration` or `link`.
    #[schemars(extend("enum" = ["diagram", "integration", "link"]))]
    pub kind: String,
    /// Whether it has a direction. A line without an arrow in a diagram only joins two systems.
    pub directed: bool,
    /// The path of the note that it comes from.
    pub note: String,
    /// The 1-based line of the diagram, the integration or the link.
    pub line: u32,
}

/// Returns the records of every system of a graph.
#[must_use]
pub fn systems(graph: &Systems) -> Vec<SystemRecord> {
    let record = |system: &crate::systems::System| SystemRecord {
        id: system.id.clone(),
        label: system.label.clone(),
        kind: system.kind.name().to_owned(),
        note: system.note.clone(),
        category: system.category.iter().map(ToString::to_string).collect(),
        level: system.level.name().to_owned(),
    };
    graph.systems.iter().map(record).collect()
}

/// Returns the records of every relation of a graph.
#[must_use]
pub fn relations(graph: &Systems) -> Vec<RelationRecord> {
    let id = |index: usize| graph.systems.get(index).map_or_else(String::new, |s| s.id.clone());
    let record = |relation: &crate::systems::Relation| RelationRecord {
        from: id(relation.from),
        to: id(relation.to),
        label: relation.label.clone(),
        kind: relation.kind.name().to_owned(),
        directed: relation.directed,
        note: relation.note.clone(),
        line: relation.line,
    };
    graph.relations.iter().map(record).collect()
}
