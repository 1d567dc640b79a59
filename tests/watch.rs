//! Tests of `watch` with real files, saved in the ways in which editors save them.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::Value;

mod place;
use place::{PORTOLAN, Place, Ran};

/// The longest that anything may take on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(60);

/// A vault, and portolan watching it.
struct Watched {
    place: Place,
    child: Child,
    events: Receiver<Value>,
    /// Every finding as it was told last, by fingerprint.
    known: BTreeMap<String, Vec<Value>>,
    /// Every path that was said to have changed.
    changed: Vec<String>,
    /// How often boards were said to be written, apart from what [`synced`] took.
    writes: usize,
}

impl Deref for Watched {
    type Target = Place;

    fn deref(&self) -> &Place {
        &self.place
    }
}

impl Watched {
    fn start(files: &[(&str, &str)], args: &[&str]) -> Self {
        Self::of(Place::bare(files), args)
    }

    /// Watches the vault that is there.
    fn of(place: Place, args: &[&str]) -> Self {
        let (child, events) = watch(&place, args);
        let (known, changed) = (BTreeMap::new(), Vec::new());
        let mut watched = Self { place, child, events, known, changed, writes: 0 };
        let ready = watched.next();
        assert_eq!(ready["event"], "ready", "{ready}");
        watched.known = watched.check();
        assert_eq!(ready["findings"], watched.count());
        watched
    }

    /// How many findings there are, as far as was told.
    fn count(&self) -> usize {
        self.known.values().map(Vec::len).sum()
    }

    fn next(&self) -> Value {
        self.events.recv_timeout(PATIENCE).expect("an event in time")
    }

    /// Takes events until what was told is what a fresh check says.
    fn settle(&mut self) {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            let fresh = self.check();
            if let Ok(event) = self.events.recv_timeout(Duration::from_millis(400)) {
                self.take(&event);
            } else if fresh == self.known {
                return;
            }
        }
        panic!("the events add up to {:?}, a fresh check finds {:?}", self.known, self.check());
    }

    fn take(&mut self, event: &Value) {
        self.writes += usize::from(event["event"] == "synced");
        if event["event"] != "checked" {
            return;
        }
        for gone in event["removed"].as_array().expect("a list") {
            let known = self.known.entry(gone["fingerprint"].to_string()).or_default();
            let at = known.iter().position(|known| known == gone);
            known.remove(at.unwrap_or_else(|| panic!("{gone} was removed but never added: {known:?}")));
        }
        let updated = by_fingerprint(event["updated"].as_array().expect("a list"));
        assert!(updated.keys().all(|fingerprint| self.known.contains_key(fingerprint)), "{event}");
        self.known.extend(updated);
        for (fingerprint, findings) in by_fingerprint(event["added"].as_array().expect("a list")) {
            self.known.entry(fingerprint).or_default().extend(findings);
        }
        self.known.retain(|_, findings| !findings.is_empty());
        assert_eq!(event["findings"], self.count(), "{event}");
        let changed = event["changed"].as_array().expect("a list");
        self.changed.extend(changed.iter().map(|path| path.as_str().expect("a path").to_owned()));
    }

    /// Waits until a note is said to have changed and nothing else happens, and gives all that were.
    fn changed(&mut self, note: &str) -> Vec<String> {
        let start = Instant::now();
        self.changed.clear();
        while !self.changed.iter().any(|path| path == note) {
            assert!(start.elapsed() < PATIENCE, "{note} never changed: {:?}", self.changed);
            if let Ok(event) = self.events.recv_timeout(Duration::from_millis(200)) {
                self.take(&event);
            }
        }
        self.settle();
        std::mem::take(&mut self.changed)
    }

    /// What a fresh check finds, by fingerprint.
    fn check(&self) -> BTreeMap<String, Vec<Value>> {
        let mut command = command(self);
        command.args(["--vault", "vault", "check", "--format", "json", "--no-cache"]);
        let document = Ran::of(&mut command).json();
        by_fingerprint(document["findings"].as_array().expect("findings"))
    }

    /// The exit status, which must come soon.
    fn ended(&mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return status;
            }
            assert!(start.elapsed() < PATIENCE, "it goes on");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn by_fingerprint(findings: &[Value]) -> BTreeMap<String, Vec<Value>> {
    let mut by: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for finding in findings {
        by.entry(finding["fingerprint"].to_string()).or_default().push(finding.clone());
    }
    by
}

