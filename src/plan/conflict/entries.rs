//! Settles conflicts in histories to which both sides only added entries.
//!
//! The common ancestor shows whether they did. Where neither the conflict nor git shows it, a conflict is settled
//! only if nothing hints at an entry that a side has changed.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use super::before::{Before, Newcomers, Written};
use super::sides::{Side, Sides};
use crate::model::chronology::{Direction, direction, shared};
use crate::plan::history::insert_written;
use crate::syntax::conflict::Conflict;
use crate::syntax::facts::{self, Facts};
use crate::syntax::history::{HistoryEntry, HistorySection};
use crate::syntax::reading::Reading;
use crate::text::edit::{Edit, Edits};
use crate::text::line::line_start;
use crate::text::span::Span;
use crate::text::stamp::Stamp;

/// The history of one side: all entries of the note, in text order.
pub(super) struct History<'s> {
    side: &'s Side,
    entries: Vec<Entry<'s>>,
    /// The entries whose first line both sides have, by its position in the agreed text.
    by_head: HashMap<u32, usize>,
    /// The lists, by where they start.
    lists: HashMap<u32, List>,
    /// The sections whose headings both sides have, by the position of the heading in the agreed text; of equal
    /// positions the first.
    under: HashMap<u32, &'s HistorySection>,
}

/// A list of entries: the range of its entries, and its order if it can be told. Indexed, since thousands of
/// conflicts may lie in one list.
struct List {
    entries: Range<usize>,
    direction: Option<Direction>,
}

/// An entry, with its section and its list.
#[derive(Clone, Copy)]
struct Entry<'s> {
    section: &'s HistorySection,
    list: &'s [HistoryEntry],
    read: &'s HistoryEntry,
    /// Its whole lines, without the last line ending.
    lines: Span,
    /// The position of its first line in the text that both sides agree on.
    head: Option<u32>,
}

impl<'s> History<'s> {
    pub(super) fn of(side: &'s Side) -> Self {
        let sections = side.facts.system().history.iter();
        let lists = sections.flat_map(|section| section.lists.iter().map(move |list| (section, list)));
        let entries: Vec<Entry<'s>> = lists
            .flat_map(|(section, list)| list.iter().map(move |entry| (section, list, entry)))
            .map(|(section, list, entry)| {
                let start = line_start(side.text(), entry.span.start as usize) as u32;
                let lines = Span { start, end: entry.span.end };
                let head = side.agreed(entry.place.span.start);
                Entry { section, list, read: entry, lines, head }
            })
            .collect();
        let by_head = entries.iter().enumerate().filter_map(|(i, e)| Some((e.head?, i))).collect();
        let mut lists = HashMap::new();
        let mut first = 0;
        for list in side.facts.system().entry_lists() {
            let entries = first..first + list.len();
            first = entries.end;
            lists.insert(start_of(list), List { entries, direction: direction(list) });
        }
        let mut under = HashMap::new();
        for section in &side.facts.system().history {
            if let Some(heading) = side.agreed(section.heading.span.start) {
                under.entry(heading).or_insert(section);
            }
        }
        Self { side, entries, by_head, lists, under }
    }

