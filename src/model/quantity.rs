//! Figures with units, and the targets of metrics.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::duration::Composite;
use super::unit::{Family, Unit};
use crate::syntax::metric::Metric;
use crate::text::fold::fold;
use crate::text::number::{
    fraction_by_comma, grouped, leading_number, number, two_parts, with_decimal_comma,
};

/// A figure and its unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    /// The number as written; of a duration of several parts (`5h 10m`) how many of its last unit that is.
    pub value: f64,
    /// What it is where dots and commas change their parts, as many languages have them: `1.500` and `1,500`
    /// may each be both.
    other: Option<f64>,
    /// Whether that is since a comma may stand before a fraction.
    by_comma: bool,
    /// What stands before and behind the dot where it may be a version: without a unit.
    parts: Option<(u16, u16)>,
    /// How far it may be from what is: half a unit of its last digit where it is marked as rounded (`~2`), else 0.
    rounded_by: f64,
    /// The unit as written; empty where there is none. Of several (`5h 10m`) the last.
    pub unit: String,
}

/// How a figure is to compare with its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `<`, `under`
    Less,
    /// `≤`, `<=`, `at most`
    AtMost,
    /// `>`, `over`
    Greater,
    /// `≥`, `>=`, `at least`
    AtLeast,
    /// `=`
    Equal,
}

impl Operator {
    /// The sign.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
            Self::Equal => "=",
        }
    }

    /// Whether one figure compares with another in this way.
    fn holds(self, is: f64, wanted: f64) -> bool {
        let close = is_close(is, wanted);
        match self {
            Self::Less => is < wanted && !close,
            Self::AtMost => is < wanted || close,
            Self::Greater => is > wanted && !close,
            Self::AtLeast => is > wanted || close,
            Self::Equal => close,
        }
    }
}

/// Whether two figures are one: they are written with few digits, so what rounds to the same is the same.
fn is_close(is: f64, wanted: f64) -> bool {
    (is - wanted).abs() <= wanted.abs().max(1.0) * 1e-9
}

/// What a metric is wanted to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// How it compares.
    pub operator: Operator,
    /// With what.
    pub quantity: Quantity,
}

/// Spellings of the operators, longer ones first.
const OPERATORS: [(&str, Operator); 14] = [
    ("<=", Operator::AtMost),
    (">=", Operator::AtLeast),
    ("≤", Operator::AtMost),
    ("≥", Operator::AtLeast),
    ("at most", Operator::AtMost),
    ("at least", Operator::AtLeast),
    ("under", Operator::Less),
    ("below", Operator::Less),
    ("over", Operator::Greater),
    ("above", Operator::Greater),
    ("<", Operator::Less),
    (">", Operator::Greater),
    ("==", Operator::Equal),
    ("=", Operator::Equal),
];

impl Target {
    /// Reads a target: an operator, perhaps with a name before it, and a figure. `None` for
    /// anything else: a figure alone says nothing.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = in_plain_signs(text);
        let written = undressed(&text);
        let folded = unescaped(fold(written));
        let (at, spelling, operator) = operator(&folded)?;
        // A name may stand before the operator (`p95 latency < 200ms`); figures there would make a range, and what is
        // denied (`not over`, `!=`) is another target than it looks.
        let name = folded[..at].trim_end();
        let denied = name.ends_with('!') || matches!(name.split(' ').next_back(), Some("not" | "never"));
        let is_figure = |word: &str| {
            word.contains(|c: char| c.is_ascii_digit()) && !word.starts_with(char::is_alphabetic)
        };
        if denied || name.split([' ', '(']).any(is_figure) {
            return None;
        }
        // The unit keeps its own case.
        let original = unescaped(Cow::Borrowed(written));
        let rest = if original.len() == folded.len() { &original } else { &folded };
        let quantity = Quantity::read(rest.get(at + spelling.len()..)?)?;
        Some(Self { operator, quantity })
    }

    /// Whether a figure is within the target; `None` where their units cannot be compared, or where it
    /// depends on whether a kilobyte has 1000 or 1024 bytes, on what the sign means in `1.500` or `1,500`, on
    /// whether they are decimals or versions (of these `3.12` comes after `3.9`), or on how `~2` was rounded.
    #[must_use]
    pub fn is_met(&self, current: &Quantity) -> Option<bool> {
        let met = self.is_met_as_written(&self.quantity, current)?;
        if self.is_met_as_version(current).is_some_and(|other| other != met) {
            return None;
        }
        if self.quantity.other.is_none() && current.other.is_none() {
            return Some(met);
        }
        let (wanted, is) = (self.quantity.read_otherwise(), current.read_otherwise());
        self.is_met_as_written(&wanted, &is).filter(|other| *other == met)
    }

    fn is_met_as_version(&self, current: &Quantity) -> Option<bool> {
        let (is, wanted) = (current.parts?, self.quantity.parts?);
        // Shares and scores are below one, and few targets name a version that is.
        let order = Some(is.cmp(&wanted)).filter(|_| is.0 > 0 || wanted.0 > 0)?;
        Some(self.operator.holds(f64::from(order as i8), 0.0))
    }

    fn is_met_as_written(&self, wanted: &Quantity, current: &Quantity) -> Option<bool> {
        let (bound, unit) = (Unit::of(&wanted.unit), Unit::of(&current.unit));
        if bound.family != unit.family {
            return None;
        }
        let met_with = |kilo| {
            let (is, wanted_is) = (unit.in_base(current.value, kilo), bound.in_base(wanted.value, kilo));
            let met = self.operator.holds(is, wanted_is);
            let off = unit.in_base(current.rounded_by, kilo) + bound.in_base(wanted.rounded_by, kilo);
            let sure = off == 0.0
                || [is - off, is + off].into_iter().all(|is| self.operator.holds(is, wanted_is) == met);
            sure.then_some(met)
        };
        let met = met_with(1000.0)?;
        let either_way = bound.kilos == 0 && unit.kilos == 0;
        (either_way || met_with(1024.0) == Some(met)).then_some(met)
    }
}

