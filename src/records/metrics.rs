//! The records of `list metrics`: target, current value, and the mark that somebody gave.

use schemars::JsonSchema;
use serde::Serialize;

use super::StatusRecord;
use crate::model::metric::judged;
use crate::model::quantity::{Quantity, Target};
use crate::vault::Vault;

/// A metric.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MetricRecord {
    /// The note that it stands in.
    pub note: String,
    /// The 1-based line.
    pub line: u32,
    /// What is measured.
    pub name: String,
    /// What is wanted; null where there is none, or it may be read in two ways (`> 10.000`).
    pub target: Option<TargetRecord>,
    /// What is; null where it is no figure, or may be read in two ways.
    pub current: Option<QuantityRecord>,
    /// Whether what is meets what is wanted; null where they cannot be compared.
    pub within: Option<bool>,
    /// The mark that somebody gave it.
    pub mark: Option<StatusRecord>,
}

/// What a metric is wanted to be.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TargetRecord {
    /// `<`, `<=`, `>`, `>=` or `=`.
    #[schemars(extend("enum" = ["<", "<=", ">", ">=", "="]))]
    pub op: String,
    /// The figure.
    pub value: f64,
    /// As written; empty where there is none.
    pub unit: String,
}

/// A figure with its unit.
#[derive(Debug, Serialize, JsonSchema)]
pub struct QuantityRecord {
    /// The figure.
    pub value: f64,
    /// As written; empty where there is none.
    pub unit: String,
}

/// Returns the records of every metric.
#[must_use]
pub fn metrics(vault: &Vault) -> Vec<MetricRecord> {
    let all = vault.system_notes().flat_map(|(_, note)| {
        judged(&note.facts.system().metrics, vault.vocabulary()).map(move |judged| (note, judged))
    });
    all.map(|(note, (metric, within))| {
        let target = metric.target.as_ref().and_then(|cell| Target::read(&cell.text));
        let current = Quantity::read(&metric.current.text);
        MetricRecord {
            note: note.path.clone(),
            line: metric.place.line,
            name: metric.name.clone(),
            within,
            target: target.and_then(|t| {
                let value = t.quantity.meant(metric.decimal_comma)?;
                Some(TargetRecord { op: t.operator.sign().to_owned(), value, unit: t.quantity.unit })
            }),
            current: current
                .and_then(|c| Some(QuantityRecord { value: c.meant(metric.decimal_comma)?, unit: c.unit })),
            mark: metric.mark.as_ref().map(|cell| vault.vocabulary().status(&cell.text).into()),
        }
    })
    .collect()
}
