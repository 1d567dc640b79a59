//! Decides which changes of a status the vault allows, by the transitions that its notes list.

use std::collections::HashSet;

use super::Vocabulary;
use super::statuses::Named;
use super::steps::{Other, Steps};
use crate::syntax::status::{split_status, status_key};
use crate::syntax::vocabulary::alternatives;
use crate::text::fold::{fold, is_pictograph};

impl Vocabulary {
    /// Whether the vault allows a change of status. `None` where it does not say: the status is the same, the
    /// vault lists no transitions with the old status, or it does not know the new one.
    #[must_use]
    pub fn allows(&self, old: &str, new: &str) -> Option<bool> {
        // A different remark does not make a different status.
        if self.same_named(self.named(split_status(old)), self.named(split_status(new))) {
            return None;
        }
        if self.lists_change(old, new) {
            return Some(true);
        }
        let known = self.tells_of(new) || !self.lists_indicators() || self.knows_status(new);
        (self.tells_of(old) && known && !self.are_listed_as_one(old, new)).then_some(false)
    }

    /// Whether a listed transition leads from `old` to `new`.
    pub(super) fn lists_change(&self, old: &str, new: &str) -> bool {
        let steps = self.steps();
        let from = |number: &usize| self.names_status(&self.transitions[*number].from, old);
        let to = |number: &usize| self.names_status(&self.transitions[*number].to, new);
        if steps.all
            || steps.from.find(self, old, Other::Any).iter().any(from)
            || steps.to.find(self, new, Other::Any).iter().any(to)
        {
            return true;
        }
        let (begin, end) = (steps.from.find(self, old, Other::Named), steps.to.find(self, new, Other::Named));
        let (few, many) = if begin.len() < end.len() { (begin, end) } else { (end, begin) };
        few.iter()
            .filter(|number| many.binary_search(number).is_ok())
            .any(|number| from(number) && to(number))
    }

    /// Whether a listed transition names a status.
    pub(super) fn tells_of(&self, status: &str) -> bool {
        let steps = self.steps();
        [Other::Named, Other::Any].into_iter().any(|other| {
            let from = |number: usize| self.names_status(&self.transitions[number].from, status);
            let to = |number: usize| self.names_status(&self.transitions[number].to, status);
            steps.from.find(self, status, other).into_iter().any(from)
                || steps.to.find(self, status, other).into_iter().any(to)
        })
    }

    /// Whether the vault lists both statuses on one line, as in `🟢 Active/Healthy`.
    fn are_listed_as_one(&self, a: &str, b: &str) -> bool {
        let line = |text| self.lines.get(&status_key(self.listed_name(split_status(text).1)?));
        line(a).is_some_and(|own| line(b) == Some(own))
    }

    /// Returns the statuses that may follow a status, as the vault writes them.
    #[must_use]
    pub fn may_follow(&self, status: &str) -> Vec<&str> {
        let mut numbers = self.steps_from(status);
        numbers.extend(&self.steps().from.any);
        numbers.sort_unstable();
        let mut seen = HashSet::new();
        numbers
            .into_iter()
            .map(|number| self.transitions[number].to.as_str())
            .filter(|to| seen.insert(*to))
            .collect()
    }

    /// Returns the indexes of the listed transitions that start at a status.
    pub(super) fn steps_from(&self, status: &str) -> Vec<usize> {
        let find = |other| self.steps().from.find(self, status, other);
        let mut found = [find(Other::Named), find(Other::Any)].concat();
        found.retain(|number| self.names_status(&self.transitions[*number].from, status));
        found
    }

    pub(super) fn steps(&self) -> &Steps {
        self.steps.get_or_init(|| Steps::of(self))
    }

    /// Whether one side of a transition names a status.
    pub(super) fn names_status(&self, side: &str, status: &str) -> bool {
        let status = self.named(split_status(status));
        self.statuses_of(side).any(|own| self.same_named(own, status))
    }

    /// Returns the statuses that one side of a transition names; `🟢 Active/Healthy` names two.
    pub(super) fn statuses_of<'s>(&self, side: &'s str) -> impl Iterator<Item = Named<'s>> {
        let (mark, words) = split_status(side);
        // Where later words have marks too, as in `🟢 Active, 🔴 Offline`, the first mark is not that of all.
        let mark_of_all = if words.contains(is_pictograph) { "" } else { mark };
        let each = alternatives(words).into_iter().map(move |word| (mark_of_all, word));
        std::iter::once((mark, words)).chain(each).map(|own| self.named(own))
    }
}

