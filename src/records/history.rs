//! The records of `list history`, with the log templates that entries follow.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::span;
use crate::syntax::title_form::Forms;
use crate::text::stamp::Stamp;
use crate::vault::Vault;

/// A history entry.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HistoryRecord {
    /// The path of the note in the vault.
    pub note: String,
    /// The 1-based line of the entry.
    pub line: u32,
    /// The entry with its details: `[start, end)` in bytes of the file.
    pub span: [u32; 2],
    /// The timestamp, as written.
    pub timestamp: String,
    /// The timestamp as local wall time without an offset, such as `2025-03-01T10:20:00`. A day without a time
    /// counts from its beginning. Null if the timestamp is not valid.
    pub time: Option<String>,
    /// The version, without `v`.
    pub version: Option<String>,
    /// The title, without a changelog tag.
    pub title: String,
    /// The texts of the nested items.
    pub details: Vec<String>,
    /// The changelog tag, under the key `changelog`.
    pub extra: BTreeMap<String, String>,
    /// The label of the note's log template that the entry matches; null if it matches none.
    pub template: Option<String>,
}

/// Returns the records of every history entry.
#[must_use]
pub fn history(vault: &Vault) -> Vec<HistoryRecord> {
    let mut records = Vec::new();
    for (_, note) in vault.system_notes() {
        let system = note.facts.system();
        let forms = Forms::of(system.templates.iter().map(|template| &template.title));
        for entry in system.entries() {
            let template = forms.first(entry.title()).and_then(|at| system.templates.get(at));
            records.push(HistoryRecord {
                note: note.path.clone(),
                line: entry.place.line,
                span: span(entry.span),
                timestamp: entry.timestamp().to_owned(),
                time: entry.stamp.map(Stamp::iso),
                version: entry.version().map(str::to_owned),
                title: entry.title().to_owned(),
                details: entry.details().map(str::to_owned).collect(),
                extra: entry
                    .changelog()
                    .map(|tag| ("changelog".to_owned(), tag.to_owned()))
                    .into_iter()
                    .collect(),
                template: template.map(|t| t.label.clone()),
            });
        }
    }
    records
}
