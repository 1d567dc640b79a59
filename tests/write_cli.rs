//! Tests of what users see around a write: `board add`, questions, and the way back.

mod place;
use place::{PORTOLAN, Place, Ran};

/// What the shell has to say of a command that fails.
fn shell(place: &Place, line: &str) -> Result<(), String> {
    let ran = Ran::of(place.command("sh").args(["-c", line]));
    if ran.status == 0 { Ok(()) } else { Err(ran.err) }
}

/// Commits everything; false where there is no git.
fn commit(place: &Place) -> bool {
    shell(place, "git init -q && git add -A && git commit -qm x").is_ok()
}

const BOARD: &str = "# Board\n\n## System Initialization\n\n- Status: 🟢 Active\n- Created: 2025-01-01_08-00\n\
    - Last Modified: 2025-01-01_08-00\n\n## Components\n\nBy hand:\n\n| Workbench | Status | Load | Health |\n| --- | --- | --- | --- |\n\
    | Analysis | Online | 0% | Good |\n\nText behind.\n## Alerts\n\n- No current alerts\n\n## Empty\n## Change Log Templates\n\n\
    - Updates: 'YYYY-MM-DD_HH-mm - Added/Modified [thing] for [purpose]'\n\n### Modification History\n\n- 2025-01-01_08-00 - Set up";

#[test]
fn a_board_goes_under_its_heading_filled_in() {
    for crlf in [false, true] {
        let eol = |text: &str| if crlf { text.replace('\n', "\r\n") } else { text.to_owned() };
        let place = Place::new(&[("Board.md", &eol(BOARD))]);
        let (status, diff) =
            place.said(&["board", "add", "Board#Empty", "components", "columns=component", "--diff"]);
        assert!(
            status == 0 && diff.contains("+<!-- portolan:board components columns=component -->"),
            "{diff}"
        );
        assert_eq!(place.read("Board.md"), eol(BOARD), "--diff writes nothing");
        let (status, said) = place.said(&[
            "board",
            "add",
            "Board#Empty",
            "components",
            "columns=component",
            "where=status = Active",
        ]);
        assert_eq!(status, 0, "{said}");
        let text = place.read("Board.md");
        let start = eol(
            "## Empty\n\n<!-- portolan:board components columns=component where=\"status = Active\" -->\n\n\
            | Component |\n| --- |\n| [[Board]] |\n\n<!-- portolan:end ",
        );
        assert!(text.contains(&start), "{text}");
        assert!(text.contains(&eol(" -->\n\n## Change Log Templates\n")), "{text}");
        // Everything else is the same, and the board is one that sync leaves as it is.
        let (before, rest) = text.split_once(&eol("\n\n<!-- portolan:board")).expect("the board");
        let after = rest.split_once(&eol(" -->\n\n## Change")).map_or("", |(_, after)| after);
        assert_eq!(format!("{before}{}{after}", eol("\n## Change")), eol(BOARD));
        assert_eq!(place.said(&["sync", "--check"]).0, 0);
        let (status, said) = place.said(&["board", "add", "Board#Empty", "components"]);
        assert!(status == 2 && said.contains("there already is a board"), "{said}");
    }
}

#[test]
fn a_board_has_the_line_ending_of_a_heading_that_ends_the_note() {
    let note = "# D\r\ntext\r\n## Last";
    let place = Place::new(&[("D.md", note)]);
    assert_eq!(place.said(&["board", "add", "D#Last", "components"]).0, 0);
    let text = place.read("D.md");
    assert!(text.starts_with(&format!("{note}\r\n\r\n<!-- portolan:board components -->\r\n")), "{text:?}");
    assert!(!text.replace("\r\n", "").contains('\n'), "{text:?}");
}

#[test]
fn a_new_history_ends_the_note_as_it_ended() {
    for (note, end) in [
        ("# N", ""),
        ("# N\n\nText.", ""),
        ("# N\n\nText.\n", "\n"),
        ("# N\r\n\r\nText.", ""),
        ("# N\r\n", "\r\n"),
        ("# N\n\n\n", "\n\n\n"),
        ("", "\n"),
    ] {
        let place = Place::new(&[("N.md", note)]);
        let (status, said) = place.said(&["log", "N", "-m", "x", "--at", "2025-03-01_10-00", "--create"]);
        assert_eq!(status, 0, "{note:?} {said}");
        let text = place.read("N.md");
        assert!(text.starts_with(note.trim_end()) && text.ends_with(&format!(" - x{end}")), "{text:?}");
    }
}

#[test]
fn lines_that_only_markdown_takes_for_some_are_refused() {
    let note = "# J\r## Modification History\r- 2025-01-01_09-00 - Start\r";
    let place = Place::new(&[("J.md", note)]);
    for args in [&["log", "J", "-m", "x"][..], &["board", "add", "J#J", "components"]] {
        let (status, said) = place.said(args);
        assert!(status == 2 && said.contains("save it with LF or CRLF line endings"), "{said}");
        assert_eq!(place.read("J.md"), note);
    }
    // Beside other lines they are no obstacle, and are not taken for part of the entry.
    let note = "# J\n## Modification History\r- 2025-01-01_09-00 - Start\n";
    place.write("J.md", note);
    // Whoever names an offset may mean another hour of this place.
    assert_eq!(place.said(&["log", "J", "-m", "x", "--at", "2025-03-01T10:00:00Z"]).0, 2);
    assert_eq!(place.said(&["log", "J", "-m", "x", "--at", "2025-03-01 10:00"]).0, 0);
    assert_eq!(place.read("J.md"), format!("{note}- 2025-03-01_10-00 - x").trim_end().to_owned() + "\n");
}

#[test]
fn what_a_person_wrote_is_replaced_only_when_asked() {
    let place = Place::new(&[("Board.md", BOARD)]);
    let (status, said) = place.said(&["board", "add", "Board#Components", "components"]);
    assert!(
        status == 2 && said.contains("the table or list that line 13 holds") && said.contains("--replace"),
        "{said}"
    );
    assert_eq!(place.read("Board.md"), BOARD);
    // No other reason has that way out, whatever it quotes.
    let (status, said) = place.said(&[
        "board",
        "add",
        "Board#Components",
        "components",
        "where=the table or list that line 1 holds\"",
    ]);
    assert!(
        status == 2 && said.contains("the table or list that line 1 holds") && !said.contains("--replace"),
        "{said}"
    );
    let (status, said) = place.said(&["board", "add", "Board#Components", "components", "--replace"]);
    assert!(status == 2 && said.contains("the row `Analysis`, the column `Load`"), "{said}");
    assert_eq!(place.read("Board.md"), BOARD);
    place.write("Board.md", &BOARD.replace("Analysis | Online | 0%", "Board | Online | -"));
    assert_eq!(place.said(&["board", "add", "Board#Components", "components", "--replace"]).0, 0);
    let text = place.read("Board.md");
    assert!(
        text.contains("By hand:\n\n<!-- portolan:board components -->\n\n| Component | Status |"),
        "{text}"
    );
    assert!(text.contains(" -->\n\nText behind.\n## Alerts") && !text.contains("Workbench"), "{text}");
    assert_eq!(place.said(&["board", "add", "Board#Alerts", "alerts", "--replace"]).0, 0);
    let text = place.read("Board.md");
    assert!(
        text.contains(
            "## Alerts\n\n<!-- portolan:board alerts -->\n\n- No current alerts\n\n<!-- portolan:end "
        ),
        "{text}"
    );
    assert_eq!(place.said(&["sync", "--check"]).0, 0);
    // Another shape is no table of it.
    let (status, said) = place.said(&["board", "add", "Board#Empty", "events", "--replace"]);
    assert!(
        status == 2
            && said.contains("there is no table under that heading")
            && said.contains("two of the columns `component`, "),
        "{said}"
    );
}

