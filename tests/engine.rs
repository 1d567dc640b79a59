//! Tests of the engine that keeps the verdict on a vault up to date. After any changes of files, in any order, it
//! must report what a fresh check reports.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};

use chrono::NaiveDate;
use known::Known;
use portolan::config::Config;
use portolan::model::finding::Finding;
use portolan::plan::conflict::Versions;
use portolan::plan::sync::{self, NoteWrite, SyncOptions};
use portolan::rules::verdict::cache::{self, Basis, Store};
use portolan::rules::verdict::engine::{Engine, Look};
use portolan::rules::verdict::tally::Tally;
use portolan::rules::{self, RULES};
use portolan::text::stamp::{Precision, Stamp};
use portolan::text::store::{StoreFile, Writing};
use portolan::vault::files::{File, Listing};
use portolan::vault::source::{Key, Source};
use portolan::vault::{Keep, Origin, Traits, Vault};
use proptest::prelude::*;

mod known;

/// A vault that can be changed under the engine's feet: texts, and when they were saved.
#[derive(Debug, Default)]
struct Files(Mutex<BTreeMap<String, (Vec<u8>, i64)>>);

impl Files {
    fn get(&self) -> MutexGuard<'_, BTreeMap<String, (Vec<u8>, i64)>> {
        self.0.lock().expect("nobody panics with it")
    }
}

fn key(text: &[u8], at: i64) -> Key {
    Key::Stat { size: text.len() as u64, modified: at, changed: at, inode: 1 }
}

impl Source for Files {
    fn list(&self) -> portolan::error::Result<Listing> {
        let files = self.get();
        let file = |(path, (text, at)): (&String, &(Vec<u8>, i64))| File {
            path: path.clone(),
            readable: true,
            key: key(text, *at),
        };
        Ok(Listing { files: files.iter().map(file).collect(), ..Listing::default() })
    }

    fn list_to_read(&self) -> portolan::error::Result<Listing> {
        let mut listing = self.list()?;
        listing.files.iter_mut().for_each(|file| file.key = Key::Unknown);
        Ok(listing)
    }

    fn read(&self, path: &str, buffer: &mut Vec<u8>) -> std::io::Result<Key> {
        let files = self.get();
        let (text, at) = files.get(path).ok_or(std::io::ErrorKind::NotFound)?;
        buffer.clear();
        buffer.extend_from_slice(text);
        // What begins so is a file without permission.
        if text.starts_with(b"LOCKED") {
            Err(std::io::ErrorKind::PermissionDenied.into())
        } else {
            Ok(key(text, *at))
        }
    }

    fn has(&self, path: &str) -> bool {
        self.get().contains_key(path)
    }

    fn setting(&self, _path: &str) -> Option<String> {
        None
    }
}

/// Every rule on, so that none can rest on something that the engine does not follow. Without `links` those are off
/// that ask for everything: a check lets go of what nobody asks for then.
fn config(ages: bool, links: bool) -> Config {
    let days = if ages { "review-days = 30\n" } else { "" };
    let mut text = format!("exclude = [\"t/deep/\"]\n{days}[boards.all]\ntemplate = \"all.j2\"\n[rules]\n");
    for rule in RULES {
        if !links && ALL_ASKING.contains(&rule.name) {
            continue;
        }
        let severity = if rule.name.len() % 2 == 0 { "error" } else { "warning" };
        text.push_str(&format!("{} = \"{severity}\"\n", rule.name));
    }
    let mut config = Config::read(&text, &rules::names()).expect("a configuration");
    if links {
        let files = [("all.j2".to_owned(), Ok(ALL.to_owned()))];
        config.board_files = Arc::new(files.into_iter().collect());
    } else {
        // Any board of the vault's own asks for all links.
        config.boards.clear();
    }
    config
}

/// The rules for which a check holds links that are well and headings that nobody names, and those that look at the
/// names of all files.
const ALL_ASKING: [&str; 6] = [
    "link-case",
    "note-orphan",
    "attachment-unused",
    "integration-undiagrammed",
    "heading-duplicate",
    "block-duplicate",
];

/// A board of the vault's own that shows whatever it can.
const ALL: &str = "{{ notes }}\n{{ links }}\n{{ integrations }}\n{{ diagrams }}\n{{ history }}\n{{ templates }}\n\
    {{ metrics }}\n{{ findings }}\n{{ systems }}\n{{ relations }}\n";

