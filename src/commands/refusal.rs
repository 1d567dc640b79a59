//! How the refusal of a planner is told: each place that is in the way, then why, then the way out.

use super::Terminal;
use crate::error::{Error, escape};
use crate::plan::rename::{Refused, Spot};

/// At most so many places are named; the rest is counted.
const MAX_SPOTS: usize = 20;

/// Names the places. The error says that nothing was `done`, and why.
pub(super) fn told(done: &str, refused: &Refused, terminal: &mut Terminal<'_>) -> Error {
    places(&refused.spots, terminal);
    Error::new(format!("nothing was {done}: {}", refused.message)).hint(refused.way_out.clone())
}

/// Names places, one a line.
pub(super) fn places(spots: &[Spot], terminal: &mut Terminal<'_>) {
    for Spot { note, line, what } in spots.iter().take(MAX_SPOTS) {
        terminal.say(&format!("{}:{line}: {}", escape(note), escape(what)));
    }
    if let Some(more) = spots.len().checked_sub(MAX_SPOTS).filter(|more| *more > 0) {
        terminal.say(&format!("and {more} more"));
    }
}