/// The first operator of a folded text, at one place the longest: where it stands and how it is spelled.
fn operator(folded: &str) -> Option<(usize, &'static str, Operator)> {
    let begins = |byte: u8| matches!(byte, b'<' | b'>' | b'=' | b'a' | b'b' | b'o' | b'u' | 0xe2);
    let places = folded.bytes().enumerate().filter(|(_, byte)| begins(*byte));
    let mut found = places.filter_map(|(at, _)| {
        let rest = folded.get(at..)?;
        let here = OPERATORS
            .iter()
            .filter(|(spelling, _)| rest.starts_with(spelling) && !is_inside_word(folded, at, spelling));
        here.max_by_key(|(spelling, _)| spelling.len()).map(|(spelling, operator)| (at, *spelling, *operator))
    });
    found.next()
}

/// A text without the emphasis and backticks around the whole of it: they are decoration.
fn undressed(text: &str) -> &str {
    let mut text = text.trim().trim_matches('`');
    for mark in ["***", "___", "**", "__", "*", "_"] {
        let inner = text.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark));
        if let Some(inner) = inner.filter(|inner| !inner.contains(mark)) {
            text = inner.trim().trim_matches('`');
        }
    }
    text
}

/// A text with the signs that are meant by those of full width (`＜`, `％`), by entities (`&lt;`) and by blanks at which
/// no line breaks.
fn in_plain_signs(text: &str) -> Cow<'_, str> {
    const SIGNS: [(&str, &str); 12] = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&le;", "≤"),
        ("&ge;", "≥"),
        ("&nbsp;", " "),
        ("＜", "<"),
        ("＞", ">"),
        ("＝", "="),
        ("％", "%"),
        ("\u{a0}", " "),
        ("\u{2009}", " "),
        ("\u{202f}", " "),
    ];
    let mut plain = Cow::Borrowed(text);
    if !text.is_ascii() || text.contains('&') {
        for (sign, meant) in SIGNS.iter().filter(|(sign, _)| text.contains(sign)) {
            plain = Cow::Owned(plain.replace(sign, meant));
        }
    }
    plain
}

/// A text without its backslashes.
fn unescaped(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains('\\') { Cow::Owned(text.replace('\\', "")) } else { text }
}

/// Whether an operator that is a word stands within a longer one: `over` in `Overall` or `Turnover`.
fn is_inside_word(text: &str, at: usize, spelling: &str) -> bool {
    let word = spelling.starts_with(|c: char| c.is_alphabetic());
    let (before, behind) = (&text[..at], &text[at + spelling.len()..]);
    word && (before.ends_with(|c: char| c.is_alphanumeric())
        || behind.starts_with(|c: char| c.is_alphabetic()))
}

