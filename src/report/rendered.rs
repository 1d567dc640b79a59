//! Renders findings for people, and reuses what earlier runs have rendered.
//!
//! Rendering reads a note again, masks its secrets and lays out its lines. For a vault in which nothing has
//! changed that takes longer than everything else, so the text of each note is kept from one run to the next,
//! under a hash over the note, its findings and whatever else the text shows. A piece is found by that hash
//! alone, so pieces that were kept beside another report can be used as well.

use std::collections::HashMap;
use std::hash::Hash as _;
use std::io::{self, Write};
use std::ops::Range;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use super::human::{self, Look};
use crate::error::Result;
use crate::model::finding::Finding;
use crate::rules::verdict::cache::{FEW, NoteHash};
use crate::text::seal::{Sealing, open};
use crate::text::store::StoreFile;
use crate::vault::LazyVault;

/// The kind of file, which its seal contains.
const KIND: &[u8; 8] = b"prtldrwn";

/// The texts that earlier runs have rendered.
#[derive(Debug, Default)]
pub(crate) struct Drawn {
    /// The text of a report; `None` where none is kept.
    report: Option<String>,
    /// The text that was rendered after that report; `None` where none is kept.
    later: Option<String>,
    pieces: HashMap<u128, Piece>,
}

/// Where the rendered findings of a note are kept.
#[derive(Clone, Debug)]
struct Piece {
    /// Whether they are in the later text and not in that of the report.
    is_later: bool,
    /// The range of bytes in that text.
    range: Range<usize>,
}

impl Piece {
    /// Whether `next` follows directly in the same text.
    const fn is_before(&self, next: &Self) -> bool {
        self.is_later == next.is_later && self.range.end == next.range.start
    }
}

/// A report that is rendered while it is printed, because the text of a vault with many findings is large.
#[derive(Debug)]
pub(crate) struct Drawing<'d> {
    drawn: &'d Drawn,
    vault: &'d LazyVault,
    /// In the order of paths.
    notes: Vec<Note<'d>>,
    look: Look,
    /// Where its new pieces are to be kept, if any are.
    place: Option<StoreFile>,
}

/// How many notes are rendered before their text is printed.
const ROUND: usize = 1 << 10;

impl Drawing<'_> {
    /// Returns where its pieces are to be kept for the next run; `None` where nothing new is to be kept.
    #[must_use]
    pub(crate) const fn place(&self) -> Option<StoreFile> {
        self.place
    }

    /// Passes the text to `print`, piece by piece.
    ///
    /// # Errors
    /// `print` fails.
    pub(crate) fn print(&self, print: &mut dyn FnMut(&str) -> Result<()>) -> Result<()> {
        self.draw(print, |_, _| {})
    }

    /// Like [`Drawing::print`], but also writes the pieces for the next run to `keep`. An error of `keep`
    /// does not stop the printing.
    ///
    /// # Errors
    /// `print` fails. The inner result says whether all pieces were kept.
    pub(crate) fn print_and_keep(
        &self,
        print: &mut dyn FnMut(&str) -> Result<()>,
        keep: &mut dyn Write,
    ) -> Result<io::Result<()>> {
        let mut keeping = Keeping::begin(keep);
        self.draw(print, |note, text| {
            if self.place == Some(StoreFile::Whole) || note.is_later() {
                keeping.add(note.id, text);
            }
        })?;
        Ok(keeping.finish())
    }

    fn draw(
        &self,
        print: &mut dyn FnMut(&str) -> Result<()>,
        mut each: impl FnMut(&Note<'_>, &str),
    ) -> Result<()> {
        // Pieces that are kept next to each other are printed together.
        let mut run: Option<Piece> = None;
        for round in self.notes.chunks(ROUND) {
            let unknown = round.iter().filter(|note| note.kept.is_none());
            let unknown: Vec<&[Finding]> = unknown.map(|note| note.findings).collect();
            // The vault is opened here, because opening it needs the threads that would wait for it in
            // `human::draw`.
            let fresh =
                if unknown.is_empty() { Vec::new() } else { human::draw(self.vault, &unknown, self.look) };
            let mut fresh = fresh.into_iter();
            for note in round {
                if let Some(kept) = note.kept {
                    each(note, self.drawn.text(kept));
                    match &mut run {
                        Some(run) if run.is_before(kept) => run.range.end = kept.range.end,
                        run => {
                            if let Some(run) = run.replace(kept.clone()) {
                                print(self.drawn.text(&run))?;
                            }
                        }
                    }
                } else if let Some(text) = fresh.next() {
                    if let Some(run) = run.take() {
                        print(self.drawn.text(&run))?;
                    }
                    each(note, &text);
                    print(&text)?;
                }
            }
        }
        run.map_or(Ok(()), |run| print(self.drawn.text(&run)))
    }
}

/// Writes the file that keeps a report: its text, an index, and the length of the index.
struct Keeping<'w> {
    /// The sink, or its first error: nothing is written after that.
    to: io::Result<Sealing<&'w mut dyn Write>>,
    index: Index,
}

impl<'w> Keeping<'w> {
    fn begin(to: &'w mut dyn Write) -> Self {
        let to = Sealing::new(KIND, to);
        Self { to, index: Index { pieces: Vec::new() } }
    }

    fn add(&mut self, id: Option<u128>, text: &str) {
        if let Ok(to) = &mut self.to
            && let Err(error) = to.write_all(text.as_bytes())
        {
            self.to = Err(error);
        }
        self.index.pieces.push((id, text.len() as u32));
    }

