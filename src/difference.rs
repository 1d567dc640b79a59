//! Floor 6: the differences between two vaults, in terms of the model.
//!
//! Text that was moved, reflowed or respelt is no difference; a timeout that went from 30 to 15 seconds is one.
//! Notes are identified by path, with renames followed; integrations by name in the whole vault; edges, nodes,
//! metrics and links by their content within a note. The content of boards is portolan's own output and never
//! counts. The result depends on the two vaults alone, has a fixed order, and holds no secret, since no fact
//! does.
//!
//! Where a note, a diagram or a block cannot be read, nobody can tell what has gone from it, so nothing is
//! reported of what it may contain.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

use crate::vault::Vault;

pub mod affected;
mod components;
mod diagrams;
mod entries;
mod integrations;
mod links;
mod metrics;
mod notes;

/// Returns the differences between an older vault and a newer one.
///
/// ```
/// use portolan::{config::Config, difference, vault::Vault};
///
/// let vault = |status| {
///     let text = format!("# Gateway\n## System Initialization\n- Status: {status}\n");
///     Vault::of_texts(Config::default(), &[("Gateway.md", &text)])
/// };
/// let changes = difference::between(&vault("🟢 Active"), &vault("🔴 Down"));
/// assert_eq!(changes.len(), 1);
/// assert_eq!(changes[0].fields[0].to_string(), "status: 🟢 Active → 🔴 Down");
/// assert!(difference::between(&vault("Active"), &vault("🟢 Active")).is_empty());
/// ```
#[must_use]
pub fn between(old: &Vault, new: &Vault) -> Vec<Change> {
    of_kinds(old, new, &Kind::ALL)
}

/// Like [`between`], but returns only the differences of these kinds. Others are not looked for.
#[must_use]
pub fn of_kinds(old: &Vault, new: &Vault, kinds: &[Kind]) -> Vec<Change> {
    type Find = fn(&notes::Pairs<'_>, &mut Vec<Change>);
    let finders: [(&[Kind], Find); 7] = [
        (&[Kind::Note], notes::changes),
        (&[Kind::Component], components::changes),
        (&[Kind::Integration], integrations::changes),
        (&[Kind::Edge, Kind::Node], diagrams::changes),
        (&[Kind::Metric], metrics::changes),
        (&[Kind::Link], links::changes),
        (&[Kind::Template, Kind::Entry], entries::changes),
    ];
    let pairs = notes::Pairs::of(old, new);
    let mut changes = Vec::new();
    for (found, find) in finders {
        if found.iter().any(|kind| kinds.contains(kind)) {
            find(&pairs, &mut changes);
        }
    }
    changes.retain(|change| kinds.contains(&change.subject.kind()));
    let place = |change: &Change| change.spot().map(|spot| (spot.note.clone(), spot.line));
    changes.sort_by_cached_key(|change| (change.subject.kind(), place(change), change.act()));
    changes
}

/// Iterates over the renamed notes, each with its older and its newer path.
pub fn renames(changes: &[Change]) -> impl Iterator<Item = (&str, &str)> {
    let renamed = changes.iter().filter(|change| change.act() == Act::Renamed);
    renamed.filter_map(|change| {
        Some((change.before.as_ref()?.note.as_str(), change.after.as_ref()?.note.as_str()))
    })
}

/// A difference between two vaults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What differs, by its newer name.
    pub subject: Subject,
    /// Its place in the older vault; `None` if it was added.
    pub before: Option<Spot>,
    /// Its place in the newer vault; `None` if it was removed.
    pub after: Option<Spot>,
    /// The fields that differ. For something added or removed, all fields that are known of it.
    pub fields: Vec<FieldChange>,
}

/// A place in a note.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// The path of the note.
    pub note: String,
    /// The 1-based line; `None` for the whole note.
    pub line: Option<u32>,
}

/// A field whose value differs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FieldChange {
    /// The name of the field, such as `config.timeout`.
    pub field: String,
    /// The older value, if there was one.
    pub old: Option<String>,
    /// The newer value, if there is one.
    pub new: Option<String>,
}

/// What can be different.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A note or a canvas as a whole.
    Note,
    /// A note with a header, by its title.
    Component(String),
    /// An integration, by its name.
    Integration(String),
    /// An edge of a note's flowcharts.
    Edge(Edge),
    /// A node of a note's flowcharts, by its label.
    Node(String),
    /// A metric, by its name.
    Metric(String),
    /// A link, as written.
    Link(String),
    /// A log template, by its label.
    Template(String),
    /// A history entry, by its title.
    Entry(String),
}

/// An edge of a flowchart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// The label of the node or subgraph that it leaves.
    pub from: String,
    /// The label of the node or subgraph that it reaches.
    pub to: String,
    /// The label of the edge; empty for none.
    pub label: String,
}

/// The kinds of [`Subject`], in the order in which changes are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// See [`Subject::Note`].
    Note,
    /// See [`Subject::Component`].
    Component,
    /// See [`Subject::Integration`].
    Integration,
    /// See [`Subject::Edge`].
    Edge,
    /// See [`Subject::Node`].
    Node,
    /// See [`Subject::Metric`].
    Metric,
    /// See [`Subject::Link`].
    Link,
    /// See [`Subject::Template`].
    Template,
    /// See [`Subject::Entry`].
    Entry,
}

