//! Reads history entries: what happened to a note's subject, and when.
//!
//! Entries have the form `- TIMESTAMP - title` or `- v1.1.2 (TIMESTAMP) - title`, with nested items as details.
//! Timestamps have the vault's format; a list that is kept in plain dates (`2025-03-01`, `2025/03/01`) is read by
//! those.

use std::borrow::Cow;
use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use self::dates::take_other_dates;
use self::head::Head;
use super::header::Header;
use super::outline::Item;
use super::reading::Section;
use super::source::Source;
use super::term::uncommented;
use crate::text::place::Place;
use crate::text::span::{Span, trim};
use crate::text::stamp::{Stamp, StampFormat, StampReading};

mod brackets;
mod dates;
mod head;
mod marks;
mod separator;
mod title;
mod undated;
mod vacant;

pub use self::brackets::brackets_close;
pub use self::marks::closes_its_marks;
pub use self::separator::{behind_separator, behind_zone, is_separator};
pub use self::title::title_on;
pub use self::vacant::keeps_a_place;

/// A section of a note that holds its history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistorySection {
    /// Its heading.
    pub heading: Place,
    /// From the end of the heading to the end of the section.
    pub body: Span,
    /// Its lists, each with at least one entry.
    pub lists: Vec<Vec<HistoryEntry>>,
}

/// A history entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// The first line of the entry, with the timestamp and at least the beginning of the title.
    pub place: Place,
    /// The whole item with its details.
    pub span: Span,
    /// Like `span`, but with the items without a time that follow the entry in its list and belong to it.
    pub reach: Span,
    /// The moment; `None` where no such day or time exists, or the form is not one that the list is read by.
    pub stamp: Option<Stamp>,
    /// The texts of the entry, one per line: those of [`Line`], then the details. A vault has a hundred thousand
    /// entries, and separate allocations would double their size.
    lines: Box<str>,
}

/// A text of an entry that stands before its details. The discriminant is the number of its line.
#[derive(Clone, Copy)]
enum Line {
    Timestamp,
    Title,
    Version,
    Changelog,
}

impl Line {
    /// The number of lines before the details.
    const COUNT: usize = Self::Changelog as usize + 1;
}

impl HistoryEntry {
    /// Returns the timestamp as written.
    #[must_use]
    pub fn timestamp(&self) -> &str {
        self.line(Line::Timestamp)
    }

    /// Returns the title without a changelog tag: the whole first paragraph, on one line.
    #[must_use]
    pub fn title(&self) -> &str {
        self.line(Line::Title)
    }

    /// Returns the version, without a `v`.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        Some(self.line(Line::Version)).filter(|version| !version.is_empty())
    }

    /// Returns what a `[changelog#…]` tag in the title refers to.
    #[must_use]
    pub fn changelog(&self) -> Option<&str> {
        Some(self.line(Line::Changelog)).filter(|tag| !tag.is_empty())
    }

    /// Returns the texts of the nested items, in order.
    pub fn details(&self) -> impl Iterator<Item = &str> {
        self.lines.split('\n').skip(Line::COUNT)
    }

    fn line(&self, line: Line) -> &str {
        self.lines.split('\n').nth(line as usize).unwrap_or_default()
    }
}

/// Whether a text begins like an entry: with a timestamp, perhaps after a version.
pub(super) fn begins_entry(text: &str, format: &StampFormat) -> bool {
    Head::read(text, format).is_some()
}

/// Reads the history sections of a note.
pub(crate) fn read(source: &Source<'_>, header: Option<&Header>) -> Vec<HistorySection> {
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
    take_other_dates(&mut sections, header, &source.reading.stamp);
    sections
}

fn lists(source: &Source<'_>, body: Span) -> Vec<Vec<HistoryEntry>> {
    let mut lists = Lists::default();
    source.items(body).for_each(|(_, item)| lists.take(source, item));
    lists.close();
    let own = lists.all.into_iter().map(|(_, mut entries)| {
        leave_out_addresses(&mut entries, source.text);
        // Frees unused capacity, because histories are kept as long as the vault.
        entries.shrink_to_fit();
        entries
    });
    own.filter(|entries| !entries.is_empty()).collect()
}

/// Collects the entries of a section while its items are read in order.
#[derive(Default)]
struct Lists {
    /// The entries, each group with the number of its list.
    all: Vec<(u32, Vec<HistoryEntry>)>,
    /// The lines of the entry whose details may still follow.
    open: Option<String>,
    /// Whether details of that entry form a list of their own according to `CommonMark`. The outer list then
    /// continues after it.
    strayed: bool,
    /// Whether an item that does not belong to the newest entry has come after it.
    left: bool,
}

