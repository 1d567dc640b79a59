//! Tests of what a sync logs, and what it leaves alone.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use portolan::config::Config;
use portolan::plan::conflict::Versions;
use portolan::plan::record::{self, RecordOptions};
use portolan::plan::sync::{SyncOptions, SyncPlan, plan};
use portolan::rules;
use portolan::text::stamp::{Precision, Stamp};
use portolan::vault::Vault;

type Notes = BTreeMap<String, String>;

fn notes(notes: &[(&str, &str)]) -> Notes {
    notes.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

fn vault_of(notes: &Notes) -> Vault {
    let texts: Vec<(&str, &str)> = notes.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    Vault::of_texts(Config::default(), &texts)
}

/// The messages of a rule's findings.
fn findings(notes: &Notes, rule: &str) -> Vec<String> {
    let findings = rules::run(&vault_of(notes), None);
    findings.into_iter().filter(|finding| finding.rule == rule).map(|finding| finding.message).collect()
}

fn plan_of(notes: &Notes) -> SyncPlan {
    plan_with(&vault_of(notes), false)
}

/// A sync at 2026-01-02 03:04.
fn plan_with(vault: &Vault, force: bool) -> SyncPlan {
    let time = NaiveDate::from_ymd_opt(2026, 1, 2).and_then(|d| d.and_hms_opt(3, 4, 0)).expect("a time");
    let now = Stamp::new(time, Precision::Minute);
    plan(
        vault,
        SyncOptions { now, force, wanted: &|_: &str| true, versions: &|_| Versions::default() },
        rules::feed,
    )
}

/// Whether a sync wrote anything.
fn sync_with(notes: &mut Notes, force: bool) -> bool {
    let vault = vault_of(notes);
    let plan = plan_with(&vault, force);
    for write in &plan.writes {
        let path = vault.note(write.note).expect("a note").path.clone();
        let new = write.edits.apply(&notes[&path]).expect("the edits fit");
        notes.insert(path, new);
    }
    !plan.writes.is_empty()
}

fn sync(notes: &mut Notes) -> bool {
    sync_with(notes, false)
}

fn edit(notes: &mut Notes, note: &str, old: &str, new: &str) {
    let text = notes.get_mut(note).expect("a note");
    assert!(text.contains(old), "{old:?} in {text}");
    *text = text.replace(old, new);
}

fn component(name: &str, status: &str) -> String {
    format!(
        "# {name}\n\n## System Initialization\n\n- Status: {status}\n- Created: 2025-01-01_08-00\n- Last Modified: 2025-01-01_08-00\n"
    )
}

/// A note with a history and these boards.
fn board(markers: &[&str]) -> String {
    let boards: Vec<String> = markers
        .iter()
        .map(|marker| format!("\n<!-- portolan:board {marker} -->\n<!-- portolan:end -->\n"))
        .collect();
    format!(
        "{}- Version: 1.2.0\n\n## Modification History\n\n- 2025-01-01_08-00 - Start\n\n## Boards\n{}",
        component("Board", "🟢 Active"),
        boards.concat()
    )
}

/// The entries that a note has beside its first one.
fn logged(notes: &Notes, note: &str) -> Vec<String> {
    let lines = notes[note].lines().filter(|line| line.starts_with("- 2026-01-02_03-04 - "));
    lines.map(|line| line["- 2026-01-02_03-04 - ".len()..].to_owned()).collect()
}

#[test]
fn a_changed_status_is_logged_once_however_many_boards_see_it() {
    let integration = "\n```json\n{ \"integration\": { \"name\": \"Gauge\", \"type\": \"x\", \"endpoint\": \"y\" } }\n```\n";
    let gauge = component("Gauge", "🟢 Active") + integration;
    // The integration has the status of its note, which holds no other.
    let mut notes = notes(&[
        ("Gauge.md", &gauge),
        ("B.md", &board(&["components", "integrations", "events", "components sort=status"])),
    ]);
    assert!(sync(&mut notes));
    assert_eq!(logged(&notes, "B.md"), Vec::<String>::new(), "a first fill logs nothing");
    assert!(!sync(&mut notes));
    edit(&mut notes, "Gauge.md", "Status: 🟢 Active", "Status: 🔴 Down");
    assert!(sync(&mut notes));
    assert_eq!(logged(&notes, "B.md"), ["Updated Gauge status to 🔴 Down"]);
    let text = &notes["B.md"];
    assert!(text.contains("- Last Modified: 2026-01-02_03-04"), "{text}");
    assert!(
        text.contains("| 2026-01-02_03-04 | [[B\\|Board]] | Updated Gauge status to 🔴 Down |"),
        "in the same sync"
    );
    assert!(
        text.contains("[[B\\|Board]] | 🟢 Active | 1.2.0 | 2026-01-02_03-04 |"),
        "and the new date, too: {text}"
    );
    assert!(!sync(&mut notes), "one sync reaches the fixpoint");
}

#[test]
fn a_status_of_another_with_a_longer_name_is_another() {
    let mut notes = notes(&[
        ("Gateway.md", &component("Gateway", "🟢 Active")),
        ("Edge.md", &component("Edge Gateway", "🟢 Active")),
        ("B.md", &board(&["components"])),
    ]);
    assert!(sync(&mut notes));
    let down = |notes: &mut Notes, note: &str| {
        edit(notes, note, "Status: 🟢 Active", "Status: 🔴 Down");
        assert!(sync(notes));
        logged(notes, "B.md")
    };
    let edge = "Updated Edge Gateway status to 🔴 Down";
    assert_eq!(down(&mut notes, "Edge.md"), [edge]);
    assert_eq!(down(&mut notes, "Gateway.md"), [edge, "Updated Gateway status to 🔴 Down"]);
    // What a person has written about it is told, whatever the board says of the other.
    let entry = "- 2026-01-02_03-04 - Updated Gateway status to 🟡 Slow";
    edit(&mut notes, "B.md", "## Boards", &format!("{entry}\n\n## Boards"));
    edit(&mut notes, "Gateway.md", "Status: 🔴 Down", "Status: 🟡 Slow");
    assert!(sync(&mut notes));
    assert_eq!(logged(&notes, "B.md").len(), 3);
}

#[test]
fn a_history_in_plain_dates_is_gone_on_with() {
    let dated = "- 2025-01-01: Start\n- 2025-01-02: Seen\n- 2025-01-03: Painted";
    let mut notes = notes(&[
        ("Gauge.md", &component("Gauge", "🟢 Active")),
        ("B.md", &board(&["components"]).replace("- 2025-01-01_08-00 - Start", dated)),
    ]);
    assert!(sync(&mut notes));
    edit(&mut notes, "Gauge.md", "Status: 🟢 Active", "Status: 🟡 Slow");
    assert!(sync(&mut notes));
    let logged = "- 2026-01-02_03-04: Updated Gauge status to 🟡 Slow";
    assert!(notes["B.md"].contains(&format!("{dated}\n{logged}\n")), "{}", notes["B.md"]);
    assert_eq!(findings(&notes, "history-timestamp-invalid"), Vec::<String>::new());
    // What a person has written behind it on the same day was said last.
    let entry = "- 2026-01-02: Updated Gauge status to 🔴 Down";
    edit(&mut notes, "B.md", logged, &format!("{logged}\n{entry}"));
    edit(&mut notes, "Gauge.md", "Status: 🟡 Slow", "Status: 🔴 Down");
    assert!(sync(&mut notes), "the board is written");
    assert_eq!(notes["B.md"].matches("Updated Gauge").count(), 2, "{}", notes["B.md"]);
}

#[test]
fn a_status_within_the_name_of_the_last_one_is_another() {
    let mut notes = notes(&[("Pay.md", &component("Pay", "Active")), ("B.md", &board(&["components"]))]);
    assert!(sync(&mut notes));
    edit(&mut notes, "Pay.md", "Status: Active", "Status: Not active");
    assert!(sync(&mut notes));
    edit(&mut notes, "Pay.md", "Status: Not active", "Status: Active");
    assert!(sync(&mut notes));
    assert_eq!(logged(&notes, "B.md"), ["Updated Pay status to Not active", "Updated Pay status to Active"]);
}

#[test]
fn what_is_no_change_of_a_status_logs_nothing() {
    let start = || {
        let mut notes = notes(&[
            ("Gauge.md", &component("Gauge", "🟢 Active")),
            ("Pump.md", &component("Pump", "🟢 Active")),
            ("B.md", &board(&["components"])),
        ]);
        assert!(sync(&mut notes));
        notes
    };
    let unlogged = |change: &dyn Fn(&mut Notes), why: &str| {
        let mut notes = start();
        change(&mut notes);
        assert!(sync(&mut notes), "{why}: the board is written");
        assert_eq!(logged(&notes, "B.md"), Vec::<String>::new(), "{why}");
        assert!(notes["B.md"].contains("- Last Modified: 2025-01-01_08-00"), "{why}: {}", notes["B.md"]);
        assert!(!sync(&mut notes), "{why}");
    };
    unlogged(
        &|n| edit(n, "Gauge.md", "Status: 🟢 Active", "Status: Active"),
        "the same status in another spelling",
    );
    unlogged(
        &|n| edit(n, "Gauge.md", "Status: 🟢 Active", "Status: Active - stable since May"),
        "the same status with more said behind it",
    );
    unlogged(&|n| edit(n, "Gauge.md", "Status: 🟢 Active", "Status:"), "a status that is gone");
    unlogged(&|n| edit(n, "Gauge.md", "# Gauge", "# Tide Gauge"), "another name");
    unlogged(
        &|n| {
            n.remove("Pump.md");
        },
        "an item that goes",
    );
    unlogged(
        &|n| {
            n.insert("New.md".to_owned(), component("New", "🔴 Down"));
        },
        "an item that comes",
    );
    unlogged(&|n| edit(n, "Gauge.md", "Modified: 2025-01-01", "Modified: 2025-02-01"), "another date");
}

#[test]
fn another_remark_on_a_listed_status_logs_nothing() {
    let legend = "## Status Indicators\n\n- 🟢 Active\n- 🔴 Down\n";
    for (list, old, new, expected) in [
        (legend, "Active - node 1", "🟢 Active, node 2", None),
        (legend, "Active - node 1", "Down - node 1", Some("Updated Gauge status to Down - node 1")),
        // Without a list nobody knows whether these are one.
        ("", "Parked - node 1", "Parked - node 2", Some("Updated Gauge status to Parked - node 2")),
    ] {
        let gauge = component("Gauge", old);
        let mut notes =
            notes(&[("Gauge.md", &gauge), ("Legend.md", list), ("B.md", &board(&["components"]))]);
        assert!(sync(&mut notes));
        edit(&mut notes, "Gauge.md", &format!("Status: {old}"), &format!("Status: {new}"));
        assert!(sync(&mut notes), "the board is written");
        assert_eq!(logged(&notes, "B.md"), Vec::from_iter(expected), "{old} → {new}");
    }
}

#[test]
fn a_board_that_is_commented_out_is_left_alone() {
    let commented = |board: &str| format!("# B\n\n%%\n{board}%%\n\n## Modification History\n");
    let filled = "<!-- portolan:board components -->\n\n| Component | Status |\n| - | - |\n| [[Gauge]] | 🔴 Down |\n\n<!-- portolan:end -->\n";
    for board in [
        "<!-- portolan:board events -->\n<!-- portolan:end -->\n",
        filled,
        "<!-- portolan:board events -->\n",
    ] {
        let mut notes = notes(&[("Gauge.md", &component("Gauge", "🟢 Active")), ("B.md", &commented(board))]);
        assert!(!sync_with(&mut notes, false) && !sync_with(&mut notes, true), "{board}");
    }
}

#[test]
fn boards_that_do_not_show_or_are_not_written_log_nothing() {
    for marker in
        ["components columns=component", "components group-by=status", "health", "events", "summary"]
    {
        let mut notes = notes(&[("Gauge.md", &component("Gauge", "🟢 Active")), ("B.md", &board(&[marker]))]);
        sync(&mut notes);
        edit(&mut notes, "Gauge.md", "Status: 🟢 Active", "Status: 🔴 Down");
        sync(&mut notes);
        assert_eq!(logged(&notes, "B.md"), Vec::<String>::new(), "{marker}");
    }
}

/// Whether the status itself brings the row and takes it, or something else has.
#[test]
fn an_item_that_a_filter_or_a_limit_takes_away_logs_nothing() {
    let block = |status: &str| {
        format!(
            "\n```json\n{{ \"integration\": {{ \"name\": \"Pay\", \"type\": \"x\", \"endpoint\": \"\", \"status\": \"{status}\" }} }}\n```\n"
        )
    };
    for (marker, back, busy) in [
        ("components where=\"health != ok\"", false, true),
        ("components where=\"status = Offline\" columns=status,component", false, false),
        ("components sort=-health limit=1", false, true),
        ("components sort=-component limit=1", true, true),
        ("components where=\"component = Pay\" group-by=version", true, true),
        ("integrations where=\"findings > 0\"", true, true),
        ("integrations where=\"findings > 0 and health = critical\" columns=name,status", false, false),
    ] {
        let pay = |status: &str| component("Pay", status) + &block(status);
        let mut notes = notes(&[("Pay.md", &pay("Offline")), ("B.md", &board(&[marker]))]);
        sync(&mut notes);
        assert!(notes["B.md"].contains("| Offline |"), "{marker}: {}", notes["B.md"]);
        let mut then = |status: &str, is_logged: bool| {
            notes.insert("Pay.md".to_owned(), pay(status));
            sync(&mut notes);
            let told = logged(&notes, "B.md").contains(&format!("Updated Pay status to {status}"));
            assert_eq!(told, is_logged, "{marker}: {}", notes["B.md"]);
        };
        then("🟡 Busy", busy);
        then("🟢 Active", back);
        then("🔴 Down", back);
    }
}

#[test]
fn a_row_that_was_edited_by_hand_is_no_status_that_was_there_before() {
    let filled = |boards: &[&str]| {
        let mut notes = notes(&[("Gauge.md", &component("Gauge", "🟢 Active")), ("B.md", &board(boards))]);
        sync(&mut notes);
        notes
    };
    // Kept, until it is forced. The status has been the same throughout.
    let mut forced = filled(&["components"]);
    edit(&mut forced, "B.md", "[[Gauge]] | 🟢 Active |", "[[Gauge]] | 🔴 Offline |");
    assert!(!sync(&mut forced));
    assert!(sync_with(&mut forced, true));
    assert_eq!(logged(&forced, "B.md"), Vec::<String>::new());
    assert!(!forced["B.md"].contains("Offline"));
    assert!(!sync(&mut forced));
    // What another board of the note has seen is a change all the same.
    let mut both = filled(&["components sort=status", "components"]);
    let row = "[[Gauge]] | 🟢 Active |";
    let first = both["B.md"].replacen(row, "[[Gauge]] | 🔴 Offline |", 1);
    both.insert("B.md".to_owned(), first);
    edit(&mut both, "Gauge.md", "Status: 🟢 Active", "Status: 🔴 Down");
    assert!(sync_with(&mut both, true));
    assert_eq!(logged(&both, "B.md"), ["Updated Gauge status to 🔴 Down"]);
    assert!(!both["B.md"].contains("Offline"));
}

/// A board leaves out signs that would be a link or a comment there; what is logged has the name as its note has it.
#[test]
fn what_is_logged_has_the_name_that_its_note_has() {
    for name in ["Orders [EU]", "Pay|ments", "%%x%%"] {
        let block = |status: &str| {
            format!(
                "```json\n{{ \"integration\": {{ \"name\": \"{name}\", \"type\": \"q\", \"endpoint\": \"https://a.example.com\", \
                 \"status\": \"{status}\" }} }}\n```\n"
            )
        };
        let mut notes = notes(&[("B.md", &(board(&["integrations"]) + &block("Active")))]);
        assert!(sync(&mut notes));
        let before = notes.clone();
        edit(&mut notes, "B.md", "\"status\": \"Active\"", "\"status\": \"Offline\"");
        assert!(sync(&mut notes));
        let said = logged(&notes, "B.md");
        let told = said.last().expect("an entry");
        assert!(told.contains("status to Offline"), "{name}: {said:?}");
        assert!(recorded(&before, &notes).is_empty(), "{name}: {said:?}");
    }
}

#[test]
fn a_note_without_history_is_written_and_not_logged() {
    let bare =
        component("Board", "🟢 Active") + "\n<!-- portolan:board components -->\n<!-- portolan:end -->\n";
    let mut notes = notes(&[("Gauge.md", &component("Gauge", "🟢 Active")), ("B.md", &bare)]);
    sync(&mut notes);
    edit(&mut notes, "Gauge.md", "Status: 🟢 Active", "Status: 🔴 Down");
    assert!(sync(&mut notes));
    let text = &notes["B.md"];
    assert!(
        text.contains("| 🔴 Down |")
            && !text.contains("Updated")
            && text.contains("Modified: 2025-01-01_08-00"),
        "{text}"
    );
}

#[test]
fn an_entry_is_made_from_the_notes_own_template() {
    let template = "\n## Change Log Templates\n\n### Minor: 0.X.0\n\n- Status: 'YYYY-MM-DD_HH-mm - [component] is now [state]'\n";
    let history = "\n## Version History\n\n- v1.3.0 (2025-01-02_08-00) - Later\n  - why\n- v1.2.0 (2025-01-01_08-00) - Start\n";
    let note = board(&["components"]).replace(
        "\n## Modification History\n\n- 2025-01-01_08-00 - Start\n",
        &format!("{template}{history}"),
    );
    let mut notes = notes(&[("Gauge.md", &component("Gauge", "🟢 Active")), ("B.md", &note)]);
    sync(&mut notes);
    edit(&mut notes, "Gauge.md", "Status: 🟢 Active", "Status: 🔴 Down");
    sync(&mut notes);
    let text = &notes["B.md"];
    // On top, where the newest entries are; the version after the newest one; the old status among details.
    let entry = "## Version History\n\n- v1.4.0 (2026-01-02_03-04) - Gauge is now 🔴 Down\n  - status: 🟢 Active → 🔴 Down\n- v1.3.0 ";
    assert!(text.contains(entry) && text.contains("- Version: 1.4.0"), "{text}");
    assert!(!sync(&mut notes));
}

/// By whatever name it asks for a component and its state, as `record` would take it.
#[test]
fn a_template_of_other_words_for_a_state_is_the_notes_own_too() {
    for (templates, expected) in [
        (&["Set [component] to [status]"][..], "Set Gauge to 🔴 Down"),
        (&["Set [Component] to [State]"], "Set Gauge to 🔴 Down"),
        (&["Set [component] status to [new state]"], "Set Gauge status to 🔴 Down"),
        (&["**Set** [component] to [state]"], "**Set** Gauge to 🔴 Down"),
        (&["Set [component] from [old state] to [state]"], "Set Gauge from 🟢 Active to 🔴 Down"),
        (&["Changed [system]: [previous status] → [new status]"], "Changed Gauge: 🟢 Active → 🔴 Down"),
        (&["Set [service] status to [state]"], "Set Gauge status to 🔴 Down"),
        (&["[Component] is now [State]"], "Gauge is now 🔴 Down"),
        // One for a component and a state goes before one for anything.
        (&["Set [field] of [system]: [value]", "[component] is now [state]"], "Gauge is now 🔴 Down"),
        (&["Updated [component]", "Set [component] from [old] to [new]"], "Updated Gauge status to 🔴 Down"),
        // What nobody can fill in, what does not tell the new state, and what is about something else.
        (&["Set [component] to [state] for [ticket]"], "Updated Gauge status to 🔴 Down"),
        (&["Updated [component]", "Updated [component] for [purpose]"], "Updated Gauge status to 🔴 Down"),
        (&["Removed [service] with [status]"], "Updated Gauge status to 🔴 Down"),
    ] {
        let item = |form: &&str| format!("- Minor: 'YYYY-MM-DD_HH-mm - {form}'\n");
        let listed = templates.iter().map(item).collect::<Vec<_>>().concat();
        let note = board(&["components"])
            .replace("## Modification", &format!("## Change Log Templates\n\n{listed}\n## Modification"));
        let mut notes = notes(&[("Gauge.md", &component("Gauge", "🟢 Active")), ("B.md", &note)]);
        sync(&mut notes);
        edit(&mut notes, "Gauge.md", "Status: 🟢 Active", "Status: 🔴 Down");
        assert!(sync(&mut notes) && !sync(&mut notes), "{templates:?}");
        assert_eq!(logged(&notes, "B.md").last().map(String::as_str), Some(expected), "{templates:?}");
        let raised = !expected.starts_with("Updated");
        assert_eq!(notes["B.md"].contains("- Version: 1.3.0"), raised, "{templates:?} {}", notes["B.md"]);
    }
}

/// What a record would log since the notes were so.
fn recorded(old: &Notes, new: &Notes) -> Vec<String> {
    let time = NaiveDate::from_ymd_opt(2026, 1, 2).and_then(|d| d.and_hms_opt(3, 4, 0)).expect("a time");
    let options = RecordOptions { now: Stamp::new(time, Precision::Minute), wanted: &|_| true };
    let plan = record::plan(&vault_of(old), &vault_of(new), options);
    plan.writes.into_iter().flat_map(|write| write.titles).collect()
}

/// A status stands in the history of another note, where none of it may be a link, a comment or mark-up.
#[test]
fn a_status_of_another_note_is_words_in_an_entry() {
    let pay = |status: &str| {
        format!(
            "```json\n{{ \"integration\": {{ \"name\": \"Pay\", \"type\": \"x\", \"endpoint\": \"y\", \"status\": \"{status}\" }} }}\n```\n"
        )
    };
    let template = "## Change Log Templates\n\n- Status: 'YYYY-MM-DD_HH-mm - [component] is now [state]'\n\n";
    let plain = |text: String| text;
    let details = |text: String| text.replace("- Start\n", "- Start\n  - why\n");
    let templated = |text: String| text.replace("## Modification", &format!("{template}## Modification"));
    for (status, shown) in [
        ("Down %% [[Nowhere]] <b>", "Down % % Nowhere &lt;b>"),
        ("a  b", "a b"),
        ("[[ ]]", "none"),
        ("Down ^id", "Down \\^id"),
        ("Down [changelog#2]", "Down [changelog\\#2]"),
    ] {
        for (change, expected, detail) in [
            (&plain as &dyn Fn(String) -> String, format!("Updated Pay status to {shown}"), ""),
            (&details, format!("Updated Pay status to {shown}"), "\n  - status: Up → SHOWN\n"),
            (&templated, format!("Pay is now {shown}"), ""),
        ] {
            let mut notes = notes(&[("Pay.md", &pay("Up")), ("B.md", &change(board(&["integrations"])))]);
            sync(&mut notes);
            edit(&mut notes, "Pay.md", &pay("Up"), &pay(status));
            assert!(sync(&mut notes));
            assert_eq!(logged(&notes, "B.md"), [expected]);
            let detail = detail.replace("SHOWN", if shown == "none" { "-" } else { shown });
            assert!(notes["B.md"].contains(&detail), "{}", notes["B.md"]);
            assert_eq!(findings(&notes, "link-unresolved"), Vec::<String>::new());
            assert!(!sync(&mut notes));
        }
    }
}

#[test]
fn what_was_never_rendered_is_no_status() {
    let pay = |status: &str| {
        format!(
            "```json\n{{ \"integration\": {{ \"name\": \"Pay\", \"type\": \"x\", \"endpoint\": \"y\", \"status\": \"{status}\" }} }}\n```\n"
        )
    };
    let start = board(&["integrations", "components"]).replace("- Start\n", "- Start\n  - why\n");
    let gauge = component("Gauge", "{{STATUS}}");
    let mut notes = notes(&[("Gauge.md", &gauge), ("Pay.md", &pay("{{STATUS}}")), ("B.md", &start)]);
    sync(&mut notes);
    edit(&mut notes, "Gauge.md", "Status: {{STATUS}}", "Status: Active");
    edit(&mut notes, "Pay.md", "{{STATUS}}", "Up");
    sync(&mut notes);
    assert_eq!(logged(&notes, "B.md"), ["Updated Pay status to Up"]);
    assert!(notes["B.md"].contains("  - status: - → Up\n"), "{}", notes["B.md"]);
    edit(&mut notes, "Gauge.md", "Status: Active", "Status: {{STATUS}}");
    edit(&mut notes, "Pay.md", "\"Up\"", "\"{{STATUS}}\"");
    assert!(sync(&mut notes));
    assert_eq!(logged(&notes, "B.md"), ["Updated Pay status to Up"]);
    assert!(!sync(&mut notes));
}

/// Where both have a word in one note, one of them has the last.
#[test]
fn record_and_sync_log_one_change_once() {
    let status = "\"status\": \"Up\"";
    let block = format!(
        "\n```json\n{{ \"integration\": {{ \"name\": \"Pay\", \"type\": \"x\", \"endpoint\": \"y\", {status} }} }}\n```\n"
    );
    let mut notes = notes(&[("B.md", &(board(&["integrations"]) + &block))]);
    sync(&mut notes);
    let before = notes.clone();
    edit(&mut notes, "B.md", status, "\"status\": \"Down %% [[Nowhere]] <b>\"");
    let (mut first, changed) = (notes.clone(), notes.clone());
    assert!(sync(&mut first));
    assert_eq!(logged(&first, "B.md").len(), 1);
    assert_eq!(recorded(&before, &first), Vec::<String>::new(), "{}", first["B.md"]);
    assert_eq!(recorded(&before, &changed), ["Updated integration Pay"]);
    let entry = "- 2026-01-02_03-04 - Updated integration Pay\n  - status: Up → Down % % Nowhere &lt;b>\n";
    edit(&mut notes, "B.md", "- Start\n", &format!("- Start\n{entry}"));
    assert!(sync(&mut notes));
    assert_eq!(logged(&notes, "B.md"), ["Updated integration Pay"]);
}

/// What is written is read first: an entry in a comment that is never closed is none.
#[test]
fn an_entry_that_would_not_be_read_is_not_written() {
    let boards = "\n<!-- portolan:board components -->\n<!-- portolan:end -->\n";
    let open = format!(
        "{}{boards}\n## Modification History\n\n<!-- never closed\n",
        component("Board", "🟢 Active")
    );
    let mut notes = notes(&[
        ("Gauge.md", &component("Gauge", "🟢 Active")),
        ("B.md", &open),
        ("C.md", &board(&["components"])),
        ("E.md", "<!-- portolan:board events -->\n<!-- portolan:end -->\n"),
    ]);
    assert!(sync(&mut notes));
    edit(&mut notes, "Gauge.md", "Status: 🟢 Active", "Status: 🔴 Down");
    let plan = plan_of(&notes);
    let refused: Vec<String> = plan.refused.iter().map(ToString::to_string).collect();
    assert_eq!(refused, ["B.md:1: with the new entry, its history would no longer be read as it is meant"]);
    let before = notes["B.md"].clone();
    assert!(sync(&mut notes));
    assert_eq!(notes["B.md"], before);
    // The others are written, and know nothing of it.
    assert_eq!(logged(&notes, "C.md").len(), 1);
    assert_eq!(notes["E.md"].matches("Updated Gauge").count(), 1, "{}", notes["E.md"]);
    assert!(!sync(&mut notes));
}

/// A history in another form is none that an entry goes into, and no reason for a board to stay as it was.
#[test]
fn a_board_is_written_where_its_note_has_a_history_that_takes_no_entry() {
    for (history, line, why) in [
        ("| Date | Change |\n|---|---|\n| 2025-01-01 | x |\n", 5, "its history is a table, "),
        ("> [!note] Log\n> - 2025-01-01 - x\n", 6, "its history has entries in another form "),
        (
            "### 2024 (current)\n\n- 2024-12-07_08-00 - x\n",
            5,
            "the heading `2024 (current)` is for another time ",
        ),
    ] {
        let board = format!(
            "# Board\n\n## Modification History\n\n{history}\n## Comp\n\n<!-- portolan:board components -->\n<!-- portolan:end -->\n"
        );
        let mut notes = notes(&[("A.md", &component("A", "Active")), ("Board.md", &board)]);
        assert!(sync(&mut notes));
        edit(&mut notes, "A.md", "Status: Active", "Status: Down");
        let plan = plan_of(&notes);
        assert!(plan.refused.is_empty() && plan.writes.len() == 1, "{plan:?}");
        let said = plan.writes[0].said.first().map(ToString::to_string).unwrap_or_default();
        assert!(said.starts_with(&format!("Board.md:{line}: {why}")), "{said}");
        assert!(said.ends_with("; not logged: Updated A status to Down"), "{said}");
        assert!(sync(&mut notes));
        assert!(notes["Board.md"].contains(history) && notes["Board.md"].contains("| Down |"));
        assert!(!notes["Board.md"].contains("Updated A"), "{}", notes["Board.md"]);
        assert!(!sync(&mut notes));
        assert_eq!(findings(&notes, "board-stale"), Vec::<String>::new());
    }
}

#[test]
fn a_note_that_is_refused_leaves_no_trace_in_others() {
    let refused = board(&["components", "components columns=colour"]);
    let start = [
        ("Gauge.md", component("Gauge", "🟢 Active")),
        ("B.md", board(&["components"])),
        ("E.md", "<!-- portolan:board events -->\n<!-- portolan:end -->\n".to_owned()),
    ];
    let start: Vec<(&str, &str)> = start.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let mut notes = notes(&start);
    sync(&mut notes);
    // From now on a board of B cannot be written, and a status changes that B would log.
    let second = refused.rsplit_once("\n<!-- portolan:board components columns").map_or("", |(_, rest)| rest);
    let text = notes["B.md"].clone() + "\n<!-- portolan:board components columns" + second;
    notes.insert("B.md".to_owned(), text.clone());
    edit(&mut notes, "Gauge.md", "Status: 🟢 Active", "Status: 🔴 Down");
    sync(&mut notes);
    assert_eq!(notes["B.md"], text, "not a byte of it");
    assert!(!notes["E.md"].contains("Updated Gauge"), "{}", notes["E.md"]);
}

#[test]
fn an_unknown_kind_refuses_the_whole_note() {
    let mut notes = notes(&[("B.md", &board(&["alerts", "alrts"]))]);
    assert!(!sync(&mut notes));
}

#[test]
fn a_note_that_is_refused_is_not_settled_in_the_boards_of_others() {
    let conflict = "<<<<<<< HEAD\n- Last Modified: 2025-01-01_08-00\n=======\n- Last Modified: 2025-02-01_08-00\n>>>>>>> x\n";
    let n = component("N", "🟢 Active").replace("- Last Modified: 2025-01-01_08-00\n", conflict);
    let unknown = "\n<!-- portolan:board nosuch -->\n<!-- portolan:end -->\n";
    let mut vault = notes(&[("b.md", &board(&["components"])), ("n.md", &format!("{n}{unknown}"))]);
    let plan = plan_of(&vault);
    let refused: Vec<String> = plan.refused.iter().map(ToString::to_string).collect();
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert!(refused[0].starts_with("n.md:13: "), "a line of the file as it is: {refused:?}");
    assert!(sync(&mut vault));
    assert!(!vault["b.md"].contains("2025-02-01"), "{}", vault["b.md"]);
    assert!(vault["n.md"].contains("<<<<<<< HEAD"));
    assert_eq!(findings(&vault, "board-stale"), Vec::<String>::new());
    assert!(!sync(&mut vault), "one sync reaches the fixpoint");
    // Without the board the note is settled, and others show what it says then.
    edit(&mut vault, "n.md", unknown, "");
    assert!(sync(&mut vault));
    assert!(vault["b.md"].contains("2025-02-01") && !vault["n.md"].contains("<<<<<<<"));
}

#[test]
fn a_conflict_that_stays_is_told_with_a_board_or_without() {
    let conflict = "Text.\n\n<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> x\n";
    let vault = notes(&[("n.md", &format!("# N\n\n{conflict}")), ("b.md", &board(&["components"]))]);
    let plan = plan_of(&vault);
    let refused: Vec<String> = plan.refused.iter().map(ToString::to_string).collect();
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert!(refused[0].starts_with("n.md:5: a merge conflict is not settled"), "{refused:?}");
    // It keeps no board of another note from being written.
    assert_eq!(plan.writes.len(), 1);
}

/// The board of a template is a pattern, whatever else a merge has left in its note.
#[test]
fn a_conflict_beside_the_empty_board_of_a_template_does_not_fill_it() {
    let empty = "<!-- portolan:board metrics -->\n<!-- portolan:end -->\n";
    let history = "## Modification History\n\n<<<<<<< HEAD\n- 2025-01-02_08-00 - Two\n=======\n- 2025-01-03_08-00 - Three\n>>>>>>> x\n";
    let mut vault = notes(&[("Templates/T.md", &format!("{empty}\n{history}"))]);
    assert!(sync(&mut vault));
    assert_eq!(
        vault["Templates/T.md"],
        format!("{empty}\n## Modification History\n\n- 2025-01-02_08-00 - Two\n- 2025-01-03_08-00 - Three\n")
    );
    // What a merge has left in it is made anew.
    let digests = ["<!-- portolan:end 5f1c0d2a9b3e4c77 -->", "<!-- portolan:end 64aab3cc69fb4cd7 -->"];
    let [ours, theirs] = digests.map(|end| format!("- Gone\n\n{end}\n"));
    let board =
        format!("<!-- portolan:board metrics -->\n\n<<<<<<< HEAD\n{ours}=======\n{theirs}>>>>>>> x\n");
    let mut vault = notes(&[("Templates/T.md", &format!("{empty}\n{board}"))]);
    assert_eq!(findings(&vault, "board-stale"), ["the board `metrics` holds a merge conflict"]);
    assert!(sync_with(&mut vault, true));
    let text = &vault["Templates/T.md"];
    assert!(text.starts_with(empty) && text.contains("- No metrics") && !text.contains("Gone"), "{text}");
}

#[test]
fn an_example_of_a_conflict_is_no_reason_to_leave_a_note_alone() {
    let example = "```text\n<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> x\n```\n";
    let mut vault = notes(&[("b.md", &format!("{}\n{example}", board(&["components"])))]);
    assert!(plan_of(&vault).refused.is_empty());
    assert!(sync(&mut vault));
    assert!(vault["b.md"].contains(example) && vault["b.md"].contains("| Component |"), "{}", vault["b.md"]);
    assert_eq!(findings(&vault, "board-stale"), Vec::<String>::new());
    assert!(!sync(&mut vault));
    // A conflict beside it is settled, and the example stays.
    edit(
        &mut vault,
        "b.md",
        "- 2025-01-01_08-00 - Start\n",
        "- 2025-01-01_08-00 - Start\n<<<<<<< HEAD\n- 2025-01-02_08-00 - Two\n=======\n- 2025-01-03_08-00 - Three\n>>>>>>> x\n",
    );
    assert!(sync(&mut vault));
    let text = &vault["b.md"];
    assert!(text.contains(" - Start\n- 2025-01-02_08-00 - Two\n- 2025-01-03_08-00 - Three\n\n"), "{text}");
    assert!(text.contains(example), "{text}");
}

/// Nobody has decided what a note in conflict says, and what cannot be read of a note has not gone from it. The rows of
/// boards remember what was there before, until somebody has.
#[test]
fn a_row_stays_while_its_note_is_not_whole() {
    let pay = |status: &str, comma: &str| {
        format!(
            "\n```json\n{{ \"integration\": {{ \"name\": \"Pay\", \"type\": \"x\"{comma} \"endpoint\": \"y\", \
             \"status\": {status} }} }}\n```\n"
        )
    };
    let integrated = |status: &str| component("Alpha", "🟢 Active") + &pay(status, ",");
    let half = |ours: &str, theirs: &str| format!("<<<<<<< HEAD\n{ours}=======\n{theirs}>>>>>>> z\n");
    let line = |status: &str| format!("- Status: {status}\n");
    let whole = integrated("\"Up\"");
    let header = whole.replace(&line("🟢 Active"), &half(&line("🟡 Busy"), &line("🔴 Down")));
    let block = whole.replace(
        &pay("\"Up\"", ","),
        &half(&pay("\"Busy\"", ","), &pay("\"Down\"", ",")).replace("HEAD\n\n", "HEAD\n"),
    );
    let within = integrated("\n<<<<<<< HEAD\n\"Busy\"\n=======\n\"Down\"\n>>>>>>> z\n");
    let comma = component("Alpha", "🟢 Active") + &pay("\"Up\"", "");
    let beside = whole.replace(&line("🟢 Active"), &line("🟡 Busy | **Owner:** M"));
    for (broken, left, why) in [
        (header.as_str(), &["components"][..], "since `a.md` has a merge conflict: settle it"),
        (&block, &["integrations"], "since `a.md` has a merge conflict: settle it"),
        (&within, &["integrations"], "since `a.md` has a merge conflict: settle it"),
        (
            &comma,
            &["integrations"],
            "since an integration in `a.md` cannot be read, and `portolan check a.md` says why; \
             `portolan sync --force board.md` writes it all the same",
        ),
        (&beside, &["components"], "since the status of `a.md` is not read beside other fields"),
    ] {
        let boards = board(&["components", "integrations", "components where=\"component = board\""]);
        let mut vault =
            notes(&[("a.md", &whole), ("board.md", &boards), ("c.md", &component("C", "Active"))]);
        assert!(sync(&mut vault));
        let before = vault["board.md"].clone();
        vault.insert("a.md".to_owned(), broken.to_owned());
        let plan = plan_of(&vault);
        let refused: Vec<String> =
            plan.refused.iter().filter(|spot| spot.note == "board.md").map(ToString::to_string).collect();
        assert_eq!(refused.len(), left.len(), "{refused:?} {broken}");
        for (said, kind) in refused.iter().zip(left) {
            assert!(said.contains(&format!("the board `{kind}` is left as it is, {why}")), "{said}");
        }
        sync(&mut vault);
        assert_eq!(vault["board.md"], before, "{broken}");
        assert_eq!(findings(&vault, "board-stale"), Vec::<String>::new());
        // What cannot be read may be an example, and what is half a merge is not.
        assert_eq!(sync_with(&mut vault.clone(), true), !why.contains("merge conflict"), "{broken}");
        // Once the note is whole, what has changed is logged.
        vault.insert("a.md".to_owned(), integrated("\"Down\"").replace("🟢 Active", "🔴 Down"));
        assert!(sync(&mut vault));
        let told = ["Updated Alpha status to 🔴 Down", "Updated Pay status to Down"];
        assert_eq!(logged(&vault, "board.md"), told);
        assert!(!sync(&mut vault));
    }
}

/// An integration without a status of its own has that of its note.
#[test]
fn a_row_stays_while_the_status_that_it_has_from_its_note_is_not_read() {
    let pay = |status: &str| {
        let block = "\n```json\n{ \"integration\": { \"name\": \"Pay\", \"type\": \"x\", \"endpoint\": \"y\" } }\n```\n";
        component("Pay", status) + block
    };
    let boards = board(&["integrations"]);
    let mut vault = notes(&[("a.md", &pay("🟢 Active")), ("board.md", &boards)]);
    assert!(sync(&mut vault));
    let before = vault["board.md"].clone();
    vault.insert("a.md".to_owned(), pay("🔴 Down; Version: 1.0.0"));
    sync(&mut vault);
    assert_eq!(vault["board.md"], before);
    // A remark is no other field.
    vault.insert("a.md".to_owned(), pay("🔴 Down · since 10:30"));
    assert!(sync(&mut vault));
    assert_eq!(logged(&vault, "board.md"), ["Updated Pay status to 🔴 Down · since 10:30"]);
}

/// A board that is in conflict itself stays so while what it is to show is in doubt.
#[test]
fn a_board_in_conflict_is_not_settled_while_its_rows_are_in_doubt() {
    let mut vault =
        notes(&[("a.md", &component("Alpha", "🟢 Active")), ("board.md", &board(&["components"]))]);
    assert!(sync(&mut vault));
    let text = vault["board.md"].clone();
    let end = text.lines().find(|line| line.starts_with("<!-- portolan:end")).expect("an end");
    let other = "<!-- portolan:end 0123456789abcdef -->";
    edit(&mut vault, "board.md", end, &format!("<<<<<<< HEAD\n{end}\n=======\n{other}\n>>>>>>> z"));
    let status = "<<<<<<< HEAD\n- Status: 🟡 Busy\n=======\n- Status: 🔴 Down\n>>>>>>> z";
    edit(&mut vault, "a.md", "- Status: 🟢 Active", status);
    assert!(!sync_with(&mut vault, true), "{}", vault["board.md"]);
    edit(&mut vault, "a.md", status, "- Status: 🔴 Down");
    let vaults = vault_of(&vault);
    assert!(plan_with(&vaults, true).refused.is_empty(), "{:?}", plan_with(&vaults, true));
    assert!(sync_with(&mut vault, true));
    assert_eq!(logged(&vault, "board.md"), ["Updated Alpha status to 🔴 Down"]);
}

/// Two changes that would be told in the same words are one entry, or are told apart.
#[test]
fn no_entry_is_logged_twice() {
    let block = |status: &str| {
        format!(
            "\n```json\n{{ \"integration\": {{ \"name\": \"Pay\", \"type\": \"x\", \"endpoint\": \"y\", \"status\": \"{status}\" }} }}\n```\n"
        )
    };
    let pay = |status: &str| component("Pay", status) + &block(status);
    let both = board(&["components", "integrations"]);
    let mut one = notes(&[("Pay.md", &pay("Active")), ("B.md", &both)]);
    assert!(sync(&mut one));
    let mut told = Vec::new();
    // It may go back and forth within a minute, and then the history says how it ended.
    for status in ["Offline", "Active", "Offline"] {
        one.insert("Pay.md".to_owned(), pay(status));
        assert!(sync(&mut one), "the boards are written");
        assert!(!sync(&mut one));
        told.push(format!("Updated Pay status to {status}"));
        assert_eq!(logged(&one, "B.md"), told);
    }
    // What has the same name in another note may be something else, and loses nothing.
    let named = |status: &str| component("Overview", status);
    let paths = ["Overview.md", "pay/Overview.md", "mail/pay/Overview.md", "x.md"];
    let mut apart = notes(&[("B.md", &both), ("Pay.md", &component("Pay", "Active"))]);
    apart.extend(paths.map(|path| (path.to_owned(), named("Active"))));
    assert!(sync(&mut apart));
    let told = ["Overview", "mail/pay/Overview", "pay/Overview", "x"];
    let told = told.map(|name| format!("Updated {name} status to Offline"));
    let mut alone = apart.clone();
    apart.extend(paths.map(|path| (path.to_owned(), named("Offline"))));
    assert!(sync(&mut apart));
    assert_eq!(logged(&apart, "B.md"), told);
    // Nor does it where they change one after the other.
    for path in ["x.md", "mail/pay/Overview.md", "pay/Overview.md", "Overview.md"] {
        alone.insert(path.to_owned(), named("Offline"));
        assert!(sync(&mut alone));
    }
    let mut said = logged(&alone, "B.md");
    said.sort();
    assert_eq!(said, told);
}

/// Both stay, and whether they are one release is for people to say.
#[test]
fn a_version_that_both_sides_have_released_is_told() {
    let entry = |version: &str, minute: u32, title: &str| {
        format!("- {version} (2025-02-01_08-{minute:02}) - {title}\n")
    };
    for (ours, theirs, twice) in [
        (entry("v1.3.1", 1, "Fixed a"), entry("v1.3.1", 2, "Fixed b"), true),
        (entry("v1.3.1", 1, "Fixed a"), entry("1.3.1", 2, "Fixed b"), true),
        (entry("v1.3.1", 1, "Fixed a"), entry("v1.4.0", 2, "Added b"), false),
        (
            entry("v1.3.1", 1, "Fixed a"),
            entry("v1.3.1", 1, "Fixed a") + &entry("v1.3.2", 2, "Fixed b"),
            false,
        ),
    ] {
        let history = format!("## Version History\n\n{}", entry("v1.3.0", 0, "Start"));
        let text = format!("# N\n\n{history}<<<<<<< HEAD\n{ours}=======\n{theirs}>>>>>>> x\n");
        let mut vault = notes(&[("n.md", &text)]);
        let plan = plan_of(&vault);
        let said: Vec<String> =
            plan.writes.iter().flat_map(|write| &write.said).map(ToString::to_string).collect();
        assert_eq!(said.len(), usize::from(twice), "{said:?} {:?}", plan.refused);
        let start = "n.md:3: both sides of the merge have an entry of version 1.3.1, and both stay";
        assert!(said.iter().all(|said| said.starts_with(start)), "{said:?}");
        assert!(sync(&mut vault));
        assert!(vault["n.md"].contains("Fixed a") && vault["n.md"].contains(" b\n"), "{}", vault["n.md"]);
    }
}
