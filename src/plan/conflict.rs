//! Settles merge conflicts that have one right answer.
//!
//! Two branches that both ran `portolan sync` always conflict: in the digests of their boards, in the entries
//! that each logged, in `Last Modified`. A board is made anew anyway; if both sides only added entries, all of
//! them stay; of two dates the later one counts, if nothing else in their lines differs. Everything else is for
//! people, and stays as git left it.
//!
//! Each side of the conflicts is put together and read as a whole note, so that the usual parser tells what each
//! hunk is part of. Pure: a text goes in, edits come out.

use std::cell::LazyCell;
use std::collections::BTreeMap;

use super::obstacle::NO_COUNTERPART;
use crate::model::chronology::Direction;
use crate::syntax::conflict::{self, Conflict};
use crate::syntax::header::{Slot, dated, keys};
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
    /// Edits that settle what can be settled, as places in the text with conflict markers.
    pub edits: Edits,
    /// How many conflicts they settle.
    pub settled: usize,
    /// Versions for which each side has added an entry: they may be one release, or two that need two numbers.
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
    /// Whether it could probably be settled if the common ancestor were known.
    pub wants_base: bool,
    /// Whether it would be settled by giving up what somebody has, or may have, written into a board by hand.
    pub by_hand: bool,
}

/// The versions that a merge brought together, each as a whole text, as far as they are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Versions {
    /// The common ancestor. Most conflicts do not show it. If it is known, the conflicts come from a merge.
    pub base: Option<String>,
    /// The version of each side.
    pub sides: Had,
}

/// The versions of both sides, which tell whether a board was edited by hand. Such a board stays in conflict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Had {
    /// Unknown. A board that does not match its digest may have been edited by hand, or be what git has put
    /// together from both sides.
    #[default]
    Unknown,
    /// Known, each as a whole text.
    Known(Vec<String>),
    /// Irrelevant, because boards are to be written anew whatever they hold.
    Anything,
}

/// Settles the conflicts of a text. `habit` is the order of a history whose own order cannot be told.
///
/// A board that was in conflict then holds the lines of both sides and has a matching digest: the next sync
/// writes it anew, and sees in its rows every status that either side has logged.
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

/// Settles conflicts that were already read from a text; the error is the line of an unpaired marker.
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
    // The lines of both sides lose the least, but may not form valid Markdown: half a fence would swallow the end
    // marker. One side alone usually does, and an empty board always does.
    for body in [boards::Body::Union, boards::Body::Ours, boards::Body::Empty] {
        let settlement = attempt(text, &conflicts, &sides, &verdicts, known, body);
        let whole = settlement.refused.is_empty();
        if (whole && hangs_together(text, &settlement, &sides, reading))
            || (!whole && body == boards::Body::Ours)
        {
            return settlement;
        }
    }
    apart(&conflicts)
}

/// Returns the settlement of conflicts of which none can be settled.
fn apart(conflicts: &[Conflict]) -> Settlement {
    let refused = conflicts.iter().map(|conflict| unsettled(conflict, Why::Apart)).collect();
    Settlement { refused, ..Settlement::default() }
}

/// What a part of a conflict belongs to.
#[derive(Clone, Copy)]
enum Verdict {
    /// Our board with this index.
    Board(usize),
    /// A board that a person has edited, or may have: writing it anew would lose that.
    Edited(Edited),
    /// The date of last change, and whether theirs is later.
    Modified { theirs: bool },
    /// Entries of a history.
    Entries,
    /// Commented-out text, be it a board or an entry.
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

/// Whether their date of last change is the later one. Returns `None` if the part is something else, or if the
/// sides differ in more than the date, because one line replaces the other.
fn later(sides: &Sides, index: usize, reading: &Reading) -> Option<bool> {
    let (ours, beside) = modified(&sides.ours, index, reading)?;
    let (theirs, beside_theirs) = modified(&sides.theirs, index, reading)?;
    (beside == beside_theirs).then(|| ours.is_before(theirs))
}

/// What surrounds a date of last change: whether it is a property, the texts before and after the value on its
/// line and before and after the date in the value, and the comments inside the value, which are not part of these
/// texts.
type Around<'s> = (bool, [&'s str; 4], Vec<&'s str>);

/// Returns the date of last change in the lines of a part, and what surrounds it.
fn modified<'s>(side: &'s Side, index: usize, reading: &Reading) -> Option<(Stamp, Around<'s>)> {
    let lines = side.lines(index)?;
    let header = side.facts.system().header.as_ref()?;
    let field = header.all(keys::LAST_MODIFIED).find(|f| lines.contains(f.place.span))?;
    let date = dated(&field.value, &reading.stamp)?;
    let StampReading::Valid(stamp) = date.reading else { return None };
    let line = lines.of(side.text()).trim_end_matches(['\r', '\n']);
    let before = Span { end: field.place.span.start, ..lines }.of(side.text());
    let behind = line.get((field.place.span.end - lines.start) as usize..)?;
    let value = [field.value.get(..date.at.start)?, field.value.get(date.at.end..)?];
    let comments = match &field.slot {
        Slot::Parted(gaps) => gaps.iter().map(|gap| gap.of(side.text())).collect(),
        Slot::Open | Slot::Bare | Slot::Closed => Vec::new(),
    };
    let around = (field.property, [before, behind, value[0], value[1]], comments);
    (line.lines().count() == 1).then_some((stamp, around))
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
    Dates,
    Other,
}

impl Settlement {
    /// Returns a message for each version that both sides have added; both entries stay.
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
            Self::Dates => {
                "beside the entries of both sides, days without a time would no longer be read as dates"
            }
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
            // Our side stays in place, with edits; the rest of the conflict is removed.
            edits.push(Edit::replace(Span { end: conflict.ours.start, ..conflict.span }, ""));
            edits.push(Edit::replace(Span { start: conflict.ours.end, ..conflict.span }, ""));
        }
    }
    // Edits are sorted by position, because each is appended.
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let Some(edits) = Edits::of(edits) else { return apart(conflicts) };
    let stay: Vec<Unsettled> =
        conflicts.iter().zip(&refused).filter_map(|(c, why)| Some(unsettled(c, (*why)?))).collect();
    Settlement { edits, settled: conflicts.len() - stay.len(), released_twice, refused: stay }
}

/// Returns what is added to histories, and the versions that both sides have added. A list whose new entries
/// would fall into a conflict that stays is left as it is, and so are the conflicts that those entries come from.
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
            Doubt::Dates => Why::Dates,
        });
    }
    loop {
        let before = unions.len();
        unions.retain(|union| {
            let free = union.edits.iter().all(|edit| {
                let at = conflicts.partition_point(|c| c.span.start < edit.span.start).checked_sub(1);
                at.is_none_or(|i| edit.span.start >= conflicts[i].span.end || refused[i].is_none())
            });
            // A conflict of this list may already have been refused because of another list.
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

/// Returns the parts that lie in boards and whose conflicts are settled, with their numbers and boards.
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

/// Whether the settled text has the same boards as our side.
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
