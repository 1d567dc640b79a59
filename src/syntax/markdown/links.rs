//! Corrects the links of the parser where Obsidian reads them differently.
//!
//! - A wikilink ends at the first `]]` and on its line; for the parser, a `]]` may be inside code.
//! - `[[|x]]` is a link to a note named `|x` (recorded from the app); the parser sees text.
//! - `\|` separates the name from the displayed text, not only in tables, where it must be escaped.
//! - `[![[picture.png]]](note.md)` is a picture that is a link; the parser sees one picture with the
//!   destination of the link.

use pulldown_cmark::{CowStr, LinkType};

use super::Pass;
use crate::syntax::outline::{LinkForm, LinkToken};
use crate::text::span::{Span, trim};

/// The most links around a link that is listed. Text inside a picture is not even shown, and each nested link
/// repeats the text of the inner ones.
const MAX_NESTED: usize = 50;

/// A link whose end has not been read yet.
pub(super) struct OpenLink<'t> {
    form: LinkForm,
    embed: bool,
    destination: CowStr<'t>,
    /// The end of the text between its brackets, as far as it was read.
    inner_end: u32,
    /// Whether it contains another wikilink, which makes this one text.
    outer: bool,
}

/// The state of reading a link that begins with a bar. The parser gives each bracket as a separate piece of text.
#[derive(Clone, Copy, Default)]
pub(super) enum BarLink {
    #[default]
    Nothing,
    /// After `[` or `![`: where it starts, and where it ends.
    One(u32, u32),
    /// After `[[` or `![[`.
    Two(u32, u32),
    /// After `[[|` and possibly more.
    Inside(u32),
    /// After all but the last bracket: the start of the link, and its end so far.
    Closing(u32, u32),
}

impl<'t> Pass<'t> {
    pub(super) fn open_link(&mut self, kind: LinkType, destination: CowStr<'t>, embed: bool, span: Span) {
        self.inline(span);
        if let Some(run) = &mut self.run {
            run.bar = BarLink::default();
        }
        let form = match kind {
            LinkType::WikiLink { .. } => LinkForm::Wiki,
            LinkType::Inline => LinkForm::Inline,
            _ => LinkForm::Reference,
        };
        if form == LinkForm::Wiki
            && let Some(outer) = self.links.last_mut()
        {
            outer.outer = true;
        }
        let inner = span.start + u32::from(embed) + if form == LinkForm::Wiki { 2 } else { 1 };
        self.links.push(OpenLink { form, embed, destination, inner_end: inner, outer: false });
    }

    /// Extends the text of the innermost open link to the end of a span.
    pub(super) fn inside_link(&mut self, span: Span) {
        if let Some(link) = self.links.last_mut() {
            link.inner_end = link.inner_end.max(span.end);
        }
    }

    pub(super) fn close_link(&mut self, span: Span) {
        let Some(link) = self.links.pop() else { return };
        self.inside_link(span);
        if let Some(run) = &mut self.run {
            run.tail_is_no_text();
        }
        match link.form {
            _ if self.links.len() >= MAX_NESTED => {}
            LinkForm::Wiki if link.outer => {}
            LinkForm::Wiki => self.wikilinks(span),
            LinkForm::Inline if link.embed && span.of(self.text).starts_with("![[") => {
                self.linked_picture(link, span);
            }
            LinkForm::Inline | LinkForm::Reference => self.markdown_link(&link, span),
        }
    }

    /// Reads the wikilinks in a span that the parser takes for one link, which it usually is.
    fn wikilinks(&mut self, span: Span) {
        let raw = span.of(self.text);
        let name = raw.strip_prefix('!').unwrap_or(raw).strip_prefix("[[").and_then(|r| r.strip_suffix("]]"));
        if name.is_some_and(|name| memchr::memchr2(b'[', b']', name.as_bytes()).is_none()) {
            return self.wikilink(span);
        }
        let mut from = 0;
        while let Some(close) = closing(raw, from) {
            let before = &raw.as_bytes()[..close];
            if let Some(open) = before[from..].windows(2).rposition(|pair| pair == b"[[").map(|at| from + at)
            {
                let start = open - usize::from(before[..open].ends_with(b"!"));
                let whole = Span::new(start, close + 2).shifted(span.start as usize);
                self.wikilink(whole);
            }
            from = close + 2;
        }
    }

    /// Reads a wikilink, from its `[[` or `![[` to the first `]]`.
    fn wikilink(&mut self, span: Span) {
        let raw = span.of(self.text);
        let embed = raw.starts_with('!');
        let inner = Span::new(2 + usize::from(embed), raw.len() - 2);
        let text = inner.of(raw);
        let bar = match memchr::memchr3(b'|', b'\n', b'\r', text.as_bytes()) {
            None => None,
            Some(_) if text.contains(['\n', '\r']) => return,
            // A bar in first position is not a separator.
            Some(_) => memchr::memchr(b'|', text.as_bytes().get(1..).unwrap_or_default()).map(|at| at + 1),
        };
        let name = bar.map_or(text, |at| text[..at].strip_suffix('\\').unwrap_or(&text[..at]));
        let start = span.start as usize;
        let name_at = inner.start as usize;
        let target = trim(raw, Span::new(name_at, name_at + name.len()));
        if target.is_empty() {
            return;
        }
        self.out.links.push(LinkToken {
            span,
            form: LinkForm::Wiki,
            embed,
            escaped: None,
            target: Some(target.shifted(start)),
            angled: false,
            display: bar.map(|at| Span::new(name_at + at + 1, inner.end as usize).shifted(start)),
            in_table: self.in_table,
        });
    }

