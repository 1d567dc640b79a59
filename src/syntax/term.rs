//! Reads the term in a line of a list: `- **REST endpoints:** over HTTPS #calls ^rest` defines `REST endpoints`.

use std::borrow::Cow;

use super::source::Source;
use crate::text::marks::MARKS;
use crate::text::span::Span;

/// Signs that may separate a term from the text about it.
pub(crate) const SIGNS: [char; 6] = [':', '：', '-', '–', '—', '='];

/// Returns a line as it is displayed: links replaced by their displayed text, and without comments, tags and block
/// id.
pub(crate) fn shown<'t>(source: &Source<'t>, line: Span) -> Cow<'t, str> {
    let text = line.of(source.text);
    if !text.contains(['[', '#', '^', '<', '%']) {
        return Cow::Borrowed(text);
    }
    let mut cuts = links(source, line);
    cuts.extend(unshown(source, line));
    Cow::Owned(without(source, line, cuts))
}

/// Returns a text with its links replaced by their displayed text and without comments, but otherwise as written.
pub(crate) fn unlinked<'t>(source: &Source<'t>, text: Span) -> Cow<'t, str> {
    let mut cuts = links(source, text);
    cuts.extend(comments(source, text).into_iter().map(|comment| (comment, Span::default())));
    if cuts.is_empty() {
        return Cow::Borrowed(text.of(source.text));
    }
    Cow::Owned(without(source, text, cuts))
}

/// Returns a text without its comments of Obsidian and HTML, and without the spaces that belong to them.
pub(crate) fn uncommented<'t>(source: &Source<'t>, text: Span) -> Cow<'t, str> {
    let mut cuts = comments(source, text);
    if cuts.is_empty() {
        return Cow::Borrowed(text.of(source.text));
    }
    cuts.sort_unstable();
    let (mut out, mut at) = (String::new(), text.start);
    for cut in cuts.into_iter().chain([Span { start: text.end, end: text.end }]) {
        let shown = Span { start: at, end: cut.start.max(at) }.of(source.text);
        let is_apart = out.is_empty() || out.ends_with(char::is_whitespace);
        out.push_str(if is_apart { shown.trim_start_matches([' ', '\t']) } else { shown });
        at = cut.end.max(at);
    }
    out.truncate(out.trim_end().len());
    Cow::Owned(out)
}

/// Returns the comments of Obsidian and HTML in a text, clipped to the text.
pub(crate) fn comments(source: &Source<'_>, text: Span) -> Vec<Span> {
    let (hidden, opaque) = (&source.outline.hidden, &source.outline.opaque);
    let first = hidden.partition_point(|comment| comment.end <= text.start);
    let inside = hidden[first..].iter().take_while(|comment| comment.start < text.end);
    let clipped =
        |comment: &Span| Span { start: comment.start.max(text.start), end: comment.end.min(text.end) };
    let html = within(opaque, text, |span| *span).filter(|span| is_comment(source, **span));
    inside.map(clipped).chain(html.copied()).collect()
}

/// Returns the parts of a text that are not plain words: comments, links, tags and block ids.
pub(crate) fn beside_words(source: &Source<'_>, text: Span) -> Vec<Span> {
    let mut cuts = comments(source, text);
    cuts.extend(within(&source.outline.links, text, |link| link.span).map(|link| link.span));
    cuts.extend(names(source, text));
    cuts
}

/// Returns the tags and block ids in a text, each with the sign before it.
fn names(source: &Source<'_>, text: Span) -> impl Iterator<Item = Span> {
    let outline = source.outline;
    let names = within(&outline.tags, text, |tag| *tag).chain(within(&outline.block_ids, text, |id| *id));
    names.map(|name| Span { start: name.start.saturating_sub(1), end: name.end })
}

/// Whether a span of code, math or HTML is a comment.
fn is_comment(source: &Source<'_>, opaque: Span) -> bool {
    opaque.of(source.text).starts_with("<!--")
}

