//! Tests of `portolan diff` and `portolan record` on real repositories.

mod place;
mod repository;
use place::{PORTOLAN, Ran};
use repository::Repo;

fn block(timeout: &str) -> String {
    format!(
        "```json\n{{ \"integration\": {{ \"name\": \"Payments\", \"type\": \"REST\", \"endpoint\": \"https://pay.example\", \
         \"auth\": {{ \"credentials\": \"hunter2-hunter2-{timeout}\" }}, \"config\": {{ \"timeout\": \"{timeout}\" }} }} }}\n```\n"
    )
}

/// A note with a header, an integration and a history.
fn shop(status: &str, timeout: &str) -> String {
    format!(
        "# Shop\n\n## System Initialization\n\n- Status: {status}\n- Version: 1.0.0\n- Created: 2026-01-01_09-00\n\
         - Last Modified: 2026-01-01_10-00\n\n## Change Log Templates\n\n\
         - Updates: 'YYYY-MM-DD_HH-mm - Updated [integration] for [purpose]'\n\n## Blocks\n\n{}\n\
         ## Modification History\n\n- 2026-01-01_10-00 - Start\n  - the first one\n",
        block(timeout)
    )
}

const DESK: &str = "# Desk\n\n## System Initialization\n\n- Status: Active\n\nSee [[shop]] and [[gone]].\n";

#[test]
fn diff_for_people() {
    let repo = Repo::new();
    repo.commit(&[("shop.md", &shop("🟢 Active", "30s")), ("desk.md", DESK), ("gone.md", "# Gone\n")]);
    repo.write("shop.md", &shop("🔴 Down", "15s"));
    std::fs::remove_file(repo.root().join("gone.md")).expect("a file");
    repo.write("map.md", "```mermaid\ngraph LR\n  Shop -->|pays| Payments\n```\n");
    let ran = repo.run(&["diff", "HEAD", "--around"]);
    assert_eq!(ran.status, 0);
    assert_eq!(
        ran.out,
        "desk.md\n  ! link [[gone]] leads nowhere any more (was gone.md)\n\n\
         gone.md\n  - removed\n\n\
         map.md\n  + added\n  + edge Shop → Payments (pays)\n\n\
         shop.md\n  ~ component Shop\n      status: 🟢 Active → 🔴 Down\n  ~ integration Payments\n      config.timeout: 30s → 15s\n\n\
         1 note added, 1 note removed, 1 component changed, 1 integration changed, 1 edge added, 1 link broken\n\n\
         Affected:\n  Desk (desk.md)\n      desk.md links to Shop\n"
    );
    let nothing = repo.run(&["diff", "HEAD", "HEAD"]);
    assert_eq!((nothing.out.clone(), nothing.status), (String::new(), 0));
    assert!(nothing.text().contains("nothing in the model has changed"));
    let wrong = repo.run(&["diff", "nowhere"]);
    assert_eq!(wrong.status, 2);
    assert!(wrong.text().contains("has no revision `nowhere`"), "{}", wrong.text());
}

/// What neither side could read is said once.
#[cfg(unix)]
#[test]
fn what_is_left_out_is_said_once() {
    use std::os::unix::ffi::OsStrExt as _;
    let repo = Repo::new();
    std::fs::write(repo.root().join(std::ffi::OsStr::from_bytes(b"b\xff.md")), "").expect("a note");
    repo.commit(&[("a.md", "# A\n")]);
    let ran = repo.run(&["diff", "HEAD"]).text();
    assert_eq!(ran.matches("left out: the name is not UTF-8").count(), 1, "{ran}");
}

