//! What the rows of an older board said, and what has changed since.

use std::collections::{HashMap, HashSet};

use super::cell::{NoteLink, cell, read_cell, read_link};
use super::{Kind, Source};
use crate::model::integration::View;
use crate::syntax::board::Board;
use crate::syntax::conflict::Marked;
use crate::syntax::integration::Integration;
use crate::systems::members::{
    StatusSource, component_status, integration_status, is_status_unread, only_integration,
};
use crate::text::shell::word;
use crate::text::visible::escape;
use crate::vault::{Note, Vault};

/// A status that an old board shows and the vault has otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusChange {
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

/// The rows of an old board, held against the vault.
#[derive(Debug)]
pub struct Compared<'v> {
    board: &'v Board,
    kind: Option<Kind>,
    /// Statuses that are others now.
    changes: Vec<Changed<'v>>,
    /// The notes of rows about what is not there any more, or has no status any more.
    gone: Vec<&'v Note>,
    /// The notes of rows whose status stands where it is not read.
    unread: Vec<&'v Note>,
}

/// A status that is another now.
#[derive(Debug)]
struct Changed<'v> {
    change: StatusChange,
    note: &'v Note,
    /// The cell that its row is known by, read.
    link: NoteLink,
}

impl<'v> Compared<'v> {
    /// The rows of a board that remembers statuses: there are none of any other one.
    #[must_use]
    pub fn of(vault: &'v Vault, board: &'v Board) -> Self {
        let kind = Kind::named(&board.kind).filter(|k| matches!(k, Kind::Components | Kind::Integrations));
        let mut compared = Self { board, kind, changes: Vec::new(), gone: Vec::new(), unread: Vec::new() };
        if let Some(kind) = kind {
            compared.read(vault, kind);
        }
        compared
    }

    /// After a merge an item may stand in two rows, one of each side. What either of them shows has been
    /// logged: the item has changed only if neither shows its status.
    fn read(&mut self, vault: &'v Vault, kind: Kind) {
        let mut shown_now = HashSet::new();
        let mut items = Items { vault, kind, shown: HashMap::new() };
        for table in &self.board.tables {
            let column = |title: &str| table.header.iter().position(|cell| cell == title);
            let name = if kind == Kind::Components { "Component" } else { "Integration" };
            let (Some(name), status) = (column(name), column("Status")) else { continue };
            for row in &table.rows {
                let Some(link) = row.get(name).and_then(|cell| read_link(cell)) else { continue };
                let Some(note) = items.note(&link.path) else { continue };
                let old = status.and_then(|status| row.get(status)).filter(|old| *old != "-");
                let item = items.find(note, &link);
                let Some((Item { key, name, status: Some(new), .. }, old)) = item.as_ref().zip(old) else {
                    if item.is_none() || old.is_some() {
                        self.gone.push(note);
                    }
                    if old.is_some() && item.is_some_and(|item| item.is_unread) {
                        self.unread.push(note);
                    }
                    continue;
                };
                // A status that no cell can hold as it is written has not changed for that.
                let same = *old == cell(new);
                let old = read_cell(old);
                if same || vault.vocabulary().same_status(&old, new) {
                    shown_now.insert(key.clone());
                } else {
                    let (key, name, new) = (key.clone(), (*name).to_owned(), (*new).to_owned());
                    self.changes.push(Changed { change: StatusChange { key, name, old, new }, note, link });
                }
            }
        }
        self.changes.retain(|changed| !shown_now.contains(&changed.change.key));
    }

    /// Why the board is to be left as it is: written now, a row would go or change since its note is not whole, and what
    /// the row remembers would be lost.
    #[must_use]
    pub fn doubt(&self) -> Option<Doubt> {
        let of_changed = self.changes.iter().filter_map(|changed| in_conflict(changed.note));
        let of_gone = self.gone.iter().filter_map(|note| {
            in_conflict(note).or_else(|| unreadable(note, self.kind == Some(Kind::Integrations)))
        });
        of_changed.chain(of_gone).next().or_else(|| self.unread.first().map(|note| status_unread(note)))
    }

    /// Whether it takes the findings of the vault to know what has changed: they choose what the board shows.
    #[must_use]
    pub fn asks_for_findings(&self) -> bool {
        let chooses = |key: &str| matches!(key, "where" | "sort");
        let mut attributes = self.board.attributes.iter();
        !self.changes.is_empty() && attributes.any(|(key, value)| chooses(key) && value.contains("findings"))
    }

