//! Recognises histories that are kept in dates of another form than the vault's.

use chrono::NaiveDate;

use super::{HistoryEntry, HistorySection};
use crate::syntax::header::{Header, dated, keys};
use crate::text::number::is_digits;
use crate::text::stamp::{Precision, Stamp, StampFormat, StampReading, read_property_date};

/// Reads the entries of each list by other dates, where more entries have such a date than the vault's own form.
/// These are the dates of Obsidian's properties, days in the vault's form, and days with another sign between their
/// numbers in the whole list (`2025/03/01`). Histories in plain dates are common, and not every entry of one is a
/// typing error; in any other list such a date is one.
///
/// Entries that portolan adds to such a list have the vault's form, and may come to outnumber the dates. So a list
/// that began with several dates is always read by them, or its findings would change from one day to the next. A
/// single plain day before all other entries, or alone in a list, may be how a list began, and says nothing about
/// other lists. The same holds for a date with a time, unless the note has times in the vault's form in its header
/// or in other lists: then the date is a typing error.
///
/// The lists of a section are one history, with a heading for each year or month: the first date below a new
/// heading is read like those below the others.
pub(super) fn take_other_dates(
    sections: &mut [HistorySection],
    header: Option<&Header>,
    format: &StampFormat,
) {
    let all_own = |lists: &[Vec<HistoryEntry>]| lists.iter().flatten().all(|entry| entry.stamp.is_some());
    // Nearly every history is in the vault's form.
    if sections.iter().all(|section| all_own(&section.lists)) {
        return;
    }
    let began_own = |entries: &Vec<HistoryEntry>| {
        entries.iter().any(|entry| entry.stamp.is_some())
            && OtherDates::of(entries, format).is_none_or(|other| other.early().next().is_none())
    };
    let own_lists = sections.iter().flat_map(|section| &section.lists).any(began_own);
    let in_header = |header: &Header| {
        let mut dates = [keys::CREATED, keys::LAST_MODIFIED].into_iter().flat_map(|key| header.all(key));
        // Like any date of a header, it may be a link or have a remark behind it.
        let is_own = |value: &str| dated(value, format).is_some_and(|dated| dated.form == format);
        format.precision() > Precision::Day && dates.any(|field| is_own(&field.value))
    };
    let has_own = own_lists || header.is_some_and(in_header);
    for section in sections {
        in_section(&mut section.lists, has_own, format);
    }
}

/// Reads the lists of a section by other dates. `has_own` is whether the note has times in the vault's form apart
/// from lists that began with other dates.
fn in_section(lists: &mut [Vec<HistoryEntry>], has_own: bool, format: &StampFormat) {
    let others: Vec<(usize, OtherDates)> = lists
        .iter()
        .enumerate()
        .filter_map(|(at, entries)| Some((at, OtherDates::of(entries, format)?)))
        .collect();
    // Has at most one element for each notation and precision.
    let mut begun: Vec<(Form, usize)> = Vec::new();
    for form in others.iter().flat_map(|(_, other)| other.early().map(Date::form)) {
        match begun.iter_mut().find(|(known, _)| *known == form) {
            Some((_, count)) => *count += 1,
            None => begun.push((form, 1)),
        }
    }
    for (at, other) in others {
        let is_usual = |form: Form| begun.iter().any(|(known, count)| *known == form && *count > 1);
        other.take(&mut lists[at], has_own, is_usual);
    }
}

/// The notation of a date that is not in the vault's form.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Notation {
    /// As in properties.
    Property,
    /// A day as in the vault's form.
    OwnDay,
    /// With another sign between its numbers.
    Signed(char),
}

/// The form of a date: its notation and its precision.
type Form = (Notation, Precision);

/// A date that is not in the vault's form.
#[derive(Clone, Copy)]
struct Date {
    notation: Notation,
    stamp: Stamp,
}

impl Date {
    fn read(text: &str, sign: Option<char>, format: &StampFormat) -> Option<Self> {
        let valid = |reading| match reading {
            Some(StampReading::Valid(stamp)) => Some(stamp),
            _ => None,
        };
        let property = || valid(read_property_date(text)).map(|stamp| (Notation::Property, stamp));
        let own_day = || valid(format.read_day(text)).map(|stamp| (Notation::OwnDay, stamp));
        let signed = || sign.and_then(|sign| Some((Notation::Signed(sign), day(text, sign)?)));
        let (notation, stamp) = property().or_else(own_day).or_else(signed)?;
        Some(Self { notation, stamp })
    }

    const fn form(self) -> Form {
        (self.notation, self.stamp.precision)
    }
}

