//! Which system each box of a diagram is, and what diagrams draw between them.

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
        // A diagram that names no known system tells of steps, not of systems. Where none does, the
        // diagrams are all that there is.
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

    /// The system that a box is, if the vault knows it.
    fn known(&self, note: &Note, shown: &Node) -> Option<usize> {
        self.shown(note, &shown.label.text, shown.href.as_deref(), &shown.id)
    }

    /// The system that a group is: what it holds is within that one then.
    fn known_group(&self, note: &Note, group: &Subgraph) -> Option<usize> {
        self.shown(note, &group.title.text, None, &group.id)
    }

    fn shown(&self, note: &Note, label: &str, href: Option<&str>, id: &str) -> Option<usize> {
        let linked = self.linked(note, label).or_else(|| self.clicked(note, href?));
        // An id of one or two letters is a name by chance.
        let by_id = || (id.len() > 2).then(|| self.named(note, id)).flatten();
        linked.or_else(|| self.named(note, &label::plain(label))).or_else(by_id)
    }

    /// The system of this name: the diagram's own note's, where several have it. What only diagrams know is none: the
    /// label of one box may be the id of another.
    fn named(&self, note: &Note, name: &str) -> Option<usize> {
        let is_known = |at: &usize| self.graph.systems.get(*at).is_some_and(|s| s.kind != SystemKind::Other);
        let own = self.vault.note_of(note.file).and_then(|id| self.of_note(id, name_key(name)));
        own.or_else(|| self.graph.find(name)).filter(is_known)
    }

    /// The note that a wikilink in a label leads to.
    fn linked(&self, note: &Note, label: &str) -> Option<usize> {
        if !label.contains("[[") {
            return None;
        }
        let outline = markdown::outline(label, 0);
        let link = outline.links.first()?;
        self.at(note, link.destination(label).split('#').next().unwrap_or_default())
    }

    /// The note that a click leads to.
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
        // An edge to a group that is a system is one to that, to another one to everything in it. Groups end inner
        // first, so the members of a group are known before it is.
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

    /// Keeps what a box or a group is.
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

    /// What only diagrams know. In several of them one label is one system; two boxes of one diagram are two, whatever
    /// their labels: `counts` are those that this one has shown, by label.
    fn other(&mut self, node: &Node, counts: &mut HashMap<String, usize>) -> usize {
        let label = label::plain(&node.label.text);
        let label = if label.is_empty() { node.label.text.as_str() } else { &label };
        let key = name_key(label);
        // What is nothing but a sign names nothing.
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
