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
    /// The note that it stands in.
    pub note: String,
    /// The 1-based line.
    pub line: u32,
    /// The entry with its details, in bytes of the file.
    pub span: [u32; 2],
    /// As written.
    pub timestamp: String,
    /// Local wall time without offset, that of a day without a time its beginning; null where there is no such time.
    pub time: Option<String>,
    /// Without `v`.
    pub version: Option<String>,
    /// Without a changelog tag.
    pub title: String,
    /// The texts of its nested items.
    pub details: Vec<String>,
    /// The changelog tag, as `changelog`.
    pub extra: BTreeMap<String, String>,
    /// The label of the note's log template that it has the form of.
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
