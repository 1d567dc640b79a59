//! The board family: boards that are stale, edited or broken.

use std::borrow::Cow;

use super::{NoteContext, Sink, declare_rule};
use crate::model::chronology::Direction;
use crate::model::finding::Severity;
use crate::plan::board;
use crate::plan::board::rows::Compared;
use crate::plan::conflict::{Had, Settlement, Versions, settle};
use crate::syntax::board::{Board, MarkerProblem};
use crate::syntax::conflict::{self, Seen, is_marker};
use crate::text::place::LineIndex;
use crate::text::shell::word;
use crate::text::sorted::last_where;
use crate::text::span::Span;

declare_rule! {
    /// A board does not show what the vault says now.
    ///
    /// ## Why
    ///
    /// Readers trust a board, so one that is out of date is worse than none.
    ///
    /// The board is compared with exactly what `portolan sync` would write. A board that was never filled
    /// in is stale too, and so is one with a merge conflict in it, which `sync` settles. A board in a
    /// template note is a pattern: nothing fills it in, and notes that are made from the template get it
    /// empty.
    ///
    /// A board of components or integrations is not reported while one of its rows would go, or show
    /// another status, only because the note of that row has a merge conflict or cannot be read. Until that
    /// is fixed, `sync` leaves the board as it is.
    ///
    /// ## Example
    ///
    /// ```md
    /// <!-- portolan:board components -->
    /// <!-- portolan:end -->
    /// ```
    ///
    /// ## Fix
    ///
    /// Run `portolan sync`.
    pub static BOARD_STALE = "board-stale", Error, Board(board_stale);
}

/// The subject of a [`BOARD_STALE`] finding where a merge conflict stops every write to the note.
const CONFLICT: &str = "conflict";

fn board_stale(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    let system = ctx.note.facts.system();
    if system.boards.is_empty() || (ctx.note.is_template() && system.conflict.is_none()) {
        return;
    }
    let Some(text) = ctx.text() else { return };
    if system.conflict.is_some()
        && let Some(first) = settled(ctx, text).refused.first()
    {
        let lines = LineIndex::new(text);
        let place = lines.place(lines.line_span(first.line));
        let message = format!("no board in this note can be updated: {}", first.message);
        let finding = sink.report(&ctx.note.path, place, CONFLICT, message);
        if first.wants_base {
            finding.advise("run `portolan sync`, which asks git what was there before");
        }
        return;
    }
    for (board, rendered) in ctx.boards() {
        let message = if system.conflict.is_some() && in_conflict(text, board) {
            format!("the board `{}` holds a merge conflict", board.kind)
        } else if board.edited
            // In a template, only what a merge has left in a board is written anew.
            || (ctx.note.is_template() && board.digest.is_none())
            || is_fresh(rendered, text, board)
            || Compared::of(ctx.vault, board).doubt().is_some()
        {
            continue;
        } else if board.digest.is_none() {
            format!("the board `{}` was never filled in", board.kind)
        } else {
            format!("the board `{}` does not show what the vault says now", board.kind)
        };
        let finding = sink.report(&ctx.note.path, board.place, &board.kind, message);
        finding.advise("run `portolan sync`");
    }
}

/// Returns what a sync would settle in a note. The direction given here does not matter: it decides where
/// entries go, not whether they can be merged. The sync itself checks whether one side has edited a board by
/// hand.
fn settled(ctx: &NoteContext<'_>, text: &str) -> Settlement {
    let versions = Versions { base: None, sides: Had::Anything };
    settle(text, &versions, &ctx.vault.config().reading, Direction::OldestFirst)
}

/// Removes the conflicts that [`BOARD_STALE`] reports: all conflicts of the note where a sync cannot settle
/// them, else those inside boards.
pub(super) fn leave_unsaid(ctx: &NoteContext<'_>, text: &str, conflicts: &mut Vec<Seen>) {
    let boards = &ctx.note.facts.system().boards;
    if boards.is_empty() || BOARD_STALE.severity_in(ctx.vault, &ctx.note.path) == Severity::Off {
        return;
    }
    if !settled(ctx, text).refused.is_empty() {
        conflicts.clear();
    }
    let has_markers = |lines: Span| lines.of(text).lines().any(is_marker);
    conflicts.retain(|Seen { span, .. }| {
        let shared = |board: &Board| Span {
            start: board.body.start.max(span.start),
            end: board.body.end.min(span.end),
        };
        !boards.iter().map(shared).any(|shared| shared.start < shared.end && has_markers(shared))
    });
}

