//! Renames a block id, and every link that names it.

use std::cell::LazyCell;

use super::references::{Rewrite, Verdict, each_note};
use super::rewrite::Fragments;
use super::{Cause, NoteId, Permit, Refused, RenamePlan, gather};
use crate::syntax::markdown::{self, is_block_id};
use crate::text::edit::Edit;
use crate::text::message::quoted;
use crate::text::span::Span;
use crate::vault::fragment::Fragment;
use crate::vault::{Note, Vault};

/// A block of a note.
#[derive(Clone, Copy, Debug)]
pub struct BlockOf<'n> {
    /// The note.
    pub note: NoteId,
    /// The id of the block, without `^`.
    pub id: &'n str,
}

/// Plans that a block of a note gets another id, which is given without its `^` as well.
///
/// # Errors
/// The note has no such block, already has a block with the new id, or the new id is invalid; or the note is a
/// drawing, which also has the ids of its elements in its data.
pub fn rename_block(
    vault: &Vault,
    block: BlockOf<'_>,
    new: &str,
    permit: Permit,
) -> Result<RenamePlan, Refused> {
    let (Some(note), Some(text)) = (vault.note(block.note), vault.text(block.note)) else {
        return Err(Refused::new("the note cannot be read", "see `portolan check`"));
    };
    let old = block.id;
    check_new(vault, note, new)?;
    let edit = Edit::replace(place_of(note, &text, old, new)?, new);
    let mut outcomes = each_note(vault, permit, |referrer| {
        let from = referrer.note;
        let fragments = LazyCell::new(|| Fragments::of(referrer.text()));
        referrer.each_reference(
            |reference| {
                let Some(Fragment::Block(named)) = reference.fragment.and_then(Fragment::read) else {
                    return Verdict::Keep;
                };
                let target = vault.names().resolve_spelt(reference.link.spelling, reference.path, from.file);
                if target.file() != Some(note.file) {
                    Verdict::Keep
                } else if named.eq_ignore_ascii_case(old) {
                    Verdict::Write(Rewrite { said: format!("#^{new}"), reshaped: false, how: () })
                } else if named.eq_ignore_ascii_case(new) {
                    Verdict::Healed
                } else {
                    Verdict::Keep
                }
            },
            |link, _| fragments.edit(link, &format!("^{new}")),
        )
    });
    if let Some((_, outcome)) = outcomes.iter_mut().find(|(own, _)| *own == block.note)
        && !outcome.edits.add(edit)
    {
        outcome.refuse(Cause::Unwritable, note, 1, "a link stands in the way of the id");
    }
    gather(vault, outcomes)
}

/// Checks that blocks of a note can have an id.
fn check_new(vault: &Vault, note: &Note, new: &str) -> Result<(), Refused> {
    // Latin letters, digits and hyphens (Help, "Link to a block in a note").
    if !is_block_id(new) {
        return Err(Refused::new(format!("`{new}` is no block id"), "use Latin letters, digits and `-`"));
    }
    if vault.is_drawing(note.file) {
        let why = format!(
            "`{}` is a drawing of Excalidraw, and keeps the ids of its elements in its data, too",
            note.path
        );
        return Err(Refused::new(why, "leave the id as it is"));
    }
    Ok(())
}

/// Returns where a note has a block id, if it can become another.
fn place_of(note: &Note, text: &str, old: &str, new: &str) -> Result<Span, Refused> {
    let outline = markdown::outline_of(text);
    let ids = || outline.block_ids.iter().chain(&outline.quoted_ids);
    let is = |id: &str, span: &Span| span.of(text).eq_ignore_ascii_case(id);
    let Some(place) = ids().find(|span| is(old, span)) else {
        let ids = quoted(ids().map(|id| format!("^{}", id.of(text))), ", ");
        let has = if ids.is_empty() { "it has none".to_owned() } else { format!("it has {ids}") };
        return Err(Refused::new(format!("`{}` has no block `^{old}`", note.path), has));
    };
    // It is not certain whether links find an id in a quote, nor which of two ids they lead to.
    let quoted = outline.quoted_ids.iter().any(|span| is(old, span));
    if quoted && ids().filter(|span| is(old, span)).count() > 1 {
        return Err(Refused::new(
            format!("`{}` has the block id `^{old}` more than once, in a quote too", note.path),
            "give one of them another id by hand",
        ));
    }
    if !old.eq_ignore_ascii_case(new) && ids().any(|span| is(new, span)) {
        return Err(Refused::new(
            format!("`{}` has a block `^{new}` already", note.path),
            "choose another id",
        ));
    }
    Ok(*place)
}
