//! Tests histories in other forms than a list below a heading: their headings and timestamps, and what is not
//! part of a list.

use super::*;

/// Checks why an entry with this time is not written into a history.
pub(super) fn refused(history: &str, time: &str, expected: &str) {
    let text = format!("# J\n\n## Modification History\n{history}");
    let format = StampFormat::default();
    let Some(StampReading::Valid(stamp)) = format.read(time) else { panic!("{time}") };
    let entries = [NewEntry { stamp, version: None, title: "x".to_owned(), details: Vec::new() }];
    let vault = Vault::of_texts(Config::default(), &[("J.md", &text)]);
    let note = vault.note(NoteId(0)).unwrap();
    let made = insert(note, &text, &entries, Direction::OldestFirst, Timeline::endless(&format));
    let why = made.expect_err(history).message;
    assert!(why.contains(expected), "{history}: {why}");
}

/// Whatever form a heading has, an entry of another year does not go under it.
#[test]
fn no_entry_stands_below_a_heading_of_another_time() {
    let entry = "- 2025-03-01_10-20 - x\n";
    let (two, zero) = ("- 2024-12-07_09-00 - two\n", "- 2023-11-07_09-00 - zero\n");
    for (first, second, new) in [
        ("### Декабрь 2024", "### Ноябрь 2023", "### Март 2025"),
        ("### 2024年12月", "### 2023年11月", "### 2025年3月"),
        ("### 2024年", "### 2023年", "### 2025年"),
        ("### Décembre 2024", "### Novembre 2023", "### Mars 2025"),
        ("### Dezember 2024", "### November 2023", "### März 2025"),
        ("### Année 2024", "### Année 2023", "### Année 2025"),
        ("### Dec. 2024", "### Nov. 2023", "### Mar. 2025"),
        ("### December, 2024", "### November, 2023", "### March, 2025"),
        ("### December 7, 2024", "### November 7, 2023", "### March 1, 2025"),
        ("### 07.12.2024", "### 07.11.2023", "### 01.03.2025"),
        ("### 2024-12-07 Saturday", "### 2023-11-07 Tuesday", "### 2025-03-01 Saturday"),
        ("### 2024 H2", "### 2023 H2", "### 2025 H1"),
        ("### Q4 2024", "### Q4 2023", "### Q1 2025"),
        ("### 2024-W49", "### 2023-W45", "### 2025-W09"),
        ("### 2024 Changes", "### 2023 Changes", "### 2025 Changes"),
        ("### 2024: Ops", "### 2023: Ops", "### 2025: Ops"),
        ("### декабрь", "### ноябрь", "### март"),
        ("**2024**", "**2023**", "**2025**"),
        ("2024:", "2023:", "2025:"),
    ] {
        let history = format!("\n{first}\n\n{two}\n{second}\n\n{zero}");
        check(&history, &["2025-03-01_10-20"], &format!("\n{new}\n\n{entry}{history}"));
    }
    let groups = "\n**2024**\n\n- 2024-12-07_09-00 - two\n\n**2023**\n\n- 2023-11-07_09-00 - zero\n";
    check(groups, &["2024-01-01_00-00"], &with(groups, " - two\n", "- 2024-01-01_00-00 - x\n"));
    for heading in
        ["### 2024 (current)", "### FY2024", "### [2024](y.md)", "**2024, before the move**", "### 2023-2024"]
    {
        let history = format!("\n{heading}\n\n{two}");
        let expected = heading.trim_start_matches("### ");
        refused(&history, "2025-03-01_10-20", expected);
        // A heading that is written for the entry takes it.
        let own = format!("{history}\n### 2025-03\n");
        check(&own, &["2025-03-01_10-20"], &format!("{own}\n{entry}"));
    }
    // A number that is not a year.
    let port = format!("\n### Port 2049\n\n{two}");
    check(&port, &["2025-03-01_10-20"], &format!("{port}{entry}"));
    let since = format!("\n### Since 2024\n\n{two}- 2025-01-01_00-00 - a\n");
    check(&since, &["2025-03-01_10-20"], &format!("{since}{entry}"));
}

