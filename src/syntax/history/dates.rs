//! Histories that are kept in dates of another form than the vault's.

use chrono::NaiveDate;

use super::HistoryEntry;
use crate::text::stamp::{Precision, Reading as StampReading, Stamp, StampFormat, read_property_date};

/// Reads the entries of a list by the dates that Obsidian's properties have, or by days with one other sign between
/// their numbers throughout (`2025/03/01`), where more of them have such a date than the vault's own form: histories in
/// plain dates are common, and whoever keeps one has not misspelt each of its entries. In any other list such a date is a slip.
///
/// What is logged into such a list has the vault's form, and comes to outnumber the dates: a list that began with
/// several of them is read by them for good, or it would be wrong from one day to the next. A plain day that comes
/// before all else, or stands alone, is how a list may have begun, and says nothing of another.
pub(super) fn take_other_dates(entries: &mut [HistoryEntry], format: &StampFormat) {
    let is_own = |entry: &HistoryEntry| entry.stamp.is_some() || format.read(entry.timestamp()).is_some();
    let own = entries.iter().filter(|entry| is_own(entry)).count();
    if own == entries.len() {
        return;
    }
    let mut signs = entries.iter().filter(|entry| !is_own(entry)).map(|entry| sign(entry.timestamp()));
    let one = signs.next().flatten().filter(|one| signs.all(|sign| sign == Some(*one)));
    let date = |entry: &HistoryEntry| match (read_property_date(entry.timestamp()), one) {
        _ if is_own(entry) => None,
        (Some(StampReading::Valid(stamp)), _) => Some(stamp),
        (_, Some(sign)) => day(entry.timestamp(), sign),
        _ => None,
    };
    let dates: Vec<Option<Stamp>> = entries.iter().map(date).collect();
    let first = entries.iter().filter_map(|entry| entry.stamp).min_by_key(|stamp| stamp.time());
    let is_early = |date: &Stamp| first.is_none_or(|first| !first.is_before(*date));
    let early = dates.iter().flatten().filter(|date| is_early(date)).count();
    let is_alone = entries.len() == 1;
    let is_habit = !is_alone && (early > 1 || dates.iter().flatten().count() > own);
    for (entry, date) in entries.iter_mut().zip(dates) {
        let is_day = date.as_ref().is_some_and(|date| date.precision == Precision::Day);
        let began_so = is_day && (is_alone || first.is_some() && date.as_ref().is_some_and(&is_early));
        entry.stamp = entry.stamp.or(date.filter(|_| is_habit || began_so));
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
