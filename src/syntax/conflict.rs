//! Merge conflicts: what git leaves in a text where two sides changed the same lines.
//!
//! ```text
//! <<<<<<< HEAD
//! ours
//! ||||||| base      (with `merge.conflictStyle` diff3 or zdiff3)
//! before both
//! =======
//! theirs
//! >>>>>>> branch
//! ```
//!
//! A lone `=======` underlines a heading; it is a marker only between the start and the end of a conflict.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::block_start::{is_fence, unquoted};
use super::board::{MarkerLine, marker_line};
use super::integration;
use super::outline::Outline;
use crate::text::sorted::last_where;
use crate::text::span::Span;

/// A merge conflict. Its sides are whole lines, without the markers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// All of its lines, markers included.
    pub span: Span,
    /// The 1-based line on which it begins.
    pub line: u32,
    /// The lines of our side.
    pub ours: Span,
    /// The lines as they were before both changes, where git was told to show them.
    pub base: Option<Span>,
    /// The lines of the other side.
    pub theirs: Span,
}

/// The reason why a note is not written to: a conflict, or a line that looks like a conflict marker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marked {
    /// The 1-based line on which it begins.
    pub line: u32,
    /// Whether it is a conflict with all of its markers, so that the facts of the note are neither side's.
    pub is_whole: bool,
}

/// Whether a line begins like a conflict marker. A quote of seven levels does too.
#[must_use]
pub fn is_marker(line: &str) -> bool {
    line.starts_with(START) || line.starts_with(END)
}

/// Whether a line with further words may be a conflict marker, including that of the base.
#[must_use]
pub fn is_any_marker(line: &str) -> bool {
    is_marker(line) || line.starts_with("||||||| ")
}

const START: &str = "<<<<<<< ";
const END: &str = ">>>>>>> ";

/// Returns the 1-based line of the first marker in a text. For a text without markers this costs one search.
#[must_use]
pub fn first_marker(text: &str) -> Option<u32> {
    // Most texts have neither character, and searching for a byte costs a third of searching for a word.
    let first = memchr::memchr2(START.as_bytes()[0], END.as_bytes()[0], text.as_bytes())?;
    let rest = &text.as_bytes()[first..];
    if [START, END].iter().all(|mark| memchr::memmem::find(rest, mark.as_bytes()).is_none()) {
        return None;
    }
    text.split('\n').position(is_marker).map(|at| at as u32 + 1)
}

/// Returns the first conflict of a note, or a marker that is not paired: either stops writes to the note.
/// `outline` is that of the text.
#[must_use]
pub fn first_in(text: &str, outline: &Outline) -> Option<Marked> {
    first_marker(text)?;
    match read_in(text, outline) {
        Ok(conflicts) => conflicts.first().map(|first| Marked { line: first.line, is_whole: true }),
        Err(line) => {
            let whole = seen_in(text, outline).into_iter().find(|seen| seen.is_whole);
            Some(Marked { line: whole.map_or(line, |seen| seen.line), is_whole: whole.is_some() })
        }
    }
}

/// A conflict in a text whose markers do not all pair, as far as it can be recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The 1-based line on which it begins.
    pub line: u32,
    /// All of its lines, or only the first where the end is missing.
    pub span: Span,
    /// Whether its end marker is there.
    pub is_whole: bool,
}

/// Whether a line separates the sides of a conflict.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Parted {
    Not,
    /// A line that may also underline a heading.
    PerhapsNot,
    Surely,
}

