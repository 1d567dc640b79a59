//! Other programs that manage git hooks.

use std::path::{Path, PathBuf};

use super::Place;
use crate::text::shell::word;

/// A program that manages git hooks.
pub(super) struct Manager {
    pub(super) name: &'static str,
    /// A text by which its hooks are recognised.
    mark: &'static str,
    /// The folder of its hooks, where these are recognised by that too.
    folder: Option<&'static str>,
    /// Whether its hook finds out what to do by its own file name, so that it cannot be kept under another.
    pub(super) by_name: bool,
    /// Its configuration files, relative to the root of the repository.
    settings: &'static [&'static str],
    /// The advice how to run this check with it.
    pub(super) way: fn(&str) -> String,
}

const MANAGERS: [Manager; 4] = [
    Manager {
        name: "husky",
        mark: "husky.sh",
        folder: Some(".husky"),
        by_name: true,
        settings: &[],
        way: |check| format!("add the line `{check}` to `.husky/pre-commit` and `.husky/pre-merge-commit`"),
    },
    Manager {
        name: "overcommit",
        mark: "require 'overcommit'",
        folder: None,
        by_name: true,
        settings: &[".overcommit.yml"],
        way: |check| format!("add `{check}` to `.overcommit.yml`"),
    },
    Manager {
        name: "lefthook",
        mark: "lefthook",
        folder: None,
        by_name: false,
        settings: &["lefthook.yml", ".lefthook.yml", "lefthook.yaml", ".lefthook.yaml"],
        way: |check| format!("a command `{check}` in `lefthook.yml` outlives `lefthook install`"),
    },
    Manager {
        name: "pre-commit",
        mark: "pre-commit.com",
        folder: None,
        by_name: false,
        settings: &[".pre-commit-config.yaml"],
        way: |_| {
            "the hook `portolan-check` in `.pre-commit-config.yaml` does the same for everybody".to_owned()
        },
    },
];

impl Manager {
    pub(super) fn of(place: &Place) -> Option<&'static Self> {
        let lies_in = |name: &str| place.hook.components().any(|part| part.as_os_str() == name);
        MANAGERS.iter().find(|own| place.text.contains(own.mark) || own.folder.is_some_and(lies_in))
    }

    /// Whether its configuration shows what it runs, beyond the hook itself.
    pub(super) const fn is_told(&self) -> bool {
        !self.settings.is_empty()
    }

    /// Whether its configuration or hook runs the check of a vault.
    pub(super) fn checks(&self, place: &Place, top: &Path, vault: &str) -> bool {
        let texts = self.settings.iter().map(|file| top.join(file)).chain(own_hook(&place.hook));
        texts
            .filter_map(|path| std::fs::read_to_string(path).ok())
            .any(|text| text.lines().any(|line| checks(line, vault)) || has_hook(&text, vault))
    }
}

/// Returns the user's hook that husky's hook in `.husky/_` calls: the one beside that folder.
fn own_hook(hook: &Path) -> Option<PathBuf> {
    let folder = hook.parent().filter(|folder| folder.ends_with(".husky/_"))?;
    Some(folder.parent()?.join(hook.file_name()?))
}

/// Whether a configuration of the pre-commit framework has portolan's hook for a vault.
fn has_hook(text: &str, vault: &str) -> bool {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let is_between = |c: char| c.is_whitespace() || matches!(c, '[' | ']' | ',' | '"' | '\'' | '=');
    let words: Vec<&str> = lines.flat_map(|line| line.split(is_between)).filter(|w| !w.is_empty()).collect();
    let mut hooks = words.split(|word| *word == "id:").skip(1);
    hooks.any(|hook| {
        let mut behind = hook.iter().skip_while(|word| **word != "--vault").skip(1);
        let named = behind.find(|word| **word != "-").copied().unwrap_or_default();
        hook.first() == Some(&"portolan-check") && folder(named) == folder(vault)
    })
}

/// Whether a line of somebody's hook runs the check of a vault, in any of the ways to write it.
pub(super) fn checks(line: &str, vault: &str) -> bool {
    let line = line.trim_start();
    let Some((_, behind)) = line.split_once("portolan").filter(|_| !line.starts_with('#')) else {
        return false;
    };
    let mut named = behind.split(" --vault").skip(1).map(first_word).peekable();
    let is_named = if named.peek().is_none() {
        folder(vault).is_empty()
    } else {
        named.any(|name| folder(&name) == folder(vault))
    };
    is_named && behind.contains(" check") && behind.contains("--staged")
}

/// Normalises a path of a vault from the top of its repository, as people may write it.
fn folder(name: &str) -> &str {
    let name = name.trim_start_matches("./").trim_end_matches('/');
    if name == "." { "" } else { name }
}

/// Returns the value of an option, reading the text behind its name as a shell does.
fn first_word(behind: &str) -> String {
    let (mut word, mut quote) = (String::new(), None);
    let mut rest = behind.strip_prefix('=').unwrap_or(behind.trim_start()).chars();
    while let Some(c) = rest.next() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None | Some('"'), '\\') => word.extend(rest.next()),
            (None, ';' | '&' | '|' | ')') => break,
            (None, _) if c.is_whitespace() => break,
            _ => word.push(c),
        }
    }
    word
}

/// Returns the command that judges a vault from the top of its repository, where hooks run.
pub(super) fn check_of(vault: &str, config: Option<&str>) -> String {
    let folder = vault.strip_prefix("./").filter(|folder| !folder.starts_with('-')).unwrap_or(vault);
    let option = |name: &str, value: &str| format!(" --{name} {}", word(value));
    let vault = if folder.is_empty() { String::new() } else { option("vault", folder) };
    let config = config.map_or_else(String::new, |config| option("config", config));
    format!("portolan{vault}{config} check --staged")
}
