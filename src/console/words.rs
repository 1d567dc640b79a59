//! Words that several commands share.

use crate::text::message::counted;

/// Renders `1 link that led nowhere now leads there`.
pub(crate) fn healed(count: usize) -> String {
    let lead = if count == 1 { "leads" } else { "lead" };
    format!("{} that led nowhere now {lead} there", counted(count, "link"))
}
