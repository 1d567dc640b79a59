//! What a write would change, as a unified diff.

use similar::TextDiff;

/// The change of a note from `old` to `new` as a unified diff with three lines of context.
///
/// Both texts must be ones that may be shown: secrets masked.
#[must_use]
pub fn unified(note: &str, old: &str, new: &str) -> String {
    let note = crate::error::escape(note);
    let diff = TextDiff::from_lines(old, new);
    diff.unified_diff().context_radius(3).header(&format!("a/{note}"), &format!("b/{note}")).to_string()
}
