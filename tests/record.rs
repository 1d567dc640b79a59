//! Tests which changes get which entries, and that nothing is recorded twice.

use portolan::config::Config;
use portolan::plan::record::{RecordOptions, RecordPlan, plan};
use portolan::rules;
use portolan::text::stamp::{Precision, Stamp};
use portolan::vault::Vault;
use proptest::collection::vec as many;
use proptest::prelude::*;

type Files<'f> = &'f [(&'f str, &'f str)];

fn vault(files: Files<'_>) -> Vault {
    Vault::of_texts(Config::default(), files)
}

fn now() -> Stamp {
    let time = chrono::NaiveDate::from_ymd_opt(2026, 3, 1).and_then(|day| day.and_hms_opt(10, 0, 0));
    Stamp::new(time.expect("a time"), Precision::Minute)
}

fn planned(old: &Vault, new: &Vault) -> RecordPlan {
    plan(old, new, RecordOptions { now: now(), wanted: &|_| true })
}

/// The vault as a record leaves it, which a second record must leave alone.
fn recorded(old: &Vault, new: &Vault) -> (RecordPlan, Vault) {
    let plan = planned(old, new);
    let texts: Vec<_> = plan
        .writes
        .iter()
        .map(|write| {
            let text = new.text(write.note).expect("a text");
            (write.note, write.edits.apply(&text).expect("edits that fit"))
        })
        .collect();
    let then = new.with_texts(&texts);
    let again = planned(old, &then);
    assert!(again.writes.is_empty() && again.refused.is_empty(), "recorded twice: {again:#?}");
    (plan, then)
}

/// The entries of a note, `v1.2.0 title: detail; detail`.
fn entries(vault: &Vault, path: &str) -> Vec<String> {
    let note = vault.find(path).and_then(|id| vault.note(id)).expect("the note");
    let all = note.facts.system().history.iter().flat_map(|section| &section.lists).flatten();
    all.map(|entry| {
        let version = entry.version().map_or_else(String::new, |version| format!("v{version} "));
        let told: Vec<&str> = entry.details().collect();
        let details = if told.is_empty() { "" } else { ": " };
        format!("{version}{}{details}{}", entry.title(), told.join("; "))
    })
    .collect()
}

/// Checks which entries the note `n.md` gets.
fn check(old: &str, new: &str, expected: &[&str]) -> Vault {
    let (old, new) = (vault(&[("n.md", old)]), vault(&[("n.md", new)]));
    let (_, then) = recorded(&old, &new);
    let before = entries(&new, "n.md");
    let added: Vec<String> =
        entries(&then, "n.md").into_iter().filter(|entry| !before.contains(entry)).collect();
    assert_eq!(added, expected);
    then
}

/// A note with log templates, a body, and a history.
fn note(templates: &[&str], body: &str, history: &str) -> String {
    let templates: Vec<String> = templates
        .iter()
        .enumerate()
        .map(|(i, form)| format!("- T{i}: 'YYYY-MM-DD_HH-mm - {form}'\n"))
        .collect();
    format!(
        "# Shop\n\n## Change Log Templates\n\n{}\n## Body\n\n{body}\n## Modification History\n\n\
         - 2026-01-01_10-00 - Start\n{history}",
        templates.concat()
    )
}

fn block(name: &str, rest: &str) -> String {
    format!("```json\n{{ \"integration\": {{ \"name\": \"{name}\", \"type\": \"REST\"{rest} }} }}\n```\n")
}

