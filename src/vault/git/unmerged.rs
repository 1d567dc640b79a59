//! The versions that a merge has come upon: the index keeps them until somebody says that a file is merged.

use std::collections::HashMap;

use super::Repository;
use super::entries;
use super::object::Id;
use super::program::Program;
use crate::error::Result;

/// The notes that are not merged yet, as they were before the merge.
#[derive(Debug)]
pub struct Unmerged {
    program: Program,
    /// By their path in the vault.
    notes: HashMap<String, Versions>,
}

/// The versions of a note.
#[derive(Debug, Default)]
struct Versions {
    /// What both sides had before; `None` where both have made it.
    base: Option<Id>,
    /// What each side has that has it still.
    sides: Vec<Id>,
}

impl Repository {
    /// The notes of the vault that are not merged yet.
    ///
    /// # Errors
    /// git cannot read the index.
    pub fn unmerged(&self) -> Result<Unmerged> {
        let printed = self.program.run(&self.within(&["ls-files", "--unmerged", "-z", "--full-name"]))?;
        let mut notes: HashMap<String, Versions> = HashMap::new();
        for version in entries::of_unmerged(&printed) {
            let Some(note) = version.path.strip_prefix(self.prefix.as_str()) else { continue };
            let known = notes.entry(note.to_owned()).or_default();
            if version.is_base {
                known.base = Some(version.id);
            } else {
                known.sides.push(version.id);
            }
        }
        Ok(Unmerged { program: self.program.clone(), notes })
    }
}

impl Unmerged {
    /// A note as both sides had it before: nothing at all where both have made it. `None` where it is merged, or is
    /// no text.
    #[must_use]
    pub fn base(&self, note: &str) -> Option<String> {
        match &self.notes.get(note)?.base {
            None => Some(String::new()),
            Some(id) => self.read(id),
        }
    }

    /// A note as the sides have it that have it as text. `None` where it is merged.
    #[must_use]
    pub fn sides(&self, note: &str) -> Option<Vec<String>> {
        let Versions { sides, .. } = self.notes.get(note)?;
        Some(sides.iter().filter_map(|id| self.read(id)).collect())
    }

    fn read(&self, id: &Id) -> Option<String> {
        String::from_utf8(self.program.run(&["cat-file", "blob", &id.to_string()]).ok()?).ok()
    }
}
