//! Finds out which changes are already told by entries that were added to a note's history.
//!
//! An entry tells a change if its title or a detail names what has changed as a whole word, possibly with an
//! ending:
//!
//! - An integration, if the entry names it. Details of the form `field: … → new` tell these fields alone, unless
//!   the field is the integration's own name; a title about a status tells the status alone, and the text that
//!   would be written for an edge tells the edge; other words are a person's, and tell all of it.
//! - An edge, if the entry names both of its ends.
//! - A status of the note's component, if the entry names the new one and is not about another system.
//! - A version, if the entry brings or names it, or has the form of a log template that raises versions.
//! - Neither status nor version, if a later entry states another value: the last one counts.
//! - That a status or version was removed, if the entry says `none` of it.
//! - That a note is new, by any entry.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDateTime;

use super::event::{Event, Thing};
use super::mentions::Names;
use super::{ChangedNote, Integrations};
use crate::difference::{Act, FieldChange};
use crate::model::chronology::{Direction, direction};
use crate::model::level::same_status;
use crate::model::version::Version;
use crate::plan::value::{
    field_detail, in_detail, is_about_a_status, is_edge, new_value, statement, tells_status, tells_version,
    written,
};
use crate::syntax::block_start::is_fence;
use crate::syntax::header::keys;
use crate::syntax::history::HistoryEntry;
use crate::syntax::reading::uncommented;
use crate::syntax::title_form::Forms;
use crate::text::fold::{fold, has_words};
use crate::text::stamp::Precision;
use crate::vault::Note;

mod own;

use self::own::LastWord;

/// The entries that were added to a history, and what they tell.
pub(super) struct Said<'n> {
    entries: Vec<Added<'n>>,
    /// How many of these come before the last entry that was already there and is not planned.
    earlier: usize,
    /// The forms of the templates that raise versions.
    raising: Forms,
    names: &'n Names,
    /// The entries that name something, by the number of the name, in order.
    by_name: HashMap<usize, Vec<usize>>,
    /// The titles that entries about edges would have, and whether each of them presents an integration.
    edges: HashMap<String, bool>,
    /// Whether an integration has the same name as the note's component, so that an entry may be about either.
    is_shared: bool,
}

/// An entry that is new, or has new details.
struct Added<'n> {
    entry: &'n HistoryEntry,
    /// The new details.
    details: Vec<&'n str>,
    statements: Statements<'n>,
    /// Whether its title names an integration or a component, and it is about a status.
    is_of_a_status: bool,
    /// Whether all of its details are edges.
    is_of_edges: bool,
    /// Whether its time is in the future.
    is_planned: bool,
}

impl<'n> Added<'n> {
    fn new(entry: &'n HistoryEntry, details: Vec<&'n str>, is_planned: bool) -> Self {
        let is_of_edges = !details.is_empty() && details.iter().all(|detail| is_edge(detail));
        let statements = Statements::of(&details);
        Self { entry, details, statements, is_of_a_status: false, is_of_edges, is_planned }
    }

    fn title(&self) -> &'n str {
        self.entry.title()
    }

    fn details(&self) -> impl Iterator<Item = &'n str> {
        self.details.iter().copied()
    }
}

/// What the details of an entry state. They are parsed once: an entry may tell of thousands of edges, and each
/// edge asks.
struct Statements<'n> {
    /// The statements about each field, with the index of the detail.
    by_field: HashMap<String, Vec<(usize, String)>>,
    /// The indexes of each detail.
    places: HashMap<&'n str, Vec<usize>>,
    /// What stands before the colon of a statement, and details without a statement, folded and without marks.
    subjects: HashSet<String>,
    /// The statements about one field of what stands before their colon: `Payments: owner: Ruth → Tom`.
    by_subject: HashMap<String, Vec<OfField>>,
}

/// A statement about a field, with the index of the detail.
struct OfField {
    field: String,
    at: usize,
    said: String,
}

