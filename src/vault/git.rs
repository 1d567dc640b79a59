//! The vault as git has it: the index, which will be the next commit, or any revision. This is the only module
//! that reads a repository.
//!
//! It runs git itself and uses no library: no maintained library reads repositories with SHA-256, and an index
//! may be split, sparse, named by `GIT_INDEX_FILE` or that of a linked worktree. What git prints is right in all
//! of these by definition. Nothing is locked, refreshed or written.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use self::object::Format;
pub use self::object::Id;
use self::program::Program;
pub use self::snapshot::Snapshot;
use super::root::{existing, whole};
use super::source::{Key, Source};
use crate::error::{Error, Result};
use crate::text::message::few;
use crate::text::path::of_disk;
use crate::text::visible::escape;

mod blobs;
mod entries;
mod filters;
pub mod left_out;
pub mod merge;
mod object;
mod program;
mod restore;
mod snapshot;
mod tree;
pub mod unmerged;

pub(crate) use self::program::{failure, not_started};

/// The most paths that an error names.
const MAX_SHOWN: usize = 5;

/// The repository that a vault lies in.
#[derive(Clone, Debug)]
pub struct Repository {
    program: Program,
    /// The root of its working tree, with all symbolic links resolved.
    top: PathBuf,
    /// The path of the vault in the repository, with a `/` behind; empty if it is the root.
    prefix: String,
    /// The folder of the vault, as the user named it.
    root: PathBuf,
    format: Format,
    /// The commit that was checked out when the repository was opened; `None` before the first commit.
    head: Option<Id>,
    /// The file that lists the commits being merged, while a merge goes on.
    merged: PathBuf,
    /// The attributes file of this clone (`info/attributes`).
    attributes: PathBuf,
}

impl Repository {
    /// Opens the repository around the vault at `root`, which need not be checked out.
    ///
    /// # Errors
    /// There is no repository, or git cannot be run or refuses to read it.
    pub fn around(root: &Path) -> Result<Self> {
        let place = whole(root)?;
        let found = if Program::is_told() { Self::told(root, &place) } else { None };
        match found {
            Some(repository) => Ok(repository),
            None => Self::find(Program::at(&existing(root)), root, &place),
        }
    }

    /// Opens the repository that a hook's environment names, if the vault is part of it. The vault may instead
    /// lie in a submodule, or in another repository altogether.
    fn told(root: &Path, place: &Path) -> Option<Self> {
        let repository = Self::find(Program::here(), root, place).ok()?;
        let between = place.ancestors().take_while(|folder| *folder != repository.top);
        let nested = between.into_iter().any(|folder| folder.join(".git").exists());
        (!nested).then_some(repository)
    }

    fn find(program: Program, root: &Path, place: &Path) -> Result<Self> {
        let asked = [
            "rev-parse",
            "--path-format=absolute",
            "--show-toplevel",
            "--show-object-format",
            "--git-path",
            "MERGE_HEAD",
            "--git-path",
            "info/attributes",
            "--quiet",
            "--verify",
            "HEAD^{commit}",
        ];
        // Before the first commit git fails to resolve `HEAD`, after it has printed the other answers.
        let lines = program.lines(&asked)?;
        let [top, format, merged, attributes, head @ ..] = lines.as_slice() else {
            return Err(Error::new("git does not say where its repository is"));
        };
        let top = whole(Path::new(top))?;
        let outside = || {
            let message =
                format!("the vault `{}` lies outside of the repository `{}`", root.display(), top.display());
            Error::new(message)
        };
        let inside = place.strip_prefix(&top).map_err(|_| outside())?;
        let mut prefix = of_disk(inside).ok_or_else(|| Error::new("the path of the vault is not UTF-8"))?;
        if !prefix.is_empty() {
            prefix.push('/');
        }
        Ok(Self {
            program,
            top,
            prefix,
            root: root.to_path_buf(),
            format: Format::of(format),
            head: head.first().and_then(|head| Id::read(head)),
            merged: merged.into(),
            attributes: attributes.into(),
        })
    }

    /// Returns a git command with these arguments and these paths of the vault at `root`, in the repository that
    /// the vault lies in. A hook's environment may name another one.
    ///
    /// # Errors
    /// There is no such folder.
    pub(crate) fn command(root: &Path, args: &[&str], paths: &[&str]) -> Result<Command> {
        let place = whole(root)?;
        let told = if Program::is_told() { Self::told(root, &place) } else { None };
        let (program, folder) = match told {
            // git starts in the working directory here, and not in the vault.
            Some(repository) => (repository.program, place),
            None => (Program::at(&existing(root)), PathBuf::new()),
        };
        let mut command = program.command(args);
        if !paths.is_empty() {
            command.arg("--").args(paths.iter().map(|path| folder.join(path)));
        }
        Ok(command)
    }

    /// Returns the root of the working tree.
    #[must_use]
    pub fn top(&self) -> &Path {
        &self.top
    }

