//! Writes or shows what the fixes of findings change.

use std::collections::BTreeSet;
use std::path::Path;

use crate::console::apply::{leave_out, write_all};
use crate::console::{ExitStatus, Terminal};
use crate::error::Result;
use crate::plan::fix::FixPlan;
use crate::plan::obstacle::Spot;
use crate::report::diff;
use crate::text::message::counted;
use crate::vault::Vault;
use crate::write::Writer;

/// Prints the diff of the fixes. Returns the exit status.
pub(super) fn preview(vault: &Vault, plan: &FixPlan, terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    let status = if plan.writes.is_empty() { ExitStatus::Success } else { ExitStatus::Findings };
    terminal.verdict = with_refused(&plan.refused, status);
    for (id, edits) in &plan.writes {
        terminal.print_plain(&diff::edited(vault, *id, edits, vault.path_of(*id)))?;
    }
    Ok(left_alone(&plan.refused, status, terminal))
}

/// Writes the fixes to all notes that can be written, and reports it. Returns the notes that were refused.
pub(super) fn apply(
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

/// Names the notes that fixes could not be written to, which make the command fail.
pub(super) fn left_alone(refused: &[Spot], status: ExitStatus, terminal: &mut Terminal<'_>) -> ExitStatus {
    for refusal in refused {
        terminal.refuse(refusal);
    }
    with_refused(refused, status)
}

/// Returns the exit status of a command that fixes notes: a failure where some were refused.
pub(super) const fn with_refused(refused: &[Spot], status: ExitStatus) -> ExitStatus {
    if refused.is_empty() { status } else { ExitStatus::Failure }
}
