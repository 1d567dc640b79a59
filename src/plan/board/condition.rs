//! The conditions that a `where` attribute sets on rows.

use std::cmp::Ordering;
use std::ops::Range;

use super::cell::{Cell, NO_VALUE};
use super::order::{badness, bounded, is_same_value, may_be_written_otherwise};
use super::table::{Column, Holds, Row, Table};
use crate::model::level::same_status;
use crate::text::fold::fold;
use crate::text::stamp::{Stamp, StampFormat, StampReading, read_property_date};

/// A condition on rows: several comparisons, which must all hold.
#[derive(Debug)]
pub(super) struct Condition {
    comparisons: Vec<Comparison>,
    dates: Dates,
}

/// A comparison, such as `column = value`.
#[derive(Debug)]
struct Comparison {
    column: usize,
    holds: Holds,
    operator: Operator,
    wanted: String,
    /// The wanted value as a time, if it is one.
    date: Option<Stamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Equal,
    Unequal,
    Holds,
    HoldsNot,
    Less,
    AtMost,
    More,
    AtLeast,
}

/// The operators; longer ones come before their prefixes.
const OPERATORS: [(&str, Operator); 8] = [
    ("!=", Operator::Unequal),
    ("!~", Operator::HoldsNot),
    ("<=", Operator::AtMost),
    (">=", Operator::AtLeast),
    ("=", Operator::Equal),
    ("~", Operator::Holds),
    ("<", Operator::Less),
    (">", Operator::More),
];

/// A comparison as written.
#[derive(Clone, Debug)]
pub(crate) struct Written<'t> {
    /// The column that it names.
    pub(crate) column: &'t str,
    operator: Operator,
    /// The operator with any further signs next to it.
    signs: &'t str,
    /// The span of the value, without surrounding blanks.
    pub(crate) value: Range<usize>,
}

/// Splits a condition such as `status = Active and category ~ Data` into comparisons. An `and` without a
/// comparison behind it is part of the value. Returns `None` if the text does not begin with a comparison.
pub(crate) fn written(text: &str) -> Option<Vec<Written<'_>>> {
    let mut found: Vec<Written<'_>> = Vec::new();
    let mut start = 0;
    for piece in text.split(AND) {
        let end = start + piece.len();
        let trimmed = start + piece.trim_end().len();
        match (sign(piece), found.last_mut()) {
            (Some((at, sign, operator)), _) => {
                let value = &piece[at + sign.len()..];
                let from = end - value.trim_start().len();
                let column = piece[..at].trim();
                let further = value.find(|c: char| !SIGNS.contains(&c)).unwrap_or(value.len());
                let signs = &piece[at..at + sign.len() + further];
                found.push(Written { column, operator, signs, value: from..trimmed.max(from) });
            }
            (None, Some(last)) => last.value.end = trimmed.max(last.value.end),
            (None, None) => return None,
        }
        start = end + AND.len();
    }
    Some(found)
}

const AND: &str = " and ";

/// Finds the first operator of a text, with its position and spelling.
fn sign(text: &str) -> Option<(usize, &'static str, Operator)> {
    let at = text.find(SIGNS)?;
    let (sign, operator) = OPERATORS.iter().find(|(sign, _)| text[at..].starts_with(sign))?;
    Some((at, sign, *operator))
}

const SIGNS: [char; 5] = ['!', '<', '>', '=', '~'];

impl Written<'_> {
    /// Whether it compares with a value as a whole, by `=` or `!=`.
    pub(crate) fn is_of_the_whole(&self) -> bool {
        matches!(self.operator, Operator::Equal | Operator::Unequal)
    }

    /// Whether it holds for a text that is neither a status nor a date.
    pub(crate) fn holds_for(&self, condition: &str, shown: &str) -> bool {
        let wanted = condition[self.value.clone()].to_owned();
        let comparison =
            Comparison { column: 0, holds: Holds::Text, operator: self.operator, wanted, date: None };
        comparison.holds(Some(shown), None)
    }
}

