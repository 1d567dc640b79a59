//! Reads the versions of unmerged notes, which the index keeps until somebody marks the file as merged.

use std::collections::HashMap;

use super::Repository;
use super::entries;
use super::object::Id;
use super::program::Program;
use crate::error::Result;

/// The unmerged notes of a vault, as they were before the merge.
#[derive(Debug)]
pub struct Unmerged {
    program: Program,
    /// The path of the vault in its repository, with a slash behind, or empty.
    prefix: String,
    /// The versions of each note, by its path in the vault.
    notes: HashMap<String, Versions>,
}

/// The versions of a note in a merge.
#[derive(Debug, Default)]
struct Versions {
    /// The common ancestor; `None` if both sides created the note.
    base: Option<Id>,
    /// The versions of the sides that still have the note.
    sides: Vec<Id>,
}

impl Repository {
    /// Reads which notes of the vault are unmerged.
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
        Ok(Unmerged { program: self.program.clone(), prefix: self.prefix.clone(), notes })
    }
}

impl Unmerged {
    /// Returns the common ancestor of a note: an empty text if both sides created it. Returns `None` if the note
    /// is merged, or is not text.
    #[must_use]
    pub fn base(&self, note: &str) -> Option<String> {
        match &self.notes.get(note)?.base {
            None => Some(String::new()),
            Some(id) => self.read(id),
        }
    }

    /// Returns the versions of a note on the sides that have it as text. While a merge goes on, this also works
    /// for a note that was added to the index with its conflicts. Returns `None` if nothing is being merged.
    #[must_use]
    pub fn sides(&self, note: &str) -> Option<Vec<String>> {
        if let Some(Versions { sides, .. }) = self.notes.get(note) {
            return Some(sides.iter().filter_map(|id| self.read(id)).collect());
        }
        Some(vec![self.at("HEAD", note)?, self.at("MERGE_HEAD", note)?])
    }

    /// Reads a note at a commit.
    fn at(&self, commit: &str, note: &str) -> Option<String> {
        self.read(&format!("{commit}:{}{note}", self.prefix))
    }

    fn read(&self, object: &impl ToString) -> Option<String> {
        String::from_utf8(self.program.run(&["cat-file", "blob", &object.to_string()]).ok()?).ok()
    }
}
