//! Tests of the program as its users run it: arguments, exit statuses, and which output goes where.

use std::process::Stdio;

use serde_json::Value;

mod place;
use place::{Place, Ran};

const NOTE: &str = "# A\n\n## SYSTEM INITIALIZATION\n\n- Status: Active\n- Created: 2025-01-01_08-00\n\
    - Last Modified: 2025-01-02_08-00\n\n## CHANGE LOG TEMPLATES\n\n\
    - Updates: 'YYYY-MM-DD_HH-mm - Added/Modified [thing] for [purpose]'\n\n### Modification History\n\n\
    - 2025-01-01_08-00 - Set up\n- 2025-01-02_08-00 - Moved\n";

#[test]
fn exit_status_tells_clean_from_findings_from_failure() {
    let place = Place::new(&[("a.md", "[[b]]\n"), ("b.md", "")]);
    assert_eq!(place.run(&["check"]).status, 0);
    place.write("a.md", "[[c]]\n");
    let ran = place.run(&[]);
    assert_eq!(ran.status, 1, "plain portolan is check");
    assert!(ran.out.contains("error[link-unresolved]") && ran.err.starts_with("1 error in 2 notes"));
    assert_eq!(place.run(&["check", "b.md"]).status, 0, "the vault is read whole, b.md alone is reported on");
    assert_eq!(place.run(&["check", "nowhere.md"]).status, 2);
    assert_eq!(place.run(&["frobnicate"]).status, 2);
}

#[test]
fn no_vault_is_an_error_with_a_way_out() {
    let place = Place::bare(&[]);
    let ran = place.run(&[]);
    assert_eq!(ran.status, 2);
    assert!(
        ran.out.is_empty() && ran.err.contains("no vault here") && ran.err.contains("--vault DIR"),
        "{}",
        ran.err
    );
}

#[test]
fn a_bad_configuration_names_the_place() {
    let place = Place::new(&[("portolan.toml", "[rules]\nlink-unresolve = \"off\"\n")]);
    let ran = place.run(&["check"]);
    assert_eq!(ran.status, 2);
    assert!(
        ran.err
            .contains("portolan.toml:2:1: `link-unresolve` is not a rule; did you mean `link-unresolved`?"),
        "{}",
        ran.err
    );
}

#[test]
fn the_defective_vault_reads_well() {
    let place = Place::copy_of("tests/defects");
    insta::assert_snapshot!("defects", place.run(&["-q", "check"]).out);
}

#[test]
fn formats_say_the_same() {
    let place = Place::copy_of("tests/defects");
    let json = place.run(&["check", "--format", "json"]).json();
    let concise = place.run(&["check", "--format", "concise"]).out;
    let findings = json["findings"].as_array().expect("findings");
    assert_eq!(findings.len(), concise.lines().count());
    for (finding, line) in findings.iter().zip(concise.lines()) {
        let start =
            format!("{}:{}:{}: ", finding["note"].as_str().unwrap(), finding["line"], finding["column"]);
        assert!(line.starts_with(&start), "{line}");
    }
    assert_eq!(json["schema"], 1);
    assert_eq!(json["summary"]["notes"], 7);
}

#[test]
fn every_document_fits_its_schema() {
    let vault = Place::copy_of("vault-example");
    let defects = Place::copy_of("tests/defects");
    let kinds =
        ["notes", "links", "integrations", "diagrams", "history", "templates", "metrics", "boards", "rules"];
    let list = kinds.iter().map(|kind| (*kind, vec!["list", *kind, "--format", "json"]));
    let all = list.chain([("check", vec!["check", "--format", "json"])]);
    for (kind, args) in all {
        let schema = vault.run(&["schema", kind]).json();
        let validator = jsonschema::validator_for(&schema).expect("a valid schema");
        for place in [&vault, &defects] {
            let document = place.run(&args).json();
            let errors: Vec<String> = validator.iter_errors(&document).map(|e| e.to_string()).collect();
            assert!(errors.is_empty(), "{kind}: {errors:?}");
            assert!(document["portolan"].is_string());
        }
    }
    assert!(jsonschema::validator_for(&vault.run(&["schema", "config"]).json()).is_ok());
}

#[test]
fn nothing_is_coloured_when_it_is_not_a_terminal() {
    let place = Place::copy_of("tests/defects");
    assert!(!place.run(&["check"]).out.contains('\u{1b}'));
    assert!(place.run(&["--color", "always", "check"]).out.contains('\u{1b}'));
    assert!(!place.run(&["explain", "link-unresolved"]).out.contains('\u{1b}'));
    for (args, coloured) in [
        (&["--help"][..], false),
        (&["check"], false),
        (&["--color", "always", "--help"], true),
        (&["--color=never", "--help"], false),
        (&["--color=always", "chekc"], true),
        (&["chekc"], false),
    ] {
        let ran = Ran::of(place.portolan(args).env("CLICOLOR_FORCE", "1"));
        assert_eq!((ran.out + &ran.err).contains('\u{1b}'), coloured, "{args:?}");
    }
}

#[test]
fn what_cannot_be_read_is_named() {
    let place = Place::new(&[("good.md", "[[bad]] [[bad#x]]\n")]);
    std::fs::write(place.path("bad.md"), b"caf\xe9\n[[nowhere]]\n").expect("a note");
    let ran = place.run(&["check", "--format", "concise"]);
    assert_eq!(ran.out, "bad.md:1:4: error[file-not-utf8]: byte 0xE9 is not UTF-8\n");
    let listed = place.run(&["list", "notes", "--format", "json"]).json();
    assert_eq!(listed["notes"][0]["path"], "bad.md");
}

#[cfg(unix)]
#[test]
fn a_name_that_is_not_utf8_is_named_escaped() {
    use std::os::unix::ffi::OsStrExt as _;
    let place = Place::new(&[("a.md", "")]);
    let name = std::ffi::OsStr::from_bytes(b"b\xff.md");
    std::fs::write(place.path(name), "").expect("a note");
    let ran = place.run(&["check", "--format", "concise"]);
    assert_eq!(ran.status, 1);
    assert!(ran.out.contains("file-unreadable") && ran.out.contains("the name is not UTF-8"), "{}", ran.out);
}

