//! The nearest of many names: what somebody meant who wrote one that is not there.
//!
//! A vault has a hundred thousand names, and after a careless rename twenty thousand links that name
//! none of them. Comparing each with each would take minutes. But a name within `k` edits of another
//! shares most of its trigrams, so only names that share enough of the rarest trigrams are compared.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Mutex;

use crate::text::fold::fold;

/// Trigrams are kept by this many bits of a hash. Two that meet in one bucket cost time, no more.
const BITS: u32 = 16;

/// More than as many trigrams as are needed to find a name, so that one of them is not enough.
const SPARE: usize = 6;

/// Names, so arranged that the nearest one to a text is found quickly.
#[derive(Debug, Default)]
pub struct Nearest {
    /// The names as they are compared, one behind the other.
    text: String,
    /// Where each name ends in the text, and how many characters it has.
    names: Vec<(u32, u32)>,
    /// For each bucket where its names begin in `postings`; one more for the end.
    starts: Vec<u32>,
    postings: Vec<u32>,
    /// What was asked before: many links name the same missing note.
    asked: Mutex<HashMap<String, Option<(usize, u32)>>>,
}

thread_local! {
    /// How many of the trigrams asked for each name has.
    static SHARED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

impl Nearest {
    /// Arranges names. The answers count them in this order.
    pub fn new<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        let mut index = Self::default();
        for name in names {
            let key = key(name);
            index.text.push_str(&key);
            index.names.push((index.text.len() as u32, key.chars().count() as u32));
        }
        // Once to count, once to fill: postings lie in one piece, without a list for each bucket.
        let mut starts = vec![0u32; (1 << BITS) + 1];
        let mut buffer = Vec::new();
        for i in 0..index.names.len() {
            trigrams(index.name(i), &mut buffer);
            for &bucket in &buffer {
                starts[bucket as usize + 1] += 1;
            }
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        let mut next = starts.clone();
        let mut postings = vec![0u32; starts.last().map_or(0, |&total| total as usize)];
        for i in 0..index.names.len() {
            trigrams(index.name(i), &mut buffer);
            for &bucket in &buffer {
                let at = &mut next[bucket as usize];
                postings[*at as usize] = i as u32;
                *at += 1;
            }
        }
        index.starts = starts;
        index.postings = postings;
        index
    }

    /// The nearest name, if one is near enough to be what was meant, and how many edits away it is.
    /// Of several the first.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<(usize, u32)> {
        let key = key(name);
        if let Ok(asked) = self.asked.lock()
            && let Some(answer) = asked.get(&key)
        {
            return *answer;
        }
        let answer = self.search(&key);
        if let Ok(mut asked) = self.asked.lock() {
            asked.insert(key, answer);
        }
        answer
    }

    fn search(&self, key: &str) -> Option<(usize, u32)> {
        let length = key.chars().count();
        let mut buckets = Vec::new();
        trigrams(key, &mut buckets);
        // An edit touches three trigrams; exchanging two characters touches four.
        let limit = allowed(length).min(buckets.len().saturating_sub(1) / 4);
        if limit == 0 {
            return None;
        }
        buckets.sort_by_key(|&bucket| self.bucket(bucket).len());
        buckets.truncate(4 * limit + 1 + SPARE);
        let enough = (buckets.len() - 4 * limit) as u8;
        SHARED.with_borrow_mut(|shared| {
            if shared.len() < self.names.len() {
                shared.resize(self.names.len(), 0);
            }
            let mut best: Option<(u32, usize)> = None;
            for &bucket in &buckets {
                for &name in self.bucket(bucket) {
                    let count = &mut shared[name as usize];
                    *count += 1;
                    // Compared once, when it has as many as are needed.
                    if *count == enough {
                        let i = name as usize;
                        if self.names[i].1.abs_diff(length as u32) as usize <= limit {
                            let distance = strsim::osa_distance(key, self.name(i)) as u32;
                            if distance as usize <= limit && best.is_none_or(|b| (distance, i) < b) {
                                best = Some((distance, i));
                            }
                        }
                    }
                }
            }
            for &bucket in &buckets {
                for &name in self.bucket(bucket) {
                    shared[name as usize] = 0;
                }
            }
            best.map(|(distance, i)| (i, distance))
        })
    }

    fn name(&self, i: usize) -> &str {
        let start = i.checked_sub(1).map_or(0, |before| self.names[before].0);
        self.text.get(start as usize..self.names[i].0 as usize).unwrap_or_default()
    }

    fn bucket(&self, bucket: u32) -> &[u32] {
        let at = |i: usize| self.starts.get(i).map_or(0, |&start| start as usize);
        self.postings.get(at(bucket as usize)..at(bucket as usize + 1)).unwrap_or_default()
    }
}

/// How many edits a name of this length may be away from what was meant.
const fn allowed(length: usize) -> usize {
    match length {
        0..=2 => 0,
        3..=9 => 1,
        10..=14 => 2,
        _ => 3,
    }
}

/// A name as it is compared with others: folded, with one kind of separator.
fn key(name: &str) -> String {
    fold(name).replace(['-', '_'], " ")
}

/// The buckets of a name's trigrams, each once; two blanks are put before and behind it.
fn trigrams(key: &str, buckets: &mut Vec<u32>) {
    buckets.clear();
    let padded = std::iter::repeat_n('\u{0}', 2).chain(key.chars()).chain(std::iter::repeat_n('\u{0}', 2));
    let (mut a, mut b) = ('\u{0}', '\u{0}');
    for (i, c) in padded.enumerate() {
        if i >= 2 {
            let mut hash = (a as u32).wrapping_mul(0x9E37_79B1);
            hash = (hash ^ b as u32).wrapping_mul(0x85EB_CA6B);
            hash = (hash ^ c as u32).wrapping_mul(0xC2B2_AE35);
            buckets.push((hash ^ (hash >> 15)) >> (32 - BITS));
        }
        (a, b) = (b, c);
    }
    buckets.sort_unstable();
    buckets.dedup();
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

    /// Whatever the trigrams leave out would not have been near enough.
    #[test]
    fn misses_nothing_that_is_near() {
        let words = ["note", "system", "alpha", "of", "review", "2024", "plan"];
        let names: Vec<String> = (0..700)
            .map(|i| format!("{} {} {}", words[i % 7], words[(i / 7) % 7], words[(i / 49) % 7]))
            .collect();
        let index = Nearest::new(names.iter().map(String::as_str));
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
            let nearest = names.iter().map(|n| strsim::osa_distance(&typed, n)).min();
            assert_eq!(index.find(&typed).map(|(_, d)| d as usize), nearest, "{typed}");
        }
    }
}
