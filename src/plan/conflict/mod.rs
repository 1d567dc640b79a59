//! Settles what git could not merge, where there is one right answer.
//!
//! Two branches that both ran `portolan sync` always conflict: in the digests of their boards, in the
//! entries that each of them logged, in `Last Modified`. A board is made anew anyway; of entries that both
//! sides only added, both stay; of two dates the later one counts, where nothing else of their lines differs.
//! Everything else is for people, and stays as git left it.
//!
//! Each side of the conflicts is put together whole and read as a note of its own, so that what a hunk is
//! part of is told by the same parser as everywhere else. Pure: a text goes in, edits come out.

use std::cell::LazyCell;
use std::collections::BTreeMap;

use super::obstacle::NO_COUNTERPART;
use crate::model::chronology::Direction;
use crate::syntax::conflict::{self, Conflict};
use crate::syntax::header::{dated, keys};
use crate::syntax::reading::Reading;
use crate::syntax::{facts, markdown};
use crate::text::edit::{Edit, Edits};
use crate::text::span::Span;
use crate::text::stamp::{Stamp, StampReading};

mod before;
mod boards;
mod entries;
pub mod merged;
mod sides;

use self::boards::{AsTheyWere, Edited};
use self::entries::{Doubt, History, Known};
use self::sides::{Part, Side, Sides};

/// What can be done about the conflicts of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settlement {
    /// Edits of the text, markers of conflicts and all, that settle what can be settled.
    pub edits: Edits,
    /// How many conflicts they settle.
    pub settled: usize,
    /// The versions of which each side has brought an entry: it may be one release, or two that need two numbers.
    pub released_twice: Vec<String>,
    /// The conflicts that stay.
    pub refused: Vec<Unsettled>,
}

/// A conflict that only a person can settle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsettled {
    /// The 1-based line of its first marker.
    pub line: u32,
    /// Why it stays.
    pub message: String,
    /// Whether it may well be settled by whoever knows what was there before.
    pub wants_base: bool,
    /// Whether it would be settled if what somebody has, or may have, written into a board were given up.
    pub by_hand: bool,
}

/// What a merge brought together, each version whole, as far as somebody knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Versions {
    /// What both sides had before. Most conflicts do not show it, and who knows it knows that a merge has left them.
    pub base: Option<String>,
    /// What each side had.
    pub sides: Had,
}

/// What each side of a merge had: a board that somebody has edited by hand there stays in conflict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Had {
    /// Nobody knows. A board that a side does not have as it was written may have been edited, or be what git has put
    /// together of both.
    #[default]
    Unknown,
    /// Each version, whole.
    Known(Vec<String>),
    /// Whatever it was, boards are to be written anew.
    Anything,
}

/// Settles the conflicts of a text. `habit` is the order of a history whose own order cannot be told.
///
/// A board that was in conflict holds the lines of both sides afterwards and has a digest that fits: the
/// next sync writes it anew, and sees in its rows every status that either side has logged.
///
/// ```
/// use portolan::{model::chronology::Direction, plan::conflict::settle, syntax::reading::Reading};
///
/// let text = "## Modification History\n\n- 2025-01-01_08-00 - Start\n<<<<<<< HEAD\n- 2025-01-03_08-00 - Ours\n=======\n\
///             - 2025-01-02_08-00 - Theirs\n>>>>>>> branch\n";
/// let settlement = settle(text, &Default::default(), &Reading::default(), Direction::OldestFirst);
/// assert_eq!(settlement.refused, []);
/// assert_eq!(
///     settlement.edits.apply(text).as_deref(),
///     Some("## Modification History\n\n- 2025-01-01_08-00 - Start\n- 2025-01-02_08-00 - Theirs\n- 2025-01-03_08-00 - Ours\n")
/// );
/// ```
#[must_use]
pub fn settle(text: &str, versions: &Versions, reading: &Reading, habit: Direction) -> Settlement {
    if conflict::first_marker(text).is_none() {
        return Settlement::default();
    }
    let outline = markdown::outline_of(text);
    let conflicts = match &versions.base {
        Some(base) => conflict::left_by_merge(text, &outline, &[base]),
        None => conflict::read_in(text, &outline),
    };
    settle_these(text, conflicts, versions, reading, habit)
}

