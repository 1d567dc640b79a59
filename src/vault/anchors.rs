//! The headings and block ids that links can name in all notes of a vault, as hashes: enough to tell whether one
//! exists.
//!
//! A vault is judged once all of its notes have been read, and until then any link may name any heading. The
//! headings themselves would be most of what is in memory by then, and nearly all of them only serve to find that
//! nothing is wrong.

use std::collections::{HashMap, HashSet};

use xxhash_rust::xxh3::xxh3_64;

use super::fragment::{Fragment, link_heading_key, write_link_heading_key};
use super::names::FileId;
use super::{Note, NoteId};

/// A heading or a block id. The first five bytes are a hash of what links compare, the last one is the level of
/// the heading, or 0 for a block. In a note with twenty of them, a missing one is mistaken for one of these once
/// in 50,000,000,000 cases. The anchors of all notes are in memory, so they are kept small.
type Anchor = [u8; 6];

/// A part of a fragment: a hash as in [`Anchor`], and in the last byte what kind of part it is.
type Part = [u8; 6];

/// The kind of a block id.
const BLOCK: u8 = 0;
/// The kind of the last heading of a path.
const HEADING: u8 = 1;
/// The kind of a heading that is followed by another one of its path.
const ABOVE: u8 = 2;

/// The anchors that notes have, and those that their links name in other notes.
#[derive(Debug, Default)]
pub struct Anchors {
    held: Lists<Anchor>,
    named: Lists<(FileId, Part)>,
    /// Indexes of long notes that links name: a glossary is named a hundred thousand times, and should not be
    /// scanned for each.
    large: HashMap<NoteId, Places>,
}

/// The anchors of one note, and those that its links name.
#[derive(Debug, Default)]
pub struct Own {
    held: Vec<Anchor>,
    named: Vec<(FileId, Part)>,
}

impl Own {
    /// Collects the anchors of a note.
    #[must_use]
    pub fn of(note: &Note) -> Self {
        let facts = &note.facts;
        let mut held = Vec::with_capacity(facts.headings.len() + facts.block_ids.len());
        // Room for most headings, so that the buffer rarely grows.
        let mut key = String::with_capacity(64);
        for heading in &facts.headings {
            write_link_heading_key(&mut key, facts.text(heading.text));
            if !key.is_empty() {
                held.push(hash(&key, heading.level));
            }
        }
        held.extend(facts.block_ids.iter().map(|id| block(facts.text(*id))));
        Self { held, named: Vec::new() }
    }

    /// Records that the note names `fragment` in `file`.
    pub fn name(&mut self, file: FileId, fragment: &Fragment) {
        self.named.extend(parts(fragment).map(|part| (file, part)));
    }
}

impl Extend<Own> for Anchors {
    fn extend<I: IntoIterator<Item = Own>>(&mut self, notes: I) {
        for own in notes {
            self.held.push(own.held);
            self.named.push(own.named);
        }
    }
}

impl Anchors {
    /// Returns the notes that name something which the target seems to lack, each with the target note.
    pub(super) fn doubtful(&mut self, note_of: impl Fn(FileId) -> Option<NoteId>) -> Vec<(NoteId, NoteId)> {
        let mut doubtful = Vec::new();
        for (id, named) in self.named.iter() {
            for named in named.chunk_by(|(_, part), _| last_byte(*part) == ABOVE) {
                let Some(target) = named.first().and_then(|(file, _)| note_of(*file)) else { continue };
                let held = self.held.get(target);
                let parts = named.iter().map(|(_, part)| *part);
                let is_there = if held.len() > FEW {
                    self.large.entry(target).or_insert_with(|| Places::of(held)).have(parts)
                } else {
                    has(held, parts)
                };
                if !is_there {
                    doubtful.push((id, target));
                }
            }
        }
        doubtful
    }

    /// Returns the anchors of these notes alone, which are numbered in this order then.
    pub(super) fn of_notes(&self, notes: &[NoteId]) -> Self {
        let numbers = (0u32..).map(NoteId).zip(notes);
        let large = numbers.filter_map(|(number, id)| Some((number, self.large.get(id)?.clone())));
        Self { held: self.held.of_notes(notes), named: self.named.of_notes(notes), large: large.collect() }
    }

    /// Returns the anchors without those of these notes.
    pub(super) fn without(&self, notes: &HashSet<NoteId>) -> Self {
        let ids = (0..self.held.ends.len() as u32).map(NoteId);
        // No note has this number, so the list for it is empty.
        let ids = ids.map(|id| if notes.contains(&id) { NoteId(u32::MAX) } else { id });
        self.of_notes(&ids.collect::<Vec<_>>())
    }

