//! Renders the dates of templates: those of Templater, and those of moment.js itself.

use chrono::{Duration, Months, NaiveDateTime};

use super::call::{Argument, Call};
use super::expression::Circumstances;
use crate::text::moment;
use crate::text::path;
use crate::text::stamp::{StampFormat, StampReading};

/// Returns the text of a chain of calls, if it is a date that needs no script.
pub(super) fn written(chain: &[Call<'_>], made: &Circumstances) -> Option<String> {
    match chain {
        [call] => templater(call, made),
        // Templater's functions return texts; only a moment has further methods.
        [first, rest @ ..] if first.name == "moment" => {
            let mut time = reference(&first.arguments, made)?;
            let (last, shifts) = rest.split_last()?;
            for shift in shifts {
                let [Argument::Number(count), Argument::Text(unit)] = shift.arguments[..] else {
                    return None;
                };
                let count = match shift.name {
                    "add" => count,
                    "subtract" => count.checked_neg()?,
                    _ => return None,
                };
                time = Shift::of(count, unit)?.apply(time)?;
            }
            match (last.name, &last.arguments[..]) {
                ("format", [Argument::Text(format)]) => moment::format(format, time),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Returns the time of making, moved by a number of days, in a format.
pub(super) fn moved(format: &str, days: i64, made: &Circumstances) -> Option<String> {
    moment::format(format, Shift { days, ..Shift::default() }.apply(made.at)?)
}

fn templater(call: &Call<'_>, made: &Circumstances) -> Option<String> {
    let format = |default| match call.arguments.first() {
        None => Some(default),
        Some(Argument::Text(format)) => Some(*format),
        Some(_) => None,
    };
    let day = |days| moved(format("YYYY-MM-DD")?, days, made);
    match call.name {
        "tp.date.now" if call.takes(4) => {
            let time = reference(call.arguments.get(2..).unwrap_or_default(), made)?;
            let shift = match call.arguments.get(1) {
                None => Shift::default(),
                Some(Argument::Number(days)) => Shift { days: *days, ..Shift::default() },
                Some(Argument::Text(text)) => Shift::read(text)?,
                Some(_) => return None,
            };
            moment::format(format("YYYY-MM-DD")?, shift.apply(time)?)
        }
        "tp.date.tomorrow" if call.takes(1) => day(1),
        "tp.date.yesterday" if call.takes(1) => day(-1),
        "tp.file.creation_date" | "tp.file.last_modified_date" if call.takes(1) => {
            moment::format(format("YYYY-MM-DD HH:mm")?, made.at)
        }
        _ => None,
    }
}

/// Returns the time that a date starts from: now, or a text in a format, which may be the name of the note.
fn reference(arguments: &[Argument<'_>], made: &Circumstances) -> Option<NaiveDateTime> {
    let text = match arguments.first() {
        None => return Some(made.at),
        Some(Argument::Text(text)) => *text,
        Some(Argument::Name("tp.file.title")) => path::stem(&made.path),
        Some(_) => return None,
    };
    let format = match arguments.get(1..)? {
        [] => "YYYY-MM-DD",
        [Argument::Text(format)] => *format,
        _ => return None,
    };
    match StampFormat::new(format).ok()?.read(text)? {
        StampReading::Valid(stamp) => Some(stamp.time()),
        StampReading::Impossible => None,
    }
}

/// A shift in time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Shift {
    months: i32,
    days: i64,
    seconds: i64,
}

impl Shift {
    /// Returns a shift by a number of units, by the names that moment.js knows.
    fn of(count: i64, unit: &str) -> Option<Self> {
        let months = |each: i32| {
            Some(Self { months: i32::try_from(count).ok()?.checked_mul(each)?, ..Self::default() })
        };
        let days = |each: i64| Some(Self { days: count.checked_mul(each)?, ..Self::default() });
        let seconds = |each: i64| Some(Self { seconds: count.checked_mul(each)?, ..Self::default() });
        match unit {
            "y" | "year" | "years" => months(12),
            "Q" | "quarter" | "quarters" => months(3),
            "M" | "month" | "months" => months(1),
            "w" | "week" | "weeks" => days(7),
            "d" | "day" | "days" => days(1),
            "h" | "hour" | "hours" => seconds(3600),
            "m" | "minute" | "minutes" => seconds(60),
            "s" | "second" | "seconds" => seconds(1),
            _ => None,
        }
    }

    /// Reads a duration of ISO 8601: `P1M`, `P-1Y`, `-P2W`, `PT12H`.
    fn read(text: &str) -> Option<Self> {
        let (sign, text) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text),
        };
        let (dates, times) = text.strip_prefix('P')?.split_once('T').unwrap_or((text.strip_prefix('P')?, ""));
        let mut whole = Self::default();
        for (part, units) in [(dates, "YMWD"), (times, "HMS")] {
            let mut rest = part;
            while let Some(end) = rest.find(|c: char| c.is_ascii_alphabetic()) {
                let unit = rest[end..].chars().next().filter(|unit| units.contains(*unit))?;
                let unit = match (unit, units) {
                    ('M', "YMWD") => "M".to_owned(),
                    _ => unit.to_ascii_lowercase().to_string(),
                };
                let one = Self::of(rest[..end].parse::<i64>().ok()?.checked_mul(sign)?, &unit)?;
                whole.months = whole.months.checked_add(one.months)?;
                whole.days = whole.days.checked_add(one.days)?;
                whole.seconds = whole.seconds.checked_add(one.seconds)?;
                rest = &rest[end + 1..];
            }
            if !rest.is_empty() {
                return None;
            }
        }
        (!dates.is_empty() || !times.is_empty()).then_some(whole)
    }

    /// Applies the shift: months first, with the day clamped to the end of the month, as in moment.js.
    fn apply(self, time: NaiveDateTime) -> Option<NaiveDateTime> {
        let months = Months::new(self.months.unsigned_abs());
        let time =
            if self.months < 0 { time.checked_sub_months(months)? } else { time.checked_add_months(months)? };
        time.checked_add_signed(Duration::try_days(self.days)?)?
            .checked_add_signed(Duration::try_seconds(self.seconds)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_those_of_iso_8601() {
        let shift = |months, days, seconds| Some(Shift { months, days, seconds });
        for (text, expected) in [
            ("P1M", shift(1, 0, 0)),
            ("P-1Y", shift(-12, 0, 0)),
            ("-P2W1D", shift(0, -15, 0)),
            ("PT12H", shift(0, 0, 43_200)),
            ("P1Y2M3DT4H5M6S", shift(14, 3, 14_706)),
            ("P", None),
            ("PT1D", None),
            ("P1H", None),
            ("P1", None),
            ("1 month", None),
            ("P99999999999999999999D", None),
        ] {
            assert_eq!(Shift::read(text), expected, "{text}");
        }
    }
}
