//! Finds how a new note affects existing references: those with its name may lead to it.

use super::files::After;
use super::{Refused, Spot, gather};
use crate::vault::Vault;

/// How a new note changes the references of a vault.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Arrival {
    /// The number of references that led nowhere and would lead to it.
    pub healed: usize,
    /// The references that would fit two files equally, so that Obsidian's choice would not be fixed any more.
    pub doubtful: Vec<Spot>,
}

/// Returns what a note with this path would change for the references of a vault.
///
/// # Errors
/// A reference to something else would lead to it.
pub fn arrival(vault: &Vault, path: &str) -> Result<Arrival, Refused> {
    let way_out = || "choose another name or folder".to_owned();
    let plan = gather(vault, After::with(vault, path).all())
        .map_err(|refused| Refused { way_out: Some(way_out()), ..refused })?;
    let mut doubtful = Vec::new();
    for (id, edits) in &plan.writes {
        let Some(note) = vault.note(*id) else { continue };
        let links = note.facts.links.iter();
        let open = links.filter(|link| edits.iter().any(|edit| link.place.span.contains(edit.span)));
        doubtful
            .extend(open.map(|link| super::spot(note, link.place.line, "it would fit the new note alike")));
    }
    Ok(Arrival { healed: plan.healed, doubtful })
}
