//! Keeps a verdict from one run to the next, so that the next run judges only what has changed since.
//!
//! It keeps the names of all files with the keys that tell whether they are unchanged ([`Key`]), the interfaces
//! of notes ([`Interface`]), aliases, and the findings. It keeps no text of notes beyond what findings quote;
//! the facts of notes that document systems are kept separately ([`Ahead`]). The bytes carry a checksum and a
//! hash of the setup; bytes that are damaged, foreign or of another setup count as none. Where little has
//! changed since, the new findings are kept in a file beside them.

use std::cell::Cell;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use xxhash_rust::xxh3::{Xxh3, xxh3_128};

use super::asked::Asked;
use super::by_path::ByPath;
use super::engine::{Derived, Engine, Extent};
use super::interfaces::Interfaces;
use super::reading;
use crate::config::Config;
use crate::error::Result;
use crate::model::finding::Finding;
use crate::text::stamp::Stamp;
use crate::text::store::{StoreFile, Writing};
use crate::vault::ahead::Ahead;
use crate::vault::files::{File, Listing};
use crate::vault::interface::{Interface, names_asked};
use crate::vault::listed::Listed;
use crate::vault::source::{Key, Source};
use crate::vault::{Change, Keep, LazyVault, Note, Progress, Traits, Unread, Vault};

mod finding;
mod format;
mod increment;

use self::format::{Files, Head, Many, Notes, Parts, State, Told};
use self::increment::Increment;

/// What a verdict depends on besides the files of the vault.
#[derive(Clone, Copy, Debug)]
pub struct Basis {
    /// A hash over everything but the notes: the program, the configuration, settings of Obsidian.
    pub setup: u128,
    /// The current time.
    pub now: Stamp,
    /// When the files were listed, in nanoseconds since 1970.
    pub read_at: i64,
    /// Whether to keep anything.
    pub keep: bool,
}

/// A vault and its verdict.
#[derive(Debug)]
pub struct Judged {
    /// The vault. Where nothing has changed it is opened on first use, and reads its notes as they are asked
    /// for: it serves to show findings, not to be judged again.
    pub vault: LazyVault,
    /// The number of its notes, without excluded ones and canvases.
    pub notes: usize,
    /// All findings, sorted by note and place.
    pub findings: Vec<Finding>,
    /// The hashes of notes with findings, sorted by path. Notes that may have changed unnoticed are left out.
    pub same: Vec<(String, NoteHash)>,
    /// The number of unchanged notes that document systems and had to be read again.
    pub reread: usize,
}

/// Access to what an earlier run has kept, and to where this one keeps its results.
pub trait Store: Sync {
    /// Whether there may be a kept verdict. This is called before anything is read.
    fn may_know(&self) -> bool;

    /// Returns the kept verdict.
    fn verdict(&self) -> Option<&[u8]>;

    /// Returns what was found out after that verdict.
    fn increment(&self) -> Option<&[u8]>;

    /// Returns the kept facts of notes that document systems: see [`Judged::facts`].
    fn facts(&self) -> Option<&[u8]>;

    /// Keeps the result of this run. `write` gets the sink directly, because the result for a large vault is
    /// large. Where it cannot be written, nothing is kept.
    fn keep(&self, place: StoreFile, write: Writing<'_>);
}

/// The most notes that are kept beside a verdict or a report. What is kept there is processed in each run, so
/// for more notes everything is kept anew.
pub const FEW: usize = 64;

/// A hash that stays the same until the note changes, or the setup that its verdict depends on besides the
/// vault's files.
pub type NoteHash = u128;

impl Judged {
    /// Wraps a vault that has been judged, with nothing to keep.
    #[must_use]
    pub fn new(vault: Vault, findings: Vec<Finding>) -> Self {
        let notes = vault.notes_of(|_| true).count();
        let vault: LazyVault = LazyLock::new(Box::new(|| vault));
        Self { vault, notes, findings, same: Vec::new(), reread: 0 }
    }

