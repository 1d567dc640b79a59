//! The JSON document of a baseline: the findings that a vault is excused for.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::wire::SCHEMA;
use crate::model::finding::Finding;

/// The findings that a baseline excuses.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Baseline {
    /// The version of portolan that wrote it.
    pub portolan: String,
    /// The version of this format.
    #[schemars(extend("const" = SCHEMA))]
    pub schema: u32,
    /// The excused findings, by fingerprint.
    pub findings: BTreeMap<String, Excused>,
}

/// The excused findings with one fingerprint. Rule and note are only for people who read the file.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Excused {
    /// The name of the rule.
    pub rule: String,
    /// The path of the note in the vault.
    pub note: String,
    /// A digest of the rule and the subject, without the note, by which findings of a renamed note are recognised.
    /// Baselines of earlier versions lack it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// How many findings with this fingerprint are excused.
    pub count: usize,
}

impl Excused {
    /// Returns an entry for findings like this one, with a count of zero.
    #[must_use]
    pub fn none_of(finding: &Finding) -> Self {
        Self {
            rule: finding.rule.to_owned(),
            note: finding.note.clone(),
            about: Some(finding.about()),
            count: 0,
        }
    }
}