impl<'n> Statements<'n> {
    fn of(details: &[&'n str]) -> Self {
        let (by_field, by_subject) = (HashMap::new(), HashMap::new());
        let mut statements = Self { by_field, by_subject, places: HashMap::new(), subjects: HashSet::new() };
        for (at, detail) in details.iter().enumerate() {
            statements.places.entry(detail).or_default().push(at);
            let stated = statement(detail);
            let subject = stated.as_ref().map_or(*detail, |(field, _)| field);
            let subject = fold(subject.trim_matches(is_around_a_name)).into_owned();
            if let Some((field, said)) = stated.as_ref().and_then(|(_, said)| of_one_field(said)) {
                let own: &mut Vec<OfField> = statements.by_subject.entry(subject).or_default();
                own.push(OfField { field: fold(&field).into_owned(), at, said });
            } else {
                statements.subjects.insert(subject);
            }
            if let Some((field, said)) = stated {
                statements.by_field.entry(field).or_default().push((at, said));
            }
        }
        statements
    }

    /// Whether a detail is about a whole integration: `Payments: 30s → 45s`, or its name above other details. A
    /// person has written that, since the details of a record begin with the name of a field.
    fn are_about(&self, name: &str, fields: &[FieldChange]) -> bool {
        let name = fold(name.trim());
        self.subjects.contains(&*name) && !fields.iter().any(|field| fold(&field.field) == name)
    }

    /// Returns what the details state about the fields of a change, in order; `None` if they state nothing about
    /// any field. A detail exactly as it would be written counts first, because some keys, such as those with
    /// blanks or a colon, do not parse as a field.
    fn of_fields<'f>(&self, name: &str, fields: &'f [FieldChange]) -> Option<Vec<(&'f str, Vec<String>)>> {
        let mut as_written: BTreeMap<usize, &FieldChange> = BTreeMap::new();
        for field in fields {
            let places = self.places.get(&*field_detail(field)).into_iter().flatten();
            as_written.extend(places.map(|at| (*at, field)));
        }
        if self.by_field.is_empty() && as_written.is_empty() {
            return None;
        }
        let mut all: BTreeMap<&str, Vec<(usize, String)>> = BTreeMap::new();
        let own = if self.by_subject.is_empty() { None } else { self.by_subject.get(&*fold(name.trim())) };
        for field in fields {
            let key = fold(&field.field);
            let is_of_it = |of: &&OfField| of.field == key || key.strip_prefix("config.") == Some(&of.field);
            let own = own.into_iter().flatten().filter(is_of_it).map(|of| (of.at, of.said.clone()));
            let read = self.by_field.get(&field.field).into_iter().flatten();
            let read = read.filter(|(at, _)| !as_written.contains_key(at)).cloned();
            all.insert(&field.field, read.chain(own).collect());
        }
        for (at, field) in as_written {
            all.entry(&field.field).or_default().push((at, in_detail(field.new.as_deref())));
        }
        all.retain(|_, said| !said.is_empty());
        let in_order = |mut said: Vec<(usize, String)>| {
            said.sort_unstable();
            said.into_iter().map(|(_, said)| said).collect()
        };
        Some(all.into_iter().map(|(field, said)| (field, in_order(said))).collect())
    }
}

/// Reads what stands behind a name as a statement about one field: `owner: Ruth → Tom`, `status → Down`.
fn of_one_field(said: &str) -> Option<(String, String)> {
    let status = || {
        let (field, _) = said.split_once(' ').filter(|(field, _)| fold(field) == keys::STATUS)?;
        Some((field.to_owned(), said.to_owned()))
    };
    statement(said).or_else(status)
}

/// Whether a character may stand around a name.
fn is_around_a_name(c: char) -> bool {
    matches!(c, '*' | '_' | '`' | '[' | ']' | '=' | ':' | ' ')
}

/// Returns the lines of paragraphs that stand below the title of an entry. They are not among its details.
fn paragraphs(item: &str) -> impl Iterator<Item = &str> {
    let mut is_code = false;
    item.lines().skip(1).map(str::trim).filter(move |line| {
        let is_fence = is_fence(line);
        is_code ^= is_fence;
        !is_fence && !is_code && !line.starts_with(['-', '*', '+', '>', '|', '#', '<'])
    })
}

impl<'n> Said<'n> {
    /// Collects the entries that the history of a note has gained.
    pub(super) fn of(
        changed: &ChangedNote<'n>,
        names: &'n Names,
        integrations: &Integrations,
        edges: HashMap<String, bool>,
    ) -> Self {
        let &ChangedNote { before, note: after, text, timeline } = changed;
        let is_shared = integrations.has(after.title());
        let mut known: HashMap<(&str, &str), Vec<&HistoryEntry>> = HashMap::new();
        for entry in before.into_iter().flat_map(|note| note.facts.system().entries()) {
            known.entry((entry.timestamp(), entry.title())).or_default().push(entry);
        }
        let (mut added, mut earlier) = (Vec::new(), 0);
        // Entries are sorted by time, because the last one about a value counts.
        for entry in oldest_first(after) {
            let is_planned = entry.stamp.is_some_and(|stamp| timeline.plans(stamp));
            let was = known.get_mut(&(entry.timestamp(), entry.title())).and_then(Vec::pop);
            let mut details: Vec<&str> = entry.details().collect();
            if let Some(was) = was {
                let known: HashSet<&str> = was.details().collect();
                details.retain(|detail| !known.contains(detail));
                if !is_planned {
                    earlier = added.len();
                }
            }
            if was.is_none() || !details.is_empty() {
                added.push(Added::new(entry, details, is_planned));
            }
        }
        let mut by_name: HashMap<usize, Vec<usize>> = HashMap::new();
        for (at, entry) in added.iter_mut().enumerate() {
            let title = fold(entry.title());
            let mut about = names.in_text(&title);
            entry.is_of_a_status = about.system && is_about_a_status(&title, entry.details());
            for detail in &entry.details {
                about.names.extend(names.in_text(&fold(detail)).names);
            }
            let item = entry.entry.span.of(text);
            let item = uncommented(item).map_or(Cow::Borrowed(item), Cow::Owned);
            for line in paragraphs(&item) {
                about.names.extend(names.in_text(&fold(line)).names);
            }
            for name in about.names {
                by_name.entry(name).or_default().push(at);
            }
        }
        let raising = after.facts.system().templates.iter().filter(|template| template.class.is_some());
        let raising = Forms::of(raising.map(|template| &template.title));
        Self { entries: added, earlier, raising, names, by_name, edges, is_shared }
    }