    fn finish(self) -> io::Result<()> {
        let mut to = self.to?;
        let index = postcard::to_stdvec(&self.index).map_err(io::Error::other)?;
        to.write_all(&index)?;
        to.write_all(&(index.len() as u64).to_le_bytes())?;
        to.finish().map(drop)
    }
}

/// The pieces of a text, in order: the hash of each, if it has one, and its length in bytes.
#[derive(Serialize, Deserialize)]
struct Index {
    pieces: Vec<(Option<u128>, u32)>,
}

impl Drawn {
    /// Reads what was kept: a report, and what was rendered after it. Damaged or foreign bytes count as none.
    #[must_use]
    pub(crate) fn read(report: Vec<u8>, later: Vec<u8>) -> Self {
        let (report, later) = (read(report), read(later));
        let mut found = HashMap::new();
        let texts = [(&report, false), (&later, true)];
        for ((_, pieces), is_later) in
            texts.into_iter().filter_map(|(read, later)| Some((read.as_ref()?, later)))
        {
            found.reserve(pieces.len());
            for (id, range) in pieces {
                found.entry(*id).or_insert_with(|| Piece { is_later, range: range.clone() });
            }
        }
        let text = |read: Option<(String, _)>| read.map(|(text, _)| text);
        Self { report: text(report), later: text(later), pieces: found }
    }

    fn text(&self, piece: &Piece) -> &str {
        let text = if piece.is_later { &self.later } else { &self.report };
        text.as_ref().and_then(|text| text.get(piece.range.clone())).unwrap_or_default()
    }

    /// Prepares the text of `findings`, which is that of [`human::render`]. The findings are sorted by note;
    /// `same` holds the hashes of notes that can be recognised.
    #[must_use]
    pub(crate) fn drawing<'d>(
        &'d self,
        vault: &'d LazyVault,
        findings: &'d [Finding],
        same: &[(String, NoteHash)],
        look: Look,
    ) -> Drawing<'d> {
        let notes = with_identities(findings, same);
        let notes: Vec<Note<'_>> = notes
            .par_iter()
            .map(|(findings, identity)| {
                let id = identity.map(|identity| id(findings, identity, look));
                Note { findings, id, kept: id.and_then(|id| self.pieces.get(&id)) }
            })
            .collect();
        let place = self.place(&notes);
        Drawing { drawn: self, vault, notes, look, place }
    }

    /// Decides where to keep the pieces of these notes.
    fn place(&self, notes: &[Note<'_>]) -> Option<StoreFile> {
        let used = notes.iter().filter(|note| note.kept.is_some()).count();
        let mostly_unused = used * 2 < self.pieces.len();
        let can_be_found = notes.iter().any(|note| note.id.is_some());
        if !can_be_found || !(mostly_unused || notes.iter().any(Note::is_new)) {
            return None;
        }
        let few = notes.iter().filter(|note| note.is_later()).count() <= FEW;
        let beside = few && self.report.is_some() && !mostly_unused;
        Some(if beside { StoreFile::Beside } else { StoreFile::Whole })
    }
}

/// A note with findings.
#[derive(Debug)]
struct Note<'n> {
    findings: &'n [Finding],
    /// The hash that its text is kept under; `None` where the note has no known hash.
    id: Option<u128>,
    /// Its kept text, if there is one.
    kept: Option<&'n Piece>,
}

impl Note<'_> {
    fn is_new(&self) -> bool {
        self.id.is_some() && self.kept.is_none()
    }

    /// Whether its text is not part of the kept report.
    fn is_later(&self) -> bool {
        self.is_new() || self.kept.is_some_and(|kept| kept.is_later)
    }
}

/// Groups findings by note and pairs each group with the hash of the note. Both inputs are sorted by path.
fn with_identities<'f>(
    findings: &'f [Finding],
    same: &[(String, NoteHash)],
) -> Vec<(&'f [Finding], Option<NoteHash>)> {
    let mut same = same.iter().peekable();
    let notes = findings.chunk_by(|a, b| a.note == b.note).map(|findings| {
        let note = findings.first().map_or("", |finding| finding.note.as_str());
        while same.next_if(|(path, _)| path.as_str() < note).is_some() {}
        (findings, same.next_if(|(path, _)| path == note).map(|(_, identity)| *identity))
    });
    notes.collect()
}

/// Returns the hash that the rendered findings of a note are kept under.
fn id(findings: &[Finding], note: NoteHash, look: Look) -> u128 {
    let mut hash = Xxh3::new();
    note.hash(&mut hash);
    look.hash(&mut hash);
    findings.hash(&mut hash);
    hash.digest128()
}

/// The hash of each piece of a text, with its range in bytes.
type Pieces = Vec<(u128, Range<usize>)>;

/// Reads a kept text and its pieces.
fn read(mut bytes: Vec<u8>) -> Option<(String, Pieces)> {
    let (_, body) = open(KIND, &bytes)?;
    let (rest, length) = body.split_last_chunk()?;
    let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
    let (text, index) = rest.split_at_checked(rest.len().checked_sub(length)?)?;
    let index: Index = postcard::from_bytes(index).ok()?;
    let end = KIND.len() + text.len();
    bytes.truncate(end);
    bytes.drain(..KIND.len());
    let text = String::from_utf8(bytes).ok()?;
    let mut pieces = Vec::with_capacity(index.pieces.len());
    let mut start = 0;
    for (id, length) in index.pieces {
        let range = start..usize::try_from(length).ok()?.checked_add(start)?;
        text.get(range.clone())?;
        start = range.end;
        pieces.extend(id.map(|id| (id, range)));
    }
    Some((text, pieces))
}
