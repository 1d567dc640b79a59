//! What the headings of a history stand for: a year, a month or a day, or a release.

use std::borrow::Cow;

use chrono::{Datelike as _, NaiveDate, NaiveDateTime, NaiveTime};

use crate::model::version::Version;
use crate::text::stamp::{Precision, Reading, Stamp, StampFormat};

/// What a heading says about the entries below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Meaning<'h> {
    /// They are of this time.
    Period(Named<'h>),
    /// They came with a release, and that list is closed.
    Release,
    /// They wait for the next release.
    Unreleased,
}

/// A period, and how a heading names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named<'h> {
    pub(super) period: Period,
    /// How the heading names it, where another period may have one like it.
    form: Option<Written<'h>>,
}

/// How a heading names a period.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Written<'h> {
    /// What of it does.
    token: &'h str,
    form: Form,
    /// Whether it says more behind that, which is of this period alone.
    has_remark: bool,
}

/// A year, a month or a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Period {
    year: i32,
    month: Option<u32>,
    day: Option<u32>,
}

/// How a period is written.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Form {
    /// `2025`, `2025-05`, `2025/05/01`: this between the numbers.
    Digits(char),
    /// `05.2025`, `05/2025`
    MonthFirst(char),
    /// A day as the vault writes its dates.
    Day(StampFormat),
    /// `1 May 2025`
    Spoken { in_full: bool },
    /// `May 2025`, or `May` below a heading of the year; the name in full or its first three letters.
    Month { in_full: bool, with_year: bool },
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Period {
    pub(super) fn contains(self, time: NaiveDateTime) -> bool {
        self == self.like(time)
    }

    /// The period of this time, as long as this one.
    pub(super) fn like(self, time: NaiveDateTime) -> Self {
        let (month, day) = (self.month.map(|_| time.month()), self.day.map(|_| time.day()));
        Self { year: time.year(), month, day }
    }
}

/// What a heading says, as it is written. `around`: the period of the heading that it stands below. `day`: how the
/// vault writes dates.
pub(super) fn meaning<'h>(
    heading: &'h str,
    around: Option<Period>,
    day: Option<&StampFormat>,
) -> Option<Meaning<'h>> {
    let shown = heading.rsplit_once(" ^").map_or(heading, |(before, _)| before);
    let start = shown.find(char::is_alphanumeric)?;
    let end = shown.trim_end_matches(|c: char| !c.is_alphanumeric()).len();
    let core = &shown[start..end];
    if core.eq_ignore_ascii_case("unreleased") {
        return Some(Meaning::Unreleased);
    }
    if let Some((period, form)) =
        in_numbers(core, day).or_else(|| month(core, around)).or_else(|| spoken(core))
    {
        // The note of one year is not that of another: a link to it gives way as a whole.
        let linked = shown[..start].ends_with("[[") && shown[end..].starts_with("]]");
        let token = if linked { &shown[start - 2..end + 2] } else { core };
        let written = Written { token, form, has_remark: false };
        let form = (linked || !heading.contains('[')).then_some(written);
        return Some(Meaning::Period(Named { period, form }));
    }
    let mut years = core.split(|c: char| !c.is_ascii_digit()).filter_map(year);
    let first = years.next();
    if is_release(core, shown[..start].ends_with('[') || first.is_some()) {
        return Some(Meaning::Release);
    }
    // `2026-10-01 (Thu)`, `2026-10 October`
    let word = core.split(char::is_whitespace).next().unwrap_or_default();
    if let Some((period, form)) = in_numbers(word, day).filter(|(period, _)| period.month.is_some()) {
        let written = Written { token: word, form, has_remark: true };
        return Some(Meaning::Period(Named { period, form: (!heading.contains('[')).then_some(written) }));
    }
    let (Some(year), None) = (first, years.next()) else { return None };
    Some(Meaning::Period(Named { period: said_of(core, year), form: None }))
}

/// The version of the release that a heading is about.
pub(super) fn version(heading: &str, day: Option<&StampFormat>) -> Option<Version> {
    if meaning(heading, None, day) != Some(Meaning::Release) {
        return None;
    }
    Version::read(release(heading).or_else(|| words(heading).find_map(numbers))?)
}

