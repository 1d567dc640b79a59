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
    /// The path of the note in the vault.
    pub note: String,
    /// The 1-based line of the table row or list item.
    pub line: u32,
    /// The name of what is measured.
    pub name: String,
    /// The target; null if there is none, or if it can be read in two ways (`> 10.000`).
    pub target: Option<TargetRecord>,
    /// The current figure; null if it is not a figure, or can be read in two ways.
    pub current: Option<QuantityRecord>,
    /// Whether the current figure meets the target; null if they cannot be compared.
    pub within: Option<bool>,
    /// The status mark that the note gives it.
    pub mark: Option<StatusRecord>,
}

/// The target of a metric.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TargetRecord {
    /// How the figure must compare: `<`, `<=`, `>`, `>=` or `=`.
    #[schemars(extend("enum" = ["<", "<=", ">", ">=", "="]))]
    pub op: String,
    /// The figure.
    pub value: f64,
    /// The unit, as written; empty if there is none.
    pub unit: String,
}

/// A figure with its unit.
#[derive(Debug, Serialize, JsonSchema)]
pub struct QuantityRecord {
    /// The figure.
    pub value: f64,
    /// The unit, as written; empty if there is none.
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
