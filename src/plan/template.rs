//! Fills in template notes.
//!
//! Expressions that need no script are rendered; `{{NAME}}`, prompts and `[Placeholders]` get a value. Code stays
//! as it is, except for the values of a template integration and for expressions that Obsidian renders wherever
//! they stand.

use std::collections::{BTreeMap, HashSet};

use self::bare::Bare;
use self::expression::{Answer, Trim};
use self::quotes::Quotes;
use crate::syntax::board::{Board, end_marker};
use crate::syntax::integration::is_placeholder;
use crate::syntax::json::JsonValue;
use crate::syntax::outline::Outline;
use crate::syntax::properties::key_of;
use crate::syntax::{frontmatter, markdown, placeholder};
use crate::text::edit::{Edit, Edits};
use crate::text::place::LineIndex;
use crate::text::sorted::last_where;
use crate::text::span::Span;
use crate::vault::Note;

mod bare;
mod call;
mod date;
mod expression;
mod quotes;

pub use self::expression::Circumstances;

/// A template note, with the places that are to be filled in.
#[derive(Debug)]
pub struct Template<'t> {
    text: &'t str,
    slots: Vec<Slot>,
    /// The unquoted properties that contain some of the slots.
    bare: Vec<Bare>,
    /// The edits that empty its boards, for `sync` to fill.
    boards: Vec<Edit>,
    /// Expressions that only Obsidian can render: their lines and texts.
    pub unrendered: Vec<(u32, String)>,
}

/// A place that is filled in.
#[derive(Debug)]
struct Slot {
    span: Span,
    kind: SlotKind,
    quotes: Quotes,
}

impl Slot {
    /// Returns the text that fills it; `None` if that is still open.
    fn value<'s>(&'s self, values: &'s Values) -> Option<&'s str> {
        match &self.kind {
            SlotKind::Known(text) => Some(text),
            SlotKind::Ask { name, default } => values.get(name).or(default.as_deref()),
        }
    }
}

#[derive(Debug)]
enum SlotKind {
    Known(String),
    Ask { name: String, default: Option<String> },
}

/// Values by name; case and separators in names do not matter.
#[derive(Clone, Debug, Default)]
pub struct Values(BTreeMap<String, String>);

impl Values {
    /// Sets the value of a name.
    pub fn set(&mut self, name: &str, value: &str) {
        self.0.insert(key_of(name), value.to_owned());
    }

    /// Returns the value of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(&key_of(name)).map(String::as_str)
    }

    /// Whether two names are the same.
    #[must_use]
    pub fn same_name(a: &str, b: &str) -> bool {
        key_of(a) == key_of(b)
    }

    /// Iterates over all values, in the order of names.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.0.values().map(String::as_str)
    }
}

impl<'t> Template<'t> {
    /// Reads a template note.
    #[must_use]
    pub fn read(note: &Note, text: &'t str, made: &Circumstances) -> Self {
        // A board that a person has edited is copied as it is.
        let filled = |board: &&Board| board.digest.is_some() && !board.edited;
        let filled: Vec<&Board> = note.facts.system().boards.iter().filter(filled).collect();
        let is_filled = |span: Span| {
            last_where(&filled, |board| board.body.start <= span.start)
                .is_some_and(|board| board.body.contains(span))
        };
        // The blanks that a place trims may reach out of a board.
        let is_emptied = |span: Span| {
            last_where(&filled, |board| board.body.start < span.end)
                .is_some_and(|board| span.start < board.end.span.end)
        };
        let mut template =
            Self { text, slots: Vec::new(), bare: Vec::new(), boards: Vec::new(), unrendered: Vec::new() };
        template.boards = filled.iter().flat_map(|board| emptied(board)).collect();
        let body = frontmatter::cut(text).body;
        let outline = markdown::outline(text, body);
        let expressions: Vec<Span> = placeholder::find_all(text).filter(|span| !is_filled(*span)).collect();
        template.expressions(&expressions, &outline, body, made);
        template.integrations(note, made);
        template.brackets(note, &outline, body);
        template.slots.retain(|slot| !is_emptied(slot.span));
        template.slots.sort_by_key(|slot| (slot.span.start, std::cmp::Reverse(slot.span.end)));
        template.slots.dedup_by(|later, first| later.span.overlaps(first.span));
        let places: Vec<Span> = template.slots.iter().map(|slot| slot.span).collect();
        let bare =
            frontmatter::cut(text).yaml.and_then(|yaml| bare::around(text, yaml, &places, &expressions));
        // Where a property is neither bare nor quoted, it is a comment or a block scalar, in which each line is
        // literal.
        let properties = if bare.is_some() { 0 } else { body };
        template.bare = bare.unwrap_or_default();
        let quoted = quotes::quoted(text, body, &outline, &expressions);
        for slot in &mut template.slots {
            slot.quotes = match quotes::around(&quoted, slot.span) {
                Quotes::None => quotes::needed(text, properties, &outline, slot.span),
                around => around,
            };
        }
        template
    }

