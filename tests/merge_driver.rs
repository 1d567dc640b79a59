//! Tests of `portolan merge-board` as git's merge driver, with branches that both synced and logged.

use portolan::write::merge_driver::{Registered, command, status};

mod place;
mod repository;
use place::{PORTOLAN, Ran};
use repository::Repo;

fn component(name: &str, status: &str) -> String {
    format!(
        "# {name}\n\n## System Initialization\n\n- Status: {status}\n- Created: 2025-01-01_08-00\n\
         - Last Modified: 2025-01-01_08-00\n\n## Modification History\n\n- 2025-01-01_08-00 - Start\n"
    )
}

const BOARD: &str = "# Board\n\n## System Initialization\n\n- Status: 🟢 Active\n- Created: 2025-01-01_08-00\n\
    - Last Modified: 2025-01-01_08-00\n\n## Components\n\n<!-- portolan:board components -->\n<!-- portolan:end -->\n\n\
    ## Events\n\n<!-- portolan:board events -->\n<!-- portolan:end -->\n\n## Modification History\n\n\
    - 2025-01-01_08-00 - Start\n\n## After\n\nText.\n";

/// A vault of two components and a board, synced and committed, in a repository that uses the driver.
fn vault(folder: &'static str, crlf: bool) -> Repo {
    let repo = Repo::with(&[], folder);
    let eol = |text: &str| if crlf { text.replace('\n', "\r\n") } else { text.to_owned() };
    std::fs::create_dir_all(repo.root().join(".obsidian")).expect("a folder");
    repo.git(&["config", "core.autocrlf", "false"]);
    for name in ["Alpha", "Beta"] {
        repo.write(&format!("{name}.md"), &eol(&component(name, "🟢 Active")));
    }
    repo.write("Board.md", &eol(BOARD));
    let ran = repo.run(&["hook", "install", "--merge-driver"]);
    assert_eq!(ran.status, 0, "{}", ran.text());
    sync(&repo);
    repo.commit(&[]);
    repo
}

fn sync(repo: &Repo) {
    let ran = repo.run(&["sync"]);
    assert_eq!(ran.status, 0, "{}", ran.text());
}

fn edit(repo: &Repo, note: &str, old: &str, new: &str) {
    let text = repo.read(note);
    assert!(text.contains(old), "{old:?} in {text}");
    repo.write(note, &text.replace(old, new));
}

/// Changes the status of a component, records it, syncs and commits.
fn turn(repo: &Repo, name: &str, old: &str, new: &str) {
    edit(repo, &format!("{name}.md"), &format!("Status: {old}"), &format!("Status: {new}"));
    let ran = repo.run(&["record"]);
    assert!(ran.text().contains(&format!("Updated {name} status to {new}")), "{}", ran.text());
    sync(repo);
    repo.commit(&[]);
}

fn has_conflict(text: &str) -> bool {
    ["<<<<<<<", "|||||||", ">>>>>>>"].iter().any(|marker| text.contains(marker))
}

#[test]
fn two_branches_that_both_synced_and_logged() {
    for (folder, crlf) in [("", false), ("docs/the vault", true)] {
        let repo = vault(folder, crlf);
        repo.git(&["checkout", "--quiet", "-b", "other"]);
        turn(&repo, "Beta", "🟢 Active", "🔴 Down");
        repo.git(&["checkout", "--quiet", "main"]);
        turn(&repo, "Alpha", "🟢 Active", "🟡 Degraded");
        let merged = repo.try_git(&["merge", "--no-edit", "other"]);
        assert!(merged.success(), "{}", merged.text());
        assert!(
            merged.text().contains("Board.md: settled; `portolan sync` brings its boards up to date"),
            "{}",
            merged.text()
        );
        assert!(
            merged.text().contains("the merge makes 2 boards stale; `portolan sync`"),
            "{}",
            merged.text()
        );
        let board = repo.read("Board.md");
        assert!(!has_conflict(&board), "{board}");
        for entry in ["Updated Alpha status to 🟡 Degraded", "Updated Beta status to 🔴 Down"] {
            let history = board.split("Modification History").nth(1).expect("a history");
            assert_eq!(history.matches(entry).count(), 1, "{board}");
        }
        assert_eq!(board.replace("\r\n", "").contains('\n'), !crlf, "{board:?}");
        // The board is whole; sync brings it up to date and has nothing to log.
        let stale = repo.run(&["sync"]);
        assert_eq!(stale.status, 0, "{}", stale.text());
        assert!(!stale.text().contains("entry"), "{}", stale.text());
        let board = repo.read("Board.md");
        assert!(board.contains("| 🟡 Degraded |") && board.contains("| 🔴 Down |"), "{board}");
        assert_eq!(repo.run(&["sync", "--check"]).status, 0);
        assert!(repo.run(&["record", "--since", "HEAD"]).text().contains("nothing to record"));
    }
}

