//! Tests which time a heading stands for, and where entries go if that is in doubt.

use super::forms::refused;
use super::*;

/// A heading without a year takes it from whatever stands above, so that no entry of another time goes under it.
#[test]
fn a_heading_below_a_part_of_a_year_is_of_that_year() {
    let of = |above: &str, (first, one): (&str, &str), (second, other): (&str, &str)| {
        format!("\n{above}\n\n{first}\n\n- {one}_09-00 - a\n\n{second}\n\n- {other}_09-00 - b\n")
    };
    let x = |time: &str| format!("- {time} - x\n");
    let months = |above: &str, sign: &str| {
        let (january, february) = (format!("{sign} January"), format!("{sign} February"));
        of(above, (&january, "2025-01-06"), (&february, "2025-02-03"))
    };
    let (january, march) = ("2025-01-20_10-00", "2025-03-18_10-00");
    for (above, sign) in
        [("### 2025\n\n#### Q1", "#####"), ("### 2025\n\n#### H1", "#####"), ("### Q1 2025", "####")]
    {
        let history = months(above, sign);
        check(&history, &[january], &with(&history, " - a\n", &x(january)));
        check(&history, &[march], &format!("{history}\n{sign} March\n\n{}", x(march)));
    }
    let april = "2025-04-01_10-00";
    let quarters = months("### 2025\n\n#### Q1", "#####");
    check(&quarters, &[april], &format!("{quarters}\n#### Q2\n\n##### April\n\n{}", x(april)));
    let weeks = of("### Q1 2025", ("#### Week 2", "2025-01-06"), ("#### Week 6", "2025-02-03"));
    check(&weeks, &[march], &format!("{weeks}\n#### Week 12\n\n{}", x(march)));
    for (first, second, third) in [
        ("#### Jan 6", "#### Jan 8", "#### Jan 20"),
        ("#### 6 January", "#### 8 January", "#### 20 January"),
        ("**Jan 6**", "**Jan 8**", "**Jan 20**"),
    ] {
        let days = of("### January 2025", (first, "2025-01-06"), (second, "2025-01-08"));
        check(&days, &[january], &format!("{days}\n{third}\n\n{}", x(january)));
        let next = format!(
            "{days}\n### March 2025\n\n{}\n\n{}",
            third.replace("20", "18").replace("Jan", "Mar"),
            x(march)
        );
        check(&days, &[march], &next.replace("Maruary", "March"));
    }
    let days = of(
        "### 2025\n\n#### February",
        ("##### 3 February", "2025-02-03"),
        ("##### 5 February", "2025-02-05"),
    );
    let new = "2025-02-18_10-00";
    check(&days, &[new], &format!("{days}\n##### 18 February\n\n{}", x(new)));
}

