//! The vault as git has it: the index as the commit will be, or any revision. The only module that
//! reads a repository.
//!
//! git itself is asked, and no library: none that is kept reads repositories with SHA-256, and an index
//! may be split, sparse, named by `GIT_INDEX_FILE` or that of a linked worktree. What git prints is right
//! in all of these by definition. Nothing is locked, refreshed or written.

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
use crate::text::few::few;
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

/// So many paths are named in an error.
const MAX_SHOWN: usize = 5;

/// The repository that a vault lies in.
#[derive(Clone, Debug)]
pub struct Repository {
    program: Program,
    /// The root of its working tree, all links followed.
    top: PathBuf,
    /// The path of the vault in it, with a `/` behind; empty where it is the root.
    prefix: String,
    /// The folder of the vault, as it was named.
    root: PathBuf,
    format: Format,
    /// The commit that was checked out when somebody looked; `None` before the first one.
    head: Option<Id>,
    /// The file that names the commits which are being merged, while some are.
    merged: PathBuf,
    /// The file with the attributes of this clone.
    attributes: PathBuf,
}

impl Repository {
    /// The repository around the vault at `root`, which need not be checked out.
    ///
    /// # Errors
    /// There is none, or git cannot be run or refuses to read it.
    pub fn around(root: &Path) -> Result<Self> {
        let place = whole(root)?;
        let found = if Program::is_told() { Self::told(root, &place) } else { None };
        match found {
            Some(repository) => Ok(repository),
            None => Self::find(Program::at(&existing(root)), root, &place),
        }
    }

    /// The repository that a hook's environment tells of, if the vault is part of it: it may be part of
    /// a submodule, or of something else altogether.
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
        // Before the first commit it says no, after all the rest.
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

    /// git with these arguments and paths of the vault at `root`, in the repository that the vault lies in: a hook's
    /// environment may tell of another one.
    ///
    /// # Errors
    /// There is no such folder.
    pub(crate) fn command(root: &Path, args: &[&str], paths: &[&str]) -> Result<Command> {
        let place = whole(root)?;
        let told = if Program::is_told() { Self::told(root, &place) } else { None };
        let (program, folder) = match told {
            // It starts where we are, and not in the vault.
            Some(repository) => (repository.program, place),
            None => (Program::at(&existing(root)), PathBuf::new()),
        };
        let mut command = program.command(args);
        if !paths.is_empty() {
            command.arg("--").args(paths.iter().map(|path| folder.join(path)));
        }
        Ok(command)
    }

    /// The root of the working tree.
    #[must_use]
    pub fn top(&self) -> &Path {
        &self.top
    }

    /// The path of the vault in the repository, with a `/` behind; empty where it is the root.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The vault as the next commit will have it. What is only meant to be added is not in it.
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
        // What is meant to be added has the id of an empty file until then.
        if entries.iter().any(|entry| self.format.is_empty_blob(entry.id)) {
            let there = self.there()?;
            entries.retain(|entry| !self.format.is_empty_blob(entry.id) || there.contains(&entry.path));
        }
        Snapshot::new(self, &self.prefix, entries, HashSet::new())
    }

    /// What the index has of a file of the repository, be it part of the vault or not. Nothing of a link, which is to be
    /// followed where it lies, nor of a file that is only meant to be added.
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

    /// The paths that the next commit will have, as what it adds to a tree without files.
    fn there(&self) -> Result<HashSet<Vec<u8>>> {
        let printed = self.program.run(&self.within(&self.asking_what_is_there()))?;
        Ok(printed.split(|b| *b == 0).map(<[u8]>::to_vec).collect())
    }

    /// The words that ask git for these paths, each with a NUL behind it.
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

    /// The commits that the next one will have as parents: the one that is checked out, and those that are
    /// being merged into it. None before the first.
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

    /// The commits that a `git merge` is about to merge which asks its hook: it writes them down only when that has
    /// said yes, and nobody has had a chance to look at what it has made.
    #[must_use]
    pub fn merging(&self) -> Vec<Id> {
        if self.merged.exists() {
            return Vec::new();
        }
        let is_here = |id: &Id| matches!(self.commit(&id.to_string()), Ok(Some(found)) if found == *id);
        self.program.merging().into_iter().filter(is_here).collect()
    }

    /// The commit that a revision names. `REV...` is where the branch that is checked out has left REV; before
    /// the first commit, `HEAD` is a tree without files.
    ///
    /// # Errors
    /// There is none.
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

    /// The commit at which one revision has left another, as in `main...feature`.
    ///
    /// # Errors
    /// There is none, or no such revision.
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

    /// Adds a way out to what is missing: in a clone that was made without most commits, to get them.
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
        // What begins like an option would be one.
        if revision.starts_with('-') {
            return Ok(None);
        }
        self.id(&["rev-parse", "--verify", "--quiet", &format!("{revision}^{{commit}}")])
    }

    fn id(&self, args: &[&str]) -> Result<Option<Id>> {
        let printed = self.program.ask(args)?;
        Ok(printed.and_then(|printed| Id::read(String::from_utf8_lossy(&printed).trim_end())))
    }

    /// The folder of the hooks that git runs, made or not.
    ///
    /// # Errors
    /// It belongs to every repository of the user, or git cannot be run.
    pub fn hooks(&self) -> Result<PathBuf> {
        let set = self.program.ask(&["config", "--show-scope", "--type=path", "--get", "core.hooksPath"])?;
        let set = set.map(|set| String::from_utf8_lossy(&set).trim_end_matches('\n').to_owned());
        if let Some((scope, path)) = set.as_deref().and_then(|set| set.split_once('\t')) {
            if matches!(scope, "global" | "system") {
                let message = format!("git runs the hooks in `{path}` in every repository (core.hooksPath)");
                let way = "`git config core.hooksPath .git/hooks` gives this one hooks of its own; or let the hook there run `portolan check --staged`";
                return Err(Error::new(message).with_hint(way));
            }
            // Hooks start at the top, and so does a relative path to them.
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

    /// Arguments that keep a command within the vault.
    fn within(&self, args: &[&str]) -> Vec<String> {
        let mut args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
        args.push("--".to_owned());
        args.push(if self.prefix.is_empty() { ":(top)".to_owned() } else { literal(&self.prefix) });
        args
    }
}

/// A folder of the repository as git takes it to the letter.
fn literal(folder: &str) -> String {
    format!(":(top,literal){}", folder.trim_end_matches('/'))
}

/// A source whose files come from one place and whose settings come from another: two states of a vault
/// are compared by one yardstick.
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
