//! What both sides of a merge had before: the index keeps it until somebody says that a file is merged.

use std::collections::HashMap;

use super::Repository;
use super::entries;
use super::object::Id;
use super::program::Program;
use crate::error::Result;

/// The notes that are not merged yet, as both sides had them before.
#[derive(Debug)]
pub struct Bases {
    program: Program,
    /// By their path in the vault; `None` for one that both sides have made.
    notes: HashMap<String, Option<Id>>,
}

impl Repository {
    /// The notes of the vault that are not merged yet.
    ///
    /// # Errors
    /// git cannot read the index.
    pub fn bases(&self) -> Result<Bases> {
        let printed = self.program.run(&self.within(&["ls-files", "--unmerged", "-z", "--full-name"]))?;
        let mut notes = HashMap::new();
        for (path, base) in entries::of_unmerged(&printed) {
            if let Some(note) = path.strip_prefix(self.prefix.as_str()) {
                let known: &mut Option<Id> = notes.entry(note.to_owned()).or_default();
                *known = known.or(base);
            }
        }
        Ok(Bases { program: self.program.clone(), notes })
    }
}

impl Bases {
    /// A note as both sides had it before: nothing at all where both have made it. `None` where it is merged, or is
    /// no text.
    #[must_use]
    pub fn read(&self, note: &str) -> Option<String> {
        match self.notes.get(note)? {
            None => Some(String::new()),
            Some(id) => {
                let blob = self.program.run(&["cat-file", "blob", &id.to_string()]).ok()?;
                String::from_utf8(blob).ok()
            }
        }
    }
}
