//! What a write would change, as a unified diff.

use similar::TextDiff;

use crate::error::escape;

/// The change of a note from `old` to `new` as a unified diff with three lines of context.
///
/// Both texts must be ones that may be shown: secrets masked.
#[must_use]
pub fn unified(note: &str, old: &str, new: &str) -> String {
    between((note, old), (note, new))
}

/// The same for a note that gets another path.
#[must_use]
pub fn between(old: (&str, &str), new: (&str, &str)) -> String {
    let diff = TextDiff::from_lines(old.1, new.1);
    let header = [format!("a/{}", escape(old.0)), format!("b/{}", escape(new.0))];
    diff.unified_diff().context_radius(3).header(&header[0], &header[1]).to_string()
}

/// A note that is not there yet.
#[must_use]
pub fn created(note: &str, text: &str) -> String {
    let diff = TextDiff::from_lines("", text);
    diff.unified_diff().header("/dev/null", &format!("b/{}", escape(note))).to_string()
}