fn in_numbers(text: &str, day: Option<&StampFormat>) -> Option<(Period, Form)> {
    let of_vault = || {
        let format = day?;
        let Some(Reading::Valid(stamp)) = format.read(text) else { return None };
        let whole = Period { year: 0, month: Some(1), day: Some(1) };
        Some((whole.like(stamp.time()), Form::Day(format.clone())))
    };
    digits(text).or_else(of_vault).or_else(|| month_first(text))
}

/// The period of this year that a heading names among other words: `Thursday, 1 October 2026`.
fn said_of(text: &str, year: i32) -> Period {
    let words = || text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '/' | '.')));
    let in_digits = words().find_map(|word| digits(word).filter(|(period, _)| period.month.is_some()));
    if let Some((period, _)) = in_digits {
        return period;
    }
    let around = Some(Period { year, month: None, day: None });
    let named = words().find_map(|word| month(word, around)).and_then(|(period, _)| period.month);
    let number = |word: &str| word.parse().ok().filter(|day| word.len() <= 2 && (1..=31).contains(day));
    let day = named.and_then(|_| words().find_map(number));
    Period { year, month: named, day }
}

/// Whether a heading names a period and nothing else.
pub(super) fn is_bare(heading: &str, day: Option<&StampFormat>) -> bool {
    let some_year = Period { year: 2000, month: None, day: None };
    matches!(meaning(heading, Some(some_year), day), Some(Meaning::Period(named)) if named.is_bare())
}

impl Named<'_> {
    /// A line that names this period, for another one; `None` where it says more than that.
    pub(super) fn renamed(&self, line: &str, period: Period) -> Option<String> {
        let Written { token, form, has_remark } = self.form.as_ref()?;
        let at = line.find(token)?;
        let after = &line[at + token.len()..];
        // What makes it a heading may stand on a line of its own, below its block id.
        let (after, below) = after.split_at(after.find(['\r', '\n']).unwrap_or(after.len()));
        let after = after.rsplit_once(" ^").map_or(after, |(kept, _)| kept);
        let after = if *has_remark { "" } else { after };
        Some(format!("{}{}{after}{below}", &line[..at], form.write(period, token)?))
    }

    /// Whether another period may have one like it.
    pub(super) const fn is_bare(&self) -> bool {
        self.form.is_some()
    }
}

impl Form {
    fn write(&self, period: Period, like: &str) -> Option<String> {
        let name = |in_full: bool| {
            let name = MONTHS.get(period.month?.checked_sub(1)? as usize)?;
            if in_full { Some(*name) } else { name.get(..3) }
        };
        match *self {
            Self::MonthFirst(between) => Some(format!("{:02}{between}{}", period.month?, period.year)),
            Self::Day(ref format) => {
                let date = NaiveDate::from_ymd_opt(period.year, period.month?, period.day?)?;
                Some(format.write(Stamp::new(date.and_time(NaiveTime::MIN), Precision::Day)))
            }
            Self::Spoken { in_full } => Some(format!("{} {} {}", period.day?, name(in_full)?, period.year)),
            Self::Digits(between) => {
                let two =
                    |number: Option<u32>| number.map(|n| format!("{between}{n:02}")).unwrap_or_default();
                Some(format!("{}{}{}", period.year, two(period.month), two(period.day)))
            }
            Self::Month { in_full, with_year } => {
                let name = name(in_full)?;
                let loud = !like.chars().any(char::is_lowercase);
                let name = if loud { Cow::Owned(name.to_uppercase()) } else { Cow::Borrowed(name) };
                Some(if with_year { format!("{name} {}", period.year) } else { name.into_owned() })
            }
        }
    }
}

fn year(digits: &str) -> Option<i32> {
    let year = digits.parse().ok().filter(|year| (1900..2200).contains(year));
    year.filter(|_| digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()))
}