    /// Forgets what links name, after it was looked up.
    pub(super) fn forget_named(&mut self) {
        self.named = Lists::default();
    }

    /// Whether a note has what a fragment names. It may still have a missing one in a board.
    pub(super) fn has(&self, note: NoteId, fragment: &Fragment) -> bool {
        let mut parts = parts(fragment).peekable();
        parts.peek().is_some()
            && match self.large.get(&note) {
                Some(places) => places.have(parts),
                None => has(self.held.get(note), parts),
            }
    }
}

/// The most anchors that are scanned: sorting them first would take longer.
const FEW: usize = 64;

/// The level of the deepest headings.
const DEEPEST: u8 = 6;

/// The anchors of a long note with their positions; sorted.
#[derive(Clone, Debug)]
struct Places(Box<[(Anchor, u32)]>);

impl Places {
    fn of(held: &[Anchor]) -> Self {
        let mut places: Vec<(Anchor, u32)> = held.iter().copied().zip(0..).collect();
        places.sort_unstable();
        Self(places.into())
    }

    /// Like [`has`], for a long note.
    fn have(&self, parts: impl Iterator<Item = Part>) -> bool {
        let (mut from, mut above) = (0, 0);
        for part in parts {
            let levels = if last_byte(part) == BLOCK { 0..=0 } else { above + 1..=DEEPEST };
            let of_level = |level: u8| {
                let mut anchor = part;
                anchor[5] = level;
                let next = self.0.get(self.0.partition_point(|place| *place < (anchor, from)))?;
                (next.0 == anchor).then_some((next.1, level))
            };
            let Some((at, level)) = levels.filter_map(of_level).min() else { return false };
            (from, above) = (at + 1, level);
        }
        true
    }
}

/// Whether `held` has these parts: headings below each other, or a block. Parts match in the order of the note,
/// each deeper than the one before: see [`Note::heading_index`].
fn has(held: &[Anchor], parts: impl Iterator<Item = Part>) -> bool {
    let mut rest = held.iter();
    let mut above = 0;
    for part in parts {
        let is_block = last_byte(part) == BLOCK;
        let found = rest.find(|anchor| {
            let level = last_byte(**anchor);
            anchor[..5] == part[..5] && (level == 0) == is_block && (is_block || level > above)
        });
        let Some(anchor) = found else { return false };
        above = last_byte(*anchor);
    }
    true
}

/// Returns the parts of a fragment; none if it cannot be missing.
fn parts(fragment: &Fragment) -> impl Iterator<Item = Part> {
    let (id, headings) = match fragment {
        _ if !fragment.can_be_missing() => (None, &[][..]),
        Fragment::Footnote => (None, &[][..]),
        Fragment::Block(id) => (Some(block(id)), &[][..]),
        Fragment::Heading(parts) => (None, parts.as_slice()),
    };
    let kinds = (1..=headings.len()).map(|i| if i == headings.len() { HEADING } else { ABOVE });
    id.into_iter().chain(headings.iter().zip(kinds).map(|(part, kind)| hash(&link_heading_key(part), kind)))
}

fn block(id: &str) -> Anchor {
    hash(&id.to_ascii_lowercase(), BLOCK)
}

fn hash(key: &str, last: u8) -> Anchor {
    let mut anchor = [last; 6];
    anchor[..5].copy_from_slice(&xxh3_64(key.as_bytes()).to_le_bytes()[..5]);
    anchor
}

const fn last_byte(anchor: Anchor) -> u8 {
    anchor[5]
}

/// A list for each note, all in one allocation.
#[derive(Debug)]
struct Lists<T> {
    all: Vec<T>,
    /// Where each list ends.
    ends: Vec<u32>,
}

impl<T> Default for Lists<T> {
    fn default() -> Self {
        Self { all: Vec::new(), ends: Vec::new() }
    }
}

impl<T> Lists<T> {
    fn push(&mut self, own: Vec<T>) {
        self.all.extend(own);
        self.ends.push(self.all.len() as u32);
    }

    fn get(&self, note: NoteId) -> &[T] {
        let end = |i: u32| self.ends.get(i as usize).map_or(0, |end| *end as usize);
        let start = note.0.checked_sub(1).map_or(0, end);
        self.all.get(start..end(note.0)).unwrap_or_default()
    }

    fn of_notes(&self, notes: &[NoteId]) -> Self
    where
        T: Clone,
    {
        let mut lists = Self::default();
        for id in notes {
            lists.push(self.get(*id).to_vec());
        }
        lists
    }

