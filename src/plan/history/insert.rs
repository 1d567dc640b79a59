//! Inserts new entries into a history that has some, in the right place and style.

use std::cell::OnceCell;
use std::ops::Range;

use super::first::{self, Unwritten};
use super::home::{Home, Homes};
use super::order::{Order, habit_of};
use super::pending;
use super::period::Unit;
use super::style::Style;
use super::{NewEntry, Timeline, keep_apart, past_blanks};
use crate::model::chronology::{Direction, direction, shared};
use crate::plan::obstacle::Obstacle;
use crate::syntax::block_start::list_marker;
use crate::syntax::history::HistoryEntry;
use crate::text::edit::Edit;
use crate::text::line::{line_before, line_start};
use crate::text::place::{LineIndex, line_ending_at};
use crate::text::span::Span;
use crate::text::stamp::StampFormat;
use crate::text::visible::escape;
use crate::vault::Note;

/// Returns edits that insert entries into the histories of a note, or `None` if it has no history section.
///
/// An entry goes where the order of its list puts it. If the order of a list cannot be told, that of the lists
/// beside it counts, then that of the headings above it, then that of all lists of the note, and only then
/// `habit`. `entries` must be sorted by time.
///
/// # Errors
/// Nobody can tell where the entries belong, or how they would be written there.
pub fn insert(
    note: &Note,
    text: &str,
    entries: &[NewEntry],
    habit: Direction,
    timeline: Timeline<'_>,
) -> Result<Option<Vec<Edit>>, Obstacle> {
    Inserter::new(note, text, habit, timeline).among(entries, 0..note.facts.system().history.len())
}

/// Inserts entries into some of the histories of a note.
pub struct Inserter<'n> {
    note: &'n Note,
    text: &'n str,
    habit: Direction,
    timeline: Timeline<'n>,
    unwritten: OnceCell<Unwritten<'n>>,
}

impl<'n> Inserter<'n> {
    /// Makes an inserter for a note; `habit` is the usual order in its vault.
    #[must_use]
    pub fn new(note: &'n Note, text: &'n str, habit: Direction, timeline: Timeline<'n>) -> Self {
        Self { note, text, habit: habit_of(note, habit), timeline, unwritten: OnceCell::new() }
    }

    /// Returns the edits that insert entries into the histories in `among`, as [`insert`] does for all.
    ///
    /// # Errors
    /// Nobody can tell where the entries belong, or how they would be written there.
    pub fn among(&self, entries: &[NewEntry], among: Range<usize>) -> Result<Option<Vec<Edit>>, Obstacle> {
        let &Self { note, text, habit, timeline, .. } = self;
        let format = timeline.format;
        let sections = note.facts.system().history.get(among).unwrap_or_default();
        let Some(section) = sections.first() else { return Ok(None) };
        if entries.is_empty() {
            return Ok(Some(Vec::new()));
        }
        let Some(homes) = Homes::of_sections(note, text, sections, timeline) else {
            let unwritten = self.unwritten.get_or_init(|| Unwritten::of(note, text));
            let edit = first::entries(note, unwritten, section, entries, habit, format)?;
            return Ok(Some(vec![edit]));
        };
        let insertion = Insertion { text, homes: &homes, habit, format };
        let mut edits = Vec::with_capacity(entries.len());
        let mut headings = Vec::new();
        for (home, entries) in by_home(&homes, entries) {
            match insertion.at_home(home, &entries)? {
                Written::Entries(own) => edits.extend(own),
                Written::Heading(edit, order) => headings.push((edit, order)),
            }
        }
        edits.extend(in_order(headings));
        keep_apart(text, &mut edits);
        Ok(Some(edits))
    }
}

/// Groups entries by where they go.
fn by_home(homes: &Homes<'_>, entries: &[NewEntry]) -> Vec<(Home, Vec<NewEntry>)> {
    let mut groups: Vec<(Home, Vec<NewEntry>)> = Vec::new();
    for entry in entries {
        let home = homes.of(entry);
        match groups.iter_mut().find(|(other, _)| *other == home) {
            Some((_, group)) => group.push(entry.clone()),
            None => groups.push((home, vec![entry.clone()])),
        }
    }
    groups
}

/// Returns new headings in the order of the headings that they are like, since insertions at one place keep their
/// order.
fn in_order(mut headings: Vec<(Edit, Direction)>) -> impl Iterator<Item = Edit> {
    if headings.first().is_some_and(|(_, order)| *order == Direction::NewestFirst) {
        headings.reverse();
    }
    headings.into_iter().map(|(edit, _)| edit)
}

