//! Plans renames: a vault goes in, edits and moves come out.
//!
//! A reference takes part in a rename where the thing that it names, or the note that it stands in, gets
//! another name or place. It follows, in its own form, and gets longer only where the short form would not
//! lead there. Every other reference must lead where it led: one that would fit two files gets longer too,
//! and a rename that would lead one elsewhere is refused, unless its user permits that it gets longer.
//!
//! Nothing is taken on trust: each note that changes is read again as it would be, and every reference in
//! it is followed in the vault as it would be.

use super::obstacle::{Refused, Spot};
use crate::text::edit::{Edit, Edits};
use crate::text::fold::fold;
use crate::text::path::behind;
use crate::vault::{Note, NoteId, Role, Vault};

mod arrival;
mod block;
mod board;
mod condition;
mod drawn;
mod files;
mod form;
mod heading;
mod integration;
mod label;
mod references;
mod retitled;
mod rewrite;

pub use self::arrival::{Arrival, arrival};
pub use self::block::rename_block;
pub use self::files::rename_path;
pub use self::heading::rename_heading;
pub use self::integration::rename_integration;

/// What a rename would do.
#[derive(Debug, Default)]
pub struct RenamePlan {
    /// What gets another path, if anything does: a file, or a folder with all that it holds.
    pub moved: Option<Move>,
    /// The notes and canvases that change, by their places before the move.
    pub writes: Vec<(NoteId, Edits)>,
    /// How many references follow.
    pub followed: usize,
    /// In how many notes and canvases they stand.
    pub followed_in: usize,
    /// How many of them have another form than before: most had to get longer.
    pub reshaped: usize,
    /// How many references led nowhere and would lead to what was renamed.
    pub healed: usize,
    /// In how many boards that portolan wrote: their rows may stand in another order now.
    pub boards: usize,
    /// Mentions that are left as they stand, and why.
    pub left: Vec<Spot>,
    /// A section that is known by its heading, and would not be known by the new one.
    pub unknown: Option<Spot>,
}

/// A file or folder that gets another path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// The path now.
    pub from: String,
    /// The path then.
    pub to: String,
}

impl Move {
    /// Where a file lies after the move; `None` where it does not move.
    #[must_use]
    pub fn apply(&self, path: &str) -> Option<String> {
        behind(path, &self.from).map(|rest| format!("{}{rest}", self.to))
    }
}

/// What a rename may change that it leaves alone unless it is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Permit {
    /// References to something else that would lead elsewhere: they get longer.
    pub lengthen: bool,
    /// References in excluded notes: they follow, too.
    pub excluded: bool,
}

impl Permit {
    fn to_write(self, note: &Note) -> bool {
        self.excluded || note.role != Role::Excluded
    }
}

/// A name, and the one that takes its place.
#[derive(Clone, Copy, Debug)]
struct Renaming<'n> {
    old: &'n str,
    new: &'n str,
}

/// What a rename does to one note.
#[derive(Debug, Default)]
struct Outcome {
    edits: Edits,
    followed: usize,
    reshaped: usize,
    healed: usize,
    refused: Vec<(Cause, Spot)>,
}

impl Outcome {
    /// Takes in what another look at the same note has found.
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

    /// Lets a reference say something else, if its note may be written and the new words can stand there. Gives whether
    /// it does.
    fn follow(
        &mut self,
        (note, permit): (&Note, Permit),
        line: u32,
        said: &str,
        edit: impl FnOnce() -> Option<Edit>,
    ) -> bool {
        if !permit.to_write(note) {
            let why = format!("it would have to say `{said}`, and excluded notes are not written");
            self.refuse(Cause::Excluded, note, line, why);
            return false;
        }
        let written = edit().is_some_and(|edit| self.edits.add(edit));
        if written {
            self.followed += 1;
        } else {
            let why = format!("it cannot be written with `{said}` where it stands");
            self.refuse(Cause::Unwritable, note, line, why);
        }
        written
    }

    fn refuse(&mut self, cause: Cause, note: &Note, line: u32, why: impl Into<String>) {
        self.refused.push((cause, spot(note, line, why)));
    }
}

/// Why a reference stands in the way of a rename, in the order in which ways out are named.
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

/// Puts the outcomes of notes together, and lets boards that portolan wrote be boards that portolan wrote.
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
            plan.boards += board::stamp(vault, id, note, &mut outcome.edits);
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

/// Lets conditions of boards ask for a note by its new title; what cannot follow is told.
fn retitled_in_boards(
    vault: &Vault,
    outcomes: &mut [(NoteId, Outcome)],
    title: Renaming<'_>,
    permit: Permit,
) -> Vec<Spot> {
    let others = vault.system_notes().filter(|(_, note)| fold(note.title()) == fold(title.old)).count();
    let mut left = Vec::new();
    // Where others have it the old name goes on being one.
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
