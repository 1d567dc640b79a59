//! Where in a history a new entry is at home: beside its neighbours in time, and under its own year where
//! headings name years.

use chrono::{Datelike as _, NaiveDateTime};

use super::{Style, line_end, line_start};
use crate::model::chronology::{Direction, direction};
use crate::syntax::facts::HeadingFact;
use crate::syntax::history::{HistoryEntry, HistorySection};
use crate::text::edit::Edit;
use crate::text::place::line_ending_at;
use crate::text::span::Span;
use crate::vault::Note;

/// Where an entry goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Home {
    /// Into a list.
    List(usize),
    /// Under a heading of its year that has no entries yet.
    Heading(usize),
    /// Under a heading of its year, which is not there yet: one like that over a list.
    Year { year: i32, sample: usize },
}

/// A list, and what it takes to choose it.
struct Listed<'n> {
    entries: &'n [HistoryEntry],
    section: usize,
    oldest: Option<NaiveDateTime>,
    newest: Option<NaiveDateTime>,
    /// The heading above it that names a year.
    heading: Option<usize>,
}

/// A heading that names a year.
struct YearHeading<'n> {
    heading: &'n HeadingFact,
    year: i32,
    /// Whether it says nothing else, so that another year may have one like it.
    bare: bool,
    section: usize,
    /// Up to the next heading that is no part of it.
    body: Span,
    filled: bool,
}

/// The lists of a history and the years over them.
pub(super) struct Homes<'n> {
    lists: Vec<Listed<'n>>,
    years: Vec<YearHeading<'n>>,
    /// The list that was added to last.
    latest: usize,
}

impl<'n> Homes<'n> {
    /// `None` where the history has no list yet.
    pub(super) fn of(note: &'n Note) -> Option<Self> {
        let sections = &note.facts.system().history;
        let mut homes = Self { lists: Vec::new(), years: Vec::new(), latest: 0 };
        for (index, section) in sections.iter().enumerate() {
            homes.read(note, index, section);
        }
        let newest = |list: &Listed<'_>| list.newest;
        let latest = (0..homes.lists.len())
            .reduce(|a, b| if newest(&homes.lists[b]) > newest(&homes.lists[a]) { b } else { a })?;
        Some(Self { latest, ..homes })
    }

