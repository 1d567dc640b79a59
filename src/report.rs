//! Floor 9: renders findings and records as text. Formats decide nothing and touch no disk: each returns a
//! string, or writes to a given sink where the whole text would take too much memory.

use std::io::{BufWriter, Write};

use crate::model::finding::{Finding, Severity};
use crate::text::place::Place;
use crate::vault::Vault;
use wire::{CheckDocument, EditRecord, FindingRecord, FixRecord, RelatedRecord, SCHEMA, Summary};

pub mod baseline;
pub(crate) mod block_schema;
pub mod changes;
pub use crate::records::diagrams;
pub mod diff;
pub(crate) mod events;
pub mod github;
pub mod graph;
pub mod human;
pub mod json;
pub mod junit;
pub mod list;
pub(crate) mod manual;
pub(crate) mod rendered;
pub(crate) mod resolution;
pub mod sarif;
pub mod wire;

/// Counts findings by severity.
#[must_use]
pub fn summary(findings: &[Finding], notes: usize, elapsed_ms: u64) -> Summary {
    let count = |severity| findings.iter().filter(|f| f.severity == severity).count();
    Summary {
        notes,
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
        infos: count(Severity::Info),
        elapsed_ms,
    }
}

/// Findings as one line each: `note:line:column: severity[rule]: message`.
#[must_use]
pub fn concise(findings: &[Finding]) -> String {
    let mut out = String::new();
    for finding in findings {
        let note = crate::text::visible::escape(&finding.note);
        let message = crate::text::visible::escape(&finding.message);
        let at = finding.place.map_or_else(String::new, |p| format!(":{}:{}", p.line, p.column));
        out.push_str(&format!("{note}{at}: {}[{}]: {message}\n", finding.severity, finding.rule));
    }
    out
}

/// Writes findings as the JSON document of the contract, one after the other: for a large vault the whole
/// document would take more memory than judging the vault did.
///
/// # Errors
/// `out` fails.
pub fn json(findings: &[Finding], summary: Summary, out: &mut dyn Write) -> std::io::Result<()> {
    let document = CheckDocument { portolan: env!("CARGO_PKG_VERSION"), schema: SCHEMA, findings, summary };
    let mut out = BufWriter::new(out);
    json::write_pretty(&document, &mut out)?;
    out.write_all(b"\n")?;
    out.flush()
}

fn span(place: Place) -> [u32; 2] {
    [place.span.start, place.span.end]
}

fn record(finding: &Finding) -> FindingRecord {
    let place = finding.place;
    FindingRecord {
        rule: finding.rule.to_owned(),
        severity: finding.severity.name().to_owned(),
        message: finding.message.clone(),
        note: finding.note.clone(),
        line: place.map(|p| p.line),
        column: place.map(|p| p.column),
        end_line: place.map(|p| p.end_line),
        end_column: place.map(|p| p.end_column),
        span: place.map(span),
        related: finding
            .related
            .iter()
            .map(|related| RelatedRecord {
                note: related.note.clone(),
                line: related.place.line,
                column: related.place.column,
                span: span(related.place),
                message: related.message.clone(),
            })
            .collect(),
        subject: finding.subject.clone(),
        fingerprint: finding.fingerprint(),
        fix: finding.fix.as_ref().filter(|fix| !fix.withheld).map(|fix| FixRecord {
            title: fix.title.clone(),
            applicability: fix.applicability.name().to_owned(),
            edits: fix
                .edits
                .iter()
                .map(|(note, edit)| EditRecord {
                    note: note.clone(),
                    span: [edit.span.start, edit.span.end],
                    text: edit.text.clone(),
                })
                .collect(),
        }),
    }
}

/// Returns the text of a note with its secrets masked.
fn shown_text(vault: &Vault, note: &str) -> Option<String> {
    vault.shown_text(vault.find(note)?)
}