const PATHS: [&str; 14] = [
    "A.md",
    "B.md",
    "C.md",
    "s/A.md",
    "s/B v1.2.md",
    "t/A.md",
    "t/deep/Long name.md",
    "TEMPLATES/T.md",
    "Terms.md",
    "pic.png",
    "map.canvas",
    "C.md.md",
    "Boards.md",
    "s/2026-02-01.md",
];

/// The first pieces: those of notes that document no system.
const PLAIN: usize = 14;

/// The last pieces: boards that can be filled.
const FILLED: usize = 8;

/// Pieces of notes, each of which something elsewhere may depend on.
const PIECES: [&str; 50] = [
    "# Limits\n\n",
    "## Limit\n\n## Limits\n\n",
    "A paragraph. ^p1\n\n",
    "See [[A]], [[B#Limits]] and [[C#^p1|c]].\n\n",
    "See [[s/A]], [[../C]], [[./B v1.2]] and [b](B%20v1.2.md#limits).\n\n",
    "![[pic.png]] ![[pik.png]] [[Long nam]] [[other name]]\n\n",
    "[[C.md]] [[C.md.md]] [[a]] [[T]] [[A#Limt]]\n\n",
    "---\naliases: [Other name, Third]\nstatus: Active\n---\n\n",
    "---\naliases: Third\n---\n\n",
    "---\nexcalidraw-plugin: parsed\n---\n\n",
    "To [[Nowhere 1]].\n\n",
    "Once more. ^p1\n\n",
    "[ref]: pic.png\n[up]: s/A.md\n\n",
    "---\nbanner: \"![[pic.png]]\"\nup: \"see [[Long name]]\"\n---\n\n",
    "## System Initialization\n\n- Status: 🟢 Active\n- Version: 1.1.0\n- Created: 2026-01-02_10-00\n- Last Modified: 2026-03-01_10-00\n\n",
    "## System Initialization\n\n- Status: Active\n- Created: 2026-01-01\n- Last Modified: [[2026-01-01]]\n\n## Modification History\n\n- 2026-02-01_10-00 - Changed\n\n",
    "## System Initialization\n\n- Status: 🔴 Broken\n- Created: 2026-01-02_10-00\n- Last Modified: <% tp.date.now() %>\n\n",
    "## Modification History\n\n- 2026-01-02_10-00 - Created\n- 2026-02-01_10-00 - Changed Payments\n\n",
    "## Modification History\n\n- 2026-12-24_10-00 - Too early\n- 2026-02-01_10-00 - Changed\n\n",
    "## Modification History\n\n- 2026-02-02_10-00 - One\n- 2026-02-01_10-00 - Two\n- 2026-02-03_10-00 - Three\n\n",
    "## Modification History\n\n- 2026-03-02_10-00 - One\n- 2026-02-01_10-00 - Two\n- 2026-01-03_10-00 - Three\n\n",
    "```json\n{ \"integration\": { \"name\": \"Payments\", \"type\": \"REST endpoints\", \"endpoint\": \"http://pay.example.com\", \"status\": \"🟡 Slow\", \"ownr\": \"me\" } }\n```\n\n",
    "```json\n{ \"integration\": { \"name\": \"Mail\", \"type\": \"Queue\", \"endpoint\": \"smtps://mail.example.com\", \"auth\": { \"type\": \"OAuth\" } } }\n```\n\n",
    "```json\n{ \"integration\": { \"name\": \"[Name]\", \"type\": \"REST endpoints\", \"owner\": \"[Owner]\", \"endpoint\": \"[Endpoint]\" } }\n```\n\n",
    "## Integration Categories\n\n### Web\n\n- REST endpoints\n\n",
    "## Integration Protocols\n\n### Authentication\n\n- API keys\n\n",
    "## Security Measures\n\n- Data encryption\n- Rate limiting\n- Access control\n- Audit logging\n\n",
    "## Status Indicators\n\n- 🟢 Active/Healthy\n- 🟡 Slow\n\n",
    "## Change Log Templates\n\n- Updates: 'YYYY-MM-DD_HH-mm - Updated [component] status to [state]'\n\n",
    "```mermaid\nflowchart TB\n  p[Payments] --> m[Mail]\n  x[Lonely]\n```\n\n",
    "<!-- portolan:board summary -->\n\n| x |\n\n<!-- portolan:end 0000000000000000 -->\n\n",
    "<!-- portolan:board events -->\n\n",
    "<!-- portolan:allow-file link-unresolved: on purpose -->\n\n",
    "<!-- portolan:allow integration-duplicate: on purpose -->\n",
    "<!-- portolan:allow-file board-stale: on purpose -->\n\n",
    "<!-- portolan:allow block-duplicate: on purpose -->\n",
    "<!-- portolan:allow-file integration-unlimited: on purpose -->\n\n",
    "| Metric | Target | Current | Status |\n|---|---|---|---|\n| Uptime | > 99% | 98% | 🟢 |\n\n",
    "<% tp.file.title %> {{NAME}} #tag\n\n",
    "%% portolan:allow-file link-heading-missing: on purpose %%\n\n",
    "%%\n\n",
    "<!-- portolan:board components columns=component,health -->\n\n[[Nowhere]] [[A#Nothing]]\n\n<!-- portolan:end -->\n\n",
    "<!-- portolan:board summary -->\n<!-- portolan:end -->\n\n",
    "<!-- portolan:board components -->\n<!-- portolan:end -->\n\n",
    "<!-- portolan:board integrations -->\n<!-- portolan:end -->\n\n",
    "<!-- portolan:board alerts -->\n<!-- portolan:end -->\n\n",
    "<!-- portolan:board events -->\n<!-- portolan:end -->\n\n",
    "<!-- portolan:board metrics -->\n<!-- portolan:end -->\n\n",
    "<!-- portolan:board alerts where=\"rule ~ link\" limit=2 -->\n<!-- portolan:end -->\n\n",
    "<!-- portolan:board all -->\n<!-- portolan:end -->\n\n",
];

