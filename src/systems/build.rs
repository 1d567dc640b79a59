//! Joins the graph: integrations first, then components, then what diagrams add.

use std::collections::{HashMap, HashSet};

use super::members;
use super::{Relation, RelationKind, System, SystemKind, Systems, label, name_key};
use crate::model::integration::View;
use crate::model::level::Level;
use crate::syntax::diagram::Diagram;
use crate::syntax::markdown;
use crate::syntax::mermaid::{Arrow, Flowchart, Node, Stroke};
use crate::syntax::uri::{self, is_external};
use crate::text::path;
use crate::vault::{Note, NoteId, Vault};

pub(super) fn systems(vault: &Vault) -> Systems {
    let mut builder = Builder {
        vault,
        graph: Systems::default(),
        by_note: HashMap::new(),
        ids: HashMap::new(),
        seen: HashSet::new(),
        room: ROOM,
    };
    builder.integrations();
    builder.components();
    builder.diagrams();
    builder.holdings();
    builder.links();
    builder.graph
}

struct Builder<'v> {
    vault: &'v Vault,
    graph: Systems,
    /// The systems that notes describe.
    by_note: HashMap<NoteId, usize>,
    /// Ids that are taken, and how many others were made from each.
    ids: HashMap<String, usize>,
    /// Relations that are there already: two diagrams may draw one twice.
    seen: HashSet<(usize, usize, RelationKind, String)>,
    /// How much may still be said by groups.
    room: usize,
}

/// So many members and relations at most are said by groups and not by themselves: groups in groups, and edges
/// from group to group, make squares of a short text.
const ROOM: usize = 200_000;

