//! The members of the graph: which notes are components, which blocks are integrations, and how each is
//! doing.

use crate::model::integration::View;
use crate::syntax::header::{Header, keys};
use crate::syntax::integration::Integration;
use crate::vault::{Note, Vault};

/// Where the status of an integration comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusSource {
    /// From its own key.
    Own,
    /// From the header of its note, which holds no other integration.
    OfNote,
}

/// The notes that are components, with their headers.
pub fn components(vault: &Vault) -> impl Iterator<Item = (&Note, &Header)> {
    let notes = vault.system_notes().filter(|(_, note)| !note.is_template());
    notes.filter_map(|(_, note)| Some((note, note.facts.system().header.as_ref()?)))
}

/// The integrations that are instances, with their notes.
pub fn integrations(vault: &Vault) -> impl Iterator<Item = (&Note, &Integration)> {
    let notes = vault.system_notes().filter(|(_, note)| !note.is_template());
    notes.flat_map(|(_, note)| note.facts.system().instances().map(move |own| (note, own)))
}

/// The status of a component.
#[must_use]
pub fn component_status(header: &Header) -> Option<&str> {
    let field = header.get(keys::STATUS)?;
    field.is_stated().then_some(field.value.as_str())
}

/// Whether a header has a status in a form that is not read, and no other one.
#[must_use]
pub fn is_status_unread(header: &Header) -> bool {
    header.has_aside(keys::STATUS) && header.get(keys::STATUS).is_none()
}

/// The status of an integration: its own, or else that of its note, where the note holds no other.
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

/// The integration of a note that holds no other.
pub(crate) fn only_integration(note: &Note) -> Option<&Integration> {
    // No further than to a second one: a note may hold as many as are asked for.
    let mut own = note.facts.system().instances();
    own.next().filter(|_| own.next().is_none())
}
