//! Plans a record: history entries for the changes between an older vault and this one that nobody has written
//! down yet, in the notes where they happened.
//!
//! These are worth an entry: integrations that were added, removed or changed, edges of diagrams, the status and
//! version of a note's own component, and new notes. Everything is planned from the two vaults before anything is
//! written, and the result is read first: an entry that would change how the rest of its note reads is refused.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use super::entry::{
    has_unread_version, has_version_history, newest_told, newest_version, states_version, with_version,
};
use super::history::{self, NewEntry, Timeline, habit};
use super::obstacle::{Obstacle, Spot, obstacle, obstacle_to_lines};
use super::{escape, header, value};
use crate::difference::{self, Act};
use crate::model::chronology::Direction;
use crate::model::integration::View;
use crate::model::version::Version;
use crate::syntax::header::keys;
use crate::syntax::history::title_on;
use crate::syntax::log_template::{Class, LogTemplate};
use crate::systems::members;
use crate::text::edit::Edits;
use crate::text::fold::fold;
use crate::text::stamp::Stamp;
use crate::vault::{Note, NoteId, Role, Vault};

mod covered;
mod event;
mod fit;
mod mentions;
mod section;
mod status;

use self::covered::Said;
pub(super) use self::covered::Told;
use self::event::{Event, Thing};
pub(super) use self::fit::Addition;
use self::fit::Titled;
pub(super) use self::mentions::Names;
use self::section::{Inserted, Near, Placed};
pub(super) use self::status::{StatusStep, status_changes};

/// The result of planning a record.
#[derive(Debug, Default)]
pub struct RecordPlan {
    /// The notes that are written.
    pub writes: Vec<RecordWrite>,
    /// Notes that are left alone because something in them is in the way.
    pub refused: Vec<Spot>,
    /// Notes without a history, each with the titles of the entries that it would get.
    pub without_history: Vec<(String, Vec<String>)>,
}

/// A note that is written.
#[derive(Debug)]
pub struct RecordWrite {
    /// The note.
    pub note: NoteId,
    /// The edits of the note.
    pub edits: Edits,
    /// The titles of its new entries.
    pub titles: Vec<String>,
}

/// The options of a record.
#[derive(Clone, Copy)]
pub struct RecordOptions<'o> {
    /// The time of the entries.
    pub now: Stamp,
    /// Whether the note with a path is written.
    pub wanted: &'o dyn Fn(&str) -> bool,
}

/// Plans the entries for the changes from `old` to `new`. Both vaults must have kept their texts.
#[must_use]
pub fn plan(old: &Vault, new: &Vault, options: RecordOptions<'_>) -> RecordPlan {
    let changes = difference::between(old, new);
    let happened = event::by_note(&changes, old, new);
    let events = happened.values().flat_map(|happened| &happened.events);
    let names = Names::of(&[old, new], events.flat_map(|event| event.thing.names()));
    let integrations = Integrations::of(old, new);
    let habit = habit(new);
    let mut plan = RecordPlan::default();
    let mut texts = Vec::new();
    for (path, happened) in happened {
        let Some((id, note)) = new.find(path).and_then(|id| Some((id, new.note(id)?))) else { continue };
        let Some(text) = new.text(id).filter(|_| (options.wanted)(path)) else { continue };
        let before = happened.was.and_then(|path| old.note(old.find(path)?));
        let timeline = Timeline::up_to(new.config(), options.now);
        let subject = ChangedNote { before, note, text: &text, timeline };
        let edges = edge_titles(&happened.events, note, &integrations);
        let events = Said::of(&subject, &names, &integrations, edges).rests(happened.events);
        if events.is_empty() || (before.is_none() && note.facts.system().history.is_empty()) {
            continue;
        }
        let planned = match obstacle_to_lines(note, &text) {
            Some(obstacle) => Err(obstacle),
            None => subject.written(&subject.drafts(&events, &integrations), new, options.now, habit),
        };
        match planned {
            Ok(Written { edits: Some(edits), titles }) => {
                texts.extend(edits.apply(&text).map(|text| (id, text)));
                plan.writes.push(RecordWrite { note: id, edits, titles });
            }
            Ok(Written { edits: None, titles }) => plan.without_history.push((path.to_owned(), titles)),
            Err(obstacle) => plan.refused.push(Spot::of(path, obstacle)),
        }
    }
    refuse_halves(new, options, &mut plan.refused);
    let then = new.with_texts(&texts);
    let stamps = &new.config().reading.stamp;
    plan.writes.retain(|write| {
        let Some(before) = new.note(write.note) else { return false };
        let after = then.note(write.note);
        let sound = after
            .is_some_and(|after| history::reads_on(before, after, &write.edits, write.titles.len(), stamps));
        if !sound {
            plan.refused.push(Spot::of(&before.path, history::unread(before, after, stamps)));
        }
        sound
    });
    plan
}

