//! Handles emphasis that begins before the timestamp of an entry and extends into its title, or beyond it.

use std::borrow::Cow;

use crate::text::marks::MARKS;

/// The open marks of emphasis, outermost first: the character, and how many of it.
pub(super) struct Marks(Vec<(char, usize)>);

/// The most open marks for which a title is searched.
const MOST: usize = 8;

/// Whether a text closes all marks of emphasis that it opens.
#[must_use]
pub fn closes_its_marks(text: &str) -> bool {
    Marks::opened(text).0.is_empty()
}

/// Returns the run of one mark that a text begins with.
fn run(text: &str) -> Option<(char, usize)> {
    let mark = text.chars().next().filter(|c| MARKS.contains(c))?;
    Some((mark, text.len() - text.trim_start_matches(mark).len()))
}

impl Marks {
    /// Returns the marks that a text opens and does not close.
    pub(super) fn opened(text: &str) -> Self {
        let mut open = Self(Vec::new());
        open.pass(text);
        open
    }

    /// Processes a text in brackets. Marks that it opens do not stay open.
    pub(super) fn pass_brackets(&mut self, text: &str) {
        let open = self.0.len();
        self.pass(text);
        self.0.truncate(open);
    }

    fn pass(&mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = rest.find(MARKS) {
            rest = &rest[at..];
            rest = self.close(rest).unwrap_or_else(|| {
                let Some((mark, length)) = run(rest) else { return "" };
                self.0.push((mark, length));
                &rest[length..]
            });
        }
    }

    /// Returns the text after a run of marks that closes one of the open ones.
    pub(super) fn close<'t>(&mut self, text: &'t str) -> Option<&'t str> {
        let (mark, length) = run(text)?;
        let (_, left) = self.0.last_mut().filter(|(own, left)| *own == mark && length <= *left)?;
        *left -= length;
        if *left == 0 {
            self.0.pop();
        }
        Some(&text[length..])
    }

    /// Returns the text after closing marks, brackets and spaces.
    pub(super) fn close_all<'t>(&mut self, mut text: &'t str) -> &'t str {
        let is_end = |c: char| matches!(c, ')' | ']' | '）') || c.is_whitespace();
        loop {
            let ended = text.trim_start_matches(is_end);
            match self.close(ended) {
                Some(closed) => text = closed,
                None => return ended,
            }
        }
    }

    /// Returns a title without the marks that close those opened before it: the ones at its end, or else the first
    /// ones.
    pub(super) fn without(mut self, title: &str) -> Cow<'_, str> {
        let mut title = Cow::Borrowed(title);
        // Nobody opens that many marks, and for each one the whole title is searched.
        if self.0.len() > MOST {
            return title;
        }
        while let Some((mark, length)) = self.0.pop() {
            let closing = String::from(mark).repeat(length);
            let closes = |at: &usize| {
                let (before, after) = (&title[..*at], &title[at + closing.len()..]);
                !(after.starts_with(mark)
                    || before.is_empty()
                    || before.ends_with(mark)
                    || before.ends_with(' '))
            };
            let mut places = title.match_indices(&closing).map(|(at, _)| at).filter(closes);
            let Some(first) = places.next() else { break };
            let at = if title.ends_with(&closing) { title.len() - closing.len() } else { first };
            title = Cow::Owned([&title[..at], &title[at + closing.len()..]].concat());
        }
        title
    }
}
