//! Tests that the cache never changes an answer: not if it is torn, foreign or old, and not if a file changes at
//! the very moment when it is read.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

mod place;
use place::{PORTOLAN, Place, Ran};

impl Place {
    /// Two notes, of which one has a link that leads nowhere.
    fn small() -> Self {
        let place = Self::bare(&[]);
        place.save("A.md", "See [[B]] and [[C]].\n");
        place.save("B.md", "# B\n\nSee [[A#One]].\n");
        place
    }

    /// Of two notes of which one changes, both are judged again.
    fn with_more() -> Self {
        let place = Self::small();
        for note in ["K.md", "L.md", "M.md"] {
            place.save(note, "See [[B]] and [[Gone]].\n");
        }
        place
    }

    /// So many notes that document systems that it pays to keep what was read of them; one has a secret.
    fn with_systems(secret: &str) -> Self {
        let place = Self::small();
        for n in 0..80 {
            place.save(&format!("System {n}.md"), &system(n, "All is well."));
        }
        place.save("System 80.md", &system(80, "").replace("REST", secret));
        place
    }

    /// Saves a note, a while ago: what was saved a moment ago is read again in any case.
    fn save(&self, note: &str, text: &str) {
        self.write(note, text);
        set_time(&self.path(note), SystemTime::now() - Duration::from_secs(3600));
    }

    fn check(&self, args: &[&str]) -> String {
        self.report("concise", args)
    }

    fn report(&self, format: &str, args: &[&str]) -> String {
        Ran::of(self.beside_it(&["check", "--format", format]).args(args)).out
    }

    /// Portolan beside the vault.
    fn beside_it(&self, args: &[&str]) -> Command {
        let mut command = self.command(PORTOLAN);
        command.current_dir(self.dir()).args(["--vault", "vault"]).args(args);
        command
    }

    /// What the last run has kept.
    fn kept(&self) -> Option<PathBuf> {
        self.kept_for("check")
    }

    /// What it has kept for one purpose.
    fn kept_for(&self, purpose: &str) -> Option<PathBuf> {
        self.kept_as(purpose).pop()
    }

    /// Checks with and without what was kept, and gives what both have said.
    fn agreed(&self) -> String {
        let kept = self.check(&[]);
        assert_eq!(kept, self.check(&["--no-cache"]));
        let drawn = self.report("human", &["--no-cache"]);
        assert_eq!(self.report("human", &[]), drawn);
        assert_eq!(self.report("human", &[]), drawn, "with the drawn text that the run before has kept");
        kept
    }
}

/// A note that documents a system.
fn system(n: usize, text: &str) -> String {
    let fields = format!("\"name\": \"I{n}\", \"type\": \"REST\", \"endpoint\": \"https://{n}.example.com\"");
    format!("# System {n}\n\n```json\n{{ \"integration\": {{ {fields} }} }}\n```\n\n{text}\n")
}

/// The file beside another one of the cache.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.to_owned().into_os_string();
    name.push("+");
    name.into()
}

fn set_time(path: &Path, time: SystemTime) {
    let file = std::fs::File::options().write(true).open(path).expect("a file");
    file.set_modified(time).expect("times can be set");
}

/// Waits until files that were made before count as settled.
fn settle() {
    std::thread::sleep(Duration::from_millis(2100));
}

#[test]
fn a_torn_or_foreign_cache_is_as_good_as_none() {
    let place = Place::small();
    settle();
    let said = place.agreed();
    assert_eq!(said.lines().count(), 2, "{said}");
    let path = place.kept().expect("something is kept");
    let whole = std::fs::read(&path).expect("it can be read");
    for at in (0..whole.len()).step_by(7) {
        let mut torn = whole.clone();
        torn[at] ^= 0x15;
        std::fs::write(&path, &torn).expect("it can be written");
        assert_eq!(place.check(&[]), said, "byte {at}");
        std::fs::write(&path, &whole[..at]).expect("it can be written");
        assert_eq!(place.check(&[]), said, "cut at {at}");
    }
    std::fs::write(&path, "not ours").expect("it can be written");
    assert_eq!(place.check(&[]), said);
    assert!(std::fs::read(&path).expect("it is there again").starts_with(b"portolan"));
}