/// A component.
const HUB: (&str, &str) = (
    "systems/HUB.md",
    "# Hub\n\n## System Initialization\n\n- Status: 🟢 Active\n- Created: 2025-01-01_08-00\n- Last Modified: 2025-01-01_08-00\n",
);

#[test]
fn a_board_takes_the_place_of_what_it_shows() {
    for (table, lost) in [
        // Whatever it is called, and whatever else the notes say.
        ("| Component | Status |\n| --- | --- |\n| Hub | 🔴 Down |\n", None),
        ("| Workbench | Status | Health |\n|---|---|---|\n| **HUB** | Active | |", None),
        (
            "| Component | Status |\n| --- | --- |\n| [[HUB]] | Active |\n| [[systems/HUB\\|A hub]] | |\n",
            None,
        ),
        // A column without a word, and a row.
        ("| Component | Status | Load |\n| --- | --- | --- |\n| HUB | - | – |\n| - | - | |\n", None),
        ("| Component | Status |\n| --- | --- |\n| Depot | Active |\n| hub | |\n", Some("the row `Depot`")),
        ("| Component | Status |\n| --- | --- |\n| [[other/HUB]] | |\n", Some("the row `[[other/HUB]]`")),
        (
            "| Component | Status | Owner |\n| --- | --- | --- |\n| HUB | | Ann |\n",
            Some("the column `Owner`"),
        ),
        // It has the column, and nothing in it.
        ("| Component | Version |\n| --- | --- |\n| HUB | 1.2.0 |\n", Some("the value `Version` of `HUB`")),
        (
            "| Component | Status |\n|---|---|\n| a | |\n| b | |\n| c | |\n| d | |\n| e | |\n| f | |\n",
            Some("the rows `a`, `b`, `c`, `d`, `e` and 1 more"),
        ),
    ] {
        let note = format!("# Board\n\n## Components\n\n{table}\n## Behind\n");
        let place = Place::new(&[("Board.md", &note), HUB]);
        let (status, said) = place.said(&["board", "add", "Board#Components", "components", "--replace"]);
        match lost {
            None => assert_eq!((status, place.said(&["sync", "--check"]).0), (0, 0), "{table}{said}"),
            Some(lost) => {
                let whole = format!("`Board.md`: line 5 has what the board would not show: {lost}\n");
                assert!(status == 2 && said.contains(&whole), "{table}{said}");
                assert_eq!(place.read("Board.md"), note);
            }
        }
    }
    for (list, lost) in [
        ("- No current alerts\n", None),
        ("* **No current alerts**\n* -\n", None),
        (
            "1. No current alerts\n2. The hall is cold\n   since May\n",
            Some("the lines `The hall is cold`, `since May`"),
        ),
    ] {
        let place = Place::new(&[("Board.md", &format!("# Board\n\n## Alerts\n\n{list}")), HUB]);
        let (status, said) = place.said(&["board", "add", "Board#Alerts", "alerts", "--replace"]);
        assert_eq!(status, if lost.is_some() { 2 } else { 0 }, "{list}{said}");
        assert!(said.contains(lost.unwrap_or("added")), "{list}{said}");
    }
    let (status, said) =
        Place::new(&[HUB]).said(&["board", "add", "HUB#System Initialization", "health", "--replace"]);
    assert!(status == 2 && said.contains("a board `health` cannot replace a table or list"), "{said}");
}

#[test]
fn a_group_of_a_board_is_no_column_that_is_lost() {
    let note = "# I\n\n## All\n\n| Category | Integration | Type |\n| --- | --- | --- |\n| Uncategorised | Pay | REST |\n";
    let pay = "# P\n\n```json\n{ \"integration\": { \"name\": \"Pay\", \"type\": \"REST\", \"endpoint\": \"https://a.example\" } }\n```\n";
    for (attributes, name, status) in [
        (&[][..], "| Pay |", 0),
        (&[], "| [[P\\|Pay]] |", 0),
        // A note may hold several.
        (&[], "| [[P\\|Refund]] |", 2),
        (&["group-by=type"], "| Pay |", 0),
        (&["group-by=none", "columns=name,type"], "| Pay |", 2),
    ] {
        let place = Place::new(&[("I.md", &note.replace("| Pay |", name)), ("P.md", pay)]);
        let ran = place.said(&[&["board", "add", "I#All", "integrations", "--replace"], attributes].concat());
        assert_eq!(ran.0, status, "{ran:?}");
    }
}

#[test]
fn block_ids_of_what_a_board_replaces_stay() {
    let rows = "| Component | Status |\n| --- | --- |\n| HUB | Active |";
    for eol in ["\n", "\r\n"] {
        for between in ["\n", "\n\n"] {
            let note = format!("# Board\n\n## Components\n\n{rows}{between}^tbl\n\nSee [[#^tbl]].\n");
            let place = Place::new(&[("Board.md", &note.replace('\n', eol)), HUB]);
            let ran = place.said(&["board", "add", "Board#Components", "components", "--replace"]);
            assert_eq!(ran.0, 0, "{ran:?}");
            let text = place.read("Board.md");
            assert!(text.ends_with(&format!(" -->{eol}{eol}^tbl{eol}{eol}See [[#^tbl]].{eol}")), "{text}");
            assert_eq!(place.said(&["check", "--rule", "link-block-missing"]).0, 0, "{text}");
        }
    }
    let note = "# Board\n\n## Alerts\n\n- No current alerts ^none\n";
    let place = Place::new(&[("Board.md", note)]);
    let (status, said) = place.said(&["board", "add", "Board#Alerts", "alerts", "--replace"]);
    assert!(status == 2 && said.contains("line 5 has the block id `^none`"), "{said}");
    assert_eq!(place.read("Board.md"), note);
}

#[test]
fn a_board_of_metrics_does_not_take_the_figures_away() {
    let note = "# M\n\n## Figures\n\n| Metric | Target | Current | Status |\n| --- | --- | --- | --- |\n| Delay | < 5ms | 3ms | 🟢 |\n";
    let place = Place::new(&[("M.md", note)]);
    let (status, said) = place.said(&["board", "add", "M#Figures", "metrics", "--replace"]);
    assert!(status == 2 && said.contains("line 7 holds figures that the board is made from"), "{said}");
    // Thresholds of alerts are no metrics, so that no board shows them.
    let alerts = note.replace("Figures", "Alerts").replace("Target", "Threshold");
    let place = Place::new(&[("M.md", &alerts)]);
    let (status, said) = place.said(&["board", "add", "M#Alerts", "metrics", "--replace"]);
    assert!(status == 2 && said.contains("line 5 has thresholds, which the board would not show"), "{said}");
    assert_eq!(place.read("M.md"), alerts);
}

