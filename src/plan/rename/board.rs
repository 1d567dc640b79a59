//! Updates boards in which a rename changes links or names.
//!
//! The digest of a board says that portolan wrote it. A rename is written by portolan too, so a board that nobody
//! has edited by hand gets a new digest, and one that somebody has edited stays edited.

use super::{Spot, spot};
use crate::plan::obstacle::CONTRADICTION;
use crate::text::digest::body_digest;
use crate::text::edit::{Edit, Edits};
use crate::text::span::Span;
use crate::vault::{Note, NoteId, Vault};

/// Adds the edits that give each changed board its new digest. Returns the number of such boards, or where one
/// cannot get its digest.
pub(super) fn stamp(vault: &Vault, id: NoteId, note: &Note, edits: &mut Edits) -> Result<usize, Spot> {
    let Some(text) = vault.text(id) else { return Ok(0) };
    let mut stamped = 0;
    for board in &note.facts.system().boards {
        if board.digest.is_none() || board.edited {
            continue;
        }
        let inside: Vec<&Edit> = edits.iter().filter(|edit| board.body.contains(edit.span)).collect();
        if inside.is_empty() {
            continue;
        }
        let start = board.body.start;
        let own = inside.into_iter().map(|edit| {
            let span = Span { start: edit.span.start - start, end: edit.span.end - start };
            Edit::replace(span, edit.text.clone())
        });
        let body = Edits::of(own).and_then(|own| own.apply(board.body.of(&text)));
        let stamp = body.and_then(|body| board.with_digest(&text, &body_digest(&body)));
        if !stamp.is_some_and(|stamp| edits.add(stamp)) {
            return Err(spot(note, board.place.line, CONTRADICTION));
        }
        stamped += 1;
    }
    Ok(stamped)
}
