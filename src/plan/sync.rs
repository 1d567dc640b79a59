//! Plans a sync: first the entries that status changes are worth, then the boards of the vault as it
//! is with them, so that one sync reaches the fixpoint. Merge conflicts that have one right answer are
//! settled before anything else, in the same write.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Deref;

use super::board::rows::{Change, Compared};
use super::board::{self, Source};
use super::conflict::{self, Had, Settlement, Versions};
use super::entry::DraftEntry;
use super::history::{NewEntry, Timeline, habit};
use super::obstacle::{CONTRADICTION, Obstacle, Spot};
use super::record::{Names, Told, status_changes};
use super::{header, history};
use crate::error::escape;
use crate::model::chronology::Direction;
use crate::model::finding::Finding;
use crate::syntax::conflict::first_marker;
use crate::systems::members;
use crate::text::edit::Edits;
use crate::text::fold::fold;
use crate::text::shell::word;
use crate::text::stamp::{Precision, Stamp, StampFormat};
use crate::vault::{Note, NoteId, Vault};

/// What a sync would do.
#[derive(Debug, Default)]
pub struct SyncPlan {
    /// Notes to be written.
    pub writes: Vec<NoteWrite>,
    /// Notes that are left alone because something in them is in the way, and boards because something in the notes
    /// that they show is.
    pub refused: Vec<Spot>,
    /// Boards that somebody has edited by hand, which are kept.
    pub kept: Vec<Spot>,
}

/// A note to be written.
#[derive(Debug)]
pub struct NoteWrite {
    /// The note.
    pub note: NoteId,
    /// What changes.
    pub edits: Edits,
    /// How many merge conflicts are settled.
    pub settled: usize,
    /// How many boards are written.
    pub boards: usize,
    /// The titles of the entries that are logged.
    pub logged: Vec<String>,
    /// What is to be said of it: why what has changed is not logged, where the note has a history that takes no entries,
    /// and which versions both sides of a merge have brought.
    pub said: Vec<Spot>,
}

/// What a sync is asked to do.
#[derive(Clone, Copy)]
pub struct SyncOptions<'o> {
    /// The time for entries that are logged.
    pub now: Stamp,
    /// Whether boards that were edited by hand are written too.
    pub force: bool,
    /// Which notes are written; all of them count as sources.
    pub wanted: &'o dyn Fn(&str) -> bool,
    /// What is known of a merge that has left a note in conflict.
    pub versions: &'o dyn Fn(&str) -> Versions,
}

/// Plans a sync of a vault that has kept its texts. `feed` gives the findings that boards may show.
#[must_use]
pub fn plan(vault: &Vault, options: SyncOptions<'_>, feed: impl Fn(&Vault) -> Vec<Finding>) -> SyncPlan {
    let mut refused = Vec::new();
    let order = LazyCell::new(|| habit(vault));
    let mut settlements = settle(vault, options, &order, &mut refused);
    let stopped: BTreeSet<String> = refused.iter().map(|refusal: &Spot| refusal.note.clone()).collect();
    let wanted = |note: &str| (options.wanted)(note) && !stopped.contains(note);
    let options = SyncOptions { wanted: &wanted, ..options };
    loop {
        let (mut plan, back) = with_settlements(vault, options, &settlements, &feed);
        if back.is_empty() {
            plan.refused.splice(0..0, refused);
            return plan;
        }
        // What is planned for others may rest on a note as it was going to be settled.
        for (id, refusal) in back {
            let line = settlements.remove(&id).and_then(|gone| line_before(vault, id, &gone, refusal.line));
            refused.push(Spot { line: line.unwrap_or(refusal.line), ..refusal });
        }
    }
}

/// Where a line of a text whose conflicts are settled stands in the one that is in conflict.
fn line_before(vault: &Vault, id: NoteId, settlement: &Settlement, line: u32) -> Option<u32> {
    let old = vault.text(id)?;
    let new = settlement.edits.apply(&old)?;
    let start: usize = new.split_inclusive('\n').take(line.saturating_sub(1) as usize).map(str::len).sum();
    let before = old.get(..settlement.edits.before(start as u32) as usize)?;
    Some(before.matches('\n').count() as u32 + 1)
}

