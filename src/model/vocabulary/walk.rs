//! Where a status leads over several of the changes that a vault lists.

use std::collections::{HashMap, HashSet};

use super::Vocabulary;
use super::statuses::is_any;
use crate::syntax::status::{names, split_status, status_key};

impl Vocabulary {
    /// Whether one status can become another over changes that the vault lists, one after the other.
    #[must_use]
    pub fn leads_to(&self, old: &str, new: &str) -> bool {
        let walk = Walk::of(self);
        let (mut open, mut seen) = (vec![old], HashSet::from([old]));
        let mut taken = vec![false; self.transitions.len()];
        while let Some(status) = open.pop() {
            for number in walk.from(status) {
                let step = &self.transitions[number];
                if taken[number] || !(is_any(&step.from) || self.names_status(&step.from, status)) {
                    continue;
                }
                taken[number] = true;
                if is_any(&step.to) || self.names_status(&step.to, new) {
                    return true;
                }
                if seen.insert(&step.to) {
                    open.push(&step.to);
                }
            }
        }
        false
    }
}

/// The changes by what they begin with: whoever looks at all of them for every status that is reached takes the square
/// of their number.
struct Walk<'v> {
    vocabulary: &'v Vocabulary,
    by_name: HashMap<String, Vec<usize>>,
    /// Those that begin with any status, or with a mark alone.
    others: Vec<usize>,
}

impl<'v> Walk<'v> {
    fn of(vocabulary: &'v Vocabulary) -> Self {
        let mut walk = Self { vocabulary, by_name: HashMap::new(), others: Vec::new() };
        for (number, step) in vocabulary.transitions.iter().enumerate() {
            if is_any(&step.from) {
                walk.others.push(number);
                continue;
            }
            for (_, word) in vocabulary.statuses_of(&step.from) {
                if word.is_empty() {
                    walk.others.push(number);
                }
                for name in names(word).filter(|name| !name.is_empty()) {
                    walk.by_name.entry(status_key(name)).or_default().push(number);
                }
            }
        }
        walk
    }

    /// The changes that may begin with a status.
    fn from(&self, status: &str) -> Vec<usize> {
        let (_, word) = self.vocabulary.named(split_status(status));
        if word.is_empty() {
            return (0..self.vocabulary.transitions.len()).collect();
        }
        let found = names(word).filter_map(|name| self.by_name.get(&status_key(name))).flatten();
        self.others.iter().chain(found).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Words;
    use super::*;
    use crate::syntax::facts;
    use crate::syntax::reading::Reading;
    use crate::text::growth::excess;

    fn vocabulary(transitions: &str) -> Vocabulary {
        let note = format!("## Status Transitions\n\n{transitions}");
        let facts = facts::read(note.as_bytes(), &Reading::default());
        Vocabulary::gather(&Words::default(), [("a.md", &facts.system().terms)])
    }

    #[test]
    fn steps_are_taken_one_after_the_other() {
        let own = vocabulary(
            "- 🟢 Active/Healthy → 🔴 Offline: outage\n- Offline → Maintenance: repair\n- Maintenance → Active: tested\n\
             - Any → Retired: sold\n- Retired → Scrapped: done\n",
        );
        for (old, new, leads) in [
            ("Active", "Maintenance", true),
            ("🟢 Healthy (since May)", "Active", true),
            ("Maintenance", "Scrapped", true),
            ("Retired", "Active", false),
            ("Scrapped", "Offline", false),
        ] {
            assert_eq!(own.leads_to(old, new), leads, "{old} → {new}");
        }
    }

    #[test]
    fn a_long_chain_costs_no_more_a_step() {
        let step = |i| format!("- Step {i} → Step {}: on", i + 1);
        let made = |length: usize| vocabulary(&(0..length).map(step).collect::<Vec<_>>().join("\n"));
        assert!(made(60).leads_to("Step 3", "Step 60"));
        let walk = |own: &Vocabulary| assert!(!own.leads_to("Step 1", "Step 0"));
        assert_eq!(excess("steps of a status", 60, made, walk), None);
    }
}
