//! Tests of the writer under faults: each step of each write fails once, is the last one before a kill, or lets
//! somebody else save first. In all cases each note is whole, old or new; what somebody else has saved is kept;
//! and the next run leaves no stray file.

use std::fmt::Debug;
use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Seek as _, SeekFrom, Write as _};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use portolan::text::edit::{Edit, Edits};
use portolan::text::span::Span;
use portolan::write::backup::copies;
use portolan::write::disk::{Disk, Local, Readers};
use portolan::write::hook::{put, take};
use portolan::write::journal::{Batch, carry_out, recover_with};
use portolan::write::{Setting, Writer, merge_driver, replace_file};

/// What happens at a step.
#[derive(Clone, Debug)]
enum Fault {
    /// The system refuses it; a write gets half of its bytes out.
    Fail(ErrorKind),
    /// The process is killed: neither this step nor any later one happens.
    Stop,
    /// Somebody saves a file right before it.
    Save(Save, PathBuf),
}

/// How an editor saves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Save {
    /// Into the file that is there, as Obsidian and VS Code do.
    InPlace,
    /// As in place, but the text comes after everything else has happened.
    Slowly,
    /// Into a new file that takes the name, as Vim does.
    Rename,
}

/// A disk with a fault at one step.
struct Faulty {
    at: usize,
    fault: Fault,
    /// Whether files can swap their names.
    swaps: bool,
    count: AtomicUsize,
    stopped: AtomicBool,
    /// What the steps were called.
    names: Mutex<Vec<&'static str>>,
    /// An editor that has not written yet.
    slow: Mutex<Option<File>>,
}

const THEIRS: &str = "what somebody else has written meanwhile\n";

impl Debug for Faulty {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} at step {} ({:?}), swaps: {}", self.fault, self.at, self.name(), self.swaps)
    }
}

impl Faulty {
    fn new(at: usize, fault: Fault, swaps: bool) -> Arc<Self> {
        Arc::new(Self {
            at,
            fault,
            swaps,
            count: AtomicUsize::default(),
            stopped: AtomicBool::default(),
            names: Mutex::default(),
            slow: Mutex::default(),
        })
    }

    /// The step of the fault; `None` where the work had fewer.
    fn name(&self) -> Option<&'static str> {
        self.names.lock().expect("no panic").get(self.at).copied()
    }

    /// Whether the work reached the step of the fault.
    fn reached(&self) -> bool {
        self.name().is_some()
    }

    /// Whether the step that comes now is not to happen.
    fn step(&self, name: &'static str) -> io::Result<()> {
        self.names.lock().expect("no panic").push(name);
        let now = self.count.fetch_add(1, Ordering::Relaxed) == self.at;
        if self.stopped.load(Ordering::Relaxed) {
            return Err(io::Error::other("killed"));
        }
        match (&self.fault, now) {
            (Fault::Fail(kind), true) => Err((*kind).into()),
            (Fault::Stop, true) => {
                self.stopped.store(true, Ordering::Relaxed);
                Err(io::Error::other("killed"))
            }
            (Fault::Save(how, path), true) => {
                self.save(*how, path);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn save(&self, how: Save, path: &Path) {
        match how {
            Save::InPlace => std::fs::write(path, THEIRS).expect("it can be written"),
            Save::Slowly => {
                let file = File::create(path).expect("it can be opened");
                *self.slow.lock().expect("no panic") = Some(file);
            }
            Save::Rename => {
                let temporary = path.with_extension("md~");
                std::fs::write(&temporary, THEIRS).expect("it can be written");
                std::fs::rename(&temporary, path).expect("it can be renamed");
            }
        }
    }

    /// The slow editor writes what it has.
    fn finish(&self) {
        if let Some(mut file) = self.slow.lock().expect("no panic").take() {
            file.write_all(THEIRS.as_bytes()).expect("it can be written");
        }
    }
}

impl Disk for Faulty {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.step("read")?;
        Local.read(path)
    }

    fn open_new(&self, path: &Path, readers: Readers) -> io::Result<File> {
        self.step("open")?;
        Local.open_new(path, readers)
    }

    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        let running = !self.stopped.load(Ordering::Relaxed);
        self.step("write").or_else(|error| {
            if running {
                Local.write(file, &bytes[..bytes.len() / 2])?;
            }
            Err(error)
        })?;
        Local.write(file, bytes)
    }

    fn rewrite(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        let running = !self.stopped.load(Ordering::Relaxed);
        self.step("rewrite").or_else(|error| {
            if running {
                file.seek(SeekFrom::Start(0))?;
                file.write_all(&bytes[..bytes.len() / 2])?;
            }
            Err(error)
        })?;
        Local.rewrite(file, bytes)
    }

    fn dress(&self, file: &File, like: &Metadata) -> io::Result<()> {
        self.step("dress")?;
        Local.dress(file, like)
    }

    fn make_program(&self, file: &File) -> io::Result<()> {
        self.step("make program")?;
        Local.make_program(file)
    }

    fn name_twice(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step("name twice")?;
        Local.name_twice(from, to)
    }

    fn sync(&self, _file: &File) -> io::Result<()> {
        self.step("sync")
    }

    fn sync_folder(&self, _folder: &Path) -> io::Result<()> {
        self.step("sync folder")
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step("rename")?;
        Local.rename(from, to)
    }

    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step("rename new")?;
        Local.rename_new(from, to)
    }

    fn swap(&self, note: &Path, other: &Path) -> io::Result<()> {
        if !self.swaps {
            return Err(ErrorKind::Unsupported.into());
        }
        self.step("swap")?;
        Local.swap(note, other)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.step("remove")?;
        Local.remove(path)
    }

    fn make_folder(&self, path: &Path) -> io::Result<()> {
        self.step("make folder")?;
        Local.make_folder(path)
    }

    fn make_folders(&self, path: &Path) -> io::Result<()> {
        self.step("make folders")?;
        Local.make_folders(path)
    }

    fn run(&self, command: &mut Command) -> io::Result<Output> {
        self.step("run")?;
        Local.run(command)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.step("remove folder")?;
        Local.remove_folder(path)
    }
}

