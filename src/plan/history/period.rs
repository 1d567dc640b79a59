//! Reads what the headings of a history stand for: a period such as a year, a month or a day, or a release.

use std::borrow::Cow;

use chrono::{Datelike as _, Days, Months, NaiveDate, NaiveDateTime};

pub(super) use self::guess::guessed;
use self::piece::Piece;
use self::read::{Found, read, year};
use crate::model::version::Version;
use crate::syntax::markdown::without_block_id;
use crate::syntax::reading::{outside_comments, uncommented};
use crate::text::fold::fold;
use crate::text::number::is_digits;
use crate::text::stamp::{Stamp, StampFormat, StampReading, read_property_date};

mod guess;
mod pair;
mod piece;
mod read;

/// What a heading says about the entries below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Meaning<'h> {
    /// They are from this period.
    Period(Named<'h>),
    /// They are part of a release, which gets no more entries.
    Release,
    /// They wait for the next release.
    Unreleased,
    /// Nothing, since its number only looks like a year.
    Nothing,
}

/// The signs and words between two dates that mean a range.
pub(super) const UP_TO: [&str; 14] =
    ["-", "–", "—", "…", "→", "->", "..", "/", "to", "bis", "au", "al", "until", "through"];

/// A period, with the form in which a heading names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named<'h> {
    pub(super) period: Period,
    /// The form of the heading, if it can be copied for another period.
    form: Option<Written<'h>>,
    /// What the heading says beside the period.
    remark: String,
    /// Whether its parts contradict each other, can be read in two ways or name more than the period. Such a
    /// heading names a time even if entries below it are of another time.
    pub(super) is_unsure: bool,
    /// Whether it names a week by one of its days.
    pub(super) is_week_by_day: bool,
    /// Whether nobody knows what a heading for the time of another entry would be called, or where it would stand.
    pub(super) is_doubtful: bool,
}

/// The form in which a heading names a period.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Written<'h> {
    /// The part of the heading that names it.
    token: &'h str,
    pieces: Vec<Piece<'h>>,
    /// Whether the heading says something about this period only.
    said_of_it: Said,
}

/// What a heading says beside its period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    /// Nothing specific: the heading of another period repeats all of it.
    OfAny,
    /// A remark that begins with this piece, which the heading of another period leaves out.
    OfIt(usize),
    /// Something else, so that nobody knows how another period would be named.
    Unknown,
}

/// A stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Period {
    first: NaiveDate,
    last: NaiveDate,
    pub(super) unit: Unit,
}

/// The length of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Unit {
    Years,
    Year,
    Half,
    Quarter,
    Month,
    Week,
    Days,
    Day,
}

impl Period {
    /// Returns the period that contains this day.
    fn around(day: NaiveDate, unit: Unit) -> Self {
        let months = |count: u32| {
            let first = day.with_day(1).and_then(|day| day.with_month0(day.month0() / count * count));
            let next = first.and_then(|first| first.checked_add_months(Months::new(count)));
            first.zip(next.and_then(|next| next.pred_opt()))
        };
        let bounds = match unit {
            Unit::Years | Unit::Year => months(12),
            Unit::Half => months(6),
            Unit::Quarter => months(3),
            Unit::Month => months(1),
            Unit::Week => {
                let days = |count: u32| Days::new(u64::from(count));
                let first = day.checked_sub_days(days(day.weekday().num_days_from_monday()));
                first.and_then(|first| Some((first, first.checked_add_days(days(6))?)))
            }
            Unit::Days | Unit::Day => None,
        };
        let (first, last) = bounds.unwrap_or((day, day));
        Self { first, last, unit }
    }

    fn has(self, day: NaiveDate) -> bool {
        (self.first..=self.last).contains(&day)
    }

    /// Returns the year that it lies in, if that is a single one.
    fn year(self) -> Option<i32> {
        (self.first.year() == self.last.year()).then(|| self.first.year())
    }

    /// Returns its first day as a period.
    const fn first_day(self) -> Self {
        Self { last: self.first, unit: Unit::Day, ..self }
    }

    pub(super) fn contains(self, time: NaiveDateTime) -> bool {
        self.has(time.date())
    }

    /// Returns the period of the same length that contains a time.
    pub(super) fn like(self, time: NaiveDateTime) -> Self {
        Self::around(time.date(), self.unit)
    }
}

