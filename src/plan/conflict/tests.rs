//! Conflicts as git writes them, settled or refused, in both line endings.

use super::*;
use crate::text::digest::body_digest;
use crate::text::growth::excess;

fn settled(text: &str) -> Result<String, Vec<u32>> {
    settled_from(text, None)
}

fn from(base: Option<&str>) -> Versions {
    Versions { base: base.map(str::to_owned), sides: Had::Anything }
}

/// Settles a text, given its common ancestor.
fn settled_from(text: &str, base: Option<&str>) -> Result<String, Vec<u32>> {
    let settlement = settle(text, &from(base), &Reading::default(), Direction::OldestFirst);
    if settlement.refused.is_empty() {
        let new = settlement.edits.apply(text).expect("the edits fit");
        assert_eq!(conflict::first_marker(&new), None, "{new}");
        Ok(new)
    } else {
        Err(settlement.refused.iter().map(|u| u.line).collect())
    }
}

/// Settles a text with LF and with CRLF, and checks that both give the same.
fn both(text: &str) -> Result<String, Vec<u32>> {
    let lf = settled(text);
    let crlf = settled(&text.replace('\n', "\r\n"));
    if let (Ok(lf), Ok(crlf)) = (&lf, &crlf) {
        assert!(!crlf.replace("\r\n", "").contains('\n'), "{crlf:?}");
        assert_eq!(*lf, crlf.replace("\r\n", "\n"));
    } else {
        assert_eq!(lf, crlf);
    }
    lf
}

const BOARD: &str = "<!-- portolan:board components -->\n\n| Component | Status |\n| --- | --- |\n";

fn board(rest: &str) -> String {
    format!("# B\n\n{BOARD}{rest}")
}

fn read_boards(text: &str) -> facts::Facts {
    facts::read(text.as_bytes(), &Reading::default())
}

/// Without git, or once the index holds the markers, only the digests tell of edits by hand.
#[test]
fn where_nobody_knows_the_sides_a_board_that_is_not_as_it_was_written_stays() {
    let side = |rows: &str, written: &str| {
        let body = |rows: &str| format!("\n| Component | Status |\n| --- | --- |\n{rows}\n");
        format!("{rows}\n<!-- portolan:end {} -->\n", body_digest(&body(written)))
    };
    let (ours, theirs) = ("| [[a\\|A]] | Up |\n", "| [[a\\|A]] | Down |\n");
    let by_hand = format!("{ours}\nAsk Tom before a restart.\n");
    for (ours, written, settled) in [(ours, ours, true), (by_hand.as_str(), ours, false)] {
        let (ours, theirs) = (side(ours, written), side(theirs, theirs));
        let text = board(&format!("<<<<<<< HEAD\n{ours}=======\n{theirs}>>>>>>> x\n"));
        let settlement = settle(&text, &Versions::default(), &Reading::default(), Direction::OldestFirst);
        assert_eq!(settlement.refused.is_empty(), settled, "{text} {settlement:?}");
        let at_will = settle(&text, &from(None), &Reading::default(), Direction::OldestFirst);
        assert_eq!(at_will.refused, [], "{text}");
    }
}

#[test]
fn a_board_whose_end_marker_is_in_conflict() {
    let text = board(
        "<<<<<<< HEAD\n| [[a\\|A]] | Up |\n| [[b\\|B]] | Up |\n\n<!-- portolan:end aaaa -->\n=======\n\
         | [[a\\|A]] | Down |\n\n<!-- portolan:end bbbb -->\n>>>>>>> x\n\nAfter.\n",
    );
    let new = both(&text).expect("it lies in the board");
    assert!(
        new.contains("| [[a\\|A]] | Up |\n| [[b\\|B]] | Up |\n| [[a\\|A]] | Down |\n\n<!-- portolan:end "),
        "{new}"
    );
    assert!(new.ends_with(" -->\n\nAfter.\n"), "{new}");
    let facts = read_boards(&new);
    assert!(!facts.system().boards[0].edited, "the digest fits");
    assert_eq!(facts.system().boards[0].tables[0].rows.len(), 3);
}