#[test]
fn a_torn_or_foreign_drawing_is_as_good_as_none() {
    let place = Place::small();
    settle();
    place.agreed();
    let said = place.report("human", &[]);
    let path = place.kept_for("drawn").expect("something is kept");
    let whole = std::fs::read(&path).expect("it can be read");
    for at in (0..whole.len()).step_by(11) {
        let mut torn = whole.clone();
        torn[at] ^= 0x15;
        std::fs::write(&path, &torn).expect("it can be written");
        assert_eq!(place.report("human", &[]), said, "byte {at}");
        std::fs::write(&path, &whole[..at]).expect("it can be written");
        assert_eq!(place.report("human", &[]), said, "cut at {at}");
    }
    assert_eq!(std::fs::read(&path).expect("it is there again"), whole);
}

#[test]
fn what_was_drawn_is_shown_again_and_of_other_findings_drawn_anew() {
    let place = Place::small();
    settle();
    place.agreed();
    let path = place.kept_for("drawn").expect("something is kept");
    let drawn = std::fs::read(&path).expect("it can be read");
    // Fewer findings of the same notes, and colours.
    for args in [&["--rule", "link-unresolved"][..], &["A.md"], &["--color", "always"]] {
        let bare = [args, &["--no-cache"]].concat();
        assert_eq!(place.report("human", args), place.report("human", &bare), "{args:?}");
    }
    place.agreed();
    assert_eq!(std::fs::read(&path).expect("it is there"), drawn);
    // The line changes, and what is found in it does not.
    place.save("A.md", "Now [[B]] and [[C]].\n");
    settle();
    place.agreed();
    assert!(place.report("human", &[]).contains("Now [[B]]"));
    assert!(beside(&path).exists());
}

#[test]
fn what_was_found_out_after_a_verdict_lies_beside_it() {
    let place = Place::with_more();
    settle();
    place.agreed();
    let path = place.kept().expect("something is kept");
    let (verdict, later) = (std::fs::read(&path).expect("it can be read"), beside(&path));
    assert!(!later.exists());
    for text in ["Now [[Elsewhere]].\n", "All is [[C|well]].\n", "A line\n\nand [[Nowhere]] again.\n"] {
        place.save("A.md", text);
        settle();
        place.agreed();
        assert_eq!(std::fs::read(&path).expect("it is there"), verdict, "{text}");
        assert!(later.exists());
    }
    let said = place.agreed();
    let whole = std::fs::read(&later).expect("it can be read");
    for at in 0..whole.len() {
        let mut torn = whole.clone();
        torn[at] ^= 0x15;
        std::fs::write(&later, &torn).expect("it can be written");
        assert_eq!(place.check(&[]), said, "byte {at}");
        std::fs::write(&later, &whole[..at]).expect("it can be written");
        assert_eq!(place.check(&[]), said, "cut at {at}");
    }
    // Another verdict: what lay beside the old one goes with it.
    place.save("D.md", "# D\n");
    settle();
    place.agreed();
    assert!(!later.exists());
    std::fs::write(&later, &whole).expect("it can be written");
    place.agreed();
}

/// What a link is said to lead to may have a name that it does not write itself.
#[test]
fn a_file_that_a_finding_rests_on_comes_and_goes() {
    let place = Place::with_more();
    place.save("portolan.toml", "timestamp = \"DD.MM.YYYY\"\n");
    place.save("D.md", "[[a [b]]]\n");
    place.save("a [b].md", "# a\n");
    let header = "- Status: Active\n- Created: 01.01.2025\n- Last Modified: [[01.03.2025]]\n";
    let history = "- 2025-03-01 - a\n- 2025-03-05 - b\n";
    place
        .save("E.md", &format!("## System Initialization\n\n{header}\n## Modification History\n\n{history}"));
    place.save("01.03.2025.md", "# Day\n");
    settle();
    let before = place.agreed();
    assert!(!before.contains("D.md:") && before.contains("E.md:5:"), "{before}");
    assert!(!place.report("json", &[]).contains("\"safe\""));
    place.save("05.03.2025.md", "# Day\n");
    settle();
    place.agreed();
    assert!(place.report("json", &[]).contains("\"safe\""));
    std::fs::remove_file(place.path("a [b].md")).expect("it goes");
    let after = place.agreed();
    assert!(after.contains("D.md:1:1: "), "{after}");
}

