//! Which columns of a table say what: a table of metrics is known by its titles alone.

use crate::syntax::outline::Table;
use crate::syntax::source::Source;
use crate::text::fold::{fold, heading_key};

/// Where the columns of a metric table stand.
pub(super) struct Columns {
    pub(super) name: usize,
    pub(super) target: usize,
    pub(super) current: usize,
    pub(super) mark: Option<usize>,
}

/// Titles of a first column that has no names, as keys of headings.
const NUMBERS: [&str; 7] = ["", "#", "id", "no", "no.", "nr", "nr."];

/// Titles of the column of names in such a table, better ones first.
const NAMES: [&str; 8] =
    ["metric", "name", "component", "resource", "indicator", "kpi", "measure", "condition"];

/// Words, in the singular, of a title over names of alerts.
const ALERTS: [&str; 6] = ["alert", "alarm", "trigger", "condition", "signal", "rule"];

impl Columns {
    /// The columns of a table that has metrics.
    pub(super) fn of(source: &Source<'_>, table: &Table) -> Option<Self> {
        let titles: Vec<String> = table.header.iter().map(|cell| heading_key(cell.of(source.text))).collect();
        let find = |names: &[&str]| titles.iter().position(|title| names.contains(&title.as_str()));
        let last = |title: &str| titles.iter().rposition(|other| other == title);
        Some(Self {
            name: name(&titles),
            target: find(&["target", "threshold"])?,
            current: find(&["current"])?,
            // Where both are there, or one twice, the first tells in words how things are.
            mark: last("health").or_else(|| last("status")),
        })
    }
}

/// The column of names: the first one, unless that has numbers. Those of alerts stand right beside it.
fn name(titles: &[String]) -> usize {
    if titles.first().is_none_or(|title| !NUMBERS.contains(&title.as_str())) {
        return 0;
    }
    let named = NAMES.iter().find_map(|name| titles.iter().position(|title| title == name));
    let alert = || titles.get(1).filter(|title| has_one_of(title, &ALERTS)).map(|_| 1);
    named.or_else(alert).unwrap_or(0)
}

/// Whether a text has one of these words, in the singular or the plural.
fn has_one_of(text: &str, words: &[&str]) -> bool {
    let folded = fold(text);
    let mut all = folded.split(|c: char| !c.is_alphanumeric());
    all.any(|word| words.contains(&word) || word.strip_suffix('s').is_some_and(|one| words.contains(&one)))
}
