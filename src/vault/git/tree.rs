//! Reads the vault at a revision, wherever it lay in the repository then.

use std::collections::{HashMap, HashSet};

use super::entries::{self, Entry};
use super::object::Id;
use super::snapshot::Snapshot;
use super::{Repository, literal};
use crate::error::Result;

impl Repository {
    /// Returns the vault at a revision. If it lay elsewhere in the repository then, it is read from there.
    ///
    /// # Errors
    /// git cannot read it.
    pub fn tree(&self, tree: Id) -> Result<Snapshot> {
        let (prefix, entries) = self.entries(tree)?;
        Snapshot::new(self, &prefix, entries, HashSet::new())
    }

    /// Like [`Repository::tree`], but reads files as a checkout would write them: through filters, such as those
    /// of LFS and git-crypt.
    ///
    /// # Errors
    /// git cannot read it.
    pub fn checkout(&self, tree: Id) -> Result<Snapshot> {
        let (prefix, entries) = self.entries(tree)?;
        let filtered = self.filtered(&entries)?;
        Snapshot::new(self, &prefix, entries, filtered)
    }

    /// Returns where the vault lies in a tree, and its entries there.
    fn entries(&self, tree: Id) -> Result<(String, Vec<Entry>)> {
        let entries = self.entries_below(tree, &self.prefix)?;
        if entries.is_empty()
            && !self.prefix.is_empty()
            && let Some(prefix) = self.prefix_in(tree)?
        {
            let entries = self.entries_below(tree, &prefix)?;
            return Ok((prefix, entries));
        }
        Ok((self.prefix.clone(), entries))
    }

    fn entries_below(&self, tree: Id, prefix: &str) -> Result<Vec<Entry>> {
        let mut args = ["ls-tree", "-r", "-z", "--full-tree"].map(str::to_owned).to_vec();
        args.push(tree.to_string());
        if !prefix.is_empty() {
            args.extend(["--".to_owned(), literal(prefix)]);
        }
        Ok(entries::of_tree(&self.program.run(&args)?))
    }

    /// Returns the path that the vault had in a tree that has nothing at its current path, with a `/` behind. It
    /// is found by the files of the index that git detects as exact renames: more than half of the vault must
    /// come from one folder, whatever else was added.
    fn prefix_in(&self, tree: Id) -> Result<Option<String>> {
        let id = tree.to_string();
        let printed =
            self.program.run(&["diff-index", "--cached", "-z", "--name-status", "-M100%", id.as_str()])?;
        let text = String::from_utf8_lossy(&printed);
        let mut words = text.split('\0');
        let (mut files, mut from) = (0_usize, HashMap::<&str, usize>::new());
        while let (Some(status), Some(path)) = (words.next(), words.next()) {
            let (old, new) =
                if status.starts_with('R') { (Some(path), words.next()) } else { (None, Some(path)) };
            let Some(rest) = new.and_then(|new| new.strip_prefix(self.prefix.as_str())) else { continue };
            files += 1;
            let folder = old.and_then(|old| old.strip_suffix(rest));
            // The old path must end with the file's path below a whole folder name.
            let Some(folder) = folder.filter(|folder| folder.is_empty() || folder.ends_with('/')) else {
                continue;
            };
            *from.entry(folder).or_default() += 1;
        }
        Ok(from.into_iter().find(|(_, same)| 2 * same > files).map(|(folder, _)| folder.to_owned()))
    }
}
