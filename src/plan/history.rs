//! Plans new history entries: each in its place, in the style of its neighbours.

use super::obstacle::Obstacle;
use crate::error::escape;
use crate::model::chronology::{Direction, direction};
use crate::model::version::Version;
use crate::syntax::facts::masked;
use crate::syntax::history::{HistoryEntry, HistorySection};
use crate::text::edit::Edit;
use crate::text::place::{LineIndex, line_ending_at};
use crate::text::span::Span;
use crate::text::stamp::{Precision, Stamp, StampFormat};
use crate::vault::Note;

mod awaited;
mod details;
mod home;
mod kept;
mod lead;
mod made;
mod order;
mod other;
mod own;
mod period;
mod style;

use self::home::{Home, Homes};
pub use self::kept::{UNREAD, loses_nothing, reads_on};
use self::order::Order;
pub use self::order::habit;
pub use self::other::first_dated;
use self::own::Own;
use self::style::{Style, holds_dates};

/// An entry to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEntry {
    /// When.
    pub stamp: Stamp,
    /// The version that it brings, without a `v`.
    pub version: Option<String>,
    /// What happened, on one line.
    pub title: String,
    /// Its details, each on one line.
    pub details: Vec<String>,
}

/// Edits that insert entries into the history of a note, or `None` where it has no history section.
///
/// An entry goes where the order of its list puts it. A list whose order cannot be told has
/// `habit`. The entries of one call come in the order of time.
///
/// # Errors
/// Nobody can tell where they belong, or how they would be written there.
pub fn insert(
    note: &Note,
    text: &str,
    entries: &[NewEntry],
    habit: Direction,
    format: &StampFormat,
) -> Result<Option<Vec<Edit>>, Obstacle> {
    let Some(section) = note.facts.system().history.first() else { return Ok(None) };
    if entries.is_empty() {
        return Ok(Some(Vec::new()));
    }
    let Some(homes) = Homes::in_note(note, text, format) else {
        return first_entries(note, text, section, entries, (habit, format)).map(|edit| Some(vec![edit]));
    };
    let mut edits = Vec::with_capacity(entries.len());
    let mut headings = Vec::new();
    for (home, entries) in by_home(&homes, entries) {
        match at_home(text, &homes, home, &entries, (habit, format))? {
            Written::Entries(own) => edits.extend(own),
            Written::Heading(edit, order) => headings.push((edit, order)),
        }
    }
    edits.extend(in_order(headings));
    Ok(Some(edits))
}

/// Entries with where they go, those of one home together.
fn by_home(homes: &Homes<'_>, entries: &[NewEntry]) -> Vec<(Home, Vec<NewEntry>)> {
    let mut groups: Vec<(Home, Vec<NewEntry>)> = Vec::new();
    for entry in entries {
        let home = homes.of(entry.stamp.time(), entry.version.is_some());
        match groups.iter_mut().find(|(other, _)| *other == home) {
            Some((_, group)) => group.push(entry.clone()),
            None => groups.push((home, vec![entry.clone()])),
        }
    }
    groups
}

/// What writes the entries of one home.
enum Written {
    /// Entries among those that are there.
    Entries(Vec<Edit>),
    /// A heading that is new with its first entries, and the order that it and its like stand in.
    Heading(Edit, Direction),
}

fn at_home(
    text: &str,
    homes: &Homes<'_>,
    home: Home,
    entries: &[NewEntry],
    (habit, format): (Direction, &StampFormat),
) -> Result<Written, Obstacle> {
    let told = |heading: usize| {
        let (span, title) = homes.heading(heading);
        let time = entries.first().map(|entry| entry.stamp.time().format("%Y-%m").to_string());
        Obstacle {
            line: LineIndex::new(text).line(span.start),
            message: format!(
                "the heading `{}` is for another time than the entry, and it is not clear what the right one would be \
                 called: write it first, such as `{}`",
                escape(title.trim()),
                time.unwrap_or_default(),
            ),
        }
    };
    let below = |within: &[usize], sample: usize| {
        let first = within.first().copied();
        written_below(text, homes, within, sample, entries, (habit, format))
            .ok_or_else(|| told(first.unwrap_or_default()))
    };
    Ok(match home {
        Home::List(list) => Written::Entries(in_list(text, homes.list(list), entries, (habit, format))),
        Home::Heading { heading, within } => {
            let new = below(&within, homes.latest())?;
            Written::Entries(vec![homes.under(heading, text, &new)])
        }
        Home::Top { sample } => Written::Entries(vec![homes.at_top(sample, text, &below(&[], sample)?)]),
        Home::New { period, like, within, sample } => {
            let new = below(&within, sample)?;
            let usual = direction(homes.list(sample)).unwrap_or(habit);
            let made = homes.new_period((period, like, &within), usual, text, &new);
            let (edit, order) = made.ok_or_else(|| told(like))?;
            Written::Heading(edit, order)
        }
        Home::Nowhere { heading } => return Err(told(heading)),
        Home::Closed { heading } => return Err(closed(text, homes, heading)),
    })
}

