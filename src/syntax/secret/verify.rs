//! Checks on the characters of a token: check digits, and other properties that a run of a class cannot express.

use super::class::Class;

/// Whether the last six characters are the CRC-32 of those before, in base 62.
///
/// This is how the tokens of GitHub, npm and Vercel end
/// (<https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/>). A token
/// with a wrong sum was never issued.
pub(super) fn crc_ends(body: &[u8]) -> bool {
    let Some((payload, sum)) = body.split_last_chunk::<6>() else { return false };
    *sum == base62(crc32(payload))
}

/// Computes the CRC-32 of zlib, bit by bit, which is fast enough because tokens are short and rare.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| crc >> 1 ^ (0xEDB8_8320 & (crc & 1).wrapping_neg());
    !bytes.iter().fold(u32::MAX, |crc, &byte| (0..8).fold(crc ^ u32::from(byte), step))
}

/// Writes a number as six digits of base 62, with leading zeros.
fn base62(mut number: u32) -> [u8; 6] {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut out = [b'0'; 6];
    for digit in out.iter_mut().rev() {
        *digit = DIGITS[(number % 62) as usize];
        number /= 62;
    }
    out
}

/// Whether the text after `xox?-` is numbers followed by a key: `123456789012-123456789012-AbC…`.
pub(super) fn slack(body: &[u8]) -> bool {
    let mut parts = body.split(|&b| b == b'-').rev();
    let key = parts.next().is_some_and(|key| key.len() >= 16);
    let mut count = 0;
    key && parts.all(|part| {
        count += 1;
        !part.is_empty() && Class::DIGIT.count(part) == part.len()
    }) && count > 0
}

/// Whether a text has lower and upper case letters and digits.
pub(super) fn mixed(body: &[u8]) -> bool {
    [Class::LOWER, Class::UPPER, Class::DIGIT].iter().all(|c| body.iter().any(|&b| c.has(b)))
}

/// Whether a text has a digit.
pub(super) fn has_digit(body: &[u8]) -> bool {
    body.iter().any(|&b| Class::DIGIT.has(b))
}

/// Whether a text is a SHA-256 in base 64, possibly with its signs escaped as in a URL.
pub(super) fn sas_signature(body: &[u8]) -> bool {
    let signs = memchr::memchr_iter(b'%', body).count();
    body.len() - 2 * signs == 44 && (body.ends_with(b"=") || body.ends_with(b"%3D") || body.ends_with(b"%3d"))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Creates a token of `prefix` with a made-up payload and correct check digits.
    pub(in crate::syntax::secret) fn with_crc(prefix: &str, payload: &str) -> String {
        format!("{prefix}{payload}{}", String::from_utf8_lossy(&base62(crc32(payload.as_bytes()))))
    }

    #[test]
    fn crc_is_that_of_zlib() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(&base62(0), b"000000");
        assert_eq!(&base62(61 + 62), b"00001z");
    }
}
