//! Builds a flowchart from its statements, in source order.
//!
//! The effect of a statement depends on earlier ones: an id that belongs to an edge makes no node, a class is
//! given only to what exists, a node belongs to the subgraph that ends first. All lookups are by hash.

use hashbrown::{HashMap, HashSet};

use super::data_block::Data;
use super::links::Meaning;
use super::model::{
    Click, ClickAction, Direction, Edge, Flowchart, GivenLabel, Label, LabelKind, Node, Subgraph,
};
use crate::text::span::Span;

/// The most bytes that may be repeated. A group, a list of ids or a subgraph can make the output grow with the
/// square of the text: one half of the text is a long id or label, the other half asks for copies of it.
const MAX_REPEATED: usize = 32 << 20;

/// The memory that an edge takes in addition to its texts.
const EDGE_BYTES: usize = 256;

/// A subgraph whose `end` has not been read yet.
#[derive(Debug)]
pub(super) struct Open {
    /// The id, if it was given or the title serves as one.
    pub(super) id: Option<String>,
    pub(super) title: Label,
    pub(super) span: Span,
    pub(super) direction: Option<Direction>,
    members: Vec<String>,
}

/// The chart so far.
#[derive(Debug, Default)]
pub(super) struct Graph {
    pub(super) chart: Flowchart,
    pub(super) open: Vec<Open>,
    nodes: HashMap<String, usize>,
    /// The ids of edges, given or generated.
    edge_ids: HashMap<String, usize>,
    /// The number of edges between each pair of ids, by the joined ids.
    parallel: HashMap<String, usize>,
    /// The last subgraph with each id.
    subgraphs: HashMap<String, usize>,
    /// The subgraph that owns a node or subgraph.
    owners: HashMap<String, usize>,
    class_defs: HashMap<String, usize>,
    repeated: usize,
}

/// A link with its label and id, ready to connect nodes.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) meaning: Meaning,
    pub(super) label: Label,
    pub(super) id: Option<String>,
    pub(super) span: Span,
}

impl Graph {
    /// Reserves room for a copy. Returns `false` if there is none, and the copy must be left out.
    pub(super) fn has_room(&mut self, bytes: usize) -> bool {
        self.repeated = self.repeated.saturating_add(bytes);
        !self.is_full()
    }

    /// Whether something was left out because the room is used up.
    pub(super) const fn is_full(&self) -> bool {
        self.repeated > MAX_REPEATED
    }

    /// Records the mention of an id in a statement that makes it a member of the subgraph around it.
    pub(super) fn list(&mut self, id: &str) {
        if let Some(open) = self.open.last_mut() {
            open.members.push(id.to_owned());
        }
    }

    /// Returns the node with an id, which is created if it is new; `None` where an edge has the id.
    pub(super) fn node(&mut self, id: &str, span: Span) -> Option<&mut Node> {
        if self.edge_ids.contains_key(id) {
            return None;
        }
        let nodes = &mut self.chart.nodes;
        let index = *self.nodes.entry_ref(id).or_insert_with(|| {
            let label = Label { text: id.to_owned(), ..Label::default() };
            nodes.push(Node { id: id.to_owned(), label, span, ..Node::default() });
            nodes.len() - 1
        });
        self.chart.nodes.get_mut(index)
    }

    /// Gives a node its label and shape.
    pub(super) fn shape(&mut self, id: &str, span: Span, shape: &str, given: GivenLabel) {
        if let Some(node) = self.node(id, span) {
            node.shape = Some(shape.to_owned());
            node.label = given.label.clone();
            node.labels.push(given);
        }
    }

    /// Applies `@{ … }` to an edge or a node.
    pub(super) fn data(&mut self, id: &str, span: Span, data: Data, block: Span) {
        if let Some(edge) = self.edge_ids.get(id).and_then(|&index| self.chart.edges.get_mut(index)) {
            let of_edge =
                |(key, _): &(String, String)| matches!(key.as_str(), "animate" | "animation" | "curve");
            edge.props.extend(data.props.into_iter().filter(of_edge));
            return;
        }
        let Some(node) = self.node(id, span) else { return };
        if data.shape.is_some() {
            node.shape = data.shape;
        }
        let has_picture = data.props.iter().any(|(key, _)| key == "icon" || key == "img");
        let has_label = data.label.as_ref().is_some_and(|label| !super::chars::trim(&label.text).is_empty());
        if let Some(label) = data.label {
            node.label = label.clone();
            node.labels.push(GivenLabel { label, span: block });
        }
        if has_picture && !has_label && node.label.text == id {
            node.label.text.clear();
        }
        let of_node = |(key, _): &(String, String)| {
            matches!(key.as_str(), "icon" | "form" | "pos" | "img" | "w" | "h" | "constraint")
        };
        node.props.extend(data.props.into_iter().filter(of_node));
    }

    /// Gives a class to the node, the edge and the finished subgraph with an id. Unknown ids are ignored.
    pub(super) fn class(&mut self, id: &str, class: &str) {
        if !self.has_room(class.len()) {
            return;
        }
        if let Some(node) = self.nodes.get(id).and_then(|&index| self.chart.nodes.get_mut(index)) {
            node.classes.push(class.to_owned());
        }
        if let Some(edge) = self.edge_ids.get(id).and_then(|&index| self.chart.edges.get_mut(index)) {
            edge.classes.push(class.to_owned());
        }
        if let Some(subgraph) = self.subgraphs.get(id).and_then(|&index| self.chart.subgraphs.get_mut(index))
        {
            subgraph.classes.push(class.to_owned());
        }
    }

