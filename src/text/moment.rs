//! Formats dates in the format of moment.js, which Obsidian and its Templater plug-in use.
//!
//! The tokens and their meaning are those of its documentation ("Display / Format"), in English. Tokens that need
//! a time zone or the reader's locale (`Z`, `X`, `L` and the like) cannot be written from a wall-clock time: a
//! format with one of them gives `None` rather than a wrong text.

use chrono::{Datelike as _, Days, NaiveDateTime, Timelike as _};

/// Formats `time` with `pattern`; `None` where the pattern has a token that is not supported.
///
/// ```
/// use portolan::text::moment::format;
/// let time = chrono::NaiveDate::from_ymd_opt(2026, 3, 1).and_then(|d| d.and_hms_opt(9, 5, 0)).unwrap_or_default();
/// assert_eq!(format("YYYY-MM-DD_HH-mm", time).as_deref(), Some("2026-03-01_09-05"));
/// assert_eq!(format("dddd, MMMM Do [at] h:mm A", time).as_deref(), Some("Sunday, March 1st at 9:05 AM"));
/// assert_eq!(format("YYYY Z", time), None);
/// ```
#[must_use]
pub fn format(pattern: &str, time: NaiveDateTime) -> Option<String> {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        if let Some((literal, behind)) = rest.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
            out.push_str(literal);
            rest = behind;
            continue;
        }
        if let Some(token) = TOKENS.iter().find(|token| rest.starts_with(**token)) {
            out.push_str(&written(token, time)?);
            rest = &rest[token.len()..];
        } else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    Some(out)
}

/// All tokens. A longer token comes before those that it begins with.
const TOKENS: [&str; 60] = [
    "yyyy", "yy", "y", "YYYYYY", "YYYY", "YY", "Y", "Qo", "Q", "MMMM", "MMM", "MM", "Mo", "M", "DDDD",
    "DDDo", "DDD", "DD", "Do", "D", "dddd", "ddd", "dd", "do", "d", "e", "E", "GGGG", "GG", "gggg", "gg",
    "Wo", "WW", "W", "wo", "ww", "w", "HH", "H", "hh", "h", "kk", "k", "mm", "m", "ss", "s", "SSS", "SS",
    "S", "A", "a", "ZZ", "Z", "X", "x", "LT", "LL", "L", "l",
];

fn written(token: &str, time: NaiveDateTime) -> Option<String> {
    let (hour12, half) = (time.hour12().1, time.hour12().0);
    let sunday = time.weekday().num_days_from_sunday();
    let quarter = time.month0() / 3 + 1;
    let iso = time.iso_week();
    // Computed only for the tokens that need it, because it fails for the last week that dates can represent.
    let week_of_year = || week_from_sunday(time);
    Some(match token {
        "YYYYYY" => format!("{:+07}", time.year()),
        "YYYY" | "yyyy" => format!("{:04}", time.year()),
        "YY" | "yy" => format!("{:02}", time.year().rem_euclid(100)),
        "Y" | "y" => time.year().to_string(),
        "Qo" => ordinal(quarter),
        "Q" => quarter.to_string(),
        "MMMM" => time.format("%B").to_string(),
        "MMM" => time.format("%b").to_string(),
        "MM" => format!("{:02}", time.month()),
        "Mo" => ordinal(time.month()),
        "M" => time.month().to_string(),
        "DDDD" => format!("{:03}", time.ordinal()),
        "DDDo" => ordinal(time.ordinal()),
        "DDD" => time.ordinal().to_string(),
        "DD" => format!("{:02}", time.day()),
        "Do" => ordinal(time.day()),
        "D" => time.day().to_string(),
        "dddd" => time.format("%A").to_string(),
        "ddd" => time.format("%a").to_string(),
        "dd" => time.format("%a").to_string().chars().take(2).collect(),
        "do" => ordinal(sunday),
        "d" | "e" => sunday.to_string(),
        "E" => time.weekday().number_from_monday().to_string(),
        "GGGG" => format!("{:04}", iso.year()),
        "GG" => format!("{:02}", iso.year().rem_euclid(100)),
        "gggg" => format!("{:04}", week_of_year()?.0),
        "gg" => format!("{:02}", week_of_year()?.0.rem_euclid(100)),
        "Wo" => ordinal(iso.week()),
        "WW" => format!("{:02}", iso.week()),
        "W" => iso.week().to_string(),
        "wo" => ordinal(week_of_year()?.1),
        "ww" => format!("{:02}", week_of_year()?.1),
        "w" => week_of_year()?.1.to_string(),
        "HH" => format!("{:02}", time.hour()),
        "H" => time.hour().to_string(),
        "hh" => format!("{hour12:02}"),
        "h" => hour12.to_string(),
        "kk" => format!("{:02}", if time.hour() == 0 { 24 } else { time.hour() }),
        "k" => (if time.hour() == 0 { 24 } else { time.hour() }).to_string(),
        "mm" => format!("{:02}", time.minute()),
        "m" => time.minute().to_string(),
        "ss" => format!("{:02}", time.second()),
        "s" => time.second().to_string(),
        "SSS" => format!("{:03}", time.nanosecond() / 1_000_000 % 1000),
        "SS" => format!("{:02}", time.nanosecond() / 10_000_000 % 100),
        "S" => (time.nanosecond() / 100_000_000 % 10).to_string(),
        "A" => (if half { "PM" } else { "AM" }).to_owned(),
        "a" => (if half { "pm" } else { "am" }).to_owned(),
        _ => return None,
    })
}

