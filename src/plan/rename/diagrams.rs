//! Finds clicks and links in labels of diagrams that a rename breaks. They are code and stay as they are, but the
//! user is told.

use super::files::After;
use super::{Spot, spot};
use crate::syntax::uri::{self, is_external};
use crate::syntax::{markdown, mermaid::Node};
use crate::text::visible::escape;
use crate::vault::Note;

/// Returns the boxes that would not lead where they lead now.
pub(super) fn left(after: &After<'_>) -> Vec<Spot> {
    let mut left = Vec::new();
    for (_, note) in after.vault.system_notes() {
        for diagram in &note.facts.system().diagrams {
            let nodes = diagram.chart.flowchart().map(|chart| chart.nodes).unwrap_or_default();
            let said = |what| spot(note, diagram.place.line, what);
            left.extend(nodes.iter().flat_map(|node| of_node(after, note, node)).map(said));
        }
    }
    left
}

fn of_node(after: &After<'_>, from: &Note, node: &Node) -> Vec<String> {
    let mut told = Vec::new();
    if let Some(href) = node.href.as_deref().filter(|href| !is_external(href)) {
        let path = uri::decode(href.split('#').next().unwrap_or_default());
        if let Some(target) = after.lost(from, path.trim()) {
            told.push(format!(
                "the click on `{}` in a diagram, which leads to `{}`",
                escape(&node.id),
                escape(target)
            ));
        }
    }
    let label = &node.label.text;
    if label.contains("[[") {
        for link in markdown::outline(label, 0).links {
            let path = link.destination(label).split('#').next().unwrap_or_default();
            if let Some(target) = after.lost(from, path.trim()) {
                told.push(format!(
                    "the link on `{}` in a diagram, which leads to `{}`",
                    escape(&node.id),
                    escape(target)
                ));
            }
        }
    }
    told
}
