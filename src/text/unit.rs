//! The words of units: of times and sizes, of what limits count, and of what else is measured.

use super::fold::fold;

/// The units of sizes in small letters: how many bytes or bits each has, times a kilo so many times.
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

/// What limits count, in small letters; nothing named is a count, too.
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

/// Times that have no length of their own, or are longer than what timeouts wait: in small letters.
const PERIODS: [&str; 16] = [
    "week", "weeks", "month", "months", "quarter", "quarters", "year", "years", "woche", "wochen", "monat",
    "monate", "monaten", "jahr", "jahre", "jahren",
];

/// Units that nothing converts here, in small letters. Those of one letter may be anything.
const OTHERS: [&str; 33] = [
    "%", "percent", "byte", "bytes", "°c", "°f", "bit", "kbit", "mbit", "gbit", "bps", "kbps", "mbps",
    "gbps", "rps", "qps", "tps", "fps", "iops", "rpm", "hz", "khz", "mhz", "ghz", "kw", "kwh", "db", "dbm",
    "kg", "km", "cm", "mm", "ppm",
];

/// A unit of sizes, whatever its case: see [`SIZES`].
pub(crate) fn size(unit: &str) -> Option<(f64, i32)> {
    let size = SIZES.iter().find(|(name, ..)| unit.eq_ignore_ascii_case(name));
    size.map(|(_, factor, kilos)| (*factor, *kilos))
}

/// How many milliseconds a unit of time in small letters has. `m` is none: a figure in it may be a length.
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

/// The same of a timeout or a limit: no length can be meant there, and nothing waits less than a millisecond.
pub(crate) fn waiting_ms(unit: &str) -> Option<f64> {
    time_ms(if unit == "m" { "min" } else { unit }).filter(|ms| *ms >= 1.0)
}

/// Whether a word in small letters is what limits count: `requests`, or nothing.
pub(crate) fn is_counted(word: &str) -> bool {
    COUNTED.contains(&word)
}

/// Whether a word in small letters is a time: a unit of it, or a month.
pub(crate) fn is_time(word: &str) -> bool {
    time_ms(word).is_some() || PERIODS.contains(&word)
}

/// The two sides of a rate: of what there is how much, and in what time or of what else. `5 per day` has nothing
/// before it.
pub(crate) fn sides(unit: &str) -> Option<(&str, &str)> {
    let by_word =
        || unit.strip_prefix("per ").map(|behind| ("", behind)).or_else(|| unit.split_once(" per "));
    let (counted, window) = unit.split_once('/').or_else(by_word)?;
    Some((counted.trim(), window.trim()))
}

/// The numbers of a duration in small letters with their units, as written: `1h 30m` has two. What is no such part
/// ends it with `None`.
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
        // Whatever is none would come again.
        let is_part = !value.is_empty() && !unit.is_empty();
        rest = if is_part { rest } else { "" };
        Some(is_part.then_some((value, unit)))
    })
}

/// Whether a sign is one of money, which stands before a figure as well as behind it.
pub(crate) const fn is_currency(c: char) -> bool {
    matches!(c, '$' | '¢' | '£' | '¥' | '\u{20a0}'..='\u{20c0}')
}

/// Whether a figure in this unit, as written, is measured for certain: `ms`, `%`, `events/s`. `pages` may be anything,
/// and so may a letter that is in capitals where the unit has a small one: `4 B` is a room.
pub(crate) fn is_measured(unit: &str) -> bool {
    let folded = fold(unit);
    if let Some((counted, window)) = sides(&folded) {
        // `M events/s` are millions of them.
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

/// Whether a side of a rate is one word, or a sign.
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