/// Reports the notes with a history that are in a merge conflict, even those without events, since nobody knows
/// yet what has gone from them.
fn refuse_halves(new: &Vault, options: RecordOptions<'_>, refused: &mut Vec<Spot>) {
    let named: HashSet<String> = refused.iter().map(|refusal| refusal.note.clone()).collect();
    let halves = new.system_notes().map(|(_, note)| note).filter(|note| {
        let system = note.facts.system();
        let is_half = system.conflict.is_some() && !system.history.is_empty();
        is_half && note.role == Role::Ordinary && (options.wanted)(&note.path) && !named.contains(&note.path)
    });
    refused.extend(halves.filter_map(|note| Some(Spot::of(&note.path, obstacle(note)?))));
    refused.sort();
}

/// The names of integrations, folded.
struct Integrations(HashSet<String>);

impl Integrations {
    fn of(old: &Vault, new: &Vault) -> Self {
        let named = [old, new].into_iter().flat_map(members::integrations);
        let named = named.filter_map(|(_, integration)| View(integration).name());
        Self(named.map(|name| fold(name).into_owned()).collect())
    }

    /// Whether an integration has this name.
    fn has(&self, name: &str) -> bool {
        self.0.contains(&*fold(name))
    }
}

/// A note whose changes are recorded.
struct ChangedNote<'v> {
    /// The older state of the note; `None` if it is new.
    before: Option<&'v Note>,
    note: &'v Note,
    text: &'v str,
    /// Up to the time of the entries.
    timeline: Timeline<'v>,
}

/// What is written into a note.
struct Written {
    /// The edits; `None` if the note has no history section.
    edits: Option<Edits>,
    /// The titles of the entries.
    titles: Vec<String>,
}

/// An entry that is about to be written.
struct Draft<'n> {
    title: String,
    details: Vec<String>,
    /// The template that it was made from, whose class may raise the version.
    template: Option<&'n LogTemplate>,
    /// The version that the entry states, as written in the header.
    tells: Option<String>,
    /// The histories of the note that it may go into.
    among: Range<usize>,
}

/// The most edges of one note that get entries of their own: more of them are one change, since the diagram was
/// probably redrawn.
const SINGLE_EDGES: usize = 3;

impl<'v> ChangedNote<'v> {
    /// Returns drafts of the entries for the events of the note, in the order of the events.
    fn drafts(&self, events: &[Event], integrations: &Integrations) -> Vec<Draft<'v>> {
        let near = Near::of(self);
        let templates = &self.note.facts.system().templates;
        let is_edge = |event: &&Event| matches!(event.thing, Thing::Edge(..));
        // The diagrams of several components may belong to different histories.
        let mut drawn: BTreeMap<(usize, usize), Vec<&Event>> = BTreeMap::new();
        let place = |event: &Event| (near.among(event).start, near.among(event).end);
        for edge in events.iter().filter(is_edge) {
            drawn.entry(place(edge)).or_default().push(edge);
        }
        let is_single =
            |event: &Event| drawn.get(&place(event)).is_none_or(|edges| edges.len() <= SINGLE_EDGES);
        let told = events.iter().filter(|event| !is_edge(event) || is_single(event));
        let told: Vec<Titled<'_, 'v>> =
            told.map(|event| fit::titled(event, templates, &|name| integrations.has(name))).collect();
        let connected = connected(&told);
        // An entry whose template raises the version implies the change of version.
        let raises = told.iter().filter_map(|titled| titled.template?.class).min();
        let raises = raises.is_some_and(|class| !self.is_set_otherwise(class));
        let is_implied = |event: &Event| {
            key(event).is_some_and(|key| connected.contains(&key))
                || (raises && matches!(event.thing, Thing::Version(_)))
        };
        let draft = |Titled { event, template, title }: Titled<'_, 'v>| Draft {
            // A title stands behind its time, where no mark of its template opens a block.
            title: escape::inline(&title),
            details: event.fields.iter().map(value::field_detail).collect(),
            template: template.filter(|_| raises),
            tells: match event.thing {
                Thing::Version(_) => event.fields.first().and_then(|field| field.new.clone()),
                _ => None,
            },
            among: near.among(event),
        };
        let mut drafts: Vec<Draft<'v>> =
            told.into_iter().filter(|titled| !is_implied(titled.event)).map(draft).collect();
        let detail = |event: &&Event| match &event.thing {
            Thing::Edge(from, to) => Some(value::edge_detail(event.act, from, to)),
            _ => None,
        };
        let many = drawn.iter().filter(|(_, edges)| edges.len() > SINGLE_EDGES);
        drafts.extend(many.map(|((start, end), edges)| Draft {
            title: format!("Changed {} connections", edges.len()),
            details: edges.iter().filter_map(detail).collect(),
            template: None,
            tells: None,
            among: *start..*end,
        }));
        drafts
    }

    /// Writes entries into the note, sets its date of last change, and raises its version if their templates say
    /// so. `habit` is the usual order of entries in the vault.
    ///
    /// # Errors
    /// Something in the header or the history is in the way.
    fn written(
        &self,
        drafts: &[Draft<'_>],
        vault: &Vault,
        now: Stamp,
        habit: Direction,
    ) -> Result<Written, Obstacle> {
        let note = self.note;
        let version = self.version(drafts);
        let raised = |draft: &Draft<'_>| {
            let template = draft.template.filter(|template| template.class.is_some())?;
            version.as_ref().filter(|_| states_version(note, template)).map(Version::to_string)
        };
        let entry = |draft: &Draft<'_>| NewEntry {
            stamp: now,
            version: raised(draft).or_else(|| released(note, draft.tells.as_deref()?, now, self.timeline)),
            title: with_version(draft.title.clone(), draft.template, version.as_ref()),
            details: draft.details.clone(),
        };
        let placed = |draft: &Draft<'_>| Placed { entry: entry(draft), among: draft.among.clone() };
        let entries: Vec<Placed> = drafts.iter().map(placed).collect();
        let Inserted { edits, titles } = section::insert(self, &entries, habit)?;
        if edits.is_empty() {
            return Ok(Written { edits: None, titles });
        }
        let modified = header::set_last_modified(vault, note, now)?;
        let own = note.facts.system().header.as_ref().and_then(|header| header.get(keys::VERSION));
        let own = own.and_then(|field| Version::find(&field.value)).map(|(_, version)| version);
        let raised = version.filter(|version| own.as_ref() != Some(version));
        let raised = raised.map(|version| header::set_version(note, &version.to_string())).transpose()?;
        let all = edits.into_iter().chain(modified).chain(raised.into_iter().flatten());
        let edits = Edits::of(all).ok_or_else(Obstacle::contradiction)?;
        Ok(Written { edits: Some(edits), titles })
    }

    /// Whether somebody has raised the version of the note further than this class does, by a step of another
    /// class. That is a separate release, which does not contain these entries.
    fn is_set_otherwise(&self, class: Class) -> bool {
        let versions = self.before.and_then(|before| newest_version(before, self.timeline));
        let versions = versions.zip(newest_version(self.note, self.timeline));
        versions.is_some_and(|(was, is)| is > was.bumped(class) && is.class_since(&was) != Some(class))
    }

    /// Returns the version of the note with these entries: the version before all changes, raised once by the
    /// greatest of their classes. A version that somebody has raised as far already stays, and so does one that
    /// cannot be read.
    fn version(&self, drafts: &[Draft<'_>]) -> Option<Version> {
        let class = drafts.iter().filter_map(|draft| draft.template?.class).min()?;
        if has_unread_version(self.note, self.timeline) {
            return None;
        }
        let newest = |note| newest_version(note, self.timeline);
        let now = newest(self.note);
        let base = self.before.and_then(newest).or_else(|| now.clone()).or_else(|| Version::read("0.0.0"))?;
        Some(base.bumped(class)).max(now)
    }
}