    fn markdown_link(&mut self, link: &OpenLink<'_>, span: Span) {
        let raw = span.of(self.text);
        let inner = usize::from(link.embed) + 1;
        let start = span.start as usize;
        let end = (link.inner_end as usize).saturating_sub(start);
        // The parser's pieces leave out spaces at the end of a line.
        let close = raw.get(end..).map_or(end, |rest| raw.len() - rest.trim_start().len());
        let closed = raw.get(close..).is_some_and(|rest| rest.starts_with(']'));
        let written = raw.get(close + 1..).filter(|_| closed && link.form == LinkForm::Inline);
        let found = written.and_then(|rest| rest.strip_prefix('(')).and_then(destination);
        let target = found.map(|(at, _)| at.shifted(start + close + 2));
        self.out.links.push(LinkToken {
            span,
            form: link.form,
            embed: link.embed,
            escaped: unlike(&link.destination, target, self.text),
            target,
            angled: found.is_some_and(|(_, angled)| angled),
            display: closed.then(|| Span::new(inner, close).shifted(start)),
            in_table: self.in_table,
        });
    }

    /// Reads what the parser takes for a picture whose text begins with `[`. It is an embed, followed by the rest
    /// of a link around it (`[![[picture.png]]](note.md)`) or by text.
    fn linked_picture(&mut self, link: OpenLink<'_>, span: Span) {
        let raw = span.of(self.text);
        let Some(close) = closing(raw, 0) else {
            return self.markdown_link(&link, span);
        };
        let start = span.start as usize;
        let end = close + 2;
        self.wikilinks(Span::new(start, start + end));
        if self.text[..start].ends_with('[') && raw[end..].starts_with("](") {
            let outer = OpenLink { embed: false, inner_end: (start + end) as u32, ..link };
            self.markdown_link(&outer, Span::new(start - 1, span.end as usize));
        }
    }

    /// Continues reading a link that begins with a bar.
    pub(super) fn bar_link(&mut self, span: Span) {
        let piece = span.of(self.text);
        let Some(run) = &mut self.run else { return };
        if matches!(run.bar, BarLink::Nothing) && !piece.ends_with('[') {
            return;
        }
        let mut whole = None;
        run.bar = match (run.bar, piece) {
            (BarLink::One(start, end), "[") if end == span.start => BarLink::Two(start, span.end),
            // In `[[[`, the innermost pair counts.
            (BarLink::Two(_, end), "[") if end == span.start => BarLink::Two(end - 1, span.end),
            (_, "[") => BarLink::One(span.start, span.end),
            (_, text) if text.ends_with("![") => BarLink::One(span.end - 2, span.end),
            (BarLink::Two(start, end), text) if end == span.start && text.starts_with('|') => {
                BarLink::Inside(start)
            }
            (BarLink::Inside(start), "]") => BarLink::Closing(start, span.end),
            (BarLink::Closing(start, end), "]") if end == span.start => {
                whole = Some(Span { start, end: span.end });
                BarLink::Nothing
            }
            (BarLink::Inside(start) | BarLink::Closing(start, _), _) => BarLink::Inside(start),
            _ => BarLink::Nothing,
        };
        if let Some(whole) = whole {
            let is_tag = |tag: &Span| tag.start < whole.start;
            let kept = self.out.tags.iter().rposition(is_tag).map_or(0, |last| last + 1);
            self.out.tags.truncate(kept);
            self.wikilinks(whole);
        }
    }
}

/// Reads a link reference definition from its label on.
pub(super) fn definition(text: &str, span: Span, destination: &str) -> LinkToken {
    let raw = span.of(text);
    // A label contains no unescaped bracket (CommonMark 0.31, section 4.7).
    let mut escaped = false;
    let close = raw.bytes().position(|byte| {
        let ends = byte == b']' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    let target = close.and_then(|at| {
        let rest = raw.get(at + 1..)?.strip_prefix(':')?;
        // The destination of a definition ends with the line rather than a bracket, so a space is added to end it.
        let (found, angled) = self::destination(&format!("{rest} "))?;
        Some((found.shifted(span.start as usize + at + 2), angled))
    });
    LinkToken {
        span,
        form: LinkForm::Inline,
        embed: false,
        escaped: unlike(destination, target.map(|(at, _)| at), text),
        target: target.map(|(at, _)| at),
        angled: target.is_some_and(|(_, angled)| angled),
        display: None,
        in_table: false,
    }
}

/// Returns the destination of a link if it differs from the text that is written.
fn unlike(destination: &str, target: Option<Span>, text: &str) -> Option<Box<str>> {
    (target.map_or("", |target| target.of(text)) != destination).then(|| destination.into())
}

/// Returns the offset of the first `]]` at or after `from`.
fn closing(raw: &str, from: usize) -> Option<usize> {
    raw.as_bytes().get(from..)?.windows(2).position(|pair| pair == b"]]").map(|at| from + at)
}

/// Returns the span of the destination in the text after the `(` of a link, and whether it is in angle brackets.
/// The parser has read the destination by its own rules but does not tell its position.
fn destination(text: &str) -> Option<(Span, bool)> {
    let start = text.len() - text.trim_start().len();
    let angled = text[start..].starts_with('<');
    let start = start + usize::from(angled);
    let (mut depth, mut escaped) = (0u32, false);
    for (at, byte) in text.bytes().enumerate().skip(start) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'>' if angled => return Some((Span::new(start, at), true)),
            _ if angled => {}
            b'(' => depth += 1,
            b')' if depth > 0 => depth -= 1,
            b')' => return Some((Span::new(start, at), false)),
            _ if byte.is_ascii_whitespace() => return Some((Span::new(start, at), false)),
            _ => {}
        }
    }
    None
}
