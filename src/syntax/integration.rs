//! Integration blocks: fenced JSON whose object has `integration` or `integrations`.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::json::{self, Json, JsonValue};
use super::outline::Fence;
use super::secret::Secret;
use super::source::Source;
use crate::text::place::Place;
use crate::text::span::Span;

mod broken;
mod credentials;

/// An integration as its block says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Integration {
    /// Its object.
    pub json: Json,
    /// Where it begins: its key, or its opening brace in a list.
    pub anchor: Place,
    /// The fence around it.
    pub fence: Place,
    /// Whether it is the pattern for new ones: its values are `[Placeholders]`.
    pub is_template: bool,
}

/// A block that was meant as an integration and cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntegrationProblem {
    /// What is wrong.
    pub message: String,
    /// Where.
    pub span: Span,
}

/// What the blocks of a note hold.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) integrations: Vec<Integration>,
    pub(crate) problems: Vec<IntegrationProblem>,
    /// Literal credentials. Their text is already gone from the integrations.
    pub(crate) secrets: Vec<Secret>,
}

/// The languages of fences that may hold an integration.
const LANGUAGES: [&str; 5] = ["javascript", "js", "json", "jsonc", "json5"];

/// Whether fences of a language may hold an integration.
#[must_use]
pub fn may_hold(language: &str) -> bool {
    LANGUAGES.iter().any(|one| language.eq_ignore_ascii_case(one))
}

/// The keys of the outermost object that make it an integration block.
const KEYS: [&str; 2] = ["integration", "integrations"];

/// Reads the integrations of a note. `known` are the secrets that the text was masked for.
pub(crate) fn read(source: &Source<'_>, known: &[Secret]) -> Found {
    let mut found = Found::default();
    for fence in &source.outline.fences {
        if may_hold(&fence.language)
            && fence.content.text().contains(KEYS[0])
            && !source.is_generated(fence.span)
        {
            block(source, fence, known, &mut found);
        }
    }
    found
}

fn block(source: &Source<'_>, fence: &Fence, known: &[Secret], found: &mut Found) {
    let root = match json::read(&fence.content, source.lines) {
        Ok(Some(root)) => root,
        Ok(None) => return,
        Err(problem) => {
            // What is never closed spans all that follows: it goes wrong at its end.
            let keys = json::keys_before(fence.content.text(), problem.span.end);
            if keys.iter().any(|key| KEYS.contains(&key.as_str())) {
                let program = broken::is_program(&fence.language);
                if !json::is_left_out(fence.content.text(), &problem, program) {
                    let span = fence.content.to_file(problem.span);
                    found.problems.push(IntegrationProblem { message: problem.message, span });
                }
                found.secrets.extend(broken::credentials(source, fence, known));
            }
            return;
        }
    };
    let fence_place = source.place(fence.span);
    for (anchor, mut object) in objects(&root, source) {
        duplicates(&object, &mut found.problems);
        let is_template = is_template(&object);
        credentials::redact(&mut object, source, None, known, &mut found.secrets);
        found.integrations.push(Integration { json: object, anchor, fence: fence_place, is_template });
    }
}

/// The objects under `integration` and `integrations`, each with the place where it begins.
fn objects(root: &Json, source: &Source<'_>) -> Vec<(Place, Json)> {
    let is_object = |json: &Json| matches!(json.value, JsonValue::Object(_));
    let member = |key: &str| root.members().iter().find(|m| m.key == key);
    let mut objects = Vec::new();
    if let Some(one) = member(KEYS[0]).filter(|m| is_object(&m.value)) {
        objects.push((one.key_place, one.value.clone()));
    }
    if let Some(Json { value: JsonValue::List(items), .. }) = member(KEYS[1]).map(|m| &m.value)
        && items.iter().all(is_object)
    {
        let brace = |item: &Json| {
            let start = item.place.span.start as usize;
            source.place(Span::new(start, start + 1))
        };
        objects.extend(items.iter().map(|item| (brace(item), item.clone())));
    }
    objects
}

/// Whether a text is one whole `[Placeholder]`. `[1s, 2s]` and `[2001:db8::1]` are values.
#[must_use]
pub fn is_placeholder(text: &str) -> bool {
    let Some(inner) = text.trim().strip_prefix('[').and_then(|t| t.strip_suffix(']')) else { return false };
    inner.starts_with(char::is_alphabetic) && !inner.contains(['[', ']', ',']) && !inner.contains("::")
}

/// A template integration: its name and every other text in it are placeholders, save for `type`
/// and `version`, which a template may fix.
fn is_template(object: &Json) -> bool {
    let named = object.get("name").and_then(Json::text).is_some_and(is_placeholder);
    let mut whole = named;
    object.walk(&mut Vec::new(), &mut |path, value| {
        if let JsonValue::String(text) = &value.value {
            whole &= is_placeholder(text) || matches!(path, ["type" | "version"]);
        }
    });
    whole
}

fn duplicates(object: &Json, problems: &mut Vec<IntegrationProblem>) {
    object.walk(&mut Vec::new(), &mut |_, value| {
        let mut seen = HashSet::new();
        for member in value.members() {
            if !seen.insert(&member.key) {
                let message = format!("the key `{}` stands twice; the first one counts", member.key);
                problems.push(IntegrationProblem { message, span: member.key_place.span });
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_whole_and_named() {
        for text in ["[URL/URI]", "[Integration Name]", " [Duration] "] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in
            ["[1s, 2s]", "[2001:db8::1]", "[[note]]", "x [y]", "[]", "[a, b]", "[::1]", "[fe80::1%eth0]"]
        {
            assert!(!is_placeholder(text), "{text}");
        }
    }
}
