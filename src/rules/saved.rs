//! A verdict kept from one run to the next: a run after it judges only what has changed since.
//!
//! Kept are the names of all files with what tells that they are the same ([`Key`]), what others know of
//! each note ([`Record`]), and the findings. No text of a note is, beyond what findings quote. The bytes
//! carry a checksum and what they were made for; bytes that are torn, foreign or of another setup are
//! as good as none.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{Xxh3, xxh3_64, xxh3_128};

use super::asked::Asked;
use super::engine::{Before, ByPath, Derived, Engine, by_path};
use super::reading;
use super::said::Said;
use crate::config::Config;
use crate::error::Result;
use crate::model::finding::Finding;
use crate::text::stamp::Stamp;
use crate::vault::files::Listing;
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
    /// Whether something has most likely changed: what was found is not unpacked before that is known.
    pub changed: bool,
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
    let (listing, mut state) = rayon::join(
        || source.list(),
        || {
            let state = kept.and_then(State::read).filter(|state| state.head.setup == basis.setup);
            state.map(|state| {
                let (findings, body) =
                    if basis.changed { (None, state.body()) } else { (state.findings(), None) };
                (state.head, findings, body, state)
            })
        },
    );
    let listing = listing?;
    let hash = hash_of(&listing);
    if let Some((head, findings, _, known)) = &mut state
        && head.holds(hash, basis.now)
        && let Some(findings) = findings.take().or_else(|| known.findings())
    {
        let root = root.to_path_buf();
        let same = same(&findings, listing.files.iter().map(|file| (file.path.as_str(), file.key)), basis);
        let open =
            move || Vault::open(&root, source, config, Keep::Facts, listing, |_| Some(Traits::default()));
        let notes = head.notes as usize;
        return Ok(Judged { vault: LazyLock::new(Box::new(open)), notes, findings, state: None, same });
    }
    let keys: Vec<Key> = listing.files.iter().map(|file| file.key).collect();
    let body = state.and_then(|(head, _, body, state)| Some((head, body.or_else(|| state.body())?)));
    let mut engine = match body {
        Some((head, body)) if body.knows_most(&listing, head.read_at) => {
            body.resume(head, listing, basis.now, |listing, known| {
                let mut known = known.into_iter();
                Vault::open(root, source, config, Keep::Facts, listing, |_| known.next().flatten())
            })
        }
        _ => {
            let known = |note: &Note| (Record::of(note), names_asked(&note.facts));
            let (vault, known) = reading::read_listed(root, source, config, listing, progress, known);
            let (records, asked) = known.into_iter().unzip();
            Engine::of(vault, records, asked, Some(basis.now))
        }
    };
    let state = if basis.keep { engine.state(basis, hash, &keys) } else { None };
    let findings: Vec<Finding> = engine.verdict.into_values().flatten().collect();
    let paths = engine.vault.names().paths().iter().map(String::as_str);
    let same = same(&findings, paths.zip(keys), basis);
    Ok(Judged { state, same, ..Judged::new(engine.vault, findings) })
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

/// What bytes of ours begin with.
const MAGIC: &[u8; 8] = b"portolan";

/// What tells whether a verdict still holds.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct Head {
    setup: u128,
    /// A hash over the names and keys of all files.
    listing: u128,
    read_at: i64,
    now: Stamp,
    notes: u32,
    /// Whether time alone changes nothing.
    timeless: bool,
    /// Whether the keys tell for certain that no file has changed.
    settled: bool,
}

impl Head {
    fn holds(&self, listing: u128, now: Stamp) -> bool {
        let (then, now) = (seconds(self.now), seconds(now));
        self.settled && self.listing == listing && (then == now || (self.timeless && then < now))
    }
}

fn seconds(stamp: Stamp) -> i64 {
    stamp.time().and_utc().timestamp()
}

/// The findings of an engine.
#[derive(Serialize, Deserialize)]
struct Findings<'b> {
    #[serde(borrow)]
    own: Vec<Said<'b>>,
    #[serde(borrow)]
    whole: Vec<Said<'b>>,
    #[serde(borrow)]
    boards: Vec<Said<'b>>,
    /// The notes with silencers, and everything that is said of them.
    #[serde(borrow)]
    silenced: Vec<(&'b str, Vec<Said<'b>>)>,
}

/// What an engine knows of files. Behind it lie the names that notes ask for, as they are in memory.
#[derive(Serialize, Deserialize)]
struct Files<'b> {
    /// What could not be read, and why.
    #[serde(borrow)]
    unread: Vec<(&'b str, &'b str)>,
    #[serde(borrow)]
    keys: Vec<(&'b str, Key)>,
    /// The aliases of notes, by path: what is offered for a link that leads nowhere rests on all of them.
    #[serde(borrow)]
    aliases: Vec<(&'b str, Vec<&'b str>)>,
    /// The files that are notes, by their numbers.
    notes: Vec<u32>,
    records: Cow<'b, [Record]>,
    /// For each note where the names that it asks for end.
    ends: Cow<'b, [u32]>,
}