/// Plans a sync in which these conflicts are settled. Gives beside it those of the notes in conflict that are refused
/// nonetheless, with their lines as they would be settled.
fn with_settlements(
    vault: &Vault,
    options: SyncOptions<'_>,
    settlements: &BTreeMap<NoteId, Settlement>,
    feed: impl Fn(&Vault) -> Vec<Finding>,
) -> (SyncPlan, Vec<(NoteId, Spot)>) {
    let mut plan = SyncPlan::default();
    let mut back = Vec::new();
    let settled: Vec<(NoteId, String)> = settlements
        .iter()
        .filter_map(|(id, settlement)| Some((*id, settlement.edits.apply(&vault.text(*id)?)?)))
        .collect();
    let vault = if settled.is_empty() { vault.clone() } else { vault.with_texts(&settled) };
    let order = LazyCell::new(|| habit(&vault));
    let mut refuse = |plan: &mut SyncPlan, id, refusal| {
        if settlements.contains_key(&id) {
            back.push((id, refusal));
        } else {
            plan.refused.push(refusal);
        }
    };
    let mut drafts: Vec<Draft<'_>> = Vec::new();
    for (id, note) in vault.system_notes().filter(|(_, note)| (options.wanted)(&note.path)) {
        // A board in a template is a pattern, and is not filled; one that was in conflict has been.
        let is_pattern = note.is_template() && !settlements.contains_key(&id);
        let planned = has_markers(note) && note.facts.system().conflict.is_none() && !is_pattern;
        let Some(text) = vault.text(id).filter(|_| planned) else { continue };
        match Draft::of(&vault, id, note, text, options, &mut plan.kept) {
            // What a merge has left in a board is to be made anew, or to be seen.
            Ok(mut draft) if settlements.contains_key(&id) && !draft.doubted.is_empty() => {
                refuse(&mut plan, id, draft.doubted.swap_remove(0));
            }
            Ok(mut draft) => {
                plan.refused.append(&mut draft.doubted);
                drafts.push(draft);
            }
            Err(refusal) => refuse(&mut plan, id, refusal),
        }
    }
    let asked = drafts.iter().flat_map(|draft| &draft.compared).any(Compared::asks_for_findings);
    let found = if asked { feed(&vault) } else { Vec::new() };
    let before = Source::new(&vault, &found);
    drafts.iter_mut().for_each(|draft| draft.compare(&before));
    let names = changed_names(&vault, &mut drafts);
    drafts.retain_mut(|draft| match draft.log(&before, &names, options.now, &order) {
        Ok(()) => true,
        Err(refusal) => {
            refuse(&mut plan, draft.id, refusal);
            false
        }
    });
    let mut after = logged(&vault, &drafts);
    let planned = drafts.len();
    drafts.retain(|draft| match draft.unread(&vault, &after) {
        None => true,
        Some(refusal) => {
            refuse(&mut plan, draft.id, refusal);
            false
        }
    });
    if drafts.len() < planned {
        after = logged(&vault, &drafts);
    }
    let findings = feed(&after);
    let source = Source::new(&after, &findings);
    let mut whole: BTreeSet<NoteId> = settlements.keys().copied().collect();
    for draft in drafts {
        let id = draft.id;
        match draft.finish(&source) {
            Ok(Some(write)) => {
                whole.remove(&id);
                plan.writes.push(with_settled(&vault, write, settlements.get(&id)));
            }
            Ok(None) => {}
            Err(refusal) => refuse(&mut plan, id, refusal),
        }
    }
    // Where nothing but the conflicts was to be done.
    for note in whole {
        let nothing = NoteWrite {
            note,
            edits: Edits::new(),
            settled: 0,
            boards: 0,
            logged: Vec::new(),
            said: Vec::new(),
        };
        plan.writes.push(with_settled(&vault, nothing, settlements.get(&note)));
    }
    plan.writes.sort_by_key(|write| write.note);
    (plan, back)
}

