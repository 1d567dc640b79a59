//! Translates Obsidian's exclusion patterns, which are JavaScript regular expressions, for a Rust engine that
//! reads some signs otherwise.

use std::fmt;

use fancy_regex::Regex;

/// A compiled pattern. It may have look-around and back-references, as in JavaScript.
#[derive(Debug)]
pub(super) struct Pattern(Regex);

impl Pattern {
    /// Compiles a pattern; `None` if it is invalid.
    pub(super) fn read(pattern: &str) -> Option<Self> {
        Regex::new(&translated(pattern)).ok().map(Self)
    }

    /// Whether the pattern matches in a path. One that would backtrack too much does not match.
    pub(super) fn is_match(&self, path: &str) -> bool {
        self.0.is_match(path).unwrap_or_default()
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The edge of a word in ASCII (`\b`), and any other place (`\B`).
const EDGE: &str = "(?:(?<=[0-9A-Za-z_])(?![0-9A-Za-z_])|(?<![0-9A-Za-z_])(?=[0-9A-Za-z_]))";
const NO_EDGE: &str = "(?:(?<=[0-9A-Za-z_])(?=[0-9A-Za-z_])|(?<![0-9A-Za-z_])(?![0-9A-Za-z_]))";

/// The position of a character in a character class.
enum Class {
    /// At the beginning of the class.
    Opened,
    /// Behind the `^` that negates the class.
    Negated,
    /// Behind another character.
    Behind(char),
}

/// Translates a JavaScript pattern. There, letters, digits and word edges are those of ASCII, and classes have
/// neither nested classes nor operators.
fn translated(pattern: &str) -> String {
    let mut translated = String::with_capacity(pattern.len());
    let mut chars = pattern.chars();
    let mut class: Option<Class> = None;
    while let Some(c) = chars.next() {
        let escaped = if c == '\\' { chars.next() } else { None };
        match (c, escaped, &class) {
            ('\\', Some(set @ ('d' | 'D' | 'w' | 'W')), _) => translated.push_str(ascii(set)),
            ('\\', Some('b'), Some(_)) => translated.push_str(r"\x08"),
            ('\\', Some('b'), None) => translated.push_str(EDGE),
            ('\\', Some('B'), None) => translated.push_str(NO_EDGE),
            // In JavaScript these stand for themselves; in the Rust engine they are anchors or control
            // characters.
            ('\\', Some(own @ ('A' | 'a' | 'z' | '<' | '>')), _) => translated.push(own),
            ('\\', Some(other), _) => translated.extend(['\\', other]),
            ('[' | '&' | '~', _, Some(_)) | ('-', _, Some(Class::Behind('-'))) => {
                translated.extend(['\\', c]);
            }
            // JavaScript has an empty class, and its negation.
            (']', _, Some(Class::Opened)) => translated.push_str(r"^\s\S]"),
            (']', _, Some(Class::Negated)) => {
                translated.pop();
                translated.push_str(r"\s\S]");
            }
            _ => translated.push(c),
        }
        class = match (c, class) {
            ('[', None) => Some(Class::Opened),
            ('^', Some(Class::Opened)) => Some(Class::Negated),
            (']', Some(_)) | (_, None) => None,
            (_, Some(_)) => Some(Class::Behind(c)),
        };
    }
    translated
}

/// Returns the ASCII form of an escape, within a class and outside.
fn ascii(set: char) -> &'static str {
    match set {
        'd' => "[0-9]",
        'D' => "[^0-9]",
        'w' => "[0-9A-Za-z_]",
        _ => "[^0-9A-Za-z_]",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_mean_what_they_mean_in_the_app() {
        let check = |pattern: &str, yes: &[&str], no: &[&str]| {
            let read = Pattern::read(pattern).unwrap_or_else(|| panic!("{pattern}"));
            for (paths, expected) in [(yes, true), (no, false)] {
                for path in paths {
                    assert_eq!(read.is_match(path), expected, "{pattern} {path}");
                }
            }
        };
        check("", &["a.md"], &[]);
        check(r"^\w+\.md$", &["Notes_1.md"], &["Über.md", "漢字.md"]);
        check(r"^\W+\.md$", &["ü.md", "- .md"], &["u.md"]);
        check(r"^\d$", &["7"], &["٧"]);
        check(r"^\D$", &["٧", "x"], &["7"]);
        check(r"\bber\b", &["Über.md", "ber"], &["Bber"]);
        check(r"^a\Bb", &["ab"], &["a b"]);
        check(r"^a\s+b$", &["a b", "a\u{a0}b", "a\u{3000}b"], &["ab"]);
        check(r"^[\w-]+$", &["a-b"], &["ä-b", "a b"]);
        check(r"^[^\w]+$", &["ä ", "-"], &["a"]);
        check(r"^[\d.]+$", &["1.2"], &["٧"]);
        check(r"^[\W]$", &["ä"], &["a"]);
        check(r"^[[a]$", &["[", "a"], &["b"]);
        check(r"^[a&&b~~c]+$", &["a&b~c"], &["-"]);
        check(r"^[a\]b]+$", &["a]b"], &["c"]);
        check("^a[^]b[a[]$", &["aäb[", "a]ba"], &["ab["]);
        check("a|[]", &["a"], &["b", ""]);
        check("^[^^]$", &["a"], &["^"]);
        check(r"^[+--]$", &["+", ",", "-"], &["."]);
        check(r"^[a\-b]+$", &["a-b"], &["c"]);
        check(r"^Archive\/(\d{4})\/", &["Archive/2024/x.md"], &["Archive/x.md"]);
        check(r"\\w", &[r"\w"], &["w"]);
        check(r"^\<\A\z\a$", &["<Aza"], &["Aza", ""]);
        check(r"[\b]", &["\u{8}"], &["b"]);
        check(r"^(?!Projects\/).*\.md$", &["Archive/x.md"], &["Projects/x.md", "Archive/x.pdf"]);
        check(r"(?<!\w)old\b", &["old x", "x old"], &["bold", "older"]);
        check(r"^(\w)\1", &["aa.md"], &["ab.md"]);
        check(r"(?<=^Notes\/)\d+\Bx", &["Notes/12x"], &["12x", "Notes/12 x"]);
        // Backtracking would take forever.
        check(r"^(?=(a+)+$)\1b", &[], &["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"]);
    }

    #[test]
    fn what_cannot_be_read_is_no_pattern() {
        for pattern in ["(", "[", "*", r"\", r"(?x"] {
            assert!(Pattern::read(pattern).is_none(), "{pattern}");
        }
    }
}
