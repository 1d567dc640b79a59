//! What a change of the vault brings: the findings that were not there before, and those about the change
//! itself. Knows nothing of where the two states come from.

use std::collections::{HashMap, HashSet};

use super::{Check, RULES, Sink, silence};
use crate::difference::{self, Act, Change};
use crate::model::finding::Finding;
use crate::model::integration::View;
use crate::syntax::integration::Integration;
use crate::text::stamp::Stamp;
use crate::vault::{Note, Vault};

/// Two states of a vault and what lies between them.
#[derive(Debug)]
pub struct Step<'v> {
    /// The vault as it was, at least with the notes that differ; with all of them where fixes are wanted.
    pub before: &'v Vault,
    /// The vault as it is.
    pub after: &'v Vault,
    /// What is different, in terms of the model.
    pub changes: Vec<Change>,
    /// The time by the wall clock, where fixes are wanted: for entries that are drafted.
    pub now: Option<Stamp>,
}

impl<'v> Step<'v> {
    /// Looks at what lies between two states. `differs` tells the files that may be different: no other
    /// note is read.
    #[must_use]
    pub fn between(
        before: &'v Vault,
        after: &'v Vault,
        differs: impl Fn(&str) -> bool,
        now: Option<Stamp>,
    ) -> Self {
        let changes = difference::between(&before.only(&differs), &after.only(&differs));
        Self { before, after, changes, now }
    }

    /// What the rules say that look at changes, silencers applied.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for rule in RULES {
            if let Check::Step(function) = rule.check
                && rule.is_on(self.after)
            {
                let mut sink = Sink::new(rule, self.after);
                function(self, &mut sink);
                findings.extend(sink.into_findings());
            }
        }
        silence::hush(self.after, &mut findings);
        findings
    }

    /// The note that a change is in now.
    pub(super) fn note(&self, change: &Change) -> Option<&'v Note> {
        self.after.note(self.after.find(&change.after.as_ref()?.note)?)
    }

    /// The notes that have another path now: what they were called, and what they are called.
    pub(super) fn renames(&self) -> impl Iterator<Item = (&str, &str)> {
        let renamed = self.changes.iter().filter(|change| change.act() == Act::Renamed);
        renamed.filter_map(|change| {
            Some((change.before.as_ref()?.note.as_str(), change.after.as_ref()?.note.as_str()))
        })
    }
}

/// Leaves only the findings that none of the states before has: those that the steps were made from, with
/// what was found in them. Findings are the same by rule, note and subject, the notes by what they are
/// called after. Where there are more of a kind than before, the last ones are new.
pub fn leave_introduced(steps: &[(Step<'_>, &[Finding])], after: &mut Vec<Finding>) {
    type Identity<'f> = (&'f str, &'f str, &'f str);
    let mut known: HashMap<Identity<'_>, usize> = HashMap::new();
    for (step, before) in steps {
        let names: HashMap<&str, &str> = step.renames().collect();
        let mut own: HashMap<Identity<'_>, usize> = HashMap::new();
        for finding in *before {
            let note = names.get(finding.note.as_str()).copied().unwrap_or(&finding.note);
            let identity = (finding.rule, note, finding.subject.as_str());
            let count = own.entry(identity).or_default();
            *count += 1;
            let most = known.entry(identity).or_default();
            *most = (*count).max(*most);
        }
    }
    let mut new = Vec::with_capacity(after.len());
    for finding in after.iter() {
        let count = known.get_mut(&(finding.rule, finding.note.as_str(), finding.subject.as_str()));
        new.push(match count {
            Some(count) if *count > 0 => {
                *count -= 1;
                false
            }
            _ => true,
        });
    }
    let mut new = new.into_iter();
    after.retain(|_| new.next().unwrap_or(true));
}

/// What the rules say of every one of these steps: a merge changes what it has as none of its parents has it.
#[must_use]
pub fn said_of_all(steps: &[(Step<'_>, &[Finding])]) -> Vec<Finding> {
    let mut said = steps.iter().map(|(step, _)| step.findings());
    let mut findings = said.next().unwrap_or_default();
    for other in said {
        let other: HashSet<String> = other.iter().map(Finding::fingerprint).collect();
        findings.retain(|finding| other.contains(&finding.fingerprint()));
    }
    findings
}

/// The integration of a note that a change is about.
pub(super) fn integration<'n>(note: &'n Note, change: &Change) -> Option<&'n Integration> {
    let line = change.after.as_ref()?.line?;
    let mut all = note.facts.system().integrations.iter();
    all.find(|own| own.anchor.line == line && View(own).name() == Some(change.name().as_str()))
}
