//! What is wrong in the vault.

use crate::model::finding::Severity;
use crate::plan::board::Source;
use crate::plan::board::asked::Asked;
use crate::plan::board::escape::{cell, inline, link_cell, link_line};
use crate::plan::board::table::{Column, Table};

/// Findings of severity error, in the order of notes: columns to choose by, and the line of each.
pub(in crate::plan::board) fn alerts(source: Source<'_>, asked: &Asked<'_>) -> Table {
    let errors = source.findings.iter().filter(|f| f.severity == Severity::Error);
    let rows = errors.take(asked.rows(usize::MAX)).map(|finding| {
        let note = source.vault.find(&finding.note).and_then(|id| source.vault.note(id));
        let title = note.map_or(finding.note.as_str(), |n| n.title());
        let shown = link_line(&finding.note, title);
        vec![
            link_cell(&finding.note, title),
            cell(finding.rule),
            cell(&finding.message),
            format!("🔴 {shown}: {} (`{}`)", inline(&finding.message), finding.rule),
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
