//! Keeps the verdict on a vault up to date: after a change it judges only those notes again whose findings
//! can change.
//!
//! The findings of a note depend on its facts, on where its links lead and what they find there, and on what
//! the vault shares (vocabulary, template integrations, habits). Each of these is known by a hash
//! ([`Interface`]) or by a name that links ask for (`Asked`). Notes for which one of these has changed are
//! judged again, and no others. A fresh [`run()`] gives the same findings: a test edits vaults at random and
//! compares.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::by_path::ByPath;
use super::feed::Feed;
use super::interfaces::Interfaces;
use super::link_names::Asked;
use super::tally::Tally;
use super::update::{Update, part};
use crate::error::Result;
use crate::model::finding::Finding;
use crate::rules::boards::BOARD_STALE;
use crate::rules::offers::Offered;
use crate::rules::vault_facts::Shared;
use crate::rules::{Context, run, silence};
use crate::text::stamp::Stamp;
use crate::vault::interface::Interface;
use crate::vault::{Change, NoteId, Traits, Vault};

mod effect;

use self::effect::{Effect, Heard, known};

/// How far a change reached.
pub(super) struct Extent {
    /// The notes whose verdict may have changed.
    pub(super) touched: BTreeSet<String>,
    /// Whether only these notes were judged, and none of the rules about the whole vault.
    pub(super) alone: bool,
}

/// A vault and its verdict.
#[derive(Debug)]
pub struct Engine {
    vault: Vault,
    /// For each note, what the rest of the vault depends on.
    interfaces: Interfaces,
    /// For each note, the names that its links ask for.
    asked: Asked,
    now: Option<Stamp>,
    /// The findings of rules that look at each note by itself.
    own: ByPath,
    /// The findings of rules that look at the whole vault.
    whole: ByPath,
    /// The findings of rules about boards.
    boards: ByPath,
    /// All findings after silencers have been applied.
    verdict: ByPath,
    /// Values derived from the others, computed on first use.
    derived: Derived,
}

/// What an engine can compute from its other fields.
#[derive(Debug, Default)]
struct Derived {
    /// The findings that boards may show; `None` before a board has needed them.
    feed: Option<Feed>,
    /// The number of findings.
    tally: Tally,
    /// The facts that notes share; `None` where they are not known yet.
    shared: Option<Shared>,
}

/// What an engine knows, to be kept until a later run restores the engine.
pub(super) struct Known {
    pub(super) vault: Vault,
    /// See [`Engine`].
    pub(super) interfaces: Interfaces,
    pub(super) asked: Asked,
    pub(super) own: ByPath,
    pub(super) whole: ByPath,
    pub(super) boards: ByPath,
    /// The verdict on notes with silencers. That on all others may be missing, as it is the list of their
    /// findings.
    pub(super) verdict: ByPath,
    /// The facts that notes share, where they are known.
    pub(super) shared: Option<Shared>,
}

/// Whether suggestions for unresolved links stay in memory while the other rules run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Suggestions {
    Kept,
    Freed,
}

/// What an update has to look at, besides the notes that it is told of.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Whether to list the vault again: files may have been added or removed, or have changed without an
    /// event.
    pub relist: bool,
    /// When the vault was last listed, in nanoseconds since 1970.
    pub listed: i64,
    /// The current time.
    pub now: Option<Stamp>,
}

impl Engine {
    /// Judges a vault that has been read.
    #[must_use]
    pub fn new(vault: Vault, now: Option<Stamp>) -> Self {
        let ids: Vec<NoteId> = vault.ids().collect();
        let (interfaces, asked) = known(&vault, &ids);
        let interfaces = interfaces.into_iter().collect();
        let mut engine = Self::judging(vault, interfaces, Asked::new(asked), now, Suggestions::Kept);
        let said = [&engine.own, &engine.whole, &engine.boards].into_iter().flat_map(ByPath::findings);
        let mut verdict = ByPath::new(said.cloned().collect());
        verdict.extend(std::mem::take(&mut engine.verdict));
        engine.verdict = verdict;
        engine.count();
        engine
    }

    /// Judges a vault that is not judged again, whose interfaces and asked names are known already. As in
    /// [`run::run_once`], suggestions for unresolved links are freed before the other rules run.
    pub(super) fn once(vault: Vault, interfaces: Interfaces, asked: Asked, now: Stamp) -> Self {
        Self::judging(vault, interfaces, asked, Some(now), Suggestions::Freed)
    }

    /// Restores an engine. `now` is the time of its verdict.
    pub(super) fn restored(known: Known, now: Stamp) -> Self {
        let Known { vault, interfaces, asked, own, whole, boards, verdict, shared } = known;
        let derived = Derived { shared, ..Derived::default() };
        Self { vault, interfaces, asked, now: Some(now), own, whole, boards, verdict, derived }
    }

