//! How a change has affected a verdict.

use std::collections::{HashMap, HashSet};

use super::by_path::ByPath;
use crate::model::finding::Finding;

/// How a change has affected the verdict. To keep a list of all findings up to date, remove those in
/// `removed`, replace all that have the identity of one in `updated` by those, and add those in `added`, in
/// this order.
#[derive(Debug, Default)]
pub struct Update {
    /// The notes that were read, the files that were added or removed, and settings, sorted by path.
    pub changed: Vec<String>,
    /// Findings that did not exist before.
    pub added: Vec<Finding>,
    /// Findings that no longer exist, as they were last reported.
    pub removed: Vec<Finding>,
    /// Findings that existed before and have changed: they have another place, severity, message or fix.
    /// Where several have the same identity and one of them has changed, all of them that remain are listed,
    /// because nobody could tell which of them it was.
    pub updated: Vec<Finding>,
}

impl Update {
    /// Whether no finding has changed.
    #[must_use]
    pub fn leaves_findings(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.updated.is_empty()
    }
}

/// Compares two verdicts on a vault.
#[must_use]
pub fn difference_of(old: Vec<Finding>, new: Vec<Finding>) -> Update {
    part(ByPath::new(old).into_findings(), ByPath::new(new).into_findings())
}

/// What makes two findings the same: rule, note and subject.
type Identity<'f> = (&'static str, &'f str, &'f str);

fn identity(finding: &Finding) -> Identity<'_> {
    (finding.rule, &finding.note, &finding.subject)
}

/// Compares two lists of findings. Where several have the same identity, they are matched in order.
pub(super) fn part(old: Vec<Finding>, new: Vec<Finding>) -> Update {
    let mut open: HashMap<Identity<'_>, Vec<usize>> = HashMap::new();
    for (at, finding) in old.iter().enumerate().rev() {
        open.entry(identity(finding)).or_default().push(at);
    }
    let mut stays = vec![false; old.len()];
    let mut otherwise = HashSet::new();
    let mut was_there = Vec::with_capacity(new.len());
    for finding in &new {
        let before = open.get_mut(&identity(finding)).and_then(Vec::pop);
        was_there.push(before.is_some());
        if let Some(at) = before {
            stays[at] = true;
            if old[at] != *finding {
                otherwise.insert(identity(finding));
            }
        }
    }
    let is_otherwise: Vec<bool> = new.iter().map(|finding| otherwise.contains(&identity(finding))).collect();
    let mut update = Update::default();
    for ((finding, was_there), is_otherwise) in new.into_iter().zip(was_there).zip(is_otherwise) {
        match (was_there, is_otherwise) {
            (false, _) => update.added.push(finding),
            (true, true) => update.updated.push(finding),
            (true, false) => {}
        }
    }
    update.removed =
        old.into_iter().zip(stays).filter(|(_, stays)| !stays).map(|(finding, _)| finding).collect();
    update
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::finding::Severity;
    use crate::text::place::Place;

    /// Parses `subject@line`, or `subject@line!` for an error.
    fn all(said: &str) -> Vec<Finding> {
        let finding = |one: &str| {
            let (subject, line) = one.split_once('@')?;
            let (line, severity) = match line.strip_suffix('!') {
                Some(line) => (line, Severity::Error),
                None => (line, Severity::Info),
            };
            let place = Some(Place { line: line.parse().ok()?, ..Place::START });
            let finding = Finding::new("link-unresolved", severity, "n.md", subject, String::new());
            Some(Finding { place, ..finding })
        };
        said.split_whitespace().filter_map(finding).collect()
    }

    fn check(old: &str, new: &str, added: &str, removed: &str, updated: &str) {
        let update = part(all(old), all(new));
        assert_eq!(update.added, all(added), "added, {old} to {new}");
        assert_eq!(update.removed, all(removed), "removed, {old} to {new}");
        assert_eq!(update.updated, all(updated), "updated, {old} to {new}");
        assert_eq!(update.leaves_findings(), old == new);
    }

    #[test]
    fn what_is_told_otherwise_is_neither_new_nor_gone() {
        check("a@1 b@2", "a@1 b@2", "", "", "");
        check("a@1 b@2", "a@1 b@4", "", "", "b@4");
        check("a@1 b@2", "b@2! c@3", "c@3", "a@1", "b@2!");
        check("", "a@1", "a@1", "", "");
        check("a@1", "", "", "a@1", "");
    }

    #[test]
    fn of_several_with_one_identity_all_that_stay_are_told() {
        check("a@1 a@3", "a@1 a@5", "", "", "a@1 a@5");
        check("a@1 a@3", "a@1 a@3 a@5", "a@5", "", "");
        check("a@1 a@3", "a@2 a@4 a@5 b@6", "a@5 b@6", "", "a@2 a@4");
        check("a@1 a@3 b@4", "a@2 b@4", "", "a@3", "a@2");
        check("a@1 a@3", "a@3", "", "a@3", "a@3");
    }
}
