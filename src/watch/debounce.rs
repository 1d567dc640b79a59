//! Waits until files rest: saving in two steps is one change, and so is a checkout of five thousand notes.
//!
//! A debouncer of our own, since a vault is looked at as a whole and the events of single files need no
//! stitching: what happened is decided from the files. `notify-debouncer-full` compares each event with
//! every folder that is watched and each removal with every event that waits, and wakes up forty times a
//! second when nothing happens.

use std::time::{Duration, Instant};

use super::files::Batch;

/// How long files must rest before a change counts. Editors that save in several steps take a few
/// milliseconds from the first to the last, on a busy machine some tens; nobody sees a tenth of a second.
const REST: Duration = Duration::from_millis(100);

/// The same where many files change: a checkout has pauses.
const REST_OF_MANY: Duration = Duration::from_millis(300);

/// From how many files on these are many.
const MANY: usize = 32;

/// How long a change waits at most where something goes on without rest.
const PATIENCE: Duration = Duration::from_secs(1);
const PATIENCE_WITH_MANY: Duration = Duration::from_secs(30);

/// How long after a change that could not be taken it is tried again.
const AGAIN: Duration = Duration::from_secs(2);

/// What has happened to files that do not rest yet.
#[derive(Debug, Default)]
pub struct Debounce {
    batch: Batch,
    /// When the first and the last of it happened.
    times: Option<(Instant, Instant)>,
    /// Before this time nothing is taken.
    not_before: Option<Instant>,
}

impl Debounce {
    /// Takes what has happened `at` a time.
    pub fn add(&mut self, batch: Batch, at: Instant) {
        self.batch.join(batch);
        self.times = Some((self.times.map_or(at, |(first, _)| first), at));
    }

    /// A change that was taken could not be read: what it was is not known any more, so everything is looked at
    /// after a while.
    pub fn put_back(&mut self, now: Instant) {
        self.add(Batch::everything(), now);
        self.not_before = Some(now + AGAIN);
    }

    /// When the files will have rested, if nothing more happens to them.
    #[must_use]
    pub fn due(&self) -> Option<Instant> {
        let many = self.batch.rescan || self.batch.paths.len() >= MANY;
        let (rest, patience) = if many { (REST_OF_MANY, PATIENCE_WITH_MANY) } else { (REST, PATIENCE) };
        let due = self.times.map(|(first, last)| (last + rest).min(first + patience))?;
        Some(self.not_before.map_or(due, |at| at.max(due)))
    }

    /// What has happened to files that rest by now.
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
        // What happens meanwhile does not hurry it.
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
            // With a pause of a fifth of a second now and then.
            let at = start + Duration::from_millis(i / 2 + i / 500 * 200);
            assert!(i < MANY as u64 || debounce.take(at).is_none());
            debounce.add(file(&format!("{i}.md")), at);
        }
        let batch = debounce.take(start + Duration::from_secs(6)).unwrap();
        assert_eq!(batch.paths.len(), 5000);
    }
}