    /// Defines a class, or adds to it.
    pub(super) fn class_def(&mut self, id: &str, styles: &[String], span: Span) {
        if self.is_full() || !self.has_room(styles.iter().map(String::len).sum()) {
            return;
        }
        let defs = &mut self.chart.class_defs;
        let index = *self.class_defs.entry_ref(id).or_insert_with(|| {
            defs.push(super::model::ClassDef { id: id.to_owned(), styles: Vec::new(), span });
            defs.len() - 1
        });
        if let Some(def) = self.chart.class_defs.get_mut(index) {
            def.styles.extend_from_slice(styles);
        }
    }

    /// Records what a click does.
    pub(super) fn click(&mut self, click: Click) {
        let text = match &click.action {
            ClickAction::Link { href, .. } => href,
            ClickAction::Call { callback, args } => args.as_ref().unwrap_or(callback),
        };
        if !self.has_room(text.len() + click.tooltip.as_ref().map_or(0, String::len)) {
            return;
        }
        self.class(&click.node, "clickable");
        if let ClickAction::Link { href, .. } = &click.action
            && let Some(node) = self.nodes.get(&click.node).and_then(|&index| self.chart.nodes.get_mut(index))
        {
            node.href = Some(href.clone());
        }
        self.chart.clicks.push(click);
    }

    /// Connects every left node to every right one. An id for the link goes to one edge only.
    pub(super) fn connect(&mut self, left: &[String], right: &[String], link: &Link) {
        for from in left {
            for to in right {
                if !self.has_room(EDGE_BYTES + from.len() + to.len() + link.label.text.len()) {
                    return;
                }
                let bears_id = Some(from) == left.last() && Some(to) == right.first();
                self.edge(from, to, link, if bears_id { link.id.as_deref() } else { None });
            }
        }
    }

    fn edge(&mut self, from: &str, to: &str, link: &Link, id: Option<&str>) {
        let index = self.chart.edges.len();
        // Ids hold no newline.
        let count = self.parallel.entry([from, "\n", to].concat()).or_insert(0);
        let id = id.filter(|&id| !self.edge_ids.contains_key(id));
        let key = match (id, *count) {
            (Some(id), _) => id.to_owned(),
            (None, 0) => ["L_", from, "_", to, "_0"].concat(),
            (None, count) => format!("L_{from}_{to}_{}", count + 1),
        };
        *count += 1;
        self.edge_ids.entry(key).or_insert(index);
        let Meaning { stroke, start, end, length } = link.meaning;
        self.chart.edges.push(Edge {
            from: from.to_owned(),
            to: to.to_owned(),
            label: link.label.clone(),
            stroke,
            arrow_start: start,
            arrow_end: end,
            length,
            id: id.map(str::to_owned),
            span: link.span,
            ..Edge::default()
        });
    }

    /// Opens a subgraph. If it has no id and its title has white space, an id is generated when it ends.
    pub(super) fn open(&mut self, id: Option<String>, title: Label, span: Span) {
        self.open.push(Open { id, title, span, direction: None, members: Vec::new() });
    }

    /// Ends the innermost open subgraph; returns `None` where there is none.
    pub(super) fn close(&mut self) -> Option<()> {
        let open = self.open.pop()?;
        let index = self.chart.subgraphs.len();
        let id = open.id.unwrap_or_else(|| format!("subGraph{index}"));
        let mut seen = HashSet::new();
        let mut members = open.members;
        members.retain(|member| !self.owners.contains_key(member) && seen.insert(member.clone()));
        for member in &members {
            self.owners.insert(member.clone(), index);
        }
        self.list(&id);
        self.subgraphs.insert(id.clone(), index);
        self.chart.subgraphs.push(Subgraph {
            id,
            title: open.title,
            members,
            direction: open.direction,
            span: open.span,
            ..Subgraph::default()
        });
        Some(())
    }

    /// Returns the finished chart, and whether anything was left out of it. Entries that mermaid creates only
    /// because a statement names a subgraph are not nodes.
    pub(super) fn finish(mut self) -> (Flowchart, bool) {
        while self.close().is_some() {}
        let Self { mut chart, owners, subgraphs, mut repeated, .. } = self;
        let ids: Vec<String> = chart.subgraphs.iter().map(|subgraph| subgraph.id.clone()).collect();
        let mut owner = |id: &str| {
            let owner = ids.get(*owners.get(id)?)?;
            repeated = repeated.saturating_add(owner.len());
            (repeated <= MAX_REPEATED).then(|| owner.clone())
        };
        chart.nodes.retain(|node| !subgraphs.contains_key(&node.id));
        for node in &mut chart.nodes {
            node.subgraph = owner(&node.id);
        }
        for subgraph in &mut chart.subgraphs {
            subgraph.parent = owner(&subgraph.id);
        }
        (chart, repeated > MAX_REPEATED)
    }
}

/// Returns a subgraph that contains itself, directly or through others. Mermaid cannot draw it.
pub(super) fn inside_itself(chart: &Flowchart) -> Option<&Subgraph> {
    let by_id: HashMap<&str, &Subgraph> = chart.subgraphs.iter().map(|s| (s.id.as_str(), s)).collect();
    let mut done = HashSet::new();
    for start in &chart.subgraphs {
        let mut path = HashSet::new();
        let mut at = Some(start);
        while let Some(subgraph) = at.filter(|subgraph| !done.contains(subgraph.id.as_str())) {
            if !path.insert(subgraph.id.as_str()) {
                return Some(subgraph);
            }
            at = subgraph.parent.as_deref().and_then(|parent| by_id.get(parent)).copied();
        }
        done.extend(path);
    }
    None
}

/// Returns the kind of a label in `@{ label: … }`, which is markdown unless stated otherwise.
pub(super) fn label_kind(word: Option<&str>) -> LabelKind {
    match word {
        Some("text") => LabelKind::Text,
        Some("string") => LabelKind::String,
        _ => LabelKind::Markdown,
    }
}
