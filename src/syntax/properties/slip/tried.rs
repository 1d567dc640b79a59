//! Properties that are not YAML, with the lines on which a slip may have been made and the proof that it was one.

use std::ops::Range;

use super::super::{YamlProblem, yaml};
use super::{Mend, Slip};
use crate::text::span::Span;

/// So many lines above the one where the parser gave up a slip is looked for.
const ABOVE: usize = 8;

/// Properties on which slips are tried.
pub(super) struct Tried<'t> {
    pub(super) text: &'t str,
    pub(super) yaml: Span,
    /// Where the parser gave up.
    gave_up: usize,
}

/// A line `key: value` or `- value`.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) line: Range<usize>,
    pub(super) value: Range<usize>,
}

impl<'t> Tried<'t> {
    pub(super) fn new(text: &'t str, yaml: Span, problem: &YamlProblem) -> Self {
        Self { text, yaml, gave_up: problem.span.start as usize }
    }

    /// All lines of the properties, without their ends.
    pub(super) fn all_lines(&self) -> impl Iterator<Item = Range<usize>> {
        let mut at = self.yaml.start as usize;
        self.yaml.of(self.text).split_inclusive('\n').map(move |line| {
            let start = at;
            at += line.len();
            start..start + line.trim_end_matches(['\n', '\r']).len()
        })
    }

    /// The lines on which the slip may have been made, the nearest first: the one where the parser gave up, and those
    /// above as far as the entry goes that they belong to.
    pub(super) fn suspects(&self) -> Vec<Range<usize>> {
        let mut lines: Vec<_> = self.all_lines().take_while(|line| line.start <= self.gave_up).collect();
        lines.retain(|line| !self.text[line.clone()].trim().is_empty());
        lines.reverse();
        let begins_entry = |line: &Range<usize>| !self.text[line.clone()].starts_with([' ', '\t', '-', '#']);
        let above = lines.iter().skip(1).position(begins_entry).map_or(lines.len(), |at| at + 2);
        lines.truncate(above.min(ABOVE + 1));
        lines
    }

    /// The slip, if the parser comes further without it than the lines that it is about.
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

impl Entry {
    pub(super) fn read(text: &str, line: &Range<usize>) -> Option<Self> {
        let whole = &text[line.clone()];
        let indent = blanks(whole);
        let mut at = indent;
        while let Some(rest) = whole[at..].strip_prefix("- ") {
            at = whole.len() - rest.len() + blanks(rest);
        }
        let rest = &whole[at..];
        let begins_key = !rest.starts_with(|c| super::RESERVED.contains(c) || "\"'#".contains(c));
        let colon = rest.find(": ").or_else(|| rest.trim_end().strip_suffix(':').map(str::len));
        let behind = match colon.filter(|_| begins_key) {
            Some(colon) => at + colon + 1,
            None if at > indent => at,
            None => return None,
        };
        let start = line.start + behind + blanks(&whole[behind..]);
        let value = start..start + text[start..line.end].trim_end().len();
        Some(Self { line: line.clone(), value })
    }
}

/// How many blanks a text begins with.
pub(super) fn blanks(text: &str) -> usize {
    text.len() - text.trim_start_matches(' ').len()
}
