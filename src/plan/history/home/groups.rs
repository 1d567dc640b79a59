//! Chooses among the groups of unreleased changes: `Added`, `Changed`, `Removed`.

use super::{Home, Homes};
use crate::text::fold::{fold, heading_key, undecorated};

/// The words with which titles of the same group begin. The first names the group.
const GROUPS: [&[&str]; 6] = [
    &["added", "add", "created"],
    &["changed", "change", "updated", "modified"],
    &["deprecated"],
    &["removed", "deleted"],
    &["fixed", "resolved"],
    &["security"],
];

impl<'n> Homes<'n> {
    /// Returns the list below a heading for everything unreleased whose group fits a title.
    pub(super) fn among_groups(&self, heading: usize, title: &str) -> Home {
        let own = || (0..self.lists.len()).filter(move |list| self.lists[*list].heading == Some(heading));
        let latest = |fits: &dyn Fn(Option<&str>) -> bool| {
            own().filter(|list| fits(self.lists[*list].group)).max_by_key(|list| self.lists[*list].told)
        };
        let fitting = latest(&|group| group.is_some_and(|group| fits(group, title)));
        let lone = || {
            let only = own().next().filter(|_| own().nth(1).is_none())?;
            self.lists[only].group.is_none_or(|group| known(&heading_key(group)).is_none()).then_some(only)
        };
        let list = fitting.or_else(|| latest(&|group| group.is_none())).or_else(lone);
        list.map_or(Home::Ungrouped { heading }, Home::List)
    }

    /// Returns the name of the first group below a heading.
    pub(in super::super) fn first_group(&self, heading: usize) -> Option<&'n str> {
        self.lists.iter().filter(|list| list.heading == Some(heading)).find_map(|list| list.group)
    }
}

/// Whether the title of an entry begins with the name of a group, or with a word that means the same.
fn fits(group: &str, title: &str) -> bool {
    let (group, title) = (heading_key(group), fold(undecorated(title)));
    let behind = title.strip_prefix(&*group).filter(|_| !group.is_empty());
    let first = title.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    behind.is_some_and(|behind| !behind.starts_with(char::is_alphanumeric))
        || known(first).is_some_and(|own| Some(own) == known(&group))
}

/// Returns the index of the group that a word belongs to.
fn known(word: &str) -> Option<usize> {
    GROUPS.iter().position(|words| words.contains(&word))
}
