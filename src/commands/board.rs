//! `portolan board`

use std::collections::HashSet;

use crate::args::{Board, BoardAdd, BoardWhat, Common};
use crate::console::undo::{Writing, write_one};
use crate::console::{Access, ExitStatus, Terminal, load, named, refusal};
use crate::error::{Error, Result};
use crate::plan::board::add::{NewBoard, plan};
use crate::rules;
use crate::text::fold::fold;
use crate::text::message::{did_you_mean, few};
use crate::text::visible::escape;
use crate::vault::fragment::Fragment;
use crate::vault::{Keep, Note};

pub(super) fn run(common: &Common, args: &Board, terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    match &args.what {
        BoardWhat::Add(args) => add(common, args, terminal),
    }
}

fn add(common: &Common, args: &BoardAdd, terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    let vault = load(common, Keep::Texts, Access::unless(args.diff), terminal)?;
    let (name, heading) = args.place.split_once('#').unwrap_or((&args.place, ""));
    let (id, note) = named::note(&vault, name)?;
    let attributes = args.attributes.iter().cloned().collect();
    let new = NewBoard {
        kind: &args.kind,
        attributes: &attributes,
        heading: heading_of(note, heading)?,
        replace: args.replace,
    };
    let edits = plan(&vault, id, new, rules::feed)
        .map_err(|refused| refusal::error(format!("`{}`: {}", note.path, refused.message), &refused))?;
    let done = format!("added the board `{}`", escape(&args.kind));
    let writing = Writing { diff: args.diff, backup: &args.backup };
    let status = write_one(&vault, id, &edits, writing, &done, terminal)?;
    if note.is_template() {
        let path = escape(&note.path);
        terminal.say(&format!(
            "it stays empty: `{path}` is a template, and `sync` fills the boards of its copies"
        ));
    }
    Ok(status)
}

/// Returns the index of the named heading in a note.
fn heading_of(note: &Note, named: &str) -> Result<usize> {
    let Some(Fragment::Heading(parts)) = Fragment::read(named.trim()) else {
        let message = format!("under which heading of `{}`?", note.path);
        return Err(Error::new(message).with_hint(format!("write `NOTE#HEADING`; {}", headings(note, named))));
    };
    let found =
        note.heading(&parts).and_then(|found| note.facts.headings.iter().position(|h| h.span == found.span));
    found.ok_or_else(|| {
        let error = Error::new(format!("`{}` has no heading `{named}`", note.path));
        match parts.last().and_then(|part| note.nearest_heading(part)) {
            Some(near) => error.with_hint(did_you_mean(near)),
            None => error.with_hint(headings(note, named)),
        }
    })
}

/// The most headings that are listed.
const MAX_SHOWN: usize = 8;

/// Lists the headings of a note; where these are many, those most like what was named.
fn headings(note: &Note, named: &str) -> String {
    let mut seen = HashSet::new();
    let texts = note.facts.headings.iter().map(|heading| note.facts.text(heading.text));
    let mut texts: Vec<&str> = texts.filter(|text| seen.insert(*text)).collect();
    if texts.is_empty() {
        return "it has none".to_owned();
    }
    if texts.len() > MAX_SHOWN {
        let wanted = fold(named);
        let likeness = |text: &str| strsim::sorensen_dice(&wanted, &fold(text));
        let mut rated: Vec<(f64, &str)> = texts.iter().map(|text| (likeness(text), *text)).collect();
        rated.sort_by(|(one, _), (other, _)| other.total_cmp(one));
        texts = rated.into_iter().map(|(_, text)| text).collect();
    }
    format!("it has {}", few(texts.iter().map(|text| format!("`{text}`")), MAX_SHOWN))
}
