//! Findings for people, with the help of what was drawn before.
//!
//! Drawing reads a note again, masks its secrets and lays out its lines. For a vault in which nothing has
//! changed that takes longer than all the rest, so what was drawn is kept from one run to the next: for each
//! note under a hash over the note, its findings and whatever else the drawing shows.

use std::collections::HashMap;
use std::hash::{Hash as _, Hasher as _};

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
pub struct Drawn<'b> {
    texts: HashMap<u128, &'b str>,
}

/// What is drawn now.
#[derive(Debug)]
pub struct Drawing {
    /// The text of all findings.
    pub text: String,
    /// What to keep in front of the text for the next run; `None` where that is there already.
    pub index: Option<Vec<u8>>,
}

/// The pieces of a text, in its order: what each is kept under, if it is, and its length in bytes.
#[derive(Serialize, Deserialize)]
struct Index {
    pieces: Vec<(Option<u128>, u32)>,
}

impl<'b> Drawn<'b> {
    /// What was kept: an index, and the text behind it. Bytes that are torn or foreign are as good as none.
    #[must_use]
    pub fn read(bytes: &'b [u8]) -> Self {
        let texts = pieces(bytes).into_iter().flatten().filter_map(|(id, text)| Some((id?, text)));
        Self { texts: texts.collect() }
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
    ) -> Drawing {
        let notes: Vec<&[Finding]> = findings.chunk_by(|a, b| a.note == b.note).collect();
        let ids: Vec<Option<u128>> =
            notes.par_iter().map(|findings| Some(id(findings, identity(findings, same)?, colour))).collect();
        let known: Vec<Option<&str>> = ids.iter().map(|id| self.texts.get(&(*id)?).copied()).collect();
        let unknown: Vec<&[Finding]> = notes
            .iter()
            .zip(&known)
            .filter(|(_, known)| known.is_none())
            .map(|(findings, _)| *findings)
            .collect();
        // It is opened here and not by one of many threads, which it would need itself.
        let drawn = if unknown.is_empty() { Vec::new() } else { human::draw(vault, &unknown, colour) };
        let mut drawn = drawn.iter().map(String::as_str);
        let pieces: Vec<&str> = known.iter().filter_map(|known| known.or_else(|| drawn.next())).collect();
        let used = known.iter().flatten().count();
        let new = ids.iter().zip(&known).any(|(id, known)| id.is_some() && known.is_none());
        let text = pieces.concat();
        let index = (new || used * 2 < self.texts.len()).then(|| index(&ids, &pieces, &text)).flatten();
        Drawing { text, index }
    }
}

/// What tells that the note of findings is the same as it was.
fn identity(findings: &[Finding], same: &[(String, Identity)]) -> Option<Identity> {
    let note = &findings.first()?.note;
    let at = same.binary_search_by(|(path, _)| path.cmp(note)).ok()?;
    Some(same.get(at)?.1)
}

/// What the drawing of the findings of a note is kept under.
fn id(findings: &[Finding], note: Identity, colour: bool) -> u128 {
    let mut hash = Xxh3::new();
    note.hash(&mut hash);
    hash.write_u8(u8::from(colour));
    findings.hash(&mut hash);
    hash.digest128()
}

/// What stands in front of a text for it to be found again.
fn index(ids: &[Option<u128>], pieces: &[&str], text: &str) -> Option<Vec<u8>> {
    let pieces = ids.iter().zip(pieces).map(|(id, piece)| (*id, piece.len() as u32)).collect();
    let body = postcard::to_stdvec(&Index { pieces }).ok()?;
    let sum = checksum(&body, text.as_bytes());
    Some([&MAGIC[..], &sum, &body].concat())
}

/// The pieces of what was kept.
fn pieces(bytes: &[u8]) -> Option<Vec<(Option<u128>, &str)>> {
    let (sum, bytes) = bytes.strip_prefix(MAGIC)?.split_first_chunk::<8>()?;
    let (index, text): (Index, &[u8]) = postcard::take_from_bytes(bytes).ok()?;
    let body = bytes.get(..bytes.len() - text.len())?;
    if *sum != checksum(body, text) {
        return None;
    }
    let mut rest = std::str::from_utf8(text).ok()?;
    let mut pieces = Vec::with_capacity(index.pieces.len());
    for (id, length) in index.pieces {
        let (piece, behind) = rest.split_at_checked(length as usize)?;
        pieces.push((id, piece));
        rest = behind;
    }
    Some(pieces)
}

fn checksum(index: &[u8], text: &[u8]) -> [u8; 8] {
    let mut hash = Xxh3::new();
    hash.update(index);
    hash.update(text);
    hash.digest().to_le_bytes()
}
