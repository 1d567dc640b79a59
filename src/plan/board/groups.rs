//! Groups the statuses of a table: statuses that `where` treats as equal share a title.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use super::cell::Cell;
use crate::model::level::Level;
use crate::syntax::status::{names, split_status, status_key};
use crate::text::fold::without_selector;

/// A cell and the parts of the status in it.
struct Said<'c> {
    cell: &'c Cell,
    mark: String,
    /// The name of the status in words, in the shortest form that another cell has too.
    name: String,
    /// Whether the words have more behind the name.
    remark: bool,
}

/// What a mark says about the word behind it: there, `✅` is equal to `🟢`.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Says<'m> {
    Level(Level),
    Other(&'m str),
}

impl Said<'_> {
    fn says(&self) -> Says<'_> {
        let level = Level::of_mark(&self.mark).filter(|level| *level != Level::Unknown);
        level.filter(|_| !self.name.is_empty()).map_or(Says::Other(&self.mark), Says::Level)
    }

    /// The order in which statuses are grouped: full ones first, since shorter ones may mean one of these.
    const fn stage(&self) -> usize {
        match (self.name.is_empty(), self.mark.is_empty()) {
            (false, false) => 0,
            (false, true) => 1,
            (true, _) => 2,
        }
    }
}

/// Maps a key to its group, if all uses of the key belong to one group.
struct Only<T>(HashMap<T, Option<usize>>);

impl<T: Eq + Hash> Only<T> {
    fn new() -> Self {
        Self(HashMap::new())
    }

    fn add(&mut self, of: T, group: usize) {
        let one = self.0.entry(of).or_insert(Some(group));
        *one = one.filter(|one| *one == group);
    }

    fn get(&self, of: &T) -> Option<usize> {
        self.0.get(of).copied().flatten()
    }
}

/// Returns the title of each cell in a column of statuses: the fullest form without a remark among the cells of
/// its group, and of equals the first. A mark or words alone join the full status that has them, if there is only
/// one.
pub(super) fn titles<'c>(cells: impl Iterator<Item = &'c Cell>) -> HashMap<&'c Cell, &'c Cell> {
    let said = said(cells);
    let of = groups(&said);
    let rank = |one: &Said<'_>| (one.remark, one.stage());
    let mut best: HashMap<usize, &Said<'c>> = HashMap::new();
    for (one, group) in said.iter().zip(&of) {
        let title = best.entry(*group).or_insert(one);
        if rank(one) < rank(title) {
            *title = one;
        }
    }
    let title = |(one, group): (&Said<'c>, &usize)| Some((one.cell, best.get(group)?.cell));
    said.iter().zip(&of).filter_map(title).collect()
}

/// Returns the group of each status.
fn groups(said: &[Said<'_>]) -> Vec<usize> {
    let mut groups: HashMap<(&str, Says<'_>), usize> = HashMap::new();
    let (mut by_name, mut by_mark, mut by_level) = (Only::new(), Only::new(), Only::new());
    let mut of = vec![0; said.len()];
    for stage in 0..=2 {
        for (one, group) in said.iter().zip(&mut of).filter(|(one, _)| one.stage() == stage) {
            let known = match stage {
                0 => None,
                1 => by_name.get(&one.name.as_str()),
                _ => by_mark.get(&one.mark.as_str()).or_else(|| by_level.get(&Level::of_mark(&one.mark)?)),
            };
            let next = groups.len();
            *group = known.unwrap_or_else(|| *groups.entry((&one.name, one.says())).or_insert(next));
            match (stage, Level::of_word(&one.name)) {
                (0, _) => {
                    by_name.add(one.name.as_str(), *group);
                    by_mark.add(one.mark.as_str(), *group);
                }
                (1, Some(level)) => by_level.add(level, *group),
                _ => {}
            }
        }
    }
    of
}

/// Returns the statuses of the cells of a column, each once.
fn said<'c>(cells: impl Iterator<Item = &'c Cell>) -> Vec<Said<'c>> {
    let mut seen = HashSet::new();
    let cells: Vec<&Cell> = cells.filter(|cell| seen.insert(*cell)).collect();
    let whole: HashSet<String> = cells.iter().map(|cell| status_key(split_status(cell.shown()).1)).collect();
    let read = |cell: &&'c Cell| {
        let (mark, words) = split_status(cell.shown());
        let mark = without_selector(mark).to_owned();
        if words.is_empty() {
            return Said { cell, mark, name: String::new(), remark: false };
        }
        let own = status_key(words);
        let name = names(words).map(status_key).filter(|name| whole.contains(name)).last();
        let name = name.unwrap_or_else(|| own.clone());
        Said { cell, mark, remark: name != own, name }
    };
    cells.iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::level::same_status;

    #[track_caller]
    fn check(cells: &[&str], expected: &[&str]) {
        let row: Vec<Option<Cell>> = cells.iter().map(|text| Cell::text(text)).collect();
        let titles = titles(row.iter().flatten());
        let title = |cell: &'_ Option<Cell>| cell.as_ref().and_then(|cell| titles.get(cell).copied());
        let found: Vec<&str> = row.iter().map(|cell| crate::plan::board::cell::shown(title(cell))).collect();
        assert_eq!(found, expected);
        for (cell, title) in cells.iter().zip(found) {
            assert!(*cell == title || same_status(cell, title), "{cell}: {title}");
        }
    }

    #[test]
    fn one_status_is_one_group_by_its_fullest_form() {
        check(&["Active", "🟢 Active", "🔴 Down"], &["🟢 Active", "🟢 Active", "🔴 Down"]);
        check(&["🟢 Active - since May", "Active", "active"], &["Active", "Active", "Active"]);
        check(&["🟢", "🟢 Active", "✅ Active"], &["🟢 Active", "🟢 Active", "🟢 Active"]);
        check(&["In-Progress", "in progress"], &["In-Progress", "In-Progress"]);
        check(&["🟢", "Active"], &["Active", "Active"]);
        check(&["⚠️ Slow", "⚠ slow", "-"], &["⚠️ Slow", "⚠️ Slow", "-"]);
    }

    #[test]
    fn what_may_be_two_is_none_of_them() {
        check(&["🟢 Online", "🔴 Online", "Online"], &["🟢 Online", "🔴 Online", "Online"]);
        check(&["🟢 Active", "🟢 Healthy", "🟢"], &["🟢 Active", "🟢 Healthy", "🟢"]);
        check(&["Active - since May", "Active - since June"], &["Active - since May", "Active - since June"]);
        check(&["🟢", "✅", "🔵"], &["🟢", "✅", "🔵"]);
        check(&["🔵 Planned", "🟣 Planned"], &["🔵 Planned", "🟣 Planned"]);
    }
}
