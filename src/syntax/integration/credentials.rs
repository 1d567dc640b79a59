//! Literal credentials of integrations: which they are, and out of the facts with them.

use crate::syntax::json::{Json, JsonValue};
use crate::syntax::secret::{Secret, SecretShape, credentials_within, is_credential_key, is_reference, mask};
use crate::syntax::source::Source;
use crate::text::fold::letters;
use crate::text::span::Span;

/// Keys below a credentials key that say whose or what it is, not the secret itself: as [`letters`] has them.
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

/// Endings of keys whose values may be a few digits. A token or a key never is.
const MAY_BE_DIGITS: &str =
    "code credential credentials creds pass passphrase passwd password pin pw pwd secret secrets value";

/// Whether a key that stands below a credentials key says whose or what it is, and not the secret itself.
pub(super) fn stands_beside(key: &str) -> bool {
    let letters = letters(key);
    NAMES_BESIDE.split(' ').any(|name| name == letters)
}

/// Whether a number is too short for a secret: how long a token lives, how many there are.
pub(super) fn is_short_number(key: &str, number: &str) -> bool {
    let letters = letters(key);
    number.len() <= 6
        && number.bytes().all(|b| b.is_ascii_digit())
        && !MAY_BE_DIGITS.split(' ').any(|end| letters.ends_with(end))
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
        JsonValue::Number(number) if key.is_none_or(|key| is_short_number(key, number)) => {}
        JsonValue::String(value) | JsonValue::Number(value) if key.is_some() => {
            let span = json.place.span;
            // What is known by its shape is masked already, and what stands around it belongs to it.
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

/// What stands between the quotes of a string.
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
