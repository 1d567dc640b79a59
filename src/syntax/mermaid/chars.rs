//! The character classes of mermaid's grammar.
//!
//! Mermaid's lexer consists of JavaScript patterns, so "white space", "word character" and "letter" have
//! JavaScript's meaning, not that of Rust's `char` methods: U+FEFF is white space, U+0085 is not, and a letter is
//! one that Unicode 6.1 has.

use std::sync::LazyLock;

use regex::Regex;

/// Whether `\s` matches the character in JavaScript.
pub(super) const fn is_space(c: char) -> bool {
    matches!(
        c,
        '\t'..='\r' | ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{2028}' | '\u{2029}'
        | '\u{202f}' | '\u{205f}' | '\u{3000}' | '\u{feff}'
    )
}

/// Whether the character is white space that does not end a line.
pub(super) const fn is_blank(c: char) -> bool {
    is_space(c) && c != '\n'
}

/// Whether `.` does not match the character in JavaScript, once carriage returns are removed.
pub(super) const fn ends_line(c: char) -> bool {
    matches!(c, '\n' | '\u{2028}' | '\u{2029}')
}

/// Whether `\w` matches the byte. A keyword must not be followed by such a character.
pub(super) const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

static LETTER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^(?:[\p{L}&&\p{Age:6.1}&&[\u{80}-\u{FFFF}]]|[\u{1885}\u{1886}])$").ok());

/// Whether mermaid accepts this non-ASCII character as a letter of an id.
///
/// Its table is that of Unicode 6.1 without the supplementary planes: no emoji, no combining marks. The two
/// Mongolian vowel signs were letters then.
pub(super) fn is_letter(c: char) -> bool {
    // Compiling the pattern takes longer than reading most charts.
    if is_everyday_letter(c) {
        return true;
    }
    !c.is_ascii() && LETTER.as_ref().is_some_and(|letter| letter.is_match(c.encode_utf8(&mut [0; 4])))
}

/// Whether a character is in one of the ranges of letters that are common in ids. Mermaid accepts all of these as
/// letters, and others as well.
const fn is_everyday_letter(c: char) -> bool {
    matches!(
        c,
        'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ʯ' | 'Ё'..='ҁ' | 'ぁ'..='ゖ' | 'ァ'..='ヺ' | '一'..='鿋' | '가'..='힣'
    )
}

/// Returns the end of the run of characters of one class that starts at `from`.
pub(super) fn skip(text: &str, from: usize, class: fn(char) -> bool) -> usize {
    let rest = text.get(from..).unwrap_or("");
    from + rest.find(|c| !class(c)).unwrap_or(rest.len())
}

/// Returns the end of the run of word characters that starts at `from`.
pub(super) fn skip_word(text: &str, from: usize) -> usize {
    skip(text, from, |c| c.is_ascii() && is_word(c as u8))
}

/// Returns the offset after the character at an offset.
pub(super) fn after_one(text: &str, at: usize) -> usize {
    at + text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8)
}

/// Returns the text without white space at either end, as mermaid trims it.
pub(super) fn trim(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// Whether a keyword that ends at `end` is not part of a longer word.
pub(super) fn word_ends_at(text: &str, end: usize) -> bool {
    text.as_bytes().get(end).is_none_or(|&byte| !is_word(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_those_of_unicode_6_1() {
        for letter in ['é', 'Ж', '中', 'ª', '\u{1885}'] {
            assert!(is_letter(letter), "{letter}");
        }
        for other in ['a', '°', '№', '\u{301}', '🚀', '𠮷', '１', '\u{a7b0}'] {
            assert!(!is_letter(other), "{other}");
        }
    }

    #[test]
    fn everyday_letters_are_letters() {
        let letter = LETTER.as_ref().expect("a pattern");
        for c in ('\0'..=char::MAX).filter(|c| is_everyday_letter(*c)) {
            assert!(letter.is_match(c.encode_utf8(&mut [0; 4])), "{c:?}");
        }
    }

    #[test]
    fn spaces_are_those_of_javascript() {
        assert!(is_space('\u{feff}') && !is_space('\u{85}'));
        assert_eq!(trim("\u{a0}x\n"), "x");
    }
}
