//! The little YAML that stands inside diagrams: frontmatter and `@{ … }`.
//!
//! The only file here that names the YAML crate. Values are read by the JSON schema, as mermaid does: `yes` and
//! dates are text. Nothing deeper than the options that matter is taken over.

use saphyr::{LoadableYamlNode, Scalar, Yaml};

/// How deep a value is taken over: `config.flowchart.defaultRenderer` and its parents.
const DEPTH: usize = 3;

/// A value, as far as it matters.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    Map(Vec<(String, Value)>),
    /// A list, or anything nested too deep to matter.
    Other,
}

impl Value {
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        let Self::Map(entries) = self else { return None };
        entries.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    pub(super) fn as_str(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The scalar as JavaScript would turn it into a string.
    pub(super) fn to_text(&self) -> Option<String> {
        match self {
            Self::Bool(value) => Some(value.to_string()),
            Self::Number(value) => Some(value.to_string()),
            Self::Text(text) => Some(text.clone()),
            Self::Null | Self::Map(_) | Self::Other => None,
        }
    }

    /// Whether JavaScript takes the value for true. Mermaid ignores options that are not.
    pub(super) fn is_truthy(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Bool(value) => *value,
            Self::Number(value) => *value != 0.0 && !value.is_nan(),
            Self::Text(text) => !text.is_empty(),
            Self::Map(_) | Self::Other => true,
        }
    }
}

/// The deepest indent, with the `- ` and `? ` in it, that is read. The crate limits nested brackets, but not
/// nested blocks, and reads both by recursion; no nesting is deeper than its indent.
const MAX_INDENT: usize = 256;

/// Reads one document, or says why it is none.
pub(super) fn read(text: &str) -> Result<Value, String> {
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t', '-', '?', ':']).len();
    if text.split(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']).any(|line| indent(line) > MAX_INDENT) {
        return Err("it is nested too deep".to_owned());
    }
    let documents = Yaml::load_from_str(text).map_err(|error| error.info().to_owned())?;
    match documents.as_slice() {
        [] => Ok(Value::Null),
        [document] => Ok(convert(document, DEPTH)),
        _ => Err("there is more than one YAML document".to_owned()),
    }
}

fn convert(yaml: &Yaml<'_>, depth: usize) -> Value {
    match yaml {
        Yaml::Value(Scalar::Null) | Yaml::BadValue => Value::Null,
        Yaml::Value(Scalar::Boolean(value)) => Value::Bool(*value),
        #[expect(clippy::cast_precision_loss, reason = "a JavaScript number loses the same digits")]
        Yaml::Value(Scalar::Integer(value)) => Value::Number(*value as f64),
        Yaml::Value(Scalar::FloatingPoint(value)) => Value::Number(value.into_inner()),
        Yaml::Value(Scalar::String(text)) => Value::Text(text.to_string()),
        Yaml::Tagged(_, inner) => convert(inner, depth),
        Yaml::Mapping(entries) if depth > 0 => Value::Map(
            entries
                .iter()
                .filter_map(|(key, value)| Some((convert(key, 0).to_text()?, convert(value, depth - 1))))
                .collect(),
        ),
        _ => Value::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_follow_the_json_schema() {
        let value = read("a: yes\nb: 1.50\nc: true\nd: 2024-01-01\ne:\n").unwrap();
        let text = |key| value.get(key).and_then(Value::to_text);
        assert_eq!(text("a").as_deref(), Some("yes"));
        assert_eq!(text("b").as_deref(), Some("1.5"));
        assert_eq!(text("c").as_deref(), Some("true"));
        assert_eq!(text("d").as_deref(), Some("2024-01-01"));
        assert_eq!(value.get("e"), Some(&Value::Null));
    }

    #[test]
    fn what_is_not_yaml_is_refused() {
        for text in ["a: 1\na: 2", "a: [1", "{a: 1", "a: b: c", "--- a\n--- b"] {
            assert!(read(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn hostile_nesting_ends_quickly() {
        let staircase: String = (0..2000).map(|n| " ".repeat(n) + "a:\n").collect();
        assert!(read(&staircase).is_err());
        for opening in ["[", "{a: ", "- ", "? ", ": ", "a:\n", "- a: ", "&a ", "!a "] {
            let _ = read(&opening.repeat(100_000));
        }
        let bomb: String = (0..40).map(|n| format!("a{}: &a{} [*a{n}, *a{n}]\n", n + 1, n + 1)).collect();
        assert!(read(&format!("a0: &a0 x\n{bomb}")).is_err());
    }
}