#[test]
fn what_cannot_be_added_is_explained() {
    let place = Place::new(&[("Board.md", BOARD), ("open.md", "# O\n\n<!-- portolan:board alerts -->\n")]);
    for (args, message) in [
        (&["Board#Emty", "alerts"][..], "did you mean `Empty`?"),
        (&["Board", "alerts"], "write `NOTE#HEADING`; it has `Board`"),
        (&["Nowhere#x", "alerts"], "no note `Nowhere`"),
        (&["Board#Empty", "alert"], "`alert` is not a kind of board"),
        (&["Board#Empty", "events", "colour=red"], "has no attribute `colour`"),
        (&["Board#Empty", "events", "where=a --> b"], "no marker can hold"),
        (&["open#O", "alerts"], "line 3: the board `alerts` has no end"),
    ] {
        let (status, said) = place.said(&[&["board", "add"], args].concat());
        assert!(status == 2 && said.contains(message), "{args:?}: {said}");
    }
    // Of many headings those are shown that may be meant.
    let many: Vec<String> = (0..40_000).map(|i| format!("## Heading {i}\n")).collect();
    let many = many.concat();
    let place = Place::new(&[("Many.md", &format!("{many}## Order Intake\n## Orders\n"))]);
    for (heading, said) in [
        ("Many#The intake of all the orders", "it has `Order Intake`, `Orders`, `Heading "),
        ("Many", "write `NOTE#HEADING`; it has `Heading 0`, `Heading 1`, "),
    ] {
        let (status, all) = place.said(&["board", "add", heading, "alerts"]);
        assert!(status == 2 && all.contains(said) && all.contains(" and 39994 more"), "{all}");
        assert!(all.len() < 400, "{all}");
    }
}

/// The form of a version in a log template says where an entry tells it.
#[test]
fn a_version_stands_where_its_template_says() {
    for (form, history, told) in [
        ("vX.Y.Z (YYYY-MM-DD_HH-mm) - Added [what]", "", "- v1.3.0 (2026-01-02_03-04) - Added x"),
        (
            "vX.Y.Z (YYYY-MM-DD_HH-mm) - Added [what]",
            "- 2025-01-01_08-00 - v1.2.0: a\n",
            "- v1.3.0 (2026-01-02_03-04) - Added x",
        ),
        ("YYYY-MM-DD_HH-mm - vX.Y.Z - Added [what]", "", "- 2026-01-02_03-04 - v1.3.0 - Added x"),
        (
            "YYYY-MM-DD_HH-mm - Added [what] (0.X.0)",
            "- 2025-01-01_08-00 - a\n",
            "- 2026-01-02_03-04 - Added x (1.3.0)",
        ),
        (
            "YYYY-MM-DD_HH-mm - vX.Y.Z: Added [what]",
            "- v1.2.0 (2025-01-01_08-00) - a\n",
            "- v1.3.0 (2026-01-02_03-04) - v1.3.0: Added x",
        ),
    ] {
        let note = format!(
            "# N\n\n## System Initialization\n\n- Status: Active\n- Version: 1.2.0\n- Created: 2025-01-01_08-00\n\
             - Last Modified: 2025-01-01_08-00\n\n## Change Log Templates\n\n- Minor: '{form}'\n\n\
             ## Modification History\n\n{history}"
        );
        let place = Place::new(&[("N.md", &note)]);
        let (status, said) =
            place.said(&["log", "N", "--template", "Minor", "what=x", "--at", "2026-01-02_03-04"]);
        assert_eq!(status, 0, "{said}");
        let written = place.read("N.md");
        assert!(written.contains(told) && written.contains("- Version: 1.3.0"), "{form}: {written}");
        let Ran { out, .. } = place.run(&["list", "history", "--format", "json"]);
        assert!(out.contains("\"template\": \"Minor\"") || out.contains("\"template\":\"Minor\""), "{out}");
        let Ran { out, .. } = place.run(&["check"]);
        assert!(!out.contains("history") && !out.contains("version"), "{form}: {out}");
    }
}

/// What a value says of a version stays, and so do versions of other things.
#[test]
fn a_version_stands_nowhere_else() {
    for (form, what, title) in [
        ("[what] in X.Y.Z", "Support for X.Y.Z numbers", "Support for X.Y.Z numbers in 1.3.0"),
        ("X.Y.Z: [what]", "No X.Y.Z", "1.3.0: No X.Y.Z"),
        ("vX.Y.Z: [what]", "No X.Y.Z", "v1.3.0: No X.Y.Z"),
        ("[what] in X.Y.Z, [what]", "X.Y.Z", "X.Y.Z in X.Y.Z, X.Y.Z"),
        ("[what] from X.Y.Z to X.Y.Z", "Moved", "Moved from X.Y.Z to X.Y.Z"),
        ("Upgraded to node 18.x.x: [what]", "a", "Upgraded to node 18.x.x: a"),
        ("API v2.x.x: [what]", "a", "API v2.x.x: a"),
        ("Range 192.168.X [what]", "a", "Range 192.168.X a"),
    ] {
        let note = format!(
            "# N\n\n## System Initialization\n\n- Version: 1.2.0\n\n## Change Log Templates\n\n\
             - Minor: 'YYYY-MM-DD_HH-mm - {form}'\n\n## Modification History\n\n- 2025-01-01_08-00 - a\n"
        );
        let place = Place::new(&[("N.md", &note)]);
        let what = format!("what={what}");
        let (status, said) =
            place.said(&["log", "N", "--template", "Minor", &what, "--at", "2026-01-02_03-04"]);
        assert_eq!(status, 0, "{said}");
        let written = place.read("N.md");
        assert!(written.ends_with(&format!("- 2026-01-02_03-04 - {title}\n")), "{form}: {written}");
        assert!(written.contains("- Version: 1.3.0"), "{form}: {written}");
    }
}

/// The heading of a history that is empty says what its entries tell.
#[test]
fn the_first_entry_of_a_version_history_tells_its_version() {
    for (heading, told) in [
        ("Version History", "- v1.3.0 (2026-01-02_03-04) - Added x"),
        ("Modification History", "- 2026-01-02_03-04 - Added x"),
    ] {
        let note = format!(
            "# N\n\n## System Initialization\n\n- Status: Active\n- Version: 1.2.0\n- Created: 2025-01-01_08-00\n\
             - Last Modified: 2025-01-01_08-00\n\n## Change Log Templates\n\n- Minor: 'YYYY-MM-DD_HH-mm - Added [what]'\n\n## {heading}\n"
        );
        let place = Place::new(&[("N.md", &note)]);
        let (status, said) =
            place.said(&["log", "N", "--template", "Minor", "what=x", "--at", "2026-01-02_03-04"]);
        assert_eq!(status, 0, "{said}");
        let written = place.read("N.md");
        assert!(written.contains(told) && written.contains("- Version: 1.3.0"), "{written}");
    }
}

#[test]
fn git_is_the_way_back_where_it_has_the_note_as_it_was() {
    let place = Place::new(&[("a b.md", BOARD), ("c.md", BOARD)]);
    let (_, said) = place.said(&["log", "c", "-m", "x"]);
    assert!(said.contains("cannot be undone without git; `--backup DIR` copies notes"), "{said}");
    if !commit(&place) {
        return;
    }
    let before = place.read("a b.md");
    let (_, said) = place.said(&["log", "a b", "-m", "One"]);
    let command = said.lines().find_map(|line| line.strip_prefix("to undo: ")).expect("a way back");
    assert!(command.ends_with("restore -- 'a b.md'"), "{command}");
    assert_ne!(place.read("a b.md"), before);
    assert_eq!(shell(&place, command), Ok(()));
    assert_eq!(place.read("a b.md"), before);
    // What git would bring back is not what was there.
    place.write("a b.md", &format!("{before}\n"));
    let (_, said) = place.said(&["log", "a b", "-m", "Two"]);
    assert!(!said.contains("restore") && said.contains("which does not have it as it was"), "{said}");
    place.write("new.md", BOARD);
    assert!(place.said(&["log", "new", "-m", "Three"]).1.contains("cannot be undone with git"));
    place.write(".gitignore", "ignored.md\n");
    place.write("ignored.md", BOARD);
    assert!(place.said(&["log", "ignored", "-m", "Four"]).1.contains("cannot be undone with git"));
    // Nor does git say of a file that it was told not to look at that it differs, or of one in a repository
    // of its own.
    for flag in ["assume-unchanged", "skip-worktree"] {
        let update = |no| format!("git update-index --{no}{flag} c.md");
        assert_eq!(shell(&place, "git restore c.md").and_then(|()| shell(&place, &update(""))), Ok(()));
        place.write("c.md", &format!("{}\n", place.read("c.md")));
        let (_, said) = place.said(&["log", "c", "-m", "Five"]);
        assert!(said.contains("cannot be undone with git"), "{flag}: {said}");
        assert_eq!(shell(&place, &update("no-")), Ok(()));
    }
    place.write("inner/d.md", BOARD);
    assert_eq!(shell(&place, "git init -q inner"), Ok(()));
    assert!(place.said(&["log", "d", "-m", "Six"]).1.contains("cannot be undone with git"));
}

