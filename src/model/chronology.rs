//! The order of history entries.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::syntax::history::HistoryEntry;
use crate::text::stamp::Stamp;

/// Which end of a list the newest entry stands at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Direction {
    /// New entries are added at the end.
    OldestFirst,
    /// New entries are added at the top.
    NewestFirst,
}

/// The direction of most neighbouring pairs of a list; `None` where they say nothing, or as much
/// for one as for the other.
#[must_use]
pub fn direction(entries: &[HistoryEntry]) -> Option<Direction> {
    of_sign(balance(entries))
}

const fn of_sign(sign: i64) -> Option<Direction> {
    match sign {
        1.. => Some(Direction::OldestFirst),
        0 => None,
        _ => Some(Direction::NewestFirst),
    }
}

/// Pairs of neighbours that rise less those that fall.
fn balance(entries: &[HistoryEntry]) -> i64 {
    let stamps: Vec<Stamp> = entries.iter().filter_map(|entry| entry.stamp).collect();
    stamps
        .windows(2)
        .map(|pair| match pair[0].compare(pair[1]) {
            Ordering::Less => 1,
            Ordering::Equal => 0,
            Ordering::Greater => -1,
        })
        .sum()
}

/// The direction that most lists of a vault have: what a list of one entry is taken to have.
#[must_use]
pub fn majority<'e>(lists: impl IntoIterator<Item = &'e [HistoryEntry]>) -> Direction {
    shared(lists).unwrap_or(Direction::OldestFirst)
}

/// The direction that most lists of a note have; `None` where they say nothing, or as much for one as for the other.
#[must_use]
pub fn shared<'e>(lists: impl IntoIterator<Item = &'e [HistoryEntry]>) -> Option<Direction> {
    let sum: i64 = lists.into_iter().map(|list| balance(list).signum()).sum();
    of_sign(sum)
}

/// The indexes of the entries that are out of place: the fewest whose removal leaves a list in
/// order. Entries without a real timestamp are passed over.
#[must_use]
pub fn out_of_place(entries: &[HistoryEntry], direction: Direction) -> Vec<usize> {
    let stamps: Vec<(usize, Stamp)> =
        entries.iter().enumerate().rev().filter_map(|(i, entry)| Some((i, entry.stamp?))).collect();
    // From the end backwards: of two entries that could be moved alike, the later one is.
    let after = |a: Stamp, b: Stamp| match direction {
        Direction::OldestFirst => a.is_before(b),
        Direction::NewestFirst => b.is_before(a),
    };
    // The longest run in order, by patience sorting: `tails[n]` ends the best run of length n + 1.
    let mut tails: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; stamps.len()];
    for (i, (_, stamp)) in stamps.iter().enumerate() {
        let at = tails.partition_point(|&tail| !after(stamps[tail].1, *stamp));
        before[i] = at.checked_sub(1).and_then(|p| tails.get(p)).copied();
        if at == tails.len() {
            tails.push(i);
        } else {
            tails[at] = i;
        }
    }
    let mut in_order = vec![false; stamps.len()];
    let mut next = tails.last().copied();
    while let Some(i) = next {
        in_order[i] = true;
        next = before[i];
    }
    stamps.iter().zip(in_order).rev().filter(|(_, kept)| !kept).map(|((i, _), _)| *i).collect()
}
