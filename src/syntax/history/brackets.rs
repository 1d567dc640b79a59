//! Finds the brackets around a timestamp with other text: `v1.0.0 (2026-09-26, Ruth): title`.

use super::separator::{behind_separator, is_separator};
use crate::syntax::field::COLONS;

/// Returns the offset in `behind` (the text after a timestamp) of the bracket that closes the last of those open
/// in `before`. `None` where none is open, one is never closed, or nothing follows, since the brackets may then
/// contain the title. `None` also where they certainly do: `[2025-01-01: title](note.md)`,
/// `(2025-01-01 – title), and more`.
#[must_use]
pub fn brackets_close(before: &str, behind: &str) -> Option<usize> {
    let mut open = Vec::new();
    for c in before.chars() {
        pair(c, &mut open);
    }
    if open.is_empty() {
        return None;
    }
    let last = behind.char_indices().find(|(_, c)| {
        pair(*c, &mut open);
        open.is_empty()
    });
    last.map(|(at, _)| at)
        .filter(|at| !is_separator(&behind[*at..]) && !behind[*at..].starts_with("]("))
        .filter(|at| !begins_title(&behind[..*at]))
}

/// Whether the text after a timestamp, in the same brackets, begins with a separator and a title. A second date or
/// time is not a title.
fn begins_title(inside: &str) -> bool {
    let text = inside.trim_start_matches(['*', '_', '`', ']']);
    let apart = text.trim_start();
    let is_dash = apart.len() < text.len() && apart.starts_with(['-', '–', '—', '―', '－']);
    let begins = is_dash || apart.starts_with(COLONS);
    begins && behind_separator(apart).is_some_and(|title| !is_moment(title.trim_start()))
}

/// Whether a text begins with a date or a time of day, in whatever form.
fn is_moment(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '-' | '_' | ':' | '.' | '/' | 'T');
    let word = &text[..text.find(|c| !is_part(c)).unwrap_or(text.len())];
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    word.starts_with(|c: char| c.is_ascii_digit())
        && (digits >= 6 || digits >= 3 && word.trim_end_matches(':').contains(':'))
}

/// Updates the stack of open brackets, which holds the sign that closes each.
fn pair(c: char, open: &mut Vec<char>) {
    match c {
        '(' | '（' => open.push(')'),
        '[' => open.push(']'),
        ')' | '）' if open.last() == Some(&')') => drop(open.pop()),
        ']' if open.last() == Some(&']') => drop(open.pop()),
        _ => {}
    }
}
