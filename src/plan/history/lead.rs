//! Finds lines above lists that serve as headings: `**2024**`.

use std::borrow::Cow;

use super::home::{LINE, Title};
use super::{line_start, period};
use crate::syntax::history::HistorySection;
use crate::syntax::reading::{outside_comments, uncommented};
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
    for list in &section.lists {
        let (Some(first), Some(last)) = (list.first(), list.last()) else { continue };
        // Headings are in the order of the text.
        let over = headings[..headings.partition_point(|h| h.span.start < first.span.start)].last();
        let start = over.map_or(from, |over| from.max(over.span.end));
        lines.extend(last_line(text, start, first.span.start).and_then(|span| title(text, span)));
        from = last.span.end;
    }
    lines
}

/// Returns the last paragraph of a piece of text, if it is a single line.
fn last_line(text: &str, start: u32, end: u32) -> Option<Span> {
    let start = start as usize;
    let before = text.get(start..line_start(text, end as usize))?;
    let filled = before.trim_end();
    let at = line_start(filled, filled.len());
    let above = filled[..at].strip_suffix('\n').unwrap_or(&filled[..at]);
    let above = above[line_start(above, above.len())..].trim();
    (above.is_empty() && !filled[at..].trim().is_empty()).then(|| Span::new(start + at, start + filled.len()))
}

fn title(text: &str, span: Span) -> Option<Title<'_>> {
    let line = span.of(text);
    let pieces = outside_comments(line).unwrap_or_else(|| vec![line]);
    let mut shown = pieces.into_iter().filter(|piece| !piece.trim().is_empty());
    let first = shown.next()?;
    let shown = match shown.next() {
        None => Cow::Borrowed(first),
        // A comment within the line is none of its marks. What the line names is then unsure, but not nothing.
        Some(_) => Cow::Owned(uncommented(line)?),
    };
    let bare = shown.trim_end().trim_end_matches(':').trim_end();
    let is_bold = ["**", "__"].iter().any(|mark| {
        let inner = bare.strip_prefix(mark).and_then(|inner| inner.strip_suffix(mark));
        inner.is_some_and(|inner| !inner.contains(mark))
    });
    (is_bold || period::is_whole(bare)).then_some(Title { span, level: LINE, text: line })
}
