//! The records of `list integrations`, without secrets.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::{StatusRecord, span};
use crate::model::integration::{View, to_value};
use crate::systems::members;
use crate::vault::Vault;

/// An integration.
#[derive(Debug, Serialize, JsonSchema)]
pub struct IntegrationRecord {
    /// The path of the note in the vault.
    pub note: String,
    /// The 1-based line at which its object begins.
    pub line: u32,
    /// Its object: `[start, end)` in bytes of the file.
    pub span: [u32; 2],
    /// `instance`, or `template` for a pattern with `[Placeholders]`.
    #[schemars(extend("enum" = ["instance", "template"]))]
    pub kind: String,
    /// The name, as written.
    pub name: Option<String>,
    /// The type, as written.
    #[serde(rename = "type")]
    pub integration_type: Option<String>,
    /// The version, as written.
    pub version: Option<String>,
    /// The endpoint, as written.
    pub endpoint: Option<String>,
    /// How it authenticates.
    pub auth: AuthRecord,
    /// Its limits in use: timeout, retry and rate limit.
    pub config: ConfigRecord,
    /// All other keys.
    pub extra: BTreeMap<String, serde_json::Value>,
    /// The headings above its type in the vault's categories, outermost first; null for an unknown type.
    pub category: Option<Vec<String>>,
    /// Its status, or else that of its note.
    pub status: Option<StatusRecord>,
}

/// How an integration authenticates.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AuthRecord {
    /// The way to authenticate, as written.
    #[serde(rename = "type")]
    pub auth_type: Option<String>,
    /// A reference to the credentials, as written; `<redacted>` in place of literal credentials.
    pub credentials: Option<String>,
}

/// The limits of an integration in use.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ConfigRecord {
    /// The timeout, as written.
    pub timeout: Option<String>,
    /// What happens after a failure, as written.
    pub retry: Option<String>,
    /// The rate limit, as written.
    #[serde(rename = "rateLimit")]
    pub rate_limit: Option<String>,
}

/// Returns the records of every integration.
#[must_use]
pub fn integrations(vault: &Vault) -> Vec<IntegrationRecord> {
    const KNOWN: [&str; 7] = ["name", "type", "version", "endpoint", "auth", "config", "status"];
    let mut records = Vec::new();
    for (_, note) in vault.system_notes() {
        for integration in &note.facts.system().integrations {
            let view = View(integration);
            let text = |path: &[&str]| view.text(path).map(str::to_owned);
            let category = view.text(&["type"]).and_then(|t| vault.vocabulary().category(t));
            let status = members::integration_status(note, integration);
            records.push(IntegrationRecord {
                note: note.path.clone(),
                line: integration.json.place.line,
                span: span(integration.json.place.span),
                kind: if integration.is_template { "template" } else { "instance" }.to_owned(),
                name: text(&["name"]),
                integration_type: text(&["type"]),
                version: text(&["version"]),
                endpoint: text(&["endpoint"]),
                auth: AuthRecord {
                    auth_type: text(&["auth", "type"]),
                    credentials: view.credentials().map(str::to_owned),
                },
                config: ConfigRecord {
                    timeout: text(&["config", "timeout"]),
                    retry: text(&["config", "retry"]),
                    rate_limit: text(&["config", "rateLimit"]),
                },
                extra: integration
                    .json
                    .members()
                    .iter()
                    .filter(|m| !KNOWN.contains(&m.key.as_str()))
                    .map(|m| (m.key.clone(), to_value(&m.value)))
                    .collect(),
                category: category.map(|path| path.iter().map(ToString::to_string).collect()),
                status: status.map(|(text, _)| vault.vocabulary().status(text).into()),
            });
        }
    }
    records
}
