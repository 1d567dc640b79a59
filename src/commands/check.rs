//! `portolan check`

use std::collections::{BTreeSet, HashSet};
use std::mem::ManuallyDrop;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

use super::drawing::Fetch;
use super::step::{self, Since};
use super::written::{leave_out, write_all};
use super::{Access, ExitStatus, Terminal, Wanted, baseline, cached, counted, place, read, this_minute};
use crate::args::{Check, CheckFormat, Common};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::model::finding::{Applicability, Finding};
use crate::plan::fix::{self, FixPlan};
use crate::plan::obstacle::Spot;
use crate::report::wire::Summary;
use crate::report::{self, diff, github, junit, sarif};
use crate::rules::verdict::saved::{Identity, Judged, LazyVault};
use crate::rules::{self, BOARD_STALE, CONFLICT, MERGE_CONFLICT, NOTE_REVIEW_OVERDUE, Rule};
use crate::text::fold::nfc;
use crate::text::near::nearest;
use crate::text::path::of_disk;
use crate::text::visible::escape;
use crate::vault::git::Repository;
use crate::vault::{self, Keep, Role, Vault};
use crate::write::Writer;

pub(super) fn run(common: &Common, args: &Check, terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    let start = Instant::now();
    check_rules(&args.rules)?;
    step::refuse(args)?;
    let mut fetch = Fetch::nothing();
    let mut refused = Vec::new();
    let (root, wanted, judged, named, idle) = if args.staged {
        let (root, wanted, judged) = step::staged(common, args, terminal)?;
        let config = judged.vault.config();
        let (named, idle) = (beginnings(config), idle(config));
        (root, wanted, judged, named, idle)
    } else {
        let (root, config) = place(common, Access::unless(args.diff), terminal)?;
        let wanted = Wanted::of(&root, &args.paths)?;
        if args.format == CheckFormat::Human && is_from_cache(args) {
            fetch = Fetch::begin(&root);
        }
        let (named, idle) = (beginnings(&config), idle(&config));
        match on_disk(&root, config, args, &wanted, &mut refused, terminal)? {
            ControlFlow::Continue(judged) => (root, wanted, judged, named, idle),
            ControlFlow::Break(status) => return Ok(left_alone(&refused, status, terminal)),
        }
    };
    let Judged { vault, mut findings, notes, same, .. } = judged;
    asked_for(&mut findings, args, &wanted);
    let mut excused = None;
    if let Some(path) = &args.baseline {
        // What was there before the change is not among the findings, and has not gone for that.
        let stopped = in_conflict(&findings);
        let is_quiet = |rule: &str, note: &str| {
            stopped.contains(note) && rules::find(rule).is_some_and(Rule::is_of_one_side)
        };
        let judged = |rule: &str, note: &str| {
            !brings(args) && is_asked_for(rule, note, args, &wanted) && !is_quiet(rule, note)
        };
        let is_there = |path: &str| vault.names().exact(path).is_some();
        if args.baseline_update {
            let is_of_all = args.paths.is_empty() && args.rules.is_empty();
            let count = baseline::update(path, &findings, is_of_all, is_there, judged)?;
            terminal.say(&format!("`{}` holds {}", path.display(), counted(count, "finding")));
        }
        excused = baseline::apply(path, &mut findings, is_there, judged)?.said();
    }
    let elapsed_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    let notes = if args.paths.is_empty() { notes } else { vault.notes_of(|path| wanted.has(path)).count() };
    let settings = fits_nothing(&named, &root, &vault).into_iter().chain(idle);
    for unheard in unheard(args, &vault, &wanted, notes).into_iter().chain(settings) {
        terminal.say(&unheard);
    }
    let summary = report::summary(&findings, notes, elapsed_ms);
    let totals = totals(&summary, brings(args));
    let failed = findings.iter().any(|finding| finding.severity >= args.severity.level());
    let status = if failed { ExitStatus::Findings } else { ExitStatus::Success };
    terminal.verdict = with_refused(&refused, status);
    Reported { vault: &vault, findings: &findings, same: &same, root: &root }
        .print(fetch, args, summary, terminal)?;
    if matches!(args.format, CheckFormat::Human | CheckFormat::Concise | CheckFormat::Github) {
        terminal.say(&totals);
        if let Some(fixes) = fixable(&findings) {
            terminal.say(&fixes);
        }
    }
    if let Some(excused) = excused {
        terminal.say(&excused);
    }
    // The process ends here: giving back a million facts one by one would take longer than a small check.
    std::mem::forget((vault, findings));
    Ok(left_alone(&refused, status, terminal))
}

