//! Decides when `watch` writes boards, while editors, formatters or a second portolan also write.
//!
//! Three things avoid conflicts. Boards wait until the vault has been quiet for a second, and a note that was
//! just saved waits longer. What `watch` has written itself is recognised by its content, so that a write
//! does not cause the next one. And where another program restores an old text, `watch` does not write over
//! it again until some other note changes.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use xxhash_rust::xxh3::xxh3_64;

use crate::plan::sync::SyncPlan;
use crate::text::visible::escape;
use crate::vault::{Vault, on_disk};

/// How long the vault must be quiet before boards are written.
const QUIET: Duration = Duration::from_secs(1);

/// How often to try again while another portolan is writing, before that is reported.
const TRIES: u32 = 10;

/// Decides when boards are written.
#[derive(Debug)]
pub(super) struct Boards {
    /// Whether boards are written automatically.
    live: bool,
    due: Option<Instant>,
    /// How often in a row another portolan was writing.
    tries: u32,
    /// For each note written since another note has changed, the hash of the text that the last write
    /// replaced.
    replaced: HashMap<String, u64>,
    /// The hashes of the texts that are about to be replaced.
    writing: HashMap<String, u64>,
    /// The messages about notes that cannot be written, to report each only once.
    said: HashSet<String>,
}

/// The part of a plan that is not to be written.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    /// The notes that are left out.
    pub(super) left: Vec<String>,
    /// Messages about notes where another program keeps undoing the write.
    pub(super) fights: Vec<String>,
}

impl Boards {
    pub(super) fn new(live: bool) -> Self {
        let due = live.then(|| Instant::now() + QUIET);
        Self { live, due, tries: 0, replaced: HashMap::new(), writing: HashMap::new(), said: HashSet::new() }
    }

    /// Returns when boards may be written, if nothing happens until then.
    pub(super) const fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Starts the quiet period again, because something has happened to files.
    pub(super) fn stir(&mut self, now: Instant) {
        if self.due.is_some() {
            self.due = Some(now + QUIET);
        }
    }

    /// Takes note that notes have changed.
    pub(super) fn changed(&mut self, notes: &[String], now: Instant) {
        if self.live {
            self.due = Some(now + QUIET);
        }
        if notes.iter().any(|note| !self.replaced.contains_key(note)) {
            self.replaced.clear();
            self.said.clear();
        }
    }

    /// Takes note that boards are about to be written.
    pub(super) const fn begin(&mut self) {
        self.due = None;
    }

    /// Chooses what of a plan is not to be written now: notes that were just saved, and those where another
    /// program keeps restoring the old text. With `asked`, because the user pressed a key, neither is left
    /// out. `clock` is the time in nanoseconds since 1970.
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

    /// Schedules another try because another portolan is writing. Returns whether to do so without a message.
    pub(super) fn try_later(&mut self, now: Instant) -> bool {
        self.due = Some(now + QUIET);
        self.tries = (self.tries + 1) % TRIES;
        self.tries > 0
    }

    /// Takes note of the notes that were written. Returns the messages about the others, each only once.
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

/// Whether a note was saved within the quiet period, by its time of modification. A time in the future does
/// not count.
fn was_just_saved(vault: &Vault, note: &str, clock: i64) -> bool {
    let modified = std::fs::metadata(on_disk(vault.root(), note)).and_then(|meta| meta.modified());
    let since = modified.ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    let age = since.map(|since| clock.saturating_sub(i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)));
    age.is_some_and(|age| (0..QUIET.as_nanos() as i64).contains(&age))
}
