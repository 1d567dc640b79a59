//! A verdict kept from one run to the next: a run after it judges only what has changed since.
//!
//! Kept are the names of all files with what tells that they are the same ([`Key`]), what others know of
//! each note ([`Record`]), and the findings. No text of a note is, beyond what findings quote. The bytes
//! carry a checksum and what they were made for; bytes that are torn, foreign or of another setup are
//! as good as none.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use xxhash_rust::xxh3::{Xxh3, xxh3_128};

use super::asked::Asked;
use super::by_path::by_path;
use super::engine::{Before, Derived, Engine};
use super::kept::{self, Files, Head, Many, Notes, Parts, State, Told, seconds};
use super::reading;
use crate::config::Config;
use crate::error::Result;
use crate::model::finding::Finding;
use crate::text::stamp::Stamp;
use crate::vault::files::{File, Listing};
use crate::vault::record::{Record, names_asked};
use crate::vault::source::{Key, Source};
use crate::vault::{Change, Keep, Note, Progress, Traits, Vault};

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
    /// What to keep for the next run; `None` where that is there already.
    pub state: Option<Vec<u8>>,
    /// Of notes that findings are about, in the order of paths, those that can be told to be the same.
    pub same: Vec<(String, Identity)>,
}

/// A number that stays the same for as long as a note does, and whatever its verdict rests on beside the vault.
pub type Identity = u128;

/// A vault that is opened when somebody asks for it.
pub type LazyVault = LazyLock<Vault, Box<dyn FnOnce() -> Vault + Send>>;

impl Judged {
    /// A vault that has been judged, with nothing to keep.
    #[must_use]
    pub fn new(vault: Vault, findings: Vec<Finding>) -> Self {
        let notes = vault.notes_of(|_| true).count();
        Self { vault: LazyLock::new(Box::new(|| vault)), notes, findings, state: None, same: Vec::new() }
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
    kept: Option<&[u8]>,
    basis: Basis,
    progress: Progress<'_>,
) -> Result<Judged> {
    // What was kept is most often what is asked for: it is taken apart while the files are listed.
    let (listing, state) = rayon::join(
        || source.list(),
        || {
            let state = kept.and_then(State::read).filter(|state| state.head.setup == basis.setup)?;
            let said = state.said()?;
            Some((state, said))
        },
    );
    let listing = listing?;
    let hash = hash_of(&listing);
    let known = match state {
        Some((State { head, .. }, said)) if head.holds(hash, basis.now) => {
            let root = root.to_path_buf();
            let (notes, findings) = (head.notes as usize, said.verdict());
            let files = listing.files.iter().map(|file| (file.path.as_str(), file.key));
            let same = same(&findings, files, basis);
            let open =
                move || Vault::open(&root, source, config, Keep::Facts, listing, |_| Some(Traits::default()));
            let vault: LazyVault = LazyLock::new(Box::new(open));
            return Ok(Judged { vault, notes, findings, state: None, same });
        }
        Some((state, said)) => state.files().map(|files| {
            let same = files.compare(&listing, state.head.read_at);
            (state.head.now, files, said, same)
        }),
        None => None,
    };
    let keys: Vec<Key> = listing.files.iter().map(|file| file.key).collect();
    let mut engine = match known {
        Some((then, files, said, mut same)) if same.is_most() => {
            let mut known = std::mem::take(&mut same.known).into_iter();
            let known = move |_: &File| known.next().flatten();
            let open = || Vault::open(root, source, config, Keep::Facts, listing, known);
            resume(&files, said, same.files, (then, basis.now), open)
        }
        _ => {
            let known = |note: &Note| (Record::of(note), names_asked(&note.facts));
            let (vault, known) = reading::read_listed(root, source, config, listing, progress, known);
            let (records, asked) = known.into_iter().unzip();
            Engine::of(vault, records, asked, Some(basis.now))
        }
    };
    let state = if basis.keep { engine.state(basis, hash, &keys) } else { None };
    let (vault, findings) = engine.into_verdict();
    let paths = vault.names().paths().iter().map(String::as_str);
    let same = same(&findings, paths.zip(keys), basis);
    Ok(Judged { state, same, ..Judged::new(vault, findings) })
}

/// The identities of notes that findings are about. Findings and files come in the order of paths.
fn same<'f>(
    findings: &[Finding],
    files: impl Iterator<Item = (&'f str, Key)>,
    basis: Basis,
) -> Vec<(String, Identity)> {
    let mut files = files.peekable();
    let notes = findings.chunk_by(|a, b| a.note == b.note).filter_map(|findings| findings.first());
    let same = notes.filter_map(|Finding { note, .. }| {
        while files.next_if(|(path, _)| *path < note.as_str()).is_some() {}
        let (_, key) = files.next_if(|(path, key)| path == note && key.is_settled(basis.read_at))?;
        Some((note.clone(), xxh3_128(&[&basis.setup.to_le_bytes()[..], &key.bytes()].concat())))
    });
    same.collect()
}

/// The engine as it was at a time, brought to what the vault is now; `open` opens that, `files` have come or
/// gone since. The verdict is there for notes with silencers alone.
fn resume(
    kept: &Files<'_>,
    said: Parts,
    files: Vec<String>,
    (then, now): (Stamp, Stamp),
    open: impl FnOnce() -> Vault + Send,
) -> Engine {
    let Parts { own, whole, boards, silenced } = said;
    let aliases = || kept.aliases().collect();
    let ((vault, read), (own, whole, boards)) = rayon::join(
        || {
            let mut vault = open().with_aliases(aliases());
            vault.prepare();
            let read = vault.read_unknown();
            (vault, read)
        },
        || (by_path(own), by_path(whole), by_path(boards)),
    );
    let before = Before { paths: kept.note_paths(), unread_changed: !kept.had_unread(&vault) };
    let (names, ends) = kept.names();
    let mut engine = Engine {
        vault,
        records: kept.records(),
        asked: Asked::of_lists(names, ends),
        now: Some(then),
        own,
        whole,
        boards,
        verdict: silenced,
        derived: Derived::default(),
    };
    engine.apply(Some(&before), &Change { read, files }, Some(now));
    engine
}

impl Engine {
    /// What to keep of the engine; `None` where it cannot be kept. `keys` are those of all files.
    fn state(&mut self, basis: Basis, listing: u128, keys: &[Key]) -> Option<Vec<u8>> {
        let now = seconds(basis.now);
        // What lies ahead is judged by the clock.
        let ahead = self.records.iter().any(|record| record.newest > now);
        let timeless = !ahead && self.vault.config().review_days.is_none();
        let files: Vec<u32> = self.vault.ids().filter_map(|id| Some(self.vault.file_of(id)?.0)).collect();
        let count = self.vault.notes_of(|_| true).count();
        let settled = self.vault.unread().is_empty()
            && files.iter().all(|i| keys.get(*i as usize).is_some_and(|key| key.is_settled(basis.read_at)));
        let head = Head {
            setup: basis.setup,
            listing,
            read_at: basis.read_at,
            now: basis.now,
            notes: count as u32,
            timeless,
            settled,
        };
        let silenced = silencing(&self.vault);
        let silenced = silenced.map(|path| (path, Many(self.verdict.get(path).into_iter().collect())));
        let findings = Told {
            own: Many(self.own.values().collect()),
            whole: Many(self.whole.values().collect()),
            boards: Many(self.boards.values().collect()),
            silenced: silenced.collect(),
        };
        let names = self.asked.lists();
        let notes = Notes { vault: &self.vault, keys, files: &files, records: &self.records, names };
        kept::write(&head, &notes, &findings)
    }

