//! Tests of the writer among other processes: killed at many moments, beside an editor that keeps saving, and
//! beside another portolan. The helper processes are this test program, run with a role.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::time::Duration;

use portolan::text::edit::{Edit, Edits};
use portolan::text::span::Span;
use portolan::write::disk::Local;
use portolan::write::journal::{Batch, carry_out, recover_with};
use portolan::write::{Setting, Writer};

const ROLE: &str = "PORTOLAN_TEST_ROLE";
const FOLDER: &str = "PORTOLAN_TEST_FOLDER";

mod place;
use place::{Place, Ran};

impl Place {
    /// Runs this program again in another role.
    fn helper(&self, role: &str) -> Child {
        self.command(std::env::current_exe().expect("a program"))
            .args(["--exact", "in_another_role", "--nocapture"])
            .env(ROLE, role)
            .env(FOLDER, self.dir())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it runs")
    }
}

fn setting(folder: &Path) -> Setting {
    Setting { folder: Some(folder.join("own")), disk: Arc::new(Local) }
}

/// Not a test by itself: what a helper does.
#[test]
fn in_another_role() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    match std::env::var(ROLE).as_deref() {
        Ok("writer") => write_for_ever(&folder),
        Ok("renamer") => rename_for_ever(&folder),
        Ok("editor-in-place") => edit(&folder, &|path, text| std::fs::write(path, text)),
        Ok("editor-by-rename") => edit(&folder, &|path, text| {
            let temporary = path.with_extension("md~");
            std::fs::write(&temporary, text)?;
            std::fs::rename(&temporary, path)
        }),
        Ok("holder") => {
            let _writer =
                Writer::open_with(&folder.join("vault"), setting(&folder)).expect("nobody else writes");
            ready();
            std::thread::sleep(Duration::from_secs(600));
        }
        role => panic!("no such role: {role:?}"),
    }
}

/// Tells the parent that work has begun.
fn ready() {
    let mut out = std::io::stdout();
    out.write_all(b"ready\n").and_then(|()| out.flush()).expect("somebody reads it");
}

/// Waits until a helper has begun.
fn wait_for(child: &mut Child) {
    let out = child.stdout.as_mut().expect("it is piped");
    let mut said = Vec::new();
    let mut byte = [0];
    while !said.ends_with(b"ready\n") {
        assert_eq!(out.read(&mut byte).expect("it says something"), 1, "{}", String::from_utf8_lossy(&said));
        said.push(byte[0]);
    }
}

/// Long enough that it takes several writes to get it to the disk.
fn body(word: &str) -> String {
    format!("{word}\n{}", format!("{word} says nothing new here.\n").repeat(2000))
}

fn write_for_ever(folder: &Path) {
    let vault = folder.join("vault");
    let (first, second) = (body("first"), body("second"));
    let turn = |text: &str| -> Edits {
        let other = if text == first { &second } else { &first };
        Edit::replace(Span::new(0, text.len()), other.clone()).into()
    };
    let mut writer = Writer::open_with(&vault, setting(folder)).expect("nobody else writes");
    ready();
    loop {
        for note in ["a.md", "b.md"] {
            let old = std::fs::read_to_string(vault.join(note)).expect("it is there");
            writer.write(note, &old, &turn(&old)).expect("it can be written");
        }
    }
}

/// Killed at any moment, every note is whole, and the next run clears away what was left.
#[test]
fn a_killed_writer_leaves_whole_notes() {
    let (first, second) = (body("first"), body("second"));
    let place = Place::new(&[("a.md", &first), ("b.md", &first)]);
    let mut strays = 0;
    for round in 0..40 {
        let mut child = place.helper("writer");
        wait_for(&mut child);
        std::thread::sleep(Duration::from_micros(300 + 977 * round));
        child.kill().expect("it runs");
        child.wait().expect("it has ended");
        let files = place.flat();
        strays += files.len() - 2;
        recover_with(&place.vault(), setting(place.dir())).expect("nothing is in the way");
        let now = place.flat();
        assert_eq!(now.len(), 2, "no stray file");
        for (name, text) in files.iter().filter(|(name, _)| !name.starts_with('.')).chain(&now) {
            assert!(
                *text == first || *text == second,
                "round {round}: {name} is torn ({} bytes)",
                text.len()
            );
        }
    }
    assert!(strays > 0, "some were killed in the middle of a write");
}

const HERE: [(&str, &str); 2] = [("New.md", "# [[Link]]\n"), ("x.md", "[[New]] and [[New]]\n")];
const THERE: [(&str, &str); 2] = [("Old.md", "# [[Link]]\n"), ("x.md", "[[Old]] and [[Old]]\n")];

