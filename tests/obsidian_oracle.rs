//! Compares what portolan reads with recordings of the running Obsidian app.
//!
//! The recordings are in `../shared/obsidian-oracle`, beside the repository. Where they are absent, the tests say
//! so and pass.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use portolan::config::Config;
use portolan::report::list;
use portolan::vault::{Keep, Note, Vault};
use serde_json::Value;

#[expect(clippy::print_stderr, reason = "a test that skips says so")]
fn oracle() -> Option<PathBuf> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/obsidian-oracle"));
    if !folder.join("notes.jsonl").is_file() {
        eprintln!("skipped: no recordings in `{}`", folder.display());
        return None;
    }
    Some(folder)
}

fn vault(folder: &std::path::Path) -> Vault {
    Vault::load(&folder.join("vault"), Config::default(), Keep::Texts, &|_, _| {}).expect("the vault is read")
}

/// Recorded and found values of one kind; every difference is told.
#[derive(Default)]
struct Tally {
    recorded: usize,
    differences: Vec<String>,
}

impl Tally {
    fn compare(&mut self, note: &str, what: &str, recorded: &[String], found: &[String]) {
        self.recorded += recorded.len();
        let (mut missing, mut extra) = (recorded.to_vec(), found.to_vec());
        missing.retain(|item| !take(&mut extra, item));
        for item in missing {
            self.differences.push(format!("{note}: {what} not found: {item}"));
        }
        for item in extra {
            self.differences.push(format!("{note}: {what} too many: {item}"));
        }
    }
}

/// Takes one item out of a list, if it is there.
fn take(items: &mut Vec<String>, item: &str) -> bool {
    let at = items.iter().position(|i| i == item);
    at.map(|at| items.remove(at)).is_some()
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or("-")
}

#[test]
fn links_headings_tags_and_blocks_are_those_that_obsidian_saw() {
    let Some(folder) = oracle() else { return };
    let vault = vault(&folder);
    let mut links_of: BTreeMap<String, Vec<list::LinkRecord>> = BTreeMap::new();
    for link in list::links(&vault) {
        links_of.entry(link.note.clone()).or_default().push(link);
    }
    let mut tally = Tally::default();
    let recording = std::fs::read_to_string(folder.join("notes.jsonl")).expect("the recording");
    for line in recording.lines() {
        let recorded: Value = serde_json::from_str(line).expect("a JSON line");
        let path = text(&recorded, "note");
        let note = vault.find(path).and_then(|id| vault.note(id)).expect("a recorded note is in the vault");
        let found: Vec<String> = links_of.remove(path).unwrap_or_default().iter().map(shown).collect();
        tally.compare(path, "link", &items(&recorded, "links", recorded_link), &found);
        let headings: Vec<String> = note
            .facts
            .headings
            .iter()
            .map(|h| format!("{} {} {}", h.level, h.line, note.facts.text(h.text)))
            .collect();
        let heading = |h: &Value| format!("{} {} {}", h["level"], h["line"], text(h, "text"));
        tally.compare(path, "heading", &items(&recorded, "headings", heading), &headings);
        let name = |v: &Value| v.as_str().unwrap_or("-").to_owned();
        let tags: Vec<String> = names(note, &note.facts.tags).map(|tag| format!("#{tag}")).collect();
        tally.compare(path, "tag", &items(&recorded, "tags", name), &tags);
        let blocks: Vec<String> = names(note, &note.facts.block_ids).collect();
        tally.compare(path, "block", &items(&recorded, "blocks", name), &blocks);
    }
    assert!(tally.recorded > 250, "the recording holds {} answers", tally.recorded);
    assert!(tally.differences.is_empty(), "{}", tally.differences.join("\n"));
}

fn names<'n>(note: &'n Note, names: &'n [portolan::text::pool::Pooled]) -> impl Iterator<Item = String> + 'n {
    names.iter().map(|name| note.facts.text(*name).to_owned())
}

fn items(recorded: &Value, key: &str, show: impl Fn(&Value) -> String) -> Vec<String> {
    recorded[key].as_array().into_iter().flatten().map(show).collect()
}

/// The app stores no position for links in properties, and the recording no target for embeds: those
/// are in the counts.
fn recorded_link(link: &Value) -> String {
    let target = text(link, "target");
    if text(link, "kind") == "frontmatter" {
        return format!("frontmatter {} → {target}", text(link, "raw"));
    }
    let kind = text(link, "kind");
    let target = if kind == "embed" { "?" } else { target };
    format!("{}:{} {kind} {} → {target}", link["line"], link["column"], text(link, "raw"))
}

fn shown(link: &list::LinkRecord) -> String {
    let target = link.target.as_deref().unwrap_or("-");
    if link.kind == "frontmatter" {
        return format!("frontmatter {} → {target}", link.raw);
    }
    let target = if link.kind == "embed" { "?" } else { target };
    let place = format!("{}:{}", link.line.unwrap_or_default(), link.column.unwrap_or_default());
    format!("{place} {} {} → {target}", link.kind, link.raw)
}

/// Its counts were recorded before the link in its text was written.
const NEWER: &str = "How To/Find tasks in notes with particular tag.md";

#[test]
fn the_counts_of_resolved_and_unresolved_links_are_obsidians() {
    let Some(folder) = oracle() else { return };
    let vault = vault(&folder);
    let read = |file: &str| -> BTreeMap<String, BTreeMap<String, u64>> {
        let text = std::fs::read_to_string(folder.join(file)).expect("the recording");
        serde_json::from_str(&text).expect("counts by note")
    };
    let (resolved, unresolved) = (read("resolvedLinks.json"), read("unresolvedLinks.json"));
    let notes: BTreeSet<&String> = resolved.keys().chain(unresolved.keys()).collect();
    assert!(!notes.is_empty());
    let mut wrong = Vec::new();
    for path in notes.iter().filter(|path| path.as_str() != NEWER) {
        let note = vault.find(path).and_then(|id| vault.note(id)).expect("a recorded note is in the vault");
        let (mut hits, mut misses) = (BTreeMap::new(), BTreeMap::new());
        for link in &note.facts.links {
            let (counts, key) = match vault.resolve(note, link).file() {
                Some(file) => (&mut hits, vault.names().path(file)),
                None => (&mut misses, note.facts.text(link.path)),
            };
            *counts.entry(key.to_owned()).or_insert(0u64) += 1;
        }
        for (found, recorded, what) in [(hits, &resolved, "resolved"), (misses, &unresolved, "unresolved")] {
            let recorded = recorded.get(*path).cloned().unwrap_or_default();
            if found != recorded {
                wrong.push(format!("{path}: {what} {found:?}, recorded {recorded:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
