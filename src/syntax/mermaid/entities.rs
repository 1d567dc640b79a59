//! Decodes and encodes mermaid's notation for characters in labels: `#quot;`, `#9829;`.
//!
//! HTML has two thousand names. Only those that people write by hand are decoded; the others become `&name;`,
//! which is exactly what mermaid passes to the browser.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::chars::{is_space, skip_word};
use crate::text::visible::is_unseen;

/// The names that are decoded.
const NAMES: &[(&str, char)] = &[
    ("quot", '"'),
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("apos", '\''),
    ("nbsp", '\u{a0}'),
    ("num", '#'),
    ("colon", ':'),
    ("semi", ';'),
    ("lpar", '('),
    ("rpar", ')'),
    ("lbrack", '['),
    ("rbrack", ']'),
    ("lbrace", '{'),
    ("rbrace", '}'),
    ("lcub", '{'),
    ("rcub", '}'),
    ("vert", '|'),
    ("verbar", '|'),
    ("percnt", '%'),
    ("copy", '©'),
    ("reg", '®'),
    ("deg", '°'),
    ("euro", '€'),
    ("hearts", '♥'),
    ("larr", '←'),
    ("rarr", '→'),
    ("middot", '·'),
    ("hellip", '…'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("infin", '∞'),
];

/// Returns the end of the entity at an offset: `#`, word characters, `;`.
pub(super) fn end(text: &str, at: usize) -> Option<usize> {
    if text.as_bytes().get(at) != Some(&b'#') {
        return None;
    }
    let name_end = skip_word(text, at + 1);
    (name_end > at + 1 && text.as_bytes().get(name_end) == Some(&b';')).then_some(name_end + 1)
}

/// Returns the text with its entities decoded, or `None` if it has none.
pub(super) fn decode(text: &str) -> Option<String> {
    let mut decoded = String::new();
    let mut copied = 0;
    for hash in memchr::memchr_iter(b'#', text.as_bytes()) {
        let Some(end) = end(text, hash) else { continue };
        let name = text.get(hash + 1..end - 1).unwrap_or("");
        decoded.push_str(text.get(copied..hash).unwrap_or(""));
        if let Some(c) = character(name) {
            decoded.push(c);
        } else {
            decoded.push('&');
            decoded.push_str(name);
            decoded.push(';');
        }
        copied = end;
    }
    if copied == 0 {
        return None;
    }
    decoded.push_str(text.get(copied..).unwrap_or(""));
    Some(decoded)
}

/// Returns a plain text in this notation: encoded are the characters that mermaid or a browser would not show as
/// they are, and those that `also` names.
///
/// [`decode`] returns the text, except that NUL becomes U+FFFD as in HTML and Markdown.
pub(super) fn encode(text: &str, also: impl Fn(char) -> bool) -> String {
    let mut encoded = String::with_capacity(text.len());
    let trimmed = text.len() - text.trim_start_matches(is_space).len()..text.trim_end_matches(is_space).len();
    for (at, c) in text.char_indices() {
        let before = text.get(..at).unwrap_or("");
        let rest = text.get(at..).unwrap_or("");
        match c {
            '"' => encoded.push_str("#quot;"),
            '<' => encoded.push_str("#lt;"),
            '>' => encoded.push_str("#gt;"),
            '&' if also(c) || begins_html(rest) => encoded.push_str("#amp;"),
            ' ' if trimmed.contains(&at) && !before.ends_with("direction") => encoded.push(' '),
            // To mermaid, `\n` is a line break, `%%` a comment, and a backtick markdown.
            '#' | '\\' | '`' | '%' => number(&mut encoded, c),
            'C' if rest.starts_with("C4") => number(&mut encoded, c),
            '\0' => encoded.push(char::REPLACEMENT_CHARACTER),
            // Invisible characters could control a terminal.
            c if is_space(c) || is_unseen(c) || also(c) => number(&mut encoded, c),
            c => encoded.push(c),
        }
    }
    encoded
}

/// Whether a browser may take the `&` that a text begins with for the start of an entity. It knows some without a
/// semicolon (`&reg`), and none of a single letter.
pub(super) fn begins_html(text: &str) -> bool {
    let name = text.get(1..).unwrap_or("");
    name.starts_with('#') || name.bytes().take_while(u8::is_ascii_alphanumeric).nth(1).is_some()
}

fn number(text: &mut String, c: char) {
    let _ = write!(text, "#{};", u32::from(c));
}

/// Returns a decoded text as the browser shows it. Mermaid passes `&amp;`, `&#38;` and `&#x26;` on unchanged.
/// Names other than those of [`NAMES`] are kept.
pub(crate) fn as_browser(text: &str) -> Cow<'_, str> {
    /// No name is longer. The limit keeps a text with many `&` cheap.
    const LONGEST: usize = 10;
    let mut shown = String::new();
    let mut copied = 0;
    for at in memchr::memchr_iter(b'&', text.as_bytes()) {
        let bytes = text.as_bytes();
        let window = &bytes[at + 1..bytes.len().min(at + 2 + LONGEST)];
        let Some(len) = memchr::memchr(b';', window) else { continue };
        let name = text.get(at + 1..at + 1 + len).unwrap_or("");
        let known = match name.strip_prefix('#') {
            Some(code) => code_point(code),
            None if name.starts_with(|c: char| c.is_ascii_alphabetic()) => character(name),
            None => None,
        };
        let Some(c) = known else { continue };
        shown.push_str(text.get(copied..at).unwrap_or(""));
        shown.push(c);
        copied = at + len + 2;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    shown.push_str(text.get(copied..).unwrap_or(""));
    Cow::Owned(shown)
}

/// Returns the character for a number as HTML writes it: `38`, `x26`. `None` for a control character.
fn code_point(code: &str) -> Option<char> {
    let (digits, radix) = code.strip_prefix(['x', 'X']).map_or((code, 10), |digits| (digits, 16));
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let code = plain.then(|| u32::from_str_radix(digits, radix).ok()).flatten();
    code.and_then(char::from_u32).filter(|c| !c.is_control())
}

/// Returns the character for a name or a decimal number.
fn character(name: &str) -> Option<char> {
    if name.bytes().all(|byte| byte.is_ascii_digit()) {
        // HTML replaces numbers that are not a character by this one.
        let code = name.parse().ok().filter(|&code| code != 0).and_then(char::from_u32);
        return Some(code.unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    NAMES.iter().find(|(known, _)| *known == name).map(|&(_, c)| c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(decode(text).as_deref(), expected, "{text:?}");
    }

    #[test]
    fn entities_are_decoded() {
        check("a #quot;b#quot; #9829;", Some("a \"b\" ♥"));
        check("#nosuch; #0; ##35;", Some("&nosuch; \u{fffd} ##"));
        check("#fff #; &amp; # x;", None);
    }

    #[test]
    fn what_is_left_to_the_browser_is_shown_as_it_does() {
        for (text, expected) in [
            ("R&amp;D&nbsp;Hub", "R&D\u{a0}Hub"),
            ("&#38; &#x26; &#X41;", "& & A"),
            ("&amp;lt;", "&lt;"),
            // An id or text with `&`, and names that nobody writes.
            (
                "AT&T; a & b; &; &#; &#x; &#1f; &38; &nosuch; &amp",
                "AT&T; a & b; &; &#; &#x; &#1f; &38; &nosuch; &amp",
            ),
            ("&#0; &#27; &#x9b; &#xd800; &#99999999;", "&#0; &#27; &#x9b; &#xd800; &#99999999;"),
            ("&é&é&é&é&é;&amp;", "&é&é&é&é&é;&"),
        ] {
            assert_eq!(as_browser(text), expected, "{text:?}");
        }
    }
}
