//! The slot of a note in its vault: filled at once, or when the note is first asked for.

use std::sync::{Arc, OnceLock};

use super::names::FileId;
use super::note::{Identity, Note, Role};
use super::source::Key;
use crate::syntax::facts::{Facts, ProblemKind};
use crate::syntax::vocabulary::Terms;

/// What is known of a note without reading it, as a set of flags.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traits(u8);

impl Traits {
    /// The note is part of the documentation of a system: [`Facts::system`] is not empty.
    pub const SYSTEM: Self = Self(1);
    /// The note has aliases.
    pub const ALIASES: Self = Self(2);
    /// The note adds words to the vocabulary of its vault.
    pub const TERMS: Self = Self(4);
    /// The note has boards, or markers of boards.
    pub const BOARDS: Self = Self(8);
    /// The note has silencers.
    pub const SILENCERS: Self = Self(16);
    /// The note is nested too deeply to be read.
    pub const TOO_DEEP: Self = Self(32);

    /// Returns the traits of a note with these facts.
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

    /// Whether all of these traits are set.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Returns the traits as they are cached.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Reads traits that were cached.
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
    /// The hash of the bytes that the note was read from; `None` before it was first read.
    pub(super) identity: Option<Identity>,
    /// The key by which its file was last found to be the one that was read.
    pub(super) key: Key,
    /// Whether the traits are those of the current note. False before it was first read.
    known: bool,
    /// Whether nothing in the note needs to be judged.
    pub(super) settled: bool,
    /// Holds `None` if reading the note failed.
    pub(super) note: OnceLock<Option<Arc<Note>>>,
}

impl Slot {
    /// Makes the slot of a note that was read.
    pub(super) fn filled(note: Arc<Note>, key: Key) -> Self {
        let (file, role, traits) = (note.file, note.role, Traits::of(&note.facts));
        let identity = Some(note.identity);
        let note = OnceLock::from(Some(note));
        Self { file, role, traits, identity, key, known: true, settled: false, note }
    }

    /// Makes the slot of a note in which nothing needs to be judged. It is read again on demand.
    pub(super) fn settled(note: &Note, key: Key) -> Self {
        let (file, role, traits) = (note.file, note.role, Traits::of(&note.facts));
        let identity = Some(note.identity);
        Self { file, role, traits, identity, key, known: true, settled: true, note: OnceLock::new() }
    }

    /// Returns this slot for a vault in which the file has another number.
    pub(super) fn moved(mut self, file: FileId) -> Self {
        self.file = file;
        if let Some(Some(note)) = self.note.get_mut() {
            Arc::make_mut(note).file = file;
        }
        self
    }

    /// Makes the slot of a note that is read on demand. If `traits` is `None`, it must be read before any search
    /// for notes by traits.
    pub(super) fn empty(file: FileId, role: Role, traits: Option<Traits>, key: Key) -> Self {
        let (known, traits) = (traits.is_some(), traits.unwrap_or_default());
        Self { file, role, traits, identity: None, key, known, settled: false, note: OnceLock::new() }
    }

    /// Forgets the note, so that it is read again.
    pub(super) fn forget(&mut self) {
        (self.known, self.settled) = (false, false);
        self.note = OnceLock::new();
    }

    /// Whether the traits of the note are known.
    pub(super) const fn is_known(&self) -> bool {
        self.known
    }
}
