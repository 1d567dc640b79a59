//! Findings by the path that they are about.
//!
//! Most findings come at once and never change: these are in one list, sorted by path. New findings of a path
//! are stored separately and replace those in the list.

use std::collections::BTreeMap;

use crate::model::finding::Finding;

/// Findings by the path that they are about, with those of each path sorted by place. So sorting all of them
/// only means merging groups.
#[derive(Debug, Default)]
pub(super) struct ByPath {
    list: Vec<Finding>,
    /// The new findings of a path; an empty group where it has none any more.
    anew: BTreeMap<String, Vec<Finding>>,
}

impl ByPath {
    /// Takes findings in any order.
    pub(super) fn new(mut list: Vec<Finding>) -> Self {
        let mut in_order = true;
        let mut before: Option<&str> = None;
        for group in list.chunk_by_mut(|a, b| a.note == b.note) {
            group.sort_by(Finding::order);
            let path = group.first().map(|finding| finding.note.as_str());
            in_order &= before < path;
            before = path;
        }
        // Most often the groups already come sorted by path.
        if !in_order {
            list.sort_by(Finding::order);
        }
        Self { list, anew: BTreeMap::new() }
    }

    /// Takes groups, each sorted by place.
    pub(super) const fn of_groups(anew: BTreeMap<String, Vec<Finding>>) -> Self {
        Self { list: Vec::new(), anew }
    }

    /// Returns the findings of a path.
    pub(super) fn of(&self, path: &str) -> &[Finding] {
        self.anew.get(path).map_or_else(|| self.listed(path), Vec::as_slice)
    }

    /// Returns the findings of a path that are in the list.
    fn listed(&self, path: &str) -> &[Finding] {
        let start = self.list.partition_point(|finding| finding.note.as_str() < path);
        let rest = self.list.get(start..).unwrap_or_default();
        rest.chunk_by(|a, b| a.note == b.note).next().filter(|group| is_of(group, path)).unwrap_or_default()
    }

    /// Replaces the findings of a path by `findings`, which are sorted by place. Returns the old ones.
    pub(super) fn set(&mut self, path: &str, findings: Vec<Finding>) -> Vec<Finding> {
        let is_listed = !self.listed(path).is_empty();
        let old = self.anew.get_mut(path).map(std::mem::take);
        let old = old.unwrap_or_else(|| self.listed(path).to_vec());
        if !findings.is_empty() || is_listed {
            self.anew.insert(path.to_owned(), findings);
        } else {
            self.anew.remove(path);
        }
        old
    }

    /// Replaces the findings of every path that `other` has.
    pub(super) fn extend(&mut self, other: Self) {
        for group in other.list.chunk_by(|a, b| a.note == b.note) {
            if let Some(first) = group.first() {
                self.set(&first.note, group.to_vec());
            }
        }
        for (path, group) in other.anew {
            self.set(&path, group);
        }
    }

    /// Returns the findings of each path, sorted by path, without empty groups.
    pub(super) fn groups(&self) -> impl Iterator<Item = &[Finding]> {
        let mut listed = self.list.chunk_by(|a, b| a.note == b.note).peekable();
        let mut anew = self.anew.iter().peekable();
        let next = move || {
            let Some((path, group)) = anew.peek() else { return listed.next() };
            if let Some(before) = listed.next_if(|listed| is_before(listed, path)) {
                return Some(before);
            }
            listed.next_if(|listed| is_of(listed, path));
            let group = group.as_slice();
            anew.next();
            Some(group)
        };
        std::iter::from_fn(next).filter(|group| !group.is_empty())
    }

    /// Returns the paths that have findings, sorted.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.groups().filter_map(|group| Some(group.first()?.note.as_str()))
    }

    /// Returns the paths whose findings differ in `other`. A path may occur twice.
    pub(super) fn different(&self, other: &Self) -> Vec<String> {
        let paths = self.paths().chain(other.paths());
        paths.filter(|path| self.of(path) != other.of(path)).map(str::to_owned).collect()
    }

    /// Returns all findings, sorted by path and place.
    pub(super) fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.groups().flatten()
    }

    /// Like [`ByPath::findings`], but consumes the collection.
    pub(super) fn into_findings(self) -> Vec<Finding> {
        let Self { mut list, anew } = self;
        if !anew.is_empty() {
            list.retain(|finding| !anew.contains_key(&finding.note));
            list.extend(anew.into_values().flatten());
            list.sort_by(Finding::order);
        }
        list
    }
}

fn is_of(group: &[Finding], path: &str) -> bool {
    group.first().is_some_and(|finding| finding.note == path)
}

fn is_before(group: &[Finding], path: &str) -> bool {
    group.first().is_some_and(|finding| finding.note.as_str() < path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::finding::Severity;

    fn finding(note: &str, subject: &str) -> Finding {
        Finding::new("link-unresolved", Severity::Error, note, subject, String::new())
    }

    fn all(said: &str) -> Vec<Finding> {
        said.split_whitespace().filter_map(|one| one.split_once(':')).map(|(n, s)| finding(n, s)).collect()
    }

    fn shown<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> String {
        let shown = findings.into_iter().map(|finding| format!("{}:{}", finding.note, finding.subject));
        shown.collect::<Vec<_>>().join(" ")
    }

    fn check(by: &ByPath, expected: &str) {
        assert_eq!(shown(by.findings()), expected);
        let mut paths: Vec<&str> = by.paths().collect();
        for path in paths.iter().chain(&["nowhere"]) {
            assert_eq!(shown(by.of(path)), shown(all(expected).iter().filter(|f| f.note == *path)), "{path}");
        }
        paths.dedup();
        assert_eq!(paths.len(), by.groups().count(), "{expected}");
    }

    #[test]
    fn what_is_said_anew_stands_in_place_of_what_was_said() {
        let mut by = ByPath::new(all("c:1 a:2 a:1 e:1"));
        check(&by, "a:1 a:2 c:1 e:1");
        assert_eq!(shown(&by.set("c", all("c:3"))), "c:1");
        assert_eq!(shown(&by.set("c", all("c:4"))), "c:3");
        assert_eq!(shown(&by.set("b", all("b:1"))), "");
        check(&by, "a:1 a:2 b:1 c:4 e:1");
        by.set("b", Vec::new());
        by.set("a", Vec::new());
        check(&by, "c:4 e:1");
        let mut other = ByPath::new(all("a:5 f:1"));
        other.set("f", all("f:2"));
        by.extend(other);
        check(&by, "a:5 c:4 e:1 f:2");
        assert_eq!(shown(&by.into_findings()), "a:5 c:4 e:1 f:2");
    }
}
