//! Programs that write hooks themselves.

use super::Place;
use crate::text::shell::word;

/// A program that writes hooks itself.
pub(super) struct Manager {
    pub(super) name: &'static str,
    /// What tells that a hook is its work.
    mark: &'static str,
    /// The folder that its hooks lie in, where that tells too.
    folder: Option<&'static str>,
    /// Whether it knows what to do by the name that its hook is called by, so that it can have no other.
    pub(super) by_name: bool,
    /// The better way to run this check.
    pub(super) way: fn(&str) -> String,
}

const MANAGERS: [Manager; 4] = [
    Manager {
        name: "husky",
        mark: "husky.sh",
        folder: Some(".husky"),
        by_name: true,
        way: |check| format!("add the line `{check}` to `.husky/pre-commit`"),
    },
    Manager {
        name: "overcommit",
        mark: "require 'overcommit'",
        folder: None,
        by_name: true,
        way: |check| format!("add `{check}` to `.overcommit.yml`"),
    },
    Manager {
        name: "lefthook",
        mark: "lefthook",
        folder: None,
        by_name: false,
        way: |check| format!("a command `{check}` in `lefthook.yml` outlives `lefthook install`"),
    },
    Manager {
        name: "pre-commit",
        mark: "pre-commit.com",
        folder: None,
        by_name: false,
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
}

/// What judges a vault from the top of its repository, where hooks run.
pub(super) fn check_of(vault: &str, config: Option<&str>) -> String {
    let folder = vault.strip_prefix("./").filter(|folder| !folder.starts_with('-')).unwrap_or(vault);
    let option = |name: &str, value: &str| format!(" --{name} {}", word(value));
    let vault = if folder.is_empty() { String::new() } else { option("vault", folder) };
    let config = config.map_or_else(String::new, |config| option("config", config));
    format!("portolan{vault}{config} check --staged")
}
