//! The common ancestor of both sides of a conflict, which tells whether an entry was added by one side or changed
//! by the other.

use std::collections::{BTreeSet, HashSet};

use super::entries::History;
use crate::model::version::Version;
use crate::syntax::facts;
use crate::syntax::history::HistoryEntry;
use crate::syntax::reading::Reading;
use crate::text::line::line_start;
use crate::text::stamp::Stamp;

/// The entries of a note before either side touched it.
pub(super) struct Before {
    texts: HashSet<String>,
    /// The times of entries that neither side has unchanged.
    gone: HashSet<Stamp>,
    /// The titles of those entries.
    gone_words: HashSet<String>,
}

impl Before {
    /// Reads the entries of `base`, the whole note.
    pub(super) fn of(base: &str, reading: &Reading, ours: &History<'_>, theirs: &History<'_>) -> Self {
        let facts = facts::read(base.as_bytes(), reading);
        let now: HashSet<String> = ours.texts().chain(theirs.texts()).collect();
        let (mut texts, mut gone, mut gone_words) = (HashSet::new(), HashSet::new(), HashSet::new());
        for entry in facts.system().entries() {
            let start = line_start(base, entry.span.start as usize);
            let text = base.get(start..entry.span.end as usize).unwrap_or_default().replace("\r\n", "\n");
            if !now.contains(&text) {
                gone.extend(entry.stamp);
                gone_words.insert(entry.title().to_owned());
            }
            texts.insert(text);
        }
        Self { texts, gone, gone_words }
    }
}

/// An entry of one side, with its text, whatever its line endings.
pub(super) struct Written<'s> {
    pub(super) entry: &'s HistoryEntry,
    pub(super) text: String,
}

impl<'s> Written<'s> {
    /// Returns the title and details, however they are separated from the time. Returns `None` if both are empty:
    /// two empty entries may or may not be the same.
    fn words(&self) -> Option<(&'s str, Vec<&'s str>)> {
        let words = (self.entry.title(), self.entry.details().collect::<Vec<_>>());
        Some(words).filter(|(title, details)| !title.is_empty() || !details.is_empty())
    }
}

/// The entries of a conflict that only one side has.
pub(super) struct Newcomers<'s> {
    ours: Vec<Written<'s>>,
    theirs: Vec<Written<'s>>,
}

impl<'s> Newcomers<'s> {
    /// Makes this of the entries of each side, without those that both have.
    pub(super) fn of(mut ours: Vec<Written<'s>>, mut theirs: Vec<Written<'s>>) -> Self {
        let texts = |entries: &[Written<'_>]| -> HashSet<String> {
            entries.iter().map(|written| written.text.clone()).collect()
        };
        let (own, other) = (texts(&ours), texts(&theirs));
        ours.retain(|written| !other.contains(&written.text));
        theirs.retain(|written| !own.contains(&written.text));
        Self { ours, theirs }
    }

    /// Whether a new entry existed before, so that the other side changed or removed it, or may be a changed form
    /// of an entry that neither side has unchanged: both sides may have given that another time or other words.
    pub(super) fn changed_since(&self, before: &Before) -> bool {
        self.ours.iter().chain(&self.theirs).any(|Written { entry, text }| {
            before.texts.contains(text)
                || entry.stamp.is_some_and(|stamp| before.gone.contains(&stamp))
                || (!entry.title().is_empty() && before.gone_words.contains(entry.title()))
        })
    }

    /// Whether two new entries, one of each side, may be the same: with the same time, or the same words at
    /// different times.
    pub(super) fn may_be_the_same(&self) -> bool {
        let stamps: HashSet<Stamp> = self.ours.iter().filter_map(|written| written.entry.stamp).collect();
        let words: HashSet<_> = self.ours.iter().filter_map(Written::words).collect();
        self.theirs.iter().any(|written| {
            written.entry.stamp.is_some_and(|stamp| stamps.contains(&stamp))
                || written.words().is_some_and(|said| words.contains(&said))
        })
    }

    /// Returns the versions for which both sides have a new entry. One release may have several entries, but
    /// nobody can tell one release from two with the same number.
    pub(super) fn released_twice(&self) -> Vec<String> {
        let version = |written: &Written<'s>| written.entry.version().and_then(Version::read);
        let ours: BTreeSet<Version> = self.ours.iter().filter_map(version).collect();
        let theirs: BTreeSet<Version> = self.theirs.iter().filter_map(version).collect();
        ours.intersection(&theirs).map(Version::to_string).collect()
    }
}
