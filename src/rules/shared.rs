//! What rules about single notes ask of all others.

use serde::{Deserialize, Serialize};

use crate::model::chronology::Direction;
use crate::model::integration::{KnownKeys, View};
use crate::plan::history::habit;
use crate::syntax::facts::SystemFacts;
use crate::vault::Vault;

/// What rules about single notes ask of all others. To gather it takes every note that documents a system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Shared {
    /// The keys that are known at each of [`Shared::LEVELS`].
    known_keys: [KnownKeys; 3],
    /// The order that most histories have.
    pub(super) habit: Direction,
}

impl Shared {
    /// The levels of an integration that have fields.
    const LEVELS: [&[&str]; 3] = [&[], &["auth"], &["config"]];

    pub(super) fn of(vault: &Vault) -> Self {
        let notes = || vault.system_notes().map(|(_, note)| note.facts.system());
        let templates = notes().flat_map(SystemFacts::template_integrations);
        let templates: Vec<View<'_>> = templates.map(View).collect();
        Self { known_keys: Self::LEVELS.map(|level| KnownKeys::at(level, &templates)), habit: habit(vault) }
    }

    /// The levels of an integration, and the keys that are known there.
    pub(super) fn known_keys(&self) -> impl Iterator<Item = (&'static [&'static str], &KnownKeys)> {
        Self::LEVELS.into_iter().zip(&self.known_keys)
    }
}