#[test]
fn what_stands_in_a_board_that_a_merge_makes_stale_stops_no_merge() {
    let repo = vault("", false);
    for name in ["Delta", "Gamma"] {
        repo.write(&format!("{name}.md"), &component(name, "🟢 Active"));
    }
    sync(&repo);
    repo.commit(&[]);
    repo.git(&["checkout", "--quiet", "-b", "other"]);
    turn(&repo, "Delta", "🟢 Active", "🔴 Down");
    repo.git(&["checkout", "--quiet", "main"]);
    assert_eq!(repo.run(&["rename", "Gamma", "Gammaray", "--git"]).status, 0);
    sync(&repo);
    repo.commit(&[]);
    let merged = repo.try_git(&["merge", "--no-edit", "other"]);
    assert!(merged.text().contains("stale; `portolan sync`"), "{}", merged.text());
    assert!(merged.success(), "{}", merged.text());
    sync(&repo);
    assert_eq!(repo.run(&["check"]).status, 0);
}

#[test]
fn a_conflict_that_is_not_settled_stops_a_merge() {
    let repo = vault("", false);
    repo.git(&["checkout", "--quiet", "-b", "other"]);
    edit(&repo, "Board.md", "Text.", "Their text.");
    repo.commit(&[]);
    repo.git(&["checkout", "--quiet", "main"]);
    edit(&repo, "Board.md", "Text.", "Our text.");
    repo.commit(&[]);
    assert!(!repo.try_git(&["merge", "--no-edit", "other"]).success());
    repo.git(&["add", "-A"]);
    let ran = repo.run(&["check", "--staged"]);
    assert_eq!(ran.status, 1, "{}", ran.text());
    assert!(ran.text().contains("no board in this note can be updated"), "{}", ran.text());
}

#[test]
fn a_dead_link_beside_the_boards_stops_a_merge() {
    let repo = vault("", false);
    repo.git(&["checkout", "--quiet", "-b", "other"]);
    edit(&repo, "Board.md", "Text.", "[[Alpha]]");
    turn(&repo, "Beta", "🟢 Active", "🔴 Down");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.git(&["rm", "--quiet", "Alpha.md"]);
    sync(&repo);
    repo.commit(&[]);
    let merged = repo.try_git(&["merge", "--no-edit", "other"]);
    assert!(!merged.success() && merged.text().contains("no note or file `Alpha`"), "{}", merged.text());
}

