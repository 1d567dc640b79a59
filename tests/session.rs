//! Tests of a session on a vault of real files under random edits: whichever events it gets, it reports what a
//! fresh check reports, and its updates add up to that.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use chrono::NaiveDate;
use known::Known;
use portolan::config::Config;
use portolan::model::finding::Finding;
use portolan::rules;
use portolan::text::stamp::{Precision, Stamp};
use portolan::vault::obsidian::AppSettings;
use portolan::vault::source::Folder;
use portolan::vault::{Keep, Vault};
use portolan::watch::files::Batch;
use portolan::watch::session::{Moment, Session, Settings};
use proptest::prelude::*;

mod known;

const PATHS: [&str; 8] =
    ["A.md", "B.md", "s/A.md", "s/C.md", "s/deep/D.md", "map.canvas", "portolan.toml", ".obsidian/app.json"];

const TEXTS: [&[u8]; 10] = [
    b"# One\n\nA line above.\n\nSee [[C]], [[A]], [[B#Two]] and [[s/deep/D]], again [[C]].\n",
    b"# One\n\nSee [[A]], [[B#Two]], [[C]] and [[s/deep/D]].\n",
    b"---\naliases: Sea\n---\n\n# Two\n\n[[Sea]] [[./A]] [[BB]]\n",
    b"## System Initialization\n\n- Status: Up\n\n<!-- portolan:board alerts -->\n<!-- portolan:end -->\n",
    b"## Status Indicators\n\n- \xf0\x9f\x9f\xa2 Up\n",
    b"## System Initialization\n\n- Status: Down\n- Created: 2026-01-01_10-00\n",
    b"<!-- portolan:allow-file link-unresolved: later -->\n\n[[Nowhere]]\n",
    b"caf\xe9 [[Nowhere]]\n",
    b"{\"nodes\":[{\"id\":\"1\",\"type\":\"file\",\"file\":\"s/C.md\",\"x\":0,\"y\":0,\"width\":1,\"height\":1}],\"edges\":[]}",
    b"",
];

const CONFIGS: [&str; 5] = [
    "",
    "[rules]\nlink-unresolved = \"off\"\n",
    "[rules]\nlink-unresolved = \"info\"\n",
    "[rules\n",
    "exclude = [\"s/deep/\"]\n[rules]\nnote-orphan = \"warning\"\n",
];

const APPS: [&str; 3] = ["{}", "{\"userIgnoreFilters\": [\"s/\"]}", "{\"alwaysUpdateLinks\": true}"];

