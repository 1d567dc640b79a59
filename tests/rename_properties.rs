//! Property tests of renames of files and folders in generated vaults.
//!
//! After a rename, every reference leads to the same file as before, and nothing but paths of links has changed.
//! Renaming back restores the bytes if each reference has kept its form and no broken one was mended. A link that
//! had to get longer stays long, because nobody can tell later whether its author wanted it so.

use std::collections::BTreeMap;

use portolan::config::Config;
use portolan::plan::rename::{Move, Permit, RenamePlan, rename_path};
use portolan::syntax::link::{LinkKind, RawLink, Spelling};
use portolan::syntax::uri;
use portolan::text::span::Span;
use portolan::vault::fragment::{self, Fragment};
use portolan::vault::names::Resolution;
use portolan::vault::{Note, Vault};
use proptest::collection::vec;
use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization as _;

type Texts = BTreeMap<String, String>;

const FOLDERS: [&str; 7] = ["", "a", "a/b", "c", "c/b", "long folder/é", "it's"];

/// Names as people have them: with marks, dots, a decomposed letter, a no-break space, and one that no link
/// can lead to.
const NAMES: [&str; 14] = [
    "X",
    "x",
    "Y z",
    "Über (1)",
    "v1.2",
    "100% & co",
    "q",
    "a.md",
    "e\u{301}te\u{301}",
    "it's $5",
    "C# x",
    "no\u{a0}break",
    "%41",
    "_u_ *e*",
];

/// How a link names its file, and what it is written as.
#[derive(Clone, Debug)]
struct LinkPlan {
    target: prop::sample::Index,
    shape: u8,
    extension: bool,
    /// In another case or composition than its file, mostly not.
    spelling: u8,
    form: u8,
}

fn link_plan() -> impl Strategy<Value = LinkPlan> {
    (any::<prop::sample::Index>(), 0..7u8, any::<bool>(), 0..16u8, 0..FORMS).prop_map(
        |(target, shape, extension, spelling, form)| LinkPlan { target, shape, extension, spelling, form },
    )
}

/// A file of a generated vault.
#[derive(Clone, Debug)]
struct FilePlan {
    path: String,
    links: Vec<LinkPlan>,
    /// With a byte order mark and CRLF.
    windows: bool,
    /// The quotes of its properties.
    quote: char,
}

