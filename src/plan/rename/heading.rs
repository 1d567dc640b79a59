//! Renames a heading: its text, and every link that names it.

use super::heading_links::Retitled;
use super::references::{each_note, reread};
use super::{Cause, NoteId, Permit, Refused, RenamePlan, Renaming, Spot, gather, retitled_in_boards, spot};
use crate::config::FILE_NAME;
use crate::syntax::facts::Facts;
use crate::syntax::reading::Section;
use crate::text::edit::{Edit, Edits};
use crate::text::message::did_you_mean;
use crate::text::span::Span;
use crate::vault::fragment::{in_a_link, link_heading_key};
use crate::vault::{Note, Vault};

/// A heading of a note.
#[derive(Clone, Copy, Debug)]
pub struct HeadingOf<'n> {
    /// The note.
    pub note: NoteId,
    /// The path of headings that names it.
    pub path: &'n [String],
}

/// Plans that a heading gets another text.
///
/// # Errors
/// The note has no such heading, no link could name the new text, or a link to another heading would lead
/// elsewhere.
pub fn rename_heading(
    vault: &Vault,
    heading: HeadingOf<'_>,
    new: &str,
    permit: Permit,
) -> Result<RenamePlan, Refused> {
    let id = heading.note;
    let (Some(note), Some(text)) = (vault.note(id), vault.text(id)) else {
        return Err(Refused::new("the note cannot be read", "see `portolan check`"));
    };
    let index = note.heading_index(heading.path).ok_or_else(|| missing(note, heading.path))?;
    let (edit, after) = retitle(vault, note, &text, index, new.trim())?;
    let renamed = vault.with_texts(&[(id, after)]);
    let retitled = Retitled::new(vault, &renamed, &[id]);
    let mut outcomes = each_note(vault, permit, |referrer| retitled.references(referrer));
    if let Some((_, outcome)) = outcomes.iter_mut().find(|(own, _)| *own == id) {
        // A link inside the heading is replaced with the heading's text, so an edit of it contradicts that.
        if !outcome.edits.add(edit) {
            let why = "a link in the heading names the heading itself; take it out first";
            outcome.refuse(Cause::Unwritable, note, 1, why);
        }
    }
    let old = note.title();
    let title = Renaming { old, new: renamed.note(id).map_or(old, Note::title) };
    let left = retitled_in_boards(vault, &mut outcomes, title, permit);
    let unknown = unknown(vault, note, index, new.trim());
    let refused = outcomes.iter().flat_map(|(_, outcome)| &outcome.refused);
    let taken = refused.into_iter().any(|(cause, _)| *cause == Cause::Taken);
    let plan = gather(vault, outcomes)
        .map_err(|refused| if taken { already(note, new, refused) } else { refused })?;
    Ok(RenamePlan { left, unknown, ..plan })
}

/// Returns the error for a heading that a note does not have.
fn missing(note: &Note, path: &[String]) -> Refused {
    let near = path.last().and_then(|part| note.nearest_heading(part));
    Refused::new(
        format!("`{}` has no heading `{}`", note.path, path.join("#")),
        near.map_or("`portolan list notes --format json` has all headings".to_owned(), did_you_mean),
    )
}

/// Returns the error for a heading that exists already, instead of that of the links.
fn already(note: &Note, new: &str, refused: Refused) -> Refused {
    let message =
        format!("`{}` has a heading `{}` already, and links would name either", note.path, new.trim());
    Refused { message, way_out: Some("choose another text".to_owned()), ..refused }
}

/// Returns a warning if the text under a heading will no longer be recognised for what it is.
fn unknown(vault: &Vault, note: &Note, index: usize, new: &str) -> Option<Spot> {
    let reading = &vault.config().reading;
    let heading = &note.facts.headings[index];
    let section = reading.section(note.facts.text(heading.text))?;
    let (_, key, _) = Section::ALL.iter().find(|(own, ..)| *own == section)?;
    let why = format!(
        "`{key}` of `[sections]` in `{FILE_NAME}` does not know `{new}`: the section will not be read as such"
    );
    (reading.section(new) != Some(section)).then(|| spot(note, heading.line, why))
}

/// Returns the edit of the heading itself and the text with it alone, after checking that all other headings of
/// the note stay the same.
fn retitle(
    vault: &Vault,
    note: &Note,
    text: &str,
    index: usize,
    new: &str,
) -> Result<(Edit, String), Refused> {
    let refuse =
        |why: &str| Err(Refused::new(format!("`{new}` cannot be the heading: {why}"), "choose another text"));
    if link_heading_key(&in_a_link(new)).is_empty() {
        return refuse("no link could name it");
    }
    let old = &note.facts.headings[index];
    let raw = old.span.of(text);
    let indent = raw.len() - raw.trim_start().len();
    let marks =
        indent + if raw[indent..].starts_with(&"#".repeat(old.level.into())) { old.level.into() } else { 0 };
    let said = note.facts.text(old.text);
    let Some(at) = raw.get(marks..).and_then(|rest| rest.find(said)).map(|at| marks + at) else {
        return refuse("where its text stands cannot be told");
    };
    let start = old.span.start as usize + at;
    let edit = Edit::replace(Span::new(start, start + said.len()), new);
    let Some(after) = Edits::from(edit.clone()).apply(text) else {
        return refuse("where its text stands cannot be told");
    };
    let facts = reread(vault, &note.path, &after);
    let levels = |facts: &Facts| facts.headings.iter().map(|h| h.level).collect::<Vec<_>>();
    if levels(&facts) != levels(&note.facts)
        || facts.headings.get(index).is_none_or(|heading| facts.text(heading.text) != new)
    {
        return refuse("Markdown would read it as something else");
    }
    if facts.block_ids.len() < note.facts.block_ids.len() {
        return refuse("the block id at its end would be lost");
    }
    Ok((edit, after))
}
