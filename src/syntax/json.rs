//! Reads JSON as people write it in notes, with the places of all values.
//!
//! `jsonc-parser` accepts comments, trailing commas, single quotes and bare keys. This module converts its tree
//! into one that does not borrow from the text.

use jsonc_parser::ast::{ObjectPropName, Value};
use jsonc_parser::common::{Range, Ranged};
use jsonc_parser::errors::ParseErrorKind;
use jsonc_parser::tokens::Token;
use jsonc_parser::{CollectOptions, ParseOptions, Scanner, ScannerOptions, parse_to_ast};
use serde::{Deserialize, Serialize};

use crate::text::joined::Joined;
use crate::text::place::{LineIndex, Place};
use crate::text::span::Span;

mod left_out;
mod pieces;
mod string;

pub use self::left_out::is_left_out;
pub use self::pieces::{Piece, PieceKind, Pieces};
pub use self::string::StringStyle;

/// A JSON value and its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Json {
    /// Its place in the file, including quotes and braces.
    pub place: Place,
    /// The value.
    pub value: JsonValue,
}

/// A JSON value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum JsonValue {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number as written.
    Number(String),
    /// A string with its escapes resolved.
    String(String),
    /// A literal secret. Its text is not kept.
    Redacted,
    /// A list.
    List(Vec<Json>),
    /// An object with its members in order. A duplicate key occurs twice here; the first one counts.
    Object(Vec<Member>),
}

/// A member of an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The key without quotes.
    pub key: String,
    /// The place of the key, including quotes.
    pub key_place: Place,
    /// Its value.
    pub value: Json,
}

impl Json {
    /// Returns the members of an object; empty for other values.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        match &self.value {
            JsonValue::Object(members) => members,
            _ => &[],
        }
    }

    /// Returns the value of a key, if this is an object that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.members().iter().find(|m| m.key == key).map(|m| &m.value)
    }

    /// Returns the value at the end of a path of keys.
    #[must_use]
    pub fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |value, key| value.get(key))
    }

    /// Returns the text of a string or number.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            JsonValue::String(text) | JsonValue::Number(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the kind of value, in the words of a message.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self.value {
            JsonValue::Null => "null",
            JsonValue::Bool(_) => "a boolean",
            JsonValue::Number(_) => "a number",
            JsonValue::String(_) | JsonValue::Redacted => "a string",
            JsonValue::List(_) => "a list",
            JsonValue::Object(_) => "an object",
        }
    }

    /// Calls `visit` for this value and every value inside it, with the keys that lead to it.
    pub fn walk<'j>(&'j self, path: &mut Vec<&'j str>, visit: &mut impl FnMut(&[&'j str], &'j Self)) {
        visit(path, self);
        match &self.value {
            JsonValue::List(items) => items.iter().for_each(|item| item.walk(path, visit)),
            JsonValue::Object(members) => {
                for member in members {
                    path.push(&member.key);
                    member.value.walk(path, visit);
                    path.pop();
                }
            }
            _ => {}
        }
    }
}

/// The reason why a text is not JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonProblem {
    /// What is wrong. It never quotes the text, which may contain a secret.
    pub message: String,
    /// The place of the problem, in the joined text.
    pub span: Span,
    /// Whether the problem is a comma where a value is expected.
    pub is_comma: bool,
}

/// Reads a block as people write them: with comments, trailing commas, single quotes and keys without quotes, but
/// with commas between members. Nesting deeper than the parser's limit is a problem like any other.
///
/// # Errors
/// The first error of a lenient parser.
pub fn read(content: &Joined, lines: &LineIndex<'_>) -> Result<Option<Json>, JsonProblem> {
    let lenient = ParseOptions { allow_missing_commas: false, ..ParseOptions::default() };
    read_with(content, lines, &lenient)
}

/// Reads exactly what `JSON.parse` accepts.
///
/// # Errors
/// The first error of a strict parser.
pub fn read_strict(content: &Joined, lines: &LineIndex<'_>) -> Result<Option<Json>, JsonProblem> {
    let strict = ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    read_with(content, lines, &strict)
}