/// No line has room for all of many notes, and a folder or `.` would take what somebody else has changed with it.
#[test]
fn git_takes_many_notes_from_a_list() {
    let names: Vec<String> = (0..30).map(|i| format!("sub/What {i}?.md")).collect();
    let mut files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "[[targt]]\n")).collect();
    files.extend([("target.md", ""), ("sub/What 300.md", "mine\n")]);
    let place = Place::new(&files);
    if !commit(&place) {
        return;
    }
    let undo = |said: &str| {
        let line = said.lines().find_map(|line| line.strip_prefix("to undo: "));
        line.map_or_else(|| panic!("{said}"), str::to_owned)
    };
    let lists = || place.kept_as("notes").len();
    place.write("sub/What 300.md", "changed\n");
    let (_, said) = place.said(&["check", "--unsafe-fixes"]);
    let command = undo(&said);
    assert!(command.len() < 400 && command.contains(" restore --pathspec-file-nul "), "{command}");
    assert!(names.iter().all(|name| place.read(name) == "[[target]]\n"));
    assert_eq!(shell(&place, &command), Ok(()));
    assert!(names.iter().all(|name| place.read(name) == "[[targt]]\n"));
    assert_eq!(place.read("sub/What 300.md"), "changed\n");
    // The last list alone is kept, and an older command finds none.
    place.write(&names[0], "[[target]]\n");
    let (_, said) = place.said(&["check", "--unsafe-fixes"]);
    assert_ne!(undo(&said), command);
    assert!(shell(&place, &command).is_err());
    assert_eq!(lists(), 1);
    assert_eq!(shell(&place, &undo(&said)), Ok(()));
    // Who is to hear nothing needs none.
    assert_eq!(shell(&place, "rm -r ../cache/portolan"), Ok(()));
    place.said(&["check", "--unsafe-fixes", "--quiet"]);
    assert_eq!((place.read(&names[1]).as_str(), lists()), ("[[target]]\n", 0));
    // Notes that git does not have are told of in one line, however many they are.
    for (number, name) in names.iter().enumerate() {
        place.write(name, &format!("[[targt]] {number}\n"));
    }
    let (_, said) = place.said(&["check", "--unsafe-fixes"]);
    let lines: Vec<&str> = said.lines().filter(|line| line.contains("cannot be undone")).collect();
    let [line] = lines[..] else { panic!("{said}") };
    assert!(
        line.contains("sub/What 13?.md and 25 more: cannot be undone with git, which does not have them"),
        "{line}"
    );
}

#[test]
fn copies_are_the_way_back_where_they_are_asked_for() {
    let place = Place::new(&[(
        "sub/a.md",
        &format!("{BOARD}\n\n## B\n\n<!-- portolan:board alerts -->\n<!-- portolan:end -->\n"),
    )]);
    let before = place.read("sub/a.md");
    for args in [&["sync"][..], &["log", "a", "-m", "One"], &["board", "add", "a#Empty", "events"]] {
        place.write("sub/a.md", &before);
        let (status, said) = place.said(&[args, &["--backup", "../copies"]].concat());
        assert_eq!(status, 0, "{said}");
        assert_ne!(place.read("sub/a.md"), before);
        let command = said.lines().find_map(|line| line.strip_prefix("to undo: ")).expect("a way back");
        assert_eq!(shell(&place, command), Ok(()), "{command}");
        assert_eq!(place.read("sub/a.md"), before, "{command}");
    }
    let (status, said) = place.said(&["log", "a", "-m", "One", "--backup", "copies"]);
    assert!(status == 2 && said.contains("lies in the vault"), "{said}");
    assert!(!place.path("copies").exists(), "a refusal leaves nothing behind");
    // Where nothing is written there is nothing to copy.
    for args in [
        &["check"][..],
        &["check", "--fix", "--diff"],
        &["sync", "--check"],
        &["sync", "--diff"],
        &["log", "a", "-m", "One", "--diff"],
    ] {
        let (status, said) = place.said(&[args, &["--backup", "../other"]].concat());
        assert!(status == 2 && said.contains("--backup"), "{said}");
        assert!(!place.path("../other").exists(), "{said}");
    }
    assert_eq!(place.read("sub/a.md"), before);
    let (status, said) = place.said(&["log", "a", "-m", "One", "-q"]);
    assert_eq!((status, said.as_str()), (0, ""));
}

#[test]
fn a_fix_has_a_way_back_too_and_leaves_boards_and_broken_notes_alone() {
    let board = "<!-- portolan:board alerts -->\n\n[[targt]]\n\n<!-- portolan:end 0123456789abcdef -->\n";
    let broken = "[[targt]]\n\n<!-- portolan:end -->\n";
    let place =
        Place::new(&[("target.md", ""), ("a.md", "[[targt]]\n"), ("board.md", board), ("broken.md", broken)]);
    let (_, said) = place.said(&["check", "--unsafe-fixes", "--backup", "../copies"]);
    assert!(said.contains("a.md: fixed") && said.contains("to undo: cp -R "), "{said}");
    assert_eq!(place.read("a.md"), "[[target]]\n");
    assert_eq!((place.read("board.md").as_str(), place.read("broken.md").as_str()), (board, broken));
}

#[test]
fn a_fix_names_what_it_leaves_alone_and_mends_the_rest() {
    let broken = "[[targt]]\n\n<!-- portolan:end -->\n";
    let notes = [("target.md", ""), ("a.md", "[[targt]]\n"), ("locked.md", "[[targt]]\n"), ("x.md", broken)];
    let place = Place::new(&notes);
    let path = place.path("locked.md");
    let mut permissions = std::fs::metadata(&path).expect("a note").permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).expect("a mode");
    let (status, said) = place.said(&["check", "--unsafe-fixes"]);
    assert_eq!(status, 2, "{said}");
    assert!(said.contains("locked.md:1: cannot write") && said.contains("x.md:3: "), "{said}");
    assert!(said.contains("fixed 1 finding in 1 note") && said.contains("link-unresolved"), "{said}");
    assert_eq!(place.read("a.md"), "[[target]]\n");
}

#[test]
fn an_old_entry_goes_among_those_of_its_year() {
    let note = "# M\n\n## Modification History\n\n### 2025\n\n- 2025-06-01_10-00 - a\n- 2025-05-01_10-00 - b\n\n\
        ### 2024\n\n- 2024-06-01_10-00 - c\n- 2024-05-01_10-00 - d\n";
    let place = Place::new(&[("m.md", note)]);
    assert_eq!(place.said(&["log", "m", "-m", "Y", "--at", "2024-05-07_10-00"]).0, 0);
    assert_eq!(place.said(&["log", "m", "-m", "Z", "--at", "2025-05-07_10-00"]).0, 0);
    let expected = note
        .replace("- 2024-05-01", "- 2024-05-07_10-00 - Y\n- 2024-05-01")
        .replace("- 2025-05-01", "- 2025-05-07_10-00 - Z\n- 2025-05-01");
    assert_eq!(place.read("m.md"), expected);
}