fn digits(text: &str) -> Option<(Period, Form)> {
    let between = text.chars().find(|c| !c.is_ascii_digit()).unwrap_or('-');
    let mut parts = text.split(between).filter(|_| matches!(between, '-' | '/' | '.'));
    let year = year(parts.next()?)?;
    let mut number = |most: u32| match parts.next() {
        None => Some(None),
        Some(part) if part.len() == 2 => part.parse().ok().filter(|n| (1..=most).contains(n)).map(Some),
        Some(_) => None,
    };
    let period = Period { year, month: number(12)?, day: number(31)? };
    parts.next().is_none().then_some((period, Form::Digits(between)))
}

/// `05.2025`
fn month_first(text: &str) -> Option<(Period, Form)> {
    let (number, digits) = text.split_once(['.', '/', '-'])?;
    let month = number.parse().ok().filter(|month| number.len() == 2 && (1..=12).contains(month))?;
    let between = text[number.len()..].chars().next()?;
    Some((Period { year: year(digits)?, month: Some(month), day: None }, Form::MonthFirst(between)))
}

/// The number of a month by its name, and whether that is in full.
fn month_named(name: &str) -> Option<(u32, bool)> {
    let found = (1..).zip(MONTHS).find_map(|(number, month)| {
        let in_full = name.eq_ignore_ascii_case(month);
        let is = in_full || month.get(..3).is_some_and(|short| name.eq_ignore_ascii_case(short));
        is.then_some((number, in_full && month.len() > 3))
    });
    // `May` is as long as its short form: whether it is one shows in other headings, and in full is the commoner.
    found.map(|(number, in_full)| (number, in_full || number == 5))
}

fn month(text: &str, around: Option<Period>) -> Option<(Period, Form)> {
    let (name, year) = match text.split_once(' ') {
        Some((name, digits)) => (name, year(digits.trim())?),
        None => (text, around.filter(|around| around.month.is_none())?.year),
    };
    let (number, in_full) = month_named(name)?;
    let period = Period { year, month: Some(number), day: None };
    Some((period, Form::Month { in_full, with_year: text.contains(' ') }))
}

/// `1 May 2025`
fn spoken(text: &str) -> Option<(Period, Form)> {
    let mut words = text.split(' ');
    let (day, name, digits) = (words.next()?, words.next()?, words.next()?);
    let number = day.parse().ok().filter(|number| day.len() <= 2 && (1..=31).contains(number))?;
    let (month, in_full) = month_named(name)?;
    let period = Period { year: year(digits)?, month: Some(month), day: Some(number) };
    words.next().is_none().then_some((period, Form::Spoken { in_full }))
}

/// Whether a heading is that of a release: `[1.0.0] - 2026-10-01`, `v2.1 (…)`, `Version 1.0`, `1.0.0 (LTS)`. With two
/// numbers alone it is a numbered heading (`8.1 Entries`), unless it is marked as one by a bracket or a year.
fn is_release(text: &str, is_marked: bool) -> bool {
    release(text).is_some() || (is_marked && words(text).any(|word| numbers(word).is_some()))
}

/// The first word that is a version for certain.
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

