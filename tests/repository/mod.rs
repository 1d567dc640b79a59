//! A real repository in a temporary folder, for tests.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::path::PathBuf;
use std::process::Command;

use crate::place::{self, PORTOLAN, Place, Ran};

/// A repository in place of a vault.
pub(crate) struct Repo {
    /// What is around it.
    pub(crate) place: Place,
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
        let place = Place::bare(&[]);
        let top = place.vault().canonicalize().expect("a path");
        let repo = Self { place, top, vault };
        repo.git(&[&["init", "--quiet", "--initial-branch=main"], options].concat());
        repo
    }

    /// A path beside the repository.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.top.with_file_name(name)
    }

    /// The folder of the vault.
    pub(crate) fn root(&self) -> PathBuf {
        if self.vault.is_empty() { self.top.clone() } else { self.top.join(self.vault) }
    }

    /// A program at the top of the repository.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = self.place.command(program);
        command.current_dir(&self.top);
        command
    }

    /// Runs git, which must not fail, and gives what it prints.
    pub(crate) fn git(&self, args: &[&str]) -> String {
        let ran = self.try_git(args);
        assert!(ran.success(), "git {args:?}: {}", ran.text());
        ran.out
    }

    /// Runs git, which may fail.
    pub(crate) fn try_git(&self, args: &[&str]) -> Ran {
        Ran::of(self.command("git").args(["-c", "protocol.file.allow=always"]).args(args))
    }

    /// Portolan on the vault, from the top of the repository.
    pub(crate) fn portolan(&self, args: &[&str]) -> Command {
        let mut command = self.command(PORTOLAN);
        command.arg("--vault").arg(if self.vault.is_empty() { "." } else { self.vault }).args(args);
        command
    }

    /// Runs it to its end.
    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        Ran::of(&mut self.portolan(args))
    }

    /// Reads a note of the vault.
    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.root().join(path)).expect("a file of text")
    }

    /// Writes a note of the vault on disk.
    pub(crate) fn write(&self, path: &str, text: &str) {
        place::write(&self.root().join(path), text);
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
