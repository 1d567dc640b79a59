//! Makes the entries of a sync about components whose status has changed.

use super::event::{Event, Thing};
use super::fit::{self, StatusForm};
use crate::difference::{Act, FieldChange};
use crate::plan::entry::{DraftEntry, draft, with_version};
use crate::plan::escape;
use crate::plan::history::{NewEntry, Timeline};
use crate::plan::value::{field_detail, written};
use crate::syntax::header::keys;
use crate::syntax::placeholder;
use crate::text::stamp::Stamp;
use crate::vault::Note;

/// Returns entries that tell which components have changed their status, from the note's own template for that,
/// or else in free words. Each of `changes` is a component with its old and its new status, as other notes have
/// them; links, comments and HTML in them are stripped.
#[must_use]
pub(in crate::plan) fn status_changes<'c>(
    note: &Note,
    when: (Stamp, Timeline<'_>),
    changes: impl Iterator<Item = (&'c str, &'c str, &'c str)>,
) -> Vec<DraftEntry> {
    let form = StatusForm::among(&note.facts.system().templates);
    // The version is computed once, because that looks at all entries, and there may be as many changes.
    let template = form.as_ref().map(|form| form.template);
    let DraftEntry { entry, version } = draft(note, template, when, String::new(), &[]);
    let has_details = note.facts.system().entries().any(|entry| entry.details().next().is_some());
    let one = |(component, old, new): (&str, &str, &str)| {
        let event = changed(component, old, new);
        let filled = form.as_ref().and_then(|form| form.title(&event));
        let filled = filled.map(|title| with_version(title, template, version.as_ref()));
        let title = escape::inline(&filled.unwrap_or_else(|| fit::free(&event)));
        // The old status goes into a detail if the note's entries have details.
        let details = event.fields.iter().filter(|_| has_details).map(field_detail).collect();
        DraftEntry { entry: NewEntry { title, details, ..entry.clone() }, version: version.clone() }
    };
    // An unfilled placeholder is not a status.
    changes.filter(|(.., new)| !placeholder::is_in(new)).map(one).collect()
}

/// Returns a change of status. An unfilled old value counts as missing, and so does a value that shows nothing.
fn changed(component: &str, old: &str, new: &str) -> Event {
    let shown = |value: &str| Some(value.to_owned()).filter(|value| !written(value).is_empty());
    let old = shown(old).filter(|old| !placeholder::is_in(old));
    let field = FieldChange { field: keys::STATUS.to_owned(), old, new: shown(new) };
    Event { act: Act::Changed, thing: Thing::Status(component.to_owned()), fields: vec![field], line: None }
}