/// A new process holds every lock of the one that starts it, until it has become another program. So whoever starts
/// one here does it alone.
static PROCESSES: RwLock<()> = RwLock::new(());

/// Whether other tests may run beside this one.
enum Turn {
    Shared { _guard: RwLockReadGuard<'static, ()> },
    Alone { _guard: RwLockWriteGuard<'static, ()> },
}

mod place;
use place::Place;

/// A vault and a folder for locks and journals beside it, and the turn of its test.
struct Stage {
    place: Place,
    _turn: Turn,
}

impl Deref for Stage {
    type Target = Place;

    fn deref(&self) -> &Place {
        &self.place
    }
}

impl Stage {
    fn new(notes: &[(&str, &str)]) -> Self {
        let guard = PROCESSES.read().unwrap_or_else(PoisonError::into_inner);
        Self { place: Place::bare(notes), _turn: Turn::Shared { _guard: guard } }
    }

    /// A vault for a test that starts processes.
    fn alone(notes: &[(&str, &str)]) -> Self {
        let guard = PROCESSES.write().unwrap_or_else(PoisonError::into_inner);
        Self { place: Place::bare(notes), _turn: Turn::Alone { _guard: guard } }
    }

    fn setting(&self, disk: Arc<dyn Disk>) -> Setting {
        Setting { folder: Some(self.beside("own")), disk }
    }

    fn writer(&self, disk: Arc<dyn Disk>) -> portolan::error::Result<Writer> {
        Writer::open_with(&self.vault(), self.setting(disk))
    }

    /// What the next command does before anything else.
    fn recover(&self) {
        recover_with(&self.vault(), self.setting(Arc::new(Local))).expect("nothing is in the way");
    }

    /// Every file of the vault, hidden ones too, with its text.
    fn files(&self) -> Vec<(String, String)> {
        self.place.files().into_iter().collect()
    }

    /// What lies beside the vault: the lock, and nothing else.
    fn own(&self) -> usize {
        std::fs::read_dir(self.beside("own")).map_or(0, Iterator::count)
    }
}

fn owned(files: &[(&str, &str)]) -> Vec<(String, String)> {
    files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

/// Runs `work` with the fault at step 0, 1, 2 … until it has no such step. Gives how many it had.
fn at_every_step(
    fault: &dyn Fn(&Stage) -> Fault,
    notes: &[(&str, &str)],
    swaps: bool,
    work: impl Fn(&Stage, Arc<Faulty>),
) -> usize {
    for at in 0..500 {
        let place = Stage::new(notes);
        let disk = Faulty::new(at, fault(&place), swaps);
        work(&place, Arc::clone(&disk));
        if !disk.reached() {
            return at;
        }
    }
    panic!("it never comes to an end");
}

const NOTE: [(&str, &str); 1] = [("a.md", "old text\r\nof a note\n")];
const OLD: &str = NOTE[0].1;
const NEW: &str = "new text\r\nof a note\n";

fn edits() -> Edits {
    Edit::replace(Span::new(0, 3), "new").into()
}

fn write(place: &Stage, disk: Arc<Faulty>) -> portolan::error::Result<()> {
    place.writer(disk)?.write("a.md", OLD, &edits())
}

/// Faults that stop the work.
const FAILURES: [Fault; 3] =
    [Fault::Fail(ErrorKind::StorageFull), Fault::Fail(ErrorKind::PermissionDenied), Fault::Stop];

#[test]
fn a_note_is_old_or_new_wherever_the_writer_fails() {
    for fault in FAILURES {
        for swaps in [true, false] {
            let steps = at_every_step(&|_| fault.clone(), &NOTE, swaps, |place, disk| {
                let done = write(place, Arc::clone(&disk));
                let text = place.read("a.md");
                assert!([OLD, NEW].contains(&&text[..]), "{disk:?}: {text:?}");
                if !matches!(disk.fault, Fault::Stop) {
                    // Only what comes after the swap may fail with the new text in place, and it says so.
                    let told = done.as_ref().err().map(ToString::to_string).unwrap_or_default();
                    let new = done.is_ok() || told.contains("flush") || told.contains("may have saved");
                    assert_eq!(text == NEW, new, "{disk:?}: {done:?}");
                    assert!(done.is_ok() || told.contains("a.md") || told.contains(".lock"), "{told}");
                }
                place.recover();
                assert_eq!(place.files(), [("a.md".to_owned(), text)], "{disk:?}: a stray file");
                // And nothing is in the way of the next one.
                let now = place.files()[0].1.clone();
                let mut writer = place.writer(Arc::new(Local)).expect("nobody else writes");
                writer.write("a.md", &now, &Edit::insert(0, "# ").into()).expect("it works");
                assert_eq!(place.files()[0].1, format!("# {now}"));
                assert_eq!(place.own(), 1, "nothing but the lock");
            });
            assert!(steps > 8, "{steps} steps");
        }
    }
}

#[test]
fn what_somebody_saves_at_any_step_is_there() {
    for how in [Save::InPlace, Save::Slowly, Save::Rename] {
        for swaps in [true, false] {
            let lost = Mutex::new(Vec::new());
            at_every_step(&|place| Fault::Save(how, place.path("a.md")), &NOTE, swaps, |place, disk| {
                let done = write(place, Arc::clone(&disk));
                disk.finish();
                place.recover();
                let expected = if disk.reached() { THEIRS } else { NEW };
                let files = place.files();
                assert_eq!(files.len(), 1, "{disk:?}: {files:?}");
                if files[0].1 != expected {
                    lost.lock().expect("no panic").push(disk.name());
                } else if !disk.reached() {
                    done.expect("nobody has saved");
                }
            });
            // Without a swap nobody can look at what was displaced.
            let expected = if swaps { vec![] } else { vec![Some("rename")] };
            assert_eq!(lost.into_inner().expect("no panic"), expected, "{how:?}");
        }
    }
}

#[test]
fn a_killed_swap_gives_back_what_somebody_had_just_saved() {
    for how in [Save::InPlace, Save::Rename] {
        at_every_step(&|_| Fault::Stop, &NOTE, true, |place, disk| {
            // Somebody saves between the last look and the swap, and the process dies after it.
            #[derive(Debug)]
            struct Both(Arc<Faulty>, Save, PathBuf);
            impl Disk for Both {
                fn swap(&self, note: &Path, other: &Path) -> io::Result<()> {
                    if self.0.stopped.load(Ordering::Relaxed) {
                        return Err(io::Error::other("killed"));
                    }
                    self.0.save(self.1, &self.2);
                    self.0.step("swap")?;
                    Local.swap(note, other)
                }
                fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
                    self.0.read(path)
                }
                fn remove(&self, path: &Path) -> io::Result<()> {
                    self.0.remove(path)
                }
                fn rewrite(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
                    self.0.rewrite(file, bytes)
                }
                fn sync(&self, file: &File) -> io::Result<()> {
                    self.0.sync(file)
                }
            }
            let both = Both(Arc::clone(&disk), how, place.path("a.md"));
            let swapped = {
                let writer = place.writer(Arc::new(both));
                let done = writer.and_then(|mut writer| writer.write("a.md", OLD, &edits()));
                done.is_err() && place.files().iter().any(|(_, text)| text == THEIRS)
            };
            place.recover();
            let files = place.files();
            assert_eq!(files.len(), 1, "{disk:?}: {files:?}");
            assert_eq!(files[0].1 == THEIRS, swapped, "{disk:?}: {files:?}");
        });
    }
}

#[test]
fn a_new_note_is_whole_or_not_there() {
    let text = "# New\n\nText.\n";
    for fault in FAILURES {
        let steps = at_every_step(&|_| fault.clone(), &NOTE, true, |place, disk| {
            let made = place.writer(disk.clone()).and_then(|mut w| w.create_note("x/y/New.md", text));
            place.recover();
            let mut expected = owned(&NOTE);
            let there = place.path("x/y/New.md").exists();
            if there {
                expected.push(("x/y/New.md".to_owned(), text.to_owned()));
            }
            assert_eq!(place.files(), expected, "{disk:?}");
            if matches!(disk.fault, Fault::Fail(_)) {
                let told = made.as_ref().err().map(ToString::to_string).unwrap_or_default();
                assert_eq!(there, made.is_ok() || told.contains("flush"), "{disk:?}: {told}");
                assert!(there || !place.path("x").exists() || disk.name() == Some("remove folder"));
            }
        });
        assert!(steps > 6, "{steps} steps");
    }
}

const BEFORE: [(&str, &str); 3] =
    [("a/Old.md", "[[#h]]\n# h\n"), ("s.md", "[[Old]] x [[Old]]\n"), ("t.md", "[[Old]]\n")];
const AFTER: [(&str, &str); 3] =
    [("b/c/New.md", "[[#h]]\n# i\n"), ("s.md", "[[Newer]] x []\n"), ("t.md", "[[New]]\n")];

fn batch() -> Batch {
    let edits = |changes: &[(usize, usize, &str)]| -> Edits {
        Edits::of(changes.iter().map(|(from, to, text)| Edit::replace(Span::new(*from, *to), *text)))
            .expect("edits")
    };
    Batch {
        writes: vec![
            ("a/Old.md".to_owned(), BEFORE[0].1.into(), edits(&[(9, 10, "i")])),
            ("s.md".to_owned(), BEFORE[1].1.into(), edits(&[(2, 5, "Newer"), (11, 16, "")])),
            ("t.md".to_owned(), BEFORE[2].1.into(), edits(&[(2, 5, "New")])),
        ],
        moved: Some(("a/Old.md".to_owned(), "b/c/New.md".to_owned())),
        ..Batch::default()
    }
}

fn rename(place: &Stage, disk: Arc<Faulty>) -> portolan::error::Result<()> {
    carry_out(&mut place.writer(disk)?, &batch())
}

#[test]
fn a_rename_happens_whole_or_not_at_all_wherever_it_fails() {
    for fault in FAILURES {
        for swaps in [true, false] {
            let steps = at_every_step(&|_| fault.clone(), &BEFORE, swaps, |place, disk| {
                let done = rename(place, Arc::clone(&disk));
                let now = place.files();
                if matches!(disk.fault, Fault::Fail(_)) {
                    // One failure, and it is taken back at once, unless all of it has happened.
                    let whole: Vec<_> =
                        now.iter().filter(|(path, _)| !path.ends_with("-tmp")).cloned().collect();
                    let told = done.as_ref().err().map(ToString::to_string).unwrap_or_default();
                    let all = done.is_ok() || told.contains("the journal");
                    let expected = if all && whole == owned(&AFTER) { owned(&AFTER) } else { owned(&BEFORE) };
                    assert_eq!(whole, expected, "{disk:?}: {told}");
                    assert!(done.is_err() || whole == owned(&AFTER), "{disk:?}");
                }
                place.recover();
                let files = place.files();
                assert!(files == owned(&BEFORE) || files == owned(&AFTER), "{disk:?}: {files:?}");
                assert_eq!(files == owned(&BEFORE), !place.path("b").exists(), "{disk:?}: a folder");
                place.recover();
                assert_eq!(place.files(), files, "nothing is left to be done");
                assert_eq!(place.own(), 1, "{disk:?}: nothing but the lock");
            });
            assert!(steps > 40, "{steps} steps");
        }
    }
}

#[test]
fn a_recovery_that_is_killed_is_recovered_from() {
    for first in (0..60).step_by(5) {
        at_every_step(&|_| Fault::Stop, &BEFORE, true, |place, disk| {
            let killed = Faulty::new(first, Fault::Stop, true);
            // Killed, as the recovery will be.
            let _ = rename(place, Arc::clone(&killed));
            let _ = recover_with(&place.vault(), place.setting(disk.clone()));
            place.recover();
            let files = place.files();
            assert!(files == owned(&BEFORE) || files == owned(&AFTER), "{killed:?}, {disk:?}: {files:?}");
            assert_eq!(place.own(), 1, "{killed:?}, {disk:?}");
        });
    }
}

#[test]
fn a_rename_never_costs_what_somebody_saves() {
    for how in [Save::InPlace, Save::Rename] {
        at_every_step(&|place| Fault::Save(how, place.path("t.md")), &BEFORE, true, |place, disk| {
            let done = rename(place, Arc::clone(&disk));
            place.recover();
            let with = |files: [(&str, &str); 3]| {
                let mut files = owned(&files);
                if disk.reached() {
                    THEIRS.clone_into(&mut files[2].1);
                }
                files
            };
            let files = place.files();
            assert!(files == with(BEFORE) || files == with(AFTER), "{disk:?}: {files:?}");
            assert_eq!(done.is_ok(), files == with(AFTER), "{disk:?}: {done:?}");
        });
    }
}

#[test]
fn what_is_in_the_way_of_a_rename_is_seen_before_anything_changes() {
    let refused = |spoil: &dyn Fn(&Path), batch: Batch| {
        let place = if batch.git { Stage::alone(&BEFORE) } else { Stage::new(&BEFORE) };
        spoil(&place.vault());
        let mut writer = place.writer(Arc::new(Local)).expect("nobody else writes");
        let error = carry_out(&mut writer, &batch).expect_err("it is in the way");
        assert_eq!(place.read("s.md"), BEFORE[1].1);
        assert!(place.path("a/Old.md").exists());
        assert_eq!(place.own(), 1, "no journal");
        error.to_string()
    };
    let changed = refused(&|dir| std::fs::write(dir.join("t.md"), "other").expect("a note"), batch());
    assert!(changed.contains("has changed"), "{changed}");
    let taken = |dir: &Path| {
        std::fs::create_dir_all(dir.join("b/c")).expect("folders");
        std::fs::write(dir.join("b/c/New.md"), "").expect("a note");
    };
    assert!(refused(&taken, batch()).contains("there already"));
    let file = |dir: &Path| std::fs::write(dir.join("b"), "").expect("a file");
    assert!(refused(&file, batch()).contains("not a folder"));
    let unknown = refused(&|_| {}, Batch { git: true, ..batch() });
    assert!(unknown.contains("not in a git repository"), "{unknown}");
}

#[test]
fn what_may_not_be_written_is_refused() {
    let place = Stage::new(&[("a.md", "other text"), ("sub/b.md", OLD)]);
    let mut writer = place.writer(Arc::new(Local)).expect("nobody else writes");
    let refused = |result: portolan::error::Result<()>, why: &str| {
        let message = result.expect_err("it is refused").to_string();
        assert!(message.contains(why), "{message}");
    };
    refused(writer.write("a.md", OLD, &edits()), "has changed");
    refused(writer.write("../a.md", "x", &edits()), "cannot write");
    refused(writer.write("gone.md", OLD, &edits()), "cannot write");
    refused(writer.create_note("a.md", "x"), "cannot make");
    refused(writer.create_note("../x.md", "x"), "outside");
    assert!(
        place.writer(Arc::new(Local)).expect_err("it is locked").to_string().contains("another portolan")
    );
    let path = place.path("a.md");
    let mut permissions = path.metadata().expect("it is there").permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).expect("a mode");
    refused(writer.write("a.md", "other text", &edits()), "read-only");
    #[cfg(unix)]
    {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let outside = place.beside("outside.md");
        std::fs::write(&outside, OLD).expect("a file");
        symlink(&outside, place.path("out.md")).expect("a link");
        refused(writer.write("out.md", OLD, &edits()), "outside");
        std::fs::hard_link(place.path("sub/b.md"), place.path("c.md")).expect("a link");
        refused(writer.write("c.md", OLD, &edits()), "hard links");
        std::fs::remove_file(place.path("c.md")).expect("it goes");
        // Inside of the vault a link is followed, and stays one. The mode is kept.
        symlink("sub/b.md", place.path("in.md")).expect("a link");
        let mode = std::fs::Permissions::from_mode(0o640);
        std::fs::set_permissions(place.path("sub/b.md"), mode).expect("a mode");
        writer.write("in.md", OLD, &edits()).expect("it lies in the vault");
        assert!(place.path("in.md").is_symlink());
        let target = place.path("sub/b.md");
        assert_eq!(std::fs::read_to_string(&target).expect("it is there"), NEW);
        assert_eq!(target.metadata().expect("it is there").permissions().mode() & 0o7777, 0o640);
    }
}

/// Files that are no notes: a baseline, a hook that comes and goes.
#[test]
fn other_files_are_old_or_new_wherever_the_writer_fails() {
    let files = [("baseline.json", "old"), ("pre-commit", "theirs")];
    for fault in FAILURES.into_iter().filter(|fault| matches!(fault, Fault::Fail(_))) {
        let steps = at_every_step(&|_| fault.clone(), &files, true, |place, disk| {
            let written = replace_file(&place.path("baseline.json"), "new", &*disk);
            let text = if written.is_ok() { "new" } else { "old" };
            assert_eq!(place.files(), owned(&[("baseline.json", text), files[1]]), "{disk:?}");
        });
        assert!(steps >= 5, "{steps} steps");
        let steps = at_every_step(&|_| fault.clone(), &files, true, |place, disk| {
            let (hook, kept) = (place.path("pre-commit"), place.path("pre-commit.kept"));
            let written = put(&hook, "ours", Some(&kept), &*disk);
            let with = [files[0], ("pre-commit", "ours"), ("pre-commit.kept", "theirs")];
            let expected = if written.is_ok() { owned(&with) } else { owned(&files) };
            assert_eq!(place.files(), expected, "{disk:?}");
        });
        assert!(steps >= 7, "{steps} steps");
        let hooks = [("pre-commit", "ours"), ("pre-commit.kept", "theirs")];
        let steps = at_every_step(&|_| fault.clone(), &hooks, true, |place, disk| {
            let taken = take(&place.path("pre-commit"), Some(&place.path("pre-commit.kept")), &*disk);
            let expected = if taken.is_ok() { owned(&[("pre-commit", "theirs")]) } else { owned(&hooks) };
            assert_eq!(place.files(), expected, "{disk:?}");
        });
        assert_eq!(steps, 1);
    }
}

#[test]
fn copies_of_notes_are_all_there_or_none_is() {
    let notes = [("a.md", OLD), ("sub/b.md", "b")];
    for fault in FAILURES.into_iter().filter(|fault| matches!(fault, Fault::Fail(_))) {
        let steps = at_every_step(&|_| fault.clone(), &notes, true, |place, disk| {
            let into = place.beside("copies");
            let made = copies(&place.vault(), &into, "now", notes, &*disk);
            assert_eq!(place.files(), owned(&notes), "{disk:?}");
            match made {
                Ok(folder) => {
                    for (note, text) in notes {
                        assert_eq!(std::fs::read_to_string(folder.join(note)).expect("a copy"), text);
                    }
                }
                Err(_) => assert!(!into.join("now").exists(), "{disk:?}"),
            }
        });
        assert!(steps >= 13, "{steps} steps");
    }
}

#[test]
fn attributes_of_git_are_old_or_new_wherever_the_writer_fails() {
    const OWN: &str = "*.png binary\n";
    let with = format!("{OWN}{}\n", merge_driver::ATTRIBUTE);
    let attributes =
        |text: &'static str| if text.is_empty() { vec![] } else { vec![(".gitattributes", text)] };
    for (before, after) in [("", merge_driver::ATTRIBUTE.to_owned() + "\n"), (OWN, with)] {
        for at in 0.. {
            let place = Stage::alone(&attributes(before));
            let run = place.command("git").args(["init", "--quiet"]).arg(place.vault()).status();
            assert!(run.expect("git").success());
            let text = || std::fs::read_to_string(place.path(".gitattributes")).unwrap_or_default();
            let is_whole = |done: bool, from: &str, to: &str| text() == to || !done && text() == from;
            let (top, fault) = (place.vault(), || Fault::Fail(ErrorKind::StorageFull));
            let disk = Faulty::new(at, fault(), true);
            let come = merge_driver::register(&top, &top, "portolan", &*disk);
            assert!(is_whole(come.is_ok(), before, &after), "{disk:?}");
            merge_driver::register(&top, &top, "portolan", &Local).expect("the next run goes on");
            assert_eq!(text(), after);
            let again = Faulty::new(at, fault(), true);
            let gone = merge_driver::unregister(&top, &top, &*again);
            assert!(is_whole(gone.is_ok(), &after, before), "{again:?}");
            merge_driver::unregister(&top, &top, &Local).expect("the next run goes on");
            assert_eq!(text(), before);
            if !disk.reached() && !again.reached() {
                break;
            }
        }
    }
}

/// The name of a hook's temporary file is known to everybody.
#[cfg(unix)]
#[test]
fn no_hook_is_written_through_a_planted_link() {
    let place = Stage::new(&[("hooks/x", "")]);
    let (outside, hook) = (place.beside("outside"), place.path("hooks/pre-commit"));
    std::fs::write(&outside, "theirs").expect("a file");
    std::os::unix::fs::symlink(&outside, hook.with_extension("portolan-tmp")).expect("a link");
    put(&hook, "ours", None, &Local).expect("it can be written");
    assert_eq!(std::fs::read_to_string(outside).expect("it is there"), "theirs");
    assert_eq!(std::fs::read_to_string(&hook).expect("it is there"), "ours");
    assert!(!hook.is_symlink() && hook.with_extension("portolan-tmp").symlink_metadata().is_err());
}

/// A name that a temporary file could have may be a link that leads out of the vault.
#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_planted_link() {
    #[derive(Debug)]
    struct Planted(PathBuf);
    impl Disk for Planted {
        fn open_new(&self, path: &Path, readers: Readers) -> io::Result<File> {
            std::os::unix::fs::symlink(&self.0, path)?;
            Local.open_new(path, readers)
        }
    }
    let place = Stage::new(&NOTE);
    let outside = place.beside("outside");
    std::fs::write(&outside, "theirs").expect("a file");
    let mut writer = place.writer(Arc::new(Planted(outside.clone()))).expect("nobody else writes");
    assert!(writer.write("a.md", OLD, &edits()).is_err());
    assert_eq!(std::fs::read_to_string(outside).expect("it is there"), "theirs");
    assert_eq!(place.files()[0].1, OLD);
}

#[test]
fn a_vault_that_vanishes_meanwhile_is_told() {
    #[derive(Debug)]
    struct Vanishing(PathBuf);
    impl Disk for Vanishing {
        fn open_new(&self, path: &Path, readers: Readers) -> io::Result<File> {
            std::fs::remove_dir_all(&self.0)?;
            Local.open_new(path, readers)
        }
    }
    let place = Stage::new(&NOTE);
    let mut writer = place.writer(Arc::new(Vanishing(place.vault()))).expect("nobody else writes");
    let error = writer.write("a.md", OLD, &edits()).expect_err("it has gone");
    assert!(error.to_string().contains("a.md") && error.hint().is_some_and(|hint| hint.contains("again")));
    assert!(!place.vault().exists(), "a folder was made in its place");
    assert!(
        place.writer(Arc::new(Local)).expect_err("it has gone").to_string().contains("cannot open the vault")
    );
}
