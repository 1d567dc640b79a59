//! Mermaid blocks of a note: what they show, and what mermaid would refuse, with places of the note.

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
    /// What it shows, as far as it could be read.
    pub chart: Chart,
    /// Why mermaid would show an error in its place.
    pub problems: Vec<DiagramProblem>,
    /// Nodes that no edge touches, in a flowchart that has edges: their labels and places.
    pub isolated: Vec<(String, Place)>,
    /// Nodes that were given two different labels.
    pub conflicts: Vec<LabelConflict>,
    /// The hash of its text where it cannot be read, by which two such are told apart; else 0.
    pub digest: u64,
}

/// What a diagram shows. Boards and comparisons ask for it, but a vault is judged without: until then it
/// takes a twentieth of its room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chart(Box<[u8]>);

impl Chart {
    fn new(chart: &mermaid::Diagram) -> Self {
        // A model of plain data can be serialised.
        Self(postcard::to_stdvec(chart).unwrap_or_default().into())
    }

    /// The diagram. Its spans count bytes of the block's own text.
    #[must_use]
    pub fn read(&self) -> mermaid::Diagram {
        postcard::from_bytes(&self.0).unwrap_or_default()
    }

    /// The same, if it is a flowchart.
    #[must_use]
    pub fn flowchart(&self) -> Option<Flowchart> {
        match self.read().body {
            Body::Flowchart(chart) => Some(chart),
            _ => None,
        }
    }
}

/// A node that was given two different labels. Mermaid draws the last one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LabelConflict {
    /// The node.
    pub id: String,
    /// The first label and where it was given.
    pub first: (String, Place),
    /// The first other one.
    pub second: (String, Place),
}

/// A reason why mermaid would show an error.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DiagramProblem {
    /// What is wrong.
    pub message: String,
    /// What it is about: the beginning of its line.
    pub subject: String,
    /// The way out.
    pub hint: Option<String>,
    /// Where in the note.
    pub place: Place,
    /// The 1-based line within the block's text.
    pub line: u32,
    /// Whether the diagram can be read, and only drawing it is refused.
    pub draw_only: bool,
    /// Another place that matters, and why.
    pub related: Option<(Place, String)>,
    /// A change that mends it.
    pub fix: Option<DiagramFix>,
}

/// A change that mends a diagram.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DiagramFix {
    /// What it does, as an order.
    pub title: String,
    /// Whether it can only have been meant so.
    pub safe: bool,
    /// Edits of the note.
    pub edits: Vec<Edit>,
}

impl Diagram {
    /// Whether mermaid can read it.
    #[must_use]
    pub fn is_readable(&self) -> bool {
        self.problems.iter().all(|problem| problem.draw_only)
    }
}

/// Reads the diagrams of a note.
pub(crate) fn read(source: &Source<'_>) -> Vec<Diagram> {
    let fences = source.outline.fences.iter();
    fences
        .filter(|fence| fence.language.eq_ignore_ascii_case("mermaid") && !source.is_generated(fence.span))
        // What is commented out is not drawn.
        .filter(|fence| source.outline.hidden_at(fence.span.start).is_none())
        .map(|fence| {
            let (chart, errors) = mermaid::parse(fence.content.text());
            let problems: Vec<_> = errors.into_iter().map(|error| problem(source, fence, error)).collect();
            let place = |span| source.place(fence.content.to_file(span));
            let (mut isolated, mut conflicts) = (Vec::new(), Vec::new());
            // Of a chart that was read in part nobody can say what is missing.
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

/// The nodes that no edge touches, and no edge touches a subgraph around them. A chart without any
/// edge is a list, and has none.
fn isolated_nodes(chart: &Flowchart) -> impl Iterator<Item = &Node> {
    let touched: HashSet<&str> = chart.edges.iter().flat_map(|e| [e.from.as_str(), e.to.as_str()]).collect();
    let parents: HashMap<&str, &str> =
        chart.subgraphs.iter().filter_map(|s| Some((s.id.as_str(), s.parent.as_deref()?))).collect();
    // A subgraph is touched where one around it is; each is asked once.
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

/// The words of a label and the breaks between its lines, as they are drawn: however many blanks, and however a
/// break (`<br>`, `<br/>`, `<BR />`, `\n`) or a sign (`#amp;`, `&amp;`) is written.
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
    // What is missing at the end is missing in the last line, not in that of the closing fence.
    let end = text.trim_end().len();
    let span = if error.span.start as usize > end { Span::at(end) } else { error.span };
    let before = text.get(..span.start as usize).unwrap_or(text);
    // A block with nothing in it has no line of its own: it is marked whole.
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

/// A fix as edits of the note; `None` where it would touch what lies between the pieces of a block
/// (the `> ` of a quote).
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
