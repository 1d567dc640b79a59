//! Reads links as they are written, without resolving them.
//!
//! A vault of 100,000 notes has a million links, so the texts of a note's links, headings and ids share one
//! allocation ([`Pool`]).

use std::borrow::Cow;
use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::frontmatter;
use super::markdown;
use super::outline::{LinkForm, LinkToken};
use super::properties::{self, OF_OBSIDIAN, Property, Scalar, is_key};
use super::source::Source;
use super::uri;
use crate::text::number::is_digits;
use crate::text::place::Place;
use crate::text::pool::{Pool, Pooled};
use crate::text::span::{Span, trim};

/// The way a link is written, as the JSON contract names it.
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
    /// Returns the name in the JSON contract.
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

/// The way a destination is spelled in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Spelling {
    /// Literally: a wikilink.
    Literal,
    /// With percent-escapes: a Markdown link.
    Encoded,
    /// With percent-escapes, in angle brackets.
    Angled,
    /// Always as a path from the root of the vault: a card of a canvas.
    Rooted,
}

impl Spelling {
    /// Returns a text as it is written in a destination of this kind; `None` where it cannot be written.
    #[must_use]
    pub fn write(self, text: &str) -> Option<String> {
        match self {
            Self::Literal => is_read_as_written(text).then(|| text.to_owned()),
            Self::Encoded => Some(uri::encode(text).into_owned()),
            Self::Angled => Some(uri::encode_angled(text).into_owned()),
            Self::Rooted => Some(text.to_owned()),
        }
    }
}

/// Whether a wikilink with this text is read with the same text. Spaces at the ends would be trimmed, and a
/// bracket at the end would be taken as part of the closing brackets.
fn is_read_as_written(text: &str) -> bool {
    !text.contains("]]") && !text.contains('|') && !text.ends_with(']') && text.trim() == text
}

/// A part of a link, relative to its start. It takes four bytes, because links are kept by the million.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    at: u16,
    len: u16,
}

impl Part {
    /// A part without a position: it does not exist, is not written as it reads, or is too far from the start.
    pub const NONE: Self = Self { at: u16::MAX, len: 0 };

    fn new(link: Span, part: Span) -> Self {
        let at = part.start.checked_sub(link.start).and_then(|at| u16::try_from(at).ok());
        match (at, u16::try_from(part.len())) {
            (Some(at), Ok(len)) if link.contains(part) && at != u16::MAX => Self { at, len },
            _ => Self::NONE,
        }
    }

    fn of(self, link: Span) -> Option<Span> {
        let start = link.start as usize + self.at as usize;
        (self != Self::NONE).then(|| Span::new(start, start + self.len as usize))
    }
}

/// A link as it is written, not resolved yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawLink {
    /// The place of the whole link, including brackets; of a canvas card, that of its path.
    pub place: Place,
    /// The way it is written.
    pub kind: LinkKind,
    /// The way its destination is spelled.
    pub spelling: Spelling,
    /// Whether it is inside a board.
    pub generated: bool,
    /// Whether it is in a cell of a table, where a bar is written `\|`.
    pub in_table: bool,
    /// The path before the first `#`: trimmed, decoded, possibly empty.
    pub path: Pooled,
    /// The text after the first `#`, if there is any.
    pub fragment: Option<Pooled>,
    path_part: Part,
    fragment_part: Part,
    display: Part,
}

impl RawLink {
    /// Returns the link with its texts moved to another pool.
    pub(super) fn renamed(&self, mut rename: impl FnMut(Pooled) -> Pooled) -> Self {
        Self { path: rename(self.path), fragment: self.fragment.map(rename), ..*self }
    }

    /// Returns the span of the path; `None` where it is not written as it reads.
    #[must_use]
    pub fn path_span(&self) -> Option<Span> {
        self.path_part.of(self.place.span)
    }

    /// Returns the span of the fragment, without its `#`.
    #[must_use]
    pub fn fragment_span(&self) -> Option<Span> {
        self.fragment_part.of(self.place.span)
    }

    /// Returns the span of the text that is shown instead of the target.
    #[must_use]
    pub fn display(&self) -> Option<Span> {
        self.display.of(self.place.span)
    }

