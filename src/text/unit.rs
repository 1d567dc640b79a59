//! Words for units: of time and size, of what rate limits count, and of other measurements.

use super::fold::fold;

/// The units of size in lower case. Each has a factor to bytes or bits, and the power of a kilo to multiply it by.
const SIZES: [(&str, f64, i32); 9] = [
    ("b", 1.0, 0),
    ("kb", 1.0, 1),
    ("mb", 1.0, 2),
    ("gb", 1.0, 3),
    ("tb", 1.0, 4),
    ("kib", 1024.0, 0),
    ("mib", 1_048_576.0, 0),
    ("gib", 1_073_741_824.0, 0),
    ("tib", 1_099_511_627_776.0, 0),
];

/// What rate limits count, in lower case. The empty word is included, because the thing counted may be left out.
const COUNTED: [&str; 31] = [
    "",
    "request",
    "requests",
    "req",
    "reqs",
    "call",
    "calls",
    "message",
    "messages",
    "msg",
    "msgs",
    "event",
    "events",
    "query",
    "queries",
    "op",
    "ops",
    "token",
    "tokens",
    "job",
    "jobs",
    "build",
    "builds",
    "upload",
    "uploads",
    "connection",
    "connections",
    "record",
    "records",
    "row",
    "rows",
];

/// Periods without a fixed length, or longer than any timeout, in lower case.
const PERIODS: [&str; 16] = [
    "week", "weeks", "month", "months", "quarter", "quarters", "year", "years", "woche", "wochen", "monat",
    "monate", "monaten", "jahr", "jahre", "jahren",
];

/// Units that are not converted here, in lower case. Single letters are left out, because they may be anything.
const OTHERS: [&str; 33] = [
    "%", "percent", "byte", "bytes", "°c", "°f", "bit", "kbit", "mbit", "gbit", "bps", "kbps", "mbps",
    "gbps", "rps", "qps", "tps", "fps", "iops", "rpm", "hz", "khz", "mhz", "ghz", "kw", "kwh", "db", "dbm",
    "kg", "km", "cm", "mm", "ppm",
];

/// Returns the factor and the power of a kilo of a unit of size, in any case: see [`SIZES`].
pub(crate) fn size(unit: &str) -> Option<(f64, i32)> {
    let size = SIZES.iter().find(|(name, ..)| unit.eq_ignore_ascii_case(name));
    size.map(|(_, factor, kilos)| (*factor, *kilos))
}

/// Returns how many milliseconds a unit of time, in lower case, has. `None` for `m`, which may be a length.
pub(crate) fn time_ms(unit: &str) -> Option<f64> {
    Some(match unit {
        "ns" => 1e-6,
        "µs" | "us" | "μs" => 1e-3,
        "ms" | "msec" | "millisecond" | "milliseconds" | "millisekunde" | "millisekunden" => 1.0,
        "s" | "sec" | "secs" | "second" | "seconds" | "sekunde" | "sekunden" => 1e3,
        "min" | "mins" | "minute" | "minutes" | "minuten" => 6e4,
        "h" | "hr" | "hrs" | "hour" | "hours" | "stunde" | "stunden" => 3.6e6,
        "d" | "day" | "days" | "tag" | "tage" | "tagen" => 8.64e7,
        _ => return None,
    })
}

/// Like [`time_ms`], but for timeouts and rate limits: `m` is a minute, since no length can be meant, and units
/// below a millisecond are rejected.
pub(crate) fn waiting_ms(unit: &str) -> Option<f64> {
    time_ms(if unit == "m" { "min" } else { unit }).filter(|ms| *ms >= 1.0)
}

/// Whether a word, in lower case, is something that rate limits count: `requests`, or nothing.
pub(crate) fn is_counted(word: &str) -> bool {
    COUNTED.contains(&word)
}

/// Whether a word, in lower case, is a unit of time or a period such as a month.
pub(crate) fn is_time(word: &str) -> bool {
    time_ms(word).is_some() || PERIODS.contains(&word)
}

/// Splits the unit of a rate into the thing counted and the time or thing that it is counted per. The first part
/// may be empty, as in `5 per day`.
pub(crate) fn sides(unit: &str) -> Option<(&str, &str)> {
    let by_word =
        || unit.strip_prefix("per ").map(|behind| ("", behind)).or_else(|| unit.split_once(" per "));
    let (counted, window) = unit.split_once('/').or_else(by_word)?;
    Some((counted.trim(), window.trim()))
}

/// Returns the parts of a duration, in lower case, each as its number and its unit: `1h 30m` has two. A part that
/// is not a number with a unit gives `None` and ends the iteration.
pub(crate) fn parts(folded: &str) -> impl Iterator<Item = Option<(&str, &str)>> {
    let mut rest = folded.trim();
    std::iter::from_fn(move || {
        let is_figure = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',');
        let own = Some(rest).filter(|rest| !rest.is_empty())?;
        let (value, behind) = own.split_at(own.find(|c| !is_figure(c)).unwrap_or(own.len()));
        let behind = behind.trim_start();
        let (unit, behind) =
            behind.split_at(behind.find(|c: char| !c.is_alphabetic()).unwrap_or(behind.len()));
        rest = behind.trim_start_matches([' ', ',']);
        // Text that is not a part would never be consumed, so the iteration ends.
        let is_part = !value.is_empty() && !unit.is_empty();
        rest = if is_part { rest } else { "" };
        Some(is_part.then_some((value, unit)))
    })
}

/// Whether a character is a currency sign. It may stand before or after a figure.
pub(crate) const fn is_currency(c: char) -> bool {
    matches!(c, '$' | '¢' | '£' | '¥' | '\u{20a0}'..='\u{20c0}')
}

/// Whether a unit, as written, shows that a figure is a measurement: `ms`, `%`, `events/s`. `pages` does not, and
/// neither does a capital letter where the unit has a small one: `4 B` may be a room.
pub(crate) fn is_measured(unit: &str) -> bool {
    let folded = fold(unit);
    if let Some((counted, window)) = sides(&folded) {
        // `M events/s` are millions of events.
        let of = counted.strip_prefix(['k', 'm', 'g']).map_or(counted, str::trim_start);
        return if counted.is_empty() {
            is_time(window)
        } else {
            is_word(window) && (is_word(counted) || is_word(of))
        };
    }
    let unit_is_known = is_time(&folded)
        || size(&folded).is_some()
        || OTHERS.contains(&folded.as_ref())
        || is_counted(&folded);
    unit_is_known && !folded.is_empty() && (unit.len() > 1 || matches!(unit, "%" | "s" | "h" | "d"))
}

/// Whether a side of a rate is a single word or sign.
fn is_word(side: &str) -> bool {
    let is_letter = |c: char| c.is_alphabetic() || matches!(c, '°' | '%') || is_currency(c);
    !side.is_empty() && side.len() <= 12 && side.chars().all(is_letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_measured() {
        for unit in [
            "ms",
            "%",
            "MB",
            "s",
            "°C",
            "ops/sec",
            "M events/s",
            "€/month",
            "/ min",
            "per min",
            "/Monat",
            "kWh/Tag",
            "Tage",
            "Mbit",
            "requests",
            "k/day",
            "events per hour",
        ] {
            assert!(is_measured(unit), "{unit}");
        }
        for unit in
            ["", "pm", "B", "S", "D", "Dec", "pages", "/ 5", "/B", "of the four", "api calls/s", "a/b/c"]
        {
            assert!(!is_measured(unit), "{unit}");
        }
    }
}
