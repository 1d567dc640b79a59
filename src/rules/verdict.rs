//! The verdict on a vault: all findings after silencers have been applied, kept up to date.
//!
//! [`engine::Engine`] holds it and judges again what a change affects. The rules themselves know nothing of
//! this module, which asks the vault to read what it needs. The question that each file answers:
//!
//! | | |
//! | --- | --- |
//! | [`engine`] | What do all rules find now, and after this change? |
//! | `engine::effect` | Which notes and boards may a change affect? |
//! | `suggestions` | For whose unresolved links are other suggestions made? |
//! | `link_names` | Which notes ask for this name? |
//! | `by_path`, `feed` | Which findings does this note have, and which of them may boards show? |
//! | [`tally`], [`update`] | How many findings are there, and which were added or removed? |
//! | [`reading`] | How is a vault read that is judged only once, note by note? |
//! | [`cache`] | What did earlier runs find out, and how is that stored? |
//! | `interfaces` | What does the rest of the vault depend on, for all notes? |

mod by_path;
pub mod cache;
pub mod engine;
mod feed;
mod interfaces;
mod link_names;
pub mod reading;
mod suggestions;
pub mod tally;
pub mod update;