#[test]
fn a_version_beside_another_field_is_said_to_stay() {
    let note = "# P\n\n## System Initialization\n\n- **Status:** A | **Version:** 1.2.0\n\n## Change Log Templates\n\n\
                - Minor: 'YYYY-MM-DD_HH-mm - Added [thing]'\n\n## Version History\n\n- v1.2.0 (2025-01-01_00-00) - Start\n";
    let place = Place::new(&[("P.md", note)]);
    let (status, said) = place.said(&["log", "P", "--template", "Minor", "thing=Valve"]);
    assert_eq!(status, 0, "{said}");
    assert!(said.contains("`Version` of the header stays as it is"), "{said}");
    assert!(place.read("P.md").contains("- **Status:** A | **Version:** 1.2.0\n"));
}

/// Where no entry tells one either, nobody knows which is next.
#[test]
fn a_version_that_is_not_read_is_not_counted_from_nothing() {
    let note = |heading: &str| {
        format!(
            "# P\n\n## System Initialization\n\n- Status: A | Version: 1.4.0\n\n## Change Log Templates\n\n\
             - Patch: 'YYYY-MM-DD_HH-mm - Mended [thing]'\n\n## {heading}\n"
        )
    };
    let log = ["log", "P", "--template", "Patch", "thing=Valve", "--at", "2026-01-02_03-04"];
    let place = Place::new(&[("P.md", &note("Version History"))]);
    let (status, said) = place.said(&log);
    assert_eq!(status, 2, "{said}");
    for expected in ["P.md:3: `Version` of the header is not read", "`- Version: …`", "`-m`"] {
        assert!(said.contains(expected), "{said}");
    }
    assert_eq!(place.read("P.md"), note("Version History"));
    // Entries that tell no versions are no worse for it.
    let place = Place::new(&[("P.md", &note("Modification History"))]);
    let (status, said) = place.said(&log);
    assert_eq!(status, 0, "{said}");
    assert!(said.contains("`Version` of the header stays as it is"), "{said}");
    let expected = format!("{}\n- 2026-01-02_03-04 - Mended Valve\n", note("Modification History"));
    assert_eq!(place.read("P.md"), expected);
}

/// A version that is none is not counted from nothing, either.
#[test]
fn what_is_no_version_is_not_raised() {
    let note = |version: &str, title: &str| {
        format!(
            "# P\n\n## System Initialization\n\n- Status: A\n- Version: {version}\n\n## Change Log Templates\n\n\
             - Minor: 'YYYY-MM-DD_HH-mm - {title}'\n\n## Modification History\n"
        )
    };
    let log = ["log", "P", "--template", "Minor", "what=x", "--at", "2026-01-02_03-04"];
    for version in ["2.x", "TBD", "latest", "see [[Releases]]", "`= this.release`"] {
        let told = note(version, "vX.Y.Z Added [what]");
        let place = Place::new(&[("P.md", &told)]);
        let (status, said) = place.said(&log);
        assert_eq!(status, 2, "{said}");
        assert!(said.contains(&format!("P.md:6: `Version: {version}` is not a version")), "{said}");
        assert_eq!(place.read("P.md"), told);
        let untold = note(version, "Added [what]");
        let place = Place::new(&[("P.md", &untold)]);
        let (status, said) = place.said(&log);
        assert_eq!(status, 0, "{said}");
        assert!(said.contains("which cannot be read as a version"), "{said}");
        assert_eq!(place.read("P.md"), format!("{untold}\n- 2026-01-02_03-04 - Added x\n"));
    }
    for version in ["", "{{version}}", "-", "none"] {
        let place = Place::new(&[("P.md", &note(version, "vX.Y.Z Added [what]"))]);
        let (status, said) = place.said(&log);
        assert_eq!(status, 0, "{said}");
        assert!(place.read("P.md").ends_with("- 2026-01-02_03-04 - v0.1.0 Added x\n"), "{said}");
    }
}

#[test]
fn a_new_version_takes_the_place_of_the_old_one_alone() {
    let note = |version: &str, modified: &str| {
        format!(
            "# Pump\n\n## SYSTEM INITIALIZATION\n\n- Version: {version}\n- Created: 2025-01-01_00-00\n- Last Modified: {modified} ^then\n\n\
             ## CHANGE LOG TEMPLATES\n\n- Minor: 'YYYY-MM-DD_HH-mm - Added [thing]'\n\n## VERSION HISTORY\n\n"
        )
    };
    for (old, new) in [
        ("1.2.0 ^ver", "1.3.0 ^ver"),
        ("**v1.2.0** (stable) #pump", "**v1.3.0** (stable) #pump"),
        ("[[Releases|1.2.0]]", "[[Releases|1.3.0]]"),
        ("1.2.0 (stable) <!-- soon more -->", "1.3.0 (stable) <!-- soon more -->"),
        ("%%v%% 1.2.0", "%%v%% 1.3.0"),
        ("<!-- a -->v1.2.0 %%b%% (stable)", "<!-- a -->v1.3.0 %%b%% (stable)"),
        ("**1.2.0%%b%%**", "**1.3.0%%b%%**"),
        ("1.%%b%%2%%c%%.0 ^ver", "1.%%b%%3%%c%%.0 ^ver"),
        ("%%1.2.0%%", "%%1.2.0%% 1.3.0"),
        ("%%1.2.0%% ^ver", "%%1.2.0%% 1.3.0 ^ver"),
        ("%% 1.2.0", "1.3.0 %% 1.2.0"),
        ("1.2.0.5", "1.3.0.0"),
        ("{{version}}", "1.3.0"),
        ("v{{version}}", "v1.3.0"),
        ("1.2.{{PATCH}}", "1.3.0"),
        ("1.2.0-{{PRE}}", "1.3.0"),
        ("{{version}} (stable)", "1.3.0 (stable)"),
        ("v1.2.0 for {{CUSTOMER}}", "v1.3.0 for {{CUSTOMER}}"),
        // A person has said more than a template has left to fill in.
        ("{{version}} | Sites: x", "{{version}} | Sites: x"),
        ("{{version}} for Bob", "{{version}} for Bob"),
        ("[[Releases|v{{version}}]]", "[[Releases|v{{version}}]]"),
        // What cannot be read is somebody's own way to say it.
        ("2.3.x (see [[Pump]])", "2.3.x (see [[Pump]])"),
        ("[1.0.0](x.md)", "[1.0.0](x.md)"),
        ("Version 1.0.0", "Version 1.0.0"),
        ("V1.x", "V1.x"),
        ("1,0", "1,0"),
        ("`= this.release`", "`= this.release`"),
        // A note of another version need not be there.
        ("[[v1.2.0]]", "[[v1.2.0]]"),
        ("[[1.2.0]] (stable)", "[[1.2.0]] (stable)"),
        ("[[v1.2.0|1.2.0]]", "[[v1.2.0|1.2.0]]"),
        ("[[Releases#v1.2.0|v1.2.0]]", "[[Releases#v1.2.0|v1.2.0]]"),
        ("[[Releases of 1.2|1.2.0]]", "[[Releases of 1.2|1.3.0]]"),
    ] {
        let was = note(old, "2025-01-01_00-00") + "- v1.2.0 (2025-01-01_00-00) - Start ^e1\n";
        let place = Place::new(&[("Pump.md", &was)]);
        let (status, said) =
            place.said(&["log", "Pump", "--template", "Minor", "thing=Valve", "--at", "2025-02-01_00-00"]);
        assert_eq!(status, 0, "{said}");
        assert!(
            place.read("Pump.md").starts_with(&note(new, "2025-02-01_00-00")),
            "{}",
            place.read("Pump.md")
        );
        let (stays, linked) = (old == new, old.contains("1.2.0"));
        assert_eq!(said.contains("which cannot be read as a version"), stays && !linked, "{old}: {said}");
        assert_eq!(said.contains("`, which has to be changed by hand"), stays && linked, "{said}");
    }
}