/// Finds the conflicts of a note as far as they can be recognised, in order: those with all markers, and those
/// without an end marker. A single marker does not count, because it may be text, such as a quote of seven levels.
/// `outline` is that of the text.
#[must_use]
pub fn seen_in(text: &str, outline: &Outline) -> Vec<Seen> {
    let mut seen = Vec::new();
    // The conflict that has begun, and what separates its sides.
    let mut open: Option<(Seen, Parted)> = None;
    let mut start = 0;
    // Whether the line before stands alone after a blank line, as the title of an underlined heading does.
    let (mut is_title, mut below_blank) = (false, false);
    let half =
        |open: Option<(Seen, Parted)>| open.filter(|(_, by)| *by == Parted::Surely).map(|(half, _)| half);
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        let span = Span::new(start, start + line.len());
        start += line.len();
        if line.starts_with(START) {
            seen.extend(half(open));
            open = Some((Seen { line: number, span, is_whole: false }, Parted::Not));
        } else if line.starts_with(END) {
            let whole = open.take().filter(|(_, by)| *by != Parted::Not);
            seen.extend(whole.map(|(half, _)| Seen { span: half.span.join(span), is_whole: true, ..half }));
        } else if line.trim_end_matches(['\r', '\n']) == "=======" {
            let by = if is_title { Parted::PerhapsNot } else { Parted::Surely };
            open = open.map(|(half, before)| (half, before.max(by)));
        }
        let is_blank = line.trim().is_empty();
        (is_title, below_blank) = (below_blank && !is_blank, is_blank);
    }
    seen.extend(half(open));
    without_examples(text, outline, seen, |seen| seen.span, |_| true)
}

/// Reads the conflicts of a note. A conflict in a code block is an example and is left out, unless portolan reads
/// the block or it is part of a board. `outline` is that of the text.
///
/// # Errors
/// As [`read`].
pub fn read_in(text: &str, outline: &Outline) -> Result<Vec<Conflict>, u32> {
    Ok(without_examples(text, outline, read(text)?, |conflict| conflict.span, |_| true))
}

/// Reads the conflicts that a merge has left in a note. Git leaves them in code blocks as well, so a conflict
/// counts as an example only if one of the texts before the merge has it too. `outline` is that of the text.
///
/// # Errors
/// As [`read`].
pub fn left_by_merge(text: &str, outline: &Outline, before: &[&str]) -> Result<Vec<Conflict>, u32> {
    let conflicts = read(text)?;
    let old = before.iter().flat_map(|old| {
        let conflicts = read(old).unwrap_or_default();
        conflicts.into_iter().map(|conflict| conflict.span.of(old))
    });
    let old: HashSet<&str> = old.collect();
    Ok(without_examples(text, outline, conflicts, |conflict| conflict.span, |lines| old.contains(lines)))
}

/// Removes the conflicts that are examples. Only those whose lines satisfy `may_be` are candidates.
fn without_examples<C>(
    text: &str,
    outline: &Outline,
    mut conflicts: Vec<C>,
    span_of: impl Fn(&C) -> Span,
    may_be: impl Fn(&str) -> bool,
) -> Vec<C> {
    if conflicts.is_empty() {
        return conflicts;
    }
    let boards = Markers::of(text, outline);
    // A fence inside a conflict may change what is code from there on, so later conflicts are all kept.
    let mut certain = true;
    conflicts.retain(|conflict| {
        let span = span_of(conflict);
        let lines = span.of(text);
        let is_example = certain && may_be(lines) && is_example(outline, &boards, span);
        certain &= is_example || !has_fence(lines);
        !is_example
    });
    conflicts
}

fn is_example(outline: &Outline, boards: &Markers, conflict: Span) -> bool {
    let Some(fence) = last_where(&outline.fences, |fence| fence.span.start <= conflict.start) else {
        return false;
    };
    let is_read = || integration::may_hold(&fence.language) || fence.is_mermaid();
    fence.span.contains(conflict) && !is_read() && !boards.are_around(fence.span)
}

/// The board markers of a text, in order. The parsed boards cannot be used, because a conflict leaves a board with
/// two ends.
struct Markers(Vec<(u32, MarkerLine)>);

impl Markers {
    fn of(text: &str, outline: &Outline) -> Self {
        Self(outline.markers().filter_map(|c| Some((c.span.start, marker_line(c.span.of(text))?))).collect())
    }

    /// Whether a place comes after the start of a board, with no end between.
    fn are_around(&self, place: Span) -> bool {
        let last = last_where(&self.0, |(start, _)| *start < place.start);
        last.is_some_and(|(_, marker)| *marker == MarkerLine::Start)
    }
}

fn has_fence(lines: &str) -> bool {
    lines.lines().any(|line| is_fence(unquoted(line)))
}

/// The part of a conflict that the current line belongs to.
enum Part {
    Ours,
    Base,
    Theirs,
}