/// Portolan beside the vault, which may go.
fn command(place: &Place) -> Command {
    let mut command = place.command(PORTOLAN);
    command.current_dir(place.dir());
    command
}

fn watch(place: &Place, args: &[&str]) -> (Child, Receiver<Value>) {
    watch_vault(place, "vault", args)
}

fn watch_vault(place: &Place, vault: &str, args: &[&str]) -> (Child, Receiver<Value>) {
    let mut command = command(place);
    command.args(["--vault", vault, "watch", "--format", "json"]).args(args);
    let mut child = command.stdout(Stdio::piped()).spawn().expect("portolan runs");
    let stdout = child.stdout.take().expect("a pipe");
    let (sender, events) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            let event = serde_json::from_str(&line).expect("a document a line");
            if sender.send(event).is_err() {
                return;
            }
        }
    });
    (child, events)
}

const NOTES: [(&str, &str); 3] =
    [("A.md", "See [[B]].\n"), ("B.md", "# One\n\nSee [[A]].\n"), ("sub/C.md", "See [[B#One]].\n")];

/// What an editor does to save a text under a path.
type Save = fn(&Path, &str);

fn write(path: impl AsRef<Path>, text: &str) {
    fs::write(path, text).expect("a file is written");
}

fn mv(from: impl AsRef<Path>, to: impl AsRef<Path>) {
    fs::rename(from, to).expect("a file moves");
}

fn rm(path: impl AsRef<Path>) {
    fs::remove_file(path).expect("a file goes");
}

/// A file beside another one.
fn beside(path: &Path, name: &str) -> PathBuf {
    let own = path.file_name().expect("a name").to_string_lossy();
    path.with_file_name(name.replace('*', &own))
}

/// How editors save, from traces of what they do.
const SAVES: [(&str, Save); 10] = [
    ("in place: Obsidian, VS Code, nano", |path, text| write(path, text)),
    ("in two steps", |path, text| {
        write(path, "");
        std::thread::sleep(Duration::from_millis(30));
        write(path, text);
    }),
    ("in pieces", |path, text| {
        use std::io::Write as _;
        let mut file = fs::File::create(path).expect("a file");
        for piece in text.as_bytes().chunks(3) {
            file.write_all(piece).expect("a piece");
            std::thread::sleep(Duration::from_millis(10));
        }
    }),
    ("a new file in its place: many", |path, text| {
        write(beside(path, "*.tmp"), text);
        mv(beside(path, "*.tmp"), path);
    }),
    ("a hidden new file in its place: gedit, rsync", |path, text| {
        write(beside(path, ".goutputstream-X1Y2Z3"), text);
        mv(beside(path, ".goutputstream-X1Y2Z3"), path);
    }),
    ("a numbered new file in its place: npm's write-file-atomic", |path, text| {
        write(beside(path, "*.3141592653"), text);
        mv(beside(path, "*.3141592653"), path);
    }),
    ("vim, with `backup`", |path, text| {
        write(beside(path, "4913"), "");
        rm(beside(path, "4913"));
        mv(path, beside(path, "*~"));
        write(path, text);
    }),
    ("vim, as it comes", |path, text| {
        write(beside(path, ".*.swp"), "b0VIM");
        mv(path, beside(path, "*~"));
        write(path, text);
        rm(beside(path, "*~"));
        rm(beside(path, ".*.swp"));
    }),
    ("JetBrains", |path, text| {
        write(beside(path, "*___jb_tmp___"), text);
        mv(path, beside(path, "*___jb_old___"));
        mv(beside(path, "*___jb_tmp___"), path);
        rm(beside(path, "*___jb_old___"));
    }),
    ("deleted and written anew: Emacs with `backup-by-copying`, sync clients", |path, text| {
        write(beside(path, "#*#"), text);
        fs::copy(path, beside(path, "*.bak")).expect("a copy");
        rm(path);
        write(path, text);
        rm(beside(path, "#*#"));
    }),
];

#[test]
fn however_it_is_saved_a_note_has_changed_and_nothing_else() {
    let mut watched = Watched::start(&NOTES, &[]);
    for (how, save) in SAVES {
        for (text, findings) in [("See [[Nowhere]] and [[B]].\n", 1), ("See [[B#One]].\n", 0)] {
            save(&watched.path("A.md"), text);
            let mut changed = watched.changed("A.md");
            changed.dedup();
            assert_eq!(changed, ["A.md"], "{how}");
            assert_eq!(watched.count(), findings, "{how}");
        }
    }
}

