//! Tests of boards on generated vaults: no text of a note breaks a board, and boards show what the vault says.

use chrono::NaiveDate;
use portolan::config::Config;
use portolan::plan::board::Kind;
use portolan::plan::conflict::Versions;
use portolan::plan::sync::{SyncOptions, plan};
use portolan::rules;
use portolan::syntax::facts;
use portolan::syntax::reading::Reading;
use portolan::text::stamp::{Precision, Stamp};
use portolan::vault::{NoteId, Vault};
use proptest::prelude::*;

fn now() -> Stamp {
    let time = NaiveDate::from_ymd_opt(2026, 1, 2).and_then(|d| d.and_hms_opt(3, 4, 0)).expect("a time");
    Stamp::new(time, Precision::Minute)
}

fn vault(notes: &[(&str, &str)]) -> Vault {
    Vault::of_texts(Config::default(), notes)
}

/// The texts of a vault after a sync, or what was refused.
fn sync(vault: &Vault) -> Result<Vec<(NoteId, String)>, String> {
    // What the other notes hold may look like a marker: only what is written into boards counts.
    let options = SyncOptions {
        now: now(),
        force: false,
        wanted: &|note: &str| matches!(note, "B.md" | "Z.md"),
        versions: &|_| Versions::default(),
    };
    let plan = plan(vault, options, rules::feed);
    if !(plan.refused.is_empty() && plan.kept.is_empty()) {
        return Err(format!("{plan:?}"));
    }
    let texts = plan.writes.iter().map(|write| {
        let new = write.edits.apply(&vault.text(write.note).expect("a text")).expect("the edits fit");
        (write.note, new)
    });
    Ok(texts.collect())
}

/// A board of one kind, filled from a vault.
fn board(marker: &str, notes: &[(&str, &str)]) -> String {
    let note = format!("<!-- portolan:board {marker} -->\n<!-- portolan:end -->\n");
    let all: Vec<(&str, &str)> = notes.iter().copied().chain([("Z.md", note.as_str())]).collect();
    let written = sync(&vault(&all)).expect("nothing is in the way").remove(0).1;
    let body = written.split_once("-->\n\n").map_or("", |(_, rest)| rest);
    body.split_once("\n<!-- portolan:end").map_or("", |(body, _)| body).to_owned()
}

/// Pieces of text that mean something to somebody.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("<!-- portolan:end -->"),
        Just("<!-- portolan:board alerts -->"),
        Just("<!--"),
        Just("-->"),
        Just("|"),
        Just("\\"),
        Just("`"),
        Just("```"),
        Just("~~~"),
        Just("[["),
        Just("]]"),
        Just("[x](y.md)"),
        Just("![[z]]"),
        Just("<<<<<<< HEAD"),
        Just(">>>>>>> x"),
        Just("======="),
        Just("%%"),
        Just("<script>"),
        Just("</table>"),
        Just("$$"),
        Just("\""),
        Just("#"),
        Just("^id"),
        Just("end"),
        Just("{{ x }}"),
        Just("é漢"),
        Just("word"),
        Just(" "),
        Just("-"),
        Just(":::ok"),
    ];
    proptest::collection::vec(piece, 1..6).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_text_of_a_note_breaks_a_board(
        title in hostile(),
        status in hostile(),
        event in hostile(),
        metric in hostile(),
        name in hostile(),
        endpoint in hostile(),
        key in hostile(),
    ) {
        let json = |text: &str| serde_json::to_string(text).expect("text");
        let component = format!(
            "# {title}\n\n## System Initialization\n\n- Status: {status}\n- {key}: {status}\n- Created: 2025-01-01_08-00\n\
             - Last Modified: 2025-01-01_08-00\n\n## Metrics\n\n| Metric | Target | Current | Status |\n| --- | --- | --- | --- |\n\
             | {metric} | < 5ms | 3ms | {status} |\n\n\
             ```json\n{{ \"integration\": {{ \"name\": {}, \"type\": {}, \"endpoint\": {}, \"status\": {} }} }}\n```\n\n\
             ## Modification History\n\n- 2025-01-01_08-00 - {event}\n",
            json(&name), json(&title), json(&endpoint), json(&status),
        );
        let boards = Kind::ALL
            .iter()
            .map(|(kind, _)| format!("<!-- portolan:board {kind} -->\n<!-- portolan:end -->\n\n## After {kind}\n\n"))
            .collect::<Vec<_>>()
            .concat();
        let board = format!("# B\n\n{boards}");
        let first = vault(&[("B.md", &board), ("C.md", &component)]);
        let written = sync(&first);
        prop_assert!(written.is_ok(), "{:?}", written);
        let written = written.expect("checked").remove(0).1;
        let read = facts::read(written.as_bytes(), &Reading::default());
        let system = read.system();
        prop_assert_eq!(&system.marker_problems, &Vec::new(), "{}", written);
        prop_assert_eq!(system.conflict, None, "{}", written);
        prop_assert_eq!(system.boards.len(), Kind::ALL.len(), "{}", written);
        prop_assert!(system.boards.iter().all(|board| !board.edited), "{}", written);
        let headings = read.headings.iter().filter(|h| read.text(h.text).starts_with("After ")).count();
        prop_assert_eq!(headings, Kind::ALL.len(), "{}", written);
        for table in system.boards.iter().flat_map(|board| &board.tables) {
            prop_assert!(table.rows.iter().all(|row| row.len() == table.header.len() && !row.iter().any(String::is_empty)), "{}", written);
        }
        // The only links of a board are portolan's own.
        prop_assert!(read.links.iter().filter(|link| link.generated).all(|link| read.text(link.path) == "C"), "{}", written);
        let second = vault(&[("B.md", &written), ("C.md", &component)]);
        prop_assert_eq!(sync(&second), Ok(Vec::new()), "one sync reaches the fixpoint: {}", written);
    }
}

