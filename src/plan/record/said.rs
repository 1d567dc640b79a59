//! What the entries that were added to a note's history say already.
//!
//! An entry says a change where it names what has changed as a whole word, in its title or a detail:
//!
//! - An integration, where it names it. Details of the form `field: … → new` say these fields alone, a
//!   title about a status says the status alone, and what would be written for an edge tells of the edge;
//!   other words are a person's, and say all of it.
//! - An edge, where it names both of its ends.
//! - A status of the note's component, where it names the new one and is not about another system.
//! - A version, where it brings or names it, or has the form of a log template that raises versions.
//! - That there is a new note: any entry.

use std::collections::HashMap;

use super::event::{Event, Thing};
use crate::difference::{Act, FieldChange};
use crate::model::chronology::{Direction, direction};
use crate::model::level::same_status;
use crate::model::version::Version;
use crate::plan::board::escape;
use crate::syntax::history::HistoryEntry;
use crate::syntax::log_template::LogTemplate;
use crate::syntax::vocabulary::split_status;
use crate::text::fold::{fold, has_words};
use crate::text::stamp::Stamp;
use crate::vault::Note;

/// What was added to a history.
pub(super) struct Said<'n> {
    entries: Vec<Added>,
    templates: &'n [LogTemplate],
    /// The names of the vault's integrations and components, folded.
    names: &'n [String],
    /// The titles that entries about edges would have, and whether such a title presents an integration.
    edges: HashMap<String, bool>,
}

/// Something that entries may name: looked up once, and then for in every entry.
struct Meant<'n> {
    /// Its name, folded.
    own: String,
    /// The same as it is written into entries.
    written: String,
    /// Other names that hold this one.
    longer: Vec<&'n String>,
}

impl Meant<'_> {
    /// Whether an entry names it. Where a longer name stands that holds this one, that is meant.
    fn is_in(&self, entry: &Added) -> bool {
        let mut texts = std::iter::once(&entry.title).chain(&entry.details);
        !self.own.is_empty()
            && texts.any(|text| {
                let mut text = fold(text).into_owned();
                for other in &self.longer {
                    text = text.replace(other.as_str(), "\0");
                }
                has_words(&text, &self.own) || has_words(&text, &self.written)
            })
    }
}

/// An entry that is new, or has new details.
struct Added {
    stamp: Option<Stamp>,
    version: Option<String>,
    title: String,
    details: Vec<String>,
}

impl<'n> Said<'n> {
    /// What a note's history has that it had not before.
    pub(super) fn of(
        before: Option<&Note>,
        after: &'n Note,
        names: &'n [String],
        edges: HashMap<String, bool>,
    ) -> Self {
        let mut known: HashMap<(&str, &str), Vec<&HistoryEntry>> = HashMap::new();
        for entry in before.into_iter().flat_map(|note| note.facts.system().entries()) {
            known.entry((&entry.timestamp, &entry.title)).or_default().push(entry);
        }
        let mut added = Vec::new();
        for entry in oldest_first(after) {
            let was = known.get_mut(&(entry.timestamp.as_str(), entry.title.as_str())).and_then(Vec::pop);
            let mut details = entry.details.clone();
            if let Some(was) = was {
                details.retain(|detail| !was.details.contains(detail));
            }
            if was.is_none() || !details.is_empty() {
                added.push(Added {
                    stamp: entry.stamp,
                    version: entry.version.clone(),
                    title: entry.title.clone(),
                    details,
                });
            }
        }
        // What was said last counts.
        added.sort_by_key(|entry| entry.stamp.map(Stamp::time));
        Self { entries: added, templates: &after.facts.system().templates, names, edges }
    }

    /// What of each event is not said yet.
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

    /// The entries that name an integration, or both ends of an edge.
    fn naming(&self, event: &Event) -> Vec<usize> {
        let all = |is_named: &dyn Fn(&Added) -> bool| {
            let entries = self.entries.iter().enumerate();
            entries.filter(|(_, entry)| is_named(entry)).map(|(at, _)| at).collect()
        };
        match &event.thing {
            Thing::Integration(name) => {
                let meant = self.meant(name);
                all(&|entry| meant.is_in(entry) && !self.is_about_edges(entry, event.act))
            }
            Thing::Edge(from, to) => {
                let ends = [self.meant(from), self.meant(to)];
                all(&|entry| ends.iter().all(|end| end.is_in(entry)))
            }
            Thing::Note(_) | Thing::Status(_) | Thing::Version(_) => Vec::new(),
        }
    }

