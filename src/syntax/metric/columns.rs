//! Finds the columns of a metric table by their titles. The titles alone decide whether a table has metrics.

use std::borrow::Cow;

use crate::syntax::outline::Table;
use crate::syntax::reading::uncommented;
use crate::syntax::source::Source;
use crate::syntax::term;
use crate::text::fold::{fold, heading_key};
use crate::text::span::Span;

/// The indexes of the columns in a metric table.
pub(super) struct Columns {
    pub(super) name: usize,
    /// The column that names a row without a name.
    pub(super) spare: usize,
    pub(super) target: usize,
    pub(super) current: usize,
    pub(super) mark: Option<usize>,
    /// Whether the targets are called thresholds.
    pub(super) has_thresholds: bool,
}

/// Titles, as heading keys, of a first column that has numbers rather than names.
const NUMBERS: [&str; 7] = ["", "#", "id", "no", "no.", "nr", "nr."];

/// Titles of columns that state a condition, a time or an owner, but not a name.
const NO_NAMES: [&str; 7] = ["status", "health", "date", "week", "quarter", "owner", "priority"];

/// Titles of columns for remarks, which may be empty in any row.
const REMARKS: [&str; 7] = ["note", "notes", "comment", "comments", "remark", "remarks", "trend"];

/// Titles of the column of names in a table that begins with another column, most likely ones first.
const NAMES: [&str; 8] =
    ["metric", "name", "component", "resource", "indicator", "kpi", "measure", "condition"];

/// Words, in the singular, in the title of a column with names of alerts.
const ALERTS: [&str; 6] = ["alert", "alarm", "trigger", "condition", "signal", "rule"];

/// Words, in the singular, in a heading above alerts.
const ALERT_HEADINGS: [&str; 6] = ["alert", "alarm", "trigger", "rollback", "pause", "escalation"];

impl Columns {
    /// Returns the columns of a table, if it has metrics.
    pub(super) fn of(source: &Source<'_>, table: &Table) -> Option<Self> {
        let titles: Vec<String> =
            table.header.iter().map(|cell| heading_key(&title(source, *cell))).collect();
        let find = |title: &str| titles.iter().position(|other| other == title);
        let last = |title: &str| titles.iter().rposition(|other| other == title);
        let current = find("current")?;
        // Where both columns exist, or one occurs twice, the earlier one describes the state in words.
        let mark = last("health").or_else(|| last("status"));
        // Thresholds do not serve as names either, even where they are not used as targets.
        let figures = [Some(current), find("target"), find("threshold")];
        let says_no_name = |column: usize| {
            figures.contains(&Some(column))
                || titles.get(column).is_some_and(|title| NO_NAMES.contains(&title.as_str()))
        };
        let name = name(&titles, says_no_name);
        let spare = if figures.contains(&Some(0)) || mark == Some(0) { name } else { 0 };
        let threshold = || {
            let wanted = mark.is_some() && !titles.get(name).is_some_and(|title| has_one_of(title, &ALERTS));
            find("threshold").filter(|_| wanted && !is_below_alerts(source, table))
        };
        let target = find("target");
        let has_thresholds = target.is_none();
        Some(Self { name, spare, target: target.or_else(threshold)?, current, mark, has_thresholds })
    }
}

/// Returns the title of a column, without a comment before or after it.
fn title<'t>(source: &Source<'t>, cell: Span) -> Cow<'t, str> {
    let title = cell.of(source.text);
    let may_have = title.starts_with(['<', '%']) || title.ends_with(['>', '%']);
    if may_have { term::uncommented(source, cell) } else { Cow::Borrowed(title) }
}

/// Returns the column of names: the first one, unless it has numbers or something else that is not a name. Names
/// of alerts are in the column right after that.
fn name(titles: &[String], says_no_name: impl Fn(usize) -> bool) -> usize {
    let is_number = titles.first().is_some_and(|title| NUMBERS.contains(&title.as_str()));
    if !is_number && !says_no_name(0) {
        return 0;
    }
    let named = NAMES.iter().find_map(|name| titles.iter().position(|title| title == name));
    let alert = || titles.get(1).filter(|title| has_one_of(title, &ALERTS)).map(|_| 1);
    let is_remark = |column: usize| titles.get(column).is_some_and(|title| REMARKS.contains(&title.as_str()));
    let other = || (1..titles.len()).find(|column| !says_no_name(*column) && !is_remark(*column));
    let other = || other().filter(|_| !is_number);
    named.or_else(alert).or_else(other).unwrap_or(0)
}

/// Whether the nearest heading above a table is about alerts. A threshold then states when an alert is raised
/// rather than a target.
fn is_below_alerts(source: &Source<'_>, table: &Table) -> bool {
    let heading = source.outline.heading_before(table.span.start);
    heading.is_some_and(|heading| {
        let text = heading.text.of(source.text);
        let shown = uncommented(text).map_or(Cow::Borrowed(text), Cow::Owned);
        has_one_of(&shown, &ALERT_HEADINGS)
    })
}

/// Whether a text contains one of these words, in the singular or the plural.
fn has_one_of(text: &str, words: &[&str]) -> bool {
    let folded = fold(text);
    let mut all = folded.split(|c: char| !c.is_alphanumeric());
    all.any(|word| words.contains(&word) || word.strip_suffix('s').is_some_and(|one| words.contains(&one)))
}
