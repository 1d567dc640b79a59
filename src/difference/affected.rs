//! Finds the systems that changes affect: the neighbours of those that changed.
//!
//! A system is affected if one relation of the graph joins it with a changed system: its note holds a changed
//! integration, its note links to a changed component, or a diagram joins the two. The direction of a diagram's
//! arrow does not count, since an arrow may stand for calls or for data. A system that changed itself is not
//! listed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Act, Change, Kind, Subject};
use crate::systems::{RelationKind, SystemKind, Systems, name_key};
use crate::vault::Vault;

/// A system that changes to others affect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Affected {
    /// The name of the system.
    pub name: String,
    /// The kind of system.
    pub kind: SystemKind,
    /// The note that describes it.
    pub note: Option<String>,
    /// Why it is affected, in a fixed order.
    pub reasons: Vec<Reason>,
}

/// Why a system is affected.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reason {
    /// The name of the system that changed.
    pub changed: String,
    /// What joins the two systems.
    pub relation: RelationKind,
    /// The note that states the relation.
    pub note: String,
    /// The 1-based line of the relation in that note.
    pub line: u32,
}

/// Returns the systems that the changes between two vaults affect, sorted by name. For what was removed, the
/// graph of the older vault is used.
#[must_use]
pub fn by(changes: &[Change], old: &Vault, new: &Vault) -> Vec<Affected> {
    let mut found = BTreeMap::new();
    let mut own = BTreeSet::new();
    for (vault, gone) in [(new, false), (old, true)] {
        let concerns = |change: &&Change| {
            let of_systems =
                matches!(change.subject.kind(), Kind::Component | Kind::Integration | Kind::Edge);
            of_systems && (change.act() == Act::Removed) == gone
        };
        let mut those = changes.iter().filter(concerns).peekable();
        if those.peek().is_none() {
            continue;
        }
        let graph = Systems::of(vault);
        let names = Names::of(&graph);
        let is_changed: BTreeSet<usize> = those.flat_map(|change| names.systems_of(change)).collect();
        own.extend(is_changed.iter().map(|&system| names.key(system)));
        around(&names, &is_changed, &mut found);
    }
    found.retain(|key, _| !own.contains(key));
    let sorted = |mut affected: Affected| {
        affected.reasons.sort();
        affected
            .reasons
            .dedup_by(|a, b| (&a.changed, a.relation, &a.note) == (&b.changed, b.relation, &b.note));
        affected
    };
    found.into_values().map(sorted).collect()
}

/// What identifies a system in both vaults: its name, and its note if others share the name.
type Key = (String, Option<String>);

/// The systems of a graph, by name.
struct Names<'g> {
    graph: &'g Systems,
    keys: Vec<String>,
    all: HashMap<String, Vec<usize>>,
}

impl<'g> Names<'g> {
    fn of(graph: &'g Systems) -> Self {
        let keys: Vec<String> = graph.systems.iter().map(|system| name_key(&system.label)).collect();
        let mut all: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, key) in keys.iter().enumerate() {
            all.entry(key.clone()).or_default().push(at);
        }
        Self { graph, keys, all }
    }

    fn key(&self, system: usize) -> Key {
        let name = self.keys.get(system).cloned().unwrap_or_default();
        let is_alone = self.all.get(&name).is_none_or(|all| all.len() < 2);
        let note = self.graph.systems.get(system).and_then(|system| system.note.clone());
        (name, note.filter(|_| !is_alone))
    }

    /// Returns the systems that a change is about.
    fn systems_of(&self, change: &Change) -> Vec<usize> {
        let note = change.spot().map_or("", |spot| spot.note.as_str());
        match &change.subject {
            Subject::Component(name) | Subject::Integration(name) => self.described(note, name),
            // A new line on a diagram matters to both of its ends.
            Subject::Edge(edge) => {
                [&edge.from, &edge.to].into_iter().flat_map(|label| self.drawn(note, label)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Returns the system with this name, and of several the one that `note` describes.
    fn described(&self, note: &str, name: &str) -> Vec<usize> {
        let is_own =
            |at: &usize| self.graph.systems.get(*at).is_some_and(|s| s.note.as_deref() == Some(note));
        let own = self.all.get(&name_key(name)).and_then(|all| all.iter().copied().find(is_own));
        own.or_else(|| self.graph.find(name)).into_iter().collect()
    }

    /// Returns the systems that a note draws with this label.
    fn drawn(&self, note: &str, label: &str) -> Vec<usize> {
        let drawn = self.graph.drawn_as(note, label);
        if drawn.is_empty() { self.graph.find(label).into_iter().collect() } else { drawn.to_vec() }
    }
}

fn around(names: &Names<'_>, is_changed: &BTreeSet<usize>, found: &mut BTreeMap<Key, Affected>) {
    let graph = names.graph;
    for relation in &graph.relations {
        let both = relation.kind == RelationKind::Diagram;
        let ways = [(relation.from, relation.to), (relation.to, relation.from)];
        for (affected, cause) in ways.into_iter().take(1 + usize::from(both)) {
            if !is_changed.contains(&cause) || is_changed.contains(&affected) {
                continue;
            }
            let (Some(system), Some(cause)) = (graph.systems.get(affected), graph.systems.get(cause)) else {
                continue;
            };
            let entry = found.entry(names.key(affected)).or_insert_with(|| Affected {
                name: system.label.clone(),
                kind: system.kind,
                note: system.note.clone(),
                reasons: Vec::new(),
            });
            entry.reasons.push(Reason {
                changed: cause.label.clone(),
                relation: relation.kind,
                note: relation.note.clone(),
                line: relation.line,
            });
        }
    }
}
