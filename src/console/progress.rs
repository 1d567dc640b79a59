//! Shows the progress of reading a vault.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A progress bar that appears when reading takes longer than 400 ms.
pub(crate) struct Progress {
    start: Instant,
    watched: bool,
    bar: OnceLock<ProgressBar>,
}

impl Progress {
    const PATIENCE: Duration = Duration::from_millis(400);

    pub(crate) fn new(watched: bool) -> Self {
        Self { start: Instant::now(), watched, bar: OnceLock::new() }
    }

    pub(crate) fn tick(&self, done: usize, total: usize) {
        // The clock is only read for every 64th note: reading the clock takes longer than reading a note.
        if !self.watched || !done.is_multiple_of(64) || self.start.elapsed() < Self::PATIENCE {
            return;
        }
        let bar = self.bar.get_or_init(|| {
            let target = ProgressDrawTarget::stderr_with_hz(10);
            let style = ProgressStyle::with_template("reading {bar:32} {pos}/{len} notes");
            ProgressBar::with_draw_target(Some(total as u64), target)
                .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        bar.set_position(done as u64);
    }

    pub(crate) fn finish(&self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }
}
