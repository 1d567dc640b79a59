//! An index over the transitions of a vault, by the statuses that their two sides name.
//!
//! Comparing each status with every transition would take quadratic time.

use std::collections::HashMap;

use super::Vocabulary;
use super::changes::is_any;
use super::statuses::Named;
use crate::model::level::Level;
use crate::syntax::status::{names, split_status, status_key};
use crate::text::fold::without_selector;

/// The listed transitions, indexed by their sides.
#[derive(Clone, Debug, Default)]
pub(super) struct Steps {
    pub(super) from: Sides,
    pub(super) to: Sides,
    /// Whether a transition allows every change.
    pub(super) all: bool,
}

/// An index over one side of the transitions.
#[derive(Clone, Debug, Default)]
pub(super) struct Sides {
    /// The transitions that name a status on this side, kept apart by whether their other side stands for every
    /// status.
    naming: HashMap<(Key, Other), Vec<usize>>,
    /// The transitions that stand for every status on this side.
    pub(super) any: Vec<usize>,
}

/// What a transition has on its other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Other {
    Any,
    Named,
}

/// A key that statuses share if they may be the same: see [`same_name`](crate::model::level::same_name).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    /// The words, or the part of them before a remark.
    Name(String),
    /// The mark before words.
    Mark(String),
    /// The level of words without a mark.
    Level(Level),
    /// A mark without words.
    MarkAlone(String),
    /// The level of a mark without words.
    LevelAlone(Level),
}

impl Steps {
    pub(super) fn of(vocabulary: &Vocabulary) -> Self {
        let mut steps = Self::default();
        for (number, step) in vocabulary.transitions.iter().enumerate() {
            let (from, to) = (is_any(&step.from), is_any(&step.to));
            steps.all |= from && to;
            steps.from.add(vocabulary, number, &step.from, from, to);
            steps.to.add(vocabulary, number, &step.to, to, from);
        }
        steps
    }
}

impl Sides {
    fn add(
        &mut self,
        vocabulary: &Vocabulary,
        number: usize,
        side: &str,
        own_is_any: bool,
        other_is_any: bool,
    ) {
        if own_is_any {
            self.any.push(number);
        }
        let other = if other_is_any { Other::Any } else { Other::Named };
        for key in vocabulary.statuses_of(side).flat_map(of_side) {
            let numbers = self.naming.entry((key, other)).or_default();
            if numbers.last() != Some(&number) {
                numbers.push(number);
            }
        }
    }

