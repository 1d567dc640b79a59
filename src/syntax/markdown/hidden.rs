//! Removes what the app does not show as it is written: comments between two `%%`, and formulas between two `$$`.
//!
//! Both may span several blocks, which the parser reads like any others. What it found inside them is removed
//! here, so that users of an outline need not check for it. Some things are kept:
//!
//! - Links and tags in comments, because the app counts them (three recordings).
//! - Block ids in comments, because it is not known how the app treats them: a link to a block that may exist is
//!   not reported as broken.
//! - Fences, because a secret in one is still a secret. Code that reads fences for other reasons asks
//!   [`Outline::hidden_at`].
//! - Silencers in comments, because they may be meant for the links there.
//!
//! [`Outline::hidden_at`]: crate::syntax::outline::Outline::hidden_at

use super::Pass;
use crate::syntax::outline::Item;
use crate::text::span::{Span, containing};

/// The `%%` of a note, in order.
#[derive(Default)]
pub(super) struct Percents {
    pub(super) marks: Vec<Percent>,
    /// How many runs of inline text were read.
    pub(super) runs: u32,
}

/// A `%%`, with the run of inline text that it is in.
#[derive(Clone, Copy)]
pub(super) struct Percent {
    pub(super) at: u32,
    run: u32,
    /// Whether there are only spaces before it on its line.
    first: bool,
}

/// A comment or a formula.
#[derive(Clone, Copy)]
struct Hidden {
    span: Span,
    /// The index of the mark that opens it, among the marks of its kind.
    opener: usize,
}

impl Pass<'_> {
    pub(super) fn percents_of(&mut self, span: Span) {
        let mut done = span.start as usize;
        for at in memchr::memchr_iter(b'%', span.of(self.text).as_bytes()) {
            let at = span.start as usize + at;
            if at < done || !self.text[at + 1..span.end as usize].starts_with('%') {
                continue;
            }
            let before = self.text[self.body..at].trim_end_matches([' ', '\t']);
            let first = before.is_empty() || before.ends_with('\n');
            self.percents.marks.push(Percent { at: at as u32, run: self.percents.runs, first });
            done = at + 2;
        }
    }

    /// Removes the content of comments, and of formulas that span several blocks.
    pub(super) fn leave_out_hidden(&mut self) {
        // Most notes have neither.
        if self.percents.marks.is_empty() && self.displays.is_empty() {
            return;
        }
        let (hidden, formulas) = self.hidden();
        let (hidden, formulas) = (Spans(hidden), Spans(formulas));
        let out = &mut self.out;
        if !formulas.0.is_empty() {
            out.links.retain(|link| !formulas.hold(link.span));
            out.definitions.retain(|definition| !formulas.hold(definition.span));
            out.comments.retain(|comment| !formulas.hold(comment.span));
            for names in [&mut out.tags, &mut out.block_ids, &mut out.quoted_ids, &mut out.opaque] {
                names.retain(|name| !formulas.hold(*name));
            }
            out.opaque.extend(&formulas.0);
            out.opaque.sort_unstable();
        }
        if !hidden.0.is_empty() {
            out.headings.retain(|heading| !hidden.hold(heading.span));
            leave_out_items(&mut out.items, &hidden);
            out.tables.retain(|table| !hidden.hold(table.span));
            for table in &mut out.tables {
                // To the parser, a comment right below a table continues the table.
                table.rows.retain(|row| !hidden.hold(row.span));
            }
            out.hidden = hidden.0;
        }
    }

    /// Returns all hidden spans, and those of them that are formulas, each in the order of the text. In a hidden
    /// span, marks of the other kind do not count.
    fn hidden(&self) -> (Vec<Span>, Vec<Span>) {
        let (mut hidden, mut formulas) = (Vec::new(), Vec::new());
        let (mut comment, mut formula) = (self.comment_from(0, 0), self.formula_from(0, 0));
        while let Some(first) = [comment, formula].into_iter().flatten().min_by_key(|next| next.span.start) {
            hidden.push(first.span);
            if formula.is_some_and(|next| next.span == first.span) {
                formulas.push(first.span);
            }
            let at = first.span.end;
            comment = next_behind(comment, at, |from| self.comment_from(from, at));
            formula = next_behind(formula, at, |from| self.formula_from(from, at));
        }
        (hidden, formulas)
    }

    /// Returns the first comment that is opened by the mark at index `from` or a later one, not before the byte at
    /// `at`.
    ///
    /// Two marks in one run of inline text are a comment anywhere. Over several blocks, only a `%%` at the start
    /// of a line begins a comment, so that `100%%` hides nothing.
    fn comment_from(&self, from: usize, at: u32) -> Option<Hidden> {
        let marks = self.percents.marks.get(from..)?;
        let opens = |pair: &[Percent]| match pair {
            [open, close] => open.at >= at && (open.first || open.run == close.run),
            _ => false,
        };
        let index = marks.windows(2).position(opens)?;
        Some(Hidden {
            span: Span { start: marks[index].at, end: marks[index + 1].at + 2 },
            opener: from + index,
        })
    }

    /// Like [`Self::comment_from`], but for formulas. A formula extends from a `$$` that is first on its line to
    /// the next one, if that is the first or last thing on its line. The parser sees lists and paragraphs between
    /// the two.
    fn formula_from(&self, from: usize, at: u32) -> Option<Hidden> {
        let marks = self.displays.get(from..)?;
        let opens = |pair: &[u32]| match *pair {
            [open, close] => {
                open >= at && self.is_first(open) && (self.is_first(close) || self.is_last(close))
            }
            _ => false,
        };
        let index = marks.windows(2).position(opens)?;
        Some(Hidden { span: Span { start: marks[index], end: marks[index + 1] + 2 }, opener: from + index })
    }

    /// Whether a `$$` is the first thing on its line.
    fn is_first(&self, at: u32) -> bool {
        let before = self.text[self.body..at as usize].trim_end_matches(BLANK);
        before.is_empty() || before.ends_with('\n')
    }

    /// Whether a `$$` is the last thing on its line.
    fn is_last(&self, at: u32) -> bool {
        let behind = self.text[at as usize + 2..].trim_start_matches(BLANK);
        behind.is_empty() || behind.starts_with('\n')
    }
}

