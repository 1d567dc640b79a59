//! The binary format that a verdict is kept in.
//!
//! Nearly all of its bytes are about files that the next run does not need. So the data of files and notes is
//! stored in lists of fixed-size items, which are read in place and written again as they are. Only findings,
//! and what few notes have, are serialised.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::ser::{Error as _, SerializeSeq as _};
use serde::{Deserialize, Serialize, Serializer};

use super::super::interfaces::{Interfaces, Lists};
use super::finding::CachedFinding;
use crate::model::finding::Finding;
use crate::rules::vault_facts::Shared;
use crate::text::seal::{Sealing, open};
use crate::text::stamp::Stamp;
use crate::vault::interface;
use crate::vault::listing::Listed;
use crate::vault::source::Key;
use crate::vault::{Traits, Vault};

/// The kind of file, which its seal contains.
const KIND: &[u8; 8] = b"portolan";

/// What is needed to tell whether a verdict still holds.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) struct Head {
    pub(super) setup: u128,
    /// A hash over the names and keys of all files.
    pub(super) listing: u128,
    pub(super) read_at: i64,
    pub(super) now: Stamp,
    pub(super) notes: u32,
    /// Whether the passing of time alone cannot change the verdict.
    pub(super) timeless: bool,
    /// Whether the keys prove that no file has changed.
    pub(super) settled: bool,
}

impl Head {
    pub(super) fn holds(&self, listing: u128, now: Stamp) -> bool {
        let (then, now) = (self.now.seconds(), now.seconds());
        self.settled && self.listing == listing && (then == now || (self.timeless && then < now))
    }
}

/// The findings of a verdict, as they are read.
#[derive(Deserialize)]
struct Findings<'b> {
    #[serde(borrow)]
    own: Vec<CachedFinding<'b>>,
    #[serde(borrow)]
    whole: Vec<CachedFinding<'b>>,
    #[serde(borrow)]
    boards: Vec<CachedFinding<'b>>,
    /// The notes with silencers, each with its verdict.
    #[serde(borrow)]
    silenced: Vec<(&'b str, Vec<CachedFinding<'b>>)>,
}

/// The findings of a verdict, as they are written.
#[derive(Serialize)]
pub(super) struct Told<'f> {
    pub(super) own: Many<'f>,
    pub(super) whole: Many<'f>,
    pub(super) boards: Many<'f>,
    pub(super) silenced: Vec<(&'f str, Many<'f>)>,
}

/// Findings of several notes, written as one sequence.
pub(super) struct Many<'f>(pub(super) Vec<&'f [Finding]>);

impl Serialize for Many<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.iter().map(|own| own.len()).sum()))?;
        for finding in self.0.iter().copied().flatten() {
            let said = CachedFinding::of(finding).ok_or_else(|| S::Error::custom("a rule of no table"))?;
            list.serialize_element(&said)?;
        }
        list.end()
    }
}

/// The findings of a verdict, read from the bytes.
pub(super) struct Parts {
    pub(super) own: Vec<Finding>,
    pub(super) whole: Vec<Finding>,
    pub(super) boards: Vec<Finding>,
    /// The verdict on notes with silencers, or on those of a later run: it replaces their other findings.
    pub(super) settled: BTreeMap<String, Vec<Finding>>,
}

impl Parts {
    /// Returns all findings, sorted by note and place.
    pub(super) fn verdict(self) -> Vec<Finding> {
        let Self { own, whole, boards, settled } = self;
        let mut said = own;
        said.extend(whole);
        said.extend(boards);
        if !settled.is_empty() {
            said.retain(|finding| !settled.contains_key(&finding.note));
            said.extend(settled.into_values().flatten());
        }
        said.sort_by(Finding::order);
        said
    }
}

