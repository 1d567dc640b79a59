//! Plans the fixes of findings: the very edits that hang on them, until none is left.

use std::collections::BTreeMap;

use crate::model::finding::{Applicability, Finding};
use crate::text::edit::{Edit, Edits};
use crate::vault::{NoteId, Vault};

/// Rounds of fixing at most. A fix can uncover another finding; two that undo each other would never
/// end.
const MAX_ROUNDS: usize = 10;

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

/// Plans the fixes of a vault that has kept its texts, round by round. `judge` gives the findings whose
/// fixes are wanted.
#[must_use]
pub fn plan(vault: &Vault, unsafe_too: bool, judge: impl Fn(&Vault) -> Vec<Finding>) -> FixPlan {
    let mut after = vault.clone();
    let mut applied = 0;
    let mut all: BTreeMap<NoteId, Edits> = BTreeMap::new();
    for _ in 0..MAX_ROUNDS {
        let (round, count) = one_round(&after, &judge(&after), unsafe_too);
        let texts: Vec<(NoteId, String)> =
            round.iter().filter_map(|(id, edits)| Some((*id, edits.apply(&after.text(*id)?)?))).collect();
        if texts.is_empty() {
            break;
        }
        applied += count;
        after = after.with_texts(&texts);
        for (id, edits) in round {
            let before = all.entry(id).or_default();
            *before = before.then(&edits);
        }
    }
    // Two fixes may have undone each other.
    let writes = all.into_iter().filter(|(id, _)| vault.text(*id) != after.text(*id)).collect();
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
        let edits: Option<Vec<(NoteId, &Edit)>> =
            fix.edits.iter().map(|(note, edit)| Some((vault.find(note)?, edit))).collect();
        let Some(edits) = edits else { continue };
        let mut trial = notes.clone();
        if edits.into_iter().all(|(id, edit)| trial.entry(id).or_default().add(edit.clone())) {
            notes = trial;
            applied += 1;
        }
    }
    (notes, applied)
}
