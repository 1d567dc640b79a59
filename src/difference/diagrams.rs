//! Differences between the nodes and edges of flowcharts. The flowcharts of a note are compared as a whole, so an
//! edge that moves from one to another is still drawn. Ids are the author's shorthand, so nodes are identified by
//! their labels.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::notes::Pairs;
use super::{Act, Change, Edge, NAME, Spot, Subject, Values, differing, paired};
use crate::syntax::mermaid::{self, Arrow, Flowchart, Stroke};
use crate::systems::{label, name_key};
use crate::vault::Note;

pub(super) fn changes(pairs: &Pairs<'_>, changes: &mut Vec<Change>) {
    for (before, after) in pairs.all.iter().filter_map(|pair| pair.instances()) {
        let (old, new) = (Read::of(before), Read::of(after));
        let (was, is) = (Charts::of(&old.charts), Charts::of(&new.charts));
        let sides = Sides { relabelled: relabelled(&was, &is), was, is, before, after };
        let from = changes.len();
        sides.nodes(changes);
        sides.edges(changes);
        // A chart that neither version can read, and that did not change, hides nothing.
        let hidden = paired(old.unreadable, new.unreadable);
        let hides = |side: fn(&(Option<()>, Option<()>)) -> bool| hidden.iter().any(side);
        let (was_hidden, is_hidden) =
            (hides(|pair| *pair == (Some(()), None)), hides(|pair| *pair == (None, Some(()))));
        // What seems added may have been in an unreadable chart before, and what seems removed may still be in
        // one.
        let mut seen = changes.split_off(from);
        seen.retain(|change| match change.act() {
            Act::Added => !was_hidden,
            Act::Removed => !is_hidden,
            _ => !was_hidden && !is_hidden,
        });
        changes.append(&mut seen);
    }
}

/// The diagrams of a note, parsed.
struct Read {
    /// The flowcharts that can be read, with the lines of their blocks.
    charts: Vec<(u32, Flowchart)>,
    /// The other diagrams, identified by digest.
    unreadable: Vec<(u64, ())>,
}

impl Read {
    fn of(note: Option<&Note>) -> Self {
        let (mut charts, mut unreadable) = (Vec::new(), Vec::new());
        for own in note.map_or(&[][..], |note| &note.facts.system().diagrams) {
            if own.is_readable() {
                charts.extend(own.chart.flowchart().map(|chart| (own.place.line, chart)));
            } else {
                unreadable.push((own.digest, ()));
            }
        }
        Self { charts, unreadable }
    }
}

/// What the flowcharts of a note show before and after.
struct Sides<'v> {
    was: Charts<'v>,
    is: Charts<'v>,
    before: Option<&'v Note>,
    after: Option<&'v Note>,
    /// Maps the older key of each relabelled node to the newer one.
    relabelled: HashMap<String, String>,
}

