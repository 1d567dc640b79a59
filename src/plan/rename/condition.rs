//! Renames things in the conditions of boards: `where="name = Order Queue"`.

use super::{Outcome, Renaming, Spot, spot};
use crate::plan::board::Kind;
use crate::plan::board::cell::{cell, link_cell, read_cell, read_link};
use crate::plan::board::condition::written;
use crate::text::fold::fold;
use crate::vault::Note;

/// The kind of thing that is renamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    Integration,
    /// A note, which boards show as a component.
    Component,
}

impl Named {
    /// Returns the column in which a kind of board shows such names.
    const fn column(self, kind: Kind) -> Option<&'static str> {
        match (self, kind) {
            (_, Kind::Health | Kind::Architecture) | (Self::Integration, Kind::Integrations) => Some("name"),
            (_, Kind::Summary) | (Self::Integration, _) => None,
            (Self::Component, _) => Some("component"),
        }
    }
}

/// Renames in the conditions of a note's boards where they compare with the old name as a whole. Other conditions
/// about the name, and attributes of the vault's own boards, are left and reported.
pub(super) fn follow(
    note: &Note,
    text: &str,
    what: Named,
    name: Renaming<'_>,
    outcome: &mut Outcome,
) -> Vec<Spot> {
    let mut left = Vec::new();
    for board in &note.facts.system().boards {
        let mut leave = |why: String| left.push(spot(note, board.place.line, why));
        let Some(kind) = Kind::named(&board.kind) else {
            let naming = board.attributes.iter().filter(|(_, value)| fold(value) == fold(name.old));
            naming.for_each(|(key, _)| leave(format!("`{key}` of the board `{}` names it", board.kind)));
            continue;
        };
        let condition = board.attributes.get("where");
        let (Some(column), Some(condition)) = (what.column(kind), condition) else { continue };
        let (old, new) = (shown(kind, name.old), shown(kind, name.new));
        match renamed(condition, column, Renaming { old: &old, new: &new }) {
            Renamed::Untouched => {}
            Renamed::Otherwise => {
                leave(format!(
                    "the condition `{condition}` of the board `{}`: see whether it still holds",
                    board.kind
                ));
            }
            Renamed::As(new) => {
                let edit = board.with_attribute(text, "where", &new);
                if edit.is_some_and(|edit| outcome.edits.add(edit)) {
                    outcome.followed += 1;
                } else {
                    leave(format!("the condition `{condition}` cannot hold the new name"));
                }
            }
        }
    }
    left
}

/// Returns what a board shows of a name.
fn shown(kind: Kind, name: &str) -> String {
    let of_link = || read_link(&link_cell("-", name)).map(|link| link.shown);
    let is_drawn = matches!(kind, Kind::Health | Kind::Architecture);
    if is_drawn { None } else { of_link() }.unwrap_or_else(|| read_cell(&cell(name)))
}

/// The result of renaming in a condition.
#[derive(Debug, PartialEq, Eq)]
enum Renamed {
    Untouched,
    /// It depends on the name in another way.
    Otherwise,
    As(String),
}

fn renamed(condition: &str, column: &str, Renaming { old, new }: Renaming<'_>) -> Renamed {
    let Some(comparisons) = written(condition) else { return Renamed::Untouched };
    let own = || comparisons.iter().filter(|comparison| comparison.column == column);
    let mut after = String::new();
    let mut from = 0;
    for comparison in own().filter(|c| c.is_of_the_whole() && fold(&condition[c.value.clone()]) == fold(old))
    {
        after.push_str(&condition[from..comparison.value.start]);
        after.push_str(new);
        from = comparison.value.end;
    }
    if from > 0 {
        after.push_str(&condition[from..]);
        // A name that contains a comparison would be read as one.
        let values =
            |text: &str| written(text).map(|read| read.iter().map(|c| c.column.len()).collect::<Vec<_>>());
        if values(&after) == values(condition) { Renamed::As(after) } else { Renamed::Otherwise }
    } else if own().any(|c| c.holds_for(condition, old) != c.holds_for(condition, new)) {
        Renamed::Otherwise
    } else {
        Renamed::Untouched
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_ask_for_the_new_name() {
        let check = |condition: &str, new: &str, expected: Renamed| {
            let name = Renaming { old: "Order Queue", new };
            assert_eq!(renamed(condition, "name", name), expected, "{condition}");
        };
        let to = |text: &str| Renamed::As(text.to_owned());
        check("name = Order Queue", "Jobs", to("name = Jobs"));
        check("health = ok and name=order queue", "Jobs", to("health = ok and name=Jobs"));
        check(
            "name != Order Queue and health = ok",
            "Search and rescue",
            to("name != Search and rescue and health = ok"),
        );
        check("name = Order Queue 2", "Jobs", Renamed::Untouched);
        check("note = Order Queue", "Jobs", Renamed::Untouched);
        check("name ~ Queue", "Job Queue", Renamed::Untouched);
        check("name ~ Order", "Jobs", Renamed::Otherwise);
        check("name > P", "Queue", Renamed::Otherwise);
        check("name = Order Queue", "a and b = c", Renamed::Otherwise);
        check("no condition", "Jobs", Renamed::Untouched);
    }
}