    /// Whether it is an unfinished search of the editor, `[[## words]]` or `[[^^words]]` (Help, Internal links).
    /// How the app treats such a link is not recorded.
    #[must_use]
    pub fn is_search(&self, pool: &Pool) -> bool {
        let (path, fragment) = (pool.get(self.path), self.fragment.map_or("", |f| pool.get(f)));
        path.starts_with("^^") || (path.is_empty() && fragment.starts_with('#'))
    }
}

/// The destination of a link token: its texts and their spans.
pub(super) struct Destination<'t> {
    path: Cow<'t, str>,
    fragment: Option<Cow<'t, str>>,
    path_at: Option<Span>,
    fragment_at: Option<Span>,
    spelling: Spelling,
}

impl<'t> Destination<'t> {
    /// Reads the destination of a token of `text`; `None` where it is not a link into the vault.
    ///
    /// Reference links are left out: Obsidian keeps them apart, and neither their use nor their definition counts
    /// as a link of the note (API since 1.8.7).
    pub(super) fn of(token: &'t LinkToken, text: &'t str) -> Option<Self> {
        let written = token.destination(text);
        let (whole, spelling) = match (token.form, token.angled) {
            (LinkForm::Reference, _) => return None,
            (LinkForm::Wiki, _) => (Cow::Borrowed(written), Spelling::Literal),
            (LinkForm::Inline, _) if written.is_empty() || uri::is_external(written) => return None,
            (LinkForm::Inline, true) => (uri::decode(written), Spelling::Angled),
            (LinkForm::Inline, false) => (uri::decode(written), Spelling::Encoded),
        };
        let hash = memchr::memchr(b'#', whole.as_bytes());
        if let (None, Some(target), Spelling::Literal) = (hash, token.target, spelling) {
            // Shortcut for most links, which have only a path, and no spaces at the ends of their target.
            return Some(Self {
                path: whole,
                fragment: None,
                path_at: Some(target),
                fragment_at: None,
                spelling,
            });
        }
        let path = part(&whole, Span::new(0, hash.unwrap_or(whole.len())));
        let fragment = hash.map(|at| part(&whole, Span::new(at + 1, whole.len())));
        // In a Markdown link, a `#` after a backslash still separates the fragment, but the offsets differ.
        let target = token.target.filter(|t| spelling == Spelling::Literal || !t.of(text).contains('\\'));
        let parts = target.and_then(|_| written_parts(token, text));
        let path_at = parts.map(|(path, _)| trim(text, path));
        let fragment_at = parts.and_then(|(_, fragment)| fragment).map(|at| trim(text, at));
        Some(Self { path, fragment: fragment.filter(|f| !f.is_empty()), path_at, fragment_at, spelling })
    }

    /// Creates the destination of a canvas card from its path and subpath.
    pub(super) fn card(path: &'t str, path_at: Span, subpath: Option<&'t str>) -> Self {
        let fragment = subpath.map(|s| s.trim_start_matches('#').trim()).filter(|s| !s.is_empty());
        Self {
            path: Cow::Borrowed(path),
            fragment: fragment.map(Cow::Borrowed),
            path_at: Some(path_at),
            fragment_at: None,
            spelling: Spelling::Rooted,
        }
    }

    /// Creates the link. `to_file` maps spans of the token's text to the file; a part of the destination that it
    /// cannot map gets no span. `display` is a span of the file already.
    pub(super) fn link(
        self,
        place: Place,
        kind: LinkKind,
        pool: &mut Pool,
        display: Option<Span>,
        to_file: impl Fn(Span) -> Option<Span>,
    ) -> RawLink {
        let part =
            |at: Option<Span>| at.and_then(&to_file).map_or(Part::NONE, |at| Part::new(place.span, at));
        RawLink {
            place,
            kind,
            spelling: self.spelling,
            generated: false,
            in_table: false,
            path: pool.add(&self.path),
            fragment: self.fragment.map(|f| pool.add(&f)),
            path_part: part(self.path_at),
            fragment_part: part(self.fragment_at),
            display: display.map_or(Part::NONE, |at| Part::new(place.span, at)),
        }
    }
}

