//! Writes another path or fragment into a link, with the escapes of the place where the link stands.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;

use crate::syntax::canvas;
use crate::syntax::json::StringStyle;
use crate::syntax::link::{self, LinkKind, RawLink, Spelling};
use crate::syntax::markdown;
use crate::syntax::uri;
use crate::text::edit::{Edit, Edits};
use crate::text::span::{Span, trim};

/// The part of a link that is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Path,
    Fragment,
}

/// Returns the edit that replaces a part of a link; `written` is already spelled for its destination. Returns
/// `None` if nobody can tell which bytes hold the part.
pub(super) fn edit(text: &str, link: &RawLink, part: Part, written: &str) -> Option<Edit> {
    let span = match part {
        Part::Path => link.path_span(),
        Part::Fragment => link.fragment_span(),
    };
    if let Some(span) = span {
        return Some(Edit::replace(span, Container::of(text, link).write(written)));
    }
    if link.spelling == Spelling::Rooted && part == Part::Path {
        // The path of a card, with escapes in it, is the whole string.
        return Some(Edit::replace(link.place.span, Container::of(text, link).write(written)));
    }
    with_escapes(text, link, part, written)
}

/// The fragments of the links of a text.
pub(super) struct Fragments<'t> {
    pub(super) text: &'t str,
    /// The fragments of a canvas's cards, which stand in strings of their own; found all at once.
    cards: OnceCell<HashMap<Span, Span>>,
}

impl<'t> Fragments<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self { text, cards: OnceCell::new() }
    }

    /// Returns the edit that replaces the fragment of a link; `written` is already spelled for its destination.
    pub(super) fn edit(&self, link: &RawLink, written: &str) -> Option<Edit> {
        if link.spelling == Spelling::Rooted {
            let cards = self.cards.get_or_init(|| canvas::subpaths(self.text));
            let span = *cards.get(&link.place.span)?;
            let style = StringStyle::of(span.of(self.text));
            return Some(Edit::replace(span, Container::Json(style).write(&format!("#{written}"))));
        }
        edit(self.text, link, Part::Fragment, written)
    }
}

/// The container of a link, if it has its own way to escape characters.
#[derive(Clone, Copy)]
enum Container {
    Plain,
    /// A string of JSON, or of YAML in double quotes.
    Json(StringStyle),
    /// A string of YAML in single quotes.
    Single,
}

impl Container {
    fn of(text: &str, link: &RawLink) -> Self {
        let start = link.place.span.start as usize;
        let raw = link.place.span.of(text);
        let quote =
            |mark: char| raw.starts_with(mark) || text.get(..start).is_some_and(|t| t.ends_with(mark));
        match link.kind {
            LinkKind::Canvas => Self::Json(StringStyle::of(raw)),
            LinkKind::Frontmatter if quote('"') => Self::Json(StringStyle::of(raw)),
            LinkKind::Frontmatter if quote('\'') => Self::Single,
            _ => Self::Plain,
        }
    }

    fn write(self, text: &str) -> Cow<'_, str> {
        match self {
            Self::Json(style) => style.inner(text),
            Self::Single if text.contains('\'') => Cow::Owned(text.replace('\'', "''")),
            _ => Cow::Borrowed(text),
        }
    }

    fn read(self, raw: &str) -> Option<String> {
        match self {
            Self::Plain => Some(raw.to_owned()),
            // YAML has a few more escapes; a link with one of those is left to a person.
            Self::Json(_) => serde_json::from_str(&format!("\"{raw}\"")).ok(),
            Self::Single => Some(raw.replace("''", "'")),
        }
    }
}

/// Returns the path of a link as written in its own markup.
pub(super) fn raw_path<'t>(text: &'t str, link: &RawLink) -> Option<Cow<'t, str>> {
    if let Some(span) = link.path_span() {
        return Some(Cow::Borrowed(span.of(text)));
    }
    if link.spelling == Spelling::Rooted {
        return None;
    }
    let Escaped { inner, within, .. } = Escaped::of(text, link, Part::Path)?;
    Some(Cow::Owned(within.of(&inner).to_owned()))
}

