//! Checks that a note with new entries reads as intended. Entries that are written into an unclosed comment, or
//! into another construct without an end, become part of that.

use std::collections::{HashMap, HashSet};

use super::is_period;
use crate::plan::obstacle::Obstacle;
use crate::syntax::history::HistoryEntry;
use crate::text::edit::Edits;
use crate::text::span::Span;
use crate::text::stamp::StampFormat;
use crate::vault::Note;

/// Returns the error for entries that a note would not read as intended.
#[must_use]
pub fn unread(before: &Note, after: Option<&Note>, stamps: &StampFormat) -> Obstacle {
    if let Some(entry) = after.and_then(|after| misread(before, after)) {
        let (day, form) = (entry.timestamp(), stamps.pattern());
        let message = format!(
            "beside an entry with a time, `{day}` would no longer be read as a date: write it in the form `{form}` first"
        );
        return Obstacle { line: entry.place.line, message };
    }
    let message = "with the new entry, its history would no longer be read as it is meant".to_owned();
    Obstacle { line: 1, message }
}

/// Whether a note reads as before these edits, apart from this number of new `entries`.
#[must_use]
pub fn reads_on(before: &Note, after: &Note, edits: &Edits, entries: usize, stamps: &StampFormat) -> bool {
    let secrets = |note: &Note| note.facts.system().secrets.len();
    adds_entries(before, after, edits, entries)
        && things(before, stamps) == things(after, stamps)
        && troubles(before) == troubles(after)
        && secrets(before) == secrets(after)
}

/// Whether a note reads as before these edits, apart from this number of new `entries` and other additions that
/// somebody has asked for: nothing is lost, and there is no new problem.
#[must_use]
pub fn loses_nothing(
    before: &Note,
    after: &Note,
    edits: &Edits,
    entries: usize,
    stamps: &StampFormat,
) -> bool {
    let no_more = |these: &[usize], those: &[usize]| these.iter().zip(those).all(|(a, b)| a <= b);
    adds_entries(before, after, edits, entries)
        && no_more(&things(before, stamps), &things(after, stamps))
        && no_more(&troubles(after), &troubles(before))
}

/// Counts what a note holds beside entries.
fn things(note: &Note, stamps: &StampFormat) -> [usize; 6] {
    let system = note.facts.system();
    // The first entry of a year or a month may bring its heading.
    let headings = note.facts.headings.iter().filter(|h| !is_period(note.facts.text(h.text), stamps));
    [
        system.integrations.len(),
        system.diagrams.len(),
        system.metrics.len(),
        system.templates.len(),
        system.boards.len(),
        headings.count(),
    ]
}

/// Counts the broken markers and the other problems of a note.
fn troubles(note: &Note) -> [usize; 2] {
    let system = note.facts.system();
    [system.marker_problems.len(), system.problems.len()]
}

/// Whether a note has this number of new entries, as they were written, and still all old ones.
fn adds_entries(before: &Note, after: &Note, edits: &Edits, entries: usize) -> bool {
    let count = |note: &Note| note.facts.system().entries().count();
    count(before) + entries == count(after)
        && undated(after).count() <= undated(before).count()
        && keeps_entries(before, after)
        && takes_nothing_in(after, edits)
}

/// Whether no new entry goes on beyond its edit: text below it would have become a part of its title or of its
/// last detail.
fn takes_nothing_in(after: &Note, edits: &Edits) -> bool {
    // How many bytes were removed and inserted before an edit.
    let (mut gone, mut come) = (0, 0);
    let written = edits.iter().map(|edit| {
        let start = edit.span.start - gone + come;
        gone += edit.span.len() as u32;
        come += edit.text.len() as u32;
        Span { start, end: start + edit.text.len() as u32 }
    });
    let written: Vec<Span> = written.filter(|edit| !edit.is_empty()).collect();
    after.facts.system().entries().all(|entry| {
        let own = written.partition_point(|edit| edit.end <= entry.span.start);
        written.get(own).is_none_or(|edit| !edit.overlaps(entry.span) || entry.span.end <= edit.end)
    })
}

/// Returns an entry whose date was read before and is not any more. A plain day is read as a date if its list has
/// nothing else, but not behind an entry with a time.
#[must_use]
pub fn misread<'n>(before: &'n Note, after: &Note) -> Option<&'n HistoryEntry> {
    if undated(after).count() <= undated(before).count() {
        return None;
    }
    let lost: HashSet<_> = undated(after).map(|entry| (entry.timestamp(), entry.title())).collect();
    let is_lost = |entry: &&HistoryEntry| lost.contains(&(entry.timestamp(), entry.title()));
    before.facts.system().entries().filter(|entry| entry.stamp.is_some()).find(is_lost)
}

