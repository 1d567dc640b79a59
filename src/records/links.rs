//! The records of `list links`: where links lead, and whether what they name exists there.

use std::cell::OnceCell;
use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::span;
use crate::syntax::link::{LinkKind, RawLink, shown_in_properties};
use crate::text::span::Span;
use crate::vault::Vault;
use crate::vault::fragment::Fragment;
use crate::vault::names::Resolution;

/// A link.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LinkRecord {
    /// The path in the vault of the note or canvas with the link.
    pub note: String,
    /// The 1-based line; may be null in a canvas.
    pub line: Option<u32>,
    /// The 1-based column, in Unicode scalar values.
    pub column: Option<u32>,
    /// The link: `[start, end)` in bytes of the file.
    pub span: Option<[u32; 2]>,
    /// The link, as written.
    pub raw: String,
    /// `wikilink`, `embed`, `markdown`, `frontmatter` or `canvas`.
    #[schemars(extend("enum" = ["wikilink", "embed", "markdown", "frontmatter", "canvas"]))]
    pub kind: String,
    /// The path of the file that it leads to; null if there is none.
    pub target: Option<String>,
    /// The heading or block in the target that it names; null if it names none.
    pub fragment: Option<FragmentRecord>,
    /// Whether the target has that heading or block; null if this does not apply.
    pub fragment_ok: Option<bool>,
    /// The text that it shows in place of its target; null if it has none.
    pub display: Option<String>,
}

/// The heading or block that a link names in its target.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FragmentRecord {
    /// A heading, after the headings above it that the link names.
    Heading(Vec<String>),
    /// A block id.
    Block(String),
}

/// Returns the records of every link of notes and canvases, in the order of paths.
#[must_use]
pub fn links(vault: &Vault) -> Vec<LinkRecord> {
    links_where(vault, |_, _| true)
}

/// Like [`links`], but without the links in boards: a board must not depend on the content of boards.
#[must_use]
pub fn links_outside_boards(vault: &Vault) -> Vec<LinkRecord> {
    links_where(vault, |link, _| !link.generated)
}

/// Returns the records of the links that are `wanted`, given each link and where it leads.
#[must_use]
pub fn links_where(vault: &Vault, wanted: impl Fn(&RawLink, Resolution<'_>) -> bool) -> Vec<LinkRecord> {
    let mut records = Vec::new();
    for (id, note) in vault.linking_notes() {
        let found = note.facts.links.iter().map(|link| (link, vault.resolve(note, link)));
        let found: Vec<_> = found.filter(|(link, resolution)| wanted(link, *resolution)).collect();
        if found.is_empty() {
            continue;
        }
        let text = vault.shown_text(id).unwrap_or_default();
        let properties = OnceCell::new();
        for (link, resolution) in found {
            let target = resolution.file();
            let fragment = Vault::fragment(note, link);
            records.push(LinkRecord {
                note: note.path.clone(),
                line: Some(link.place.line),
                column: Some(link.place.column),
                span: Some(span(link.place.span)),
                raw: link.place.span.of(&text).to_owned(),
                kind: link.kind.name().to_owned(),
                target: target.map(|file| vault.names().path(file).to_owned()),
                fragment_ok: target.and_then(|file| vault.fragment_ok(file, fragment.as_ref())),
                fragment: fragment.and_then(|f| match f {
                    Fragment::Heading(parts) => Some(FragmentRecord::Heading(parts)),
                    Fragment::Block(id) => Some(FragmentRecord::Block(id)),
                    Fragment::Footnote => None,
                }),
                display: shown(link, &text, &properties),
            });
        }
    }
    records
}

/// Returns what a link shows, with the escapes of JSON decoded in a canvas, and those of YAML in properties. The
/// properties of a note are parsed again for this, once, and only if they have links.
fn shown(link: &RawLink, text: &str, properties: &OnceCell<HashMap<Span, String>>) -> Option<String> {
    let written = link.display().map(|display| display.of(text));
    let read = match (link.kind, written) {
        (LinkKind::Canvas, Some(written)) => serde_json::from_str(&format!("\"{written}\"")).ok(),
        (LinkKind::Frontmatter, None) if link.path_span().is_none() => {
            properties.get_or_init(|| shown_in_properties(text)).get(&link.place.span).cloned()
        }
        _ => None,
    };
    read.or_else(|| written.map(str::to_owned))
}
