//! Levels of statuses: how well something is, and which level a mark or a word stands for.

use serde::{Deserialize, Serialize};

use crate::syntax::status::{WITH_LEVEL, beside, names, split_status, status_key};
use crate::text::fold::without_selector;

/// The level of a status, from good to bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Level {
    /// All is well.
    Ok,
    /// Something wants attention.
    Warning,
    /// Something is broken.
    Critical,
    /// The level is not stated.
    Unknown,
}

impl Level {
    /// Returns the name in the JSON contract.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Critical => "critical",
            Self::Unknown => "unknown",
        }
    }

    /// Returns the level of an emoji: `Unknown` for one without a meaning, `None` for an empty text.
    #[must_use]
    pub fn of_mark(mark: &str) -> Option<Self> {
        match without_selector(mark) {
            "" => None,
            "🟢" | "✅" | "✔" | "💚" => Some(Self::Ok),
            "🟡" | "🟠" | "⚠" => Some(Self::Warning),
            "🔴" | "❌" | "⛔" => Some(Self::Critical),
            _ => Some(Self::Unknown),
        }
    }

    /// Returns the default level of a status that begins with a known word, for vaults that list no indicators.
    /// Words after that one do not matter.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        chosen(word, Self::of_name, |_| None).map(|(_, level)| level)
    }

    /// Returns the default level of a single word or name.
    fn of_name(name: &str) -> Option<Self> {
        let key = status_key(name);
        let mut levels = [Self::Ok, Self::Warning, Self::Critical].into_iter().zip(WITH_LEVEL);
        levels.find(|(_, words)| words.contains(&key.as_str())).map(|(level, _)| level)
    }
}

/// Returns the longest name of a level with which `words` begin, and its level. `None` where a separating dot and
/// a status of another level follow: then nobody has chosen between the two.
pub(super) fn chosen(
    words: &str,
    level: impl Fn(&str) -> Option<Level>,
    of_mark: impl Fn(&str) -> Option<Level>,
) -> Option<(&str, Level)> {
    let (name, own) = names(words).find_map(|name| Some((name, level(name)?)))?;
    let is_other =
        |said: (&str, &str)| status_beside(said, &level, &of_mark).is_some_and(|other| other != own);
    // Skips the search for what is beside the name, because most statuses are a name and nothing else.
    (name.len() == words.len() || !beside(words, name).any(is_other)).then_some((name, own))
}

/// Returns the level of what follows a dot, if that is a status and nothing else. `⚠️ see note` is a remark.
fn status_beside(
    (mark, words): (&str, &str),
    level: impl Fn(&str) -> Option<Level>,
    of_mark: impl Fn(&str) -> Option<Level>,
) -> Option<Level> {
    if words.is_empty() { of_mark(mark).or_else(|| known(mark)) } else { level(words) }
}

/// A status: the text as written, and its level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// As written.
    pub text: String,
    /// What it means.
    pub level: Level,
}

/// Whether two texts name the same status: `🟢 Active`, `Active` and `🟢` do, and so does `Active - since March`.
/// Two that differ in what follows the name may differ: `Maintenance (planned)` and `Maintenance (repair)`. A
/// status and a choice that it is part of differ (`Active · Down`), and so do two whose marks say different things
/// of the same word: `🟢 Online` and `🔴 Online`.
#[must_use]
pub fn same_status(a: &str, b: &str) -> bool {
    same_name(split_status(a), split_status(b))
}

