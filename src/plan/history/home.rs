//! Where in a history a new entry is at home: beside its neighbours in time, and under its own year or month where
//! headings name these.

use std::collections::HashSet;

use chrono::NaiveDateTime;

use super::period::{Meaning, Named, Period, meaning};
use super::{Style, line_end, line_start};
use crate::model::chronology::{Direction, direction};
use crate::syntax::facts::HeadingFact;
use crate::syntax::history::{HistoryEntry, HistorySection};
use crate::text::edit::Edit;
use crate::text::place::line_ending_at;
use crate::text::span::Span;
use crate::text::stamp::{Stamp, StampFormat};
use crate::vault::Note;

/// Where an entry goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Home {
    /// Into a list.
    List(usize),
    /// Under a heading of its time that has no entries yet.
    Heading(usize),
    /// Under a heading of its time, which is not there yet: one like another, with entries like those of a list.
    New { period: Period, like: usize, sample: usize },
    /// Before all headings of the section of a list: they are those of releases that are out.
    Top { sample: usize },
}

/// A list, and what it takes to choose it.
struct Listed<'n> {
    entries: &'n [HistoryEntry],
    section: usize,
    oldest: Option<NaiveDateTime>,
    newest: Option<NaiveDateTime>,
    /// The nearest heading above it that says something about its entries.
    heading: Option<usize>,
}

/// A heading that says something about the entries below it.
struct Headed<'n> {
    heading: &'n HeadingFact,
    meaning: Meaning<'n>,
    /// The nearest one that it stands below.
    around: Option<usize>,
    section: usize,
    /// Up to the next heading that is no part of it.
    body: Span,
    /// Up to the next heading, whatever that is.
    own: Span,
    /// Whether a list stands below it.
    filled: bool,
    /// Whether another one does: the entries of a year that is divided into months go under their month.
    divided: bool,
}

impl<'n> Headed<'n> {
    const fn named(&self) -> Option<&Named<'n>> {
        match &self.meaning {
            Meaning::Period(named) => Some(named),
            Meaning::Release | Meaning::Unreleased => None,
        }
    }

    fn period(&self) -> Option<Period> {
        self.named().map(|named| named.period)
    }
}

/// The lists of a history and the headings over them.
pub(super) struct Homes<'n> {
    lists: Vec<Listed<'n>>,
    headings: Vec<Headed<'n>>,
    sections: &'n [HistorySection],
    /// The list that was added to last.
    latest: usize,
    /// The one of those that tell versions that was added to last.
    versioned: Option<usize>,
    /// The one of a history that tells none, where another one does.
    unversioned: Option<usize>,
}

impl<'n> Homes<'n> {
    /// `None` where the history has no list yet.
    pub(super) fn in_note(note: &'n Note, format: &StampFormat) -> Option<Self> {
        let homes = Self::read_all(note, format);
        let newest = |list: &Listed<'_>| list.newest;
        let later = |a, b| if newest(&homes.lists[b]) > newest(&homes.lists[a]) { b } else { a };
        let tells = |list: &usize| homes.lists[*list].entries.iter().any(|entry| entry.version().is_some());
        let latest = (0..homes.lists.len()).reduce(later)?;
        let versioned = (0..homes.lists.len()).filter(tells).reduce(later);
        let telling: HashSet<usize> =
            (0..homes.lists.len()).filter(tells).map(|list| homes.lists[list].section).collect();
        let unversioned = (0..homes.lists.len())
            .filter(|list| !telling.contains(&homes.lists[*list].section))
            .reduce(later);
        Some(Self { latest, versioned, unversioned, ..homes })
    }

    fn read_all(note: &'n Note, format: &StampFormat) -> Self {
        let day = format.day();
        let sections = &note.facts.system().history;
        let mut homes = Self {
            lists: Vec::new(),
            headings: Vec::new(),
            sections,
            latest: 0,
            versioned: None,
            unversioned: None,
        };
        for (index, section) in sections.iter().enumerate() {
            homes.read(note, day.as_ref(), (index, section));
        }
        homes
    }