    /// Returns what the engine knows.
    pub(super) fn into_known(self) -> Known {
        let Self { vault, interfaces, asked, own, whole, boards, verdict, derived, .. } = self;
        Known { vault, interfaces, asked, own, whole, boards, verdict, shared: derived.shared }
    }

    /// Judges a vault whose interfaces and asked names are known. `verdict` is filled only for notes with
    /// silencers: for all others it equals what `own`, `whole` and `boards` say, which must not be in memory
    /// twice where no updates will follow.
    fn judging(
        vault: Vault,
        interfaces: Interfaces,
        asked: Asked,
        now: Option<Stamp>,
        suggestions: Suggestions,
    ) -> Self {
        let ids: Vec<NoteId> = vault.ids().collect();
        let mut engine = Self {
            vault,
            interfaces,
            asked,
            now,
            own: ByPath::default(),
            whole: ByPath::default(),
            boards: ByPath::default(),
            verdict: ByPath::default(),
            derived: Derived::default(),
        };
        engine.derived.shared = Some(Shared::of(&engine.vault));
        let mut own = run::guesses(&engine.context(), &ids);
        if suggestions == Suggestions::Freed {
            engine.vault.forget_suggestions();
        }
        run::without_guesses(&engine.context(), &ids, &mut own);
        engine.own = ByPath::new(own);
        engine.whole = ByPath::new(run::of_vault(&engine.context()));
        let boards = run::marked(&engine.vault);
        engine.boards = ByPath::new(engine.judge_boards(&boards));
        let silencing = engine.vault.notes_with(Traits::SILENCERS).map(|(_, note)| note.path.clone());
        let verdict = silencing.map(|path| (engine.verdict_on(&path), path));
        engine.verdict = ByPath::of_groups(verdict.map(|(verdict, path)| (path, verdict)).collect());
        engine
    }

    /// Returns the vault as it was last judged.
    #[must_use]
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// Frees the notes that can be read again when they are needed; those that document systems stay.
    pub fn unload(&mut self) {
        self.vault.unload();
    }

