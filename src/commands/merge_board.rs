//! `portolan merge-board`

use std::path::Path;

use crate::args::{Common, MergeBoard};
use crate::config::Config;
use crate::console::{ExitStatus, Terminal};
use crate::error::{Error, Result};
use crate::plan::conflict::merged::{Merged, ends_line};
use crate::setup;
use crate::text::visible::escape;
use crate::vault::git::merge::{Style, ThreeWay, shows_base};
use crate::vault::root;
use crate::write::disk::Local;
use crate::write::replace_file;

/// The length of conflict markers in files. git uses longer ones in merge bases that it computes itself.
const USUAL: usize = 7;

pub(super) fn run(common: &Common, args: &MergeBoard, terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    let name = |at: usize, usual| {
        // An older git leaves the sign for a name as it stands.
        let named = args.labels.get(at).map(String::as_str);
        named.filter(|name| !name.is_empty() && !name.starts_with('%')).unwrap_or(usual)
    };
    let (base, ours, theirs) = (name(0, "base"), name(1, "ours"), name(2, "theirs"));
    let versions =
        ThreeWay { base: (&args.base, base), ours: (&args.ours, ours), theirs: (&args.theirs, theirs) };
    // A side that cannot be read as text is taken to contain no example of a conflict.
    let sides = [&args.base, &args.ours, &args.theirs].map(|path| std::fs::read_to_string(path).ok());
    // For git, a last line without a line break differs from the same line with one. Where both sides append
    // text behind it, the merge would show it as a line of the base that both have removed.
    let open_end = sides.iter().flatten().any(|text| !ends_line(text));
    let merged = versions.merge(USUAL, if open_end { Style::WithBaseWhole } else { Style::WithBase })?;
    if !merged.conflict {
        replace_file(&args.ours, &merged.bytes, &Local)?;
        return Ok(ExitStatus::Success);
    }
    let config = config(common, args.path.as_deref(), terminal);
    let before: Vec<&str> = sides.iter().flatten().map(String::as_str).collect();
    let found = String::from_utf8(merged.bytes).ok().map(|text| {
        Merged::settle(&text, &before, sides[1..].iter().flatten().cloned().collect(), &config.reading)
    });
    let found = found.map(|found| found.ended_as(&sides));
    let note = args.path.as_deref().unwrap_or(&args.ours).to_string_lossy().into_owned();
    for said in found.iter().flat_map(|found| &found.said) {
        terminal.say(&format!("{}: {said}", escape(&note)));
    }
    match found {
        Some(found) if found.left.is_empty() => {
            replace_file(&args.ours, &found.text, &Local)?;
            let way_on =
                if found.has_board() { "; `portolan sync` brings its boards up to date" } else { "" };
            terminal.say(&format!("{}: settled{way_on}", escape(&note)));
            Ok(ExitStatus::Success)
        }
        Some(found) if found.settled > 0 && args.marker_size == USUAL => {
            let text = if shows_base()? { found.text } else { found.without_base(&before) };
            replace_file(&args.ours, text, &Local)?;
            for (line, message) in found.left {
                terminal.say(&format!("{}:{line}: {message}", escape(&note)));
            }
            Ok(ExitStatus::Findings)
        }
        // In all other cases, write what git itself would write.
        _ => {
            replace_file(&args.ours, versions.merge(args.marker_size, Style::Configured)?.bytes, &Local)?;
            Ok(ExitStatus::Findings)
        }
    }
}

/// Returns the configuration of the vault that a note is in. A merge goes on without one.
fn config(common: &Common, path: Option<&Path>, terminal: &mut Terminal<'_>) -> Config {
    let find = || -> Result<Config> {
        let here = std::env::current_dir().map_err(|e| Error::io("find the folder", Path::new("."), e))?;
        let folder = path.and_then(Path::parent).map_or_else(|| here.clone(), |folder| here.join(folder));
        let root = root::find(common.vault.as_deref(), &folder, None)?;
        setup::read(&root, common.config.as_deref(), None)
    };
    find().unwrap_or_else(|error| {
        terminal.detail(&format!("merged without settings: {error}"));
        Config::default()
    })
}
