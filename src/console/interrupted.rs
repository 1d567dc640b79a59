//! Deals with a rename that was interrupted, before a command begins.

use std::path::Path;

use super::Terminal;
use crate::error::Result;
use crate::text::message::counted;
use crate::text::visible::escape;
use crate::write::journal::{self, End, Left, Recovered};

/// What to do about an interrupted rename before a command begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Complete it or take it back: the command writes or judges, and must not see half a rename.
    Settle,
    /// Only report it: the command only looks, or was told to write nothing.
    Look,
}

impl Access {
    /// Returns [`Access::Look`] where the command was told to write nothing, else [`Access::Settle`].
    pub(crate) fn unless(writes_nothing: bool) -> Self {
        if writes_nothing { Self::Look } else { Self::Settle }
    }
}

/// The most places that are listed.
const MAX_SHOWN: usize = 20;

/// Completes or takes back an interrupted rename, or reports it. This is printed even with `--quiet`, since
/// it is about notes that the user has not named.
pub(crate) fn settle(root: &Path, access: Access, terminal: &mut Terminal<'_>) {
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