/// Why an entry is not written behind the releases of a history.
fn closed(text: &str, homes: &Homes<'_>, heading: usize) -> Obstacle {
    let (span, title) = homes.heading(heading);
    let signs = "#".repeat(usize::from(homes.headings[heading].title.level.min(6)));
    Obstacle {
        line: LineIndex::new(text).line(span.start),
        message: format!(
            "`{}` is a release that is out, and stands last in its history, where a new entry would be part of it: write \
             a heading for that behind it, such as `{signs} Unreleased`",
            escape(title.trim()),
        ),
    }
}

/// New entries below a heading that has none: a list, under further headings like these. `None` where one of them cannot
/// be named.
fn written_below(
    text: &str,
    homes: &Homes<'_>,
    within: &[usize],
    sample: usize,
    entries: &[NewEntry],
    (habit, format): (Direction, &StampFormat),
) -> Option<String> {
    let list = homes.list(sample);
    let Some((like, within)) = within.split_first() else {
        return Some(written_as(text, list, entries, (habit, format)));
    };
    let eol = line_ending_at(text, homes.heading(*like).0.start as usize);
    let (above, below) = homes.blank_around(*like, text);
    let mut parts = Vec::new();
    let of = |entry: &NewEntry| homes.period_like(*like, entry.stamp.time());
    for entries in entries.chunk_by(|a, b| of(a) == of(b)) {
        let title = homes.title_like(*like, of(entries.first()?)?, text)?;
        let rest = written_below(text, homes, within, sample, entries, (habit, format))?;
        parts.push(format!("{title}{}{rest}", eol.repeat(1 + below)));
    }
    if homes.order_of(*like).or_else(|| direction(list)).unwrap_or(habit) == Direction::NewestFirst {
        parts.reverse();
    }
    Some(parts.join(&eol.repeat(1 + above)))
}

/// Entries in the list that they belong to, each in its place.
fn in_list(
    text: &str,
    list: &[HistoryEntry],
    entries: &[NewEntry],
    (habit, format): (Direction, &StampFormat),
) -> Vec<Edit> {
    let own = direction(list).unwrap_or(habit);
    let style = Style::of(text, list);
    let order = Order::of(list, own);
    // At its end the numbers of a list go on; within it the next one is taken.
    let counts = own == Direction::OldestFirst && numbers_rise(text, list);
    let mut behind = list.last().filter(|_| counts).map_or(0, |last| numbered_behind(text, last));
    let top = match (own, list.first()) {
        (Direction::NewestFirst, Some(first)) => Some(awaited::top(text, first)),
        _ => None,
    };
    let place = |entry: &NewEntry| {
        let slot = order.slot(entry.stamp, order.newest());
        let is_last = counts && slot == list.len();
        behind += u64::from(is_last);
        placed(text, (list, slot, top), &style, entry, (format, if is_last { behind } else { 0 }))
    };
    let mut edits: Vec<Edit> = entries.iter().map(place).collect();
    if own == Direction::NewestFirst {
        // Insertions at one place keep their order: the newest of them comes first.
        edits.reverse();
    }
    edits
}

/// Headings that are new, in the order of those that they are like: insertions at one place keep theirs.
fn in_order(mut headings: Vec<(Edit, Direction)>) -> impl Iterator<Item = Edit> {
    if headings.first().is_some_and(|(_, order)| *order == Direction::NewestFirst) {
        headings.reverse();
    }
    headings.into_iter().map(|(edit, _)| edit)
}

/// Entries as a list of their own, written as those of another list.
fn written_as(
    text: &str,
    list: &[HistoryEntry],
    entries: &[NewEntry],
    (habit, format): (Direction, &StampFormat),
) -> String {
    let Some(first) = list.first() else { return String::new() };
    let eol = line_ending_at(text, first.span.start as usize);
    let style = Style::of(text, list);
    let mut written: Vec<String> =
        entries.iter().map(|e| style.write(text, first, e, (format, eol), 0)).collect();
    if direction(list).unwrap_or(habit) == Direction::NewestFirst {
        written.reverse();
    }
    written.join(&eol.repeat(1 + style.between))
}

