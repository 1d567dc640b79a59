//! Tests which group of unreleased changes an entry goes into.

use super::*;

/// Returns a history after an entry of this time with this title was logged, or why it was not.
fn logged(history: &str, time: &str, title: &str) -> Result<String, String> {
    let text = format!("# J\n\n## Modification History\n{history}");
    let format = StampFormat::default();
    let Some(StampReading::Valid(stamp)) = format.read(time) else { panic!("{time}") };
    let entries = [NewEntry { stamp, version: None, title: title.to_owned(), details: Vec::new() }];
    let vault = Vault::of_texts(Config::default(), &[("J.md", &text)]);
    let note = vault.note(NoteId(0)).unwrap();
    let made = insert(note, &text, &entries, Direction::OldestFirst, Timeline::endless(&format));
    let edits = made.map_err(|why| why.message)?.unwrap();
    let new = Edits::of(edits).unwrap().apply(&text).unwrap();
    Ok(new.split_once("History\n").unwrap().1.to_owned())
}

#[test]
fn an_entry_goes_into_the_group_that_its_title_names() {
    let groups = "\n### [Unreleased]\n\n#### Removed\n\n- 2025-01-05_09-00 - Removed Fax\n\n#### Added\n\n\
        - 2025-01-02_09-00 - Added Mail\n\n#### Changed\n\n- 2025-01-03_09-00 - Moved\n\n\
        ### [1.3.0] - 2025-01-01\n\n#### Added\n\n- 2025-01-01_09-00 - a\n";
    for (title, behind) in [
        ("Added Payments", "Added Mail\n"),
        ("**Added** Payments", "Added Mail\n"),
        ("Removed Payments", "Removed Fax\n"),
        ("Changed: Payments", "Moved\n"),
        ("Updated Payments", "Moved\n"),
        ("New Payments", "Added Mail\n"),
        ("[Added] Payments", "Added Mail\n"),
        ("Remove Payments", "Removed Fax\n"),
        ("Upgraded Payments", "Moved\n"),
        // Titles of no known group are changes.
        ("Status changed", "Moved\n"),
        ("Addedum", "Moved\n"),
    ] {
        for time in ["2025-03-04_05-06", "2025-01-05_10-00"] {
            let expected = with(groups, behind, &format!("- {time} - {title}\n"));
            assert_eq!(logged(groups, time, title), Ok(expected), "{title}");
        }
    }
    // An earlier entry belongs to its group, too.
    let earlier = with(groups, "Added Mail\n", "- 2025-01-04_09-00 - Added Payments\n");
    assert_eq!(logged(groups, "2025-01-04_09-00", "Added Payments"), Ok(earlier));
    for title in ["Fixed Payments", "Fix the crash", "Bug fix: x"] {
        let why = logged(groups, "2025-03-04_05-06", title).unwrap_err();
        assert!(why.contains("below `[Unreleased]`") && why.contains("such as `#### Fixed`"), "{why}");
    }
    // Groups by subject.
    let subjects = groups.replace("#### Removed", "#### Gateway").replace("#### Changed", "#### 📦 Shop");
    let expected = with(&subjects, "Moved\n", "- 2025-03-04_05-06 - Shop: moved\n");
    assert_eq!(logged(&subjects, "2025-03-04_05-06", "Shop: moved"), Ok(expected));
    // Without `Changed`, the group that was added to last takes it.
    for title in ["Moved", "Updated Fax"] {
        let last = with(&subjects, "Removed Fax\n", &format!("- 2025-03-04_05-06 - {title}\n"));
        assert_eq!(logged(&subjects, "2025-03-04_05-06", title), Ok(last));
    }
}

#[test]
fn an_only_group_takes_what_is_of_no_other_one() {
    let of = |group: &str| {
        format!("\n### Unreleased\n\n{group}- 2025-01-05_09-00 - a\n\n### 1.3.0\n\n- 2025-01-01_09-00 - b\n")
    };
    let (time, new) = ("2025-03-04_05-06", "- 2025-03-04_05-06 - Updated x\n");
    for group in ["", "#### Gateway\n\n", "#### Changed\n\n"] {
        let history = of(group);
        assert_eq!(logged(&history, time, "Updated x"), Ok(with(&history, " - a\n", new)), "{group}");
    }
    logged(&of("#### Removed\n\n"), time, "Added x").unwrap_err();
    // The list before all groups takes what fits none.
    let before = of("- 2025-01-04_09-00 - c\n\n#### Removed\n\n");
    assert_eq!(logged(&before, time, "Updated x"), Ok(with(&before, " - c\n", new)));
}

/// Groups may be lines, have two names, or have no entries yet.
#[test]
fn groups_are_found_in_whatever_form_they_have() {
    let time = "2025-03-04_05-06";
    let new = format!("- {time} - Added x\n");
    let (added, fixed) = ("- 2025-01-01_09-00 - Added a\n", "- 2025-01-02_09-00 - Fixed a\n");
    for (first, second) in [
        ("Added:\n\n", "Fixed:\n\n"),
        ("Added:\n", "Fixed:\n"),
        ("*Added*\n\n", "*Fixed*\n\n"),
        ("**Added** (features)\n\n", "**Fixed** (bugs)\n\n"),
        ("#### Added / Changed\n\n", "#### Fixed\n\n"),
        ("#### Security & Added\n\n", "#### Fixed\n\n"),
    ] {
        let history = format!("\n### [Unreleased]\n\n{first}{added}\n{second}{fixed}");
        assert_eq!(logged(&history, time, "Added x"), Ok(with(&history, added, &new)), "{first}");
    }
    let empty = format!("\n### [Unreleased]\n\n#### Added\n\n#### Fixed\n\n{fixed}");
    let filled = with(&empty, "Added\n\n", &format!("{new}\n"));
    assert_eq!(logged(&empty, time, "Added x"), Ok(filled));
}

