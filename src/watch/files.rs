//! What happens to the files of a vault. The only module that names `notify`.
//!
//! Folders are watched, never files: most editors put a new file into the place of the old one, and a
//! watch on that would be a watch on nothing. On Linux each folder needs a watch of its own, so hidden
//! folders (`.git` alone has hundreds) get none but those with settings.

use std::collections::BTreeSet;
use std::path::PathBuf;

use notify::event::{AccessKind, AccessMode, ModifyKind};
use notify::{ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::error::{Error, Result, plain};

/// What has happened to files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// Where something has happened, each path once.
    pub paths: BTreeSet<PathBuf>,
    /// Whether something may have happened anywhere: the system has lost count, or tells nothing.
    pub rescan: bool,
}

impl Batch {
    /// Something may have happened anywhere.
    #[must_use]
    pub fn everything() -> Self {
        Self { rescan: true, ..Self::default() }
    }

    /// Adds what has happened since.
    pub fn join(&mut self, more: Self) {
        self.paths.extend(more.paths);
        self.rescan |= more.rescan;
    }

    /// Whether nothing has happened.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.paths.is_empty() && !self.rescan
    }

    fn of(event: notify::Result<Event>) -> Self {
        let Ok(event) = event else { return Self::everything() };
        // Reading is no change, and portolan reads what it is told about.
        let written = AccessKind::Close(AccessMode::Write);
        let read = matches!(event.kind, EventKind::Access(access) if access != written);
        let rescan = event.need_rescan();
        // Windows says of a folder that it has changed when a file in it has.
        let of_inside = cfg!(windows)
            && matches!(event.kind, EventKind::Modify(kind) if !matches!(kind, ModifyKind::Name(_)));
        let paths = event.paths.into_iter().filter(|path| !(read || (of_inside && path.is_dir())));
        Self { paths: paths.collect(), rescan }
    }
}

/// Tells what happens in folders, for as long as it lives.
#[derive(Debug)]
pub struct Watcher {
    system: RecommendedWatcher,
    /// The folder without which there is nothing to watch.
    root: PathBuf,
    /// The folders that are watched.
    watched: BTreeSet<PathBuf>,
    /// Whether the system watches what lies below a folder with it.
    recursive: bool,
}

impl Watcher {
    /// Watches nothing yet.
    ///
    /// # Errors
    /// The system watches nothing for this user any more, or at all.
    pub fn new(mut tell: impl FnMut(Batch) + Send + 'static) -> Result<Self> {
        let handler = move |event: notify::Result<Event>| {
            let batch = Batch::of(event);
            if !batch.is_empty() {
                tell(batch);
            }
        };
        let system = notify::recommended_watcher(handler).map_err(|e| explain(&e))?;
        let recursive = !cfg!(any(target_os = "linux", target_os = "android"));
        Ok(Self { system, root: PathBuf::new(), watched: BTreeSet::new(), recursive })
    }

    /// Watches these folders and no others: all of a vault, its root first, and those of settings. Says
    /// whether new ones are among them: what happened in these before is not known.
    ///
    /// # Errors
    /// The system has no watches left.
    pub fn follow(&mut self, folders: &[PathBuf]) -> Result<bool> {
        self.root = folders.first().cloned().unwrap_or_default();
        let (root, deep) = (&self.root, self.recursive);
        let own = |folder: &&PathBuf| !deep || *folder == root || !folder.starts_with(root);
        let wanted: BTreeSet<PathBuf> = folders.iter().filter(own).cloned().collect();
        for gone in self.watched.difference(&wanted) {
            // The system has most often let go of it already.
            let _ = self.system.unwatch(gone);
        }
        self.watched.retain(|folder| wanted.contains(folder));
        let new: Vec<PathBuf> = wanted.difference(&self.watched).cloned().collect();
        let any = !new.is_empty();
        for folder in new {
            self.watch(folder)?;
        }
        Ok(any)
    }

