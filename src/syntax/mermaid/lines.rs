//! Reads the lines of diagram types that consist of lines: `pie` and `gantt`.

use std::ops::Range;

use super::chars::{is_space, trim};
use super::model::Diagram;

/// A line without the white space around it, and its place.
#[derive(Clone, Debug)]
pub(super) struct Line<'t> {
    pub(super) text: &'t str,
    pub(super) start: usize,
}

impl Line<'_> {
    /// Returns the text after a keyword and white space; empty where only the keyword stands.
    pub(super) fn after(&self, keyword: &str) -> Option<Self> {
        let rest = self.text.strip_prefix(keyword)?;
        (rest.is_empty() || rest.starts_with(is_space)).then(|| self.part(keyword.len()..self.text.len()))
    }

    /// Returns a part of the line, trimmed.
    pub(super) fn part(&self, range: Range<usize>) -> Self {
        let part = self.text.get(range.clone()).unwrap_or("");
        let blanks = part.len() - part.trim_start_matches(is_space).len();
        Self { text: trim(part), start: self.start + range.start + blanks }
    }

    pub(super) fn range(&self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }
}

/// Returns the lines of a text that are not empty.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut start = 0;
    text.split('\n').filter_map(move |line| {
        let whole = Line { text: line, start };
        start += line.len() + 1;
        Some(whole.part(0..line.len())).filter(|line| !line.text.is_empty())
    })
}

/// Reads `accTitle: …`, `accDescr: …` and `accDescr { … }` into the diagram. Returns whether the line was one of
/// these.
pub(super) fn accessibility<'t>(
    line: &Line<'t>,
    rest: &mut impl Iterator<Item = Line<'t>>,
    diagram: &mut Diagram,
) -> bool {
    let value = |keyword: &str, mark: char| {
        let rest = line.text.strip_prefix(keyword)?.trim_start_matches(is_space);
        rest.strip_prefix(mark).map(trim)
    };
    if let Some(title) = value("accTitle", ':') {
        diagram.acc_title = Some(title.to_owned());
    } else if let Some(description) = value("accDescr", ':') {
        diagram.acc_descr = Some(description.to_owned());
    } else if let Some(first) = value("accDescr", '{') {
        let mut description = String::new();
        for part in std::iter::once(first).chain(rest.map(|line| line.text)) {
            let end = part.find('}');
            if !description.is_empty() {
                description.push('\n');
            }
            description.push_str(trim(part.get(..end.unwrap_or(part.len())).unwrap_or("")));
            if end.is_some() {
                break;
            }
        }
        diagram.acc_descr = Some(trim(&description).to_owned());
    } else {
        return false;
    }
    true
}