/// Iterates over the entries without a date that can be read.
fn undated(note: &Note) -> impl Iterator<Item = &HistoryEntry> {
    note.facts.system().entries().filter(|entry| entry.stamp.is_none())
}

/// Whether every entry of a note is still there afterwards.
fn keeps_entries(before: &Note, after: &Note) -> bool {
    let mut there: HashMap<(&str, &str), usize> = HashMap::new();
    for entry in after.facts.system().entries() {
        *there.entry((entry.timestamp(), entry.title())).or_default() += 1;
    }
    before.facts.system().entries().all(|entry| {
        let count = there.get_mut(&(entry.timestamp(), entry.title())).filter(|count| **count > 0);
        count.map(|count| *count -= 1).is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::text::edit::Edit;
    use crate::vault::{NoteId, Vault};

    /// Returns the edit of all lines that differ.
    fn difference(before: &str, after: &str) -> Edits {
        let (old, new): (Vec<&str>, Vec<&str>) =
            (before.split_inclusive('\n').collect(), after.split_inclusive('\n').collect());
        let start = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
        let most = old.len().min(new.len()) - start;
        let end = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count().min(most);
        let at = |lines: &[&str]| lines.concat().len();
        let span = Span::new(at(&old[..start]), at(&old[..old.len() - end]));
        Edits::from(Edit::replace(span, new[start..new.len() - end].concat()))
    }

    /// Checks what is said of a note to which one entry is added.
    fn check(before: &str, after: &str, expected: (bool, bool)) {
        let read = |text: &str| Vault::of_texts(Config::default(), &[("n.md", text)]);
        let (old, new) = (read(before), read(after));
        let (old, new) = (old.note(NoteId(0)).unwrap(), new.note(NoteId(0)).unwrap());
        let stamps = StampFormat::default();
        let edits = difference(before, after);
        let said = (reads_on(old, new, &edits, 1, &stamps), loses_nothing(old, new, &edits, 1, &stamps));
        assert_eq!(said, expected, "{after}");
    }

    #[test]
    fn one_more_entry_and_nothing_else() {
        let rest = "\n## Metrics\n\n- Response Time: 0ms\n";
        let note = |entries: &str, rest: &str| format!("## Modification History\n\n{entries}{rest}");
        let (old, new) = ("- 2025-01-01_10-00 - a\n", "- 2025-01-02_10-00 - b\n");
        let before = note(old, rest);
        let with = |more: &str, rest: &str| note(&format!("{old}{new}{more}"), rest);
        check(&before, &with("", rest), (true, true));
        // A person may add more than an entry.
        check(&before, &with("", &format!("{rest}- Latency: 1ms\n")), (false, true));
        check(&before, &with("", &format!("{rest}\n## More\n")), (false, true));
        check(&before, &with("\n### 2025\n", rest), (true, true));
        for (entries, rest) in [
            // No entry, one removed, two added, one changed.
            (old.to_owned(), rest.to_owned()),
            (new.to_owned(), rest.to_owned()),
            (format!("{old}{new}{new}"), rest.to_owned()),
            (format!("{new}- 2025-01-01_10-00 - c\n"), rest.to_owned()),
            // The date is invalid.
            (format!("{old}- 2025-01-32_10-00 - b\n"), rest.to_owned()),
            // Other text is removed.
            (format!("{old}{new}"), String::new()),
            (format!("{old}{new}"), "\n## Metrics\n".to_owned()),
            (format!("{old}{new}"), format!("{rest}\n<!-- portolan:board events -->\n")),
        ] {
            check(&before, &note(&entries, &rest), (false, false));
        }
        // A plain day is a date if it stands alone, but not behind an entry with a time.
        let day = "- 2025-03-01 - a\n";
        check(&note(day, rest), &note(&format!("{new}{day}"), rest), (false, false));
        check(&note(day, rest), &note(&format!("- 2025-02-01 - b\n{day}"), rest), (true, true));
        // Text below the list stays below it.
        let code = format!("{old}  ```\n  ```\n");
        let (below, new) = ("Older entries are in the wiki.\n", new.trim_end());
        let before = note(&code, below);
        for (more, expected) in
            [("\n\n", (true, true)), ("\n", (false, false)), ("\n  - c\n", (false, false))]
        {
            check(&before, &note(&format!("{code}{new}{more}"), below), expected);
        }
    }
}
