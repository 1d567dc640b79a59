//! Adds items to the *Linked Resources* of a note for a new integration: those of the template's note, and the
//! files that the values of its fields link to.

use crate::plan::escape;
use crate::plan::history::{next_number, past_blanks};
use crate::plan::template::Values;
use crate::syntax::link::TypedLink;
use crate::syntax::markdown;
use crate::syntax::outline::Item;
use crate::text::edit::Edit;
use crate::text::fold::heading_key;
use crate::text::line::line_before;
use crate::text::place::line_ending_at;
use crate::text::span::Span;
use crate::vault::names::FileId;
use crate::vault::{Note, Vault};

/// The heading that identifies the section.
const SECTION: &str = "linked resources";

pub(super) fn edits(
    vault: &Vault,
    note: &Note,
    text: &str,
    home: &Note,
    home_text: &str,
    name: &str,
    values: &Values,
) -> Option<Edit> {
    let own = Section::of(vault, note, text)?;
    let mut wanted: Vec<(FileId, String)> = Vec::new();
    if home.file != note.file
        && let Some(section) = Section::of(vault, home, home_text)
    {
        wanted.extend(section.items);
    }
    for value in values.all().filter(|value| value.contains("[[")) {
        let link = TypedLink::read(value);
        wanted.extend(
            vault
                .names()
                .resolve(&link.path, note.file)
                .file()
                .map(|file| (file, format!(" - {}", escape::inline(name)))),
        );
    }
    let mut have: Vec<FileId> = own.items.iter().map(|(file, _)| *file).collect();
    have.push(note.file);
    let mut written = String::new();
    let mut bullet = own.bullet;
    for (file, behind) in wanted {
        if have.contains(&file) {
            continue;
        }
        have.push(file);
        if let Some(link) = vault.names().link_text(file, note.file) {
            let eol = line_ending_at(text, own.end);
            bullet = next_number(&bullet);
            written.push_str(&format!("{eol}{bullet}[[{link}]]{behind}"));
        }
    }
    (!written.is_empty()).then(|| Edit::insert(own.end, written))
}

/// A section of linked resources.
struct Section {
    /// The files that its items link to, with the text behind each link.
    items: Vec<(FileId, String)>,
    /// The prefix of its last item.
    bullet: String,
    /// The end of its last item.
    end: usize,
}

impl Section {
    fn of(vault: &Vault, note: &Note, text: &str) -> Option<Self> {
        let outline = markdown::outline_of(text);
        let (_, section) = outline
            .sections(text.len())
            .find(|(heading, _)| heading_key(heading.text.of(text)) == SECTION)?;
        let mut items = Vec::new();
        let mut last = None;
        for (_, item) in outline.items_in(section).filter(|(_, item)| item.parent.is_none()) {
            last = Some(item);
            let link = note.facts.links.iter().find(|link| item.content.contains(link.place.span));
            if let Some((link, file)) = link.and_then(|link| Some((link, vault.resolve(note, link).file()?)))
            {
                let behind = Span { start: link.place.span.end, end: item.content.end };
                items.push((file, behind.of(text).trim_end().to_owned()));
            }
        }
        let item = last?;
        let end = past_blanks(text, item.span.end as usize);
        Some(Self { items, bullet: prefix(text, item), end })
    }
}

/// Returns the prefix of an item: its indent or the marks of a quote, and its bullet.
fn prefix(text: &str, item: &Item) -> String {
    let around = line_before(text, item.span.start as usize);
    // The label of a footnote belongs to its first line only.
    let around = if around.chars().all(|c| c == '>' || c.is_whitespace()) { around } else { "" };
    let bullet = Span { start: item.span.start, end: item.content.start }.of(text);
    format!("{around}{bullet}")
}
