//! Edits: the one representation of every change that portolan would make to a text.
//!
//! A rule's fix, a board, a history entry and the output of `--diff` are all [`Edits`]. Nothing else changes the
//! text of a note, and only the writer brings edits to disk.

use serde::{Deserialize, Serialize};

use super::span::Span;

/// A replacement of the bytes under `span` by `text`. An empty span inserts, an empty text deletes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Edit {
    /// The bytes of the file that are replaced.
    pub span: Span,
    /// The text that replaces them.
    pub text: String,
}

impl Edit {
    /// Creates an edit that replaces `span` by `text`.
    #[must_use]
    pub fn replace(span: Span, text: impl Into<String>) -> Self {
        Self { span, text: text.into() }
    }

    /// Creates an edit that inserts `text` before the byte at `offset`.
    #[must_use]
    pub fn insert(offset: usize, text: impl Into<String>) -> Self {
        Self { span: Span::at(offset), text: text.into() }
    }
}

/// Edits of one text: sorted, and no two of them touch the same byte.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Edit>")]
pub struct Edits(Vec<Edit>);

impl Edits {
    /// Creates an empty list of edits.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Collects edits; `None` where two of them overlap, because the others alone may be half a change.
    ///
    /// ```
    /// use portolan::text::{edit::{Edit, Edits}, span::Span};
    /// let whole = Edit::replace(Span::new(0, 3), "two");
    /// assert!(Edits::of([whole.clone(), Edit::insert(3, "!")]).is_some());
    /// assert_eq!(Edits::of([whole, Edit::insert(1, "!")]), None);
    /// ```
    #[must_use]
    pub fn of(edits: impl IntoIterator<Item = Edit>) -> Option<Self> {
        let mut all = Self::new();
        edits.into_iter().all(|edit| all.add(edit)).then_some(all)
    }

    /// Adds an edit. Where it overlaps an edit that is already there, changes nothing and returns `false`.
    /// Insertions at one place keep the order in which they were added.
    #[must_use = "without an edit that overlaps another, the others may be half a change"]
    pub fn add(&mut self, edit: Edit) -> bool {
        let Some(at) = self.place_of(&edit) else { return false };
        self.0.insert(at, edit);
        true
    }

    /// Whether an edit overlaps no edit that is already there.
    #[must_use]
    pub fn fits(&self, edit: &Edit) -> bool {
        self.place_of(edit).is_some()
    }

    /// Returns the index at which an edit belongs; `None` where it overlaps another.
    fn place_of(&self, edit: &Edit) -> Option<usize> {
        let at = self.0.partition_point(|e| (e.span.start, e.span.end) <= (edit.span.start, edit.span.end));
        let clashes = |other: &Edit| other.span.overlaps(edit.span);
        let before = at.checked_sub(1).and_then(|i| self.0.get(i));
        (!before.is_some_and(clashes) && !self.0.get(at).is_some_and(clashes)).then_some(at)
    }

    /// Whether there are no edits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the edits in the order of the text.
    pub fn iter(&self) -> impl Iterator<Item = &Edit> {
        self.0.iter()
    }

    /// Returns the edits in the order of the text, as a slice.
    #[must_use]
    pub fn as_slice(&self) -> &[Edit] {
        &self.0
    }

    /// Returns the text after all edits.
    ///
    /// ```
    /// use portolan::text::{edit::{Edit, Edits}, span::Span};
    /// let edits = Edits::of([Edit::replace(Span::new(0, 3), "two"), Edit::insert(4, "small ")]).unwrap();
    /// assert_eq!(edits.apply("one step").as_deref(), Some("two small step"));
    /// ```
    ///
    /// `None` where an edit does not fit the text: it lies after the end or inside a character.
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

impl Edits {
    /// Returns the offset before these edits of an `offset` in the text after them. For a place in text that an
    /// edit wrote, this is the start of that edit.
    ///
    /// ```
    /// use portolan::text::{edit::{Edit, Edits}, span::Span};
    /// let edits = Edits::of([Edit::replace(Span::new(0, 3), "1"), Edit::insert(4, "small ")]).unwrap();
    /// assert_eq!(edits.apply("one step").as_deref(), Some("1 small step"));
    /// assert_eq!([0, 1, 2, 5, 8, 12].map(|at| edits.before(at)), [0, 3, 4, 4, 4, 8]);
    /// ```
    #[must_use]
    pub fn before(&self, offset: u32) -> u32 {
        let (mut old, mut left) = (0, offset);
        for edit in &self.0 {
            let kept = edit.span.start - old;
            if left < kept {
                break;
            }
            left -= kept;
            let written = edit.text.len() as u32;
            if left < written {
                return edit.span.start;
            }
            left -= written;
            old = edit.span.end;
        }
        old + left
    }