/// A heading of a range of days: an entry of a day in it goes there, and no other.
#[test]
fn a_heading_of_several_days_takes_no_entry_of_another_time() {
    let (of, entry) = (|day: &str| format!("- 2025-01-{day}_10-00 - a\n"), "- 2025-01-05_10-00 - x\n");
    for (heading, first, last, whole) in [
        ("2025-01-01 – 2025-01-07", "02", "04", true),
        ("2024-12-30 – 2025-01-05", "02", "04", true),
        ("Sprint 12 (2025-01-01 - 2025-01-14)", "02", "04", true),
        ("1–7 January 2025", "02", "06", false),
        ("Jan 1 – Jan 7 2025", "02", "06", false),
        ("01.01.–07.01.2025", "02", "06", false),
        ("December 2024 – January 2025", "02", "06", false),
    ] {
        let history = format!("\n### {heading}\n\n{}{}", of(first), of(last));
        let older = "\n### 2024-12-01 – 2024-12-07\n\n- 2024-12-02_10-00 - a\n- 2024-12-03_10-00 - a\n";
        let newest_first = format!("\n### {heading}\n\n{}{}{older}", of(last), of(first));
        for time in ["2025-01-15_10-00", "2025-06-01_10-00", "2026-01-03_10-00"] {
            refused(&history, time, heading);
            refused(&newest_first, time, heading);
        }
        if whole {
            check(&history, &["2025-01-05_10-00"], &format!("{history}{entry}"));
        } else {
            refused(&history, "2025-01-05_10-00", heading);
        }
    }
    // A week named by a day, and a range that never says where it ends.
    for heading in ["Week of 2025-01-06", "Woche vom 06.01.2025"] {
        let history = format!("\n### {heading}\n\n{}{}", of("06"), of("08"));
        let entry = "- 2025-01-09_10-00 - x\n";
        check(&history, &["2025-01-09_10-00"], &format!("{history}{entry}"));
        refused(&history, "2025-01-15_10-00", heading);
        let next = format!("{history}\n### Week of 2025-01-13\n");
        check(&next, &["2025-01-15_10-00"], &format!("{next}\n- 2025-01-15_10-00 - x\n"));
    }
    for heading in ["Sprint 2025-01-01", "Since January 2025", "Ticket 2024-12"] {
        let history = format!("\n### {heading}\n\n- 2025-01-01_10-00 - a\n- 2025-02-02_10-00 - a\n");
        check(&history, &["2025-02-05_10-00"], &format!("{history}- 2025-02-05_10-00 - x\n"));
    }
    let years = "\n### 2024/25\n\n- 2024-09-02_10-00 - a\n- 2025-01-02_10-00 - a\n";
    check(years, &["2025-01-05_10-00"], &format!("{years}{entry}"));
    refused(years, "2026-01-03_10-00", "2024/25");
}

/// A heading that names two days, weeks or months takes no entry of another time, whatever entries it has.
#[test]
fn a_heading_that_names_two_times_takes_no_entry_of_another_one() {
    let history = |heading: &str| {
        format!("\n### {heading}\n\n- 2025-01-02_10-00 - a\n- 2025-01-06_10-00 - b\n- 2025-01-20_10-00 - c\n")
    };
    for heading in [
        "2025-01-01 & 2025-01-07",
        "2025-01-01, 2025-01-07",
        "2025-01-01 and 2025-01-07",
        "2025-01-01 -- 2025-01-07",
        "2025-01-01 ~ 2025-01-07",
        "2025-01-01 till 2025-01-07",
        "2025-01-01 thru 2025-01-07",
        "2025-01-01 => 2025-01-07",
        "2025-01-01 | 2025-01-07",
        "2025-01-01 (until 2025-01-07)",
        "2025-01-01 2025-01-07",
        "2025-01-01–07",
        "2025-01–02",
        "Jan 1 To Jan 7 2025",
        "Jan 1 & 7, 2025",
        "Jan 1st – 7th 2025",
        "Jan 1, 3 and 7, 2025",
        "January 2025 & February 2025",
        "January 2024 – January 2025",
        "1-7 January 2025",
        "1 - 7 January 2025",
        "1, 7 January 2025",
        "1st–7th January 2025",
        "1.-7. Januar 2025",
        "1. bis 7. Januar 2025",
        "1. Und 7. Januar 2025",
        "01.-07.01.2025",
        "01. – 07.01.2025",
        "01.01. - 07.01.2025",
        "28.12. – 03.01.2025",
        "1 – 7.1.2025",
        "1 Jan 2025-7 Jan 2025",
        "W1-W2 2025",
        "2025-W01-W02",
        "KW 1-2 2025",
        "Week 1 & 2 2025",
        "Q1–2 2025",
        "2025年1月1日～7日",
        // One day in two ways of writing it.
        "02/01/2025",
        // A week by its number that is not that of the day.
        "Week 3 (2025-01-02)",
    ] {
        for time in ["2025-06-05_10-00", "2026-01-03_10-00"] {
            refused(&history(heading), time, heading);
        }
    }
    // Without a year, these take it from the heading above, under which an entry of another time goes.
    for heading in ["1–7 January", "January & February", "Week 1-2"] {
        let below = format!("\n#### {heading}\n\n- 2025-01-02_10-00 - a\n- 2025-01-06_10-00 - b\n");
        let new = "\n- 2025-06-05_10-00 - x\n";
        check(&format!("\n### 2025\n{below}"), &["2025-06-05_10-00"], &format!("\n### 2025\n{new}{below}"));
    }
    // A new heading does not copy a number that two existing headings share.
    let alike = "\n### 1–7 January 2025\n\n- 2025-01-02_10-00 - a\n\n### 1–7 February 2025\n\n- 2025-02-02_10-00 - b\n";
    refused(alike, "2025-03-05_10-00", "1–7 February 2025");
}