/// Returns what a heading says. `around` is the period of the heading above it, `below` the time of its first
/// entry, and `day` the format of dates in the vault.
pub(super) fn meaning<'h>(
    heading: &'h str,
    around: Option<Period>,
    below: Option<NaiveDateTime>,
    day: Option<&StampFormat>,
) -> Option<Meaning<'h>> {
    let Some(pieces) = outside_comments(heading) else { return shown_meaning(heading, around, below, day) };
    let is_shown = |piece: &&&str| !piece.trim().is_empty() && !piece.trim_start().starts_with('^');
    let mut shown = pieces.iter().filter(is_shown);
    let first = shown.next()?;
    if shown.next().is_none() {
        return shown_meaning(first, around, below, day);
    }
    // The form of a heading with a comment in the middle is not copied.
    Some(match shown_meaning(&uncommented(heading)?, around, below, day)? {
        Meaning::Period(named) => Meaning::Period(Named { form: None, is_unsure: true, ..named }),
        Meaning::Release => Meaning::Release,
        Meaning::Unreleased => Meaning::Unreleased,
        Meaning::Nothing => Meaning::Nothing,
    })
}

/// Returns what a heading without comments says.
fn shown_meaning<'h>(
    heading: &'h str,
    around: Option<Period>,
    below: Option<NaiveDateTime>,
    day: Option<&StampFormat>,
) -> Option<Meaning<'h>> {
    let shown = heading.rsplit_once(" ^").map_or(heading, |(before, _)| before);
    let start = shown.find(char::is_alphanumeric)?;
    let end = shown.trim_end_matches(|c: char| !c.is_alphanumeric()).len();
    let core = &shown[start..end];
    if core.eq_ignore_ascii_case("unreleased") {
        return Some(Meaning::Unreleased);
    }
    // A month without a year takes it from the heading above, such as a quarter, or else from its first entry.
    let of_year = |month: u32| match around {
        Some(around) => around.year(),
        None => below.filter(|time| time.month() == month).map(|time| time.year()),
    };
    let found = read(core, &of_year, day);
    let has_year = core.split(|c: char| !c.is_ascii_digit()).any(|digits| year(digits).is_some());
    let is_whole = found.as_ref().is_some_and(|found| found.remark_at().is_none() && !found.is_unsure);
    if !is_whole && is_release(core, shown[..start].ends_with('[') || has_year) {
        return Some(Meaning::Release);
    }
    let found = found.filter(|found| is_whole || has_year || found.names_two || found.is_remarked_day())?;
    let linked = shown[..start].ends_with("[[") && shown[end..].starts_with("]]") && !core.contains('|');
    // A link leads to the note of one year, so that of another year replaces the whole link.
    let token = if linked { &shown[start - 2..end + 2] } else { core };
    let may_differ = (linked && is_whole) || !heading.contains('[');
    let said_of_it = match found.remark_at() {
        None => Said::OfAny,
        Some(at) if found.is_remarked_day() => Said::OfIt(at),
        Some(_) => Said::Unknown,
    };
    let remark =
        found.pieces.iter().map(|piece| if let Piece::Text(text) = piece { *text } else { "\0" }).collect();
    let Found { period, pieces, is_unsure, is_week_by_day, .. } = found;
    let form = Written { token, pieces, said_of_it };
    let form = Some(form).filter(|_| may_differ && !is_unsure && period.unit != Unit::Years);
    Some(Meaning::Period(Named { period, form, remark, is_unsure, is_week_by_day, is_doubtful: false }))
}

/// Returns the version of the release that a heading names.
pub(super) fn version(heading: &str, day: Option<&StampFormat>) -> Option<Version> {
    if meaning(heading, None, None, day) != Some(Meaning::Release) {
        return None;
    }
    let shown = shown(heading);
    Version::read(release(&shown).or_else(|| words(&shown).find_map(numbers))?)
}

/// Returns the day that a heading names.
pub(super) fn day_in(heading: &str, format: &StampFormat) -> Option<Stamp> {
    let day = format.day();
    let read = |word| day.and_then(|day| day.read(word)).or_else(|| read_property_date(word));
    words(&shown(heading)).find_map(|word| match read(word) {
        Some(StampReading::Valid(stamp)) => Some(stamp),
        _ => None,
    })
}

/// Returns a heading without the comments in it.
fn shown(heading: &str) -> Cow<'_, str> {
    uncommented(heading).map_or(Cow::Borrowed(heading), Cow::Owned)
}

/// Words that the heading of any period may have.
const OF_ANY: [&str; 44] = [
    "year",
    "in",
    "the",
    "of",
    "from",
    "de",
    "d",
    "changes",
    "changelog",
    "log",
    "history",
    "entries",
    "updates",
    "week",
    "kw",
    "cw",
    "w",
    "woche",
    "semaine",
    "q",
    "quarter",
    "quartal",
    "trimestre",
    "h",
    "half",
    "année",
    "an",
    "jahr",
    "año",
    "ano",
    "anno",
    "rok",
    "jaar",
    "år",
    "год",
    "году",
    "г",
    "рік",
    "yıl",
    "年",
    "月",
    "日",
    "년",
    "월",
];

