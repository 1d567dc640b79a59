//! The note family: duplicate headings and block ids, names and reviews.

use std::collections::{HashMap, HashSet};

use super::header::date;
use super::{NoteContext, Sink, declare_rule};
use crate::syntax::facts::HeadingFact;
use crate::syntax::header::keys;
use crate::syntax::markdown;
use crate::text::path;
use crate::text::place::{LineIndex, Place};
use crate::vault::fragment::link_heading_key;

declare_rule! {
    /// A note has the same heading twice.
    ///
    /// ## Why
    ///
    /// A link to it always leads to the first one. Off unless `portolan.toml` switches it on: many notes
    /// repeat a heading in different sections, and nobody links to it.
    ///
    /// Headings are compared as links compare them, and only with those below the same heading: `Setup` in
    /// two different chapters is fine, since `#Chapter#Setup` tells them apart.
    ///
    /// ## Example
    ///
    /// ```md
    /// ## Limits
    /// ## Limits
    /// ```
    ///
    /// ## Fix
    ///
    /// Rename one of them.
    pub(super) static HEADING_DUPLICATE = "heading-duplicate", Off, Ordinary(heading_duplicate);
}

fn heading_duplicate(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    let facts = &ctx.note.facts;
    // The headings above the current one, each with its level and number.
    let mut above: Vec<(u8, u32)> = Vec::new();
    let mut twice: Vec<(&HeadingFact, &HeadingFact)> = Vec::new();
    let mut seen: HashMap<(u32, u8, String), &HeadingFact> = HashMap::new();
    for (number, heading) in (1u32..).zip(&facts.headings) {
        above.retain(|(level, _)| *level < heading.level);
        let parent = above.last().map_or(0, |(_, number)| *number);
        above.push((heading.level, number));
        let words = facts.text(heading.text);
        let key = (parent, heading.level, link_heading_key(words));
        if key.2.is_empty() {
            continue;
        }
        match seen.get(&key) {
            Some(first) => twice.push((heading, first)),
            None => _ = seen.insert(key, heading),
        }
    }
    if twice.is_empty() {
        return;
    }
    // Facts have only the spans of headings; the text is needed for a finding.
    let lines = ctx.text().map(LineIndex::new);
    let place =
        |heading: &HeadingFact| lines.as_ref().map_or(Place::START, |lines| lines.place(heading.span));
    for (heading, first) in twice {
        let words = facts.text(heading.text);
        let finding = sink.report(
            &ctx.note.path,
            place(heading),
            words,
            format!("the heading `{words}` appears twice"),
        );
        finding.points_to(&ctx.note.path, place(first), "links lead to this one");
    }
}

declare_rule! {
    /// A note has the same block id twice.
    ///
    /// ## Why
    ///
    /// A link to it leads to one of the blocks, while its author may have meant the other. Copying a
    /// paragraph copies its id. Off unless `portolan.toml` switches it on: if nothing links to the id,
    /// nothing is wrong.
    ///
    /// Ids are compared without regard to case, as links compare them.
    ///
    /// ## Example
    ///
    /// ```md
    /// Retries stop after a minute. ^retry
    ///
    /// Retries stop after two minutes. ^retry
    /// ```
    ///
    /// ## Fix
    ///
    /// Give one of the blocks another id, or remove its id.
    pub(super) static BLOCK_DUPLICATE = "block-duplicate", Off, Ordinary(block_duplicate);
}

fn block_duplicate(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    let facts = &ctx.note.facts;
    let mut ids = HashSet::new();
    if facts.block_ids.iter().all(|id| ids.insert(facts.text(*id).to_ascii_lowercase())) {
        return;
    }
    // Facts have no places of block ids, which only this rule needs.
    let Some(text) = ctx.vault.shown_text(ctx.id) else { return };
    let lines = LineIndex::new(&text);
    let mut seen: HashMap<String, Place> = HashMap::new();
    for id in markdown::outline_of(&text).block_ids {
        let (name, place) = (id.of(&text), lines.place(id));
        let Some(first) = seen.get(&name.to_ascii_lowercase()) else {
            seen.insert(name.to_ascii_lowercase(), place);
            continue;
        };
        let message = format!("the block id `^{name}` appears twice");
        let finding = sink.report(&ctx.note.path, place, &name.to_ascii_lowercase(), message);
        finding.points_to(&ctx.note.path, *first, "first here");
    }
}

declare_rule! {
    /// The name of a note cannot be written in a link.
    ///
    /// ## Why
    ///
    /// Obsidian cuts every link at the first `#` or `|`, ends it at `]]`, and begins another one at `[[`.
    /// No spelling leads to such a note.
    ///
    /// ## Example
    ///
    /// A note `C# style.md`.
    ///
    /// ## Fix
    ///
    /// Rename the note.
    pub(super) static NAME_UNLINKABLE = "name-unlinkable", Info, Ordinary(name_unlinkable), of_whole_notes;
}

fn name_unlinkable(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    let name = path::stem(&ctx.note.path);
    if let Some(mark) = unlinkable(name) {
        sink.report(
            &ctx.note.path,
            Place::START,
            name,
            format!("no link can name `{name}`: it contains `{mark}`"),
        );
    }
}

/// Whether a link can name the note at this path.
pub(super) fn is_linkable(path: &str) -> bool {
    unlinkable(path::stem(path)).is_none()
}

/// Returns the characters in a name that make it impossible to write in a link.
fn unlinkable(name: &str) -> Option<&'static str> {
    ["#", "|", "]]", "[["].into_iter().find(|mark| name.contains(mark))
}

declare_rule! {
    /// Nobody has changed a note for longer than the vault allows.
    ///
    /// ## Why
    ///
    /// People rely on a note that nobody has checked for a year, without good reason. Off unless
    /// `portolan.toml` switches it on and sets how many days a note may go without a change
    /// (`review-days`).
    ///
    /// The age is counted from *Last Modified*. It depends on the clock, so no board shows it.
    ///
    /// ## Example
    ///
    /// With `review-days = 365`, in 2026:
    ///
    /// ```md
    /// - Last Modified: 2024-03-01_09-00
    /// ```
    ///
    /// ## Fix
    ///
    /// Read the note, correct what is wrong, and set the date.
    pub static NOTE_REVIEW_OVERDUE = "note-review-overdue", Off, Ordinary(note_review_overdue), uses_clock;
}

fn note_review_overdue(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    let (Some(days), Some(now)) = (ctx.vault.config().review_days, ctx.context.now) else { return };
    let Some((field, modified)) = date(ctx, keys::LAST_MODIFIED) else { return };
    let age = (now.time() - modified.time()).num_days();
    if age > i64::from(days) {
        let message = format!("last modified {age} days ago; the vault asks for a review every {days} days");
        sink.report(&ctx.note.path, field.place, "", message);
    }
}
