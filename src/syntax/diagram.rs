//! Reads the mermaid blocks of a note: what they show, and what mermaid would reject, with places in the note.

use hashbrown::{HashMap, HashSet};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::facts;
use super::mermaid::{self, Body, Fix, Flowchart, GivenLabel, MermaidError, Node, Stage};
use super::outline::Fence;
use super::source::Source;
use crate::text::edit::Edit;
use crate::text::place::Place;
use crate::text::span::Span;

/// A mermaid block.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Diagram {
    /// The block, fences included.
    pub place: Place,
    /// The content of the diagram, as far as it could be read.
    pub chart: Chart,
    /// The reasons why mermaid would show an error in place of the diagram.
    pub problems: Vec<DiagramProblem>,
    /// Labels and places of the nodes without edges, in a flowchart that has edges.
    pub isolated: Vec<(String, Place)>,
    /// Nodes that have two different labels.
    pub conflicts: Vec<LabelConflict>,
    /// A hash of the text if the diagram cannot be read, else 0. It tells one unreadable diagram from another.
    pub digest: u64,
}

/// The content of a diagram, stored in serialised form, in which it takes a twentieth of the memory. Only boards
/// and comparisons need to decode it; judging a vault does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chart(Box<[u8]>);

impl Chart {
    fn new(chart: &mermaid::Diagram) -> Self {
        // Serialising cannot fail, because the model is plain data.
        Self(postcard::to_stdvec(chart).unwrap_or_default().into())
    }

    /// Decodes the diagram. Its spans count bytes of the block's own text.
    #[must_use]
    pub fn read(&self) -> mermaid::Diagram {
        postcard::from_bytes(&self.0).unwrap_or_default()
    }

    /// Decodes the diagram if it is a flowchart.
    #[must_use]
    pub fn flowchart(&self) -> Option<Flowchart> {
        match self.read().body {
            Body::Flowchart(chart) => Some(chart),
            _ => None,
        }
    }
}

/// A node that has two different labels. Mermaid draws the last one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LabelConflict {
    /// The id of the node.
    pub id: String,
    /// The first label and where it was given.
    pub first: (String, Place),
    /// The first label that differs from it, and where it was given.
    pub second: (String, Place),
}

/// A reason why mermaid would show an error.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DiagramProblem {
    /// What is wrong.
    pub message: String,
    /// The beginning of its line, as the subject of the finding.
    pub subject: String,
    /// How to solve the problem.
    pub hint: Option<String>,
    /// Where in the note.
    pub place: Place,
    /// The 1-based line within the block's text.
    pub line: u32,
    /// Whether mermaid can parse the diagram and only fails to draw it.
    pub draw_only: bool,
    /// Another place that matters, and why.
    pub related: Option<(Place, String)>,
    /// A change that fixes the problem.
    pub fix: Option<DiagramFix>,
}

/// A change that fixes a problem of a diagram.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DiagramFix {
    /// What the change does, as an instruction.
    pub title: String,
    /// Whether no other change can have been meant.
    pub safe: bool,
    /// Edits of the note.
    pub edits: Vec<Edit>,
}

impl Diagram {
    /// Whether mermaid can parse the diagram.
    #[must_use]
    pub fn is_readable(&self) -> bool {
        self.problems.iter().all(|problem| problem.draw_only)
    }
}

/// Reads the diagrams of a note.
pub(crate) fn read(source: &Source<'_>) -> Vec<Diagram> {
    let fences = source.outline.fences.iter();
    fences
        .filter(|fence| fence.is_mermaid() && !source.is_generated(fence.span))
        // A diagram inside a comment is not drawn.
        .filter(|fence| source.outline.hidden_at(fence.span.start).is_none())
        .map(|fence| {
            let (chart, errors) = mermaid::parse(fence.content.text());
            let problems: Vec<_> = errors.into_iter().map(|error| problem(source, fence, error)).collect();
            let place = |span| source.place(fence.content.to_file(span));
            let (mut isolated, mut conflicts) = (Vec::new(), Vec::new());
            // In a chart that was only read in part, a missing edge or label means nothing.
            if let (Body::Flowchart(chart), true) = (&chart.body, problems.iter().all(|p| p.draw_only)) {
                isolated.extend(isolated_nodes(chart).map(|n| (n.label.text.clone(), place(n.span))));
                conflicts.extend(chart.nodes.iter().filter_map(|node| conflict(node, place)));
            }
            isolated.shrink_to_fit();
            conflicts.shrink_to_fit();
            let chart = Chart::new(&chart);
            let mut diagram =
                Diagram { place: source.place(fence.span), chart, problems, isolated, conflicts, digest: 0 };
            if !diagram.is_readable() {
                diagram.digest = xxh3_64(fence.content.text().as_bytes());
            }
            diagram
        })
        .collect()
}

