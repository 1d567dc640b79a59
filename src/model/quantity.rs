//! Figures with units: durations, rates, and the targets of metrics.

use std::borrow::Cow;

use crate::syntax::metric::Metric;
use crate::text::fold::fold;

/// A figure and its unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    /// The number as written.
    pub value: f64,
    /// The same where its dots stand between thousands, as many languages write them: `1.500` may be both.
    grouped: Option<f64>,
    /// The unit as written; empty where there is none.
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
        // Figures are written with few digits: what rounds to the same is the same.
        let close = (is - wanted).abs() <= wanted.abs().max(1.0) * 1e-9;
        match self {
            Self::Less => is < wanted && !close,
            Self::AtMost => is < wanted || close,
            Self::Greater => is > wanted && !close,
            Self::AtLeast => is > wanted || close,
            Self::Equal => close,
        }
    }
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
        let written = undressed(text);
        let folded = unescaped(fold(written));
        let (at, spelling, operator) = operator(&folded)?;
        // A name may stand before the operator; figures there would make a range, and what is denied
        // (`not over`, `!=`) is another target than it looks.
        let name = folded[..at].trim_end();
        let denied = name.ends_with('!') || matches!(name.split(' ').next_back(), Some("not" | "never"));
        if denied || name.contains(|c: char| c.is_ascii_digit()) {
            return None;
        }
        // The unit keeps its own case.
        let original = unescaped(Cow::Borrowed(written));
        let rest = if original.len() == folded.len() { &original } else { &folded };
        let quantity = Quantity::read(rest.get(at + spelling.len()..)?)?;
        Some(Self { operator, quantity })
    }

    /// Whether a figure is within the target; `None` where their units cannot be compared, or where it
    /// depends on whether a kilobyte has 1000 or 1024 bytes, or on what a dot means in `1.500`.
    #[must_use]
    pub fn is_met(&self, current: &Quantity) -> Option<bool> {
        let met = self.is_met_as_written(&self.quantity, current)?;
        if self.quantity.grouped.is_none() && current.grouped.is_none() {
            return Some(met);
        }
        let (wanted, is) = (self.quantity.with_grouped_thousands(), current.with_grouped_thousands());
        self.is_met_as_written(&wanted, &is).filter(|other| *other == met)
    }

    fn is_met_as_written(&self, wanted: &Quantity, current: &Quantity) -> Option<bool> {
        let (wanted, is) = (wanted.base(), current.base());
        if wanted.family != is.family {
            return None;
        }
        let met = self.operator.holds(is.figure(1000.0), wanted.figure(1000.0));
        let either_way = wanted.kilos == 0 && is.kilos == 0;
        let other = || self.operator.holds(is.figure(1024.0), wanted.figure(1024.0));
        (either_way || other() == met).then_some(met)
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
        let text = undressed(text).trim_start_matches(['~', '≈']).trim();
        let end = text
            .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '+')))
            .unwrap_or(text.len());
        let value = number(&text[..end])?;
        let unit = text[end..].trim();
        let plain = unit.chars().all(|c| c.is_alphabetic() || matches!(c, '%' | '/' | 'µ' | '°' | ' '));
        let grouped = grouped(&text[..end]);
        (plain && unit.len() <= 24).then(|| Self { value, grouped, unit: unit.to_owned() })
    }

    /// The figure as those read it whose thousands have dots.
    fn with_grouped_thousands(&self) -> Self {
        Self { value: self.grouped.unwrap_or(self.value), ..self.clone() }
    }

    /// The figure in the base unit of its family.
    fn base(&self) -> Base {
        let unit = fold(&self.unit);
        let (family, factor, kilos) = match unit.as_ref() {
            "ns" => ("time", 1e-9, 0),
            "µs" | "us" | "μs" => ("time", 1e-6, 0),
            "ms" | "millisecond" | "milliseconds" => ("time", 1e-3, 0),
            "s" | "sec" | "secs" | "second" | "seconds" => ("time", 1.0, 0),
            "min" | "mins" | "minute" | "minutes" => ("time", 60.0, 0),
            "h" | "hr" | "hrs" | "hour" | "hours" => ("time", 3600.0, 0),
            "d" | "day" | "days" => ("time", 86_400.0, 0),
            "byte" | "bytes" => ("size", 1.0, 0),
            "b" => (size_family(&self.unit), 1.0, 0),
            "kb" => (size_family(&self.unit), 1.0, 1),
            "mb" => (size_family(&self.unit), 1.0, 2),
            "gb" => (size_family(&self.unit), 1.0, 3),
            "tb" => (size_family(&self.unit), 1.0, 4),
            "kib" => (size_family(&self.unit), 1024.0, 0),
            "mib" => (size_family(&self.unit), 1_048_576.0, 0),
            "gib" => (size_family(&self.unit), 1_073_741_824.0, 0),
            "%" | "percent" => ("percent", 1.0, 0),
            "" => ("", 1.0, 0),
            _ => {
                let mut family = crate::text::fold::term_key(&unit);
                if let Some(size) = size_of_rate(&self.unit) {
                    family = format!("{family} {}", size_family(size));
                }
                let family = Cow::Owned(family);
                return Base { family, value: self.value, factor: 1.0, kilos: 0 };
            }
        };
        Base { family: Cow::Borrowed(family), value: self.value, factor, kilos }
    }
}

