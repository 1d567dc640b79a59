//! What links can name in a note, arranged so that each asks once.
//!
//! Ten thousand links may name headings of one long note: its headings are made ready for comparison
//! when the first of them asks.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use super::fragment::{Fragment, heading_key};
use super::nearest::Nearest;
use crate::syntax::facts::Facts;

/// The headings and block ids of a note as links compare them.
#[derive(Debug)]
pub(super) struct Targets {
    /// For each heading, as links compare it, where it stands among the headings, and its level.
    headings: HashMap<String, Vec<(u32, u8)>>,
    /// Block ids in small letters.
    blocks: HashSet<String>,
    nearest: OnceLock<Nearest>,
}

impl Targets {
    pub(super) fn new(note: &Facts) -> Self {
        let mut headings: HashMap<String, Vec<(u32, u8)>> = HashMap::new();
        for (i, heading) in (0u32..).zip(&note.headings) {
            let key = heading_key(note.text(heading.text));
            if !key.is_empty() {
                headings.entry(key).or_default().push((i, heading.level));
            }
        }
        let blocks = note.block_ids.iter().map(|id| note.text(*id).to_ascii_lowercase()).collect();
        Self { headings, blocks, nearest: OnceLock::new() }
    }

    /// Whether the note has what a fragment names; `None` where nobody has recorded what Obsidian
    /// does.
    pub(super) fn has(&self, fragment: &Fragment) -> Option<bool> {
        match fragment {
            Fragment::Footnote => None,
            // Sources disagree whether `_` may stand in an id.
            Fragment::Block(id) if id.contains('_') => None,
            Fragment::Block(id) => Some(self.blocks.contains(&id.to_ascii_lowercase())),
            Fragment::Heading(parts) if parts.iter().any(|part| part.starts_with('^')) => None,
            Fragment::Heading(parts) => Some(self.heading(parts).is_some()),
        }
    }

    /// The heading that a path of headings names. Parts are matched in the order of the note, each
    /// deeper than the one before; of equal headings the first counts.
    pub(super) fn heading(&self, parts: &[String]) -> Option<usize> {
        let mut found: Option<(u32, u8)> = None;
        for part in parts {
            let places = self.headings.get(&heading_key(part))?;
            found = Some(match found {
                None => *places.first()?,
                Some((at, level)) => {
                    let behind = places.partition_point(|(i, _)| *i <= at);
                    *places[behind..].iter().find(|(_, own)| *own > level)?
                }
            });
        }
        found.map(|(i, _)| i as usize)
    }

    /// The heading nearest to a text.
    pub(super) fn nearest_heading(&self, note: &Facts, text: &str) -> Option<usize> {
        let texts = note.headings.iter().map(|h| note.text(h.text));
        self.nearest.get_or_init(|| Nearest::new(texts)).find(text).map(|(i, _)| i)
    }
}
