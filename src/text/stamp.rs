//! Timestamps in the wall-clock time of their author, and the formats in which notes write them.

use std::cmp::Ordering;

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, Timelike as _};
use serde::{Deserialize, Serialize};

mod property;

pub use self::property::{
    PropertyDate, is_property_form, other_form, property_date, read_property_date, slashed_date,
};

/// The precision of a timestamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Precision {
    /// A date without a time.
    Day,
    /// A date and a time without seconds.
    Minute,
    /// To the second.
    Second,
}

/// A moment of local wall time, without offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Stamp {
    /// Seconds since 1970-01-01 00:00 by the same wall clock.
    seconds: i64,
    /// How precise it is.
    pub precision: Precision,
}

impl Stamp {
    /// Creates a timestamp from a wall-clock time.
    #[must_use]
    pub fn new(time: NaiveDateTime, precision: Precision) -> Self {
        Self { seconds: time.and_utc().timestamp(), precision }
    }

    /// Creates a timestamp to the minute, as log entries have it, from a wall-clock time.
    #[must_use]
    pub fn to_the_minute(time: NaiveDateTime) -> Self {
        let minute = time.with_second(0).and_then(|t| t.with_nanosecond(0)).unwrap_or(time);
        Self::new(minute, Precision::Minute)
    }

    /// Returns the wall-clock time.
    #[must_use]
    pub fn time(self) -> NaiveDateTime {
        DateTime::from_timestamp(self.seconds, 0).unwrap_or_default().naive_utc()
    }

    /// Returns the seconds since 1970-01-01 00:00 by the same wall clock.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.seconds
    }

    /// Compares two timestamps at the coarser precision of the two. A date and a minute are compared by day, so
    /// they are equal on the same day.
    #[must_use]
    pub fn compare(self, other: Self) -> Ordering {
        let unit = match self.precision.min(other.precision) {
            Precision::Day => 86_400,
            Precision::Minute => 60,
            Precision::Second => 1,
        };
        self.seconds.div_euclid(unit).cmp(&other.seconds.div_euclid(unit))
    }

    /// Whether this timestamp is earlier for certain.
    #[must_use]
    pub fn is_before(self, other: Self) -> bool {
        self.compare(other) == Ordering::Less
    }

    /// Returns the form of the JSON contract: `2025-03-01T10:20:00`.
    #[must_use]
    pub fn iso(self) -> String {
        self.time().format("%Y-%m-%dT%H:%M:%S").to_string()
    }
}

/// The result of reading a text with the shape of a timestamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StampReading {
    /// A moment that exists.
    Valid(Stamp),
    /// A day or time that does not exist (`2024-02-30_10-00`).
    Impossible,
}

/// Checks that each run of a field's letter in a pattern is as long as the field's name.
///
/// # Errors
/// A sentence that names a part without a fixed width: `D`, `MMMM`.
fn unfixed(pattern: &str, name: &str) -> Result<(), String> {
    let letter = name.as_bytes().first().copied().unwrap_or_default();
    let runs = pattern.as_bytes().chunk_by(|a, b| a == b);
    let run = runs.filter(|run| run.first() == Some(&letter)).map(<[u8]>::len).find(|len| *len != name.len());
    let Some(len) = run else { return Ok(()) };
    let run = char::from(letter).to_string().repeat(len);
    let fields: Vec<String> = FIELDS.iter().map(|(name, _)| format!("`{name}`")).collect();
    Err(format!(
        "the timestamp format `{pattern}` has `{run}`, and only parts of a fixed width are read: {}",
        fields.join(", ")
    ))
}

/// A timestamp format such as `YYYY-MM-DD_HH-mm`.
///
/// The letters are those of Obsidian's own date formats (moment.js) that have a fixed width:
/// `YYYY`, `MM`, `DD`, `HH`, `mm`, `ss`. Everything else stands for itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StampFormat {
    pattern: String,
    parts: Vec<Part>,
    day: DayPart,
}

