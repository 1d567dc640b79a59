//! History entries: what happened to a note's subject, and when.
//!
//! `- TIMESTAMP - title` or `- v1.1.2 (TIMESTAMP) - title`, with nested items as details. Timestamps have the vault's
//! own form; a list that is kept in plain dates (`2025-03-01`) is read by these.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use self::head::Head;
use super::outline::Item;
use super::reading::Section;
use super::source::Source;
use crate::text::place::Place;
use crate::text::span::{Span, trim};
use crate::text::stamp::{Reading as StampReading, Stamp, StampFormat, read_property_date};

mod head;
mod marks;
mod separator;

pub use self::marks::closes_its_marks;
pub use self::separator::{behind_separator, is_separator};

/// A section of a note that holds its history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistorySection {
    /// Its heading.
    pub heading: Place,
    /// From behind the heading to the end of the section.
    pub body: Span,
    /// Its lists, each with at least one entry.
    pub lists: Vec<Vec<HistoryEntry>>,
}

/// A history entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// The first line of the entry: timestamp and title.
    pub place: Place,
    /// The whole item with its details.
    pub span: Span,
    /// The moment; `None` where there is no such day or time, or none in a form that the list is read by.
    pub stamp: Option<Stamp>,
    /// Its texts, a line for each of them: timestamp, title, version, changelog tag, then the details. A vault has a
    /// hundred thousand entries, and each of these in a piece of memory of its own would double what they take.
    lines: Box<str>,
}

impl HistoryEntry {
    /// The timestamp as written.
    #[must_use]
    pub fn timestamp(&self) -> &str {
        self.line(0)
    }

    /// The title, without a changelog tag.
    #[must_use]
    pub fn title(&self) -> &str {
        self.line(1)
    }

    /// The version, without a `v`.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        Some(self.line(2)).filter(|version| !version.is_empty())
    }

    /// What a `[changelog#…]` in the title names.
    #[must_use]
    pub fn changelog(&self) -> Option<&str> {
        Some(self.line(3)).filter(|tag| !tag.is_empty())
    }

    /// The texts of the nested items, in order.
    pub fn details(&self) -> impl Iterator<Item = &str> {
        self.lines.split('\n').skip(4)
    }

    fn line(&self, index: usize) -> &str {
        self.lines.split('\n').nth(index).unwrap_or_default()
    }
}

/// Reads the history sections of a note.
pub(crate) fn read(source: &Source<'_>) -> Vec<HistorySection> {
    let mut sections: Vec<HistorySection> = Vec::new();
    for (heading, body) in source.sections(Section::History) {
        // A history heading below another one ("Version Control > Version History > Modification
        // History") is read with the outer one.
        if sections.last().is_some_and(|outer| heading.span.start < outer.body.end) {
            continue;
        }
        let lists = lists(source, body);
        sections.push(HistorySection { heading: source.place(heading.span), body, lists });
    }
    sections
}

fn lists(source: &Source<'_>, body: Span) -> Vec<Vec<HistoryEntry>> {
    let mut lists: Vec<(u32, Vec<HistoryEntry>)> = Vec::new();
    // The lines of the entry around the items that come.
    let mut open: Option<String> = None;
    for (_, item) in source.items(body) {
        if item.parent.is_none() {
            close(&mut lists, open.take());
            let Some((entry, lines)) = entry(source, item) else { continue };
            open = Some(lines);
            match lists.last_mut() {
                Some((list, entries)) if *list == item.list => entries.push(entry),
                _ => lists.push((item.list, vec![entry])),
            }
        } else if let Some(lines) = &mut open {
            lines.push('\n');
            for (i, word) in item.content.of(source.text).split_whitespace().enumerate() {
                lines.push_str(if i == 0 { "" } else { " " });
                lines.push_str(word);
            }
        }
    }
    close(&mut lists, open);
    let fitting = |(_, mut entries): (u32, Vec<HistoryEntry>)| {
        take_property_dates(&mut entries, &source.reading.stamp);
        // Histories are kept for as long as the vault is.
        entries.shrink_to_fit();
        entries
    };
    lists.into_iter().map(fitting).collect()
}