/// Settles the conflicts that were read from a text, or the line of the marker that pairs with none.
pub(crate) fn settle_these(
    text: &str,
    conflicts: Result<Vec<Conflict>, u32>,
    versions: &Versions,
    reading: &Reading,
    habit: Direction,
) -> Settlement {
    let conflicts = match conflicts {
        Ok(conflicts) if conflicts.is_empty() => return Settlement::default(),
        Ok(conflicts) => conflicts,
        Err(line) => {
            let message = NO_COUNTERPART.to_owned();
            return Settlement {
                refused: vec![Unsettled { line, message, wants_base: false, by_hand: false }],
                ..Settlement::default()
            };
        }
    };
    let sides = Sides::of(text, &conflicts, reading);
    let boards = AsTheyWere::of(&versions.sides, reading);
    let verdicts = verdicts(text, &conflicts, &sides, &boards, reading);
    let known = Known { base: versions.base.as_deref(), reading, habit };
    // The lines of both sides say most, but need not be Markdown that hangs together: half a fence would
    // swallow the end marker. One side alone does, and nothing at all always does.
    for body in [boards::Body::Union, boards::Body::Ours, boards::Body::Empty] {
        let settlement = attempt(text, &conflicts, &sides, &verdicts, known, body);
        let whole = settlement.refused.is_empty();
        if (whole && hangs_together(text, &settlement, &sides, reading))
            || (!whole && body == boards::Body::Ours)
        {
            return settlement;
        }
    }
    let refused = conflicts.iter().map(|c| unsettled(c, Why::Apart)).collect();
    Settlement { refused, ..Settlement::default() }
}

/// What a part of a conflict is part of.
#[derive(Clone, Copy)]
enum Verdict {
    /// The board of ours with this index.
    Board(usize),
    /// A board that a person has edited, or may have: what is theirs would be lost when it is written anew.
    Edited(Edited),
    /// The date of last change, and whether the one of theirs is later.
    Modified { theirs: bool },
    /// Entries of a history.
    Entries,
    /// What is commented out, be it a board or an entry.
    Hidden,
    /// Anything else.
    Other,
}

fn verdicts(
    text: &str,
    conflicts: &[Conflict],
    sides: &Sides,
    boards: &AsTheyWere,
    reading: &Reading,
) -> Vec<Verdict> {
    let (ours, theirs) = (History::of(&sides.ours), History::of(&sides.theirs));
    let outline = LazyCell::new(|| {
        let text = sides.ours.text();
        markdown::outline_of(text)
    });
    let is_hidden = |index: usize| {
        let lines = sides.ours.lines(index);
        lines.is_some_and(|lines| outline.is_commented_out(sides.ours.text(), lines.start))
    };
    let verdict = |index: usize| {
        if let Some(board) = boards::around(sides, index)
            && sides.parts.get(index).is_some_and(|p| boards::base_is_inside(text, &conflicts[p.conflict]))
        {
            return boards.edited(sides, index).map_or(Verdict::Board(board), Verdict::Edited);
        }
        if let Some(theirs) = later(sides, index, reading) {
            return Verdict::Modified { theirs };
        }
        if entries::are(&ours, &theirs, index) {
            Verdict::Entries
        } else if is_hidden(index) {
            Verdict::Hidden
        } else {
            Verdict::Other
        }
    };
    (0..sides.parts.len()).map(verdict).collect()
}