/// If the entries below headings contradict the day in them, the day is not copied.
#[test]
fn a_day_that_the_entries_contradict_is_not_copied() {
    let of = |heading: &str, days: &[&str]| {
        let entries: Vec<String> = days.iter().map(|day| format!("- {day}_09-00 - a\n")).collect();
        format!("\n{heading}\n\n{}", entries.concat())
    };
    for (first, second) in
        [("01 January", "02 February"), ("01. January", "02. February"), ("1. January", "2. February")]
    {
        let january = of(&format!("#### {first}"), &["2025-01-06", "2025-01-09"]);
        let history = format!("\n### 2025\n{january}{}", of(&format!("#### {second}"), &["2025-02-03"]));
        for time in ["2025-02-18_05-06", "2025-03-18_05-06"] {
            refused(&history, time, second);
        }
    }
    for (first, second) in [("01 January 2025", "02 February 2025"), ("Jan 25", "Feb 25")] {
        let january = of(&format!("### {first}"), &["2025-01-06", "2025-01-09"]);
        refused(&(january + &of(&format!("### {second}"), &["2025-02-03"])), "2025-02-18_05-06", second);
    }
    for week in ["w/c", "W/b", "Wk", "wk of", "semana del", "settimana del", "From", "Since"] {
        let history = of(&format!("### {week} 2025-01-27"), &["2025-01-28", "2025-01-30"])
            + &of(&format!("### {week} 2025-02-03"), &["2025-02-03"]);
        for time in ["2025-02-05_05-06", "2025-03-18_05-06"] {
            refused(&history, time, week);
        }
    }
    let sprints = of("### Sprint 2025-01-27", &["2025-01-28", "2025-01-30"])
        + &of("### Sprint 2025-02-10", &["2025-02-11"]);
    refused(&sprints, "2025-02-12_10-00", "Sprint 2025-02-10");
    refused(&sprints, "2025-02-12_10-00", "such as `2025-02-12`");
    let own = format!("{sprints}\n### 2025-02-12\n");
    check(&own, &["2025-02-12_10-00"], &format!("{own}\n- 2025-02-12_10-00 - x\n"));
    // A remark is no part of that form.
    let told = of("### 2025-01-06 — Release day", &["2025-01-06", "2025-01-07"])
        + &of("### 2025-01-08", &["2025-01-08"])
        + &of("### 2025-01-09 — Move", &["2025-01-09"]);
    let new = "\n### 2025-01-20\n\n- 2025-01-20_10-00 - x\n";
    check(&told, &["2025-01-20_10-00"], &format!("{told}{new}"));
    // Below one of several plain days, an entry of the next day is a slip.
    let days = of("### 2025-01-06", &["2025-01-06", "2025-01-07"])
        + &of("### 2025-01-08", &["2025-01-08"])
        + &of("### 2025-01-09", &["2025-01-09"]);
    check(&days, &["2025-01-20_10-00"], &format!("{days}{new}"));
    // The same below an only one, and below one of two.
    for days in [
        of("### 2025-01-06", &["2025-01-06", "2025-01-07"]),
        of("### 2025-01-06", &["2025-01-06", "2025-01-07"]) + &of("### 2025-01-08", &["2025-01-08"]),
    ] {
        check(&days, &["2025-01-20_10-00"], &format!("{days}{new}"));
    }
    // Several entries, none of which is of the day, are no slips: weeks, or months.
    let week = of("### 2025-01-06", &["2025-01-08", "2025-01-10"]);
    for history in [week.clone(), format!("{week}{}", of("### 2025-01-13", &["2025-01-13"]))] {
        refused(&history, "2025-01-09_12-00", "such as `2025-01-09`");
    }
    refused(&of("### 2025-01-01", &["2025-01-08", "2025-01-20"]), "2025-02-03_10-00", "2025-01-01");
    let days = of("### 2025-01-06", &["2025-01-08", "2025-01-10"])
        + &of("### 2025-01-13", &["2025-01-13"])
        + &of("### 2025-01-14", &["2025-01-14"]);
    check(&days, &["2025-01-20_10-00"], &format!("{days}{new}"));
}

