//! Differences between metrics: the target, the current value, whether it meets the target, and the mark.

use std::collections::HashMap;

use super::notes::Pairs;
use super::{Change, NAME, Spot, Subject, Values, differing, paired};
use crate::model::level::same_status;
use crate::model::quantity::{same_figure, within};
use crate::syntax::metric::Metric;
use crate::text::fold::fold;
use crate::text::sorted::last_where;
use crate::vault::Note;

pub(super) fn changes(pairs: &Pairs<'_>, changes: &mut Vec<Change>) {
    for (before, after) in pairs.all.iter().filter_map(|pair| pair.instances()) {
        let mut sections = Sections::default();
        let (old, new) = (sections.metrics(before), sections.metrics(after));
        for (was, is) in alike(&old, &new) {
            let values = |told: Option<&Told<'_>>| told.map(|told| told.values.clone()).unwrap_or_default();
            let fields = differing(&values(was), &values(is), same);
            let Some(told) = is.or(was).filter(|_| !fields.is_empty()) else { continue };
            let spot = |note: Option<&Note>, told: Option<&Told<'_>>| {
                Some(Spot { note: note?.path.clone(), line: Some(told?.metric.place.line) })
            };
            changes.push(Change {
                subject: Subject::Metric(told.metric.name.clone()),
                before: spot(before, was),
                after: spot(after, is),
                fields,
            });
        }
    }
}

/// A metric with what identifies it.
struct Told<'n> {
    metric: &'n Metric,
    /// Its index among the metrics of its note.
    at: usize,
    name: String,
    /// The number of its section: see [`Sections`].
    section: usize,
    values: Values,
}

/// What two metrics must share to be paired: the name, perhaps the heading, perhaps all values.
type Key<'t> = (&'t str, Option<usize>, Option<&'t Values>);

/// Pairs each older metric with its newer version, in the newer order. One note may have the same name under
/// several headings, so metrics with equal values are paired first, and then those under the same heading. By
/// position alone, a removed table would pass its figures on to the next one.
fn alike<'t, 'n>(
    old: &'t [Told<'n>],
    new: &'t [Told<'n>],
) -> Vec<(Option<&'t Told<'n>>, Option<&'t Told<'n>>)> {
    let keys: [fn(&'t Told<'n>) -> Key<'t>; 4] = [
        |told| (&told.name, Some(told.section), Some(&told.values)),
        |told| (&told.name, None, Some(&told.values)),
        |told| (&told.name, Some(told.section), None),
        |told| (&told.name, None, None),
    ];
    let mut found = Vec::new();
    let (mut gone, mut come): (Vec<_>, Vec<_>) = (old.iter().collect(), new.iter().collect());
    for key in keys {
        let keyed = |all: Vec<&'t Told<'n>>| all.into_iter().map(|told| (key(told), told)).collect();
        let (both, one): (Vec<_>, Vec<_>) =
            paired(keyed(std::mem::take(&mut gone)), keyed(std::mem::take(&mut come)))
                .into_iter()
                .partition(|(was, is)| was.is_some() && is.is_some());
        found.extend(both);
        for (was, is) in one {
            gone.extend(was);
            come.extend(is);
        }
    }
    found.extend(come.into_iter().map(|told| (None, Some(told))));
    found.sort_by_key(|(_, is)| is.map(|told| told.at));
    found.extend(gone.into_iter().map(|told| (Some(told), None)));
    found
}

/// Numbers for headings: headings with the same text below the same parents have the same number in both notes.
#[derive(Default)]
struct Sections<'n>(HashMap<(usize, &'n str), usize>);

impl<'n> Sections<'n> {
    fn metrics(&mut self, note: Option<&'n Note>) -> Vec<Told<'n>> {
        let Some(facts) = note.map(|note| &note.facts) else { return Vec::new() };
        let metrics = &facts.system().metrics;
        if metrics.is_empty() {
            return Vec::new();
        }
        let mut above: Vec<(u8, usize)> = Vec::new();
        let mut numbers = Vec::new();
        for heading in &facts.headings {
            above.retain(|(level, _)| *level < heading.level);
            let next = self.0.len() + 1;
            let below = above.last().map_or(0, |(_, number)| *number);
            let number = *self.0.entry((below, facts.text(heading.text))).or_insert(next);
            above.push((heading.level, number));
            numbers.push((heading.line, number));
        }
        let told = metrics.iter().enumerate().map(|(at, metric)| {
            let heading = last_where(&numbers, |(line, _)| *line <= metric.place.line);
            let section = heading.map_or(0, |(_, number)| *number);
            Told { metric, at, name: fold(&metric.name).into_owned(), section, values: values(metric) }
        });
        told.collect()
    }
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

/// Whether two values of a field mean the same. Names differ by letters alone, since metrics are paired by name.
fn same(field: &str, a: &str, b: &str) -> bool {
    field == NAME || a == b || (field == "status" && same_status(a, b)) || same_figure(a, b)
}
