//! Renames everything in real vaults: in a copy on the disk each note, file and folder in turn, and in memory each
//! heading, block and integration. No working link is broken, no broken link is mended, and renaming back restores
//! the bytes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use portolan::config::Config;
use portolan::plan::rename::{
    BlockOf, HeadingOf, Move, Permit, RenamePlan, rename_block, rename_heading, rename_integration,
    rename_path,
};
use portolan::syntax::link::RawLink;
use portolan::text::path;
use portolan::vault::fragment::Fragment;
use portolan::vault::{Keep, Note, NoteId, Vault};

mod place;
use place::Place;

/// The vault of the repository, and those of `../shared` where they are there.
#[expect(clippy::print_stderr, reason = "a test that skips says so")]
fn vaults() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = vec![root.join("vault-example"), root.join("tests/defects")];
    for shared in ["../shared/obsidian-oracle/vault", "../shared/reference-vault"] {
        let folder = root.join(shared);
        if folder.is_dir() {
            found.push(folder);
        } else {
            eprintln!("skipped: no vault in `{}`", folder.display());
        }
    }
    found
}

fn load(root: &Path) -> Vault {
    Vault::load(root, Config::default(), Keep::Texts, &|_, _| {}).expect("the vault is read")
}

fn bytes(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = walkdir::WalkDir::new(root).into_iter().flatten().filter(|entry| entry.file_type().is_file());
    files.map(|file| (file.path().to_owned(), std::fs::read(file.path()).expect("a file"))).collect()
}

/// What each link of each note names: its file, and the number of the heading or block in it.
fn leads(vault: &Vault, was: impl Fn(&str) -> String) -> BTreeMap<String, Vec<Option<(String, usize)>>> {
    let place = |note: &Note, link: &RawLink| {
        let file = vault.resolve(note, link).file()?;
        let target = vault.note_of(file).and_then(|id| vault.note(id));
        let within = target.and_then(|target| match Vault::fragment(note, link)? {
            Fragment::Heading(parts) => target.heading_index(&parts),
            Fragment::Block(id) => {
                let mut ids = target.facts.block_ids.iter().map(|name| target.facts.text(*name));
                ids.position(|name| name.eq_ignore_ascii_case(&id))
            }
            Fragment::Footnote => None,
        });
        Some((was(vault.names().path(file)), within.map_or(0, |at| at + 1)))
    };
    let notes = vault.ids().filter_map(|id| vault.note(id));
    notes
        .map(|note| (was(&note.path), note.facts.links.iter().map(|link| place(note, link)).collect()))
        .collect()
}

/// Carries a rename out on the disk. Not with the writer: it waits for the disk at every step.
fn move_on_disk(root: &Path, moved: &Move) -> RenamePlan {
    let vault = load(root);
    let plan = rename_path(&vault, moved.clone(), Permit { excluded: true, lengthen: false })
        .unwrap_or_else(|refused| panic!("{moved:?}: {refused:?}"));
    for (id, edits) in &plan.writes {
        let new = edits.apply(&vault.text(*id).expect("its text")).expect("edits that fit");
        std::fs::write(root.join(vault.path_of(*id)), new).expect("it is written");
    }
    let (from, to) = (root.join(&moved.from), root.join(&moved.to));
    std::fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
    std::fs::rename(from, to).expect("it is moved");
    plan
}

/// Where a thing goes: every second one stays in its folder.
fn new_place(i: usize, old: &str) -> String {
    let extension = path::extension(old).map_or(String::new(), |extension| format!(".{extension}"));
    let folder = if i.is_multiple_of(2) { path::folder(old) } else { "Other (place)/é" };
    format!("{folder}/Renamed & {i}{extension}").trim_start_matches('/').to_owned()
}

/// Moves each of these in turn, one upon the other, and then each of them back.
fn there_and_back(root: &Path, moves: &[Move]) {
    let (now, before) = (load(root), bytes(root));
    let led = leads(&now, str::to_owned);
    let mut done: Vec<&Move> = Vec::new();
    let mut reshaped = 0;
    for moved in moves {
        reshaped += move_on_disk(root, moved).reshaped;
        done.push(moved);
        // A link that is lost stays lost: it need not be looked for after every move.
        if !done.len().is_multiple_of(8) && done.len() != moves.len() {
            continue;
        }
        let then = load(root);
        let was = |path: &str| {
            done.iter().rev().fold(path.to_owned(), |path, Move { from, to }| {
                Move { from: to.clone(), to: from.clone() }.apply(&path).unwrap_or(path)
            })
        };
        assert_eq!(leads(&then, was), led, "{moved:?}");
    }
    for Move { from, to } in done.iter().rev() {
        reshaped += move_on_disk(root, &Move { from: to.clone(), to: from.clone() }).reshaped;
    }
    assert_eq!(leads(&load(root), str::to_owned), led);
    if reshaped == 0 {
        for (path, text) in bytes(root) {
            // What was written in another case than its file's is written in the file's own case then.
            let lower = |bytes: &[u8]| String::from_utf8_lossy(bytes).to_lowercase();
            assert_eq!(lower(&text), lower(&before[&path]), "{}", path.display());
        }
    }
}

