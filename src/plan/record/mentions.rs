//! Finds the names of systems in the entries of a history.

use std::cell::OnceCell;
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use aho_corasick::AhoCorasick;

use crate::model::integration::View;
use crate::plan::value::written;
use crate::systems::{members, name_key};
use crate::text::fold::{fold, is_whole};
use crate::vault::Vault;

/// Names to look for in entries. All are searched for at once, since a vault may have as many names as a history
/// has entries.
#[derive(Default)]
pub(in crate::plan) struct Names {
    /// The number of each folded name.
    numbers: HashMap<String, usize>,
    /// The folded texts by which names are found: as they are, and as entries have them.
    texts: Vec<String>,
    /// The index of each text in `texts`.
    places: HashMap<String, usize>,
    /// The names that each text stands for.
    meant: Vec<BTreeSet<usize>>,
    /// Whether a text is the name of an integration or a component; no shorter name is meant within it.
    is_system: Vec<bool>,
    search: OnceCell<Option<AhoCorasick>>,
}

/// The names that were found in a text.
#[derive(Debug, Default)]
pub(super) struct Named {
    /// The numbers of the names.
    pub(super) names: BTreeSet<usize>,
    /// Whether one of them is an integration or a component.
    pub(super) system: bool,
}

impl Names {
    /// Collects the names of the integrations and components of vaults, and other names.
    pub(in crate::plan) fn of<'o>(vaults: &[&Vault], others: impl Iterator<Item = &'o str>) -> Self {
        let mut names = Self::default();
        for vault in vaults {
            for name in members::integrations(vault).filter_map(|(_, i)| View(i).name()) {
                names.add(name, true);
            }
        }
        for (note, _) in vaults.last().into_iter().flat_map(|vault| members::components(vault)) {
            names.add(note.title(), true);
        }
        others.for_each(|name| names.add(name, false));
        names
    }

    /// Adds a name. Within the name of a system no shorter name is meant.
    pub(in crate::plan) fn add(&mut self, name: &str, is_system: bool) {
        let own = fold(name.trim()).into_owned();
        if own.is_empty() {
            return;
        }
        let next = self.numbers.len();
        let number = *self.numbers.entry(own.clone()).or_insert(next);
        // A name that shows nothing occurs in no entry. For what has changed, above all a box, people omit its
        // number and vary its separators. An unchanged system must be named exactly.
        let bare = if is_system { String::new() } else { name_key(name) };
        let texts = [fold(&written(name)).into_owned(), own, bare];
        for text in texts.into_iter().filter(|text| !text.is_empty()) {
            let at = *self.places.entry(text).or_insert_with_key(|text| {
                self.texts.push(text.clone());
                self.meant.push(BTreeSet::new());
                self.is_system.push(false);
                self.texts.len() - 1
            });
            self.meant[at].insert(number);
            self.is_system[at] |= is_system;
        }
    }

    /// Returns the number of a name.
    pub(super) fn number(&self, name: &str) -> Option<usize> {
        self.numbers.get(fold(name.trim()).as_ref()).copied()
    }

    /// Returns the names that a folded text contains as whole words. Where a longer name contains a shorter one,
    /// only the longer one is meant.
    pub(super) fn in_text(&self, text: &str) -> Named {
        // Building the search fails only if there are more names than fit into memory.
        let search = self.search.get_or_init(|| AhoCorasick::new(&self.texts).ok());
        let found = search.iter().flat_map(|search| search.find_overlapping_iter(text));
        let whole = found.filter(|found| is_whole(text, &found.range()));
        let mut found: Vec<(Range<usize>, usize)> =
            whole.map(|found| (found.range(), found.pattern().as_usize())).collect();
        found.sort_unstable_by_key(|(range, _)| (range.start, Reverse(range.end)));
        let mut named = Named::default();
        // The end of the longest system name so far.
        let mut system_end = 0;
        for (range, at) in found {
            if range.end > system_end {
                named.names.extend(&self.meant[at]);
            }
            if self.is_system[at] {
                named.system = true;
                system_end = system_end.max(range.end);
            }
        }
        named
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_name_is_meant() {
        let mut names = Names::default();
        for system in ["Gateway", "Edge Gateway", "Edge Gateway EU", "#Bus", "EU"] {
            names.add(system, true);
        }
        names.add("Bus stop", false);
        names.add("1. Night_bus", false);
        for (text, expected) in [
            ("gateway", &["gateway"][..]),
            ("the edge gateway", &["edge gateway"]),
            ("edge gateway, gateway", &["edge gateway", "gateway"]),
            ("edge gateway eu", &["edge gateway eu"]),
            ("edge gateway europe", &["edge gateway"]),
            ("gateway eu", &["eu", "gateway"]),
            ("\\#bus", &["#bus"]),
            ("#bus stop", &["#bus", "bus stop"]),
            ("gateways", &["gateway"]),
            ("the night bus", &["1. night_bus"]),
            ("gatewaykeeper", &[]),
            ("", &[]),
        ] {
            let expected: BTreeSet<usize> = expected.iter().map(|name| names.numbers[*name]).collect();
            assert_eq!(names.in_text(text).names, expected, "{text}");
        }
        assert!(names.in_text("bus").names.is_empty() && names.number(" Edge  Gateway").is_none());
        assert!(names.in_text("the eu").system && !names.in_text("bus stop").system);
    }
}
