//! Floor 9: watches a vault while it is being edited.
//!
//! [`files`] reports events, [`debounce`] waits until files rest, and [`session`] updates the verdict. It
//! reads the files themselves and never trusts what an event claims, since editors save in too many ways.

pub mod debounce;
pub mod files;
mod hint;
pub mod session;
