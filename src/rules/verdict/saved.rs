//! A verdict kept from one run to the next: a run after it judges only what has changed since.
//!
//! Kept are the names of all files with what tells that they are the same ([`Key`]), what others know of
//! each note ([`Record`]), aliases, and the findings. No text of a note is, beyond what findings quote; what was read
//! of notes that document systems lies apart ([`Ahead`]). The bytes
//! carry a checksum and what they were made for; bytes that are torn, foreign or of another setup are
//! as good as none. Where little has changed since, what is said now lies beside them.

use std::cell::Cell;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, LazyLock};

use xxhash_rust::xxh3::{Xxh3, xxh3_128};

use super::asked::Asked;
use super::by_path::ByPath;
use super::engine::{Derived, Engine};
use super::kept::{self, Files, Head, Many, Notes, Parts, State, Told};
use super::later::{self, Extent, Later};
use super::reading;
use super::recorded::Recorded;
use crate::config::Config;
use crate::error::Result;
use crate::model::finding::Finding;
use crate::text::stamp::Stamp;
use crate::vault::ahead::Ahead;
use crate::vault::files::{File, Listing};
use crate::vault::listed::Listed;
use crate::vault::record::{Record, names_asked};
use crate::vault::source::{Key, Source};
use crate::vault::{Change, Keep, Note, Progress, Traits, Unread, Vault};

/// What a verdict rests on beside the files of the vault.
#[derive(Clone, Copy, Debug)]
pub struct Basis {
    /// A hash over all that is none of its notes: the program, the configuration, settings of Obsidian.
    pub setup: u128,
    /// The time by the wall clock.
    pub now: Stamp,
    /// When the files were listed, in nanoseconds since 1970.
    pub read_at: i64,
    /// Whether anything is to be kept of it.
    pub keep: bool,
}

/// A vault and the verdict on it.
#[derive(Debug)]
pub struct Judged {
    /// The vault. Where nothing has changed it is opened when somebody asks for it, and its notes are read
    /// as they are asked for: it is there to be shown, not to be judged again.
    pub vault: LazyVault,
    /// How many notes it has, excluded ones and canvases left out.
    pub notes: usize,
    /// Every finding, in the order of notes and places.
    pub findings: Vec<Finding>,
    /// Of notes that findings are about, in the order of paths, those that can be told to be the same.
    pub same: Vec<(String, NoteHash)>,
    /// How many notes that document systems had to be read, though they have not changed.
    pub reread: usize,
}

/// What an earlier run has kept, and where this one keeps what it finds out.
pub trait Kept: Sync {
    /// Whether there may be a verdict. That is asked before anything is read.
    fn may_know(&self) -> bool;

    /// The verdict on the vault as it was then.
    fn verdict(&self) -> Option<&[u8]>;

    /// What was found out after that.
    fn later(&self) -> Option<&[u8]>;

    /// What was read of notes that document systems: see [`Judged::facts`].
    fn facts(&self) -> Option<&[u8]>;

    /// Keeps what this run has found out. It is written where it is to lie: of a large vault it is large. Where it
    /// cannot be written nothing is kept of it.
    fn keep(&self, place: KeptPlace, write: Writing<'_>);
}

/// Where something new is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeptPlace {
    /// In place of all that was kept.
    Whole,
    /// Beside what was kept, in place of what else lies there.
    Beside,
}

/// Writes what is to be kept.
pub type Writing<'w> = &'w mut dyn FnMut(&mut dyn Write) -> io::Result<()>;

/// What lies beside a verdict or a report is looked at again in each run: of more notes than this all is kept anew.
pub const FEW: usize = 64;

/// A number that stays the same for as long as a note does, and whatever its verdict rests on beside the vault.
pub type NoteHash = u128;

/// A vault that is opened when somebody asks for it.
pub type LazyVault = LazyLock<Vault, Box<dyn FnOnce() -> Vault + Send>>;

impl Judged {
    /// A vault that has been judged, with nothing to keep.
    #[must_use]
    pub fn new(vault: Vault, findings: Vec<Finding>) -> Self {
        let notes = vault.notes_of(|_| true).count();
        let vault: LazyVault = LazyLock::new(Box::new(|| vault));
        Self { vault, notes, findings, same: Vec::new(), reread: 0 }
    }

    /// What was read of notes that document systems, to be kept for the next run in which one of them has
    /// changed. `None` where too little had to be read for that.
    #[must_use]
    pub fn facts(&self, basis: Basis) -> Option<Vec<u8>> {
        let pays = self.reread > FEW;
        pays.then(|| self.vault.ahead(Traits::SYSTEM, basis.setup, basis.read_at)).flatten()
    }
}

