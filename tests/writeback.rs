//! Tests of what portolan writes into notes of many styles: nothing but the entry changes, and the entry is read
//! back.

use std::fmt::Write as _;

use chrono::NaiveDate;
use portolan::config::Config;
use portolan::model::chronology::Direction;
use portolan::plan::conflict::Versions;
use portolan::plan::history::{NewEntry, Timeline, insert};
use portolan::plan::sync::{SyncOptions, plan};
use portolan::rules;
use portolan::text::edit::Edits;
use portolan::text::stamp::{Precision, Stamp, StampFormat};
use portolan::vault::{NoteId, Vault};
use proptest::prelude::*;

/// A way to write a history.
#[derive(Clone, Debug)]
struct Style {
    bullet: &'static str,
    detail: &'static str,
    crlf: bool,
    newest_first: bool,
    blank_between: bool,
    blank_details: bool,
    versions: bool,
    bold: bool,
    final_newline: bool,
    after: bool,
    bom: bool,
    days: Vec<u32>,
}

fn style() -> impl Strategy<Value = Style> {
    let bullet = prop_oneof![Just("- "), Just("* "), Just("+ "), Just("-   "), Just("1. ")];
    let detail = prop_oneof![Just("  - "), Just("    - "), Just("\t- "), Just("   * ")];
    let flags = proptest::array::uniform8(any::<bool>());
    let days = proptest::collection::btree_set(1u32..300, 0..6);
    (bullet, detail, flags, any::<bool>(), days).prop_map(|(bullet, detail, f, bom, days)| Style {
        bullet,
        // Under a wider bullet a shallow item is a sibling, not a detail.
        detail: if bullet.len() > 2 { "    - " } else { detail },
        crlf: f[0],
        newest_first: f[1],
        blank_between: f[2],
        blank_details: f[3],
        versions: f[4],
        bold: f[5],
        final_newline: f[6],
        after: f[7],
        bom,
        days: days.into_iter().collect(),
    })
}

fn stamp(day: u32) -> Stamp {
    let date =
        NaiveDate::from_yo_opt(2025, day).and_then(|d| d.and_hms_opt(10, 30, 0)).expect("a day of 2025");
    Stamp::new(date, Precision::Minute)
}

fn note(style: &Style) -> String {
    let format = StampFormat::default();
    let mut text = String::from(
        "# N\n\n## SYSTEM INITIALIZATION\n\n- Status: Active\n- Created: 2024-12-01_08-00\n\
        - Last Modified: 2025-12-30_08-00\n\n### Modification History\n\n",
    );
    let mut days = style.days.clone();
    if style.newest_first {
        days.reverse();
    }
    for (i, day) in days.iter().enumerate() {
        let time = format.write(stamp(*day));
        let time = if style.bold { format!("**{time}**") } else { time };
        let head = if style.versions { format!("v1.{day}.0 ({time}) - ") } else { format!("{time} - ") };
        let gap = if i > 0 && style.blank_between { "\n" } else { "" };
        let blank = if style.blank_details { "\n" } else { "" };
        let bullet = if style.bullet == "1. " { format!("{}. ", i + 1) } else { style.bullet.to_owned() };
        write!(text, "{gap}{bullet}{head}Entry {day}\n{blank}{}one\n{}two\n", style.detail, style.detail)
            .expect("text");
    }
    if style.after {
        text.push_str("\n\n## Next\n\nText.  \n");
    }
    if !style.final_newline {
        text.truncate(text.trim_end_matches('\n').len());
    }
    if style.crlf {
        text = text.replace('\n', "\r\n");
    }
    if style.bom {
        text.insert(0, '\u{feff}');
    }
    text
}

fn vault_of(text: &str) -> Vault {
    Vault::of_texts(Config::default(), &[("N.md", text)])
}

fn entries(vault: &Vault) -> Vec<(String, Vec<String>, Option<Stamp>)> {
    let note = vault.note(NoteId(0)).expect("the note");
    assert!(note.facts.system().entry_lists().count() <= 1, "never a second list");
    note.facts
        .system()
        .entries()
        .map(|e| (e.title().to_owned(), e.details().map(str::to_owned).collect(), e.stamp))
        .collect()
}

