//! Decodes base 64 in the URL alphabet, without padding.

/// Decodes a text; `None` where it is not base 64.
pub(super) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3 + 2);
    for group in text.chunks(4) {
        let mut bits = 0_u32;
        for &byte in group {
            bits = bits << 6 | u32::from(value(byte)?);
        }
        bits <<= 6 * (4 - group.len());
        out.extend_from_slice(&bits.to_be_bytes()[1..group.len().max(1)]);
    }
    (text.len() % 4 != 1).then_some(out)
}

const fn value(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'-' => Some(62),
        b'_' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Encodes bytes, without padding.
    pub(in crate::syntax::secret) fn encode(bytes: &[u8]) -> String {
        const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let digits = |group: &[u8]| {
            let bits = (0..3).fold(0, |bits, i| bits << 8 | usize::from(group.get(i).copied().unwrap_or(0)));
            (0..=group.len()).map(|i| char::from(DIGITS[bits >> (18 - 6 * i) & 63])).collect::<String>()
        };
        bytes.chunks(3).map(digits).collect()
    }

    #[test]
    fn reads_what_it_writes() {
        for text in ["", "a", "ab", "abc", "{\"alg\":\"none\"}", "\u{ff}\u{3fe}"] {
            assert_eq!(
                decode(encode(text.as_bytes()).as_bytes()).as_deref(),
                Some(text.as_bytes()),
                "{text}"
            );
        }
        assert_eq!(decode(b"abc=="), None);
        assert_eq!(decode(b"abcde"), None);
    }
}