fn rename_for_ever(folder: &Path) {
    let vault = folder.join("vault");
    let mut writer = Writer::open_with(&vault, setting(folder)).expect("nobody else writes");
    ready();
    loop {
        let old = std::fs::read_to_string(vault.join("x.md")).expect("it is there");
        let (from, to) = if old.contains("New") { ("New", "Old") } else { ("Old", "New") };
        let edits = Edits::of([2, 14].map(|at| Edit::replace(Span::new(at, at + 3), to))).expect("edits");
        let moved = Some((format!("{from}.md"), format!("{to}.md")));
        let batch = Batch { writes: vec![("x.md".to_owned(), old.into(), edits)], moved, ..Batch::default() };
        carry_out(&mut writer, &batch).expect("nothing is in the way");
    }
}

/// Killed at any moment, a rename has happened whole or not at all after the next run.
#[test]
fn a_killed_rename_is_brought_to_an_end() {
    let place = Place::new(&HERE);
    let whole = |files: &[(&str, &str)]| -> Vec<(String, String)> {
        files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    };
    let mut ended = 0;
    for round in 0..40 {
        let mut child = place.helper("renamer");
        wait_for(&mut child);
        std::thread::sleep(Duration::from_micros(300 + 977 * round));
        child.kill().expect("it runs");
        child.wait().expect("it has ended");
        let recovered = recover_with(&place.vault(), setting(place.dir())).expect("nothing is in the way");
        ended += usize::from(recovered.is_some());
        let files = place.flat();
        assert!(files == whole(&HERE) || files == whole(&THERE), "round {round}: {files:?}");
    }
    assert!(ended > 0, "some were killed in the middle of a rename");
}

/// Saves every few hundred microseconds, with a rest now and then in which a write has its time.
fn edit(folder: &Path, save: &dyn Fn(&Path, &str) -> std::io::Result<()>) {
    let path = folder.join("vault/a.md");
    ready();
    for count in 0..400u64 {
        save(&path, &theirs(count)).expect("it can be saved");
        let rest = if count % 10 == 9 { 40_000 } else { 0 };
        std::thread::sleep(Duration::from_micros(200 + count * 7919 % 900 + rest));
    }
}

fn theirs(count: u64) -> String {
    format!("0 changes\nSaved for the {count}. time.\n{}", "A line of theirs.\n".repeat(2000))
}

/// An editor that saves all the time, and a writer that changes the first line all the time: what the editor
/// has saved last is there in the end, with or without a change of the writer's.
#[test]
fn an_editor_that_saves_at_the_same_time_loses_nothing() {
    let editors = if cfg!(any(target_os = "linux", target_vendor = "apple")) {
        &["editor-in-place", "editor-by-rename"][..]
    } else {
        // Without a swap of names the moment before the rename is open; see tests/faults.rs.
        &[]
    };
    for role in editors {
        let place = Place::new(&[("a.md", &theirs(0))]);
        let mut writer = Writer::open_with(&place.vault(), setting(place.dir())).expect("nobody else writes");
        let mut editor = place.helper(role);
        wait_for(&mut editor);
        let (mut written, mut refused) = (0, 0);
        while editor.try_wait().expect("it can be asked").is_none() {
            let old = place.read("a.md");
            let Some(end) = old.find(" changes") else { continue };
            let edit = Edit::replace(Span::new(0, end), (written + 1).to_string());
            match writer.write("a.md", &old, &edit.into()) {
                Ok(()) => written += 1,
                Err(error) => {
                    assert!(error.to_string().contains("has changed"), "{error}");
                    refused += 1;
                }
            }
        }
        let files = place.flat();
        assert_eq!(files.len(), 1, "{role}: no stray file");
        let (first, rest) = files[0].1.split_once('\n').expect("lines");
        let expected = theirs(399);
        assert_eq!(rest, expected.split_once('\n').expect("lines").1, "{role}: the last save is there");
        assert!(first.ends_with(" changes"));
        assert!(written > 0 && refused > 0, "{role}: {written} written, {refused} refused");
    }
}

/// A vault whose boards are all stale.
fn boards() -> Vec<(String, String)> {
    let board = "<!-- portolan:board events -->\n<!-- portolan:end -->\n";
    (0..40)
        .map(|i| {
            let header = "## SYSTEM INITIALIZATION\n\n- Status: Active\n- Created: 2025-01-01_08-00\n";
            (format!("N{i:02}.md"), format!("# N{i}\n\n{header}- Last Modified: 2025-01-01_08-00\n\n{board}"))
        })
        .collect()
}

