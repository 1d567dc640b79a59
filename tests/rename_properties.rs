//! What holds for every rename of generated vaults.
//!
//! After a rename every reference leads to the same file as before, by identity, and nothing but paths of
//! links has changed. Renaming back gives the same bytes where each reference has kept its form and none
//! has come to lead somewhere: a link that had to get longer stays long, since nobody can tell later that
//! its writer did not want it so.

use std::collections::BTreeMap;

use portolan::config::Config;
use portolan::plan::rename::{Move, Permit, RenamePlan, rename_path};
use portolan::syntax::link::{Names, RawLink, Spelling, definitions};
use portolan::syntax::uri;
use portolan::vault::Vault;
use portolan::vault::names::Resolution;
use proptest::collection::vec;
use proptest::prelude::*;

type Texts = BTreeMap<String, String>;

const FOLDERS: [&str; 6] = ["", "a", "a/b", "c", "c/b", "long folder/é"];
const NAMES: [&str; 6] = ["X", "Y z", "Über (1)", "v1.2", "100% & co", "q"];

/// How a link names its file, and what it is written as.
#[derive(Clone, Debug)]
struct LinkPlan {
    target: prop::sample::Index,
    shape: u8,
    extension: bool,
    form: u8,
}

fn link_plan() -> impl Strategy<Value = LinkPlan> {
    (any::<prop::sample::Index>(), 0..6u8, any::<bool>(), 0..8u8)
        .prop_map(|(target, shape, extension, form)| LinkPlan { target, shape, extension, form })
}

/// Files, each with its links.
fn vaults() -> impl Strategy<Value = Vec<(String, Vec<LinkPlan>)>> {
    let file = (prop::sample::select(&FOLDERS[..]), prop::sample::select(&NAMES[..]), 0..8u8);
    let file = file.prop_map(|(folder, name, kind)| {
        let extension = if kind == 0 {
            "png"
        } else if kind == 1 {
            "canvas"
        } else {
            "md"
        };
        join(folder, &format!("{name}.{extension}"))
    });
    vec((file, vec(link_plan(), 0..6)), 2..9).prop_map(|mut files| {
        files.sort_by(|a, b| a.0.cmp(&b.0));
        files.dedup_by(|a, b| a.0 == b.0);
        files
    })
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// What a link says: its path in one of the forms that people write, spelled as its file is.
fn said(plan: &LinkPlan, target: &str, source: &str) -> String {
    let bare = target.strip_suffix(".md").unwrap_or(target);
    let whole = if plan.extension { target } else { bare };
    let name = whole.rsplit('/').next().unwrap_or(whole);
    let folder = source.rsplit_once('/').map_or("", |(folder, _)| folder);
    match plan.shape {
        0 | 1 => name.to_owned(),
        2 => whole.to_owned(),
        3 => format!("/{whole}"),
        4 => portolan::vault::names::relative(folder, whole),
        _ => {
            let from = whole.rmatch_indices('/').nth(1).map_or(0, |(at, _)| at + 1);
            whole[from..].to_owned()
        }
    }
}

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
        _ => format!("[[{said}]]"),
    }
}