/// What the system says of a file has no number that nobody looks up.
#[cfg(unix)]
#[test]
fn a_link_to_nothing_is_named_in_words() {
    let place = Place::new(&[("a.md", "Text.\n")]);
    std::os::unix::fs::symlink("nowhere", place.path("b.md")).expect("a link");
    let ran = place.run(&["check", "--format", "concise"]);
    let said = "cannot be read: the symbolic link cannot be followed: no such file or directory\n";
    assert!(ran.out.ends_with(said), "{}", ran.out);
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_ends_quietly_and_a_full_device_does_not() {
    let place = Place::copy_of("tests/defects");
    let mut child = place
        .portolan(&["-q", "check"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("portolan runs");
    drop(child.stdout.take());
    let ended = child.wait_with_output().expect("portolan ends");
    assert!(ended.stderr.is_empty(), "{}", String::from_utf8_lossy(&ended.stderr));
    assert_eq!(ended.status.code(), Some(1), "the exit status does not depend on whether the output is read");
    if let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") {
        let ran = place.portolan(&["check"]).stdout(full).output().expect("portolan runs");
        assert_eq!(ran.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&ran.stderr).contains("cannot write the output"));
    }
}

#[test]
fn sync_changes_what_it_names_and_nothing_else() {
    let place = Place::copy_of("vault-example");
    let board = "04_OPERATIONS/03_STATUS_BOARD.md";
    let service = "04_OPERATIONS/SERVICES/02_WAYFINDER.md";
    assert_eq!(place.run(&["sync", "--check"]).status, 0, "vault-example is in order");
    place.edit(service, "- Status: 🟡 Optimizing", "- Status: 🔴 Blocked");
    let before = place.read(board);
    let stale = place.run(&["sync", "--check"]);
    assert_eq!(stale.status, 1);
    assert_eq!(place.read(board), before, "--check writes nothing");
    let diff = place.run(&["sync", "--diff"]).out;
    assert_eq!(place.read(board), before, "--diff writes nothing");
    assert_eq!(place.run(&["sync"]).status, 0);

    // Outside of boards: one entry, and the date.
    let after = place.read(board);
    let old: Vec<&str> = outside_boards(&before);
    let new: Vec<&str> = outside_boards(&after);
    let added: Vec<&&str> = new.iter().filter(|line| !old.contains(line)).collect();
    let removed: Vec<&&str> = old.iter().filter(|line| !new.contains(line)).collect();
    assert_eq!(added.len(), 3, "{added:?}");
    assert!(added[0].starts_with("- Last Modified: 20"));
    assert!(added[1].ends_with(" - Updated WAYFINDER status to 🔴 Blocked"));
    assert_eq!(*added[2], "  - status: 🟡 Optimizing → 🔴 Blocked");
    assert_eq!(removed.len(), 1);
    assert!(after.contains("\\|WAYFINDER]] | 🔴 Blocked |"));
    assert!(diff.contains("+| [[04_OPERATIONS/SERVICES/02_WAYFINDER\\|WAYFINDER]] | 🔴 Blocked |"), "{diff}");

    let again = place.run(&["sync"]);
    assert_eq!((again.status, again.err.as_str()), (0, "every board is up to date\n"));
    assert_eq!(place.read(board), after, "a second sync writes nothing");
    assert_eq!(place.run(&["check"]).status, 0);
}

#[test]
fn what_fails_says_why_even_if_it_is_to_be_quiet() {
    let place = Place::new(&[("a.md", NOTE), ("broken.md", "<!-- portolan:board events -->\n")]);
    let ran = place.run(&["--quiet", "sync"]);
    assert_eq!(
        (ran.status, ran.err.as_str()),
        (2, "broken.md:1: the board `events` has no end: `<!-- portolan:end -->` is missing\n")
    );
}

#[test]
fn sync_does_not_speak_for_notes_that_it_cannot_read() {
    let place = Place::new(&[("a.md", NOTE)]);
    std::fs::write(place.path("latin.md"), b"<!-- portolan:board events -->\xe4").expect("written");
    let (best, unread) = (
        "every board that can be read is up to date\n",
        "1 note cannot be read, nor a board there: `portolan check` says why\n",
    );
    let ran = place.run(&["sync"]);
    assert_eq!((ran.status, ran.err), (0, format!("{best}{unread}")));
    // Nor beside those that it writes.
    place.write("b.md", "<!-- portolan:board events -->\n<!-- portolan:end -->\n");
    for (args, status) in [(&["sync", "--check"][..], 1), (&["sync", "--diff"], 0), (&["sync"], 0)] {
        let ran = place.run(args);
        assert!(ran.status == status && ran.err.contains(unread), "{args:?}: {}", ran.err);
    }
    let ran = place.run(&["sync", "--check"]);
    assert_eq!((ran.status, ran.err.as_str()), (0, unread));
    // One that is asked for by name has not been brought up to date.
    for args in [&["sync", "latin.md"][..], &["sync", "--check", "latin.md"], &["sync", "-q", "latin.md"]] {
        let ran = place.run(args);
        assert!(ran.status == 2 && ran.err.contains("latin.md:1: it cannot be read, and"), "{}", ran.err);
    }
    assert_eq!(place.run(&["sync", "a.md"]).err, "every board is up to date\n");
}

/// What `--diff` shows is what is stale, and `--check` fails for that.
#[test]
fn sync_shows_what_it_would_write_and_fails_for_it() {
    let place =
        Place::new(&[("a.md", NOTE), ("b.md", "<!-- portolan:board events -->\n<!-- portolan:end -->\n")]);
    let before = place.read("b.md");
    let (diff, both) = (place.run(&["sync", "--diff"]), place.run(&["sync", "--check", "--diff"]));
    assert_eq!((diff.status, both.status), (0, 1));
    assert!(both.out.starts_with("--- a/b.md\n+++ b/b.md\n@@"), "{}", both.out);
    assert_eq!((both.out, both.err, place.read("b.md")), (diff.out, diff.err, before));
    place.run(&["sync"]);
    let both = place.run(&["sync", "--check", "--diff"]);
    assert_eq!((both.status, both.out.as_str()), (0, ""));
}

/// A carriage return by itself ends no line of a patch, and is shown.
#[test]
fn a_diff_has_the_lines_that_a_patch_has() {
    let note = "# N\n\n## System Initialization\n\n- Status: Active\n- Created: 2025-01-01_10-00\n\
        - Last Modified: 2025-01-01_10-00\r\r\n\n## Modification History\n\n- 2025-02-01_10-00 - x\n";
    let place = Place::new(&[("n.md", note)]);
    let diff = place.run(&["check", "--diff"]).out;
    assert!(
        diff.contains("\n-- Last Modified: 2025-01-01_10-00\\r\r\n+- Last Modified: 2025-02-01_10-00"),
        "{diff:?}"
    );
    // Nor does it at the end of a note, where git and `patch` know no end of a line.
    let place = Place::new(&[("n.md", "# N\n\n## Modification History\n\n- 2025-02-01_10-00 - x\r")]);
    let diff = place.run(&["log", "n", "-m", "y", "--at", "2025-03-01_10-00", "--diff"]).out;
    let end = "\n\\ No newline at end of file\n";
    let last =
        format!("-- 2025-02-01_10-00 - x\r{end}+- 2025-02-01_10-00 - x\n+- 2025-03-01_10-00 - y\r{end}");
    assert!(diff.ends_with(&last), "{diff:?}");
}

/// A secret is masked character by character: what stands behind it on its line stands where it stood.
#[test]
fn a_masked_secret_moves_no_column() {
    let line = "https://u:pässwörd9x0@h.example/x and [[nope]] then\n";
    let place = Place::new(&[("n.md", line)]);
    let findings = place.run(&["check", "--format", "json"]).json();
    let of = |rule: &str| {
        let findings = findings["findings"].as_array().unwrap();
        findings.iter().find(|finding| finding["rule"] == rule).expect(rule).clone()
    };
    assert_eq!(of("link-unresolved")["column"], 39);
    assert_eq!(of("integration-secret")["end_column"], 22);
    let shown = place.run(&["check"]).out;
    assert!(shown.contains("n.md:1:39") && !shown.contains('ä'), "{shown}");
}

fn outside_boards(text: &str) -> Vec<&str> {
    let mut inside = false;
    text.lines()
        .filter(|line| {
            inside |= line.starts_with("<!-- portolan:board");
            let outside = !inside;
            inside &= !line.starts_with("<!-- portolan:end");
            outside
        })
        .collect()
}

#[test]
fn sync_keeps_what_a_person_wrote_and_refuses_what_is_broken() {
    let edited = "<!-- portolan:board events -->\n\nmine\n\n<!-- portolan:end 0123456789abcdef -->\n";
    let place = Place::new(&[
        ("a.md", NOTE),
        ("edited.md", edited),
        ("broken.md", "<!-- portolan:board events -->\n"),
        ("good.md", "<!-- portolan:board events -->\r\n<!-- portolan:end -->"),
    ]);
    let ran = place.run(&["sync"]);
    assert_eq!(ran.status, 2, "a note was refused");
    assert!(ran.err.contains("broken.md:1: the board `events` has no end"), "{}", ran.err);
    assert!(
        ran.err.contains("edited.md:1: the board `events` was edited by hand and is kept; `portolan sync --force edited.md` overwrites"),
        "{}",
        ran.err
    );
    assert_eq!(place.read("edited.md"), edited);
    let good = place.read("good.md");
    assert!(good.contains("| Moved |\r\n") && !good.contains("\r\n\n") && good.ends_with(" -->"), "{good:?}");
    std::fs::remove_file(place.path("broken.md")).expect("removed");
    assert_eq!(place.run(&["sync"]).status, 1, "an edited board was kept");
    assert_eq!(place.run(&["sync", "--force", "edited.md"]).status, 0);
    assert!(place.read("edited.md").contains("| Moved |"));
}

#[test]
fn log_appends_in_the_notes_own_style() {
    let place = Place::new(&[("sub/a.md", NOTE)]);
    let ran = place.run(&[
        "log",
        "a",
        "-m",
        "Raised the limits",
        "--detail",
        "600 to 900",
        "--at",
        "2025-02-01_09-30",
    ]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    let expected = NOTE
        .replace("- Last Modified: 2025-01-02_08-00", "- Last Modified: 2025-02-01_09-30")
        .replace(" - Moved\n", " - Moved\n- 2025-02-01_09-30 - Raised the limits\n  - 600 to 900\n");
    assert_eq!(place.read("sub/a.md"), expected);
    // Older than the newest entry: to its place, and the date does not go back.
    place.run(&[
        "log",
        "sub/a.md",
        "--template",
        "updates",
        "form=Modified",
        "thing=x",
        "purpose=y",
        "--at",
        "2025-01-01_12-00",
    ]);
    let expected = expected.replace(" - Set up\n", " - Set up\n- 2025-01-01_12-00 - Modified x for y\n");
    assert_eq!(place.read("sub/a.md"), expected);
}

/// `form=` is a placeholder where the template has one of that name, in any case, and chooses a word elsewhere.
#[test]
fn a_placeholder_named_form_takes_its_value() {
    for (template, values, expected) in [
        ("Added/Removed [thing]", &["thing=x", "form=removed"][..], Ok("Removed x")),
        ("Added/Removed [thing]", &["thing=x", "FORM=removed"], Ok("Removed x")),
        ("Added/Removed [thing]", &["thing=x", "form=Off"], Err("has no `form=Off`")),
        ("Added/Removed [thing]", &["thing=x", "form=Added", "form=Removed"], Err("`form` has two values")),
        ("Added/Removed [thing] on/off", &["thing=x", "form=off", "form=Removed"], Ok("Removed x off")),
        ("Added/Removed [form]", &["form=Removed"], Ok("Added Removed")),
        ("Added/Removed [Form]", &["form=Removed"], Ok("Added Removed")),
        ("Added/Removed [Form]", &["form=a", "Form=b"], Err("`form` has two values")),
        ("Added/Removed [form]", &[], Err("no value for `form`")),
        ("Added/Removed [form]", &["form=a", "thing=x"], Err("it has `form`\n")),
        ("Added [thing]", &["thing=x", "form=Added"], Err("has no `form=Added`")),
    ] {
        let note = NOTE.replace("Added/Modified [thing] for [purpose]", template);
        let place = Place::new(&[("a.md", &note)]);
        let ran = place.run(&[&["log", "a", "--template", "Updates"], values].concat());
        match expected {
            Ok(title) => {
                assert!(place.read("a.md").contains(&format!(" - {title}\n")), "{template}: {}", ran.err);
            }
            Err(message) => assert!(ran.status == 2 && ran.err.contains(message), "{template}: {}", ran.err),
        }
    }
}

#[test]
fn log_says_what_is_missing() {
    let place = Place::new(&[("a.md", NOTE), ("bare.md", "# Bare\n")]);
    for (args, message) in [
        (&["log", "nowhere", "-m", "x"][..], "no note `nowhere`"),
        (&["log", "a", "--template", "Nothing"], "it has `Updates`"),
        (&["log", "a", "--template", "Updates", "thing=x"], "no value for `purpose`"),
        (&["log", "a", "--template", "Updates", "thing=x", "purpose="], "no value for `purpose`"),
        (&["log", "a", "--template", "Updates", "thing=x", "purpose=y", "Thing=z"], "`thing` has two values"),
        (&["log", "a", "--template", "Updates", "thing=x", "purpose=y", "z=1"], "it has `thing`, `purpose`"),
        (&["log", "a", "-m", " "], "the title is empty"),
        (&["log", "a", "-m", "x", "thing=y"], "name the template with `--template LABEL`"),
        (&["log", "a", "-m", "x\ny"], "must be on one line"),
        (&["log", "a", "-m", "x", "--at", "2025-02-30_10-00"], "is not a real date or time"),
        (&["log", "a", "-m", "x", "--at", "2025-02-01"], "no time of day"),
        (&["log", "bare", "-m", "x"], "`--create`"),
    ] {
        let ran = place.run(args);
        assert_eq!(ran.status, 2, "{args:?}");
        assert!(ran.err.contains(message), "{args:?}: {}", ran.err);
    }
    assert_eq!(place.read("a.md"), NOTE, "nothing was written");
    assert_eq!(place.run(&["log", "bare", "-m", "x", "--at", "2025-02-01_09-30", "--create"]).status, 0);
    assert_eq!(place.read("bare.md"), "# Bare\n\n## Modification History\n\n- 2025-02-01_09-30 - x\n");
}

/// What `check` would call an error at once is not written.
#[test]
fn log_writes_nothing_into_the_future() {
    let place = Place::new(&[("a.md", NOTE)]);
    let args = ["log", "a", "-m", "x", "--at", "2199-01-01_00-00"];
    let ran = place.run(&args);
    assert!(ran.status == 2 && ran.err.contains("`2199-01-01_00-00` lies in the future"), "{}", ran.err);
    assert!(ran.err.contains("`history-in-future = \"off\"`"), "{}", ran.err);
    assert_eq!(place.read("a.md"), NOTE);
    place.write("portolan.toml", "[rules]\nhistory-in-future = \"off\"\n");
    let ran = place.run(&args);
    assert_eq!(ran.status, 0, "{}", ran.err);
    // Elsewhere it is tomorrow already.
    let place = Place::new(&[("a.md", NOTE)]);
    let soon = chrono::Local::now().naive_local() + chrono::TimeDelta::hours(25);
    let ran = place.run(&["log", "a", "-m", "x", "--at", &soon.format("%Y-%m-%d_%H-%M").to_string()]);
    assert_eq!(ran.status, 0, "{}", ran.err);
}

/// Nor what it would find of the entries that are there, or of the header.
#[test]
fn log_writes_nothing_that_check_finds() {
    let note = "# A\n\n## System Initialization\n\n- Status: Active\n- Version: 1.2.0\n- Created: 2025-01-01_08-00\n\
        - Last Modified: 2025-03-01_08-00\n\n## Change Log Templates\n\n\
        - Patch: 'YYYY-MM-DD_HH-mm - Fixed [thing]'\n\n## Version History\n\n\
        - v1.1.0 (2025-01-01_08-00) - Set up\n- v1.2.0 (2025-03-01_08-00) - Moved\n";
    let check = |text: &str, settings: &str, args: &str, expected: std::result::Result<&str, [&str; 2]>| {
        let place = Place::new(&[("a.md", text), ("portolan.toml", settings)]);
        let before = place.run(&["check"]).out;
        let all: Vec<&str> = ["log", "a"].into_iter().chain(args.split(' ')).collect();
        let ran = place.run(&all);
        match expected {
            Ok(entry) => {
                assert!(
                    ran.status == 0 && place.read("a.md").contains(entry),
                    "{args}: {}",
                    place.read("a.md")
                );
                let rule = |line: &&str| line.contains("[history-");
                let after = place.run(&["check"]).out;
                assert_eq!(
                    after.lines().filter(rule).count(),
                    before.lines().filter(rule).count(),
                    "{after}"
                );
            }
            Err(said) => {
                assert!(
                    ran.status == 2 && said.iter().all(|said| ran.err.contains(said)),
                    "{args}: {}",
                    ran.err
                );
                assert_eq!(place.read("a.md"), text, "{args}");
            }
        }
    };
    let created = ["is from before the note was created", "correct `Created`"];
    check(note, "", "-m Planned --at 2024-12-31_10-00", Err(created));
    check(note, "", "-m Planned --at 2025-01-01_08-00", Ok("- 2025-01-01_08-00 - Planned"));
    let off = "[rules]\nhistory-before-created = \"off\"\n";
    check(note, off, "-m Planned --at 2024-12-31_10-00", Ok("- 2024-12-31_10-00 - Planned"));
    let silenced = format!("<!-- portolan:allow-file history-before-created: imported -->\n{note}");
    check(&silenced, "", "-m Planned --at 2024-12-31_10-00", Ok("- 2024-12-31_10-00 - Planned"));
    // What was wrong before is nothing new.
    let older = note.replace("- v1.1.0", "- 2024-01-01_08-00 - Bought\n- v1.1.0");
    check(&older, "", "-m Painted --at 2025-02-01_08-00", Ok("- 2025-02-01_08-00 - Painted"));
    check(&older, "", "-m Planned --at 2024-12-31_10-00", Err(created));

    let twice = ["the entry `2025-02-01_08-00` appears twice", "say in its title what else has happened"];
    let painted = note.replace("- v1.2.0", "- 2025-02-01_08-00 - Painted\n- v1.2.0");
    check(&painted, "", "-m Painted --at 2025-02-01_08-00", Err(twice));
    check(&painted, "", "-m Sold --at 2025-02-01_08-00", Ok("- 2025-02-01_08-00 - Sold"));

    let lower = ["version `1.2.0` is lower than the earlier `1.2.1`", "set a later time with `--at`"];
    check(note, "", "--template patch thing=it --at 2025-02-01_08-00", Err(lower));
    check(
        note,
        "",
        "--template patch thing=it --at 2025-03-01_08-00",
        Ok("- v1.2.1 (2025-03-01_08-00) - Fixed it"),
    );
    check(note, "", "-m Fixed --at 2025-02-01_08-00", Ok("- 2025-02-01_08-00 - Fixed"));
}

/// Of these two zones it is never the same hour, and at least one is not the machine's.
#[test]
fn log_goes_by_the_clock_of_the_vault() {
    for (zone, hours) in [("Pacific/Kiritimati", 14), ("Pacific/Pago_Pago", -11)] {
        let place = Place::new(&[("a.md", NOTE), ("portolan.toml", &format!("timezone = \"{zone}\"\n"))]);
        let there = |minutes: i64| {
            let moment = chrono::Utc::now() + chrono::TimeDelta::minutes(60 * i64::from(hours) + minutes);
            moment.format("%Y-%m-%d_%H-%M").to_string()
        };
        let before = there(0);
        let ran = place.run(&["log", "a", "-m", "Painted"]);
        assert_eq!(ran.status, 0, "{}", ran.err);
        let text = place.read("a.md");
        assert!([before, there(0)].iter().any(|at| text.contains(&format!("- {at} - Painted"))), "{text}");
        assert_eq!(place.run(&["log", "a", "-m", "x", "--at", &there(3)]).status, 0);
        let ran = place.run(&["log", "a", "-m", "x", "--at", &there(10)]);
        assert!(ran.status == 2 && ran.err.contains("lies in the future"), "{}", ran.err);
    }
}

#[test]
fn log_says_under_which_subject_an_entry_went() {
    let note = "# A\n\n## Modification History\n\n### Gateway\n\n- 2025-01-01_10-00 - a\n\n\
        ### Queue\n\n- 2025-01-02_10-00 - b\n";
    let place = Place::new(&[("a.md", note)]);
    let ran = place.run(&["log", "a", "-m", "x", "--at", "2025-02-01_09-30"]);
    assert!(ran.status == 0 && ran.err.contains("logged `x` under `Queue`"), "{}", ran.err);
    let table = "# A\n\n## Modification History\n\n| Date | Event |\n| --- | --- |\n";
    let place = Place::new(&[("a.md", table)]);
    let ran = place.run(&["log", "a", "-m", "x", "--at", "2025-02-01_09-30"]);
    assert!(ran.status == 2 && ran.err.contains("a.md:5: its history is a table"), "{}", ran.err);
    assert_eq!(place.read("a.md"), table);
}

/// In a note of several components, each with its own history.
#[test]
fn log_says_in_which_history_an_entry_went_and_is_told() {
    let note = "# S\n\n## Pay\n\n### Modification History\n\n- 2025-01-01_10-00 - a\n- 2025-03-01_10-00 - b\n\n\
        ## Ship\n\n### Modification History\n\n- 2025-02-01_10-00 - c\n- 2025-06-01_10-00 - d\n\n## Bare\n";
    for (name, at, behind, under) in [
        ("s", "2025-07-01_10-00", " - d\n", "Ship"),
        // Beside its nearest neighbour in time, whatever was added to last.
        ("s", "2025-03-02_10-00", " - b\n", "Pay"),
        ("s", "2024-01-01_10-00", "### Modification History\n\n", "Pay"),
        ("s", "2025-05-01_10-00", " - c\n", "Ship"),
        ("s#Pay", "2025-07-01_10-00", " - b\n", "Pay"),
        ("s.md#ship#modification history", "2025-02-02_10-00", " - c\n", "Ship"),
        ("s#S", "2025-07-01_10-00", " - d\n", "Ship"),
    ] {
        let place = Place::new(&[("s.md", note)]);
        let ran = place.run(&["log", name, "-m", "x", "--at", at]);
        let said = format!("logged `x` under `{under}#Modification History`");
        assert!(ran.status == 0 && ran.err.contains(&said), "{name} {at}: {}", ran.err);
        assert_eq!(place.read("s.md"), note.replacen(behind, &format!("{behind}- {at} - x\n"), 1));
    }
    let place = Place::new(&[("s.md", note)]);
    for (name, message) in
        [("s#Bare", "`s.md` has no history under `Bare`"), ("s#Nope", "`s.md` has no heading `Nope`")]
    {
        let ran = place.run(&["log", name, "-m", "x"]);
        assert!(ran.status == 2 && ran.err.contains(message), "{}", ran.err);
        assert!(
            ran.err.contains("`s#Pay#Modification History`, `s#Ship#Modification History`"),
            "{}",
            ran.err
        );
    }
    assert_eq!(place.read("s.md"), note);
}

/// A version that the history does not tell would be one of the header alone.
#[test]
fn log_raises_no_version_that_its_history_does_not_tell() {
    let note = "# S\n\n## System Initialization\n\n- Version: 1.0.0\n\n## Change Log Templates\n\n\
        - Minor: 'YYYY-MM-DD_HH-mm - Updated [it]'\n\n## Pay\n\n### Modification History\n\n- 2025-01-01_10-00 - a\n\n\
        ## Version History\n\n- v1.0.0 (2025-01-01_10-00) - b\n";
    let log = ["--template", "Minor", "it=x", "--at", "2025-02-01_10-00"];
    for (name, behind, entry, raises) in [
        ("s#Pay", " - a\n", "- 2025-02-01_10-00 - Updated x\n", false),
        ("s#Version History", " - b\n", "- v1.1.0 (2025-02-01_10-00) - Updated x\n", true),
        ("s", " - b\n", "- v1.1.0 (2025-02-01_10-00) - Updated x\n", true),
    ] {
        let place = Place::new(&[("s.md", note)]);
        let ran = place.run(&[&["log", name], &log[..]].concat());
        let said = "no version is raised: the entries of `s#Pay` tell none";
        assert!(ran.status == 0 && ran.err.contains(said) != raises, "{name}: {}", ran.err);
        let after = note.replacen(behind, &format!("{behind}{entry}"), 1);
        let version = if raises { "Version: 1.1.0" } else { "Version: 1.0.0" };
        assert_eq!(place.read("s.md"), after.replacen("Version: 1.0.0", version, 1));
    }
}

/// What stands there would be a slip beside it.
#[test]
fn log_leaves_no_entry_misspelt() {
    let note = "# S\n\n## Modification History\n\n- 2025-11-03 - Set up\n";
    let place = Place::new(&[("s.md", note)]);
    let ran = place.run(&["log", "s", "-m", "x", "--at", "2025-11-01_10-00"]);
    assert!(ran.status == 2 && ran.err.contains("`2025-11-03` would no longer be read"), "{}", ran.err);
    assert_eq!(place.read("s.md"), note);
    for (at, list) in [
        ("2025-11-01", "- 2025-11-01 - x\n- 2025-11-03 - Set up\n"),
        ("2025-11-04_10-00", "- 2025-11-03 - Set up\n- 2025-11-04_10-00 - x\n"),
    ] {
        let place = Place::new(&[("s.md", note)]);
        let ran = place.run(&["log", "s", "-m", "x", "--at", at]);
        assert_eq!(ran.status, 0, "{}", ran.err);
        assert_eq!(place.read("s.md"), format!("# S\n\n## Modification History\n\n{list}"));
        assert_eq!(place.run(&["check"]).status, 0);
    }
}

/// What nobody reads, nobody sets.
#[test]
fn log_says_that_a_date_beside_other_fields_stays() {
    let note = "# S\n\n## System Initialization\n\n- Status: A | Last Modified: 2025-01-01_10-00\n\n\
        ## Modification History\n\n- 2025-01-01_10-00 - a\n";
    let place = Place::new(&[("s.md", note)]);
    let ran = place.run(&["log", "s", "-m", "x"]);
    assert!(ran.status == 0 && ran.err.contains("`Last Modified` of the header stays"), "{}", ran.err);
}

#[test]
fn sync_writes_a_board_beside_a_history_that_takes_no_entry_and_says_so() {
    let board = "# Board\n\n## Modification History\n\n| Date | Change |\n|---|---|\n| 2025-01-01 | x |\n\n\
        ## Comp\n\n<!-- portolan:board components -->\n<!-- portolan:end -->\n";
    let component = "# C\n\n## System Initialization\n\n- Status: Active\n- Created: 2025-01-01_08-00\n";
    let place = Place::new(&[("board.md", board), ("c.md", component)]);
    assert_eq!(place.run(&["sync"]).status, 0);
    place.write("c.md", &component.replace("Active", "Down"));
    let said = "board.md:5: its history is a table, ";
    for (args, status) in [(&["sync", "--check"][..], 1), (&["sync"], 0)] {
        let ran = place.run(args);
        assert_eq!(ran.status, status, "{}", ran.err);
        assert!(
            ran.err.contains(said) && ran.err.contains("not logged: Updated C status to Down"),
            "{}",
            ran.err
        );
    }
    assert!(place.read("board.md").contains("Down"));
    let ran = place.run(&["sync", "--check"]);
    assert!(ran.status == 0 && !ran.err.contains("history"), "{}", ran.err);
}

#[test]
fn a_history_by_another_name_gets_no_second_one() {
    let note = "# C\n\n## Changelog\n\n- 2025-01-03: Moved\n- 2025-02-03: Again\n";
    let place = Place::new(&[("c.md", note)]);
    for args in [&["log", "c", "-m", "x"][..], &["log", "c", "-m", "x", "--create"]] {
        let ran = place.run(args);
        assert!(
            ran.status == 2 && ran.err.contains("c.md:3: `Changelog` looks like a history"),
            "{}",
            ran.err
        );
        let hint =
            "`history = [\"Modification History\", \"Version History\", \"Changelog\"]` under `[sections]`";
        assert!(ran.err.contains(hint), "{}", ran.err);
    }
    assert_eq!(place.read("c.md"), note);
    let names = "[\"Modification History\", \"Version History\", \"Changelog\"]";
    place.write("portolan.toml", &format!("[sections]\nhistory = {names}\n"));
    let ran = place.run(&["log", "c", "-m", "x", "--at", "2025-03-03_10-00"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert_eq!(place.read("c.md"), format!("{note}- 2025-03-03_10-00: x\n"));
}

#[test]
fn a_new_history_has_the_heading_that_the_settings_name() {
    let place =
        Place::new(&[("bare.md", "# Bare\n"), ("portolan.toml", "[sections]\nhistory = [\"Changes\"]\n")]);
    let ran = place.run(&["log", "bare", "-m", "x"]);
    assert!(ran.status == 2 && ran.err.contains("adds `## Changes` at the end"), "{}", ran.err);
    let ran = place.run(&["log", "bare", "-m", "x", "--at", "2025-02-01_09-30", "--create"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert_eq!(place.read("bare.md"), "# Bare\n\n## Changes\n\n- 2025-02-01_09-30 - x\n");
}

#[test]
fn a_title_may_begin_with_a_hyphen_and_an_option_is_none() {
    let place = Place::new(&[("a.md", NOTE)]);
    for forgotten in [
        &["-m", "--diff"][..],
        &["-m", "--create"],
        &["-m", "-q"],
        &["-m", "--backup=x"],
        &["-m", "-h"],
        &["-m", "x", "--detail", "--at"],
    ] {
        let ran = place.run(&[&["log", "a"][..], forgotten].concat());
        assert!(ran.status == 2 && ran.err.contains("this is an option"), "{forgotten:?}: {}", ran.err);
    }
    assert_eq!(place.read("a.md"), NOTE);
    // What is an option of nothing is a text.
    for title in ["-x", "-d", "--foo", "--dry-run", "-"] {
        let ran = place.run(&["log", "a", "-m", title, "--diff"]);
        assert!(
            ran.status == 0 && ran.out.contains(&format!(" - {title}\n")),
            "{title}: {}{}",
            ran.out,
            ran.err
        );
    }
    let args =
        ["log", "a", "-m", "- 5 °C", "--detail", "- b", "--detail", "-20 %", "--at", "2025-02-01_10-00"];
    assert_eq!(place.run(&args).status, 0);
    assert!(
        place.read("a.md").ends_with("- 2025-02-01_10-00 - - 5 °C\n  - \\- b\n  - -20 %\n"),
        "{}",
        place.read("a.md")
    );
}

#[test]
fn a_secret_is_never_shown() {
    // Made up, with the check digits that make it a token.
    let token = format!("ghp_{}{}", "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5", "0Zb5Hm");
    let password = "correct-horse-battery-7";
    let block = format!(
        "```json\n{{ \"integration\": {{ \"name\": \"X\", \"type\": \"t\", \"endpoint\": \"bad endpoint {token}\", \
         \"auth\": {{ \"type\": \"k\", \"credentials\": \"{password}\" }} }} }}\n```\n\n[[{token}]] <% {token} %>\n"
    );
    let nested = format!(
        "```json\n{{ \"integration\": {{ \"name\": \"Y\", \"auth\": {{ \"credentials\": {{ \"user\": \"svc\", \"key\": \"{password}\" }} }} }} }}\n```\n"
    );
    let broken =
        format!("```json\n{{ \"integration\": {{ \"password\": \"{password}\", \"name\": }} }}\n```\n");
    let block = format!("{block}\n{nested}\n{broken}");
    let stale = NOTE.replace("Modified: 2025-01-02", "Modified: 2025-01-01");
    let place = Place::new(&[
        ("a.md", &format!("{NOTE}\n{block}")),
        ("b.md", "<!-- portolan:board alerts -->\n<!-- portolan:end -->\n"),
        // Fixes before and behind it.
        ("c.md", &format!("{stale}\n{token}\n\n<!-- portolan:allow link-unresolved: gone -->\nText.\n")),
    ]);
    let mut outputs = Vec::new();
    let fixes = place.run(&["check", "--diff", "--unsafe-fixes"]).out;
    assert!(
        fixes.contains("+- Last Modified: 2025-01-02") && fixes.contains("-<!-- portolan:allow"),
        "{fixes}"
    );
    outputs.push(fixes);
    for format in ["human", "concise", "json"] {
        let ran = place.run(&["check", "--format", format]);
        outputs.push(ran.out + &ran.err);
    }
    for kind in ["notes", "links", "integrations", "history"] {
        outputs.push(place.run(&["list", kind, "--format", "json"]).out);
    }
    outputs.push(place.run(&["log", "a", "-m", "x", "--diff"]).out);
    outputs.push(place.run(&["sync", "--diff"]).out);
    place.run(&["sync"]);
    outputs.push(place.read("b.md"));
    for output in &outputs {
        assert!(!output.contains(&token) && !output.contains(password), "{output}");
        assert!(!output.contains(&token[4..12]) && !output.contains("horse"), "{output}");
    }
    let listed = place.run(&["list", "integrations", "--format", "json"]).json();
    assert_eq!(listed["integrations"][0]["auth"]["credentials"], "<redacted>");
}

#[test]
fn init_writes_a_configuration_that_is_valid() {
    let place = Place::bare(&[("STATUS_BOARD.md", "# STATUS BOARD\n")]);
    let ran = place.run(&["--vault", ".", "init"]);
    assert_eq!(ran.status, 0);
    assert!(ran.err.contains("`STATUS_BOARD.md` looks like a status board"), "{}", ran.err);
    assert_eq!(place.run(&["check"]).status, 0);
    let other = place.run(&["init", "--config", "other.toml"]);
    assert!(other.status == 0 && other.err.contains("wrote `other.toml`"), "{}", other.err);
    assert_eq!(place.read("other.toml"), place.read("portolan.toml"));
    let again = place.run(&["init"]);
    assert_eq!(again.status, 2, "an existing file is not overwritten");
    assert!(
        again.err.contains("was not changed") && again.err.contains("portolan schema config"),
        "{}",
        again.err
    );
}

#[test]
fn init_makes_no_vault_in_a_vault_unasked() {
    let place = Place::bare(&[("sub/a.md", "[[b]]\n"), ("b.md", "")]);
    let run = |args: &[&str]| Ran::of(place.portolan(args).current_dir(place.path("sub")));
    place.write("portolan.toml", "");
    let inner = run(&["init"]);
    assert!(
        inner.status == 2 && inner.err.contains("is the vault, and this folder lies in it"),
        "{}",
        inner.err
    );
    assert!(inner.err.contains("help: `--vault .` makes this folder one of its own"), "{}", inner.err);
    assert!(!place.path("sub/portolan.toml").exists());
    assert_eq!(run(&["check"]).status, 0);
    assert_eq!(run(&["init", "--vault", "."]).status, 0);
    assert!(place.path("sub/portolan.toml").exists());
    // In the vault itself there is nothing to ask.
    let again = place.run(&["init"]);
    assert!(again.err.contains("already exists"), "{}", again.err);
}

#[test]
fn what_is_built_in_can_be_printed() {
    let place = Place::new(&[]);
    insta::assert_snapshot!("explain", place.run(&["explain", "history-before-created"]).out);
    let unknown = place.run(&["explain", "link-unresolvd"]);
    assert_eq!(unknown.status, 2);
    assert!(unknown.err.contains("did you mean `link-unresolved`?"));
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(place.run(&["completions", shell]).out.contains("portolan"), "{shell}");
    }
    let man = place.run(&["man"]).out;
    assert!(man.contains(".TH portolan"));
    for command in ["CHECK", "NEW INTEGRATION", "HOOK INSTALL", "MERGE-BOARD"] {
        assert!(man.contains(&format!(".SH \"PORTOLAN {command}\"")), "{command}");
    }
    // A line of an example is one, and `man` neither fills nor hyphenates it.
    let log = man.split(".SH \"PORTOLAN LOG\"").nth(1).expect("a section");
    let log = log.split(".SH ").next().expect("its text");
    let notes = log.split(".SS NOTES\n.nf\n").nth(1).and_then(|notes| notes.split(".fi\n").next());
    assert_eq!(
        notes.expect("notes").lines().filter(|line| line.contains("portolan log")).count(),
        4,
        "{log}"
    );
    insta::assert_snapshot!("help", place.run(&["--help"]).out);
}

#[test]
fn a_manual_shows_examples_set_in_and_silencers_that_work() {
    let place = Place::new(&[]);
    let diagrams = place.run(&["explain", "diagram-syntax"]).out;
    assert!(diagrams.contains("\n    graph TD\n"), "{diagrams}");
    // No comment can stand in what it is about.
    for rule in ["attachment-unused", "canvas-invalid", "file-not-utf8"] {
        let manual = place.run(&["explain", rule]).out;
        assert!(!manual.contains("<!-- portolan:allow"), "{manual}");
    }
    // What stands there can be written as it stands.
    for rule in ["link-unresolved", "note-orphan"] {
        let manual = place.run(&["explain", rule]).out;
        let line = |end: &str| {
            let line = manual.lines().find_map(|line| line.strip_suffix(end)).expect("a line");
            line.split_once(":  ").expect("a description").1.trim().to_owned()
        };
        let (vault, folder) =
            (line(" under [rules] in portolan.toml"), line(" with its path under [[paths]]"));
        place.write("portolan.toml", &format!("[rules]\n{vault}\n[[paths]]\npath = \"a/\"\n{folder}\n"));
        let ran = place.run(&["check"]);
        assert_eq!(ran.status, 0, "{}", ran.err);
    }
}

#[test]
fn every_column_of_a_list_has_a_title_of_its_own() {
    let place = Place::copy_of("vault-example");
    for kind in
        ["notes", "links", "integrations", "diagrams", "history", "templates", "metrics", "boards", "rules"]
    {
        let list = place.run(&["list", kind]).out;
        let head = list.lines().next().expect("a line of titles");
        let titles: Vec<&str> = head.split("  ").map(str::trim).filter(|title| !title.is_empty()).collect();
        let unlike: std::collections::BTreeSet<&str> = titles.iter().copied().collect();
        assert_eq!(titles.len(), unlike.len(), "{kind}: {head}");
    }
    assert!(place.run(&["list", "notes"]).out.contains("LAST MODIFIED"));
}

#[test]
fn the_graph_joins_diagrams_integrations_and_links() {
    let block = "```json\n{ \"integration\": { \"name\": \"Order Queue\", \"type\": \"q\", \"endpoint\": \"q.example:5671\" } }\n```\n";
    let header = "## SYSTEM INITIALIZATION\n\n- Status: Active\n\n";
    let place = Place::new(&[
        ("01_SHOP.md", &format!("# SHOP\n\n{header}See [[02_STOCK]].\n\n{block}")),
        (
            "02_STOCK.md",
            &format!(
                "# STOCK\n\n{header}```mermaid\ngraph LR\n  a[Shop] -->|orders| q[order-queue]\n  q --> b[\"[[02_STOCK]]\"] --> c[Warehouse]\n```\n"
            ),
        ),
        ("steps.md", "```mermaid\ngraph LR\n  a[Start] --> b[End]\n```\n"),
    ]);
    let graph = place.run(&["graph", "--format", "json"]).json();
    let schema = place.run(&["schema", "graph"]).json();
    assert!(jsonschema::validator_for(&schema).expect("a schema").is_valid(&graph));
    let ids: Vec<&str> =
        graph["nodes"].as_array().unwrap().iter().map(|n| n["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["order_queue", "shop", "stock", "warehouse"], "steps.md names no system");
    let edges: Vec<String> = graph["edges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| {
            format!(
                "{} {} {}",
                e["kind"].as_str().unwrap(),
                e["from"].as_str().unwrap(),
                e["to"].as_str().unwrap()
            )
        })
        .collect();
    let expected = [
        "diagram shop order_queue",
        "diagram order_queue stock",
        "diagram stock warehouse",
        "integration shop order_queue",
        "link shop stock",
    ];
    assert_eq!(edges, expected);
    let around = place.run(&["graph", "--around", "ORDER_QUEUE", "--format", "dot"]);
    assert!(
        around.out.contains("\"order_queue\" -> \"stock\"") && !around.out.contains("warehouse"),
        "{}",
        around.out
    );
    let unknown = place.run(&["graph", "--around", "order quue"]);
    assert_eq!(unknown.status, 2);
    assert!(unknown.err.contains("did you mean `Order Queue`?"), "{}", unknown.err);
}

#[test]
fn fixes_come_to_a_fixpoint() {
    let place = Place::copy_of("tests/defects");
    let gateway = place.read("01_SYSTEMS/01_GATEWAY.md");
    let diff = place.run(&["check", "--diff"]);
    assert_eq!(diff.status, 1, "something would change");
    assert_eq!(place.read("01_SYSTEMS/01_GATEWAY.md"), gateway, "--diff writes nothing");
    assert!(
        diff.out.contains("+- Last Modified: 2025-05-02_14-30")
            && diff.out.contains("+    A[\"Gateway (public)\"]")
    );
    let fixed = place.run(&["check", "--fix", "--format", "json"]);
    let left = fixed.json()["findings"].as_array().expect("findings").clone();
    assert!(left.iter().all(|f| f["fix"]["applicability"] != "safe"), "no safe fix is left");
    let once = place.read("01_SYSTEMS/01_GATEWAY.md");
    let expected = gateway
        .replace("- Last Modified: 2025-03-20_10-00", "- Last Modified: 2025-05-02_14-30")
        .replace("<!-- portolan:allow link-unresolved: nothing wrong below -->\n", "")
        .replace("A[Gateway (public)]", "A[\"Gateway (public)\"]");
    assert_eq!(once, expected, "nothing but the fixes has changed");
    place.run(&["check", "--fix"]);
    assert_eq!(place.read("01_SYSTEMS/01_GATEWAY.md"), once, "a second run changes nothing");
    assert_eq!(place.run(&["check", "--diff"]).status, 0);
}

#[test]
fn a_baseline_excuses_what_is_old_and_only_shrinks() {
    let place = Place::new(&[("a.md", "[[x]]\n\n[[x]]\n\n[[y]]\n")]);
    let base = ["check", "--baseline", "base.json"];
    let missing = place.run(&base);
    assert_eq!(missing.status, 2);
    assert!(missing.err.contains("--baseline-update"), "{}", missing.err);
    // A part of what is found would be all that it ever excuses.
    for part in [&["a.md"][..], &["--rule", "link-unresolved"]] {
        let refused = place.run(&[&base[..], &["--baseline-update"], part].concat());
        assert!(
            refused.status == 2 && refused.err.contains("a new one holds all findings"),
            "{}",
            refused.err
        );
        assert!(!place.path("base.json").exists());
    }
    let made = place.run(&[&base[..], &["--baseline-update"]].concat());
    assert!(made.status == 0 && made.err.contains("`base.json` holds 3 findings"), "{}", made.err);
    assert_eq!(place.run(&base).status, 0);
    place.write("a.md", "New lines above.\n\n[[x]]\n\n[[x]]\n\n[[y]]\n");
    assert_eq!(place.run(&base).status, 0, "moved lines change nothing");
    place.write("a.md", "[[x]]\n\n[[x]]\n\n[[x]]\n\n[[y]]\n");
    let more = place.run(&[&base[..], &["--format", "concise"]].concat());
    assert_eq!((more.status, more.out.lines().count()), (1, 1), "two excused findings excuse a third");
    place.write("a.md", "[[x]]\n");
    assert!(
        place.run(&base).err.contains("2 excused findings found no more: `--baseline-update` takes them out")
    );
    place.write("a.md", "[[x]]\n\n[[x]]\n");
    assert!(
        place.run(&base).err.contains("1 excused finding found no more: `--baseline-update` takes it out")
    );
    place.write("a.md", "[[x]]\n");
    let other = place.run(&[&base[..], &["--rule", "link-case"]].concat());
    assert!(!other.err.contains("no more"), "{}", other.err);
    place.run(&[&base[..], &["--baseline-update"]].concat());
    place.write("a.md", "[[x]]\n\n[[y]]\n");
    assert_eq!(place.run(&base).status, 1, "a mended finding is excused again");
}

/// Notes are known by what they are excused for; nothing that is really new is excused.
#[test]
fn a_baseline_in_conflict_is_not_written_anew() {
    let place = Place::new(&[("a.md", "[[x]]\n")]);
    let conflict = "{\n<<<<<<< HEAD\n  \"schema\": 1\n=======\n  \"schema\": 1,\n>>>>>>> other\n}\n";
    place.write("base.json", conflict);
    let path = place.path("base.json");
    let path = path.to_str().expect("text");
    for args in [&["check", "--baseline", path][..], &["check", "--baseline", path, "--baseline-update"]] {
        let ran = place.run(args);
        assert_eq!(ran.status, 2, "{}", ran.err);
        assert!(ran.err.contains("merge conflict") && ran.err.contains("checkout --ours --"), "{}", ran.err);
    }
    assert_eq!(place.read("base.json"), conflict);
}

/// Of a note in conflict some rules say nothing: what is excused there is not mended.
#[test]
fn a_conflict_takes_nothing_out_of_a_baseline() {
    let legend = "## Status Indicators\n\n- 🟢 Active\n- 🔴 Down\n";
    let note = "# Q\n\n## System Initialization\n\n- Status: Actve\n- Created: 2025-01-01_08-00\n- Last Modified: 2025-01-01_08-00\n";
    let place = Place::new(&[("legend.md", legend), ("q.md", note)]);
    let path = place.path("base.json");
    let args = ["check", "--baseline", path.to_str().expect("text")];
    place.run(&[&args[..], &["--baseline-update"]].concat());
    place.write("q.md", &format!("{note}\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n"));
    let ran = place.run(&args);
    assert!(!ran.err.contains("no more"), "{}", ran.err);
    place.run(&[&args[..], &["--baseline-update"]].concat());
    place.write("q.md", note);
    let ran = place.run(&args);
    assert!(ran.status == 0 && ran.err.contains("1 finding excused"), "{}", ran.err);
    // Whether the conflict itself is among the findings or not; and of what is no text nothing else is said.
    let conflict = format!("{note}\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n");
    let off = "[rules]\nmerge-conflict = \"off\"\n";
    for (text, config, part) in [
        (conflict.as_bytes(), "", &["--rule", "header-status-unknown"][..]),
        (conflict.as_bytes(), off, &[]),
        (&[note.as_bytes(), b"\xE9"].concat(), "", &[]),
    ] {
        std::fs::write(place.path("q.md"), text).expect("a note");
        place.write("portolan.toml", config);
        for update in [&[][..], &["--baseline-update"]] {
            let ran = place.run(&[&args[..], update, part].concat());
            assert!(!ran.err.contains("no more"), "{part:?}: {}", ran.err);
        }
        place.write("q.md", note);
        let ran = place.run(&args);
        assert!(ran.status == 0 && ran.err.contains("1 finding excused"), "{part:?}: {}", ran.err);
    }
}

#[test]
fn a_baseline_follows_notes_that_are_renamed() {
    let notes = [
        ("a.md", "[[x]]\n\n[[x]]\n\n[[y]]\n"),
        ("d/b.md", "[[x]]\n"),
        ("c.md", "[[a]]\n"),
        ("z.md", "[[w]]\n"),
    ];
    let base = ["check", "--baseline", "base.json", "--format", "concise"];
    let update = [&base[..], &["--baseline-update"]].concat();
    let start = || {
        let place = Place::new(&notes);
        assert_eq!(place.run(&update).status, 0);
        place
    };
    let place = start();
    assert_eq!(place.run(&["rename", "a", "New"]).status, 0);
    assert_eq!(place.run(&["rename", "d", "e"]).status, 0);
    assert_eq!(place.run(&["rename", "z", "Zebra"]).status, 0);
    let ran = place.run(&base);
    assert_eq!((ran.status, ran.out.as_str()), (0, ""), "{}", ran.err);
    assert!(ran.err.contains("`a.md` (and 2 more) seems to be `New.md` now") && !ran.err.contains("no more"));
    assert_eq!(place.run(&[&base[..], &["e"]].concat()).status, 0, "of one folder, too");
    assert_eq!(place.run(&[&base[..], &["--rule", "link-unresolved"]].concat()).status, 0);
    assert_eq!(place.run(&update).status, 0);
    let ran = place.run(&base);
    assert!(ran.status == 0 && !ran.err.contains("seems"), "{}", ran.err);
    place.write("New.md", "[[x]]\n\n[[x]]\n\n[[x]]\n\n[[y]]\n");
    assert_eq!(place.run(&base).out.lines().count(), 1, "only the additional finding is reported");

    // Some of it is mended, and some is new.
    let place = start();
    assert_eq!(place.run(&["rename", "a", "New"]).status, 0);
    place.write("New.md", "[[x]]\n\n[[x]]\n\n[[v]]\n");
    let ran = place.run(&base);
    assert!(ran.out.starts_with("New.md:5:1: ") && ran.out.lines().count() == 1, "{}", ran.out);

    // A note that is there still, two that are alike, one that has little of it, one with entries of its own.
    for (gone, new) in [
        ("", &[("New.md", "[[x]]\n\n[[x]]\n\n[[y]]\n")][..]),
        ("a.md", &[("n/1.md", "[[x]]\n\n[[x]]\n\n[[y]]\n"), ("n/2.md", "[[x]]\n\n[[x]]\n\n[[y]]\n")]),
        ("a.md", &[("New.md", "[[y]]\n")]),
        ("a.md", &[("d/b.md", "[[x]]\n\n[[x]]\n\n[[y]]\n")]),
    ] {
        let place = start();
        place.write("c.md", "");
        if !gone.is_empty() {
            std::fs::remove_file(place.path(gone)).expect("a note");
        }
        std::fs::create_dir_all(place.path("n")).expect("a folder");
        for (note, text) in new {
            place.write(note, text);
        }
        let ran = place.run(&base);
        assert!(ran.status == 1 && !ran.err.contains("seems"), "{gone} {new:?}: {}", ran.err);
    }
}

#[test]
fn a_diff_of_fixes_has_no_other_format() {
    let place = Place::new(&[("a.md", "[[Order Quee]]\n"), ("Order Queue.md", "")]);
    for format in ["json", "concise", "sarif", "github", "junit"] {
        let ran = place.run(&["check", "--unsafe-fixes", "--diff", "--format", format]);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{format}");
        assert!(
            ran.err.contains("has no other format") && ran.err.contains("leave `--diff` out"),
            "{}",
            ran.err
        );
    }
    assert_eq!(place.run(&["check", "--unsafe-fixes", "--diff", "--format", "human"]).status, 1);
}

#[test]
fn rules_and_severities_can_be_chosen() {
    let place = Place::copy_of("tests/defects");
    let one = place.run(&["check", "--rule", "board-stale", "--rule", "board-edited", "--format", "concise"]);
    assert_eq!(one.out.lines().count(), 2);
    assert!(place.run(&["check", "--rule", "board-stail"]).err.contains("did you mean `board-stale`?"));
    let edited = ["check", "--rule", "board-edited"];
    assert_eq!(place.run(&edited).status, 0, "a warning does not fail");
    assert_eq!(place.run(&[&edited[..], &["--severity", "warning"]].concat()).status, 1);
}

#[test]
fn what_is_asked_for_and_not_looked_at_is_said() {
    let place = Place::new(&[
        ("portolan.toml", "exclude = [\"Archive/\"]\n"),
        ("a.md", "Text.\n"),
        ("Archive/old.md", "[[Nowhere]]\n"),
    ]);
    assert!(
        place.run(&["check", "--rule", "note-orphan"]).err.contains("`note-orphan` is off in this vault")
    );
    assert!(!place.run(&["check", "--rule", "link-unresolved"]).err.contains("off"));
    let excluded = place.run(&["check", "Archive"]);
    assert!(excluded.status == 0 && excluded.err.contains("1 note there not checked"), "{}", excluded.err);
    assert!(!place.run(&["check", "a.md"]).err.contains("not checked"));
}

#[test]
fn settings_that_do_not_count_are_named() {
    let place = Place::new(&[
        ("a.md", "Text.\n"),
        (".obsidian/app.json", "{broken"),
        (".obsidian/templates.json", "{}"),
    ]);
    let ran = place.run(&["check"]);
    assert_eq!(ran.status, 0);
    assert!(ran.err.contains("`.obsidian/app.json` is not valid JSON"), "{}", ran.err);
    assert!(!ran.err.contains("templates.json"), "{}", ran.err);
    place.write(".obsidian/app.json", r#"{"userIgnoreFilters": ["/^(?!a)/", "/(/", "/b/", "c/"]}"#);
    let err = place.run(&["check"]).err;
    let unread: Vec<&str> = err.lines().filter(|line| line.contains("cannot read")).collect();
    assert!(unread.len() == 1 && unread[0].contains("`/(/`"), "{err}");
}

#[test]
fn rules_are_listed_as_the_vault_has_them() {
    let place = Place::new(&[("a.md", "")]);
    let of = |json: &Value, name: &str| {
        let rule =
            json["rules"].as_array().unwrap().iter().find(|rule| rule["name"] == name).unwrap().clone();
        (rule["severity"].as_str().unwrap().to_owned(), rule["default"].as_str().map(str::to_owned))
    };
    let list = ["list", "rules", "--format", "json"];
    assert_eq!(of(&place.run(&list).json(), "link-unresolved"), ("error".to_owned(), None));
    assert!(!place.run(&["list", "rules"]).out.contains("DEFAULT"));
    place.write("portolan.toml", "[rules]\nlink-unresolved = \"off\"\nboard-stale = \"error\"\n");
    let json = place.run(&list).json();
    assert_eq!(of(&json, "link-unresolved"), ("off".to_owned(), Some("error".to_owned())));
    assert_eq!(of(&json, "board-stale"), ("error".to_owned(), None));
    let table = place.run(&["list", "rules"]).out;
    let line = table.lines().find(|line| line.trim_start().starts_with("link-unresolved ")).expect("a line");
    assert_eq!(line.split_whitespace().skip(1).take(2).collect::<Vec<_>>(), ["off", "error"]);
    place.write("portolan.toml", "[rules]\nlink-unresolve = \"off\"\n");
    let ran = place.run(&list);
    assert!(ran.status == 2 && ran.err.contains("did you mean `link-unresolved`?"), "{}", ran.err);
    // Outside of every vault they can be listed, too; a vault that is named has to be there.
    let home = place.beside("none");
    std::fs::create_dir(&home).expect("a folder");
    let outside = |args: &[&str]| Ran::of(place.portolan(args).current_dir(&home).env("HOME", &home));
    assert_eq!(of(&outside(&list).json(), "link-unresolved"), ("error".to_owned(), None));
    assert_eq!(outside(&["--vault", "nowhere", "list", "rules"]).status, 2);
}

#[test]
fn what_is_nearly_right_on_the_command_line_is_offered() {
    let place = Place::new(&[("01_SYSTEMS/01_GATEWAY.md", ""), ("02_QUEUE.md", "")]);
    for (path, near) in [
        ("01_SYSTM", "did you mean `./01_SYSTEMS`?"),
        ("01_SYSTEMS/01_GATEWY.md", "did you mean `./01_SYSTEMS/01_GATEWAY.md`?"),
        ("02_QUEUE", "did you mean `./02_QUEUE.md`?"),
        ("02_QUEU", "did you mean `./02_QUEUE.md`?"),
        ("nowhere", "name a note or folder by its path"),
    ] {
        let ran = place.run(&["check", path]);
        assert_eq!(ran.status, 2, "{path}");
        assert!(ran.err.replace("`./", "`").contains(&near.replace("`./", "`")), "{path}: {}", ran.err);
    }
    let alone = place.run(&["--vault", ".", "--format", "json", "02_QUEUE.md"]);
    assert_eq!(alone.status, 2);
    let line = "`portolan check --vault . --format json 02_QUEUE.md`";
    assert!(alone.err.contains(line), "{}", alone.err);
    for wrong in [&["--formt", "json"][..], &["list", "notes", "--baseline", "x"]] {
        assert!(!place.run(wrong).err.contains("portolan check"), "{wrong:?}");
    }
}

/// A disk may part letters and their marks where settings and a command line do not, or the other way round.
#[test]
fn settings_and_paths_are_compared_in_one_form() {
    let text = "[[Nowhere]]\n\n<!-- portolan:board summary -->\n<!-- portolan:end -->\n";
    for (on_disk, written) in [("u\u{308}", "\u{fc}"), ("\u{fc}", "u\u{308}")] {
        let notes: Vec<(String, &str)> =
            (1..=6).map(|folder| (format!("{on_disk}{folder}/n.md"), text)).collect();
        let notes: Vec<(&str, &str)> = notes.iter().map(|(path, text)| (path.as_str(), *text)).collect();
        let filters = format!("{{\"userIgnoreFilters\": [\"{written}1/\"]}}");
        let folder = format!("{{\"folder\": \"{written}2\"}}");
        let settings = [(".obsidian/app.json", &*filters), (".obsidian/templates.json", &*folder)];
        let place = Place::new(&[&notes[..], &settings].concat());
        let own = format!(
            "exclude = [\"{written}3/\"]\ntemplates = [\"{written}4/\"]\n[[paths]]\npath = \"{written}5/\"\n"
        );
        place.write("portolan.toml", &format!("{own}rules = {{ link-unresolved = \"off\" }}\n"));
        let ran = place.run(&["check", "--rule", "link-unresolved", "--format", "concise"]);
        let found: Vec<&str> = ran.out.lines().filter_map(|line| line.split(':').next()).collect();
        assert_eq!(found, [format!("{on_disk}6/n.md")], "{}", ran.err);
        assert!(!ran.err.contains("no path of the vault"), "{}", ran.err);
        for typed in [format!("{written}6"), format!("{written}6/n.md"), format!("{on_disk}6")] {
            let ran = place.run(&["check", "--rule", "link-unresolved", "--format", "concise", &typed]);
            assert_eq!((ran.status, ran.out.lines().count()), (1, 1), "{typed}: {}", ran.err);
            let ran = place.run(&["sync", "--check", &typed]);
            assert!(ran.status == 1 && ran.out.starts_with(&format!("{on_disk}6/n.md")), "{}", ran.err);
        }
        let ran = place.run(&["sync", "--check"]);
        let stale: Vec<&str> = ran.out.lines().filter_map(|line| line.split('/').next()).collect();
        assert_eq!(stale, [format!("{on_disk}5"), format!("{on_disk}6")]);
    }
}

/// A note may be one by its name alone, and that nothing is wrong in it says little.
#[test]
fn a_template_note_that_is_asked_for_is_said_to_be_one() {
    let link = "[[nowhere]]\n";
    let names = ["Mail template service.md", "plain.md", "Templates/a.md", "Templates/b.md"];
    let place = Place::new(&names.map(|name| (name, link)));
    for (paths, said) in [
        (&["Mail template service.md"][..], Some("1 template note there, ")),
        (&["plain.md", "Templates/b.md"], Some("1 template note there, ")),
        (&["Templates"], Some("2 template notes there, ")),
        (&["plain.md"], None),
        (&["."], None),
        (&[], None),
    ] {
        let ran = place.run(&[&["check"], paths].concat());
        assert_eq!(said.is_some(), ran.err.contains("template"), "{paths:?}: {}", ran.err);
        assert!(said.is_none_or(|said| ran.err.contains(said)), "{paths:?}: {}", ran.err);
    }
    // What is said is so of that very note.
    let board = "<!-- portolan:board evnts -->\n<!-- portolan:end -->\n";
    let conflict = "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n";
    place.write(
        "plain template.md",
        &format!("{board}\n<!-- portolan:allow link-unresolvd -->\n\n{conflict}"),
    );
    let ran = place.run(&["check", "plain template.md", "--format", "concise"]);
    for (rule, word) in [
        ("board-unknown", "boards can be read"),
        ("board-stale", "merge conflicts"),
        ("allow-unused", "silencers"),
    ] {
        assert!(ran.out.contains(rule) && ran.err.contains(word), "{rule}: {}{}", ran.out, ran.err);
    }
    std::fs::remove_file(place.path("plain template.md")).expect("removed");
    let list = place.run(&["list", "notes"]).out;
    let of = |name: &str| list.lines().find(|line| line.starts_with(&format!(" {name}"))).map(str::trim_end);
    assert!(of("PATH").is_some_and(|line| line.ends_with("TEMPLATE")), "{list}");
    for (name, said) in names.iter().zip(["yes", "no", "yes", "yes"]) {
        assert!(of(name).is_some_and(|line| line.ends_with(said)), "{list}");
    }
}

/// A word that is misspelt there, and would exclude nothing in silence.
#[test]
fn settings_that_no_path_fits_are_said() {
    let place = Place::new(&[("Archive/a.md", "Text.\n"), ("b.md", ""), (".trash/c.md", "")]);
    let parts = "[[paths]]\npath = \"b\"\nrules = {}\n[[paths]]\npath = \"c/\"\nrules = {}\n";
    place.write("portolan.toml", &format!("exclude = [\"Arhive/\", \"Arch\", \".trash/\"]\n{parts}"));
    let ran = place.run(&["check"]);
    let said: Vec<&str> = ran.err.lines().filter(|line| line.contains("no path of the vault")).collect();
    assert_eq!(said.len(), 2, "{}", ran.err);
    assert!(said[0].contains("`[[paths]]`") && said[0].ends_with("begins with `c/`"), "{said:?}");
    assert!(said[1].contains("`exclude`") && said[1].ends_with("begins with `Arhive/`"), "{said:?}");
    assert_eq!(ran.status, 0);
    place.write("other.toml", "templates = [\"Muster/\"]\n");
    let ran = place.run(&["--config", &place.path("other.toml").to_string_lossy(), "check"]);
    assert!(ran.err.contains("`templates` of `") && ran.err.contains("other.toml`: no path"), "{}", ran.err);
    place.write("portolan.toml", "exclude = [\"Archive/**\"]\n");
    let ran = place.run(&["check"]);
    assert!(
        ran.status == 2 && ran.err.contains("portolan.toml:1:12: ") && ran.err.contains("write `Archive/`")
    );
}

#[test]
fn a_setting_that_no_rule_asks_for_is_said() {
    let place = Place::new(&[("a.md", "Text.\n")]);
    for (rules, is_said) in [
        ("", true),
        ("[rules]\nnote-review-overdue = \"warning\"\n", false),
        ("[[paths]]\npath = \"a\"\nrules = { note-review-overdue = \"info\" }\n", false),
    ] {
        place.write("portolan.toml", &format!("review-days = 30\n{rules}"));
        for _ in 0..2 {
            let ran = place.run(&["check"]);
            assert_eq!(
                ran.err.contains("`review-days` is set, and `note-review-overdue` is off"),
                is_said,
                "{}",
                ran.err
            );
        }
    }
}

#[test]
fn what_no_fix_can_mend_now_is_not_counted() {
    let conflict = "<<<<<<< HEAD\nMine.\n=======\nTheirs.\n>>>>>>> other\n";
    let stale = "<!-- portolan:allow link-case: gone -->\nText.\n";
    let place = Place::new(&[
        ("a.md", &format!("{conflict}\n{stale}")),
        ("portolan.toml", "[rules]\nlink-case = \"info\"\n"),
    ]);
    let ran = place.run(&["check"]);
    assert!(ran.out.contains("allow-unused") && !ran.err.contains("fixable"), "{}{}", ran.out, ran.err);
    place.write("b.md", stale);
    assert!(place.run(&["check"]).err.contains("fixable: 1 with `--fix`"));
}

#[test]
fn a_fix_that_does_not_help_comes_to_an_end() {
    let place = Place::new(&[("a.md", "[[Meeting [drafd]]\n"), ("Meeting [draft].md", "Text.\n")]);
    for _ in 0..2 {
        place.run(&["check", "--fix", "--unsafe-fixes"]);
        let text = place.read("a.md");
        assert_eq!(text, "[[Meeting [drafd]]\n", "no link can be written that has the bracket");
    }
}

#[test]
fn other_tools_can_read_the_findings() {
    let place = Place::copy_of("tests/defects");
    let count = place.run(&["check", "--format", "json"]).json()["findings"].as_array().unwrap().len();
    let sarif = place.run(&["check", "--format", "sarif"]).json();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), count);
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    let mut fingerprints = std::collections::BTreeSet::new();
    for result in results {
        assert_eq!(rules[result["ruleIndex"].as_u64().unwrap() as usize]["id"], result["ruleId"]);
        assert!(
            fingerprints.insert(result["partialFingerprints"]["portolan/v1"].to_string()),
            "no two are equal"
        );
        let region = &result["locations"][0]["physicalLocation"]["region"];
        assert!(region["startLine"].as_u64() >= Some(1) && region["startColumn"].as_u64() >= Some(1));
    }
    let github = place.run(&["check", "--format", "github"]).out;
    assert_eq!(github.lines().count(), count);
    assert!(github.lines().all(|line| line.starts_with("::")));
    let junit = place.run(&["check", "--format", "junit"]).out;
    let errors = results.iter().filter(|result| result["level"] == "error").count();
    assert_eq!(junit.matches("<failure ").count(), errors);
    let milder =
        junit.lines().filter(|line| line.trim_start().trim_start_matches("<system-out>").starts_with('['));
    assert_eq!(milder.count(), count - errors);
    for case in junit.split("</testcase>") {
        assert!(case.matches("<system-out>").count() <= 1, "{case}");
    }
    let count_of = |name: &str| -> usize {
        let rest = junit.split(&format!(" {name}=\"")).nth(1).unwrap();
        rest.split('"').next().unwrap().parse().unwrap()
    };
    assert!(count_of("failures") <= count_of("tests"), "{junit}");
    assert!(junit.starts_with("<?xml") && !junit.contains("<!-- portolan"));
}

#[test]
fn a_vault_may_have_its_own_schema_for_integrations() {
    let block = |fields: &str| {
        format!(
            "```json\n{{ \"integration\": {{ \"name\": \"X\", \"type\": \"q\", \"endpoint\": \"q.example:5671\"{fields} }} }}\n```\n"
        )
    };
    let place = Place::new(&[
        ("portolan.toml", "integration-schema = \"meta/schema.json\"\n"),
        (
            "meta/schema.json",
            r#"{ "required": ["owner"], "properties": { "owner": { "type": "string", "minLength": 3 } } }"#,
        ),
        ("fits.md", &block(", \"owner\": \"platform\"")),
        ("short.md", &block(", \"owner\": \"me\"").replace("\"X\"", "\"Y\"")),
        ("none.md", &block("").replace("\"X\"", "\"Z\"")),
    ]);
    let ran = place.run(&["check", "--format", "concise"]);
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(lines.len(), 2, "{}", ran.out);
    assert!(
        lines[0].starts_with("none.md:2:3: error[integration-schema]: `owner` is a required property"),
        "{}",
        lines[0]
    );
    assert!(lines[1].starts_with("short.md:2:85: error[integration-schema]:"), "{}", lines[1]);
    for (schema, message) in [
        ("../x.json", "outside of the vault"),
        ("meta/none.json", "cannot read the schema"),
        ("fits.md", "is not a JSON Schema"),
    ] {
        place.write("portolan.toml", &format!("integration-schema = \"{schema}\"\n"));
        let ran = place.run(&["check"]);
        assert_eq!(ran.status, 2);
        assert!(ran.err.contains(message), "{}", ran.err);
    }
}
