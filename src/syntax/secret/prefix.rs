//! Finds secrets that have a prefix: where one ends, and which rows of the table apply.
//!
//! At each position of a long word, the two bytes that end there are looked up. The ends of prefixes (`p_`, `T-`,
//! `.c`) are rare in links and paths, while their beginnings (`gi`, `pa`) are not. In notes that are half links,
//! this is more than twice as fast as an automaton over all prefixes.

use std::ops::Range;
use std::sync::LazyLock;

use super::shape::SecretShape;
use super::token::Token;
use super::vendors::TOKENS;
use super::{jwt, key_block};

/// What a prefix may begin.
#[derive(Clone, Copy)]
enum Kind {
    Vendor(&'static Token),
    JsonWebToken,
    Putty,
}

/// All prefixes, by their last two bytes.
struct Prefixes {
    /// The number of the group for each pair of bytes; 0 for most.
    group: [u8; 1 << 16],
    groups: Vec<Vec<(&'static [u8], Kind)>>,
}

static PREFIXES: LazyLock<Prefixes> = LazyLock::new(|| {
    let vendors = TOKENS.iter().flat_map(|token| token.prefixes.iter().map(|p| (*p, Kind::Vendor(token))));
    let others = [(jwt::PREFIX, Kind::JsonWebToken), (key_block::PUTTY, Kind::Putty)];
    let mut all = Prefixes { group: [0; 1 << 16], groups: vec![Vec::new()] };
    for (prefix, kind) in vendors.chain(others) {
        let prefix = prefix.as_bytes();
        let Some(pair) = prefix.last_chunk() else { continue };
        let group = &mut all.group[usize::from(u16::from_le_bytes(*pair))];
        if *group == 0 {
            *group = all.groups.len() as u8;
            all.groups.push(Vec::new());
        }
        all.groups[usize::from(*group)].push((prefix, kind));
    }
    all
});

/// Finds the secrets with a prefix in a word of the text.
pub(super) fn secrets(text: &[u8], word: &Range<usize>, mut found: impl FnMut(SecretShape, Range<usize>)) {
    let all = &*PREFIXES;
    for (i, pair) in text[word.clone()].windows(2).enumerate() {
        let group = all.group[usize::from(u16::from_le_bytes([pair[0], pair[1]]))];
        if group == 0 {
            continue;
        }
        let end = word.start + i + 2;
        for (prefix, kind) in &all.groups[usize::from(group)] {
            if !text[..end].ends_with(prefix) {
                continue;
            }
            let at = end - prefix.len();
            let range = match kind {
                Kind::Vendor(token) => token.at(text, at..end).map(|range| (token.shape, range)),
                Kind::JsonWebToken => jwt::at(text, at).map(|range| (SecretShape::JsonWebToken, range)),
                Kind::Putty => key_block::putty(text, at).map(|range| (SecretShape::PrivateKey, range)),
            };
            if let Some((shape, range)) = range {
                found(shape, range);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_prefix_is_in_a_group() {
        let count: usize = TOKENS.iter().map(|token| token.prefixes.len()).sum();
        assert_eq!(PREFIXES.groups.iter().map(Vec::len).sum::<usize>(), count + 2);
        assert!(PREFIXES.groups.len() <= 256, "a group's number is one byte");
    }
}