/// Whether the later date of last change is that of theirs; `None` where the part is anything else, and where its sides
/// differ in more than the date: the line of one of them takes the place of the other.
fn later(sides: &Sides, index: usize, reading: &Reading) -> Option<bool> {
    let (ours, beside) = modified(&sides.ours, index, reading)?;
    let (theirs, beside_theirs) = modified(&sides.theirs, index, reading)?;
    (beside == beside_theirs).then(|| ours.is_before(theirs))
}

/// The date of last change that the line of a part has, and what stands around it: on its line, and in its value.
fn modified<'s>(side: &'s Side, index: usize, reading: &Reading) -> Option<(Stamp, (bool, [&'s str; 4]))> {
    let lines = side.lines(index)?;
    let header = side.facts.system().header.as_ref()?;
    let field = header.all(keys::LAST_MODIFIED).find(|f| lines.contains(f.place.span))?;
    let date = dated(&field.value, &reading.stamp)?;
    let StampReading::Valid(stamp) = date.reading else { return None };
    let line = lines.of(side.text()).trim_end_matches(['\r', '\n']);
    let before = Span { end: field.place.span.start, ..lines }.of(side.text());
    let behind = line.get((field.place.span.end - lines.start) as usize..)?;
    let value = [field.value.get(..date.at.start)?, field.value.get(date.at.end..)?];
    (line.lines().count() == 1).then_some((stamp, (field.property, [before, behind, value[0], value[1]])))
}

/// Why a conflict stays.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Why {
    Apart,
    Outside,
    Hidden,
    Edited(Edited),
    Changed,
    Unknown,
    Other,
}

impl Settlement {
    /// What is to be said of versions that both sides have brought: both entries stay.
    pub fn said(&self) -> impl Iterator<Item = String> {
        self.released_twice.iter().map(|version| {
            format!(
                "both sides of the merge have an entry of version {version}, and both stay: \
                 if they are two releases, one of them needs the next version"
            )
        })
    }
}

impl Why {
    const fn said(self) -> &'static str {
        match self {
            Self::Apart => "its sides do not fit together",
            Self::Hidden => "it is commented out",
            Self::Outside => "it goes beyond boards and added entries",
            Self::Edited(Edited::ByHand) => "one side has edited the board by hand",
            Self::Edited(Edited::Perhaps) => {
                "a side may have edited the board by hand, and what it had is not known"
            }
            Self::Changed => "its sides do more than add entries",
            Self::Unknown => "a side may have changed an entry, and what was there before is not known",
            Self::Other => "its entries belong in another conflict",
        }
    }
}

fn unsettled(conflict: &Conflict, why: Why) -> Unsettled {
    let message = format!("a merge conflict is not settled, since {}", why.said());
    let by_hand = matches!(why, Why::Edited(_));
    Unsettled { line: conflict.line, message, wants_base: why == Why::Unknown, by_hand }
}

fn attempt(
    text: &str,
    conflicts: &[Conflict],
    sides: &Sides,
    verdicts: &[Verdict],
    known: Known<'_>,
    body: boards::Body,
) -> Settlement {
    let mut refused: Vec<Option<Why>> = vec![None; conflicts.len()];
    for (part, verdict) in sides.parts.iter().zip(verdicts) {
        match verdict {
            Verdict::Other => refused[part.conflict] = Some(Why::Outside),
            Verdict::Hidden => refused[part.conflict] = Some(Why::Hidden),
            Verdict::Edited(how) => refused[part.conflict] = Some(Why::Edited(*how)),
            Verdict::Board(_) | Verdict::Modified { .. } | Verdict::Entries => {}
        }
    }
    let (mut edits, released_twice) = histories(text, conflicts, sides, verdicts, known, &mut refused);
    for (part, verdict) in sides.parts.iter().zip(verdicts) {
        if refused[part.conflict].is_none()
            && let Verdict::Modified { theirs: true } = verdict
        {
            edits.push(Edit::replace(part.ours, part.theirs.of(text)));
        }
    }
    edits.extend(boards::edits(sides, &in_boards(sides, verdicts, &refused), body));
    for (conflict, refused) in conflicts.iter().zip(&refused) {
        if refused.is_none() {
            // Ours stays where it is, edited; the rest goes.
            edits.push(Edit::replace(Span { end: conflict.ours.start, ..conflict.span }, ""));
            edits.push(Edit::replace(Span { start: conflict.ours.end, ..conflict.span }, ""));
        }
    }
    // In the order of the text each of them goes to the end.
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let edits: Edits = edits.into_iter().collect();
    let stay: Vec<Unsettled> =
        conflicts.iter().zip(&refused).filter_map(|(c, why)| Some(unsettled(c, (*why)?))).collect();
    Settlement { edits, settled: conflicts.len() - stay.len(), released_twice, refused: stay }
}