const COMPONENT: &str = "# Gauge\n\n## System Initialization\n\n- Status: 🟢 Active\n- Version: 1.2.0\n- Owner: Ada\n- Created: 2025-01-01_08-00\n\
    - Last Modified: 2025-01-03_08-00\n\n| Metric | Target | Current | Status |\n| --- | --- | --- | --- |\n\
    | Delay | < 5ms | 8 ms | 🟡 Slow |\n| Rate | - | 3/s | 🟢 |\n\n### Modification History\n\n- 2025-01-01_08-00 - Set up\n\
    - 2025-01-03_08-00 - See [[Other|the other]]\n";

const OTHER: &str = "# Other\n\n## System Initialization\n\n- Status: 🔴 Down\n- Created: 2025-01-02_08-00\n- Last Modified: 2025-01-02_08-00\n\n\
    ### Modification History\n\n- 2025-01-02_08-00 - Broke\n";

const NOTES: [(&str, &str); 2] = [("Gauge.md", COMPONENT), ("Other.md", OTHER)];

#[test]
fn attributes_say_what_a_board_shows() {
    for (marker, expected) in [
        (
            "components columns=component,owner,health sort=-health",
            "| Component | Owner | Health |\n| --- | --- | --- |\n| [[Other]] | - | critical |\n| [[Gauge]] | Ada | ok |\n",
        ),
        (
            "components where=\"status != Active\" columns=component",
            "| Component |\n| --- |\n| [[Other]] |\n",
        ),
        ("components where=\"version > 2\"", "- No components\n"),
        (
            "components group-by=health columns=component",
            "**ok**\n\n| Component |\n| --- |\n| [[Gauge]] |\n\n**critical**\n\n| Component |\n| --- |\n| [[Other]] |\n",
        ),
        // The newest of those that fit, not those that fit among the newest.
        (
            "events where=\"component = Gauge\" limit=1",
            "| Timestamp | Component | Event |\n| --- | --- | --- |\n| 2025-01-03_08-00 | [[Gauge]] | See the other |\n",
        ),
        (
            "metrics",
            "| Metric | Target | Current | Within | Status | Component |\n| --- | --- | --- | --- | --- | --- |\n\
             | Delay | < 5ms | 8 ms | no | 🟡 Slow | [[Gauge]] |\n| Rate | - | 3/s | - | 🟢 | [[Gauge]] |\n",
        ),
        (
            "health where=\"health = critical\"",
            "```mermaid\nflowchart LR\n  classDef critical fill:#f8d7da,stroke:#b00020\n  \
            subgraph level_critical[\"critical\"]\n    other[\"Other\"]:::critical\n  end\n```\n",
        ),
        ("alerts", "- No current alerts\n"),
    ] {
        assert_eq!(board(marker, &NOTES), expected, "{marker}");
    }
}

