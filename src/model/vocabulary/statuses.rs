//! The statuses of a vault: which level each has, and what may follow it.

use std::collections::HashSet;

use super::steps::{Other, Steps};
use super::{Vocabulary, Words};
use crate::model::level::{Level, Status, same_name};
use crate::syntax::status::{names, split_status, status_key, steps};
use crate::syntax::vocabulary::{Indicator, Terms, alternatives};
use crate::text::fold::{fold, is_pictograph};

/// A status by its emoji and its words.
pub(super) type Named<'s> = (&'s str, &'s str);

impl Vocabulary {
    /// Adds what a note lists; what has been said of a word before counts.
    pub(super) fn add_statuses(&mut self, path: &str, terms: &Terms) {
        let indicators = if are_levels(&terms.indicators) { terms.indicators.as_slice() } else { &[] };
        if self.statuses_in.is_none() && !indicators.is_empty() {
            self.statuses_in = Some(path.to_owned());
        }
        for indicator in indicators {
            let line = self.lines.len();
            let mark = indicator.mark.trim_end_matches('\u{fe0f}');
            let level = Level::of_mark(mark)
                .or_else(|| indicator.words.iter().find_map(|word| Level::of_word(word)))
                .unwrap_or(Level::Unknown);
            if !mark.is_empty() {
                self.marks.entry(mark.to_owned()).or_insert(level);
            }
            for word in &indicator.words {
                self.lines.entry(status_key(word)).or_insert(line);
                self.words.entry(status_key(word)).or_insert_with(|| {
                    self.spellings.push(word.clone());
                    level
                });
            }
        }
        self.transitions.extend(terms.transitions.iter().cloned());
    }

    /// Adds what a vault has set in its configuration.
    pub(super) fn add_own_statuses(&mut self, own: &Words) {
        let levels = [
            (Level::Ok, &own.ok),
            (Level::Warning, &own.warning),
            (Level::Critical, &own.critical),
            (Level::Unknown, &own.unknown),
        ];
        for (level, statuses) in levels {
            for status in statuses {
                let (mark, word) = split_status(status);
                if !mark.is_empty() {
                    self.marks.insert(mark.trim_end_matches('\u{fe0f}').to_owned(), level);
                }
                if !word.is_empty() {
                    self.words.insert(status_key(word), level);
                    self.spellings.push(word.to_owned());
                }
            }
        }
    }

    /// Whether any note lists indicators.
    #[must_use]
    pub fn lists_indicators(&self) -> bool {
        !(self.words.is_empty() && self.marks.is_empty())
    }

    /// The path of the first note that lists indicators.
    #[must_use]
    pub fn statuses_in(&self) -> Option<&str> {
        self.statuses_in.as_deref()
    }

    /// The level of a status text. One that shows a change from one level to another, or leaves the choice, has none.
    #[must_use]
    pub fn level(&self, text: &str) -> Level {
        let level = self.level_of(split_status(text));
        let is_other = |step| {
            let other = self.level_of(step);
            other != Level::Unknown && other != level
        };
        if steps(text).any(is_other) { Level::Unknown } else { level }
    }

    fn level_of(&self, (mark, word): Named<'_>) -> Level {
        let listed = self.listed(word);
        let by_mark =
            || self.marks.get(mark.trim_end_matches('\u{fe0f}')).copied().or_else(|| Level::of_mark(mark));
        let own = || if self.words.is_empty() { Level::of_word(word) } else { None };
        // The words behind an emoji take its level.
        by_mark().or(listed).or_else(own).unwrap_or(Level::Unknown)
    }

    /// A status with its level.
    #[must_use]
    pub fn status(&self, text: &str) -> Status {
        Status { text: text.to_owned(), level: self.level(text) }
    }

    /// Whether the vault lists the words of a status (or, without words, its emoji).
    #[must_use]
    pub fn knows_status(&self, text: &str) -> bool {
        let (mark, word) = split_status(text);
        if word.is_empty() {
            self.marks.contains_key(mark.trim_end_matches('\u{fe0f}'))
        } else {
            self.listed(word).is_some()
        }
    }

