//! Tests of a rename that was killed, and of edits before the next command: what people have put back or written
//! is kept, no unfinished note goes unnamed, and a command that must not write does not write.
//!
//! The kills are placed by counting swaps of names, which not every system has.

#![cfg(any(target_os = "linux", target_vendor = "apple"))]

use std::fs::File;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use portolan::text::edit::{Edit, Edits};
use portolan::text::span::Span;
use portolan::write::disk::{Disk, Local, Readers};
use portolan::write::journal::{Batch, carry_out};
use portolan::write::{Setting, Writer};

mod place;
use place::Place;

/// A disk that works until so many notes are written.
#[derive(Debug)]
struct Killed(AtomicUsize);

impl Killed {
    fn lives(&self) -> io::Result<()> {
        if self.0.load(Ordering::Relaxed) == 0 { Err(io::Error::other("killed")) } else { Ok(()) }
    }
}

impl Disk for Killed {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.lives()?;
        Local.read(path)
    }

    fn open_new(&self, path: &Path, readers: Readers) -> io::Result<File> {
        self.lives()?;
        Local.open_new(path, readers)
    }

    fn swap(&self, note: &Path, other: &Path) -> io::Result<()> {
        self.lives()?;
        Local.swap(note, other)
    }

    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.lives()?;
        Local.rename_new(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.lives()?;
        Local.remove(path)?;
        // What is removed beside a note is the old text of one that is written.
        if path.to_string_lossy().ends_with("-tmp") {
            self.0.fetch_sub(1, Ordering::Relaxed);
        }
        Ok(())
    }
}

const NOTES: usize = 6;

impl Place {
    /// A vault in which `Hub.md` is renamed to `zz/Nabe.md`.
    fn with_hub() -> Self {
        let place = Self::new(&[("Hub.md", "# Hub\n")]);
        place.put_back();
        place
    }

    /// The same, killed when so many notes were written.
    fn killed(written: usize) -> Self {
        let place = Self::with_hub();
        let folder = Some(place.beside("cache/portolan"));
        let disk: Arc<dyn Disk> = Arc::new(Killed(AtomicUsize::new(written)));
        let mut writer = Writer::open_with(&place.vault(), Setting { folder, disk }).expect("it opens");
        let write = |at: usize| (name(at), text(at).into(), edits(at));
        let moved = Some(("Hub.md".to_owned(), "zz/Nabe.md".to_owned()));
        let batch = Batch { writes: (0..NOTES).map(write).collect(), moved, ..Batch::default() };
        carry_out(&mut writer, &batch).expect_err("it is killed");
        drop(writer);
        let new = (0..NOTES).filter(|at| place.read(&name(*at)) == after(*at)).count();
        assert_eq!((new, place.journals()), (written, 1));
        place
    }

    /// The same, killed in the moment before its journal is removed.
    fn killed_at_the_end() -> Self {
        let place = Self::killed(NOTES);
        std::fs::create_dir(place.path("zz")).expect("a folder");
        std::fs::rename(place.path("Hub.md"), place.path("zz/Nabe.md")).expect("a move");
        place
    }

    fn put_back(&self) {
        (0..NOTES).for_each(|at| self.write(&name(at), &text(at)));
    }

    fn journals(&self) -> usize {
        self.kept_as("journal").len()
    }

    /// What a command says.
    fn told(&self, args: &[&str]) -> String {
        self.run(args).err
    }

    /// Whether all notes but some are as before or after the rename, and the note itself is.
    fn is_all(&self, finished: bool, but: &[usize]) {
        let expected = |at: usize| if finished { after(at) } else { text(at) };
        for at in (0..NOTES).filter(|at| !but.contains(at)) {
            assert_eq!(self.read(&name(at)), expected(at), "{}", name(at));
        }
        let there = ["Hub.md", "zz/Nabe.md"].map(|path| self.path(path).exists());
        assert_eq!(there, [!finished, finished]);
        assert_eq!(self.journals(), 0);
    }
}

fn name(at: usize) -> String {
    format!("N{at}.md")
}

fn text(at: usize) -> String {
    format!("# N{at}\r\n\r\n[[Hub]]\r\n\r\n[[Hub]]\r\nand [[Hub|x]] [[Hub]] too\r\n\r\nlast {at}\r\n")
}

fn after(at: usize) -> String {
    text(at).replace("Hub", "zz/Nabe")
}

fn edits(at: usize) -> Edits {
    let text = text(at);
    let hubs = text.match_indices("Hub");
    Edits::of(hubs.map(|(at, hub)| Edit::replace(Span::new(at, at + hub.len()), "zz/Nabe"))).expect("edits")
}

