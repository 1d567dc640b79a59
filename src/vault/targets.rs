//! What links can name in a note, arranged so that each asks once.
//!
//! Ten thousand links may name headings of one long note: its headings are made ready for comparison
//! when the first of them asks.

use std::sync::OnceLock;

use super::fragment::{Fragment, heading_key};
use super::nearest::Nearest;
use crate::syntax::facts::Facts;

/// The headings and block ids of a note as links compare them.
#[derive(Debug)]
pub(super) struct Targets {
    /// Each heading as links compare it, where it stands among the headings, and its level; sorted.
    headings: Box<[(Box<str>, u32, u8)]>,
    /// Block ids in small letters, sorted.
    blocks: Box<[Box<str>]>,
    nearest: OnceLock<Nearest>,
}

impl Targets {
    pub(super) fn new(note: &Facts) -> Self {
        let keys = (0u32..).zip(&note.headings).map(|(i, heading)| {
            let key = heading_key(note.text(heading.text));
            (key.into_boxed_str(), i, heading.level)
        });
        let mut headings: Vec<_> = keys.filter(|(key, ..)| !key.is_empty()).collect();
        headings.sort_unstable();
        let ids = note.block_ids.iter().map(|id| note.text(*id).to_ascii_lowercase().into_boxed_str());
        let mut blocks: Vec<_> = ids.collect();
        blocks.sort_unstable();
        Self { headings: headings.into(), blocks: blocks.into(), nearest: OnceLock::new() }
    }

    /// The headings that compare like this one, in the order of the note.
    fn alike(&self, key: &str) -> &[(Box<str>, u32, u8)] {
        let first = self.headings.partition_point(|(own, ..)| **own < *key);
        let rest = &self.headings[first..];
        &rest[..rest.partition_point(|(own, ..)| **own == *key)]
    }

    /// Whether the note has what a fragment names; `None` where nobody has recorded what Obsidian
    /// does.
    pub(super) fn has(&self, fragment: &Fragment) -> Option<bool> {
        match fragment {
            Fragment::Footnote => None,
            // Sources disagree whether `_` may stand in an id.
            Fragment::Block(id) if id.contains('_') => None,
            Fragment::Block(id) => Some(self.blocks.binary_search(&id.to_ascii_lowercase().into()).is_ok()),
            Fragment::Heading(parts) if parts.iter().any(|part| part.starts_with('^')) => None,
            Fragment::Heading(parts) => Some(self.heading(parts).is_some()),
        }
    }

    /// The heading that a path of headings names. Parts are matched in the order of the note, each
    /// deeper than the one before; of equal headings the first counts.
    pub(super) fn heading(&self, parts: &[String]) -> Option<usize> {
        let mut found: Option<(u32, u8)> = None;
        for part in parts {
            let places = self.alike(&heading_key(part));
            let (_, i, level) = match found {
                None => places.first()?,
                Some((at, level)) => {
                    let behind = places.partition_point(|(_, i, _)| *i <= at);
                    places[behind..].iter().find(|(.., own)| *own > level)?
                }
            };
            found = Some((*i, *level));
        }
        found.map(|(i, _)| i as usize)
    }

    /// The heading nearest to a text.
    pub(super) fn nearest_heading(&self, note: &Facts, text: &str) -> Option<usize> {
        let texts = note.headings.iter().map(|h| note.text(h.text));
        self.nearest.get_or_init(|| Nearest::new(texts)).find(text).map(|(i, _)| i)
    }
}
