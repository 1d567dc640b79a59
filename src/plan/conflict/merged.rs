//! Settles conflicts while git merges: the work of the merge driver, after git has merged three versions of a note.

use super::{Had, Versions, settle_these};
use crate::model::chronology::Direction;
use crate::syntax::conflict::{self, Conflict};
use crate::syntax::markdown;
use crate::syntax::reading::Reading;
use crate::text::edit::{Edit, Edits};
use crate::text::span::Span;

/// A merged text, with some of its conflicts settled.
#[derive(Debug)]
pub struct Merged {
    /// The text.
    pub text: String,
    /// How many conflicts were settled.
    pub settled: usize,
    /// What to report about the settled conflicts.
    pub said: Vec<String>,
    /// The remaining conflicts: the 1-based line of each, and the reason.
    pub left: Vec<(u32, String)>,
}

impl Merged {
    /// Settles as many conflicts as possible in a text that git has merged from the versions in `before`; `sides` are
    /// ours and theirs.
    #[must_use]
    pub fn settle(text: &str, before: &[&str], sides: Vec<String>, reading: &Reading) -> Self {
        // The text of each conflict already contains its base.
        let versions = Versions { base: None, sides: Had::Known(sides) };
        let settlement =
            settle_these(text, conflicts(text, before), &versions, reading, Direction::OldestFirst);
        let new = settlement.edits.apply(text).unwrap_or_else(|| text.to_owned());
        // The settled conflicts have moved the lines of the others.
        let lines = match conflicts(&new, before) {
            Ok(conflicts) => conflicts.into_iter().map(|conflict| conflict.line).collect(),
            Err(line) => vec![line],
        };
        let said = settlement.said().collect();
        let mut reasons = settlement.refused.into_iter().map(|left| left.message);
        let mut left: Vec<(u32, String)> = lines
            .into_iter()
            .map(|line| {
                (line, reasons.next().unwrap_or_else(|| "a merge conflict is not settled".to_owned()))
            })
            .collect();
        left.extend(reasons.map(|reason| (1, reason)));
        Self { text: new, settled: settlement.settled, said, left }
    }

    /// Adds or removes the final line ending, as the versions have it: git ends every line of a conflict.
    #[must_use]
    pub fn ended_as(mut self, [base, ours, theirs]: &[Option<String>; 3]) -> Self {
        let (Some(base), Some(ours), Some(theirs)) = (base, ours, theirs) else { return self };
        let [base, ours, theirs] = [base, ours, theirs].map(|version| ends_line(version));
        let ended = if ours == base { theirs } else { ours };
        // If a conflict marker remains on the last line, the line ending after it stays.
        let in_conflict = self.text.lines().next_back().is_some_and(conflict::is_marker);
        if !ended && !in_conflict {
            let without =
                self.text.strip_suffix('\n').map(|text| text.strip_suffix('\r').unwrap_or(text).len());
            self.text.truncate(without.unwrap_or(self.text.len()));
        }
        self
    }

    /// Whether it has a board, which may be stale after the merge.
    #[must_use]
    pub fn has_board(&self) -> bool {
        let outline = markdown::outline_of(&self.text);
        let mut words = outline.markers().map(|comment| comment.text.of(&self.text));
        words.any(|words| words.split_whitespace().next() == Some("board"))
    }

    /// Returns the text with conflicts in git's default style, without the base part.
    #[must_use]
    pub fn without_base(&self, before: &[&str]) -> String {
        let bases = conflicts(&self.text, before).unwrap_or_default().into_iter();
        let bases = bases.filter_map(|c| Some(Span { start: c.ours.end, end: c.base?.end }));
        let edits = Edits::of(bases.map(|span| Edit::replace(span, "")));
        edits.and_then(|edits| edits.apply(&self.text)).unwrap_or_else(|| self.text.clone())
    }
}

/// Whether a text is empty or ends with a line ending.
#[must_use]
pub fn ends_line(text: &str) -> bool {
    text.is_empty() || text.ends_with('\n')
}

fn conflicts(text: &str, before: &[&str]) -> Result<Vec<Conflict>, u32> {
    conflict::left_by_merge(text, &markdown::outline_of(text), before)
}
