//! Reads HTML, which the parser leaves alone: comments with instructions to portolan, and fences.
//!
//! A fence in a comment, or right below a tag, is not a code block to the parser or the app. But a credential in
//! it is still a credential, and nothing else of the fence is used.

use super::Pass;
use crate::syntax::block_start::unquoted;
use crate::syntax::outline::{Comment, Fence};
use crate::text::joined::Joined;
use crate::text::line::next_line;
use crate::text::span::{Span, trim};

/// How far the HTML blocks of a note have been searched for fences.
#[derive(Default)]
pub(super) struct InHtml {
    /// The end of the last fence, which may lie after its block.
    done: usize,
    /// The smallest count of backticks, and of tildes, for which no closing line exists any more. It avoids
    /// repeated searches.
    never_closed: [Option<usize>; 2],
}

/// The marks that open a fence.
#[derive(Clone, Copy)]
struct Marks {
    mark: u8,
    count: usize,
    /// Their offset in the text.
    at: usize,
    /// Whether words of a comment precede them.
    is_behind_words: bool,
    /// Whether they may be part of a sentence and open nothing: words precede them, or several follow.
    may_be_words: bool,
}

/// The end of a fence.
struct Closed {
    /// The end of its content.
    end: usize,
    /// Where the next fence may begin.
    behind: usize,
    /// Whether it is never closed.
    is_open: bool,
}

impl Pass<'_> {
    /// Reads a block of HTML.
    pub(super) fn html(&mut self, span: Span) {
        self.out.opaque.push(span);
        self.comments_of(span);
        let html = span.of(self.text).as_bytes();
        // Very few HTML blocks contain a fence.
        if memchr::memchr2(b'`', b'~', html).is_some_and(|first| has_marks(&html[first..])) {
            self.fences_of(span);
        }
    }

    /// Reads the comments of a piece of HTML.
    pub(super) fn comments_of(&mut self, span: Span) {
        let html = span.of(self.text);
        let mut from = 0;
        while let Some(open) = html[from..].find("<!--").map(|at| from + at) {
            let Some(close) = html[open + 4..].find("-->").map(|at| open + 4 + at) else { return };
            let inner = trim(html, Span::new(open + 4, close));
            if let Some(words) = inner.of(html).strip_prefix("portolan:") {
                let text = Span::new(inner.end as usize - words.len(), inner.end as usize);
                let whole = Span::new(open, close + 3).shifted(span.start as usize);
                self.out.comments.push(Comment {
                    span: whole,
                    text: text.shifted(span.start as usize),
                    own_line: self.is_own_line(whole),
                });
            }
            from = close + 3;
        }
    }

    /// Whether a comment stands alone on a line of the note itself. Only the spaces around it are examined,
    /// because a line may be a whole file.
    fn is_own_line(&self, span: Span) -> bool {
        let blank = [' ', '\t', '\r'];
        let before = self.text[self.body..span.start as usize].trim_end_matches(blank);
        let after = self.text[span.end as usize..].trim_start_matches(blank);
        self.quotes == 0
            && self.lists.is_empty()
            && (before.is_empty() || before.ends_with('\n'))
            && (after.is_empty() || after.starts_with('\n'))
            && !span.of(self.text).contains('\n')
    }

    /// Reads the fences in an HTML block. A block that begins with a tag ends at a blank line, but a fence in it
    /// may continue after that.
    fn fences_of(&mut self, span: Span) {
        let block_end = span.end as usize;
        let mut at = self.in_html.done.max(span.start as usize);
        while at < block_end {
            let line_end = next_line(self.text, at);
            let Some(marks) = opened(&self.text[at..line_end], at) else {
                at = line_end;
                continue;
            };
            let Closed { end, behind, is_open } = self.closed(marks, line_end, block_end);
            let info = self.text[marks.at + marks.count..line_end].trim_start();
            let language =
                info.split([' ', '\t', '\r', '\n', ',', '{']).next().unwrap_or_default().to_owned();
            let content = self.content(line_end.min(end), end, is_open);
            self.out.fences_in_html.push(Fence {
                span: trim(self.text, Span::new(marks.at, behind)),
                language,
                content,
            });
            at = behind;
        }
        self.in_html.done = at;
    }

    /// Finds where a fence is closed.
    fn closed(&mut self, marks: Marks, from: usize, block_end: usize) -> Closed {
        let text = self.text;
        let mut lines = Lines { text, at: from };
        if marks.may_be_words {
            if let Some(closed) = closed_behind_words(&mut lines, marks, block_end) {
                return closed;
            }
        } else if let Some((end, behind)) = lines.find(block_end, |line| closes(line, marks)) {
            return Closed { end, behind, is_open: false };
        }
        let open_until = |end: usize| Closed { end, behind: block_end, is_open: true };
        // The end of a comment or an element also ends the fence.
        let last = text[..block_end].trim_end().rsplit('\n').next().unwrap_or_default();
        if last.ends_with("-->") || unquoted(last).starts_with("</") {
            return open_until(block_end);
        }
        let fewest = &mut self.in_html.never_closed[usize::from(marks.mark == b'~')];
        if fewest.is_some_and(|fewest| marks.count >= fewest) {
            return open_until(block_end);
        }
        // After the end of its block, an unclosed fence ends at a line that opens another one.
        match lines.find(text.len(), |line| closes(line, marks) || opens_another(line, marks)) {
            Some((start, behind)) if closes(&text[start..behind], marks) => {
                Closed { end: start, behind, is_open: false }
            }
            Some((start, _)) => Closed { end: start, behind: start, is_open: true },
            None => {
                // Only the first fence of its kind that is never closed is read to the end of the note. Otherwise
                // many such fences would read the same text again and again.
                let is_first = fewest.replace(marks.count).is_none();
                open_until(if is_first { text.len() } else { block_end })
            }
        }
    }

    /// Returns the lines of a fence, without quote marks, and without the end of a comment that closes an open
    /// fence.
    fn content(&self, start: usize, end: usize, is_open: bool) -> Joined {
        let lines = self.text[start..end].trim_end();
        let kept = lines.strip_suffix("-->").filter(|_| is_open).map_or(end, |lines| start + lines.len());
        let mut content = Joined::default();
        let mut at = start;
        while at < kept {
            let end = next_line(self.text, at).min(kept);
            let line = &self.text[at..end];
            let text = unquoted(line);
            let quoted = line.len() - text.len();
            let from = if line[..quoted].contains('>') { at + quoted } else { at };
            let until = at + line.trim_end_matches(['\r', '\n']).len();
            content.push(self.text, Span::new(from.min(until), until));
            content.push(self.text, Span::new(end - usize::from(line.ends_with('\n')), end));
            at = end;
        }
        content
    }
}