#[test]
fn what_is_told_otherwise_is_updated() {
    let mut watched = Watched::start(&[("Gateway.md", "# Gateway\n"), ("n.md", "# n\n")], &[]);
    let mut told = |note: &str, text: &str| {
        watched.write(note, text);
        let event = watched.next();
        watched.take(&event);
        assert_eq!(watched.known, watched.check());
        let count = |list: &str| event[list].as_array().map_or(0, Vec::len);
        let finding = if count("added") > 0 { &event["added"][0] } else { &event["updated"][0] };
        let said = ["severity", "line", "fix"].map(|field| finding[field].clone());
        (["added", "removed", "updated"].map(count), said)
    };
    let (counts, [severity, line, fix]) = told("n.md", "# n\n\nSee [[Gatewya]] now.\n");
    assert_eq!((counts, line), ([1, 0, 0], 3.into()));
    assert_eq!(fix["edits"][0]["span"], serde_json::json!([11, 18]));
    let (counts, [same, line, fix]) = told("n.md", "# n\n\nA longer intro.\n\nSee [[Gatewya]] now.\n");
    assert_eq!((counts, line, &same), ([0, 0, 1], 5.into(), &severity));
    assert_eq!(fix["edits"][0]["span"], serde_json::json!([28, 35]));
    let (counts, [severity, ..]) = told("portolan.toml", "[rules]\nlink-unresolved = \"info\"\n");
    assert_eq!((counts, severity), ([0, 0, 1], "info".into()));
    let versions = |newest: &str| {
        let header = "- Status: Active\n- Version: 1.0.0\n- Created: 2025-03-01_09-00\n- Last Modified: 2025-04-02_14-30";
        let history =
            format!("- v1.1.0 (2025-03-01_09-00) - Set up\n- {newest} (2025-04-02_14-30) - Retries");
        format!("## System Initialization\n\n{header}\n\n## Version History\n\n{history}\n")
    };
    let (counts, _) = told("v.md", &versions("v1.1.1"));
    assert_eq!(counts[0], 1);
    let (counts, [.., fix]) = told("v.md", &versions("v1.2.0"));
    assert_eq!(counts, [0, 0, 1]);
    assert_eq!(fix["edits"][0]["text"], "1.2.0");
    let (counts, _) = told("n.md", "# n\n\nAn intro.\n\nSee [[Gatewya]] and [[Gatewya]].\n");
    assert_eq!(counts, [1, 0, 1]);
    let (counts, _) = told("n.md", "# n\n\nSee [[Gatewya]].\n");
    assert_eq!(counts, [0, 1, 1]);
}

#[test]
fn what_is_saved_without_a_change_is_nothing() {
    let mut watched = Watched::start(&NOTES, &[]);
    watched.write("A.md", "See [[B]].\n");
    watched.write("B.md", "# Two\n");
    assert_eq!(watched.changed("B.md"), ["B.md"]);
}

#[test]
fn notes_and_folders_that_come_move_and_go() {
    let mut watched = Watched::start(&NOTES, &[]);
    fs::rename(watched.path("B.md"), watched.path("D.md")).expect("it moves");
    watched.changed("D.md");
    assert_eq!(watched.count(), 2, "two links are broken");
    fs::create_dir_all(watched.path("deep/er")).expect("a folder");
    watched.write("deep/er/B.md", "# One\n");
    watched.changed("deep/er/B.md");
    assert!(watched.known.is_empty());
    fs::rename(watched.path("deep"), watched.path("other")).expect("it moves");
    watched.changed("other/er/B.md");
    // The folder is watched under its new name.
    watched.write("other/er/B.md", "# Two\n");
    watched.changed("other/er/B.md");
    assert_eq!(watched.count(), 1);
    fs::remove_dir_all(watched.path("other")).expect("it goes");
    watched.changed("other/er/B.md");
    fs::create_dir_all(watched.path("other/er")).expect("a folder of the same name");
    watched.write("other/er/B.md", "# One\n");
    watched.changed("other/er/B.md");
    assert!(watched.known.is_empty());
}

