//! Makes invisible characters visible in text from notes and disks, where a terminal or a program could interpret
//! them.

use std::borrow::Cow;

/// Whether a character is interpreted rather than shown: a control character, or one that changes the text
/// direction.
#[must_use]
pub fn is_unseen(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Escapes the control characters of a name, so that it cannot control the terminal.
///
/// ```
/// use portolan::text::visible::escape;
///
/// assert_eq!(escape("Zürich\u{1b}[31m.md"), "Zürich\\u{1b}[31m.md");
/// ```
#[must_use]
pub fn escape(name: &str) -> Cow<'_, str> {
    if !name.contains(is_unseen) {
        return Cow::Borrowed(name);
    }
    let shown = name.chars().flat_map(|c| {
        let escaped: Vec<char> = if is_unseen(c) { c.escape_default().collect() } else { vec![c] };
        escaped
    });
    Cow::Owned(shown.collect())
}

/// Escapes the control characters of a text except tabs and line endings.
///
/// ```
/// use portolan::text::visible::escape_lines;
///
/// assert_eq!(escape_lines("a\tb\r\nc\rd\u{9b}31m\n"), "a\tb\r\nc\\rd\\u{9b}31m\n");
/// ```
#[must_use]
pub fn escape_lines(text: &str) -> Cow<'_, str> {
    let mut shown = String::new();
    let mut copied = 0;
    for (at, c) in text.match_indices(is_unseen) {
        let end = at + c.len();
        // A carriage return in the middle of a line would make the text after it overwrite the text before it.
        let is_of_lines = c == "\n" || c == "\t" || c == "\r" && text[end..].starts_with('\n');
        if !is_of_lines {
            shown.push_str(&text[copied..at]);
            shown.push_str(&escape(c));
            copied = end;
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    shown.push_str(&text[copied..]);
    Cow::Owned(shown)
}
