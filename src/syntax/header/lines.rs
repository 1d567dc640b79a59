//! Reads headers that are not a list: `**Status:** Active` and `Status:: Active` on separate lines, which are read
//! like list items.
//!
//! Tables, quotes and lines with several fields are not read, because they could not be written to reliably. The
//! keys that occur in them are noted, so that they are not reported as missing.

use super::dated::is_time;
use super::{HeaderField, Own, field_of, is_known, keys, list, same_line, split, told_lines};
use crate::syntax::commented::Comments;
use crate::syntax::conflict;
use crate::syntax::field::{self, Field};
use crate::syntax::outline::Item;
use crate::syntax::source::Source;
use crate::syntax::term;
use crate::text::fold::{fold, is_pictograph};
use crate::text::line::{line_end, next_line};
use crate::text::sorted::last_where;
use crate::text::span::{Span, trim};

/// The position of a line relative to the header.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    /// Before the header.
    Before,
    /// In it. Blank lines, comments and lists may lie between its lines.
    Within,
    /// After a block of the section that does not begin with a field.
    Behind,
}

/// Reads the fields on the lines of a section, the first of each known key. Any other key may be prose
/// (`Note: it restarts at night`), so it counts only in a list beside these lines, or where it is marked as a
/// field (`Owner:: Ruth`, `**Owner:** Ruth`). Known keys in other forms go to `aside`.
pub(super) fn read(source: &Source<'_>, section: Span) -> Own {
    let items = source.items(section).map(|(_, item)| item).filter(|item| item.parent.is_none());
    let items: Vec<&Item> = items.collect();
    let mut reader = Reader::new(section);
    let mut is_first = true;
    for (line, says) in told_lines(source, section) {
        let begins = std::mem::replace(&mut is_first, line.is_empty());
        if line.is_empty() {
            continue;
        }
        let line = behind_comment(source, line);
        if !is_apart(source, line, &items) {
            let line = Line::read(source, line);
            let parts = says && !line.goes_on && (begins || line.begins_block);
            reader.add(source, line, parts);
        }
    }
    reader.finish(source, &items)
}

/// Whether a line is in a list or a board, or is not shown.
fn is_apart(source: &Source<'_>, line: Span, items: &[&Item]) -> bool {
    let item = last_where(items, |item| item.span.start <= line.start);
    let is_in_item = item.is_some_and(|item| item.span.end > line.start);
    is_in_item
        || source.is_generated(line)
        || line.of(source.text).is_empty()
        || source.outline.hidden_at(line.start).is_some()
}

/// A line of a section.
struct Line {
    span: Span,
    /// The known keys in it.
    named: Vec<&'static str>,
    /// Its field, if it is nothing else.
    field: Option<HeaderField>,
    /// Whether it has a field or a known key, so that it continues a header.
    goes_on: bool,
    /// Whether it begins a block, even without a blank line before it.
    begins_block: bool,
}

impl Line {
    fn read(source: &Source<'_>, span: Span) -> Self {
        let text = span.of(source.text);
        let is_tag = text.starts_with('<') && !text.starts_with("<!--");
        let is_code = source.outline.is_opaque(span.start) && !is_tag;
        let named = if is_code { Vec::new() } else { named_in(&term::uncommented(source, span)) };
        let is_prose = !is_code && !is_tag && !text.starts_with(['>', '|']);
        let own = if is_prose && !named.is_empty() { own_field(source, span, &named) } else { None };
        let field = if is_prose { own.or_else(|| further_field(source, span)) } else { None };
        let goes_on = is_prose && (!named.is_empty() || is_further_field(source, span));
        let begins_block = BLOCKS.iter().any(|mark| text.starts_with(mark));
        Self { span, named, field, goes_on, begins_block }
    }
}

/// What has been read of a header.
struct Reader {
    own: Own,
    /// The known keys that have a field.
    told: Vec<String>,
    /// Where the next line is.
    at: At,
    /// Where the header ends.
    end: u32,
}

impl Reader {
    fn new(section: Span) -> Self {
        Self { own: Own::default(), told: Vec::new(), at: At::Before, end: section.end }
    }

