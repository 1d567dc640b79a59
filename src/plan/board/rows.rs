//! Reads the rows of an older board, and finds the statuses that have changed since.

use std::collections::{HashMap, HashSet};

use super::cell::{NO_VALUE, NoteLink, cell, read_cell, read_link};
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

/// A status that differs between an old board and the vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StatusChange {
    /// Whose status it is: the path of the note, and the name of the integration if it has its own status. Two
    /// boards that show the same change have the same key.
    pub key: (String, Option<String>),
    /// The name as its note has it. A board may show it without some of its signs.
    pub name: String,
    /// The status that the board shows.
    pub old: String,
    /// The current status.
    pub new: String,
}

/// The rows of an old board, compared with the vault.
#[derive(Debug)]
pub(crate) struct Compared<'v> {
    board: &'v Board,
    kind: Option<Kind>,
    /// The statuses that have changed.
    changes: Vec<Changed<'v>>,
    /// The notes of rows whose subject is gone, or has no status any more.
    gone: Vec<&'v Note>,
    /// The notes of rows whose status stands in a form that is not read.
    unread: Vec<&'v Note>,
}

/// A status that has changed, and where it is shown.
#[derive(Debug)]
struct Changed<'v> {
    change: StatusChange,
    note: &'v Note,
    /// The link in the cell that identifies its row.
    link: NoteLink,
}

impl<'v> Compared<'v> {
    /// Compares the rows of a board of components or integrations; other boards have none.
    #[must_use]
    pub(crate) fn of(vault: &'v Vault, board: &'v Board) -> Self {
        let kind = Kind::named(&board.kind).filter(|k| matches!(k, Kind::Components | Kind::Integrations));
        let mut compared = Self { board, kind, changes: Vec::new(), gone: Vec::new(), unread: Vec::new() };
        if let Some(kind) = kind {
            compared.read(vault, kind);
        }
        compared
    }

    /// After a merge an item may have two rows, one of each side. The status in either row was logged, so the
    /// item has changed only if neither row shows its current status.
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
                let old = status.and_then(|status| row.get(status)).filter(|old| *old != NO_VALUE);
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
                // A status that no cell can show exactly as written has not changed for that.
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

    /// Returns why the board should be left as it is: a row would disappear or change because its note cannot be
    /// read whole, and the status that the row remembers would be lost.
    #[must_use]
    pub(crate) fn doubt(&self) -> Option<Doubt> {
        let of_changed = self.changes.iter().filter_map(|changed| in_conflict(changed.note));
        let of_gone = self.gone.iter().filter_map(|note| {
            in_conflict(note).or_else(|| unreadable(note, self.kind == Some(Kind::Integrations)))
        });
        of_changed.chain(of_gone).next().or_else(|| self.unread.first().map(|note| status_unread(note)))
    }

    /// Whether finding the changes needs the findings of the vault, because the board selects rows by them.
    #[must_use]
    pub(crate) fn asks_for_findings(&self) -> bool {
        let chooses = |key: &str| matches!(key, "where" | "sort");
        let mut attributes = self.board.attributes.iter();
        !self.changes.is_empty() && attributes.any(|(key, value)| chooses(key) && value.contains("findings"))
    }

    /// Returns the statuses that the board shows and that the next sync will change. Rows that appear or
    /// disappear are not changes, nor are statuses that are only respelt or have another remark.
    #[must_use]
    pub(crate) fn changes(self, source: &Source<'_>) -> Vec<StatusChange> {
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

/// Why a board is left as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Doubt {
    /// What its rows depend on and cannot be read, in words that follow `since`.
    pub why: String,
    /// Whether `--force` may write it anyway: what cannot be read may be an example.
    pub yields: bool,
}

/// Returns what identifies a row: a component is identified by its note, whatever it is called.
fn known_by(kind: Option<Kind>, link: NoteLink) -> NoteLink {
    let shown = if kind == Some(Kind::Components) { String::new() } else { plain(&link.shown) };
    NoteLink { shown, ..link }
}

/// Returns a doubt for a note with an unsettled merge conflict, since its text is neither side's.
fn in_conflict(note: &Note) -> Option<Doubt> {
    let Marked { is_whole, .. } = note.facts.system().conflict?;
    let what = if is_whole { "a merge conflict" } else { "a merge conflict marker without a counterpart" };
    let why = format!("`{}` has {what}: settle it, then sync again", escape(&note.path));
    Some(Doubt { why, yields: false })
}

/// Returns a doubt for a note with unreadable parts, which may be what a row is about.
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

/// Returns the doubt for a status in a form that is not read: it has not disappeared.
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
    /// For each note, the first integration with each shown name. Indexed, since a note may hold as many as there
    /// are rows.
    shown: HashMap<String, HashMap<String, &'v Integration>>,
}

/// The current state of an item.
struct Item<'v> {
    /// The key, as in [`StatusChange::key`].
    key: (String, Option<String>),
    name: &'v str,
    status: Option<&'v str>,
    /// Whether its status would be that of a header where the status is not read.
    is_unread: bool,
}

impl<'v> Items<'v> {
    fn note(&self, path: &str) -> Option<&'v Note> {
        self.vault.note(self.vault.find(path)?)
    }

    /// Finds the item that a row is about.
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

/// Returns a name without the characters that boards drop or escape.
fn plain(name: &str) -> String {
    let words =
        name.split(|c: char| c.is_whitespace() || "|[]<>`'%".contains(c)).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}
