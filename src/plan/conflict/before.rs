//! What both sides of a conflict had before, by which an entry that one of them added is told from one that the
//! other has changed.

use std::collections::HashSet;

use super::entries::History;
use crate::syntax::facts;
use crate::syntax::reading::Reading;
use crate::text::stamp::Stamp;

/// The entries of a note before either side touched it.
pub(super) struct Before {
    texts: HashSet<String>,
    /// The times of those that neither side has as they were.
    gone: HashSet<Stamp>,
    /// What those say.
    gone_words: HashSet<String>,
}

impl Before {
    /// Reads the entries of `base`, the whole note.
    pub(super) fn of(base: &str, reading: &Reading, ours: &History<'_>, theirs: &History<'_>) -> Self {
        let facts = facts::read(base.as_bytes(), reading);
        let now: HashSet<String> = ours.texts().chain(theirs.texts()).map(|(_, text)| text).collect();
        let (mut texts, mut gone, mut gone_words) = (HashSet::new(), HashSet::new(), HashSet::new());
        for entry in facts.system().entries() {
            let start = base.get(..entry.span.start as usize).unwrap_or_default();
            let start = start.rfind('\n').map_or(0, |at| at + 1);
            let text = base.get(start..entry.span.end as usize).unwrap_or_default().replace("\r\n", "\n");
            if !now.contains(&text) {
                gone.extend(entry.stamp);
                gone_words.insert(title(&text).to_owned());
            }
            texts.insert(text);
        }
        Self { texts, gone, gone_words }
    }
}

/// The entries of a conflict that one side has and the other has not.
pub(super) struct Newcomers {
    ours: Vec<(Option<Stamp>, String)>,
    theirs: Vec<(Option<Stamp>, String)>,
}

impl Newcomers {
    /// From the entries of each side; what both of them have is no news.
    pub(super) fn of(ours: Vec<(Option<Stamp>, String)>, theirs: Vec<(Option<Stamp>, String)>) -> Self {
        let texts = |entries: &[(Option<Stamp>, String)]| -> HashSet<String> {
            entries.iter().map(|(_, text)| text.clone()).collect()
        };
        let (own, other) = (texts(&ours), texts(&theirs));
        let without = |entries: Vec<(Option<Stamp>, String)>, known: &HashSet<String>| {
            entries.into_iter().filter(|(_, text)| !known.contains(text)).collect()
        };
        Self { ours: without(ours, &other), theirs: without(theirs, &own) }
    }

    /// Whether one of them was there before, so that the other side has changed it or taken it out, or stands for
    /// one that is nowhere as it was: both sides may have given it another time, or other words.
    pub(super) fn changed_since(&self, before: &Before) -> bool {
        self.ours.iter().chain(&self.theirs).any(|(stamp, text)| {
            before.texts.contains(text)
                || stamp.is_some_and(|stamp| before.gone.contains(&stamp))
                || before.gone_words.contains(title(text))
        })
    }

    /// Whether two of them may be one entry that a side has changed: those of one time, and those that differ in it
    /// alone.
    pub(super) fn may_be_the_same(&self) -> bool {
        let stamps: HashSet<Stamp> = self.ours.iter().filter_map(|(stamp, _)| *stamp).collect();
        let words: HashSet<&str> = self.ours.iter().map(|(_, text)| behind_the_time(text)).collect();
        self.theirs.iter().any(|(stamp, text)| {
            stamp.is_some_and(|stamp| stamps.contains(&stamp)) || words.contains(behind_the_time(text))
        })
    }
}

/// What the first line of an entry says behind its time.
fn title(text: &str) -> &str {
    behind_the_time(text.lines().next().unwrap_or_default()).trim_end()
}

/// What an entry says behind its time.
fn behind_the_time(text: &str) -> &str {
    text.split_once(" - ").map_or(text, |(_, words)| words)
}
