//! Tests of `check --staged` and `check --since` on real repositories.

mod place;
mod repository;
use place::{PORTOLAN, Ran};
use repository::Repo;

/// The findings of `check --staged`, one line each.
fn staged(repo: &Repo) -> Vec<String> {
    lines(&repo.run(&["check", "--staged", "--format", "concise"]))
}

fn lines(output: &Ran) -> Vec<String> {
    assert!(output.status < 2, "{}", output.text());
    let lines: Vec<String> = output.out.lines().map(str::to_owned).collect();
    let failed = lines.iter().any(|line| line.contains(": error"));
    assert_eq!(output.status, i32::from(failed), "{}", output.text());
    lines
}

/// Every byte of the index and of the files on disk.
fn all_bytes(repo: &Repo) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let git = ["index", "HEAD", "config"].map(|name| repo.top.join(".git").join(name));
    let walk = walkdir::WalkDir::new(&repo.top).sort_by_file_name();
    let files = walk.into_iter().filter_entry(|e| e.file_name() != ".git").flatten();
    let files = files.filter(|e| e.file_type().is_file()).map(walkdir::DirEntry::into_path);
    git.into_iter()
        .filter(|p| p.exists())
        .chain(files)
        .map(|p| (p.clone(), std::fs::read(&p).expect("it works")))
        .collect()
}

#[test]
fn a_first_commit_brings_all_that_it_has() {
    let repo = Repo::new();
    repo.stage(&[("a.md", "See [[b]].\n"), ("b.md", "# B\n")]);
    assert_eq!(staged(&repo), Vec::<String>::new());
    repo.stage(&[("a.md", "See [[b]] and [[c]].\n")]);
    let found = staged(&repo);
    assert!(found.len() == 1 && found[0].starts_with("a.md:1:15: error[link-unresolved]"), "{found:?}");
}

#[test]
fn what_lies_on_disk_is_to_be_added() {
    let repo = Repo::with(&[], "docs");
    repo.commit(&[("Order Queue.md", "")]);
    repo.write("sub/it's new.md", "# New\n");
    repo.write("pic.png", "");
    repo.write("a.md", "[[it's new|x]] ![[pic.png]] [[nowhere]] [[Order Quee]]\n");
    repo.git(&["add", "docs/a.md"]);
    let said = repo.run(&["check", "--staged"]).text();
    for help in [
        "no note or file `it's new` in the vault",
        "= help: it is not added: `git -C docs add -- 'sub/it'\\''s new.md'`",
        "= help: it is not added: `git -C docs add -- pic.png`",
        "= help: did you mean `Order Queue.md`?",
    ] {
        assert!(said.contains(help), "{help}: {said}");
    }
    assert_eq!(said.matches("not added").count(), 2, "{said}");
    repo.git(&["add", "--all"]);
    assert!(!repo.run(&["check", "--staged"]).text().contains("not added"));
}

/// `git add` takes nothing from another repository.
#[test]
fn what_lies_in_another_repository_is_not_to_be_added() {
    let repo = Repo::new();
    repo.commit(&[("a.md", "# A\n"), (".gitignore", "lib/\n")]);
    repo.write("lib/x.md", "# X\n");
    repo.git(&["init", "--quiet", "lib"]);
    repo.stage(&[("a.md", "[[x]]\n")]);
    let said = repo.run(&["check", "--staged"]).text();
    assert!(said.contains("= help: it lies in a repository of its own, `lib`,"), "{said}");
    assert!(!said.contains("git add"), "{said}");
}

/// A file of settings that the command line names is part of the commit, as the vault's own is.
#[test]
fn named_settings_are_those_of_the_commit() {
    let repo = Repo::with(&[], "docs");
    repo.commit(&[("b.md", "# B\n")]);
    let off = "[rules]\nlink-unresolved = \"off\"\n";
    for file in ["mine.toml", "docs/mine.toml"] {
        let path = repo.top.join(file);
        let check = || repo.run(&["check", "--staged", "--config", file, "--format", "concise"]);
        std::fs::write(&path, off).expect("a file");
        repo.stage(&[("a.md", "[[gone]]\n")]);
        std::fs::write(&path, "").expect("a file");
        assert_eq!(lines(&check()).len(), 0, "{file}: off in the index");
        repo.git(&["add", file]);
        std::fs::write(&path, off).expect("a file");
        assert_eq!(lines(&check()).len(), 1, "{file}: on in the index");
        repo.git(&["rm", "--quiet", "--cached", "--force", file]);
        assert_eq!(lines(&check()).len(), 0, "{file}: on disk alone");
        std::fs::remove_file(&path).expect("it works");
        let gone = check();
        let said = gone.text();
        assert!(gone.status == 2 && said.contains("neither in the index nor on disk"), "{said}");
        assert!(said.contains("--no-verify"), "{said}");
    }
}

/// Whoever renames a note mends no link into it, and breaks none.
#[test]
fn a_renamed_note_brings_none_of_the_links_into_it() {
    let repo = Repo::new();
    let links = "[[Foo#Nope]] [[Foo#^b]] [x](sub/Foo.md#Gone) [[#Own]]\n";
    let foo =
        "# Foo\n\nSome words that make it the note which it is, wherever it lies.\n\n[[#None]] [[Foo#Nor]]\n";
    repo.commit(&[("sub/Foo.md", foo), ("a.md", links)]);
    assert_eq!(repo.run(&["rename", "Foo", "Bar"]).status, 0);
    let since = repo.run(&["check", "--since", "HEAD"]).text();
    assert!(since.contains("no new findings"), "{since}");
    repo.git(&["add", "--all"]);
    assert_eq!(staged(&repo), Vec::<String>::new());
    let links = repo.read("a.md");
    repo.stage(&[("a.md", &format!("{links}[[Bar#Other]] [[Bar#Nope]]\n"))]);
    let found = staged(&repo);
    assert_eq!(found.len(), 2, "one new finding, and one more of an old kind: {found:?}");
}

