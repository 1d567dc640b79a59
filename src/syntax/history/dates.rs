//! Histories that are kept in dates of another form than the vault's.

use chrono::NaiveDate;

use super::HistoryEntry;
use crate::text::stamp::{Precision, Stamp, StampFormat, StampReading, read_property_date};

/// Reads the entries of each list by the dates that Obsidian's properties have, or by days with one other sign between
/// their numbers throughout (`2025/03/01`), where more of them have such a date than the vault's own form: histories in
/// plain dates are common, and whoever keeps one has not misspelt each of its entries. In any other list such a date is a slip.
///
/// What is logged into such a list has the vault's form, and comes to outnumber the dates: a list that began with
/// several of them is read by them for good, or it would be wrong from one day to the next. A plain day that comes
/// before all else, or stands alone, is how a list may have begun, and says nothing of another.
///
/// The lists of a section are one history, under a heading for each year or month: the first date below a new one is
/// written as those below the others.
pub(super) fn take_other_dates(lists: &mut [Vec<HistoryEntry>], format: &StampFormat) {
    let others: Vec<(usize, OtherDates)> = lists
        .iter()
        .enumerate()
        .filter_map(|(at, entries)| Some((at, OtherDates::of(entries, format)?)))
        .collect();
    // As many as there are signs and precisions.
    let mut begun: Vec<(Form, usize)> = Vec::new();
    for form in others.iter().flat_map(|(_, other)| other.early().map(|date| other.form(date))) {
        match begun.iter_mut().find(|(known, _)| *known == form) {
            Some((_, count)) => *count += 1,
            None => begun.push((form, 1)),
        }
    }
    for (at, other) in others {
        let is_usual = |form: Form| begun.iter().any(|(known, count)| *known == form && *count > 1);
        other.take(&mut lists[at], is_usual);
    }
}

/// The sign between the numbers of a date, where it is not that of properties, and how exact the date is.
type Form = (Option<char>, Precision);

/// The dates of a list that are not in the vault's form.
struct OtherDates {
    /// That of each entry.
    dates: Vec<Option<Stamp>>,
    /// The sign between the numbers of those that are not in the form of properties.
    sign: Option<char>,
    /// How many entries are in the vault's form.
    own: usize,
    /// The first of these in time.
    first: Option<Stamp>,
}

impl OtherDates {
    /// `None` where all entries are in the vault's form.
    fn of(entries: &[HistoryEntry], format: &StampFormat) -> Option<Self> {
        let is_own = |entry: &HistoryEntry| entry.stamp.is_some() || format.read(entry.timestamp()).is_some();
        let own = entries.iter().filter(|entry| is_own(entry)).count();
        if own == entries.len() {
            return None;
        }
        let mut signs = entries.iter().filter(|entry| !is_own(entry)).map(|entry| sign(entry.timestamp()));
        let sign = signs.next().flatten().filter(|one| signs.all(|sign| sign == Some(*one)));
        let date = |entry: &HistoryEntry| match (read_property_date(entry.timestamp()), sign) {
            _ if is_own(entry) => None,
            (Some(StampReading::Valid(stamp)), _) => Some(stamp),
            (_, Some(sign)) => day(entry.timestamp(), sign),
            _ => None,
        };
        let dates = entries.iter().map(date).collect();
        let first = entries.iter().filter_map(|entry| entry.stamp).min_by_key(|stamp| stamp.time());
        Some(Self { dates, sign, own, first })
    }

    fn is_early(&self, date: Stamp) -> bool {
        self.first.is_none_or(|first| !first.is_before(date))
    }

    /// The dates that come before all that is in the vault's form.
    fn early(&self) -> impl Iterator<Item = Stamp> {
        self.dates.iter().flatten().copied().filter(|date| self.is_early(*date))
    }

    /// The dates of a list have one sign, or all that of properties.
    const fn form(&self, date: Stamp) -> Form {
        (self.sign, date.precision)
    }

    /// Gives the entries their dates, in so far as these are no slips.
    fn take(self, entries: &mut [HistoryEntry], is_usual: impl Fn(Form) -> bool) {
        let is_alone = entries.len() == 1;
        let is_habit =
            !is_alone && (self.early().count() > 1 || self.dates.iter().flatten().count() > self.own);
        for (entry, date) in entries.iter_mut().zip(&self.dates) {
            let is_so = |date: &Stamp| {
                let is_day = date.precision == Precision::Day && (is_alone || self.first.is_some());
                is_habit || (self.is_early(*date) && (is_day || is_usual(self.form(*date))))
            };
            entry.stamp = entry.stamp.or(date.filter(is_so));
        }
    }
}

/// The sign between the numbers of a date that begins with its year and has another one than properties: `2025/03/01`.
fn sign(text: &str) -> Option<char> {
    text.chars().nth(4).filter(|sign| matches!(sign, '/' | '.'))
}

/// Reads a day with this sign between its numbers, perhaps with a time behind a blank: `2025/3/1`, `2025.03.01 9:30`.
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

/// A text that is so many numbers, with a sign between them.
fn numbers<const N: usize>(text: &str, sign: char) -> Option<[u32; N]> {
    let mut parts = text.split(sign);
    let mut numbers = [0; N];
    for number in &mut numbers {
        let digits =
            parts.next().filter(|part| part.len() <= 4 && part.bytes().all(|b| b.is_ascii_digit()))?;
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
