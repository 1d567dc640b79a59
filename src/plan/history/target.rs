//! Chooses the history that an entry belongs to, in a note that has several: each component described there may
//! have its own.

use std::ops::Range;

use crate::syntax::history::HistorySection;
use crate::vault::Note;

/// The histories of a note, and the headings that they stand below.
pub struct Histories<'n> {
    note: &'n Note,
    /// For each heading, the line of the next heading that is not below it.
    ends: Vec<u32>,
    /// For each heading, the one that it stands below.
    around: Vec<Option<usize>>,
    /// The histories whose entries have versions.
    versioned: Vec<usize>,
}

impl<'n> Histories<'n> {
    /// Collects the histories of a note.
    #[must_use]
    pub fn of(note: &'n Note) -> Self {
        let headings = &note.facts.headings;
        let mut ends = vec![u32::MAX; headings.len()];
        let mut around = Vec::with_capacity(headings.len());
        let mut open: Vec<usize> = Vec::new();
        for (at, heading) in headings.iter().enumerate() {
            while let Some(ended) = open.pop_if(|open| headings[*open].level >= heading.level) {
                ends[ended] = heading.line;
            }
            around.push(open.last().copied());
            open.push(at);
        }
        let tells =
            |history: &HistorySection| history.lists.iter().flatten().any(|entry| entry.version().is_some());
        let history = note.facts.system().history.iter().enumerate();
        let versioned = history.filter(|(_, history)| tells(history)).map(|(at, _)| at).collect();
        Self { note, ends, around, versioned }
    }

    /// Returns the range of all histories.
    #[must_use]
    pub fn all(&self) -> Range<usize> {
        0..self.note.facts.system().history.len()
    }

    /// Returns the histories that share the deepest possible heading with a line.
    #[must_use]
    pub fn near(&self, line: u32) -> Range<usize> {
        self.around(line).find(|own| !own.is_empty()).unwrap_or_else(|| self.all())
    }

    /// Iterates over the histories below each heading that a line stands under, the deepest heading first.
    fn around(&self, line: u32) -> impl Iterator<Item = Range<usize>> {
        let before = self.note.facts.headings.partition_point(|heading| heading.line <= line);
        let above = std::iter::successors(before.checked_sub(1), |heading| self.around[*heading]);
        above.map(|heading| self.under(heading))
    }

    /// Returns the histories below a heading, its own included.
    #[must_use]
    pub fn under(&self, heading: usize) -> Range<usize> {
        let history = &self.note.facts.system().history;
        let before = |line: u32| history.partition_point(|section| section.heading.line < line);
        let first = self.note.facts.headings.get(heading).map_or(u32::MAX, |heading| heading.line);
        before(first)..before(self.ends.get(heading).copied().unwrap_or(u32::MAX))
    }

    /// Returns the histories that an entry with a version may go into, given those for any entry: `among` if some
    /// of these have versions, or else those of the first heading around them where some do. If no history of the
    /// note has versions yet, any may begin to.
    #[must_use]
    pub fn telling(&self, among: Range<usize>) -> Range<usize> {
        let tell = |range: &Range<usize>| {
            let first = self.versioned.partition_point(|history| *history < range.start);
            self.versioned.get(first).is_some_and(|history| *history < range.end)
        };
        if self.versioned.is_empty() || tell(&among) {
            return among;
        }
        let line = self.note.facts.system().history.get(among.start).map_or(0, |own| own.heading.line);
        let holds = |range: &Range<usize>| range.start <= among.start && among.end <= range.end;
        self.around(line).find(|range| holds(range) && tell(range)).unwrap_or_else(|| self.all())
    }

    /// Whether another note has the same number of histories, with the same names.
    #[must_use]
    pub fn are_named_as(&self, other: &Self) -> bool {
        self.all() == other.all() && self.all().all(|own| self.name(own) == other.name(own))
    }

    /// Returns the name of a history within its note: `Pay#Modification History`.
    #[must_use]
    pub fn name(&self, history: usize) -> Option<String> {
        let headings = &self.note.facts.headings;
        let line = self.note.facts.system().history.get(history)?.heading.line;
        let own = headings.binary_search_by_key(&line, |heading| heading.line).ok()?;
        let text = |at: usize| self.note.facts.text(headings[at].text);
        // A heading of level 1 stands for the note itself.
        let around = self.around[own].filter(|around| headings[*around].level > 1);
        Some(around.map_or_else(|| text(own).to_owned(), |around| format!("{}#{}", text(around), text(own))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::vault::{NoteId, Vault};

    #[test]
    fn a_line_has_the_histories_below_its_deepest_heading() {
        let text = "# S\n\n## System Initialization\n\n## Pay\n\n### Blocks\n\n### Version History\n\n### Modification History\n\n\
            ## Bare\n\n## Ship\n\n### Modification History\n\n#### Gate\n\nx\n";
        let vault = Vault::of_texts(Config::default(), &[("s.md", text)]);
        let note = vault.note(NoteId(0)).unwrap();
        let histories = Histories::of(note);
        for (line, expected) in [
            (1, 0..3),
            (3, 0..3),
            (5, 0..2),
            (8, 0..2),
            (9, 0..1),
            (12, 1..2),
            (13, 0..3),
            (16, 2..3),
            (21, 2..3),
        ] {
            assert_eq!(histories.near(line), expected, "{line}");
        }
        let names: Vec<_> = histories.all().filter_map(|own| histories.name(own)).collect();
        assert_eq!(names, ["Pay#Version History", "Pay#Modification History", "Ship#Modification History"]);
        for (heading, expected) in [("Bare", 2..2), ("Pay", 0..2), ("Ship", 2..3), ("Gate", 3..3)] {
            let at = note.heading_index(&[heading.to_owned()]).unwrap();
            assert_eq!(histories.under(at), expected, "{heading}");
        }
    }

    #[test]
    fn versions_are_told_around_what_tells_none() {
        let text = "# S\n\n## Shop\n\n### Pay\n\n#### Modification History\n\n- 2025-01-01_10-00 - a\n\n\
            ### Version History\n\n- v1.0.0 (2025-01-01_10-00) - a\n\n## Mail\n\n### Modification History\n";
        let of = |text: &str| Vault::of_texts(Config::default(), &[("s.md", text)]);
        let (vault, none) = (of(text), of(&text.replace("v1.0.0", "")));
        let [vault, none] = [&vault, &none].map(|vault| Histories::of(vault.note(NoteId(0)).unwrap()));
        for (among, expected) in [(0..1, 0..2), (1..2, 1..2), (0..2, 0..2), (2..3, 0..3), (0..3, 0..3)] {
            assert_eq!(vault.telling(among.clone()), expected);
            assert_eq!(none.telling(among.clone()), among);
        }
        assert!(vault.are_named_as(&none));
        for other in [text.replace("Mail", "Post"), format!("{text}\n## Fax\n\n### Modification History\n")] {
            let other = of(&other);
            assert!(!vault.are_named_as(&Histories::of(other.note(NoteId(0)).unwrap())));
        }
    }
}
