//! Which names the entries of a history have in them.

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

/// Names that entries may have in them. All are looked for at once: a vault may have as many as a history has
/// entries.
#[derive(Default)]
pub(in crate::plan) struct Names {
    /// The number of each name, folded.
    numbers: HashMap<String, usize>,
    /// The texts that names are found by, folded: as they are, and as they are written into entries.
    texts: Vec<String>,
    /// Of each text where it stands in that list.
    places: HashMap<String, usize>,
    /// The names that each text stands for.
    meant: Vec<BTreeSet<usize>>,
    /// Whether a text is the name of an integration or a component, in which no shorter one is meant.
    is_system: Vec<bool>,
    search: OnceCell<Option<AhoCorasick>>,
}

/// What a text names.
#[derive(Debug, Default)]
pub(super) struct Named {
    /// The numbers of the names that are meant.
    pub(super) names: BTreeSet<usize>,
    /// Whether an integration or a component is among them.
    pub(super) system: bool,
}

impl Names {
    /// The names of the integrations and components of vaults, and others.
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

    /// Adds a name. In that of a system no shorter one is meant.
    pub(in crate::plan) fn add(&mut self, name: &str, is_system: bool) {
        let own = fold(name.trim()).into_owned();
        if own.is_empty() {
            return;
        }
        let next = self.numbers.len();
        let number = *self.numbers.entry(own.clone()).or_insert(next);
        // What shows nothing is nowhere in an entry. Of what has changed, a box above all, people leave out the number
        // and write the separators otherwise. A system that has not is known by its name alone.
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

    /// The number of a name.
    pub(super) fn number(&self, name: &str) -> Option<usize> {
        self.numbers.get(fold(name.trim()).as_ref()).copied()
    }

    /// What a text, folded, names in whole words. Where a longer name stands that holds another, it alone is
    /// meant.
    pub(super) fn in_text(&self, text: &str) -> Named {
        // It fails only for more names than there is memory for.
        let search = self.search.get_or_init(|| AhoCorasick::new(&self.texts).ok());
        let found = search.iter().flat_map(|search| search.find_overlapping_iter(text));
        let whole = found.filter(|found| is_whole(text, &found.range()));
        let mut found: Vec<(Range<usize>, usize)> =
            whole.map(|found| (found.range(), found.pattern().as_usize())).collect();
        found.sort_unstable_by_key(|(range, _)| (range.start, Reverse(range.end)));
        let mut named = Named::default();
        // Where the names of systems end that began so far.
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