#[test]
fn a_clone_without_most_commits_says_so() {
    let repo = Repo::new();
    repo.commit(&[("a.md", "# A\n")]);
    repo.git(&["checkout", "--quiet", "-b", "feature"]);
    repo.commit(&[("a.md", "# B\n")]);
    repo.git(&["checkout", "--quiet", "--orphan", "other"]);
    repo.commit(&[("a.md", "# C\n")]);
    let url = format!("file://{}", repo.top.display());
    let clone = |name: &str, branches: &str| {
        repo.git(&["clone", "--quiet", "--depth=1", "--branch=feature", branches, &url, name]);
        repo.top.join(name)
    };
    let (one, all) = (clone("one", "--single-branch"), clone("all", "--no-single-branch"));
    for (folder, args, said) in [
        (
            &one,
            ["check", "--since", "origin/main..."],
            ["has no revision `origin/main`", "the clone is shallow"],
        ),
        (&all, ["check", "--since", "origin/main..."], ["no commit in common", "the clone is shallow"]),
        (
            &one,
            ["diff", "origin/main...", "--around"],
            ["has no revision `origin/main`", "the clone is shallow"],
        ),
        (
            &repo.top,
            ["diff", "main...", "--around"],
            ["`main` and this branch have no commit", "without the dots"],
        ),
        (
            &repo.top,
            ["check", "--since", "main..other"],
            ["has no revision `main..other`", "only `diff` takes two"],
        ),
        (&repo.top, ["check", "--since", "nowhere..."], ["has no revision `nowhere`", "git log"]),
        (
            &repo.top,
            ["check", "--since", "..."],
            ["has no revision `...`", "the commit at which this branch left REV"],
        ),
    ] {
        let mut command = repo.command(PORTOLAN);
        let ran = Ran::of(command.current_dir(folder).args(["--vault", "."]).args(args));
        assert_eq!(ran.status, 2, "{args:?}");
        assert!(said.iter().all(|said| ran.text().contains(said)), "{args:?}: {}", ran.text());
    }
}

#[test]
fn diff_between_revisions_in_every_format() {
    let repo = Repo::with(&[], "docs/vault");
    repo.commit(&[("shop.md", &shop("🟢 Active", "30s")), ("x.md", "[[shop]]\n")]);
    repo.git(&["tag", "one"]);
    repo.git(&["mv", "docs/vault/shop.md", "docs/vault/store.md"]);
    repo.commit(&[("store.md", &shop("🟢 Active", "1|5s")), ("x.md", "[[store]]\n")]);
    repo.git(&["tag", "two"]);
    repo.write("store.md", "not asked for");
    for args in [
        &["diff", "one", "two"][..],
        &["diff", "one..two"],
        &["diff", "one.."],
        &["diff", "one...two"],
        &["diff", "one...HEAD"],
    ] {
        let expected = "store.md\n  ~ renamed, was shop.md\n  ~ integration Payments\n      config.timeout: 30s → 1|5s\n\n\
                        1 note renamed, 1 integration changed\n";
        assert_eq!(repo.run(args).out, expected);
    }
    // What main has got since is none of the branch's doing.
    repo.git(&["checkout", "--quiet", "--force", "-b", "side", "one"]);
    repo.commit(&[("side.md", "# Side\n")]);
    assert_eq!(repo.run(&["diff", "two...side"]).out, "side.md\n  + added\n\n1 note added\n");
    assert!(repo.run(&["diff", "two..side"]).out.contains("shop.md"));
    assert!(repo.run(&["diff", "..two"]).out.contains("side.md\n  - removed"));
    repo.git(&["checkout", "--quiet", "--force", "two"]);
    let json = repo.run(&["diff", "one", "two", "--format", "json", "--around"]).out;
    let document: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let schema = portolan::report::wire::schema("diff").expect("a schema");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    assert!(validator.is_valid(&document), "{json}");
    assert_eq!(document["changes"][1]["fields"][0]["new"], "1|5s");
    assert_eq!(document["changes"][0]["before"]["note"], "shop.md");
    assert_eq!((&document["from"], &document["affected"][0]["name"]), (&"one".into(), &"Shop".into()));
    let markdown = repo.run(&["diff", "one", "two", "--format", "markdown"]).out;
    assert!(
        markdown.contains(
            "| changed | `Payments` | `config.timeout`: `30s` → <code>1&#124;5s</code> | `store.md` |"
        ),
        "{markdown}"
    );
    for shown in [&json, &markdown] {
        assert!(!shown.contains("hunter2"), "the output shows a secret");
    }
    let same = repo.run(&["diff", "two", "two", "--format", "markdown"]).out;
    assert_eq!(same, "## What changes in the model\n\nFrom `two` to `two`: nothing.\n");
}

