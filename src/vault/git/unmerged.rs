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
    /// The path of the vault in its repository, with a slash behind, or empty.
    prefix: String,
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
        Ok(Unmerged { program: self.program.clone(), prefix: self.prefix.clone(), notes })
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

    /// A note as the sides have it that have it as text. While a merge goes on they are known of a note, too, that
    /// somebody has put into the index as it was. `None` where nothing is being merged.
    #[must_use]
    pub fn sides(&self, note: &str) -> Option<Vec<String>> {
        if let Some(Versions { sides, .. }) = self.notes.get(note) {
            return Some(sides.iter().filter_map(|id| self.read(id)).collect());
        }
        Some(vec![self.at("HEAD", note)?, self.at("MERGE_HEAD", note)?])
    }

    /// A note as a commit has it.
    fn at(&self, commit: &str, note: &str) -> Option<String> {
        self.read(&format!("{commit}:{}{note}", self.prefix))
    }

    fn read(&self, object: &impl ToString) -> Option<String> {
        String::from_utf8(self.program.run(&["cat-file", "blob", &object.to_string()]).ok()?).ok()
    }
}