#[derive(Clone, Debug)]
enum Edit {
    /// A file gets these pieces, there or not.
    Save(usize, Vec<usize>),
    /// One of the files that are there gets a paragraph more: what it says behind that stands elsewhere then.
    Push(usize, usize),
    /// Two paragraphs of one of them change places.
    Swap(usize, usize),
    Delete(usize),
    Rename(usize, usize),
    /// A folder with all that is in it.
    Move(&'static str, &'static str),
    /// A file is saved in another encoding.
    Latin(usize, Vec<usize>),
    /// A file nests so deep that nothing of it is read.
    Nest(usize),
    /// A file cannot be read any more.
    Lock(usize),
    /// Time passes, or the clock is set back.
    Wait(i64),
    /// Boards are brought up to date: whatever they do not show any more is told from then on.
    Sync,
    /// Several at once, as a checkout does.
    Mass(Vec<Edit>),
}

/// Where folders move, and back.
const FOLDERS: [(&str, &str); 6] =
    [("s", "s2"), ("s2", "s"), ("t", "s2/t"), ("s2/t", "t"), ("t/deep", "deep"), ("TEMPLATES", "u")];

fn edit() -> impl Strategy<Value = Edit> {
    let path = 0..PATHS.len();
    let text = prop_oneof![
        1 => prop::collection::vec(0..PLAIN, 0..4),
        2 => prop::collection::vec(0..PIECES.len(), 0..4),
    ];
    let one = prop_oneof![
        1 => prop::sample::select(&FOLDERS[..]).prop_map(|(from, to)| Edit::Move(from, to)),
        1 => (path.clone(), text.clone()).prop_map(|(path, text)| Edit::Latin(path, text)),
        8 => (path.clone(), text).prop_map(|(path, text)| Edit::Save(path, text)),
        6 => (0..60usize, 0..8usize).prop_map(|(path, at)| Edit::Push(path, at)),
        4 => (0..60usize, 0..8usize).prop_map(|(path, at)| Edit::Swap(path, at)),
        2 => path.clone().prop_map(Edit::Delete),
        2 => (path.clone(), path.clone()).prop_map(|(a, b)| Edit::Rename(a, b)),
        1 => path.clone().prop_map(Edit::Nest),
        1 => path.prop_map(Edit::Lock),
        1 => (-100i64..400).prop_map(Edit::Wait),
        4 => Just(Edit::Sync),
    ];
    prop_oneof![9 => one.clone(), 1 => prop::collection::vec(one, 2..5).prop_map(Edit::Mass)]
}

