//! A seal in front of bytes that are kept for another run: what they are, and a checksum. Bytes that are torn or
//! somebody else's are told by it from what portolan has written.

use xxhash_rust::xxh3::{Xxh3, xxh3_64};

/// How many bytes a seal is.
pub const BYTES: usize = 16;

/// The seal of bytes of a kind, which come in pieces.
#[must_use]
pub fn seal<'p>(kind: &[u8; 8], pieces: impl IntoIterator<Item = &'p [u8]>) -> [u8; BYTES] {
    let mut sum = Xxh3::new();
    pieces.into_iter().for_each(|piece| sum.update(piece));
    let mut seal = [0; BYTES];
    seal[..8].copy_from_slice(kind);
    seal[8..].copy_from_slice(&sum.digest().to_le_bytes());
    seal
}

/// What stands behind a seal, with its checksum; `None` where the seal is of another kind, or broken.
///
/// ```
/// use portolan::text::seal::{open, seal};
/// let mut kept = seal(b"portolan", [&b"two "[..], b"pieces"]).to_vec();
/// kept.extend(b"two pieces");
/// assert_eq!(open(b"portolan", &kept).map(|(_, bytes)| bytes), Some(&b"two pieces"[..]));
/// assert_eq!(open(b"somebody", &kept), None);
/// assert_eq!(open(b"portolan", &kept[..20]), None);
/// ```
#[must_use]
pub fn open<'b>(kind: &[u8; 8], bytes: &'b [u8]) -> Option<(u64, &'b [u8])> {
    let (sum, bytes) = bytes.strip_prefix(kind)?.split_first_chunk()?;
    let sum = u64::from_le_bytes(*sum);
    (sum == xxh3_64(bytes)).then_some((sum, bytes))
}
