//! Long words: runs of visible ASCII without a blank.
//!
//! No vendor issues a token shorter than 20 characters or with a blank in it, while prose has a
//! blank every few bytes. So a scan that looks at eight bytes at once and passes on at the first
//! blank costs a fraction of any search for prefixes, whatever their number.

use std::ops::Range;

/// Words that are shorter are passed over.
const SHORTEST: usize = 20;

/// Every run of at least [`SHORTEST`] visible ASCII characters, in order.
///
/// A word of 15 or more covers eight bytes that begin at a multiple of eight. How far it reaches
/// into the eight before and behind tells most words that are too short without a loop.
pub(super) fn long_words(text: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let (chunks, _) = text.as_chunks::<8>();
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(i) = chunks[at..].iter().position(|chunk| blanks(*chunk) == 0).map(|i| at + i) {
            at = i + 1;
            let before = i.checked_sub(1).map_or(0, |i| blanks(chunks[i]).leading_zeros() as usize / 8);
            let behind = chunks.get(i + 1).map_or(8, |chunk| blanks(*chunk).trailing_zeros() as usize / 8);
            if behind < 8 && before + 8 + behind < SHORTEST {
                continue;
            }
            let start = i * 8 - before;
            while chunks.get(at).is_some_and(|chunk| blanks(*chunk) == 0) {
                at += 1;
            }
            let end = at * 8 + text[at * 8..].iter().take_while(|b| b.is_ascii_graphic()).count();
            if end - start >= SHORTEST {
                return Some(start..end);
            }
        }
        None
    })
}

/// Which of eight bytes are not visible ASCII: the top bit of each, the first byte lowest.
const fn blanks(chunk: [u8; 8]) -> u64 {
    const EACH: u64 = u64::from_ne_bytes([1; 8]);
    const TOP: u64 = EACH << 7;
    let bytes = u64::from_le_bytes(chunk);
    // Seven bits of each byte, so that no sum reaches into the next.
    let low = bytes & !TOP;
    let not_below = low + EACH * (0x80 - b'!' as u64);
    let above = low + EACH * (0x7f - b'~' as u64);
    (bytes | !not_below | above) & TOP
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_every_long_word_wherever_it_begins() {
        for lead in 0..20 {
            for len in 0..40 {
                for tail in 0..10 {
                    let text = format!("{}{}{}", " ".repeat(lead), "w".repeat(len), "\n".repeat(tail));
                    let found: Vec<_> = long_words(text.as_bytes()).map(|word| &text[word]).collect();
                    let long = (len >= SHORTEST).then(|| text.trim());
                    assert_eq!(found, Vec::from_iter(long), "{lead} {len} {tail}");
                }
            }
        }
    }

    #[test]
    fn eight_bytes_are_judged_each_for_itself() {
        for place in 0..8 {
            for byte in 0..=255_u8 {
                for other in [b'!', b'~', b' ', 0x7f, 0xff] {
                    let mut chunk = [other; 8];
                    chunk[place] = byte;
                    let said = blanks(chunk) >> (8 * place) & 0xff;
                    assert_eq!(said, if byte.is_ascii_graphic() { 0 } else { 0x80 }, "{byte} at {place}");
                }
            }
        }
    }

    #[test]
    fn other_scripts_end_a_word() {
        let text = "日本語のトークンabcdefghijklmnopqrstuvwxyzです";
        let found: Vec<_> = long_words(text.as_bytes()).map(|r| &text[r]).collect();
        assert_eq!(found, ["abcdefghijklmnopqrstuvwxyz"]);
    }
}
