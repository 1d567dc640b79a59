//! How the refusal of a planner is told: each place that is in the way, then why, then the way out.

use super::Terminal;
use crate::error::Error;
use crate::plan::obstacle::{Refused, Spot};
use crate::text::visible::escape;

/// At most so many places are named; the rest is counted.
const MAX_SPOTS: usize = 20;

/// Names the places. The error says that nothing was `done`, and why.
pub(super) fn told(done: &str, refused: &Refused, terminal: &mut Terminal<'_>) -> Error {
    places(&refused.spots, terminal);
    error(format!("nothing was {done}: {}", refused.message), refused)
}

/// An error with this message, and with the way out where there is one.
pub(super) fn error(message: String, refused: &Refused) -> Error {
    let error = Error::new(message);
    match &refused.way_out {
        Some(way_out) => error.hint(way_out.clone()),
        None => error,
    }
}

/// Names places, one a line.
pub(super) fn places(spots: &[Spot], terminal: &mut Terminal<'_>) {
    for Spot { note, line, message } in spots.iter().take(MAX_SPOTS) {
        terminal.say(&format!("{}:{line}: {}", escape(note), escape(message)));
    }
    if let Some(more) = spots.len().checked_sub(MAX_SPOTS).filter(|more| *more > 0) {
        terminal.say(&format!("and {more} more"));
    }
}
