//! The source of boards: a vault with its findings, and a cache. A vault may have a board in every note, so
//! everything that another board may need is kept.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::custom::Own;
use super::demand::Asked;
use super::table::Table;
use super::{Kind, Rows, kinds};
use crate::model::finding::Finding;
use crate::syntax::board::{Attributes, Board};
use crate::systems::Systems;
use crate::vault::Vault;

/// A vault and its findings, with what has been made for its boards so far.
#[derive(Debug)]
pub struct Source<'v> {
    /// The vault.
    pub(super) vault: &'v Vault,
    /// The findings that boards may show, sorted by note and place.
    pub(super) findings: &'v [Finding],
    /// The values for the vault's own templates.
    pub(super) own: Own,
    systems: OnceLock<Systems>,
    described: OnceLock<Table>,
    tables: Kept<(Kind, usize, Vec<String>), Arc<Table>>,
    /// The texts of boards, by their kinds and attributes.
    texts: Kept<(String, Attributes), Result<String, String>>,
}

impl<'v> Source<'v> {
    /// Makes a source from a vault and the findings that its boards may show, sorted by note and place.
    #[must_use]
    pub fn new(vault: &'v Vault, findings: &'v [Finding]) -> Self {
        let (own, systems, described, tables, texts) = Default::default();
        Self { vault, findings, own, systems, described, tables, texts }
    }

    /// Returns the vault.
    #[must_use]
    pub const fn vault(&self) -> &'v Vault {
        self.vault
    }

    /// Returns the systems of the vault.
    pub(super) fn systems(&self) -> &Systems {
        self.systems.get_or_init(|| Systems::of(self.vault))
    }

    /// Returns the table of systems that conditions select from.
    pub(super) fn described(&self) -> &Table {
        self.described.get_or_init(|| kinds::described(self.systems()))
    }

    /// Returns the table that a board is cut from. Boards of one kind share it if they ask for the same rows and
    /// columns.
    pub(super) fn table(&self, kind: Kind, rows: Rows, asked: &Asked<'_>) -> Arc<Table> {
        let (most, named) = asked.of(kind);
        self.tables.get((kind, most, named), || Arc::new(rows(self, asked)))
    }

    /// Returns the text of a board, made at most once for equal markers.
    pub(super) fn text(
        &self,
        board: &Board,
        render: impl FnOnce() -> Result<String, String>,
    ) -> Result<String, String> {
        self.texts.get((board.kind.clone(), board.attributes.clone()), render)
    }
}

/// Values that are made once for each key, by whoever asks first. Making one does not block those for other keys.
#[derive(Debug)]
pub(super) struct Kept<K, V>(Mutex<HashMap<K, Arc<OnceLock<V>>>>);

impl<K, V> Default for Kept<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, V: Clone> Kept<K, V> {
    pub(super) fn get(&self, key: K, make: impl FnOnce() -> V) -> V {
        let one = Arc::clone(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default());
        one.get_or_init(make).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::plan::board::render;

    #[test]
    fn no_board_is_another_one_for_what_came_before_it() {
        let note = |title: &str, load: u32| {
            format!(
                "# {title}\n\n## System Initialization\n\n- Status: Active\n- Load: {load}\n- Lane: {load}\n\n\
                 ```mermaid\ngraph TD\n{title} --> Store\n```\n\n\
                 ## Change Log Templates\n\n- Updates: 'YYYY-MM-DD_HH-mm - Updated [x]'\n\n\
                 ## Modification History\n\n- 2025-01-0{load}_00-00 - Updated {title}\n"
            )
        };
        let notes = [("a.md", note("A", 1)), ("b.md", note("B", 2)), ("c.md", note("C", 3))];
        let boards = "components|components columns=component,load|components where=\"load > 1\" columns=lane|\
            components columns=component,lode|components where=\"component = b\"|components limit=1|components limit=2|\
            events limit=0|events|events limit=2|events where=\"template = Updates\" columns=event|\
            events columns=template|events sort=event|health|health where=\"name = b\"|architecture|summary|alerts";
        let marker = |marker| format!("<!-- portolan:board {marker} -->\n<!-- portolan:end -->\n\n");
        let markers = boards.split('|').map(marker).collect::<Vec<_>>().concat();
        let mut texts: Vec<(&str, &str)> = notes.iter().map(|(path, text)| (*path, text.as_str())).collect();
        texts.push(("z.md", &markers));
        let vault = Vault::of_texts(Config::default(), &texts);
        let (_, note) = vault.notes().find(|(_, note)| note.path == "z.md").unwrap();
        let boards = note.facts.system().boards.clone();
        assert_eq!(boards.len(), 18);
        let alone: Vec<_> = boards.iter().map(|board| render(&Source::new(&vault, &[]), board)).collect();
        let (there, back) = (Source::new(&vault, &[]), Source::new(&vault, &[]));
        for (board, alone) in boards.iter().zip(&alone) {
            assert_eq!(&render(&there, board), alone, "{board:?}");
        }
        for (board, alone) in boards.iter().zip(&alone).rev() {
            assert_eq!(&render(&back, board), alone, "{board:?}");
        }
    }
}