    /// Returns the entries that a part touches; `None` if one of its lines belongs to no entry.
    fn touched(&self, part: usize) -> Option<Vec<Entry<'s>>> {
        let lines = self.side.lines(part)?;
        let mut next = self.entries.partition_point(|e| e.lines.end <= lines.start);
        let mut found: Vec<Entry<'s>> = Vec::new();
        let mut at = lines.start;
        for line in lines.of(self.side.text()).split_inclusive('\n') {
            let start = at;
            at += line.len() as u32;
            if line.trim().is_empty() {
                continue;
            }
            while self.entries.get(next).is_some_and(|e| e.lines.end <= start) {
                next += 1;
            }
            let entry = self.entries.get(next).filter(|e| e.lines.start <= start)?;
            if found.last().is_none_or(|last| last.lines != entry.lines) {
                found.push(*entry);
            }
        }
        Some(found)
    }

    /// Returns the text of an entry, with `\n` line endings.
    fn text(&self, entry: &Entry<'_>) -> String {
        entry.lines.of(self.side.text()).replace("\r\n", "\n")
    }

    /// Iterates over the texts of all entries.
    pub(super) fn texts(&self) -> impl Iterator<Item = String> + '_ {
        self.entries.iter().map(|entry| self.text(entry))
    }

    /// Returns the entries of a list.
    fn of_list(&self, list: &[HistoryEntry]) -> &[Entry<'s>] {
        let own = self.lists.get(&start_of(list)).and_then(|list| self.entries.get(list.entries.clone()));
        own.unwrap_or_default()
    }

    /// Returns the order of a list, if it can be told.
    fn direction(&self, list: &[HistoryEntry]) -> Option<Direction> {
        self.lists.get(&start_of(list)).and_then(|list| list.direction)
    }

    /// Returns for each list, by where it starts, the first and the last entry that both sides have.
    fn agreed_ends(&self) -> HashMap<u32, (u32, u32)> {
        let mut ends: HashMap<u32, (u32, u32)> = HashMap::new();
        for entry in self.entries.iter().filter(|entry| entry.head.is_some()) {
            let at = entry.lines.start;
            ends.entry(start_of(entry.list)).and_modify(|(_, last)| *last = at).or_insert((at, at));
        }
        ends
    }
}

/// Returns where a list starts, which identifies it.
fn start_of(list: &[HistoryEntry]) -> u32 {
    list.first().map_or(0, |entry| entry.span.start)
}

/// Whether every line of a part belongs to an entry, on both sides.
pub(super) fn are(ours: &History<'_>, theirs: &History<'_>, part: usize) -> bool {
    ours.touched(part).is_some() && theirs.touched(part).is_some()
}

/// Their entries that are added to one list of ours.
pub(super) struct Union {
    /// Where the list of ours starts.
    list: u32,
    /// The conflicts that they come from.
    pub(super) conflicts: Vec<usize>,
    /// The edits, as places in the text in conflict.
    pub(super) edits: Vec<Edit>,
    /// The same edits, as places in the text of our side.
    in_ours: Vec<Edit>,
    /// The versions for which both sides have an entry.
    pub(super) twice: Vec<String>,
}

/// Merges the histories of both sides, given each conflict with its parts. Returns what is added to each list,
/// and the conflicts in which a side does more than add entries, or may do so.
pub(super) fn merge(
    text: &str,
    conflicts: &[Conflict],
    sides: &Sides,
    wanted: &BTreeMap<usize, Vec<usize>>,
    known: Known<'_>,
) -> (Vec<Union>, Vec<(usize, Doubt)>) {
    let (ours, theirs) = (History::of(&sides.ours), History::of(&sides.theirs));
    let before = known.base.map(|base| Before::of(base, known.reading, &ours, &theirs));
    let ends = ours.agreed_ends();
    let habit = shared(ours.side.facts.system().entry_lists()).unwrap_or(known.habit);
    let mut lists: BTreeMap<u32, Additions<'_>> = BTreeMap::new();
    let mut refused = Vec::new();
    for (index, parts) in wanted {
        let Some(conflict) = conflicts.get(*index) else { continue };
        let brings = additions(&ours, &theirs, parts).filter(|_| only_added(text, conflict));
        let Some((brings, newcomers)) = brings else {
            refused.push((*index, Doubt::Changed));
            continue;
        };
        if conflict.base.is_none() {
            let doubt = if let Some(before) = &before {
                newcomers.changed_since(before).then_some(Doubt::Changed)
            } else {
                let grows = brings.grow_at_the_end(&ours, &theirs, parts, &ends, habit);
                (newcomers.may_be_the_same() || !grows).then_some(Doubt::Unknown)
            };
            if let Some(doubt) = doubt {
                refused.push((*index, doubt));
                continue;
            }
        }
        match brings {
            Brings::Nothing => {}
            Brings::Entries(new) => {
                let all = lists.entry(start_of(new.list)).or_insert_with(|| Additions {
                    entries: Vec::new(),
                    conflicts: Vec::new(),
                    twice: Vec::new(),
                    ..new
                });
                all.entries.extend(new.entries);
                all.conflicts.push(*index);
                all.twice.extend(newcomers.released_twice());
            }
        }
    }
    let mut unions: Vec<Union> =
        lists.into_values().map(|added| added.union(&ours, &theirs, habit)).collect();
    // Without the entries of a list, those of another one may be read otherwise.
    while let Some(lost) = losing_dates(&ours, &theirs, &unions, known.reading) {
        let out = unions.extract_if(.., |union| lost.contains(&union.list));
        refused.extend(out.flat_map(|union| union.conflicts).map(|index| (index, Doubt::Dates)));
    }
    (unions, refused)
}

