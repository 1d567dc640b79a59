//! Differences between headers: statuses, versions and further fields. The dates in a header only record that
//! something changed, and do not count.

use super::notes::Pairs;
use super::{Change, NAME, Spot, Subject, Values, differing};
use crate::model::level::same_status;
use crate::model::version::Version;
use crate::syntax::header::{Header, keys};
use crate::vault::Note;

pub(super) fn changes(pairs: &Pairs<'_>, changes: &mut Vec<Change>) {
    for (before, after) in pairs.all.iter().filter_map(|pair| pair.instances()) {
        let (was, is) = (header(before), header(after));
        let Some(name) = is.or(was).map(|(note, _)| note.title().to_owned()) else { continue };
        let spot = |side: Option<(&Note, &Header)>| {
            side.map(|(note, header)| Spot { note: note.path.clone(), line: Some(header.place.line) })
        };
        let values = |side: Option<(&Note, &Header)>| side.map(values).unwrap_or_default();
        let mut fields = differing(&values(was), &values(is), same);
        if let Some(((_, was), (_, is))) = was.zip(is) {
            fields.retain(|field| !is_unread(field.old.as_ref(), &field.field, was));
            fields.retain(|field| !is_unread(field.new.as_ref(), &field.field, is));
        }
        if was.is_none() != is.is_none() {
            fields.retain(|field| field.field != NAME);
        } else if fields.is_empty() {
            continue;
        }
        changes.push(Change {
            subject: Subject::Component(name),
            before: spot(was),
            after: spot(is),
            fields,
        });
    }
}

/// Whether `header` has the field `key` only in a form that is not read, so that nobody knows its value.
fn is_unread(value: Option<&String>, key: &str, header: &Header) -> bool {
    value.is_none() && header.has_aside(key)
}

fn header(note: Option<&Note>) -> Option<(&Note, &Header)> {
    Some((note?, note?.facts.system().header.as_ref()?))
}

fn values((note, header): (&Note, &Header)) -> Values {
    let mut values = vec![(NAME.to_owned(), note.title().to_owned())];
    let counting = header.by_key();
    for field in &header.fields {
        // Other properties may belong to a plug-in that rewrites them at every save.
        let is_further = field.property && !keys::ALL.contains(&field.key.as_str());
        let dated = matches!(field.key.as_str(), keys::CREATED | keys::LAST_MODIFIED);
        let counts = counting.get(field.key.as_str()).is_some_and(|own| std::ptr::eq(*own, field));
        if counts && !dated && !is_further && !field.value.is_empty() {
            values.push((field.key.clone(), field.value.clone()));
        }
    }
    values
}

/// Whether two values of the same field mean the same: `🟢 Active` and `Active`, `v1.2` and `1.2.0`.
fn same(field: &str, a: &str, b: &str) -> bool {
    match field {
        keys::STATUS => same_status(a, b),
        keys::VERSION => same_version(a, b),
        _ => a == b,
    }
}

/// Whether two texts name the same version. As with statuses, a remark that was added or removed (`1.2.0 · see
/// https://ci.example`) makes no difference, but two texts with different remarks may mean two versions.
fn same_version(a: &str, b: &str) -> bool {
    let names = |whole: &str, text: &str| {
        let found = Version::read(text).or_else(|| Version::remarked(text));
        found.is_some() && found == Version::read(whole)
    };
    a == b || names(a, b) || names(b, a)
}
