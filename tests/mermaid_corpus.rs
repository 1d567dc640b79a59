//! Compares the mermaid parser with the real mermaid, over a corpus that is not part of the project.
//!
//! The corpus is in `mermaid/` of the folder that `PORTOLAN_SHARED` names, else of `../shared`: one JSON record a
//! line, with the source of a diagram and what mermaid made of it. Without it, the tests say so and pass.

#![expect(clippy::print_stdout, reason = "a test's own notes")]

use std::fs;
use std::path::PathBuf;

use portolan::syntax::mermaid::{self, Body, Flowchart, Label, Stage};
use serde_json::{Value, json};

/// The share of diagrams that must agree.
const DEMANDED: f64 = 0.995;

fn records(name: &str) -> Option<Vec<Value>> {
    let shared = std::env::var_os("PORTOLAN_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let path = shared.join("mermaid").join(name);
    let Ok(text) = fs::read_to_string(&path) else {
        println!("no corpus at {}: skipped", path.display());
        return None;
    };
    Some(text.lines().map(|line| serde_json::from_str(line).expect("the corpus is JSON lines")).collect())
}

/// Whether a record is to be compared: not where mermaid's two entry points disagree, nor what its own readers
/// of the corpus could not keep apart.
fn counts(record: &Value) -> bool {
    let source = record["source"].as_str().unwrap_or("");
    record.get("mermaid_parse_ok").is_none() && !source.contains(['\r', '\0'])
}

/// A label in the form of the corpus: as written if that is what the corpus holds, else decoded.
fn text(label: &Label, expected: &Value, key: &str) -> Value {
    let raw = label.raw.as_deref().unwrap_or(&label.text);
    let expected_raw = expected[format!("{key}_raw")].as_str();
    json!(if expected_raw == Some(raw) { expected[key].as_str().unwrap_or("") } else { &label.text })
}

fn pick(record: &Value, keys: &[&str]) -> Value {
    keys.iter().map(|&key| (key.to_owned(), record[key].clone())).collect::<serde_json::Map<_, _>>().into()
}

/// The first difference between what we and mermaid made of a flowchart.
fn difference(chart: &Flowchart, expected: &Value) -> Option<String> {
    let list = |key: &str| expected[key].as_array().cloned().unwrap_or_default();
    let mut found = vec![(json!(chart.direction.as_str()), expected["direction"].clone())];

    let nodes: Vec<_> = list("nodes").into_iter().filter(|node| node["is_subgraph"] != json!(true)).collect();
    let mut ours: Vec<_> = chart.nodes.iter().collect();
    ours.sort_by_key(|node| node.id.encode_utf16().collect::<Vec<_>>());
    found.push((json!(ours.len()), json!(nodes.len())));
    for (node, expected) in ours.into_iter().zip(&nodes) {
        let label = text(&node.label, expected, "label");
        found.push((
            json!({"id": node.id, "label": label, "shape": node.shape, "classes": node.classes, "subgraph": node.subgraph}),
            pick(expected, &["id", "label", "shape", "classes", "subgraph"]),
        ));
    }

    let edges = list("edges");
    found.push((json!(chart.edges.len()), json!(edges.len())));
    let keys = ["from", "to", "label", "stroke", "arrow_start", "arrow_end", "length", "id"];
    for (edge, expected) in chart.edges.iter().zip(&edges) {
        let mut ours = pick(&serde_json::to_value(edge).expect("an edge is plain data"), &keys);
        ours["label"] = text(&edge.label, expected, "label");
        found.push((ours, pick(expected, &keys)));
    }

    let subgraphs = list("subgraphs");
    found.push((json!(chart.subgraphs.len()), json!(subgraphs.len())));
    for (subgraph, expected) in chart.subgraphs.iter().zip(&subgraphs) {
        let mut members = subgraph.members.clone();
        members.sort_by_key(|id| id.encode_utf16().collect::<Vec<_>>());
        let title = text(&subgraph.title, expected, "title");
        found.push((
            json!({"id": subgraph.id, "title": title, "members": members, "direction": subgraph.direction}),
            pick(expected, &["id", "title", "members", "direction"]),
        ));
    }
    found
        .into_iter()
        .find(|(ours, theirs)| ours != theirs)
        .map(|(ours, theirs)| format!("{ours}\n  not {theirs}"))
}

/// What differs in a record, or `None` where we agree.
fn disagreement(record: &Value) -> Option<String> {
    let source = record["source"].as_str().unwrap_or("");
    let (diagram, errors) = mermaid::parse(source);
    // Mermaid refuses more than 500 edges while it parses; here that is a warning beside the whole graph.
    let too_many = record["error"].as_str().is_some_and(|error| error.contains("edges"));
    let refused = errors.iter().any(|error| error.stage == Stage::Parse || too_many);
    if record["ok"] == json!(refused) {
        let why = errors.first().map_or("", |error| error.message.as_str());
        return Some(format!("ok is {} here: {why}; mermaid: {}", !refused, record["error"]));
    }
    if record["ok"] == json!(true) && json!(diagram.kind) != record["type"] {
        return Some(format!("type {:?}, not {}", diagram.kind, record["type"]));
    }
    match &diagram.body {
        Body::Flowchart(chart) if !refused => difference(chart, record),
        _ => None,
    }
}

/// The share of refused diagrams whose first error is within one line of mermaid's.
fn error_lines(records: &[Value]) -> (usize, usize) {
    let mut counted = (0, 0);
    for record in records.iter().filter(|record| counts(record) && record["ok"] == json!(false)) {
        let Some(line) = record["error_source_line"].as_u64() else { continue };
        let source = record["source"].as_str().unwrap_or("");
        let (_, errors) = mermaid::parse(source);
        let Some(first) = errors.iter().find(|error| error.stage == Stage::Parse) else { continue };
        let ours = source[..first.span.start as usize].matches('\n').count() + 1;
        counted.1 += 1;
        if (ours as u64).abs_diff(line) <= 1 {
            counted.0 += 1;
        } else if std::env::var_os("PORTOLAN_LINES").is_some() {
            println!("line {ours}, not {line}: {} | {}\n{source:?}\n", first.message, record["error"]);
        }
    }
    counted
}

fn check(name: &str) {
    let Some(records) = records(name) else { return };
    let compared: Vec<_> = records.iter().filter(|record| counts(record)).collect();
    let mut wrong = 0;
    for record in &compared {
        if let Some(reason) = disagreement(record) {
            wrong += 1;
            println!(
                "{} {}\n{:?}\n  {reason}",
                record["id"],
                record["type"],
                record["source"].as_str().unwrap_or("")
            );
        }
    }
    let agreed = compared.len() - wrong;
    let (near, lines) = error_lines(&records);
    println!("{name}: {agreed} of {} agree; of {lines} error lines {near} are within one", compared.len());
    #[expect(clippy::cast_precision_loss, reason = "a corpus is small")]
    let share = agreed as f64 / compared.len() as f64;
    assert!(share >= DEMANDED, "only {agreed} of {} agree", compared.len());
}

#[test]
fn the_public_corpus_agrees() {
    check("public.jsonl");
}

#[test]
fn the_mutants_agree() {
    check("mutants.jsonl");
}
