//! The integration family: blocks with missing, wrong or unknown fields.
//!
//! Template integrations are patterns, not instances: only their syntax is judged.

use std::collections::{HashMap, HashSet};

use super::{Context, NoteContext, Sink, declare_rule, respell};
use crate::model::duration::{duration_ms, is_rate};
use crate::model::integration::{
    FIELDS, Holds, View, at_pointer, is_address, is_no_auth, placeholders, to_value,
};
use crate::syntax::facts::ProblemKind;
use crate::syntax::json::{Json, JsonValue};
use crate::syntax::secret::is_kept_elsewhere;
use crate::text::fold::fold;
use crate::text::message::did_you_mean;
use crate::text::path;
use crate::vault::Note;

/// Returns the integrations of a note that are instances.
fn instances(note: &Note) -> impl Iterator<Item = View<'_>> {
    note.facts.system().instances().map(View)
}

declare_rule! {
    /// An integration block cannot be read.
    ///
    /// ## Why
    ///
    /// An integration that cannot be read is on no board, and is not checked.
    ///
    /// Blocks are read leniently: comments, trailing commas, single quotes and keys without quotes are
    /// fine. Only a block that is recognisably an integration is judged, and then this is its only finding.
    /// Silent where something was left out (`[1, , 2]`, `...`), at template literals, at operators and
    /// calls in JavaScript, and at expressions in template notes (`{{title}}`, `<% … %>`).
    ///
    /// ## Example
    ///
    /// ```json
    /// { "integration": { "name": "Payments", "type": } }
    /// ```
    ///
    /// ## Fix
    ///
    /// Correct the JSON at the place that is marked. If a key occurs twice, the first one counts.
    pub(super) static INTEGRATION_SYNTAX = "integration-syntax", Error, Every(integration_syntax);
}

fn integration_syntax(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    let problems = ctx.note.facts.system().problems.iter().filter(|p| p.kind == ProblemKind::Integration);
    for problem in problems.filter(|problem| !ctx.is_yet_to_come(problem.place)) {
        sink.report(&ctx.note.path, problem.place, &problem.subject, problem.message.clone());
    }
}

declare_rule! {
    /// An integration lacks its name, type or endpoint.
    ///
    /// ## Why
    ///
    /// These three say what the integration is and where it is.
    ///
    /// An object is not judged if it has nothing that identifies an integration: `endpoint`, `auth` or
    /// `config`, or, where the block has no other keys beside `integration`, `name` with `type` or two of
    /// `type`, `version`, `status` and `logging`.
    ///
    /// ## Example
    ///
    /// ```json
    /// { "integration": { "name": "Payments", "type": "REST endpoints" } }
    /// ```
    ///
    /// ## Fix
    ///
    /// Add the field.
    pub(super) static INTEGRATION_FIELD_MISSING = "integration-field-missing", Error, Ordinary(integration_field_missing);
}

fn integration_field_missing(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    for view in instances(ctx.note) {
        for field in FIELDS.iter().filter(|field| field.required) {
            let blank =
                |json: &Json| matches!(&json.value, JsonValue::String(text) if text.trim().is_empty());
            if view.json().at(field.path).is_none_or(|json| blank(json) || json.value == JsonValue::Null) {
                let message =
                    format!("the integration{} has no `{}`", view.shown_name(), field.path.join("."));
                sink.report(&ctx.note.path, view.0.anchor, &view.subject(field.path), message);
            }
        }
    }
}

declare_rule! {
    /// A field of an integration has the wrong type.
    ///
    /// ## Why
    ///
    /// A program that reads the block will fail on it.
    ///
    /// `auth` and `config` are objects. Every other known field is a string, except that `timeout` and
    /// `retry` may also be numbers, and `logging` may be anything.
    ///
    /// ## Example
    ///
    /// ```json
    /// { "integration": { "name": "Payments", "type": "REST endpoints", "endpoint": ["a", "b"] } }
    /// ```
    ///
    /// ## Fix
    ///
    /// Write the value in the type that the message names.
    pub(super) static INTEGRATION_FIELD_TYPE = "integration-field-type", Error, Ordinary(integration_field_type);
}

fn integration_field_type(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    for view in instances(ctx.note) {
        for field in &FIELDS {
            let Some(json) = view.json().at(field.path) else { continue };
            let (fits, expected) = match field.holds {
                Holds::Text => (matches!(json.value, JsonValue::String(_) | JsonValue::Redacted), "a string"),
                Holds::Figure => {
                    (matches!(json.value, JsonValue::String(_) | JsonValue::Number(_)), "a string or number")
                }
                Holds::Object => (matches!(json.value, JsonValue::Object(_)), "an object"),
                Holds::Anything => continue,
            };
            if fits || json.value == JsonValue::Null {
                continue;
            }
            let message = format!("`{}` is {}, not {expected}", field.path.join("."), json.kind());
            sink.report(&ctx.note.path, json.place, &view.subject(field.path), message);
        }
    }
}