#[test]
fn an_entry_has_the_form_of_the_vault_whatever_its_template_and_its_list_have() {
    let note = "## Change Log Templates\n\n- Updates: 'YYYY-MM-DD - Updated [component] for [purpose]'\n\n\
                ## Modification History\n\n- 2025-03-01: Moved\n- 2025-01-01: Set up\n";
    let place = Place::new(&[("N.md", note)]);
    let args = ["log", "N", "--template", "updates", "component=Gate", "purpose=winter"];
    let (status, printed) = place.said(&[&args[..], &["--at", "2025-03-01_10-00"]].concat());
    assert_eq!(status, 0, "{printed}");
    let entry = "- 2025-03-01_10-00: Updated Gate for winter\n";
    assert_eq!(
        place.read("N.md"),
        note.replace("- 2025-03-01: Moved", &format!("{entry}- 2025-03-01: Moved"))
    );
    // However much is logged into it, the list is read as before.
    for title in ["b", "c", "d"] {
        assert_eq!(place.said(&["log", "N", "-m", title, "--at", "2025-03-01_10-00"]).0, 0);
    }
    let (head, _) = note.split_once("- 2025-03-01").expect("an entry");
    let [b, c, d] = ["b", "c", "d"].map(|title| format!("- 2025-03-01_10-00: {title}\n"));
    assert_eq!(
        place.read("N.md"),
        format!("{head}{d}{c}{b}{entry}- 2025-03-01: Moved\n- 2025-01-01: Set up\n")
    );
    let (status, printed) = place.said(&["check"]);
    assert_eq!(status, 0, "{printed}");
}

/// A release that a heading tells is out already, and the next version comes after it.
#[test]
fn a_version_rises_above_those_of_headings() {
    for (version, headings, expected) in [
        ("1.0.0", ["v1.1.0 (2024-12-08_09-00)", "v1.0.0 (2024-12-07_09-00)"], "1.2.0"),
        ("1.4.0", ["[1.1.0] - 2024-12-08", "[1.0.0] - 2024-12-07"], "1.5.0"),
        ("1.0.0", ["2024-12-08", "2024-12-07"], "1.1.0"),
    ] {
        let [second, first] = headings;
        let note = |version: &str| {
            format!(
                "# N\n\n## System Initialization\n\n- Version: {version}\n\n## Change Log Templates\n\n\
                 - Minor: 'YYYY-MM-DD_HH-mm - Added [thing]'\n\n## Version History\n\n\
                 ### {second}\n\n- 2024-12-08_09-00 - b\n\n### {first}\n\n- 2024-12-07_09-00 - a\n"
            )
        };
        let place = Place::new(&[("N.md", &note(version))]);
        let (status, said) =
            place.said(&["log", "N", "--template", "Minor", "thing=x", "--at", "2024-12-09_09-00"]);
        assert_eq!(status, 0, "{said}");
        let written = place.read("N.md");
        assert!(written.contains(&format!("- Version: {expected}\n")), "{written}");
    }
}

#[test]
fn a_date_of_last_change_keeps_its_form_or_is_said_to_stay() {
    for (old, new, said) in [
        ("[[2025-01-01]]", "[[2025-02-01]]", None),
        ("[[2024-12-01]]", "[[2024-12-01]]", Some("which has to be changed by hand")),
        ("2025-01-01_00-00 (by Ruth)", "2025-02-01_00-00 (by Ruth)", None),
        ("2025-01-01_00-00 | by Ruth", "2025-02-01_00-00 | by Ruth", None),
        ("**2025-01-01** · https://x.example", "**2025-02-01** · https://x.example", None),
        ("%%auto%% 2025-01-01_10-00", "%%auto%% 2025-02-01_00-00", None),
        ("2025-01-01_10-00 <!-- auto --> (CI)", "2025-02-01_00-00 <!-- auto --> (CI)", None),
        ("%%2025-01-01_10-00%%", "%%2025-01-01_10-00%% 2025-02-01_00-00", None),
        ("%%auto%% May", "%%auto%% May", Some("`Last Modified` stays `May`, which cannot be read as a date")),
        ("[[2025-01-01]] - by Ruth", "[[2025-02-01]] - by Ruth", None),
        ("2025-01-01 | 10:30", "2025-01-01 | 10:30", Some("which cannot be read as a date")),
        ("`= this.file.mtime`", "`= this.file.mtime`", None),
        ("[[2025-01-01|May]]", "[[2025-01-01|May]]", Some("which has to be changed by hand")),
        ("[[2026-01-01|May]]", "[[2026-01-01|May]]", None),
        ("2025-01-01T03:43:37.802Z", "2025-02-01T00:00:00", None),
        ("2025-01-01 10:20 +0200 (CI)", "2025-02-01 00:00 (CI)", None),
        ("yesterday", "yesterday", Some("`Last Modified` stays `yesterday`, which cannot be read as a date")),
        ("[[days/2025-01-01]]", "[[days/2025-01-01]]", Some("which has to be changed by hand")),
        ("[[days/2026-01-01]]", "[[days/2026-01-01]]", None),
        ("{{D}}_{{T}}", "2025-02-01_00-00", None),
        ("{{D}} (by Ruth)", "2025-02-01_00-00 (by Ruth)", None),
        (
            "{{D}} by Ruth",
            "{{D}} by Ruth",
            Some("`Last Modified` stays `{{D}} by Ruth`, which cannot be read"),
        ),
        ("<% D %> | Owner: Ruth", "<% D %> | Owner: Ruth", Some("which cannot be read as a date")),
    ] {
        let note = |value: &str| {
            format!(
                "## System Initialization\n\n- Last Modified: {value}\n\n## Modification History\n\n- 2025-01-01_00-00 - a\n"
            )
        };
        // A day has a note or has none.
        let day = if old.contains("2024") { "2024-12-01.md" } else { "days/2025-02-01.md" };
        let place = Place::new(&[("N.md", &note(old)), (day, "")]);
        let (status, printed) = place.said(&["log", "N", "-m", "b", "--at", "2025-02-01_00-00"]);
        assert_eq!(status, 0, "{printed}");
        assert!(place.read("N.md").starts_with(&note(new)), "{old}: {}", place.read("N.md"));
        assert_eq!(printed.contains("stays"), said.is_some(), "{old}: {printed}");
        assert!(printed.contains(said.unwrap_or_default()), "{old}: {printed}");
    }
}