fn config(timeout: &str, limit: &str) -> String {
    format!(r#", "config": {{ "timeout": "{timeout}", "rateLimit": "{limit}" }}"#)
}

#[test]
fn integrations_take_the_template_that_fits() {
    let forms = [
        "Updated [integration] for [purpose]",
        "Connected/Disconnected [system] with [integration]",
        "Changed limits of [integration] to [value]",
        "Rotated credential of [integration]",
        "Modified [connection] to enhance [capability]",
    ];
    let pay = |timeout, limit| block("Payments", &config(timeout, limit));
    check(
        &note(&forms, &pay("30s", "600/min"), ""),
        &note(&forms, &pay("15s", "600/min"), ""),
        &["Updated Payments for new timeout: config.timeout: 30s → 15s"],
    );
    check(
        &note(&forms, &pay("30s", "600/min"), ""),
        &note(&forms, &pay("30s", "900/min"), ""),
        &["Changed limits of Payments to 900/min: config.rateLimit: 600/min → 900/min"],
    );
    check(
        &note(&forms, &pay("30s", "600/min"), ""),
        &note(&forms, &pay("15s", "900/min"), ""),
        &["Updated Payments for new timeout and rate limit: config.timeout: 30s → 15s; \
           config.rateLimit: 600/min → 900/min"],
    );
    check(
        &note(&forms, &pay("30s", "600/min"), ""),
        &note(&forms, &(pay("30s", "600/min") + &block("Ledger", "")), ""),
        &["Added integration Ledger"],
    );
    check(&note(&forms, &pay("1s", "9/s"), ""), &note(&forms, "", ""), &["Removed integration Payments"]);
    check(
        &note(&["Added/Removed [integration]"], &pay("1s", "9/s"), ""),
        &note(&["Added/Removed [integration]"], "", ""),
        &["Removed Payments"],
    );
    check(
        &note(&[], &pay("1s", "9/s"), ""),
        &note(&[], &block("Payments", ""), ""),
        &["Updated integration Payments: config.timeout: 1s → -; config.rateLimit: 9/s → -"],
    );
}

/// `record` uses the same template for a change of state as `sync`, whatever its words are.
#[test]
fn a_status_takes_the_template_that_asks_for_a_component_and_a_state() {
    let shop = |form: &str, status: &str| {
        note(&[form], "", "")
            .replace("# Shop\n", &format!("# Shop\n\n## System Initialization\n\n- Status: {status}\n"))
    };
    for (form, expected) in [
        ("Put [component] to [state]", "Put Shop to Offline: status: Active → Offline"),
        ("[Component] ist jetzt [State]", "Shop ist jetzt Offline: status: Active → Offline"),
        ("**Set** [component] to [state]", "**Set** Shop to Offline: status: Active → Offline"),
        // This template has a further placeholder.
        (
            "Put [component] to [state] for [cause]",
            "Updated Shop status to Offline: status: Active → Offline",
        ),
        ("Put [system] to [state]", "Updated Shop status to Offline: status: Active → Offline"),
    ] {
        check(&shop(form, "Active"), &shop(form, "Offline"), &[expected]);
    }
}

/// The choice of an alternative is no value of a placeholder, and a placeholder may stand in several places.
#[test]
fn alternatives_and_placeholders_are_told_apart() {
    let pay = |form: &str| block("Payments", &format!(r#", "config": {{ "form": "{form}" }}"#));
    let form = "Changed/Updated form of [integration] to [form]";
    check(
        &note(&[form], &pay("XML"), ""),
        &note(&[form], &pay("JSON"), ""),
        &["Changed form of Payments to JSON: config.form: XML → JSON"],
    );
    let form = "Added [integration]: [integration]";
    check(&note(&[form], "", ""), &note(&[form], &block("Payments", ""), ""), &["Added Payments: Payments"]);
}

/// A title stands behind its time, where the marks of its template open no block.
#[test]
fn the_marks_of_a_template_are_its_own() {
    for (form, expected) in [
        ("**Added/Removed** [integration]", "**Added** Payments"),
        ("**Added** [integration]", "**Added** Payments"),
        ("`Added` [integration]", "`Added` Payments"),
        ("==Added== [integration]", "==Added== Payments"),
        ("+ Added [integration]", "+ Added Payments"),
    ] {
        check(&note(&[form], "", ""), &note(&[form], &block("Payments", ""), ""), &[expected]);
    }
    let chart = |lines: &str| format!("```mermaid\ngraph LR\nA[Shop] --> B[Queue]\n{lines}\n```\n");
    let form = "**Connected** [source] with [target]";
    check(
        &note(&[form], &chart(""), ""),
        &note(&[form], &chart("B --> C[Mail]"), ""),
        &["**Connected** Queue with Mail"],
    );
    // A value opens none either.
    let named = |status: &str| {
        note(&["[component]: [state]"], "", "")
            .replace("# Shop\n", &format!("# - 1\n\n## System Initialization\n\n- Status: {status}\n"))
    };
    check(&named("Active"), &named("Offline"), &["- 1: Offline: status: Active → Offline"]);
}

#[test]
fn edges_alone_and_together() {
    let chart = |lines: &str| format!("```mermaid\ngraph LR\nA[Shop] --> B[Queue]\n{lines}\n```\n");
    let forms =
        ["Added/Removed connection from [source] to [target]", "Connected [system] with [integration]"];
    check(
        &note(&forms, &chart("B --> C[Store]"), ""),
        &note(&forms, &chart("B --> D[Bus]"), ""),
        &["Added connection from Queue to Bus", "Removed connection from Queue to Store"],
    );
    check(
        &note(&[], &chart("B -->|a| C[Store]"), ""),
        &note(&[], &chart("B -->|b| C[Store]"), ""),
        &["Changed connection from Queue to Store: label: a → b"],
    );
    // An edge to a new integration tells of both.
    check(
        &note(&forms[1..], &chart(""), ""),
        &note(&forms[1..], &(chart("A --> L[Ledger]") + &block("Ledger", "")), ""),
        &["Connected Shop with Ledger"],
    );
    check(
        &note(&forms, &chart(""), ""),
        &note(&forms, &chart("B --> C\nC --> D\nD --> E\nE --> F"), ""),
        &["Changed 4 connections: added Queue → C; added C → D; added D → E; added E → F"],
    );
    // Two names make no link together.
    check(
        &note(&[], &chart(""), ""),
        &note(&[], &chart("C[\"a [[\"] --> D[\"]] b\"]"), ""),
        &["Added connection from a [ [ to ] ] b"],
    );
    check(
        &note(&[], &chart("C <--> B"), ""),
        &note(&[], &chart("C --> B\nC -->|x| B"), ""),
        &["Added connection from C to Queue", "Changed connection from C to Queue: arrows: both → forward"],
    );
}

#[test]
fn status_and_version_of_the_note_itself() {
    let header = |status: &str, version: &str| {
        format!(
            "## System Initialization\n\n- Status: {status}\n- Version: {version}\n- Last Modified: 2026-01-01_10-00\n"
        )
    };
    let forms = ["Updated [component] status to [state]", "Deployed [version] to [environment]"];
    let then = check(
        &note(&forms, &header("🟢 Active", "1.0"), ""),
        &note(&forms, &header("🟡 Idle", "1.1"), ""),
        &[
            "Updated Shop status to 🟡 Idle: status: 🟢 Active → 🟡 Idle",
            "Updated Shop to version 1.1: version: 1.0 → 1.1",
        ],
    );
    let text = then.text(then.find("n.md").expect("the note")).expect("text");
    assert!(
        text.contains("- Last Modified: 2026-03-01_10-00\n") && text.contains("- Version: 1.1\n"),
        "{text}"
    );
    for said in
        ["Updated Shop status to 🟡 Idle", "Idle since the outage", "Outage\n  - status: 🟢 Active → 🟡 Idle"]
    {
        let history = format!("- 2026-02-01_10-00 - {said}\n");
        check(
            &note(&forms, &header("🟢 Active", "1"), ""),
            &note(&forms, &header("🟡 Idle", "1"), &history),
            &[],
        );
    }
    // What is said of another system is not said of this one.
    let others =
        |status: &str, history: &str| note(&forms, &(header(status, "1") + &block("Ledger", "")), history);
    check(
        &others("🟢 Active", ""),
        &others("🟡 Idle", "- 2026-02-01_10-00 - Updated Ledger status to 🟡 Idle\n"),
        &["Updated Shop status to 🟡 Idle: status: 🟢 Active → 🟡 Idle"],
    );
    for said in ["Released v1.1.0", "New ledger\n  - version: 1.0 → 1.1.0"] {
        let history = format!("- 2026-02-01_10-00 - {said}\n");
        check(&note(&[], &header("A", "1.0"), ""), &note(&[], &header("A", "1.1.0"), &history), &[]);
    }
}

/// What stands where it is not read has neither gone nor come.
#[test]
fn a_value_that_is_put_aside_is_none_that_has_changed() {
    let header = |lines: &str| note(&[], &format!("## System Initialization\n\n{lines}- Owner: M\n"), "");
    let apart = header("- Status: 🟢 Active\n- Version: 1.0.0\n");
    let beside = header("- **Status:** 🔴 Down | **Version:** 1.1.0\n");
    let table = header("| Status | Version |\n| --- | --- |\n| A | 1.1.0 |\n\n- Created: 2025-01-01\n");
    let gone = header("- Created: 2025-01-01\n");
    check(&apart, &beside, &[]);
    check(&beside, &apart, &[]);
    check(&beside, &gone, &[]);
    check(&table, &beside, &[]);
    let told = [
        "Updated Shop status to none: status: 🟢 Active → -",
        "Updated Shop to version none: version: 1.0.0 → -",
    ];
    check(&apart, &gone, &told);
    let remark = header("- Status: 🔴 Down · since 10:30\n- Version: 1.0.0\n");
    check(
        &apart,
        &remark,
        &["Updated Shop status to 🔴 Down · since 10:30: status: 🟢 Active → 🔴 Down · since 10:30"],
    );
}

/// A header with these values, which may be empty.
/// What a history tells versions by gets the new one, in the form of its neighbour.
#[test]
fn a_version_is_recorded_as_a_release() {
    let text = |version: &str, history: &str| {
        format!(
            "# Shop\n\n## System Initialization\n\n- Version: {version}\n\n## Version History\n\n{history}"
        )
    };
    let first = "- v1.0.0 (2026-01-01_10-00) - Start\n";
    for (history, is, expected) in [
        (first, "1.1.0", "- v1.1.0 (2026-03-01_10-00) - Updated Shop to version 1.1.0\n"),
        (first, "v1.1 (stable)", "- v1.1 (2026-03-01_10-00) - Updated Shop to version v1.1 (stable)\n"),
        (first, "1.1.0-rc.1", "- v1.1.0-rc.1 (2026-03-01_10-00) - Updated Shop to version 1.1.0-rc.1\n"),
        (first, "2", "- v2.0.0 (2026-03-01_10-00) - Updated Shop to version 2\n"),
        (
            "- **1.0.0** (2026-01-01_10-00): Start\n",
            "1.1",
            "- **1.1** (2026-03-01_10-00): Updated Shop to version 1.1\n",
        ),
        // These are no releases: what is lower, what is out, and what would not be read.
        (first, "0.9.0", "- 2026-03-01_10-00 - Updated Shop to version 0.9.0\n"),
        (first, "1.0", "- 2026-03-01_10-00 - Updated Shop to version 1.0\n"),
        (first, "1.1.1.1.1", "- 2026-03-01_10-00 - Updated Shop to version 1.1.1.1.1\n"),
        (first, "", "- 2026-03-01_10-00 - Updated Shop to version none\n"),
        (first, "soon", "- 2026-03-01_10-00 - Updated Shop to version soon\n"),
    ] {
        let (old, new) = (vault(&[("n.md", &text("0.8", history))]), vault(&[("n.md", &text(is, history))]));
        let (_, then) = recorded(&old, &new);
        let written = then.text(then.find("n.md").expect("the note")).expect("text");
        let (_, added) = written.split_once(history).expect("the entry");
        assert_eq!(added.split_inclusive('\n').next(), Some(expected));
    }
    // One that tells none gets none.
    check(&headed("A", "1.0"), &headed("A", "1.1"), &["Updated Shop to version 1.1: version: 1.0 → 1.1"]);
}

fn headed(status: &str, version: &str) -> String {
    note(&[], &format!("## System Initialization\n\n- Status: {status}\n- Version: {version}\n"), "")
}

#[test]
fn a_value_that_is_written_otherwise_is_recorded_once() {
    for (status, written) in [
        ("[[Down]]", "Down"),
        ("[[Down|Out of order]]", "Out of order"),
        ("Down [[ x → ]]", "Down x →"),
        ("Down  (since May)", "Down (since May)"),
        ("<b>", "&lt;b>"),
        ("on -->", "on --&gt;"),
        ("**", "**"),
        ("", "none"),
        ("[[ ]]", "none"),
    ] {
        let detail = if written == "none" { "-" } else { written };
        let expected = format!("Updated Shop status to {written}: status: [[Active]] → {detail}");
        let expected = expected.replace("[[Active]]", "Active");
        check(&headed("[[Active]]", "1.0"), &headed(status, "1.0"), &[&expected]);
    }
    for (version, written) in
        [("[[v1.1.0]]", "v1.1.0"), ("<b>", "&lt;b>"), ("", "none"), ("next  one", "next one")]
    {
        let detail = if written == "none" { "-" } else { written };
        let expected = format!("Updated Shop to version {written}: version: 1.0 → {detail}");
        check(&headed("Active", "1.0"), &headed("Active", version), &[&expected]);
    }
}

/// Nobody has chosen one of two.
#[test]
fn a_status_that_becomes_a_choice_is_another() {
    let told = "Updated Shop status to Active · Down: status: Active → Active · Down";
    check(&headed("Active", "1.0"), &headed("Active · Down", "1.0"), &[told]);
    check(&headed("Active", "1.0"), &headed("Active · stable", "1.0"), &[]);
}

#[test]
fn a_pre_release_that_is_released_is_recorded() {
    for early in ["2.0.0 RC 1", "2.0.0 beta", "2.0.0 (beta)"] {
        let told = |is: &str, was: &str| format!("Updated Shop to version {is}: version: {was} → {is}");
        check(&headed("A", early), &headed("A", "2.0.0"), &[&told("2.0.0", early)]);
        check(&headed("A", "2.0.0"), &headed("A", early), &[&told(early, "2.0.0")]);
    }
    check(&headed("A", "2.0.0"), &headed("A", "2.0.0 · by Ruth"), &[]);
}

#[test]
fn a_comment_in_a_value_is_no_part_of_it() {
    for (was, is, expected) in [
        ("Active", "%%Active%% Down", "Updated Shop status to Down: status: Active → Down"),
        ("Active", "Down %%was%% here", "Updated Shop status to Down here: status: Active → Down here"),
        ("Active %%x%%", "%%Active%%", "Updated Shop status to none: status: Active → -"),
    ] {
        check(&headed(was, "1.0"), &headed(is, "1.0"), &[expected]);
    }
    for is in ["%%a%% Active", "Active <!-- b -->", "<!-- a --> Active %%b%%"] {
        check(&headed("Active", "1.0"), &headed(is, "1.0"), &[]);
    }
}

/// What nobody has filled in was no value, and is none in a history.
#[test]
fn what_was_never_rendered_is_no_value() {
    for open in ["{{STATUS}}", "<% tp.x %>", "<% a %> ({{B}})"] {
        let told = |status: &str, version: &str| {
            [format!("Updated Shop status to {status}"), format!("Updated Shop to version {version}")]
        };
        let [status, version] = told("Active: status: - → Active", "1.0: version: - → 1.0");
        check(&headed(open, open), &headed("Active", "1.0"), &[&status, &version]);
        check(&headed("Active", "1.0"), &headed(open, open), &[]);
        check(&headed("{{OTHER}}", "{{OTHER}}"), &headed(open, open), &[]);
        check(&headed(open, "1.0"), &headed("", "1.0"), &[]);
    }
    // A reference is one, and stays to be seen.
    let keyed = |key: &str| {
        note(&[], &block("Pay", &format!(r#", "auth": {{ "type": "Key", "credentials": "{key}" }}"#)), "")
    };
    let expected = r"Updated integration Pay: auth.credentials: \{{PAY_KEY}} → env:PAY_KEY";
    let then = check(&keyed("{{PAY_KEY}}"), &keyed("env:PAY_KEY"), &[expected]);
    let note = then.find("n.md").and_then(|id| then.note(id)).expect("the note");
    assert_eq!(note.facts.system().placeholders, []);
}

#[test]
fn a_value_that_is_gone_is_told_by_what_says_so() {
    let with = |status: &str, version: &str, entry: &str| {
        headed(status, version) + &format!("- 2026-02-01_10-00 - {entry}\n")
    };
    let gone = "Updated Shop status to none: status: Down → -";
    let unversioned = "Updated Shop to version none: version: 1.0 → -";
    for entry in ["Fixed a typo", "None of the servers is new", "Updated Shop status to Active"] {
        check(&headed("Down", "1"), &with("", "1", entry), &[gone]);
    }
    // An entry that tells that the version was removed says nothing about the status, and the version is back.
    let again = "Updated Shop to version 1: version: none → 1";
    check(&headed("Down", "1"), &with("", "1", "Updated Shop to version none"), &[gone, again]);
    for entry in ["Shop has status none", "Cleared\n  - status: Down → -", "Cleared\n  - status: Down → none"]
    {
        check(&headed("Down", "1"), &with("", "1", entry), &[]);
    }
    for entry in ["Fixed a typo", "Version 1.0 is out"] {
        check(&headed("A", "1.0"), &with("A", "", entry), &[unversioned]);
    }
    let again = "Updated Shop status to A: status: none → A";
    check(&headed("A", "1.0"), &with("A", "", "Updated Shop status to none"), &[unversioned, again]);
    check(&headed("A", "1.0"), &with("A", "", "It has no version: none"), &[]);
    // What a person has copied from the header tells it, too.
    check(&headed("A", "1.0"), &with("[[Down]]", "1.0", "Shop is [[Down]] again"), &[]);
    check(&headed("A", "1.0"), &with("A", "[[v1.1.0]]", "Released [[v1.1.0]]"), &[]);
}

#[test]
fn what_shows_nothing_has_no_entry() {
    check(&note(&[], "", ""), &note(&[], &block("[[ ]]", ""), ""), &[]);
    let with = |limit: &str| note(&[], &block("Pay", &config("1s", limit)), "");
    check(&with("9/s"), &with("[[ ]]"), &["Updated integration Pay: config.rateLimit: 9/s → -"]);
}

/// A key need not read as a field of a detail.
#[test]
fn keys_with_blanks_are_told_with_the_others() {
    let with = |limit: &str, calls: &str| {
        note(&[], &block("Pay", &format!(r#", "limit": "{limit}", "max calls: all": "{calls}""#)), "")
    };
    check(
        &with("1/s", "1"),
        &with("2/s", "2"),
        &["Updated integration Pay: limit: 1/s → 2/s; max calls: all: 1 → 2"],
    );
}

/// The name of the status that was holds that of the new one: what tells the one does not tell the other.
#[test]
fn what_was_is_not_what_is() {
    let history = "- 2026-02-01_10-00 - Updated Shop status to Not active\n";
    let expected = "Updated Shop status to Active: status: Not active → Active";
    check(&headed("Not active", "1"), &(headed("Active", "1") + history), &[expected]);
    let both = "- 2026-02-01_10-00 - Shop was not active, and is active again\n";
    check(&headed("Not active", "1"), &(headed("Active", "1") + both), &[]);
}

/// Each step is told from where the last entry has left it, and the one back to where it was before, too.
#[test]
fn a_status_and_a_version_are_told_step_by_step() {
    let steps = |of: &str, details: bool, told: &[[&str; 2]]| -> String {
        let one = |(day, [old, new]): (usize, &[&str; 2])| {
            let title = if of == "status" { "status to" } else { "to version" };
            let detail = if details { format!("  - {of}: {old} → {new}\n") } else { String::new() };
            format!("- 2026-02-0{day}_10-00 - Updated Shop {title} {new}\n{detail}")
        };
        (1..).zip(told).map(one).collect()
    };
    let (first, second) = (["Active", "Degraded"], ["Degraded", "Offline"]);
    let old = headed("Active", "1");
    for details in [true, false] {
        let status = |new: &str, told: &[[&str; 2]], expected: &[&str]| {
            check(&old, &(headed(new, "1") + &steps("status", details, told)), expected);
        };
        status("Offline", &[first], &["Updated Shop status to Offline: status: Degraded → Offline"]);
        status(
            "Degraded",
            &[first, second],
            &["Updated Shop status to Degraded: status: Offline → Degraded"],
        );
        status("Offline", &[first, second], &[]);
        let (first, second) = (["1", "1.2"], ["1.2", "2.0"]);
        let version = |new: &str, told: &[[&str; 2]], expected: &[&str]| {
            check(&old, &(headed("Active", new) + &steps("version", details, told)), expected);
        };
        version("2.0", &[first], &["Updated Shop to version 2.0: version: 1.2 → 2.0"]);
        version("1.2", &[first, second], &["Updated Shop to version 1.2: version: 2.0 → 1.2"]);
        version("2.0", &[first, second], &[]);
    }
    // An unchanged value was set back if an entry since states another one.
    let was = |extra: &str| old.clone() + extra;
    let back = ["Updated Shop status to Active: status: Degraded → Active"];
    let gone = steps("status", true, &[first]);
    check(&old, &was(&gone), &back);
    check(
        &old,
        &was(&(gone.clone() + &steps("version", true, &[["1", "1.2"]]))),
        &[back[0], "Updated Shop to version 1: version: 1.2 → 1"],
    );
    check(&old, &(headed("Active", "2") + &gone), &["Updated Shop to version 2: version: 1 → 2", back[0]]);
    check(&old, &was(&steps("status", true, &[first, ["Degraded", "Active"]])), &[]);
    let none = gone.replace("to Degraded", "to none").replace("Degraded", "-");
    check(&old, &was(&none), &["Updated Shop status to Active: status: - → Active"]);
    check(&old, &was(&gone.replace("2026-02-01", "2025-02-01")), &[]);
    check(&was(&gone), &was(&gone), &[]);
    check(&old, &was("- 2026-02-01_10-00 - Reworked the pump\n"), &[]);
    // An integration of the same name has a status of its own.
    let both = |status: &str, told: &str| {
        headed(status, "1").replace("## Mod", &(block("Shop", "") + "## Mod")) + told
    };
    let told = steps("status", true, &[first])
        + "- 2026-02-03_10-00 - Updated integration Shop\n  - status: A → B\n";
    check(&both("Active", ""), &both("Degraded", &told), &[]);
    // Nor does a detail of one that has come and gone, or of anything else, tell of the component.
    for other in ["Updated integration Tmp", "Reworked the pump"] {
        let told = steps("status", true, &[first, second])
            + &format!("- 2026-02-03_10-00 - {other}\n  - status: Active → Degraded\n");
        check(&old, &(headed("Offline", "1") + &told), &[]);
    }
    // What a person has written last in words is not taken for a value.
    let words = "- 2026-02-09_10-00 - Shop is degraded again\n";
    let told = steps("status", true, &[first, second]) + words;
    check(&old, &(headed("Degraded", "1") + &told), &[]);
}

#[test]
fn what_is_written_down_already() {
    let pay =
        |timeout: &str, limit: &str| block("Payments", &config(timeout, limit)) + &block("Payments EU", "");
    let (old, new) = (pay("30s", "9/s"), pay("15s", "8/s"));
    let said = |entry: &str, expected: &[&str]| {
        check(&note(&[], &old, ""), &note(&[], &new, &format!("- 2026-02-01_10-00 - {entry}\n")), expected);
    };
    said("Payments answers faster", &[]);
    said("New figures\n  - for payments", &[]);
    said(
        "Payments is new\n  - config.timeout: 30s → 15s",
        &["Updated integration Payments: config.rateLimit: 9/s → 8/s"],
    );
    // It was set twice: the second step is still to be told.
    said(
        "Updated Payments\n  - config.timeout: 30s → 20s\n  - config.rateLimit: 9/s → 8/s",
        &["Updated integration Payments: config.timeout: 20s → 15s"],
    );
    let whole = "Updated integration Payments: config.timeout: 30s → 15s; config.rateLimit: 9/s → 8/s";
    // A name before a colon is no field, and a paragraph tells as much as a title.
    said("Timeouts raised\n  - Payments: 30s → 45s", &[]);
    said("Timeouts raised\n  - **Payments**: 30s → 45s", &[]);
    said("Timeouts raised\n  - Payments\n    - timeout: 30s → 45s", &[]);
    said("Timeouts raised\n\n  Payments now waits 45s.", &[]);
    // A statement about one of its fields tells that field alone.
    said("Updated Orders\n  - Payments: owner: Ruth → Tom", &[whole]);
    said("Updated Orders\n  - Payments: status → Down", &[whole]);
    said(
        "Updated Orders\n  - Payments: timeout: 30s → 15s",
        &["Updated integration Payments: config.rateLimit: 9/s → 8/s"],
    );
    said("Timeouts raised\n  - Payments EU: 30s → 45s", &[whole]);
    said("Timeouts raised\n\n  ```\n  payments\n  ```", &[whole]);
    said("Updated Payments EU for new limits", &[whole]);
    said("Paymentshop", &[whole]);
    said("Updated Payments status to Active", &[whole]);
    // An entry that was there before the change says nothing of it; a detail that was added to it does.
    let before = "- 2026-02-01_10-00 - Updated Payments\n";
    check(&note(&[], &old, before), &note(&[], &new, before), &[whole]);
    check(&note(&[], &old, before), &note(&[], &new, &format!("{before}  - and faster\n")), &[]);
    // A history in plain dates says as much.
    let dated = |block: &str, said: &str| {
        let plain = format!("- 2026-01-01: Start\n- 2026-01-02: Seen\n{said}");
        note(&[], block, "").replace("- 2026-01-01_10-00 - Start\n", &plain)
    };
    check(&dated(&old, ""), &dated(&new, ""), &[whole]);
    check(&dated(&old, ""), &dated(&new, "- 2026-02-01: Payments answers faster\n"), &[]);
    // That it was changed does not say that it has gone.
    let changed = "- 2026-02-01_10-00 - Updated Payments\n  - config.timeout: 30s → 15s\n";
    let only = block("Payments EU", "");
    check(&note(&[], &old, ""), &note(&[], &only, changed), &["Removed integration Payments"]);
}

/// A box is named by what it shows.
#[test]
fn a_box_is_known_without_its_mark_up() {
    let chart = |lines: &str| format!("```mermaid\ngraph LR\nw[Web] --> q[Queue]\n{lines}\n```\n");
    for (label, shows, name) in [
        ("\"Card<br/>payments\"", "Card payments", "Card payments"),
        ("fa:fa-box Files", "Files", "Files"),
        ("\"**Files**\"", "Files", "Files"),
        ("\"<i class='fa fa-box'></i> Box\"", "Box", "Box"),
        ("\"1. Bills\"", "1. Bills", "Bills"),
        ("\"01_card-payments\"", "01_card-payments", "Card payments"),
    ] {
        let (old, new) = (chart(""), chart(&format!("c[{label}] --> w")));
        let expected = format!("Added connection from {shows} to Web");
        check(&note(&[], &old, ""), &note(&[], &new, ""), &[&expected]);
        let said = format!("- 2026-02-01_10-00 - Connected {name} with Web\n");
        check(&note(&[], &old, ""), &note(&[], &new, &said), &[]);
    }
}

/// Scripts that part no words have no ends of words, and others have endings.
#[test]
fn a_name_is_known_within_its_sentence() {
    let with = |name: &str, timeout: &str, history: &str| {
        note(&[], &(block(name, &config(timeout, "9/s")) + &block("支付", "")), history)
    };
    let said = |name: &str, entry: &str, expected: &[&str]| {
        let history = format!("- 2026-02-01_10-00 - {entry}\n");
        check(&with(name, "30s", ""), &with(name, "60s", &history), expected);
    };
    said("支付网关", "更新支付网关超时", &[]);
    said("ゲートウェイ", "ゲートウェイを更新", &[]);
    said("Gateway", "Tuned the gateways", &[]);
    said("Gateway", "Abstimmung des Gateways", &[]);
    let whole = |name: &str| format!("Updated integration {name}: config.timeout: 30s → 60s");
    said("支付网关", "更新支付超时", &[&whole("支付网关")]);
    said("Gateway", "Gatewaykeeper hired", &[&whole("Gateway")]);
    said("Gateway", "Supergateway hired", &[&whole("Gateway")]);
    let status = |is: &str| format!("## System Initialization\n\n- Status: {is}\n");
    let history = "- 2026-02-01_10-00 - 更新状态为正常\n";
    check(&note(&[], &status("降级"), ""), &note(&[], &status("正常"), history), &[]);
    // What was is in the text, and what is is a part of that.
    let history = "- 2026-02-01_10-00 - 更新状态为不正常\n";
    check(
        &note(&[], &status("不正常"), ""),
        &note(&[], &status("正常"), history),
        &["Updated Shop status to 正常: status: 不正常 → 正常"],
    );
    let version = |is: &str| format!("## System Initialization\n\n- Version: {is}\n");
    let history = "- 2026-02-01_10-00 - Released 1.1b\n";
    check(
        &note(&[], &version("1.0"), ""),
        &note(&[], &version("1.1"), history),
        &["Updated Shop to version 1.1: version: 1.0 → 1.1"],
    );
}

#[test]
fn a_class_raises_the_version_once() {
    let text = |block: &str, version: &str, history: &str| {
        format!(
            "# Shop\n\n## System Initialization\n\n- Status: A\n- Version: {version}\n\n{block}\n\
             ## Change Log Templates\n\n### Minor: 0.X.0\n\n- T: 'vX.Y.Z (YYYY-MM-DD_HH-mm) - Updated [integration] for [purpose]'\n\n\
             ## Version History\n\n- v1.2.0 (2026-01-01_10-00) - Start\n{history}"
        )
    };
    let pay = |timeout: &str| block("Payments", &config(timeout, "9/s"));
    let two = pay("30s") + &block("Ledger", &config("1s", "1/s"));
    let then = check(
        &text(&two, "v1.2", ""),
        &text(&(pay("15s") + &block("Ledger", &config("2s", "1/s"))), "v1.2", ""),
        &[
            "v1.3.0 Updated Payments for new timeout: config.timeout: 30s → 15s",
            "v1.3.0 Updated Ledger for new timeout: config.timeout: 1s → 2s",
        ],
    );
    let written = then.text(then.find("n.md").expect("the note")).expect("text");
    assert!(written.contains("- Version: v1.3.0\n"), "{written}");
    // Somebody has raised it already.
    let then = check(
        &text(&pay("30s"), "1.2.0", ""),
        &text(&pay("15s"), "1.3", ""),
        &["v1.3.0 Updated Payments for new timeout: config.timeout: 30s → 15s"],
    );
    let written = then.text(then.find("n.md").expect("the note")).expect("text");
    assert!(written.contains("- Version: 1.3\n"), "{written}");
    // Or has set one that no minor change leads to, or has logged that as well.
    let plain = "Updated Payments for new timeout: config.timeout: 30s → 15s";
    for (version, release) in [
        ("2.0.0", "v2.0.0 Updated Shop to version 2.0.0: version: 1.2.0 → 2.0.0"),
        ("2.0.0-rc.1", "v2.0.0-rc.1 Updated Shop to version 2.0.0-rc.1: version: 1.2.0 → 2.0.0-rc.1"),
    ] {
        let (old, new) = (text(&pay("30s"), "1.2.0", ""), text(&pay("15s"), version, ""));
        let then = check(&old, &new, &[release, plain]);
        let found = rules::run(&then, None);
        assert!(found.iter().all(|finding| finding.rule != "history-version-class"), "{found:#?}");
    }
    let logged = "- v2.0.0 (2026-02-01_10-00) - Updated Shop to version 2.0.0\n";
    check(&text(&pay("30s"), "1.2.0", ""), &text(&pay("15s"), "2.0.0", logged), &[plain]);
    // What is less than the change is raised with it.
    check(&text(&pay("30s"), "1.2.0", ""), &text(&pay("15s"), "1.2.1", ""), &[&format!("v1.3.0 {plain}")]);
}

#[test]
fn notes_that_come_go_and_move() {
    let pay = |timeout: &str| note(&[], &block("Payments", &config(timeout, "9/s")), "");
    let long = "Words that tell this note from every other one of the vault, and more of them.\n";
    let (old, new) = (vault(&[("a.md", &(pay("30s") + long))]), vault(&[("b.md", &(pay("15s") + long))]));
    let (_, then) = recorded(&old, &new);
    assert_eq!(entries(&then, "b.md")[1], "Updated integration Payments: config.timeout: 30s → 15s");
    // A new note has its first entry, or gets it.
    let (empty, own) = (vault(&[]), note(&[], &block("X", ""), ""));
    let bare = own.replace("- 2026-01-01_10-00 - Start\n", "");
    let new = vault(&[("a.md", &own), ("b.md", &bare), ("c.md", &block("Y", ""))]);
    let (plan, then) = recorded(&empty, &new);
    assert_eq!(plan.writes.len(), 1);
    assert!(plan.without_history.is_empty());
    assert_eq!(entries(&then, "b.md"), ["Created Shop"]);
    // A history in another note is not the place; a note without one is named.
    let with = |rest: &str| vault(&[("a.md", &pay("30s")), ("c.md", rest)]);
    let (plan, _) = recorded(&with(""), &with(&block("Y", "")));
    assert!(plan.writes.is_empty());
    assert_eq!(plan.without_history, [("c.md".to_owned(), vec!["Added integration Y".to_owned()])]);
    // A block that moves is told where it is now.
    let home = note(&[], "", "");
    let (old, new) =
        (vault(&[("a.md", &pay("30s")), ("b.md", &home)]), vault(&[("a.md", &home), ("b.md", &pay("30s"))]));
    let (_, then) = recorded(&old, &new);
    assert_eq!(entries(&then, "a.md").len(), 1);
    assert_eq!(entries(&then, "b.md")[1], "Updated integration Payments: note: a.md → b.md");
}

#[test]
fn what_is_in_the_way_is_named() {
    let old = note(&[], &block("X", ""), "");
    let conflict = note(&[], "", "<<<<<<< HEAD\n- 2026-02-01_10-00 - A\n=======\n>>>>>>> b\n");
    let unclosed = note(&[], "<!-- portolan:board events -->\n", "");
    for (new, message) in [(&conflict, "a merge conflict is not settled"), (&unclosed, "has no end")] {
        let plan = planned(&vault(&[("n.md", &old)]), &vault(&[("n.md", new)]));
        assert!(plan.writes.is_empty());
        let refused: Vec<&str> = plan.refused.iter().map(|refusal| refusal.message.as_str()).collect();
        assert!(refused.len() == 1 && refused[0].contains(message), "{refused:?}");
    }
}

/// A note whose history takes no entries is named, and keeps the others from nothing.
#[test]
fn a_history_in_another_form_is_left() {
    let table = "# N\n\n## Modification History\n\n| Date | Change |\n|---|---|\n| 2025-01-01 | x |\n\n";
    let old = vault(&[("a.md", table), ("b.md", &note(&[], "", ""))]);
    let new =
        vault(&[("a.md", &format!("{table}{}", block("X", ""))), ("b.md", &note(&[], &block("Y", ""), ""))]);
    let plan = planned(&old, &new);
    assert!(plan.writes.len() == 1 && plan.writes[0].titles == ["Added integration Y"], "{plan:?}");
    let refused: Vec<String> = plan.refused.iter().map(ToString::to_string).collect();
    assert!(refused.len() == 1 && refused[0].starts_with("a.md:5: its history is a table"), "{refused:?}");
}

#[test]
fn no_value_gets_out_of_its_entry() {
    let with = |owner: &str| note(&[], &block("X", &format!(r#", "owner": "{owner}""#)), "");
    for hostile in
        ["--> <!-- portolan:board events -->", "[[x]] %% y", "a → b", "\\n- 2026-01-01_10-00 - x", "`"]
    {
        let (old, new) = (vault(&[("n.md", &with("me"))]), vault(&[("n.md", &with(hostile))]));
        let (plan, then) = recorded(&old, &new);
        assert_eq!(plan.writes.len(), 1, "{hostile}");
        let id = then.find("n.md").expect("the note");
        let note = then.note(id).expect("the note");
        assert_eq!(entries(&then, "n.md").len(), 2, "{hostile}");
        assert!(note.facts.links.is_empty() && note.facts.system().marker_problems.is_empty(), "{hostile}");
    }
}

/// A note of the vault: a header, integrations, a diagram, templates and a history.
fn any_note() -> impl Strategy<Value = String> {
    let integration = (0..3usize, 0..3usize, 0..3usize).prop_map(|(n, t, l)| {
        block(["Pay", "Pay EU", "Ledger"][n], &config(&format!("{t}s"), &format!("{l}/s")))
    });
    let edge = (0..4usize, 0..4usize, any::<bool>()).prop_map(|(a, b, label)| {
        let names = ["Pay", "Shop", "Ledger", "Bus"];
        format!("n{a}[{}] -->{} n{b}[{}]\n", names[a], if label { "|x|" } else { "" }, names[b])
    });
    let form = prop_oneof![
        Just("Updated [integration] for [purpose]"),
        Just("Added/Removed [integration]"),
        Just("Updated [component] status to [state]"),
        Just("Connected/Disconnected [system] with [integration]"),
    ];
    let entry = prop_oneof![
        Just("Updated Pay for speed"),
        Just("Updated Pay\n  - config.timeout: 0s → 1s"),
        Just("Updated Shop status to S1"),
        Just("Other"),
    ];
    (0..3usize, many(integration, 0..3), many(edge, 0..6), many(form, 0..3), many(entry, 0..3), any::<[bool; 3]>())
        .prop_map(|(state, blocks, edges, forms, entries, [crlf, newest, history])| {
            let mut forms = forms;
            forms.dedup();
            let mut entries: Vec<String> =
                entries.iter().zip(1..).map(|(e, day)| format!("- 2026-01-0{day}_10-00 - {e}\n")).collect();
            if newest {
                entries.reverse();
            }
            let forms: Vec<String> =
                forms.iter().map(|form| format!("- T: 'YYYY-MM-DD_HH-mm - {form}'\n")).collect();
            let chart =
                if edges.is_empty() { String::new() } else { format!("```mermaid\ngraph LR\n{}```\n", edges.concat()) };
            let section = if history { "# Modification History\n\n" } else { "" };
            let text = format!(
                "# Shop\n\n## System Initialization\n\n- Status: S{state}\n- Version: 1.{state}.0\n- Last Modified: 2026-01-01_10-00\n\n\
                 ## Change Log Templates\n\n### Minor\n\n{}\n## Body\n\n{}{chart}\n{section}{}",
                forms.concat(),
                blocks.concat(),
                entries.concat()
            );
            if crlf { text.replace('\n', "\r\n") } else { text }
        })
}

/// A value as nobody should write one.
fn any_value() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("[["),
        Just("]]"),
        Just("|"),
        Just("%"),
        Just("<b>"),
        Just("-->"),
        Just(" → "),
        Just(" -> "),
        Just("  "),
        Just("status"),
        Just("none"),
        Just("v"),
        Just("1.0"),
        Just(": "),
        Just("#"),
        Just("🟢"),
        Just("!"),
        Just("*"),
        Just("`"),
        Just("支"),
        Just("付"),
        Just("$"),
        Just("Shop"),
        Just("-"),
        Just("]("),
        Just("("),
        Just(")"),
    ];
    many(piece, 0..6).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_value_is_recorded_twice(
        old in many(any_value(), 4),
        new in many(any_value(), 4),
        key in prop_oneof![Just("owner"), Just("max  calls"), Just("a: b"), Just("<i>")],
        form in prop_oneof![Just(""), Just("Updated [component] status to [state]"), Just("Set [field] of [system]: [value]")],
    ) {
        let with = |values: &[String]| {
            let quoted = |at: usize| format!("{:?}", values[at]);
            let rest = format!(r#", "status": {}, "{key}": {}"#, quoted(2), quoted(3));
            let header = format!("## System Initialization\n\n- Status: {}\n- Version: {}\n\n", values[0], values[1]);
            let forms: Vec<&str> = Some(form).into_iter().filter(|form| !form.is_empty()).collect();
            note(&forms, &(header + &block("Pay", &rest)), "")
        };
        recorded(&vault(&[("n.md", &with(&old))]), &vault(&[("n.md", &with(&new))]));
    }

    #[test]
    fn no_name_is_recorded_twice(
        names in many(any_value(), 3),
        form in prop_oneof![Just(""), Just("Added/Removed [integration]"), Just("Updated [integration] for [purpose]"), Just("Connected [system] with [integration]"), Just("Added connection from [source] to [target]")],
    ) {
        let label = |at: usize| names[at].replace(['"', '`'], "");
        let with = |timeout: &str, rest: &str| {
            let body = block(&names[0], &config(timeout, "1/s")) + rest;
            let forms: Vec<&str> = Some(form).into_iter().filter(|form| !form.is_empty()).collect();
            note(&forms, &body, "")
        };
        let more = block(&names[1], "") + &format!("```mermaid\ngraph LR\nA[\"{}\"] --> B[\"{}\"]\n```\n", label(0), label(2));
        let (few, many) = (with("1s", ""), with("2s", &more));
        recorded(&vault(&[("n.md", &few)]), &vault(&[("n.md", &many)]));
        recorded(&vault(&[("n.md", &many)]), &vault(&[("n.md", &few)]));
    }

    #[test]
    fn a_second_record_has_nothing_to_say(old in any_note(), new in any_note(), other in any_note()) {
        let (old, new) = (vault(&[("n.md", &old), ("o.md", &other)]), vault(&[("n.md", &new), ("o.md", &other)]));
        let (plan, then) = recorded(&old, &new);
        for write in &plan.writes {
            // Nothing but whole lines of entries and header values changes: the rest stays in its order.
            let (before, after) = (new.text(write.note).expect("text"), then.text(write.note).expect("text"));
            let crlf = before.contains("\r\n");
            prop_assert!(!crlf || after.lines().count() == after.matches("\r\n").count() + usize::from(!after.ends_with('\n')));
            let mut rest = after.lines();
            for line in before.lines().filter(|l| !l.starts_with("- Version") && !l.starts_with("- Last")) {
                prop_assert!(rest.any(|own| own == line), "{line} is gone");
            }
        }
    }
}

/// A note of two components, each with its own history, and what each of these gets.
#[test]
fn an_entry_goes_into_the_history_beside_what_changed() {
    let component = |name: &str, body: &str, time: &str| {
        format!("## {name}\n\n{body}\n### Modification History\n\n- {time} - Set up\n\n")
    };
    let of = |pay: &str, ship: &str| {
        let (pay, ship) =
            (component("Pay", pay, "2025-01-01_10-00"), component("Ship", ship, "2025-02-01_10-00"));
        format!("# Services\n\n{pay}{ship}")
    };
    let drawn = |edges: &str| format!("```mermaid\nflowchart TD\n{edges}```\n");
    let (pay, ship) = (block("Pay", ", \"timeout\": \"5s\""), block("Ship", ", \"timeout\": \"5s\""));
    let slow = |block: &str| block.replace("5s", "9s");
    let more = "A --> D\nA --> E\nA --> F\nA --> G\n";
    for (old, new, in_pay, in_ship) in [
        (of(&pay, &ship), of(&slow(&pay), &ship), 1, 0),
        (of(&pay, &ship), of(&pay, &slow(&ship)), 0, 1),
        (of(&pay, &ship), of(&slow(&pay), &slow(&ship)), 1, 1),
        // What has gone stood beside one, too.
        (of(&pay, &ship), of("", &ship), 1, 0),
        (
            of(&drawn("A --> B\n"), &drawn("A --> C\n")),
            of(&drawn("A --> B\nB --> C\n"), &drawn("A --> C\n")),
            1,
            0,
        ),
        // A diagram that was drawn anew is one change of its component.
        (
            of(&drawn("A --> B\n"), &drawn("A --> C\n")),
            of(&drawn(&format!("A --> B\n{more}")), &drawn("A --> C\nB --> D\n")),
            1,
            1,
        ),
        // What has the same title there is another entry.
        (
            of(&drawn("A --> C\n"), &drawn("A --> C\n")),
            of(&drawn("A --> C\nA -->|x| B\n"), &drawn("A --> C\nA -->|y| B\n")),
            1,
            1,
        ),
    ] {
        let (old, new) = (vault(&[("n.md", &old)]), vault(&[("n.md", &new)]));
        let (_, then) = recorded(&old, &new);
        let note = then.find("n.md").and_then(|id| then.note(id)).expect("the note");
        let histories = &note.facts.system().history;
        let added: Vec<usize> = histories.iter().map(|own| own.lists.concat().len() - 1).collect();
        assert_eq!(added, [in_pay, in_ship], "{:?}", entries(&then, "n.md"));
    }
}

/// A note of components, each with its block and the list below its history, and one history at the end.
fn components(version: &str, own: &[(&str, &str, &str)], last: &str) -> String {
    let own: Vec<String> = own
        .iter()
        .map(|(name, rest, history)| {
            format!("## {name}\n\n{}\n### Modification History\n\n{history}\n\n", block(name, rest))
        })
        .collect();
    format!(
        "# Shop\n\n## System Initialization\n\n- Status: Active\n- Version: {version}\n\n\
         ## Change Log Templates\n\n- Minor: 'YYYY-MM-DD_HH-mm - Updated [integration]'\n\n{}{last}",
        own.concat()
    )
}

/// The heading that each new entry stands below, and what it tells.
fn under(then: &Vault, before: &Vault) -> Vec<String> {
    let known = entries(before, "n.md");
    let text = then.text(then.find("n.md").expect("the note")).expect("a text");
    let mut heading = "";
    let mut found = Vec::new();
    for line in text.lines() {
        heading = line.strip_prefix("## ").unwrap_or(heading);
        let entry = line.strip_prefix("- ").and_then(|line| line.split_once(" - "));
        let Some((head, title)) = entry.filter(|(head, _)| head.contains("2026-03-01")) else { continue };
        if !known.iter().any(|known| known.ends_with(title)) {
            let version = head.split_once(' ').map_or("", |(version, _)| version);
            found.push(format!("{heading}: {version}{title}"));
        }
    }
    found
}

/// Where its own history tells none.
#[test]
fn an_entry_tells_its_version_where_versions_are_told() {
    let versions = "## Version History\n\n- v1.0.0 (2025-03-01_10-00) - Set up\n";
    let plain = "- 2025-01-01_10-00 - Began";
    let both = "- v1.0.0 (2025-01-01_10-00) - Began";
    let (fast, slow) = (r#", "timeout": "5s""#, r#", "timeout": "9s""#);
    let of = |timeout, history, last: &str| {
        components("1.0.0", &[("Pay", timeout, history), ("Ship", "", plain)], last)
    };
    for (history, last, expected) in [
        (plain, versions, "Version History: v1.1.0Updated Pay"),
        (both, versions, "Pay: v1.1.0Updated Pay"),
        // Where nobody tells any, there is nothing to look for.
        (plain, "", "Pay: Updated Pay"),
    ] {
        let (old, new) =
            (vault(&[("n.md", &of(fast, history, last))]), vault(&[("n.md", &of(slow, history, last))]));
        let (_, then) = recorded(&old, &new);
        assert_eq!(under(&then, &new), [expected]);
        let found = rules::run(&then, None);
        assert!(found.iter().all(|finding| finding.rule != "header-version-stale"), "{found:#?}");
    }
    // Of the versions of the header as well.
    let nested = |version: &str| {
        format!(
            "# S\n\n## Overview\n\n### System Initialization\n\n- Version: {version}\n\n\
             ### Modification History\n\n{plain}\n\n{versions}"
        )
    };
    let (old, new) = (vault(&[("n.md", &nested("1.0.0"))]), vault(&[("n.md", &nested("1.1.0"))]));
    let (_, then) = recorded(&old, &new);
    assert_eq!(under(&then, &new), ["Version History: v1.1.0Updated S to version 1.1.0"]);
}

/// What cannot be written beside what has changed is written where something can be.
#[test]
fn a_table_beside_what_changed_keeps_nothing_from_the_note() {
    let table = "| Date | What |\n|---|---|\n| 2025-02-01 | Began |";
    let entry = "- 2025-01-01_10-00 - Began";
    let last = "## Modification History\n\n- 2025-04-01_10-00 - Set up\n";
    let of = |value: &str, own: [&str; 2], last| {
        let rest = format!(r#", "owner": "{value}""#);
        components("1.0.0", &[("Pay", &rest, own[0]), ("Ship", &rest, own[1])], last)
    };
    let pay = "Modification History: Updated integration Pay";
    let ship = "Modification History: Updated integration Ship";
    for (own, expected) in [
        ([table, entry], ["Ship: Updated integration Ship", pay]),
        ([entry, table], ["Pay: Updated integration Pay", ship]),
        ([table, table], [pay, ship]),
    ] {
        let text = |value| of(value, own, last).replace("Updated [integration]", "Other [words]");
        let (old, new) = (vault(&[("n.md", &text("a"))]), vault(&[("n.md", &text("b"))]));
        let (_, then) = recorded(&old, &new);
        assert_eq!(under(&then, &new), expected);
    }
    // Nothing can be.
    let (old, new) = (of("a", [table, table], ""), of("b", [table, table], ""));
    let plan = planned(&vault(&[("n.md", &old)]), &vault(&[("n.md", &new)]));
    assert!(plan.writes.is_empty() && plan.refused.len() == 1, "{plan:?}");
}

/// Which history something stood beside that has gone is known where they are still the same.
#[test]
fn what_has_gone_is_told_by_no_other_component() {
    let plain = |month: u8| format!("- 2025-0{month}-01_10-00 - Began");
    let (first, second, third) = (plain(1), plain(2), plain(3));
    let rest = |name: &str| format!(r#", "owner": "{name}", "endpoint": "{name}", "region": "{name}""#);
    let of = |names: [&str; 3]| {
        let [pay, ship, mail] = names;
        let rests = names.map(rest);
        let own = [(pay, &*rests[0], &*first), (ship, &rests[1], &second), (mail, &rests[2], &third)];
        components("1.0.0", &own, "").replace("Updated [integration]", "Other [words]")
    };
    let old = of(["Pay", "Ship", "Mail"]);
    let gone = old.replace(&block("Ship", &rest("Ship")), "");
    for (new, expected) in [
        // Where nobody knows, it is told where something was told last.
        (
            of(["Ship", "Mail", "Fax"]),
            ["Fax: Removed integration Pay", "Fax: Added integration Fax"].as_slice(),
        ),
        (gone, &["Ship: Removed integration Ship"]),
    ] {
        let (old, new) = (vault(&[("n.md", &old)]), vault(&[("n.md", &new)]));
        let (_, then) = recorded(&old, &new);
        assert_eq!(under(&then, &new), expected);
    }
}

/// Beside an entry with a time, a plain day that is planned would be a slip.
#[test]
fn a_plain_day_ahead_stays_a_date() {
    let of = |owner: &str, day: &str| {
        let body = block("X", &format!(r#", "owner": "{owner}""#));
        format!("# C\n\n{body}\n## Modification History\n\n- {day} - Freeze\n")
    };
    for (day, refused) in [("2026-12-24", 1), ("2025-12-24", 0), ("2026-12-24_00-00", 0)] {
        let plan = planned(&vault(&[("n.md", &of("a", day))]), &vault(&[("n.md", &of("b", day))]));
        assert_eq!((plan.refused.len(), plan.writes.len()), (refused, 1 - refused), "{day}: {plan:?}");
        let way_out = "n.md:9: beside an entry with a time, `2026-12-24` would no longer be read as a date: write it in the \
                       form `YYYY-MM-DD_HH-mm` first";
        assert!(plan.refused.iter().all(|spot| spot.to_string() == way_out), "{plan:?}");
    }
}

/// What stands beside another field is not read, and counting from nothing would begin below it.
#[test]
fn a_version_that_is_not_read_is_not_raised() {
    let of = |version: &str, owner: &str| {
        let body = block("X", &format!(r#", "owner": "{owner}""#));
        format!(
            "# C\n\n## System Initialization\n\n{version}\n\n## Change Log Templates\n\n\
             - Patch: 'YYYY-MM-DD_HH-mm - Updated [integration]'\n\n{body}\n## Version History\n\n"
        )
    };
    for (version, entry) in [
        ("- Status: A | Version: 1.4.0", "- 2026-03-01_10-00 - Updated X\n"),
        ("- Status: A\n- Version: 1.4.0", "- v1.4.1 (2026-03-01_10-00) - Updated X\n"),
    ] {
        let (old, new) = (vault(&[("n.md", &of(version, "a"))]), vault(&[("n.md", &of(version, "b"))]));
        let (_, then) = recorded(&old, &new);
        let text = then.text(then.find("n.md").expect("the note")).expect("a text");
        assert!(text.contains(entry), "{text}");
    }
}
