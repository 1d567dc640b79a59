//! Renames an integration: in its block, on the diagrams that draw it and in the boards that show it.

use std::cell::LazyCell;

use super::label::relabel;
use super::references::reread;
use super::{Cause, NoteId, Outcome, Refused, RenamePlan, Renaming, Spot, condition, gather, spot};
use crate::model::integration::View;
use crate::plan::board::cell::{NoteLink, link_cell, link_line, read_link};
use crate::syntax::integration::is_placeholder;
use crate::syntax::json::{Json, StringStyle};
use crate::syntax::markdown;
use crate::syntax::outline::Fence;
use crate::systems::{Systems, members, name_key};
use crate::text::edit::Edit;
use crate::text::fold::fold;
use crate::text::path;
use crate::text::place::LineIndex;
use crate::vault::{Note, Vault};

/// Plans that an integration gets another name.
///
/// # Errors
/// There is no such integration, or there are several, or another system of the vault has the new name.
pub fn rename_integration(vault: &Vault, old: &str, new: &str) -> Result<RenamePlan, Refused> {
    let (home, json) = the_only(vault, old)?;
    let name = Renaming { old: json.text().unwrap_or_default(), new: new.trim() };
    check_new(vault, name)?;
    let renamed = Renamed { vault, home, json, name };
    let mut left = Vec::new();
    let mut outcomes: Vec<(NoteId, Outcome)> = Vec::new();
    for (id, note) in vault.system_notes().filter(|(_, note)| !note.is_template()) {
        let Some(text) = vault.text(id) else { continue };
        outcomes.push((id, renamed.in_note(note, &text, &mut left)));
    }
    let mut plan = gather(vault, outcomes)?;
    left.extend(namesakes(home, name.old));
    left.sort();
    plan.left = left;
    Ok(plan)
}

/// Returns the only integration with a name: its note, and where the note names it.
fn the_only<'v>(vault: &'v Vault, name: &str) -> Result<(&'v Note, &'v Json), Refused> {
    let found: Vec<(&Note, &Json)> = members::integrations(vault)
        .filter(|(_, i)| View(i).name().is_some_and(|own| fold(own) == fold(name.trim())))
        .filter_map(|(note, i)| Some((note, i.json.get("name")?)))
        .collect();
    match found[..] {
        [one] => Ok(one),
        [] => {
            let why = format!("no integration has the name `{name}`");
            Err(Refused::new(why, "`portolan list integrations` shows what there is"))
        }
        _ => {
            let spots = found.iter().map(|(note, json)| spot(note, json.place.line, "it is named here"));
            let why = format!("{} integrations have the name `{name}`", found.len());
            Err(Refused::new(why, "tell them apart by hand first").at(spots.collect()))
        }
    }
}

/// Checks that an integration can have the new name.
fn check_new(vault: &Vault, Renaming { old, new }: Renaming<'_>) -> Result<(), Refused> {
    if new.is_empty() || new.contains(char::is_control) || is_placeholder(new) {
        return Err(Refused::new(format!("`{new}` is no name for an integration"), "choose another name"));
    }
    if old == new || (name_key(old) != name_key(new) && Systems::of(vault).find(new).is_some()) {
        return Err(Refused::new(format!("`{new}` is there already"), "choose another name"));
    }
    Ok(())
}

/// The integration that is renamed.
struct Renamed<'v> {
    vault: &'v Vault,
    /// Its note.
    home: &'v Note,
    /// Where its note names it.
    json: &'v Json,
    name: Renaming<'v>,
}