/// Files, each with its links.
fn vaults() -> impl Strategy<Value = Vec<FilePlan>> {
    let path = (prop::sample::select(&FOLDERS[..]), prop::sample::select(&NAMES[..]), 0..8u8);
    let path = path.prop_map(|(folder, name, kind)| {
        let extension = match kind {
            0 => "png",
            1 => "canvas",
            _ => "md",
        };
        join(folder, &format!("{name}.{extension}"))
    });
    let quote = prop::sample::select(&['"', '\''][..]);
    let file = (path, vec(link_plan(), 0..7), 0..5u8, quote);
    let file =
        file.prop_map(|(path, links, windows, quote)| FilePlan { path, links, windows: windows == 0, quote });
    vec(file, 2..9).prop_map(|mut files| {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        // Of two that differ by case alone there is no way back to the one.
        let mut seen = std::collections::HashSet::new();
        files.retain(|file| seen.insert(file.path.to_lowercase()));
        files
    })
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// What a link says: its path in one of the forms that people write.
fn said(plan: &LinkPlan, target: &str, source: &str) -> String {
    let bare = target.strip_suffix(".md").unwrap_or(target);
    let whole = if plan.extension { target } else { bare };
    let name = whole.rsplit('/').next().unwrap_or(whole);
    let folder = source.rsplit_once('/').map_or("", |(folder, _)| folder);
    let said = match plan.shape {
        0 | 1 => name.to_owned(),
        2 => whole.to_owned(),
        3 => format!("/{whole}"),
        4 => portolan::text::path::relative(folder, whole),
        5 => format!("./{}", whole.strip_prefix(folder).map_or(whole, |rest| rest.trim_start_matches('/'))),
        _ => {
            let from = whole.rmatch_indices('/').nth(1).map_or(0, |(at, _)| at + 1);
            whole[from..].to_owned()
        }
    };
    match plan.spelling {
        0 => said.to_uppercase(),
        1 => said.nfd().collect(),
        2 => said.nfc().collect(),
        3 => said.replace('\u{a0}', " "),
        _ => said,
    }
}

const FORMS: u8 = 18;

fn written(plan: &LinkPlan, said: &str) -> String {
    let encoded = uri::encode(said);
    match plan.form {
        0 => format!("![[{said}]]"),
        1 => format!("[[{said}|shown]]"),
        2 => format!("[t]({encoded})"),
        3 if !said.contains('%') => format!("[t](<{said}>)"),
        4 => format!("`[[{said}]]` [[{said}#Head]]"),
        5 => format!("\n\n| [[{said}\\|s]] | x |\n| --- | --- |\n\n"),
        6 => format!("\n\n[r{}]: {encoded}\n\n", said.len()),
        7 => format!("[[ {said} |]]"),
        8 => format!("![[{said}|100x200]]"),
        9 => format!("[**t** `c`]({encoded}#Head \"title\")"),
        10 => format!("\n\n> - [ ] **[[{said}]]**\n\n"),
        11 => format!("[t]({})", every_letter_escaped(said)),
        12 => format!("[![i]({encoded})]({encoded})"),
        13 => format!("\n\n```\n[[{said}]]\n```\n\n"),
        14 if !said.contains('%') => format!("\n\n[r{}]: <{said}> 'title'\n\n", said.len()),
        15 => format!("%%[[{said}]]%%[[{said}]]"),
        // What a heading says changes with the link in it, and with it the link to the heading.
        16 => {
            let heading = portolan::vault::fragment::in_a_link(&format!("See [[{said}]]"));
            format!("\n\n## See [[{said}]]\n\n[[#{heading}]] [t](#{})\n\n", uri::encode(&heading))
        }
        _ => format!("[[{said}]]"),
    }
}

/// As careful programs write a destination: all but letters, digits and slashes of ASCII is escaped.
fn every_letter_escaped(said: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~/#&$+,'!*".contains(&b);
    said.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

fn texts(files: &[FilePlan]) -> Texts {
    let one = |file: &FilePlan| {
        let FilePlan { path, links, windows, quote } = file;
        let target = |plan: &LinkPlan| files[plan.target.index(files.len())].path.clone();
        let said: Vec<(String, &LinkPlan)> =
            links.iter().map(|plan| (said(plan, &target(plan), path), plan)).collect();
        let mut text = if path.ends_with(".canvas") {
            let nodes = links.iter().map(|plan| serde_json::json!({"type": "file", "file": target(plan)}));
            let texts = said.iter().map(|(s, p)| serde_json::json!({"type": "text", "text": written(p, s)}));
            let canvas = serde_json::json!({"nodes": nodes.chain(texts).collect::<Vec<_>>()}).to_string();
            // Some programs escape every slash and every letter beyond ASCII.
            if *quote == '"' { canvas } else { canvas.replace('/', "\\/").replace('é', "\\u00e9") }
        } else {
            let quoted = |link: &str| match quote {
                '"' => format!("\"{}\"", link.replace('\\', "\\\\").replace('"', "\\\"")),
                _ => format!("'{}'", link.replace('\'', "''")),
            };
            let list: Vec<String> = said
                .iter()
                .take(3)
                .map(|(s, _)| format!("  - {}\n", quoted(&format!("[[{s}|shown]]"))))
                .collect();
            let property = said.first().map_or(String::new(), |(s, _)| {
                format!("---\nup: {}\nall:\n{}---\n", quoted(&format!("[[{s}]]")), list.concat())
            });
            let links: Vec<String> = said.iter().map(|(s, plan)| written(plan, s)).collect();
            format!("{property}# Head\n\n{} [[nowhere]]\n", links.join(" and "))
        };
        if *windows && portolan::text::path::is_note(path) {
            text = format!("\u{feff}{}", text.replace('\n', "\r\n"));
        }
        (path.clone(), text)
    };
    files.iter().map(one).collect()
}

fn vault(texts: &Texts) -> Vault {
    let files: Vec<(&str, &str)> = texts.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
    Vault::of_texts(Config::default(), &files)
}

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

/// A file by its identity, and the number of the heading in it.
type Place = (String, Option<usize>);

/// Where each link of each file leads: by identity, which is the path before the rename.
fn leads(vault: &Vault, identity: impl Fn(&str) -> String) -> BTreeMap<String, Vec<Option<Place>>> {
    let mut all = BTreeMap::new();
    for id in vault.ids() {
        let note = vault.note(id).expect("a note");
        let to = |link| {
            let file = vault.resolve(note, link).file()?;
            let target = vault.note_of(file).and_then(|id| vault.note(id));
            let heading = target.and_then(|target| match Vault::fragment(note, link)? {
                Fragment::Heading(parts) => target.heading_index(&parts),
                _ => None,
            });
            Some((identity(vault.names().path(file)), heading))
        };
        all.insert(identity(&note.path), note.facts.links.iter().map(to).collect());
    }
    all
}

/// A note without the paths of its links: what no rename may touch.
fn apart_from_links(vault: &Vault, identity: impl Fn(&str) -> String) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for id in vault.ids() {
        let (note, text) = (vault.note(id).expect("a note"), vault.text(id).expect("its text"));
        if note.path.ends_with(".canvas") {
            let mut canvas: serde_json::Value = serde_json::from_str(&text).expect("JSON");
            for node in canvas["nodes"].as_array_mut().into_iter().flatten() {
                node["file"] = "".into();
                node["text"] = "".into();
            }
            all.insert(identity(&note.path), canvas.to_string());
            continue;
        }
        // A link with escapes in it has no place for its path alone.
        let place = |link: &RawLink| {
            let to_a_heading = link.fragment.is_some_and(|f| note.facts.text(f).starts_with("See"));
            if let Some(fragment) = link.fragment_span().filter(|_| to_a_heading) {
                return fragment;
            }
            let whole = link.place.span;
            let quoted = whole.of(&text).starts_with(['"', '\'']);
            let inner = Span { start: whole.start + u32::from(quoted), end: whole.end - u32::from(quoted) };
            link.path_span().filter(|_| link.kind != LinkKind::Frontmatter).unwrap_or(inner)
        };
        let mut spans: Vec<_> = note.facts.links.iter().map(place).collect();
        spans.sort_by_key(|span| std::cmp::Reverse(span.start));
        let mut rest = text.to_string();
        for span in spans {
            rest.replace_range(span.range(), "");
        }
        // Definitions are no links of the note.
        let lines = rest.lines().map(|line| if line.starts_with("[r") { "" } else { line });
        all.insert(identity(&note.path), lines.collect::<Vec<_>>().join("\n"));
    }
    all
}

fn move_back(moved: &Move) -> Move {
    Move { from: moved.to.clone(), to: moved.from.clone() }
}

/// Whether this holds for each reference of a vault, those in definitions too: what it says, the note that it
/// stands in, and how it is spelled.
fn all_references(vault: &Vault, holds: impl Fn(&str, &Note, Spelling) -> bool) -> bool {
    vault.ids().all(|id| {
        let note = vault.note(id).expect("a note");
        let definitions = note.facts.mentions.iter().filter(|link| link.kind == LinkKind::Markdown);
        note.facts
            .links
            .iter()
            .chain(definitions)
            .all(|link| holds(note.facts.text(link.path), note, link.spelling))
    })
}

fn resolved<'v>(vault: &'v Vault, said: &str, note: &Note, spelling: Spelling) -> Resolution<'v> {
    match spelling {
        Spelling::Rooted => vault.names().card(said),
        _ => vault.names().resolve(said, note.file),
    }
}