    /// Returns the transitions that may name a status on this side. All that do are among them.
    pub(super) fn find(&self, vocabulary: &Vocabulary, status: &str, other: Other) -> Vec<usize> {
        let keys = of_status(vocabulary.named(split_status(status)));
        let found = keys.into_iter().filter_map(|key| self.naming.get(&(key, other)));
        let mut found: Vec<usize> = found.flatten().copied().collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// Returns the keys under which one side of a transition is filed.
fn of_side((mark, word): Named<'_>) -> Vec<Key> {
    let mark = without_selector(mark);
    if word.is_empty() {
        let level = Level::of_mark(mark).map(Key::LevelAlone);
        std::iter::once(Key::MarkAlone(mark.to_owned())).chain(level).collect()
    } else if mark.is_empty() {
        of_names(word).chain(Level::of_word(word).map(Key::Level)).collect()
    } else {
        of_names(word).chain([Key::Mark(mark.to_owned())]).collect()
    }
}

/// Returns the keys under which a status is looked up.
fn of_status((mark, word): Named<'_>) -> Vec<Key> {
    let mark = without_selector(mark);
    if word.is_empty() {
        let level = Level::of_mark(mark).map(Key::Level);
        [Key::MarkAlone(mark.to_owned()), Key::Mark(mark.to_owned())].into_iter().chain(level).collect()
    } else if mark.is_empty() {
        of_names(word).chain(Level::of_word(word).map(Key::LevelAlone)).collect()
    } else {
        of_names(word).chain([Key::MarkAlone(mark.to_owned())]).collect()
    }
}

fn of_names(word: &str) -> impl Iterator<Item = Key> {
    names(word).map(|name| Key::Name(status_key(name)))
}

#[cfg(test)]
mod tests {
    use super::super::Words;
    use super::*;
    use crate::syntax::facts;
    use crate::syntax::reading::Reading;
    use crate::text::growth::excess;

    const INDICATORS: &str =
        "## Status Indicators\n\n- 🟢 Active/Healthy\n- 🟡 Active, on trial\n- 🔴 Offline\n";

    fn vocabulary(transitions: &str) -> Vocabulary {
        let note = format!("{INDICATORS}\n## Status Transitions\n\n{transitions}");
        let facts = facts::read(note.as_bytes(), &Reading::default());
        Vocabulary::gather(&Words::default(), [("a.md", &facts.system().terms)])
    }

    /// Whether any transition allows a change, found by reading all of them.
    fn is_in_all(own: &Vocabulary, old: &str, new: &str) -> bool {
        let says = |side: &str, status: &str| is_any(side) || own.names_status(side, status);
        own.transitions.iter().any(|t| says(&t.from, old) && says(&t.to, new))
    }

    /// Whether any transition names a status, and what may follow it, found by reading all of them.
    fn by_all<'v>(own: &'v Vocabulary, status: &str) -> (bool, Vec<&'v str>) {
        let names = |side: &str| own.names_status(side, status);
        let tells = own.transitions.iter().any(|t| names(&t.from) || names(&t.to));
        let mut next: Vec<&str> = Vec::new();
        for step in own.transitions.iter().filter(|t| is_any(&t.from) || names(&t.from)) {
            if !next.contains(&step.to.as_str()) {
                next.push(&step.to);
            }
        }
        (tells, next)
    }

    #[test]
    fn what_is_looked_up_is_what_all_of_them_say() {
        const SIDES: [&str; 13] = [
            "Any",
            "🟢",
            "🔴 ",
            "✔️",
            "🟢 Active",
            "Active/Healthy",
            "🟢 Active, 🔴 Offline",
            "Active, on trial",
            "✅ healthy (all is well)",
            "⚠️ Parked - as it comes",
            "Parked",
            "Degraded or down",
            "🔵",
        ];
        const STATUSES: [&str; 16] = [
            "🟢",
            "✔",
            "🔴",
            "⚠️",
            "🔵 Planned",
            "Active",
            "active - since May",
            "🟢 Active, on trial",
            "🔴 Active",
            "Healthy",
            "offline.",
            "parked (again)",
            "⚠ Parked",
            "Down",
            "any",
            "",
        ];
        let all = || SIDES.iter().enumerate().flat_map(|(i, from)| SIDES.map(|to| (i, *from, to)));
        for (j, (i, from, to)) in all().enumerate().step_by(3) {
            let third = SIDES[(i + 3 * j) % SIDES.len()];
            let own =
                vocabulary(&format!("- {from} → {to}: x\n- {to} → {third}: y\n- {third} → {from}: z\n"));
            assert_eq!(own.transitions.len(), 3, "{from} → {to}");
            for old in STATUSES {
                let what = format!("{from} → {to} → {third}: {old}");
                assert_eq!((own.tells_of(old), own.may_follow(old)), by_all(&own, old), "{what}");
                for new in STATUSES {
                    assert_eq!(own.lists_change(old, new), is_in_all(&own, old, new), "{what} → {new}");
                }
            }
        }
    }

    #[test]
    fn a_change_is_not_held_against_all() {
        for (what, line) in [
            ("a chain", &(|i: usize| format!("- S{i} → S{}: x\n", i + 1)) as &dyn Fn(usize) -> String),
            ("to any", &|i| format!("- S{i} → Any: x\n")),
            ("from any", &|i| format!("- Any → S{i}: x\n")),
            ("from one", &|i| format!("- S → S{i}: x\n")),
            ("marks", &|i| format!("- 🟢 S{i} → 🔴 T{i}: x\n")),
        ] {
            let line = |i| line(i);
            let lines: Vec<String> = (0..8 * 64 * 20).map(line).collect();
            let make = |n: usize| (n, vocabulary(&lines[..n].concat()));
            let excess = excess(what, 20, make, |(n, own)| {
                for i in 0..*n {
                    std::hint::black_box(own.allows(&format!("🟢 S{}", i + 2), &format!("🔴 S{i}")));
                }
            });
            assert_eq!(excess, None);
        }
    }
}
