//! The JSON document of `graph`.

use schemars::JsonSchema;
use serde::Serialize;

use super::wire::SCHEMA;
pub use crate::records::systems::{RelationRecord, SystemRecord};
use crate::records::systems::{relations, systems};
use crate::systems::Systems;

/// The systems of a vault as one graph.
#[derive(Debug, Serialize, JsonSchema)]
pub struct GraphDocument {
    /// The version of portolan.
    pub portolan: &'static str,
    /// The version of this format.
    #[schemars(extend("const" = SCHEMA))]
    pub schema: u32,
    /// The systems: integrations, components, and boxes that only diagrams have.
    pub nodes: Vec<SystemRecord>,
    /// The relations between them.
    pub edges: Vec<RelationRecord>,
}

/// Renders the graph as JSON.
///
/// # Errors
/// A record cannot be serialised, which never happens for those of the contract.
pub fn json(graph: &Systems) -> serde_json::Result<String> {
    let document = GraphDocument {
        portolan: env!("CARGO_PKG_VERSION"),
        schema: SCHEMA,
        nodes: systems(graph),
        edges: relations(graph),
    };
    super::json::pretty(&document).map(|json| json + "\n")
}
