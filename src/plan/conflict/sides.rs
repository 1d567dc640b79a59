//! The two sides of a text in conflict, each as a whole note, and the parts in which they differ.

use std::collections::HashMap;

use crate::syntax::conflict::Conflict;
use crate::syntax::facts::{self, Facts};
use crate::syntax::reading::Reading;
use crate::text::joined::Joined;
use crate::text::span::Span;

/// Both sides of a text in conflict.
pub(super) struct Sides {
    pub(super) ours: Side,
    pub(super) theirs: Side,
    /// The parts in which they differ, in text order.
    pub(super) parts: Vec<Part>,
}

/// Lines in which the sides differ, as places in the text in conflict.
pub(super) struct Part {
    /// The index of the conflict that contains them.
    pub(super) conflict: usize,
    pub(super) ours: Span,
    pub(super) theirs: Span,
}

/// One side: the note as it would be if this side had won every conflict.
pub(super) struct Side {
    pub(super) joined: Joined,
    pub(super) facts: Facts,
    /// The lines of each part, in this side's own text.
    parts: Vec<Span>,
    /// For each part, the bytes of all parts before it.
    before: Vec<u32>,
}

impl Sides {
    pub(super) fn of(text: &str, conflicts: &[Conflict], reading: &Reading) -> Self {
        let mut parts = Vec::new();
        let (mut ours, mut theirs) = (Building::default(), Building::default());
        let mut at = 0;
        for (index, conflict) in conflicts.iter().enumerate() {
            let common = Span { start: at, end: conflict.span.start };
            ours.agreed(text, common);
            theirs.agreed(text, common);
            let (mut a, mut b) = (conflict.ours.start, conflict.theirs.start);
            for (own, other) in differences(text, conflict.ours, conflict.theirs) {
                ours.agreed(text, Span { start: a, end: own.start });
                theirs.agreed(text, Span { start: b, end: other.start });
                ours.part(text, own);
                theirs.part(text, other);
                (a, b) = (own.end, other.end);
                parts.push(Part { conflict: index, ours: own, theirs: other });
            }
            ours.agreed(text, Span { start: a, end: conflict.ours.end });
            theirs.agreed(text, Span { start: b, end: conflict.theirs.end });
            at = conflict.span.end;
        }
        let rest = Span::new(at as usize, text.len());
        ours.agreed(text, rest);
        theirs.agreed(text, rest);
        Self { ours: ours.read(reading), theirs: theirs.read(reading), parts }
    }
}

/// A side while it is being put together.
#[derive(Default)]
struct Building {
    joined: Joined,
    parts: Vec<Span>,
}

impl Building {
    fn agreed(&mut self, text: &str, span: Span) {
        self.joined.push(text, span);
    }

    fn part(&mut self, text: &str, span: Span) {
        let start = self.joined.text().len();
        self.joined.push(text, span);
        self.parts.push(Span::new(start, self.joined.text().len()));
    }

    fn read(self, reading: &Reading) -> Side {
        let mut sum = 0;
        let before = self.parts.iter().map(|part| {
            sum += part.len() as u32;
            sum - part.len() as u32
        });
        let before = before.collect();
        let facts = facts::read(self.joined.text().as_bytes(), reading);
        Side { joined: self.joined, facts, parts: self.parts, before }
    }
}

impl Side {
    pub(super) fn text(&self) -> &str {
        self.joined.text()
    }

    /// Returns the lines of a part, in this side's own text.
    pub(super) fn lines(&self, part: usize) -> Option<Span> {
        self.parts.get(part).copied()
    }

    /// Returns the position of a byte in the text that both sides agree on, which is the same number on both
    /// sides. Returns `None` if the byte lies in a part.
    pub(super) fn agreed(&self, offset: u32) -> Option<u32> {
        let after = self.parts.partition_point(|part| part.start <= offset);
        let Some(last) = after.checked_sub(1) else { return Some(offset) };
        let part = self.parts.get(last)?;
        (offset >= part.end).then(|| offset - self.before.get(last).copied().unwrap_or(0) - part.len() as u32)
    }
}

