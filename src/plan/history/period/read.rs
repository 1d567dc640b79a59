//! Reads the words and numbers of a heading as a period.

use std::ops::Range;

use chrono::{Datelike as _, NaiveDate, Weekday};

use super::pair::Numbers;
use super::piece::Piece;
use super::{Period, UP_TO, Unit};
use crate::text::calendar;
use crate::text::fold::fold;
use crate::text::number::is_digits;
use crate::text::stamp::{StampFormat, StampReading};

/// The period that a text names, and the pieces that name it.
pub(super) struct Found<'h> {
    pub(super) period: Period,
    pub(super) pieces: Vec<Piece<'h>>,
    /// Whether its parts contradict each other, can be read in two ways or name more than the period.
    pub(super) is_unsure: bool,
    /// Whether it names two days, weeks, months or the like.
    pub(super) names_two: bool,
    /// Whether it names a week by one of its days.
    pub(super) is_week_by_day: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    Word,
    Other,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'h> {
    pub(super) text: &'h str,
    pub(super) at: usize,
    pub(super) kind: Kind,
}

pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let kind = |c: char| match c {
        _ if c.is_ascii_digit() => Kind::Number,
        _ if c.is_alphabetic() => Kind::Word,
        _ => Kind::Other,
    };
    let mut tokens: Vec<Token<'_>> = Vec::new();
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        match tokens.last_mut() {
            Some(last) if last.kind == kind(c) => last.text = &text[last.at..end],
            _ => tokens.push(Token { text: &text[at..end], at, kind: kind(c) }),
        }
    }
    tokens
}

/// The state while a heading is being read.
#[derive(Default)]
struct Reader<'h> {
    text: &'h str,
    tokens: Vec<Token<'h>>,
    pieces: Vec<Piece<'h>>,
    years: Option<(i32, i32)>,
    half: Option<u32>,
    quarter: Option<u32>,
    month: Option<u32>,
    week: Option<u32>,
    day: Option<u32>,
    /// The full dates that were found, with their tokens.
    dates: Vec<(NaiveDate, Range<usize>)>,
    /// The ranges of tokens that were read together, in order.
    read: Vec<Range<usize>>,
    /// The index of the token at which the first day begins, and of that of the first week.
    day_at: Option<usize>,
    week_at: Option<usize>,
    is_unsure: bool,
    names_two: bool,
    is_week_by_day: bool,
}

/// Reads a heading. `year` gives the year of a month if the heading has none; `day` is the format of dates in the
/// vault.
pub(super) fn read<'h>(
    text: &'h str,
    year: &dyn Fn(u32) -> Option<i32>,
    day: Option<&StampFormat>,
) -> Option<Found<'h>> {
    let mut reader = Reader { text, tokens: tokens(text), ..Reader::default() };
    let mut at = 0;
    while let Some(token) = reader.tokens.get(at).copied() {
        let taken = match token.kind {
            Kind::Number => reader.date_of_vault(at, day).or_else(|| reader.number(at)),
            Kind::Word => reader.word(at),
            Kind::Other => None,
        };
        match taken {
            Some(taken) => reader.read.push(at..at + taken),
            None => reader.pieces.push(Piece::Text(token.text)),
        }
        reader.day_at = reader.day_at.or(reader.day.map(|_| at));
        reader.week_at = reader.week_at.or(reader.week.map(|_| at));
        at += taken.unwrap_or(1);
    }
    reader.names_two |= Numbers::of(text, &reader.tokens, &reader.read).name_two();
    reader.is_unsure |= reader.names_two;
    let period = reader.period(year)?;
    reader.name_weekday(period);
    let Reader { pieces, is_unsure, names_two, is_week_by_day, .. } = reader;
    Some(Found { period, pieces, is_unsure, names_two, is_week_by_day })
}