/// Returns the edit of a whole link whose part has escapes and no place of its own.
fn with_escapes(text: &str, link: &RawLink, part: Part, written: &str) -> Option<Edit> {
    let Escaped { span, container, inner, within } = Escaped::of(text, link, part)?;
    let new = Edits::from(Edit::replace(within, written));
    Some(Edit::replace(span, container.write(&new.apply(&inner)?)))
}

/// A link with escapes in it.
struct Escaped {
    /// The span of the container's content.
    span: Span,
    container: Container,
    /// The content without the container's escapes.
    inner: String,
    /// The span of the link's part in `inner`.
    within: Span,
}

impl Escaped {
    fn of(text: &str, link: &RawLink, part: Part) -> Option<Self> {
        let container = Container::of(text, link);
        let mut span = link.place.span;
        if link.kind == LinkKind::Frontmatter && span.of(text).starts_with(['"', '\'']) {
            span = Span::new(span.start as usize + 1, (span.end as usize).checked_sub(1)?);
        }
        let inner = container.read(span.of(text))?;
        let outline = markdown::outline(&inner, 0);
        let token = outline.links.first().or(outline.definitions.first())?;
        let (path, fragment) = link::written_parts(token, &inner)?;
        let within = match part {
            Part::Path => path,
            Part::Fragment => fragment?,
        };
        let within = trim(&inner, within);
        Some(Self { span, container, inner, within })
    }
}

/// Returns a text spelled for a link's destination like an older one: unchanged pieces stay as written, and
/// letters beyond ASCII are escaped if they were before. `same` tells, counted from the end, which pieces between
/// slashes are unchanged.
pub(super) fn spelled(
    link: &RawLink,
    raw: Option<&str>,
    new: &str,
    same: impl Fn(usize) -> bool,
) -> Option<String> {
    let all_escaped = raw.is_some_and(escapes_letters);
    let one = |piece: &str| -> Option<String> {
        let piece = link.spelling.write(piece)?;
        let escape = all_escaped && matches!(link.spelling, Spelling::Encoded | Spelling::Angled);
        Some(if escape { uri::encode_letters(&piece).into_owned() } else { piece })
    };
    let older: Vec<&str> = raw.unwrap_or_default().rsplit('/').collect();
    let mut pieces = Vec::new();
    for (i, piece) in new.rsplit('/').enumerate() {
        let kept = older.get(i).filter(|_| same(i) && raw.is_some());
        pieces.push(match kept {
            Some(kept) if reads_as(link, kept, piece) => (*kept).to_owned(),
            _ => one(piece)?,
        });
    }
    pieces.reverse();
    let whole = pieces.join("/");
    // A single malformed escape leaves the whole destination undecoded.
    if reads_as(link, &whole, new) {
        Some(whole)
    } else {
        one(new).filter(|whole| reads_as(link, whole, new))
    }
}

fn reads_as(link: &RawLink, written: &str, text: &str) -> bool {
    match link.spelling {
        Spelling::Encoded | Spelling::Angled if written.contains(['\\', '&']) => {
            let link = if link.spelling == Spelling::Angled {
                format!("[x](<{written}>)")
            } else {
                format!("[x]({written})")
            };
            // Escapes of CommonMark work as well as those of a URI.
            let outline = markdown::outline(&link, 0);
            outline.links.first().is_some_and(|token| {
                token.span.len() == link.len() && uri::decode(token.destination(&link)) == text
            })
        }
        Spelling::Encoded | Spelling::Angled => uri::decode(written) == text,
        Spelling::Literal | Spelling::Rooted => written == text,
    }
}

/// Whether a destination has percent-escapes of letters beyond ASCII.
fn escapes_letters(raw: &str) -> bool {
    raw.as_bytes()
        .windows(2)
        .any(|pair| pair[0] == b'%' && matches!(pair[1], b'8'..=b'9' | b'A'..=b'F' | b'a'..=b'f'))
}
