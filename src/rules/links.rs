//! The link family: what leads nowhere.
//!
//! Whatever Obsidian itself resolves is silent here. Links in template notes are not judged, and a
//! link whose name was never rendered is left to `placeholder-unrendered`.

use super::{NoteContext, Sink, declare_rule};
use crate::config::nearest;
use crate::model::finding::{Applicability, Fix, Related};
use crate::syntax::link::{LinkKind, RawLink};
use crate::syntax::placeholder;
use crate::text::edit::Edit;
use crate::text::fold::fold;
use crate::text::path;
use crate::text::place::Place;
use crate::vault::fragment::Fragment;
use crate::vault::names::{FileId, Resolution};
use crate::vault::{Note, Vault};

declare_rule! {
    /// A link names a note or file that is not in the vault.
    ///
    /// ## Why
    ///
    /// Whoever follows it finds an empty new note in place of what was promised. Links rot when notes
    /// are renamed outside of Obsidian, merged or deleted.
    ///
    /// The link is resolved as Obsidian resolves it: an exact path from the root, then the folder of
    /// the note, then the shortest path that ends with the name, all without regard to case. Aliases
    /// do not resolve, in Obsidian neither.
    ///
    /// ## Example
    ///
    /// ```md
    /// See [[Payment Gatway]] for the limits.
    /// ```
    ///
    /// ## Fix
    ///
    /// Name a note that is there, or write the missing one. To link to an alias, write
    /// `[[Note|Alias]]`.
    pub(super) static LINK_UNRESOLVED = "link-unresolved", Error, Ordinary(link_unresolved);
}

fn link_unresolved(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    missing(ctx, sink, |kind| kind != LinkKind::Embed, "note or file");
}

declare_rule! {
    /// An embed names a note or file that is not in the vault.
    ///
    /// ## Why
    ///
    /// The reader sees a grey box where a picture or a section should be.
    ///
    /// ## Example
    ///
    /// ```md
    /// ![[network-plan.svg]]
    /// ```
    ///
    /// ## Fix
    ///
    /// Put the file back, or name it as it is called now. Files that are not notes need their
    /// extension.
    pub(super) static EMBED_MISSING = "embed-missing", Error, Ordinary(embed_missing);
}

fn embed_missing(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    missing(ctx, sink, |kind| kind == LinkKind::Embed, "file");
}

fn missing(ctx: &NoteContext<'_>, sink: &mut Sink<'_>, wanted: impl Fn(LinkKind) -> bool, what: &str) {
    for (link, resolution) in ctx.links() {
        if *resolution != Resolution::Missing || !wanted(link.kind) || is_unrendered(ctx.note, link) {
            continue;
        }
        let name = ctx.note.facts.text(link.path);
        let finding =
            sink.report(&ctx.note.path, link.place, name, format!("no {what} `{name}` in the vault"));
        if let Some((note, alias)) = alias_of(ctx.vault, name) {
            finding.help = Some(format!("`{name}` is an alias of `{note}`: write `[[{note}|{alias}]]`"));
            if link.kind == LinkKind::Wikilink && link.fragment.is_none() && link.display.is_none() {
                finding.fix = Some(Fix {
                    title: format!("link to `{note}` by its alias"),
                    applicability: Applicability::Unsafe,
                    edits: vec![(
                        ctx.note.path.clone(),
                        Edit::replace(link.place.span, format!("[[{note}|{alias}]]")),
                    )],
                });
            }
        }
    }
}

/// The note that has this alias, if exactly one has: the name to link to it by, and the alias.
fn alias_of<'v>(vault: &'v Vault, name: &str) -> Option<(&'v str, &'v str)> {
    let [only] = vault.with_alias(name) else { return None };
    let note = vault.note(*only)?;
    let aliases = note.facts.aliases.iter().map(|alias| note.facts.text(*alias));
    let alias = aliases.into_iter().find(|alias| fold(alias) == fold(name))?;
    Some((path::stem(&note.path), alias))
}

fn is_unrendered(note: &Note, link: &RawLink) -> bool {
    placeholder::is_in(note.facts.text(link.path))
}

declare_rule! {
    /// A link names a heading that its target does not have.
    ///
    /// ## Why
    ///
    /// Obsidian opens the note at its top and says nothing, so nobody notices that a heading was
    /// renamed.
    ///
    /// Headings compare as Obsidian compares them: without regard to case and punctuation, and each
    /// part of `#A#B` below the one before.
    ///
    /// ## Example
    ///
    /// ```md
    /// See [[Gateway#Rate limts]].
    /// ```
    ///
    /// ## Fix
    ///
    /// Name a heading that the target has.
    pub(super) static LINK_HEADING_MISSING = "link-heading-missing", Error, Ordinary(link_heading_missing);
}

