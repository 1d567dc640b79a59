//! Reads a vault to judge it once: of most notes only what may still be judged stays in memory.
//!
//! Nine links in ten lead to a file and name nothing in it. Once that is known no rule has a word to say
//! about them, and a vault of a million links has not to hold them until every note has been read. What
//! stays are the links that name something inside of their target or may lead nowhere, those of notes with a
//! header, which boards draw, and the headings and block ids that others ask for.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use super::{Check, RULES, links};
use crate::config::Config;
use crate::error::Result;
use crate::vault::files::Listing;
use crate::vault::names::Resolution;
use crate::vault::source::Source;
use crate::vault::{Keep, Note, Progress, Role, Vault};

/// A vault that can be judged, and no more: links that are well are not among the facts of most notes.
///
/// # Errors
/// The source cannot be listed.
pub fn read(root: &Path, source: Arc<dyn Source>, config: Config, progress: Progress<'_>) -> Result<Vault> {
    let listing = source.list()?;
    Ok(read_listed(root, source, config, listing, progress, |_| ()).0)
}

/// The same for a vault that was listed. `each` sees every note whole before anything of it is let go.
pub(super) fn read_listed<T: Send>(
    root: &Path,
    source: Arc<dyn Source>,
    config: Config,
    listing: Listing,
    progress: Progress<'_>,
    each: impl Fn(&Note) -> T + Sync,
) -> (Vault, Vec<T>) {
    let all = OnceLock::new();
    Vault::read_each(root, source, config, Keep::Facts, listing, progress, |vault, mut note| {
        let seen = each(&note);
        if !all.get_or_init(|| asks_for_all(vault)) {
            narrow(vault, &mut note);
        }
        (note, seen)
    })
}

/// Lets go of what no rule will ask for.
fn narrow(vault: &Vault, note: &mut Note) {
    if note.facts.system().header.is_some() {
        return;
    }
    let judged = matches!(note.role, Role::Ordinary | Role::Canvas);
    let open: Vec<bool> = (note.facts.links.iter())
        .map(|link| {
            let well = || matches!(vault.resolve(note, link), Resolution::File(_) | Resolution::External);
            judged && (link.fragment.is_some() || !well())
        })
        .collect();
    note.facts.keep_links(&open);
}

/// Whether somebody looks at links which lead where they should: a rule that is on, or a board of the
/// vault's own, which may show anything.
fn asks_for_all(vault: &Vault) -> bool {
    !vault.config().boards.is_empty()
        || links::LINK_CASE.is_on(vault)
        || RULES.iter().any(|rule| matches!(rule.check, Check::Graph(_)) && rule.is_on(vault))
}
