//! The order of history entries: which way a list runs, and which of its entries are out of place.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::syntax::history::HistoryEntry;
use crate::text::stamp::Stamp;

/// The end of a list at which the newest entry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Direction {
    /// New entries are added at the end.
    OldestFirst,
    /// New entries are added at the top.
    NewestFirst,
}

/// Returns the direction of most pairs of neighbours in a list; `None` where no pair shows one, or as many pairs
/// rise as fall.
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

/// Returns how many pairs of neighbours rise minus how many fall.
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

/// Returns the direction of most lists of a vault, oldest first where that is not clear. It is assumed for a list
/// of one entry.
#[must_use]
pub fn majority<'e>(lists: impl IntoIterator<Item = &'e [HistoryEntry]>) -> Direction {
    shared(lists).unwrap_or(Direction::OldestFirst)
}

/// Returns the direction of most lists of a note; `None` where no list shows one, or as many lists rise as fall.
#[must_use]
pub fn shared<'e>(lists: impl IntoIterator<Item = &'e [HistoryEntry]>) -> Option<Direction> {
    let sum: i64 = lists.into_iter().map(|list| balance(list).signum()).sum();
    of_sign(sum)
}

/// Returns the indexes of the entries that are out of place: the fewest whose removal leaves the list in order.
/// Entries without a valid timestamp are skipped.
#[must_use]
pub fn out_of_place(entries: &[HistoryEntry], direction: Direction) -> Vec<usize> {
    let stamps: Vec<(usize, Stamp)> =
        entries.iter().enumerate().rev().filter_map(|(i, entry)| Some((i, entry.stamp?))).collect();
    // Goes from the end backwards, so that of two entries that could be moved to the same effect the later one is
    // reported.
    let after = |a: Stamp, b: Stamp| match direction {
        Direction::OldestFirst => a.is_before(b),
        Direction::NewestFirst => b.is_before(a),
    };
    // Finds the longest run in order by patience sorting: `tails[n]` ends the best run of length n + 1.
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
