//! Secrets: text that must never be shown.
//!
//! What counts is a known shape: tokens of vendors by prefix, length and check digits, private key
//! blocks, JSON Web Tokens, and passwords in URLs. Nothing is guessed from randomness: hashes, ids
//! and digests are as random as tokens, and a vault of documentation is full of them.
//!
//! The table of vendors is portolan's own. Of the crates there are, one searches files itself and
//! prints what it finds (ripsecrets), one guesses from names and entropy and brings a command line's
//! dependencies (secretscan), one needs a C library and carries data under another licence
//! (kingfisher-rules). None can say where in a text a secret begins and ends, and none checks its
//! digits, without which notes *about* tokens would be full of findings.
//!
//! A scan takes three passes at close to the speed of memory: for `://`, for `PRIVATE KEY`, and for
//! long words. Only in the latter are prefixes looked for, all at once, so a further row of the table
//! costs nothing. Time is linear in the text, whatever it holds.

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
    /// The secret's own characters: of a URL the password alone.
    pub span: Span,
    /// What it is.
    pub shape: SecretShape,
}

/// Every secret of a known shape in a text, code included; sorted and disjoint.
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

/// Sorts findings and makes one of those that overlap: the token that is the password of a URL is
/// one secret. It covers both and goes by the name that says more.
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

/// The text with every character of the secrets replaced by an `x` of as many bytes, so that all offsets and columns
/// hold.
///
/// The letter stands in a word of any notation: where a secret was part of a name, a string, a link
/// or a number of JSON or YAML, what surrounds it reads as before. Line ends inside of a secret
/// stay, and so do the indents and marks of quotes behind them, which hold a block together. Spans
/// that do not fit the text are left out.
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
            // Cyrillic, Roman and mathematical: each is one column wide, as the first is.
            if begins { c } else { ['x', '\u{445}', '\u{2179}', '\u{1d5d1}'][c.len_utf8() - 1] }
        }));
        done = span.end as usize;
    }
    masked.push_str(&text[done..]);
    masked
}

#[cfg(test)]
mod tests;
