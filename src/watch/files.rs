//! Watches the files of a vault for changes. The only module that names `notify`.
//!
//! It watches folders, never files: most editors replace a file by a new one, and a watch on the old one
//! would see nothing more. On Linux each folder needs its own watch, so hidden folders (`.git` alone has
//! hundreds) are not watched, except those with settings.

use std::collections::BTreeSet;
use std::path::PathBuf;

use notify::event::{AccessKind, AccessMode, ModifyKind};
use notify::{ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::error::{Error, Result, plain};

/// Changes of files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// The paths where something has happened.
    pub paths: BTreeSet<PathBuf>,
    /// Whether something may have happened anywhere, because the system has lost events or gave an error.
    pub rescan: bool,
}

impl Batch {
    /// Returns a batch that says that something may have happened anywhere.
    #[must_use]
    pub fn everything() -> Self {
        Self { rescan: true, ..Self::default() }
    }

    /// Adds later changes.
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
        // Reading is no change, and portolan itself reads the files that it is told about.
        let written = AccessKind::Close(AccessMode::Write);
        let read = matches!(event.kind, EventKind::Access(access) if access != written);
        let rescan = event.need_rescan();
        // Windows reports a change of a folder when a file in it has changed.
        let of_inside = cfg!(windows)
            && matches!(event.kind, EventKind::Modify(kind) if !matches!(kind, ModifyKind::Name(_)));
        let paths = event.paths.into_iter().filter(|path| !(read || (of_inside && path.is_dir())));
        Self { paths: paths.collect(), rescan }
    }
}

/// Reports what happens in folders, for as long as it lives.
#[derive(Debug)]
pub struct Watcher {
    system: RecommendedWatcher,
    /// The root of the vault: the folder that must be watched.
    root: PathBuf,
    /// The folders that are watched.
    watched: BTreeSet<PathBuf>,
    /// Whether a watch includes the folders below.
    recursive: bool,
}

impl Watcher {
    /// Creates a watcher that watches nothing yet; `tell` gets each batch of changes.
    ///
    /// # Errors
    /// The system refuses to watch files, or this user already has as many watchers as it allows.
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

    /// Watches exactly these folders: all of a vault, its root first, and those of settings. Returns whether
    /// new ones are among them: changes in these were not seen before.
    ///
    /// # Errors
    /// The system has no watches left.
    pub fn follow(&mut self, folders: &[PathBuf]) -> Result<bool> {
        self.root = folders.first().cloned().unwrap_or_default();
        let (root, deep) = (&self.root, self.recursive);
        let own = |folder: &&PathBuf| !deep || *folder == root || !folder.starts_with(root);
        let wanted: BTreeSet<PathBuf> = folders.iter().filter(own).cloned().collect();
        for gone in self.watched.difference(&wanted) {
            // The system has most often dropped this watch already.
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
            // The folder has gone in the meantime, or may not be read. When that changes, the folder above
            // reports it.
            if folder == self.root || (folder.is_dir() && !denied) {
                return Err(explain(&error));
            }
        }
        self.watched.insert(folder);
        Ok(())
    }

    /// Watches folders anew that something has happened to: a folder of the same name may be another one by
    /// now, and may have come with its contents. They are watched before anybody reads them, so that no
    /// change is missed.
    ///
    /// # Errors
    /// The system has no watches left.
    pub fn look_again(&mut self, batch: &Batch) -> Result<()> {
        if batch.rescan {
            // It is not known which folders were replaced.
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

/// Translates an error of the system, with a hint at the way out.
fn explain(error: &notify::Error) -> Error {
    let too_many = |what: &str| Error::new(format!("cannot watch the vault: {what}"));
    // EMFILE (24): inotify reports "too many instances" with this general code.
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