#[test]
fn what_nobody_has_touched_is_finished() {
    for written in 1..=NOTES {
        let place = Place::killed(written);
        let said = place.told(&["check"]);
        assert!(
            said.contains("finished the rename of `Hub.md` to `zz/Nabe.md`, which was interrupted"),
            "{said}"
        );
        place.is_all(true, &[]);
    }
    let place = Place::killed_at_the_end();
    place.told(&["check"]);
    place.is_all(true, &[]);
}

/// Whoever has put all notes back, as `git checkout .` does, finds them so afterwards.
#[test]
fn what_was_put_back_stays_so() {
    for command in [&["check"][..], &["list", "notes"], &["sync"], &["check", "--quiet"]] {
        let place = Place::killed(4);
        place.put_back();
        let before = place.files();
        let said = place.told(command);
        assert!(said.contains("was interrupted; nothing of it is left"), "{command:?}: {said}");
        assert_eq!(place.files(), before, "{command:?}");
        // Who only looks forgets nothing: what was put back may be brought out again.
        assert_eq!(place.journals(), usize::from(command[0] == "list"), "{command:?}");
        place.told(&["check"]);
        place.is_all(false, &[]);
    }
    // Notes alone, where git does not know the file that has moved.
    let place = Place::killed_at_the_end();
    place.put_back();
    let said = place.told(&["check"]);
    assert!(said.contains("took back the rename"), "{said}");
    place.is_all(false, &[]);
    // Some of them: what comes first is written first.
    let place = Place::killed(4);
    place.write(&name(1), &text(1));
    assert!(place.told(&["check"]).contains("took back the rename"));
    place.is_all(false, &[]);
    // All of them, and one has been worked on since.
    let place = Place::killed(4);
    place.put_back();
    let more = text(2) + "more\r\n";
    place.write(&name(2), &more);
    assert!(place.told(&["check"]).contains("nothing of it is left"));
    place.is_all(false, &[2]);
    assert_eq!(place.read(&name(2)), more);
    // All but one, in the line of whose links somebody has written, and more speaks against going on.
    let place = Place::killed(4);
    place.put_back();
    for (at, words) in [(0, "Hub"), (1, "Hub"), (2, "zz/Nabe")] {
        let mine = format!("new line\r\nmy and [[{words}|x]] [[{words}]]");
        place.write(&name(at), &text(at).replace("and [[Hub|x]] [[Hub]]", &mine));
    }
    let before = place.files();
    assert!(place.told(&["list", "notes"]).contains("may be half done"));
    let said = place.told(&["check"]);
    assert!(said.contains("nothing of it could be taken back, and nothing was written"), "{said}");
    assert!(said.contains("N2.md:7: changed in between") && !said.contains("took back"), "{said}");
    assert_eq!((place.files(), place.journals()), (before, 0));
}

/// Somebody may have moved the file by hand to where it was going.
#[test]
fn a_file_that_was_moved_by_hand_stays_there() {
    let place = Place::killed(4);
    std::fs::create_dir_all(place.path("zz")).expect("a folder");
    std::fs::rename(place.path("Hub.md"), place.path("zz/Nabe.md")).expect("moved");
    assert!(place.told(&["check"]).contains("finished the rename"));
    place.is_all(true, &[]);
}

/// A file that is there twice is named, and both stay.
#[test]
fn a_file_that_is_there_twice_is_named() {
    let place = Place::killed_at_the_end();
    place.put_back();
    place.write("Hub.md", "# Hub\n");
    let before = place.files();
    let said = place.told(&["check"]);
    assert!(said.contains("zz/Nabe.md: changed in between"), "{said}");
    assert_eq!((place.files(), place.journals()), (before, 0));
}

/// How somebody has changed a note: above, below and between its links.
const CHANGES: [fn(&str) -> String; 5] = [
    |text| format!("{text}my edit\r\n"),
    |text| format!("my edit\r\n{text}"),
    |text| text.replacen("\r\n\r\n", "\r\n\r\nmy edit\r\n", 2),
    |text| format!("my edit\r\n{text}my edit"),
    |text| text.replacen("\r\n\r\n", "\r\n", 1),
];

/// A note that was edited in between keeps the edit and follows, written already or not.
#[test]
fn an_edited_note_follows() {
    for change in CHANGES {
        for edited in [0, 1, 3, 4, 5] {
            let place = Place::killed(3);
            let mine = change(&place.read(&name(edited)));
            place.write(&name(edited), &mine);
            let said = place.told(&["check"]);
            assert!(said.contains("finished the rename") && !said.contains("in between"), "{said}");
            place.is_all(true, &[edited]);
            assert_eq!(place.read(&name(edited)), mine.replace("Hub", "zz/Nabe"));
        }
    }
}