/// What git ignores is no part of a branch, and line endings that it converts are no change.
#[test]
fn what_no_branch_brings() {
    let repo = Repo::new();
    repo.commit(&[("a.md", "# A\n\n[[nowhere]]\n"), (".gitignore", "private/\n")]);
    repo.write("private/p.md", "[[nope]]\n");
    let run = |args: &[&str]| repo.run(args).text();
    assert!(run(&["check", "--since", "HEAD"]).contains("no new findings"));
    assert!(
        run(&["diff", "HEAD"]).contains("nothing in the model has changed"),
        "{}",
        run(&["diff", "HEAD"])
    );
    assert!(run(&["check"]).contains("nope"), "a check of the whole vault does not include it");
    repo.git(&["config", "core.autocrlf", "true"]);
    repo.write("a.md", "# A\r\n\r\n[[nowhere]]\r\n");
    let said = run(&["-v", "check", "--since", "HEAD"]);
    assert!(said.contains("1 file may have changed"), "only the one that is ignored: {said}");
    repo.write("private/q.md", "[[nope]]\n");
    repo.git(&["add", "--force", "private/q.md"]);
    assert!(run(&["check", "--since", "HEAD"]).contains("private/q.md"), "an added file is not checked");
    // What was there then is no news for having been ignored since, whatever else is new.
    repo.commit(&[]);
    repo.git(&["rm", "--quiet", "--cached", "private/q.md"]);
    repo.commit(&[]);
    repo.write("new.md", "# New\n");
    let said = run(&["diff", "HEAD~1"]);
    assert!(said.contains("new.md") && !said.contains("q.md"), "{said}");
}

/// Each commit of a branch may take a step that is listed, and the branch as a whole several.
#[test]
fn a_branch_may_take_several_steps() {
    let legend = "## STATUS TRANSITIONS\n\n- Active → Offline: outage\n- Offline → Maintenance: repair\n\
                  - Maintenance → Active: tested\n- Retired → Scrapped: sold\n";
    let note = |status: &str| {
        format!("## System Initialization\n\n- Status: {status}\n- Created: 2025-01-01_08-00\n")
    };
    let repo = Repo::new();
    repo.commit(&[("legend.md", legend), ("a.md", &note("Active"))]);
    let says =
        |revision: &str| repo.run(&["check", "--since", revision, "--rule", "status-transition"]).text();
    for status in ["Offline", "Maintenance"] {
        repo.commit(&[("a.md", &note(status))]);
        assert!(says("HEAD~1").contains("no new findings"), "{}", says("HEAD~1"));
    }
    assert!(says("HEAD~2").contains("no new findings"), "{}", says("HEAD~2"));
    repo.commit(&[("a.md", &note("Scrapped"))]);
    assert!(says("HEAD~3").contains("`Scrapped` may not follow `Active`"), "{}", says("HEAD~3"));
    // What is about to be one commit takes one step.
    repo.write("a.md", &note("Retired"));
    repo.commit(&[("a.md", &note("Active"))]);
    repo.write("a.md", &note("Maintenance"));
    assert!(says("HEAD").contains("`Maintenance` may not follow `Active`"), "{}", says("HEAD"));
}

/// A board that is up to date on disk shows what lies there, which may be more than the commit has.
#[test]
fn a_board_that_shows_more_than_the_commit_has_names_what_is_left_out() {
    let component = |status: &str| {
        format!(
            "# C\n\n## System Initialization\n\n- Status: {status}\n- Created: 2025-01-01_08-00\n\
             - Last Modified: 2025-01-01_08-00\n"
        )
    };
    let repo = Repo::with(&[], "docs");
    let board = "# B\n\n<!-- portolan:board components -->\n<!-- portolan:end -->\n";
    repo.commit(&[("b.md", board), ("s.md", &component("🟢 Active")), ("t.md", &component("🟢 Active"))]);
    let run = |args: &[&str]| repo.run(args).text();
    run(&["sync"]);
    repo.commit(&[]);
    let stale = "run `portolan sync`, then `git add` the note";
    for (notes, added, help) in [
        (&["s.md", "t.md"][..], &["b.md", "s.md"][..], "commit leaves out: `git -C docs add -- t.md`"),
        (&["new.md"], &["b.md"], "commit leaves out: `git -C docs add -- new.md`"),
        (&["1.md", "2.md", "3.md", "4.md"], &["b.md"], "some of the 4 notes that the commit leaves out"),
        (&["private.md"], &["b.md"], "notes that git ignores, such as `private.md`: `exclude` them"),
        (&["s.md"], &["s.md"], "then `git add` the note\n"),
    ] {
        std::fs::write(repo.top.join(".git/info/exclude"), "private.md\n").expect("it works");
        for note in notes {
            repo.write(note, &component("🔴 Down"));
        }
        run(&["sync"]);
        for note in added {
            repo.git(&["add", &format!("docs/{note}")]);
        }
        let said = run(&["check", "--staged"]);
        assert!(said.contains(stale) && said.contains(help), "{notes:?}: {said}");
        // The links in it are its own affair.
        assert!(!said.contains("link-unresolved"), "{notes:?}: {said}");
        repo.git(&["reset", "--quiet", "--hard"]);
        repo.git(&["clean", "--quiet", "-xdf"]);
    }
    // Where the board fails nothing, or is not asked for, its links do.
    repo.git(&["mv", "docs/t.md", "docs/u.md"]);
    assert!(!run(&["check", "--staged"]).contains("link-unresolved"));
    for args in [&["--rule", "link-unresolved"][..], &["--all"]] {
        let said = run(&[&["check", "--staged"], args].concat());
        assert!(said.contains("error[link-unresolved]"), "{args:?}: {said}");
    }
    repo.stage(&[("portolan.toml", "[rules]\nboard-stale = \"warning\"\n")]);
    assert!(run(&["check", "--staged"]).contains("error[link-unresolved]"));
    repo.git(&["reset", "--quiet", "--hard"]);
    std::fs::write(repo.top.join(".git/info/exclude"), "private.md\n").expect("it works");
    repo.write("private.md", "# P\n");
    repo.stage(&[("a.md", "[[private]]\n")]);
    let said = run(&["check", "--staged"]);
    assert!(said.contains("git ignores it: `git -C docs add --force -- private.md`"), "{said}");
}

