//! The nearest of many names: what somebody meant who wrote one that is not there.
//!
//! A vault has a hundred thousand names, and after a careless rename twenty thousand links that name
//! none of them. Comparing each with each would take minutes. So a name is compared only where one of
//! its words begins as one of the text does, or both end alike; where it has the same digits, is about as
//! long, and shares most pairs of letters. What is left is compared with a few operations for each letter.

use std::collections::HashMap;
use std::sync::Mutex;

use crate::text::fold::fold_into;

/// Beginnings and endings are kept by this many bits of a hash. Two that meet in one bucket cost time,
/// no more.
const BITS: u32 = 14;

/// Of the beginnings and endings of a text, those that fewest names share are tried: two of them, and a
/// third one unless it is shared by more names than this.
const CROWDED: usize = 2000;

/// Answers that are kept; in a vault with more names, as many as there are names.
const MANY: usize = 10_000;
/// And no more names of one beginning or ending than this are looked at: a file may have as many headings as
/// links to some that it has not.
const LOOKED_AT: usize = 10_000;

/// Names, so arranged that the nearest one to a text is found quickly.
#[derive(Debug, Default)]
pub struct Nearest {
    /// The names as they are compared, one behind the other.
    text: String,
    /// Where each name ends in the text.
    ends: Vec<u32>,
    /// Names by the first two letters of each of their words, and by their last two, each with their digits.
    buckets: Buckets,
    /// What was asked before: many links name the same missing note.
    asked: Mutex<HashMap<String, Option<(usize, u32)>>>,
}

/// A name in a bucket, with what tells at a glance that it is too far away: thousands are looked at one after the
/// other.
#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    /// A bit for each pair of letters.
    pairs: u64,
    /// Its number.
    name: u32,
    /// How many characters it has.
    length: u32,
}

/// Names by a hash, all in one piece.
#[derive(Debug, Default)]
struct Buckets {
    bounds: Bounds,
    names: Vec<Entry>,
}

/// Where the buckets are among the names.
#[derive(Debug)]
enum Bounds {
    /// Where each one ends.
    Table(Vec<u32>),
    /// The bucket of each name: the headings of one note need no table of all buckets.
    Few(Vec<u16>),
}

impl Default for Bounds {
    fn default() -> Self {
        Self::Few(Vec::new())
    }
}

/// As many names in buckets need a table.
const TABLE: usize = 1 << 12;

/// A name is in several buckets: the last one of each has this bit.
const LAST: u16 = 1 << BITS;

impl Nearest {
    /// Arranges names. The answers count them in this order.
    pub fn new<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        let (mut text, mut name_ends) = (String::new(), Vec::new());
        // The buckets of all names, one behind the other: there are half a million.
        let mut placed: Vec<u16> = Vec::new();
        let mut own = Vec::new();
        for name in names {
            let start = text.len();
            key_into(&mut text, name);
            ends(&text[start..], &mut own);
            placed.extend(own.iter().map(|hash| *hash as u16));
            if let Some(last) = placed.last_mut() {
                *last |= LAST;
            }
            name_ends.push(text.len() as u32);
        }
        let mut all = Self { text, ends: name_ends, buckets: Buckets::default(), asked: Mutex::default() };
        all.buckets = Buckets::new(&placed, |name| {
            let key = all.name(name as usize);
            Entry { pairs: pairs(key), name, length: key.chars().count() as u32 }
        });
        all
    }

    /// The nearest name, if one is near enough to be what was meant, and how many edits away it is: of several that
    /// read alike the first. `None` where two are equally near: nobody can tell which one was meant.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<(usize, u32)> {
        self.find_by(name, |_, _| false)
    }

    /// The same where two names may belong to one thing, which is always told in the same way: then it is meant by
    /// either.
    #[must_use]
    pub fn find_by(&self, name: &str, of_one: impl Fn(usize, usize) -> bool) -> Option<(usize, u32)> {
        let key = key(name);
        if let Ok(asked) = self.asked.lock()
            && let Some(answer) = asked.get(&key)
        {
            return *answer;
        }
        let answer = self.search(&key, of_one);
        if let Ok(mut asked) = self.asked.lock() {
            // A vault under watch is asked for new ones all day.
            if asked.len() > MANY.max(self.ends.len()) {
                asked.clear();
            }
            asked.insert(key, answer);
        }
        answer
    }

    fn search(&self, key: &str, of_one: impl Fn(usize, usize) -> bool) -> Option<(usize, u32)> {
        let pattern = Pattern::new(key);
        let (length, own) = (pattern.length, pairs(key));
        let limit = allowed(length);
        if limit == 0 {
            return None;
        }
        let mut best: Option<(u32, usize)> = None;
        let mut is_alone = true;
        let mut hashes = Vec::new();
        ends(key, &mut hashes);
        let mut buckets: Vec<&[Entry]> = hashes.into_iter().map(|hash| self.buckets.get(hash)).collect();
        buckets.sort_by_key(|bucket| bucket.len());
        let tried = buckets.iter().enumerate().take(3);
        for (_, bucket) in tried.filter(|(i, bucket)| *i < 2 || bucket.len() <= CROWDED) {
            for &Entry { pairs, name, length: other } in bucket.iter().take(LOOKED_AT) {
                // An edit takes away three pairs at most: two, or three where letters are exchanged.
                let near = other.abs_diff(length) <= limit
                    && (own & !pairs).count_ones() <= 3 * limit
                    && (pairs & !own).count_ones() <= 3 * limit;
                if near {
                    let i = name as usize;
                    let distance = pattern.distance(self.name(i));
                    if distance > limit || best.is_some_and(|(least, _)| distance > least) {
                        continue;
                    }
                    if !same_numbers(key, self.name(i)) {
                        continue;
                    }
                    match best {
                        Some((least, first)) if least == distance => {
                            is_alone &= self.name(first) == self.name(i) || of_one(first, i);
                            best = Some((least, first.min(i)));
                        }
                        _ => {
                            best = Some((distance, i));
                            is_alone = true;
                        }
                    }
                }
            }
        }
        best.filter(|_| is_alone).map(|(distance, i)| (i, distance))
    }

    fn name(&self, i: usize) -> &str {
        let start = i.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.text.get(start as usize..self.ends[i] as usize).unwrap_or_default()
    }
}

