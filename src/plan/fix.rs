//! Plans the fixes of findings: applies the edits that come with them, until no fix is left.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::model::finding::{Applicability, Finding, Fix};
use crate::plan::obstacle::{Spot, obstacle};
use crate::syntax::link::RawLink;
use crate::text::digest::short_hash;
use crate::text::edit::{Edit, Edits};
use crate::text::sorted::last_where;
use crate::text::span::Span;
use crate::vault::{Note, NoteId, Vault};

/// The most rounds of fixing. A fix can uncover another finding, and a handful of rounds has always been enough;
/// but two fixes that undo each other would never end.
const MAX_ROUNDS: usize = 100;

/// The result of planning fixes.
#[derive(Debug)]
pub struct FixPlan {
    /// The vault as it would be.
    pub after: Vault,
    /// The notes that change, each with the edits from its current text.
    pub writes: Vec<(NoteId, Edits)>,
    /// How many fixes are applied.
    pub applied: usize,
    /// Notes with fixes that are left alone because something in them prevents every write.
    pub refused: Vec<Spot>,
}

/// Plans the fixes of a vault, round by round, except for the notes in `left`. `judge` returns the findings whose
/// fixes are wanted.
#[must_use]
pub fn plan(
    vault: &Vault,
    unsafe_too: bool,
    left: &BTreeSet<String>,
    judge: impl Fn(&Vault) -> Vec<Finding>,
) -> FixPlan {
    let mut refused: BTreeMap<String, Spot> = BTreeMap::new();
    let mut after = vault.clone();
    let mut applied = 0;
    // A fix that was applied at a place is not applied there again, because it did not help and would never end.
    let mut tried = Tried::default();
    // A note never gets a text that it had in an earlier round.
    let mut had: HashSet<(NoteId, String)> = HashSet::new();
    let mut all: BTreeMap<NoteId, Edits> = BTreeMap::new();
    for _ in 0..MAX_ROUNDS {
        let wanted = |finding: Finding| {
            let fix = finding.fix.filter(|fix| fix.applicability == Applicability::Safe || unsafe_too)?;
            fix.edits.iter().all(|(note, _)| !left.contains(note)).then_some(*fix)
        };
        let fixes = judge(&after).into_iter().filter_map(wanted);
        let (withheld, mut fixes): (Vec<Fix>, Vec<Fix>) = fixes.partition(|fix| fix.withheld);
        for (note, _) in withheld.iter().flat_map(|fix| &fix.edits) {
            if let Some(obstacle) = after.find(note).and_then(|id| obstacle(after.note(id)?)) {
                refused.entry(note.clone()).or_insert_with(|| Spot::of(note, obstacle));
            }
        }
        let like = counted(&fixes);
        fixes.retain(|fix| tried.lets(fix, &like));
        let (round, done) = one_round(&after, &fixes);
        let count = done.len();
        done.iter().filter_map(|i| fixes.get(*i)).for_each(|fix| tried.add(fix, &like));
        let mut texts = Vec::new();
        for (id, edits) in round {
            let Some(old) = after.text(id) else { continue };
            let Some(new) = edits.apply(&old) else { continue };
            had.insert((id, short_hash([old.as_bytes()])));
            if had.insert((id, short_hash([new.as_bytes()]))) {
                texts.push((id, new));
                let before = all.entry(id).or_default();
                *before = before.then(&edits);
            }
        }
        if texts.is_empty() {
            break;
        }
        applied += count;
        after = after.with_texts(&texts);
    }
    // Two fixes may have undone each other, so that the text is unchanged.
    let writes = all.into_iter().filter(|(id, _)| vault.text(*id) != after.text(*id)).collect();
    FixPlan { after, writes, applied, refused: refused.into_values().collect() }
}

/// The fixes that were applied, by their start and their new text, since what a fix replaces may grow with each
/// round. With each is the number of like fixes that were wanted.
#[derive(Default)]
struct Tried(HashMap<Fix, usize>);

impl Tried {
    fn add(&mut self, fix: &Fix, like: &HashMap<Fix, usize>) {
        self.0.insert(at(fix, |edit| edit.span.start), of(like, fix));
    }

    /// Whether a fix may be applied. After a deletion, the next one of its kind may move to the same place; then
    /// fewer of them are left than before.
    fn lets(&self, fix: &Fix, like: &HashMap<Fix, usize>) -> bool {
        let only_deletes = fix.edits.iter().all(|(_, edit)| edit.text.is_empty());
        let before = self.0.get(&at(fix, |edit| edit.span.start));
        before.is_none_or(|before| only_deletes && of(like, fix) < *before)
    }
}

/// Counts the fixes that do the same, wherever in their notes.
fn counted(fixes: &[Fix]) -> HashMap<Fix, usize> {
    let mut like = HashMap::new();
    for fix in fixes {
        *like.entry(at(fix, |_| 0)).or_default() += 1;
    }
    like
}

fn of(like: &HashMap<Fix, usize>, fix: &Fix) -> usize {
    like.get(&at(fix, |_| 0)).copied().unwrap_or_default()
}

/// Returns a fix without the text that it replaces.
fn at(fix: &Fix, place: impl Fn(&Edit) -> u32) -> Fix {
    let edit = |edit: &Edit| Edit { span: Span::at(place(edit) as usize), ..edit.clone() };
    Fix { edits: fix.edits.iter().map(|(note, own)| (note.clone(), edit(own))).collect(), ..fix.clone() }
}

