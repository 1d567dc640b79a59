//! Tests of `portolan rename`, run as its users run it: its arguments, what it writes, and what remains after a
//! kill.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::Duration;

mod place;
use place::{Place, Ran};

impl Place {
    /// Runs in a folder of the vault.
    fn run_in(&self, folder: &str, args: &[&str]) -> Ran {
        Ran::of(self.portolan(args).current_dir(self.path(folder)))
    }
}

const SMALL: [(&str, &str); 3] = [
    ("a/Old.md", "# Limits\n\ntext ^retry\n"),
    ("s.md", "[[Old]] [[Old#Limits]] [[Old#^retry]]\n"),
    ("pic.png", ""),
];

#[test]
fn names_are_taken_as_people_type_them() {
    for (old, new, path) in [
        ("Old", "New", "a/New.md"),
        ("a/Old.md", "New.md", "a/New.md"),
        ("Old", "New v1.2", "a/New v1.2.md"),
        ("Old", "b/New", "b/New.md"),
        ("Old", "b/c/", "b/c/Old.md"),
        ("Old", "/New", "New.md"),
        ("Old", "./New", "New.md"),
        ("a", "b", "b/Old.md"),
        ("a/", "b/", "b/a/Old.md"),
        ("pic.png", "pics/", "pics/pic.png"),
    ] {
        let place = Place::new(&SMALL);
        let Ran { status, err, .. } = place.run(&["rename", old, new]);
        assert_eq!(status, 0, "{old} → {new}: {err}");
        assert!(place.files().contains_key(path), "{old} → {new}: {:?}", place.files());
        let Ran { status, out, .. } = place.run(&["check", "--format", "concise"]);
        assert_eq!((status, out.as_str()), (0, ""), "{old} → {new}");
    }
}

/// The way back that is shown is one: as a shell reads it, from the folder where it was shown.
#[cfg(unix)]
#[test]
fn the_way_back_leads_back() {
    let notes = [
        SMALL[0],
        SMALL[1],
        SMALL[2],
        ("top.md", "[[Old]] [[sub/it's one]]\n\n## The hub (old)\n\ntext ^hub\n\n[[#The hub (old)]]\n"),
        ("sub/it's one.md", "[[top#^hub]] [[top|x]]\n"),
        ("sub/top.md", "other\n"),
        ("-x.md", "[[top#The hub (old)]]\n"),
        ("i.md", "```json\n{ \"integration\": { \"name\": \"Order Queue\", \"type\": \"x\" } }\n```\n"),
    ];
    for (folder, old, new) in [
        ("", "Old", "New"),
        ("", "Old", "b/c/"),
        ("", "a/Old.md", "/New"),
        ("", "-x.md", "/sub/y"),
        ("", "i", "sub/i"),
        ("", "sub/it's one", "sub/it's two"),
        ("", "sub", "b/"),
        ("", "a", "it's b"),
        ("", "pic.png", "sub/"),
        ("", "top#The hub (old)", "Hub"),
        ("", "top#^hub", "^the-hub"),
        ("", "order queue", "Order Bus"),
        ("sub", "../top", "../it's top"),
        ("a", "../-x.md", "b/y"),
    ] {
        let place = Place::new(&notes);
        let old_name =
            if old.starts_with('-') { vec!["rename", "--", old, new] } else { vec!["rename", old, new] };
        let Ran { status, err, .. } = place.run_in(folder, &old_name);
        assert_eq!(status, 0, "{old} → {new}: {err}");
        assert_ne!(place.files(), Place::new(&notes).files());
        let back = err.lines().find_map(|line| line.strip_prefix("to undo: "));
        let back = back.unwrap_or_else(|| panic!("{old} → {new}: {err}"));
        let ran = Ran::of(place.command("sh").args(["-c", back]).current_dir(place.path(folder)));
        assert_eq!(ran.status, 0, "{back}: {}", ran.err);
        assert_eq!(place.files(), Place::new(&notes).files(), "{back}");
    }
}