#[test]
fn each_file_in_turn() {
    for vault in vaults() {
        let copy = Place::copy_of(&vault);
        let files: Vec<String> = load(&copy.vault()).names().paths().iter().map(str::to_owned).collect();
        let moves = files.iter().enumerate();
        let moves: Vec<Move> =
            moves.map(|(i, file)| Move { from: file.clone(), to: new_place(i, file) }).collect();
        there_and_back(&copy.vault(), &moves);
    }
}

#[test]
fn each_folder_in_turn() {
    for vault in vaults() {
        let copy = Place::copy_of(&vault);
        let files: Vec<String> = load(&copy.vault()).names().paths().iter().map(str::to_owned).collect();
        let mut folders: Vec<&str> = files.iter().map(|file| path::folder(file)).collect();
        folders.retain(|folder| !folder.is_empty());
        folders.sort_unstable();
        folders.dedup();
        // One at a time: a folder within another that has moved is no longer where it was.
        for (i, folder) in folders.into_iter().enumerate() {
            let moved = Move { from: folder.to_owned(), to: new_place(i, &folder.replace('.', "")) };
            there_and_back(&copy.vault(), &[moved]);
        }
    }
}

/// Each heading, block and integration, with what it was called.
#[test]
fn each_part_of_each_note() {
    for root in vaults() {
        let now = load(&root);
        let led = leads(&now, str::to_owned);
        let permit = Permit { excluded: true, lengthen: false };
        let check = |plan: &RenamePlan, what: &str| -> Vault {
            let written = |(id, edits): &(NoteId, portolan::text::edit::Edits)| {
                (*id, edits.apply(&now.text(*id).expect("its text")).expect("edits that fit"))
            };
            let then = now.with_texts(&plan.writes.iter().map(written).collect::<Vec<_>>());
            assert_eq!(leads(&then, str::to_owned), led, "{what}");
            then
        };
        let back = |then: &Vault, plan: &RenamePlan, back: &RenamePlan, what: &str| {
            for (id, edits) in &back.writes {
                let text = edits.apply(&then.text(*id).expect("its text")).expect("edits that fit");
                let before = now.text(*id).expect("its text");
                assert!(plan.reshaped > 0 || text.to_lowercase() == before.to_lowercase(), "{what}: {text}");
            }
        };
        for (id, note) in now.notes() {
            for (i, heading) in note.facts.headings.iter().enumerate() {
                let old = note.facts.text(heading.text).to_owned();
                let (parts, what) = ([old.clone()], format!("{}#{old}", note.path));
                // Some names no link can say, some are another heading's, and some go with a link in them.
                if note.heading_index(&parts) != Some(i) || old.contains("](") || old.contains("[[") {
                    continue;
                }
                let new = format!("New: [heading] & {i}");
                let plan = rename_heading(&now, HeadingOf { note: id, path: &parts }, &new, permit)
                    .unwrap_or_else(|refused| panic!("{what}: {refused:?}"));
                let then = check(&plan, &what);
                let again = rename_heading(&then, HeadingOf { note: id, path: &[new] }, &old, permit)
                    .unwrap_or_else(|refused| panic!("{what} back: {refused:?}"));
                back(&then, &plan, &again, &what);
            }
            for name in &note.facts.block_ids {
                let old = note.facts.text(*name).to_owned();
                let what = format!("{}#^{old}", note.path);
                let plan = rename_block(&now, BlockOf { note: id, id: &old }, "new-id-7", permit)
                    .unwrap_or_else(|refused| panic!("{what}: {refused:?}"));
                let then = check(&plan, &what);
                let again = rename_block(&then, BlockOf { note: id, id: "new-id-7" }, &old, permit)
                    .expect("a way back");
                back(&then, &plan, &again, &what);
            }
        }
        let integrations: Vec<String> = portolan::systems::members::integrations(&now)
            .filter_map(|(_, integration)| Some(integration.json.get("name")?.text()?.to_owned()))
            .collect();
        for old in &integrations {
            if integrations.iter().filter(|other| other.eq_ignore_ascii_case(old)).count() > 1 {
                continue;
            }
            let plan = rename_integration(&now, old, "Entirely new")
                .unwrap_or_else(|refused| panic!("{old}: {refused:?}"));
            let then = check(&plan, old);
            let again = rename_integration(&then, "Entirely new", old).expect("a way back");
            back(&then, &plan, &again, old);
        }
    }
}