#[test]
fn a_base_three_conflicts_and_the_marker_apart() {
    let text = board(
        "<<<<<<< HEAD\n| [[a\\|A]] | Up |\n||||||| 1a\n| [[a\\|A]] | Old |\n=======\n| [[a\\|A]] | Down |\n>>>>>>> x\n\
         | [[b\\|B]] | Up |\n<<<<<<< HEAD\n=======\n| [[c\\|C]] | Up |\n>>>>>>> x\n\n\
         <<<<<<< HEAD\n<!-- portolan:end aaaa -->\n||||||| 1a\n<!-- portolan:end cccc -->\n=======\n<!-- portolan:end bbbb -->\n>>>>>>> x\n",
    );
    let new = both(&text).expect("all lie in the board");
    assert_eq!(new.matches("| Up |\n").count(), 3, "{new}");
    assert_eq!(new.matches("portolan:end").count(), 1);
    assert!(!read_boards(&new).system().boards[0].edited);
}

#[test]
fn git_joins_conflicts_that_stand_close_together() {
    let tail = |rows: &str, end: &str| {
        format!(
            "{rows}\n<!-- portolan:end {end} -->\n\nBetween.\n\n<!-- portolan:board alerts -->\n\n- {end}\n\n<!-- portolan:end {end} -->\n"
        )
    };
    let text = board(&format!(
        "<<<<<<< HEAD\n{}=======\n{}>>>>>>> x\n",
        tail("| a | b |\n", "aaaa"),
        tail("| a | c |\n", "bbbb")
    ));
    let new = both(&text).expect("each part lies in a board");
    let facts = read_boards(&new);
    assert_eq!(facts.system().boards.len(), 2, "{new}");
    assert!(facts.system().boards.iter().all(|board| !board.edited));
    assert_eq!(new.matches("Between.").count(), 1);
}

#[test]
fn half_a_fence_is_not_put_together_with_the_other_half() {
    let text = "<!-- portolan:board health -->\n\n<<<<<<< HEAD\n```mermaid\na\n```\n\n<!-- portolan:end aa -->\n=======\n- None\n\n```\n\n```\n\n<!-- portolan:end bb -->\n>>>>>>> x\n";
    let new = both(text).expect("it lies in the board");
    assert_eq!(read_boards(&new).system().boards.len(), 1, "{new}");
    assert_eq!(read_boards(&new).system().marker_problems, []);
}

#[test]
fn what_reaches_out_of_a_board_is_refused() {
    for rest in [
        // Text behind the marker, on one side.
        "<<<<<<< HEAD\n\n<!-- portolan:end aa -->\n\nMine.\n=======\n\n<!-- portolan:end bb -->\n>>>>>>> x\n",
        // On both.
        "<<<<<<< HEAD\n<!-- portolan:end aa -->\nMine.\n=======\n<!-- portolan:end bb -->\nTheirs.\n>>>>>>> x\n",
        // Only before both.
        "<<<<<<< HEAD\n<!-- portolan:end aa -->\n||||||| 1a\n<!-- portolan:end cc -->\nGone.\n=======\n<!-- portolan:end bb -->\n>>>>>>> x\n",
        // One side has no end.
        "<<<<<<< HEAD\n<!-- portolan:end aa -->\n=======\n| x | y |\n>>>>>>> x\n",
    ] {
        assert_eq!(both(&board(rest)), Err(vec![7]), "{rest}");
    }
    // The board's own start marker.
    let text = "<<<<<<< HEAD\n<!-- portolan:board alerts -->\n=======\n<!-- portolan:board events -->\n>>>>>>> x\n\n<!-- portolan:end -->\n";
    assert_eq!(both(text), Err(vec![1]));
}

