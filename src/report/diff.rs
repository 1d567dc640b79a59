//! Renders what a write would change, as a unified diff.

use similar::TextDiff;

use crate::text::edit::Edits;
use crate::text::visible::{escape, is_unseen};
use crate::vault::{NoteId, Vault};

/// Returns the diff of `edits` to a note, which would have the path `to` then. Secrets are masked. Empty
/// where the note is no longer the text that the edits were made for.
#[must_use]
pub fn edited(vault: &Vault, note: NoteId, edits: &Edits, to: &str) -> String {
    let (old, new) = (vault.shown_text(note), vault.shown_after(note, edits));
    old.zip(new).map_or_else(String::new, |(old, new)| between((vault.path_of(note), &old), (to, &new)))
}

/// Returns a patch, in git's format, of what a rename does to one file: its move, if it moves, and the edits
/// to its text. Secrets are masked.
#[must_use]
pub fn patch(vault: &Vault, (from, to): (&str, &str), change: Option<(NoteId, &Edits)>) -> String {
    let texts = change.and_then(|(note, edits)| vault.shown_text(note).zip(vault.shown_after(note, edits)));
    let texts = texts.filter(|(old, new)| old != new);
    if from == to && texts.is_none() {
        return String::new();
    }
    let mut patch = format!("diff --git {} {}\n", quoted("a/", from), quoted("b/", to));
    if from != to {
        // The hunks imply how similar the two are; git needs this line only where there are none.
        patch += if texts.is_none() { "similarity index 100%\n" } else { "" };
        patch += &format!("rename from {}\nrename to {}\n", quoted("", from), quoted("", to));
    }
    if let Some((old, new)) = texts {
        let side = |prefix: &str, path: &str| {
            let name = quoted(prefix, path);
            // Without a tab behind it, git would look for the end of the name behind a blank.
            let end = if name.contains(' ') { "\t" } else { "" };
            name + end
        };
        let (old_lines, new_lines) = (lines(&old), lines(&new));
        patch += &unified([&side("a/", from), &side("b/", to)], &old_lines, &new_lines);
    }
    patch
}

/// Writes a path as git does: in quotes where a character in it would end it or control a terminal.
fn quoted(prefix: &str, path: &str) -> String {
    let is_odd = |c: char| is_unseen(c) || matches!(c, '"' | '\\');
    if !path.contains(is_odd) {
        return format!("{prefix}{path}");
    }
    let mut out = format!("\"{prefix}");
    for c in path.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if is_unseen(c) => {
                let mut bytes = [0; 4];
                c.encode_utf8(&mut bytes).bytes().for_each(|byte| out += &format!("\\{byte:03o}"));
            }
            c => out.push(c),
        }
    }
    out + "\""
}

/// Returns the diff between two texts, given with their paths.
fn between(old: (&str, &str), new: (&str, &str)) -> String {
    let (old_lines, new_lines) = (lines(old.1), lines(new.1));
    let header = [format!("a/{}", escape(old.0)), format!("b/{}", escape(new.0))];
    unified([&header[0], &header[1]], &old_lines, &new_lines)
}

/// Splits a text into lines as patches do: a carriage return without a line feed does not end a line.
fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// Returns a unified diff with three lines of context, below the names of both sides; empty where nothing
/// differs.
fn unified(header: [&str; 2], old: &[&str], new: &[&str]) -> String {
    let diff = TextDiff::configure().newline_terminated(true).diff_slices(old, new);
    let mut out = String::new();
    for hunk in diff.unified_diff().context_radius(3).iter_hunks() {
        if out.is_empty() {
            out = format!("--- {}\n+++ {}\n", header[0], header[1]);
        }
        out += &format!("{}\n", hunk.header());
        for change in hunk.iter_changes() {
            out += &format!("{}{}", change.tag(), change.value());
            // The library takes a lone carriage return for the end of a line, and the next line would run
            // into it.
            out += if change.value().ends_with('\n') { "" } else { "\n\\ No newline at end of file\n" };
        }
    }
    out
}

/// Returns the diff that creates a note. Secrets are masked.
#[must_use]
pub fn created(vault: &Vault, note: &str, text: &str) -> String {
    let text = vault.as_shown(note, text);
    unified(["/dev/null", &format!("b/{}", escape(note))], &[], &lines(&text))
}
