//! Who is affected by changes: the systems around those that have changed.
//!
//! One step along a relation of the graph: the note that holds a changed integration, the component whose
//! note links to a changed one, and what a diagram joins with one, whichever way its arrow points: it may
//! tell of calls or of data. What has itself changed is not among them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Act, Change, Subject};
use crate::systems::{RelationKind, SystemKind, Systems, name_key};
use crate::vault::Vault;

/// A system that others' changes affect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Affected {
    /// Its name.
    pub name: String,
    /// What it is to the vault.
    pub kind: SystemKind,
    /// The note that describes it.
    pub note: Option<String>,
    /// Why, in a fixed order.
    pub reasons: Vec<Reason>,
}

/// Why a system is affected.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reason {
    /// The name of the system that has changed.
    pub changed: String,
    /// What joins the two.
    pub relation: RelationKind,
    /// The note that says so.
    pub note: String,
    /// The 1-based line there.
    pub line: u32,
}

/// The systems that the changes between two vaults affect, in the order of their names. What has gone is
/// looked for in the older vault.
#[must_use]
pub fn by(changes: &[Change], old: &Vault, new: &Vault) -> Vec<Affected> {
    let names = |gone: bool| -> BTreeSet<String> {
        let those = changes.iter().filter(|change| (change.act() == Act::Removed) == gone);
        those.flat_map(systems_of).map(name_key).collect()
    };
    let (here, gone) = (names(false), names(true));
    let mut found = BTreeMap::new();
    for (vault, names) in [(new, &here), (old, &gone)] {
        if !names.is_empty() {
            around(&Systems::of(vault), names, &mut found);
        }
    }
    found.retain(|key, _| !here.contains(key) && !gone.contains(key));
    let sorted = |mut affected: Affected| {
        affected.reasons.sort();
        affected
            .reasons
            .dedup_by(|a, b| (&a.changed, a.relation, &a.note) == (&b.changed, b.relation, &b.note));
        affected
    };
    found.into_values().map(sorted).collect()
}

/// The names of the systems that a change is one of.
fn systems_of(change: &Change) -> Vec<&str> {
    match &change.subject {
        Subject::Component(name) | Subject::Integration(name) => vec![name],
        // A new line on a diagram is news for both of its ends.
        Subject::Edge(edge) => vec![&edge.from, &edge.to],
        _ => Vec::new(),
    }
}

fn around(graph: &Systems, changed: &BTreeSet<String>, found: &mut BTreeMap<String, Affected>) {
    let is_changed: BTreeSet<usize> = changed.iter().filter_map(|name| graph.find(name)).collect();
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
            let entry = found.entry(name_key(&system.label)).or_insert_with(|| Affected {
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
