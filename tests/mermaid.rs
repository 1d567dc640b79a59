//! Tests of the mermaid parser. The cases are the Markdown files in `tests/mermaid/`.
//!
//! A case is a ```` ```mermaid ```` block and the ```` ```text ```` block after it, which summarises the graph and
//! the errors; the prose around them explains the case. `PORTOLAN_BLESS=1 cargo test --test mermaid` writes the
//! summaries anew; review the diff.

use std::fs;
use std::path::{Path, PathBuf};

use portolan::syntax::mermaid::parse;

use crate::summary::{apply, summary};

#[path = "mermaid/summary.rs"]
mod summary;

/// The files with the cases, and their texts.
fn files() -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mermaid");
    let entries = fs::read_dir(folder).expect("the folder of the cases is there");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("it can be listed").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.sort();
    let read = |path: PathBuf| (path.clone(), fs::read_to_string(path).expect("a case file is text"));
    paths.into_iter().map(read).collect()
}

#[test]
fn diagrams_are_read_as_their_files_say() {
    let failures: Vec<String> = files().iter().flat_map(|(path, text)| check_file(path, text)).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// A fix may uncover the next error, but it must never make another.
#[test]
fn fixes_lead_to_fewer_errors() {
    for (_, text) in files() {
        let mut rest = text.as_str();
        while let Some((_, input, _, after)) = next_case(rest) {
            let mut source = input.to_owned();
            let mut count = parse(&source).1.len();
            while let Some(fix) = parse(&source).1.iter().find_map(|error| error.fix.clone()) {
                let fixed = apply(&source, &fix);
                let left = parse(&fixed).1;
                // One bracket put right may uncover the next of the same line.
                assert!(
                    left.len() <= count && fixed != source,
                    "{}:\n{source}\n{fixed}\n{left:#?}",
                    fix.title
                );
                count = left.len();
                source = fixed;
            }
            rest = after;
        }
    }
}

fn check_file(path: &Path, text: &str) -> Vec<String> {
    let name = path.display().to_string();
    let mut failures = Vec::new();
    let mut blessed = String::new();
    let mut rest = text;
    while let Some((before, input, expected, after)) = next_case(rest) {
        failures.extend(check(input, expected, &name).err());
        for part in [before, "```mermaid\n", input, "```\n\n```text\n", &summary(input), "```\n"] {
            blessed.push_str(part);
        }
        rest = after;
    }
    blessed.push_str(rest);
    if std::env::var_os("PORTOLAN_BLESS").is_some() && blessed != text {
        fs::write(path, blessed).expect("the case file can be written");
        failures.clear();
    }
    failures
}

/// Splits a file behind its next case: what stands before, the diagram, its summary, what stands after.
fn next_case(text: &str) -> Option<(&str, &str, &str, &str)> {
    let (before, rest) = text.split_once("```mermaid\n")?;
    let (input, rest) = rest.split_once("```\n")?;
    let rest = rest.strip_prefix("\n```text\n").unwrap_or_else(|| panic!("no summary after\n{input}"));
    let (expected, after) = rest.split_once("```\n")?;
    Some((before, input, expected, after))
}

fn check(input: &str, expected: &str, name: &str) -> Result<(), String> {
    let found = summary(input);
    if found == expected {
        return Ok(());
    }
    Err(format!("--- {name}\n{input}--- expected\n{expected}--- found\n{found}"))
}