/// Returns the nodes without an edge to them or to a subgraph around them. A chart without any edge is a list, and
/// has no isolated nodes.
fn isolated_nodes(chart: &Flowchart) -> impl Iterator<Item = &Node> {
    let touched: HashSet<&str> = chart.edges.iter().flat_map(|e| [e.from.as_str(), e.to.as_str()]).collect();
    let parents: HashMap<&str, &str> =
        chart.subgraphs.iter().filter_map(|s| Some((s.id.as_str(), s.parent.as_deref()?))).collect();
    // A subgraph counts as touched if one around it is. Parents are visited before their children.
    let mut reached: HashMap<&str, bool> = HashMap::new();
    for group in chart.subgraphs.iter().rev() {
        let around = parents.get(group.id.as_str()).is_some_and(|p| reached.get(p) == Some(&true));
        reached.insert(&group.id, around || touched.contains(group.id.as_str()));
    }
    let any = !touched.is_empty();
    chart.nodes.iter().filter(move |node| {
        let in_group = node.subgraph.as_deref().is_some_and(|s| reached.get(s) == Some(&true));
        any && !touched.contains(node.id.as_str()) && !in_group
    })
}

fn conflict(node: &Node, place: impl Fn(Span) -> Place) -> Option<LabelConflict> {
    let first = node.labels.first().filter(|_| node.labels.len() > 1)?;
    let drawn = words(&first.label.text);
    let second = node.labels.iter().find(|l| words(&l.label.text) != drawn)?;
    let shown = |given: &GivenLabel| (given.label.text.clone(), place(given.span));
    Some(LabelConflict { id: node.id.clone(), first: shown(first), second: shown(second) })
}

/// Splits a label into words and line breaks as they are drawn, whatever the spacing, and however a break (`<br>`,
/// `<br/>`, `<BR />`, `\n`) or a sign (`#amp;`, `&amp;`) is written.
fn words(label: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut add = |piece: &str, is_broken: bool| {
        for (at, line) in piece.split("\\n").enumerate() {
            if at > 0 {
                words.push("\n".to_owned());
            }
            words.extend(mermaid::as_browser(line).split_whitespace().map(str::to_owned));
        }
        if is_broken {
            words.push("\n".to_owned());
        }
    };
    let (mut from, mut at) = (0, 0);
    while let Some(open) = label[at..].find('<').map(|open| at + open) {
        let tag = &label[open..];
        at = open + 1;
        if !tag.get(1..3).is_some_and(|name| name.eq_ignore_ascii_case("br")) {
            continue;
        }
        let rest = tag[3..].trim_start();
        if let Some(rest) = rest.strip_prefix('/').unwrap_or(rest).strip_prefix('>') {
            add(&label[from..open], true);
            (from, at) = (label.len() - rest.len(), label.len() - rest.len());
        }
    }
    add(&label[from..], false);
    words
}

fn problem(source: &Source<'_>, fence: &Fence, error: MermaidError) -> DiagramProblem {
    let text = fence.content.text();
    // Something missing at the end is reported in the last line, not in that of the closing fence.
    let end = text.trim_end().len();
    let span = if error.span.start as usize > end { Span::at(end) } else { error.span };
    let before = text.get(..span.start as usize).unwrap_or(text);
    // An empty block has no line, so the whole block is marked.
    let place = |span| source.place(if text.is_empty() { fence.span } else { fence.content.to_file(span) });
    let at = place(span);
    DiagramProblem {
        message: error.message,
        subject: facts::subject(source.lines, at.span.start),
        hint: error.hint,
        place: at,
        line: before.matches('\n').count() as u32 + 1,
        draw_only: error.stage == Stage::Draw,
        related: error.related.map(|(span, why)| (place(span), why)),
        fix: error.fix.and_then(|fix| whole(fence, fix)),
    }
}

/// Converts a fix to edits of the note; `None` where it would change text between the pieces of a block, such as
/// the `> ` of a quote.
fn whole(fence: &Fence, fix: Fix) -> Option<DiagramFix> {
    let edits = fix.edits.into_iter().map(|(span, text)| {
        let one_line = !text.contains('\n');
        (fence.content.is_whole(span) && one_line).then(|| Edit::replace(fence.content.to_file(span), text))
    });
    Some(DiagramFix { title: fix.title, safe: fix.safe, edits: edits.collect::<Option<_>>()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_comes_back_as_it_was() {
        for text in [
            "flowchart LR\n  A[\"Ünd [[so]]\"] -->|x| B@{ shape: lean-r }\n  subgraph s [t]\n  B\n  end\n  click A href \"x\"\n  style A fill:#fff",
            "pie showData\n  title x\n  \"a\" : 1.5",
            "gantt\n  dateFormat YYYY-MM-DD\n  section s\n  t : done, id, 2024-01-01, 3d",
            "sequenceDiagram",
            "",
        ] {
            let (chart, _) = mermaid::parse(text);
            assert_eq!(Chart::new(&chart).read(), chart, "{text}");
        }
    }
}