/// What was wrong already excuses nothing else that goes wrong in its place, though both be said with the same words.
#[test]
fn another_thing_that_goes_wrong_in_the_same_way_is_another_one() {
    let chart = |line: &str| format!("```mermaid\ngraph TD\n {line}\n```\n");
    let block = |name: &str, end: &str| {
        format!("```json\n{{ \"integration\": {{ \"name\": \"{name}\",\n\"type\": \"x\"{end} }} }}\n```\n")
    };
    let board = |kind: &str| format!("<!-- portolan:board {kind} -->\n<!-- portolan:end -->\n");
    let templates = |a: &str, b: &str| format!("# Change Log Templates\n\n- A: '{a}'\n- B: '{b}'\n");
    let (good, bad) = ("YYYY-MM-DD_HH-mm - Set [x]", "YYYY-MM-DD_HH-mm - Set [x");
    for (before, after, rule) in [
        (
            chart("A[x (y)] --> B") + &chart("C --> D"),
            chart("A --> B") + &chart("C --> D[z (q)]"),
            "diagram-syntax",
        ),
        (
            block("P", " \"y\"") + &block("Q", ""),
            block("P", "") + &block("Q", " \"y\""),
            "integration-syntax",
        ),
        (board("nope"), board("nope where=x"), "board-unknown"),
        (templates(bad, good), templates(good, &bad.replace("Set", "Put")), "log-template-invalid"),
    ] {
        let repo = Repo::new();
        repo.commit(&[("a.md", &before)]);
        repo.stage(&[("a.md", &format!("Another line.\n\n{before}"))]);
        assert_eq!(staged(&repo), Vec::<String>::new(), "{rule}");
        repo.stage(&[("a.md", &after)]);
        let found = staged(&repo);
        assert!(found.iter().any(|line| line.contains(rule)), "{rule}: {found:?}");
    }
}

/// Whoever mistypes a path is not to hear that nothing is wrong.
#[test]
fn a_path_is_one_of_the_index() {
    let repo = Repo::with(&[], "docs");
    repo.commit(&[("a.md", "# A\n"), ("sub/b.md", "# B\n"), (".obsidian/app.json", "{}")]);
    repo.stage(&[("a.md", "[[gone]]\n"), ("sub/b.md", "[[gone]]\n")]);
    repo.write("new.md", "# New\n");
    std::fs::remove_file(repo.root().join("a.md")).expect("it works");
    let check = |path: &str| repo.run(&["check", "--staged", "--format", "concise", path]);
    for (path, notes) in [
        ("docs/a.md", &["a.md"][..]),
        ("a.md", &["a.md"]),
        ("docs/sub", &["sub/b.md"]),
        ("sub/", &["sub/b.md"]),
        ("docs", &["a.md", "sub/b.md"]),
        ("docs/.obsidian/app.json", &[]),
    ] {
        let found = lines(&check(path));
        let of: Vec<&str> = found.iter().filter_map(|line| Some(line.split_once(':')?.0)).collect();
        assert_eq!(of, notes, "{path}");
    }
    // What the commit takes away is in none any more, and named rightly: a hook of one's own names what has changed.
    repo.git(&["rm", "--cached", "--quiet", "docs/sub/b.md"]);
    std::fs::remove_file(repo.root().join("sub/b.md")).expect("it works");
    for path in ["docs/sub/b.md", "sub"] {
        assert_eq!(lines(&check(path)), Vec::<String>::new(), "{path}");
    }
    for (path, said) in [
        ("doc", "help: did you mean `docs`?"),
        ("docs/nev.md", "help: did you mean `docs/new.md`?"),
        ("new.md", "`new.md` is not in the index\n  help: `git add` it"),
        ("..", "lies outside of the vault"),
    ] {
        let output = check(path);
        assert!(output.status == 2 && output.text().contains(said), "{path}: {}", output.text());
    }
}

/// A configuration that is a link is read where it lies, and not as the path that the index has of it.
#[cfg(unix)]
#[test]
fn a_named_configuration_may_be_a_link() {
    let repo = Repo::with(&[], "docs");
    repo.stage(&[("a.md", "[[gone]]\n")]);
    let top = |name: &str| repo.top.join(name);
    std::fs::write(top("p.toml"), "[rules]\nlink-unresolved = \"warning\"\n").expect("it works");
    std::os::unix::fs::symlink("p.toml", top("l.toml")).expect("a link");
    repo.git(&["add", "l.toml", "p.toml"]);
    let config = top("l.toml").to_string_lossy().into_owned();
    let found = lines(&repo.run(&["--config", &config, "check", "--staged", "--format", "concise"]));
    assert!(found.len() == 1 && found[0].contains("warning[link-unresolved]"), "{found:?}");
}

