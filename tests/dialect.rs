//! Tests of Obsidian's dialect: see `tests/dialect/*.md`, one file for each chapter.
//!
//! A case is a `## ` section. It has files, each in a fence of four backticks with `file=PATH` (`bom`
//! and `crlf` before it change how the file is written), and a fence of `links` with every link that
//! is found in them, in the order of `list links`:
//!
//! ```text
//! NOTE:LINE:COLUMN RAW → TARGET ["SHOWN"] [#FRAGMENT ok|missing|-]
//! ```
//!
//! `SHOWN` is the text that a wikilink shows instead of its target. `-` stands for no target, and for a fragment
//! that cannot be checked; `*` after the target means that several files fit equally well. Fences of `tags` and
//! `headings` work likewise: `NOTE TAGS…` and `NOTE:LINE LEVEL TEXT`. `<U+00A0>` stands for an invisible
//! character. Each case names its evidence: a rule of the dialect, a recording of the app, or a page of its help.
//!
//! `PORTOLAN_BLESS=1 cargo test --test dialect` writes what is found; review the diff.

use std::path::Path;

use portolan::config::Config;
use portolan::report::list::{self, FragmentRecord, LinkRecord};
use portolan::vault::names::Resolution;
use portolan::vault::{Keep, Vault};

mod place;
use place::Place;

#[derive(Debug, Default)]
struct Case {
    title: String,
    evidence: String,
    files: Vec<(String, String)>,
    /// The kind of each fence of expectations, and what it holds.
    expected: Vec<(String, String)>,
}

/// A piece of a file of cases: what is read over, and the body of a fence of expectations.
enum Piece {
    Text(String),
    Expectation { case: usize, kind: String },
}

fn read(text: &str) -> (Vec<Case>, Vec<Piece>) {
    let (mut cases, mut pieces) = (Vec::<Case>::new(), vec![Piece::Text(String::new())]);
    let mut fence: Option<(String, String, String)> = None;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end();
        let mut keep = |line: &str| match pieces.last_mut() {
            Some(Piece::Text(text)) => text.push_str(line),
            _ => pieces.push(Piece::Text(line.to_owned())),
        };
        if let Some((marks, info, body)) = &mut fence {
            if bare != marks {
                body.push_str(line);
                if info.contains("file=") {
                    keep(line);
                }
                continue;
            }
            let case = cases.last_mut().expect("a fence before the first case");
            if let Some((how, path)) = info.split_once("file=") {
                keep(line);
                case.files.push((visible(path), written(how, &visible(body))));
            } else {
                case.expected.push((info.clone(), visible(body)));
                let case = cases.len() - 1;
                pieces.push(Piece::Expectation { case, kind: info.clone() });
                pieces.push(Piece::Text(line.to_owned()));
            }
            fence = None;
            continue;
        }
        keep(line);
        if bare.starts_with("```") {
            let marks: String = bare.chars().take_while(|c| *c == '`').collect();
            fence = Some((marks.clone(), bare[marks.len()..].to_owned(), String::new()));
        } else if let Some(title) = bare.strip_prefix("## ") {
            cases.push(Case { title: title.to_owned(), ..Case::default() });
        } else if let (Some(evidence), Some(case)) = (bare.strip_prefix("Evidence: "), cases.last_mut()) {
            evidence.clone_into(&mut case.evidence);
        }
    }
    (cases, pieces)
}

/// Puts the characters in that nobody would see.
fn visible(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<U+") {
        let (digits, after) = after.split_once('>').expect("`<U+` has an end");
        out.push_str(before);
        let code = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
        out.push(code.expect("a character's number"));
        rest = after;
    }
    out + rest
}

fn written(how: &str, body: &str) -> String {
    let text = if how.contains("crlf") { body.replace('\n', "\r\n") } else { body.to_owned() };
    if how.contains("bom") { format!("\u{feff}{text}") } else { text }
}

/// What is found in the files of a case, by the kind of a fence.
fn found(files: &[(String, String)], kind: &str) -> String {
    let on_disk = files.iter().any(|(path, _)| path.split('/').any(|part| part.starts_with('.')));
    let texts: Vec<(&str, &str)> = files.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
    let vault = if on_disk {
        let place = Place::bare(&texts);
        Vault::load(&place.vault(), Config::default(), Keep::Texts, &|_, _| {}).expect("a vault")
    } else {
        Vault::of_texts(Config::default(), &texts)
    };
    shown(&vault, kind).into_iter().map(|line| line + "\n").collect()
}

fn shown(vault: &Vault, kind: &str) -> Vec<String> {
    let notes = list::notes(vault);
    match kind {
        "links" => list::links(vault).iter().map(|link| shown_link(vault, link)).collect(),
        "tags" => {
            notes.iter().map(|n| format!("{} {}", n.path, n.tags.join(" ")).trim_end().to_owned()).collect()
        }
        "headings" => notes
            .iter()
            .flat_map(|n| n.headings.iter().map(|h| format!("{}:{} {} {}", n.path, h.line, h.level, h.text)))
            .collect(),
        other => panic!("`{other}` is no kind of expectation"),
    }
}