/// Where a rename back would not give what was there, git does, if it has it, or it is said.
#[test]
fn a_way_back_that_leaves_something_says_so() {
    let notes = [("n.md", "# One\n\n[[#Two]]\n"), ("Old.md", ""), ("l.md", "[[New]] [[Old]]\n")];
    let place = Place::new(&notes);
    let Ran { err, .. } = place.run(&["rename", "Old", "New"]);
    assert!(
        err.contains("to undo, but for the form of 1 reference: portolan rename New.md Old.md\n"),
        "{err}"
    );
    let Ran { err, .. } = place.run(&["rename", "n#One", "Two"]);
    assert!(
        err.contains("to undo, but for the form of 1 reference: portolan rename 'n.md#Two' One\n"),
        "{err}"
    );
    // Another heading with the new text comes first, so the way back would rename that one.
    let place = Place::new(&[("n.md", "## Two\n\n## Three\n"), ("l.md", "[[n#Two]]\n")]);
    let Ran { err, .. } = place.run(&["rename", "n#Three", "Two"]);
    assert!(err.contains("renamed") && !err.contains("to undo"), "{err}");
    // The other heading comes after, so the way back renames the right one.
    let place = Place::new(&[("n.md", "## Three\n\n## Two\n")]);
    let Ran { err, .. } = place.run(&["rename", "n#Three", "Two"]);
    assert!(err.contains("to undo: portolan rename 'n.md#Two' Three\n"), "{err}");
    // Links to such a heading are written in several ways.
    let place = Place::new(&[("n.md", "# The **hub**\n\n[[#The hub]]\n")]);
    let Ran { err, .. } = place.run(&["rename", "n#The hub", "Hub"]);
    assert!(err.contains("renamed") && !err.contains("to undo"), "{err}");
    let place = Place::new(&notes);
    place.git(&["init", "-q"]);
    place.git(&["add", "."]);
    let Ran { err, .. } = place.run(&["rename", "n#One", "Two"]);
    assert!(err.contains("to undo: git") && err.contains("restore -- n.md\n"), "{err}");
}

/// What is written in a way of its own is not written so by the rename that leads back.
#[test]
fn a_way_back_that_writes_otherwise_says_so() {
    let undo = |files: &[(&str, &str)], args: &[&str]| {
        let Ran { status, err, .. } = Place::new(files).run(args);
        assert_eq!(status, 0, "{err}");
        err.lines().find(|line| line.starts_with("to undo")).unwrap_or_default().to_owned()
    };
    let gate = [("Gate.md", ""), ("l.md", "[[gate]] [x](%47ate.md) [[Gate]] [[Gate|gate]]\n")];
    let said = undo(&gate, &["rename", "Gate", "Tor"]);
    assert_eq!(said, "to undo, but for the form of 2 references: portolan rename Tor.md Gate.md");
    let plain = [gate[0], ("l.md", "[[Gate]] [x](Gate.md)\n")];
    assert_eq!(undo(&plain, &["rename", "Gate", "Tor"]), "to undo: portolan rename Tor.md Gate.md");
    let block = "```json\n{ \"integration\": { \"name\": \"Payments\", \"type\": \"x\" } }\n```\n";
    let drawn = |nodes: &str| format!("{block}\n```mermaid\nflowchart LR\n{nodes}\n```\n");
    let said = undo(
        &[("i.md", &drawn("P[Payments] --> Q(payments)"))],
        &["rename", "Payments", "Pay (x)", "--integration"],
    );
    assert!(said.starts_with("to undo, but for the form of 2 references: "), "{said}");
    let said = undo(
        &[("i.md", &drawn("P[\"Payments\"] --> Q"))],
        &["rename", "Payments", "Pay (x)", "--integration"],
    );
    assert!(said.starts_with("to undo: portolan rename --integration"), "{said}");
    let said = undo(&[("n.md", "# One\n\n[[#one]] [[#One]]\n")], &["rename", "n#One", "Two"]);
    assert_eq!(said, "to undo, but for the form of 1 reference: portolan rename 'n.md#Two' One");
}

