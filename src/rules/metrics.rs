//! The metric family: metrics that miss their target, and marks that contradict the figures.

use std::borrow::Cow;

use super::{NoteContext, Sink, declare_rule};
use crate::model::metric::contradicts;

declare_rule! {
    /// A metric misses its target.
    ///
    /// ## Why
    ///
    /// The note states a target and a current figure that does not meet it.
    ///
    /// A target needs an operator (`<`, `≤`, `>`, `≥`, `=`, `under`, `below`, `over`, `above`, `at least`,
    /// `at most`), and may have a name before it. Units are converted within a family: ms, s, min and h,
    /// also in several parts (`4h 30m`); B, KB, MB and GB. The figure may leave out what the target counts
    /// (`< 50 items`) or measures in percent (`< 80% usage`). Silent where units cannot be converted (`Mb` is
    /// bits, and `mb` may be bits or bytes), and where figures without a unit may be versions: `3.12` may
    /// come before `3.9` or after it. If a figure is marked as rounded (`~2s`, `≈2 s`), it may be off by
    /// half a unit of its last digit; silent where that could change the result.
    ///
    /// Arrows, and marks after a current figure, are ignored. So are remarks in brackets that give a second
    /// figure with the same result (`81 % (peak 94 %)`), the statistic of the target (`p95`) or a time
    /// (`last 30 d`). Any other remark in brackets may be an exception: silent.
    ///
    /// A column `Threshold` is a target only beside a column `Status` or `Health`. It is an alarm limit,
    /// not a target, in a table of alerts, alarms, triggers, conditions, signals or rules, and below a
    /// heading about alerts, alarms, triggers, a rollback, a pause or an escalation. It is also an alarm
    /// limit where every mark of its table contradicts the figures.
    ///
    /// ## Example
    ///
    /// ```md
    /// | Metric        | Target  | Current | Status |
    /// | ------------- | ------- | ------- | ------ |
    /// | Response time | < 200ms | 0.3 s   | 🟡     |
    /// ```
    ///
    /// ## Fix
    ///
    /// Fix the system, or correct the figure or the target.
    pub(super) static METRIC_OUT_OF_TARGET = "metric-out-of-target", Warning, Ordinary(metric_out_of_target);
}

fn metric_out_of_target(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    for (metric, _) in ctx.metrics().filter(|(_, within)| *within == Some(false)) {
        let target = code(metric.target.as_ref().map_or("", |t| t.text.as_str()));
        let (name, current) = (code(&metric.name), code(&metric.current.text));
        let message = format!("{name} is {current} and misses its target {target}");
        sink.report(&ctx.note.path, metric.current.place, &metric.name, message);
    }
}

declare_rule! {
    /// The mark of a metric contradicts its figures.
    ///
    /// ## Why
    ///
    /// A green mark beside a figure that misses its target hides an outage.
    ///
    /// Green contradicts a target that is missed, and red one that is met. Yellow and unknown marks
    /// contradict nothing. The mark is in the column `Health`, or else in the last column called `Status`.
    ///
    /// ## Example
    ///
    /// ```md
    /// | Metric     | Target | Current | Status |
    /// | ---------- | ------ | ------- | ------ |
    /// | Error rate | < 0.5% | 2%      | 🟢     |
    /// ```
    ///
    /// ## Fix
    ///
    /// Set the mark to what the figures say.
    pub(super) static METRIC_HEALTH_MISMATCH = "metric-health-mismatch", Error, Ordinary(metric_health_mismatch);
}

fn metric_health_mismatch(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    let vocabulary = ctx.vault.vocabulary();
    for (metric, within) in ctx.metrics() {
        let (Some(within), Some(mark)) = (within, &metric.mark) else { continue };
        if !contradicts(vocabulary.level(&mark.text), within) {
            continue;
        }
        let says = if within { "meets its target" } else { "misses its target" };
        let (name, mark_text, current) = (code(&metric.name), code(&mark.text), code(&metric.current.text));
        let message = format!("{name} is marked {mark_text}, but {current} {says}");
        sink.report(&ctx.note.path, mark.place, &metric.name, message);
    }
}

/// Puts a cell in backticks for a message, unless it has them already.
fn code(cell: &str) -> Cow<'_, str> {
    let is_code = cell.len() > 1 && cell.starts_with('`') && cell.ends_with('`');
    if is_code { Cow::Borrowed(cell) } else { Cow::Owned(format!("`{cell}`")) }
}