    /// Returns what remains untold of each event.
    pub(super) fn rests(&self, events: Vec<Event>) -> Vec<Event> {
        let naming: Vec<Vec<usize>> = events.iter().map(|event| self.naming(event)).collect();
        let mut named = vec![0; self.entries.len()];
        for &entry in naming.iter().flatten() {
            named[entry] += 1;
        }
        let rest = |(event, naming): (Event, Vec<usize>)| {
            let alone = naming.iter().all(|entry| named[*entry] == 1);
            self.rest(event, &naming, alone)
        };
        events.into_iter().zip(naming).filter_map(rest).collect()
    }

    /// Returns the entries that name an integration, or both ends of an edge.
    fn naming(&self, event: &Event) -> Vec<usize> {
        match &event.thing {
            Thing::Integration(name) => {
                let about_it = |at: &usize| !self.is_about_edges(&self.entries[*at], event.act);
                self.that_name(name).iter().copied().filter(about_it).collect()
            }
            Thing::Edge(from, to) => {
                let (from, to) = (self.that_name(from), self.that_name(to));
                let (few, many) = if from.len() < to.len() { (from, to) } else { (to, from) };
                few.iter().copied().filter(|at| many.binary_search(at).is_ok()).collect()
            }
            Thing::Note(_) | Thing::Status(_) | Thing::Version(_) => Vec::new(),
        }
    }

    /// Returns the entries that name something, in order.
    fn that_name(&self, name: &str) -> &[usize] {
        self.names.number(name).and_then(|number| self.by_name.get(&number)).map_or(&[], Vec::as_slice)
    }

    /// Returns what remains untold of an event; `None` if all of it is told. `alone` means that the entries
    /// naming it name nothing else that has changed.
    fn rest(&self, event: Event, naming: &[usize], alone: bool) -> Option<Event> {
        match &event.thing {
            Thing::Note(_) => self.entries.is_empty().then_some(event),
            Thing::Integration(_) | Thing::Edge(..) => {
                let naming = naming.iter().filter_map(|entry| self.entries.get(*entry)).collect();
                unsaid(event, naming, alone)
            }
            Thing::Status(name) | Thing::Version(name) => {
                let Some(field) = event.fields.first() else { return Some(event) };
                // If the value is unchanged, only an entry can state which value came before it.
                let old = field.old.clone().filter(|_| !event.is_kept());
                let field = &FieldChange { old, ..field.clone() };
                match self.last_word(&event, field, name) {
                    LastWord::Tells => None,
                    LastWord::States(old) => {
                        let field = FieldChange { old, ..field.clone() };
                        Some(Event { fields: vec![field], ..event })
                    }
                    // An unchanged value needs no entry.
                    LastWord::None => (!event.is_kept()).then_some(event),
                }
            }
        }
    }

    /// Whether an entry that names an integration is about edges, and not about what happened to the integration.
    /// An entry that connects something with it says that it was added, and no more.
    fn is_about_edges(&self, entry: &Added, act: Act) -> bool {
        let one = self.edges.get(entry.title()).is_some_and(|presents| !presents || act == Act::Changed);
        one || entry.is_of_edges
    }

    fn tells_version(&self, entry: &Added, new: Option<&str>) -> bool {
        let read = |version: &str| Version::read(&written(version));
        let brings = entry.entry.version().and_then(Version::read);
        (brings.is_some() && brings == new.and_then(read))
            || tells_version(entry.title(), entry.details(), new)
            || self.raising.first(entry.title()).is_some()
    }
}

/// Returns the older and the newer value of a field.
fn values(field: &FieldChange) -> (Option<&str>, Option<&str>) {
    (field.old.as_deref(), field.new.as_deref())
}

