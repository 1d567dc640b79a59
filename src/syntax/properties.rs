//! YAML properties: keys and values in order, with spans.
//!
//! Read from the events of `saphyr-parser`: aliases are never followed, so a bomb of them costs
//! nothing, and every key and value knows where it stands.

use std::collections::HashSet;

use saphyr_parser::{Event, Parser, ScalarStyle, Span as YamlSpan};
use serde::{Deserialize, Serialize};

use super::placeholder;
use crate::text::span::Span;

mod below;
mod plain;
mod slip;
mod written;

use self::below::Below;
pub use self::slip::{Mend, Slip};
use self::written::{Style, Written};

/// Properties that Obsidian itself reads; their values are no links.
pub(crate) const OF_OBSIDIAN: [&str; 6] = ["aliases", "alias", "tags", "tag", "cssclasses", "cssclass"];

/// A property of a note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Property {
    /// The key as written, without quotes.
    pub key: String,
    /// Where the key stands.
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
    /// A mapping or an alias: nothing that Obsidian's properties know.
    Other,
}

impl PropertyValue {
    /// The text that it is, or the texts that are its items.
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
    /// The text without quotes, escapes resolved.
    pub text: String,
    /// Where it stands, quotes included.
    pub span: Span,
    /// Where its text stands, without quotes and the blanks at its ends. `None` where the file has it in other
    /// words than it reads, with escapes or across lines: another text cannot simply take its place.
    pub inner: Option<Span>,
    /// Whether it stands in quotes, or is a block of text.
    pub quoted: bool,
}

impl Scalar {
    /// Whether it is YAML's word for nothing. In quotes it is a text.
    #[must_use]
    pub fn is_null(&self) -> bool {
        !self.quoted && matches!(self.text.trim(), "~" | "null" | "Null" | "NULL")
    }
}

/// Something that cannot be read as properties.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YamlProblem {
    /// What is wrong.
    pub message: String,
    /// Where.
    pub span: Span,
    /// Whether it is a key that stands twice, in what can be read else.
    pub is_twice: bool,
}

/// Reads the YAML under `yaml`. After a problem there are no properties at all: Obsidian shows the
/// block as an error and takes nothing from it.
#[must_use]
pub fn read(text: &str, yaml: Span) -> (Vec<Property>, Vec<YamlProblem>) {
    if let Some(properties) = plain::read(yaml.of(text), yaml.start as usize) {
        return (properties, Vec::new());
    }
    let (properties, mut problems) = read_yaml(text, yaml);
    if let Some(Slip { message, span, .. }) = slip_of(text, yaml, &problems) {
        problems = vec![YamlProblem { message, span, is_twice: false }];
    }
    (properties, problems)
}

/// The slip that keeps the YAML under `yaml` from being read, where it is a usual one.
#[must_use]
pub fn slip(text: &str, yaml: Span) -> Option<Slip> {
    slip_of(text, yaml, &read_yaml(text, yaml).1)
}

fn slip_of(text: &str, yaml: Span, problems: &[YamlProblem]) -> Option<Slip> {
    let problem = problems.first().filter(|problem| !problem.is_twice)?;
    slip::find(text, yaml, problem)
}

/// What our reader says of a tab behind a colon, which YAML's own and Obsidian's take for a blank.
pub(super) const TAB_BEHIND_COLON: &str = "':' must be followed by a valid YAML whitespace";

fn read_yaml(text: &str, yaml: Span) -> (Vec<Property>, Vec<YamlProblem>) {
    if let Some(tab) = tab_before_the_first_key(yaml.of(text)) {
        let message = "not valid YAML: found a tab before the first key".to_owned();
        let span = Span::at(yaml.start as usize + tab);
        return (Vec::new(), vec![YamlProblem { message, span, is_twice: false }]);
    }
    let read = read_strictly(text, yaml.of(text), yaml);
    if !read.1.iter().any(|problem| problem.message.ends_with(TAB_BEHIND_COLON)) {
        return read;
    }
    // As many bytes, so that every place is the same.
    read_strictly(text, &yaml.of(text).replace(":\t", ": "), yaml)
}

/// Reads `source`, which is what stands under `yaml` or has the same places.
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

/// A text of YAML that stands there without quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bare {
    /// Where.
    pub span: Span,
    /// Whether it stands in `[…]` or `{…}`, where commas and brackets end it.
    pub in_flow: bool,
    /// Whether it is an item of such a `[…]`, where a comma begins the next one: in a mapping it begins a key.
    pub is_item: bool,
}

/// The texts of YAML that stand there without quotes, keys among them, in order; `None` where it is no YAML.
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

/// Where a tab indents the first key, which our reader lets pass, and YAML's own and Obsidian's do not. Before a comment, or
/// a mapping in braces and what may belong to one, it is a blank.
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

/// Turns the parser's offsets, which count characters, into bytes of the file.
struct Offsets {
    base: usize,
    /// The byte of each character, where not every character is a byte.
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

/// A collection that is open while the events go by.
enum Open {
    /// The mapping at the top; the key that waits for its value.
    Top(Option<(String, Span)>),
    /// A list that is the value of a top-level key.
    List(String, Span, Vec<Scalar>),
    /// A mapping that is the value of a top-level key, and where it begins.
    Mapping(u32),
    /// Anything deeper.
    Deep,
}

struct Reader<'a> {
    text: &'a str,
    offsets: &'a Offsets,
    properties: Vec<Property>,
    /// Their keys.
    keys: HashSet<String>,
    /// The keys of mappings within their values.
    below: Below,
    problems: Vec<YamlProblem>,
    stack: Vec<Open>,
    documents: u32,
}

impl Reader<'_> {
    /// Takes one event; `false` ends the reading.
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
                // Those at the top are properties.
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
            // A mapping or list as a key of the top: nothing that a property can be.
            Some(Open::Deep) => {
                if let Some(Open::Top(key @ None)) = self.stack.last_mut() {
                    *key = Some((String::new(), Span::default()));
                }
            }
            _ => {}
        }
    }
}

/// A value that no template has rendered yet: to YAML `{{date}}` is a mapping in a mapping.
fn unrendered(text: &str, start: u32) -> Option<Scalar> {
    let line = text.get(start as usize..)?.lines().next()?;
    let value = line.split_once(" #").map_or(line, |(value, _comment)| value).trim_end();
    let is_whole = placeholder::find_all(value).eq([Span::new(0, value.len())]);
    let span = Span::new(start as usize, start as usize + value.len());
    is_whole.then(|| Scalar { text: value.to_owned(), span, inner: Some(span), quoted: false })
}

/// Properties that have one meaning however they are written: `Last Modified`, `last_modified` and
/// `last-modified` are one key.
#[must_use]
pub fn key_of(name: &str) -> String {
    let folded = crate::text::fold::fold(name.trim());
    folded.replace(['_', '-'], " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether [`key_of`] a name is this key.
#[must_use]
pub fn is_key(name: &str, key: &str) -> bool {
    // Most names are one word in small letters.
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
    fn a_tab_behind_a_colon_is_a_blank() {
        let text = "a:\tb\nc: [d]\n";
        let (properties, problems) = read_all(text);
        assert_eq!(problems, []);
        assert!(
            matches!(&properties[0].value, PropertyValue::Scalar(s) if s.text == "b" && s.span.of(text) == "b")
        );
        assert_eq!(read_all("a: [b\n").1.len(), 1);
        // In these words it is said, and by them it is known.
        let (_, strict) = read_strictly(text, text, Span::new(0, text.len()));
        assert!(strict.iter().any(|problem| problem.message.ends_with(TAB_BEHIND_COLON)), "{strict:?}");
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
