//! Reads the templates of the boards that a vault defines, and the files that these templates include.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::path::Path;
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_128;

use crate::config::Config;
use crate::error::{Error, Result, plain};
use crate::plan::board::{Kind, custom};
use crate::text::path;
use crate::vault::git::Snapshot;
use crate::vault::on_disk;
use crate::vault::source::Source as _;

/// The most bytes that a template may have. No real template is that long, and a device file has no end.
const MAX_TEMPLATE: u64 = 1 << 20;

/// The most files, and the most bytes in all, that the boards of a vault may consist of. Every command reads them
/// all.
const MAX_FILES: usize = 1_000;
const MAX_BYTES: usize = 16 << 20;

/// Reads the templates of the vault's own boards and the files that they ask for. A file that cannot be used is no
/// error here: the boards that ask for it report it.
///
/// # Errors
/// A board has the name of a built-in board.
pub(super) fn read(root: &Path, config: &mut Config, index: Option<&Snapshot>) -> Result<()> {
    if let Some(name) = config.boards.keys().find(|name| Kind::named(name).is_some()) {
        let message = format!("`[boards.{name}]` in the configuration has the name of a built-in board");
        return Err(Error::new(message).with_hint("choose another name, and use it in the marker"));
    }
    let mut files: BTreeMap<String, std::result::Result<String, String>> = BTreeMap::new();
    // Files that the settings name come first, so that they are read even if the limits are reached.
    let mut wanted: VecDeque<String> = config.boards.values().cloned().collect();
    // A template can spell a path in thousands of ways, so each file is known by its normalised path.
    let mut seen = HashSet::new();
    let (mut count, mut bytes) = (0, 0);
    while let Some(name) = wanted.pop_front() {
        let inside = path::join("", &name);
        let key = inside.clone().unwrap_or_else(|| name.clone());
        if !seen.insert(key.clone()) {
            continue;
        }
        let text = match inside {
            Some(path) if count >= MAX_FILES || bytes >= MAX_BYTES => Err(too_many(&path)),
            Some(path) => match read_inside(root, &path, index) {
                Ok(None) => continue,
                Ok(Some(text)) => Ok(text),
                Err(why) => Err(why),
            },
            None => Err(format!("`{name}` lies outside of the vault")),
        };
        if let Ok(text) = &text {
            count += 1;
            bytes += text.len();
            wanted.extend(custom::files_asked(text));
        }
        files.insert(key, text);
    }
    let mut all = Vec::new();
    for (path, text) in &files {
        let (Ok(text) | Err(text)) = text;
        all.extend([path.as_bytes(), &[0, u8::from(files[path].is_ok())], text.as_bytes(), &[0]].concat());
    }
    config.identity ^= xxh3_128(&all).rotate_left(2);
    config.board_files = Arc::new(files);
    Ok(())
}

/// Returns the text of a file of the vault, as the next commit will have it where `index` has it; `None` where
/// there is no such file. A path that leads out of the vault is an error.
fn read_inside(
    root: &Path,
    path: &str,
    index: Option<&Snapshot>,
) -> std::result::Result<Option<String>, String> {
    if let Some(index) = index.filter(|index| index.has(path)) {
        let mut bytes = Vec::new();
        index.read(path, &mut bytes).map_err(|e| format!("`{path}`: {}", plain(&e)))?;
        if bytes.len() as u64 > MAX_TEMPLATE {
            return Err(too_large(path));
        }
        return String::from_utf8(bytes).map(Some).map_err(|_| format!("`{path}` is not UTF-8"));
    }
    let on_disk = on_disk(root, path);
    let whole = match on_disk.canonicalize() {
        Ok(whole) => whole,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(format!("`{path}`: {}", plain(&e))),
    };
    if !root.canonicalize().is_ok_and(|root| whole.starts_with(root)) {
        return Err(format!("`{path}` lies outside of the vault"));
    }
    let meta = std::fs::metadata(&whole).map_err(|e| format!("`{path}`: {}", plain(&e)))?;
    if !meta.is_file() || meta.len() > MAX_TEMPLATE {
        return Err(too_large(path));
    }
    std::fs::read_to_string(&whole).map(Some).map_err(|e| format!("`{path}`: {}", plain(&e)))
}

fn too_large(path: &str) -> String {
    format!("`{path}` is not a file, or is larger than {MAX_TEMPLATE} bytes")
}

fn too_many(path: &str) -> String {
    format!(
        "`{path}` is not read: the templates of boards are more than {MAX_FILES} files or {MAX_BYTES} bytes in all"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the paths that are read for a board with the template `t.j2`, and whether each can be used.
    fn read_for(files: &[(String, String)]) -> Vec<(String, bool)> {
        let vault = tempfile::tempdir().expect("a folder");
        for (path, text) in files {
            std::fs::write(vault.path().join(path), text).expect("a file");
        }
        let boards = BTreeMap::from([("own".to_owned(), "./t.j2".to_owned())]);
        let mut config = Config { boards, ..Config::default() };
        read(vault.path(), &mut config, None).expect("a configuration");
        config.board_files.iter().map(|(path, text)| (path.clone(), text.is_ok())).collect()
    }

    /// Returns a template that asks for the files with these names.
    fn asking(names: impl Iterator<Item = String>) -> (String, String) {
        let tags: Vec<String> = names.map(|name| format!("{{% include '{name}' %}}")).collect();
        ("t.j2".to_owned(), tags.concat())
    }

    #[test]
    fn a_file_is_read_once_however_its_path_is_spelled() {
        let own = asking((0..2_000).map(|n| format!("a{n}/../t.j2")));
        assert_eq!(read_for(&[own]), [("t.j2".to_owned(), true)]);
    }

    #[test]
    fn there_is_an_end_to_files() {
        let check = |count: usize, text: &str, usable: usize| {
            let names = (0..count).map(|n| format!("p{n}.j2"));
            let parts = names.clone().map(|name| (name, text.to_owned()));
            let read = read_for(&parts.chain([asking(names)]).collect::<Vec<_>>());
            assert_eq!(read.iter().filter(|(_, usable)| *usable).count(), usable);
            assert!(read.len() == count + 1 && read.contains(&("t.j2".to_owned(), true)));
        };
        check(MAX_FILES - 1, "", MAX_FILES);
        check(MAX_FILES, "", MAX_FILES);
        check(15, &"x".repeat(1 << 20), 16);
        check(20, &"x".repeat(1 << 20), 17);
    }
}
