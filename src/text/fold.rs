//! Folding: normal forms in which names, headings and terms are compared.
//!
//! Names are compared character by character after Unicode composition (NFC), never by
//! `str::to_lowercase`, which writes a final Greek sigma differently from an inner one and so makes
//! `ΛΟΓΟΣ` and `λογοσ` two names (Obsidian had this bug until 1.8.0).

use std::borrow::Cow;
use std::ops::Range;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::number::split_digits;

/// Returns a name in the form in which names are compared: composed (NFC), case folded, with no-break spaces as
/// spaces.
///
/// ```
/// use portolan::text::fold::fold;
/// assert_eq!(fold("Menu V1.2"), "menu v1.2");
/// assert_eq!(fold("e\u{301}cole"), fold("École"));
/// assert_eq!(fold("λόγος"), fold("ΛΌΓΟΣ"));
/// ```
#[must_use]
pub fn fold(name: &str) -> Cow<'_, str> {
    if name.is_ascii() {
        return if name.bytes().any(|b| b.is_ascii_uppercase()) {
            Cow::Owned(name.to_ascii_lowercase())
        } else {
            Cow::Borrowed(name)
        };
    }
    let mut folded = String::with_capacity(name.len());
    fold_chars(&mut folded, &nfc(name));
    Cow::Owned(folded)
}

/// Appends the folded `name` to `out`: like [`fold`], but without an allocation.
pub fn fold_into(out: &mut String, name: &str) {
    let start = out.len();
    if name.is_ascii() {
        out.push_str(name);
        out[start..].make_ascii_lowercase();
    } else {
        fold_chars(out, &nfc(name));
    }
}

/// Appends each character of a composed text, folded.
fn fold_chars(out: &mut String, text: &str) {
    let start = out.len();
    let mut rest = text;
    loop {
        // Names in most languages are mostly ASCII, and runs of it are copied whole.
        let plain = rest.bytes().take_while(u8::is_ascii).count();
        out.push_str(&rest[..plain]);
        let mut odd = rest[plain..].chars();
        let Some(c) = odd.next() else { break };
        out.extend(fold_char(c));
        rest = odd.as_str();
    }
    // No character outside ASCII folds to an ASCII capital, so only copied runs change here.
    out[start..].make_ascii_lowercase();
}

/// Whether `name` folds to `folded`.
#[must_use]
pub fn folds_to(name: &str, folded: &str) -> bool {
    if name.is_ascii() {
        // A folded text has no capitals.
        name.eq_ignore_ascii_case(folded)
    } else {
        nfc(name).chars().flat_map(fold_char).eq(folded.chars())
    }
}

/// Folds one character. Most give one character; a few (`İ`) give two.
fn fold_char(c: char) -> impl Iterator<Item = char> {
    let c = match c {
        '\u{a0}' | '\u{202f}' => ' ',
        'ς' => 'σ',
        'ẞ' => 'ß',
        other => other,
    };
    c.to_lowercase()
}

/// Returns the composed form (NFC) of a text, borrowed if the text is composed already.
#[must_use]
pub fn nfc(text: &str) -> Cow<'_, str> {
    // Nothing below U+0300, the first of the combining marks, composes with anything there.
    if text.is_ascii() || text.bytes().all(|byte| byte < 0xcc) {
        return Cow::Borrowed(text);
    }
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => Cow::Borrowed(text),
        IsNormalized::No | IsNormalized::Maybe => Cow::Owned(text.nfc().collect()),
    }
}