/// What a size counts, by the case of its `b`: bytes, bits, or in small letters nobody knows which, so that it
/// compares with its like alone.
fn size_family(unit: &str) -> &'static str {
    if unit.ends_with('B') {
        "size"
    } else if unit.contains(|c: char| c.is_ascii_uppercase()) {
        "bits"
    } else {
        "bits or bytes"
    }
}

/// The size in a rate: `Mb` of `Mb/s` and of `Mbps`.
fn size_of_rate(unit: &str) -> Option<&str> {
    let (size, is_short) = match (unit.split_once(['/', ' ']), unit.strip_suffix("ps")) {
        (Some((size, _)), _) => (size, false),
        (None, Some(size)) => (size, true),
        (None, None) => return None,
    };
    let known = ["b", "kb", "mb", "gb", "tb", "kib", "mib", "gib"];
    let known = known.iter().any(|known| size.eq_ignore_ascii_case(known));
    // `mbps` are bits, however they are written, unless a capital says otherwise.
    known.then_some(if is_short && !size.ends_with('B') { "Mb" } else { size })
}

/// A figure by its family of units.
struct Base {
    family: Cow<'static, str>,
    value: f64,
    /// How many of the family's base unit one unit is, times a kilo so many times.
    factor: f64,
    kilos: i32,
}

impl Base {
    /// The figure in the base unit, where a kilobyte has so many bytes.
    fn figure(&self, kilo: f64) -> f64 {
        self.value * (self.factor * kilo.powi(self.kilos))
    }
}

/// A number with thousands separators: `1,024` and `1.5`, not `1,5` or `1.2.3`.
fn number(text: &str) -> Option<f64> {
    let digits = if text.contains(',') {
        let (whole, fraction) = text.split_once('.').map_or((text, None), |(w, f)| (w, Some(f)));
        let mut groups = whole.split(',');
        let first = groups.next()?;
        let grouped = !first.trim_start_matches(['-', '+']).is_empty() && groups.all(|g| g.len() == 3);
        if !grouped {
            return None;
        }
        let whole = whole.replace(',', "");
        Cow::Owned(fraction.map_or_else(|| whole.clone(), |f| format!("{whole}.{f}")))
    } else {
        Cow::Borrowed(text)
    };
    digits.parse().ok().filter(|v: &f64| v.is_finite())
}

/// What `1.500` is where dots stand between thousands. `0.125` has none.
fn grouped(text: &str) -> Option<f64> {
    let mut groups = text.trim_start_matches(['-', '+']).split('.');
    let first = groups.next().filter(|first| (1..=3).contains(&first.len()) && !first.starts_with('0'))?;
    let digits = |group: &str| group.bytes().all(|b| b.is_ascii_digit());
    let mut more = groups.peekable();
    more.peek()?;
    (digits(first) && more.all(|group| group.len() == 3 && digits(group)))
        .then(|| text.replace('.', "").parse().ok())
        .flatten()
}

