//! Dates in the forms that Obsidian's own properties have, and in forms that other tools write.

use std::sync::LazyLock;

use super::{Precision, StampFormat, StampReading};
use crate::text::number::is_digits;

/// The forms of Obsidian's own date properties (Help, Properties: "Date & time"), and the same with a space, or a
/// comma and a space, in place of the `T`. A longer form comes before those that it begins with.
static FORMS: LazyLock<[StampFormat; 7]> = LazyLock::new(|| {
    [
        "YYYY-MM-DDTHH:mm:ss",
        "YYYY-MM-DDTHH:mm",
        "YYYY-MM-DD HH:mm:ss",
        "YYYY-MM-DD HH:mm",
        "YYYY-MM-DD, HH:mm:ss",
        "YYYY-MM-DD, HH:mm",
        "YYYY-MM-DD",
    ]
    .map(StampFormat::of)
});

/// A date at the beginning of a text.
#[derive(Clone, Copy, Debug)]
pub struct PropertyDate {
    /// The wall-clock time as it is written; an offset after it is ignored.
    pub reading: StampReading,
    /// Its length in bytes, including a fraction of a second and an offset.
    pub len: usize,
    /// The form of the date, without fraction and offset.
    pub form: &'static StampFormat,
}

/// Reads the longest date that a text begins with, in one of the forms of Obsidian's own properties.
///
/// Programs add fractions of a second and offsets: `2025-03-01T10:20:30.802Z`, `…+02:00`. These are counted as
/// part of the date but ignored: the timestamps of a vault are wall-clock time, and the time that a reader sees is
/// the one that counts.
#[must_use]
pub fn property_date(text: &str) -> Option<PropertyDate> {
    // Most texts have no hyphen here, so this check rejects them quickly.
    text.as_bytes().get(4).filter(|sign| **sign == b'-')?;
    let (form, (reading, len)) = FORMS.iter().find_map(|form| Some((form, form.read_prefix(text)?)))?;
    let behind = text.get(len..).unwrap_or_default();
    let len = len + tail(behind, form.precision());
    Some(PropertyDate { reading, len, form })
}

/// Forms of dates with slashes, which many people use in a history.
static SLASHED: LazyLock<[StampFormat; 3]> =
    LazyLock::new(|| ["YYYY/MM/DD HH:mm:ss", "YYYY/MM/DD HH:mm", "YYYY/MM/DD"].map(StampFormat::of));

/// Reads the longest date with slashes that a text begins with.
#[must_use]
pub fn slashed_date(text: &str) -> Option<PropertyDate> {
    text.as_bytes().get(4).filter(|sign| **sign == b'/')?;
    let (form, (reading, len)) = SLASHED.iter().find_map(|form| Some((form, form.read_prefix(text)?)))?;
    Some(PropertyDate { reading, len, form })
}

/// Other common ways to write a day.
const OTHER_DAYS: [&str; 6] =
    ["DD-MM-YYYY", "MM-DD-YYYY", "DD/MM/YYYY", "MM/DD/YYYY", "DD.MM.YYYY", "YYYY.MM.DD"];

/// Returns the pattern of a date in another common form, if only one fits: `31-05-2026` has no month 31, while
/// `05-06-2026` may be in May or in June.
#[must_use]
pub fn other_form(text: &str) -> Option<String> {
    let patterns = OTHER_DAYS.iter().flat_map(|day| {
        ["", " HH:mm", " HH:mm:ss", "_HH-mm"].into_iter().map(move |time| format!("{day}{time}"))
    });
    let reads = |pattern: &String| {
        let format = StampFormat::new(pattern).ok();
        matches!(format.and_then(|format| format.read(text)), Some(StampReading::Valid(_)))
    };
    let mut fitting = patterns.filter(reads);
    let first = fitting.next()?;
    fitting.next().is_none().then_some(first)
}

/// Whether a pattern is one of the forms of Obsidian's own properties, such as `YYYY-MM-DD`.
#[must_use]
pub fn is_property_form(pattern: &str) -> bool {
    FORMS.iter().any(|form| form.pattern() == pattern)
}

/// Reads a text that consists of a date in one of the forms of Obsidian's own properties: `2025-03-01`,
/// `2025-03-01T10:20`, `2025-03-01T10:20:30`. A fraction of a second and an offset (`Z`, `+02:00`) may follow, and
/// are ignored: the wall-clock time as written counts.
#[must_use]
pub fn read_property_date(text: &str) -> Option<StampReading> {
    property_date(text).filter(|date| date.len == text.len()).map(|date| date.reading)
}

