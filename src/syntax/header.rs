//! Reads the header of a note: its status, version and dates.
//!
//! A header is a list under *System Initialization*, or properties with the same names, or both; where both have a
//! key, the list wins. Where there is no such list, separate lines with fields are read instead. Lists after
//! further text in the section do not belong to the header.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::commented::Comments;
use super::field::{self, Field};
use super::outline::Heading;
use super::properties::{OF_OBSIDIAN, Property, PropertyValue, is_key, key_of};
use super::reading::Section;
use super::secret::is_credential_key;
use super::source::Source;
use super::status::{begins_with_level, split_status};
use super::{conflict, placeholder, term};
use crate::text::place::Place;
use crate::text::span::{Span, trim};
use crate::text::stamp::{self, StampReading};

mod dated;
mod lines;
mod list;
mod masked;
mod same_line;

pub(crate) use self::dated::{Dated, dated, is_bound, is_remark};

/// The header of a note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The heading, or the first line of the properties.
    pub place: Place,
    /// Its fields in the order of the note.
    pub fields: Vec<HeaderField>,
    /// Known keys, folded, that stand in its section or in the properties in a form that is not read, such as a
    /// table.
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
    /// The place of the value.
    pub place: Place,
    /// How a new value is written in that place.
    pub slot: Slot,
    /// Whether it is a property.
    pub property: bool,
}

/// How a new value is written in the place of an old one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Slot {
    /// In place of the old value, unchanged.
    Open,
    /// After a space, because the empty place has none before it.
    Bare,
    /// Around the comments in the old value, given with the spaces that only separate them from the text.
    Parted(Vec<Span>),
    /// By hand only: the file has the value in another form than it reads, with escapes or over several lines.
    Closed,
}

impl Slot {
    fn of(text: &str, place: Span) -> Self {
        let before = text.get(..place.start as usize).and_then(|before| before.chars().next_back());
        let parted = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '：');
        if place.is_empty() && !before.is_some_and(parted) { Self::Bare } else { Self::Open }
    }
}

/// The known keys of a header, folded.
pub mod keys {
    /// The status of the note's subject.
    pub const STATUS: &str = "status";
    /// The version of the note's subject.
    pub const VERSION: &str = "version";
    /// When the note was created.
    pub const CREATED: &str = "created";
    /// When the note was last changed.
    pub const LAST_MODIFIED: &str = "last modified";
    /// The part of the system that the note is about.
    pub const CONTEXT_LAYER: &str = "context layer";
    /// All of them.
    pub const ALL: [&str; 5] = [STATUS, VERSION, CREATED, LAST_MODIFIED, CONTEXT_LAYER];
}

impl Header {
    /// Returns the field that counts for a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&HeaderField> {
        self.all(key).min_by_key(|field| field.property)
    }

    /// Returns the field that counts for each key, for callers that look up many.
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

    /// Whether the header consists of properties that other conventions have too, such as those of decision
    /// records: there is neither a list of fields nor `context_layer`.
    #[must_use]
    pub fn is_of_common_properties(&self) -> bool {
        self.fields.iter().all(|field| field.property && field.key != keys::CONTEXT_LAYER)
            // A heading of a header comes after the properties.
            && self.fields.first().is_some_and(|field| self.place.span.start < field.place.span.start)
    }

    /// Returns every field with a key. Only one counts, but a note may give a key several times.
    pub fn all<'h>(&'h self, key: &str) -> impl Iterator<Item = &'h HeaderField> {
        self.fields.iter().filter(move |field| field.key == key)
    }
}

impl HeaderField {
    /// Whether the value still has a template placeholder.
    #[must_use]
    pub fn is_unrendered(&self) -> bool {
        placeholder::is_in(&self.value)
    }

    /// Whether the value is given in the note: it is not empty, has no placeholder to fill in, and is not computed
    /// by a plug-in when the note is shown.
    #[must_use]
    pub fn is_stated(&self) -> bool {
        !self.value.is_empty() && !self.is_unrendered() && !field::is_query(&self.value)
    }

    /// Reads the value as a timestamp: in the vault's format or as a day in it, in a form of Obsidian's own date
    /// properties, with slashes, or as a link to a daily note. `None` where it has no such form.
    #[must_use]
    pub fn stamp(&self, format: &stamp::StampFormat) -> Option<StampReading> {
        dated(&self.value, format).map(|dated| dated.reading)
    }
}

