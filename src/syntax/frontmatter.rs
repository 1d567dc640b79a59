//! Cuts the byte order mark and the properties off a note, before the Markdown is parsed.

use crate::text::place::after_bom;
use crate::text::span::Span;

/// The position of the properties of a note.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Frontmatter {
    /// The YAML between the two `---` lines; `None` where the note has no properties.
    pub yaml: Option<Span>,
    /// The offset of the first byte of the Markdown.
    pub body: usize,
}

/// Finds the properties: from `---` alone on the very first line to the next line that is `---`, with spaces
/// allowed after it (Help, Properties, "Property format"). They are ordinary text if a blank line comes before
/// them, spaces follow the opening `---`, or the end is missing.
#[must_use]
pub fn cut(text: &str) -> Frontmatter {
    let start = after_bom(text);
    let none = Frontmatter { yaml: None, body: start };
    let rest = &text[start..];
    let Some(open) = ["---\n", "---\r\n"].iter().find(|o| rest.starts_with(**o)).map(|o| o.len()) else {
        return none;
    };
    let yaml = start + open;
    let mut at = yaml;
    for line in text[yaml..].split_inclusive('\n') {
        if line.strip_prefix("---").is_some_and(|end| end.trim().is_empty()) {
            return Frontmatter { yaml: Some(Span::new(yaml, at)), body: at + line.len() };
        }
        at += line.len();
    }
    none
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, yaml: Option<&str>, body: &str) {
        let cut = cut(text);
        assert_eq!(cut.yaml.map(|s| s.of(text)), yaml, "{text:?}");
        assert_eq!(&text[cut.body..], body, "{text:?}");
    }

    #[test]
    fn cuts_as_obsidian_does() {
        check("---\na: 1\n---\nx", Some("a: 1\n"), "x");
        check("\u{feff}---\r\na: 1\r\n---  \r\nx", Some("a: 1\r\n"), "x");
        check("---\n---", Some(""), "");
        check("---\na: ---\n----\n---\n", Some("a: ---\n----\n"), "");
        check("\n---\na: 1\n---\n", None, "\n---\na: 1\n---\n");
        check("--- \na: 1\n---\n", None, "--- \na: 1\n---\n");
        check("---\na: 1\n", None, "---\na: 1\n");
        check("\u{feff}x", None, "x");
    }
}
