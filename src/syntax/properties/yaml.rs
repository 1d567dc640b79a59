//! Reads properties in any form that YAML has.
//!
//! This uses the events of `saphyr-parser`. Aliases are never followed, so an alias bomb costs nothing, and every
//! key and value has a position.

use std::collections::HashSet;

use saphyr_parser::{Event, Parser, ScalarStyle, Span as YamlSpan};

use super::nested_keys::Below;
use super::written::{self, Style, Written};
use super::{Property, PropertyValue, Scalar, YamlProblem};
use crate::syntax::placeholder;
use crate::text::span::Span;

/// The parser's message for a tab after a colon, which YAML and Obsidian treat like a space.
pub(in super::super) const TAB_BEHIND_COLON: &str = "':' must be followed by a valid YAML whitespace";

pub(super) fn read(text: &str, yaml: Span) -> (Vec<Property>, Vec<YamlProblem>) {
    if let Some(tab) = tab_before_the_first_key(yaml.of(text)) {
        let message = "not valid YAML: found a tab before the first key".to_owned();
        let span = Span::at(yaml.start as usize + tab);
        return (Vec::new(), vec![YamlProblem { message, span, is_twice: false }]);
    }
    let read = read_strictly(text, yaml.of(text), yaml);
    if !read.1.iter().any(|problem| problem.message.ends_with(TAB_BEHIND_COLON)) {
        return read;
    }
    // The replacement has the same length, so all positions stay valid.
    read_strictly(text, &yaml.of(text).replace(":\t", ": "), yaml)
}

/// Reads `source`, which is the text under `yaml`, or a variant with the same positions.
fn read_strictly(text: &str, source: &str, yaml: Span) -> (Vec<Property>, Vec<YamlProblem>) {
    let offsets = Offsets::new(source, yaml.start as usize);
    let mut reader = Reader {
        text,
        offsets: &offsets,
        properties: Vec::new(),
        keys: HashSet::new(),
        below: Below::default(),
        problems: Vec::new(),
        stack: Vec::new(),
        documents: 0,
    };
    for event in Parser::new_from_str(source) {
        match event {
            Ok((event, span)) => {
                if !reader.event(event, span) {
                    break;
                }
            }
            Err(error) => {
                let at = offsets.byte(error.marker().index()).min(yaml.end as usize) - yaml.start as usize;
                let message = format!("not valid YAML: {}", error.info());
                let span = Span::at(yaml.start as usize + at);
                return (Vec::new(), vec![YamlProblem { message, span, is_twice: false }]);
            }
        }
    }
    let properties = if reader.problems.is_empty() { reader.properties } else { Vec::new() };
    (properties, reader.problems)
}

/// An unquoted scalar in YAML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bare {
    /// Its span.
    pub span: Span,
    /// Whether it is inside `[…]` or `{…}`, where commas and brackets end it.
    pub in_flow: bool,
    /// Whether it is an item of a list in `[…]`. A comma in it begins another item, while in a mapping it begins a
    /// key.
    pub is_item: bool,
}

/// Returns the unquoted scalars of YAML, including keys, in order; `None` if it is not valid YAML.
#[must_use]
pub fn bare(text: &str, yaml: Span) -> Option<Vec<Bare>> {
    let source = yaml.of(text);
    let offsets = Offsets::new(source, yaml.start as usize);
    let (mut found, mut flows) = (Vec::new(), Vec::new());
    for event in Parser::new_from_str(source) {
        let (event, span) = event.ok()?;
        let span = offsets.span(span);
        let (in_flow, is_item) = flows.last().copied().unwrap_or_default();
        match event {
            Event::Scalar(_, ScalarStyle::Plain, ..) => {
                let len = span.of(text).trim_end().len();
                let span = Span::new(span.start as usize, span.start as usize + len);
                found.push(Bare { span, in_flow, is_item });
            }
            Event::SequenceStart(..) | Event::MappingStart(..) => {
                let in_flow = in_flow || text[span.start as usize..].starts_with(['[', '{']);
                flows.push((in_flow, in_flow && matches!(event, Event::SequenceStart(..))));
            }
            Event::SequenceEnd | Event::MappingEnd => {
                flows.pop();
            }
            _ => {}
        }
    }
    Some(found)
}