    /// Returns the names that want a value, in the order of the note, each once.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.wanted(|_| true)
    }

    /// Returns the names that have neither a value nor a default.
    #[must_use]
    pub fn missing(&self, values: &Values) -> Vec<String> {
        let missing = self.wanted(|default| default.is_none());
        missing.into_iter().filter(|name| values.get(name).is_none()).collect()
    }

    fn wanted(&self, which: impl Fn(Option<&str>) -> bool) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        let mut seen = HashSet::new();
        for slot in &self.slots {
            if let SlotKind::Ask { name, default } = &slot.kind
                && which(default.as_deref())
                && seen.insert(key_of(name))
            {
                names.push(name.clone());
            }
        }
        names
    }

    /// Returns the text filled in with these values. Places without a value stay as they are. `None` if two places
    /// overlap, which would fill in one of them only.
    #[must_use]
    pub fn fill(&self, values: &Values) -> Option<String> {
        let bare = self.bare.iter().map(|bare| {
            let slots = self.slots.get(bare.slots.clone()).unwrap_or_default();
            let slots: Vec<_> = slots.iter().map(|slot| (slot.span, slot.value(values))).collect();
            Edit::replace(bare.span, bare.write(self.text, &slots))
        });
        let is_bare = |at: usize| {
            let next = self.bare.partition_point(|bare| bare.slots.end <= at);
            self.bare.get(next).is_some_and(|bare| bare.slots.contains(&at))
        };
        let slots = self.slots.iter().enumerate().filter(|(at, _)| !is_bare(*at));
        let slots = slots
            .filter_map(|(_, slot)| Some(Edit::replace(slot.span, slot.quotes.write(slot.value(values)?))));
        Edits::of(self.boards.iter().cloned().chain(bare).chain(slots))?.apply(self.text)
    }

    fn ask(&mut self, span: Span, name: String, default: Option<String>) {
        self.slots.push(Slot { span, kind: SlotKind::Ask { name, default }, quotes: Quotes::None });
    }

    fn expressions(&mut self, all: &[Span], outline: &Outline, body: usize, made: &Circumstances) {
        let lines = LineIndex::new(self.text);
        let answers: Vec<Answer> =
            all.iter().map(|span| expression::read(span.of(self.text), made)).collect();
        let several = several_forms(&answers);
        // Two expressions may trim the same blanks, which then belong to the first.
        let (note, mut taken) = (self.text, 0);
        let mut trimmed = |span| {
            let wide = trimmed(note, span);
            Span { start: wide.start.max(std::mem::replace(&mut taken, wide.end)), ..wide }
        };
        for (&span, answer) in all.iter().zip(answers) {
            let written = span.of(self.text);
            let in_code = span.start as usize >= body && outline.is_opaque(span.start);
            let answer = match answer {
                Answer::Form(..) if in_code => continue,
                Answer::Form(name, ..) if several.contains(&key_of(&name)) => Answer::Unknown,
                Answer::Form(name, _, default) => Answer::Ask(name, default),
                answer => answer,
            };
            match answer {
                // In code, `{{…}}` around a name is a box of a diagram, or belongs to another language.
                Answer::Ask(..) if in_code && written.starts_with('{') => {}
                Answer::Unknown | Answer::Form(..) => {
                    self.unrendered.push((lines.position(span.start).0, written.to_owned()));
                }
                Answer::Text(text) => {
                    let span = trimmed(span);
                    self.slots.push(Slot { span, kind: SlotKind::Known(text), quotes: Quotes::None });
                }
                Answer::Ask(name, default) => self.ask(trimmed(span), name, default),
            }
        }
    }

    /// Adds the values of template integrations. The integration's name is that of the note, unless given
    /// otherwise.
    fn integrations(&mut self, note: &Note, made: &Circumstances) {
        for integration in note.facts.system().template_integrations() {
            integration.json.walk(&mut Vec::new(), &mut |path, value| {
                if let JsonValue::String(text) = &value.value
                    && is_placeholder(text)
                {
                    let whole = value.place.span;
                    let span = Span::new(whole.start as usize + 1, whole.end as usize - 1);
                    let name = text.trim().trim_matches(['[', ']']).to_owned();
                    let default = (path == ["name"]).then(|| crate::text::path::stem(&made.path).to_owned());
                    self.ask(span, name, default);
                }
            });
        }
    }

    /// Adds `[Placeholders]` in the text, and those in quotes in the properties.
    fn brackets(&mut self, note: &Note, outline: &Outline, body: usize) {
        let bytes = self.text.as_bytes();
        let links = outline.links.iter().chain(&outline.definitions).map(|link| link.span);
        let log_templates = note.facts.system().templates.iter().map(|log| log.place.span);
        let taken = merged(links.chain(log_templates).collect());
        let mut opens = memchr::memchr_iter(b'[', bytes).peekable();
        let mut closes = memchr::memchr_iter(b']', bytes).peekable();
        while let Some(open) = opens.next() {
            while closes.next_if(|close| *close < open).is_some() {}
            let Some(&close) = closes.peek() else { break };
            if opens.peek().is_some_and(|next| *next < close) {
                // A placeholder contains no bracket.
                continue;
            }
            let span = Span::new(open, close + 1);
            let (before, behind) = (open.checked_sub(1).map(|at| bytes[at]), bytes.get(close + 1));
            let whole =
                is_placeholder(span.of(self.text)) && span.len() > 3 && !span.of(self.text).contains('\n');
            let in_properties = open < body;
            let enclosed = matches!(before, Some(b'"' | b'\'')) && behind.copied() == before;
            let is_link = matches!(behind, Some(b'(' | b'[' | b':'))
                || matches!(before, Some(b'[' | b'!' | b'\\' | b']'));
            let is_taken = || {
                let other = last_where(&taken, |other| other.start < span.end);
                outline.is_opaque(span.start) || other.is_some_and(|other| other.overlaps(span))
            };
            if whole && !is_link && (enclosed || !in_properties) && (in_properties || !is_taken()) {
                let name = span.of(self.text).trim_matches(['[', ']']).to_owned();
                self.ask(span, name, None);
            }
        }
    }
}

