//! Finds secrets: text that must never be shown.
//!
//! Only known shapes count: vendors' tokens by prefix, length and check digits, private key blocks, JSON Web
//! Tokens, and passwords in URLs. Randomness alone is no criterion: hashes, ids and digests are as random as
//! tokens, and technical documentation is full of them.
//!
//! The table of vendors is portolan's own, because no available crate fits. One searches files itself and prints
//! what it finds (ripsecrets), one guesses from names and entropy and brings the dependencies of a command line
//! (secretscan), and one needs a C library and has data under another licence (kingfisher-rules). None of them can
//! tell where in a text a secret begins and ends, and none checks the check digits, without which notes *about*
//! tokens would be full of findings.
//!
//! A scan takes three passes at nearly the speed of memory: for `://`, for `PRIVATE KEY`, and for long words.
//! Prefixes are only searched in the latter, all at once, so a further row of the table costs nothing. The time is
//! linear in the text, whatever it contains.

mod aws;
mod base64;
mod class;
mod discord;
mod jwt;
mod key_block;
mod key_name;
mod parameter;
mod placeholder;
mod prefix;
mod reference;
mod shape;
mod token;
mod url;
mod userinfo;
mod vendors;
mod verify;
mod word;

use std::ops::Range;

use serde::{Deserialize, Serialize};

pub use key_name::is_credential_key;
pub use parameter::credentials_within;
pub use reference::{is_kept_elsewhere, is_reference};
pub use shape::SecretShape;

use crate::text::span::Span;

/// A secret in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secret {
    /// The secret itself; for a URL, only the password.
    pub span: Span,
    /// The kind of secret.
    pub shape: SecretShape,
}

/// Returns all secrets of known shapes in a text, including code, sorted and without overlaps.
///
/// ```
/// use portolan::syntax::secret::{SecretShape, scan};
/// let text = "postgres://app:hunter2@db.internal/orders";
/// let found = scan(text);
/// assert_eq!(found[0].span.of(text), "hunter2");
/// assert_eq!(found[0].shape, SecretShape::UrlPassword);
/// assert!(scan("postgres://app:${DB_PASSWORD}@db.internal/orders").is_empty());
/// ```
#[must_use]
pub fn scan(text: &str) -> Vec<Secret> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut add = |shape, range: Range<usize>| found.push(Secret { span: range.into(), shape });
    for range in key_block::blocks(bytes) {
        add(SecretShape::PrivateKey, range);
    }
    for range in url::passwords(text) {
        add(SecretShape::UrlPassword, range);
    }
    for word in word::long_words(bytes) {
        prefix::secrets(bytes, &word, &mut add);
        for range in aws::secret_keys(bytes, word.clone()) {
            add(SecretShape::AwsSecretKey, range);
        }
        for range in discord::bot_tokens(bytes, word) {
            add(SecretShape::Discord, range);
        }
    }
    join(found)
}

/// Sorts secrets and merges those that overlap, such as a token that is the password of a URL. The result covers
/// both and has the more specific shape.
pub(super) fn join(mut found: Vec<Secret>) -> Vec<Secret> {
    found.sort_by_key(|secret| secret.span);
    found.dedup_by(|later, kept| {
        let one = later.span.overlaps(kept.span);
        if one {
            kept.span = kept.span.join(later.span);
            kept.shape = kept.shape.min(later.shape);
        }
        one
    });
    found
}

/// Replaces each character of the secrets by an `x` of the same length in bytes, so that all offsets and columns
/// stay valid.
///
/// The letter is part of a word in any notation: where a secret was part of a name, a string, a link or a number
/// in JSON or YAML, the text around it is read as before. Line ends inside a secret are kept, and so are the
/// indents and quote marks after them, which hold a block together. Spans that do not fit the text are ignored.
#[must_use]
pub fn mask(text: &str, secrets: &[Secret]) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut done = 0;
    for Secret { span, .. } in secrets {
        let start = span.start as usize;
        let (Some(before), Some(secret)) = (text.get(done..start), text.get(span.range())) else { continue };
        masked.push_str(before);
        let mut begins = false;
        masked.extend(secret.chars().map(|c| {
            let is_end = matches!(c, '\n' | '\r');
            begins = is_end || begins && matches!(c, ' ' | '\t' | '>');
            // These letters (Cyrillic, Roman and mathematical) are one column wide, like the `x`.
            if begins { c } else { ['x', '\u{445}', '\u{2179}', '\u{1d5d1}'][c.len_utf8() - 1] }
        }));
        done = span.end as usize;
    }
    masked.push_str(&text[done..]);
    masked
}

#[cfg(test)]
mod tests;
