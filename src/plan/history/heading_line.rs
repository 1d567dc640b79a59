//! Finds lines above lists that serve as headings: `**2024**`.

use std::borrow::Cow;
use std::collections::HashMap;

use super::home::{LINE, Title};
use super::period::{self, Unit};
use crate::syntax::history::{HistoryEntry, HistorySection, behind_separator};
use crate::syntax::markdown;
use crate::syntax::reading::{comment_in, outside_comments, uncommented};
use crate::text::fold::fold;
use crate::text::line::{line_before, line_end, line_start};
use crate::text::sorted::last_where;
use crate::text::span::Span;

/// Returns the lines directly above the lists of a section that name a period: lines in bold, and those that say
/// nothing else.
pub(super) fn lines_over_lists<'t>(
    text: &'t str,
    section: &HistorySection,
    headings: &[Title<'_>],
) -> Vec<Title<'t>> {
    let mut lines = Vec::new();
    let mut from = section.body.start;
    for (at, list) in section.lists.iter().enumerate() {
        let (Some(first), Some(last)) = (list.first(), list.last()) else { continue };
        // Headings are in the order of the text.
        let over = last_where(headings, |h| h.span.start < first.span.start);
        let start = over.map_or(from, |over| from.max(over.span.end));
        let is_closed = || {
            let next = section.lists.get(at + 1).and_then(|list| list.first());
            let end = next.map_or(section.body.end, |next| next.span.start);
            closes_more(text.get(last.span.end as usize..end as usize).unwrap_or_default())
        };
        let line = last_line(text, start, first.span.start);
        lines.extend(line.and_then(|span| title(text, span, list, is_closed)));
        from = last.span.end;
    }
    lines
}

/// Returns the last paragraph of a piece of text without the lines that hold nothing but comments or opening tags,
/// if the rest is a single line.
pub(super) fn last_line(text: &str, start: u32, end: u32) -> Option<Span> {
    let start = start as usize;
    let before = text.get(start..line_start(text, end as usize))?;
    let shown = blanked(before);
    let at = line_start(&shown, shown.trim_end().len());
    let above = shown[..at].lines().next_back().unwrap_or_default().trim();
    let line = before.get(at..line_end(&shown, at))?.trim_end();
    (opening_tags(above).1.is_empty() && !line.is_empty())
        .then(|| Span::new(start + at, start + at + line.len()))
}

/// Whether a part of a text closes a tag that it has not opened, such as that of the `<details>` around a list.
fn closes_more(part: &str) -> bool {
    if !part.contains("</") {
        return false;
    }
    // How often each tag is open. Tags in code are text.
    let mut open: HashMap<String, usize> = HashMap::new();
    let outline = markdown::outline_of(part);
    let html = outline.opaque.iter().map(|span| span.of(part)).filter(|html| !html.starts_with("<!--"));
    html.filter(|html| html.starts_with('<')).flat_map(|html| html.split('<').skip(1)).any(|tag| {
        let (is_end, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
        let name = tag.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let depth = open.entry(fold(name).into_owned()).or_default();
        let is_unopened = is_end && *depth == 0;
        *depth = if is_end { depth.saturating_sub(1) } else { *depth + 1 };
        is_unopened && !matches!(&*fold(name), "p" | "br")
    })
}

/// Returns a text with blanks in the place of its comments.
fn blanked(text: &str) -> Cow<'_, str> {
    let mut blanked = Cow::Borrowed(text);
    let mut at = 0;
    while let Some(comment) = comment_in(text, at) {
        at = comment.end;
        // Over several blocks, only a `%%` that begins a line hides anything.
        let own = &text[comment.clone()];
        let is_over_blocks = own.starts_with('%') && own.lines().any(|line| line.trim().is_empty());
        let begins_line = || line_before(text, comment.start).trim().is_empty();
        if !is_over_blocks || begins_line() {
            blanked.to_mut().replace_range(comment.clone(), &" ".repeat(comment.len()));
        }
    }
    blanked
}

