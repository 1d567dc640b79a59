//! Keeps a verdict from one run to the next, so that the next run judges only what has changed since.
//!
//! It keeps the names of all files with the keys that tell whether they are unchanged ([`Key`]), the interfaces
//! of notes ([`Interface`]), aliases, and the findings. It keeps no text of notes beyond what findings quote;
//! the facts of notes that document systems are kept separately ([`Ahead`]). The bytes carry a checksum and a
//! hash of the setup; bytes that are damaged, foreign or of another setup count as none. Where little has
//! changed since, the new findings are kept in a file beside them.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::sync::LazyLock;

use xxhash_rust::xxh3::{Xxh3, xxh3_128};

use super::by_path::ByPath;
use super::engine::{Engine, Extent, Known};
use super::interfaces::Interfaces;
use super::link_names::Asked;
use super::reading;
use crate::error::Result;
use crate::model::finding::Finding;
use crate::text::stamp::Stamp;
use crate::text::store::{StoreFile, Writing};
use crate::vault::files::{File, Listing};
use crate::vault::interface::{Interface, names_asked};
use crate::vault::listing::Listed;
use crate::vault::prefetch::Ahead;
use crate::vault::source::Key;
use crate::vault::{Change, Keep, LazyVault, Note, Origin, Progress, Traits, Unread, Vault};

mod finding;
mod format;
mod increment;

use self::format::{Files, Head, Many, Notes, Parts, Same, State, Told};
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
pub fn judge(origin: Origin, store: &dyn Store, basis: Basis, progress: Progress<'_>) -> Result<Judged> {
    // Without a verdict to compare with, every file will be read and gets its key then.
    let has_keys = store.may_know();
    // Most often the kept verdict still holds, so it is read and parsed while the files are listed.
    let (listing, kept) = rayon::join(
        || if has_keys { origin.source.list() } else { origin.source.list_to_read() },
        || Kept::read(store, basis.setup),
    );
    let listing = listing?;
    let names = hash_of_names(&listing);
    let hash = with_keys(names, listing.files.iter().map(|file| file.key));
    // A listing with keys also has those of files that are not read.
    let has_no_key = |file: &File| file.is_read() && file.key == Key::Unknown;
    let keys_come = !has_keys && listing.files.iter().any(has_no_key);
    let mut found = match Start::of(kept, listing, hash, basis.now) {
        Start::Holds(kept) => return Ok(kept.judged(origin, basis)),
        Start::Resume(kept) => kept.judge(origin, store, basis),
        Start::Fresh(listed) => Found::anew(origin, listed, basis.now, progress),
    };
    if basis.keep {
        let hash = if keys_come { with_keys(names, found.known.vault.keys()) } else { hash };
        found.keep(store, basis, hash);
    }
    let Found { known, reread, .. } = found;
    let (vault, findings) = verdict(known);
    let notes = vault.ids().map(|id| (vault.path_of(id), vault.key_of(id)));
    let same = same(&findings, notes, basis);
    Ok(Judged { same, reread, ..Judged::new(vault, findings) })
}

/// What an earlier run has kept.
struct Kept<'b> {
    state: State<'b>,
    findings: Parts,
    increment: Option<Increment>,
}

impl<'b> Kept<'b> {
    /// Reads what was kept for the same setup.
    fn read(store: &'b dyn Store, setup: u128) -> Option<Self> {
        let state = store.verdict().and_then(State::read).filter(|state| state.head.setup == setup)?;
        let findings = state.said()?;
        let increment = store.increment().and_then(|bytes| Increment::read(bytes, state.sum));
        Some(Self { state, findings, increment })
    }
}

/// What judging a vault starts from.
enum Start<'b> {
    /// A kept verdict that still holds.
    Holds(Unchanged),
    /// A kept verdict on a vault of which most notes are the same.
    Resume(Box<Resumed<'b>>),
    /// Nothing but the list of files.
    Fresh(Listed),
}

impl<'b> Start<'b> {
    /// Compares what was kept with a listing, which has this hash.
    fn of(kept: Option<Kept<'b>>, listing: Listing, hash: u128, now: Stamp) -> Self {
        let Some(Kept { state, mut findings, increment }) = kept else { return Self::Fresh(listing.into()) };
        if state.head.holds(hash, now) {
            return Self::Holds(Unchanged { listing, head: state.head, findings });
        }
        if let Some(Increment { head, touched }) = increment.filter(|later| later.head.holds(hash, now)) {
            findings.settled.extend(touched);
            return Self::Holds(Unchanged { listing, head, findings });
        }
        let listed = Listed::from(listing);
        let Some(files) = state.files() else { return Self::Fresh(listed) };
        listed.prepare();
        let (same, (interfaces, asked)) = rayon::join(
            || files.compare(&listed, state.head.read_at),
            || {
                let (names, ends) = files.names();
                (files.interfaces(), Asked::of_lists(names, ends))
            },
        );
        if !same.is_most() {
            return Self::Fresh(listed);
        }
        Self::Resume(Box::new(Resumed { listed, state, findings, files, same, interfaces, asked }))
    }
}

/// A kept verdict that still holds.
struct Unchanged {
    listing: Listing,
    head: Head,
    findings: Parts,
}

impl Unchanged {
    fn judged(self, origin: Origin, basis: Basis) -> Judged {
        let Self { listing, head, findings } = self;
        let findings = findings.verdict();
        let files = listing.files.iter().map(|file| (file.path.as_str(), file.key));
        let same = same(&findings, files, basis);
        let open = move || origin.open(Keep::Facts, listing, || Some(Traits::default()));
        let vault: LazyVault = LazyLock::new(Box::new(open));
        Judged { vault, notes: head.notes as usize, findings, same, reread: 0 }
    }
}

