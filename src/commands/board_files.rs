//! The files of the vault that its own boards are made of.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_128;

use crate::config::Config;
use crate::error::{Error, Result};
use crate::plan::board::{Kind, own};
use crate::text::path;
use crate::vault::git::Snapshot;
use crate::vault::on_disk;
use crate::vault::source::Source as _;

/// Bytes of a template at most: no template is that long, and a device has no end.
const MAX_TEMPLATE: u64 = 1 << 20;

/// Reads the templates of the vault's own boards, and the files that these ask for. One that cannot be
/// used is no error here: it is one of the boards that ask for it.
///
/// # Errors
/// A board has a name that is taken.
pub(super) fn read(root: &Path, config: &mut Config, index: Option<&Snapshot>) -> Result<()> {
    if let Some(name) = config.boards.keys().find(|name| Kind::named(name).is_some()) {
        let message = format!("`[boards.{name}]` of the configuration: a board of that name is built in");
        return Err(Error::new(message).hint("choose another name, and use it in the marker"));
    }
    let mut files: BTreeMap<String, std::result::Result<String, String>> = BTreeMap::new();
    let mut wanted: Vec<String> = config.boards.values().cloned().collect();
    while let Some(name) = wanted.pop() {
        let inside = path::join("", &name);
        let key = inside.clone().unwrap_or_else(|| name.clone());
        // The spelling that a template uses is found, too.
        let spellings = [key.clone(), name.clone()];
        if spellings.iter().all(|spelling| files.contains_key(spelling)) {
            continue;
        }
        let text = match inside {
            Some(path) => match read_inside(root, &path, index) {
                Ok(None) => continue,
                Ok(Some(text)) => Ok(text),
                Err(why) => Err(why),
            },
            None => Err(format!("`{name}` lies outside of the vault")),
        };
        if let Ok(text) = &text {
            wanted.extend(own::files_asked(text));
        }
        for spelling in spellings {
            files.insert(spelling, text.clone());
        }
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

/// The text of a file of the vault, as the next commit will have it where `index` is there and has it; `None`
/// where there is none. What leads out of the vault is not read.
fn read_inside(
    root: &Path,
    path: &str,
    index: Option<&Snapshot>,
) -> std::result::Result<Option<String>, String> {
    if let Some(index) = index.filter(|index| index.has(path)) {
        let mut bytes = Vec::new();
        index.read(path, &mut bytes).map_err(|e| format!("`{path}`: {e}"))?;
        if bytes.len() as u64 > MAX_TEMPLATE {
            return Err(too_large(path));
        }
        return String::from_utf8(bytes).map(Some).map_err(|_| format!("`{path}` is not UTF-8"));
    }
    let on_disk = on_disk(root, path);
    let whole = match on_disk.canonicalize() {
        Ok(whole) => whole,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(format!("`{path}`: {e}")),
    };
    if !root.canonicalize().is_ok_and(|root| whole.starts_with(root)) {
        return Err(format!("`{path}` lies outside of the vault"));
    }
    let meta = std::fs::metadata(&whole).map_err(|e| format!("`{path}`: {e}"))?;
    if !meta.is_file() || meta.len() > MAX_TEMPLATE {
        return Err(too_large(path));
    }
    std::fs::read_to_string(&whole).map(Some).map_err(|e| format!("`{path}`: {e}"))
}

fn too_large(path: &str) -> String {
    format!("`{path}` is no file of less than {MAX_TEMPLATE} bytes")
}