/// What begins with `./` or `../` is relative to the working directory, with or without its extension.
#[test]
fn names_may_begin_in_the_working_directory() {
    for (old, expected) in [
        ("./x", Some("sub/y.md")),
        ("./x.md", Some("sub/y.md")),
        ("../x", Some("y.md")),
        ("x", Some("y.md")),
        ("./n", None),
        ("../sub/n", None),
    ] {
        let place = Place::new(&[("x.md", "root\n"), ("n.md", "root\n"), ("sub/x.md", "sub\n")]);
        let new = if old.starts_with("./") { "./y" } else { "y" };
        let Ran { status, err, .. } = place.run_in("sub", &["rename", old, new]);
        let Some(path) = expected else {
            assert!(status == 2 && err.contains("relative to the working directory"), "{old}: {err}");
            continue;
        };
        assert_eq!(status, 0, "{old}: {err}");
        assert!(place.files().contains_key(path), "{old}: {:?}", place.files());
    }
}

#[test]
fn headings_blocks_and_what_is_refused() {
    let place = Place::new(&SMALL);
    assert_eq!(place.run(&["rename", "Old#Limits", "Quotas"]).status, 0);
    assert_eq!(place.run(&["rename", "Old#^retry", "Old#^again"]).status, 0);
    assert_eq!(place.read("a/Old.md"), "# Quotas\n\ntext ^again\n");
    assert_eq!(place.read("s.md"), "[[Old]] [[Old#Quotas]] [[Old#^again]]\n");
    let before = place.files();
    for (old, new) in [
        ("Old", "../x"),
        ("Old", "../../x/"),
        ("Old", "s"),
        ("Old", "x?"),
        ("Old", "x.png"),
        ("Old", "a/Old.md"),
        ("Gone", "x"),
        ("Old#Gone", "x"),
        ("Old#^gone", "x"),
        ("Old#^again", "a b"),
        (".", "x"),
        ("Old", ""),
        ("Old", " "),
    ] {
        let new = if new == "s" { "/s" } else { new };
        let Ran { status, out, err } = place.run(&["rename", old, new]);
        assert_eq!((status, out.as_str()), (2, ""), "{old} → {new}");
        assert!(err.contains("\n  help: "), "{old} → {new}: {err}");
        assert_eq!(place.files(), before, "{old} → {new}");
    }
}

/// Folders of Obsidian, git and package managers are not renamed, because that would break them.
#[test]
fn folders_that_are_no_part_of_the_vault_stay() {
    let place = Place::new(&[
        SMALL[0],
        (".obsidian/plugins/x/data.json", "{}"),
        (".git/HEAD", "ref: refs/heads/main\n"),
        ("a/.trash/old.md", ""),
        ("node_modules/pkg/README.md", ""),
        ("v1.2/n.md", ""),
    ]);
    let before = place.files();
    for (old, part) in [
        (".git", ".git"),
        (".git/", ".git"),
        (".obsidian", ".obsidian"),
        (".obsidian/plugins", ".obsidian"),
        ("a/.trash", ".trash"),
        ("node_modules", "node_modules"),
        ("node_modules/pkg", "node_modules"),
    ] {
        let Ran { status, out, err } = place.run(&["rename", old, "g"]);
        assert_eq!((status, out.as_str()), (2, ""), "{old}: {err}");
        assert!(err.contains(&format!("`{part}` is not part of the vault")), "{old}: {err}");
        assert_eq!(place.files(), before, "{old}");
    }
    // Nothing is seen there either, so nothing is moved there.
    for (old, new) in [
        ("v1.2", "node_modules"),
        ("v1.2", "node_modules/"),
        ("v1.2", "a/node_modules/v"),
        ("v1.2/n.md", "node_modules/n.md"),
        ("v1.2/n.md", "node_modules/"),
    ] {
        let Ran { status, out, err } = place.run(&["rename", old, new]);
        assert_eq!((status, out.as_str()), (2, ""), "{old} {new}: {err}");
        assert!(err.contains("`node_modules` is not part of the vault"), "{old} {new}: {err}");
        assert_eq!(place.files(), before, "{old} {new}");
    }
    assert_eq!(place.run(&["rename", "v1.2", "g"]).status, 0);
}