#[test]
fn a_header_without_a_list_is_set_line_by_line_or_said_to_stay() {
    for (old, new) in [
        (
            "**Status:** Active  \n**Last Modified:** 2025-01-01_00-00  \n**Owner:** Ruth",
            Some("**Status:** Active  \n**Last Modified:** 2025-02-01_00-00  \n**Owner:** Ruth"),
        ),
        ("Last Modified:: 2025-01-01\\\nx", Some("Last Modified:: 2025-02-01\\\nx")),
        ("[Last Modified:: [[2025-01-01]]] ^id", Some("[Last Modified:: [[2025-02-01]]] ^id")),
        (
            "**Status:** Active\n**Last Modified:** 2025-01-01_00-00 · https://x\n",
            Some("**Status:** Active\n**Last Modified:** 2025-02-01_00-00 · https://x\n"),
        ),
        (
            "**Status:** Active\n**Last Modified:** <!-- auto --> 2025-01-01_00-00 %%by hand%%\n",
            Some("**Status:** Active\n**Last Modified:** <!-- auto --> 2025-02-01_00-00 %%by hand%%\n"),
        ),
        ("*Last Modified*:<br>\nx", Some("*Last Modified*: 2025-02-01_00-00<br>\nx")),
        ("> Last Modified: 2025-01-01_00-00", None),
        ("| Field | Value |\n| - | - |\n| Last Modified | 2025-01-01_00-00 |", None),
        ("Status: Active | Last Modified: 2025-01-01_00-00", None),
    ] {
        let note = |header: &str| {
            format!(
                "## System Initialization\n\n{header}\n\n## Modification History\n\n- 2025-01-01_00-00 - a\n"
            )
        };
        for eol in ["\n", "\r\n"] {
            let text = |header: &str| note(header).replace('\n', eol);
            let place = Place::new(&[("N.md", &text(old)), ("2025-02-01.md", "")]);
            let (status, printed) = place.said(&["log", "N", "-m", "b", "--at", "2025-02-01_00-00"]);
            assert_eq!(status, 0, "{printed}");
            let written = place.read("N.md");
            assert!(written.starts_with(&text(new.unwrap_or(old))), "{old}: {written}");
            let stays = "`Last Modified` of the header stays as it is";
            assert_eq!(printed.contains(stays), new.is_none(), "{old}: {printed}");
        }
    }
}

/// A comment of Obsidian holds no history, and gets none.
#[test]
fn nothing_is_logged_into_a_comment() {
    let (old, new) = ("- 2025-01-01_00-00 - a", "- 2025-02-01_00-00 - b");
    for (body, expected) in [
        (format!("%%\n{old}\n%%\n"), format!("%%\n{old}\n%%\n\n{new}\n")),
        (format!("{old}\n%%\n{old}\n%%\n"), format!("{old}\n{new}\n\n%%\n{old}\n%%\n")),
        (format!("{old}\n\n%%\n\n{old}\n\n%%\n"), format!("{old}\n{new}\n\n%%\n\n{old}\n\n%%\n")),
    ] {
        let note = |body: &str| format!("# N\n\n## Modification History\n\n{body}");
        let board = "# B\n\n<!-- portolan:board events -->\n<!-- portolan:end -->\n";
        let place = Place::new(&[("N.md", &note(&body)), ("B.md", board)]);
        let (status, printed) = place.said(&["log", "N", "-m", "b", "--at", "2025-02-01_00-00"]);
        assert_eq!(status, 0, "{printed}");
        assert_eq!(place.read("N.md"), note(&expected));
        assert_eq!(place.said(&["sync"]).0, 0);
        assert_eq!(place.read("B.md").matches("| 2025-0").count(), 1 + usize::from(body.starts_with('-')));
    }
    let place = Place::new(&[("N.md", "# N\n\n%%\nto do\n")]);
    let (status, printed) = place.said(&["log", "N", "-m", "b", "--create"]);
    assert!(status == 2 && printed.contains("would stand in a comment"), "{printed}");
    place.write("N.md", "# N\n\n%%\nto do\n%%\n\n100%%\n");
    let (status, printed) = place.said(&["log", "N", "-m", "b", "--create"]);
    assert_eq!(status, 0, "{printed}");
}

/// A board in a template note stays empty, because no sync would ever bring its rows up to date.
#[test]
fn a_board_in_a_template_note_stays_empty() {
    let text = "# T\n\n## Purpose\n\n## Modification History\n\n- 2025-01-01_00-00 - a\n";
    let place = Place::new(&[("TEMPLATE.md", text), ("N.md", text)]);
    let (status, printed) = place.said(&["board", "add", "TEMPLATE#Purpose", "events"]);
    assert_eq!(status, 0, "{printed}");
    assert!(printed.contains("it stays empty: `TEMPLATE.md` is a template"), "{printed}");
    let markers = "## Purpose\n\n<!-- portolan:board events -->\n<!-- portolan:end -->\n\n## Mod";
    assert_eq!(place.read("TEMPLATE.md"), text.replace("## Purpose\n\n## Mod", markers));
    assert_eq!(place.said(&["check"]).0, 0);
    let (status, printed) = place.said(&["board", "add", "TEMPLATE#Purpose", "metrics", "colour=red"]);
    assert!(status == 2 && printed.contains("no attribute `colour`"), "{printed}");
}

/// Nor does it get a board, which would be gone as soon as somebody closes it.
#[test]
fn no_board_is_put_into_a_comment() {
    let add = ["board", "add", "N#After", "events"];
    for (body, hidden) in [
        ("%%\nto do\n\n## After\n", true),
        ("%%\nto do\n%%\n\n## After\n\n100%%\n", false),
        ("## After\n\n## Behind\n\n%%\nto do\n", false),
        ("## After\n\nText.\n\n%%\nto do\n", true),
    ] {
        let text = format!("# N\n\n{body}");
        let place = Place::new(&[("N.md", &text)]);
        let (status, printed) = place.said(&add);
        assert_eq!(status, if hidden { 2 } else { 0 }, "{body}: {printed}");
        assert_eq!(place.read("N.md") == text, hidden, "{body}");
        if hidden {
            assert!(printed.contains("`N.md`: the new board would stand in a comment"), "{printed}");
            assert!(printed.contains("close the comment: a `%%` at the start of a line"), "{printed}");
        }
    }
    for open in ["<!-- to do\n", "```\nto do\n"] {
        let place = Place::new(&[("N.md", &format!("# N\n\n## After\n\n{open}"))]);
        let (status, printed) = place.said(&add);
        assert!(status == 2 && printed.contains("the new board would not be read as one"), "{printed}");
        assert!(printed.contains("close the comment or other block"), "{printed}");
    }
}

#[test]
fn properties_are_filled_in_or_said_to_stay() {
    let note = |properties: &str| {
        format!(
            "---\n{properties}---\n# N\n\n## Change Log Templates\n\n- Minor: 'YYYY-MM-DD_HH-mm - Added [thing]'\n\n\
             ## Modification History\n\n- 2025-01-01_00-00 - a\n"
        )
    };
    for (old, new, said) in [
        (
            "context_layer: x\nversion:\nlast_modified: # when\n",
            "context_layer: x\nversion: 0.1.0\nlast_modified: 2025-02-01_00-00 # when\n",
            &[][..],
        ),
        (
            "context_layer: x\nversion: \"\"\nlast_modified: ''\n",
            "context_layer: x\nversion: \"0.1.0\"\nlast_modified: '2025-02-01_00-00'\n",
            &[],
        ),
        (
            "context_layer: [x\nversion: 1.0.0\nlast_modified: 2025-01-01\n",
            "context_layer: [x\nversion: 1.0.0\nlast_modified: 2025-01-01\n",
            &[
                "`last_modified` stays as it is, since the properties are not valid",
                "`version` stays as it is",
            ],
        ),
        ("tags: [x\nlast_modified: 2025-01-01\n", "tags: [x\nlast_modified: 2025-01-01\n", &[]),
    ] {
        let place = Place::new(&[("N.md", &note(old))]);
        let args = ["log", "N", "--template", "Minor", "thing=Valve", "--at", "2025-02-01_00-00"];
        let (status, printed) = place.said(&args);
        assert_eq!(status, 0, "{printed}");
        assert!(place.read("N.md").starts_with(&note(new)), "{old}: {}", place.read("N.md"));
        assert_eq!(printed.matches(" stays ").count(), said.len(), "{old}: {printed}");
        assert!(said.iter().all(|said| printed.contains(said)), "{old}: {printed}");
    }
}

