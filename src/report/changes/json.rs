//! The JSON document of `diff`.

use schemars::JsonSchema;
use serde::Serialize;

use super::Told;
use crate::difference::affected::Affected;
use crate::difference::{Change, Spot, Subject};
use crate::report::document;
use crate::report::wire::SCHEMA;

/// What is different between two revisions of a vault.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DiffDocument {
    /// The version of portolan.
    pub portolan: &'static str,
    /// The version of this contract.
    #[schemars(extend("const" = SCHEMA))]
    pub schema: u32,
    /// The older revision, as it was asked for.
    pub from: String,
    /// The newer revision; null for the files as they are.
    pub to: Option<String>,
    /// In the order of kinds, then of notes and lines.
    pub changes: Vec<ChangeRecord>,
    /// The systems that the changes affect, in the order of names; null where `--around` was not given.
    pub affected: Option<Vec<AffectedRecord>>,
}

/// A difference.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ChangeRecord {
    /// `note`, `component`, `integration`, `edge`, `node`, `metric`, `link`, `template` or `entry`.
    pub kind: String,
    /// `added`, `removed`, `changed`; of a note `renamed`; of a link `broken` or `mended`.
    pub change: String,
    /// The name of what is different: a path, a title, a name, a label, or what is written in a link.
    pub name: String,
    /// Of an edge, what it joins.
    pub edge: Option<EdgeRecord>,
    /// Where it stood; null where it has come.
    pub before: Option<SpotRecord>,
    /// Where it stands; null where it has gone.
    pub after: Option<SpotRecord>,
    /// What is different about it; of what has come or gone, what there is to know.
    pub fields: Vec<FieldRecord>,
}

/// An edge of a flowchart.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EdgeRecord {
    /// The label of what it leaves.
    pub from: String,
    /// The label of what it reaches.
    pub to: String,
    /// What stands on it; empty for nothing.
    pub label: String,
}

/// A place in a note.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SpotRecord {
    /// The note, relative to the vault.
    pub note: String,
    /// The 1-based line; null for the whole note.
    pub line: Option<u32>,
}

/// A value that is different.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FieldRecord {
    /// Its name, such as `config.timeout`.
    pub field: String,
    /// Null where there was none.
    pub old: Option<String>,
    /// Null where there is none.
    pub new: Option<String>,
}

/// A system that changes affect.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AffectedRecord {
    /// Its name.
    pub name: String,
    /// `integration`, `component` or `other`.
    pub kind: String,
    /// The note that describes it.
    pub note: Option<String>,
    /// Why it is affected.
    pub reasons: Vec<ReasonRecord>,
}

/// Why a system is affected.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReasonRecord {
    /// The system that has changed.
    pub changed: String,
    /// `diagram`, `integration` or `link`: what joins the two.
    pub relation: String,
    /// The note that says so.
    pub note: String,
    /// The 1-based line: of the diagram, the integration or the link.
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
    document::pretty(&diff).map(|json| json + "\n")
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