    /// Combines these edits with `later`, which are edits of the text after these, into edits of the original
    /// text.
    ///
    /// The result holds no text that both leave alone. Kept text is never written out, so no secret in it can come
    /// to light.
    ///
    /// ```
    /// use portolan::text::{edit::{Edit, Edits}, span::Span};
    /// let first = Edits::of([Edit::insert(0, "one "), Edit::replace(Span::new(4, 5), "b")]).unwrap();
    /// assert_eq!(first.apply("two a").as_deref(), Some("one two b"));
    /// let later = Edits::of([Edit::replace(Span::new(0, 3), "1"), Edit::insert(9, "!")]).unwrap();
    /// assert_eq!(first.then(&later).apply("two a").as_deref(), Some("1 two b!"));
    /// ```
    #[must_use]
    pub fn then(&self, later: &Self) -> Self {
        let mut before = Pieces::of(self);
        let mut after = Vec::new();
        let mut at = 0;
        for edit in later.iter() {
            before.take(edit.span.start - at, &mut after);
            before.take(edit.span.end - edit.span.start, &mut Vec::new());
            if !edit.text.is_empty() {
                after.push(Piece::New(&edit.text));
            }
            at = edit.span.end;
        }
        before.take(u32::MAX - at, &mut after);
        joined(&after)
    }

    /// Returns the edits that turn the text after these edits back into `old`, the text before them. There is one
    /// for each of these edits, in the same order.
    ///
    /// ```
    /// use portolan::text::{edit::{Edit, Edits}, span::Span};
    /// let edits = Edits::of([Edit::replace(Span::new(0, 3), "two"), Edit::insert(4, "small ")]).unwrap();
    /// let back = edits.undone("one step");
    /// assert_eq!(back.apply("two small step").as_deref(), Some("one step"));
    /// ```
    #[must_use]
    pub fn undone(&self, old: &str) -> Self {
        // How many bytes were removed and inserted before an edit.
        let (mut gone, mut come) = (0, 0);
        let back = self.0.iter().map(|edit| {
            let start = edit.span.start as usize - gone + come;
            gone += edit.span.len();
            come += edit.text.len();
            Edit::replace(Span::new(start, start + edit.text.len()), edit.span.of(old))
        });
        Self(back.collect())
    }
}

/// A piece of the text after edits.
#[derive(Clone, Copy)]
enum Piece<'e> {
    /// Unchanged: a span of the text before. The last piece extends to `u32::MAX`.
    Kept(Span),
    /// Written by an edit.
    New(&'e str),
}

impl Piece<'_> {
    fn len(self) -> u32 {
        match self {
            Self::Kept(span) => span.end - span.start,
            Self::New(text) => text.len() as u32,
        }
    }

    /// Splits the piece after `len` bytes.
    fn split(self, len: u32) -> (Self, Self) {
        match self {
            Self::Kept(span) => {
                let middle = span.start + len;
                (Self::Kept(Span { end: middle, ..span }), Self::Kept(Span { start: middle, ..span }))
            }
            Self::New(text) => {
                // An edit never begins inside a character of the text that it was made for.
                let (front, back) = text.split_at_checked(len as usize).unwrap_or((text, ""));
                (Self::New(front), Self::New(back))
            }
        }
    }
}

/// Takes pieces of a text after edits, from its beginning.
struct Pieces<'e> {
    rest: std::vec::IntoIter<Piece<'e>>,
    /// The rest of a piece that was split.
    cut: Option<Piece<'e>>,
}

