//! Parses flowcharts from prepared text into a graph.

use super::error::{MermaidError, Stage};
use super::frontmatter::Settings;
use super::graph::inside_itself;
use super::model::{Body, Diagram, Flowchart};
use super::parser::Parser;
use super::preprocess::finish_flowchart;
use super::source::Mapped;
use crate::text::span::Span;

/// The most edges that mermaid draws, unless the page that shows the chart says otherwise.
pub const MAX_DRAWN_EDGES: usize = 500;

/// The longest text that mermaid draws, unless the page that shows the chart says otherwise.
pub const MAX_DRAWN_TEXT: usize = 50_000;

/// Parses a flowchart into the body of a diagram.
pub(super) fn parse(
    mut text: Mapped<'_>,
    settings: &Settings,
    diagram: &mut Diagram,
    errors: &mut Vec<MermaidError>,
) {
    finish_flowchart(&mut text);
    let mut parser = Parser::new(&text);
    parser.run();
    let Parser { graph, acc_title, acc_descr, errors: found, .. } = parser;
    errors.extend(found);
    let (mut chart, is_cut) = graph.finish();
    fit(&mut chart);
    if settings.inherits_direction {
        for subgraph in &mut chart.subgraphs {
            subgraph.direction.get_or_insert(chart.direction);
        }
    }
    if let Some(edge) = chart.edges.get(MAX_DRAWN_EDGES) {
        let message =
            format!("mermaid draws at most {MAX_DRAWN_EDGES} links, this chart has {}", chart.edges.len());
        errors.push(undrawn(edge.span, message, "split the chart, or leave links out"));
    }
    if is_cut {
        let message = "the chart repeats more text than is kept: some of it was left out".to_owned();
        errors.push(undrawn(Span::at(0), message, "split the chart"));
    }
    if let Some(subgraph) = inside_itself(&chart) {
        let message = format!("the subgraph `{}` contains itself", subgraph.id);
        errors.push(undrawn(subgraph.span, message, "give the node inside another id than the subgraph"));
    }
    diagram.acc_title = acc_title;
    diagram.acc_descr = acc_descr;
    diagram.body = Body::Flowchart(chart);
}

/// Frees unused capacity, because charts are kept as long as their vault.
fn fit(chart: &mut Flowchart) {
    for node in &mut chart.nodes {
        node.labels.shrink_to_fit();
    }
    chart.nodes.shrink_to_fit();
    chart.edges.shrink_to_fit();
}

/// Returns the error for a chart that mermaid reads but refuses to draw.
pub(super) fn undrawn(span: Span, message: String, hint: &str) -> MermaidError {
    MermaidError { stage: Stage::Draw, span, message, hint: Some(hint.to_owned()), related: None, fix: None }
}