impl Condition {
    /// Reads a condition on the rows of a table with these columns.
    pub(super) fn read(text: &str, columns: &[Column], format: &StampFormat) -> Result<Self, String> {
        let none = |why: &str| format!("`where={text}` is not a condition: {why}");
        let written =
            written(text).ok_or_else(|| none("write `column = value`, or one of != ~ !~ < <= > >="))?;
        let dates = Dates::of(format);
        let mut comparisons = Vec::new();
        for Written { column: key, operator, signs, value } in written {
            let column = super::table::column(columns, key)?;
            let wanted = text[value].split(AND).map(str::trim).collect::<Vec<_>>().join(AND);
            if let Some(why) = misread(signs, key, &wanted, columns) {
                return Err(none(&why));
            }
            let holds = columns[column].holds;
            let is_part = matches!(operator, Operator::Holds | Operator::HoldsNot);
            if holds == Holds::Level && !is_part && wanted != NO_VALUE && badness(&wanted).is_none() {
                return Err(none(&format!(
                    "`{key}` is ok, warning, critical or unknown, and never `{wanted}`"
                )));
            }
            let date = dates.read(&wanted);
            comparisons.push(Comparison { column, holds, operator, wanted, date });
        }
        Ok(Self { comparisons, dates })
    }

    /// Returns the indexes of the rows that fulfil the condition, in order.
    pub(super) fn of(&self, table: &Table) -> Vec<usize> {
        let looked_up = self.comparisons.iter().find(|comparison| comparison.is_of_letters());
        let mut rows = looked_up.map_or_else(
            || (0..table.rows.len()).collect(),
            |by| table.index.rows(&table.rows, by.column, &by.wanted).to_vec(),
        );
        rows.retain(|at| table.rows.get(*at).is_some_and(|row| self.holds(row)));
        rows
    }

    /// Whether the cells of a row fulfil the condition.
    fn holds(&self, cells: &Row) -> bool {
        self.comparisons.iter().all(|comparison| {
            cells.get(comparison.column).is_some_and(|cell| {
                let shown = cell.as_ref().map(Cell::shown);
                let date = comparison.date.and_then(|_| self.dates.read(shown?));
                comparison.holds(shown, date)
            })
        })
    }
}

/// Says why a value was probably meant differently: as it is read, no row can match.
fn misread(signs: &str, key: &str, wanted: &str, columns: &[Column]) -> Option<String> {
    // A figure may begin with a comparison itself: `target=<5ms`.
    let of_figures = matches!(key, "target" | "current");
    if !of_figures && !OPERATORS.iter().any(|(sign, _)| *sign == signs) {
        return Some(format!("`{signs}` is not a comparison; write one of = != ~ !~ < <= > >="));
    }
    let mut words = wanted.split_whitespace().peekable();
    while let Some(word) = words.next() {
        let joins = ["or", "and", "||", "&&"].iter().any(|join| word.eq_ignore_ascii_case(join));
        let Some(next) = words.peek().filter(|_| joins) else { continue };
        let (key, rest) = next.split_at(next.find(SIGNS).unwrap_or(next.len()));
        let compares =
            || !rest.is_empty() || words.clone().nth(1).is_some_and(|sign| sign.starts_with(SIGNS));
        if columns.iter().any(|column| column.key == key) && compares() {
            return Some(format!(
                "`{word}` cannot join comparisons, only `and` can; show the other rows in a board of their own"
            ));
        }
    }
    None
}

impl Comparison {
    /// Whether it holds only for cells with exactly the wanted letters, ignoring case, so that an index can find
    /// them.
    fn is_of_letters(&self) -> bool {
        self.operator == Operator::Equal
            && self.holds != Holds::Status
            && self.date.is_none()
            && !may_be_written_otherwise(self.holds, &self.wanted)
    }

    /// Whether it holds for the text of a cell, and its date if it is one. `None` is a missing value, which people
    /// name as it is written.
    fn holds(&self, value: Option<&str>, date: Option<Stamp>) -> bool {
        let shown = value.unwrap_or(NO_VALUE);
        // A day and a minute are compared by day.
        let of_dates = || Some(date?.compare(self.date?));
        let same = || {
            of_dates() == Some(Ordering::Equal)
                || fold(shown) == fold(&self.wanted)
                || is_same_value(self.holds, shown, &self.wanted)
                || (self.holds == Holds::Status
                    && value.is_some()
                    && !self.wanted.is_empty()
                    && same_status(shown, &self.wanted))
        };
        let order = || of_dates().or_else(|| bounded(self.holds, value?, &self.wanted));
        match self.operator {
            Operator::Equal => same(),
            Operator::Unequal => !same(),
            Operator::Holds => fold(shown).contains(fold(&self.wanted).as_ref()),
            Operator::HoldsNot => !fold(shown).contains(fold(&self.wanted).as_ref()),
            Operator::Less => order().is_some_and(Ordering::is_lt),
            Operator::AtMost => order().is_some_and(Ordering::is_le),
            Operator::More => order().is_some_and(Ordering::is_gt),
            Operator::AtLeast => order().is_some_and(Ordering::is_ge),
        }
    }
}

