//! Whether an interrupted batch is completed or taken back.

use super::passages::Stand;
use super::steps::{Journal, State};
use crate::error::Result;
use crate::write::Writer;

/// What to do with an interrupted batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Do what has not been done: nothing prevents it.
    Forward,
    /// Undo what was done. `is_there` is false where nothing of it is left but words in lines that somebody
    /// has edited.
    Back { is_there: bool },
    /// Nothing: no step was done, or somebody has put everything back already.
    Nothing,
}

impl Way {
    /// Decides the way for the whole batch, respecting what somebody has done to the vault since: what they
    /// have put back stays so. Where they have edited notes, it is the way that leaves fewer of their lines
    /// behind.
    pub(super) fn of(journal: &Journal, writer: &Writer) -> Result<Self> {
        let moved = journal.move_state(writer);
        let seen = journal.seen(writer)?;
        // The passages that each way would leave behind, and whether there is anything to undo.
        let (mut forward, mut back, mut done) = (0, 0, moved == Some(State::After));
        for (step, seen) in journal.writes.iter().zip(&seen) {
            match seen.state {
                State::Before | State::Gone => {}
                State::After => done = true,
                State::Foreign => {
                    for stand in step.changed(seen).stands {
                        match stand {
                            Stand::Old(_) => {}
                            Stand::New(_) => done = true,
                            Stand::Changed { old, new } => {
                                forward += usize::from(!old.is_empty());
                                back += usize::from(!new.is_empty());
                            }
                        }
                    }
                }
            }
        }
        if !done && back == 0 {
            return Ok(Self::Nothing);
        }
        // Notes are written in order and undone in reverse order. So after any run no old note comes before a
        // new one; where one does, somebody has put it back. The file is moved last: if it has moved while
        // every note is old, somebody has moved it by hand, and not to complete the batch.
        let mut order = seen.iter().map(|seen| seen.state);
        let put_back = order.any(|state| state == State::Before) && order.any(|state| state == State::After);
        let only_moved = moved == Some(State::After)
            && seen.iter().all(|seen| seen.state != State::After)
            && seen.iter().any(|seen| seen.state == State::Before);
        let is_lost = matches!(moved, Some(State::Foreign | State::Gone));
        let is_back = journal.back || put_back || only_moved || is_lost || forward > back;
        Ok(if is_back { Self::Back { is_there: done } } else { Self::Forward })
    }
}