#[test]
fn a_note_that_cannot_be_written_is_in_no_other_board() {
    // A change is to be logged in a note that is read-only: the events of the other one do not have it.
    let component = |status: &str| {
        format!(
            "# C\n\n## System Initialization\n\n- Status: {status}\n- Created: 2025-01-01_08-00\n- Last Modified: 2025-01-01_08-00\n"
        )
    };
    let boards = "\n\n## B\n\n<!-- portolan:board components -->\n<!-- portolan:end -->\n";
    let events = "<!-- portolan:board events -->\n<!-- portolan:end -->\n";
    let place = Place::new(&[
        ("C.md", &component("🟢 Active")),
        ("a.md", &format!("{BOARD}{boards}")),
        ("b.md", events),
    ]);
    assert_eq!(place.said(&["sync"]).0, 0);
    place.write("C.md", &component("🔴 Down"));
    let path = place.path("a.md");
    let mut permissions = std::fs::metadata(&path).expect("a note").permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).expect("a mode");
    let (status, said) = place.said(&["sync"]);
    assert!(status == 2 && said.contains("read-only"), "{said}");
    assert!(!place.read("b.md").contains("Updated C status"), "{}", place.read("b.md"));
}

#[test]
fn nothing_is_logged_into_a_broken_note() {
    let conflict = format!(
        "{BOARD}\n<<<<<<< HEAD\n- 2025-01-02_08-00 - a\n=======\n- 2025-01-02_09-00 - b\n>>>>>>> x\n"
    );
    let place = Place::new(&[("a.md", &conflict)]);
    let (status, said) = place.said(&["log", "a", "-m", "x"]);
    assert!(status == 2 && said.contains("a.md:30: a merge conflict is not settled"), "{said}");
    let (status, said) = place.said(&["sync"]);
    assert!(status == 0 && said.contains("a.md: 1 merge conflict settled"), "sync settles it: {said}");
    assert_eq!(place.said(&["log", "a", "-m", "x"]).0, 0);
    // A marker alone is no conflict, but may be what is left of one.
    place.write("a.md", &format!("{BOARD}\n>>>>>>> x\n"));
    let (status, said) = place.said(&["log", "a", "-m", "x"]);
    assert!(status == 2 && said.contains(": this merge conflict marker has no counterpart"), "{said}");
}

#[test]
fn an_example_of_a_conflict_stops_no_write() {
    let example = "```text\n<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> x\n```\n";
    let place = Place::new(&[("a.md", &format!("[[targt]]\n\n{example}\n{BOARD}")), ("target.md", "")]);
    let (status, said) = place.said(&["log", "a", "-m", "x"]);
    assert!(status == 0 && place.read("a.md").contains(" - x"), "{said}");
    let (_, said) = place.said(&["check", "--unsafe-fixes"]);
    assert!(place.read("a.md").starts_with("[[target]]\n"), "{said}");
    assert!(place.read("a.md").contains(example));
}

#[test]
fn a_date_that_only_a_person_can_set_stops_the_entry() {
    let note = "---\nlast_modified: \"2025\\x2d01-01\"\ncontext_layer: x\n---\n# s\n\n## Modification History\n\n- 2026-01-01_10-00 - x\n";
    let place = Place::new(&[("s.md", note)]);
    let (status, said) = place.said(&["log", "s", "-m", "x"]);
    assert!(status == 2 && said.contains("s.md:2: `last_modified` cannot be set"), "{said}");
    assert_eq!(place.read("s.md"), note);
    // Where it is not to be set it is in nobody's way.
    assert_eq!(place.said(&["log", "s", "-m", "x", "--at", "2024-01-01_10-00"]).0, 0);
}

#[test]
fn a_settled_conflict_shows_no_secret() {
    // Made up, with the check digits that make it a token.
    let token = format!("ghp_{}{}", "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5", "0Zb5Hm");
    let entries = format!(
        "<<<<<<< HEAD\n- 2025-01-03_08-00 - b\n=======\n- 2025-01-02_08-00 - Was {token}\n>>>>>>> x\n"
    );
    let place = Place::new(&[("a.md", &format!("{BOARD}\n{entries}"))]);
    let (status, said) = place.said(&["sync", "--diff"]);
    assert!(status == 0 && said.contains("- Was xxxxxxxx") && !said.contains(&token[4..12]), "{said}");
    assert_eq!(place.said(&["sync"]).0, 0);
    assert!(place.read("a.md").contains(&token), "what a person wrote stays");
}

#[cfg(target_os = "linux")]
#[test]
fn what_is_missing_is_asked_for_on_a_terminal() {
    let place = Place::new(&[("a.md", BOARD)]);
    let log = |rest: &str, answers: &str| {
        let line = format!("{PORTOLAN} log a --at 2025-01-02_08-00 {rest}");
        place.on_a_terminal(&line, answers).map(|ran| ran.out)
    };
    let Some(said) = log("--template updates thing=Pump", "Modified\nspring\n") else { return };
    assert!(said.contains("Added or Modified [Added]: ") && said.contains("purpose: "), "{said}");
    assert!(place.read("a.md").contains("\n- 2025-01-02_08-00 - Modified Pump for spring"), "{said}");
    let said = log("", "1\n\nValve\nsummer\n").expect("as before");
    assert!(said.contains("1. Updates: "), "{said}");
    assert!(place.read("a.md").contains("\n- 2025-01-02_08-00 - Added Valve for summer"), "{said}");
    log("", "\nIn my own words\n");
    assert!(place.read("a.md").contains("\n- 2025-01-02_08-00 - In my own words"));
    // Nobody there to answer.
    let (status, said) = place.said(&["log", "a"]);
    assert!(
        status == 2 && said.contains("the entry has no title") && said.contains("it has `Updates`"),
        "{said}"
    );
}

#[test]
fn an_entry_that_would_not_be_read_as_one_is_refused() {
    let text = "# N\n\n## Modification History\n\n<!-- never closed\n";
    let place = Place::new(&[("N.md", text)]);
    let (status, said) = place.said(&["log", "N", "-m", "Something"]);
    assert!(
        status == 2 && said.contains("would not be read as one") && said.contains("help: close"),
        "{said}"
    );
    assert_eq!(place.read("N.md"), text);
}

#[test]
fn an_entry_with_a_secret_in_it_is_refused() {
    let token = format!("ghp_{}{}", "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5", "0Zb5Hm");
    let note = "# A\n\n## Modification History\n\n- 2025-01-01_10-00 - x\n";
    let place = Place::new(&[("a.md", note)]);
    for args in [["-m", token.as_str(), "--detail", "x"], ["-m", "x", "--detail", token.as_str()]] {
        let (status, said) = place.said(&[&["log", "a"], &args[..]].concat());
        assert!(status == 2 && said.contains("looks like a secret") && !said.contains(&token), "{said}");
    }
    assert_eq!(place.read("a.md"), note);
}

#[test]
fn a_title_with_a_marker_in_it_is_refused() {
    let note = "# A\n\n## Modification History\n\n- 2025-01-01_10-00 - x\n";
    let place = Place::new(&[("a.md", note)]);
    let (status, said) = place.said(&["log", "a", "-m", "Added <!-- portolan:board alerts --> to it"]);
    assert!(status == 2 && said.contains("would contain a board marker"), "{said}");
    assert_eq!(place.read("a.md"), note);
    assert_eq!(place.said(&["log", "a", "-m", "Added `<!-- portolan:board alerts -->` to it"]).0, 0);
    assert_eq!(place.said(&["log", "a", "-m", "More"]).0, 0);
}