    /// What of an event is not said yet; `None` where all of it is. `alone`: no entry that names it names something
    /// else that has changed.
    fn rest(&self, event: Event, naming: &[usize], alone: bool) -> Option<Event> {
        match &event.thing {
            Thing::Note(_) => self.entries.is_empty().then_some(event),
            Thing::Integration(_) | Thing::Edge(..) => {
                let naming = naming.iter().filter_map(|entry| self.entries.get(*entry)).collect();
                unsaid(event, naming, alone)
            }
            Thing::Status(name) => {
                let new = event.fields.first().and_then(|field| field.new.as_deref()).unwrap_or_default();
                let own = self.meant(name);
                let said = |entry: &Added| {
                    !self.is_about_another(entry, &own) && tells_status(&entry.title, &entry.details, new)
                };
                (!self.entries.iter().any(said)).then_some(event)
            }
            Thing::Version(_) => {
                let new = event.fields.first().and_then(|field| field.new.as_deref()).unwrap_or_default();
                (!self.entries.iter().any(|entry| self.tells_version(entry, new))).then_some(event)
            }
        }
    }

    /// What entries may name.
    fn meant(&self, name: &str) -> Meant<'n> {
        let own = fold(name.trim()).into_owned();
        let longer = |other: &&'n String| other.len() > own.len() && other.contains(&*own);
        let longer = self.names.iter().filter(longer).collect();
        Meant { longer, written: fold(&written(name)).into_owned(), own }
    }

    /// Whether an entry that names an integration is about edges and not about what has happened to it.
    /// That something was connected with it says that it came, and no more.
    fn is_about_edges(&self, entry: &Added, act: Act) -> bool {
        let one = self.edges.get(&entry.title).is_some_and(|presents| !presents || act == Act::Changed);
        one || (!entry.details.is_empty() && entry.details.iter().all(|detail| is_edge(detail)))
    }

    /// Whether an entry is about the status of another system than this one.
    fn is_about_another(&self, entry: &Added, own: &Meant<'_>) -> bool {
        let title = fold(&entry.title);
        let of_status = |detail: &String| statement(detail).is_some_and(|(field, _)| field == "status");
        (has_words(&title, "status") || entry.details.iter().any(of_status))
            && !own.is_in(entry)
            && self.names.iter().any(|name| has_words(&title, name))
    }

    fn tells_version(&self, entry: &Added, new: &str) -> bool {
        let number = new.trim_start_matches(['v', 'V']);
        let brings = entry.version.as_deref().and_then(Version::read);
        let mut texts = std::iter::once(&entry.title).chain(&entry.details);
        brings.is_some_and(|version| Some(version) == Version::read(new))
            || texts.any(|text| has_words(text, number) || has_words(text, &format!("v{number}")))
            || self.templates.iter().any(|t| t.class.is_some() && t.title.matches(&entry.title))
    }
}

/// The entries of a note: those of one minute in the order in which they were written.
fn oldest_first(note: &Note) -> Vec<&HistoryEntry> {
    let mut all = Vec::new();
    for list in note.facts.system().entry_lists() {
        let own = list.iter();
        match direction(list) {
            Some(Direction::NewestFirst) => all.extend(own.rev()),
            _ => all.extend(own),
        }
    }
    all
}

/// Whether the last entry of a note about the status of something tells that it is this one.
pub(super) fn status_is_told(note: &Note, name: &str, new: &str) -> bool {
    let mut entries = oldest_first(note);
    entries.sort_by_key(|entry| entry.stamp.map(Stamp::time));
    let about = |entry: &&&HistoryEntry| {
        let of_status = |detail: &String| statement(detail).is_some_and(|(field, _)| field == "status");
        has_words(&fold(&entry.title), &fold(name.trim()))
            && (has_words(&fold(&entry.title), "status") || entry.details.iter().any(of_status))
    };
    let last = entries.iter().rev().find(about);
    last.is_some_and(|entry| tells_status(&entry.title, &entry.details, new))
}