/// The program itself, killed in the middle of a sync of many notes: each is old or new, and the next sync
/// brings the vault to where one that was never killed would have.
#[test]
fn a_killed_sync_is_caught_up_by_the_next() {
    let notes = boards();
    let notes: Vec<(&str, &str)> = notes.iter().map(|(path, text)| (&path[..], &text[..])).collect();
    let whole = Place::new(&notes);
    assert!(whole.run(&["sync"]).success());
    let after = whole.flat();
    let mut halfway = 0;
    for round in 0..8u64 {
        let place = Place::new(&notes);
        let mut child = place.portolan(&["sync"]).stderr(Stdio::piped()).spawn().expect("it runs");
        // Once it says that it has written something it is in the midst of it.
        let mut byte = [0];
        let said = child.stderr.as_mut().expect("it is piped").read(&mut byte).expect("it says something");
        assert_eq!(said, 1);
        std::thread::sleep(Duration::from_micros(round * 1500));
        child.kill().expect("it runs or has ended");
        child.wait().expect("it has ended");
        let mut new = 0;
        for (name, text) in place.flat().iter().filter(|(name, _)| !name.starts_with('.')) {
            let after = &after.iter().find(|(other, _)| other == name).expect("no other note").1;
            let before = notes.iter().find(|(other, _)| other == name).expect("no other note").1;
            assert!(text == after || text == before, "{name} is torn");
            new += usize::from(text == after);
        }
        halfway += usize::from(new < notes.len());
        assert!(place.run(&["sync"]).success());
        assert_eq!(place.flat(), after);
    }
    assert!(halfway > 0, "some were killed halfway");
}

/// Two at once: the second one says so, and does nothing. A killed one is not in the way.
#[test]
fn two_do_not_write_at_once_and_a_killed_one_is_not_in_the_way() {
    let place = Place::new(&[("a.md", "old\n")]);
    let edits = || Edit::replace(Span::new(0, 3), "new").into();
    let mut holder = place.helper("holder");
    wait_for(&mut holder);
    let error = Writer::open_with(&place.vault(), setting(place.dir())).expect_err("it is locked");
    assert!(error.to_string().starts_with("another portolan is writing into `"), "{error}");
    assert!(error.hint().is_some_and(|hint| hint.contains("wait")));
    holder.kill().expect("it runs");
    holder.wait().expect("it has ended");
    let mut writer = Writer::open_with(&place.vault(), setting(place.dir())).expect("nobody writes");
    writer.write("a.md", "old\n", &edits()).expect("it can be written");
}

/// Who writes for a moment only is waited for.
#[test]
fn many_at_once_take_turns() {
    let notes: Vec<String> = (0..12).map(|i| format!("n{i}.md")).collect();
    let texts: Vec<(&str, &str)> = notes
        .iter()
        .map(|note| (note.as_str(), "# N\n\n## Modification History\n\n- 2025-01-01_10-00 - Set up\n"))
        .collect();
    let place = Place::new(&texts);
    let log = |note: &String| {
        let mut command = place.portolan(&["log", note, "-m", "x"]);
        command.stderr(Stdio::piped()).spawn().expect("it runs")
    };
    let children: Vec<_> = notes.iter().map(log).collect();
    for child in children {
        let ended = child.wait_with_output().expect("it ends");
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    }
}

/// The same with the program itself. A pipe that nobody reads holds it up in the midst of its work.
#[cfg(unix)]
#[test]
fn a_second_sync_says_that_the_first_one_is_at_it() {
    let long = "x".repeat(150);
    let notes: Vec<(String, String)> = boards()
        .into_iter()
        .cycle()
        .take(600)
        .enumerate()
        .map(|(i, (_, text))| (format!("{long}{i:03}.md"), text))
        .collect();
    let notes: Vec<(&str, &str)> = notes.iter().map(|(path, text)| (&path[..], &text[..])).collect();
    let place = Place::new(&notes);
    let mut first = place.portolan(&["sync"]).stderr(Stdio::piped()).spawn().expect("it runs");
    let mut byte = [0];
    assert_eq!(first.stderr.as_mut().expect("it is piped").read(&mut byte).expect("it says something"), 1);
    assert_eq!(place.run(&["log", "N", "-m", "x"]).status, 2);
    let Ran { status, err: said, .. } = place.run(&["sync"]);
    assert_eq!(status, 2, "{said}");
    assert!(said.contains("another portolan is writing into") && said.contains("help: wait"), "{said}");
    // Who only reads needs no lock.
    assert!(place.run(&["list", "notes"]).success());
    first.kill().expect("it runs");
    first.wait().expect("it has ended");
    assert!(place.run(&["sync"]).success());
}
