//! Finds the nearest of many names: the one that somebody probably meant who wrote a name that does not exist.
//!
//! A vault has a hundred thousand names, and after a careless rename twenty thousand links that match none of
//! them. Comparing each with each would take minutes. So a name is compared only if one of its words begins like
//! a word of the text, or both end alike, and if it has the same digits, is about as long, and shares most pairs
//! of letters. The comparison itself takes a few operations for each letter.

use std::collections::HashMap;
use std::sync::Mutex;

use crate::text::fold::fold_into;

use self::buckets::{Buckets, Entry, LAST, ends, pairs};
use self::distance::Pattern;

mod buckets;
mod distance;

/// Of the beginnings and endings of a text, the two that the fewest names share are tried, and a third one unless
/// more names than this share it.
const CROWDED: usize = 2000;

/// The number of answers that are kept; in a vault with more names, as many as there are names.
const MANY: usize = 10_000;
/// The most names of one beginning or ending that are looked at: a file may have as many headings as links to
/// missing ones.
const LOOKED_AT: usize = 10_000;

/// An index of names that finds the nearest one to a text quickly.
#[derive(Debug, Default)]
pub struct Nearest {
    /// The names in the form in which they are compared, joined.
    text: String,
    /// Where each name ends in the text.
    ends: Vec<u32>,
    /// The names by the first two letters of each word and by their last two, each together with their digits.
    buckets: Buckets,
    /// Earlier answers: many links name the same missing note.
    asked: Mutex<HashMap<String, Option<(usize, u32)>>>,
}

impl Nearest {
    /// Indexes names. Answers are positions in this order.
    pub fn new<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        let (mut text, mut name_ends) = (String::new(), Vec::new());
        // The buckets of all names, joined: there are half a million.
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

    /// Returns the position of the nearest name and its distance in edits, if it is near enough to be what was
    /// meant; of names that read alike, the first. Returns `None` if two are equally near, because nobody can
    /// tell which one was meant.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<(usize, u32)> {
        self.find_by(name, |_, _| false)
    }

    /// Like [`Nearest::find`], but two names of the same thing, as told by `of_one`, are not ambiguous. `of_one`
    /// must always give the same answers, since results are cached.
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
            // A vault under watch asks for new names all day.
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
                // One edit changes at most three pairs: two, or three where letters are exchanged.
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

/// Whether two names have the same numbers. Another number is another thing, however near: tomorrow's note, the
/// next server.
fn same_numbers(a: &str, b: &str) -> bool {
    fn numbers(name: &str) -> impl Iterator<Item = &str> {
        let runs = name.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty());
        runs.map(|run| run.trim_start_matches('0'))
    }
    let digits = |name| str::bytes(name).filter(u8::is_ascii_digit);
    // `012` equals `12`, and in `20 24` a blank has slipped in.
    numbers(a).eq(numbers(b)) || digits(a).eq(digits(b))
}

/// Returns how many edits a name of this length may be away from what was meant.
const fn allowed(length: u32) -> u32 {
    match length {
        0..=2 => 0,
        3..=7 => 1,
        8..=15 => 2,
        _ => 3,
    }
}

/// Returns a name in the form in which names are compared: folded, with one kind of separator.
fn key(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    key_into(&mut key, name);
    key
}

/// Like [`key`], but appends to a buffer.
fn key_into(out: &mut String, name: &str) {
    let start = out.len();
    fold_into(out, name);
    if memchr::memchr2(b'-', b'_', &out.as_bytes()[start..]).is_some() {
        let spaced = out[start..].replace(['-', '_'], " ");
        out.replace_range(start.., &spaced);
    }
}

/// Returns the buckets of a name. What is nearest to it depends only on the names in these.
pub(super) fn buckets(name: &str) -> Vec<u32> {
    let mut buckets = Vec::new();
    ends(&key(name), &mut buckets);
    buckets
}

#[cfg(test)]
mod tests {
    use super::buckets::Bounds;
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
    fn of_two_that_are_equally_near_neither_is_meant() {
        let index = Nearest::new(["Week A", "Week B", "Month", "week b"]);
        assert_eq!(index.find("Week C"), None);
        assert_eq!(index.find("Wek B"), Some((1, 1)));
        assert_eq!(index.find("Mont"), Some((2, 1)));
        let index = Nearest::new(["Week A", "Week B", "Month"]);
        assert_eq!(index.find_by("Week C", |a, b| a < 2 && b < 2), Some((0, 1)), "both of one note");
    }

    /// The buckets leave out only names that are not near enough.
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
            // Half of the names occur twice.
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