impl Quantity {
    /// Reads a number, perhaps with a unit; `None` where anything else stands in the text.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = in_plain_signs(text);
        let figure = undressed(&text);
        let text = figure.trim_start_matches(['~', '≈']);
        let is_rounded = text.len() < figure.len();
        if let Some(Composite { value, last: (written, unit) }) = Composite::read(text) {
            let rounded_by = if is_rounded { half_of_last_digit(&written) } else { 0.0 };
            return Some(Self { value, other: None, by_comma: false, parts: None, rounded_by, unit });
        }
        let (written, unit) = leading_number(text.trim());
        let value = number(&written).or_else(|| fraction_by_comma(&written))?;
        let unit = unit.trim();
        let plain = unit.chars().all(|c| c.is_alphabetic() || matches!(c, '%' | '/' | 'µ' | '°' | ' '));
        let fraction = with_decimal_comma(&written);
        let other = grouped(&written).or(fraction);
        (plain && unit.len() <= 24).then(|| Self {
            value,
            other,
            by_comma: fraction.is_some(),
            parts: if unit.is_empty() { two_parts(&written) } else { None },
            rounded_by: if is_rounded { half_of_last_digit(&written) } else { 0.0 },
            unit: unit.to_owned(),
        })
    }

    /// The number that is meant, in a note whose figures have a comma before their fractions or one where none has.
    /// `None` where nobody can tell: a count of `1.500` may be one and a half thousand.
    #[must_use]
    pub fn meant(&self, decimal_comma: bool) -> Option<f64> {
        let Some(other) = self.other.filter(|_| decimal_comma || !self.by_comma) else {
            return Some(self.value);
        };
        match Unit::of(&self.unit).family {
            // Nothing has thousands of percent with digits to spare.
            Family::Percent if !self.by_comma => Some(self.value),
            _ if decimal_comma => Some(other),
            Family::Bare | Family::Other(..) => None,
            _ => Some(self.value),
        }
    }

    /// The same figure where commas stand between thousands for certain.
    fn with_thousands(self) -> Self {
        Self { other: self.other.filter(|_| !self.by_comma), ..self }
    }

    /// The order of a figure and one that bounds it: by value where their units convert. A bound without a unit
    /// means the figure as it is written. `None` where units are unlike.
    #[must_use]
    pub fn against(&self, bound: &Self) -> Option<Ordering> {
        let (unit, of_bound) = (Unit::of(&self.unit), Unit::of(&bound.unit));
        let (is, bound) = if unit.family == of_bound.family {
            (unit.in_base(self.value, 1000.0), of_bound.in_base(bound.value, 1000.0))
        } else if of_bound.family == Family::Bare {
            (self.value, bound.value)
        } else {
            return None;
        };
        Some(if is_close(is, bound) { Ordering::Equal } else { is.total_cmp(&bound) })
    }

    /// Whether it is another figure in other words alone. What a sign may change is left as it is written.
    fn is(&self, other: &Self) -> bool {
        let (own, others) = (Unit::of(&self.unit), Unit::of(&other.unit));
        let with = |kilo| is_close(own.in_base(self.value, kilo), others.in_base(other.value, kilo));
        let is_plain = self.other.is_none() && other.other.is_none() && own.family != Family::Bare;
        is_plain && own.family == others.family && with(1000.0) && with(1024.0)
    }

    /// Its place among figures of any unit: those that convert by value, unit by unit, before them the others as
    /// they are written.
    #[must_use]
    pub fn rank(&self) -> (u8, f64) {
        let unit = Unit::of(&self.unit);
        (unit.family.rank(), unit.in_base(self.value, 1000.0))
    }

    /// The figure as those read it whose thousands have dots, and their fractions a comma.
    fn read_otherwise(&self) -> Self {
        Self { value: self.other.unwrap_or(self.value), ..self.clone() }
    }
}

/// Half a unit of the last digit of a number. Where its last sign may stand between thousands, it is as if it stood
/// before a fraction.
fn half_of_last_digit(written: &str) -> f64 {
    let decimals = written.rsplit_once(['.', ',']).map_or(0, |(_, decimals)| decimals.len());
    (0..decimals).fold(0.5, |half, _| half / 10.0)
}

/// Whether two texts are one figure with a unit, or one target, in other words: `30s` and `30000 ms`, `<1s` and
/// `under 1 s`. A figure without a unit may be anything, such as a version.
#[must_use]
pub fn same_figure(a: &str, b: &str) -> bool {
    match (Target::read(a), Target::read(b)) {
        (Some(a), Some(b)) => a.operator == b.operator && a.quantity.is(&b.quantity),
        (None, None) => Quantity::read(a).zip(Quantity::read(b)).is_some_and(|(a, b)| a.is(&b)),
        _ => false,
    }
}

/// Whether a metric meets its target; `None` where nobody can tell: no target, no figure, or units
/// that do not compare.
#[must_use]
pub fn within(metric: &Metric) -> Option<bool> {
    let target = Target::read(&metric.target.as_ref()?.text)?;
    let current = Quantity::read(&metric.current.text)?;
    if metric.decimal_comma {
        return target.is_met(&current);
    }
    Target { quantity: target.quantity.with_thousands(), ..target }.is_met(&current.with_thousands())
}

#[cfg(test)]
mod tests;