/// Commented-out text is neither a board nor a history, and the message says so.
#[test]
fn what_is_commented_out_is_refused_as_such() {
    let board = board("<<<<<<< HEAD\n| a | x |\n=======\n| b | x |\n>>>>>>> x\n\n<!-- portolan:end -->\n");
    let entries =
        history("<<<<<<< HEAD\n- 2025-01-01_08-00 - a\n=======\n- 2025-01-02_08-00 - b\n>>>>>>> x\n");
    for (text, why) in [
        (format!("%%\n{board}\n%%\n"), "it is commented out"),
        (format!("%%\n{entries}\n%%\n"), "it is commented out"),
        (format!("<!--\n{entries}\n-->\n"), "it is commented out"),
        (format!("%%\nNothing.\n%%\n\n## A\n\n{}", entries.replace("## ", "")), "it goes beyond"),
    ] {
        let settlement = settle(&text, &from(None), &Reading::default(), Direction::OldestFirst);
        let said: Vec<&str> = settlement.refused.iter().map(|one| one.message.as_str()).collect();
        assert!(matches!(said[..], [one] if one.contains(why)), "{text}: {said:?}");
    }
}

fn history(rest: &str) -> String {
    format!("## Modification History\n\n{rest}")
}

#[test]
fn entries_that_both_sides_added_are_put_in_order() {
    let text = history(
        "- 2025-01-01_08-00 - Start\n\n  - done\n\n<<<<<<< HEAD\n- 2025-01-05_08-00 - Five\n\n  - mine\n||||||| 1a\n=======\n\
         - 2025-01-02_08-00 - Two\n\n  - theirs\n\n- 2025-01-05_08-00 - Five too\n>>>>>>> x\n\n## Next\n",
    );
    assert_eq!(
        both(&text).unwrap(),
        history(
            "- 2025-01-01_08-00 - Start\n\n  - done\n\n- 2025-01-02_08-00 - Two\n\n  - theirs\n\n- 2025-01-05_08-00 - Five\n\n  - mine\n\n\
             - 2025-01-05_08-00 - Five too\n\n## Next\n"
        )
    );
    let newest_first = history(
        "<<<<<<< HEAD\n- 2025-01-05_08-00 - Five\n=======\n- 2025-01-06_08-00 - Six\n- 2025-01-03_08-00 - Three\n>>>>>>> x\n\
         - 2025-01-02_08-00 - Two\n- 2025-01-01_08-00 - One\n",
    );
    let titles: Vec<String> =
        both(&newest_first).unwrap().lines().skip(2).map(|l| l[21..].to_owned()).collect();
    assert_eq!(titles, ["Six", "Five", "Three", "Two", "One"]);
}

#[test]
fn details_that_git_took_for_common_go_with_both_entries() {
    let text = history(
        "<<<<<<< HEAD\n- 2025-01-01_08-00 - One\n=======\n- 2025-01-02_08-00 - Two\n>>>>>>> x\n  - same\n",
    );
    assert_eq!(
        both(&text).unwrap(),
        history("- 2025-01-01_08-00 - One\n  - same\n- 2025-01-02_08-00 - Two\n  - same\n")
    );
    // The same entry on both sides stands once.
    let text = history(
        "- 2025-01-01_08-00 - One\n<<<<<<< HEAD\n- 2025-01-02_08-00 - Two\n=======\n- 2025-01-02_08-00 - Two\n- 2025-01-03_08-00 - Three\n>>>>>>> x\n",
    );
    assert_eq!(both(&text).unwrap().matches("Two").count(), 1);
}

#[test]
fn a_side_that_does_more_than_add_entries_is_refused() {
    for rest in [
        // Another title for one entry.
        "<<<<<<< HEAD\n- 2025-01-01_08-00 - Ones\n||||||| 1a\n- 2025-01-01_08-00 - One\n=======\n- 2025-01-01_08-00 - Onne\n>>>>>>> x\n",
        // Other details for one entry.
        "- 2025-01-01_08-00 - One\n<<<<<<< HEAD\n  - a\n=======\n  - b\n>>>>>>> x\n",
        // Taken out.
        "- 2025-01-01_08-00 - One\n<<<<<<< HEAD\n=======\n- 2025-01-02_08-00 - Two!\n>>>>>>> x\n",
        // Prose among them.
        "- 2025-01-01_08-00 - One\n<<<<<<< HEAD\n- 2025-01-02_08-00 - Two\n\nProse.\n=======\n- 2025-01-03_08-00 - Three\n>>>>>>> x\n",
        // No order without a time.
        "- 2025-01-01_08-00 - One\n<<<<<<< HEAD\n- 2025-01-02_08-00 - Two\n=======\n- 2025-13-03_08-00 - Three\n>>>>>>> x\n",
    ] {
        assert!(both(&history(rest)).is_err(), "{rest}");
    }
}

