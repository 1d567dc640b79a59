//! Finds entries whose time a template has yet to fill in: `- <% tp.date.now("YYYY-MM-DD") %> - Moved`.

use crate::syntax::block_start::list_marker;
use crate::syntax::history::HistoryEntry;
use crate::syntax::placeholder;
use crate::text::line::line_start;

/// Returns where the newest entry goes in a list that is newest first: before its first entry, and before the
/// items above whose time is yet to be filled in. An item that only shows how to write one, `- [Date] -
/// [Change]`, stays at the top.
pub(super) fn top(text: &str, first: &HistoryEntry) -> usize {
    let start = first.span.start as usize;
    let mut top = line_start(text, start);
    let lead = &text[top..start];
    let bullet = text[start..].chars().next();
    let mut rest = &text[..top];
    while !rest.is_empty() {
        let above = rest.strip_suffix('\n').unwrap_or(rest);
        let above = above.strip_suffix('\r').unwrap_or(above);
        let at = line_start(rest, above.len());
        let line = &above[at..];
        rest = &rest[..at];
        match line.strip_prefix(lead).and_then(|item| content(item, bullet?)) {
            Some(item) if awaits_a_time(item) => top = at,
            // Details stand below their item.
            None if line.trim().is_empty() || is_deeper(line, lead) => {}
            _ => break,
        }
    }
    top
}

/// Returns the text of an item with this bullet, or with a number if `bullet` is a digit.
fn content(item: &str, bullet: char) -> Option<&str> {
    let (marker, text) = list_marker(item)?;
    let is_alike = if bullet.is_ascii_digit() { marker.len() > 1 } else { marker.starts_with(bullet) };
    (is_alike && !text.is_empty()).then(|| text.trim())
}

fn is_deeper(line: &str, lead: &str) -> bool {
    line.strip_prefix(lead).is_some_and(|rest| rest.starts_with([' ', '\t']))
}

/// Whether an item has a template's expression in place of the time, and words of a person behind it.
fn awaits_a_time(item: &str) -> bool {
    let item = item.trim_start_matches(['*', '_', '`', '[', '(']);
    let mut end = 0;
    let mut own = String::new();
    for (at, expression) in placeholder::find_all(item).enumerate() {
        if at == 0 && expression.start > 0 {
            return false;
        }
        own.push_str(&item[end..expression.start as usize]);
        end = expression.end as usize;
    }
    own.push_str(&item[end..]);
    end > 0 && own.contains(char::is_alphanumeric) && !has_blank(&own)
}

/// Whether a text has a `[blank]` to be filled in that is not a link.
fn has_blank(text: &str) -> bool {
    let mut parts = text.split('[');
    let mut before = parts.next().unwrap_or_default();
    parts.any(|part| {
        let linked = before.is_empty() || part.is_empty();
        before = part;
        let inside = part.split_once(']');
        !linked
            && inside.is_some_and(|(name, behind)| !name.is_empty() && !behind.starts_with(['(', ']', ':']))
    })
}
