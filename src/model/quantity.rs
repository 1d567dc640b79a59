//! Quantities (figures with units) and the targets of metrics, and whether a quantity meets a target.

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

/// A figure with its unit.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Quantity {
    /// The number as written. A duration of several parts (`5h 10m`) is given in its last unit.
    pub value: f64,
    /// The number if dots and commas swap their roles, as they do in many languages; `None` where that changes
    /// nothing. `1.500` and `1,500` can each be read both ways.
    other: Option<f64>,
    /// Whether `other` differs because a comma may begin the fraction.
    by_comma: bool,
    /// The numbers before and after the dot where the figure may be a version, which is where it has no unit.
    parts: Option<(u16, u16)>,
    /// How far the figure may be from the true value: half a unit of its last digit where it is marked as rounded
    /// (`~2`), else 0.
    rounded_by: f64,
    /// What is said about the figure in brackets.
    remark: Remark,
    /// The unit as written; empty where there is none, and the last unit of a duration such as `5h 10m`. A
    /// currency sign comes first, wherever it stood.
    pub unit: String,
}

/// How a figure must compare with its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
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
    /// Returns the sign.
    #[must_use]
    pub(crate) const fn sign(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
            Self::Equal => "=",
        }
    }

    /// Whether `is` compares with `wanted` in this way.
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

/// Whether two figures are equal but for rounding errors. Notes write figures with few digits.
fn is_close(is: f64, wanted: f64) -> bool {
    (is - wanted).abs() <= wanted.abs().max(1.0) * 1e-9
}

/// The target of a metric: an operator and a quantity.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Target {
    /// How a figure must compare.
    pub operator: Operator,
    /// The quantity it must compare with.
    pub quantity: Quantity,
}

