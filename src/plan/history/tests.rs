//! Tests where entries go, and how they are written.

use super::*;
use crate::config::Config;
use crate::text::edit::Edits;
use crate::text::stamp::StampReading;
use crate::vault::{NoteId, Vault};

mod first;
mod forms;
mod groups;
mod headings;
mod spacing;
mod undated;

/// Checks a history after entries `x` with these times were logged one by one.
fn check(history: &str, times: &[&str], expected: &str) {
    check_in(&StampFormat::default(), history, times, expected);
}

/// Like [`check`], in a vault with this timestamp format.
fn check_in(format: &StampFormat, history: &str, times: &[&str], expected: &str) {
    let whole = |text: &str| format!("# J\n\n## Modification History\n{text}");
    let mut text = whole(history);
    for time in times {
        let Some(StampReading::Valid(stamp)) = format.read(time) else { panic!("{time}") };
        let entry = NewEntry { stamp, version: None, title: "x".to_owned(), details: Vec::new() };
        let mut config = Config::default();
        config.reading.stamp = format.clone();
        let vault = Vault::of_texts(config, &[("J.md", &text)]);
        let note = vault.note(NoteId(0)).unwrap();
        let edits = insert(note, &text, &[entry], Direction::OldestFirst, Timeline::endless(format))
            .unwrap()
            .unwrap();
        text = Edits::of(edits).unwrap().apply(&text).unwrap();
    }
    assert_eq!(text, whole(expected), "{times:?}");
}

const OLDEST_FIRST: &str = "\n### 2024\n\n- 2024-05-01_10-00 - a\n- 2024-06-01_10-00 - b\n\n\
    ### 2025\n\n- 2025-05-01_10-00 - c\n- 2025-06-01_10-00 - d\n";

const NEWEST_FIRST: &str = "\n### 2025\n\n- 2025-06-01_10-00 - d\n- 2025-05-01_10-00 - c\n\n\
    ### 2024\n\n- 2024-06-01_10-00 - b\n- 2024-05-07_10-00 - a\n\n---\n\n## Next\n";

/// Returns a text with `new` behind the piece `behind`.
fn with(text: &str, behind: &str, new: &str) -> String {
    assert!(text.contains(behind), "{behind}");
    text.replacen(behind, &format!("{behind}{new}"), 1)
}

#[test]
fn an_entry_goes_under_its_year() {
    let entry = |time: &str| format!("- {time} - x\n");
    for (time, behind) in [
        ("2024-07-15_00-00", " - b\n"),
        ("2024-01-01_00-00", "### 2024\n\n"),
        ("2025-01-01_00-00", "### 2025\n\n"),
        ("2025-12-31_00-00", " - d\n"),
    ] {
        check(OLDEST_FIRST, &[time], &with(OLDEST_FIRST, behind, &entry(time)));
    }
    for (time, behind) in [
        ("2024-05-01_00-00", " - a\n"),
        ("2024-12-01_00-00", "### 2024\n\n"),
        ("2025-01-01_00-00", " - c\n"),
        ("2025-12-31_00-00", "### 2025\n\n"),
    ] {
        check(NEWEST_FIRST, &[time], &with(NEWEST_FIRST, behind, &entry(time)));
    }
}

