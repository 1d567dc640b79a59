//! Floor 5: the systems of a vault as one graph, joined from its diagrams, integrations and links.
//!
//! A diagram's box, an integration's block and a note with a header may all stand for one system. They are
//! matched by name: a box or a group is an integration or a component if its label (or else its id) is that one's
//! name, or if its label or click leads to that one's note. Other boxes with the same label in two diagrams are
//! one system; within one diagram two ids are two.

use std::collections::HashMap;
use std::sync::Arc;

use crate::model::level::Level;
use crate::syntax::mermaid::Stroke;
use crate::text::fold::{collapsed, fold, undecorated, unnumbered};
use crate::text::number::split_digits;
use crate::vault::Vault;

mod around;
mod boxes;
mod build;
pub mod draw;
pub(crate) mod label;
pub mod members;

/// The systems of a vault and the relations between them.
#[derive(Clone, Debug, Default)]
pub struct Systems {
    /// Integrations, then components, then systems that only diagrams know, each in the order of paths.
    pub systems: Vec<System>,
    /// The relations in the order of their sources: diagrams, integrations, links.
    pub relations: Vec<Relation>,
    by_name: HashMap<String, usize>,
    /// The systems that boxes and groups stand for, by the path of the note that draws them and then by label.
    boxes: HashMap<String, HashMap<String, Vec<usize>>>,
}

/// A system of the vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct System {
    /// Its id, made from its name and unique in the graph.
    pub id: String,
    /// Its name.
    pub label: String,
    /// The kind of system.
    pub kind: SystemKind,
    /// The note that describes it.
    pub note: Option<String>,
    /// The headings above its type in the vault's categories, for an integration.
    pub category: Vec<Arc<str>>,
    /// Its level.
    pub level: Level,
    /// Whether a diagram shows it.
    pub drawn: bool,
}

/// The kind of a system: what documents it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SystemKind {
    /// An integration block.
    Integration,
    /// A note with a header.
    Component,
    /// Nothing but diagrams.
    Other,
}

impl SystemKind {
    /// Returns the name in the JSON contract.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Integration => "integration",
            Self::Component => "component",
            Self::Other => "other",
        }
    }
}

/// A relation between two systems.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// Where it begins: an index into [`Systems::systems`].
    pub from: usize,
    /// Where it ends: an index into [`Systems::systems`].
    pub to: usize,
    /// Its label; empty for none.
    pub label: String,
    /// The source of the relation.
    pub kind: RelationKind,
    /// The stroke of a diagram's edge.
    pub stroke: Stroke,
    /// Whether it has a direction: a line that a diagram draws without an arrow just joins the two.
    pub directed: bool,
    /// The note that states it.
    pub note: String,
    /// The 1-based line: of the diagram, the integration or the link.
    pub line: u32,
}

/// The source of a relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RelationKind {
    /// An edge of a diagram.
    Diagram,
    /// An integration in the note of a component.
    Integration,
    /// A link from one component's note to another's.
    Link,
}

impl RelationKind {
    /// Returns the name in the JSON contract.
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
    /// Builds the graph of a vault.
    #[must_use]
    pub fn of(vault: &Vault) -> Self {
        build::systems(vault)
    }

    /// Returns the index of the system with this name, ignoring case and separators.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<usize> {
        self.by_name.get(&name_key(name)).copied()
    }

    /// Returns the systems that boxes and groups with this label stand for in the diagrams of a note. Ids, links
    /// and clicks may lead to other systems than the one with that name.
    #[must_use]
    pub fn drawn_as(&self, note: &str, label: &str) -> &[usize] {
        self.boxes
            .get(note)
            .and_then(|labels| labels.get(&name_key(&label::plain(label))))
            .map_or(&[], Vec::as_slice)
    }

    /// Returns the system with this name, or else with this id: systems that share a name still have their own
    /// ids.
    #[must_use]
    pub fn find_or_id(&self, name: &str) -> Option<usize> {
        self.find(name).or_else(|| self.systems.iter().position(|system| system.id == name))
    }

    /// Whether a diagram of the vault shows the integration with this name.
    #[must_use]
    pub fn is_drawn(&self, integration: &str) -> bool {
        self.find(integration).and_then(|i| self.systems.get(i)).is_some_and(|system| system.drawn)
    }

    /// Returns the part of the graph around a system: what it leads to and what leads to it, up to `depth` steps
    /// either way.
    #[must_use]
    pub fn around(&self, system: usize, depth: usize) -> Self {
        around::part(self, system, depth)
    }

    /// Returns the part of the graph with only these systems: indices into [`Systems::systems`], in their order.
    #[must_use]
    pub fn part(&self, wanted: &[usize]) -> Self {
        around::kept(self, wanted.iter().copied())
    }
}

/// Returns the name of a system in the form in which names are compared: without case, separators, numbers in
/// front, tags, entities, line breaks and icons of mermaid.
#[must_use]
pub fn name_key(name: &str) -> String {
    let words = label::with_links(name).replace("**", "");
    let bare = undecorated(unnumbered(undecorated(&words)));
    let (_, behind) = split_digits(bare);
    let bare = if behind.starts_with(['_', '-']) { behind } else { bare };
    collapsed(&fold(bare).replace(['_', '-'], " "))
}

#[cfg(test)]
mod tests;
