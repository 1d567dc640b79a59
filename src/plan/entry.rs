//! Makes history entries from log templates.

use crate::model::version::Version;
use crate::plan::history::NewEntry;
use crate::syntax::header::keys;
use crate::syntax::log_template::{LogTemplate, Piece};
use crate::text::fold::fold;
use crate::text::stamp::Stamp;
use crate::vault::Note;

/// Why a template cannot be filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FillError {
    /// Placeholders without a value.
    Missing(Vec<String>),
    /// A key that the template does not have.
    Unknown(String),
}

/// The title that a template gives with these values. `form=WORD` chooses among alternating words;
/// without it the first one is taken.
///
/// # Errors
/// A value is missing, or belongs to no placeholder.
pub fn fill(template: &LogTemplate, values: &[(String, String)]) -> Result<String, FillError> {
    let choices: Vec<&String> = template.title.0.iter().filter_map(Piece::choices).flatten().collect();
    let is_form = |key: &str| key == "form" && !template.placeholders().contains(&"form");
    let named = template.placeholders();
    for (key, value) in values {
        let known = if is_form(key) {
            choices.iter().any(|word| fold(word) == fold(value))
        } else {
            named.iter().any(|name| fold(name) == fold(key))
        };
        if !known {
            return Err(FillError::Unknown(if is_form(key) { format!("form={value}") } else { key.clone() }));
        }
    }
    let value_of =
        |name: &str| values.iter().find(|(key, _)| fold(key) == fold(name)).map(|(_, value)| value.as_str());
    let mut missing = Vec::new();
    let mut title = String::new();
    for piece in &template.title.0 {
        match piece {
            Piece::Literal(text) => title.push_str(text),
            Piece::Choice(words) => {
                let chosen = values.iter().find_map(|(key, value)| {
                    words.iter().find(|word| is_form(key) && fold(word) == fold(value))
                });
                title.push_str(chosen.or(words.first()).map_or("", String::as_str));
            }
            Piece::Placeholder(name) => match value_of(name) {
                Some(value) => title.push_str(value),
                None if missing.contains(name) => {}
                None => missing.push(name.clone()),
            },
        }
    }
    if missing.is_empty() { Ok(title) } else { Err(FillError::Missing(missing)) }
}

impl Piece {
    /// The words that alternate, if they do.
    fn choices(&self) -> Option<&Vec<String>> {
        match self {
            Self::Choice(words) => Some(words),
            _ => None,
        }
    }
}

/// The version that an entry of a template brings: the greater one of the note's header and history,
/// raised by the template's class. `None` where the template has no class.
#[must_use]
pub fn next_version(note: &Note, template: &LogTemplate) -> Option<Version> {
    let class = template.class?;
    let system = note.facts.system();
    let header =
        system.header.as_ref().and_then(|h| h.get(keys::VERSION)).and_then(|f| Version::read(&f.value));
    let entries = system.history.iter().flat_map(|s| &s.lists).flatten();
    let history = entries.filter_map(|e| Version::read(e.version.as_deref()?)).max();
    let newest = header.into_iter().chain(history).max();
    Some(newest.map_or_else(|| Version::read("0.0.0"), Some)?.bumped(class))
}

/// Whether the history of a note tells versions.
#[must_use]
pub fn has_version_history(note: &Note) -> bool {
    note.facts.system().history.iter().flat_map(|s| &s.lists).flatten().any(|e| e.version.is_some())
}

/// An entry that says a component has changed its state, from the note's own template for that, or
/// else in free words.
#[must_use]
pub fn status_change(note: &Note, stamp: Stamp, component: &str, old: &str, new: &str) -> NewEntry {
    let values = [("component".to_owned(), component.to_owned()), ("state".to_owned(), new.to_owned())];
    let templates = &note.facts.system().templates;
    let fitting = templates.iter().find_map(|t| {
        let mut names = t.placeholders();
        names.sort_unstable();
        (names == ["component", "state"]).then(|| fill(t, &values).ok().map(|title| (t, title))).flatten()
    });
    let title = match &fitting {
        Some((_, title)) => title.clone(),
        None => format!("Updated {component} status to {new}"),
    };
    let version = fitting.and_then(|(t, _)| next_version(note, t)).map(|v| v.to_string());
    // The old state goes where the note's entries have details.
    let has_details =
        note.facts.system().history.iter().flat_map(|s| &s.lists).flatten().any(|e| !e.details.is_empty());
    let details = if has_details { vec![format!("status: {old} → {new}")] } else { Vec::new() };
    NewEntry { stamp, version, title, details }
}
