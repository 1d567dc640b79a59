//! Pairs the notes of an older vault with those of a newer one.
//!
//! Notes with the same path are one note. Of the rest, notes with the same bytes are one renamed note, and so are
//! notes that share at least half of their lines, weighed by length: this is git's measure for renames. A line
//! that many notes share, such as a heading of a template, does not count.

use std::collections::{BTreeMap, HashMap, HashSet};

use xxhash_rust::xxh3::xxh3_64;

use super::{Change, Spot, Subject};
use crate::text::path;
use crate::vault::{Note, NoteId, Role, Vault};

/// The notes of two vaults, each paired with its older version.
pub(super) struct Pairs<'v> {
    pub(super) old: &'v Vault,
    pub(super) new: &'v Vault,
    /// Every note and canvas of either vault, newer ones in the order of paths, except those that one of the
    /// vaults could not read.
    pub(super) all: Vec<Pair<'v>>,
    /// Maps the old path of each moved file to its new path.
    moved: HashMap<&'v str, &'v str>,
}

/// A note before and after. At least one side is there.
#[derive(Clone, Copy)]
pub(super) struct Pair<'v> {
    pub(super) before: Option<&'v Note>,
    pub(super) after: Option<&'v Note>,
}

impl<'v> Pair<'v> {
    /// Whether both sides were read from the same bytes.
    pub(super) fn is_unchanged(self) -> bool {
        self.before.zip(self.after).is_some_and(|(a, b)| a.same_bytes(b) && a.role == b.role)
    }

    /// Returns both sides if their content may differ; `None` if they have the same bytes or one cannot be read.
    /// A side that is a template, excluded or a canvas counts as missing.
    pub(super) fn instances(self) -> Option<(Option<&'v Note>, Option<&'v Note>)> {
        if self.is_unchanged() {
            return None;
        }
        let legible = |note: Option<&Note>| note.is_none_or(|note| !note.facts.is_unread());
        let instance = |note: Option<&'v Note>| note.filter(|note| note.role == Role::Ordinary);
        (legible(self.before) && legible(self.after)).then(|| (instance(self.before), instance(self.after)))
    }
}

impl<'v> Pairs<'v> {
    pub(super) fn of(old: &'v Vault, new: &'v Vault) -> Self {
        let mut pairs = Self { old, new, all: Vec::new(), moved: HashMap::new() };
        // A note that only one vault could read was neither added nor removed.
        let unread: HashSet<&str> =
            [old, new].into_iter().flat_map(Vault::unread).map(|unread| &*unread.path).collect();
        let by_path = |vault: &'v Vault| -> BTreeMap<&'v str, (NoteId, &'v Note)> {
            let all = vault.linking_notes().map(|(id, note)| (note.path.as_str(), (id, note)));
            all.filter(|(path, _)| !unread.contains(path)).collect()
        };
        let (before, after) = (by_path(old), by_path(new));
        let only = |own: &BTreeMap<&str, (NoteId, &'v Note)>, other: &BTreeMap<&str, (NoteId, &'v Note)>| {
            let rest = own.iter().filter(|(path, _)| !other.contains_key(*path));
            rest.map(|(_, found)| *found).collect::<Vec<_>>()
        };
        let (gone, come) = (only(&before, &after), only(&after, &before));
        let renamed = renames(old, &gone, new, &come);
        let was: HashMap<&str, &Note> =
            renamed.iter().map(|(was, is)| (come[*is].1.path.as_str(), gone[*was].1)).collect();
        for (path, (_, note)) in &after {
            let same = before.get(path).map(|(_, note)| *note);
            let before = same.or_else(|| was.get(path).copied());
            pairs.all.push(Pair { before, after: Some(note) });
        }
        let mut lost = vec![true; gone.len()];
        for (was, is) in renamed {
            lost[was] = false;
            pairs.moved.insert(&gone[was].1.path, &come[is].1.path);
        }
        let gone = gone.iter().zip(lost).filter(|(_, lost)| *lost);
        pairs.all.extend(gone.map(|((_, note), _)| Pair { before: Some(note), after: None }));
        pairs.move_attachments();
        pairs
    }

    /// Pairs attachments that moved to another folder and whose name is unique among the files added and removed.
    fn move_attachments(&mut self) {
        let only = |own: &'v Vault, other: &Vault| {
            let mut by_name: HashMap<&str, Option<&str>> = HashMap::new();
            let rest = own
                .names()
                .paths()
                .iter()
                .filter(|path| other.names().exact(path).is_none() && own.find(path).is_none());
            for path in rest {
                by_name.entry(path::file_name(path)).and_modify(|one| *one = None).or_insert(Some(path));
            }
            by_name
        };
        let (gone, come) = (only(self.old, self.new), only(self.new, self.old));
        let both = gone.iter().filter_map(|(name, was)| Some(((*was)?, (*come.get(name)?)?)));
        self.moved.extend(both);
    }

    /// Returns the path that a file of the older vault has now, if it still exists.
    pub(super) fn now<'p>(&'p self, path: &'p str) -> &'p str {
        self.moved.get(path).copied().unwrap_or(path)
    }
}