/// Returns the heading that a line over a list is. `is_closed` tells whether a tag is closed behind the list: a
/// copy of the line would stand in the same element, or behind its end.
fn title<'t>(
    text: &'t str,
    span: Span,
    list: &[HistoryEntry],
    is_closed: impl Fn() -> bool,
) -> Option<Title<'t>> {
    let line = span.of(text);
    let pieces = outside_comments(line).unwrap_or_else(|| vec![line]);
    let mut shown = pieces.into_iter().filter(|piece| !piece.trim().is_empty());
    let first = shown.next()?;
    let shown = match shown.next() {
        None => Cow::Borrowed(first),
        // A comment within the line is none of its marks. What the line names is then unsure, but not nothing.
        Some(_) => Cow::Owned(uncommented(line)?),
    };
    if let Cow::Borrowed(shown) = shown
        && let Some((is_plain, inner)) = in_tags(shown.trim())
    {
        let is_title = is_plain || period::whole(inner).is_some();
        let is_copied = is_plain && !is_closed();
        return is_title.then_some(Title { span, level: LINE, text: inner, is_copied });
    }
    let bare = shown.trim().trim_end_matches(':').trim_end();
    let is_bold = ["**", "__"].iter().any(|mark| {
        let inner = bare.strip_prefix(mark).and_then(|inner| inner.strip_suffix(mark));
        inner.is_some_and(|inner| !inner.contains(mark))
    });
    (is_bold || period::whole(bare).is_some() || is_remarked(bare, list)).then(|| Title {
        span,
        level: LINE,
        text: line,
        is_copied: !is_closed(),
    })
}

/// The tags that make a line a heading that can be copied for another period.
const HEADING_TAGS: [&str; 18] = [
    "b", "strong", "u", "i", "em", "mark", "small", "big", "font", "center", "p", "span", "h1", "h2", "h3",
    "h4", "h5", "h6",
];

/// Returns what stands between the tags around a line, and whether these may stand in the note a second time:
/// `<b>January 2025</b>`.
fn in_tags(line: &str) -> Option<(bool, &str)> {
    let (tags, mut inner) = opening_tags(line);
    let mut ends = 0;
    while let Some((before, name)) = inner.strip_suffix('>').and_then(|inner| inner.rsplit_once("</")) {
        name.chars().all(|c| c.is_ascii_alphanumeric()).then_some(())?;
        inner = before.trim_end();
        ends += 1;
    }
    let is_plain = |tag: &&str| {
        let mut words = tag.split([' ', '=']);
        // A copy of an id would be wrong.
        words.next().is_some_and(|name| HEADING_TAGS.contains(&&*fold(name)))
            && !words.any(|word| word.eq_ignore_ascii_case("id"))
    };
    let is_in = (1..=tags.len()).contains(&ends) && !inner.contains('<');
    is_in.then(|| (ends == tags.len() && tags.iter().all(is_plain), inner))
}

/// The elements without an end tag (HTML Living Standard, section 13.1.2).
const VOID: [&str; 13] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];

/// Returns the opening tags at the start of a line, without their brackets, and what follows them. Elements that
/// are never closed, such as pictures, and addresses are content.
fn opening_tags(line: &str) -> (Vec<&str>, &str) {
    let (mut tags, mut rest) = (Vec::new(), line);
    while let Some((tag, behind)) = rest.strip_prefix('<').and_then(|tag| tag.split_once('>'))
        && let name = tag.split(char::is_whitespace).next().unwrap_or_default()
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !VOID.contains(&&*fold(name))
        && !tag.ends_with('/')
    {
        tags.push(tag);
        rest = behind.trim_start();
    }
    (tags, rest)
}

/// Whether a line begins with a month or a longer period in bold, and a remark follows:
/// `**January 2025** — a quiet month`. Such a line may also tell of something else, so all entries below must be
/// of that time.
fn is_remarked(line: &str, list: &[HistoryEntry]) -> bool {
    let bold = ["**", "__"].iter().find_map(|mark| line.strip_prefix(mark)?.split_once(mark));
    let Some((name, behind)) = bold else { return false };
    let behind = behind.trim_start();
    let is_told = behind.starts_with('(') || behind_separator(behind).is_some();
    is_told
        && period::whole(name).is_some_and(|period| {
            let mut stamps = list.iter().filter_map(|entry| entry.stamp);
            period.unit <= Unit::Month && stamps.all(|stamp| period.contains(stamp.time()))
        })
}
