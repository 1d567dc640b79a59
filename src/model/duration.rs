//! Reads durations and rate limits as the fields of an integration write them.

use crate::text::fold::fold;
use crate::text::number::{fraction_by_comma, grouped, number, split_digits};
use crate::text::unit::{is_counted, parts, waiting_ms};

/// Reads a duration as the fields of an integration have it, in milliseconds: `30s`, `1m 30s`,
/// `1.5 hours`, `1,5 Stunden`, a bare number of milliseconds, or ISO 8601 (`PT30S`).
#[must_use]
pub(crate) fn duration_ms(text: &str) -> Option<f64> {
    let text = text.trim();
    // As in metrics, a comma is a decimal comma unless exactly three digits follow (`1,500`).
    let number = |text: &str| number(text).or_else(|| fraction_by_comma(text));
    if let Some(ms) = number(text) {
        return (ms >= 0.0).then_some(ms);
    }
    if let Some(iso) = text.strip_prefix(['P', 'p']) {
        return iso_duration_ms(iso);
    }
    let folded = fold(text);
    let mut total = None;
    for part in parts(&folded) {
        let (value, unit) = part?;
        total = Some(total.unwrap_or(0.0) + number(value)? * waiting_ms(unit)?);
    }
    total
}

/// A duration of several parts, from the longest unit to the shortest, each at most once: `5h 10m`.
pub(super) struct Composite {
    /// The whole duration, in the last unit.
    pub(super) value: f64,
    /// The number before the last unit as written, and that unit.
    pub(super) last: (String, String),
}

impl Composite {
    /// Reads a composite duration; `None` for any other text, and for a single number with a unit.
    pub(super) fn read(text: &str) -> Option<Self> {
        let folded = fold(text);
        let (mut total, mut last): (f64, Option<(&str, &str, f64)>) = (0.0, None);
        let mut count = 0;
        for part in parts(&folded) {
            let (value, unit) = part?;
            // `m` alone can mean metres, but between other units of time it means minutes.
            let ms = waiting_ms(unit)?;
            if last.is_some_and(|(_, _, longer)| ms >= longer) {
                return None;
            }
            // A separator may group thousands or begin a fraction, so the number would be ambiguous.
            let is_sure = !value.contains(',') && grouped(value).is_none();
            total += number(value).filter(|_| is_sure)? * ms;
            last = Some((value, unit, ms));
            count += 1;
        }
        let (value, unit, ms) = last.filter(|_| count > 1)?;
        let unit = if unit == "m" { "min" } else { unit };
        Some(Self { value: total / ms, last: (value.to_owned(), unit.to_owned()) })
    }
}

/// Reads the part of an ISO 8601 duration after its `P`, in milliseconds.
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

/// The shortest time window of a rate limit: a second.
const SHORTEST_WINDOW_MS: f64 = 1e3;

/// Whether `text` is a rate limit: `N [requests|calls|messages] (/|per) (s|min|h|d)`, or says that there is none.
#[must_use]
pub(crate) fn is_rate(text: &str) -> bool {
    let folded = fold(text.trim());
    let parts = folded.split_once('/').or_else(|| folded.split_once("per"));
    is_unlimited(&folded) || parts.is_some_and(|(count, window)| is_count(count) && is_window(window))
}

/// Whether `text` is a number of something that limits count: `1,000 requests`, `5k`.
fn is_count(text: &str) -> bool {
    let is_digit = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '_');
    let counted = text.trim_start_matches(is_digit);
    counted.len() < text.len() && is_counted(counted.trim_start().trim_start_matches('k').trim())
}

/// Whether `text` is the time window of a limit: a unit, or several of it as in `per 15 minutes`.
fn is_window(text: &str) -> bool {
    let (_, unit) = split_digits(text.trim_start());
    waiting_ms(unit.trim()).is_some_and(|ms| ms >= SHORTEST_WINDOW_MS)
}

/// Whether two texts state the same rate limit in other words: `300 requests/min` and `300 req per 60 s`. Limits
/// differ if they count other things, if only one of them names what it counts, or if their windows differ.
#[must_use]
pub(crate) fn same_rate(a: &str, b: &str) -> bool {
    let (a, b) = (fold(a.trim()), fold(b.trim()));
    is_unlimited(&a) && is_unlimited(&b) || Rate::read(&a).is_some_and(|rate| Rate::read(&b) == Some(rate))
}

/// A rate limit, read from a folded text.
#[derive(PartialEq)]
struct Rate {
    count: f64,
    counted: String,
    window_ms: f64,
}