/// The lines of a note outside of its boards, line endings included.
fn outside(text: &str) -> Vec<&str> {
    let mut inside = false;
    text.split_inclusive('\n')
        .filter(|line| {
            let start = line.starts_with("<!-- portolan:board");
            let end = line.starts_with("<!-- portolan:end");
            let own = !inside && !start;
            inside = (inside || start) && !end;
            own
        })
        .collect()
}

/// Checks that outside of boards nothing changed but `Last Modified`, and so many lines more at most.
fn only_promised(old: &str, new: &str, added: usize) {
    let is_date = |line: &&&str| !line.starts_with("- Last Modified: ");
    let (old, new) = (outside(old), outside(new));
    let mut rest = new.iter().filter(is_date);
    for line in old.iter().filter(is_date) {
        assert!(rest.any(|other| other == line), "{line:?} is gone from {new:?}");
    }
    assert!(new.len() <= old.len() + added, "{old:?} {new:?}");
}

proptest! {
    #[test]
    fn an_entry_goes_to_its_place_and_changes_nothing_else(style in style(), day in 1u32..300, detail in any::<bool>()) {
        let text = note(&style);
        let vault = vault_of(&text);
        let before = entries(&vault);
        prop_assert_eq!(before.len(), style.days.len());
        let entry = NewEntry {
            stamp: stamp(day),
            version: None,
            title: "A new thing".to_owned(),
            details: if detail { vec!["why".to_owned(), "how".to_owned()] } else { Vec::new() },
        };
        let habit = if style.newest_first { Direction::NewestFirst } else { Direction::OldestFirst };
        let edits = insert(vault.note(NoteId(0)).expect("the note"), &text, &[entry], habit, Timeline::endless(&StampFormat::default()))
            // Where nobody can tell where it belongs, nothing is written.
            .unwrap_or(Some(Vec::new()))
            .expect("a history section");
        // Nothing is replaced: what was there is there byte for byte.
        prop_assert!(edits.iter().all(|edit| edit.span.is_empty()));
        let edits = Edits::of(edits).expect("the edits do not overlap");
        let new = edits.apply(&text).expect("the edits fit");
        if style.crlf {
            prop_assert!(!new.replace("\r\n", "").contains('\n'), "one line ending: {new:?}");
        } else {
            prop_assert!(!new.contains('\r'));
        }
        let after_vault = vault_of(&new);
        let after = entries(&after_vault);
        let added: Vec<_> = after.iter().filter(|e| e.0 == "A new thing").collect();
        prop_assert_eq!(added.len(), 1, "{}", new);
        prop_assert_eq!(added[0].1.len(), if detail { 2 } else { 0 }, "{}", new);
        let others: Vec<_> = after.iter().filter(|e| e.0 != "A new thing").cloned().collect();
        prop_assert_eq!(others, before, "{}", new);
        let stamps: Vec<Stamp> = after.iter().filter_map(|e| e.2).collect();
        let in_order = stamps.windows(2).all(|w| if style.newest_first { !w[0].is_before(w[1]) } else { !w[1].is_before(w[0]) });
        prop_assert!(in_order, "{}", new);
        // Lines are added, none is changed: the old ones are a subsequence of the new ones.
        let mut lines = new.lines();
        for line in text.lines() {
            prop_assert!(lines.any(|other| other == line), "{line:?} in {new:?}");
        }
    }

    #[test]
    fn an_entry_has_the_line_ending_of_its_neighbour(style in style(), day in 1u32..300, ends in proptest::collection::vec(any::<bool>(), 80)) {
        let style = Style { crlf: false, ..style };
        let mut ends = ends.into_iter();
        let text: String = note(&style)
            .split_inclusive('\n')
            .map(|line| match line.strip_suffix('\n') {
                Some(line) if ends.next().unwrap_or_default() => format!("{line}\r\n"),
                _ => line.to_owned(),
            })
            .collect();
        let vault = vault_of(&text);
        let before = entries(&vault);
        let entry = NewEntry { stamp: stamp(day), version: None, title: "New".to_owned(), details: vec!["why".to_owned()] };
        let habit = if style.newest_first { Direction::NewestFirst } else { Direction::OldestFirst };
        let edits = insert(vault.note(NoteId(0)).expect("the note"), &text, &[entry], habit, Timeline::endless(&StampFormat::default()))
            // Where nobody can tell where it belongs, nothing is written.
            .unwrap_or(Some(Vec::new()))
            .expect("a history section");
        for edit in &edits {
            let (all, crlf) = (edit.text.matches('\n').count(), edit.text.matches("\r\n").count());
            prop_assert!(crlf == 0 || crlf == all, "one line ending: {:?}", edit.text);
        }
        let new = Edits::of(edits).expect("the edits do not overlap").apply(&text).expect("the edits fit");
        let after = entries(&vault_of(&new));
        prop_assert_eq!(after.len(), before.len() + 1, "{:?}", new);
        prop_assert_eq!(after.iter().filter(|e| e.0 == "New" && e.1 == ["why"]).count(), 1, "{:?}", new);
    }

    #[test]
    fn one_sync_reaches_the_fixpoint(style in style(), first in 0usize..4, second in 0usize..4, force in any::<bool>()) {
        const STATUSES: [&str; 4] = ["🟢 Active", "🟡 Degraded", "🔴 Down", "Parked | odd <!-- x -->"];
        let eol = if style.crlf { "\r\n" } else { "\n" };
        let boards = ["components", "metrics", "events limit=3", "summary", "alerts", "health", "architecture"]
            .map(|kind| format!("{eol}<!-- portolan:board {kind} -->{eol}<!-- portolan:end -->{eol}"))
            .concat();
        // Blanks at the very end, and no line ending behind them, are somebody's own.
        let tail = format!("{eol}Tail \t ");
        let board = format!("{}{eol}{eol}## Boards{eol}{eol}{boards}{tail}", note(&style));
        let component = |status: &str| {
            format!("# C\n\n## SYSTEM INITIALIZATION\n\n- Status: {status}\n- Created: 2025-01-01_08-00\n- Last Modified: 2025-01-01_08-00\n")
        };
        let options = || SyncOptions { now: stamp(310), force, wanted: &|_: &str| true, versions: &|_| Versions::default() };
        let sync = |vault: &Vault| -> Option<String> {
            let plan = plan(vault, options(), rules::feed);
            assert!(plan.refused.is_empty() && plan.kept.is_empty(), "{plan:?}");
            let write = plan.writes.first()?;
            write.edits.apply(&vault.text(write.note)?)
        };
        let vault = Vault::of_texts(Config::default(), &[("C.md", &component(STATUSES[first])), ("N.md", &board)]);
        let filled = sync(&vault).expect("the boards were empty");
        let vault = Vault::of_texts(Config::default(), &[("C.md", &component(STATUSES[first])), ("N.md", &filled)]);
        prop_assert_eq!(sync(&vault), None, "a second sync writes nothing: {}", filled);
        only_promised(&board, &filled, 0);
        prop_assert!(filled.ends_with(&tail));
        let vault = Vault::of_texts(Config::default(), &[("C.md", &component(STATUSES[second])), ("N.md", &filled)]);
        let changed = sync(&vault);
        prop_assert_eq!(changed.is_some(), first != second);
        if let Some(changed) = changed {
            prop_assert_eq!(changed.matches("Updated C status to").count(), 2, "the entry, and its event: {}", changed);
            // An entry and a detail, each perhaps behind a blank line.
            only_promised(&filled, &changed, 4);
            let vault = Vault::of_texts(Config::default(), &[("C.md", &component(STATUSES[second])), ("N.md", &changed)]);
            prop_assert_eq!(sync(&vault), None, "one sync reaches the fixpoint");
            let stale = rules::run(&vault, None).into_iter().filter(|f| f.rule.starts_with("board-")).count();
            prop_assert_eq!(stale, 0);
        }
    }
}
