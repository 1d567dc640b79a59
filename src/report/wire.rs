//! The JSON contract: the documents that other programs read. Field names and their order never change within
//! one schema version; the internal model may.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::baseline::Baseline;
use super::changes::json::DiffDocument;
use super::diagrams::DiagramRecord;
use super::graph::GraphDocument;
use super::json;
use super::list::{
    BoardRecord, HistoryRecord, IntegrationRecord, LinkRecord, MetricRecord, NoteRecord, RuleRecord,
    TemplateRecord,
};
use crate::model::finding::Finding;
use crate::plan::board::Kind;
use crate::rules::RULES;

/// The version of the JSON contract.
pub const SCHEMA: u32 = 1;

/// The kinds of documents that [`schema`] describes.
pub const KINDS: [&str; 17] = [
    "check",
    "diff",
    "graph",
    "notes",
    "links",
    "integrations",
    "diagrams",
    "history",
    "templates",
    "metrics",
    "boards",
    "rules",
    "watch",
    "config",
    "board",
    "integration",
    "baseline",
];

/// The findings of a check.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CheckDocument<'f> {
    /// The version of portolan.
    pub portolan: &'static str,
    /// The version of this format.
    #[schemars(extend("const" = SCHEMA))]
    pub schema: u32,
    /// The findings, in the order of notes and places.
    #[serde(serialize_with = "records")]
    #[schemars(with = "Vec<FindingRecord>")]
    pub findings: &'f [Finding],
    /// The totals.
    pub summary: Summary,
}

fn records<S: Serializer>(findings: &[Finding], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(findings.iter().map(super::record))
}

/// The totals of a check.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Summary {
    /// How many notes were checked.
    pub notes: usize,
    /// How many findings have the severity error.
    pub errors: usize,
    /// How many findings have the severity warning.
    pub warnings: usize,
    /// How many findings have the severity info.
    pub infos: usize,
    /// Milliseconds from the start of the command to the findings.
    pub elapsed_ms: u64,
}

/// A finding.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FindingRecord {
    /// The name of the rule.
    pub rule: String,
    /// `error`, `warning` or `info`.
    #[schemars(extend("enum" = ["error", "warning", "info"]))]
    pub severity: String,
    /// What is wrong.
    pub message: String,
    /// The path of the note in the vault.
    pub note: String,
    /// The 1-based line; null for a finding without a place.
    pub line: Option<u32>,
    /// The 1-based column, in Unicode scalar values.
    pub column: Option<u32>,
    /// The 1-based line of the end.
    pub end_line: Option<u32>,
    /// The 1-based column of the end, exclusive.
    pub end_column: Option<u32>,
    /// The place: `[start, end)` in bytes of the file.
    pub span: Option<[u32; 2]>,
    /// Other places that belong to the finding.
    pub related: Vec<RelatedRecord>,
    /// What the finding is about, independent of its place in the note.
    pub subject: String,
    /// The identity of the finding, made of its rule, note and subject.
    pub fingerprint: String,
    /// A change that fixes it, if there is one.
    pub fix: Option<FixRecord>,
}

/// Another place that belongs to a finding.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RelatedRecord {
    /// The path of the note in the vault.
    pub note: String,
    /// The 1-based line.
    pub line: u32,
    /// The 1-based column.
    pub column: u32,
    /// `[start, end)` in bytes of the file.
    pub span: [u32; 2],
    /// Why this place belongs to the finding.
    pub message: String,
}

/// A fix.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FixRecord {
    /// What it does, as an instruction.
    pub title: String,
    /// `safe` or `unsafe`.
    #[schemars(extend("enum" = ["safe", "unsafe"]))]
    pub applicability: String,
    /// The changes to notes.
    pub edits: Vec<EditRecord>,
}

/// An edit of a fix.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EditRecord {
    /// The path of the note in the vault.
    pub note: String,
    /// The bytes to replace: `[start, end)` in bytes of the file.
    pub span: [u32; 2],
    /// The new text.
    pub text: String,
}

/// A list of records under the name of their kind.
#[derive(Debug)]
pub struct ListDocument<T> {
    /// The name of the kind.
    pub kind: &'static str,
    /// The records.
    pub records: Vec<T>,
}

impl<T: Serialize> ListDocument<T> {
    /// Serialises the document.
    ///
    /// # Errors
    /// A record cannot be serialised, which never happens for those of the contract.
    pub fn to_json(&self) -> serde_json::Result<String> {
        // The kind is the name of a field, so the document is put together as text.
        let records = json::pretty(&self.records)?;
        let version = json::on_one_line(&env!("CARGO_PKG_VERSION"))?;
        let records = records.replace('\n', "\n  ");
        Ok(format!(
            "{{\n  \"portolan\": {version},\n  \"schema\": {SCHEMA},\n  \"{}\": {records}\n}}\n",
            self.kind
        ))
    }
}

/// Returns the JSON Schema (draft 2020-12) of a document; `None` for an unknown kind.
#[must_use]
pub fn schema(kind: &str) -> Option<Value> {
    let record = match kind {
        "check" => return Some(described::<CheckDocument<'_>>().to_value()),
        "diff" => return Some(described::<DiffDocument>().to_value()),
        "graph" => return Some(described::<GraphDocument>().to_value()),
        "watch" => return Some(described::<super::events::EventDocument>().to_value()),
        "board" => return Some(crate::plan::board::model::schema()),
        "baseline" => return Some(described::<Baseline>().to_value()),
        "config" => {
            let rules = RULES.iter().map(|rule| (rule.name, rule.summary()));
            return Some(crate::config::Config::schema(rules, &Kind::ALL.map(|(name, _)| name)));
        }
        "integration" => return Some(super::block_schema::schema()),
        "notes" => described::<NoteRecord>(),
        "links" => described::<LinkRecord>(),
        "integrations" => described::<IntegrationRecord>(),
        "diagrams" => described::<DiagramRecord>(),
        "history" => described::<HistoryRecord>(),
        "templates" => described::<TemplateRecord>(),
        "metrics" => described::<MetricRecord>(),
        "boards" => described::<BoardRecord>(),
        "rules" => described::<RuleRecord>(),
        _ => return None,
    };
    Some(list_schema(kind, record))
}

/// Returns the schema of a type as it is written: a field without a value is present, as null.
fn described<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>()
}

/// Returns the schema of a list document, given that of its records.
fn list_schema(kind: &str, record: Schema) -> Value {
    let mut record = record.to_value();
    let definitions = record.as_object_mut().and_then(|r| {
        r.remove("$schema");
        r.remove("$defs")
    });
    let mut document = serde_json::json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": format!("portolan list {kind}"),
        "type": "object",
        "properties": {
            "portolan": { "type": "string" },
            "schema": { "type": "integer", "const": SCHEMA },
            kind: { "type": "array", "items": record },
        },
        "required": ["portolan", "schema", kind],
    });
    if let (Some(definitions), Some(document)) = (definitions, document.as_object_mut()) {
        document.insert("$defs".to_owned(), definitions);
    }
    document
}