/// So many settings that fit nothing are named.
const MAX_SHOWN: usize = 5;

/// What is asked for, and is not looked at, or not by most rules: a rule that is off, paths without a note that is judged,
/// and template notes. Whoever hears that nothing is wrong is to know.
fn unheard(args: &Check, vault: &LazyVault, wanted: &Wanted, notes: usize) -> Vec<String> {
    let off = args.rules.iter().filter_map(|name| rules::find(name)).filter(|rule| !rule.is_on(vault));
    let mut unheard: Vec<String> = off
        .map(|rule| {
            let name = rule.name;
            format!("`{name}` is off in this vault: `{name} = \"warning\"` under `[rules]` in `portolan.toml` switches it on")
        })
        .collect();
    if args.paths.is_empty() {
        return unheard;
    }
    let there = |role: Role| {
        vault
            .ids()
            .filter(move |id| vault.role(*id) == Some(role))
            .map(|id| vault.path_of(id))
            .filter(|path| wanted.has(path))
    };
    let excluded = there(Role::Excluded).count();
    if notes == 0 && excluded > 0 {
        let left = counted(excluded, "note");
        unheard.push(format!(
            "{left} there not checked: excluded by `exclude` in `portolan.toml` or by Obsidian's settings"
        ));
    }
    let templates = there(Role::Template).count();
    if templates > 0 && (templates == notes || there(Role::Template).any(|path| wanted.names(path))) {
        let patterns = counted(templates, "template note");
        unheard.push(format!(
            "{patterns} there, by name or by folder: of a template only diagrams, integrations and secrets are judged"
        ));
    }
    unheard
}

/// The beginnings of paths in the settings, each once: the key, and what stands there.
fn beginnings(config: &Config) -> BTreeSet<(&'static str, String)> {
    config.beginnings().map(|(key, start)| (key, start.to_owned())).collect()
}

/// A setting that nothing asks for.
fn idle(config: &Config) -> Option<String> {
    let rule = &NOTE_REVIEW_OVERDUE;
    (config.review_days.is_some() && !rule.is_on_by(config)).then(|| {
        let name = rule.name;
        format!(
            "`review-days` is set, and `{name}` is off: `{name} = \"warning\"` under `[rules]` in `portolan.toml` switches \
             it on"
        )
    })
}

/// Those of them that no file of the vault has. Folders that are no part of it may be named there, such as `.trash/`.
/// Most are folders, and the disk tells of these without a vault, which nobody else asks for where nothing has changed.
fn fits_nothing(named: &BTreeSet<(&'static str, String)>, root: &Path, vault: &LazyVault) -> Vec<String> {
    let fits = |start: &str| {
        vault::on_disk(root, start).exists()
            || vault.names().paths().iter().any(|path| nfc(path).starts_with(start))
    };
    let named = named.iter().filter(|(_, start)| !fits(start)).take(MAX_SHOWN);
    let said = |(key, start): &(&'static str, String)| {
        format!("`{key}` of `portolan.toml`: no path of the vault begins with `{}`", escape(start))
    };
    named.map(said).collect()
}

/// What a report is about.
struct Reported<'r> {
    vault: &'r LazyVault,
    findings: &'r [Finding],
    same: &'r [(String, Identity)],
    root: &'r Path,
}

impl Reported<'_> {
    /// Prints the report in the format that is asked for. In that for people what was drawn before is fetched.
    fn print(
        &self,
        mut fetch: Fetch,
        args: &Check,
        summary: Summary,
        terminal: &mut Terminal<'_>,
    ) -> Result<()> {
        let Self { findings, .. } = self;
        let text = match args.format {
            CheckFormat::Human => {
                // As what the caller has: it is not given back.
                let drawn = ManuallyDrop::new(fetch.drawn());
                let drawing =
                    ManuallyDrop::new(drawn.drawing(self.vault, findings, self.same, terminal.colour));
                let print = &mut |text: &str| terminal.print(text);
                // What few findings have is no report on the vault.
                let of_all = args.paths.is_empty() && args.rules.is_empty();
                return if of_all { fetch.print(&drawing, print) } else { drawing.print(print) };
            }
            CheckFormat::Json => {
                return report::json(findings, summary, terminal.out).map_err(Error::output);
            }
            CheckFormat::Sarif => {
                let log = sarif::render(findings, &repository_prefix(self.root));
                return terminal.print_document(&log.map_err(|error| Error::new(error.to_string()))?);
            }
            CheckFormat::Junit => {
                let (notes, elapsed_ms) = (summary.notes, summary.elapsed_ms);
                let suite = junit::render(findings, notes, elapsed_ms, args.severity.level());
                return terminal.print_document(&suite);
            }
            CheckFormat::Concise => report::concise(findings),
            CheckFormat::Github => github::render(findings, &repository_prefix(self.root)),
        };
        terminal.print(&text)
    }
}