    /// Adds the field of a line, or notes the keys in it. `parts` tells whether the line begins a block that does
    /// not belong to a header.
    fn add(&mut self, source: &Source<'_>, line: Line, parts: bool) {
        let Self { own, told, at, end } = self;
        if *at == At::Before && parts {
            own.fields.clear();
        }
        let is_behind_board =
            || own.span.is_some_and(|own| source.has_board_in(Span { start: own.end, end: line.span.start }));
        if *at == At::Within && (parts || is_behind_board()) {
            *at = At::Behind;
            *end = line.span.start;
        }
        match line.field {
            Some(field) if !is_known(&field) => {
                if *at != At::Behind {
                    own.fields.push(field);
                }
            }
            Some(field) if *at == At::Behind => own.later.push(field.key),
            Some(field) => {
                *at = At::Within;
                let start = own.span.map_or(line.span.start, |span| span.start);
                own.span = Some(Span { start, end: line.span.end });
                if !told.contains(&field.key) {
                    told.push(field.key.clone());
                    own.fields.push(field);
                }
            }
            None => own.aside.extend(line.named.iter().map(|key| (*key).to_owned())),
        }
    }

    /// Adds the fields of the lists between the lines. Without a line that has a known key there is no header.
    fn finish(self, source: &Source<'_>, items: &[&Item]) -> Own {
        let Self { mut own, end, .. } = self;
        let Some(span) = &mut own.span else {
            own.fields.clear();
            return own;
        };
        let start = span.start;
        let behind = items.iter().skip_while(|item| item.span.start < start);
        for item in behind.take_while(|item| item.span.start < end) {
            let read = list::read(source, item);
            own.fields.extend(read.fields);
            own.aside.extend(read.aside.into_iter().map(str::to_owned));
            span.end = span.end.max(item.span.end);
        }
        own.fields.sort_by_key(|field| field.place.span.start);
        own
    }
}

/// Beginnings of blocks that may follow a paragraph without a blank line.
const BLOCKS: [&str; 4] = ["```", "~~~", ">", "|"];

/// Beginnings of other blocks. Their lines are not values.
const OTHERS: [&str; 5] = ["#", "- ", "* ", "+ ", "<!--"];

/// Whether a line is a field with any key.
fn is_further_field(source: &Source<'_>, line: Span) -> bool {
    split(source, without_break(source.text, line)).is_some_and(|found| !found.value.is_empty())
}

/// Returns the field of an unknown key, if the line is nothing else and is marked as a field: with a double colon,
/// as in the Dataview plug-in, or with a bold key.
fn further_field(source: &Source<'_>, line: Span) -> Option<HeaderField> {
    let text = source.text;
    let line = without_break(text, line);
    let line = field::bracketed(text, line).unwrap_or(line);
    let found = split(source, line)?;
    let behind = Span { start: found.key.end, end: found.value.start }.of(text);
    let field = field_of(source, &found);
    let value = Comments::of(source, found.value).shown(text, found.value);
    let is_one = (same_line::is_bold(text, line, &found) || behind.contains("::"))
        && !field.value.is_empty()
        && same_line::known_in(&value, false).is_empty()
        && !same_line::has_further(&value);
    (is_one && !is_known(&field)).then_some(field)
}

/// Returns the field if the line is a field of one of the `named` keys. A remark may follow its value, as in a
/// list item, but no other field; a row of a table, which may start without a bar, does not count.
fn own_field(source: &Source<'_>, line: Span, named: &[&str]) -> Option<HeaderField> {
    let text = source.text;
    let line = without_break(text, line);
    let inner = field::bracketed(text, line);
    let found = split(source, inner.unwrap_or(line))?;
    let field = field_of(source, &found);
    if field.value.is_empty() && goes_on_below(source, &field, with_next_line(source, line), false) {
        return None;
    }
    let value = Comments::of(source, found.value).shown(text, found.value);
    let is_one = (inner.is_none() || named.len() == 1)
        && !value.starts_with(same_line::BARS)
        && same_line::known_in(&value, true).is_empty()
        && !same_line::has_further(&value);
    (is_one && named.contains(&field.key.as_str())).then_some(field)
}