/// What is added to histories, and the versions that both sides bring. A list whose new entries would come to lie in a conflict that stays is left
/// as it is, and so are the conflicts that they come from.
fn histories(
    text: &str,
    conflicts: &[Conflict],
    sides: &Sides,
    verdicts: &[Verdict],
    known: Known<'_>,
    refused: &mut [Option<Why>],
) -> (Vec<Edit>, Vec<String>) {
    let mut wanted: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (number, (part, verdict)) in sides.parts.iter().zip(verdicts).enumerate() {
        if matches!(verdict, Verdict::Entries) && refused[part.conflict].is_none() {
            wanted.entry(part.conflict).or_default().push(number);
        }
    }
    if wanted.is_empty() {
        return Default::default();
    }
    let (mut unions, doubtful) = entries::merge(text, conflicts, sides, &wanted, known);
    for (index, doubt) in doubtful {
        refused[index] = Some(match doubt {
            Doubt::Changed => Why::Changed,
            Doubt::Unknown => Why::Unknown,
        });
    }
    loop {
        let before = unions.len();
        unions.retain(|union| {
            let free = union.edits.iter().all(|edit| {
                let at = conflicts.partition_point(|c| c.span.start < edit.span.start).checked_sub(1);
                at.is_none_or(|i| edit.span.start >= conflicts[i].span.end || refused[i].is_none())
            });
            // Its own conflicts may have been refused for the sake of another list.
            let free = free && union.conflicts.iter().all(|i| refused[*i].is_none());
            if !free {
                for index in &union.conflicts {
                    refused[*index] = Some(Why::Other);
                }
            }
            free
        });
        if unions.len() == before {
            break;
        }
    }
    let (edits, twice): (Vec<_>, Vec<_>) = unions.into_iter().map(|union| (union.edits, union.twice)).unzip();
    (edits.concat(), twice.concat())
}

/// The parts that lie in boards, with their numbers and boards, of conflicts that are settled.
fn in_boards<'s>(
    sides: &'s Sides,
    verdicts: &[Verdict],
    refused: &[Option<Why>],
) -> Vec<(usize, &'s Part, usize)> {
    let parts = sides.parts.iter().zip(verdicts).enumerate();
    parts
        .filter_map(|(i, (part, verdict))| match verdict {
            Verdict::Board(board) if refused[part.conflict].is_none() => Some((i, part, *board)),
            _ => None,
        })
        .collect()
}

/// Whether the settled text has the boards that ours has.
fn hangs_together(text: &str, settlement: &Settlement, sides: &Sides, reading: &Reading) -> bool {
    let Some(new) = settlement.edits.apply(text) else { return false };
    let new = facts::read(new.as_bytes(), reading);
    let (new, ours) = (new.system(), sides.ours.facts.system());
    let kinds = |facts: &'_ facts::SystemFacts| -> Vec<String> {
        facts.boards.iter().map(|board| board.kind.clone()).collect()
    };
    kinds(new) == kinds(ours) && new.marker_problems.len() == ours.marker_problems.len()
}

#[cfg(test)]
mod tests;
