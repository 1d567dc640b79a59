//! `portolan check`

use std::time::Instant;

use super::{ExitStatus, Terminal, Wanted, counted, load, now};
use crate::args::{Check, CheckFormat, Common};
use crate::error::{Error, Result};
use crate::model::finding::Severity;
use crate::plan::sync::to_the_minute;
use crate::report::{self, human};
use crate::rules;
use crate::vault::Keep;

pub(super) fn run(common: &Common, args: &Check, terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    let start = Instant::now();
    let vault = load(common, Keep::Facts, terminal)?;
    let wanted = Wanted::of(&vault, &args.paths)?;
    let mut findings = rules::run(&vault, Some(to_the_minute(now())));
    findings.retain(|finding| wanted.has(&finding.note));
    let elapsed = start.elapsed();
    let notes = vault.notes().filter(|(_, note)| wanted.has(&note.path)).count();
    let summary = report::summary(&findings, notes, u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX));
    let totals = totals(&summary);
    match args.format {
        CheckFormat::Human => terminal.print(&human::render(&vault, &findings, terminal.colour))?,
        CheckFormat::Concise => terminal.print(&report::concise(&findings))?,
        CheckFormat::Json => {
            let json = report::json(&findings, summary).map_err(|e| Error::new(e.to_string()))?;
            terminal.print(&json)?;
        }
    }
    if args.format != CheckFormat::Json {
        terminal.say(&totals);
    }
    let failed = findings.iter().any(|finding| finding.severity == Severity::Error);
    Ok(if failed { ExitStatus::Findings } else { ExitStatus::Success })
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
