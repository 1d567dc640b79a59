//! Finds the mistake in properties that are not valid YAML.
//!
//! A parser only says where it gave up, in its own terms: for `title: Gateway: the public one`, "mapping values
//! are not allowed in this context". This module tries the common mistakes on the line where it gave up and on the
//! entry above. A mistake is reported if the parser gets further once it is corrected, so nothing is claimed or
//! fixed that the parser does not confirm.

use std::ops::Range;

use super::YamlProblem;
use crate::text::edit::{Edit, Edits};
use crate::text::span::Span;

mod entry;
mod lists;
mod tried;
mod values;

use self::entry::{Entry, blanks, missing_blank};
use self::tried::Tried;

/// A mistake in properties, and its fix.
#[derive(Clone, Debug, PartialEq)]
pub struct Slip {
    /// What is wrong.
    pub message: String,
    /// Where.
    pub span: Span,
    /// The fix, if one is known.
    pub mend: Option<Mend>,
}

/// The fix of a mistake. It adds or changes quotes, spaces and brackets around existing words, and writes no new
/// ones.
#[derive(Clone, Debug, PartialEq)]
pub struct Mend {
    /// What the edits do, as an instruction.
    pub title: &'static str,
    /// Whether nothing else can have been meant.
    pub safe: bool,
    /// The edits, in the places of the note.
    pub edits: Edits,
}

/// Returns the mistake that causes a problem.
pub(super) fn find(text: &str, yaml: Span, problem: &YamlProblem) -> Option<Slip> {
    let tried = Tried::new(text, yaml, problem);
    let lines = tried.suspects();
    let entries: Vec<Entry> = lines.iter().filter_map(|line| tried.entry(line)).collect();
    let slips = [
        lists::unclosed_bracket,
        lists::links,
        lists::items,
        values::unquoted,
        values::quote_within,
        values::behind_quote,
        values::unclosed_quote,
        values::escape,
        indented,
    ];
    no_properties(&tried)
        .or_else(|| tabs(&tried))
        .or_else(|| lines.iter().find_map(|line| no_blank(&tried, line)))
        .or_else(|| entries.iter().find_map(|entry| slips.iter().find_map(|slip| slip(&tried, entry))))
        .or_else(|| lines.iter().find_map(|line| no_entry(&tried, line)))
}

/// Detects text between two `---` that was never meant as properties, because the first one is a thematic break.
fn no_properties(tried: &Tried<'_>) -> Option<Slip> {
    let is_entry = |line: Range<usize>| {
        Entry::read(tried.text, &line).is_some() || missing_blank(&tried.text[line]).is_some()
    };
    let first = tried.all_lines().find(|line| is_said(tried, line))?;
    let begins_blank = tried.all_lines().next().is_some_and(|line| tried.text[line].trim().is_empty());
    if is_entry(first.clone()) || !begins_blank && tried.all_lines().any(is_entry) {
        return None;
    }
    let message = "what stands between these `---` is no properties; to begin with a line across the page, leave the \
                   first line of the note empty";
    Some(Slip { message: message.to_owned(), span: Span::new(first.start, first.end), mend: None })
}

/// Whether a line is neither empty nor a comment.
fn is_said(tried: &Tried<'_>, line: &Range<usize>) -> bool {
    let line = tried.text[line.clone()].trim();
    !line.is_empty() && !line.starts_with('#')
}

/// Detects tabs in the indent of keys and items.
fn tabs(tried: &Tried<'_>) -> Option<Slip> {
    let indents = tried.all_lines().map(|line| {
        let indent = tried.text[line.clone()].bytes().take_while(|b| b" \t".contains(b)).count();
        line.start..line.start + indent
    });
    let with_tabs: Vec<_> = indents.filter(|indent| tried.text[indent.clone()].contains('\t')).collect();
    let first = with_tabs.first()?.clone();
    let with = |instead: fn(&str) -> String, title| {
        let edits = with_tabs.iter().map(|indent| {
            Edit::replace(Span::new(indent.start, indent.end), instead(&tried.text[indent.clone()]))
        });
        let mend = Mend { title, safe: false, edits: Edits::of(edits)? };
        tried.proven("properties are indented with blanks, not with tabs", first.clone(), mend)
    };
    let in_blanks = || with(|indent| indent.replace('\t', "  "), "indent with blanks");
    let away = || with(|_| String::new(), "take the indent away");
    // The first entry is not nested in anything.
    let is_first =
        tried.all_lines().find(|line| is_said(tried, line)).is_some_and(|line| line.start == first.start);
    if is_first { away() } else { in_blanks().or_else(away) }
}

/// Detects a missing space or a wide colon: `title:Gateway`, `title：Gateway`.
fn no_blank(tried: &Tried<'_>, line: &Range<usize>) -> Option<Slip> {
    let colon = missing_blank(&tried.text[line.clone()])?;
    let colon = line.start + colon.start..line.start + colon.end;
    let (message, mend) = if &tried.text[colon.clone()] == ":" {
        ("a blank is missing behind the colon", Edit::insert(colon.end, " "))
    } else {
        let blank = if tried.text[colon.end..].starts_with(' ') { ":" } else { ": " };
        ("a wide colon ends no key", Edit::replace(Span::new(colon.start, colon.end), blank))
    };
    let mend = Mend { title: "write `: `", safe: true, edits: Edits::of([mend])? };
    tried.proven(message, colon, mend)
}

/// Detects a line that has another indent than the one above it, or an indent where none is possible.
fn indented(tried: &Tried<'_>, entry: &Entry) -> Option<Slip> {
    let own = blanks(&tried.text[entry.line.clone()]);
    if own == 0 {
        return None;
    }
    let lines = tried.all_lines().filter(|line| !tried.text[line.clone()].trim().is_empty());
    let before = lines.take_while(|line| line.start < entry.line.start).last();
    let before = before.map_or(0, |line| blanks(&tried.text[line]));
    let span = entry.line.start..entry.line.start + own;
    [before, 0].into_iter().filter(|indent| *indent != own).find_map(|indent| {
        let edit = Edit::replace(Span::new(span.start, span.end), " ".repeat(indent));
        let mend = Mend { title: "indent it as its neighbours", safe: false, edits: Edits::of([edit])? };
        let first = entry.line.start + own;
        tried.proven("a line cannot be indented so here", first..first + 1, mend)
    })
}

/// Detects a line that is neither an entry nor part of one.
fn no_entry(tried: &Tried<'_>, line: &Range<usize>) -> Option<Slip> {
    if Entry::read(tried.text, line).is_some() {
        return None;
    }
    let edits = Edits::of([Edit::insert(line.start, "# ")])?;
    let as_comment = Mend { title: "", safe: false, edits };
    let slip = tried.proven("properties must be `key: value` lines", line.clone(), as_comment)?;
    Some(Slip { mend: None, ..slip })
}

#[cfg(test)]
mod tests;
