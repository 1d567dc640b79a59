//! The header of a note: its status, version and dates.
//!
//! It is a list under *System Initialization*, or properties of the same names, or both; where both
//! have a key, the list wins. Where there is no such list, lines of their own are read as one. What stands behind
//! further text in the section is no part of it.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::commented::Comments;
use super::field;
use super::outline::Heading;
use super::properties::{OF_OBSIDIAN, Property, PropertyValue, is_key, key_of};
use super::reading::Section;
use super::secret::is_credential_key;
use super::source::Source;
use super::{conflict, placeholder};
use crate::text::place::Place;
use crate::text::span::{Span, trim};
use crate::text::stamp::{self, StampReading};

mod beside;
mod dated;
mod lines;
mod list;
mod masked;

pub(crate) use self::dated::{Dated, dated, is_remark};

/// The header of a note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The heading, or the first line of the properties.
    pub place: Place,
    /// Its fields in the order of the note.
    pub fields: Vec<HeaderField>,
    /// Known keys, folded, that stand in its section or in the properties in a form that is not read, such as a table.
    pub aside: Vec<String>,
}

/// A field of the header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeaderField {
    /// The key, folded: `last modified`.
    pub key: String,
    /// The key as written.
    pub name: String,
    /// The value, without quotes and comments.
    pub value: String,
    /// Where the value stands.
    pub place: Place,
    /// How another value is written there.
    pub slot: Slot,
    /// Whether it is a property.
    pub property: bool,
}

/// How another value is written in the place of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Slot {
    /// As it is.
    Open,
    /// Behind a blank: nothing stands there, not even that.
    Bare,
    /// Around comments in it, each with the blanks that are there for it.
    Parted(Vec<Span>),
    /// Only by a person: the file has the value in other words than it reads, with escapes or across lines.
    Closed,
}

impl Slot {
    fn of(text: &str, place: Span) -> Self {
        let before = text.get(..place.start as usize).and_then(|before| before.chars().next_back());
        let parted = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '：');
        if place.is_empty() && !before.is_some_and(parted) { Self::Bare } else { Self::Open }
    }
}

/// The keys that portolan knows, folded.
pub mod keys {
    /// How the note's subject is doing.
    pub const STATUS: &str = "status";
    /// The version of the note's subject.
    pub const VERSION: &str = "version";
    /// When the note was made.
    pub const CREATED: &str = "created";
    /// When the note was last changed.
    pub const LAST_MODIFIED: &str = "last modified";
    /// What part of the system the note is about.
    pub const CONTEXT_LAYER: &str = "context layer";
    /// All of them.
    pub const ALL: [&str; 5] = [STATUS, VERSION, CREATED, LAST_MODIFIED, CONTEXT_LAYER];
}

impl Header {
    /// The field that counts for a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&HeaderField> {
        self.all(key).min_by_key(|field| field.property)
    }

    /// The field that counts for each key, for whoever asks for many.
    #[must_use]
    pub fn by_key(&self) -> HashMap<&str, &HeaderField> {
        let mut fields: HashMap<&str, &HeaderField> = HashMap::with_capacity(self.fields.len());
        for field in &self.fields {
            let counts = fields.entry(&field.key).or_insert(field);
            if counts.property && !field.property {
                *counts = field;
            }
        }
        fields
    }

    /// Whether a key stands there in a form that is not read: see [`Header::aside`].
    #[must_use]
    pub fn has_aside(&self, key: &str) -> bool {
        self.aside.iter().any(|aside| aside == key)
    }

    /// Every field of a key: at most one in the list and one in the properties count, but a note
    /// may say it twice.
    pub fn all<'h>(&'h self, key: &str) -> impl Iterator<Item = &'h HeaderField> {
        self.fields.iter().filter(move |field| field.key == key)
    }
}

impl HeaderField {
    /// Whether the value was never filled in by its template.
    #[must_use]
    pub fn is_unrendered(&self) -> bool {
        placeholder::is_in(&self.value)
    }

    /// Whether the value says something as it stands: a template has nothing left to fill in, and no plug-in
    /// works it out where the note is shown.
    #[must_use]
    pub fn is_stated(&self) -> bool {
        !self.value.is_empty() && !self.is_unrendered() && !field::is_query(&self.value)
    }

    /// The value as a timestamp: in the vault's format, in the form of Obsidian's own date properties, with slashes, or
    /// as a link to the note of a day. `None` where it has no such shape.
    #[must_use]
    pub fn stamp(&self, format: &stamp::StampFormat) -> Option<StampReading> {
        dated(&self.value, format).map(|dated| dated.reading)
    }
}

