//! The place of a note in its vault: read at once, or when somebody asks for it.

use std::sync::{Arc, OnceLock};

use super::names::FileId;
use super::note::{Identity, Note, Role};
use super::source::Key;
use crate::syntax::facts::{Facts, ProblemKind};
use crate::syntax::vocabulary::Terms;

/// What is known of a note without reading it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traits(u8);

impl Traits {
    /// The note is part of the documentation of a system: [`Facts::system`] has something.
    pub const SYSTEM: Self = Self(1);
    /// It has aliases.
    pub const ALIASES: Self = Self(2);
    /// It adds words to the vocabulary of its vault.
    pub const TERMS: Self = Self(4);
    /// It has boards, or markers of some.
    pub const BOARDS: Self = Self(8);
    /// It has silencers.
    pub const SILENCERS: Self = Self(16);
    /// It nests too deep to be read.
    pub const TOO_DEEP: Self = Self(32);

    /// What a note has.
    #[must_use]
    pub fn of(facts: &Facts) -> Self {
        let system = facts.system();
        let has = [
            (facts.has_system(), Self::SYSTEM),
            (!facts.aliases.is_empty(), Self::ALIASES),
            (system.terms != Terms::default(), Self::TERMS),
            (!(system.boards.is_empty() && system.marker_problems.is_empty()), Self::BOARDS),
            (!system.silencers.is_empty(), Self::SILENCERS),
            (system.problems.iter().any(|p| p.kind == ProblemKind::Nesting), Self::TOO_DEEP),
        ];
        Self(has.iter().filter(|(has, _)| *has).fold(0, |bits, (_, own)| bits | own.0))
    }

    /// Whether the note has all of these.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// As it is kept.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// As it was kept.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits)
    }
}

/// A note or canvas that may have been read already.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub(super) file: FileId,
    pub(super) role: Role,
    pub(super) traits: Traits,
    /// What tells the bytes that the note was read from; `None` before it was first read.
    pub(super) identity: Option<Identity>,
    /// What told, when it was last listed or then read, that its file is the one that was read.
    pub(super) key: Key,
    /// Whether the traits are those of the note as it is. False before it was first read.
    known: bool,
    /// Whether there is nothing in it to judge.
    pub(super) settled: bool,
    /// `None` inside where reading it has failed.
    pub(super) note: OnceLock<Option<Arc<Note>>>,
}

impl Slot {
    /// A note that has been read.
    pub(super) fn filled(note: Arc<Note>, key: Key) -> Self {
        let (file, role, traits) = (note.file, note.role, Traits::of(&note.facts));
        let identity = Some(note.identity);
        let note = OnceLock::from(Some(note));
        Self { file, role, traits, identity, key, known: true, settled: false, note }
    }

    /// A note that has been read, and in which there is nothing to judge. It is read again when somebody asks for it.
    pub(super) fn settled(note: &Note, key: Key) -> Self {
        let (file, role, traits) = (note.file, note.role, Traits::of(&note.facts));
        let identity = Some(note.identity);
        Self { file, role, traits, identity, key, known: true, settled: true, note: OnceLock::new() }
    }

    /// The same note of a vault whose files have other numbers.
    pub(super) fn moved(mut self, file: FileId) -> Self {
        self.file = file;
        if let Some(Some(note)) = self.note.get_mut() {
            Arc::make_mut(note).file = file;
        }
        self
    }

    /// A note that is read when somebody asks for it. Its traits are known, or it has to be read
    /// before anybody asks for notes that have something.
    pub(super) fn empty(file: FileId, role: Role, traits: Option<Traits>, key: Key) -> Self {
        let (known, traits) = (traits.is_some(), traits.unwrap_or_default());
        Self { file, role, traits, identity: None, key, known, settled: false, note: OnceLock::new() }
    }

    /// The same note, to be read again.
    pub(super) fn forget(&mut self) {
        (self.known, self.settled) = (false, false);
        self.note = OnceLock::new();
    }

    /// Whether it is known what the note has.
    pub(super) const fn is_known(&self) -> bool {
        self.known
    }
}
