//! What mends a word: the listed one in its place, whatever is around it.

use super::NoteContext;
use crate::model::finding::{Applicability, Fix};
use crate::text::edit::Edit;
use crate::text::place::Place;
use crate::text::span::Span;

/// Writes `new` in place of `old`, which stands at a place of the note: bare, or in quotes that stay.
/// `None` where the note has it in another form, such as with escapes, or would need one for the new word.
/// A near word is a good guess and no more, so the fix is unsafe.
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

/// Words in a message: some of them, where there are many.
pub(super) fn some(words: &[impl AsRef<str>]) -> String {
    const SHOWN: usize = 8;
    let mut text: Vec<String> = words.iter().take(SHOWN).map(|word| format!("`{}`", word.as_ref())).collect();
    if words.len() > SHOWN {
        text.push(format!("and {} more", words.len() - SHOWN));
    }
    text.join(", ")
}
