//! Finds template placeholders that were not filled in.

use super::Placeholder;
use crate::syntax::header::{Header, HeaderField, keys};
use crate::syntax::placeholder;
use crate::syntax::properties::{Property, is_key};
use crate::syntax::source::Source;

/// Finds the expressions in the text outside code and in the properties with a key of a header, and Templater
/// commands in all properties. In other properties, braces may be ordinary text.
pub(super) fn placeholders(
    source: &Source<'_>,
    body: usize,
    properties: &[Property],
    header: Option<&Header>,
) -> Vec<Placeholder> {
    let mut found = Vec::new();
    let is_known = |field: &&HeaderField| field.property && keys::ALL.contains(&field.key.as_str());
    for field in header.iter().flat_map(|h| &h.fields).filter(is_known) {
        for span in placeholder::find_all(&field.value) {
            let text = span.of(&field.value).to_owned();
            found.push(Placeholder { text, place: field.place, hidden: false });
        }
    }
    if source.text.get(..body).is_some_and(|yaml| memchr::memchr(b'<', yaml.as_bytes()).is_some()) {
        let is_field = |own: &Property| keys::ALL.iter().any(|key| is_key(&own.key, key));
        let others = properties.iter().filter(|own| header.is_none() || !is_field(own));
        commands(source, others, &mut found);
    }
    for span in placeholder::find_all(source.text.get(body..).unwrap_or("")) {
        let span = span.shifted(body);
        if !source.outline.is_opaque(span.start) && !source.is_generated(span) {
            let hidden = source.outline.hidden_at(span.start).is_some();
            found.push(Placeholder {
                text: span.of(source.text).to_owned(),
                place: source.place(span),
                hidden,
            });
        }
    }
    found
}

/// Finds Templater commands in the values of properties.
fn commands<'p>(
    source: &Source<'_>,
    properties: impl Iterator<Item = &'p Property>,
    found: &mut Vec<Placeholder>,
) {
    for value in properties.flat_map(|own| own.value.scalars()) {
        for span in placeholder::find_all(value.span.of(source.text)) {
            let span = span.shifted(value.span.start as usize);
            if span.of(source.text).starts_with("<%") {
                let text = span.of(source.text).to_owned();
                found.push(Placeholder { text, place: source.place(span), hidden: false });
            }
        }
    }
}