    /// Returns all findings, sorted by note and place.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.verdict.findings()
    }

    /// Like [`Engine::findings`], but consumes the engine.
    #[must_use]
    pub fn into_findings(self) -> Vec<Finding> {
        self.verdict.into_findings()
    }

    /// Whether a board may be stale, even if the finding about it is silenced. Where `board-stale` is off,
    /// nothing is known about boards, and the answer is yes.
    #[must_use]
    pub fn may_have_stale_boards(&self) -> bool {
        let mut said = self.boards.findings();
        !BOARD_STALE.is_on(&self.vault) || said.any(|finding| finding.is_of(&BOARD_STALE))
    }

    /// Returns the findings that boards of `vault` may show: the vault of this engine, or one in which some
    /// notes have other texts.
    #[must_use]
    pub fn feed(&self, vault: &Vault) -> Vec<Finding> {
        match &self.derived.feed {
            Some(feed) if vault.is_same_as(&self.vault) => feed.findings().to_vec(),
            _ => run::feed(vault),
        }
    }

    /// Returns the number of findings.
    #[must_use]
    pub fn tally(&self) -> &Tally {
        &self.derived.tally
    }

    /// Counts all findings anew.
    fn count(&mut self) {
        self.derived.tally = Tally::of(self.findings());
    }

    /// Updates the verdict after changes of files. `changed` names the notes whose content may have changed.
    ///
    /// # Errors
    /// The vault cannot be listed.
    pub fn update(&mut self, changed: &HashSet<&str>, look: Look) -> Result<Update> {
        let known: Option<Vec<NoteId>> = changed.iter().map(|path| self.vault.find(path)).collect();
        if let Some(mut ids) = known.filter(|_| !look.relist) {
            ids.sort_unstable();
            if let Some(change) = self.vault.reread(&ids) {
                return Ok(self.apply(None, &change, look.now, &mut read_ahead).0);
            }
        }
        let before: Vec<String> = self.vault.ids().map(|id| self.vault.path_of(id).to_owned()).collect();
        let listing = self.vault.list()?;
        let change = self.vault.relist(listing, changed, look.listed);
        let before: Vec<&str> = before.iter().map(String::as_str).collect();
        Ok(self.apply(Some(&before), &change, look.now, &mut read_ahead).0)
    }

    fn context(&self) -> Context<'_> {
        Context::new(&self.vault, self.now).knowing(self.derived.shared.as_ref())
    }

    /// Judges again what a change of the vault can affect, and returns how far that reached. `before` has the
    /// paths of notes in their old numbering, where that may have changed. `ahead` reads all notes that
    /// document systems, and is called when all of them will be needed.
    pub(super) fn apply(
        &mut self,
        before: Option<&[&str]>,
        change: &Change,
        now: Option<Stamp>,
        ahead: &mut dyn FnMut(&Vault),
    ) -> (Update, Extent) {
        let was = std::mem::replace(&mut self.now, now);
        let changed = self.changed_paths(change);
        let gone = before.map(|before| self.renumber(before)).unwrap_or_default();
        let mut effect = self.effect(change, &gone);
        effect.unread |= change.unread;
        let whole = effect.concerns_the_whole(&self.vault);
        let is_ahead = whole || effect.shared;
        if is_ahead {
            ahead(&self.vault);
        }
        if effect.shared {
            effect.shared = self.shares_something_else();
        }
        if effect.aliases {
            self.vault.forget_suggestions();
        }
        let ids = self.to_judge(change, &effect, was);
        let gone = gone.into_iter().map(|(path, _)| path);
        let old_own = self.rejudge_notes(&ids, gone, &effect);
        let mut touched: BTreeSet<String> = old_own.keys().cloned().collect();
        let old_whole = whole.then(|| self.rejudge_whole(&mut touched));
        let heard = self.hear(&touched, &old_own, old_whole.as_ref(), change, &effect);
        let marked = run::marked(&self.vault);
        self.refresh_feed(&marked, &touched);
        let all = effect.boards_may_all_differ();
        let may_be_stale =
            |id: &NoteId| all || change.read.binary_search(id).is_ok() || heard.is_shown_in(&self.vault, *id);
        let stale: Vec<NoteId> = marked.into_iter().filter(may_be_stale).collect();
        if !(is_ahead || stale.is_empty()) {
            ahead(&self.vault);
        }
        let alone = !whole && stale.is_empty() && !effect.reaches_other_notes();
        self.rejudge_boards(&stale, all, &mut touched);
        let update = Update { changed, ..self.settle(&touched) };
        (update, Extent { touched, alone })
    }

    /// Returns the paths that were read again, added or removed.
    fn changed_paths(&self, change: &Change) -> Vec<String> {
        let read = change.read.iter().map(|id| self.vault.path_of(*id).to_owned());
        let changed: BTreeSet<String> = read.chain(change.files.iter().cloned()).collect();
        changed.into_iter().collect()
    }

    /// Judges these notes by themselves, and removes the findings of those in `gone`. Returns the old
    /// findings of each.
    fn rejudge_notes(
        &mut self,
        ids: &[NoteId],
        gone: impl Iterator<Item = String>,
        effect: &Effect,
    ) -> BTreeMap<String, Vec<Finding>> {
        let mut old: BTreeMap<String, Vec<Finding>> = gone
            .map(|path| (self.own.set(&path, Vec::new()), path))
            .map(|(said, path)| (path, said))
            .collect();
        let mut context = self.context();
        if !effect.suggestions_may_differ() {
            let said = ids.iter().flat_map(|id| self.own.of(self.vault.path_of(*id)));
            context.offered = Offered::by(said);
        }
        let fresh = ByPath::new(run::of_notes(&context, ids));
        for id in ids {
            let path = self.vault.path_of(*id);
            old.insert(path.to_owned(), self.own.set(path, Vec::new()));
        }
        self.own.extend(fresh);
        old
    }

    /// Runs the rules about the whole vault again. Returns their old findings.
    fn rejudge_whole(&mut self, touched: &mut BTreeSet<String>) -> ByPath {
        let new = ByPath::new(run::of_vault(&self.context()));
        let old = std::mem::replace(&mut self.whole, new);
        touched.extend(old.different(&self.whole));
        old
    }

    /// Determines which changes of findings boards could show.
    fn hear(
        &self,
        touched: &BTreeSet<String>,
        old_own: &BTreeMap<String, Vec<Finding>>,
        old_whole: Option<&ByPath>,
        change: &Change,
        effect: &Effect,
    ) -> Heard {
        let mut heard = Heard::default();
        for path in touched {
            let own = old_own.get(path).map_or_else(|| self.own.of(path), Vec::as_slice);
            let old = [own, old_whole.unwrap_or(&self.whole).of(path)];
            let is_read = self.vault.find(path).is_some_and(|id| change.read.binary_search(&id).is_ok());
            heard.listen(&self.vault, path, old, [self.own.of(path), self.whole.of(path)], is_read);
        }
        for path in &effect.headed {
            for said in [&self.own, &self.whole] {
                heard.listen_again(&self.vault, path, said.of(path));
            }
        }
        heard
    }

    /// Updates the findings that boards may show, where the vault has boards.
    fn refresh_feed(&mut self, marked: &[NoteId], touched: &BTreeSet<String>) {
        if marked.is_empty() {
            self.derived.feed = None;
        } else if let Some(feed) = &mut self.derived.feed {
            feed.refresh(&self.vault, [&self.own, &self.whole], touched);
        }
    }

    /// Judges the boards of the notes `stale`, which are all that have any if `all` is set.
    fn rejudge_boards(&mut self, stale: &[NoteId], all: bool, touched: &mut BTreeSet<String>) {
        let fresh = ByPath::new(self.judge_boards(stale));
        if all {
            let old = std::mem::replace(&mut self.boards, fresh);
            touched.extend(old.different(&self.boards));
        } else {
            for id in stale {
                let path = self.vault.path_of(*id);
                self.boards.set(path, Vec::new());
                touched.insert(path.to_owned());
            }
            self.boards.extend(fresh);
        }
    }

    /// Renumbers what is known of notes. Returns the notes that were removed, with their interfaces.
    fn renumber(&mut self, before: &[&str]) -> Vec<(String, Interface)> {
        let mut gone = Vec::new();
        if self.vault.ids().map(|id| self.vault.path_of(id)).eq(before.iter().copied()) {
            return gone;
        }
        let mut old = before.iter().enumerate().peekable();
        let known = |number: usize| self.interfaces.get(NoteId(number as u32));
        let mut numbers = Vec::with_capacity(self.vault.ids().len());
        for id in self.vault.ids() {
            let path = self.vault.path_of(id);
            while let Some((number, lost)) = old.next_if(|(_, old)| **old < path) {
                gone.push(((*lost).to_owned(), known(number)));
            }
            numbers.push(old.next_if(|(_, old)| **old == path).map(|(number, _)| number));
        }
        gone.extend(old.map(|(number, path)| ((*path).to_owned(), known(number))));
        let interfaces = numbers.iter().map(|number| number.map_or_else(Interface::default, known)).collect();
        self.asked.renumber(&numbers);
        self.interfaces = interfaces;
        gone
    }

    /// Runs the rules about boards on these notes.
    fn judge_boards(&mut self, notes: &[NoteId]) -> Vec<Finding> {
        if notes.is_empty() {
            return Vec::new();
        }
        let feed = self.derived.feed.get_or_insert_with(|| Feed::of(&self.vault, [&self.own, &self.whole]));
        run::of_boards(&self.vault, self.now, feed.findings(), notes)
    }

    /// Gathers the shared facts again, and returns whether they have changed. Most often the notes have the
    /// same facts in other places.
    fn shares_something_else(&mut self) -> bool {
        let words = self.vault.forget_vocabulary();
        let same_words = words.get().is_some_and(|old| old.says_the_same(self.vault.vocabulary()));
        let new = Shared::of(&self.vault);
        let old = self.derived.shared.replace(new);
        !same_words || old != self.derived.shared
    }

    /// Returns all findings about a note, silenced or not.
    fn said_of(&self, path: &str) -> Vec<Finding> {
        let said = [&self.own, &self.whole, &self.boards].into_iter().flat_map(|by| by.of(path));
        let mut findings: Vec<Finding> = said.cloned().collect();
        findings.sort_by(Finding::order);
        findings
    }

    /// Returns the findings about a note after its silencers have been applied.
    fn verdict_on(&self, path: &str) -> Vec<Finding> {
        let mut findings = self.said_of(path);
        let id = self.vault.find(path).filter(|id| self.vault.has(*id, Traits::SILENCERS));
        if let Some(note) = id.and_then(|id| self.vault.note(id)) {
            silence::apply_in(&self.vault, note, &mut findings);
            findings.sort_by(Finding::order);
        }
        findings
    }

    /// Computes the verdict on these notes again, and returns what has changed.
    fn settle(&mut self, touched: &BTreeSet<String>) -> Update {
        let mut update = Update::default();
        for path in touched {
            let new = self.verdict_on(path);
            let old = self.verdict.set(path, new.clone());
            // Most often a note that was judged again has the same findings.
            if old == new {
                continue;
            }
            self.derived.tally.change(&old, &new);
            let Update { added, removed, updated, .. } = part(old, new);
            update.added.extend(added);
            update.removed.extend(removed);
            update.updated.extend(updated);
        }
        update
    }
}

/// Reads all notes that document systems. Most often they are in memory already: an engine keeps them.
fn read_ahead(vault: &Vault) {
    let _ = vault.read_ahead(Traits::SYSTEM, None);
}
