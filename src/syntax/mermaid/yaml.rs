//! Reads the YAML inside diagrams: frontmatter and `@{ … }`.
//!
//! This is the only file of the mermaid parser that uses the YAML crates. It reads events rather than a tree:
//! trees are built and dropped by recursion, which hostile nesting overflows, and events still distinguish plain
//! text from quoted. Values follow the JSON schema, as in mermaid: `yes` and dates are text. Values nested deeper
//! than the relevant options are dropped.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use saphyr::Scalar;
use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use crate::syntax::properties::TAB_BEHIND_COLON;

/// The depth to which values are kept: that of `config.flowchart.defaultRenderer`.
const DEPTH: usize = 3;

/// A value, as far as it is relevant.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    Map(Vec<(String, Value)>),
    /// A list, or anything nested too deep.
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

    /// Returns the scalar as JavaScript converts it to a string.
    pub(super) fn to_text(&self) -> Option<String> {
        match self {
            Self::Bool(value) => Some(value.to_string()),
            Self::Number(value) => Some(value.to_string()),
            Self::Text(text) => Some(text.clone()),
            Self::Null | Self::Map(_) | Self::Other => None,
        }
    }

    /// Whether the value is truthy in JavaScript. Mermaid ignores options that are not.
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

/// The context of a document: mermaid reads a block on one line as the inside of `{ }`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Indented lines.
    Block,
    /// Within braces, where `|` and `>` have no special meaning.
    Flow,
}