/// Reads the header of a note. Also returns the span of its text outside the properties.
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
    // Each known key is looked up once, because there may be as many later fields as fields of the header.
    let is_later = |key: &&str| later.iter().any(|later| later == key);
    let is_own = |key: &str| fields.iter().any(|field| field.key == key);
    aside.extend(keys::ALL.into_iter().filter(is_later).filter(|key| !is_own(key)).map(str::to_owned));
    let known = || fields.iter().filter(|field| is_known(field));
    // Without any known key, this holds for all of them.
    let is_about_a_start = aside.is_empty() && known().all(is_sentence) && !is_lone_status(known());
    if is_about_a_start && heading.is_some_and(|own| tells(source, &own)) {
        return (None, None);
    }
    let place = match (&heading, yaml) {
        (Some(heading), _) => source.place(heading.span),
        // The place of a header in the properties is the `---` line before them.
        (None, Some(yaml)) => {
            let line = source.place(yaml).line.saturating_sub(1).max(1);
            source.place(source.lines.line_span(line))
        }
        (None, None) => Place::START,
    };
    (Some(Header { place, fields, aside }), span)
}

/// What the section of a header contains.
#[derive(Default)]
struct Own {
    fields: Vec<HeaderField>,
    /// Known keys in a form that is not read.
    aside: Vec<String>,
    /// Known keys in text that is not part of the header but may be meant as such. They are not reported as
    /// missing.
    later: Vec<String>,
    /// The span of the header's text.
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
        // A header may continue after a caption or a picture. A list that repeats a key of the header is about
        // something else, and so is one without a date where a header has one.
        let mut goes_on = true;
        for list in behind {
            later.extend(list.aside.into_iter().map(str::to_owned));
            let mut known = list.fields.iter().filter(|field| is_known(field)).peekable();
            if known.peek().is_none() {
                continue;
            }
            // Each list that continues the header adds a known key, and there are only a few of these, so most
            // lists are skipped. Comparing all fields of both lists would be slow where both have many.
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

/// Whether the value of a field tells in several words what something does (`Created: when the API first starts`),
/// rather than giving a status, a version or a date.
fn is_sentence(field: &HeaderField) -> bool {
    let words = field.value.split_whitespace().count();
    let has_digit = || field.value.contains(|c: char| c.is_ascii_digit());
    let is_long = match field.key.as_str() {
        keys::STATUS => words > 3 && is_without_level(&field.value),
        keys::CONTEXT_LAYER => false,
        _ => words > 2 && !has_digit(),
    };
    is_long && !field.property && field.is_stated()
}

/// Whether a status has no emoji and does not begin with a word that has a level.
fn is_without_level(status: &str) -> bool {
    let (mark, words) = split_status(status);
    mark.is_empty() && !begins_with_level(words)
}

/// Whether the only known field is a status that begins with a capital letter. The word may be an indicator of the
/// vault, with a remark after it: `Brewing until the tank is empty`.
fn is_lone_status<'f>(mut known: impl Iterator<Item = &'f HeaderField>) -> bool {
    let is_status = |field: &HeaderField| {
        field.key == keys::STATUS && split_status(&field.value).1.starts_with(char::is_uppercase)
    };
    known.next().is_some_and(is_status) && known.next().is_none()
}

/// Whether a section has text, or a part that describes something. If it has these but no key of a header, it
/// describes how a system starts.
fn tells(source: &Source<'_>, heading: &Heading) -> bool {
    let says = |text| told_lines(source, text).any(|(_, says)| says);
    says(source.own_text_of(heading)) || {
        let mut parts = own_parts(source, heading);
        parts.any(|part| says(part) && !has_known_key(source, part))
    }
}

/// Returns the text of each section below a heading, except for those that have a meaning, such as a history. They
/// stand below a header as well.
fn own_parts<'s>(source: &'s Source<'_>, heading: &'s Heading) -> impl Iterator<Item = Span> + 's {
    let kinds = Section::ALL.iter().map(|(kind, ..)| *kind).filter(|kind| *kind != Section::Header);
    let read = kinds.flat_map(|kind| source.sections(kind));
    let mut read: Vec<_> = read.map(|(own, span)| (own.span.start, span.end)).collect();
    read.sort_unstable();
    let (mut read, mut until) = (read.into_iter().peekable(), 0);
    let headings = &source.outline.headings;
    let next = headings.partition_point(|next| next.span.start <= heading.span.start);
    let parts = headings[next..].iter().take_while(|part| part.level > heading.level);
    parts.filter_map(move |part| {
        while let Some((_, end)) = read.next_if(|(start, _)| *start <= part.span.start) {
            until = until.max(end);
        }
        (part.span.start >= until).then(|| source.own_text_of(part))
    })
}

/// Whether a text has a field of a header with a value of its kind, or several of its keys in a form that is not
/// read. A version alone may be that of what is started, and a status alone a column of a table.
fn has_known_key(source: &Source<'_>, text: Span) -> bool {
    let Own { fields, aside, .. } = Own::of(source, text);
    let is_key = |key: &str| key != keys::VERSION;
    fields.iter().any(|field| is_known(field) && is_key(&field.key) && !is_sentence(field))
        || aside.iter().filter(|key| is_key(key)).collect::<BTreeSet<_>>().len() > 1
}

/// Returns the lines of a text, each with whether it says something to a reader. Comments, lines between sections,
/// unfilled items, merge markers and the content of boards do not.
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

