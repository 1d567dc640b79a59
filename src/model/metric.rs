//! Judges which metrics of a note meet their targets.

use super::level::Level;
use super::quantity::{Operator, Target, within};
use super::vocabulary::Vocabulary;
use crate::syntax::metric::Metric;

/// Returns the metrics of a note, each with whether it meets its target; `None` where that cannot be told.
pub fn judged<'m>(
    metrics: &'m [Metric],
    vocabulary: &'m Vocabulary,
) -> impl Iterator<Item = (&'m Metric, Option<bool>)> {
    let tables = metrics.chunk_by(|a, b| a.threshold.is_some() && a.threshold == b.threshold);
    tables.flat_map(move |rows| {
        let is_target = !are_limits(rows, vocabulary);
        rows.iter().map(move |metric| (metric, within(metric).filter(|_| is_target)))
    })
}

/// Whether a mark contradicts the figures: green over a missed target, red over a target that is met.
#[must_use]
pub const fn contradicts(mark: Level, within: bool) -> bool {
    matches!((mark, within), (Level::Ok, false) | (Level::Critical, true))
}

/// Whether the thresholds of a table are alarm limits rather than targets: then every mark contradicts its
/// figures. A single row is enough only where it alarms above its limit (`> 80%`): a green mark beside `< 80%` is
/// more likely just wrong.
fn are_limits(rows: &[Metric], vocabulary: &Vocabulary) -> bool {
    if rows.iter().any(|metric| metric.threshold.is_none()) {
        return false;
    }
    let (mut contradicted, mut above) = (0, false);
    for metric in rows {
        let (Some(within), Some(mark)) = (within(metric), &metric.mark) else { continue };
        let level = vocabulary.level(&mark.text);
        if contradicts(level, within) {
            contradicted += 1;
            above |= is_above(metric);
        } else if level != Level::Unknown && (level, within) != (Level::Warning, true) {
            return false;
        }
    }
    contradicted > 1 || above
}

/// Whether a metric's target asks for values greater than the given one.
fn is_above(metric: &Metric) -> bool {
    let target = metric.target.as_ref().and_then(|cell| Target::read(&cell.text));
    target.is_some_and(|target| matches!(target.operator, Operator::Greater | Operator::AtLeast))
}
