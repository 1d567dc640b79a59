//! Reads the clock, for what is judged or written.

use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{Local, NaiveDateTime, Utc};

use crate::config::Config;
use crate::text::stamp::Stamp;

/// Returns the local time of this machine.
pub(crate) fn local_time() -> NaiveDateTime {
    Local::now().naive_local()
}

/// Returns the time in the vault's time zone, or else the local time.
pub(crate) fn now(config: &Config) -> NaiveDateTime {
    config.timezone.map_or_else(local_time, |zone| Utc::now().with_timezone(&zone).naive_local())
}

/// Nanoseconds since 1970, as file systems stamp their files.
pub(crate) fn nanoseconds() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}

/// Like [`now`], to the minute: the precision of log entries.
pub(crate) fn this_minute(config: &Config) -> Stamp {
    Stamp::to_the_minute(now(config))
}
