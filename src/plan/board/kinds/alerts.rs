//! Rows of the alerts board: the errors of the vault.

use std::collections::HashMap;

use crate::model::finding::{Finding, Severity};
use crate::plan::board::Source;
use crate::plan::board::asked::Asked;
use crate::plan::board::cell::{cell, link_cell, link_line};
use crate::plan::board::table::{Column, Table};
use crate::plan::escape::inline;

/// Returns the findings of severity error, in the order of notes, with columns to select by and the line that is
/// shown. Boards name no places, so equal findings of one note share a line.
pub(in crate::plan::board) fn alerts(source: &Source<'_>, asked: &Asked<'_>) -> Table {
    let alerts = alike(source.findings, asked.rows(usize::MAX));
    let rows = alerts.into_iter().map(|(finding, count)| {
        let note = source.vault.find(&finding.note).and_then(|id| source.vault.note(id));
        let title = note.map_or(finding.note.as_str(), |n| n.title());
        let shown = link_line(&finding.note, title);
        let times = if count > 1 { format!(" ({count}×)") } else { String::new() };
        vec![
            link_cell(&finding.note, title),
            cell(finding.rule),
            cell(&finding.message),
            format!("🔴 {shown}: {} (`{}`){times}", inline(&finding.message), finding.rule),
        ]
    });
    Table {
        columns: vec![
            Column::on_demand("component", "Component"),
            Column::on_demand("rule", "Rule"),
            Column::on_demand("message", "Message"),
            Column::new("alert", "Alert"),
        ],
        rows: rows.collect(),
        empty: "No current alerts",
        ..Table::default()
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
