//! Runs each example of the README as it is written, in a copy of `vault-example`.

#![cfg(unix)]

use std::path::Path;

mod place;
mod repository;
use portolan::config::Config;
use portolan::rules;
use portolan::syntax::history::HistoryEntry;
use portolan::vault::Vault;
use repository::Repo;

const README: &str = include_str!("../README.md");

/// The calls of portolan, a block of them at a time.
fn blocks() -> Vec<Vec<&'static str>> {
    let shell = README.split("\n```sh\n").skip(1).filter_map(|rest| rest.split("\n```").next());
    let runs = |line: &&str| line.starts_with("portolan") || line.starts_with("mkdir");
    let calls = shell.map(|block| block.lines().filter(runs).collect());
    calls.filter(|calls: &Vec<_>| !calls.is_empty()).collect()
}

/// The vault in a repository, with what the examples name beside its notes.
fn example() -> Repo {
    let repo = Repo::new();
    place::copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("vault-example"), &repo.top);
    repo.commit(&[]);
    for version in ["v1.0", "v1.1"] {
        repo.git(&["tag", version]);
    }
    repo
}

#[test]
fn every_example_runs_as_it_is_written() {
    let blocks = blocks();
    assert!(blocks.len() > 12, "only {} blocks of examples were found", blocks.len());
    for block in blocks {
        let repo = example();
        for version in ["base.md", "ours.md", "theirs.md"] {
            // What git hands to its merge driver.
            if block.iter().any(|line| line.contains(version)) {
                repo.write(version, "# Three versions\n");
            }
        }
        for line in block.into_iter().filter(|line| !line.starts_with("portolan watch")) {
            let ran = place::Ran::of(repo.command("sh").args(["-c", line]));
            assert!(ran.success(), "{line}\n{}", ran.text());
        }
    }
}

/// The note that shows what portolan reads is read, and is as it should be.
#[test]
fn the_note_is_what_it_is_said_to_be() {
    let note =
        README.split("\n````md\n").nth(1).and_then(|rest| rest.split("````\n").next()).expect("a note");
    let vault = Vault::of_texts(Config::default(), &[("Payments.md", note)]);
    assert_eq!(rules::run(&vault, None), []);
    let facts = vault.notes().next().map(|(_, note)| note.facts.system()).expect("it is read");
    let last = facts.entries().last().map(HistoryEntry::title);
    assert_eq!(last, Some("Updated Card gateway for instant refunds"));
    let counts = (facts.integrations.len(), facts.metrics.len(), facts.templates.len(), facts.diagrams.len());
    assert!(facts.header.is_some() && counts == (1, 1, 1, 1), "{counts:?}");
}