impl Builder<'_> {
    fn add(&mut self, system: System, name: &str) -> usize {
        let index = self.graph.systems.len();
        self.graph.systems.push(system);
        self.name(index, name);
        index
    }

    /// Gives a system a name that no other has.
    fn name(&mut self, index: usize, name: &str) {
        let key = name_key(name);
        if !key.is_empty() {
            self.graph.by_name.entry(key).or_insert(index);
        }
    }

    /// An id that reads like the name: `order_queue`, and `order_queue_2` where that is taken.
    fn id(&mut self, name: &str) -> String {
        let mut slug: String =
            name_key(name).chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
        if slug.is_empty() {
            "system".clone_into(&mut slug);
        }
        let mut id = slug.clone();
        while self.ids.contains_key(&id) {
            // Where the count of this name has got to: many boxes may be labelled `?`.
            let count = self.ids.entry(slug.clone()).or_insert(1);
            *count += 1;
            id = format!("{slug}_{count}");
        }
        self.ids.insert(id.clone(), 1);
        id
    }

    fn integrations(&mut self) {
        let vocabulary = self.vault.vocabulary();
        for (note, integration) in members::integrations(self.vault) {
            let view = View(integration);
            let Some(name) = view.name() else { continue };
            if self.graph.find(name).is_some() {
                continue;
            }
            let category =
                view.text(&["type"]).and_then(|t| vocabulary.category(t)).unwrap_or_default().to_vec();
            let status = members::integration_status(note, integration);
            let system = System {
                id: self.id(name),
                label: name.to_owned(),
                kind: SystemKind::Integration,
                note: Some(note.path.clone()),
                category,
                level: status.map_or(Level::Unknown, |(text, _)| vocabulary.level(text)),
                drawn: false,
            };
            self.add(system, name);
        }
    }

    fn components(&mut self) {
        let mut named = Vec::new();
        // Notes that are no component and hold one integration: they are about nothing else.
        let mut alone = Vec::new();
        for (id, note) in self.vault.system_notes().filter(|(_, note)| !note.is_template()) {
            let Some(header) = &note.facts.system().header else {
                alone.extend(members::only_integration(note).map(|integration| (note, integration)));
                continue;
            };
            let name = note.title();
            named.push((id, note));
            let index = if let Some(index) = self.graph.find(name) {
                // The note of an integration, or a second note of one name: one system.
                index
            } else {
                let level = members::component_status(header)
                    .map_or(Level::Unknown, |t| self.vault.vocabulary().level(t));
                let system = System {
                    id: self.id(name),
                    label: name.to_owned(),
                    kind: SystemKind::Component,
                    note: Some(note.path.clone()),
                    category: Vec::new(),
                    level,
                    drawn: false,
                };
                self.add(system, name)
            };
            self.by_note.insert(id, index);
        }
        // What else a note goes by, the note of an integration as well, where it is the name of no other system.
        for (id, note) in named {
            let Some(&index) = self.by_note.get(&id) else { continue };
            self.further_names(index, note);
        }
        for (note, integration) in alone {
            let found = View(integration).name().and_then(|name| self.graph.find(name));
            if let Some(index) = found {
                self.name(index, note.title());
                self.further_names(index, note);
            }
        }
    }

    fn further_names(&mut self, index: usize, note: &Note) {
        self.name(index, path::stem(&note.path));
        for alias in &note.facts.aliases {
            self.name(index, note.facts.text(*alias));
        }
    }

    fn diagrams(&mut self) {
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
        };
        let any = charts.iter().any(&knows);
        let told: Vec<_> = charts.iter().filter(|chart| !any || knows(chart)).collect();
        for (note, diagram, chart) in told {
            self.diagram(note, diagram, chart);
        }
    }

    /// The system that a box is, if the vault knows it.
    fn known(&self, note: &Note, shown: &Node) -> Option<usize> {
        let label = &shown.label.text;
        let linked = self.linked(note, label).or_else(|| self.clicked(note, shown.href.as_deref()?));
        // An id of one or two letters is a name by chance.
        let by_id = || (shown.id.len() > 2).then(|| self.graph.find(&shown.id)).flatten();
        linked.or_else(|| self.graph.find(label)).or_else(by_id)
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
        self.by_note.get(&self.vault.note_of(file)?).copied()
    }

    fn diagram(&mut self, note: &Note, diagram: &Diagram, chart: &Flowchart) {
        let mut of_id = HashMap::new();
        for shown in &chart.nodes {
            let index = self.known(note, shown).unwrap_or_else(|| self.other(shown));
            if let Some(system) = self.graph.systems.get_mut(index) {
                system.drawn = true;
            }
            of_id.insert(shown.id.as_str(), vec![index]);
        }
        // An edge to a group is one to everything in it. Groups end inner first, so the members of a
        // group are known before it is.
        for group in &chart.subgraphs {
            let members = group.members.iter().filter_map(|id| of_id.get(id.as_str())).flatten();
            let members: Vec<usize> = members.copied().take(self.room).collect();
            self.room -= members.len();
            of_id.insert(&group.id, members);
        }
        for edge in chart.edges.iter().filter(|edge| edge.stroke != Stroke::Invisible) {
            let (Some(from), Some(to)) = (of_id.get(edge.from.as_str()), of_id.get(edge.to.as_str())) else {
                continue;
            };
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
                        note: note.path.clone(),
                        line: diagram.place.line,
                    });
                }
            }
        }
    }

    fn other(&mut self, node: &Node) -> usize {
        let label = label::plain(&node.label.text);
        let label = if label.is_empty() { node.label.text.as_str() } else { &label };
        let system = System {
            id: self.id(label),
            label: label.to_owned(),
            kind: SystemKind::Other,
            note: None,
            category: Vec::new(),
            level: Level::Unknown,
            drawn: true,
        };
        self.add(system, label)
    }

    fn relate(&mut self, relation: Relation) {
        let key = (relation.from, relation.to, relation.kind, relation.label.clone());
        if relation.from != relation.to && self.seen.insert(key) {
            self.graph.relations.push(relation);
        }
    }

    /// An integration belongs to the component whose note holds it.
    fn holdings(&mut self) {
        let mut found = Vec::new();
        for (id, note) in self.vault.system_notes().filter(|(_, note)| !note.is_template()) {
            let Some(&from) = self.by_note.get(&id) else { continue };
            for integration in note.facts.system().integrations.iter().filter(|i| !i.is_template) {
                let name = View(integration).name().unwrap_or_default();
                if let Some(to) = self.graph.find(name) {
                    found.push(said(from, to, RelationKind::Integration, note, integration.anchor.line));
                }
            }
        }
        for relation in found {
            self.relate(relation);
        }
    }

    /// Links between the notes of components. Those in boards are portolan's own.
    fn links(&mut self) {
        let mut found = Vec::new();
        for (id, note) in self.vault.system_notes() {
            let Some(&from) = self.by_note.get(&id) else { continue };
            for link in note.facts.links.iter().filter(|link| !link.generated) {
                let target = self.vault.resolve(note, link).file().and_then(|file| self.vault.note_of(file));
                if let Some(&to) = target.and_then(|id: NoteId| self.by_note.get(&id)) {
                    found.push(said(from, to, RelationKind::Link, note, link.place.line));
                }
            }
        }
        for relation in found {
            self.relate(relation);
        }
    }
}

fn said(from: usize, to: usize, kind: RelationKind, note: &Note, line: u32) -> Relation {
    Relation { from, to, label: String::new(), kind, stroke: Stroke::Normal, note: note.path.clone(), line }
}
