//! `portolan check`

use std::collections::BTreeSet;
use std::mem::ManuallyDrop;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::args::{Check, CheckFormat, Common};
use crate::console::{Access, ExitStatus, Terminal, Wanted, place, read, this_minute};
use crate::error::{Error, Result};
use crate::model::finding::{Applicability, Finding};
use crate::plan::fix;
use crate::plan::obstacle::Spot;
use crate::report::wire::Summary;
use crate::report::{self, github, junit, sarif};
use crate::rules;
use crate::rules::verdict::cache::{Judged, NoteHash};
use crate::text::closest::nearest;
use crate::text::message::{counted, did_you_mean};
use crate::text::path::{behind, of_disk};
use crate::vault::git::Repository;
use crate::vault::{Keep, LazyVault, Note, Unread, Vault};

use self::change::Since;
use self::kept_report::Fetch;
use self::unmatched::Settings;

mod baseline;
mod cached;
mod change;
mod fixes;
mod kept_report;
mod left_out;
mod unmatched;

pub(super) fn run(common: &Common, args: &Check, terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    let start = Instant::now();
    check_rules(&args.rules)?;
    change::refuse(args)?;
    let checked = if args.staged {
        change::staged(common, args, terminal)?
    } else {
        match on_disk(common, args, terminal)? {
            ControlFlow::Continue(checked) => checked,
            ControlFlow::Break(status) => return Ok(status),
        }
    };
    let Checked { root, wanted, settings, judged, refused, fetch } = checked;
    let Judged { vault, mut findings, notes, same, .. } = judged;
    asked_for(&mut findings, args, &wanted);
    let excused = match &args.baseline {
        Some(path) => excuse(path, &vault, &mut findings, args, &wanted, terminal)?,
        None => None,
    };
    let elapsed_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    let notes = if args.paths.is_empty() { notes } else { vault.notes_of(|path| wanted.has(path)).count() };
    unmatched::say(args, &vault, &wanted, notes, terminal);
    settings.say_unheard(&root, &vault, terminal);
    let summary = report::summary(&findings, notes, elapsed_ms);
    let totals = totals(&summary, brings(args));
    let failed = findings.iter().any(|finding| finding.severity >= args.severity.level());
    let status = if failed { ExitStatus::Findings } else { ExitStatus::Success };
    terminal.verdict = fixes::with_refused(&refused, status);
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
    // The process ends here: freeing a million facts one by one would take longer than a small check.
    std::mem::forget((vault, findings));
    Ok(fixes::left_alone(&refused, status, terminal))
}

/// The result of a check, before it is reported.
struct Checked {
    root: PathBuf,
    wanted: Wanted,
    settings: Settings,
    judged: Judged,
    /// The notes that fixes could not be written to.
    refused: Vec<Spot>,
    fetch: Fetch,
}

/// Judges the vault on disk, and applies the fixes that are wanted. With `--diff` it only shows them, and
/// ends the command.
fn on_disk(
    common: &Common,
    args: &Check,
    terminal: &mut Terminal<'_>,
) -> Result<ControlFlow<ExitStatus, Checked>> {
    let (root, config) = place(common, Access::unless(args.diff), terminal)?;
    let wanted = Wanted::of(&root, &args.paths)?;
    let is_drawn = args.format == CheckFormat::Human && is_from_cache(args);
    let fetch = if is_drawn { Fetch::begin(&root) } else { Fetch::nothing() };
    let (settings, now) = (Settings::of(common, &config), this_minute(&config));
    let since = args.since.as_deref();
    let asked = (args, &wanted);
    let since = since.map(|revision| Since::of(revision, &root, config.clone(), asked, now, terminal));
    let since = since.transpose()?;
    let judge = |vault: &Vault| match &since {
        Some(since) => since.judge(vault),
        None => rules::run(vault, Some(now)),
    };
    let mut refused = Vec::new();
    let judged = if changes_notes(args) {
        let vault = read(&root, config, Keep::Texts, terminal)?;
        let plan_without = |left: &BTreeSet<String>| {
            fix::plan(&vault, args.unsafe_fixes, left, |vault| {
                let mut findings = judge(vault);
                asked_for(&mut findings, args, &wanted);
                findings
            })
        };
        let mut plan = plan_without(&BTreeSet::new());
        if args.diff {
            return fixes::preview(&vault, &plan, terminal).map(ControlFlow::Break);
        }
        refused = fixes::apply(&vault, &mut plan, plan_without, args.backup.backup.as_deref(), terminal)?;
        refused.append(&mut plan.refused);
        let findings = judge(&plan.after);
        Judged::new(plan.after, findings)
    } else if since.is_some() {
        let vault = read(&root, config, Keep::Facts, terminal)?;
        let findings = judge(&vault);
        Judged::new(vault, findings)
    } else {
        cached::judge(&root, config, !args.no_cache, now, terminal)?
    };
    Ok(ControlFlow::Continue(Checked { root, wanted, settings, judged, refused, fetch }))
}

