//! Finds histories that are not lists of entries: a new entry would begin a second history beside them.

use std::collections::HashSet;

use super::content::{Found, Own};
use super::home::Homes;
use super::line_start;
use crate::plan::obstacle::Obstacle;
use crate::syntax::history::{HistorySection, behind_separator};
use crate::syntax::outline::Table;
use crate::text::calendar::any_weekday;
use crate::text::fold::{fold, is_pictograph};
use crate::text::message::shortened;
use crate::text::span::Span;
use crate::text::stamp::{StampFormat, StampReading, property_date};
use crate::text::visible::escape;
use crate::vault::Note;

/// Returns the first sign that a section without a list of entries keeps its history in another form: something
/// that begins with a date, or else any list or table.
pub(super) fn in_the_way(
    (text, section): (&str, &HistorySection),
    (own, homes): (&Own<'_>, &Homes<'_>),
    format: &StampFormat,
) -> Option<Obstacle> {
    let heading = section.heading;
    let before = |at: u32| text.get(heading.span.start as usize..at as usize).unwrap_or_default();
    let told = |at: u32, what: String| Obstacle {
        line: heading.line + u32::try_from(before(at).matches('\n').count()).unwrap_or(0),
        message: format!(
            "its history {what}, and portolan writes entries into plain lists only: start one by hand, with a first \
             entry"
        ),
    };
    if let Some((at, what)) = dated(text, section, own, format) {
        return Some(told(at, what));
    }
    let line = |at: u32| text[line_start(text, at as usize)..].lines().next().unwrap_or_default();
    match own.told(homes, section, format).filter(|_| !homes.waits_for_any())? {
        Found::Table(at) => Some(told(at, "is a table".to_owned())),
        Found::Log(at) => Some(told(at, "is a block of text".to_owned())),
        Found::Line(at) => Some(told(at, kept(line(at).trim()))),
    }
}

/// Finds the first thing in a section that begins with a date, or a table with dates. Returns its position and
/// the form of history that it suggests.
fn dated(text: &str, section: &HistorySection, own: &Own<'_>, format: &StampFormat) -> Option<(u32, String)> {
    let table = own.tables(section.body).find(|table| is_of_dates(table, text, format));
    let table = table.map(|table| (table.span.start, "is a table".to_owned()));
    let before_table = Span { end: table.as_ref().map_or(section.body.end, |(at, _)| *at), ..section.body };
    first_line(text, before_table, own, format).map(|(at, line)| (at, kept(line))).or(table)
}

/// Finds the first line in a part of a text that tells of a day.
fn first_line<'t>(text: &'t str, part: Span, own: &Own<'_>, format: &StampFormat) -> Option<(u32, &'t str)> {
    let mut lines = own.lines(text, part).peekable();
    let mut heading: Option<(u32, &str)> = None;
    while let Some((at, line)) = lines.next() {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        match Begun::of(line, lines.peek().map(|(_, next)| *next), format) {
            Some(Begun::Heading { titled: false }) => heading = Some((at, line)),
            Some(_) => return Some((at, line)),
            // Text below a heading with a date tells of that day.
            None => {
                if let Some(found) = heading.take().filter(|_| !line.starts_with('#')) {
                    return Some(found);
                }
            }
        }
    }
    None
}

/// Whether a table has a column for dates, or a row with one.
fn is_of_dates(table: &Table, text: &str, format: &StampFormat) -> bool {
    let mut cells = table.rows.iter().flat_map(|row| &row.cells);
    table.header.iter().any(|cell| is_of_date(cell.of(text)))
        || cells.any(|cell| date(cell.of(text), format).is_some())
}

/// Returns the first history of a note that tells when something happened, in whatever form.
#[must_use]
pub fn first_dated<'n>(note: &'n Note, text: &str, format: &StampFormat) -> Option<&'n HistorySection> {
    let homes = Homes::read_all(note, text, &note.facts.system().history, format);
    let own = Own::of(note, text);
    let released: HashSet<usize> = homes.filled_releases(text).map(|(section, _)| section).collect();
    let mut sections = note.facts.system().history.iter().enumerate();
    let found = sections.find(|(index, section)| {
        !section.lists.is_empty() || released.contains(index) || dated(text, section, &own, format).is_some()
    });
    found.map(|(_, section)| section)
}

fn kept(line: &str) -> String {
    const MOST: usize = 40;
    format!("has entries in another form (`{}`)", escape(&shortened(line, MOST)))
}

/// What begins with a date.
enum Begun {
    Heading { titled: bool },
    Item,
    Line,
}