/// Whether a heading names a year, a month or a day: one that a new entry may bring along.
#[must_use]
pub fn is_period(heading: &str, format: &StampFormat) -> bool {
    period::is_one(heading, format.day().as_ref())
}

/// The versions of the releases that the headings of a note's histories are about.
pub fn headed_versions<'n>(note: &'n Note, format: &StampFormat) -> impl Iterator<Item = Version> + use<'n> {
    let day = format.day();
    let headings = note.facts.system().history.iter().flat_map(|section| home::inside(note, section.body));
    headings.filter_map(move |heading| period::version(note.facts.text(heading.text), day.as_ref()))
}

/// Whether the entries of a list have numbers of their own: somebody may give all of them the first.
fn numbers_rise(text: &str, list: &[HistoryEntry]) -> bool {
    let marker = |entry: &HistoryEntry| text.get(entry.span.start as usize..entry.place.span.start as usize);
    !matches!(list, [.., one, other] if marker(one) == marker(other))
}

/// How many items with a number follow an entry before the next one.
fn numbered_behind(text: &str, entry: &HistoryEntry) -> u64 {
    let start = entry.span.start as usize;
    let lead = &text[line_start(text, start)..start];
    let followers = Span { start: entry.span.end, end: entry.reach.end }.of(text);
    let is_numbered = |line: &&str| {
        let own = line.strip_prefix(lead).unwrap_or_default();
        let behind = own.trim_start_matches(|c: char| c.is_ascii_digit());
        behind.len() < own.len() && behind.starts_with(['.', ')'])
    };
    followers.lines().filter(is_numbered).count() as u64
}

/// An entry before the one of a list with this index; at its top, where that is known. The number of its marker is so many behind its neighbour's.
fn placed(
    text: &str,
    (list, slot, top): (&[HistoryEntry], usize, Option<usize>),
    style: &Style,
    entry: &NewEntry,
    (format, behind): (&StampFormat, u64),
) -> Edit {
    let neighbour = slot.checked_sub(1).and_then(|i| list.get(i));
    let beside = neighbour.unwrap_or(&list[0]);
    let eol = line_ending_at(text, beside.span.start as usize);
    let gap = eol.repeat(1 + style.between);
    let written = style.write(text, beside, entry, (format, eol), behind);
    let top = || top.unwrap_or_else(|| line_start(text, beside.span.start as usize));
    match neighbour {
        Some(neighbour) => Edit::insert(line_end(text, neighbour.reach.end as usize), gap + &written),
        None => Edit::insert(top(), written + &gap),
    }
}

/// Edits that insert entries, whole lines as they were written elsewhere, into a list that has entries.
#[must_use]
pub fn insert_written(
    text: &str,
    list: &[HistoryEntry],
    direction: Direction,
    items: &[(Stamp, &str)],
) -> Vec<Edit> {
    let style = Style::of(text, list);
    let first = list.first().map_or(0, |entry| entry.span.start as usize);
    let gap = line_ending_at(text, first).repeat(1 + style.between);
    let top = line_start(text, first);
    let mut items = items.to_vec();
    // The newest first: the search for each goes on where that for the one before has ended.
    // Those of one time stay in their order.
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
                Edit::insert(line_end(text, neighbour.reach.end as usize), format!("{gap}{written}"))
            }
            None => Edit::insert(top, format!("{written}{gap}")),
        });
    }
    if direction == Direction::OldestFirst {
        edits.reverse();
    }
    edits
}

/// The first entries of a section that has none: a plain list under whatever stands there before the next
/// heading.
fn first_entries(
    note: &Note,
    text: &str,
    section: &HistorySection,
    entries: &[NewEntry],
    (habit, format): (Direction, &StampFormat),
) -> Result<Edit, Obstacle> {
    let (own, homes) = (Own::of(note, text), Homes::read_all(note, text, format));
    if let Some(obstacle) = other::in_the_way((&masked(text, &note.facts), section), (&own, &homes), format) {
        return Err(obstacle);
    }
    let named = entries.first().and_then(|e| homes.heading_of(e.stamp.time()));
    let (heading, body) = named.unwrap_or((section.heading.span, section.body));
    let eol = line_ending_at(text, heading.start as usize);
    let next = home::inside(note, body).next();
    let body = Span { end: next.map_or(body.end, |heading| heading.span.start), ..body };
    let last = own.last_item(body, made::end_of(text, body));
    let (prefix, detail) = match &last {
        Some(last) => (last.prefix(), last.detail()),
        None => ("- ".to_owned(), details::PLAIN.to_owned()),
    };
    let style = Style::plain();
    let mut written: Vec<String> = entries
        .iter()
        .map(|e| format!("{prefix}{}{}", plain_head(e, &format.write(e.stamp)), style.body(e, &detail, eol)))
        .collect();
    if habit == Direction::NewestFirst {
        written.reverse();
    }
    let written = written.join(eol);
    Ok(match last.map(|last| last.empty) {
        // The first entry is what the item was kept for.
        Some(Some(blank)) => {
            let rest = written.get(prefix.len() - 1 + blank.len()..).unwrap_or_default();
            made::behind(text, body, "", rest, eol)
        }
        Some(None) => made::behind(text, body, eol, &written, eol),
        None => made::below_heading(text, (heading, body), 1, &written),
    })
}

