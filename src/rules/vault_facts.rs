//! Facts about all notes that rules about single notes need.

use serde::{Deserialize, Serialize};

use crate::model::chronology::Direction;
use crate::model::integration::{KnownKeys, View};
use crate::plan::history::habit;
use crate::syntax::facts::SystemFacts;
use crate::vault::Vault;

/// Facts about all notes that rules about single notes need. Gathering them takes every note that documents a
/// system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Shared {
    /// The known keys at each of [`Shared::LEVELS`].
    known_keys: [KnownKeys; 3],
    /// The order of entries that most histories of the vault have.
    pub(super) habit: Direction,
}

impl Shared {
    /// The objects of an integration that have fields, by their paths.
    const LEVELS: [&[&str]; 3] = [&[], &["auth"], &["config"]];

    pub(super) fn of(vault: &Vault) -> Self {
        let notes = || vault.system_notes().map(|(_, note)| note.facts.system());
        let templates = notes().flat_map(SystemFacts::template_integrations);
        let templates: Vec<View<'_>> = templates.map(View).collect();
        Self { known_keys: Self::LEVELS.map(|level| KnownKeys::at(level, &templates)), habit: habit(vault) }
    }

    /// Returns the objects of an integration with the keys that are known in each.
    pub(super) fn known_keys(&self) -> impl Iterator<Item = (&'static [&'static str], &KnownKeys)> {
        Self::LEVELS.into_iter().zip(&self.known_keys)
    }
}