/// Levels compare from unknown over ok and warning to critical, and not by their names.
#[test]
fn levels_compare_by_how_bad_they_are() {
    let notes = ["🔴 Down", "🟢 Active", "🟡 Slow", "🔵 Odd"].map(|status| {
        let name = status.split_once(' ').map_or("", |(_, name)| name);
        (format!("{name}.md"), format!("## System Initialization\n\n- Status: {status}\n"))
    });
    let notes: Vec<(&str, &str)> = notes.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    for (attributes, expected) in [
        ("where=\"health >= warning\"", &["Down", "Slow"][..]),
        ("where=\"health < warning\"", &["Active", "Odd"]),
        ("where=\"health > unknown\"", &["Active", "Down", "Slow"]),
        ("where=\"health = WARNING\"", &["Slow"]),
        ("where=\"health != critical\"", &["Active", "Odd", "Slow"]),
        ("where=\"health ~ crit\"", &["Down"]),
        ("where=\"health != -\"", &["Active", "Down", "Odd", "Slow"]),
        ("sort=health", &["Odd", "Active", "Slow", "Down"]),
        ("sort=-health", &["Down", "Slow", "Active", "Odd"]),
    ] {
        let shown = board(&format!("components columns=component {attributes}"), &notes);
        let rows: Vec<&str> =
            shown.lines().skip(2).map(|row| row.trim_matches(['|', ' ', '[', ']'])).collect();
        assert_eq!(rows, expected, "{attributes}");
    }
}

/// The latest event comes first, also among events with the same time.
#[test]
fn events_of_one_time_stand_as_their_history_has_them() {
    let note = |entries: &[&str]| format!("## Modification History\n\n- {}\n", entries.join("\n- "));
    let up = ["2026-11-29: Set up", "2026-11-30: Offline since nine", "2026-11-30: Up again"];
    let down: Vec<&str> = up.iter().rev().copied().collect();
    let unsaid = &up[1..];
    for (entries, beside, expected) in [
        (&up[..], None, ["Up again", "Offline since nine"]),
        (&down, None, ["Up again", "Offline since nine"]),
        // The order of this list is unknown, so that of the other lists counts.
        (unsaid, None, ["Up again", "Offline since nine"]),
        (unsaid, Some(&down), ["Offline since nine", "Up again"]),
    ] {
        let other = beside.map_or_else(String::new, |entries| note(entries).replace("2026", "2025"));
        let text = note(entries);
        let shown = board("events limit=2 columns=event", &[("a.md", &text), ("b.md", &other)]);
        let rows: Vec<&str> = shown.lines().skip(2).map(|row| row.trim_matches(['|', ' '])).collect();
        assert_eq!(rows, expected, "{text}");
    }
    let minute = "- 2026-11-30_10-00 - Zeta first\n- 2026-11-30_10-00 - Alpha then\n";
    let text = format!("## Modification History\n\n- 2026-11-29_10-00 - Set up\n{minute}");
    let shown = board("events limit=1 columns=event", &[("a.md", &text)]);
    assert_eq!(shown, "| Event |\n| --- |\n| Alpha then |\n");
}

#[test]
fn metrics_have_the_names_and_marks_of_their_tables() {
    let note = "# Gauge\n\n## Figures\n\n| Metric | Status | Target | Current | Health |\n| - | - | - | - | - |\n\
        | **Open Errors** (10) | Normal | < 2s | 2.5s | 🔴 |\n\n\
        | # | Condition | Target | Current | Status |\n| - | - | - | - | - |\n| 2 | Error Rate | < 5% | 7% | 🟢 OK |\n\n\
        ## Alerts\n\n| Metric | Threshold | Current | Status |\n| - | - | - | - |\n| CPU | > 80% | 32% | ✅ Normal |\n";
    assert_eq!(
        board("metrics columns=metric,target,current,within,status", &[("Gauge.md", note)]),
        "| Metric | Target | Current | Within | Status |\n| --- | --- | --- | --- | --- |\n\
         | Open Errors (10) | < 2s | 2.5s | no | 🔴 |\n| Error Rate | < 5% | 7% | no | 🟢 OK |\n"
    );
}

#[test]
fn a_summary_counts_and_draws() {
    let shown = board("summary", &NOTES);
    assert!(
        shown.contains(
            "| Components | 1 | 0 | 1 | 0 |\n| Integrations | 0 | 0 | 0 | 0 |\n| Metrics | 1 | 1 | 0 | 0 |\n"
        ),
        "{shown}"
    );
    assert!(
        shown.contains("```mermaid\npie title Components\n  \"ok\" : 1\n  \"critical\" : 1\n```\n"),
        "{shown}"
    );
    assert_eq!(shown.matches("pie title").count(), 2, "no chart is drawn without data");
    assert!(shown.ends_with("- Errors: 0\n- Warnings: 1\n- Infos: 0\n"), "{shown}");
}

/// As the column `health` of the board of metrics has it; without a mark the figures tell.
#[test]
fn a_summary_counts_metrics_by_their_marks() {
    let note = "# Gauge\n\n## Figures\n\n| Metric | Target | Current | Status |\n| - | - | - | - |\n\
        | Disk | < 80 % | 93 % | 🔴 |\n| Budget | TBD | 12 % | 🔴 |\n| Lag | < 5 s | 1 s | 🟡 |\n\
        | Load | < 5 % | 7 % | |\n| Heat | < 5 % | 3 % | |\n| Noise | - | 3 % | |\n| Drift | < 5 % | 3 % | see below |\n";
    let shown = board("summary", &[("Gauge.md", note)]);
    assert!(shown.contains("| Metrics | 1 | 2 | 2 | 2 |\n"), "{shown}");
}