/// Returns what identifies that an integration was added or removed.
fn key(event: &Event) -> Option<(Act, String)> {
    match &event.thing {
        Thing::Integration(name) if event.act != Act::Changed => Some((event.act, fold(name).into_owned())),
        _ => None,
    }
}

/// Returns the titles that entries about edges would have, and whether each of them presents an integration.
fn edge_titles(events: &[Event], note: &Note, integrations: &Integrations) -> HashMap<String, bool> {
    let edges = events.iter().filter(|event| matches!(event.thing, Thing::Edge(..)));
    let templates = &note.facts.system().templates;
    let titled = edges.map(|event| fit::titled(event, templates, &|name| integrations.has(name)));
    titled.map(|it| (escape::inline(&it.title), it.template.is_some_and(presents))).collect()
}

/// Whether a template has a placeholder for the name of an integration.
fn presents(template: &LogTemplate) -> bool {
    template.placeholders().iter().any(|name| fold(name) == "integration")
}

/// Returns the integrations whose addition or removal is told by an entry about an edge: `Connected [system] with
/// [integration]` says it all.
fn connected(told: &[Titled<'_, '_>]) -> HashSet<(Act, String)> {
    let mut ends = HashSet::new();
    for Titled { event, template, .. } in told {
        if let (Thing::Edge(from, to), true) = (&event.thing, template.is_some_and(presents)) {
            ends.extend([from, to].map(|end| (event.act, fold(end).into_owned())));
        }
    }
    ends
}

/// Returns the header's version for an entry that states it. Returns `None` if the history has no versions, or
/// already has one that is as high: a lower version would stand behind a higher one, and an equal one is out
/// already.
fn released(note: &Note, own: &str, now: Stamp, timeline: Timeline<'_>) -> Option<String> {
    let (at, version) = Version::find(own)?;
    if !has_version_history(note) || newest_told(note, timeline)? >= version {
        return None;
    }
    let number = own[at].trim_start_matches(['v', 'V']);
    // A number without a dot and without `v` would be read as something else.
    let shown = if number.contains('.') { number.to_owned() } else { version.to_string() };
    let format = timeline.format;
    title_on(&format!("v{shown} ({})", format.write(now)), format).map(|_| shown)
}
