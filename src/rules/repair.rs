//! Fixes for links: edits that change only the path or the fragment, and keep the link's form, its escapes
//! and its shown text.

use super::NoteContext;
use crate::model::finding::{Applicability, Fix};
use crate::syntax::link::{LinkKind, RawLink, Spelling};
use crate::text::edit::Edit;
use crate::text::path;
use crate::vault::fragment::{Fragment, in_a_link};
use crate::vault::names::{FileId, Resolution};

/// Returns the fix that makes a link lead to another file. A link written with an alias keeps showing it:
/// `[[Note|Alias]]`. A link on a card of a canvas shows the new name instead: tables are not looked for
/// there, and a bar would split a row of one.
pub(super) fn lead_to(
    ctx: &NoteContext<'_>,
    link: &RawLink,
    target: FileId,
    alias: Option<&str>,
) -> Option<Fix> {
    let text = path_to(ctx, link, target)?;
    let mut edits = vec![Edit::replace(link.path_span()?, written(link, &text)?)];
    if let Some(alias) = alias.filter(|_| bears_alias(link)) {
        let alias = written(link, alias)?;
        edits.push(Edit::insert(link.place.span.end as usize - 2, format!("{}{alias}", bar(link))));
    }
    Some(Fix::of_note(&ctx.note.path, format!("link to `{text}`"), Applicability::Unsafe, edits))
}

/// Returns the path with which a link leads to a file, in the link's own form.
pub(super) fn path_to(ctx: &NoteContext<'_>, link: &RawLink, target: FileId) -> Option<String> {
    let names = ctx.vault.names();
    let model = ctx.note.facts.text(link.path);
    match link.spelling {
        Spelling::Rooted => Some(names.path(target).to_owned()),
        Spelling::Encoded | Spelling::Angled if model.contains('/') => {
            // Programs other than Obsidian follow Markdown links too, and do not know short names.
            let path = path_like(ctx, model, target);
            path.map_or_else(|| names.link_text_like(model, target, ctx.note.file), Some)
        }
        _ => names.link_text_like(model, target, ctx.note.file),
    }
}

/// Returns a link as it would be written with another path, and with an alias if it can show one. `…` stands for
/// the text that the link shows now, because that is not in the facts and may contain a secret. `None` for the
/// path of a card, and where the link cannot contain the path.
pub(super) fn as_written(
    ctx: &NoteContext<'_>,
    link: &RawLink,
    path: &str,
    alias: Option<&str>,
) -> Option<String> {
    let facts = &ctx.note.facts;
    let mut destination = written(link, path)?;
    if let Some(fragment) = link.fragment {
        destination += &format!("#{}", written(link, facts.text(fragment))?);
    }
    let sign = if link.kind == LinkKind::Embed { "!" } else { "" };
    Some(match link.spelling {
        Spelling::Literal => {
            let alias = alias.filter(|_| bears_alias(link)).map(|alias| written(link, alias));
            let shown = if link.display().is_some() { Some("…".to_owned()) } else { alias.flatten() };
            let shown = shown.map(|text| [bar(link), &text].concat()).unwrap_or_default();
            format!("{sign}[[{destination}{shown}]]")
        }
        Spelling::Encoded => format!("{sign}[…]({destination})"),
        Spelling::Angled => format!("{sign}[…](<{destination}>)"),
        Spelling::Rooted => return None,
    })
}

/// Whether a link can show an alias of its target.
fn bears_alias(link: &RawLink) -> bool {
    link.spelling == Spelling::Literal
        && !matches!(link.kind, LinkKind::Embed | LinkKind::Canvas)
        && link.display().is_none()
}

/// Returns the bar before the text that a link shows.
const fn bar(link: &RawLink) -> &'static str {
    if link.in_table { "\\|" } else { "|" }
}

/// Returns the path of a file from the folder of the note, or from the root of the vault where the file lies
/// elsewhere, with `.md` where `model` has it. `None` where that path does not lead there, or `model` begins
/// with `./` or `../`.
fn path_like(ctx: &NoteContext<'_>, model: &str, target: FileId) -> Option<String> {
    if path::is_relative(model) {
        return None;
    }
    let names = ctx.vault.names();
    let whole = names.path(target);
    let inside = path::behind(whole, path::folder(&ctx.note.path)).and_then(|rest| rest.strip_prefix('/'));
    let text = inside.unwrap_or(whole);
    let bare = path::is_note(text) && !path::is_note(model);
    let text = if bare { path::without_md(text) } else { text };
    (names.resolve(text, ctx.note.file) == Resolution::File(target)).then(|| text.to_owned())
}

/// Returns the fix that writes the path of a link in the case of its file.
pub(super) fn in_own_case(ctx: &NoteContext<'_>, link: &RawLink, path: &str) -> Option<Fix> {
    let edit = Edit::replace(link.path_span()?, written(link, path)?);
    Some(Fix::of_note(&ctx.note.path, format!("write `{path}`"), Applicability::Safe, vec![edit]))
}

/// Returns the fix that makes a link name another heading: it replaces the last part of its path of headings,
/// or the whole path where the rest does not lead to that heading.
pub(super) fn name_heading(
    ctx: &NoteContext<'_>,
    link: &RawLink,
    target: FileId,
    parts: &[String],
    heading: &str,
) -> Option<Fix> {
    let span = link.fragment_span()?;
    let mut whole = parts.to_vec();
    *whole.last_mut()? = in_a_link(heading);
    let alone = vec![in_a_link(heading)];
    let found = |parts: &Vec<String>| {
        ctx.vault.fragment_ok(target, Some(&Fragment::Heading(parts.clone()))) == Some(true)
    };
    let parts = [whole, alone].into_iter().find(found)?;
    let text = parts.iter().map(|part| written(link, part)).collect::<Option<Vec<_>>>()?.join("#");
    let title = format!("name the heading `{}`", parts.join("#"));
    Some(Fix::of_note(&ctx.note.path, title, Applicability::Unsafe, vec![Edit::replace(span, text)]))
}

/// Writes a text as it must be in the link's destination; `None` where that is not possible.
fn written(link: &RawLink, text: &str) -> Option<String> {
    let text = link.spelling.write(text)?;
    // The link may be in a quoted value of YAML or JSON: what would need an escape there is left to a person.
    let quoted = match link.kind {
        LinkKind::Frontmatter => text.contains(['"', '\'', '\\']),
        LinkKind::Canvas => text.contains(['"', '\\']),
        _ => false,
    };
    (!quoted && !text.contains(char::is_control)).then_some(text)
}