    /// The statuses that the board shows, and is going to show otherwise. A row that comes or goes is no
    /// change, and neither is a status that is only spelt in another way, or has another remark behind it.
    #[must_use]
    pub fn changes(self, source: &Source<'_>) -> Vec<StatusChange> {
        let Self { board, kind, changes, .. } = self;
        let shown = kind.filter(|_| !changes.is_empty()).and_then(|kind| kind.chosen(source, board));
        let cells = shown.map(|cells| -> HashSet<NoteLink> {
            cells.iter().filter_map(|cell| read_link(cell)).map(|link| known_by(kind, link)).collect()
        });
        let stays = |link| cells.as_ref().is_none_or(|cells| cells.contains(&known_by(kind, link)));
        let changes =
            changes.into_iter().filter_map(|Changed { change, link, .. }| stays(link).then_some(change));
        changes.collect()
    }
}

/// Why a board is to be left as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// What its rows rest on and is not whole, in words that go on from `since`.
    pub why: String,
    /// Whether a person may have it written all the same: what cannot be read may be an example.
    pub yields: bool,
}

/// What tells the rows of a kind apart: a component is its note, whatever it is called.
fn known_by(kind: Option<Kind>, link: NoteLink) -> NoteLink {
    let shown = if kind == Some(Kind::Components) { String::new() } else { plain(&link.shown) };
    NoteLink { shown, ..link }
}

/// What a note says is neither side's while a merge conflict in it is not settled.
fn in_conflict(note: &Note) -> Option<Doubt> {
    let Marked { is_whole, .. } = note.facts.system().conflict?;
    let what = if is_whole { "a merge conflict" } else { "a merge conflict marker without a counterpart" };
    let why = format!("`{}` has {what}: settle it, then sync again", escape(&note.path));
    Some(Doubt { why, yields: false })
}

/// What cannot be read of a note may be what a row is about.
fn unreadable(note: &Note, of_integrations: bool) -> Option<Doubt> {
    let what = if note.facts.is_unread() {
        ""
    } else if of_integrations && note.facts.system().has_unreadable_integration() {
        "an integration in "
    } else {
        return None;
    };
    let (path, word) = (escape(&note.path), word(&note.path));
    let why = format!("{what}`{path}` cannot be read, and `portolan check {word}` says why");
    Some(Doubt { why, yields: true })
}

/// A status that stands where it is not read has not become none.
fn status_unread(note: &Note) -> Doubt {
    let path = escape(&note.path);
    let why = format!(
        "the status of `{path}` is not read beside other fields, in a table or in a list: give it a line of its own"
    );
    Doubt { why, yields: true }
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
    /// See [`StatusChange::key`].
    key: (String, Option<String>),
    name: &'v str,
    status: Option<&'v str>,
    /// Whether it would have the status of a header where that is not read.
    is_unread: bool,
}

impl<'v> Items<'v> {
    fn note(&self, path: &str) -> Option<&'v Note> {
        self.vault.note(self.vault.find(path)?)
    }

    /// The item that a row is about.
    fn find(&mut self, note: &'v Note, NoteLink { path, shown }: &NoteLink) -> Option<Item<'v>> {
        let header = note.facts.system().header.as_ref();
        if self.kind == Kind::Components {
            let header = header?;
            let status = component_status(header);
            let is_unread = is_status_unread(header);
            return Some(Item { key: (path.clone(), None), name: note.title(), status, is_unread });
        }
        if !self.shown.contains_key(path) {
            let mut own = HashMap::new();
            for one in note.facts.system().instances() {
                if let Some(name) = View(one).name() {
                    own.entry(plain(name)).or_insert(one);
                }
            }
            self.shown.insert(path.clone(), own);
        }
        let integration = self.shown.get(path)?.get(&plain(shown))?;
        let (status, from) = integration_status(note, integration).unzip();
        let key = (path.clone(), (from == Some(StatusSource::Own)).then(|| shown.clone()));
        let is_unread = header.is_some_and(is_status_unread) && only_integration(note).is_some();
        Some(Item { key, name: View(integration).name()?, status, is_unread })
    }
}

/// What boards leave of a name, whatever they escape in it.
fn plain(name: &str) -> String {
    let words =
        name.split(|c: char| c.is_whitespace() || "|[]<>`'%".contains(c)).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}
