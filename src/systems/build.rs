//! Builds the graph: integrations first, then components, then what diagrams add.

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
    /// The system that each note describes.
    pub(super) by_note: HashMap<NoteId, usize>,
    /// The integrations of notes that are not components and hold no other integration.
    pub(super) alone: HashMap<NoteId, usize>,
    /// The system that a name means in a note that holds or describes it. Elsewhere the name means the first
    /// system with it.
    at_home: HashMap<(NoteId, String), usize>,
    /// The note and line of each integration, with its index.
    held: Vec<(NoteId, u32, usize)>,
    /// The ids that are taken, and how many others were made from each.
    ids: HashMap<String, usize>,
    /// The relations that were added: two diagrams may draw the same one.
    seen: HashSet<(usize, usize, RelationKind, bool, String)>,
    /// The systems that only diagrams know, by label: one diagram may show several boxes with the same label.
    pub(super) others: HashMap<String, Vec<usize>>,
    /// How many more members and relations groups may add.
    pub(super) room: usize,
}

/// The most members and relations that are added by way of groups: nested groups, and edges between groups, grow
/// with the square of a short text.
const ROOM: usize = 200_000;

impl Builder<'_> {
    pub(super) fn add(&mut self, system: System, name: &str) -> usize {
        let index = self.graph.systems.len();
        self.graph.systems.push(system);
        self.name(index, name);
        index
    }

    /// Gives a system a name, unless another system has it already.
    fn name(&mut self, index: usize, name: &str) {
        let key = name_key(name);
        if !key.is_empty() {
            self.graph.by_name.entry(key).or_insert(index);
        }
    }

    /// Makes an id from a name: `order_queue`, or `order_queue_2` if that is taken.
    pub(super) fn id(&mut self, name: &str) -> String {
        let mut slug: String =
            name_key(name).chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
        if slug.is_empty() {
            "system".clone_into(&mut slug);
        }
        let mut id = slug.clone();
        while self.ids.contains_key(&id) {
            // The count of this id so far, so that many boxes labelled `?` are not counted again each time.
            let count = self.ids.entry(slug.clone()).or_insert(1);
            *count += 1;
            id = format!("{slug}_{count}");
        }
        self.ids.insert(id.clone(), 1);
        id
    }

    /// Adds each integration as a system. Two of the same name may differ in health.
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

    /// Adds each note with a header as a system, except the note that describes an integration of the same name:
    /// the note that holds it, else the first with that name.
    fn components(&mut self) {
        let mut named = Vec::new();
        // Notes that are not components and hold exactly one integration: they describe that one.
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
        // Further names of a note count where no other system has them, also those of the note of an integration.
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

    /// Returns the system that a name, in its compared form, means in a note that holds or describes it.
    pub(super) fn of_note(&self, note: NoteId, name: String) -> Option<usize> {
        // A name made of signs only names nothing.
        if name.is_empty() { None } else { self.at_home.get(&(note, name)).copied() }
    }

    /// Records that a note describes a system. The system's level is at most as good as the note's.
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
        // A line without an arrow means the same in both directions.
        let (first, second) = if directed { (from, to) } else { (from.min(to), from.max(to)) };
        if from != to && self.seen.insert((first, second, kind, directed, relation.label.clone())) {
            self.graph.relations.push(relation);
        }
    }

    /// Removes lines without an arrow between systems that are also joined by an arrow with the same label, in
    /// any diagram.
    pub(super) fn drop_lines_beside_arrows(&mut self) {
        let is_seen =
            |from, to, line: &Relation| self.seen.contains(&(from, to, line.kind, true, line.label.clone()));
        self.graph.relations.retain(|relation| {
            let Relation { from, to, .. } = *relation;
            relation.directed || !is_seen(from, to, relation) && !is_seen(to, from, relation)
        });
    }

    /// Adds a relation from each component to the integrations that its note holds.
    fn holdings(&mut self) {
        for (home, line, to) in std::mem::take(&mut self.held) {
            if let (Some(&from), Some(note)) = (self.by_note.get(&home), self.vault.note(home)) {
                self.relate(said(from, to, RelationKind::Integration, note, line));
            }
        }
    }

    /// Adds the links between the notes of components. Links in boards are portolan's own output and do not
    /// count.
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

/// Returns the worse of two levels. Any known level counts more than an unknown one.
fn worse(one: Level, other: Level) -> Level {
    let rank = |level: &Level| match level {
        Level::Unknown => 0,
        Level::Ok => 1,
        Level::Warning => 2,
        Level::Critical => 3,
    };
    if rank(&other) > rank(&one) { other } else { one }
}
