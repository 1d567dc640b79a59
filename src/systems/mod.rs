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
mod joined;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_lends_its_system_what_else_it_goes_by() {
        let note = |title: &str, front: &str, more: &str| {
            format!("---\n{front}\n---\n# {title}\n\n## System Initialization\n\n- Status: Active\n\n{more}")
        };
        let block = "```json\n{ \"integrations\": [{ \"name\": \"Pay\", \"type\": \"a\", \"endpoint\": \"b\" }, \
                     { \"name\": \"Refunds\", \"type\": \"a\", \"endpoint\": \"b\" }] }\n```\n";
        let chart = "```mermaid\ngraph TD\nPayments --> B[Payment Gateway] --> Depot --> Yard\n```\n";
        let vault = Vault::of_texts(
            crate::config::Config::default(),
            &[
                ("03_PAYMENT_GATEWAY.md", &note("Pay", "aliases: [Payments, Depot]", block)),
                ("04_YARD.md", &note("Depot", "tags: [x]", chart)),
            ],
        );
        let systems = Systems::of(&vault);
        let labels: Vec<_> = systems.systems.iter().map(|system| system.label.as_str()).collect();
        assert_eq!(labels, ["Pay", "Refunds", "Depot"]);
        for (name, label) in [
            ("payments", "Pay"),
            ("Payment Gateway", "Pay"),
            ("refunds", "Refunds"),
            // An alias is not the name of another note.
            ("depot", "Depot"),
            ("yard", "Depot"),
        ] {
            assert_eq!(systems.find(name).map(|at| labels[at]), Some(label), "{name}");
        }
        // A part of the graph knows its own by all of their names.
        let part =
            systems.part(&[systems.systems.iter().position(|system| system.label == "Depot").unwrap()]);
        let found = ["yard", "depot", "payments"].map(|name| part.find(name));
        assert_eq!(found, [Some(0), Some(0), None]);
        assert!(part.is_drawn("Yard") && !part.is_drawn("Pay"));
        assert!(systems.is_drawn("Pay") && !systems.is_drawn("Refunds"));
    }

    #[test]
    fn a_note_without_a_header_lends_its_names_to_the_one_integration_in_it() {
        let block = |names: &str| {
            format!("---\naliases: [Payments]\n---\n```json\n{{ \"integrations\": [{names}] }}\n```\n")
        };
        let one = "{ \"name\": \"Stripe\", \"type\": \"a\", \"endpoint\": \"b\" }";
        let shop = "# Shop\n\n## System Initialization\n\n```mermaid\ngraph TD\nShop --> Payments\n```\n";
        let check = |block: &str, drawn: bool| {
            let notes = [("Shop.md", shop), ("Stripe API.md", block)];
            let systems = Systems::of(&Vault::of_texts(crate::config::Config::default(), &notes));
            assert_eq!(systems.is_drawn("Stripe"), drawn, "{block}");
            assert_eq!(systems.find("stripe_api").is_some(), drawn, "{block}");
        };
        check(&block(one), true);
        // Of two nobody knows which is meant.
        check(&block(&format!("{one}, {}", one.replace("Stripe", "Adyen"))), false);
    }

    #[test]
    fn names_compare_without_their_dress() {
        for name in [
            "Order Queue",
            "order_queue",
            "01_ORDER_QUEUE",
            "**Order**-queue",
            "fa:fa-box Order<br/>Queue",
            "<b>Order</b><BR>Queue",
            "Order&nbsp;Queue",
            "Order\\nQueue",
        ] {
            assert_eq!(name_key(name), name_key("order queue"), "{name}");
        }
        assert_ne!(name_key("2024 Review"), name_key("Review"));
        assert_eq!(name_key("R&amp;D"), name_key("R&D"));
        // A rename that follows a name leaves links to where they lead.
        assert_ne!(name_key("[[Review]]"), name_key("Review"));
    }
}