/// The numbers of a version that a word may be, with what stands behind them.
fn numbers(word: &str) -> Option<&str> {
    let bare = bare(word);
    let numbered = bare.strip_prefix(['v', 'V']).unwrap_or(bare);
    let numbers = numbered.split(['-', '+']).next().unwrap_or_default();
    let is_version = numbers.contains('.')
        && numbers.split('.').all(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    // `27.11.2026` is a day.
    let is_day = numbers.rsplit('.').next().and_then(year).is_some();
    (is_version && !is_day).then_some(numbered)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_a_release() {
        for (heading, expected) in [
            ("v1.1.0 (2024-12-08_09-00)", Some("1.1.0")),
            ("[1.1.0] - 2024-12-08", Some("1.1.0")),
            ("[1.1] - 2024-12-08", Some("1.1.0")),
            ("🚀 Version 1.1", Some("1.1.0")),
            ("2.1 v1.1.0-rc.1 (2024-12-08)", Some("1.1.0-rc.1")),
            ("2.1 Entries", None),
            ("2024.12.08", None),
            ("2024-12-08", None),
            ("Unreleased", None),
        ] {
            let day = StampFormat::of("YYYY.MM.DD");
            assert_eq!(version(heading, Some(&day)).map(|v| v.to_string()).as_deref(), expected, "{heading}");
        }
    }

    const fn of(year: i32, month: Option<u32>, day: Option<u32>) -> Period {
        Period { year, month, day }
    }

    #[test]
    fn headings_that_name_a_period() {
        let check = |heading: &str, expected: Option<(Period, &str)>| {
            let found =
                match meaning(heading, Some(of(2024, None, None)), Some(&StampFormat::of("DD.MM.YYYY"))) {
                    Some(Meaning::Period(named)) => {
                        let line = format!("### {heading}");
                        let next =
                            Period { year: 2027, month: named.period.month.map(|_| 11), ..named.period };
                        let next = Period { day: next.day.map(|_| 3), ..next };
                        Some((
                            named.period,
                            named.renamed(&line, next).unwrap_or_default().replacen("### ", "", 1),
                        ))
                    }
                    _ => None,
                };
            assert_eq!(found, expected.map(|(period, next)| (period, next.to_owned())), "{heading}");
        };
        let year = of(2025, None, None);
        check("2025", Some((year, "2027")));
        check("📅 **2025**", Some((year, "📅 **2027**")));
        check("[[2025]]", Some((year, "2027")));
        check("2025 ^year", Some((year, "2027")));
        check("2025-05", Some((of(2025, Some(5), None), "2027-11")));
        check("2025/05/02", Some((of(2025, Some(5), Some(2)), "2027/11/03")));
        check("October 2025", Some((of(2025, Some(10), None), "November 2027")));
        check("OCT 2025", Some((of(2025, Some(10), None), "NOV 2027")));
        check("May 2025", Some((of(2025, Some(5), None), "November 2027")));
        check("October", Some((of(2024, Some(10), None), "November")));
        check("2025 ^year\n-----", Some((year, "2027\n-----")));
        check("Year 2025", Some((year, "")));
        check("1 October 2025", Some((of(2025, Some(10), Some(1)), "3 November 2027")));
        check("2025-10-01 (Wed)", Some((of(2025, Some(10), Some(1)), "2027-11-03")));
        check("2025-10 October", Some((of(2025, Some(10), None), "2027-11")));
        check("01.10.2025", Some((of(2025, Some(10), Some(1)), "03.11.2027")));
        check("10.2025", Some((of(2025, Some(10), None), "11.2027")));
        check("10/2025", Some((of(2025, Some(10), None), "11/2027")));
        check("Wednesday, 1 October 2025", Some((of(2025, Some(10), Some(1)), "")));
        check("Phase two, May 2025", Some((of(2025, Some(5), None), "")));
        check("Q4 2025", Some((year, "")));
        check("[2025](y.md)", Some((year, "")));
        check("[[2025|the year]]", Some((year, "")));
        check("2024-2025", None);
        check("2025-13", Some((year, "")));
        check("Port 8080", None);
        check("20250101", None);
        check("Phase 2", None);
    }

    #[test]
    fn headings_that_name_a_release() {
        for heading in [
            "[1.0.0] - 2026-10-01",
            "v1.0.0 (2026-10-01_10-00)",
            "1.2 (2026)",
            "**v2.0.0-rc.1**",
            "Version 1.0",
            "Release 2.0 – October 2026",
            "Consign 1.0.0",
            "1.0.0 (LTS)",
            "[1.0]",
            "2026-10-01 - v1.0.0",
        ] {
            assert_eq!(meaning(heading, None, None), Some(Meaning::Release), "{heading}");
        }
        let meaning = |heading| meaning(heading, None, None);
        assert_eq!(meaning("[Unreleased]"), Some(Meaning::Unreleased));
        assert_eq!(meaning("October"), None, "of no year");
        assert_eq!(meaning("8.1 Entries"), None, "a numbered heading");
        assert!(
            matches!(meaning("27.11.2026"), Some(Meaning::Period(_))),
            "a day, whatever the vault's form"
        );
    }
}
