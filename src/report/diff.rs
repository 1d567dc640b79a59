//! What a write would change, as a unified diff.

use similar::TextDiff;

use crate::error::escape;
use crate::text::edit::Edits;
use crate::vault::{NoteId, Vault};

/// What edits would change in a note, which would have the path `to` then. Secrets are masked. Empty where the
/// note is no longer what the edits were made for.
#[must_use]
pub fn edited(vault: &Vault, note: NoteId, edits: &Edits, to: &str) -> String {
    let (old, new) = (vault.shown_text(note), vault.shown_after(note, edits));
    old.zip(new).map_or_else(String::new, |(old, new)| between((vault.path_of(note), &old), (to, &new)))
}

/// A unified diff with three lines of context between two paths and their texts.
fn between(old: (&str, &str), new: (&str, &str)) -> String {
    let (old_lines, new_lines) = (lines(old.1), lines(new.1));
    let diff = of_lines(&old_lines, &new_lines);
    let header = [format!("a/{}", escape(old.0)), format!("b/{}", escape(new.0))];
    diff.unified_diff().context_radius(3).header(&header[0], &header[1]).to_string()
}

/// Lines as a patch has them: a carriage return by itself is a sign in one.
fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

fn of_lines<'l>(old: &[&'l str], new: &[&'l str]) -> TextDiff<'l, 'l, str> {
    TextDiff::configure().newline_terminated(true).diff_slices(old, new)
}

/// A note that is not there yet. Secrets are masked.
#[must_use]
pub fn created(vault: &Vault, note: &str, text: &str) -> String {
    let text = vault.as_shown(note, text);
    let lines = lines(&text);
    let diff = of_lines(&[], &lines);
    diff.unified_diff().header("/dev/null", &format!("b/{}", escape(note))).to_string()
}
