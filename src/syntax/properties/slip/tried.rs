//! Invalid properties, the lines where the mistake may be, and the proof that it was found.

use std::ops::Range;

use super::super::{YamlProblem, yaml};
use super::entry::{Below, Entry, blanks};
use super::{Mend, Slip};
use crate::text::span::Span;

/// The number of lines above the parser's error that are searched for a mistake.
const ABOVE: usize = 8;

/// Properties in which mistakes are searched.
pub(super) struct Tried<'t> {
    pub(super) text: &'t str,
    pub(super) yaml: Span,
    /// The offset where the parser gave up.
    gave_up: usize,
}

impl<'t> Tried<'t> {
    pub(super) fn new(text: &'t str, yaml: Span, problem: &YamlProblem) -> Self {
        Self { text, yaml, gave_up: problem.span.start as usize }
    }

    /// Returns all lines of the properties, without line ends.
    pub(super) fn all_lines(&self) -> impl Iterator<Item = Range<usize>> {
        let mut at = self.yaml.start as usize;
        self.yaml.of(self.text).split_inclusive('\n').map(move |line| {
            let start = at;
            at += line.len();
            start..start + line.trim_end_matches(['\n', '\r']).len()
        })
    }

    /// Returns the lines on which the mistake may be, nearest first: the line where the parser gave up, and the
    /// lines above it up to the start of the entry.
    pub(super) fn suspects(&self) -> Vec<Range<usize>> {
        let mut lines: Vec<_> = self.all_lines().take_while(|line| line.start <= self.gave_up).collect();
        lines.retain(|line| !self.text[line.clone()].trim().is_empty());
        lines.reverse();
        let begins_entry = |line: &Range<usize>| !self.text[line.clone()].starts_with([' ', '\t', '-', '#']);
        let above = lines.iter().skip(1).position(begins_entry).map_or(lines.len(), |at| at + 2);
        lines.truncate(above.min(ABOVE + 1));
        lines
    }

    /// Returns the entry on a line, if the line alone determines it. It does not inside a bracketed list over
    /// several lines, or where entries follow below a value.
    pub(super) fn entry(&self, line: &Range<usize>) -> Option<Entry> {
        let mut entry = Entry::read(self.text, line)?;
        entry.below = self.below(line);
        (entry.below != Below::Entries && !self.is_in_brackets(line)).then_some(entry)
    }

    /// Returns what belongs to a line and stands below it.
    fn below(&self, line: &Range<usize>) -> Below {
        let own = blanks(&self.text[line.clone()]);
        let next = self.all_lines().skip_while(|other| other.start <= line.start);
        let Some(next) = next.map(|line| &self.text[line]).find(|line| !line.trim().is_empty()) else {
            return Below::Nothing;
        };
        let is_item = next.trim_start().starts_with("- ");
        let is_item_here = self.text[line.clone()].trim_start().starts_with("- ");
        if blanks(next) > own {
            let is_entry = is_item || Entry::read(next, &(0..next.len())).is_some();
            // Further keys of a list item are below its first one.
            let goes_on = is_item_here && !is_item && blanks(next) > own + 1;
            match is_entry {
                true if goes_on => Below::Nothing,
                true => Below::Entries,
                false => Below::Text,
            }
        } else if is_item && blanks(next) == own && !is_item_here {
            Below::Entries
        } else {
            Below::Nothing
        }
    }

    /// Whether brackets from a line above are still open at the start of this one.
    fn is_in_brackets(&self, line: &Range<usize>) -> bool {
        let begins_entry = |other: &Range<usize>| {
            !self.text[other.clone()].starts_with([' ', '\t', '-', '#', ']', '}']) && !other.is_empty()
        };
        let above: Vec<_> = self.all_lines().take_while(|other| other.start < line.start).collect();
        let first = above.iter().rposition(begins_entry).unwrap_or(0);
        if begins_entry(line) {
            return false;
        }
        above[first..].iter().fold(0, |open, other| {
            let text = match Entry::read(self.text, other) {
                Some(entry) if open == 0 => {
                    let value = &self.text[entry.value];
                    if value.starts_with(['[', '{']) { value } else { "" }
                }
                None if open == 0 => "",
                _ => &self.text[other.clone()],
            };
            brackets(text).fold(open, |open, (_, step)| i32::max(0, open + step))
        }) > 0
    }

    /// Returns the mistake if correcting it lets the parser get beyond the lines that it concerns.
    pub(super) fn proven(&self, message: impl Into<String>, span: Range<usize>, mend: Mend) -> Option<Slip> {
        let mended = mend.edits.apply(self.text)?;
        let behind = self.text.len() - self.yaml.end as usize;
        let yaml = Span::new(self.yaml.start as usize, mended.len() - behind);
        let line = |text: &str, at: usize| memchr::memchr_iter(b'\n', &text.as_bytes()[..at]).count();
        let (_, problems) = yaml::read(&mended, yaml);
        let comes_further = problems.first().is_none_or(|next| {
            line(&mended, next.span.start as usize) > line(self.text, self.gave_up.max(span.start))
        });
        let span = Span::new(span.start, span.end);
        comes_further.then(|| Slip { message: message.into(), span, mend: Some(mend) })
    }
}

/// Returns the brackets outside quotes, each with its offset and +1 for an opening or -1 for a closing one.
pub(super) fn brackets(text: &str) -> impl Iterator<Item = (usize, i32)> {
    let mut quote = None;
    let mut before = ' ';
    text.char_indices().filter_map(move |(at, c)| {
        let begins = " [{,:".contains(before);
        before = c;
        match (quote, c) {
            (Some(open), c) if open == c => quote = None,
            (None, '"' | '\'') if begins => quote = Some(c),
            (None, '[' | '{') => return Some((at, 1)),
            (None, ']' | '}') => return Some((at, -1)),
            _ => {}
        }
        None
    })
}