/// Returns the offset of a tab that indents the first key. The parser here accepts it, but YAML and Obsidian do
/// not. Before a comment, or before a mapping in braces or what may belong to one, a tab counts as a space.
fn tab_before_the_first_key(source: &str) -> Option<usize> {
    let mut at = 0;
    for line in source.split_inclusive('\n') {
        let key = line.trim_start_matches([' ', '\t']);
        if !key.trim_end().is_empty() && !key.starts_with('#') {
            let tab = line[..line.len() - key.len()].find('\t')?;
            return (!key.starts_with(['{', '[', '&', '!', '*', '|', '>', '%'])).then_some(at + tab);
        }
        at += line.len();
    }
    None
}

/// Converts the parser's offsets, which count characters, to bytes of the file.
struct Offsets {
    base: usize,
    /// The byte offset of each character, unless the text is ASCII.
    bytes: Option<Vec<u32>>,
    len: usize,
}

impl Offsets {
    fn new(source: &str, base: usize) -> Self {
        let bytes = (!source.is_ascii()).then(|| source.char_indices().map(|(at, _)| at as u32).collect());
        Self { base, bytes, len: source.len() }
    }

    fn byte(&self, char_index: usize) -> usize {
        let at = match &self.bytes {
            Some(bytes) => bytes.get(char_index).map_or(self.len, |&b| b as usize),
            None => char_index.min(self.len),
        };
        self.base + at
    }

    fn span(&self, span: YamlSpan) -> Span {
        Span::new(self.byte(span.start.index()), self.byte(span.end.index()))
    }
}

/// A collection whose end has not been read yet.
enum Open {
    /// The top-level mapping, with the key that waits for its value.
    Top(Option<(String, Span)>),
    /// A list that is the value of a top-level key.
    List(String, Span, Vec<Scalar>),
    /// A mapping that is the value of a top-level key, and where it begins.
    Mapping(u32),
    /// A collection nested deeper.
    Deep,
}

struct Reader<'a> {
    text: &'a str,
    offsets: &'a Offsets,
    properties: Vec<Property>,
    /// The keys of `properties`.
    keys: HashSet<String>,
    /// The keys of mappings inside the values.
    below: Below,
    problems: Vec<YamlProblem>,
    stack: Vec<Open>,
    documents: u32,
}

