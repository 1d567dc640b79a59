//! Long words: runs of visible ASCII without a blank.
//!
//! No vendor issues a token shorter than 20 characters or with a blank in it, while prose has a
//! blank every few bytes. So a scan that looks at the end of the next 20 bytes and passes on behind the
//! last blank in them sees a fifth of the text, and costs a fraction of any search for prefixes, whatever
//! their number.

use std::ops::Range;

/// Words that are shorter are passed over.
const SHORTEST: usize = 20;

/// Every run of at least [`SHORTEST`] visible ASCII characters, in order.
pub(super) fn long_words(text: &[u8]) -> impl Iterator<Item = Range<usize>> {
    // No word that is still to come begins before this.
    let mut start = 0;
    std::iter::from_fn(move || {
        while let Some(window) = text.get(start..start + SHORTEST) {
            if let Some(blank) = window.iter().rposition(|byte| !byte.is_ascii_graphic()) {
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
    fn other_scripts_end_a_word() {
        let text = "日本語のトークンabcdefghijklmnopqrstuvwxyzです";
        let found: Vec<_> = long_words(text.as_bytes()).map(|r| &text[r]).collect();
        assert_eq!(found, ["abcdefghijklmnopqrstuvwxyz"]);
    }
}