/// A lone carriage return ends a line too, so what stands before it is not part of the entry.
#[test]
fn words_before_an_entry_do_not_move_with_it() {
    let conflict = |theirs: &str| {
        let hunk = format!(
            "<<<<<<< HEAD\n- 2025-01-03_08-00 - Ours\n=======\n{theirs}- 2025-01-02_08-00 - Theirs\n>>>>>>> x\n"
        );
        settled(&history(&hunk))
    };
    assert!(conflict("").is_ok());
    assert!(conflict("Told by them:\n\n").is_err());
    assert!(conflict("Told by them:\r\r").is_err());
}

#[test]
fn an_entry_that_a_side_may_have_changed_is_refused_without_a_base() {
    let conflict = |ours: &str, theirs: &str| format!("<<<<<<< HEAD\n{ours}=======\n{theirs}>>>>>>> x\n");
    let one = "- 2025-01-01_08-00 - One\n";
    for text in [
        // Other words for one time.
        format!(
            "{one}{}",
            conflict("- 2025-01-02_08-00 - Two!\n", "- 2025-01-02_08-00 - Two\n- 2025-01-03_08-00 - Three\n")
        ),
        // The same words at another time.
        format!(
            "{one}{}",
            conflict("- 2025-01-02_09-00 - Two\n", "- 2025-01-02_08-00 - Two\n- 2025-01-03_08-00 - Three\n")
        ),
        // An addition in the middle of a list is doubtful.
        format!(
            "{one}{}- 2025-01-09_08-00 - Nine\n",
            conflict("- 2025-01-02_08-00 - Two\n", "- 2025-01-03_08-00 - Three\n")
        ),
    ] {
        let text = history(&text);
        assert!(both(&text).is_err(), "{text}");
        let settlement = settle(&text, &from(None), &Reading::default(), Direction::OldestFirst);
        assert!(settlement.refused[0].wants_base, "{text}");
        // If the common ancestor has neither, both sides have only added.
        let base = history(one);
        assert!(settled_from(&text, Some(&base)).is_ok(), "{text}");
    }
}

#[test]
fn a_base_that_somebody_knows_tells_what_a_side_has_changed() {
    let base = history("- 2025-01-01_08-00 - One\n- 2025-01-02_08-00 - Two\n");
    let conflict = |ours: &str, theirs: &str| {
        history(&format!("- 2025-01-01_08-00 - One\n<<<<<<< HEAD\n{ours}=======\n{theirs}>>>>>>> x\n"))
    };
    let (two, three, four) =
        ("- 2025-01-02_08-00 - Two\n", "- 2025-01-03_08-00 - Three\n", "- 2025-01-04_08-00 - Four\n");
    for (ours, theirs) in [
        // Changed on ours, on theirs, and on both.
        ("- 2025-01-02_08-00 - Two!\n".to_owned(), format!("{two}{three}")),
        (format!("{two}{three}"), "- 2025-01-02_09-30 - Two, moved\n".to_owned()),
        ("- 2025-01-02_08-00 - Two!\n".to_owned(), "- 2025-01-02_08-00 - Two?\n".to_owned()),
        // Given another time on both.
        ("- 2025-01-03_08-00 - Two\n".to_owned(), "- 2025-01-04_08-00 - Two\n".to_owned()),
        ("- 2025-01-03_08-00 - Two\n  - a\n".to_owned(), "- 2025-01-04_08-00 - Two\n  - b\n".to_owned()),
        // Removed on ours, with another one added.
        (four.to_owned(), format!("{two}{three}")),
    ] {
        let text = conflict(&ours, &theirs);
        assert_eq!(settled_from(&text, Some(&base)), Err(vec![4]), "{text}");
        let crlf = text.replace('\n', "\r\n");
        assert_eq!(settled_from(&crlf, Some(&base)), Err(vec![4]), "{text}");
    }
    // Neither side has changed what was there.
    let text = conflict(&format!("{two}{four}"), &format!("{two}{three}"));
    let new = history(&format!("- 2025-01-01_08-00 - One\n{two}{three}{four}"));
    assert_eq!(settled_from(&text, Some(&base)), Ok(new));
    // Both sides have created the note.
    let text = history("<<<<<<< HEAD\n- 2025-01-02_08-00 - A\n=======\n- 2025-01-02_08-00 - B\n>>>>>>> x\n");
    assert!(settled_from(&text, Some("")).is_ok());
}