#[test]
fn a_year_without_a_heading_gets_one_like_the_others() {
    let section = |time: &str| format!("### {}\n\n- {time} - x\n", &time[..4]);
    let time = "2026-01-01_00-00";
    check(OLDEST_FIRST, &[time], &with(OLDEST_FIRST, " - d\n", &format!("\n{}", section(time))));
    check(NEWEST_FIRST, &[time], &with(NEWEST_FIRST, "\n", &format!("{}\n", section(time))));
    let time = "2023-01-01_00-00";
    check(OLDEST_FIRST, &[time], &with(OLDEST_FIRST, "\n", &format!("{}\n", section(time))));
    check(NEWEST_FIRST, &[time], &with(NEWEST_FIRST, " - a\n", &format!("\n{}", section(time))));
    // Between two years, and at the end of a note without a last line ending.
    check(
        "### 2023\n- 2023-05-01_10-00 - a\n### 📅 **2025**\n- 2025-05-01_10-00 - b",
        &["2024-03-01_00-00", "2026-03-01_00-00", "2026-02-01_00-00"],
        "### 2023\n- 2023-05-01_10-00 - a\n### 2024\n- 2024-03-01_00-00 - x\n\
         ### 📅 **2025**\n- 2025-05-01_10-00 - b\n\
         ### 📅 **2026**\n- 2026-02-01_00-00 - x\n- 2026-03-01_00-00 - x",
    );
    // A link to the note of one year is not copied for another.
    let linked = "\n### [[2024]]\n\n- 2024-05-01_10-00 - a\n\n### [[2025]]\n\n- 2025-05-01_10-00 - b\n";
    check(
        linked,
        &["2026-01-01_00-00"],
        &with(linked, " - b\n", &format!("\n{}", section("2026-01-01_00-00"))),
    );
    // An existing empty heading is used.
    check(
        "\n### 2026\n\n### 2025\n\n- 2025-06-01_10-00 - b\n- 2025-05-01_10-00 - a\n",
        &["2026-03-01_00-00"],
        "\n### 2026\n\n- 2026-03-01_00-00 - x\n\n### 2025\n\n- 2025-06-01_10-00 - b\n- 2025-05-01_10-00 - a\n",
    );
    check(
        "\n### 2026\n\n## Next\n",
        &["2026-03-01_00-00"],
        "\n### 2026\n\n- 2026-03-01_00-00 - x\n\n## Next\n",
    );
}

#[test]
fn where_headings_say_more_than_a_year_an_entry_stands_beside_its_neighbour() {
    let history = "\n### Phase 1, 2024\n\n- 2024-05-01_10-00 - a\n- 2024-06-01_10-00 - b\n\n\
        ### Phase 2, 2025\n\n- 2025-05-01_10-00 - c\n- 2025-06-01_10-00 - d\n";
    for (time, behind) in [
        ("2024-12-01_00-00", " - b\n"),
        ("2025-12-01_00-00", " - d\n"),
        ("2024-01-01_00-00", "### Phase 1, 2024\n\n"),
    ] {
        check(history, &[time], &with(history, behind, &format!("- {time} - x\n")));
    }
    forms::refused(history, "2026-01-01_00-00", "Phase 2, 2025");
    let history = history.replace(", 2024", "").replace(", 2025", "");
    check(&history, &["2024-07-01_00-00"], &with(&history, " - b\n", "- 2024-07-01_00-00 - x\n"));
    check(&history, &["2025-04-01_00-00"], &with(&history, "Phase 2\n\n", "- 2025-04-01_00-00 - x\n"));
}

#[test]
fn an_entry_has_the_marks_of_its_neighbour() {
    for (old, new) in [
        ("**{}:** a", "**{}:** x"),
        ("__{}:__ a", "__{}:__ x"),
        ("**{}** - a", "**{}** - x"),
        ("**{} -** a", "**{} -** x"),
        ("**{} - all bold**", "**{} - x**"),
        ("**{} - all bold** ^id", "**{} - x**"),
        ("*{} - it*", "*{} - x*"),
        ("**{} - part** bold", "{} - x"),
        ("**{} - all [changelog#12]**", "**{} - x**"),
        ("**{} - a [changelog#12] b**", "{} - x"),
        ("**{} - **a** b", "{} - x"),
        ("{} **a**", "{} x"),
        ("{}\u{a0}: a", "{}\u{a0}: x"),
        ("{}：a", "{}：x"),
        ("{} → a", "{} → x"),
        ("{} | a", "{} | x"),
        ("{}:: a", "{}:: x"),
        ("{} :: a", "{} :: x"),
        ("{} > a", "{} > x"),
        ("{} / a", "{} / x"),
        ("**{}** / a", "**{}** / x"),
        ("{} ~ a", "{} - x"),
        ("{} » a", "{} - x"),
        // Without a separator, the form of a neighbour cannot be followed.
        ("{}[[A]]", "{} - x"),
        ("{}<br>A", "{} - x"),
        ("{}设置", "{} - x"),
    ] {
        let of = |form: &str, time: &str| format!("- {}\n", form.replace("{}", time));
        let history = format!("\n{}", of(old, "2025-02-01_09-00"));
        let time = "2025-04-01_00-00";
        check(&history, &[time], &format!("{history}{}", of(new, time)));
    }
}