#[test]
fn a_section_that_is_not_known_by_its_new_heading_is_told() {
    let note = "# N\n\n## 📜 Modification History\n\n- 2025-01-01_08-00 - Start\n";
    let said = "N.md:3: `history` of `[sections]` in `portolan.toml` does not know `Log`: ";
    let own = "[sections]\nhistory = [\"Modification History\", \"Log\"]\n";
    for (settings, new, told) in [
        ("", "Log", true),
        ("", "1. Version History", false),
        (own, "Log", false),
        // What was no history says nothing.
        ("[sections]\nhistory = [\"Changes\"]\n", "Log", false),
    ] {
        let place = Place::new(&[("N.md", note), ("portolan.toml", settings)]);
        let Ran { status, err, .. } = place.run(&["rename", "N#📜 Modification History", new]);
        assert_eq!((status, err.contains(said)), (0, told), "{settings} {new}: {err}");
    }
    let place = Place::new(&[("N.md", note)]);
    let Ran { status, err, .. } = place.run(&["rename", "N#📜 Modification History", "Log", "--diff"]);
    assert!(status == 0 && err.contains(said), "{err}");
}

#[test]
fn a_refusal_names_the_links_and_a_diff_writes_nothing() {
    let place = Place::new(&[("a/Old.md", ""), ("b/Queue.md", ""), ("s.md", "\n[[Queue]] [[Old]]\n")]);
    let before = place.files();
    let Ran { status, err, .. } = place.run(&["rename", "Old", "/Queue"]);
    assert_eq!(status, 2);
    assert!(err.contains("s.md:2: it leads to `b/Queue.md`, and would lead to `Queue.md`"), "{err}");
    let Ran { status, out, .. } = place.run(&["rename", "Old", "c/New", "--diff"]);
    assert_eq!(status, 0);
    assert!(
        out.contains("rename from a/Old.md\nrename to c/New.md\n") && out.contains("+[[Queue]] [[New]]"),
        "{out}"
    );
    assert_eq!(place.files(), before);
}

#[test]
fn a_heading_that_is_there_already_is_told_plainly() {
    let place = Place::new(&[
        ("A.md", "# A\n\n## One\n\n## Two\n\n[[#Two]]\n"),
        ("B.md", "# B\n\n## Two\n\n[[A#One]]\n"),
    ]);
    for options in [&[][..], &["--lengthen"]] {
        let Ran { status, err, .. } = place.run(&[&["rename", "A#One", "Two"], options].concat());
        assert!(status == 2 && err.contains("`A.md` has a heading `Two` already"), "{err}");
        assert!(err.contains("A.md:7: ") && err.contains("help: choose another text"), "{err}");
    }
    // One that a longer path tells apart is in nobody's way: there is a way out, and it is one.
    let place = Place::new(&[("A.md", "# A\n\n## One\n\n# C\n\n## Two\n\n[[#Two]]\n")]);
    let Ran { status, err, .. } = place.run(&["rename", "A#One", "Two"]);
    assert!(status == 2 && err.contains("help: `--lengthen` gives"), "{err}");
    assert_eq!(place.run(&["rename", "A#One", "Two", "--lengthen"]).status, 0);
    assert_eq!(place.read("A.md"), "# A\n\n## Two\n\n# C\n\n## Two\n\n[[#C#Two]]\n");
}

#[test]
fn files_are_counted_in_which_a_reference_has_followed() {
    let place = Place::new(&[("A.md", "# A\n\n## One\n\ntext ^id\n"), ("B.md", "[[A#One]] [[A#^id]]\n")]);
    let Ran { err, .. } = place.run(&["rename", "A#One", "Two"]);
    assert!(err.contains("; 1 reference in 1 file followed"), "{err}");
    let Ran { err, .. } = place.run(&["rename", "A#^id", "^other"]);
    assert!(err.contains("; 1 reference in 1 file followed"), "{err}");
}

