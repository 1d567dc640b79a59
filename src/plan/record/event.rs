//! Selects the changes that are worth a history entry, by the note in which they happened.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::difference::{self, Act, Change, FieldChange, Spot, Subject};
use crate::plan::value::written;
use crate::syntax::header::{HeaderField, keys};
use crate::syntax::placeholder;
use crate::vault::{Note, Role, Vault};

/// A change that a history tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) act: Act,
    pub(super) thing: Thing,
    /// The values that changed. For the status or version of a component, the value may be unchanged: see
    /// [`Event::is_kept`].
    pub(super) fields: Vec<FieldChange>,
    /// The place in its note where it happened.
    pub(super) line: Option<Line>,
}

impl Event {
    /// Whether its value is the same as before. There is nothing to record then, unless an entry since states
    /// another value.
    pub(super) fn is_kept(&self) -> bool {
        let is_same = |field: &FieldChange| field.old == field.new;
        !self.fields.is_empty() && self.fields.iter().all(is_same)
    }
}

/// A line of a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// A line of the current note.
    Now(u32),
    /// A line of the older note, for something that was removed.
    Before(u32),
}

/// The subject of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Thing {
    /// The note itself, which is new.
    Note(String),
    /// An integration, by name.
    Integration(String),
    /// An edge of a diagram, by its ends.
    Edge(String, String),
    /// The status of the note's component, by the component's name.
    Status(String),
    /// The version of the note's component, by the component's name.
    Version(String),
}

impl Thing {
    /// Returns the names that an entry about it mentions.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let names = match self {
            Self::Integration(name) | Self::Status(name) => [Some(name), None],
            Self::Edge(from, to) => [Some(from), Some(to)],
            Self::Note(_) | Self::Version(_) => [None, None],
        };
        names.into_iter().flatten().map(String::as_str)
    }

    /// Returns this with its names in the form that entries have.
    pub(super) fn written(&self) -> Self {
        match self {
            Self::Note(title) => Self::Note(written(title)),
            Self::Integration(name) => Self::Integration(written(name)),
            Self::Edge(from, to) => Self::Edge(written(from), written(to)),
            Self::Status(name) => Self::Status(written(name)),
            Self::Version(name) => Self::Version(written(name)),
        }
    }
}

/// The events of a note.
#[derive(Debug, Default)]
pub(super) struct Happened<'c> {
    /// The older path of the note; `None` for a new note.
    pub(super) was: Option<&'c str>,
    pub(super) events: Vec<Event>,
}

/// Returns the events of every note that still exists, by path.
pub(super) fn by_note<'c>(
    changes: &'c [Change],
    old: &'c Vault,
    new: &'c Vault,
) -> BTreeMap<&'c str, Happened<'c>> {
    let renamed: HashMap<&str, &str> = difference::renames(changes).collect();
    let before: HashMap<&str, &str> = renamed.iter().map(|(was, is)| (*is, *was)).collect();
    let mut notes: BTreeMap<&str, Happened<'_>> = BTreeMap::new();
    for change in changes {
        let events = events(change);
        let here = |spot: &'c Spot| spot.note.as_str();
        let there = |spot: &'c Spot| renamed.get(spot.note.as_str()).copied().unwrap_or(&spot.note);
        let home = change.after.as_ref().map(here).or_else(|| change.before.as_ref().map(there));
        let Some(home) = home.filter(|_| !events.is_empty()) else { continue };
        if new.find(home).and_then(|id| new.role(id)) == Some(Role::Ordinary) {
            let was = before.get(home).copied().or_else(|| old.find(home).map(|_| home));
            notes.entry(home).or_insert_with(|| Happened { was, events: Vec::new() }).events.extend(events);
        }
    }
    for home in with_new_entries(changes) {
        if new.find(home).and_then(|id| new.role(id)) != Some(Role::Ordinary) {
            continue;
        }
        let was = before.get(home).copied().or_else(|| old.find(home).map(|_| home));
        let note = |vault: &'c Vault, path: &str| vault.note(vault.find(path)?);
        let Some((was, then, now)) = was.and_then(|was| Some((was, note(old, was)?, note(new, home)?)))
        else {
            continue;
        };
        let known = notes.get(home).map_or(&[][..], |happened| &happened.events);
        let kept = kept_values(then, now, known);
        if !kept.is_empty() {
            notes
                .entry(home)
                .or_insert_with(|| Happened { was: Some(was), events: Vec::new() })
                .events
                .extend(kept);
        }
    }
    for (path, happened) in &mut notes {
        if happened.was.is_none() {
            // A new note begins with one entry for itself, and not one for each thing in it.
            let title = new.find(path).and_then(|id| new.note(id)).map_or("", |note| note.title());
            happened.events = vec![Event {
                act: Act::Added,
                thing: Thing::Note(title.to_owned()),
                fields: Vec::new(),
                line: None,
            }];
        }
    }
    notes
}