/// The numbers of a list continue at its end; within it no entry takes the number of the next one.
#[test]
fn an_entry_takes_no_number_of_another() {
    let list = "\n1. 2025-02-01_09-00 - a\n2. 2025-04-01_09-00 - b\n";
    check(list, &["2025-03-01_00-00"], &with(list, " - a\n", "1. 2025-03-01_00-00 - x\n"));
    check(list, &["2025-05-01_00-00"], &format!("{list}3. 2025-05-01_00-00 - x\n"));
    check(list, &["2025-01-01_00-00"], &with(list, "\n", "1. 2025-01-01_00-00 - x\n"));
    let alike = list.replace("2. ", "1. ");
    check(&alike, &["2025-03-01_00-00"], &with(&alike, " - a\n", "1. 2025-03-01_00-00 - x\n"));
}

#[test]
fn an_entry_goes_into_a_list_of_plain_dates_in_the_form_of_the_vault() {
    let newest_first = "\n- 2026-05-09: Hybrid\n- 2026-04-28: V2\n";
    for (time, history) in [
        ("2026-05-10_08-00", "\n- 2026-05-10_08-00: x\n- 2026-05-09: Hybrid\n- 2026-04-28: V2\n"),
        // An entry of a day is not later than its hours.
        ("2026-05-09_08-00", "\n- 2026-05-09_08-00: x\n- 2026-05-09: Hybrid\n- 2026-04-28: V2\n"),
        ("2026-05-01_08-00", "\n- 2026-05-09: Hybrid\n- 2026-05-01_08-00: x\n- 2026-04-28: V2\n"),
        ("2026-01-01_08-00", "\n- 2026-05-09: Hybrid\n- 2026-04-28: V2\n- 2026-01-01_08-00: x\n"),
    ] {
        check(newest_first, &[time], history);
    }
    let oldest_first = "\n* **2026-04-28** V2\n* **2026-05-09** Hybrid\n";
    for (time, history) in [
        ("2026-05-09_08-00", format!("{oldest_first}* **2026-05-09_08-00** x\n")),
        ("2026-04-28_23-59", with(oldest_first, "V2\n", "* **2026-04-28_23-59** x\n")),
        ("2026-01-01_08-00", with(oldest_first, "\n", "* **2026-01-01_08-00** x\n")),
    ] {
        check(oldest_first, &[time], &history);
    }
    let of_versions = "\n- **v1.0** (2025-11-10): Initial\n- **v1.1** (2025-12-01): More\n";
    check(of_versions, &["2025-12-05_08-00"], &format!("{of_versions}- 2025-12-05_08-00 - x\n"));
}

#[test]
fn a_title_over_several_lines_is_a_neighbour_like_any_other() {
    let (old, new) = ("2025-02-01_09-00", "2025-04-01_00-00");
    for (entry, expected) in [
        (format!("- **{old}:** a  b\n  and c\n"), format!("- **{new}:** x\n")),
        (format!("- {old} → a\nlazy\n"), format!("- {new} → x\n")),
        (format!("- **{old} → all\n  bold**\n"), format!("- {new} - x\n")),
        (format!("- {old} →\n  a\n"), format!("- {new} - x\n")),
        (format!("- {old}: a\n  b ^id\n"), format!("- {new}: x\n")),
    ] {
        for eol in ["\n", "\r\n"] {
            let text = format!("# J\n\n## Modification History\n\n{entry}").replace('\n', eol);
            let stamp = StampFormat::default().read(new);
            let Some(StampReading::Valid(stamp)) = stamp else { panic!() };
            let entry = NewEntry { stamp, version: None, title: "x".to_owned(), details: Vec::new() };
            let vault = Vault::of_texts(Config::default(), &[("J.md", &text)]);
            let note = vault.note(NoteId(0)).unwrap();
            let edits = insert(
                note,
                &text,
                &[entry],
                Direction::OldestFirst,
                Timeline::endless(&StampFormat::default()),
            )
            .unwrap()
            .unwrap();
            let then = Edits::of(edits).unwrap().apply(&text).unwrap();
            assert_eq!(then, format!("{text}{}", expected.replace('\n', eol)));
        }
    }
}

