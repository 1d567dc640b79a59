//! Keeps text below a history out of its new entries.

use std::collections::HashSet;

use crate::syntax::markdown;
use crate::text::edit::Edit;
use crate::text::place::line_ending_at;

/// Adds a blank line behind new entries if the line below would otherwise become part of the last one. That line
/// may have been apart before because the item above ends in a block of code, a table or a heading.
pub(super) fn keep_apart(text: &str, edits: &mut [Edit]) {
    let mut seen = HashSet::new();
    // Insertions at one place keep their order, and only the last one meets what follows.
    for edit in edits.iter_mut().rev() {
        let at = edit.span.end as usize;
        if seen.insert(at) && !edit.text.ends_with('\n') && next_line(text, at).is_some_and(continues) {
            edit.text.push_str(line_ending_at(text, at));
        }
    }
}

/// Returns the line behind the line ending at an offset.
fn next_line(text: &str, at: usize) -> Option<&str> {
    let rest = text.get(at..)?;
    rest.strip_prefix('\r').unwrap_or(rest).strip_prefix('\n')?.lines().next()
}

/// Whether a line below an item becomes part of it. What `%%` hides does, too.
fn continues(line: &str) -> bool {
    let item = "- a";
    let outline = markdown::outline_of(&format!("{item}\n{line}\n"));
    outline.items.first().is_none_or(|own| own.span.end as usize > item.len() + 1)
}
