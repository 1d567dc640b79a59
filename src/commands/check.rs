//! `portolan check`

use std::path::Path;
use std::time::Instant;

use super::{ExitStatus, Terminal, Wanted, baseline, cached, counted, now, place, read};
use crate::args::{Check, CheckFormat, Common};
use crate::config::nearest;
use crate::error::{Error, Result, escape};
use crate::model::finding::{Applicability, Finding};
use crate::plan::fix::{self, FixPlan};
use crate::plan::sync::to_the_minute;
use crate::report::{self, diff, github, human, junit, sarif};
use crate::rules;
use crate::rules::saved::Judged;
use crate::vault::{Keep, Vault};
use crate::write::Writer;

pub(super) fn run(common: &Common, args: &Check, terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    let start = Instant::now();
    check_rules(&args.rules)?;
    let fixing = args.fix || args.unsafe_fixes || args.diff;
    let stamp = to_the_minute(now());
    let (root, config) = place(common, terminal)?;
    let wanted = Wanted::of(&root, &args.paths)?;
    let judged = if fixing {
        let vault = read(&root, config, Keep::Texts, terminal)?;
        let plan = fix::plan(&vault, args.unsafe_fixes, |vault| {
            let mut findings = rules::run(vault, Some(stamp));
            asked_for(&mut findings, args, &wanted);
            findings
        });
        if args.diff {
            preview(&vault, &plan, terminal)?;
            return Ok(if plan.writes.is_empty() { ExitStatus::Success } else { ExitStatus::Findings });
        }
        apply(&vault, &plan, terminal)?;
        let findings = rules::run(&plan.after, Some(stamp));
        Judged::new(plan.after, findings)
    } else {
        cached::judge(&root, config, !args.no_cache, stamp, terminal)?
    };
    let Judged { vault, mut findings, notes, .. } = judged;
    asked_for(&mut findings, args, &wanted);
    let mut excused = None;
    if let Some(path) = &args.baseline {
        let judged = |rule: &str, note: &str| is_asked_for(rule, note, args, &wanted);
        if args.baseline_update {
            baseline::update(path, &findings, judged)?;
        }
        excused = baseline::apply(path, &mut findings, judged)?.said();
    }
    let elapsed_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    let notes = if args.paths.is_empty() { notes } else { vault.notes_of(|path| wanted.has(path)).count() };
    let summary = report::summary(&findings, notes, elapsed_ms);
    let totals = totals(&summary);
    let fail = |e: serde_json::Error| Error::new(e.to_string());
    let text = match args.format {
        CheckFormat::Human => human::render(&vault, &findings, terminal.colour),
        CheckFormat::Concise => report::concise(&findings),
        CheckFormat::Json => report::json(&findings, summary).map_err(fail)?,
        CheckFormat::Sarif => sarif::render(&findings, &repository_prefix(&root)).map_err(fail)?,
        CheckFormat::Github => github::render(&findings, &repository_prefix(&root)),
        CheckFormat::Junit => junit::render(&findings, notes, elapsed_ms),
    };
    terminal.print(&text)?;
    if matches!(args.format, CheckFormat::Human | CheckFormat::Concise | CheckFormat::Github) {
        terminal.say(&totals);
        if let Some(fixes) = fixable(&findings) {
            terminal.say(&fixes);
        }
    }
    if let Some(excused) = excused {
        terminal.say(&excused);
    }
    let failed = findings.iter().any(|finding| finding.severity >= args.severity.level());
    Ok(if failed { ExitStatus::Findings } else { ExitStatus::Success })
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
    let error = Error::new(format!("`{name}` is no rule"));
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
        let (Some(note), Some(old)) = (vault.note(*id), vault.shown_text(*id)) else { continue };
        let new = edits.apply(&old).unwrap_or_default();
        terminal.print(&diff::unified(&note.path, &old, &new))?;
    }
    Ok(())
}

/// Writes what the fixes change. Every note is looked at before the first one is written.
fn apply(vault: &Vault, plan: &FixPlan, terminal: &mut Terminal<'_>) -> Result<()> {
    if plan.writes.is_empty() {
        return Ok(());
    }
    let mut writer = Writer::open(vault.root())?;
    let mut ready = Vec::new();
    for (id, edits) in &plan.writes {
        let (Some(note), Some(old)) = (vault.note(*id), vault.text(*id)) else { continue };
        writer.check(&note.path, &old)?;
        ready.push((note, old, edits));
    }
    for (note, old, edits) in &ready {
        writer.write(&note.path, old, edits)?;
        terminal.say(&format!("{}: fixed", escape(&note.path)));
    }
    let count = counted(plan.applied, "finding");
    terminal.say(&format!("fixed {count} in {}", counted(ready.len(), "note")));
    Ok(())
}

/// The path of the vault in the git repository that it lies in, with a slash behind; empty where it is
/// the root, or there is none.
fn repository_prefix(root: &Path) -> String {
    let Ok(root) = root.canonicalize() else { return String::new() };
    let Some(top) = root.ancestors().find(|folder| folder.join(".git").exists()) else {
        return String::new();
    };
    let Ok(inside) = root.strip_prefix(top) else { return String::new() };
    let parts: Vec<_> = inside.components().map(|c| c.as_os_str().to_string_lossy().into_owned()).collect();
    if parts.is_empty() { String::new() } else { parts.join("/") + "/" }
}

/// How many findings fixes would mend, where there are any.
fn fixable(findings: &[Finding]) -> Option<String> {
    let fixes = || findings.iter().filter_map(|finding| finding.fix.as_ref());
    let safe = fixes().filter(|fix| fix.applicability == Applicability::Safe).count();
    let guesses = fixes().count() - safe;
    let counts = match (safe, guesses) {
        (0, 0) => return None,
        (0, _) => format!("{guesses} with `--unsafe-fixes`"),
        (_, 0) => format!("{safe} with `--fix`"),
        _ => format!("{safe} with `--fix`, {guesses} more with `--unsafe-fixes`"),
    };
    Some(format!("can be mended: {counts}"))
}

fn totals(summary: &report::wire::Summary) -> String {
    let mut counts = Vec::new();
    for (count, noun) in [(summary.errors, "error"), (summary.warnings, "warning"), (summary.infos, "info")] {
        if count > 0 {
            counts.push(counted(count, noun));
        }
    }
    let found = if counts.is_empty() { "nothing wrong".to_owned() } else { counts.join(", ") };
    format!("{found} in {} ({} ms)", counted(summary.notes, "note"), summary.elapsed_ms)
}