/// A heading in a form that is not read is of the time that its entries tell, if its numbers and names fit that.
#[test]
fn the_entries_below_tell_what_an_unread_heading_names() {
    let of = |heading: &str, day: &str| format!("\n{heading}\n\n- {day}_09-00 - a\n");
    let march = "2025-03-18_05-06";
    for (february, january) in [
        ("#### 02", "#### 01"),
        ("#### 2", "#### 1"),
        ("#### M02", "#### M01"),
        ("#### Month 2", "#### Month 1"),
        ("#### 02-February", "#### 01-January"),
        ("#### 02 – February", "#### 01 – January"),
        ("#### February (02)", "#### January (01)"),
        ("#### 02-03", "#### 01-06"),
        ("#### 02/03", "#### 01/06"),
        ("#### 03.02.", "#### 06.01."),
    ] {
        let history = format!("\n### 2025\n{}{}", of(february, "2025-02-03"), of(january, "2025-01-06"));
        refused(&history, march, &february[5..]);
        refused(&history, "2026-03-18_05-06", &february[5..]);
        let own = format!("{history}\n#### 2025-03\n");
        check(&own, &[march], &format!("{own}\n- {march} - x\n"));
    }
    for (february, january) in [
        ("Feb '25", "Jan '25"),
        ("Feb ’25", "Jan ’25"),
        ("Feb-25", "Jan-25"),
        ("02/25", "01/25"),
        ("25-02", "25-01"),
        ("2025_02", "2025_01"),
        ("202502", "202501"),
        ("20250203", "20250106"),
        ("2025 > 02", "2025 > 01"),
        ("2025 – 02", "2025 – 01"),
        ("Year 2025, month 02", "Year 2025, month 01"),
        ("Winter 2025", "Autumn 2024"),
    ] {
        let day = if january == "Autumn 2024" { "2024-11-06" } else { "2025-01-06" };
        let history = of(&format!("### {february}"), "2025-02-03") + &of(&format!("### {january}"), day);
        refused(&history, march, february);
    }
    // An entry of the same time goes under it.
    for (heading, time) in [
        ("### 2025\n\n#### 02", "2025-02-18_00-00"),
        ("### Feb '25", "2025-02-18_00-00"),
        ("### 2025_02", "2025-02-18_00-00"),
        ("### 2025\n\n#### 02-03", "2025-02-03_18-00"),
        ("### Winter 2025", "2025-02-28_00-00"),
        ("### Q1 2025\n\n#### 02", "2025-02-18_00-00"),
        ("### February 2025\n\n#### Mon 3", "2025-02-03_18-00"),
        ("### February 2025\n\n#### 3", "2025-02-03_18-00"),
        ("### 2025-W06\n\n#### Monday", "2025-02-03_18-00"),
    ] {
        let history = of(heading, "2025-02-03");
        check(&history, &[time], &format!("{history}- {time} - x\n"));
        refused(&history, march, heading.rsplit("# ").next().unwrap());
    }
    for (heading, day, later) in [
        ("Summer 2025", "2025-09-10", "2025-11-20_10-00"),
        ("Winter 2025", "2025-03-10", "2025-05-20_10-00"),
        ("Q1 '25", "2025-02-03", "2025-06-20_10-00"),
        ("Q1/25", "2025-02-03", "2025-06-20_10-00"),
        ("25Q1", "2025-02-03", "2025-06-20_10-00"),
        ("FY25 Q1", "2025-02-03", "2025-06-20_10-00"),
        ("FY25 Q3", "2025-02-03", "2025-07-20_10-00"),
        ("FY25 Q3", "2024-11-03", "2025-07-20_10-00"),
        ("Winter 2024/2025", "2025-01-03", "2025-07-20_10-00"),
        ("Winter 2024/25", "2024-12-03", "2025-07-20_10-00"),
        ("H1 '25", "2025-02-03", "2025-09-20_10-00"),
    ] {
        refused(&of(&format!("### {heading}"), day), later, heading);
    }
    // An empty heading below a year is of the month with its number.
    let empty = format!("\n### 2025\n{}\n#### 03\n", of("#### 02", "2025-02-03"));
    check(&empty, &[march], &format!("{empty}\n- {march} - x\n"));
    let chinese = of("### 二月 2025", "2025-02-03");
    check(&chinese, &[march], &format!("{chinese}\n### 三月 2025\n\n- {march} - x\n"));
}

/// A number that the entries below do not confirm says nothing.
#[test]
fn a_number_that_is_no_month_says_nothing() {
    let time = "2025-05-18_05-06";
    for heading in [
        "### Release 2",
        "### 2025\n\n#### Part 2",
        "### 2025\n\n#### 7",
        "### 2025\n\n#### 2",
        "### 25.02",
        "### Phase 2, 2025",
        "### Sprint 2",
        "### 2025 #2",
        "### Iteration '25",
        "### Spring cleaning",
        "### March of the robots",
        "### 2",
    ] {
        let history = format!("\n{heading}\n\n- 2025-02-03_09-00 - a\n- 2025-04-03_09-00 - b\n");
        check(&history, &[time], &format!("{history}- {time} - x\n"));
    }
    let version = "\n### Release 2025.2\n\n- 2025-02-03_09-00 - a\n";
    check(version, &[time], &format!("\n- {time} - x\n{version}"));
}