/// A number beside the only date of a heading is not a second date.
#[test]
fn a_number_beside_one_date_names_no_second_one() {
    for heading in [
        "Sprint 12 – 2025-01-01",
        "Sprint 12: 2025-01-01",
        "Sprint 12 (2025-01-01)",
        "Sprint 12 – 25.01.2025",
        "Sprint 12 – 7 January 2025",
        "Phase 2 – January 2025",
        "PR #12 → 2025-01-01",
        "Ticket 12 / 2025-01",
        "K8s – since 2025-01",
        "Rack 3–4, since January 2025",
        "January 2025 – 4 nodes added",
        "Since 7 January 2025 – 9 nodes",
        "Release train 2025-01-07 – 9 nodes added",
    ] {
        let history = format!("\n### {heading}\n\n- 2025-01-02_10-00 - a\n- 2025-02-20_10-00 - b\n");
        check(&history, &["2025-03-05_10-00"], &format!("{history}- 2025-03-05_10-00 - x\n"));
    }
    // A heading that begins with a day names that day, and a heading like it is made for another day.
    for heading in ["2025-01-02 – 4 nodes added", "2025-01-02, 10:00", "2025-01-02 - 10:30", "2025-01-02 #12"]
    {
        let history = format!("\n### {heading}\n\n- 2025-01-02_10-00 - a\n");
        let new = "\n### 2025-03-05\n\n- 2025-03-05_10-00 - x\n";
        check(&history, &["2025-03-05_10-00"], &format!("{history}{new}"));
    }
}

/// A week that is named by a day is read only if that day is a Monday.
#[test]
fn the_week_of_a_day_is_read_where_it_begins_on_that_day() {
    let of = |heading: &str, days: &[&str]| {
        let entries: Vec<String> = days.iter().map(|day| format!("- 2025-01-{day}_10-00 - a\n")).collect();
        format!("\n### {heading}\n\n{}", entries.concat())
    };
    let entry = |day: &str| format!("- 2025-01-{day}_10-00 - x\n");
    for (first, second, time) in [
        (of("Week of 2025-01-12", &["12"]), of("Week of 2025-01-19", &["19"]), "2025-01-17_10-00"),
        (of("Week of 2025-01-05", &["05", "08"]), of("Week of 2025-01-12", &["12"]), "2025-01-13_10-00"),
        (of("Week of 2025-01-12", &["12", "14"]), String::new(), "2025-06-05_10-00"),
        (of("Week of 2025-01-06", &["06"]), of("Week of 2025-01-12", &["12"]), "2025-01-08_10-00"),
        (of("Week from 2025-01-08", &["08"]), String::new(), "2025-01-07_10-00"),
        (of("Week review 2025-01-06", &["06"]), String::new(), "2025-01-07_10-00"),
        (of("2025-01-06 week review", &["06"]), String::new(), "2025-01-08_10-00"),
        (of("Week of Monday, 2025-01-06", &["06"]), String::new(), "2025-01-08_10-00"),
        (of("Week 2 (2025-01-08)", &["08"]), String::new(), "2025-01-09_10-00"),
        (of("Week 2, Mon 2025-01-06", &["06"]), String::new(), "2025-01-08_10-00"),
        (of("KW 2, 2025-01-06", &["06"]), of("KW 2, 2025-01-07", &["07"]), "2025-01-08_10-00"),
    ] {
        refused(&format!("{first}{second}"), time, "is for another time");
    }
    let review = of("2025-01-06 week review", &["06"]) + &of("2025-01-07", &["07"]);
    check(&review, &["2025-01-08_10-00"], &format!("{review}{}", of("2025-01-08", &[]) + &entry("08")));
    for heading in [
        "Week of January 6, 2025",
        "Week of 6 January 2025",
        "Week starting 2025-01-06",
        "Semaine du 06.01.2025",
    ] {
        let history = of(heading, &["06", "08"]);
        check(&history, &["2025-01-09_10-00"], &format!("{history}{}", entry("09")));
        refused(&history, "2025-01-15_10-00", heading);
    }
    // A week by its number and its Monday.
    for (heading, next) in [
        ("Week 2 (2025-01-06)", "Week 3 (2025-01-13)"),
        ("KW 2, 2025-01-06", "KW 3, 2025-01-13"),
        ("Week 2 (January 6, 2025)", "Week 3 (January 13, 2025)"),
    ] {
        let history = of(heading, &["08"]);
        check(&history, &["2025-01-11_10-00"], &format!("{history}{}", entry("11")));
        check(&history, &["2025-01-14_10-00"], &format!("{history}{}", of(next, &[]) + &entry("14")));
    }
    // A day with its week behind it is only that day.
    let days = of("2025-01-06 (KW 2)", &["06"]);
    check(&days, &["2025-01-08_10-00"], &format!("{days}{}", of("2025-01-08 (KW 2)", &[]) + &entry("08")));
    // The new week is of another year than its first day.
    let weeks = "\n### Week 51 (December 15, 2025)\n\n- 2025-12-16_10-00 - a\n";
    refused(weeks, "2025-12-30_10-00", "Week 51");
}

