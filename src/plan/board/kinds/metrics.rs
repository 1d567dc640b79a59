//! Rows of the metrics board: figures and their targets.

use crate::model::metric::judged;
use crate::plan::board::Source;
use crate::plan::board::asked::Asked;
use crate::plan::board::cell::{cell, link_cell};
use crate::plan::board::table::{Column, Holds, Table};
use crate::vault::Vault;

/// Returns the metrics, in the order of notes.
pub(in crate::plan::board) fn metrics(source: &Source<'_>, asked: &Asked<'_>) -> Table {
    let rows = of(source.vault).take(asked.rows(usize::MAX)).map(|(note, metric, within)| {
        let text = |cell: &Option<crate::syntax::metric::Cell>| {
            cell.as_ref().map_or("", |c| c.text.as_str()).to_owned()
        };
        let level = metric.mark.as_ref().map(|mark| source.vault.vocabulary().level(&mark.text).name());
        let within = within.map_or("", |within| if within { "yes" } else { "no" });
        vec![
            cell(&metric.name),
            cell(&text(&metric.target)),
            cell(&metric.current.text),
            cell(within),
            cell(&text(&metric.mark)),
            link_cell(&note.path, note.title()),
            cell(level.unwrap_or_default()),
        ]
    });
    Table {
        columns: vec![
            Column::new("metric", "Metric"),
            Column { holds: Holds::Target, ..Column::new("target", "Target") },
            Column::new("current", "Current"),
            Column::new("within", "Within"),
            Column::status("status", "Status"),
            Column::new("component", "Component"),
            Column { by_default: false, ..Column::health() },
        ],
        rows: rows.collect(),
        empty: "No metrics",
        ..Table::default()
    }
}

/// Iterates over the metrics outside of template notes, with their notes and whether they meet their targets.
pub(super) fn of(
    vault: &Vault,
) -> impl Iterator<Item = (&crate::vault::Note, &crate::syntax::metric::Metric, Option<bool>)> {
    let notes = vault.system_notes().filter(|(_, note)| !note.is_template());
    notes.flat_map(|(_, note)| {
        let judged = judged(&note.facts.system().metrics, vault.vocabulary());
        judged.map(move |(metric, within)| (note, metric, within))
    })
}
