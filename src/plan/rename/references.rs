//! Collects every reference of a note: its links, and the definitions of its reference links, which Obsidian does
//! not count but does follow.

use memchr::memmem;

use crate::syntax::canvas::is_canvas;
use crate::syntax::facts::{self, Facts};
use crate::syntax::link::{self, RawLink};
use crate::text::pool::Pool;
use crate::vault::{Note, NoteId, Vault};

/// The link reference definitions of a text.
#[derive(Default)]
pub(super) struct Definitions {
    links: Vec<RawLink>,
    pool: Pool,
}

impl Definitions {
    /// Reads the definitions of a text. Most notes have none, and are not parsed again.
    pub(super) fn of(text: &str, path: &str) -> Self {
        let mut definitions = Self::default();
        if !is_canvas(path) && memmem::find(text.as_bytes(), b"]:").is_some() {
            definitions.links = link::definitions(text, &mut definitions.pool);
        }
        definitions
    }
}

/// A reference, with its path and fragment.
#[derive(Clone, Copy)]
pub(super) struct Reference<'r> {
    pub(super) link: &'r RawLink,
    /// The path, decoded; empty for the note itself.
    pub(super) path: &'r str,
    pub(super) fragment: Option<&'r str>,
}

/// Iterates over the references of a note, always in the same order.
pub(super) fn all<'r>(
    facts: &'r Facts,
    definitions: &'r Definitions,
) -> impl Iterator<Item = Reference<'r>> + use<'r> {
    let reference = |pool: &'r Pool, link: &'r RawLink| Reference {
        link,
        path: pool.get(link.path),
        fragment: link.fragment.map(|fragment| pool.get(fragment)),
    };
    let own = facts.links.iter().map(move |link| reference(&facts.pool, link));
    own.chain(definitions.links.iter().map(move |link| reference(&definitions.pool, link)))
}

/// Returns the definitions of a note; its vault must have kept its texts.
pub(super) fn definitions(vault: &Vault, id: NoteId, note: &Note) -> Definitions {
    vault.text(id).map(|text| Definitions::of(&text, &note.path)).unwrap_or_default()
}

/// A changed note, parsed again.
pub(super) struct Reread {
    pub(super) facts: Facts,
    pub(super) definitions: Definitions,
}

impl Reread {
    pub(super) fn of(vault: &Vault, path: &str, text: &str) -> Self {
        let facts = if is_canvas(path) {
            facts::read_canvas(text.as_bytes())
        } else {
            facts::read(text.as_bytes(), &vault.config().reading)
        };
        Self { facts, definitions: Definitions::of(text, path) }
    }

    pub(super) fn references(&self) -> impl Iterator<Item = Reference<'_>> {
        all(&self.facts, &self.definitions)
    }
}