/// A comment does not change which time its heading names, and a new heading does not copy it.
#[test]
fn a_comment_in_a_heading_is_none_of_its_time() {
    let december = "\n### 2024-12\n\n- 2024-12-07_10-00 - a\n";
    for comment in ["<!-- checked 2025-02-03 -->", "%%checked 2025-02-03%%"] {
        for heading in [
            format!("### 2025-01 {comment}"),
            format!("### {comment} 2025-01"),
            format!("### 2025-01{comment}"),
        ] {
            let history = format!("{december}\n{heading}\n\n- 2025-01-02_10-00 - b\n");
            let new = "\n### 2025-02\n\n- 2025-02-05_10-00 - x\n";
            check(&history, &["2025-02-05_10-00"], &format!("{history}{new}"));
            check(&history, &["2025-01-05_10-00"], &format!("{history}- 2025-01-05_10-00 - x\n"));
        }
        let bold = format!("\n**2025-01** {comment}\n\n- 2025-01-02_10-00 - b\n");
        let new = "\n**2025-02**\n\n- 2025-02-05_10-00 - x\n";
        check(&bold, &["2025-02-05_10-00"], &format!("{bold}{new}"));
        // The form of a heading with a comment in the middle is not copied.
        let amid =
            format!("\n### January {comment} 2025\n\n- 2025-01-02_10-00 - b\n- 2025-02-01_10-00 - c\n");
        refused(&amid, "2025-02-05_10-00", "January");
        for line in [
            format!("**{comment} 2025-01**"),
            format!("**2025-01 {comment}**"),
            format!("**January {comment} 2025**"),
            format!("January {comment} 2025"),
        ] {
            let amid = format!("\n{line}\n\n- 2025-01-02_10-00 - a\n");
            refused(&amid, "2025-03-05_10-00", "2025");
        }
    }
    let year = "\n### 2025 <!-- split off from 2024 -->\n\n- 2025-01-02_10-00 - b\n";
    let new = "\n### 2024\n\n- 2024-12-05_10-00 - x\n";
    check(year, &["2024-12-05_10-00"], &format!("{new}{year}"));
    let open = "\n### 2025-01 <!-- open -->\n\n- 2025-01-02_10-00 - b\n\n### 2025-02 <!-- open -->\n\n- 2025-02-02_10-00 - c\n";
    let new = "\n### 2025-03\n\n- 2025-03-05_10-00 - x\n";
    check(open, &["2025-03-05_10-00"], &format!("{open}{new}"));
    let named = "\n### 2025-01 <!-- 2025-01 --> ^jan\n\n- 2025-01-02_10-00 - b\n";
    check(named, &["2025-03-05_10-00"], &format!("{named}{new}"));
    // The comment does not make a release unreleased.
    let released = "\n### [1.0.0] <!-- Unreleased until May -->\n\n- 2025-01-02_10-00 - b\n";
    let top = "\n- 2025-03-05_10-00 - x\n";
    check(released, &["2025-03-05_10-00"], &format!("{top}{released}"));
}

/// The days around New Year belong to a week of another year.
#[test]
fn a_week_around_new_year_is_left_to_people() {
    let weeks =
        "\n### 2025\n\n#### Week 51\n\n- 2025-12-17_10-00 - a\n\n#### Week 52\n\n- 2025-12-23_10-00 - b\n";
    for time in ["2025-12-29_10-00", "2025-12-31_10-00", "2027-01-01_10-00"] {
        refused(weeks, time, "Week 52");
        refused(&format!("{weeks}\n### 2027\n"), time, "Week 52");
    }
    let next = "\n### 2026\n\n#### Week 2\n\n- 2026-01-06_10-00 - x\n";
    check(weeks, &["2026-01-06_10-00"], &format!("{weeks}{next}"));
    // A heading that is written for the entry takes it.
    let there = format!("{weeks}\n### 2026\n\n#### Week 1\n");
    let entries = "\n- 2025-12-29_10-00 - x\n- 2025-12-31_10-00 - x\n";
    check(&there, &["2025-12-29_10-00", "2025-12-31_10-00"], &format!("{there}{entries}"));
    let named = weeks.replace("Week ", "2025-W");
    check(&named, &["2025-12-29_10-00"], &format!("{named}\n#### 2026-W01\n\n- 2025-12-29_10-00 - x\n"));
    // A number has two digits if the others have.
    for (one, next) in [("W6", "W7"), ("W06", "W07")] {
        let weeks = format!("\n### {one} 2025\n\n- 2025-02-04_10-00 - a\n");
        let new = format!("\n### {next} 2025\n\n- 2025-02-11_10-00 - x\n");
        check(&weeks, &["2025-02-11_10-00"], &format!("{weeks}{new}"));
    }
}