    fn read(&mut self, note: &'n Note, index: usize, section: &'n HistorySection) {
        let mut lists = section.lists.iter().peekable();
        // The heading of each level that the text stands under: whether it names a year.
        let mut open: [Option<usize>; 7] = [None; 7];
        let mut add = |until: u32, open: &[Option<usize>; 7], lists_of: &mut Vec<Listed<'n>>| {
            let mut filled = Vec::new();
            while let Some(list) = lists.next_if(|list| list.first().is_some_and(|e| e.span.start < until)) {
                let heading = open.iter().rev().find_map(|year| *year);
                filled.extend(heading);
                let times = || list.iter().filter_map(|e| e.stamp).map(crate::text::stamp::Stamp::time);
                let (oldest, newest) = (times().min(), times().max());
                lists_of.push(Listed { entries: list, section: index, oldest, newest, heading });
            }
            filled
        };
        for heading in inside(note, section.body) {
            for filled in add(heading.span.start, &open, &mut self.lists) {
                self.years[filled].filled = true;
            }
            let level = usize::from(heading.level.min(6));
            for ended in open[level..].iter_mut().filter_map(Option::take) {
                self.years[ended].body.end = heading.span.start;
            }
            if let Some((year, bare)) = year_of(note.facts.text(heading.text)) {
                open[level] = Some(self.years.len());
                let body = Span { start: heading.span.end, end: section.body.end };
                let filled = false;
                self.years.push(YearHeading { heading, year, bare, section: index, body, filled });
            }
        }
        for filled in add(u32::MAX, &open, &mut self.lists) {
            self.years[filled].filled = true;
        }
    }

    /// The entries of a list.
    pub(super) fn list(&self, index: usize) -> &'n [HistoryEntry] {
        self.lists[index].entries
    }

    /// The home of an entry of this time.
    pub(super) fn of_time(&self, time: NaiveDateTime) -> Home {
        let latest = &self.lists[self.latest];
        let year_over = |list: &Listed<'_>| list.heading.map(|heading| self.years[heading].year);
        let foreign = |list: &Listed<'_>| year_over(list).is_some_and(|year| year != time.year());
        // The list that is being added to is the one that was added to last.
        if Some(time) >= latest.oldest && !foreign(latest) {
            return Home::List(self.latest);
        }
        let nearest = |wanted: &dyn Fn(&Listed<'_>) -> bool| {
            let fitting = self.lists.iter().enumerate().filter(|(_, list)| wanted(list));
            fitting.min_by_key(|(_, list)| (list.section != latest.section, list.apart(time))).map(|(i, _)| i)
        };
        let its_year = |list: &Listed<'_>| year_over(list) == Some(time.year());
        let around = |list: &Listed<'_>| list.apart(time) == 0 && !foreign(list);
        let of_no_year = |list: &Listed<'_>| list.section == latest.section && list.heading.is_none();
        if let Some(list) = nearest(&its_year) {
            return Home::List(list);
        }
        let its_heading =
            |h: &YearHeading<'_>| h.year == time.year() && h.section == latest.section && !h.filled;
        if let Some(heading) = self.years.iter().position(its_heading) {
            return Home::Heading(heading);
        }
        if let Some(list) = nearest(&around).or_else(|| nearest(&of_no_year)) {
            return Home::List(list);
        }
        let list = nearest(&|list| list.section == latest.section).unwrap_or(self.latest);
        match self.lists[list].heading {
            Some(heading) if self.years[heading].bare => Home::Year { year: time.year(), sample: list },
            _ => Home::List(list),
        }
    }

    /// The first entries under a heading that is there: written in the style of the list nearest to it.
    pub(super) fn under(&self, heading: usize, text: &str, written: &dyn Fn(usize) -> String) -> Edit {
        let list = self.latest;
        let year = &self.years[heading];
        let eol = line_ending_at(text, year.heading.span.start as usize);
        let own = year.body.of(text);
        let end = line_end(text, year.body.start as usize + own.trim_end().len());
        let below = match (own.trim().is_empty(), self.lists[list].heading) {
            (true, Some(sample)) => blank_below(text, self.years[sample].body),
            _ => 1,
        };
        let rest = text[end..].trim_start_matches('\r').strip_prefix('\n').unwrap_or_default();
        let is_apart = rest.is_empty() || rest.starts_with(['\n', '\r']);
        let apart = if is_apart { "" } else { eol };
        Edit::insert(end, format!("{}{}{apart}", eol.repeat(1 + below), written(list)))
    }

    /// A heading of a year that has none yet, in the form and the order of the others, and its first entries.
    /// `None` where the form cannot be copied.
    pub(super) fn new_year(
        &self,
        (year, sample): (i32, usize),
        habit: Direction,
        text: &str,
        written: &dyn Fn(usize) -> String,
    ) -> Option<Edit> {
        let model = &self.years[self.lists[sample].heading?];
        let start = line_start(text, model.heading.span.start as usize);
        let line = text.get(start..model.heading.span.end as usize)?.trim_end();
        // Whatever stands before it, such as the mark of a quote, would have to stand on each line.
        line.trim_start().starts_with(model.heading.span.of(text).trim_end()).then_some(())?;
        let line = line.replacen(&model.year.to_string(), &year.to_string(), 1);
        let eol = line_ending_at(text, start);
        let siblings: Vec<&YearHeading<'_>> = self
            .years
            .iter()
            .filter(|y| y.bare && y.section == model.section && y.heading.level == model.heading.level)
            .collect();
        let (first, last) = (siblings.first()?, siblings.last()?);
        let order = match first.year.cmp(&last.year) {
            std::cmp::Ordering::Less => Direction::OldestFirst,
            std::cmp::Ordering::Greater => Direction::NewestFirst,
            std::cmp::Ordering::Equal => direction(self.list(sample)).unwrap_or(habit),
        };
        let below = blank_below(text, model.body);
        let above = match siblings.len() {
            1 => below.max(blank_above(text, last)),
            _ => blank_above(text, last),
        };
        let block = format!("{line}{}{}", eol.repeat(1 + below), written(sample));
        let earlier = |sibling: &&&YearHeading<'_>| sibling.year < year;
        let behind = match order {
            Direction::OldestFirst => siblings.iter().rfind(earlier).ok_or(first),
            Direction::NewestFirst => siblings.iter().find(earlier).map_or(Ok(last), Err),
        };
        Some(match behind {
            Ok(sibling) => {
                Edit::insert(end_of(text, sibling.body), format!("{}{block}", eol.repeat(1 + above)))
            }
            Err(sibling) => {
                let at = line_start(text, sibling.heading.span.start as usize);
                Edit::insert(at, format!("{block}{}", eol.repeat(1 + above)))
            }
        })
    }
}