declare_rule! {
    /// A key of an integration is nearly, but not quite, a known one.
    ///
    /// ## Why
    ///
    /// Nothing reads a key such as `endpont`, so the endpoint is missing.
    ///
    /// Known keys are `name`, `type`, `version`, `endpoint`, `auth`, `config`, `status` and `logging`, the
    /// fields of `auth` (`type`, `credentials`) and `config` (`timeout`, `retry`, `rateLimit`), and the
    /// keys of the vault's template integration. A key is only reported if it differs from a known one by a
    /// typing error, by its case or by its separators. Every other key is up to the vault.
    ///
    /// ## Example
    ///
    /// ```json
    /// { "integration": { "name": "Payments", "type": "REST endpoints", "endpont": "https://pay.example.com" } }
    /// ```
    ///
    /// ## Fix
    ///
    /// Write the known key, which `--unsafe-fixes` does.
    pub(super) static INTEGRATION_FIELD_UNKNOWN = "integration-field-unknown", Warning, Ordinary(integration_field_unknown), fixable;
}

fn integration_field_unknown(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    for view in instances(ctx.note) {
        let mut meant = HashSet::new();
        for (level, known) in ctx.context.shared().known_keys() {
            let Some(object) = view.json().at(level) else { continue };
            for member in object.members() {
                let Some(near) = known.near(&member.key) else { continue };
                if object.get(near).is_some() {
                    continue;
                }
                let message = format!("`{}` is not a known field; {}", member.key, did_you_mean(near));
                let path: Vec<&str> = level.iter().copied().chain([member.key.as_str()]).collect();
                let finding = sink.report(&ctx.note.path, member.key_place, &view.subject(&path), message);
                // Where two keys may mean the same field, only one can be renamed.
                if meant.insert((level, near)) {
                    finding.mended_by(respell::word(ctx, member.key_place, &member.key, near));
                }
            }
        }
    }
}

declare_rule! {
    /// Two integrations of the vault have the same name.
    ///
    /// ## Why
    ///
    /// On a board, in a diagram and in the history, a name stands for one thing, not two.
    ///
    /// ## Example
    ///
    /// ```json
    /// { "integrations": [
    ///   { "name": "Payments", "type": "REST endpoints", "endpoint": "https://pay.example.com" },
    ///   { "name": "payments", "type": "Message queues", "endpoint": "amqps://mq.example.com" }
    /// ] }
    /// ```
    ///
    /// ## Fix
    ///
    /// Rename one, or delete the copy. The first one in the order of paths counts.
    pub(super) static INTEGRATION_DUPLICATE = "integration-duplicate", Error, Integrations(integration_duplicate);
}