/// How dates are written in a vault: in its own format, as plain days in that format, or as in Obsidian's
/// properties.
#[derive(Debug)]
pub(super) struct Dates {
    format: StampFormat,
    day: Option<StampFormat>,
}

impl Dates {
    pub(super) fn of(format: &StampFormat) -> Self {
        Self { format: format.clone(), day: format.day().cloned() }
    }

    /// Returns the moment that a text stands for, if it is a date.
    pub(super) fn read(&self, text: &str) -> Option<Stamp> {
        let own = || [Some(&self.format), self.day.as_ref()].into_iter().flatten().find_map(|f| f.read(text));
        // A quick look rules most texts out.
        let property =
            || text.as_bytes().get(4).filter(|sign| **sign == b'-').and_then(|_| read_property_date(text));
        match own().or_else(property)? {
            StampReading::Valid(stamp) => Some(stamp),
            StampReading::Impossible => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a row fulfils a condition, both by a scan and by the index of a table with other rows.
    fn fulfils(condition: &Condition, cells: &[&str]) -> bool {
        let cells: Row = cells.iter().map(|text| Cell::text(text)).collect();
        let other = vec![Cell::text("?"); cells.len()];
        let holds = condition.holds(&cells);
        let table = Table { rows: vec![other.clone(), cells, other], ..Table::default() };
        assert_eq!(condition.of(&table).contains(&1), holds, "{condition:?}");
        holds
    }

    #[test]
    fn conditions_are_read_and_held() {
        let columns = [
            Column::new("name", "Name"),
            Column::status("status", "Status"),
            Column::new("findings", "Findings"),
        ];
        let row = ["Search and rescue", "🟢 Active", "10"];
        for (text, holds) in [
            ("status = active", true),
            ("status = 🟢", true),
            ("status != Active", false),
            ("name = Search and rescue", true),
            ("name ~ SEARCH and status = Active and findings > 9", true),
            ("name !~ search", false),
            ("findings < 9", false),
            ("findings >= 10", true),
            ("findings <= 010", true),
            ("name = Search or rescue", false),
            ("name != this or that = x", true),
            ("name != = x", true),
        ] {
            let condition = Condition::read(text, &columns, &StampFormat::default()).unwrap();
            assert_eq!(fulfils(&condition, &row), holds, "{text}");
        }
        for (text, message) in [
            ("colour = red", "no column `colour`; it has name, status, findings"),
            ("status", "is not a condition"),
            ("status == Active", "`==` is not a comparison; write one of ="),
            ("name = x and status =~ Act", "`=~` is not a comparison"),
            ("findings => 5", "`=>` is not a comparison"),
            ("status <> Active", "`<>` is not a comparison"),
            ("status = Active or status = Offline", "`or` cannot join comparisons, only `and` can"),
            ("status = Active OR status=Offline", "`OR` cannot join comparisons"),
            ("status = Active && findings > 3", "`&&` cannot join comparisons"),
            ("status = Active AND findings > 3", "`AND` cannot join comparisons"),
            ("status = Active and colour = red", "no column `colour`"),
        ] {
            let error = Condition::read(text, &columns, &StampFormat::default()).unwrap_err();
            assert!(error.contains(message), "{text}: {error}");
        }
    }

    #[test]
    fn figures_compare_by_their_units() {
        let columns = [
            Column::new("current", "Current"),
            Column::version("version", "Version"),
            Column { holds: Holds::Duration, ..Column::new("timeout", "Timeout") },
            Column { holds: Holds::Target, ..Column::new("target", "Target") },
        ];
        let check = |column: usize, cell: &str, holds: &[&str], not: &[&str]| {
            let mut row = ["-", "-", "-", "-"];
            row[column] = cell;
            for (text, expected) in holds.iter().map(|t| (t, true)).chain(not.iter().map(|t| (t, false))) {
                let text = format!("{} {text}", columns[column].key);
                let condition = Condition::read(&text, &columns, &StampFormat::default()).unwrap();
                assert_eq!(fulfils(&condition, &row), expected, "{cell}: {text}");
            }
        };
        check(0, "0.25%", &["< 0.3%", "< 0.3", "<= 0.25", "> 0"], &["> 0.3", "< 1 s", "> 1 s", "< 0.25"]);
        check(0, "-60 dBm", &["> -90 dBm", "> -90", "< 0"], &["< -90", "> -90 dB", "< 1 s"]);
        check(0, "900 ms", &["< 1 s", "> 0.5 s", "<= 0.9 s", ">= 0.9 s", "> 1"], &["> 1 s"]);
        // Values that are neither less nor greater are equal.
        check(
            0,
            "900 ms",
            &["= 0.9 s", "= 900", "!= 0.8 s", "!= 900 MB"],
            &["!= 0.9 s", "= 1 s", "= 900 MB"],
        );
        // Words are compared as written.
        check(0, "x01", &["!= x1"], &["= x1"]);
        check(0, "0,75 %", &["< 9,5 %", "> 0.5", "= 0.75 %"], &["< 1 s", "> 0,8 %"]);
        check(0, "\u{2212}3", &["< 5", "< \u{2212}2", "= -3"], &["> 5"]);
        check(0, "$3", &["~ 3", "> 1"], &["< 1 s"]);
        // Without a unit, the value cannot be compared with one that has a unit.
        check(0, "900", &["> 800"], &["> 1 s", "< 1 s"]);
        check(0, "n/a", &[], &["> 3", "< 3", "> 3 ms"]);
        check(0, "900 ms", &["!= high"], &["> high", "< high", ">= high"]);
        check(0, "5 min (avg)", &["~ min", "> 3 s", "> 3"], &["< 3 s"]);
        check(0, "5 min (planned)", &["~ min"], &["> 3 s", "< 3 s", "> 3"]);
        check(0, "low", &["> high"], &["< high"]);
        check(0, "1.10.0", &["> 1.9", "> 1.9.0", "< 2"], &["< 1.9"]);
        check(0, "v1.10.0", &["> v1.9.0"], &["< v1.9.0"]);
        check(1, "1.10", &["> 1.9", "= v1.10.0"], &["< 1.9", "= 1.1"]);
        check(1, "v1.9.0", &["< 1.10", "< 2.0.0", "= 1.9.0"], &[">= 1.10"]);
        check(1, "2.0.0-rc.1", &["< 2.0.0", "> 1.10", "< v2"], &["= 2.0.0"]);
        check(1, "2.0.0 (stable)", &[">= v2", "= 2.0.0"], &["< v2"]);
        check(1, "1.x", &["> 1.9"], &["= 1.9"]);
        check(1, "unknown", &["!= 1.9"], &["> 1.9", "< 1.9"]);
        check(2, "1m 30s", &["> 80s", "< 2m", "= 1m 30s", "> 1000"], &["< 80s"]);
        check(2, "3000", &["< 5s", "> 2s", "= 3 s"], &["!= 3 s"]);
        check(3, "< 200 ms", &["< 1 s", "= <0.2s", "= < 200 ms"], &["> 1 s", "= > 200 ms", "= 200 ms"]);
    }

    #[test]
    fn dates_compare_at_the_coarser_precision() {
        let columns = [Column::new("created", "Created")];
        let check = |format: &str, cell: &str, holds: &[&str], not: &[&str]| {
            for (text, expected) in holds.iter().map(|t| (t, true)).chain(not.iter().map(|t| (t, false))) {
                let text = format!("created {text}");
                let condition = Condition::read(&text, &columns, &StampFormat::of(format)).unwrap();
                assert_eq!(fulfils(&condition, &[cell]), expected, "{cell}: {text}");
            }
        };
        check(
            "YYYY-MM-DD_HH-mm",
            "2025-01-05_00-00",
            &[
                "<= 2025-01-05",
                ">= 2025-01-05",
                "= 2025-01-05",
                "< 2025-01-05_00-01",
                "> 2025-01-04T23:59",
                "~ 2025-01",
            ],
            &["> 2025-01-05", "< 2025-01-05", "!= 2025-01-05", "= 2025-01-05_00-01", "= 2025-01"],
        );
        check(
            "DD.MM.YYYY",
            "01.02.2025",
            &["> 03.01.2025", "< 2025-02-02", "= 01.02.2025"],
            &["< 03.01.2025"],
        );
        check("DD.MM.YYYY HH:mm", "01.02.2025 10:00", &["= 01.02.2025", "> 31.01.2025"], &["> 01.02.2025"]);
        check("YYYY-MM-DD_HH-mm", "-", &["!= 2025-01-05"], &["< 2025-01-05", "= 2025-01-05"]);
    }
}
