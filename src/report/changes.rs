//! Renders differences between two states of the model as text, as JSON and as Markdown.

use anstyle::{AnsiColor, Style};

use crate::difference::affected::{Affected, Reason};
use crate::difference::{Act, Change, FieldChange, Kind, Subject};
use crate::systems::{RelationKind, name_key};
use crate::text::fold::collapsed;
use crate::text::message::counted;
use crate::text::visible::escape;

pub mod json;
pub mod markdown;

/// The differences between two states of a vault, to be reported.
#[derive(Clone, Copy, Debug)]
pub struct Told<'t> {
    /// The name of the older state, as the user gave it.
    pub from: &'t str,
    /// The name of the newer state; `None` for the files as they are.
    pub to: Option<&'t str>,
    /// The differences.
    pub changes: &'t [Change],
    /// The affected systems, where they were asked for.
    pub affected: Option<&'t [Affected]>,
}

/// Renders differences as text, grouped by note.
#[must_use]
pub fn text(told: Told<'_>) -> String {
    let mut by_note: Vec<&Change> = spoken(told.changes);
    by_note.sort_by_key(|change| change.spot().map(|spot| &spot.note));
    let mut out = String::new();
    for changes in by_note.chunk_by(|a, b| a.spot().map(|s| &s.note) == b.spot().map(|s| &s.note)) {
        let bold = Style::new().bold();
        let note = changes[0].spot().map_or("", |spot| spot.note.as_str());
        out.push_str(&format!("{bold}{}{bold:#}\n", escape(note)));
        for change in changes {
            let (mark, colour) = mark(change.act());
            let colour = colour.on_default();
            out.push_str(&format!("  {colour}{mark} {}{colour:#}\n", escape(&sentence(change))));
            for field in details(change) {
                out.push_str(&format!("      {}\n", escape(&line(field, change.act()))));
            }
        }
        out.push('\n');
    }
    if !out.is_empty() {
        out.push_str(&format!("{}\n", summary(told.changes)));
    }
    if let Some(affected) = told.affected.filter(|affected| !affected.is_empty()) {
        out.push_str("\nAffected:\n");
        for system in affected {
            let note = system.note.as_deref().map_or_else(String::new, |note| format!(" ({note})"));
            out.push_str(&format!("  {}\n", escape(&format!("{}{note}", collapsed(&system.name)))));
            for reason in &system.reasons {
                out.push_str(&format!("      {}\n", escape(&because(reason))));
            }
        }
    }
    out
}

const fn mark(act: Act) -> (char, AnsiColor) {
    match act {
        Act::Added => ('+', AnsiColor::Green),
        Act::Removed => ('-', AnsiColor::Red),
        Act::Changed | Act::Renamed => ('~', AnsiColor::Yellow),
        Act::Broken => ('!', AnsiColor::Red),
        Act::Mended => ('*', AnsiColor::Green),
    }
}

/// Returns the first line of a change: `integration Payments`, `link [[Queue]] leads nowhere any more (was
/// Queue.md)`.
fn sentence(change: &Change) -> String {
    let name = collapsed(&change.name());
    let kind = change.subject.kind().name();
    match (&change.subject, change.act()) {
        (Subject::Note, Act::Renamed) => {
            format!("renamed, was {}", change.before.as_ref().map_or("", |spot| spot.note.as_str()))
        }
        (Subject::Note, act) => act.name().to_owned(),
        (Subject::Edge(edge), Act::Added | Act::Removed) if !edge.label.is_empty() => {
            format!("edge {name} ({})", collapsed(&edge.label))
        }
        (Subject::Link(_), act) => format!("link [[{name}]]{}", leads(change, act)),
        _ => format!("{kind} {name}"),
    }
}

/// Returns what has become of a link, to follow its name.
fn leads(change: &Change, act: Act) -> String {
    let target = change.field("target");
    let old = target.and_then(|target| target.old.as_deref()).unwrap_or_default();
    let new = target.and_then(|target| target.new.as_deref()).unwrap_or_default();
    match act {
        Act::Added if new.is_empty() => ", which leads nowhere".to_owned(),
        Act::Added | Act::Removed => String::new(),
        Act::Broken => format!(" leads nowhere any more (was {old})"),
        Act::Mended => format!(" leads somewhere now: {new}"),
        Act::Changed | Act::Renamed => format!(" leads to {new} now (was {old})"),
    }
}

/// Returns the fields to list below a change: none for what was removed, and none that its first line already
/// tells.
fn details(change: &Change) -> &[FieldChange] {
    let said = match change.subject {
        Subject::Link(_) | Subject::Note => true,
        Subject::Node(_) | Subject::Edge(_) => change.act() == Act::Added,
        _ => false,
    };
    if said || change.act() == Act::Removed { &[] } else { &change.fields }
}

/// Renders `field: old → new`, or `field: value` for what was added.
fn line(field: &FieldChange, act: Act) -> String {
    match (act, &field.new) {
        (Act::Added, Some(value)) => format!("{}: {}", field.field, collapsed(value)),
        _ => collapsed(&field.to_string()),
    }
}

fn because(Reason { changed, relation, note, .. }: &Reason) -> String {
    let changed = collapsed(changed);
    match relation {
        RelationKind::Diagram => format!("a diagram of {note} joins it with {changed}"),
        RelationKind::Integration => format!("{note} holds {changed}"),
        RelationKind::Link => format!("{note} links to {changed}"),
    }
}

/// Returns the changes without those that others imply: nodes at the ends of edges that were added or removed
/// with them. A changed edge implies nothing about the names of its ends.
fn spoken(changes: &[Change]) -> Vec<&Change> {
    let mut ends = std::collections::HashSet::new();
    for change in changes {
        if let (Subject::Edge(edge), Some(spot), Act::Added | Act::Removed) =
            (&change.subject, change.spot(), change.act())
        {
            for end in [&edge.from, &edge.to] {
                ends.insert((change.act(), spot.note.as_str(), name_key(end)));
            }
        }
    }
    let implied = |change: &Change| match (&change.subject, change.spot()) {
        (Subject::Node(label), Some(spot)) => {
            ends.contains(&(change.act(), spot.note.as_str(), name_key(label)))
        }
        _ => false,
    };
    changes.iter().filter(|change| !implied(change)).collect()
}

/// Counts changes by kind: `2 integrations changed, 1 edge added`.
fn summary(changes: &[Change]) -> String {
    let spoken = spoken(changes);
    let count = |kind: Kind, act: Act| {
        spoken.iter().filter(|change| change.subject.kind() == kind && change.act() == act).count()
    };
    let acts = [Act::Added, Act::Removed, Act::Changed, Act::Renamed, Act::Broken, Act::Mended];
    let counts = Kind::ALL.iter().flat_map(|kind| acts.map(|act| (*kind, act, count(*kind, act))));
    let told = counts
        .filter(|(.., count)| *count > 0)
        .map(|(kind, act, count)| format!("{} {}", counted(count, kind.name()), act.name()));
    told.collect::<Vec<_>>().join(", ")
}
