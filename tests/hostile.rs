//! Tests of hostile notes, names and settings. Every command ends without a panic, with a finding or a clear
//! error, and still reads the valid content beside them.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use portolan::config::Config;
use portolan::model::chronology::Direction;
use portolan::model::finding::Finding;
use portolan::plan::conflict::Versions;
use portolan::plan::history::{NewEntry, Timeline, insert};
use portolan::plan::record::{self, RecordOptions};
use portolan::plan::sync::{self, SyncOptions};
use portolan::rules;
use portolan::text::stamp::{Stamp, StampFormat};
use portolan::text::visible::is_unseen;
use portolan::vault::Vault;

#[path = "../src/text/growth.rs"]
mod growth;
mod place;
#[path = "hostile/shapes.rs"]
mod shapes;
#[path = "hostile/work.rs"]
mod work;

use growth::excess;
use place::{Place, Ran};
use shapes::shapes;

/// What never ends is ended. How long it may take is for `no_shape_takes_what_only_a_power_of_it_could` to say.
const PATIENCE: Duration = Duration::from_secs(300);

impl Place {
    /// Runs a command to its end, which must come. Outputs go to files: nobody may wait for a reader.
    fn ends(&self, args: &[&str]) -> Ran {
        let file = |name: &str| std::fs::File::create(self.beside(name)).expect("a file");
        let mut command = self.portolan(&["--vault", "."]);
        let mut child = command.args(args).stdout(file("out")).stderr(file("err")).spawn().expect("it runs");
        let start = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().expect("it can be asked") {
                break status;
            }
            if start.elapsed() > PATIENCE {
                child.kill().expect("it runs");
                panic!("{args:?} does not end");
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        let text = |name: &str| std::fs::read_to_string(self.beside(name)).expect("text");
        let (out, err) = (text("out"), text("err"));
        let code = status.code().filter(|code| *code <= 2);
        let status = code.unwrap_or_else(|| panic!("{args:?}: {status}\n{err}"));
        assert!(!err.contains("panicked"), "{args:?}: {err}");
        Ran { status, out, err }
    }

    /// The rules that have something to say about a note.
    fn rules(&self, note: &str) -> Vec<String> {
        let ran = self.ends(&["check", "--format", "json"]);
        let document = ran.json();
        let findings = document["findings"].as_array().expect("findings").iter();
        let own = findings.filter(|finding| finding["note"] == note);
        own.filter_map(|finding| finding["rule"].as_str().map(str::to_owned)).collect()
    }
}

/// Every command, on a vault with the notes `x` and `good`.
const COMMANDS: [&[&str]; 30] = [
    &["check"],
    &["check", "--format", "json"],
    &["check", "--format", "sarif", "--no-cache"],
    &["check", "--format", "github"],
    &["check", "--format", "junit"],
    &["check", "--diff", "--unsafe-fixes"],
    &["sync", "--check"],
    &["sync", "--diff"],
    &["log", "x", "-m", "Something", "--create", "--diff"],
    &["list", "notes", "--format", "json"],
    &["list", "notes", "--orphans"],
    &["list", "links", "--format", "json"],
    &["list", "links", "--unresolved"],
    &["list", "integrations", "--format", "json"],
    &["list", "diagrams", "--format", "json"],
    &["list", "history", "--format", "json"],
    &["list", "templates", "--format", "json"],
    &["list", "metrics", "--format", "json"],
    &["list", "boards", "--format", "json"],
    &["list", "integrations"],
    &["graph"],
    &["graph", "--format", "json"],
    &["graph", "--format", "dot"],
    &["graph", "--around", "good"],
    &["resolve", "[[x#a]]", "--from", "good", "--explain"],
    &["rename", "x", "sub/y", "--diff"],
    &["rename", "good", "better", "--diff"],
    &["new", "Z", "--from", "x", "--partial", "--diff"],
    &["new", "integration", "P", "--in", "good", "type=a", "endpoint=https://b.c", "--partial", "--diff"],
    &["resolve", "[[good]]"],
];

const GOOD: &str = "# Good\n\n## SYSTEM INITIALIZATION\n\n- Status: Active\n\n[[nowhere at all]]\n";

/// All shapes in one vault, and every command on it.
#[test]
fn every_command_ends_on_a_hostile_vault() {
    let shapes = shapes(200);
    let whole: Vec<String> = shapes.iter().map(|(name, text)| format!("\n\n# {name}\n\n{text}\n")).collect();
    let whole = whole.concat();
    let place = Place::bare(&[("x.md", &whole), ("good.md", GOOD)]);
    for (name, text) in &shapes {
        place.write(&format!("shapes/{name}.md"), text);
    }
    for args in COMMANDS {
        let ran = place.ends(args);
        if args.contains(&"json") {
            ran.json();
        }
        if ran.status == 2 {
            assert!(!ran.err.is_empty(), "{args:?} says why");
        }
    }
    assert_eq!(place.rules("good.md").iter().filter(|rule| *rule == "link-unresolved").count(), 1);
}

/// How the time grows with each shape; `benches/hostile.rs` says it in figures.
#[test]
fn no_shape_takes_what_only_a_power_of_it_could() {
    let names = shapes(1).into_iter().map(|(name, _)| name).enumerate();
    let found = names.filter_map(|(number, name)| {
        let make = |n| shapes(n).swap_remove(number).1;
        excess(name, 400, make, |text| work::work(text))
    });
    let found = found.collect::<String>();
    assert!(found.is_empty(), "{found}");
}

/// A note may have as many histories as it likes, and other headings below each.
#[test]
fn an_entry_is_at_home_in_one_of_many_histories() {
    let now = Stamp::to_the_minute(chrono::NaiveDateTime::default());
    let entry = NewEntry { stamp: now, version: None, title: "x".to_owned(), details: Vec::new() };
    for piece in [
        "## Modification History\n",
        "## Modification History\n### 2024\n",
        "## Modification History\n\n- 2024-01-01_00-00 - x\n\n",
        "## Modification History\n\n### 2024\n\n- 2024-01-01_00-00 - x\n\n",
    ] {
        let make = |n| {
            let text = piece.repeat(n);
            (Vault::of_texts(Config::default(), &[("x.md", &text)]), text)
        };
        let excess = excess(piece, 400, make, |(vault, text)| {
            let note = vault.find("x.md").and_then(|id| vault.note(id)).expect("a note");
            let entries = std::slice::from_ref(&entry);
            let edits = insert(
                note,
                text,
                entries,
                Direction::OldestFirst,
                Timeline::endless(&StampFormat::default()),
            );
            assert_eq!(edits.ok().flatten().map(|edits| edits.len()), Some(1));
        });
        assert_eq!(excess, None);
    }
}

/// One entry may tell of as many edges as it likes, and each of them asks it.
#[test]
fn a_second_record_reads_each_entry_once() {
    let vault = |edges: &str, history: &str| {
        let text =
            format!("```mermaid\ngraph TD\na --> b\n{edges}```\n\n# Modification History\n\n{history}");
        Vault::of_texts(Config::default(), &[("x.md", &text)])
    };
    let make = |n: usize| {
        let lines = |line: &dyn Fn(usize) -> String| (0..n).map(line).collect::<String>();
        let edges = lines(&|i| format!("a{i} --> b{i}\n"));
        let details = lines(&|i| format!("  - added a{i} → b{i}\n"));
        let history = format!("- 2024-01-01_00-00 - Changed {n} connections\n{details}");
        (vault("", ""), vault(&edges, &history))
    };
    let excess = excess("edges", 1000, make, |(before, after)| {
        let now = Stamp::to_the_minute(chrono::NaiveDateTime::default());
        let plan = record::plan(before, after, RecordOptions { now, wanted: &|_| true });
        assert!(plan.writes.is_empty() && plan.refused.is_empty());
    });
    assert_eq!(excess, None);
}

/// What is found in a note is found in one of its integrations, of which a board counts it.
#[test]
fn a_board_looks_at_the_findings_of_each_integration_once() {
    let make = |n: usize| {
        let block = "{\"name\": \"a\", \"type\": \"b\", \"endpoint\": \"http://c\"}, ".repeat(n);
        let board = "<!-- portolan:board integrations -->\n<!-- portolan:end -->\n";
        let text = format!("```json\n{{\"integrations\": [{block}]}}\n```\n\n{board}");
        let vault = Vault::of_texts(Config::default(), &[("x.md", &text)]);
        let feed: Vec<Finding> = rules::feed(&vault).into_iter().flat_map(|found| vec![found; 20]).collect();
        (vault, feed)
    };
    let excess = excess("integrations", 200, make, |(vault, feed)| {
        let now = Stamp::to_the_minute(chrono::NaiveDateTime::default());
        let versions = &|_: &str| Versions::default();
        let options = SyncOptions { now, force: true, wanted: &|_| true, versions };
        assert_eq!(sync::plan(vault, options, |_| feed.clone()).writes.len(), 1);
    });
    assert_eq!(excess, None);
}

/// A template may name a file in as many ways as it likes.
#[test]
fn a_template_is_read_once_however_it_is_spelled() {
    let make = |n: usize| {
        let include = |i| format!("{{% include 'a{i}/../t.j2' %}}\n");
        let includes = (0..n).map(include).collect::<Vec<_>>().concat();
        Place::bare(&[
            ("x.md", "<!-- portolan:board own -->\n<!-- portolan:end -->\n"),
            ("portolan.toml", "[boards.own]\ntemplate = \"t.j2\"\n"),
            ("t.j2", &format!("{{% if false %}}\n{includes}{{% endif %}}\n")),
        ])
    };
    let excess = excess("spellings", 250, make, |place| {
        place.ends(&["check", "--no-cache"]);
    });
    assert_eq!(excess, None);
}

/// Each shape large, with every rule switched on: nothing may fail.
#[test]
fn large_shapes_are_judged_and_synced() {
    let on: Vec<String> =
        portolan::rules::names().iter().map(|rule| format!("{rule} = \"warning\"\n")).collect();
    let config = format!("[rules]\n{}", on.concat());
    for (name, text) in shapes(6_000) {
        let place = Place::bare(&[("x.md", &text), ("portolan.toml", &config)]);
        // The place of a finding is looked up, and its line is shown.
        for args in [&["check", "--no-cache"][..], &["sync", "--check"]] {
            let ran = place.ends(args);
            assert!(ran.status < 2 || !ran.err.is_empty(), "{name}: {args:?}: {}", ran.err);
            assert!(args[0] == "sync" || ran.status < 2, "{name}: {}", ran.err);
        }
    }
}

#[test]
fn deep_nesting_is_refused_or_read() {
    for piece in ["> ", ">", "[", "[[", "![[", "- ", "1) ", "{", "*", "_", "`"] {
        let place = Place::bare(&[("x.md", &piece.repeat(200_000)), ("good.md", GOOD)]);
        let ran = place.ends(&["check", "--format", "concise"]);
        assert!(ran.out.contains("good.md:7:1: error[link-unresolved]"), "{piece:?}: {}", ran.out);
        assert_eq!(place.ends(&["sync", "--check"]).status, 0, "{piece:?}");
    }
    for (open, close) in [("{\"integration\": ", "}"), ("[", "]")] {
        let text = format!(
            "```json\n{{\"integration\": {}1{}}}\n```\n",
            open.repeat(200_000),
            close.repeat(200_000)
        );
        let place = Place::bare(&[("x.md", &text)]);
        assert_eq!(place.rules("x.md"), ["integration-syntax"]);
        let text = format!("{{\"nodes\": {}1{}}}", open.repeat(200_000), close.repeat(200_000));
        let place = Place::bare(&[("x.canvas", &text)]);
        assert_eq!(place.rules("x.canvas"), ["canvas-invalid"]);
    }
    let deep = format!("---\na: {}\n---\n", "[".repeat(200_000));
    assert_eq!(Place::bare(&[("x.md", &deep)]).rules("x.md"), ["properties-invalid"]);
}

#[test]
fn fifty_megabytes_on_one_line_are_read_and_shown() {
    let mut text = "x".repeat(50_000_000);
    text.push_str(" [[none]] end");
    let place = Place::bare(&[("x.md", &text)]);
    let ran = place.ends(&["check", "--no-cache"]);
    assert_eq!(ran.status, 1);
    assert!(ran.out.contains("x.md:1:50000002") && ran.out.len() < 10_000, "{} bytes", ran.out.len());
}

#[test]
fn settings_may_be_hostile_too() {
    let deep = "[".repeat(100_000);
    let place = Place::bare(&[("good.md", GOOD)]);
    for text in [
        format!("{{\"userIgnoreFilters\": {deep}"),
        format!("{{\"userIgnoreFilters\": [\"/{}/\"]}}", "(a*)*b".repeat(5000)),
        "\0".repeat(100_000),
    ] {
        place.write(".obsidian/app.json", &text);
        assert_eq!(place.ends(&["check"]).status, 1);
    }
    let long = format!("exclude = [{}]\n", "\"none/\", ".repeat(20_000));
    place.write("portolan.toml", &long);
    assert_eq!(place.ends(&["check"]).status, 1);
    for text in [
        format!("exclude = {deep}"),
        format!("a{} = 1", ".a".repeat(50_000)),
        "x".repeat(1_000_000),
        "\0".to_owned(),
        "timestamp = \"\"".to_owned(),
    ] {
        place.write("portolan.toml", &text);
        let ran = place.ends(&["check"]);
        assert!(ran.status == 2 && ran.err.contains("portolan.toml:"), "{}", ran.err);
        assert!(ran.err.len() < 1000, "{} bytes", ran.err.len());
    }
    place::write(&place.path("portolan.toml"), b"\xff\xfe");
    assert!(place.ends(&["check"]).err.contains("cannot read the configuration"));
    place.write("portolan.toml", "integration-schema = \"s.json\"\n");
    for text in [
        deep.clone(),
        "{\"$ref\": \"#\"}".to_owned(),
        "{\"pattern\": \"(a*)*b\"}".to_owned(),
        "{\"$ref\": \"file:///etc/passwd\"}".to_owned(),
    ] {
        place.write("s.json", &text);
        place.ends(&["check"]);
    }
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_named_and_holds_nobody_up() {
    use std::os::unix::fs::symlink;
    let place = Place::bare(&[("good.md", GOOD)]);
    let vault = place.vault();
    let fifo = |path: &Path| {
        let made = Command::new("mkfifo").arg(path).status();
        assert!(made.is_ok_and(|status| status.success()));
    };
    fifo(&vault.join("pipe.md"));
    fifo(&vault.join("pipe.canvas"));
    fifo(&vault.join("pipe"));
    let _socket = std::os::unix::net::UnixListener::bind(vault.join("socket.md")).expect("a socket");
    symlink("loop.md", vault.join("loop.md")).expect("a link");
    symlink("none.md", vault.join("dangling.md")).expect("a link");
    symlink("none.png", vault.join("dangling.png")).expect("a link");
    symlink("pipe", vault.join("linked.md")).expect("a link");
    symlink("/dev/zero", vault.join("device.md")).expect("a link");
    symlink(".", vault.join("self")).expect("a link");
    symlink("..", vault.join("up")).expect("a link");
    std::fs::create_dir_all(vault.join("a/b")).expect("folders");
    symlink("../../a", vault.join("a/b/again")).expect("a link");
    for note in ["pipe.md", "pipe.canvas", "socket.md", "loop.md", "dangling.md", "linked.md"] {
        assert_eq!(place.rules(note), ["file-unreadable"], "{note}");
    }
    for none in ["device.md", "dangling.png", "pipe"] {
        assert_eq!(place.rules(none), [""; 0], "{none}");
    }
    for args in COMMANDS {
        place.ends(args);
    }
    for setting in [".obsidian/app.json", "portolan.toml"] {
        std::fs::create_dir_all(vault.join(".obsidian")).expect("a folder");
        fifo(&vault.join(setting));
        place.ends(&["check"]);
    }
    let ran = place.ends(&["check"]);
    assert!(
        ran.status == 2 && ran.err.contains("portolan.toml") && ran.err.contains("regular file"),
        "{}",
        ran.err
    );
}

/// The first character of a text that gives an order to a terminal, but tabs, line ends, and colours, which are
/// portolan's own.
fn orders(text: &str) -> Option<char> {
    let mut rest = text;
    while let Some(at) = rest.find(is_unseen) {
        let found = rest[at..].chars().next();
        rest = &rest[at + found.map_or(0, char::len_utf8)..];
        let colour = rest
            .strip_prefix('[')
            .map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';'));
        match (found, colour) {
            (Some('\n' | '\t'), _) => {}
            (Some('\r'), _) if rest.starts_with('\n') => {}
            (Some('\u{1b}'), Some(end)) if end.starts_with('m') => {}
            _ => return found,
        }
    }
    None
}

