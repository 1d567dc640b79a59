//! Plans what a sync does to one note: the entries that it gets, then its boards.

use std::collections::{BTreeSet, HashSet};
use std::ops::Deref;
use std::sync::Arc;

use super::{NoteWrite, SyncOptions};
use crate::model::chronology::Direction;
use crate::plan::board::rows::{Compared, StatusChange};
use crate::plan::board::{self, Source};
use crate::plan::entry::DraftEntry;
use crate::plan::history::{NewEntry, Timeline};
use crate::plan::obstacle::{CONTRADICTION, Obstacle, Spot};
use crate::plan::record::{Names, StatusStep, Told, status_changes};
use crate::plan::{header, history};
use crate::syntax::board::Board;
use crate::text::edit::Edits;
use crate::text::shell::word;
use crate::text::stamp::Stamp;
use crate::text::visible::escape;
use crate::vault::{Note, NoteId, Vault};

/// The plan of a sync for one note.
pub(super) struct Draft<'v> {
    pub(super) id: NoteId,
    note: &'v Note,
    pub(super) text: Arc<str>,
    boards: Vec<&'v Board>,
    /// Its boards that are left as they are, because what they show is in doubt.
    pub(super) doubted: Vec<Spot>,
    /// The rows of its boards, compared with the vault.
    pub(super) compared: Vec<Compared<'v>>,
    /// The status changes that its boards will show.
    pub(super) changes: Vec<StatusChange>,
    pub(super) log: Edits,
    logged: Vec<String>,
    unlogged: Option<Spot>,
}

impl<'v> Draft<'v> {
    /// Begins the plan of a note. Anything that is in the way stops the whole note; boards that were edited by
    /// hand are added to `kept`.
    pub(super) fn of(
        vault: &'v Vault,
        id: NoteId,
        note: &'v Note,
        text: Arc<str>,
        options: SyncOptions<'_>,
        kept: &mut Vec<Spot>,
    ) -> Result<Self, Spot> {
        let refuse = |line, message| Spot::new(&note.path, line, message);
        let system = note.facts.system();
        if let Some(problem) = system.marker_that_stops_writes() {
            return Err(refuse(problem.place.line, problem.message.clone()));
        }
        let (mut boards, mut doubted) = (Vec::new(), Vec::new());
        let mut compared = Vec::new();
        // In a template only boards that have been filled are made anew; an empty one is an example.
        let own = system.boards.iter().filter(|board| !note.is_template() || board.digest.is_some());
        for board in own {
            if !board::is_known(vault.config(), &board.kind) {
                return Err(refuse(board.place.line, board::unknown(vault.config(), &board.kind)));
            }
            if board.edited && !options.force {
                let message = format!(
                    "the board `{}` was edited by hand and is kept; `portolan sync --force {}` overwrites it",
                    board.kind,
                    word(&note.path)
                );
                kept.push(refuse(board.place.line, message));
                continue;
            }
            if note.is_template() {
                boards.push(board);
                continue;
            }
            let rows = Compared::of(vault, board);
            if let Some(doubt) = rows.doubt().filter(|doubt| !(doubt.yields && options.force)) {
                let way_out = if doubt.yields {
                    format!("; `portolan sync --force {}` writes it all the same", word(&note.path))
                } else {
                    String::new()
                };
                let message =
                    format!("the board `{}` is left as it is, since {}{way_out}", board.kind, doubt.why);
                doubted.push(refuse(board.place.line, message));
                continue;
            }
            boards.push(board);
            // The rows of a board that was edited by hand do not tell earlier statuses.
            if !board.edited {
                compared.push(rows);
            }
        }
        let (changes, log, logged) = Default::default();
        Ok(Self { id, note, text, boards, doubted, compared, changes, log, logged, unlogged: None })
    }

    /// Finds the statuses that have changed. Several boards may show the same change.
    pub(super) fn compare(&mut self, source: &Source<'_>) {
        let mut seen = BTreeSet::new();
        let compared = std::mem::take(&mut self.compared).into_iter();
        self.changes = compared.flat_map(|rows| rows.changes(source)).collect();
        self.changes.retain(|change| seen.insert(change.key.clone()));
    }

