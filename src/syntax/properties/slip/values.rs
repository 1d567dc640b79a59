//! Mistakes in values: missing or wrong quotes.

use std::ops::Range;

use super::entry::{Below, Entry, RESERVED};
use super::lists::is_in_brackets;
use super::tried::Tried;
use super::{Mend, Slip};
use crate::syntax::placeholder;
use crate::text::edit::{Edit, Edits};
use crate::text::span::Span;

/// Reserved characters that may have been meant literally as the start of a list, a mapping or a block of text.
const OF_COLLECTIONS: &str = "|>,?-[]{}";

/// Detects a text that YAML reads as something else: `title: Gateway: the public one`, `owner: @ana`.
pub(super) fn unquoted(tried: &Tried<'_>, entry: &Entry) -> Option<Slip> {
    let value = &tried.text[entry.value.clone()];
    // The result of a template expression is unknown, and ` #` may begin a comment or be part of the text.
    let is_open = has_comment(value) || placeholder::find_all(value).next().is_some();
    if value.starts_with(['"', '\'']) || is_open || is_in_brackets(value) {
        return None;
    }
    let first = value.chars().next()?;
    let message = match first {
        '`' => "text that begins with a backtick needs quotes".to_owned(),
        first if RESERVED.contains(first) => format!("text that begins with `{first}` needs quotes"),
        _ if value.ends_with(':') => "text that ends with a colon needs quotes".to_owned(),
        _ if value.contains(": ") => "text with a colon and a blank needs quotes".to_owned(),
        _ => return None,
    };
    let edits = Edits::of(quoted(tried.text, &entry.value))?;
    let mend = Mend { title: "put it in quotes", safe: is_text(value), edits };
    whole(entry, tried.proven(message, entry.value.clone(), mend))
}

/// Whether a value that needs quotes can only have been meant as text, rather than as a list, an anchor, an alias
/// or a tag (`&base`, `*base`, `!!str`).
fn is_text(value: &str) -> bool {
    let mut chars = value.chars();
    let first = chars.next();
    let rest = chars.as_str();
    match first {
        Some('*') => rest.starts_with(['*', ' ']) || rest.ends_with('*') && rest.contains(' '),
        Some('&') => rest.starts_with(' '),
        Some('!') => rest.starts_with([' ', '[']),
        Some(first) => !OF_COLLECTIONS.contains(first),
        None => false,
    }
}

/// Whether a value may contain a comment.
fn has_comment(value: &str) -> bool {
    value.contains(" #") || value.contains("\t#")
}

/// Returns the mistake, without its fix if the value may continue on the lines below.
fn whole(entry: &Entry, slip: Option<Slip>) -> Option<Slip> {
    let slip = slip?;
    let mend = slip.mend.filter(|_| entry.below == Below::Nothing);
    Some(Slip { mend, ..slip })
}

/// Returns the edits that quote a value: with double quotes, or with single ones if it has double quotes or
/// backslashes.
fn quoted(text: &str, value: &Range<usize>) -> Vec<Edit> {
    let own = &text[value.clone()];
    let quote = if own.contains(['"', '\\']) { '\'' } else { '"' };
    let within = own.match_indices('\'').filter(|_| quote == '\'').map(|(at, _)| value.start + at);
    let around = [value.start, value.end].map(|at| Edit::insert(at, quote));
    let [before, behind] = around;
    let doubled = within.map(|at| Edit::insert(at, "'"));
    std::iter::once(before).chain(doubled).chain([behind]).collect()
}

/// Detects a quote inside single quotes: `'it's'`.
pub(super) fn quote_within(tried: &Tried<'_>, entry: &Entry) -> Option<Slip> {
    let value = &tried.text[entry.value.clone()];
    let inner = value.strip_prefix('\'')?.strip_suffix('\'')?;
    let within = inner.match_indices('\'').map(|(at, _)| entry.value.start + 1 + at);
    let first = within.clone().next()?;
    let mend = Edits::of(within.map(|at| Edit::insert(at, "'")))?;
    let mend = Mend { title: "double the quote", safe: false, edits: mend };
    whole(entry, tried.proven("`'` within single quotes is doubled", first..first + 1, mend))
}

/// Detects text after a closing quote: `title: "Gateway" of the port`.
pub(super) fn behind_quote(tried: &Tried<'_>, entry: &Entry) -> Option<Slip> {
    let value = &tried.text[entry.value.clone()];
    let quote = value.chars().next().filter(|c| "\"'".contains(*c))?;
    let behind = 1 + value[1..].find(quote)? + 1;
    let rest = value[behind..].trim_start();
    if rest.is_empty() || rest.starts_with('#') || has_comment(rest) {
        return None;
    }
    let edits = Edits::of(quoted(tried.text, &entry.value))?;
    let mend = Mend { title: "put all of it in quotes", safe: false, edits };
    let span = entry.value.end - rest.len()..entry.value.end;
    whole(entry, tried.proven("no text stands behind the closing quote", span, mend))
}

/// Detects a quote that is not closed: `title: "Gateway`.
pub(super) fn unclosed_quote(tried: &Tried<'_>, entry: &Entry) -> Option<Slip> {
    let value = &tried.text[entry.value.clone()];
    let quote = value.chars().next().filter(|c| "\"'".contains(*c))?;
    if value[1..].contains(quote) {
        return None;
    }
    let edits = Edits::of([Edit::insert(entry.value.end, quote)])?;
    let mend = Mend { title: "close the quote", safe: false, edits };
    let start = entry.value.start;
    whole(entry, tried.proven("the quote is not closed", start..start + 1, mend))
}

/// Detects an invalid escape: `path: "C:\Users"`.
pub(super) fn escape(tried: &Tried<'_>, entry: &Entry) -> Option<Slip> {
    let value = &tried.text[entry.value.clone()];
    let inner = value.strip_prefix('"')?.strip_suffix('"')?;
    let at = entry.value.start + 1 + inner.find('\\')?;
    if inner.contains(['\'', '"']) {
        return None;
    }
    let quotes = [entry.value.start, entry.value.end - 1];
    let edits = Edits::of(quotes.map(|at| Edit::replace(Span::new(at, at + 1), "'")))?;
    let mend = Mend { title: "use single quotes", safe: false, edits };
    whole(entry, tried.proven("`\\` begins an escape in double quotes", at..at + 1, mend))
}
