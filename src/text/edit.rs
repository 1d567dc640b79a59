//! Edits: the one form in which anything that portolan would change is written down.
//!
//! A rule's fix, a board, a history entry and `--diff` are all [`Edits`]. Nothing else changes the
//! text of a note, and only the writer brings them to disk.

use serde::{Deserialize, Serialize};

use super::span::Span;

/// Replaces the bytes under `span` by `text`. An empty span inserts, an empty text deletes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Edit {
    /// What is replaced, in bytes of the file.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

impl Edit {
    /// An edit that replaces `span` by `text`.
    #[must_use]
    pub fn replace(span: Span, text: impl Into<String>) -> Self {
        Self { span, text: text.into() }
    }

    /// An edit that inserts `text` before the byte at `offset`.
    #[must_use]
    pub fn insert(offset: usize, text: impl Into<String>) -> Self {
        Self { span: Span::at(offset), text: text.into() }
    }
}

/// Edits of one text: sorted, and no two of them touch the same byte.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edits(Vec<Edit>);

impl Edits {
    /// No edits.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an edit, unless it overlaps one that is already there; then nothing changes and the
    /// answer is `false`. Insertions at one place keep the order in which they came.
    pub fn add(&mut self, edit: Edit) -> bool {
        let Some(at) = self.room_for(&edit) else { return false };
        self.0.insert(at, edit);
        true
    }

    /// Whether an edit overlaps none that is already there.
    #[must_use]
    pub fn has_room_for(&self, edit: &Edit) -> bool {
        self.room_for(edit).is_some()
    }

    /// Where an edit goes among the others.
    fn room_for(&self, edit: &Edit) -> Option<usize> {
        let at = self.0.partition_point(|e| (e.span.start, e.span.end) <= (edit.span.start, edit.span.end));
        let clashes = |other: &Edit| {
            other.span.overlaps(edit.span)
                || (edit.span.is_empty()
                    && other.span.start < edit.span.start
                    && edit.span.start < other.span.end)
        };
        let before = at.checked_sub(1).and_then(|i| self.0.get(i));
        (!before.is_some_and(clashes) && !self.0.get(at).is_some_and(clashes)).then_some(at)
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The edits in the order of the text.
    pub fn iter(&self) -> impl Iterator<Item = &Edit> {
        self.0.iter()
    }

    /// The text after all edits.
    ///
    /// ```
    /// use portolan::text::{edit::{Edit, Edits}, span::Span};
    /// let mut edits = Edits::new();
    /// edits.add(Edit::replace(Span::new(0, 3), "two"));
    /// edits.add(Edit::insert(4, "small "));
    /// assert_eq!(edits.apply("one step").as_deref(), Some("two small step"));
    /// ```
    ///
    /// `None` where an edit does not fit the text: it lies behind the end or inside a character.
    #[must_use]
    pub fn apply(&self, text: &str) -> Option<String> {
        let mut out = String::with_capacity(text.len() + self.0.iter().map(|e| e.text.len()).sum::<usize>());
        let mut done = 0;
        for edit in &self.0 {
            out.push_str(text.get(done..edit.span.start as usize)?);
            text.get(edit.span.range())?;
            out.push_str(&edit.text);
            done = edit.span.end as usize;
        }
        out.push_str(text.get(done..)?);
        Some(out)
    }
}

impl FromIterator<Edit> for Edits {
    /// Keeps the first of edits that overlap.
    fn from_iter<I: IntoIterator<Item = Edit>>(iter: I) -> Self {
        let mut edits = Self::new();
        for edit in iter {
            edits.add(edit);
        }
        edits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_edits_are_refused() {
        let mut edits = Edits::new();
        assert!(edits.add(Edit::replace(Span::new(2, 5), "x")));
        assert!(!edits.add(Edit::replace(Span::new(4, 6), "y")));
        assert!(!edits.add(Edit::replace(Span::new(0, 3), "y")));
        assert!(!edits.add(Edit::insert(3, "y")), "an insertion inside a replaced range");
        assert!(edits.add(Edit::insert(5, "z")) && edits.add(Edit::insert(2, "w")));
        assert_eq!(edits.apply("abcdefg").as_deref(), Some("abwxzfg"));
    }

    #[test]
    fn an_edit_that_does_not_fit_changes_nothing() {
        let edits: Edits = [Edit::replace(Span::new(1, 2), "x")].into_iter().collect();
        assert_eq!(edits.apply("é"), None);
        assert_eq!(edits.apply(""), None);
    }
}
