//! The verdict on a vault, kept up to date: after a change only the notes are judged again whose
//! verdict can change with it.
//!
//! A note's own findings rest on its facts, on where its links lead and what they find there, and on
//! what the vault shares (vocabulary, template integrations, habits). Each of these is known by a hash
//! ([`Record`]) or by a name that links ask for (`Asked`); what they say has changed is judged
//! again, and nothing else. A fresh [`run()`] gives the same findings: a test edits vaults
//! at random and compares.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::asked::Asked;
use super::{Check, Context, RULES, links, run, silence};
use crate::error::Result;
use crate::model::finding::Finding;
use crate::text::stamp::Stamp;
use crate::vault::record::{Record, name_of_file, names_asked};
use crate::vault::{Change, NoteId, Traits, Vault};

/// Findings by the path that they are about; never an empty list.
pub(super) type ByPath = BTreeMap<String, Vec<Finding>>;

/// A vault and the verdict on it.
#[derive(Debug)]
pub struct Engine {
    pub(super) vault: Vault,
    /// For each note what others know of it.
    pub(super) records: Vec<Record>,
    /// For each note the names that its links ask for.
    pub(super) asked: Asked,
    pub(super) now: Option<Stamp>,
    /// What is said of each note by itself.
    pub(super) own: ByPath,
    /// What is said of the vault as a whole.
    pub(super) whole: ByPath,
    /// What is said of boards.
    pub(super) boards: ByPath,
    /// Everything, silencers applied, in order.
    pub(super) verdict: ByPath,
}

/// What a change did to the verdict.
#[derive(Debug, Default)]
pub struct Update {
    /// Findings that were not there before.
    pub added: Vec<Finding>,
    /// Findings that are there no more.
    pub removed: Vec<Finding>,
}

impl Engine {
    /// Judges a vault that has been read.
    #[must_use]
    pub fn new(vault: Vault, now: Option<Stamp>) -> Self {
        let ids: Vec<NoteId> = vault.ids().collect();
        let (records, asked) = known(&vault, &ids);
        let mut engine = Self {
            vault,
            records,
            asked: Asked::new(asked),
            now,
            own: ByPath::new(),
            whole: ByPath::new(),
            boards: ByPath::new(),
            verdict: ByPath::new(),
        };
        engine.own = by_path(run::of_notes(&engine.context(), &ids));
        engine.whole = by_path(run::of_vault(&engine.context()));
        engine.boards = by_path(run::boards(&engine.vault, now, &engine.first_phase()));
        engine.verdict = engine.settled();
        engine
    }

    /// The vault as it was judged last.
    #[must_use]
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// Lets go of notes that will be read again when somebody asks for them.
    pub fn unload(&mut self) {
        self.vault.unload();
    }