/// Names the notes with fixes that were left alone. Then the command could not do its work.
fn left_alone(refused: &[Spot], status: ExitStatus, terminal: &mut Terminal<'_>) -> ExitStatus {
    for refusal in refused {
        terminal.refuse(refusal);
    }
    with_refused(refused, status)
}

/// How a command ends that was to mend notes, some of which were left alone.
const fn with_refused(refused: &[Spot], status: ExitStatus) -> ExitStatus {
    if refused.is_empty() { status } else { ExitStatus::Failure }
}

/// Whether fixes are to be applied, or shown.
fn changes_notes(args: &Check) -> bool {
    args.fix || args.unsafe_fixes || args.diff
}

/// Whether what earlier checks of the folder have kept is looked at.
fn is_from_cache(args: &Check) -> bool {
    !args.no_cache && args.since.is_none() && !changes_notes(args)
}

/// Judges the vault on disk, and applies the fixes that are wanted; where they are only to be shown, that
/// is all. `refused` gets the notes with fixes that are left alone.
fn on_disk(
    root: &Path,
    config: Config,
    args: &Check,
    wanted: &Wanted,
    refused: &mut Vec<Spot>,
    terminal: &mut Terminal<'_>,
) -> Result<ControlFlow<ExitStatus, Judged>> {
    let since = args.since.as_deref();
    let now = this_minute(&config);
    let since = since.map(|revision| Since::of(revision, root, config.clone(), args, now, terminal));
    let since = since.transpose()?;
    let judge = |vault: &Vault| match &since {
        Some(since) => since.judge(vault),
        None => rules::run(vault, Some(now)),
    };
    if !changes_notes(args) {
        let judged = if since.is_some() {
            let vault = read(root, config, Keep::Facts, terminal)?;
            let findings = judge(&vault);
            Judged::new(vault, findings)
        } else {
            cached::judge(root, config, !args.no_cache, now, terminal)?
        };
        return Ok(ControlFlow::Continue(judged));
    }
    let vault = read(root, config, Keep::Texts, terminal)?;
    let plan_without = |left: &BTreeSet<String>| {
        fix::plan(&vault, args.unsafe_fixes, left, |vault| {
            let mut findings = judge(vault);
            asked_for(&mut findings, args, wanted);
            findings
        })
    };
    let mut plan = plan_without(&BTreeSet::new());
    if args.diff {
        refused.append(&mut plan.refused);
        let status = if plan.writes.is_empty() { ExitStatus::Success } else { ExitStatus::Findings };
        terminal.verdict = with_refused(refused, status);
        preview(&vault, &plan, terminal)?;
        return Ok(ControlFlow::Break(status));
    }
    refused.extend(apply(&vault, &mut plan, plan_without, args.backup.backup.as_deref(), terminal)?);
    refused.append(&mut plan.refused);
    let findings = judge(&plan.after);
    Ok(ControlFlow::Continue(Judged::new(plan.after, findings)))
}

/// Whether only the findings are shown that a change brings.
const fn brings(args: &Check) -> bool {
    (args.staged || args.since.is_some()) && !args.all
}

/// Leaves only the findings that the command line asks for.
fn asked_for(findings: &mut Vec<Finding>, args: &Check, wanted: &Wanted) {
    findings.retain(|finding| is_asked_for(finding.rule, &finding.note, args, wanted));
}

/// Whether the command line asks for what a rule says of a note.
fn is_asked_for(rule: &str, note: &str, args: &Check, wanted: &Wanted) -> bool {
    wanted.has(note) && (args.rules.is_empty() || args.rules.iter().any(|r| r == rule))
}