/// Returns how many bytes a fraction and an offset take after a date of this precision.
fn tail(text: &str, precision: Precision) -> usize {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let fraction = match text.strip_prefix(['.', ',']).map(digits) {
        Some(count @ 1..) if precision == Precision::Second => 1 + count,
        _ => 0,
    };
    let behind = text.get(fraction..).unwrap_or_default();
    fraction + if precision > Precision::Day { offset(behind).unwrap_or(0) } else { 0 }
}

/// Returns the length in bytes of an offset at the beginning of a text: `Z`, `+02:00`, `+0200`, `+02`, or ` +0200`
/// as git writes it.
fn offset(text: &str) -> Option<usize> {
    let ended = |len: usize| {
        let next = text.get(len..)?.chars().next();
        next.is_none_or(|c| !c.is_alphanumeric()).then_some(len)
    };
    if text.starts_with(['Z', 'z']) {
        return ended(1);
    }
    let signed = text.strip_prefix(' ').unwrap_or(text);
    let apart = text.len() - signed.len();
    let number = signed.strip_prefix(['+', '-'])?;
    let two = |at: usize| number.get(at..at + 2).filter(|n| is_digits(n))?.parse().ok();
    // No time zone has a larger offset.
    let _hours: u8 = two(0).filter(|hours| *hours <= 14)?;
    let colon = usize::from(number.get(2..).is_some_and(|rest| rest.starts_with(':')));
    match two(2 + colon) {
        Some(0..=59) => ended(apart + 1 + 4 + colon),
        None if apart == 0 && colon == 0 => ended(1 + 2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Stamp;
    use super::*;

    /// Checks the date that a text begins with, and the text after it.
    fn check(text: &str, expected: &str, behind: &str) {
        let date = property_date(text).unwrap_or_else(|| panic!("{text}"));
        let StampReading::Valid(stamp) = date.reading else { panic!("{text}") };
        assert_eq!((&*Stamp::iso(stamp), &text[date.len..]), (expected, behind), "{text}");
    }

    #[test]
    fn what_programs_write_behind_a_time_is_part_of_it() {
        let (day, minute, second) = ("2025-03-01T00:00:00", "2025-03-01T10:20:00", "2025-03-01T10:20:30");
        check("2025-03-01", day, "");
        for tail in ["", "Z", "z", "+02:00", "-0330", "+02", " +0200", " -03:30"] {
            check(&format!("2025-03-01T10:20{tail}"), minute, "");
            check(&format!("2025-03-01 10:20{tail}"), minute, "");
            check(&format!("2025-03-01, 10:20{tail}"), minute, "");
            for fraction in ["", ".8", ",802", ".802123456789"] {
                check(&format!("2025-03-01T10:20:30{fraction}{tail}"), second, "");
                check(&format!("2025-03-01 10:20:30{fraction}{tail} x"), second, " x");
            }
        }
    }

    #[test]
    fn of_another_form_there_is_no_doubt() {
        for (text, pattern) in [
            ("31-05-2026", Some("DD-MM-YYYY")),
            ("05/31/2026", Some("MM/DD/YYYY")),
            ("31/05/2026 10:20", Some("DD/MM/YYYY HH:mm")),
            ("05.06.2026", Some("DD.MM.YYYY")),
            ("2026.05.31", Some("YYYY.MM.DD")),
            ("05-06-2026", None),
            ("05-05-2026", None),
            ("31-31-2026", None),
            ("31-05-2026 or so", None),
            ("last week", None),
        ] {
            assert_eq!(super::other_form(text).as_deref(), pattern, "{text}");
        }
    }

    #[test]
    fn nothing_else_is() {
        let (day, minute, second) = ("2025-03-01T00:00:00", "2025-03-01T10:20:00", "2025-03-01T10:20:30");
        for behind in
            ["Z", ".5", "+02:00", " +0200", "_10-00", "-02", " 10", " 10:2", ", 10", ",10:20", ", then", "é"]
        {
            check(&format!("2025-03-01{behind}"), day, behind);
        }
        for behind in
            [".5", " -5 °C", " - 10", " +02", "+2", "+02:0", "-2024", " -2024", "+0260", "Zoo", "+02é", " Z"]
        {
            check(&format!("2025-03-01T10:20{behind}"), minute, behind);
        }
        for behind in [".", ". Then", ", then", ",é", ".Z"] {
            check(&format!("2025-03-01 10:20:30{behind}"), second, behind);
        }
        for text in ["", "2025", "2025-3-01", "2025/03/01", "20250-03-01", "é025-03-01", "2025-03"] {
            assert!(property_date(text).is_none(), "{text}");
        }
        assert_eq!(read_property_date("2025-02-30T10:20:30Z"), Some(StampReading::Impossible));
        assert_eq!(read_property_date("2025-02-28T10:20:30Z!"), None);
    }
}
