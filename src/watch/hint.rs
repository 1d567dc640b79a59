//! Translates a path that something has happened to into what that means for a vault.

use std::path::{Path, PathBuf};

use crate::config::FILE_NAME;
use crate::text::number::is_digits;
use crate::text::path::{behind, file_name, is_hidden_on_disk, is_note, of_disk};
use crate::vault::names::Names;
use crate::vault::{Vault, obsidian, on_disk};

/// What may have changed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Hint {
    /// Nothing that matters to the vault.
    Nothing,
    /// The settings of the vault.
    Setup,
    /// The content of a note that existed before and still exists.
    Note(String),
    /// Files or folders may have been added or removed.
    Files,
}

/// The files that hold settings of a vault: its configuration, Obsidian's settings, and the files that the
/// configuration names.
#[derive(Debug)]
pub(super) struct Setup {
    root: PathBuf,
    /// The paths of those in the vault, relative to it.
    inside: Vec<String>,
    /// The configuration file, where it lies outside of the vault.
    outside: Option<PathBuf>,
}

impl Setup {
    /// Collects the settings files of a vault. `named` is the configuration file that the command line names,
    /// if any: it may lie anywhere.
    pub(super) fn of(vault: &Vault, root: &Path, named: Option<&Path>) -> Self {
        let config = vault.config();
        let own = [FILE_NAME].into_iter().chain(obsidian::FILES);
        let asked_for = config.integration_schema.iter().chain(config.boards.values());
        let asked_for = asked_for.chain(config.board_files.keys()).map(String::as_str);
        let inside = own.chain(asked_for).map(str::to_owned).collect();
        let mut setup = Self { root: root.to_path_buf(), inside, outside: None };
        match named.map(|path| (path, setup.own(path))) {
            Some((_, Some(own))) => setup.inside.push(own),
            Some((path, None)) => setup.outside = Some(path.to_path_buf()),
            None => {}
        }
        setup
    }

    /// Returns the folders of these files, whether or not they exist.
    pub(super) fn folders(&self) -> impl Iterator<Item = PathBuf> + '_ {
        let inside = self.inside.iter().map(|file| on_disk(&self.root, file));
        inside.chain(self.outside.clone()).filter_map(|file| Some(file.parent()?.to_path_buf()))
    }

    /// Returns a path relative to the vault, with `/`. `None` where it lies elsewhere, or is not Unicode.
    fn own(&self, path: &Path) -> Option<String> {
        of_disk(path.strip_prefix(&self.root).ok()?)
    }

    /// Whether a path is one of these files, or a folder that contains one.
    fn has(&self, path: &Path) -> bool {
        let own = self.own(path).filter(|own| !own.is_empty());
        let holds = |own: &str| self.inside.iter().any(|file| behind(file, own).is_some());
        own.map_or_else(|| self.outside.as_deref() == Some(path), |own| holds(&own))
    }

    /// Whether changes at a path matter. Git and Obsidian keep writing into hidden folders, which do not.
    pub(super) fn cares_for(&self, path: &Path) -> bool {
        path.strip_prefix(&self.root).is_ok_and(|inside| !is_hidden_on_disk(inside)) || self.has(path)
    }
}

impl Hint {
    /// Returns what an event at `path` may mean. The file itself is looked at, not the event: an editor that
    /// replaces a file has changed the note and nothing else.
    pub(super) fn of(vault: &Vault, setup: &Setup, path: &Path) -> Self {
        if !setup.cares_for(path) {
            return Self::Nothing;
        }
        if setup.has(path) {
            return Self::Setup;
        }
        let Some(own) = setup.own(path) else { return Self::Files };
        let is_file = vault.names().exact(&own).is_some();
        let is_folder = vault.folders().binary_search(&own).is_ok();
        match std::fs::metadata(path) {
            Err(_) if is_file || is_folder => Self::Files,
            // It may be another folder with the same name.
            Ok(meta) if meta.is_dir() || is_folder => Self::Files,
            Ok(meta) if !meta.is_dir() && !is_file => Self::Files,
            Ok(meta) if !meta.is_dir() && vault.find(&own).is_some() => Self::Note(own),
            // The file could not be read before, and may be readable by now.
            Ok(_) if vault.unread().iter().any(|unread| unread.path == own) => Self::Files,
            // A file that came and went, or one that portolan does not read.
            _ => Self::Nothing,
        }
    }
}

