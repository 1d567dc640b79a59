//! Findings for people, with the help of what was drawn before.
//!
//! Drawing reads a note again, masks its secrets and lays out its lines. For a vault in which nothing has
//! changed that takes longer than all the rest, so what was drawn is kept from one run to the next: for each
//! note under a hash over the note, its findings and whatever else the drawing shows.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{Hash as _, Hasher as _};
use std::ops::Range;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use super::human;
use crate::model::finding::Finding;
use crate::rules::saved::{Identity, LazyVault};

/// What bytes of ours begin with.
const MAGIC: &[u8; 8] = b"prtldrwn";

/// What earlier runs have drawn.
#[derive(Debug, Default)]
pub struct Drawn {
    /// A report, and what was drawn after it: an index each, and its text behind it.
    files: [Vec<u8>; 2],
    texts: HashMap<u128, Piece>,
    /// Whether a report is kept.
    has_report: bool,
}

/// Where the text is that was drawn of the findings of a note.
#[derive(Clone, Debug)]
struct Piece {
    /// In which of the files.
    file: usize,
    /// Its bytes there.
    range: Range<usize>,
}

/// What is drawn now.
#[derive(Debug)]
pub struct Drawing<'d> {
    /// The text of all findings, in its parts: what was kept in one piece is one.
    pub parts: Vec<Cow<'d, str>>,
    /// What to keep for the next run; `None` where that is there already.
    pub new: Option<New>,
}

/// What to keep for the next run.
#[derive(Debug)]
pub enum New {
    /// In place of all that was kept: this, and the text of all findings behind it.
    Index(Vec<u8>),
    /// Beside the report that was kept.
    Later(Vec<u8>),
}

/// The pieces of a text, in its order: what each is kept under, if it is, and its length in bytes.
#[derive(Serialize, Deserialize)]
struct Index {
    pieces: Vec<(Option<u128>, u32)>,
}

impl Drawn {
    /// So many pieces are kept beside a report; with more of them it is kept anew.
    const FEW: usize = 64;

    /// What was kept: a report, and what was drawn after it. Bytes that are torn or foreign are as good as
    /// none.
    #[must_use]
    pub fn read(report: Vec<u8>, later: Vec<u8>) -> Self {
        let files = [report, later];
        let mut texts = HashMap::new();
        let mut has_report = false;
        for (file, bytes) in files.iter().enumerate() {
            let Some(pieces) = pieces(bytes) else { continue };
            has_report |= file == 0;
            texts.reserve(pieces.len());
            for (id, range) in pieces {
                if let Some(id) = id {
                    texts.entry(id).or_insert(Piece { file, range });
                }
            }
        }
        Self { files, texts, has_report }
    }

    fn text(&self, piece: &Piece) -> &str {
        let bytes = self.files.get(piece.file).and_then(|file| file.get(piece.range.clone()));
        bytes.and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }

