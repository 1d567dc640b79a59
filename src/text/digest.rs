//! Digests of text that portolan wrote, by which it recognises its own work.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// Returns the first 64 bits of the SHA-256 of the pieces, in hex.
#[must_use]
pub fn short_hash<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    for piece in pieces {
        hash.update(piece);
    }
    hash.finalize().iter().take(8).fold(String::with_capacity(16), |mut hex, byte| {
        // Writing into a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Returns the digest of the body of a board. It is taken over the text with `\n` line endings, so that a checkout
/// that converts line endings does not look like a manual edit.
///
/// ```
/// use portolan::text::digest::body_digest;
/// assert_eq!(body_digest("| a |\r\n"), body_digest("| a |\n"));
/// ```
#[must_use]
pub fn body_digest(body: &str) -> String {
    let mut pieces = Vec::new();
    for line in body.split_inclusive('\n') {
        match line.strip_suffix("\r\n") {
            Some(line) => pieces.extend([line.as_bytes(), b"\n"]),
            None => pieces.push(line.as_bytes()),
        }
    }
    short_hash(pieces)
}
