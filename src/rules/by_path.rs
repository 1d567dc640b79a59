//! Findings by the path that they are about.

use std::collections::BTreeMap;

use crate::model::finding::Finding;

/// Findings by the path that they are about; never an empty list.
pub(super) type ByPath = BTreeMap<String, Vec<Finding>>;

/// What is said of a path.
pub(super) fn of<'f>(by: &'f ByPath, path: &str) -> &'f [Finding] {
    by.get(path).map_or(&[], Vec::as_slice)
}

/// Findings by the path that they are about, each group in the order of places: to put all of them in order
/// is then to put groups behind each other.
pub(super) fn by_path(findings: Vec<Finding>) -> ByPath {
    let mut by = grouped(findings);
    for own in by.values_mut() {
        own.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    }
    by
}

fn grouped(findings: Vec<Finding>) -> ByPath {
    let lengths: Vec<usize> = findings.chunk_by(|a, b| a.note == b.note).map(<[_]>::len).collect();
    let mut findings = findings.into_iter();
    let mut groups: Vec<(String, Vec<Finding>)> = Vec::with_capacity(lengths.len());
    let mut in_order = true;
    for length in lengths {
        // A list that grows by itself takes twice the room: there are many, and a finding is large.
        let mut own = Vec::with_capacity(length);
        own.extend(findings.by_ref().take(length));
        let Some(note) = own.first().map(|finding: &Finding| finding.note.clone()) else { continue };
        in_order &= groups.last().is_none_or(|(last, _)| *last < note);
        groups.push((note, own));
    }
    // Most often they come in the order of notes, and nothing has to be looked up.
    if in_order {
        return groups.into_iter().collect();
    }
    let mut by = ByPath::new();
    for (note, own) in groups {
        by.entry(note).or_default().extend(own);
    }
    by
}
