//! What of a difference is worth an entry, and in which note.

use std::collections::{BTreeMap, HashMap};

use crate::difference::{self, Act, Change, FieldChange, Spot, Subject};
use crate::plan::value::written;
use crate::syntax::header::keys;
use crate::syntax::placeholder;
use crate::vault::{Role, Vault};

/// Something that a history tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) act: Act,
    pub(super) thing: Thing,
    /// The values that changed.
    pub(super) fields: Vec<FieldChange>,
    /// Where it happened in its note.
    pub(super) line: Option<Line>,
}

/// A line of a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// As it is now.
    Now(u32),
    /// As it was, of what has gone.
    Before(u32),
}

/// What an event is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Thing {
    /// The note itself, which is new.
    Note(String),
    /// An integration.
    Integration(String),
    /// An edge of a diagram: its ends.
    Edge(String, String),
    /// The status of the note's component.
    Status(String),
    /// The version of the note's component.
    Version(String),
}

impl Thing {
    /// What an entry about it names.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let names = match self {
            Self::Integration(name) | Self::Status(name) => [Some(name), None],
            Self::Edge(from, to) => [Some(from), Some(to)],
            Self::Note(_) | Self::Version(_) => [None, None],
        };
        names.into_iter().flatten().map(String::as_str)
    }

    /// The same with its names as entries have them.
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
    /// The path that the note had; `None` for a new one.
    pub(super) was: Option<&'c str>,
    pub(super) events: Vec<Event>,
}

/// The events of every note that is still there, by its path.
pub(super) fn by_note<'c>(
    changes: &'c [Change],
    old: &Vault,
    new: &Vault,
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
    for (path, happened) in &mut notes {
        if happened.was.is_none() {
            // A new note begins with one entry, not with one for everything in it.
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

/// The events of a change that an entry can tell: no words name what shows nothing, as a link to a blank, and a value
/// that shows nothing is none.
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

/// A change of a header value. What was never rendered is no earlier value, and none that something has come to.
fn filled_in(field: &FieldChange) -> Option<FieldChange> {
    let is_rendered = |value: &String| !placeholder::is_in(value);
    field.new.as_ref().is_none_or(is_rendered).then_some(())?;
    let field = FieldChange { old: field.old.clone().filter(is_rendered), ..field.clone() };
    (field.old.is_some() || field.new.is_some()).then_some(field)
}
