//! Finds long words: runs of visible ASCII characters.
//!
//! No vendor issues a token that is shorter than 20 characters or contains a space, while prose has a space every
//! few bytes. A scan that checks the end of the next 20 bytes and continues after the last space in them sees a
//! fifth of the text. It costs a fraction of any search for prefixes, whatever their number.

use std::ops::Range;

/// The shortest word that is reported.
const SHORTEST: usize = 20;

/// The length of the end of a window of [`SHORTEST`] bytes, which is checked first.
const END: usize = 8;

/// Returns each run of at least [`SHORTEST`] visible ASCII characters, in order.
pub(super) fn long_words(text: &[u8]) -> impl Iterator<Item = Range<usize>> {
    // No word that is still to be found begins before this offset.
    let mut start = 0;
    std::iter::from_fn(move || {
        while let Some((before, end)) =
            text.get(start..start + SHORTEST).and_then(|window| window.split_last_chunk::<END>())
        {
            let blank = last_blank(*end)
                .map(|at| before.len() + at)
                .or_else(|| before.iter().rposition(|byte| !byte.is_ascii_graphic()));
            if let Some(blank) = blank {
                start += blank + 1;
                continue;
            }
            let behind = text[start + SHORTEST..].iter().take_while(|byte| byte.is_ascii_graphic()).count();
            let word = start..start + SHORTEST + behind;
            start = word.end;
            return Some(word);
        }
        None
    })
}

/// Returns the index of the last of eight bytes that is not visible ASCII. All bytes are tested together.
fn last_blank(bytes: [u8; END]) -> Option<usize> {
    const EACH: u64 = u64::from_ne_bytes([1; 8]);
    const TOP: u64 = EACH << 7;
    let bytes = u64::from_le_bytes(bytes);
    // Uses seven bits of each byte, so that no sum overflows into the next byte.
    let low = bytes & !TOP;
    let not_below = low + EACH * (0x80 - u64::from(b'!'));
    let above = low + EACH * (0x7f - u64::from(b'~'));
    let blanks = (bytes | !not_below | above) & TOP;
    (blanks != 0).then(|| END - 1 - blanks.leading_zeros() as usize / 8)
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
                    let mut bytes = [other; 8];
                    bytes[place] = byte;
                    let expected = bytes.iter().rposition(|b| !b.is_ascii_graphic());
                    assert_eq!(last_blank(bytes), expected, "{byte} at {place}");
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