/// A link to a note that a commit deletes leads nowhere from then on.
#[cfg(unix)]
#[test]
fn a_symbolic_link_leads_nowhere_from_the_commit_on_that_deletes_its_note() {
    let repo = Repo::new();
    repo.write("a.md", "# A\n");
    std::os::unix::fs::symlink("a.md", repo.root().join("b.md")).expect("a link");
    repo.commit(&[]);
    repo.git(&["rm", "--quiet", "a.md"]);
    let found = staged(&repo);
    assert!(found.len() == 1 && found[0].starts_with("b.md: error[file-unreadable]"), "{found:?}");
    assert!(repo.run(&["check", "--since", "HEAD"]).text().contains("new: 1 error"));
    repo.commit(&[("c.md", "# C\n")]);
    for args in [&["--staged"][..], &["--since", "HEAD"]] {
        let said = repo.run(&[&["check"][..], args].concat()).text();
        assert!(said.contains("no new findings"), "{args:?}: {said}");
    }
    assert_eq!(lines(&repo.run(&["check", "--staged", "--all", "--format", "concise"])).len(), 1);
}

/// On the way to a note may lie a folder that is a link.
#[cfg(unix)]
#[test]
fn symbolic_links_are_followed_through_linked_folders() {
    let repo = Repo::new();
    repo.write("real/deep/r.md", "# R\n");
    let link = |target: &str, name: &str| {
        std::os::unix::fs::symlink(target, repo.root().join(name)).expect("a link");
    };
    link("real", "one");
    link("one/deep", "two");
    link("two/r.md", "via.md");
    link("two/gone.md", "broken.md");
    repo.commit(&[("a.md", "[[via]] [[broken]]\n")]);
    let on_disk = lines(&repo.run(&["check", "--format", "concise"]));
    assert!(!on_disk.iter().any(|line| line.contains("[[via]]")), "{on_disk:?}");
    assert_eq!(lines(&repo.run(&["check", "--staged", "--all", "--format", "concise"])), on_disk);
}

/// Of a note that has not changed its links may lead to one that has another path now.
#[test]
fn what_was_broken_in_a_note_that_a_commit_moves_was_broken_before() {
    let repo = Repo::new();
    repo.commit(&[("a.md", "[[b#gone]] and [[b#^nope]]\n"), ("x/b.md", "# B\n"), ("c.md", "# C\n")]);
    repo.git(&["mv", "x", "y"]);
    assert_eq!(staged(&repo), Vec::<String>::new());
    repo.stage(&[("c.md", "[[b#away]]\n")]);
    let found = staged(&repo);
    assert!(found.len() == 1 && found[0].starts_with("c.md:1:"), "{found:?}");
}

#[test]
fn what_was_there_before_a_change_is_still_excused_by_the_baseline() {
    let repo = Repo::new();
    repo.commit(&[("a.md", "[[x]] [[y]]\n")]);
    let check = |args: &[&str]| repo.run(&[&["check", "--baseline", "base.json"][..], args].concat()).text();
    check(&["--baseline-update"]);
    for args in [&["--staged"][..], &["--since", "HEAD"]] {
        assert!(!check(args).contains("no more"), "{args:?}: {}", check(args));
    }
    repo.stage(&[("a.md", "[[x]]\n")]);
    for args in [&["--staged", "--all"][..], &["--since", "HEAD", "--all"], &[]] {
        assert!(check(args).contains("1 excused finding found no more"), "{args:?}: {}", check(args));
    }
}

#[test]
fn a_staged_check_leaves_the_report_on_the_folder_alone() {
    let repo = Repo::new();
    repo.stage(&[("a.md", "See [[gone]].\n")]);
    for args in [&["check", "--staged"][..], &["check", "--staged", "--no-cache"]] {
        assert!(repo.run(args).text().contains("[[gone]]"), "{args:?}");
        assert_eq!(repo.place.kept_as("drawn").len(), 0, "{args:?}");
    }
}

#[test]
fn what_was_read_of_systems_is_kept_for_the_next_commit() {
    let repo = Repo::new();
    let system = |n: usize| {
        let fields =
            format!("\"name\": \"I{n}\", \"type\": \"REST\", \"endpoint\": \"https://{n}.example.com\"");
        format!("# System\n\n```json\n{{ \"integration\": {{ {fields} }} }}\n```\n")
    };
    let notes: Vec<(String, String)> = (10..90).map(|n| (format!("S{n}.md"), system(n))).collect();
    let notes: Vec<(&str, &str)> = notes.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    repo.commit(&notes);
    assert_eq!(staged(&repo), Vec::<String>::new());
    let kept = || repo.place.kept_as("staged-facts").len();
    assert_eq!(kept(), 0);
    for other in [20, 30, 40] {
        repo.stage(&[("S50.md", &system(other))]);
        let found = staged(&repo);
        let expected =
            format!("S50.md:4:3: error[integration-duplicate]: another integration is named `I{other}`");
        assert!(found.len() == 1 && found[0].starts_with(&expected), "{found:?}");
        assert_eq!(found, lines(&repo.run(&["check", "--staged", "--format", "concise", "--no-cache"])));
        assert_eq!(kept(), 1);
    }
}