/// Returns the next hidden span from the byte at `at` on. Searches again only if `next` begins before `at`, and
/// only from its opening mark on, so that each mark is visited once.
fn next_behind(next: Option<Hidden>, at: u32, find: impl Fn(usize) -> Option<Hidden>) -> Option<Hidden> {
    next.and_then(|next| if next.span.start < at { find(next.opener) } else { Some(next) })
}

const BLANK: [char; 3] = [' ', '\t', '\r'];

/// Spans in the order of the text that do not overlap.
struct Spans(Vec<Span>);

impl Spans {
    /// Whether a span lies inside one of these spans, or begins after the start of one. A span that starts with a
    /// hidden part is not covered: a heading may begin with a comment.
    fn hold(&self, span: Span) -> bool {
        containing(&self.0, span.start).is_some_and(|own| own.start < span.start || span.end <= own.end)
    }
}

/// Removes hidden items. Children of a removed item move to its parent, if any.
fn leave_out_items(items: &mut Vec<Item>, hidden: &Spans) {
    if !items.iter().any(|item| hidden.hold(item.span)) {
        return;
    }
    let mut kept: Vec<Item> = Vec::with_capacity(items.len());
    // For each old item, the new index of the item that replaces it as a parent.
    let mut now: Vec<Option<u32>> = Vec::with_capacity(items.len());
    for item in &*items {
        let parent = item.parent.and_then(|parent| now.get(parent as usize).copied().flatten());
        if hidden.hold(item.span) {
            now.push(parent);
        } else {
            now.push(Some(kept.len() as u32));
            kept.push(Item { parent, ..*item });
        }
    }
    *items = kept;
}
