//! Tells the time of a heading in a form that is not read, such as `02` or `Feb '25`, with the help of its entries.

use std::collections::HashSet;

use chrono::{Datelike as _, Days, Months, NaiveDate};

use super::read::{Kind, tokens};
use super::{Meaning, Named, Period, Unit, shown};
use crate::text::calendar;
use crate::text::fold::fold;

/// Words that say no more than what a number is, or join numbers.
const OF_NUMBERS: [&str; 18] = [
    "m",
    "month",
    "monat",
    "mois",
    "mes",
    "mese",
    "mês",
    "maand",
    "miesiąc",
    "месяц",
    "year",
    "jahr",
    "année",
    "año",
    "ano",
    "anno",
    "jaar",
    "rok",
];

/// The seasons that have December to February on one half of the earth, and June to August on the other.
const OUTER_SEASONS: [&str; 11] =
    ["winter", "summer", "sommer", "été", "hiver", "verano", "invierno", "estate", "inverno", "zima", "lato"];

const MIDDLE_SEASONS: [&str; 11] = [
    "spring",
    "autumn",
    "fall",
    "frühling",
    "frühjahr",
    "herbst",
    "printemps",
    "automne",
    "primavera",
    "otoño",
    "autunno",
];

/// Returns what a heading means in the light of the days of the entries below it, if `known` leaves that open.
/// `around` is the period of the heading above it. No other heading can be named like it.
pub(in super::super) fn guessed<'h>(
    heading: &str,
    known: Option<&Meaning<'_>>,
    around: Option<Period>,
    days: &[NaiveDate],
) -> Option<Meaning<'h>> {
    let is_open = match known {
        None => true,
        // `Winter 2025`, `2025 – 02`, `Winter 2024/25`: there is more than the year.
        Some(Meaning::Period(named)) => match named.period.unit {
            Unit::Year => !named.is_bare() && !named.is_unsure,
            unit => unit == Unit::Years,
        },
        Some(Meaning::Release | Meaning::Unreleased | Meaning::Nothing) => false,
    };
    if !is_open {
        return None;
    }
    let heading = shown(heading);
    let parts = Parts::of(heading.rsplit_once(" ^").map_or(&*heading, |(before, _)| before))?;
    let period = match days.first() {
        Some(day) => parts.around(*day, around),
        None => parts.below(around),
    }?;
    let named = Named {
        period,
        form: None,
        remark: String::new(),
        is_unsure: true,
        is_week_by_day: false,
        is_doubtful: true,
    };
    days.iter().all(|day| period.has(*day)).then_some(Meaning::Period(named))
}

/// The numbers and names of a heading that has nothing else.
#[derive(Default)]
struct Parts<'h> {
    /// The numbers, each with its count of digits.
    numbers: Vec<(u32, usize)>,
    month: Option<u32>,
    weekday: Option<&'h str>,
    /// Whether it names a season of each kind: one of `OUTER_SEASONS`, one of `MIDDLE_SEASONS`.
    seasons: [bool; 2],
    /// A quarter or a half, whose number is among the numbers.
    part: Option<Unit>,
    /// Whether it names a fiscal year, which may begin in any month of this year or the one before.
    is_fiscal: bool,
    /// Whether full stops separate its numbers, as in a version.
    has_stops: bool,
}

impl<'h> Parts<'h> {
    fn of(heading: &'h str) -> Option<Self> {
        let mut parts = Self::default();
        for token in tokens(heading) {
            match token.kind {
                Kind::Number => parts.numbers.push((token.text.parse().ok()?, token.text.len())),
                Kind::Word => parts.word(token.text)?,
                // `2025 #2` counts something else.
                Kind::Other if token.text.contains('#') => return None,
                Kind::Other => parts.has_stops |= token.text == ".",
            }
        }
        (parts.numbers.len() <= 3).then_some(parts)
    }

    fn word(&mut self, word: &'h str) -> Option<()> {
        let key = fold(word);
        if OF_NUMBERS.contains(&&*key) {
            return Some(());
        }
        if let Some(kind) = [OUTER_SEASONS, MIDDLE_SEASONS].iter().position(|all| all.contains(&&*key)) {
            self.seasons[kind] = true;
            return Some(());
        }
        let part = match &*key {
            "q" => Some(Unit::Quarter),
            "h" => Some(Unit::Half),
            "fy" => {
                self.is_fiscal = true;
                return Some(());
            }
            _ => None,
        };
        if part.is_some() {
            return (self.part.is_none()).then(|| self.part = part);
        }
        if let Some((month, _)) = calendar::month(word) {
            return (*self.month.get_or_insert(month) == month).then_some(());
        }
        let is_weekday = (1..=7).any(|number| calendar::weekday(word, number).is_some());
        (is_weekday && self.weekday.replace(word).is_none()).then_some(())
    }