/// The edits that write the entries of one home.
enum Written {
    /// Entries among existing ones.
    Entries(Vec<Edit>),
    /// A new heading with its first entries, and the order of the headings that it is like.
    Heading(Edit, Direction),
}

/// What new entries are inserted into.
struct Insertion<'t> {
    text: &'t str,
    homes: &'t Homes<'t>,
    /// The order of a list whose section does not tell it.
    habit: Direction,
    format: &'t StampFormat,
}

impl Insertion<'_> {
    /// Returns the order of a list: its own, or else that of the lists beside it, or of the headings above it.
    fn order(&self, list: usize) -> Direction {
        let own = direction(self.homes.list(list));
        let beside = || shared(self.homes.beside(list).iter().map(Vec::as_slice));
        own.or_else(beside).or_else(|| self.homes.order_above(list)).unwrap_or(self.habit)
    }

    /// Returns the edits that write entries at a home.
    fn at_home(&self, home: Home, entries: &[NewEntry]) -> Result<Written, Obstacle> {
        let (text, homes) = (self.text, self.homes);
        let below = |within: &[usize], sample: usize| {
            let first = within.first().copied().unwrap_or_default();
            self.below(within, sample, entries).ok_or_else(|| self.of_another_time(first, entries))
        };
        Ok(match home {
            Home::List(list) => Written::Entries(self.in_list(list, entries)),
            Home::Heading { heading, within } => {
                let new = below(&within, homes.latest())?;
                Written::Entries(vec![homes.under(heading, text, &new)])
            }
            Home::Top { sample } => Written::Entries(vec![homes.at_top(sample, text, &below(&[], sample)?)]),
            Home::New { period, like, within, sample } => {
                let new = below(&within, sample)?;
                let made = homes.new_period((period, like, &within), self.order(sample), text, &new);
                let (edit, order) = made.ok_or_else(|| self.of_another_time(like, entries))?;
                Written::Heading(edit, order)
            }
            Home::Nowhere { heading } => return Err(self.of_another_time(heading, entries)),
            Home::Closed { heading } => return Err(self.closed(heading)),
            Home::Ungrouped { heading } => return Err(self.of_no_group(heading, entries)),
        })
    }

    /// Returns the error for entries that do not belong below a heading.
    fn of_another_time(&self, heading: usize, entries: &[NewEntry]) -> Obstacle {
        let (span, title) = self.homes.heading(heading);
        let is_of_day = self.homes.headings[heading].period().is_some_and(|period| period.unit == Unit::Day);
        let form = if is_of_day { "%Y-%m-%d" } else { "%Y-%m" };
        let time = entries.first().map(|entry| entry.stamp.time().format(form).to_string());
        Obstacle {
            line: LineIndex::new(self.text).line(span.start),
            message: format!(
                "the heading `{}` is for another time than the entry, and it is not clear what the right one would be \
                 called: write it first, such as `{}`",
                escape(title.trim()),
                time.unwrap_or_default(),
            ),
        }
    }

    /// Returns the error for entries that fit none of the groups below a heading.
    fn of_no_group(&self, heading: usize, entries: &[NewEntry]) -> Obstacle {
        let (span, title) = self.homes.heading(heading);
        let entry = entries.first().map_or("", |entry| entry.title.as_str());
        let group = self.homes.missing_group(heading, entry);
        Obstacle {
            line: LineIndex::new(self.text).line(span.start),
            message: format!(
                "none of the headings below `{}` fits the entry `{}`: write one that does, such as `{group}`",
                escape(title.trim()),
                escape(entry),
            ),
        }
    }

    /// Returns the error for an entry that would go behind the last release of a history.
    fn closed(&self, heading: usize) -> Obstacle {
        let (span, title) = self.homes.heading(heading);
        let signs = "#".repeat(usize::from(self.homes.headings[heading].title.level.min(6)));
        Obstacle {
            line: LineIndex::new(self.text).line(span.start),
            message: format!(
                "`{}` is a release that is out, and stands last in its history, where a new entry would be part of it: \
                 write a heading for that behind it, such as `{signs} Unreleased`",
                escape(title.trim()),
            ),
        }
    }

    /// Returns the first entries below a heading: a list, under further headings like those in `within`. Returns
    /// `None` if one of these headings cannot be named.
    fn below(&self, within: &[usize], sample: usize, entries: &[NewEntry]) -> Option<String> {
        let (text, homes) = (self.text, self.homes);
        let Some((like, within)) = within.split_first() else {
            return Some(self.as_list(sample, entries));
        };
        let eol = line_ending_at(text, homes.heading(*like).0.start as usize);
        let (above, below) = homes.blank_around(*like, text);
        let mut parts = Vec::new();
        let of = |entry: &NewEntry| homes.period_like(*like, entry.stamp.time());
        for entries in entries.chunk_by(|a, b| of(a) == of(b)) {
            let title = homes.title_like(*like, of(entries.first()?)?, text)?;
            let rest = self.below(within, sample, entries)?;
            parts.push(format!("{title}{}{rest}", eol.repeat(1 + below)));
        }
        if homes.order_of(*like).unwrap_or_else(|| self.order(sample)) == Direction::NewestFirst {
            parts.reverse();
        }
        Some(parts.join(&eol.repeat(1 + above)))
    }

    /// Returns entries as a new list, in the style of another list.
    fn as_list(&self, sample: usize, entries: &[NewEntry]) -> String {
        let list = self.homes.list(sample);
        let Some(first) = list.first() else { return String::new() };
        let eol = line_ending_at(self.text, first.span.start as usize);
        let style = Style::of(self.text, list);
        let mut written: Vec<String> =
            entries.iter().map(|e| style.write(self.text, first, e, (self.format, eol), 0)).collect();
        if self.order(sample) == Direction::NewestFirst {
            written.reverse();
        }
        written.join(&eol.repeat(1 + style.between))
    }

    /// Returns the edits that put each entry in its place in a list.
    fn in_list(&self, list: usize, entries: &[NewEntry]) -> Vec<Edit> {
        let (text, own) = (self.text, self.order(list));
        let list = self.homes.list(list);
        let Some(first) = list.first() else { return Vec::new() };
        let top = top_of(text, first, own);
        let style = Style::of(text, list);
        let order = Order::of(list, own);
        // At the end of a list the numbers continue; within it, an entry gets the number that follows its
        // neighbour's.
        let counts = own == Direction::OldestFirst && numbers_rise(text, list);
        let mut behind = list.last().filter(|_| counts).map_or(0, |last| numbered_behind(text, last));
        let place = |entry: &NewEntry| {
            let slot = order.slot(entry.stamp, order.newest());
            let is_last = counts && slot == list.len();
            behind += u64::from(is_last);
            let neighbour = slot.checked_sub(1).and_then(|i| list.get(i));
            let beside = neighbour.unwrap_or(first);
            let end = neighbour.map(|neighbour| past_blanks(text, neighbour.reach.end as usize));
            // An insertion begins with a line ending, which becomes that of the neighbour's last line.
            let eol = line_ending_at(text, end.unwrap_or(first.span.start as usize));
            let gap = eol.repeat(1 + style.between);
            let ahead = if is_last { behind } else { 0 };
            let written = style.write(text, beside, entry, (self.format, eol), ahead);
            match end {
                Some(end) => Edit::insert(end, gap + &written),
                None => Edit::insert(top, written + &gap),
            }
        };
        let mut edits: Vec<Edit> = entries.iter().map(place).collect();
        if own == Direction::NewestFirst {
            // Insertions at one place keep their order, so the newest must come first.
            edits.reverse();
        }
        edits
    }
}

/// Returns where the first entry of a list goes. Newest first, that is behind items whose time is yet to be
/// filled in.
fn top_of(text: &str, first: &HistoryEntry, order: Direction) -> usize {
    match order {
        Direction::NewestFirst => pending::top(text, first),
        Direction::OldestFirst => line_start(text, first.span.start as usize),
    }
}

/// Whether the numbers of a list rise: a list may also have the same number on every item.
fn numbers_rise(text: &str, list: &[HistoryEntry]) -> bool {
    let marker = |entry: &HistoryEntry| text.get(entry.span.start as usize..entry.place.span.start as usize);
    !matches!(list, [.., one, other] if marker(one) == marker(other))
}

/// Counts the numbered items that follow an entry before the next entry.
fn numbered_behind(text: &str, entry: &HistoryEntry) -> u64 {
    let start = entry.span.start as usize;
    let lead = line_before(text, start);
    let followers = Span { start: entry.span.end, end: entry.reach.end }.of(text);
    let is_numbered = |line: &&str| {
        let own = line.strip_prefix(lead).unwrap_or_default();
        list_marker(own).is_some_and(|(marker, _)| marker.len() > 1)
    };
    followers.lines().filter(is_numbered).count() as u64
}