/// Returns the spans of the path and of the fragment of a link in `text`, the text of its outline. A `#` that is
/// part of a character reference such as `&#39;` does not separate them. `None` where the separator cannot be
/// found, because a `#` may itself be written as a character reference.
pub(crate) fn written_parts(token: &LinkToken, text: &str) -> Option<(Span, Option<Span>)> {
    let target = token.target?;
    let written = target.of(text);
    let mut hash = memchr::memchr(b'#', written.as_bytes());
    if token.form != LinkForm::Wiki && token.escaped.is_some() {
        let all = written.match_indices('#').map(|(at, _)| at);
        let own = all.filter(|at| !is_in_reference(&written[..*at], &written[at + 1..]));
        hash = own.clone().next();
        let may_be_written_before = written[..hash.unwrap_or(written.len())].contains('&');
        if may_be_written_before && own.count() != token.destination(text).matches('#').count() {
            return None;
        }
    }
    let (start, end) = (target.start as usize, target.end as usize);
    let path = Span::new(start, hash.map_or(end, |at| start + at));
    Some((path, hash.map(|at| Span::new(start + at + 1, end))))
}

/// Whether a `#` between these texts is part of a numeric character reference (`CommonMark` 0.31, section 2.5).
fn is_in_reference(before: &str, behind: &str) -> bool {
    let end = behind.bytes().take("xFFFFFF;".len()).position(|byte| byte == b';');
    let number = end.map_or("", |end| &behind[..end]);
    let is_number = match number.strip_prefix(['x', 'X']) {
        Some(hex) => !hex.is_empty() && hex.bytes().all(|b| b.is_ascii_hexdigit()),
        None => is_digits(number),
    };
    before.ends_with('&') && is_number
}

/// Returns a part of a text, without spaces at its ends.
fn part<'t>(whole: &Cow<'t, str>, span: Span) -> Cow<'t, str> {
    let span = trim(whole, span);
    match whole {
        Cow::Borrowed(text) => Cow::Borrowed(span.of(text)),
        Cow::Owned(text) => Cow::Owned(span.of(text).to_owned()),
    }
}

/// A link as typed on a command line: whole, or without its brackets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypedLink {
    /// The path, or the address if it leads out of the vault.
    pub path: String,
    /// The text after the first `#`.
    pub fragment: Option<String>,
    /// Whether it has a scheme and leads out of the vault.
    pub external: bool,
    /// Whether there is a space between the path and the `#`.
    pub blank_before_fragment: bool,
}

impl TypedLink {
    /// Reads `[[Note#Heading|shown]]`, `![[picture.png]]`, `[text](note.md)`, or `Note#Heading`.
    ///
    /// ```
    /// use portolan::syntax::link::TypedLink;
    /// let link = TypedLink::read("[the limits](My%20Note.md#Limits)");
    /// assert_eq!((link.path.as_str(), link.fragment.as_deref()), ("My Note.md", Some("Limits")));
    /// assert_eq!(TypedLink::read("My Note#Limits|limits").path, "My Note");
    /// ```
    #[must_use]
    pub fn read(text: &str) -> Self {
        let text = text.trim();
        let bracketed = format!("[[{text}]]");
        let read = |text: &str| {
            let outline = markdown::outline(text, 0);
            let token = outline.links.iter().find(|t| t.span == Span::new(0, text.len()))?;
            let written = token.destination(text);
            let blank = written.split_once('#').is_some_and(|(path, _)| path.ends_with(' '));
            Some(match Destination::of(token, text) {
                Some(Destination { path, fragment, .. }) => Self {
                    path: path.into_owned(),
                    fragment: fragment.map(Cow::into_owned),
                    external: false,
                    blank_before_fragment: blank,
                },
                None => Self { path: written.to_owned(), external: true, ..Self::default() },
            })
        };
        let whole = if text.ends_with([']', ')']) { read(text) } else { None };
        whole
            .or_else(|| read(&bracketed))
            .unwrap_or_else(|| Self { path: text.to_owned(), ..Self::default() })
    }
}