/// Returns the names that are asked for in several forms: one answer would be right in one place and wrong in
/// another.
fn several_forms(answers: &[Answer]) -> HashSet<String> {
    let mut forms: BTreeMap<String, &str> = BTreeMap::new();
    let mut several = HashSet::new();
    for answer in answers {
        let (name, form) = match answer {
            Answer::Ask(name, _) => (key_of(name), ""),
            Answer::Form(name, form, _) => (key_of(name), form.as_str()),
            Answer::Text(_) | Answer::Unknown => continue,
        };
        if *forms.entry(name.clone()).or_insert(form) != form {
            several.insert(name);
        }
    }
    several
}

/// Returns the edits that make a board empty, as before it is filled.
fn emptied(board: &Board) -> [Edit; 2] {
    [Edit::replace(board.body, ""), Edit::replace(board.end.span, end_marker(None))]
}

/// Sorts spans, and joins those that overlap.
fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.start < last.end => *last = last.join(span),
            _ => merged.push(span),
        }
    }
    merged
}

/// Returns the span of an expression with the blanks that it trims.
fn trimmed(text: &str, span: Span) -> Span {
    let (before, behind) = expression::trims(span.of(text));
    let (head, tail) = (&text[..span.start as usize], &text[span.end as usize..]);
    let start = match before {
        Trim::Nothing => head.len(),
        Trim::LineEnd => head.strip_suffix('\n').map_or(head, |h| h.strip_suffix('\r').unwrap_or(h)).len(),
        Trim::All => head.trim_end().len(),
    };
    let end = match behind {
        Trim::Nothing => 0,
        Trim::LineEnd => {
            tail.len() - tail.strip_prefix("\r\n").or(tail.strip_prefix('\n')).unwrap_or(tail).len()
        }
        Trim::All => tail.len() - tail.trim_start().len(),
    };
    Span::new(start, span.end as usize + end)
}

#[cfg(test)]
mod tests;
