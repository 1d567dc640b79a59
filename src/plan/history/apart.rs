//! Keeps text below a history out of its new entries.

use std::collections::HashSet;

use crate::syntax::block_start::{atx_heading, is_fence, is_thematic_break, list_marker};
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

/// Whether a line continues the paragraph above it. What `%%` hides is no part of a title.
fn continues(line: &str) -> bool {
    let line = line.trim();
    let begins_block = || {
        let opens = is_fence(line) || [">", "<!--", "%%"].iter().any(|mark| line.starts_with(mark));
        opens || list_marker(line).is_some() || atx_heading(line).is_some() || is_thematic_break(line)
    };
    !(line.is_empty() || begins_block())
}