impl Buckets {
    /// `entry` gives what is to be kept of a name.
    fn new(placed: &[u16], entry: impl Fn(u32) -> Entry) -> Self {
        let bucket = |placed: u16| placed & (LAST - 1);
        // The number of the name that comes, and what is kept of it in each of its buckets.
        let (mut number, mut own) = (0, None);
        let entries = placed.iter().map(|placed| {
            let entry = *own.get_or_insert_with(|| entry(number));
            if placed & LAST != 0 {
                (number, own) = (number + 1, None);
            }
            (bucket(*placed), entry)
        });
        if placed.len() < TABLE {
            let mut entries: Vec<(u16, Entry)> = entries.collect();
            entries.sort_by_key(|(bucket, _)| *bucket);
            let (buckets, names) = entries.into_iter().unzip();
            return Self { bounds: Bounds::Few(buckets), names };
        }
        // Once to count, once to fill.
        let mut next = vec![0u32; 1 << BITS];
        for placed in placed {
            next[bucket(*placed) as usize] += 1;
        }
        let mut before = 0;
        for count in &mut next {
            before += std::mem::replace(count, before);
        }
        let mut names = vec![Entry::default(); placed.len()];
        for (bucket, entry) in entries {
            let at = &mut next[bucket as usize];
            names[*at as usize] = entry;
            *at += 1;
        }
        // Where the next one would have gone its bucket ends.
        Self { bounds: Bounds::Table(next), names }
    }

    fn get(&self, hash: u32) -> &[Entry] {
        let (start, end) = match &self.bounds {
            Bounds::Table(ends) => {
                let end = |i: u32| ends.get(i as usize).map_or(0, |&end| end as usize);
                (hash.checked_sub(1).map_or(0, end), end(hash))
            }
            Bounds::Few(buckets) => {
                let below = |limit: u32| buckets.partition_point(|bucket| u32::from(*bucket) < limit);
                (below(hash), below(hash + 1))
            }
        };
        self.names.get(start..end).unwrap_or_default()
    }
}

/// A text that many names are compared with, by the bit-parallel algorithm of Hyyrö (2003), which counts
/// two exchanged neighbours as one edit.
struct Pattern<'k> {
    key: &'k str,
    length: u32,
    /// For each letter of ASCII where it stands in the text.
    ascii: [u64; 128],
    /// The same for other letters.
    others: Vec<(char, u64)>,
}

impl<'k> Pattern<'k> {
    fn new(key: &'k str) -> Self {
        let mut pattern =
            Self { key, length: key.chars().count() as u32, ascii: [0; 128], others: Vec::new() };
        for (i, c) in key.chars().enumerate().take(64) {
            if let Some(places) = pattern.ascii.get_mut(c as usize) {
                *places |= 1 << i;
            } else if let Some((_, places)) = pattern.others.iter_mut().find(|(own, _)| *own == c) {
                *places |= 1 << i;
            } else {
                pattern.others.push((c, 1 << i));
            }
        }
        pattern
    }