/// Returns the letters and digits of a key in lower case, so that `client-id`, `client_id` and `clientId` are
/// equal.
#[must_use]
pub fn letters(key: &str) -> String {
    key.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a character belongs to an emoji or another pictograph, including joiners and variation selectors.
#[must_use]
pub const fn is_pictograph(c: char) -> bool {
    matches!(c,
        '\u{200d}' | '\u{203c}' | '\u{2049}' | '\u{20e3}' | '\u{2139}'
        | '\u{3297}' | '\u{3299}' | '\u{fe0e}' | '\u{fe0f}'
        | '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}' | '\u{2460}'..='\u{24ff}' | '\u{25a0}'..='\u{27bf}'
        | '\u{2900}'..='\u{297f}' | '\u{2b00}'..='\u{2bff}' | '\u{3030}' | '\u{303d}'
        | '\u{1f000}'..='\u{1faff}' | '\u{e0020}'..='\u{e007f}')
}

/// Returns an emoji without the variation selector that asks for its colours (U+FE0F): `⚠️` and `⚠` are the same
/// mark.
#[must_use]
pub fn without_selector(emoji: &str) -> &str {
    emoji.trim_end_matches('\u{fe0f}')
}

/// Returns the words of a text with a single space between any two.
#[must_use]
pub fn collapsed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the text without emoji, emphasis marks and spaces at both ends, and without a colon at the end.
/// Unpaired marks are removed too, because the partner may be in text that was cut off, such as after a colon.
#[must_use]
pub fn undecorated(text: &str) -> &str {
    trimmed(text, |c| matches!(c, '*' | '_' | '`'))
}

/// Like [`undecorated`], but for a whole text whose paired marks are gone already, so that remaining marks are
/// kept as letters of a name.
#[must_use]
pub fn undecorated_whole(text: &str) -> &str {
    trimmed(text, |_| false)
}

/// Returns the text without emoji, spaces and the given marks at both ends, and without a colon at the end.
fn trimmed(text: &str, mark: impl Fn(char) -> bool) -> &str {
    let mark = |c: char| c.is_whitespace() || is_pictograph(c) || mark(c);
    let mut text = text.trim_matches(mark);
    while let Some(rest) = without_keycap(text) {
        text = rest.trim_start_matches(mark);
    }
    text.trim_end_matches(|c| c == ':' || mark(c))
}

/// Returns the text after a keycap such as `1️⃣`, which consists of a digit and pictograph characters.
fn without_keycap(text: &str) -> Option<&str> {
    let rest = text.strip_prefix(|c: char| c.is_ascii_digit() || c == '#')?;
    rest.strip_prefix('\u{fe0f}').unwrap_or(rest).strip_prefix('\u{20e3}')
}

/// Returns the text without a leading number of one or two digits. [`unnumbered`] keeps such a number, since it
/// may be a name; use this where the rest is known to be the name.
#[must_use]
pub fn without_bare_number(text: &str) -> &str {
    let (number, rest) = split_digits(text);
    let numbered = matches!(number.len(), 1 | 2) && rest.starts_with(char::is_whitespace);
    if numbered { rest.trim_start() } else { text }
}

/// Returns the text without a leading number such as `1. `, `(2.1) ` or `2.1 `. A bare number stays: it may be a
/// year or a name.
///
/// ```
/// use portolan::text::fold::unnumbered;
/// assert_eq!(unnumbered("(2.1) Storage"), "Storage");
/// assert_eq!(unnumbered("2024 Review"), "2024 Review");
/// ```
#[must_use]
pub fn unnumbered(text: &str) -> &str {
    let inner = text.strip_prefix('(').unwrap_or(text);
    let digits = inner.len() - inner.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').len();
    let (number, rest) = inner.split_at(digits);
    let close = rest.strip_prefix(')');
    let marked = number.contains('.') || close.is_some();
    let rest = close.unwrap_or(rest);
    if number.starts_with(|c: char| c.is_ascii_digit()) && marked && rest.starts_with(char::is_whitespace) {
        rest.trim_start()
    } else {
        text
    }
}

/// Whether a text contains these words, not just as part of other words: see [`is_whole`]. Both are folded.
///
/// ```
/// use portolan::text::fold::has_words;
/// assert!(has_words("moved to 1.2.0 today", "1.2.0") && has_words("all payments", "payment"));
/// assert!(!has_words("paymaster", "pay") && !has_words("x", ""));
/// ```
#[must_use]
pub fn has_words(text: &str, words: &str) -> bool {
    !words.is_empty() && text.match_indices(words).any(|(at, _)| is_whole(text, &(at..at + words.len())))
}

/// Whether a name found in a text, both folded, is more than a part of another word. An ending of up to two
/// letters may follow (`the gateways`); after a digit only an `s` may (`1.1b` is not `1.1`). In scripts that do
/// not separate words, every occurrence counts (`更新支付网关超时`).
#[must_use]
pub fn is_whole(text: &str, name: &Range<usize>) -> bool {
    let in_word = |c: char| c.is_lowercase() || c.is_numeric();
    let (before, behind) = (&text[..name.start], &text[name.end..]);
    if text[name.start..].starts_with(in_word) && before.ends_with(in_word) {
        return false;
    }
    let Some(last) = text[..name.end].chars().next_back().filter(|c| in_word(*c)) else { return true };
    // Looks at no more than the length of an ending, because the word may be very long.
    let mut ending = behind.chars().take_while(|c| in_word(*c)).take(3);
    if last.is_numeric() {
        matches!((ending.next(), ending.next()), (None, _) | (Some('s'), None))
    } else {
        ending.clone().count() <= 2 && !ending.any(char::is_numeric)
    }
}

/// Returns the key by which a heading is recognised: `## 📝 2.1 CHANGE LOG: ` gives `change log`.
#[must_use]
pub fn heading_key(text: &str) -> String {
    let words = undecorated(unnumbered(undecorated(text)));
    let mut key = String::with_capacity(words.len());
    for word in fold(words).split_whitespace() {
        if !key.is_empty() {
            key.push(' ');
        }
        key.push_str(word);
    }
    key
}

/// Returns the key by which terms of a vocabulary compare. It ignores case, plural endings, articles and
/// `&`/`and`: `REST Endpoint` matches `REST endpoints`, and `the API & keys` matches `API and key`.
#[must_use]
pub fn term_key(text: &str) -> String {
    let folded = fold(undecorated(unnumbered(undecorated(text)))).replace('&', " and ");
    let mut key = String::with_capacity(folded.len());
    for word in folded.split(|c: char| c.is_whitespace() || matches!(c, '-' | '_')) {
        if word.is_empty() || matches!(word, "a" | "an" | "the" | "and") {
            continue;
        }
        if !key.is_empty() {
            key.push(' ');
        }
        key.push_str(&stem(word));
    }
    key
}

/// Returns a stem that the singular and the plural of an English word share: `policies` and `policy`, `boxes` and
/// `box`, `caches` and `cache`, `statuses` and `status`, `APIs` and `API`. The stem is only compared, so it need
/// not be a word.
fn stem(word: &str) -> Cow<'_, str> {
    if word.len() > 3 {
        // The plural does not show whether the singular ends in `ie` or in `y`, so both get the same stem.
        for (ending, length) in [("ies", 5), ("ie", 4)] {
            if let Some(stem) = word.strip_suffix(ending)
                && word.len() >= length
            {
                return Cow::Owned(format!("{stem}y"));
            }
        }
    }
    let hisses = |word: &str| ["s", "x", "z", "ch", "sh"].iter().any(|ending| word.ends_with(ending));
    let word = match word.strip_suffix("es") {
        Some(stem) if word.len() > 4 && hisses(stem) => stem,
        _ => match word.strip_suffix('e') {
            Some(stem) if word.len() > 3 && hisses(stem) => stem,
            _ => word,
        },
    };
    match word.strip_suffix('s') {
        Some(stem) if word.len() > 2 && !stem.ends_with('s') => Cow::Borrowed(stem),
        _ => Cow::Borrowed(word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::growth::excess;

    #[test]
    fn heading_keys_leave_out_decoration() {
        for heading in [
            "CHANGE LOG TEMPLATES",
            "📝 Change Log Templates",
            "2. Change  log templates",
            "(2.1) Change Log Templates:",
            "✍️ 3.4) **Change Log Templates**",
            "3️⃣ Change Log Templates",
            "1️⃣0️⃣ **Change Log Templates**",
        ] {
            assert_eq!(heading_key(heading), "change log templates", "{heading}");
        }
        assert_eq!(heading_key("3D models"), "3d models");
        assert_eq!(without_bare_number("12 models"), "models");
        for name in ["2024 review", "3d models", "2"] {
            assert_eq!(without_bare_number(name), name);
        }
    }

    #[test]
    fn term_keys_fold_plurals_and_small_words() {
        for (a, b) in [
            ("REST endpoints", "rest endpoint"),
            ("API keys", "API key"),
            ("SSO & OAuth providers", "the SSO and OAuth provider"),
            ("Access policies", "access policy"),
            ("Batch-processing boxes", "batch processing box"),
            ("REST APIs", "REST API"),
            ("Caches", "cache"),
            ("Message buses", "message bus"),
            ("Statuses", "status"),
            ("Aliases", "alias"),
            ("Databases", "database"),
            ("CPUs", "CPU"),
            ("Classes", "class"),
            ("Cookies", "cookie"),
        ] {
            assert_eq!(term_key(a), term_key(b), "{a}");
        }
        for (a, b) in [("bus", "busy"), ("class", "clas"), ("cache", "cached"), ("SSE", "SS")] {
            assert_ne!(term_key(a), term_key(b), "{a}");
        }
    }

    #[test]
    fn every_character_folds_alike_alone_and_between_others() {
        for c in '\0'..='\u{ffff}' {
            let text = format!("aB{c}Cd");
            let expected: String = text.nfc().flat_map(fold_char).collect();
            assert_eq!(fold(&text), expected, "{c:?}");
            assert!(folds_to(&text, &expected), "{c:?}");
        }
    }

    #[test]
    fn a_name_is_whole_with_an_ending() {
        for (text, name, expected) in [
            ("the gateway", "gateway", true),
            ("the gateways", "gateway", true),
            ("gateway's", "gateway", true),
            ("gatewayers", "gateway", false),
            ("gateway2", "gateway", false),
            ("agateway", "gateway", false),
            ("更新支付网关超时", "支付网关", true),
            ("更新pay超时", "pay", true),
            ("1.1b", "1.1", false),
            ("11.1", "1.1", false),
            ("two ec2s", "ec2", true),
            ("ec2ss", "ec2", false),
            ("x#bus", "#bus", true),
            ("(a)bc", "(a)", true),
        ] {
            assert_eq!(has_words(text, name), expected, "{name} in {text}");
        }
    }

    /// A word may be as long as a note, and a name may begin at each of its letters.
    #[test]
    fn no_more_than_an_ending_is_looked_at() {
        let every_name = |text: &String| {
            let found = text.match_indices('a').filter(|(at, _)| is_whole(text, &(*at..at + 1)));
            std::hint::black_box(found.count());
        };
        assert_eq!(excess("a word", 2_000, |n| "a".repeat(n), every_name), None);
    }

    #[test]
    fn dotless_i_and_sigma() {
        assert_eq!(fold("ΣΙΣΥΦΟΣ"), fold("σισυφος"));
        assert_ne!(fold("ı"), fold("i"));
    }
}
