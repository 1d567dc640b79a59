//! The records of `list diagrams`. Names and values are mermaid's own.

use schemars::JsonSchema;
use serde::Serialize;

use crate::syntax::diagram::Diagram;
use crate::syntax::mermaid::{Arrow, Body, Edge, Flowchart, Node, Stroke, Subgraph};
use crate::vault::{Note, Vault};

/// A mermaid diagram.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DiagramRecord {
    /// The path of the note in the vault.
    pub note: String,
    /// The 1-based line of the opening fence.
    pub line: u32,
    /// The block with its fences: `[start, end)` in bytes of the file.
    pub span: [u32; 2],
    /// The type that mermaid detects; null if it is not a known one.
    #[serde(rename = "type")]
    pub diagram_type: Option<String>,
    /// Whether mermaid can read it.
    pub ok: bool,
    /// Why mermaid cannot read it; null if it can.
    pub error: Option<ErrorRecord>,
    /// The content of a flowchart; missing for diagrams of other types.
    #[serde(flatten)]
    pub flowchart: Option<FlowchartRecord>,
}

/// Why mermaid cannot read a diagram.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ErrorRecord {
    /// What is wrong.
    pub message: String,
    /// The 1-based line in the diagram, without the fence.
    pub line: u32,
}

/// The content of a flowchart.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FlowchartRecord {
    /// The direction: `TB`, `LR`, `RL`, `BT` or `BR`.
    pub direction: String,
    /// The nodes, in the order of their first mention.
    pub nodes: Vec<NodeRecord>,
    /// The edges, in the order of the diagram.
    pub edges: Vec<EdgeRecord>,
    /// The subgraphs, in the order in which they end.
    pub subgraphs: Vec<SubgraphRecord>,
}

/// A node of a flowchart.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NodeRecord {
    /// The id, as written.
    pub id: String,
    /// The label; the id of a node without a label.
    pub label: String,
    /// Mermaid's name of the shape; null if none was given.
    pub shape: Option<String>,
    /// The style classes, in the order given.
    pub classes: Vec<String>,
    /// The id of the subgraph that owns the node; null if none does.
    pub subgraph: Option<String>,
}

/// An edge of a flowchart.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EdgeRecord {
    /// The id of the node or subgraph that the edge begins at.
    pub from: String,
    /// The id of the node or subgraph that the edge ends at.
    pub to: String,
    /// The label; empty if there is none.
    pub label: String,
    /// The stroke: `normal`, `thick`, `dotted`, `invisible` or `INVALID`.
    pub stroke: String,
    /// The arrowhead at the beginning: `arrow_open`, `arrow_point`, `arrow_cross`, `arrow_circle` or `INVALID`.
    pub arrow_start: String,
    /// The arrowhead at the end, with the same values.
    pub arrow_end: String,
    /// The least number of ranks that the edge spans; null if the link is invalid.
    pub length: Option<u8>,
    /// The id of the edge, if it was given one.
    pub id: Option<String>,
}

/// A subgraph of a flowchart.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SubgraphRecord {
    /// The id; mermaid names subgraphs without one `subGraph0` and so on.
    pub id: String,
    /// The title.
    pub title: String,
    /// The ids of the nodes and subgraphs that it owns.
    pub members: Vec<String>,
    /// The direction that the subgraph sets for itself, as written.
    pub direction: Option<String>,
}

/// Returns the records of every diagram.
#[must_use]
pub fn diagrams(vault: &Vault) -> Vec<DiagramRecord> {
    let all = vault
        .system_notes()
        .flat_map(|(_, note)| note.facts.system().diagrams.iter().map(move |d| (note, d)));
    all.map(|(note, diagram)| record(note, diagram)).collect()
}

fn record(note: &Note, diagram: &Diagram) -> DiagramRecord {
    let error = diagram.problems.iter().find(|p| !p.draw_only);
    let chart = diagram.chart.read();
    DiagramRecord {
        note: note.path.clone(),
        line: diagram.place.line,
        span: [diagram.place.span.start, diagram.place.span.end],
        diagram_type: chart.kind,
        ok: error.is_none(),
        error: error.map(|e| ErrorRecord { message: e.message.clone(), line: e.line }),
        flowchart: match chart.body {
            Body::Flowchart(chart) => Some(flowchart(&chart)),
            _ => None,
        },
    }
}

fn flowchart(chart: &Flowchart) -> FlowchartRecord {
    FlowchartRecord {
        direction: chart.direction.as_str().to_owned(),
        nodes: chart.nodes.iter().map(node).collect(),
        edges: chart.edges.iter().map(edge).collect(),
        subgraphs: chart.subgraphs.iter().map(subgraph).collect(),
    }
}

fn node(node: &Node) -> NodeRecord {
    NodeRecord {
        id: node.id.clone(),
        label: node.label.text.clone(),
        shape: node.shape.clone(),
        classes: node.classes.clone(),
        subgraph: node.subgraph.clone(),
    }
}

fn edge(edge: &Edge) -> EdgeRecord {
    EdgeRecord {
        from: edge.from.clone(),
        to: edge.to.clone(),
        label: edge.label.text.clone(),
        stroke: stroke(edge.stroke).to_owned(),
        arrow_start: arrow(edge.arrow_start).to_owned(),
        arrow_end: arrow(edge.arrow_end).to_owned(),
        length: edge.length,
        id: edge.id.clone(),
    }
}

fn subgraph(subgraph: &Subgraph) -> SubgraphRecord {
    SubgraphRecord {
        id: subgraph.id.clone(),
        title: subgraph.title.text.clone(),
        members: subgraph.members.clone(),
        direction: subgraph.direction.map(|d| d.as_str().to_owned()),
    }
}

const fn stroke(stroke: Stroke) -> &'static str {
    match stroke {
        Stroke::Normal => "normal",
        Stroke::Thick => "thick",
        Stroke::Dotted => "dotted",
        Stroke::Invisible => "invisible",
        Stroke::Invalid => "INVALID",
    }
}

const fn arrow(arrow: Arrow) -> &'static str {
    match arrow {
        Arrow::Open => "arrow_open",
        Arrow::Point => "arrow_point",
        Arrow::Cross => "arrow_cross",
        Arrow::Circle => "arrow_circle",
        Arrow::Invalid => "INVALID",
    }
}
