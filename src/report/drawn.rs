//! Findings for people, with the help of what was drawn before.
//!
//! Drawing reads a note again, masks its secrets and lays out its lines. For a vault in which nothing has
//! changed that takes longer than all the rest, so what was drawn is kept from one run to the next: for each
//! note under a hash over the note, its findings and whatever else the drawing shows. A piece is found by that alone:
//! what lies beside a report may have been drawn after another one, and is as good.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{Hash as _, Hasher as _};
use std::io::{self, Write};
use std::ops::Range;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use super::human;
use crate::model::finding::Finding;
use crate::rules::saved::{FEW, Identity, LazyVault, Place};
use crate::text::seal::{Sealing, open};

/// What is sealed.
const KIND: &[u8; 8] = b"prtldrwn";

/// What earlier runs have drawn.
#[derive(Debug, Default)]
pub struct Drawn {
    /// A report: an index, and its text behind it. `None` where none is kept.
    report: Option<String>,
    /// The same of what was drawn after it.
    later: Option<String>,
    pieces: HashMap<u128, Piece>,
}

/// Where the text is that was drawn of the findings of a note.
#[derive(Clone, Debug)]
struct Piece {
    /// Whether it was drawn after the report.
    is_later: bool,
    /// Its bytes in that text.
    range: Range<usize>,
}

/// What is drawn now.
#[derive(Debug)]
pub struct Drawing<'d> {
    /// The text of all findings, in its parts: what was kept in one piece is one.
    pub parts: Vec<Cow<'d, str>>,
    /// What to keep for the next run; `None` where that is there already.
    new: Option<New>,
}

/// What is new in a drawing.
#[derive(Debug)]
enum New {
    /// All of it: what stands in front of its parts for them to be found again.
    Whole(Vec<u8>),
    /// Little. Its text stands behind that.
    Beside(Vec<u8>),
}

impl Drawing<'_> {
    /// A drawing of which nothing is kept.
    #[must_use]
    pub const fn passing(parts: Vec<Cow<'_, str>>) -> Drawing<'_> {
        Drawing { parts, new: None }
    }

    /// Where something is to be kept of it.
    #[must_use]
    pub const fn place(&self) -> Option<Place> {
        match self.new {
            Some(New::Whole(_)) => Some(Place::Whole),
            Some(New::Beside(_)) => Some(Place::Beside),
            None => None,
        }
    }

    /// Writes what is to be kept there.
    ///
    /// # Errors
    /// `to` fails.
    pub fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        let mut to = Sealing::new(KIND, to)?;
        match &self.new {
            Some(New::Whole(index)) => {
                to.write_all(index)?;
                self.parts.iter().try_for_each(|part| to.write_all(part.as_bytes()))?;
            }
            Some(New::Beside(bytes)) => to.write_all(bytes)?,
            None => {}
        }
        to.finish().map(drop)
    }
}

/// The pieces of a text, in its order: what each is kept under, if it is, and its length in bytes.
#[derive(Serialize, Deserialize)]
struct Index {
    pieces: Vec<(Option<u128>, u32)>,
}

impl Drawn {
    /// What was kept: a report, and what was drawn after it. Bytes that are torn or foreign are as good as
    /// none.
    #[must_use]
    pub fn read(report: Vec<u8>, later: Vec<u8>) -> Self {
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
                Note { findings, id, kept: id.and_then(|id| self.pieces.get(&id)) }
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
                && (next.is_later, next.range.start) == (run.is_later, run.range.end)
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
        let mostly_unused = used * 2 < self.pieces.len();
        let can_be_found = notes.iter().any(|note| note.id.is_some());
        if !can_be_found || !(mostly_unused || notes.iter().any(Note::is_new)) {
            return None;
        }
        let is_later = |note: &Note<'_>| note.is_new() || note.kept.is_some_and(|kept| kept.is_later);
        let few = notes.iter().filter(|note| is_later(note)).count() <= FEW;
        let beside = few && self.report.is_some() && !mostly_unused;
        let mut fresh = fresh.iter();
        let texts = notes.iter().filter_map(|note| {
            let fresh = if note.kept.is_none() { fresh.next() } else { None };
            (!beside || is_later(note)).then(|| {
                (note, note.kept.map_or_else(|| fresh.map_or("", String::as_str), |kept| self.text(kept)))
            })
        });
        let texts: Vec<(&Note<'_>, &str)> = texts.collect();
        let index = index(&texts)?;
        if !beside {
            return Some(New::Whole(index));
        }
        let mut later = index;
        for (_, text) in texts {
            later.extend_from_slice(text.as_bytes());
        }
        Some(New::Beside(later))
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
    postcard::to_stdvec(&Index { pieces }).ok()
}

/// What pieces of a text are kept under, and where they are in it.
type Pieces = Vec<(u128, Range<usize>)>;

/// The text of what was kept, and its pieces.
fn read(mut bytes: Vec<u8>) -> Option<(String, Pieces)> {
    let (_, body) = open(KIND, &bytes)?;
    let (index, text): (Index, &[u8]) = postcard::take_from_bytes(body).ok()?;
    let before = body.len() - text.len();
    let (start, end) = (KIND.len() + before, KIND.len() + body.len());
    bytes.truncate(end);
    bytes.drain(..start);
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