#[test]
fn what_was_read_of_systems_is_as_good_as_reading_them_again() {
    let secret = ["gl", "pat-", "x7Kp2mQ9vRtY4wZ8bN3c"].concat();
    let place = Place::with_systems(&secret);
    settle();
    let said = place.agreed();
    assert!(place.kept_for("facts").is_none(), "nobody has asked for it yet");
    place.save("System 3.md", &system(4, "Another one."));
    assert_ne!(place.agreed(), said, "the changed system gives the same findings");
    let path = place.kept_for("facts").expect("something is kept");
    let whole = std::fs::read(&path).expect("it can be read");
    assert!(!whole.windows(12).any(|window| window == &secret.as_bytes()[8..20]));
    assert!(whole.windows(12).any(|window| window == b"https://7.ex"));
    let mut n = 4;
    let mut check = |what: &str| {
        n += 1;
        place.save("System 3.md", &system(n, ""));
        assert_eq!(place.check(&[]), place.check(&["--no-cache"]), "{what}");
    };
    check("whole");
    assert_eq!(std::fs::read(&path).expect("it is there"), whole, "one more note was read, and no more");
    for at in (0..whole.len()).step_by(whole.len() / 9) {
        let mut torn = whole.clone();
        torn[at] ^= 0x15;
        std::fs::write(&path, &torn).expect("it can be written");
        check(&format!("byte {at}"));
        assert_ne!(std::fs::read(&path).expect("it is there"), torn, "it is kept anew");
        std::fs::write(&path, &whole[..at]).expect("it can be written");
        check(&format!("cut at {at}"));
    }
    // What was kept is older than what these are now.
    for n in 20..30 {
        place.save(&format!("System {n}.md"), &system(n + 1, ""));
    }
    settle();
    place.agreed();
    let kept = std::fs::read(&path).expect("it is there");
    check("others");
    assert_eq!(std::fs::read(&path).expect("it is there"), kept);
}

#[test]
fn what_was_drawn_after_a_report_lies_beside_it() {
    let place = Place::with_more();
    settle();
    place.agreed();
    let path = place.kept_for("drawn").expect("something is kept");
    let (report, later) = (std::fs::read(&path).expect("it can be read"), beside(&path));
    place.save("A.md", "Now [[Elsewhere]].\n");
    settle();
    place.agreed();
    assert_eq!(std::fs::read(&path).expect("it is there"), report);
    let whole = std::fs::read(&later).expect("it can be read");
    let said = place.report("human", &[]);
    for at in (0..whole.len()).step_by(5) {
        let mut torn = whole.clone();
        torn[at] ^= 0x15;
        std::fs::write(&later, &torn).expect("it can be written");
        assert_eq!(place.report("human", &[]), said, "byte {at}");
    }
    assert_eq!(std::fs::read(&later).expect("it is there again"), whole);
}

#[test]
fn a_report_that_could_not_be_found_again_takes_the_place_of_none() {
    let place = Place::small();
    settle();
    place.agreed();
    let path = place.kept_for("drawn").expect("something is kept");
    let report = std::fs::read(&path).expect("it can be read");
    // Saved in this moment, no note can be told to be the same in the next run.
    for note in ["A.md", "B.md"] {
        place.write(note, "See [[Nowhere]].\n");
    }
    assert_eq!(place.report("human", &[]), place.report("human", &["--no-cache"]));
    assert_eq!(std::fs::read(&path).expect("it is there"), report);
}

#[test]
fn what_another_vault_has_kept_changes_nothing() {
    let (place, other) = (Place::small(), Place::small());
    other.save("A.md", "See [[Nowhere]].\n");
    other.save("C.md", "# C\n");
    settle();
    let (said, _) = (place.agreed(), other.agreed());
    let (own, foreign) = (place.kept().expect("something is kept"), other.kept().expect("there too"));
    std::fs::copy(foreign, own).expect("it can be written");
    assert_eq!(place.check(&[]), said);
    assert_eq!(place.check(&[]), said, "with the verdict that the run before has kept");
}