impl Sides<'_> {
    fn nodes(&self, changes: &mut Vec<Change>) {
        let old = self.was.nodes.iter().map(|(key, node)| (self.now(key), node)).collect();
        let new = self.is.nodes.iter().map(|(key, node)| (key.as_str(), node)).collect();
        for (was, is) in paired(old, new) {
            let Some(node) = is.or(was) else { continue };
            let mut fields = Vec::new();
            if let (Some(was), Some(is)) = (was, is) {
                let name = |node: &Drawn| vec![(NAME.to_owned(), node.label.clone())];
                fields = differing(&name(was), &name(is), |_, a, b| key_of(a) == key_of(b));
                if fields.is_empty() {
                    continue;
                }
            }
            changes.push(Change {
                subject: Subject::Node(node.label.clone()),
                before: spot(self.before, was.map(|node| node.line)),
                after: spot(self.after, is.map(|node| node.line)),
                fields,
            });
        }
    }

    fn edges(&self, changes: &mut Vec<Change>) {
        // Unchanged edges are taken out first. What remains of several edges between the same two nodes is what
        // changed.
        let whole = |edge: &Joined, ends: (String, String)| (edge.unordered(ends), values(Some(edge)));
        let old = self.was.edges.iter().map(|edge| (whole(edge, self.ends_now(edge)), edge)).collect();
        let new = self.is.edges.iter().map(|edge| (whole(edge, edge.ends()), edge)).collect();
        let (mut gone, mut come) = (Vec::new(), Vec::new());
        for (was, is) in paired(old, new).into_iter().filter(|(was, is)| was.is_none() || is.is_none()) {
            gone.extend(was.map(|edge| (self.ends_now(edge), edge)));
            come.extend(is.map(|edge| (edge.ends(), edge)));
        }
        let (mut pairs, mut gone, mut come) = (paired(gone, come), Vec::new(), Vec::new());
        // A line without an arrowhead, or with two, may also be written the other way round.
        pairs.retain(|pair| match pair {
            (Some(was), None) if was.is_mutual() => {
                gone.push((was.unordered(self.ends_now(was)), *was));
                false
            }
            (None, Some(is)) if is.is_mutual() => {
                come.push((is.unordered(is.ends()), *is));
                false
            }
            _ => true,
        });
        pairs.extend(paired(gone, come));
        for (was, is) in pairs {
            let mut fields = differing(&values(was), &values(is), |_, a, b| a == b);
            let own = is.map(|edge| (edge, &self.is));
            let Some((edge, charts)) = own.or(was.map(|edge| (edge, &self.was))) else { continue };
            if was.is_none() || is.is_none() {
                // A plain line with one arrowhead is the default and is not listed.
                fields.retain(|field| !matches!(field.value(), Some("normal" | "forward")));
            }
            changes.push(Change {
                subject: Subject::Edge(Edge {
                    from: charts.label(&edge.from),
                    to: charts.label(&edge.to),
                    label: edge.label.clone(),
                }),
                before: spot(self.before, was.map(|edge| edge.line)),
                after: spot(self.after, is.map(|edge| edge.line)),
                fields,
            });
        }
    }

    fn now<'k>(&'k self, key: &'k str) -> &'k str {
        self.relabelled.get(key).map_or(key, String::as_str)
    }

    fn ends_now(&self, edge: &Joined) -> (String, String) {
        (self.now(&edge.from).to_owned(), self.now(&edge.to).to_owned())
    }
}

fn spot(note: Option<&Note>, line: Option<u32>) -> Option<Spot> {
    line.and_then(|line| Some(Spot { note: note?.path.clone(), line: Some(line) }))
}

/// What the flowcharts of one note show.
#[derive(Default)]
struct Charts<'v> {
    /// The nodes by key, as first drawn.
    nodes: BTreeMap<String, Drawn>,
    /// The titles of subgraphs that edges may join, by key.
    groups: BTreeMap<String, String>,
    /// The edges, each once, in the order of the note.
    edges: Vec<Joined>,
    /// For each chart, the keys of its nodes by id.
    ids: Vec<BTreeMap<&'v str, String>>,
}

/// A node as it is drawn.
struct Drawn {
    label: String,
    line: u32,
}

/// An edge between two nodes, given by their keys.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Joined {
    from: String,
    to: String,
    label: String,
    stroke: &'static str,
    arrows: &'static str,
    line: u32,
}

impl Joined {
    fn ends(&self) -> (String, String) {
        (self.from.clone(), self.to.clone())
    }

    /// Whether the edge means the same in both directions.
    fn is_mutual(&self) -> bool {
        matches!(self.arrows, "none" | "both")
    }

    /// Returns the ends of an edge in the order in which edges compare: sorted, if it means the same both ways.
    fn unordered(&self, ends: (String, String)) -> (String, String) {
        if self.is_mutual() && ends.0 > ends.1 { (ends.1, ends.0) } else { ends }
    }
}

fn values(edge: Option<&Joined>) -> Values {
    let values =
        edge.map(|edge| [("label", edge.label.as_str()), ("line", edge.stroke), ("arrows", edge.arrows)]);
    let given = values.into_iter().flatten().filter(|(_, value)| !value.is_empty());
    given.map(|(field, value)| (field.to_owned(), value.to_owned())).collect()
}

impl<'v> Charts<'v> {
    fn of(flowcharts: &'v [(u32, Flowchart)]) -> Self {
        let mut charts = Self::default();
        for (line, chart) in flowcharts {
            charts.add(*line, chart);
        }
        let mut seen = HashSet::new();
        charts.edges.retain(|edge| seen.insert(Joined { line: 0, ..edge.clone() }));
        charts
    }