/// Names of groups may stand below each other.
#[test]
fn groups_in_lines_need_no_blank_lines() {
    let time = "2025-03-04_05-06";
    let released = "### [1.2.0] - 2025-01-01\n\n- 2025-01-01_09-00 - a\n";
    for groups in ["**Added**\n**Fixed**\n", "Added:\nFixed:\n"] {
        let history = format!("\n### [Unreleased]\n\n{groups}\n{released}");
        let expected = with(&history, groups, &format!("\n- {time} - Fixed x\n"));
        assert_eq!(logged(&history, time, "Fixed x"), Ok(expected));
    }
}

/// After a release, all groups may be empty.
#[test]
fn groups_that_are_all_empty_are_groups() {
    let time = "2025-03-04_05-06";
    let empty = "\n### [Unreleased]\n\n#### Added\n\n#### Changed\n\n#### Fixed\n";
    let released = format!("{empty}\n### [1.2.0] - 2025-01-01\n\n- 2025-01-01_09-00 - a\n");
    let new = |title: &str| format!("- {time} - {title}\n");
    for history in [&released[..], empty] {
        for (title, group) in [("Added x", "Added\n\n"), ("Moved x", "Changed\n\n"), ("Fixed x", "Fixed\n\n")]
        {
            let more = if group.starts_with("Fixed") && history == empty { "" } else { "\n" };
            let padded = if more.is_empty() { format!("{history}\n") } else { history.to_owned() };
            let expected = with(&padded, group, &format!("{}{more}", new(title)));
            assert_eq!(logged(history, time, title), Ok(expected), "{title}");
        }
    }
    let why = logged(&released, time, "Security x").unwrap_err();
    assert!(why.contains("such as `#### Security`"), "{why}");
    // Without `Changed`, what is of no group stands before all of them.
    let none = released.replace("#### Changed\n\n", "");
    let expected = with(&none, "[Unreleased]\n\n", &format!("{}\n", new("Moved x")));
    assert_eq!(logged(&none, time, "Moved x"), Ok(expected));
}

/// A group has no entries yet, whatever else stands there.
#[test]
fn a_group_without_entries_is_empty() {
    let time = "2025-03-04_05-06";
    let new = format!("- {time} - Fix x\n");
    let added = "\n### [Unreleased]\n\n#### Added\n\n- 2025-01-02_09-00 - a\n\n#### Fixed\n\n";
    for (text, gap) in [("<!-- none yet -->\n", "\n"), ("_Nothing yet._\n", "\n"), ("None.\n", "\n")] {
        for rest in ["", "\n### [1.2.0] - 2025-01-01\n\n- 2025-01-01_09-00 - a\n"] {
            let of = |entry: &str| format!("{added}{text}{entry}{rest}");
            assert_eq!(logged(&of(""), time, "Fix x"), Ok(of(&format!("{gap}{new}"))));
        }
    }
    for item in ["-\n", "- \n"] {
        let history = format!("{added}{item}");
        assert_eq!(logged(&history, time, "Fix x"), Ok(format!("{added}{new}")));
    }
}

/// The error for a group that is not there names it in the form of the others, and it is found then.
#[test]
fn a_group_that_is_missing_is_named_like_the_others() {
    let (time, entry) = ("2025-03-04_05-06", |title: &str| format!("- 2025-03-04_05-06 - {title}\n"));
    let (added, changed) = ("- 2025-01-05_09-00 - a\n", "- 2025-01-04_09-00 - c\n");
    for (unreleased, first, second, missing) in [
        ("###", "Added:", "Changed:", "Security:"),
        ("###", "**Added**", "**Changed**", "**Security**"),
        ("###", "*Added*", "*Changed*", "*Security*"),
        ("###", "__Added:__", "__Changed:__", "__Security:__"),
        ("###", "**Added** (features)", "**Changed**", "**Security**"),
        ("###", "##### Added", "##### Changed", "##### Security"),
        ("######", "**Added**", "**Changed**", "**Security**"),
    ] {
        let of = |more: &str| {
            format!(
                "\n{unreleased} [Unreleased]\n\n{more}{first}\n\n{added}\n{second}\n\n{changed}\n### [1.0.0]\n"
            )
        };
        let why = logged(&of(""), time, "Security x").unwrap_err();
        assert!(why.contains(&format!("such as `{missing}`")), "{first}: {why}");
        let own = of(&format!("{missing}\n\n"));
        let expected = with(&own, missing, &format!("\n\n{}", entry("Security x").trim_end()));
        assert_eq!(logged(&own, time, "Security x"), Ok(expected), "{first}");
        assert_eq!(logged(&own, time, "Added y"), Ok(with(&own, added, &entry("Added y"))), "{first}");
    }
    // A name in code, in a comment or in a sentence is none.
    for text in ["```\n\nSecurity:\n\n```", "%%\n\nSecurity:\n\n%%", "Security:\nsee below."] {
        let history = format!("\n### [Unreleased]\n\n{text}\n\nAdded:\n\n{added}");
        logged(&history, time, "Security x").unwrap_err();
    }
}