    fn places(&self, c: char) -> u64 {
        let other = || self.others.iter().find(|(own, _)| *own == c).map_or(0, |(_, places)| *places);
        self.ascii.get(c as usize).copied().unwrap_or_else(other)
    }

    /// How many edits a name is away.
    fn distance(&self, name: &str) -> u32 {
        // More letters than bits in a word: rare enough for the plain way.
        if self.length > 64 || self.length == 0 {
            return strsim::osa_distance(self.key, name) as u32;
        }
        let last = 1u64 << (self.length - 1);
        let (mut more, mut less, mut diagonal, mut before) = (u64::MAX, 0u64, 0u64, 0u64);
        let mut distance = self.length;
        for c in name.chars() {
            let here = self.places(c);
            let exchanged = ((!diagonal & here) << 1) & before;
            diagonal = ((here & more).wrapping_add(more) ^ more) | here | less | exchanged;
            let right_more = less | !(diagonal | more);
            let right_less = diagonal & more;
            distance += u32::from(right_more & last != 0);
            distance -= u32::from(right_less & last != 0);
            let right_more = (right_more << 1) | 1;
            more = (right_less << 1) | !(diagonal | right_more);
            less = right_more & diagonal;
            before = here;
        }
        distance
    }
}

/// Whether two names have the same numbers. Another number is another thing, however near: tomorrow's note, the next
/// server.
fn same_numbers(a: &str, b: &str) -> bool {
    fn numbers(name: &str) -> impl Iterator<Item = &str> {
        let runs = name.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty());
        runs.map(|run| run.trim_start_matches('0'))
    }
    let digits = |name| str::bytes(name).filter(u8::is_ascii_digit);
    // `012` is `12`, and in `20 24` a blank has slipped.
    numbers(a).eq(numbers(b)) || digits(a).eq(digits(b))
}

/// How many edits a name of this length may be away from what was meant.
const fn allowed(length: u32) -> u32 {
    match length {
        0..=2 => 0,
        3..=7 => 1,
        8..=15 => 2,
        _ => 3,
    }
}

/// A name as it is compared with others: folded, with one kind of separator.
fn key(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    key_into(&mut key, name);
    key
}

/// Writes the same behind what a buffer holds.
fn key_into(out: &mut String, name: &str) {
    let start = out.len();
    fold_into(out, name);
    if memchr::memchr2(b'-', b'_', &out.as_bytes()[start..]).is_some() {
        let spaced = out[start..].replace(['-', '_'], " ");
        out.replace_range(start.., &spaced);
    }
}

/// The buckets of a name: what is nearest to it depends on the names in these alone.
pub(super) fn buckets(name: &str) -> Vec<u32> {
    let mut buckets = Vec::new();
    ends(&key(name), &mut buckets);
    buckets
}

/// Writes the buckets of a key, each once.
fn ends(key: &str, ends: &mut Vec<u32>) {
    let first = |word: &str| {
        let mut letters = word.chars();
        (letters.next(), letters.next())
    };
    let mut letters = key.chars().rev();
    let last = (letters.next(), letters.next());
    let heads = key.split(' ').filter(|word| !word.is_empty()).map(first).map(|(a, b)| hash(a, b));
    // In a short name one edit may touch both of its ends: its first letter alone counts too.
    let short = key.chars().nth(6).is_none().then(|| hash(key.chars().next(), None));
    // Inverted, since an ending is no beginning.
    let tail = !hash(last.0, last.1);
    let hashes = heads.chain(short).chain([tail]);
    let digits = digits(key);
    ends.clear();
    ends.extend(hashes.map(|hash| (hash ^ digits) >> (32 - BITS)));
    ends.sort_unstable();
    ends.dedup();
}

/// A hash over the digits of a key, without zeros: [`same_numbers`] asks for these at least. Notes of many days, tickets
/// or servers are told apart by their numbers alone, and would all meet in one bucket.
fn digits(key: &str) -> u32 {
    let digits = key.bytes().filter(|byte| matches!(byte, b'1'..=b'9'));
    digits.fold(0, |hash, digit| (hash ^ u32::from(digit)).wrapping_mul(0x9E37_79B1).rotate_left(15))
}

/// A bit for each pair of neighbouring letters, the ends of the name included.
fn pairs(key: &str) -> u64 {
    let (mut pairs, mut before) = (0, None);
    for c in key.chars().map(Some).chain([None]) {
        pairs |= 1u64 << (hash(before, c) >> 26);
        before = c;
    }
    pairs
}

