//! Handles destinations of Markdown links: which ones lead out of the vault, and how they are escaped.

use std::borrow::Cow;

use crate::text::number::hex_byte;

/// Whether a destination has a scheme (`https:`, `mailto:`, `obsidian:`) or names a host. A single letter before a
/// colon is a drive, not a scheme.
#[must_use]
pub fn is_external(destination: &str) -> bool {
    let has_scheme = |(scheme, _): (&str, &str)| scheme.len() > 1 && is_scheme(scheme);
    destination.starts_with("//") || destination.split_once(':').is_some_and(has_scheme)
}

/// Whether a text has the form of a scheme (RFC 3986, section 3.1).
#[must_use]
pub fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
}

/// Decodes percent-escapes as JavaScript's `decodeURI` does: escapes of reserved characters stay (`%23` does not
/// begin a fragment), and a text with a malformed escape is returned unchanged (ECMA-262, 19.2.6.2).
#[must_use]
pub fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'%' {
            out.push(bytes[at]);
            at += 1;
            continue;
        }
        let value = bytes.get(at + 1..at + 3).and_then(|hex| hex_byte(hex[0], hex[1]));
        let Some(byte) = value else { return Cow::Borrowed(text) };
        if b";/?:@&=+$,#".contains(&byte) {
            out.extend_from_slice(&bytes[at..at + 3]);
        } else {
            out.push(byte);
        }
        at += 3;
    }
    String::from_utf8(out).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Escapes a text for a destination without angle brackets, so that [`decode`] returns the text. This escapes
/// spaces, brackets, and characters with a meaning in `CommonMark` or to the decoder.
#[must_use]
pub fn encode(text: &str) -> Cow<'_, str> {
    escape(text, |c| c.is_whitespace() || c.is_control() || "%<>()\\\"`|".contains(c))
}

/// Escapes a text for a destination in angle brackets, so that [`decode`] returns the text. Spaces and round
/// brackets need no escape there.
#[must_use]
pub fn encode_angled(text: &str) -> Cow<'_, str> {
    escape(text, |c| c.is_control() || "%<>\\".contains(c))
}

/// Escapes the letters beyond ASCII in a destination, and nothing else.
#[must_use]
pub fn encode_letters(text: &str) -> Cow<'_, str> {
    escape(text, |c| !c.is_ascii())
}

/// Writes a path as a relative URI (RFC 3986): everything but unreserved characters and slashes is escaped.
#[must_use]
pub fn encode_path(path: &str) -> Cow<'_, str> {
    escape(path, |c| !(c.is_ascii_alphanumeric() || "-._~/".contains(c)))
}

fn escape(text: &str, special: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&special) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    let mut bytes = [0; 4];
    for c in text.chars() {
        if special(c) {
            for byte in c.encode_utf8(&mut bytes).bytes() {
                out.push_str(&format!("%{byte:02X}"));
            }
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes_are_external_and_drives_are_not() {
        for external in ["https://x.y", "mailto:a@b.c", "obsidian://open", "//host/x", "file:///x"] {
            assert!(is_external(external), "{external}");
        }
        for internal in ["Note.md", "a/b: c.md", "C:\\x", "#h", "2024:x", "Note", "a b:c"] {
            assert!(!is_external(internal), "{internal}");
        }
    }

    #[test]
    fn decodes_like_decode_uri() {
        for (text, expected) in [
            ("My%20Note.md", "My Note.md"),
            ("%C3%9Cber%28x%29", "Über(x)"),
            ("a%23b%2Fc%20d", "a%23b%2Fc d"),
            ("100%", "100%"),
            ("%zz %20", "%zz %20"),
            ("%ff", "%ff"),
            ("%+1", "%+1"),
        ] {
            assert_eq!(decode(text), expected);
        }
    }

    #[test]
    fn what_is_encoded_decodes_to_itself() {
        for text in ["My Note (2).md", "100% <sure>.md", "Über_uns & *x*.md", "a\u{a0}b", "plain.md"] {
            assert_eq!(decode(&encode(text)), text);
            assert!(!encode(text).contains([' ', '(', '<']));
            assert_eq!(decode(&encode_angled(text)), text);
        }
        assert_eq!(encode_angled("100% (x) <y>"), "100%25 (x) %3Cy%3E");
        assert_eq!(encode_letters("Über (x)%20"), "%C3%9Cber (x)%20");
        assert_eq!(encode_path("a/Über (x)#1~.md"), "a/%C3%9Cber%20%28x%29%231~.md");
    }
}
