//! Differences between the history entries and log templates of notes.

use super::notes::Pairs;
use super::{Change, FieldChange, Spot, Subject, paired};
use crate::syntax::history::HistoryEntry;
use crate::syntax::log_template::LogTemplate;
use crate::text::fold::fold;
use crate::text::place::Place;
use crate::vault::Note;

pub(super) fn changes(pairs: &Pairs<'_>, changes: &mut Vec<Change>) {
    for (before, after) in pairs.all.iter().filter_map(|pair| pair.instances()) {
        let spot = |note: Option<&Note>, place: Option<Place>| {
            Some(Spot { note: note?.path.clone(), line: Some(place?.line) })
        };
        for (was, is) in paired(entries(before), entries(after)) {
            let Some(entry) = is.or(was).filter(|_| was.is_none() || is.is_none()) else { continue };
            changes.push(Change {
                subject: Subject::Entry(entry.title().to_owned()),
                before: spot(before, was.map(|entry| entry.place)),
                after: spot(after, is.map(|entry| entry.place)),
                fields: value("timestamp", was, is, |entry| entry.timestamp()),
            });
        }
        for (was, is) in paired(templates(before), templates(after)) {
            let fields = value("text", was, is, |template| &template.text);
            let Some(template) = is.or(was).filter(|_| !fields.is_empty()) else { continue };
            changes.push(Change {
                subject: Subject::Template(template.label.clone()),
                before: spot(before, was.map(|template| template.place)),
                after: spot(after, is.map(|template| template.place)),
                fields,
            });
        }
    }
}

/// Returns the change of the only value that is compared.
fn value<'n, T>(
    field: &str,
    was: Option<&'n T>,
    is: Option<&'n T>,
    of: impl Fn(&'n T) -> &'n str,
) -> Vec<FieldChange> {
    let (old, new) = (was.map(&of), is.map(&of));
    if old == new {
        return Vec::new();
    }
    vec![FieldChange { field: field.to_owned(), old: old.map(str::to_owned), new: new.map(str::to_owned) }]
}

/// Returns the entries of a note, keyed by time and title.
fn entries(note: Option<&Note>) -> Vec<((&str, &str), &HistoryEntry)> {
    let entries = note.into_iter().flat_map(|note| note.facts.system().entries());
    entries.map(|entry| ((entry.timestamp(), entry.title()), entry)).collect()
}

/// Returns the log templates of a note, keyed by label.
fn templates(note: Option<&Note>) -> Vec<(String, &LogTemplate)> {
    let templates = note.map_or(&[][..], |note| &note.facts.system().templates);
    templates.iter().map(|template| (fold(&template.label).into_owned(), template)).collect()
}
