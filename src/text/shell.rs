//! Quotes words for a shell, for example in commands that messages suggest.

/// Returns a word for a command line, quoted where necessary.
#[must_use]
pub(crate) fn word(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "_-./:@%+=,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else if word.chars().any(char::is_control) {
        format!("$'{}'", in_dollar_quotes(word))
    } else {
        quoted(word)
    }
}

/// Returns a word in single quotes, as every POSIX shell reads it.
#[must_use]
pub(crate) fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// Returns the text between the quotes of [`quoted`].
#[must_use]
pub(crate) fn unquoted(word: &str) -> Option<String> {
    Some(word.strip_prefix('\'')?.strip_suffix('\'')?.replace("'\\''", "'"))
}

/// Returns the text for between `$'` and `'`. Only characters that cannot stand there are escaped, byte by byte,
/// because shells differ in which other escapes they read.
fn in_dollar_quotes(word: &str) -> String {
    let mut text = String::new();
    for c in word.chars() {
        match c {
            '\n' => text.push_str("\\n"),
            '\t' => text.push_str("\\t"),
            '\r' => text.push_str("\\r"),
            '\\' | '\'' => text.extend(['\\', c]),
            c if c.is_control() => {
                for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                    // Always three digits, so that a digit after them is not taken as a part of the escape.
                    text.extend(['\\', digit(byte >> 6), digit(byte >> 3), digit(byte)]);
                }
            }
            c => text.push(c),
        }
    }
    text
}

/// The last octal digit of a byte.
fn digit(byte: u8) -> char {
    char::from(b'0' + (byte & 7))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_for_a_shell() {
        for (text, expected) in [
            ("a/b.md", "a/b.md"),
            ("", "''"),
            ("~/a", "'~/a'"),
            ("a b's.md", "'a b'\\''s.md'"),
            ("a\nb", "$'a\\nb'"),
            ("é\nç's\\.md", "$'é\\nç\\'s\\\\.md'"),
            ("\u{1b}7\u{85}", "$'\\0337\\302\\205'"),
        ] {
            assert_eq!(word(text), expected);
        }
    }

    #[test]
    fn quotes_come_and_go() {
        for text in ["", "a", "it's", "''", "a\nb", "\\'"] {
            assert_eq!(unquoted(&quoted(text)).as_deref(), Some(text));
        }
        assert_eq!(unquoted("a"), None);
    }
}