#[test]
fn months_are_headings_of_time_too() {
    let months = "\n### 2026-09\n\n- 2026-09-02_10-00 - a\n\n### 2026-10\n\n- 2026-10-02_10-00 - b\n";
    check(
        months,
        &["2026-11-29_00-00"],
        &with(months, " - b\n", "\n### 2026-11\n\n- 2026-11-29_00-00 - x\n"),
    );
    check(months, &["2026-09-01_00-00"], &with(months, "### 2026-09\n\n", "- 2026-09-01_00-00 - x\n"));
    let named =
        "\n### October 2026\n\n- 2026-10-02_10-00 - b\n\n### September 2026\n\n- 2026-09-02_10-00 - a\n";
    check(named, &["2026-11-29_00-00"], &format!("\n### November 2026\n\n- 2026-11-29_00-00 - x\n{named}"));
    let within =
        "\n### 2026\n\n#### October\n\n- 2026-10-02_10-00 - b\n\n#### September\n\n- 2026-09-02_10-00 - a\n";
    check(
        within,
        &["2026-11-29_00-00"],
        &with(within, "### 2026\n\n", "#### November\n\n- 2026-11-29_00-00 - x\n\n"),
    );
    let empty = "\n### 2026\n\n#### October\n\n#### November\n";
    check(empty, &["2026-11-29_00-00"], &format!("{empty}\n- 2026-11-29_00-00 - x\n"));
    // Two new headings are in the order of the others.
    check(
        named,
        &["2026-11-29_00-00", "2026-12-01_00-00"],
        &format!(
            "\n### December 2026\n\n- 2026-12-01_00-00 - x\n\n### November 2026\n\n- 2026-11-29_00-00 - x\n{named}"
        ),
    );
    // In another year.
    let new = "### 2027\n\n#### January\n\n- 2027-01-29_00-00 - x\n\n";
    check(within, &["2027-01-29_00-00"], &with(within, "\n", new));
}

#[test]
fn days_are_written_as_the_vault_writes_them() {
    let format = StampFormat::of("DD.MM.YYYY HH:mm");
    let days = "\n### 27.11.2026\n\n- 27.11.2026 10:00 - a\n\n### 28.11.2026\n\n- 28.11.2026 10:00 - b\n";
    let new = "### 29.11.2026\n\n- 29.11.2026 10:00 - x\n";
    check_in(&format, days, &["29.11.2026 10:00"], &format!("{days}\n{new}"));
    check_in(&format, days, &["27.11.2026 12:00"], &with(days, " - a\n", "- 27.11.2026 12:00 - x\n"));
    let months = "\n### 10.2026\n\n- 27.10.2026 10:00 - a\n";
    let new = "### 11.2026\n\n- 29.11.2026 10:00 - x\n";
    check_in(&format, months, &["29.11.2026 10:00"], &format!("{months}\n{new}"));
    // A remark is about its own day.
    let told = "\n### 2026-11-20 — Release day\n\n- 2026-11-20_10-00 - b\n\n### 2026-11-18 (Wed)\n\n- 2026-11-18_10-00 - a\n";
    let new = "### 2026-11-19\n\n- 2026-11-19_10-00 - x\n\n";
    check(told, &["2026-11-19_10-00"], &with(told, "10-00 - b\n\n", new));
}

#[test]
fn entries_without_a_version_go_where_none_are_told() {
    let time = "2026-11-29_00-00";
    let two = "\n- 2026-09-02_10-00 - a\n\n## Version History\n\n- v1.0.0 (2026-09-05_10-00) - b\n";
    check(two, &[time], &with(two, " - a\n", &format!("- {time} - x\n")));
    // In one history, entries with and without versions may be mixed.
    let mixed = "\n- 2026-09-02_10-00 - a\n- v1.0.0 (2026-09-05_10-00) - b\n";
    check(mixed, &[time], &format!("{mixed}- {time} - x\n"));
}