impl Reader<'_> {
    /// Takes an event. Returns `false` to stop reading.
    fn event(&mut self, event: Event<'_>, span: YamlSpan) -> bool {
        let span = self.offsets.span(span);
        match event {
            Event::DocumentStart(_) => {
                self.documents += 1;
                return self.documents == 1;
            }
            Event::Scalar(text, style, ..) => {
                let style = match style {
                    ScalarStyle::Plain => Style::Plain,
                    ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
                    ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
                };
                let quoted = style != Style::Plain;
                if self.below.scalar(&text, quoted) {
                    let message = format!("the key `{text}` appears twice");
                    self.problems.push(YamlProblem { message, span, is_twice: true });
                }
                let Written { span, inner } = written::find(self.text, &text, style, span);
                self.scalar(Scalar { text: text.into_owned(), span, inner, quoted });
            }
            Event::Alias(_) => {
                self.below.node();
                self.value(PropertyValue::Other);
            }
            Event::SequenceStart(..) => {
                self.below.open(false);
                self.open(true, span);
            }
            Event::MappingStart(..) => {
                // The keys of the top-level mapping are properties, and checked separately.
                self.below.open(!self.stack.is_empty());
                self.open(false, span);
            }
            Event::SequenceEnd | Event::MappingEnd => {
                self.below.close();
                self.close();
            }
            _ => {}
        }
        true
    }

    fn scalar(&mut self, scalar: Scalar) {
        match self.stack.last_mut() {
            Some(Open::Top(key @ None)) => *key = Some((scalar.text, scalar.span)),
            Some(Open::List(_, _, items)) => items.push(scalar),
            Some(Open::Top(Some(_))) => self.value(PropertyValue::Scalar(scalar)),
            Some(Open::Mapping(_) | Open::Deep) => {}
            None if scalar.text.is_empty() => {}
            None => self.not_a_mapping(scalar.span),
        }
    }

    fn not_a_mapping(&mut self, span: Span) {
        let message = "properties must be `key: value` lines".to_owned();
        self.problems.push(YamlProblem { message, span, is_twice: false });
    }

    fn value(&mut self, value: PropertyValue) {
        let Some(Open::Top(key)) = self.stack.last_mut() else { return };
        let Some((key, key_span)) = key.take() else { return };
        if self.keys.insert(key.clone()) {
            self.properties.push(Property { key, key_span, value });
        } else {
            let message = format!("the property `{key}` appears twice");
            self.problems.push(YamlProblem { message, span: key_span, is_twice: true });
        }
    }

    fn open(&mut self, list: bool, span: Span) {
        let opened = match self.stack.last_mut() {
            None if list => {
                self.not_a_mapping(Span::new(span.start as usize, span.start as usize + 1));
                Open::Deep
            }
            None => Open::Top(None),
            Some(Open::Top(key)) if list => match key.take() {
                Some((key, span)) => Open::List(key, span, Vec::new()),
                None => Open::Deep,
            },
            Some(Open::Top(Some(_))) => Open::Mapping(span.start),
            Some(_) => Open::Deep,
        };
        self.stack.push(opened);
    }

    fn close(&mut self) {
        match self.stack.pop() {
            Some(Open::List(key, key_span, items)) => {
                if let Some(Open::Top(waiting)) = self.stack.last_mut() {
                    *waiting = Some((key, key_span));
                }
                self.value(PropertyValue::List(items));
            }
            Some(Open::Mapping(start)) => {
                let value = unrendered(self.text, start).map_or(PropertyValue::Other, PropertyValue::Scalar);
                self.value(value);
            }
            // A collection as a top-level key, which cannot be a property.
            Some(Open::Deep) => {
                if let Some(Open::Top(key @ None)) = self.stack.last_mut() {
                    *key = Some((String::new(), Span::default()));
                }
            }
            _ => {}
        }
    }
}

/// Returns a value that is an unrendered template expression: to YAML, `{{date}}` is a mapping in a mapping.
fn unrendered(text: &str, start: u32) -> Option<Scalar> {
    let line = text.get(start as usize..)?.lines().next()?;
    let value = line.split_once(" #").map_or(line, |(value, _comment)| value).trim_end();
    let is_whole = placeholder::find_all(value).eq([Span::new(0, value.len())]);
    let span = Span::new(start as usize, start as usize + value.len());
    is_whole.then(|| Scalar { text: value.to_owned(), span, inner: Some(span), quoted: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(text: &str) -> (Vec<Property>, Vec<YamlProblem>) {
        read(text, Span::new(0, text.len()))
    }

    #[test]
    fn a_tab_behind_a_colon_is_a_blank() {
        let text = "a:\tb\nc: [d]\n";
        let (properties, problems) = read_all(text);
        assert_eq!(problems, []);
        assert!(
            matches!(&properties[0].value, PropertyValue::Scalar(s) if s.text == "b" && s.span.of(text) == "b")
        );
        assert_eq!(read_all("a: [b\n").1.len(), 1);
        // The parser's error is recognised by this wording.
        let (_, strict) = read_strictly(text, text, Span::new(0, text.len()));
        assert!(strict.iter().any(|problem| problem.message.ends_with(TAB_BEHIND_COLON)), "{strict:?}");
    }
}
