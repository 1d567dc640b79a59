//! What a change of notes means for the others: whose verdict may be another now, and which boards.

use std::collections::{BTreeSet, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::engine::Engine;
use super::guesses;
use crate::model::finding::{Finding, Severity};
use crate::plan::board::{Kind, Shown};
use crate::rules::header::{HEADER_STATUS_UNKNOWN, points_elsewhere};
use crate::rules::measures::are_logged;
use crate::rules::{Check, RULES};
use crate::text::stamp::Stamp;
use crate::vault::record::{Record, name_of_file, names_asked};
use crate::vault::{Change, Note, NoteId, Traits, Vault};

/// What a change means for the rest of the vault.
#[derive(Debug, Default)]
pub(super) struct Effect {
    /// Links that ask for these names may lead elsewhere, or find something else there.
    pub(super) wanted: HashSet<u32>,
    /// Files have come or gone.
    pub(super) names: bool,
    /// What is offered for links that lead nowhere may be something else.
    pub(super) aliases: bool,
    /// The documentation of systems has changed.
    pub(super) system: bool,
    /// Integrations have.
    integrations: bool,
    /// Notes in which they may stand elsewhere now, and are the same.
    moved: BTreeSet<String>,
    /// What is said of the vault as a whole points into them.
    pointed_at: bool,
    /// What all notes share may have changed.
    pub(super) shared: bool,
    /// Links have changed.
    pub(super) links: bool,
    /// Other files cannot be read.
    pub(super) unread: bool,
    /// Notes with other headings, and so perhaps with another title.
    pub(super) headed: Vec<String>,
}

impl Effect {
    fn note(&mut self, path: &str, old: Record, new: Record) {
        if old.targets != new.targets {
            self.wanted.insert(name_of_file(path));
            self.headed.push(path.to_owned());
        }
        self.aliases |= old.rare.aliases != new.rare.aliases;
        self.unread |= [old, new].iter().any(|record| record.traits.has(Traits::TOO_DEEP));
        self.system |= old.rare.system != new.rare.system;
        if old.rare.integrations != new.rare.integrations {
            self.integrations = true;
        } else if new.traits.has(Traits::SYSTEM) {
            self.moved.insert(path.to_owned());
        }
        self.shared |= old.rare.shared != new.rare.shared;
        self.links |= old.links != new.links;
    }

    /// Whether something else may be offered for links that lead nowhere.
    pub(super) const fn suggestions_may_differ(&self) -> bool {
        self.names || self.aliases
    }

    /// Whether notes may be judged otherwise that no link leads to what has changed.
    pub(super) const fn reaches_other_notes(&self) -> bool {
        self.suggestions_may_differ() || self.shared
    }

    /// Whether any board of the vault may show something else.
    pub(super) const fn boards_may_all_differ(&self) -> bool {
        self.system || self.names
    }

    /// Whether rules about the vault as a whole may say something else.
    pub(super) fn concerns_the_whole(&self, vault: &Vault) -> bool {
        let touches = |check: &Check| match check {
            Check::Unread(_) => self.unread,
            Check::Integrations(_) => self.integrations,
            // What is said of measures may be what has changed.
            Check::Logged(_) => self.system && (self.shared || are_logged(vault)),
            Check::Vault(_) => self.system || self.names,
            Check::Graph(_) => self.names || self.links,
            _ => false,
        };
        self.pointed_at || RULES.iter().any(|rule| touches(&rule.check) && rule.is_on(vault))
    }
}

/// What others know of notes, and the names that these ask for.
pub(super) fn known(vault: &Vault, ids: &[NoteId]) -> (Vec<Record>, Vec<Vec<u32>>) {
    use rayon::prelude::*;
    let format = &vault.config().reading.stamp;
    let one = |id: &NoteId| {
        let note = vault.note(*id);
        note.map_or_else(Default::default, |note| (Record::of(note), names_asked(&note.facts, format)))
    };
    ids.par_iter().with_min_len(64).map(one).unzip()
}

/// What boards could show of findings that have come or gone.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// Whether there are any.
    any: bool,
    /// Whether any of them is an error.
    errors: bool,
    /// Whether any is about the documentation of a system.
    systems: bool,
}

