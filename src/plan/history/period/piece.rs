//! The parts of a heading that names a period, and how they are written for another period.

use chrono::{Datelike as _, NaiveTime};

use super::{Period, Unit};
use crate::text::calendar::{self, Style};
use crate::text::stamp::{Precision, Stamp, StampFormat};

/// A part of a heading: text that stays, or a value that differs for another period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece<'h> {
    Text(&'h str),
    Year,
    Half,
    Quarter,
    Month {
        padded: bool,
    },
    MonthName(Style),
    Week {
        padded: bool,
    },
    Day {
        padded: bool,
    },
    /// The ending of an ordinal: `st`, `nd`, `rd`, `th`.
    Ordinal,
    Weekday(Style),
    /// A day in the vault's date format.
    Date(StampFormat),
}

impl Piece<'_> {
    /// Returns this piece for another period, with names in one of these languages.
    pub(super) fn write(&self, period: Period, languages: u32) -> Option<String> {
        let first = period.first;
        let number =
            |number: u32, padded: bool| if padded { format!("{number:02}") } else { number.to_string() };
        Some(match *self {
            Self::Text(text) => text.to_owned(),
            Self::Year if period.unit == Unit::Week => first.iso_week().year().to_string(),
            Self::Year => first.year().to_string(),
            Self::Half => first.month().div_ceil(6).to_string(),
            Self::Quarter => first.month().div_ceil(3).to_string(),
            Self::Month { padded } => number(first.month(), padded),
            Self::MonthName(style) => calendar::month_in(style, languages, first.month())?,
            Self::Week { padded } => number(first.iso_week().week(), padded),
            Self::Day { padded } => number(first.day(), padded),
            Self::Ordinal => match first.day() {
                1 | 21 | 31 => "st",
                2 | 22 => "nd",
                3 | 23 => "rd",
                _ => "th",
            }
            .to_owned(),
            Self::Weekday(style) => calendar::weekday_in(style, first.weekday().number_from_monday())?,
            Self::Date(ref format) => {
                format.write(Stamp::new(first.and_time(NaiveTime::MIN), Precision::Day))
            }
        })
    }
}