#[test]
fn a_release_that_is_out_gets_no_entry() {
    let time = "2026-11-29_00-00";
    let releases = "\n### [1.0.0] - 2026-10-01\n\n- 2026-10-01_10-00 - b\n\n### [0.9.0] - 2026-09-01\n\n- 2026-09-01_10-00 - a\n";
    check(releases, &[time], &format!("\n- {time} - x\n{releases}"));
    let waiting = format!("\n### [Unreleased]\n{releases}");
    check(&waiting, &[time], &with(&waiting, "[Unreleased]\n", &format!("\n- {time} - x\n")));
    let listed = format!("\n### Unreleased\n\n- 2026-11-01_10-00 - c\n{releases}");
    check(&listed, &[time], &with(&listed, " - c\n", &format!("- {time} - x\n")));
    let named =
        releases.replace("[1.0.0] -", "Version 1.0.0").replace("[0.9.0] - 2026-09-01", "Release 0.9.0");
    check(&named, &[time], &format!("\n- {time} - x\n{named}"));
    let within =
        "\n### 2026\n\n#### v1.1.0\n\n- 2026-02-01_10-00 - b\n\n### 2025\n\n- 2025-02-01_10-00 - a\n";
    check(within, &[time], &with(within, "### 2026\n", &format!("\n- {time} - x\n")));
    // Items without a time are not entries.
    let plain = "\n### [Unreleased]\n\n- wip\n\n### [1.0.0] - 2026-10-01\n\n- first\n";
    check(plain, &[time], &with(plain, "- wip\n", &format!("- {time} - x\n")));
}

#[test]
fn a_line_across_is_no_part_of_the_entry_above_it() {
    let time = "2026-11-29_00-00";
    for last in ["**2025-05-01_10-00 - Setup**", "2025-05-01_10-00 - Setup_", "2025-05-01_10-00 - *Setup*"] {
        let history = format!("\n### 2025\n\n- {last}\n\n---\n");
        let new = if last.starts_with("**") { format!("**{time} - x**") } else { format!("{time} - x") };
        check(&history, &[time], &with(&history, &format!("{last}\n"), &format!("\n### 2026\n\n- {new}\n")));
    }
}

#[test]
fn a_line_across_closes_an_empty_history() {
    let time = "2026-11-29_00-00";
    check("\n---\n\n## Next\n", &[time], &format!("\n- {time} - x\n\n---\n\n## Next\n"));
    check(
        "\nTold here.\n\n---\n\n## Next\n",
        &[time],
        &format!("\nTold here.\n\n- {time} - x\n\n---\n\n## Next\n"),
    );
}

#[test]
fn an_item_that_is_no_entry_is_no_blank_line() {
    for (history, time, behind) in [
        ("- 2025-02-01_09-00 - a\n- see the wiki\n- 2025-03-01_09-00 - b\n", "2025-04-01_00-00", " - b\n"),
        ("- 2025-03-01_09-00 - b\n- see the wiki\n- 2025-02-01_09-00 - a\n", "2025-04-01_00-00", "\n"),
    ] {
        let history = format!("\n{history}");
        check(&history, &[time], &with(&history, behind, &format!("- {time} - x\n")));
    }
    let loose = "\n- 2025-02-01_09-00 - a\n\n- see the wiki\n\n- 2025-03-01_09-00 - b\n";
    check(loose, &["2025-04-01_00-00"], &with(loose, " - b\n", "\n- 2025-04-01_00-00 - x\n"));
}

#[test]
fn a_version_goes_where_versions_are_told() {
    let text = "# J\n\n## Modification History\n\n- 2025-05-01_10-00 - a\n- 2025-06-01_10-00 - b\n\n\
        ## Version History\n\n- v1.0.0 (2025-01-01_10-00) - c\n";
    let format = StampFormat::default();
    let Some(StampReading::Valid(stamp)) = format.read("2025-07-01_10-00") else { panic!() };
    let vault = Vault::of_texts(Config::default(), &[("J.md", text)]);
    let note = vault.note(NoteId(0)).unwrap();
    for (version, behind, new) in [
        (None, " - b\n", "- 2025-07-01_10-00 - x\n"),
        (Some("1.1.0"), " - c\n", "- v1.1.0 (2025-07-01_10-00) - x\n"),
    ] {
        let version = version.map(str::to_owned);
        let entry = NewEntry { stamp, version, title: "x".to_owned(), details: Vec::new() };
        let edits = insert(note, text, &[entry], Direction::OldestFirst, Timeline::endless(&format))
            .unwrap()
            .unwrap();
        let written = Edits::of(edits).unwrap().apply(text).unwrap();
        assert_eq!(written, with(text, behind, new));
    }
}