/// Returns the notes whose histories have new entries, each once.
fn with_new_entries(changes: &[Change]) -> BTreeSet<&str> {
    let new = changes
        .iter()
        .filter(|change| change.act() == Act::Added && matches!(change.subject, Subject::Entry(_)));
    new.filter_map(|change| Some(change.after.as_ref()?.note.as_str())).collect()
}

/// Returns events for the status and the version of a component that are the same as before and have no event in
/// `known`. An entry that was written since may state another value, and then the step back is still to be
/// recorded.
fn kept_values(before: &Note, after: &Note, known: &[Event]) -> Vec<Event> {
    let (was, is) = (&before.facts.system().header, &after.facts.system().header);
    let (Some(was), Some(is)) = (was, is) else { return Vec::new() };
    let name = || after.title().to_owned();
    let line = Some(Line::Now(is.place.line));
    let kept = |key: &str, thing: Thing| {
        let is_known = known.iter().any(|event| event.thing == thing);
        let had_one = was.get(key).is_some_and(HeaderField::is_stated);
        let field = is.get(key).filter(|field| had_one && !is_known && field.is_stated())?;
        let value = Some(field.value.clone());
        let shows = |text: &str| !written(text).is_empty();
        let field = FieldChange { field: key.to_owned(), old: value.clone(), new: value };
        let tells = thing.names().chain(field.new.as_deref()).all(shows);
        tells.then(|| Event { act: Act::Changed, thing, fields: vec![field], line })
    };
    let status = kept(keys::STATUS, Thing::Status(name()));
    status.into_iter().chain(kept(keys::VERSION, Thing::Version(name()))).collect()
}

/// Returns the events of a change that an entry can tell. Events with a name that shows nothing, such as a link to
/// a blank, are left out, and a value that shows nothing counts as missing.
fn events(change: &Change) -> Vec<Event> {
    let mut events = all_events(change);
    let shows = |value: &str| !written(value).is_empty();
    events.retain(|event| event.thing.names().all(shows));
    for field in events.iter_mut().flat_map(|event| &mut event.fields) {
        for value in [&mut field.old, &mut field.new] {
            value.take_if(|value| !shows(value));
        }
    }
    events
}

fn all_events(change: &Change) -> Vec<Event> {
    let act = change.act();
    let line = match (&change.after, &change.before) {
        (Some(after), _) => after.line.map(Line::Now),
        (None, before) => before.as_ref().and_then(|before| before.line).map(Line::Before),
    };
    let event = |thing, fields| vec![Event { act, thing, fields, line }];
    match &change.subject {
        Subject::Note if act == Act::Added => event(Thing::Note(String::new()), Vec::new()),
        Subject::Integration(name) if act == Act::Changed => {
            event(Thing::Integration(name.clone()), change.fields.clone())
        }
        Subject::Integration(name) => event(Thing::Integration(name.clone()), Vec::new()),
        Subject::Edge(edge) => {
            let fields = if act == Act::Changed { change.fields.clone() } else { Vec::new() };
            event(Thing::Edge(edge.from.clone(), edge.to.clone()), fields)
        }
        Subject::Component(name) if act == Act::Changed => {
            let one = |key: &str, thing: Thing| {
                filled_in(change.field(key)?).map(|field| Event { act, thing, fields: vec![field], line })
            };
            let status = one(keys::STATUS, Thing::Status(name.clone()));
            status.into_iter().chain(one(keys::VERSION, Thing::Version(name.clone()))).collect()
        }
        _ => Vec::new(),
    }
}

/// Returns a change of a header value without unrendered values. An unrendered older value counts as missing, and
/// a value that becomes unrendered is no change.
fn filled_in(field: &FieldChange) -> Option<FieldChange> {
    let is_rendered = |value: &String| !placeholder::is_in(value);
    field.new.as_ref().is_none_or(is_rendered).then_some(())?;
    let field = FieldChange { old: field.old.clone().filter(is_rendered), ..field.clone() };
    (field.old.is_some() || field.new.is_some()).then_some(field)
}