    /// Every finding, in the order of notes and places.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.verdict.values().flatten()
    }

    /// Takes a change of files: `changed` names the notes whose content may be another. Where files may
    /// have come or gone, the vault is listed anew (`relist`).
    ///
    /// # Errors
    /// The vault cannot be listed.
    pub fn update(&mut self, changed: &HashSet<&str>, relist: bool, now: Option<Stamp>) -> Result<Update> {
        let known: Option<Vec<NoteId>> = changed.iter().map(|path| self.vault.find(path)).collect();
        let mut ids = known.filter(|_| !relist).unwrap_or_default();
        ids.sort_unstable();
        let reread = if ids.is_empty() && !changed.is_empty() { None } else { self.vault.reread(&ids) };
        if let Some(change) = reread.filter(|_| !relist) {
            return Ok(self.apply(None, &change, now));
        }
        let before: Vec<String> = self.vault.ids().map(|id| self.vault.path_of(id).to_owned()).collect();
        let listing = self.vault.list()?;
        let unread = self.vault.unread().to_vec();
        let change = self.vault.relist(listing, changed);
        Ok(self.apply(
            Some(&Before { paths: before, unread_changed: unread != self.vault.unread() }),
            &change,
            now,
        ))
    }

    fn context(&self) -> Context<'_> {
        Context::new(&self.vault, self.now)
    }

    /// Judges what a change of the vault can have changed. `before` is there when the notes have other
    /// numbers now.
    pub(super) fn apply(&mut self, before: Option<&Before>, change: &Change, now: Option<Stamp>) -> Update {
        let was = self.now;
        self.now = now;
        let gone = before.map(|before| self.renumber(before)).unwrap_or_default();
        let mut effect = self.effect(change, &gone);
        effect.unread |= before.is_some_and(|before| before.unread_changed);
        if effect.shared {
            self.vault.forget_vocabulary();
        }
        if effect.aliases {
            self.vault.forget_suggestions();
        }
        let mut touched: BTreeSet<String> = gone.into_iter().map(|(path, _)| path).collect();
        let mut heard = HashSet::new();
        for path in &touched {
            self.own.remove(path);
        }
        let ids = self.to_judge(change, &effect, was);
        let fresh = by_path(run::of_notes(&self.context(), &ids));
        for id in ids {
            let path = self.vault.path_of(id);
            let old = self.own.remove(path).unwrap_or_default();
            let new = fresh.get(path).map_or(&[][..], Vec::as_slice);
            heard.extend(difference(&old, new));
            touched.insert(path.to_owned());
        }
        self.own.extend(fresh);
        if effect.unread || effect.system || effect.names || (effect.links && graph_rules_are_on(&self.vault))
        {
            let new = by_path(run::of_vault(&self.context()));
            let old = std::mem::replace(&mut self.whole, new);
            touched.extend(old.keys().chain(self.whole.keys()).cloned());
            heard.extend(
                old.keys()
                    .chain(self.whole.keys())
                    .flat_map(|path| difference(of(&old, path), of(&self.whole, path))),
            );
        }
        // A template of the vault's own may show anything.
        let own = !self.vault.config().boards.is_empty();
        if own || effect.system || effect.names || !heard.is_empty() {
            let new = by_path(run::boards(&self.vault, now, &self.first_phase()));
            let old = std::mem::replace(&mut self.boards, new);
            touched.extend(old.keys().chain(self.boards.keys()).cloned());
        }
        self.settle(&touched)
    }

    /// Brings what is known of notes into the order of their new numbers. Gives the notes that have
    /// gone, with what was known of them.
    fn renumber(&mut self, before: &Before) -> Vec<(String, Record)> {
        let mut gone = Vec::new();
        let mut old = before.paths.iter().zip(&self.records).enumerate().peekable();
        let mut records = Vec::with_capacity(self.vault.ids().len());
        let mut numbers = Vec::with_capacity(records.capacity());
        for id in self.vault.ids() {
            let path = self.vault.path_of(id);
            while let Some((_, (lost, record))) = old.next_if(|(_, (old, _))| old.as_str() < path) {
                gone.push((lost.clone(), *record));
            }
            let kept = old.next_if(|(_, (old, _))| old.as_str() == path);
            numbers.push(kept.map(|(number, _)| number));
            records.push(kept.map_or_else(Record::default, |(_, (_, record))| *record));
        }
        gone.extend(old.map(|(_, (path, record))| (path.clone(), *record)));
        self.asked.renumber(&numbers);
        self.records = records;
        gone
    }

    /// What a change means for others than the notes that were read.
    fn effect(&mut self, change: &Change, gone: &[(String, Record)]) -> Effect {
        let mut effect = Effect { names: !change.files.is_empty(), ..Effect::default() };
        effect.wanted.extend(change.files.iter().map(|path| name_of_file(path)));
        for (path, record) in gone {
            effect.note(path, *record, Record::default());
        }
        let (records, asked) = known(&self.vault, &change.read);
        for ((id, new), names) in change.read.iter().zip(records).zip(asked) {
            let Some(record) = self.records.get_mut(id.0 as usize) else { continue };
            effect.note(self.vault.path_of(*id), *record, new);
            *record = new;
            self.asked.set(*id, names);
        }
        effect
    }

    /// The notes whose own findings can be others now.
    fn to_judge(&self, change: &Change, effect: &Effect, was: Option<Stamp>) -> Vec<NoteId> {
        let mut ids: BTreeSet<NoteId> = change.read.iter().copied().collect();
        if !effect.wanted.is_empty() {
            ids.extend(self.asked.notes(&effect.wanted));
        }
        if effect.names || effect.aliases {
            ids.extend(self.guessed());
        }
        let clock = |stamp: Option<Stamp>| stamp.map(|s| s.time().and_utc().timestamp());
        let (was, now) = (clock(was), clock(self.now));
        let turned_back = now < was;
        let ages = was != now && self.vault.config().review_days.is_some();
        if turned_back || ages || effect.shared || was != now {
            for (id, record) in self.vault.ids().zip(&self.records) {
                let system = record.traits().has(Traits::SYSTEM);
                let in_future = was.is_some_and(|was| record.newest > was);
                if in_future || (system && (turned_back || ages || effect.shared)) {
                    ids.insert(id);
                }
            }
        }
        ids.into_iter().collect()
    }

    /// The notes for whose links something was offered, or would have been: that depends on every name
    /// of the vault.
    fn guessed(&self) -> impl Iterator<Item = NoteId> {
        let lost = |findings: &[Finding]| findings.iter().any(|f| links::GUESSING.contains(&f.rule));
        self.own.iter().filter(move |(_, own)| lost(own)).filter_map(|(path, _)| self.vault.find(path))
    }

    fn first_phase(&self) -> Vec<Finding> {
        self.own.values().chain(self.whole.values()).flatten().cloned().collect()
    }

    fn settled(&self) -> ByPath {
        let silenced = self.vault.notes_with(Traits::SILENCERS).map(|(_, note)| note.path.as_str());
        let said = [&self.own, &self.whole, &self.boards].into_iter().flat_map(BTreeMap::keys);
        let paths: BTreeSet<&str> = said.map(String::as_str).chain(silenced).collect();
        let verdicts = paths.into_iter().map(|path| (path.to_owned(), self.verdict_on(path)));
        verdicts.filter(|(_, verdict)| !verdict.is_empty()).collect()
    }

    /// Everything that is said of a note, silenced or not.
    pub(super) fn said_of(&self, path: &str) -> Vec<Finding> {
        let said = [&self.own, &self.whole, &self.boards].into_iter();
        let mut findings: Vec<Finding> = said.filter_map(|by| by.get(path)).flatten().cloned().collect();
        findings.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        findings
    }

    /// Everything that is said of a note, silencers applied.
    fn verdict_on(&self, path: &str) -> Vec<Finding> {
        let mut findings = self.said_of(path);
        let id = self.vault.find(path).filter(|id| self.vault.traits(*id).has(Traits::SILENCERS));
        if let Some(note) = id.and_then(|id| self.vault.note(id)) {
            silence::apply_in(&self.vault, note, &mut findings);
            findings.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        }
        findings
    }

    /// Settles the verdict on these notes anew.
    fn settle(&mut self, touched: &BTreeSet<String>) -> Update {
        let mut update = Update::default();
        for path in touched {
            let new = self.verdict_on(path);
            let old = self.verdict.remove(path).unwrap_or_default();
            let (mut added, mut removed) = (new.clone(), old);
            part(&mut added, &mut removed);
            update.added.append(&mut added);
            update.removed.append(&mut removed);
            if !new.is_empty() {
                self.verdict.insert(path.clone(), new);
            }
        }
        update
    }
}