fn read_with(
    content: &Joined,
    lines: &LineIndex<'_>,
    options: &ParseOptions,
) -> Result<Option<Json>, JsonProblem> {
    match parse_to_ast(content.text(), &CollectOptions::default(), options) {
        Ok(parsed) => Ok(parsed.value.map(|value| convert(&value, content, lines))),
        Err(error) => {
            let message = error.kind().to_string();
            let mut first = message.chars();
            let message = first.next().into_iter().flat_map(char::to_lowercase).chain(first).collect();
            let is_comma = matches!(error.kind(), ParseErrorKind::UnexpectedComma);
            Err(JsonProblem { message, span: span_of(error.range()), is_comma })
        }
    }
}

const fn span_of(range: Range) -> Span {
    Span::new(range.start, range.end)
}

fn convert(value: &Value<'_>, content: &Joined, lines: &LineIndex<'_>) -> Json {
    let place_of = |range: Range| lines.place(content.to_file(span_of(range)));
    let converted = match value {
        Value::NullKeyword(_) => JsonValue::Null,
        Value::BooleanLit(b) => JsonValue::Bool(b.value),
        Value::NumberLit(n) => JsonValue::Number(n.value.to_owned()),
        Value::StringLit(s) => JsonValue::String(s.value.to_string()),
        Value::Array(a) => JsonValue::List(a.elements.iter().map(|e| convert(e, content, lines)).collect()),
        Value::Object(o) => JsonValue::Object(
            o.properties
                .iter()
                .map(|p| Member {
                    key: match &p.name {
                        ObjectPropName::String(s) => s.value.to_string(),
                        ObjectPropName::Word(w) => w.value.to_owned(),
                    },
                    key_place: place_of(p.name.range()),
                    value: convert(&p.value, content, lines),
                })
                .collect(),
        ),
    };
    Json { place: place_of(value.range()), value: converted }
}

/// Returns the last string before byte `until` that is the value of `key`, and its span, as far as the tokens can
/// be read.
#[must_use]
pub fn text_before(text: &str, key: &str, until: u32) -> Option<(String, Span)> {
    let mut scanner = Scanner::new(text, &ScannerOptions::default());
    let (mut found, mut last, mut is_value) = (None, None, false);
    while let Ok(Some(token)) = scanner.scan() {
        let (start, end) = (scanner.token_start(), scanner.token_end());
        if start as u32 >= until {
            break;
        }
        match token {
            Token::Colon => is_value = last.take().as_deref() == Some(key),
            Token::String(ref value) if std::mem::take(&mut is_value) => {
                found = Some((value.to_string(), Span::new(start, end)));
            }
            Token::String(ref key) => last = Some(key.to_string()),
            Token::Word(key) => last = Some(key.to_owned()),
            Token::CommentLine(_) | Token::CommentBlock(_) => {}
            _ => (last, is_value) = (None, false),
        }
    }
    found
}

/// Returns the keys of the outermost object before byte `until`, as far as the tokens can be read.
#[must_use]
pub fn keys_before(text: &str, until: u32) -> Vec<String> {
    let mut scanner = Scanner::new(text, &ScannerOptions::default());
    let (mut depth, mut keys, mut last) = (0u32, Vec::new(), None);
    while let Ok(Some(token)) = scanner.scan() {
        if scanner.token_start() as u32 >= until {
            break;
        }
        match token {
            Token::OpenBrace | Token::OpenBracket => depth += 1,
            Token::CloseBrace | Token::CloseBracket => depth = depth.saturating_sub(1),
            Token::Colon if depth == 1 => keys.extend(last.take()),
            Token::String(ref key) => last = Some(key.to_string()),
            Token::Word(key) => last = Some(key.to_owned()),
            Token::CommentLine(_) | Token::CommentBlock(_) => continue,
            _ => last = None,
        }
        if depth == 0 && keys.is_empty() && !matches!(token, Token::OpenBrace) {
            break;
        }
    }
    keys
}
