//! Reads `@{ shape: rect, label: "…" }`, the attributes of a node or an edge in YAML.

use std::ops::Range;

use super::chars::{is_space, skip};
use super::entities;
use super::graph::label_kind;
use super::labels;
use super::model::Label;
use super::shapes;
use super::yaml::{self, Place, Value};

/// The content of a block of attributes.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Data {
    pub(super) shape: Option<String>,
    pub(super) label: Option<Label>,
    /// All other scalars.
    pub(super) props: Vec<(String, String)>,
}

/// The reason why a block is refused.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Bad {
    /// The block is never closed.
    Unclosed,
    /// A quote is never closed; holds its offset.
    UnclosedQuote(usize),
    /// A `^` outside quotes; holds its offset.
    Caret(usize),
    /// The block is not YAML; holds the reason.
    Yaml(String),
    /// The block consists of several empty lines.
    Empty,
    /// There is no shape of this name.
    Shape(String),
}

/// Finds the end of the block whose content starts at an offset, and returns the range of the content.
///
/// A `}` inside `"` does not end the block; other quotes do not protect it.
pub(super) fn find(text: &str, from: usize) -> Result<Range<usize>, Bad> {
    let mut at = from;
    loop {
        let rest = text.get(at..).unwrap_or("");
        let stop = at + rest.find(['}', '"', '^']).ok_or(Bad::Unclosed)?;
        match text.as_bytes().get(stop) {
            Some(b'}') => return Ok(from..stop),
            Some(b'"') => {
                let inside = text.get(stop + 1..).unwrap_or("");
                at = stop + 2 + inside.find('"').ok_or(Bad::UnclosedQuote(stop))?;
            }
            _ => return Err(Bad::Caret(stop)),
        }
    }
}

/// Reads the content of a block. With a newline left in it, it is a block mapping, else a flow mapping, the inside
/// of `{ }`.
pub(super) fn read(inside: &str) -> Result<Data, Bad> {
    let joined = veil_entities(&join_quoted_lines(inside));
    let value = if joined.contains('\n') {
        yaml::read(&joined, Place::Block)
    } else {
        yaml::read(&format!("{{\n{joined}\n}}"), Place::Flow)
    };
    let value = value.map_err(Bad::Yaml)?;
    if value == Value::Null {
        return Err(Bad::Empty);
    }
    let Value::Map(entries) = &value else { return Ok(Data::default()) };
    let given = |key: &str| value.get(key).filter(|value| value.is_truthy());
    let text = |key: &str| given(key).and_then(Value::to_text).map(|text| unveil_entities(&text));
    let shape = match given("shape") {
        None => None,
        Some(Value::Text(name)) if shapes::is_known(name) => Some(name.clone()),
        Some(other) => return Err(Bad::Shape(other.to_text().unwrap_or_default())),
    };
    let kind = label_kind(text("labelType").as_deref());
    let label = text("label").map(|label| labels::decoded(&label, kind));
    let is_prop = |key: &str| !matches!(key, "shape" | "label" | "labelType");
    let props = entries.iter().filter(|(key, _)| is_prop(key)).filter_map(|(key, value)| {
        let text = value.to_text().filter(|_| value.is_truthy() || key == "animate")?;
        Some((key.clone(), unveil_entities(&text)))
    });
    Ok(Data { shape, label, props: props.collect() })
}

/// Replaces every newline in quotes, with the white space after it, by `<br/>`.
fn join_quoted_lines(inside: &str) -> String {
    let mut joined = String::with_capacity(inside.len());
    for (index, part) in inside.split('"').enumerate() {
        if index > 0 {
            joined.push('"');
        }
        if index % 2 == 0 {
            joined.push_str(part);
            continue;
        }
        let mut at = 0;
        while let Some(newline) = part.get(at..).and_then(|rest| rest.find('\n')) {
            joined.push_str(part.get(at..at + newline).unwrap_or(""));
            joined.push_str("<br/>");
            at = skip(part, at + newline, is_space);
        }
        joined.push_str(part.get(at..).unwrap_or(""));
    }
    joined
}

/// Two private characters that replace the `#` and `;` of an entity while YAML is read, because YAML takes ` #`
/// for a comment.
const VEIL: (char, char) = ('\u{f8f0}', '\u{f8f1}');

fn veil_entities(text: &str) -> String {
    let mut veiled = String::with_capacity(text.len());
    let mut copied = 0;
    for hash in memchr::memchr_iter(b'#', text.as_bytes()) {
        let Some(end) = entities::end(text, hash) else { continue };
        veiled.push_str(text.get(copied..hash).unwrap_or(""));
        veiled.push(VEIL.0);
        veiled.push_str(text.get(hash + 1..end - 1).unwrap_or(""));
        veiled.push(VEIL.1);
        copied = end;
    }
    veiled.push_str(text.get(copied..).unwrap_or(""));
    veiled
}

fn unveil_entities(text: &str) -> String {
    text.replace(VEIL.0, "#").replace(VEIL.1, ";")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(inside: &str) -> Option<String> {
        read(inside).unwrap().label.map(|label| label.raw.unwrap_or(label.text))
    }

    #[test]
    fn one_line_is_a_flow_mapping_and_several_are_a_block() {
        assert_eq!(read(" shape: doc, label: x ").unwrap().shape.as_deref(), Some("doc"));
        assert_eq!(read("\n shape: doc\n label: x\n").unwrap().shape.as_deref(), Some("doc"));
        assert!(matches!(read("\n shape: doc,\n label: x\n"), Err(Bad::Shape(_))));
        assert_eq!(read(""), Ok(Data::default()));
        assert_eq!(read("\n"), Err(Bad::Empty));
    }

    #[test]
    fn labels_keep_entities_and_break_lines() {
        assert_eq!(label("label: a #quot;b#quot;").as_deref(), Some("a #quot;b#quot;"));
        assert_eq!(label("label: \"a\n  b\"").as_deref(), Some("a<br/>b"));
        assert_eq!(label("label: \"\"").as_deref(), None);
        assert_eq!(label("label: 42").as_deref(), Some("42"));
    }

    #[test]
    fn only_double_quotes_protect_a_brace() {
        assert_eq!(find("@{ a: \"}\" }x", 2), Ok(2..10));
        assert_eq!(find("@{ a: '}' }", 2), Ok(2..7));
        assert_eq!(find("@{ a", 2), Err(Bad::Unclosed));
        assert_eq!(find("@{ \"a", 2), Err(Bad::UnclosedQuote(3)));
        assert_eq!(find("@{ ^ }", 2), Err(Bad::Caret(3)));
    }

    #[test]
    fn shapes_must_be_known() {
        for name in ["shape: Rect", "shape: nope", "shape: 1", "shape: lean_right"] {
            assert!(matches!(read(name), Err(Bad::Shape(_))), "{name}");
        }
        assert_eq!(read("shape: ''").unwrap().shape, None);
    }
}
