//! Removes the comments from a value, to get what a reader sees and where it stands.

use std::borrow::Cow;

use super::source::Source;
use super::term;
use crate::text::span::{Span, containing, trim};

/// The comments in a part of a line.
pub(crate) struct Comments {
    /// Spans of the comments, in the order of the text, without overlaps.
    cuts: Vec<Span>,
    /// Whether the last comment is never closed. It then hides everything after it.
    open: bool,
}

impl Comments {
    /// Finds the comments of Obsidian and of HTML in a value. Code contains none.
    pub(crate) fn of(source: &Source<'_>, value: Span) -> Self {
        let text = value.of(source.text);
        // Most values contain neither sign.
        let may_begin = memchr::memchr2(b'%', b'<', text.as_bytes()).is_some();
        if !may_begin || !(text.contains("%%") || text.contains("<!--")) {
            return Self { cuts: Vec::new(), open: false };
        }
        let mut cuts: Vec<Span> = Vec::new();
        let mut all = term::comments(source, value);
        all.sort_unstable();
        // A comment that ends after the value hides the rest of the value, like one that never ends.
        let beyond = all.iter().find(|comment| comment.end > value.end).map(|comment| comment.start);
        let hidden = || source.outline.hidden_at(value.end).map(|hidden| hidden.start);
        let beyond = beyond.or_else(|| hidden().filter(|start| *start < value.end));
        for comment in all {
            let comment = Span { end: comment.end.min(value.end), ..comment };
            match cuts.last_mut() {
                Some(last) if comment.start < last.end => last.end = last.end.max(comment.end),
                _ => cuts.push(comment),
            }
        }
        let mut comments = Self { cuts, open: false };
        let is_free = |at: u32| !comments.hold(at) && !source.outline.is_opaque(at);
        let opens = ["%%", "<!--"].iter().filter_map(|open| {
            let mut found = text.match_indices(open).map(|(at, _)| value.start + at as u32);
            found.find(|at| is_free(*at))
        });
        if let Some(start) = opens.chain(beyond).min().map(|start| start.max(value.start)) {
            comments.cuts.retain(|cut| cut.start < start);
            comments.cuts.push(Span { start, end: value.end });
            comments.open = true;
        }
        comments
    }

    fn hold(&self, at: u32) -> bool {
        containing(&self.cuts, at).is_some()
    }

    /// Trims spaces and comments from both ends of a part of the value. Where nothing else is left, returns the
    /// place where a value would go: after the comments, or before one that is never closed.
    pub(crate) fn trimmed(&self, text: &str, part: Span) -> Span {
        let mut part = trim(text, part);
        let closed = &self.cuts[..self.cuts.len() - usize::from(self.open)];
        let first = closed.partition_point(|cut| cut.end <= part.start);
        for cut in &closed[first..] {
            if cut.start > part.start {
                break;
            }
            part = trim(text, Span { start: cut.end.min(part.end), ..part });
        }
        let behind = self.cuts.partition_point(|cut| cut.start < part.end);
        for cut in self.cuts[..behind].iter().rev() {
            if cut.end < part.end {
                break;
            }
            part = trim(text, Span { end: cut.start.max(part.start), ..part });
        }
        part
    }

    /// Returns the spans in a part that are hidden, including the spaces that only separate them from the text.
    pub(crate) fn within(&self, text: &str, part: Span) -> Vec<Span> {
        let inside = self.cuts.iter().filter(|cut| cut.start < part.end && cut.end > part.start);
        let gap = |cut: &Span| {
            let start = cut.start.max(part.start);
            let before = Span { end: start, ..part }.of(text);
            let behind = Span { start: cut.end.min(part.end), ..part }.of(text);
            let is_apart = before.is_empty() || before.ends_with([' ', '\t']);
            let rest = if is_apart { behind.trim_start_matches([' ', '\t']) } else { behind };
            Span { start, end: part.end - rest.len() as u32 }
        };
        inside.map(gap).collect()
    }

    /// Returns what a reader sees of a part.
    pub(crate) fn shown<'t>(&self, text: &'t str, part: Span) -> Cow<'t, str> {
        let gaps = self.within(text, part);
        if gaps.is_empty() {
            return Cow::Borrowed(part.of(text));
        }
        let pieces = pieces(part, &gaps).map(|piece| piece.of(text));
        Cow::Owned(pieces.collect::<String>())
    }
}

/// Returns the parts of a span between the gaps in it.
pub(crate) fn pieces(part: Span, gaps: &[Span]) -> impl Iterator<Item = Span> {
    let starts = std::iter::once(part.start).chain(gaps.iter().map(|gap| gap.end));
    let ends = gaps.iter().map(|gap| gap.start).chain([part.end]);
    starts.zip(ends).map(|(start, end)| Span { start, end: end.max(start) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::markdown;
    use crate::syntax::reading::Reading;
    use crate::text::place::LineIndex;

    #[test]
    fn a_value_is_what_its_reader_sees() {
        for (value, trimmed, shown) in [
            ("1.0.0", "1.0.0", "1.0.0"),
            ("1.0.0 %%v%%", "1.0.0", "1.0.0"),
            ("%%v%% 1.0.0", "1.0.0", "1.0.0"),
            ("%%v%%1.0.0<!-- a --> <!-- b -->", "1.0.0", "1.0.0"),
            ("<!-- a --> %%v%% 1.0.0 (x)", "1.0.0 (x)", "1.0.0 (x)"),
            ("A %%v%% B", "A %%v%% B", "A B"),
            ("A%%v%% B<!-- x -->C", "A%%v%% B<!-- x -->C", "A BC"),
            ("%%v%%", "", ""),
            // A comment that is never closed.
            ("A %% x <!-- y", "A", "A"),
            ("%%v%% A %% x", "A", "A"),
            ("<!-- A", "", ""),
            // A comment that ends after the value.
            ("%%a|\n  b%%", "", ""),
            ("A %%a|\n  b%%", "A", "A"),
            ("%%a%% B <!-- a|\n  b -->", "B", "B"),
            ("`%%` A %%v%%", "`%%` A", "`%%` A"),
            ("A <b>x</b> 5%", "A <b>x</b> 5%", "A <b>x</b> 5%"),
        ] {
            // Text after the value is not part of it, whether or not a comment ends there.
            let (value, behind) = value.split_once('|').unwrap_or((value, ""));
            let text = format!("- Key: {value}{behind}\n");
            let outline = markdown::outline(&text, 0);
            let (lines, reading) = (LineIndex::new(&text), Reading::default());
            let source = Source::new(&lines, &outline, &reading, Vec::new());
            let whole = Span::new("- Key: ".len(), text.len() - 1 - behind.len());
            let comments = Comments::of(&source, whole);
            let span = comments.trimmed(&text, whole);
            assert_eq!((span.of(&text), &*comments.shown(&text, span)), (trimmed, shown), "{value}");
        }
    }
}
