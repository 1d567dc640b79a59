//! The notes of a vault and their roles.

use std::num::NonZeroU64;
use std::sync::{Arc, OnceLock};

use xxhash_rust::xxh3::xxh3_64;

use super::Keep;
use super::names::FileId;
use super::obsidian::AppSettings;
use super::targets::Targets;
use crate::config::Config;
use crate::syntax::canvas::is_canvas;
use crate::syntax::facts::{self, Facts, HeadingFact};
use crate::text::fold::nfc;
use crate::text::path;

/// A hash over the bytes of a note. It is never 0, so that an `Option` of it takes no more room.
pub(super) type Identity = NonZeroU64;

/// Returns the hash that identifies these bytes.
pub(super) fn identity(bytes: &[u8]) -> Identity {
    Identity::new(xxh3_64(bytes)).unwrap_or(Identity::MIN)
}

/// A note that was read.
#[derive(Clone, Debug)]
pub struct Note {
    /// The path in the vault.
    pub path: String,
    /// The file of the vault that it was read from.
    pub file: FileId,
    /// How portolan treats the note.
    pub role: Role,
    /// The facts that were read from it.
    pub facts: Facts,
    /// The hash of its bytes.
    pub(super) identity: Identity,
    /// The text, if the vault keeps texts and the file is text.
    pub(super) text: Option<Arc<str>>,
    /// What links can name in the note, where that is much. Made when the first link asks.
    pub(super) targets: OnceLock<Arc<Targets>>,
}

/// How portolan treats a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It is judged and listed.
    Ordinary,
    /// A template for other notes: listed, but its header, history, placeholders and links are not judged.
    Template,
    /// Neither judged nor listed. It is read because links to its headings are judged.
    Excluded,
    /// A canvas rather than a note: only its links are judged.
    Canvas,
}

impl Role {
    /// Whether it is a note that is judged or listed.
    #[must_use]
    pub const fn is_note(self) -> bool {
        matches!(self, Self::Ordinary | Self::Template)
    }
}

impl Note {
    pub(super) fn read(
        path: String,
        file: FileId,
        role: Role,
        bytes: &[u8],
        config: &Config,
        keep: Keep,
    ) -> Self {
        let facts = read_facts(&path, bytes, config);
        let note = Self::of(path, file, role, facts, identity(bytes));
        let text = match keep {
            Keep::Texts => std::str::from_utf8(bytes).ok().map(Arc::from),
            Keep::Facts => None,
        };
        Self { text, ..note }
    }

    /// Makes a note from facts that were read from bytes with the hash `identity`.
    pub(super) const fn of(path: String, file: FileId, role: Role, facts: Facts, identity: Identity) -> Self {
        Self { path, file, role, facts, identity, text: None, targets: OnceLock::new() }
    }

    /// Whether the note was read from these bytes.
    pub(super) fn is_of(&self, bytes: &[u8]) -> bool {
        self.identity == identity(bytes)
    }

    /// Whether it was read from the same bytes as another note.
    #[must_use]
    pub fn same_bytes(&self, other: &Self) -> bool {
        self.identity == other.identity
    }

    /// Returns this note as another file of a vault.
    pub(super) fn moved(&self, file: FileId) -> Self {
        Self { file, ..self.clone() }
    }

    /// Returns the title: the first heading of level 1 that is not the heading of a section such as *System
    /// Initialization*, or else the name of the file.
    #[must_use]
    pub fn title(&self) -> &str {
        self.facts.title.map_or_else(|| path::stem(&self.path), |title| self.facts.text(title))
    }

    /// Returns the heading that a path of headings names; see [`Note::heading_index`].
    #[must_use]
    pub fn heading(&self, parts: &[String]) -> Option<&HeadingFact> {
        self.facts.headings.get(self.heading_index(parts)?)
    }

    /// Whether the note is a template for other notes.
    #[must_use]
    pub fn is_template(&self) -> bool {
        self.role == Role::Template
    }
}

/// Reads the facts of a note or a canvas.
pub(super) fn read_facts(path: &str, bytes: &[u8], config: &Config) -> Facts {
    if is_canvas(path) { facts::read_canvas(bytes) } else { facts::read(bytes, &config.reading) }
}

/// What a path may name, found by a quick look that rules most paths out.
#[derive(Default)]
struct MayName {
    templates: bool,
    modules: bool,
}

impl MayName {
    fn of(path: &str) -> Self {
        let bytes = path.as_bytes();
        let mut may = Self::default();
        for at in memchr::memchr2_iter(b'm', b'M', bytes) {
            let has = |word: &[u8]| {
                bytes.get(at..at + word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word))
            };
            match bytes.get(at + 1) {
                Some(b'p' | b'P') => may.templates |= has(b"mplat"),
                Some(b'o') => may.modules |= has(b"modules"),
                _ => {}
            }
        }
        may
    }
}

fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// Returns the role of the note at `path`.
pub(super) fn role(path: &str, config: &Config, app: &AppSettings) -> Role {
    // Folders are named in the plural, and Obsidian's settings are often not committed: names count as well.
    let is_template_word =
        |word: &str| ["template", "templates"].iter().any(|w| word.eq_ignore_ascii_case(w));
    let names_templates = |name: &str| words(name).any(is_template_word);
    // A folder such as `template-engine` holds no templates.
    let holds_templates = |folder: &str| words(folder).last().is_some_and(is_template_word);
    let may_name = MayName::of(path);
    // Settings are in the composed form (NFC), and some disks give paths in the other.
    let path = &*nfc(path);
    if app.ignores(path)
        || config.exclude.iter().any(|prefix| path.starts_with(prefix.as_str()))
        || (may_name.modules && path.split('/').any(path::is_vendored))
    {
        Role::Excluded
    } else if is_canvas(path) {
        // A canvas among templates is a template too, and only links are judged in a canvas.
        let template = app.template_folders.iter().any(|folder| path::is_in(path, folder));
        if template { Role::Excluded } else { Role::Canvas }
    } else if app.template_folders.iter().any(|folder| path::is_in(path, folder))
        || config.templates.iter().any(|prefix| path.starts_with(prefix.as_str()))
        || (may_name.templates
            && (names_templates(path::stem(path)) || path::folder(path).split('/').any(holds_templates)))
    {
        Role::Template
    } else {
        Role::Ordinary
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;
    use crate::vault::{NoteId, Vault};

    #[test]
    fn a_section_of_level_1_is_no_title() {
        for (text, expected) in [
            ("# System Initialization\n\n# Modification History\n", "gauge"),
            ("# 🚀 1. SYSTEM INITIALIZATION\n\n# Gauge\n\n# Version History\n", "Gauge"),
            ("# Status Indicators\n\n# Changes\n", "Status Indicators"),
            ("# System\n\n# System Initialization\n", "System"),
            ("## Gauge\n", "gauge"),
        ] {
            let vault = Vault::of_texts(Config::default(), &[("gauge.md", text)]);
            assert_eq!(vault.note(NoteId(0)).unwrap().title(), expected, "{text}");
        }
    }
}