/// Reads a document, or returns why it is not valid.
pub(super) fn read(text: &str, place: Place) -> Result<Value, String> {
    let mut text = Cow::Borrowed(text);
    for _ in 0..MAX_REPAIRS {
        let error = match read_strictly(&text, place) {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        match error.place.and_then(|at| repair(&text, &error.reason, at)) {
            Some(repaired) => text = Cow::Owned(repaired),
            None => return Err(error.reason),
        }
    }
    Err("too much of it is not as YAML asks".to_owned())
}

/// The most repairs before a document is rejected, because each costs another pass over the whole text.
const MAX_REPAIRS: usize = 16;

/// Repairs text that mermaid's YAML reader accepts and the stricter one here does not.
fn repair(text: &str, reason: &str, index: usize) -> Option<String> {
    match reason {
        "invalid indentation in quoted scalar" => indent_quoted(text, index),
        "comments must be separated from other tokens by whitespace" => {
            let (at, _) = text.char_indices().nth(index)?;
            Some([text.get(..at)?, " ", text.get(at..)?].concat())
        }
        TAB_BEHIND_COLON => {
            // The error position is at the tab or after it.
            let end = text.char_indices().nth(index + 1).map_or(text.len(), |(at, _)| at);
            let tab = text.get(..end)?.rfind(":\t")? + 1;
            Some([text.get(..tab)?, " ", text.get(tab + 1..)?].concat())
        }
        _ => None,
    }
}

/// The reason why a document cannot be read.
struct Refusal {
    reason: String,
    /// The character index of the error.
    place: Option<usize>,
}

impl From<String> for Refusal {
    fn from(reason: String) -> Self {
        Self { reason, place: None }
    }
}

fn read_strictly(text: &str, place: Place) -> Result<Value, Refusal> {
    let mut reader = Reader { place, stack: Vec::new(), scalars: HashMap::new(), document: None };
    for event in Parser::new_from_str(text) {
        match event {
            Ok((event, _)) => reader.take(event)?,
            Err(error) => {
                let place = Some(error.marker().index());
                return Err(Refusal { reason: error.info().to_owned(), place });
            }
        }
    }
    let value = reader.document.unwrap_or(Value::Null);
    let is_collection = matches!(value, Value::Map(_) | Value::Other | Value::Null);
    if place == Place::Block && !is_collection && is_dedented(text) {
        return Err("it is no mapping of keys to values".to_owned().into());
    }
    Ok(value)
}

/// Indents the lines of the quoted text that opens at the character with this index. YAML joins such lines with
/// spaces, so the text stays the same.
fn indent_quoted(text: &str, index: usize) -> Option<String> {
    let (start, quote) = text.char_indices().nth(index)?;
    let inside = text.get(start + 1..)?;
    // A doubled quote counts as closing and opening again, which has the same effect. A backslash escapes only in
    // `"`.
    let mut escaped = false;
    let length = inside.find(|c| {
        let closes = c == quote && !escaped;
        escaped = c == '\\' && quote == '"' && !escaped;
        closes
    })?;
    let indent = format!("\n{}", " ".repeat(MAX_INDENT));
    let lines = inside.get(..length)?.replace('\n', &indent);
    Some([text.get(..=start)?, &lines, inside.get(length..)?].concat())
}

/// An indent that is deeper than any that occurs in practice.
const MAX_INDENT: usize = 64;

/// Whether a line is indented less than the first one.
fn is_dedented(text: &str) -> bool {
    let is_content = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let mut indents = text.lines().filter(is_content).map(|line| line.len() - line.trim_start().len());
    indents.next().is_some_and(|first| indents.any(|indent| indent < first))
}

/// A collection whose end has not been read yet.
enum Frame {
    List,
    Map { entries: Vec<(String, Value)>, seen: HashSet<String>, key: Key },
}

/// What is expected next in a mapping.
enum Key {
    Expected,
    /// The value of this key.
    Named(String),
    /// The value of a key that is not a scalar.
    Odd,
}

struct Reader {
    place: Place,
    stack: Vec<Frame>,
    /// Anchored scalars. Aliases of other nodes are not followed.
    scalars: HashMap<usize, Value>,
    document: Option<Value>,
}

impl Reader {
    fn take(&mut self, event: Event<'_>) -> Result<(), String> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                known(tag.as_deref(), &["str", "null", "bool", "int", "float"])?;
                if self.place == Place::Flow && style == ScalarStyle::Plain && text.starts_with(['|', '>']) {
                    return Err(format!("`{text}` must stand in quotes"));
                }
                let is_missing = text.is_empty() && style == ScalarStyle::Plain;
                if is_missing && self.place == Place::Block && self.expects_key() {
                    return Err("a key is missing before `:`".to_owned());
                }
                let scalar = Scalar::parse_from_cow_and_metadata(text, style, tag.as_ref());
                let value = scalar.map_or(Value::Null, convert);
                if anchor > 0 {
                    self.scalars.insert(anchor, value.clone());
                }
                self.put(value)
            }
            Event::Alias(anchor) => {
                let value = self.scalars.get(&anchor).cloned().unwrap_or(Value::Other);
                self.put(value)
            }
            Event::SequenceStart(_, tag) => {
                known(tag.as_deref(), &["seq"])?;
                self.stack.push(Frame::List);
                Ok(())
            }
            Event::MappingStart(_, tag) => {
                known(tag.as_deref(), &["map"])?;
                self.stack.push(Frame::Map { entries: Vec::new(), seen: HashSet::new(), key: Key::Expected });
                Ok(())
            }
            Event::SequenceEnd | Event::MappingEnd => match self.stack.pop() {
                Some(Frame::Map { entries, .. }) => self.put(Value::Map(entries)),
                _ => self.put(Value::Other),
            },
            Event::DocumentStart(_) if self.document.is_some() => {
                Err("there is more than one YAML document".to_owned())
            }
            _ => Ok(()),
        }
    }

    fn expects_key(&self) -> bool {
        matches!(self.stack.last(), Some(Frame::Map { key: Key::Expected, .. }))
    }

    /// Adds a finished value to the innermost open collection, or makes it the document.
    fn put(&mut self, value: Value) -> Result<(), String> {
        let depth = self.stack.len();
        match self.stack.last_mut() {
            None => self.document = Some(value),
            Some(Frame::List) => {}
            Some(Frame::Map { entries, seen, key }) => {
                *key = match std::mem::replace(key, Key::Expected) {
                    Key::Expected => match value.to_text() {
                        Some(name) if seen.insert(name.clone()) => Key::Named(name),
                        Some(name) => return Err(format!("the key `{name}` stands there twice")),
                        None => Key::Odd,
                    },
                    Key::Named(name) if depth <= DEPTH => {
                        entries.push((name, value));
                        Key::Expected
                    }
                    Key::Named(_) | Key::Odd => Key::Expected,
                };
            }
        }
        Ok(())
    }
}