/// Reads the header of a note, and gives the text outside of the properties that it is.
pub(crate) fn read(
    source: &Source<'_>,
    properties: &[Property],
    yaml: Option<Span>,
) -> (Option<Header>, Option<Span>) {
    let heading = source.sections(Section::Header).next().map(|(heading, _)| *heading);
    let has = |key: &str| properties.iter().any(|property| is_key(&property.key, key));
    if heading.is_none() && !make_a_header(has) {
        return (None, None);
    }
    let mut own = Own::default();
    if let Some(heading) = &heading {
        own = Own::of(source, source.own_text_of(heading));
    }
    let Own { mut fields, mut aside, later, span } = own;
    property_fields(source, properties, &mut fields, &mut aside);
    // There may be as many later fields as own ones.
    let is_later = |key: &&str| later.iter().any(|later| later == key);
    let is_own = |key: &str| fields.iter().any(|field| field.key == key);
    aside.extend(keys::ALL.into_iter().filter(is_later).filter(|key| !is_own(key)).map(str::to_owned));
    if !fields.iter().any(is_known) && aside.is_empty() && heading.is_some_and(|own| tells(source, &own)) {
        return (None, None);
    }
    let place = match (&heading, yaml) {
        (Some(heading), _) => source.place(heading.span),
        // The line of `---` before the properties.
        (None, Some(yaml)) => {
            let line = source.place(yaml).line.saturating_sub(1).max(1);
            source.place(source.lines.line_span(line))
        }
        (None, None) => Place::START,
    };
    (Some(Header { place, fields, aside }), span)
}

/// What the section of a header says of it.
#[derive(Default)]
struct Own {
    fields: Vec<HeaderField>,
    /// Known keys that stand there in a form that is not read.
    aside: Vec<String>,
    /// Known keys of what is no part of the header, but may be meant as one: nobody calls them missing.
    later: Vec<String>,
    /// The text that the header is.
    span: Option<Span>,
}

impl Own {
    fn of(source: &Source<'_>, section: Span) -> Self {
        let mut lists = list::all(source, section);
        let Some(own) = lists.iter().position(|list| list.is_header) else {
            let mut own = lines::read(source, section);
            if own.span.is_none()
                && let Some(list) = lists.into_iter().find(|list| !list.fields.is_empty())
            {
                (own.fields, own.span) = (list.fields, Some(list.span));
            }
            return own;
        };
        let behind = lists.split_off(own + 1);
        let Some(mut own) = lists.pop() else { return Self::default() };
        let mut later = Vec::new();
        // A header may go on behind a caption or a picture. What says again what it says is about something else, and so
        // is what says no date where a header has one.
        let mut goes_on = true;
        for list in behind {
            later.extend(list.aside.into_iter().map(str::to_owned));
            let mut known = list.fields.iter().filter(|field| is_known(field)).peekable();
            if known.peek().is_none() {
                continue;
            }
            // Each list that goes on brings a known key, and there are few of these: most lists are not asked. Fields of
            // one list may be many on either side.
            goes_on = goes_on && {
                let said = keys::ALL.map(|key| own.fields.iter().any(|field| field.key == key));
                known.all(|field| {
                    let is_dated = matches!(field.key.as_str(), keys::CREATED | keys::LAST_MODIFIED);
                    let fits =
                        !is_dated || !field.is_stated() || field.stamp(&source.reading.stamp).is_some();
                    fits && !keys::ALL.iter().zip(said).any(|(key, said)| said && field.key == *key)
                })
            };
            if goes_on {
                own.span.end = list.span.end;
                own.fields.extend(list.fields);
            } else {
                later.extend(list.fields.into_iter().filter(is_known).map(|field| field.key));
            }
        }
        let aside = own.aside.into_iter().map(str::to_owned).collect();
        Self { fields: own.fields, aside, later, span: Some(own.span) }
    }
}

/// Whether a field has a key that portolan knows.
fn is_known(field: &HeaderField) -> bool {
    keys::ALL.contains(&field.key.as_str())
}

/// Whether a section has text of its own. Without any key of a header it is about how a system starts.
fn tells(source: &Source<'_>, heading: &Heading) -> bool {
    told_lines(source, source.own_text_of(heading)).any(|(_, says)| says)
}

/// The lines of a text, and of each whether it says something. A comment says nothing to its reader, nor does a line
/// between sections, an item to be filled in or a mark of a merge; a board is not the note's own.
fn told_lines<'s>(source: &'s Source<'_>, text: Span) -> impl Iterator<Item = (Span, bool)> + 's {
    let mut end = text.start as usize;
    let mut comment = false;
    text.of(source.text).split_inclusive('\n').map(move |line| {
        let start = end;
        end += line.len();
        let line = trim(source.text, Span::new(start, end));
        let text = line.of(source.text);
        let shown = lines::without_break(source.text, line).of(source.text);
        let says = says_something(shown, &mut comment) && source.outline.hidden_at(line.start).is_none();
        (line, says && !conflict::is_any_marker(text) && !source.is_generated(line))
    })
}

