//! The link family: notes and attachments that nothing links to.

use super::{Context, Sink, declare_rule};
use crate::text::place::Place;

declare_rule! {
    /// No other note links to this one.
    ///
    /// ## Why
    ///
    /// A note that nothing leads to is only found by search, and is forgotten when its name is.
    ///
    /// Embeds, links in properties, cards of canvases and reference definitions (`[ref]: note.md`) count.
    /// Links from a note to itself do not, and neither do links in boards, which list everything. Template
    /// notes are not judged. Off by default: a start page is an orphan too.
    ///
    /// ## Example
    ///
    /// A note `Old plan.md` in a vault where no note has `[[Old plan]]`.
    ///
    /// ## Fix
    ///
    /// Link to it from a note that its readers visit, or silence it with
    /// `<!-- portolan:allow-file note-orphan: the start page -->`.
    pub(super) static NOTE_ORPHAN = "note-orphan", Off, Graph(note_orphan), of_whole_notes;
}

fn note_orphan(ctx: &Context<'_>, sink: &mut Sink<'_>) {
    for id in ctx.vault.orphans() {
        if let Some(note) = ctx.vault.note(id) {
            sink.report(&note.path, Place::START, "", "no other note links to this one".to_owned());
        }
    }
}

declare_rule! {
    /// No note shows or links to a picture, recording or document of the vault.
    ///
    /// ## Why
    ///
    /// A file that nothing leads to makes the vault larger, and nobody dares to delete it.
    ///
    /// The rule judges the kinds of files that Obsidian can show: pictures, sound, video, PDF. Links and
    /// embeds in properties (`banner: "![[sea.png]]"`), canvases and reference definitions
    /// (`[ref]: sea.png`) count. An `<img>` in HTML does not count, as in Obsidian. If a link may mean
    /// several files, all of them count as used. Files that Obsidian ignores and files among templates are
    /// not judged. Off by default: a vault may also serve as a store of files.
    ///
    /// ## Example
    ///
    /// A file `plans/network-2019.png` in a vault where no note has `![[network-2019.png]]`.
    ///
    /// ## Fix
    ///
    /// Delete the file, or show it where it belongs. No comment in a note can silence this.
    pub(super) static ATTACHMENT_UNUSED = "attachment-unused", Off, Graph(attachment_unused), beyond_comments;
}

fn attachment_unused(ctx: &Context<'_>, sink: &mut Sink<'_>) {
    for file in ctx.vault.unused_attachments() {
        sink.report(
            ctx.vault.names().path(file),
            None,
            "",
            "no note shows this file or links to it".to_owned(),
        );
    }
}
