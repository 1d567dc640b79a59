//! Checks of changes: of the commit that is about to be made, or since a revision.

use std::cell::LazyCell;
use std::collections::{BTreeSet, HashSet};
use std::path::Path;
use std::sync::Arc;

use super::Checked;
use super::cached::Memory;
use super::kept_report::Fetch;
use super::left_out;
use super::unmatched::Settings;
use crate::args::{Check, CheckFormat, Common};
use crate::config::Config;
use crate::console::revision::{ignored, say_what_counts_as_new, say_what_is_not_there};
use crate::console::selection::Wanted;
use crate::console::{Terminal, find_root, this_minute};
use crate::error::{Error, Result};
use crate::model::finding::Finding;
use crate::rules;
use crate::rules::CHANGE_UNLOGGED;
use crate::rules::step::{self, Commits, Step};
use crate::rules::verdict::cache::Judged;
use crate::setup;
use crate::text::message::counted;
use crate::text::stamp::Stamp;
use crate::vault::git::{Measured, Repository, Snapshot};
use crate::vault::names::Names;
use crate::vault::source::{Folder, Source, differing};
use crate::vault::{Keep, Origin, Vault};

/// Refuses options that cannot be combined.
pub(super) fn refuse(args: &Check) -> Result<()> {
    if args.diff && args.format != CheckFormat::Human {
        return Err(Error::new("`--diff` prints a diff, and has no other format")
            .with_hint("leave `--diff` out: with `--format json` each finding has its fix, edit by edit"));
    }
    let compares = args.staged || args.since.is_some();
    if args.staged && (args.fix || args.unsafe_fixes || args.diff) {
        return Err(Error::new("`--staged` cannot apply fixes: it judges the index, not the files on disk")
            .with_hint("fix the files with `portolan check --fix`, then `git add` them"));
    }
    if compares && args.baseline_update {
        return Err(Error::new(
            "`--baseline-update` writes all findings, not only those that a change brings",
        )
        .with_hint("leave `--staged` or `--since` out"));
    }
    if args.backup.backup.is_some() && !(args.fix || args.unsafe_fixes) {
        return Err(Error::new("`--backup` goes with `--fix` or `--unsafe-fixes`")
            .with_hint("without them nothing is written, and nothing has to be copied"));
    }
    if args.all && !compares {
        return Err(Error::new("`--all` goes with `--staged` or `--since REV`")
            .with_hint("without them all findings are reported anyway"));
    }
    Ok(())
}

/// Judges the vault as the next commit will have it. Reads the index, its parents, and settings that are not
/// in the repository. Writes no note, and leaves an interrupted rename alone.
pub(super) fn staged(common: &Common, args: &Check, terminal: &mut Terminal<'_>) -> Result<Checked> {
    let root = match &common.vault {
        // The folder may be missing from the working tree.
        Some(folder) if !folder.exists() => folder.clone(),
        _ => find_root(common, terminal)?,
    };
    let repository = Repository::around(&root)?;
    let (index, parents) = list(&repository)?;
    if index.is_empty() && !root.exists() {
        return Err(Error::new(format!(
            "the vault `{}` is neither on disk nor in the index",
            root.display()
        ))
        .with_hint("name the folder that holds the notes"));
    }
    if let [head, others @ ..] = parents.as_slice()
        && others.iter().all(|parent| parent.is_empty())
    {
        say_what_is_not_there(&repository, head, "HEAD", terminal);
    }
    let config = setup::read(&root, common.config.as_deref(), Some((&repository, &index)))?;
    let now = this_minute(&config);
    terminal.detail("the index and the last commit listed");
    let next = Next { root: &root, index, config, now };
    let (was, mut is) = next.judge(parents, Memory::of_commits(&root, !args.no_cache), terminal)?;
    let wanted = if args.paths.is_empty() {
        Wanted::all()
    } else {
        // A path may also name something that the commit removes.
        let before = was.iter().map(|parent| parent.vault.names());
        let names: Vec<&Names> = before.chain([is.vault.names()]).collect();
        Wanted::staged(&root, &args.paths, &names)?
    };
    compare_with_parents(&was, &mut is, args.all);
    tell_of_commit(&root, &repository, args, &mut is, terminal);
    let settings = Settings::of(common, is.vault.config());
    Ok(Checked { root, wanted, settings, judged: is, refused: Vec::new(), fetch: Fetch::nothing() })
}

/// Lists the index and the commits that the next one follows.
fn list(repository: &Repository) -> Result<(Arc<Snapshot>, Vec<Arc<Snapshot>>)> {
    let tree = |parent| repository.tree(parent).map(Arc::new);
    let parents = || repository.parents().into_iter().map(tree).collect::<Result<Vec<Arc<Snapshot>>>>();
    let (index, parents) = rayon::join(|| repository.index(), parents);
    Ok((Arc::new(index?), parents?))
}

/// The commit that is about to be made.
struct Next<'n> {
    root: &'n Path,
    index: Arc<Snapshot>,
    config: Config,
    now: Stamp,
}

/// A commit that the next one follows.
struct Parent {
    vault: Vault,
    judged: Judged,
    /// The files that differ from the next commit.
    differs: HashSet<String>,
}