fn text_of(path: &str, pieces: &[usize]) -> String {
    let target = PIECES[pieces.first().copied().unwrap_or(0) % 3];
    match path {
        "pic.png" => "png".to_owned(),
        "map.canvas" => format!(
            r#"{{"nodes":[{{"id":"1","type":"file","file":"s/A.md"}},{{"id":"2","type":"text","text":"[[B]] {}"}}]}}"#,
            target.len()
        ),
        "Boards.md" => pieces.iter().map(|piece| PIECES[PIECES.len() - 1 - piece % FILLED]).collect(),
        _ => pieces.iter().map(|piece| PIECES[*piece]).collect(),
    }
}

/// One of the files with one more paragraph, or with two that have changed places.
fn moved(
    files: &BTreeMap<String, (Vec<u8>, i64)>,
    which: usize,
    at: usize,
    swap: bool,
) -> Option<(String, String)> {
    let texts = files.iter().filter_map(|(path, (text, _))| Some((path, std::str::from_utf8(text).ok()?)));
    let texts: Vec<_> = texts.filter(|(_, text)| text.contains("\n\n")).collect();
    let (path, text) = texts.get(which.checked_rem(texts.len())?)?;
    let mut paragraphs: Vec<&str> = text.split_inclusive("\n\n").collect();
    let at = at.checked_rem(paragraphs.len())?;
    if swap {
        let other = (at + 1) % paragraphs.len();
        paragraphs.swap(at, other);
    } else {
        paragraphs.insert(at + 1, "Some more.\n\n");
    }
    Some(((*path).clone(), paragraphs.concat()))
}

/// What the files and the clock are, and what has happened to them since the last look.
struct World {
    files: Arc<Files>,
    minutes: i64,
    /// Whether the age of notes is judged.
    ages: bool,
    /// Whether rules are on that look at links which are well.
    links: bool,
    /// What files that are saved get as their time, in nanoseconds.
    clock: i64,
    changed: HashSet<String>,
    listed: bool,
    /// Whether nobody tells which files have changed: their keys do.
    unseen: bool,
}

impl World {
    fn apply(&mut self, edit: &Edit) {
        let clock = self.clock;
        let mut files = self.files.get();
        let moved = match edit {
            Edit::Push(which, at) => moved(&files, *which, *at, false),
            Edit::Swap(which, at) => moved(&files, *which, *at, true),
            _ => None,
        };
        let mut set = |path: &str, text: Option<Vec<u8>>| {
            let old = match text {
                Some(text) => files.insert(path.to_owned(), (text, clock)).is_some(),
                None => files.remove(path).is_some(),
            };
            let still = files.contains_key(path);
            self.listed |= old != still;
            if still {
                self.changed.insert(path.to_owned());
            }
        };
        match edit {
            Edit::Save(path, pieces) => set(PATHS[*path], Some(text_of(PATHS[*path], pieces).into())),
            Edit::Push(..) | Edit::Swap(..) => {
                if let Some((path, text)) = moved {
                    set(&path, Some(text.into()));
                }
            }
            Edit::Latin(path, pieces) => {
                let text = [text_of(PATHS[*path], pieces).as_bytes(), b"caf\xe9\n"].concat();
                set(PATHS[*path], Some(text));
            }
            Edit::Move(from, to) => {
                drop(files);
                let mut files = self.files.get();
                let inside: Vec<String> =
                    files.keys().filter(|path| Path::new(path).starts_with(from)).cloned().collect();
                for path in inside {
                    let text = files.remove(&path).expect("it is there");
                    files.insert(format!("{to}{}", &path[from.len()..]), text);
                    self.listed = true;
                }
            }
            Edit::Delete(path) => set(PATHS[*path], None),
            Edit::Rename(from, to) => {
                drop(files);
                let text = self.files.get().get(PATHS[*from]).cloned();
                if let Some((text, _)) = text.filter(|_| from != to) {
                    let mut files = self.files.get();
                    files.remove(PATHS[*from]);
                    files.insert(PATHS[*to].to_owned(), (text, clock));
                    self.listed = true;
                    self.changed.insert(PATHS[*to].to_owned());
                }
            }
            Edit::Nest(path) => set(PATHS[*path], Some(format!("{}x\n", "> ".repeat(1001)).into())),
            Edit::Lock(path)
                if Path::new(PATHS[*path]).extension().is_some_and(|extension| extension == "md") =>
            {
                set(PATHS[*path], Some(b"LOCKED".to_vec()));
            }
            Edit::Lock(_) => {}
            Edit::Wait(minutes) => self.minutes += minutes,
            Edit::Sync => {
                drop(files);
                for (path, text) in self.synced() {
                    self.changed.insert(path.clone());
                    self.files.get().insert(path, (text.into(), clock));
                }
                let again = self.synced();
                assert!(again.is_empty(), "a second sync writes {again:?}");
            }
            Edit::Mass(edits) => {
                drop(files);
                for edit in edits {
                    self.apply(edit);
                }
            }
        }
    }

