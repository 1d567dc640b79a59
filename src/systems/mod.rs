//! Floor 5: the systems of a vault as one graph, joined from its diagrams, integrations and links.
//!
//! A diagram's box, an integration's block and a note with a header may all be one system. They are
//! told to be by name: a box or a group is an integration or a component where its label (or else its id) is that
//! one's name, or where its label or click leads to that one's note. Other boxes are one system where two diagrams
//! give them one label; within one diagram two ids are two.

use std::collections::HashMap;
use std::sync::Arc;

use crate::model::level::Level;
use crate::syntax::mermaid::Stroke;
use crate::text::fold::{fold, undecorated, unnumbered};
use crate::vault::Vault;

mod around;
mod boxes;
mod build;
pub mod draw;
pub(crate) mod label;
pub mod members;

/// The systems of a vault and what goes between them.
#[derive(Clone, Debug, Default)]
pub struct Systems {
    /// Integrations, then components, then what only diagrams know, each in the order of paths.
    pub systems: Vec<System>,
    /// In the order of their sources: diagrams, integrations, links.
    pub relations: Vec<Relation>,
    by_name: HashMap<String, usize>,
    /// What boxes and groups with a label are, by the path of the note that draws them.
    boxes: HashMap<String, HashMap<String, Vec<usize>>>,
}

/// A system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct System {
    /// Made from its name; no other system has it.
    pub id: String,
    /// Its name.
    pub label: String,
    /// What it is to the vault.
    pub kind: SystemKind,
    /// The note that describes it.
    pub note: Option<String>,
    /// The headings above its type, for an integration.
    pub category: Vec<Arc<str>>,
    /// How it is doing.
    pub level: Level,
    /// Whether a diagram shows it.
    pub drawn: bool,
}

/// What a system is to the vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SystemKind {
    /// It has a block.
    Integration,
    /// It has a note with a header.
    Component,
    /// Only diagrams name it.
    Other,
}

impl SystemKind {
    /// The name in the JSON contract.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Integration => "integration",
            Self::Component => "component",
            Self::Other => "other",
        }
    }
}

/// Something that goes from one system to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// Where it begins: an index of [`Systems::systems`].
    pub from: usize,
    /// Where it ends.
    pub to: usize,
    /// What stands on it.
    pub label: String,
    /// Where it is said.
    pub kind: RelationKind,
    /// The line of a diagram's edge.
    pub stroke: Stroke,
    /// Whether it goes from the one to the other: a line that a diagram draws without an arrow just joins them.
    pub directed: bool,
    /// The note that says it.
    pub note: String,
    /// The 1-based line: of the diagram, the integration or the link.
    pub line: u32,
}

/// Where a relation is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RelationKind {
    /// An edge of a diagram.
    Diagram,
    /// An integration that stands in the note of a component.
    Integration,
    /// A link from one component's note to another's.
    Link,
}

impl RelationKind {
    /// The name in the JSON contract.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Diagram => "diagram",
            Self::Integration => "integration",
            Self::Link => "link",
        }
    }
}

impl Systems {
    /// Joins the systems of a vault.
    #[must_use]
    pub fn of(vault: &Vault) -> Self {
        build::systems(vault)
    }

    /// The system with this name, whatever its case and separators.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<usize> {
        self.by_name.get(&name_key(name)).copied()
    }

    /// The systems that boxes and subgraphs with this label are in the diagrams of a note: by their ids, links or clicks
    /// they may be other ones than that of this name.
    #[must_use]
    pub fn drawn_as(&self, note: &str, label: &str) -> &[usize] {
        self.boxes
            .get(note)
            .and_then(|labels| labels.get(&name_key(&label::plain(label))))
            .map_or(&[], Vec::as_slice)
    }

    /// The system with this name or else this id: of several systems with one name each has an id of its own.
    #[must_use]
    pub fn find_or_id(&self, name: &str) -> Option<usize> {
        self.find(name).or_else(|| self.systems.iter().position(|system| system.id == name))
    }

    /// Whether a diagram of the vault shows the integration of this name.
    #[must_use]
    pub fn is_drawn(&self, integration: &str) -> bool {
        self.find(integration).and_then(|i| self.systems.get(i)).is_some_and(|system| system.drawn)
    }

    /// The part of the graph around a system: what it leads to and what leads to it, up to `depth`
    /// steps either way.
    #[must_use]
    pub fn around(&self, system: usize, depth: usize) -> Self {
        around::part(self, system, depth)
    }

    /// The part of the graph with these systems alone: indices of [`Systems::systems`], in their order.
    #[must_use]
    pub fn part(&self, wanted: &[usize]) -> Self {
        around::kept(self, wanted.iter().copied())
    }
}

/// The name of a system as it is compared: case, separators, numbers in front, tags, entities, line breaks and icons of
/// mermaid do not count.
#[must_use]
pub fn name_key(name: &str) -> String {
    let words = label::with_links(name).replace("**", "");
    let bare = undecorated(unnumbered(undecorated(&words)));
    let numbered = bare.trim_start_matches(|c: char| c.is_ascii_digit());
    let bare = if numbered.starts_with(['_', '-']) { numbered } else { bare };
    let folded = fold(bare).replace(['_', '-'], " ");
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
