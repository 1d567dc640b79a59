//! The files that links lead to, and those that none leads to.

use rayon::prelude::*;

use super::names::{FileId, Resolution};
use super::note::role;
use super::obsidian::AppSettings;
use super::{Note, NoteId, Role, Vault};
use crate::text::path::is_media;

impl Vault {
    /// Returns the notes that no other note and no canvas links to, in the order of paths.
    ///
    /// A link of a note to itself does not count, nor do the links of a board: a board lists everything. Links of
    /// templates and excluded notes count, as they do in Obsidian. So do link reference definitions, and links
    /// beside other text in properties: a reader follows them, whatever the app counts.
    #[must_use]
    pub fn orphans(&self) -> Vec<NoteId> {
        let linked = self.linked();
        let orphaned = |note: &Note| linked.get(note.file.0 as usize) == Some(&false);
        let ordinary = self.notes().filter(|(_, note)| note.role == Role::Ordinary);
        ordinary.filter(|(_, note)| orphaned(note)).map(|(id, _)| id).collect()
    }

    /// Returns the pictures, recordings and documents that no note and no canvas links to, in the order of paths.
    /// Files that Obsidian ignores, files among templates and files behind links out of the vault are left out.
    #[must_use]
    pub fn unused_attachments(&self) -> Vec<FileId> {
        let linked = self.linked();
        let app = AppSettings::read(&*self.source);
        let files = (0u32..).map(FileId).zip(self.names().paths().iter()).zip(linked);
        files
            .filter(|((_, path), linked)| !linked && is_media(path))
            .filter(|((id, path), _)| {
                role(path, &self.config, &app) == Role::Ordinary && self.outside.binary_search(id).is_err()
            })
            .map(|((id, _), _)| id)
            .collect()
    }

    /// Returns for each file whether a note or a canvas links to it. Where a link is ambiguous, all of its
    /// candidates count.
    fn linked(&self) -> Vec<bool> {
        let targets = |note: &Note| -> Vec<u32> {
            let own = note.facts.links.iter().chain(&note.facts.mentions).filter(|link| !link.generated);
            let mut files: Vec<u32> = Vec::new();
            for link in own {
                match self.resolve(note, link) {
                    Resolution::File(file) => files.push(file.0),
                    Resolution::Ambiguous(several) => files.extend(several.iter().map(|file| file.0)),
                    Resolution::External | Resolution::Missing => {}
                }
            }
            files.retain(|file| *file != note.file.0);
            files.sort_unstable();
            files.dedup();
            files
        };
        let ids: Vec<NoteId> = self.ids().collect();
        let found = ids.par_iter().with_min_len(64).fold(Vec::new, |mut found, id| {
            found.extend(self.note(*id).map(targets).unwrap_or_default());
            found
        });
        let mut linked = vec![false; self.names().paths().len()];
        for file in found.flatten().collect::<Vec<u32>>() {
            if let Some(linked) = linked.get_mut(file as usize) {
                *linked = true;
            }
        }
        linked
    }
}