    fn read(
        &mut self,
        note: &'n Note,
        day: Option<&StampFormat>,
        (index, section): (usize, &'n HistorySection),
    ) {
        let mut lists = section.lists.iter().peekable();
        // The heading of each level that the text stands under, where it says something about entries.
        let mut open: [Option<usize>; 7] = [None; 7];
        let nearest = |open: &[Option<usize>; 7]| open.iter().rev().find_map(|heading| *heading);
        let mut add = |homes: &mut Self, until: u32, open: &[Option<usize>; 7]| {
            while let Some(list) = lists.next_if(|list| list.first().is_some_and(|e| e.span.start < until)) {
                let heading = nearest(open);
                if let Some(heading) = heading.and_then(|heading| homes.headings.get_mut(heading)) {
                    heading.filled = true;
                }
                let times = || list.iter().filter_map(|e| e.stamp).map(Stamp::time);
                let (oldest, newest) = (times().min(), times().max());
                homes.lists.push(Listed { entries: list, section: index, oldest, newest, heading });
            }
        };
        for heading in inside(note, section.body) {
            add(self, heading.span.start, &open);
            if let Some(before) = self.headings.last_mut().filter(|before| before.section == index) {
                before.own.end = before.own.end.min(heading.span.start);
            }
            let level = usize::from(heading.level.min(6));
            for ended in open[level..].iter_mut().filter_map(Option::take) {
                self.headings[ended].body.end = heading.span.start;
            }
            let around = nearest(&open);
            let over = around.and_then(|around| self.headings[around].period());
            if let Some(meaning) = meaning(note.facts.text(heading.text), over, day) {
                open[level] = Some(self.headings.len());
                let body = Span { start: heading.span.end, end: section.body.end };
                if let Some(around) = around.and_then(|around| self.headings.get_mut(around)) {
                    around.divided = true;
                }
                self.headings.push(Headed {
                    heading,
                    meaning,
                    around,
                    section: index,
                    body,
                    own: body,
                    filled: false,
                    divided: false,
                });
            }
        }
        add(self, u32::MAX, &open);
    }

    /// The entries of a list.
    pub(super) fn list(&self, index: usize) -> &'n [HistoryEntry] {
        self.lists[index].entries
    }

