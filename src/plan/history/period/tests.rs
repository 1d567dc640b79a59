//! Tests how headings of histories are read, and how those of other periods are written.

use super::*;

fn of(year: i32, month: Option<u32>, day: Option<u32>) -> Period {
    let unit = match (month, day) {
        (None, _) => Unit::Year,
        (_, None) => Unit::Month,
        _ => Unit::Day,
    };
    let date = NaiveDate::from_ymd_opt(year, month.unwrap_or(1), day.unwrap_or(1));
    Period::around(date.unwrap(), unit)
}

#[test]
fn headings_that_name_a_period() {
    let check = |heading: &str, expected: Option<(Period, &str)>| {
        let around = Some(of(2024, None, None));
        let found = match meaning(heading, around, None, Some(&StampFormat::of("DD.MM.YYYY"))) {
            Some(Meaning::Period(named)) => {
                let line = format!("### {heading}");
                let next = NaiveDate::from_ymd_opt(2027, 11, 3).unwrap();
                let next = Period::around(next, named.period.unit);
                let renamed = named.renamed(&line, next, named.languages().unwrap_or_default());
                Some((named.period, renamed.unwrap_or_default().replacen("### ", "", 1)))
            }
            _ => None,
        };
        assert_eq!(found, expected.map(|(period, next)| (period, next.to_owned())), "{heading}");
    };
    let year = of(2025, None, None);
    check("2025", Some((year, "2027")));
    check("📅 **2025**", Some((year, "📅 **2027**")));
    check("[[2025]]", Some((year, "2027")));
    check("2025 ^year", Some((year, "2027")));
    check("2025-05", Some((of(2025, Some(5), None), "2027-11")));
    check("2025/05/02", Some((of(2025, Some(5), Some(2)), "2027/11/03")));
    check("October 2025", Some((of(2025, Some(10), None), "November 2027")));
    check("OCT 2025", Some((of(2025, Some(10), None), "NOV 2027")));
    check("May 2025", Some((of(2025, Some(5), None), "November 2027")));
    check("October", Some((of(2024, Some(10), None), "November")));
    check("2025 ^year\n-----", Some((year, "2027\n-----")));
    check("Year 2025", Some((year, "Year 2027")));
    check("In 2025", Some((year, "In 2027")));
    check("Année 2025", Some((year, "Année 2027")));
    check("2025年", Some((year, "2027年")));
    check("2025 Changes", Some((year, "2027 Changes")));
    check("2025 #log", Some((year, "2027 #log")));
    check("2025 (current)", Some((year, "")));
    check("FY2025", Some((year, "")));
    check("1 October 2025", Some((of(2025, Some(10), Some(1)), "3 November 2027")));
    check("2025-10-01 (Wed)", Some((of(2025, Some(10), Some(1)), "2027-11-03 (Wed)")));
    check("2025-10-02 Donnerstag", Some((of(2025, Some(10), Some(2)), "2027-11-03 Mittwoch")));
    check("2025-10-01 (Sat)", Some((of(2025, Some(10), Some(1)), "2027-11-03")));
    check("2025-10-01 — Release day", Some((of(2025, Some(10), Some(1)), "2027-11-03")));
    check("2025-10 October", Some((of(2025, Some(10), None), "2027-11 November")));
    check("01.10.2025", Some((of(2025, Some(10), Some(1)), "03.11.2027")));
    check("10.2025", Some((of(2025, Some(10), None), "11.2027")));
    check("10/2025", Some((of(2025, Some(10), None), "11/2027")));
    check("Wednesday, 1 October 2025", Some((of(2025, Some(10), Some(1)), "Wednesday, 3 November 2027")));
    check("October 1st, 2025", Some((of(2025, Some(10), Some(1)), "November 3rd, 2027")));
    check("7. Dezember 2025", Some((of(2025, Some(12), Some(7)), "3. November 2027")));
    check("1.10.2025", Some((of(2025, Some(10), Some(1)), "3.11.2027")));
    check("13/10/2025", Some((of(2025, Some(10), Some(13)), "03/11/2027")));
    check("10/13/2025", Some((of(2025, Some(10), Some(13)), "11/03/2027")));
    check("07/10/2025", Some((of(2025, Some(10), Some(7)), "")));
    check("Октябрь 2025", Some((of(2025, Some(10), None), "Ноябрь 2027")));
    check("Décembre 2025", Some((of(2025, Some(12), None), "Novembre 2027")));
    check("2025年10月", Some((of(2025, Some(10), None), "2027年11月")));
    check("2025年10月1日", Some((of(2025, Some(10), Some(1)), "2027年11月3日")));
    check("Dec. 2025", Some((of(2025, Some(12), None), "Nov. 2027")));
    check("December, 2025", Some((of(2025, Some(12), None), "November, 2027")));
    check("2025 December", Some((of(2025, Some(12), None), "2027 November")));
    check("грудень", Some((of(2024, Some(12), None), "листопад")));
    check("Phase two, May 2025", Some((of(2025, Some(5), None), "")));
    let first = |month, unit| Period::around(NaiveDate::from_ymd_opt(2025, month, 1).unwrap(), unit);
    check("Q4 2025", Some((first(10, Unit::Quarter), "Q4 2027")));
    check("2025-Q1", Some((first(1, Unit::Quarter), "2027-Q4")));
    check("2025 H1", Some((first(1, Unit::Half), "2027 H2")));
    check("2025-W49", Some((first(12, Unit::Week), "2027-W44")));
    check("Week 49, 2025", Some((first(12, Unit::Week), "Week 44, 2027")));
    check("October 2025 (Q1)", Some((of(2025, Some(10), None), "")));
    check("[2025](y.md)", Some((year, "")));
    check("[[2025|the year]]", Some((year, "")));
    let years = Period { last: of(2025, None, None).last, unit: Unit::Years, ..of(2024, None, None) };
    check("2024-2025", Some((years, "")));
    for short in ["2024/25", "2024-25", "2024–25"] {
        check(short, Some((years, "")));
    }
    check("2011/12", Some((of(2011, Some(12), None), "2027/11")));
    let day = |month, day| NaiveDate::from_ymd_opt(2025, month, day).unwrap();
    let days = Period { first: day(1, 1), last: day(1, 7), unit: Unit::Days };
    check("2025-01-01 – 2025-01-07", Some((days, "")));
    check("Sprint 12 (01.01.2025 - 07.01.2025)", Some((days, "")));
    check("[[2025-01-01]] to [[2025-01-07]]", Some((days, "")));
    // Two days are not always a range.
    check("2025-01-01, 2025-01-07", Some((of(2025, Some(1), Some(1)), "")));
    check("December 2024 – January 2025", Some((of(2024, Some(12), None), "")));
    let week = |day| Period::around(NaiveDate::from_ymd_opt(2025, 1, day).unwrap(), Unit::Week);
    check("Week of 2025-01-06", Some((week(6), "")));
    check("KW 2, 2025-01-06", Some((week(6), "KW 44, 2027-11-01")));
    check("2025-13", Some((year, "")));
    check("Port 8080", None);
    check("20250101", None);
    check("Phase 2", None);
}

