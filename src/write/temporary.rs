//! Writes a file under a temporary name beside its own name, which it gets once it is whole.

use std::fs::{File, Metadata};
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use super::disk::{Disk, Readers};
use crate::text::digest::short_hash;

/// How the names of temporary files end. They begin with a dot, so that no vault shows them.
pub(super) const SUFFIX: &str = ".portolan-tmp";

/// The size, in bytes, of the buffer that collects many small writes.
const PIECE: usize = 64 * 1024;

/// The mode, owner and durability of a new file.
#[derive(Clone, Copy)]
pub(super) enum Like<'m> {
    /// Like this file: only those who may read that one may read the new one.
    Other(&'m Metadata),
    /// Like any new file of this user.
    Usual,
    /// Readable by its owner only, and not flushed: it may be lost when the machine goes down.
    Private,
    /// Executable.
    Program,
}

/// Returns a name that no other run uses, nor one of another user or machine.
pub(super) fn temporary_name() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let tag = [u128::from(count), u128::from(std::process::id()), now.as_nanos()];
    let tag: Vec<[u8; 16]> = tag.iter().map(|part| part.to_le_bytes()).collect();
    format!(".{}{SUFFIX}", short_hash(tag.iter().map(|part| &part[..])))
}

/// A file that is being written through a [`Disk`].
struct New<'d> {
    file: File,
    disk: &'d dyn Disk,
}

impl Write for New<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.disk.write(&mut self.file, bytes).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes a file under its temporary name, and removes it again on failure.
pub(super) fn prepare(
    temporary: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    like: Like<'_>,
    disk: &dyn Disk,
) -> io::Result<()> {
    let write = || {
        let readers =
            if matches!(like, Like::Usual | Like::Program) { Readers::Usual } else { Readers::Owner };
        let new = New { file: disk.open_new(temporary, readers)?, disk };
        let mut new = BufWriter::with_capacity(PIECE, new);
        write(&mut new)?;
        let New { file, .. } = new.into_inner()?;
        match like {
            Like::Other(other) => disk.dress(&file, other)?,
            Like::Program => disk.make_program(&file)?,
            Like::Usual => {}
            Like::Private => return Ok(()),
        }
        disk.sync(&file)
    };
    write().inspect_err(|_| {
        // It may never have been made, and nothing is to be done if even that fails.
        let _ = disk.remove(temporary);
    })
}

/// Like [`prepare`], but then runs `name`, which gives the file its final name.
pub(super) fn put(
    temporary: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    like: Like<'_>,
    disk: &dyn Disk,
    name: impl FnOnce() -> io::Result<()>,
) -> io::Result<()> {
    prepare(temporary, write, like, disk)?;
    name().inspect_err(|_| {
        let _ = disk.remove(temporary);
    })
}
