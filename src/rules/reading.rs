//! Reads a vault to judge it once: of most notes only what may still be judged stays in memory.
//!
//! Nine links in ten lead to a file and name nothing in it. Once that is known no rule has a word to say
//! about them, and a vault of a million links has not to hold them until every note has been read. What
//! stays are the links that name something inside of their target or may lead nowhere, those of notes with a
//! header, which boards draw, and, once all notes have been read, the headings and block ids that a link asks
//! for.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use super::{Check, RULES, links, notes};
use crate::config::Config;
use crate::error::Result;
use crate::vault::listed::Listed;
use crate::vault::names::{FileId, Resolution};
use crate::vault::source::Source;
use crate::vault::{Keep, Note, Progress, Role, Vault};

/// A vault that can be judged, and no more: links that are well are not among the facts of most notes.
///
/// # Errors
/// The source cannot be listed.
pub fn read(root: &Path, source: Arc<dyn Source>, config: Config, progress: Progress<'_>) -> Result<Vault> {
    let listing = source.list()?;
    let (vault, ()) = read_listed(root, source, config, listing, progress, |_| ());
    Ok(vault)
}

/// The same for a vault that was listed. `each` sees every note whole before anything of it is let go; what it
/// finds out is gathered in the order of notes.
pub(super) fn read_listed<T: Send, Found: Default + Extend<T>>(
    root: &Path,
    source: Arc<dyn Source>,
    config: Config,
    listing: impl Into<Listed>,
    progress: Progress<'_>,
    each: impl Fn(&Note) -> T + Sync,
) -> (Vault, Found) {
    let narrowing = OnceLock::new();
    let narrowed = |vault: &Vault, mut note: Note| {
        let own = each(&note);
        if let Some(narrowing) = narrowing.get_or_init(|| Narrowing::of(vault)) {
            narrowing.narrow(vault, &mut note);
        }
        (note, own)
    };
    let (mut vault, found) = Vault::read_each(root, source, config, Keep::Facts, listing, progress, narrowed);
    if let Some(Some(narrowing)) = narrowing.into_inner()
        && !asks_for_headings(&vault)
    {
        vault.forget_targets(|file| narrowing.has_named(file));
    }
    (vault, found)
}

/// Lets go of what no rule will ask for.
struct Narrowing {
    /// For each file whether a link that is judged names something in it.
    named: Vec<AtomicBool>,
}

impl Narrowing {
    /// `None` where somebody asks for everything.
    fn of(vault: &Vault) -> Option<Self> {
        let named = || vault.names().paths().iter().map(|_| AtomicBool::new(false)).collect();
        (!asks_for_all(vault)).then(|| Self { named: named() })
    }

    fn narrow(&self, vault: &Vault, note: &mut Note) {
        let judged = matches!(note.role, Role::Ordinary | Role::Canvas);
        let open: Vec<bool> = (note.facts.links.iter())
            .map(|link| {
                if !judged {
                    return false;
                }
                let resolution = vault.resolve(note, link);
                if link.fragment.is_some() {
                    self.name(resolution.file());
                    return true;
                }
                !matches!(resolution, Resolution::File(_) | Resolution::External)
            })
            .collect();
        if note.facts.system().header.is_none() {
            note.facts.keep_links(&open);
        }
    }

    fn name(&self, file: Option<FileId>) {
        if let Some(named) = file.and_then(|file| self.named.get(file.0 as usize)) {
            named.store(true, Ordering::Relaxed);
        }
    }

    fn has_named(&self, file: FileId) -> bool {
        self.named.get(file.0 as usize).is_none_or(|named| named.load(Ordering::Relaxed))
    }
}

/// Whether a rule is on that looks at headings and block ids whether or not a link names them.
fn asks_for_headings(vault: &Vault) -> bool {
    [&notes::HEADING_DUPLICATE, &notes::BLOCK_DUPLICATE].iter().any(|rule| rule.is_on(vault))
}

/// Whether somebody looks at links which lead where they should: a rule that is on, or a board of the
/// vault's own, which may show anything.
fn asks_for_all(vault: &Vault) -> bool {
    !vault.config().boards.is_empty()
        || links::LINK_CASE.is_on(vault)
        || RULES.iter().any(|rule| matches!(rule.check, Check::Graph(_)) && rule.is_on(vault))
}