/// The dates of a list that are not in the vault's form.
struct OtherDates {
    /// The date of each entry.
    dates: Vec<Option<Date>>,
    /// How many entries are in the vault's form.
    own: usize,
    /// The earliest of these.
    first: Option<Stamp>,
}

impl OtherDates {
    /// Collects the dates; `None` where all entries are in the vault's form.
    fn of(entries: &[HistoryEntry], format: &StampFormat) -> Option<Self> {
        let is_own = |entry: &HistoryEntry| entry.stamp.is_some() || format.read(entry.timestamp()).is_some();
        let own = entries.iter().filter(|entry| is_own(entry)).count();
        if own == entries.len() {
            return None;
        }
        let mut signs = entries.iter().filter(|entry| !is_own(entry)).map(|entry| sign(entry.timestamp()));
        let sign = signs.next().flatten().filter(|one| signs.all(|sign| sign == Some(*one)));
        let date = |entry: &HistoryEntry| {
            if is_own(entry) { None } else { Date::read(entry.timestamp(), sign, format) }
        };
        let dates = entries.iter().map(date).collect();
        let first = entries.iter().filter_map(|entry| entry.stamp).min_by_key(|stamp| stamp.time());
        Some(Self { dates, own, first })
    }

    fn is_early(&self, date: Date) -> bool {
        self.first.is_none_or(|first| !first.is_before(date.stamp))
    }

    /// Returns the dates before all entries in the vault's form.
    fn early(&self) -> impl Iterator<Item = Date> {
        self.dates.iter().flatten().copied().filter(|date| self.is_early(*date))
    }

    /// Sets the dates of the entries, except for dates that are taken as typing errors.
    fn take(self, entries: &mut [HistoryEntry], has_own: bool, is_usual: impl Fn(Form) -> bool) {
        let is_alone = entries.len() == 1;
        let is_habit =
            !is_alone && (self.early().count() > 1 || self.dates.iter().flatten().count() > self.own);
        for (entry, date) in entries.iter_mut().zip(&self.dates) {
            let is_so = |date: &Date| {
                let may_begin = (date.stamp.precision == Precision::Day || !has_own)
                    && (is_alone || self.first.is_some());
                is_habit || (self.is_early(*date) && (may_begin || is_usual(date.form())))
            };
            entry.stamp = entry.stamp.or(date.filter(is_so).map(|date| date.stamp));
        }
    }
}

/// Returns the sign between the numbers of a date that begins with its year, if it differs from that of
/// properties: `2025/03/01`.
fn sign(text: &str) -> Option<char> {
    text.chars().nth(4).filter(|sign| matches!(sign, '/' | '.'))
}

/// Reads a day with `sign` between its numbers, perhaps with a time after a space: `2025/3/1`, `2025.03.01 9:30`.
fn day(text: &str, sign: char) -> Option<Stamp> {
    let (date, time) = text.split_once(' ').map_or((text, None), |(date, time)| (date, Some(time)));
    let [year, month, day] = numbers(date, sign)?;
    let date = NaiveDate::from_ymd_opt(year.cast_signed(), month, day)?;
    let Some(time) = time else { return Some(Stamp::new(date.and_hms_opt(0, 0, 0)?, Precision::Day)) };
    if let Some([hour, minute, second]) = numbers(time, ':') {
        return Some(Stamp::new(date.and_hms_opt(hour, minute, second)?, Precision::Second));
    }
    let [hour, minute] = numbers(time, ':')?;
    Some(Stamp::new(date.and_hms_opt(hour, minute, 0)?, Precision::Minute))
}

/// Reads a text of `N` numbers with `sign` between them.
fn numbers<const N: usize>(text: &str, sign: char) -> Option<[u32; N]> {
    let mut parts = text.split(sign);
    let mut numbers = [0; N];
    for number in &mut numbers {
        let digits = parts.next().filter(|part| part.len() <= 4 && is_digits(part))?;
        *number = digits.parse().ok()?;
    }
    parts.next().is_none().then_some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_with_another_sign() {
        for (text, expected) in [
            ("2025/03/01", Some("2025-03-01T00:00:00")),
            ("2025/3/1", Some("2025-03-01T00:00:00")),
            ("2025.03.01 9:30", Some("2025-03-01T09:30:00")),
            ("2025/03/01 09:30:15", Some("2025-03-01T09:30:15")),
            ("2025/02/30", None),
            ("2025/03/01 24:00", None),
            ("2025/03", None),
            ("2025/03.01", None),
            ("2025/03/01/2", None),
            ("2025-03-01", None),
        ] {
            let read = sign(text).and_then(|sign| day(text, sign));
            assert_eq!(read.map(Stamp::iso).as_deref(), expected, "{text}");
        }
    }
}
