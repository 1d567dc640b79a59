//! Changes of integrations that no history entry records.

use std::collections::{HashMap, HashSet};

use super::measures::named_in;
use super::step::{Step, integration};
use super::{Sink, declare_rule};
use crate::difference::{Act, Change, Subject};
use crate::model::finding::{Applicability, Fix};
use crate::plan::record::{self, RecordOptions};
use crate::text::fold::fold;
use crate::text::message::quoted;
use crate::text::place::Place;
use crate::vault::Note;

declare_rule! {
    /// An integration has changed, and no history entry records it.
    ///
    /// ## Why
    ///
    /// A history with gaps is worse than none: it says that nothing happened.
    ///
    /// The rule compares with a commit, so it only reports with `check --staged` and `check --since`. An
    /// integration that was added, removed or changed needs a new entry in its note, or one elsewhere that
    /// names it. A new note without a history is not judged.
    ///
    /// ## Example
    ///
    /// A commit that turns `"timeout": "30s"` into `"timeout": "10s"` and adds no entry under
    /// *Modification History*.
    ///
    /// ## Fix
    ///
    /// Log what has changed. `check --since HEAD --unsafe-fixes` drafts an entry from the note's own log
    /// templates, with `field: old → new` as details. `portolan record` does the same for everything that
    /// has changed.
    pub static CHANGE_UNLOGGED = "change-unlogged", Off, Step(change_unlogged), fixable;
}

fn change_unlogged(step: &Step<'_>, sink: &mut Sink<'_>) {
    let (mut logged, mut titles) = (HashSet::new(), HashSet::new());
    for change in step.changes.iter().filter(|change| change.act() == Act::Added) {
        if let (Subject::Entry(title), Some(spot)) = (&change.subject, &change.after) {
            logged.insert(spot.note.as_str());
            titles.insert(title.as_str());
        }
    }
    let now_called: HashMap<&str, &str> = step.renames().collect();
    let was_called: HashMap<&str, &str> = step.renames().map(|(was, now)| (now, was)).collect();
    let mut unlogged: Vec<(&Note, Place, &Change)> = Vec::new();
    for change in step.changes.iter().filter(|change| matches!(change.subject, Subject::Integration(_))) {
        let Some((note, place)) = home(step, change, &now_called) else { continue };
        let path = note.path.as_str();
        let is_new = step.before.find(was_called.get(path).copied().unwrap_or(path)).is_none();
        let has_history = !note.facts.system().history.is_empty();
        if !(logged.contains(path) || (is_new && !has_history)) {
            unlogged.push((note, place, change));
        }
    }
    let notes = logged.iter().filter_map(|path| step.after.note(step.after.find(path)?));
    let entries = notes.flat_map(|note| note.facts.system().entries());
    let new = entries.filter(|entry| titles.contains(entry.title()));
    let open = unlogged.iter().map(|(.., change)| fold(&change.name()).into_owned());
    let named = named_in(new, open.collect());
    unlogged.retain(|(.., change)| !named.contains(fold(&change.name()).as_ref()));
    let mut drafts = drafts(step, &unlogged);
    for (note, place, change) in unlogged {
        let name = change.name();
        let what = match change.act() {
            Act::Added => "was added",
            Act::Removed => "was removed",
            _ => "has changed",
        };
        let finding = sink.report(
            &note.path,
            place,
            &format!("{name}: {what}"),
            format!("`{name}` {what}, and no new history entry records it"),
        );
        if note.facts.system().history.is_empty() {
            finding.advise("the note has no history section; `portolan log NOTE --create` adds one");
        }
        // The fix is attached to the first finding of a note only, because one entry records all its changes.
        finding.mended_by(drafts.remove(note.path.as_str()));
    }
}

/// Returns the note that should record a change, and the place for the finding. For a removed integration it
/// is the note that it was in.
fn home<'v>(step: &Step<'v>, change: &Change, now_called: &HashMap<&str, &str>) -> Option<(&'v Note, Place)> {
    if let Some(note) = step.note(change) {
        return Some((note, integration(note, change)?.anchor));
    }
    let was = change.before.as_ref()?.note.as_str();
    let note = step.after.note(step.after.find(now_called.get(was).copied().unwrap_or(was))?)?;
    let heading = note.facts.system().history.first().map(|section| section.heading);
    Some((note, heading.unwrap_or(Place::START)))
}

/// Returns fixes that log the changes, by note, where fixes are wanted.
fn drafts(step: &Step<'_>, unlogged: &[(&Note, Place, &Change)]) -> HashMap<String, Fix> {
    let Some(now) = step.now.filter(|_| !unlogged.is_empty()) else { return HashMap::new() };
    let wanted: HashSet<&str> = unlogged.iter().map(|(note, ..)| note.path.as_str()).collect();
    let plan =
        record::plan(step.before, step.after, RecordOptions { now, wanted: &|path| wanted.contains(path) });
    let one = |write: record::RecordWrite| {
        let path = step.after.path_of(write.note).to_owned();
        let title = format!("log {}", quoted(&write.titles, " and "));
        let fix = Fix::of_note(&path, title, Applicability::Unsafe, write.edits.iter().cloned());
        (path, fix)
    };
    plan.writes.into_iter().map(one).collect()
}
