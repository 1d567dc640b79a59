//! Finds literal credentials in integrations, and removes them from the facts.

use crate::syntax::json::{Json, JsonValue};
use crate::syntax::secret::{Secret, SecretShape, credentials_within, is_credential_key, is_reference, mask};
use crate::syntax::source::Source;
use crate::text::fold::letters;
use crate::text::span::Span;

/// Keys below a credentials key that describe the secret and do not contain it, in the form of [`letters`].
const NAMES_BESIDE: &str = "\
    accesskeyid account accountid accountname alg algorithm appid applicationid audience authority clientid \
    clientname comment created createdat database description directory domain email endpoint env environment \
    expires expiresat expiresin expiry expirydate expiration field format grant granttype group header \
    headername host hostname id in issued issuedat issuer item keyid keyname kid kind lastrotated length \
    lifetime location login maxage method mode name namespace note notes org organisation organization owner \
    path placement policy port prefix profile project projectid provider purpose realm reference region role \
    rolearn roles rotated rotatedat rotation rotationperiod scheme scope scopes section server service source \
    status store subject team tenant tenantid tokentype tokenurl tool ttl type uri url user userid username \
    validity vault version";

/// Endings of keys whose secret values may be a few digits, which a token or a key never is.
const MAY_BE_DIGITS: &str =
    "code credential credentials creds pass passphrase passwd password pin pw pwd secret secrets value";

/// Whether a key below a credentials key describes the secret, rather than contains it.
pub(super) fn stands_beside(key: &str) -> bool {
    let letters = letters(key);
    NAMES_BESIDE.split(' ').any(|name| name == letters)
}

/// Whether a number is too short to be a secret, such as the lifetime or the count of tokens.
pub(super) fn is_short_number(key: &str, number: &str) -> bool {
    let letters = letters(key);
    number.len() <= 6
        && number.bytes().all(|b| b.is_ascii_digit())
        && !MAY_BE_DIGITS.split(' ').any(|end| letters.ends_with(end))
}

/// Whether one of these secrets, which are in order, overlaps a span.
pub(super) fn is_known(secrets: &[Secret], span: Span) -> bool {
    let behind = secrets.partition_point(|secret| secret.span.end <= span.start);
    secrets.get(behind).is_some_and(|secret| secret.span.overlaps(span))
}

/// Removes literal credentials from an integration and records their places. `key` is the credentials key that the
/// value belongs to, if any.
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
                // All values below a credentials key are secrets, except those of keys that describe it.
                let own = is_credential_key(&member.key) || key.is_some() && !stands_beside(&member.key);
                redact(&mut member.value, source, own.then_some(&member.key), known, secrets);
            }
        }
        JsonValue::List(items) => {
            for item in items {
                redact(item, source, key, known, secrets);
            }
        }
        JsonValue::Number(number) if key.is_none_or(|key| is_short_number(key, number)) => {}
        JsonValue::String(value) | JsonValue::Number(value) if key.is_some() => {
            let span = json.place.span;
            // Secrets with a known shape are masked already, and the text around one belongs to it.
            if is_known(known, span) || !is_reference(value, &source.reading.secret_schemes) {
                secrets.push(Secret { span: inner(span, source), shape: SecretShape::Credential });
                json.value = JsonValue::Redacted;
            }
        }
        JsonValue::String(value) => {
            let inner = inner(json.place.span, source);
            let text = inner.of(source.text);
            let within = credentials_within(text, &source.reading.secret_schemes).into_iter();
            let within: Vec<Secret> =
                within.map(|at| Secret { span: at.into(), shape: SecretShape::Credential }).collect();
            if !within.is_empty() {
                *value = mask(text, &within);
                let own =
                    |secret: Secret| Secret { span: secret.span.shifted(inner.start as usize), ..secret };
                secrets.extend(within.into_iter().map(own));
            }
        }
        _ => {}
    }
}

/// Returns the span between the quotes of a string.
fn inner(string: Span, source: &Source<'_>) -> Span {
    let quotes = usize::from(string.of(source.text).starts_with(['"', '\'']));
    Span::new(string.start as usize + quotes, string.end as usize - quotes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_beside_a_credential_is_named() {
        for key in ["client-id", "user_name", "Tenant", "keyId", "EXPIRES AT", "scopes"] {
            assert!(stands_beside(key), "{key}");
        }
        for key in ["value", "key", "pin", "client", "secretId", ""] {
            assert!(!stands_beside(key), "{key}");
        }
    }

    #[test]
    fn a_few_digits_are_no_token() {
        for (key, number) in [("token", "3600"), ("apiKey", "1"), ("retries", "300000")] {
            assert!(is_short_number(key, number), "{key} {number}");
        }
        for (key, number) in [
            ("token", "1234567"),
            ("DB_PASSWORD", "4711"),
            ("pin", "4711"),
            ("secrets", "1"),
            ("token", "0x1f"),
        ] {
            assert!(!is_short_number(key, number), "{key} {number}");
        }
    }
}