#[test]
fn record_writes_once() {
    for crlf in [false, true] {
        let ends = |text: String| if crlf { text.replace('\n', "\r\n") } else { text };
        let repo = Repo::with(&[], "docs");
        repo.commit(&[("shop.md", &ends(shop("🟢 Active", "30s"))), ("desk.md", DESK)]);
        repo.write("shop.md", &ends(shop("🟢 Active", "15s")));
        repo.write("desk.md", &DESK.replace("Active", "Down"));
        let shown = repo.run(&["record", "--diff"]);
        assert!(shown.out.contains("+- "), "{}", shown.text());
        assert!(!shown.text().contains("hunter2"), "the output shows a secret");
        let before = repo.read("shop.md");
        assert_eq!(before, ends(shop("🟢 Active", "15s")), "--diff writes nothing");
        let ran = repo.run(&["record"]);
        assert_eq!(ran.status, 0, "{}", ran.text());
        let said = ran.text();
        assert!(said.contains("shop.md: 1 entry: Updated Payments for new timeout"), "{said}");
        assert!(
            said.contains(
                "desk.md: not recorded, since the note has no history section: Updated Desk status to Down"
            ),
            "{said}"
        );
        let after = repo.read("shop.md");
        let stamp = after.split("- Last Modified: ").nth(1).and_then(|rest| rest.get(..16)).expect("a date");
        let expected =
            before.replace("- Last Modified: 2026-01-01_10-00", &format!("- Last Modified: {stamp}"));
        let entry = format!("- {stamp} - Updated Payments for new timeout\n  - config.timeout: 30s → 15s\n");
        assert_eq!(after, expected + &ends(entry));
        let again = repo.run(&["record", "--since", "HEAD"]);
        assert_eq!((again.out, again.status), (String::new(), 0));
        assert_eq!(repo.read("shop.md"), after);
        // Since an older revision there is more to tell, and what was told is not told again.
        repo.commit(&[]);
        repo.write("shop.md", &after.replace("🟢 Active", "🔴 Down"));
        let ran = repo.run(&["record", "--since", "HEAD~1", "docs/shop.md"]);
        assert!(ran.text().contains("shop.md: 1 entry: Updated Shop status to 🔴 Down"), "{}", ran.text());
        assert!(!ran.text().contains("desk.md"), "{}", ran.text());
    }
}

#[test]
fn record_before_the_first_commit_and_after_a_rename() {
    let repo = Repo::new();
    let bare = shop("🟢 Active", "30s").replace("- 2026-01-01_10-00 - Start\n  - the first one\n", "");
    repo.write("shop.md", &bare);
    repo.write("desk.md", DESK);
    let ran = repo.run(&["record"]);
    assert_eq!(ran.status, 0, "{}", ran.text());
    assert!(ran.text().contains("shop.md: 1 entry: Created Shop"), "{}", ran.text());
    assert!(repo.run(&["record"]).text().contains("nothing to record"));
    repo.commit(&[]);
    let now = repo.read("shop.md");
    std::fs::remove_file(repo.root().join("shop.md")).expect("a file");
    repo.write("store/shop.md", &now.replace("30s", "15s"));
    let ran = repo.run(&["record"]);
    assert!(
        ran.text().contains("store/shop.md: 1 entry: Updated Payments for new timeout"),
        "{}",
        ran.text()
    );
    let wrong = repo.run(&["record", "--since", "nowhere"]);
    assert_eq!(wrong.status, 2);
}

#[test]
fn record_leaves_what_sync_has_logged() {
    let repo = Repo::new();
    let board = "\n<!-- portolan:board components -->\n<!-- portolan:end -->\n";
    repo.commit(&[("shop.md", &(shop("🟢 Active", "30s") + board))]);
    repo.run(&["sync"]);
    repo.commit(&[]);
    let now = repo.read("shop.md");
    repo.write("shop.md", &now.replace("- Status: 🟢 Active", "- Status: 🔴 Down"));
    let synced = repo.run(&["sync"]);
    assert!(synced.text().contains("Updated Shop status to 🔴 Down"), "{}", synced.text());
    let ran = repo.run(&["record"]);
    assert!(ran.text().contains("nothing to record"), "{}", ran.text());
    // And the other way round: what was recorded is logged once, whoever comes first.
    let now = repo.read("shop.md");
    repo.commit(&[]);
    repo.write("shop.md", &now.replace("- Status: 🔴 Down", "- Status: 🟡 Idle"));
    assert!(repo.run(&["record"]).text().contains("Updated Shop status to 🟡 Idle"));
    let synced = repo.run(&["sync"]);
    assert!(!synced.text().contains("entry"), "{}", synced.text());
    let now = repo.read("shop.md");
    let history = now.split("## Modification History").nth(1).expect("a history");
    assert_eq!(history.matches(" - Updated Shop status to 🟡 Idle").count(), 1, "{now}");
    // It may go back and forth.
    repo.write("shop.md", &now.replace("- Status: 🟡 Idle", "- Status: 🔴 Down"));
    assert!(repo.run(&["sync"]).text().contains("Updated Shop status to 🔴 Down"));
}