#[test]
fn what_stands_in_the_way_may_be_let_go() {
    let place = Place::new(&[
        ("a/Old.md", ""),
        ("b/Queue.md", ""),
        ("s.md", "[[Queue]] [[Old]]\n"),
        ("x/t.md", "[[Old]]\n"),
        ("portolan.toml", "exclude = [\"x/\"]\n"),
    ]);
    let Ran { status, err, .. } = place.run(&["rename", "Old", "/Queue"]);
    assert!(status == 2 && err.contains("help: `--excluded` lets"), "{err}");
    let Ran { status, err, .. } = place.run(&["rename", "Old", "/Queue", "--excluded"]);
    assert!(status == 2 && err.contains("help: `--lengthen` gives"), "{err}");
    let Ran { status, err, .. } = place.run(&["rename", "Old", "/Queue", "--excluded", "--lengthen"]);
    assert!(status == 0 && err.contains("3 references in 2 files followed"), "{err}");
    assert_eq!(
        (place.read("s.md"), place.read("x/t.md")),
        ("[[b/Queue]] [[Queue]]\n".into(), "[[Queue]]\n".into())
    );
}

/// What no link says is told: settings that name what has moved, and files whose links nobody can read.
#[test]
fn what_does_not_follow_is_told() {
    let place = Place::new(&[
        ("T/t.md", ""),
        ("s.md", "[[t]]\n"),
        ("c.canvas", "{\n"),
        (".obsidian/templates.json", "{\"folder\": \"T\"}"),
        (".obsidian/app.json", "{\"attachmentFolderPath\": \"./T\", \"newFileFolderPath\": \"/T/x\"}"),
        ("portolan.toml", "templates = [\"T/\"]\n"),
    ]);
    std::fs::write(place.path("bad.md"), b"[[t]] \xff\n").expect("a note");
    let Ran { status, err, .. } = place.run(&["rename", "T", "templates/new"]);
    assert_eq!(status, 0, "{err}");
    for told in [
        "`.obsidian/app.json` names `T/x`: change it there",
        "`.obsidian/templates.json` names `T`: change it there",
        "`portolan.toml` names `T`: change it there",
        "bad.md: links in it cannot follow",
        "c.canvas: links in it cannot follow",
    ] {
        assert!(err.contains(told), "{told} in {err}");
    }
    assert_eq!(err.matches("change it there").count(), 3, "{err}");
}

#[test]
fn folders_are_spelled_as_they_are() {
    let place = Place::new(&SMALL);
    assert_eq!(place.run(&["rename", "s", "A/"]).status, 0);
    assert!(place.files().contains_key("a/s.md"), "{:?}", place.files());
}

#[cfg(unix)]
#[test]
fn symbolic_links_that_a_move_breaks_are_known() {
    use portolan::vault::symlinks::broken_by_a_move;
    use std::os::unix::fs::symlink;
    let place = Place::new(&[("a/n.md", ""), ("a/b/m.md", ""), ("s.md", "")]);
    let root = place.vault();
    symlink("a/n.md", root.join("to.md")).expect("a link");
    symlink(root.join("a/b"), root.join("folder")).expect("a link");
    symlink("b/m.md", root.join("a/inside.md")).expect("a link");
    symlink("../s.md", root.join("a/out.md")).expect("a link");
    symlink("gone.md", root.join("dangling.md")).expect("a link");
    symlink("../a/n.md", root.join("a/around.md")).expect("a link");
    for (from, to, broken) in [
        ("a", "z", &["a/around.md", "folder", "to.md"][..]),
        ("a", "s/a", &["a/out.md", "folder", "to.md"]),
        ("a/n.md", "a/m.md", &["a/around.md", "to.md"]),
        ("a/b", "a/c", &["a/inside.md", "folder"]),
        ("s.md", "t.md", &["a/out.md"]),
        ("a/out.md", "out.md", &["a/out.md"]),
        ("a/out.md", "b/out.md", &[]),
        ("to.md", "towards.md", &[]),
        ("to.md", "s/to.md", &["to.md"]),
    ] {
        assert_eq!(broken_by_a_move(&root, from, to), broken, "{from} to {to}");
    }
}

