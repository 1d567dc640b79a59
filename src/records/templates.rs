//! The records of `list templates`: log templates.

use schemars::JsonSchema;
use serde::Serialize;

use crate::vault::Vault;

/// A log template.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TemplateRecord {
    /// The path of the note in the vault.
    pub note: String,
    /// The 1-based line of the template.
    pub line: u32,
    /// The label.
    pub label: String,
    /// The format of entries, without its quotes.
    pub text: String,
    /// How entries raise the version: `major`, `minor`, `patch`, or null if they do not.
    #[schemars(extend("enum" = ["major", "minor", "patch", null]))]
    pub class: Option<String>,
    /// The names of the placeholders.
    pub placeholders: Vec<String>,
}

/// Returns the records of every log template.
#[must_use]
pub fn templates(vault: &Vault) -> Vec<TemplateRecord> {
    let all = vault
        .system_notes()
        .flat_map(|(_, note)| note.facts.system().templates.iter().map(move |t| (note, t)));
    all.map(|(note, template)| TemplateRecord {
        note: note.path.clone(),
        line: template.place.line,
        label: template.label.clone(),
        text: template.text.clone(),
        class: template.class.map(|class| class.name().to_owned()),
        placeholders: template.placeholders().into_iter().map(str::to_owned).collect(),
    })
    .collect()
}