    /// The home of an entry of this time, which may tell a version.
    pub(super) fn of(&self, time: NaiveDateTime, tells_version: bool) -> Home {
        let own = if tells_version { self.versioned } else { self.unversioned };
        let newest = own.unwrap_or(self.latest);
        let latest = &self.lists[newest];
        let over = |list: &Listed<'_>| list.heading.map(|heading| &self.headings[heading]);
        let foreign = |list: &Listed<'_>| match over(list).map(|heading| &heading.meaning) {
            Some(Meaning::Period(named)) => !named.period.contains(time),
            Some(Meaning::Release) => list.apart(time) > 0,
            Some(Meaning::Unreleased) | None => false,
        };
        // What is not released yet is newer than all that is.
        let is_newest = latest.newest.is_none_or(|last| time >= last);
        let waits = |h: &Headed<'_>| h.meaning == Meaning::Unreleased && h.section == latest.section;
        if let Some(waiting) = self.headings.iter().position(waits).filter(|_| is_newest) {
            let own = self.lists.iter().position(|list| list.heading == Some(waiting));
            return own.map_or(Home::Heading(waiting), Home::List);
        }
        // The list that is being added to is the one that was added to last.
        if Some(time) >= latest.oldest && !foreign(latest) {
            return Home::List(newest);
        }
        let nearest = |wanted: &dyn Fn(&Listed<'_>) -> bool| {
            let fitting = self.lists.iter().enumerate().filter(|(_, list)| wanted(list));
            fitting.min_by_key(|(_, list)| (list.section != latest.section, list.apart(time))).map(|(i, _)| i)
        };
        let of_its_time = |list: &Listed<'_>| over(list).and_then(Headed::period).is_some() && !foreign(list);
        let around = |list: &Listed<'_>| list.apart(time) == 0 && !foreign(list);
        let of_no_time = |list: &Listed<'_>| list.section == latest.section && list.heading.is_none();
        if let Some(list) = nearest(&of_its_time) {
            return Home::List(list);
        }
        let its_heading = |at: &usize| {
            let heading = &self.headings[*at];
            let own = heading.period().is_some_and(|period| period.contains(time));
            own && heading.section == latest.section && !heading.filled && !heading.divided
        };
        if let Some(heading) = (0..self.headings.len()).find(its_heading) {
            return Home::Heading(heading);
        }
        if let Some(list) = nearest(&around).or_else(|| nearest(&of_no_time)) {
            return Home::List(list);
        }
        let out = |list: &Listed<'_>| over(list).is_some_and(|heading| heading.meaning == Meaning::Release);
        let sample = nearest(&|list| list.section == latest.section).unwrap_or(newest);
        let beside = nearest(&|list| list.section == latest.section && !out(list));
        let Some(beside) = beside else { return Home::Top { sample } };
        // One like the heading above its neighbour, or, in another year, like that of the neighbour's year.
        let mut like = self.lists[beside].heading;
        while let Some(heading) = like.and_then(|like| self.headings.get(like)) {
            let over = heading.around.and_then(|around| self.headings[around].period());
            if let Some(named) = heading.named().filter(|named| named.is_bare())
                && over.is_none_or(|over| over.contains(time))
                && let Some(like) = like
            {
                let period = named.period.like(time);
                // It may be there and hold nothing but releases.
                let is_it = |h: &Headed<'_>| {
                    h.period() == Some(period) && (h.around, h.section) == (heading.around, heading.section)
                };
                let there = self.headings.iter().position(is_it);
                return there.map_or(Home::New { period, like, sample: beside }, Home::Heading);
            }
            like = heading.around;
        }
        Home::List(beside)
    }

    /// The first entries under a heading that is there: written in the style of the list nearest to it.
    pub(super) fn under(&self, heading: usize, text: &str, written: &dyn Fn(usize) -> String) -> Edit {
        let headed = &self.headings[heading];
        let sample = self.lists[self.latest].heading;
        let below = sample.map_or(1, |sample| blank_below(text, self.headings[sample].body));
        below_heading(text, (headed.heading.span, headed.own), below, &written(self.latest))
    }

    /// The first entries of a section before all of its headings.
    pub(super) fn at_top(&self, sample: usize, text: &str, written: &dyn Fn(usize) -> String) -> Edit {
        let list = &self.lists[sample];
        let section = &self.sections[list.section];
        let first = self.headings.iter().find(|h| h.section == list.section);
        let until = first.map_or(section.body.end, |first| first.heading.span.start);
        let body = Span { end: until, ..section.body };
        below_heading(text, (section.heading.span, body), 1, &written(sample))
    }

    /// A heading of a period that has none yet, in the form and the order of the others, and its first entries.
    /// Gives that order, too. `None` where the form cannot be copied.
    pub(super) fn new_period(
        &self,
        (period, like, sample): (Period, usize, usize),
        habit: Direction,
        text: &str,
        written: &dyn Fn(usize) -> String,
    ) -> Option<(Edit, Direction)> {
        let model = &self.headings[like];
        let start = line_start(text, model.heading.span.start as usize);
        let title = text.get(start..model.heading.span.end as usize)?.trim_end();
        // Whatever stands before it, such as the mark of a quote, would have to stand on each line.
        title.trim_start().starts_with(model.heading.span.of(text).trim_end()).then_some(())?;
        let title = model.named()?.renamed(title, period)?;
        let eol = line_ending_at(text, start);
        let is_alike = |h: &&Headed<'_>| {
            let bare = h.named().is_some_and(Named::is_bare);
            bare && h.around == model.around
                && h.section == model.section
                && h.heading.level == model.heading.level
        };
        let siblings: Vec<&Headed<'_>> = self.headings.iter().filter(is_alike).collect();
        let (first, last) = (siblings.first()?, siblings.last()?);
        let order = match first.period().cmp(&last.period()) {
            std::cmp::Ordering::Less => Direction::OldestFirst,
            std::cmp::Ordering::Greater => Direction::NewestFirst,
            std::cmp::Ordering::Equal => direction(self.list(sample)).unwrap_or(habit),
        };
        let below = blank_below(text, model.body);
        let above = match siblings.len() {
            1 => below.max(blank_above(text, last)),
            _ => blank_above(text, last),
        };
        let block = format!("{title}{}{}", eol.repeat(1 + below), written(sample));
        let earlier = |sibling: &&&Headed<'_>| sibling.period() < Some(period);
        let behind = match order {
            Direction::OldestFirst => siblings.iter().rfind(earlier).ok_or(first),
            Direction::NewestFirst => siblings.iter().find(earlier).map_or(Ok(last), Err),
        };
        let edit = match behind {
            Ok(sibling) => {
                Edit::insert(end_of(text, sibling.body), format!("{}{block}", eol.repeat(1 + above)))
            }
            Err(sibling) => {
                let at = line_start(text, sibling.heading.span.start as usize);
                Edit::insert(at, format!("{block}{}", eol.repeat(1 + above)))
            }
        };
        Some((edit, order))
    }
}

