//! The link family: headings and blocks that are missing in the target of a link.

use super::{NoteContext, Sink, declare_rule, repair};
use crate::syntax::link::RawLink;
use crate::syntax::placeholder;
use crate::text::message::did_you_mean;
use crate::text::path;
use crate::vault::Vault;
use crate::vault::fragment::Fragment;
use crate::vault::names::{FileId, Resolution};
use crate::vault::targets::Anchored;

declare_rule! {
    /// A link names a heading that its target does not have.
    ///
    /// ## Why
    ///
    /// Obsidian opens the note at its top and says nothing, so nobody notices that a heading was
    /// renamed.
    ///
    /// Headings are compared as in Obsidian: case and punctuation do not matter, and each part of `#A#B`
    /// must be a heading below the one before.
    ///
    /// ## Example
    ///
    /// ```md
    /// See [[Gateway#Rate limts]].
    /// ```
    ///
    /// ## Fix
    ///
    /// Name a heading that the target has. `--unsafe-fixes` writes the nearest one.
    ///
    /// An anchor in the form that GitHub and others derive from a heading (`#rate-limits`) leads nowhere in
    /// Obsidian, but shows which heading is meant, so the fix writes that one. Of several equal headings,
    /// Obsidian finds only the first. If the anchor means another one, and no heading above tells the two
    /// apart, rename that heading.
    pub(super) static LINK_HEADING_MISSING = "link-heading-missing", Error, Linking(link_heading_missing), fixable;
}

fn link_heading_missing(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    for (link, target, fragment) in broken(ctx, false) {
        let Fragment::Heading(parts) = &fragment else { continue };
        let (name, heading) = (path::stem(ctx.vault.names().path(target)), parts.join("#"));
        let subject = format!("{}#{heading}", ctx.note.facts.text(link.path));
        let written = ctx.note.facts.text(link.fragment.unwrap_or_default());
        let message = format!("`{name}` has no heading `{written}`");
        let finding = sink.report(&ctx.note.path, link.place, &subject, message);
        let note = ctx.vault.note_of(target).and_then(|id| ctx.vault.note(id));
        let anchored = note.filter(|_| parts.len() == 1).and_then(|note| note.heading_of_anchor(written));
        if let Some(meant) = anchored {
            finding.advise(meant.advice());
            if let Anchored::At(parts) = &meant
                && let Some(heading) = parts.last()
            {
                finding.mended_by(repair::name_heading(ctx, link, target, parts, heading));
            }
            continue;
        }
        // A `#` in a heading is written as a blank in a link, because any other `#` begins another heading.
        let unparted = note.filter(|_| parts.len() > 1).and_then(|note| note.heading_like(written));
        let nearest = || note.zip(parts.last()).and_then(|(note, last)| note.nearest_heading(last));
        let near = unparted.or_else(nearest);
        if let Some(near) = near {
            finding.advise(did_you_mean(near));
            finding.mended_by(repair::name_heading(ctx, link, target, parts, near));
        }
    }
}

declare_rule! {
    /// A link names a block id that its target does not have.
    ///
    /// ## Why
    ///
    /// Obsidian opens the note at its top and says nothing, so nobody notices that the paragraph is gone,
    /// or has lost its id.
    ///
    /// In a link to an Excalidraw drawing, the part after the `#` (`#^frame=ID`) is for the plug-in, which
    /// looks for it in the data of the drawing. It is not judged.
    ///
    /// ## Example
    ///
    /// ```md
    /// See [[Gateway#^limits]].
    /// ```
    ///
    /// ## Fix
    ///
    /// Put `^limits` after a space at the end of the paragraph or list item that is meant. For a table,
    /// quote or list, put it on a separate line after it. A link to an id at the end of a line in a quote
    /// is not reported: sources disagree whether Obsidian finds it.
    pub(super) static LINK_BLOCK_MISSING = "link-block-missing", Error, Linking(link_block_missing);
}

fn link_block_missing(ctx: &NoteContext<'_>, sink: &mut Sink<'_>) {
    for (link, target, fragment) in broken(ctx, true) {
        let Fragment::Block(id) = &fragment else { continue };
        let name = path::stem(ctx.vault.names().path(target));
        let subject = format!("{}#^{id}", ctx.note.facts.text(link.path));
        sink.report(&ctx.note.path, link.place, &subject, format!("`{name}` has no block `^{id}`"));
    }
}

