//! Reads YAML properties: keys and values in order, with spans.

use serde::{Deserialize, Serialize};

use crate::text::fold::{collapsed, fold};
use crate::text::span::Span;

mod nested_keys;
mod plain;
mod slip;
mod written;
mod yaml;

pub use self::slip::{Mend, Slip};
pub(super) use self::yaml::TAB_BEHIND_COLON;
pub use self::yaml::{Bare, bare};

/// Properties that Obsidian itself interprets. Their values are not links.
pub(crate) const OF_OBSIDIAN: [&str; 6] = ["aliases", "alias", "tags", "tag", "cssclasses", "cssclass"];

/// A property of a note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Property {
    /// The key as written, without quotes.
    pub key: String,
    /// The span of the key.
    pub key_span: Span,
    /// The value.
    pub value: PropertyValue,
}

/// The value of a property.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PropertyValue {
    /// A text, number, date or checkbox.
    Scalar(Scalar),
    /// A list of scalars. Items that are lists or mappings themselves are left out.
    List(Vec<Scalar>),
    /// A mapping or an alias, which Obsidian's properties do not support.
    Other,
}

impl PropertyValue {
    /// Returns the text of the value, or the texts of its items.
    #[must_use]
    pub fn scalars(&self) -> &[Scalar] {
        match self {
            Self::Scalar(scalar) => std::slice::from_ref(scalar),
            Self::List(items) => items,
            Self::Other => &[],
        }
    }
}

/// A plain value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scalar {
    /// The text without quotes, with escapes resolved.
    pub text: String,
    /// Its span, including quotes.
    pub span: Span,
    /// The span of its text, without quotes and the spaces at its ends. `None` where the text is not written as it
    /// reads, because of escapes or line breaks, so that it cannot simply be replaced.
    pub inner: Option<Span>,
    /// Whether it is in quotes, or is a block of text.
    pub quoted: bool,
}

impl Scalar {
    /// Whether it is one of YAML's words for null. In quotes it is a text.
    #[must_use]
    pub fn is_null(&self) -> bool {
        !self.quoted && matches!(self.text.trim(), "~" | "null" | "Null" | "NULL")
    }
}

/// A part of the YAML that cannot be read as properties.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YamlProblem {
    /// What is wrong.
    pub message: String,
    /// Where.
    pub span: Span,
    /// Whether the problem is a duplicate key in otherwise readable YAML.
    pub is_twice: bool,
}

/// Reads the YAML under `yaml`. If there is a problem, no properties are returned: Obsidian shows the block as an
/// error and uses nothing from it.
#[must_use]
pub fn read(text: &str, yaml: Span) -> (Vec<Property>, Vec<YamlProblem>) {
    if let Some(properties) = plain::read(yaml.of(text), yaml.start as usize) {
        return (properties, Vec::new());
    }
    let (properties, mut problems) = yaml::read(text, yaml);
    if let Some(Slip { message, span, .. }) = slip_of(text, yaml, &problems) {
        problems = vec![YamlProblem { message, span, is_twice: false }];
    }
    (properties, problems)
}

/// Returns the mistake that makes the YAML under `yaml` unreadable, if it is a common one.
#[must_use]
pub fn slip(text: &str, yaml: Span) -> Option<Slip> {
    slip_of(text, yaml, &yaml::read(text, yaml).1)
}

fn slip_of(text: &str, yaml: Span, problems: &[YamlProblem]) -> Option<Slip> {
    let problem = problems.first().filter(|problem| !problem.is_twice)?;
    slip::find(text, yaml, problem)
}

/// Returns the normal form of a property key, which is the same for `Last Modified`, `last_modified` and
/// `last-modified`.
#[must_use]
pub fn key_of(name: &str) -> String {
    collapsed(&fold(name.trim()).replace(['_', '-'], " "))
}

/// Whether [`key_of`] `name` is `key`.
#[must_use]
pub fn is_key(name: &str, key: &str) -> bool {
    // Most names are one lower-case word.
    let plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    if plain { name == key } else { key_of(name) == key }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(text: &str) -> (Vec<Property>, Vec<YamlProblem>) {
        read(text, Span::new(0, text.len()))
    }

    #[test]
    fn scalars_and_lists_with_spans() {
        let text = "title: \"Über\"\nté: x y # c\naliases: [A, 'B']\ntags:\n  - one\n  - two\nempty:\nnest:\n  a: 1\nafter: 2\nto come: {{date:YYYY-MM-DD}} # by hand\nflow: {{a}: 1}\n";
        let (properties, problems) = read_all(text);
        assert_eq!(problems, []);
        let shown: Vec<_> = properties
            .iter()
            .map(|p| match &p.value {
                PropertyValue::Scalar(s) => format!("{}={}", p.key_span.of(text), s.span.of(text)),
                PropertyValue::List(items) => {
                    let items: Vec<_> = items.iter().map(|i| i.span.of(text)).collect();
                    format!("{}=[{}]", p.key, items.join(";"))
                }
                PropertyValue::Other => format!("{}=?", p.key),
            })
            .collect();
        assert_eq!(
            shown,
            [
                "title=\"Über\"",
                "té=x y",
                "aliases=[A;'B']",
                "tags=[one;two]",
                "empty=",
                "nest=?",
                "after=2",
                "to come={{date:YYYY-MM-DD}}",
                "flow=?"
            ]
        );
    }

    #[test]
    fn problems_have_a_place() {
        let text = "a: 1\nb: [1\nc: 2\n";
        let (properties, problems) = read_all(text);
        assert!(properties.is_empty());
        assert_eq!(problems.len(), 1);
        let (properties, problems) = read_all("a: 1\na: 2\n");
        assert_eq!((properties.len(), problems[0].span), (0, Span::new(5, 6)));
        assert_eq!(read_all("- a\n- b\n").1.len(), 1);
        for (text, at, message) in [
            ("é: {{x}} y\n", 10, "not valid YAML: while parsing a block mapping, did not find expected key"),
            ("b: {{x}} y\n\t- c\n", 9, "not valid YAML: while scanning a plain scalar, found a tab"),
        ] {
            let (_, problems) = read_all(text);
            assert_eq!((problems[0].span, problems[0].message.as_str()), (Span::at(at), message), "{text}");
        }
        assert_eq!(read_all("").1, []);
        assert_eq!(read_all("{\"a\": 1, \"b\": [\"x\"]}\n").0.len(), 2);
        for text in ["\t{a: 1}\n", "\t# x\na: 1\n", "\t\na: 1\n"] {
            let (properties, problems) = read_all(text);
            assert_eq!((properties.len(), problems), (1, Vec::new()), "{text}");
        }
    }

    #[test]
    fn an_alias_bomb_costs_nothing() {
        let mut text = String::from("a: &a [x,x,x,x,x,x,x,x,x]\n");
        for (from, to) in ('a'..='y').zip('b'..='z') {
            let aliases = vec![format!("*{from}"); 9].join(",");
            text.push_str(&format!("{to}: &{to} [{aliases}]\n"));
        }
        assert_eq!(read_all(&text).0.len(), 26);
        for open in ["[", "{", "- ", "? "] {
            let deep = format!("a:\n  {}", open.repeat(100_000));
            let _ = read_all(&deep);
        }
    }

    #[test]
    fn keys_fold_their_separators() {
        assert_eq!(key_of("Last_Modified"), "last modified");
        assert_eq!(key_of("last-modified "), "last modified");
        assert!(is_key("tags", "tags") && is_key("Tags", "tags") && !is_key("tag", "tags"));
    }
}
