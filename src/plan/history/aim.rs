//! Which of its histories an entry is for, in a note that has several: each component described there may have its own.

use std::ops::Range;

use crate::vault::Note;

/// The histories of a note, and the headings that they stand below.
pub struct Histories<'n> {
    note: &'n Note,
    /// For each heading the line of the next one that does not stand below it.
    ends: Vec<u32>,
    /// For each heading the one that it stands below.
    around: Vec<Option<usize>>,
}

impl<'n> Histories<'n> {
    /// Those of a note.
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
        Self { note, ends, around }
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> Range<usize> {
        0..self.note.facts.system().history.len()
    }

    /// Those that share the deepest heading with a line.
    #[must_use]
    pub fn near(&self, line: u32) -> Range<usize> {
        let before = self.note.facts.headings.partition_point(|heading| heading.line <= line);
        let above = std::iter::successors(before.checked_sub(1), |heading| self.around[*heading]);
        above.map(|heading| self.under(heading)).find(|own| !own.is_empty()).unwrap_or_else(|| self.all())
    }

    /// That of a heading, and those below it.
    #[must_use]
    pub fn under(&self, heading: usize) -> Range<usize> {
        let history = &self.note.facts.system().history;
        let before = |line: u32| history.partition_point(|section| section.heading.line < line);
        let first = self.note.facts.headings.get(heading).map_or(u32::MAX, |heading| heading.line);
        before(first)..before(self.ends.get(heading).copied().unwrap_or(u32::MAX))
    }

    /// Whether some of these have entries that tell a version.
    #[must_use]
    pub fn tell_versions(&self, among: Range<usize>) -> bool {
        let history = self.note.facts.system().history.get(among).unwrap_or_default();
        history.iter().flat_map(|section| &section.lists).flatten().any(|entry| entry.version().is_some())
    }

    /// How one of them is named within its note: `Pay#Modification History`.
    #[must_use]
    pub fn name(&self, history: usize) -> Option<String> {
        let headings = &self.note.facts.headings;
        let line = self.note.facts.system().history.get(history)?.heading.line;
        let own = headings.binary_search_by_key(&line, |heading| heading.line).ok()?;
        let text = |at: usize| self.note.facts.text(headings[at].text);
        // That of level 1 is the note's own.
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
}
