//! Recognises the keys of objects that name a credential.

use std::sync::LazyLock;

use crate::text::fold::letters;

/// Endings of folded names of credential fields.
const ENDINGS: &str = "\
    accesskey accountkey apikey authkey credential credentials deploykey encryptionkey licensekey masterkey \
    otpseed passcode passphrase passwd password presharedkey privatekey psk pwd secret secretkey secrets servicekey \
    sharedkey signingkey sshkey token totpseed webhookkey";

/// Endings that match one of those but are harmless.
const HARMLESS: &str = "\
    canceltoken continuationtoken csrftoken cursortoken maxtoken nexttoken pagetoken pertoken \
    stoptoken synctoken xsrftoken";

/// Beginnings of yes-or-no questions about a credential.
const QUESTIONS: &str = "\
    change disable enable forgot has hide is needs no require requires reset rotate show uses";

/// Words that name a credential only as the whole last word of a key.
const SHORT: [&str; 4] = ["pass", "pw", "creds", "pat"];

/// Whether a key of an object names a credential: `password`, `apiKey`, `client_secret`; not
/// `tokenUrl`, `secretName`, `publicKey` or `maxTokens`.
#[must_use]
pub fn is_credential_key(key: &str) -> bool {
    // The lists are split once, because this is called for every key of every integration.
    static ENDS: LazyLock<[Vec<&str>; 2]> =
        LazyLock::new(|| [ENDINGS, HARMLESS].map(|w| w.split(' ').collect()));
    let [endings, harmless] = &*ENDS;
    let folded = letters(key);
    let ends = |words: &[&str]| words.iter().any(|word| folded.ends_with(word));
    let long = ends(endings) && !ends(harmless);
    if !long && !ends(&SHORT) {
        return false;
    }
    let words = words(key);
    let asks = words.len() > 1 && words.first().is_some_and(|word| QUESTIONS.split(' ').any(|q| q == word));
    !asks && (long || words.last().is_some_and(|word| SHORT.contains(&word.as_str())))
}

/// Splits a key into words, in lower case: `dbPass`, `db_pass` and `DB-PASS` give `db`, `pass`.
fn words(key: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for c in key.chars() {
        if !c.is_alphanumeric() || c.is_uppercase() && before.is_lowercase() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credential_keys_end_in_what_they_hold() {
        for key in [
            "password",
            "Password",
            "DB_PASSWORD",
            "dbPass",
            "secret",
            "clientSecret",
            "client-secret",
            "token",
            "accessToken",
            "refresh_token",
            "apiKey",
            "api_key",
            "X-API-Key",
            "apikey",
            "credentials",
            "credential",
            "private_key",
            "passphrase",
            "access_key",
            "secretAccessKey",
            "signingKey",
            "pwd",
            "creds",
            "wifiPsk",
            "preSharedKey",
            "licenseKey",
            "otp_seed",
        ] {
            assert!(is_credential_key(key), "{key}");
        }
        for key in [
            "",
            "tokenUrl",
            "token_endpoint",
            "secretName",
            "passwordPolicy",
            "publicKey",
            "tokens_per_minute",
            "maxTokens",
            "max_token",
            "nextPageToken",
            "key",
            "primaryKey",
            "foreign_key",
            "keyId",
            "accessKeyId",
            "tokenType",
            "tokenization",
            "credentialsPath",
            "secretRef",
            "hasPassword",
            "resetPassword",
            "bypass",
            "compass",
            "author",
            "auth",
            "keyboard",
            "passwordless",
            "csrfToken",
            "tokenExpiry",
            "user",
        ] {
            assert!(!is_credential_key(key), "{key}");
        }
    }
}
