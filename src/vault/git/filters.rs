//! Finds the notes that git filters change between the repository and the disk, such as those of LFS and
//! git-crypt. The user has set these filters up for every checkout, and they may fetch what they need.

use std::collections::HashSet;
use std::path::Path;

use memchr::memmem;

use super::Repository;
use super::entries::{Entry, Kind};
use crate::error::Result;
use crate::text::path::file_name;
use crate::vault::{files, on_disk};

const ATTRIBUTES: &str = ".gitattributes";

impl Repository {
    /// Returns the paths of the notes that a filter changes on checkout. git is asked only if attributes name a
    /// filter at all.
    pub(super) fn filtered(&self, entries: &[Entry]) -> Result<HashSet<String>> {
        let paths =
            || entries.iter().filter_map(|entry| Some((entry, std::str::from_utf8(&entry.path).ok()?)));
        let inside = paths().map(|(_, path)| path).filter(|path| file_name(path) == ATTRIBUTES);
        let inside = inside.map(|path| on_disk(&self.top, path));
        let vault = on_disk(&self.top, &self.prefix);
        let around = vault.ancestors().take_while(|folder| folder.starts_with(&self.top));
        let around = around.map(|folder| folder.join(ATTRIBUTES));
        let mut all = inside.chain(around).chain([self.attributes.clone()]);
        if !all.any(|file| names_filter(&file)) {
            return Ok(HashSet::new());
        }
        // git reads one path a line, so a path with a line break cannot be asked about.
        let is_asked = |path: &str| files::is_read(path) && !path.contains('\n');
        let notes = paths().filter(|(entry, path)| entry.kind == Kind::File && is_asked(path));
        let notes: Vec<&str> = notes.map(|(_, path)| path).collect();
        let mut questions = Vec::new();
        for note in &notes {
            questions.extend(on_disk(&self.top, note).as_os_str().as_encoded_bytes());
            questions.push(0);
        }
        let printed = self.program.answer(&["check-attr", "-z", "--stdin", "filter"], &questions)?;
        // The output repeats path, attribute and value.
        let values = printed.split(|byte| *byte == 0).skip(2).step_by(3);
        let is_set = |value: &[u8]| !matches!(value, b"unspecified" | b"unset" | b"set");
        let filtered = notes.into_iter().zip(values).filter(|(_, value)| is_set(value));
        Ok(filtered.map(|(note, _)| note.to_owned()).collect())
    }
}

/// Whether an attributes file names a filter.
fn names_filter(attributes: &Path) -> bool {
    std::fs::read(attributes).is_ok_and(|text| memmem::find(&text, b"filter").is_some())
}
