//! Settles conflicts inside boards.

use std::collections::HashSet;

use super::Had;
use super::sides::{Part, Side, Sides};
use crate::syntax::board::{Board, MarkerLine, end_marker, marker_line};
use crate::syntax::conflict::Conflict;
use crate::syntax::facts;
use crate::syntax::reading::Reading;
use crate::text::digest::body_digest;
use crate::text::edit::Edit;
use crate::text::line::next_line;
use crate::text::span::Span;

/// The content of a board that was in conflict, until it is written anew.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Body {
    /// The lines of both sides, so that no status that a side has logged is forgotten.
    Union,
    /// The lines of our side.
    Ours,
    /// Nothing.
    Empty,
}

/// Returns the index of our board that a part lies in on both sides: between the lines of its markers, or on the
/// line of its end marker.
pub(super) fn around(sides: &Sides, part: usize) -> Option<usize> {
    let (ours, board) = inside(&sides.ours, part)?;
    let (_, other) = inside(&sides.theirs, part)?;
    let start = |side: &Side, board: &Board| side.agreed(board.place.span.start);
    (start(&sides.ours, board)? == start(&sides.theirs, other)?).then_some(ours)
}

fn inside(side: &Side, part: usize) -> Option<(usize, &Board)> {
    let lines = side.lines(part)?;
    let boards = &side.facts.system().boards;
    let index = boards.partition_point(|board| board.body.start <= lines.start).checked_sub(1)?;
    let board = boards.get(index)?;
    let end = next_line(side.text(), board.end.span.end as usize) as u32;
    (lines.start <= board.body.end && lines.end <= end).then_some((index, board))
}

/// How sure it is that somebody has edited a board by hand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Edited {
    ByHand,
    /// Nobody can tell.
    Perhaps,
}

/// The boards of each version before the merge. What git has put together from both is not what either side
/// wrote, so its digest does not tell whether a board was edited by hand.
pub(super) enum AsTheyWere {
    Unknown,
    Known(Vec<Vec<WasBoard>>),
    Anything,
}

pub(super) struct WasBoard {
    kind: String,
    marker: String,
    edited: bool,
}

impl AsTheyWere {
    pub(super) fn of(had: &Had, reading: &Reading) -> Self {
        let boards = |version: &String| {
            let facts = facts::read(version.as_bytes(), reading);
            let was = |board: &Board| WasBoard {
                kind: board.kind.clone(),
                marker: board.place.span.of(version).to_owned(),
                edited: board.edited,
            };
            facts.system().boards.iter().map(was).collect()
        };
        match had {
            Had::Unknown => Self::Unknown,
            Had::Known(versions) => Self::Known(versions.iter().map(boards).collect()),
            Had::Anything => Self::Anything,
        }
    }

    /// Returns whether a side has edited by hand the board that a part lies in. If a side has changed the board's
    /// marker, any of its boards of that kind counts.
    pub(super) fn edited(&self, sides: &Sides, part: usize) -> Option<Edited> {
        let on = |side| inside(side, part).map(|(_, board)| board);
        match self {
            Self::Anything => None,
            Self::Unknown => [&sides.ours, &sides.theirs]
                .into_iter()
                .any(|side| on(side).is_some_and(|board| board.edited))
                .then_some(Edited::Perhaps),
            Self::Known(versions) => {
                let board = on(&sides.ours)?;
                let marker = board.place.span.of(sides.ours.text());
                let edited = versions.iter().any(|version| {
                    let same = |was: &&WasBoard| was.marker == marker;
                    let mut named = version.iter().filter(same).peekable();
                    if named.peek().is_some() {
                        named.any(|was| was.edited)
                    } else {
                        version.iter().any(|was| was.edited && was.kind == board.kind)
                    }
                });
                edited.then_some(Edited::ByHand)
            }
        }
    }
}

/// Whether the common ancestor's lines lie in boards too, or are still there on our side.
pub(super) fn base_is_inside(text: &str, conflict: &Conflict) -> bool {
    let Some(base) = conflict.base else { return true };
    let ours: HashSet<&str> = conflict.ours.of(text).lines().collect();
    let mut inside = true;
    base.of(text).lines().all(|line| {
        match marker_line(line) {
            Some(MarkerLine::Start) => inside = true,
            Some(MarkerLine::End) => inside = false,
            None => return inside || line.trim().is_empty() || ours.contains(line),
        }
        true
    })
}

