//! How it is told that nothing is written: each place that is in the way, then why, then the way out.

use super::Terminal;
use crate::error::{Error, Result};
use crate::plan::obstacle::{Obstacle, Refused, Spot, obstacle_to_lines};
use crate::text::visible::escape;
use crate::vault::Note;

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
        Some(way_out) => error.with_hint(way_out.clone()),
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

/// Refuses to write lines into a note in which something is in the way of that.
pub(super) fn stop_at_obstacle(note: &Note, text: &str) -> Result<()> {
    obstacle_to_lines(note, text).map_or(Ok(()), |obstacle| Err(refused(note, obstacle)))
}

/// What is said where nothing is written into a note.
pub(super) fn refused(note: &Note, Obstacle { line, message }: Obstacle) -> Error {
    Error::new(format!("{}:{line}: {message}", note.path))
        .with_hint("fix that first; until then, nothing is written to the note")
}
