//! Mistakes in bracketed lists and mappings, and lists without brackets.

use std::ops::Range;

use super::entry::{Below, Entry, RESERVED};
use super::tried::{Tried, brackets};
use super::{Mend, Slip};
use crate::text::edit::{Edit, Edits};
use crate::text::span::Span;

/// Detects a bracket that is not closed: `tags: [harbour, tides`.
pub(super) fn unclosed_bracket(tried: &Tried<'_>, entry: &Entry) -> Option<Slip> {
    let value = &tried.text[entry.value.clone()];
    if entry.below != Below::Nothing {
        return None;
    }
    let (open, close) = if value.starts_with('[') { ('[', "]") } else { ('{', "}") };
    if !value.starts_with(open) || value.matches(open).count() != value.matches(close).count() + 1 {
        return None;
    }
    let edits = Edits::of([Edit::insert(entry.value.end, close)])?;
    let mend = Mend { title: "close the bracket", safe: false, edits };
    let start = entry.value.start;
    tried.proven(format!("`{open}` is not closed"), start..start + 1, mend)
}

/// Detects several links without a list: `up: [[A]], [[B]]`.
pub(super) fn links(tried: &Tried<'_>, entry: &Entry) -> Option<Slip> {
    let value = &tried.text[entry.value.clone()];
    let links = wikilinks(value);
    if links.len() < 2 || entry.below != Below::Nothing {
        return None;
    }
    let quote = if value.contains(['"', '\\']) { '\'' } else { '"' };
    if value.contains(quote) {
        return None;
    }
    let places = links.iter().map(|link| entry.value.start + link.start..entry.value.start + link.end);
    let edits = Edits::of(as_list(places, quote))?;
    let mend = Mend { title: "make a list of the links", safe: false, edits };
    tried.proven("several links are a list", entry.value.clone(), mend)
}

/// Returns the wikilinks of a value that has nothing else.
fn wikilinks(value: &str) -> Vec<Range<usize>> {
    let mut links = Vec::new();
    let mut at = 0;
    while let Some(rest) = value[at..].strip_prefix("[[") {
        let Some(len) = rest.find("]]") else { return Vec::new() };
        links.push(at..at + len + 4);
        at += len + 4;
        at = value.len() - value[at..].trim_start_matches([' ', ',']).len();
    }
    if at == value.len() { links } else { Vec::new() }
}

/// Turns links into the items of a bracketed list, with commas in place of the text between them.
fn as_list(links: impl Iterator<Item = Range<usize>>, quote: char) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut end = None;
    for link in links {
        match end {
            None => edits.push(Edit::insert(link.start, format!("[{quote}"))),
            Some(end) => {
                edits.push(Edit::replace(Span::new(end, link.start), format!("{quote}, {quote}")));
            }
        }
        end = Some(link.end);
    }
    edits.extend(end.map(|end| Edit::insert(end, format!("{quote}]"))));
    edits
}

/// Detects list items that need quotes: `tags: [#harbour, #tides]`, `people: [@ana, Role: owner]`.
pub(super) fn items(tried: &Tried<'_>, entry: &Entry) -> Option<Slip> {
    let value = &tried.text[entry.value.clone()];
    let is_list = value.starts_with('[') && is_in_brackets(value);
    if entry.below != Below::Nothing || !is_list || value.contains(['"', '\'', '\\']) {
        return None;
    }
    let inner = entry.value.start + 1..entry.value.end - 1;
    if tried.text[inner.clone()].contains(['[', ']', '{', '}']) {
        return None;
    }
    let mut at = inner.start;
    let mut wrong = Vec::new();
    for item in tried.text[inner].split(',') {
        let start = at + (item.len() - item.trim_start().len());
        at += item.len() + 1;
        let item = item.trim();
        if item.starts_with(|c| RESERVED.contains(c) || c == '#')
            || item.contains(": ")
            || item.ends_with(':')
        {
            wrong.push(start..start + item.len());
        }
    }
    let first = wrong.first()?.clone();
    let edits = wrong.iter().flat_map(|item| [Edit::insert(item.start, "\""), Edit::insert(item.end, "\"")]);
    let mend = Mend { title: "put the items in quotes", safe: false, edits: Edits::of(edits)? };
    let said = match tried.text[first.clone()].chars().next() {
        Some(sign) if RESERVED.contains(sign) || sign == '#' => {
            format!("an item that begins with `{sign}` needs quotes")
        }
        _ => "an item with a colon needs quotes".to_owned(),
    };
    tried.proven(said, first, mend)
}

/// Whether the bracket at the start of a value is closed at its end.
pub(super) fn is_in_brackets(value: &str) -> bool {
    let mut open = 0;
    let closed = brackets(value).find(|(_, step)| {
        open += step;
        open == 0
    });
    value.starts_with(['[', '{']) && closed.is_some_and(|(at, _)| at + 1 == value.len())
}