/// Reads the entries of a list by the dates that Obsidian's properties have, where more of them have such a date than
/// the vault's own form: histories in plain dates are common, and whoever keeps one has not misspelt each of its
/// entries. In any other list such a date is a slip. A single entry tells no habit.
fn take_property_dates(entries: &mut [HistoryEntry], format: &StampFormat) {
    let is_own = |entry: &HistoryEntry| entry.stamp.is_some() || format.read(entry.timestamp()).is_some();
    let own = entries.iter().filter(|entry| is_own(entry)).count();
    if entries.len() < 2 || own > entries.len() / 2 {
        return;
    }
    let date = |entry: &HistoryEntry| match read_property_date(entry.timestamp()) {
        Some(StampReading::Valid(stamp)) if !is_own(entry) => Some(stamp),
        _ => None,
    };
    let dates: Vec<Option<Stamp>> = entries.iter().map(date).collect();
    if dates.iter().flatten().count() > own {
        for (entry, date) in entries.iter_mut().zip(dates) {
            entry.stamp = entry.stamp.or(date);
        }
    }
}

/// Gives the newest of the entries its lines, once all of them are known.
fn close(lists: &mut [(u32, Vec<HistoryEntry>)], lines: Option<String>) {
    if let Some(lines) = lines
        && let Some(entry) = lists.last_mut().and_then(|(_, entries)| entries.last_mut())
    {
        entry.lines = lines.into();
    }
}

/// An entry, and the first of its lines: those of its details are to come.
fn entry(source: &Source<'_>, item: &Item) -> Option<(HistoryEntry, String)> {
    let line = source.first_line(item);
    // What a link names the entry by is not in its title.
    let shown =
        source.block_id_at(line).map_or(line, |id| trim(source.text, Span { start: line.start, end: id }));
    let text = shown.of(source.text);
    let head = Head::read(text, &source.reading.stamp)?;
    let (title, changelog) = without_changelog(&head.title);
    let entry = HistoryEntry {
        place: source.place(line),
        span: trim(source.text, item.span),
        stamp: match head.reading {
            Some(StampReading::Valid(stamp)) => Some(stamp),
            _ => None,
        },
        lines: Box::default(),
    };
    Some((entry, [head.timestamp, &title, head.version.unwrap_or_default(), changelog].join("\n")))
}

/// Takes `[changelog#…]` out of a title; without one the tag is empty. `[[changelog#…]]` and `[changelog#…](…)` are
/// links, and stay.
fn without_changelog(title: &str) -> (Cow<'_, str>, &str) {
    const OPEN: &str = "[changelog#";
    for (at, _) in title.match_indices(OPEN) {
        let inner = &title[at + OPEN.len()..];
        let end = inner.find(['[', ']']).filter(|end| *end > 0 && inner[*end..].starts_with(']'));
        let Some(end) = end.filter(|_| !title[..at].ends_with('[')) else { continue };
        if inner[end + 1..].starts_with(['(', '[', ']']) {
            continue;
        }
        let (before, after) = (title[..at].trim(), inner[end + 1..].trim());
        let gap = if before.is_empty() || after.is_empty() { "" } else { " " };
        return (Cow::Owned([before, after].join(gap)), &inner[..end]);
    }
    (Cow::Borrowed(title.trim()), "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changelog_tag_is_no_part_of_the_title() {
        let check =
            |title, rest: &str, tag| assert_eq!(without_changelog(title), (rest.into(), tag), "{title}");
        check("Setup [changelog#12] done", "Setup done", "12");
        check("Setup [changelog#12]", "Setup", "12");
        check("[changelog#12] Setup", "Setup", "12");
        check("[changelog#12]", "", "12");
        check(" Setup ", "Setup", "");
        check("c [[changelog#12]]", "c [[changelog#12]]", "");
        check("c [changelog#12](a.md)", "c [changelog#12](a.md)", "");
        check("c [changelog#] d", "c [changelog#] d", "");
        check("[[changelog#1]] [changelog#2]", "[[changelog#1]]", "2");
    }
}