/// Fails for unknown tags: mermaid's YAML reader only knows those of the JSON schema.
fn known(tag: Option<&Tag>, names: &[&str]) -> Result<(), String> {
    match tag {
        Some(tag) if !tag.is_yaml_core_schema() || !names.contains(&tag.suffix.as_str()) => {
            Err(format!("unknown tag `{}{}`", tag.handle, tag.suffix))
        }
        _ => Ok(()),
    }
}

fn convert(scalar: Scalar<'_>) -> Value {
    match scalar {
        Scalar::Null => Value::Null,
        Scalar::Boolean(value) => Value::Bool(value),
        #[expect(clippy::cast_precision_loss, reason = "a JavaScript number loses the same digits")]
        Scalar::Integer(value) => Value::Number(value as f64),
        Scalar::FloatingPoint(value) => Value::Number(value.into_inner()),
        Scalar::String(text) => Value::Text(text.into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_follow_the_json_schema() {
        let value = read("a: yes\nb: 1.50\nc: true\nd: 2024-01-01\ne:\n", Place::Block).unwrap();
        let text = |key| value.get(key).and_then(Value::to_text);
        assert_eq!(text("a").as_deref(), Some("yes"));
        assert_eq!(text("b").as_deref(), Some("1.5"));
        assert_eq!(text("c").as_deref(), Some("true"));
        assert_eq!(text("d").as_deref(), Some("2024-01-01"));
        assert_eq!(value.get("e"), Some(&Value::Null));
    }

    #[test]
    fn what_is_not_yaml_is_refused() {
        for text in
            ["a: 1\na: 2", "a: [1", "{a: 1", "a: b: c", "--- a\n--- b", "a: !b c", ": a", "a: 1\n'a': 2"]
        {
            assert!(read(text, Place::Block).is_err(), "{text:?}");
        }
    }

    #[test]
    fn what_mermaid_lets_pass_is_repaired() {
        let value = read("a:\n  b: \"c\n\n d\"\n  e: 'f\ng'\nh: i", Place::Block).unwrap();
        assert_eq!(value.get("h").and_then(Value::as_str), Some("i"));
        assert_eq!(value.get("a").and_then(|a| a.get("b")).and_then(Value::as_str), Some("c\nd"));
        assert_eq!(value.get("a").and_then(|a| a.get("e")).and_then(Value::as_str), Some("f g"));
        assert!(read("a: 'b\nc', d: e", Place::Block).is_err());
        assert!(read("{a: b,#c\n}", Place::Flow).is_ok());
        for (text, place) in [("a:\tb", Place::Block), ("\tshape:\trect ", Place::Flow)] {
            let text = if place == Place::Flow { format!("{{{text}}}") } else { text.to_owned() };
            assert!(read(&text, place).is_ok(), "{text:?}");
        }
    }

    #[test]
    fn block_scalars_have_no_place_in_braces() {
        assert!(read("{a: >b}", Place::Flow).is_err());
        assert!(read("{a: '>b'}", Place::Flow).is_ok());
    }

    #[test]
    fn hostile_nesting_ends_quickly() {
        let staircase: String = (0..2000).map(|n| " ".repeat(n) + "a:\n").collect();
        let _ = read(&staircase, Place::Block);
        for opening in ["[", "{a: ", "- ", "? ", ": ", "a:\n", "- a: ", "&a ", "!a "] {
            let _ = read(&opening.repeat(100_000), Place::Block);
        }
        let bomb: Vec<_> = (0..40).map(|n| format!("a{}: &a{} [*a{n}, *a{n}]", n + 1, n + 1)).collect();
        assert!(read(&format!("a0: &a0 x\n{}", bomb.join("\n")), Place::Block).is_ok());
    }
}