    fn now(&self) -> Option<Stamp> {
        let start = NaiveDate::from_ymd_opt(2026, 12, 23)?.and_hms_opt(7, 0, 0)?;
        Some(Stamp::new(start + chrono::Duration::minutes(self.minutes), Precision::Minute))
    }

    /// The notes that a sync writes.
    fn synced(&self) -> Vec<(String, String)> {
        let vault = self.vault();
        let now = self.now().expect("a time");
        let plan = sync::plan(
            &vault,
            SyncOptions { now, force: false, wanted: &|_| true, versions: &|_| Versions::default() },
            rules::feed,
        );
        let text = |write: &NoteWrite| write.edits.apply(&vault.text(write.note)?);
        let path = |write: &NoteWrite| vault.path_of(write.note).to_owned();
        plan.writes.iter().map(|write| (path(write), text(write).expect("edits that fit"))).collect()
    }

    fn vault(&self) -> Vault {
        let vault = self.origin().read(Keep::Facts, &|_, _| {});
        vault.expect("a listing")
    }

    fn origin(&self) -> Origin {
        let source = Arc::clone(&self.files);
        Origin::new(Path::new(""), source, config(self.ages, self.links))
    }
}

/// How long a file system may need to tell two times apart, and a little more.
const SETTLED: i64 = 3_000_000_000;

/// `PROPTEST_CASES=400 cargo test --release --test engine` looks harder.
fn thorough() -> ProptestConfig {
    let own = std::env::var_os("PROPTEST_CASES").is_none().then_some(96);
    let default = ProptestConfig::default();
    ProptestConfig { cases: own.unwrap_or(default.cases), ..default }
}

/// What one run keeps for the next one.
#[derive(Default)]
struct Memory {
    verdict: Option<Vec<u8>>,
    later: Option<Vec<u8>>,
    facts: Option<Vec<u8>>,
    /// What the last run has kept.
    new: Mutex<Option<(StoreFile, Vec<u8>)>>,
}

impl Memory {
    /// Has what the last run has kept.
    fn renew(&mut self) {
        match self.new.get_mut().expect("a lock").take() {
            Some((StoreFile::Whole, new)) => self.verdict = Some(new),
            Some((StoreFile::Beside, new)) => self.later = Some(new),
            None => {}
        }
    }
}

impl Store for Memory {
    fn may_know(&self) -> bool {
        self.verdict.is_some()
    }

    fn verdict(&self) -> Option<&[u8]> {
        self.verdict.as_deref()
    }

    fn increment(&self) -> Option<&[u8]> {
        self.later.as_deref()
    }

    fn facts(&self) -> Option<&[u8]> {
        self.facts.as_deref()
    }

    fn keep(&self, place: StoreFile, write: Writing<'_>) {
        let mut bytes = Vec::new();
        write(&mut bytes).expect("memory takes all of it");
        *self.new.lock().expect("a lock") = Some((place, bytes));
    }
}

/// A vault of two kinds of rules about links, before anything has happened to it.
fn world(ages: bool, links: bool) -> World {
    World {
        files: Arc::default(),
        minutes: 0,
        ages,
        links,
        clock: 0,
        changed: HashSet::new(),
        listed: false,
        unseen: false,
    }
}

