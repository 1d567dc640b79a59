//! Reads a vault from disk, notes and canvases in parallel.

use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use super::files::{self, Listing};
use super::names::{FileId, Names};
use super::note::{Note, role};
use super::obsidian::AppSettings;
use super::{Keep, Progress, Unread, Vault};
use crate::config::Config;
use crate::error::Result;
use crate::syntax::canvas::is_canvas;
use crate::text::path;

impl Vault {
    /// Reads the vault at `root`.
    ///
    /// # Errors
    /// The root cannot be listed. A single note that cannot be read is no error: see
    /// [`Vault::unread`].
    pub fn load(root: &Path, config: Config, keep: Keep, progress: Progress<'_>) -> Result<Self> {
        let app = AppSettings::read(root);
        let Listing { files, unnameable, unreadable } = files::list(root)?;
        let done = std::sync::atomic::AtomicUsize::new(0);
        let wanted: Vec<(u32, &str)> =
            (0u32..).zip(&files).filter(|(_, f)| f.is_read()).map(|(i, f)| (i, f.path.as_str())).collect();
        let total = wanted.len();
        let read: Vec<Result<Arc<Note>, Unread>> = wanted
            .par_iter()
            .map_init(Vec::new, |buffer, (file, path)| {
                progress(done.fetch_add(1, std::sync::atomic::Ordering::Relaxed), total);
                let role = role(path, &config, &app);
                match read_file(&root.join(path), buffer) {
                    Ok(()) => Ok(Arc::new(Note::read(
                        (*path).to_owned(),
                        FileId(*file),
                        role,
                        buffer,
                        &config,
                        keep,
                    ))),
                    Err(error) => Err(Unread { path: (*path).to_owned(), reason: error.to_string() }),
                }
            })
            .collect();
        let mut unread: Vec<Unread> = unnameable
            .into_iter()
            .map(|path| Unread { path, reason: "the name is not UTF-8".to_owned() })
            .chain(unreadable.into_iter().map(|(path, reason)| Unread { path, reason }))
            .collect();
        let mut notes = Vec::with_capacity(read.len());
        for note in read {
            match note {
                Ok(note) => notes.push(note),
                // A note that has gone since the folder was listed is no note of the vault.
                Err(gone) if !root.join(&gone.path).exists() => {}
                Err(error) => unread.push(error),
            }
        }
        let names = Names::new(files.into_iter().map(|f| f.path).collect());
        Ok(Self::assemble(root, config, names, notes, unread))
    }

    /// A vault of texts alone, without a disk: paths and their texts.
    #[must_use]
    pub fn of_texts(config: Config, texts: &[(&str, &str)]) -> Self {
        let mut paths: Vec<String> = texts.iter().map(|(path, _)| (*path).to_owned()).collect();
        paths.sort();
        let names = Names::new(paths);
        let app = AppSettings::default();
        let mut notes: Vec<Arc<Note>> = texts
            .iter()
            .filter(|(path, _)| path::is_note(path) || is_canvas(path))
            .filter_map(|(path, text)| {
                let file = names.exact(path)?;
                let role = role(path, &config, &app);
                Some(Arc::new(Note::read(
                    (*path).to_owned(),
                    file,
                    role,
                    text.as_bytes(),
                    &config,
                    Keep::Texts,
                )))
            })
            .collect();
        notes.sort_by_key(|note| note.file);
        Self::assemble(Path::new(""), config, names, notes, Vec::new())
    }
}

/// Reads a file into a buffer. Anything but a regular file is refused: a pipe would never end.
pub(super) fn read_file(path: &Path, buffer: &mut Vec<u8>) -> std::io::Result<()> {
    let mut file = std::fs::File::open(path)?;
    let meta = file.metadata()?;
    let too_large = || std::io::Error::other("the file is larger than 4 GiB");
    if !meta.is_file() {
        return Err(std::io::Error::other("it is not a regular file"));
    }
    let len = u32::try_from(meta.len()).map_err(|_| too_large())?;
    buffer.clear();
    buffer.reserve(len as usize + 1);
    file.read_to_end(buffer)?;
    u32::try_from(buffer.len()).map(|_| ()).map_err(|_| too_large())
}
