//! Chooses among the groups of unreleased changes: `Added`, `Changed`, `Removed`.

use super::{Home, Homes, LINE};
use crate::text::fold::{fold, heading_key, undecorated};

/// The words with which titles of the same group begin. The first names the group.
const GROUPS: [&[&str]; 6] = [
    &[
        "added",
        "add",
        "adds",
        "created",
        "create",
        "new",
        "introduced",
        "introduces",
        "feat",
        "feature",
        "features",
        "new features",
    ],
    &[
        "changed", "change", "changes", "updated", "update", "updates", "modified", "renamed", "rename",
        "upgraded", "upgrade",
    ],
    &["deprecated", "deprecate", "deprecates"],
    &["removed", "remove", "removes", "deleted", "delete", "deletes", "dropped"],
    &["fixed", "fix", "fixes", "resolved", "bug", "bugfix", "bugfixes", "bug fixes", "hotfix", "corrected"],
    &["security"],
];
const CHANGED: usize = 1;
const REMOVED: usize = 3;

impl Homes<'_> {
    /// Returns the home below a heading for everything unreleased whose group fits a title.
    pub(super) fn among_groups(&self, heading: usize, title: &str) -> Home {
        let lists = || (0..self.lists.len()).filter(move |list| self.lists[*list].heading == Some(heading));
        let empty = || (0..self.headings.len()).filter(move |at| self.is_empty_group(*at, heading));
        let latest = |fits: &dyn Fn(Option<&str>) -> bool| {
            lists().filter(|list| fits(self.lists[*list].group)).max_by_key(|list| self.lists[*list].told)
        };
        let find = |fits: &dyn Fn(&str) -> bool| {
            let list = latest(&|group| group.is_some_and(fits)).map(Home::List);
            list.or_else(|| empty().find(|at| fits(self.headings[*at].title.text)).map(Home::heading))
        };
        let without_group = || latest(&|group| group.is_none()).map(Home::List);
        if let Some(home) = find(&|group| fits(group, title)).or_else(without_group) {
            return home;
        }
        let is_any_known = find(&|group| names(group).any(|name| known(&name).is_some())).is_some();
        match known(first_word(&fold(title))) {
            // Removals are changes, too.
            Some(own) if is_any_known && own != CHANGED && own != REMOVED => Home::Ungrouped { heading },
            _ => find(&|group| names(group).any(|name| known(&name) == Some(CHANGED)))
                .or_else(|| latest(&|_| true).map(Home::List))
                .unwrap_or(Home::heading(heading)),
        }
    }

    /// Whether a heading is that of a group without entries below this heading for everything unreleased.
    fn is_empty_group(&self, at: usize, heading: usize) -> bool {
        self.headings[at].is_group && self.headings[at].around == Some(heading)
    }

    /// Returns a heading for the group of a title, to stand below this heading.
    pub(in super::super) fn missing_group(&self, heading: usize, title: &str) -> String {
        let level = self.headings[heading].title.level.min(LINE - 2) + 1;
        let name = known(first_word(&fold(title))).map_or("changed", |own| GROUPS[own][0]);
        let (first, rest) = name.split_at(1);
        format!("{} {}{rest}", "#".repeat(usize::from(level)), first.to_uppercase())
    }
}

/// Whether a line above a list is the name of its group, and no sentence.
pub(super) fn is_group(line: &str) -> bool {
    let line = line.trim();
    let is_short = line.ends_with(':') && line.split_whitespace().count() <= 3;
    let is_marked = ["*", "_"].iter().any(|mark| line.starts_with(mark) && line.ends_with(mark));
    is_short || is_marked || names(line).any(|name| known(&name).is_some())
}

/// Whether the title of an entry begins with the name of a group, or with a word that means the same.
fn fits(group: &str, title: &str) -> bool {
    let title = fold(undecorated(title));
    let own = known(first_word(&title));
    names(group).any(|name| {
        let behind = title.strip_prefix(&*name).filter(|_| !name.is_empty());
        behind.is_some_and(|behind| !behind.starts_with(char::is_alphanumeric))
            || own.is_some_and(|own| Some(own) == known(&name))
    })
}

/// Returns the names of a group: `Added / Changed` has two, and is also a name as a whole.
fn names(group: &str) -> impl Iterator<Item = String> {
    let parts = group.split(['/', '&']).map(heading_key);
    std::iter::once(heading_key(group)).chain(parts)
}

/// Returns the first word of a title: `fix` of `[fix] …`.
fn first_word(title: &str) -> &str {
    title.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty()).unwrap_or_default()
}

/// Returns the index of the group that a word belongs to.
fn known(word: &str) -> Option<usize> {
    GROUPS.iter().position(|words| words.contains(&word))
}