#[cfg(unix)]
#[test]
fn no_symbolic_link_is_left_dangling() {
    let place = Place::new(&SMALL);
    std::os::unix::fs::symlink("a/Old.md", place.path("link.md")).expect("a link");
    let before = place.files();
    for (old, new) in [("a/Old.md", "New"), ("a", "b")] {
        let Ran { status, err, .. } = place.run(&["rename", old, new]);
        assert!(status == 2 && err.contains("the symbolic link `link.md` would lead nowhere"), "{err}");
    }
    assert_eq!(place.files(), before);
}

#[test]
fn one_name_for_a_note_and_an_integration_has_to_be_told_apart() {
    let block = "```json\n{\"integration\": {\"name\": \"Pay\", \"type\": \"REST\", \"endpoint\": \"https://x.y\"}}\n```\n";
    let place = Place::new(&[("Pay.md", block)]);
    let Ran { status, err, .. } = place.run(&["rename", "Pay", "Go"]);
    assert!(status == 2 && err.contains("`Pay.md`, or add `--integration`"), "{err}");
    let Ran { status, err, .. } = place.run(&["rename", "Pay", "Go", "--integration"]);
    assert!(status == 0 && err.contains("Pay.md:1: left as it is: the name of the note"), "{err}");
    assert_eq!(place.read("Pay.md"), block.replace("Pay", "Go"));
    assert_eq!(place.run(&["rename", "Pay", "Note"]).status, 0, "only the note has the name now");
    assert_eq!(place.run(&["rename", "Go", "Back"]).status, 0);
    assert_eq!(place.read("Note.md"), block.replace("Pay", "Back"));
}

/// Entries are the past, and know the old name only.
#[test]
fn the_history_of_a_renamed_integration_is_not_forgotten() {
    let block = "```json\n{\"integration\": {\"name\": \"Pay\", \"type\": \"REST\", \"endpoint\": \"https://x.y\"}}\n```\n";
    let history = "## Modification History\n\n- 2025-01-01_10-00 - Added Pay\n";
    let place = Place::new(&[("a.md", &format!("# A\n\n{block}\n{history}"))]);
    let says = |old: &str, new: &str, expected: bool| {
        let Ran { status, err, .. } = place.run(&["rename", old, new, "--integration"]);
        let said = err.contains("`portolan record` writes it into the history of `a.md`");
        assert_eq!((status, said), (0, expected), "{err}");
    };
    // Nothing to compare with, and then only the case.
    says("Pay", "PAY", false);
    place.git(&["init", "-q"]);
    place.git(&["add", "."]);
    says("PAY", "Go", false);
    place.git(&["commit", "-qam", "x"]);
    says("Go", "GO", false);
    says("GO", "Pay now", true);
    let Ran { err, .. } = place.run(&["record"]);
    assert!(err.contains("Pay now"), "{err}");
    // Without a history there is nothing to write into.
    place.write("a.md", block);
    says("Pay", "Go", false);
}

#[test]
fn git_knows_the_rename_where_it_is_asked_to() {
    let place = Place::new(&SMALL);
    place.git(&["init", "-q"]);
    let Ran { status, err, .. } = place.run(&["rename", "Old", "b/New", "--git"]);
    assert!(status == 2 && err.contains("leave `--git` out"), "{err}");
    assert_eq!(place.files(), Place::new(&SMALL).files());
    place.git(&["add", "."]);
    place.git(&["commit", "-qm", "x"]);
    let Ran { status, err, .. } = place.run(&["rename", "Old", "b/New", "--git"]);
    assert_eq!(status, 0, "{err}");
    let changes = place.git(&["status", "--porcelain"]);
    assert!(changes.contains("R  a/Old.md -> b/New.md\n") && changes.contains(" M s.md\n"), "{changes}");
}

