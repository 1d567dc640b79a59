//! How the time of a check grows with notes that were made to hurt: `cargo bench --bench hostile [SHAPE]`.
//!
//! Each shape is read, judged by every rule, shown, synced, and recorded as what came into an empty note, at n, 2n and 4n. Four times the
//! note may take four times as long and no more; what takes more than seven times (where it can be measured at all) is marked.

use std::time::{Duration, Instant};

#[path = "../tests/hostile/shapes.rs"]
mod shapes;
#[path = "../tests/hostile/work.rs"]
mod work;

const N: usize = 10_000;

/// The best of three: a machine has other things to do.
fn time(text: &str) -> Duration {
    let once = || {
        let start = Instant::now();
        work::work(text);
        start.elapsed()
    };
    (0..3).map(|_| once()).min().unwrap_or_default()
}

#[expect(clippy::print_stdout, reason = "what it is for")]
fn main() {
    let wanted = std::env::args().skip(1).find(|arg| !arg.starts_with('-')).unwrap_or_default();
    println!("{:24} {:>10} {:>10} {:>10}  growth", "shape", "n", "2n", "4n");
    let sizes = [N, 2 * N, 4 * N].map(shapes::shapes);
    for (i, (name, _)) in sizes[0].iter().enumerate().filter(|(_, (name, _))| name.contains(&wanted)) {
        let times = [0, 1, 2].map(|size| time(&sizes[size][i].1));
        let growth = times[2].as_secs_f64() / times[0].as_secs_f64().max(1e-9);
        let mark = if growth > 7.0 && times[2] > Duration::from_millis(20) { "  <-- grows" } else { "" };
        let [one, two, four] = times.map(|time| format!("{time:.1?}"));
        println!("{name:24} {one:>10} {two:>10} {four:>10}  {growth:.1}{mark}");
    }
}