#[test]
fn a_checkout_of_five_thousand_notes_is_one_change() {
    const MANY: usize = 5000;
    let place = Place::bare(&[("portolan.toml", "")]);
    let all = |target: &dyn Fn(usize) -> usize| {
        for i in 0..MANY {
            place.write(&format!("f{}/n{i}.md", i % 50), &format!("See [[n{}]].\n", target(i)));
        }
    };
    all(&|i| i.saturating_sub(1));
    place.git(&["init", "-q"]);
    place.git(&["add", "."]);
    place.git(&["commit", "-q", "-m", "one"]);
    place.git(&["checkout", "-q", "-b", "other"]);
    all(&|i| i + 1);
    place.git(&["commit", "-q", "-a", "-m", "two"]);
    let mut watched = Watched::of(place, &[]);
    watched.git(&["checkout", "-q", "-"]);
    let checked = watched.next();
    watched.take(&checked);
    assert_eq!(watched.changed.len(), MANY, "all of it in the first event");
    watched.settle();
    assert!(watched.known.is_empty());
    assert_eq!(watched.events.try_iter().count(), 0, "and in no other");
}

#[test]
fn git_and_obsidian_may_write_into_folders_of_theirs() {
    let mut watched =
        Watched::start(&[NOTES[0], NOTES[1], (".obsidian/app.json", "{}"), (".git/index", "x")], &[]);
    for i in 0..20 {
        write(watched.path(".git/index"), &i.to_string());
        write(watched.path(".obsidian/workspace.json"), &i.to_string());
        write(watched.path(".obsidian/app.json"), &format!("{{\"alwaysUpdateLinks\": {i}}}"));
        fs::create_dir_all(watched.path(format!(".git/objects/{i}"))).expect("a folder");
    }
    write(watched.path("A.md"), "See [[Nowhere]].\n");
    assert_eq!(watched.changed("A.md"), ["A.md"]);
    write(watched.path(".obsidian/app.json"), "{\"userIgnoreFilters\": [\"A.md\"]}");
    assert_eq!(watched.changed(".obsidian/app.json"), [".obsidian/app.json"]);
    assert!(watched.known.is_empty(), "what Obsidian ignores is not judged");
}

#[test]
fn what_the_vault_says_about_itself_counts() {
    let mut watched = Watched::start(&NOTES, &[]);
    watched.write("A.md", "See [[Nowhere]].\n");
    watched.changed("A.md");
    assert_eq!(watched.count(), 1);
    watched.write("portolan.toml", "[rules]\nlink-unresolved = \"off\"\n");
    watched.changed("portolan.toml");
    assert!(watched.known.is_empty());
    // One that is broken changes nothing, and the watch goes on.
    watched.write("portolan.toml", "[rules\n");
    watched.write("A.md", "See [[B#Nowhere]].\n");
    let checked = watched.next();
    watched.take(&checked);
    assert_eq!(watched.changed, ["A.md"]);
    assert_eq!(watched.count(), 1);
    watched.write("portolan.toml", "[rules]\nlink-heading-missing = \"off\"\n");
    watched.changed("portolan.toml");
    assert!(watched.known.is_empty());
}

#[test]
fn a_note_that_cannot_be_read_is_named_until_it_can() {
    let mut watched = Watched::start(&NOTES, &[]);
    // A mode that forbids it would not stop a superuser.
    let file = fs::File::options().write(true).open(watched.path("B.md")).expect("a note");
    file.set_len(5 << 30).expect("a file with a hole");
    watched.settle();
    assert_eq!(watched.count(), 1, "it is too large, and nothing is said of its headings");
    file.set_len(0).expect("a file");
    watched.write("B.md", "# One\n");
    watched.changed("B.md");
    assert!(watched.known.is_empty());
}

#[cfg(target_os = "linux")]
#[test]
fn what_the_system_has_lost_count_of_is_found() {
    let mut watched = Watched::start(&NOTES, &[]);
    signal(&watched.child, "-STOP");
    for i in 0..20_000 {
        // Twice the same would be one event.
        write(watched.path(if i % 2 == 0 { "x.txt" } else { "y.txt" }), "");
    }
    watched.write("A.md", "See [[Nowhere]].\n");
    fs::create_dir_all(watched.path("new/folder")).expect("a folder");
    watched.write("new/folder/D.md", "See [[A]].\n");
    signal(&watched.child, "-CONT");
    let changed = watched.changed("A.md");
    assert!(changed.contains(&"new/folder/D.md".to_owned()), "{changed:?}");
    watched.write("new/folder/D.md", "See [[Nowhere]].\n");
    assert_eq!(watched.changed("new/folder/D.md"), ["new/folder/D.md"], "the folder is watched");
}