#[test]
fn only_what_the_commit_brings_fails_it() {
    let repo = Repo::new();
    repo.commit(&[("a.md", "See [[gone]].\n"), ("b.md", "# B\n")]);
    repo.stage(&[("b.md", "# B\n\nSee [[a]].\n")]);
    assert_eq!(staged(&repo), Vec::<String>::new(), "an old finding counts as one of the commit");
    // It is known by its subject, not by its line.
    repo.stage(&[("a.md", "Moved down.\n\nSee [[gone]].\n")]);
    assert_eq!(staged(&repo), Vec::<String>::new());
    // A second one like it is one more.
    repo.stage(&[("a.md", "See [[gone]].\n\nSee [[gone]].\n")]);
    assert_eq!(staged(&repo).len(), 1);
    let all = lines(&repo.run(&["check", "--staged", "--all", "--format", "concise"]));
    assert_eq!(all.len(), 2);
}

/// Of findings that are alike the one is new whose line is.
#[test]
fn of_equal_findings_the_one_in_the_new_line_is_shown() {
    let repo = Repo::new();
    let old = "First [[gone]].\n\nSecond [[gone]].\n";
    repo.commit(&[("a.md", old), ("c.md", old)]);
    repo.git(&["mv", "c.md", "d.md"]);
    for (text, place) in [
        (format!("New [[gone]].\n\n{old}"), "1:5"),
        ("First [[gone]].\n\nNew [[gone]].\n\nSecond [[gone]].\n".to_owned(), "3:5"),
        (format!("{old}\nNew [[gone]].\n"), "5:5"),
        // It has more of them than before, and no line of it tells which.
        ("Other [[gone]] [[gone]] [[gone]].\n".to_owned(), "1:25"),
    ] {
        repo.stage(&[("a.md", &text), ("d.md", &text)]);
        let since = lines(&repo.run(&[
            "check",
            "--since",
            "HEAD",
            "--rule",
            "link-unresolved",
            "--format",
            "concise",
        ]));
        for found in [staged(&repo), since] {
            let of_a: Vec<&String> = found.iter().filter(|line| line.starts_with("a.md")).collect();
            assert!(
                of_a.len() == 1 && of_a[0].starts_with(&format!("a.md:{place}: ")),
                "{text:?}: {found:?}"
            );
            let place = format!("d.md:{place}: ");
            assert!(found.iter().any(|line| line.starts_with(&place)), "{text:?}: {found:?}");
        }
    }
}

#[test]
fn the_index_counts_and_not_the_disk() {
    let repo = Repo::new();
    repo.commit(&[("a.md", "# A\n"), ("b.md", "# B\n")]);
    // Bad in the index, good on disk.
    repo.stage(&[("a.md", "[[nowhere]]\n")]);
    repo.write("a.md", "# A\n");
    let before = all_bytes(&repo);
    assert_eq!(staged(&repo).len(), 1);
    assert_eq!(all_bytes(&repo), before, "nothing is touched");
    // Good in the index, bad on disk.
    repo.git(&["reset", "--quiet", "--hard"]);
    repo.stage(&[("a.md", "# A\n\n[[b]]\n")]);
    repo.write("a.md", "[[nowhere]]\n");
    assert_eq!(staged(&repo), Vec::<String>::new());
    let whole = repo.run(&["check", "--format", "concise"]);
    assert_eq!(whole.status, 1);
}

#[test]
fn spans_are_those_of_the_blob_and_nothing_is_fixed() {
    let repo = Repo::new();
    repo.commit(&[("Queue.md", "# Limits\n")]);
    repo.stage(&[("a.md", "# A\n\nSee [[Queue#Limts]].\n")]);
    repo.write("a.md", "something else altogether\n");
    let output = repo.run(&["check", "--staged", "--format", "json"]);
    let json = output.json();
    let finding = &json["findings"][0];
    assert_eq!((finding["line"].as_u64(), finding["column"].as_u64()), (Some(3), Some(5)));
    assert_eq!(finding["span"], serde_json::json!([9, 24]));
    assert!(finding["fix"].is_null());
    let human = repo.run(&["check", "--staged"]).text();
    assert!(human.contains("3 | See [[Queue#Limts]]."), "{human}");
    assert!(human.contains("new: 1 error in 2 notes"), "{human}");
    for option in ["--fix", "--unsafe-fixes", "--diff"] {
        let output = repo.run(&["check", "--staged", option]);
        assert_eq!(output.status, 2);
        assert!(output.text().contains("`--staged` cannot apply fixes"), "{}", output.text());
    }
    for wrong in [&["--staged", "--since", "HEAD"][..], &["--all"], &["--since", "nowhere"]] {
        assert_eq!(repo.run(&[&["check"][..], wrong].concat()).status, 2);
    }
}

#[test]
fn a_note_that_is_not_in_the_index_is_no_target() {
    let repo = Repo::new();
    repo.commit(&[("a.md", "# A\n")]);
    repo.stage(&[("a.md", "# A\n\n[[untracked]] [[meant]]\n")]);
    repo.write("untracked.md", "# Not staged\n");
    repo.write("meant.md", "# Meant to be added\n");
    repo.git(&["add", "--intent-to-add", "meant.md"]);
    assert_eq!(staged(&repo).len(), 2);
    repo.git(&["add", "--all"]);
    assert_eq!(staged(&repo), Vec::<String>::new());
}

#[test]
fn a_deletion_or_a_rename_alone_is_judged() {
    let repo = Repo::new();
    let long = "# The gate\n\nOpens at six, shuts at ten; nobody knows who has the key.\n\nSee [[gone]].\n";
    repo.commit(&[("a.md", "See [[b]].\n"), ("b.md", long)]);
    repo.git(&["rm", "--quiet", "b.md"]);
    let found = staged(&repo);
    assert!(found.len() == 1 && found[0].starts_with("a.md:1:5: error"), "{found:?}");
    repo.git(&["reset", "--quiet", "--hard"]);
    // Renamed: what was wrong in it is no news, the link to its old name is.
    repo.git(&["mv", "b.md", "The Gate.md"]);
    let found = staged(&repo);
    assert!(found.len() == 1 && found[0].starts_with("a.md:1:5: error"), "{found:?}");
    repo.stage(&[("a.md", "See [[The Gate]].\n")]);
    assert_eq!(staged(&repo), Vec::<String>::new());
}

