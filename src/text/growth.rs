//! Whether work grows with its input no faster than it should. For tests, which include this file where they need it.

use std::time::{Duration, Instant};

/// How much more the larger input is.
const TIMES: usize = 8;

/// What is linear takes eight times as long for it, and some more where memory gets slow; what grows with the square
/// 64 times.
const MOST: u32 = 32;

/// A shorter time says more of the machine than of the work.
const FLOOR: Duration = Duration::from_millis(2);

/// A machine has other things to do: the best of so many counts.
const ROUNDS: usize = 6;

/// Says where the work on eight times `n` takes as long as only a power of it could.
pub(crate) fn excess<T>(
    what: &str,
    n: usize,
    make: impl Fn(usize) -> T,
    work: impl Fn(&T),
) -> Option<String> {
    let (few, many) = (make(n), make(TIMES * n));
    let time = |input: &T| {
        let start = Instant::now();
        work(input);
        start.elapsed()
    };
    let (mut short, mut long) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        short = short.min(time(&few));
        long = long.min(time(&many));
        if long <= MOST * short.max(FLOOR) {
            return None;
        }
    }
    Some(format!("{what}: {short:?} for {n}, {long:?} for {TIMES} times as much\n"))
}
