//! Floor 9: a vault while it is being edited.
//!
//! [`files`] hears what happens to files, [`debounce`] waits until they rest, and [`session`] finds out
//! what that means for the verdict: from the files themselves and never from what an event claims, since
//! editors save in too many ways.

pub mod debounce;
pub mod files;
mod hint;
pub mod session;