/// Whether a line has words outside comments. `comment` tells whether a comment continues from the line above, and
/// is updated for the line below.
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
        // After text, a `<!--` that is not closed on its line may be no comment.
        *comment = behind.contains("-->") || !says && before.trim().is_empty();
        if !*comment {
            return says || has_words(behind);
        }
        rest = behind;
    }
}

/// Whether properties with these keys make a header by themselves, which takes a key that is specific to portolan.
/// `status` and `created` are in every second vault and mean something else there.
pub(crate) fn make_a_header(has: impl Fn(&str) -> bool) -> bool {
    has(keys::CONTEXT_LAYER) || (has(keys::STATUS) && has(keys::LAST_MODIFIED))
}

/// Splits a line into its key and value like [`field::split`], but ignores comments in the key and right after it.
fn split(source: &Source<'_>, line: Span) -> Option<Field> {
    let found = field::split(source.text, line);
    let may_hold_one = match &found {
        Some(found) => found.key.of(source.text).contains('%'),
        None => memchr::memchr2(b'%', b'<', line.of(source.text).as_bytes()).is_some(),
    };
    if may_hold_one { split_beside_comments(source, line) } else { found }
}

/// Like [`split`], but for a line that may have comments in its key: reads them as blanks.
fn split_beside_comments(source: &Source<'_>, line: Span) -> Option<Field> {
    let mut comments = term::comments(source, line);
    comments.sort_unstable();
    let mut shown = line.of(source.text).to_owned();
    for comment in comments {
        let comment = comment.start.max(line.start) - line.start..comment.end.min(line.end) - line.start;
        let (start, end) = (comment.start as usize, comment.end as usize);
        // Comments in the value are handled when the value is read.
        if shown[..start].contains(field::COLONS) {
            break;
        }
        shown.replace_range(start..end, &" ".repeat(end - start));
    }
    let found = field::split(&shown, Span::new(0, shown.len()))?;
    let own = |span: Span| span.shifted(line.start as usize);
    Some(Field { key: own(found.key), value: own(found.value) })
}

/// Makes a field of the header from a line outside the properties.
fn field_of(source: &Source<'_>, found: &Field) -> HeaderField {
    let name = Comments::of(source, found.key).shown(source.text, found.key);
    let comments = Comments::of(source, found.value);
    let value = without_marks(source, &comments, comments.trimmed(source.text, found.value));
    let value = comments.trimmed(source.text, field::bare_value(source.text, value));
    let value = before_marks(source.text, value);
    let gaps = comments.within(source.text, value);
    HeaderField {
        key: key_of(&name),
        name: name.into_owned(),
        value: comments.shown(source.text, value).into_owned(),
        place: source.place(value),
        slot: if gaps.is_empty() { Slot::of(source.text, value) } else { Slot::Parted(gaps) },
        property: false,
    }
}

/// Strips a block id, tags and footnotes from the end of a value: they belong to the line and stay when the value
/// is replaced. A tag that is the whole value is kept.
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

/// Returns the span of a value. For an empty value that adjoins other text, returns the place before the spaces
/// between the two.
fn before_marks(text: &str, value: Span) -> Span {
    let at = value.start as usize;
    let touches =
        || text.get(at..).is_some_and(|rest| !rest.is_empty() && !rest.starts_with(char::is_whitespace));
    if !value.is_empty() || !touches() {
        return value;
    }
    text.get(..at).map_or(value, |before| Span::at(before.trim_end_matches([' ', '\t']).len()))
}

/// Adds the fields in the properties: those with a key of a header, and any others beside them. Obsidian turns a
/// single value into a list in some cases, so a list with one item is read as that item. A known key with any
/// other value, such as a link without quotes, is put in `aside`.
fn property_fields(
    source: &Source<'_>,
    properties: &[Property],
    fields: &mut Vec<HeaderField>,
    aside: &mut Vec<String>,
) {
    let known = |key: &str| keys::ALL.contains(&key);
    // Without any key of a header, the properties are about something else.
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

/// Whether a property is meant for Obsidian or a plug-in rather than about the note's subject, or is named like a
/// credential, which must not appear in a listing.
fn is_obsidians_own(property: &Property) -> bool {
    if property.key.ends_with("-plugin") || is_credential_key(&property.key) {
        return true;
    }
    OF_OBSIDIAN.into_iter().chain(["publish", "permalink"]).any(|own| is_key(&property.key, own))
}

/// Whether a property is an empty list, rather than one that contains lists.
fn is_empty_list(text: &str, property: &Property) -> bool {
    let behind = text.get(property.key_span.end as usize..).unwrap_or_default();
    let line = behind.lines().next().unwrap_or_default();
    let list = line.split_once('[').and_then(|(_, rest)| rest.split_once(']'));
    matches!(&property.value, PropertyValue::List(items) if items.is_empty())
        && list.is_some_and(|(inside, _)| inside.trim().is_empty())
}