#[test]
fn commits_with_an_index_of_their_own() {
    // The hook of `git commit -a`, `git commit -- PATH` and `git commit` in a folder below sees a
    // GIT_INDEX_FILE that may be relative.
    let repo = Repo::with(&[], "docs");
    repo.commit(&[("a.md", "# A\n"), ("b.md", "# B\n")]);
    let hook = "#!/bin/sh\necho \"index $GIT_INDEX_FILE\" >&2\nexec portolan --vault docs check --staged --format concise\n";
    let path = repo.top.join(".git/hooks/pre-commit");
    std::fs::write(&path, hook).unwrap();
    make_executable(&path);
    repo.write("a.md", "[[nowhere]]\n");
    repo.write("b.md", "# B is fine\n");
    for args in [&["commit", "--message", "x", "-a"][..], &["commit", "--message", "x", "--", "docs/a.md"]] {
        let output = repo.try_git(args);
        let said = output.text();
        assert!(!output.success() && said.contains("a.md:1:1: error[link-unresolved]"), "{args:?}: {said}");
    }
    let mut below = repo.command("git");
    let output = Ran::of(below.current_dir(repo.root()).args(["commit", "--message", "x", "b.md"]));
    assert!(output.success(), "{}", output.text());
    assert!(output.text().contains("next-index"), "the index of a partial commit: {}", output.text());
    // In a linked working tree, which has its own index and is told by GIT_DIR.
    let linked = repo.beside("linked");
    repo.git(&["worktree", "add", "--quiet", linked.to_str().unwrap()]);
    std::fs::write(linked.join("docs/a.md"), "[[nowhere else]]\n").unwrap();
    let commit = |args: &[&str]| Ran::of(repo.command("git").current_dir(&linked).args(args));
    let output = commit(&["commit", "--message", "x", "-a"]);
    assert!(!output.success() && output.text().contains("nowhere else"), "{}", output.text());
    std::fs::write(linked.join("docs/a.md"), "# A\n\nlinked\n").unwrap();
    let output = commit(&["commit", "--message", "x", "-a"]);
    assert!(output.success(), "{}", output.text());
}

#[test]
fn an_environment_of_another_repository_is_not_the_vaults() {
    // A hook of the outer repository that judges a vault in a submodule.
    let library = Repo::new();
    library.commit(&[("Shared.md", "# Shared\n")]);
    let repo = Repo::new();
    repo.commit(&[("a.md", "# A\n")]);
    repo.git(&["submodule", "--quiet", "add", library.top.to_str().unwrap(), "lib"]);
    std::fs::write(repo.top.join("lib/Shared.md"), "[[nowhere]]\n").unwrap();
    repo.git(&["-C", "lib", "add", "Shared.md"]);
    let mut command = repo.command(PORTOLAN);
    command.args(["--vault", "lib", "check", "--staged", "--format", "concise"]);
    let output = Ran::of(command.env("GIT_DIR", ".git").env("GIT_INDEX_FILE", ".git/index"));
    assert_eq!(lines(&output).len(), 1, "{}", output.text());
}

#[test]
fn an_unmerged_index_exits_with_2_and_names_its_paths() {
    let repo = Repo::new();
    repo.commit(&[("a.md", "1\n")]);
    repo.git(&["checkout", "--quiet", "-b", "other"]);
    repo.commit(&[("a.md", "2\n")]);
    repo.git(&["checkout", "--quiet", "main"]);
    repo.commit(&[("a.md", "3\n")]);
    assert!(!repo.try_git(&["merge", "other"]).success());
    let output = repo.run(&["check", "--staged"]);
    assert_eq!(output.status, 2);
    assert!(output.text().contains("error: the index has merge conflicts: `a.md`\n"), "{}", output.text());
}

#[test]
fn settings_are_those_of_the_commit() {
    let repo = Repo::new();
    repo.commit(&[("a.md", "# A\n"), ("old/b.md", "# B\n")]);
    repo.stage(&[("old/b.md", "[[nowhere]]\n"), ("portolan.toml", "exclude = [\"old/\"]\n")]);
    assert_eq!(staged(&repo), Vec::<String>::new());
    // What is on disk does not count where the index has the file.
    repo.write("portolan.toml", "nonsense\n");
    assert_eq!(staged(&repo), Vec::<String>::new());
    // The yardstick is one for both: to turn a rule on brings no finding by itself.
    repo.git(&["commit", "--quiet", "--message", "excluded"]);
    repo.stage(&[("portolan.toml", "[rules]\nnote-orphan = \"error\"\n")]);
    assert_eq!(staged(&repo), Vec::<String>::new());
    repo.stage(&[("c.md", "# C\n")]);
    assert_eq!(staged(&repo).len(), 1, "a new orphan is not reported");
    // A broken one that is staged is named.
    repo.stage(&[("portolan.toml", "nonsense\n")]);
    assert_eq!(repo.run(&["check", "--staged"]).status, 2);
    // One that git ignores counts as it is on disk.
    repo.git(&["rm", "--quiet", "--cached", "portolan.toml"]);
    repo.write("portolan.toml", "exclude = [\"c.md\", \"old/\"]\n");
    assert_eq!(staged(&repo), Vec::<String>::new());
}

