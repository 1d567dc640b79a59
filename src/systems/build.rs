//! Joins the graph: integrations first, then components, then what diagrams add.

use std::collections::{HashMap, HashSet};

use super::members;
use super::{Relation, RelationKind, System, SystemKind, Systems, name_key};
use crate::model::integration::View;
use crate::model::level::Level;
use crate::syntax::mermaid::Stroke;
use crate::text::path;
use crate::vault::{Note, NoteId, Vault};

pub(super) fn systems(vault: &Vault) -> Systems {
    let mut builder = Builder {
        vault,
        graph: Systems::default(),
        by_note: HashMap::new(),
        ids: HashMap::new(),
        seen: HashSet::new(),
        others: HashMap::new(),
        room: ROOM,
    };
    builder.integrations();
    builder.components();
    builder.diagrams();
    builder.holdings();
    builder.links();
    builder.graph
}

pub(super) struct Builder<'v> {
    pub(super) vault: &'v Vault,
    pub(super) graph: Systems,
    /// The systems that notes describe.
    pub(super) by_note: HashMap<NoteId, usize>,
    /// Ids that are taken, and how many others were made from each.
    ids: HashMap<String, usize>,
    /// Relations that are there already: two diagrams may draw one twice.
    seen: HashSet<(usize, usize, RelationKind, String)>,
    /// What only diagrams know, by label: one diagram may have shown several boxes of one label.
    pub(super) others: HashMap<String, Vec<usize>>,
    /// How much may still be said by groups.
    pub(super) room: usize,
}

/// So many members and relations at most are said by groups and not by themselves: groups in groups, and edges
/// from group to group, make squares of a short text.
const ROOM: usize = 200_000;

impl Builder<'_> {
    pub(super) fn add(&mut self, system: System, name: &str) -> usize {
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
    pub(super) fn id(&mut self, name: &str) -> String {
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

    pub(super) fn relate(&mut self, relation: Relation) {
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
