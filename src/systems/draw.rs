//! Draws the graph as a mermaid diagram or for Graphviz.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use super::{RelationKind, System, SystemKind, Systems, name_key};
use crate::model::level::Level;
use crate::syntax::mermaid::write::{
    Drawing, Drawn, DrawnClass, DrawnEdge, DrawnGroup, DrawnNode, Shape, draw,
};
use crate::syntax::mermaid::{Direction, Stroke};
use crate::text::visible::is_unseen;

/// The part of the graph that is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All systems and relations.
    Whole,
    /// Integrations, and what diagrams draw between them and other systems.
    Architecture,
}

/// Draws the graph as a mermaid flowchart, with integrations grouped by category.
#[must_use]
pub fn mermaid(graph: &Systems, extent: Extent) -> Drawn {
    let relations: Vec<_> = graph
        .relations
        .iter()
        .filter(|r| extent == Extent::Whole || r.kind == RelationKind::Diagram)
        .collect();
    let mut shown: Vec<bool> = graph
        .systems
        .iter()
        .map(|system| extent == Extent::Whole || system.kind == SystemKind::Integration)
        .collect();
    if extent == Extent::Architecture {
        for relation in &relations {
            for end in [relation.from, relation.to] {
                if let Some(mark) = shown.get_mut(end) {
                    *mark = true;
                }
            }
        }
    }
    let systems = || graph.systems.iter().zip(&shown).filter(|(_, shown)| **shown).map(|(system, _)| system);
    let categories = Categories::of(graph);
    let id = |index: usize| graph.systems.get(index).map_or_else(String::new, |s| s.id.clone());
    let mut drawing = Drawing {
        direction: Direction::Lr,
        classes: level_classes(systems()),
        groups: categories.groups(systems()),
        nodes: systems()
            .map(|system| DrawnNode { group: categories.id(&system.category), ..node(system) })
            .collect(),
        edges: Vec::new(),
    };
    drawing.edges = relations
        .iter()
        .map(|relation| DrawnEdge {
            from: id(relation.from),
            to: id(relation.to),
            label: relation.label.clone(),
            stroke: match relation.kind {
                RelationKind::Diagram if relation.stroke != Stroke::Invalid => relation.stroke,
                RelationKind::Diagram => Stroke::Normal,
                RelationKind::Integration => Stroke::Thick,
                RelationKind::Link => Stroke::Dotted,
            },
            open: !relation.directed,
        })
        .collect();
    draw(&drawing)
}

/// Draws the components and integrations of a vault, coloured by level.
#[must_use]
pub fn health(graph: &Systems) -> Drawn {
    // The worst levels come first, so that they stay if there are more systems than mermaid draws.
    let levels = [Level::Critical, Level::Warning, Level::Ok, Level::Unknown];
    let of_level = |level: Level| {
        graph.systems.iter().filter(move |system| system.kind != SystemKind::Other && system.level == level)
    };
    let systems = || levels.into_iter().flat_map(of_level);
    let mut taken = ids(graph);
    let ids = levels.map(|level| free(&format!("level_{}", level.name()), &mut taken));
    let id = |wanted: Level| levels.iter().zip(&ids).find(|(level, _)| **level == wanted).map(|(_, id)| id);
    let drawing = Drawing {
        direction: Direction::Lr,
        classes: level_classes(systems()),
        groups: levels
            .iter()
            .filter(|level| of_level(**level).next().is_some())
            .map(|level| DrawnGroup {
                id: id(*level).cloned().unwrap_or_default(),
                title: level.name().to_owned(),
                parent: None,
            })
            .collect(),
        nodes: systems()
            .map(|system| DrawnNode { group: id(system.level).cloned(), ..node(system) })
            .collect(),
        edges: Vec::new(),
    };
    draw(&drawing)
}

fn node(system: &System) -> DrawnNode {
    DrawnNode {
        id: system.id.clone(),
        label: system.label.clone(),
        shape: match system.kind {
            SystemKind::Integration => Shape::Stadium,
            SystemKind::Component => Shape::Square,
            SystemKind::Other => Shape::Round,
        },
        class: (system.kind != SystemKind::Other).then(|| system.level.name().to_owned()),
        group: None,
    }
}

/// Returns the ids of all systems. In mermaid, boxes and groups share one namespace.
fn ids(graph: &Systems) -> HashSet<String> {
    graph.systems.iter().map(|system| system.id.clone()).collect()
}