/// The vault with the entries that are logged.
fn logged(vault: &Vault, drafts: &[Draft<'_>]) -> Vault {
    let logging = drafts.iter().filter(|draft| !draft.log.is_empty());
    let texts: Vec<(NoteId, String)> =
        logging.filter_map(|draft| Some((draft.id, draft.log.apply(&draft.text)?))).collect();
    if texts.is_empty() { vault.clone() } else { vault.with_texts(&texts) }
}

/// The names that entries about changes of a status have; none where nothing has changed. A component whose name others
/// have too is called by the path of its note.
fn changed_names(vault: &Vault, drafts: &mut [Draft<'_>]) -> Names {
    if drafts.iter().all(|draft| draft.changes.is_empty()) {
        return Names::default();
    }
    let mut titled: HashMap<String, Vec<&str>> = HashMap::new();
    for (note, _) in members::components(vault) {
        titled.entry(fold(note.title()).into_owned()).or_default().push(&note.path);
    }
    titled.retain(|_, notes| notes.len() > 1);
    let mut shared = BTreeSet::new();
    for Change { key: (path, integration), name, .. } in
        drafts.iter_mut().flat_map(|draft| &mut draft.changes)
    {
        let title = fold(name).into_owned();
        if integration.is_none() && titled.contains_key(&title) {
            *name = without_extension(path).to_owned();
            shared.insert(title);
        }
    }
    let changes = drafts.iter().flat_map(|draft| &draft.changes);
    let mut names = Names::of(&[vault], changes.map(|change| change.name.as_str()));
    // Within the path of one note may stand that of another.
    let paths = shared.iter().filter_map(|title| titled.get(title)).flatten();
    paths.for_each(|path| names.add(without_extension(path), true));
    names
}

fn without_extension(path: &str) -> &str {
    path.strip_suffix(".md").unwrap_or(path)
}

/// Settles the conflicts of all notes that can be settled whole. One that cannot stops the write to its note; where
/// nothing was to be written, it is told all the same, since nothing else of the note can be relied on. In a note that
/// git has not merged a block of code may hold one too.
fn settle(
    vault: &Vault,
    options: SyncOptions<'_>,
    order: &impl Deref<Target = Direction>,
    refused: &mut Vec<Spot>,
) -> BTreeMap<NoteId, Settlement> {
    let mut settlements = BTreeMap::new();
    for (id, note) in vault.system_notes().filter(|(_, note)| (options.wanted)(&note.path)) {
        let Some(text) = vault.text(id).filter(|text| first_marker(text).is_some()) else { continue };
        let mut versions = (options.versions)(&note.path);
        if options.force {
            // What was edited by hand in a board is not asked for.
            versions.sides = Had::Anything;
        }
        let mut settlement = conflict::settle(&text, &versions, &vault.config().reading, **order);
        if settlement.refused.is_empty() {
            if settlement.settled > 0 {
                settlements.insert(id, settlement);
            }
        } else {
            let first = settlement.refused.swap_remove(0);
            let way_out = if first.by_hand {
                format!("; `portolan sync --force {}` overwrites it", word(&note.path))
            } else {
                String::new()
            };
            refused.push(Spot::new(&note.path, first.line, first.message + &way_out));
        }
    }
    settlements
}

/// A write whose edits are those of the settled text, as one of the text in conflict. `vault` has the settled text.
fn with_settled(vault: &Vault, mut write: NoteWrite, settlement: Option<&Settlement>) -> NoteWrite {
    let Some(settlement) = settlement else { return write };
    let history = || vault.note(write.note)?.facts.system().history.first();
    let line = history().map_or(1, |section| section.heading.line);
    let path = vault.path_of(write.note);
    write.said.extend(settlement.said().map(|message| Spot::new(path, line, message)));
    NoteWrite { edits: settlement.edits.then(&write.edits), settled: settlement.settled, ..write }
}

fn has_markers(note: &Note) -> bool {
    let system = note.facts.system();
    !system.boards.is_empty() || !system.marker_problems.is_empty()
}

/// A note that is being planned.
struct Draft<'v> {
    id: NoteId,
    note: &'v Note,
    text: std::sync::Arc<str>,
    boards: Vec<&'v crate::syntax::board::Board>,
    /// Its boards that are left as they are, since what they show is in doubt.
    doubted: Vec<Spot>,
    /// What its boards show, held against the vault.
    compared: Vec<Compared<'v>>,
    /// The statuses that its boards show, and are going to show otherwise.
    changes: Vec<Change>,
    log: Edits,
    logged: Vec<String>,
    unlogged: Option<Spot>,
}

impl<'v> Draft<'v> {
    fn of(
        vault: &'v Vault,
        id: NoteId,
        note: &'v Note,
        text: std::sync::Arc<str>,
        options: SyncOptions<'_>,
        kept: &mut Vec<Spot>,
    ) -> Result<Self, Spot> {
        let refuse = |line, message| Spot::new(&note.path, line, message);
        let system = note.facts.system();
        if let Some(problem) = system.marker_problems.first() {
            return Err(refuse(problem.place.line, problem.message.clone()));
        }
        let (mut boards, mut doubted) = (Vec::new(), Vec::new());
        let mut compared = Vec::new();
        for board in &system.boards {
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
            if let Some(doubt) = rows.doubt() {
                let message = format!("the board `{}` is left as it is, since {doubt}", board.kind);
                doubted.push(refuse(board.place.line, message));
                continue;
            }
            boards.push(board);
            // What somebody has written into the rows of a board is no status that was there before.
            if !board.edited {
                compared.push(rows);
            }
        }
        let (changes, log, logged) = Default::default();
        Ok(Self { id, note, text, boards, doubted, compared, changes, log, logged, unlogged: None })
    }

    /// Finds out which statuses have changed. Several boards may see one change.
    fn compare(&mut self, source: &Source<'_>) {
        let mut seen = BTreeSet::new();
        let compared = std::mem::take(&mut self.compared).into_iter();
        self.changes = compared.flat_map(|rows| rows.changes(source)).collect();
        self.changes.retain(|change| seen.insert(change.key.clone()));
    }

    /// Adds an entry for each status that has changed. `source` has the vault as it is without the entries.
    fn log(
        &mut self,
        source: &Source<'_>,
        names: &Names,
        now: Stamp,
        order: &impl Deref<Target = Direction>,
    ) -> Result<(), Spot> {
        self.log_changes(source.vault(), names, now, order)
            .map_err(|obstacle| Spot::of(&self.note.path, obstacle))?;
        if !self.log.is_empty() {
            // An entry that is logged is in the boards of other notes. So it must be certain that this note
            // is going to be written.
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
        let untold = untold.map(|change| (&*change.name, &*change.old, &*change.new));
        let mut drafts = status_changes(note, (now, timeline), untold);
        retain_new(note, &vault.config().reading.stamp, &mut drafts);
        let entries: Vec<NewEntry> = drafts.iter().map(|draft| draft.entry.clone()).collect();
        if entries.is_empty() {
            return Ok(());
        }
        // What cannot be told there shall not keep the boards from being true: it is as if there were no history.
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

    /// Why its entries stay unwritten: with them its note, which is in `after` as it would be, would not read on.
    fn unread(&self, vault: &Vault, after: &Vault) -> Option<Spot> {
        let stamps = &vault.config().reading.stamp;
        let reads_on = |after| history::reads_on(self.note, after, self.logged.len(), stamps);
        let sound = self.log.is_empty() || after.note(self.id).is_some_and(reads_on);
        (!sound).then(|| Spot::new(&self.note.path, 1, history::UNREAD))
    }

    /// Renders the boards from the vault as it is after all entries.
    fn finish(self, source: &Source<'_>) -> Result<Option<NoteWrite>, Spot> {
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

/// Takes out what would be told twice: what another draft or an entry of the same time tells in the same words.
fn retain_new(note: &Note, format: &StampFormat, drafts: &mut Vec<DraftEntry>) {
    // On one day the same may happen twice.
    let of_a_day = format.precision() == Precision::Day;
    let mut told = HashSet::new();
    for entry in note.facts.system().entries() {
        let details = of_a_day.then(|| entry.details().map(str::to_owned).collect());
        let version = entry.version().map(str::to_owned);
        told.insert((entry.timestamp().to_owned(), version, entry.title().to_owned(), details));
    }
    drafts.retain(|DraftEntry { entry, .. }| {
        let details = of_a_day.then(|| entry.details.clone());
        told.insert((format.write(entry.stamp), entry.version.clone(), entry.title.clone(), details))
    });
}

/// What is said of a note that is written without the entries that it should get.
pub(super) fn not_logged<'t>(
    note: &str,
    Obstacle { line, message }: Obstacle,
    titles: impl Iterator<Item = &'t str>,
) -> Spot {
    let titles = titles.map(escape).collect::<Vec<_>>().join("; ");
    Spot::new(note, line, format!("{message}; not logged: {titles}"))
}
