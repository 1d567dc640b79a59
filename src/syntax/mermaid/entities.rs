//! Mermaid's own way to write a character in a label: `#quot;`, `#9829;`.
//!
//! HTML knows two thousand names. Only the ones that people write by hand are decoded; the others become
//! `&name;`, which is exactly what mermaid hands to the browser.

use super::chars::skip_word;

/// The names worth knowing.
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

/// The end of the entity at an offset: `#`, word characters, `;`.
pub(super) fn end(text: &str, at: usize) -> Option<usize> {
    if text.as_bytes().get(at) != Some(&b'#') {
        return None;
    }
    let name_end = skip_word(text, at + 1);
    (name_end > at + 1 && text.as_bytes().get(name_end) == Some(&b';')).then_some(name_end + 1)
}

/// The text with its entities decoded, or `None` where it has none.
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

/// The character that a name or a decimal number stands for.
fn character(name: &str) -> Option<char> {
    if name.bytes().all(|byte| byte.is_ascii_digit()) {
        // HTML's replacement for what is no character.
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
}
