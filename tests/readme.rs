//! The examples of the README: each runs as it is written, in a copy of `vault-example`.

#![cfg(unix)]

use std::path::Path;

mod repository;
mod tree;
use repository::{Repo, text};
use tree::copy;

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
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("vault-example"), &repo.top);
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
            let mut shell = repo.command("sh");
            let ran = shell.args(["-c", line]).env("HOME", repo.beside("home")).output().expect("a shell");
            assert!(ran.status.success(), "{line}\n{}", text(&ran));
        }
    }
}
