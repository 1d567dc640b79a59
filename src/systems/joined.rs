//! Which boxes, notes and blocks are one system, and which are two.

use super::*;
use crate::config::Config;

fn graph(notes: &[(&str, &str)]) -> Systems {
    Systems::of(&Vault::of_texts(Config::default(), notes))
}

/// A note with a header.
fn note(title: &str, status: &str, more: &str) -> String {
    format!("# {title}\n\n## System Initialization\n\n- Status: {status}\n\n{more}")
}

fn chart(lines: &str) -> String {
    format!("```mermaid\ngraph LR\n{lines}\n```\n\n")
}

/// Each system as `id: label`, each relation as `from -> to`.
fn shown(graph: &Systems) -> (Vec<String>, Vec<String>) {
    let id = |at: usize| graph.systems[at].id.as_str();
    let systems = graph.systems.iter().map(|system| format!("{}: {}", system.id, system.label));
    let relations = graph.relations.iter().map(|r| format!("{} -> {}", id(r.from), id(r.to)));
    (systems.collect(), relations.collect())
}

#[test]
fn two_boxes_of_one_diagram_are_two() {
    let check = |text: &str, systems: &[&str], relations: &[&str]| {
        let (found, joined) = shown(&graph(&[("a.md", text)]));
        assert_eq!(found, systems, "{text}");
        assert_eq!(joined, relations, "{text}");
    };
    // The label of one is the id of another.
    check(
        &chart("web[API] --> api[Backend]\napi --> db[(Orders)]"),
        &["api: API", "backend: Backend", "orders: Orders"],
        &["api -> backend", "backend -> orders"],
    );
    check(
        &chart("w1[Worker] --> d1[(DB)]\nw2[Worker] --> d2[(DB)]\nd1 -- replicates --> d2"),
        &["worker: Worker", "db: DB", "worker_2: Worker", "db_2: DB"],
        &["worker -> db", "worker_2 -> db_2", "db -> db_2"],
    );
    // Two diagrams may show one system.
    check(
        &(chart("a[Worker] --> b[DB]\nc[Worker]") + &chart("x[worker] --> y[Mail]\nz[WORKER] --> v[Worker]")),
        &["worker: Worker", "db: DB", "worker_2: Worker", "mail: Mail", "worker_3: Worker"],
        &["worker -> db", "worker -> mail", "worker_2 -> worker_3"],
    );
    // What a note describes is one, however often it is drawn, and may be known by id.
    check(
        &note("Worker", "Active", &chart("w1[Worker] --> worker[Nightly]\nw2[Worker] --> d[DB]\nw1 --> d")),
        &["worker: Worker", "db: DB"],
        &["worker -> db"],
    );
}

#[test]
fn one_of_several_with_a_name_is_found_by_its_id() {
    let graph = graph(&[("a.md", &chart("a[Worker] --> b[Worker]"))]);
    let found = ["Worker", "worker_2", "worker_3"].map(|name| graph.find_or_id(name));
    assert_eq!(found, [Some(0), Some(1), None]);
}