/// The links and mentions of a note.
#[derive(Default)]
pub(crate) struct Named {
    /// Its links, as Obsidian counts them.
    pub(crate) links: Vec<RawLink>,
    /// Other references to files: link reference definitions, which Obsidian keeps apart from links (API since
    /// 1.8.7), and in properties embeds and links beside other text. Most notes have none.
    pub(crate) mentions: Vec<RawLink>,
}

/// Reads the links and mentions in the text and properties of a note.
pub(crate) fn read(source: &Source<'_>, properties: &[Property], pool: &mut Pool) -> Named {
    let mut named = Named { links: Vec::with_capacity(source.outline.links.len()), mentions: Vec::new() };
    let mut places = source.lines.cursor();
    for scalar in properties.iter().flat_map(linkable) {
        match property_link(source, scalar, pool) {
            Some(link) => named.links.push(link),
            None => mentions(source, scalar, pool, &mut named.mentions),
        }
    }
    for token in &source.outline.links {
        if let Some(destination) = Destination::of(token, source.text) {
            let kind = match (token.embed, token.form) {
                (true, _) => LinkKind::Embed,
                (false, LinkForm::Wiki) => LinkKind::Wikilink,
                (false, _) => LinkKind::Markdown,
            };
            let link = destination.link(places.place(token.span), kind, pool, token.display, Some);
            let generated = source.is_generated(token.span);
            named.links.push(RawLink { generated, in_table: token.in_table, ..link });
        }
    }
    for token in &source.outline.definitions {
        if let Some(destination) = Destination::of(token, source.text) {
            let link = destination.link(source.place(token.span), LinkKind::Markdown, pool, None, Some);
            named.mentions.push(RawLink { generated: source.is_generated(token.span), ..link });
        }
    }
    named
}

/// Returns the values of a property that may be links.
fn linkable(property: &Property) -> &[Scalar] {
    let scalars = property.value.scalars();
    let none = scalars.iter().all(|s| !s.text.contains("](") && !s.text.contains("[["));
    if none || OF_OBSIDIAN.iter().any(|plain| is_key(&property.key, plain)) { &[] } else { scalars }
}

/// Returns the link that a value consists of. A value with other text is not a link (Help, Properties).
fn whole_link(text: &str) -> Option<LinkToken> {
    let token = markdown::outline(text, 0).links.into_iter().next()?;
    (token.span == Span::new(0, text.len()) && !token.embed).then_some(token)
}

/// Collects the references in a property value that is not a link as a whole.
fn mentions(source: &Source<'_>, scalar: &Scalar, pool: &mut Pool, found: &mut Vec<RawLink>) {
    let place = source.place(scalar.inner.unwrap_or(scalar.span));
    let outline = markdown::outline(&scalar.text, 0);
    let destinations = outline.links.iter().filter_map(|token| Destination::of(token, &scalar.text));
    found.extend(destinations.map(|to| to.link(place, LinkKind::Frontmatter, pool, None, |_| None)));
}

fn property_link(source: &Source<'_>, scalar: &Scalar, pool: &mut Pool) -> Option<RawLink> {
    let text = scalar.text.trim();
    let token = whole_link(text)?;
    let destination = Destination::of(&token, text)?;
    // With escapes in the value, the link in the file differs from the link as read.
    let span = scalar.inner.unwrap_or(scalar.span);
    let to_file = |span: Span| scalar.inner.map(|inner| span.shifted(inner.start as usize));
    let display = token.display.and_then(to_file);
    Some(destination.link(source.place(span), LinkKind::Frontmatter, pool, display, to_file))
}

/// Returns the displayed texts of property links that are not written as they read, because of escapes or line
/// breaks, by the spans of their values. [`RawLink`] has no room for them, because that would make every link
/// larger.
#[must_use]
pub fn shown_in_properties(text: &str) -> HashMap<Span, String> {
    let properties = frontmatter::cut(text).yaml.map(|yaml| properties::read(text, yaml).0);
    let properties = properties.unwrap_or_default();
    let values = properties.iter().flat_map(linkable).filter(|scalar| scalar.inner.is_none());
    let shown = values.filter_map(|scalar| {
        let text = scalar.text.trim();
        let display = whole_link(text)?.display?;
        Some((scalar.span, display.of(text).to_owned()))
    });
    shown.collect()
}
