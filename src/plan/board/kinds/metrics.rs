//! Rows of the metrics board: figures and their targets.

use crate::model::metric::judged;
use crate::plan::board::Source;
use crate::plan::board::cell::Cell;
use crate::plan::board::demand::Asked;
use crate::plan::board::table::{Column, Columns, Holds, Table};
use crate::syntax::metric::Metric;
use crate::vault::{Note, Vault};

/// Returns the metrics, in the order of notes.
pub(in crate::plan::board) fn metrics(source: &Source<'_>, asked: &Asked<'_>) -> Table {
    type Item<'v> = (&'v Note, &'v Metric, Option<bool>);
    let vocabulary = source.vault.vocabulary();
    let within = |within: Option<bool>| within.map_or("", |within| if within { "yes" } else { "no" });
    let columns = Columns::new()
        .with(Column::new("metric", "Metric"), |(_, metric, _): &Item<'_>| Cell::text(&metric.name))
        .with(Column { holds: Holds::Target, ..Column::new("target", "Target") }, |(_, metric, _)| {
            Cell::text(&metric.target.as_ref()?.text)
        })
        .with(Column::new("current", "Current"), |(_, metric, _)| Cell::text(&metric.current.text))
        .with(Column::new("within", "Within"), |(.., is_within)| Cell::text(within(*is_within)))
        .with(Column::status("status", "Status"), |(_, metric, _)| Cell::text(&metric.mark.as_ref()?.text))
        .with(Column::new("component", "Component"), |(note, ..)| Cell::link(&note.path, note.title()))
        .with(Column { by_default: false, ..Column::health() }, |(_, metric, _)| {
            Cell::text(vocabulary.level(&metric.mark.as_ref()?.text).name())
        });
    let metrics = of(source.vault).take(asked.rows(usize::MAX));
    Table { empty: "No metrics", ..columns.table(metrics) }
}

/// Iterates over the metrics outside of template notes, with their notes and whether they meet their targets.
pub(super) fn of(vault: &Vault) -> impl Iterator<Item = (&Note, &Metric, Option<bool>)> {
    let notes = vault.system_notes().filter(|(_, note)| !note.is_template());
    notes.flat_map(|(_, note)| {
        let judged = judged(&note.facts.system().metrics, vault.vocabulary());
        judged.map(move |(metric, within)| (note, metric, within))
    })
}
