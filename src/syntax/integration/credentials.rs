//! Literal credentials of integrations: which they are, and out of the facts with them.

use crate::syntax::json::{Json, JsonValue};
use crate::syntax::secret::{Secret, SecretShape, is_credential_key, is_reference};
use crate::syntax::source::Source;
use crate::text::span::Span;

/// Keys below a credentials key that say whose or what it is, not the secret itself.
const NAMES_BESIDE: [&str; 12] = [
    "type",
    "kind",
    "method",
    "name",
    "user",
    "username",
    "id",
    "clientid",
    "client_id",
    "scope",
    "scopes",
    "url",
];

/// Whether a key that stands below a credentials key says whose or what it is, and not the secret itself.
pub(super) fn stands_beside(key: &str) -> bool {
    NAMES_BESIDE.contains(&crate::text::fold::fold(key).as_ref())
}

/// Whether one of these secrets, which come in order, lies under a span.
pub(super) fn is_known(secrets: &[Secret], span: Span) -> bool {
    let behind = secrets.partition_point(|secret| secret.span.end <= span.start);
    secrets.get(behind).is_some_and(|secret| secret.span.overlaps(span))
}

/// Takes literal credentials out of an integration and notes where they stand. `key` names the credential that
/// the value belongs to, if it does.
pub(super) fn redact(
    json: &mut Json,
    source: &Source<'_>,
    key: Option<&str>,
    known: &[Secret],
    secrets: &mut Vec<Secret>,
) {
    match &mut json.value {
        JsonValue::Object(members) => {
            for member in members {
                // What stands below a credentials key is one too, but for the names beside it.
                let own = is_credential_key(&member.key) || key.is_some() && !stands_beside(&member.key);
                redact(&mut member.value, source, own.then_some(&member.key), known, secrets);
            }
        }
        JsonValue::List(items) => {
            for item in items {
                redact(item, source, key, known, secrets);
            }
        }
        JsonValue::String(value) | JsonValue::Number(value) if key.is_some() => {
            let span = json.place.span;
            // What is known by its shape is masked already, and what stands around it belongs to it.
            if is_known(known, span) || !is_reference(value, &source.reading.secret_schemes) {
                let quotes = usize::from(span.of(source.text).starts_with(['"', '\'']));
                let inner = Span::new(span.start as usize + quotes, span.end as usize - quotes);
                secrets.push(Secret { span: inner, shape: SecretShape::Credential });
                json.value = JsonValue::Redacted;
            }
        }
        _ => {}
    }
}
