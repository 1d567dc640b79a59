//! In which direction a batch that was interrupted is brought to an end.

use super::passages::Stand;
use super::steps::{Journal, State};
use crate::error::Result;
use crate::write::Writer;

/// The direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// What has not been done is done: nothing was in the way of it.
    Forward,
    /// What was done is taken back, if any of it is there: words of it may be left in lines that somebody has changed.
    Back { is_there: bool },
    /// Neither: nothing was done, or somebody has put it back already.
    Nothing,
}

impl Way {
    /// All of a batch or nothing, with a mind to what somebody has done to the vault since: what they have put back stays
    /// so, and where they have changed notes, it is the direction in which fewer of these are left behind.
    pub(super) fn of(journal: &Journal, writer: &Writer) -> Result<Self> {
        let moved = journal.move_state(writer);
        let seen = journal.seen(writer)?;
        // What would be left behind in one direction and in the other, and what there is to take back.
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
        // Notes are written in their order and taken back in the other: whatever a run leaves, none that is old comes
        // before one that is new. Where one does, somebody has put it back. The file comes last; somebody may have moved
        // it by hand to where it was going, but not while every note is as it was.
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