/// Whoever runs portolan from a hook, or with another repository in the environment, means the vault that is named.
#[test]
fn git_moves_in_the_repository_of_the_vault_and_no_other() {
    let (place, other) = (Place::new(&SMALL), Place::new(&SMALL));
    for place in [&place, &other] {
        place.git(&["init", "-q"]);
        place.git(&["add", "."]);
        place.git(&["commit", "-qm", "x"]);
    }
    let vault = place.vault();
    let run = |args: &[&str]| {
        let mut command = other.portolan(&[&["--vault", vault.to_str().expect("a path")], args].concat());
        command.env("GIT_DIR", other.path(".git")).env("GIT_WORK_TREE", other.vault());
        let ran = Ran::of(command.env("GIT_INDEX_FILE", ".git/index"));
        assert_eq!(ran.status, 0, "{}", ran.err);
    };
    run(&["rename", "Old", "b/New", "--git"]);
    assert_eq!(other.files(), Place::new(&SMALL).files());
    assert_eq!(other.git(&["status", "--porcelain"]), "");
    let changes = place.git(&["status", "--porcelain"]);
    assert!(changes.contains("R  a/Old.md -> b/New.md\n"), "{changes}");
    // And one that the environment tells of rightly, from another folder than the vault.
    let mut command = place.portolan(&["--vault", "..", "rename", "New", "Newer", "--git"]);
    command.current_dir(place.path("b")).env("GIT_DIR", "../.git").env("GIT_WORK_TREE", "..");
    let ran = Ran::of(&mut command);
    assert_eq!(ran.status, 0, "{}", ran.err);
    let changes = place.git(&["status", "--porcelain"]);
    assert!(changes.contains("R  a/Old.md -> b/Newer.md\n"), "{changes}");
    // The merge driver is registered in the clone of the vault.
    run(&["hook", "install", "--merge-driver"]);
    let set = |place: &Place| place.read(".git/config");
    assert!(set(&place).contains("[merge \"portolan\"]") && !set(&other).contains("portolan"));
}

/// What a board shows under another name is no change of its status, and no work of a hand.
#[test]
fn a_sync_after_a_rename_logs_nothing() {
    for (old, new) in [
        ("USPS Address Validation", "Address Check (EU)"),
        ("01_CONSIGN", "Consign core"),
        ("04_OPERATIONS", "11_OPERATIONS"),
        ("03_PROTOCOLS/04_CREDENTIALS.md", "07_NOTES/"),
        ("03_INTEGRATIONS#EXTERNAL SERVICES", "Outside"),
    ] {
        let place = Place::copy_of("vault-example");
        let Ran { status, err, .. } = place.run(&["rename", old, new]);
        assert_eq!(status, 0, "{old}: {err}");
        let Ran { status, err, .. } = place.run(&["sync"]);
        assert!(status == 0 && !err.contains("entry"), "{old}: {err}");
        let Ran { status, out, .. } = place.run(&["check", "--format", "concise"]);
        assert_eq!((status, out.as_str()), (0, ""), "{old}");
    }
}

/// A row that shows the path of a note says its title where the two part.
#[test]
fn boards_show_a_renamed_note_as_a_sync_would() {
    let note = "# Queue\n\n## System Initialization\n\n- Status: Active\n- Created: 2025-01-01_08-00\n- Last Modified: 2025-01-01_08-00\n";
    let untitled = note.replace("# Queue\n", "");
    let board = "# B\n\n<!-- portolan:board components -->\n<!-- portolan:end -->\n\n<!-- portolan:board alerts -->\n<!-- portolan:end -->\n";
    let bad = format!("{note}\n[[Nowhere]]\n");
    for (queue, new) in [(note, "02_QUEUE"), (&bad, "sub/Queue"), (&untitled, "Other"), (&bad, "Other")] {
        let place = Place::new(&[("Queue.md", queue), ("Board.md", board)]);
        assert_eq!(place.run(&["sync"]).status, 0);
        let Ran { status, err, .. } = place.run(&["rename", "Queue", new]);
        assert_eq!(status, 0, "{new}: {err}");
        let Ran { out, .. } =
            place.run(&["check", "--format", "concise", "--rule", "board-stale", "--rule", "board-edited"]);
        assert_eq!(out, "", "{new}: {:?}", place.files());
    }
}

