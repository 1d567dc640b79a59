//! Which columns of a table say what: a table of metrics is known by its titles alone.

use std::borrow::Cow;

use crate::syntax::outline::Table;
use crate::syntax::source::Source;
use crate::syntax::term;
use crate::text::fold::{fold, heading_key};
use crate::text::span::Span;

/// Where the columns of a metric table stand.
pub(super) struct Columns {
    pub(super) name: usize,
    /// What a row without a name goes by.
    pub(super) spare: usize,
    pub(super) target: usize,
    pub(super) current: usize,
    pub(super) mark: Option<usize>,
    /// Whether what is wanted is called a threshold.
    pub(super) has_thresholds: bool,
}

/// Titles of a first column that has no names, as keys of headings.
const NUMBERS: [&str; 7] = ["", "#", "id", "no", "no.", "nr", "nr."];

/// Titles of columns that say of something how it is, when that was, or whose it is, but not what.
const NO_NAMES: [&str; 7] = ["status", "health", "date", "week", "quarter", "owner", "priority"];

/// Titles of columns that say more of something, in a row or in none.
const REMARKS: [&str; 7] = ["note", "notes", "comment", "comments", "remark", "remarks", "trend"];

/// Titles of the column of names in such a table, better ones first.
const NAMES: [&str; 8] =
    ["metric", "name", "component", "resource", "indicator", "kpi", "measure", "condition"];

/// Words, in the singular, of a title over names of alerts.
const ALERTS: [&str; 6] = ["alert", "alarm", "trigger", "condition", "signal", "rule"];

/// Words, in the singular, of a heading above alerts.
const ALERT_HEADINGS: [&str; 6] = ["alert", "alarm", "trigger", "rollback", "pause", "escalation"];

impl Columns {
    /// The columns of a table that has metrics.
    pub(super) fn of(source: &Source<'_>, table: &Table) -> Option<Self> {
        let titles: Vec<String> =
            table.header.iter().map(|cell| heading_key(&title(source, *cell))).collect();
        let find = |title: &str| titles.iter().position(|other| other == title);
        let last = |title: &str| titles.iter().rposition(|other| other == title);
        let current = find("current")?;
        // Where both are there, or one twice, the first tells how things are in words.
        let mark = last("health").or_else(|| last("status"));
        // Neither are thresholds names where they are no targets.
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

/// The title of a column, without a comment before or behind it.
fn title<'t>(source: &Source<'t>, cell: Span) -> Cow<'t, str> {
    let title = cell.of(source.text);
    let may_have = title.starts_with(['<', '%']) || title.ends_with(['>', '%']);
    if may_have { term::uncommented(source, cell) } else { Cow::Borrowed(title) }
}

/// The column of names: the first one, unless that has numbers or anything else that is no name. Those of alerts stand
/// right beside it.
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

/// Whether the nearest heading above a table is about alerts: then a threshold is where one is raised, and nothing
/// that is wanted.
fn is_below_alerts(source: &Source<'_>, table: &Table) -> bool {
    let heading = source.outline.heading_before(table.span.start);
    heading.is_some_and(|heading| has_one_of(heading.text.of(source.text), &ALERT_HEADINGS))
}

/// Whether a text has one of these words, in the singular or the plural.
fn has_one_of(text: &str, words: &[&str]) -> bool {
    let folded = fold(text);
    let mut all = folded.split(|c: char| !c.is_alphanumeric());
    all.any(|word| words.contains(&word) || word.strip_suffix('s').is_some_and(|one| words.contains(&one)))
}