/// What git stores is not what lies on disk where a filter stands between.
#[test]
fn old_notes_are_read_through_filters() {
    let repo = Repo::with(&[], "docs");
    for (key, value) in [("clean", "base64"), ("smudge", "base64 -d"), ("required", "true")] {
        repo.git(&["config", &format!("filter.packed.{key}"), value]);
    }
    std::fs::write(repo.top.join(".gitattributes"), "*.md filter=packed\n").expect("a file");
    let many: Vec<(String, String)> =
        (0..50).map(|at| (format!("{at}.md"), format!("# {at}\n\n[[gone {at}]]\n"))).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(path, text)| (&**path, &**text)).collect();
    repo.commit(&many);
    repo.commit(&[("shop.md", &shop("🟢 Active", "30s")), ("desk.md", DESK), ("empty.md", "")]);
    assert!(!repo.git(&["show", "HEAD:docs/shop.md"]).contains("Shop"), "it is stored otherwise");
    let says = |args: &[&str], what: &str| {
        let said = repo.run(args).text();
        assert!(said.contains(what), "{args:?}: {said}");
        said
    };
    says(&["check", "--since", "HEAD"], "no new findings");
    says(&["diff", "HEAD"], "nothing in the model has changed");
    says(&["record"], "nothing to record");
    says(&["diff", "HEAD~1", "HEAD"], "shop.md\n  + added");
    repo.write("shop.md", &shop("🔴 Down", "30s"));
    repo.write("7.md", "# 7\n\n[[gone 7]] [[gone 8]]\n");
    says(&["check", "--since", "HEAD"], "new: 1 error");
    says(
        &["diff", "HEAD"],
        "shop.md\n  ~ component Shop\n      status: 🟢 Active → 🔴 Down\n\n1 component changed, 1 link added\n",
    );
    // Where it cannot be read, nothing is told of it.
    repo.git(&["config", "filter.packed.smudge", "false"]);
    let left_out = "shop.md: left out: git cannot read it through its filter";
    assert!(says(&["diff", "HEAD"], left_out).contains("nothing in the model has changed"));
    repo.write("shop.md", "# Shop\n\n## Modification History\n");
    assert!(says(&["record"], left_out).contains("nothing to record"));
    // Of what was found there nobody knows that it is new, and a second check says so no less.
    let why = "0.md and 52 more notes: not read as in `HEAD`, so that all that is found there counts as new: git cannot \
               read it through its filter\n";
    for _ in 0..2 {
        says(&["check", "--since", "HEAD"], why);
    }
    let says_nothing = |args: &[&str]| {
        let said = repo.run(&[&["check", "--since", "HEAD"], args].concat()).text();
        assert!(!said.contains("not read as in"), "{args:?}: {said}");
    };
    says_nothing(&["--all"]);
    // Nor of what nobody asks about, or is there no longer.
    repo.write("new.md", "# New\n");
    says_nothing(&["new.md"]);
    says(&["check", "--since", "HEAD", "shop.md", "new.md"], "shop.md: not read as in `HEAD`");
    std::fs::remove_file(repo.root().join("0.md")).expect("a file");
    says(&["check", "--since", "HEAD"], "1.md and 51 more notes: not read as in `HEAD`");
}

