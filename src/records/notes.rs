//! The records of `list notes`: headers, headings, tags and aliases.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::StatusRecord;
use crate::syntax::header::keys;
use crate::text::pool::Pooled;
use crate::vault::{Note, Vault};

/// A note.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NoteRecord {
    /// The path in the vault.
    pub path: String,
    /// The first heading of level 1 that is not that of a section such as *System Initialization*, or else the
    /// name of the file.
    pub title: String,
    /// The header; null for a note without one.
    pub header: Option<HeaderRecord>,
    /// The headings, in the order of the note.
    pub headings: Vec<HeadingRecord>,
    /// The tags without `#`, each once.
    pub tags: Vec<String>,
    /// The aliases, as written.
    pub aliases: Vec<String>,
    /// Whether the note is a template for other notes.
    pub is_template: bool,
}

/// The header of a note.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HeaderRecord {
    /// The status of what the note documents.
    pub status: Option<StatusRecord>,
    /// The version, as written.
    pub version: Option<String>,
    /// The date of creation, as written.
    pub created: Option<String>,
    /// The date of the last change, as written.
    pub last_modified: Option<String>,
    /// The context layer, as written.
    pub context_layer: Option<String>,
    /// All other fields.
    pub extra: BTreeMap<String, String>,
}

/// A heading.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HeadingRecord {
    /// The level, from 1 to 6.
    pub level: u8,
    /// The text, as written.
    pub text: String,
    /// The 1-based line.
    pub line: u32,
}

/// Returns the records of every note.
#[must_use]
pub fn notes(vault: &Vault) -> Vec<NoteRecord> {
    notes_of(vault, vault.notes().map(|(_, note)| note))
}

/// Returns the records of these notes.
#[must_use]
pub fn notes_of<'v>(vault: &Vault, notes: impl Iterator<Item = &'v Note>) -> Vec<NoteRecord> {
    let record = |note: &Note| {
        let facts = &note.facts;
        let texts = |names: &[Pooled]| names.iter().map(|n| facts.text(*n).to_owned()).collect();
        NoteRecord {
            path: note.path.clone(),
            title: note.title().to_owned(),
            header: facts.system().header.as_ref().map(|header| {
                let value = |key: &str| header.get(key).map(|f| f.value.clone());
                HeaderRecord {
                    status: value(keys::STATUS).map(|text| vault.vocabulary().status(&text).into()),
                    version: value(keys::VERSION),
                    created: value(keys::CREATED),
                    last_modified: value(keys::LAST_MODIFIED),
                    context_layer: value(keys::CONTEXT_LAYER),
                    extra: header
                        .by_key()
                        .into_values()
                        .filter(|f| !keys::ALL.contains(&f.key.as_str()))
                        .map(|f| (f.name.clone(), f.value.clone()))
                        .collect(),
                }
            }),
            headings: facts
                .headings
                .iter()
                .map(|h| HeadingRecord { level: h.level, text: facts.text(h.text).to_owned(), line: h.line })
                .collect(),
            tags: texts(&facts.tags),
            aliases: texts(&facts.aliases),
            is_template: note.is_template(),
        }
    };
    notes.map(record).collect()
}