fn texts(files: &[(String, Vec<LinkPlan>)]) -> Texts {
    let one = |(path, links): &(String, Vec<LinkPlan>)| {
        let said: Vec<(String, &LinkPlan)> = links
            .iter()
            .map(|plan| (said(plan, &files[plan.target.index(files.len())].0, path), plan))
            .collect();
        let text = if path.ends_with(".canvas") {
            let files = links.iter().map(|plan| files[plan.target.index(files.len())].0.clone());
            let nodes = files.map(|file| serde_json::json!({"type": "file", "file": file}));
            let texts = said.iter().map(|(s, p)| serde_json::json!({"type": "text", "text": written(p, s)}));
            serde_json::json!({"nodes": nodes.chain(texts).collect::<Vec<_>>()}).to_string()
        } else {
            let property =
                said.first().map_or(String::new(), |(s, _)| format!("---\nup: \"[[{s}]]\"\n---\n"));
            let links: Vec<String> = said.iter().map(|(s, plan)| written(plan, s)).collect();
            format!("{property}# Head\n\n{} [[nowhere]]\n", links.join(" and "))
        };
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

/// Where each link of each file leads: by identity, which is the path before the rename.
fn leads(vault: &Vault, identity: impl Fn(&str) -> String) -> BTreeMap<String, Vec<Option<String>>> {
    let mut all = BTreeMap::new();
    for id in vault.ids() {
        let note = vault.note(id).expect("a note");
        let to = |link| vault.resolve(note, link).file().map(|file| identity(vault.names().path(file)));
        all.insert(identity(&note.path), note.facts.links.iter().map(to).collect());
    }
    all
}

/// A note without the paths of its links: what no rename may touch.
fn apart_from_links(vault: &Vault, identity: impl Fn(&str) -> String) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for id in vault.ids() {
        let (note, text) = (vault.note(id).expect("a note"), vault.text(id).expect("its text"));
        let mut spans: Vec<_> = note.facts.links.iter().filter_map(RawLink::path_span).collect();
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

/// Whether each reference of a vault leads to one file for certain, or to none.
fn all_certain(vault: &Vault) -> bool {
    vault.ids().all(|id| {
        let (note, text) = (vault.note(id).expect("a note"), vault.text(id).expect("its text"));
        let certain = |names: &Names, link: &RawLink| {
            let found = match link.spelling {
                Spelling::Rooted => vault.names().card(names.get(link.path)),
                _ => vault.names().resolve(names.get(link.path), note.file),
            };
            !matches!(found, Resolution::Ambiguous(_))
        };
        let mut names = Names::default();
        let definitions = definitions(&text, &mut names);
        note.facts.links.iter().all(|link| certain(&note.facts.names, link))
            && definitions.iter().all(|link| certain(&names, link))
    })
}

/// Links may say a name that is another file's: only those written as their file is come back as they were.
fn spelled_as_files(vault: &Vault) -> bool {
    vault.ids().all(|id| {
        let note = vault.note(id).expect("a note");
        note.facts.links.iter().all(|link| {
            let said = note.facts.text(link.path);
            let Some(file) = vault.resolve(note, link).file() else { return true };
            let path = vault.names().path(file);
            let end = said.trim_start_matches(['.', '/']);
            link.spelling == Spelling::Rooted
                || path.ends_with(end)
                || path.trim_end_matches(".md").ends_with(end)
        })
    })
}

fn check(files: &[(String, Vec<LinkPlan>)], moved: &Move) -> Result<(), TestCaseError> {
    let before = texts(files);
    let now = vault(&before);
    let Ok(plan) = rename_path(&now, moved.clone(), Permit::default()) else { return Ok(()) };
    let after = carried_out(&now, &before, &plan);
    let then = vault(&after);
    let back = move_back(moved);
    let was = |path: &str| back.apply(path).unwrap_or_else(|| path.to_owned());
    let (old, new) = (leads(&now, str::to_owned), leads(&then, was));
    let mut healed = 0;
    for (note, links) in &old {
        for (i, link) in links.iter().enumerate() {
            match (link, &new[note].get(i)) {
                (None, Some(Some(file))) => {
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

    let back = rename_path(&then, back, Permit::default());
    if plan.reshaped > 0 || plan.healed > 0 || !all_certain(&now) || !spelled_as_files(&now) {
        return Ok(());
    }
    let back = match back {
        Ok(back) => back,
        Err(refused) => return Err(TestCaseError::fail(format!("no way back: {refused:?} in {after:?}"))),
    };
    prop_assert_eq!(carried_out(&then, &after, &back), before);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_file_gets_another_path(
        files in vaults(),
        which in any::<prop::sample::Index>(),
        folder in prop::sample::select(&FOLDERS[..]),
        name in prop::sample::select(&["X", "Y z", "New", "Neu & (alt)", "v1.3"][..]),
        stay in any::<bool>(),
    ) {
        let from = files[which.index(files.len())].0.clone();
        let extension = from.rsplit('.').next().unwrap_or_default();
        let folder = if stay { from.rsplit_once('/').map_or("", |(folder, _)| folder) } else { folder };
        let to = join(folder, &format!("{name}.{extension}"));
        check(&files, &Move { from, to })?;
    }

    #[test]
    fn a_folder_gets_another_path(
        files in vaults(),
        from in prop::sample::select(&["a", "a/b", "c", "long folder"][..]),
        to in prop::sample::select(&["a/n", "n", "c/b", "longer folder", "n/m"][..]),
    ) {
        check(&files, &Move { from: from.to_owned(), to: to.to_owned() })?;
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
        let from = files[0].0.clone();
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
