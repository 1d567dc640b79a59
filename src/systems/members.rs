//! The members of the graph: the notes that are components, the blocks that are integrations, and their statuses.

use crate::model::integration::View;
use crate::syntax::header::{Header, keys};
use crate::syntax::integration::Integration;
use crate::vault::{Note, Vault};

/// The source of an integration's status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusSource {
    /// The integration's own key.
    Own,
    /// The header of its note, which holds no other integration.
    OfNote,
}

/// Iterates over the notes that are components, with their headers.
pub fn components(vault: &Vault) -> impl Iterator<Item = (&Note, &Header)> {
    let notes = vault.system_notes().filter(|(_, note)| !note.is_template());
    notes.filter_map(|(_, note)| Some((note, note.facts.system().header.as_ref()?)))
}

/// Iterates over the integrations that are instances, with their notes.
pub fn integrations(vault: &Vault) -> impl Iterator<Item = (&Note, &Integration)> {
    let notes = vault.system_notes().filter(|(_, note)| !note.is_template());
    notes.flat_map(|(_, note)| note.facts.system().instances().map(move |own| (note, own)))
}

/// Returns the status of a component.
#[must_use]
pub fn component_status(header: &Header) -> Option<&str> {
    let field = header.get(keys::STATUS)?;
    field.is_stated().then_some(field.value.as_str())
}

/// Whether a header has a status only in a form that is not read.
#[must_use]
pub fn is_status_unread(header: &Header) -> bool {
    header.has_aside(keys::STATUS) && header.get(keys::STATUS).is_none()
}

/// Returns the status of an integration: its own, or else that of its note, if the note holds no other
/// integration.
#[must_use]
pub fn integration_status<'n>(
    note: &'n Note,
    integration: &'n Integration,
) -> Option<(&'n str, StatusSource)> {
    if let Some(own) = View(integration).text(&["status"]) {
        return Some((own, StatusSource::Own));
    }
    only_integration(note)?;
    let header = note.facts.system().header.as_ref()?;
    Some((component_status(header)?, StatusSource::OfNote))
}

/// Returns the only integration of a note; `None` if it has none or several.
pub(crate) fn only_integration(note: &Note) -> Option<&Integration> {
    // Stops at the second one, because a note may hold thousands, and this is asked for each.
    let mut own = note.facts.system().instances();
    own.next().filter(|_| own.next().is_none())
}