impl<'e> Pieces<'e> {
    fn of(edits: &'e Edits) -> Self {
        let mut pieces = Vec::new();
        let mut at = 0;
        for edit in edits.iter() {
            pieces.push(Piece::Kept(Span { start: at, end: edit.span.start }));
            pieces.push(Piece::New(&edit.text));
            at = edit.span.end;
        }
        pieces.push(Piece::Kept(Span { start: at, end: u32::MAX }));
        Self { rest: pieces.into_iter(), cut: None }
    }

    /// Moves the next `len` bytes to `to`, or as many as there are.
    fn take(&mut self, mut len: u32, to: &mut Vec<Piece<'e>>) {
        while len > 0
            && let Some(piece) = self.cut.take().or_else(|| self.rest.next())
        {
            if piece.len() <= len {
                len -= piece.len();
                to.push(piece);
            } else {
                let (front, back) = piece.split(len);
                to.push(front);
                self.cut = Some(back);
                len = 0;
            }
        }
    }
}

/// Turns pieces back into edits: everything between the pieces that were kept.
fn joined(pieces: &[Piece<'_>]) -> Edits {
    let mut edits = Vec::new();
    let (mut at, mut text) = (0, String::new());
    for piece in pieces {
        match piece {
            Piece::New(new) => text.push_str(new),
            Piece::Kept(span) if span.is_empty() => {}
            Piece::Kept(span) => {
                if span.start > at || !text.is_empty() {
                    edits.push(Edit {
                        span: Span { start: at, end: span.start },
                        text: std::mem::take(&mut text),
                    });
                }
                at = span.end;
            }
        }
    }
    Edits(edits)
}

impl From<Edit> for Edits {
    fn from(edit: Edit) -> Self {
        Self(vec![edit])
    }
}

impl TryFrom<Vec<Edit>> for Edits {
    type Error = &'static str;

    fn try_from(edits: Vec<Edit>) -> Result<Self, Self::Error> {
        Self::of(edits).ok_or("its edits overlap")
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
        let edits = Edits::from(Edit::replace(Span::new(1, 2), "x"));
        assert_eq!(edits.apply("é"), None);
        assert_eq!(edits.apply(""), None);
    }

    #[test]
    fn stored_edits_that_overlap_are_refused() {
        let read = |edits: &[Edit]| serde_json::from_str::<Edits>(&serde_json::to_string(edits).unwrap());
        let first = Edit::replace(Span::new(2, 5), "x");
        assert_eq!(read(std::slice::from_ref(&first)).unwrap(), Edits::from(first.clone()));
        assert!(read(&[first, Edit::insert(3, "y")]).is_err());
    }

    /// Makes edits of a text of length `len` from random numbers, without those that overlap others.
    fn by_chance(numbers: &[(usize, usize, String)], len: usize) -> Edits {
        let mut edits = Edits::new();
        for (start, length, text) in numbers {
            let start = start % (len + 1);
            let edit = Edit::replace(Span::new(start, (start + length).min(len)), text.clone());
            let _ = edits.add(edit);
        }
        edits
    }

    proptest::proptest! {
        #[test]
        fn edits_of_edits_are_edits(
            text in "[a-z]{0,30}",
            first in proptest::collection::vec((0..99usize, 0..5usize, "[A-Z]{0,3}"), 0..5),
            later in proptest::collection::vec((0..99usize, 0..5usize, "[0-9]{0,3}"), 0..5),
        ) {
            let first = by_chance(&first, text.len());
            let middle = first.apply(&text).unwrap();
            let later = by_chance(&later, middle.len());
            let both = first.then(&later);
            proptest::prop_assert_eq!(both.apply(&text), later.apply(&middle));
            // Text that both kept is not written out.
            proptest::prop_assert!(both.iter().all(|edit| !edit.text.contains(|c: char| c.is_ascii_lowercase())));
            let back = first.undone(&text);
            proptest::prop_assert_eq!(back.apply(&middle), Some(text));
            proptest::prop_assert_eq!(Edits::of(back.iter().cloned()), Some(back));
        }
    }
}