/// What happened to the subject of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Act {
    /// It was added.
    Added,
    /// It was removed.
    Removed,
    /// Its fields changed.
    Changed,
    /// A note got another path.
    Renamed,
    /// A link leads nowhere any more.
    Broken,
    /// A link leads somewhere again.
    Mended,
}

impl Kind {
    /// Every kind, in the order in which changes are listed.
    pub const ALL: [Self; 9] = [
        Self::Note,
        Self::Component,
        Self::Integration,
        Self::Edge,
        Self::Node,
        Self::Metric,
        Self::Link,
        Self::Template,
        Self::Entry,
    ];

    /// Returns the name in the JSON contract.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Component => "component",
            Self::Integration => "integration",
            Self::Edge => "edge",
            Self::Node => "node",
            Self::Metric => "metric",
            Self::Link => "link",
            Self::Template => "template",
            Self::Entry => "entry",
        }
    }
}

impl Act {
    /// Returns the name in the JSON contract.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
            Self::Renamed => "renamed",
            Self::Broken => "broken",
            Self::Mended => "mended",
        }
    }
}

impl Subject {
    /// Returns the kind of this subject.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Note => Kind::Note,
            Self::Component(_) => Kind::Component,
            Self::Integration(_) => Kind::Integration,
            Self::Edge(_) => Kind::Edge,
            Self::Node(_) => Kind::Node,
            Self::Metric(_) => Kind::Metric,
            Self::Link(_) => Kind::Link,
            Self::Template(_) => Kind::Template,
            Self::Entry(_) => Kind::Entry,
        }
    }
}

impl Change {
    /// Returns what happened.
    #[must_use]
    pub fn act(&self) -> Act {
        match (&self.before, &self.after, self.subject.kind()) {
            (None, _, _) => Act::Added,
            (_, None, _) => Act::Removed,
            (Some(_), Some(_), Kind::Note) => Act::Renamed,
            (Some(_), Some(_), Kind::Link) => match self.fields.first().map(|f| (&f.old, &f.new)) {
                Some((Some(_), None)) => Act::Broken,
                Some((None, Some(_))) => Act::Mended,
                _ => Act::Changed,
            },
            _ => Act::Changed,
        }
    }

    /// Returns its place in the newer vault, or else in the older one.
    #[must_use]
    pub fn spot(&self) -> Option<&Spot> {
        self.after.as_ref().or(self.before.as_ref())
    }

    /// Returns the name of what differs: for a note its path, for an edge both of its ends.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.subject {
            Subject::Note => self.spot().map_or_else(String::new, |spot| spot.note.clone()),
            Subject::Edge(edge) => format!("{} → {}", edge.from, edge.to),
            Subject::Component(name)
            | Subject::Integration(name)
            | Subject::Node(name)
            | Subject::Metric(name)
            | Subject::Link(name)
            | Subject::Template(name)
            | Subject::Entry(name) => name.clone(),
        }
    }

    /// Returns the difference of a field, if it differs.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&FieldChange> {
        self.fields.iter().find(|field| field.field == name)
    }
}

impl FieldChange {
    /// Returns the newer value, or the older one if the field was removed.
    #[must_use]
    pub fn value(&self) -> Option<&str> {
        self.new.as_deref().or(self.old.as_deref())
    }
}

/// The field that holds the name of something, listed where the name itself has changed.
pub const NAME: &str = "name";

impl std::fmt::Display for FieldChange {
    /// Writes `field: old → new`, with `-` for a missing value.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
        write!(f, "{}: {} → {}", self.field, shown(&self.old), shown(&self.new))
    }
}

/// Named values of something, in its own order.
type Values = Vec<(String, String)>;

/// Returns the values that differ: first those of the newer thing in its order, then those that are gone. `same`
/// tells whether two texts of a field mean the same.
fn differing(old: &Values, new: &Values, same: impl Fn(&str, &str, &str) -> bool) -> Vec<FieldChange> {
    let index = |values: &Values| -> HashMap<String, String> { values.iter().rev().cloned().collect() };
    let (before, after) = (index(old), index(new));
    let mut fields = Vec::new();
    for (field, value) in new {
        let was = before.get(field);
        if was.is_none_or(|was| !same(field, was, value)) {
            fields.push(FieldChange { field: field.clone(), old: was.cloned(), new: Some(value.clone()) });
        }
    }
    for (field, value) in old.iter().filter(|(field, _)| !after.contains_key(field)) {
        fields.push(FieldChange { field: field.clone(), old: Some(value.clone()), new: None });
    }
    fields
}

/// Pairs each older thing with the newer one of the same key, in the newer order, followed by what is gone. Of
/// several with one key, the first is paired with the first, the second with the second.
fn paired<K: Eq + Hash, T: Copy>(old: Vec<(K, T)>, new: Vec<(K, T)>) -> Vec<(Option<T>, Option<T>)> {
    let mut waiting: HashMap<K, VecDeque<usize>> = HashMap::new();
    let mut before = Vec::with_capacity(old.len());
    for (i, (key, thing)) in old.into_iter().enumerate() {
        waiting.entry(key).or_default().push_back(i);
        before.push(Some(thing));
    }
    let mut pairs = Vec::with_capacity(new.len());
    for (key, thing) in new {
        let was = waiting.get_mut(&key).and_then(VecDeque::pop_front);
        pairs.push((was.and_then(|i| before[i].take()), Some(thing)));
    }
    pairs.extend(before.into_iter().flatten().map(|thing| (Some(thing), None)));
    pairs
}
