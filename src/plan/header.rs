//! Plans changes of header values: the value alone, its quotes and comment stay.

use crate::model::version::Version;
use crate::syntax::header::{HeaderField, keys};
use crate::syntax::placeholder;
use crate::text::edit::Edit;
use crate::text::stamp::{PROPERTY_FORMATS, Reading, Stamp, StampFormat};
use crate::vault::Note;

/// A timestamp in the form that a value has: the vault's own, or one of Obsidian's date properties.
/// `None` where the value is neither, and nobody can tell what was meant.
#[must_use]
pub fn in_the_form_of(value: &str, stamp: Stamp, format: &StampFormat) -> Option<String> {
    if value.is_empty() || placeholder::is_in(value) || format.read(value).is_some() {
        return Some(format.write(stamp));
    }
    let own =
        PROPERTY_FORMATS.iter().map(|pattern| StampFormat::of(pattern)).find(|f| f.read(value).is_some())?;
    Some(own.write(stamp))
}

/// Edits that set `Last Modified` to a moment, in the list and in the properties where both have it.
/// It never goes back, and a key that is not there is not added. In a template note a value that Obsidian is
/// to render stays.
#[must_use]
pub fn set_last_modified(note: &Note, stamp: Stamp, format: &StampFormat) -> Vec<Edit> {
    let Some(header) = &note.facts.system().header else { return Vec::new() };
    let outdated = |field: &&HeaderField| match field.stamp(format) {
        Some(Reading::Valid(own)) => own.is_before(stamp),
        _ => true,
    };
    let fields = header.all(keys::LAST_MODIFIED).filter(outdated);
    let fields = fields.filter(|field| !(note.is_template() && field.is_unrendered()));
    fields.filter_map(|field| set(field, &in_the_form_of(&field.value, stamp, format)?)).collect()
}

/// Edits that set the version, in the form that it has (with or without a `v`), and nothing else of a value that
/// says more. In a template note a value that
/// Obsidian is to render stays.
#[must_use]
pub fn set_version(note: &Note, version: &str) -> Vec<Edit> {
    let Some(header) = &note.facts.system().header else { return Vec::new() };
    header
        .all(keys::VERSION)
        .filter(|field| !(note.is_template() && field.is_unrendered()))
        .filter_map(|field| {
            let old = Version::find(&field.value).map_or(0..field.value.len(), |(at, _)| at);
            let prefix = field.value[old.clone()].chars().next().filter(|c| matches!(c, 'v' | 'V'));
            let new = prefix.map_or_else(|| version.to_owned(), |v| format!("{v}{version}"));
            let (before, behind) = (&field.value[..old.start], &field.value[old.end..]);
            set(field, &format!("{before}{new}{behind}"))
        })
        .collect()
}

fn set(field: &HeaderField, value: &str) -> Option<Edit> {
    // Behind a bare `Key:` a blank is missing.
    let text = if field.place.span.is_empty() { format!(" {value}") } else { value.to_owned() };
    (field.value != value).then(|| Edit::replace(field.place.span, text))
}