impl Heard {
    /// Compares what was said of a note, by itself and as one of all, with what is. Boards show no places, but
    /// findings in the order of these. `is_read`: the note has another text than it had.
    pub(super) fn listen(
        &mut self,
        vault: &Vault,
        path: &str,
        old: [&[Finding]; 2],
        new: [&[Finding]; 2],
        is_read: bool,
    ) {
        let seen = |finding: &&Finding| {
            let mut hash = DefaultHasher::new();
            let Finding { rule, note, subject, severity, message, .. } = finding;
            (rule, note, subject, severity, message).hash(&mut hash);
            (hash.finish(), *severity == Severity::Error)
        };
        let [old, new] = [old, new].map(|said| {
            let mut said: Vec<&Finding> = said.into_iter().flatten().collect();
            said.sort_by(|a, b| a.order(b));
            said.iter().map(seen).collect::<Vec<_>>()
        });
        let id = vault.find(path);
        let has = |traits| id.is_some_and(|id| vault.has(id, traits));
        // What stood under a silencer, or in a board, may stand beside it now.
        let moves = is_read && !new.is_empty() && (has(Traits::SILENCERS) || has(Traits::BOARDS));
        if old == new && !moves {
            return;
        }
        self.any = true;
        self.systems |= id.is_none_or(|id| vault.traits(id).has(Traits::SYSTEM));
        let errors = |seen: &[(u64, bool)]| -> Vec<u64> {
            seen.iter().filter(|(_, is_error)| *is_error).map(|(hash, _)| *hash).collect()
        };
        self.errors |= errors(&old) != errors(&new) || (moves && !errors(&new).is_empty());
    }

    /// Boards call a note by its title: what is said of one may look otherwise there, though it is the same.
    pub(super) fn listen_again(&mut self, vault: &Vault, note: &str, said: &[Finding]) {
        self.any |= !said.is_empty();
        self.errors |= said.iter().any(|finding| finding.severity == Severity::Error);
        let is_system = || vault.find(note).is_some_and(|id| vault.traits(id).has(Traits::SYSTEM));
        self.systems |= !said.is_empty() && is_system();
    }

    /// Whether a board of the note may look otherwise for it.
    pub(super) fn is_shown_in(&self, vault: &Vault, note: NoteId) -> bool {
        // Most often there is nothing to show, and the note need not be read for that.
        let may_be = self.any || !vault.config().boards.is_empty();
        may_be && vault.note(note).is_some_and(|note| self.is_shown_in_boards_of(note))
    }

    fn is_shown_in_boards_of(&self, note: &Note) -> bool {
        note.facts.system().boards.iter().any(|board| match Kind::named(&board.kind).map(Kind::shown) {
            Some(Shown::Nothing) => false,
            Some(Shown::OfSystems) => self.systems,
            Some(Shown::Errors) => self.errors,
            Some(Shown::All) => self.any,
            // A template of the vault's own may show anything, whether or not something is said of it.
            None => true,
        })
    }
}

impl Engine {
    /// What a change means for others than the notes that were read.
    pub(super) fn effect(&mut self, change: &Change, gone: &[(String, Record)]) -> Effect {
        let mut effect = Effect { names: !change.files.is_empty(), ..Effect::default() };
        effect.wanted.extend(change.files.iter().map(|path| name_of_file(path)));
        for (path, record) in gone {
            effect.note(path, *record, Record::default());
        }
        let (records, asked) = known(&self.vault, &change.read);
        for ((id, new), names) in change.read.iter().zip(records).zip(asked) {
            let Some(old) = self.records.set(*id, new) else { continue };
            effect.note(self.vault.path_of(*id), old, new);
            self.asked.set(*id, names);
        }
        if !effect.moved.is_empty() {
            // Boards do not: none shows where something stands, not even one of the vault's own.
            let is_moved = |note: &String| effect.moved.contains(note);
            let points =
                |f: &Finding| is_moved(&f.note) || f.related.iter().any(|other| is_moved(&other.note));
            effect.pointed_at = self.whole.findings().any(points);
        }
        effect
    }

    /// The notes whose own findings can be others now.
    pub(super) fn to_judge(&self, change: &Change, effect: &Effect, was: Option<Stamp>) -> Vec<NoteId> {
        let mut ids: BTreeSet<NoteId> = change.read.iter().copied().collect();
        if !effect.wanted.is_empty() {
            ids.extend(self.asked.notes(&effect.wanted));
        }
        if effect.suggestions_may_differ() {
            ids.extend(guesses::changed(&self.vault, &self.own, &change.files, effect.aliases));
        }
        ids.extend(self.pointing_elsewhere(change));
        let (was, now) = (was.map(Stamp::seconds), self.now.map(Stamp::seconds));
        let turned_back = now < was;
        let ages = was != now && self.vault.config().review_days.is_some();
        if turned_back || ages || effect.shared || was != now {
            for (id, rare) in self.records.rare() {
                let in_future = was.is_some_and(|was| rare.newest.cast_signed() > was);
                if in_future || (rare.system != 0 && (turned_back || ages || effect.shared)) {
                    ids.insert(id);
                }
            }
        }
        ids.into_iter().collect()
    }

    /// The notes whose findings point to a list of statuses that was read again, and stands elsewhere now.
    fn pointing_elsewhere(&self, change: &Change) -> Vec<NoteId> {
        if !change.read.iter().any(|id| self.vault.has(*id, Traits::TERMS)) {
            return Vec::new();
        }
        let all = self.own.findings().filter(|finding| finding.rule == HEADER_STATUS_UNKNOWN.name);
        let moved = all.filter(|finding| points_elsewhere(&self.vault, &finding.related, &change.read));
        moved.filter_map(|finding| self.vault.find(&finding.note)).collect()
    }
}