    /// Returns the path of the vault in the repository, with a `/` behind; empty if it is the root.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Returns the vault as the next commit will have it. Files with `git add --intent-to-add` are not in it.
    ///
    /// # Errors
    /// A path is unmerged, or git cannot read the index.
    pub fn index(&self) -> Result<Snapshot> {
        let printed = self.program.run(&self.within(&["ls-files", "--stage", "-z", "--full-name"]))?;
        let (mut entries, unmerged) = entries::of_index(&printed);
        if !unmerged.is_empty() {
            let shown = few(unmerged.iter().map(|path| format!("`{}`", escape(path))), MAX_SHOWN);
            return Err(Error::new(format!("the index has merge conflicts: {shown}")).with_hint(
                "settle the conflicts (`portolan sync` settles those in boards), then `git add` the files",
            ));
        }
        // A file with intent-to-add has the id of an empty file.
        if entries.iter().any(|entry| self.format.is_empty_blob(entry.id)) {
            let there = self.there()?;
            entries.retain(|entry| !self.format.is_empty_blob(entry.id) || there.contains(&entry.path));
        }
        Snapshot::new(self, &self.prefix, entries, HashSet::new())
    }

    /// Returns the content of a file in the index, whether or not it is part of the vault. Returns `None` for a
    /// symbolic link, which must be followed on disk, and for a file with intent-to-add.
    #[must_use]
    pub fn staged(&self, file: &Path) -> Option<Vec<u8>> {
        let whole = whole(file).ok()?;
        let path = of_disk(whole.strip_prefix(&self.top).ok()?)?;
        let place = literal(&path);
        let is_file =
            self.program.run(&["ls-files", "--stage", "-z", "--", &place]).ok()?.starts_with(b"100");
        let text = || self.program.run(&["cat-file", "blob", &format!(":0:{path}")]).ok();
        let asked = || [&self.asking_what_is_there()[..], &["--", &place]].concat();
        let is_there = |text: &Vec<u8>| {
            !text.is_empty() || self.program.run(&asked()).is_ok_and(|there| !there.is_empty())
        };
        is_file.then(text).flatten().filter(is_there)
    }

    /// Returns the paths that the next commit will have, as its difference from an empty tree.
    fn there(&self) -> Result<HashSet<Vec<u8>>> {
        let printed = self.program.run(&self.within(&self.asking_what_is_there()))?;
        Ok(printed.split(|b| *b == 0).map(<[u8]>::to_vec).collect())
    }

    /// Returns the arguments that make git print these paths, each with a NUL behind it.
    fn asking_what_is_there(&self) -> [&str; 9] {
        [
            "diff-index",
            "--cached",
            "-r",
            "-z",
            "--name-only",
            "--no-renames",
            "--ita-invisible-in-index",
            "--ignore-submodules=none",
            self.format.empty_tree(),
        ]
    }

    /// Returns the parents that the next commit will have: the commit that is checked out, and those being merged
    /// into it. There are none before the first commit.
    #[must_use]
    pub fn parents(&self) -> Vec<Id> {
        let Some(head) = self.head else { return Vec::new() };
        let merged = std::fs::read_to_string(&self.merged).unwrap_or_default();
        let mut merged: Vec<Id> = merged.lines().filter_map(Id::read).collect();
        if merged.is_empty() {
            merged = self.merging();
        }
        std::iter::once(head).chain(merged).collect()
    }

    /// Returns the commits that a `git merge` is about to merge while it runs its hook. It records them only
    /// after the hook has succeeded, and nobody has had a chance to look at the result yet.
    #[must_use]
    pub fn merging(&self) -> Vec<Id> {
        if self.merged.exists() {
            return Vec::new();
        }
        let is_here = |id: &Id| matches!(self.commit(&id.to_string()), Ok(Some(found)) if found == *id);
        self.program.merging().into_iter().filter(is_here).collect()
    }

    /// Returns the commit that a revision names. `REV...` is the commit where the branch that is checked out left
    /// REV; before the first commit, `HEAD` is an empty tree.
    ///
    /// # Errors
    /// There is no such commit.
    pub fn revision(&self, revision: &str) -> Result<Id> {
        let other = revision.strip_suffix("...").filter(|other| !other.is_empty());
        if other.is_some() && self.head.is_none() {
            return Err(Error::new("there is no commit on this branch yet, so it has left no other")
                .with_hint("until there is one, `HEAD` stands for a tree without files"));
        }
        let name = other.unwrap_or(revision);
        let unborn = || if revision == "HEAD" { Id::read(self.format.empty_tree()) } else { None };
        let Some(commit) = self.commit(name)?.or_else(unborn) else {
            let error = Error::new(format!("the repository has no revision `{}`", escape(name)));
            if name.contains("..") {
                return Err(error.with_hint(
                    "only `diff` takes two revisions, as `A..B`; `REV...` is the commit at which this branch left REV",
                ));
            }
            return Err(self.perhaps_shallow(error, "`git log --oneline --all` shows what there is"));
        };
        if other.is_none() { Ok(commit) } else { self.parting((name, &commit), ("this branch", "HEAD")) }
    }