impl Lists {
    fn take(&mut self, source: &Source<'_>, item: &Item) {
        if item.parent.is_some() {
            self.detail(&uncommented(source, item.content));
        } else if let Some((entry, lines)) = entry(source, item) {
            self.close();
            self.open = Some(lines);
            let goes_on = self.strayed
                && self.last().is_some_and(|last| same_marker(source.text, last.span.start, item.span.start));
            match self.all.last_mut() {
                Some((list, entries)) if *list == item.list || goes_on => {
                    *list = item.list;
                    entries.push(entry);
                }
                _ => self.all.push((item.list, vec![entry])),
            }
            (self.strayed, self.left) = (false, false);
        } else if self.is_strayed(source.text, item) {
            self.detail(&uncommented(source, item.content));
            if let Some(entry) = self.last() {
                entry.span.end = item.span.end;
                entry.reach.end = item.span.end;
            }
            self.strayed = true;
        } else {
            self.close();
            self.strayed = false;
            self.follow(source, item);
        }
    }

    /// Adds an item without a time to the entry that it follows in its list, because an undated item between two
    /// entries belongs to the time of the first.
    fn follow(&mut self, source: &Source<'_>, item: &Item) {
        let list = self.all.last().map(|(list, _)| *list);
        let belongs = || undated::belongs(&uncommented(source, item.content), &source.reading.stamp);
        self.left = self.left || list != Some(item.list) || !belongs();
        if !self.left
            && let Some(entry) = self.last()
        {
            entry.reach.end = trim(source.text, before_comment(source, item.span)).end;
        }
    }

    /// Whether an item is meant as a detail of the entry before, although it is indented less than `CommonMark`
    /// requires: three spaces below `1.`, two below `-`. It must be on the next line, and indented further than
    /// the entry.
    fn is_strayed(&mut self, text: &str, item: &Item) -> bool {
        if self.open.is_none() {
            return false;
        }
        let Some(entry) = self.last() else { return false };
        let between = text.get(entry.span.end as usize..item.span.start as usize).unwrap_or_default();
        let indent = |at: u32| {
            let before = text.get(..at as usize)?;
            let blanks = before.len() - before.trim_end_matches([' ', '\t']).len();
            before[..before.len() - blanks].ends_with(['\n', '\r']).then_some(blanks)
        };
        let is_next = between.trim().is_empty() && between.matches('\n').count() == 1;
        is_next && indent(item.span.start).zip(indent(entry.span.start)).is_some_and(|(own, its)| own > its)
    }

    fn last(&mut self) -> Option<&mut HistoryEntry> {
        self.all.last_mut().and_then(|(_, entries)| entries.last_mut())
    }

    /// Adds a detail to the open entry, its words on one line.
    fn detail(&mut self, text: &str) {
        let Some(lines) = &mut self.open else { return };
        lines.push('\n');
        for (i, word) in text.split_whitespace().enumerate() {
            lines.push_str(if i == 0 { "" } else { " " });
            lines.push_str(word);
        }
    }

    /// Stores the lines of the newest entry, once all of them are known.
    fn close(&mut self) {
        if let Some(lines) = self.open.take()
            && let Some(entry) = self.last()
        {
            entry.lines = lines.into();
        }
    }
}

/// Removes entries that really begin with the address of a machine (`192.168.1.5 (2025-02-01) - removed`), not
/// with a version: four numbers of up to 255 without a `v`, if no other entry of the list has a version of four
/// parts.
fn leave_out_addresses(entries: &mut Vec<HistoryEntry>, text: &str) {
    let has_four = |entry: &HistoryEntry| entry.version().is_some_and(|v| v.matches('.').count() == 3);
    let mut versions = entries.iter().filter(|entry| has_four(entry)).count();
    if versions == 0 {
        return;
    }
    // Many home networks have this prefix, and no program has such a version.
    let is_private = |entry: &HistoryEntry| entry.version().is_some_and(|v| v.starts_with("192.168."));
    let is_address = |entry: &HistoryEntry| {
        let line = entry.place.span.of(text).trim_start_matches(['*', '_', '`', ' ']);
        entry.version().is_some_and(|v| v.parse::<Ipv4Addr>().is_ok() && line.starts_with(v))
    };
    versions -= entries.iter().filter(|entry| is_private(entry) && is_address(entry)).count();
    entries.retain(|entry| !is_address(entry) || (versions > 1 && !is_private(entry)));
}

/// Whether two items begin with the same bullet, or both with a number.
fn same_marker(text: &str, a: u32, b: u32) -> bool {
    let marker = |at: u32| {
        let byte = text.as_bytes().get(at as usize).copied();
        byte.map(|byte| if byte.is_ascii_digit() { b'1' } else { byte })
    };
    marker(a) == marker(b)
}