/// Whether an entry has a version decides its history; the times of the other history do not count.
#[test]
fn an_earlier_version_stays_where_versions_are_told() {
    let format = StampFormat::default();
    let Some(StampReading::Valid(stamp)) = format.read("2024-06-01_10-00") else { panic!() };
    for modified in [
        "- 2024-01-05_10-00 - c\n- 2025-02-05_10-00 - d\n",
        "### 2024\n\n- 2024-01-05_10-00 - c\n\n### 2025\n\n- 2025-02-05_10-00 - d\n",
    ] {
        let versions =
            "## Version History\n\n- v1.0.0 (2025-01-01_10-00) - a\n- v1.1.0 (2025-03-01_10-00) - b\n";
        let text = format!("# J\n\n{versions}\n## Modification History\n\n{modified}");
        let vault = Vault::of_texts(Config::default(), &[("J.md", &text)]);
        let note = vault.note(NoteId(0)).unwrap();
        let version = Some("0.9.0".to_owned());
        let entry = NewEntry { stamp, version, title: "x".to_owned(), details: Vec::new() };
        let edits = insert(note, &text, &[entry], Direction::OldestFirst, Timeline::endless(&format));
        let written = Edits::of(edits.unwrap().unwrap()).unwrap().apply(&text).unwrap();
        assert_eq!(written, with(&text, "## Version History\n\n", "- v0.9.0 (2024-06-01_10-00) - x\n"));
    }
}

/// An entry without a readable time is only known to be later than the one before it.
#[test]
fn an_entry_without_a_time_stays_with_the_one_before_it() {
    let time = "2025-01-01_00-00";
    let x = format!("- {time} - x\n");
    // No entry has a readable time, so the vault's habit, oldest first, applies.
    for list in [
        "- 2024-12-01 10.00 - A\n",
        "- 2024-12-01 10.00 - A\n- 2024-12-02 10.00 - B\n",
        "- 2024-13-01_10-00 - A\n  - y\n- 2024-13-02_10-00 - B\n  - z\n",
    ] {
        let history = format!("\n{list}");
        check(&history, &[time], &format!("{history}{x}"));
    }
    for (list, behind) in [
        ("- 2024-12-01_10-00 - A\n- 2024-12-02_10-00 - B\n- 2024-13-03_10-00 - C\n", " - C\n"),
        ("- 2024-12-01_10-00 - A\n- 2024-13-02_10-00 - B\n- 2025-12-03_10-00 - C\n", " - B\n"),
        ("- 2024-13-01_10-00 - A\n- 2025-02-02_10-00 - B\n- 2025-12-03_10-00 - C\n", " - A\n"),
        ("- 2025-02-01_10-00 - A\n- 2025-13-02_10-00 - B\n- 2025-12-03_10-00 - C\n", "\n"),
        // Newest first, the entry before it in time stands below it.
        ("- 2024-13-03_10-00 - C\n- 2024-12-02_10-00 - B\n- 2024-12-01_10-00 - A\n", "\n"),
        ("- 2025-12-03_10-00 - C\n- 2024-13-02_10-00 - B\n- 2024-12-01_10-00 - A\n", " - C\n"),
        ("- 2025-12-03_10-00 - C\n- 2025-02-02_10-00 - B\n- 2024-13-01_10-00 - A\n", " - B\n"),
        ("- 2025-12-03_10-00 - C\n- 2025-13-02_10-00 - B\n- 2025-02-01_10-00 - A\n", " - A\n"),
    ] {
        let history = format!("\n{list}");
        check(&history, &[time], &with(&history, behind, &x));
    }
}

#[test]
fn entries_without_a_time_are_oldest_or_newest_first_as_the_vault_has_it() {
    let text = "# J\n\n## Modification History\n\n- 2024-13-02_10-00 - B\n- 2024-13-01_10-00 - A\n";
    let format = StampFormat::default();
    let vault = Vault::of_texts(Config::default(), &[("J.md", text)]);
    let note = vault.note(NoteId(0)).unwrap();
    let entry = |time: &str| match format.read(time) {
        Some(StampReading::Valid(stamp)) => {
            NewEntry { stamp, version: None, title: "x".to_owned(), details: Vec::new() }
        }
        _ => panic!("{time}"),
    };
    let entries = [entry("2025-01-01_00-00"), entry("2025-01-02_00-00")];
    let (x, y) = ("- 2025-01-01_00-00 - x\n", "- 2025-01-02_00-00 - x\n");
    for (habit, expected) in [
        (Direction::OldestFirst, format!("{text}{x}{y}")),
        (Direction::NewestFirst, with(text, "History\n\n", &format!("{y}{x}"))),
    ] {
        let edits = insert(note, text, &entries, habit, Timeline::endless(&format)).unwrap().unwrap();
        assert_eq!(Edits::of(edits).unwrap().apply(text).unwrap(), expected);
    }
}