/// Returns a number with its ordinal ending: `1st`, `2nd`, `3rd`, `4th`, and `11th` to `13th`.
fn ordinal(number: u32) -> String {
    let end = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{end}")
}

/// Returns the year that a week belongs to and the week's number, as in the locale `en`: weeks begin on Sunday,
/// and the first week is the one with the first of January. `None` where the week extends past the last
/// representable day.
fn week_from_sunday(time: NaiveDateTime) -> Option<(i32, u32)> {
    let left = 6_u32.saturating_sub(time.weekday().num_days_from_sunday());
    let saturday = time.date().checked_add_days(Days::new(left.into()))?;
    Some((saturday.year(), saturday.ordinal0() / 7 + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_those_of_moment() {
        let time =
            chrono::NaiveDate::from_ymd_opt(2026, 12, 31).and_then(|d| d.and_hms_opt(0, 7, 9)).unwrap();
        for (pattern, expected) in [
            ("YYYY-MM-DD HH:mm:ss", "2026-12-31 00:07:09"),
            ("YY M D H m s", "26 12 31 0 7 9"),
            ("dddd ddd dd d E", "Thursday Thu Th 4 4"),
            ("Do MMM, Qo", "31st Dec, 4th"),
            ("gggg-[W]ww GGGG-[W]WW", "2027-W01 2026-W53"),
            ("kk:mm hh a", "24:07 12 am"),
            ("[YYYY] DDDD", "YYYY 365"),
            ("yyyy-MM yy", "2026-12 26"),
            ("_!é", "_!é"),
        ] {
            assert_eq!(format(pattern, time).as_deref(), Some(expected), "{pattern}");
        }
        for pattern in ["Z", "YYYY-MM-DDTHH:mm:ssZ", "x", "LT"] {
            assert_eq!(format(pattern, time), None, "{pattern}");
        }
    }

    #[test]
    fn time_has_an_end() {
        for time in [NaiveDateTime::MIN, NaiveDateTime::MAX] {
            for token in TOKENS {
                let of_week = ["gg", "gggg", "w", "ww", "wo"].contains(&token);
                if of_week && time == NaiveDateTime::MAX {
                    assert_eq!(format(token, time), None, "{token}");
                } else {
                    let _ = format(token, time);
                }
            }
        }
        assert_eq!(format("YYYY-MM-DD", NaiveDateTime::MAX).as_deref(), Some("262142-12-31"));
    }

    #[test]
    fn longer_tokens_come_first() {
        for (i, token) in TOKENS.iter().enumerate() {
            assert!(!TOKENS[..i].iter().any(|earlier| token.starts_with(earlier)), "{token} is never found");
        }
    }
}