/// Whatever a command quotes from notes, with colours and without.
#[test]
fn nothing_that_is_quoted_gives_orders_to_a_terminal() {
    for order in ["\u{9b}31m \u{7f} \u{85} \u{8} \u{202e} \u{2066}", "\u{1b}]0;x\u{7}", "a\rb"] {
        let json = serde_json::to_string(order).expect("JSON");
        let json = json.trim_matches('"');
        let note = format!(
            "# T{order}t\n\n## SYSTEM INITIALIZATION\n\n- Status: Act{order}ive\n- Created: 2024\n\n\
             C1 {order}RED [[no{order}pe]], [[x.md|x{order}]] and [[Goo{order}d]]\n\n\
             ```json\n{{\"integration\": {{\"name\": \"P{json}\", \"type\": \"R{json}\"}}}}\n```\n\n\
             ```mermaid\ngraph LR\nA[a{order}b] -->|c{order}| B[\"b{order}\"]\n```\n\n\
             ```mermaid\ngraph LR\nA[a{order} -->\n```\n\n\
             ## Modification History\n\n- 2024-12-13_12-24 - Upd{order}ate\n- 2024-13-13 - x{order}\n"
        );
        let place = Place::bare(&[("x.md", &note), ("good.md", GOOD)]);
        for args in COMMANDS {
            for colour in ["always", "never"] {
                let ran = place.ends(&[args, &["--color", colour]].concat());
                for text in [&ran.out, &ran.err] {
                    assert_eq!(orders(text), None, "{args:?} {colour}: {text:?}");
                }
            }
        }
        let links = place.ends(&["list", "links", "--format", "json"]).json();
        for link in links["links"].as_array().expect("links").iter().filter(|link| link["note"] == "x.md") {
            let [start, end] = [0, 1].map(|end| link["span"][end].as_u64().expect("a byte") as usize);
            assert_eq!(link["raw"], note[start..end]);
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn odd_names_are_escaped_and_written_all_the_same() {
    use std::os::unix::ffi::OsStrExt as _;
    let board = "<!-- portolan:board events -->\n<!-- portolan:end -->\n[[none]]\n";
    let names = [
        "it's \"quoted\".md",
        "two\nlines.md",
        "esc\u{1b}[31m.md",
        "\u{202e}dm.md",
        "csi\u{9b}31m.md",
        "del\u{7f}.md",
        "tab\there.md",
        "back\\slash.md",
        "$(x) `y` & z.md",
        "-rf.md",
    ];
    let long = format!("{}.md", "l".repeat(252));
    let place = Place::bare(&[("good.md", GOOD), (&long, board)]);
    for name in names {
        place.write(name, board);
    }
    let invalid = place.path(std::ffi::OsStr::from_bytes(b"inv\xff.md"));
    std::fs::write(&invalid, board).expect("a file");
    for args in COMMANDS {
        let ran = place.ends(args);
        for text in [&ran.out, &ran.err] {
            assert_eq!(orders(text), None, "{args:?}: {text:?}");
        }
    }
    let listed = place.ends(&["list", "notes", "--format", "json"]).json();
    let listed: Vec<&str> =
        listed["notes"].as_array().expect("notes").iter().filter_map(|note| note["path"].as_str()).collect();
    for name in names {
        assert!(listed.contains(&name), "{name:?} is none of {listed:?}");
    }
    let suite = place.ends(&["check", "--format", "junit"]).out;
    assert!(
        suite.contains("name=\"tab&#9;here.md\"") && suite.contains("name=\"two&#10;lines.md\""),
        "{suite}"
    );
    assert_eq!(place.rules("inv\\u{fffd}.md").len() + place.rules("inv\u{fffd}.md").len(), 1);
    let ran = place.ends(&["sync"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    for name in names.into_iter().chain([&long[..]]) {
        let text = std::fs::read(place.path(name)).expect("it is there");
        assert!(text.len() > board.len(), "{name:?} is written");
    }
    assert_eq!(std::fs::read(invalid).expect("it is there"), board.as_bytes());
    let hidden = std::fs::read_dir(place.vault()).expect("a vault").flatten();
    assert_eq!(hidden.filter(|entry| entry.file_name().as_bytes().starts_with(b".")).count(), 0);
}