/// A board that was up to date, and a note that becomes another one: whether that makes the board stale.
#[track_caller]
fn check(board: &str, was: &str, is: &str, stale: bool) {
    let mut world = world(false, true);
    let board = format!("<!-- portolan:board {board} -->\n<!-- portolan:end -->\n");
    for (path, text) in [("A.md", "# A\n"), ("Board.md", &board), ("S.md", was)] {
        world.files.get().insert(path.to_owned(), (text.into(), 0));
    }
    world.apply(&Edit::Sync);
    let mut engine = Engine::new(world.vault(), world.now());
    world.files.get().insert("S.md".to_owned(), (is.into(), 0));
    let look = Look { relist: false, listed: 0, now: world.now() };
    engine.update(&HashSet::from(["S.md"]), look).expect("an update");
    let fresh = rules::run(&world.vault(), world.now());
    assert_eq!(engine.findings().cloned().collect::<Vec<_>>(), fresh);
    let told = fresh.iter().any(|finding| finding.rule == "board-stale" && finding.note == "Board.md");
    assert_eq!(told, stale, "{board}{was:?} {is:?}");
}

#[test]
fn boards_are_stale_when_they_show_something_else() {
    // The same is said of the note, in another order.
    check("alerts", "See [[A#x1]].\n\nSee [[A#x2]].\n", "See [[A#x2]].\n\nSee [[A#x1]].\n", true);
    check("summary", "See [[A#x1]].\n\nSee [[A#x2]].\n", "See [[A#x2]].\n\nSee [[A#x1]].\n", false);
    // The same is said, and a silencer speaks of something else.
    let allow = "<!-- portolan:allow block-duplicate: why -->\n";
    let (first, second) = ("First. ^a\n\n", format!("{allow}Second."));
    let (was, is) = (format!("{first}{second} ^a\n\nThird.\n"), format!("{first}{second}\n\nThird. ^a\n"));
    check("summary", &was, &is, true);
    // Nothing else is said at all.
    check("all", "# S\n\n[[A]]\n", "# S\n\n[[A|it]]\n", true);
    let systems = "```json\n{ \"integration\": { \"name\": \"Mail\", \"endpoint\": \"https://a.example.com\" } }\n```\n";
    for board in ["all", "integrations", "summary", "architecture"] {
        check(board, systems, &format!("Some more.\n\n{systems}"), false);
        check(board, systems, &systems.replace("Mail", "Post"), board != "summary");
    }
}

/// Until then its rule is off, and has had no say.
#[test]
fn a_silencer_of_a_measure_is_judged_once_the_measure_is_listed() {
    let world = world(false, true);
    let silencer = "<!-- portolan:allow-file integration-unlimited: on purpose -->\n";
    for (path, text) in [("A.md", silencer), ("Terms.md", "# Terms\n")] {
        world.files.get().insert(path.to_owned(), (text.into(), 0));
    }
    let mut engine = Engine::new(world.vault(), world.now());
    let unused = |engine: &Engine| {
        engine.findings().filter(|finding| finding.rule == "allow-unused" && finding.note == "A.md").count()
    };
    assert_eq!(unused(&engine), 0);
    let measures = "## Security Measures\n\n- Rate limiting\n";
    world.files.get().insert("Terms.md".to_owned(), (measures.into(), 0));
    let look = Look { relist: false, listed: 0, now: world.now() };
    engine.update(&HashSet::from(["Terms.md"]), look).expect("an update");
    assert_eq!(unused(&engine), 1);
    assert_eq!(engine.findings().cloned().collect::<Vec<_>>(), rules::run(&world.vault(), world.now()));
}

/// Where the finding about an unknown status points to.
fn lists(findings: &[Finding]) -> Vec<String> {
    let unknown = findings.iter().filter(|finding| finding.rule == "header-status-unknown");
    let related = unknown.flat_map(|finding| &finding.related);
    related.map(|list| format!("{}:{}", list.note, list.place.line)).collect()
}