/// What few files have, and what notes share.
#[derive(Serialize, Deserialize)]
struct Rare<'b> {
    /// The files and folders that could not be read, with the reasons.
    #[serde(borrow)]
    unread: Vec<(&'b str, &'b str)>,
    /// The aliases of notes, by path: suggestions for unresolved links depend on all of them.
    #[serde(borrow)]
    aliases: Vec<(&'b str, Vec<&'b str>)>,
    /// The facts that notes share.
    shared: Option<Cow<'b, Shared>>,
}

/// A little-endian number in the bytes.
type Number = [u8; 4];

/// What is known of files.
pub(super) struct Files<'b> {
    rare: Rare<'b>,
    /// The paths of all files in one string, and the end of each of them.
    paths: &'b str,
    path_ends: &'b [Number],
    /// The key of each file, which tells whether it is unchanged.
    keys: &'b [[u8; Key::BYTES]],
    /// The numbers of the files that are notes.
    notes: &'b [Number],
    /// The traits of each note.
    traits: &'b [u8],
    targets: &'b [[u8; 8]],
    links: &'b [[u8; 8]],
    /// The notes that have a rare interface, and those interfaces.
    rare_notes: &'b [Number],
    rare_of: &'b [[u8; interface::Rare::BYTES]],
    /// The names that the links of notes ask for, and for each note where its names end.
    names: &'b [Number],
    name_ends: &'b [Number],
}

/// What has not changed since a verdict was kept.
#[derive(Default)]
pub(super) struct Same {
    /// For each note of a listing, its traits if its file is unchanged.
    pub(super) known: Vec<Option<Traits>>,
    /// The files that were added or removed.
    pub(super) files: Vec<String>,
}

impl Same {
    /// Whether starting from the kept verdict pays: reading half of the notes again is no faster than reading
    /// all.
    pub(super) fn is_most(&self) -> bool {
        self.known.iter().flatten().count() * 2 > self.known.len()
    }
}

impl<'b> Files<'b> {
    fn path(&self, file: usize) -> &'b str {
        let end = |file: usize| self.path_ends.get(file).map_or(0, |end| u32::from_le_bytes(*end) as usize);
        let start = file.checked_sub(1).map_or(0, end);
        self.paths.get(start..end(file)).unwrap_or_default()
    }

    /// Returns the paths of all notes.
    pub(super) fn note_paths(&self) -> Vec<&'b str> {
        numbers(self.notes).map(|file| self.path(file as usize)).collect()
    }

    /// Whether the vault has the same notes under the same numbers.
    pub(super) fn has_notes_of(&self, vault: &Vault) -> bool {
        numbers(self.notes).eq(vault.ids().filter_map(|id| Some(vault.file_of(id)?.0)))
    }

    /// Returns the interfaces of all notes.
    pub(super) fn interfaces(&self) -> Interfaces {
        let traits = self.traits.iter().map(|bits| Traits::from_bits(*bits));
        let [targets, links] =
            [self.targets, self.links].map(|list| list.iter().map(|word| u64::from_le_bytes(*word)));
        let rare = numbers(self.rare_notes).zip(self.rare_of.iter().map(interface::Rare::from_bytes));
        Interfaces::of_lists(traits, targets, links, rare)
    }

    /// Returns the names that the links of notes ask for, and for each note where its names end.
    pub(super) fn names(&self) -> (Vec<u32>, Vec<u32>) {
        (numbers(self.names).collect(), numbers(self.name_ends).collect())
    }

    /// Returns the aliases of notes, by path.
    pub(super) fn aliases(&self) -> impl Iterator<Item = (String, Vec<String>)> {
        let texts = |texts: &Vec<&str>| texts.iter().map(|text| (*text).to_owned()).collect();
        self.rare.aliases.iter().map(move |(path, own)| ((*path).to_owned(), texts(own)))
    }

    /// Returns the facts that notes share.
    pub(super) fn shared(&self) -> Option<Shared> {
        self.rare.shared.as_deref().cloned()
    }

    /// Whether the same files could not be read, for the same reasons.
    pub(super) fn had_unread(&self, vault: &Vault) -> bool {
        let unread = vault.unread().iter().map(|unread| (unread.path.as_str(), unread.reason.as_str()));
        unread.eq(self.rare.unread.iter().copied())
    }

    /// Compares the kept files with a listing. Both are sorted by path.
    pub(super) fn compare(&self, listed: &Listed, read_at: i64) -> Same {
        let mut same = Same::default();
        let mut notes = numbers(self.notes).zip(self.traits).peekable();
        let files = (0u32..).zip(self.keys).map(|(file, key)| {
            let traits = notes.next_if(|(note, _)| *note == file).map(|(_, traits)| *traits);
            (self.path(file as usize), key, traits)
        });
        let mut files = files.peekable();
        for (path, file) in listed.files() {
            while let Some((gone, ..)) = files.next_if(|(old, ..)| *old < path) {
                same.files.push(gone.to_owned());
            }
            let old = files.next_if(|(old, ..)| *old == path);
            if old.is_none() {
                same.files.push(path.to_owned());
            }
            if file.is_read {
                let is_same = |key| file.key.bytes() == key && file.key.is_settled(read_at);
                let traits = old.filter(|(_, key, _)| is_same(**key)).and_then(|(.., traits)| traits);
                same.known.push(traits.map(Traits::from_bits));
            }
        }
        same.files.extend(files.map(|(gone, ..)| gone.to_owned()));
        same
    }
}

