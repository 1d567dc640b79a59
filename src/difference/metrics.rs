//! Metrics that differ: what is wanted, what is, whether the one meets the other, and the mark.

use super::notes::Pairs;
use super::{Change, NAME, Spot, Subject, Values, differing, paired};
use crate::model::level::same_status;
use crate::model::quantity::within;
use crate::syntax::metric::Metric;
use crate::text::fold::fold;
use crate::vault::Note;

pub(super) fn changes(pairs: &Pairs<'_>, changes: &mut Vec<Change>) {
    for (before, after) in pairs.all.iter().filter_map(|pair| pair.instances()) {
        for (was, is) in paired(metrics(before), metrics(after)) {
            let values = |metric: Option<&Metric>| metric.map(values).unwrap_or_default();
            let fields = differing(&values(was), &values(is), same);
            let Some(metric) = is.or(was).filter(|_| !fields.is_empty()) else { continue };
            let spot = |note: Option<&Note>, metric: Option<&Metric>| {
                Some(Spot { note: note?.path.clone(), line: Some(metric?.place.line) })
            };
            changes.push(Change {
                subject: Subject::Metric(metric.name.clone()),
                before: spot(before, was),
                after: spot(after, is),
                fields,
            });
        }
    }
}

/// The metrics of a note, by name.
fn metrics(note: Option<&Note>) -> Vec<(String, &Metric)> {
    let metrics = note.map_or(&[][..], |note| &note.facts.system().metrics);
    metrics.iter().map(|metric| (fold(&metric.name).into_owned(), metric)).collect()
}

fn values(metric: &Metric) -> Values {
    let text = |cell: &crate::syntax::metric::Cell| cell.text.clone();
    let values = [
        (NAME, Some(metric.name.clone())),
        ("target", metric.target.as_ref().map(text)),
        ("current", Some(text(&metric.current))),
        ("within", within(metric).map(|within| if within { "yes" } else { "no" }.to_owned())),
        ("status", metric.mark.as_ref().map(text)),
    ];
    values.into_iter().filter_map(|(field, value)| Some((field.to_owned(), value?))).collect()
}

/// A name in other letters is the same name, or else it would be another metric.
fn same(field: &str, a: &str, b: &str) -> bool {
    field == NAME || a == b || (field == "status" && same_status(a, b))
}
