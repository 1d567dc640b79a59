//! Branches that both ran `portolan sync`, merged by git itself: what git cannot settle, sync does.

use std::path::PathBuf;
use std::process::Command;

struct Repository {
    dir: tempfile::TempDir,
}

impl Repository {
    /// A vault of two components and a board, synced and committed; `None` where there is no git.
    #[expect(clippy::print_stderr, reason = "a test that skips says so")]
    fn new(style: &str, crlf: bool) -> Option<Self> {
        let repository = Self { dir: tempfile::tempdir().expect("a temporary folder") };
        if Command::new("git").arg("--version").output().is_err() {
            eprintln!("skipped: there is no git");
            return None;
        }
        std::fs::create_dir_all(repository.vault().join(".obsidian")).expect("a folder");
        let eol = |text: &str| if crlf { text.replace('\n', "\r\n") } else { text.to_owned() };
        repository.write("Alpha.md", &eol(&component("Alpha", "🟢 Active")));
        repository.write("Beta.md", &eol(&component("Beta", "🟢 Active")));
        repository.write("Board.md", &eol(BOARD));
        repository.git(&["init", "-q", "-b", "main"]);
        repository.git(&["config", "core.autocrlf", "false"]);
        repository.git(&["config", "merge.conflictStyle", style]);
        assert_eq!(repository.sync(&[]).0, 0);
        repository.commit();
        Some(repository)
    }

    fn vault(&self) -> PathBuf {
        self.dir.path().join("vault")
    }

    fn read(&self, note: &str) -> String {
        std::fs::read_to_string(self.vault().join(note)).expect("a note")
    }

    fn write(&self, note: &str, text: &str) {
        std::fs::write(self.vault().join(note), text).expect("a note");
    }

    fn edit(&self, note: &str, old: &str, new: &str) {
        let text = self.read(note);
        assert!(text.contains(old), "{old:?} in {text}");
        self.write(note, &text.replace(old, new));
    }

    fn git(&self, args: &[&str]) -> bool {
        let mut command = Command::new("git");
        command.current_dir(self.vault()).args(["-c", "user.name=T", "-c", "user.email=t@example.org"]);
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
        command.args(args).output().expect("git runs").status.success()
    }

    fn commit(&self) {
        assert!(self.git(&["add", "-A"]) && self.git(&["commit", "-q", "-m", "x"]));
    }

    fn sync(&self, args: &[&str]) -> (i32, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_portolan"));
        command.current_dir(self.vault()).env("XDG_CACHE_HOME", self.dir.path().join("cache"));
        let ran = command.arg("sync").args(args).output().expect("portolan runs");
        (ran.status.code().expect("an exit status"), String::from_utf8(ran.stderr).expect("text"))
    }

    /// Two branches: each changes the status of a component and syncs. Merges them.
    fn diverge(&self) {
        self.git(&["checkout", "-q", "-b", "other"]);
        self.edit("Beta.md", "Status: 🟢 Active", "Status: 🔴 Down");
        assert_eq!(self.sync(&[]).0, 0);
        self.commit();
        self.git(&["checkout", "-q", "main"]);
        self.edit("Alpha.md", "Status: 🟢 Active", "Status: 🟡 Degraded");
        assert_eq!(self.sync(&[]).0, 0);
        self.commit();
        assert!(!self.git(&["merge", "other"]), "both wrote the board");
    }
}

fn component(name: &str, status: &str) -> String {
    format!(
        "# {name}\n\n## System Initialization\n\n- Status: {status}\n- Created: 2025-01-01_08-00\n\
         - Last Modified: 2025-01-01_08-00\n"
    )
}

const BOARD: &str = "# Board\n\n## System Initialization\n\n- Status: 🟢 Active\n- Created: 2025-01-01_08-00\n\
    - Last Modified: 2025-01-01_08-00\n\n## Components\n\n<!-- portolan:board components -->\n<!-- portolan:end -->\n\n\
    ## Alerts\n\n<!-- portolan:board alerts -->\n<!-- portolan:end -->\n\n## Events\n\n\
    <!-- portolan:board events -->\n<!-- portolan:end -->\n\n## Modification History\n\n- 2025-01-01_08-00 - Start\n\n## After\n\nText.\n";

