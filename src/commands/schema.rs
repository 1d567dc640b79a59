//! `portolan schema`

use crate::args::Schema;
use crate::console::{ExitStatus, Terminal};
use crate::error::Result;
use crate::report::wire;

pub(super) fn run(args: &Schema, terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    let schema = wire::schema(&args.kind).unwrap_or_default();
    terminal.print(&format!("{schema:#}\n"))?;
    Ok(ExitStatus::Success)
}
