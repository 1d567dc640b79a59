//! Plans the fixes of findings: the very edits that hang on them, until none is left.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::model::finding::{Applicability, Finding, Fix};
use crate::text::digest::short_hash;
use crate::text::edit::{Edit, Edits};
use crate::text::span::Span;
use crate::vault::{NoteId, Vault};

/// Rounds of fixing at most. A fix can uncover another finding, and a handful of rounds has always been
/// enough; two fixes that undo each other would never end.
const MAX_ROUNDS: usize = 100;

/// What fixing would do.
#[derive(Debug)]
pub struct FixPlan {
    /// The vault as it would be.
    pub after: Vault,
    /// The notes that change: from their texts to the texts that they would have.
    pub writes: Vec<(NoteId, Edits)>,
    /// How many fixes are applied.
    pub applied: usize,
}

/// Plans the fixes of a vault, round by round. `judge` gives the findings whose
/// fixes are wanted.
#[must_use]
pub fn plan(vault: &Vault, unsafe_too: bool, judge: impl Fn(&Vault) -> Vec<Finding>) -> FixPlan {
    let mut after = vault.clone();
    let mut applied = 0;
    // A note that has had a text once does not get it again.
    let mut had: HashSet<(NoteId, String)> = HashSet::new();
    let mut changed: BTreeSet<NoteId> = BTreeSet::new();
    for _ in 0..MAX_ROUNDS {
        let (round, count) = one_round(&after, &judge(&after), unsafe_too);
        let mut texts = Vec::new();
        for (id, edits) in round {
            let Some(old) = after.text(id) else { continue };
            let Some(new) = edits.apply(&old) else { continue };
            had.insert((id, short_hash([old.as_bytes()])));
            if had.insert((id, short_hash([new.as_bytes()]))) {
                texts.push((id, new));
            }
        }
        if texts.is_empty() {
            break;
        }
        applied += count;
        changed.extend(texts.iter().map(|(id, _)| *id));
        after = after.with_texts(&texts);
    }
    let writes = changed
        .into_iter()
        .filter_map(|id| {
            let edits = between(&vault.text(id)?, &after.text(id)?);
            (!edits.is_empty()).then_some((id, edits))
        })
        .collect();
    FixPlan { after, writes, applied }
}

/// The edits of all fixes that do not stand in each other's way. A fix is applied whole or waits for
/// the next round.
fn one_round(vault: &Vault, findings: &[Finding], unsafe_too: bool) -> (BTreeMap<NoteId, Edits>, usize) {
    let mut notes: BTreeMap<NoteId, Edits> = BTreeMap::new();
    let mut applied = 0;
    for fix in findings.iter().filter_map(|finding| finding.fix.as_ref()) {
        if fix.applicability == Applicability::Unsafe && !unsafe_too {
            continue;
        }
        let Some(own) = edits_of(vault, fix) else { continue };
        let fits = |(id, edits): (&NoteId, &Edits)| {
            notes.get(id).is_none_or(|there| edits.iter().all(|edit| there.fits(edit)))
        };
        if own.iter().all(fits) {
            for (id, edits) in own {
                let there = notes.entry(id).or_default();
                edits.iter().for_each(|edit| {
                    there.add(edit.clone());
                });
            }
            applied += 1;
        }
    }
    (notes, applied)
}

/// The edits of a fix by note; `None` where a note has gone, or where they contradict each other.
fn edits_of(vault: &Vault, fix: &Fix) -> Option<BTreeMap<NoteId, Edits>> {
    let mut notes: BTreeMap<NoteId, Edits> = BTreeMap::new();
    for (note, edit) in &fix.edits {
        if !notes.entry(vault.find(note)?).or_default().add(edit.clone()) {
            return None;
        }
    }
    Some(notes)
}

/// One edit that turns a text into another: the part between their common beginning and end.
fn between(old: &str, new: &str) -> Edits {
    if old == new {
        return Edits::new();
    }
    let same = |(a, b): &(char, char)| a == b;
    let start: usize = old.chars().zip(new.chars()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let (rest_old, rest_new) = (&old[start..], &new[start..]);
    let end: usize =
        rest_old.chars().rev().zip(rest_new.chars().rev()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let span = Span::new(start, old.len() - end);
    [Edit::replace(span, &rest_new[..rest_new.len() - end])].into_iter().collect()
}
