//! What time it is, for what is judged or written.

use chrono::{Local, NaiveDateTime, Utc};

use crate::config::Config;
use crate::text::stamp::Stamp;

/// The time by the clock on this machine's wall.
pub(super) fn local_time() -> NaiveDateTime {
    Local::now().naive_local()
}

/// The time by the clock of the vault: that of its time zone, or else the one on the wall here.
pub(super) fn now(config: &Config) -> NaiveDateTime {
    config.timezone.map_or_else(local_time, |zone| Utc::now().with_timezone(&zone).naive_local())
}

/// The same, as log entries have it.
pub(super) fn this_minute(config: &Config) -> Stamp {
    Stamp::to_the_minute(now(config))
}
