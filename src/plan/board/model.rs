//! The values for the vault's own board templates: the records of the JSON contract.
//!
//! They are the records that `list` prints, without `line`, `column` and `span`: a board shows notes and
//! headings, and must not become stale when a line is added above something. The content of boards is left out:
//! otherwise writing one board would make another one stale, or the same one again.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::Source;
use super::template::Given;
use crate::records::diagrams::{DiagramRecord, diagrams};
use crate::records::systems::{RelationRecord, SystemRecord, relations, systems};
use crate::records::{
    HistoryRecord, IntegrationRecord, LinkRecord, MetricRecord, NoteRecord, TemplateRecord, history,
    integrations, links_outside_boards, metrics, notes, templates,
};
use crate::syntax::board::Board;

/// The values that the template of a board can use.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "Values of a board's template")]
pub(crate) struct Model {
    /// The board that is being filled in.
    pub board: BoardValue,
    /// Every note.
    pub notes: Vec<NoteRecord>,
    /// Every link that is not in a board.
    pub links: Vec<LinkRecord>,
    /// Every integration.
    pub integrations: Vec<IntegrationRecord>,
    /// Every diagram.
    pub diagrams: Vec<DiagramRecord>,
    /// Every history entry.
    pub history: Vec<HistoryRecord>,
    /// Every log template.
    pub templates: Vec<TemplateRecord>,
    /// Every metric.
    pub metrics: Vec<MetricRecord>,
    /// The findings that boards may show.
    pub findings: Vec<FindingValue>,
    /// The systems of the graph: integrations, components, and boxes that only diagrams have.
    pub systems: Vec<SystemRecord>,
    /// The relations between systems.
    pub relations: Vec<RelationRecord>,
}

/// The board that a template fills in.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct BoardValue {
    /// The kind of the board, which is its name in the marker.
    pub kind: String,
    /// The attributes of its marker.
    pub attributes: BTreeMap<String, String>,
}

/// A finding.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FindingValue {
    /// The name of the rule.
    pub rule: String,
    /// `error`, `warning` or `info`.
    pub severity: String,
    /// What is wrong.
    pub message: String,
    /// The path of the note in the vault.
    pub note: String,
    /// What the finding is about, independent of its place in the note.
    pub subject: String,
}

/// Returns the values that a template uses. Others are not made, since a vault may be large.
pub(super) fn values(
    source: &Source<'_>,
    board: &Board,
    asked: impl Fn(&str) -> bool,
) -> BTreeMap<&'static str, Given> {
    let vault = source.vault;
    let mut values = BTreeMap::new();
    if asked("board") {
        let attributes = board.attributes.iter().map(|(key, value)| (key.to_owned(), value.to_owned()));
        let attributes = attributes.collect();
        values.insert("board", Given::of(BoardValue { kind: board.kind.clone(), attributes }));
    }
    let mut add = |name: &'static str, make: &dyn Fn() -> serde_json::Result<Value>| {
        // Serialising a record cannot fail.
        let given = || make().ok().map(|records| Given::of(without_places(records)));
        if asked(name)
            && let Some(given) = source.own.given.get(name, given)
        {
            values.insert(name, given);
        }
    };
    add("notes", &|| serde_json::to_value(notes(vault)));
    add("links", &|| serde_json::to_value(links_outside_boards(vault)));
    add("integrations", &|| serde_json::to_value(integrations(vault)));
    add("diagrams", &|| serde_json::to_value(diagrams(vault)));
    add("history", &|| serde_json::to_value(history(vault)));
    add("templates", &|| serde_json::to_value(templates(vault)));
    add("metrics", &|| serde_json::to_value(metrics(vault)));
    add("findings", &|| serde_json::to_value(findings(source)));
    add("systems", &|| serde_json::to_value(systems(source.systems())));
    add("relations", &|| serde_json::to_value(relations(source.systems())));
    values
}

fn findings(source: &Source<'_>) -> Vec<FindingValue> {
    let record = |finding: &crate::model::finding::Finding| FindingValue {
        rule: finding.rule.to_owned(),
        severity: finding.severity.name().to_owned(),
        message: finding.message.clone(),
        note: finding.note.clone(),
        subject: finding.subject.clone(),
    };
    source.findings.iter().map(record).collect()
}

/// The fields that tell where something stands.
const PLACES: [&str; 3] = ["line", "column", "span"];

/// Removes the places from records, and from their headings and errors.
fn without_places(mut records: Value) -> Value {
    for record in records.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
        record.retain(|key, _| !PLACES.contains(&key.as_str()));
        let headings = record.get_mut("headings").and_then(Value::as_array_mut);
        for heading in headings.into_iter().flatten().filter_map(Value::as_object_mut) {
            heading.remove("line");
        }
        if let Some(error) = record.get_mut("error").and_then(Value::as_object_mut) {
            error.remove("line");
        }
    }
    records
}

/// Returns the JSON Schema (draft 2020-12) of the values.
#[must_use]
pub(crate) fn schema() -> Value {
    let mut schema = schemars::schema_for!(Model).to_value();
    for record in
        schema.get_mut("$defs").and_then(Value::as_object_mut).into_iter().flat_map(|d| d.values_mut())
    {
        if let Some(properties) = record.get_mut("properties").and_then(Value::as_object_mut) {
            properties.retain(|key, _| !PLACES.contains(&key.as_str()));
        }
        if let Some(required) = record.get_mut("required").and_then(Value::as_array_mut) {
            required.retain(|key| !key.as_str().is_some_and(|key| PLACES.contains(&key)));
        }
    }
    schema
}
