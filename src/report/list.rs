//! The records of `list` that need rules: boards, and the rules themselves.

use std::cell::LazyCell;

use schemars::JsonSchema;
use serde::Serialize;

use crate::config::Config;
use crate::plan::board::{self, Source};
pub use crate::records::{
    FragmentRecord, HistoryRecord, IntegrationRecord, LinkRecord, MetricRecord, NoteRecord, TemplateRecord,
    history, integrations, links, links_where, metrics, notes, notes_of, templates,
};
use crate::rules::{self, RULES};
use crate::vault::Vault;

/// A board.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BoardRecord {
    /// The path of the note in the vault.
    pub note: String,
    /// The 1-based line of its start marker.
    pub line: u32,
    /// The kind of the board.
    pub kind: String,
    /// Whether it shows what the vault says now. True in a template note, where boards are not filled in.
    pub fresh: bool,
    /// Whether somebody has edited it by hand.
    pub edited: bool,
}

/// Returns the records of all boards.
#[must_use]
pub fn boards(vault: &Vault) -> Vec<BoardRecord> {
    let mut records = Vec::new();
    let findings = LazyCell::new(|| rules::feed(vault));
    let source = LazyCell::new(|| Source::new(vault, &findings));
    for (id, note) in vault.system_notes() {
        for own in &note.facts.system().boards {
            let rendered = board::render(&source, own);
            let text = vault.text(id);
            let is_written = |r: String| text.is_some_and(|text| board::edits(&r, &text, own).is_empty());
            let fresh = note.is_template() || rendered.is_ok_and(is_written);
            records.push(BoardRecord {
                note: note.path.clone(),
                line: own.place.line,
                kind: own.kind.clone(),
                fresh,
                edited: own.edited,
            });
        }
    }
    records
}

/// A rule.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RuleRecord {
    /// The name of the rule.
    pub name: String,
    /// The severity in this vault, apart from what `[[paths]]` sets for parts of it: `error`, `warning`, `info` or
    /// `off`.
    #[schemars(extend("enum" = ["error", "warning", "info", "off"]))]
    pub severity: String,
    /// The default severity, if it differs from `severity`; else null.
    #[schemars(extend("enum" = ["error", "warning", "info", "off", null]))]
    pub default: Option<String>,
    /// What it finds.
    pub summary: String,
    /// Whether some of its findings come with a fix.
    pub fixable: bool,
}

/// Returns the records of all rules, with the severities of a configuration.
#[must_use]
pub fn all_rules(config: &Config) -> Vec<RuleRecord> {
    RULES
        .iter()
        .map(|rule| {
            let severity = config.severities.get(rule.name).copied().unwrap_or(rule.severity);
            RuleRecord {
                name: rule.name.to_owned(),
                severity: severity.name().to_owned(),
                default: (severity != rule.severity).then(|| rule.severity.name().to_owned()),
                summary: rule.summary(),
                fixable: rule.fixable,
            }
        })
        .collect()
}