impl Found<'_> {
    /// Returns the first piece that says something beside the period.
    fn remark_at(&self) -> Option<usize> {
        self.pieces.iter().position(|piece| match piece {
            Piece::Text(text) => {
                text.starts_with(char::is_alphanumeric) && *text != "일" && !OF_ANY.contains(&&*fold(text))
            }
            _ => false,
        })
    }

    /// Whether it is a month or a day in numbers, with a remark behind: `2026-10-01 Release day`.
    fn is_remarked_day(&self) -> bool {
        let remark = self.remark_at().unwrap_or(self.pieces.len());
        let is_behind = self.pieces[remark..].iter().all(|piece| matches!(piece, Piece::Text(_)));
        let in_numbers = match self.pieces.first() {
            Some(Piece::Date(_)) => true,
            Some(Piece::Year | Piece::Month { .. } | Piece::Day { .. }) => {
                matches!(self.pieces.get(1), Some(Piece::Text("-" | "/" | ".")))
            }
            _ => false,
        };
        is_behind && in_numbers && self.period.unit >= Unit::Month
    }
}

/// Whether a heading names a period.
pub(super) fn is_one(heading: &str, day: Option<&StampFormat>) -> bool {
    matches!(in_some_year(heading, day), Some(Meaning::Period(_)))
}

/// Whether a heading says something about the time or release of its entries.
pub(super) fn says_something(heading: &str, day: Option<&StampFormat>) -> bool {
    in_some_year(heading, day).is_some()
}

fn in_some_year<'h>(heading: &'h str, day: Option<&StampFormat>) -> Option<Meaning<'h>> {
    let some_day = NaiveDate::from_ymd_opt(2000, 1, 1).unwrap_or_default();
    meaning(heading, Some(Period::around(some_day, Unit::Year)), None, day)
}

/// Returns the period with a year that a line is nothing but the name of.
pub(super) fn whole(line: &str) -> Option<Period> {
    match meaning(line, None, None, None)? {
        Meaning::Period(named) => (named.is_bare() && named.remark().is_none()).then_some(named.period),
        Meaning::Release | Meaning::Unreleased | Meaning::Nothing => None,
    }
}