impl Renamed<'_> {
    /// Renames in a note, and tells what is left there.
    fn in_note(&self, note: &Note, text: &str, left: &mut Vec<Spot>) -> Outcome {
        let mut outcome = Outcome::default();
        if note.file == self.home.file {
            let style = StringStyle::of(self.json.place.span.of(text));
            outcome.edits = Edit::replace(self.json.place.span, style.quoted(self.name.new)).into();
        }
        self.in_boards(note, text, &mut outcome);
        left.extend(condition::follow(note, text, condition::Named::Integration, self.name, &mut outcome));
        // Most notes draw nothing and need not be parsed again. Diagrams in boards are not in the facts.
        let system = note.facts.system();
        if !(system.diagrams.is_empty() && system.boards.is_empty()) {
            left.extend(self.in_diagrams(note, text, &mut outcome));
        }
        self.verify(note, text, &mut outcome);
        outcome
    }

    /// Renames in the rows of boards that show the integration, which are links to its note that show its name.
    fn in_boards(&self, note: &Note, text: &str, outcome: &mut Outcome) {
        let home = self.home;
        let cell = |name: &str| read_link(&link_cell(&home.path, name)).map(|link| link.shown);
        let (Some(old), Some(new)) = (cell(self.name.old), cell(self.name.new)) else { return };
        for link in note.facts.links.iter().filter(|link| link.generated) {
            let whole = link.place.span;
            let edit = match (read_link(whole.of(text)), link.display()) {
                // A link that shows its path has no text of its own.
                (Some(NoteLink { path, shown }), _) if path == home.path && shown == old => {
                    let write = if link.in_table { link_cell } else { link_line };
                    Edit::replace(whole, write(&path, self.name.new))
                }
                (_, Some(display)) if display.of(text) == old => Edit::replace(display, new.clone()),
                _ => continue,
            };
            if self.vault.resolve(note, link).file() == Some(home.file) && outcome.edits.add(edit) {
                outcome.followed += 1;
            }
        }
    }

    /// Renames in the diagrams of a note, and returns where the name is left.
    fn in_diagrams(&self, note: &Note, text: &str, outcome: &mut Outcome) -> Vec<Spot> {
        let mut left = Vec::new();
        let outline = markdown::outline_of(text);
        let lines = LazyCell::new(|| LineIndex::new(text));
        let drawn = |fence: &&Fence| fence.is_mermaid() && outline.hidden_at(fence.span.start).is_none();
        for fence in outline.fences.iter().filter(drawn) {
            let done = relabel(fence.content.text(), self.name);
            let mut leave = |span, why: &str| {
                left.push(spot(note, lines.place(fence.content.to_file(span)).line, why));
            };
            for edit in done.edits {
                let span = fence.content.to_file(edit.span);
                if fence.content.is_whole(edit.span) && outcome.edits.add(Edit::replace(span, edit.text)) {
                    outcome.followed += 1;
                } else {
                    leave(edit.span, "the label is written in a way of its own");
                }
            }
            for (span, why) in done.left {
                leave(span, why);
            }
        }
        left
    }

    /// Checks the changed note: it must have the same integrations apart from the new name, and no new unreadable
    /// parts.
    fn verify(&self, note: &Note, text: &str, outcome: &mut Outcome) {
        let Some(after) = outcome.edits.apply(text).filter(|_| !outcome.edits.is_empty()) else { return };
        let facts = reread(self.vault, &note.path, &after);
        let (before, after) = (note.facts.system(), facts.system());
        let has = note.file != self.home.file
            || after.integrations.iter().any(|i| View(i).name() == Some(self.name.new));
        if !has
            || after.integrations.len() != before.integrations.len()
            || after.problems.len() > before.problems.len()
        {
            outcome.refuse(
                Cause::Unwritable,
                note,
                1,
                "its blocks would not be read as the same integrations",
            );
        }
    }
}

/// Returns what often shares the name of an integration but is separate, with links of its own: the heading above
/// its block, and its note.
fn namesakes(home: &Note, old: &str) -> Vec<Spot> {
    let key = name_key(old);
    let facts = &home.facts;
    let headings = facts.headings.iter().filter(|heading| name_key(facts.text(heading.text)) == key);
    let headings = headings.map(|heading| {
        let text = facts.text(heading.text);
        spot(
            home,
            heading.line,
            format!("the heading `{text}`, which `portolan rename 'NOTE#HEADING'` renames"),
        )
    });
    let note = (name_key(path::stem(&home.path)) == key)
        .then(|| spot(home, 1, "the name of the note, which `portolan rename` with its path renames"));
    headings.chain(note).collect()
}
