//! Measures whether the time of some work grows faster than linearly with its input. For tests, which include this
//! file where they need it.

use std::time::Duration;

/// How many times larger the larger input is.
const TIMES: usize = 8;

/// The most that the time may grow. Linear work takes 8 times as long for the larger input, and somewhat more
/// where memory gets slow; quadratic work takes 64 times as long.
const MOST: u32 = 32;

/// The shortest time that is measured. Less says more about the machine than about the work, so the input is made
/// larger.
const FLOOR: Duration = Duration::from_millis(2);

/// How much larger the input is made at most. Work that does not depend on its input never takes long enough.
const MOST_MORE: usize = 64;

/// How many runs there are, of which the fastest counts. The first one is slower than the others.
const ROUNDS: usize = 6;

/// Returns a complaint if the work takes more than [`MOST`] times as long on eight times the input, which only
/// superlinear work does.
pub(crate) fn excess<T>(
    what: &str,
    n: usize,
    make: impl Fn(usize) -> T + Send,
    work: impl Fn(&T) + Send,
) -> Option<String> {
    // Runs on a separate thread, including the work that would go to other threads. The processor time of one
    // thread does not depend on what else the machine does.
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

/// Returns the processor time that this thread has used.
#[cfg(unix)]
fn clock() -> Duration {
    use rustix::time::{ClockId, clock_gettime};
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

/// Returns the wall-clock time, which also runs while others work.
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
