//! What the rows of an older board said, and what has changed since.

use std::collections::{HashMap, HashSet};

use super::Kind;
use super::escape::{cell, read_cell, read_link};
use crate::model::integration::View;
use crate::syntax::board::Board;
use crate::syntax::integration::Integration;
use crate::systems::members::{StatusSource, component_status, integration_status};
use crate::vault::Vault;

/// A status that an old board shows and the vault has otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What it is a status of: the path of the note, and the integration's name where it has a
    /// status of its own. Two boards that see one change see the same key.
    pub key: (String, Option<String>),
    /// Its name, as its note has it: a board may show it without some of its signs.
    pub name: String,
    /// The status that the board shows.
    pub old: String,
    /// The status now.
    pub new: String,
}

/// The statuses that a board shows and the vault has otherwise. A row that comes or goes is no
/// change, and neither is a status that is only spelt in another way, or has another remark behind it.
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
    let mut items = Items { vault, kind, shown: HashMap::new() };
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
            let Some(Item { key, name, status: new }) = items.find(&link) else { continue };
            // A status that no cell can hold as it is written has not changed for that.
            let same = *old == cell(new);
            let old = read_cell(old);
            if same || vault.vocabulary().same_status(&old, new) {
                shown_now.insert(key);
            } else {
                changes.push(Change { key, name: name.to_owned(), old, new: new.to_owned() });
            }
        }
    }
    changes.retain(|change| !shown_now.contains(&change.key));
    changes
}

/// The items that rows are about.
struct Items<'v> {
    vault: &'v Vault,
    kind: Kind,
    /// The first integration of each note that a board shows so: a note may hold as many as there are rows.
    shown: HashMap<String, HashMap<String, &'v Integration>>,
}

/// An item as it is now.
struct Item<'v> {
    /// See [`Change::key`].
    key: (String, Option<String>),
    name: &'v str,
    status: &'v str,
}

impl<'v> Items<'v> {
    /// The item that a row is about.
    fn find(&mut self, (path, shown): &(String, String)) -> Option<Item<'v>> {
        let note = self.vault.note(self.vault.find(path)?)?;
        if self.kind == Kind::Components {
            let status = component_status(note.facts.system().header.as_ref()?)?;
            return Some(Item { key: (path.clone(), None), name: note.title(), status });
        }
        if !self.shown.contains_key(path) {
            let mut own = HashMap::new();
            for one in note.facts.system().integrations.iter().filter(|i| !i.is_template) {
                if let Some(name) = View(one).name() {
                    own.entry(plain(name)).or_insert(one);
                }
            }
            self.shown.insert(path.clone(), own);
        }
        let integration = self.shown.get(path)?.get(&plain(shown))?;
        let (status, from) = integration_status(note, integration)?;
        let key = (path.clone(), (from == StatusSource::Own).then(|| shown.clone()));
        Some(Item { key, name: View(integration).name()?, status })
    }
}

/// What boards leave of a name, whatever they escape in it.
fn plain(name: &str) -> String {
    let words =
        name.split(|c: char| c.is_whitespace() || "|[]<>`'%".contains(c)).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}