    /// Returns the facts of notes that document systems, to be kept for the next run in which one of them has
    /// changed. `None` where so few had to be read that keeping them does not pay.
    #[must_use]
    pub fn facts(&self, basis: Basis) -> Option<Vec<u8>> {
        let pays = self.reread > FEW;
        pays.then(|| self.vault.ahead(Traits::SYSTEM, basis.setup, basis.read_at)).flatten()
    }
}

/// Judges a vault, starting from what an earlier run has kept.
///
/// # Errors
/// The source cannot be listed.
pub fn judge(
    root: &Path,
    source: Arc<dyn Source>,
    config: Config,
    store: &dyn Store,
    basis: Basis,
    progress: Progress<'_>,
) -> Result<Judged> {
    // Without a verdict to compare with, every file will be read and gets its key then.
    let has_keys = store.may_know();
    // Most often the kept verdict still holds, so it is read and parsed while the files are listed.
    let (listing, state) = rayon::join(
        || if has_keys { source.list() } else { source.list_to_read() },
        || {
            let state =
                store.verdict().and_then(State::read).filter(|state| state.head.setup == basis.setup)?;
            let said = state.said()?;
            let increment = store.increment().and_then(|bytes| Increment::read(bytes, state.sum));
            Some((state, said, increment))
        },
    );
    let listing = listing?;
    let names = hash_of_names(&listing);
    let mut hash = with_keys(names, listing.files.iter().map(|file| file.key));
    // A listing with keys also has those of files that are not read.
    let has_no_key = |file: &File| file.is_read() && file.key == Key::Unknown;
    let keys_come = !has_keys && listing.files.iter().any(has_no_key);
    let start = match state {
        Some((State { head, .. }, said, _)) if head.holds(hash, basis.now) => {
            return Ok(unchanged(root, source, config, listing, (head, said.verdict()), basis));
        }
        Some((_, mut said, Some(increment))) if increment.head.holds(hash, basis.now) => {
            said.settled.extend(increment.touched);
            return Ok(unchanged(root, source, config, listing, (increment.head, said.verdict()), basis));
        }
        Some((state, said, _)) => state.files().map(|files| (state, files, said)),
        None => None,
    };
    let listed = Listed::from(listing);
    let start = start.and_then(|(state, files, said)| {
        listed.prepare();
        let (same, known) = rayon::join(|| files.compare(&listed, state.head.read_at), || Known::of(&files));
        same.is_most().then_some((state, files, said, same, known))
    });
    let mut reread = 0;
    let (mut engine, little) = if let Some((state, files, said, same, known)) = start {
        let mut traits = same.known.into_iter();
        let traits = move || traits.next().flatten();
        let vault = Vault::open(root, source, config, Keep::Facts, listed, traits);
        let vault = vault.with_aliases(files.aliases().collect());
        let times = (state.head.now, basis.now);
        let read = Cell::new(0);
        let ahead = |vault: &Vault| {
            let facts = store.facts().and_then(|bytes| Ahead::read(bytes, basis.setup));
            read.set(vault.read_ahead(Traits::SYSTEM, facts.as_ref()));
        };
        let (engine, extent) = resume(vault, &files, known, said, same.files, times, &ahead);
        reread = read.get();
        (engine, is_small(&extent).then_some((state.sum, extent)))
    } else {
        let format = config.reading.stamp.clone();
        let known = |note: &Note| (Interface::of(note), names_asked(&note.facts, &format));
        let (vault, (interfaces, asked)) =
            reading::read_listed(root, source, config, listed, progress, known);
        if keys_come {
            hash = with_keys(names, vault.keys());
        }
        (Engine::of(vault, interfaces, asked, Some(basis.now), true), None)
    };
    match little {
        _ if !basis.keep => {}
        Some((sum, extent)) => engine.keep_increment(store, sum, &extent, basis, hash),
        None => engine.keep(store, basis, hash),
    }
    let (vault, findings) = engine.into_verdict();
    let notes = vault.ids().map(|id| (vault.path_of(id), vault.key_of(id)));
    let same = same(&findings, notes, basis);
    Ok(Judged { same, reread, ..Judged::new(vault, findings) })
}

/// Whether judging this again is faster than keeping a whole verdict.
fn is_small(extent: &Extent) -> bool {
    extent.alone && extent.touched.len() <= FEW
}

/// Returns a kept verdict that still holds.
fn unchanged(
    root: &Path,
    source: Arc<dyn Source>,
    config: Config,
    listing: Listing,
    (head, findings): (Head, Vec<Finding>),
    basis: Basis,
) -> Judged {
    let root = root.to_path_buf();
    let files = listing.files.iter().map(|file| (file.path.as_str(), file.key));
    let same = same(&findings, files, basis);
    let open = move || Vault::open(&root, source, config, Keep::Facts, listing, || Some(Traits::default()));
    let vault: LazyVault = LazyLock::new(Box::new(open));
    Judged { vault, notes: head.notes as usize, findings, same, reread: 0 }
}

/// Returns the hashes of notes with findings. Findings and files are sorted by path.
fn same<'f>(
    findings: &[Finding],
    files: impl Iterator<Item = (&'f str, Key)>,
    basis: Basis,
) -> Vec<(String, NoteHash)> {
    let mut files = files.peekable();
    let notes = findings.chunk_by(|a, b| a.note == b.note).filter_map(|findings| findings.first());
    let same = notes.filter_map(|Finding { note, .. }| {
        while files.next_if(|(path, _)| *path < note.as_str()).is_some() {}
        let (_, key) = files.next_if(|(path, key)| path == note && key.is_settled(basis.read_at))?;
        Some((note.clone(), xxh3_128(&[&basis.setup.to_le_bytes()[..], &key.bytes()].concat())))
    });
    same.collect()
}

/// What the kept bytes know of notes.
struct Known {
    interfaces: Interfaces,
    asked: Asked,
}

impl Known {
    fn of(files: &Files<'_>) -> Self {
        let (names, ends) = files.names();
        Self { interfaces: files.interfaces(), asked: Asked::of_lists(names, ends) }
    }
}

/// Restores the engine of the kept verdict, and updates it to the vault as it is now; `files` were added or
/// removed since. Its `verdict` is filled only for notes in `settled`.
fn resume(
    mut vault: Vault,
    kept: &Files<'_>,
    known: Known,
    said: Parts,
    files: Vec<String>,
    (then, now): (Stamp, Stamp),
    ahead: &dyn Fn(&Vault),
) -> (Engine, Extent) {
    let Parts { own, whole, boards, settled } = said;
    let Known { interfaces, asked } = known;
    let read = vault.read_unknown();
    let change = Change { read, files, unread: !kept.had_unread(&vault) };
    // Where no file was added or removed, and none has become unreadable, notes have the same numbers as
    // before.
    let is_same = change.files.is_empty() && kept.has_notes_of(&vault);
    let before = (!is_same).then(|| kept.note_paths());
    let mut engine = Engine {
        vault,
        interfaces,
        asked,
        now: Some(then),
        own: ByPath::new(own),
        whole: ByPath::new(whole),
        boards: ByPath::new(boards),
        verdict: ByPath::of_groups(settled),
        derived: Derived::sharing(kept.shared()),
    };
    let (_, extent) = engine.apply(before.as_deref(), &change, Some(now), ahead);
    (engine, extent)
}

impl Engine {
    /// Returns what is needed to tell whether the verdict still holds.
    fn head(&self, basis: Basis, listing: u128) -> Head {
        let now = basis.now.seconds();
        // Dates in the future are judged by the clock.
        let ahead = self.interfaces.rare().any(|(_, rare)| rare.newest.cast_signed() > now);
        let timeless = !ahead && self.vault.config().review_days.is_none();
        let settled = self.vault.unread().is_empty()
            && self.vault.ids().all(|id| self.vault.key_of(id).is_settled(basis.read_at));
        Head {
            setup: basis.setup,
            listing,
            read_at: basis.read_at,
            now: basis.now,
            notes: self.vault.notes_of(|_| true).count() as u32,
            timeless,
            settled,
        }
    }

