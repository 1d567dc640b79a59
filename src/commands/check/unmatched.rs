//! Warnings about options and settings that match nothing, so that `no findings` is not misread.

use std::collections::BTreeSet;
use std::path::Path;

use crate::args::{Check, Common};
use crate::config::{Config, FILE_NAME};
use crate::console::{Terminal, Wanted};
use crate::rules::{self, NOTE_REVIEW_OVERDUE};
use crate::text::fold::nfc;
use crate::text::message::counted;
use crate::text::visible::escape;
use crate::vault::{self, LazyVault, Role};

/// The most settings that are named.
const MAX_SHOWN: usize = 5;

/// Warns about command-line arguments that have little or no effect: a rule that is off, paths without a note
/// that is judged, and template notes, which most rules skip.
pub(super) fn say(
    args: &Check,
    vault: &LazyVault,
    wanted: &Wanted,
    notes: usize,
    terminal: &mut Terminal<'_>,
) {
    let off = args.rules.iter().filter_map(|name| rules::find(name)).filter(|rule| !rule.is_on(vault));
    for name in off.map(|rule| rule.name) {
        terminal.say(&format!(
            "`{name}` is off in this vault: `{name} = \"warning\"` under `[rules]` in `portolan.toml` switches it on"
        ));
    }
    if args.paths.is_empty() {
        return;
    }
    let there = |role: Role| {
        let ids = vault.ids().filter(move |id| vault.role(*id) == Some(role));
        ids.map(|id| vault.path_of(id)).filter(|path| wanted.has(path))
    };
    let excluded = there(Role::Excluded).count();
    if notes == 0 && excluded > 0 {
        let left = counted(excluded, "note");
        terminal.say(&format!(
            "{left} there not checked: excluded by `exclude` in `portolan.toml` or by Obsidian's settings"
        ));
    }
    let templates = there(Role::Template).count();
    if templates > 0 && (templates == notes || there(Role::Template).any(|path| wanted.names(path))) {
        let patterns = counted(templates, "template note");
        terminal.say(&format!(
            "{patterns} there, by name or by folder: of a template only secrets, merge conflicts, silencers, and whether \
             its diagrams, integrations and boards can be read are judged"
        ));
    }
}

/// Settings that may have no effect.
pub(super) struct Settings {
    /// The configuration file, as it was named on the command line.
    file: String,
    /// Beginnings of paths, each with its key in the configuration.
    beginnings: BTreeSet<(&'static str, String)>,
    /// Whether `review-days` is set while `note-review-overdue` is off.
    is_review_idle: bool,
}

impl Settings {
    pub(super) fn of(common: &Common, config: &Config) -> Self {
        let named = common.config.as_deref();
        Self {
            file: named.map_or(FILE_NAME.into(), Path::to_string_lossy).into_owned(),
            beginnings: config.beginnings().map(|(key, start)| (key, start.to_owned())).collect(),
            is_review_idle: config.review_days.is_some() && !NOTE_REVIEW_OVERDUE.is_on_by(config),
        }
    }

    /// Warns about those without effect. A setting may name a folder outside of the vault's listing, such as
    /// `.trash/`. Most settings name folders, so the disk is asked first: where nothing has changed, nothing
    /// else needs the vault to be opened.
    pub(super) fn say_unheard(&self, root: &Path, vault: &LazyVault, terminal: &mut Terminal<'_>) {
        let fits = |start: &str| {
            vault::on_disk(root, start).exists()
                || vault.names().paths().iter().any(|path| nfc(path).starts_with(start))
        };
        for (key, start) in self.beginnings.iter().filter(|(_, start)| !fits(start)).take(MAX_SHOWN) {
            terminal.say(&format!(
                "`{key}` of `{}`: no path of the vault begins with `{}`",
                escape(&self.file),
                escape(start)
            ));
        }
        if self.is_review_idle {
            let name = NOTE_REVIEW_OVERDUE.name;
            terminal.say(&format!(
                "`review-days` is set, and `{name}` is off: `{name} = \"warning\"` under `[rules]` in `{}` switches it \
                 on",
                escape(&self.file)
            ));
        }
    }
}
