//! Separates what has happened from what is planned.

use crate::config::Config;
use crate::text::stamp::{Stamp, StampFormat};

/// The timestamp format of a vault, and the moment after which entries are planned. Planned entries affect
/// neither the place of a new entry nor the version that it brings.
#[derive(Clone, Copy, Debug)]
pub struct Timeline<'f> {
    /// The format of timestamps.
    pub format: &'f StampFormat,
    /// The last second that is not in the future.
    until: i64,
}

impl<'f> Timeline<'f> {
    /// Makes a timeline up to a moment: now, or the time of the new entry if that is later.
    #[must_use]
    pub const fn up_to(config: &'f Config, latest: Stamp) -> Self {
        let until = latest.seconds() + config.allowed_ahead();
        Self { format: &config.reading.stamp, until }
    }

    /// Makes a timeline on which nothing is planned.
    #[must_use]
    pub const fn endless(format: &'f StampFormat) -> Self {
        Self { format, until: i64::MAX }
    }

    /// Whether an entry with this time is planned.
    #[must_use]
    pub const fn plans(&self, stamp: Stamp) -> bool {
        stamp.seconds() > self.until
    }
}
