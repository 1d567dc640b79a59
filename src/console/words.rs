//! Words for counts.

/// Renders `1 link that led nowhere now leads there`.
pub(crate) fn healed(count: usize) -> String {
    let lead = if count == 1 { "leads" } else { "lead" };
    format!("{} that led nowhere now {lead} there", counted(count, "link"))
}

/// Renders a count with its noun: `1 note`, `2 notes`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    match (noun.strip_suffix('y'), plural) {
        (Some(stem), "s") => format!("{count} {stem}ies"),
        _ => format!("{count} {noun}{plural}"),
    }
}
