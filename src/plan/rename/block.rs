//! Renames a block id, and every link that names it.

use std::cell::LazyCell;

use super::references;
use super::rewrite::Fragments;
use super::{NoteId, Outcome, Permit, Refused, RenamePlan, gather};
use crate::syntax::markdown;
use crate::text::edit::Edit;
use crate::vault::Vault;
use crate::vault::fragment::Fragment;

/// Plans that a block of a note gets another id; both ids are given without their `^`.
///
/// # Errors
/// The note has no such block, already has a block with the new id, or the new id is invalid; or the note is a
/// drawing, which also has the ids of its elements in its data.
pub fn rename_block(
    vault: &Vault,
    (id, old): (NoteId, &str),
    new: &str,
    permit: Permit,
) -> Result<RenamePlan, Refused> {
    let (Some(note), Some(text)) = (vault.note(id), vault.text(id)) else {
        return Err(Refused::new("the note cannot be read", "see `portolan check`"));
    };
    // Latin letters, digits and hyphens (Help, "Link to a block in a note").
    if new.is_empty() || !new.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        return Err(Refused::new(format!("`{new}` is no block id"), "use Latin letters, digits and `-`"));
    }
    if vault.is_drawing(note.file) {
        let why = format!(
            "`{}` is a drawing of Excalidraw, and keeps the ids of its elements in its data, too",
            note.path
        );
        return Err(Refused::new(why, "leave the id as it is"));
    }
    let outline = markdown::outline_of(&text);
    let ids = || outline.block_ids.iter().chain(&outline.quoted_ids);
    let with = |id: &str| ids().find(|span| span.of(&text).eq_ignore_ascii_case(id));
    let Some(place) = with(old) else {
        let ids: Vec<String> = ids().map(|id| format!("`^{}`", id.of(&text))).collect();
        let has =
            if ids.is_empty() { "it has none".to_owned() } else { format!("it has {}", ids.join(", ")) };
        return Err(Refused::new(format!("`{}` has no block `^{old}`", note.path), has));
    };
    // It is not certain whether links find an id in a quote, nor which of two ids they lead to.
    let quoted = outline.quoted_ids.iter().any(|span| span.of(&text).eq_ignore_ascii_case(old));
    if quoted && ids().filter(|span| span.of(&text).eq_ignore_ascii_case(old)).count() > 1 {
        return Err(Refused::new(
            format!("`{}` has the block id `^{old}` more than once, in a quote too", note.path),
            "give one of them another id by hand",
        ));
    }
    if !old.eq_ignore_ascii_case(new) && with(new).is_some() {
        return Err(Refused::new(
            format!("`{}` has a block `^{new}` already", note.path),
            "choose another id",
        ));
    }
    let mut outcomes = Vec::new();
    for source in vault.ids() {
        let Some(from) = vault.note(source) else { continue };
        let mut outcome = Outcome::default();
        if source == id {
            outcome.edits = Edit::replace(*place, new).into();
        }
        let definitions = references::definitions(vault, source, from);
        let text = LazyCell::new(|| vault.text(source).unwrap_or_else(|| "".into()));
        let fragments = LazyCell::new(|| Fragments::of(&text));
        for reference in references::all(&from.facts, &definitions) {
            let Some(Fragment::Block(named)) = reference.fragment.and_then(Fragment::read) else { continue };
            let target = vault.names().resolve_spelt(reference.link.spelling, reference.path, from.file);
            if target.file() != Some(note.file) {
                continue;
            }
            if !named.eq_ignore_ascii_case(old) {
                outcome.healed += usize::from(named.eq_ignore_ascii_case(new));
                continue;
            }
            let line = reference.link.place.line;
            outcome.follow((from, permit), line, &format!("#^{new}"), || {
                fragments.edit(reference.link, &format!("^{new}"))
            });
        }
        outcomes.push((source, outcome));
    }
    gather(vault, outcomes)
}