/// Returns the lists that get entries and in which more entries than on either side would then have a date that
/// cannot be read; `None` if there are none. A plain day is read as a date if most of its history is, but not
/// beside enough entries with a time.
fn losing_dates(
    ours: &History<'_>,
    theirs: &History<'_>,
    unions: &[Union],
    reading: &Reading,
) -> Option<HashSet<u32>> {
    let is_own = |entry: &Entry<'_>| reading.stamp.read(entry.read.timestamp()).is_some();
    if unions.is_empty() || ours.entries.iter().chain(&theirs.entries).all(is_own) {
        return None;
    }
    let all = || unions.iter().map(|union| union.list).collect();
    let together = Edits::of(unions.iter().flat_map(|union| &union.in_ours).cloned());
    let Some(together) = together.and_then(|edits| edits.apply(ours.side.text())) else { return Some(all()) };
    let together = facts::read(together.as_bytes(), reading);
    let undated = |facts: &Facts| facts.system().entries().filter(|entry| entry.stamp.is_none()).count();
    if undated(&together) <= undated(&ours.side.facts).max(undated(&theirs.side.facts)) {
        return None;
    }
    let lists = ours.side.facts.system().entry_lists().zip(together.system().entry_lists());
    let worse = lists.filter(|(own, new)| undated_in(new) > undated_in(own)).map(|(own, _)| start_of(own));
    let worse: HashSet<u32> = worse.collect();
    let lost: HashSet<u32> =
        unions.iter().map(|union| union.list).filter(|list| worse.contains(list)).collect();
    Some(if lost.is_empty() { all() } else { lost })
}

fn undated_in(list: &[HistoryEntry]) -> usize {
    list.iter().filter(|entry| entry.stamp.is_none()).count()
}

/// What is known of a note beside its text.
#[derive(Clone, Copy)]
pub(super) struct Known<'k> {
    /// The common ancestor of the note, if it is known.
    pub(super) base: Option<&'k str>,
    pub(super) reading: &'k Reading,
    /// The order of a history whose own order cannot be told.
    pub(super) habit: Direction,
}

/// Why entries are not merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    /// A side does more than add entries.
    Changed,
    /// A side may do more, and the common ancestor is unknown.
    Unknown,
    /// Beside the entries of the other side, dates would no longer be read.
    Dates,
}

/// The entries that are added to one list.
struct Additions<'s> {
    list: &'s [HistoryEntry],
    /// The list on their side.
    other: &'s [HistoryEntry],
    entries: Vec<(Stamp, Entry<'s>)>,
    conflicts: Vec<usize>,
    twice: Vec<String>,
}

impl Additions<'_> {
    fn union(self, ours: &History<'_>, theirs: &History<'_>, habit: Direction) -> Union {
        let own = ours.of_list(self.list).iter();
        let mut there: HashSet<String> = own.map(|entry| ours.text(entry)).collect();
        let new: Vec<_> = self.entries.iter().filter(|(_, entry)| there.insert(theirs.text(entry))).collect();
        let items: Vec<(Stamp, &str)> =
            new.into_iter().map(|(stamp, entry)| (*stamp, entry.lines.of(theirs.side.text()))).collect();
        let in_ours = insert_written(ours.side.text(), self.list, self.order(ours, theirs, habit), &items);
        let in_file = |edit: &Edit| Edit::replace(ours.side.joined.to_file(edit.span), edit.text.as_str());
        let edits = in_ours.iter().map(in_file).collect();
        Union { list: start_of(self.list), conflicts: self.conflicts, edits, in_ours, twice: self.twice }
    }

    fn order(&self, ours: &History<'_>, theirs: &History<'_>, habit: Direction) -> Direction {
        ours.direction(self.list).or_else(|| theirs.direction(self.other)).unwrap_or(habit)
    }
}

/// What a conflict brings from their side.
enum Brings<'s> {
    Nothing,
    Entries(Additions<'s>),
}

