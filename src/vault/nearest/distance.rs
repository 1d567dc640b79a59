//! Counts the edits between a text and each of many names.

/// A text that many names are compared with, by the bit-parallel algorithm of Hyyrö (2003), which counts two
/// exchanged neighbours as one edit.
pub(super) struct Pattern<'k> {
    key: &'k str,
    pub(super) length: u32,
    /// For each ASCII letter, a bit for each position where it stands in the text.
    ascii: [u64; 128],
    /// Like `ascii`, for other letters.
    others: Vec<(char, u64)>,
}

impl<'k> Pattern<'k> {
    pub(super) fn new(key: &'k str) -> Self {
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

    /// Returns how many edits a name is away from the text.
    pub(super) fn distance(&self, name: &str) -> u32 {
        // A text of more letters than a word has bits is rare, so it is compared the plain way.
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