fn integration_duplicate(ctx: &Context<'_>, sink: &mut Sink<'_>) {
    let mut seen: HashMap<String, (&Note, View<'_>)> = HashMap::new();
    for (_, note) in ctx.vault.system_notes().filter(|(_, note)| !note.is_template()) {
        for view in instances(note) {
            let Some(name) = view.name() else { continue };
            let Some((first, other)) = seen.get(fold(name).as_ref()) else {
                seen.insert(fold(name).into_owned(), (note, view));
                continue;
            };
            let message = format!("another integration is named `{name}` too");
            let finding = sink.report(&note.path, view.0.anchor, &view.subject(&[]), message);
            finding.points_to(&first.path, other.0.anchor, format!("first in `{}`", path::stem(&first.path)));
        }
    }
}

declare_rule! {
    /// The type of an integration is not one of the vault's categories.
    ///
    /// ## Why
    ///
    /// Readers do not find the integration in the tree of categories.
    ///
    /// The types are the list items under *Integration Categories* in the notes of the vault. Case, plural,
    /// articles and `&`/`and` are ignored. Silent where neither a note nor `portolan.toml` lists types, and
    /// for a reference that is to be filled in (`{{ type }}`, `<type>`).
    ///
    /// ## Example
    ///
    /// ```json
    /// { "integration": { "name": "Payments", "type": "Carrier pigeons", "endpoint": "https://pay.example.com" } }
    /// ```
    ///
    /// ## Fix
    ///
    /// Use a listed type, or add it to the list. `--unsafe-fixes` writes the nearest one.
    pub(super) static INTEGRATION_TYPE_UNKNOWN = "integration-type-unknown", Warning, Ordinary(integration_type_unknown), fixable;
}

fn integration_type_unknown(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    let vocabulary = ctx.vault.vocabulary();
    if !vocabulary.lists_types() {
        return;
    }
    let schemes = &ctx.vault.config().reading.secret_schemes;
    for view in instances(ctx.note) {
        let Some((json, text)) = view.value(&["type"]) else { continue };
        if vocabulary.category(text).is_none() && !is_kept_elsewhere(text, schemes) {
            let message = format!("`{text}` is not one of the vault's integration categories");
            let finding = sink.report(&ctx.note.path, json.place, &view.subject(&["type"]), message);
            if let Some(near) = ctx.context.types().near(text) {
                finding.advise(did_you_mean(near));
                finding.mended_by(respell::word(ctx, json.place, text, near));
            }
        }
    }
}

declare_rule! {
    /// The way an integration authenticates is not one of the vault's protocols.
    ///
    /// ## Why
    ///
    /// The vault lists the ways to authenticate that it allows.
    ///
    /// They are the list items under *Authentication* in *Integration Protocols*, and those under
    /// *Authentication Services* in *Integration Categories*. `none` is always allowed. Silent where
    /// neither a note nor `portolan.toml` lists any, and for a reference that is to be filled in.
    ///
    /// ## Example
    ///
    /// ```json
    /// { "integration": { "name": "Payments", "type": "REST endpoints", "endpoint": "https://pay.example.com",
    ///   "auth": { "type": "secret handshake" } } }
    /// ```
    ///
    /// ## Fix
    ///
    /// Use a listed way, or add it to the list. `--unsafe-fixes` writes the nearest one.
    pub(super) static INTEGRATION_AUTH_UNKNOWN = "integration-auth-unknown", Warning, Ordinary(integration_auth_unknown), fixable;
}

fn integration_auth_unknown(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    let vocabulary = ctx.vault.vocabulary();
    if !vocabulary.lists_auth() {
        return;
    }
    let schemes = &ctx.vault.config().reading.secret_schemes;
    for view in instances(ctx.note) {
        let Some((json, text)) = view.value(&["auth", "type"]) else { continue };
        if !(vocabulary.knows_auth(text) || is_no_auth(text) || is_kept_elsewhere(text, schemes)) {
            let message = format!("`{text}` is not one of the vault's authentication protocols");
            let finding = sink.report(&ctx.note.path, json.place, &view.subject(&["auth", "type"]), message);
            if let Some(near) = ctx.context.auth().near(text) {
                finding.advise(did_you_mean(near));
                finding.mended_by(respell::word(ctx, json.place, text, near));
            } else {
                let methods = respell::some(&ctx.context.auth().words);
                finding.advise(format!("the vault lists {methods}"));
            }
        }
    }
}

declare_rule! {
    /// The endpoint of an integration is not an address.
    ///
    /// ## Why
    ///
    /// As it stands, nobody can reach it.
    ///
    /// An address is an absolute URI, `host:port`, or a reference (`env:NAME`, `${NAME}`, `[[note]]`).
    /// `{id}` in a path is fine.
    ///
    /// ## Example
    ///
    /// ```json
    /// { "integration": { "name": "Payments", "type": "REST endpoints", "endpoint": "the payment server" } }
    /// ```
    ///
    /// ## Fix
    ///
    /// Write the whole address, such as `https://pay.example.com/v2`.
    pub(super) static INTEGRATION_ENDPOINT_INVALID =
        "integration-endpoint-invalid", Error, Ordinary(integration_endpoint_invalid);
}

fn integration_endpoint_invalid(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    for view in instances(ctx.note) {
        let Some((json, text)) = view.value(&["endpoint"]) else { continue };
        if !is_address(text, &ctx.vault.config().reading.secret_schemes) {
            let message = format!("`{text}` is neither an absolute URI nor `host:port`");
            sink.report(&ctx.note.path, json.place, &view.subject(&["endpoint"]), message);
        }
    }
}

declare_rule! {
    /// The timeout of an integration is not a duration.
    ///
    /// ## Why
    ///
    /// Nobody can tell how long to wait.
    ///
    /// A duration is one or more numbers with a unit each (`30s`, `1m 30s`, `1.5 hours`, `1,5 Stunden`), a
    /// bare number of milliseconds, or ISO 8601 (`PT30S`).
    ///
    /// ## Example
    ///
    /// ```json
    /// { "integration": { "name": "Payments", "type": "REST endpoints", "endpoint": "https://pay.example.com",
    ///   "config": { "timeout": "a while" } } }
    /// ```
    ///
    /// ## Fix
    ///
    /// Write a number and a unit.
    pub(super) static INTEGRATION_DURATION_INVALID =
        "integration-duration-invalid", Warning, Ordinary(integration_duration_invalid);
}

fn integration_duration_invalid(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    for view in instances(ctx.note) {
        let Some((json, text)) = view.value(&["config", "timeout"]) else { continue };
        if duration_ms(text).is_none()
            && !is_kept_elsewhere(text, &ctx.vault.config().reading.secret_schemes)
            && !matches!(fold(text).as_ref(), "none" | "n/a")
        {
            let message = format!("`{text}` is not a duration");
            let finding =
                sink.report(&ctx.note.path, json.place, &view.subject(&["config", "timeout"]), message);
            finding.advise("write a number and a unit, such as `30s`");
        }
    }
}

declare_rule! {
    /// The rate limit of an integration cannot be read.
    ///
    /// ## Why
    ///
    /// Nobody can tell how much is allowed.
    ///
    /// A limit is a number, optionally a word for what is counted, and a unit of time of at least a second:
    /// `600/min`, `10 requests per second`. `none` and `unlimited` mean that there is no limit.
    ///
    /// ## Example
    ///
    /// ```json
    /// { "integration": { "name": "Payments", "type": "REST endpoints", "endpoint": "https://pay.example.com",
    ///   "config": { "rateLimit": "generous" } } }
    /// ```
    ///
    /// ## Fix
    ///
    /// Write a number and a unit of time.
    pub(super) static INTEGRATION_RATE_LIMIT_INVALID =
        "integration-rate-limit-invalid", Warning, Ordinary(integration_rate_limit_invalid);
}

fn integration_rate_limit_invalid(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    for view in instances(ctx.note) {
        let Some((json, text)) = view.value(&["config", "rateLimit"]) else { continue };
        if !is_rate(text) && !is_kept_elsewhere(text, &ctx.vault.config().reading.secret_schemes) {
            let message = format!("`{text}` is not a rate limit");
            let finding =
                sink.report(&ctx.note.path, json.place, &view.subject(&["config", "rateLimit"]), message);
            finding.advise("write a number and a unit of time, such as `600/min`");
        }
    }
}

declare_rule! {
    /// An integration was only half filled in.
    ///
    /// ## Why
    ///
    /// The integration has a name, but a `[Placeholder]` from its template is still in place of a value.
    ///
    /// ## Example
    ///
    /// ```json
    /// { "integration": { "name": "Payments", "type": "REST endpoints", "endpoint": "[URL/URI]" } }
    /// ```
    ///
    /// ## Fix
    ///
    /// Write the value, or leave the field out.
    pub(super) static INTEGRATION_PLACEHOLDER = "integration-placeholder", Warning, Ordinary(integration_placeholder);
}

fn integration_placeholder(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    for view in instances(ctx.note) {
        for (path, json, text) in placeholders(view) {
            let message = format!("`{}` is still the placeholder `{text}`", path.join("."));
            sink.report(&ctx.note.path, json.place, &view.subject(&path), message);
        }
    }
}

declare_rule! {
    /// An integration does not fit the vault's own JSON Schema.
    ///
    /// ## Why
    ///
    /// `integration-schema` in `portolan.toml` names a JSON Schema that says what the vault's integrations
    /// look like, beyond what portolan requires of every integration. Silent where it is not set.
    ///
    /// ## Example
    ///
    /// With a schema that says `"required": ["owner"]`:
    ///
    /// ```json
    /// { "integration": { "name": "Payments", "type": "REST endpoints", "endpoint": "https://pay.example.com" } }
    /// ```
    ///
    /// ## Fix
    ///
    /// Write the integration as the schema requires.
    pub(super) static INTEGRATION_SCHEMA = "integration-schema", Error, Ordinary(integration_schema);
}

fn integration_schema(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    let Some(validator) = &ctx.vault.config().integration_validator else { return };
    for view in instances(ctx.note) {
        let value = to_value(view.json());
        for error in validator.iter_errors(&value) {
            let pointer = error.instance_path().to_string();
            let json = at_pointer(view.json(), &pointer);
            // What is missing at the top level is reported at the start of the integration.
            let place = if pointer.is_empty() { view.0.anchor } else { json.place };
            let subject = format!("{}{pointer} {}", view.subject(&[]), error.schema_path());
            let message = error.to_string().replace('"', "`");
            sink.report(&ctx.note.path, place, &subject, message);
        }
    }
}