#[test]
fn what_people_wrote_is_left_to_people() {
    for style in ["merge", "diff3"] {
        let repo = vault("", false);
        repo.git(&["config", "merge.conflictStyle", style]);
        repo.git(&["checkout", "--quiet", "-b", "other"]);
        edit(&repo, "Alpha.md", "# Alpha\n", "# Alpha\n\nTheir words.\n");
        edit(&repo, "Board.md", "Text.", "Their text.");
        turn(&repo, "Beta", "🟢 Active", "🔴 Down");
        repo.git(&["checkout", "--quiet", "main"]);
        edit(&repo, "Alpha.md", "# Alpha\n", "# Alpha\n\nOur words.\n");
        edit(&repo, "Board.md", "Text.", "Our text.");
        turn(&repo, "Alpha", "🟢 Active", "🟡 Degraded");
        let merged = repo.try_git(&["merge", "--no-edit", "other"]);
        assert_eq!(merged.status, 1, "{}", merged.text());
        let alpha = repo.read("Alpha.md");
        let board = repo.read("Board.md");
        assert!(alpha.contains("<<<<<<< HEAD\nOur words.\n"), "{alpha}");
        assert!(alpha.contains("=======\nTheir words.\n") && alpha.contains(">>>>>>> other\n"), "{alpha}");
        assert_eq!(alpha.contains("||||||| "), style == "diff3", "{alpha}");
        assert!(board.contains("<<<<<<< HEAD\nOur text.\n"), "{board}");
        // What could be settled is.
        assert_eq!(board.matches("<<<<<<<").count(), 1, "{board}");
        assert!(board.contains("Updated Alpha status") && board.contains("Updated Beta status"), "{board}");
        // Where there is nothing to settle, it is what git leaves.
        repo.git(&["merge", "--abort"]);
        repo.git(&["config", "--remove-section", "merge.portolan"]);
        assert!(!repo.try_git(&["merge", "--no-edit", "other"]).success());
        assert_eq!(repo.read("Alpha.md"), alpha);
    }
}

/// Whoever wrote into a board by hand is asked before it is written anew, on whichever side of a merge.
#[test]
fn a_board_that_a_side_has_edited_by_hand_stays_in_conflict() {
    for by_hand_on_main in [true, false] {
        let repo = vault("", false);
        let by_hand = || {
            edit(&repo, "Board.md", "[[Beta]]", "[[Beta]] (no restarts on Fridays)");
            repo.commit(&[]);
        };
        let turn = || turn(&repo, "Beta", "🟢 Active", "🔴 Down");
        let sides: [&dyn Fn(); 2] = if by_hand_on_main { [&turn, &by_hand] } else { [&by_hand, &turn] };
        repo.git(&["checkout", "--quiet", "-b", "other"]);
        sides[0]();
        repo.git(&["checkout", "--quiet", "main"]);
        sides[1]();
        let merged = repo.try_git(&["merge", "--no-edit", "other"]);
        assert_eq!(merged.status, 1, "{}", merged.text());
        let words = "since one side has edited the board by hand";
        let board = repo.read("Board.md");
        assert!(has_conflict(&board) && board.contains("(no restarts on Fridays)"), "{board}");
        // Nor does a sync go over it, unless it is told to.
        let ran = repo.run(&["sync"]);
        assert_eq!(ran.status, 2, "{}", ran.text());
        assert!(ran.text().contains(words), "{}", ran.text());
        assert_eq!(repo.read("Board.md"), board);
        // Nor where git has been told that there is no conflict: it still knows what it merges.
        repo.git(&["add", "Board.md"]);
        let ran = repo.run(&["sync"]);
        assert_eq!(ran.status, 2, "{}", ran.text());
        let words =
            "since one side has edited the board by hand; `portolan sync --force Board.md` overwrites it";
        assert!(ran.text().contains(words), "{}", ran.text());
        // Once the merge is over nobody knows.
        repo.git(&["commit", "--quiet", "--no-verify", "-m", "merged as it is"]);
        let ran = repo.run(&["sync"]);
        assert_eq!(ran.status, 2, "{}", ran.text());
        let words = "may have edited the board by hand, and what it had is not known; `portolan sync --force Board.md` overwrites it";
        assert!(ran.text().contains(words), "{}", ran.text());
        let ran = repo.run(&["sync", "--force"]);
        assert_eq!(ran.status, 0, "{}", ran.text());
        assert!(!has_conflict(&repo.read("Board.md")));
    }
}

