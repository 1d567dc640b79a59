//! Links as they were written, before anybody asks where they lead.
//!
//! A vault of 100,000 notes has a million of them, so the texts of a note's links, headings and ids
//! share one allocation ([`Names`]).

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::markdown;
use super::outline::{LinkForm, LinkToken};
use super::properties::{Property, PropertyValue, Scalar, key_of};
use super::source::Source;
use crate::text::place::Place;
use crate::text::span::Span;

/// The short texts of a note, one behind the other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names(String);

/// A text in the [`Names`] of its note.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Name(Span);

impl Names {
    /// Keeps a text.
    pub fn add(&mut self, text: &str) -> Name {
        let start = self.0.len();
        self.0.push_str(text);
        Name(Span::new(start, self.0.len()))
    }

    /// A text that was kept here.
    #[must_use]
    pub fn get(&self, name: Name) -> &str {
        name.0.of(&self.0)
    }

    /// Gives back what was allocated and not used.
    pub fn shrink(&mut self) {
        self.0.shrink_to_fit();
    }
}

/// How a link was written, in the words of the JSON contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkKind {
    /// `[[note]]`
    Wikilink,
    /// `![[note]]` or `![text](file)`
    Embed,
    /// `[text](note.md)`
    Markdown,
    /// A link in the properties.
    Frontmatter,
    /// A card of a canvas.
    Canvas,
}

impl LinkKind {
    /// The name in the JSON contract.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Wikilink => "wikilink",
            Self::Embed => "embed",
            Self::Markdown => "markdown",
            Self::Frontmatter => "frontmatter",
            Self::Canvas => "canvas",
        }
    }
}

/// A link as it was written: nobody has asked yet where it leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawLink {
    /// The whole link, brackets included; of a property its value.
    pub place: Place,
    /// How it was written.
    pub kind: LinkKind,
    /// The path before the first `#`: trimmed, decoded, perhaps empty.
    pub path: Name,
    /// What follows the first `#`, where anything does.
    pub fragment: Option<Name>,
    /// What it shows instead of its target.
    pub display: Option<Span>,
    /// Whether it stands inside a board.
    pub generated: bool,
}

/// Reads the links of a note's text and properties.
pub(crate) fn read(source: &Source<'_>, properties: &[Property], names: &mut Names) -> Vec<RawLink> {
    let mut links = Vec::with_capacity(source.outline.links.len());
    for property in properties {
        property_links(source, property, names, &mut links);
    }
    for token in &source.outline.links {
        if let Some((path, fragment)) = destination(token) {
            let kind = match (token.embed, token.form) {
                (true, _) => LinkKind::Embed,
                (false, LinkForm::Wiki) => LinkKind::Wikilink,
                (false, _) => LinkKind::Markdown,
            };
            links.push(RawLink {
                place: source.place(token.span),
                kind,
                path: names.add(&path),
                fragment: fragment.map(|f| names.add(&f)),
                display: token.display,
                generated: source.is_generated(token.span),
            });
        }
    }
    links
}

/// The path and the fragment that a link names; `None` where it is no link into the vault.
///
/// Reference links are left out: Obsidian keeps them apart, and neither use nor definition counts
/// as a link of the note (API since 1.8.7).
fn destination(token: &LinkToken) -> Option<(Cow<'_, str>, Option<Cow<'_, str>>)> {
    let written = match token.form {
        LinkForm::Wiki => Cow::Borrowed(token.destination.as_str()),
        LinkForm::Inline if token.destination.is_empty() || is_external(&token.destination) => return None,
        LinkForm::Inline => decode_uri(&token.destination),
        LinkForm::Reference => return None,
    };
    let split = |text: &str| {
        let (path, fragment) = match text.split_once('#') {
            Some((path, fragment)) => (path, Some(fragment.trim())),
            None => (text, None),
        };
        (path.trim().to_owned(), fragment.filter(|f| !f.is_empty()).map(str::to_owned))
    };
    let (path, fragment) = split(&written);
    Some((Cow::Owned(path), fragment.map(Cow::Owned)))
}

