//! Keeps text below a history out of its new entries.

use std::collections::HashSet;

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
    let behind = |marks: &[char]| {
        let rest = line.trim_start_matches(marks);
        (rest.is_empty() || rest.starts_with([' ', '\t'])).then_some(line.len() - rest.len())
    };
    let is_heading = || behind(&['#']).is_some_and(|signs| (1..=6).contains(&signs));
    let is_bullet = || line.starts_with(['-', '*', '+']) && behind(&['-', '*', '+']) == Some(1);
    let is_number = || {
        let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
        let behind = rest.strip_prefix(['.', ')']);
        rest.len() < line.len() && behind.is_some_and(|b| b.is_empty() || b.starts_with([' ', '\t']))
    };
    let is_across = || {
        let marks = line.chars().filter(|c| !c.is_whitespace());
        ['-', '*', '_'].iter().any(|mark| marks.clone().all(|c| c == *mark)) && marks.count() >= 3
    };
    let begins_block = || [">", "```", "~~~", "<!--", "%%"].iter().any(|mark| line.starts_with(mark));
    !(line.is_empty() || begins_block() || is_heading() || is_bullet() || is_number() || is_across())
}