/// Removes the findings that the baseline excuses, after updating the file where that is asked for. Returns
/// what to say about it.
fn excuse(
    path: &Path,
    vault: &LazyVault,
    findings: &mut Vec<Finding>,
    args: &Check,
    wanted: &Wanted,
    terminal: &mut Terminal<'_>,
) -> Result<Option<String>> {
    // Findings from before the change were left out and are not gone, so the baseline must keep them. The
    // same holds for findings about a note that cannot be read, or that has a conflict which silences the
    // rule.
    let is_quiet = |rule: &str, note: &str| is_quiet(vault, rule, note);
    let judged = |rule: &str, note: &str| {
        !brings(args) && is_asked_for(rule, note, args, wanted) && !is_quiet(rule, note)
    };
    let is_there = |path: &str| vault.names().exact(path).is_some();
    if args.baseline_update {
        let is_of_all = args.paths.is_empty() && args.rules.is_empty();
        let count = baseline::update(path, findings, is_of_all, is_there, judged)?;
        terminal.say(&format!("`{}` holds {}", path.display(), counted(count, "finding")));
    }
    Ok(baseline::apply(path, findings, is_there, judged)?.said())
}

/// Whether a rule cannot report anything about a note at present. This may read the note.
fn is_quiet(vault: &Vault, rule: &str, note: &str) -> bool {
    let hides = |unread: &Unread| behind(note, &unread.path).is_some();
    let is_read = |note: &Note| {
        !note.facts.is_unread() && !rules::find(rule).is_some_and(|rule| rule.is_quiet_about(note))
    };
    vault.unread().iter().any(hides)
        || vault.find(note).and_then(|id| vault.note(id)).is_some_and(|note| !is_read(note))
}

/// What a report is made from.
struct Reported<'r> {
    vault: &'r LazyVault,
    findings: &'r [Finding],
    same: &'r [(String, NoteHash)],
    root: &'r Path,
}

impl Reported<'_> {
    /// Prints the report in the requested format. For the human format it reuses what earlier runs have
    /// rendered.
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
                // Like the caller's values, these are never freed.
                let drawn = ManuallyDrop::new(fetch.drawn());
                let drawing =
                    ManuallyDrop::new(drawn.drawing(self.vault, findings, self.same, terminal.look()));
                let print = &mut |text: &str| terminal.print(text);
                // A report of some findings only is not kept as that of the vault.
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

/// Whether fixes are to be applied or shown.
fn changes_notes(args: &Check) -> bool {
    args.fix || args.unsafe_fixes || args.diff
}

/// Whether to use what earlier checks of the folder have kept.
fn is_from_cache(args: &Check) -> bool {
    !args.no_cache && args.since.is_none() && !changes_notes(args)
}

/// Whether only the findings are reported that a change introduces.
const fn brings(args: &Check) -> bool {
    (args.staged || args.since.is_some()) && !args.all
}

/// Keeps only the findings that the command line asks for.
fn asked_for(findings: &mut Vec<Finding>, args: &Check, wanted: &Wanted) {
    findings.retain(|finding| is_asked_for(finding.rule, &finding.note, args, wanted));
}

/// Whether the command line asks for the findings of a rule in a note.
fn is_asked_for(rule: &str, note: &str, args: &Check, wanted: &Wanted) -> bool {
    wanted.has(note) && (args.rules.is_empty() || args.rules.iter().any(|r| r == rule))
}

/// Returns the error for an unknown rule, with the nearest known name.
pub(super) fn no_such_rule(name: &str) -> Error {
    let error = Error::new(format!("`{name}` is not a rule"));
    match nearest(name, rules::names()) {
        Some(near) => error.with_hint(did_you_mean(near)),
        None => error.with_hint("`portolan list rules` shows all of them"),
    }
}

fn check_rules(names: &[String]) -> Result<()> {
    names.iter().find(|name| rules::find(name).is_none()).map_or(Ok(()), |name| Err(no_such_rule(name)))
}

/// Returns the path of the vault in its git repository, with a slash at its end. It is empty where the vault
/// is the root of the repository, or in none.
fn repository_prefix(root: &Path) -> String {
    // In a container git may refuse to answer, because the folder has another owner.
    let of_git = Repository::around(root).map(|repository| repository.prefix().to_owned());
    of_git.ok().or_else(|| below_git_folder(root)).unwrap_or_default()
}

/// Like [`repository_prefix`], but looks for the nearest folder with a `.git` in it.
fn below_git_folder(root: &Path) -> Option<String> {
    let root = root.canonicalize().ok()?;
    let top = root.ancestors().find(|folder| folder.join(".git").exists())?;
    of_disk(root.strip_prefix(top).ok()?).filter(|inside| !inside.is_empty()).map(|inside| inside + "/")
}

/// Returns how many findings have fixes, if any has.
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

/// Renders the totals. With `brought`, only findings that a change introduces are reported.
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