/// A new year gets a month if the other years are divided into months.
#[test]
fn a_year_is_divided_as_the_others_are() {
    let entry = "- 2025-03-01_10-20 - x\n";
    let of = |months: &str| format!("\n### 2024\n\n{months}");
    let (december, november) =
        ("#### December\n\n- 2024-12-07_09-00 - two\n", "#### November\n\n- 2024-11-07_09-00 - a\n");
    let newest_first = of(&format!("{december}\n{november}"));
    let new = format!("### 2025\n\n#### March\n\n{entry}");
    check(&newest_first, &["2025-03-01_10-20"], &format!("\n{new}{newest_first}"));
    let oldest_first = of(&format!("{november}\n{december}"));
    let and = "\n#### April\n\n- 2025-04-01_10-20 - x\n";
    check(&oldest_first, &["2025-03-01_10-20", "2025-04-01_10-20"], &format!("{oldest_first}\n{new}{and}"));
    let empty = format!("{oldest_first}\n### 2025\n");
    check(&empty, &["2025-03-01_10-20"], &format!("{oldest_first}\n{new}"));
    let quarters = of("#### Q4\n\n- 2024-12-07_09-00 - two\n");
    check(&quarters, &["2025-03-01_10-20"], &format!("{quarters}\n### 2025\n\n#### Q1\n\n{entry}"));
}

#[test]
fn a_history_in_another_form_gets_no_second_one() {
    let entry = "2024-12-07_08-00 - one";
    for (history, expected) in [
        ("| Timestamp | Event |\n| --- | --- |\n| 2024-12-07_08-00 | one |\n".to_owned(), "is a table"),
        ("| Version | Date | Change |\n|---|---|---|\n| 1.0 | May 2024 | one |\n".to_owned(), "is a table"),
        ("| | |\n|---|---|\n| 2024-12-07 | one |\n".to_owned(), "is a table"),
        (format!("> [!note] Log\n> - {entry}\n\nSee also [[N]].\n"), "(`> - 2024-12-07_08-00 - one`)"),
        (
            format!("- 2024\n  - {entry}\n- 2023\n  - 2023-12-07_09-00 - two\n"),
            "(`- 2024-12-07_08-00 - one`)",
        ),
        ("- [[2024-12-07]] - one\n".to_owned(), "(`- [[2024-12-07]] - one`)"),
        (format!("### {entry}\n\n- detail\n"), "(`### 2024-12-07_08-00 - one`)"),
        ("### 2024-12-07\n\n- Moved\n".to_owned(), "(`### 2024-12-07`)"),
        (format!("{entry}\n\n2024-12-08_08-00 - two\n"), "(`2024-12-07_08-00 - one`)"),
        (format!("🚀 {entry}\n\n🐛 2024-12-08_08-00 - two\n"), "(`🚀 2024-12-07_08-00 - one`)"),
        ("**v1.3.0** (2024-12-07): one\n".to_owned(), "(`**v1.3.0** (2024-12-07): one`)"),
        ("v1.3.0 - 2024-12-07 - one\n".to_owned(), "(`v1.3.0 - 2024-12-07 - one`)"),
        ("(2024-12-07) one\n".to_owned(), "(`(2024-12-07) one`)"),
        ("Date: 2024-12-07\nChange: one\n".to_owned(), "(`Date: 2024-12-07`)"),
        ("Ruth, 2024-12-07: one\n".to_owned(), "(`Ruth, 2024-12-07: one`)"),
        ("@ruth, 2024-12-07: one\n".to_owned(), "(`@ruth, 2024-12-07: one`)"),
        ("Version 1.3.0 (2024-12-07): one\n".to_owned(), "(`Version 1.3.0 (2024-12-07): one`)"),
        ("Sat 2024-12-07: one\n".to_owned(), "(`Sat 2024-12-07: one`)"),
        ("==2024-12-07== - one\n".to_owned(), "(`==2024-12-07== - one`)"),
        ("2024-12-07\n: one\n".to_owned(), "(`2024-12-07`)"),
        ("<dl><dt>2024-12-07</dt><dd>one</dd></dl>\n".to_owned(), "(`<dl><dt>2024-12-07</dt>"),
        (format!("### {entry} Müller moved\n\n- x\n"), "(`### 2024-12-07_08-00 - one Müller moved`)"),
        (format!("### {entry} Müller moved again\n\n- x\n"), "(`### 2024-12-07_08-00 - one Müller moved…`)"),
    ] {
        refused(&format!("\n{history}"), "2025-03-01_10-20", expected);
        // A list that somebody begins beside it is continued.
        let begun = format!("\n- 2025-02-01_00-00 - a\n\n{history}");
        check(&begun, &["2025-03-01_10-20"], &with(&begun, " - a\n", "- 2025-03-01_10-20 - x\n"));
    }
    for history in [
        "Since 2024-12-07 nothing has changed.\n",
        "2024-12-07 was the first day.\n",
        "🚀 2024-12-07 was the first day.\n",
        "(2024-12-07 was the first day.)\n",
        "v1.3.0 (2024-12-07) was the first release.\n",
        "**Last change:** 2024-12-07\n",
        "Entries before 2024-01-01: see [[Archive]].\n",
        "Moved on 2024-01-01, see wiki.\n",
        "Since 2024-01-01 - all changes are here.\n",
        "Archived (2024-01-01): older entries\n",
        "See [[2024-01-01]] - daily note\n",
        "Last change: 2024-12-07 - by Ruth\n",
        "- None yet\n",
        "```\n- 2024-12-07_08-00 - an example\n```\n",
        "%%\n- 2024-12-07_08-00 - an example\n%%\n",
        "<!--\n- 2024-12-07_08-00 - an example\n-->\n",
        "### 2024-12-07\n\n### 2024-12-08\n",
    ] {
        let (note, time) = (format!("\n{history}"), "2025-03-01_10-20");
        let whole = format!("# J\n\n## Modification History\n{note}");
        let format = StampFormat::default();
        let Some(StampReading::Valid(stamp)) = format.read(time) else { panic!("{time}") };
        let entries = [NewEntry { stamp, version: None, title: "x".to_owned(), details: Vec::new() }];
        let vault = Vault::of_texts(Config::default(), &[("J.md", &whole)]);
        let made = insert(
            vault.note(NoteId(0)).unwrap(),
            &whole,
            &entries,
            Direction::OldestFirst,
            Timeline::endless(&format),
        );
        assert!(made.is_ok(), "{history}: {made:?}");
    }
}

