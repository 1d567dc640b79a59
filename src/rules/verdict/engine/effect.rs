//! The effect of changed notes on the rest of the vault: which notes and boards have to be judged again.

use std::collections::{BTreeSet, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::super::suggestions;
use super::Engine;
use crate::model::finding::{Finding, Severity};
use crate::plan::board::{Kind, Shown};
use crate::rules::header::{HEADER_STATUS_UNKNOWN, points_elsewhere};
use crate::rules::measures::are_logged;
use crate::rules::{Check, RULES};
use crate::text::stamp::Stamp;
use crate::vault::interface::{Interface, name_of_file, names_asked};
use crate::vault::{Change, Note, NoteId, Traits, Vault};

/// The effect of a change on the rest of the vault.
#[derive(Debug, Default)]
pub(super) struct Effect {
    /// Names of changed targets: links that ask for these may resolve to other files, or find other headings
    /// there.
    pub(super) wanted: HashSet<u32>,
    /// Whether files were added or removed.
    pub(super) names: bool,
    /// Whether aliases have changed, so that suggestions for unresolved links may differ.
    pub(super) aliases: bool,
    /// Whether the documentation of systems has changed.
    pub(super) system: bool,
    /// Whether integrations have changed.
    integrations: bool,
    /// Notes whose integrations are the same but may have moved.
    moved: BTreeSet<String>,
    /// Whether findings about the whole vault point into those notes.
    pointed_at: bool,
    /// Whether the shared facts may have changed.
    pub(super) shared: bool,
    /// Whether links have changed.
    pub(super) links: bool,
    /// Whether findings about what cannot be read may change.
    pub(super) unread: bool,
    /// Notes whose headings have changed, and so perhaps their titles.
    pub(super) headed: Vec<String>,
}

impl Effect {
    fn note(&mut self, path: &str, old: Interface, new: Interface) {
        if old.targets != new.targets {
            self.wanted.insert(name_of_file(path));
            self.headed.push(path.to_owned());
        }
        self.aliases |= old.rare.aliases != new.rare.aliases;
        self.unread |= [old, new].iter().any(|interface| interface.traits.has(Traits::TOO_DEEP));
        self.system |= old.rare.system != new.rare.system;
        if old.rare.integrations != new.rare.integrations {
            self.integrations = true;
        } else if new.traits.has(Traits::SYSTEM) {
            self.moved.insert(path.to_owned());
        }
        self.shared |= old.rare.shared != new.rare.shared;
        self.links |= old.links != new.links;
    }

    /// Whether other suggestions may be made for unresolved links.
    pub(super) const fn suggestions_may_differ(&self) -> bool {
        self.names || self.aliases
    }

    /// Whether notes may be affected that have no link to a changed note.
    pub(super) const fn reaches_other_notes(&self) -> bool {
        self.suggestions_may_differ() || self.shared
    }

    /// Whether every board of the vault may be affected.
    pub(super) const fn boards_may_all_differ(&self) -> bool {
        self.system || self.names
    }

    /// Whether findings about the whole vault may change.
    pub(super) fn concerns_the_whole(&self, vault: &Vault) -> bool {
        let touches = |check: &Check| match check {
            Check::Unread(_) => self.unread,
            Check::Integrations(_) => self.integrations,
            // The change may be to the list of measures itself, which `shared` covers.
            Check::Logged(_) => self.system && (self.shared || are_logged(vault)),
            Check::Vault(_) => self.system || self.names,
            Check::Graph(_) => self.names || self.links,
            _ => false,
        };
        self.pointed_at || RULES.iter().any(|rule| touches(&rule.check) && rule.is_on(vault))
    }
}

/// Returns the interfaces of notes, and the names that their links ask for.
pub(super) fn known(vault: &Vault, ids: &[NoteId]) -> (Vec<Interface>, Vec<Vec<u32>>) {
    use rayon::prelude::*;
    let format = &vault.config().reading.stamp;
    let one = |id: &NoteId| {
        let note = vault.note(*id);
        note.map_or_else(Default::default, |note| (Interface::of(note), names_asked(&note.facts, format)))
    };
    ids.par_iter().with_min_len(64).map(one).unzip()
}

/// Which kinds of findings that boards can show have changed.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// Whether any finding has changed.
    any: bool,
    /// Whether any of those is an error.
    errors: bool,
    /// Whether any of those is about the documentation of a system.
    systems: bool,
}

