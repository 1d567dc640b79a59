//! Plans a sync: first the entries for changed statuses, then the boards of the vault with those entries, so that
//! one sync is enough. Merge conflicts that have one right answer are settled before everything else, in the same
//! write.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Deref;

use super::board::Source;
use super::board::rows::{Compared, StatusChange};
use super::conflict::{self, Had, Settlement, Versions};
use super::history::habit;
use super::obstacle::Spot;
use super::record::Names;
use crate::model::chronology::Direction;
use crate::model::finding::Finding;
use crate::syntax::conflict::first_marker;
use crate::systems::members;
use crate::text::edit::Edits;
use crate::text::fold::fold;
use crate::text::shell::word;
use crate::text::stamp::Stamp;
use crate::vault::{Note, NoteId, Vault};

mod draft;

use self::draft::Draft;
pub(super) use self::draft::not_logged;

/// The result of planning a sync.
#[derive(Debug, Default)]
pub struct SyncPlan {
    /// The notes that are written.
    pub writes: Vec<NoteWrite>,
    /// Notes that are left alone because something in them is in the way, and boards that are because something
    /// in the notes they show is.
    pub refused: Vec<Spot>,
    /// Boards that were edited by hand, which are kept.
    pub kept: Vec<Spot>,
}

/// A note that is written.
#[derive(Debug)]
pub struct NoteWrite {
    /// The note.
    pub note: NoteId,
    /// The edits of the note.
    pub edits: Edits,
    /// The number of merge conflicts that are settled.
    pub settled: usize,
    /// The number of boards that are written.
    pub boards: usize,
    /// The titles of the entries that are logged.
    pub logged: Vec<String>,
    /// Messages about the note: why changes are not logged, if its history takes no entries, and which versions
    /// both sides of a merge have added.
    pub said: Vec<Spot>,
}

/// The options of a sync.
#[derive(Clone, Copy)]
pub struct SyncOptions<'o> {
    /// The time of logged entries.
    pub now: Stamp,
    /// Whether boards that were edited by hand are written too.
    pub force: bool,
    /// Whether the note with a path is written; all notes count as sources.
    pub wanted: &'o dyn Fn(&str) -> bool,
    /// Returns what is known of the merge that left a note in conflict.
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
        // Plans for other notes may depend on the settled text of a note, so everything is planned again without
        // it.
        for (id, refusal) in back {
            let line = settlements.remove(&id).and_then(|gone| line_before(vault, id, &gone, refusal.line));
            refused.push(Spot { line: line.unwrap_or(refusal.line), ..refusal });
        }
    }
}

/// Maps a line of the settled text to a line of the text in conflict.
fn line_before(vault: &Vault, id: NoteId, settlement: &Settlement, line: u32) -> Option<u32> {
    let old = vault.text(id)?;
    let new = settlement.edits.apply(&old)?;
    let start: usize = new.split_inclusive('\n').take(line.saturating_sub(1) as usize).map(str::len).sum();
    let before = old.get(..settlement.edits.before(start as u32) as usize)?;
    Some(before.matches('\n').count() as u32 + 1)
}

/// Plans a sync with these settlements. Also returns the notes in conflict that are refused nonetheless, with
/// lines in the settled text.
fn with_settlements(
    vault: &Vault,
    options: SyncOptions<'_>,
    settlements: &BTreeMap<NoteId, Settlement>,
    feed: &impl Fn(&Vault) -> Vec<Finding>,
) -> (SyncPlan, Vec<(NoteId, Spot)>) {
    let settled = settlements
        .iter()
        .filter_map(|(id, settlement)| Some((*id, settlement.edits.apply(&vault.text(*id)?)?)));
    let vault = with_texts(vault, settled);
    let mut planning = Planning { settlements, plan: SyncPlan::default(), back: Vec::new() };
    let mut drafts = planning.drafts(&vault, options);
    let after = planning.log(&vault, &mut drafts, options.now, feed);
    let findings = feed(&after);
    planning.finish(&vault, drafts, &Source::new(&after, &findings));
    (planning.plan, planning.back)
}

/// A plan that is being made.
struct Planning<'s> {
    settlements: &'s BTreeMap<NoteId, Settlement>,
    plan: SyncPlan,
    /// The notes in conflict that are refused nonetheless, with lines in the settled text.
    back: Vec<(NoteId, Spot)>,
}