/// Cuts a span before the comment that it ends in, because in Markdown a `%%` continues the paragraph above it.
fn before_comment(source: &Source<'_>, span: Span) -> Span {
    let around = source.outline.hidden_at(span.end).filter(|comment| comment.start > span.start);
    around.map_or(span, |comment| Span { end: comment.start, ..span })
}

/// Reads an entry, and the lines of it that come before those of its details.
fn entry(source: &Source<'_>, item: &Item) -> Option<(HistoryEntry, String)> {
    let line = source.first_line(item);
    let format = &source.reading.stamp;
    // A block id is for links to the entry, and is not part of its title.
    let named = source.block_id_at(item.content).map_or(item.content, |id| {
        trim(source.text, Span { start: item.content.start, end: id.max(item.content.start) })
    });
    let paragraph = uncommented(source, named);
    let text = title::on_one_line(&paragraph);
    if matches!(text, Cow::Owned(_)) {
        // The first line alone decides whether the item is an entry.
        Head::read(line.of(source.text), format)?;
    }
    let head = Head::read(&text, format)?;
    let (title, changelog) = title::without_changelog(&head.title);
    let span = trim(source.text, before_comment(source, item.span));
    let entry = HistoryEntry {
        place: source.place(line),
        span,
        reach: span,
        stamp: match head.reading {
            Some(StampReading::Valid(stamp)) => Some(stamp),
            _ => None,
        },
        lines: Box::default(),
    };
    let mut lines = [""; Line::COUNT];
    lines[Line::Timestamp as usize] = head.timestamp;
    lines[Line::Title as usize] = &title;
    lines[Line::Version as usize] = head.version.unwrap_or_default();
    lines[Line::Changelog as usize] = changelog;
    Some((entry, lines.join("\n")))
}

#[cfg(test)]
mod tests {
    use crate::syntax::facts;
    use crate::syntax::reading::Reading;

    /// Checks the titles of the entries, with their tags and details.
    fn check(list: &str, expected: &[&str]) {
        for list in [list.to_owned(), list.replace('\n', "\r\n")] {
            let text = format!("## Modification History\n\n{list}");
            let facts = facts::read(text.as_bytes(), &Reading::default());
            let shown = facts.system().entries().map(|entry| {
                assert!(entry.place.span.of(&text).starts_with(|c: char| c != '-'), "{list:?}");
                assert!(!entry.place.span.of(&text).contains('\n'), "its first line: {list:?}");
                let tag = entry.changelog().map_or_else(String::new, |tag| format!(" #{tag}"));
                let said: Vec<&str> = std::iter::once(entry.title()).chain(entry.details()).collect();
                format!("{}{tag}", said.join("; "))
            });
            assert_eq!(shown.collect::<Vec<_>>(), expected, "{list:?}");
        }
    }

    #[test]
    fn addresses_are_no_versions() {
        let t = "2025-03-01_09-00";
        for (list, expected) in [
            (format!("- 192.168.1.5 ({t}) - A\n- v1.0 ({t}) - B\n"), &["B"][..]),
            (format!("- 192.168.1.5 ({t}) - A\n- 192.168.1.6 ({t}) - B\n"), &[]),
            (format!("- 192.168.1.5 ({t}) - A\n- 1.0.0.1 ({t}) - B\n- 1.0.0.2 ({t}) - C\n"), &["B", "C"]),
            (format!("- **10.0.0.5** ({t}) - A\n- {t} - B\n"), &["B"]),
            (format!("- 10.0.0.5 ({t}) - A\n- 10.0.19041.1 ({t}) - B\n"), &["A", "B"]),
            (format!("- v10.0.0.5 ({t}) - A\n"), &["A"]),
            (format!("- 10.0.0.300 ({t}) - A\n"), &["A"]),
        ] {
            check(&list, expected);
        }
    }

    #[test]
    fn details_have_any_indent() {
        let (t, u) = ("2025-03-01_09-00", "2025-03-02_09-00");
        for (list, expected) in [
            (format!("1. {t} - A\n  - x\n2. {u} - B\n  - y\n    - z\n"), ["A; x", "B; y; z"]),
            (format!("- {t} - A\n - x\n - x2\n- {u} - B\n"), ["A; x; x2", "B"]),
            (format!("  - {t} - A\n   - x\n  - {u} - B\n"), ["A; x", "B"]),
            (format!("1. {t} - A\n   - in\n  - x\n2. {u} - B\n"), ["A; in; x", "B"]),
            // An item on the level of the entries, or separated from them, is not a detail.
            (format!("- {t} - A\n- x\n- {u} - B\n"), ["A", "B"]),
            (format!("1. {t} - A\n\n  - x\n2. {u} - B\n"), ["A", "B"]),
        ] {
            check(&list, &expected);
        }
        let text = format!("# Modification History\n\n1. {t} - A\n  - x\n2. {u} - B\n  - y\n\n* {u} - C\n");
        let facts = facts::read(text.as_bytes(), &Reading::default());
        let lists: Vec<usize> = facts.system().entry_lists().map(<[_]>::len).collect();
        assert_eq!(lists, [2, 1]);
        let last = facts.system().entries().nth(1).expect("an entry");
        assert!(last.span.of(&text).ends_with("  - y"));
    }