#[test]
fn alerts_can_be_chosen_and_cut() {
    let broken = "[[x]] [[y]]\n\n[[Gauge#Nowhere]]\n";
    let notes = [NOTES[0], ("Broken.md", broken)];
    // A link of the gauge leads nowhere here, too.
    assert_eq!(board("alerts", &notes).lines().count(), 4);
    let one = board("alerts where=\"rule = link-heading-missing\"", &notes);
    assert_eq!(one, "- 🔴 [[Broken]]: `Gauge` has no heading `Nowhere` (`link-heading-missing`)\n");
    let cut = board("alerts limit=1", &notes);
    assert!(cut.lines().count() == 2 && cut.ends_with("- And more, which `limit` leaves out\n"), "{cut}");
}

#[test]
fn alerts_that_say_the_same_are_one_line() {
    let notes =
        [("Bay.md", "[[x]] [[y]] [[x]]\n\n[[x]]\n"), ("Cove.md", "[[x]]\n"), ("Dune.md", "[[y]] [[y]]")];
    let line = |note: &str, missing: &str, times: &str| {
        format!("- 🔴 [[{note}]]: no note or file `{missing}` in the vault (`link-unresolved`){times}\n")
    };
    let (x, y) = (line("Bay", "x", " (3×)"), line("Bay", "y", ""));
    let (cove, dune) = (line("Cove", "x", ""), line("Dune", "y", " (2×)"));
    for (marker, expected) in [
        ("alerts", format!("{x}{y}{cove}{dune}")),
        ("alerts sort=-component", format!("{dune}{cove}{x}{y}")),
        ("alerts where=\"message ~ `y`\"", format!("{y}{dune}")),
        ("alerts limit=2", format!("{x}{y}- And more, which `limit` leaves out\n")),
        ("alerts limit=1", format!("{x}- And more, which `limit` leaves out\n")),
    ] {
        assert_eq!(board(marker, &notes), expected, "{marker}");
    }
    let all = [("Bay.md", "[[x]] [[x]]\n")];
    assert_eq!(board("alerts limit=1", &all), line("Bay", "x", " (2×)"), "nothing is left out");
}

#[test]
fn a_graph_stays_below_what_mermaid_draws() {
    let label = "n".repeat(80);
    let lines =
        (0..900).map(|i| format!("  Gauge --> {label}{i}[\"{label} {i}\"]\n")).collect::<Vec<_>>().concat();
    let note = format!("{COMPONENT}\n```mermaid\nflowchart LR\n{lines}```\n");
    let shown = board("architecture", &[("Gauge.md", &note)]);
    let text = shown.split("```").nth(1).expect("a diagram").trim_start_matches("mermaid\n");
    let (diagram, errors) = portolan::syntax::mermaid::parse(text);
    assert_eq!(errors, [], "the diagram has errors");
    assert_eq!(diagram.kind.as_deref(), Some("flowchart-v2"));
    assert!(text.len() < 50_000 && text.len() > 40_000, "{}", text.len());
    let words = shown.lines().last().expect("a line");
    assert!(
        words.contains(" nodes and ") && words.ends_with(" links left out: more than mermaid draws"),
        "{words}"
    );
}

#[test]
fn what_a_board_does_not_know_is_named() {
    for (marker, message) in [
        ("metrics columns=colour", "this board has no column `colour`; it has metric, target"),
        ("alerts columns=rule", "the board `alerts` has no attribute `columns`; it has where, sort, limit"),
        ("summary limit=3", "the board `summary` has no attribute `limit`; it has none"),
        ("healt", "`healt` is not a kind of board"),
        (
            "components where=\"health = red\"",
            "`health` is ok, warning, critical or unknown, and never `red`",
        ),
        ("metrics where=\"health > Active\"", "`health` is ok, warning, critical or unknown"),
        ("integrations where=\"health < \"", "`health` is ok, warning, critical or unknown"),
        ("health where=\"health != red\"", "`health` is ok, warning, critical or unknown"),
        ("health where=\"colour = red\"", "no column `colour`; it has name, kind, health, category, note"),
    ] {
        let note = format!("<!-- portolan:board {marker} -->\n<!-- portolan:end -->\n");
        let error = sync(&vault(&[("Z.md", &note)])).expect_err("it is refused");
        assert!(error.contains(message), "{marker}: {error}");
    }
}