    /// Keeps the result of a small change beside the verdict with the checksum `sum`.
    fn keep_increment(&self, store: &dyn Store, sum: u64, extent: &Extent, basis: Basis, listing: u128) {
        let bytes = increment::write(sum, self.head(basis, listing), &extent.touched, &self.verdict);
        if let Some(bytes) = bytes {
            store.keep(StoreFile::Beside, &mut |to| to.write_all(&bytes));
        }
    }

    /// Keeps the whole verdict.
    fn keep(&mut self, store: &dyn Store, basis: Basis, listing: u128) {
        let head = self.head(basis, listing);
        let files: Vec<u32> = self.vault.ids().filter_map(|id| Some(self.vault.file_of(id)?.0)).collect();
        let silenced = silencing(&self.vault);
        let silenced = silenced.map(|path| (path, Many(vec![self.verdict.of(path)])));
        let findings = Told {
            own: Many(self.own.groups().collect()),
            whole: Many(self.whole.groups().collect()),
            boards: Many(self.boards.groups().collect()),
            silenced: silenced.collect(),
        };
        let names = self.asked.lists();
        let shared = self.derived.shared.as_ref();
        let notes =
            Notes { vault: &self.vault, files: &files, interfaces: self.interfaces.lists(), names, shared };
        store.keep(StoreFile::Whole, &mut |to| format::write(&head, &notes, &findings, to));
    }