/// Whether the value of a field may be on the line below it: the field has none on its own line, and its paragraph
/// continues with text that is not another field. A value written on the line of the field would then be a second
/// one.
pub(super) fn goes_on_below(
    source: &Source<'_>,
    field: &HeaderField,
    paragraph: Span,
    is_in_item: bool,
) -> bool {
    if !field.value.is_empty() {
        return false;
    }
    let text = source.text;
    let rest = Span { start: field.place.span.start, ..paragraph };
    let line_end = rest.end.min(line_end(text, rest.start as usize) as u32);
    let is_broken = Span { end: line_end, ..rest }.of(text).contains("<br");
    // Marks and tags after the key are not a value. A comment may end on the next line.
    let comments = Comments::of(source, rest);
    let behind = comments.trimmed(text, rest);
    let below = comments.trimmed(text, Span { start: behind.start.max(line_end), ..behind });
    let line = below.of(text).lines().next().unwrap_or_default().trim_end();
    let first = Span { end: below.start + line.len() as u32, ..below };
    let is_of_date = || matches!(&*field.key, keys::CREATED | keys::LAST_MODIFIED);
    // A quote ends the paragraph, but a date in it is still one.
    let next = || with_next_line(source, Span { start: rest.end, end: rest.end }).of(text).trim_start();
    let quoted = || if line.is_empty() { next().strip_prefix('>') } else { line.strip_prefix('>') };
    if is_of_date() && quoted().is_some_and(is_time) {
        return true;
    }
    line.contains(|c: char| c.is_alphanumeric() || is_pictograph(c))
        && !BLOCKS.iter().chain(&OTHERS).any(|mark| line.starts_with(mark))
        && !conflict::is_any_marker(line)
        // A date may contain a colon, which makes it look like a field, whatever words or marks precede it. After a
        // `<br>` only a date can be the value.
        && if is_broken {
            line.trim_start_matches(|c: char| !c.is_alphanumeric()).starts_with(|c: char| c.is_ascii_digit())
        } else {
            split(source, first).is_none_or(|found| {
                found.key.of(text).contains(|c: char| c.is_ascii_digit())
                    || is_in_item && is_of_date() && is_remark_of_date(source, first, &found)
            })
        }
}

/// Whether what looks like a key before a date says whose date it is (`CI`, `by Ruth`, `Ruth (CI)`), and is not
/// the key of another field (`Next review`, `**CI:**`, `CI::`).
fn is_remark_of_date(source: &Source<'_>, line: Span, found: &Field) -> bool {
    let key = found.key.of(source.text);
    let behind = Span { start: found.key.end, end: found.value.start }.of(source.text);
    let is_remark =
        key.contains('(') || !key.starts_with(char::is_uppercase) || !key.contains(char::is_lowercase);
    is_remark
        && is_time(found.value.of(source.text))
        && !behind.contains("::")
        && !same_line::is_bold(source.text, line, found)
        && !is_known(&field_of(source, found))
}

/// Extends a line by the one below it.
fn with_next_line(source: &Source<'_>, line: Span) -> Span {
    let next = next_line(source.text, line.end as usize);
    Span::new(line.start as usize, line_end(source.text, next))
}

/// Returns the line without the Obsidian comments at its start. An HTML comment there is kept, because it begins a
/// block that takes the whole line.
pub(super) fn behind_comment(source: &Source<'_>, line: Span) -> Span {
    if !line.of(source.text).starts_with("%%") {
        return line;
    }
    Comments::of(source, line).trimmed(source.text, line)
}

/// Returns the line without the signs for a line break at its end.
pub(super) fn without_break(text: &str, mut line: Span) -> Span {
    const BREAKS: [&str; 4] = ["\\", "<br>", "<br/>", "<br />"];
    while let Some(mark) = BREAKS.iter().find(|mark| line.of(text).ends_with(**mark)) {
        line = trim(text, Span { end: line.end - mark.len() as u32, ..line });
    }
    line
}

/// Returns the keys of a header that a line contains, with a colon, the border of a cell, or nothing after them.
fn named_in(line: &str) -> Vec<&'static str> {
    let mark = |c: char| matches!(c, '*' | '_' | '-' | '`');
    let plain = fold(line).replace(mark, " ");
    let is_named = |key: &&str| {
        plain.match_indices(*key).any(|(at, _)| {
            let (before, behind) = (&plain[..at], plain[at + key.len()..].trim_start());
            !before.ends_with(char::is_alphanumeric)
                && (behind.is_empty() || behind.starts_with([':', '：', '|', '<']))
        })
    };
    keys::ALL.into_iter().filter(is_named).collect()
}
