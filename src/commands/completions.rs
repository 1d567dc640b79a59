//! `portolan completions`

use clap::CommandFactory as _;

use crate::args::{Cli, Completions};
use crate::console::{ExitStatus, Terminal};
use crate::error::Result;

pub(super) fn run(args: &Completions, terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "portolan", &mut script);
    terminal.write(&script)?;
    Ok(ExitStatus::Success)
}