/// A vault before its notes got other numbers.
pub(super) struct Before {
    /// The paths of its notes.
    pub(super) paths: Vec<String>,
    /// Whether other files than then cannot be read.
    pub(super) unread_changed: bool,
}

/// What a change means for the rest of the vault.
#[derive(Debug, Default)]
struct Effect {
    /// Links that ask for these names may lead elsewhere, or find something else there.
    wanted: HashSet<u32>,
    /// Files have come or gone.
    names: bool,
    /// What is offered for links that lead nowhere may be something else.
    aliases: bool,
    /// The documentation of systems has changed.
    system: bool,
    /// What all notes share may have changed.
    shared: bool,
    /// Links have changed.
    links: bool,
    /// Other files cannot be read.
    unread: bool,
}

impl Effect {
    fn note(&mut self, path: &str, old: Record, new: Record) {
        if old.targets != new.targets {
            self.wanted.insert(name_of_file(path));
        }
        self.aliases |= old.aliases != new.aliases;
        self.system |= old.system != new.system;
        self.shared |= old.shared != new.shared;
        self.links |= old.links != new.links;
    }
}

/// What others know of notes, and the names that these ask for.
fn known(vault: &Vault, ids: &[NoteId]) -> (Vec<Record>, Vec<Vec<u32>>) {
    use rayon::prelude::*;
    let one = |id: &NoteId| {
        let note = vault.note(*id);
        note.map_or_else(Default::default, |note| (Record::of(note), names_asked(&note.facts)))
    };
    ids.par_iter().with_min_len(64).map(one).unzip()
}

fn graph_rules_are_on(vault: &Vault) -> bool {
    RULES.iter().any(|rule| matches!(rule.check, Check::Graph(_)) && rule.is_on(vault))
}

pub(super) fn by_path(findings: Vec<Finding>) -> ByPath {
    let mut by = ByPath::new();
    for finding in findings {
        match by.get_mut(&finding.note) {
            Some(own) => own.push(finding),
            None => {
                by.insert(finding.note.clone(), vec![finding]);
            }
        }
    }
    by
}

fn of<'f>(by: &'f ByPath, path: &str) -> &'f [Finding] {
    by.get(path).map_or(&[], Vec::as_slice)
}

/// What of two lists of findings a board could show and the other list has not: boards know no lines.
fn difference(old: &[Finding], new: &[Finding]) -> Vec<u64> {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let seen = |finding: &Finding| {
        let mut hash = DefaultHasher::new();
        (finding.rule, &finding.note, &finding.subject, finding.severity, &finding.message).hash(&mut hash);
        hash.finish()
    };
    let (mut old, mut new): (Vec<u64>, Vec<u64>) =
        (old.iter().map(seen).collect(), new.iter().map(seen).collect());
    old.sort_unstable();
    new.sort_unstable();
    if old == new { Vec::new() } else { old.into_iter().chain(new).collect() }
}

/// Takes out what two lists have in common, findings being the same by rule, note and subject.
fn part(added: &mut Vec<Finding>, removed: &mut Vec<Finding>) {
    let same = |a: &Finding, b: &Finding| a.rule == b.rule && a.note == b.note && a.subject == b.subject;
    added.retain(|new| match removed.iter().position(|old| same(old, new)) {
        Some(at) => {
            removed.swap_remove(at);
            false
        }
        None => true,
    });
}