    /// Returns the vault, and all findings sorted by note and place. Only notes with silencers need their own
    /// verdict; for all others it is the list of their findings.
    fn into_verdict(mut self) -> (Vault, Vec<Finding>) {
        let silencing: Vec<String> = silencing(&self.vault).map(str::to_owned).collect();
        let settled = silencing.into_iter().map(|path| (self.verdict.set(&path, Vec::new()), path));
        let settled = settled.map(|(verdict, path)| (path, verdict)).collect();
        let parts = Parts {
            own: self.own.into_findings(),
            whole: self.whole.into_findings(),
            boards: self.boards.into_findings(),
            settled,
        };
        (self.vault, parts.verdict())
    }
}

/// Returns the paths of notes with silencers.
fn silencing(vault: &Vault) -> impl Iterator<Item = &str> {
    let silencing = vault.ids().filter(|id| vault.traits(*id).has(Traits::SILENCERS));
    silencing.map(|id| vault.path_of(id))
}

/// Returns a hash over everything in a listing except the keys of files.
fn hash_of_names(listing: &Listing) -> u128 {
    let mut hash = Xxh3::new();
    let mut entry = Vec::new();
    for file in &listing.files {
        entry.clear();
        entry.extend_from_slice(file.path.as_bytes());
        entry.extend([0, u8::from(file.readable)]);
        hash.update(&entry);
    }
    for name in &listing.unnameable {
        hash.update(&[name.as_bytes(), b"\0"].concat());
    }
    for Unread { path, reason } in &listing.unreadable {
        hash.update(&[path.as_bytes(), b"\0", reason.as_bytes(), b"\0"].concat());
    }
    hash.digest128()
}

/// Adds the keys of files, in the order of the files, to that hash.
fn with_keys(names: u128, keys: impl Iterator<Item = Key>) -> u128 {
    let mut hash = Xxh3::new();
    hash.update(&names.to_le_bytes());
    keys.for_each(|key| hash.update(&key.bytes()));
    hash.digest128()
}
