//! Tests of renames, case by case: a vault before, the rename, and the vault after it.

use std::collections::BTreeMap;

use portolan::config::Config;
use portolan::plan::obstacle::Refused;
use portolan::plan::rename::{
    BlockOf, HeadingOf, Move, Permit, RenamePlan, rename_block, rename_heading, rename_integration,
    rename_path,
};
use portolan::vault::Vault;

type Texts = BTreeMap<String, String>;

fn texts(files: &[(&str, &str)]) -> Texts {
    files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

fn vault(texts: &Texts) -> Vault {
    let files: Vec<(&str, &str)> = texts.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
    Vault::of_texts(Config::default(), &files)
}

/// The texts after a plan.
fn carried_out(vault: &Vault, before: &Texts, plan: &RenamePlan) -> Texts {
    let mut after = before.clone();
    for (id, edits) in &plan.writes {
        let path = vault.path_of(*id).to_owned();
        let text = edits.apply(&before[&path]).expect("edits that fit");
        after.insert(path, text);
    }
    let moved = |path: String| plan.moved.as_ref().and_then(|m| m.apply(&path)).unwrap_or(path);
    after.into_iter().map(|(path, text)| (moved(path), text)).collect()
}

/// Carries out a rename of a path and compares the notes that are named.
fn check(files: &[(&str, &str)], from: &str, to: &str, expected: &[(&str, &str)]) {
    let before = texts(files);
    let vault = vault(&before);
    let plan = plan(&vault, from, to, Permit::default()).expect("no refusal");
    let after = carried_out(&vault, &before, &plan);
    for (path, text) in expected {
        assert_eq!(after.get(*path).map(String::as_str), Some(*text), "{path} after {from} → {to}");
    }
}

fn refused(files: &[(&str, &str)], from: &str, to: &str) -> Refused {
    let vault = vault(&texts(files));
    plan(&vault, from, to, Permit::default()).expect_err("a refusal")
}

fn plan(vault: &Vault, from: &str, to: &str, permit: Permit) -> Result<RenamePlan, Refused> {
    rename_path(vault, Move { from: from.to_owned(), to: to.to_owned() }, permit)
}

#[test]
fn every_kind_of_reference_follows_in_its_own_form() {
    check(
        &[
            ("a/Old Name.md", "# H\n\nx ^b\n"),
            (
                "s.md",
                "---\nup: \"[[Old Name#H|top]]\"\nsee:\n  - '[[a/Old Name]]'\n---\n[[Old Name]] [[old name]] ![[Old Name#^b]]\n\
                 [[a/Old Name.md|x]] [m](Old%20Name.md#H) [n](<a/Old Name.md>) [[/a/Old Name]] [r](./a/Old%20Name)\n\n\
                 | [[Old Name\\|t]] | `[[Old Name]]` |\n|---|---|\n\n[d]: a/Old%20Name.md \"t\"\n\n```\n[[Old Name]]\n```\n",
            ),
            (
                "b/c.canvas",
                r##"{"nodes":[{"type":"file","file":"a/Old Name.md","subpath":"#H"},{"type":"text","text":"[[Old Name]] \"[x](../a/Old%20Name.md)\""}]}"##,
            ),
        ],
        "a/Old Name.md",
        "a/New One.md",
        &[
            (
                "s.md",
                "---\nup: \"[[New One#H|top]]\"\nsee:\n  - '[[a/New One]]'\n---\n[[New One]] [[New One]] ![[New One#^b]]\n\
                 [[a/New One.md|x]] [m](New%20One.md#H) [n](<a/New One.md>) [[/a/New One]] [r](./a/New%20One)\n\n\
                 | [[New One\\|t]] | `[[Old Name]]` |\n|---|---|\n\n[d]: a/New%20One.md \"t\"\n\n```\n[[Old Name]]\n```\n",
            ),
            (
                "b/c.canvas",
                r##"{"nodes":[{"type":"file","file":"a/New One.md","subpath":"#H"},{"type":"text","text":"[[New One]] \"[x](../a/New%20One.md)\""}]}"##,
            ),
        ],
    );
}

#[test]
fn what_is_not_written_as_it_reads_follows_too() {
    check(
        &[
            ("Über.md", ""),
            ("Q (1).md", ""),
            (
                "c.canvas",
                r#"{"nodes":[{"type":"file","file":"\u00dcber.md"},{"type":"text","text":"[[\u00dcber]]"}]}"#,
            ),
            ("s.md", "---\na: \"[[\\u00dcber]]\" # c\n---\n[x](%C3%9Cber.md) [y](Über.md)\n"),
            ("t.md", "[x](Q\\ \\(1\\).md) [y](Q%20\\(1\\).md)\n"),
        ],
        "Über.md",
        "Öde.md",
        &[
            (
                "c.canvas",
                r#"{"nodes":[{"type":"file","file":"\u00d6de.md"},{"type":"text","text":"[[\u00d6de]]"}]}"#,
            ),
            ("s.md", "---\na: \"[[\\u00d6de]]\" # c\n---\n[x](%C3%96de.md) [y](Öde.md)\n"),
        ],
    );
    check(
        &[("Q (1).md", ""), ("t.md", "[y](Q%20\\(1\\).md)\n")],
        "Q (1).md",
        "Q 2.md",
        &[("t.md", "[y](Q%202.md)\n")],
    );
    // The `#` of a character reference begins no fragment.
    let written = "[x](Ruth&#39;s.md) [w](<Ruth&#X27;s.md#R>) [v](Ruth&#39;s\\.md#R) [u](Ruth's.md#a&#39;b)\n\n[r]: Ruth&#39;s.md#R\n";
    let then = "[x](Ina.md) [w](<Ina.md#R>) [v](Ina.md#R) [u](Ina.md#a&#39;b)\n\n[r]: Ina.md#R\n";
    check(&[("Ruth's.md", "# R\n"), ("t.md", written)], "Ruth's.md", "Ina.md", &[("t.md", then)]);
    let there = [("A.md", "# R\n"), ("t.md", "[z](A.md#R&#35;S)\n")];
    check(&there, "A.md", "B.md", &[("t.md", "[z](B.md#R&#35;S)\n")]);
    // Where one is written as such a reference nobody can tell.
    let there = [("A.md", "# R\n"), ("t.md", "[x](A.md&#35;R) [y](A.md&num;R) [z](A.md&#35;R#S)\n")];
    assert_eq!(refused(&there, "A.md", "B.md").spots.len(), 3);
}

#[test]
fn what_does_not_change_keeps_its_escapes() {
    let link = "[z](A%20b/M%20\\(x\\).md) [y](<A b/M \\(x\\).md>)\n\n[d]: A%20b/M%20\\(x\\).md#h\n";
    let there = [("A b/M (x).md", "# h\n"), ("s.md", link)];
    let then = link.replace("A%20b", "C").replace("A b", "C");
    check(&there, "A b", "C", &[("s.md", &then)]);
    let then = [("C/M (x).md", "# h\n"), ("s.md", &*then)];
    check(&then, "C", "A b", &[("s.md", link)]);
}

#[test]
fn a_detour_stays_and_goes_the_way_back() {
    let note = "[x](../A/M.md) [y](./M.md) [r](../R.md)\n";
    let there = [("A/N.md", note), ("A/M.md", ""), ("R.md", "")];
    let moved = note.replace("../R", "../../R");
    check(&there, "A", "B/A", &[("B/A/N.md", &moved)]);
    check(&[("B/A/N.md", &*moved), ("B/A/M.md", ""), ("R.md", "")], "B/A", "A", &[("A/N.md", note)]);
    let renamed = note.replace("/A/", "/C/");
    check(&there, "A", "C", &[("C/N.md", &renamed)]);
    check(&[("C/N.md", &*renamed), ("C/M.md", ""), ("R.md", "")], "C", "A", &[("A/N.md", note)]);
}

/// A heading says something else once the link in it does, and whatever names the heading follows.
#[test]
fn links_to_a_heading_with_a_link_in_it_follow() {
    check(
        &[
            ("Old.md", ""),
            ("n.md", "# Top\n## See [[Old]] now\n### Deep\n[[#See Old now]]\n"),
            ("s.md", "[[n#See Old now|x]] [y](n.md#Top#See%20Old%20now#Deep) [[Old]] [[n#Top]]\n"),
            ("c.canvas", r##"{"nodes":[{"type":"file","file":"n.md","subpath":"#See Old now"}]}"##),
        ],
        "Old.md",
        "a/New one.md",
        &[
            ("n.md", "# Top\n## See [[New one]] now\n### Deep\n[[#See New one now]]\n"),
            (
                "s.md",
                "[[n#See New one now|x]] [y](n.md#Top#See%20New%20one%20now#Deep) [[New one]] [[n#Top]]\n",
            ),
            ("c.canvas", r##"{"nodes":[{"type":"file","file":"n.md","subpath":"#See New one now"}]}"##),
        ],
    );
}

#[test]
fn a_link_gets_longer_only_where_the_short_form_would_not_lead_there() {
    let vault =
        [("a/Old.md", ""), ("b/New.md", ""), ("s.md", "[[Old]] [o](Old.md)\n"), ("b/t.md", "[[b/New]]\n")];
    check(
        &vault,
        "a/Old.md",
        "a/New.md",
        &[("s.md", "[[a/New]] [o](a/New.md)\n"), ("b/t.md", "[[b/New]]\n")],
    );
    check(&vault, "a/Old.md", "a/Newer.md", &[("s.md", "[[Newer]] [o](Newer.md)\n")]);
}

/// Two paths of one length: nobody knows which of them Obsidian opens.
#[test]
fn a_link_to_something_else_gets_longer_where_it_would_fit_both() {
    for (mine, other) in [("a", "b"), ("b", "a")] {
        let links = format!("[[X]] ![[x#h|300]] [x](X.md) [[{other}/X]] [[Y]]\n");
        let expected =
            format!("[[{other}/X]] ![[{other}/x#h|300]] [x]({other}/X.md) [[{other}/X]] [[{mine}/X]]\n");
        let (old, new) = (format!("{mine}/Y.md"), format!("{mine}/X.md"));
        let others = format!("{other}/X.md");
        check(&[(&old, ""), (&others, ""), ("s.md", &links)], &old, &new, &[("s.md", &expected)]);
    }
}

#[test]
fn links_of_a_moved_note_lead_where_they_led() {
    check(
        &[
            ("a/Own.md", ""),
            ("Own.md.md", ""),
            ("b/c/Own.md", ""),
            ("a/m.md", "[[Own]] [x](./Own.md) [y](../z.md) [[z]] [[#h]] [[gone]]\n# h\n"),
            ("z.md", "[[m]]\n"),
        ],
        "a/m.md",
        "b/c/m.md",
        &[
            ("b/c/m.md", "[[a/Own]] [x](../../a/Own.md) [y](../../z.md) [[z]] [[#h]] [[gone]]\n# h\n"),
            ("z.md", "[[m]]\n"),
        ],
    );
}

#[test]
fn a_folder_takes_its_notes_and_attachments_along() {
    check(
        &[
            ("p/q/a.md", "[x](./b.md) [[p/q/b]] ![[pic.png]] [s](../../s.md)\n"),
            ("p/q/b.md", ""),
            ("p/q/pic.png", ""),
            ("s.md", "[[q/a]] [[p/q/b]] [i](p/q/pic.png)\n"),
        ],
        "p/q",
        "r",
        &[
            ("r/a.md", "[x](./b.md) [[r/b]] ![[pic.png]] [s](../s.md)\n"),
            ("s.md", "[[r/a]] [[r/b]] [i](r/pic.png)\n"),
        ],
    );
}

#[test]
fn a_rename_that_would_lead_another_link_elsewhere_is_refused() {
    let vault = [("a/Old.md", ""), ("b/Queue.md", ""), ("s.md", "x\n[[Queue]]\n"), ("t.md", "[[Gone]]\n")];
    let refusal = refused(&vault, "a/Old.md", "Queue.md");
    assert_eq!(refusal.spots.len(), 1, "{refusal:?}");
    assert_eq!((refusal.spots[0].note.as_str(), refusal.spots[0].line), ("s.md", 2));
    assert!(refusal.spots[0].message.contains("`b/Queue.md`"), "{refusal:?}");
    assert!(refusal.way_out.as_ref().is_some_and(|way| way.contains("--lengthen")), "{refusal:?}");
    let before = texts(&vault);
    let now = self::vault(&before);
    let permit = Permit { lengthen: true, ..Permit::default() };
    let longer = plan(&now, "a/Old.md", "Queue.md", permit).expect("no refusal");
    assert_eq!(carried_out(&now, &before, &longer)["s.md"], "x\n[[b/Queue]]\n");
    // What leads nowhere may come to lead somewhere.
    check(&vault, "a/Old.md", "a/Gone.md", &[("t.md", "[[Gone]]\n")]);
}

#[test]
fn names_that_are_taken_or_bear_no_link_are_refused() {
    let vault = [("a/Old.md", "[[b]]"), ("a/b.md", ""), ("c/d.md", "")];
    for (from, to) in [
        ("a/Old.md", "a/B.md"),
        ("a/Old.md", "a/x#y.md"),
        ("a/Old.md", "a/x|y.md"),
        ("a/Old.md", "a/x?.md"),
        ("a/Old.md", "a/.x.md"),
        ("a/Old.md", "a/Old.md"),
        ("a", "C"),
        ("a", "a/b"),
    ] {
        let refusal = refused(&vault, from, to);
        assert!(refusal.spots.is_empty() && refusal.way_out.is_some(), "{from} → {to}: {refusal:?}");
    }
    check(&vault, "a/Old.md", "a/OLD.md", &[("a/OLD.md", "[[b]]")]);
}

#[test]
fn excluded_notes_are_not_written() {
    let config = Config { exclude: vec!["x/".to_owned()], ..Config::default() };
    let vault = Vault::of_texts(config, &[("Old.md", ""), ("x/s.md", "[[Old]]\n")]);
    let refusal = plan(&vault, "Old.md", "New.md", Permit::default()).expect_err("a refusal");
    assert_eq!(refusal.spots[0].note, "x/s.md");
    assert!(refusal.way_out.as_ref().is_some_and(|way| way.contains("--excluded")), "{refusal:?}");
    let permit = Permit { excluded: true, ..Permit::default() };
    assert_eq!(plan(&vault, "Old.md", "New.md", permit).expect("no refusal").followed, 1);
}

#[test]
fn boards_follow_and_are_not_edited_by_hand() {
    let body = "\n| Component | Status |\n| --- | --- |\n| [[a/Old\\|Old]] | - |\n\n";
    let digest = portolan::text::digest::body_digest(body);
    let board = format!("<!-- portolan:board components -->\n{body}<!-- portolan:end {digest} -->\n");
    let before =
        texts(&[("a/Old.md", "# Old\n"), ("b.md", &board), ("c.md", &board.replace("Status", "Statuss"))]);
    let now = vault(&before);
    let plan = plan(&now, "a/Old.md", "a/New.md", Permit::default()).expect("no refusal");
    let after = carried_out(&now, &before, &plan);
    assert!(after["b.md"].contains("[[a/New\\|Old]]") && after["c.md"].contains("[[a/New\\|Old]]"));
    let then = vault(&after);
    let edited = |path: &str| then.note(then.find(path).unwrap()).unwrap().facts.system().boards[0].edited;
    assert!(!edited("b.md"), "{}", after["b.md"]);
    assert!(edited("c.md"), "the board no longer counts as edited by hand");
}

#[test]
fn conditions_of_boards_ask_for_a_note_by_its_new_title() {
    let asks = |name: &str| {
        format!("<!-- portolan:board events where=\"component = {name}\" -->\n<!-- portolan:end -->\n")
    };
    let untitled = "## System Initialization\n\n- Status: Active\n";
    let titled = format!("# Tide\n\n{untitled}");
    let before = texts(&[("Old.md", untitled), ("t.md", &titled), ("b.md", &(asks("Old") + &asks("Tide")))]);
    let now = vault(&before);
    let moved = plan(&now, "Old.md", "New.md", Permit::default()).expect("no refusal");
    assert_eq!(carried_out(&now, &before, &moved)["b.md"], asks("New") + &asks("Tide"));
    let moved = plan(&now, "t.md", "u.md", Permit::default()).expect("no refusal");
    assert_eq!(carried_out(&now, &before, &moved)["b.md"], before["b.md"], "its title stays");
    let id = now.find("t.md").expect("the note");
    let renamed =
        rename_heading(&now, HeadingOf { note: id, path: &["Tide".to_owned()] }, "Ebb", Permit::default())
            .expect("no refusal");
    assert_eq!(carried_out(&now, &before, &renamed)["b.md"], asks("Old") + &asks("Ebb"));
}

#[test]
fn a_heading_that_ends_with_a_bracket_does_not_end_the_link() {
    let before = texts(&[("n.md", "## Limits\n"), ("s.md", "[[n#Limits]] ![[n#Limits]]\n")]);
    let now = vault(&before);
    let id = now.find("n.md").unwrap();
    let plan = rename_heading(
        &now,
        HeadingOf { note: id, path: &["Limits".to_owned()] },
        "Limits [max]",
        Permit::default(),
    );
    let after = carried_out(&now, &before, &plan.expect("no refusal"));
    assert_eq!(after["s.md"], "[[n#Limits max]] ![[n#Limits max]]\n");
    assert!(portolan::rules::run(&vault(&after), None).is_empty());
}

#[test]
fn headings_and_blocks_follow() {
    let before = texts(&[
        ("n.md", "# Top\n\n## Limits\n\n### Deep\n\ntext ^old\n\n## Other\n\n[[#Limits]]\n"),
        (
            "s.md",
            "[[n#Limits]] [[n#limits#Deep|d]] [x](n.md#Top#Limits) [y](n.md#Deep) [[n#^old]] [[n#^OLD|b]] [[n#None]]\n",
        ),
        ("c.canvas", r##"{"nodes":[{"subpath":"#Limits","type":"file","file":"n.md"}]}"##),
    ]);
    let now = vault(&before);
    let id = now.find("n.md").unwrap();
    let plan = rename_heading(
        &now,
        HeadingOf { note: id, path: &["Limits".to_owned()] },
        "New: quotas & more",
        Permit::default(),
    )
    .expect("no refusal");
    let after = carried_out(&now, &before, &plan);
    assert!(
        after["n.md"].contains("## New: quotas & more\n") && after["n.md"].contains("[[#New quotas & more]]")
    );
    assert_eq!(
        after["s.md"],
        "[[n#New quotas & more]] [[n#New quotas & more#Deep|d]] [x](n.md#Top#New%20quotas%20&%20more) [y](n.md#Deep) \
         [[n#^old]] [[n#^OLD|b]] [[n#None]]\n"
    );
    assert!(after["c.canvas"].contains(r##""subpath":"#New quotas & more""##), "{}", after["c.canvas"]);
    let plan =
        rename_block(&now, BlockOf { note: id, id: "old" }, "new-1", Permit::default()).expect("no refusal");
    let after = carried_out(&now, &before, &plan);
    assert!(after["n.md"].contains("text ^new-1\n") && after["s.md"].contains("[[n#^new-1]] [[n#^new-1|b]]"));
}

#[test]
fn an_id_in_a_quote_follows_if_nothing_else_has_it() {
    let before = texts(&[
        ("n.md", "> [!quote]\n> said\n>^old\n\n> - item ^twice\n\ntext ^twice\n"),
        ("s.md", "[[n#^old]] [[n#^twice]]\n"),
    ]);
    let now = vault(&before);
    let id = now.find("n.md").unwrap();
    let plan =
        rename_block(&now, BlockOf { note: id, id: "old" }, "new-1", Permit::default()).expect("no refusal");
    let after = carried_out(&now, &before, &plan);
    assert!(after["n.md"].starts_with("> [!quote]\n> said\n>^new-1\n"), "{}", after["n.md"]);
    assert_eq!(after["s.md"], "[[n#^new-1]] [[n#^twice]]\n");
    for (old, new) in [("twice", "new-1"), ("old", "twice")] {
        rename_block(&now, BlockOf { note: id, id: old }, new, Permit::default()).expect_err("a refusal");
    }
}

#[test]
fn the_ids_of_a_drawing_stay_as_its_data_has_them() {
    let drawing = "---\nexcalidraw-plugin: parsed\n---\n## Text Elements\nGateway ^hPw2a9Xb\n";
    let link = "![[Map.excalidraw#^group=C9cN]] [[Map.excalidraw#^hPw2a9Xb]]\n";
    for path in ["Map.excalidraw.md", "Map.md"] {
        let now = vault(&texts(&[(path, drawing), ("s.md", link)]));
        let id = now.find(path).unwrap();
        for old in ["hPw2a9Xb", "group=C9cN"] {
            let refusal = rename_block(&now, BlockOf { note: id, id: old }, "new-1", Permit::default())
                .expect_err("a refusal");
            assert!(refusal.message.contains("is a drawing of Excalidraw"), "{refusal:?}");
        }
    }
    // Its links follow all the same.
    check(
        &[("Map.excalidraw.md", drawing), ("s.md", link)],
        "Map.excalidraw.md",
        "Net.excalidraw.md",
        &[("s.md", "![[Net.excalidraw#^group=C9cN]] [[Net.excalidraw#^hPw2a9Xb]]\n")],
    );
}

#[test]
fn a_heading_whose_name_is_taken_is_named_with_those_above() {
    let before = texts(&[("n.md", "# A\n\n## Same\n\n# B\n\n## Old\n"), ("s.md", "[[n#Old]]\n")]);
    let now = vault(&before);
    let id = now.find("n.md").unwrap();
    let plan =
        rename_heading(&now, HeadingOf { note: id, path: &["Old".to_owned()] }, "Same", Permit::default())
            .expect("no refusal");
    assert_eq!(carried_out(&now, &before, &plan)["s.md"], "[[n#B#Same]]\n");
    assert_eq!(plan.reshaped, 1);
    // The first one of a name counts: a link to the later one would lead elsewhere.
    let before = texts(&[("n.md", "# Old\n\n# Same\n"), ("s.md", "[[n#Same]]\n")]);
    let now = vault(&before);
    let refusal = rename_heading(
        &now,
        HeadingOf { note: now.find("n.md").unwrap(), path: &["Old".to_owned()] },
        "Same",
        Permit::default(),
    )
    .unwrap_err();
    assert_eq!(refusal.spots[0].note, "s.md");
    let before = texts(&[("n.md", "# Old\n\n# B\n\n## Same\n"), ("s.md", "[[n#Same]]\n")]);
    let now = vault(&before);
    let permit = Permit { lengthen: true, ..Permit::default() };
    let id = now.find("n.md").unwrap();
    let plan = rename_heading(&now, HeadingOf { note: id, path: &["Old".to_owned()] }, "Same", permit)
        .expect("no refusal");
    assert_eq!(carried_out(&now, &before, &plan)["s.md"], "[[n#B#Same]]\n");
    for text in ["", "   ", "# x #", "!!", "a\nb"] {
        rename_heading(
            &now,
            HeadingOf { note: now.find("n.md").unwrap(), path: &["Old".to_owned()] },
            text,
            Permit::default(),
        )
        .expect_err(text);
    }
}

#[test]
fn an_integration_follows_in_blocks_diagrams_and_boards() {
    let block = "```js\n{ integration: { name: 'Pay', type: 'REST', endpoint: 'https://x.y' } }\n```\n";
    let body = "\n| Integration | Status |\n| --- | --- |\n| [[n\\|Pay]] | - |\n\n";
    let digest = portolan::text::digest::body_digest(body);
    let before = texts(&[
        ("n.md", block),
        (
            "d.md",
            "> ```mermaid\n> graph TD\n>   A[Core] --> P[Pay]\n> ```\n\nPay stays prose, `Pay` too.\n\n\
                  %%\n```mermaid\ngraph TD\n  A --> O[Pay]\n```\n%%\n",
        ),
        ("b.md", &format!("<!-- portolan:board integrations -->\n{body}<!-- portolan:end {digest} -->\n")),
    ]);
    let now = vault(&before);
    let plan = rename_integration(&now, "pay", "Pay 'n' Go").expect("no refusal");
    let after = carried_out(&now, &before, &plan);
    assert!(after["n.md"].contains(r"name: 'Pay \'n\' Go',"), "{}", after["n.md"]);
    assert!(
        after["d.md"].contains(">   A[Core] --> P[Pay 'n' Go]\n")
            && after["d.md"].contains("Pay stays prose, `Pay` too.")
            // What is commented out is not drawn.
            && after["d.md"].contains("  A --> O[Pay]\n")
    );
    assert!(after["b.md"].contains("| [[n\\|Pay 'n' Go]] |"), "{}", after["b.md"]);
    let then = vault(&after);
    assert!(!then.note(then.find("b.md").unwrap()).unwrap().facts.system().boards[0].edited);
    // A link that shows its path has no text that could follow, in a cell or in the title of a group.
    let body = "\n**[[Pay]]**\n\n| Integration | Status |\n| --- | --- |\n| [[Pay]] | - |\n\n";
    let digest = portolan::text::digest::body_digest(body);
    let board = format!("<!-- portolan:board integrations -->\n{body}<!-- portolan:end {digest} -->\n");
    let before = texts(&[("Pay.md", block), ("b.md", &board)]);
    let now = vault(&before);
    let after = carried_out(&now, &before, &rename_integration(&now, "Pay", "Go").expect("no refusal"));
    assert!(
        after["b.md"].contains("**[[Pay|Go]]**\n") && after["b.md"].contains("| [[Pay\\|Go]] |"),
        "{}",
        after["b.md"]
    );
    let then = vault(&after);
    assert!(!then.note(then.find("b.md").unwrap()).unwrap().facts.system().boards[0].edited);
    let named = format!("# Systems\n\n## 1. Pay\n\n{block}");
    let now = vault(&texts(&[("n.md", &named)]));
    let plan = rename_integration(&now, "Pay", "Go").expect("no refusal");
    assert_eq!((plan.left.len(), plan.left[0].line), (1, 3), "the heading is not reported: {:?}", plan.left);
    let asks = |kind: &str, condition: &str| {
        format!("<!-- portolan:board {kind} where={condition} -->\n<!-- portolan:end -->\n")
    };
    let conditions = [
        asks("architecture", "\"name = pay\""),
        asks("integrations", "\"status != Down and name = Pay\" columns=name"),
        asks("health", "name!=Pay"),
        asks("integrations", "\"name ~ Pa\""),
        asks("components", "\"component = Pay\""),
    ];
    let before = texts(&[("n.md", block), ("b.md", &conditions.concat())]);
    let now = vault(&before);
    let plan = rename_integration(&now, "Pay", "Go Now").expect("no refusal");
    let after = carried_out(&now, &before, &plan);
    let expected = [
        asks("architecture", "\"name = Go Now\""),
        asks("integrations", "\"status != Down and name = Go Now\" columns=name"),
        asks("health", "\"name!=Go Now\""),
        asks("integrations", "\"name ~ Pa\""),
        asks("components", "\"component = Pay\""),
    ];
    assert_eq!(after["b.md"], expected.concat());
    assert_eq!(
        (plan.left.len(), plan.left[0].line),
        (1, 7),
        "the condition is not reported: {:?}",
        plan.left
    );
    let plan = rename_integration(&now, "Pay", "Go -- Now").expect("no refusal");
    assert_eq!(plan.left.len(), 4, "no marker can hold it: {:?}", plan.left);
    rename_integration(&now, "Payy", "X").expect_err("no such integration");
    rename_integration(&now, "Pay", "[Name]").expect_err("a placeholder");
}

#[test]
fn what_diagrams_lead_to_is_told() {
    let map = "# Map\n\n```mermaid\ngraph LR\nl[Books] --> m[\"[[Ledger|The ledger]]\"]\n\
               n[\"[[Other]]\"] --> l\nclick l \"Ledger.md#Top\"\nclick n \"https://example.org/Ledger.md\"\n```\n";
    let told = |from: &str, to: &str| -> Vec<String> {
        let files = texts(&[("Ledger.md", ""), ("Other.md", ""), ("maps/Map.md", map)]);
        let plan = plan(&vault(&files), from, to, Permit::default()).expect("no refusal");
        plan.left.into_iter().map(|spot| format!("{}:{}: {}", spot.note, spot.line, spot.message)).collect()
    };
    let both = [
        "maps/Map.md:3: the click on `l` in a diagram, which leads to `Ledger.md`",
        "maps/Map.md:3: the link on `m` in a diagram, which leads to `Ledger.md`",
    ];
    assert_eq!(told("Ledger.md", "Accounts.md"), both);
    // Where they go on leading there, nothing is to be done.
    assert!(told("Ledger.md", "books/Ledger.md").is_empty());
    assert!(told("maps", "charts").is_empty());
}

#[test]
fn a_definition_in_a_board_follows_too() {
    let board =
        |path: &str| format!("<!-- portolan:board events -->\n[x]\n\n[x]: {path}\n<!-- portolan:end -->\n");
    check(&[("Old.md", ""), ("s.md", &board("Old.md"))], "Old.md", "New.md", &[("s.md", &board("New.md"))]);
}
