//! How well something is.

use serde::{Deserialize, Serialize};

use crate::syntax::vocabulary::{split_status, unqualified};
use crate::text::fold::fold;

/// The level of a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Level {
    /// All is well.
    Ok,
    /// Something wants attention.
    Warning,
    /// Something is broken.
    Critical,
    /// Nobody has said.
    Unknown,
}

impl Level {
    /// The name in the JSON contract.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Critical => "critical",
            Self::Unknown => "unknown",
        }
    }

    /// The level of an emoji.
    #[must_use]
    pub fn of_mark(mark: &str) -> Option<Self> {
        match mark.trim_end_matches('\u{fe0f}') {
            "" => None,
            "🟢" | "✅" | "✔" | "💚" => Some(Self::Ok),
            "🟡" | "🟠" | "⚠" => Some(Self::Warning),
            "🔴" | "❌" | "⛔" => Some(Self::Critical),
            _ => Some(Self::Unknown),
        }
    }

    /// The level of a word when no note of the vault lists any.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        let word = fold(word);
        DEFAULT_WORDS.iter().find(|(_, words)| words.contains(&word.as_ref())).map(|(level, _)| *level)
    }
}

/// Words that have a level of their own.
const DEFAULT_WORDS: [(Level, &[&str]); 3] = [
    (Level::Ok, &["active", "online", "operational", "healthy", "good", "normal", "complete", "verified"]),
    (
        Level::Warning,
        &["warning", "degraded", "optimizing", "in progress", "pending", "setup required", "maintenance"],
    ),
    (Level::Critical, &["inactive", "offline", "critical", "blocked", "failed", "down", "deprecated"]),
];

/// A status: the text as written, and its level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// As written.
    pub text: String,
    /// What it means.
    pub level: Level,
}

/// Whether two texts name the same status: `🟢 Active`, `Active` and `🟢` do, and so does `Active (since March)`. Two
/// that say different things in brackets may be two: `Maintenance (planned)` and `Maintenance (repair)`. So are two
/// whose marks say different things of one word: `🟢 Online` and `🔴 Online`.
#[must_use]
pub fn same_status(a: &str, b: &str) -> bool {
    let ((mark_a, word_a), (mark_b, word_b)) = (split_status(a), split_status(b));
    if word_a.is_empty() || word_b.is_empty() {
        let level = |mark: &str, word: &str| Level::of_mark(mark).or_else(|| Level::of_word(word));
        let is_mark = |mark: &str, word: &str| word.is_empty() || !mark.is_empty();
        return if is_mark(mark_a, word_a) && is_mark(mark_b, word_b) {
            mark_a.trim_end_matches('\u{fe0f}') == mark_b.trim_end_matches('\u{fe0f}')
        } else {
            // A mark is what a bare word says, where both are known.
            level(mark_a, word_a).is_some_and(|own| level(mark_b, word_b) == Some(own))
        };
    }
    let same = |a: &str, b: &str| fold(a) == fold(b);
    if !(mark_a.is_empty() || mark_b.is_empty() || say_the_same(mark_a, mark_b)) {
        return false;
    }
    same(word_a, word_b) || same(unqualified(word_a), word_b) || same(word_a, unqualified(word_b))
}

/// Whether two marks mean the same: `✅` is another `🟢`.
fn say_the_same(a: &str, b: &str) -> bool {
    let known = |mark| Level::of_mark(mark).filter(|level| *level != Level::Unknown);
    a.trim_end_matches('\u{fe0f}') == b.trim_end_matches('\u{fe0f}')
        || known(a).is_some_and(|level| known(b) == Some(level))
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
        for (a, b) in [("", "Parked"), ("🟣", "🔵 Planned"), ("🟡", "🟠 Pending"), ("✅", "🟢 Active")]
        {
            assert!(!same_status(a, b) && !same_status(b, a), "{a} and {b}");
        }
    }
}