/// Whether to report a changed file to the user. Leftovers of editors are not reported, unless they are notes
/// of the vault now or had been before.
pub(super) fn is_worth_telling(path: &str, before: &Names, vault: &Vault) -> bool {
    !is_leftover(path) || vault.find(path).is_some() || (before.exact(path).is_some() && is_note(path))
}

/// Whether editors use such a name for temporary files or backup copies.
fn is_leftover(path: &str) -> bool {
    let name = file_name(path);
    let ends =
        ["~", ".bak", ".tmp", ".temp", ".swp", ".swo", ".swx", ".part", "___jb_tmp___", "___jb_old___"];
    ends.iter().any(|end| name.ends_with(end))
        || (name.starts_with('#') && name.ends_with('#'))
        || name.starts_with("~$")
        // vim writes a file with a number as its name to test whether it may write.
        || is_digits(name)
        // `note.md.tmp.1234.5678`, `note.md.1234567890`, `note.md.sb-1a2b3c4d-xyz`
        || name.contains(".tmp.")
        || name.contains(".sb-")
        || name.rsplit_once('.').is_some_and(|(stem, end)| is_digits(end) && is_note(stem))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn leftovers_are_known_and_notes_are_none() {
        for name in [
            "A.md~",
            "s/A.md.bak",
            "A.md.tmp",
            "A.md.swp",
            "#A.md#",
            "A.md___jb_tmp___",
            "A.md___jb_old___",
            "4913",
            "A.md.tmp.4711.1a2b",
            "A.md.1712345678",
            "A.md.sb-1a2b3c4d-xyz",
            "~$A.md",
        ] {
            assert!(is_leftover(name), "{name}");
        }
        for name in ["A.md", "2024.md", "Report 4913", "tmp.md", "v1.2", "a.canvas", "#1.md", "~home.md"] {
            assert!(!is_leftover(name), "{name}");
        }
    }

    #[test]
    fn a_note_is_none_whatever_its_name_looks_like() {
        let before = Vault::of_texts(Config::default(), &[("gone.tmp.md", "x"), ("a.md.bak", "x")]);
        let vault = Vault::of_texts(Config::default(), &[("plan.tmp.md", "x"), ("x.sb-1.md", "x")]);
        for (path, told) in [
            ("plan.tmp.md", true),
            ("x.sb-1.md", true),
            ("gone.tmp.md", true),
            ("never.tmp.md", false),
            ("a.md.bak", false),
            ("a.md", true),
        ] {
            assert_eq!(is_worth_telling(path, before.names(), &vault), told, "{path}");
        }
    }

    #[test]
    fn hidden_folders_are_nobodys_business_but_for_settings() {
        let vault = Vault::of_texts(Config::default(), &[("A.md", "x")]);
        let setup = Setup::of(&vault, Path::new("/v"), Some(Path::new("/etc/p.toml")));
        for (path, hint) in [
            ("/v/.git/index", Hint::Nothing),
            ("/v/.obsidian/workspace.json", Hint::Nothing),
            ("/v/.obsidian/plugins/other/data.json", Hint::Nothing),
            ("/v/.trash/A.md", Hint::Nothing),
            ("/v/s/.A.md.swp", Hint::Nothing),
            ("/etc/passwd", Hint::Nothing),
            ("/v/portolan.toml", Hint::Setup),
            ("/v/.obsidian/app.json", Hint::Setup),
            ("/v/.obsidian", Hint::Setup),
            ("/v/.obsidian/plugins/templater-obsidian/data.json", Hint::Setup),
            ("/etc/p.toml", Hint::Setup),
            ("/v/A.md", Hint::Files),
        ] {
            assert_eq!(Hint::of(&vault, &setup, Path::new(path)), hint, "{path}");
        }
        let setup = Setup::of(&vault, Path::new("/v"), Some(Path::new("/v/.settings/strict.toml")));
        assert_eq!(Hint::of(&vault, &setup, Path::new("/v/.settings/strict.toml")), Hint::Setup);
        assert!(setup.folders().any(|folder| folder == Path::new("/v/.settings")));
    }
}