/// Whether a sync would leave a board as it is. A board that cannot be rendered counts as fresh: another rule
/// reports it.
fn is_fresh(rendered: &Result<String, String>, text: &str, board: &Board) -> bool {
    rendered.as_ref().map_or(true, |rendered| board::edits(rendered, text, board).is_empty())
}

/// Whether a conflict lies or begins in a board.
fn in_conflict(text: &str, board: &Board) -> bool {
    board.body.of(text).lines().any(is_marker)
}

declare_rule! {
    /// A board was edited by hand.
    ///
    /// ## Why
    ///
    /// Text that somebody writes into a board belongs somewhere else, or will be lost. `portolan sync`
    /// leaves such a board alone, so it is no longer kept up to date.
    ///
    /// ## Example
    ///
    /// A row that somebody has added between `portolan:board` and `portolan:end`.
    ///
    /// ## Fix
    ///
    /// Move what you wrote out of the board, then run `portolan sync --force PATH`. Without the path it would
    /// overwrite every other board that was edited by hand, too.
    pub static BOARD_EDITED = "board-edited", Warning, Board(board_edited);
}

fn board_edited(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    // Nothing writes boards of templates, so no edit is lost.
    if ctx.note.is_template() {
        return;
    }
    let edited = ctx.note.facts.system().boards.iter().filter(|board| board.edited);
    let in_conflict = |board: &Board| ctx.text().is_none_or(|text| in_conflict(text, board));
    for board in edited.filter(|board| !in_conflict(board)) {
        let message = format!("the board `{}` was edited by hand", board.kind);
        let finding = sink.report(&ctx.note.path, board.place, &board.kind, message);
        let note = word(&ctx.note.path);
        finding.advise(format!("move the edit out of the board, then run `portolan sync --force {note}`"));
    }
}

declare_rule! {
    /// The markers of a board do not pair up.
    ///
    /// ## Why
    ///
    /// It is unclear where the board ends, so nothing in the note is written.
    ///
    /// ## Example
    ///
    /// ```md
    /// <!-- portolan:board components -->
    ///
    /// ## Next section
    /// ```
    ///
    /// ## Fix
    ///
    /// Give every `portolan:board` one `<!-- portolan:end -->` after it, and put none inside another.
    pub(super) static BOARD_UNCLOSED = "board-unclosed", Error, Board(board_unclosed);
}

fn board_unclosed(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    for problem in marker_problems(ctx).iter().filter(|p| !p.unreadable) {
        sink.report(&ctx.note.path, problem.place, &problem.marker, problem.message.clone());
    }
}

/// Returns the markers of a note that form no board. Those inside a merge conflict are left out: both sides
/// have their own, and only one will stay.
fn marker_problems<'v>(ctx: &NoteContext<'v>) -> Cow<'v, [MarkerProblem]> {
    let system = ctx.note.facts.system();
    let problems = &system.marker_problems;
    if system.conflict.is_none() || problems.is_empty() {
        return Cow::Borrowed(problems);
    }
    let Some(text) = ctx.text() else { return Cow::Borrowed(problems) };
    let conflicts = conflict::read(text).unwrap_or_default();
    let is_apart = |problem: &&MarkerProblem| {
        let around = last_where(&conflicts, |c| c.span.start <= problem.place.span.start);
        !around.is_some_and(|conflict| conflict.span.contains(problem.place.span))
    };
    Cow::Owned(problems.iter().filter(is_apart).cloned().collect())
}

declare_rule! {
    /// A board asks for something that does not exist.
    ///
    /// ## Why
    ///
    /// An unknown kind, attribute or column shows nothing, and nothing in the note is written. A marker that is
    /// misspelt (`portolan:baord`) has no effect. Nothing is written if the other marker of its board is there.
    ///
    /// ## Example
    ///
    /// ```md
    /// <!-- portolan:board integratons -->
    /// <!-- portolan:end -->
    /// ```
    ///
    /// ## Fix
    ///
    /// Write one of the kinds, attributes or columns that the message names.
    pub(super) static BOARD_UNKNOWN = "board-unknown", Error, Board(board_unknown);
}

fn board_unknown(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    for problem in marker_problems(ctx).iter().filter(|p| p.unreadable) {
        sink.report(&ctx.note.path, problem.place, &problem.marker, problem.message.clone());
    }
    for (board, rendered) in ctx.boards() {
        if let Err(message) = rendered {
            sink.report(&ctx.note.path, board.place, &asked(board), message.clone());
        }
    }
}

/// Returns what a board asks for, as written in its marker.
fn asked(board: &Board) -> String {
    let attributes = board.attributes.iter().map(|(key, value)| format!(" {key}={value}"));
    [board.kind.clone()].into_iter().chain(attributes).collect()
}