/// Whether each reference of a vault leads to one file for certain, or to none.
fn all_certain(vault: &Vault) -> bool {
    all_references(vault, |said, note, spelling| {
        !matches!(resolved(vault, said, note, spelling), Resolution::Ambiguous(_))
    })
}

/// Links may say a name that is another file's: only those written as their file is come back as they were.
fn spelled_as_files(vault: &Vault) -> bool {
    all_references(vault, |said, note, spelling| {
        let Some(file) = resolved(vault, said, note, spelling).file() else { return true };
        let path = vault.names().path(file);
        let end = said.trim_start_matches(['.', '/']);
        spelling == Spelling::Rooted || path.ends_with(end) || path.trim_end_matches(".md").ends_with(end)
    })
}

/// Links may say a heading with other punctuation than it has: those follow with the text of the heading.
fn spelled_as_headings(vault: &Vault) -> bool {
    vault.ids().all(|id| {
        let note = vault.note(id).expect("a note");
        note.facts.links.iter().all(|link| {
            let target = vault.resolve(note, link).file().and_then(|file| vault.note(vault.note_of(file)?));
            let (Some(target), Some(Fragment::Heading(parts))) = (target, Vault::fragment(note, link)) else {
                return true;
            };
            let heading =
                target.heading_index(&parts).map(|i| target.facts.text(target.facts.headings[i].text));
            heading.is_none_or(|heading| parts.last() == Some(&fragment::in_a_link(heading)))
        })
    })
}

