//! Reads runs of inline text: a paragraph, a heading, a table cell, or the bare text of a list item.
//!
//! This adds what Obsidian sees and the parser does not: math that leaves links whole, tags, and block ids.

use super::Pass;
use super::links::BarLink;
use crate::text::span::{Span, containing, trim};

/// A run of inline text while it is being read.
pub(super) struct Run {
    span: Span,
    /// The last piece of plain text, if nothing else follows it.
    tail: Option<Span>,
    /// The list item whose first block this run is.
    item: Option<u32>,
    /// Whether there is no event for the run itself, only for its text, as in an item of a tight list.
    bare: bool,
    /// The numbers of links, tags and opaque spans of the note before this run.
    before: (usize, usize, usize),
    /// The state of a link that begins with a bar.
    pub(super) bar: BarLink,
}

/// `$` or `$$`.
#[derive(Clone, Copy)]
pub(super) struct Dollars {
    at: u32,
    double: bool,
    /// Whether it can begin math.
    opens: bool,
    /// Whether it can end math.
    closes: bool,
}

impl Run {
    /// Records that the last piece is not plain text of the run itself.
    pub(super) fn tail_is_no_text(&mut self) {
        self.tail = None;
    }
}

impl Dollars {
    const fn end(self) -> u32 {
        self.at + 1 + self.double as u32
    }
}

/// The position of the next `#`, `$` or `%`.
#[derive(Default)]
pub(super) struct NextMark {
    /// The offset from which it was searched.
    from: u32,
    /// Its offset.
    at: u32,
}

impl NextMark {
    /// Whether one lies in a piece of the text. Pieces come in order, so each byte is examined once.
    fn is_in(&mut self, text: &str, piece: Span) -> bool {
        if self.at < piece.start || piece.start < self.from {
            let rest = text.as_bytes().get(piece.start as usize..).unwrap_or_default();
            let next = memchr::memchr3(b'#', b'$', b'%', rest);
            *self = Self { from: piece.start, at: next.map_or(u32::MAX, |at| piece.start + at as u32) };
        }
        self.at < piece.end
    }
}

