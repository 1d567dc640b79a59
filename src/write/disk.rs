//! What the writer asks of a disk: one small step a method, so that tests can let each of them fail.
//!
//! A step that a system does not have (to swap two names, to put a folder on the disk) is either told as
//! [`io::ErrorKind::Unsupported`] or left out here; nobody above asks what system it is.

#![expect(
    clippy::missing_errors_doc,
    reason = "each step fails as the system fails it, and says nothing else"
)]

use std::fmt;
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::process::{Command, Output};

/// The steps of which every write is made. Each does what it says on the file system at hand; a test
/// overrides them to fail, to stop for ever, or to let somebody else save first.
pub trait Disk: fmt::Debug + Send + Sync {
    /// The bytes of a file.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        crate::vault::files::read(path, &mut bytes)?;
        Ok(bytes)
    }

    /// A new file. A name that is taken, were it by a link that leads nowhere, is refused.
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

    /// Puts these bytes in place of what the file holds. A run that is killed between leaves more behind
    /// them, never less.
    fn rewrite(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        file.seek(SeekFrom::Start(0))?;
        file.write_all(bytes)?;
        file.set_len(bytes.len() as u64)
    }

    /// Gives a file the mode of another one, and its owner where the system permits it.
    fn dress(&self, file: &File, like: &Metadata) -> io::Result<()> {
        own(file, like);
        file.set_permissions(like.permissions())
    }

    /// Lets anybody run a file. Systems on which every file can be run do nothing.
    fn make_program(&self, file: &File) -> io::Result<()> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            file.set_permissions(std::fs::Permissions::from_mode(0o755))?;
        }
        let _ = file;
        Ok(())
    }

    /// Waits until a file is on the disk.
    fn sync(&self, file: &File) -> io::Result<()> {
        file.sync_all()
    }

    /// Waits until the names in a folder are on the disk. Systems that cannot do this do without.
    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        let without = |e: &io::Error| {
            matches!(e.kind(), ErrorKind::PermissionDenied | ErrorKind::InvalidInput | ErrorKind::Unsupported)
        };
        match File::open(folder).and_then(|folder| folder.sync_all()) {
            Err(e) if !without(&e) => Err(e),
            _ => Ok(()),
        }
    }

    /// Gives a file a new name, in place of a file that has it.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::rename(from, to)
    }

    /// Gives a file or folder a new name that nothing has yet.
    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        match without_replacing(from, to) {
            Err(e) if e.kind() == ErrorKind::Unsupported => {}
            other => return other,
        }
        // A second name, unlike a new one, is refused where something has it. Not every file system has them.
        match std::fs::hard_link(from, to) {
            Ok(()) => std::fs::remove_file(from),
            Err(e) if e.kind() == ErrorKind::AlreadyExists => Err(e),
            Err(_) if std::fs::symlink_metadata(to).is_err() => std::fs::rename(from, to),
            Err(_) => Err(ErrorKind::AlreadyExists.into()),
        }
    }

    /// Gives a file a second name that nothing has yet. Not every file system has them.
    fn name_twice(&self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::hard_link(from, to)
    }

    /// Lets two files change their names in one step: [`io::ErrorKind::Unsupported`] where the file
    /// system has no such step.
    fn swap(&self, note: &Path, other: &Path) -> io::Result<()> {
        swap(note, other)
    }

    /// Takes a file away.
    fn remove(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_file(path)
    }

    /// Makes a folder; one that is there is as good.
    fn make_folder(&self, path: &Path) -> io::Result<()> {
        match std::fs::create_dir(path) {
            Err(e) if e.kind() != ErrorKind::AlreadyExists => Err(e),
            _ => Ok(()),
        }
    }

    /// Lets another program move something.
    fn run(&self, command: &mut Command) -> io::Result<Output> {
        command.output()
    }

    /// Takes a folder away that holds nothing.
    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_dir(path)
    }
}

/// Who may read a new file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// Its owner, until it is dressed.
    Owner,
    /// Whoever may read new files of this user.
    Usual,
}

/// The file system of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Local;

impl Disk for Local {}

/// The owner is kept where the system lets us: root may give a file away, and anybody may give it to a
/// group of their own. Where it does not, the file is ours, as after any rename.
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
    // In this order the note is told last among what watchers hear, as a file that came: a program that
    // believes each event on its own would otherwise take it for gone.
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