#[test]
fn headings_that_name_a_release() {
    for heading in [
        "[1.0.0] - 2026-10-01",
        "v1.0.0 (2026-10-01_10-00)",
        "1.2 (2026)",
        "**v2.0.0-rc.1**",
        "Version 1.0",
        "Release 2.0 – October 2026",
        "Consign 1.0.0",
        "1.0.0 (LTS)",
        "[1.0]",
        "2026-10-01 - v1.0.0",
    ] {
        assert_eq!(meaning(heading, None, None, None), Some(Meaning::Release), "{heading}");
    }
    let meaning = |heading| meaning(heading, None, None, None);
    assert_eq!(meaning("[Unreleased]"), Some(Meaning::Unreleased));
    assert_eq!(meaning("October"), None, "of no year");
    assert_eq!(meaning("8.1 Entries"), None, "a numbered heading");
    assert!(matches!(meaning("27.11.2026"), Some(Meaning::Period(_))), "a day, whatever the vault's form");
}

#[test]
fn the_version_of_a_release() {
    for (heading, expected) in [
        ("v1.1.0 (2024-12-08_09-00)", Some("1.1.0")),
        ("[1.1.0] - 2024-12-08", Some("1.1.0")),
        ("[1.1] - 2024-12-08", Some("1.1.0")),
        ("🚀 Version 1.1", Some("1.1.0")),
        ("2.1 v1.1.0-rc.1 (2024-12-08)", Some("1.1.0-rc.1")),
        ("2.1 Entries", None),
        ("2024.12.08", None),
        ("2024-12-08", None),
        ("Unreleased", None),
    ] {
        let day = StampFormat::of("YYYY.MM.DD");
        assert_eq!(version(heading, Some(&day)).map(|v| v.to_string()).as_deref(), expected, "{heading}");
    }
}
