//! Reads headers that are not a list: `**Status:** Active` and `Status:: Active` on separate lines, which are read
//! like list items.
//!
//! Tables, quotes and lines with several fields are not read, because they could not be written to reliably. The
//! keys that occur in them are noted, so that they are not reported as missing.

use super::dated::is_time;
use super::{HeaderField, Own, beside, field_of, is_known, keys, list, split, told_lines};
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
    let outline = source.outline;
    let items: Vec<_> = source.items(section).filter(|(_, item)| item.parent.is_none()).collect();
    let mut own = Own::default();
    let mut told = Vec::new();
    let mut at = At::Before;
    let mut until = section.end;
    let mut is_first = true;
    for (line, says) in told_lines(source, section) {
        if line.is_empty() {
            is_first = true;
            continue;
        }
        let line = behind_comment(source, line);
        let text = line.of(source.text);
        let is_in_item = last_where(&items, |(_, item)| item.span.start <= line.start)
            .is_some_and(|(_, item)| item.span.end > line.start);
        let is_tag = text.starts_with('<') && !text.starts_with("<!--");
        let is_code = outline.is_opaque(line.start) && !is_tag;
        let begins = std::mem::replace(&mut is_first, false);
        let is_hidden = text.is_empty() || outline.hidden_at(line.start).is_some();
        if is_in_item || source.is_generated(line) || is_hidden {
            continue;
        }
        let named = if is_code { Vec::new() } else { named_in(&term::uncommented(source, line)) };
        let is_line = !is_code && !is_tag && !text.starts_with(['>', '|']);
        let field = if is_line && !named.is_empty() { own_field(source, line, &named) } else { None };
        let further = if is_line && field.is_none() { further_field(source, line) } else { None };
        let goes_on = is_line && (!named.is_empty() || is_further_field(source, line));
        let begins = begins || BLOCKS.iter().any(|mark| text.starts_with(mark));
        let parts = begins && says && !goes_on;
        if at == At::Before && parts {
            own.fields.clear();
        }
        if at == At::Within
            && (parts
                || own
                    .span
                    .is_some_and(|span| source.has_board_in(Span { start: span.end, end: line.start })))
        {
            at = At::Behind;
            until = line.start;
        }
        match field.or(further) {
            Some(field) if !is_known(&field) => {
                if at != At::Behind {
                    own.fields.push(field);
                }
            }
            Some(field) if at == At::Behind => own.later.push(field.key),
            Some(field) => {
                at = At::Within;
                let start = own.span.map_or(line.start, |span| span.start);
                own.span = Some(Span { start, end: line.end });
                if !told.contains(&field.key) {
                    told.push(field.key.clone());
                    own.fields.push(field);
                }
            }
            None => own.aside.extend(named.iter().map(|key| (*key).to_owned())),
        }
    }
    if let Some(span) = &mut own.span {
        let mut items = items.iter().map(|(_, item)| *item).skip_while(|item| item.span.start < span.start);
        let is_own = |item: &&Item| item.span.start < until;
        while let Some(item) = items.next().filter(is_own) {
            let item = list::read(source, item);
            own.fields.extend(item.fields);
            own.aside.extend(item.aside.into_iter().map(str::to_owned));
            span.end = span.end.max(item.span.end);
        }
        own.fields.sort_by_key(|field| field.place.span.start);
    } else {
        own.fields.clear();
    }
    own
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
    let is_one = (beside::is_bold(text, line, &found) || behind.contains("::"))
        && !field.value.is_empty()
        && beside::known_in(&value, false).is_empty()
        && !beside::has_further(&value);
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
        && !value.starts_with(beside::BARS)
        && beside::known_in(&value, true).is_empty()
        && !beside::has_further(&value);
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
        && !beside::is_bold(source.text, line, found)
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