/// Reads a duration as the fields of an integration have it, in milliseconds: `30s`, `1m 30s`,
/// `1.5 hours`, a bare number of milliseconds, or ISO 8601 (`PT30S`).
#[must_use]
pub fn duration_ms(text: &str) -> Option<f64> {
    let text = text.trim();
    if let Ok(ms) = text.parse::<f64>() {
        return (ms.is_finite() && ms >= 0.0).then_some(ms);
    }
    if let Some(iso) = text.strip_prefix(['P', 'p']) {
        return iso_duration_ms(iso);
    }
    let folded = fold(text);
    let mut rest = folded.trim();
    let mut total = 0.0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).filter(|&n| n > 0)?;
        let value: f64 = rest[..digits].parse().ok()?;
        rest = rest[digits..].trim_start();
        let word = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        total += value * unit_ms(&rest[..word])?;
        rest = rest[word..].trim_start_matches([' ', ',']);
    }
    Some(total)
}

fn unit_ms(unit: &str) -> Option<f64> {
    Some(match unit {
        "ms" | "msec" | "millisecond" | "milliseconds" => 1.0,
        "s" | "sec" | "secs" | "second" | "seconds" => 1e3,
        "m" | "min" | "mins" | "minute" | "minutes" => 6e4,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3.6e6,
        "d" | "day" | "days" => 8.64e7,
        _ => return None,
    })
}

/// The part of an ISO 8601 duration behind its `P`.
fn iso_duration_ms(text: &str) -> Option<f64> {
    let (mut total, mut time, mut any, mut rest) = (0.0, false, false, text);
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix(['T', 't']).filter(|_| !time) {
            time = true;
            rest = after;
            continue;
        }
        let digits = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).filter(|&n| n > 0)?;
        let value: f64 = rest[..digits].parse().ok()?;
        let unit = rest[digits..].chars().next()?;
        total += value
            * match (unit.to_ascii_uppercase(), time) {
                ('W', false) => 6.048e8,
                ('D', false) => 8.64e7,
                ('H', true) => 3.6e6,
                ('M', true) => 6e4,
                ('S', true) => 1e3,
                _ => return None,
            };
        any = true;
        rest = &rest[digits + unit.len_utf8()..];
    }
    any.then_some(total)
}

/// Whether a text is a limit: `N [requests|calls|messages] (/|per) (s|min|h|d)`, or says that there
/// is none.
#[must_use]
pub fn is_rate(text: &str) -> bool {
    let folded = fold(text.trim()).into_owned();
    if is_unlimited(&folded) {
        return true;
    }
    let digits =
        folded.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '_'))).unwrap_or(folded.len());
    if digits == 0 {
        return false;
    }
    let rest = folded[digits..].trim_start().trim_start_matches(['k']).trim_start();
    let word = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
    let (noun, rest) = rest.split_at(word);
    let (noun, rest) =
        if noun == "per" { ("", &folded[folded.len() - rest.len() - 3..]) } else { (noun, rest) };
    let noun_known = matches!(
        noun,
        "" | "request"
            | "requests"
            | "req"
            | "reqs"
            | "call"
            | "calls"
            | "message"
            | "messages"
            | "msg"
            | "msgs"
            | "event"
            | "events"
            | "query"
            | "queries"
            | "op"
            | "ops"
            | "token"
            | "tokens"
            | "job"
            | "jobs"
            | "build"
            | "builds"
            | "upload"
            | "uploads"
            | "connection"
            | "connections"
            | "record"
            | "records"
            | "row"
            | "rows"
    );
    let rest = rest.trim_start();
    let unit = rest.strip_prefix('/').or_else(|| rest.strip_prefix("per")).map(str::trim);
    // `per 15 minutes` is a window of more than one unit.
    let window = |unit: &str| unit.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start().to_owned();
    noun_known && unit.is_some_and(|unit| unit_ms(&window(unit)).is_some() && window(unit) != "ms")
}

/// Whether a text says that there is no limit.
#[must_use]
pub fn is_unlimited(text: &str) -> bool {
    matches!(fold(text.trim()).as_ref(), "none" | "unlimited" | "n/a" | "na" | "no limit" | "-")
}

/// Whether a metric meets its target; `None` where nobody can tell: no target, no figure, or units
/// that do not compare.
#[must_use]
pub fn within(metric: &Metric) -> Option<bool> {
    let target = Target::read(&metric.target.as_ref()?.text)?;
    target.is_met(&Quantity::read(&metric.current.text)?)
}

#[cfg(test)]
mod tests;