/// Whether a destination has a scheme (`https:`, `mailto:`, `obsidian:`) or names a host. One letter
/// before a colon is a drive, not a scheme.
#[must_use]
pub fn is_external(destination: &str) -> bool {
    if destination.starts_with("//") {
        return true;
    }
    let scheme = destination.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')));
    scheme.is_some_and(|end| {
        end > 1
            && destination[end..].starts_with(':')
            && destination.starts_with(|c: char| c.is_ascii_alphabetic())
    })
}

/// Decodes percent-escapes as JavaScript's `decodeURI` does: those of reserved characters stay
/// (`%23` is no fragment), and a text with a malformed escape stays whole (ECMA-262, 19.2.6.2).
#[must_use]
pub fn decode_uri(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'%' {
            out.push(bytes[at]);
            at += 1;
            continue;
        }
        let value = text.get(at + 1..at + 3).and_then(|hex| {
            hex.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u8::from_str_radix(hex, 16).ok()).flatten()
        });
        let Some(byte) = value else { return Cow::Borrowed(text) };
        if b";/?:@&=+$,#".contains(&byte) {
            out.extend_from_slice(&bytes[at..at + 3]);
        } else {
            out.push(byte);
        }
        at += 3;
    }
    String::from_utf8(out).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Properties whose values Obsidian does not read as links.
const PLAIN: [&str; 6] = ["aliases", "alias", "tags", "tag", "cssclasses", "cssclass"];

fn property_links(source: &Source<'_>, property: &Property, names: &mut Names, links: &mut Vec<RawLink>) {
    let scalars = match &property.value {
        PropertyValue::Scalar(scalar) => std::slice::from_ref(scalar),
        PropertyValue::List(items) => items,
        PropertyValue::Other => &[],
    };
    if scalars.iter().all(|s| !s.text.contains("](") && !s.text.contains("[[")) {
        return;
    }
    if PLAIN.contains(&key_of(&property.key).as_str()) {
        return;
    }
    links.extend(scalars.iter().filter_map(|scalar| property_link(source, scalar, names)));
}

/// A value is a link where it is one whole link and nothing else (Help, Properties).
fn property_link(source: &Source<'_>, scalar: &Scalar, names: &mut Names) -> Option<RawLink> {
    let text = scalar.text.trim();
    let outline = markdown::outline(text, 0);
    let token = outline.links.first().filter(|t| t.span == Span::new(0, text.len()))?;
    let (path, fragment) = destination(token)?;
    let display = token.display.and_then(|display| {
        let verbatim = scalar.span.of(source.text).find(text)?;
        Some(display.shifted(scalar.span.start as usize + verbatim))
    });
    Some(RawLink {
        place: source.place(scalar.span),
        kind: LinkKind::Frontmatter,
        path: names.add(&path),
        fragment: fragment.map(|f| names.add(&f)),
        display,
        generated: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes_are_external_and_drives_are_not() {
        for external in ["https://x.y", "mailto:a@b.c", "obsidian://open", "//host/x", "file:///x"] {
            assert!(is_external(external), "{external}");
        }
        for internal in ["Note.md", "a/b: c.md", "C:\\x", "#h", "2024:x", "Note", "a b:c"] {
            assert!(!is_external(internal), "{internal}");
        }
    }

    #[test]
    fn decodes_like_decode_uri() {
        for (text, expected) in [
            ("My%20Note.md", "My Note.md"),
            ("%C3%9Cber%28x%29", "Über(x)"),
            ("a%23b%2Fc%20d", "a%23b%2Fc d"),
            ("100%", "100%"),
            ("%zz %20", "%zz %20"),
            ("%ff", "%ff"),
            ("%+1", "%+1"),
        ] {
            assert_eq!(decode_uri(text), expected);
        }
    }
}