#[derive(Clone, Debug)]
enum Edit {
    Save(usize, usize),
    /// By a new file in the place of the old one, beside a backup.
    Replace(usize, usize),
    Delete(usize),
    Rename(usize, usize),
    Move(&'static str, &'static str),
    Leftover(&'static str),
}

fn edit() -> impl Strategy<Value = Edit> {
    let path = 0..PATHS.len();
    let notes = 0..5usize;
    prop_oneof![
        8 => (path.clone(), 0..TEXTS.len()).prop_map(|(path, text)| Edit::Save(path, text)),
        4 => (path.clone(), 0..TEXTS.len()).prop_map(|(path, text)| Edit::Replace(path, text)),
        2 => path.prop_map(Edit::Delete),
        2 => (notes.clone(), notes).prop_map(|(from, to)| Edit::Rename(from, to)),
        2 => prop::sample::select(&[("s", "t"), ("t", "s"), ("s/deep", "deep"), ("deep", "s/deep")][..])
            .prop_map(|(from, to)| Edit::Move(from, to)),
        1 => prop::sample::select(&["A.md~", "s/4913", ".A.md.swp", "s/#C.md#"][..]).prop_map(Edit::Leftover),
    ]
}

/// Does it, and gives the paths that something has happened to.
fn apply(root: &Path, edit: &Edit) -> Vec<PathBuf> {
    let save = |path: &Path, name: &str, text: usize| {
        let text = match name {
            "portolan.toml" => CONFIGS[text % CONFIGS.len()].as_bytes(),
            ".obsidian/app.json" => APPS[text % APPS.len()].as_bytes(),
            _ => TEXTS[text],
        };
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    };
    match *edit {
        Edit::Save(path, text) => {
            let whole = root.join(PATHS[path]);
            save(&whole, PATHS[path], text);
            vec![whole.parent().expect("a parent").to_path_buf(), whole]
        }
        Edit::Replace(path, text) => {
            let whole = root.join(PATHS[path]);
            let (new, backup) = (whole.with_extension("tmp"), whole.with_extension("bak"));
            save(&new, PATHS[path], text);
            let _ = fs::rename(&whole, &backup);
            fs::rename(&new, &whole).expect("it moves");
            vec![whole.parent().expect("a parent").to_path_buf(), new, backup, whole]
        }
        Edit::Delete(path) => {
            let whole = root.join(PATHS[path]);
            let _ = fs::remove_file(&whole);
            vec![whole]
        }
        Edit::Rename(from, to) => rename(root, PATHS[from], PATHS[to]),
        Edit::Move(from, to) => rename(root, from, to),
        Edit::Leftover(name) => {
            let path = root.join(name);
            let _ = fs::write(&path, "left");
            vec![path]
        }
    }
}

fn rename(root: &Path, from: &str, to: &str) -> Vec<PathBuf> {
    let (from, to) = (root.join(from), root.join(to));
    // It goes only where there is something, and nothing of another kind in the way.
    let _ = fs::create_dir_all(to.parent().expect("a parent"));
    let _ = fs::rename(&from, &to);
    vec![to.parent().expect("a parent").to_path_buf(), from, to]
}

fn read_config(root: &Path) -> portolan::error::Result<Config> {
    let text = fs::read_to_string(root.join("portolan.toml")).unwrap_or_default();
    Config::read(&text, &rules::names()).map_err(|error| portolan::error::Error::new(error.message))
}

fn settings(root: &Path) -> Settings {
    let root = root.to_path_buf();
    Box::new(move || {
        let config = read_config(&root)?;
        let text = fs::read(root.join("portolan.toml")).unwrap_or_default();
        let own = text.iter().fold(7u128, |hash, byte| hash.wrapping_mul(31).wrapping_add(u128::from(*byte)));
        Ok((config, own ^ AppSettings::read(&Folder::new(&root)).identity()))
    })
}

fn now() -> Moment {
    let noon = NaiveDate::from_ymd_opt(2026, 6, 1).and_then(|day| day.and_hms_opt(12, 0, 0));
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock");
    let stamp = Stamp::new(noon.expect("a date"), Precision::Minute);
    Moment { stamp, nanoseconds: i64::try_from(since.as_nanos()).expect("this century") }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn a_session_says_what_a_fresh_check_says(
        first in prop::collection::vec(edit(), 2..8),
        edits in prop::collection::vec((prop::collection::vec(edit(), 1..3), any::<bool>()), 1..10),
    ) {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let root = dir.path().canonicalize().expect("a folder");
        fs::create_dir_all(root.join("s/deep")).expect("a folder");
        for edit in &first {
            apply(&root, edit);
        }
        fs::write(root.join("portolan.toml"), "").expect("a configuration");
        let mut session = Session::start(&root, None, settings(&root), Box::new(|_| now())).expect("a vault");
        let mut known = Known::of(session.engine().findings());
        for (several, unseen) in &edits {
            let paths = several.iter().flat_map(|edit| apply(&root, edit)).collect();
            let batch = if *unseen { Batch::everything() } else { Batch { paths, rescan: false } };
            let taken = session.take(&batch).expect("a vault");
            if let Some(checked) = taken.checked {
                known.hear(&checked);
                for path in &checked.changed {
                    let left = ["~", "#", ".bak", "4913"].iter().any(|end| path.ends_with(end));
                    prop_assert!(!left, "{}", path);
                }
            }
            let kept: Vec<Finding> = session.engine().findings().cloned().collect();
            prop_assert_eq!(known.findings(), &kept, "the updates differ from the findings of the session");
            // Under a configuration that is broken the one before holds on, and no fresh check has it.
            let Ok(config) = read_config(&root) else { continue };
            let fresh = Vault::load(&root, config, Keep::Facts, &|_, _| {}).expect("a vault");
            let fresh = rules::run(&fresh, Some(now().stamp));
            prop_assert_eq!(&kept, &fresh, "after {:?}, told: {}", several, !unseen);
        }
    }
}
