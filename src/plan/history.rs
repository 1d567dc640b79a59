//! Plans new history entries: puts each in its place, in the style of its neighbours.

use std::ops::Range;

use crate::model::chronology::Direction;
use crate::model::version::Version;
use crate::syntax::history::{HistoryEntry, HistorySection};
use crate::text::edit::Edit;
use crate::text::line::{line_end, line_start};
use crate::text::number::split_digits;
use crate::text::place::line_ending_at;
use crate::text::sorted::last_where;
use crate::text::span::Span;
use crate::text::stamp::{Precision, Stamp, StampFormat};
use crate::vault::Note;

mod content;
mod details;
mod first;
mod heading_line;
mod home;
mod insert;
mod new_heading;
mod order;
mod other_form;
mod pending;
mod period;
mod spacing;
mod style;
mod target;
mod timeline;
mod verify;

use self::home::{Home, Homes};
pub use self::insert::{Inserter, insert};
use self::order::Order;
pub use self::order::habit;
pub use self::other_form::first_dated;
use self::spacing::keep_apart;
use self::style::{Style, holds_dates};
pub use self::target::Histories;
pub use self::timeline::Timeline;
pub use self::verify::{loses_nothing, misread, reads_on, unread};

/// An entry to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEntry {
    /// The time of the entry.
    pub stamp: Stamp,
    /// The version that it brings, without `v`.
    pub version: Option<String>,
    /// What happened, on one line.
    pub title: String,
    /// Its details, each on one line.
    pub details: Vec<String>,
}

/// Whether a heading names a year, a month or a day. A new entry may bring such a heading along.
#[must_use]
pub fn is_period(heading: &str, format: &StampFormat) -> bool {
    period::is_one(heading, format.day())
}

/// Iterates over the versions of the releases that headings in a note's histories name. Planned ones are left
/// out: those with a future day, or with only planned entries below.
pub fn headed_versions<'n>(
    note: &'n Note,
    timeline: Timeline<'n>,
) -> impl Iterator<Item = Version> + use<'n> {
    let day = timeline.format.day();
    note.facts.system().history.iter().flat_map(move |section| {
        let mut headings = home::inside(note, section.body).peekable();
        std::iter::from_fn(move || {
            let heading = headings.next()?;
            let until = headings.peek().map_or(section.body.end, |next| next.span.start);
            let text = note.facts.text(heading.text);
            let out = || !is_planned(text, section, Span { start: heading.span.end, end: until }, timeline);
            Some(period::version(text, day).filter(|_| out()))
        })
        .flatten()
    })
}

/// Whether a heading and the entries below it are all about the future.
fn is_planned(heading: &str, section: &HistorySection, below: Span, timeline: Timeline<'_>) -> bool {
    if let Some(day) = period::day_in(heading, timeline.format) {
        return timeline.plans(day);
    }
    let mut stamps = lists_in(section, below).iter().flatten().filter_map(|entry| entry.stamp).peekable();
    stamps.peek().is_some() && stamps.all(|stamp| timeline.plans(stamp))
}

/// Returns the lists of a section that begin in a part of the text.
fn lists_in(section: &HistorySection, part: Span) -> &[Vec<HistoryEntry>] {
    let starts_before =
        |at: u32| section.lists.partition_point(|list| list.first().is_some_and(|e| e.span.start < at));
    &section.lists[starts_before(part.start)..starts_before(part.end)]
}

/// Returns edits that insert entries, given as whole lines from elsewhere, into a list that has entries.
#[must_use]
pub fn insert_written(
    text: &str,
    list: &[HistoryEntry],
    direction: Direction,
    items: &[(Stamp, &str)],
) -> Vec<Edit> {
    let style = Style::of(text, list);
    let first = list.first().map_or(0, |entry| entry.span.start as usize);
    let gap = |at: usize| line_ending_at(text, at).repeat(1 + style.between);
    let top = line_start(text, first);
    let mut items = items.to_vec();
    // Newest first: the search for each place continues where the one before has ended. Entries of the same time
    // keep their order.
    match direction {
        Direction::NewestFirst => items.sort_by_key(|(stamp, _)| std::cmp::Reverse(stamp.time())),
        Direction::OldestFirst => {
            items.sort_by_key(|(stamp, _)| stamp.time());
            items.reverse();
        }
    }
    let order = Order::of(list, direction);
    let mut at = order.newest();
    let mut edits = Vec::with_capacity(items.len());
    for (stamp, written) in items {
        at = order.slot(stamp, at);
        edits.push(match at.checked_sub(1).and_then(|i| list.get(i)) {
            Some(neighbour) => {
                let end = past_blanks(text, neighbour.reach.end as usize);
                Edit::insert(end, format!("{}{written}", gap(end)))
            }
            None => Edit::insert(top, format!("{written}{}", gap(first))),
        });
    }
    if direction == Direction::OldestFirst {
        edits.reverse();
    }
    keep_apart(text, &mut edits);
    edits
}

