//! Tests of branches that both ran `portolan sync` and were merged by git: sync settles the conflicts that git
//! leaves.

use std::process::Command;

mod place;
use place::Place;

impl Place {
    /// A vault of two components and a board, synced and committed; `None` where there is no git.
    #[expect(clippy::print_stderr, reason = "a test that skips says so")]
    fn synced(style: &str, crlf: bool) -> Option<Self> {
        if Command::new("git").arg("--version").output().is_err() {
            eprintln!("skipped: there is no git");
            return None;
        }
        let eol = |text: &str| if crlf { text.replace('\n', "\r\n") } else { text.to_owned() };
        let [alpha, beta] = ["Alpha", "Beta"].map(|name| eol(&component(name, "🟢 Active")));
        let place = Self::new(&[("Alpha.md", &alpha), ("Beta.md", &beta), ("Board.md", &eol(BOARD))]);
        place.git(&["init", "-q", "-b", "main"]);
        place.git(&["config", "core.autocrlf", "false"]);
        place.git(&["config", "merge.conflictStyle", style]);
        assert_eq!(place.sync(&[]).0, 0);
        place.commit();
        Some(place)
    }

    fn commit(&self) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", "x"]);
    }

    fn sync(&self, args: &[&str]) -> (i32, String) {
        let ran = self.run(&[&["sync"], args].concat());
        (ran.status, ran.err)
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
        assert_ne!(self.try_git(&["merge", "other"]).status, 0, "both wrote the board");
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
            let Some(place) = Place::synced(style, crlf) else { return };
            place.diverge();
            if added {
                place.git(&["add", "-A"]);
            }
            let conflicted = place.read("Board.md");
            assert!(conflicted.contains("<<<<<<< "), "{conflicted}");
            assert_eq!(place.sync(&["--check"]).0, 1, "a conflict is stale");
            let (status, err) = place.sync(&[]);
            let text = place.read("Board.md");
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
            assert_eq!(place.sync(&["--check"]).0, 0, "one sync reaches the fixpoint");
        }
    }
}

#[test]
fn a_conflict_elsewhere_stops_the_write_to_that_note() {
    let Some(place) = Place::synced("merge", false) else { return };
    place.git(&["checkout", "-q", "-b", "words"]);
    place.edit("Board.md", "Text.", "Their text.");
    place.edit("Beta.md", "Status: 🟢 Active", "Status: 🔴 Down");
    place.sync(&[]);
    place.commit();
    place.git(&["checkout", "-q", "main"]);
    place.edit("Board.md", "Text.", "Our text.");
    place.edit("Alpha.md", "Status: 🟢 Active", "Status: 🟡 Degraded");
    place.sync(&[]);
    place.commit();
    assert_ne!(place.try_git(&["merge", "words"]).status, 0);
    let conflicted = place.read("Board.md");
    // Git joins it with that of the entries before it.
    let line =
        conflicted.lines().collect::<Vec<_>>().iter().rposition(|l| l.starts_with("<<<<<<< ")).expect("one")
            + 1;
    let (status, err) = place.sync(&[]);
    assert_eq!(status, 2);
    assert!(err.contains(&format!("Board.md:{line}: a merge conflict is not settled")), "{err}");
    assert_eq!(place.read("Board.md"), conflicted, "not a byte of it is written");
}

#[test]
fn a_conflict_in_a_block_of_code_stops_the_write_while_git_has_not_merged_the_note() {
    let Some(place) = Place::synced("merge", false) else { return };
    let code = |port: &str| format!("# Board\n\n```text\nport {port}\n```\n");
    place.edit("Board.md", "# Board\n", &code("1"));
    place.commit();
    place.git(&["checkout", "-q", "-b", "code"]);
    place.edit("Board.md", &code("1"), &code("3"));
    place.commit();
    place.git(&["checkout", "-q", "main"]);
    place.edit("Board.md", &code("1"), &code("2"));
    place.commit();
    assert_ne!(place.try_git(&["merge", "code"]).status, 0);
    place.edit("Beta.md", "Status: 🟢 Active", "Status: 🔴 Down");
    let conflicted = place.read("Board.md");
    let (status, err) = place.sync(&[]);
    assert!(status == 2 && err.contains("Board.md:4: a merge conflict is not settled"), "{status} {err}");
    assert_eq!(place.read("Board.md"), conflicted, "not a byte of it is written");
    // Once somebody says that the note is merged, it is an example.
    place.git(&["add", "Board.md"]);
    let (status, err) = place.sync(&[]);
    assert_eq!(status, 0, "{err}");
}

/// Main corrects an entry, and a branch adds one below it: git keeps what was there before in its index, and not in
/// the text.
#[test]
fn an_entry_that_one_branch_has_changed_does_not_come_back() {
    let Some(place) = Place::synced("merge", false) else { return };
    place.edit("Board.md", " - Start\n", " - Start\n- 2025-01-02_08-00 - Twoo\n");
    place.commit();
    place.git(&["checkout", "-q", "-b", "other"]);
    place.edit("Board.md", " - Twoo\n", " - Twoo\n- 2025-01-03_08-00 - Three\n");
    place.commit();
    place.git(&["checkout", "-q", "main"]);
    place.edit("Board.md", " - Twoo\n", " - Two, corrected\n");
    place.commit();
    assert_ne!(place.try_git(&["merge", "other"]).status, 0);
    let conflicted = place.read("Board.md");
    let (status, err) = place.sync(&[]);
    assert_eq!(status, 2, "{err}");
    assert!(err.contains("its sides do more than add entries"), "{err}");
    assert_eq!(place.read("Board.md"), conflicted, "not a byte of it is written");
    // Where git has forgotten what was there before, nobody knows.
    place.git(&["add", "Board.md"]);
    let (status, err) = place.sync(&[]);
    assert_eq!(status, 2, "{err}");
    assert!(err.contains("what was there before is not known"), "{err}");
    assert_eq!(place.read("Board.md"), conflicted, "not a byte of it is written");
}
