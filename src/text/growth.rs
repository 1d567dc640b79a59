//! Whether work grows with its input no faster than it should. For tests, which include this file where they need it.

use std::time::Duration;

/// How much more the larger input is.
const TIMES: usize = 8;

/// What is linear takes eight times as long for it, and some more where memory gets slow; what grows with the square
/// 64 times.
const MOST: u32 = 32;

/// A shorter time says more of the machine than of the work: what takes less is given more to do.
const FLOOR: Duration = Duration::from_millis(2);

/// How much more at the most: work that its input does not make longer never takes so long.
const MOST_MORE: usize = 64;

/// The first run is slower than those after it: the best of so many counts.
const ROUNDS: usize = 6;

/// A complaint where the work on eight times the input takes as long as only a power of it could: more than
/// [`MOST`] times the work on `n`.
pub(crate) fn excess<T>(
    what: &str,
    n: usize,
    make: impl Fn(usize) -> T + Send,
    work: impl Fn(&T) + Send,
) -> Option<String> {
    // On a thread of its own, which does what it would hand to others too: what it takes of a processor is the same
    // on a machine that has other things to do.
    let alone = || {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build();
        pool.map_or_else(
            |error| Some(error.to_string()),
            |pool| pool.install(|| measure(what, n, make, work)),
        )
    };
    std::thread::scope(|scope| scope.spawn(alone).join())
        .unwrap_or_else(|_| Some(format!("{what}: a panic\n")))
}

fn measure<T>(what: &str, n: usize, make: impl Fn(usize) -> T, work: impl Fn(&T)) -> Option<String> {
    let time = |input: &T| {
        let start = clock();
        work(input);
        clock().saturating_sub(start)
    };
    let (mut n, most) = (n, MOST_MORE * n);
    let mut few = make(n);
    while n < most && time(&few) < FLOOR {
        n *= 2;
        few = make(n);
    }
    let many = make(TIMES * n);
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

/// The time that this thread has spent working.
#[cfg(unix)]
fn clock() -> Duration {
    use rustix::time::{ClockId, clock_gettime};
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

/// The time by the wall clock, which runs on while others work.
#[cfg(not(unix))]
fn clock() -> Duration {
    static START: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    START.elapsed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_square_is_found_however_small_it_begins() {
        let pairs = |n: &usize| {
            (0..n * n).for_each(|i| {
                std::hint::black_box(i);
            });
        };
        assert!(excess("pairs", 40, |n| n, pairs).is_some());
        let each = |n: &usize| {
            (0..*n).for_each(|i| {
                std::hint::black_box(i);
            });
        };
        assert_eq!(excess("each", 40, |n| n, each), None);
    }
}