fn check(files: &[FilePlan], moved: &Move, permit: Permit) -> Result<(), TestCaseError> {
    let before = texts(files);
    let now = vault(&before);
    let Ok(plan) = rename_path(&now, moved.clone(), permit) else { return Ok(()) };
    let after = carried_out(&now, &before, &plan);
    let then = vault(&after);
    let back = move_back(moved);
    let was = |path: &str| back.apply(path).unwrap_or_else(|| path.to_owned());
    let (old, new) = (leads(&now, str::to_owned), leads(&then, was));
    let mut healed = 0;
    for (note, links) in &old {
        for (i, link) in links.iter().enumerate() {
            match (link, &new[note].get(i)) {
                (None, Some(Some((file, _)))) => {
                    healed += 1;
                    prop_assert_eq!(
                        was(&moved.apply(file).unwrap_or_default()),
                        file.clone(),
                        "only what moved"
                    );
                }
                (link, found) => prop_assert_eq!(Some(link), *found, "{} link {}: {:?}", note, i, after),
            }
        }
        prop_assert_eq!(links.len(), new[note].len());
    }
    prop_assert!(healed <= plan.healed);
    prop_assert_eq!(apart_from_links(&now, str::to_owned), apart_from_links(&then, was));

    // There is no way back to a name that no link can lead to.
    let unnameable = moved.from.split('/').any(|name| portolan::plan::filename::fault(name).is_some());
    // What is escaped without need is written so again, but a name may have nothing to be escaped.
    let letters =
        |text: &str| text.split('%').skip(1).any(|rest| rest.starts_with(|c| ('A'..='F').contains(&c)));
    let escaped =
        before.iter().any(|(path, text)| letters(text) || (path.ends_with(".canvas") && text.contains('\\')));
    let changed = plan.reshaped > 0 || plan.healed > 0;
    if unnameable
        || escaped
        || changed
        || !all_certain(&now)
        || !spelled_as_files(&now)
        || !spelled_as_headings(&now)
    {
        return Ok(());
    }
    let back = match rename_path(&then, back, Permit::default()) {
        Ok(back) => back,
        Err(refused) => return Err(TestCaseError::fail(format!("no way back: {refused:?} in {after:?}"))),
    };
    prop_assert_eq!(carried_out(&then, &after, &back), before);
    Ok(())
}

/// `PROPTEST_CASES=20000 cargo test --release --test rename_properties` looks harder.
fn config() -> ProptestConfig {
    let own = std::env::var_os("PROPTEST_CASES").is_none().then_some(800);
    let default = ProptestConfig::default();
    ProptestConfig { cases: own.unwrap_or(default.cases), failure_persistence: None, ..default }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_file_gets_another_path(
        files in vaults(),
        which in any::<prop::sample::Index>(),
        folder in prop::sample::select(&FOLDERS[..]),
        name in prop::sample::select(&["X", "x", "Y z", "New", "Neu & (alt)", "v1.3", "it's é", "a.md", "100%"][..]),
        stay in any::<bool>(),
        lengthen in any::<bool>(),
    ) {
        let from = files[which.index(files.len())].path.clone();
        let extension = from.rsplit('.').next().unwrap_or_default();
        let folder = if stay { from.rsplit_once('/').map_or("", |(folder, _)| folder) } else { folder };
        let to = join(folder, &format!("{name}.{extension}"));
        check(&files, &Move { from, to }, Permit { lengthen, ..Permit::default() })?;
    }

    #[test]
    fn a_folder_gets_another_path(
        files in vaults(),
        from in prop::sample::select(&["a", "a/b", "c", "long folder"][..]),
        to in prop::sample::select(&["a/n", "n", "c/b", "longer folder", "n/m"][..]),
    ) {
        check(&files, &Move { from: from.to_owned(), to: to.to_owned() }, Permit::default())?;
    }
}

/// The generator makes what the properties are about: renames that happen, and links that follow.
#[test]
fn the_generated_vaults_are_worth_it() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut done, mut followed, mut reshaped) = (0, 0, 0);
    for _ in 0..300 {
        let files = vaults().new_tree(&mut runner).expect("a vault").current();
        let now = vault(&texts(&files));
        let from = files[0].path.clone();
        let to = format!("n/New.{}", from.rsplit('.').next().unwrap_or_default());
        if let Ok(plan) = rename_path(&now, Move { from, to }, Permit::default()) {
            done += 1;
            followed += plan.followed;
            reshaped += plan.reshaped;
        }
    }
    assert!(
        done > 150 && followed > 300 && reshaped > 5,
        "{done} renames, {followed} followed, {reshaped} reshaped"
    );
}
