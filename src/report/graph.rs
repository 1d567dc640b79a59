//! The JSON document of `graph`.

use schemars::JsonSchema;
use serde::Serialize;

use super::wire::SCHEMA;
use crate::systems::Systems;

/// The systems of a vault as one graph.
#[derive(Debug, Serialize, JsonSchema)]
pub struct GraphDocument {
    /// The version of portolan.
    pub portolan: &'static str,
    /// The version of this contract.
    #[schemars(extend("const" = SCHEMA))]
    pub schema: u32,
    /// Integrations, components, and what only diagrams name.
    pub nodes: Vec<SystemRecord>,
    /// What goes between them.
    pub edges: Vec<RelationRecord>,
}

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
    /// The note that says it.
    pub note: String,
    /// The 1-based line: of the diagram, the integration or the link.
    pub line: u32,
}

/// The graph as JSON.
///
/// # Errors
/// A record cannot be serialised; none of the contract can fail so.
pub fn json(graph: &Systems) -> serde_json::Result<String> {
    let id = |index: usize| graph.systems.get(index).map_or_else(String::new, |s| s.id.clone());
    let document = GraphDocument {
        portolan: env!("CARGO_PKG_VERSION"),
        schema: SCHEMA,
        nodes: graph
            .systems
            .iter()
            .map(|system| SystemRecord {
                id: system.id.clone(),
                label: system.label.clone(),
                kind: system.kind.name().to_owned(),
                note: system.note.clone(),
                category: system.category.clone(),
                level: system.level.name().to_owned(),
            })
            .collect(),
        edges: graph
            .relations
            .iter()
            .map(|relation| RelationRecord {
                from: id(relation.from),
                to: id(relation.to),
                label: relation.label.clone(),
                kind: relation.kind.name().to_owned(),
                note: relation.note.clone(),
                line: relation.line,
            })
            .collect(),
    };
    serde_json::to_string_pretty(&document).map(|json| json + "\n")
}
