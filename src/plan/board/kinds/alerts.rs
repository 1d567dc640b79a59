//! Rows of the alerts board: the errors of the vault.

use std::collections::HashMap;

use crate::model::finding::{Finding, Severity};
use crate::plan::board::Source;
use crate::plan::board::cell::{Cell, link_line};
use crate::plan::board::demand::Asked;
use crate::plan::board::table::{Column, Columns, Table};
use crate::plan::escape::inline;

/// Returns the findings of severity error, in the order of notes, with columns to select by and the line that is
/// shown. Boards name no places, so equal findings of one note share a line.
pub(in crate::plan::board) fn alerts(source: &Source<'_>, asked: &Asked<'_>) -> Table {
    let columns = Columns::new()
        .with(Column::on_demand("component", "Component"), |alert: &Alert<'_>| {
            Cell::link(&alert.finding.note, alert.title)
        })
        .with(Column::on_demand("rule", "Rule"), |alert| Cell::text(alert.finding.rule))
        .with(Column::on_demand("message", "Message"), |alert| Cell::text(&alert.finding.message))
        .with(Column::new("alert", "Alert"), |alert| Cell::of(alert.line()));
    let alerts = alike(source.findings, asked.rows(usize::MAX)).into_iter().map(|(finding, count)| {
        let note = source.vault.find(&finding.note).and_then(|id| source.vault.note(id));
        Alert { finding, title: note.map_or(finding.note.as_str(), |note| note.title()), count }
    });
    Table { empty: "No current alerts", ..columns.table(alerts) }
}

/// An error, and how often its note has it.
struct Alert<'f> {
    finding: &'f Finding,
    /// The title of the note.
    title: &'f str,
    count: usize,
}

impl Alert<'_> {
    /// Returns the line that is shown.
    fn line(&self) -> String {
        let Finding { note, message, rule, .. } = self.finding;
        let times = if self.count > 1 { format!(" ({}×)", self.count) } else { String::new() };
        format!("🔴 {}: {} (`{rule}`){times}", link_line(note, self.title), inline(message))
    }
}

/// Returns the first `most` different errors, and how often each occurs. Findings are sorted by note, so the scan
/// ends after the note of the last one.
fn alike(findings: &[Finding], most: usize) -> Vec<(&Finding, usize)> {
    let mut alerts: Vec<(&Finding, usize)> = Vec::new();
    let mut said = HashMap::new();
    for finding in findings.iter().filter(|f| f.severity == Severity::Error) {
        if alerts.last().is_none_or(|(last, _)| last.note != finding.note) {
            if alerts.len() >= most {
                break;
            }
            said.clear();
        }
        let at = *said.entry((finding.rule, finding.message.as_str())).or_insert(alerts.len());
        if let Some((_, count)) = alerts.get_mut(at) {
            *count += 1;
        } else if alerts.len() < most {
            alerts.push((finding, 1));
        }
    }
    alerts
}