/// Returns edits of our side, as places in the text in conflict, that merge the boards in which parts lie. Each
/// part comes with its number and the index of its board.
pub(super) fn edits(sides: &Sides, parts: &[(usize, &Part, usize)], body: Body) -> Vec<Edit> {
    let boards = &sides.ours.facts.system().boards;
    let mut edits = Vec::new();
    for own in parts.chunk_by(|a, b| a.2 == b.2) {
        if let Some(board) = own.first().and_then(|(.., board)| boards.get(*board)) {
            one_board(sides, own, board, body, &mut edits);
        }
    }
    edits
}

fn one_board(
    sides: &Sides,
    parts: &[(usize, &Part, usize)],
    board: &Board,
    body: Body,
    edits: &mut Vec<Edit>,
) {
    let text = sides.ours.text();
    let end_line = Span::new(board.body.end as usize, next_line(text, board.end.span.end as usize));
    let mut whole = String::new();
    let mut at = board.body.start;
    let mut ends_in = None;
    for (number, part, _) in parts {
        let (Some(ours), Some(theirs)) = (sides.ours.lines(*number), sides.theirs.lines(*number)) else {
            continue;
        };
        keep(Span { start: at, end: ours.start }, sides, body, &mut whole, edits);
        let lines = match body {
            Body::Union => union(ours.of(text), theirs.of(sides.theirs.text())),
            Body::Ours => without_end(ours.of(text)).concat(),
            Body::Empty => String::new(),
        };
        whole.push_str(&lines);
        if ours.contains(end_line) {
            // The end marker needs the digest of everything before it, so it is written below.
            ends_in = Some((part.ours, lines));
            at = end_line.end;
        } else {
            edits.push(Edit::replace(part.ours, lines));
            at = ours.end;
        }
    }
    keep(Span { start: at, end: board.body.end }, sides, body, &mut whole, edits);
    let marker = match body {
        Body::Empty => end_marker(None),
        Body::Union | Body::Ours => end_marker(Some(&body_digest(&whole))),
    };
    match ends_in {
        Some((span, lines)) => {
            let eol = end_line.of(text).trim_end_matches(['\r', '\n']).len();
            edits.push(Edit::replace(span, format!("{lines}{marker}{}", &end_line.of(text)[eol..])));
        }
        // If the conflict around the marker stays, so does the marker.
        None if sides.ours.agreed(board.end.span.start).is_none() => {}
        None => edits.push(Edit::replace(sides.ours.joined.to_file(board.end.span), marker)),
    }
}

/// Adds lines of a board that both sides agree on.
fn keep(span: Span, sides: &Sides, body: Body, whole: &mut String, edits: &mut Vec<Edit>) {
    if span.start >= span.end {
        return;
    }
    if body == Body::Empty {
        // The lines may be spread over several conflicts, so each is replaced on its own.
        let mut at = span.start as usize;
        for line in span.of(sides.ours.text()).split_inclusive('\n') {
            edits.push(Edit::replace(sides.ours.joined.to_file(Span::new(at, at + line.len())), ""));
            at += line.len();
        }
    } else {
        whole.push_str(span.of(sides.ours.text()));
    }
}

/// Returns the lines before the end marker of a board.
fn without_end(lines: &str) -> Vec<&str> {
    lines.split_inclusive('\n').take_while(|line| marker_line(line) != Some(MarkerLine::End)).collect()
}

/// Returns the lines of both sides: ours, then those that only theirs has, then the blank lines at the end of
/// ours.
fn union(ours: &str, theirs: &str) -> String {
    let own = without_end(ours);
    let filled = own.iter().rposition(|line| !line.trim().is_empty()).map_or(0, |last| last + 1);
    let known: HashSet<&str> = own.iter().map(|line| line.trim_end()).collect();
    let new = without_end(theirs)
        .into_iter()
        .filter(|line| !line.trim().is_empty() && !known.contains(line.trim_end()));
    own[..filled].iter().copied().chain(new).chain(own[filled..].iter().copied()).collect()
}
