//! Checks that a fix solves the problem it is offered for, by parsing the diagram again with the fix.
//!
//! A fix is safe where nothing else can have been meant, but its hint does not see everything around it. Only
//! diagrams with a safe fix are parsed again, and few have one.

use super::MAX_DRAWN_TEXT;
use super::error::{MermaidError, Stage};
use super::hints::JOIN_SHAPE;
use crate::text::edit::{Edit, Edits};
use crate::text::line::{line_end, line_start};

/// Removes safe fixes that leave their error in place, or lead to more errors than before. In a text that is too
/// long for mermaid to draw, all fixes become unsafe, because parsing it again for each takes too long. `is_read`
/// tells whether the type is known; without it only the type is checked.
pub(super) fn keep_what_mends(
    source: &str,
    errors: &mut [MermaidError],
    is_read: bool,
    read: impl Fn(&str) -> Vec<MermaidError>,
) {
    let count = if is_read { refusals(errors) } else { usize::MAX };
    for error in errors {
        let Some(fix) = error.fix.as_mut().filter(|fix| fix.safe) else { continue };
        if source.len() > MAX_DRAWN_TEXT {
            fix.safe = false;
            continue;
        }
        let joins = fix.title == JOIN_SHAPE;
        let edits = Edits::of(fix.edits.iter().map(|(span, text)| Edit::replace(*span, text.as_str())));
        let mended = edits.and_then(|edits| {
            let left = read(&edits.apply(source)?);
            let stays = |other: &MermaidError| place(other, |at| edits.before(at)) == place(error, |at| at);
            let at = error.span.start as usize;
            let line = line_start(source, at)..=line_end(source, at);
            let is_beside = |other: &MermaidError| line.contains(&(edits.before(other.span.start) as usize));
            let has_safe_fix = |other: &MermaidError| other.fix.as_ref().is_some_and(|fix| fix.safe);
            let refused = |other: &MermaidError| other.stage == Stage::Parse && !has_safe_fix(other);
            let spoils_line = joins && left.iter().any(|other| refused(other) && is_beside(other));
            Some(refusals(&left) <= count && !left.iter().any(stays) && !spoils_line)
        });
        if mended != Some(true) {
            error.fix = None;
        }
    }
}

/// Returns the place of an error. Errors for something that is never closed are all at the end of the text, and
/// are told apart by where it was opened.
fn place(error: &MermaidError, at: impl Fn(u32) -> u32) -> (u32, Option<u32>) {
    (at(error.span.start), error.related.as_ref().map(|(opener, _)| at(opener.start)))
}

/// Returns how many errors prevent mermaid from reading a diagram.
fn refusals(errors: &[MermaidError]) -> usize {
    errors.iter().filter(|error| error.stage == Stage::Parse).count()
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    fn safe_fixes(text: &str) -> usize {
        parse(text).1.iter().filter(|error| error.fix.as_ref().is_some_and(|fix| fix.safe)).count()
    }

    #[test]
    fn what_a_fix_lets_be_read_is_no_fault_of_it() {
        assert_eq!(safe_fixes("Graph TD\na -> b\nc -> d"), 1);
        assert_eq!(safe_fixes("graph td\na -> b\nc [d] -> e"), 3);
        assert_eq!(safe_fixes("graph TD\na -> b -> c"), 1);
    }

    #[test]
    fn a_fix_that_leaves_its_error_is_none() {
        for text in [
            "graph TD\n->(a-->b",
            "graph LR1\na",
            // Prose that stands in an open block.
            "graph TD\n- [[Board]] - System status",
            "graph TD\n- [[Board]]",
            "graph TD\n* [Board](board.md)",
            "graph TD\n1. [[Board]]",
            "graph TD\nSee [Board](board.md)",
            "graph TD\nBoard [[Board]] and others",
        ] {
            let (_, errors) = parse(text);
            assert!(!errors.is_empty() && errors.iter().all(|error| error.fix.is_none()), "{errors:?}");
        }
    }

    #[test]
    fn of_a_text_that_is_not_drawn_no_fix_is_safe() {
        let text = format!("graph TD\na -> b\n%% {}", "x".repeat(MAX_DRAWN_TEXT));
        assert_eq!((safe_fixes(&text), parse(&text).1[0].fix.is_some()), (0, true));
    }
}
