//! `portolan explain`

use crate::args::Explain;
use crate::console::{ExitStatus, Terminal};
use crate::error::Result;
use crate::report::manual;
use crate::rules;

pub(super) fn run(args: &Explain, terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    let Some(rule) = rules::find(&args.rule) else {
        return Err(super::check::no_such_rule(&args.rule));
    };
    terminal.print(&manual::render(rule))?;
    Ok(ExitStatus::Success)
}