impl Pass<'_> {
    pub(super) fn open_run(&mut self, span: Span) {
        self.percents.runs += 1;
        self.dollars.clear();
        self.run = Some(Run {
            span,
            tail: None,
            item: self.fresh_item(),
            bare: false,
            before: (self.out.links.len(), self.out.tags.len(), self.out.opaque.len()),
            bar: BarLink::default(),
        });
    }

    /// Records a piece of a run that is not plain text.
    pub(super) fn inline(&mut self, span: Span) {
        let bare = self.run.is_none();
        if bare {
            self.open_run(span);
        }
        if let Some(run) = &mut self.run {
            run.bare |= bare;
            run.span = run.span.join(span);
            run.tail = None;
        }
        self.inside_link(span);
    }

    pub(super) fn line_break(&mut self, span: Span) {
        self.inline(span);
        if let Some(run) = &mut self.run {
            // A link cannot continue on the next line.
            run.bar = BarLink::default();
        }
    }

    pub(super) fn plain_text(&mut self, span: Span) {
        self.inline(span);
        let in_link = !self.links.is_empty();
        if let Some(run) = &mut self.run {
            run.tail = (!in_link).then_some(span);
        }
        if in_link {
            // Tags and math do not begin inside a link.
            return;
        }
        self.bar_link(span);
        // Most text has none of these.
        if self.next_mark.is_in(self.text, span) {
            self.tags_of(span);
            self.dollars_of(span);
            self.percents_of(span);
        }
    }

    /// Ends a paragraph, a heading or the text of an item.
    pub(super) fn close_prose(&mut self) {
        let Some(run) = self.run.take() else { return };
        if run.bare && !self.lists.is_empty() && !self.out.comments.is_empty() {
            self.out.blocks.push(trim(self.text, run.span));
        }
        if let Some(item) = run.item.and_then(|i| self.out.items.get_mut(i as usize)) {
            item.content = trim(self.text, run.span);
        }
        if let Some(tail) = run.tail {
            self.block_id(tail, run.span);
        }
        self.settle(&run);
    }

    /// Ends a table cell, which cannot contain the text of an item or a block id.
    pub(super) fn close_cell(&mut self) {
        if let Some(run) = self.run.take() {
            self.settle(&run);
        }
    }

    /// Removes what is covered by the math of a run.
    fn leave_out_math(&mut self, run: &Run) {
        let (links, tags, opaque) = run.before;
        let math = math(&self.dollars);
        self.displays.extend(left_over(&self.dollars, &math));
        if !math.is_empty() {
            let covered = |span: &Span| containing(&math, span.start).is_some();
            drop_from(&mut self.out.links, links, |link| covered(&link.span));
            drop_from(&mut self.out.tags, tags, covered);
            drop_from(&mut self.out.opaque, opaque, covered);
            // In math, HTML comments are text, and `%%` begins a comment of TeX.
            let own = self.out.comments.partition_point(|comment| comment.span.start < run.span.start);
            drop_from(&mut self.out.comments, own, |comment| covered(&comment.span));
            let own = self.percents.marks.partition_point(|mark| mark.at < run.span.start);
            drop_from(&mut self.percents.marks, own, |mark| covered(&Span::at(mark.at as usize)));
            self.out.opaque.extend(math);
            self.out.opaque[opaque..].sort_unstable();
        }
    }

    /// Removes what is covered by math, and sorts links by their start.
    fn settle(&mut self, run: &Run) {
        self.links.clear();
        // Most runs have none.
        if !self.dollars.is_empty() {
            self.leave_out_math(run);
        }
        let (links, ..) = run.before;
        // A link is complete at its end, so the inner one of nested links comes first.
        if !self.out.links[links..].is_sorted_by_key(|link| link.span.start) {
            self.out.links[links..].sort_by_key(|link| link.span.start);
        }
    }

    /// Reads the block id of a run. It follows a space at the very end of a paragraph or item, or stands on a
    /// separate line (Help, Internal links, "Link to a block in a note"). A request asks the help to say that
    /// lines of quotes cannot be linked to (obsidian-help#883), but vaults and plugins do link to them.
    fn block_id(&mut self, tail: Span, run: Span) {
        let tail = trim(self.text, tail);
        let bytes = tail.of(self.text).as_bytes();
        // Most paragraphs end with a full stop.
        if bytes.last().is_none_or(|last| !is_id_byte(*last)) {
            return;
        }
        let length = bytes.iter().rev().take_while(|b| is_id_byte(**b)).count();
        let Some(caret) = (bytes.len() - length).checked_sub(1).filter(|&at| bytes[at] == b'^') else {
            return;
        };
        let at = tail.start as usize + caret;
        let before = &self.text[..at];
        let free = at == trim(self.text, run).start as usize
            || before.chars().next_back().is_none_or(char::is_whitespace);
        let id = Span::new(at + 1, at + 1 + length);
        if length == 0 || (self.quotes == 0 && !free) {
            return;
        }
        if self.quotes == 0 {
            self.out.block_ids.push(id);
            return;
        }
        // The help (Internal links) puts the id of a quote on the line after it, without `>`.
        let begins = |rest: &str| rest.is_empty() || rest.ends_with('\n');
        if free && begins(before.trim_end_matches([' ', '\t'])) {
            self.out.block_ids.push(id);
        } else if free || begins(before.trim_end_matches([' ', '\t', '>'])) {
            self.out.quoted_ids.push(id);
        }
    }

    /// Reads tags: `#` followed by letters, digits, `_`, `-`, `/` or characters beyond `ASCII` other than spaces
    /// and punctuation, including at least one that is not a digit (Help, Tags).
    fn tags_of(&mut self, span: Span) {
        let piece = span.of(self.text);
        for at in memchr::memchr_iter(b'#', piece.as_bytes()) {
            let start = span.start as usize + at;
            let before = self.text[..start].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '\\' | '#' | '/' | '&' | '_')) {
                continue;
            }
            let rest = &self.text[start + 1..];
            let tag =
                rest.find(|c: char| !is_tag_char(c)).map_or(rest, |end| &rest[..end]).trim_end_matches('/');
            if tag.chars().any(|c| !c.is_ascii_digit()) {
                self.out.tags.push(Span::new(start + 1, start + 1 + tag.len()));
            }
        }
    }

    /// Reads dollars that may open or close math. As in pandoc, no space may follow the opening one or precede the
    /// closing one, and no digit may follow the closing one, so that `$5 and $6` are amounts.
    fn dollars_of(&mut self, span: Span) {
        let bytes = self.text.as_bytes();
        let mut done = span.start as usize;
        for at in memchr::memchr_iter(b'$', span.of(self.text).as_bytes()) {
            let at = span.start as usize + at;
            // The parser begins a new piece at a character that a backslash escapes.
            let escaped = at == span.start as usize && self.text[..at].ends_with('\\');
            if at < done || escaped {
                continue;
            }
            let double = bytes.get(at + 1) == Some(&b'$');
            let before = self.text[..at].chars().next_back();
            let after = self.text[at + 1..].chars().next();
            self.dollars.push(Dollars {
                at: at as u32,
                double,
                opens: double || after.is_some_and(|c| !c.is_whitespace()),
                closes: double
                    || (before.is_some_and(|c| !c.is_whitespace())
                        && !after.is_some_and(|c| c.is_ascii_digit())),
            });
            done = at + 1 + usize::from(double);
        }
    }
}

/// Whether a byte may be part of a block id: Latin letters, digits and dashes (Help, Internal links).
pub(super) const fn is_id_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}

/// Returns the spans of math: each opening dollar up to the next of its kind that can close it. A dollar that is
/// never closed is text.
fn math(dollars: &[Dollars]) -> Vec<Span> {
    let mut spans = Vec::new();
    // The first closing dollar of each kind that is still ahead. Dollars are visited in order, so one pass is
    // enough.
    let mut next_closing = [0usize; 2];
    let mut i = 0;
    while let Some(open) = dollars.get(i) {
        let next = &mut next_closing[usize::from(open.double)];
        *next = (*next).max(i + 1);
        while dollars.get(*next).is_some_and(|d| d.double != open.double || !d.closes) {
            *next += 1;
        }
        match dollars.get(*next) {
            Some(close) if open.opens => {
                spans.push(Span { start: open.at, end: close.end() });
                i = *next + 1;
            }
            _ => i += 1,
        }
    }
    spans
}

/// Returns the position of the `$$` that is not in the math of its run, if any. There is at most one, because two
/// would form a pair.
fn left_over(dollars: &[Dollars], math: &[Span]) -> Option<u32> {
    let last = dollars.iter().rfind(|dollars| dollars.double)?.at;
    containing(math, last).is_none().then_some(last)
}

/// Removes the unwanted items from index `from` on.
fn drop_from<T>(items: &mut Vec<T>, from: usize, unwanted: impl Fn(&T) -> bool) {
    let tail = items.split_off(from);
    items.extend(tail.into_iter().filter(|item| !unwanted(item)));
}

fn is_tag_char(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '/')
    } else {
        !c.is_whitespace()
            && !('\u{2000}'..='\u{200c}').contains(&c)
            && !('\u{2010}'..='\u{206f}').contains(&c)
    }
}