impl<'h> Reader<'h> {
    fn number_at(&self, at: usize, digits: std::ops::RangeInclusive<usize>, most: u32) -> Option<u32> {
        let token =
            self.tokens.get(at).filter(|t| t.kind == Kind::Number && digits.contains(&t.text.len()))?;
        token.text.parse().ok().filter(|number| (1..=most).contains(number))
    }

    fn year_at(&self, at: usize) -> Option<i32> {
        year(self.tokens.get(at).filter(|t| t.kind == Kind::Number)?.text)
    }

    /// Returns the sign between two numbers, if it is a single one.
    fn sign_at(&self, at: usize) -> Option<&'h str> {
        let text = self.tokens.get(at).filter(|t| t.kind == Kind::Other)?.text;
        matches!(text, "-" | "/" | ".").then_some(text)
    }

    fn is_padded(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.text.len() > 1)
    }

    fn is_word(&self, at: usize, words: &[&str]) -> bool {
        let word = self.tokens.get(at).filter(|t| t.kind == Kind::Word).map(|t| fold(t.text));
        word.is_some_and(|word| words.contains(&&*word))
    }

    /// Returns the index behind blanks, a comma or a full stop.
    fn behind_blanks(&self, at: usize) -> usize {
        let is_blank = |c: char| matches!(c, ' ' | ',' | '.' | '*');
        let gap = self.tokens.get(at).filter(|token| token.kind == Kind::Other);
        at + usize::from(gap.is_some_and(|token| token.text.chars().all(is_blank)))
    }

    fn keep(&mut self, at: usize) {
        if let Some(token) = self.tokens.get(at) {
            self.pieces.push(Piece::Text(token.text));
        }
    }

    fn is_year(&mut self, year: i32) {
        let (first, last) = self.years.unwrap_or((year, year));
        self.years = Some((first.min(year), last.max(year)));
        self.pieces.push(Piece::Year);
    }

    fn note(&mut self, known: impl Fn(&mut Self) -> &mut Option<u32>, number: u32) {
        let known = known(self);
        let differs = known.is_some_and(|known| known != number);
        known.get_or_insert(number);
        self.names_two |= differs;
    }

    fn date_of_vault(&mut self, at: usize, format: Option<&StampFormat>) -> Option<usize> {
        let (format, start) = (format?, self.tokens.get(at)?.at);
        let (reading, len) = format.read_prefix(self.text.get(start..)?)?;
        let StampReading::Valid(stamp) = reading else { return None };
        let taken = self.tokens[at..].iter().take_while(|token| token.at < start + len).count();
        let last = self.tokens.get(at + taken - 1)?;
        (last.at + last.text.len() == start + len).then_some(())?;
        let date = stamp.time().date();
        self.dates.push((date, at..at + taken));
        self.note(|r| &mut r.month, date.month());
        self.note(|r| &mut r.day, date.day());
        self.is_year(date.year());
        self.pieces.pop();
        self.pieces.push(Piece::Date(format.clone()));
        Some(taken)
    }

    fn number(&mut self, at: usize) -> Option<usize> {
        if let Some(taken) = self.by_signs(at).or_else(|| self.short_years(at)) {
            return Some(taken);
        }
        if let Some(year) = self.year_at(at) {
            self.is_year(year);
            return Some(1);
        }
        let two = || 1..=2;
        if let Some(month) = self.number_at(at, two(), 12).filter(|_| self.is_word(at + 1, &["月", "월"])) {
            self.note(|r| &mut r.month, month);
            self.pieces.push(Piece::Month { padded: self.tokens[at].text.starts_with('0') });
            return Some(1);
        }
        let day = self.number_at(at, two(), 31)?;
        if self.is_word(at + 1, &["日", "일"]) {
            self.note(|r| &mut r.day, day);
            self.pieces.push(Piece::Day { padded: self.tokens[at].text.starts_with('0') });
            return Some(1);
        }
        // Reads `7 December`, `7. Dezember`, `7th of December`, `7 de diciembre`.
        let ordinal = self.is_word(at + 1, &["st", "nd", "rd", "th"]);
        let mut name = self.behind_blanks(at + 1 + usize::from(ordinal));
        if self.is_word(name, &["of", "de"]) {
            name = self.behind_blanks(name + 1);
        }
        let word = self.tokens.get(name).filter(|t| t.kind == Kind::Word && name > at + 1)?;
        calendar::month(word.text)?;
        self.is_day(at, day, ordinal);
        Some(1 + usize::from(ordinal))
    }

    fn is_day(&mut self, at: usize, day: u32, ordinal: bool) {
        self.note(|r| &mut r.day, day);
        self.pieces.push(Piece::Day { padded: self.tokens[at].text.starts_with('0') });
        if ordinal {
            self.pieces.push(Piece::Ordinal);
        }
    }

    /// Reads `2025-05`, `2025/05/01`, `01.05.2025`, `05.2025`.
    fn by_signs(&mut self, at: usize) -> Option<usize> {
        let sign = self.sign_at(at + 1)?;
        let again = self.sign_at(at + 3).filter(|other| *other == sign);
        let ends = |at: usize| {
            self.sign_at(at).is_none() || self.tokens.get(at + 1).is_none_or(|t| t.kind != Kind::Number)
        };
        let month = Piece::Month { padded: self.is_padded(at + 2) };
        if let Some(year) = self.year_at(at) {
            let number = self.number_at(at + 2, 2..=2, 12)?;
            let day = self.number_at(at + 4, 2..=2, 31).filter(|_| again.is_some() && ends(at + 5));
            (day.is_some() || ends(at + 3)).then_some(())?;
            self.is_year(year);
            self.pieces.extend([Piece::Text(sign), month]);
            self.note(|r| &mut r.month, number);
            let Some(day) = day else { return Some(3) };
            self.pieces.extend([Piece::Text(sign), Piece::Day { padded: true }]);
            self.note(|r| &mut r.day, day);
            self.is_date((year, number, day), at);
            return Some(5);
        }
        if let Some(year) = self.year_at(at + 4).filter(|_| again.is_some() && ends(at + 5)) {
            let (first, second) = (self.number_at(at, 1..=2, 31)?, self.number_at(at + 2, 1..=2, 31)?);
            // `07/12/2024` is another day in America.
            let by_month = second > 12 && sign != ".";
            let is_either = sign != "." && first <= 12 && second <= 12 && first != second;
            self.is_unsure |= is_either;
            let (day, number) = if by_month { (second, first) } else { (first, second) };
            (number <= 12).then_some(())?;
            let own = (self.is_padded(at), self.is_padded(at + 2));
            let pair = if by_month {
                [Piece::Month { padded: own.0 }, Piece::Text(sign), Piece::Day { padded: own.1 }]
            } else {
                [Piece::Day { padded: own.0 }, Piece::Text(sign), Piece::Month { padded: own.1 }]
            };
            self.pieces.extend(pair);
            self.pieces.push(Piece::Text(sign));
            self.is_year(year);
            self.note(|r| &mut r.month, number);
            self.note(|r| &mut r.day, day);
            if !is_either {
                self.is_date((year, number, day), at);
            }
            return Some(5);
        }
        let year = self.year_at(at + 2).filter(|_| ends(at + 3))?;
        let number = self.number_at(at, 2..=2, 12)?;
        self.pieces.extend([Piece::Month { padded: true }, Piece::Text(sign)]);
        self.is_year(year);
        self.note(|r| &mut r.month, number);
        Some(3)
    }

    fn is_date(&mut self, (year, month, day): (i32, u32, u32), at: usize) {
        let date = NaiveDate::from_ymd_opt(year, month, day);
        self.dates.extend(date.map(|date| (date, at..at + 5)));
    }

    /// Reads `2024/25`, unless the second number may be a month.
    fn short_years(&mut self, at: usize) -> Option<usize> {
        let year = self.year_at(at)?;
        let sign = self.tokens.get(at + 1).filter(|t| matches!(t.text, "-" | "/" | "–"))?.text;
        let second = self.tokens.get(at + 2).filter(|t| t.kind == Kind::Number && t.text.len() == 2)?;
        let second: i32 = second.text.parse().ok()?;
        let is_next = (year + 1) % 100 == second && !(1..=12).contains(&second);
        (is_next && self.sign_at(at + 3).is_none()).then_some(())?;
        self.is_year(year);
        self.pieces.push(Piece::Text(sign));
        self.is_year(year + 1);
        Some(3)
    }

    /// Returns the days from one date to another, if only a sign or a word for a range stands between them.
    fn days(&self) -> Option<Period> {
        let [(first, start), (last, end)] = self.dates.as_slice() else { return None };
        let between: String = self.tokens.get(start.end..end.start)?.iter().map(|token| token.text).collect();
        let sign = between.trim_matches(|c: char| c.is_whitespace() || matches!(c, '[' | ']'));
        let is_up_to = UP_TO.contains(&&*fold(sign));
        (is_up_to && first < last).then_some(Period { first: *first, last: *last, unit: Unit::Days })
    }

    fn word(&mut self, at: usize) -> Option<usize> {
        let next = self.behind_blanks(at + 1);
        let short = next == at + 1;
        for (words, most, known, piece) in [
            (&["h"][..], 2, Unit::Half, Piece::Half),
            (&["half"], 2, Unit::Half, Piece::Half),
            (&["q"], 4, Unit::Quarter, Piece::Quarter),
            (&["quarter", "quartal", "trimestre"], 4, Unit::Quarter, Piece::Quarter),
            (&["w"], 53, Unit::Week, Piece::Week { padded: true }),
            (&["week", "kw", "cw", "woche", "semaine"], 53, Unit::Week, Piece::Week { padded: false }),
        ] {
            if !self.is_word(at, words) || (words[0].len() == 1 && !short) {
                continue;
            }
            let Some(number) = self.number_at(next, 1..=if most > 9 { 2 } else { 1 }, most) else {
                if known == Unit::Week && words.len() > 1 {
                    self.week_at.get_or_insert(at);
                }
                return None;
            };
            let piece = match piece {
                Piece::Week { padded } => {
                    let is_padded =
                        (padded && self.is_padded(next)) || self.tokens[next].text.starts_with('0');
                    Piece::Week { padded: is_padded }
                }
                piece => piece,
            };
            (at..next).for_each(|at| self.keep(at));
            self.pieces.push(piece);
            match known {
                Unit::Half => self.note(|r| &mut r.half, number),
                Unit::Quarter => self.note(|r| &mut r.quarter, number),
                _ => self.note(|r| &mut r.week, number),
            }
            return Some(next + 1 - at);
        }
        let (month, style) = calendar::month(self.tokens[at].text)?;
        self.note(|r| &mut r.month, month);
        self.pieces.push(Piece::MonthName(style));
        // Reads a day behind the month: `December 7, 2024`.
        let clock = self.tokens.get(next + 1).is_some_and(|t| t.text.starts_with([':', '-', '/']));
        let ordinal = self.is_word(next + 1, &["st", "nd", "rd", "th"]);
        let Some(day) = self.number_at(next, 1..=2, 31).filter(|_| !short && !clock) else { return Some(1) };
        if let Some(known) = self.day {
            self.names_two |= known != day;
            return Some(1);
        }
        self.keep(at + 1);
        self.is_day(next, day, ordinal);
        Some(next + 1 + usize::from(ordinal) - at)
    }

    fn period(&mut self, year: &dyn Fn(u32) -> Option<i32>) -> Option<Period> {
        let (first, last) = if let Some(years) = self.years {
            years
        } else {
            let month = self.month.or(self.quarter.map(|q| q * 3)).or(self.half.map(|h| h * 6));
            let month = month.or(self.week.map(|week| (week * 12).div_ceil(53)))?;
            let year = year(month)?;
            (year, year)
        };
        let january = NaiveDate::from_ymd_opt(first, 1, 1)?;
        if let Some(days) = self.days() {
            self.is_unsure = true;
            return Some(days);
        }
        let is_of_years = [self.half, self.quarter, self.month, self.week].iter().all(Option::is_none);
        if first != last && is_of_years {
            let last = NaiveDate::from_ymd_opt(last, 12, 31)?;
            return Some(Period { first: january, last, unit: Unit::Years });
        }
        // A range of months, or an unknown form.
        self.is_unsure |= first != last;
        let month = |number: u32| NaiveDate::from_ymd_opt(first, number, 1);
        let date = self.day.zip(self.month).map(|(day, month)| NaiveDate::from_ymd_opt(first, month, day));
        let week = |week| NaiveDate::from_isoywd_opt(first, week, Weekday::Mon);
        let all = [
            (Unit::Day, date),
            (Unit::Week, self.week.map(week)),
            (Unit::Month, self.month.map(month)),
            (Unit::Quarter, self.quarter.map(|quarter| month(quarter * 3 - 2))),
            (Unit::Half, self.half.map(|half| month(half * 6 - 5))),
        ];
        let mut named = all.iter().filter_map(|(unit, date)| Some(Period::around((*date)??, *unit)));
        self.is_unsure |= all.iter().any(|(_, date)| *date == Some(None));
        let Some(period) = named.next() else { return Some(Period::around(january, Unit::Year)) };
        // Longer periods that are named as well must contain this one.
        self.is_unsure |= named.any(|other| !other.has(period.first) && !other.has(period.last));
        // A week without a number: the next one may be named by any of its days.
        self.is_unsure |= self.week_at.is_some() && self.week.is_none();
        let is_by_day = period.unit == Unit::Day && self.begins_with_week();
        self.is_week_by_day = is_by_day;
        if !is_by_day {
            return Some(period);
        }
        // If weeks begin on another day, it is not clear which days they have.
        let is_own = self.week.is_none_or(|week| period.first.iso_week().week() == week);
        if is_own && period.first.weekday() == Weekday::Mon {
            return Some(Period::around(period.first, Unit::Week));
        }
        self.is_unsure = true;
        Some(period)
    }

    /// Whether it names a week before a day: `Week of 2025-01-06`, `KW 2 (2025-01-06)`. A day with its week behind
    /// it is only that day.
    fn begins_with_week(&mut self) -> bool {
        const OF: &str =
            "of from the starting beginning commencing begins vom von ab der du de del van från z";
        let is_of = |word: &str| OF.split(' ').any(|of| fold(word) == of);
        let Some((week, day)) = self.week_at.zip(self.day_at).filter(|(week, day)| week < day) else {
            return false;
        };
        let behind = self.read.iter().find(|read| read.start == week).map_or(week + 1, |read| read.end);
        let mut words =
            self.tokens.get(behind..day).into_iter().flatten().filter(|token| token.kind != Kind::Other);
        let leads = words.all(|token| token.kind == Kind::Word && is_of(token.text));
        // Other words leave it open: `Week review 2025-01-06`, `Week of Monday, 2025-01-06`.
        self.is_unsure |= !leads;
        leads
    }

    /// Records the names of weekdays next to a day.
    fn name_weekday(&mut self, period: Period) {
        if period.unit != Unit::Day {
            return;
        }
        let number = period.first.weekday().number_from_monday();
        for piece in &mut self.pieces {
            if let Piece::Text(word) = piece
                && let Some(style) = calendar::weekday(word, number)
            {
                *piece = Piece::Weekday(style);
            }
        }
    }
}

/// Reads a year of four digits.
pub(super) fn year(digits: &str) -> Option<i32> {
    let year = digits.parse().ok().filter(|year| (1900..2200).contains(year));
    year.filter(|_| digits.len() == 4 && is_digits(digits))
}
