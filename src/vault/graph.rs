//! Which files are linked to at all.

use rayon::prelude::*;

use super::{NoteId, Role, Vault};

impl Vault {
    /// The notes that no other note and no canvas links to, in the order of paths.
    ///
    /// A link of a note to itself does not make it known, nor do the links of a board: a board lists
    /// everything. Links of templates and excluded notes count, as they do in Obsidian.
    #[must_use]
    pub fn orphans(&self) -> Vec<NoteId> {
        let targets = |note: &super::Note| -> Vec<u32> {
            let own = note.facts.links.iter().filter(|link| !link.generated);
            let files = own.filter_map(|link| self.resolve(note, link).file());
            let mut files: Vec<u32> = files.filter(|file| *file != note.file).map(|file| file.0).collect();
            files.sort_unstable();
            files.dedup();
            files
        };
        let ids: Vec<NoteId> = self.ids().collect();
        let linked = ids.par_iter().with_min_len(64).fold(Vec::new, |mut linked, id| {
            linked.extend(self.note(*id).map(targets).unwrap_or_default());
            linked
        });
        let mut known = vec![false; self.names().paths().len()];
        for file in linked.flatten().collect::<Vec<u32>>() {
            if let Some(known) = known.get_mut(file as usize) {
                *known = true;
            }
        }
        let orphaned = |note: &super::Note| known.get(note.file.0 as usize) == Some(&false);
        let ordinary = self.notes().filter(|(_, note)| note.role == Role::Ordinary);
        ordinary.filter(|(_, note)| orphaned(note)).map(|(id, _)| id).collect()
    }
}