#[test]
fn histories_in_plain_dates_are_put_together_too() {
    let conflict = |rest: &str, ours: &str, theirs: &str| {
        history(&format!("{rest}<<<<<<< HEAD\n{ours}=======\n{theirs}>>>>>>> x\n"))
    };
    let (one, two) = ("- 2025-01-01: One\n", "- **v1.1** (2025-01-02): Two\n");
    let both_old = format!("{one}{two}");
    let (three, four) = ("- 2025-01-03: Three\n", "- 2025-01-04_09-00: Four\n");
    let base = history(&both_old);
    for (ours, theirs) in [(three, four), (four, three)] {
        let new = history(&format!("{both_old}{three}{four}"));
        assert_eq!(settled_from(&conflict(&both_old, ours, theirs), Some(&base)), Ok(new.clone()));
        assert_eq!(both(&conflict(&both_old, ours, theirs)), Ok(new));
    }
    // Two entries of one day are in order either way.
    let same_day = "- 2025-01-04: Four, too\n";
    let new = history(&format!("{both_old}{four}{same_day}"));
    assert_eq!(settled_from(&conflict(&both_old, four, same_day), Some(&base)), Ok(new));
    for (rest, ours, theirs) in [
        // Given another day on both sides, and other words.
        (one, "- **v1.1** (2025-01-03): Two\n", "- **v1.1** (2025-01-04): Two\n"),
        (one, "- **v1.1** (2025-01-02): Two!\n", "- **v1.1** (2025-01-02): Two?\n"),
        // An entry with another form of date has no place.
        (
            "- 2025-01-01_08-00 - One\n- 2025-01-02_08-00 - Two\n",
            "- 2025-01-03_08-00 - a\n",
            "- 2025-01-04 - b\n",
        ),
        // Beside as many entries with a time, days are read as dates no more.
        (
            "- 2025-01-01_08-00 - One\n- 2025-01-02 - a\n- 2025-01-03 - b\n- 2025-01-04 - c\n",
            "- 2025-01-05_08-00 - d\n",
            "- 2025-01-06_08-00 - e\n",
        ),
    ] {
        assert!(settled_from(&conflict(rest, ours, theirs), Some(&base)).is_err(), "{theirs}");
    }
    let rest = "- 2025-01-02 - a\n- 2025-01-03 - b\n- 2025-01-04 - c\n";
    let (ours, theirs) = ("- 2025-01-05_08-00 - d\n", "- 2025-01-06_08-00 - e\n");
    let new = history(&format!("{rest}{ours}{theirs}"));
    assert_eq!(settled_from(&conflict(rest, ours, theirs), Some(&history(rest))), Ok(new));
    // Another list of the note is merged all the same.
    let more = "- 2025-01-01_08-00 - One\n- 2025-01-02 - a\n- 2025-01-03 - b\n- 2025-01-04 - c\n";
    let text = format!(
        "{}\n## Version History\n\n{}",
        conflict(rest, ours, theirs),
        conflict(more, ours, theirs).split_once("History\n\n").unwrap().1
    );
    let base = format!("{}\n## Version History\n\n{more}", history(rest));
    let settlement = settle(&text, &from(Some(&base)), &Reading::default(), Direction::OldestFirst);
    assert_eq!((settlement.settled, settlement.refused.len()), (1, 1));
    // Without the common ancestor, nobody knows whether they are the same entry.
    assert!(both(&conflict(&both_old, "- 2025-01-03: Three\n", "- 2025-01-03: 3\n")).is_err());
    assert!(both(&conflict(&both_old, "- 2025-01-03: Three\n", "- 2025-01-04: Three\n")).is_err());
}