impl Listed<'_> {
    /// How far a time lies from the entries, in seconds: 0 among them. Without a time they are near to nothing.
    fn apart(&self, time: NaiveDateTime) -> i64 {
        let (Some(oldest), Some(newest)) = (self.oldest, self.newest) else { return i64::MAX };
        (oldest - time).max(time - newest).num_seconds().max(0)
    }
}

/// The heading in a section that names the year of a time, where there is one.
pub(super) fn heading_of_year(note: &Note, body: Span, time: NaiveDateTime) -> Option<&HeadingFact> {
    inside(note, body).find(|h| year_of(note.facts.text(h.text)).is_some_and(|(year, _)| year == time.year()))
}

fn inside(note: &Note, body: Span) -> impl Iterator<Item = &HeadingFact> {
    note.facts.headings.iter().filter(move |h| body.start <= h.span.start && h.span.start < body.end)
}

/// The year that a heading names, if it is the only one, and whether it says nothing else.
pub(super) fn year_of(heading: &str) -> Option<(i32, bool)> {
    let runs = heading.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() == 4);
    let mut years = runs.filter_map(|run| run.parse().ok().filter(|year| (1900..2200).contains(year)));
    let (Some(year), None) = (years.next(), years.next()) else { return None };
    let said = heading.chars().filter(|c| c.is_alphanumeric()).count();
    // A link to the note of one year is none to that of another.
    Some((year, said == 4 && !heading.contains('[')))
}

/// Where the text of a block ends: a line across that sets apart what follows is no part of it.
fn end_of(text: &str, body: Span) -> usize {
    let mut own = body.of(text).trim_end();
    while let Some(line) = own.rsplit('\n').next().map(str::trim)
        && line.len() >= 3
        && line.chars().all(|c| matches!(c, '-' | '*' | '_' | ' '))
    {
        own = own.trim_end_matches(|c: char| matches!(c, '-' | '*' | '_') || c.is_whitespace());
    }
    line_end(text, body.start as usize + own.len())
}

/// Blank lines behind a heading.
fn blank_below(text: &str, body: Span) -> usize {
    Style::blank_lines(body.of(text))
}

/// Blank lines before a heading.
fn blank_above(text: &str, year: &YearHeading<'_>) -> usize {
    let before = &text[..line_start(text, year.heading.span.start as usize)];
    before[before.trim_end().len()..].matches('\n').count().saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_that_name_a_year() {
        for (heading, expected) in [
            ("2025", Some((2025, true))),
            ("📅 **2025**", Some((2025, true))),
            ("Year 2025", Some((2025, false))),
            ("May 2025", Some((2025, false))),
            ("2025-05", Some((2025, false))),
            ("[[2025]]", Some((2025, false))),
            ("2024-2025", None),
            ("Port 8080", None),
            ("20250101", None),
            ("Phase 2", None),
        ] {
            assert_eq!(year_of(heading), expected, "{heading}");
        }
    }
}
