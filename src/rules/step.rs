//! Judges a change of the vault: selects the findings that it introduces, and runs the rules about the change
//! itself. It does not know where the two states come from.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::{Check, RULES, Sink, silence};
use crate::difference::{self, Change, Kind};
use crate::model::finding::Finding;
use crate::model::integration::View;
use crate::syntax::integration::Integration;
use crate::text::stamp::Stamp;
use crate::vault::{LazyVault, Note, Vault};

/// Two states of a vault and the differences between them.
#[derive(Debug)]
pub struct Step<'v> {
    /// The vault before the change: at least the notes that differ, and all notes where fixes are wanted.
    pub before: &'v Vault,
    /// The vault after the change.
    pub after: &'v Vault,
    /// The vault before the change with the names of all its files, where `before` does not have them.
    pub whole: Option<&'v LazyVault>,
    /// The differences in terms of the model, as far as rules look at them.
    pub changes: Vec<Change>,
    /// How many commits lie between the two states.
    pub commits: Commits,
    /// The current time, where fixes are wanted: it dates drafted entries.
    pub now: Option<Stamp>,
}

/// The kinds of differences that rules about a change look at.
const LOOKED_AT: [Kind; 4] = [Kind::Note, Kind::Component, Kind::Integration, Kind::Entry];

/// How many commits lie between two states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Commits {
    /// One, which may not have been made yet.
    One,
    /// Possibly several, each with its own steps.
    Several,
}

impl<'v> Step<'v> {
    /// Compares two states that one commit lies between. `differs` tells which files may differ: no other
    /// note is read.
    #[must_use]
    pub fn between(
        before: &'v Vault,
        after: &'v Vault,
        differs: impl Fn(&str) -> bool,
        now: Option<Stamp>,
    ) -> Self {
        let changes = difference::of_kinds(&before.only(&differs), &after.only(&differs), &LOOKED_AT);
        Self { before, whole: None, after, changes, commits: Commits::One, now }
    }

    /// Runs the rules that look at changes, and applies silencers.
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

    /// Returns the note that a change is in, after the step.
    pub(super) fn note(&self, change: &Change) -> Option<&'v Note> {
        self.after.note(self.after.find(&change.after.as_ref()?.note)?)
    }

    /// Returns the old and the new paths of renamed notes.
    pub(super) fn renames(&self) -> impl Iterator<Item = (&str, &str)> {
        difference::renames(&self.changes)
    }
}

/// The identity of a finding: rule, note and subject, with the paths that notes have after a step.
type Identity<'f> = (&'f str, &'f str, Cow<'f, str>);

/// Removes the findings from `after` that one of the earlier states already has. `steps` lead from those
/// states to the same new one; each comes with the findings of its earlier state. Where there are more
/// findings of one identity than before, those on lines that the note did not have count as new first, and
/// then the last ones.
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

/// Which lines of notes existed before.
struct OldLines<'s, 'v> {
    steps: &'s [(Step<'v>, &'s [Finding])],
    /// For each step, the old paths of notes by their new ones.
    names: Vec<HashMap<&'s str, &'s str>>,
    /// For each line of a note that was asked about, whether it existed before.
    notes: HashMap<String, Vec<bool>>,
}

impl<'s, 'v> OldLines<'s, 'v> {
    fn new(steps: &'s [(Step<'v>, &'s [Finding])]) -> Self {
        let names = steps.iter().map(|(step, _)| step.renames().map(|(from, to)| (to, from)).collect());
        Self { steps, names: names.collect(), notes: HashMap::new() }
    }

    /// Whether the line of a finding existed anywhere in its note before.
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

/// Returns the subject of a finding, in which a place in a renamed note (`moved` gives its new path) is
/// written with the new path, however the link names it. So a rename neither fixes nor breaks the links into
/// a note.
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

/// Returns the findings that the rules report for every one of these steps. For a merge commit, these are
/// about content that neither parent has.
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

/// Returns the integration that a change is about.
pub(super) fn integration<'n>(note: &'n Note, change: &Change) -> Option<&'n Integration> {
    let line = change.after.as_ref()?.line?;
    let mut all = note.facts.system().integrations.iter();
    all.find(|own| own.anchor.line == line && View(own).name() == Some(change.name().as_str()))
}
