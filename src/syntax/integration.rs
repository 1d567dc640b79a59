//! Reads integration blocks: fenced JSON whose object has the key `integration` or `integrations`.

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

/// An integration, as its block describes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Integration {
    /// The object of the integration.
    pub json: Json,
    /// Its beginning: its key, or its opening brace in a list.
    pub anchor: Place,
    /// The fenced block that contains it.
    pub fence: Place,
    /// Whether it is a template for new integrations, with `[Placeholders]` as values.
    pub is_template: bool,
}

/// A problem with an integration block, such as one that cannot be parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntegrationProblem {
    /// What is wrong.
    pub message: String,
    /// The subject of the problem: the name of the integration if it is known, or else the keys up to the place of
    /// the problem.
    pub subject: String,
    /// Where.
    pub span: Span,
}

/// The content of a note's integration blocks.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) integrations: Vec<Integration>,
    pub(crate) problems: Vec<IntegrationProblem>,
    /// Literal credentials. The integrations no longer contain their text.
    pub(crate) secrets: Vec<Secret>,
}

/// The languages of fences that may contain an integration.
const LANGUAGES: [&str; 5] = ["javascript", "js", "json", "jsonc", "json5"];

/// Whether a fence in this language may contain an integration.
#[must_use]
pub fn may_hold(language: &str) -> bool {
    LANGUAGES.iter().any(|one| language.eq_ignore_ascii_case(one))
}

/// The keys of the outermost object that make a block an integration block.
const KEYS: [&str; 2] = ["integration", "integrations"];

/// Fields that identify an integration, in the form of [`letters`].
const OWN: [&str; 3] = ["endpoint", "auth", "config"];

/// Fields that integrations share with other objects.
const COMMON: [&str; 4] = ["type", "version", "status", "logging"];

/// Reads the integrations of a note. `known` are the secrets that are masked in its text.
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

/// Finds the secrets of a block that is commented out or inside HTML. It is not an integration, but the file
/// contains its secrets.
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
            // The span of something that is never closed extends over all that follows, so its end is where the
            // problem is noticed.
            let keys = json::keys_before(fence.content.text(), problem.span.end);
            if keys.iter().any(|key| KEYS.contains(&key.as_str())) {
                let program = broken::is_program(&fence.language);
                let secrets = broken::credentials(source, fence, known);
                if !json::is_left_out(fence.content.text(), &problem, program) {
                    let span = fence.content.to_file(problem.span);
                    let name = json::text_before(fence.content.text(), "name", problem.span.end);
                    // Where quotes are broken, a secret may be mistaken for the name.
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
            // The credentials of other objects must be hidden too.
            credentials::redact(&mut object, source, None, known, &mut found.secrets);
            continue;
        }
        duplicates(&object, &mut found.problems);
        let is_template = is_template(&object);
        credentials::redact(&mut object, source, None, known, &mut found.secrets);
        found.integrations.push(Integration { json: object, anchor, fence: fence_place, is_template });
    }
}

/// Returns the objects under `integration` and `integrations`, each with its place and whether it is an
/// integration. If one item of a list is an integration, all are. Values of a duplicate key are returned too,
/// marked as not being integrations.
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
    let alone = members.iter().all(|member| KEYS.contains(&member.key.as_str()));
    let is_integration = |object: &Json| is_integration(object, alone);
    let mut objects = Vec::new();
    if let Some(one) = one.filter(|member| is_object(&member.value)) {
        let ours = is_integration(&one.value);
        objects.push((one.key_place, one.value, ours));
    }
    if let Some(Json { value: JsonValue::List(items), .. }) = list.map(|member| member.value)
        && items.iter().all(is_object)
    {
        let ours = items.iter().any(&is_integration);
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

/// Whether an object is an integration, and not one of the many other things that a key `integration` has in JSON,
/// such as the counts of a test run, the settings of a tool or the output of a program. It needs a field that
/// identifies an integration, or several of the common ones if it is `alone`: beside other keys, it is a part of
/// something else, such as the response of a server.
fn is_integration(object: &Json, alone: bool) -> bool {
    let (mut common, mut named, mut typed) = (0, false, false);
    let is_known = object.members().iter().any(|member| {
        let key = letters(&member.key);
        named |= key == "name";
        typed |= key == "type";
        common += usize::from(COMMON.contains(&key.as_str()));
        alone && (common > 1 || named && typed) || OWN.iter().any(|own| *own == key || is_slip(&key, own))
    });
    is_known || is_template(object)
}

/// Whether a key is one typing error away from the key of a field. `oauth`, `auto` and `endpoints` are words of
/// their own.
fn is_slip(key: &str, own: &str) -> bool {
    // In a short key, only swapped letters are an error, which are two changes without a swap.
    let is_sure = || own.len() > 4 || strsim::levenshtein(key, own) == 2;
    key.len().abs_diff(own.len()) <= 1
        && !key.ends_with('s')
        && strsim::osa_distance(key, own) == 1
        && is_sure()
}

/// Whether a text is a single `[Placeholder]`. `[1s, 2s]` and `[2001:db8::1]` are values.
#[must_use]
pub fn is_placeholder(text: &str) -> bool {
    let Some(inner) = text.trim().strip_prefix('[').and_then(|t| t.strip_suffix(']')) else { return false };
    inner.starts_with(char::is_alphabetic) && !inner.contains(['[', ']', ',']) && !inner.contains("::")
}

/// Whether an integration is a template: its name and all other texts are placeholders, except that `type` and
/// `version` may be fixed.
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

/// Describes a key that an integration has twice.
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
