//! Recognises values of credential fields that only tell where the secret is.

use super::class::Class;
use super::placeholder::{is_elided, is_stand_in};

/// Schemes that name a place where values are kept.
const SCHEMES: &str = "\
    1password akv arn aws-sm aws-ssm azure-kv bitwarden bw conjur doppler env file gcp-secret gcp-sm \
    infisical k8s keepass keychain kms lastpass op ref sm sops ssm vault";

/// Schemes of web pages, which may describe where a secret is kept.
const WEB: &str = "http https";

/// Expressions with which programs read the environment.
const CALLS: &str = "process.env os.environ os.getenv getenv( System.getenv ENV[ import.meta.env";

/// Beginnings of encrypted values and of paths.
const OPENINGS: &str = "ENC[ ENC( {cipher} /run/ /etc/ /var/ /home/ /mnt/ ~/ ./ ../";

/// Words which say that there is no secret, or that it is kept elsewhere.
const NOTHING: &str = "\
    - — – ? anonymous default empty encrypted external false hidden inherited managed masked missing \
    n/a na nil no none null off on optional pending public redacted removed required rotated tbd \
    todo true undefined unknown unset yes";

/// Names of authentication methods and of secret stores, which reveal nothing.
const WAYS: &str = "\
    1password api-key bitwarden certificate certificates iam jwt kerberos keepass keychain \
    managed-identity mtls oauth oauth2 oidc saml service-account ssh-key sso vault workload-identity";

/// Words of a form to fill in. The word `password` is not included, because it may be the actual password.
const FORM: &str = "your here placeholder insert replace redacted removed hidden masked";

/// Whether the value of a credential field is a reference, a mask or a form rather than the secret itself.
/// `schemes` are further schemes of references that the settings name.
///
/// ```
/// use portolan::syntax::secret::is_reference;
/// for value in ["env:API_KEY", "${API_KEY}", "op://Team/item", "[[Vault]]", "see 1Password", "***", "none"] {
///     assert!(is_reference(value, &[]), "{value}");
/// }
/// assert!(!is_reference("hunter2", &[]));
/// assert!(is_reference("acme:item", &["acme".to_owned()]));
/// ```
#[must_use]
pub fn is_reference(value: &str, schemes: &[String]) -> bool {
    let value = value.trim();
    let quote = |c| matches!(c, '"' | '\'' | '`');
    let value = value.trim_matches(quote);
    // In `Bearer …`, the secret is what follows.
    if let Some((kind, rest)) = value.split_once(char::is_whitespace)
        && ["basic", "bearer", "token"].iter().any(|k| kind.eq_ignore_ascii_case(k))
        && !rest.trim().contains(char::is_whitespace)
        && mixed_in(rest)
    {
        return is_reference(rest, schemes);
    }
    let lower = value.to_lowercase();
    let form = || is_stand_in(value) && FORM.split(' ').any(|word| lower.contains(word));
    value.is_empty()
        || value.contains(char::is_whitespace)
        || NOTHING.split(' ').chain(WAYS.split(' ')).any(|word| word == lower)
        || has_scheme(value, &[SCHEMES, WEB], schemes)
        || OPENINGS.split(' ').chain(CALLS.split(' ')).any(|opening| value.starts_with(opening))
        || value.starts_with('[') && value.ends_with([']', ')'])
        || is_elided(value)
        || form()
        || names_variable(value)
}

/// Whether a word is not prose: it has a digit, or a capital after its first letter, or a sign of identifiers.
fn mixed_in(word: &str) -> bool {
    word.trim().chars().skip(1).any(|c| c.is_ascii_digit() || c.is_uppercase())
        || word.contains(['-', '_', '$', '{'])
}

/// Whether a value of any kind is kept elsewhere and only referred to: `env:TIMEOUT`, `${LIMIT}`, `[[note]]`.
/// `schemes` are further schemes that the settings name.
#[must_use]
pub fn is_kept_elsewhere(value: &str, schemes: &[String]) -> bool {
    let value = value.trim();
    let opens = |opening: &str| value.starts_with(opening);
    has_scheme(value, &[SCHEMES], schemes)
        || ["$", "{{", "[[", "<"].into_iter().chain(CALLS.split(' ')).any(opens)
}

