//! Runs git. The commands here write nothing but their output; commands that other modules run may.

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
    /// The folder that git starts in; `None` for the working directory.
    folder: Option<PathBuf>,
    /// Whether the repository that the environment names is another one, and must be ignored.
    foreign: bool,
}

/// The variables in which a hook is told its repository.
const PLACES: [&str; 3] = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"];

/// All variables that belong to one repository: those that `git rev-parse --local-env-vars` names, except
/// settings given with `-c` (`GIT_CONFIG_PARAMETERS`, `GIT_CONFIG_COUNT`). Those hold for every git command in
/// this process, as where CI declares a folder safe.
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

/// The variables that change how git reads pathspecs.
const PATHSPECS: [&str; 4] =
    ["GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS"];

impl Program {
    /// Runs git in the working directory, with our environment. A hook needs this, since `GIT_INDEX_FILE` or
    /// `GIT_DIR` may be relative.
    pub(super) const fn here() -> Self {
        Self { folder: None, foreign: false }
    }

    /// Runs git in another folder, ignoring the repository that the environment names.
    pub(super) fn at(folder: &Path) -> Self {
        Self { folder: Some(folder.to_path_buf()), foreign: true }
    }

    /// Whether the environment names a repository.
    pub(super) fn is_told() -> bool {
        PLACES.iter().any(|name| std::env::var_os(name).is_some())
    }

    /// Returns the commits that `git merge` is about to merge, as it tells its hooks (`GITHEAD_<id>`).
    pub(super) fn merging(&self) -> Vec<Id> {
        let told = (!self.foreign).then(std::env::vars_os).into_iter().flatten();
        told.filter_map(|(name, _)| Id::read(name.to_str()?.strip_prefix("GITHEAD_")?)).collect()
    }

    /// Returns a git command that takes no optional locks, refreshes nothing, and prints English.
    pub(super) fn command(&self, args: &[impl AsRef<OsStr>]) -> Command {
        let mut command = Command::new("git");
        if let Some(folder) = &self.folder {
            command.arg("-C").arg(folder);
        }
        // A file system monitor would be started, and outlive us.
        command.args(["-c", "core.fsmonitor=false"]).args(args);
        command.env("GIT_OPTIONAL_LOCKS", "0").env("LC_ALL", "C").env("LANGUAGE", "C");
        let foreign = if self.foreign { &LOCAL[..] } else { &[] };
        for name in PATHSPECS.iter().chain(foreign) {
            command.env_remove(name);
        }
        command.stdin(Stdio::null());
        command
    }

    /// Returns the output of a command; `None` if it ends with status 1, which is how git says no.
    pub(super) fn ask(&self, args: &[impl AsRef<OsStr>]) -> Result<Option<Vec<u8>>> {
        let output = self.command(args).output().map_err(|e| not_started(&e))?;
        match output.status.code() {
            Some(0) => Ok(Some(output.stdout)),
            Some(1) => Ok(None),
            _ => Err(failure(&output.stderr)),
        }
    }

    /// Returns the output of a command.
    pub(super) fn run(&self, args: &[impl AsRef<OsStr>]) -> Result<Vec<u8>> {
        let output = self.command(args).output().map_err(|e| not_started(&e))?;
        if output.status.success() { Ok(output.stdout) } else { Err(failure(&output.stderr)) }
    }

    /// Returns the output of a command that reads `questions` from its standard input.
    pub(super) fn answer(&self, args: &[impl AsRef<OsStr>], questions: &[u8]) -> Result<Vec<u8>> {
        let mut command = self.command(args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|e| not_started(&e))?;
        let asked = child.stdin.take();
        // git answers while it still reads, and stops if nobody reads its output, so a thread writes the input.
        let output = std::thread::scope(|scope| {
            scope.spawn(move || asked.map(|mut asked| asked.write_all(questions)));
            child.wait_with_output()
        });
        let output = output.map_err(|e| not_started(&e))?;
        if output.status.success() { Ok(output.stdout) } else { Err(failure(&output.stderr)) }
    }

    /// Returns the output of a command as lines of text, also if it ends with status 1.
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

/// Returns the error for git that could not be started.
pub(crate) fn not_started(error: &std::io::Error) -> Error {
    if error.kind() == std::io::ErrorKind::NotFound {
        return Error::new("cannot run `git`: there is no such program")
            .with_hint("install git, or add its folder to PATH");
    }
    Error::new(format!("cannot run `git`: {}", plain(error)))
}

/// Returns the error for what git printed, with hints for the most frequent ones.
pub(crate) fn failure(stderr: &[u8]) -> Error {
    let said = String::from_utf8_lossy(stderr);
    if let Some(rest) = said.split("dubious ownership in repository at '").nth(1) {
        // The next sentence of git begins a new line. The path itself may contain a quote.
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
