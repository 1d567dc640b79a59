//! Up to when a history tells what has happened.

use crate::config::Config;
use crate::text::stamp::{Stamp, StampFormat};

/// How the entries of a vault tell time, and up to when they tell what has happened. What is further ahead is planned:
/// neither the place of a new entry nor the version that it brings rests on that.
#[derive(Clone, Copy, Debug)]
pub struct Timeline<'f> {
    /// How they are written.
    pub format: &'f StampFormat,
    /// The last second that is not ahead.
    until: i64,
}

impl<'f> Timeline<'f> {
    /// The entries up to a moment: now, or that of the new entry where this is later.
    #[must_use]
    pub const fn up_to(config: &'f Config, latest: Stamp) -> Self {
        let until = latest.seconds() + config.allowed_ahead();
        Self { format: &config.reading.stamp, until }
    }

    /// One on which nothing is planned.
    #[must_use]
    pub const fn endless(format: &'f StampFormat) -> Self {
        Self { format, until: i64::MAX }
    }

    /// Whether what happens at this time is planned.
    #[must_use]
    pub const fn plans(&self, stamp: Stamp) -> bool {
        stamp.seconds() > self.until
    }
}
