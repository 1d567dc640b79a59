//! Renders findings as SARIF 2.1.0 (OASIS), for code scanning services.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::json;
use super::manual::silence;
use crate::model::finding::{Finding, Severity};
use crate::rules::{self, RULES, Rule};
use crate::syntax::uri::encode_path;
use crate::text::place::Place;

/// Renders findings as a SARIF log. `prefix` is the path of the vault in its repository, empty or with a
/// slash at its end: services look for files from the repository's root.
///
/// # Errors
/// The log cannot be serialised, which never happens.
pub fn render(findings: &[Finding], prefix: &str) -> serde_json::Result<String> {
    // Equal findings of a note are numbered, because services take equal fingerprints for one finding.
    let mut seen: HashMap<String, u32> = HashMap::new();
    let results: Vec<Value> = findings
        .iter()
        .map(|finding| {
            let fingerprint = finding.fingerprint();
            let number = seen.entry(fingerprint.clone()).or_default();
            *number += 1;
            result(finding, &format!("{fingerprint}:{number}"), prefix)
        })
        .collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "portolan",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": RULES.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    json::pretty(&log).map(|text| text + "\n")
}

fn descriptor(rule: &Rule) -> Value {
    let (summary, manual) = (rule.summary(), manual(rule));
    json!({
        "id": rule.name,
        "shortDescription": { "text": summary },
        "fullDescription": { "text": format!("{summary}.") },
        "help": { "text": manual, "markdown": manual },
        "defaultConfiguration": { "level": level(rule.severity), "enabled": rule.severity > Severity::Off },
        // Services filter by tags. They show rules without a `problem.severity` as errors.
        "properties": {
            "tags": [rule.name.split('-').next()],
            "problem.severity": problem_severity(rule.severity),
        },
    })
}

const fn problem_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Off => "recommendation",
    }
}

/// Returns the manual of a rule, followed by how to silence it.
fn manual(rule: &Rule) -> String {
    let lines = rule.manual();
    let lines = lines.collect::<Vec<_>>().join("\n");
    format!("{}\n\n## Silence\n\n```text\n{}```\n", lines.trim_end(), silence(rule))
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
        Severity::Off => "none",
    }
}

fn result(finding: &Finding, fingerprint: &str, prefix: &str) -> Value {
    let mut message = finding.message.clone();
    if let Some(help) = &finding.help {
        message.push_str("; ");
        message.push_str(&help.text());
    }
    let related: Vec<Value> = finding
        .related
        .iter()
        .map(|related| {
            let mut at = location(&related.note, Some(related.place), prefix);
            at["message"] = json!({ "text": related.message });
            at
        })
        .collect();
    let mut result = json!({
        "ruleId": finding.rule,
        "level": level(finding.severity),
        "message": { "text": message },
        "locations": [location(&finding.note, finding.place, prefix)],
        "partialFingerprints": { "portolan/v1": fingerprint },
    });
    if let Some(index) = rules::number(finding.rule) {
        result["ruleIndex"] = index.into();
    }
    if !related.is_empty() {
        result["relatedLocations"] = related.into();
    }
    result
}

fn location(note: &str, place: Option<Place>, prefix: &str) -> Value {
    let place = place.unwrap_or(Place::START);
    json!({ "physicalLocation": {
        "artifactLocation": { "uri": encode_path(&format!("{prefix}{note}")) },
        "region": {
            "startLine": place.line,
            "startColumn": place.column,
            "endLine": place.end_line,
            "endColumn": place.end_column,
        },
    }})
}
