//! Tests of the program where the system refuses: full disks, file size limits, folders and file systems that
//! cannot be written. Nothing is lost, the exit status is 2, and the message names the path and a way out.
#![cfg(unix)]

use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

mod place;
use place::{PORTOLAN, Place, Ran};

/// A user that owns nothing.
const NOBODY: u32 = 65534;

/// A note with an empty board, and this many bytes before it.
fn stale(size: usize) -> String {
    let words = "Words that nobody may lose.\n".repeat(size / 28);
    format!("# Note\n\n{words}\n<!-- portolan:board events -->\n<!-- portolan:end -->\n")
}

impl Place {
    /// Runs a script, in which `$portolan` is the program with the vault.
    fn script(&self, shell: &[&str], script: &str) -> Ran {
        let mut command = self.command(shell[0]);
        Ran::of(command.args(&shell[1..]).arg("-c").arg(script).arg(PORTOLAN).arg(self.vault()))
    }

    /// Gives all of it to somebody without rights, and makes that one run the command.
    fn as_nobody(&self, command: &mut Command) {
        if std::fs::metadata("/proc/self").is_ok_and(|meta| std::os::unix::fs::MetadataExt::uid(&meta) == 0) {
            for entry in walkdir::WalkDir::new(self.dir()) {
                chown(entry.expect("an entry").path(), Some(NOBODY), Some(NOBODY)).expect("root may");
            }
            command.uid(NOBODY).gid(NOBODY);
        }
    }
}

impl Ran {
    /// Fails unless the command has said that it could not do its work, with these words.
    fn refused(&self, words: &[&str]) {
        assert_eq!(self.status, 2, "{}", self.err);
        for word in words {
            assert!(self.err.contains(word), "`{word}` in: {}", self.err);
        }
    }
}

/// Whether a namespace of one's own can be had, in which file systems may be mounted.
#[expect(clippy::print_stderr, reason = "a test that skips says so")]
fn may_mount() -> bool {
    let done = Command::new("unshare").args(["-rm", "true"]).stderr(Stdio::null()).status();
    let may = done.is_ok_and(|status| status.success());
    if !may {
        eprintln!("skipped: no namespace to mount in");
    }
    may
}

#[test]
fn a_file_size_limit_costs_nothing() {
    let (long, short) = (stale(20_000), stale(100));
    let place = Place::new(&[("long.md", &long), ("short.md", &short)]);
    // In blocks of 512 bytes, or of 1024.
    let ran = place.script(&["sh"], "ulimit -f 4; exec \"$0\" --vault \"$1\" sync");
    ran.refused(&["long.md", "file too large", "make room"]);
    let files = place.flat();
    assert_eq!(files.len(), 2, "no stray file: {files:?}");
    assert_eq!(files[0].1, long);
    assert!(files[1].1.len() > short.len(), "the other note is written all the same");
    let ran = place.script(&["sh"], "ulimit -f 4; exec \"$0\" --vault \"$1\" log long -m x --create");
    ran.refused(&["long.md", "file too large"]);
    assert_eq!(place.flat()[0].1, long);
    // An output that grows too large is one that cannot be written.
    let out = place.beside("out");
    let script = format!("ulimit -f 4; exec \"$0\" --vault \"$1\" man > '{}'", out.display());
    place.script(&["sh"], &script).refused(&["cannot write the output: file too large"]);
}

#[test]
fn a_full_disk_costs_nothing() {
    if !may_mount() {
        return;
    }
    let long = stale(40_000);
    let place = Place::new(&[]);
    let note = place.beside("long.md");
    place::write(&note, &long);
    // Room for the note, but not for a second one beside it.
    let script = format!(
        "mount -t tmpfs -o size=64k none \"$1\" && cp '{0}' \"$1/long.md\" && cd \"$1\" || exit 9
        \"$0\" --vault . sync; status=$?; cmp -s long.md '{0}' || exit 8; [ -z \"$(ls -A | grep -v long.md)\" ] || exit 7
        exit $status",
        note.display()
    );
    place.script(&["unshare", "-rm", "sh"], &script).refused(&["long.md", "no space left", "make room"]);
    // And where the lock lies.
    let stale = stale(100);
    let place = Place::new(&[("a.md", &stale)]);
    let script = "mkdir -p \"$XDG_CACHE_HOME\" && mount -t tmpfs -o size=4k,nr_inodes=2 none \"$XDG_CACHE_HOME\" || exit 9
        exec \"$0\" --vault \"$1\" sync";
    place.script(&["unshare", "-rm", "sh"], script).refused(&["no space left", "XDG_CACHE_HOME=DIR"]);
    assert_eq!(place.flat(), [("a.md".to_owned(), stale)]);
}

#[test]
fn a_file_system_that_is_read_only_is_named() {
    if !may_mount() {
        return;
    }
    let stale = stale(100);
    let place = Place::new(&[("a.md", &stale)]);
    let script = |command: &str| {
        let mount = "mount --bind \"$1\" \"$1\" && mount -o remount,ro,bind \"$1\" || exit 9";
        place.script(&["unshare", "-rm", "sh"], &format!("{mount}\nexec \"$0\" --vault \"$1\" {command}"))
    };
    script("sync").refused(&["a.md", "read-only file system"]);
    script("new B --from a").refused(&["B.md", "read-only file system"]);
    script("rename a b").refused(&["read-only file system"]);
    // Who only reads is not in the way.
    assert_eq!(script("check").status, 1);
    assert_eq!(place.flat(), [("a.md".to_owned(), stale)]);
}