/// Returns a line in which each of these parts is replaced by the text of another span.
fn without(source: &Source<'_>, line: Span, mut cuts: Vec<(Span, Span)>) -> String {
    cuts.sort_unstable_by_key(|(cut, _)| (cut.start, std::cmp::Reverse(cut.end)));
    let mut shown = String::with_capacity(line.of(source.text).len());
    let mut done = line.start;
    for (cut, instead) in cuts {
        // A link inside a link is replaced with it.
        if cut.start >= done {
            shown.push_str(Span { start: done, end: cut.start }.of(source.text));
            shown.push_str(instead.of(source.text));
            done = cut.end;
        }
    }
    shown.push_str(Span { start: done.min(line.end), end: line.end }.of(source.text));
    shown
}

/// Returns the links of a line, with the spans of their displayed texts.
fn links(source: &Source<'_>, line: Span) -> Vec<(Span, Span)> {
    let links = within(&source.outline.links, line, |link| link.span);
    let words = links.map(|link| (link.span, link.display.or(link.target).filter(|_| !link.embed)));
    words.map(|(link, words)| (link, words.unwrap_or_default())).collect()
}

/// Returns the other parts of a line that are not displayed, with nothing as the replacement.
fn unshown(source: &Source<'_>, line: Span) -> Vec<(Span, Span)> {
    let outline = source.outline;
    let mut cuts: Vec<(Span, Span)> = names(source, line).map(|name| (name, Span::default())).collect();
    let comments = within(&outline.opaque, line, |span| *span).filter(|span| is_comment(source, **span));
    cuts.extend(comments.map(|comment| (*comment, Span::default())));
    let mut open: Option<usize> = None;
    let mut text = line.of(source.text);
    while let Some(at) = text.find("%%") {
        text = &text[at + 2..];
        let end = line.end as usize - text.len();
        if outline.is_opaque(end as u32 - 2) {
            continue;
        }
        match open.take() {
            Some(start) => cuts.push((Span::new(start, end), Span::default())),
            None => open = Some(end - 2),
        }
    }
    cuts.extend(open.map(|start| (Span::new(start, line.end as usize), Span::default())));
    cuts
}

/// Returns the items that begin in a line. `all` is in the order of the text.
fn within<T>(all: &[T], line: Span, span_of: impl Fn(&T) -> Span + Copy) -> impl Iterator<Item = &T> {
    let first = all.partition_point(|one| span_of(one).end <= line.start);
    let here = all[first..].iter().take_while(move |one| span_of(one).start < line.end);
    here.filter(move |one| span_of(one).start >= line.start)
}

/// Splits a text into a term and the text about it, at one of these signs. A colon must be at the end of a word,
/// any other sign between spaces; emphasis may be closed after it.
pub(crate) fn split<'t>(text: &'t str, signs: &[char]) -> (&'t str, &'t str) {
    let mut at = 0;
    while let Some(found) = text[at..].find(signs) {
        let start = at + found;
        let Some(sign) = text[start..].chars().next() else { break };
        let behind = text[start..].trim_start_matches(sign);
        let about = behind.trim_start_matches(MARKS);
        let colon = matches!(sign, ':' | '：');
        let apart = colon || text[..start].ends_with(char::is_whitespace);
        if apart && (about.is_empty() || sign == '：' || about.starts_with(char::is_whitespace)) {
            return (&text[..start], about.trim_start());
        }
        at = text.len() - behind.len();
    }
    (text, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_and_what_is_said_of_it() {
        for (line, expected) in [
            ("REST endpoints: over HTTPS", ("REST endpoints", "over HTTPS")),
            ("**REST endpoints:** over HTTPS", ("**REST endpoints", "over HTTPS")),
            ("**REST** : over HTTPS", ("**REST** ", "over HTTPS")),
            ("REST:: over HTTPS", ("REST", "over HTTPS")),
            ("**OAuth 2.0:**", ("**OAuth 2.0", "")),
            ("Queues -- in order", ("Queues ", "in order")),
            ("Down = broken - perhaps", ("Down ", "broken - perhaps")),
            ("Batch-processing – nightly", ("Batch-processing ", "nightly")),
            ("host:port, a=b", ("host:port, a=b", "")),
            ("at 10:30", ("at 10:30", "")),
            ("認証：トークン", ("認証", "トークン")),
        ] {
            assert_eq!(split(line, &SIGNS), expected, "{line}");
        }
        assert_eq!(split("A -> B - x: y", &[':']), ("A -> B - x", "y"));
    }
}