impl Begun {
    /// Reads a line, of which `next` is the following one.
    fn of(line: &str, next: Option<&str>, format: &StampFormat) -> Option<Self> {
        let is_heading = line.starts_with('#');
        let marks = |c: char| c.is_whitespace() || matches!(c, '>' | '#' | '-' | '*' | '+' | '_' | '`' | '[');
        let inner = line.trim_start_matches(marks);
        // Skips a number or a task box: `1. `, `[x] `.
        let numbered = inner.split_once(['.', ')', ']']).filter(|(mark, behind)| {
            let is_mark = *mark == "x" || (mark.len() <= 3 && mark.bytes().all(|b| b.is_ascii_digit()));
            is_mark && behind.starts_with(' ')
        });
        let inner = numbered.map_or(inner, |(_, behind)| behind.trim_start_matches(marks));
        let (inner, len, is_item) = match date(inner, format) {
            Some(len) => (inner, len, inner.len() < line.len()),
            // A heading with more before its date may be a release.
            None if is_heading => return None,
            None => {
                let (inner, len) = leads(inner).find_map(|inner| Some((inner, date(inner, format)?)))?;
                // `(2025-01-02) a`, `<dt>2025-01-02</dt>`: the date stands apart from what follows.
                let (before, behind) = (&line[..line.len() - inner.len()], &inner[len..]);
                let is_in_tags = before.starts_with('<') && before.ends_with('>') && behind.starts_with("</");
                (inner, len, is_in_tags || (before == "(" && behind.starts_with(')')))
            }
        };
        let behind = inner[len..].trim_start_matches([']', ')', '*', '_', '`', '=', ' ', '\u{a0}']);
        // The definition of a date: `: a` on the line below it.
        let is_defined = || behind.is_empty() && next.is_some_and(|next| next.trim_start().starts_with(": "));
        let is_field = || behind.is_empty() && line.split_once(':').is_some_and(|(name, _)| is_of_date(name));
        let titled = behind_separator(behind).is_some_and(|title| !title.trim().is_empty());
        match (is_heading, is_item) {
            (true, _) => Some(Self::Heading { titled }),
            (_, true) => Some(Self::Item),
            (_, false) => (titled || is_defined() || is_field()).then_some(Self::Line),
        }
    }
}

/// The names of fields and columns with the date of an entry.
const DATES: [&str; 6] = ["date", "timestamp", "time", "when", "version", "datum"];

/// Returns the texts that may begin with the date of an entry: behind pictographs and tags, and then behind one or
/// two other leads.
fn leads(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text.trim_start_matches(|c: char| is_pictograph(c) || c == ' ');
    while let Some((tag, behind)) = rest.strip_prefix('<').and_then(|tag| tag.split_once('>')) {
        if !tag.starts_with(|c: char| c.is_ascii_alphabetic()) {
            break;
        }
        rest = behind.trim_start();
    }
    std::iter::successors(Some(rest.trim_start_matches(is_mark)), |text| behind_lead(text)).take(3)
}

/// Returns the text behind a word that may stand before the date of an entry: a version, a weekday, an account,
/// the name of a person or of a field. Any other word may begin a sentence: `Moved on 2025-01-02: see the wiki`.
fn behind_lead(text: &str) -> Option<&str> {
    let word = text.split(is_mark).next().unwrap_or_default();
    let number = word.trim_start_matches(['v', 'V']);
    let is_version = number.contains('.') && number.starts_with(|c: char| c.is_ascii_digit());
    let is_word = is_version
        || matches!(&*fold(word), "version" | "release")
        || word.starts_with('@')
        || any_weekday(word.trim_end_matches([',', '.'])).is_some();
    let is_name = |name: &str| {
        name.split(' ').count() <= 2
            && name.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '*' | '_'))
    };
    let person = || text.split_once(',').filter(|(name, _)| is_name(name));
    let field = || text.split_once(':').filter(|(name, _)| is_of_date(name));
    let behind =
        if is_word { &text[word.len()..] } else { person().or_else(field).map(|(_, behind)| behind)? };
    let behind = behind.trim_start_matches(is_mark);
    Some(behind_separator(behind).unwrap_or(behind).trim_start_matches(is_mark))
}

fn is_mark(c: char) -> bool {
    matches!(c, '*' | '_' | '`' | '=' | '[' | ']' | '(' | ')' | ' ')
}

/// Whether a field or a column with this name holds the date of an entry.
fn is_of_date(name: &str) -> bool {
    DATES.contains(&&*fold(name.trim_matches(['*', '_', ' '])))
}

/// Returns the length of the date at the start of a text.
pub(super) fn date(text: &str, format: &StampFormat) -> Option<usize> {
    let own = format.read_prefix(text).filter(|(reading, _)| matches!(reading, StampReading::Valid(_)));
    let of_day =
        || format.day()?.read_prefix(text).filter(|(reading, _)| matches!(reading, StampReading::Valid(_)));
    let of_properties = || property_date(text).filter(|date| matches!(date.reading, StampReading::Valid(_)));
    own.or_else(of_day).map(|(_, len)| len).or_else(|| of_properties().map(|date| date.len))
}