/// Whether a line has words beside comments. `comment` says whether one goes on from the line above, and then whether one
/// does into the line below.
fn says_something(line: &str, comment: &mut bool) -> bool {
    let has_words = |text: &str| text.contains(char::is_alphanumeric);
    if !*comment && memchr::memchr(b'<', line.as_bytes()).is_none() {
        return has_words(line);
    }
    let (mut says, mut rest) = (false, line);
    loop {
        if *comment {
            let Some((_, behind)) = rest.split_once("-->") else { return says };
            (rest, *comment) = (behind, false);
        }
        let Some((before, behind)) = rest.split_once("<!--") else { return says || has_words(rest) };
        says |= has_words(before);
        // Behind a text, one that is not closed on its line may be none.
        *comment = behind.contains("-->") || !says && before.trim().is_empty();
        if !*comment {
            return says || has_words(behind);
        }
        rest = behind;
    }
}

/// Whether properties with these keys make a header by themselves: only where a key of portolan's own is among them.
/// `status` and `created` are in every second vault and mean something else there.
pub(crate) fn make_a_header(has: impl Fn(&str) -> bool) -> bool {
    has(keys::CONTEXT_LAYER) || (has(keys::STATUS) && has(keys::LAST_MODIFIED))
}

/// The field of a header that is written outside of the properties.
fn field_of(source: &Source<'_>, found: &field::Field) -> HeaderField {
    let name = found.key.of(source.text);
    let comments = Comments::of(source, found.value);
    let value = without_marks(source, &comments, comments.trimmed(source.text, found.value));
    let value = comments.trimmed(source.text, field::bare_value(source.text, value));
    let value = before_marks(source.text, value);
    let gaps = comments.within(source.text, value);
    HeaderField {
        key: key_of(name),
        name: name.to_owned(),
        value: comments.shown(source.text, value).into_owned(),
        place: source.place(value),
        slot: if gaps.is_empty() { Slot::of(source.text, value) } else { Slot::Parted(gaps) },
        property: false,
    }
}

/// A value without what belongs to its line and not to it: a block id, tags and footnotes behind it. They stay
/// when the value is replaced. A tag may be all of a value.
fn without_marks(source: &Source<'_>, comments: &Comments, value: Span) -> Span {
    let mut value = value;
    loop {
        let text = value.of(source.text);
        let footnote =
            text.strip_suffix(']').and_then(|rest| rest.rfind("[^")).map(|at| value.start + at as u32);
        let tag = || source.tag_at(value).filter(|tag| *tag > value.start);
        let mark = source.block_id_at(value).or_else(tag).or(footnote);
        let Some(mark) = mark.filter(|mark| *mark >= value.start && *mark < value.end) else { return value };
        value = comments.trimmed(source.text, Span { start: value.start, end: mark });
    }
}

/// A value, or where nothing stands and something touches it, the place before the blanks between the two.
fn before_marks(text: &str, value: Span) -> Span {
    let at = value.start as usize;
    let touches =
        || text.get(at..).is_some_and(|rest| !rest.is_empty() && !rest.starts_with(char::is_whitespace));
    if !value.is_empty() || !touches() {
        return value;
    }
    text.get(..at).map_or(value, |before| Span::at(before.trim_end_matches([' ', '\t']).len()))
}

/// Adds the fields that properties are: those with a key of a header, and beside them any other. Obsidian makes lists of
/// what is one value to their writer: one of a single item is read as that. Keys with anything else, such as a link
/// without quotes, are put aside.
fn property_fields(
    source: &Source<'_>,
    properties: &[Property],
    fields: &mut Vec<HeaderField>,
    aside: &mut Vec<String>,
) {
    let known = |key: &str| keys::ALL.contains(&key);
    // Where no key is that of a header they are about something else.
    let counts = properties.iter().any(|property| known(&key_of(&property.key)));
    for property in properties.iter().filter(|_| counts) {
        let key = key_of(&property.key);
        if !known(&key) && (is_obsidians_own(property) || property.value.scalars().len() != 1) {
            continue;
        }
        let [value] = property.value.scalars() else {
            if !is_empty_list(source.text, property) && fields.iter().all(|field| field.key != key) {
                aside.push(key);
            }
            continue;
        };
        fields.push(HeaderField {
            key,
            name: property.key.clone(),
            value: if value.is_null() { String::new() } else { value.text.trim().to_owned() },
            place: source.place(value.inner.unwrap_or(value.span)),
            slot: value.inner.map_or(Slot::Closed, |inner| Slot::of(source.text, inner)),
            property: true,
        });
    }
}

/// Whether a property speaks to Obsidian or to a plug-in and says nothing of the note's subject, or has the name of a
/// credential, which nobody wants to see in a list.
fn is_obsidians_own(property: &Property) -> bool {
    if property.key.ends_with("-plugin") || is_credential_key(&property.key) {
        return true;
    }
    OF_OBSIDIAN.into_iter().chain(["publish", "permalink"]).any(|own| is_key(&property.key, own))
}

/// Whether a property is a list of nothing, and none of lists.
fn is_empty_list(text: &str, property: &Property) -> bool {
    let behind = text.get(property.key_span.end as usize..).unwrap_or_default();
    let line = behind.lines().next().unwrap_or_default();
    let list = line.split_once('[').and_then(|(_, rest)| rest.split_once(']'));
    matches!(&property.value, PropertyValue::List(items) if items.is_empty())
        && list.is_some_and(|(inside, _)| inside.trim().is_empty())
}