    /// Findings as text, as [`human::render`] gives it. They come in the order of notes; `same` tells which
    /// notes are the same as they were.
    #[must_use]
    pub fn render(
        &self,
        vault: &LazyVault,
        findings: &[Finding],
        same: &[(String, Identity)],
        colour: bool,
    ) -> Drawing<'_> {
        let notes = with_identities(findings, same);
        let drawn: Vec<Note<'_>> = notes
            .par_iter()
            .map(|(findings, identity)| {
                let id = identity.map(|identity| id(findings, identity, colour));
                Note { findings, id, kept: id.and_then(|id| self.texts.get(&id)) }
            })
            .collect();
        let unknown = drawn.iter().filter(|note| note.kept.is_none());
        let unknown: Vec<&[Finding]> = unknown.map(|note| note.findings).collect();
        // It is opened here and not by one of many threads, which it would need itself.
        let fresh = if unknown.is_empty() { Vec::new() } else { human::draw(vault, &unknown, colour) };
        let new = self.to_keep(&drawn, &fresh);
        Drawing { parts: self.parts(&drawn, fresh), new }
    }

    /// The text of all notes: of those that are not kept it is the next of the fresh ones.
    fn parts(&self, notes: &[Note<'_>], fresh: Vec<String>) -> Vec<Cow<'_, str>> {
        let mut fresh = fresh.into_iter();
        let mut parts = Vec::new();
        let mut rest = notes;
        while let Some(note) = rest.first() {
            let Some(first) = note.kept else {
                parts.extend(fresh.next().map(Cow::Owned));
                rest = &rest[1..];
                continue;
            };
            let mut run = first.clone();
            let mut len = 1;
            while let Some(next) = rest.get(len).and_then(|note| note.kept)
                && (next.file, next.range.start) == (run.file, run.range.end)
            {
                run.range.end = next.range.end;
                len += 1;
            }
            parts.push(Cow::Borrowed(self.text(&run)));
            rest = &rest[len..];
        }
        parts
    }

    /// What to keep of these notes.
    fn to_keep(&self, notes: &[Note<'_>], fresh: &[String]) -> Option<New> {
        let used = notes.iter().filter(|note| note.kept.is_some()).count();
        let unused = used * 2 < self.texts.len();
        if !(unused || notes.iter().any(Note::is_new)) {
            return None;
        }
        let mut fresh = fresh.iter();
        let texts = notes.iter().map(|note| {
            (note, note.kept.map_or_else(|| fresh.next().map_or("", String::as_str), |kept| self.text(kept)))
        });
        let texts: Vec<(&Note<'_>, &str)> = texts.collect();
        let is_later = |note: &Note<'_>| note.is_new() || note.kept.is_some_and(|kept| kept.file > 0);
        let later: Vec<(&Note<'_>, &str)> =
            texts.iter().copied().filter(|(note, _)| is_later(note)).collect();
        if unused || !self.has_report || later.len() > Self::FEW {
            return index(&texts).map(New::Index);
        }
        let text = later.iter().map(|(_, text)| text.as_bytes());
        Some(New::Later(std::iter::once(index(&later)?.as_slice()).chain(text).collect::<Vec<_>>().concat()))
    }
}

/// A note with findings.
struct Note<'n> {
    findings: &'n [Finding],
    /// What the drawing of them is kept under, if the note can be told to be the same.
    id: Option<u128>,
    /// Where it was kept.
    kept: Option<&'n Piece>,
}

impl Note<'_> {
    fn is_new(&self) -> bool {
        self.id.is_some() && self.kept.is_none()
    }
}

/// The findings of each note, with what tells that it is the same as it was. Both come in the order of paths.
fn with_identities<'f>(
    findings: &'f [Finding],
    same: &[(String, Identity)],
) -> Vec<(&'f [Finding], Option<Identity>)> {
    let mut same = same.iter().peekable();
    let notes = findings.chunk_by(|a, b| a.note == b.note).map(|findings| {
        let note = findings.first().map_or("", |finding| finding.note.as_str());
        while same.next_if(|(path, _)| path.as_str() < note).is_some() {}
        (findings, same.next_if(|(path, _)| path == note).map(|(_, identity)| *identity))
    });
    notes.collect()
}

/// What the drawing of the findings of a note is kept under.
fn id(findings: &[Finding], note: Identity, colour: bool) -> u128 {
    let mut hash = Xxh3::new();
    note.hash(&mut hash);
    hash.write_u8(u8::from(colour));
    findings.hash(&mut hash);
    hash.digest128()
}

/// What stands in front of the text of these notes for it to be found again.
fn index(texts: &[(&Note<'_>, &str)]) -> Option<Vec<u8>> {
    let pieces = texts.iter().map(|(note, text)| (note.id, text.len() as u32)).collect();
    let body = postcard::to_stdvec(&Index { pieces }).ok()?;
    let sum = checksum(&body, texts.iter().map(|(_, text)| text.as_bytes()));
    Some([&MAGIC[..], &sum, &body].concat())
}

/// The pieces of what was kept: what they are kept under, and where their texts are.
fn pieces(bytes: &[u8]) -> Option<Vec<(Option<u128>, Range<usize>)>> {
    let (sum, body) = bytes.strip_prefix(MAGIC)?.split_first_chunk::<8>()?;
    let (index, text): (Index, &[u8]) = postcard::take_from_bytes(body).ok()?;
    let body = body.get(..body.len() - text.len())?;
    if *sum != checksum(body, std::iter::once(text)) {
        return None;
    }
    let mut start = bytes.len() - text.len();
    let mut pieces = Vec::with_capacity(index.pieces.len());
    for (id, length) in index.pieces {
        let range = start..start + length as usize;
        start = range.end;
        pieces.push((id, range));
    }
    (start == bytes.len()).then_some(pieces)
}

fn checksum<'t>(index: &[u8], text: impl Iterator<Item = &'t [u8]>) -> [u8; 8] {
    let mut hash = Xxh3::new();
    hash.update(index);
    text.for_each(|text| hash.update(text));
    hash.digest().to_le_bytes()
}