#[cfg(target_os = "linux")]
#[test]
fn a_limit_of_the_system_is_named_with_the_way_out() {
    let place = Place::bare(&[]);
    for folder in ["a", "b", "c", "d"] {
        fs::create_dir(place.path(folder)).expect("a folder");
    }
    for (limit, hint) in [("watches", "max_user_watches"), ("instances", "max_user_instances")] {
        let script = "echo \"$1\" > /proc/sys/user/max_inotify_$2 || exit 77; shift 2; exec \"$@\"";
        let number = if limit == "watches" { "3" } else { "0" };
        let output = place
            .command("unshare")
            .args(["--user", "--map-root-user", "sh", "-c", script, "sh", number, limit])
            .arg(PORTOLAN)
            .args(["--vault", "vault", "watch"])
            .current_dir(place.dir())
            .output();
        let refused = |output: &std::process::Output| {
            output.status.code() == Some(77) || String::from_utf8_lossy(&output.stderr).contains("unshare")
        };
        let Some(output) = output.ok().filter(|output| !refused(output)) else {
            eprintln!("skipped: no user namespaces here to try the limit of {limit} in");
            continue;
        };
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(hint) && said.contains("--poll"), "{said}");
    }
}

#[cfg(unix)]
fn signal(child: &Child, signal: &str) {
    let kill = Command::new("kill").arg(signal).arg(child.id().to_string()).status();
    assert!(kill.expect("kill runs").success());
}

#[test]
fn files_can_be_looked_at_instead() {
    let mut watched = Watched::start(&NOTES, &["--poll"]);
    watched.write("A.md", "See [[Nowhere at all]].\n");
    assert_eq!(watched.changed("A.md"), ["A.md"]);
    // As long as it was, within the same moment.
    watched.write("A.md", "See [[Nowhere at ALL]].\n");
    assert_eq!(watched.changed("A.md"), ["A.md"]);
    mv(watched.path("sub"), watched.path("other"));
    watched.changed("other/C.md");
    watched.write("portolan.toml", "[rules]\nlink-unresolved = \"off\"\n");
    watched.settle();
    assert!(watched.known.is_empty());
    fs::remove_dir_all(watched.vault()).expect("it goes");
    assert_eq!(watched.ended().code(), Some(2));
}

#[test]
fn a_vault_that_goes_ends_the_watch() {
    let mut watched = Watched::start(&NOTES, &[]);
    mv(watched.vault(), watched.beside("elsewhere"));
    assert_eq!(watched.ended().code(), Some(2));
    let mut watched = Watched::start(&NOTES, &[]);
    fs::remove_dir_all(watched.vault()).expect("it goes");
    assert_eq!(watched.ended().code(), Some(2));
}

#[test]
fn a_vault_that_goes_with_the_folder_above_ends_the_watch() {
    let place = Place::bare(&[]);
    fs::create_dir_all(place.beside("above/vault")).expect("a folder");
    let (mut child, events) = watch_vault(&place, "above/vault", &[]);
    events.recv_timeout(PATIENCE).expect("it is ready");
    mv(place.beside("above"), place.beside("elsewhere"));
    assert_eq!(child.wait().expect("a child").code(), Some(2));
}

#[test]
fn a_folder_that_another_one_takes_the_place_of_is_watched() {
    let mut watched = Watched::start(&NOTES, &[]);
    fs::create_dir_all(watched.beside("next/deep")).expect("a folder");
    write(watched.beside("next/deep/D.md"), "See [[A]].\n");
    mv(watched.path("sub"), watched.beside("old"));
    mv(watched.beside("next"), watched.path("sub"));
    watched.changed("sub/deep/D.md");
    watched.write("sub/deep/D.md", "See [[Nowhere]].\n");
    assert_eq!(watched.changed("sub/deep/D.md"), ["sub/deep/D.md"]);
}