    #[test]
    fn what_is_commented_out_is_no_entry() {
        let (t, u) = ("2025-03-01_09-00", "2025-03-02_09-00");
        for (list, expected) in [
            (format!("%%\n- {t} - A\n%%\n"), &[][..]),
            (format!("%%\n\n- {t} - A\n\n%%\n\n- {u} - B\n"), &["B"]),
            (format!("- {t} - A\n%%\n- {u} - B\n  - x\n%%\n- {u} - C\n"), &["A", "C"]),
            (format!("- {t} - A\n%%\nnote\n%%\n- {u} - B\n"), &["A", "B"]),
            (format!("- {t} - A\n  %% x %%\n  b\n- {u} - B\n"), &["A b", "B"]),
            (format!("- {t} - A\n  - x\n  %%\n  - y\n  %%\n  - z\n- {u} - B\n"), &["A; x; z", "B"]),
            (format!("- {t} - A\n  - x\n    %% y %%\n    z\n"), &["A; x z"]),
            (format!("- {t} - A %%x%%\n- {u} - B <!-- y --> b\n"), &["A", "B b"]),
            (format!("- {t} %%x%% - A\n  - x <!-- y\n    z --> a\n"), &["A; x a"]),
            (format!("- {t} - %%x%%\n- {u} - <!-- y --> B\n"), &["", "B"]),
            // In code, across items, and where it is never closed, a sign begins no comment.
            (format!("- {t} - `%%x%%` `<!-- y -->`\n"), &["`%%x%%` `<!-- y -->`"]),
            (format!("- {t} - 10%%\n- {u} - 20%%\n"), &["10%%", "20%%"]),
            (format!("`%%`\n\n- {t} - A\n\n`%%`\n"), &["A"]),
            (format!("```\n%%\n```\n- {t} - A\n\n```\n%%\n```\n"), &["A"]),
            (format!("%%\n\n- {t} - A\n"), &["A"]),
        ] {
            check(&list, expected);
        }
        // A new entry is written before a comment, not into it.
        for comment in [format!("%%\n- {u} - B\n%%\n"), format!("\n%%\n- {t} - B\n%%\n")] {
            let text = format!("# Modification History\n\n- {t} - A\n{comment}");
            let facts = facts::read(text.as_bytes(), &Reading::default());
            let spans: Vec<&str> = facts.system().entries().map(|entry| entry.span.of(&text)).collect();
            assert_eq!(spans, [format!("- {t} - A")], "{text}");
        }
    }

    #[test]
    fn a_title_is_the_whole_first_paragraph() {
        let t = "2025-03-01_09-00";
        check(
            &format!("- {t} - Recorded the boundary and\n  task  policy.\n"),
            &["Recorded the boundary and task policy."],
        );
        check(&format!("- {t}\n  Set up\n- {t} - a\nlazy\n"), &["Set up", "a lazy"]);
        check(&format!("- **{t} - all\n  bold**\n- **{t}:** x\n"), &["all bold", "x"]);
        check(
            &format!("- {t} - a [changelog#12]\n  b\n- {t} - a\n  b [changelog#3]\n"),
            &["a b #12", "a b #3"],
        );
        check(&format!("- {t} - a\n  b ^id\n- {t} - a\n  ^id-2\n- {t} - c ^id3\n"), &["a b", "a", "c"]);
        check(&format!("- {t} - a\\\n  b  \n  c\n"), &["a b c"]);
        // Nested lists, further paragraphs and blocks are not part of the title.
        check(&format!("- {t} - a\n  b\n  - c\n    d\n  - e\n\n  f\n"), &["a b; c d; e"]);
        check(&format!("- {t} - a\n  b\n\n  c\n\n- {t} - d\n  ```\n  e\n  ```\n"), &["a b", "d"]);
        check(&format!("- {t} - a\n  b\n  > c\n- {t} - d\n  <!-- e -->\n"), &["a b", "d"]);
        check(&format!("- > {t} - a\n  > b\n"), &["a b"]);
        // Only a timestamp on the first line makes an item an entry.
        check(&format!("- v1.0\n  {t} - a\n- See\n  {t}\n"), &[]);
    }
}
