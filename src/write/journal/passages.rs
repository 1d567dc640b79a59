//! The lines that a step changes, found again in a note that somebody has edited since.
//!
//! A passage is a run of whole lines. The journal holds only their digests, so that the text of a note stays
//! out of it. An edit by a person leaves nearly all lines of a note as they are, so most passages are found
//! again wherever their lines are now, and can be written or taken back.

use std::collections::HashMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::text::digest::short_hash;
use crate::text::edit::{Edit, Edits};
use crate::text::line::line_end;
use crate::text::span::Span;

/// A run of lines that edits change, as it is before and after them.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Passage {
    /// The number of lines above and below it, which the edits never change.
    before: usize,
    behind: usize,
    /// The indexes of the step's edits that change it.
    edits: Range<usize>,
    old: Lines,
    new: Lines,
}

/// Which form of a passage a note holds.
#[derive(Clone, Copy, Debug)]
enum Form {
    Old,
    New,
}

impl Passage {
    const fn lines(&self, form: Form) -> &Lines {
        match form {
            Form::Old => &self.old,
            Form::New => &self.new,
        }
    }
}

/// The lines of a passage before or after its edits, without the end of the last line.
#[derive(Debug, Serialize, Deserialize)]
struct Lines {
    /// Where they begin, in bytes of the text.
    start: usize,
    count: usize,
    digest: String,
}

impl Lines {
    fn of(text: &str, span: Range<usize>) -> Self {
        let lines = text.get(span.clone()).unwrap_or_default();
        Self { start: span.start, count: line_ends(lines) + 1, digest: digest(lines) }
    }
}

/// Returns the passages that edits change, in the order of the text; `new` is the text after the edits.
pub(super) fn passages(old: &str, new: &str, edits: &Edits) -> Vec<Passage> {
    let mut found: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    for (at, edit) in edits.iter().enumerate() {
        let span = edit.span.range();
        let start = old.get(..span.start).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
        let end = end_of_line(old, span.end);
        match found.last_mut() {
            Some((lines, edits)) if start <= lines.end => (lines.end, edits.end) = (end, at + 1),
            _ => found.push((start..end, at..at + 1)),
        }
    }
    let (mut gone, mut come) = (0, 0);
    let passage = |(lines, range): (Range<usize>, Range<usize>)| {
        let start = lines.start - gone + come;
        for edit in edits.iter().skip(range.start).take(range.len()) {
            gone += edit.span.len();
            come += edit.text.len();
        }
        Passage {
            before: line_ends(old.get(..lines.start).unwrap_or_default()),
            behind: line_ends(old.get(lines.end..).unwrap_or_default()),
            edits: range,
            new: Lines::of(new, start..lines.end - gone + come),
            old: Lines::of(old, lines),
        }
    };
    found.into_iter().map(passage).collect()
}

/// Returns the end of the line that contains `at`: before its line feed, and before a carriage return in front of
/// that which no edit reaches.
fn end_of_line(text: &str, at: usize) -> usize {
    let end = line_end(text, at);
    end - usize::from(text.get(at..end).is_some_and(|rest| rest.ends_with('\r')))
}

fn line_ends(text: &str) -> usize {
    memchr::memchr_iter(b'\n', text.as_bytes()).count()
}

fn digest(text: &str) -> String {
    short_hash([text.as_bytes()])
}

/// What a changed note holds in place of a passage.
#[derive(Debug)]
pub(super) enum Stand {
    /// The old lines, from this byte of the note on.
    Old(usize),
    /// The new lines, from this byte of the note on.
    New(usize),
    /// Neither: somebody has edited these lines too. `old` lists the lines (from 1) with old words of the
    /// edits, `new` those with new words.
    Changed { old: Vec<usize>, new: Vec<usize> },
}

/// A note that somebody has edited, and what it holds for each passage of its step.
#[derive(Debug)]
pub(super) struct Changed<'s> {
    passages: &'s [Passage],
    pub(super) stands: Vec<Stand>,
}