    /// The level of the listed status that words name, perhaps with a remark behind it (`Active - since March`), or of
    /// several that are one (`Active/Healthy`).
    fn listed(&self, words: &str) -> Option<Level> {
        let level = |name: &str| self.words.get(&status_key(name)).copied();
        let together = || {
            let mut levels = words.split('/').map(level);
            let first = levels.next()??;
            levels.all(|other| other == Some(first)).then_some(first)
        };
        names(words).find_map(level).or_else(together)
    }

    /// Whether two texts name the same status here: what else is said behind a listed one makes no other.
    #[must_use]
    pub fn same_status(&self, a: &str, b: &str) -> bool {
        let own = |text| {
            let (mark, words) = split_status(text);
            (mark, self.listed_name(words).unwrap_or(words))
        };
        same_name(own(a), own(b))
    }

    /// The longest listed name that words begin with.
    fn listed_name<'s>(&self, words: &'s str) -> Option<&'s str> {
        names(words).find(|name| self.words.contains_key(&status_key(name)))
    }

    /// The status words that the vault lists, as written, in the order of notes.
    pub fn status_words(&self) -> impl Iterator<Item = &str> {
        self.spellings.iter().map(String::as_str)
    }

    /// Whether the vault allows a change of status. `None` where it does not say: it lists no changes, none
    /// of the old status, or does not know the new one.
    #[must_use]
    pub fn allows(&self, old: &str, new: &str) -> Option<bool> {
        // Another remark on it is no other status.
        if same_name(self.named(split_status(old)), self.named(split_status(new))) {
            return None;
        }
        if self.lists_change(old, new) {
            return Some(true);
        }
        let known = self.tells_of(new) || !self.lists_indicators() || self.knows_status(new);
        (self.tells_of(old) && known && !self.are_listed_as_one(old, new)).then_some(false)
    }

    /// Whether a listed change leads from one status to another.
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

    /// Whether a listed change names a status.
    pub(super) fn tells_of(&self, status: &str) -> bool {
        let steps = self.steps();
        [Other::Named, Other::Any].into_iter().any(|other| {
            let from = |number: usize| self.names_status(&self.transitions[number].from, status);
            let to = |number: usize| self.names_status(&self.transitions[number].to, status);
            steps.from.find(self, status, other).into_iter().any(from)
                || steps.to.find(self, status, other).into_iter().any(to)
        })
    }

    /// Whether one line of the vault lists both: `🟢 Active/Healthy`.
    fn are_listed_as_one(&self, a: &str, b: &str) -> bool {
        let line = |text| self.lines.get(&status_key(self.listed_name(split_status(text).1)?));
        line(a).is_some_and(|own| line(b) == Some(own))
    }

    /// The statuses that may follow one, as the vault writes them.
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

    /// The listed changes that name a status as what was there before.
    pub(super) fn steps_from(&self, status: &str) -> Vec<usize> {
        let find = |other| self.steps().from.find(self, status, other);
        let mut found = [find(Other::Named), find(Other::Any)].concat();
        found.retain(|number| self.names_status(&self.transitions[*number].from, status));
        found
    }

    pub(super) fn steps(&self) -> &Steps {
        self.steps.get_or_init(|| Steps::of(self))
    }

    /// A status without a remark behind it: what the vault lists, or else what stands before the first sign.
    pub(super) fn named<'s>(&self, (mark, words): Named<'s>) -> Named<'s> {
        let name = self.listed_name(words).or_else(|| names(words).last());
        (mark, name.unwrap_or(words))
    }

    /// Whether one side of a transition names a status.
    pub(super) fn names_status(&self, side: &str, status: &str) -> bool {
        let status = self.named(split_status(status));
        self.statuses_of(side).any(|own| same_name(own, status))
    }

    /// The statuses that one side of a transition names; `🟢 Active/Healthy` names two.
    pub(super) fn statuses_of<'s>(&self, side: &'s str) -> impl Iterator<Item = Named<'s>> {
        let (mark, words) = split_status(side);
        // With marks of their own, `🟢 Active, 🔴 Offline`, the first is not that of all.
        let mark_of_all = if words.contains(is_pictograph) { "" } else { mark };
        let each = alternatives(words).into_iter().map(move |word| (mark_of_all, word));
        std::iter::once((mark, words)).chain(each).map(|own| self.named(own))
    }
}