#[test]
fn the_later_date_of_last_change_counts() {
    let note = |ours: &str, theirs: &str| {
        format!(
            "## System Initialization\n\n- Status: Active\n<<<<<<< HEAD\n{ours}\n=======\n{theirs}\n>>>>>>> x\n- Owner: R\n"
        )
    };
    let (old, new) = ("- Last Modified: 2025-01-01_08-00", "- Last Modified: 2025-02-01_08-00");
    for text in [note(old, new), note(new, old)] {
        assert_eq!(
            both(&text).unwrap(),
            format!("## System Initialization\n\n- Status: Active\n{new}\n- Owner: R\n")
        );
    }
    let property = "---\nstatus: Active\n<<<<<<< HEAD\nlast_modified: 2025-01-01\n=======\nlast_modified: 2025-01-02\n>>>>>>> x\n---\n";
    assert_eq!(both(property).unwrap(), "---\nstatus: Active\nlast_modified: 2025-01-02\n---\n");
    // A status beside the date, or an invalid date, is for people to settle.
    assert_eq!(both(&note(&format!("- Mood: a\n{old}"), &format!("- Mood: b\n{new}"))), Err(vec![4]));
    assert_eq!(both(&note(old, "- Last Modified: soon")), Err(vec![4]));
    // So is any other difference on the line, above all on the side that would be dropped.
    for (ours, theirs) in [
        (format!("{old} ^lm"), new.to_owned()),
        (format!("{old} %% see x %%"), new.to_owned()),
        (format!("{old} (by Ruth)"), new.to_owned()),
        (old.to_owned(), format!("{old} (by Ruth)")),
        (old.to_owned(), format!("{new} ^lm")),
        (old.to_owned(), new.replace("Last Modified:", "**Last Modified:**")),
        // A comment inside the value is not part of the text of the value.
        (format!("{old} <!-- keep --> | Ruth"), format!("{new} | Ruth")),
        (format!("{old} %%a%% | Ruth"), format!("{new} %%b%% | Ruth")),
        (old.replace("01_08", "01%%keep%%_08"), new.to_owned()),
    ] {
        assert_eq!(both(&note(&ours, &theirs)), Err(vec![4]), "{ours} {theirs}");
    }
    for behind in [" ^lm", " (by Ruth)", " %% see x %%", " %% see x %% | Ruth"] {
        let settled = both(&note(&format!("{old}{behind}"), &format!("{new}{behind}")));
        assert!(settled.unwrap().contains(&format!("\n{new}{behind}\n")), "{behind}");
    }
    let yaml = |ours: &str, theirs: &str| {
        both(&format!("---\n<<<<<<< HEAD\n{ours}\n=======\n{theirs}\n>>>>>>> x\n---\n# N\n"))
    };
    let flow = |status: &str, day: u32| format!("{{status: {status}, last_modified: 2025-01-0{day}_10-00}}");
    assert_eq!(yaml(&flow("Offline", 2), &flow("Active", 3)), Err(vec![2]));
    assert_eq!(
        yaml(&flow("Offline", 2), &flow("Offline", 3)),
        Ok(format!("---\n{}\n---\n# N\n", flow("Offline", 3)))
    );
    let commented = "status: Active\nlast_modified: 2025-01-02 # by hand";
    assert_eq!(yaml(commented, "status: Active\nlast_modified: 2025-01-03"), Err(vec![2]));
}