    /// The vault, and every finding in the order of notes and places. Most of what is said of a note is the
    /// verdict on it as it is.
    fn into_verdict(mut self) -> (Vault, Vec<Finding>) {
        let silencing: Vec<String> = silencing(&self.vault).map(str::to_owned).collect();
        let mut said = self.own;
        for (path, mut more) in self.whole.into_iter().chain(self.boards) {
            let own = said.entry(path).or_default();
            own.append(&mut more);
            own.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        }
        for path in silencing {
            let verdict = self.verdict.remove(&path).unwrap_or_default();
            said.insert(path, verdict);
        }
        let mut findings = Vec::with_capacity(said.values().map(Vec::len).sum());
        for own in said.into_values() {
            findings.extend(own);
        }
        (self.vault, findings)
    }
}

/// The paths of notes with silencers.
fn silencing(vault: &Vault) -> impl Iterator<Item = &str> {
    let silencing = vault.ids().filter(|id| vault.traits(*id).has(Traits::SILENCERS));
    silencing.map(|id| vault.path_of(id))
}

/// A hash over everything that a listing says.
fn hash_of(listing: &Listing) -> u128 {
    let mut hash = Xxh3::new();
    let mut entry = Vec::new();
    for file in &listing.files {
        entry.clear();
        entry.extend_from_slice(file.path.as_bytes());
        entry.extend([0, u8::from(file.readable)]);
        entry.extend(file.key.bytes());
        hash.update(&entry);
    }
    for name in &listing.unnameable {
        hash.update(&[name.as_bytes(), b"\0"].concat());
    }
    for (folder, reason) in &listing.unreadable {
        hash.update(&[folder.as_bytes(), b"\0", reason.as_bytes(), b"\0"].concat());
    }
    hash.digest128()
}