/// Adds the notes that were added, removed or renamed to the changes.
pub(super) fn changes(pairs: &Pairs<'_>, changes: &mut Vec<Change>) {
    for pair in &pairs.all {
        let spot = |note: Option<&Note>| note.map(|note| Spot { note: note.path.clone(), line: None });
        let (before, after) = (spot(pair.before), spot(pair.after));
        if before != after {
            changes.push(Change { subject: Subject::Note, before, after, fields: Vec::new() });
        }
    }
}

/// The most notes that may share a line that counts.
const COMMON: usize = 8;

/// Pairs removed and added notes that are one renamed note, as indexes of `gone` and `come`.
fn renames(
    old: &Vault,
    gone: &[(NoteId, &Note)],
    new: &Vault,
    come: &[(NoteId, &Note)],
) -> Vec<(usize, usize)> {
    if gone.is_empty() || come.is_empty() {
        return Vec::new();
    }
    let before: Vec<Option<Lines>> = gone.iter().map(|(id, _)| Lines::of(old, *id)).collect();
    let after: Vec<Option<Lines>> = come.iter().map(|(id, _)| Lines::of(new, *id)).collect();
    let mut candidates = shared(&before, &after);
    // The most similar pairs come first; of equals, notes that kept their file name, and then by path, so that
    // the reverse comparison finds the same pairs.
    candidates.sort_by_key(|&(was, is, score)| {
        let (a, b) = (gone[was].1.path.as_str(), come[is].1.path.as_str());
        let kept = path::file_name(a) == path::file_name(b);
        (std::cmp::Reverse((score, kept)), a.min(b), a.max(b))
    });
    let (mut taken, mut given) = (vec![false; gone.len()], vec![false; come.len()]);
    let mut pairs = Vec::new();
    for (was, is, _) in candidates {
        if !taken[was] && !given[is] {
            (taken[was], given[is]) = (true, true);
            pairs.push((was, is));
        }
    }
    pairs
}

/// What identifies a note whose path has changed.
struct Lines {
    whole: u64,
    /// Hashes of its non-blank lines, each with the number of occurrences and the length of the line.
    lines: BTreeMap<u64, (usize, usize)>,
}

impl Lines {
    /// Returns `None` for a note that is empty or no text, since nothing distinguishes it.
    fn of(vault: &Vault, id: NoteId) -> Option<Self> {
        let text = vault.text(id)?;
        let mut lines: BTreeMap<u64, (usize, usize)> = BTreeMap::new();
        for line in text.lines().map(str::trim_end).filter(|line| !line.is_empty()) {
            let (count, _) = lines.entry(xxh3_64(line.as_bytes())).or_insert((0, line.len()));
            *count += 1;
        }
        (!lines.is_empty()).then(|| Self { whole: xxh3_64(text.as_bytes()), lines })
    }
}

/// Returns the pairs that are similar enough, with the score: 100 for the same bytes.
fn shared(before: &[Option<Lines>], after: &[Option<Lines>]) -> Vec<(usize, usize, usize)> {
    let (mut by_line, mut by_whole) = (BTreeMap::new(), BTreeMap::new());
    let mut index = |side: usize, notes: &[Option<Lines>]| {
        for (i, note) in notes.iter().enumerate() {
            let Some(note) = note else { continue };
            by_whole.entry(note.whole).or_insert_with(<[Vec<usize>; 2]>::default)[side].push(i);
            for line in note.lines.keys() {
                by_line.entry(*line).or_insert_with(<[Vec<usize>; 2]>::default)[side].push(i);
            }
        }
    };
    index(0, before);
    index(1, after);
    by_line.retain(|_, notes| notes.iter().all(|notes| notes.len() <= COMMON));
    let mut found: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for (line, [was, is]) in &by_line {
        for (a, b) in was.iter().flat_map(|a| is.iter().map(move |b| (*a, *b))) {
            let times = |note: &Option<Lines>| note.as_ref().and_then(|n| n.lines.get(line)).copied();
            let (Some((m, len)), Some((n, _))) = (times(&before[a]), times(&after[b])) else { continue };
            *found.entry((a, b)).or_default() += m.min(n) * len;
        }
    }
    let weight = |note: &Option<Lines>| {
        let telling = note.iter().flat_map(|n| &n.lines).filter(|(line, _)| by_line.contains_key(line));
        telling.map(|(_, (count, len))| count * len).sum::<usize>()
    };
    let weights = [before.iter().map(weight).collect::<Vec<_>>(), after.iter().map(weight).collect()];
    let mut alike: BTreeMap<(usize, usize), usize> = found
        .into_iter()
        .map(|((a, b), bytes)| ((a, b), 99 * bytes / weights[0][a].max(weights[1][b]).max(1)))
        .filter(|(_, score)| *score >= 50)
        .collect();
    for [was, is] in by_whole.values() {
        // Copies of one text are paired in order.
        alike.extend(was.iter().zip(is).map(|(a, b)| ((*a, *b), 100)));
    }
    alike.into_iter().map(|((a, b), score)| (a, b, score)).collect()
}
