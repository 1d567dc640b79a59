//! Sets of ASCII characters.

/// A set of ASCII characters, one bit each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Class(u128);

impl Class {
    /// The empty set.
    pub(super) const NONE: Self = Self(0);
    pub(super) const CONTROL: Self = Self::range(0, 31).with(127);
    pub(super) const DIGIT: Self = Self::range(b'0', b'9');
    pub(super) const LOWER: Self = Self::range(b'a', b'z');
    pub(super) const UPPER: Self = Self::range(b'A', b'Z');
    /// Lower-case hexadecimal.
    pub(super) const HEX: Self = Self::DIGIT.or(Self::range(b'a', b'f'));
    /// Hexadecimal of either case.
    pub(super) const ANY_HEX: Self = Self::HEX.or(Self::range(b'A', b'F'));
    pub(super) const LOWER_DIGIT: Self = Self::LOWER.or(Self::DIGIT);
    pub(super) const UPPER_DIGIT: Self = Self::UPPER.or(Self::DIGIT);
    /// Base 62.
    pub(super) const ALNUM: Self = Self::LOWER.or(Self::UPPER_DIGIT);
    /// Characters of a word, as a double click selects it.
    pub(super) const WORD: Self = Self::ALNUM.or(Self::of("_"));
    /// Base 64 as URLs write it (RFC 4648, section 5).
    pub(super) const URL64: Self = Self::WORD.or(Self::of("-"));
    /// Base 64 without its padding.
    pub(super) const BASE64: Self = Self::ALNUM.or(Self::of("+/"));
    /// The data characters of Bech32 (BIP 173), upper case.
    pub(super) const BECH32: Self = Self::of("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L");

    /// Creates the set of the characters of `text`.
    pub(super) const fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut set = 0;
        let mut i = 0;
        while i < bytes.len() {
            set |= 1 << (bytes[i] & 127);
            i += 1;
        }
        Self(set)
    }

    const fn range(first: u8, last: u8) -> Self {
        let mut set = 0;
        let mut byte = first;
        while byte <= last {
            set |= 1 << byte;
            byte += 1;
        }
        Self(set)
    }

    /// Returns the characters of either set.
    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether `byte` is in the set.
    pub(super) const fn has(self, byte: u8) -> bool {
        byte < 128 && self.0 >> byte & 1 == 1
    }

    /// Returns how many characters of the set `bytes` begins with.
    pub(super) fn count(self, bytes: &[u8]) -> usize {
        bytes.iter().take_while(|&&b| self.has(b)).count()
    }

    /// Returns the set with `byte` added, if that is ASCII.
    pub(super) const fn with(self, byte: u8) -> Self {
        if byte < 128 { Self(self.0 | 1 << byte) } else { self }
    }

    /// Whether the sets have a character in common.
    pub(super) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Returns the number of characters in the set.
    pub(super) const fn len(self) -> u32 {
        self.0.count_ones()
    }
}
