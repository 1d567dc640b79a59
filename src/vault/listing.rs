//! A listing of a vault's files, with an index of their names.

use std::sync::Arc;

use super::Unread;
use super::files::Listing;
use super::names::{FileId, Names};
use super::source::Key;

/// The result of a walk over a vault, names apart from the other attributes of files.
#[derive(Debug)]
pub struct Listed {
    pub(super) names: Arc<Names>,
    /// The attributes of each file, in the order of names.
    pub(super) files: Vec<Attributes>,
    pub(super) folders: Vec<String>,
    pub(super) unread: Vec<Unread>,
}

/// What is known of a file beside its name.
#[derive(Clone, Copy, Debug)]
pub struct Attributes {
    /// Whether it is a note or a canvas that may be read.
    pub is_read: bool,
    /// Whether it may be read.
    pub readable: bool,
    /// The key by which a later listing tells whether the file is unchanged.
    pub key: Key,
}

impl From<Listing> for Listed {
    fn from(listing: Listing) -> Self {
        let unread = unread_of(&listing);
        let files = listing.files.iter().map(|file| Attributes {
            is_read: file.is_read(),
            readable: file.readable,
            key: file.key,
        });
        let files = files.collect();
        let names = Arc::new(Names::new(listing.files.into_iter().map(|file| file.path).collect()));
        Self { names, files, folders: listing.folders, unread }
    }
}

impl Listed {
    /// Builds the index of names in the background.
    pub fn prepare(&self) {
        let names = Arc::clone(&self.names);
        rayon::spawn(move || names.prepare());
    }

    /// Iterates over paths in order, with the attributes of each file.
    pub fn files(&self) -> impl Iterator<Item = (&str, &Attributes)> {
        self.names.paths().iter().zip(&self.files)
    }

    /// Returns the files that may not be read.
    pub(super) fn outside(&self) -> Arc<[FileId]> {
        unreadable_files(self.files.iter().map(|file| file.readable))
    }
}

/// Returns what a listing reports as unreadable.
pub(super) fn unread_of(listing: &Listing) -> Vec<Unread> {
    let unnameable = listing.unnameable.iter();
    let unnameable =
        unnameable.map(|path| Unread { path: path.clone(), reason: "the name is not UTF-8".to_owned() });
    unnameable.chain(listing.unreadable.iter().cloned()).collect()
}

/// Returns the files that may not be read, given for each file in order whether it may.
pub(super) fn unreadable_files(readable: impl Iterator<Item = bool>) -> Arc<[FileId]> {
    let files = (0u32..).map(FileId).zip(readable);
    files.filter(|(_, readable)| !readable).map(|(file, _)| file).collect()
}
