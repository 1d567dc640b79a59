//! What the rows of an older board said, and what has changed since.

use std::collections::HashSet;

use super::Kind;
use super::escape::{cell, read_cell, read_link};
use crate::model::integration::View;
use crate::model::level::same_status;
use crate::syntax::board::Board;
use crate::systems::members::{StatusSource, component_status, integration_status};
use crate::vault::Vault;

/// A status that an old board shows and the vault has otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What it is a status of: the path of the note, and the integration's name where it has a
    /// status of its own. Two boards that see one change see the same key.
    pub key: (String, Option<String>),
    /// The name that the board shows.
    pub name: String,
    /// The status that the board shows.
    pub old: String,
    /// The status now.
    pub new: String,
}

/// The statuses that a board shows and the vault has otherwise. A row that comes or goes is no
/// change, and neither is a status that is only spelt in another way.
///
/// After a merge an item may stand in two rows, one of each side. What either of them shows has been
/// logged: the item has changed only if neither shows its status.
#[must_use]
pub fn changes(vault: &Vault, board: &Board) -> Vec<Change> {
    let Some(kind @ (Kind::Components | Kind::Integrations)) = Kind::named(&board.kind) else {
        return Vec::new();
    };
    let mut changes = Vec::new();
    let mut shown_now = HashSet::new();
    for table in &board.tables {
        let column = |title: &str| table.header.iter().position(|cell| cell == title);
        let name = if kind == Kind::Components { "Component" } else { "Integration" };
        let (Some(name), Some(status)) = (column(name), column("Status")) else { continue };
        for row in &table.rows {
            let (Some(link), Some(old)) = (row.get(name).and_then(|c| read_link(c)), row.get(status)) else {
                continue;
            };
            if old == "-" {
                continue;
            }
            let Some((key, new)) = status_now(vault, kind, &link) else { continue };
            // A status that no cell can hold as it is written has not changed for that.
            let same = *old == cell(new);
            let old = read_cell(old);
            if same || same_status(&old, new) {
                shown_now.insert(key);
            } else {
                changes.push(Change { key, name: link.1, old, new: new.to_owned() });
            }
        }
    }
    changes.retain(|change| !shown_now.contains(&change.key));
    changes
}

/// The status of the item that a row is about.
fn status_now<'v>(
    vault: &'v Vault,
    kind: Kind,
    (path, shown): &(String, String),
) -> Option<((String, Option<String>), &'v str)> {
    let note = vault.note(vault.find(path)?)?;
    if kind == Kind::Components {
        return Some(((path.clone(), None), component_status(note.facts.system().header.as_ref()?)?));
    }
    let instances = note.facts.system().integrations.iter().filter(|i| !i.is_template);
    let mut same = instances.filter(|i| View(i).name().is_some_and(|name| shown_alike(name, shown)));
    let (new, from) = integration_status(note, same.next()?)?;
    Some(((path.clone(), (from == StatusSource::Own).then(|| shown.clone())), new))
}

/// Whether a board shows this name so.
fn shown_alike(name: &str, shown: &str) -> bool {
    let plain = |text: &str| {
        text.split(|c: char| c.is_whitespace() || "|[]<>".contains(c))
            .filter(|w| !w.is_empty())
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    plain(name) == plain(shown)
}