/// Returns the pairs of spans in which two pieces of a text differ. Lines that occur once in each piece anchor
/// them, together with equal lines next to those.
fn differences(text: &str, ours: Span, theirs: Span) -> Vec<(Span, Span)> {
    let (own, other) = (lines(text, ours), lines(text, theirs));
    let content = |line: &Span| line.of(text).trim_end_matches(['\r', '\n']);
    let mut held = anchors(&own, &other, content);
    held.push((own.len(), other.len()));
    let mut found = Vec::new();
    let (mut a, mut b) = (0, 0);
    for (next_a, next_b) in held {
        let (mut end_a, mut end_b) = (next_a, next_b);
        while a < end_a && b < end_b && content(&own[a]) == content(&other[b]) {
            (a, b) = (a + 1, b + 1);
        }
        while a < end_a && b < end_b && content(&own[end_a - 1]) == content(&other[end_b - 1]) {
            (end_a, end_b) = (end_a - 1, end_b - 1);
        }
        if a < end_a || b < end_b {
            found.push((stretch(&own, ours, a, end_a), stretch(&other, theirs, b, end_b)));
        }
        (a, b) = (next_a + 1, next_b + 1);
    }
    found
}

/// Returns the span from one line up to another.
fn stretch(lines: &[Span], all: Span, from: usize, to: usize) -> Span {
    let start = |index: usize| lines.get(index).map_or(all.end, |line| line.start);
    Span { start: start(from), end: start(to) }
}

fn lines(text: &str, span: Span) -> Vec<Span> {
    let mut at = span.start as usize;
    let ends = span.of(text).split_inclusive('\n').map(|line| {
        at += line.len();
        Span::new(at - line.len(), at)
    });
    ends.collect()
}

/// Returns pairs of lines that occur once in each list, as many as are in the same order in both: the core of a
/// patience diff.
fn anchors<'t>(ours: &[Span], theirs: &[Span], content: impl Fn(&Span) -> &'t str) -> Vec<(usize, usize)> {
    let mut seen: HashMap<&str, [(u32, usize); 2]> = HashMap::new();
    for (side, lines) in [ours, theirs].into_iter().enumerate() {
        for (index, line) in lines.iter().enumerate() {
            let (count, place) = &mut seen.entry(content(line)).or_default()[side];
            *count += 1;
            *place = index;
        }
    }
    let once = |line: &Span| match seen.get(content(line)) {
        Some([(1, a), (1, b)]) => Some((*a, *b)),
        _ => None,
    };
    rising(&ours.iter().filter_map(once).collect::<Vec<_>>())
}

/// Returns the longest subsequence of pairs, sorted by the first, that also rises in the second.
fn rising(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // For each length the pair that ends the best run of it, and for each pair its predecessor.
    let mut ends: Vec<usize> = Vec::new();
    let mut before = vec![None; pairs.len()];
    for (index, pair) in pairs.iter().enumerate() {
        let length = ends.partition_point(|end| pairs[*end].1 < pair.1);
        before[index] = length.checked_sub(1).map(|i| ends[i]);
        if length == ends.len() {
            ends.push(index);
        } else {
            ends[length] = index;
        }
    }
    let mut run = Vec::new();
    let mut next = ends.last().copied();
    while let Some(index) = next {
        run.push(pairs[index]);
        next = before[index];
    }
    run.reverse();
    run
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_both_have_holds_the_rest_together() {
        let text = "a\nx\nsame\nx\nb\n--\nc\nx\nsame\nd\n";
        let cut = text.find("--").unwrap();
        let (ours, theirs) = (Span::new(0, cut), Span::new(cut + 3, text.len()));
        let found: Vec<_> =
            differences(text, ours, theirs).into_iter().map(|(a, b)| (a.of(text), b.of(text))).collect();
        assert_eq!(found, [("a\n", "c\n"), ("x\nb\n", "d\n")]);
        assert_eq!(differences("a\na\n", Span::new(0, 2), Span::new(2, 4)), []);
    }

    #[test]
    fn the_longest_run_rises() {
        assert_eq!(rising(&[(0, 3), (1, 0), (2, 1), (3, 5), (4, 2)]), [(1, 0), (2, 1), (4, 2)]);
    }
}
