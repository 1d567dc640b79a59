//! Integration blocks: fenced JSON whose object has `integration` or `integrations`.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::json::{self, Json, JsonValue, Member};
use super::outline::Fence;
use super::secret::Secret;
use super::source::Source;
use crate::text::fold::letters;
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
    /// What it is about: the name of the integration, where there is one, or the keys down to where it goes wrong.
    pub subject: String,
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

/// Fields that an integration is known by, as [`letters`] has them.
const OWN: [&str; 3] = ["endpoint", "auth", "config"];

/// Fields that an integration has, and other objects as well.
const COMMON: [&str; 4] = ["type", "version", "status", "logging"];

/// Reads the integrations of a note. `known` are the secrets that the text was masked for.
pub(crate) fn read(source: &Source<'_>, known: &[Secret]) -> Found {
    let mut found = Found::default();
    let is_candidate = |fence: &&Fence| {
        may_hold(&fence.language)
            && fence.content.text().contains(KEYS[0])
            && !source.is_generated(fence.span)
    };
    for fence in source.outline.fences.iter().filter(is_candidate) {
        if source.outline.hidden_at(fence.span.start).is_none() {
            block(source, fence, known, &mut found);
        } else {
            secrets(source, fence, known, &mut found);
        }
    }
    for fence in source.outline.fences_in_html.iter().filter(is_candidate) {
        secrets(source, fence, known, &mut found);
    }
    found
}

/// The secrets of a block that is commented out or stands in HTML: it is no integration, but the file holds them.
fn secrets(source: &Source<'_>, fence: &Fence, known: &[Secret], found: &mut Found) {
    let mut hidden = Found::default();
    block(source, fence, known, &mut hidden);
    found.secrets.extend(hidden.secrets);
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
                let secrets = broken::credentials(source, fence, known);
                if !json::is_left_out(fence.content.text(), &problem, program) {
                    let span = fence.content.to_file(problem.span);
                    let name = json::text_before(fence.content.text(), "name", problem.span.end);
                    // Where quotes have gone wrong anything may seem to be the name.
                    let name = name.filter(|(_, at)| {
                        let at = fence.content.to_file(*at);
                        !secrets.iter().any(|secret| secret.span.start < at.end && at.start < secret.span.end)
                    });
                    let subject = name.map_or_else(|| keys.join("."), |(name, _)| name);
                    found.problems.push(IntegrationProblem { message: problem.message, subject, span });
                }
                found.secrets.extend(secrets);
            }
            return;
        }
    };
    let fence_place = source.place(fence.span);
    for (anchor, mut object, ours) in objects(root, source, &mut found.problems) {
        if !ours {
            // Whose it is does not matter to what may be shown of it.
            credentials::redact(&mut object, source, None, known, &mut found.secrets);
            continue;
        }
        duplicates(&object, &mut found.problems);
        let is_template = is_template(&object);
        credentials::redact(&mut object, source, None, known, &mut found.secrets);
        found.integrations.push(Integration { json: object, anchor, fence: fence_place, is_template });
    }
}

/// The objects under `integration` and `integrations`, each with the place where it begins, and whether it is an
/// integration at all. A list of which one is holds nothing else. What stands behind such a key once more is none.
fn objects(
    root: Json,
    source: &Source<'_>,
    problems: &mut Vec<IntegrationProblem>,
) -> Vec<(Place, Json, bool)> {
    let is_object = |json: &Json| matches!(json.value, JsonValue::Object(_));
    let JsonValue::Object(mut members) = root.value else { return Vec::new() };
    let mut member = |key: &str| {
        let at = members.iter().position(|member| member.key == key)?;
        Some(members.remove(at))
    };
    let (one, list) = (member(KEYS[0]), member(KEYS[1]));
    let mut objects = Vec::new();
    if let Some(one) = one.filter(|member| is_object(&member.value)) {
        let ours = is_integration(&one.value);
        objects.push((one.key_place, one.value, ours));
    }
    if let Some(Json { value: JsonValue::List(items), .. }) = list.map(|member| member.value)
        && items.iter().all(is_object)
    {
        let ours = items.iter().any(is_integration);
        let brace = |item: &Json| {
            let start = item.place.span.start as usize;
            source.place(Span::new(start, start + 1))
        };
        objects.extend(items.into_iter().map(|item| (brace(&item), item, ours)));
    }
    for again in members.into_iter().filter(|member| KEYS.contains(&member.key.as_str())) {
        let own = objects.iter().find_map(|(_, object, ours)| ours.then_some(object));
        let own = own.or_else(|| Some(&again.value).filter(|object| is_integration(object)));
        problems.extend(own.map(|own| twice(name_of(own), &again)));
        objects.push((again.key_place, again.value, false));
    }
    objects
}

/// Whether an object has what tells an integration from the many other things that a key `integration` holds in
/// JSON (the counts of a test run, the settings of a tool, the answer of a program): a field that it is known by, or
/// several that other objects may have, too. A name with keys that no integration has is that of something else.
fn is_integration(object: &Json) -> bool {
    let (mut common, mut named, mut typed) = (0, false, false);
    let is_known = object.members().iter().any(|member| {
        let key = letters(&member.key);
        named |= key == "name";
        typed |= key == "type";
        common += usize::from(COMMON.contains(&key.as_str()));
        common > 1 || named && typed || OWN.contains(&key.as_str())
    });
    is_known || is_template(object)
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
    let name = name_of(object);
    object.walk(&mut Vec::new(), &mut |_, value| {
        let mut seen = HashSet::new();
        let again = value.members().iter().filter(|member| !seen.insert(&member.key));
        problems.extend(again.map(|member| twice(name, member)));
    });
}

fn name_of(object: &Json) -> &str {
    object.get("name").and_then(Json::text).unwrap_or_default()
}

/// What is said of a key that an integration has already.
fn twice(name: &str, again: &Member) -> IntegrationProblem {
    let message = format!("the key `{}` appears twice; only the first counts", again.key);
    IntegrationProblem { message, subject: format!("{name} {}", again.key), span: again.key_place.span }
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
