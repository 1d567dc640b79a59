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
        alone: HashMap::new(),
        at_home: HashMap::new(),
        held: Vec::new(),
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
    /// The integrations of notes that are no component and hold no other.
    pub(super) alone: HashMap<NoteId, usize>,
    /// What goes by a name in a note that holds or describes it: elsewhere the first of that name is meant.
    at_home: HashMap<(NoteId, String), usize>,
    /// The notes and lines of integrations.
    held: Vec<(NoteId, u32, usize)>,
    /// Ids that are taken, and how many others were made from each.
    ids: HashMap<String, usize>,
    /// Relations that are there already: two diagrams may draw one twice.
    seen: HashSet<(usize, usize, RelationKind, bool, String)>,
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

    /// Each is a system of its own: of two with one name each may be doing otherwise.
    fn integrations(&mut self) {
        let vocabulary = self.vault.vocabulary();
        for (note, integration) in members::integrations(self.vault) {
            let view = View(integration);
            let (Some(name), Some(home)) = (view.name(), self.vault.note_of(note.file)) else { continue };
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
            let index = self.add(system, name);
            self.at_home.entry((home, name_key(name))).or_insert(index);
            self.held.push((home, integration.anchor.line, index));
        }
    }

    /// Each note with a header is a system of its own, but for one that goes by the name of an integration: the
    /// note that holds it, else the first.
    fn components(&mut self) {
        let mut named = Vec::new();
        // Notes that are no component and hold one integration: they are about nothing else.
        let mut alone = Vec::new();
        for (id, note) in self.vault.system_notes().filter(|(_, note)| !note.is_template()) {
            let Some(header) = &note.facts.system().header else {
                alone.extend(members::only_integration(note).map(|integration| (id, note, integration)));
                continue;
            };
            let level = members::component_status(header)
                .map_or(Level::Unknown, |text| self.vault.vocabulary().level(text));
            named.push((id, note, level));
        }
        let mut with_note = HashSet::new();
        for &(id, note, level) in &named {
            if let Some(index) = self.of_note(id, name_key(note.title())) {
                with_note.insert(index);
                self.describe(id, index, level);
            }
        }
        for &(id, note, level) in &named {
            if self.by_note.contains_key(&id) {
                continue;
            }
            let name = note.title();
            let is_free = |at: &usize| {
                let is_integration =
                    self.graph.systems.get(*at).is_some_and(|s| s.kind == SystemKind::Integration);
                is_integration && !with_note.contains(at)
            };
            let index = if let Some(index) = self.graph.find(name).filter(is_free) {
                with_note.insert(index);
                index
            } else {
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
            self.describe(id, index, level);
            self.at_home.insert((id, name_key(name)), index);
        }
        // What else a note goes by, the note of an integration as well, where it is the name of no other system.
        for (id, note, _) in named {
            let Some(&index) = self.by_note.get(&id) else { continue };
            self.further_names(index, note);
        }
        for (id, note, integration) in alone {
            let name = View(integration).name().map(name_key);
            if let Some(index) = name.and_then(|name| self.of_note(id, name)) {
                self.alone.insert(id, index);
                self.name(index, note.title());
                self.further_names(index, note);
            }
        }
    }

    /// What goes by this name, as it compares, in a note that holds or describes it.
    pub(super) fn of_note(&self, note: NoteId, name: String) -> Option<usize> {
        // What is nothing but a sign names nothing.
        if name.is_empty() { None } else { self.at_home.get(&(note, name)).copied() }
    }

    /// A note describes a system, which is doing no better than the note says.
    fn describe(&mut self, note: NoteId, index: usize, level: Level) {
        self.by_note.insert(note, index);
        if let Some(system) = self.graph.systems.get_mut(index) {
            system.level = worse(system.level, level);
        }
    }

    fn further_names(&mut self, index: usize, note: &Note) {
        self.name(index, path::stem(&note.path));
        for alias in &note.facts.aliases {
            self.name(index, note.facts.text(*alias));
        }
    }

    pub(super) fn relate(&mut self, relation: Relation) {
        let Relation { from, to, kind, directed, .. } = relation;
        // A line without an arrow says the same the other way round.
        let (first, second) = if directed { (from, to) } else { (from.min(to), from.max(to)) };
        if from != to && self.seen.insert((first, second, kind, directed, relation.label.clone())) {
            self.graph.relations.push(relation);
        }
    }

    /// A line between two systems says no more than an arrow with its label does, whichever diagram draws that.
    pub(super) fn drop_lines_beside_arrows(&mut self) {
        let is_seen =
            |from, to, line: &Relation| self.seen.contains(&(from, to, line.kind, true, line.label.clone()));
        self.graph.relations.retain(|relation| {
            let Relation { from, to, .. } = *relation;
            relation.directed || !is_seen(from, to, relation) && !is_seen(to, from, relation)
        });
    }

    /// An integration belongs to the component whose note holds it.
    fn holdings(&mut self) {
        for (home, line, to) in std::mem::take(&mut self.held) {
            if let (Some(&from), Some(note)) = (self.by_note.get(&home), self.vault.note(home)) {
                self.relate(said(from, to, RelationKind::Integration, note, line));
            }
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
    let (label, note) = (String::new(), note.path.clone());
    Relation { from, to, label, kind, stroke: Stroke::Normal, directed: true, note, line }
}

/// The worse of two levels. What somebody has said counts more than that another has said nothing.
fn worse(one: Level, other: Level) -> Level {
    let rank = |level: &Level| match level {
        Level::Unknown => 0,
        Level::Ok => 1,
        Level::Warning => 2,
        Level::Critical => 3,
    };
    if rank(&other) > rank(&one) { other } else { one }
}