fn shown_link(vault: &Vault, link: &LinkRecord) -> String {
    let place = format!("{}:{}:{}", link.note, link.line.unwrap_or(0), link.column.unwrap_or(0));
    let target = link.target.as_deref().unwrap_or("-");
    let several = vault.find(&link.note).and_then(|id| vault.note(id)).is_some_and(|note| {
        let same =
            |l: &&portolan::syntax::link::RawLink| link.span == Some([l.place.span.start, l.place.span.end]);
        let raw = note.facts.links.iter().find(same);
        raw.is_some_and(|raw| matches!(vault.resolve(note, raw), Resolution::Ambiguous(_)))
    });
    let mut shown = format!("{place} {} → {target}{}", link.raw, if several { " *" } else { "" });
    if let Some(display) =
        link.display.as_ref().filter(|_| link.raw.trim_start_matches(['!', '\'', '"']).starts_with("[["))
    {
        shown.push_str(&format!(" \"{display}\""));
    }
    if let Some(fragment) = &link.fragment {
        let fragment = match fragment {
            FragmentRecord::Heading(parts) => parts.join("#"),
            FragmentRecord::Block(id) => format!("^{id}"),
        };
        let ok = link.fragment_ok.map_or("-", |ok| if ok { "ok" } else { "missing" });
        shown.push_str(&format!(" #{fragment} {ok}"));
    }
    shown
}

/// Holds what is found in files against what is expected.
fn check(case: &Case) -> Result<(), String> {
    for (kind, expected) in &case.expected {
        let found = found(&case.files, kind);
        if found != *expected {
            return Err(format!("{}\n  expected {kind}:\n{expected}  found:\n{found}", case.title));
        }
    }
    Ok(())
}

fn chapters() -> Vec<(String, std::path::PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dialect");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).expect("the chapters").map(|e| e.expect("an entry").path()).collect();
    files.sort();
    let read = |path: std::path::PathBuf| {
        let text = std::fs::read_to_string(&path).expect("a chapter");
        (path.file_name().expect("a name").to_string_lossy().into_owned(), path, text)
    };
    files.into_iter().map(read).collect()
}

#[test]
fn vaults_are_read_as_obsidian_reads_them() {
    let mut wrong = Vec::new();
    for (name, path, text) in chapters() {
        let (cases, pieces) = read(&text);
        if std::env::var_os("PORTOLAN_BLESS").is_some() {
            let blessed: String = pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Text(text) => text.clone(),
                    Piece::Expectation { case, kind } => found(&cases[*case].files, kind),
                })
                .collect();
            std::fs::write(path, blessed).expect("the chapter is written");
            continue;
        }
        wrong.extend(cases.iter().filter_map(|case| check(case).err()).map(|e| format!("{name}: {e}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Rules of the dialect (`W2`), recordings of the app (`REC-C`), its help, its changelog.
fn is_evidence(word: &str) -> bool {
    let rule = word.trim_end_matches(|c: char| c.is_ascii_lowercase());
    let number = rule.trim_start_matches(|c: char| c.is_ascii_uppercase());
    let letters = rule.len() - number.len();
    (letters == 1 && !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
        || word.starts_with("REC-")
        || ["HELP", "RN", "API", "LIC", "SPEC", "CommonMark", "Doubtful", "DEV"]
            .iter()
            .any(|s| word.starts_with(s))
}

/// Folders behind symbolic links are part of the vault, save those that lead into the vault itself
/// (A6; Help, "Symbolic links and junctions"). What lies outside is never read.
#[cfg(unix)]
#[test]
fn symbolic_links_are_followed_and_loops_are_not() {
    use std::os::unix::fs::symlink;
    let far = "# Head\n\n[[nowhere]]\n";
    let links = "[[far]] [[far#Head]] [[far#None]] [[linked/far]] [[near]] [[again/near]] [[b]]\n";
    let place = Place::bare(&[("inner/near.md", "[[a]]\n"), ("a.md", links)]);
    let (vault, outside) = (place.vault(), place.beside("outside"));
    place::write(&outside.join("far.md"), far);
    symlink(&outside, vault.join("linked")).expect("a link out of the vault");
    symlink(&vault, vault.join("loop")).expect("a link to the vault itself");
    symlink(vault.join("inner"), vault.join("again")).expect("a link to a folder of the vault");
    symlink(&outside, outside.join("loop")).expect("a loop outside");
    symlink(vault.join("a.md"), vault.join("b.md")).expect("a link to a note of the vault");
    let read = Vault::load(&vault, Config::default(), Keep::Texts, &|_, _| {}).expect("a vault");
    let paths: Vec<&str> = read.names().paths().iter().collect();
    assert_eq!(paths, ["a.md", "b.md", "inner/near.md", "linked/far.md"]);
    // A note is there once, however many links lead to it.
    let notes: Vec<&str> = read.ids().map(|id| read.path_of(id)).collect();
    assert_eq!(notes, ["a.md", "inner/near.md"]);
    let found: Vec<String> = shown(&read, "links").into_iter().filter(|l| l.starts_with("a.md")).collect();
    assert_eq!(
        found,
        [
            "a.md:1:1 [[far]] → linked/far.md",
            "a.md:1:9 [[far#Head]] → linked/far.md #Head -",
            "a.md:1:22 [[far#None]] → linked/far.md #None -",
            "a.md:1:35 [[linked/far]] → linked/far.md",
            "a.md:1:50 [[near]] → inner/near.md",
            "a.md:1:59 [[again/near]] → -",
            "a.md:1:74 [[b]] → b.md",
        ]
    );
}

#[test]
fn every_case_names_its_evidence() {
    let mut count = 0;
    for (name, _, text) in chapters() {
        for case in read(&text).0 {
            count += 1;
            let named = case.evidence.split(", ").next().is_some_and(is_evidence);
            assert!(named, "{name}: `{}` names no evidence: {:?}", case.title, case.evidence);
            assert!(!case.expected.is_empty(), "{name}: `{}` expects nothing", case.title);
        }
    }
    assert!(count >= 150, "{count} cases");
}