/// Returns the subject of a place in a history: the name of the history, if the note has several, and the heading
/// above, if the history has several lists and the heading does not state a time.
#[must_use]
pub fn subject_at(note: &Note, at: u32, format: &StampFormat) -> Option<String> {
    let history = &note.facts.system().history;
    let own = history.iter().position(|section| section.body.start <= at && at <= section.body.end)?;
    let name = (history.len() > 1).then(|| Histories::of(note).name(own)).flatten();
    let subject = heading_at(note, &history[own], at, format);
    let said: Vec<&str> = name.as_deref().into_iter().chain(subject).collect();
    (!said.is_empty()).then(|| said.join("#"))
}

fn heading_at<'n>(
    note: &'n Note,
    section: &HistorySection,
    at: u32,
    format: &StampFormat,
) -> Option<&'n str> {
    let headings = &note.facts.headings;
    let heading = last_where(headings, |heading| heading.span.end <= at)
        .filter(|heading| heading.span.start >= section.body.start)?;
    let text = note.facts.text(heading.text);
    (section.lists.len() > 1 && !period::says_something(text, format.day())).then_some(text)
}

/// Returns which of some histories of a note an entry goes into.
#[must_use]
pub fn home_among(
    note: &Note,
    text: &str,
    entry: &NewEntry,
    timeline: Timeline<'_>,
    among: Range<usize>,
) -> usize {
    let start = among.start;
    if among.len() == 1 {
        return start;
    }
    let sections = note.facts.system().history.get(among).unwrap_or_default();
    let homes = Homes::of_sections(note, text, sections, timeline);
    let of = |homes: Homes<'_>| homes.section_of(&homes.of(entry));
    start + homes.map_or(0, of)
}

/// Whether an entry can be written with its time. A date alone is not enough where entries have a time of day.
#[must_use]
pub fn can_tell_time(
    note: &Note,
    text: &str,
    entry: &NewEntry,
    timeline: Timeline<'_>,
    among: Range<usize>,
) -> bool {
    let is_told = || {
        let sections = note.facts.system().history.get(among)?;
        let homes = Homes::of_sections(note, text, sections, timeline)?;
        let list = match homes.of(entry) {
            Home::List(list) => list,
            Home::New { sample, .. } | Home::Top { sample } => sample,
            Home::Heading { .. } | Home::Nowhere { .. } | Home::Closed { .. } | Home::Ungrouped { .. } => {
                homes.latest()
            }
        };
        Some(holds_dates(homes.list(list), timeline.format))
    };
    let is_date = entry.stamp.precision == Precision::Day && timeline.format.precision() > Precision::Day;
    !is_date || is_told().unwrap_or(false)
}

/// Returns an edit that adds a history section with this heading at the end of a note, with its first entries.
#[must_use]
pub fn new_section(text: &str, heading: &str, entries: &[NewEntry], format: &StampFormat) -> Edit {
    let filled = text.trim_end().len();
    let end = past_blanks(text, filled);
    let eol = line_ending_at(text, line_start(text, end));
    let gap = if filled == 0 { String::new() } else { eol.repeat(2) };
    let written: Vec<String> = entries
        .iter()
        .map(|e| {
            format!(
                "- {}{}",
                plain_head(e, &format.write(e.stamp)),
                Style::plain().body(e, details::PLAIN, eol)
            )
        })
        .collect();
    // The ending of a note that has content stays as it is.
    let last = if text[end..].is_empty() && filled == 0 { eol } else { "" };
    Edit::insert(end, format!("{gap}{heading}{eol}{eol}{}{last}", written.join(eol)))
}

/// Returns `TIMESTAMP - title`, or `vVERSION (TIMESTAMP) - title`.
fn plain_head(entry: &NewEntry, stamp: &str) -> String {
    match &entry.version {
        Some(version) => format!("v{version} ({stamp}) - {}", entry.title),
        None => format!("{stamp} - {}", entry.title),
    }
}

/// Returns the end of a line after `offset` if only blanks follow, so that they belong to it; line endings do
/// not.
pub(crate) fn past_blanks(text: &str, offset: usize) -> usize {
    let line = text.get(offset..line_end(text, offset)).unwrap_or_default();
    let line = line.strip_suffix('\r').unwrap_or(line);
    offset + if line.trim().is_empty() { line.len() } else { 0 }
}

/// Returns the prefix of the next list item: the number of an ordered list increases, a bullet stays.
pub(crate) fn next_number(prefix: &str) -> String {
    number_behind(prefix, 1)
}

/// Like [`next_number`], for the item that is `behind` places further on.
fn number_behind(prefix: &str, behind: u64) -> String {
    let start = prefix.find(|c: char| c.is_ascii_digit()).unwrap_or(prefix.len());
    let (number, rest) = split_digits(&prefix[start..]);
    match number.parse::<u64>() {
        Ok(number) => format!("{}{}{rest}", &prefix[..start], number.saturating_add(behind)),
        Err(_) => prefix.to_owned(),
    }
}

#[cfg(test)]
mod tests;