/// Returns an unused id that is like `wanted`, and marks it as taken.
fn free(wanted: &str, taken: &mut HashSet<String>) -> String {
    let mut id = wanted.to_owned();
    let mut number = 2;
    while !taken.insert(id.clone()) {
        id = format!("{wanted}_{number}");
        number += 1;
    }
    id
}

/// The ids of category groups, by the category's path in its compared form.
struct Categories(BTreeMap<Vec<String>, String>);

impl Categories {
    fn of(graph: &Systems) -> Self {
        let mut taken = ids(graph);
        let paths = graph.systems.iter().flat_map(|system| above(&system.category)).map(key);
        // Sorted, so that each category has the same id whatever system comes first.
        let paths: BTreeSet<Vec<String>> = paths.collect();
        // For example `category_data_systems_storage`.
        let id = |path: Vec<String>| {
            let words = path.iter().map(|name| name.replace(|c: char| !c.is_alphanumeric(), "_"));
            let wanted = std::iter::once("category".to_owned()).chain(words).collect::<Vec<_>>().join("_");
            (path, free(&wanted, &mut taken))
        };
        Self(paths.into_iter().map(id).collect())
    }

    fn id(&self, category: &[Arc<str>]) -> Option<String> {
        self.0.get(&key(category)).cloned()
    }

    /// Returns a group for each category, nested in that of the category above it.
    fn groups<'s>(&self, systems: impl Iterator<Item = &'s System>) -> Vec<DrawnGroup> {
        let mut groups = BTreeMap::new();
        for path in systems.flat_map(|system| above(&system.category)) {
            let (Some(id), Some(title)) = (self.id(path), path.last()) else { continue };
            let parent = path.split_last().and_then(|(_, above)| self.id(above));
            let group = DrawnGroup { id: id.clone(), title: title.to_string(), parent };
            groups.entry(id).or_insert(group);
        }
        groups.into_values().collect()
    }
}

/// Returns a category and all categories above it, the outermost first.
fn above(category: &[Arc<str>]) -> impl Iterator<Item = &[Arc<str>]> {
    (1..=category.len()).filter_map(|depth| category.get(..depth))
}

fn key(category: &[Arc<str>]) -> Vec<String> {
    category.iter().map(|name| name_key(name)).collect()
}

/// Returns a class for each level that occurs.
fn level_classes<'s>(systems: impl Iterator<Item = &'s System>) -> Vec<DrawnClass> {
    let mut seen: Vec<Level> = systems.filter(|s| s.kind != SystemKind::Other).map(|s| s.level).collect();
    seen.sort_unstable();
    seen.dedup();
    let styles = |level| match level {
        Level::Ok => ["fill:#d9f2d9", "stroke:#2e7d32"],
        Level::Warning => ["fill:#fff3cd", "stroke:#b8860b"],
        Level::Critical => ["fill:#f8d7da", "stroke:#b00020"],
        Level::Unknown => ["fill:#eeeeee", "stroke:#757575"],
    };
    seen.into_iter()
        .map(|level| DrawnClass {
            name: level.name().to_owned(),
            styles: styles(level).map(str::to_owned).into(),
        })
        .collect()
}

/// Draws the graph in the language of Graphviz (graphviz.org, "DOT Language").
#[must_use]
pub fn dot(graph: &Systems) -> String {
    let mut out = String::from("digraph systems {\n  rankdir=LR;\n  node [style=filled];\n");
    for system in &graph.systems {
        let shape = match system.kind {
            SystemKind::Integration => "ellipse",
            SystemKind::Component => "box",
            SystemKind::Other => "plaintext",
        };
        let colour = match system.level {
            Level::Ok => "#d9f2d9",
            Level::Warning => "#fff3cd",
            Level::Critical => "#f8d7da",
            Level::Unknown => "#eeeeee",
        };
        out.push_str(&format!(
            "  {} [label={}, shape={shape}, fillcolor=\"{colour}\"];\n",
            quoted(&system.id),
            quoted(&system.label)
        ));
    }
    for relation in &graph.relations {
        let (Some(from), Some(to)) = (graph.systems.get(relation.from), graph.systems.get(relation.to))
        else {
            continue;
        };
        let style = match (relation.kind, relation.stroke) {
            (RelationKind::Link, _) | (RelationKind::Diagram, Stroke::Dotted) => "dotted",
            (RelationKind::Integration, _) | (RelationKind::Diagram, Stroke::Thick) => "bold",
            _ => "solid",
        };
        let arrow = if relation.directed { "" } else { ", dir=none" };
        let label = if relation.label.is_empty() {
            String::new()
        } else {
            format!(", label={}", quoted(&relation.label))
        };
        let (from, to) = (quoted(&from.id), quoted(&to.id));
        out.push_str(&format!("  {from} -> {to} [style={style}{arrow}{label}];\n"));
    }
    out.push_str("}\n");
    out
}