    fn add(&mut self, line: u32, chart: &'v Flowchart) {
        let mut keys: HashMap<&str, String> = HashMap::new();
        let mut ids = BTreeMap::new();
        for node in &chart.nodes {
            let key = key_of(&node.label.text);
            self.nodes.entry(key.clone()).or_insert_with(|| Drawn { label: shown(&node.label.text), line });
            keys.insert(&node.id, key.clone());
            ids.insert(node.id.as_str(), key);
        }
        for group in &chart.subgraphs {
            let key = key_of(&group.title.text);
            self.groups.entry(key.clone()).or_insert_with(|| shown(&group.title.text));
            keys.insert(&group.id, key);
        }
        self.ids.push(ids);
        for edge in chart.edges.iter().filter(|edge| edge.stroke != Stroke::Invisible) {
            let (Some(from), Some(to)) = (keys.get(edge.from.as_str()), keys.get(edge.to.as_str())) else {
                continue;
            };
            let (stroke, arrows) = (stroke(edge.stroke), arrows(edge));
            self.edges.push(Joined {
                from: from.clone(),
                to: to.clone(),
                label: shown(&edge.label.text),
                stroke,
                arrows,
                line,
            });
        }
    }

    fn label(&self, key: &str) -> String {
        let node = self.nodes.get(key).map(|node| &node.label);
        node.or_else(|| self.groups.get(key)).map_or(key, String::as_str).to_owned()
    }
}

/// Returns a label as a reader sees it, or as written if nothing else is left of it.
fn shown(text: &str) -> String {
    let plain = label::plain(text);
    let plain = plain.trim();
    if plain.is_empty() { text.trim().to_owned() } else { plain.to_owned() }
}

/// Returns the key that identifies a node with this label. A label made of signs only is its own key.
fn key_of(label: &str) -> String {
    let key = name_key(label);
    if key.is_empty() { label.trim().to_owned() } else { key }
}

const fn stroke(stroke: Stroke) -> &'static str {
    match stroke {
        Stroke::Thick => "thick",
        Stroke::Dotted => "dotted",
        Stroke::Normal | Stroke::Invisible | Stroke::Invalid => "normal",
    }
}

const fn arrows(edge: &mermaid::Edge) -> &'static str {
    match (matches!(edge.arrow_start, Arrow::Open), matches!(edge.arrow_end, Arrow::Open)) {
        (true, true) => "none",
        (true, false) => "forward",
        (false, true) => "backward",
        (false, false) => "both",
    }
}

/// Finds nodes that got a new label under the same id, in charts where at least half of the ids kept their
/// labels. A label that is still drawn elsewhere, or was drawn before, is not new.
fn relabelled(was: &Charts<'_>, is: &Charts<'_>) -> HashMap<String, String> {
    // Unchanged charts are taken out first, so that a chart added before them does not shift the pairs.
    let keyed = |ids| -> Vec<_> { Iterator::map(<[_]>::iter(ids), |chart| (chart, chart)).collect() };
    let (mut old, mut new) = (Vec::new(), Vec::new());
    for (a, b) in
        paired(keyed(&was.ids), keyed(&is.ids)).into_iter().filter(|(a, b)| a.is_none() || b.is_none())
    {
        old.extend(a);
        new.extend(b);
    }
    let mut found: BTreeMap<&str, Option<&str>> = BTreeMap::new();
    for (a, b) in old.into_iter().zip(new) {
        let kept = a.iter().filter(|(id, key)| b.get(*id) == Some(key)).count();
        if kept * 2 < a.len().min(b.len()) {
            continue;
        }
        for (key, other) in a.iter().filter_map(|(id, key)| Some((key, b.get(id)?))) {
            if key != other && !is.nodes.contains_key(key) && !was.nodes.contains_key(other) {
                let one = found.entry(key).or_insert(Some(other));
                *one = one.filter(|one| one == other);
            }
        }
    }
    let mut times: HashMap<&str, usize> = HashMap::new();
    for other in found.values().flatten() {
        *times.entry(other).or_default() += 1;
    }
    let one_to_one = found.iter().filter_map(|(key, other)| Some((*key, (*other)?)));
    one_to_one
        .filter(|(_, other)| times.get(other) == Some(&1))
        .map(|(key, other)| (key.to_owned(), other.to_owned()))
        .collect()
}