/// What an earlier run has kept.
struct State<'b> {
    head: Head,
    /// Findings, files and names.
    rest: &'b [u8],
}

impl<'b> State<'b> {
    fn read(bytes: &'b [u8]) -> Option<Self> {
        let (sum, bytes) = bytes.strip_prefix(MAGIC)?.split_first_chunk()?;
        if u64::from_le_bytes(*sum) != xxh3_64(bytes) {
            return None;
        }
        let (head, rest) = postcard::take_from_bytes(bytes).ok()?;
        Some(Self { head, rest })
    }

    fn findings(&self) -> Option<Vec<Finding>> {
        let (said, _): (Findings<'_>, _) = postcard::take_from_bytes(self.rest).ok()?;
        let silenced: BTreeMap<&str, Vec<Said<'_>>> = said.silenced.into_iter().collect();
        let parts = said.own.into_iter().chain(said.whole).chain(said.boards);
        let mut findings: Vec<Finding> = parts
            .filter(|said| !silenced.contains_key(said.note()))
            .map(Said::finding)
            .collect::<Option<_>>()?;
        for said in silenced.into_values().flatten() {
            findings.push(said.finding()?);
        }
        findings.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        Some(findings)
    }

    fn body(&self) -> Option<Body<'b>> {
        let (said, rest): (Findings<'_>, _) = postcard::take_from_bytes(self.rest).ok()?;
        let (files, names): (Files<'_>, _) = postcard::take_from_bytes(rest).ok()?;
        let all = |said: Vec<Said<'_>>| said.into_iter().map(Said::finding).collect::<Option<Vec<_>>>();
        let mut verdict = ByPath::new();
        for (path, said) in said.silenced {
            verdict.insert(path.to_owned(), all(said)?);
        }
        let (own, whole, boards) = (all(said.own)?, all(said.whole)?, all(said.boards)?);
        let names = names.chunks_exact(4).map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]])).collect();
        Some(Body { files, names, own, whole, boards, silenced: verdict })
    }
}

/// The same, taken apart.
struct Body<'b> {
    files: Files<'b>,
    names: Vec<u32>,
    own: Vec<Finding>,
    whole: Vec<Finding>,
    boards: Vec<Finding>,
    silenced: ByPath,
}

impl Body<'_> {
    /// What is known of each note of a listing that is the same as it was. Both are in the order of
    /// paths.
    fn unchanged<'l>(
        &'l self,
        listing: &'l Listing,
        read_at: i64,
    ) -> impl Iterator<Item = Option<&'l Record>> + 'l {
        let notes = self.files.notes.iter().zip(&*self.files.records);
        let named = notes.filter_map(|(file, record)| Some((self.files.keys.get(*file as usize)?, record)));
        let mut known = named.peekable();
        listing.files.iter().filter(|file| file.is_read()).map(move |file| {
            while known.next_if(|((path, _), _)| *path < file.path.as_str()).is_some() {}
            let ((_, key), record) = known.next_if(|((path, _), _)| *path == file.path)?;
            (*key == file.key && key.is_settled(read_at)).then_some(record)
        })
    }

    /// Whether it pays to start from here: reading half of the notes anew is no faster than all of them.
    fn knows_most(&self, listing: &Listing, read_at: i64) -> bool {
        let (mut known, mut all) = (0, 0);
        for record in self.unchanged(listing, read_at) {
            known += usize::from(record.is_some());
            all += 1;
        }
        known * 2 > all
    }

    /// The engine as it was, brought to what the vault is now. `open` opens the vault, given for each of
    /// its notes what is known of it.
    fn resume(
        self,
        head: Head,
        listing: Listing,
        now: Stamp,
        open: impl FnOnce(Listing, Vec<Option<Traits>>) -> Vault,
    ) -> Engine {
        let known = self.unchanged(&listing, head.read_at).map(|record| record.map(Record::traits)).collect();
        let files = difference(&self.files.keys, &listing);
        let path_of = |file: &u32| self.files.keys.get(*file as usize).map_or("", |(path, _)| path);
        let paths = self.files.notes.iter().map(|file| path_of(file).to_owned()).collect();
        let texts = |texts: &Vec<&str>| texts.iter().map(|text| (*text).to_owned()).collect();
        let aliases = self.files.aliases.iter().map(|(path, own)| ((*path).to_owned(), texts(own)));
        let mut vault = open(listing, known).with_aliases(aliases.collect());
        let read = vault.read_unknown();
        let unread = vault.unread().iter().map(|unread| (unread.path.as_str(), unread.reason.as_str()));
        let before = Before { paths, unread_changed: !unread.eq(self.files.unread.iter().copied()) };
        let mut engine = Engine {
            vault,
            records: self.files.records.into_owned(),
            asked: Asked::of_lists(self.names, self.files.ends.into_owned()),
            now: Some(head.now),
            own: by_path(self.own),
            whole: by_path(self.whole),
            boards: by_path(self.boards),
            verdict: self.silenced,
            derived: Derived::default(),
        };
        let parts = [&engine.own, &engine.whole, &engine.boards];
        let paths: BTreeSet<&String> = parts.into_iter().flat_map(BTreeMap::keys).collect();
        let open: Vec<&String> =
            paths.into_iter().filter(|path| !engine.verdict.contains_key(*path)).collect();
        let verdicts: ByPath = open.into_iter().map(|path| (path.clone(), engine.said_of(path))).collect();
        engine.verdict.extend(verdicts);
        engine.count();
        engine.apply(Some(&before), &Change { read, files }, Some(now));
        engine
    }
}

