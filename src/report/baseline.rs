//! The JSON document of a baseline: what a vault is excused for.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::wire::SCHEMA;

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
    /// How many findings of this fingerprint.
    pub count: usize,
}