fn numbers(list: &[Number]) -> impl Iterator<Item = u32> {
    list.iter().map(|number| u32::from_le_bytes(*number))
}

/// The verdict of an earlier run, as bytes.
pub(super) struct State<'b> {
    /// The checksum over all of it.
    pub(super) sum: u64,
    pub(super) head: Head,
    /// The lists of files, and the findings.
    rest: &'b [u8],
}

impl<'b> State<'b> {
    pub(super) fn read(bytes: &'b [u8]) -> Option<Self> {
        let (sum, bytes) = open(KIND, bytes)?;
        let (head, rest) = postcard::take_from_bytes(bytes).ok()?;
        Some(Self { sum, head, rest })
    }

    /// Reads the findings.
    pub(super) fn said(&self) -> Option<Parts> {
        let (_, rest) = self.lists()?;
        let said: Findings<'_> = postcard::from_bytes(rest).ok()?;
        let mut settled = BTreeMap::new();
        for (path, said) in said.silenced {
            settled.insert(path.to_owned(), all(said, 0)?);
        }
        // The first list gets room for the others, since all may be joined.
        let more = said.whole.len() + said.boards.len();
        Some(Parts {
            own: all(said.own, more)?,
            whole: all(said.whole, 0)?,
            boards: all(said.boards, 0)?,
            settled,
        })
    }

    /// Splits off the lists of files.
    pub(super) fn files(&self) -> Option<Files<'b>> {
        let (lists, _) = self.lists()?;
        let [
            rare,
            paths,
            path_ends,
            keys,
            notes,
            traits,
            targets,
            links,
            rare_notes,
            rare_of,
            names,
            name_ends,
        ] = lists;
        Some(Files {
            rare: postcard::from_bytes(rare).ok()?,
            paths: std::str::from_utf8(paths).ok()?,
            path_ends: path_ends.as_chunks().0,
            keys: keys.as_chunks().0,
            notes: notes.as_chunks().0,
            traits,
            targets: targets.as_chunks().0,
            links: links.as_chunks().0,
            rare_notes: rare_notes.as_chunks().0,
            rare_of: rare_of.as_chunks().0,
            names: names.as_chunks().0,
            name_ends: name_ends.as_chunks().0,
        })
    }

    /// Returns the lists of files, and the findings behind them.
    fn lists(&self) -> Option<([&'b [u8]; 12], &'b [u8])> {
        let (mut lists, mut rest) = ([&[][..]; 12], self.rest);
        for list in &mut lists {
            *list = take(&mut rest)?;
        }
        Some((lists, rest))
    }
}