#[test]
fn a_board_that_was_edited_by_hand_is_known_by_its_kind_where_its_marker_has_changed() {
    let repo = vault("", false);
    repo.git(&["checkout", "--quiet", "-b", "other"]);
    edit(&repo, "Board.md", "[[Beta]]", "[[Beta]] (no restarts on Fridays)");
    repo.commit(&[]);
    repo.git(&["checkout", "--quiet", "main"]);
    edit(&repo, "Board.md", "board components -->", "board components sort=-component -->");
    sync(&repo);
    repo.commit(&[]);
    let merged = repo.try_git(&["merge", "--no-edit", "other"]);
    assert_eq!(merged.status, 1, "{}", merged.text());
    assert!(repo.read("Board.md").contains("(no restarts on Fridays)"));
}

/// git merges blocks of code as it merges all else; what was an example before the merge is none of its conflicts.
#[test]
fn a_conflict_in_a_block_of_code_is_left_to_people() {
    let repo = vault("", false);
    let example = "\n```text\n<<<<<<< HEAD\na\n||||||| b\n=======\nc\n>>>>>>> other\n```\n";
    edit(&repo, "Alpha.md", "# Alpha\n", "# Alpha\n\n```text\nport 1\n```\n");
    edit(&repo, "Board.md", "# Board\n", &format!("# Board\n{example}"));
    repo.commit(&[]);
    repo.git(&["checkout", "--quiet", "-b", "other"]);
    edit(&repo, "Alpha.md", "port 1", "port 3");
    turn(&repo, "Beta", "🟢 Active", "🔴 Down");
    repo.git(&["checkout", "--quiet", "main"]);
    edit(&repo, "Alpha.md", "port 1", "port 2");
    turn(&repo, "Beta", "🟢 Active", "🟡 Degraded");
    let merged = repo.try_git(&["merge", "--no-edit", "other"]);
    assert_eq!(merged.status, 1, "{}", merged.text());
    let alpha = repo.read("Alpha.md");
    let left = "```text\n<<<<<<< HEAD\nport 2\n=======\nport 3\n>>>>>>> other\n```\n";
    assert!(alpha.contains(left), "{alpha}");
    let board = repo.read("Board.md");
    assert!(board.contains(example) && board.matches("<<<<<<<").count() == 1, "{board}");
    assert!(merged.text().contains("Board.md: settled"), "{}", merged.text());
    // Nor does one that can be settled hide it.
    repo.git(&["merge", "--abort"]);
    for (branch, words) in [("other", "theirs"), ("main", "ours")] {
        repo.git(&["checkout", "--quiet", branch]);
        let time = if branch == "main" { "2031-01-01_08-00" } else { "2031-01-02_08-00" };
        edit(&repo, "Alpha.md", " - Start\n", &format!(" - Start\n- {time} - {words}\n"));
        repo.commit(&[]);
    }
    let merged = repo.try_git(&["merge", "--no-edit", "other"]);
    assert_eq!(merged.status, 1, "{}", merged.text());
    let alpha = repo.read("Alpha.md");
    assert!(alpha.contains(left) && alpha.matches("<<<<<<<").count() == 1, "{alpha}");
    assert!(alpha.contains("ours\n- 2031-01-02_08-00 - theirs\n"), "{alpha}");
}

#[test]
fn no_side_is_lost_where_a_note_is_no_text() {
    let repo = vault("", false);
    let write = |bytes: &[u8]| std::fs::write(repo.root().join("Latin.md"), bytes).expect("a note");
    write(b"one\ntwo\nthree\n");
    repo.commit(&[]);
    repo.git(&["checkout", "--quiet", "-b", "other"]);
    write(b"one\nzwei \xfc\nthree\n");
    repo.commit(&[]);
    repo.git(&["checkout", "--quiet", "main"]);
    write(b"one\ndeux\nthree\n");
    repo.commit(&[]);
    assert_eq!(repo.try_git(&["merge", "--no-edit", "other"]).status, 1);
    let merged = std::fs::read(repo.root().join("Latin.md")).expect("a note");
    assert_eq!(merged, b"one\n<<<<<<< HEAD\ndeux\n=======\nzwei \xfc\n>>>>>>> other\nthree\n");
}