#[test]
fn what_is_logged_has_been_done() {
    let (a, b) = ("2025-03-01_09-00 - a\n", "2025-04-01_09-00 - b\n");
    for (one, other, expected) in [
        ("- [x] ", "- [ ] ", "- [x] "),
        ("* [ ] ", "* [ ] ", "* [x] "),
        ("1. [X] ", "2. [ ] ", "3. [x] "),
        ("- ", "- ", "- "),
    ] {
        let history = format!("\n{one}{a}{other}{b}");
        check(&history, &["2025-05-01_09-00"], &format!("{history}{expected}2025-05-01_09-00 - x\n"));
    }
    // A box without a list item is copied as it is.
    let (one, other) = ("\n- 2025-03-01_09-00 - [ ] a\n", "- 2025-05-01_09-00 - x\n");
    check(one, &["2025-05-01_09-00"], &format!("{one}{other}"));
}

#[test]
fn a_timestamp_has_the_form_of_its_list() {
    for (form, expected) in [
        ("2024-12-0{}T08:00 - one", "2025-03-01T10:20 - x"),
        ("2024-12-0{} 08:00: one", "2025-03-01 10:20: x"),
        ("2024-12-0{}T08:00:30 - one", "2025-03-01T10:20:00 - x"),
        ("**2024-12-0{}T08:00Z** - one", "**2025-03-01T10:20** - x"),
        ("2024-12-0{}, 08:00: one", "2025-03-01, 10:20: x"),
        // A time zone belongs to its entry.
        ("2024-12-0{} 08:00 CEST – one", "2025-03-01 10:20 – x"),
        ("2024-12-0{} 08:00 (CET) - one", "2025-03-01 10:20 - x"),
        ("**2024-12-0{} 08:00 UTC:** one", "**2025-03-01 10:20:** x"),
        ("**2024-12-0{} 08:00** MEZ: one", "**2025-03-01 10:20**: x"),
        ("2024-12-0{} 08:00 Uhr – one", "2025-03-01 10:20 Uhr – x"),
        ("2024-12-0{} - one", "2025-03-01_10-20 - x"),
        // Text between the date and the title belongs to the date.
        ("2024-12-0{} (Sat) 09:00 - one", "2025-03-01_10-20 - x"),
        ("2024-12-0{} 9.00 – one", "2025-03-01_10-20 – x"),
        ("2024-12-0{} one", "2025-03-01_10-20 x"),
        // A comment is not part of the separator.
        ("2024-12-0{}_08-00 %%ci%% - one", "2025-03-01_10-20 - x"),
        ("2024-12-0{}_08-00 <!-- ci --> : one", "2025-03-01_10-20 : x"),
        ("2024-12-0{}_08-00: %%ci%% one", "2025-03-01_10-20: x"),
        ("**2024-12-0{}_08-00** <!-- ci --> – one", "**2025-03-01_10-20** – x"),
        ("**2024-12-0{}_08-00 – one** <!-- ci -->", "**2025-03-01_10-20 – x**"),
        ("2024-12-0{}_08-00 %%ci\n  bot%% - one", "2025-03-01_10-20 - x"),
        ("%%ci%% 2024-12-0{}_08-00 - one", "2025-03-01_10-20 - x"),
        ("<!-- ci -->  2024-12-0{}_08-00 - one", "2025-03-01_10-20 - x"),
        ("[x] %%ci%% 2024-12-0{}_08-00 - one", "[x] 2025-03-01_10-20 - x"),
        ("**%%ci%% 2024-12-0{}_08-00** - one", "**2025-03-01_10-20** - x"),
        // The blank beside a comment does not keep a mark from opening or closing.
        ("**2024-12-0{}_08-00 %%ci%%** - one", "**2025-03-01_10-20** - x"),
        ("*2024-12-0{}_08-00 <!-- ci -->*: one", "*2025-03-01_10-20*: x"),
        ("__2024-12-0{}_08-00 %%ci%%__ - one", "__2025-03-01_10-20__ - x"),
        ("`2024-12-0{}_08-00 %%ci%%` one", "`2025-03-01_10-20` x"),
        ("<!-- ci -->\n  2024-12-0{}_08-00 - one", "2025-03-01_10-20 - x"),
    ] {
        let item = |day: &str| format!("- {}\n", form.replacen("{}", day, 1));
        let history = format!("\n{}{}", item("7"), item("8"));
        check(&history, &["2025-03-01_10-20"], &format!("{history}- {expected}\n"));
    }
    // A single entry says how the history began, unless the note has times in the vault's form.
    let one = "\n- 2024-12-07T08:00 - one\n";
    check(one, &["2025-03-01_10-20"], &format!("{one}- 2025-03-01T10:20 - x\n"));
}