/// The spellings of the operators.
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
    /// Reads a target: an operator, perhaps with a name before it, and a figure. `None` for anything else. A
    /// figure without an operator is not a target.
    #[must_use]
    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = in_plain_signs(text);
        let written = undressed(&text);
        let folded = unescaped(fold(written));
        let (at, spelling, operator) = operator(&folded)?;
        // A name may stand before the operator (`p95 latency < 200ms`). A figure there would make a range, and a
        // negation (`not over`, `!=`) would turn the target around.
        let name = folded[..at].trim_end();
        let denied = name.ends_with('!') || matches!(name.split(' ').next_back(), Some("not" | "never"));
        let is_figure = |word: &str| {
            word.contains(|c: char| c.is_ascii_digit()) && !word.starts_with(char::is_alphabetic)
        };
        if denied || name.split([' ', '(']).any(is_figure) {
            return None;
        }
        // Reads from the original text, because the case of a unit matters.
        let original = unescaped(Cow::Borrowed(written));
        let rest = if original.len() == folded.len() { &original } else { &folded };
        // No mark is accepted after the wanted figure, because it may say when to use the mark: `> 80 % 🔴`.
        let quantity = Quantity::find(rest.get(at + spelling.len()..)?, |_| false)?;
        let remark = quantity.remark.named(name)?;
        remark.is_of_target().then_some(Self { operator, quantity: Quantity { remark, ..quantity } })
    }

    /// Whether a figure meets the target; `None` where their units cannot be compared. `None` also where the
    /// answer depends on whether a kilobyte has 1000 or 1024 bytes, on what the separator means in `1.500` or
    /// `1,500`, on whether the figures are decimals or versions (as versions, `3.12` comes after `3.9`), on how
    /// `~2` was rounded, or on which of two figures is meant (`71 % (peak 94 %)`).
    #[must_use]
    pub(crate) fn is_met(&self, current: &Quantity) -> Option<bool> {
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
        // Figures below one are mostly shares and scores; few targets name such a version.
        let order = Some(is.cmp(&wanted)).filter(|_| is.0 > 0 || wanted.0 > 0)?;
        Some(self.operator.holds(f64::from(order as i8), 0.0))
    }

    fn is_met_as_written(&self, wanted: &Quantity, current: &Quantity) -> Option<bool> {
        let unit = Unit::of(&current.unit);
        let bound = Unit::of(&wanted.unit).without_subject(&wanted.unit, &unit.family);
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

/// Returns the first operator of a folded text, and the longest one at that place: its offset, its spelling and
/// its meaning.
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

/// Removes the backslashes from a text.
fn unescaped(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains('\\') { Cow::Owned(text.replace('\\', "")) } else { text }
}

/// Whether an operator that is a word is part of a longer word: `over` in `Overall` or `Turnover`.
fn is_inside_word(text: &str, at: usize, spelling: &str) -> bool {
    let word = spelling.starts_with(|c: char| c.is_alphabetic());
    let (before, behind) = (&text[..at], &text[at + spelling.len()..]);
    word && (before.ends_with(|c: char| c.is_alphanumeric())
        || behind.starts_with(|c: char| c.is_alphabetic()))
}

impl Quantity {
    /// Reads a number, perhaps with a unit. `None` where the text has anything else, except for signs and remarks
    /// after the figure that do not change it: `243 ms ↗ ⚠️`, `81 % (peak 94 %)`.
    #[must_use]
    pub(crate) fn read(text: &str) -> Option<Self> {
        let is_level = |mark: &str| Level::of_mark(mark).is_some_and(|level| level != Level::Unknown);
        Self::find(&in_plain_signs(text), is_level)
    }

    /// Like [`read`](Self::read), but for a text whose signs are already plain. `is_mark` tells which marks may
    /// follow the figure.
    fn find(text: &str, is_mark: impl Fn(&str) -> bool) -> Option<Self> {
        let figure = undressed(text);
        // Most texts are just a figure.
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

    /// Reads a number, perhaps with a unit, and accepts nothing else.
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

    /// Returns the number that is meant, given whether the figures of the note use a decimal comma. `None` where
    /// it is unclear: a count of `1.500` may be one and a half or fifteen hundred.
    #[must_use]
    pub(crate) fn meant(&self, decimal_comma: bool) -> Option<f64> {
        let Some(other) = self.other.filter(|_| decimal_comma || !self.by_comma) else {
            return Some(self.value);
        };
        match Unit::of(&self.unit).family {
            // A percentage in the thousands with further digits is implausible.
            Family::Percent if !self.by_comma => Some(self.value),
            _ if decimal_comma => Some(other),
            Family::Bare | Family::Other(..) => None,
            _ => Some(self.value),
        }
    }

    /// Returns the figure for notes whose commas are known to group thousands.
    fn with_thousands(mut self) -> Self {
        self.other = self.other.filter(|_| !self.by_comma);
        let others = std::mem::take(&mut self.remark.others);
        self.remark.others = others.into_iter().map(Self::with_thousands).collect();
        self
    }

    /// Compares a figure with a bound, by value where their units convert. A bound without a unit is compared with
    /// the number as written. `None` where the units differ in kind.
    #[must_use]
    pub(crate) fn against(&self, bound: &Self) -> Option<Ordering> {
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

    /// Whether another figure is the same one in other words. `false` where the number can be read in two ways, or
    /// has no unit.
    fn is(&self, other: &Self) -> bool {
        let (own, others) = (Unit::of(&self.unit), Unit::of(&other.unit));
        let with = |kilo| is_close(own.in_base(self.value, kilo), others.in_base(other.value, kilo));
        let is_plain = self.other.is_none() && other.other.is_none() && own.family != Family::Bare;
        is_plain && own.family == others.family && self.remark == other.remark && with(1000.0) && with(1024.0)
    }

    /// Returns a sort key for figures of any unit. Those whose units convert are sorted by kind of unit and then
    /// by value; the others come first, by their number as written.
    #[must_use]
    pub(crate) fn rank(&self) -> (u8, f64) {
        let unit = Unit::of(&self.unit);
        (unit.family.rank(), unit.in_base(self.value, 1000.0))
    }

    /// Returns the figure as read with dots between thousands and a comma before the fraction.
    fn read_otherwise(&self) -> Self {
        Self { value: self.other.unwrap_or(self.value), ..self.clone() }
    }
}

/// Returns half a unit of the last digit of a number. If its last separator may group thousands, it still counts
/// as a decimal separator here.
fn half_of_last_digit(written: &str) -> f64 {
    let decimals = written.rsplit_once(['.', ',']).map_or(0, |(_, decimals)| decimals.len());
    (0..decimals).fold(0.5, |half, _| half / 10.0)
}

/// Whether two texts state the same figure with a unit, or the same target, in other words: `30s` and `30000 ms`,
/// `<1s` and `under 1 s`. `false` for figures without a unit, which may be anything, such as a version.
#[must_use]
pub(crate) fn same_figure(a: &str, b: &str) -> bool {
    match (Target::read(a), Target::read(b)) {
        (Some(a), Some(b)) => a.operator == b.operator && a.quantity.is(&b.quantity),
        (None, None) => Quantity::read(a).zip(Quantity::read(b)).is_some_and(|(a, b)| a.is(&b)),
        _ => false,
    }
}

/// Whether a metric meets its target; `None` where that cannot be told: there is no target or no figure, or their
/// units do not compare.
#[must_use]
pub(crate) fn within(metric: &Metric) -> Option<bool> {
    let target = Target::read(&metric.target.as_ref()?.text)?;
    let current = Quantity::read(&metric.current.text)?;
    if metric.decimal_comma {
        return target.is_met(&current);
    }
    Target { quantity: target.quantity.with_thousands(), ..target }.is_met(&current.with_thousands())
}

#[cfg(test)]
mod tests;
