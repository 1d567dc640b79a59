//! Parses `direction LR`, which oddly takes the whole line, from wherever the lexer is.

use super::chars::{ends_line, is_space, skip};
use super::model::Direction;

/// The words, in the order in which mermaid looks for them.
const ORDER: [(&str, Direction); 5] = [
    ("TB", Direction::Tb),
    ("BT", Direction::Bt),
    ("RL", Direction::Rl),
    ("LR", Direction::Lr),
    ("TD", Direction::Td),
];

/// All places in a text where a direction is given, found once.
#[derive(Debug)]
pub(super) struct Directions {
    found: Vec<Found>,
    next: usize,
    line_end: usize,
}

#[derive(Clone, Copy, Debug)]
struct Found {
    start: usize,
    end: usize,
    rank: usize,
}

impl Directions {
    pub(super) fn find(text: &str) -> Self {
        let found = text.match_indices("direction").filter_map(|(start, word)| {
            let after = start + word.len();
            let word = skip(text, after, is_space);
            let rank = ORDER.iter().position(|(name, _)| text.get(word..word + 2) == Some(name))?;
            (word > after).then_some(Found { start, end: word + 2, rank })
        });
        Self { found: found.collect(), next: 0, line_end: 0 }
    }

    /// Returns the direction that is given between an offset and the end of its line, and the end of that line. Of
    /// several, the first in mermaid's order counts. Offsets must not decrease.
    pub(super) fn at(&mut self, text: &str, at: usize) -> Option<(Direction, usize)> {
        while self.found.get(self.next).is_some_and(|found| found.start < at) {
            self.next += 1;
        }
        let rest = self.found.get(self.next..)?;
        let first = rest.first()?;
        if at >= self.line_end {
            self.line_end = skip(text, at, |c| !ends_line(c));
        }
        if first.start >= self.line_end {
            return None;
        }
        let in_line = rest.iter().take_while(|found| found.start < self.line_end);
        let chosen = in_line.min_by_key(|found| (found.rank, std::cmp::Reverse(found.start)))?;
        let (_, direction) = ORDER.get(chosen.rank)?;
        Some((*direction, skip(text, chosen.end, |c| c != '\n')))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, at: usize, expected: Option<(Direction, usize)>) {
        assert_eq!(Directions::find(text).at(text, at), expected, "{text:?} at {at}");
    }

    #[test]
    fn a_direction_is_found_in_the_rest_of_the_line() {
        check("direction LR x\ny", 0, Some((Direction::Lr, 14)));
        check("A[go direction LR] --> B", 0, Some((Direction::Lr, 24)));
        check("direction LR", 1, None);
        check("A\ndirection LR", 0, None);
        check("directionLR direction lr", 0, None);
        check("direction LR direction TB", 0, Some((Direction::Tb, 25)));
        check("direction\n TD\nx", 0, Some((Direction::Td, 13)));
    }
}