/// A tag with the version of its entry continues with the new version; any other tag is independent.
#[test]
fn a_changelog_tag_goes_on_with_the_version() {
    let format = StampFormat::default();
    let Some(StampReading::Valid(stamp)) = format.read("2025-03-01_10-20") else { panic!() };
    for (old, version, new) in [
        ("v1.1.0 ({}) - a [changelog#1.1.0]", Some("1.1.1"), "v1.1.1 ({}) - x [changelog#1.1.1]"),
        ("v1.1.0 ({}) - a [changelog#v1.1.0]", Some("1.1.1"), "v1.1.1 ({}) - x [changelog#v1.1.1]"),
        ("**v1.1.0 ({}) - a [changelog#1.1.0]**", Some("1.1.1"), "**v1.1.1 ({}) - x [changelog#1.1.1]**"),
        ("v1.1.0 ({}) - a [changelog#1.1.0] ^id", Some("1.1.1"), "v1.1.1 ({}) - x [changelog#1.1.1]"),
        ("v1.1.0 ({}) - a [changelog#12]", Some("1.1.1"), "v1.1.1 ({}) - x"),
        ("v1.1.0 ({}) - a", Some("1.1.1"), "v1.1.1 ({}) - x"),
        ("**v1.1.0** {} – a %%ci%%", Some("1.1.1"), "**v1.1.1** {} – x"),
        ("**v1.1.0** %%ci%%  ({}) – a", Some("1.1.1"), "**v1.1.1** ({}) – x"),
        ("**v1.1.0 %%ci%%** ({}) - a", Some("1.1.1"), "**v1.1.1** ({}) - x"),
        ("**%%ci%% v1.1.0** ({}): a", Some("1.1.1"), "**v1.1.1** ({}): x"),
        // Other text in the brackets is about its own entry.
        ("v1.1.0 ({}, Ruth): a", Some("1.1.1"), "v1.1.1 ({}): x"),
        ("**v1.1.0** [{} by **Ruth** (ops)] – a", Some("1.1.1"), "**v1.1.1** [{}] – x"),
        ("v1.1.0 ({}, Ruth)", Some("1.1.1"), "v1.1.1 ({}) - x"),
        ("v1.1.0 ({}) - a [changelog#1.1.0]", None, "{} - x"),
        ("{} - a [changelog#12]", None, "{} - x"),
    ] {
        let item = |form: &str, time: &str| format!("- {}\n", form.replace("{}", time));
        let text = format!("# J\n\n## Version History\n\n{}", item(old, "2024-12-07_08-09"));
        let entry = NewEntry {
            stamp,
            version: version.map(str::to_owned),
            title: "x".to_owned(),
            details: Vec::new(),
        };
        let vault = Vault::of_texts(Config::default(), &[("J.md", &text)]);
        let note = vault.note(NoteId(0)).unwrap();
        let edits = insert(note, &text, &[entry], Direction::OldestFirst, Timeline::endless(&format))
            .unwrap()
            .unwrap();
        let then = Edits::of(edits).unwrap().apply(&text).unwrap();
        assert_eq!(then, format!("{text}{}", item(new, "2025-03-01_10-20")));
    }
}

