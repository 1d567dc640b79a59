//! What happened last.

use crate::plan::board::Source;
use crate::plan::board::escape::{cell, link_cell};
use crate::plan::board::table::{Column, Table};
use crate::syntax::history::HistoryEntry;
use crate::vault::Note;

/// How many are shown unless an attribute says otherwise.
pub(in crate::plan::board) const EVENTS: usize = 10;

/// The history entries of the vault, newest first: so many at most.
pub(in crate::plan::board) fn events(source: Source<'_>, most: usize) -> Table {
    let mut entries: Vec<_> = source
        .vault
        .system_notes()
        .filter(|(_, note)| !note.is_template())
        .flat_map(|(_, note)| {
            note.facts.system().entries().filter_map(move |entry| Some((entry.stamp?, note, entry)))
        })
        .collect();
    entries.sort_by(|a, b| {
        let newest = b.0.time().cmp(&a.0.time());
        newest.then_with(|| (&a.1.path, a.2.title()).cmp(&(&b.1.path, b.2.title())))
    });
    Table {
        columns: vec![
            Column::new("timestamp", "Timestamp"),
            Column::new("component", "Component"),
            Column::new("event", "Event"),
            Column::on_demand("details", "Details"),
            Column::on_demand("template", "Template"),
            Column { by_default: false, ..Column::version("version", "Version") },
        ],
        rows: entries.into_iter().take(most).map(|(_, note, entry)| row(note, entry)).collect(),
        empty: "No recent events",
        limit: Some(EVENTS),
        ..Table::default()
    }
}

fn row(note: &Note, entry: &HistoryEntry) -> Vec<String> {
    let title = match entry.version() {
        Some(version) => format!("v{version}: {}", entry.title()),
        None => entry.title().to_owned(),
    };
    let template = note.facts.system().templates.iter().find(|t| t.title.matches(entry.title()));
    vec![
        cell(entry.timestamp()),
        link_cell(&note.path, note.title()),
        cell(&title),
        cell(&entry.details().collect::<Vec<_>>().join("; ")),
        cell(template.map_or("", |t| t.label.as_str())),
        cell(entry.version().unwrap_or_default()),
    ]
}
