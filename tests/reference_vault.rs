//! Tests of four notes of a real vault, as their owner left them. The notes are not part of this repository. Where
//! they are absent, the tests say so and pass.

#![expect(clippy::print_stdout, reason = "a skipped test says so")]

use std::path::Path;

use serde_json::Value;

mod place;
use place::Place;

fn vault() -> Option<Place> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/reference-vault");
    if !path.is_dir() {
        println!("skipped: {} is not there", path.display());
        return None;
    }
    Some(Place::copy_of(path))
}

fn json(vault: &Place, args: &[&str]) -> Value {
    vault.run(&[args, &["--format", "json"]].concat()).json()
}

fn records(vault: &Place, kind: &str) -> Vec<Value> {
    json(vault, &["list", kind])[kind].as_array().expect("records").clone()
}

#[test]
fn its_facts_are_read() {
    let Some(vault) = vault() else { return };
    let diagrams = records(&vault, "diagrams");
    let overview =
        diagrams.iter().find(|d| d["note"] == "05_AUTOMATIONS/03_INTEGRATIONS.md").expect("the overview");
    assert_eq!(overview["nodes"].as_array().map(Vec::len), Some(9));
    assert_eq!(overview["edges"].as_array().map(Vec::len), Some(8));
    assert_eq!(overview["direction"], "TB");

    let templates = records(&vault, "templates");
    assert_eq!(templates.len(), 12);
    let notes: std::collections::BTreeSet<_> = templates.iter().map(|t| t["note"].to_string()).collect();
    assert_eq!(notes.len(), 4);

    let history = records(&vault, "history");
    assert_eq!(history.len(), 12);
    assert!(history.iter().all(|entry| entry["details"].as_array().map(Vec::len) == Some(3)));

    let integrations = records(&vault, "integrations");
    assert_eq!(integrations.len(), 1);
    assert_eq!(integrations[0]["kind"], "template");

    let links = records(&vault, "links");
    assert_eq!(links.len(), 16);
    assert_eq!(links.iter().filter(|link| !link["target"].is_null()).count(), 9);
}

#[test]
fn its_defects_are_found_and_nothing_else() {
    let Some(vault) = vault() else { return };
    let document = json(&vault, &["check"]);
    let mut counts = std::collections::BTreeMap::new();
    for finding in document["findings"].as_array().expect("findings") {
        assert!(finding["line"].is_u64() && finding["column"].is_u64());
        *counts.entry(finding["rule"].as_str().expect("a rule").to_owned()).or_insert(0) += 1;
    }
    let expected = [("history-before-created", 3), ("link-unresolved", 7), ("placeholder-unrendered", 6)];
    assert_eq!(counts, expected.map(|(rule, count)| (rule.to_owned(), count)).into());
}

#[test]
fn its_defects_read_well() {
    let Some(vault) = vault() else { return };
    insta::assert_snapshot!(vault.run(&["-q", "check", "--no-cache"]).out);
}
