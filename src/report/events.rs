//! What `watch --format json` says: one document a line.

use schemars::JsonSchema;
use serde::Serialize;

use super::wire::{FindingRecord, SCHEMA};
use super::{json, record};
use crate::model::finding::Finding;
use crate::rules::verdict::update::Update;

/// An event of `watch`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct EventDocument {
    /// The version of portolan.
    pub portolan: &'static str,
    /// The version of this format.
    #[schemars(extend("const" = SCHEMA))]
    pub schema: u32,
    /// What has happened.
    #[serde(flatten)]
    pub event: Event,
}

/// What has happened, by the value of `event`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "event", rename_all = "lowercase")]
pub(crate) enum Event {
    /// The vault has been read. This is the first event, and comes once.
    Ready {
        /// How many notes are checked.
        notes: usize,
        /// How many findings there are.
        findings: usize,
        /// Milliseconds from the start.
        elapsed_ms: u64,
    },
    /// Something has changed, and has been checked. To keep a list of all findings up to date, first take out
    /// `removed`; then replace all findings that have the fingerprint of one in `updated` by those in `updated`;
    /// then add `added`.
    Checked {
        /// The notes that were read again, and the files that were added or removed.
        changed: Vec<String>,
        /// Findings that were not there before.
        added: Vec<FindingRecord>,
        /// Findings that are gone, as they were last reported.
        removed: Vec<FindingRecord>,
        /// Findings that remain, but with another place, severity, message or fix. If several findings have the
        /// same fingerprint and one of them differs, all of them that remain are listed.
        updated: Vec<FindingRecord>,
        /// How many findings there are now: the running sum of `added` and `removed`.
        findings: usize,
        /// Milliseconds from the end of the debounce.
        elapsed_ms: u64,
    },
    /// Boards have been written.
    Synced {
        /// The notes that were written.
        written: Vec<String>,
    },
}

fn line(event: Event) -> serde_json::Result<String> {
    let event = EventDocument { portolan: env!("CARGO_PKG_VERSION"), schema: SCHEMA, event };
    json::on_one_line(&event).map(|line| line + "\n")
}

/// Returns the event that the vault has been read.
///
/// # Errors
/// The document cannot be serialised, which never happens for those of the contract.
pub(crate) fn ready(notes: usize, findings: usize, elapsed_ms: u64) -> serde_json::Result<String> {
    line(Event::Ready { notes, findings, elapsed_ms })
}

/// Returns the event that files have changed and their notes have been judged.
///
/// # Errors
/// As with [`ready`].
pub(crate) fn checked(update: &Update, findings: usize, elapsed_ms: u64) -> serde_json::Result<String> {
    let records = |findings: &[Finding]| findings.iter().map(record).collect();
    line(Event::Checked {
        changed: update.changed.clone(),
        added: records(&update.added),
        removed: records(&update.removed),
        updated: records(&update.updated),
        findings,
        elapsed_ms,
    })
}

/// Returns the event that boards have been written.
///
/// # Errors
/// As with [`ready`].
pub(crate) fn synced(written: &[String]) -> serde_json::Result<String> {
    line(Event::Synced { written: written.to_vec() })
}