impl Listed<'_> {
    /// How far a time lies from the entries, in seconds: 0 among them. Without a time they are near to nothing.
    fn apart(&self, time: NaiveDateTime) -> i64 {
        let (Some(oldest), Some(newest)) = (self.oldest, self.newest) else { return i64::MAX };
        (oldest - time).max(time - newest).num_seconds().max(0)
    }
}

/// The heading of a history without entries that names the time of the first one, or what waits for a release, and
/// its text up to the next heading.
pub(super) fn heading_of(note: &Note, format: &StampFormat, time: NaiveDateTime) -> Option<(Span, Span)> {
    let homes = Homes::read_all(note, format);
    let is_its = |headed: &&Headed<'_>| {
        let named = headed.named().is_some_and(|named| named.is_bare() && named.period.contains(time));
        headed.section == 0 && (named || headed.meaning == Meaning::Unreleased)
    };
    // Of a year and its month the month.
    let own = homes.headings.iter().rfind(is_its)?;
    Some((own.heading.span, own.own))
}

/// The first entries below a heading: behind what stands there, and apart from what follows.
pub(super) fn below_heading(text: &str, (heading, body): (Span, Span), below: usize, written: &str) -> Edit {
    let eol = line_ending_at(text, heading.start as usize);
    let end = end_of(text, body);
    let below = if text[body.start as usize..end].trim().is_empty() { below } else { 1 };
    let rest = text[end..].trim_start_matches('\r').strip_prefix('\n').unwrap_or_default();
    let is_apart = rest.is_empty() || rest.starts_with(['\n', '\r']);
    let apart = if is_apart { "" } else { eol };
    Edit::insert(end, format!("{}{written}{apart}", eol.repeat(1 + below)))
}

/// The headings that stand in a text. They are in the order of the note, and a note may have as many histories as
/// headings: nobody looks at all of these for each.
pub(super) fn inside(note: &Note, body: Span) -> impl Iterator<Item = &HeadingFact> {
    let headings = &note.facts.headings;
    let first = headings.partition_point(|heading| heading.span.start < body.start);
    headings.iter().skip(first).take_while(move |heading| heading.span.start < body.end)
}

/// Where the text of a block ends: a line across that sets apart what follows is no part of it.
fn end_of(text: &str, body: Span) -> usize {
    let mut own = body.of(text).trim_end();
    loop {
        let (before, line) = own.split_at(line_start(own, own.len()));
        let is_across = line.len() >= 3 && line.chars().all(|c| matches!(c, '-' | '*' | '_' | ' '));
        if !is_across {
            break;
        }
        own = before.trim_end();
    }
    line_end(text, body.start as usize + own.len())
}

/// Blank lines behind a heading.
fn blank_below(text: &str, body: Span) -> usize {
    Style::blank_lines(body.of(text))
}

/// Blank lines before a heading.
fn blank_above(text: &str, headed: &Headed<'_>) -> usize {
    let before = &text[..line_start(text, headed.heading.span.start as usize)];
    before[before.trim_end().len()..].matches('\n').count().saturating_sub(1)
}