const LEGEND: &str =
    "## STATUS TRANSITIONS\n\n- 🟢 Active → 🔴 Offline: outage\n- 🔴 Offline → 🟡 Maintenance: repair\n";

fn gate(status: &str, timeout: &str) -> String {
    format!(
        "# Gate\n\n## SYSTEM INITIALIZATION\n\n- Status: {status}\n- Created: 2025-03-01_09-00\n- Last Modified: 2025-03-01_09-00\n\n\
         ```json\n{{ \"integration\": {{ \"name\": \"Orders\", \"type\": \"REST\", \"endpoint\": \"https://o.example\", \"config\": {{ \"timeout\": \"{timeout}\" }} }} }}\n```\n\n\
         ## MODIFICATION HISTORY\n\n- 2025-03-01_09-00 - First setup\n"
    )
}

#[test]
fn rules_about_changes_compare_with_the_last_commit() {
    let repo = Repo::new();
    repo.commit(&[
        ("Legend.md", LEGEND),
        ("Gate.md", &gate("🔴 Offline", "30s")),
        ("portolan.toml", "[rules]\nchange-unlogged = \"error\"\n"),
    ]);
    repo.stage(&[("Gate.md", &gate("🟢 Active", "30s"))]);
    let found = staged(&repo);
    assert!(found.len() == 1 && found[0].contains("error[status-transition]"), "{found:?}");
    repo.git(&["mv", "Gate.md", "South Gate.md"]);
    let found = staged(&repo);
    assert!(
        found.len() == 1 && found[0].starts_with("South Gate.md:5:11: error[status-transition]"),
        "{found:?}"
    );
    assert_eq!(
        lines(&repo.run(&["check", "--format", "concise"])),
        Vec::<String>::new(),
        "a check without `--since` compares nothing"
    );
    repo.git(&["reset", "--quiet", "--hard"]);
    repo.stage(&[("Gate.md", &gate("🟡 Maintenance", "10s"))]);
    let found = staged(&repo);
    assert!(found.len() == 1 && found[0].contains("error[change-unlogged]"), "{found:?}");
    // On disk the entry can be drafted.
    let since = ["check", "--since", "HEAD", "--format", "concise"];
    assert_eq!(lines(&repo.run(&since)).len(), 1);
    let preview = repo.run(&["check", "--since", "HEAD", "--unsafe-fixes", "--diff"]);
    assert!(preview.text().contains("timeout: 30s → 10s"), "{}", preview.text());
    let fixed = repo.run(&[&since[..], &["--unsafe-fixes"]].concat());
    assert_eq!(lines(&fixed), Vec::<String>::new());
    let note = std::fs::read_to_string(repo.top.join("Gate.md")).unwrap();
    assert_eq!(note.matches("timeout: 30s → 10s").count(), 1, "{note}");
    assert_eq!(staged(&repo).len(), 1, "what is staged is as it was");
    repo.git(&["add", "--all"]);
    assert_eq!(staged(&repo), Vec::<String>::new());
}

#[test]
fn the_working_tree_is_judged_against_a_revision() {
    let repo = Repo::with(&[], "docs");
    repo.commit(&[("a.md", "See [[gone]].\n"), ("b.md", "# The gate\n\nIt opens at six.\n")]);
    repo.git(&["checkout", "--quiet", "-b", "feature"]);
    repo.commit(&[("c.md", "[[nowhere]]\n")]);
    repo.git(&["checkout", "--quiet", "main"]);
    repo.commit(&[("a.md", "# Mended since\n")]);
    repo.git(&["checkout", "--quiet", "feature"]);
    let since = |revision: &str| lines(&repo.run(&["check", "--format", "concise", "--since", revision]));
    assert_eq!(since("HEAD"), Vec::<String>::new());
    assert_eq!(since("HEAD~1").len(), 1);
    assert_eq!(since("main").len(), 2, "findings mended on `main` since count as new");
    assert_eq!(since("main...").len(), 1, "findings count from the commit at which the branch left `main`");
    // What nobody has staged counts, and a note that was moved without git is followed.
    std::fs::rename(repo.root().join("b.md"), repo.root().join("gate.md")).unwrap();
    repo.write("d.md", "[[nothing]]\n");
    assert_eq!(since("HEAD").len(), 1);
    let scoped = repo.run(&["check", "--format", "concise", "--since", "HEAD~1", "docs/c.md"]);
    assert_eq!(lines(&scoped).len(), 1);
}

#[test]
fn what_is_kept_is_never_a_wrong_answer() {
    let repo = Repo::new();
    repo.commit(&[("a.md", "See [[gone]].\n"), ("b.md", "# B\n")]);
    repo.stage(&[("b.md", "# B\n\n[[nowhere]] [[a#none]]\n")]);
    let expected = lines(&repo.run(&["check", "--staged", "--format", "concise", "--no-cache"]));
    assert_eq!(expected.len(), 2);
    assert_eq!(staged(&repo), expected, "cold");
    assert_eq!(staged(&repo), expected, "warm");
    let kept = repo.place.kept_as("staged").pop().unwrap();
    let good = std::fs::read(&kept).unwrap();
    let mut torn = good.clone();
    torn.truncate(good.len() / 2);
    let mut flipped = good.clone();
    flipped[good.len() / 2] ^= 1;
    for (what, bytes) in
        [("torn", torn), ("flipped", flipped), ("foreign", b"portolan?".to_vec()), ("empty", Vec::new())]
    {
        std::fs::write(&kept, &bytes).unwrap();
        assert_eq!(staged(&repo), expected, "{what}");
        assert_ne!(std::fs::read(&kept).unwrap(), bytes, "{what}: it is written anew");
    }
    // That of another state of the vault.
    repo.git(&["commit", "--quiet", "--no-verify", "--message", "in spite of it"]);
    repo.stage(&[("a.md", "See [[gone]] and [[lost]].\n")]);
    let found = staged(&repo);
    assert!(found.len() == 1 && found[0].contains("lost"), "{found:?}");
    std::fs::write(&kept, &good).unwrap();
    assert_eq!(staged(&repo), found);
}

