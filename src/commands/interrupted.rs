//! A rename that was interrupted, and what a command does about it.

use std::path::Path;

use super::{Terminal, counted};
use crate::error::Result;
use crate::text::visible::escape;
use crate::write::journal::{self, End, Left, Recovered};

/// What a command may do to the vault before it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// It writes or judges: it sees no half of a rename.
    Settle,
    /// It only looks, or was told to write nothing: it says what waits.
    Look,
}

impl Access {
    /// What a command may do that was told, or not, to write nothing.
    pub(super) fn unless(writes_nothing: bool) -> Self {
        if writes_nothing { Self::Look } else { Self::Settle }
    }
}

/// So many places are named that somebody has changed in between.
const MAX_SHOWN: usize = 20;

/// Brings a rename that was interrupted to an end, or tells of it. What concerns the notes of somebody who was not asked
/// is said even to who wants to hear nothing.
pub(super) fn settle(root: &Path, access: Access, terminal: &mut Terminal<'_>) {
    let found: Result<Option<Recovered>> = match access {
        Access::Settle => journal::recover(root),
        Access::Look => journal::look(root),
    };
    let done = match found {
        Ok(Some(done)) => done,
        Ok(None) => return,
        Err(error) => {
            terminal.warn(&format!("warning: a rename was interrupted: {}", error.on_one_line()));
            return;
        }
    };
    let what = escape(&done.what);
    terminal.warn(&match done.end {
        End::Finished => format!("finished the {what}, which was interrupted"),
        End::TakenBack => format!("took back the {what}, which was interrupted"),
        End::Nothing if done.left.iter().any(|left| left.line.is_some()) => {
            format!("the {what} was interrupted; nothing of it could be taken back, and nothing was written")
        }
        End::Nothing => {
            format!("the {what} was interrupted; nothing of it is left in the notes, and nothing was written")
        }
        End::Waits => format!(
            "warning: the {what} was interrupted, and may be half done: `portolan check` brings it to an end"
        ),
    });
    for Left { note, line } in done.left.iter().take(MAX_SHOWN) {
        let note = escape(note);
        terminal.warn(&match line {
            Some(line) => format!("{note}:{line}: changed in between, and its link is left as it is"),
            None => format!("{note}: changed in between, left as it is"),
        });
    }
    if let Some(more) = done.left.len().checked_sub(MAX_SHOWN).filter(|more| *more > 0) {
        terminal.warn(&format!("and {} more", counted(more, "place")));
    }
}