/// What of a change the entries that name its subject leave out. `alone`: they name nothing else that has changed.
fn unsaid(mut event: Event, naming: Vec<&Added>, alone: bool) -> Option<Event> {
    let mut stated: HashMap<String, Vec<String>> = HashMap::new();
    for entry in naming {
        let own: Vec<(String, String)> =
            entry.details.iter().filter_map(|detail| statement(detail)).collect();
        let status = event.fields.iter().find(|field| field.field == "status");
        if !own.is_empty() {
            // What an entry says of a field takes the place of what earlier ones said, unless these may be about
            // another of that name.
            for (field, _) in own.iter().filter(|_| alone) {
                stated.remove(field);
            }
            for (field, said) in own {
                stated.entry(field).or_default().push(said);
            }
        } else if event.act == Act::Changed && has_words(&fold(&entry.title), "status") {
            let new = status.and_then(|field| field.new.as_deref());
            if let Some(new) = new.filter(|new| tells_status(&entry.title, &entry.details, new)) {
                stated.insert("status".to_owned(), vec![written(new)]);
            }
        } else {
            return None;
        }
    }
    if event.act != Act::Changed {
        return Some(event);
    }
    event.fields = event.fields.into_iter().filter_map(|field| not_stated(field, &stated, alone)).collect();
    (!event.fields.is_empty()).then_some(event)
}

/// A field as it is still to be told: from what was said of it last, if that is certain to be about this one.
fn not_stated(field: FieldChange, stated: &HashMap<String, Vec<String>>, alone: bool) -> Option<FieldChange> {
    let Some(said) = stated.get(&field.field) else { return Some(field) };
    let new = field.new.as_deref().map_or_else(|| "-".to_owned(), written);
    let values = || said.iter().map(|said| new_value(said).unwrap_or(said));
    // A value may hold an arrow itself.
    let same = |said: &String| *said == new || said.ends_with(&format!(" → {new}"));
    let alike = |value: &str| value == new || (field.field == "status" && same_status(value, &new));
    if said.iter().any(same) || values().any(alike) {
        return None;
    }
    if !alone {
        return Some(field);
    }
    let last = values().next_back().filter(|last| *last != "-").map(str::to_owned);
    Some(FieldChange { old: last, ..field })
}

/// The field of a detail `field: old → new`, and what it says of it.
fn statement(detail: &str) -> Option<(String, String)> {
    let (field, values) = detail.split_once(": ")?;
    let is_field = !field.is_empty() && !field.contains(' ');
    (is_field && new_value(values).is_some()).then(|| (field.to_owned(), values.to_owned()))
}

fn new_value(values: &str) -> Option<&str> {
    Some(values.rsplit_once(" → ").or_else(|| values.rsplit_once(" -> "))?.1)
}

/// A detail that tells an edge among others.
pub(super) fn edge_detail(act: Act, from: &str, to: &str) -> String {
    escape::line(&format!("{} {from} → {to}", act.name()))
}

fn is_edge(detail: &str) -> bool {
    let acts = [Act::Added, Act::Removed, Act::Changed].map(Act::name);
    detail.split_once(' ').is_some_and(|(act, ends)| acts.contains(&act) && ends.contains(" → "))
}

/// A value as it stands behind its field in a detail.
fn written(value: &str) -> String {
    escape::line(&format!("x {value}")).split_off(2)
}

/// Whether an entry tells that the status is this one. What a detail says of a field counts where that is
/// the status, and then for its new value.
fn tells_status(title: &str, details: &[String], new: &str) -> bool {
    let (mark, word) = split_status(new);
    let word = fold(word);
    let tells =
        |text: &str| if word.is_empty() { text.contains(mark) } else { has_words(&fold(text), &word) };
    tells(title)
        || details.iter().any(|detail| match statement(detail) {
            Some((field, said)) => field == "status" && new_value(&said).is_some_and(tells),
            None => tells(detail),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_name_a_field_and_its_value() {
        let read =
            |detail| statement(detail).map(|(field, said)| format!("{field}={}", new_value(&said).unwrap()));
        assert_eq!(read("config.timeout: 30s → 15s").as_deref(), Some("config.timeout=15s"));
        assert_eq!(read("status: 🟢 Active -> 🟡 Idle").as_deref(), Some("status=🟡 Idle"));
        assert_eq!(read("Two seconds: no retry → slow"), None);
        assert_eq!(read("Moved: from a to b"), None);
        assert_eq!(read(&edge_detail(Act::Added, "a: b", "c")), None);
    }
}