impl Planning<'_> {
    /// Begins the plan of each note that has boards.
    fn drafts<'v>(&mut self, vault: &'v Vault, options: SyncOptions<'_>) -> Vec<Draft<'v>> {
        let mut drafts = Vec::new();
        for (id, note) in vault.system_notes().filter(|(_, note)| (options.wanted)(&note.path)) {
            let in_conflict = self.settlements.contains_key(&id);
            // A board in a template is only an example and is not filled, unless it was in a conflict, so that it
            // has been filled.
            let is_pattern = note.is_template() && !in_conflict;
            let planned = has_markers(note) && note.facts.system().conflict.is_none() && !is_pattern;
            let Some(text) = vault.text(id).filter(|_| planned) else { continue };
            match Draft::of(vault, id, note, text, options, &mut self.plan.kept) {
                // A board in doubt after a merge must be rendered anew, or else the conflict must stay visible.
                Ok(mut draft) if in_conflict && !draft.doubted.is_empty() => {
                    self.refuse(id, draft.doubted.swap_remove(0));
                }
                Ok(mut draft) => {
                    self.plan.refused.append(&mut draft.doubted);
                    drafts.push(draft);
                }
                Err(refusal) => self.refuse(id, refusal),
            }
        }
        drafts
    }

    /// Adds the entries for changed statuses, and drops the notes that cannot get theirs. Returns the vault with
    /// all entries.
    fn log(
        &mut self,
        vault: &Vault,
        drafts: &mut Vec<Draft<'_>>,
        now: Stamp,
        feed: &impl Fn(&Vault) -> Vec<Finding>,
    ) -> Vault {
        let order = LazyCell::new(|| habit(vault));
        let asked = drafts.iter().flat_map(|draft| &draft.compared).any(Compared::asks_for_findings);
        let found = if asked { feed(vault) } else { Vec::new() };
        let before = Source::new(vault, &found);
        for draft in drafts.iter_mut() {
            draft.compare(&before);
        }
        let names = changed_names(vault, drafts);
        drafts.retain_mut(|draft| {
            let logged = draft.log(&before, &names, now, &order);
            self.goes_on(draft.id, logged)
        });
        let after = logged(vault, drafts);
        let planned = drafts.len();
        drafts.retain(|draft| self.goes_on(draft.id, draft.unread(vault, &after).map_or(Ok(()), Err)));
        if drafts.len() < planned { logged(vault, drafts) } else { after }
    }

    /// Renders the boards, and adds what is written to the plan. `vault` has the settled texts, and `source` the
    /// entries too.
    fn finish(&mut self, vault: &Vault, drafts: Vec<Draft<'_>>, source: &Source<'_>) {
        let mut whole: BTreeSet<NoteId> = self.settlements.keys().copied().collect();
        for draft in drafts {
            let id = draft.id;
            match draft.finish(source) {
                Ok(Some(write)) => {
                    whole.remove(&id);
                    self.write(vault, write);
                }
                Ok(None) => {}
                Err(refusal) => self.refuse(id, refusal),
            }
        }
        // Notes in which nothing but the conflicts had to be done.
        for note in whole {
            let edits = Edits::new();
            let (logged, said) = Default::default();
            self.write(vault, NoteWrite { note, edits, settled: 0, boards: 0, logged, said });
        }
        self.plan.writes.sort_by_key(|write| write.note);
    }

    /// Adds a write of a settled text to the plan.
    fn write(&mut self, vault: &Vault, write: NoteWrite) {
        let settlement = self.settlements.get(&write.note);
        self.plan.writes.push(with_settled(vault, write, settlement));
    }

    /// Leaves a note alone for this reason.
    fn refuse(&mut self, id: NoteId, refusal: Spot) {
        if self.settlements.contains_key(&id) {
            self.back.push((id, refusal));
        } else {
            self.plan.refused.push(refusal);
        }
    }

    /// Whether a step for a note succeeded; refuses the note if it did not.
    fn goes_on(&mut self, id: NoteId, step: Result<(), Spot>) -> bool {
        step.map_err(|refusal| self.refuse(id, refusal)).is_ok()
    }
}

/// Returns the vault with the entries that are logged.
fn logged(vault: &Vault, drafts: &[Draft<'_>]) -> Vault {
    let logging = drafts.iter().filter(|draft| !draft.log.is_empty());
    let texts = logging.filter_map(|draft| Some((draft.id, draft.log.apply(&draft.text)?)));
    with_texts(vault, texts)
}

/// Returns the vault with these texts in place of its own.
fn with_texts(vault: &Vault, texts: impl Iterator<Item = (NoteId, String)>) -> Vault {
    let texts: Vec<(NoteId, String)> = texts.collect();
    if texts.is_empty() { vault.clone() } else { vault.with_texts(&texts) }
}

/// Returns the names that entries about status changes use; none if nothing has changed. A component that shares
/// its name with others is called by the path of its note.
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
    for StatusChange { key: (path, integration), name, .. } in
        drafts.iter_mut().flat_map(|draft| &mut draft.changes)
    {
        let title = fold(name).into_owned();
        if integration.is_none() && titled.contains_key(&title) {
            without_extension(path).clone_into(name);
            shared.insert(title);
        }
    }
    let changes = drafts.iter().flat_map(|draft| &draft.changes);
    let mut names = Names::of(&[vault], changes.map(|change| change.name.as_str()));
    // The path of one note may contain that of another.
    let paths = shared.iter().filter_map(|title| titled.get(title)).flatten();
    paths.for_each(|path| names.add(without_extension(path), true));
    names
}

fn without_extension(path: &str) -> &str {
    path.strip_suffix(".md").unwrap_or(path)
}

/// Settles the conflicts of each note in which all can be settled. A conflict that cannot be settled stops the
/// write to its note, and is reported even if there was nothing to write, since nothing else in the note can be
/// relied on. In a note that git has not merged, a block of code may also look like a conflict.
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
            // With `--force`, edits by hand in boards do not matter.
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

/// Translates a write of the settled text into one of the text in conflict. `vault` has the settled text.
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
