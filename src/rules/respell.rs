//! Fixes for misspelt words: the listed word replaces the written one.

use super::NoteContext;
use crate::model::finding::{Applicability, Fix};
use crate::text::edit::Edit;
use crate::text::message::few;
use crate::text::place::Place;
use crate::text::span::Span;

/// Returns the fix that writes `new` in place of `old` at a place of the note, bare or inside quotes that
/// stay. `None` where the note has it in another form, such as with escapes, or where the new word would need
/// one. The nearest word is only a guess, so the fix is unsafe.
pub(super) fn word(ctx: &NoteContext<'_>, place: Place, old: &str, new: &str) -> Option<Fix> {
    let written = place.span.of(ctx.text().filter(|text| text.len() >= place.span.end as usize)?);
    let quote = |c: char| matches!(c, '"' | '\'');
    let inner = written.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    let bare = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    let fits = match inner {
        Some(inner) => inner == old && !new.contains(['"', '\'', '\\']),
        None => written == old && (new.chars().all(bare) || !old.chars().all(bare)),
    };
    if !fits || new.contains(char::is_control) {
        return None;
    }
    let quotes = usize::from(inner.is_some());
    let span = Span::new(place.span.start as usize + quotes, place.span.end as usize - quotes);
    let edit = Edit::replace(span, new);
    Some(Fix::of_note(&ctx.note.path, format!("write `{new}`"), Applicability::Unsafe, [edit]))
}

/// Lists words for a message: at most eight of them, and how many more there are.
pub(super) fn some(words: &[impl AsRef<str>]) -> String {
    const SHOWN: usize = 8;
    few(words.iter().map(|word| format!("`{}`", word.as_ref())), SHOWN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_of_many_words_are_named() {
        let words: Vec<String> = (1..=10).map(|number| number.to_string()).collect();
        assert_eq!(some(&words[..3]), "`1`, `2`, `3`");
        assert_eq!(some(&words), "`1`, `2`, `3`, `4`, `5`, `6`, `7`, `8` and 2 more");
    }
}