/// Lines in bold over lists are headings with comments beside them, in HTML and with a remark behind, too.
#[test]
fn lines_over_lists_are_headings_whatever_is_beside_them() {
    let march = "2025-03-18_10-00";
    let list = "- 2025-01-02_09-00 - a\n";
    for (line, new) in [
        ("%%x%%\n**January 2025**\n\n", "**March 2025**\n\n"),
        ("<!-- x -->\n**January 2025**\n\n", "**March 2025**\n\n"),
        ("<!-- x\ny -->\n**January 2025**\n\n", "**March 2025**\n\n"),
        ("<!-- x --> **January 2025**\n\n", "**March 2025**\n\n"),
        ("**January 2025** <!-- x -->\n\n", "**March 2025**\n\n"),
        ("**January 2025**\n%%x%%\n\n", "**March 2025**\n"),
        ("**January 2025**\n\n%%x%%\n\n", "**March 2025**\n\n"),
        ("**January 2025**\n\n%% x\n\ny %%\n\n", "**March 2025**\n\n"),
        ("At 100%% of it.\n\n**January 2025**\n\n", "**March 2025**\n\n"),
        ("<b>January 2025</b>\n\n", "<b>March 2025</b>\n\n"),
        ("<u>2025-01</u>\n\n", "<u>2025-03</u>\n\n"),
        ("<mark>January 2025</mark>\n\n", "<mark>March 2025</mark>\n\n"),
        ("<small>January 2025</small>\n\n", "<small>March 2025</small>\n\n"),
        (
            "<font color=\"red\"><b>January 2025</b></font>\n\n",
            "<font color=\"red\"><b>March 2025</b></font>\n\n",
        ),
        ("<center>January 2025</center>\n\n", "<center>March 2025</center>\n\n"),
    ] {
        let history = format!("\n{line}{list}");
        check(&history, &[march], &format!("{history}\n{new}- {march} - x\n"));
    }
    // A line of a longer paragraph is none.
    for eol in ["\n", "\r\n"] {
        let history = format!("\nWe moved.\n**January 2025**\n\n{list}").replace('\n', eol);
        check(&history, &[march], &format!("{history}- {march} - x{eol}"));
    }
    for line in
        ["**January <!-- x\ny --> 2025**", "**January 2025** — a quiet month", "**January 2025** (quiet)"]
    {
        let history = format!("\n{line}\n\n{list}");
        refused(&history, march, "January");
        let own = "2025-01-20_10-00";
        check(&history, &[own], &format!("{history}- {own} - x\n"));
    }
    for line in [
        "**January 2025** — the list goes on until now:",
        "**2025-01-02** — moved",
        "**January 2025** was quiet",
    ] {
        let history = format!("\n{line}\n\n{list}- 2025-02-02_09-00 - b\n");
        check(&history, &[march], &format!("{history}- {march} - x\n"));
    }
}

/// A line in tags is copied only if that makes a heading: a copy has no second id, and stands in no element of
/// another period.
#[test]
fn a_line_in_tags_is_copied_only_if_that_makes_a_heading() {
    let (february, march) = ("2025-02-20_10-00", "2025-03-18_10-00");
    let list = |day: &str| format!("- {day}_09-00 - a\n");
    for (before, behind) in [
        ("<details>\n\n<summary>@ 2025</summary>\n\n", "\n</details>\n"),
        ("<details>\n<summary>@ 2025</summary>\n\n", "\n</details>\n"),
        ("<details><summary>@ 2025</summary>\n\n", "\n</details>\n"),
        ("<details open>\n<summary><b>@ 2025</b></summary>\n\n", "\n</details>\n"),
        ("<details>\n\n**@ 2025**\n\n", "\n</details>\n"),
        ("<div class=\"x\">\n**@ 2025**\n\n", "\n</div>\n"),
        ("<div>\n\n<h4>@ 2025</h4>\n\n", "\n</div>\n"),
        ("<table><tr><td>\n\n<b>@ 2025</b>\n\n", "\n</td></tr></table>\n"),
        ("<h4 id=\"x\">@ 2025</h4>\n\n", ""),
        ("<span class=\"y\" id = \"x\">@ 2025</span>\n\n", ""),
        ("<a>@ 2025</a>\n\n", ""),
        ("<li>@ 2025</li>\n\n", ""),
    ] {
        for eol in ["\n", "\r\n"] {
            let of = |month: &str, day: &str| {
                format!("\n{}{}{behind}", before.replace('@', month), list(day)).replace('\n', eol)
            };
            let old = list("2025-02-02").replace('\n', eol);
            let (one, new) = (of("February", "2025-02-02"), format!("- {february} - x{eol}"));
            let two = format!("{one}{}", of("January", "2025-01-02"));
            refused(&one, march, "February 2025");
            refused(&two, march, "February 2025");
            check(&one, &[february], &with(&one, &old, &new));
            // Months newest first tell the order of a list of one.
            check(&two, &[february], &two.replacen(&old, &(new + &old), 1));
        }
    }
    // Other lines in such tags are no headings.
    let release = "\n<details>\n\n<summary>1.0.0</summary>\n\n- 2025-01-02_09-00 - a\n\n</details>\n";
    check(release, &[march], &with(release, " - a\n", &format!("- {march} - x\n")));
}