#[test]
fn a_folder_that_cannot_be_written_is_named_with_a_way_out() {
    let stale = stale(100);
    let place = Place::new(&[("a.md", &stale)]);
    std::fs::create_dir(place.beside("cache")).expect("a folder");
    std::fs::set_permissions(place.vault(), std::fs::Permissions::from_mode(0o555)).expect("a mode");
    for args in [
        &["sync"][..],
        &["log", "a", "-m", "x", "--create"],
        &["new", "B", "--from", "a"],
        &["rename", "a", "b"],
    ] {
        let mut command = place.portolan(&[]);
        place.as_nobody(&mut command);
        Ran::of(command.args(args)).refused(&["permission denied", "make its folder writable"]);
    }
    std::fs::set_permissions(place.vault(), std::fs::Permissions::from_mode(0o755)).expect("a mode");
    assert_eq!(place.flat(), [("a.md".to_owned(), stale)]);
}

#[test]
fn a_note_that_is_read_only_is_refused() {
    let stale = stale(100);
    let place = Place::new(&[("a.md", &stale), ("b.md", &stale)]);
    std::fs::set_permissions(place.path("a.md"), std::fs::Permissions::from_mode(0o444)).expect("a mode");
    place.run(&["sync"]).refused(&["a.md", "it is read-only; make it writable first"]);
    let files = place.flat();
    assert_eq!(files[0].1, stale);
    assert!(files[1].1.len() > stale.len(), "the other note is written all the same");
}

#[test]
fn a_cache_folder_that_cannot_be_made_stops_writers_and_nobody_else() {
    let stale = stale(100);
    let place = Place::new(&[("a.md", &stale)]);
    let run = |args: &[&str]| Ran::of(place.portolan(args).env("XDG_CACHE_HOME", "/dev/null/none"));
    run(&["sync"]).refused(&[
        "/dev/null/none/portolan",
        "name another folder for portolan's lock with `XDG_CACHE_HOME=DIR`",
    ]);
    run(&["log", "a", "-m", "x", "--create"]).refused(&["/dev/null/none/portolan"]);
    assert_eq!(place.flat(), [("a.md".to_owned(), stale)]);
    for args in [&["check"][..], &["list", "notes"], &["graph"], &["sync", "--check"], &["sync", "--diff"]] {
        let ran = run(args);
        assert_ne!(ran.status, 2, "{args:?}: {}", ran.err);
    }
}

#[test]
fn owner_and_mode_are_kept() {
    use std::os::unix::fs::MetadataExt as _;
    let place = Place::new(&[("a.md", &stale(100))]);
    let path = place.path("a.md");
    let owned = chown(&path, Some(NOBODY), Some(NOBODY)).is_ok();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).expect("a mode");
    let before = path.metadata().expect("it is there");
    assert_eq!(place.run(&["sync"]).status, 0);
    let after = path.metadata().expect("it is there");
    assert_ne!(before.len(), after.len());
    assert_eq!((before.mode(), before.gid(), before.uid()), (after.mode(), after.gid(), after.uid()));
    assert!(!owned || after.uid() == NOBODY);
}

#[test]
fn a_full_device_is_told_and_a_closed_pipe_is_not() {
    if !Path::new("/dev/full").exists() {
        return;
    }
    // More is written than what is held back for a while, so that it is known in the midst of it, too.
    let many = "[[none]] [[Order Quee]]\n\n".repeat(600);
    let place = Place::new(&[("a.md", &format!("{}{many}", stale(100))), ("Order Queue.md", "")]);
    // A verdict is kept: a closed pipe makes no failed check a good one.
    let commands = [
        (&["check"][..], 1),
        (&["check", "--format", "json"], 1),
        (&["check", "--format", "concise"], 1),
        (&["check", "--unsafe-fixes", "--diff"], 1),
        (&["list", "links"], 0),
        (&["list", "rules"], 0),
        (&["graph"], 0),
        (&["sync", "--diff"], 0),
        (&["sync", "--check"], 1),
        (&["log", "a", "-m", "x", "--create", "--diff"], 0),
        (&["rename", "a", "b", "--diff"], 0),
        (&["resolve", "[[a]]", "--explain"], 0),
        (&["resolve", "[[none]]", "--explain"], 1),
        (&["explain", "link-unresolved"], 0),
        (&["schema", "check"], 0),
        (&["completions", "bash"], 0),
        (&["man"], 0),
    ];
    for (args, status) in commands {
        let full = std::fs::File::options().write(true).open("/dev/full").expect("a device");
        let ran = Ran::of(place.portolan(args).stdout(full).stderr(Stdio::piped()));
        ran.refused(&["cannot write the output: no space left on device"]);
        let mut child =
            place.portolan(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
        drop(child.stdout.take());
        let ended = child.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(status), "{args:?}: {said}");
        assert!(!said.contains("error:"), "{args:?}: {said}");
    }
    assert!(place.run(&["check"]).out.contains("link-unresolved"));
}