    /// Adds an entry for each status that has changed. `source` has the vault without the entries.
    pub(super) fn log(
        &mut self,
        source: &Source<'_>,
        names: &Names,
        now: Stamp,
        order: &impl Deref<Target = Direction>,
    ) -> Result<(), Spot> {
        self.log_changes(source.vault(), names, now, order)
            .map_err(|obstacle| Spot::of(&self.note.path, obstacle))?;
        if !self.log.is_empty() {
            // Boards of other notes show a logged entry, so it must be certain that this note will be written.
            for board in &self.boards {
                board::render(source, board)
                    .map_err(|message| Spot::new(&self.note.path, board.place.line, message))?;
            }
        }
        Ok(())
    }

    fn log_changes(
        &mut self,
        vault: &Vault,
        names: &Names,
        now: Stamp,
        order: &impl Deref<Target = Direction>,
    ) -> Result<(), Obstacle> {
        if self.changes.is_empty() {
            return Ok(());
        }
        let note = self.note;
        let timeline = Timeline::up_to(vault.config(), now);
        let told = Told::of(note, names);
        let untold = self.changes.iter().filter(|change| !told.has(&change.name, &change.old, &change.new));
        let untold =
            untold.map(|change| StatusStep { component: &change.name, old: &change.old, new: &change.new });
        let mut drafts = status_changes(note, now, timeline, untold);
        retain_once(&mut drafts);
        let entries: Vec<NewEntry> = drafts.iter().map(|draft| draft.entry.clone()).collect();
        if entries.is_empty() {
            return Ok(());
        }
        // If the history takes no entries, the boards are still updated, as if there were no history.
        let inserted =
            history::insert(note, &self.text, &entries, **order, timeline).unwrap_or_else(|obstacle| {
                self.unlogged = Some(not_logged(&note.path, obstacle, entries.iter().map(|e| &*e.title)));
                None
            });
        let Some(inserted) = inserted.filter(|edits| !edits.is_empty()) else {
            return Ok(());
        };
        let mut edits = inserted;
        edits.extend(header::set_last_modified(vault, note, now)?);
        if let Some(version) = drafts.iter().rev().find_map(|draft| draft.version.as_ref()) {
            edits.extend(header::set_version(note, &version.to_string())?);
        }
        self.log = Edits::of(edits).ok_or_else(Obstacle::contradiction)?;
        self.logged = entries.into_iter().map(|entry| entry.title).collect();
        Ok(())
    }

    /// Returns why the note cannot get its entries: its changed text, in `after`, would not read as intended.
    pub(super) fn unread(&self, vault: &Vault, after: &Vault) -> Option<Spot> {
        let stamps = &vault.config().reading.stamp;
        let after = after.note(self.id);
        let reads_on = |after| history::reads_on(self.note, after, &self.log, self.logged.len(), stamps);
        let sound = self.log.is_empty() || after.is_some_and(reads_on);
        (!sound).then(|| Spot::of(&self.note.path, history::unread(self.note, after, stamps)))
    }

    /// Renders the boards of the vault with all entries.
    pub(super) fn finish(self, source: &Source<'_>) -> Result<Option<NoteWrite>, Spot> {
        let mut edits = self.log;
        let mut written = 0;
        for board in &self.boards {
            let rendered = board::render(source, board)
                .map_err(|message| Spot::new(&self.note.path, board.place.line, message))?;
            let own = board::edits(&rendered, &self.text, board);
            written += usize::from(!own.is_empty());
            if !own.into_iter().all(|edit| edits.add(edit)) {
                return Err(Spot::new(&self.note.path, board.place.line, CONTRADICTION));
            }
        }
        Ok((!edits.is_empty()).then_some(NoteWrite {
            note: self.id,
            edits,
            settled: 0,
            boards: written,
            logged: self.logged,
            said: self.unlogged.into_iter().collect(),
        }))
    }
}

/// Removes drafts that are equal to another draft. Equal entries that are already in the history do not count: a
/// status may have changed again in the same minute, and the history must tell how it ended.
fn retain_once(drafts: &mut Vec<DraftEntry>) {
    let mut told = HashSet::new();
    drafts.retain(|DraftEntry { entry, .. }| told.insert((entry.version.clone(), entry.title.clone())));
}

/// Returns the message for a note that is written without the entries that it should get.
pub(in crate::plan) fn not_logged<'t>(
    note: &str,
    Obstacle { line, message }: Obstacle,
    titles: impl Iterator<Item = &'t str>,
) -> Spot {
    let titles = titles.map(escape).collect::<Vec<_>>().join("; ");
    Spot::new(note, line, format!("{message}; not logged: {titles}"))
}