/// The heading that a place in a history of several lists stands below, where that says of what the entries are, and not
/// of when.
#[must_use]
pub fn subject_at<'n>(note: &'n Note, at: u32, format: &StampFormat) -> Option<&'n str> {
    let mut sections = note.facts.system().history.iter();
    let section = sections.find(|section| section.body.start <= at && at <= section.body.end)?;
    let headings = &note.facts.headings;
    let before = headings.partition_point(|heading| heading.span.end <= at);
    let heading = headings[..before].last().filter(|heading| heading.span.start >= section.body.start)?;
    let text = note.facts.text(heading.text);
    (section.lists.len() > 1 && !period::says_something(text, format.day().as_ref())).then_some(text)
}

/// Whether an entry can be written at its time: a date alone is none where entries have a time of day.
#[must_use]
pub fn can_tell_time(note: &Note, text: &str, entry: &NewEntry, format: &StampFormat) -> bool {
    let is_told = || {
        let homes = Homes::in_note(note, text, format)?;
        let list = match homes.of(entry.stamp.time(), entry.version.is_some()) {
            Home::List(list) => list,
            Home::New { sample, .. } | Home::Top { sample } => sample,
            Home::Heading { .. } | Home::Nowhere { .. } | Home::Closed { .. } => homes.latest(),
        };
        Some(holds_dates(homes.list(list)))
    };
    let is_date = entry.stamp.precision == Precision::Day && format.precision() > Precision::Day;
    !is_date || is_told().unwrap_or(false)
}

/// An edit that adds a history section with this heading at the end of a note, with its first entries.
#[must_use]
pub fn new_section(text: &str, heading: &str, entries: &[NewEntry], format: &StampFormat) -> Edit {
    let filled = text.trim_end().len();
    let end = line_end(text, filled);
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
    // Of a note that has something in it the end stays as it is.
    let last = if text[end..].is_empty() && filled == 0 { eol } else { "" };
    Edit::insert(end, format!("{gap}{heading}{eol}{eol}{}{last}", written.join(eol)))
}

/// `TIMESTAMP - title`, or `vVERSION (TIMESTAMP) - title`.
fn plain_head(entry: &NewEntry, stamp: &str) -> String {
    match &entry.version {
        Some(version) => format!("v{version} ({stamp}) - {}", entry.title),
        None => format!("{stamp} - {}", entry.title),
    }
}

/// The end of a line that nothing but blanks is left of: they belong to it. Line endings do not.
pub(crate) fn line_end(text: &str, offset: usize) -> usize {
    let rest = text.get(offset..).unwrap_or_default();
    let line = rest.split('\n').next().unwrap_or_default();
    let line = line.strip_suffix('\r').unwrap_or(line);
    offset + if line.trim().is_empty() { line.len() } else { 0 }
}

/// The start of a line. A carriage return ends one too, for Markdown, wherever it stands.
pub(crate) fn line_start(text: &str, offset: usize) -> usize {
    text.get(..offset).and_then(|before| before.rfind(['\n', '\r'])).map_or(0, |at| at + 1)
}

/// The number of an ordered list goes on; a bullet stays.
pub(crate) fn next_number(prefix: &str) -> String {
    number_behind(prefix, 1)
}

/// The same for an item that stands so many behind.
fn number_behind(prefix: &str, behind: u64) -> String {
    let digits = prefix.find(|c: char| c.is_ascii_digit());
    let Some(start) = digits else { return prefix.to_owned() };
    let end = prefix[start..].find(|c: char| !c.is_ascii_digit()).map_or(prefix.len(), |n| start + n);
    match prefix[start..end].parse::<u64>() {
        Ok(number) => format!("{}{}{}", &prefix[..start], number.saturating_add(behind), &prefix[end..]),
        Err(_) => prefix.to_owned(),
    }
}

#[cfg(test)]
mod tests;