impl<'s> Changed<'s> {
    /// Looks for the passages in `text`. `edits` are those of the step, and `undo` are their inverses in the
    /// same order.
    pub(super) fn look(passages: &'s [Passage], edits: &[Edit], undo: &[Edit], text: &str) -> Self {
        let mut page = Page::of(text);
        let (old, new) = (alike(passages, Form::Old), alike(passages, Form::New));
        let place = |((passage, old), new): ((&Passage, Alike), Alike)| {
            let old = page.find(passage, Form::Old, old).map(|line| (Form::Old, line));
            let new = page.find(passage, Form::New, new).map(|line| (Form::New, line));
            // Where both forms are found, nothing is certain.
            old.xor(new)
        };
        let places: Vec<_> = passages.iter().zip(old).zip(new).map(place).collect();
        let mut taken = vec![false; page.lines.len()];
        for (passage, place) in passages.iter().zip(&places) {
            let Some((form, first)) = *place else { continue };
            if let Some(lines) = taken.get_mut(first..first + passage.lines(form).count) {
                lines.fill(true);
            }
        }
        let stand = |(passage, place): (&Passage, &Option<(Form, usize)>)| match place {
            Some((Form::Old, line)) => Stand::Old(page.starts[*line]),
            Some((Form::New, line)) => Stand::New(page.starts[*line]),
            None => {
                let words = |edits: &'_ [Edit]| -> Vec<String> {
                    let edits = edits.get(passage.edits.clone()).unwrap_or_default();
                    edits.iter().map(|edit| edit.text.clone()).collect()
                };
                let (old, new) = (words(undo), words(edits));
                let with = |words: &[String], others: &[String]| {
                    let lines = page.around(passage).filter(|line| !taken[*line]);
                    let lines = lines.filter(|line| has_any(page.lines[*line], words, others));
                    lines.map(|line| line + 1).collect()
                };
                Stand::Changed { old: with(&old, &new), new: with(&new, &old) }
            }
        };
        Self { passages, stands: passages.iter().zip(&places).map(stand).collect() }
    }

    /// Returns the edits that are still to be made, and the lines that keep old words after them.
    pub(super) fn forward(&self, edits: &[Edit]) -> (Vec<Edit>, Vec<usize>) {
        self.bring(edits, |stand, passage| match stand {
            Stand::Old(at) => Ok(Some((*at, passage.old.start))),
            Stand::New(_) => Ok(None),
            Stand::Changed { old, .. } => Err(old),
        })
    }

    /// Returns the edits that undo what was done, and the lines that keep new words after them.
    pub(super) fn back(&self, undo: &[Edit]) -> (Vec<Edit>, Vec<usize>) {
        self.bring(undo, |stand, passage| match stand {
            Stand::New(at) => Ok(Some((*at, passage.new.start))),
            Stand::Old(_) => Ok(None),
            Stand::Changed { new, .. } => Err(new),
        })
    }

    fn bring<'c>(
        &'c self,
        edits: &[Edit],
        to_do: impl Fn(&'c Stand, &Passage) -> Result<Option<(usize, usize)>, &'c Vec<usize>>,
    ) -> (Vec<Edit>, Vec<usize>) {
        let (mut moved, mut left) = (Vec::new(), Vec::new());
        for (stand, passage) in self.stands.iter().zip(self.passages) {
            match to_do(stand, passage) {
                Ok(None) => {}
                Ok(Some((now, then))) => {
                    let edits = edits.get(passage.edits.clone()).unwrap_or_default();
                    moved.extend(edits.iter().map(|edit| {
                        let start = edit.span.start as usize - then + now;
                        Edit::replace(Span::new(start, start + edit.span.len()), edit.text.clone())
                    }));
                }
                Err(lines) => left.extend(lines),
            }
        }
        left.sort_unstable();
        left.dedup();
        (moved, left)
    }
}

/// How many passages before a passage look as it does, and how many there are of its look.
#[derive(Clone, Copy)]
struct Alike {
    before: usize,
    all: usize,
}

/// Counts the passages that look alike in a form.
fn alike(passages: &[Passage], form: Form) -> Vec<Alike> {
    let looks: Vec<&str> = passages.iter().map(|passage| &*passage.lines(form).digest).collect();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let before: Vec<usize> = looks
        .iter()
        .map(|look| {
            let count = counts.entry(look).or_default();
            *count += 1;
            *count - 1
        })
        .collect();
    let alike = |(look, before): (&str, usize)| Alike { before, all: counts[look] };
    looks.iter().copied().zip(before).map(alike).collect()
}

