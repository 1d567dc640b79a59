//! Collects the statuses of a vault, compares them, and finds their levels.

use super::{Vocabulary, Words};
use crate::model::level::{Level, Status, chosen, same_name};
use crate::syntax::status::{names, split_status, status_key, steps};
use crate::syntax::vocabulary::{Indicator, Terms};
use crate::text::fold::without_selector;

/// A status, split into its emoji and its words.
pub(super) type Named<'s> = (&'s str, &'s str);

impl Vocabulary {
    /// Adds the statuses and transitions that a note lists. What an earlier note says about a word takes
    /// precedence.
    pub(super) fn add_statuses(&mut self, path: &str, terms: &Terms) {
        let indicators = if are_levels(&terms.indicators) { terms.indicators.as_slice() } else { &[] };
        if self.statuses_in.is_none() && !indicators.is_empty() {
            self.statuses_in = Some(path.to_owned());
        }
        for indicator in indicators {
            let line = self.lines.len();
            let mark = without_selector(&indicator.mark);
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

    /// Adds the statuses that the settings list.
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
                    self.marks.insert(without_selector(mark).to_owned(), level);
                }
                if !word.is_empty() {
                    self.words.insert(status_key(word), level);
                    self.spellings.push(word.to_owned());
                }
            }
        }
    }

    /// Whether the vault lists any indicators.
    #[must_use]
    pub fn lists_indicators(&self) -> bool {
        !(self.words.is_empty() && self.marks.is_empty())
    }

    /// Returns the path of the first note that lists indicators.
    #[must_use]
    pub fn statuses_in(&self) -> Option<&str> {
        self.statuses_in.as_deref()
    }

    /// Returns the level of a status text: `Unknown` for a text that shows a change between levels, or leaves a
    /// choice.
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
        let by_mark = || self.marks.get(without_selector(mark)).copied().or_else(|| Level::of_mark(mark));
        let own = || if self.words.is_empty() { Level::of_word(word) } else { None };
        // Words after an emoji take its level.
        by_mark().or(listed).or_else(own).unwrap_or(Level::Unknown)
    }

    /// Returns a status text with its level.
    #[must_use]
    pub fn status(&self, text: &str) -> Status {
        Status { text: text.to_owned(), level: self.level(text) }
    }

    /// Whether the vault lists the words of a status (or, without words, its emoji).
    #[must_use]
    pub fn knows_status(&self, text: &str) -> bool {
        let (mark, word) = split_status(text);
        if word.is_empty() {
            self.marks.contains_key(without_selector(mark))
        } else {
            self.listed(word).is_some()
        }
    }

    /// Returns the level of the listed status that the words name, perhaps with a remark (`Active - since March`),
    /// or of several listed statuses with the same level (`Active/Healthy`).
    fn listed(&self, words: &str) -> Option<Level> {
        let level = |name: &str| self.words.get(&status_key(name)).copied();
        let together = || {
            let mut levels = words.split('/').map(level);
            let first = levels.next()??;
            levels.all(|other| other == Some(first)).then_some(first)
        };
        self.chosen(words).map(|(_, level)| level).or_else(together)
    }

    /// Returns the longest listed name with which the words begin, and its level; `None` where they leave a choice
    /// (`Active · Down`).
    fn chosen<'s>(&self, words: &'s str) -> Option<(&'s str, Level)> {
        let level = |name: &str| self.words.get(&status_key(name)).copied();
        let of_mark = |mark: &str| self.marks.get(without_selector(mark)).copied();
        chosen(words, level, of_mark)
    }

    /// Whether words name several listed statuses without choosing one.
    fn leave_a_choice(&self, words: &str) -> bool {
        let is_listed = |name: &str| self.words.contains_key(&status_key(name));
        words.contains(['·', '•']) && self.chosen(words).is_none() && names(words).any(is_listed)
    }

    /// Whether two texts name the same status in this vault. Remarks after a listed name do not matter.
    #[must_use]
    pub fn same_status(&self, a: &str, b: &str) -> bool {
        let own = |text| {
            let (mark, words) = split_status(text);
            (mark, self.listed_name(words).unwrap_or(words))
        };
        self.same_named(own(a), own(b))
    }

    /// Like [`same_status`](Self::same_status), but for statuses that are split into marks and names.
    pub(super) fn same_named(&self, a: Named<'_>, b: Named<'_>) -> bool {
        let is_choice = self.leave_a_choice(a.1) || self.leave_a_choice(b.1);
        (!is_choice || status_key(a.1) == status_key(b.1)) && same_name(a, b)
    }

    /// Returns the longest listed name with which the words begin.
    pub(super) fn listed_name<'s>(&self, words: &'s str) -> Option<&'s str> {
        self.chosen(words).map(|(name, _)| name)
    }

    /// Returns the status words that the vault lists, as written, in the order of notes.
    pub fn status_words(&self) -> impl Iterator<Item = &str> {
        self.spellings.iter().map(String::as_str)
    }

    /// Removes the remark from a status. Keeps the name that the vault lists, or else the words before the first
    /// separator. A status that leaves a choice is kept whole.
    pub(super) fn named<'s>(&self, (mark, words): Named<'s>) -> Named<'s> {
        let first = || names(words).last().filter(|_| !self.leave_a_choice(words));
        (mark, self.listed_name(words).or_else(first).unwrap_or(words))
    }
}

/// Whether a list of indicators states levels, rather than describing what an interface shows. Most of its items
/// must have a mark or a word with a level, and at least one a known level. Where every item has a tick, the ticks
/// only mark items as done and do not count.
fn are_levels(indicators: &[Indicator]) -> bool {
    let is_tick = |mark: &str| matches!(without_selector(mark), "✅" | "✔" | "☑");
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

#[cfg(test)]
mod tests {
    use super::super::tests::gather;
    use super::*;

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
            "## STATUS INDICATORS\n\n- 🟢 Active/Healthy/Complete | Done\n- 🟡 In Progress/Warning\n- 🔴 On-call outage\n",
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
            ("Active | Owner: Ruth", Level::Ok),
            ("Active · since May", Level::Ok),
            ("Active • stable", Level::Ok),
            ("🟢 Active · Healthy", Level::Ok),
            ("Active · ✅ tested", Level::Ok),
            ("Active · ✅", Level::Ok),
            ("Active · 🎉", Level::Ok),
            ("Done", Level::Ok),
            ("🔴 On-call outage until 14:00", Level::Critical),
        ] {
            assert!(own.knows_status(status), "{status}");
            assert_eq!(own.level(status), level, "{status}");
        }
        assert!(
            own.same_status("Active · stable", "Active") && !own.same_status("Active · Warning", "Active")
        );
        assert!(own.same_status("Active · Warning", "active · warning"));
        for status in [
            "Activation",
            "Active sincerely",
            "Active | Warning",
            "Active · Warning",
            "🟢 Active · 🟡 Warning",
            "🟢 Active · 🔴",
            "Active · 🔴",
            "🟢 Active · ❌",
            "Active • stable • in progress",
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
}
