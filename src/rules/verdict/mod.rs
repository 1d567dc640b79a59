//! The verdict on a vault: what all rules say, kept up to date.
//!
//! [`engine::Engine`] holds it and judges again what a change concerns. The rules themselves know nothing of this
//! module; it asks the vault to read what it needs. What each file answers:
//!
//! | | |
//! | --- | --- |
//! | [`engine`] | What do all rules say now, and after this change? |
//! | `effect` | Whose verdict may be another one after a change, and which boards? |
//! | `guesses` | For whose lost links is something else offered? |
//! | `asked` | Which notes ask for this name? |
//! | `by_path`, `feed` | What is said of this note, and what of it may boards show? |
//! | [`tally`], [`update`] | How many findings are there, and which came or went? |
//! | [`reading`] | What does a vault say that is judged once, note by note? |
//! | [`saved`], `later` | What did an older run find out, and what the runs after it? |
//! | `kept`, `recorded`, `said` | In which bytes is that kept: the whole, what is known of notes, the findings? |

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