    fn watch(&mut self, folder: PathBuf) -> Result<()> {
        let deep = self.recursive && folder == self.root;
        let mode = if deep { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
        if let Err(error) = self.system.watch(&folder, mode) {
            let denied =
                matches!(&error.kind, ErrorKind::Io(e) if e.kind() == std::io::ErrorKind::PermissionDenied);
            // It went in the meantime, or nobody may look into it. When that changes the folder above tells.
            if folder == self.root || (folder.is_dir() && !denied) {
                return Err(explain(&error));
            }
        }
        self.watched.insert(folder);
        Ok(())
    }

    /// Takes folders that something has happened to for new ones: a folder of the same name may be another
    /// one by now, and what is in it may have come with it. They are watched before anybody looks into
    /// them, so that nothing falls between.
    ///
    /// # Errors
    /// The system has no watches left.
    pub fn look_again(&mut self, batch: &Batch) -> Result<()> {
        if batch.rescan {
            // Which folders went and came again is not known.
            for folder in std::mem::take(&mut self.watched) {
                self.watch(folder)?;
            }
        }
        for path in &batch.paths {
            let below = self.watched.range(path.clone()..).take_while(|folder| folder.starts_with(path));
            for folder in below.cloned().collect::<Vec<_>>() {
                let _ = self.system.unwatch(&folder);
                self.watched.remove(&folder);
            }
        }
        let mut open: Vec<PathBuf> =
            if self.recursive { Vec::new() } else { batch.paths.iter().cloned().collect() };
        while let Some(path) = open.pop() {
            if path.is_symlink() || !path.is_dir() {
                continue;
            }
            self.watch(path.clone())?;
            let inside = std::fs::read_dir(&path).into_iter().flatten().flatten();
            let hidden = |name: &std::ffi::OsStr| name.as_encoded_bytes().starts_with(b".");
            open.extend(inside.filter(|entry| !hidden(&entry.file_name())).map(|entry| entry.path()));
        }
        Ok(())
    }
}

const POLL: &str = "`portolan watch --poll` looks at the files again and again instead";

/// Says what the system refuses, and the way out.
fn explain(error: &notify::Error) -> Error {
    let too_many = |what: &str| Error::new(format!("cannot watch the vault: {what}"));
    // EMFILE: inotify has no code of its own for it.
    let no_instance = matches!(&error.kind, ErrorKind::Io(e) if e.raw_os_error() == Some(24));
    match error.kind {
        ErrorKind::MaxFilesWatch => too_many("it has more folders than this system lets one user watch").with_hint(
            "`sudo sysctl fs.inotify.max_user_watches=524288` raises the limit, `portolan watch --poll` does without",
        ),
        _ if no_instance && cfg!(target_os = "linux") => {
            too_many("as many programs watch files as this system lets one user have").with_hint(
                "`sudo sysctl fs.inotify.max_user_instances=1024` raises the limit, `portolan watch --poll` does without",
            )
        }
        ErrorKind::Io(ref io) => too_many(&plain(io)).with_hint(POLL),
        _ => too_many(&error.to_string()).with_hint(POLL),
    }
}

#[cfg(test)]
mod tests {
    use notify::event::{CreateKind, DataChange, Flag};

    use super::*;

    #[test]
    fn reading_is_no_change_and_a_lost_event_may_be_any() {
        let event = |kind| Ok(Event::new(kind).add_path("a.md".into()));
        let changed = Batch { paths: BTreeSet::from(["a.md".into()]), rescan: false };
        for kind in [
            EventKind::Create(CreateKind::File),
            EventKind::Modify(ModifyKind::Data(DataChange::Any)),
            EventKind::Access(AccessKind::Close(AccessMode::Write)),
        ] {
            assert_eq!(Batch::of(event(kind)), changed, "{kind:?}");
        }
        assert!(Batch::of(event(EventKind::Access(AccessKind::Open(AccessMode::Any)))).is_empty());
        let overflow = Event::new(EventKind::Other).set_flag(Flag::Rescan);
        assert_eq!(Batch::of(Ok(overflow)), Batch::everything());
        assert_eq!(Batch::of(Err(notify::Error::generic("lost"))), Batch::everything());
    }

    #[test]
    fn a_limit_is_named_with_the_way_out() {
        let watches = explain(&notify::Error::new(ErrorKind::MaxFilesWatch));
        assert!(watches.to_string().contains("more folders"), "{watches}");
        assert!(watches.hint().is_some_and(|hint| hint.contains("max_user_watches")));
        let instances = explain(&notify::Error::io(std::io::Error::from_raw_os_error(24)));
        if cfg!(target_os = "linux") {
            assert!(instances.hint().is_some_and(|hint| hint.contains("max_user_instances")));
        }
        let other = explain(&notify::Error::generic("no"));
        assert!(other.hint().is_some_and(|hint| hint.contains("--poll")));
    }
}
