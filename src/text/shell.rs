//! Quotes words for a shell, for example in commands that messages suggest.

/// Returns a word for a command line, quoted where necessary.
#[must_use]
pub fn word(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "_-./:@%+=,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else if word.chars().any(char::is_control) {
        format!("$'{}'", in_dollar_quotes(word))
    } else {
        quoted(word)
    }
}

/// Returns a git command for files in a folder. Names that look like patterns are passed literally: `What now?.md`
/// must not also match `What now!.md`.
#[must_use]
pub fn git(folder: &str, command: &str, files: &[&str]) -> String {
    let at = at(folder);
    let is_pattern = |file: &&str| file.starts_with(':') || file.contains(['*', '?', '[', '\\']);
    let literal = if files.iter().any(is_pattern) { "--literal-pathspecs " } else { "" };
    let files: Vec<String> = files.iter().copied().map(word).collect();
    format!("git {at}{literal}{command} -- {}", files.join(" "))
}

/// Like [`git`], but for the files that the file `list` names, each followed by a zero byte.
#[must_use]
pub fn git_of_list(folder: &str, command: &str, list: &str) -> String {
    let at = at(folder);
    format!("git {at}--literal-pathspecs {command} --pathspec-file-nul --pathspec-from-file={}", word(list))
}

/// Returns the option that makes git work in a folder.
fn at(folder: &str) -> String {
    if folder == "." { String::new() } else { format!("-C {} ", word(folder)) }
}

/// Returns a word in single quotes, as any shell reads it.
#[must_use]
pub fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// Returns the text between the quotes of [`quoted`].
#[must_use]
pub fn unquoted(word: &str) -> Option<String> {
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
    fn names_of_files_are_no_patterns() {
        for (files, expected) in [
            (&["a.md", "b c.md"][..], "git -C docs restore -- a.md 'b c.md'"),
            (&["What now?.md"], "git -C docs --literal-pathspecs restore -- 'What now?.md'"),
            (&[":x.md"], "git -C docs --literal-pathspecs restore -- :x.md"),
        ] {
            assert_eq!(git("docs", "restore", files), expected);
        }
        assert_eq!(git(".", "add", &["a[1].md"]), "git --literal-pathspecs add -- 'a[1].md'");
    }

    #[test]
    fn quotes_come_and_go() {
        for text in ["", "a", "it's", "''", "a\nb", "\\'"] {
            assert_eq!(unquoted(&quoted(text)).as_deref(), Some(text));
        }
        assert_eq!(unquoted("a"), None);
    }
}