impl Rate {
    fn read(folded: &str) -> Option<Self> {
        let (count, window) = folded.split_once('/').or_else(|| folded.split_once("per"))?;
        if !is_count(count) || !is_window(window) {
            return None;
        }
        let counted = count.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '_'));
        let digits = count[..count.len() - counted.len()].replace('_', "");
        let named = counted.trim_start().trim_start_matches('k').trim();
        let kilo = if counted.trim_start().starts_with('k') { 1e3 } else { 1.0 };
        let counted = match named.strip_suffix('s').unwrap_or(named) {
            "req" => "request",
            "msg" => "message",
            "querie" => "query",
            other => other,
        };
        let (times, unit) = split_digits(window.trim_start());
        let times = if times.is_empty() { 1.0 } else { number(times)? };
        let window_ms = times * waiting_ms(unit.trim())?;
        Some(Self { count: number(&digits)? * kilo, counted: counted.to_owned(), window_ms })
    }
}

/// Whether `text` says that there is no rate limit.
#[must_use]
pub(crate) fn is_unlimited(text: &str) -> bool {
    matches!(fold(text.trim()).as_ref(), "none" | "unlimited" | "n/a" | "na" | "no limit" | "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_in_other_words() {
        for (a, b) in [
            ("300 requests/min", "300 req/minute"),
            ("300 requests/min", "300 Requests per 60 s"),
            ("5/s", "5 / s"),
            ("1,000 queries/h", "1k query per hour"),
            ("10_000 msgs/d", "10000 messages per day"),
            ("none", "Unlimited"),
        ] {
            assert!(same_rate(a, b) && same_rate(b, a), "{a}, {b}");
        }
        for (a, b) in [
            ("600/min", "10/s"),
            ("600/min", "601/min"),
            ("600 calls/min", "600 messages/min"),
            ("600/min", "600 requests/min"),
            ("5/s", "none"),
            ("generous", "Generous"),
        ] {
            assert!(!same_rate(a, b) && !same_rate(b, a), "{a}, {b}");
        }
    }

    #[test]
    fn durations() {
        for (text, ms) in [
            ("30s", 30e3),
            ("1m 30s", 90e3),
            ("1s500ms", 1500.0),
            ("1.5 hours", 5.4e6),
            ("250", 250.0),
            ("PT1M30S", 90e3),
            ("P1D", 8.64e7),
            ("2 min", 120e3),
            ("1,000 ms", 1e3),
            ("1,500", 1500.0),
            ("1m, 1,500ms", 61_500.0),
            ("5 Sekunden", 5e3),
            ("1 Stunde 30 Minuten", 5.4e6),
            ("1.5 Stunden", 5.4e6),
            ("250 Millisekunden", 250.0),
            ("2 Tage", 1.728e8),
            ("2,5 s", 2500.0),
            ("0,5s", 500.0),
            ("0,500 s", 500.0),
            ("1,50 ms", 1.5),
            ("1,5 Stunden", 5.4e6),
            ("1.200,5 ms", 1200.5),
            ("1 h, 2,5 min", 3.75e6),
            ("2,5", 2.5),
        ] {
            assert_eq!(duration_ms(text), Some(ms), "{text}");
        }
        for text in [
            "soon",
            "30 parsecs",
            "s",
            "",
            "PT",
            "P",
            "-5",
            "5s later",
            "NaN",
            "inf",
            "1,5,5 s",
            "1,5.5 s",
            ",5 s",
            "1, s",
            "5 ns",
            "5 Wochen",
            // Kronor of Sweden.
            "5 SEK",
            "5 sekundär",
        ] {
            assert_eq!(duration_ms(text), None, "{text}");
        }
    }

    #[test]
    fn rates() {
        for text in [
            "100 requests per 15 minutes",
            "600/min",
            "10 per min",
            "20 messages/s",
            "1,000 requests per hour",
            "5 req / s",
            "none",
            "100 per day",
            "5k tokens/min",
            "10per min",
            "1 per 30 s",
            "1_000 Calls Per Hour",
            "600/Minute",
            "5 per Stunde",
        ] {
            assert!(is_rate(text), "{text}");
        }
        for text in [
            "fast",
            "600",
            "600/parsec",
            "/min",
            "many per min",
            "per min",
            "100 api requests/min",
            "100 (max) / min",
            "100 requests per user / min",
            "100 requests / min per user",
            "100/per min",
            // Nothing is counted in less than a second.
            "600/ms",
            "5/msec",
            "5 requests per millisecond",
            "5 per 100 milliseconds",
        ] {
            assert!(!is_rate(text), "{text}");
        }
    }
}