/// Returns the entries of a note sorted by time; entries of the same minute are in the order of writing. An entry
/// with only a day does not come before what was written earlier on that day.
fn oldest_first(note: &Note) -> Vec<&HistoryEntry> {
    let mut all: Vec<(Option<NaiveDateTime>, &HistoryEntry)> = Vec::new();
    for list in note.facts.system().entry_lists() {
        let newest_first = direction(list) == Some(Direction::NewestFirst);
        let mut own: Vec<&HistoryEntry> = list.iter().collect();
        if newest_first {
            own.reverse();
        }
        let mut last: Option<NaiveDateTime> = None;
        for entry in own {
            let time =
                entry.stamp.map(|stamp| match last.filter(|last| last.date() == stamp.time().date()) {
                    Some(last) if stamp.precision == Precision::Day => last,
                    _ => stamp.time(),
                });
            last = time.or(last);
            all.push((time, entry));
        }
    }
    all.sort_by_key(|(time, _)| *time);
    all.into_iter().map(|(_, entry)| entry).collect()
}

/// What the history of a note tells of statuses. A person or a record may have logged a change before the board
/// does.
pub(in crate::plan) struct Told<'n> {
    names: &'n Names,
    /// The last entry about the status of each name, by the number of the name.
    last: HashMap<usize, &'n HistoryEntry>,
}

impl<'n> Told<'n> {
    /// Collects what the history tells about things with these names.
    pub(in crate::plan) fn of(note: &'n Note, names: &'n Names) -> Self {
        let mut last = HashMap::new();
        for entry in oldest_first(note) {
            let title = fold(entry.title());
            if is_about_a_status(&title, entry.details()) {
                last.extend(names.in_text(&title).names.into_iter().map(|name| (name, entry)));
            }
        }
        Self { names, last }
    }

    /// Whether the last entry about the status of `name` tells that it is `new`, after it was `old`.
    pub(in crate::plan) fn has(&self, name: &str, old: &str, new: &str) -> bool {
        let last = self.names.number(name).and_then(|number| self.last.get(&number));
        last.is_some_and(|entry| tells_status(entry.title(), entry.details(), (Some(old), Some(new))))
    }
}

/// Returns what the entries that name the subject of a change leave untold. `alone` means that they name nothing
/// else that has changed.
fn unsaid(mut event: Event, naming: Vec<&Added>, alone: bool) -> Option<Event> {
    let stated = stated(&event, naming, alone)?;
    if event.act != Act::Changed {
        return Some(event);
    }
    event.fields = event.fields.into_iter().filter_map(|field| not_stated(field, &stated, alone)).collect();
    (!event.fields.is_empty()).then_some(event)
}

/// Returns what entries that name the subject of a change state about its fields; `None` if one tells all of it
/// in words.
fn stated(event: &Event, naming: Vec<&Added>, alone: bool) -> Option<HashMap<String, Vec<String>>> {
    let status = event.fields.iter().find(|field| field.field == keys::STATUS);
    let mut stated: HashMap<String, Vec<String>> = HashMap::new();
    let name = event.thing.names().next().unwrap_or_default();
    for entry in naming {
        if matches!(event.thing, Thing::Integration(_)) && entry.statements.are_about(name, &event.fields) {
            return None;
        }
        if let Some(own) = entry.statements.of_fields(name, &event.fields) {
            for (field, said) in own {
                let earlier = stated.entry(field.to_owned()).or_default();
                // A statement about a field replaces earlier ones, unless those may be about something else of
                // that name.
                if alone {
                    earlier.clear();
                }
                earlier.extend(said);
            }
        } else if event.act == Act::Changed && has_words(&fold(entry.title()), "status") {
            let told = |field: &&FieldChange| tells_status(entry.title(), entry.details(), values(field));
            if let Some(field) = status.filter(told) {
                stated.insert(keys::STATUS.to_owned(), vec![in_detail(field.new.as_deref())]);
            }
        } else {
            return None;
        }
    }
    Some(stated)
}

/// Returns what remains to be told of a field: the step from the value that was told last, if that value is
/// certainly of this field.
fn not_stated(field: FieldChange, stated: &HashMap<String, Vec<String>>, alone: bool) -> Option<FieldChange> {
    let Some(said) = stated.get(&field.field) else { return Some(field) };
    let new = in_detail(field.new.as_deref());
    let values = || said.iter().map(|said| new_value(said).unwrap_or(said));
    // A value may contain an arrow itself.
    let same = |said: &String| *said == new || said.ends_with(&format!(" → {new}"));
    let alike = |value: &str| value == new || (field.field == keys::STATUS && same_status(value, &new));
    if said.iter().any(same) || values().any(alike) {
        return None;
    }
    if !alone {
        return Some(field);
    }
    let last = values().next_back().filter(|last| *last != "-").map(str::to_owned);
    Some(FieldChange { old: last, ..field })
}