#[test]
fn a_vault_that_was_moved_is_the_same_vault() {
    let mut repo = Repo::with(&[], "docs");
    let note = shop("🟢 Active", "30s") + "\n[[nowhere]]\n";
    repo.commit(&[("shop.md", &note), ("sub/desk.md", DESK), ("portolan.toml", "")]);
    std::fs::write(repo.top.join("other.txt"), "").expect("a file");
    repo.git(&["mv", "docs", "notes"]);
    repo.vault = "notes";
    let said = |args: &[&str]| repo.run(args).text();
    for args in [&["check", "--staged"][..], &["check", "--since", "HEAD"]] {
        assert!(said(args).contains("no new findings"), "{args:?}: {}", said(args));
    }
    repo.stage(&[("sub/desk.md", &format!("{DESK}\n[[nowhere else]]\n"))]);
    assert!(said(&["check", "--staged"]).contains("new: 1 error"), "{}", said(&["check", "--staged"]));
    assert!(
        said(&["diff", "HEAD"]).contains("desk.md\n  + link [[nowhere else]]"),
        "{}",
        said(&["diff", "HEAD"])
    );
    repo.commit(&[]);
    assert!(said(&["record", "--since", "HEAD~1"]).contains("nothing to record"));
    // A vault that is new there, one file of which has been elsewhere, is none that was moved.
    repo.write("more/a.md", "[[nowhere]]\n");
    repo.git(&["mv", "notes/portolan.toml", "notes/more/portolan.toml"]);
    repo.git(&["add", "--all"]);
    repo.vault = "notes/more";
    let said = repo.run(&["check", "--staged"]).text();
    assert!(said.contains("the vault was not at `notes/more/` in `HEAD`: all of it is new"), "{said}");
    assert!(said.contains("new: 1 error"), "{said}");
}

/// A note may come out of a folder on the way.
#[test]
fn a_vault_that_was_moved_may_be_ordered_anew_at_once() {
    let mut repo = Repo::with(&[], "docs");
    let shop = shop("🟢 Active", "30s") + "\n[[nowhere]]\n";
    repo.commit(&[("a/desk.md", DESK), ("b/shop.md", &shop), ("c.md", "[[nowhere]]\n"), ("d.md", "# D\n")]);
    std::fs::write(repo.top.join("other.txt"), "").expect("a file");
    repo.git(&["mv", "docs", "notes"]);
    repo.git(&["mv", "notes/a/desk.md", "notes/desk.md"]);
    repo.vault = "notes";
    for args in [&["check", "--staged"][..], &["check", "--since", "HEAD"]] {
        let said = repo.run(args).text();
        assert!(said.contains("no new findings"), "{args:?}: {said}");
    }
}

#[test]
fn a_folder_may_have_a_name_that_git_takes_for_more() {
    let repo = Repo::with(&[], ":docs");
    repo.commit(&[("a.md", "[[gone]]\n")]);
    for args in [&["check", "--staged"][..], &["check", "--since", "HEAD"]] {
        let said = repo.run(args).text();
        assert!(said.contains("no new findings"), "{args:?}: {said}");
    }
}

#[test]
fn a_branch_without_a_commit_has_left_no_other() {
    let repo = Repo::new();
    repo.commit(&[("a.md", "# A\n")]);
    repo.git(&["checkout", "--quiet", "--orphan", "fresh"]);
    let ran = repo.run(&["check", "--since", "main..."]);
    assert_eq!(ran.status, 2);
    assert!(ran.text().contains("there is no commit on this branch yet"), "{}", ran.text());
}

#[test]
fn a_submodule_that_lacks_an_old_commit_is_named() {
    let library = Repo::new();
    library.commit(&[("Shared.md", "first [[gone]]\n")]);
    let repo = Repo::with(&[], "docs");
    repo.commit(&[("a.md", "# A\n")]);
    let url = format!("file://{}", library.top.display());
    repo.git(&["submodule", "--quiet", "add", &url, "docs/lib"]);
    repo.commit(&[]);
    library.commit(&[("Shared.md", "second [[gone]]\n")]);
    repo.git(&["-C", "docs/lib", "pull", "--quiet"]);
    repo.commit(&[]);
    let says = |revision: &str| repo.run(&["check", "--since", revision]).text();
    assert!(says("HEAD~1").contains("no new findings"), "{}", says("HEAD~1"));
    std::fs::remove_dir_all(repo.root().join("lib")).expect("it works");
    std::fs::remove_dir_all(repo.top.join(".git/modules")).expect("it works");
    repo.git(&["submodule", "--quiet", "update", "--init", "--depth", "1"]);
    let said = says("HEAD~1");
    assert!(said.contains("the submodule `lib` lacks the commit that `HEAD~1` has of it"), "{said}");
    assert!(!says("HEAD").contains("lacks"), "{}", says("HEAD"));
}