#[test]
fn several_runs_at_once_do_not_disturb_each_other() {
    let place = Place::small();
    settle();
    let said = place.agreed();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..6 {
                    // Whoever comes first finds nothing and writes; the others read what is there by then.
                    if let Some(kept) = place.kept() {
                        let _ = std::fs::remove_file(kept);
                    }
                    assert_eq!(place.check(&[]), said);
                }
            });
        }
    });
    assert_eq!(place.agreed(), said);
    let left = std::fs::read_dir(place.beside("cache/portolan")).expect("a folder").count();
    assert_eq!(left, 2, "the verdict and the drawn text, and no temporary file");
}

#[test]
fn other_content_with_the_same_time_and_size_is_seen() {
    let place = Place::small();
    settle();
    place.agreed();
    let path = place.path("A.md");
    let time = path.metadata().and_then(|meta| meta.modified()).expect("a time");
    std::fs::write(&path, "See [[B]] and [[D]].\n").expect("a note");
    set_time(&path, time);
    assert!(place.agreed().contains("`D`"));
    // The same within one tick of the clock: nothing but time can tell, and none has passed.
    for name in ["E", "F", "G"] {
        std::fs::write(&path, format!("See [[B]] and [[{name}]].\n")).expect("a note");
        assert!(place.agreed().contains(&format!("`{name}`")));
    }
}

#[test]
fn what_else_a_verdict_rests_on_is_seen() {
    let place = Place::small();
    settle();
    assert!(place.agreed().contains("link-unresolved"));
    place.write("portolan.toml", "[rules]\nlink-unresolved = \"off\"\n");
    assert!(!place.agreed().contains("link-unresolved"));
    place.write("C.png", "");
    std::fs::remove_file(place.path("portolan.toml")).expect("it goes");
    assert!(place.agreed().contains("`C`"), "a picture is no note");
    std::fs::rename(place.path("C.png"), place.path("C.md")).expect("it moves");
    assert!(!place.agreed().contains("link-unresolved"));
    place.write(".obsidian/app.json", r#"{"userIgnoreFilters": ["B.md"]}"#);
    assert_eq!(place.agreed(), "");
}

#[test]
fn a_cache_that_cannot_be_written_is_no_trouble() {
    let place = Place::small();
    std::fs::write(place.beside("cache"), "a file where a folder should be").expect("a file");
    assert_eq!(place.agreed().lines().count(), 2);
}

#[cfg(unix)]
#[test]
fn nothing_is_kept_where_others_may_write() {
    let place = Place::small();
    let shared = place.beside("shared");
    std::fs::create_dir(&shared).expect("a folder");
    let run = |args: &[&str]| {
        let mut portolan = place.beside_it(args);
        // No folder is the user's own.
        Ran::of(portolan.env_remove("XDG_CACHE_HOME").env("HOME", "nowhere").env("TMPDIR", &shared))
    };
    assert_eq!(run(&["check"]).status, 1);
    let Ran { status, err: said, .. } = run(&["log", "A", "-m", "x", "--create"]);
    assert!(status == 2 && said.contains("XDG_CACHE_HOME"), "{said}");
    assert_eq!(std::fs::read_dir(&shared).expect("a folder").count(), 0);
    assert!(!place.beside("nowhere").exists());
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read_what_is_kept_and_no_secret_is_in_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::with_more();
    let secret = ["gl", "pat-", "x7Kp2mQ9vRtY4wZ8bN3c"].concat();
    place.save("S.md", &format!("# {secret}\n\nSee [[{secret}]], [[S#{secret}]] and [[no {secret}]].\n"));
    settle();
    assert!(place.report("human", &[]).contains("integration-secret"));
    // And then in what lies beside it: a note with a secret concerns the whole vault, another one does not.
    for (note, text) in [("A.md", format!("See [[{secret}]].\n")), ("K.md", "See [[Lost]].\n".to_owned())] {
        place.save(note, &text);
        settle();
        assert!(place.report("human", &[]).contains(note));
    }
    let kept = ["check", "drawn"].map(|purpose| place.kept_for(purpose).expect("something is kept"));
    let later = [beside(&kept[0]), beside(&kept[1])];
    for path in kept.into_iter().chain(later) {
        let mode = path.metadata().expect("it is there").permissions().mode();
        assert_eq!(mode & 0o077, 0);
        let kept = std::fs::read(path).expect("it can be read");
        assert!(!kept.windows(secret.len()).any(|window| window == secret.as_bytes()));
        assert!(!kept.windows(12).any(|window| window == &secret.as_bytes()[8..20]));
    }
}
