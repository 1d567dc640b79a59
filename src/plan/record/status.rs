//! Makes the entries of a sync about components whose status has changed.

use super::event::{Event, Thing};
use super::fit::{self, StatusForm};
use crate::difference::{Act, FieldChange};
use crate::plan::entry::{DraftEntry, Words, draft, with_version};
use crate::plan::escape;
use crate::plan::history::{NewEntry, Timeline};
use crate::plan::value::{field_detail, written};
use crate::syntax::header::keys;
use crate::syntax::placeholder;
use crate::text::stamp::Stamp;
use crate::vault::Note;

/// A step of a component from one status to another, as other notes have them.
#[derive(Clone, Copy, Debug)]
pub(in crate::plan) struct StatusStep<'c> {
    pub(in crate::plan) component: &'c str,
    pub(in crate::plan) old: &'c str,
    pub(in crate::plan) new: &'c str,
}

/// Returns entries that tell which components have changed their status, from the note's own template for that,
/// or else in free words. Links, comments and HTML in names and statuses are stripped.
#[must_use]
pub(in crate::plan) fn status_changes<'c>(
    note: &Note,
    now: Stamp,
    timeline: Timeline<'_>,
    changes: impl Iterator<Item = StatusStep<'c>>,
) -> Vec<DraftEntry> {
    let form = StatusForm::among(&note.facts.system().templates);
    // The version is computed once, because that looks at all entries, and there may be as many changes.
    let template = form.as_ref().map(|form| form.template);
    let words = Words { template, title: "", details: &[] };
    let DraftEntry { entry, version } = draft(note, words, now, timeline);
    let has_details = note.facts.system().entries().any(|entry| entry.details().next().is_some());
    let one = |step: StatusStep<'_>| {
        let event = changed(step);
        let filled = form.as_ref().and_then(|form| form.title(&event));
        let filled = filled.map(|title| with_version(title, template, version.as_ref()));
        let title = escape::inline(&filled.unwrap_or_else(|| fit::free(&event)));
        // The old status goes into a detail if the note's entries have details.
        let details = event.fields.iter().filter(|_| has_details).map(field_detail).collect();
        DraftEntry { entry: NewEntry { title, details, ..entry.clone() }, version: version.clone() }
    };
    // An unfilled placeholder is not a status.
    changes.filter(|step| !placeholder::is_in(step.new)).map(one).collect()
}

/// Returns a change of status. An unfilled old value counts as missing, and so does a value that shows nothing.
fn changed(StatusStep { component, old, new }: StatusStep<'_>) -> Event {
    let shown = |value: &str| Some(value.to_owned()).filter(|value| !written(value).is_empty());
    let old = shown(old).filter(|old| !placeholder::is_in(old));
    let field = FieldChange { field: keys::STATUS.to_owned(), old, new: shown(new) };
    Event { act: Act::Changed, thing: Thing::Status(component.to_owned()), fields: vec![field], line: None }
}