impl Next<'_> {
    /// Judges the commits that this one follows, then this one.
    fn judge(
        self,
        parents: Vec<Arc<Snapshot>>,
        mut memory: Memory,
        terminal: &mut Terminal<'_>,
    ) -> Result<(Vec<Parent>, Judged)> {
        let mut was = Vec::new();
        for parent in parents {
            let (parent, known) = self.judge_parent(parent, memory, terminal)?;
            was.push(parent);
            // Only the verdict on the commit that is checked out is kept.
            memory = known.for_another();
        }
        let (is, _) = memory.judge(Origin::new(self.root, self.index, self.config), self.now, terminal)?;
        Ok((was, is))
    }

    /// Judges a commit that this one follows. Also returns what is known now.
    fn judge_parent(
        &self,
        parent: Arc<Snapshot>,
        memory: Memory,
        terminal: &mut Terminal<'_>,
    ) -> Result<(Parent, Memory)> {
        let Self { root, index, config, now } = self;
        let differs = parent.differing(index);
        let listing = parent.listing_of(|path| differs.contains(path));
        // The earlier commit is judged with the settings of the new one.
        let parent = Arc::new(Measured { files: parent, settings: Arc::clone(index) as _ });
        let origin = Origin::new(root, parent, config.clone());
        let (judged, known) = memory.remembering().judge(origin.clone(), *now, terminal)?;
        // The earlier state of notes that have not changed is not needed.
        let vault = origin.read_listed(Keep::Facts, listing, &|_, _| {});
        Ok((Parent { vault, judged, differs }, known))
    }
}

/// Keeps only the findings that the next commit introduces, unless `all` is set, and adds those about its
/// changes.
fn compare_with_parents(was: &[Parent], is: &mut Judged, all: bool) {
    let steps: Vec<(Step<'_>, &[Finding])> = was
        .iter()
        .map(|Parent { vault, judged, differs }| {
            let step = Step::between(vault, &is.vault, |path| differs.contains(path), None);
            (Step { whole: Some(&judged.vault), ..step }, judged.findings.as_slice())
        })
        .collect();
    compare(&steps, &mut is.findings, all);
}

/// Leaves out the findings that the author of the commit need not see, and changes the help of the others to
/// what helps with a commit.
fn tell_of_commit(
    root: &Path,
    repository: &Repository,
    args: &Check,
    is: &mut Judged,
    terminal: &mut Terminal<'_>,
) {
    if !args.all && !repository.merging().is_empty() {
        left_out::leave_boards(&is.vault, &mut is.findings, terminal);
    }
    for finding in &mut is.findings {
        finding.fix = None;
    }
    // Only where the command asks for all that the commit introduces, as a hook does.
    if !args.all && args.rules.is_empty() {
        left_out::leave_what_stale_boards_show(&is.vault, &mut is.findings);
    }
    // This makes git look at the whole working tree, so it is only done when needed.
    let left = LazyCell::new(|| repository.left_out().unwrap_or_default());
    left_out::tell_stale(root, &left, &mut is.findings);
    left_out::tell_missing(root, &left, &is.vault, &mut is.findings);
}

/// The state that the working tree is compared with.
pub(super) struct Since {
    was: Judged,
    /// The earlier vault with all of its notes, where entries are to be drafted for what has changed.
    whole: Option<Vault>,
    /// The files that may differ.
    differs: HashSet<String>,
    /// New files that git ignores, which do not count as changes since then. Empty where no file is new.
    ignored: BTreeSet<String>,
    commits: Commits,
    all: bool,
    now: Stamp,
}

impl Since {
    /// Judges the vault as it was at a revision, with the settings of the one on disk.
    pub(super) fn of(
        revision: &str,
        root: &Path,
        config: Config,
        (args, wanted): (&Check, &Wanted),
        now: Stamp,
        terminal: &mut Terminal<'_>,
    ) -> Result<Self> {
        let repository = Repository::around(root)?;
        let start = repository.revision(revision)?;
        // If the revision is the last commit, the differences are those of the next commit.
        let commits =
            if repository.parents().first() == Some(&start) { Commits::One } else { Commits::Several };
        let tree = repository.checkout(start)?;
        say_what_is_not_there(&repository, &tree, revision, terminal);
        let disk: Arc<dyn Source> = Arc::new(Folder::new(root));
        let tree = Arc::new(Measured { files: Arc::new(tree), settings: Arc::clone(&disk) });
        let differs = differing(&*tree, &*disk)?;
        terminal.detail(&format!("{} may have changed since `{revision}`", counted(differs.len(), "file")));
        let origin = Origin::new(root, tree, config);
        let memory = Memory::of_commits(root, !args.no_cache);
        let (was, _) = memory.judge(origin.clone(), now, terminal)?;
        if !args.all {
            let is_judged = |path: &str| differs.contains(path) && wanted.has(path) && disk.has(path);
            say_what_counts_as_new(&was.vault, is_judged, revision, terminal);
        }
        let drafts = CHANGE_UNLOGGED.is_on(&was.vault);
        let whole = drafts.then(|| origin.read(Keep::Facts, &|_, _| {})).transpose()?;
        let ignored = ignored(&repository, differs.iter().map(String::as_str), &was.vault)?;
        Ok(Self { was, whole, differs, ignored, commits, all: args.all, now })
    }

    /// Returns the findings in the vault on disk that did not exist then.
    pub(super) fn judge(&self, vault: &Vault) -> Vec<Finding> {
        let mut findings = rules::run(vault, Some(self.now));
        let differs = |path: &str| self.differs.contains(path);
        let was = self.whole.as_ref().unwrap_or_else(|| &*self.was.vault);
        let step = Step { commits: self.commits, ..Step::between(was, vault, differs, Some(self.now)) };
        compare(&[(step, &self.was.findings)], &mut findings, self.all);
        if !self.all {
            findings.retain(|finding| !self.ignored.contains(&finding.note));
        }
        findings
    }
}

/// Keeps only the findings that the steps introduce, unless `all` is set, and adds those about the steps
/// themselves.
fn compare(steps: &[(Step<'_>, &[Finding])], after: &mut Vec<Finding>, all: bool) {
    if !all {
        step::leave_introduced(steps, after);
    }
    after.extend(step::said_of_all(steps));
    after.sort_by(Finding::order);
}