/// The places where links name headings: an edit that begins here changes a link to a heading of the target.
struct Naming<'v>(HashMap<(NoteId, u32), (&'v Note, &'v RawLink)>);

/// What applied fixes change about headings.
#[derive(Default)]
struct Headings {
    /// The notes with a changed heading.
    changed: HashSet<NoteId>,
    /// The notes with a heading that a changed link names.
    named: HashSet<NoteId>,
}

impl<'v> Naming<'v> {
    /// Collects these places in the notes that fixes change.
    fn new(vault: &'v Vault, fixes: &[Fix]) -> Self {
        let paths: BTreeSet<&str> =
            fixes.iter().flat_map(|fix| &fix.edits).map(|(note, _)| note.as_str()).collect();
        let notes = paths.into_iter().filter_map(|path| vault.find(path));
        let notes = notes.filter_map(|id| Some((id, vault.note(id)?)));
        let named = notes.flat_map(|(id, note)| {
            let links = note.facts.links.iter();
            links.filter_map(move |link| Some(((id, link.fragment_span()?.start), (note, link))))
        });
        Self(named.collect())
    }

    /// Returns what these edits change about headings.
    fn touched(&self, vault: &Vault, own: &BTreeMap<NoteId, Edits>) -> Headings {
        let mut touched = Headings::default();
        for (&id, edit) in own.iter().flat_map(|(id, edits)| edits.iter().map(move |edit| (id, edit))) {
            if vault.note(id).is_some_and(|note| is_in_heading(note, edit)) {
                touched.changed.insert(id);
            }
            let target = self.0.get(&(id, edit.span.start)).and_then(|(note, link)| {
                vault.resolve(note, link).file().and_then(|file| vault.note_of(file))
            });
            touched.named.extend(target);
        }
        touched
    }
}

impl Headings {
    /// Whether these fixes are compatible with `others`: no heading may change in the round in which a link is
    /// made to name it.
    fn fits(&self, others: &Self) -> bool {
        self.named.is_disjoint(&others.changed) && self.changed.is_disjoint(&others.named)
    }

    fn add(&mut self, others: &Self) {
        self.changed.extend(&others.changed);
        self.named.extend(&others.named);
    }
}

fn is_in_heading(note: &Note, edit: &Edit) -> bool {
    let last = note.facts.heading_before(edit.span.start);
    last.is_some_and(|heading| edit.span.start < heading.span.end)
}

/// Returns the edits of all fixes that do not conflict, and which fixes these are. Each fix is applied whole or
/// waits for the next round. A fix that names a heading waits for those that change headings of that note.
fn one_round(vault: &Vault, fixes: &[Fix]) -> (BTreeMap<NoteId, Edits>, BTreeSet<usize>) {
    let mut notes: BTreeMap<NoteId, Edits> = BTreeMap::new();
    let mut applied = BTreeSet::new();
    let (naming, mut headings) = (Naming::new(vault, fixes), Headings::default());
    let all = fixes.iter().enumerate();
    let all = all.filter_map(|(i, fix)| Some((i, edits_of(vault, fix)?)));
    let all = all.map(|(i, own)| (i, naming.touched(vault, &own), own));
    let (first, last): (Vec<_>, Vec<_>) = all.partition(|(_, touched, _)| touched.named.is_empty());
    for (i, touched, own) in first.into_iter().chain(last) {
        let fits = |(id, edits): (&NoteId, &Edits)| {
            notes.get(id).is_none_or(|there| edits.iter().all(|edit| there.fits(edit)))
        };
        if !touched.fits(&headings) || !own.iter().all(fits) {
            continue;
        }
        let added = own.into_iter().all(|(id, edits)| {
            let there = notes.entry(id).or_default();
            edits.iter().all(|edit| there.add(edit.clone()))
        });
        if added {
            headings.add(&touched);
            applied.insert(i);
        }
    }
    (notes, applied)
}

/// Returns the edits of a fix by note; `None` if a note is gone, or if the edits contradict each other.
fn edits_of(vault: &Vault, fix: &Fix) -> Option<BTreeMap<NoteId, Edits>> {
    let mut notes: BTreeMap<NoteId, Edits> = BTreeMap::new();
    for (note, edit) in &fix.edits {
        if !notes.entry(vault.find(note)?).or_default().add(edit.clone()) {
            return None;
        }
    }
    Some(notes)
}

/// Returns the fix, marked as withheld if it would change what no fix may change.
#[must_use]
pub(crate) fn offered(vault: &Vault, fix: Fix) -> Fix {
    let may_change =
        |(note, edit): &(String, Edit)| vault.find(note).is_some_and(|id| may_change(vault, id, edit));
    Fix { withheld: !fix.edits.iter().all(may_change), ..fix }
}

/// Whether a fix may change this place. It may not in a note that cannot be written at all, nor in a board, which
/// a sync writes anew.
fn may_change(vault: &Vault, id: NoteId, edit: &Edit) -> bool {
    let generated = |note: &Note| {
        let boards = &note.facts.system().boards;
        let above = last_where(boards, |board| board.body.start <= edit.span.start);
        above.is_some_and(|board| edit.span.start < board.body.end)
    };
    vault.note(id).is_some_and(|note| obstacle(note).is_none() && !generated(note))
}