#[test]
fn merges_that_cross() {
    let repo = vault("", false);
    repo.git(&["checkout", "--quiet", "-b", "other"]);
    turn(&repo, "Beta", "🟢 Active", "🔴 Down");
    repo.git(&["checkout", "--quiet", "main"]);
    turn(&repo, "Alpha", "🟢 Active", "🟡 Degraded");
    repo.git(&["branch", "before"]);
    repo.git(&["merge", "--quiet", "--no-edit", "other"]);
    repo.git(&["checkout", "--quiet", "other"]);
    repo.git(&["merge", "--quiet", "--no-edit", "before"]);
    sync(&repo);
    turn(&repo, "Beta", "🔴 Down", "🟢 Active");
    repo.git(&["checkout", "--quiet", "main"]);
    sync(&repo);
    turn(&repo, "Alpha", "🟡 Degraded", "🔴 Down");
    let merged = repo.try_git(&["merge", "--no-edit", "other"]);
    assert!(merged.success(), "{}\n{}", merged.text(), repo.read("Board.md"));
    assert!(!has_conflict(&repo.read("Board.md")));
    sync(&repo);
    assert_eq!(repo.run(&["sync", "--check"]).status, 0);
}

#[test]
fn registered_and_taken_back() {
    let repo = Repo::with(&[], "docs");
    repo.write(".gitattributes", "*.png binary");
    let config = std::fs::read_to_string(repo.top.join(".git/config")).expect("a file");
    let hook = |args: &[&str]| {
        let ran = repo.run(&[&["hook"], args].concat());
        (ran.text(), ran.status)
    };
    let state = || status(&repo.top, &repo.root()).expect("git runs");
    assert!(!hook(&["status"]).0.contains("merge driver"));
    let (said, code) = hook(&["install", "--merge-driver"]);
    assert!(said.contains("registered the merge driver in the configuration of this clone"), "{said}");
    assert!(said.contains("docs/.gitattributes`") && said.contains("installed"), "{said}");
    assert_eq!((code, state()), (0, Registered { clone: true, notes: true }));
    assert!(hook(&["install", "--merge-driver"]).0.contains("the merge driver is already registered"));
    assert!(repo.git(&["check-attr", "merge", "docs/a b.md"]).ends_with(": merge: portolan\n"));
    assert!(hook(&["status"]).0.contains("merge driver: portolan merges the notes of this vault"));
    assert!(hook(&["uninstall"]).0.contains("removed the merge driver from"));
    assert_eq!(state(), Registered { clone: false, notes: false });
    assert_eq!(repo.read(".gitattributes"), "*.png binary");
    assert_eq!(std::fs::read_to_string(repo.top.join(".git/config")).expect("a file"), config);
    repo.write(".gitattributes", "*.md merge=union\n");
    let (said, code) = hook(&["install", "--merge-driver"]);
    assert!(code == 2 && said.contains("merge=union"), "{said}");
    assert_eq!(std::fs::read_to_string(repo.top.join(".git/config")).expect("a file"), config);
}

/// git alone knows what its attributes come to.
#[test]
fn lines_of_others_count_as_git_reads_them() {
    let repo = Repo::with(&[], "docs");
    repo.write("a.md", "# A\n");
    let state = || status(&repo.top, &repo.root()).expect("git runs").notes;
    let own = "*.md text eol=lf merge=portolan\n";
    std::fs::write(repo.top.join(".gitattributes"), own).expect("a file");
    assert!(state());
    let said = repo.run(&["hook", "install", "--merge-driver"]).text();
    assert!(said.contains("registered") && !said.contains("docs/.gitattributes"), "{said}");
    repo.run(&["hook", "uninstall"]);
    assert_eq!(std::fs::read_to_string(repo.top.join(".gitattributes")).expect("a file"), own);
    std::fs::write(repo.top.join(".git/info/attributes"), "*.md merge=union\n").expect("a file");
    assert!(!state());
}