/// The part of a format that is its date.
#[derive(Clone, Debug, PartialEq, Eq)]
enum DayPart {
    /// No part, because a time is in the middle of the date.
    Torn,
    /// The whole format.
    Whole,
    /// A part of it.
    Inner(Box<StampFormat>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Field(Field),
    Literal(char),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

impl Field {
    const fn precision(self) -> Precision {
        match self {
            Self::Second => Precision::Second,
            Self::Hour | Self::Minute => Precision::Minute,
            Self::Year | Self::Month | Self::Day => Precision::Day,
        }
    }
}

const FIELDS: [(&str, Field); 6] = [
    ("YYYY", Field::Year),
    ("MM", Field::Month),
    ("DD", Field::Day),
    ("HH", Field::Hour),
    ("mm", Field::Minute),
    ("ss", Field::Second),
];

impl DayPart {
    fn of(parts: &[Part]) -> Self {
        let is_date = |part: &Part| matches!(part, Part::Field(Field::Year | Field::Month | Field::Day));
        let ends = parts.iter().position(is_date).zip(parts.iter().rposition(is_date));
        let Some(date) = ends.and_then(|(first, last)| parts.get(first..=last)) else { return Self::Torn };
        if !date.iter().all(|part| is_date(part) || matches!(part, Part::Literal(_))) {
            return Self::Torn;
        }
        if date.len() == parts.len() {
            return Self::Whole;
        }
        let name = |part: &Part| match *part {
            Part::Literal(c) => c.to_string(),
            Part::Field(field) => {
                FIELDS.iter().find(|(_, f)| *f == field).map_or("", |(name, _)| name).to_owned()
            }
        };
        let pattern = date.iter().map(name).collect();
        Self::Inner(Box::new(StampFormat { pattern, parts: date.to_vec(), day: Self::Whole }))
    }
}

impl Default for StampFormat {
    fn default() -> Self {
        Self::of("YYYY-MM-DD_HH-mm")
    }
}

impl StampFormat {
    /// Reads a format. It must contain year, month and day, and each field at most once.
    ///
    /// # Errors
    /// A sentence that says which field is missing or occurs twice.
    pub fn new(pattern: &str) -> Result<Self, String> {
        let format = Self::of(pattern);
        for (name, field) in FIELDS {
            match format.parts.iter().filter(|p| **p == Part::Field(field)).count() {
                0 if matches!(field, Field::Year | Field::Month | Field::Day) => {
                    unfixed(pattern, name)?;
                    return Err(format!("the timestamp format `{pattern}` has no `{name}`"));
                }
                0 | 1 => {}
                _ => {
                    unfixed(pattern, name)?;
                    return Err(format!("the timestamp format `{pattern}` has `{name}` twice"));
                }
            }
        }
        Ok(format)
    }

    /// Creates a format from a pattern that is known to be valid.
    #[must_use]
    pub fn of(pattern: &str) -> Self {
        let mut parts = Vec::new();
        let mut rest = pattern;
        while let Some(c) = rest.chars().next() {
            if let Some((name, field)) = FIELDS.iter().find(|(name, _)| rest.starts_with(name)) {
                parts.push(Part::Field(*field));
                rest = &rest[name.len()..];
            } else {
                parts.push(Part::Literal(c));
                rest = &rest[c.len_utf8()..];
            }
        }
        let day = DayPart::of(&parts);
        Self { pattern: pattern.to_owned(), parts, day }
    }

    /// Returns the format as it was written.
    #[must_use]
    pub fn pattern(&self) -> &str {
        &self.pattern
    }

    /// Returns the precision of timestamps in this format.
    #[must_use]
    pub fn precision(&self) -> Precision {
        let of = |part: &Part| match part {
            Part::Field(field) => field.precision(),
            Part::Literal(_) => Precision::Day,
        };
        self.parts.iter().map(of).max().unwrap_or(Precision::Day)
    }

    /// Returns the date part of the format; `None` where a time stands inside it.
    #[must_use]
    pub fn day(&self) -> Option<&Self> {
        match &self.day {
            DayPart::Torn => None,
            DayPart::Whole => Some(self),
            DayPart::Inner(day) => Some(day),
        }
    }

    /// Reads a day in the date part of this format. `None` if the format has nothing but a date.
    #[must_use]
    pub fn read_day(&self, text: &str) -> Option<StampReading> {
        self.day().filter(|day| *day != self)?.read(text)
    }

    /// Reads a timestamp at the start of `text`, and returns it with its length in bytes. `None` where the text
    /// does not begin with the shape of the format.
    #[must_use]
    pub fn read_prefix(&self, text: &str) -> Option<(StampReading, usize)> {
        let mut values = [0u32, 1, 1, 0, 0, 0];
        let mut at = 0;
        for part in &self.parts {
            match *part {
                Part::Literal(c) => {
                    text.get(at..)?.starts_with(c).then_some(())?;
                    at += c.len_utf8();
                }
                Part::Field(field) => {
                    let width = if field == Field::Year { 4 } else { 2 };
                    let digits = text.get(at..at + width)?;
                    digits.bytes().all(|b| b.is_ascii_digit()).then_some(())?;
                    values[field as usize] = digits.parse().ok()?;
                    at += width;
                }
            }
        }
        let [year, month, day, hour, minute, second] = values;
        let time = NaiveDate::from_ymd_opt(year.cast_signed(), month, day)
            .and_then(|d| d.and_hms_opt(hour, minute, second));
        Some((
            time.map_or(StampReading::Impossible, |t| StampReading::Valid(Stamp::new(t, self.precision()))),
            at,
        ))
    }

    /// Reads a text that consists of a timestamp and nothing else.
    #[must_use]
    pub fn read(&self, text: &str) -> Option<StampReading> {
        self.read_prefix(text).filter(|(_, len)| *len == text.len()).map(|(reading, _)| reading)
    }

    /// Writes a timestamp in this format.
    #[must_use]
    pub fn write(&self, stamp: Stamp) -> String {
        use std::fmt::Write as _;
        let time = stamp.time();
        let mut out = String::with_capacity(self.pattern.len());
        for part in &self.parts {
            // Writing into a string cannot fail.
            let _ = match *part {
                Part::Literal(c) => write!(out, "{c}"),
                Part::Field(Field::Year) => write!(out, "{:04}", time.year()),
                Part::Field(Field::Month) => write!(out, "{:02}", time.month()),
                Part::Field(Field::Day) => write!(out, "{:02}", time.day()),
                Part::Field(Field::Hour) => write!(out, "{:02}", time.hour()),
                Part::Field(Field::Minute) => write!(out, "{:02}", time.minute()),
                Part::Field(Field::Second) => write!(out, "{:02}", time.second()),
            };
        }
        out
    }
}

/// Returns the length of the date pattern with which a text begins: fields with at most one sign between two of
/// them, including year, month and day (`DD/MM/YYYY`, `YYYY-MM-DD HH:mm`). `None` where the text begins with none.
#[must_use]
pub fn pattern_prefix(text: &str) -> Option<usize> {
    let (mut fields, mut len, mut rest) = (Vec::with_capacity(FIELDS.len()), 0, text);
    // No pattern has more fields, and a text may consist of nothing else.
    while fields.len() < FIELDS.len()
        && let Some((name, field)) = FIELDS.iter().find(|(name, _)| rest.starts_with(name))
    {
        fields.push(*field);
        len = text.len() - rest.len() + name.len();
        rest = &text[len..];
        let Some(next) = rest.strip_prefix(['-', '/', '.', '_', ':', ',', ' ', 'T']) else { break };
        rest = if rest.starts_with(',') { next.trim_start_matches(' ') } else { next };
    }
    let ended = !text[len..].starts_with(char::is_alphanumeric);
    let whole = [Field::Year, Field::Month, Field::Day].iter().all(|field| fields.contains(field));
    (ended && whole).then_some(len)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(text: &str) -> Stamp {
        match StampFormat::default().read(text).or_else(|| read_property_date(text)) {
            Some(StampReading::Valid(stamp)) => stamp,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn reads_and_writes_the_default_format() {
        let format = StampFormat::default();
        let (reading, len) = format.read_prefix("2024-12-13_12-24 - Update").unwrap();
        assert_eq!(len, 16);
        assert_eq!(reading, StampReading::Valid(stamp("2024-12-13_12-24")));
        assert_eq!(format.write(stamp("2024-12-13_12-24")), "2024-12-13_12-24");
        assert_eq!(stamp("2024-12-13_12-24").iso(), "2024-12-13T12:24:00");
        assert_eq!(format.read("2024-02-30_10-00"), Some(StampReading::Impossible));
        assert_eq!(format.read("yesterday"), None);
        assert_eq!(stamp("2024-12-13 12:24:30").iso(), "2024-12-13T12:24:30");
        assert_eq!(format.read("2024-12-13_12-2é"), None);
    }

    #[test]
    fn compares_at_the_coarser_precision() {
        assert_eq!(stamp("2025-03-01").compare(stamp("2025-03-01_10-20")), Ordering::Equal);
        assert!(stamp("2025-03-01").is_before(stamp("2025-03-02_00-00")));
        assert!(stamp("2025-03-01_10-19").is_before(stamp("2025-03-01_10-20")));
        assert!(!stamp("2025-03-01T10:20:01").is_before(stamp("2025-03-01_10-20")));
    }

    #[test]
    fn a_format_has_a_date_in_it() {
        for (format, day) in [
            ("YYYY-MM-DD_HH-mm", Some("YYYY-MM-DD")),
            ("[HH:mm] DD.MM.YYYY", Some("DD.MM.YYYY")),
            ("YYYY-MM-DD", Some("YYYY-MM-DD")),
            ("YYYY HH MM DD", None),
        ] {
            assert_eq!(StampFormat::of(format).day().map(StampFormat::pattern), day, "{format}");
        }
    }

    #[test]
    fn a_format_needs_a_whole_date() {
        assert!(StampFormat::new("DD.MM.YYYY HH:mm").is_ok());
        assert_eq!(StampFormat::new("HH:mm").unwrap_err(), "the timestamp format `HH:mm` has no `YYYY`");
        assert!(StampFormat::new("YYYY-MM-DD MM").unwrap_err().contains("twice"));
        for (pattern, part) in [
            ("D.M.YYYY", "M"),
            ("MMMM D, YYYY", "MMMM"),
            ("YYYY年M月D日", "M"),
            ("DD.MM.YY", "YY"),
            ("YYYY-MM-Do", "D"),
        ] {
            let why = StampFormat::new(pattern).unwrap_err();
            assert!(
                why.contains(&format!("has `{part}`, and only parts of a fixed width are read: `YYYY`")),
                "{why}"
            );
        }
    }

    #[test]
    fn a_pattern_is_made_of_the_letters_of_formats() {
        for (text, behind) in [
            ("YYYY-MM-DD_HH-mm - x", " - x"),
            ("YYYY-MM-DD - x", " - x"),
            ("YYYY-MM-DD: x", ": x"),
            ("YYYY-MM-DDTHH:mm:ss x", " x"),
            // `MM` here is a mistake for the minute, and is accepted.
            ("YYYY-MM-DD HH:MM) - x", ") - x"),
            ("DD.MM.YYYY, HH:mm", ""),
            ("YYYY-MM-DD, then", ", then"),
            ("YYYY.MM.DD. MM", ". MM"),
            ("YYYYMMDD", "YYYYMMDD"),
            ("YYYY-MM - x", "YYYY-MM - x"),
            ("YYYY-MM-DDx", "YYYY-MM-DDx"),
            ("yyyy-mm-dd", "yyyy-mm-dd"),
            ("Date", "Date"),
            ("", ""),
        ] {
            let len = pattern_prefix(text).unwrap_or(0);
            assert_eq!(&text[len..], behind, "{text}");
        }
    }
}
