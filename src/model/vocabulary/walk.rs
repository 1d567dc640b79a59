//! Decides whether one status can become another over several listed transitions.

use std::collections::HashSet;

use super::Vocabulary;
use super::changes::is_any;

impl Vocabulary {
    /// Whether the vault lists a sequence of transitions from one status to another.
    #[must_use]
    pub fn leads_to(&self, old: &str, new: &str) -> bool {
        let (mut open, mut seen) = (vec![old], HashSet::from([old]));
        let mut taken = vec![false; self.transitions.len()];
        // What may follow every status can be reached from the first one, so it is added once.
        let mut any = self.steps().from.any.clone();
        while let Some(status) = open.pop() {
            for number in std::mem::take(&mut any).into_iter().chain(self.steps_from(status)) {
                let step = &self.transitions[number];
                if std::mem::replace(&mut taken[number], true) {
                    continue;
                }
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