fn link_heading_missing(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    for (link, target, fragment) in broken_fragments(ctx) {
        let Fragment::Heading(parts) = &fragment else { continue };
        let (name, heading) = (path::stem(ctx.vault.names().path(target)), parts.join("#"));
        let subject = format!("{}#{heading}", ctx.note.facts.text(link.path));
        let message = format!("`{name}` has no heading `{heading}`");
        let finding = sink.report(&ctx.note.path, link.place, &subject, message);
        let note = ctx.vault.note_of(target).and_then(|id| ctx.vault.note(id));
        if let (Some(note), Some(last)) = (note, parts.last()) {
            let headings = note.facts.headings.iter().map(|h| note.facts.text(h.text));
            finding.help = nearest(last, headings).map(|near| format!("did you mean `{near}`?"));
        }
    }
}

declare_rule! {
    /// A link names a block id that its target does not have.
    ///
    /// ## Why
    ///
    /// Obsidian opens the note at its top and says nothing: the paragraph has gone, or lost its id.
    ///
    /// ## Example
    ///
    /// ```md
    /// See [[Gateway#^limits]].
    /// ```
    ///
    /// ## Fix
    ///
    /// Put `^limits` behind a blank at the end of the paragraph or list item that is meant, or on a
    /// line of its own behind a table, quote or list.
    pub(super) static LINK_BLOCK_MISSING = "link-block-missing", Error, Ordinary(link_block_missing);
}

fn link_block_missing(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    for (link, target, fragment) in broken_fragments(ctx) {
        let Fragment::Block(id) = &fragment else { continue };
        let name = path::stem(ctx.vault.names().path(target));
        let subject = format!("{}#^{id}", ctx.note.facts.text(link.path));
        sink.report(&ctx.note.path, link.place, &subject, format!("`{name}` has no block `^{id}`"));
    }
}

/// Links whose target is there, and what they name in it is not.
fn broken_fragments<'c>(ctx: &'c NoteContext<'_>) -> impl Iterator<Item = (&'c RawLink, FileId, Fragment)> {
    ctx.links().iter().filter_map(|(link, resolution)| {
        let target = resolution.file()?;
        let fragment = Vault::fragment(ctx.note, link)?;
        let broken = ctx.vault.fragment_ok(target, Some(&fragment)) == Some(false);
        let raw = link.fragment.map_or("", |f| ctx.note.facts.text(f));
        (broken && !placeholder::is_in(raw)).then_some((*link, target, fragment))
    })
}

declare_rule! {
    /// A link fits several files alike, and which one Obsidian opens is not fixed.
    ///
    /// ## Why
    ///
    /// Two files of one name whose paths are equally long: the app takes one of them, and may take
    /// the other one tomorrow. Where an exact path, the note's own folder or a shorter path decides,
    /// nothing is reported.
    ///
    /// ## Example
    ///
    /// With `alpha/Setup.md` and `gamma/Setup.md`, in a note of a third folder:
    ///
    /// ```md
    /// Follow [[Setup]].
    /// ```
    ///
    /// ## Fix
    ///
    /// Write the folder: `[[alpha/Setup]]`.
    pub(super) static LINK_AMBIGUOUS = "link-ambiguous", Warning, Ordinary(link_ambiguous);
}

fn link_ambiguous(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    for (link, resolution) in ctx.links() {
        let Resolution::Ambiguous(first, others) = resolution else { continue };
        let name = ctx.note.facts.text(link.path);
        let names = ctx.vault.names();
        let message = format!(
            "`{name}` fits {} files alike; portolan takes `{}`, Obsidian's choice is not fixed",
            others.len() + 1,
            names.path(*first)
        );
        let finding = sink.report(&ctx.note.path, link.place, name, message);
        let candidates = std::iter::once(first).chain(others).take(5);
        finding.related = candidates
            .map(|id| Related {
                note: names.path(*id).to_owned(),
                place: Place::START,
                message: "fits the link".to_owned(),
            })
            .collect();
        let folder = names.path(*first).trim_end_matches(".md");
        finding.help = Some(format!("write the folder: `[[{folder}]]`"));
    }
}
