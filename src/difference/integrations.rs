//! Differences between integrations. An integration is identified by its name in the whole vault, so a block that
//! moves to another note is the same integration. If all but the name is the same, it was renamed.

use std::collections::{BTreeMap, HashSet};

use super::notes::{Pair, Pairs};
use super::{Change, FieldChange, NAME, Spot, Subject, Values, differing, paired};
use crate::model::duration::same_rate;
use crate::model::integration::{View, same_address, to_value};
use crate::model::level::same_status;
use crate::model::quantity::same_figure;
use crate::syntax::integration::Integration;
use crate::syntax::json::{Json, JsonValue};
use crate::text::fold::{fold, term_key};
use crate::vault::{Note, Role};

/// The field that holds the note of an integration, listed where that has changed.
const HOME: &str = "note";

/// An integration and its note.
#[derive(Clone, Copy)]
struct Found<'v> {
    note: &'v Note,
    integration: &'v Integration,
    /// The path that its note has in the newer vault, to tell whether the integration has moved.
    home: &'v str,
    /// Whether the other version of the note has an unreadable block, which may be this integration.
    doubtful: bool,
}

pub(super) fn changes(pairs: &Pairs<'_>, changes: &mut Vec<Change>) {
    let mut groups: BTreeMap<String, [Vec<Found<'_>>; 2]> = BTreeMap::new();
    for pair in &pairs.all {
        let Some(home) = pair.after.or(pair.before).map(|note| note.path.as_str()) else { continue };
        for (side, found) in [before(*pair, home), after(*pair, home)].into_iter().enumerate() {
            for one in found {
                let name = View(one.integration).name().unwrap_or_default();
                groups.entry(fold(name).into_owned()).or_default()[side].push(one);
            }
        }
    }
    let (mut gone, mut come) = (Vec::new(), Vec::new());
    for [was, is] in groups.into_values() {
        pair_up(was, is, changes, &mut gone, &mut come);
    }
    // Those left have no namesake: each was renamed, added or removed.
    for (was, is) in paired(by(gone, nameless), by(come, nameless)) {
        push(was, is, changes);
    }
}

fn before<'v>(pair: Pair<'v>, home: &'v str) -> Vec<Found<'v>> {
    side(pair.before, pair.after, home)
}

fn after<'v>(pair: Pair<'v>, home: &'v str) -> Vec<Found<'v>> {
    side(pair.after, pair.before, home)
}

fn side<'v>(own: Option<&'v Note>, other: Option<&'v Note>, home: &'v str) -> Vec<Found<'v>> {
    let doubtful = other.is_some_and(has_unreadable);
    let own = own.filter(|note| note.role == Role::Ordinary);
    let found = |note: &'v Note| {
        note.facts.system().instances().map(move |integration| Found { note, integration, home, doubtful })
    };
    own.map(found).into_iter().flatten().collect()
}

/// Whether a note may hold more integrations than can be read. During a merge conflict its text is neither side,
/// and the blocks in conflict mostly cannot be read.
fn has_unreadable(note: &Note) -> bool {
    let system = note.facts.system();
    note.facts.is_unread() || system.conflict.is_some() || system.has_unreadable_integration()
}

/// Pairs the integrations of one name: first those in the same note, then the others in order.
fn pair_up<'v>(
    was: Vec<Found<'v>>,
    is: Vec<Found<'v>>,
    changes: &mut Vec<Change>,
    gone: &mut Vec<Found<'v>>,
    come: &mut Vec<Found<'v>>,
) {
    let (mut left, mut right): (Vec<Found<'v>>, Vec<Found<'v>>) = (Vec::new(), Vec::new());
    for pair in paired(by(was, |found| found.home), by(is, |found| found.home)) {
        match pair {
            (Some(_), Some(_)) => push(pair.0, pair.1, changes),
            (was, is) => {
                left.extend(was);
                right.extend(is);
            }
        }
    }
    for rest in [&mut left, &mut right] {
        rest.sort_by_key(|found| (&found.note.path, found.integration.anchor.line));
    }
    let moved = left.len().min(right.len());
    gone.extend(left.split_off(moved));
    come.extend(right.split_off(moved));
    for (was, is) in left.into_iter().zip(right) {
        push(Some(was), Some(is), changes);
    }
}

fn by<'v, K>(all: Vec<Found<'v>>, key: impl Fn(&Found<'v>) -> K) -> Vec<(K, Found<'v>)> {
    all.into_iter().map(|found| (key(&found), found)).collect()
}

/// Returns the path of an integration's note, and all its values except the name.
fn nameless<'v>(found: &Found<'v>) -> (&'v str, Values) {
    (found.home, values(found, false))
}

fn push(was: Option<Found<'_>>, is: Option<Found<'_>>, changes: &mut Vec<Change>) {
    let Some(shown) = is.or(was) else { return };
    if let (Some(was), Some(is)) = (was, is)
        && was.note.same_bytes(is.note)
        && was.home == is.home
        && was.integration.anchor == is.integration.anchor
    {
        return;
    }
    let all = |found: Option<Found<'_>>| found.map(|found| values(&found, true)).unwrap_or_default();
    let mut fields = differing(&all(was), &all(is), same);
    match (was, is) {
        (Some(was), Some(is)) if was.home != is.home => fields.push(FieldChange {
            field: HOME.to_owned(),
            old: Some(was.note.path.clone()),
            new: Some(is.note.path.clone()),
        }),
        (Some(_), Some(_)) if fields.is_empty() => return,
        (Some(_), Some(_)) => {}
        _ if shown.doubtful => return,
        _ => fields.retain(|field| field.field != NAME),
    }
    let spot =
        |found: Found<'_>| Spot { note: found.note.path.clone(), line: Some(found.integration.anchor.line) };
    changes.push(Change {
        subject: Subject::Integration(View(shown.integration).name().unwrap_or_default().to_owned()),
        before: was.map(spot),
        after: is.map(spot),
        fields,
    });
}

/// Returns the values of an integration, each with its path of keys; without the name unless `named`.
fn values(found: &Found<'_>, named: bool) -> Values {
    let mut values = Values::new();
    flatten(&found.integration.json, &mut String::new(), &mut values);
    values.retain(|(field, _)| named || field != NAME);
    values
}

fn flatten(json: &Json, path: &mut String, values: &mut Values) {
    let mut seen = HashSet::new();
    for member in json.members().iter().filter(|member| seen.insert(&member.key)) {
        let len = path.len();
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(&member.key);
        match &member.value.value {
            JsonValue::Object(_) => flatten(&member.value, path, values),
            JsonValue::String(text) => values.push((path.clone(), text.trim().to_owned())),
            JsonValue::Number(text) => values.push((path.clone(), text.clone())),
            _ => match to_value(&member.value) {
                serde_json::Value::String(text) => values.push((path.clone(), text)),
                other => values.push((path.clone(), other.to_string())),
            },
        }
        path.truncate(len);
    }
}

/// Whether two values of a field mean the same, however they are written.
fn same(field: &str, a: &str, b: &str) -> bool {
    let otherwise = || match field {
        "status" => same_status(a, b),
        // Compared as vocabularies compare terms.
        "type" | "auth.type" => !term_key(a).is_empty() && term_key(a) == term_key(b),
        "endpoint" => same_address(a, b),
        _ => same_rate(a, b),
    };
    a == b || same_figure(a, b) || otherwise()
}