impl Heard {
    /// Compares the old findings of a note with the new ones; each pair has those of the note by itself and
    /// those from rules about the whole vault. Places do not count, since boards show none, but the order of
    /// findings by place does. `is_read` is whether the text of the note was read again.
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
        // A finding that was under a silencer, or in a board, may now be outside of it.
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

    /// Counts the findings of a note whose title may have changed: boards show a note by its title, so they
    /// may change though the findings are the same.
    pub(super) fn listen_again(&mut self, vault: &Vault, note: &str, said: &[Finding]) {
        self.any |= !said.is_empty();
        self.errors |= said.iter().any(|finding| finding.severity == Severity::Error);
        let is_system = || vault.find(note).is_some_and(|id| vault.traits(id).has(Traits::SYSTEM));
        self.systems |= !said.is_empty() && is_system();
    }

    /// Whether a board in `note` may show something different.
    pub(super) fn is_shown_in(&self, vault: &Vault, note: NoteId) -> bool {
        // Most often nothing has changed, and the note need not be read to know that.
        let may_be = self.any || !vault.config().boards.is_empty();
        may_be && vault.note(note).is_some_and(|note| self.is_shown_in_boards_of(note))
    }

    fn is_shown_in_boards_of(&self, note: &Note) -> bool {
        note.facts.system().boards.iter().any(|board| match Kind::named(&board.kind).map(Kind::shown) {
            Some(Shown::Nothing) => false,
            Some(Shown::OfSystems) => self.systems,
            Some(Shown::Errors) => self.errors,
            Some(Shown::All) => self.any,
            // A template of the vault's own may show anything, even without findings.
            None => true,
        })
    }
}

impl Engine {
    /// Stores what is now known of the changed notes, and returns the effect on the others.
    pub(super) fn effect(&mut self, change: &Change, gone: &[(String, Interface)]) -> Effect {
        let mut effect = Effect { names: !change.files.is_empty(), ..Effect::default() };
        effect.wanted.extend(change.files.iter().map(|path| name_of_file(path)));
        for (path, interface) in gone {
            effect.note(path, *interface, Interface::default());
        }
        let (interfaces, asked) = known(&self.vault, &change.read);
        for ((id, new), names) in change.read.iter().zip(interfaces).zip(asked) {
            let Some(old) = self.interfaces.set(*id, new) else { continue };
            effect.note(self.vault.path_of(*id), old, new);
            self.asked.set(*id, names);
        }
        if !effect.moved.is_empty() {
            // Boards are not affected: none shows places, not even one of the vault's own.
            let is_moved = |note: &String| effect.moved.contains(note);
            let points =
                |f: &Finding| is_moved(&f.note) || f.related.iter().any(|other| is_moved(&other.note));
            effect.pointed_at = self.whole.findings().any(points);
        }
        effect
    }

    /// Returns the notes whose own findings may have changed. `was` is the time of the last verdict.
    pub(super) fn to_judge(&self, change: &Change, effect: &Effect, was: Option<Stamp>) -> Vec<NoteId> {
        let mut ids: BTreeSet<NoteId> = change.read.iter().copied().collect();
        if !effect.wanted.is_empty() {
            ids.extend(self.asked.notes(&effect.wanted));
        }
        if effect.suggestions_may_differ() {
            ids.extend(suggestions::changed(&self.vault, &self.own, &change.files, effect.aliases));
        }
        ids.extend(self.pointing_elsewhere(change));
        let (was, now) = (was.map(Stamp::seconds), self.now.map(Stamp::seconds));
        let turned_back = now < was;
        let ages = was != now && self.vault.config().review_days.is_some();
        if turned_back || ages || effect.shared || was != now {
            for (id, rare) in self.interfaces.rare() {
                let in_future = was.is_some_and(|was| rare.newest.cast_signed() > was);
                if in_future || (rare.system != 0 && (turned_back || ages || effect.shared)) {
                    ids.insert(id);
                }
            }
        }
        ids.into_iter().collect()
    }

    /// Returns the notes whose findings point to a list of statuses that was read again and has moved.
    fn pointing_elsewhere(&self, change: &Change) -> Vec<NoteId> {
        if !change.read.iter().any(|id| self.vault.has(*id, Traits::TERMS)) {
            return Vec::new();
        }
        let all = self.own.findings().filter(|finding| finding.is_of(&HEADER_STATUS_UNKNOWN));
        let moved = all.filter(|finding| points_elsewhere(&self.vault, &finding.related, &change.read));
        moved.filter_map(|finding| self.vault.find(&finding.note)).collect()
    }
}