fn hash(a: Option<char>, b: Option<char>) -> u32 {
    let number = |c: Option<char>| c.map_or(0, |c| c as u32);
    let mixed = number(a).wrapping_mul(0x9E37_79B1) ^ number(b).wrapping_mul(0x85EB_CA6B);
    (mixed ^ (mixed >> 15)).wrapping_mul(0xC2B2_AE35)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant() {
        let names = ["Payment Gateway", "Gateway", "Queue limits", "Überblick", "cat", "gate-way notes"];
        let index = Nearest::new(names);
        for (text, expected) in [
            ("Payment Gatway", Some("Payment Gateway")),
            ("payment-gateway", Some("Payment Gateway")),
            ("Gatewya", Some("Gateway")),
            ("Uberblick", Some("Überblick")),
            ("Qeue limit", Some("Queue limits")),
            ("gateway notes", Some("gate-way notes")),
            ("cta", Some("cat")),
            ("ct", None),
            ("dog", None),
            ("Something else", None),
        ] {
            assert_eq!(index.find(text).map(|(i, _)| names[i]), expected, "{text}");
        }
        assert_eq!(Nearest::new([]).find("anything"), None);
    }

    #[test]
    fn another_number_is_another_thing() {
        let names = ["2026-12-01", "ADR-0012", "v1.2 release", "Server 2", "Room 2030"];
        let index = Nearest::new(names);
        for (text, expected) in [
            ("2026-12-04", None),
            ("2026-12-1", Some("2026-12-01")),
            ("ADR-0013", None),
            ("ADR-012", Some("ADR-0012")),
            ("v1.3 release", None),
            ("v1.2 relaese", Some("v1.2 release")),
            ("Server 3", None),
            ("Servre 2", Some("Server 2")),
            ("Room 20 30", Some("Room 2030")),
            ("Rom 02030", Some("Room 2030")),
        ] {
            assert_eq!(index.find(text).map(|(i, _)| names[i]), expected, "{text}");
        }
    }

    #[test]
    fn distances_are_those_of_the_plain_way() {
        let words = [
            "",
            "a",
            "ab",
            "ba",
            "gateway",
            "gatewya",
            "agtewayx",
            "Überblick",
            "uberblick",
            "kitten",
            "sitting",
        ];
        for a in words.iter().filter(|word| !word.is_empty()) {
            for b in words {
                assert_eq!(Pattern::new(a).distance(b) as usize, strsim::osa_distance(a, b), "{a} {b}");
            }
        }
        let long = "x".repeat(70);
        assert_eq!(Pattern::new(&long).distance("x"), 69);
        assert_eq!(Pattern::new(&long[6..]).distance(&long), 6);
    }

    #[test]
    fn of_two_that_are_equally_near_neither_is_meant() {
        let index = Nearest::new(["Week A", "Week B", "Month", "week b"]);
        assert_eq!(index.find("Week C"), None);
        assert_eq!(index.find("Wek B"), Some((1, 1)));
        assert_eq!(index.find("Mont"), Some((2, 1)));
        let index = Nearest::new(["Week A", "Week B", "Month"]);
        assert_eq!(index.find_by("Week C", |a, b| a < 2 && b < 2), Some((0, 1)), "both of one note");
    }

    /// What is left out would not have been near enough.
    #[test]
    fn misses_nothing_that_is_near() {
        let words = ["note", "system", "alpha", "of", "review", "2024", "plan"];
        let names: Vec<String> = (0..700)
            .map(|i| format!("{} {} {}", words[i % 7], words[(i / 7) % 7], words[(i / 49) % 7]))
            .collect();
        let index = Nearest::new(names.iter().map(String::as_str));
        let twice = Nearest::new(names.iter().chain(&names).map(String::as_str));
        let bounds = (&index.buckets.bounds, &twice.buckets.bounds);
        assert!(matches!(bounds, (Bounds::Few(_), Bounds::Table(_))));
        for (i, name) in names.iter().enumerate().step_by(3) {
            let mut letters: Vec<char> = name.chars().collect();
            let at = i % (letters.len() - 1);
            match i % 4 {
                0 => letters[at] = '#',
                1 => letters.swap(at, at + 1),
                2 => letters.insert(at, 'q'),
                _ => drop(letters.remove(at)),
            }
            let typed: String = letters.into_iter().collect();
            // Half of the names are there twice.
            let names: std::collections::BTreeSet<&String> = names.iter().collect();
            let same = names.into_iter().filter(|name| same_numbers(&typed, name));
            let distances: Vec<usize> = same.map(|n| strsim::osa_distance(&typed, n)).collect();
            let nearest = distances.iter().min().copied();
            let several = distances.iter().filter(|distance| Some(**distance) == nearest).count() > 1;
            let expected = nearest.filter(|_| !several);
            assert_eq!(index.find(&typed).map(|(_, d)| d as usize), expected, "{typed}");
            assert_eq!(index.find(&typed), twice.find(&typed), "{typed}");
        }
    }
}