/// The files that are in one list alone; both are in the order of paths.
fn difference(old: &[(&str, Key)], new: &Listing) -> Vec<String> {
    let mut found = Vec::new();
    let mut old = old.iter().map(|(path, _)| *path).peekable();
    for file in &new.files {
        while let Some(gone) = old.next_if(|path| *path < file.path.as_str()) {
            found.push(gone.to_owned());
        }
        if old.next_if(|path| *path == file.path).is_none() {
            found.push(file.path.clone());
        }
    }
    found.extend(old.map(str::to_owned));
    found
}

impl Engine {
    /// What to keep of the engine; `None` where it cannot be kept. `keys` are those of all files.
    fn state(&mut self, basis: Basis, listing: u128, keys: &[Key]) -> Option<Vec<u8>> {
        let now = seconds(basis.now);
        let (names, ends) = self.asked.lists();
        // What lies ahead is judged by the clock.
        let ahead = self.records.iter().any(|record| record.newest > now);
        let timeless = !ahead && self.vault.config().review_days.is_none();
        let paths = self.vault.names().paths();
        let notes: Vec<u32> = self.vault.ids().filter_map(|id| Some(self.vault.file_of(id)?.0)).collect();
        let count = self.vault.notes_of(|_| true).count();
        let settled = self.vault.unread().is_empty()
            && notes.iter().all(|i| keys.get(*i as usize).is_some_and(|key| key.is_settled(basis.read_at)));
        let head = Head {
            setup: basis.setup,
            listing,
            read_at: basis.read_at,
            now: basis.now,
            notes: count as u32,
            timeless,
            settled,
        };
        let silencing: Vec<&str> = (self.vault.ids())
            .filter(|id| self.vault.traits(*id).has(Traits::SILENCERS))
            .map(|id| self.vault.path_of(id))
            .collect();
        let none = Vec::new();
        let silenced =
            silencing.into_iter().map(|path| Some((path, all(self.verdict.get(path).unwrap_or(&none))?)));
        let findings = Findings {
            own: all(self.own.values().flatten())?,
            whole: all(self.whole.values().flatten())?,
            boards: all(self.boards.values().flatten())?,
            silenced: silenced.collect::<Option<_>>()?,
        };
        let unread = self.vault.unread().iter();
        let files = Files {
            unread: unread.map(|unread| (unread.path.as_str(), unread.reason.as_str())).collect(),
            keys: paths.iter().map(String::as_str).zip(keys.iter().copied()).collect(),
            aliases: self.vault.aliases().map(|(id, aliases)| (self.vault.path_of(id), aliases)).collect(),
            notes,
            records: Cow::Borrowed(&self.records),
            ends: Cow::Borrowed(ends),
        };
        let mut bytes = [&MAGIC[..], &[0; 8]].concat();
        bytes.reserve(paths.len() * 128 + names.len() * 4);
        bytes = postcard::to_extend(&head, bytes).ok()?;
        bytes = postcard::to_extend(&findings, bytes).ok()?;
        bytes = postcard::to_extend(&files, bytes).ok()?;
        bytes.extend(names.iter().flat_map(|name| name.to_le_bytes()));
        let (start, rest) = bytes.split_at_mut_checked(MAGIC.len() + 8)?;
        start[MAGIC.len()..].copy_from_slice(&xxh3_64(rest).to_le_bytes());
        Some(bytes)
    }
}

fn all<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Option<Vec<Said<'f>>> {
    findings.into_iter().map(Said::of).collect()
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
