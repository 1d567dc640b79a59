//! Figures with units, and the targets of metrics.

use std::borrow::Cow;
use std::cmp::Ordering;

use self::remark::Remark;
use super::duration::Composite;
use super::level::Level;
use super::unit::{Family, Unit};
use crate::syntax::metric::Metric;
use crate::text::figure::{ROUNDED, in_plain_signs, remark_of, undressed, without_signs};
use crate::text::fold::fold;
use crate::text::number::{
    fraction_by_comma, grouped, leading_number, number, two_parts, with_decimal_comma,
};
use crate::text::unit::is_currency;

mod remark;

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
    /// What is said of it in brackets.
    remark: Remark,
    /// The unit as written; empty where there is none. Of several (`5h 10m`) the last. A sign of money stands before
    /// the rest of it, wherever it was.
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
        // A mark behind what is wanted may say when to give it: `> 80 % 🔴`.
        let quantity = Quantity::find(rest.get(at + spelling.len()..)?, |_| false)?;
        let remark = quantity.remark.named(name)?;
        remark.is_of_target().then_some(Self { operator, quantity: Quantity { remark, ..quantity } })
    }

    /// Whether a figure is within the target; `None` where their units cannot be compared, or where it
    /// depends on whether a kilobyte has 1000 or 1024 bytes, on what the sign means in `1.500` or `1,500`, on
    /// whether they are decimals or versions (of these `3.12` comes after `3.9`), on how `~2` was rounded, or on which
    /// of two figures is meant (`71 % (peak 94 %)`).
    #[must_use]
    pub fn is_met(&self, current: &Quantity) -> Option<bool> {
        let met = self.is_met_by(current).filter(|_| self.quantity.remark.is_of_one_with(&current.remark))?;
        current.remark.others.iter().all(|other| self.is_met_by(other) == Some(met)).then_some(met)
    }

    fn is_met_by(&self, current: &Quantity) -> Option<bool> {
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
    /// Reads a number, perhaps with a unit; `None` where anything else stands in the text, but for signs and remarks
    /// behind it that leave it what it is: `243 ms ↗ ⚠️`, `81 % (peak 94 %)`.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let is_level = |mark: &str| Level::of_mark(mark).is_some_and(|level| level != Level::Unknown);
        Self::find(&in_plain_signs(text), is_level)
    }

    /// The same of a text in plain signs, with the marks that may stand behind a figure.
    fn find(text: &str, is_mark: impl Fn(&str) -> bool) -> Option<Self> {
        let figure = undressed(text);
        // Most are nothing but a figure.
        if let Some(plain) = Self::plain(figure) {
            return Some(plain);
        }
        let bare = without_signs(figure, &is_mark);
        let Some((before, remark)) = remark_of(bare) else {
            return (bare.len() < figure.len()).then(|| Self::plain(undressed(bare))).flatten();
        };
        let figure = Self::plain(undressed(without_signs(before, &is_mark)))?;
        let remark = Remark::read(without_signs(remark, &is_mark), &figure)?;
        Some(Self { remark, ..figure })
    }

    /// Reads a number, perhaps with a unit, and nothing else.
    fn plain(figure: &str) -> Option<Self> {
        let text = figure.trim_start_matches(ROUNDED);
        let is_rounded = text.len() < figure.len();
        let rounded_by = |written: &str| if is_rounded { half_of_last_digit(written) } else { 0.0 };
        let remark = Remark::default();
        if let Some(Composite { value, last: (written, unit) }) = Composite::read(text) {
            let rounded_by = rounded_by(&written);
            return Some(Self { value, other: None, by_comma: false, parts: None, rounded_by, remark, unit });
        }
        let text = text.trim();
        let bare = text.trim_start_matches(is_currency);
        let currency = &text[..text.len() - bare.len()];
        let (written, unit) = leading_number(bare);
        let value = number(&written).or_else(|| fraction_by_comma(&written))?;
        let unit = unit.trim();
        let is_plain = |c: char| c.is_alphabetic() || matches!(c, '%' | '/' | 'µ' | '°' | ' ');
        let is_money = |c: char| is_currency(c) && currency.is_empty();
        let plain = unit.chars().all(|c| is_plain(c) || is_money(c));
        let fraction = with_decimal_comma(&written);
        let other = grouped(&written).or(fraction);
        let unit = if currency.is_empty() { unit.to_owned() } else { format!("{currency}{unit}") };
        (plain && unit.len() <= 24).then(|| Self {
            value,
            other,
            by_comma: fraction.is_some(),
            parts: if unit.is_empty() { two_parts(&written) } else { None },
            rounded_by: rounded_by(&written),
            remark,
            unit,
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
    fn with_thousands(mut self) -> Self {
        self.other = self.other.filter(|_| !self.by_comma);
        let others = std::mem::take(&mut self.remark.others);
        self.remark.others = others.into_iter().map(Self::with_thousands).collect();
        self
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
        is_plain && own.family == others.family && self.remark == other.remark && with(1000.0) && with(1024.0)
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
