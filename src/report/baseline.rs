//! The JSON document of a baseline: the findings that a vault is excused for.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::wire::SCHEMA;
use crate::model::finding::Finding;

/// The findings that a vault had when portolan came, by their fingerprints.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Baseline {
    /// The version of portolan that wrote it.
    pub portolan: String,
    /// The version of this contract.
    #[schemars(extend("const" = SCHEMA))]
    pub schema: u32,
    /// What is excused.
    pub findings: BTreeMap<String, Excused>,
}

/// What is excused under one fingerprint. Rule and note are for people who read the file.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Excused {
    /// The rule.
    pub rule: String,
    /// The note.
    pub note: String,
    /// A digest of the rule and of what it is about, which is the same in a note of another name. Baselines of an earlier
    /// portolan lack it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// How many findings of this fingerprint.
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