#[cfg(unix)]
#[test]
fn it_ends_within_a_second_of_a_signal() {
    for name in ["-TERM", "-INT"] {
        let mut watched = Watched::start(&NOTES, &[]);
        let start = Instant::now();
        signal(&watched.child, name);
        assert_eq!(watched.ended().code(), Some(0));
        assert!(start.elapsed() < Duration::from_secs(2), "a second, and one for a busy machine");
    }
}

const BOARD: &str = "# Board\n\n## COMPONENTS\n\n<!-- portolan:board components -->\n<!-- portolan:end -->\n";
const GATEWAY: &str =
    "# Gateway\n\n## System Initialization\n\n- Status: 🟢 Active\n- Created: 2025-01-02_10-00\n";

/// Takes events until boards are written, and says which.
fn synced(watched: &mut Watched) -> Vec<String> {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        let event = watched.next();
        if event["event"] == "synced" {
            let written = event["written"].as_array().expect("a list");
            return written.iter().map(|path| path.as_str().expect("a path").to_owned()).collect();
        }
        watched.take(&event);
    }
    panic!("no board was ever written");
}

#[test]
fn boards_follow_and_nothing_goes_round_in_circles() {
    let mut watched = Watched::start(&[("Board.md", BOARD), ("Gateway.md", GATEWAY)], &["--sync"]);
    assert_eq!(synced(&mut watched), ["Board.md"]);
    watched.settle();
    assert!(watched.read("Board.md").contains("Gateway"));
    // A second one writes the same boards.
    let (mut other, others) = watch(&watched, &["--sync"]);
    watched.write("Gateway.md", &GATEWAY.replace("🟢 Active", "🔴 Down"));
    let start = Instant::now();
    while !watched.read("Board.md").contains("Down") {
        assert!(start.elapsed() < PATIENCE, "the board was not brought up to date in time");
        std::thread::sleep(Duration::from_millis(50));
    }
    std::thread::sleep(Duration::from_secs(4));
    let _ = (other.kill(), other.wait());
    watched.settle();
    let writes = others.try_iter().filter(|event| event["event"] == "synced").count();
    assert_eq!(writes + watched.writes, 1, "one of them writes, once");
    assert!(watched.run(&["--vault", ".", "sync", "--check"]).success());
}

#[test]
fn a_board_that_a_formatter_rewrites_is_left_to_it() {
    let mut watched = Watched::start(&[("Board.md", BOARD), ("Gateway.md", GATEWAY)], &["--sync"]);
    synced(&mut watched);
    watched.settle();
    let written = watched.read("Board.md");
    let formatted = written.replace(" | ", "  |  ");
    assert_ne!(written, formatted);
    watched.write("Board.md", &formatted);
    watched.changed("Board.md");
    watched.write("Gateway.md", &GATEWAY.replace("🟢 Active", "🔴 Down"));
    watched.changed("Gateway.md");
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(watched.read("Board.md"), formatted);
}

