//! `portolan merge-board`

use std::path::Path;

use super::{ExitStatus, Terminal};
use crate::args::{Common, MergeBoard};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::model::chronology::Direction;
use crate::plan::conflict::{Had, Versions, settle_these};
use crate::setup;
use crate::syntax::conflict::{self, Conflict};
use crate::syntax::outline::Outline;
use crate::syntax::reading::Reading;
use crate::syntax::{frontmatter, markdown};
use crate::text::edit::{Edit, Edits};
use crate::text::span::Span;
use crate::text::visible::escape;
use crate::vault::git::merge::{Style, ThreeWay, shows_base};
use crate::vault::root;
use crate::write::replace_file;

/// The length of the markers that conflicts have in files. git makes them longer in bases that it merges
/// for itself.
const USUAL: usize = 7;

pub(super) fn run(common: &Common, args: &MergeBoard, terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    let names = ["base", "ours", "theirs"].iter().enumerate().map(|(at, usual)| {
        // An older git leaves the sign for a name as it stands.
        let named = args.labels.get(at).map(String::as_str);
        named.filter(|name| !name.is_empty() && !name.starts_with('%')).unwrap_or(usual)
    });
    let names: Vec<&str> = names.collect();
    let [base, ours, theirs] = names.as_slice() else { return Ok(ExitStatus::Failure) };
    let versions =
        ThreeWay { base: (&args.base, base), ours: (&args.ours, ours), theirs: (&args.theirs, theirs) };
    // A side that cannot be read has shown git no example of a conflict.
    let sides = [&args.base, &args.ours, &args.theirs].map(|path| std::fs::read_to_string(path).ok());
    // A last line without an ending is another line for git than the same with one: where both sides wrote on behind
    // it, it would be shown as what both had before and neither has any more.
    let open_end = sides.iter().flatten().any(|text| !ends_line(text));
    let merged = versions.merge(USUAL, if open_end { Style::WithBaseWhole } else { Style::WithBase })?;
    if !merged.conflict {
        replace_file(&args.ours, &merged.bytes)?;
        return Ok(ExitStatus::Success);
    }
    let config = config(common, args.path.as_deref(), terminal);
    let before: Vec<&str> = sides.iter().flatten().map(String::as_str).collect();
    let found = String::from_utf8(merged.bytes)
        .ok()
        .map(|text| settled(&text, &before, sides[1..].iter().flatten().cloned().collect(), &config.reading));
    let found = found.map(|found| Outcome { text: ended_as(found.text, &sides), ..found });
    let note = args.path.as_deref().unwrap_or(&args.ours).to_string_lossy().into_owned();
    for said in found.iter().flat_map(|found| &found.said) {
        terminal.say(&format!("{}: {said}", escape(&note)));
    }
    match found {
        Some(found) if found.left.is_empty() => {
            replace_file(&args.ours, &found.text)?;
            let way_on =
                if has_board(&found.text) { "; `portolan sync` brings its boards up to date" } else { "" };
            terminal.say(&format!("{}: settled{way_on}", escape(&note)));
            Ok(ExitStatus::Success)
        }
        Some(found) if found.settled > 0 && args.marker_size == USUAL => {
            let text = if shows_base()? { found.text } else { without_base(&found.text, &before) };
            replace_file(&args.ours, text)?;
            for (line, message) in found.left {
                terminal.say(&format!("{}:{line}: {message}", escape(&note)));
            }
            Ok(ExitStatus::Findings)
        }
        // What git itself leaves.
        _ => {
            replace_file(&args.ours, versions.merge(args.marker_size, Style::Configured)?.bytes)?;
            Ok(ExitStatus::Findings)
        }
    }
}

/// The settings of the vault that a note lies in. A merge goes on without them.
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

/// Whether a note has a board that may show other things now.
fn has_board(text: &str) -> bool {
    let outline = outline(text);
    let mut words = outline.markers().map(|comment| comment.text.of(text));
    words.any(|words| words.split_whitespace().next() == Some("board"))
}

/// A text some of whose conflicts are settled.
struct Outcome {
    text: String,
    settled: usize,
    /// What is to be said of what is settled.
    said: Vec<String>,
    /// Where conflicts are left, and why.
    left: Vec<(u32, String)>,
}

/// Settles what can be settled of a text that git has merged from those before.
fn settled(text: &str, before: &[&str], sides: Vec<String>, reading: &Reading) -> Outcome {
    // The conflicts were made with their base.
    let versions = Versions { base: None, sides: Had::Known(sides) };
    let settlement = settle_these(text, conflicts(text, before), &versions, reading, Direction::OldestFirst);
    let new = settlement.edits.apply(text).unwrap_or_else(|| text.to_owned());
    // Their lines are others now. Whatever is left is not settled, be there a reason or not.
    let lines = match conflicts(&new, before) {
        Ok(conflicts) => conflicts.into_iter().map(|conflict| conflict.line).collect(),
        Err(line) => vec![line],
    };
    let said = settlement.said().collect();
    let mut reasons = settlement.refused.into_iter().map(|left| left.message);
    let mut left: Vec<(u32, String)> = lines
        .into_iter()
        .map(|line| (line, reasons.next().unwrap_or_else(|| "a merge conflict is not settled".to_owned())))
        .collect();
    left.extend(reasons.map(|reason| (1, reason)));
    Outcome { text: new, settled: settlement.settled, said, left }
}

fn ends_line(text: &str) -> bool {
    text.is_empty() || text.ends_with('\n')
}

/// A merged text with a final line ending or without one, as the versions want it: git ends every line of a conflict.
fn ended_as(mut text: String, [base, ours, theirs]: &[Option<String>; 3]) -> String {
    let (Some(base), Some(ours), Some(theirs)) = (base, ours, theirs) else { return text };
    let [base, ours, theirs] = [base, ours, theirs].map(|version| ends_line(version));
    let ended = if ours == base { theirs } else { ours };
    // A marker that is left ends the line that it stands on.
    let in_conflict = text.lines().next_back().is_some_and(conflict::is_marker);
    if !ended && !in_conflict {
        let without = text.strip_suffix('\n').map(|text| text.strip_suffix('\r').unwrap_or(text).len());
        text.truncate(without.unwrap_or(text.len()));
    }
    text
}

fn conflicts(text: &str, before: &[&str]) -> Result<Vec<Conflict>, u32> {
    conflict::left_by_merge(text, &outline(text), before)
}

fn outline(text: &str) -> Outline {
    markdown::outline(text, frontmatter::cut(text).body)
}

/// The text without what both sides had before, as git marks conflicts where it is not told otherwise.
fn without_base(text: &str, before: &[&str]) -> String {
    let bases = conflicts(text, before).unwrap_or_default().into_iter();
    let bases = bases.filter_map(|c| Some(Span { start: c.ours.end, end: c.base?.end }));
    let edits: Edits = bases.map(|span| Edit::replace(span, "")).collect();
    edits.apply(text).unwrap_or_else(|| text.to_owned())
}
