//! Baselines: the findings that a vault had when portolan came, which are not to fail it.
//!
//! A finding is known by its fingerprint (rule, note and subject), so a baseline survives moved lines.
//! Equal fingerprints are counted: two of a kind in the baseline excuse two, not three.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::model::finding::Finding;
use crate::write;

/// The file of a baseline.
#[derive(Debug, Serialize, Deserialize)]
struct File {
    portolan: String,
    schema: u32,
    findings: BTreeMap<String, Entry>,
}

/// What is excused under one fingerprint. Rule and note are for people who read the file.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Entry {
    rule: String,
    note: String,
    count: usize,
}

/// Takes out the findings that a baseline excuses.
///
/// # Errors
/// The file cannot be read, or is no baseline.
pub(super) fn apply(path: &Path, findings: &mut Vec<Finding>) -> Result<()> {
    let text = std::fs::read_to_string(path).map_err(|e| {
        Error::io("read the baseline", path, e).hint("`--baseline-update` writes one with what is found now")
    })?;
    let mut left = parse(path, &text)?.findings;
    findings.retain(|finding| match left.get_mut(&finding.fingerprint()).filter(|e| e.count > 0) {
        Some(entry) => {
            entry.count -= 1;
            false
        }
        None => true,
    });
    Ok(())
}

/// Writes a baseline. One that is there only shrinks: what it holds and is found no more goes, and
/// nothing new comes in.
///
/// # Errors
/// The file cannot be read or written, or is no baseline.
pub(super) fn update(path: &Path, findings: &[Finding]) -> Result<()> {
    let old = match std::fs::read_to_string(path) {
        Ok(text) => Some(parse(path, &text)?.findings),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => None,
        Err(e) => return Err(Error::io("read the baseline", path, e)),
    };
    let mut found: BTreeMap<String, Entry> = BTreeMap::new();
    for finding in findings {
        let new = || Entry { rule: finding.rule.to_owned(), note: finding.note.clone(), count: 0 };
        found.entry(finding.fingerprint()).or_insert_with(new).count += 1;
    }
    if let Some(old) = old {
        found.retain(|fingerprint, entry| {
            let excused = old.get(fingerprint).map_or(0, |e| e.count);
            entry.count = entry.count.min(excused);
            entry.count > 0
        });
    }
    let file = File { portolan: env!("CARGO_PKG_VERSION").to_owned(), schema: 1, findings: found };
    let json = serde_json::to_string_pretty(&file).map_err(|e| Error::new(e.to_string()))?;
    write::replace_file(path, &(json + "\n"))
}

fn parse(path: &Path, text: &str) -> Result<File> {
    serde_json::from_str(text).map_err(|e| {
        Error::new(format!("`{}` is no baseline: {e}", path.display()))
            .hint("delete it and write it anew with `--baseline-update`")
    })
}
