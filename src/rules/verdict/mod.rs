//! The verdict on a vault: what all rules say, kept up to date.
//!
//! [`engine::Engine`] holds it and judges again what a change concerns, which `effect` tells; [`saved`] keeps it
//! between two runs, and [`reading`] reads a vault that is judged once. The rules themselves know nothing of this
//! module; it asks the vault to read what it needs.

mod asked;
mod by_path;
mod effect;
pub mod engine;
mod feed;
mod guesses;
mod kept;
mod later;
pub mod reading;
mod recorded;
mod said;
pub mod saved;
pub mod tally;
pub mod update;