#[test]
fn numbers_go_on_for_each_entry_behind_the_last() {
    let format = StampFormat::default();
    let entry = |day: &str| {
        let Some(StampReading::Valid(stamp)) = format.read(&format!("{day}_10-00")) else { panic!() };
        NewEntry { stamp, version: None, title: "N".to_owned(), details: Vec::new() }
    };
    let entries = [entry("2024-12-02"), entry("2025-01-01"), entry("2025-01-02")];
    for (list, expected) in [("1 8", "1 1 8 9 10"), ("1 1", "1 1 1 1 1"), ("* *", "* * * * *")] {
        let mark = |mark: &str| if mark == "*" { mark.to_owned() } else { format!("{mark}.") };
        let days = ["2024-12-01", "2024-12-03"];
        let items = list.split(' ').zip(days).map(|(m, day)| format!("{} {day}_10-00 - A", mark(m)));
        let text = format!("# Modification History\n\n{}\n", items.collect::<Vec<_>>().join("\n"));
        let vault = Vault::of_texts(Config::default(), &[("J.md", &text)]);
        let note = vault.note(NoteId(0)).unwrap();
        let edits = insert(note, &text, &entries, Direction::OldestFirst, Timeline::endless(&format))
            .unwrap()
            .unwrap();
        let new = Edits::of(edits).unwrap().apply(&text).unwrap();
        let marks = new.lines().skip(2).filter_map(|line| line.split(' ').next());
        assert_eq!(marks.collect::<Vec<_>>(), expected.split(' ').map(mark).collect::<Vec<_>>(), "{new}");
    }
}

/// Whatever stands before the text of an entry, its details are read as its own, also by `CommonMark`, and the
/// list stays one list.
#[test]
fn details_stand_below_the_text_of_their_entry() {
    let numbered = |from: usize, detail: &str| -> String {
        let detail = |n: usize| if detail.is_empty() { String::new() } else { format!("{detail}x{n}\n") };
        let entry = |n| format!("{n}. 2024-12-0{}_10-00 - A\n{}", n - from + 1, detail(n));
        (from..from + 9).map(entry).collect()
    };
    let of = |bullet: &str, detail: &str| format!("{bullet}2024-12-01_10-00 - A\n{detail}");
    for (list, marker, prefix) in [
        (numbered(1, "   - "), "10. ", "    - "),
        (numbered(1, "   * "), "10. ", "    * "),
        (numbered(1, ""), "10. ", "    - "),
        (numbered(1, "    - "), "10. ", "    - "),
        (numbered(1, "\t- "), "10. ", "\t- "),
        (numbered(1, "  - "), "10. ", "    - "),
        (numbered(10, ""), "19. ", "    - "),
        (numbered(10, "    - "), "19. ", "    - "),
        (numbered(91, "    - "), "100. ", "     - "),
        (numbered(1, "   - ").replace(". ", ") "), "10) ", "    - "),
        (of("- ", ""), "- ", "  - "),
        (of("- ", "    - x\n"), "- ", "    - "),
        (of("- [x] ", "  - x\n"), "- [x] ", "  - "),
        (of("- [x] ", ""), "- [x] ", "  - "),
        (of("* [ ] ", ""), "* [x] ", "  * "),
        (of("1. [x] ", ""), "2. [x] ", "   - "),
        (of("-   [x] ", ""), "-   [x] ", "    - "),
        (of("-\t", ""), "-\t", "    - "),
        (of("-\t", "\t- x\n"), "-\t", "\t- "),
        (of("-   ", ""), "-   ", "    - "),
        (of("-    ", ""), "-    ", "     - "),
        (of("  * ", "    + x\n"), "  * ", "    + "),
        (of("* ", "    1. x\n    2. y\n"), "* ", "    1. "),
        (of("- ", "  1) x\n"), "- ", "  1) "),
        (numbered(1, "   1. "), "10. ", "    1. "),
    ] {
        for eol in ["\n", "\r\n"] {
            let text = format!("## Modification History\n\n{list}").replace('\n', eol);
            let format = StampFormat::default();
            let Some(StampReading::Valid(stamp)) = format.read("2025-01-01_10-00") else { panic!() };
            let entry =
                NewEntry { stamp, version: None, title: "N".to_owned(), details: vec!["d".to_owned()] };
            let vault = Vault::of_texts(Config::default(), &[("J.md", &text)]);
            let note = vault.note(NoteId(0)).unwrap();
            let edits = insert(note, &text, &[entry], Direction::OldestFirst, Timeline::endless(&format))
                .unwrap()
                .unwrap();
            let new = Edits::of(edits).unwrap().apply(&text).unwrap();
            assert_eq!(new, format!("{text}{marker}2025-01-01_10-00 - N{eol}{prefix}d{eol}"));
            let vault = Vault::of_texts(Config::default(), &[("J.md", &new)]);
            let lists: Vec<_> = vault.note(NoteId(0)).unwrap().facts.system().entry_lists().collect();
            let [list] = &lists[..] else { panic!("{new:?}") };
            let details = list.last().map(|entry| entry.details().collect::<Vec<_>>());
            assert_eq!(details, Some(vec!["d"]), "{new:?}");
        }
    }
}

