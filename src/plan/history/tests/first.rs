//! Tests the first entry of a history without a list of entries: whether there is one in another form, and where
//! the entry goes.

use super::forms::refused;
use super::*;

const TIME: &str = "2026-11-29_00-00";

/// Any list or table in the section counts as the history.
#[test]
fn a_list_or_table_of_its_own_is_a_history() {
    for (history, expected) in [
        ("- v1.0: First\n- v1.1: Email\n\n---\n\n*The end*\n", "(`- v1.0: First`)"),
        ("- 03.02.2025: Set up\n- 09.03.2025: Moved\n", "(`- 03.02.2025: Set up`)"),
        ("- March 3, 2025 - Set up\n", "(`- March 3, 2025 - Set up`)"),
        ("- 05/26/2025 - Text\n", "(`- 05/26/2025 - Text`)"),
        ("- 2026.2.13 - First release\n", "(`- 2026.2.13 - First release`)"),
        ("- (2025-01-03) Moved\n", "(`- (2025-01-03) Moved`)"),
        ("- 📅 2025-01-03 - Moved\n", "(`- 📅 2025-01-03 - Moved`)"),
        ("- **V8** (Jan 3-16): OCR\n\n### Active\n\ntext\n", "(`- **V8** (Jan 3-16): OCR`)"),
        ("1. Moved\n", "(`1. Moved`)"),
        ("- [x] Renewed\n", "(`- [x] Renewed`)"),
        ("> [!note] Log\n> - Moved\n", "(`> - Moved`)"),
        ("- N/A\n- Moved\n", "(`- Moved`)"),
        ("- [[CHANGELOG]]\n", "(`- [[CHANGELOG]]`)"),
        ("```\n2026-03-24 — v1.0.0  Made\n2026-03-25 — v2.0.0  More\n```\n", "is a block of text"),
        ("### January 2025\n\n- Moved\n\n### December 2024\n\n- Made\n", "(`- Moved`)"),
        ("### v1.1 (Current)\n\n- Cards\n\n### v1.0\n\n- First\n", "(`### v1.1 (Current)`)"),
        ("### 1.0.0 - First\n\nAll of it.\n", "(`### 1.0.0 - First`)"),
        ("### v1.0.0 (2026-10-01_10-00)\n\n- first\n", "(`### v1.0.0 (2026-10-01_10-00)`)"),
        ("### Unreleased\n\n#### Added\n\n- A thing\n", "(`- A thing`)"),
        ("| Versión | Fecha | Cambios |\n|---|---|---|\n| 1.0 | 12/03/2025 | Inicial |\n", "is a table"),
        ("| 版本 | 日期 | 说明 |\n|---|---|---|\n| v1.0 | 2025年3月 | 初版 |\n", "is a table"),
        ("| Attempt | Issue | Result |\n|---|---|---|\n| 1 | Missed | Fixed |\n", "is a table"),
        ("| Who | What |\n| --- | --- |\n| Ops | all |\n", "is a table"),
    ] {
        for eol in ["\n", "\r\n"] {
            let history = format!("\n{history}").replace('\n', eol);
            refused(&history, TIME, expected);
        }
    }
}

#[test]
fn what_is_in_the_way_is_shown_without_secrets() {
    for bullet in ["- ", "- 2024-12-07: "] {
        let history = format!("\n> {bullet}ftp://me:hunter2hunter2@x.y\n");
        refused(&history, TIME, "(`> ");
        let masked = format!("(`> {bullet}ftp://me:xxxx");
        refused(&history, TIME, &masked);
    }
}

#[test]
fn what_tells_nothing_is_no_history() {
    let entry = format!("- {TIME} - x\n");
    for history in [
        "See the log of the team.\n",
        "_No changes yet._\n",
        "| Date of | What |\n| --- | --- |\n| - | … |\n",
        "```\n2026-03-24 - an example\n```\n",
        "```mermaid\ngantt\n2026-03-24 : a\n2026-03-25 : b\n```\n",
        "%%\n- Moved\n%%\n",
        "<!--\n- Moved\n-->\n",
        "<!-- portolan:board events -->\n- Moved\n\n| Event |\n|---|\n| x |\n<!-- portolan:end -->\n",
    ] {
        check(&format!("\n{history}"), &[TIME], &format!("\n{history}\n{entry}"));
    }
    for history in [
        "### How to log\n\n- Be short\n- Name the system\n",
        "### Review\n\n| Who | Room |\n|---|---|\n| Ruth | 12 |\n",
        "### v1.0.0\n\n### v1.1.0\n",
    ] {
        check(&format!("\n{history}"), &[TIME], &format!("\n{entry}\n{history}"));
    }
}