/// Returns a text as a quoted string: quotes and backslashes are escaped, line breaks written `\n`, and invisible
/// characters as numeric HTML entities.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '\\' => quoted.push_str("\\\\"),
            '"' => quoted.push_str("\\\""),
            '\n' | '\r' => quoted.push_str("\\n"),
            // NUL has no numeric entity.
            '\0' => quoted.push(char::REPLACEMENT_CHARACTER),
            c if is_unseen(c) => quoted.push_str(&format!("&#{};", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::vault::Vault;

    #[test]
    fn labels_are_drawn_without_mark_up() {
        let note = "```mermaid\ngraph LR\nA[\"Web<br/>Server\"] -->|over<br>TLS| B[<b>Queue</b>]\n```\n";
        let queue = "# Queue\n\n## System Initialization\n\n- Status: Active\n";
        let vault = Vault::of_texts(Config::default(), &[("a.md", note), ("Queue.md", queue)]);
        let graph = Systems::of(&vault);
        let labels: Vec<_> = graph.systems.iter().map(|system| system.label.as_str()).collect();
        assert_eq!(labels, ["Queue", "Web Server"]);
        for drawn in [mermaid(&graph, Extent::Whole).text, dot(&graph)] {
            assert!(drawn.contains("\"Web Server\"") && drawn.contains("over TLS"), "{drawn}");
        }
    }

    #[test]
    fn lines_without_an_arrow_get_none() {
        let note = "```mermaid\ngraph LR\nA[Switch] --- B[PC] -.- C[Hub]\nA ===|trunk| C\nA --> C\n```\n";
        let graph = Systems::of(&Vault::of_texts(Config::default(), &[("a.md", note)]));
        let drawn = mermaid(&graph, Extent::Architecture).text;
        let lines = drawn.lines().filter(|line| !line.contains("(\"")).skip(1).map(str::trim);
        let expected = ["switch --- pc", "pc -.- hub", "switch ===|\"trunk\"| hub", "switch --> hub"];
        assert_eq!(lines.collect::<Vec<_>>(), expected[..]);
        let dot = dot(&graph);
        for line in [
            "\"switch\" -> \"pc\" [style=solid, dir=none];",
            "\"pc\" -> \"hub\" [style=dotted, dir=none];",
            "\"switch\" -> \"hub\" [style=bold, dir=none, label=\"trunk\"];",
            "\"switch\" -> \"hub\" [style=solid];",
        ] {
            assert!(dot.contains(line), "{line}\n{dot}");
        }
    }

    #[test]
    fn boxes_and_groups_have_ids_of_their_own() {
        let block = |name: &str, kind: &str| {
            format!(
                "```json\n{{ \"integration\": {{ \"name\": \"{name}\", \"type\": \"{kind}\", \"endpoint\": \"https://x.y\" }} }}\n```\n"
            )
        };
        let note = format!(
            "## Integration Categories\n\n### Data\n\n- Queues\n\n#### Systems\n\n- Stores\n\n### Data Systems\n\n- Lakes\n\n{}{}{}",
            block("Category Data", "Queues"),
            block("Level Unknown", "Stores"),
            block("Lake", "Lakes")
        );
        let vault = Vault::of_texts(Config::default(), &[("a.md", &note)]);
        let graph = Systems::of(&vault);
        for drawn in [mermaid(&graph, Extent::Whole), health(&graph)] {
            let shown = format!("```mermaid\n{}```\n", drawn.text);
            let shown = Vault::of_texts(Config::default(), &[("b.md", &shown)]);
            let (_, note) = shown.notes().next().unwrap();
            assert!(note.facts.system().diagrams[0].problems.is_empty(), "{}", drawn.text);
        }
        let categories = Categories::of(&graph);
        assert_eq!(categories.0.values().collect::<HashSet<_>>().len(), categories.0.len());
        assert!(categories.0.values().all(|id| graph.systems.iter().all(|system| system.id != *id)));
    }
}