/// Whether `line` has one of `words` outside of the corresponding word of `others`.
fn has_any(line: &str, words: &[String], others: &[String]) -> bool {
    words.iter().zip(others).any(|(word, other)| {
        if word.is_empty() {
            return false;
        }
        if other.len() > word.len() && other.contains(word.as_str()) {
            line.split(other.as_str()).any(|rest| rest.contains(word.as_str()))
        } else {
            line.contains(word.as_str())
        }
    })
}

/// A text split into lines.
struct Page<'t> {
    text: &'t str,
    /// The lines without their ends.
    lines: Vec<&'t str>,
    starts: Vec<usize>,
    /// For each number of lines: the digest of every run of that many lines, and the lines where such runs
    /// begin.
    digests: HashMap<usize, HashMap<String, Vec<usize>>>,
}

impl<'t> Page<'t> {
    fn of(text: &'t str) -> Self {
        let starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|end| end + 1));
        let lines = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
        Self { text, lines: lines.collect(), starts: starts.collect(), digests: HashMap::new() }
    }

    /// Returns the lines where a run with the digest of `wanted` begins.
    fn candidates(&mut self, wanted: &Lines) -> &[usize] {
        let (text, lines, starts, count) = (self.text, &self.lines, &self.starts, wanted.count);
        let digests = self.digests.entry(count).or_insert_with(|| {
            let mut digests: HashMap<String, Vec<usize>> = HashMap::new();
            for first in 0..(lines.len() + 1).saturating_sub(count) {
                let last = first + count - 1;
                let end = starts[last] + lines[last].len();
                digests
                    .entry(digest(text.get(starts[first]..end).unwrap_or_default()))
                    .or_default()
                    .push(first);
            }
            digests
        });
        digests.get(&wanted.digest).map_or(&[], Vec::as_slice)
    }

    /// Returns the first line of a passage in one of its forms.
    fn find(&mut self, passage: &Passage, form: Form, alike: Alike) -> Option<usize> {
        let wanted = passage.lines(form);
        let from_start = passage.before;
        let from_end = self.lines.len().checked_sub(passage.behind + wanted.count);
        let found = self.candidates(wanted);
        let is_there = |line: &usize| found.binary_search(line).is_ok();
        let (first, last) = (Some(from_start).filter(is_there), from_end.filter(is_there));
        if first == last && first.is_some() {
            return first;
        }
        // As many runs are found as passages look alike, so each run is one of these passages, in order.
        if found.len() == alike.all {
            return found.get(alike.before).copied();
        }
        first.xor(last)
    }

    /// Returns the lines among which a passage must be, if lines have come or gone only above it or only
    /// below it.
    fn around(&self, passage: &Passage) -> Range<usize> {
        let from_end = self.lines.len().saturating_sub(passage.behind + 1);
        let ends = (passage.before.min(from_end), passage.before.max(from_end));
        ends.0..(ends.1 + passage.old.count.max(passage.new.count)).min(self.lines.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::growth::excess;

    /// A note with `n` links that a rename changes, which somebody has edited meanwhile: each line is found again.
    #[test]
    fn passages_are_found_in_linear_time() {
        let make = |n: usize| {
            let old = (0..n).map(|i| format!("- [[A]] {}\n", i % 7)).collect::<Vec<_>>().concat();
            let edits = Edits::of((0..n).map(|i| {
                let start = i * "- [[A]] 0\n".len() + "- [[".len();
                Edit::replace(Span::new(start, start + 1), "B".to_owned())
            }));
            let edits = edits.unwrap_or_default();
            let new = edits.apply(&old).unwrap_or_default();
            let edited = format!("a line\n{old}another\n");
            (passages(&old, &new, &edits), edits.iter().cloned().collect::<Vec<_>>(), edited)
        };
        let look = |(passages, edits, text): &(Vec<Passage>, Vec<Edit>, String)| {
            let changed = Changed::look(passages, edits, edits, text);
            assert!(changed.stands.iter().all(|stand| matches!(stand, Stand::Old(_))));
        };
        assert_eq!(excess("passages", 500, make, look), None);
    }
}
