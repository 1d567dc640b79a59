//! The lines that a step changes, known again in a note that somebody has changed since.
//!
//! A passage is whole lines, and the journal holds their digests: the text of a note stays out of it. What a person
//! writes into a note leaves nearly all of its lines as they are, so the words of an edit are found, and can be
//! written or taken back, wherever their lines stand now.

use std::collections::HashMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::text::digest::short_hash;
use crate::text::edit::{Edit, Edits};
use crate::text::span::Span;

/// Lines that edits change, before and after them.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Passage {
    /// How many lines lie before and behind it: edits never change that.
    before: usize,
    behind: usize,
    /// Which edits of the step change it.
    edits: Range<usize>,
    old: Lines,
    new: Lines,
}

/// The lines of a passage on one side of its edits, without the end of the last one.
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

/// The passages that edits change, in the order of the text; `new` is the text after them.
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

/// Where the line ends that a place lies in: before its `\n`, and before the `\r` of that where no edit reaches it.
fn end_of_line(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let line = rest.split('\n').next().unwrap_or_default();
    at + line.strip_suffix('\r').unwrap_or(line).len()
}

fn line_ends(text: &str) -> usize {
    memchr::memchr_iter(b'\n', text.as_bytes()).count()
}

fn digest(text: &str) -> String {
    short_hash([text.as_bytes()])
}

/// What a changed note says about a passage.
#[derive(Debug)]
pub(super) enum Stand {
    /// It stands as it was, from this byte of the note on.
    Old(usize),
    /// It stands as it was to become.
    New(usize),
    /// Its lines have been changed, too. Here (lines from 1) old words of its edits are left, and here new ones.
    Changed { old: Vec<usize>, new: Vec<usize> },
}

/// A note that somebody has changed, and what it says about each passage of its step.
#[derive(Debug)]
pub(super) struct Changed<'s> {
    passages: &'s [Passage],
    pub(super) stands: Vec<Stand>,
}

impl<'s> Changed<'s> {
    /// `edits` and `undo` are those of the step, one for the other.
    pub(super) fn look(passages: &'s [Passage], edits: &[Edit], undo: &[Edit], text: &str) -> Self {
        let mut page = Page::of(text);
        let places: Vec<_> = (0..passages.len()).map(|at| page.place(passages, at)).collect();
        let taken = |line: &usize| {
            let mut found = passages.iter().zip(&places);
            found.any(|(passage, place)| match place {
                Some((true, first)) => (*first..first + passage.old.count).contains(line),
                Some((false, first)) => (*first..first + passage.new.count).contains(line),
                None => false,
            })
        };
        let stand = |(passage, place): (&Passage, &Option<(bool, usize)>)| match place {
            Some((true, line)) => Stand::Old(page.starts[*line]),
            Some((false, line)) => Stand::New(page.starts[*line]),
            None => {
                let words = |edits: &'_ [Edit]| -> Vec<String> {
                    let edits = edits.get(passage.edits.clone()).unwrap_or_default();
                    edits.iter().map(|edit| edit.text.clone()).collect()
                };
                let (old, new) = (words(undo), words(edits));
                let with = |words: &[String], others: &[String]| {
                    let lines = page.around(passage).filter(|line| !taken(line));
                    let lines = lines.filter(|line| has_any(page.lines[*line], words, others));
                    lines.map(|line| line + 1).collect()
                };
                Stand::Changed { old: with(&old, &new), new: with(&new, &old) }
            }
        };
        Self { passages, stands: passages.iter().zip(&places).map(stand).collect() }
    }

    /// The edits that carry out what has not been, and the lines where old words are left after them.
    pub(super) fn forward(&self, edits: &[Edit]) -> (Vec<Edit>, Vec<usize>) {
        self.bring(edits, |stand, passage| match stand {
            Stand::Old(at) => Ok(Some((*at, passage.old.start))),
            Stand::New(_) => Ok(None),
            Stand::Changed { old, .. } => Err(old),
        })
    }

    /// The edits that take back what has been carried out, and the lines where new words are left after them.
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

/// Whether a line has one of these words, where that is no part of the other.
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

/// A text as lines.
struct Page<'t> {
    text: &'t str,
    /// Without their ends.
    lines: Vec<&'t str>,
    starts: Vec<usize>,
    /// By how many lines: where so many with a digest begin.
    digests: HashMap<usize, HashMap<String, Vec<usize>>>,
}

impl<'t> Page<'t> {
    fn of(text: &'t str) -> Self {
        let starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|end| end + 1));
        let lines = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
        Self { text, lines: lines.collect(), starts: starts.collect(), digests: HashMap::new() }
    }

    /// Where lines with a digest begin.
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

    /// The first line of a passage, and whether it stands there as it was.
    fn place(&mut self, passages: &[Passage], at: usize) -> Option<(bool, usize)> {
        let old = self.one(passages, at, |passage| &passage.old).map(|line| (true, line));
        let new = self.one(passages, at, |passage| &passage.new).map(|line| (false, line));
        // What stands there in both forms is not known.
        old.xor(new)
    }

    fn one(&mut self, passages: &[Passage], at: usize, side: impl Fn(&Passage) -> &Lines) -> Option<usize> {
        let passage = &passages[at];
        let wanted = side(passage);
        let from_start = passage.before;
        let from_end = self.lines.len().checked_sub(passage.behind + wanted.count);
        let found = self.candidates(wanted);
        let is_there = |line: &usize| found.contains(line);
        let (first, last) = (Some(from_start).filter(is_there), from_end.filter(is_there));
        if first == last && first.is_some() {
            return first;
        }
        // As many as there were: each is one of them, in their order.
        let same = |passage: &&Passage| side(passage).digest == wanted.digest;
        if found.len() == passages.iter().filter(same).count() {
            return found.get(passages.iter().take(at).filter(same).count()).copied();
        }
        first.xor(last)
    }

    /// The lines among which a passage must stand, where nothing but lines above or below has come or gone.
    fn around(&self, passage: &Passage) -> Range<usize> {
        let from_end = self.lines.len().saturating_sub(passage.behind + 1);
        let ends = (passage.before.min(from_end), passage.before.max(from_end));
        ends.0..(ends.1 + passage.old.count.max(passage.new.count)).min(self.lines.len())
    }
}
