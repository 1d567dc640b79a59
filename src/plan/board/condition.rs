//! Conditions on rows, and the order of cells: `where` and `sort`.

use std::cmp::Ordering;

use super::escape::{read_cell, read_link};
use super::table::Column;
use crate::model::level::same_status;
use crate::text::fold::fold;

/// What a row has to fulfil: all of several comparisons.
#[derive(Debug)]
pub(super) struct Condition(Vec<Comparison>);

/// `column = value`, or with another operator.
#[derive(Debug)]
struct Comparison {
    column: usize,
    is_status: bool,
    operator: Operator,
    wanted: String,
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

/// Longer ones before those that they begin with.
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

impl Condition {
    /// Reads `status = Active and category ~ Data`. An `and` that no comparison of a column follows is part
    /// of the value.
    pub(super) fn read(text: &str, columns: &[Column]) -> Result<Self, String> {
        let mut comparisons: Vec<Comparison> = Vec::new();
        for piece in text.split(" and ") {
            match Comparison::read(piece, columns) {
                Ok(comparison) => comparisons.push(comparison),
                Err(error) => match comparisons.last_mut() {
                    Some(last) if error.is_none() => {
                        last.wanted.push_str(" and ");
                        last.wanted.push_str(piece.trim());
                    }
                    _ => {
                        let none = format!(
                            "`where={text}` is no condition: write `column = value`, or one of != ~ !~ < <= > >="
                        );
                        return Err(error.unwrap_or(none));
                    }
                },
            }
        }
        Ok(Self(comparisons))
    }

    /// Whether the cells of a row fulfil it.
    pub(super) fn holds(&self, cells: &[String]) -> bool {
        self.0
            .iter()
            .all(|comparison| cells.get(comparison.column).is_some_and(|cell| comparison.holds(cell)))
    }
}

impl Comparison {
    /// The error is `None` where the text has no operator at all.
    fn read(text: &str, columns: &[Column]) -> Result<Self, Option<String>> {
        let at = text.find(['!', '<', '>', '=', '~']).ok_or(None)?;
        let (sign, operator) = OPERATORS.iter().find(|(sign, _)| text[at..].starts_with(sign)).ok_or(None)?;
        let key = text[..at].trim();
        let column = super::table::column(columns, key).map_err(Some)?;
        let wanted = text[at + sign.len()..].trim().to_owned();
        Ok(Self { column, is_status: columns[column].is_status, operator: *operator, wanted })
    }

    fn holds(&self, cell: &str) -> bool {
        let shown = shown(cell);
        let same = || {
            fold(&shown) == fold(&self.wanted)
                || (self.is_status
                    && shown != "-"
                    && !self.wanted.is_empty()
                    && same_status(&shown, &self.wanted))
        };
        let order = || compare(&shown, &self.wanted);
        let known = shown != "-";
        match self.operator {
            Operator::Equal => same(),
            Operator::Unequal => !same(),
            Operator::Holds => fold(&shown).contains(fold(&self.wanted).as_ref()),
            Operator::HoldsNot => !fold(&shown).contains(fold(&self.wanted).as_ref()),
            Operator::Less => known && order() == Ordering::Less,
            Operator::AtMost => known && order() != Ordering::Greater,
            Operator::More => known && order() == Ordering::Greater,
            Operator::AtLeast => known && order() != Ordering::Less,
        }
    }
}

/// What a cell says to its reader: of a link what it shows.
pub(super) fn shown(cell: &str) -> String {
    read_link(cell).map_or_else(|| read_cell(cell), |(_, shown)| shown)
}

/// The order of two texts as people have it: without case, and numbers by their value, so that `1.9.0` comes
/// before `1.10.0`.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let (a, b) = (fold(a), fold(b));
    let (mut left, mut right) = (a.as_ref(), b.as_ref());
    loop {
        let (one, two) = (token(left), token(right));
        let order = match (number(one), number(two)) {
            (Some(x), Some(y)) => x.len().cmp(&y.len()).then_with(|| x.cmp(y)),
            _ => one.cmp(two),
        };
        if order != Ordering::Equal || one.is_empty() {
            return order;
        }
        (left, right) = (&left[one.len()..], &right[two.len()..]);
    }
}

/// A run of digits, or one character.
fn token(text: &str) -> &str {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let len = if digits > 0 { digits } else { text.chars().next().map_or(0, char::len_utf8) };
    &text[..len]
}

/// The digits of a number without zeros in front.
fn number(token: &str) -> Option<&str> {
    token.starts_with(|c: char| c.is_ascii_digit()).then(|| token.trim_start_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_compare_by_value() {
        let mut texts = ["v1.10.0", "V1.9.0", "b", "-", "10", "9", "1.0-rc", "É", "e"];
        texts.sort_by(|a, b| compare(a, b));
        assert_eq!(texts, ["-", "1.0-rc", "9", "10", "b", "e", "V1.9.0", "v1.10.0", "É"]);
    }

    #[test]
    fn conditions_are_read_and_held() {
        let columns = [
            Column::new("name", "Name"),
            Column::status("status", "Status"),
            Column::new("findings", "Findings"),
        ];
        let row = ["[[a\\|Search and rescue]]", "🟢 Active", "10"].map(str::to_owned);
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
        ] {
            assert_eq!(Condition::read(text, &columns).unwrap().holds(&row), holds, "{text}");
        }
        for (text, message) in [
            ("colour = red", "no column `colour`; it has name, status, findings"),
            ("status", "is no condition"),
            ("status = Active and colour = red", "no column `colour`"),
        ] {
            assert!(Condition::read(text, &columns).unwrap_err().contains(message), "{text}");
        }
    }
}