/// Whether a value begins with one of these schemes, known or from the settings.
fn has_scheme(value: &str, known: &[&str], schemes: &[String]) -> bool {
    let Some((scheme, rest)) = value.split_once(':') else { return false };
    // A URL that contains its password is not a reference.
    let shows = rest.starts_with("//") && super::url::passwords(value).next().is_some();
    let own = |s: &String| s.trim_end_matches([':', '/']).eq_ignore_ascii_case(scheme);
    let mut known = known.iter().flat_map(|known| known.split(' '));
    !shows && (known.any(|s| s.eq_ignore_ascii_case(scheme)) || schemes.iter().any(own))
}

/// Whether a value is the name of a variable, such as `STRIPE_API_KEY`. A single word may be the value itself.
fn names_variable(value: &str) -> bool {
    value.contains('_') && is_capital_name(value)
}

/// Whether a text is in capitals and has a word for a secret: `ACCESS_TOKEN`, `PAT`.
pub(super) fn is_capital_name(text: &str) -> bool {
    let words = [
        "APIKEY",
        "AUTH",
        "CREDENTIALS",
        "CREDS",
        "KEY",
        "PASS",
        "PASSWORD",
        "PAT",
        "PW",
        "PWD",
        "SECRET",
        "TOKEN",
    ];
    let name = Class::UPPER_DIGIT.or(Class::of("_")).count(text.as_bytes()) == text.len();
    name && text.split('_').any(|word| words.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_say_where_a_secret_is() {
        for value in [
            "env:API_KEY",
            "$API_KEY",
            "${API_KEY}",
            "{{API_KEY}}",
            "{{ .Values.key }}",
            "$env:API_KEY",
            "%API_KEY%",
            "process.env.API_KEY",
            "vault:team/api",
            "op://Team/item/field",
            "aws-sm:prod/api",
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:api",
            "keychain:api",
            "file:/run/secrets/api",
            "/run/secrets/api",
            "~/.config/api/key",
            "[[04_CREDENTIALS#API]]",
            "[Reference]",
            "[1Password](https://start.1password.com)",
            "see 1Password, item X",
            "Bearer ${TOKEN}",
            "OAuth2 client of the team",
            "https://vault.acme.example/ui/item",
            "ENC[AES256_GCM,data:x9]",
            "STRIPE_API_KEY",
            "GITHUB_PAT",
            "HARBOUR_CREDS",
        ] {
            assert!(is_reference(value, &[]), "{value}");
        }
    }

    #[test]
    fn what_is_kept_elsewhere_is_named_by_its_place() {
        for value in [
            "env:TIMEOUT",
            "ENV:TIMEOUT",
            "$LIMIT",
            " ${LIMIT}",
            "{{ .Values.limit }}",
            "[[Limits]]",
            "<limit>",
            "ssm:/pay/timeout",
            "op://Team/item",
            "process.env.LIMIT",
            "acme:limits",
        ] {
            assert!(is_kept_elsewhere(value, &["acme:".to_owned()]), "{value}");
        }
        for value in ["", "30s", "none", "see 1Password", "https://a.example", "other:limits", "10:30"] {
            assert!(!is_kept_elsewhere(value, &["acme:".to_owned()]), "{value}");
        }
    }

    #[test]
    fn masks_forms_and_nothing_are_references() {
        for value in [
            "",
            " ",
            "***",
            "…",
            "sk-…",
            "abc...",
            "xxxxxxxx",
            "<token>",
            "none",
            "None",
            "n/a",
            "null",
            "-",
            "true",
            "no",
            "mTLS",
            "service-account",
            "YOUR_API_KEY",
            "your-token-here",
            "REDACTED",
            "todo",
        ] {
            assert!(is_reference(value, &[]), "{value}");
        }
    }

    #[test]
    fn literals_are_no_references() {
        for value in [
            "hunter2",
            "s3cr3t",
            "changeme",
            "password",
            "aB3dE6gH9jK2",
            "user:password1",
            "p$ssw0rd",
            "Bearer aB3dE6gH9jK2",
            "https://app:hunter2@db.acme.example",
            "HUNTER2",
            "550e8400-e29b-41d4-a716-446655440000",
            "acme:item",
        ] {
            assert!(!is_reference(value, &[]), "{value}");
        }
        assert!(is_reference("acme:item", &["acme:".to_owned()]));
        assert!(is_reference("ACME://item", &["acme".to_owned()]));
    }
}