#[test]
fn the_driver_stays_while_another_vault_asks_for_it() {
    let repo = Repo::with(&[], "docs");
    let of = |vault: &str, args: &[&str]| {
        let output = Ran::of(repo.command(PORTOLAN).args(["--vault", vault, "hook"]).args(args));
        assert!(output.success(), "{}", output.text());
    };
    for folder in ["docs", "more"] {
        std::fs::create_dir_all(repo.top.join(folder)).expect("a folder");
    }
    of("docs", &["install", "--merge-driver"]);
    of("more", &["install", "--merge-driver"]);
    of("more", &["uninstall"]);
    let state = || status(&repo.top, &repo.root()).expect("git runs");
    assert_eq!(state(), Registered { clone: true, notes: true });
    of("docs", &["uninstall"]);
    assert_eq!(state(), Registered { clone: false, notes: false });
}

#[test]
fn a_program_of_any_name_is_named() {
    let command = command("/opt/it's 100%/portolan");
    assert!(command.contains("p='/opt/it'\\''s 100%%/portolan'"), "{command}");
}

#[test]
fn no_side_is_lost_where_portolan_is_gone() {
    let repo = vault("", false);
    let gone = command("/no/such/program").replace("p=portolan", "p=no-such-program");
    repo.git(&["config", "merge.portolan.driver", &gone]);
    repo.git(&["checkout", "--quiet", "-b", "other"]);
    repo.commit(&[("Alpha.md", "theirs\n")]);
    repo.git(&["checkout", "--quiet", "main"]);
    repo.commit(&[("Alpha.md", "ours\n")]);
    assert_eq!(repo.try_git(&["merge", "--no-edit", "other"]).status, 1);
    let alpha = repo.read("Alpha.md");
    assert!(has_conflict(&alpha) && alpha.contains("ours\n") && alpha.contains("theirs\n"), "{alpha}");
}

#[test]
fn a_file_that_is_not_there_changes_nothing() {
    let repo = vault("", false);
    repo.write("ours.md", "ours\n");
    let ran = repo.run(&["merge-board", "none.md", "ours.md", "none.md"]);
    assert_eq!(ran.status, 2, "{}", ran.text());
    assert_eq!(repo.read("ours.md"), "ours\n");
}

#[test]
fn entries_behind_a_last_line_without_an_ending_are_brought_together() {
    let list = "# N\n\n## Modification History\n\n- 2025-01-01_08-00 - One\n- 2025-01-02_08-00 - Two";
    let (ours, theirs) = ("\n- 2025-01-08_08-00 - Ours\n  - detail", "\n- 2025-01-09_08-00 - Theirs");
    let all = format!("{list}{ours}{theirs}");
    let with = |more: &str| format!("{list}{more}");
    for (versions, expected) in [
        ([list.to_owned(), with(ours), with(theirs)], all.clone()),
        ([list.to_owned(), with(theirs), with(ours)], all.clone()),
        // Whoever ended the last line has done so.
        ([list.to_owned(), with(ours), with(theirs) + "\n"], all.clone() + "\n"),
        ([list.to_owned(), with(ours) + "\n", with(theirs)], all.clone() + "\n"),
        ([list.to_owned() + "\n", with(ours), with(theirs) + "\n"], all.clone()),
        ([list.to_owned() + "\n", with(ours) + "\n", with(theirs) + "\n"], all.clone() + "\n"),
        // An entry of both stays one.
        (
            [list.to_owned(), with(theirs), with(&format!("{theirs}\n- 2025-01-10_08-00 - More"))],
            with(theirs) + "\n- 2025-01-10_08-00 - More",
        ),
    ] {
        for crlf in [false, true] {
            let eol = |text: &str| if crlf { text.replace('\n', "\r\n") } else { text.to_owned() };
            let repo = Repo::with(&[], "");
            for (name, text) in ["base.md", "ours.md", "theirs.md"].iter().zip(&versions) {
                repo.write(name, &eol(text));
            }
            let ran = repo.run(&["merge-board", "base.md", "ours.md", "theirs.md"]);
            assert_eq!(ran.status, 0, "{versions:?} {}", ran.text());
            // There is no board that could be out of date.
            assert!(!ran.text().contains("board"), "{}", ran.text());
            assert_eq!(repo.read("ours.md"), eol(&expected), "{versions:?}");
        }
    }
}