#[test]
fn an_unknown_status_points_to_the_list_wherever_it_stands() {
    let mut world = world(false, true);
    let list = "## Status Indicators\n\n- 🟢 Active\n";
    let lower = format!("Some more.\n\n{list}");
    let status = "## System Initialization\n\n- Status: Broken\n";
    for (path, text) in [("A.md", status), ("C.md", list)] {
        world.files.get().insert(path.to_owned(), (text.into(), 0));
    }
    let mut engine = Engine::new(world.vault(), world.now());
    let mut memory = Memory::default();
    for (path, text, expected) in [
        ("C.md", list, &["C.md:3"][..]),
        ("C.md", &lower, &["C.md:5"]),
        // The first one in the order of paths counts, though both say the same.
        ("B.md", list, &["B.md:3"]),
        ("B.md", "Nothing.\n", &["C.md:5"]),
        ("C.md", "Nothing.\n", &[]),
    ] {
        world.clock += 2 * SETTLED;
        world.files.get().insert(path.to_owned(), (text.into(), world.clock));
        let look = Look { relist: true, listed: world.clock, now: world.now() };
        engine.update(&HashSet::from([path]), look).expect("an update");
        let fresh = rules::run(&world.vault(), world.now());
        assert_eq!(lists(&fresh), expected, "{path} {text:?}");
        assert_eq!(engine.findings().cloned().collect::<Vec<_>>(), fresh, "{path} {text:?}");
        world.clock += SETTLED;
        let now = world.now().expect("a time");
        let basis = Basis { setup: 1, now, read_at: world.clock, keep: true };
        let judged = cache::judge(world.origin(), &memory, basis, &|_, _| {});
        let judged = judged.expect("a listing");
        assert_eq!(judged.findings, fresh, "with the cache: {path} {text:?}");
        memory.renew();
    }
}

proptest! {
    #![proptest_config(thorough())]

    #[test]
    fn an_engine_says_what_a_fresh_check_says(
        first in prop::collection::vec(edit(), 4..14),
        edits in prop::collection::vec(edit(), 1..12),
        unloads in any::<bool>(),
        ages in any::<bool>(),
        unseen in any::<bool>(),
    ) {
        let mut world = World { unseen, ..world(ages, true) };
        for edit in &first {
            world.apply(edit);
        }
        let mut engine = Engine::new(world.vault(), world.now());
        let mut known = Known::of(engine.findings());
        for edit in &edits {
            world.changed.clear();
            world.listed = false;
            // Whatever was saved before rests by now: its key tells that it is the same.
            let listed = world.clock + SETTLED;
            world.clock += 2 * SETTLED;
            world.apply(edit);
            let changed: HashSet<&str> = world.changed.iter().map(String::as_str).collect();
            let look = Look { relist: world.listed || world.unseen, listed, now: world.now() };
            let changed = if world.unseen { HashSet::new() } else { changed };
            let update = engine.update(&changed, look).expect("an update");
            let fresh = rules::run(&world.vault(), world.now());
            let kept: Vec<Finding> = engine.findings().cloned().collect();
            prop_assert_eq!(&kept, &fresh, "after {:?}", edit);
            known.hear(&update);
            prop_assert_eq!(known.findings(), &fresh, "the updates differ from a fresh check, after {:?}", edit);
            prop_assert_eq!(engine.tally(), &Tally::of(&fresh));
            if unloads {
                engine.unload();
            }
        }
    }

    #[test]
    fn a_run_with_what_was_kept_says_what_a_fresh_check_says(
        first in prop::collection::vec(edit(), 4..14),
        runs in prop::collection::vec((prop::collection::vec(edit(), 0..3), any::<bool>()), 1..8),
        ages in any::<bool>(),
        links in any::<bool>(),
    ) {
        let mut world = world(ages, links);
        for edit in &first {
            world.apply(edit);
        }
        let mut memory = Memory::default();
        for (edits, at_once) in &runs {
            for edit in edits {
                world.apply(edit);
            }
            // Else the next edits carry the same time as these.
            world.clock += if *at_once { 0 } else { SETTLED };
            let now = world.now().expect("a time");
            let basis = Basis { setup: 1, now, read_at: world.clock, keep: true };
            let judged = cache::judge(world.origin(), &memory, basis, &|_, _| {});
            let judged = judged.expect("a listing");
            let fresh = world.vault();
            prop_assert_eq!(&judged.findings, &rules::run(&fresh, Some(now)), "after {:?}", edits);
            prop_assert_eq!(judged.notes, fresh.notes().count());
            // In a real vault it takes more notes before that pays.
            if judged.reread > 0 {
                memory.facts = judged.vault.ahead(Traits::SYSTEM, basis.setup, basis.read_at);
            }
            memory.renew();
        }
    }
}