    /// Returns the period that they name if an entry of this day may stand below it.
    fn around(&self, day: NaiveDate, around: Option<Period>) -> Option<Period> {
        let year = u32::try_from(day.year()).ok()?;
        let (short, month, of_month) = (year % 100, day.month(), day.day());
        let of = |unit| Some(Period::around(day, unit));
        let is_of_week = |name| calendar::weekday(name, day.weekday().number_from_monday()).is_some();
        if self.seasons.contains(&true) {
            return self.season(day, around);
        }
        if let Some(unit) = self.part {
            let number = day.month0() / if unit == Unit::Half { 6 } else { 3 } + 1;
            let is_it = match *self.numbers.as_slice() {
                [(_, 1), (b, 2)] | [(b, 2), (_, 1)] if self.is_fiscal => b == short || b == (short + 1) % 100,
                [(a, 1), (b, 2)] | [(b, 2), (a, 1)] => (a, b) == (number, short),
                _ => false,
            };
            let is_alone = self.month.is_none() && self.weekday.is_none();
            return if is_it && is_alone { of(unit) } else { None };
        }
        if let Some(named) = self.month {
            let fits = |&(number, digits): &(u32, usize)| {
                (digits == 4 && number == year) || (digits <= 2 && (number == month || number == short))
            };
            let is_it = named == month && self.weekday.is_none() && self.numbers.iter().all(fits);
            return if is_it { of(Unit::Month) } else { None };
        }
        let unit = around.map(|around| around.unit);
        let is_of_year = around.is_some_and(|around| around.year() == Some(day.year()));
        let unit = match *self.numbers.as_slice() {
            [] if unit == Some(Unit::Week) => Unit::Day,
            [(number, 8)] if number == year * 10_000 + month * 100 + of_month => Unit::Day,
            [(number, 6)] if number == year * 100 + month => Unit::Month,
            [(number, 1..=2)] if unit == Some(Unit::Month) && number == of_month => Unit::Day,
            [(number, 1..=2)] if is_of_year && unit < Some(Unit::Month) && number == month => Unit::Month,
            [(of, 4), (number, 1..=2)] | [(number, 1..=2), (of, 4)] if (of, number) == (year, month) => {
                Unit::Month
            }
            [(a, 1..=2), (b, 1..=2)] if is_of_year && is_pair((a, b), (month, of_month)) => Unit::Day,
            [(a, 1..=2), (b, 1..=2)] if !self.has_stops && is_pair((a, b), (month, short)) => Unit::Month,
            _ => return None,
        };
        let fits = match self.weekday {
            Some(name) => unit == Unit::Day && is_of_week(name),
            None => !self.numbers.is_empty(),
        };
        if fits { of(unit) } else { None }
    }

    /// Returns the season around a day. Where it begins and ends is not the same everywhere, but each has about
    /// three months.
    fn season(&self, day: NaiveDate, around: Option<Period>) -> Option<Period> {
        let quarter = Period::around(day.checked_add_months(Months::new(1))?, Unit::Quarter);
        let first = quarter.first.checked_sub_months(Months::new(1))?;
        let last = first.checked_add_months(Months::new(3))?.checked_sub_days(Days::new(1))?;
        let years: HashSet<u32> =
            [first, last].into_iter().filter_map(|day| u32::try_from(day.year()).ok()).collect();
        let is_its = match *self.numbers.as_slice() {
            [(year, 4)] => years.contains(&year),
            [(year, 4), (next, 2 | 4)] => {
                next % 100 == (year + 1) % 100 && years.contains(&year) && years.contains(&(year + 1))
            }
            [] => around.is_some_and(|around| around.unit == Unit::Year),
            _ => false,
        };
        let is_alone = self.month.is_none() && self.weekday.is_none();
        // `Summer` over an entry of September: how long it is meant to last is not clear.
        let is_middle = first.month() % 6 == 3;
        let is_named = self.seasons[usize::from(is_middle)];
        let period = if is_named {
            Period { first, last, unit: Unit::Days }
        } else {
            Period::around(day, Unit::Month)
        };
        (is_its && is_alone).then_some(period)
    }

    /// Returns the month that they name below a year, where no entry tells.
    fn below(&self, around: Option<Period>) -> Option<Period> {
        let around = around.filter(|around| around.unit == Unit::Year)?;
        let [(number, 1..=2)] = *self.numbers.as_slice() else { return None };
        let is_alone = self.month.is_none() && self.weekday.is_none();
        let is_alone = is_alone && !self.seasons.contains(&true) && self.part.is_none();
        let first = NaiveDate::from_ymd_opt(around.year()?, number, 1).filter(|_| is_alone)?;
        Some(Period::around(first, Unit::Month))
    }
}

fn is_pair((a, b): (u32, u32), other: (u32, u32)) -> bool {
    (a, b) == other || (b, a) == other
}
