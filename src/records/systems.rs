//! The records of `graph`: the systems of a vault, and the relations between them.

use schemars::JsonSchema;
use serde::Serialize;

use crate::systems::Systems;

/// A system.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SystemRecord {
    /// Made from its name; no other system has it.
    pub id: String,
    /// Its name.
    pub label: String,
    /// `integration`, `component` or `other`.
    #[schemars(extend("enum" = ["integration", "component", "other"]))]
    pub kind: String,
    /// The note that describes it.
    pub note: Option<String>,
    /// The headings above its type, for an integration.
    pub category: Vec<String>,
    /// `ok`, `warning`, `critical` or `unknown`.
    #[schemars(extend("enum" = ["ok", "warning", "critical", "unknown"]))]
    pub level: String,
}

/// Something that goes from one system to another.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RelationRecord {
    /// The id that it leaves.
    pub from: String,
    /// The id that it reaches.
    pub to: String,
    /// What stands on it; empty for nothing.
    pub label: String,
    /// `diagram`, `integration` or `link`: where it is said.
    #[schemars(extend("enum" = ["diagram", "integration", "link"]))]
    pub kind: String,
    /// Whether it goes from the one to the other: a line that a diagram draws without an arrow just joins them.
    pub directed: bool,
    /// The note that says it.
    pub note: String,
    /// The 1-based line: of the diagram, the integration or the link.
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