impl Brings<'_> {
    /// Whether a conflict lies where new entries go, with no entry behind it that both sides have: an entry in
    /// the middle of a list is more likely changed than added.
    fn grow_at_the_end(
        &self,
        ours: &History<'_>,
        theirs: &History<'_>,
        parts: &[usize],
        ends: &HashMap<u32, (u32, u32)>,
        habit: Direction,
    ) -> bool {
        let Self::Entries(new) = self else { return true };
        let Some((first, last)) = ends.get(&start_of(new.list)) else { return true };
        let at = parts.first().and_then(|part| ours.side.lines(*part)).map_or(0, |lines| lines.start);
        match new.order(ours, theirs, habit) {
            Direction::OldestFirst => *last < at,
            Direction::NewestFirst => at <= *first,
        }
    }
}

/// Returns their entries in a conflict with the list of ours that they belong to, and all entries that only one
/// side has. Returns `None` if a side changed an entry, or if nobody can tell where one belongs.
fn additions<'s>(
    ours: &History<'s>,
    theirs: &History<'s>,
    parts: &[usize],
) -> Option<(Brings<'s>, Newcomers<'s>)> {
    let all = |history: &History<'s>| -> Option<Vec<Entry<'s>>> {
        let touched: Option<Vec<_>> = parts.iter().map(|part| history.touched(*part)).collect();
        Some(touched?.into_iter().flatten().collect())
    };
    let (own, other) = (all(ours)?, all(theirs)?);
    // An entry whose first line is on both sides must be equal on both; otherwise a side has changed it.
    let same = |history: &History<'s>, entry: &Entry<'s>, against: &History<'s>| match entry.head {
        None => true,
        Some(head) => against
            .by_head
            .get(&head)
            .and_then(|at| against.entries.get(*at))
            .is_some_and(|twin| against.text(twin) == history.text(entry)),
    };
    if !own.iter().all(|e| same(ours, e, theirs)) || !other.iter().all(|e| same(theirs, e, ours)) {
        return None;
    }
    let new: Vec<Entry<'s>> = other.into_iter().filter(|entry| entry.head.is_none()).collect();
    let alone = |history: &History<'s>, entries: &[Entry<'s>]| -> Vec<Written<'s>> {
        let alone = entries.iter().filter(|entry| entry.head.is_none());
        alone.map(|own| Written { entry: own.read, text: history.text(own) }).collect()
    };
    let newcomers = Newcomers::of(alone(ours, &own), alone(theirs, &new));
    let Some(first) = new.first() else { return Some((Brings::Nothing, newcomers)) };
    let one_list = |entries: &[Entry<'s>]| {
        entries.windows(2).all(|pair| std::ptr::eq(pair[0].list.as_ptr(), pair[1].list.as_ptr()))
    };
    if !one_list(&new) || !one_list(&own) {
        return None;
    }
    // The list that the conflict touches, or else the only list under the same heading.
    let heading = theirs.side.agreed(first.section.heading.span.start)?;
    let under = |section: &HistorySection| ours.side.agreed(section.heading.span.start) == Some(heading);
    let list = match own.first() {
        Some(entry) => under(entry.section).then_some(entry.list)?,
        None => match &ours.under.get(&heading)?.lists[..] {
            [only] => only,
            _ => return None,
        },
    };
    let entries: Option<Vec<_>> = new.iter().map(|entry| Some((entry.read.stamp?, *entry))).collect();
    let additions =
        Additions { list, other: first.list, entries: entries?, conflicts: Vec::new(), twice: Vec::new() };
    Some((Brings::Entries(additions), newcomers))
}

/// Whether both sides kept every line of the common ancestor, in order. If that is not shown, an empty side means
/// that something was removed.
fn only_added(text: &str, conflict: &Conflict) -> bool {
    let filled = |span: Span| span.of(text).lines().map(str::trim_end).filter(|line| !line.is_empty());
    match conflict.base {
        None => filled(conflict.ours).next().is_some() && filled(conflict.theirs).next().is_some(),
        Some(base) => [conflict.ours, conflict.theirs].into_iter().all(|side| {
            let mut lines = filled(side);
            filled(base).all(|old| lines.any(|line| line == old))
        }),
    }
}