#[test]
fn one_that_stays_leaves_the_others_settled() {
    let text = format!(
        "{}\n<<<<<<< HEAD\nMine.\n=======\nTheirs.\n>>>>>>> x\n",
        history(
            "- 2025-01-01_08-00 - One\n<<<<<<< HEAD\n- 2025-01-02_08-00 - Two\n=======\n- 2025-01-03_08-00 - Three\n>>>>>>> x\n"
        )
    );
    let settlement = settle(&text, &from(None), &Reading::default(), Direction::OldestFirst);
    assert_eq!((settlement.settled, settlement.refused.len()), (1, 1));
    assert_eq!(settlement.refused[0].line, 10);
    let new = settlement.edits.apply(&text).unwrap();
    assert!(new.ends_with("- Three\n\n<<<<<<< HEAD\nMine.\n=======\nTheirs.\n>>>>>>> x\n"), "{new}");
    assert_eq!(new.matches("<<<<<<<").count(), 1);
}

#[test]
fn markers_that_do_not_pair_are_refused_with_their_line() {
    assert_eq!(settled("a\n>>>>>>> x\n"), Err(vec![2]));
    assert_eq!(settled("Title\n=======\n"), Ok("Title\n=======\n".to_owned()));
}

/// Returns a text with `count` conflicts in a history, and as many in boards.
fn many_conflicts(count: usize) -> String {
    let mut text = history("");
    for i in 0..count {
        let minute =
            |kind: u32| format!("2025-{:02}-{:02}_{:02}-{kind:02}", 1 + i / 700, 1 + i / 24 % 28, i % 24);
        text.push_str(&format!(
            "- {} - Both {i}\n<<<<<<< HEAD\n- {} - Ours {i}\n||||||| 1a\n=======\n- {} - Theirs {i}\n>>>>>>> x\n",
            minute(0),
            minute(1),
            minute(2)
        ));
    }
    for i in 0..count {
        text.push_str(&format!("\n{BOARD}<<<<<<< HEAD\n| a | {i} |\n\n<!-- portolan:end a -->\n=======\n<!-- portolan:end b -->\n>>>>>>> x\n"));
    }
    text
}

#[test]
fn many_conflicts_take_no_longer_each() {
    // With a common ancestor in the text, with one that git knows, and without one.
    let excess = [
        excess("conflicts", 500, many_conflicts, |text| settle_many(text, None)),
        excess("with a base", 500, without_base, |text| settle_many(text, Some(&history("")))),
        excess("without a base", 500, without_base, |text| {
            let settlement = settle(text, &from(None), &Reading::default(), Direction::OldestFirst);
            assert!(settlement.refused.iter().all(|one| one.wants_base));
        }),
    ];
    assert_eq!(excess, [None, None, None]);
}

#[test]
fn many_conflicts_ask_for_a_list_and_its_order_once() {
    let entry = |name, i| format!("- 2025-01-01_08-00 - {name} {i}\n");
    // Without a common ancestor, a conflict is checked against the ends and the order of its list.
    let one_list = |count: usize| {
        let of = |i| {
            let (both, ours, theirs) = (entry("Both", i), entry("Ours", i), entry("Theirs", i));
            format!("{both}<<<<<<< HEAD\n{ours}=======\n{theirs}>>>>>>> x\n")
        };
        history(&(0..count).map(of).collect::<String>())
    };
    let many_lists = |count: usize| {
        let of = |i| {
            let (both, theirs) = (entry("Both", i), entry("Theirs", i));
            history(&format!("{both}<<<<<<< HEAD\n||||||| 1a\n=======\n{theirs}>>>>>>> x\n\n"))
        };
        (0..count).map(of).collect::<String>()
    };
    let excess = [
        excess("one list", 1000, one_list, |text| {
            let settlement = settle(text, &from(None), &Reading::default(), Direction::OldestFirst);
            assert!(settlement.refused.iter().all(|one| one.wants_base));
        }),
        excess("many lists", 1000, many_lists, |text| settle_many(text, None)),
    ];
    assert_eq!(excess, [None, None]);
}

fn without_base(count: usize) -> String {
    many_conflicts(count).replace("||||||| 1a\n", "")
}

fn settle_many(text: &str, base: Option<&str>) {
    let count = text.matches("<<<<<<<").count();
    let settlement = settle(text, &from(base), &Reading::default(), Direction::OldestFirst);
    assert_eq!((settlement.settled, settlement.refused.len()), (count, 0));
}
