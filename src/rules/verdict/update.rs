//! What a change did to a verdict.

use std::collections::HashMap;

use super::by_path::ByPath;
use crate::model::finding::Finding;

/// What a change did to the verdict.
#[derive(Debug, Default)]
pub struct Update {
    /// The notes that were read, and the files that came or went, in the order of paths.
    pub changed: Vec<String>,
    /// Findings that were not there before.
    pub added: Vec<Finding>,
    /// Findings that are there no more.
    pub removed: Vec<Finding>,
}

/// What two verdicts on a vault do not have in common: what the new one adds, and what it has no more.
#[must_use]
pub fn difference_of(old: Vec<Finding>, new: Vec<Finding>) -> (Vec<Finding>, Vec<Finding>) {
    let (mut old, mut new) = (ByPath::new(old).into_findings(), ByPath::new(new).into_findings());
    part(&mut new, &mut old);
    (new, old)
}

/// Takes out what two lists have in common, findings being the same by rule, note and subject.
pub(super) fn part(added: &mut Vec<Finding>, removed: &mut Vec<Finding>) {
    let mut open: HashMap<(&str, &str, &str), Vec<usize>> = HashMap::new();
    for (at, old) in removed.iter().enumerate().rev() {
        open.entry((old.rule, &old.note, &old.subject)).or_default().push(at);
    }
    let mut stays = vec![false; removed.len()];
    let mut is_new = Vec::with_capacity(added.len());
    for new in added.iter() {
        let old = open.get_mut(&(new.rule, new.note.as_str(), new.subject.as_str())).and_then(Vec::pop);
        is_new.push(old.is_none());
        if let Some(at) = old {
            stays[at] = true;
        }
    }
    let mut is_new = is_new.into_iter();
    added.retain(|_| is_new.next() == Some(true));
    let mut stays = stays.into_iter();
    removed.retain(|_| stays.next() == Some(false));
}