/// A rename is killed at every moment; the next command sees all of it or nothing.
#[test]
fn a_kill_leaves_all_or_nothing() {
    let mut notes: Vec<(String, String)> =
        (0..120).map(|i| (format!("n/{i}.md"), format!("{i} [[Old]] and [[folder/Old#h]]\n"))).collect();
    notes.push(("folder/Old.md".to_owned(), "# h\n[[#h]] [x](../n/1.md)\n".to_owned()));
    let small: Vec<(&str, &str)> = notes.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
    let whole = Place::new(&small);
    let before = whole.files();
    let start = std::time::Instant::now();
    assert_eq!(whole.run(&["rename", "Old", "other/deep/New"]).status, 0);
    let took = start.elapsed();
    let after = whole.files();
    assert!(before != after);
    let (mut old, mut new, mut ended) = (0, 0, 0);
    for moment in 0..24u32 {
        let place = Place::new(&small);
        let mut command = place.portolan(&["rename", "Old", "other/deep/New"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("portolan runs");
        std::thread::sleep(took * moment / 24 + Duration::from_micros(300));
        let _ = child.kill();
        child.wait().expect("it ends");
        let Ran { status, err, .. } = place.run(&["check", "--format", "concise"]);
        assert_eq!(status, 0, "{err}");
        ended += usize::from(err.contains("which was interrupted"));
        // A temporary file of the killed run goes with the next write.
        let found: BTreeMap<_, _> =
            place.files().into_iter().filter(|(p, _)| !p.ends_with(".portolan-tmp")).collect();
        if found == before {
            old += 1;
        } else {
            assert_eq!(found, after, "killed after {moment}/24: {err}");
            new += 1;
        }
        assert!(place.kept_as("journal").is_empty());
    }
    assert_eq!(old + new, 24);
    assert!(new > 0, "{old} old, {new} new, {ended} brought to an end");
}

/// What `--diff` shows is a patch: with it git does what the rename does.
#[cfg(unix)]
#[test]
fn the_difference_is_a_patch_that_git_takes() {
    let long = "line\n".repeat(20);
    let notes = [
        ("a/Old.md", "# Limits\r\n\r\n[[#Limits]] [x](../s%20p.md)\r\n"),
        ("a/deep/é \"q\".md", "[[Old]]"),
        ("a/tab\there.md", "[[Old]]\n"),
        ("a/pic.png", "no text"),
        ("a/empty.md", ""),
        ("a/.hidden", "moves, too"),
        ("a/.conf/x.json", ""),
        ("a/ends.md", "[x](../s%20p.md)\r"),
        ("s p.md", &format!("{long}[[a/Old]] [[Old#Limits]] ![[a/pic.png]]\n{long}")),
        ("top.md", "[[s p]] [y](a/Old.md)\n"),
    ];
    for (old, new) in
        [("a", "b c/d"), ("a/Old", "b/New"), ("a/pic.png", "p q.png"), ("s p", "t"), ("Old#Limits", "Bounds")]
    {
        let place = Place::new(&notes);
        place.git(&["init", "-q"]);
        place.git(&["config", "core.autocrlf", "false"]);
        place.git(&["add", "."]);
        let Ran { status, out: patch, err } = place.run(&["rename", old, new, "--diff"]);
        assert_eq!(status, 0, "{err}");
        let file = place.beside("patch");
        place::write(&file, &patch);
        place.git(&["apply", "--index", file.to_str().expect("a path")]);
        let applied = place.files();
        let place = Place::new(&notes);
        assert_eq!(place.run(&["rename", old, new]).status, 0);
        assert_eq!(applied, place.files(), "{patch}");
    }
}
