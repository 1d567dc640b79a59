//! Notes of a baseline that have another path now. Nobody has written that down: it is seen by what they are
//! excused for.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::model::finding::Finding;
use crate::report::baseline::Excused;
use crate::text::path;

/// So many fingerprints are made to find the new names of notes. Where that is not enough, only notes are looked at that
/// have kept the names of their files.
const MAX_LOOKS: usize = 500_000;

/// A note that seems to have another path now.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Followed {
    pub(super) from: String,
    pub(super) to: String,
}

/// Lets entries of notes that are gone follow to the notes that they seem to be now: each to the only one that has most
/// of what they are excused for, and is excused for nothing by its own name. `judged` tells of a rule and a note whether
/// the check has had a look.
pub(super) fn follow(
    entries: &mut BTreeMap<String, Excused>,
    findings: &[Finding],
    is_there: impl Fn(&str) -> bool,
    judged: impl Fn(&str, &str) -> bool,
) -> Vec<Followed> {
    let mut gone: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut known: HashSet<String> = HashSet::new();
    for (fingerprint, entry) in entries.iter() {
        if known.contains(&entry.note) || is_there(&entry.note) {
            known.insert(entry.note.clone());
        } else {
            gone.entry(entry.note.clone()).or_default().push(fingerprint.clone());
        }
    }
    if gone.is_empty() {
        return Vec::new();
    }
    let mut others: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in findings.iter().filter(|f| !known.contains(&f.note) && !gone.contains_key(&f.note)) {
        others.entry(&finding.note).or_default().push(finding);
    }
    let mut by_name: HashMap<&str, Vec<&str>> = HashMap::new();
    for note in others.keys() {
        by_name.entry(path::file_name(note)).or_default().push(note);
    }
    let all: Vec<&str> = others.keys().copied().collect();
    let looks: usize = others.values().map(Vec::len).sum();
    let few = looks.saturating_mul(gone.len()) <= MAX_LOOKS;
    let mut left = MAX_LOOKS;
    let mut followed = Vec::new();
    for (from, fingerprints) in &gone {
        let named = by_name.get(path::file_name(from)).map_or(&[][..], Vec::as_slice);
        let mut fits = |notes: &[&str]| -> Option<String> {
            let mut found = None;
            for note in notes {
                let Some(own) = others.get(note) else { continue };
                left = left.checked_sub(own.len())?;
                if has_most(entries, fingerprints, from, own, |rule| judged(rule, note))
                    && found.replace((*note).to_owned()).is_some()
                {
                    // Two that are alike: which is the one?
                    return None;
                }
            }
            found
        };
        let Some(to) = fits(named).or_else(|| if few { fits(&all) } else { None }) else { continue };
        for finding in others.remove(to.as_str()).unwrap_or_default() {
            let Some(old) = entries.get_mut(&as_in(finding, from)).filter(|old| old.count > 0) else {
                continue;
            };
            old.count -= 1;
            let new = || Excused { rule: finding.rule.to_owned(), note: to.clone(), count: 0 };
            entries.entry(finding.fingerprint()).or_insert_with(new).count += 1;
        }
        followed.push(Followed { from: from.clone(), to });
    }
    entries.retain(|_, entry| entry.count > 0);
    followed
}

/// Whether these findings are most of what a note was excused for.
fn has_most(
    entries: &BTreeMap<String, Excused>,
    fingerprints: &[String],
    from: &str,
    findings: &[&Finding],
    judged: impl Fn(&str) -> bool,
) -> bool {
    let excused =
        fingerprints.iter().filter_map(|fingerprint| Some((fingerprint, entries.get(fingerprint)?)));
    let mut excused: HashMap<&str, usize> = excused
        .filter(|(_, entry)| judged(&entry.rule))
        .map(|(fingerprint, entry)| (fingerprint.as_str(), entry.count))
        .collect();
    let all: usize = excused.values().sum();
    let mut same = 0;
    for finding in findings {
        if let Some(count) = excused.get_mut(as_in(finding, from).as_str()).filter(|count| **count > 0) {
            *count -= 1;
            same += 1;
        }
    }
    same * 2 > all
}

/// What the fingerprint of a finding would be in another note.
fn as_in(finding: &Finding, note: &str) -> String {
    Finding::fingerprint_of(finding.rule, note, &finding.subject)
}