#[test]
fn a_vault_that_is_not_checked_out_is_judged() {
    let repo = Repo::with(&[], "docs");
    repo.commit(&[("a.md", "# A\n"), ("b.md", "[[a]]\n")]);
    std::fs::create_dir(repo.top.join("code")).unwrap();
    std::fs::write(repo.top.join("code/main.c"), "\n").unwrap();
    repo.commit(&[]);
    repo.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "code"]);
    assert_eq!(staged(&repo), Vec::<String>::new());
    repo.git(&["rm", "--quiet", "--sparse", "docs/a.md"]);
    assert_eq!(staged(&repo).len(), 1);
    let output = repo.run(&["check", "--staged", "docs/b.md", "--format", "concise"]);
    assert_eq!(lines(&output).len(), 1);
    let output = Ran::of(repo.command(PORTOLAN).args(["--vault", "dosc", "check", "--staged"]));
    assert_eq!(output.status, 2, "{}", output.text());
}

fn make_executable(path: &std::path::Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("it works");
    }
    #[cfg(not(unix))]
    let _ = path;
}

#[test]
fn what_is_staged_is_judged_like_a_checkout_of_it() {
    // Edits at random, some staged and some not, some committed: with all that earlier runs have kept, the
    // verdict on the index is that on a folder with the files of the index.
    let repo = Repo::with(&[], "docs");
    repo.commit(&[("n0.md", "# N\n")]);
    let mut state = 7_u64;
    let mut random = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    for round in 0..25 {
        for _ in 0..=random(3) {
            let (name, target) = (format!("n{}.md", random(8)), random(8));
            match random(4) {
                0 if repo.root().join(&name).exists() => {
                    std::fs::remove_file(repo.root().join(&name)).unwrap();
                }
                1 if repo.root().join(&name).exists() => {
                    let to = repo.root().join(format!("n{target}.md"));
                    std::fs::rename(repo.root().join(&name), to).unwrap();
                }
                n => {
                    let heading = ["One", "Two"][(n % 2) as usize];
                    repo.write(&name, &format!("# {heading}\n\n[[n{target}#One]] [[n{}]]\n", random(9)));
                }
            }
            if random(3) > 0 {
                repo.git(&["add", "--all"]);
            }
        }
        let staged = repo.run(&["check", "--staged", "--all", "--format", "concise"]);
        let folder = repo.beside("checkout");
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(folder.join("docs")).unwrap();
        repo.git(&["checkout-index", "--all", &format!("--prefix={}/", folder.display())]);
        let mut command = repo.portolan(&["check", "--no-cache", "--format", "concise"]);
        let checked = Ran::of(command.current_dir(&folder));
        assert_eq!(lines(&staged), lines(&checked), "round {round}");
        if random(2) == 0 {
            repo.git(&["commit", "--quiet", "--allow-empty", "--message", "x"]);
        }
    }
}

#[cfg(unix)]
#[test]
fn a_repository_of_another_user_is_explained() {
    let repo = Repo::new();
    repo.commit(&[("a.md", "# A\n")]);
    if std::os::unix::fs::chown(&repo.top, Some(12_345), Some(12_345)).is_err() {
        eprintln!("skipped: only root can give a folder away");
        return;
    }
    let output = repo.run(&["check", "--staged"]);
    assert_eq!(output.status, 2);
    let said = output.text();
    assert!(
        said.contains("belongs to another user") && said.contains("git config --global --add safe.directory"),
        "{said}"
    );
}

#[test]
fn a_merge_brings_what_none_of_its_parents_has() {
    let repo = Repo::new();
    repo.commit(&[
        ("Legend.md", LEGEND),
        ("a.md", "1\n"),
        ("b.md", "# B\n"),
        ("Gate.md", &gate("🟢 Active", "30s")),
    ]);
    repo.git(&["checkout", "--quiet", "-b", "other"]);
    // An old finding there, and a status that has come its way in two commits.
    repo.commit(&[("a.md", "2 [[nowhere]]\n"), ("Gate.md", &gate("🔴 Offline", "30s"))]);
    repo.commit(&[("Gate.md", &gate("🟡 Maintenance", "30s")), ("c.md", "[[b]]\n")]);
    repo.git(&["checkout", "--quiet", "main"]);
    repo.commit(&[("a.md", "3\n")]);
    assert!(!repo.try_git(&["merge", "other"]).success());
    repo.stage(&[("a.md", "2 and 3 [[nowhere]]\n")]);
    assert_eq!(staged(&repo), Vec::<String>::new());
    // One that is in neither: the note that is linked there goes here.
    repo.git(&["rm", "--quiet", "b.md"]);
    let found = staged(&repo);
    assert!(found.len() == 1 && found[0].starts_with("c.md:1:1: error"), "{found:?}");
    repo.git(&["reset", "--quiet", "HEAD", "b.md"]);
    repo.stage(&[("Gate.md", &gate("🟢 Active", "30s")), ("b.md", "# B\n")]);
    assert_eq!(staged(&repo), Vec::<String>::new(), "as it was here");
}
