//! Runs git. Nothing that is run here writes anything but its own output; what others run is theirs to say.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::object::Id;
use crate::error::{Error, Result, plain};
use crate::text::shell::word;

/// How git is started, so that it finds the repository of the vault.
#[derive(Clone, Debug)]
pub(super) struct Program {
    /// The folder that it starts in; `None` for our own.
    folder: Option<PathBuf>,
    /// Whether what the environment says of a repository is of another one.
    foreign: bool,
}

/// What a hook tells about its repository.
const PLACES: [&str; 3] = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"];

/// The same, and what else belongs to one repository alone: all that `git rev-parse --local-env-vars` names, but
/// for settings that are given to git with `-c` (`GIT_CONFIG_PARAMETERS`, `GIT_CONFIG_COUNT`). Those hold for whatever
/// git reads in this process, as where CI declares a folder safe.
const LOCAL: [&str; 14] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_SHALLOW_FILE",
    "GIT_GRAFT_FILE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_REPLACE_REF_BASE",
];

/// What changes how git reads the paths that it is given.
const PATHSPECS: [&str; 4] =
    ["GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS"];

impl Program {
    /// Git where we are, with the environment that we have: what a hook needs, since a
    /// `GIT_INDEX_FILE` or `GIT_DIR` may be relative.
    pub(super) const fn here() -> Self {
        Self { folder: None, foreign: false }
    }

    /// Git in another folder, whatever repository the environment tells of.
    pub(super) fn at(folder: &Path) -> Self {
        Self { folder: Some(folder.to_path_buf()), foreign: true }
    }

    /// Whether the environment tells of a repository.
    pub(super) fn is_told() -> bool {
        PLACES.iter().any(|name| std::env::var_os(name).is_some())
    }

    /// The commits that `git merge` is about to merge, as it tells its hooks (`GITHEAD_<id>`).
    pub(super) fn merging(&self) -> Vec<Id> {
        let told = (!self.foreign).then(std::env::vars_os).into_iter().flatten();
        told.filter_map(|(name, _)| Id::read(name.to_str()?.strip_prefix("GITHEAD_")?)).collect()
    }

    /// A command of git that locks and refreshes nothing by the way, and speaks English.
    pub(super) fn command(&self, args: &[impl AsRef<OsStr>]) -> Command {
        let mut command = Command::new("git");
        if let Some(folder) = &self.folder {
            command.arg("-C").arg(folder);
        }
        // A monitor would be started, and outlive us.
        command.args(["-c", "core.fsmonitor=false"]).args(args);
        command.env("GIT_OPTIONAL_LOCKS", "0").env("LC_ALL", "C").env("LANGUAGE", "C");
        let foreign = if self.foreign { &LOCAL[..] } else { &[] };
        for name in PATHSPECS.iter().chain(foreign) {
            command.env_remove(name);
        }
        command.stdin(Stdio::null());
        command
    }

    /// What a command prints; `None` where it ends with status 1, which is how git says no.
    pub(super) fn ask(&self, args: &[impl AsRef<OsStr>]) -> Result<Option<Vec<u8>>> {
        let output = self.command(args).output().map_err(|e| not_started(&e))?;
        match output.status.code() {
            Some(0) => Ok(Some(output.stdout)),
            Some(1) => Ok(None),
            _ => Err(failure(&output.stderr)),
        }
    }

    /// What a command prints.
    pub(super) fn run(&self, args: &[impl AsRef<OsStr>]) -> Result<Vec<u8>> {
        let output = self.command(args).output().map_err(|e| not_started(&e))?;
        if output.status.success() { Ok(output.stdout) } else { Err(failure(&output.stderr)) }
    }

    /// What a command prints that is asked these questions.
    pub(super) fn answer(&self, args: &[impl AsRef<OsStr>], questions: &[u8]) -> Result<Vec<u8>> {
        let mut command = self.command(args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|e| not_started(&e))?;
        let asked = child.stdin.take();
        // It answers before it has heard everything, and waits for somebody to listen.
        let output = std::thread::scope(|scope| {
            scope.spawn(move || asked.map(|mut asked| asked.write_all(questions)));
            child.wait_with_output()
        });
        let output = output.map_err(|e| not_started(&e))?;
        if output.status.success() { Ok(output.stdout) } else { Err(failure(&output.stderr)) }
    }

    /// What a command prints as lines of text, also where it says no in the end.
    pub(super) fn lines(&self, args: &[impl AsRef<OsStr>]) -> Result<Vec<String>> {
        let output = self.command(args).output().map_err(|e| not_started(&e))?;
        if !matches!(output.status.code(), Some(0 | 1)) {
            return Err(failure(&output.stderr));
        }
        let text = String::from_utf8(output.stdout);
        let text = text.map_err(|_| Error::new("git names a folder that is not UTF-8"))?;
        Ok(text.lines().map(str::to_owned).collect())
    }
}

/// Says that git could not be run.
pub(crate) fn not_started(error: &std::io::Error) -> Error {
    if error.kind() == std::io::ErrorKind::NotFound {
        return Error::new("cannot run `git`: there is no such program")
            .with_hint("install git, or add its folder to PATH");
    }
    Error::new(format!("cannot run `git`: {}", plain(error)))
}

/// Says what git said, and the way out of what happens most.
pub(crate) fn failure(stderr: &[u8]) -> Error {
    let said = String::from_utf8_lossy(stderr);
    if let Some(rest) = said.split("dubious ownership in repository at '").nth(1) {
        // What git says next begins a line. The path may hold what it stands in.
        let place = rest.split_once("'\n").map_or(rest.trim_end(), |(place, _)| place);
        return Error::new(format!(
            "git does not trust the repository `{place}`: it belongs to another user"
        ))
        .with_hint(format!("git config --global --add safe.directory {}", word(place)));
    }
    if said.contains("not a git repository") {
        return Error::new("the vault is not in a git repository")
            .with_hint("name a vault that is with `--vault DIR`, or create a repository with `git init`");
    }
    if said.contains("must be run in a work tree") {
        return Error::new("the repository has no working tree")
            .with_hint("run the command where the repository is checked out");
    }
    let line = said.lines().find(|line| line.starts_with("fatal: ") || line.starts_with("error: "));
    let line = line.or_else(|| said.lines().next()).unwrap_or("it does not say why");
    Error::new(format!("git failed: {}", line.trim_start_matches("fatal: ").trim_start_matches("error: ")))
}

#[cfg(test)]
mod tests {
    use super::failure;

    #[test]
    fn the_way_out_of_distrust_names_the_whole_path() {
        for (path, word) in [
            ("/srv/docs", "/srv/docs"),
            ("/srv/it's ours", "'/srv/it'\\''s ours'"),
            ("/srv/its'", "'/srv/its'\\'''"),
        ] {
            let said =
                format!("fatal: detected dubious ownership in repository at '{path}'\nTo add an exception");
            let error = failure(said.as_bytes());
            assert!(error.to_string().contains(&format!("`{path}`")), "{error}");
            assert_eq!(
                error.hint(),
                Some(format!("git config --global --add safe.directory {word}").as_str())
            );
        }
    }
}
