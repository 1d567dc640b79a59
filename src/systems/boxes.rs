//! Finds the system that each box of a diagram stands for, and adds what diagrams draw between them.

use std::collections::HashMap;

use super::build::Builder;
use super::{Relation, RelationKind, System, SystemKind, label, name_key};
use crate::model::level::Level;
use crate::syntax::diagram::Diagram;
use crate::syntax::markdown;
use crate::syntax::mermaid::{Arrow, Flowchart, Node, Stroke, Subgraph};
use crate::syntax::uri::{self, is_external};
use crate::vault::Note;

impl Builder<'_> {
    pub(super) fn diagrams(&mut self) {
        let charts: Vec<(&Note, &Diagram, Flowchart)> = self
            .vault
            .system_notes()
            .filter(|(_, note)| !note.is_template())
            .flat_map(|(_, note)| note.facts.system().diagrams.iter().map(move |diagram| (note, diagram)))
            .filter_map(|(note, diagram)| Some((note, diagram, diagram.chart.flowchart()?)))
            .collect();
        // A diagram that names no known system shows steps rather than systems, and is left out. If no diagram
        // names one, all of them count, since there is nothing else.
        let knows = |(note, _, chart): &(&Note, &Diagram, Flowchart)| {
            chart.nodes.iter().any(|node| self.known(note, node).is_some())
                || chart.subgraphs.iter().any(|group| self.known_group(note, group).is_some())
        };
        let any = charts.iter().any(&knows);
        let told: Vec<_> = charts.iter().filter(|chart| !any || knows(chart)).collect();
        for (note, diagram, chart) in told {
            self.diagram(note, diagram, chart);
        }
        self.drop_lines_beside_arrows();
    }

    /// Returns the known system that a box stands for.
    fn known(&self, note: &Note, shown: &Node) -> Option<usize> {
        self.shown(note, &shown.label.text, shown.href.as_deref(), &shown.id)
    }

    /// Returns the known system that a group stands for. The boxes in the group are then parts of that system.
    fn known_group(&self, note: &Note, group: &Subgraph) -> Option<usize> {
        self.shown(note, &group.title.text, None, &group.id)
    }

    fn shown(&self, note: &Note, label: &str, href: Option<&str>, id: &str) -> Option<usize> {
        let linked = self.linked(note, label).or_else(|| self.clicked(note, href?));
        // An id of one or two letters matches a name by chance.
        let by_id = || (id.len() > 2).then(|| self.named(note, id)).flatten();
        linked.or_else(|| self.named(note, &label::plain(label))).or_else(by_id)
    }

    /// Returns the known system with this name: the one of the diagram's own note, where several have it. Systems
    /// that only diagrams know do not count: the label of one box may be the id of another.
    fn named(&self, note: &Note, name: &str) -> Option<usize> {
        let is_known = |at: &usize| self.graph.systems.get(*at).is_some_and(|s| s.kind != SystemKind::Other);
        let own = self.vault.note_of(note.file).and_then(|id| self.of_note(id, name_key(name)));
        own.or_else(|| self.graph.find(name)).filter(is_known)
    }

    /// Returns the system whose note a wikilink in the label leads to.
    fn linked(&self, note: &Note, label: &str) -> Option<usize> {
        if !label.contains("[[") {
            return None;
        }
        let outline = markdown::outline(label, 0);
        let link = outline.links.first()?;
        self.at(note, link.destination(label).split('#').next().unwrap_or_default())
    }

    /// Returns the system whose note the click leads to.
    fn clicked(&self, note: &Note, href: &str) -> Option<usize> {
        if is_external(href) {
            return None;
        }
        let path = uri::decode(href.split('#').next().unwrap_or_default());
        self.at(note, &path)
    }

    fn at(&self, note: &Note, link: &str) -> Option<usize> {
        let file = self.vault.names().resolve(link.trim(), note.file).file()?;
        let id = self.vault.note_of(file)?;
        self.by_note.get(&id).or_else(|| self.alone.get(&id)).copied()
    }

    fn diagram(&mut self, note: &Note, diagram: &Diagram, chart: &Flowchart) {
        let mut of_id = HashMap::new();
        let mut counts = HashMap::new();
        for shown in &chart.nodes {
            let index = self.known(note, shown).unwrap_or_else(|| self.other(shown, &mut counts));
            self.draw(note, &shown.label.text, index);
            of_id.insert(shown.id.as_str(), vec![index]);
        }
        // An edge to a group that stands for a system is an edge to that system; an edge to another group is one
        // to each box in it. Inner groups end first, so the members of a group are known before the group.
        for group in &chart.subgraphs {
            if let Some(index) = self.known_group(note, group) {
                self.draw(note, &group.title.text, index);
                of_id.insert(&group.id, vec![index]);
                continue;
            }
            let members = group.members.iter().filter_map(|id| of_id.get(id.as_str())).flatten();
            let members: Vec<usize> = members.copied().take(self.room).collect();
            self.room -= members.len();
            of_id.insert(&group.id, members);
        }
        for edge in chart.edges.iter().filter(|edge| edge.stroke != Stroke::Invisible) {
            let (Some(from), Some(to)) = (of_id.get(edge.from.as_str()), of_id.get(edge.to.as_str())) else {
                continue;
            };
            let directed = edge.arrow_start != Arrow::Open || edge.arrow_end != Arrow::Open;
            let back = edge.arrow_start != Arrow::Open && edge.arrow_end != Arrow::Open;
            let pairs = from.iter().flat_map(|from| to.iter().map(move |to| (from, to)));
            let is_group = from.len() > 1 || to.len() > 1;
            for (&from, &to) in pairs.take(if is_group { self.room } else { 1 }) {
                self.room -= usize::from(is_group);
                for (from, to) in [(from, to), (to, from)].into_iter().take(1 + usize::from(back)) {
                    self.relate(Relation {
                        from,
                        to,
                        label: label::plain(&edge.label.text).into_owned(),
                        kind: RelationKind::Diagram,
                        stroke: edge.stroke,
                        directed,
                        note: note.path.clone(),
                        line: diagram.place.line,
                    });
                }
            }
        }
    }

    /// Records which system a box or a group stands for.
    fn draw(&mut self, note: &Note, label: &str, index: usize) {
        let labels = self.graph.boxes.entry(note.path.clone()).or_default();
        let drawn = labels.entry(name_key(&label::plain(label))).or_default();
        if drawn.last() != Some(&index) {
            drawn.push(index);
        }
        if let Some(system) = self.graph.systems.get_mut(index) {
            system.drawn = true;
        }
    }

    /// Returns the system of a box that only diagrams know, adding it if it is new. Boxes with one label in
    /// several diagrams are one system, but two boxes of one diagram are two, whatever their labels. `counts` has
    /// how many boxes of each label this diagram has shown.
    fn other(&mut self, node: &Node, counts: &mut HashMap<String, usize>) -> usize {
        let label = label::plain(&node.label.text);
        let label = if label.is_empty() { node.label.text.as_str() } else { &label };
        let key = name_key(label);
        // A label made of signs only names nothing.
        if !key.is_empty() {
            let count = counts.entry(key.clone()).or_default();
            *count += 1;
            if let Some(&index) = self.others.get(&key).and_then(|all| all.get(*count - 1)) {
                return index;
            }
        }
        let system = System {
            id: self.id(label),
            label: label.to_owned(),
            kind: SystemKind::Other,
            note: None,
            category: Vec::new(),
            level: Level::Unknown,
            drawn: true,
        };
        let index = self.add(system, label);
        self.others.entry(key).or_default().push(index);
        index
    }
}