/// What is opened and closed behind a list is no element around it, and months are in order whether or not each of
/// them can be copied.
#[test]
fn only_an_element_around_a_list_keeps_its_heading_from_being_copied() {
    let x = |time: &str| format!("- {time} - x\n");
    let of = |month: &str, day: &str| format!("<b>{month} 2025</b>\n\n- {day}_10-00 - a\n");
    let (january, february) = (of("January", "2025-01-05"), of("February", "2025-02-05"));
    let (march, new) = ("2025-03-18_10-00", "<b>March 2025</b>\n\n- 2025-03-18_10-00 - x\n");
    let late = "2025-01-20_10-00";
    for behind in [
        "\n<details>\n<summary>Legend</summary>\n\ntext\n\n</details>\n",
        "\n<details><summary>Legend</summary>\n\ntext\n\n</details>\n",
        "\n```html\n</div>\n```\n",
        "\nA `</div>` in code.\n",
        "\n<!-- </div> -->\n",
        "\n<br>\n",
    ] {
        let history = format!("\n{february}\n{january}{behind}");
        check(&history, &[march], &format!("\n{new}{history}"));
        check(&history, &[late], &with(&history, "January 2025</b>\n\n", &x(late)));
        for history in [format!("\n{january}\n{february}{behind}"), format!("\n{january}{behind}")] {
            check(&history, &[march], &format!("{history}\n{new}"));
        }
    }
    for (before, behind) in [
        ("<div>\n\n", "\n</div>\n"),
        ("<div>\n\n", "\n<div>\n\ntext\n\n</div>\n</div>\n"),
        ("<details>\n<summary>All</summary>\n\n", "\n</details>\n"),
    ] {
        let history = format!("\n{before}{february}\n{january}{behind}");
        check(&history, &[march], &with(&history, before, &format!("{new}\n")));
        check(&history, &[late], &with(&history, "January 2025</b>\n\n", &x(late)));
        refused(&format!("\n{before}{january}\n{february}{behind}"), march, "February 2025");
        refused(&format!("\n{before}{january}{behind}"), march, "January 2025");
    }
    // A heading whose form is not known has its place, too.
    let history = "\n### 2025 (current)\n\n- 2025-02-05_10-00 - a\n\n### 2024\n\n- 2024-02-05_10-00 - a\n";
    let old = "2023-03-18_10-00";
    check(history, &[old], &format!("{history}\n### 2023\n\n{}", x(old)));
}

/// A block id names one heading, whether or not signs close that.
#[test]
fn a_copied_heading_gets_no_block_id() {
    let of = |month: &str, end: &str| format!("\n### {month} 2025{end}\n\n");
    for (end, copied) in [(" ^feb", ""), (" ^feb ###", ""), (" ###", " ###")] {
        let history = format!("{}- 2025-02-05_10-00 - b\n", of("February", end));
        let expected = format!("{history}{}- 2025-03-05_10-00 - x\n", of("March", copied));
        check(&history, &["2025-03-05_10-00"], &expected);
    }
}

/// What is above a month in bold belongs to it, unless it is the beginning of an element.
#[test]
fn a_picture_or_an_address_above_a_month_is_text() {
    for above in ["<img src=\"feb.png\">", "<br/>", "<hr>", "<https://example.com/feb>", "<ops@example.com>"]
    {
        let history = format!(
            "\n{above}\n**February 2025**\n\n- 2025-02-05_10-00 - b\n\n{above}\n**January 2025**\n\n- 2025-01-05_10-00 - a\n"
        );
        check(&history, &["2025-03-05_10-00"], &with(&history, " - b\n", "- 2025-03-05_10-00 - x\n"));
    }
    let history = "\n**February 2025**\n\n- 2025-02-05_10-00 - b\n\nText</br>more</p>\n\n**January 2025**\n\n- 2025-01-05_10-00 - a\n";
    let expected = format!("\n**March 2025**\n\n- 2025-03-05_10-00 - x\n{history}");
    check(history, &["2025-03-05_10-00"], &expected);
}
