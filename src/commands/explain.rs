//! Commands that print what is built in: manuals, schemas, completions, the man page.

use clap::CommandFactory as _;

use super::{ExitStatus, Terminal};
use crate::args::{Cli, Completions, Explain, Schema};
use crate::error::Result;
use crate::report::{manual, wire};
use crate::rules;

pub(super) fn run(args: &Explain, terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    let Some(rule) = rules::find(&args.rule) else {
        return Err(super::check::no_such_rule(&args.rule));
    };
    terminal.print(&manual::render(rule))?;
    Ok(ExitStatus::Success)
}

pub(super) fn schema(args: &Schema, terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    let schema = wire::schema(&args.kind).unwrap_or_default();
    terminal.print(&format!("{schema:#}\n"))?;
    Ok(ExitStatus::Success)
}

pub(super) fn completions(args: &Completions, terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "portolan", &mut script);
    terminal.out.write_all(&script)?;
    Ok(ExitStatus::Success)
}

pub(super) fn man(terminal: &mut Terminal<'_>) -> Result<ExitStatus> {
    clap_mangen::Man::new(Cli::command()).render(&mut terminal.out)?;
    Ok(ExitStatus::Success)
}
