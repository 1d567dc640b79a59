//! Headers that are no list: `**Status:** Active` and `Status:: Active` on lines of their own are read as items are.
//!
//! What a table, a quote or a line with several fields says is not read, and would not be written with certainty. It is
//! noted which keys stand there, so that nobody calls them missing.

use super::{HeaderField, field_of, keys};
use crate::syntax::field;
use crate::syntax::source::Source;
use crate::text::fold::fold;
use crate::text::span::{Span, trim};

/// Adds the fields that lines of a section are, the first of each known key; further keys may be prose. Gives the
/// keys that stand there otherwise.
pub(super) fn read(source: &Source<'_>, section: Span, fields: &mut Vec<HeaderField>) -> Vec<String> {
    let outline = source.outline;
    let items: Vec<Span> =
        source.items(section).filter(|(_, item)| item.parent.is_none()).map(|(_, item)| item.span).collect();
    let mut aside = Vec::new();
    let mut end = section.start as usize;
    for line in section.of(source.text).split_inclusive('\n') {
        let start = end;
        end += line.len();
        let line = trim(source.text, Span::new(start, end));
        let text = line.of(source.text);
        let behind = items.partition_point(|item| item.start <= line.start);
        let in_item = behind.checked_sub(1).is_some_and(|last| items[last].end > line.start);
        let is_tag = text.starts_with('<') && !text.starts_with("<!--");
        let is_code = outline.is_opaque(line.start) && !is_tag;
        if in_item || is_code || source.is_generated(line) || outline.hidden_at(line.start).is_some() {
            continue;
        }
        let named = named_in(text);
        let own = match named[..] {
            [] => continue,
            [key] if !is_tag && !text.starts_with(['>', '|']) => own_field(source, line, key),
            _ => None,
        };
        match own {
            Some(field) if fields.iter().all(|other| other.key != field.key) => fields.push(field),
            Some(_) => {}
            None => aside.extend(named.iter().map(|key| (*key).to_owned())),
        }
    }
    aside
}

/// The field that a line is, and nothing else.
fn own_field(source: &Source<'_>, line: Span, key: &str) -> Option<HeaderField> {
    let line = without_break(source.text, line);
    let line = field::bracketed(source.text, line).unwrap_or(line);
    let field = field_of(source, &field::split(source.text, line)?);
    (field.key == key && !field.value.contains(['|', '·', '•'])).then_some(field)
}

/// A line without what breaks it.
fn without_break(text: &str, mut line: Span) -> Span {
    const BREAKS: [&str; 4] = ["\\", "<br>", "<br/>", "<br />"];
    while let Some(mark) = BREAKS.iter().find(|mark| line.of(text).ends_with(**mark)) {
        line = trim(text, Span { end: line.end - mark.len() as u32, ..line });
    }
    line
}

/// The keys of a header that a line names: with a colon or the border of a cell behind them, or nothing.
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
