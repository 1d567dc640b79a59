//! The steps that the writer asks of a disk, one small step per method, so that tests can let each of them
//! fail.
//!
//! A step that a system does not have (swapping two names, flushing a folder) either returns
//! [`io::ErrorKind::Unsupported`] or does nothing; no caller asks which system it runs on.
//!
//! Looking at names, metadata and the entries of a folder is not a step, because it changes nothing. Neither is
//! making or removing the lock file and the cache, because they can be made again, nor clearing away copies of notes
//! that have not changed.

#![expect(
    clippy::missing_errors_doc,
    reason = "each step fails as the system fails it, and says nothing else"
)]

use std::fmt;
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::process::{Command, Output};

/// The file-system steps that every write is made of. The default methods act on the file system of this
/// machine; tests override them to fail, to end the process, or to let somebody else save first.
pub trait Disk: fmt::Debug + Send + Sync {
    /// Reads the bytes of a file.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        crate::vault::files::read(path, &mut bytes)?;
        Ok(bytes)
    }

    /// Creates a file. A name that is taken, even by a dangling link, is an error.
    fn open_new(&self, path: &Path, readers: Readers) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        if readers == Readers::Owner {
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        }
        options.open(path)
    }

    /// Writes all of the bytes.
    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        file.write_all(bytes)
    }

    /// Replaces the contents of a file with these bytes. When a run is killed before the end, old bytes may
    /// remain behind the new ones; the file is never cut short.
    fn rewrite(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        file.seek(SeekFrom::Start(0))?;
        file.write_all(bytes)?;
        file.set_len(bytes.len() as u64)
    }

    /// Gives a file the mode of another one, and its owner where the system permits that.
    fn dress(&self, file: &File, like: &Metadata) -> io::Result<()> {
        own(file, like);
        file.set_permissions(like.permissions())
    }

    /// Makes a file executable for everybody. Does nothing on systems where every file is executable.
    fn make_program(&self, file: &File) -> io::Result<()> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            file.set_permissions(std::fs::Permissions::from_mode(0o755))?;
        }
        let _ = file;
        Ok(())
    }

    /// Flushes a file to the disk.
    fn sync(&self, file: &File) -> io::Result<()> {
        file.sync_all()
    }

    /// Flushes the names in a folder to the disk. Does nothing on systems that cannot do this.
    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        let without = |e: &io::Error| {
            matches!(e.kind(), ErrorKind::PermissionDenied | ErrorKind::InvalidInput | ErrorKind::Unsupported)
        };
        match File::open(folder).and_then(|folder| folder.sync_all()) {
            Err(e) if !without(&e) => Err(e),
            _ => Ok(()),
        }
    }

    /// Renames a file, replacing a file that has the new name.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::rename(from, to)
    }

    /// Renames a file or folder; fails where something has the new name.
    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        match without_replacing(from, to) {
            Err(e) if e.kind() == ErrorKind::Unsupported => {}
            other => return other,
        }
        // A hard link, unlike a rename, fails where the name is taken. Not every file system has hard links.
        match std::fs::hard_link(from, to) {
            Ok(()) => std::fs::remove_file(from),
            Err(e) if e.kind() == ErrorKind::AlreadyExists => Err(e),
            Err(_) if std::fs::symlink_metadata(to).is_err() => std::fs::rename(from, to),
            Err(_) => Err(ErrorKind::AlreadyExists.into()),
        }
    }

    /// Gives a file a second name (a hard link), which nothing may have yet. Not every file system has hard
    /// links.
    fn name_twice(&self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::hard_link(from, to)
    }

    /// Swaps the names of two files in one step; fails with [`io::ErrorKind::Unsupported`] where the file
    /// system cannot do that.
    fn swap(&self, note: &Path, other: &Path) -> io::Result<()> {
        swap(note, other)
    }

    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_file(path)
    }

    /// Creates a folder; succeeds where it exists.
    fn make_folder(&self, path: &Path) -> io::Result<()> {
        match std::fs::create_dir(path) {
            Err(e) if e.kind() != ErrorKind::AlreadyExists => Err(e),
            _ => Ok(()),
        }
    }

    /// Creates a folder and those above it that are missing; succeeds where it exists.
    fn make_folders(&self, path: &Path) -> io::Result<()> {
        std::fs::create_dir_all(path)
    }

    /// Runs another program (git) that moves a file.
    fn run(&self, command: &mut Command) -> io::Result<Output> {
        command.output()
    }

    /// Removes an empty folder.
    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_dir(path)
    }
}

/// Who may read a new file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// Only its owner, until [`Disk::dress`] gives it a mode.
    Owner,
    /// Everyone who may read new files of this user.
    Usual,
}

/// The file system of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Local;

impl Disk for Local {}

/// Gives a file the owner of another one where the system permits it: root may give a file away, and anybody
/// may give it to one of their groups. Elsewhere the file stays ours, as after any rename.
#[cfg(unix)]
fn own(file: &File, like: &Metadata) {
    use std::os::unix::fs::MetadataExt as _;
    let Ok(now) = file.metadata() else { return };
    if now.gid() != like.gid() {
        let _ = rustix::fs::fchown(file, None, Some(rustix::fs::Gid::from_raw(like.gid())));
    }
    if now.uid() != like.uid() {
        let _ = rustix::fs::fchown(file, Some(rustix::fs::Uid::from_raw(like.uid())), None);
    }
}

#[cfg(not(unix))]
fn own(_file: &File, _like: &Metadata) {}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn with_flags(from: &Path, to: &Path, flags: rustix::fs::RenameFlags) -> io::Result<()> {
    use rustix::fs::{CWD, renameat_with};
    use rustix::io::Errno;
    renameat_with(CWD, from, CWD, to, flags).map_err(|e| match e {
        Errno::INVAL | Errno::NOSYS | Errno::NOTSUP => ErrorKind::Unsupported.into(),
        e => e.into(),
    })
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn without_replacing(from: &Path, to: &Path) -> io::Result<()> {
    with_flags(from, to, rustix::fs::RenameFlags::NOREPLACE)
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn swap(note: &Path, other: &Path) -> io::Result<()> {
    // In this order watchers are told of the note last, as a file that has appeared. A program that takes
    // each event on its own would otherwise think that the note is gone.
    with_flags(note, other, rustix::fs::RenameFlags::EXCHANGE)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn without_replacing(_from: &Path, _to: &Path) -> io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn swap(_note: &Path, _other: &Path) -> io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}