/// A kept verdict on a vault of which most notes are the same.
struct Resumed<'b> {
    listed: Listed,
    state: State<'b>,
    findings: Parts,
    /// What was kept of files.
    files: Files<'b>,
    /// What has not changed since.
    same: Same,
    interfaces: Interfaces,
    asked: Asked,
}

impl Resumed<'_> {
    /// Restores the engine of the kept verdict, and updates it to the vault as it is now.
    fn judge(self, origin: Origin, store: &dyn Store, basis: Basis) -> Found {
        let Self { listed, state, findings, files, same, interfaces, asked } = self;
        let Parts { own, whole, boards, settled } = findings;
        let mut traits = same.known.into_iter();
        let vault = origin.open(Keep::Facts, listed, move || traits.next().flatten());
        let mut vault = vault.with_aliases(files.aliases().collect());
        let read = vault.read_unknown();
        let change = Change { read, files: same.files, unread: !files.had_unread(&vault) };
        // Where no file was added or removed, and none has become unreadable, notes have the same numbers as
        // before.
        let is_same = change.files.is_empty() && files.has_notes_of(&vault);
        let before = (!is_same).then(|| files.note_paths());
        let known = Known {
            vault,
            interfaces,
            asked,
            own: ByPath::new(own),
            whole: ByPath::new(whole),
            boards: ByPath::new(boards),
            verdict: ByPath::of_groups(settled),
            shared: files.shared(),
        };
        let mut reread = 0;
        let mut ahead = |vault: &Vault| {
            let facts = store.facts().and_then(|bytes| Ahead::read(bytes, basis.setup));
            reread = vault.read_ahead(Traits::SYSTEM, facts.as_ref());
        };
        let mut engine = Engine::restored(known, state.head.now);
        let (_, extent) = engine.apply(before.as_deref(), &change, Some(basis.now), &mut ahead);
        let little = is_small(&extent).then_some((state.sum, extent.touched));
        Found { known: engine.into_known(), reread, little }
    }
}

/// Whether judging this again is faster than keeping a whole verdict.
fn is_small(extent: &Extent) -> bool {
    extent.alone && extent.touched.len() <= FEW
}

/// What judging a vault has found out.
struct Found {
    known: Known,
    /// See [`Judged::reread`].
    reread: usize,
    /// Where little has changed since a kept verdict: its checksum, and the notes whose verdict may have changed.
    little: Option<(u64, BTreeSet<String>)>,
}

impl Found {
    /// Reads and judges every note.
    fn anew(origin: Origin, listed: Listed, now: Stamp, progress: Progress<'_>) -> Self {
        let format = origin.config.reading.stamp.clone();
        let each = |note: &Note| (Interface::of(note), names_asked(&note.facts, &format));
        let (vault, (interfaces, asked)) = reading::read_listed(origin, listed, progress, each);
        let known = Engine::once(vault, interfaces, asked, now).into_known();
        Self { known, reread: 0, little: None }
    }

    /// Keeps the result: beside the verdict that it started from where little has changed, and else in its place.
    fn keep(&mut self, store: &dyn Store, basis: Basis, listing: u128) {
        let known = &mut self.known;
        let head = head(known, basis, listing);
        let Some((sum, touched)) = &self.little else {
            store.keep(StoreFile::Whole, &mut |to| keep_whole(&head, known, to));
            return;
        };
        if let Some(bytes) = increment::write(*sum, head, touched, &known.verdict) {
            store.keep(StoreFile::Beside, &mut |to| to.write_all(&bytes));
        }
    }
}

/// Returns what is needed to tell whether a verdict still holds.
fn head(known: &Known, basis: Basis, listing: u128) -> Head {
    let Known { vault, interfaces, .. } = known;
    let now = basis.now.seconds();
    // Dates in the future are judged by the clock.
    let ahead = interfaces.rare().any(|(_, rare)| rare.newest.cast_signed() > now);
    let timeless = !ahead && vault.config().review_days.is_none();
    let settled =
        vault.unread().is_empty() && vault.ids().all(|id| vault.key_of(id).is_settled(basis.read_at));
    Head {
        setup: basis.setup,
        listing,
        read_at: basis.read_at,
        now: basis.now,
        notes: vault.notes_of(|_| true).count() as u32,
        timeless,
        settled,
    }
}

/// Writes a whole verdict.
fn keep_whole(head: &Head, known: &mut Known, to: &mut dyn Write) -> io::Result<()> {
    let Known { vault, interfaces, asked, own, whole, boards, verdict, shared } = known;
    let files: Vec<u32> = vault.ids().filter_map(|id| Some(vault.file_of(id)?.0)).collect();
    let silenced = silencing(vault).map(|path| (path, Many(vec![verdict.of(path)])));
    let findings = Told {
        own: Many(own.groups().collect()),
        whole: Many(whole.groups().collect()),
        boards: Many(boards.groups().collect()),
        silenced: silenced.collect(),
    };
    let notes = Notes {
        vault,
        files: &files,
        interfaces: interfaces.lists(),
        names: asked.lists(),
        shared: shared.as_ref(),
    };
    format::write(head, &notes, &findings, to)
}

/// Returns the vault, and all findings sorted by note and place. Only notes with silencers need their own
/// verdict; for all others it is the list of their findings.
fn verdict(known: Known) -> (Vault, Vec<Finding>) {
    let Known { vault, own, whole, boards, mut verdict, .. } = known;
    let settled = silencing(&vault).map(|path| (path.to_owned(), verdict.set(path, Vec::new())));
    let parts = Parts {
        settled: settled.collect(),
        own: own.into_findings(),
        whole: whole.into_findings(),
        boards: boards.into_findings(),
    };
    (vault, parts.verdict())
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