#[test]
fn who_puts_back_an_old_text_is_not_fought() {
    let mut watched = Watched::start(&[("Board.md", BOARD), ("Gateway.md", GATEWAY)], &["--sync"]);
    synced(&mut watched);
    watched.write("Gateway.md", &GATEWAY.replace("🟢 Active", "🔴 Down"));
    let old = watched.read("Board.md");
    let start = Instant::now();
    let mut undone = 0;
    while start.elapsed() < Duration::from_secs(8) {
        if watched.read("Board.md") != old {
            watched.write("Board.md", &old);
            undone += 1;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(undone, 1);
    // Another note gives a reason to write again.
    watched.write("Gateway.md", &GATEWAY.replace("🟢 Active", "🟡 Slow"));
    assert_eq!(synced(&mut watched), ["Board.md"]);
}

/// What a person does is no fight, though the same is written into a note once more.
#[test]
fn a_value_may_go_back_and_forth() {
    let note = |status: &str| format!("{}\n{BOARD}", GATEWAY.replace("🟢 Active", status));
    let mut watched = Watched::start(&[("Gateway.md", &note("🟢 Active"))], &["--sync"]);
    assert_eq!(synced(&mut watched), ["Gateway.md"]);
    for (old, new) in [("🟢 Active", "🔴 Down"), ("🔴 Down", "🟢 Active"), ("🟢 Active", "🔴 Down")]
    {
        let text = watched.read("Gateway.md");
        watched.write("Gateway.md", &text.replacen(old, new, 1));
        assert_eq!(synced(&mut watched), ["Gateway.md"], "{new}");
        assert!(!watched.read("Gateway.md").contains(old));
    }
}

#[test]
fn a_file_that_never_rests_and_says_nothing_keeps_no_board_waiting() {
    let mut watched =
        Watched::start(&[("Board.md", BOARD), ("Gateway.md", GATEWAY), ("server.log", "")], &["--sync"]);
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(4) {
        let text = watched.read("server.log");
        watched.write("server.log", &format!("{text}One more line.\n"));
        std::thread::sleep(Duration::from_millis(200));
    }
    assert!(watched.read("Board.md").contains("Gateway"), "{}", watched.read("Board.md"));
    assert_eq!(synced(&mut watched), ["Board.md"]);
}

#[test]
fn nobody_is_written_over_who_keeps_saving() {
    let mut watched = Watched::start(&[("Board.md", BOARD), ("Gateway.md", GATEWAY)], &["--sync"]);
    let start = Instant::now();
    let mut typed = BOARD.to_owned();
    while start.elapsed() < Duration::from_secs(4) {
        assert_eq!(
            watched.read("Board.md").replace("More.\n", ""),
            BOARD,
            "the note has other changes than what was typed"
        );
        typed = format!("{typed}More.\n");
        watched.write("Board.md", &typed);
        std::thread::sleep(Duration::from_millis(300));
    }
    assert_eq!(synced(&mut watched), ["Board.md"]);
    let text = watched.read("Board.md");
    assert!(text.contains("Gateway") && text.ends_with("More.\n"), "{text}");
    assert_eq!(text.matches("More.").count(), typed.matches("More.").count());
}

#[test]
fn another_portolan_that_is_writing_is_waited_for() {
    let mut watched = Watched::start(&[("Board.md", BOARD), ("Gateway.md", GATEWAY)], &["--sync"]);
    synced(&mut watched);
    let lock = watched.kept_as("lock").pop().expect("a lock");
    let lock = fs::File::options().read(true).write(true).open(lock).expect("the lock");
    lock.lock().expect("it is ours");
    let old = watched.read("Board.md");
    watched.write("Gateway.md", &GATEWAY.replace("🟢 Active", "🔴 Down"));
    watched.changed("Gateway.md");
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(watched.read("Board.md"), old);
    lock.unlock().expect("it is free");
    assert_eq!(synced(&mut watched), ["Board.md"]);
}

#[test]
fn every_event_fits_its_schema() {
    let watched = Watched::start(&NOTES, &["--sync"]);
    let schema = watched.run(&["schema", "watch"]).json();
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    watched.write("A.md", "See [[Nowhere]].\n");
    let checked = watched.next();
    let ready = serde_json::json!({
        "portolan": "0.1.0", "schema": 1, "event": "ready", "notes": 3, "findings": 0, "elapsed_ms": 1,
    });
    let synced =
        serde_json::json!({"portolan": "0.1.0", "schema": 1, "event": "synced", "written": ["A.md"]});
    for event in [checked, ready, synced] {
        assert!(schema.is_valid(&event), "{event}");
    }
    assert!(!schema.is_valid(&serde_json::json!({"portolan": "0.1.0", "schema": 1, "event": "none"})));
}

/// A terminal that `watch` runs on: what a person sees and types.
#[cfg(unix)]
struct Seat {
    child: Child,
    /// The side of the person.
    keys: fs::File,
    screen: Receiver<String>,
    seen: String,
    /// The side of the program, to look at its modes.
    line: fs::File,
}

#[cfg(unix)]
impl Seat {
    fn take(place: &Place, args: &[&str]) -> Self {
        use std::io::Read as _;

        use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
        let person = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
        grantpt(&person).and_then(|()| unlockpt(&person)).expect("its other side");
        let name = ptsname(&person, Vec::new()).expect("its name").into_string().expect("a path");
        let open = || fs::File::options().read(true).write(true).open(&name).expect("its other side");
        let child = command(place)
            .args(["--vault", "vault", "watch"])
            .args(args)
            .stdin(open())
            .stdout(open())
            .stderr(open())
            .spawn()
            .expect("portolan runs");
        let keys = fs::File::from(person);
        let mut reader = keys.try_clone().expect("the same terminal");
        let (sender, screen) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(len @ 1..) = reader.read(&mut buffer) {
                if sender.send(String::from_utf8_lossy(&buffer[..len]).into_owned()).is_err() {
                    return;
                }
            }
        });
        Self { child, keys, screen, seen: String::new(), line: open() }
    }

    /// Waits until a text is seen, and gives what was seen before it.
    fn until(&mut self, text: &str) -> String {
        let start = Instant::now();
        while !self.seen.contains(text) {
            assert!(start.elapsed() < PATIENCE, "no `{text}` in {:?}", self.seen);
            if let Ok(more) = self.screen.recv_timeout(Duration::from_millis(100)) {
                self.seen.push_str(&more);
            }
        }
        let at = self.seen.find(text).expect("it is there");
        let rest = self.seen.split_off(at + text.len());
        let mut before = std::mem::replace(&mut self.seen, rest);
        before.truncate(at);
        before
    }

    fn press(&mut self, key: &str) {
        use std::io::Write as _;
        self.keys.write_all(key.as_bytes()).expect("a key");
    }

    /// Whether keys come one by one, without being shown.
    fn is_raw(&self) -> bool {
        use rustix::termios::{LocalModes, tcgetattr};
        let modes = tcgetattr(&self.line).expect("its modes").local_modes;
        !modes.intersects(LocalModes::ICANON | LocalModes::ECHO)
    }
}

