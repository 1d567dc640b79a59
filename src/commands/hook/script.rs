//! The text of the hook: a script for any POSIX shell, including the one that comes with git for Windows.

use std::fmt::Write as _;

use crate::text::digest::short_hash;
use crate::text::shell::{quoted, unquoted};

/// A hook as portolan writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Script {
    /// The program to run where no `portolan` is on the search path.
    pub(super) program: String,
    /// The shell words for each vault, and for its configuration if it has one.
    pub(super) vaults: Vec<String>,
}

/// What a hook file contains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A hook that portolan has written.
    Own(Script),
    /// A hook of portolan that was edited by hand since.
    Edited,
    /// A hook of somebody else.
    Foreign,
}

/// How the names of kept hooks end. They stay in the same folder, since many hooks look for files beside
/// themselves.
pub(super) const KEPT: &str = ".portolan-kept";

const FIRST: &str = "#!/bin/sh\n# portolan hook ";
const JUDGE: &str = "judge ";
const PROGRAM: &str = "command -v portolan >/dev/null 2>&1 || portolan=";

impl Script {
    /// Returns the text of the hook. Its second line has a digest of the lines after it.
    pub(super) fn write(&self) -> String {
        let mut body = format!(
            "#
# Judges what is about to be committed; `portolan hook uninstall` takes this file away.
# The hook that was here before, if there was one, runs first. Programs that write hooks themselves
# call this one by a longer name.
kept=\"${{0%.legacy}}\"
kept=\"${{kept%.old}}{KEPT}\"
if [ -x \"$kept\" ]; then
    \"$kept\" \"$@\" || exit
fi
portolan=portolan
{PROGRAM}{}
judge() {{
    # A branch without the vault has nothing to judge.
    if ! [ -d \"$1\" ] && [ -z \"$(git --literal-pathspecs ls-files -- \"$1\")\" ]; then
        git cat-file -e \"HEAD:$1\" 2>/dev/null &&
            echo \"portolan: the vault $1 is gone and nothing is checked; 'portolan --vault NEW hook install' where it has moved\" >&2
        return 0
    fi
    if ! command -v \"$portolan\" >/dev/null 2>&1; then
        echo \"portolan is not installed, so the vault $1 cannot be checked; 'git commit --no-verify' commits all the same\" >&2
        return 1
    fi
    \"$portolan\" --vault \"$@\" check --staged
}}
",
            quoted(&self.program)
        );
        for vault in &self.vaults {
            // Writing into a string cannot fail.
            let _ = writeln!(body, "{JUDGE}{vault} || exit");
        }
        format!("{FIRST}{}\n{body}", short_hash([body.as_bytes()]))
    }

    /// Reads a hook file.
    pub(super) fn read(bytes: &[u8]) -> Found {
        let Some(rest) = std::str::from_utf8(bytes).ok().and_then(|text| text.strip_prefix(FIRST)) else {
            return Found::Foreign;
        };
        let Some((_, body)) = rest.split_once('\n').filter(|(d, b)| *d == short_hash([b.as_bytes()])) else {
            return Found::Edited;
        };
        let lines = |start: &'static str| body.lines().filter_map(move |line| line.strip_prefix(start));
        let vaults = lines(JUDGE).filter_map(|line| line.strip_suffix(" || exit")).map(str::to_owned);
        let program = lines(PROGRAM).next().and_then(unquoted);
        Found::Own(Self { program: program.unwrap_or_default(), vaults: vaults.collect() })
    }

    /// Adds a vault, or replaces its configuration.
    pub(super) fn add(&mut self, vault: &str, config: Option<&str>) {
        self.remove(vault);
        let words = match config {
            Some(config) => format!("{} --config {}", quoted(vault), quoted(config)),
            None => quoted(vault),
        };
        self.vaults.push(words);
        self.vaults.sort();
    }

    /// Removes a vault. Returns whether it was there.
    pub(super) fn remove(&mut self, vault: &str) -> bool {
        let before = self.vaults.len();
        let own = quoted(vault);
        self.vaults.retain(|words| *words != own && !words.starts_with(&format!("{own} ")));
        self.vaults.len() < before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_its_own_work() {
        let mut script = Script { program: "/opt/it's/portolan".to_owned(), vaults: Vec::new() };
        script.add("./docs", None);
        script.add("./a b", Some("x.toml"));
        let text = script.write();
        assert_eq!(Script::read(text.as_bytes()), Found::Own(script.clone()));
        assert!(
            text.ends_with("judge './a b' --config 'x.toml' || exit\njudge './docs' || exit\n"),
            "{text}"
        );
        assert_eq!(Script::read((text + "echo done\n").as_bytes()), Found::Edited);
        assert_eq!(Script::read(b"#!/usr/bin/env python3\n"), Found::Foreign);
        assert_eq!(Script::read(b"\xff\xfe"), Found::Foreign);
        script.add("./a b", None);
        assert_eq!(script.vaults, ["'./a b'", "'./docs'"]);
        assert!(script.remove("./docs") && !script.remove("./docs"));
    }
}