/// Whether one side of a transition stands for every status.
pub(super) fn is_any(side: &str) -> bool {
    matches!(fold(split_status(side).1).as_ref(), "any" | "any status" | "anything" | "all" | "*")
}

#[cfg(test)]
mod tests {
    use super::super::tests::gather;

    #[test]
    fn a_change_of_status_is_allowed_refused_or_nobodys_business() {
        let own = gather(&[
            "## STATUS INDICATORS\n\n- 🟢 Active/Healthy\n- 🟡 Optimizing\n- 🔴 Offline\n\n## STATUS TRANSITIONS\n\n\
             - 🟢 Active/Healthy → 🟡 Optimizing: reason\n- 🟡 Optimizing → 🟢 Active: done\n- Any → 🔴 Offline\n",
        ]);
        for (old, new, expected) in [
            ("🟢 Active", "🟡 Optimizing", Some(true)),
            ("healthy", "Optimizing", Some(true)),
            ("🟡 Optimizing", "🟢 Healthy", Some(false)),
            ("🔵 Planned", "🔴 Offline", Some(true)),
            ("🔴 Offline", "🟢 Active", Some(false)),
            ("🔵 Planned", "🟢 Active", None),
            ("🟢 Active", "🟣 Odd", None),
        ] {
            assert_eq!(own.allows(old, new), expected, "{old} → {new}");
        }
        assert_eq!(own.may_follow("Active"), ["🟡 Optimizing", "🔴 Offline"]);
        assert_eq!(gather(&[]).allows("🟢 Active", "🔴 Offline"), None);
    }

    #[test]
    fn names_of_one_line_are_one_status() {
        let own = gather(&[
            "## STATUS INDICATORS\n\n- 🟢 Active/Healthy\n- 🟡 Optimizing, Slow\n- 🔴 Down\n",
            "## STATUS TRANSITIONS\n\n- 🟢 Active → 🟡 Optimizing\n- 🟡 Optimizing → 🟢 Active\n",
        ]);
        for (old, new, expected) in [
            ("🟢 Active", "🟢 Healthy - since May", None),
            ("🟡 Slow", "🟡 Optimizing", None),
            ("🟢 Active", "🟡 Optimizing", Some(true)),
            ("🟢 Active", "🔴 Down", Some(false)),
            ("🟢 Active", "🟡 Slow", Some(false)),
        ] {
            assert_eq!(own.allows(old, new), expected, "{old} → {new}");
        }
    }

    #[test]
    fn a_remark_makes_no_other_status() {
        let own = gather(&[
            "## STATUS INDICATORS\n\n- 🟢 Active (all is well)\n- 🟡 Maintenance or Repair\n- 🔴 Offline\n- Up and running\n",
            "## STATUS TRANSITIONS\n\n- 🟢 Active → 🟡 Maintenance (announced window)\n- 🔴 Offline → 🟡 Maintenance – as it comes\n\
             - **🟡 Maintenance → 🟢 Active** - done\n- 🟡 Repair → 🟢 Active, 🔴 Offline. Ask first.\n",
        ]);
        for status in
            ["🟢 Active", "Active (all is well)", "Active (since May)", "Repair", "Up and running", "running"]
        {
            assert!(own.knows_status(status), "{status}");
        }
        for (old, new, expected) in [
            ("🟢 Active", "🟡 Maintenance", Some(true)),
            ("🟢 Active (node 2)", "🟡 Maintenance (disk)", Some(true)),
            ("🟢 Active", "🟢 Active (node 2)", None),
            ("🟢 Active (node 1)", "🟢 Active (node 2)", None),
            ("🟢 Active - node 1", "active, node 2", None),
            ("==Active==", "[Active]", None),
            ("Parked - a", "Parked, b", None),
            ("Offline - disk", "Active, again", Some(false)),
            ("🟢 Active: all is well", "maintenance; disk", Some(true)),
            ("🔴 Offline (disk)", "🟢 Active", Some(false)),
            ("🔴 Offline (disk)", "🟡 Maintenance", Some(true)),
            ("🟡 Maintenance", "🟢 Active", Some(true)),
            ("🟡 Repair", "🔴 Offline", Some(true)),
            ("🟡 Repair", "🟢 Active", Some(true)),
            ("🟡 Maintenance", "🔴 Offline", Some(false)),
        ] {
            assert_eq!(own.allows(old, new), expected, "{old} → {new}");
        }
    }
}