    fn iter(&self) -> impl Iterator<Item = (NoteId, &[T])> {
        (0..self.ends.len() as u32).map(|i| (NoteId(i), self.get(NoteId(i))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::text::growth::excess;
    use crate::vault::Vault;

    /// The index of a long note gives the same answers as a scan.
    #[test]
    fn large_notes_are_asked_as_small_ones_are() {
        let headings = |count: usize| {
            let terms = (0..count).map(|i| format!("## Term {i}\n\ntext ^id-{i}\n\n"));
            terms.collect::<String>() + "#### Deep\n\n### Part\n\n##### Deep\n"
        };
        for count in [3, 200] {
            let large = headings(count);
            let vault = Vault::of_texts(Config::default(), &[("a.md", "[[b]]"), ("b.md", &large)]);
            let file = vault.names().exact("b.md").unwrap();
            for (fragment, expected) in [
                ("term 2", true),
                ("Term 2#Term 3", false),
                ("Term 2#Part", true),
                ("Part#Term 2", false),
                ("Part#Deep", true),
                ("Term 2#Deep", true),
                ("Term 2#Part#Deep", true),
                ("Term 2#Deep#Part", false),
                ("Deep#Part", false),
                ("Term 200", false),
                ("^id-2", true),
                ("id-2", false),
                ("^id-200", false),
            ] {
                let mut own = Own::default();
                own.name(file, &Fragment::read(fragment).unwrap());
                let mut anchors = Anchors::default();
                anchors.held.push(own.held);
                anchors.named.push(own.named);
                anchors.held.push(Own::of(vault.note(vault.note_of(file).unwrap()).unwrap()).held);
                let doubtful = anchors.doubtful(|file| vault.note_of(file));
                assert_eq!(doubtful.is_empty(), expected, "{fragment} of {count}");
                let has = anchors.has(NoteId(1), &Fragment::read(fragment).unwrap());
                assert_eq!(has, expected, "{fragment} of {count}");
            }
        }
    }

    #[test]
    fn what_many_links_name_is_looked_up() {
        for heading in ["b", "b{i}"] {
            let make = |n: usize| {
                let name = |i: usize| heading.replace("{i}", &i.to_string());
                let text = (0..n).map(|i| format!("# {}\n", name(i))).collect::<Vec<_>>().concat();
                let vault = Vault::of_texts(Config::default(), &[("a.md", &text)]);
                let paths = (0..n).filter_map(|i| Fragment::read(&format!("b0#{}", name(n - 1 - i))));
                (vault, paths.collect::<Vec<_>>())
            };
            let excess = excess(heading, 200, make, |(vault, paths)| {
                let file = vault.names().exact("a.md").unwrap();
                let mut own = Own::of(vault.note(vault.note_of(file).unwrap()).unwrap());
                for path in paths {
                    own.name(file, path);
                }
                let mut anchors = Anchors::default();
                anchors.extend([own]);
                assert_eq!(anchors.doubtful(|file| vault.note_of(file)).len(), paths.len());
                assert!(paths.iter().all(|path| !anchors.has(NoteId(0), path)));
            });
            assert_eq!(excess, None);
        }
    }

    /// Anchors and notes give the same answers.
    #[test]
    fn anchors_say_what_notes_say() {
        let text =
            "# Top\n## `hasTag()`\n### See [[B]] x\n## Other\n### Deep #todo\n# Top\n## ?!\n\npara ^Id-1\n";
        let vault = Vault::of_texts(Config::default(), &[("a.md", "No headings."), ("b.md", text)]);
        let mut anchors = Anchors::default();
        anchors.extend(vault.notes().map(|(_, note)| Own::of(note)));
        let fragments = [
            "hasTag",
            "See B x",
            "top#other#deep todo",
            "Top#Top",
            "Other#hasTag",
            "Deep#Other",
            "hasTag-",
            "?!",
            "todo",
            "^id-1",
            "^none",
            "Id-1",
            "^id_1",
            "[^1]",
        ];
        for fragment in fragments {
            let read = Fragment::read(fragment).unwrap();
            for (id, note) in vault.notes() {
                let by_hash = anchors.has(id, &read);
                assert_eq!(by_hash, note.has(&read) == Some(true), "{fragment} of {}", note.path);
                let file = vault.file_of(id).unwrap();
                let mut own = Own::default();
                own.name(file, &read);
                let mut named = Anchors::default();
                named.extend(vault.notes().map(|(_, note)| Own::of(note)));
                named.extend([own]);
                let doubtful = named.doubtful(|file| vault.note_of(file));
                assert_eq!(
                    doubtful.is_empty(),
                    note.has(&read) != Some(false),
                    "{fragment} of {}",
                    note.path
                );
            }
        }
    }
}