/// Whether a list says how well something is, and is no prose about what an interface shows: most of its items have a
/// mark or a word with a level, and some of these say how well. Where all have a tick, it only ticks them off.
fn are_levels(indicators: &[Indicator]) -> bool {
    let is_tick = |mark: &str| matches!(mark.trim_end_matches('\u{fe0f}'), "✅" | "✔" | "☑");
    let ticks = indicators.len() > 1 && indicators.iter().all(|indicator| is_tick(&indicator.mark));
    let level = |indicator: &Indicator| {
        let by_mark = if ticks { None } else { Level::of_mark(&indicator.mark) };
        let by_word = || indicator.words.iter().find_map(|word| Level::of_word(word));
        by_mark.filter(|level| *level != Level::Unknown).or_else(by_word).or(by_mark)
    };
    let levels = indicators.iter().filter_map(level);
    let (all, known) =
        levels.fold((0, false), |(all, known), level| (all + 1, known || level != Level::Unknown));
    known && 2 * all > indicators.len()
}

/// Whether one side of a transition stands for every status.
pub(super) fn is_any(side: &str) -> bool {
    matches!(fold(split_status(side).1).as_ref(), "any" | "any status" | "anything" | "all" | "*")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::{facts, reading::Reading};

    fn gather(notes: &[&str]) -> Vocabulary {
        let facts: Vec<_> = notes.iter().map(|n| facts::read(n.as_bytes(), &Reading::default())).collect();
        Vocabulary::gather(&Words::default(), facts.iter().map(|f| ("a.md", &f.system().terms)))
    }

    #[test]
    fn without_a_list_the_common_words_have_levels() {
        let none = gather(&[]);
        assert_eq!(none.level("Online"), Level::Ok);
        assert_eq!(none.level("🟡 Whatever"), Level::Warning);
        assert_eq!(none.level("Parked"), Level::Unknown);
        assert!(!none.lists_indicators());
    }

    #[test]
    fn a_change_of_levels_has_none() {
        let none = gather(&[]);
        for text in [
            "🔴 → 🟢",
            "❌ ➜ ✅",
            "🔴/🟢",
            "🔴→🟢",
            "🟢 🔴",
            "🔴 Down -> 🟢 Up",
            "🔴 Down => Active",
            "**🔴 → 🟢**",
        ] {
            assert_eq!(none.level(text), Level::Unknown, "{text}");
        }
        for text in [
            "🟢 → ✅",
            "🟢 Active/Pending",
            "🟢 Active (🔴 → 🟢 in May)",
            "🟢 Active, was 🔴 / 🟡",
            "🟢 ↗️",
            "🟢 → see below",
            "🟢 Active → 🔵 Planned",
        ] {
            assert_eq!(none.level(text), Level::Ok, "{text}");
        }
    }

    #[test]
    fn the_vaults_own_words_count() {
        let own =
            gather(&["## STATUS INDICATORS\n\n- 🟢 Live/Green - all is well\n- 🔴 Parked\n- 🔵 Planned\n"]);
        assert_eq!(
            (own.level("Parked"), own.level("live"), own.level("Planned")),
            (Level::Critical, Level::Ok, Level::Unknown)
        );
        assert!(own.knows_status("Green (since March)") && !own.knows_status("Purple (Green)"));
        assert!(own.same_status("Green - a", "🟢 green, b") && !own.same_status("Blue - a", "Blue - b"));
        assert!(own.knows_status("Green") && own.knows_status("🔵") && !own.knows_status("Active"));
        assert_eq!(own.level("Active"), Level::Unknown, "not in the vault's own list");
    }

    #[test]
    fn a_list_without_levels_lists_no_statuses() {
        for items in [
            "- Visual feedback for sync status\n- Last updated timestamp\n- Unsaved changes indicator (subtle)\n",
            "- ✅ Responsive table\n- ✅ Sorting\n- ✅ Active filters\n",
            "- `●` Green - Ready\n- `●` Red - Busy\n",
            "- 🚀 Quick sync\n- 📊 Charts of each status\n",
            "- Offline banner\n- Active: a pulsating dot\n- A toast for errors\n",
        ] {
            let none = gather(&[&format!("## STATUS INDICATORS\n\n{items}")]);
            assert!(!none.lists_indicators() && none.statuses_in().is_none(), "{items}");
            assert_eq!(none.level("Active"), Level::Ok, "{items}");
        }
        for items in [
            "- 🟢 Live\n",
            "- ✅ Live\n",
            "- ✅ Live\n- 🔵 Planned\n- 🟣 Parked\n",
            "- 🔴 Sunk\n- 🔴 Adrift\n",
            "- ✅ Complete\n- ✅ Verified\n- ✅ Signed off\n",
            "- Active\n- Offline\n- Parked\n",
            "- **Active/Live:** a pulsating dot\n- **Offline:** none\n",
        ] {
            let own = gather(&[&format!("## STATUS INDICATORS\n\n{items}")]);
            assert!(own.lists_indicators(), "{items}");
        }
    }

    #[test]
    fn a_listed_status_with_more_behind_it_is_listed() {
        let own = gather(&[
            "## STATUS INDICATORS\n\n- 🟢 Active/Healthy/Complete\n- 🟡 In Progress/Warning\n- 🔴 On-call outage\n",
        ]);
        for (status, level) in [
            ("Active - stable since May", Level::Ok),
            ("Active – stable", Level::Ok),
            ("Active — stable", Level::Ok),
            ("Active, monitoring", Level::Ok),
            ("Active; see below", Level::Ok),
            ("Active (2 of 3) - stable", Level::Ok),
            ("Active: stable", Level::Ok),
            ("Active.", Level::Ok),
            ("in-progress", Level::Warning),
            ("in_progress, half of it", Level::Warning),
            ("==Active==", Level::Ok),
            ("==🟢 Active== - stable", Level::Ok),
            ("[Active]", Level::Ok),
            ("[[Statuses#Warning|Warning]]", Level::Warning),
            ("on call outage", Level::Critical),
            ("Active/Healthy/Complete", Level::Ok),
            ("Active since May", Level::Ok),
            ("🔴 On-call outage until 14:00", Level::Critical),
        ] {
            assert!(own.knows_status(status), "{status}");
            assert_eq!(own.level(status), level, "{status}");
        }
        for status in [
            "Activation",
            "Active sincerely",
            "Active | Warning",
            "Active <- Warning",
            "Actve - stable",
            "Nearly - Active",
            "Not Active",
            "Active-passive",
            "Active/Warning",
            "Active/Actve",
            "On",
            "====",
            "- Active",
            "",
        ] {
            assert!(!own.knows_status(status), "{status}");
        }
    }

    #[test]
    fn a_listed_name_with_a_sign_in_it_is_that_as_a_whole() {
        let text = "[vocabulary]\nok = [\"Active\"]\nwarning = [\"Active, on trial\", \"Read-only\"]\ncritical = [\"Active - alone\", \"Read\"]\n";
        let config = crate::config::Config::read(text, &[]).unwrap();
        let own = Vocabulary::gather(&config.words, []);
        for (status, level) in [
            ("Active, on trial", Level::Warning),
            ("Active, on trial - since May", Level::Warning),
            ("active - alone.", Level::Critical),
            ("Active, on loan", Level::Ok),
            ("Read only", Level::Warning),
            ("Read - only", Level::Critical),
        ] {
            assert_eq!(own.level(status), level, "{status}");
        }
    }

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