/// A numbered list of details counts from one.
#[test]
fn details_that_are_numbered_count_on() {
    let text = "## Modification History\n\n* 2024-12-01_10-00 - A\n\n    1. x\n\n    2. y\n";
    let format = StampFormat::default();
    let Some(StampReading::Valid(stamp)) = format.read("2025-01-01_10-00") else { panic!() };
    let details = ["d1", "d2"].map(str::to_owned).to_vec();
    let entry = NewEntry { stamp, version: None, title: "N".to_owned(), details };
    let vault = Vault::of_texts(Config::default(), &[("J.md", text)]);
    let note = vault.note(NoteId(0)).unwrap();
    let edits = insert(note, text, &[entry], Direction::OldestFirst, Timeline::endless(&format)).unwrap();
    let new = Edits::of(edits.unwrap()).unwrap().apply(text).unwrap();
    assert_eq!(new, format!("{text}\n* 2025-01-01_10-00 - N\n\n    1. d1\n\n    2. d2\n"));
}

#[test]
fn what_is_planned_is_not_what_is_added_to() {
    let planned = |between: &str| {
        format!(
            "\n- 2026-03-05_10-00 - c\n- 2026-02-05_10-00 - b\n\n{between}\n\n- 2027-01-15_10-00 - d\n- \
             2027-06-15_10-00 - e\n"
        )
    };
    let stamp = |time| match StampFormat::default().read(time) {
        Some(StampReading::Valid(stamp)) => stamp,
        _ => panic!("{time}"),
    };
    for between in ["### Planned releases", "Planned:"] {
        let history = planned(between);
        let text = format!("# J\n\n## Version History\n{history}");
        for (time, latest, behind) in [
            // In the order of its list.
            ("2026-11-30_10-00", "2026-11-30_10-00", "## Version History\n\n"),
            ("2026-02-20_10-00", "2026-11-30_10-00", " - c\n"),
            // What was planned has happened by then.
            ("2027-07-01_10-00", "2027-07-01_10-00", " - e\n"),
        ] {
            let entry =
                NewEntry { stamp: stamp(time), version: None, title: "x".to_owned(), details: vec![] };
            let vault = Vault::of_texts(Config::default(), &[("J.md", &text)]);
            let note = vault.note(NoteId(0)).unwrap();
            let timeline = Timeline::up_to(vault.config(), stamp(latest));
            let edits = insert(note, &text, &[entry], Direction::OldestFirst, timeline).unwrap().unwrap();
            let new = Edits::of(edits).unwrap().apply(&text).unwrap();
            assert_eq!(new, with(&text, behind, &format!("- {time} - x\n")), "{between}");
        }
    }
}

/// During a conflict, the sides stand in the order of the merge.
#[test]
fn a_history_in_conflict_tells_no_order() {
    let note = |ours: &str, theirs: &str| {
        format!(
            "## Modification History\n\n<<<<<<< x\n- {ours}_10-00 - a\n=======\n- {theirs}_10-00 - b\n>>>>>>> y\n"
        )
    };
    for text in [note("2025-01-10", "2025-01-07"), note("2025-01-07", "2025-01-10")] {
        let vault = Vault::of_texts(Config::default(), &[("J.md", &text)]);
        assert_eq!(habit(&vault), Direction::OldestFirst, "{text}");
    }
}