/// Splits off the next list, which begins with its length.
fn take<'b>(rest: &mut &'b [u8]) -> Option<&'b [u8]> {
    let (len, behind) = rest.split_first_chunk()?;
    let (list, behind) = behind.split_at_checked(usize::try_from(u64::from_le_bytes(*len)).ok()?)?;
    *rest = behind;
    Some(list)
}

/// Restores findings, in a list with room for `more` of them.
pub(super) fn all(said: Vec<CachedFinding<'_>>, more: usize) -> Option<Vec<Finding>> {
    let mut findings = Vec::with_capacity(said.len() + more);
    for said in said {
        findings.push(said.finding()?);
    }
    Some(findings)
}

/// What is kept of notes, besides their findings.
pub(super) struct Notes<'v> {
    pub(super) vault: &'v Vault,
    /// The numbers of the files that are notes.
    pub(super) files: &'v [u32],
    pub(super) interfaces: Lists<'v>,
    /// The names that the links of notes ask for, and for each note where its names end.
    pub(super) names: (&'v [u32], &'v [u32]),
    /// The facts that notes share.
    pub(super) shared: Option<&'v Shared>,
}

/// Writes a verdict piece by piece: for a large vault it takes a tenth of the memory that the vault does.
///
/// # Errors
/// `to` fails, or the verdict cannot be serialised.
pub(super) fn write(
    head: &Head,
    notes: &Notes<'_>,
    findings: &Told<'_>,
    to: &mut dyn Write,
) -> io::Result<()> {
    let mut to = Sealing::new(KIND, to)?;
    postcard::to_io(head, &mut to).map_err(io::Error::other)?;
    write_files(notes, &mut to)?;
    postcard::to_io(findings, &mut to).map_err(io::Error::other)?;
    to.finish().map(drop)
}

/// Writes the lists of files, in the order in which [`State::files`] reads them.
fn write_files(notes: &Notes<'_>, to: &mut impl Write) -> io::Result<()> {
    let Notes { vault, files, interfaces, names: (names, name_ends), shared } = *notes;
    let paths = vault.names().paths();
    let unread = vault.unread().iter();
    let rare = Rare {
        unread: unread.map(|unread| (unread.path.as_str(), unread.reason.as_str())).collect(),
        aliases: vault.aliases().map(|(id, aliases)| (vault.path_of(id), aliases)).collect(),
        shared: shared.map(Cow::Borrowed),
    };
    let rare = postcard::to_stdvec(&rare).map_err(io::Error::other)?;
    begin(to, rare.len())?;
    to.write_all(&rare)?;
    let (text, path_ends) = paths.joined();
    begin(to, text.len())?;
    to.write_all(text.as_bytes())?;
    put_numbers(to, path_ends.iter().copied())?;
    begin(to, paths.len() * Key::BYTES)?;
    vault.keys().try_for_each(|key| to.write_all(&key.bytes()))?;
    put_numbers(to, files.iter().copied())?;
    let Lists { traits, targets, links, rare } = interfaces;
    begin(to, traits.len())?;
    traits.iter().try_for_each(|traits| to.write_all(&[traits.bits()]))?;
    for words in [targets, links] {
        begin(to, words.len() * 8)?;
        words.iter().try_for_each(|word| to.write_all(&word.to_le_bytes()))?;
    }
    put_numbers(to, rare.keys().copied())?;
    begin(to, rare.len() * interface::Rare::BYTES)?;
    rare.values().try_for_each(|rare| to.write_all(&rare.bytes()))?;
    put_numbers(to, names.iter().copied())?;
    put_numbers(to, name_ends.iter().copied())
}

/// Writes the length of a list, in bytes.
fn begin(to: &mut impl Write, bytes: usize) -> io::Result<()> {
    to.write_all(&(bytes as u64).to_le_bytes())
}

fn put_numbers(to: &mut impl Write, mut numbers: impl ExactSizeIterator<Item = u32>) -> io::Result<()> {
    begin(to, numbers.len() * 4)?;
    numbers.try_for_each(|number| to.write_all(&number.to_le_bytes()))
}