/// Where somebody has written into the very line of a link, the direction is that in which this link is right.
#[test]
fn an_edited_line_decides_the_direction() {
    for (edited, finished) in [(1, true), (4, false)] {
        let place = Place::killed(3);
        let mine = place.read(&name(edited)).replace("and [[", "my and [[");
        place.write(&name(edited), &mine);
        let said = place.told(&["check"]);
        let how = if finished { "finished" } else { "took back" };
        assert!(said.contains(&format!("{how} the rename")) && !said.contains("in between"), "{said}");
        place.is_all(finished, &[edited]);
        assert_eq!(place.read(&name(edited)), mine);
    }
    // A link that somebody has taken out asks for nothing.
    let place = Place::killed(3);
    let mine = place.read(&name(4)).replace("and [[Hub|x]] [[Hub]] too", "and none");
    place.write(&name(4), &mine);
    let said = place.told(&["check"]);
    assert!(said.contains("finished the rename") && !said.contains("in between"), "{said}");
    place.is_all(true, &[4]);
    assert_eq!(place.read(&name(4)), mine.replace("Hub", "zz/Nabe"));
}

/// Where no direction fits all, each place is named.
#[test]
fn each_link_that_is_left_is_named() {
    let place = Place::killed(3);
    for edited in [1, 4] {
        let mine = place.read(&name(edited)).replace("and [[", "new line\r\nmy and [[");
        place.write(&name(edited), &mine);
    }
    std::fs::remove_file(place.path(name(5))).expect("it goes");
    let said = place.told(&["check", "--quiet"]);
    assert!(said.contains("finished the rename"), "{said}");
    assert!(said.contains("N4.md:7: changed in between"), "{said}");
    assert!(said.contains("N5.md: changed in between") && !said.contains("N1.md"), "{said}");
    assert_eq!(place.read(&name(4)).matches("zz/Nabe").count(), 2);
}

/// What only looks, or was told to write nothing, says that something waits.
#[test]
fn who_is_to_write_nothing_writes_nothing() {
    for command in [
        &["list", "notes"][..],
        &["resolve", "[[Hub]]"],
        &["graph"],
        &["diff", "HEAD"],
        &["record", "--diff"],
        &["sync", "--check"],
        &["sync", "--diff"],
        &["check", "--diff"],
        &["check", "--diff", "--quiet"],
        &["log", "N1", "-m", "x", "--create", "--diff"],
        &["rename", "N1", "N9", "--diff"],
        &["new", "x", "--diff"],
        &["new", "integration", "x", "--in", "N1", "--diff"],
        &["board", "add", "components", "N1#N1", "--diff"],
    ] {
        let place = Place::killed(3);
        let before = place.files();
        let said = place.told(command);
        assert_eq!(place.files(), before, "{command:?}: {said}");
        assert_eq!(place.journals(), 1, "{command:?}: {said}");
        assert!(said.contains("was interrupted") && said.contains("`portolan check`"), "{command:?}: {said}");
        place.told(&["check"]);
        place.is_all(true, &[]);
    }
}

/// Who interrupts a rename at the keyboard finds nothing of it, or all where it was done.
#[cfg(unix)]
#[test]
fn a_rename_that_is_interrupted_takes_itself_back() {
    let notes = || {
        let place = Place::with_hub();
        for at in 0..150 {
            place.write(&format!("M{at}.md"), &text(at));
        }
        place
    };
    let whole = notes();
    let (before, start) = (whole.files(), std::time::Instant::now());
    whole.told(&["rename", "Hub", "zz/Nabe"]);
    let (took, after) = (start.elapsed(), whole.files());
    let mut back = 0;
    // On a busy machine none of the moments may lie in the middle.
    for (round, moment) in (1..8).cycle().enumerate().take(70) {
        if round >= 7 && back > 0 {
            break;
        }
        let place = notes();
        let mut command = place.portolan(&["rename", "Hub", "zz/Nabe"]);
        let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("portolan runs");
        std::thread::sleep(took * moment / 8);
        let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
        assert!(killed.is_ok_and(|status| status.success()) || moment == 7);
        let output = child.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&output.stderr);
        let found = place.files();
        assert!(found == before || found == after, "{moment}: {said}");
        assert_eq!(place.journals(), 0, "{moment}: {said}");
        if said.contains("interrupted, and is taken back") {
            assert!(found == before && output.status.code() == Some(2), "{said}");
            back += 1;
        }
    }
    assert!(back > 0, "no rename was interrupted in the middle");
}
