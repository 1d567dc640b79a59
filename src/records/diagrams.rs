//! The records of `list diagrams`. Names and values are mermaid's own.

use schemars::JsonSchema;
use serde::Serialize;

use crate::syntax::diagram::Diagram;
use crate::syntax::mermaid::{Arrow, Body, Edge, Flowchart, Node, Stroke, Subgraph};
use crate::vault::{Note, Vault};

/// A diagram.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DiagramRecord {
    /// The note that it stands in.
    pub note: String,
    /// The 1-based line of its fence.
    pub line: u32,
    /// The block, fences included, in bytes of the file.
    pub span: [u32; 2],
    /// The type that mermaid detects; null where it knows none.
    #[serde(rename = "type")]
    pub diagram_type: Option<String>,
    /// Whether mermaid can read it.
    pub ok: bool,
    /// Why it cannot.
    pub error: Option<ErrorRecord>,
    /// What a flowchart shows.
    #[serde(flatten)]
    pub flowchart: Option<FlowchartRecord>,
}

/// Why mermaid cannot read a diagram.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ErrorRecord {
    /// What is wrong.
    pub message: String,
    /// The 1-based line in the diagram.
    pub line: u32,
}

/// What a flowchart shows.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FlowchartRecord {
    /// `TB`, `LR`, `RL`, `BT` or `BR`.
    pub direction: String,
    /// In the order of their first mention.
    pub nodes: Vec<NodeRecord>,
    /// In the order of the diagram.
    pub edges: Vec<EdgeRecord>,
    /// In the order in which they end.
    pub subgraphs: Vec<SubgraphRecord>,
}

/// A node.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NodeRecord {
    /// As written.
    pub id: String,
    /// What it shows; its id where it has no label.
    pub label: String,
    /// As mermaid names it; null where none was given.
    pub shape: Option<String>,
    /// In the order given.
    pub classes: Vec<String>,
    /// The subgraph that owns it.
    pub subgraph: Option<String>,
}

/// An edge.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EdgeRecord {
    /// The id that it leaves.
    pub from: String,
    /// The id that it reaches.
    pub to: String,
    /// Empty where there is none.
    pub label: String,
    /// `normal`, `thick`, `dotted`, `invisible` or `INVALID`.
    pub stroke: String,
    /// `arrow_open`, `arrow_point`, `arrow_cross`, `arrow_circle` or `INVALID`.
    pub arrow_start: String,
    /// The same at the other end.
    pub arrow_end: String,
    /// How many ranks it spans at least; null where the link is invalid.
    pub length: Option<u8>,
    /// The id that was given to it.
    pub id: Option<String>,
}

/// A subgraph.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SubgraphRecord {
    /// `subGraph0` and so on where mermaid makes it up.
    pub id: String,
    /// What it shows.
    pub title: String,
    /// The nodes and subgraphs that it owns.
    pub members: Vec<String>,
    /// Its own direction, as written.
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
