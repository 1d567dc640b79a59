//! Plans renames: a vault goes in, edits and moves come out.
//!
//! A rename affects a reference if the thing that it names, or the note that it stands in, gets another name or
//! place. The reference follows in its own form, and gets longer only if the short form would not lead there.
//! Every other reference must lead where it led: if it would fit two files it gets longer too, and a rename that
//! would make it lead elsewhere is refused, unless the user permits that it gets longer.
//!
//! Every result is checked: each changed note is parsed again, and every reference in it is resolved in the vault
//! as it would be.

use super::obstacle::{Refused, Spot};
use crate::text::edit::Edits;
use crate::text::fold::fold;
use crate::text::path::behind;
use crate::vault::{Note, NoteId, Role, Vault};

mod arrival;
mod block;
mod board;
mod condition;
mod diagrams;
mod files;
mod form;
mod heading;
mod heading_links;
mod integration;
mod label;
mod references;
mod rewrite;

pub use self::arrival::{Arrival, arrival};
pub use self::block::{BlockOf, rename_block};
pub use self::files::rename_path;
pub use self::heading::{HeadingOf, rename_heading};
pub use self::integration::rename_integration;

/// The result of planning a rename.
#[derive(Debug, Default)]
pub struct RenamePlan {
    /// The file, or the folder with all that it holds, that gets another path, if any.
    pub moved: Option<Move>,
    /// The notes and canvases that change, by their numbers before the move.
    pub writes: Vec<(NoteId, Edits)>,
    /// The number of references that follow.
    pub followed: usize,
    /// The number of notes and canvases that hold these references.
    pub followed_in: usize,
    /// The number of references that change their form, mostly because they must get longer.
    pub reshaped: usize,
    /// The number of references that led nowhere and would lead to what was renamed.
    pub healed: usize,
    /// The number of changed boards that portolan wrote: their rows may need another order now.
    pub boards: usize,
    /// Mentions that are left as they are, and why.
    pub left: Vec<Spot>,
    /// A section that is recognised by its heading, and would not be by the new one.
    pub unknown: Option<Spot>,
}

/// A move of a file or folder to another path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// The current path.
    pub from: String,
    /// The new path.
    pub to: String,
}

impl Move {
    /// Returns the path of a file after the move; `None` if it does not move.
    #[must_use]
    pub fn apply(&self, path: &str) -> Option<String> {
        behind(path, &self.from).map(|rest| format!("{}{rest}", self.to))
    }
}

/// What a rename may change only with the user's permission.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Permit {
    /// References to something else that would lead elsewhere may get longer.
    pub lengthen: bool,
    /// References in excluded notes may follow.
    pub excluded: bool,
}

impl Permit {
    fn to_write(self, note: &Note) -> bool {
        self.excluded || note.role != Role::Excluded
    }
}

/// An old name and its new one.
#[derive(Clone, Copy, Debug)]
struct Renaming<'n> {
    old: &'n str,
    new: &'n str,
}

/// The effect of a rename on one note.
#[derive(Debug, Default)]
struct Outcome {
    edits: Edits,
    followed: usize,
    reshaped: usize,
    healed: usize,
    refused: Vec<(Cause, Spot)>,
}

impl Outcome {
    /// Adds the outcome of another look at the same note.
    fn merge(&mut self, other: Self, note: &Note) {
        self.followed += other.followed;
        self.reshaped += other.reshaped;
        self.healed += other.healed;
        self.refused.extend(other.refused);
        for edit in other.edits.iter() {
            if !self.edits.add(edit.clone()) {
                self.refuse(Cause::Unwritable, note, 1, "the edits of its links stand in each other's way");
                return;
            }
        }
    }

    fn refuse(&mut self, cause: Cause, note: &Note, line: u32, why: impl Into<String>) {
        self.refused.push((cause, spot(note, line, why)));
    }
}

/// Why a reference prevents a rename, in the order in which ways out are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Cause {
    /// It stands in an excluded note and would have to change.
    Excluded,
    /// It leads to something else, and would lead elsewhere.
    Elsewhere,
    /// It names a heading that could not be told from another one.
    Taken,
    /// It cannot be written so that it leads there.
    Unwritable,
}

impl Cause {
    const fn way_out(self) -> &'static str {
        match self {
            Self::Excluded => "`--excluded` lets references in excluded notes follow, too",
            Self::Elsewhere => "`--lengthen` gives them a longer path; or choose another name",
            Self::Taken | Self::Unwritable => "choose another name",
        }
    }
}

/// Combines the outcomes of notes, and updates the digests of changed boards.
fn gather(vault: &Vault, outcomes: Vec<(NoteId, Outcome)>) -> Result<RenamePlan, Refused> {
    let mut plan = RenamePlan::default();
    let mut refused = Vec::new();
    for (id, mut outcome) in outcomes {
        plan.followed += outcome.followed;
        plan.followed_in += usize::from(outcome.followed > 0);
        plan.reshaped += outcome.reshaped;
        plan.healed += outcome.healed;
        refused.append(&mut outcome.refused);
        if let (false, Some(note)) = (outcome.edits.is_empty(), vault.note(id)) {
            match board::stamp(vault, id, note, &mut outcome.edits) {
                Ok(stamped) => plan.boards += stamped,
                Err(spot) => refused.push((Cause::Unwritable, spot)),
            }
            plan.writes.push((id, outcome.edits));
        }
    }
    if refused.is_empty() {
        return Ok(plan);
    }
    let way_out = refused.iter().map(|(cause, _)| *cause).min().map_or("", Cause::way_out);
    let mut spots: Vec<Spot> = refused.into_iter().map(|(_, spot)| spot).collect();
    spots.sort();
    let message = match spots.len() {
        1 => "a reference would not lead where it leads now".to_owned(),
        n => format!("{n} references would not lead where they lead now"),
    };
    Err(Refused::new(message, way_out).at(spots))
}

/// Renames a note's title in conditions of boards, and returns those that cannot follow.
fn retitled_in_boards(
    vault: &Vault,
    outcomes: &mut [(NoteId, Outcome)],
    title: Renaming<'_>,
    permit: Permit,
) -> Vec<Spot> {
    let others = vault.system_notes().filter(|(_, note)| fold(note.title()) == fold(title.old)).count();
    let mut left = Vec::new();
    // If other notes have the old title too, it stays valid.
    if title.old == title.new || others > 1 {
        return left;
    }
    for (id, outcome) in outcomes {
        let Some(note) =
            vault.note(*id).filter(|n| permit.to_write(n) && !n.facts.system().boards.is_empty())
        else {
            continue;
        };
        if let Some(text) = vault.text(*id) {
            left.extend(condition::follow(note, &text, condition::Named::Component, title, outcome));
        }
    }
    left
}

fn spot(note: &Note, line: u32, what: impl Into<String>) -> Spot {
    Spot::new(&note.path, line, what)
}