/// Iterates over the lines of a text.
struct Lines<'t> {
    text: &'t str,
    at: usize,
}

impl Lines<'_> {
    /// Returns the next `wanted` line among those that begin before `until`.
    fn find(&mut self, until: usize, mut wanted: impl FnMut(&str) -> bool) -> Option<(usize, usize)> {
        while self.at < until {
            let (start, end) = (self.at, next_line(self.text, self.at));
            self.at = end;
            if wanted(&self.text[start..end]) {
                return Some((start, end));
            }
        }
        None
    }
}

/// Finds where a fence whose marks may be words of a sentence ends in its block: where it is closed or another
/// one opens that it cannot contain, or else at the first fence that names its language. That one would be lost
/// otherwise.
fn closed_behind_words(lines: &mut Lines<'_>, marks: Marks, block_end: usize) -> Option<Closed> {
    let text = lines.text;
    let (mut first, mut at) = (None, lines.at);
    let is_end = |line: &str| {
        let other = opened(line, 0).filter(|other| has_language(&line[other.at..]));
        if other.is_some_and(|other| !other.is_behind_words) {
            first.get_or_insert(at);
        }
        at += line.len();
        closes(line, marks) || other.is_some_and(|other| would_close(other, marks))
    };
    let found = lines.find(block_end, is_end);
    let opens_at = |at| Closed { end: at, behind: at, is_open: true };
    match found {
        Some((end, behind)) if closes(&text[end..behind], marks) => {
            Some(Closed { end, behind, is_open: false })
        }
        Some((start, _)) => Some(opens_at(start)),
        None => first.map(opens_at),
    }
}

/// Whether a text contains marks that may open a fence.
fn has_marks(text: &[u8]) -> bool {
    ["```", "~~~"].iter().any(|marks| memchr::memmem::find(text, marks.as_bytes()).is_some())
}

/// Returns the marks that open a fence in a line, which begins at `at` in the text. Only signs of quotes and
/// items, tags, and the start or end of a comment may precede them.
fn opened(line: &str, at: usize) -> Option<Marks> {
    let (mut rest, mut in_comment) = (line, false);
    loop {
        rest = rest.trim_start_matches(|c: char| " \t>-+*.)".contains(c) || c.is_ascii_digit());
        let comment = rest.strip_prefix("<!--");
        in_comment |= comment.is_some();
        let tag = || rest.strip_prefix('<')?.split_once('>').map(|(_, behind)| behind);
        match comment.or_else(tag) {
            Some(behind) => rest = behind,
            None => break,
        }
    }
    let is_behind_words = in_comment && !rest.starts_with(MARKS);
    if is_behind_words && !rest.contains("-->") {
        let marks = rest.find("```").into_iter().chain(rest.find("~~~")).min();
        rest = &rest[marks?..];
        if !has_language(rest) {
            return None;
        }
    }
    let mark = *rest.as_bytes().first().filter(|mark| matches!(mark, b'`' | b'~'))?;
    let count = run(rest, mark);
    // A further backtick on the line makes it inline code.
    let is_fence = count >= 3 && (mark == b'~' || !rest[count..].contains('`'));
    let says = |word: &&str| word.contains(char::is_alphanumeric);
    let may_be_words = is_behind_words || rest[count..].split_whitespace().filter(says).nth(1).is_some();
    is_fence.then_some(Marks { mark, count, at: at + line.len() - rest.len(), is_behind_words, may_be_words })
}

/// The characters that open and close fences.
const MARKS: [char; 2] = ['`', '~'];

/// Whether a language follows the marks at the start of a text.
fn has_language(text: &str) -> bool {
    text.trim_start_matches(MARKS).trim_start().starts_with(char::is_alphabetic)
}

/// Whether a line opens a fence that names its language, with marks that would close this one.
fn opens_another(line: &str, marks: Marks) -> bool {
    opened(line, 0).is_some_and(|other| would_close(other, marks) && has_language(&line[other.at..]))
}

/// Whether the marks of a fence would close another one if nothing followed them.
fn would_close(marks: Marks, other: Marks) -> bool {
    marks.mark == other.mark && marks.count >= other.count
}

/// Whether a line closes a fence. The end of a comment, or a tag, may follow the marks.
fn closes(line: &str, marks: Marks) -> bool {
    let rest = unquoted(line);
    let count = run(rest, marks.mark);
    let behind = rest[count..].trim();
    count >= marks.count && (behind.is_empty() || behind.starts_with("-->") || behind.starts_with('<'))
}

/// Returns how many times a mark is repeated at the beginning of a text.
fn run(text: &str, mark: u8) -> usize {
    text.bytes().take_while(|byte| *byte == mark).count()
}