/// Judges a vault, with the help of what an earlier run has kept.
///
/// # Errors
/// The source cannot be listed.
pub fn judge(
    root: &Path,
    source: Arc<dyn Source>,
    config: Config,
    kept: &dyn Kept,
    basis: Basis,
    progress: Progress<'_>,
) -> Result<Judged> {
    // Without a verdict to compare with each file will be read, and has its key then.
    let has_keys = kept.may_know();
    // What was kept is most often what is asked for: it is read and taken apart while the files are listed.
    let (listing, state) = rayon::join(
        || if has_keys { source.list() } else { source.list_to_read() },
        || {
            let state =
                kept.verdict().and_then(State::read).filter(|state| state.head.setup == basis.setup)?;
            let said = state.said()?;
            let later = kept.later().and_then(|bytes| Later::read(bytes, state.sum));
            Some((state, said, later))
        },
    );
    let listing = listing?;
    let names = hash_of_names(&listing);
    let mut hash = with_keys(names, listing.files.iter().map(|file| file.key));
    // A listing that has keys anyway has those of files that are not read, too.
    let is_told_later = |file: &File| file.is_read() && file.key == Key::Unknown;
    let keys_come = !has_keys && listing.files.iter().any(is_told_later);
    let start = match state {
        Some((State { head, .. }, said, _)) if head.holds(hash, basis.now) => {
            return Ok(unchanged(root, source, config, listing, (head, said.verdict()), basis));
        }
        Some((_, mut said, Some(later))) if later.head.holds(hash, basis.now) => {
            said.settled.extend(later.touched);
            return Ok(unchanged(root, source, config, listing, (later.head, said.verdict()), basis));
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
            let facts = kept.facts().and_then(|bytes| Ahead::read(bytes, basis.setup));
            read.set(vault.read_ahead(Traits::SYSTEM, facts.as_ref()));
        };
        let (engine, extent) = resume(vault, &files, known, said, same.files, times, &ahead);
        reread = read.get();
        (engine, extent.is_small().then_some((state.sum, extent)))
    } else {
        let format = config.reading.stamp.clone();
        let known = |note: &Note| (Record::of(note), names_asked(&note.facts, &format));
        let (vault, (records, asked)) = reading::read_listed(root, source, config, listed, progress, known);
        if keys_come {
            hash = with_keys(names, vault.keys());
        }
        (Engine::of(vault, records, asked, Some(basis.now), true), None)
    };
    match little {
        _ if !basis.keep => {}
        Some((sum, extent)) => engine.keep_later(kept, sum, &extent, basis, hash),
        None => engine.keep(kept, basis, hash),
    }
    let (vault, findings) = engine.into_verdict();
    let notes = vault.ids().map(|id| (vault.path_of(id), vault.key_of(id)));
    let same = same(&findings, notes, basis);
    Ok(Judged { same, reread, ..Judged::new(vault, findings) })
}

/// A verdict that still holds.
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

/// The identities of notes that findings are about. Findings and files come in the order of paths.
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

/// What was known of notes, taken out of the bytes.
struct Known {
    records: Recorded,
    asked: Asked,
}

impl Known {
    fn of(files: &Files<'_>) -> Self {
        let (names, ends) = files.names();
        Self { records: files.records(), asked: Asked::of_lists(names, ends) }
    }
}

/// The engine as it was at a time, brought to what the vault is now; files have come or gone since. The verdict
/// is there for notes alone on which it was settled.
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
    let Known { records, asked } = known;
    let read = vault.read_unknown();
    let change = Change { read, files, unread: !kept.had_unread(&vault) };
    // Where no file has come or gone, and none has become unreadable, notes have the numbers that they had.
    let is_same = change.files.is_empty() && kept.has_notes_of(&vault);
    let before = (!is_same).then(|| kept.note_paths());
    let mut engine = Engine {
        vault,
        records,
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
    /// What tells whether the verdict still holds.
    fn head(&self, basis: Basis, listing: u128) -> Head {
        let now = basis.now.seconds();
        // What lies ahead is judged by the clock.
        let ahead = self.records.rare().any(|(_, rare)| rare.newest.cast_signed() > now);
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

    /// Keeps what there is to keep of a change that reached so far, beside the verdict with this checksum.
    fn keep_later(&self, kept: &dyn Kept, sum: u64, extent: &Extent, basis: Basis, listing: u128) {
        let later = later::write(sum, self.head(basis, listing), &extent.touched, &self.verdict);
        if let Some(later) = later {
            kept.keep(KeptPlace::Beside, &mut |to| to.write_all(&later));
        }
    }

    /// Keeps what there is to keep of the engine.
    fn keep(&mut self, kept: &dyn Kept, basis: Basis, listing: u128) {
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
        let notes = Notes { vault: &self.vault, files: &files, records: self.records.lists(), names, shared };
        kept.keep(KeptPlace::Whole, &mut |to| kept::write(&head, &notes, &findings, to));
    }

    /// The vault, and every finding in the order of notes and places. Most of what is said of a note is the
    /// verdict on it as it is.
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

/// The paths of notes with silencers.
fn silencing(vault: &Vault) -> impl Iterator<Item = &str> {
    let silencing = vault.ids().filter(|id| vault.traits(*id).has(Traits::SILENCERS));
    silencing.map(|id| vault.path_of(id))
}

/// A hash over everything that a listing says but for the keys of files.
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

/// The same with the keys, which come in the order of the files.
fn with_keys(names: u128, keys: impl Iterator<Item = Key>) -> u128 {
    let mut hash = Xxh3::new();
    hash.update(&names.to_le_bytes());
    keys.for_each(|key| hash.update(&key.bytes()));
    hash.digest128()
}
