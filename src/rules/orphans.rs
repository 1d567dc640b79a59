//! The link family: notes that nothing leads to.

use super::{Context, Sink, declare_rule};
use crate::text::place::Place;

declare_rule! {
    /// No other note links to this one.
    ///
    /// ## Why
    ///
    /// What nothing leads to is found by search alone, and forgotten when the name is.
    ///
    /// Embeds, links in properties and cards of canvases count; a note's links to itself do not, nor
    /// do links in boards, which list everything. Template notes are not judged. Off by default: a
    /// start page is an orphan too.
    ///
    /// ## Example
    ///
    /// A note `Old plan.md` in a vault where no note has `[[Old plan]]`.
    ///
    /// ## Fix
    ///
    /// Link to it from a note where its readers are, or silence it with
    /// `<!-- portolan:allow-file note-orphan: the start page -->`.
    pub(super) static NOTE_ORPHAN = "note-orphan", Off, Graph(note_orphan);
}

fn note_orphan(ctx: &Context<'_>, sink: &mut Sink<'_>) {
    for id in ctx.vault.orphans() {
        if let Some(note) = ctx.vault.note(id) {
            sink.report(&note.path, Place::START, "", "no other note links to this one".to_owned());
        }
    }
}
