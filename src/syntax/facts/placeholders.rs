//! Finds template placeholders that were not filled in.

use super::Placeholder;
use crate::syntax::header::{Header, HeaderField, keys};
use crate::syntax::outline::LinkForm;
use crate::syntax::placeholder;
use crate::syntax::properties::{Property, is_key};
use crate::syntax::source::Source;
use crate::text::span::Span;

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
    let is_known = |field: &&HeaderField| !field.property && keys::ALL.contains(&field.key.as_str());
    // They are in the order of the note, like the expressions.
    let known = header.iter().flat_map(|header| &header.fields).filter(is_known);
    let mut values = known.map(|field| field.place.span).peekable();
    for span in placeholder::find_all(source.text.get(body..).unwrap_or("")) {
        let span = span.shifted(body);
        while values.next_if(|value| value.end <= span.start).is_some() {}
        // A known key of the header has no address as its value.
        let is_value = values.peek().is_some_and(|value| value.start <= span.start);
        let is_shown = !source.outline.is_opaque(span.start) && !source.is_generated(span);
        if is_shown && (is_value || !is_in_address(source, span)) {
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

/// Whether braces are a part of an address: behind its `://` (`https://example.com/{{tenant}}/users`), or as its
/// beginning (`{{base_url}}/api`). They document an interface, and no template would render them. The variables of
/// the usual templates, perhaps with a format, and the targets of wikilinks are meant to be rendered.
fn is_in_address(source: &Source<'_>, braces: Span) -> bool {
    /// How far back an address may begin. Without a limit, a long line of braces would take quadratic time.
    const LONGEST: usize = 512;
    let (text, start, end) = (source.text, braces.start as usize, braces.end as usize);
    let Some(inner) = text[start..end].strip_prefix("{{").and_then(|text| text.strip_suffix("}}")) else {
        return false;
    };
    let name = inner.split(':').next().unwrap_or_default().trim();
    let is_variable = CORE.iter().any(|variable| name.eq_ignore_ascii_case(variable));
    if is_variable || QUICK_ADD.contains(&name) || is_in_wikilink(source, braces) {
        return false;
    }
    let before = &text.as_bytes()[start.saturating_sub(LONGEST)..start];
    let behind = &text.as_bytes()[end..];
    if matches!(behind, [b'/', next, ..] if next.is_ascii_alphabetic()) {
        return true;
    }
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || b"<>()[]\"'`|".contains(byte);
    let word = before.iter().rposition(is_end).map_or(before, |at| &before[at + 1..]);
    memchr::memmem::find(word, b"://").is_some()
}

/// The variables of the core plug-in for templates.
const CORE: [&str; 3] = ["title", "date", "time"];

/// The variables of `QuickAdd` that may stand in an address. It reads them in any case, but an API has a `{{name}}`
/// and a `{{value}}` of its own.
const QUICK_ADD: [&str; 3] = ["VALUE", "VDATE", "NAME"];

fn is_in_wikilink(source: &Source<'_>, braces: Span) -> bool {
    let links = &source.outline.links;
    let after = links.partition_point(|link| link.span.start <= braces.start);
    let around = links[..after].last().filter(|link| braces.start < link.span.end);
    around.is_some_and(|link| link.form == LinkForm::Wiki)
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
