//! Reports that nothing is written: each place that prevents it, then the reason, then the way out.

use super::Terminal;
use crate::error::{Error, Result};
use crate::plan::obstacle::{Obstacle, Refused, Spot, obstacle_to_lines};
use crate::text::visible::escape;
use crate::vault::Note;

/// The most places that are named; the others are counted.
const MAX_SPOTS: usize = 20;

/// Names the places. Returns the error that nothing was `done`, with the reason.
pub(crate) fn told(done: &str, refused: &Refused, terminal: &mut Terminal<'_>) -> Error {
    places(&refused.spots, terminal);
    error(format!("nothing was {done}: {}", refused.message), refused)
}

/// Creates an error with this message, and with the way out as its hint where there is one.
pub(crate) fn error(message: String, refused: &Refused) -> Error {
    let error = Error::new(message);
    match &refused.way_out {
        Some(way_out) => error.with_hint(way_out.clone()),
        None => error,
    }
}

/// Names places, one per line.
pub(crate) fn places(spots: &[Spot], terminal: &mut Terminal<'_>) {
    for Spot { note, line, message } in spots.iter().take(MAX_SPOTS) {
        terminal.say(&format!("{}:{line}: {}", escape(note), escape(message)));
    }
    if let Some(more) = spots.len().checked_sub(MAX_SPOTS).filter(|more| *more > 0) {
        terminal.say(&format!("and {more} more"));
    }
}

/// Refuses to write lines into a note where an obstacle prevents it.
pub(crate) fn stop_at_obstacle(note: &Note, text: &str) -> Result<()> {
    obstacle_to_lines(note, text).map_or(Ok(()), |obstacle| Err(refused(note, obstacle)))
}

/// Returns the error for a note that is not written because of an obstacle.
pub(crate) fn refused(note: &Note, obstacle: Obstacle) -> Error {
    let refused = Refused::by(note, obstacle);
    error(refused.message.clone(), &refused)
}
