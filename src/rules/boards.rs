//! The board family: generated regions that are old, edited or broken.

use super::{NoteContext, Sink, declare_rule};
use crate::plan::board::{self, Source};

declare_rule! {
    /// A board does not show what the vault says now.
    ///
    /// ## Why
    ///
    /// A board that is out of date is worse than none: readers trust it.
    ///
    /// The board is compared with exactly what `portolan sync` would write. A board that was never
    /// filled is stale too.
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
    pub(super) static BOARD_STALE = "board-stale", Error, Board(board_stale);
}

fn board_stale(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    let boards = &ctx.note.facts.system().boards;
    if boards.is_empty() {
        return;
    }
    let Some(text) = ctx.vault.text(ctx.id) else { return };
    let source = Source { vault: ctx.vault, findings: ctx.context.feed };
    for board in boards.iter().filter(|board| !board.edited || board::has_conflict(&text, board)) {
        let Ok(rendered) = board::render(source, board) else { continue };
        if !board::edits(&rendered, &text, board).is_empty() {
            let message = if board.digest.is_none() {
                format!("the board `{}` was never filled", board.kind)
            } else {
                format!("the board `{}` does not show what the vault says now", board.kind)
            };
            let finding = sink.report(&ctx.note.path, board.place, &board.kind, message);
            finding.help = Some("run `portolan sync`".to_owned());
        }
    }
}

declare_rule! {
    /// A board was edited by hand.
    ///
    /// ## Why
    ///
    /// What was written there belongs somewhere else, or will be lost. `portolan sync` leaves such a
    /// board alone.
    ///
    /// ## Example
    ///
    /// A row that somebody has added between `portolan:board` and `portolan:end`.
    ///
    /// ## Fix
    ///
    /// Move what you wrote out of the board, then run `portolan sync --force`.
    pub(super) static BOARD_EDITED = "board-edited", Warning, Board(board_edited);
}

fn board_edited(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    let edited = ctx.note.facts.system().boards.iter().filter(|board| board.edited);
    let Some(text) = ctx.vault.text(ctx.id) else { return };
    for board in edited.filter(|board| !board::has_conflict(&text, board)) {
        let message = format!("the board `{}` was edited by hand", board.kind);
        let finding = sink.report(&ctx.note.path, board.place, &board.kind, message);
        finding.help = Some("move the edit out of the board, then run `portolan sync --force`".to_owned());
    }
}

declare_rule! {
    /// The markers of a board do not pair up.
    ///
    /// ## Why
    ///
    /// Where a board ends cannot be told, so nothing in the note is written.
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
    /// Give every `portolan:board` one `<!-- portolan:end -->` behind it, and none inside another.
    pub(super) static BOARD_UNCLOSED = "board-unclosed", Error, Board(board_unclosed);
}

fn board_unclosed(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    for problem in ctx.note.facts.system().marker_problems.iter().filter(|p| !p.unreadable) {
        sink.report(&ctx.note.path, problem.place, &problem.message, problem.message.clone());
    }
}

declare_rule! {
    /// A board asks for something that there is not.
    ///
    /// ## Why
    ///
    /// An unknown kind, attribute or column shows nothing, and nothing in the note is written.
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
    let system = ctx.note.facts.system();
    for problem in system.marker_problems.iter().filter(|p| p.unreadable) {
        sink.report(&ctx.note.path, problem.place, &problem.message, problem.message.clone());
    }
    let source = Source { vault: ctx.vault, findings: ctx.context.feed };
    for board in &system.boards {
        if let Err(message) = board::render(source, board) {
            sink.report(&ctx.note.path, board.place, &message, message.clone());
        }
    }
}
