//! Groups names by how they begin and end, so that a text is compared only with names that share one of these.

/// The bits of a hash that tell beginnings and endings apart. A collision only costs time.
const BITS: u32 = 14;

/// A name in a bucket, with what tells quickly that it is too far away: thousands are scanned in a row.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Entry {
    /// The set of its pairs of letters, as a bit for each hash.
    pub(super) pairs: u64,
    /// The number of the name.
    pub(super) name: u32,
    /// Its length in characters.
    pub(super) length: u32,
}

/// The names of all buckets, in one allocation.
#[derive(Debug, Default)]
pub(super) struct Buckets {
    pub(super) bounds: Bounds,
    names: Vec<Entry>,
}

/// How the buckets are found in the list of names.
#[derive(Debug)]
pub(super) enum Bounds {
    /// The end of each bucket.
    Table(Vec<u32>),
    /// The bucket of each name. The headings of one note need no table of all buckets.
    Few(Vec<u16>),
}

impl Default for Bounds {
    fn default() -> Self {
        Self::Few(Vec::new())
    }
}

/// With this many names in buckets, a table pays off.
const TABLE: usize = 1 << 12;

/// Marks the last bucket of a name, since a name is in several.
pub(super) const LAST: u16 = 1 << BITS;

impl Buckets {
    /// Groups names into buckets, given the buckets of all names in order. `entry` gives the entry of a name.
    pub(super) fn new(placed: &[u16], entry: impl Fn(u32) -> Entry) -> Self {
        let bucket = |placed: u16| placed & (LAST - 1);
        // The number of the current name, and its entry for each of its buckets.
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
        // Counts first, then fills.
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
        // After filling, the position after the last name of a bucket is its end.
        Self { bounds: Bounds::Table(next), names }
    }

    pub(super) fn get(&self, hash: u32) -> &[Entry] {
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

/// Writes the buckets of a key, each once.
pub(super) fn ends(key: &str, ends: &mut Vec<u32>) {
    let first = |word: &str| {
        let mut letters = word.chars();
        (letters.next(), letters.next())
    };
    let mut letters = key.chars().rev();
    let last = (letters.next(), letters.next());
    let heads = key.split(' ').filter(|word| !word.is_empty()).map(first).map(|(a, b)| hash(a, b));
    // In a short name one edit may touch both ends, so its first letter alone counts too.
    let short = key.chars().nth(6).is_none().then(|| hash(key.chars().next(), None));
    // Inverted, so that an ending does not share a bucket with the same beginning.
    let tail = !hash(last.0, last.1);
    let hashes = heads.chain(short).chain([tail]);
    let digits = digits(key);
    ends.clear();
    ends.extend(hashes.map(|hash| (hash ^ digits) >> (32 - BITS)));
    ends.sort_unstable();
    ends.dedup();
}

/// Hashes the digits of a key, without zeros, since `same_numbers` requires at least these to be equal. Notes of
/// many days, tickets or servers differ by their numbers alone, and would otherwise share one bucket.
fn digits(key: &str) -> u32 {
    let digits = key.bytes().filter(|byte| matches!(byte, b'1'..=b'9'));
    digits.fold(0, |hash, digit| (hash ^ u32::from(digit)).wrapping_mul(0x9E37_79B1).rotate_left(15))
}

/// Returns a bit for each pair of neighbouring letters, the ends of the name included.
pub(super) fn pairs(key: &str) -> u64 {
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