#[cfg(unix)]
#[test]
fn on_a_terminal_there_are_keys_and_it_is_given_back() {
    let place = Place::bare(&[
        ("A.md", "<!-- portolan:allow link-unresolved: not any more -->\nSee [[B]].\n"),
        ("B.md", "# B\n"),
        ("Board.md", BOARD),
        ("Gateway.md", GATEWAY),
    ]);
    let mut seat = Seat::take(&place, &[]);
    seat.until("`q` quits");
    assert!(seat.is_raw());
    place.write("B.md", "See [[Nowhere]].\n");
    seat.until("B.md (");
    seat.until("no note or file `Nowhere` in the vault");
    seat.until("1 board stale\r\n");
    place.write("B.md", "A line above.\n\nSee [[Nowhere]].\n");
    seat.until("B.md (");
    let told = seat.until("1 board stale\r\n");
    assert!(!told.contains("Nowhere"), "it has only moved: {told}");
    place.write("B.md", "See [[A]].\n");
    seat.until("resolved: ");
    seat.press("f");
    seat.until("fixed 1 finding in 1 note");
    assert_eq!(place.read("A.md"), "See [[B]].\n");
    seat.press("s");
    seat.until("boards written: Board.md\r\n");
    seat.press("s");
    seat.until("every board is up to date");
    seat.press("q");
    assert_eq!(seat.child.wait().expect("a child").code(), Some(0));
    assert!(!seat.is_raw());
    for end in ["-TERM", "-INT", "-HUP", "ctrl-c", "gone"] {
        let mut seat = Seat::take(&place, &[]);
        seat.until("`q` quits");
        assert!(seat.is_raw());
        let code = match end {
            "ctrl-c" => {
                seat.press("\u{3}");
                0
            }
            "gone" => {
                mv(place.vault(), place.beside("elsewhere"));
                2
            }
            end => {
                signal(&seat.child, end);
                0
            }
        };
        assert_eq!(seat.child.wait().expect("a child").code(), Some(code), "{end}");
        assert!(!seat.is_raw(), "{end}");
    }
}

/// A stale board that is written a moment later is not reported.
#[cfg(unix)]
#[test]
fn with_sync_a_person_hears_of_boards_once() {
    let place = Place::bare(&[("Board.md", BOARD), ("Gateway.md", GATEWAY)]);
    let mut seat = Seat::take(&place, &["--sync"]);
    let told = seat.until("boards written: Board.md\r\n");
    assert!(!told.contains("board-stale"), "{told}");
    place.write("Gateway.md", &GATEWAY.replace("Active", "Offline"));
    seat.until("Gateway.md (");
    let told = seat.until("boards written: Board.md\r\n");
    assert!(!told.contains("board-stale"), "{told}");
    seat.until("Board.md (");
    let told = seat.until("1 warning\r\n");
    assert!(!told.contains("resolved"), "{told}");
    seat.press("q");
    assert_eq!(seat.child.wait().expect("a child").code(), Some(0));
}