#[test]
fn sync_settles_what_two_synced_branches_left() {
    for style in ["merge", "diff3", "zdiff3"] {
        // Somebody may have put the conflict into the index as it was.
        for (crlf, added) in [(false, false), (true, false), (false, true)] {
            // What the sides had before stands in the note only in these styles.
            let added = added && style != "merge";
            let Some(repository) = Repository::new(style, crlf) else { return };
            repository.diverge();
            assert!(!added || repository.git(&["add", "-A"]));
            let conflicted = repository.read("Board.md");
            assert!(conflicted.contains("<<<<<<< "), "{conflicted}");
            assert_eq!(repository.sync(&["--check"]).0, 1, "a conflict is stale");
            let (status, err) = repository.sync(&[]);
            let text = repository.read("Board.md");
            assert_eq!(status, 0, "{style} {crlf}: {err}{conflicted}");
            assert!(err.contains("settled"), "{err}");
            for marker in ["<<<<<<<", "|||||||", "=======", ">>>>>>>"] {
                assert!(!text.contains(marker), "{text}");
            }
            // Each change was logged by its own branch, and is not logged again.
            for entry in ["- Updated Alpha status to 🟡 Degraded", "- Updated Beta status to 🔴 Down"] {
                assert_eq!(text.matches(entry).count(), 1, "{text}");
            }
            assert!(text.contains("| 🟡 Degraded |") && text.contains("| 🔴 Down |"), "{text}");
            assert!(text.ends_with(if crlf { "## After\r\n\r\nText.\r\n" } else { "## After\n\nText.\n" }));
            assert_eq!(text.contains("\r\n"), crlf);
            assert_eq!(text.replace("\r\n", "").contains('\n'), !crlf, "{text:?}");
            assert_eq!(repository.sync(&["--check"]).0, 0, "one sync reaches the fixpoint");
        }
    }
}

#[test]
fn a_conflict_elsewhere_stops_the_write_to_that_note() {
    let Some(repository) = Repository::new("merge", false) else { return };
    repository.git(&["checkout", "-q", "-b", "words"]);
    repository.edit("Board.md", "Text.", "Their text.");
    repository.edit("Beta.md", "Status: 🟢 Active", "Status: 🔴 Down");
    repository.sync(&[]);
    repository.commit();
    repository.git(&["checkout", "-q", "main"]);
    repository.edit("Board.md", "Text.", "Our text.");
    repository.edit("Alpha.md", "Status: 🟢 Active", "Status: 🟡 Degraded");
    repository.sync(&[]);
    repository.commit();
    assert!(!repository.git(&["merge", "words"]));
    let conflicted = repository.read("Board.md");
    // Git joins it with that of the entries before it.
    let line =
        conflicted.lines().collect::<Vec<_>>().iter().rposition(|l| l.starts_with("<<<<<<< ")).expect("one")
            + 1;
    let (status, err) = repository.sync(&[]);
    assert_eq!(status, 2);
    assert!(err.contains(&format!("Board.md:{line}: a merge conflict is not settled")), "{err}");
    assert_eq!(repository.read("Board.md"), conflicted, "not a byte of it is written");
}

#[test]
fn a_conflict_in_a_block_of_code_stops_the_write_while_git_has_not_merged_the_note() {
    let Some(repository) = Repository::new("merge", false) else { return };
    let code = |port: &str| format!("# Board\n\n```text\nport {port}\n```\n");
    repository.edit("Board.md", "# Board\n", &code("1"));
    repository.commit();
    repository.git(&["checkout", "-q", "-b", "code"]);
    repository.edit("Board.md", &code("1"), &code("3"));
    repository.commit();
    repository.git(&["checkout", "-q", "main"]);
    repository.edit("Board.md", &code("1"), &code("2"));
    repository.commit();
    assert!(!repository.git(&["merge", "code"]));
    repository.edit("Beta.md", "Status: 🟢 Active", "Status: 🔴 Down");
    let conflicted = repository.read("Board.md");
    let (status, err) = repository.sync(&[]);
    assert!(status == 2 && err.contains("Board.md:4: a merge conflict is not settled"), "{status} {err}");
    assert_eq!(repository.read("Board.md"), conflicted, "not a byte of it is written");
    // Once somebody says that the note is merged, it is an example.
    assert!(repository.git(&["add", "Board.md"]));
    let (status, err) = repository.sync(&[]);
    assert_eq!(status, 0, "{err}");
}

/// Main corrects an entry, and a branch adds one below it: git keeps what was there before in its index, and not in
/// the text.
#[test]
fn an_entry_that_one_branch_has_changed_does_not_come_back() {
    let Some(repository) = Repository::new("merge", false) else { return };
    repository.edit("Board.md", " - Start\n", " - Start\n- 2025-01-02_08-00 - Twoo\n");
    repository.commit();
    repository.git(&["checkout", "-q", "-b", "other"]);
    repository.edit("Board.md", " - Twoo\n", " - Twoo\n- 2025-01-03_08-00 - Three\n");
    repository.commit();
    repository.git(&["checkout", "-q", "main"]);
    repository.edit("Board.md", " - Twoo\n", " - Two, corrected\n");
    repository.commit();
    assert!(!repository.git(&["merge", "other"]));
    let conflicted = repository.read("Board.md");
    let (status, err) = repository.sync(&[]);
    assert_eq!(status, 2, "{err}");
    assert!(err.contains("its sides do more than add entries"), "{err}");
    assert_eq!(repository.read("Board.md"), conflicted, "not a byte of it is written");
    // Where git has forgotten what was there before, nobody knows.
    assert!(repository.git(&["add", "Board.md"]));
    let (status, err) = repository.sync(&[]);
    assert_eq!(status, 2, "{err}");
    assert!(err.contains("what was there before is not known"), "{err}");
    assert_eq!(repository.read("Board.md"), conflicted, "not a byte of it is written");
}
