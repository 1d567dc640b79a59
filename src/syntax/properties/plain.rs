//! Reads properties in the simple form that most notes use: one line per key, with its value on that line or as a
//! list below.
//!
//! A YAML parser takes as long for ten lines of properties as the Markdown parser for the rest of the note. This
//! reader returns what YAML would, or nothing: anything that is not simple (blocks, flow collections, comments,
//! escapes, tags, duplicate keys) is left to the parser.

use std::collections::HashSet;

use super::{Property, PropertyValue, Scalar};
use crate::text::span::{Span, trim};

/// Up to this many keys are compared one by one.
const FEW: usize = 16;

/// Reads the properties in `source`, which begins at byte `base` of the file; `None` where a YAML parser is
/// needed.
pub(super) fn read(source: &str, base: usize) -> Option<Vec<Property>> {
    let mut properties: Vec<Property> = Vec::new();
    let mut keys: HashSet<String> = HashSet::new();
    let mut at = base;
    // Whether the last key waits for its list, and the indent of that list.
    let mut open: Option<Option<usize>> = None;
    for line in source.split('\n') {
        let start = at;
        at += line.len() + 1;
        if line.is_empty() {
            continue;
        }
        let indent = line.len() - line.trim_start_matches(' ').len();
        if let Some(item) = line[indent..].strip_prefix("- ") {
            let known = open.as_mut()?;
            if *known.get_or_insert(indent) != indent {
                return None;
            }
            let PropertyValue::List(items) = &mut properties.last_mut()?.value else { return None };
            items.push(scalar(item, start + indent + 2)?);
            continue;
        }
        // A key without a value ends up here too.
        if indent > 0 || open == Some(None) {
            return None;
        }
        let colon = line.find(':')?;
        let key = &line[..colon];
        let spelled = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        if !key.starts_with(|c: char| c.is_ascii_alphabetic()) || !key.bytes().all(spelled) {
            return None;
        }
        // Most notes have a handful of keys.
        let is_new = if properties.len() < FEW {
            properties.iter().all(|property| property.key != key)
        } else {
            if keys.is_empty() {
                keys.extend(properties.iter().map(|property| property.key.clone()));
            }
            keys.insert(key.to_owned())
        };
        if !is_new {
            return None;
        }
        let value = &line[colon + 1..];
        let value = if value.is_empty() {
            open = Some(None);
            PropertyValue::List(Vec::new())
        } else {
            open = None;
            PropertyValue::Scalar(scalar(value.strip_prefix(' ')?, start + colon + 2)?)
        };
        let key_span = Span::new(start, start + colon);
        properties.push(Property { key: key.to_owned(), key_span, value });
    }
    (open != Some(None)).then_some(properties)
}

/// Reads a value on one line that is written as it reads, or is in quotes without escapes.
fn scalar(text: &str, at: usize) -> Option<Scalar> {
    let value = text.trim_matches(' ');
    let start = at + (text.len() - text.trim_start_matches(' ').len());
    let span = Span::new(start, start + value.len());
    for quote in ['"', '\''] {
        if let Some(rest) = value.strip_prefix(quote) {
            let inner = rest.strip_suffix(quote)?;
            let plain = |c: char| c != quote && c != '\\' && !c.is_control() && is_ordinary(c);
            let within = trim(inner, Span::new(0, inner.len())).shifted(start + 1);
            return inner.chars().all(plain).then(|| Scalar {
                text: inner.to_owned(),
                span,
                inner: Some(within),
                quoted: true,
            });
        }
    }
    let mut before = ' ';
    for c in value.chars() {
        let plain = match c {
            // Either of these could have a special meaning here.
            ':' | '#' => false,
            '-' | '.' | '/' | '+' | '@' | ',' | '(' | ')' | '_' | ' ' | '\'' | ';' | '=' => {
                before != ' ' || c == ' '
            }
            c => c.is_alphanumeric(),
        };
        if !plain || !is_ordinary(c) {
            return None;
        }
        before = c;
    }
    (!value.is_empty() && !value.starts_with(' ')).then(|| Scalar {
        text: value.to_owned(),
        span,
        inner: Some(span),
        quoted: false,
    })
}

/// Whether no YAML reader takes the character for the end of a line or of the text.
const fn is_ordinary(c: char) -> bool {
    !matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\0')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::yaml;
    use super::*;

    fn agrees(source: &str) -> bool {
        let base = 4;
        let text = format!("---\n{source}");
        let Some(plain) = read(source, base) else { return false };
        let (expected, problems) = yaml::read(&text, Span::new(base, text.len()));
        assert_eq!((plain, problems), (expected, Vec::new()), "{source:?}");
        true
    }

    #[test]
    fn reads_what_most_notes_have() {
        let text = "title: \"São: 1\"\ncreated: 2024-01-02\n\ntags:\n  - a/b\n  - 'c d'\nlast-modified: x y  \nup:\n- z\n";
        assert!(agrees(text));
        for not_plain in [
            "a:\n",
            "a: [b]\n",
            "a: b # c\n",
            "a: b: c\n",
            "a: 1\na: 2\n",
            "a: |\n  b\n",
            "a: b\n  c\n",
            "a: \"\\n\"\n",
            "- a\n",
            "a: *b\n",
            "a:\n  - - b\n",
            "a: -\n",
            "a: b\r\n",
        ] {
            assert!(!agrees(not_plain), "{not_plain:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn reads_what_yaml_reads(lines in prop::collection::vec(
            ("(|  |- |  - |    - )", "(|a|b|Key|x-y)", "(|:|: |:  | :)", "[a-cé:#\\-\"' ,.&*!|>%@`\\[{}?~0-9\\\\]{0,6}", "(| |\t|\r)"), 0..6))
        {
            let lines: Vec<String> = lines.into_iter().map(|(a, b, c, d, e)| a + &b + &c + &d + &e).collect();
            agrees(&(lines.join("\n") + "\n"));
        }
    }
}