impl Named<'_> {
    /// Returns a line that names this period, changed to name another one, with names in one of these languages.
    /// Returns `None` if nobody knows how the other period would be named. Comments of the line are left out.
    pub(super) fn renamed(&self, line: &str, period: Period, languages: u32) -> Option<String> {
        let Written { token, pieces, said_of_it } = self.form.as_ref()?;
        let line = shown(line);
        // A comment at the start of a line leaves a blank.
        let line = if let Cow::Owned(shown) = &line { shown.trim_start() } else { &*line };
        let has = |wanted: fn(&Piece<'_>) -> bool| pieces.iter().any(wanted);
        let is_of_two_years =
            period.unit == Unit::Week && period.first.iso_week().year() != period.first.year();
        // The year could be that of the week or that of its first day.
        if is_of_two_years
            && has(|piece| matches!(piece, Piece::Year))
            && has(|piece| matches!(piece, Piece::Month { .. } | Piece::MonthName(_) | Piece::Day { .. }))
        {
            return None;
        }
        let at = line.find(token)?;
        let after = &line[at + token.len()..];
        // Setext underlines follow on a line of their own, and a block id must not be copied.
        let (after, below) = after.split_at(after.find(['\r', '\n']).unwrap_or(after.len()));
        let bare = after.trim_end_matches(['#', ' ', '\t']);
        let after = Some(without_block_id(bare)).filter(|kept| kept.len() < bare.len()).unwrap_or(after);
        let (kept, after) = match *said_of_it {
            Said::OfAny => (pieces.len(), after),
            Said::OfIt(remark) => (remark, ""),
            Said::Unknown => return None,
        };
        let written: Option<String> =
            pieces[..kept].iter().map(|piece| piece.write(period, languages)).collect();
        let written = written?;
        let written = if kept < pieces.len() {
            written.trim_end_matches(|c: char| !c.is_alphanumeric())
        } else {
            &*written
        };
        Some(format!("{}{written}{after}{below}", &line[..at]))
    }

    /// Whether its form can be copied for another period.
    pub(super) fn is_bare(&self) -> bool {
        self.form.as_ref().is_some_and(|form| form.said_of_it != Said::Unknown)
    }

    /// Returns what it says beside its period, if anything.
    pub(super) fn remark(&self) -> Option<&str> {
        let form = self.form.as_ref()?;
        (form.said_of_it != Said::OfAny).then_some(&*self.remark)
    }

    /// Reduces a week to the day that names it, because it is not clear on which day weeks begin.
    pub(super) fn is_of_day(&mut self) {
        self.period = self.period.first_day();
        self.form = None;
        self.is_unsure = true;
    }

    /// Returns the form in which it names a day, and whether words before the day could make it more than that day
    /// (`From 2025-01-27`). Returns `None` if it does not name a day in a form that can be copied.
    pub(super) fn form_of_day(&self) -> Option<(String, bool)> {
        let form = self.form.as_ref().filter(|_| self.period.unit == Unit::Day && self.is_bare())?;
        let kept = if let Said::OfIt(remark) = form.said_of_it { remark } else { form.pieces.len() };
        let text =
            |piece: &Piece<'_>| if let Piece::Text(text) = piece { Some(text.to_string()) } else { None };
        let mut before = form.pieces.iter().map_while(text);
        let has_words = before.any(|text| text.contains(char::is_alphanumeric));
        let whole: String =
            form.pieces[..kept].iter().map(|piece| text(piece).unwrap_or_else(|| "\0".to_owned())).collect();
        let end = whole.trim_end_matches(|c: char| !(c == '\0' || c.is_alphanumeric())).len();
        Some((whole[..end].to_owned(), has_words))
    }

    /// Whether it names a day with its year, and its day cannot be the number of its month.
    pub(super) fn is_full_day(&self) -> bool {
        let has = |wanted: fn(&Piece<'_>) -> bool| {
            self.form.as_ref().is_some_and(|form| form.pieces.iter().any(wanted))
        };
        let day = self.period.first;
        has(|piece| matches!(piece, Piece::Date(_) | Piece::Year))
            && (day.day() != day.month() || !has(|piece| matches!(piece, Piece::MonthName(_))))
    }

    /// Makes it the name of a period that nobody knows how to write for another one.
    pub(super) fn is_not_copied(&mut self) {
        self.form = None;
        self.is_unsure = true;
        self.is_doubtful = true;
    }

    /// Marks what it says beside its period as something that other headings say too.
    pub(super) fn is_said_of_any(&mut self) {
        if let Some(form) = &mut self.form {
            form.said_of_it = Said::OfAny;
        }
    }

    /// Whether it is a week by number without its year.
    pub(super) fn is_week_of_a_year(&self) -> bool {
        let tells_year = |piece: &Piece<'_>| matches!(piece, Piece::Year | Piece::Date(_));
        let form = self.form.as_ref().filter(|_| self.period.unit == Unit::Week);
        form.is_some_and(|form| !form.pieces.iter().any(tells_year))
    }

    /// Returns the languages, as bits, that its names may be of.
    pub(super) fn languages(&self) -> Option<u32> {
        let form = self.form.as_ref()?;
        form.pieces
            .iter()
            .find_map(|piece| if let Piece::MonthName(style) = piece { Some(style.languages) } else { None })
    }
}

/// Whether a heading names a release: `[1.0.0] - 2026-10-01`, `v2.1 (…)`, `Version 1.0`, `1.0.0 (LTS)`. Two
/// numbers alone make a numbered heading (`8.1 Entries`), unless a bracket or a year marks it as a release.
fn is_release(text: &str, is_marked: bool) -> bool {
    release(text).is_some() || (is_marked && words(text).any(is_numbered))
}

/// Whether a word is a version, and not a day without its year (`01.12.`).
fn is_numbered(word: &str) -> bool {
    numbers(word).is_some() && !word.ends_with('.')
}

/// Returns the first word that is certainly a version.
fn release(text: &str) -> Option<&str> {
    let mut before = "";
    words(text).find_map(|word| {
        let named = ["version", "release"].iter().any(|own| before.eq_ignore_ascii_case(own));
        before = word;
        let has_v = |numbered: &str| bare(word).len() > numbered.len();
        numbers(word).filter(|numbered| named || has_v(numbered) || is_long(numbered))
    })
}

/// Whether a version has more than two numbers.
fn is_long(numbered: &str) -> bool {
    numbered.split(['-', '+']).next().unwrap_or_default().split('.').count() > 2
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split([' ', '[', ']', '(', ')', ':', ','])
}

fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

/// Returns the numbers of a word that may be a version, with what stands behind them.
fn numbers(word: &str) -> Option<&str> {
    let bare = bare(word);
    let numbered = bare.strip_prefix(['v', 'V']).unwrap_or(bare);
    let numbers = numbered.split(['-', '+']).next().unwrap_or_default();
    let is_version = numbers.contains('.') && numbers.split('.').all(is_digits);
    // `27.11.2026` is a day.
    let is_day = numbers.rsplit('.').next().and_then(year).is_some();
    (is_version && !is_day).then_some(numbered)
}

#[cfg(test)]
mod tests;