#[test]
fn a_date_alone_is_written_where_dates_are() {
    let format = StampFormat::default();
    let Some(stamp) = property_stamp("2025-03-01") else { panic!() };
    let entry = NewEntry { stamp, version: None, title: "x".to_owned(), details: Vec::new() };
    for (history, expected) in [
        ("- 2024-12-07 - one\n", Some("- 2025-03-01 - x\n")),
        ("- 2024-12-07 - one\n- **2024-12-08:** two\n", Some("- **2025-03-01:** x\n")),
        ("- 2024-12-07_08-00 - one\n", None),
        ("- 2024-12-07T08:00 - one\n- 2024-12-08T08:00 - two\n", None),
        ("", None),
    ] {
        let text = format!("## Modification History\n\n{history}");
        let vault = Vault::of_texts(Config::default(), &[("J.md", &text)]);
        let note = vault.note(NoteId(0)).unwrap();
        assert_eq!(
            can_tell_time(note, &text, &entry, Timeline::endless(&format), 0..1),
            expected.is_some(),
            "{history}"
        );
        if let Some(expected) = expected {
            let edits = insert(
                note,
                &text,
                std::slice::from_ref(&entry),
                Direction::OldestFirst,
                Timeline::endless(&format),
            );
            let new = Edits::of(edits.unwrap().unwrap()).unwrap().apply(&text).unwrap();
            assert_eq!(new, format!("{text}{expected}"));
        }
    }
}

fn property_stamp(text: &str) -> Option<Stamp> {
    match crate::text::stamp::read_property_date(text)? {
        StampReading::Valid(stamp) => Some(stamp),
        StampReading::Impossible => None,
    }
}

/// Below a new heading, a list has one entry, which tells no order. The other lists of the note do, and its
/// headings; the vault's habit only counts if they do not.
#[test]
fn a_list_of_one_goes_on_as_its_note_does() {
    let (new, next) = ("2025-03-01_10-20", "2025-03-02_10-20");
    let entry = |time: &str| format!("- {time} - x\n");
    let months = "\n### 2025-02\n\n- 2025-02-02_09-00 - two\n\n### 2025-01\n\n- 2025-01-02_09-00 - one\n";
    let march = format!("\n### 2025-03\n\n{}{}", entry(next), entry(new));
    check(months, &[new, next], &format!("{march}{months}"));
    // A year with one month has the order of the years.
    let years = "\n### 2024\n\n#### May\n\n- 2024-05-02_09-00 - two\n\n### 2023\n\n#### May\n\n- 2023-05-02_09-00 - one\n";
    let march = format!("\n### 2025\n\n#### March\n\n{}{}", entry(next), entry(new));
    check(years, &[new, next], &format!("{march}{years}"));
    // Lists may have another order than their headings.
    let mixed = with(months, " - two\n", "- 2025-02-03_09-00 - three\n");
    let march = format!("\n### 2025-03\n\n{}{}", entry(new), entry(next));
    check(&mixed, &[new, next], &format!("{march}{mixed}"));
    let subjects = "\n### Gate\n\n- 2025-02-03_09-00 - two\n- 2025-02-02_09-00 - one\n\n### Pay\n\n- 2025-02-28_09-00 - three\n";
    check(subjects, &[new], &with(subjects, "### Pay\n\n", &entry(new)));
}

/// A history with another form of date keeps it below a new heading.
#[test]
fn dates_go_on_below_a_new_heading() {
    let history = "\n### 2024\n\n- 2024-11-03 08:30 - a\n- 2024-12-07 09:00 - b\n";
    let new = "\n### 2025\n\n- 2025-03-01 10:20 - x\n- 2025-03-02 10:20 - x\n";
    check(history, &["2025-03-01_10-20", "2025-03-02_10-20"], &format!("{history}{new}"));
}
