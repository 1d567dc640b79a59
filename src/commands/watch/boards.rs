//! When boards are written while others write too: editors, formatters, a second portolan.
//!
//! Three things keep the peace. Boards wait until the vault has been quiet for a moment, and a note that was
//! saved in that moment waits longer. What was written here is known again by its content, so a write is
//! no reason for the next one. And whoever puts back an old text is not fought: the text that a write has replaced is
//! not replaced again, until some other note changes.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use xxhash_rust::xxh3::xxh3_64;

use crate::plan::sync::SyncPlan;
use crate::text::visible::escape;
use crate::vault::{Vault, on_disk};

/// How long the vault must be quiet before boards are written.
const QUIET: Duration = Duration::from_secs(1);

/// How often it is tried again where another portolan is writing, before that is worth a word.
const TRIES: u32 = 10;

/// When boards are written.
#[derive(Debug)]
pub(super) struct Boards {
    /// Whether they are written without being asked for.
    live: bool,
    due: Option<Instant>,
    /// How often in a row another portolan was writing.
    tries: u32,
    /// For each note that was written since another note has changed the text that the last write has replaced, hashed.
    replaced: HashMap<String, u64>,
    /// The same of what is about to be written.
    writing: HashMap<String, u64>,
    /// What has been said of notes that cannot be written.
    said: HashSet<String>,
}

/// What of a plan is not to be written.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    /// The notes.
    pub(super) left: Vec<String>,
    /// What is to be said of those that somebody else keeps undoing.
    pub(super) fights: Vec<String>,
}

impl Boards {
    pub(super) fn new(live: bool) -> Self {
        let due = live.then(|| Instant::now() + QUIET);
        Self { live, due, tries: 0, replaced: HashMap::new(), writing: HashMap::new(), said: HashSet::new() }
    }

    /// When boards may be written, if nothing happens until then.
    pub(super) const fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Something has happened to files: the moment of quiet begins again.
    pub(super) fn stir(&mut self, now: Instant) {
        if self.due.is_some() {
            self.due = Some(now + QUIET);
        }
    }

    /// Notes have changed.
    pub(super) fn changed(&mut self, notes: &[String], now: Instant) {
        if self.live {
            self.due = Some(now + QUIET);
        }
        if notes.iter().any(|note| !self.replaced.contains_key(note)) {
            self.replaced.clear();
            self.said.clear();
        }
    }

    /// They are about to be written.
    pub(super) const fn begin(&mut self) {
        self.due = None;
    }

    /// Looks for what of a plan is not to be written now: notes that somebody has just saved, unless
    /// somebody has asked for it, and texts that somebody else keeps undoing. `clock` is the time in nanoseconds
    /// since 1970.
    pub(super) fn choose(
        &mut self,
        vault: &Vault,
        plan: &SyncPlan,
        clock: i64,
        asked: bool,
        now: Instant,
    ) -> Chosen {
        let mut chosen = Chosen::default();
        self.writing.clear();
        for write in &plan.writes {
            let note = vault.path_of(write.note);
            let Some(found) = vault.text(write.note) else {
                chosen.left.push(note.to_owned());
                continue;
            };
            if !asked && was_just_saved(vault, note, clock) {
                self.due = Some(now + QUIET);
                chosen.left.push(note.to_owned());
                continue;
            }
            let hash = xxh3_64(found.as_bytes());
            let is_put_back = self.replaced.get(note) == Some(&hash);
            self.writing.insert(note.to_owned(), hash);
            if is_put_back && !asked {
                let text = format!(
                    "{}: something else undoes what is written there; it is left alone until another note changes",
                    escape(note)
                );
                chosen.fights.extend(self.said.insert(text.clone()).then_some(text));
                chosen.left.push(note.to_owned());
            }
        }
        chosen
    }

    /// Another portolan is writing. Whether to try again without a word.
    pub(super) fn try_later(&mut self, now: Instant) -> bool {
        self.due = Some(now + QUIET);
        self.tries = (self.tries + 1) % TRIES;
        self.tries > 0
    }

    /// These notes have been written. Says what is to be said of those that were not, each thing once.
    pub(super) fn written(&mut self, notes: &[String], plan: &SyncPlan, asked: bool) -> Vec<String> {
        self.tries = 0;
        for note in notes {
            if let Some(hash) = self.writing.get(note) {
                self.replaced.insert(note.clone(), *hash);
            }
        }
        let said = plan.writes.iter().flat_map(|write| &write.said).filter(|said| notes.contains(&said.note));
        let texts: Vec<String> = said.chain(&plan.refused).map(ToString::to_string).collect();
        texts.into_iter().filter(|text| self.said.insert(text.clone()) || asked).collect()
    }
}

/// Whether the clock of the file system says so. One that is ahead of ours says nothing.
fn was_just_saved(vault: &Vault, note: &str, clock: i64) -> bool {
    let modified = std::fs::metadata(on_disk(vault.root(), note)).and_then(|meta| meta.modified());
    let since = modified.ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    let age = since.map(|since| clock.saturating_sub(i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)));
    age.is_some_and(|age| (0..QUIET.as_nanos() as i64).contains(&age))
}