/// Like [`same_status`], but for statuses that are split into mark and words.
pub(super) fn same_name((mark_a, word_a): (&str, &str), (mark_b, word_b): (&str, &str)) -> bool {
    if word_a.is_empty() || word_b.is_empty() {
        let level = |mark: &str, word: &str| Level::of_mark(mark).or_else(|| Level::of_word(word));
        let is_mark = |mark: &str, word: &str| word.is_empty() || !mark.is_empty();
        return if is_mark(mark_a, word_a) && is_mark(mark_b, word_b) {
            without_selector(mark_a) == without_selector(mark_b)
        } else {
            // A mark matches a word without a mark if both have a known level and it is the same.
            level(mark_a, word_a).is_some_and(|own| level(mark_b, word_b) == Some(own))
        };
    }
    if !(mark_a.is_empty() || mark_b.is_empty() || say_the_same(mark_a, mark_b)) {
        return false;
    }
    let (key_a, key_b) = (status_key(word_a), status_key(word_b));
    let begins_with = |(mark, words): (&str, &str), key: &String| {
        let name = names(words).find(|name| status_key(name) == *key);
        let own = |name| known(mark).or_else(|| Level::of_word(name));
        let is_other = |own: Option<Level>, said: (&str, &str)| {
            let other = status_beside(said, Level::of_name, |_| None);
            other.is_some() && other != own
        };
        name.is_some_and(|name| !beside(words, name).any(|other| is_other(own(name), other)))
    };
    begins_with((mark_a, word_a), &key_b) || begins_with((mark_b, word_b), &key_a)
}

/// Returns the level of a mark whose meaning is known.
fn known(mark: &str) -> Option<Level> {
    Level::of_mark(mark).filter(|level| *level != Level::Unknown)
}

/// Whether two marks mean the same, as `✅` and `🟢` do.
fn say_the_same(a: &str, b: &str) -> bool {
    without_selector(a) == without_selector(b) || known(a).is_some_and(|level| known(b) == Some(level))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_status_in_three_spellings() {
        assert!(
            same_status("🟢 Active", "active")
                && same_status("🟢", "🟢 Active")
                && same_status("Active", "🟢")
        );
        assert!(!same_status("🟢 Active", "🟢 Healthy") && !same_status("🟢 Active", "🔴"));
        assert!(same_status("⚠️", "⚠") && same_status("", ""));
        assert!(
            same_status("🟢 Active (since March)", "Active") && same_status("active", "Active (as ever)")
        );
        assert!(!same_status("🟡 Maintenance (planned)", "🟡 Maintenance (repair)"));
        assert!(!same_status("🟢 Online", "🔴 Online") && !same_status("🟣 Online", "🔵 Online (EU)"));
        assert!(same_status("✅ Active", "🟢 active") && same_status("⚠️ Slow", "⚠ Slow"));
        for other in [
            "Active - since March",
            "Active · since 10:30",
            "Active | see https://status.example",
            "active, as ever",
            "==🟢 Active==",
            "[Active]",
            "Active.",
            "**Active**: yes",
        ] {
            assert!(same_status("🟢 Active", other) && same_status(other, "🟢 Active"), "{other}");
        }
        assert!(
            same_status("In-Progress", "in_progress, half of it") && same_status("on-call - a", "On call")
        );
        assert!(!same_status("Active - a", "Active - b") && !same_status("On", "On-call"));
        for choice in [
            "Active · Down",
            "🟢 Active · 🔴 Down",
            "Active • stable • Down",
            "🟢 Active · 🔴",
            "Active · ❌",
        ] {
            assert!(!same_status("Active", choice) && !same_status(choice, "🟢 Active"), "{choice}");
            assert!(
                same_status(choice, choice) && Level::of_word(split_status(choice).1).is_none(),
                "{choice}"
            );
        }
        for remark in [
            "Active · ✅",
            "Active · 🎉",
            "Active · since May 🎉",
            "Active · ⚠️ see note",
            "🟢 Active · ❌ no backup",
            "Active · pending: 3",
        ] {
            assert!(same_status("Active", remark), "{remark}");
        }
        assert!(same_status("Active", "Active · healthy") && same_status("🟢 Parked", "🟢 Parked · stable"));
        for (a, b) in [("", "Parked"), ("🟣", "🔵 Planned"), ("🟡", "🟠 Pending"), ("✅", "🟢 Active")]
        {
            assert!(!same_status(a, b) && !same_status(b, a), "{a} and {b}");
        }
    }
}