    /// Returns the commit where one revision left another, as in `main...feature`.
    ///
    /// # Errors
    /// There is no such commit, or no such revision.
    pub fn fork(&self, other: &str, revision: &str) -> Result<Id> {
        let (from, to) = (self.revision(other)?, self.revision(revision)?);
        self.parting((other, &from), (&format!("`{}`", escape(revision)), &to.to_string()))
    }

    fn parting(&self, (other, from): (&str, &Id), (shown, to): (&str, &str)) -> Result<Id> {
        self.id(&["merge-base", &from.to_string(), to])?.ok_or_else(|| {
            let other = escape(other);
            let error = Error::new(format!("`{other}` and {shown} have no commit in common"));
            self.perhaps_shallow(
                error,
                &format!("`{other}` without the dots compares with that commit itself"),
            )
        })
    }

    /// Adds a hint to an error about a missing commit: in a shallow clone, to fetch the rest; else `otherwise`.
    fn perhaps_shallow(&self, error: Error, otherwise: &str) -> Error {
        let shallow = self.program.lines(&["rev-parse", "--is-shallow-repository"]);
        if shallow.is_ok_and(|lines| lines == ["true"]) {
            error.with_hint(
                "the clone is shallow: `git fetch --unshallow`, with the branch that is compared with \
                 (`fetch-depth: 0` in a workflow)",
            )
        } else {
            error.with_hint(otherwise)
        }
    }

    fn commit(&self, revision: &str) -> Result<Option<Id>> {
        // git would take a revision that begins with `-` as an option.
        if revision.starts_with('-') {
            return Ok(None);
        }
        self.id(&["rev-parse", "--verify", "--quiet", &format!("{revision}^{{commit}}")])
    }

    fn id(&self, args: &[&str]) -> Result<Option<Id>> {
        let printed = self.program.ask(args)?;
        Ok(printed.and_then(|printed| Id::read(String::from_utf8_lossy(&printed).trim_end())))
    }

    /// Returns the folder of the hooks that git runs, whether or not it exists.
    ///
    /// # Errors
    /// The folder belongs to every repository of the user, or git cannot be run.
    pub fn hooks(&self) -> Result<PathBuf> {
        let set = self.program.ask(&["config", "--show-scope", "--type=path", "--get", "core.hooksPath"])?;
        let set = set.map(|set| String::from_utf8_lossy(&set).trim_end_matches('\n').to_owned());
        if let Some((scope, path)) = set.as_deref().and_then(|set| set.split_once('\t')) {
            if matches!(scope, "global" | "system") {
                let message = format!("git runs the hooks in `{path}` in every repository (core.hooksPath)");
                let way = "`git config core.hooksPath .git/hooks` gives this one hooks of its own; or let the hook there run `portolan check --staged`";
                return Err(Error::new(message).with_hint(way));
            }
            // Hooks run at the top of the working tree, so a relative path starts there.
            let folder = self.top.join(path);
            if path.is_empty() || (folder.exists() && !folder.is_dir()) {
                let message = format!("git runs no hooks in this repository: core.hooksPath is `{path}`");
                return Err(
                    Error::new(message).with_hint("`git config --unset core.hooksPath` gives it hooks again")
                );
            }
            return Ok(folder);
        }
        let common = self.program.lines(&["rev-parse", "--path-format=absolute", "--git-common-dir"])?;
        Ok(Path::new(common.first().map_or(".git", String::as_str)).join("hooks"))
    }

    /// Returns the arguments with a pathspec that limits the command to the vault.
    fn within(&self, args: &[&str]) -> Vec<String> {
        let mut args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
        args.push("--".to_owned());
        args.push(if self.prefix.is_empty() { ":(top)".to_owned() } else { literal(&self.prefix) });
        args
    }
}

/// Returns a pathspec that names a folder of the repository literally.
fn literal(folder: &str) -> String {
    format!(":(top,literal){}", folder.trim_end_matches('/'))
}

/// A source whose files come from one place and whose settings come from another, so that two states of a vault
/// are compared by the same settings.
#[derive(Debug)]
pub struct Measured {
    /// Where the files come from.
    pub files: Arc<dyn Source>,
    /// Where the settings come from.
    pub settings: Arc<dyn Source>,
}

impl Source for Measured {
    fn list(&self) -> Result<super::files::Listing> {
        self.files.list()
    }

    fn list_to_read(&self) -> Result<super::files::Listing> {
        self.files.list_to_read()
    }

    fn read(&self, path: &str, buffer: &mut Vec<u8>) -> std::io::Result<Key> {
        self.files.read(path, buffer)
    }

    fn has(&self, path: &str) -> bool {
        self.files.has(path)
    }

    fn setting(&self, path: &str) -> Option<String> {
        self.settings.setting(path)
    }
}
