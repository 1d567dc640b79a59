//! The file family: files that cannot be read.

use super::{Context, NoteContext, Sink, boards, declare_rule};
use crate::model::finding::{Applicability, Fix};
use crate::syntax::facts::ProblemKind;
use crate::syntax::{conflict, frontmatter, markdown, properties};
use crate::text::place::LineIndex;
use crate::text::span::Span;
use crate::vault::{Role, Traits};

declare_rule! {
    /// The properties of a note are not valid.
    ///
    /// ## Why
    ///
    /// Obsidian shows the block in red and takes nothing from it: no aliases, no tags, no status.
    ///
    /// Template notes are not judged, because their properties may become valid only when they are
    /// rendered.
    ///
    /// ## Example
    ///
    /// ```md
    /// ---
    /// status: Active
    /// status: Degraded
    /// ---
    /// ```
    ///
    /// ## Fix
    ///
    /// Write `key: value` lines, each key once. Put values in quotes that begin with `[`, `{`, `*`, `&`,
    /// `@` or contain `: `. `--fix` puts a value in quotes where it can only have been meant as text.
    /// `--unsafe-fixes` also applies likely repairs: it closes brackets and quotes, puts items in quotes
    /// (`[#harbour, #tides]`), and turns several links into a list.
    pub(super) static PROPERTIES_INVALID =
        "properties-invalid", Error, Ordinary(properties_invalid), of_whole_notes, fixable;
}

fn properties_invalid(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    for problem in ctx.note.facts.system().problems.iter().filter(|p| p.kind == ProblemKind::Properties) {
        let finding = sink.report(&ctx.note.path, problem.place, &problem.subject, problem.message.clone());
        finding.mended_by(mended_properties(ctx, problem.place.span));
    }
}

/// Returns the fix for an invalid place in the properties.
fn mended_properties(ctx: &NoteContext<'_>, at: Span) -> Option<Fix> {
    let text = ctx.text()?;
    let slip = properties::slip(text, frontmatter::cut(text).yaml?).filter(|slip| slip.span == at)?;
    let mend = slip.mend?;
    let applicability = if mend.safe { Applicability::Safe } else { Applicability::Unsafe };
    Some(Fix::of_note(&ctx.note.path, mend.title.to_owned(), applicability, mend.edits.iter().cloned()))
}

declare_rule! {
    /// A canvas cannot be read.
    ///
    /// ## Why
    ///
    /// Obsidian does not open it. Links on its cards are not followed, and are not updated when notes are
    /// renamed.
    ///
    /// ## Example
    ///
    /// A `.canvas` file with a comma after its last card, as a merge by hand leaves it.
    ///
    /// ## Fix
    ///
    /// Make it valid JSON again: an object with a list of `nodes` and a list of `edges`, as JSON Canvas
    /// defines it.
    pub(super) static CANVAS_INVALID = "canvas-invalid", Error, Linking(canvas_invalid), beyond_comments;
}

fn canvas_invalid(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    problems(ctx, sink, ProblemKind::Canvas);
    if ctx.note.role == Role::Canvas {
        problems(ctx, sink, ProblemKind::Encoding);
    }
}

declare_rule! {
    /// A note is not UTF-8.
    ///
    /// ## Why
    ///
    /// Obsidian and every other tool read notes as UTF-8, and show garbled text in place of what was
    /// written. Nothing else is reported about such a note.
    ///
    /// ## Example
    ///
    /// A note that an old editor saved as Latin-1: its `é` is the single byte `0xE9`.
    ///
    /// ## Fix
    ///
    /// Save it as UTF-8, for instance with `iconv -f latin1 -t utf-8`.
    pub(super) static FILE_NOT_UTF8 = "file-not-utf8", Error, Every(file_not_utf8), beyond_comments;
}

fn file_not_utf8(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    problems(ctx, sink, ProblemKind::Encoding);
}

declare_rule! {
    /// A merge conflict is not settled.
    ///
    /// ## Why
    ///
    /// The note holds two versions of a text, with git's markers between them. Whatever else is read from
    /// the note may belong to neither side. Nothing is written into it until the conflict is settled.
    ///
    /// A conflict in a code block is an example and does not count, except in JSON and mermaid blocks,
    /// which portolan reads. A lone marker does not count either, because it may be a quote within quotes.
    /// A conflict whose last line is lost does count, and other rules judge such a note as well.
    ///
    /// Where a conflict stops every board of its note, or is inside a board, `board-stale` reports it
    /// instead.
    ///
    /// ## Example
    ///
    /// ```text
    /// <<<<<<< HEAD
    /// The pump runs at night.
    /// =======
    /// The pump runs all day.
    /// >>>>>>> summer
    /// ```
    ///
    /// ## Fix
    ///
    /// Keep what is right and delete the markers. `portolan sync` settles conflicts in boards, and in a
    /// history to which both sides have added entries, but nothing that is commented out.
    pub static MERGE_CONFLICT = "merge-conflict", Error, Every(merge_conflict);
}

fn merge_conflict(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    let system = ctx.note.facts.system();
    if system.conflict.is_none() {
        return;
    }
    let Some(text) = ctx.text() else { return };
    let outline = markdown::outline_of(text);
    let mut conflicts = conflict::seen_in(text, &outline);
    boards::leave_unsaid(ctx, text, &mut conflicts);
    let lines = LineIndex::new(text);
    for conflict in conflicts {
        let place = lines.place(lines.line_span(conflict.line));
        let message = "a merge conflict is not settled".to_owned();
        let way_out = if outline.is_commented_out(text, conflict.span.start) {
            "keep what is right and delete the markers: what is commented out no `portolan sync` settles"
        } else {
            "keep what is right and delete the markers; `portolan sync` settles boards and histories"
        };
        sink.report(&ctx.note.path, place, "", message).advise(way_out);
    }
}

/// Reports the problems of one kind.
pub(super) fn problems(ctx: &NoteContext<'_>, sink: &mut Sink<'_>, kind: ProblemKind) {
    for problem in ctx.note.facts.system().problems.iter().filter(|p| p.kind == kind) {
        sink.report(&ctx.note.path, problem.place, &problem.subject, problem.message.clone());
    }
}

declare_rule! {
    /// A note cannot be read.
    ///
    /// ## Why
    ///
    /// What cannot be read is not checked: a note without permission, a folder that cannot be listed, a
    /// name that is not UTF-8, or blocks that are nested more than a thousand levels deep.
    ///
    /// ## Example
    ///
    /// A note of mode `000`.
    ///
    /// ## Fix
    ///
    /// Give yourself permission to read it, rename the file, or exclude it in `portolan.toml`.
    pub(super) static FILE_UNREADABLE = "file-unreadable", Error, Unread(file_unreadable), beyond_comments;
}

fn file_unreadable(ctx: &Context<'_>, sink: &mut Sink<'_>) {
    for unread in ctx.vault.unread() {
        sink.report(&unread.path, None, "", format!("cannot be read: {}", unread.reason));
    }
    for (_, note) in ctx.vault.notes_with(Traits::TOO_DEEP) {
        for problem in note.facts.system().problems.iter().filter(|p| p.kind == ProblemKind::Nesting) {
            sink.report(&note.path, problem.place, "nesting", problem.message.clone());
        }
    }
}
