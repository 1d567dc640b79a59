//! Floor 6: what is different between two vaults, in terms of the model.
//!
//! A text that was moved, reflowed or spelt in another way is no difference; a timeout that went from
//! 30 to 15 seconds is one. Notes are known by path, with renames followed; integrations by name in the
//! whole vault; edges, nodes, metrics and links by what they say, in their note. What stands in a board
//! is portolan's own work and never counts. The result depends on the two vaults alone, in a fixed order,
//! and holds no secret, since no fact does.
//!
//! Where a note, a diagram or a block cannot be read, nobody can say what has gone from it: of what may be in it
//! nothing is said.

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

/// What is different between an older vault and a newer one.
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
    let pairs = notes::Pairs::of(old, new);
    let mut changes = Vec::new();
    notes::changes(&pairs, &mut changes);
    components::changes(&pairs, &mut changes);
    integrations::changes(&pairs, &mut changes);
    diagrams::changes(&pairs, &mut changes);
    metrics::changes(&pairs, &mut changes);
    links::changes(&pairs, &mut changes);
    entries::changes(&pairs, &mut changes);
    let place = |change: &Change| change.spot().map(|spot| (spot.note.clone(), spot.line));
    changes.sort_by_cached_key(|change| (change.subject.kind(), place(change), change.act()));
    changes
}

/// The notes that have another path now: the old path and the new one.
pub fn renames(changes: &[Change]) -> impl Iterator<Item = (&str, &str)> {
    let renamed = changes.iter().filter(|change| change.act() == Act::Renamed);
    renamed.filter_map(|change| {
        Some((change.before.as_ref()?.note.as_str(), change.after.as_ref()?.note.as_str()))
    })
}

/// A difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What is different, by its newer name.
    pub subject: Subject,
    /// Where it stands in the older vault; `None` where it has come.
    pub before: Option<Spot>,
    /// Where it stands in the newer vault; `None` where it has gone.
    pub after: Option<Spot>,
    /// What is different about it. Of what has come or gone, all there is to know.
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

/// A value that is different.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FieldChange {
    /// Its name, such as `config.timeout`.
    pub field: String,
    /// Its older value, if it had one.
    pub old: Option<String>,
    /// Its newer value, if it has one.
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
    /// A link, as it is written.
    Link(String),
    /// A log template, by its label.
    Template(String),
    /// A history entry, by its title.
    Entry(String),
}

/// An edge of a flowchart, by the labels of what it joins.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// The label of the node or subgraph that it leaves.
    pub from: String,
    /// The label of the node or subgraph that it reaches.
    pub to: String,
    /// What stands on it; empty for nothing.
    pub label: String,
}

/// The kinds of [`Subject`], in the order in which they are told.
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

/// What has happened to something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Act {
    /// It has come.
    Added,
    /// It has gone.
    Removed,
    /// It is another than it was.
    Changed,
    /// A note: it has another path.
    Renamed,
    /// A link: it leads nowhere any more.
    Broken,
    /// A link: it leads somewhere again.
    Mended,
}

impl Kind {
    /// Every kind, in the order in which they are told.
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

    /// The name in the JSON contract.
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
    /// The name in the JSON contract.
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
    /// What kind of thing it is.
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
    /// What has happened.
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

    /// Where it stands now, or else where it stood.
    #[must_use]
    pub fn spot(&self) -> Option<&Spot> {
        self.after.as_ref().or(self.before.as_ref())
    }

    /// The name of what is different: for a note its path, for an edge both of its ends.
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

    /// The difference of a field.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&FieldChange> {
        self.fields.iter().find(|field| field.field == name)
    }
}

impl FieldChange {
    /// The value of a field that has come or gone.
    #[must_use]
    pub fn value(&self) -> Option<&str> {
        self.new.as_deref().or(self.old.as_deref())
    }
}

/// The field that a name is, where it is what has changed.
pub const NAME: &str = "name";

impl std::fmt::Display for FieldChange {
    /// `field: old → new`, with `-` for a value that is not there.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
        write!(f, "{}: {} → {}", self.field, shown(&self.old), shown(&self.new))
    }
}

/// The named values of a thing, in its own order.
type Values = Vec<(String, String)>;

/// The values that differ: those of the newer thing in its order, then those that are gone. `same` says
/// whether two texts of a field mean the same.
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

/// Each older thing beside the newer one of its key, the newer ones in their order; of several of one key
/// the first is the first, the second the second.
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