/// Says that a rule is unknown, with the nearest one that is known.
pub(super) fn no_such_rule(name: &str) -> Error {
    let error = Error::new(format!("`{name}` is not a rule"));
    match nearest(name, rules::names()) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error.hint("`portolan list rules` shows all of them"),
    }
}

fn check_rules(names: &[String]) -> Result<()> {
    names.iter().find(|name| rules::find(name).is_none()).map_or(Ok(()), |name| Err(no_such_rule(name)))
}

fn preview(vault: &Vault, plan: &FixPlan, terminal: &mut Terminal<'_>) -> Result<()> {
    for (id, edits) in &plan.writes {
        terminal.print_plain(&diff::edited(vault, *id, edits, vault.path_of(*id)))?;
    }
    Ok(())
}

/// Writes what the fixes change, as far as notes can be written, and says so. Gives the notes that were refused.
fn apply(
    vault: &Vault,
    plan: &mut FixPlan,
    plan_without: impl Fn(&BTreeSet<String>) -> FixPlan,
    backup: Option<&Path>,
    terminal: &mut Terminal<'_>,
) -> Result<Vec<Spot>> {
    if plan.writes.is_empty() {
        return Ok(Vec::new());
    }
    let mut writer = Writer::open(vault.root())?;
    let mut refusals = leave_out(vault, plan, plan_without, |_| Vec::new(), &writer);
    let failed = write_all(vault, plan, &mut writer, backup, terminal, |_| "fixed".to_owned())?;
    if failed.is_empty() && !plan.writes.is_empty() {
        let count = counted(plan.applied, "finding");
        terminal.say(&format!("fixed {count} in {}", counted(plan.writes.len(), "note")));
    }
    refusals.extend(failed);
    Ok(refusals)
}

/// The path of the vault in the git repository that it lies in, with a slash behind; empty where it is
/// the root, or there is none.
fn repository_prefix(root: &Path) -> String {
    // In a container git may not answer, as the folder has another owner.
    let of_git = Repository::around(root).map(|repository| repository.prefix().to_owned());
    of_git.ok().or_else(|| below_git_folder(root)).unwrap_or_default()
}

/// The same by the nearest folder with a `.git` in it.
fn below_git_folder(root: &Path) -> Option<String> {
    let root = root.canonicalize().ok()?;
    let top = root.ancestors().find(|folder| folder.join(".git").exists())?;
    of_disk(root.strip_prefix(top).ok()?).filter(|inside| !inside.is_empty()).map(|inside| inside + "/")
}

/// The notes that are said to be in conflict.
fn in_conflict(findings: &[Finding]) -> HashSet<String> {
    let is_conflict = |finding: &&Finding| {
        finding.rule == MERGE_CONFLICT.name
            || (finding.rule == BOARD_STALE.name && finding.subject == CONFLICT)
    };
    findings.iter().filter(is_conflict).map(|finding| finding.note.clone()).collect()
}

/// How many findings fixes would mend, where there are any.
fn fixable(findings: &[Finding]) -> Option<String> {
    let fixes = || findings.iter().filter_map(|finding| finding.fix.as_ref()).filter(|fix| !fix.withheld);
    let safe = fixes().filter(|fix| fix.applicability == Applicability::Safe).count();
    let guesses = fixes().count() - safe;
    let counts = match (safe, guesses) {
        (0, 0) => return None,
        (0, _) => format!("{guesses} with `--unsafe-fixes`"),
        (_, 0) => format!("{safe} with `--fix`"),
        _ => format!("{safe} with `--fix`, {guesses} more with `--unsafe-fixes`"),
    };
    Some(format!("fixable: {counts}"))
}

/// `brought`: only what a change has brought is reported.
fn totals(summary: &Summary, brought: bool) -> String {
    let mut counts = Vec::new();
    for (count, noun) in [(summary.errors, "error"), (summary.warnings, "warning"), (summary.infos, "info")] {
        if count > 0 {
            counts.push(counted(count, noun));
        }
    }
    let found = match (counts.is_empty(), brought) {
        (true, false) => "no findings".to_owned(),
        (true, true) => "no new findings".to_owned(),
        (false, false) => counts.join(", "),
        (false, true) => format!("new: {}", counts.join(", ")),
    };
    format!("{found} in {} ({} ms)", counted(summary.notes, "note"), summary.elapsed_ms)
}