/// Returns the links whose target exists but lacks the block (`block`), or else the heading, that they name.
fn broken<'c>(
    ctx: &'c NoteContext<'_>,
    block: bool,
) -> impl Iterator<Item = (&'c RawLink, FileId, Fragment)> {
    let facts = &ctx.note.facts;
    ctx.links().iter().filter_map(move |(link, resolution)| {
        let written = facts.text(link.fragment?);
        if written.starts_with('^') != block {
            return None;
        }
        // Where several files fit equally well, another one may have it.
        let Resolution::File(target) = *resolution else { return None };
        let fragment = Vault::fragment(ctx.note, link)?;
        let broken = ctx.vault.fragment_ok(target, Some(&fragment)) == Some(false);
        let judged = !placeholder::is_in(written) && !link.is_search(&facts.pool);
        (broken && judged).then_some((*link, target, fragment))
    })
}

#[cfg(test)]
mod tests {
    use crate::config::Config;
    use crate::model::help::Help;
    use crate::rules;
    use crate::vault::Vault;

    /// The help for links to missing headings, and what their fixes would write.
    #[test]
    fn an_anchor_of_github_says_which_heading_is_meant() {
        let log = "## v1.2.0 - 2025-01-01\n\n## [1.3.0] - 2025-02-01\n\n### Added\n\n## [1.2.0] - 2025-01-01\n\n\
                   ### Added\n\n## **Bold** Heading\n\n## Limits\n\n## Limits\n\n## Limits 1\n\n## Twice\n\n## Twice\n\n\
                   # One\n\n## Same\n\n### Deep\n\n# Two\n\n## Same\n\n### Deep\n";
        let anchor = "? Obsidian knows no anchors as GitHub makes them";
        let hidden = |name: &str| {
            let only = "finds only the first of equal headings";
            Some(format!("{}, and {only}: give the other `{name}` another name", &anchor[2..]))
        };
        for (link, help, written) in [
            (
                "[x](log.md#120---2025-01-01)",
                Some(format!("did you mean `[1.2.0] - 2025-01-01`{anchor}")),
                Some("[1.2.0]%20-%202025-01-01"),
            ),
            (
                "[[log#bold-heading]]",
                Some(format!("did you mean `**Bold** Heading`{anchor}")),
                Some("**Bold** Heading"),
            ),
            // Of equal headings, only the first can be named without the headings above it.
            (
                "[[log#added-1]]",
                Some(format!("did you mean `[1.2.0] - 2025-01-01#Added`{anchor}")),
                Some("[1.2.0] - 2025-01-01#Added"),
            ),
            ("[[log#twice-1]]", hidden("Twice"), None),
            (
                "[x](log.md#deep-1)",
                Some(format!("did you mean `Two#Same#Deep`{anchor}")),
                Some("Two#Same#Deep"),
            ),
            ("[[log#Twice-2]]", None, None),
            // `limits-1` could be the anchor of the second `Limits` or of `Limits 1`.
            ("[[log#limits-1]]", Some("did you mean `Limits 1`?".to_owned()), Some("Limits 1")),
            // Not an anchor, then a path of headings.
            ("[[log#Bold Headng]]", None, None),
            ("[[log#Limts]]", Some("did you mean `Limits`?".to_owned()), Some("Limits")),
            ("[[log#x#bold-heading]]", None, None),
        ] {
            let note = format!("{link}\n");
            let vault = Vault::of_texts(Config::default(), &[("a.md", &note), ("log.md", log)]);
            let findings = rules::run(&vault, None);
            let [one] = &findings[..] else { panic!("{link}: {findings:?}") };
            assert_eq!(one.help.as_ref().map(Help::to_string), help, "{link}");
            let edits = one.fix.iter().flat_map(|fix| &fix.edits).map(|(_, edit)| &*edit.text);
            assert_eq!(edits.collect::<Vec<_>>(), written.as_slice(), "{link}");
        }
    }
}
