//! The JSON document of `diff`.

use schemars::JsonSchema;
use serde::Serialize;

use super::Told;
use crate::difference::affected::Affected;
use crate::difference::{Change, Spot, Subject};
use crate::report::json;
use crate::report::wire::SCHEMA;

/// The differences between two revisions of a vault.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DiffDocument {
    /// The version of portolan.
    pub portolan: &'static str,
    /// The version of this format.
    #[schemars(extend("const" = SCHEMA))]
    pub schema: u32,
    /// The older revision, as given on the command line.
    pub from: String,
    /// The newer revision; null for the files on disk.
    pub to: Option<String>,
    /// The differences, in the order of kinds, notes and lines.
    pub changes: Vec<ChangeRecord>,
    /// The systems that the changes affect, in the order of names; null without `--around`.
    pub affected: Option<Vec<AffectedRecord>>,
}

/// A difference.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ChangeRecord {
    /// What is different: `note`, `component`, `integration`, `edge`, `node`, `metric`, `link`, `template` or
    /// `entry`.
    pub kind: String,
    /// What has happened to it: `added`, `removed` or `changed`; for a note also `renamed`; for a link also
    /// `broken` or `mended`.
    pub change: String,
    /// Its name: a path, a title, a name, a label, or the text of a link.
    pub name: String,
    /// For an edge: what it joins.
    pub edge: Option<EdgeRecord>,
    /// Its place in the older revision; null if it was added.
    pub before: Option<SpotRecord>,
    /// Its place in the newer revision; null if it was removed.
    pub after: Option<SpotRecord>,
    /// The values that are different. For something that was added or removed, all of its values.
    pub fields: Vec<FieldRecord>,
}

/// An edge of a flowchart.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EdgeRecord {
    /// The label of the node that it begins at.
    pub from: String,
    /// The label of the node that it ends at.
    pub to: String,
    /// The label of the edge; empty if there is none.
    pub label: String,
}

/// A place in a note.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SpotRecord {
    /// The path of the note in the vault.
    pub note: String,
    /// The 1-based line; null for the whole note.
    pub line: Option<u32>,
}

/// A value that is different.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FieldRecord {
    /// The name of the field, such as `config.timeout`.
    pub field: String,
    /// The old value; null if there was none.
    pub old: Option<String>,
    /// The new value; null if there is none.
    pub new: Option<String>,
}

/// A system that changes affect.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AffectedRecord {
    /// The name of the system.
    pub name: String,
    /// What it is: `integration`, `component` or `other`.
    pub kind: String,
    /// The path of the note that describes it.
    pub note: Option<String>,
    /// Why it is affected.
    pub reasons: Vec<ReasonRecord>,
}

/// Why a system is affected.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReasonRecord {
    /// The name of the system that has changed.
    pub changed: String,
    /// What joins the two: a `diagram`, an `integration` or a `link`.
    pub relation: String,
    /// The path of the note with that relation.
    pub note: String,
    /// The 1-based line of the diagram, the integration or the link.
    pub line: u32,
}

/// Renders differences as JSON.
///
/// # Errors
/// A record cannot be serialised, which never happens for those of the contract.
pub fn render(told: Told<'_>) -> serde_json::Result<String> {
    let diff = DiffDocument {
        portolan: env!("CARGO_PKG_VERSION"),
        schema: SCHEMA,
        from: told.from.to_owned(),
        to: told.to.map(str::to_owned),
        changes: told.changes.iter().map(change).collect(),
        affected: told.affected.map(|affected| affected.iter().map(system).collect()),
    };
    json::pretty(&diff).map(|json| json + "\n")
}

fn change(change: &Change) -> ChangeRecord {
    let spot = |spot: &Option<Spot>| {
        spot.as_ref().map(|spot| SpotRecord { note: spot.note.clone(), line: spot.line })
    };
    let edge = match &change.subject {
        Subject::Edge(edge) => {
            Some(EdgeRecord { from: edge.from.clone(), to: edge.to.clone(), label: edge.label.clone() })
        }
        _ => None,
    };
    ChangeRecord {
        kind: change.subject.kind().name().to_owned(),
        change: change.act().name().to_owned(),
        name: change.name(),
        edge,
        before: spot(&change.before),
        after: spot(&change.after),
        fields: change
            .fields
            .iter()
            .map(|f| FieldRecord { field: f.field.clone(), old: f.old.clone(), new: f.new.clone() })
            .collect(),
    }
}

fn system(affected: &Affected) -> AffectedRecord {
    let reasons = affected.reasons.iter().map(|reason| ReasonRecord {
        changed: reason.changed.clone(),
        relation: reason.relation.name().to_owned(),
        note: reason.note.clone(),
        line: reason.line,
    });
    AffectedRecord {
        name: affected.name.clone(),
        kind: affected.kind.name().to_owned(),
        note: affected.note.clone(),
        reasons: reasons.collect(),
    }
}