/// Reads the conflicts of a text.
///
/// # Errors
/// The 1-based line of a marker that is not paired, or that may be text as well.
pub fn read(text: &str) -> Result<Vec<Conflict>, u32> {
    if first_marker(text).is_none() {
        return Ok(Vec::new());
    }
    let mut conflicts = Vec::new();
    let mut open: Option<(Conflict, Part)> = None;
    let (mut at, mut number) = (0usize, 0u32);
    for whole in text.split_inclusive('\n') {
        let (start, end) = (at, at + whole.len());
        at = end;
        number += 1;
        let line = whole.strip_suffix('\n').unwrap_or(whole);
        let line = line.strip_suffix('\r').unwrap_or(line);
        let Some((conflict, part)) = &mut open else {
            if line.starts_with(START) {
                let sides = Span::at(end);
                let begun = Conflict {
                    span: Span::new(start, end),
                    line: number,
                    ours: sides,
                    base: None,
                    theirs: sides,
                };
                open = Some((begun, Part::Ours));
            } else if line.starts_with(END) {
                return Err(number);
            }
            continue;
        };
        match part {
            _ if line.starts_with(START) => return Err(number),
            Part::Ours if line == "|||||||" || line.starts_with("||||||| ") => {
                conflict.base = Some(Span::at(end));
                *part = Part::Base;
            }
            Part::Ours | Part::Base if line == "=======" => {
                conflict.theirs = Span::at(end);
                *part = Part::Theirs;
            }
            // It is unclear which of the two lines ends our side.
            Part::Theirs if line == "=======" => return Err(number),
            Part::Theirs if line.starts_with(END) => {
                conflict.span.end = end as u32;
                conflicts.push(*conflict);
                open = None;
            }
            _ if line.starts_with(END) => return Err(number),
            Part::Ours => conflict.ours.end = end as u32,
            Part::Base => conflict.base = conflict.base.map(|base| Span { end: end as u32, ..base }),
            Part::Theirs => conflict.theirs.end = end as u32,
        }
    }
    match open {
        Some((conflict, _)) => Err(conflict.line),
        None => Ok(conflicts),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read_in_both_line_endings() {
        let text = "a\n<<<<<<< HEAD\nb\n||||||| 1a2b\nc\n=======\nd\ne\n>>>>>>> x\nf\n<<<<<<< HEAD\n=======\ng\n>>>>>>> x";
        for text in [text.to_owned(), text.replace('\n', "\r\n")] {
            let lf = |span: Span| span.of(&text).replace('\r', "");
            let conflicts = read(&text).unwrap();
            let shown: Vec<_> =
                conflicts.iter().map(|c| (c.line, lf(c.ours), c.base.map(lf), lf(c.theirs))).collect();
            let of = |line, ours: &str, base: Option<&str>, theirs: &str| {
                (line, ours.to_owned(), base.map(str::to_owned), theirs.to_owned())
            };
            assert_eq!(shown, [of(2, "b\n", Some("c\n"), "d\ne\n"), of(11, "", None, "g\n")]);
            assert!(
                lf(conflicts[0].span).starts_with("<<<<<<< HEAD\n") && lf(conflicts[1].span).ends_with('x')
            );
        }
    }

    #[test]
    fn an_example_in_a_block_of_code_is_none() {
        let one = "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n";
        let fenced = |language: &str| format!("```{language}\n{one}```\n");
        let board = |body: &str| format!("<!-- portolan:board alerts -->\n\n{body}\n<!-- portolan:end -->\n");
        for (text, lines) in [
            (fenced("text"), vec![]),
            (format!("{}{one}", fenced("text")), vec![8]),
            (format!("{one}{}", fenced("")), vec![1]),
            (format!("{}{}", board("Text."), fenced("diff")), vec![]),
            // Blocks that portolan reads, and blocks in boards.
            (fenced("json"), vec![2]),
            (fenced("mermaid"), vec![2]),
            (board(&fenced("text")), vec![4]),
            // A fence that exists on one side only swaps code and text for everything after it.
            (format!("<<<<<<< HEAD\n```\n=======\n>>>>>>> x\n```\n{one}```\n"), vec![1, 6]),
        ] {
            let outline = crate::syntax::markdown::outline(&text, 0);
            let found = read_in(&text, &outline).unwrap();
            assert_eq!(found.iter().map(|c| c.line).collect::<Vec<_>>(), lines, "{text}");
            let first = first_in(&text, &outline).map(|first| (first.line, first.is_whole));
            assert_eq!(first, lines.first().map(|line| (*line, true)), "{text}");
        }
        // A marker that is not paired is left to people.
        let text = format!("{}>>>>>>> x\n", fenced("text"));
        let first = first_in(&text, &crate::syntax::markdown::outline(&text, 0));
        assert_eq!(first, Some(Marked { line: 8, is_whole: false }));
    }

    #[test]
    fn what_is_seen_where_markers_do_not_pair() {
        let one = "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n";
        let half = "<<<<<<< HEAD\na\n=======\nb\n";
        for (text, lines) in [
            (one.to_owned(), vec![(1, true)]),
            (">>>>>>> x\n".to_owned(), vec![]),
            ("<<<<<<< x\na\n".to_owned(), vec![]),
            ("<<<<<<< x\na\n>>>>>>> y\n".to_owned(), vec![]),
            (half.to_owned(), vec![(1, false)]),
            (half.replace('\n', "\r\n"), vec![(1, false)]),
            ("<<<<<<< see\n\nSummary\n=======\n".to_owned(), vec![]),
            ("<<<<<<< x\n\nSummary\n=======\nb\n>>>>>>> y\n".to_owned(), vec![(1, true)]),
            ("<<<<<<< x\n\n- a\n- b\n=======\n".to_owned(), vec![(1, false)]),
            (format!(">>>>>>> x\n{one}<<<<<<< y\n{half}{one}"), vec![(2, true), (8, false), (12, true)]),
            // An underlined heading on one side does not hide the conflict.
            (one.replace("a\n", "A\n=======\n"), vec![(1, true)]),
            (format!("```text\n{half}```\n"), vec![]),
            ("```text\n<<<<<<< x\n```\n\nTitle\n=======\n".to_owned(), vec![]),
            (format!("```json\n{half}```\n"), vec![(2, false)]),
        ] {
            let seen = seen_in(&text, &crate::syntax::markdown::outline(&text, 0));
            let seen: Vec<_> = seen.iter().map(|seen| (seen.line, seen.is_whole)).collect();
            assert_eq!(seen, lines, "{text}");
        }
    }

    #[test]
    fn what_a_merge_leaves_in_a_block_of_code_is_a_conflict() {
        let one = "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n";
        let other = one.replace("a\n", "c\n");
        let text = format!("```text\n{one}```\n\n```text\n{other}```\n");
        let outline = crate::syntax::markdown::outline(&text, 0);
        for (before, lines) in [
            (vec![], vec![2, 10]),
            (vec!["```text\na\n```\n"], vec![2, 10]),
            (vec!["", one], vec![10]),
            (vec![&*other, one], vec![]),
            // A text before the merge whose markers do not pair excuses no example.
            (vec!["<<<<<<< a\n"], vec![2, 10]),
        ] {
            let found = left_by_merge(&text, &outline, &before).unwrap();
            assert_eq!(found.iter().map(|c| c.line).collect::<Vec<_>>(), lines, "{before:?}");
        }
        // A conflict outside code blocks is left to people, even if an earlier text has it.
        assert_eq!(left_by_merge(one, &crate::syntax::markdown::outline(one, 0), &[one]).unwrap().len(), 1);
    }

    #[test]
    fn what_is_no_conflict_and_what_is_a_broken_one() {
        assert_eq!(read("Title\n=======\n\n<<<<<<<\n>>>>>>>>\n"), Ok(Vec::new()));
        for (text, line) in [
            ("a\n>>>>>>> x\n", 2),
            ("<<<<<<< x\na\n", 1),
            ("<<<<<<< x\n<<<<<<< y\n", 2),
            ("<<<<<<< x\nTitle\n=======\n=======\n>>>>>>> y\n", 4),
            ("<<<<<<< x\n>>>>>>> y\n", 2),
        ] {
            assert_eq!(read(text), Err(line), "{text}");
        }
    }
}