/// A list that only keeps a place for entries becomes the list of entries.
#[test]
fn the_first_entry_joins_the_items_that_keep_its_place() {
    let x = format!("{TIME} - x\n");
    for (history, expected) in [
        ("- N/A\n", format!("- N/A\n- {x}")),
        ("* _None yet_\n", format!("* _None yet_\n* {x}")),
        ("- [ ] \n", format!("- [ ] \n- {x}")),
        ("- YYYY-MM-DD_HH-mm - What changed\n", format!("- YYYY-MM-DD_HH-mm - What changed\n- {x}")),
        ("- <% tp.date.now() %> - x\n", format!("- <% tp.date.now() %> - x\n- {x}")),
        ("  - N/A\n", format!("  - N/A\n  - {x}")),
        ("- N/A\n\n---\n", format!("- N/A\n- {x}\n---\n")),
        // An empty item is replaced by the entry.
        ("- \n", format!("- {x}")),
        ("-\n", format!("- {x}")),
        ("+ \n", format!("+ {x}")),
        ("- N/A\n- \n", format!("- N/A\n- {x}")),
        ("-   \n", format!("-   \n- {x}")),
        // An item before other text, numbered or in a quote counts as text.
        ("- N/A\n\nText.\n", format!("- N/A\n\nText.\n\n- {x}")),
        ("1. N/A\n", format!("1. N/A\n\n- {x}")),
        ("> - N/A\n", format!("> - N/A\n\n- {x}")),
    ] {
        for next in ["", "\n## Next\n"] {
            let history = format!("\n{history}{next}");
            check(&history, &[TIME], &format!("\n{expected}{next}"));
        }
    }
    check("\n- ", &[TIME, "2026-11-30_00-00"], &format!("\n- {x}- 2026-11-30_00-00 - x"));
    let tight = "- N/A\n## Next\n";
    check(tight, &[TIME], &format!("- N/A\n- {x}\n## Next\n"));
}

#[test]
fn several_first_entries_with_details_join_an_item() {
    let format = StampFormat::default();
    let entry = |day: &str| {
        let Some(StampReading::Valid(stamp)) = format.read(&format!("2026-11-{day}_00-00")) else {
            panic!("{day}")
        };
        NewEntry { stamp, version: None, title: "x".to_owned(), details: vec!["d".to_owned()] }
    };
    let entries = [entry("29"), entry("30")];
    for (list, old) in [("  * \n", ""), ("  * N/A\n", "  * N/A\n")] {
        let text = format!("## Modification History\n\n{list}");
        let vault = Vault::of_texts(Config::default(), &[("J.md", &text)]);
        let note = vault.note(NoteId(0)).unwrap();
        let edits = insert(note, &text, &entries, Direction::OldestFirst, Timeline::endless(&format))
            .unwrap()
            .unwrap();
        let new = Edits::of(edits).unwrap().apply(&text).unwrap();
        let one = |day: &str| format!("  * 2026-11-{day}_00-00 - x\n    - d\n");
        assert_eq!(new, format!("## Modification History\n\n{old}{}{}", one("29"), one("30")));
        let vault = Vault::of_texts(Config::default(), &[("J.md", &new)]);
        let entries = vault.note(NoteId(0)).unwrap().facts.system();
        assert!(entries.entries().count() == 2 && entries.entries().all(|e| e.details().eq(["d"])), "{new}");
    }
}

/// If the newest release stands last, an entry behind it would be part of it, and one before all would be out of
/// order.
#[test]
fn behind_releases_that_rise_there_is_no_place() {
    let entry = |day: &str| format!("- {day}_10-00 - a\n");
    let rising = format!(
        "\n### v1.0.0 (2025-01-01)\n\n{}\n### v1.1.0 (2025-02-01)\n\n{}",
        entry("2025-01-01"),
        entry("2025-02-01")
    );
    let told = "`v1.1.0 (2025-02-01)` is a release that is out, and stands last";
    refused(&rising, TIME, told);
    refused(&rising, TIME, "such as `### Unreleased`");
    refused(&rising, "2025-01-15_00-00", told);
    // Within a release, and before all releases.
    check(&rising, &["2025-02-01_10-00"], &format!("{rising}- 2025-02-01_10-00 - x\n"));
    check(&rising, &["2024-01-01_00-00"], &format!("\n- 2024-01-01_00-00 - x\n{rising}"));
    // A heading for unreleased changes is the way out.
    let waiting = format!("{rising}\n### Unreleased\n");
    check(&waiting, &[TIME], &format!("{waiting}\n- {TIME} - x\n"));
    // A release without entries, and releases of one day.
    let bare = format!("\n### v0.9\n\n- first\n\n### v1.0\n\n{}", entry("2025-01-01"));
    refused(&bare, TIME, "`v1.0` is a release that is out");
    let of_a_day = rising.replace("2025-02-01", "2025-01-01");
    refused(&of_a_day, TIME, "`v1.1.0 (2025-01-01)` is a release that is out");
    let falling = format!("\n### v1.1.0\n\n{}\n### v1.0.0\n\n{}", entry("2025-01-01"), entry("2025-01-01"));
    check(&falling, &[TIME], &format!("\n- {TIME} - x\n{falling}"));
}
