//! A real repository in a temporary folder, for tests.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A repository, and a cache folder of its own.
pub(crate) struct Repo {
    dir: tempfile::TempDir,
    /// Where its files are.
    pub(crate) top: PathBuf,
    /// Where the vault is in it; empty for all of it.
    pub(crate) vault: &'static str,
}

impl Repo {
    /// A new repository without a commit.
    pub(crate) fn new() -> Self {
        Self::with(&[], "")
    }

    /// The same, made with these options of `git init`, with the vault in a folder.
    pub(crate) fn with(options: &[&str], vault: &'static str) -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let top = dir.path().canonicalize().expect("a path").join("repo");
        std::fs::create_dir_all(&top).expect("a folder");
        let repo = Self { dir, top, vault };
        repo.git(&[&["init", "--quiet", "--initial-branch=main"], options].concat());
        repo
    }

    /// A path beside the repository.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.dir.path().canonicalize().expect("a path").join(name)
    }

    /// The folder of the vault.
    pub(crate) fn root(&self) -> PathBuf {
        if self.vault.is_empty() { self.top.clone() } else { self.top.join(self.vault) }
    }

    /// A command with an environment that nothing of this machine gets into.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            if name.starts_with("GIT_") || name.starts_with("XDG_") || name.starts_with("PRE_COMMIT") {
                command.env_remove(name);
            }
        }
        let binaries = Path::new(env!("CARGO_BIN_EXE_portolan")).parent().expect("a folder");
        let path = std::env::var_os("PATH").unwrap_or_default();
        let paths = std::iter::once(binaries.to_path_buf()).chain(std::env::split_paths(&path));
        command
            .current_dir(&self.top)
            .env("PATH", std::env::join_paths(paths).expect("a search path"))
            .env("XDG_CACHE_HOME", self.dir.path().join("cache"))
            .env("XDG_CONFIG_HOME", self.dir.path().join("config"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", self.dir.path().join("gitconfig"))
            .env("NO_COLOR", "1");
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "Ruth Delgado");
            command.env(format!("GIT_{who}_EMAIL"), "ruth@example.org");
        }
        command
    }

    /// Runs git and gives what it prints.
    pub(crate) fn git(&self, args: &[&str]) -> String {
        let output = self.try_git(args);
        assert!(output.status.success(), "git {args:?}: {}", text(&output));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Runs git, which may fail.
    pub(crate) fn try_git(&self, args: &[&str]) -> Output {
        self.command("git").args(["-c", "protocol.file.allow=always"]).args(args).output().expect("git runs")
    }

    /// Runs portolan on the vault, from the top of the repository.
    pub(crate) fn portolan(&self, args: &[&str]) -> Output {
        self.portolan_with(args, &[])
    }

    /// The same, with more in the environment.
    pub(crate) fn portolan_with(&self, args: &[&str], environment: &[(&str, &str)]) -> Output {
        let mut command = self.command(env!("CARGO_BIN_EXE_portolan"));
        command.arg("--vault").arg(if self.vault.is_empty() { "." } else { self.vault });
        command.args(args).envs(environment.iter().copied()).output().expect("portolan runs")
    }

    /// Writes a note of the vault on disk.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }

    /// Writes notes and stages everything.
    pub(crate) fn stage(&self, files: &[(&str, &str)]) {
        for (path, text) in files {
            self.write(path, text);
        }
        self.git(&["add", "--all"]);
    }

    /// Writes notes and commits everything.
    pub(crate) fn commit(&self, files: &[(&str, &str)]) {
        self.stage(files);
        self.git(&["commit", "--quiet", "--no-verify", "--allow-empty", "--message", "as it was"]);
    }
}

/// All that a program has said.
pub(crate) fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
