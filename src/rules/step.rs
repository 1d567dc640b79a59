//! What a change of the vault brings: the findings that were not there before, and those about the change
//! itself. Knows nothing of where the two states come from.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::verdict::saved::LazyVault;
use super::{Check, RULES, Sink, silence};
use crate::difference::{self, Change};
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
    /// The same with the names of all its files, where `before` does not have them.
    pub whole: Option<&'v LazyVault>,
    /// What is different, in terms of the model.
    pub changes: Vec<Change>,
    /// How many commits lie between.
    pub commits: Commits,
    /// The time by the wall clock, where fixes are wanted: for entries that are drafted.
    pub now: Option<Stamp>,
}

/// How many commits lie between two states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Commits {
    /// One, perhaps still to be made.
    One,
    /// Perhaps several, each with steps of its own.
    Several,
}

impl<'v> Step<'v> {
    /// Looks at what lies between two states, which one commit makes. `differs` tells the files that may be different:
    /// no other note is read.
    #[must_use]
    pub fn between(
        before: &'v Vault,
        after: &'v Vault,
        differs: impl Fn(&str) -> bool,
        now: Option<Stamp>,
    ) -> Self {
        let changes = difference::between(&before.only(&differs), &after.only(&differs));
        Self { before, whole: None, after, changes, commits: Commits::One, now }
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
        difference::renames(&self.changes)
    }
}

/// What a finding is about: by rule, note and subject, the notes by what they are called after a step.
type Identity<'f> = (&'f str, &'f str, Cow<'f, str>);

/// Leaves only the findings that none of the states before has: those that the steps were made from, with
/// what was found in them. Where there are more of a kind than before, those are new whose lines the note did not have,
/// and then the last ones.
pub fn leave_introduced(steps: &[(Step<'_>, &[Finding])], after: &mut Vec<Finding>) {
    let moved: HashSet<&str> = steps.iter().flat_map(|(step, _)| step.renames()).map(|(_, to)| to).collect();
    let mut known: HashMap<Identity<'_>, usize> = HashMap::new();
    for (step, before) in steps {
        let names: HashMap<&str, &str> = step.renames().collect();
        let mut own: HashMap<Identity<'_>, usize> = HashMap::new();
        for finding in *before {
            let note = names.get(finding.note.as_str()).copied().unwrap_or(&finding.note);
            let vault = || step.whole.map_or(step.before, |whole| whole);
            let subject = about(vault, finding, |path| names.get(path).copied());
            let identity = (finding.rule, note, subject);
            let count = own.entry(identity.clone()).or_default();
            *count += 1;
            let most = known.entry(identity).or_default();
            *most = (*count).max(*most);
        }
    }
    let mut places: BTreeMap<Identity<'_>, Vec<usize>> = BTreeMap::new();
    for (at, finding) in after.iter().enumerate() {
        let vault = steps.first().map(|(step, _)| step.after);
        let subject = vault.map_or(Cow::Borrowed(finding.subject.as_str()), |vault| {
            about(|| vault, finding, |path| moved.get(path).copied())
        });
        let identity = (finding.rule, finding.note.as_str(), subject);
        if known.contains_key(&identity) {
            places.entry(identity).or_default().push(at);
        }
    }
    let mut new = vec![true; after.len()];
    let mut lines = OldLines::new(steps);
    for (identity, mut places) in places {
        let count = known.get(&identity).copied().unwrap_or_default();
        if places.len() > count {
            places.sort_by_cached_key(|at| !lines.have(&after[*at]));
        }
        for at in places.into_iter().take(count) {
            new[at] = false;
        }
    }
    let mut new = new.into_iter();
    after.retain(|_| new.next().unwrap_or(true));
}

/// Which lines of notes were there before.
struct OldLines<'s, 'v> {
    steps: &'s [(Step<'v>, &'s [Finding])],
    /// What notes were called before each step that have another path now.
    names: Vec<HashMap<&'s str, &'s str>>,
    /// For each line of a note that was asked about.
    notes: HashMap<String, Vec<bool>>,
}

impl<'s, 'v> OldLines<'s, 'v> {
    fn new(steps: &'s [(Step<'v>, &'s [Finding])]) -> Self {
        let names = steps.iter().map(|(step, _)| step.renames().map(|(from, to)| (to, from)).collect());
        Self { steps, names: names.collect(), notes: HashMap::new() }
    }

    /// Whether the line that a finding stands in was in its note before, wherever.
    fn have(&mut self, finding: &Finding) -> bool {
        let Some(place) = finding.place else { return false };
        if !self.notes.contains_key(&finding.note) {
            let lines = self.of(&finding.note).unwrap_or_default();
            self.notes.insert(finding.note.clone(), lines);
        }
        let line = (place.line as usize).checked_sub(1);
        let lines = self.notes.get(&finding.note);
        lines.zip(line).is_some_and(|(lines, line)| lines.get(line) == Some(&true))
    }

    fn of(&self, note: &str) -> Option<Vec<bool>> {
        let text_of = |vault: &Vault, note: &str| vault.text(vault.find(note)?);
        let olds =
            self.steps.iter().zip(&self.names).filter_map(|((step, _), names)| {
                text_of(step.before, names.get(note).copied().unwrap_or(note))
            });
        let olds: Vec<_> = olds.collect();
        let old: HashSet<&str> = olds.iter().flat_map(|old| old.lines()).collect();
        let text = text_of(self.steps.first()?.0.after, note)?;
        Some(text.lines().map(|line| old.contains(line)).collect())
    }
}

/// The subject of a finding. A place in a note that the step renames (`moved` tells its new path) is that place in the
/// note, however links name it: whoever renames a note mends none of the links into it, and breaks none.
fn about<'f, 'n, 'v>(
    vault: impl Fn() -> &'v Vault,
    finding: &'f Finding,
    moved: impl Fn(&str) -> Option<&'n str>,
) -> Cow<'f, str> {
    let place = || {
        let (link, place) = finding.subject.split_once('#').filter(|(link, _)| !link.is_empty())?;
        let names = vault().names();
        let file = names.resolve(link, names.exact(&finding.note)?).file()?;
        Some(Cow::Owned(format!("{}#{place}", moved(names.path(file))?)))
    };
    place().unwrap_or(Cow::Borrowed(&finding.subject))
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
