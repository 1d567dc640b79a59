//! What the headings of a history stand for: a year, a month or a day, or a release.

use std::borrow::Cow;

use chrono::{Datelike as _, NaiveDateTime};

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
    /// What of the heading names it, and how: where that is all that it says, another period may have one like it.
    form: Option<(&'h str, Form)>,
}

/// A year, a month or a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Period {
    year: i32,
    month: Option<u32>,
    day: Option<u32>,
}

/// How a period is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// `2025`, `2025-05`, `2025/05/01`: this between the numbers.
    Digits(char),
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

/// What a heading says, as it is written. `around`: the period of the heading that it stands below.
pub(super) fn meaning(heading: &str, around: Option<Period>) -> Option<Meaning<'_>> {
    let shown = heading.rsplit_once(" ^").map_or(heading, |(before, _)| before);
    let start = shown.find(char::is_alphanumeric)?;
    let end = shown.trim_end_matches(|c: char| !c.is_alphanumeric()).len();
    let core = &shown[start..end];
    if core.eq_ignore_ascii_case("unreleased") {
        return Some(Meaning::Unreleased);
    }
    if let Some((period, form)) = digits(core).or_else(|| month(core, around)) {
        // The note of one year is not that of another: a link to it gives way as a whole.
        let linked = shown[..start].ends_with("[[") && shown[end..].starts_with("]]");
        let token = if linked { &shown[start - 2..end + 2] } else { core };
        let form = (linked || !heading.contains('[')).then_some((token, form));
        return Some(Meaning::Period(Named { period, form }));
    }
    let mut years = core.split(|c: char| !c.is_ascii_digit()).filter_map(year);
    let first = years.next();
    // `8.1 Entries` is a numbered heading.
    let named = ["version", "release"].iter().find_map(|word| {
        let (own, rest) = core.split_once(' ')?;
        own.eq_ignore_ascii_case(word).then_some(rest)
    });
    let marked =
        shown[..start].ends_with('[') || core.starts_with(['v', 'V']) || named.is_some() || first.is_some();
    if is_version(named.unwrap_or(core)) && marked {
        return Some(Meaning::Release);
    }
    let (Some(year), None) = (first, years.next()) else { return None };
    Some(Meaning::Period(Named { period: said_of(core, year), form: None }))
}

/// The period of this year that a heading names among other words: `1 October 2026`, `2026-10-01 (Thu)`.
fn said_of(text: &str, year: i32) -> Period {
    let words = || text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '/' | '.')));
    let in_digits = words().find_map(|word| digits(word).filter(|(period, _)| period.month.is_some()));
    if let Some((period, _)) = in_digits {
        return period;
    }
    let around = Some(Period { year, month: None, day: None });
    let named = words().find_map(|word| month(word, around)).and_then(|(period, _)| period.month);
    let number = || words().find(|word| word.len() <= 2).and_then(|word| word.parse().ok());
    let day = named.and_then(|_| number()).filter(|day| (1..=31).contains(day));
    Period { year, month: named, day }
}

/// Whether a heading names a period and nothing else.
pub(super) fn is_bare(heading: &str) -> bool {
    let some_year = Period { year: 2000, month: None, day: None };
    matches!(meaning(heading, Some(some_year)), Some(Meaning::Period(named)) if named.is_bare())
}

impl Named<'_> {
    /// A line that names this period, for another one; `None` where it says more than that.
    pub(super) fn renamed(&self, line: &str, period: Period) -> Option<String> {
        let (token, form) = self.form?;
        let at = line.find(token)?;
        let after = &line[at + token.len()..];
        // What makes it a heading may stand on a line of its own, below its block id.
        let (after, below) = after.split_at(after.find(['\r', '\n']).unwrap_or(after.len()));
        let after = after.rsplit_once(" ^").map_or(after, |(kept, _)| kept);
        Some(format!("{}{}{after}{below}", &line[..at], form.write(period, token)?))
    }

    /// Whether the heading says nothing else, so that another period may have one like it.
    pub(super) const fn is_bare(&self) -> bool {
        self.form.is_some()
    }
}

impl Form {
    fn write(self, period: Period, like: &str) -> Option<String> {
        match self {
            Self::Digits(between) => {
                let two =
                    |number: Option<u32>| number.map(|n| format!("{between}{n:02}")).unwrap_or_default();
                Some(format!("{}{}{}", period.year, two(period.month), two(period.day)))
            }
            Self::Month { in_full, with_year } => {
                let name = MONTHS.get(period.month?.checked_sub(1)? as usize)?;
                let name = if in_full { name } else { name.get(..3)? };
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

fn month(text: &str, around: Option<Period>) -> Option<(Period, Form)> {
    let (name, year) = match text.split_once(' ') {
        Some((name, digits)) => (name, year(digits.trim())?),
        None => (text, around.filter(|around| around.month.is_none())?.year),
    };
    let number = (1..).zip(MONTHS).find_map(|(number, month)| {
        let in_full = name.eq_ignore_ascii_case(month);
        let is = in_full || month.get(..3).is_some_and(|short| name.eq_ignore_ascii_case(short));
        is.then_some((number, in_full && month.len() > 3))
    });
    // `May` is as long as its short form: whether it is one shows in other headings, and in full is the commoner.
    let (number, in_full) = number.map(|(number, in_full)| (number, in_full || number == 5))?;
    let period = Period { year, month: Some(number), day: None };
    Some((period, Form::Month { in_full, with_year: text.contains(' ') }))
}

/// Whether a heading begins with a version: `1.0.0] - 2026-10-01`, `v2.1 (…)`.
fn is_version(text: &str) -> bool {
    let word = text.split([' ', ']', ')', ':', ',']).next().unwrap_or_default();
    let bare = word.strip_prefix(['v', 'V']).unwrap_or(word);
    let numbers = bare.split(['-', '+']).next().unwrap_or_default();
    numbers.contains('.')
        && numbers.split('.').all(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn of(year: i32, month: Option<u32>, day: Option<u32>) -> Period {
        Period { year, month, day }
    }

    #[test]
    fn headings_that_name_a_period() {
        let check = |heading: &str, expected: Option<(Period, &str)>| {
            let found = match meaning(heading, Some(of(2024, None, None))) {
                Some(Meaning::Period(named)) => {
                    let line = format!("### {heading}");
                    let next = Period { year: 2027, month: named.period.month.map(|_| 11), ..named.period };
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
        check("1 October 2025", Some((of(2025, Some(10), Some(1)), "")));
        check("2025-10-01 (Wed)", Some((of(2025, Some(10), Some(1)), "")));
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
        for heading in ["[1.0.0] - 2026-10-01", "v1.0.0 (2026-10-01_10-00)", "1.2 (2026)", "**v2.0.0-rc.1**"]
        {
            assert_eq!(meaning(heading, None), Some(Meaning::Release), "{heading}");
        }
        assert_eq!(meaning("[Unreleased]", None), Some(Meaning::Unreleased));
        assert_eq!(meaning("October", None), None, "of no year");
        assert_eq!(meaning("8.1 Entries", None), None, "a numbered heading");
    }
}
