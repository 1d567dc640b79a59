//! Collects changes of files until no more follow: saving in two steps is one change, and so is a checkout of
//! five thousand notes.
//!
//! This is our own debouncer because a vault is checked as a whole, and what happened is read from the files:
//! the events of single files need no stitching. `notify-debouncer-full` compares each event with every
//! folder that is watched and each removal with every event that waits, and wakes up forty times a second
//! when nothing happens.

use std::time::{Duration, Instant};

use super::files::Batch;

/// How long files must rest before a change counts. Editors that save in several steps take a few
/// milliseconds from the first to the last, and some tens on a busy machine; nobody notices a tenth of a
/// second.
const REST: Duration = Duration::from_millis(100);

/// Like [`REST`], but where many files change: a checkout has pauses.
const REST_OF_MANY: Duration = Duration::from_millis(300);

/// The number of files from which on they count as many.
const MANY: usize = 32;

/// The longest that a change waits while others keep following.
const PATIENCE: Duration = Duration::from_secs(1);
const PATIENCE_WITH_MANY: Duration = Duration::from_secs(30);

/// How long to wait before a change that could not be read is tried again.
const AGAIN: Duration = Duration::from_secs(2);

/// The changes of files that have not come to rest yet.
#[derive(Debug, Default)]
pub struct Debounce {
    batch: Batch,
    /// When the first and the last of them happened.
    times: Option<(Instant, Instant)>,
    /// Nothing is taken before this time.
    not_before: Option<Instant>,
}

impl Debounce {
    /// Adds changes that happened at the time `at`.
    pub fn add(&mut self, batch: Batch, at: Instant) {
        self.batch.join(batch);
        self.times = Some((self.times.map_or(at, |(first, _)| first), at));
    }

    /// Reports that a change which was taken could not be read. What it was is no longer known, so after a
    /// while everything is read again.
    pub fn put_back(&mut self, now: Instant) {
        self.add(Batch::everything(), now);
        self.not_before = Some(now + AGAIN);
    }

    /// Returns when the files will have rested, if nothing more happens to them.
    #[must_use]
    pub fn due(&self) -> Option<Instant> {
        let many = self.batch.rescan || self.batch.paths.len() >= MANY;
        let (rest, patience) = if many { (REST_OF_MANY, PATIENCE_WITH_MANY) } else { (REST, PATIENCE) };
        let due = self.times.map(|(first, last)| (last + rest).min(first + patience))?;
        Some(self.not_before.map_or(due, |at| at.max(due)))
    }

    /// Takes the changes, if the files rest by now.
    pub fn take(&mut self, now: Instant) -> Option<Batch> {
        if self.due()? > now {
            return None;
        }
        (self.times, self.not_before) = (None, None);
        Some(std::mem::take(&mut self.batch))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str) -> Batch {
        Batch { paths: [name.into()].into(), rescan: false }
    }

    #[test]
    fn what_could_not_be_taken_comes_again_whole_and_later() {
        let start = Instant::now();
        let mut debounce = Debounce::default();
        debounce.add(file("a.md"), start);
        let taken = start + REST;
        assert_eq!(debounce.take(taken), Some(file("a.md")));
        debounce.put_back(taken);
        // More changes do not shorten the wait.
        debounce.add(file("b.md"), taken + REST);
        assert_eq!(debounce.take(taken + AGAIN / 2), None);
        let all = Batch { paths: ["b.md".into()].into(), rescan: true };
        assert_eq!(debounce.take(taken + AGAIN), Some(all));
        assert_eq!(debounce.due(), None);
    }

    #[test]
    fn steps_are_one_change_and_a_file_that_never_rests_keeps_nobody_waiting() {
        let start = Instant::now();
        let at = |millis| start + Duration::from_millis(millis);
        let mut debounce = Debounce::default();
        assert_eq!(debounce.take(start), None);
        debounce.add(file("a.md~"), at(0));
        debounce.add(file("a.md"), at(60));
        assert_eq!(debounce.take(at(159)), None);
        let both = Batch { paths: ["a.md".into(), "a.md~".into()].into(), rescan: false };
        assert_eq!(debounce.take(at(160)), Some(both));
        assert_eq!(debounce.due(), None);
        for millis in (0..1000).step_by(50) {
            debounce.add(file("log.md"), at(millis));
        }
        assert_eq!(debounce.take(at(1000)), Some(file("log.md")));
    }

    #[test]
    fn a_checkout_is_one_change() {
        let start = Instant::now();
        let mut debounce = Debounce::default();
        for i in 0..5000 {
            // A pause of a fifth of a second after every 500 files.
            let at = start + Duration::from_millis(i / 2 + i / 500 * 200);
            assert!(i < MANY as u64 || debounce.take(at).is_none());
            debounce.add(file(&format!("{i}.md")), at);
        }
        let batch = debounce.take(start + Duration::from_secs(6)).unwrap();
        assert_eq!(batch.paths.len(), 5000);
    }
}
